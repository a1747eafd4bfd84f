//! What is fed, and what must hold of it. Every `fuzz` takes any bytes and returns; what it finds, it panics with.

pub mod bundle;
pub mod check;
pub mod facts;
pub mod format;
pub mod parse;
pub mod run;

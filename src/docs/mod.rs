//! In: a checked policy, its program and its editions. Out: what is published of it: the documentation model and the site made of it.
//! Invariant: pure and deterministic; every figure that a reader sees comes from the model that the machine decides by.

pub mod charts;
pub mod html;
pub mod model;

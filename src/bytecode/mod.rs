//! In: a checked policy. Out: a [`program::Program`], its verified form, its bundle and its listing.

pub mod op;
pub mod program;

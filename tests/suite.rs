//! One integration binary; each file of `tests/` is a module of it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

// mod cli;
mod agreement;
mod explain;
mod load;
mod render;
mod tidy;
mod workbench;

//! One integration binary; each file of `tests/` is a module of it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod agreement;
mod cli;
mod conformance;
mod docs;
mod errors;
mod explain;
mod formatting;
mod hostile;
mod load;
mod properties;
mod readings;
mod render;
mod support;
mod tidy;
mod ui;
mod workbench;

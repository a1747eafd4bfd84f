//! One integration binary; each file of `tests/` is a module of it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod agreement;
mod amendments;
mod analysis;
mod batch;
mod cli;
mod conformance;
mod coverage;
mod docs;
mod errors;
mod explain;
mod formatting;
mod hostile;
mod load;
mod mutation;
mod properties;
mod quantities;
mod readings;
mod render;
mod settle;
mod settlement_fields;
mod support;
mod tidy;
mod ui;
mod workbench;

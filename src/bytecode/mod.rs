//! In: a checked policy. Out: a [`program::Program`], its verified form, its bundle and its listing.

mod canon;
mod cases;
mod emit;
pub mod encode;
pub mod exact;
mod expressions;
pub mod from_model;
pub mod hash;
pub mod index;
pub mod listing;
mod nodes;
pub mod op;
mod plan;
pub mod program;
pub mod records;
pub mod reference;
#[cfg(test)]
pub(crate) mod samples;
pub mod settlement;
mod tables;
pub mod verify;

pub use encode::{BundleError, LoadError, SourceTexts, decode, encode, encode_with, load};
pub use from_model::lower;
pub use listing::listing;
pub use program::Program;
pub use verify::{Flaw, RegisterType, Rule, Verified, verify};

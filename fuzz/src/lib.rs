//! In: bytes of any kind. Out: nothing, or a panic that is a finding. The targets are plain functions; `drive` calls them with
//! mutations of a corpus that a seed determines, cargo-fuzz with whatever it finds.

pub mod corpus;
pub mod drive;
pub mod mutate;
pub mod random;
pub mod targets;

// The property tests' random policies are seeds too: they use every kind of fact, award, cap and period.
#[path = "../../tests/support/choices.rs"]
mod choices;
#[path = "../../tests/support/random_policy.rs"]
mod random_policy;
#[path = "../../tests/support/random_tables.rs"]
mod random_tables;

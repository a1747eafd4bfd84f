//! In: two editions of a policy. Out: what changed between them.

pub mod population;

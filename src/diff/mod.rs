//! In: two editions of a policy. Out: what the later one changes. Invariant: what is said to be proved is proved; every example was
//! decided by the machine on both editions.

pub mod meaning;

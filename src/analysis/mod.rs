//! In: a checked policy and a question about all its applications at once. Out: an application for which something holds, or a proof
//! that there is none. On it stand the checks of conditions ([`lint`]) and the cases at every threshold ([`boundaries`]).
//! Invariant: what is said to be impossible is; what is given as a witness was decided by the reference interpreter. Whatever is not
//! proved is said to be unknown.

mod branch;
mod linear;
mod pick;
mod pool;
mod question;
mod terms;

pub use question::{Answer, Goal, Question, Witness, is_impossible, solve};

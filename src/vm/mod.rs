//! In: a verified program and cases. Out: outcomes, fast, and traces, whole. Invariants: the fast run and the trace agree; the hot path
//! neither allocates nor panics; a case in which every fact that matters is given is computed on plain integers, any other on bounds.

pub mod case;
mod code;
mod dispatch;
mod domain;
mod flip;
mod fold;
pub mod interval;
pub mod ledger;
mod machine;
pub mod needs;
pub mod round;
mod run;
mod scalar;
mod step;
pub mod trace;
mod working_days;

pub use case::{Case, State, Times, Used};
pub use interval::{INFINITE, Interval, MINUS_INFINITE, Waits};
pub use machine::{Machine, Outcomes, Vm};
pub use needs::decide_refined;
pub use run::Outcome;
pub use trace::Trace;
#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

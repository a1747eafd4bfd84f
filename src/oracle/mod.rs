//! In: a checked policy, what is known of an application, earlier awards, the day. Out: its [`Decision`].
//! The reference interpreter: `docs/reference/semantics.md`, sentence by sentence, with no regard for speed. Everything else that
//! decides is compared with it, so it shares no code with them: only the model's tree and the shape of a decision.
//! Invariant: total and exact; it never rounds but where the policy says so.

mod clause;
mod interval;
mod ledger;
mod list;
mod number;
#[cfg(test)]
mod tests;
mod value;
mod working_days;

use std::collections::BTreeMap;

use crate::decision::{Amount, ClauseDecision, Decision};
use crate::model::{Checked, ClauseId, FactId, Model, SubjectId};

pub use crate::model::case::{Given, Record};

/// What is known of one application.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Application {
    /// A fact that is not here was not asked. `台账`, where the policy asks for it, is given as yes where there is a ledger.
    pub facts: BTreeMap<FactId, Given>,
    /// Records, by the fact of their list.
    pub lists: BTreeMap<FactId, Vec<Record>>,
}

/// An earlier award.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    /// Under which clause.
    pub clause: ClauseId,
    /// When, as days from 1970-01-01.
    pub date: i32,
    /// How much.
    pub amount: rust_decimal::Decimal,
    /// Whether it was paid 一次性.
    pub once: bool,
    /// To whom: the identifier of each kind of subject that it names.
    pub subjects: BTreeMap<SubjectId, String>,
}

/// The decision on one application.
#[must_use]
pub fn decide(policy: &Checked, application: &Application, ledger: &[Award], on: i32) -> Decision {
    decide_model(policy.model(), application, ledger, on)
}

/// [`decide`] without the promise that the model was checked, for tests that build one by hand.
fn decide_model(model: &Model, application: &Application, ledger: &[Award], on: i32) -> Decision {
    let case = value::Case::new(model, application, ledger, on);
    let clauses: Vec<ClauseDecision> =
        (0..).map(ClauseId).zip(&model.clauses).map(|(id, clause)| clause::decide(&case, id, clause)).collect();
    let total = clauses.iter().filter_map(eligible).fold(Amount::ZERO, |sum, amount| sum.plus(amount));
    Decision { clauses, total }
}

fn eligible(decision: &ClauseDecision) -> Option<&Amount> {
    match decision {
        ClauseDecision::Eligible { amount, .. } => Some(amount),
        ClauseDecision::NotInForce | ClauseDecision::Ineligible { .. } | ClauseDecision::Undetermined { .. } => None,
    }
}

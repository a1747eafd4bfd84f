//! In: a checked policy, what is known of an application, earlier awards, the day. Out: its [`Decision`].
//! The reference interpreter: `docs/reference/semantics.md`, sentence by sentence, with no regard for speed. Everything else that
//! decides is compared with it, so it shares no code with them: only the model's tree and the shape of a decision.
//! Invariant: total and exact; it never rounds but where the policy says so.

mod clause;
mod interval;
mod ledger;
mod list;
mod number;
pub mod settle;
#[cfg(test)]
mod tests;
mod value;
mod working_days;

use std::collections::BTreeMap;

use crate::decision::{Amount, ClauseDecision, Decision};
use crate::model::{Checked, ClauseId, Expr, FactId, MemberId, Model, SubjectId};

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

/// Values of single expressions of an application on a day without earlier awards: for searches that look for an application.
pub struct Evaluator<'a>(value::Case<'a>);

impl<'a> Evaluator<'a> {
    /// An application; a fact that is not in `facts` was not asked.
    #[must_use]
    pub fn new(model: &'a Model, facts: &'a BTreeMap<FactId, Given>, on: i32) -> Evaluator<'a> {
        static NO_LISTS: BTreeMap<FactId, Vec<Record>> = BTreeMap::new();
        Evaluator::with_lists(model, facts, &NO_LISTS, on)
    }

    /// As [`Evaluator::new`], with records of lists.
    #[must_use]
    pub fn with_lists(
        model: &'a Model,
        facts: &'a BTreeMap<FactId, Given>,
        lists: &'a BTreeMap<FactId, Vec<Record>>,
        on: i32,
    ) -> Evaluator<'a> {
        Evaluator(value::Case::without_ledger(model, facts, lists, on))
    }

    /// The number that a cap comes to, or none where it does not apply; `None`: open.
    #[must_use]
    pub fn limit(&self, expr: &Expr) -> Option<Option<rust_decimal::Decimal>> {
        match self.0.value(expr).value {
            value::Value::NotApplicable => Some(None),
            _ => self.number(expr).map(Some),
        }
    }

    /// Whether a condition holds; `None`: open.
    #[must_use]
    pub fn truth(&self, expr: &Expr) -> Option<bool> {
        let range = self.0.value(expr).range().filter(interval::Interval::is_determined)?;
        Some(range == interval::Interval::YES)
    }

    /// Whether a fact is one of these class values or below; `None`: open.
    #[must_use]
    pub fn within(&self, fact: FactId, members: &[MemberId]) -> Option<bool> {
        let range = self.0.within(&self.0.fact(fact), members).range().filter(interval::Interval::is_determined)?;
        Some(range == interval::Interval::YES)
    }

    /// A number, a day, or the index of a class value; `None`: open, not applicable, or a text.
    #[must_use]
    pub fn number(&self, expr: &Expr) -> Option<rust_decimal::Decimal> {
        match self.0.value(expr).value {
            value::Value::Range(interval::Interval { low: interval::End::At(low), high: interval::End::At(high) })
                if low == high =>
            {
                Some(low.to_decimal())
            }
            value::Value::Member(MemberId(id)) => Some(id.into()),
            _ => None,
        }
    }
}

fn eligible(decision: &ClauseDecision) -> Option<&Amount> {
    match decision {
        ClauseDecision::Eligible { amount, .. } => Some(amount),
        ClauseDecision::NotInForce | ClauseDecision::Ineligible { .. } | ClauseDecision::Undetermined { .. } => None,
    }
}

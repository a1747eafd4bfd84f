//! Checked cases (案例): facts given, earlier awards, the day, and what is expected of which clause.

use rust_decimal::Decimal;

use crate::source::Span;

use super::types::Value;
use super::{ClauseId, DepartmentId, FactId};

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Name.
    pub title: String,
    /// The day of the decision, as days from 1970-01-01; the policy's first day in force where not given.
    pub on: Option<i32>,
    /// Facts, in order of id; those of 基于 overridden by its own. A fact not listed is not asked.
    pub facts: Vec<(FactId, Given)>,
    /// Earlier awards; `None` where no ledger was given.
    pub ledger: Option<Vec<LedgerEntry>>,
    /// What is expected.
    pub expectations: Vec<(Expectation, Span)>,
    /// The item's first line.
    pub span: Span,
}

/// What is known of a fact. A fact that is not listed at all is 未问 (not asked).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A value.
    Value(Value),
    /// 未知: asked, not known.
    Unknown,
    /// 不适用: it does not apply to this subject.
    NotApplicable,
}

/// An earlier award.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Under which clause.
    pub clause: ClauseId,
    /// When, as days from 1970-01-01.
    pub date: i32,
    /// How much.
    pub amount: Decimal,
    /// Whether it was paid 一次性 (see [`super::CapPeriod::OnceOrYear`]).
    pub once: bool,
}

/// What a case expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expectation {
    /// Of one clause.
    Clause {
        /// Which.
        clause: ClauseId,
        /// The outcome.
        outcome: Outcome,
        /// Departments whose discretion or determination is awaited.
        awaits: Vec<DepartmentId>,
        /// Facts that are needed.
        needs: Vec<FactId>,
    },
    /// Of the total of all clauses: least and most (`None`: no ceiling).
    Total {
        /// Least.
        low: Decimal,
        /// Most.
        high: Option<Decimal>,
    },
}

/// An expected outcome of a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// 不在有效期.
    NotInForce,
    /// 不符合, with the label of the failing condition where the drafter named one.
    Ineligible(Option<String>),
    /// 未定.
    Undetermined,
    /// 可获 an amount between these; equal for an exact one, `None` for no ceiling.
    Eligible {
        /// Least.
        low: Decimal,
        /// Most.
        high: Option<Decimal>,
    },
}

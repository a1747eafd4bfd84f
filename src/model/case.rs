//! Checked cases (案例): facts given, earlier awards, the day, and what is expected of which clause.

use rust_decimal::Decimal;

use crate::source::Span;

use super::types::Value;
use super::{ClauseId, ColumnId, DepartmentId, FactId, SubjectId};

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Name.
    pub title: String,
    /// The day of the decision, as days from 1970-01-01; the policy's first day in force where not given.
    pub on: Option<i32>,
    /// Facts, in order of id; those of 基于 overridden by its own. A fact not listed is not asked.
    pub facts: Vec<(FactId, Given)>,
    /// Records of lists, in order of fact; the fact itself is then not in `facts`.
    pub lists: Vec<(FactId, Vec<Record>)>,
    /// Earlier awards; `None` where no ledger was given.
    pub ledger: Option<Vec<LedgerEntry>>,
    /// What is expected.
    pub expectations: Vec<(Expectation, Span)>,
    /// The item's first line.
    pub span: Span,
}

/// A record of a list: what is given of each column, in order of id; a column not listed is unknown.
pub type Record = Vec<(ColumnId, Given)>;

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
    /// Whom it went to, where that is not the subject of the case: identifiers by kind of subject.
    pub subjects: Vec<(SubjectId, String)>,
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
        /// 受限于: the cap (its name or text), group, quota or budget that bound.
        bound_by: Option<String>,
    },
    /// 分期: the instalments of a clause, in order.
    Instalments {
        /// Which.
        clause: ClauseId,
        /// Amounts.
        amounts: Vec<Decimal>,
    },
    /// 分担: what each payer of a clause bears, in order.
    Shares {
        /// Which.
        clause: ClauseId,
        /// Amounts.
        amounts: Vec<Decimal>,
    },
    /// 补差: what is paid for earlier months under a clause.
    Retroactive {
        /// Which.
        clause: ClauseId,
        /// How much.
        amount: Decimal,
    },
    /// 应返还: what is paid back under a clause.
    Clawback {
        /// Which.
        clause: ClauseId,
        /// How much.
        amount: Decimal,
    },
    /// 冲突: the application claims what it must choose between in the group of this name.
    Conflict {
        /// Index into [`super::SettlementRules::groups`].
        group: u32,
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

//! Checked clauses: who, on what condition, how much, up to what, by which departments, since when, on which words of the original.

use crate::source::Span;

use super::expression::{Condition, Expr};
use super::settlement::{Clawback, Payment, Retroactive, Share};
use super::types::{MemberId, Rounding};
use super::{ClauseId, DepartmentId, FactId, SubjectId};

/// A clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The stable ASCII id (`ai-industry`); for a clause by reference `<id>/<id of the referenced clause>`.
    pub id: String,
    /// The document's own address, spaces removed (`四（一）2（1）②`).
    pub address: String,
    /// The title.
    pub title: String,
    /// Kinds of subjects that may apply; empty means any.
    pub subjects: Vec<SubjectId>,
    /// 产业 gate: the applicant's classification fact must be one of these or below.
    pub industry: Option<IndustryGate>,
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// None may hold; beats everything else.
    pub exclusions: Vec<Condition>,
    /// What is given.
    pub award: Award,
    /// Decimals and mode to which a computed award is rounded, before caps. `None`: the award has at most two decimals as it is.
    pub rounding: Option<Rounding>,
    /// Upper bounds, in the order written.
    pub caps: Vec<Cap>,
    /// 下限: the least that is given, of the award's type.
    pub floor: Option<Expr>,
    /// Who is responsible.
    pub departments: Responsible,
    /// When it is in force.
    pub in_force: Window,
    /// 突破: a lift of the caps.
    pub lift: Option<Lift>,
    /// 拨付: how it is paid out; `None`: at once.
    pub payment: Option<Payment>,
    /// 分担: who bears it; empty: not said.
    pub shares: Vec<Share>,
    /// 追回: when it is paid back.
    pub clawbacks: Vec<Clawback>,
    /// 追溯: a difference for earlier months.
    pub retroactive: Option<Retroactive>,
    /// Quoted words of the original, in the order written.
    pub quotes: Vec<Quote>,
    /// 说明.
    pub note: Option<String>,
    /// For a clause by reference: the clause it takes amounts and caps from.
    pub refers_to: Option<ClauseId>,
    /// The clause's first line.
    pub span: Span,
}

impl Clause {
    /// Whether 突破 lifts a cap of this clause: a soft cap, or any where none is soft.
    #[must_use]
    pub fn is_lifted(&self, cap: &Cap) -> bool {
        cap.soft || self.caps.iter().all(|cap| !cap.soft)
    }
}

/// The classification test of a clause, kept apart so that clauses can be indexed by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndustryGate {
    /// The applicant's fact of that classification.
    pub fact: FactId,
    /// The values that qualify, with all they cover; without repeats, in order of id.
    pub members: Vec<MemberId>,
    /// Where it stands.
    pub span: Span,
}

/// What a clause gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Award {
    /// An amount that follows from the facts: fixed, or rate × base. Caps cut it.
    Computed(Expr),
    /// An amount that a department sets within bounds. A set amount outside the bounds is refused, not cut.
    Discretion {
        /// The fact that holds the amount once set; declared by the drafter or made by the compiler for this clause.
        fact: FactId,
        /// Least.
        low: Option<Expr>,
        /// Most, apart from the caps.
        high: Option<Expr>,
    },
    /// 一定奖励: an amount that a department sets, with no figure in the document. `fact` as above.
    Open {
        /// The fact that holds the amount once set.
        fact: FactId,
    },
}

/// An upper bound: amount × key × period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    /// As the drafter wrote it, with normal spacing: `1000万元，每项目累计`.
    pub text: String,
    /// The amount; of the award's unit.
    pub amount: Expr,
    /// Per whom.
    pub key: CapKey,
    /// Over which period.
    pub period: CapPeriod,
    /// Which awards count toward it.
    pub counts: CapScope,
    /// 原则上, 一般: a soft cap. Where a clause has soft caps, 突破 lifts these only.
    pub soft: bool,
    /// The field.
    pub span: Span,
}

/// Per whom a cap is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CapKey {
    /// Per subject of any of these kinds (`每项目`; `每人才、团队或项目`): the one that the application names.
    Subjects(Vec<SubjectId>),
    /// Over all applicants together.
    Everyone,
}

/// Over which period a cap is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CapPeriod {
    /// 每年: earlier awards of the same calendar year count.
    Year,
    /// 累计: all earlier awards count.
    Lifetime,
    /// 一次性: only one award; after any earlier award nothing is left.
    Once,
    /// 每次: earlier awards do not count.
    Each,
    /// 期限内累计: awards of the last `months` months, the day of the decision included, count.
    Months(u32),
    /// 一次性或期限内每年: as 每年, but after an award marked 一次性 in the ledger nothing is left.
    OnceOrYear,
}

/// Which awards count toward a cap.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CapScope {
    /// Those of this clause.
    Clause,
    /// Those of these clauses together, this one included; in order of id.
    Clauses(Vec<ClauseId>),
    /// Those of the whole policy.
    Policy,
}

/// Who is responsible for a clause, in the order of the document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Responsible {
    /// In order.
    pub departments: Vec<DepartmentId>,
    /// Which of them leads, as an index; the first where the document marks none.
    pub lead: usize,
    /// Whether a lead was marked （牵头）.
    pub lead_marked: bool,
    /// 及相关部门: the list is open.
    pub open: bool,
    /// The field; the clause's first line where there is none.
    pub span: Option<Span>,
}

/// A lift of a clause's caps by a named approver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lift {
    /// The fact that says the lift was approved. Not given means not approved.
    pub fact: FactId,
    /// Who approves.
    pub approver: DepartmentId,
    /// The new ceiling; `None` lifts the caps without one.
    pub up_to: Option<Expr>,
    /// The field.
    pub span: Span,
}

/// Both days in force; `None` is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Window {
    /// First day, as days from 1970-01-01.
    pub first: Option<i32>,
    /// Last day.
    pub last: Option<i32>,
}

/// Words of the archived original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// As written in the policy.
    pub text: String,
    /// Where they stand in the original, as bytes; `None` where they were not found (an error) or there is no original.
    pub found: Option<std::ops::Range<usize>>,
    /// Where the quotation stands in the policy.
    pub span: Span,
}

//! In: two checked policies with their programs, and which clause of one is which of the other. Out: [`Meaning`], for each pair who
//! becomes eligible and who no longer is, who gets more and who gets less and by how much, and what else differs.
//! Invariant: [`How::Proved`] is said of nothing that was not proved; a [`Witness`] was decided by the machine on both editions.

mod amounts;
mod ask;
mod batch_words;
mod batches;
mod between;
mod classes;
mod dominated;
mod edges;
mod joint;
mod judge;
mod lean;
mod ledgers;
mod lemmas;
mod mentioned;
mod other;
mod rebase;
mod rest;
mod run;
mod sample;
mod terms;
mod words;

use rust_decimal::Decimal;

use crate::bytecode::Verified;
use crate::diagnostics::Text;
use crate::model::{Checked, ClauseId, Window};

/// One edition of a policy.
#[derive(Debug, Clone, Copy)]
pub struct Edition<'a> {
    /// What it says.
    pub policy: &'a Checked,
    /// The same, compiled.
    pub program: &'a Verified,
    /// The days on which its text holds: it begins with an amendment, or ends with one.
    pub days: Window,
}

/// A clause of the old edition and the same clause of the new one; one of them is missing where it was added or removed.
pub type Pair = (Option<ClauseId>, Option<ClauseId>);

/// On what a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum How {
    /// 已证明.
    Proved,
    /// 抽样: cases were tried, no proof was found.
    Sampled,
    /// 仅文字: the words differ; what they come to was not compared.
    TextOnly,
}

/// What a change does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Equivalent,
    /// Somebody gains and nobody loses.
    Wider,
    /// Somebody loses and nobody gains.
    Narrower,
    /// Some gain and some lose.
    Incomparable,
    /// It was not decided; why. `more` and `less` of the finding are still true where they are there.
    Unknown(Text),
}

/// What is found about a pair of clauses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// The clause of the old edition.
    pub old: Option<ClauseId>,
    /// The clause of the new edition.
    pub new: Option<ClauseId>,
    /// Who meets all requirements.
    pub eligibility: Finding,
    /// What those get at most who meet the requirements of both.
    pub amount: Finding,
    /// Departments, days, caps' keys and periods, payment, shares, claw-back, groups, quotas, budgets …
    pub other: Vec<Change>,
}

/// Who gains and who loses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The answer.
    pub verdict: Verdict,
    /// On what it stands.
    pub how: How,
    /// Somebody who gains.
    pub more: Option<Witness>,
    /// Somebody who loses.
    pub less: Option<Witness>,
    /// The most that somebody gains; only of amounts.
    pub at_most_more: Option<Most>,
    /// The most that somebody loses; only of amounts.
    pub at_most_less: Option<Most>,
    /// What is to be known about the answer.
    pub why: Vec<Text>,
}

/// How much a difference comes to at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Most {
    /// So much, and the witness reaches it.
    Reached(Decimal),
    /// Not more than this; no case that reaches it was found.
    NotAbove(Decimal),
    /// There is no bound on one side, or on both.
    Unlimited,
    /// No bound was proved; the witness has at least this.
    AtLeast(Decimal),
}

/// Something else that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What.
    pub what: Aspect,
    /// How it was.
    pub old: Text,
    /// How it is.
    pub new: Text,
    /// On what it stands: [`How::Proved`] where the witness shows it, or where it is no matter of cases.
    pub how: How,
    /// Whom it favours.
    pub leaning: Leaning,
    /// A case whose outcome differs because of it.
    pub witness: Option<Witness>,
}

/// Whom something else that differs favours, as far as it can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Leaning {
    /// Nobody: who decides, who bears it.
    Neither,
    /// It gives somebody more and nobody less.
    Wider,
    /// It gives somebody less and nobody more.
    Narrower,
    /// Some gain and some lose.
    Mixed,
    /// It cannot be said.
    Unclear,
}

/// What a [`Change`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aspect {
    /// 责任部门.
    Departments,
    /// 有效期.
    InForce,
    /// 对象: kinds of subjects.
    Subjects,
    /// 上限: key, period, what counts towards it.
    Cap,
    /// 最低额 of what a department may set.
    Least,
    /// 支持方式: computed, set by a department, or left open.
    Award,
    /// 突破.
    Lift,
    /// 拨付.
    Payment,
    /// 分担.
    Shares,
    /// 追回.
    Clawback,
    /// 追溯.
    Retroactive,
    /// 组合.
    Group,
    /// 名额.
    Quota,
    /// 预算.
    Budget,
    /// 结算次序, 期满.
    Settlement,
    /// 事实: what may be given of a fact, and who gives it.
    Fact,
    /// What is paid in: the currency.
    Currency,
}

/// A case that the two editions decide differently, as the machine decided it on both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The day, as days from 1970-01-01.
    pub on: i32,
    /// The day on which the old edition decided it, where it is another: the editions share no day on which both are in force.
    pub old_on: Option<i32>,
    /// Whether it is several applications that are settled together, told in `facts`.
    pub together: bool,
    /// What is given, in words of a case: `业务规模 是 1.5亿元`.
    pub facts: Vec<Text>,
    /// Lists, one line a record, in words of a case.
    pub lists: Vec<Text>,
    /// Earlier awards.
    pub ledger: Vec<Earlier>,
    /// What the old edition decides; `None`: it has no such clause.
    pub old: Option<Outcome>,
    /// What the new edition decides.
    pub new: Option<Outcome>,
}

/// An earlier award of a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Id of the clause, in the new edition where it has it.
    pub clause: String,
    /// When, as days from 1970-01-01.
    pub date: i32,
    /// How much.
    pub amount: Decimal,
    /// Whether it was paid 一次性.
    pub once: bool,
    /// Kinds of subjects of which it names another than the case: 另一项目.
    pub others: Vec<String>,
}

/// What an edition decides of a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// In words: 可获 500万元.
    pub words: Text,
    /// Whether something may be had.
    pub eligible: bool,
    /// The least and the most that is had; the most is `None` where there is no ceiling.
    pub amount: Option<(Decimal, Option<Decimal>)>,
    /// What else comes out of it, where that is what differs: 责任部门：发改委.
    pub also: Option<Text>,
}

pub use between::between;
pub use lean::days;
pub use run::{Between, compare};

impl Change {
    /// Whether it is proved to change nothing for anybody: there is no case of it.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.how == How::Proved && self.witness.is_none()
    }
}

impl Finding {
    fn new(verdict: Verdict, how: How) -> Finding {
        Finding { verdict, how, more: None, less: None, at_most_more: None, at_most_less: None, why: Vec::new() }
    }

    fn equivalent() -> Finding {
        Finding::new(Verdict::Equivalent, How::Proved)
    }
}

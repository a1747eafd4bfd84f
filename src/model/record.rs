//! Facts with more than one value: lists of records, figures by year, calendars of working days, certificates with a level and days.

use rust_decimal::Decimal;

use crate::source::Span;

use super::expression::Expr;
use super::types::Type;
use super::{CapKey, CapPeriod, CapScope, ClauseId, FactId, FactSource, SubjectId};

/// 清单: a bounded list of records about a subject. The list itself is a fact of type [`Type::List`], which is what is given or
/// unknown; an empty list is known and empty, 不适用 is the same as empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Name (`设备`).
    pub name: String,
    /// ASCII id; empty where there is none.
    pub alias: String,
    /// Whom it is about.
    pub subject: SubjectId,
    /// The fact that holds it.
    pub fact: FactId,
    /// The most records that may be given, at most `limits::LIST_RECORDS_MAX`.
    pub max: u32,
    /// Its columns are the ids `columns`; those of one list are contiguous.
    pub columns: std::ops::Range<u32>,
    /// Where it is declared.
    pub span: Span,
}

/// A column of a list: what is known of each record. Unknown in one record counts as the list's fact still needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Index of its list.
    pub list: super::ListId,
    /// Name, unique within its list.
    pub name: String,
    /// ASCII id; empty where there is none.
    pub alias: String,
    /// Its type; never a list.
    pub ty: Type,
    /// Least and most, as [`super::Fact::range`].
    pub range: (Decimal, Decimal),
    /// Whether it must be a valid unified social credit code.
    pub credit_code: bool,
    /// 备注.
    pub note: String,
    /// Where it is declared.
    pub span: Span,
}

/// 按年: a figure for each calendar year. Every year that the policy refers to is a fact of its own ([`super::Fact::year`]), made by
/// the compiler; data files give the series as `{ "2024": …, "2025": … }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Name (`研发费用`).
    pub name: String,
    /// ASCII id; empty where there is none.
    pub alias: String,
    /// Whom it is about.
    pub subject: SubjectId,
    /// Type of each figure, always a number.
    pub ty: Type,
    /// Who gives it.
    pub source: FactSource,
    /// Least and most, as [`super::Fact::range`].
    pub range: (Decimal, Decimal),
    /// Where it is declared.
    pub span: Span,
}

/// Which year of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SeriesYear {
    /// Counted from the calendar year of the decision: 当年 0, 上年 -1, 前年 -2.
    Relative(i32),
    /// A calendar year (基期 2023年).
    Absolute(i32),
}

/// 认定: a certificate. The facts are made for one declared name: whether it is held, at which level, from and until which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Certificate {
    /// Its level, a value of an ordered enumeration (`<name>级别`).
    pub level: Option<FactId>,
    /// First day of validity (`<name>取得日`).
    pub from: Option<FactId>,
    /// Last day of validity (`<name>有效期至`); 不适用: without end.
    pub until: Option<FactId>,
}

/// A calendar of working days: Monday to Friday but for `off`, and the weekend days `working`; only within `first..=last`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Name.
    pub name: String,
    /// ASCII id; empty where there is none.
    pub alias: String,
    /// First day it knows, days from 1970-01-01.
    pub first: i32,
    /// Last day it knows.
    pub last: i32,
    /// Days off, sorted.
    pub off: Vec<i32>,
    /// Working weekend days, sorted.
    pub working: Vec<i32>,
    /// Where it is declared.
    pub span: Span,
}

/// What a fold makes of the records that its filter lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FoldKind {
    /// 合计 of `value`; nothing: 0.
    Sum,
    /// 计数.
    Count,
    /// 最大 of `value`; of nothing: not applicable.
    Greatest,
    /// 最小 of `value`; of nothing: not applicable.
    Least,
    /// 任一: some record passes the filter.
    Any,
    /// 全部: every record passes the filter; of nothing: yes.
    All,
    /// 前N合计: the sum of the N greatest values (all of them where there are fewer).
    SumOfGreatest(u32),
    /// 不同值计数: how many different values of `value` (a class value, text or number) there are.
    Distinct,
}

/// A fold over the records of a list. `filter` and `value` may use [`super::ExprKind::Column`] of this list, facts and definitions, but
/// no other fold. A record whose filter or value is not applicable does not count (for 全部: fails).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// Which list.
    pub list: super::ListId,
    /// What is made.
    pub kind: FoldKind,
    /// 其中: which records count; of type [`Type::Bool`]. Always there for [`FoldKind::Any`] and [`FoldKind::All`].
    pub filter: Option<Expr>,
    /// Of each record; `None` for [`FoldKind::Count`], [`FoldKind::Any`] and [`FoldKind::All`].
    pub value: Option<Expr>,
}

/// How many earlier awards the ledger holds, up to and with the day of the decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    /// Awards of this clause, …
    pub clause: ClauseId,
    /// … or of these.
    pub counts: CapScope,
    /// To whom.
    pub key: CapKey,
    /// Since when.
    pub period: CapPeriod,
    /// Whether calendar years with an award are counted instead of awards, those before the year of the decision only.
    pub years: bool,
    /// The fact that says whether a ledger was given (首次: without one the answer is open). `None`: no ledger means no awards.
    pub ledger: Option<FactId>,
}

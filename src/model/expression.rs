//! Checked expressions: ids and types, no strings to look up. Every node has a span.

use crate::source::Span;

use super::record::{Fold, Times};
use super::types::{MemberId, Rounding, Type, Value};
use super::{CalendarId, ClauseId, ColumnId, DefinitionId, FactId};

/// A checked expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type; never [`Type::Error`] in a [`super::Checked`] policy.
    pub ty: Type,
    /// Where it stands.
    pub span: Span,
}

/// An expression with the label of the list line it stood on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The drafter's label, or the text of the condition with normal spacing.
    pub label: String,
    /// Whether `label` was written by the drafter.
    pub labelled: bool,
    /// What must hold; of type [`Type::Bool`].
    pub expr: Expr,
}

/// An order or equality test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CompareOp {
    /// ≥
    AtLeast,
    /// >
    Above,
    /// ≤
    AtMost,
    /// <
    Below,
    /// =
    Equal,
    /// ≠
    NotEqual,
}

/// The kinds of expressions. All are total: a division by zero gives 不适用 (not applicable), see `docs/reference/semantics.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprKind {
    /// A known value.
    Constant(Value),
    /// The value of a fact.
    Fact(FactId),
    /// The value of a derived fact.
    Definition(DefinitionId),
    /// The day of the decision.
    OnDate,
    /// 非.
    Not(Box<Expr>),
    /// 且 / 全部: all hold. At least one part.
    All(Vec<Condition>),
    /// 或 / 任一: at least one holds. At least one part.
    Any(Vec<Condition>),
    /// A comparison of two numbers of one unit (scales may differ), two dates, two bools, two texts or two members; order only for
    /// numbers, dates and members of an ordered enumeration. A side that is not applicable makes it false.
    Compare {
        /// Which.
        op: CompareOp,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// 属于: the value is one of `members` or covered by one of them.
    Within {
        /// Of type [`Type::Member`].
        value: Box<Expr>,
        /// Of the class of `value`, without repeats, in order of id.
        members: Vec<MemberId>,
    },
    /// Sum; same unit; scale is the larger.
    Add(Box<Expr>, Box<Expr>),
    /// Difference; same unit; scale is the larger.
    Subtract(Box<Expr>, Box<Expr>),
    /// Product; units multiply, scales add.
    Multiply(Box<Expr>, Box<Expr>),
    /// Quotient, rounded; units divide; scale is `max(rounding.scale, 0)`. By zero: not applicable.
    Divide {
        /// Dividend.
        left: Box<Expr>,
        /// Divisor.
        right: Box<Expr>,
        /// Unit and mode of rounding.
        rounding: Rounding,
    },
    /// Rounded value; scale is `max(rounding.scale, 0)`.
    Round {
        /// What is rounded.
        value: Box<Expr>,
        /// Unit and mode.
        rounding: Rounding,
    },
    /// 取低: the least; same unit; scale is the largest.
    Least(Vec<Expr>),
    /// 取高: the greatest; same unit; scale is the largest.
    Greatest(Vec<Expr>),
    /// A date plus whole months.
    AddMonths {
        /// Of type [`Type::Date`].
        date: Box<Expr>,
        /// A number of 月 of scale 0; may be negative.
        months: Box<Expr>,
        /// What happens where the month has no such day.
        month_end: MonthEnd,
    },
    /// A date plus days.
    AddDays {
        /// Of type [`Type::Date`].
        date: Box<Expr>,
        /// A number of 天 of scale 0; may be negative.
        days: Box<Expr>,
    },
    /// 分档, 对照, 分别, 如: the value of the first arm whose condition holds, else `otherwise`; without it: not applicable. At least
    /// one arm; all values have one type, numbers one unit, and the scale is the largest.
    Choose {
        /// In order.
        arms: Vec<Arm>,
        /// What holds where no arm does.
        otherwise: Option<Box<Expr>>,
    },
    /// A fold over the records of a list.
    Fold(Box<Fold>),
    /// A column of the record at hand; only within a fold of its list.
    Column(ColumnId),
    /// How many earlier awards there were: a number without unit, scale 0, from 0 to `limits::LEDGER_TIMES_MAX`.
    Times(Box<Times>),
    /// 条款 甲 用完: some cap of the clause has nothing left for this applicant (its amount less what the ledger has used is 0 or less).
    UsedUp(ClauseId),
    /// Whole years from one day to another (3 years less a day: 2); a number without unit, scale 0, never below 0. 29 February is
    /// reached on 28 February of a common year.
    YearsBetween {
        /// The earlier day.
        from: Box<Expr>,
        /// The later day.
        to: Box<Expr>,
    },
    /// The calendar year of a day; a number without unit, scale 0.
    YearOf(Box<Expr>),
    /// The day `days` working days after a date, which is itself not counted; not applicable where the calendar does not reach.
    AddWorkingDays {
        /// Of type [`Type::Date`].
        date: Box<Expr>,
        /// A number of 工作日 of scale 0, never negative; at most `limits::WORKING_DAYS_MAX`.
        days: Box<Expr>,
        /// Which calendar.
        calendar: CalendarId,
    },
}

/// A condition and what holds where it is the first of its row that does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    /// When.
    pub when: Condition,
    /// What then.
    pub value: Expr,
}

/// Where a month has no such day (31 January + 1 month).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MonthEnd {
    /// 取月末: the last day of the month.
    LastDay,
    /// 顺延: the first day of the next month.
    NextMonth,
}

impl Expr {
    /// Whether two expressions are the same but for their places and labels.
    #[must_use]
    pub fn same(&self, other: &Expr) -> bool {
        let all = |one: &[Condition], two: &[Condition]| {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.expr.same(&two.expr))
        };
        let each =
            |one: &[Expr], two: &[Expr]| one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.same(two));
        use ExprKind as K;
        match (&self.kind, &other.kind) {
            (K::Constant(one), K::Constant(two)) => one == two && self.ty == other.ty,
            (K::Fact(one), K::Fact(two)) => one == two,
            (K::Definition(one), K::Definition(two)) => one == two,
            (K::OnDate, K::OnDate) => true,
            (K::Not(one), K::Not(two)) => one.same(two),
            (K::All(one), K::All(two)) | (K::Any(one), K::Any(two)) => all(one, two),
            (K::Least(one), K::Least(two)) | (K::Greatest(one), K::Greatest(two)) => each(one, two),
            (K::Compare { op: a, left: b, right: c }, K::Compare { op: x, left: y, right: z }) => {
                a == x && b.same(y) && c.same(z)
            }
            (K::Within { value: a, members: b }, K::Within { value: x, members: y }) => a.same(x) && b == y,
            (K::Add(a, b), K::Add(x, y))
            | (K::Subtract(a, b), K::Subtract(x, y))
            | (K::Multiply(a, b), K::Multiply(x, y))
            | (K::AddDays { date: a, days: b }, K::AddDays { date: x, days: y }) => a.same(x) && b.same(y),
            (K::Divide { left: a, right: b, rounding: c }, K::Divide { left: x, right: y, rounding: z }) => {
                a.same(x) && b.same(y) && c == z
            }
            (K::Round { value: a, rounding: b }, K::Round { value: x, rounding: y }) => a.same(x) && b == y,
            (K::AddMonths { date: a, months: b, month_end: c }, K::AddMonths { date: x, months: y, month_end: z }) => {
                a.same(x) && b.same(y) && c == z
            }
            (K::Choose { arms: a, otherwise: b }, K::Choose { arms: x, otherwise: y }) => {
                let rest = match (b, y) {
                    (Some(one), Some(two)) => one.same(two),
                    (None, None) => true,
                    _ => false,
                };
                let arm = |(one, two): (&Arm, &Arm)| one.when.expr.same(&two.when.expr) && one.value.same(&two.value);
                rest && a.len() == x.len() && a.iter().zip(x).all(arm)
            }
            (K::Fold(a), K::Fold(x)) => {
                let part = |one: &Option<Expr>, two: &Option<Expr>| match (one, two) {
                    (Some(one), Some(two)) => one.same(two),
                    (None, None) => true,
                    _ => false,
                };
                a.list == x.list && a.kind == x.kind && part(&a.filter, &x.filter) && part(&a.value, &x.value)
            }
            (K::Column(a), K::Column(x)) => a == x,
            (K::Times(a), K::Times(x)) => a == x,
            (K::UsedUp(a), K::UsedUp(x)) => a == x,
            (K::YearsBetween { from: a, to: b }, K::YearsBetween { from: x, to: y }) => a.same(x) && b.same(y),
            (K::YearOf(a), K::YearOf(x)) => a.same(x),
            (
                K::AddWorkingDays { date: a, days: b, calendar: c },
                K::AddWorkingDays { date: x, days: y, calendar: z },
            ) => a.same(x) && b.same(y) && c == z,
            _ => false,
        }
    }

    /// Calls `visit` with each part of the expression, in order; not with the parts of its parts.
    pub fn parts<'e>(&'e self, mut visit: impl FnMut(&'e Expr)) {
        use ExprKind as K;
        match &self.kind {
            K::Constant(_) | K::Fact(_) | K::Definition(_) | K::OnDate | K::Column(_) | K::Times(_) | K::UsedUp(_) => {}
            K::Not(inner) | K::YearOf(inner) => visit(inner),
            K::Within { value, .. } | K::Round { value, .. } => visit(value),
            K::All(parts) | K::Any(parts) => parts.iter().for_each(|part| visit(&part.expr)),
            K::Least(parts) | K::Greatest(parts) => parts.iter().for_each(visit),
            K::Compare { left, right, .. } | K::Divide { left, right, .. } => {
                [left, right].into_iter().for_each(|part| visit(part))
            }
            K::Add(left, right) | K::Subtract(left, right) | K::Multiply(left, right) => {
                [left, right].into_iter().for_each(|part| visit(part));
            }
            K::AddMonths { date, months: count, .. }
            | K::AddDays { date, days: count }
            | K::AddWorkingDays { date, days: count, .. } => [date, count].into_iter().for_each(|part| visit(part)),
            K::YearsBetween { from, to } => [from, to].into_iter().for_each(|part| visit(part)),
            K::Choose { arms, otherwise } => {
                for arm in arms {
                    visit(&arm.when.expr);
                    visit(&arm.value);
                }
                otherwise.iter().for_each(|rest| visit(rest));
            }
            K::Fold(fold) => fold.filter.iter().chain(&fold.value).for_each(visit),
        }
    }
}

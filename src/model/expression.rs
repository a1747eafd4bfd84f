//! Checked expressions: ids and types, no strings to look up. Every node has a span.

use crate::source::Span;

use super::types::{MemberId, Rounding, Type, Value};
use super::{DefinitionId, FactId};

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
            _ => false,
        }
    }
}

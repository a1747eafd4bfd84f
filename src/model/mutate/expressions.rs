//! In: an expression. Out: what can be changed in it, one thing at a time, and the change made. Invariant: the type of an expression
//! stays.

use rust_decimal::Decimal;

use super::{Change, Kind, Role, Site, Step};
use crate::model::expression::{Arm, CompareOp, Condition, Expr, ExprKind};
use crate::model::types::{NumberKind, Type, Value};
use crate::source::Span;

/// By how many percent an amount or rate is changed.
const PERCENT: i64 = 1;

/// Calls `f` with every node, outermost first, always in the same order.
pub(super) fn visit(expr: &mut Expr, role: Role, f: &mut impl FnMut(Site<'_>)) {
    f(Site::Expr(expr, role));
    use ExprKind as K;
    match &mut expr.kind {
        K::Constant(_) | K::Fact(_) | K::Definition(_) | K::OnDate | K::Column(_) | K::Times(_) | K::UsedUp(_) => {}
        K::Compare { left, right, .. } => {
            let made = is_made(left, right, expr.span);
            let role = |scale| if made { Role::Made } else { Role::Threshold(scale) };
            let (a, b) = (role(right.ty.scale()), role(left.ty.scale()));
            visit(left, a, f);
            visit(right, b, f);
        }
        K::Not(inner) | K::YearOf(inner) => visit(inner, role, f),
        K::Within { value, .. } | K::Round { value, .. } => visit(value, role, f),
        K::All(parts) | K::Any(parts) => parts.iter_mut().for_each(|part| visit(&mut part.expr, role, f)),
        K::Least(parts) | K::Greatest(parts) => parts.iter_mut().for_each(|part| visit(part, role, f)),
        K::Divide { left, right, .. } => [left, right].into_iter().for_each(|part| visit(part, role, f)),
        K::Add(left, right) | K::Subtract(left, right) | K::Multiply(left, right) => {
            [left, right].into_iter().for_each(|part| visit(part, role, f));
        }
        K::AddMonths { date, months: count, .. }
        | K::AddDays { date, days: count }
        | K::AddWorkingDays { date, days: count, .. } => {
            [date, count].into_iter().for_each(|part| visit(part, Role::Threshold(0), f));
        }
        K::YearsBetween { from, to } => [from, to].into_iter().for_each(|part| visit(part, role, f)),
        K::Choose { arms, otherwise } => {
            for arm in arms {
                visit(&mut arm.when.expr, role, f);
                visit(&mut arm.value, role, f);
            }
            otherwise.iter_mut().for_each(|rest| visit(rest, role, f));
        }
        K::Fold(fold) => fold.filter.iter_mut().chain(&mut fold.value).for_each(|part| visit(part, role, f)),
    }
}

/// What can be done to a node, not to its parts.
pub(super) fn steps(expr: &Expr, role: Role) -> Vec<Step> {
    let span = expr.span;
    let step = |change, kind| Step { span, change, kind };
    match &expr.kind {
        ExprKind::Constant(Value::Number(from)) => numbers(*from, &expr.ty, role)
            .into_iter()
            .map(|to| step(Change::Number { from: *from, to, ty: expr.ty.clone() }, Kind::Number(to)))
            .collect(),
        ExprKind::Constant(Value::Date(from)) => {
            let days = [from.saturating_sub(1), from.saturating_add(1)];
            days.map(|to| step(Change::Day { from: *from, to }, Kind::Day(to))).to_vec()
        }
        ExprKind::Compare { op, left, right } => {
            let number = matches!(left.ty, Type::Number { .. } | Type::Date);
            let steps = operators(*op).iter().filter(|_| number || is_equality(*op));
            // Two constants say the same whatever stands between them.
            let closed = is_made(left, right, span) || (is_constant(left) && is_constant(right));
            let steps = steps.filter(|_| !closed);
            steps.map(|to| step(Change::Operator { from: *op, to: *to }, Kind::Operator(*to))).collect()
        }
        ExprKind::All(parts) => parts_of(parts, true, step),
        ExprKind::Any(parts) => parts_of(parts, false, step),
        ExprKind::Choose { arms, .. } => arms
            .iter()
            .enumerate()
            .filter(|_| arms.len() > 1)
            .map(|(at, arm)| step(Change::Dropped { label: arm.when.label.clone() }, Kind::Drop(at)))
            .map(|found| with_span(found, arms))
            .collect(),
        ExprKind::Fold(fold) => {
            let dropped = fold.filter.iter().filter(|_| fold.value.is_some() || is_count(fold.kind));
            dropped
                .map(|filter| Step {
                    span: filter.span,
                    change: Change::Dropped { label: String::new() },
                    kind: Kind::Filter,
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

fn is_count(kind: crate::model::FoldKind) -> bool {
    kind == crate::model::FoldKind::Count
}

/// Whether a comparison stands for a word: its constant stands where all of it does.
fn is_made(left: &Expr, right: &Expr, span: Span) -> bool {
    [left, right].iter().any(|side| is_constant(side) && side.span == span)
}

fn is_constant(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Constant(_))
}

fn with_span(mut step: Step, arms: &[Arm]) -> Step {
    if let Kind::Drop(at) = step.kind
        && let Some(arm) = arms.get(at)
    {
        step.span = arm.when.expr.span;
    }
    step
}

fn parts_of(parts: &[Condition], all: bool, step: impl Fn(Change, Kind) -> Step) -> Vec<Step> {
    if parts.len() < 2 {
        return Vec::new();
    }
    let mut steps = vec![step(Change::Connective { all }, Kind::Connective)];
    for (at, part) in parts.iter().enumerate() {
        let (span, label) = (part.expr.span, part.label.clone());
        steps.push(Step { span, change: Change::Dropped { label: label.clone() }, kind: Kind::Drop(at) });
        steps.push(Step { span, change: Change::Negated { label }, kind: Kind::Negate(at) });
    }
    steps
}

fn is_equality(op: CompareOp) -> bool {
    matches!(op, CompareOp::Equal | CompareOp::NotEqual)
}

fn operators(op: CompareOp) -> &'static [CompareOp] {
    match op {
        CompareOp::AtLeast => &[CompareOp::Above],
        CompareOp::Above => &[CompareOp::AtLeast],
        CompareOp::AtMost => &[CompareOp::Below],
        CompareOp::Below => &[CompareOp::AtMost],
        CompareOp::Equal => &[CompareOp::NotEqual],
        CompareOp::NotEqual => &[CompareOp::Equal],
    }
}

/// What a number becomes: a threshold one unit more and less, and ten times as much; an amount or rate one percent more and less, and an
/// amount one cent more; any other count one more and less.
fn numbers(from: Decimal, ty: &Type, role: Role) -> Vec<Decimal> {
    let Type::Number { kind, .. } = ty else { return Vec::new() };
    let percent = from.checked_mul(Decimal::new(PERCENT, 2)).unwrap_or_default();
    let mut all = match (role, kind) {
        (Role::Threshold(scale), _) => {
            let unit = Decimal::new(1, u32::from(scale));
            let ten_times = from.checked_mul(Decimal::TEN).unwrap_or(from);
            vec![from - unit, from + unit, ten_times]
        }
        (Role::Made, _) => Vec::new(),
        (Role::Amount, NumberKind::Money) => vec![from - percent, from + percent, from + Decimal::new(1, 2)],
        (Role::Amount, NumberKind::Rate | NumberKind::Number) => vec![from - percent, from + percent],
        (Role::Amount, NumberKind::Integer | NumberKind::Period | NumberKind::Quantity) => {
            vec![from - Decimal::ONE, from + Decimal::ONE]
        }
    };
    let mut seen = Vec::new();
    all.retain(|to| {
        let fresh = *to != from && !seen.contains(to);
        seen.push(*to);
        fresh
    });
    all
}

/// Makes a change.
pub(super) fn make(expr: &mut Expr, kind: &Kind) {
    match (&mut expr.kind, kind) {
        (ExprKind::Constant(value), Kind::Number(to)) => *value = Value::Number(to.normalize()),
        (ExprKind::Constant(value), Kind::Day(to)) => *value = Value::Date(*to),
        (ExprKind::Compare { op, .. }, Kind::Operator(to)) => *op = *to,
        (ExprKind::All(parts), Kind::Connective) => expr.kind = ExprKind::Any(std::mem::take(parts)),
        (ExprKind::Any(parts), Kind::Connective) => expr.kind = ExprKind::All(std::mem::take(parts)),
        (ExprKind::All(parts) | ExprKind::Any(parts), Kind::Drop(at)) if *at < parts.len() => {
            parts.remove(*at);
        }
        (ExprKind::All(parts) | ExprKind::Any(parts), Kind::Negate(at)) => {
            if let Some(part) = parts.get_mut(*at) {
                negate(&mut part.expr);
            }
        }
        (ExprKind::Choose { arms, .. }, Kind::Drop(at)) if *at < arms.len() && arms.len() > 1 => {
            arms.remove(*at);
        }
        (ExprKind::Fold(fold), Kind::Filter) => fold.filter = None,
        _ => {}
    }
}

/// The opposite of a condition.
pub(super) fn negate(expr: &mut Expr) {
    let (ty, span) = (expr.ty.clone(), expr.span);
    let inner = std::mem::replace(expr, Expr { kind: ExprKind::OnDate, ty, span });
    let (ty, span) = (inner.ty.clone(), inner.span);
    *expr = match inner.kind {
        ExprKind::Not(inner) => *inner,
        _ => Expr { kind: ExprKind::Not(Box::new(inner)), ty, span },
    };
}

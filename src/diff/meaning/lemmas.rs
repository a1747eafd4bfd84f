//! In: expressions. Out: conditions that never hold, of parts that the solver does not look into: numbers that are rounded alike, years,
//! days so many months or working days on keep their order; of earlier awards no fewer count over a longer period.
//! Invariant: none of them holds of any application with any ledger, 不适用 included, so that to leave them out loses nothing.

use rust_decimal::Decimal;

use super::ask::compare;
use super::joint::Joint;
use super::ledgers::Counted;
use super::terms::condition;
use crate::model::{CapKey, CapPeriod, CompareOp, Expr, ExprKind, FactId, Model, Type, Value};

/// Most pairs of parts that are related.
const LEMMAS_MAX: usize = 6;

/// What never holds.
pub fn never<'e>(joint: &'e Joint<'_>, exprs: impl IntoIterator<Item = &'e Expr>) -> Vec<Expr> {
    let mut parts: Vec<&Expr> = Vec::new();
    for expr in exprs {
        monotone(&joint.model, expr, &mut parts);
    }
    let mut all = Vec::new();
    let mut related = 0;
    for (at, one) in parts.iter().enumerate() {
        for two in parts.iter().skip(at + 1) {
            let found = disorder(one, two);
            if related < LEMMAS_MAX && !found.is_empty() {
                related += 1;
                all.extend(found);
            }
        }
    }
    all
}

/// What never holds of facts that count earlier awards.
pub fn of_counted(joint: &Joint<'_>, facts: &[FactId]) -> Vec<Expr> {
    let known: Vec<(FactId, &Counted)> = (joint.ledger.iter())
        .filter(|(fact, _)| facts.contains(fact))
        .map(|(fact, counted)| (*fact, counted))
        .collect();
    let fact = |id: FactId| {
        let ty = joint.model.facts.get(id.index()).map_or(Type::Error, |fact| fact.ty.clone());
        Expr { kind: ExprKind::Fact(id), ty, span: joint.model.policy.span }
    };
    let mut all = Vec::new();
    for (one, few) in &known {
        for (two, many) in &known {
            if one != two && is_within(few, many) {
                all.push(compare(CompareOp::Above, fact(*one), fact(*two)));
            }
            if is_of_none(few, many) {
                // Something was used of nothing that was given.
                let zero = |id: FactId| {
                    let ty = joint.model.facts.get(id.index()).map_or(Type::Error, |fact| fact.ty.clone());
                    Expr { kind: ExprKind::Constant(Value::Number(Decimal::ZERO)), ty, span: joint.model.policy.span }
                };
                let used = compare(CompareOp::Above, fact(*one), zero(*one));
                let none = compare(CompareOp::Equal, fact(*two), zero(*two));
                let kind = ExprKind::All([used, none].map(condition).into());
                all.push(Expr { kind, ty: Type::Bool, span: joint.model.policy.span });
            }
        }
    }
    all
}

/// Whether all that counts for one counts for the other.
fn is_within(few: &Counted, many: &Counted) -> bool {
    let of = |counted: &Counted| match counted {
        Counted::Used { counts, key, period } => Some((0, counts.clone(), key.clone(), *period)),
        Counted::Times { counts, key, period, years } => {
            Some((1 + i32::from(*years), counts.clone(), key.clone(), *period))
        }
        Counted::Any { .. } | Counted::Once { .. } | Counted::UsedUp { .. } => None,
    };
    let (Some((what, counts, key, period)), Some((other, all, whose, long))) = (of(few), of(many)) else {
        return false;
    };
    let counted = match (&counts, &all) {
        (_, None) => true,
        (Some(some), Some(all)) => some.iter().all(|clause| all.contains(clause)),
        (None, Some(_)) => false,
    };
    what == other && counted && (key == whose || whose == CapKey::Everyone) && is_shorter(period, long)
}

/// Whether what is used of a cap was given by awards that are all counted as times; years are counted before this one only.
fn is_of_none(used: &Counted, times: &Counted) -> bool {
    let Counted::Used { counts, key, period } = used else { return false };
    let Counted::Times { counts: all, key: whose, period: long, years: false } = times else { return false };
    let counted = match (counts, all) {
        (_, None) => true,
        (Some(some), Some(all)) => some.iter().all(|clause| all.contains(clause)),
        (None, Some(_)) => false,
    };
    counted && (key == whose || *whose == CapKey::Everyone) && is_shorter(*period, *long)
}

fn is_shorter(period: CapPeriod, long: CapPeriod) -> bool {
    match (period, long) {
        (CapPeriod::Each, _) => true,
        // A day of this year lies in the twelve months before the decision; not the other way about.
        (CapPeriod::Year | CapPeriod::OnceOrYear, CapPeriod::Months(months)) => months >= 12,
        (CapPeriod::Months(few), CapPeriod::Months(many)) => few <= many,
        (_, CapPeriod::Lifetime) => true,
        (one, two) => one == two,
    }
}

/// The parts that keep the order of what they are made from, each once.
fn monotone<'e>(model: &'e Model, expr: &'e Expr, found: &mut Vec<&'e Expr>) {
    let is = matches!(
        expr.kind,
        ExprKind::Round { .. }
            | ExprKind::Divide { .. }
            | ExprKind::YearOf(_)
            | ExprKind::AddMonths { .. }
            | ExprKind::AddWorkingDays { .. }
    );
    if is && !found.iter().any(|other| other.same(expr)) {
        found.push(expr);
    }
    if let ExprKind::Definition(id) = &expr.kind {
        model.definitions.get(id.index()).iter().for_each(|definition| monotone(model, &definition.value, found));
    }
    expr.parts(|part| monotone(model, part, found));
}

/// That two parts are in another order than what they are made from.
fn disorder(one: &Expr, two: &Expr) -> Vec<Expr> {
    if let Some((a, b)) = inner(one, two) {
        let both = |first: CompareOp, second: CompareOp| {
            let parts = [compare(first, a.clone(), b.clone()), compare(second, one.clone(), two.clone())];
            Expr { kind: ExprKind::All(parts.map(condition).into()), ty: Type::Bool, span: one.span }
        };
        return vec![both(CompareOp::AtLeast, CompareOp::Below), both(CompareOp::AtMost, CompareOp::Above)];
    }
    let above = |first: &Expr, second: &Expr| vec![compare(CompareOp::Above, first.clone(), second.clone())];
    match later(one, two) {
        Some(true) => above(one, two),
        Some(false) => above(two, one),
        None => Vec::new(),
    }
}

/// Whether the second of two days counted from one day is not before the first.
fn later(one: &Expr, two: &Expr) -> Option<bool> {
    let (day, count, other, also) = match (&one.kind, &two.kind) {
        (
            ExprKind::AddMonths { date: a, months: m, month_end: x },
            ExprKind::AddMonths { date: b, months: n, month_end: y },
        ) if x == y => (a, m, b, n),
        (
            ExprKind::AddWorkingDays { date: a, days: m, calendar: x },
            ExprKind::AddWorkingDays { date: b, days: n, calendar: y },
        ) if x == y => (a, m, b, n),
        _ => return None,
    };
    let number = |expr: &Expr| match &expr.kind {
        ExprKind::Constant(Value::Number(number)) => Some(*number),
        _ => None,
    };
    let (count, also) = (number(count)?, number(also)?);
    (day.same(other) && count != also).then_some(count < also)
}

/// What two parts are made from, in the same way.
fn inner(one: &Expr, two: &Expr) -> Option<(Expr, Expr)> {
    match (&one.kind, &two.kind) {
        (ExprKind::Round { value: a, rounding: x }, ExprKind::Round { value: b, rounding: y }) if x == y => {
            Some(((**a).clone(), (**b).clone()))
        }
        (ExprKind::YearOf(a), ExprKind::YearOf(b)) => Some(((**a).clone(), (**b).clone())),
        (
            ExprKind::AddMonths { date: a, months: m, month_end: x },
            ExprKind::AddMonths { date: b, months: n, month_end: y },
        ) if x == y && m.same(n) => Some(((**a).clone(), (**b).clone())),
        (
            ExprKind::Divide { left: a, right: by, rounding: x },
            ExprKind::Divide { left: b, right: other, rounding: y },
        ) if x == y => {
            let (Some(c), Some(d)) = (divisor(by), divisor(other)) else { return None };
            let whole = |expr: &Expr, by: &Expr| Expr {
                kind: ExprKind::Multiply(Box::new(expr.clone()), Box::new(by.clone())),
                ty: match &expr.ty {
                    Type::Number { kind, unit, scale } => {
                        let scale = scale.saturating_add(by.ty.scale());
                        Type::Number { kind: *kind, unit: unit.clone(), scale }
                    }
                    other => other.clone(),
                },
                span: expr.span,
            };
            if c == d { Some(((**a).clone(), (**b).clone())) } else { Some((whole(a, other), whole(b, by))) }
        }
        _ => None,
    }
}

/// A divisor that is a number above zero.
fn divisor(expr: &Expr) -> Option<Decimal> {
    match &expr.kind {
        ExprKind::Constant(Value::Number(number)) if *number > Decimal::ZERO => Some(*number),
        _ => None,
    }
}

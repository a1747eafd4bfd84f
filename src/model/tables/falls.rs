//! In: the tables of a checked model, and the amounts that multiply a table with what it is about. Out: places where a larger base gives
//! a smaller amount, with two bases and their amounts.
//! Invariant: amounts are compared before caps, and only where both are known exactly.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

use super::super::clause::Clause;
use super::super::context::Context;
use super::super::expression::{Expr, ExprKind};
use super::super::lints::{amounts, walk};
use super::super::types::{NumberKind, Type, Unit};
use super::super::typing::kind_of;
use super::super::{Definition, Form, TierLine};
use super::ends::key;
use super::shown::shown;
use super::stretch::{Cut, Grid, Stretch};

/// A stretch with the one value that holds on it.
struct Step {
    stretch: Stretch,
    value: Decimal,
    span: Span,
}

/// Two bases with their amounts.
struct Fall {
    bases: (Decimal, Decimal),
    amounts: (Decimal, Decimal),
}

impl Context<'_> {
    /// Reports falls of all tables; clauses are given apart, since the model is lent out.
    pub(super) fn falls(&mut self, clauses: &[Clause]) {
        let definitions = std::mem::take(&mut self.model.definitions);
        let mut amounts: Vec<&Expr> = definitions.iter().map(|definition| &definition.value).collect();
        amounts.extend(clauses.iter().flat_map(|clause| self::amounts(clause)));
        let mut found = Vec::new();
        for (at, definition) in definitions.iter().enumerate() {
            match &definition.form {
                Form::Tiers { base, lines, otherwise } => {
                    let rate = amounts.iter().any(|amount| multiplies(amount, at, &definition.value, base));
                    if rate || is_amount(base, &definition.value) {
                        let steps = steps(base, lines, otherwise.as_ref()).unwrap_or_default();
                        found.extend(self.fall_of_tiers(definition, base, &steps, rate));
                    }
                }
                Form::Progressive { base, lines } => found.extend(self.negative_parts(definition, base, lines)),
                Form::Expression | Form::Lookup { .. } | Form::Sum(_) | Form::Highest(_) => {}
            }
        }
        self.model.definitions = definitions;
        found.into_iter().for_each(|report| self.report(report));
    }

    fn fall_of_tiers(&self, definition: &Definition, base: &Expr, steps: &[Step], rate: bool) -> Vec<Diagnostic> {
        let grid = Grid::of(base);
        let mut found = Vec::new();
        for pair in steps.windows(2) {
            let [below, above] = pair else { continue };
            if below.value <= above.value {
                continue;
            }
            let Some(fall) = fall(below, above, grid, rate) else { continue };
            let value = amount_type(base, &definition.value.ty, rate);
            found.push(self.report_fall(definition, base, &fall, &value, above.span, below.span));
        }
        found
    }

    fn report_fall(
        &self,
        definition: &Definition,
        base: &Expr,
        fall: &Fall,
        value: &Type,
        above: Span,
        below: Span,
    ) -> Diagnostic {
        let of = |number: Decimal| shown(number, &base.ty, &self.model);
        let amount = |number: Decimal| shown(number, value, &self.model);
        let (one, two) = (of(fall.bases.0), of(fall.bases.1));
        let (more, less) = (amount(fall.amounts.0), amount(fall.amounts.1));
        let what = self.text(base.span);
        Diagnostic::new(
            Code::AmountFalls,
            above,
            format!("{what}从 {one} 增加到 {two}，按“{}”算的从 {more} 降到 {less}", definition.name),
            format!("from {one} to {two} of `{what}`, `{}` gives {less} instead of {more}", definition.name),
        )
        .also(below, "低的一档", "the lower tier")
        .help(
            "看看两档的值是不是写反了；只对超过部分用低的比例，用“累进”；确实如此就接受这个警告，写明理由",
            "are the values swapped? use `progressive` where a rate is for the excess only; else accept the warning with a reason",
        )
    }

    /// 累进: a part with a rate below 0 takes away what the parts before it gave.
    fn negative_parts(&self, definition: &Definition, base: &Expr, lines: &[TierLine]) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut sum = Decimal::ZERO;
        for (at, line) in lines.iter().enumerate() {
            let low = line.low.as_ref().map_or(Some(Decimal::ZERO), |end| key(&end.at));
            let (Some(low), Some(rate)) = (low, key(&line.value)) else { return found };
            let high = line.high.as_ref().and_then(|end| key(&end.at));
            let to = high.or_else(|| low.checked_add(low.max(Decimal::ONE)));
            let grown = to.and_then(|to| to.checked_sub(low)?.checked_mul(rate)?.checked_add(sum));
            let (Some(to), Some(grown)) = (to, grown) else { return found };
            if rate.is_sign_negative() && !rate.is_zero() {
                let fall = Fall { bases: (low, to), amounts: (sum, grown) };
                let value = &definition.value.ty;
                let below = at.checked_sub(1).and_then(|at| lines.get(at)).map_or(line.span, |line| line.span);
                found.push(self.report_fall(definition, base, &fall, value, line.span, below));
            }
            sum = grown;
        }
        found
    }
}

/// The fall between two neighbouring steps.
fn fall(below: &Step, above: &Step, grid: Grid, rate: bool) -> Option<Fall> {
    let amount = |value: Decimal, base: Decimal| if rate { value.checked_mul(base) } else { Some(value) };
    let (edge, next) = (below.stretch.to.value()?, above.stretch.from.value()?);
    if rate && (edge <= Decimal::ZERO || next <= Decimal::ZERO) {
        return None;
    }
    let least = grid.step.unwrap_or_else(|| Decimal::new(1, 6));
    let mut distance = power_below(edge.abs().checked_div(Decimal::ONE_THOUSAND)?).max(least);
    loop {
        let one = if below.stretch.to == Cut::At(edge, true) { edge } else { edge.checked_sub(distance)? };
        let two = if above.stretch.from == Cut::At(next, false) { next } else { next.checked_add(distance)? };
        let inside = |stretch: Stretch, value: Decimal| {
            stretch.from <= Cut::At(value, false) && Cut::At(value, true) <= stretch.to
        };
        let (more, less) = (amount(below.value, one)?, amount(above.value, two)?);
        if inside(below.stretch, one) && inside(above.stretch, two) && more > less {
            return Some(Fall { bases: (one.normalize(), two.normalize()), amounts: (more, less) });
        }
        if distance <= least {
            return None;
        }
        distance = distance.checked_div(Decimal::TEN)?.max(least);
    }
}

/// The greatest power of ten that is not above a number; 1 below 1.
fn power_below(number: Decimal) -> Decimal {
    let mut power = Decimal::ONE;
    while let Some(next) = power.checked_mul(Decimal::TEN).filter(|next| *next <= number) {
        power = next;
    }
    power
}

/// The values of a table over the whole line, lowest first, where they are constants; `None` where a line is no constant stretch.
fn steps(base: &Expr, lines: &[TierLine], otherwise: Option<&Expr>) -> Option<Vec<Step>> {
    let grid = Grid::of(base);
    let stretches: Vec<(Stretch, &TierLine)> =
        lines.iter().map(|line| Some((Stretch::of(line)?, line))).collect::<Option<_>>()?;
    let mut cuts: BTreeSet<Cut> = BTreeSet::from([Cut::Least, Cut::Most]);
    cuts.extend(stretches.iter().flat_map(|(stretch, _)| [stretch.from, stretch.to]));
    let cuts: Vec<Cut> = cuts.into_iter().collect();
    let mut steps: Vec<Step> = Vec::new();
    for pair in cuts.windows(2) {
        let &[from, to] = pair else { continue };
        let here = Stretch { from, to };
        if !grid.meets(here) {
            continue;
        }
        let line = stretches.iter().find(|(stretch, _)| stretch.with(here).is_some()).map(|(_, line)| *line);
        let (value, span) = match line {
            Some(line) => (Some(&line.value), line.span),
            None => (otherwise, otherwise.map_or(base.span, |rest| rest.span)),
        };
        match value.and_then(key) {
            Some(value) => steps.push(Step { stretch: here, value, span }),
            // What has no value separates what stands on its two sides.
            None => steps.push(Step { stretch: Stretch { from: to, to }, value: Decimal::MIN, span }),
        }
    }
    Some(steps)
}

/// Whether a table gives amounts that grow with what it is about: not by rank, year or day.
fn is_amount(base: &Expr, value: &Expr) -> bool {
    let grows = match &base.ty {
        Type::Number { kind, .. } => !matches!(kind, NumberKind::Integer | NumberKind::Period),
        _ => false,
    };
    grows && matches!(&value.ty, Type::Number { unit, .. } if unit.currency().is_some())
}

/// The type of the amount that falls.
fn amount_type(base: &Expr, value: &Type, rate: bool) -> Type {
    let (Type::Number { unit: one, scale: first, .. }, Type::Number { unit: two, scale: second, .. }) =
        (&base.ty, value)
    else {
        return value.clone();
    };
    if !rate {
        return value.clone();
    }
    let unit: Unit = one.times(two);
    let scale = first.saturating_add(*second);
    let kind = if unit.powers.is_empty() { NumberKind::Rate } else { kind_of(&unit, scale) };
    Type::Number { kind, unit, scale }
}

/// Whether an expression multiplies a table with what the table is about.
fn multiplies(amount: &Expr, table: usize, value: &Expr, base: &Expr) -> bool {
    let mut found = false;
    walk(amount, &mut |part| {
        if let ExprKind::Multiply(..) = &part.kind {
            let mut factors = Vec::new();
            flatten(part, &mut factors);
            let is_table = |factor: &&Expr| {
                matches!(factor.kind, ExprKind::Definition(id) if id.index() == table) || factor.same(value)
            };
            found |= factors.iter().any(is_table) && factors.iter().any(|factor| factor.same(base));
        }
    });
    found
}

fn flatten<'e>(expr: &'e Expr, factors: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::Multiply(left, right) => {
            flatten(left, factors);
            flatten(right, factors);
        }
        _ => factors.push(expr),
    }
}

//! In: a branch in which everything may hold. Out: an application in it, decided by the reference interpreter.
//! Invariant: values are tried in a fixed order, the plainest first: a threshold itself, a round number, an ordinary day.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::branch::{Branch, Slot};
use super::linear::{Eliminated, Var, power_of_ten};
use super::pool::{FAR, Pool, Source, at_scale, mentioned};
use super::question::{Goal, Question, Witness, holds, requirements};
use super::{records, years};
use crate::calendar;
use crate::limits::SOLVE_TRIES_MAX;
use crate::model::case::{Given, Record};
use crate::model::{Expr, ExprKind, FactId, Model, NumberKind, Type};
use crate::oracle::Evaluator;

/// Picks values; the budget is that of one question.
pub struct Picker<'q, 'a> {
    question: &'q Question<'a>,
    tries: usize,
}

/// Values chosen so far.
#[derive(Debug, Clone, Default)]
struct Chosen {
    counts: BTreeMap<Var, i128>,
    facts: BTreeMap<FactId, Given>,
    lists: BTreeMap<FactId, Vec<Record>>,
    on: Option<i32>,
}

impl<'q, 'a> Picker<'q, 'a> {
    /// With a full budget.
    pub fn new(question: &'q Question<'a>) -> Picker<'q, 'a> {
        Picker { question, tries: 0 }
    }

    /// An application in the branch.
    pub fn pick(&mut self, pool: &mut Pool<'a>, branch: &Branch<'a>) -> Option<Witness> {
        let mut branch = branch.clone();
        let order = order(pool, &branch);
        let eliminated = branch.eliminated(pool, &order)?;
        let mut chosen = Chosen::default();
        for (fact, given) in &self.question.pinned {
            chosen.facts.insert(*fact, given.clone());
        }
        self.descend(pool, &mut branch, &eliminated, &order, chosen)
    }

    fn descend(
        &mut self,
        pool: &mut Pool<'a>,
        branch: &mut Branch<'a>,
        eliminated: &Eliminated,
        order: &[Var],
        chosen: Chosen,
    ) -> Option<Witness> {
        self.tries += 1;
        if self.tries > SOLVE_TRIES_MAX {
            return None;
        }
        let Some((var, rest)) = order.split_first() else { return self.decided(pool, chosen) };
        let slot = branch.slot(pool, *var).clone();
        let source = pool.vars.get(*var)?.source;
        if slot.given == Some(false) {
            let mut chosen = chosen;
            if let Source::Fact(fact) = source {
                chosen.facts.insert(fact, Given::NotApplicable);
            }
            return self.descend(pool, branch, eliminated, rest, chosen);
        }
        let (low, high) = eliminated.range(*var, &chosen.counts)?;
        let (low, high) = (low.unwrap_or(-FAR).max(slot.low), high.unwrap_or(FAR).min(slot.high));
        let values = match source {
            Source::Part(expr) if is_free(pool.model, expr, &chosen) => {
                if matches!(expr.ty, Type::Bool) {
                    distinct([high, low])
                } else {
                    plainest(low, high)
                }
            }
            Source::Part(expr) => {
                let on = self.on(pool.model, &chosen);
                let number = Evaluator::with_lists(pool.model, &chosen.facts, &chosen.lists, on).number(expr);
                let scale = pool.vars.get(*var)?.scale;
                number.and_then(|number| at_scale(number, scale)).into_iter().collect()
            }
            Source::Day => days(pool.model, low, high),
            Source::Fact(fact) => candidates(pool.model, fact, &slot, low, high),
        };
        for value in values.into_iter().filter(|value| low <= *value && *value <= high) {
            if slot.allowed.as_ref().is_some_and(|allowed| !allowed.contains(&value)) {
                continue;
            }
            let mut next = chosen.clone();
            next.counts.insert(*var, value);
            match source {
                Source::Fact(fact) => {
                    next.facts.insert(fact, Given::Value(pool.decode(fact, value)?));
                }
                Source::Day => next.on = i32::try_from(value).ok(),
                Source::Part(expr) if is_free(pool.model, expr, &chosen) => {
                    let target = Decimal::try_from_i128_with_scale(value, pool.vars.get(*var)?.scale).ok()?;
                    let on = self.on(pool.model, &chosen);
                    let made = records::records(pool.model, expr, target.normalize(), &chosen.facts, on);
                    let Some((list, made)) = made else { continue };
                    next.lists.insert(list, made);
                }
                Source::Part(_) => {}
            }
            let found = self.descend(pool, branch, eliminated, rest, next);
            if found.is_some() || self.tries > SOLVE_TRIES_MAX {
                return found;
            }
        }
        None
    }

    /// The application, where the reference interpreter agrees; facts that turn out to matter get an ordinary value.
    fn decided(&mut self, pool: &mut Pool<'a>, chosen: Chosen) -> Option<Witness> {
        let model = pool.model;
        let on = self.on(model, &chosen);
        let (mut facts, mut lists) = (chosen.facts, chosen.lists);
        if !years::agree(model, &mut facts, on) {
            return None;
        }
        if holds(model, self.question, &facts, &lists, on).is_none() {
            let mut open = BTreeSet::new();
            for goal in &self.question.goals {
                facts_of(model, goal, &mut open);
            }
            for fact in open {
                if facts.contains_key(&fact) || lists.contains_key(&fact) {
                    continue;
                }
                if let Some(given) = ordinary(pool, fact) {
                    facts.insert(fact, given);
                    years::agree(model, &mut facts, on);
                } else if let Some(plain) = records::plain(model, fact, on) {
                    lists.insert(fact, plain);
                }
            }
        }
        let agreed = holds(model, self.question, &facts, &lists, on) == Some(true);
        agreed.then_some(Witness { facts, lists, on })
    }

    /// The day of the application.
    fn on(&self, model: &Model, chosen: &Chosen) -> i32 {
        self.question.day.or(chosen.on).unwrap_or_else(|| first_day(model, self.question))
    }
}

/// Whether a part is a fold of a list whose records are still to be made.
fn is_free(model: &Model, expr: &Expr, chosen: &Chosen) -> bool {
    let ExprKind::Fold(fold) = &expr.kind else { return false };
    model.lists.get(fold.list.index()).is_some_and(|list| !chosen.lists.contains_key(&list.fact))
}

/// Numbers between two ends, the plainest first.
fn plainest(low: i128, high: i128) -> Vec<i128> {
    distinct([roundest(low, high), low, high, low.saturating_add(1), high.saturating_sub(1)])
}

/// The day, facts that parts are computed from, then those parts, then all others.
fn order<'a>(pool: &Pool<'a>, branch: &Branch<'a>) -> Vec<Var> {
    let touched = |var: &Var| branch.slots.get(var).is_some_and(|slot| slot.touched);
    let source = |var: &Var| pool.vars.get(*var).map(|var| var.source);
    let parts: Vec<Var> =
        (0..pool.vars.len()).filter(|var| touched(var) && matches!(source(var), Some(Source::Part(_)))).collect();
    let day = (0..pool.vars.len()).filter(|var| touched(var) && matches!(source(var), Some(Source::Day)));
    let mut order: Vec<Var> = day.collect();
    for part in &parts {
        for input in pool.vars.get(*part).map_or(&[][..], |part| &part.inputs) {
            if !order.contains(input) {
                order.push(*input);
            }
        }
        order.push(*part);
    }
    let rest = (0..pool.vars.len()).filter(|var| touched(var) && !order.contains(var)).collect::<Vec<_>>();
    order.extend(rest);
    order
}

fn facts_of(model: &Model, goal: &Goal<'_>, facts: &mut BTreeSet<FactId>) {
    match goal {
        Goal::Holds(expr, _) => {
            mentioned(model, expr, facts);
        }
        Goal::Among(fact, ..) => {
            facts.insert(*fact);
        }
        Goal::Apart(left, right, _) => {
            mentioned(model, left, facts);
            mentioned(model, right, facts);
        }
        Goal::Meets(id) => {
            let Some(clause) = model.clauses.get(id.index()) else { return };
            facts.extend(clause.industry.iter().map(|gate| gate.fact));
            for (expr, _) in requirements(model, clause) {
                mentioned(model, expr, facts);
            }
        }
    }
}

/// An ordinary value of a fact of which nothing is asked.
pub fn ordinary(pool: &mut Pool<'_>, fact: FactId) -> Option<Given> {
    let var = pool.fact(fact)?;
    let (low, high) = pool.vars.get(var).map(|var| (var.low, var.high))?;
    let slot = Slot { low, high, allowed: None, given: Some(true), touched: true };
    let value = candidates(pool.model, fact, &slot, low, high).into_iter().next()?;
    Some(Given::Value(pool.decode(fact, value)?))
}

/// The day that a case is decided on where nothing is said: the first of the policy.
fn day(model: &Model) -> i32 {
    model.policy.in_force.first.or(model.policy.published).unwrap_or(20_454)
}

fn first_day(model: &Model, question: &Question<'_>) -> i32 {
    let clauses = question.goals.iter().filter_map(|goal| match goal {
        Goal::Meets(id) => model.clauses.get(id.index())?.in_force.first,
        Goal::Holds(..) | Goal::Among(..) | Goal::Apart(..) => None,
    });
    clauses.fold(day(model), i32::max)
}

/// Days for the decision: the first in force, else an end.
fn days(model: &Model, low: i128, high: i128) -> Vec<i128> {
    let usual = i128::from(day(model)).clamp(low.min(high), high);
    distinct([usual, low, high])
}

/// Values of a fact between two ends, the plainest first.
fn candidates(model: &Model, fact: FactId, slot: &Slot, low: i128, high: i128) -> Vec<i128> {
    let Some(fact) = model.facts.get(fact.index()) else { return Vec::new() };
    if low > high {
        return Vec::new();
    }
    if let Some(allowed) = &slot.allowed {
        let inside = allowed.iter().copied().filter(|value| low <= *value && *value <= high);
        return inside.take(16).collect();
    }
    if high.saturating_sub(low) <= 40 && matches!(fact.ty, Type::Date | Type::Number { .. }) {
        return distinct([roundest(low, high)].into_iter().chain(low..=high));
    }
    match &fact.ty {
        // Where nothing else is asked, an applicant is in good standing and excluded by nothing; 台账: there is one.
        Type::Bool if fact.made => distinct([high, low]),
        Type::Bool => distinct([low, high]),
        Type::Member(_) => distinct([low, high, low + 1]),
        Type::Date => {
            let (year, ..) = calendar::civil(i64::from(day(model)));
            let past = [2, 5, 10, 0].map(|years| calendar::day(year - years, 1, 1).map_or(low, i128::from));
            // Rather the end that is near than the end of the calendar.
            let far = |end: i128| (end - i128::from(self::day(model))).abs();
            let ends = if far(high) <= far(low) { [high, low] } else { [low, high] };
            distinct(past.into_iter().filter(|day| low <= *day && *day <= high).chain(ends))
        }
        Type::Number { kind, scale, .. } => {
            let one = power_of_ten(u32::from(*scale)).unwrap_or(1);
            let (usual, divisor) = match kind {
                NumberKind::Money => (1_000_000, 1),
                NumberKind::Rate => (1, 10),
                NumberKind::Period => (12, 1),
                NumberKind::Integer | NumberKind::Number | NumberKind::Quantity => (10, 1),
            };
            let usual = (one * usual / divisor).max(1);
            let plain = roundest(low, high);
            let wide = low <= 0 && usual <= high;
            let first = if wide { usual } else { plain };
            distinct([first, plain, low, high, low.saturating_add(1), high.saturating_sub(1), 0, usual])
        }
        Type::Text => distinct([low, low + 1, low + 2, high]),
        Type::List(_) | Type::Error => Vec::new(),
    }
}

/// The number with the fewest digits other than zero between two ends; of several the one nearest to zero.
fn roundest(low: i128, high: i128) -> i128 {
    if low <= 0 && high >= 0 {
        return 0;
    }
    if high < 0 {
        return roundest(high.saturating_neg(), low.saturating_neg()).saturating_neg();
    }
    let mut step = 1_i128;
    let mut best = low;
    while let Some(next) = step.checked_mul(10) {
        if next > low {
            break;
        }
        // The least multiple of the step that is not below `low`.
        let up = low.div_euclid(next) + i128::from(low.rem_euclid(next) != 0);
        match up.checked_mul(next) {
            Some(value) if value <= high && value > 0 => best = value,
            _ => break,
        }
        step = next;
    }
    best
}

fn distinct(values: impl IntoIterator<Item = i128>) -> Vec<i128> {
    let mut all: Vec<i128> = Vec::new();
    for value in values {
        if !all.contains(&value) {
            all.push(value);
        }
    }
    all
}

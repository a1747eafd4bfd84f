//! In: a pair of clauses. Out: a case, at a threshold or drawn at random, for which something holds, as the machine decides on both sides; or none.
//! Invariant: the draws are always the same; that none was found proves nothing.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Witness;
use super::ask::{Asker, Task, clamped};
use super::edges::around;
use super::joint::Side;
use super::judge::{Decided, Trial};
use super::ledgers::realised;
use super::mentioned::Mentioned;
use crate::analysis;
use crate::decision::ClauseDecision;
use crate::model::case::{Given, Record};
use crate::model::{ClauseId, ColumnId, Expr, FactId, Model, Type, Value};

/// How many cases are drawn.
const DRAWS: usize = 600;
/// How many cases at thresholds are looked at of a policy of one clause; of more clauses so many fewer, within bounds.
const EDGES: usize = 60_000;
const EDGES_LEAST: usize = 100;
const EDGES_MOST: usize = 3_000;
/// Most records of a list.
const RECORDS: u64 = 3;

/// Numbers that look random and never change.
#[derive(Debug)]
struct Draw(u64);

impl Draw {
    fn new() -> Draw {
        Draw(0x9E37_79B9_7F4A_7C15)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> u64 {
        if end == 0 { 0 } else { self.next() % end }
    }

    fn of<'v, T>(&mut self, values: &'v [T]) -> Option<&'v T> {
        let at = self.below(u64::try_from(values.len()).ok()?);
        values.get(usize::try_from(at).ok()?)
    }
}

/// A case for which `check` holds: at the thresholds of a case that both sides find eligible, then at random around it.
pub fn sampled(
    asker: &Asker<'_, '_>,
    task: &Task,
    also: &[&Expr],
    check: &dyn Fn(&[Decided; 2]) -> bool,
) -> Option<Witness> {
    let model = &asker.joint.model;
    let mentioned = Mentioned::of_task(model, task, also);
    let tried = |trial: Trial| asker.tried(task, agreed(model, trial)?, check);
    let base = asker.eligible_in_both(task, BTreeMap::new(), &[]);
    let most = EDGES.checked_div(asker.clauses()).unwrap_or(EDGES).clamp(EDGES_LEAST, EDGES_MOST);
    let edges = base.iter().flat_map(|base| around(model, &mentioned, base, task.days())).take(most);
    let mut draw = Draw::new();
    let random = (0..DRAWS).map(|round| drawn(&mut draw, asker, task, &mentioned, (base.as_ref(), round)));
    edges.chain(random).find_map(tried)
}

/// A case in which both sides give something: drawn at random, ever nearer to one.
pub fn eligible(asker: &Asker<'_, '_>, task: &Task) -> Option<Trial> {
    let model = &asker.joint.model;
    let mentioned = Mentioned::of_task(model, task, &[]);
    let mut draw = Draw::new();
    let mut best: Option<(usize, Trial)> = None;
    for round in 0..DRAWS {
        let base = best.as_ref().map(|(_, best)| best);
        let Some(trial) = agreed(model, drawn(&mut draw, asker, task, &mentioned, (base, round))) else { continue };
        let (trial, decided) = asker.tested(task, trial.clone());
        let far = distance(task, &decided);
        if best.as_ref().is_none_or(|(known, _)| far <= *known) {
            best = Some((far, trial));
        }
        if far == 0 {
            break;
        }
    }
    best.filter(|(far, _)| *far == 0).map(|(_, trial)| trial)
}

/// How far a case is from both sides giving something.
fn distance(task: &Task, decided: &[Decided; 2]) -> usize {
    let of = |at: usize| match decided[at].assessed.clauses.get(task.clauses[at] as usize) {
        Some(ClauseDecision::Eligible { amount, .. }) => usize::from(amount.high == Some(Decimal::ZERO)),
        Some(ClauseDecision::Ineligible { failed }) => 1 + failed.len(),
        Some(ClauseDecision::Undetermined { needs }) => 2 + needs.len(),
        Some(ClauseDecision::NotInForce) | None => 100,
    };
    of(0) + of(1)
}

/// The trial with figures of one year alike; `None` where two of them differ.
fn agreed(model: &Model, mut trial: Trial) -> Option<Trial> {
    let facts = std::mem::take(&mut trial.facts);
    let mut witness = analysis::Witness { facts, lists: BTreeMap::new(), on: trial.on[1] };
    analysis::agree(model, &mut witness.facts, witness.on).then_some(Trial { facts: witness.facts, ..trial })
}

/// A case near another, or where there is none, or once in four, one of its own.
fn drawn(
    draw: &mut Draw,
    asker: &Asker<'_, '_>,
    task: &Task,
    mentioned: &Mentioned,
    (base, round): (Option<&Trial>, usize),
) -> Trial {
    let (model, window) = (&asker.joint.model, task.days());
    let base = base.filter(|_| round % 4 != 3);
    let mut trial = base.cloned().unwrap_or_default();
    let first = window.first.unwrap_or(20_000);
    let span = window.last.map_or(1_000, |last| u64::try_from(last - first).unwrap_or(0) + 1);
    if base.is_none() || round.is_multiple_of(3) {
        trial.on = [first + i32::try_from(draw.below(span)).unwrap_or(0); 2];
    }
    for fact in &mentioned.facts {
        if base.is_none() || draw.below(3) == 0 {
            one(draw, model, mentioned, *fact, &mut trial);
        }
    }
    let clause = asker.joint.clause(Side::New, ClauseId(task.clauses[1]));
    let ledgers = realised(asker.joint, &trial.facts, clause, trial.on[1]);
    trial.ledger = draw.of(&ledgers).cloned().unwrap_or_default();
    trial.on = trial.on.map(|on| clamped(on, window));
    trial
}

fn one(draw: &mut Draw, model: &Model, mentioned: &Mentioned, id: FactId, trial: &mut Trial) {
    let Some(fact) = model.facts.get(id.index()) else { return };
    if fact.year.is_some() {
        trial
            .facts
            .retain(|other, _| model.facts.get(other.index()).is_none_or(|other| other.year.is_none()) || *other != id);
    }
    if let Some(list) = model.lists.iter().find(|list| list.fact == id) {
        let count = draw.below(RECORDS.min(u64::from(list.max)) + 1);
        let records: Vec<Record> = (0..count)
            .map(|_| {
                let columns = list.columns.clone().map(ColumnId);
                let cell = |id: ColumnId| {
                    let column = model.columns.get(id.0 as usize)?;
                    let given = value(draw, model, mentioned, &column.ty, column.range);
                    Some((id, given.map_or(Given::Unknown, Given::Value)))
                };
                columns.filter_map(cell).collect()
            })
            .collect();
        trial.lists.insert(id, records);
        return;
    }
    let counted = fact.made && fact.range.0 == Decimal::ZERO && matches!(fact.ty, Type::Number { .. });
    let given = match &fact.ty {
        _ if counted && draw.below(2) == 0 => Some(Value::Number(Decimal::from(draw.below(4)))),
        ty => value(draw, model, mentioned, ty, fact.range),
    };
    let lacks = draw.below(24) == 0 && fact.ty != Type::Bool && !fact.made;
    match given {
        _ if lacks => drop(trial.facts.insert(id, Given::NotApplicable)),
        Some(value) => drop(trial.facts.insert(id, Given::Value(value))),
        None => {}
    }
}

fn value(
    draw: &mut Draw,
    model: &Model,
    mentioned: &Mentioned,
    ty: &Type,
    (low, high): (Decimal, Decimal),
) -> Option<Value> {
    Some(match ty {
        Type::Bool => Value::Bool(draw.below(2) == 0),
        Type::Number { scale, .. } => {
            let unit = Decimal::new(1, u32::from(*scale));
            let numbers = mentioned.numbers();
            let near = draw.of(&numbers).copied().unwrap_or(Decimal::ONE);
            let number = match draw.below(8) {
                0 => near - unit,
                1 => near + unit,
                2 => near * Decimal::TWO,
                3 => near * Decimal::TEN,
                4 => near.checked_div(*draw.of(&numbers)?).unwrap_or(near),
                5 => near * Decimal::from(draw.below(1_000)) / Decimal::from(100),
                6 => Decimal::from(draw.below(100_000_000)),
                _ => near,
            };
            let number = number.max(low).min(high);
            Value::Number(number.round_dp(u32::from(*scale)).normalize())
        }
        Type::Date => {
            let days: Vec<i32> = mentioned
                .values
                .iter()
                .filter_map(|value| match value {
                    Value::Date(day) => Some(*day),
                    _ => None,
                })
                .collect();
            let near = draw.of(&days).copied().unwrap_or(20_000);
            let off = i32::try_from(draw.below(2_000)).unwrap_or(0) - 1_700;
            let far = i32::try_from(draw.below(30_000)).unwrap_or(0);
            // So many months or years as the policy speaks of, before a day on which it is in force, give or take a few days.
            let periods: Vec<i32> =
                mentioned.numbers().iter().filter_map(|number| i32::try_from(number.trunc().mantissa()).ok()).collect();
            let period = draw.of(&periods).copied().unwrap_or(12).clamp(-1_000, 1_000);
            let days = if draw.below(2) == 0 { period * 365 } else { period * 61 / 2 };
            let some = i32::try_from(draw.below(400)).unwrap_or(0) - 40;
            let first = model.policy.published.unwrap_or(near);
            Value::Date(match draw.below(8) {
                0 => near,
                1 => near - 1,
                2 => near + 1,
                3 => first - far,
                4 | 5 => first - days + some,
                _ => first + off,
            })
        }
        Type::Text => Value::Text(format!("其他{}", draw.below(3))),
        Type::Member(class) => {
            let members = model.classes.get(class.0 as usize)?.members.clone();
            let named: Vec<Value> = mentioned
                .values
                .iter()
                .filter(|value| matches!(value, Value::Member(id) if members.contains(&id.0)))
                .cloned()
                .collect();
            match draw.of(&named) {
                Some(value) if draw.below(3) > 0 => value.clone(),
                _ => {
                    let count = u64::from(members.end.saturating_sub(members.start));
                    let at = u32::try_from(draw.below(count)).ok()?;
                    Value::Member(crate::model::MemberId(members.start + at))
                }
            }
        }
        Type::List(_) | Type::Error => return None,
    })
}

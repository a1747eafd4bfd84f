//! In: a pair of clauses. Out: a case drawn at random for which something holds, as the machine decides on both sides; or none.
//! Invariant: the draws are always the same; that none was found proves nothing.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::Witness;
use super::ask::{Asker, Task, clamped};
use super::joint::Side;
use super::judge::{Decided, Trial};
use super::ledgers::realised;
use crate::analysis;
use crate::model::case::{Given, Record};
use crate::model::{ClauseId, ColumnId, Expr, ExprKind, FactId, Model, Type, Value};

/// How many cases are drawn.
const DRAWS: usize = 600;
/// Most records of a list.
const RECORDS: u64 = 3;

/// Numbers that look random and never change.
#[derive(Debug)]
struct Draw(u64);

impl Draw {
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

/// What the clauses mention.
#[derive(Debug, Default)]
struct Mentioned {
    facts: BTreeSet<FactId>,
    columns: BTreeSet<ColumnId>,
    values: Vec<Value>,
    definitions: BTreeSet<u32>,
}

impl Mentioned {
    fn of(&mut self, model: &Model, expr: &Expr) {
        match &expr.kind {
            ExprKind::Constant(value) if !self.values.contains(value) => self.values.push(value.clone()),
            ExprKind::Within { members, .. } => {
                for member in members.iter().take(6) {
                    let value = Value::Member(*member);
                    if !self.values.contains(&value) {
                        self.values.push(value);
                    }
                }
            }
            ExprKind::Fact(id) => {
                self.facts.insert(*id);
            }
            ExprKind::Column(id) => {
                self.columns.insert(*id);
            }
            ExprKind::Fold(fold) => self.facts.extend(model.lists.get(fold.list.index()).map(|list| list.fact)),
            ExprKind::Definition(id) if self.definitions.insert(id.0) => {
                if let Some(definition) = model.definitions.get(id.index()) {
                    self.of(model, &definition.value);
                }
            }
            _ => {}
        }
        expr.parts(|part| self.of(model, part));
    }

    fn numbers(&self) -> Vec<Decimal> {
        let number = |value: &Value| match value {
            Value::Number(number) => Some(*number),
            _ => None,
        };
        self.values.iter().filter_map(number).collect()
    }
}

/// A case for which `check` holds.
pub fn sampled(
    asker: &Asker<'_, '_>,
    task: &Task,
    also: &[&Expr],
    check: &dyn Fn(&[Decided; 2]) -> bool,
) -> Option<Witness> {
    let model = &asker.joint.model;
    let mut mentioned = Mentioned::default();
    for terms in &task.terms {
        terms.requirements.iter().for_each(|(expr, _)| mentioned.of(model, expr));
        terms.left.iter().chain(&terms.most).chain(&terms.least).for_each(|expr| mentioned.of(model, expr));
    }
    also.iter().for_each(|expr| mentioned.of(model, expr));
    let base = asker.eligible_in_both(task, BTreeMap::new(), &[]);
    let mut draw = Draw(0x9E37_79B9_7F4A_7C15);
    let facts: Vec<FactId> = mentioned.facts.iter().copied().collect();
    (0..DRAWS).find_map(|round| {
        let fresh = round % 4 == 3 || base.is_none();
        let mut trial = if fresh { Trial::default() } else { base.clone().unwrap_or_default() };
        let window = task.days();
        let first = window.first.unwrap_or(20_000);
        let span = window.last.map_or(1_000, |last| u64::try_from(last - first).unwrap_or(0) + 1);
        if fresh || round % 3 == 0 {
            trial.on = [first + i32::try_from(draw.below(span)).unwrap_or(0); 2];
        }
        for fact in &facts {
            if fresh || draw.below(3) == 0 {
                one(&mut draw, model, &mentioned, *fact, &mut trial);
            }
        }
        let clause = asker.joint.clause(Side::New, ClauseId(task.clauses[1]));
        let ledgers = realised(asker.joint, &trial.facts, clause, trial.on[1]);
        trial.ledger = draw.of(&ledgers)?.clone();
        trial.on = trial.on.map(|on| clamped(on, window));
        let mut witness =
            analysis::Witness { facts: std::mem::take(&mut trial.facts), lists: trial.lists.clone(), on: trial.on[1] };
        let agrees = analysis::agree(model, &mut witness.facts, witness.on);
        trial.facts = witness.facts;
        if agrees { asker.tried(task, trial, check) } else { None }
    })
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

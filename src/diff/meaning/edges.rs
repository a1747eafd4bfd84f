//! In: a case and what a pair of clauses mentions. Out: the case with one fact, or the day, moved to a threshold or next to it: a number
//! that is compared, a share of another fact, so many months or years before the day.
//! Invariant: always the same cases in the same order; whether one shows anything the machine decides.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::ask::clamped;
use super::judge::Trial;
use super::mentioned::Mentioned;
use crate::calendar::{self, MissingDay};
use crate::model::case::Given;
use crate::model::{Fact, FactId, Model, Type, Value, Window};

/// What stands for a number that a case leaves open, or gives as nothing.
const ORDINARY: i64 = 1_000_000;
/// Days next to a threshold.
const BESIDE: [i32; 11] = [0, -1, 1, -15, 15, -40, 40, -200, 200, -330, 330];
/// Longest span of months or years that is counted back.
const MONTHS_MAX: i64 = 1_200;

/// Cases around one.
pub fn around<'t>(
    model: &'t Model,
    mentioned: &'t Mentioned,
    base: &'t Trial,
    window: Window,
) -> impl Iterator<Item = Trial> + use<'t> {
    let numbers = mentioned.numbers();
    let facts = |of: fn(&Type) -> bool| -> Vec<FactId> {
        let is = |id: &&FactId| model.facts.get(id.index()).is_some_and(|fact| of(&fact.ty));
        mentioned.facts.iter().filter(is).copied().collect()
    };
    let sized = facts(|ty| matches!(ty, Type::Number { .. }));
    let dated = facts(|ty| *ty == Type::Date);
    let bases = [base.clone(), raised(model, base, &sized)];
    let mut all: Vec<Trial> = Vec::new();
    for base in &bases {
        for day in days(base.on[1], window) {
            all.push(Trial { on: [day; 2], ..base.clone() });
        }
        for number in &numbers {
            for fact in &dated {
                all.extend(before(base, *fact, *number, window));
            }
            for fact in &sized {
                all.extend(at(model, base, *fact, *number));
                for other in sized.iter().filter(|other| *other != fact) {
                    all.extend(share(model, base, (*fact, *other), *number));
                }
            }
        }
    }
    all.into_iter()
}

/// Days at the ends of the window and of the years in it.
fn days(on: i32, window: Window) -> Vec<i32> {
    let first = window.first.unwrap_or(on - 366);
    let last = window.last.unwrap_or(on + 366);
    let years = (calendar::year(first.into())..=calendar::year(last.into())).take(4);
    let ends = years.flat_map(|year| [calendar::day(year, 1, 1), calendar::day(year, 12, 31)]);
    let mut all: Vec<i32> = ends.flatten().chain([first, last]).map(|day| clamped(day, window)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The case with something of every number.
fn raised(model: &Model, base: &Trial, sized: &[FactId]) -> Trial {
    let mut trial = base.clone();
    for id in sized {
        let nothing = match trial.facts.get(id) {
            Some(Given::Value(Value::Number(number))) => number.is_zero(),
            Some(_) => false,
            None => true,
        };
        if let Some(fact) = model.facts.get(id.index()).filter(|fact| nothing && !fact.made) {
            trial.facts.insert(*id, number(fact, Decimal::from(ORDINARY)));
        }
    }
    trial
}

fn number(fact: &Fact, value: Decimal) -> Given {
    let value = value.max(fact.range.0).min(fact.range.1);
    Given::Value(Value::Number(value.round_dp(u32::from(fact.ty.scale())).normalize()))
}

/// A number at a threshold, one unit below and above.
fn at(model: &Model, base: &Trial, id: FactId, threshold: Decimal) -> Vec<Trial> {
    let Some(fact) = model.facts.get(id.index()) else { return Vec::new() };
    let unit = Decimal::new(1, u32::from(fact.ty.scale()));
    let with = |step: Decimal| {
        let mut trial = base.clone();
        trial.facts.insert(id, number(fact, threshold.saturating_add(step)));
        trial
    };
    [Decimal::ZERO, -unit, unit].map(with).into()
}

/// A number that is so many times another, or so much more than it.
fn share(model: &Model, base: &Trial, (id, other): (FactId, FactId), times: Decimal) -> Vec<Trial> {
    if times <= Decimal::ZERO || times > Decimal::from(20) {
        return Vec::new();
    }
    let (Some(fact), Some(than)) = (model.facts.get(id.index()), model.facts.get(other.index())) else {
        return Vec::new();
    };
    let Some(Given::Value(Value::Number(whole))) = base.facts.get(&other) else { return Vec::new() };
    if fact.ty != than.ty {
        return Vec::new();
    }
    let unit = Decimal::new(1, u32::from(fact.ty.scale()));
    let made = [times, Decimal::ONE + times].map(|by| whole.checked_mul(by));
    let next = |value: Decimal| [value, value - unit, value + unit];
    let with = |value: Decimal| {
        let mut trial = base.clone();
        trial.facts.insert(id, number(fact, value));
        trial
    };
    made.into_iter().flatten().flat_map(next).map(with).collect()
}

/// A date so many months, or years, before the day of the decision, and days around it; on the first days of a year also.
fn before(base: &Trial, fact: FactId, count: Decimal, window: Window) -> Vec<Trial> {
    let Some(count) = count.to_i64().filter(|count| (1..=MONTHS_MAX).contains(count)) else { return Vec::new() };
    let mut all = Vec::new();
    for on in [base.on[1]].into_iter().chain(days(base.on[1], window)) {
        for months in [count, count * 12].into_iter().filter(|months| *months <= MONTHS_MAX) {
            let day = calendar::add_months(on.into(), -months, MissingDay::LastDay);
            let Some(day) = day.and_then(|day| i32::try_from(day).ok()) else { continue };
            for beside in BESIDE {
                let mut trial = base.clone();
                trial.on = [on; 2];
                trial.facts.insert(fact, Given::Value(Value::Date(day + beside)));
                all.push(trial);
            }
        }
    }
    all
}

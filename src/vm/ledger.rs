//! In: earlier awards, the caps, whom the application names, the day. Out: what is used of each cap: section 3 of
//! `docs/reference/semantics.md`. Invariant: awards after the day count toward nothing.

use std::collections::BTreeSet;

use super::case::{Case, State, Times, Used};
use crate::bytecode::program::{Award, CapInfo, KeyInfo, PeriodInfo, Tables};
use crate::bytecode::records::CounterInfo;
use crate::calendar::{self, MissingDay};
use crate::limits::LEDGER_TIMES_MAX;

/// Whose awards count toward a cap.
enum Holder<'a> {
    /// Everybody's.
    Everyone,
    /// Those of one subject: its kind and identifier.
    Subject(u32, &'a str),
    /// Those of one of these kinds, whose identifiers are not known.
    Unknown(Vec<u32>),
    /// Nobody's: none of the cap's kinds applies.
    Nobody,
}

/// What earlier awards have used of each cap of the policy, in order.
#[must_use]
pub fn used(tables: &Tables, awards: &[Award], case: &Case, on: i32) -> Vec<Used> {
    tables.caps.iter().map(|cap| used_of(tables, cap, awards, case, on)).collect()
}

/// What the ledger holds for each counter of the policy, in order.
#[must_use]
pub fn times(tables: &Tables, awards: &[Award], case: &Case, on: i32) -> Vec<Times> {
    tables.counters.iter().map(|counter| times_of(tables, counter, awards, case, on)).collect()
}

/// Gives a case what the ledger says of its caps and counters. `None`: no ledger was given, which is not the same as one that is empty.
pub fn apply(tables: &Tables, awards: Option<&[Award]>, case: &mut Case, on: i32) {
    let known = awards.unwrap_or(&[]);
    let (used, times) = (used(tables, known, case, on), times(tables, known, case, on));
    case.set_used(used);
    case.set_times(times);
    if let Some(slot) = tables.ledger_slot {
        match awards {
            Some(_) => case.set_value(slot, 1),
            None => case.set_state(slot, State::NotAsked),
        }
    }
}

fn times_of(tables: &Tables, counter: &CounterInfo, awards: &[Award], case: &Case, on: i32) -> Times {
    let holder = holder(tables, &counter.subjects, case);
    let this_year = calendar::year(i64::from(on));
    let counted = awards.iter().filter(|award| {
        award.date <= on
            && counter.counts.binary_search(&award.clause).is_ok()
            && is_held(&holder, award)
            && in_period(counter.period, award, on)
    });
    let count = if counter.years {
        let years = counted.map(|award| calendar::year(i64::from(award.date))).filter(|year| *year < this_year);
        years.collect::<BTreeSet<i64>>().len()
    } else {
        counted.count()
    };
    let high = i128::try_from(count).unwrap_or(LEDGER_TIMES_MAX).min(LEDGER_TIMES_MAX);
    Times { low: if matches!(holder, Holder::Unknown(_)) { 0 } else { high }, high }
}

/// The slots of the identifiers that a counter waits for.
#[must_use]
pub fn identifiers_counted(tables: &Tables, counter: &CounterInfo, case: &Case) -> Vec<u32> {
    awaited(tables, &holder(tables, &counter.subjects, case))
}

/// The awards that count toward a cap, in the order given; where the identifier is not known, those that might.
#[must_use]
pub fn counted<'a>(tables: &Tables, cap: &CapInfo, awards: &'a [Award], case: &Case, on: i32) -> Vec<&'a Award> {
    let holder = holder(tables, kinds(&cap.key), case);
    awards.iter().filter(|award| may_count(cap, &holder, award, on) && in_period(cap.period, award, on)).collect()
}

/// The slots of the identifiers that a cap waits for where what is used of it is not known.
#[must_use]
pub fn identifiers_awaited(tables: &Tables, cap: &CapInfo, case: &Case) -> Vec<u32> {
    awaited(tables, &holder(tables, kinds(&cap.key), case))
}

fn awaited(tables: &Tables, holder: &Holder<'_>) -> Vec<u32> {
    match holder {
        Holder::Unknown(kinds) => kinds.iter().filter_map(|kind| identifier(tables, *kind)).collect(),
        Holder::Everyone | Holder::Subject(..) | Holder::Nobody => Vec::new(),
    }
}

/// The kinds of subjects of a key; none: everyone.
fn kinds(key: &KeyInfo) -> &[u32] {
    match key {
        KeyInfo::Subjects(kinds) => kinds,
        KeyInfo::Everyone => &[],
    }
}

fn used_of(tables: &Tables, cap: &CapInfo, awards: &[Award], case: &Case, on: i32) -> Used {
    let holder = holder(tables, kinds(&cap.key), case);
    let (mut sum, mut any, mut up) = (0i128, false, false);
    for award in awards.iter().filter(|award| may_count(cap, &holder, award, on)) {
        up |= match cap.period {
            PeriodInfo::Once => true,
            PeriodInfo::OnceOrYear => award.once,
            PeriodInfo::Year | PeriodInfo::Lifetime | PeriodInfo::Each | PeriodInfo::Months(_) => false,
        };
        if in_period(cap.period, award, on) {
            sum = sum.saturating_add(award.amount);
            any = true;
        }
    }
    match holder {
        Holder::Unknown(_) if up || any => Used::Unknown,
        _ if up => Used::Up,
        _ => Used::Exactly(sum),
    }
}

/// Whether an award counts toward a cap if the period is right, or could where the holder is not known.
fn may_count(cap: &CapInfo, holder: &Holder<'_>, award: &Award, on: i32) -> bool {
    award.date <= on && cap.counts.binary_search(&award.clause).is_ok() && is_held(holder, award)
}

fn is_held(holder: &Holder<'_>, award: &Award) -> bool {
    match holder {
        Holder::Everyone => true,
        Holder::Subject(kind, text) => award.subjects.iter().any(|(of, named)| of == kind && named == text),
        Holder::Unknown(kinds) => award.subjects.iter().any(|(of, _)| kinds.contains(of)),
        Holder::Nobody => false,
    }
}

/// Of awards not later than the day.
fn in_period(period: PeriodInfo, award: &Award, on: i32) -> bool {
    let (date, on) = (i64::from(award.date), i64::from(on));
    match period {
        PeriodInfo::Year | PeriodInfo::OnceOrYear => calendar::year(date) == calendar::year(on),
        PeriodInfo::Lifetime | PeriodInfo::Once => true,
        PeriodInfo::Each => false,
        PeriodInfo::Months(months) => {
            calendar::add_months(on, -i64::from(months), MissingDay::LastDay).is_none_or(|start| date > start)
        }
    }
}

/// The first of the kinds that the application identifies; no kinds at all are everyone.
fn holder<'a>(tables: &'a Tables, kinds: &[u32], case: &'a Case) -> Holder<'a> {
    if kinds.is_empty() {
        return Holder::Everyone;
    }
    let named = |kind: &u32| Some((*kind, case.text(tables, identifier(tables, *kind)?)?));
    if let Some((kind, text)) = kinds.iter().find_map(named) {
        return Holder::Subject(kind, text);
    }
    let unknown = |kind: &&u32| {
        identifier(tables, **kind).is_some_and(|slot| matches!(case.state(slot), State::NotAsked | State::Unknown))
    };
    let unknown: Vec<u32> = kinds.iter().filter(unknown).copied().collect();
    if unknown.is_empty() { Holder::Nobody } else { Holder::Unknown(unknown) }
}

fn identifier(tables: &Tables, kind: u32) -> Option<u32> {
    tables.subjects.get(kind as usize).map(|subject| subject.identifier)
}

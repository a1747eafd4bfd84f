//! In: what is to be counted of earlier awards. Out: a ledger in which so much is counted, and ledgers worth trying.
//! Invariant: a ledger only proposes; whether it shows anything the machine decides.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::joint::Joint;
use crate::calendar;
use crate::model::case::Given;
use crate::model::{CapKey, CapPeriod, ClauseId, FactId, SubjectId, Value};

/// Something that is counted of earlier awards; clauses and subjects are joint ones, `None` is every clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted {
    /// What they used of a cap.
    Used {
        /// Of which clauses.
        counts: Option<Vec<ClauseId>>,
        /// Per whom.
        key: CapKey,
        /// Over which period.
        period: CapPeriod,
    },
    /// Whether there was any.
    Any {
        /// Of which clauses.
        counts: Option<Vec<ClauseId>>,
        /// Per whom.
        key: CapKey,
    },
    /// Whether one was paid 一次性.
    Once {
        /// Of which clauses.
        counts: Option<Vec<ClauseId>>,
        /// Per whom.
        key: CapKey,
    },
    /// How many there were, or in how many years.
    Times {
        /// Of which clauses.
        counts: Option<Vec<ClauseId>>,
        /// Per whom.
        key: CapKey,
        /// Over which period.
        period: CapPeriod,
        /// Whether years are counted.
        years: bool,
    },
    /// Whether a cap of a clause with these caps is used up.
    UsedUp {
        /// Which.
        clause: ClauseId,
        /// Its caps, as written.
        caps: Vec<String>,
    },
}

/// An earlier award that is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// A joint clause.
    pub clause: ClauseId,
    /// When.
    pub date: i32,
    /// How much.
    pub amount: Decimal,
    /// Whether it was paid 一次性.
    pub once: bool,
    /// The kinds of subjects of which it names somebody else.
    pub others: Vec<SubjectId>,
}

/// How many earlier awards a ledger has at most.
const ENTRIES_MAX: u32 = 60;

impl Counted {
    fn counts(&self) -> Option<&[ClauseId]> {
        match self {
            Counted::Used { counts, .. }
            | Counted::Any { counts, .. }
            | Counted::Once { counts, .. }
            | Counted::Times { counts, .. } => counts.as_deref(),
            Counted::UsedUp { clause, .. } => Some(std::slice::from_ref(clause)),
        }
    }

    fn key(&self) -> Option<&CapKey> {
        match self {
            Counted::Used { key, .. }
            | Counted::Any { key, .. }
            | Counted::Once { key, .. }
            | Counted::Times { key, .. } => Some(key),
            Counted::UsedUp { .. } => None,
        }
    }
}

/// Some day of last year, and one long ago.
fn before(on: i32) -> (i32, i32) {
    let (year, ..) = calendar::civil(i64::from(on));
    let last = calendar::day(year - 1, 12, 31).unwrap_or(on - 366);
    let long = calendar::day(year - 15, 6, 30).unwrap_or(on - 5_000);
    (last, long)
}

/// Ledgers in which what the facts say is counted: under the clause itself, under the last that counts, of another subject where the key
/// does not name its kind. None where they would be too long.
pub fn realised(joint: &Joint<'_>, facts: &BTreeMap<FactId, Given>, own: ClauseId, on: i32) -> Vec<Vec<Entry>> {
    let Some(mut entries) = under(joint, facts, own, on) else { return Vec::new() };
    entries.sort_by_key(|(entry, _)| entry.date);
    let plain: Vec<Entry> = entries.iter().map(|(entry, _)| entry.clone()).collect();
    let mut all = vec![plain];
    let kinds: Vec<SubjectId> = (0..).map(SubjectId).take(joint.model.subjects.len()).collect();
    let with = |change: &dyn Fn(&Entry, &Counted) -> Entry| -> Vec<Entry> {
        entries.iter().map(|(entry, counted)| change(entry, counted)).collect()
    };
    all.push(with(&|entry, counted| {
        let clause = counted.counts().and_then(|all| all.iter().rev().find(|id| **id != own)).copied();
        Entry { clause: clause.unwrap_or(entry.clause), ..entry.clone() }
    }));
    all.push(with(&|entry, counted| {
        let others = match counted.key() {
            Some(CapKey::Subjects(own)) => kinds.iter().copied().filter(|kind| !own.contains(kind)).collect(),
            Some(CapKey::Everyone) => kinds.clone(),
            None => Vec::new(),
        };
        Entry { others, ..entry.clone() }
    }));
    all.dedup();
    all
}

fn under(joint: &Joint<'_>, facts: &BTreeMap<FactId, Given>, own: ClauseId, on: i32) -> Option<Vec<(Entry, Counted)>> {
    let (last, long) = before(on);
    let mut entries = Vec::new();
    let mut sums: Vec<(Option<Vec<ClauseId>>, CapKey, [Decimal; 3], Counted)> = Vec::new();
    for (fact, counted) in &joint.ledger {
        let Some(Given::Value(value)) = facts.get(fact) else { continue };
        let counts = counted.counts().map(<[ClauseId]>::to_vec);
        let clause = counts.as_ref().and_then(|all| all.iter().find(|id| **id == own).or(all.first()).copied());
        let clause = clause.unwrap_or(own);
        let entry = |date: i32, amount: Decimal, once: bool| {
            (Entry { clause, date, amount, once, others: Vec::new() }, counted.clone())
        };
        match (counted, value) {
            (Counted::Used { period, key, .. }, Value::Number(used)) if *used > Decimal::ZERO => {
                let at = match period {
                    CapPeriod::Year | CapPeriod::OnceOrYear => 0,
                    CapPeriod::Months(_) => 1,
                    CapPeriod::Lifetime | CapPeriod::Once | CapPeriod::Each => 2,
                };
                match sums.iter_mut().find(|(of, whose, ..)| *of == counts && whose == key) {
                    Some((_, _, sums, _)) => sums[at] = *used,
                    None => {
                        let mut fresh = [Decimal::ZERO; 3];
                        fresh[at] = *used;
                        sums.push((counts, key.clone(), fresh, counted.clone()));
                    }
                }
            }
            (Counted::Any { .. }, Value::Bool(true)) => entries.push(entry(last, Decimal::ONE, false)),
            (Counted::Once { .. }, Value::Bool(true)) => entries.push(entry(last, Decimal::ONE, true)),
            (Counted::UsedUp { .. }, Value::Bool(true)) => entries.push(entry(on, Decimal::from(1_000_000_000), true)),
            (Counted::Times { period, years, .. }, Value::Number(times)) if *times > Decimal::ZERO => {
                let times = times.to_u32().filter(|times| *times <= ENTRIES_MAX)?;
                for number in 0..i32::try_from(times).ok()? {
                    let date = match (years, period) {
                        (true, _) => last - 366 * number,
                        (false, CapPeriod::Lifetime | CapPeriod::Once | CapPeriod::Each) => last - number,
                        (false, _) => on,
                    };
                    entries.push(entry(date, Decimal::ONE, false));
                }
            }
            _ => {}
        }
    }
    for (counts, _, [year, months, ever], counted) in sums {
        let clause = counts.as_ref().and_then(|all| all.iter().find(|id| **id == own).or(all.first()).copied());
        let clause = clause.unwrap_or(own);
        let months = (months - year).max(Decimal::ZERO);
        let ever = (ever - year - months).max(Decimal::ZERO);
        for (date, amount) in [(on, year), (last, months), (long, ever)] {
            if amount > Decimal::ZERO {
                entries.push((Entry { clause, date, amount, once: false, others: Vec::new() }, counted.clone()));
            }
        }
    }
    Some(entries)
}

/// Ledgers that tell apart per whom, since when and of which clauses something is counted.
pub fn candidates(clauses: &[ClauseId], kinds: &[SubjectId], amounts: &[Decimal], on: i32) -> Vec<Vec<Entry>> {
    let (last, long) = before(on);
    let dates = [on, last, on - 400, on - 800, on - 1_200, long];
    let mut others: Vec<Vec<SubjectId>> = vec![Vec::new()];
    others.extend(kinds.iter().map(|kind| kinds.iter().copied().filter(|other| other != kind).collect()));
    others.extend(kinds.iter().map(|kind| vec![*kind]));
    others.push(kinds.to_vec());
    others.dedup();
    let mut all = Vec::new();
    for clause in clauses {
        for date in dates {
            for others in &others {
                for amount in amounts {
                    for once in [false, true] {
                        all.push(vec![Entry { clause: *clause, date, amount: *amount, once, others: others.clone() }]);
                    }
                }
            }
        }
        for count in 2..=12_i32 {
            for step in [0, 366] {
                let entry = |number: i32| Entry {
                    clause: *clause,
                    date: if step == 0 { on } else { last - step * number },
                    amount: Decimal::ONE,
                    once: false,
                    others: Vec::new(),
                };
                all.push((0..count).map(entry).collect());
            }
        }
    }
    all
}

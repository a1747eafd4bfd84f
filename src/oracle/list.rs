//! In: a fold and the records of its list. Out: what it makes of those that count: section 1 of the semantics, 清单.
//! Invariant: a record that does not count needs nothing; a list that is unknown needs only itself.

use super::interval::{End, Interval};
use super::number::Number;
use super::value::{Case, Known, Needs, Value};
use crate::model::case::Record;
use crate::model::{Fold, FoldKind, List};

/// A record that counts, or may.
struct Counted {
    /// What it is worth; 0 where the fold asks for no value.
    value: Known,
    /// Whether it is sure to count.
    sure: bool,
}

impl Counted {
    fn range(&self) -> Interval {
        self.value.range().unwrap_or(Interval::ZERO)
    }
}

/// The value of a fold.
pub fn fold(case: &Case, fold: &Fold) -> Known {
    let Some(list) = case.model.lists.get(fold.list.index()) else { return Known::new(Value::NotApplicable, &[]) };
    let Some(records) = case.records(list.fact) else { return unknown(case, fold, list) };
    let filters: Vec<Known> = records.iter().map(|record| filter(case, fold, record)).collect();
    match fold.kind {
        FoldKind::Any => return each(&filters, Interval::NO, Interval::greatest),
        FoldKind::All => return each(&filters, Interval::YES, Interval::least),
        FoldKind::Sum
        | FoldKind::Count
        | FoldKind::Greatest
        | FoldKind::Least
        | FoldKind::SumOfGreatest(_)
        | FoldKind::Distinct => {}
    }
    let mut needed: Vec<Known> = Vec::new();
    let mut counted: Vec<Counted> = Vec::new();
    for (record, filter) in records.iter().zip(filters) {
        let value = match &fold.value {
            Some(value) => case.value_in(value, Some(record)),
            None => Known::constant(Interval::ZERO),
        };
        if filter.range() == Some(Interval::NO) || value.value == Value::NotApplicable {
            continue;
        }
        let sure = filter.range() == Some(Interval::YES) && !matches!(value.value, Value::Maybe(_) | Value::Any);
        needed.extend([filter, value.clone()]);
        counted.push(Counted { value, sure });
    }
    Known::new(combined(fold.kind, &counted), &needed.iter().collect::<Vec<_>>())
}

fn filter(case: &Case, fold: &Fold, record: &Record) -> Known {
    fold.filter.as_ref().map_or(Known::constant(Interval::YES), |filter| case.value_in(filter, Some(record)))
}

fn each(filters: &[Known], start: Interval, combine: fn(Interval, Interval) -> Interval) -> Known {
    filters.iter().fold(Known::constant(start), |sum, filter| sum.with(filter, combine))
}

fn combined(kind: FoldKind, counted: &[Counted]) -> Value {
    let sure: Vec<Interval> = counted.iter().filter(|one| one.sure).map(Counted::range).collect();
    let open: Vec<Interval> = counted.iter().filter(|one| !one.sure).map(Counted::range).collect();
    match kind {
        FoldKind::Sum => {
            let open = open.into_iter().map(|range| range.hull(Interval::ZERO));
            Value::Range(sum(sure.into_iter().chain(open)))
        }
        FoldKind::Count | FoldKind::Any | FoldKind::All => {
            Value::Range(Interval { low: count(sure.len()), high: count(counted.len()) })
        }
        FoldKind::Greatest => extreme(&sure, &open, Interval::greatest),
        FoldKind::Least => extreme(&sure, &open, Interval::least),
        FoldKind::SumOfGreatest(most) => Value::Range(sum_of_greatest(most, &sure, &open)),
        FoldKind::Distinct => Value::Range(distinct(counted)),
    }
}

fn sum(ranges: impl Iterator<Item = Interval>) -> Interval {
    ranges.fold(Interval::ZERO, Interval::add)
}

fn count(number: usize) -> End {
    End::At(Number::integer(i64::try_from(number).unwrap_or(i64::MAX)))
}

/// The greatest or the least. One that may not count can only move it past those that do.
fn extreme(sure: &[Interval], open: &[Interval], further: fn(Interval, Interval) -> Interval) -> Value {
    let hull = open.iter().copied().reduce(Interval::hull);
    match (sure.iter().copied().reduce(further), hull) {
        (Some(sure), _) => Value::Range(open.iter().fold(sure, |sure, one| sure.hull(further(sure, *one)))),
        (None, Some(any)) => Value::Maybe(any),
        (None, None) => Value::NotApplicable,
    }
}

fn sum_of_greatest(most: u32, sure: &[Interval], open: &[Interval]) -> Interval {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let point = |end| Interval { low: end, high: end };
    let greatest = |mut ends: Vec<End>| {
        ends.sort_unstable_by(|a, b| b.cmp(a));
        sum(ends.into_iter().take(most).map(point))
    };
    let below = sum(open.iter().map(|range| point(range.low).least(Interval::ZERO)));
    let low = greatest(sure.iter().map(|range| range.low).collect()).add(below);
    let open = open.iter().map(|range| range.high.max(End::At(Number::ZERO)));
    let high = greatest(sure.iter().map(|range| range.high).chain(open).collect());
    Interval { low: low.low, high: high.high }
}

fn distinct(counted: &[Counted]) -> Interval {
    let mut different: Vec<&Value> = Vec::new();
    let mut others = 0;
    for one in counted {
        if !one.sure || !one.value.is_determined() {
            others += 1;
        } else if !different.contains(&&one.value.value) {
            different.push(&one.value.value);
        }
    }
    Interval { low: count(different.len()), high: count(different.len() + others) }
}

/// What a fold of a list may be of which nothing is known.
fn unknown(case: &Case, fold: &Fold, list: &List) -> Known {
    let most = End::At(Number::integer(list.max.into()));
    let zero = End::At(Number::ZERO);
    let value = match fold.kind {
        FoldKind::Sum | FoldKind::SumOfGreatest(_) => {
            let nothing_known = Record::new();
            let sample = fold.value.as_ref().map(|value| case.value_in(value, Some(&nothing_known)));
            let negative = sample.and_then(|sample| sample.range()).is_some_and(|range| range.low < zero);
            Value::Range(Interval { low: if negative { End::Least } else { zero }, high: End::Most })
        }
        FoldKind::Count | FoldKind::Distinct => Value::Range(Interval { low: zero, high: most }),
        FoldKind::Any | FoldKind::All => Value::Range(Interval::OPEN),
        FoldKind::Greatest | FoldKind::Least => Value::Maybe(Interval::ALL),
    };
    Known { value, needs: Needs::from([list.fact]) }
}

//! In: what a fold does with a record, and the records. Out: what it makes of them, in either domain. Invariants: a record whose filter
//! or value does not apply does not count; bounds hold whatever the open records turn out to be; no record is looked at twice.

use super::case::State;
use super::domain::{Domain, Truth};
use super::interval::{INFINITE, Interval, MINUS_INFINITE, Partial, Waits};
use super::run::{Award, Scene, compute};
use super::scalar::Exact;
use super::step::{Slot, Step};

/// What is made of the records, in the order of the op's `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sum,
    Count,
    Greatest,
    Least,
    Any,
    All,
    /// The sum of so many of the greatest.
    Top(usize),
    Distinct,
}

impl Kind {
    /// Of a fold's operands.
    pub fn of(kind: u32, most: u32) -> Kind {
        match kind {
            0 => Kind::Sum,
            1 => Kind::Count,
            2 => Kind::Greatest,
            3 => Kind::Least,
            4 => Kind::Any,
            5 => Kind::All,
            6 => Kind::Top(most as usize),
            _ => Kind::Distinct,
        }
    }
}

/// A column that a fold reads into a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    pub dst: u32,
    /// Counted from the first of the list.
    pub column: usize,
    pub slot: Slot,
}

/// A fold as it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fold {
    pub dst: u32,
    pub list: u32,
    /// The slot that says whether the list is known.
    pub slot: u32,
    /// The most records of the list.
    pub max: i128,
    pub kind: Kind,
    pub filter: u32,
    pub value: u32,
    /// Columns first, since they depend on nothing.
    pub cells: Vec<Cell>,
    pub body: Vec<Step>,
    /// Registers from outside that it reads.
    pub reads: Vec<u32>,
}

impl Fold {
    /// For what a register of the record at hand waits: registers from outside, and the list itself for columns that are not known.
    pub fn waits(
        &self,
        root: u32,
        of: impl Fn(u32) -> Interval,
        mut outside: impl FnMut(u32),
        mut unknown_cell: impl FnMut(),
    ) {
        let (mut open, mut seen) = (vec![root], Vec::new());
        while let Some(register) = open.pop() {
            if of(register).is_settled() || seen.contains(&register) {
                continue;
            }
            seen.push(register);
            let writer = self.body.iter().find(|step| step.target() == Some(register));
            match writer.copied() {
                _ if self.cells.iter().any(|cell| cell.dst == register) => unknown_cell(),
                Some(Step::Select { when, a, b, .. } | Step::Pick { when, a, b, .. }) => match Partial::truth(of(when))
                {
                    Truth::Yes => open.push(a),
                    Truth::No => open.push(b),
                    Truth::Open => open.extend([when, a, b]),
                },
                Some(step) => step.reads(&[], |from| open.push(from)),
                None => outside(register),
            }
        }
    }
}

/// How a domain folds.
pub(super) trait Folds: Domain {
    /// What has been gathered so far.
    type Gathered;
    fn start() -> Self::Gathered;
    /// Adds a record.
    fn gather(kind: Kind, gathered: &mut Self::Gathered, filter: Self::Value, value: Self::Value);
    fn finish(kind: Kind, gathered: Self::Gathered) -> Option<Self::Value>;
    /// Of a list that is not known; `sample` is the value of a record of which nothing is known.
    fn unknown(fold: &Fold, sample: Option<Self::Value>) -> Option<Self::Value>;
    /// What a cell holds.
    fn cell(given: (State, Option<i128>), slot: &Slot) -> Option<Self::Value>;
}

/// Runs a fold. Its body's registers are left as the last record wrote them.
#[inline(never)]
pub(super) fn fold<D: Award>(fold: &Fold, registers: &mut [D::Value], scene: Scene<'_>) -> Option<D::Value> {
    let count = match scene.case.state(fold.slot) {
        State::Value => scene.case.records(fold.list),
        State::NotApplicable => 0,
        State::NotAsked | State::Unknown => {
            // A record of which nothing is known tells whether values can be negative.
            let said = read_record::<D>(fold, registers, scene, usize::MAX);
            let sample = registers.get(fold.value as usize).copied().filter(|_| said);
            return D::unknown(fold, sample);
        }
    };
    let mut gathered = D::start();
    for record in 0..count {
        if !read_record::<D>(fold, registers, scene, record) {
            return None;
        }
        let of = |register: u32| registers.get(register as usize).copied().unwrap_or(D::ZERO);
        D::gather(fold.kind, &mut gathered, of(fold.filter), of(fold.value));
    }
    D::finish(fold.kind, gathered)
}

/// Writes a record's registers; false where the domain has no word for one of them.
pub(super) fn read_record<D: Award>(fold: &Fold, registers: &mut [D::Value], scene: Scene<'_>, record: usize) -> bool {
    let mut said = true;
    for cell in &fold.cells {
        let value = D::cell(scene.case.cell(fold.list, record, cell.column), &cell.slot);
        match (value, registers.get_mut(cell.dst as usize)) {
            (Some(value), Some(place)) => *place = value,
            _ => said = false,
        }
    }
    if said {
        compute::<D>(&fold.body, registers, scene, |_| said = false);
    }
    said
}

/// What the exact domain has gathered.
#[derive(Debug, Default)]
pub(super) struct Values {
    sum: i128,
    count: i128,
    best: Option<i128>,
    failed: bool,
    /// Each value, where the fold must see them all.
    all: Vec<i128>,
}

impl Folds for Exact {
    type Gathered = Values;

    fn start() -> Values {
        Values::default()
    }

    #[inline]
    fn gather(kind: Kind, gathered: &mut Values, filter: i128, value: i128) {
        if filter == 0 {
            gathered.failed = true;
            return;
        }
        gathered.count += 1;
        match kind {
            Kind::Sum => gathered.sum = gathered.sum.wrapping_add(value),
            Kind::Greatest => gathered.best = gathered.best.max(Some(value)),
            Kind::Least => gathered.best = Some(gathered.best.map_or(value, |best| best.min(value))),
            Kind::Top(_) | Kind::Distinct => gathered.all.push(value),
            Kind::Count | Kind::Any | Kind::All => {}
        }
    }

    fn finish(kind: Kind, mut gathered: Values) -> Option<i128> {
        match kind {
            Kind::Sum => Some(gathered.sum),
            Kind::Count => Some(gathered.count),
            Kind::Greatest | Kind::Least => gathered.best,
            Kind::Any => Some(i128::from(gathered.count > 0)),
            Kind::All => Some(i128::from(!gathered.failed)),
            Kind::Top(most) => Some(top(most, &mut gathered.all)),
            Kind::Distinct => Some(different(&mut gathered.all)),
        }
    }

    fn unknown(_: &Fold, _: Option<i128>) -> Option<i128> {
        None
    }

    fn cell((state, value): (State, Option<i128>), slot: &Slot) -> Option<i128> {
        match value {
            None if slot.boolean && state == State::NotApplicable => Some(0),
            value => value,
        }
    }
}

/// The sum of the `most` greatest, exactly.
fn top(most: usize, values: &mut [i128]) -> i128 {
    values.sort_unstable();
    values.iter().rev().take(most).fold(0, |sum: i128, value| sum.saturating_add(*value))
}

/// How many different values there are.
fn different(values: &mut Vec<i128>) -> i128 {
    values.sort_unstable();
    values.dedup();
    i128::try_from(values.len()).unwrap_or(i128::MAX)
}

/// What the domain of bounds has gathered: each record that counts or may count.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    /// Those that count, …
    sure: Vec<Interval>,
    /// … and those that may.
    open: Vec<Interval>,
    failed: bool,
    waits: Waits,
}

impl Folds for Partial {
    type Gathered = Bounds;

    fn start() -> Bounds {
        Bounds::default()
    }

    fn gather(kind: Kind, gathered: &mut Bounds, filter: Interval, value: Interval) {
        let valued = !matches!(kind, Kind::Count | Kind::Any | Kind::All);
        let truth = Partial::truth(filter);
        if truth == Truth::No || (valued && value.not_applicable) {
            gathered.failed |= truth == Truth::No;
            return;
        }
        gathered.waits = gathered.waits.and(filter.waits);
        if valued {
            gathered.waits = gathered.waits.and(value.waits);
        }
        let sure = truth == Truth::Yes && !(valued && value.may_not_apply);
        if sure { gathered.sure.push(value) } else { gathered.open.push(value) }
    }

    fn finish(kind: Kind, gathered: Bounds) -> Option<Interval> {
        let waits = gathered.waits;
        let (sure, open) = (count(&gathered.sure), count(&gathered.open));
        Some(match kind {
            Kind::Sum => sum(&gathered),
            Kind::Count => Interval::between(sure, sure + open, waits),
            Kind::Greatest => greatest(&gathered),
            Kind::Least => least(&gathered),
            Kind::Any => Interval::between(i128::from(sure > 0), i128::from(sure + open > 0), waits),
            Kind::All if gathered.failed => Interval::exactly(0),
            Kind::All => Interval::between(i128::from(open == 0), 1, waits),
            Kind::Top(most) => greatest_few(most, &gathered),
            Kind::Distinct => distinct(&gathered),
        })
    }

    fn unknown(fold: &Fold, sample: Option<Interval>) -> Option<Interval> {
        let negative = sample.is_some_and(|value| !value.not_applicable && value.low < 0);
        Some(match fold.kind {
            Kind::Sum | Kind::Top(_) => {
                Interval::between(if negative { MINUS_INFINITE } else { 0 }, INFINITE, Waits::FACT)
            }
            Kind::Greatest | Kind::Least => Interval::perhaps(MINUS_INFINITE, INFINITE, true, Waits::FACT),
            Kind::Count | Kind::Distinct => Interval::between(0, fold.max, Waits::FACT),
            Kind::Any | Kind::All => Interval::between(0, 1, Waits::FACT),
        })
    }

    fn cell((state, value): (State, Option<i128>), slot: &Slot) -> Option<Interval> {
        Some(match (state, value) {
            (State::Value, Some(value)) => Interval::exactly(value),
            (State::NotApplicable, _) if slot.boolean => Interval::exactly(0),
            (State::NotApplicable, _) => Interval::NOT_APPLICABLE,
            _ => Interval::perhaps(slot.low, slot.high, !slot.boolean, Waits::FACT),
        })
    }
}

fn count(values: &[Interval]) -> i128 {
    i128::try_from(values.len()).unwrap_or(i128::MAX)
}

/// An open record adds what it is, or nothing.
fn sum(of: &Bounds) -> Interval {
    let low = total(of.sure.iter().map(|value| value.low).chain(of.open.iter().map(|value| value.low.min(0))), false);
    let high = total(of.sure.iter().map(|value| value.high).chain(of.open.iter().map(|value| value.high.max(0))), true);
    Interval::between(low, high, of.waits)
}

/// Infinity of the side asked for wins over its negative.
fn total(values: impl Iterator<Item = i128>, above: bool) -> i128 {
    let clash = if above { INFINITE } else { MINUS_INFINITE };
    values.fold(0, |sum, value| super::interval::sum(sum, value, clash))
}

fn greatest(of: &Bounds) -> Interval {
    let sure = of.sure.iter().map(|value| value.low).max();
    let low = sure.or_else(|| of.open.iter().map(|value| value.low).min());
    let high = of.sure.iter().chain(&of.open).map(|value| value.high).max();
    found(low, high, of)
}

fn least(of: &Bounds) -> Interval {
    let sure = of.sure.iter().map(|value| value.high).min();
    let high = sure.or_else(|| of.open.iter().map(|value| value.high).max());
    let low = of.sure.iter().chain(&of.open).map(|value| value.low).min();
    found(low, high, of)
}

fn found(low: Option<i128>, high: Option<i128>, of: &Bounds) -> Interval {
    match (low, high) {
        (Some(low), Some(high)) => Interval::perhaps(low, high, of.sure.is_empty(), of.waits),
        _ => Interval::NOT_APPLICABLE,
    }
}

/// With fewer records than `most`, each adds what it is, so that open ones below zero lower the sum.
fn greatest_few(most: usize, of: &Bounds) -> Interval {
    let few = |mut values: Vec<i128>, above: bool| {
        values.sort_unstable();
        total(values.into_iter().rev().take(most), above)
    };
    let below = total(of.open.iter().map(|value| value.low.min(0)), false);
    let low = super::interval::sum(few(of.sure.iter().map(|value| value.low).collect(), false), below, MINUS_INFINITE);
    let high = of.sure.iter().map(|value| value.high).chain(of.open.iter().map(|value| value.high.max(0)));
    Interval::between(low, few(high.collect(), true), of.waits)
}

/// Values that are not known, or may not count, may all be equal to others, or all be different.
fn distinct(of: &Bounds) -> Interval {
    let mut known: Vec<i128> = of.sure.iter().filter(|value| value.is_settled()).map(|value| value.low).collect();
    let others = of.sure.len() + of.open.len() - known.len();
    let low = different(&mut known);
    Interval::between(low, low.saturating_add(i128::try_from(others).unwrap_or(i128::MAX)), of.waits)
}

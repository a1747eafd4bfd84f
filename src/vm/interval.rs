//! In: values of which only bounds are known. Out: the bounds of what is computed from them, as `docs/reference/semantics.md`,
//! section 1, says. Invariants: `low <= high`; a value whose bounds agree is settled and waits for nothing.

use super::case::{Case, State, Times, Used};
use super::domain::{Domain, Truth};
use super::round::{self, Mode};
use super::scalar;
use super::step::{Rounding, Slot};
use super::working_days::WorkingDays;
use crate::calendar::MissingDay;
use crate::limits::LEDGER_TIMES_MAX;

/// No bound above.
pub const INFINITE: i128 = i128::MAX;
/// No bound below.
pub const MINUS_INFINITE: i128 = i128::MIN;

/// For what kinds of facts a value that is not settled waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Waits {
    /// A fact that the applicant gives or a department attests, an identifier included.
    pub fact: bool,
    /// A fact at a department's discretion.
    pub discretion: bool,
}

impl Waits {
    /// For nothing.
    pub const NOTHING: Waits = Waits { fact: false, discretion: false };
    /// For a fact.
    pub const FACT: Waits = Waits { fact: true, discretion: false };

    /// For what either waits for.
    #[must_use]
    pub fn and(self, other: Waits) -> Waits {
        Waits { fact: self.fact | other.fact, discretion: self.discretion | other.discretion }
    }
}

/// What is known of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Interval {
    /// Least.
    pub low: i128,
    /// Greatest.
    pub high: i128,
    /// Whether it does not apply; the bounds then mean nothing.
    pub not_applicable: bool,
    /// Whether what is not known may make it not apply; the bounds then hold where it does apply.
    pub may_not_apply: bool,
    /// What it waits for; nothing where it is settled.
    pub waits: Waits,
}

impl Interval {
    /// Does not apply.
    pub const NOT_APPLICABLE: Interval =
        Interval { low: 0, high: 0, not_applicable: true, may_not_apply: false, waits: Waits::NOTHING };

    /// A known value.
    #[inline]
    #[must_use]
    pub fn exactly(value: i128) -> Interval {
        Interval { low: value, high: value, not_applicable: false, may_not_apply: false, waits: Waits::NOTHING }
    }

    /// A value between bounds.
    #[inline]
    #[must_use]
    pub fn between(low: i128, high: i128, waits: Waits) -> Interval {
        Interval::perhaps(low, high, false, waits)
    }

    /// As [`Interval::between`], of a value that may turn out not to apply.
    #[inline]
    #[must_use]
    pub fn perhaps(low: i128, high: i128, may_not_apply: bool, waits: Waits) -> Interval {
        let waits = if low == high && !may_not_apply { Waits::NOTHING } else { waits };
        Interval { low, high, not_applicable: false, may_not_apply, waits }
    }

    /// Whether it is one value, or does not apply.
    #[inline]
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.not_applicable || (self.low == self.high && !self.may_not_apply)
    }

    /// What a yes/no says; `None` where it is open.
    #[must_use]
    pub fn truth(&self) -> Option<bool> {
        self.is_settled().then_some(self.low == 1)
    }

    fn truth_of(yes: bool, no: bool, waits: Waits) -> Interval {
        Interval::between(i128::from(yes), i128::from(!no), waits)
    }

    /// Both bounds, each by itself; does not apply where a side does not.
    #[inline]
    fn ends(a: Interval, b: Interval, end: impl Fn(i128, i128) -> i128) -> Interval {
        if a.not_applicable || b.not_applicable {
            return Interval::NOT_APPLICABLE;
        }
        Interval::of_two(end(a.low, b.low), end(a.high, b.high), a, b)
    }

    /// What is made of two values that may both not apply.
    #[inline]
    fn of_two(low: i128, high: i128, a: Interval, b: Interval) -> Interval {
        Interval::perhaps(low, high, a.may_not_apply | b.may_not_apply, a.waits.and(b.waits))
    }

    /// One of two values, which depends on something that waits for `waits`.
    fn either(a: Interval, b: Interval, waits: Waits) -> Interval {
        let waits = waits.and(a.waits).and(b.waits);
        match (a.not_applicable, b.not_applicable) {
            (true, true) => Interval::NOT_APPLICABLE,
            (true, false) => Interval::perhaps(b.low, b.high, true, waits),
            (false, true) => Interval::perhaps(a.low, a.high, true, waits),
            (false, false) => {
                let may_not_apply = a.may_not_apply | b.may_not_apply;
                Interval::perhaps(a.low.min(b.low), a.high.max(b.high), may_not_apply, waits)
            }
        }
    }

    /// A test that is false where a side does not apply; one that would hold is open where a side may not.
    #[inline]
    fn test(a: Interval, b: Interval, settle: impl Fn(Interval, Interval) -> (bool, bool)) -> Interval {
        if a.not_applicable || b.not_applicable {
            return Interval::exactly(0);
        }
        let (yes, no) = settle(a, b);
        let yes = yes && !a.may_not_apply && !b.may_not_apply;
        Interval::truth_of(yes, no, a.waits.and(b.waits))
    }

    /// The least and greatest of what `corner` makes of the four pairs of bounds.
    fn corners(a: Interval, b: Interval, corner: impl Fn(i128, i128) -> i128) -> Interval {
        let all = [corner(a.low, b.low), corner(a.low, b.high), corner(a.high, b.low), corner(a.high, b.high)];
        let (low, high) = all.iter().fold((INFINITE, MINUS_INFINITE), |(low, high), &at| (low.min(at), high.max(at)));
        Interval::of_two(low, high, a, b)
    }
}

/// The sum of two bounds; infinity and its negative make `clash`.
pub(super) fn sum(a: i128, b: i128, clash: i128) -> i128 {
    match (is_infinite(a), is_infinite(b)) {
        (true, true) if a != b => clash,
        (true, _) => a,
        (_, true) => b,
        (false, false) => a.saturating_add(b),
    }
}

/// The product of two bounds; zero times infinity is zero.
fn product(a: i128, b: i128) -> i128 {
    if a == 0 || b == 0 {
        0
    } else if is_infinite(a) || is_infinite(b) {
        infinity((a < 0) != (b < 0))
    } else {
        a.checked_mul(b).unwrap_or_else(|| infinity((a < 0) != (b < 0)))
    }
}

fn negated(a: i128) -> i128 {
    match a {
        INFINITE => MINUS_INFINITE,
        MINUS_INFINITE => INFINITE,
        _ => -a,
    }
}

/// What is left of a bound; nothing is taken from infinity.
fn left(a: i128, used: i128) -> i128 {
    if is_infinite(a) { a.max(0) } else { a.saturating_sub(used).max(0) }
}

fn is_infinite(a: i128) -> bool {
    a == INFINITE || a == MINUS_INFINITE
}

fn infinity(negative: bool) -> i128 {
    if negative { MINUS_INFINITE } else { INFINITE }
}

/// The quotient of two bounds, the dividend raised by a power of ten and the quotient again.
fn ratio(a: i128, b: i128, by: Rounding) -> i128 {
    if is_infinite(b) {
        return 0;
    }
    if is_infinite(a) {
        return infinity((a < 0) != (b < 0));
    }
    let (up, down) = (product(a, by.before), product(b, by.under));
    if is_infinite(up) {
        return infinity((up < 0) != (b < 0));
    }
    if is_infinite(down) {
        return 0;
    }
    product(round::quotient(up, down, by.mode), by.after)
}

fn rounded(a: i128, digits: u32, mode: Mode) -> i128 {
    if is_infinite(a) { a } else { round::drop_digits(a, digits, mode) }
}

/// A bound of a day moved by a bound of months; `beyond` where it leaves the calendar.
fn moved(day: i128, months: i128, missing: MissingDay, beyond: i128) -> i128 {
    if is_infinite(day) || is_infinite(months) {
        sum(day, months, beyond)
    } else {
        scalar::add_months(day, months, missing).unwrap_or(beyond)
    }
}

/// Whole years between bounds of days.
fn years(from: i128, to: i128) -> i128 {
    if from == INFINITE || to == MINUS_INFINITE {
        0
    } else if from == MINUS_INFINITE || to == INFINITE {
        INFINITE
    } else {
        scalar::years_between(from, to)
    }
}

/// The domain of bounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Partial;

impl Domain for Partial {
    type Value = Interval;
    const ZERO: Interval =
        Interval { low: 0, high: 0, not_applicable: false, may_not_apply: false, waits: Waits::NOTHING };

    fn constant(value: i128) -> Interval {
        Interval::exactly(value)
    }

    fn load(case: &Case, index: u32, slot: &Slot) -> Option<Interval> {
        Some(match (case.state(index), case.value(index)) {
            (State::Value, Some(value)) => Interval::exactly(value),
            (State::NotApplicable, _) if slot.boolean => Interval::exactly(0),
            (State::NotApplicable, _) => Interval::NOT_APPLICABLE,
            _ => Interval::perhaps(slot.low, slot.high, !slot.boolean, slot.waits),
        })
    }

    fn truth(a: Interval) -> Truth {
        match (a.low, a.high) {
            (0, 0) => Truth::No,
            (1, 1) => Truth::Yes,
            _ => Truth::Open,
        }
    }

    fn not(a: Interval) -> Interval {
        Interval::between(1 - a.high, 1 - a.low, a.waits)
    }

    fn and(a: Interval, b: Interval) -> Interval {
        Interval::between(a.low.min(b.low), a.high.min(b.high), a.waits.and(b.waits))
    }

    fn or(a: Interval, b: Interval) -> Interval {
        Interval::between(a.low.max(b.low), a.high.max(b.high), a.waits.and(b.waits))
    }

    fn at_least(a: Interval, b: Interval) -> Interval {
        Interval::test(a, b, |a, b| (a.low >= b.high, a.high < b.low))
    }

    fn above(a: Interval, b: Interval) -> Interval {
        Interval::test(a, b, |a, b| (a.low > b.high, a.high <= b.low))
    }

    fn equal(a: Interval, b: Interval) -> Interval {
        Interval::test(a, b, |a, b| {
            (a.low == a.high && a.low == b.low && a.high == b.high, a.high < b.low || b.high < a.low)
        })
    }

    fn not_equal(a: Interval, b: Interval) -> Interval {
        Interval::test(a, b, |a, b| {
            (a.high < b.low || b.high < a.low, a.low == a.high && a.low == b.low && a.high == b.high)
        })
    }

    fn within(a: Interval, set: &[(u32, u32)]) -> Interval {
        if a.not_applicable {
            return Interval::exactly(0);
        }
        match (a.low == a.high).then(|| scalar::within(a.low, set)) {
            Some(0) => Interval::exactly(0),
            Some(_) if !a.may_not_apply => Interval::exactly(1),
            _ => Interval::between(0, 1, a.waits),
        }
    }

    fn add(a: Interval, b: Interval) -> Interval {
        if a.not_applicable || b.not_applicable {
            return Interval::NOT_APPLICABLE;
        }
        let (low, high) = (sum(a.low, b.low, MINUS_INFINITE), sum(a.high, b.high, INFINITE));
        Interval::of_two(low, high, a, b)
    }

    fn subtract(a: Interval, b: Interval) -> Interval {
        if a.not_applicable || b.not_applicable {
            return Interval::NOT_APPLICABLE;
        }
        let (low, high) = (sum(a.low, negated(b.high), MINUS_INFINITE), sum(a.high, negated(b.low), INFINITE));
        Interval::of_two(low, high, a, b)
    }

    fn multiply(a: Interval, b: Interval) -> Interval {
        if a.not_applicable || b.not_applicable { Interval::NOT_APPLICABLE } else { Interval::corners(a, b, product) }
    }

    fn divide(a: Interval, b: Interval, by: Rounding) -> Option<Interval> {
        Some(if a.not_applicable || b.not_applicable || (b.low, b.high) == (0, 0) {
            Interval::NOT_APPLICABLE
        } else if b.low <= 0 && b.high >= 0 {
            Interval::perhaps(MINUS_INFINITE, INFINITE, true, a.waits.and(b.waits))
        } else {
            Interval::corners(a, b, |a, b| ratio(a, b, by))
        })
    }

    fn round(a: Interval, digits: u32, mode: Mode) -> Interval {
        Interval::ends(a, a, |a, _| rounded(a, digits, mode))
    }

    fn rescale(a: Interval, factor: i128) -> Interval {
        Interval::ends(a, a, |a, _| product(a, factor))
    }

    fn least(a: Interval, b: Interval) -> Interval {
        Interval::ends(a, b, i128::min)
    }

    fn greatest(a: Interval, b: Interval) -> Interval {
        Interval::ends(a, b, i128::max)
    }

    fn add_months(a: Interval, months: Interval, missing: MissingDay) -> Option<Interval> {
        if a.not_applicable || months.not_applicable {
            return Some(Interval::NOT_APPLICABLE);
        }
        let low = moved(a.low, months.low, missing, MINUS_INFINITE);
        let high = moved(a.high, months.high, missing, INFINITE);
        Some(Interval::of_two(low, high, a, months))
    }

    fn add_days(a: Interval, count: Interval) -> Interval {
        Partial::add(a, count)
    }

    fn remaining(a: Interval, used: Used) -> Option<Interval> {
        if a.not_applicable {
            return Some(Interval::NOT_APPLICABLE);
        }
        Some(match used {
            Used::Up => Interval::perhaps(0, 0, a.may_not_apply, a.waits),
            Used::Exactly(used) => Interval::of_two(left(a.low, used), left(a.high, used), a, a),
            Used::Unknown => Interval::perhaps(0, a.high.max(0), a.may_not_apply, a.waits.and(Waits::FACT)),
        })
    }

    fn lift(a: Interval, approved: Interval, to: Interval) -> Interval {
        if approved.low == 1 { to } else { a }
    }

    fn not_applicable() -> Option<Interval> {
        Some(Interval::NOT_APPLICABLE)
    }

    fn select(when: Interval, a: Interval, b: Interval) -> Interval {
        match Partial::truth(when) {
            Truth::Yes => a,
            Truth::No => b,
            Truth::Open => Interval::either(a, b, when.waits),
        }
    }

    fn pick(when: Interval, a: Interval, b: Interval) -> Interval {
        let picked = Partial::select(when, a, b);
        if Partial::truth(when) != Truth::Open || picked.is_settled() {
            return picked;
        }
        // A text or class value that is not known may be any, and may not apply.
        Interval::perhaps(MINUS_INFINITE, INFINITE, true, picked.waits)
    }

    fn keep(when: Interval, a: Interval, any: bool) -> Option<Interval> {
        let choose = if any { Partial::pick } else { Partial::select };
        Some(choose(when, a, Interval::NOT_APPLICABLE))
    }

    fn years_between(from: Interval, to: Interval) -> Interval {
        if from.not_applicable || to.not_applicable {
            return Interval::NOT_APPLICABLE;
        }
        Interval::of_two(years(from.high, to.low), years(from.low, to.high), from, to)
    }

    fn year_of(a: Interval) -> Interval {
        Interval::ends(a, a, |day, _| if is_infinite(day) { day } else { scalar::year_of(day) })
    }

    fn add_working_days(a: Interval, days: Interval, calendar: &WorkingDays) -> Option<Interval> {
        if a.not_applicable || days.not_applicable {
            return Some(Interval::NOT_APPLICABLE);
        }
        let after = |day: i128, count: i128| {
            (!is_infinite(day) && !is_infinite(count)).then(|| calendar.after(day, count)).flatten()
        };
        Some(match (after(a.low, days.low), a.is_settled() && days.is_settled()) {
            (Some(day), true) => Interval::exactly(day),
            (None, true) => Interval::NOT_APPLICABLE,
            (low, false) => {
                let (low, high) = (low.unwrap_or(MINUS_INFINITE), after(a.high, days.high).unwrap_or(INFINITE));
                Interval::perhaps(low, high, true, a.waits.and(days.waits))
            }
        })
    }

    fn times(case: &Case, index: u32, ledger: Option<u32>) -> Option<Interval> {
        let given = ledger.is_none_or(|slot| case.value(slot) == Some(1));
        let Times { low, high } = if given { case.times(index) } else { Times { low: 0, high: LEDGER_TIMES_MAX } };
        Some(Interval::between(low, high, Waits::FACT))
    }

    fn limit(a: Interval, remaining: Interval) -> (Interval, bool) {
        let binds = !a.not_applicable && !remaining.not_applicable && remaining.high < a.high;
        (Partial::least(a, remaining), binds)
    }
}

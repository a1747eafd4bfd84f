//! In: known values. Out: what is computed from them, exactly. Every fact that is read is given and nothing is inapplicable; where
//! that fails the domain answers `None` and the bounds of `interval.rs` take over. Arithmetic wraps, and never does in a verified
//! program; infinity is `i128::MAX` and reaches no arithmetic (see `step.rs`).

use super::case::{Case, State, Used};
use super::domain::{Domain, Truth};
use super::interval::INFINITE;
use super::round::{self, Mode};
use super::step::{Rounding, Slot};
use super::working_days::WorkingDays;
use crate::calendar::{self, MissingDay};

/// A day plus months; `None` where it lies beyond the calendar.
pub(super) fn add_months(day: i128, months: i128, missing: MissingDay) -> Option<i128> {
    let (day, months) = (i64::try_from(day).ok()?, i64::try_from(months).ok()?);
    calendar::add_months(day, months, missing).map(i128::from)
}

/// A day as the calendar takes it.
fn day(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

/// Whole years from one day to another, never below 0; 29 February is reached on 28 February of a common year.
pub(super) fn years_between(from: i128, to: i128) -> i128 {
    let ((from_year, from_month, from_day), (to_year, to_month, to_day)) =
        (calendar::civil(day(from)), calendar::civil(day(to)));
    let from_day = from_day.min(calendar::days_in_month(to_year, from_month));
    let short = (to_month, to_day) < (from_month, from_day);
    (i128::from(to_year) - i128::from(from_year) - i128::from(short)).max(0)
}

/// The calendar year of a day.
pub(super) fn year_of(value: i128) -> i128 {
    i128::from(calendar::year(day(value)))
}

/// Whether a class value lies in one of the sorted ranges.
#[inline]
pub(super) fn within(value: i128, set: &[(u32, u32)]) -> i128 {
    let Ok(member) = u32::try_from(value) else { return 0 };
    let found = match set {
        [(first, end)] => member >= *first && member < *end,
        _ => {
            let after = set.partition_point(|(first, _)| *first <= member);
            after.checked_sub(1).and_then(|at| set.get(at)).is_some_and(|(_, end)| member < *end)
        }
    };
    i128::from(found)
}

/// The domain of known values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exact;

impl Domain for Exact {
    type Value = i128;
    const ZERO: i128 = 0;

    #[inline(always)]
    fn constant(value: i128) -> i128 {
        value
    }

    #[inline(always)]
    fn load(case: &Case, index: u32, slot: &Slot) -> Option<i128> {
        match case.value(index) {
            None if slot.boolean && case.state(index) == State::NotApplicable => Some(0),
            value => value,
        }
    }

    #[inline(always)]
    fn truth(a: i128) -> Truth {
        if a == 0 { Truth::No } else { Truth::Yes }
    }

    #[inline(always)]
    fn not(a: i128) -> i128 {
        1 - (a & 1)
    }

    #[inline(always)]
    fn and(a: i128, b: i128) -> i128 {
        a & b
    }

    #[inline(always)]
    fn or(a: i128, b: i128) -> i128 {
        a | b
    }

    #[inline(always)]
    fn at_least(a: i128, b: i128) -> i128 {
        i128::from(a >= b)
    }

    #[inline(always)]
    fn above(a: i128, b: i128) -> i128 {
        i128::from(a > b)
    }

    #[inline(always)]
    fn equal(a: i128, b: i128) -> i128 {
        i128::from(a == b)
    }

    #[inline(always)]
    fn not_equal(a: i128, b: i128) -> i128 {
        i128::from(a != b)
    }

    #[inline(always)]
    fn within(a: i128, set: &[(u32, u32)]) -> i128 {
        within(a, set)
    }

    #[inline(always)]
    fn add(a: i128, b: i128) -> i128 {
        a.wrapping_add(b)
    }

    #[inline(always)]
    fn subtract(a: i128, b: i128) -> i128 {
        a.wrapping_sub(b)
    }

    #[inline(always)]
    fn multiply(a: i128, b: i128) -> i128 {
        a.wrapping_mul(b)
    }

    #[inline]
    fn divide(a: i128, b: i128, by: Rounding) -> Option<i128> {
        if b == 0 {
            return None;
        }
        let quotient = round::quotient(a.wrapping_mul(by.before), b.wrapping_mul(by.under), by.mode);
        Some(quotient.wrapping_mul(by.after))
    }

    #[inline(always)]
    fn round(a: i128, digits: u32, mode: Mode) -> i128 {
        round::drop_digits(a, digits, mode)
    }

    #[inline(always)]
    fn rescale(a: i128, factor: i128) -> i128 {
        a.wrapping_mul(factor)
    }

    #[inline(always)]
    fn least(a: i128, b: i128) -> i128 {
        a.min(b)
    }

    #[inline(always)]
    fn greatest(a: i128, b: i128) -> i128 {
        a.max(b)
    }

    fn add_months(a: i128, months: i128, missing: MissingDay) -> Option<i128> {
        add_months(a, months, missing)
    }

    #[inline(always)]
    fn add_days(a: i128, days: i128) -> i128 {
        a.wrapping_add(days)
    }

    #[inline(always)]
    fn remaining(a: i128, used: Used) -> Option<i128> {
        match used {
            Used::Exactly(_) if a == INFINITE => Some(a),
            Used::Exactly(used) => Some(a.wrapping_sub(used).max(0)),
            Used::Up => Some(0),
            Used::Unknown => None,
        }
    }

    #[inline(always)]
    fn lift(a: i128, approved: i128, to: i128) -> i128 {
        if approved == 0 { a } else { to }
    }

    fn not_applicable() -> Option<i128> {
        None
    }

    #[inline(always)]
    fn select(when: i128, a: i128, b: i128) -> i128 {
        if when == 0 { b } else { a }
    }

    #[inline(always)]
    fn pick(when: i128, a: i128, b: i128) -> i128 {
        Exact::select(when, a, b)
    }

    #[inline(always)]
    fn keep(when: i128, a: i128, _: bool) -> Option<i128> {
        (when != 0).then_some(a)
    }

    fn years_between(from: i128, to: i128) -> i128 {
        years_between(from, to)
    }

    fn year_of(a: i128) -> i128 {
        year_of(a)
    }

    fn add_working_days(a: i128, days: i128, calendar: &WorkingDays) -> Option<i128> {
        calendar.after(a, days)
    }

    fn times(case: &Case, index: u32, ledger: Option<u32>) -> Option<i128> {
        let times = case.times(index);
        let given = ledger.is_none_or(|slot| case.value(slot) == Some(1));
        (given && times.low == times.high).then_some(times.low)
    }

    #[inline(always)]
    fn limit(a: i128, remaining: i128) -> (i128, bool) {
        (a.min(remaining), remaining < a)
    }
}

//! What a domain of values must do to run code: the exact domain in `scalar.rs` and the domain of bounds in `interval.rs` are the
//! same instructions over different values. `None` means that the domain has no word for the result; the caller then changes domain.

use super::case::{Case, Used};
use super::round::Mode;
use super::step::{Rounding, Slot};
use super::working_days::WorkingDays;
use crate::calendar::MissingDay;

/// What is known of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    /// It does not hold.
    No,
    /// It holds.
    Yes,
    /// Not known.
    Open,
}

/// A domain of values; each function is the op of the same name in `bytecode/op.rs`.
pub(super) trait Domain {
    /// A register's content.
    type Value: Copy;
    /// What a register holds before it is written.
    const ZERO: Self::Value;

    fn constant(value: i128) -> Self::Value;
    fn load(case: &Case, index: u32, slot: &Slot) -> Option<Self::Value>;
    fn truth(a: Self::Value) -> Truth;
    fn not(a: Self::Value) -> Self::Value;
    fn and(a: Self::Value, b: Self::Value) -> Self::Value;
    fn or(a: Self::Value, b: Self::Value) -> Self::Value;
    fn at_least(a: Self::Value, b: Self::Value) -> Self::Value;
    fn above(a: Self::Value, b: Self::Value) -> Self::Value;
    fn equal(a: Self::Value, b: Self::Value) -> Self::Value;
    fn not_equal(a: Self::Value, b: Self::Value) -> Self::Value;
    fn within(a: Self::Value, set: &[(u32, u32)]) -> Self::Value;
    fn add(a: Self::Value, b: Self::Value) -> Self::Value;
    fn subtract(a: Self::Value, b: Self::Value) -> Self::Value;
    fn multiply(a: Self::Value, b: Self::Value) -> Self::Value;
    fn divide(a: Self::Value, b: Self::Value, by: Rounding) -> Option<Self::Value>;
    /// Drops `digits` digits, rounded.
    fn round(a: Self::Value, digits: u32, mode: Mode) -> Self::Value;
    /// Multiplies by a power of ten.
    fn rescale(a: Self::Value, factor: i128) -> Self::Value;
    fn least(a: Self::Value, b: Self::Value) -> Self::Value;
    fn greatest(a: Self::Value, b: Self::Value) -> Self::Value;
    fn add_months(a: Self::Value, months: Self::Value, missing: MissingDay) -> Option<Self::Value>;
    fn add_days(a: Self::Value, count: Self::Value) -> Self::Value;
    fn remaining(a: Self::Value, used: Used) -> Option<Self::Value>;
    fn lift(a: Self::Value, approved: Self::Value, to: Self::Value) -> Self::Value;
    fn not_applicable() -> Option<Self::Value>;
    fn select(when: Self::Value, a: Self::Value, b: Self::Value) -> Self::Value;
    fn pick(when: Self::Value, a: Self::Value, b: Self::Value) -> Self::Value;
    /// `a` where the condition holds, else not applicable: as select, or as pick where `any`.
    fn keep(when: Self::Value, a: Self::Value, any: bool) -> Option<Self::Value>;
    fn years_between(from: Self::Value, to: Self::Value) -> Self::Value;
    fn year_of(a: Self::Value) -> Self::Value;
    fn add_working_days(a: Self::Value, days: Self::Value, calendar: &WorkingDays) -> Option<Self::Value>;
    /// What counter `index` counts; `ledger` is the slot that says whether a ledger was given.
    fn times(case: &Case, index: u32, ledger: Option<u32>) -> Option<Self::Value>;
    /// The smaller, and whether `remaining` is what made it so.
    fn limit(a: Self::Value, remaining: Self::Value) -> (Self::Value, bool);
}

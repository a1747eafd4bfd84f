//! In: bounds of operands. Out: bounds of results, or `None` where a result (or a number on the way to it) could leave
//! `±MAGNITUDE_MAX`. Invariant: every finite value that a register can hold lies in its [`Bound`]; infinity is kept apart.

use crate::limits::MAGNITUDE_MAX;

use super::super::exact::{power_of_ten, widened};

/// More years than the days of the calendar can be apart.
const YEARS_MAX: i128 = 1_000_000_000_000_000;

/// Between which finite values a number lies, and whether it can also be infinite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    low: i128,
    high: i128,
    finite: bool,
}

impl Bound {
    /// What follows an overflow, so that one is reported once, and what infinity alone is.
    pub const INFINITE: Bound = Bound { low: 0, high: 0, finite: false };

    /// One value.
    #[must_use]
    pub fn constant(value: i128) -> Option<Bound> {
        Bound { low: value, high: value, finite: true }.checked()
    }

    /// A fact of `scale` decimals, within its declared range, else within `most` of its unit; infinite on a side without a declared
    /// bound, while it is unknown.
    #[must_use]
    pub fn slot(low: Option<i128>, high: Option<i128>, scale: u8, most: i128) -> Option<Bound> {
        let limit = widened(most, u32::from(scale))?;
        let finite = low.is_some() && high.is_some();
        Bound { low: low.unwrap_or(-limit), high: high.unwrap_or(limit), finite }.checked()
    }

    /// A count from nothing to `most`.
    #[must_use]
    pub fn counted(most: i128) -> Bound {
        Bound { low: 0, high: most, finite: true }
    }

    /// Years between dates, or (not `between`) the year of one: days lie within ±10^17, see [`crate::calendar`].
    #[must_use]
    pub fn years(between: bool) -> Bound {
        Bound { low: if between { 0 } else { -YEARS_MAX }, high: YEARS_MAX, finite: false }
    }

    /// The sum of up to `count` values, infinite while they are not known.
    #[must_use]
    pub fn summed(self, count: i128) -> Option<Bound> {
        let (low, high) = (self.low.min(0).checked_mul(count)?, self.high.max(0).checked_mul(count)?);
        Bound { low, high, finite: false }.checked()
    }

    /// The same, and infinite while it is not known.
    #[must_use]
    pub fn open(self) -> Bound {
        Bound { finite: false, ..self }
    }

    /// The largest magnitude of a finite value.
    #[must_use]
    pub fn magnitude(self) -> i128 {
        self.low.saturating_abs().max(self.high.saturating_abs())
    }

    fn checked(self) -> Option<Bound> {
        (self.magnitude() <= MAGNITUDE_MAX).then_some(self)
    }

    fn hull(values: impl IntoIterator<Item = i128>, finite: bool) -> Option<Bound> {
        let mut values = values.into_iter();
        let first = values.next()?;
        let (low, high) = values.fold((first, first), |(low, high), value| (low.min(value), high.max(value)));
        Bound { low, high, finite }.checked()
    }

    /// a + b
    #[must_use]
    pub fn plus(self, b: Bound) -> Option<Bound> {
        let low = self.low.checked_add(b.low)?;
        let high = self.high.checked_add(b.high)?;
        Bound { low, high, finite: self.finite && b.finite }.checked()
    }

    /// a - b
    #[must_use]
    pub fn minus(self, b: Bound) -> Option<Bound> {
        let low = self.low.checked_sub(b.high)?;
        let high = self.high.checked_sub(b.low)?;
        Bound { low, high, finite: self.finite && b.finite }.checked()
    }

    /// a × b
    #[must_use]
    pub fn times(self, b: Bound) -> Option<Bound> {
        let finite = self.finite && b.finite;
        let corners = [
            self.low.checked_mul(b.low)?,
            self.low.checked_mul(b.high)?,
            self.high.checked_mul(b.low)?,
            self.high.checked_mul(b.high)?,
        ];
        // Zero times infinity is zero.
        Bound::hull(corners.into_iter().chain((!finite).then_some(0)), finite)
    }

    /// The smaller: where one side is finite, the result is no larger than that side.
    #[must_use]
    pub fn least(self, b: Bound) -> Bound {
        let high = match (self.finite, b.finite) {
            (true, true) => self.high.min(b.high),
            (true, false) => self.high,
            (false, true) => b.high,
            (false, false) => self.high.max(b.high),
        };
        let low = self.low.min(b.low);
        Bound { low: low.min(high), high, finite: self.finite && b.finite }
    }

    /// The larger: where one side is finite, the result is no smaller than that side.
    #[must_use]
    pub fn greatest(self, b: Bound) -> Bound {
        let low = match (self.finite, b.finite) {
            (true, true) => self.low.max(b.low),
            (true, false) => self.low,
            (false, true) => b.low,
            (false, false) => self.low.min(b.low),
        };
        let high = self.high.max(b.high);
        Bound { low, high: high.max(low), finite: self.finite && b.finite }
    }

    /// Either.
    #[must_use]
    pub fn either(self, b: Bound) -> Bound {
        Bound { low: self.low.min(b.low), high: self.high.max(b.high), finite: self.finite && b.finite }
    }

    /// What remains of a cap: between nothing and all of it.
    #[must_use]
    pub fn remaining(self) -> Bound {
        Bound { low: 0, high: self.high.max(0), finite: self.finite }
    }

    /// The same number with `digits` more decimals.
    #[must_use]
    pub fn widened(self, digits: u32) -> Option<Bound> {
        Bound { low: widened(self.low, digits)?, high: widened(self.high, digits)?, finite: self.finite }.checked()
    }

    /// Rounded from `from` to `to` decimals, `to` being smaller.
    #[must_use]
    pub fn rounded(self, from: u8, to: i8) -> Option<Bound> {
        let power = power_of_ten(u32::try_from(i32::from(from) - i32::from(to)).ok()?)?;
        let low = self.low.checked_div(power)? - i128::from(self.low < 0);
        let high = self.high.checked_div(power)? + i128::from(self.high > 0);
        Bound { low, high, finite: self.finite }.widened(tens(to))
    }

    /// a / b, of `from.0` and `from.1` decimals, rounded to `to` decimals.
    #[must_use]
    pub fn divided(self, b: Bound, from: (u8, u8), to: i8) -> Option<Bound> {
        let shift = i32::from(to) + i32::from(from.1) - i32::from(from.0);
        let (more, less) = if shift >= 0 { (shift.unsigned_abs(), 0) } else { (0, shift.unsigned_abs()) };
        let dividend = widened(self.magnitude(), more).filter(|size| *size <= MAGNITUDE_MAX)?;
        widened(b.magnitude(), less).filter(|size| *size <= MAGNITUDE_MAX)?;
        let never_zero = b.finite && (b.low > 0 || b.high < 0);
        let smallest = if never_zero { b.low.saturating_abs().min(b.high.saturating_abs()) } else { 1 };
        let smallest = widened(smallest, less)?;
        let size = dividend.checked_div(smallest)? + 1;
        Bound { low: -size, high: size, finite: self.finite && never_zero }.widened(tens(to))
    }
}

/// How many zeros a negative scale puts before the point.
fn tens(scale: i8) -> u32 {
    if scale < 0 { u32::from(scale.unsigned_abs()) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::VALUE_MAX;
    use crate::model::RoundingMode;
    use proptest::prelude::*;

    fn bound(a: i128, b: i128) -> Bound {
        Bound { low: a.min(b), high: a.max(b), finite: true }
    }

    #[test]
    fn largest_facts_multiply_but_three_do_not() {
        let money = Bound::slot(None, None, 2, VALUE_MAX).unwrap();
        let rate = Bound::slot(None, None, 4, VALUE_MAX).unwrap();
        let product = money.times(rate).unwrap();
        assert_eq!(product.magnitude(), 10i128.pow(36));
        assert_eq!(product.times(rate), None);
    }

    #[test]
    fn the_finite_side_bounds_a_least() {
        let cap = Bound::constant(500).unwrap();
        let least = Bound::slot(Some(0), None, 2, VALUE_MAX).unwrap().least(cap);
        assert_eq!(least, Bound { low: 0, high: 500, finite: false });
    }

    proptest! {
        #[test]
        fn results_lie_in_their_bounds(
            a in (-10_000i128..10_000, -10_000i128..10_000), b in (-50i128..50, -50i128..50), x in 0i128..=1000, y in 0i128..=1000,
            from in 0u8..5, to in -3i8..5
        ) {
            let (a, b) = (bound(a.0, a.1), bound(b.0, b.1));
            let pick = |within: Bound, at: i128| within.low + (within.high - within.low) * at / 1000;
            let (x, y) = (pick(a, x), pick(b, y));
            let holds = |bound: Option<Bound>, value: i128| bound.is_some_and(|bound| bound.low <= value && value <= bound.high);
            prop_assert!(holds(a.plus(b), x + y));
            prop_assert!(holds(a.minus(b), x - y));
            prop_assert!(holds(a.times(b), x * y));
            prop_assert!(holds(Some(a.least(b)), x.min(y)));
            prop_assert!(holds(Some(a.greatest(b)), x.max(y)));
            for mode in [RoundingMode::HalfUp, RoundingMode::Down, RoundingMode::Up, RoundingMode::HalfEven] {
                if to < i8::try_from(from).unwrap() {
                    prop_assert!(holds(a.rounded(from, to), super::super::super::exact::rounded(x, from, to, mode).unwrap()));
                }
                if let Some(value) = super::super::super::exact::divided(x, y, (from, 2), to, mode) {
                    prop_assert!(holds(a.divided(b, (from, 2), to), value));
                }
            }
        }
    }
}

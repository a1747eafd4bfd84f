//! In: exact decimals. Out: their sums, products, rounded quotients.
//! `rust_decimal` keeps 96 bits and rounds a product that needs more (10^15 with two decimals, squared, needs 34 digits), so the
//! oracle keeps its own: an integer of 128 bits over a power of ten, without trailing zeros. The compiler proves that no step of a
//! policy leaves 128 bits at its declared scales (P0307); without trailing zeros a number here is never longer than there.
//! Invariant: every result is exact or `None`; nothing is rounded but by [`Number::divide`] and [`Number::round`].

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::model::{Rounding, RoundingMode};

/// `digits × 10^-scale`, without trailing zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    digits: i128,
    scale: u32,
}

impl Number {
    pub const ZERO: Number = Number { digits: 0, scale: 0 };
    pub const ONE: Number = Number { digits: 1, scale: 0 };

    fn new(digits: i128, scale: u32) -> Number {
        let (mut digits, mut scale) = (digits, scale);
        while scale > 0 && digits % 10 == 0 {
            (digits, scale) = (digits / 10, scale - 1);
        }
        Number { digits, scale }
    }

    pub fn integer(value: i64) -> Number {
        Number { digits: value.into(), scale: 0 }
    }

    pub fn from_decimal(value: Decimal) -> Number {
        Number::new(value.mantissa(), value.scale())
    }

    /// The nearest decimal: the same number wherever it fits 96 bits, which every amount below 10^26 does.
    pub fn to_decimal(self) -> Decimal {
        let most = if self.digits < 0 { Decimal::MIN } else { Decimal::MAX };
        Decimal::try_from_i128_with_scale(self.digits, self.scale).unwrap_or(most)
    }

    /// The number, where it is whole and fits.
    pub fn to_integer(self) -> Option<i64> {
        if self.scale == 0 { i64::try_from(self.digits).ok() } else { None }
    }

    pub fn is_negative(self) -> bool {
        self.digits < 0
    }

    pub fn is_zero(self) -> bool {
        self.digits == 0
    }

    pub fn negate(self) -> Option<Number> {
        Some(Number { digits: self.digits.checked_neg()?, scale: self.scale })
    }

    pub fn add(self, other: Number) -> Option<Number> {
        let scale = self.scale.max(other.scale);
        Some(Number::new(self.digits_at(scale)?.checked_add(other.digits_at(scale)?)?, scale))
    }

    pub fn multiply(self, other: Number) -> Option<Number> {
        Some(Number::new(self.digits.checked_mul(other.digits)?, self.scale.checked_add(other.scale)?))
    }

    /// The quotient to the given place; the divisor is not zero.
    pub fn divide(self, other: Number, rounding: Rounding) -> Option<Number> {
        // a·10^-s / (b·10^-t), counted in units of 10^-place, is a·10^(place+t-s) / b.
        let place = i64::from(rounding.scale);
        let power = place + i64::from(other.scale) - i64::from(self.scale);
        let (dividend, divisor) = match u32::try_from(power) {
            Ok(power) => (self.digits.checked_mul(power_of_ten(power)?)?, other.digits),
            Err(_) => {
                (self.digits, other.digits.checked_mul(power_of_ten(u32::try_from(power.unsigned_abs()).ok()?)?)?)
            }
        };
        let units = rounded_quotient(dividend, divisor, rounding.mode)?;
        match u32::try_from(place) {
            Ok(scale) => Some(Number::new(units, scale)),
            Err(_) => Some(Number::new(units.checked_mul(power_of_ten(u32::try_from(-place).ok()?)?)?, 0)),
        }
    }

    pub fn round(self, rounding: Rounding) -> Option<Number> {
        self.divide(Number::ONE, rounding)
    }

    fn digits_at(self, scale: u32) -> Option<i128> {
        self.digits.checked_mul(power_of_ten(scale.checked_sub(self.scale)?)?)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        let scale = self.scale.max(other.scale);
        match (self.digits_at(scale), other.digits_at(scale)) {
            (Some(a), Some(b)) => a.cmp(&b),
            // The one that does not fit at the other's scale is the larger of the two in size.
            (None, _) => self.digits.cmp(&0),
            (_, None) => 0.cmp(&other.digits),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn power_of_ten(power: u32) -> Option<i128> {
    10_i128.checked_pow(power)
}

fn rounded_quotient(dividend: i128, divisor: i128, mode: RoundingMode) -> Option<i128> {
    let (quotient, rest) = (dividend.checked_div(divisor)?, dividend.checked_rem(divisor)?);
    // Compared as 2·rest against divisor, written so that it cannot overflow.
    let half = rest.unsigned_abs().cmp(&(divisor.unsigned_abs() - rest.unsigned_abs()));
    let away = rest != 0
        && match mode {
            RoundingMode::Down => false,
            RoundingMode::Up => true,
            RoundingMode::HalfUp => half != Ordering::Less,
            RoundingMode::HalfEven => half == Ordering::Greater || half == Ordering::Equal && quotient % 2 != 0,
        };
    let step = if (dividend < 0) == (divisor < 0) { 1 } else { -1 };
    if away { quotient.checked_add(step) } else { Some(quotient) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::from_decimal(text.parse().unwrap_or(Decimal::MAX))
    }

    fn rounded(text: &str, scale: i8) -> [String; 4] {
        use RoundingMode::{Down, HalfEven, HalfUp, Up};
        [HalfUp, Down, Up, HalfEven].map(|mode| {
            number(text).round(Rounding { scale, mode }).map_or_else(String::new, |n| n.to_decimal().to_string())
        })
    }

    #[test]
    fn four_ways_to_round() {
        assert_eq!(rounded("2.5", 0), ["3", "2", "3", "2"]);
        assert_eq!(rounded("-2.5", 0), ["-3", "-2", "-3", "-2"]);
        assert_eq!(rounded("3.5", 0), ["4", "3", "4", "4"]);
        assert_eq!(rounded("2.4", 0), ["2", "2", "3", "2"]);
        assert_eq!(rounded("2.6", 0), ["3", "2", "3", "3"]);
        assert_eq!(rounded("12345", -4), ["10000", "10000", "20000", "10000"]);
        assert_eq!(rounded("15000", -4), ["20000", "10000", "20000", "20000"]);
        assert_eq!(rounded("0.125", 2), ["0.13", "0.12", "0.13", "0.12"]);
    }

    #[test]
    fn wide_products_keep_every_digit() {
        let wide = number("999999999999999.99");
        let square = wide.multiply(wide);
        assert_eq!(square, Some(Number::new(99_999_999_999_999_999 * 99_999_999_999_999_999, 4)));
        assert!(square > Some(number("999999999999999.99")));
        assert_eq!(square.and_then(|n| n.multiply(wide)), None);
    }

    #[test]
    fn order_does_not_need_a_common_scale() {
        let huge = Number::new(i128::MAX, 0);
        let tiny = Number::new(1, 18);
        assert!(huge > tiny);
        assert!(huge.negate() < Some(tiny));
        assert!(number("0.10") == number("0.1"));
    }
}

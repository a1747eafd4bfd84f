//! In: a JSON number as written, or an exact decimal. Out: an integer scaled by a power of ten.
//! Invariant: exact or refused; an exponent of any size costs nothing.

use rust_decimal::Decimal;

use crate::limits::VALUE_MAX;

/// Why a number cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It has this many decimals, more than are kept.
    TooPrecise(u64),
    /// It is larger than [`VALUE_MAX`].
    TooLarge,
}

/// Digits of [`VALUE_MAX`].
const INTEGER_DIGITS_MAX: i64 = 16;

/// A number by the grammar of JSON, in units of `10^-scale`.
pub fn json(text: &str, scale: u8) -> Result<i128, Unfit> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = [whole, fraction].concat();
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Ok(0);
    }
    let trailing = count(digits.trim_start_matches('0')) - count(significant);
    let exponent = exponent_of(exponent).saturating_sub(count(fraction)).saturating_add(trailing);
    if count(significant).saturating_add(exponent) > INTEGER_DIGITS_MAX {
        return Err(Unfit::TooLarge);
    }
    let shift = exponent.saturating_add(scale.into());
    let Ok(shift) = u32::try_from(shift) else {
        return Err(Unfit::TooPrecise(exponent.unsigned_abs()));
    };
    // At most 16 digits before the point and `scale` after it.
    let mantissa = significant.parse::<i128>().map_err(|_| Unfit::TooLarge)?;
    let value = mantissa.checked_mul(power_of_ten(shift).ok_or(Unfit::TooLarge)?).ok_or(Unfit::TooLarge)?;
    within(if negative { -value } else { value }, scale)
}

/// An exact decimal, in units of `10^-scale`.
pub fn decimal(value: Decimal, scale: u8) -> Result<i128, Unfit> {
    let value = value.normalize();
    let Some(shift) = u32::from(scale).checked_sub(value.scale()) else {
        return Err(Unfit::TooPrecise(value.scale().into()));
    };
    let scaled = power_of_ten(shift).and_then(|power| value.mantissa().checked_mul(power)).ok_or(Unfit::TooLarge)?;
    within(scaled, scale)
}

fn within(value: i128, scale: u8) -> Result<i128, Unfit> {
    let most = power_of_ten(scale.into()).and_then(|power| power.checked_mul(VALUE_MAX)).ok_or(Unfit::TooLarge)?;
    if value.unsigned_abs() > most.unsigned_abs() { Err(Unfit::TooLarge) } else { Ok(value) }
}

fn exponent_of(text: &str) -> i64 {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    // Only an exponent beyond any use does not fit.
    let size = digits.parse::<i64>().unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    if negative { -size } else { size }
}

fn count(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX / 4)
}

fn power_of_ten(power: u32) -> Option<i128> {
    10_i128.checked_pow(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_kept_as_written() {
        assert_eq!(json("12.50", 2), Ok(1_250));
        assert_eq!(json("-0.01", 2), Ok(-1));
        assert_eq!(json("1.5e8", 2), Ok(15_000_000_000));
        assert_eq!(json("1200E-2", 0), Ok(12));
        assert_eq!(json("0.000", 0), Ok(0));
        assert_eq!(json("-0e999999999999999999999", 0), Ok(0));
        assert_eq!(json("1.000000000000000000000000000000000000000000000000", 0), Ok(1));
        assert_eq!(json("0.1", 0), Err(Unfit::TooPrecise(1)));
        assert_eq!(json("1e-999999999999999999999", 18), Err(Unfit::TooPrecise((i64::MAX / 4).unsigned_abs())));
    }

    #[test]
    fn the_bound_is_inclusive() {
        assert_eq!(json("1000000000000000", 18), Ok(VALUE_MAX * 1_000_000_000_000_000_000));
        assert_eq!(json("1000000000000000.01", 2), Err(Unfit::TooLarge));
        assert_eq!(json("1e15", 0), Ok(VALUE_MAX));
        assert_eq!(json("1e16", 0), Err(Unfit::TooLarge));
        assert_eq!(json("1e999999999999999999999", 0), Err(Unfit::TooLarge));
        assert_eq!(json(&"9".repeat(1_000_000), 2), Err(Unfit::TooLarge));
        assert_eq!(decimal(Decimal::from_i128_with_scale(VALUE_MAX, 0), 2), Ok(VALUE_MAX * 100));
        assert_eq!(decimal(Decimal::from_i128_with_scale(VALUE_MAX + 1, 0), 2), Err(Unfit::TooLarge));
    }
}

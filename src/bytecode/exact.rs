//! In: integers scaled by powers of ten. Out: exact results, or `None` where an `i128` has no room. What constants are folded with.
//! Invariant: no result is ever approximate except where a mode says how it is rounded.

use rust_decimal::Decimal;

use crate::model::RoundingMode;

/// Ten to the power of `digits`.
#[must_use]
pub fn power_of_ten(digits: u32) -> Option<i128> {
    10i128.checked_pow(digits)
}

/// `value` with `digits` more decimals.
#[must_use]
pub fn widened(value: i128, digits: u32) -> Option<i128> {
    value.checked_mul(power_of_ten(digits)?)
}

/// Value and scale without trailing zeros after the point.
#[must_use]
pub fn trimmed(mut value: i128, mut scale: u32) -> (i128, u32) {
    if value == 0 {
        return (0, 0);
    }
    while scale > 0 && value % 10 == 0 {
        value /= 10;
        scale -= 1;
    }
    (value, scale)
}

/// A decimal as an integer of `scale` decimals; `None` where it has more decimals than that or no room.
#[must_use]
pub fn scaled(value: Decimal, scale: u8) -> Option<i128> {
    let (mantissa, own) = trimmed(value.mantissa(), value.scale());
    widened(mantissa, u32::from(scale).checked_sub(own)?)
}

/// `a / b` rounded; `None` where `b` is zero.
#[must_use]
pub fn quotient(a: i128, b: i128, mode: RoundingMode) -> Option<i128> {
    let whole = a.checked_div(b)?;
    let rest = a.checked_rem(b)?.unsigned_abs();
    let divisor = b.unsigned_abs();
    let raised = rest != 0
        && match mode {
            RoundingMode::HalfUp => rest >= divisor - rest,
            RoundingMode::Down => false,
            RoundingMode::Up => true,
            RoundingMode::HalfEven => rest > divisor - rest || (rest == divisor - rest && whole % 2 != 0),
        };
    let step = if (a < 0) == (b < 0) { 1 } else { -1 };
    if raised { whole.checked_add(step) } else { Some(whole) }
}

/// `value` of `from` decimals rounded to `to` decimals; the result has `max(to, 0)` decimals. As it stands where `to >= from`.
#[must_use]
pub fn rounded(value: i128, from: u8, to: i8, mode: RoundingMode) -> Option<i128> {
    let dropped = i32::from(from) - i32::from(to);
    let Ok(dropped) = u32::try_from(dropped) else { return widened(value, dropped.unsigned_abs()) };
    let kept = quotient(value, power_of_ten(dropped)?, mode)?;
    if to < 0 { widened(kept, u32::from(to.unsigned_abs())) } else { Some(kept) }
}

/// `a / b` of `from.0` and `from.1` decimals, rounded to `to` decimals; the result has `max(to, 0)` decimals.
#[must_use]
pub fn divided(a: i128, b: i128, from: (u8, u8), to: i8, mode: RoundingMode) -> Option<i128> {
    let shift = i32::from(to) + i32::from(from.1) - i32::from(from.0);
    let (a, b) =
        if shift >= 0 { (widened(a, shift.unsigned_abs())?, b) } else { (a, widened(b, shift.unsigned_abs())?) };
    let kept = quotient(a, b, mode)?;
    if to < 0 { widened(kept, u32::from(to.unsigned_abs())) } else { Some(kept) }
}

/// An integer of `scale` decimals as people write it.
#[must_use]
pub fn written(value: i128, scale: u8) -> String {
    let digits = value.unsigned_abs().to_string();
    let scale = usize::from(scale);
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    let sign = if value < 0 { "-" } else { "" };
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_where_the_mode_says() {
        let all = |a: i128| {
            [RoundingMode::HalfUp, RoundingMode::Down, RoundingMode::Up, RoundingMode::HalfEven]
                .map(|mode| quotient(a, 10, mode).unwrap())
        };
        assert_eq!(all(25), [3, 2, 3, 2]);
        assert_eq!(all(35), [4, 3, 4, 4]);
        assert_eq!(all(-25), [-3, -2, -3, -2]);
        assert_eq!(all(20), [2, 2, 2, 2]);
    }

    #[test]
    fn negative_scales_keep_whole_thousands() {
        assert_eq!(rounded(12_345_678, 2, -3, RoundingMode::HalfUp), Some(123_000));
        assert_eq!(divided(10, 3, (0, 0), 2, RoundingMode::Down), Some(333));
        assert_eq!(divided(123_456, 1, (0, 0), -3, RoundingMode::Up), Some(124_000));
        assert_eq!(divided(1, 0, (0, 0), 2, RoundingMode::Down), None);
    }

    #[test]
    fn numbers_are_written_without_trailing_zeros() {
        assert_eq!(written(-150, 2), "-1.5");
        assert_eq!(written(5, 3), "0.005");
        assert_eq!(written(100, 2), "1");
    }
}

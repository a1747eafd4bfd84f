//! In: exact integers. Out: their rounded quotients. Total: no panic on any input; a divisor of zero gives zero, and callers have
//! dealt with it before. Powers of ten and values of at most 63 bits, which is nearly all there is, take one multiplication.

/// How a quotient is rounded; the numbers are those of the bytecode's `mode` operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// 四舍五入: half away from zero.
    HalfUp,
    /// 舍去: toward zero.
    Down,
    /// 进一: away from zero.
    Up,
    /// 四舍六入五成双: half to even.
    HalfEven,
}

impl Mode {
    /// The mode of an operand; what the verifier refuses reads as half up.
    #[must_use]
    pub fn from_operand(operand: u32) -> Mode {
        match operand {
            1 => Mode::Down,
            2 => Mode::Up,
            3 => Mode::HalfEven,
            _ => Mode::HalfUp,
        }
    }

    /// Whether a quotient with remainder `rest` of `divisor` (magnitudes, `rest` the smaller) is raised by one. The rest of an award
    /// is as good as random, so half up must not branch on it.
    #[inline]
    fn raises<T: Copy + Ord + Default + std::ops::Sub<Output = T>>(self, odd: bool, rest: T, divisor: T) -> bool {
        match self {
            Mode::HalfUp => rest >= divisor - rest,
            Mode::Down => false,
            Mode::Up => rest != T::default(),
            Mode::HalfEven => match rest.cmp(&(divisor - rest)) {
                std::cmp::Ordering::Less => false,
                std::cmp::Ordering::Equal => odd,
                std::cmp::Ordering::Greater => true,
            },
        }
    }
}

/// The greatest power of ten in an `i128`.
const POWER_MAX: usize = 38;
/// The greatest power of ten below 2^63.
const SMALL_POWER_MAX: usize = 18;

const POWERS: [i128; POWER_MAX + 1] = {
    let mut powers = [1i128; POWER_MAX + 1];
    let mut at = 1;
    while at <= POWER_MAX {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// A power of ten below 2^63 and the multiplication that divides by it.
#[derive(Clone, Copy)]
struct Reciprocal {
    divisor: u64,
    factor: u64,
    shift: u32,
}

/// `factor = ceil(2^(63 + l) / divisor)` with `l = ceil(log2 divisor)`; then `n * factor >> (63 + l)` is `n / divisor` for `n < 2^63`,
/// since the factor's error times `n` stays below one.
const RECIPROCALS: [Reciprocal; SMALL_POWER_MAX + 1] = {
    let mut all = [Reciprocal { divisor: 1, factor: 0, shift: 0 }; SMALL_POWER_MAX + 1];
    let mut at = 1;
    while at <= SMALL_POWER_MAX {
        let divisor = POWERS[at].cast_unsigned();
        let bits = 128 - (divisor - 1).leading_zeros();
        let factor = (1u128 << (63 + bits)).div_ceil(divisor);
        all[at] = Reciprocal { divisor: divisor as u64, factor: factor as u64, shift: bits - 1 };
        at += 1;
    }
    all
};

/// Ten to the power of `digits`; saturates where an `i128` has no room for it.
#[inline]
#[must_use]
pub fn power_of_ten(digits: u32) -> i128 {
    POWERS.get(digits as usize).copied().unwrap_or(i128::MAX)
}

/// `a / b` rounded; zero where `b` is zero.
#[must_use]
pub fn quotient(a: i128, b: i128, mode: Mode) -> i128 {
    let negative = (a < 0) != (b < 0);
    let (size, divisor) = (a.unsigned_abs(), b.unsigned_abs());
    let raised = match (u64::try_from(size), u64::try_from(divisor)) {
        (_, Ok(0)) => 0,
        (Ok(size), Ok(divisor)) => {
            let (whole, rest) = (size / divisor, size % divisor);
            u128::from(whole) + u128::from(mode.raises(whole % 2 == 1, rest, divisor))
        }
        _ => {
            let (whole, rest) = (size / divisor, size % divisor);
            whole + u128::from(mode.raises(whole % 2 == 1, rest, divisor))
        }
    };
    signed(raised, negative)
}

/// `a` divided by ten to the power of `digits`, rounded.
#[inline]
#[must_use]
pub fn drop_digits(a: i128, digits: u32, mode: Mode) -> i128 {
    let small = u64::try_from(a).ok().filter(|size| size >> 63 == 0);
    match (small, RECIPROCALS.get(digits as usize)) {
        (_, _) if digits == 0 => a,
        (Some(size), Some(by)) => {
            let whole = ((u128::from(size) * u128::from(by.factor)) >> 64) as u64 >> by.shift;
            let rest = size.wrapping_sub(whole.wrapping_mul(by.divisor));
            let raised = whole + u64::from(mode.raises(whole % 2 == 1, rest, by.divisor));
            i128::from(raised)
        }
        _ => quotient(a, power_of_ten(digits), mode),
    }
}

fn signed(size: u128, negative: bool) -> i128 {
    let size = i128::try_from(size).unwrap_or(i128::MAX);
    if negative { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MODES: [Mode; 4] = [Mode::HalfUp, Mode::Down, Mode::Up, Mode::HalfEven];

    #[test]
    fn halves_go_where_the_mode_says() {
        let rounded = |a: i128| MODES.map(|mode| quotient(a, 10, mode));
        assert_eq!(rounded(25), [3, 2, 3, 2]);
        assert_eq!(rounded(35), [4, 3, 4, 4]);
        assert_eq!(rounded(-25), [-3, -2, -3, -2]);
        assert_eq!(rounded(24), [2, 2, 3, 2]);
        assert_eq!(rounded(26), [3, 2, 3, 3]);
        assert_eq!(rounded(20), [2, 2, 2, 2]);
    }

    #[test]
    fn extremes_do_not_panic() {
        for mode in MODES {
            assert_eq!(quotient(7, 0, mode), 0);
            assert_eq!(quotient(i128::MIN, -1, mode), i128::MAX);
            assert_eq!(drop_digits(i128::MAX, 200, mode), quotient(i128::MAX, i128::MAX, mode));
        }
    }

    proptest! {
        #[test]
        fn dropping_digits_is_dividing(a in any::<i64>(), wide in any::<i128>(), digits in 0u32..=20, mode in 0usize..4) {
            let mode = MODES[mode];
            for a in [i128::from(a), wide, i128::from(a).abs()] {
                prop_assert_eq!(drop_digits(a, digits, mode), quotient(a, power_of_ten(digits), mode));
            }
        }

        #[test]
        fn a_quotient_is_the_nearest_below_or_above(a in any::<i64>(), b in any::<i32>()) {
            prop_assume!(b != 0);
            let (a, b) = (i128::from(a), i128::from(b));
            let down = quotient(a, b, Mode::Down);
            prop_assert_eq!(down, a / b);
            for mode in MODES {
                let got = quotient(a, b, mode);
                prop_assert!((got - down).abs() <= 1);
                prop_assert!((got * b - a).abs() < b.abs());
            }
            let near = quotient(a, b, Mode::HalfUp);
            prop_assert!(2 * (near * b - a).abs() <= b.abs());
        }
    }
}

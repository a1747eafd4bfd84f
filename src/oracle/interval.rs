//! In: intervals of numbers. Out: the interval of their sum, product, comparison …: section 1 of the semantics.
//! Yes/no is an interval within [0, 1], a date an interval of days; so one arithmetic serves all.
//! Invariant: an end that is not finite is [`End::Least`] below or [`End::Most`] above. An end that leaves 128 bits, which the
//! compiler rules out (P0307), becomes infinite: wider than the truth, never wrong.

use super::number::Number;
use crate::calendar::{self, MissingDay};
use crate::model::{MonthEnd, Rounding};

/// An end of an interval, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// −∞
    Least,
    /// A number.
    At(Number),
    /// +∞
    Most,
}

/// All numbers from `low` to `high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    pub low: End,
    pub high: End,
}

impl Interval {
    pub const ALL: Interval = Interval { low: End::Least, high: End::Most };
    pub const NO: Interval = Interval { low: End::At(Number::ZERO), high: End::At(Number::ZERO) };
    pub const YES: Interval = Interval { low: End::At(Number::ONE), high: End::At(Number::ONE) };
    /// 未定 of a yes/no.
    pub const OPEN: Interval = Interval { low: End::At(Number::ZERO), high: End::At(Number::ONE) };
    pub const ZERO: Interval = Interval::NO;
    /// No ceiling.
    pub const UNLIMITED: Interval = Interval { low: End::Most, high: End::Most };

    pub fn at(number: Number) -> Interval {
        Interval { low: End::At(number), high: End::At(number) }
    }

    pub fn truth(value: bool) -> Interval {
        if value { Interval::YES } else { Interval::NO }
    }

    /// 已定.
    pub fn is_determined(&self) -> bool {
        self.low == self.high
    }

    pub fn negate(self) -> Interval {
        Interval { low: negate(self.high), high: negate(self.low) }
    }

    /// 非: `[1-high, 1-low]`.
    pub fn not(self) -> Interval {
        Interval::YES.add(self.negate())
    }

    /// 取低, and 且 of yes/no.
    pub fn least(self, other: Interval) -> Interval {
        Interval { low: self.low.min(other.low), high: self.high.min(other.high) }
    }

    /// 取高, and 或 of yes/no.
    pub fn greatest(self, other: Interval) -> Interval {
        Interval { low: self.low.max(other.low), high: self.high.max(other.high) }
    }

    pub fn add(self, other: Interval) -> Interval {
        Interval { low: add(self.low, other.low, End::Least), high: add(self.high, other.high, End::Most) }
    }

    pub fn subtract(self, other: Interval) -> Interval {
        self.add(other.negate())
    }

    pub fn multiply(self, other: Interval) -> Interval {
        self.corners(other, multiply)
    }

    /// `None`: the divisor may be zero.
    pub fn divide(self, other: Interval, rounding: Rounding) -> Option<Interval> {
        let zero = End::At(Number::ZERO);
        if other.low <= zero && zero <= other.high {
            return None;
        }
        Some(self.corners(other, |a, b, overflow| divide(a, b, rounding, overflow)))
    }

    pub fn round(self, rounding: Rounding) -> Interval {
        let round = |end, overflow| match end {
            End::At(number) => Number::round(number, rounding).map_or(overflow, End::At),
            infinite => infinite,
        };
        Interval { low: round(self.low, End::Least), high: round(self.high, End::Most) }
    }

    /// Each end by itself.
    pub fn add_months(self, months: Interval, rule: MonthEnd) -> Interval {
        Interval {
            low: add_months(self.low, months.low, rule, End::Least),
            high: add_months(self.high, months.high, rule, End::Most),
        }
    }

    /// What lies in either, and between them.
    pub fn hull(self, other: Interval) -> Interval {
        Interval { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// Whole years from a day to another.
    pub fn years_until(self, other: Interval) -> Interval {
        Interval { low: years(self.high, other.low), high: years(self.low, other.high) }
    }

    /// The calendar year of a day.
    pub fn year(self) -> Interval {
        let year = |end, overflow| match end {
            End::At(day) => day.to_integer().map_or(overflow, |day| End::At(Number::integer(calendar::year(day)))),
            infinite => infinite,
        };
        Interval { low: year(self.low, End::Least), high: year(self.high, End::Most) }
    }

    /// ≥
    pub fn at_least(self, other: Interval) -> Interval {
        match () {
            () if self.low >= other.high => Interval::YES,
            () if self.high < other.low => Interval::NO,
            () => Interval::OPEN,
        }
    }

    /// =
    pub fn equal(self, other: Interval) -> Interval {
        match () {
            () if self.is_determined() && other.is_determined() => Interval::truth(self == other),
            () if self.high < other.low || other.high < self.low => Interval::NO,
            () => Interval::OPEN,
        }
    }

    /// Least and greatest of an operation on the four pairs of ends.
    fn corners(self, other: Interval, operation: impl Fn(End, End, End) -> End) -> Interval {
        let pairs = [(self.low, other.low), (self.low, other.high), (self.high, other.low), (self.high, other.high)];
        let low = pairs.iter().map(|(a, b)| operation(*a, *b, End::Least)).min();
        let high = pairs.iter().map(|(a, b)| operation(*a, *b, End::Most)).max();
        Interval { low: low.unwrap_or(End::Least), high: high.unwrap_or(End::Most) }
    }
}

fn negate(end: End) -> End {
    match end {
        End::Least => End::Most,
        End::Most => End::Least,
        End::At(number) => number.negate().map_or(End::Most, End::At),
    }
}

/// `overflow` is the infinity on the side of this end.
fn add(a: End, b: End, overflow: End) -> End {
    match (a, b) {
        (End::At(a), End::At(b)) => a.add(b).map_or(overflow, End::At),
        (End::At(_), infinite) | (infinite, End::At(_)) => infinite,
        (a, b) => {
            if a == b {
                a
            } else {
                overflow
            }
        }
    }
}

/// −1, 0 or 1.
fn sign(end: End) -> i8 {
    match end {
        End::Least => -1,
        End::Most => 1,
        End::At(number) => i8::from(!number.is_negative() && !number.is_zero()) - i8::from(number.is_negative()),
    }
}

fn infinity(sign: i8) -> End {
    match sign {
        1.. => End::Most,
        0 => End::At(Number::ZERO),
        _ => End::Least,
    }
}

/// 0 × ∞ = 0.
fn multiply(a: End, b: End, overflow: End) -> End {
    match (a, b) {
        (End::At(a), End::At(b)) => a.multiply(b).map_or(overflow, End::At),
        _ => infinity(sign(a) * sign(b)),
    }
}

/// By ∞ is 0; ∞ by a number is ∞ with the sign of the two.
fn divide(a: End, b: End, rounding: Rounding, overflow: End) -> End {
    match (a, b) {
        (End::At(a), End::At(b)) => a.divide(b, rounding).map_or(overflow, End::At),
        (_, End::Least | End::Most) => End::At(Number::ZERO),
        _ => infinity(sign(a) * sign(b)),
    }
}

fn add_months(day: End, months: End, rule: MonthEnd, overflow: End) -> End {
    let (End::At(start), End::At(count)) = (day, months) else { return add(day, months, overflow) };
    let missing = match rule {
        MonthEnd::LastDay => MissingDay::LastDay,
        MonthEnd::NextMonth => MissingDay::NextMonth,
    };
    let end = start
        .to_integer()
        .zip(count.to_integer())
        .and_then(|(start, count)| calendar::add_months(start, count, missing));
    end.map_or(overflow, |day| End::At(Number::integer(day)))
}

/// The greatest number of years after which `from` is not later than `to`; 0 where there is none.
fn years(from: End, to: End) -> End {
    let (End::At(start), End::At(end)) = (from, to) else {
        return if from == End::Most || to == End::Least { End::At(Number::ZERO) } else { End::Most };
    };
    let (Some(start), Some(end)) = (start.to_integer(), end.to_integer()) else { return End::Most };
    let years = calendar::year(end).saturating_sub(calendar::year(start));
    let reached = calendar::add_months(start, years.saturating_mul(12), MissingDay::LastDay);
    let years = if reached.is_some_and(|reached| reached <= end) { years } else { years.saturating_sub(1) };
    End::At(Number::integer(years.max(0)))
}

//! In: days from 1970-01-01 and spans of months or days. Out: days. The proleptic Gregorian calendar, exact for every day that an
//! `i32` counts; results beyond it saturate.

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Civil {
    /// Year.
    pub year: i64,
    /// Month, from 1.
    pub month: u32,
    /// Day of the month, from 1.
    pub day: u32,
}

impl std::fmt::Display for Civil {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

const DAYS_OF_ERA: i64 = 146_097;
const DAYS_TO_EPOCH: i64 = 719_468;

/// The calendar day of a day number.
#[must_use]
pub fn civil(days: i32) -> Civil {
    let shifted = i64::from(days) + DAYS_TO_EPOCH;
    let era = shifted.div_euclid(DAYS_OF_ERA);
    let day_of_era = shifted.rem_euclid(DAYS_OF_ERA);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Civil { year, month: narrow(month), day: narrow(day) }
}

/// The day number of a calendar day; a day past the end of its month runs on into the next.
#[must_use]
pub fn days(at: Civil) -> i32 {
    let year = at.year - i64::from(at.month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (i64::from(at.month) + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(at.day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    saturated(era * DAYS_OF_ERA + day_of_era - DAYS_TO_EPOCH)
}

/// How many days a month has.
#[must_use]
pub fn days_of_month(year: i64, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// A day plus whole months. Where the month has no such day: its last day, or with `next_month` the first of the next.
#[must_use]
pub fn add_months(from: i32, months: i64, next_month: bool) -> i32 {
    let at = civil(from);
    let count = (at.year * 12 + i64::from(at.month) - 1).saturating_add(months.clamp(-200_000_000, 200_000_000));
    let (year, month) = (count.div_euclid(12), narrow(count.rem_euclid(12) + 1));
    let last = days_of_month(year, month);
    if at.day <= last {
        days(Civil { year, month, day: at.day })
    } else {
        days(Civil { year, month, day: last }).saturating_add(i32::from(next_month))
    }
}

/// A day plus days.
#[must_use]
pub fn add_days(from: i32, count: i64) -> i32 {
    saturated(i64::from(from).saturating_add(count))
}

fn saturated(days: i64) -> i32 {
    i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX })
}

fn narrow(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(year: i64, month: u32, day: u32) -> i32 {
        days(Civil { year, month, day })
    }

    #[test]
    fn known_days() {
        assert_eq!(day(1970, 1, 1), 0);
        assert_eq!(day(2000, 3, 1), 11_017);
        assert_eq!(day(1969, 12, 31), -1);
        assert_eq!(civil(day(2024, 11, 15)).to_string(), "2024-11-15");
    }

    #[test]
    fn january_31_plus_a_month() {
        let from = day(2025, 1, 31);
        assert_eq!(add_months(from, 1, false), day(2025, 2, 28));
        assert_eq!(add_months(from, 1, true), day(2025, 3, 1));
        assert_eq!(add_months(day(2024, 1, 31), 1, false), day(2024, 2, 29));
        assert_eq!(add_months(day(2024, 2, 29), 36, false), day(2027, 2, 28));
        assert_eq!(add_months(day(2024, 2, 29), 36, true), day(2027, 3, 1));
        assert_eq!(add_months(day(2025, 3, 31), -1, false), day(2025, 2, 28));
        assert_eq!(add_months(day(2025, 1, 15), -13, false), day(2023, 12, 15));
    }

    #[test]
    fn extremes_do_not_panic() {
        for from in [i32::MIN, 0, i32::MAX] {
            for count in [i64::MIN, -1, 0, 1, i64::MAX] {
                let _ = (add_months(from, count, false), add_months(from, count, true), add_days(from, count));
            }
        }
    }

    proptest! {
        #[test]
        fn there_and_back(n in any::<i32>()) {
            prop_assert_eq!(days(civil(n)), n);
        }

        #[test]
        fn months_keep_order(a in -100_000i32..100_000, b in -100_000i32..100_000, months in -600i64..600, next in any::<bool>()) {
            let (a, b) = (a.min(b), a.max(b));
            prop_assert!(add_months(a, months, next) <= add_months(b, months, next));
        }
    }
}

//! In: days counted from 1970-01-01 and year, month, day of the Gregorian calendar. Out: the other of the two, and days some months on.
//! Invariant: pure integer arithmetic, no clock, no time zone; a year before the calendar's adoption is counted backwards by its rules.

/// What stands in for a day that a month does not have (31 January + 1 month).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MissingDay {
    /// 取月末: the last day of that month.
    LastDay,
    /// 顺延: the first day of the month after.
    NextMonth,
}

/// Years that a date may name: four digits, as dates are written.
pub const YEARS: std::ops::RangeInclusive<i64> = 1..=9999;

/// Whether a year has a 29 February.
#[must_use]
pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days a month has; 0 where there is no such month.
#[must_use]
pub fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

/// The day of a date that is written down; `None` where there is no such date or its year does not have four digits or fewer.
#[must_use]
pub fn day(year: i64, month: u32, day: u32) -> Option<i32> {
    if !YEARS.contains(&year) || day == 0 || day > days_in_month(year, month) {
        return None;
    }
    i32::try_from(count(year, month, day)).ok()
}

/// Year, month and day of a day. Days beyond ±10^17 are taken as that bound.
#[must_use]
pub fn civil(day: i64) -> (i64, u32, u32) {
    // Years are counted from 1 March, so that the leap day is a year's last; 146,097 days are the 400 years after which all repeats.
    let day = day.clamp(-DAYS_MAX, DAYS_MAX) + 719_468;
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, small(month), small(day))
}

/// The calendar year of a day.
#[must_use]
pub fn year(day: i64) -> i64 {
    civil(day).0
}

/// The day so many months on, or back where `months` is negative; `None` where it lies beyond ±10^17 days.
#[must_use]
pub fn add_months(day: i64, months: i64, missing: MissingDay) -> Option<i64> {
    if !(-DAYS_MAX..=DAYS_MAX).contains(&day) {
        return None;
    }
    let (year, month, of_month) = civil(day);
    let index = year.checked_mul(12)?.checked_add(i64::from(month) - 1)?.checked_add(months)?;
    let (year, month) = (index.div_euclid(12), small(index.rem_euclid(12) + 1));
    if year.checked_abs()? > YEAR_MAX {
        return None;
    }
    let length = days_in_month(year, month);
    let target = match missing {
        _ if of_month <= length => count(year, month, of_month),
        MissingDay::LastDay => count(year, month, length),
        MissingDay::NextMonth => count(year, month, length) + 1,
    };
    (-DAYS_MAX..=DAYS_MAX).contains(&target).then_some(target)
}

/// `2025-06-30`.
#[must_use]
pub fn iso(day: i64) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2025年6月30日`.
#[must_use]
pub fn chinese(day: i64) -> String {
    let (year, month, day) = civil(day);
    format!("{year}年{month}月{day}日")
}

const DAYS_MAX: i64 = 100_000_000_000_000_000;
const YEAR_MAX: i64 = DAYS_MAX / 365;

/// Days from 1970-01-01 to a date that exists.
fn count(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let from_march = i64::from((month + 9) % 12);
    let of_year = (153 * from_march + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// A month or day number, which arithmetic above keeps between 0 and 31.
fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        let mut parts = text.split('-').map(|part| part.parse::<u32>().unwrap_or(0));
        let mut next = || parts.next().unwrap_or(0);
        day(i64::from(next()), next(), next()).map_or(i64::MIN, i64::from)
    }

    #[test]
    fn every_day_of_five_centuries_goes_there_and_back() {
        let mut expected = at("1800-01-01");
        for year in 1800..2300 {
            for month in 1..=12 {
                for of_month in 1..=days_in_month(year, month) {
                    assert_eq!(day(year, month, of_month).map(i64::from), Some(expected));
                    assert_eq!(civil(expected), (year, month, of_month));
                    expected += 1;
                }
            }
        }
        assert_eq!((at("1970-01-01"), at("2000-03-01")), (0, 11_017));
    }

    #[test]
    fn dates_that_do_not_exist() {
        assert_eq!(day(2025, 2, 29), None);
        assert_eq!(day(1900, 2, 29), None);
        assert_eq!(day(2025, 13, 1), None);
        assert_eq!(day(2025, 4, 31), None);
        assert_eq!(day(0, 1, 1), None);
        assert!(day(2000, 2, 29).is_some());
    }

    #[test]
    fn months_end_as_declared() {
        let plus = |from: &str, months, rule| add_months(at(from), months, rule).map(iso);
        assert_eq!(plus("2025-01-31", 1, MissingDay::LastDay).as_deref(), Some("2025-02-28"));
        assert_eq!(plus("2025-01-31", 1, MissingDay::NextMonth).as_deref(), Some("2025-03-01"));
        assert_eq!(plus("2024-01-31", 1, MissingDay::LastDay).as_deref(), Some("2024-02-29"));
        assert_eq!(plus("2024-01-31", 1, MissingDay::NextMonth).as_deref(), Some("2024-03-01"));
        assert_eq!(plus("2024-02-29", -12, MissingDay::NextMonth).as_deref(), Some("2023-03-01"));
        assert_eq!(plus("2025-01-15", -1, MissingDay::LastDay).as_deref(), Some("2024-12-15"));
        assert_eq!(plus("2025-12-31", 2, MissingDay::LastDay).as_deref(), Some("2026-02-28"));
    }

    #[test]
    fn far_days_end_in_none_and_never_overflow() {
        for months in [i64::MIN, -1_000_000_000_000_000, 1_000_000_000_000_000, i64::MAX] {
            let far = add_months(0, months, MissingDay::LastDay);
            assert_eq!(far.is_some(), months.unsigned_abs() == 1_000_000_000_000_000);
        }
        assert_eq!(add_months(i64::MAX, 1, MissingDay::LastDay), None);
        let _ = (civil(i64::MIN), civil(i64::MAX));
    }
}

//! In: a calendar of working days. Out: the day so many of them after a date. Invariant: a day that the calendar does not know is
//! never counted; where it would have to be, there is no answer.

use crate::bytecode::records::CalendarInfo;

/// Monday to Friday, from 0 on a Monday. 1970-01-01 was a Thursday.
fn weekday(day: i32) -> i32 {
    (i64::from(day) + 3).rem_euclid(7) as i32
}

/// The working days of a calendar, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WorkingDays {
    /// First day it knows.
    first: i128,
    days: Vec<i32>,
}

impl WorkingDays {
    /// Of a calendar.
    pub fn new(info: &CalendarInfo) -> WorkingDays {
        let works = |day: &i32| {
            let weekend = weekday(*day) > 4;
            let listed = if weekend { &info.working } else { &info.off };
            listed.binary_search(day).is_ok() == weekend
        };
        WorkingDays { first: i128::from(info.first), days: (info.first..=info.last).filter(works).collect() }
    }

    /// The day `count` working days after `date`; `None` where the calendar does not reach.
    pub fn after(&self, date: i128, count: i128) -> Option<i128> {
        if count == 0 {
            return Some(date);
        }
        if date < self.first - 1 || count < 0 {
            return None;
        }
        let passed = self.days.partition_point(|day| i128::from(*day) <= date);
        let at = usize::try_from(count).ok()?.checked_add(passed)?.checked_sub(1)?;
        self.days.get(at).map(|day| i128::from(*day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar;

    #[test]
    fn holidays_are_passed_over_and_working_weekends_count() {
        let day = |month, of_month| calendar::day(2025, month, of_month).unwrap();
        // 1 to 7 October 2025 off (8 too, a Wednesday); Sunday 28 September and Saturday 11 October worked.
        let info = CalendarInfo {
            name: String::new(),
            alias: String::new(),
            first: day(1, 1),
            last: day(12, 31),
            off: (1..=8).map(|of_month| day(10, of_month)).filter(|day| weekday(*day) < 5).collect(),
            working: vec![day(9, 28), day(10, 11)],
        };
        let calendar = WorkingDays::new(&info);
        let after = |from: i32, count| calendar.after(from.into(), count).map(|day| calendar::iso(day as i64));
        assert_eq!(after(day(9, 26), 1).as_deref(), Some("2025-09-28"));
        assert_eq!(after(day(9, 30), 3).as_deref(), Some("2025-10-11"));
        assert_eq!(after(day(9, 30), 4).as_deref(), Some("2025-10-13"));
        assert_eq!(after(day(10, 4), 0).as_deref(), Some("2025-10-04"));
        assert_eq!(after(day(12, 31), 1), None);
        assert_eq!(after(day(1, 1) - 2, 1), None);
        assert_eq!(after(day(1, 1) - 1, 1).as_deref(), Some("2025-01-01"));
        assert_eq!(after(day(1, 1), -1), None);
    }
}

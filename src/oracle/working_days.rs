//! In: a day, a number of working days, a calendar. Out: the day so many working days later: section 1 of the semantics, 工作日.
//! Invariant: no day is taken for a working day, or for none, that the calendar does not know.

use super::interval::{End, Interval};
use super::number::Number;
use super::value::{Known, Value};
use crate::model::Calendar;

/// 1970-01-01 was a Thursday; Monday is 0.
const FIRST_WEEKDAY: i64 = 3;
const SATURDAY: i64 = 5;

/// `date` plus `days` working days.
pub fn add(date: &Known, days: &Known, calendar: &Calendar) -> Known {
    let (Some((start, sure)), Some((count, also))) = (date.value.bounds(), days.value.bounds()) else {
        return Known::new(Value::NotApplicable, &[]);
    };
    let low = end(start.low, count.low, calendar);
    let high = end(start.high, count.high, calendar);
    let value = if sure && also && start.is_determined() && count.is_determined() {
        low.map_or(Value::NotApplicable, |day| Value::Range(Interval::at(Number::integer(day))))
    } else {
        let (least, most) = (low.map(Number::integer), high.map(Number::integer));
        Value::Maybe(Interval { low: least.map_or(End::Least, End::At), high: most.map_or(End::Most, End::At) })
    };
    Known::new(value, &[date, days])
}

fn end(date: End, days: End, calendar: &Calendar) -> Option<i64> {
    let (End::At(date), End::At(days)) = (date, days) else { return None };
    later(date.to_integer()?, days.to_integer()?, calendar)
}

/// The day `count` working days after `date`; `None` where the calendar does not know a day between.
fn later(date: i64, count: i64, calendar: &Calendar) -> Option<i64> {
    let (mut day, mut left) = (date, count);
    if left < 0 {
        return None;
    }
    while left > 0 {
        day = day.checked_add(1)?;
        if day < i64::from(calendar.first) || day > i64::from(calendar.last) {
            return None;
        }
        left -= i64::from(is_working(i32::try_from(day).ok()?, calendar));
    }
    Some(day)
}

fn is_working(day: i32, calendar: &Calendar) -> bool {
    let weekend = (i64::from(day) + FIRST_WEEKDAY).rem_euclid(7) >= SATURDAY;
    if weekend { calendar.working.contains(&day) } else { !calendar.off.contains(&day) }
}

//! In: the tables of lists, figures by year, certificates, calendars and counters. Out: their flaws. Invariant: after no flaw, every
//! list has a slot and columns of its own, and every counter counts clauses that there are.

use crate::limits::{CALENDAR_DAYS_MAX, LIST_RECORDS_MAX, SERIES_YEARS_MAX};

use super::super::program::{SlotInfo, SlotType, Tables};
use super::super::records::{CalendarInfo, CertificateInfo, CounterInfo, ListInfo};
use super::tables::bounded;
use super::{Flaws, Rule};

/// Checks the tables.
pub fn examine(tables: &Tables, flaws: &mut Flaws) {
    lists(tables, flaws);
    for slot in &tables.slots {
        if !slot_fits(slot, tables) {
            flaws.add(
                None,
                Rule::SlotMalformed,
                format!("事实 {} 的年份或认定不对", slot.name),
                format!("year or certificate of fact `{}` is not well formed", slot.name),
            );
        }
    }
    years(tables, flaws);
    for calendar in &tables.calendars {
        if !calendar_fits(calendar) {
            flaws.add(
                None,
                Rule::CalendarMalformed,
                format!("日历 {} 的首尾颠倒、太长，或日期无序", calendar.name),
                format!("calendar `{}` is reversed, too long, or has days out of order", calendar.name),
            );
        }
    }
    let ledger = tables.ledger_slot.is_none_or(|slot| is(tables, slot, &|ty| *ty == SlotType::Bool));
    if !ledger || tables.counters.iter().any(|counter| !counter_fits(counter, tables)) {
        flaws.add(
            None,
            Rule::CounterMalformed,
            "台账的计数所数的条款、对象或台账标记不对",
            "a counter counts clauses or subjects that are out of order or not there, or asks for another ledger",
        );
    }
}

fn is(tables: &Tables, slot: u32, wanted: &dyn Fn(&SlotType) -> bool) -> bool {
    tables.slots.get(slot as usize).is_some_and(|slot| wanted(&slot.ty))
}

fn lists(tables: &Tables, flaws: &mut Flaws) {
    let mut next = 0;
    let mut whole = true;
    for (id, list) in (0u32..).zip(&tables.lists) {
        whole &= list.columns.0 == next && list.columns.1 >= next;
        next = list.columns.1;
        if !list_fits(id, list, tables) {
            flaws.add(
                None,
                Rule::ListMalformed,
                format!("清单 {} 的事实、对象或条数不对", list.name),
                format!("fact, subject or bound of list `{}` is not well formed", list.name),
            );
        }
    }
    let owned = tables.columns.iter().enumerate().all(|(at, column)| {
        let list = tables.lists.get(column.list as usize);
        let fits = !matches!(column.ty, SlotType::List { .. })
            && bounded(&column.ty, column.low, column.high)
            && class_exists(&column.ty, tables);
        fits && list.is_some_and(|list| list.columns.0 as usize <= at && at < list.columns.1 as usize)
    });
    if !whole || next as usize != tables.columns.len() || !owned {
        flaws.add(
            None,
            Rule::ListMalformed,
            "清单的栏没有各归其单，或类型、范围不对",
            "the lists do not share out all columns, or a column is not well formed",
        );
    }
    let named = |(id, slot): (u32, &SlotInfo)| match slot.ty {
        SlotType::List { list } => tables.lists.get(list as usize).is_some_and(|list| list.slot == id),
        _ => true,
    };
    if !(0u32..).zip(&tables.slots).all(named) {
        flaws.add(
            None,
            Rule::ListMalformed,
            "清单的事实不属于这个清单",
            "the fact of a list is not the one that the list names",
        );
    }
}

fn list_fits(id: u32, list: &ListInfo, tables: &Tables) -> bool {
    let slot = is(tables, list.slot, &|ty| *ty == SlotType::List { list: id });
    slot && (list.subject as usize) < tables.subjects.len() && (1..=LIST_RECORDS_MAX).contains(&list.max)
}

fn class_exists(ty: &SlotType, tables: &Tables) -> bool {
    match ty {
        SlotType::Member { class } => (*class as usize) < tables.classes.len(),
        SlotType::Bool | SlotType::Number { .. } | SlotType::Date | SlotType::Text | SlotType::List { .. } => true,
    }
}

fn slot_fits(slot: &SlotInfo, tables: &Tables) -> bool {
    let number = matches!(slot.ty, SlotType::Number { .. });
    let year = slot.year.is_none_or(|year| {
        let (first, last) = if year.relative { (-9999, 9999) } else { (1, 9999) };
        number && (year.series as usize) < tables.series.len() && (first..=last).contains(&year.year)
    });
    let certificate = slot.certificate.is_none_or(|CertificateInfo { level, from, until }| {
        let dated = |slot: Option<u32>| slot.is_none_or(|slot| is(tables, slot, &|ty| *ty == SlotType::Date));
        let level = level.is_none_or(|slot| is(tables, slot, &|ty| matches!(ty, SlotType::Member { .. })));
        slot.ty == SlotType::Bool && level && dated(from) && dated(until)
    });
    year && certificate
}

fn years(tables: &Tables, flaws: &mut Flaws) {
    let mut counts = vec![0usize; tables.series.len()];
    for year in tables.slots.iter().filter_map(|slot| slot.year) {
        if let Some(count) = counts.get_mut(year.series as usize) {
            *count += 1;
        }
    }
    for (series, count) in tables.series.iter().zip(counts) {
        if count > SERIES_YEARS_MAX {
            flaws.add(
                None,
                Rule::TooMany,
                format!("{} 用到 {count} 个年份，上限是 {SERIES_YEARS_MAX}", series.name),
                format!("{count} years of `{}` are used, the limit is {SERIES_YEARS_MAX}", series.name),
            );
        }
        if series.subject as usize >= tables.subjects.len() {
            flaws.add(
                None,
                Rule::IndexOutOfRange,
                format!("{} 的对象不存在", series.name),
                format!("the subject of `{}` is not there", series.name),
            );
        }
    }
}

fn calendar_fits(calendar: &CalendarInfo) -> bool {
    let CalendarInfo { first, last, off, working, .. } = calendar;
    let length = i64::from(*last) - i64::from(*first);
    let listed = |days: &[i32]| {
        days.array_windows::<2>().all(|[a, b]| a < b) && days.iter().all(|day| (first..=last).contains(&day))
    };
    (0..CALENDAR_DAYS_MAX).contains(&length) && listed(off) && listed(working)
}

fn counter_fits(counter: &CounterInfo, tables: &Tables) -> bool {
    let sorted = counter.counts.array_windows::<2>().all(|[a, b]| a < b);
    let there = counter.counts.last().is_some_and(|last| (*last as usize) < tables.clauses.len());
    let kinds = counter.subjects.iter().all(|kind| (*kind as usize) < tables.subjects.len());
    sorted && there && kinds && (counter.ledger.is_none() || counter.ledger == tables.ledger_slot)
}

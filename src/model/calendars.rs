//! In: 日历 items; several of one name are one calendar. Out: calendars: the days they reach, days off, working weekend days.
//! Invariant: a day off is a day of the week that is otherwise worked or not, whichever; a working day lies on a weekend.

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::CALENDAR_DAYS_MAX;
use crate::literal;
use crate::source::Span;
use crate::syntax::ast::{Item, Phrase};
use crate::syntax::keywords::FieldKeyword;

use super::CalendarId;
use super::context::Context;
use super::fields::{fields, phrases, plain};
use super::record::Calendar;
use super::vocabulary::Entry;

impl Context<'_> {
    /// A 日历 item: a new calendar, or more days of one of the same name.
    pub fn calendar_item(&mut self, item: &Item) {
        let Some((name, span)) = self.item_name(item, ("日历", "calendar")) else { return };
        let alias = item.header.alias.as_ref().map_or(String::new(), |alias| alias.text.clone());
        let mut ranges = Vec::new();
        for phrase in fields(item, FieldKeyword::Range).flat_map(phrases).cloned().collect::<Vec<_>>() {
            ranges.extend(self.days(&phrase));
        }
        let Some(first) = ranges.iter().map(|(first, _)| *first).min() else {
            if fields(item, FieldKeyword::Range).next().is_none() {
                self.report(
                    Diagnostic::new(Code::CalendarUnreadable, span, "日历没有写范围", "this calendar has no range")
                        .help("加一行“范围：2025-01-01 至 2025-12-31”", "add `range: 2025-01-01 to 2025-12-31`"),
                );
            }
            return;
        };
        let last = ranges.iter().map(|(_, last)| *last).max().unwrap_or(first);
        let mut days = |keyword: FieldKeyword| {
            let mut days: Vec<i32> = Vec::new();
            for phrase in fields(item, keyword).flat_map(phrases).cloned().collect::<Vec<_>>() {
                for (from, to) in self.days(&phrase) {
                    if from < first || to > last {
                        self.outside_calendar(&phrase);
                    }
                    days.extend(from..=to);
                }
            }
            days
        };
        let (off, working) = (days(FieldKeyword::DaysOff), days(FieldKeyword::WorkingDays));
        if let Some(calendar) = self.model.calendars.iter_mut().find(|calendar| calendar.name == name) {
            (calendar.first, calendar.last) = (calendar.first.min(first), calendar.last.max(last));
            calendar.off.extend(off);
            calendar.working.extend(working);
            return;
        }
        let id = CalendarId(u32::try_from(self.model.calendars.len()).unwrap_or(u32::MAX));
        self.vocabulary.insert(&name, Entry::Calendar(id));
        self.vocabulary.insert(&alias, Entry::Calendar(id));
        self.model.calendars.push(Calendar { name, alias, first, last, off, working, span });
    }

    /// Puts the days of all calendars in order.
    pub fn calendars_whole(&mut self) {
        let mut reports = Vec::new();
        for calendar in &mut self.model.calendars {
            for days in [&mut calendar.off, &mut calendar.working] {
                days.sort_unstable();
                days.dedup();
            }
            if let Some(day) = calendar.off.iter().find(|day| calendar.working.binary_search(day).is_ok()) {
                reports.push((*day, calendar.span));
            }
        }
        for (day, span) in reports {
            let day = crate::calendar::iso(i64::from(day));
            self.report(Diagnostic::new(
                Code::CalendarUnreadable,
                span,
                format!("{day} 又放假又上班"),
                format!("{day} is both a day off and a working day"),
            ));
        }
    }

    fn outside_calendar(&mut self, phrase: &Phrase) {
        self.report(
            Diagnostic::new(
                Code::CalendarUnreadable,
                phrase.span,
                "有的日子在日历的范围之外",
                "some of these days lie outside the range of the calendar",
            )
            .help("改日子，或者改“范围”", "change the days, or the range"),
        );
    }

    /// `2025-01-28 至 2025-02-04、2025-04-04`: first and last day of each stretch.
    fn days(&mut self, phrase: &Phrase) -> Vec<(i32, i32)> {
        let text = plain(phrase);
        let mut found = Vec::new();
        for part in text.split(['、', '，', '；']).filter(|part| !part.is_empty()) {
            let chars: Vec<char> = part.chars().collect();
            let at = self.locate(phrase.span, part);
            match stretch(&chars) {
                Ok((first, last)) if first <= last && i64::from(last) - i64::from(first) < CALENDAR_DAYS_MAX => {
                    found.push((first, last));
                }
                Ok((first, last)) => {
                    let what = if first > last {
                        ("最后一天早于第一天", "the last day lies before the first")
                    } else {
                        ("日子太多", "too many days")
                    };
                    self.calendar_unreadable(at, what, part);
                }
                Err(Some(error)) => {
                    let report = super::unreadable::bad_number(&error, at, part);
                    self.report(report);
                }
                Err(None) => self.calendar_unreadable(at, ("不是日期", "this is no date"), part),
            }
        }
        found
    }

    fn calendar_unreadable(&mut self, span: Span, what: (&str, &str), part: &str) {
        self.report(
            Diagnostic::new(
                Code::CalendarUnreadable,
                span,
                format!("“{part}”：{}", what.0),
                format!("`{part}`: {}", what.1),
            )
            .help("写成“2025-01-28 至 2025-02-04、2025-04-04”", "write `2025-01-28 to 2025-02-04、2025-04-04`"),
        );
    }
}

/// A day, or the days from one to another.
fn stretch(chars: &[char]) -> Result<(i32, i32), Option<literal::LiteralError>> {
    let day = |at: usize| match literal::date(chars, at) {
        Some(Ok(found)) => Ok(found),
        Some(Err((error, _))) => Err(Some(error)),
        None => Err(None),
    };
    let (first, end) = day(0)?;
    if end == chars.len() {
        return Ok((first, first));
    }
    let next = (end..chars.len()).find(|at| chars.get(*at).is_some_and(char::is_ascii_digit)).ok_or(None)?;
    let words: String = chars.get(end..next).unwrap_or_default().iter().collect();
    let (last, end) = day(next)?;
    let joined = matches!(words.trim(), "至" | "to" | "—" | "——" | "~" | "～" | "-");
    if joined && end == chars.len() { Ok((first, last)) } else { Err(None) }
}

//! In: the JSON of figures by year, the day of the decision. Out: what is given of each year that the policy asks for on that day.
//! Invariant: a year that is asked for is written, or a finding names it; years that nothing asks for are not read.

use std::collections::BTreeMap;

use super::facts::twice;
use super::json::{Entry, Json, Kind};
use super::names::fold;
use super::values::{Finding, Values, is_comment};
use crate::bytecode::program::{Given, SlotInfo};
use crate::bytecode::records::SeriesInfo;
use crate::calendar;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// A slot of a series, and the calendar year that it holds on the day.
pub struct Year<'a> {
    /// The slot.
    pub slot: u32,
    /// Its table row.
    pub info: &'a SlotInfo,
    /// Which year.
    pub year: i64,
    /// Whether it is given already, by a name of its own.
    pub given: bool,
}

/// The slots of a series on a day; `Err` where the year of one depends on a day that is not known.
pub fn of<'a>(values: &Values<'a>, series: u32, on: Option<i32>) -> Option<Vec<Year<'a>>> {
    let slots = (0u32..).zip(&values.tables.slots);
    let of_series =
        slots.filter_map(|(slot, info)| Some((slot, info, info.year.filter(|year| year.series == series)?)));
    let year = |(slot, info, which): (u32, &'a SlotInfo, crate::bytecode::records::SeriesSlot)| {
        let year = if which.relative {
            calendar::year(i64::from(on?)).saturating_add(which.year.into())
        } else {
            which.year.into()
        };
        Some(Year { slot, info, year, given: false })
    };
    of_series.map(year).collect()
}

/// What is given of the years of a series, by slot.
pub fn read(
    values: &Values,
    series: &SeriesInfo,
    years: &[Year],
    entry: &Entry,
) -> Result<Vec<(u32, Given)>, Vec<Finding>> {
    let state =
        |given: &Given| years.iter().filter(|year| !year.given).map(|year| (year.slot, given.clone())).collect();
    match &entry.value.kind {
        Kind::Null => Ok(state(&Given::Unknown)),
        Kind::Text(text) if text.trim() == "不适用" => Ok(state(&Given::NotApplicable)),
        Kind::Text(text) if text.trim() == "未知" => Ok(state(&Given::Unknown)),
        Kind::Text(text) if text.trim() == "未问" => Ok(Vec::new()),
        Kind::Object(entries) if is_state(entries) => match years.first() {
            Some(year) => values.given(year.info, &entry.value).map(|given| state(&given)).map_err(|found| vec![found]),
            None => Ok(Vec::new()),
        },
        Kind::Object(entries) => by_year(values, series, years, entry, entries),
        Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::List(_) => Err(vec![shape(series, &entry.value)]),
    }
}

fn is_state(entries: &[Entry]) -> bool {
    let mut keys = entries.iter().map(|entry| entry.key.as_str()).filter(|key| !is_comment(key));
    matches!((keys.next(), keys.next()), (Some("state"), None))
}

fn by_year(
    values: &Values,
    series: &SeriesInfo,
    years: &[Year],
    entry: &Entry,
    entries: &[Entry],
) -> Result<Vec<(u32, Given)>, Vec<Finding>> {
    let mut findings = Vec::new();
    let mut figures = BTreeMap::<i64, &Entry>::new();
    let mut first = BTreeMap::<i64, Span>::new();
    for figure in entries.iter().filter(|figure| !is_comment(&figure.key)) {
        let Some(year) = year(&figure.key) else {
            findings.push(no_year(series, figure));
            continue;
        };
        match first.insert(year, figure.span) {
            Some(earlier) => findings.push(twice(figure, earlier)),
            None => {
                figures.insert(year, figure);
            }
        }
    }
    let mut given = Vec::new();
    let mut missing = Vec::new();
    for year in years.iter().filter(|year| !year.given) {
        match figures.get(&year.year) {
            Some(figure) => match values.given(year.info, &figure.value) {
                Ok(value) => given.push((year.slot, value)),
                Err(finding) => findings.push(finding),
            },
            None => missing.push(year.year),
        }
    }
    missing.sort_unstable();
    missing.dedup();
    findings.extend(missing.into_iter().map(|year| not_written(series, year, entry.span)));
    if findings.is_empty() { Ok(given) } else { Err(findings) }
}

/// `2024`, `2024年`.
fn year(key: &str) -> Option<i64> {
    let key = fold(key);
    let digits = key.strip_suffix('年').unwrap_or(&key);
    let whole = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole { digits.parse().ok() } else { None }
}

fn shape(series: &SeriesInfo, json: &Json) -> Finding {
    Box::new(Diagnostic::new(
        Code::WrongType,
        json.span,
        format!("“{}”是按年的数，要写成 {{ \"2024\": …, \"2025\": … }}", series.name),
        format!("`{}` is given by year: {{ \"2024\": …, \"2025\": … }}", series.name),
    ))
}

fn no_year(series: &SeriesInfo, figure: &Entry) -> Finding {
    Box::new(
        Diagnostic::new(
            Code::UnknownFact,
            figure.span,
            format!("“{}”下面要写年份，“{}”不是", series.name, figure.key),
            format!("`{}` is given by year; `{}` is no year", series.name, figure.key),
        )
        .help("年份写四位数字，例如 \"2024\"", "a year has four digits, such as \"2024\""),
    )
}

fn not_written(series: &SeriesInfo, year: i64, span: Span) -> Finding {
    Box::new(
        Diagnostic::new(
            Code::YearMissing,
            span,
            format!("“{}”没有写 {year} 年的数，政策在这一评定日要用", series.name),
            format!("`{}` lacks {year}, which the policy needs on this day", series.name),
        )
        .help(
            format!("加上 \"{year}\": 数；还不知道就写 \"{year}\": null"),
            format!("add \"{year}\"; write `\"{year}\": null` where it is not known"),
        ),
    )
}

/// The year of a figure cannot be told without a day.
pub fn no_day(series: &SeriesInfo, span: Span) -> Finding {
    Box::new(
        Diagnostic::new(
            Code::YearMissing,
            span,
            format!("不知道评定日，分不清“{}”的哪一年是上年", series.name),
            format!("without the day of the decision, the years of `{}` cannot be told", series.name),
        )
        .help("写上 \"日期\"", "write \"on\""),
    )
}

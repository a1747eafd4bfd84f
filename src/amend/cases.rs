//! In: cases and tables of cases. Out: those that are decided on other days than those of a version.
//! Invariant: every case is decided in exactly one version, the one in force on its own day.

use crate::source::{Sources, Span};
use crate::syntax::ast::{Field, File, Item};
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

use super::items;
use super::operate::{date, line_span};
use super::words::{Letter, letters};

/// The first day of the policy, on which cases without a day are decided.
#[must_use]
pub fn first_day(files: &[File], sources: &Sources) -> i32 {
    let policy = items(files).find(|(_, item)| item.keyword == ItemKeyword::Policy);
    let validity = policy.and_then(|(_, item)| field(item, FieldKeyword::Validity));
    let found = validity.and_then(|field| {
        let all = read(field.value.span, sources);
        let start = usize::from(all.first().is_some_and(|letter| letter.letter == '自'));
        (start + 1..=all.len()).rev().find_map(|end| date(all.get(start..end)?))
    });
    found.unwrap_or(i32::MIN)
}

/// What is decided on days outside a window: whole items, and rows of tables.
pub fn elsewhere(files: &[File], sources: &Sources, first: i32, within: impl Fn(i32) -> bool) -> Vec<Span> {
    let mut gone = Vec::new();
    for (_, item) in items(files) {
        let own = field(item, FieldKeyword::On).and_then(|field| date(&read(field.value.span, sources)));
        let day = own.unwrap_or(first);
        match (item.keyword, field(item, FieldKeyword::Columns)) {
            (ItemKeyword::Case, _) if !within(day) => gone.push(item.span),
            (ItemKeyword::CaseTable, Some(columns)) => {
                let rows = rows_elsewhere(columns, sources, day, &within);
                if !rows.is_empty() && rows.len() == columns.list.len() {
                    gone.push(item.span);
                } else {
                    gone.extend(rows);
                }
            }
            _ => {}
        }
    }
    gone
}

fn rows_elsewhere(columns: &Field, sources: &Sources, day: i32, within: &impl Fn(i32) -> bool) -> Vec<Span> {
    let heads = cells(&read(columns.value.span, sources));
    let at = heads.iter().position(|head| FieldKeyword::find(head) == Some(FieldKeyword::On));
    let row_day = |span: Span| {
        let all = read(span, sources);
        let cell = at.and_then(|at| split(&all).get(at).copied().and_then(date));
        cell.unwrap_or(day)
    };
    let rows = columns.list.iter().enumerate().filter(|(_, row)| !within(row_day(row.value.span)));
    rows.filter_map(|(at, _)| line_span(&columns.list, at)).collect()
}

fn field(item: &Item, keyword: FieldKeyword) -> Option<&Field> {
    item.fields.iter().find(|field| field.keyword == Some(keyword))
}

fn read(span: Span, sources: &Sources) -> Vec<Letter> {
    letters(sources.get(span.file).map_or("", crate::source::Source::text), span.range())
}

/// The cells of a row: between ｜ where there is one, else between 、.
fn split(row: &[Letter]) -> Vec<&[Letter]> {
    let mark = if row.iter().any(|letter| letter.letter == '|') { '|' } else { '、' };
    row.split(|letter| letter.letter == mark && !letter.quoted).collect()
}

fn cells(row: &[Letter]) -> Vec<String> {
    split(row).into_iter().map(|cell| cell.iter().map(|letter| letter.letter).collect()).collect()
}

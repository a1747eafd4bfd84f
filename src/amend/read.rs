//! In: 修订 items and fields 增补. Out: which amendments there are, from which day, and which items exist from one of them on.
//! Invariant: an amendment whose day cannot be read makes no version; it has been reported.

use std::collections::BTreeMap;

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::{Sources, Span};
use crate::syntax::ast::{File, Item};
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

use super::items;
use super::operate::date;
use super::words::{Words, letters, squeezed};

/// An amendment.
#[derive(Debug, Clone)]
pub struct Amendment {
    /// Its place among all amendments.
    pub number: usize,
    /// Its id, else its number, else its title.
    pub id: String,
    /// Every name it goes by.
    pub names: Vec<String>,
    /// The first day on which it holds.
    pub day: i32,
    /// Its first line.
    pub span: Span,
    /// What it says it was written for.
    pub bases: Vec<Basis>,
    /// Its own words, as quoted.
    pub words: Vec<String>,
}

/// A clause that an amendment was written for, with the hash of what it then meant.
#[derive(Debug, Clone)]
pub struct Basis {
    /// The clause's id, as written.
    pub clause: String,
    /// The first digits of its hash.
    pub hash: String,
    /// Where the hash stands.
    pub span: Span,
}

/// Whether a policy has anything to do with amendments.
#[must_use]
pub fn applies(files: &[File]) -> bool {
    items(files).any(|(_, item)| {
        item.keyword == ItemKeyword::Amendment
            || item.fields.iter().any(|field| field.keyword == Some(FieldKeyword::AddedBy))
    })
}

/// The amendments of a policy.
pub fn amendments(files: &[File], sources: &Sources) -> (Vec<Amendment>, Vec<Diagnostic>) {
    let (mut all, mut found) = (Vec::<Amendment>::new(), Vec::new());
    let of_text = items(files).map(|(_, item)| item).filter(|item| item.keyword == ItemKeyword::Amendment);
    for (number, item) in of_text.enumerate() {
        let header = &item.header;
        let span = item.keyword_span.to(header.span);
        let names = [&header.alias, &header.lead, &header.title].into_iter().flatten();
        let names: Vec<String> = names.map(|name| name.text.clone()).collect();
        let Some(id) = names.first().cloned() else {
            found.push(
                Diagnostic::new(Code::MissingName, span, "修订没有标识", "an amendment has no id")
                    .help("写成“修订 文号《标题》（amend-1）”", "write `amendment number \"title\" (amend-1)`"),
            );
            continue;
        };
        if let Some(first) = all.iter().find(|other| other.id == id) {
            found.push(
                Diagnostic::new(
                    Code::DuplicateName,
                    span,
                    format!("修订“{id}”写了两遍"),
                    format!("amendment `{id}` is written twice"),
                )
                .also(first.span, "第一个在这里", "the first is here"),
            );
        }
        let Some(day) = commences(item, span, sources, &mut found) else { continue };
        let bases = bases(item, sources, &mut found);
        let quotes = item.fields.iter().filter(|field| field.keyword == Some(FieldKeyword::Quote));
        let phrases =
            quotes.flat_map(|field| std::iter::once(&field.value).chain(field.list.iter().map(|line| &line.value)));
        let words = phrases.flat_map(|phrase| &phrase.parts).filter_map(|part| match part {
            crate::syntax::ast::Part::Quote(text) | crate::syntax::ast::Part::Title(text) => Some(text.text.clone()),
            _ => None,
        });
        all.push(Amendment { number, id, names, day, span, bases, words: words.collect() });
    }
    (all, found)
}

/// The first day of an amendment.
fn commences(item: &Item, span: Span, sources: &Sources, found: &mut Vec<Diagnostic>) -> Option<i32> {
    let Some(field) = item.fields.iter().find(|field| field.keyword == Some(FieldKeyword::Commences)) else {
        found.push(
            Diagnostic::new(Code::MissingField, span, "修订没有写“施行”", "an amendment lacks `effective`")
                .help("加一行“施行：2027-06-01”，从这一天起适用", "add `effective: 2027-06-01`, its first day"),
        );
        return None;
    };
    let value = field.value.span;
    let text = sources.get(value.file).map_or("", crate::source::Source::text);
    let mut words = letters(text, value.range());
    if words.first().is_some_and(|letter| letter.letter == '自') {
        words.remove(0);
    }
    if words.last().is_some_and(|letter| letter.letter == '起') {
        words.pop();
    }
    let day = date(&words);
    if day.is_none() && !field.value.is_empty() {
        found.push(
            Diagnostic::new(Code::AmendmentUnreadable, value, "施行日期读不懂", "the first day cannot be read")
                .help("写成 2027-06-01 或 2027年6月1日", "write 2027-06-01"),
        );
    }
    day
}

/// `基准：条款 rent 1a2b3c4d`.
fn bases(item: &Item, sources: &Sources, found: &mut Vec<Diagnostic>) -> Vec<Basis> {
    let mut all = Vec::new();
    for field in item.fields.iter().filter(|field| field.keyword == Some(FieldKeyword::Basis)) {
        let span = field.value.span;
        let text = sources.get(span.file).map_or("", crate::source::Source::text);
        let letters = letters(text, span.range());
        let mut words = Words { rest: &letters };
        words.eat(&[ItemKeyword::Clause.zh(), ItemKeyword::Clause.en()]);
        let hash = letters.iter().rposition(|letter| letter.gap || letter.letter == ',').map(|at| {
            let from = if letters.get(at).is_some_and(|letter| letter.letter == ',') { at + 1 } else { at };
            letters.get(from..).unwrap_or_default()
        });
        let hash =
            hash.filter(|hash| (8..=64).contains(&hash.len()) && hash.iter().all(|l| l.letter.is_ascii_hexdigit()));
        let clause: String = words
            .rest
            .iter()
            .enumerate()
            .take_while(|(at, letter)| *at == 0 || (!letter.gap && letter.letter != ','))
            .map(|(_, letter)| letter.letter)
            .collect();
        match hash.and_then(|hash| Some((hash, super::words::covered(hash)?))) {
            Some((hash, range)) => all.push(Basis {
                clause,
                hash: hash.iter().map(|letter| letter.letter.to_ascii_lowercase()).collect(),
                span: Span::new(span.file, range.start, range.end),
            }),
            None => found.push(
                Diagnostic::new(Code::AmendmentUnreadable, span, "基准读不懂", "the base cannot be read").help(
                    "写成“基准：条款 rent 1a2b3c4d”，后面是条款含义的 sha256 的前 8 位以上",
                    "write `base: clause rent 1a2b3c4d`, the first eight or more digits of its sha256",
                ),
            ),
        }
    }
    all
}

/// The day from which each item with 增补 exists, by where that field was written.
pub fn added(
    files: &[File],
    amendments: &[Amendment],
    sources: &Sources,
    found: &mut Vec<Diagnostic>,
) -> BTreeMap<Span, i32> {
    let mut days = BTreeMap::new();
    let mark = |item: &Item| item.fields.iter().find(|field| field.keyword == Some(FieldKeyword::AddedBy)).cloned();
    let fields = items(files).filter_map(|(_, item)| mark(item));
    for field in fields {
        let (at, span) = (field.span, field.value.span);
        let written = squeezed(sources.text(span));
        let named = |amendment: &&Amendment| amendment.names.iter().any(|name| squeezed(name) == written);
        match amendments.iter().find(named) {
            Some(amendment) => {
                days.insert(at, amendment.day);
            }
            None => {
                // What no amendment brings never exists.
                days.insert(at, i32::MAX);
                if field.value.is_empty() {
                    continue;
                }
                let report = Diagnostic::new(
                    Code::AmendmentTarget,
                    span,
                    format!("没有修订“{written}”"),
                    format!("there is no amendment `{written}`"),
                );
                let all: Vec<&str> = amendments.iter().map(|amendment| amendment.id.as_str()).collect();
                found.push(match nearest(&written, all.iter().copied()) {
                    Some(near) => report.fix(span, near, format!("改为“{near}”"), format!("change to `{near}`")),
                    None if all.is_empty() => report.help("先写一个“修订”条目", "write an `amendment` item first"),
                    None => report.help(format!("有这些：{}", all.join("、")), format!("there are {}", all.join(", "))),
                });
            }
        }
    }
    days
}

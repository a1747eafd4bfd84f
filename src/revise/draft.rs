//! In: what differs between two policies, and how small the changes are to be. Out: an amendment in the language ([`Draft`]).
//! Invariant: every line of it is traced to the items that it is about.

use std::ops::Range;

use crate::calendar;
use crate::syntax::ast::Part;
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

use super::text::{Entry, Text, plain};
use super::{Change, Grain, Options, Pair, Side, changes, entry};

/// An amendment in the language.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The text.
    pub source: String,
    /// What its lines are about.
    pub lines: Vec<Lines>,
    /// Its title.
    pub title: String,
    /// Clauses that are put in another place, and after which; items of the new policy.
    pub placed: Vec<(usize, Option<usize>)>,
}

/// Lines of a draft.
#[derive(Debug, Clone)]
pub struct Lines {
    /// What they are about.
    pub pair: Pair,
    /// Their numbers, from 0.
    pub lines: Range<usize>,
    /// The changes; `None` where the item is replaced, added or left out as a whole.
    pub changes: Option<Vec<Change>>,
}

impl Draft {
    /// Writes the amendment.
    #[must_use]
    pub fn new(old: &Side, new: &Side, options: &Options, (all, differ): (&[Pair], &[(Pair, Grain)])) -> Draft {
        let title = format!("关于修改〈{}〉的决定", title_of(&old.text).replace(['《', '》', '〈', '〉'], ""));
        let id = id(old);
        let number = options.number.as_ref().cloned().unwrap_or_default();
        let mut draft = Draft { title, ..Draft::default() };
        draft.source =
            format!("修订 {number}《{}》（{id}）\n  施行：{}\n", draft.title, calendar::iso(options.day.into()));
        let mut added: Vec<(Pair, &Entry)> = Vec::new();
        for (pair, grain) in differ {
            let (one, two) = (entry(&old.text, pair.old), entry(&new.text, pair.new));
            let target = pair.old.map_or(String::new(), |at| target(&old.text, at));
            let made = one.zip(two).and_then(|(one, two)| changes(one, two, &target, *grain));
            let start = draft.count();
            match &made {
                Some(made) => made.iter().for_each(|change| draft.line(&change.line)),
                None => {
                    if one.is_some() {
                        draft.line(&format!("删去：{target}"));
                    }
                    if let Some(two) = two {
                        added.push((*pair, two));
                    }
                }
            }
            draft.lines.push(Lines { pair: *pair, lines: start..draft.count(), changes: made });
        }
        let brought: Vec<usize> = added.iter().filter_map(|(pair, _)| pair.new).collect();
        draft.placed = placed(&new.text, all, &brought);
        for (at, after) in draft.placed.clone() {
            let place = match after {
                Some(after) => format!("列在 {} 之后", target(&new.text, after)),
                None => "列在最前".to_owned(),
            };
            draft.line(&format!("顺延：{}，{place}", target(&new.text, at)));
        }
        for words in new_words(old, new, differ) {
            draft.line(&format!("原文：{words}"));
        }
        for (pair, entry) in added {
            let start = draft.count();
            draft.source.push('\n');
            draft.source.push_str(&with_mark(entry, &id));
            draft.source.push('\n');
            draft.lines.push(Lines { pair, lines: start..draft.count(), changes: None });
        }
        draft
    }

    fn line(&mut self, line: &str) {
        self.source.push_str("  ");
        self.source.push_str(line);
        self.source.push('\n');
    }

    fn count(&self) -> usize {
        self.source.matches('\n').count()
    }
}

/// Which clauses of the new policy are not where the amendment leaves them, and after which they stand: as few as possible.
/// `brought` are those that the amendment writes anew, behind all others.
fn placed(new: &Text, all: &[Pair], brought: &[usize]) -> Vec<(usize, Option<usize>)> {
    let clauses: Vec<usize> = clauses_of(new);
    let kept: Vec<usize> = all
        .iter()
        .filter_map(|pair| pair.old.and(pair.new))
        .filter(|at| !brought.contains(at) && clauses.contains(at))
        .collect();
    let mut staying = rising(&kept);
    // Those written anew that stand at the end need no place.
    let end = clauses.iter().rev().take_while(|at| brought.contains(at)).count();
    staying.extend(clauses.iter().rev().take(end));
    let before = std::iter::once(None).chain(clauses.iter().copied().map(Some));
    clauses.iter().copied().zip(before).filter(|(at, _)| !staying.contains(at)).collect()
}

/// The clauses of a text, by their places among its items.
pub fn clauses_of(text: &Text) -> Vec<usize> {
    let clause = |(at, entry): (usize, &Entry)| (entry.item.keyword == ItemKeyword::Clause).then_some(at);
    text.entries.iter().enumerate().filter_map(clause).collect()
}

/// A longest row of numbers of a row that rise.
fn rising(row: &[usize]) -> std::collections::BTreeSet<usize> {
    // The last number of the best row of each length, and what stands before each number in its row.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: std::collections::BTreeMap<usize, Option<usize>> = std::collections::BTreeMap::new();
    for number in row {
        let at = ends.partition_point(|end| end < number);
        before.insert(*number, at.checked_sub(1).and_then(|at| ends.get(at)).copied());
        match ends.get_mut(at) {
            Some(end) => *end = *number,
            None => ends.push(*number),
        }
    }
    let mut all = std::collections::BTreeSet::new();
    let mut next = ends.last().copied();
    while let Some(number) = next {
        all.insert(number);
        next = before.get(&number).copied().flatten();
    }
    all
}

/// The title of a policy.
pub fn title_of(text: &Text) -> &str {
    let policy = text.entries.iter().find(|entry| entry.item.keyword == ItemKeyword::Policy);
    let title = policy.and_then(|policy| policy.item.header.title.as_ref());
    title.map_or("本政策", |title| title.text.as_str())
}

/// An id that no amendment of the old policy has.
fn id(old: &Side) -> String {
    let items = || old.files.iter().flat_map(|file| &file.items);
    let taken = |id: &String| items().any(|item| item.header.alias.as_ref().is_some_and(|alias| alias.text == *id));
    (old.amended + 1..).map(|number| format!("amend-{number}")).find(|id| !taken(id)).unwrap_or_default()
}

/// How an amendment names an item.
fn target(text: &Text, at: usize) -> String {
    let Some(entry) = text.entries.get(at) else { return String::new() };
    let keyword = entry.item.keyword;
    let all = || text.entries.iter().filter(|other| other.item.keyword == keyword);
    if keyword == ItemKeyword::Policy || (keyword == ItemKeyword::Scope && all().count() == 1) {
        return keyword.zh().to_owned();
    }
    let header = &entry.item.header;
    let names = |entry: &Entry| -> Vec<String> {
        let header = &entry.item.header;
        let names = [&header.alias, &header.title, &header.lead].into_iter().flatten();
        names.map(|name| plain(&name.text).to_ascii_lowercase()).collect()
    };
    for (name, title) in [(&header.alias, false), (&header.lead, false), (&header.title, true)] {
        let Some(name) = name else { continue };
        let key = plain(&name.text).to_ascii_lowercase();
        if all().filter(|other| names(other).contains(&key)).count() == 1 {
            return match title {
                true => format!("{} 《{}》", keyword.zh(), name.text),
                false => format!("{} {}", keyword.zh(), name.text),
            };
        }
    }
    let before = text.entries.iter().take(at + 1).filter(|other| other.item.keyword == keyword).count();
    format!("第{before}个 {}", keyword.zh())
}

/// A whole item with the field that says which amendment brings it.
fn with_mark(entry: &Entry, id: &str) -> String {
    let mark = format!("  增补：{id}");
    match entry.item.fields.first() {
        Some(field) => {
            let whole = entry.item.keyword_span.to(entry.item.span);
            let head = entry.slice(crate::source::Span { end: field.span.start, ..whole }).trim_end();
            let rest = entry.slice(crate::source::Span { start: field.span.start, ..whole }).trim_end();
            format!("{head}\n{mark}\n  {rest}")
        }
        None => format!("{}\n{mark}", entry.whole().trim_end()),
    }
}

/// What the new policy quotes from its original and the old one does not.
fn new_words(old: &Side, new: &Side, differ: &[(Pair, Grain)]) -> Vec<String> {
    if old.original.is_none() {
        return Vec::new();
    }
    let there: Vec<String> = old.text.entries.iter().flat_map(quotations).map(|words| plain(&words)).collect();
    let mut found: Vec<String> = Vec::new();
    for entry in differ.iter().filter_map(|(pair, _)| entry(&new.text, pair.new)) {
        for words in quotations(entry) {
            if !there.contains(&plain(&words)) && !found.contains(&words) {
                found.push(words);
            }
        }
    }
    found
}

/// The quotations of an item, with their marks.
pub fn quotations(entry: &Entry) -> Vec<String> {
    let declared = entry.item.fields.iter().filter(|field| field.keyword != Some(FieldKeyword::Note));
    let phrases = declared.filter(|field| field.keyword.is_none() || field.keyword == Some(FieldKeyword::Quote));
    let phrases = phrases.flat_map(|it| std::iter::once(&it.value).chain(it.list.iter().map(|line| &line.value)));
    let parts = phrases.flat_map(|phrase| &phrase.parts);
    let quotes = parts.filter_map(|part| match part {
        Part::Quote(words) => Some(entry.slice(words.span).to_owned()),
        _ => None,
    });
    quotes.collect()
}

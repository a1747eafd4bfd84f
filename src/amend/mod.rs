//! In: the surface trees of a policy with its 修订 items. Out: the trees of every day on which it reads differently, each over a text of
//! its own that is traced to what was written ([`History`]).
//! Invariant: without an amendment nothing is made; amendments that come into force on one day are applied to the text of the day
//! before, so that their order in the files means nothing; nothing that conflicts or does not fit is applied.

mod cases;
mod conflicts;
mod derive;
mod operate;
mod order;
mod read;
mod replace;
mod target;
mod words;

use std::collections::BTreeMap;

use crate::diagnostics::{Code, Diagnostic, has_errors, sort};
use crate::source::{FileId, Sources, Span};
use crate::syntax::ast::{Field, File, Item};
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

use conflicts::{Step, settled};
use derive::{Edit, New, derive};
use operate::Line;
use read::Amendment;
use target::Trees;

pub use read::{Basis, applies};
pub use words::{counted_as, marked as numbered, renumbered};

/// The lines of a declaration or table that declare something.
#[must_use]
pub fn declared(item: &Item) -> Vec<&Field> {
    target::lines(item).collect()
}

/// The policy as it reads from one day to another.
#[derive(Debug, Clone)]
pub struct Version {
    /// The first day; `None` for the policy as it was made.
    pub from: Option<i32>,
    /// The last day; `None` for the newest.
    pub until: Option<i32>,
    /// The amendments that make it of the version before: id and first line.
    pub amendments: Vec<(String, Span)>,
    /// What these say that they were written for.
    pub bases: Vec<Basis>,
    /// The surface trees.
    pub files: Vec<File>,
    /// The words of all amendments in force, as they quote them.
    pub words: Vec<String>,
}

/// Every version of a policy.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// From the first to the newest; at least one.
    pub versions: Vec<Version>,
    /// What is wrong with the amendments, and with texts that they make.
    pub found: Vec<Diagnostic>,
}

/// The versions of a policy; texts that amendments make are added to `sources`. Where an amendment is wrong, the versions from it on are
/// left out.
#[must_use]
pub fn history(files: &[File], sources: &mut Sources) -> History {
    let (amendments, mut found) = read::amendments(files, sources);
    let added = read::added(files, &amendments, sources, &mut found);
    let mut days: Vec<i32> = amendments.iter().map(|amendment| amendment.day).collect();
    days.sort_unstable();
    days.dedup();
    let first_day = cases::first_day(files, sources);
    let mut made = Making { amendments, added, first_day, found, sources, words: Vec::new() };
    let mut versions = Vec::new();
    let mut state = files.to_vec();
    for at in 0..=days.len() {
        let from = at.checked_sub(1).and_then(|at| days.get(at)).copied();
        if let Some(day) = from {
            let before = made.found.len();
            let next = made.amended(&state, day);
            if has_errors(made.found.get(before..).unwrap_or_default()) {
                break;
            }
            state = next;
        }
        versions.push(made.version(&state, from, days.get(at).copied()));
    }
    let mut found = made.found;
    sort(&mut found);
    History { versions, found }
}

struct Making<'s> {
    amendments: Vec<Amendment>,
    /// The day from which each item with 增补 exists, by where that field was written.
    added: BTreeMap<Span, i32>,
    first_day: i32,
    found: Vec<Diagnostic>,
    sources: &'s mut Sources,
    words: Vec<String>,
}

/// The items of all files, each with its place among them.
fn items(files: &[File]) -> impl Iterator<Item = (usize, &Item)> {
    files.iter().flat_map(|file| &file.items).enumerate()
}

impl Making<'_> {
    /// The whole text after the amendments of a day, items that do not exist yet and cases of other days included.
    fn amended(&mut self, state: &[File], day: i32) -> Vec<File> {
        // Amendments are never amended, so they keep their order among themselves.
        let of_text: Vec<&Item> =
            items(state).map(|(_, item)| item).filter(|item| item.keyword == ItemKeyword::Amendment).collect();
        // What begins on this day is not yet in the text that is changed.
        let absent: Vec<Span> = self.hidden(state, |from| from >= day);
        let mut steps: Vec<Step> = Vec::new();
        for amendment in self.amendments.iter().filter(|amendment| amendment.day == day) {
            let Some(item) = of_text.get(amendment.number) else { continue };
            let mut requotes = false;
            let trees = Trees { files: state, sources: self.sources, absent: &absent };
            let mut touched: Vec<&Item> = Vec::new();
            for field in item.fields.iter().filter(|field| !operate::is_placing(field, self.sources)) {
                match (Line { trees, field, day }).edits() {
                    Ok((edits, item)) => {
                        let line = Line { trees, field, day };
                        requotes |= line.of_quotations();
                        let line = line.whole();
                        steps.extend(edits.into_iter().map(|edit| Step { edit, line, by: amendment.id.clone() }));
                        touched.extend(item);
                    }
                    Err(found) => {
                        let found = self.deleted_before(*found, field, day, &of_text);
                        self.found.push(found);
                    }
                }
            }
            touched.sort_by_key(|item| item.span);
            touched.dedup_by_key(|item| item.span);
            if requotes {
                continue;
            }
            // A clause that quotes the original quotes what changes it too, unless the amendment says what it quotes from now on.
            let quotes = |item: &&&Item| item.fields.iter().any(|field| field.keyword == Some(FieldKeyword::Quote));
            let clauses = touched.iter().filter(|item| item.keyword == ItemKeyword::Clause).filter(quotes);
            for clause in clauses {
                steps.extend(quoted(item, clause, &amendment.id));
            }
        }
        let edits = match settled(&mut steps, self.sources) {
            Ok(edits) => edits,
            Err(found) => {
                self.found.extend(found);
                Vec::new()
            }
        };
        for amendment in self.amendments.iter().filter(|amendment| amendment.day == day) {
            self.words.extend(amendment.words.iter().cloned());
        }
        let state = self.edited(state, &edits);
        order::ordered(self, state, day)
    }

    /// What is not there may be what an earlier amendment deleted, which is then shown.
    fn deleted_before(&self, found: Diagnostic, line: &Field, day: i32, of_text: &[&Item]) -> Diagnostic {
        if found.code != Code::AmendmentTarget {
            return found;
        }
        let said = |field: &Field| words::squeezed(self.sources.text(field.value.span));
        let wanted = said(line);
        for amendment in self.amendments.iter().filter(|amendment| amendment.day < day) {
            let fields = of_text.get(amendment.number).map(|item| item.fields.as_slice()).unwrap_or_default();
            let gone = fields.iter().filter(|field| field.keyword == Some(FieldKeyword::Delete));
            let mut gone = gone.filter(|field| !field.value.is_empty() && wanted.starts_with(&said(field)));
            if let Some(field) = gone.next() {
                let (day, by) = (crate::calendar::iso(amendment.day.into()), &amendment.id);
                return found.also(
                    self.sources.origin(field.value.span),
                    format!("{day} 修订“{by}”施行时删去了"),
                    format!("deleted by amendment `{by}` on {day}"),
                );
            }
        }
        found
    }

    /// Files after edits, read anew where they changed.
    fn edited(&mut self, state: &[File], edits: &[Edit]) -> Vec<File> {
        let mut files = Vec::with_capacity(state.len());
        for file in state {
            let own: Vec<&Edit> = edits.iter().filter(|edit| edit.span.file == file.id).collect();
            if own.is_empty() {
                files.push(file.clone());
                continue;
            }
            let id: FileId = derive(self.sources, file.id, &own);
            let text = self.sources.get(id).map(crate::source::Source::shared_text).unwrap_or_default();
            let (tree, found) = crate::syntax::parse(id, &text);
            // Nothing may be left of a file: its cases are decided on other days, or an amendment deletes all of it.
            let found = found.into_iter().filter(|found| found.code != Code::EmptyFile);
            self.found.extend(found.map(|found| traced(found, self.sources)));
            files.push(tree);
        }
        files
    }

    /// The places of items that do not exist, told by the day from which they do.
    fn hidden(&self, state: &[File], absent: impl Fn(i32) -> bool) -> Vec<Span> {
        let mark = |item: &Item| item.fields.iter().find(|field| field.keyword == Some(FieldKeyword::AddedBy)).cloned();
        let marked = items(state).filter_map(|(_, item)| Some((item, self.sources.origin(mark(item)?.span))));
        let hidden = marked.filter(|(_, mark)| self.added.get(mark).is_some_and(|day| absent(*day)));
        hidden.map(|(item, _)| item.span).collect()
    }

    /// The text of some days: without what does not exist yet, and with the cases of these days only.
    fn version(&mut self, state: &[File], from: Option<i32>, next: Option<i32>) -> Version {
        let mut gone = self.hidden(state, |day| from.is_none_or(|from| day > from));
        if !self.amendments.is_empty() {
            let window = |day: i32| from.is_none_or(|from| from <= day) && next.is_none_or(|next| day < next);
            gone.extend(cases::elsewhere(state, self.sources, self.first_day, window));
        }
        // What has come into being says no more when it did.
        let present = items(state).filter(|(_, item)| !gone.contains(&item.span));
        let marks = present.flat_map(|(_, item)| &item.fields).filter(|it| it.keyword == Some(FieldKeyword::AddedBy));
        let marks: Vec<Span> = marks.map(|field| operate::with_break(self.sources, field.span)).collect();
        gone.extend(marks);
        gone.sort();
        let edits: Vec<Edit> = gone.into_iter().map(|span| Edit { span, new: Vec::new() }).collect();
        let files = self.edited(state, &edits);
        let own = self.amendments.iter().filter(|amendment| Some(amendment.day) == from);
        Version {
            from,
            until: next.map(|next| next - 1),
            amendments: own.clone().map(|amendment| (amendment.id.clone(), amendment.span)).collect(),
            bases: own.flat_map(|amendment| amendment.bases.iter().cloned()).collect(),
            files,
            words: self.words.clone(),
        }
    }
}

/// The words of an amendment as a quotation of a clause that it changes.
fn quoted(amendment: &Item, clause: &Item, by: &str) -> Vec<Step> {
    let fields = amendment.fields.iter().filter(|field| field.keyword == Some(FieldKeyword::Quote));
    let phrases =
        fields.flat_map(|field| std::iter::once(&field.value).chain(field.list.iter().map(|line| &line.value)));
    let phrases = phrases.filter(|phrase| !phrase.is_empty());
    phrases
        .map(|phrase| {
            let label = New::Made("\n  原文：".to_owned(), phrase.span);
            let edit = Edit { span: clause.span.after(), new: vec![label, New::Copy(phrase.span)] };
            Step { edit, line: phrase.span, by: by.to_owned() }
        })
        .collect()
}

/// A finding about a text that was made, at the places where it was written. Changes that cannot be made there are not offered.
#[must_use]
pub fn traced(mut found: Diagnostic, sources: &Sources) -> Diagnostic {
    let made = |span: Span| sources.get(span.file).is_some_and(|file| file.pieces().is_some());
    found
        .fixes
        .retain(|fix| fix.edits.iter().all(|edit| !made(edit.span) || sources.exact_origin(edit.span).is_some()));
    for edit in found.fixes.iter_mut().flat_map(|fix| &mut fix.edits) {
        edit.span = sources.origin(edit.span);
    }
    for label in std::iter::once(&mut found.primary).chain(&mut found.secondary) {
        label.span = sources.origin(label.span);
    }
    found
}

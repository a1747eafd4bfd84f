//! In: an entry, the slice of the file that one first line, field or numbered line covers. Out: its place in the tree.
//! Invariant: the grammar is handed only slices whose brackets pair; marks without a partner are reported and left out.

use crate::limits::LIST_DEPTH_MAX;
use crate::source::Span;

use super::ast::{Field, Item, ListItem, Part, Phrase, Run, Separator, Spanned};
use super::fields::{declares, is_table, repeatable, takes};
use super::header::{header, label, named};
use super::items::{Entry, Kind, Reader};
use super::keywords::{FieldKeyword, ItemKeyword};
use super::lists::Style;
use super::marks::merged;
use super::parser::{LineParts, blanked, line as read_line};
use super::problems;

/// What stands before the colon of a line.
struct Labelled {
    head: Phrase,
    label: Spanned,
    keyword: Option<FieldKeyword>,
    alias: Option<Spanned>,
}

impl Reader<'_> {
    /// Puts an entry into the tree.
    pub(super) fn build(&mut self, mut entry: Entry) {
        self.report_brackets(&mut entry);
        let parts = self.read_parts(&entry);
        match entry.kind {
            Kind::Header { keyword, place, .. } => self.build_item(keyword, place, parts, entry),
            Kind::Field => self.build_field(parts, entry),
            Kind::Uncoloned { end } => self.build_uncoloned(parts, end, entry),
            Kind::Member => self.build_member(parts, entry),
            Kind::Numbered { style, marker } => self.build_numbered(style, marker, parts, entry),
            Kind::Lost => {}
        }
    }

    fn report_brackets(&mut self, entry: &mut Entry) {
        if entry.opens.is_empty() && entry.closes.is_empty() {
            return;
        }
        for (places, open) in [(&entry.opens, true), (&entry.closes, false)] {
            for range in merged(self.text, places) {
                let span = self.span(range.start, range.end);
                self.findings.push(|| problems::bracket(self.text, span, open));
                entry.blanks.push(range);
            }
        }
        entry.damaged = true;
    }

    fn read_parts(&mut self, entry: &Entry) -> LineParts {
        let (start, end) = (entry.start, entry.end);
        let empty = Phrase { parts: Vec::new(), span: self.span(end, end) };
        let nothing = LineParts { head: empty.clone(), colon: None, value: empty };
        if matches!(entry.kind, Kind::Lost) {
            return nothing;
        }
        let text = self.text.get(start..end).unwrap_or("");
        if let Some(parts) = read_line(&blanked(text, start, &entry.blanks), self.file, start) {
            return parts;
        }
        let span = self.span(start, end);
        self.findings.push(|| problems::unreadable(span));
        nothing
    }

    fn build_item(&mut self, keyword: ItemKeyword, place: Span, mut parts: LineParts, entry: Entry) {
        drop_full_stop(&mut parts.value);
        let rest = self.span(entry.start, entry.end);
        let end = self.span(entry.end, entry.end);
        if let Some(colon) = parts.colon.filter(|_| parts.value.is_empty() && !entry.damaged) {
            self.findings.push(|| problems::empty_header(self.text, place, colon));
        }
        let header = header(keyword, parts, &entry, rest, self.text, self.findings);
        self.levels.clear();
        self.items.push(Item {
            keyword,
            keyword_span: place,
            header,
            fields: Vec::new(),
            trivia: entry.trivia,
            span: place.to(end),
        });
    }

    fn build_field(&mut self, mut parts: LineParts, entry: Entry) {
        let Some(item) = self.items.last().map(|item| item.keyword) else { return };
        let Some(colon) = parts.colon else {
            // The colon stood in a bracket that closed on a later line.
            let Some(label) = parts.head.parts.first().map(Part::span) else { return };
            if !entry.damaged {
                self.findings.push(|| problems::missing_colon(self.text, label));
            }
            return self.build_uncoloned(parts, label.end as usize, entry);
        };
        if entry.damaged {
            keep_keyword_only(&mut parts.head);
        }
        let Some((label, alias)) = self.label(item, &parts.head) else {
            if !entry.damaged {
                self.findings.push(|| problems::no_label(colon));
            }
            return;
        };
        let (label, alias) = records_of(item, label, alias);
        let keyword = FieldKeyword::find(&label.text).filter(|keyword| !is_table(item) || takes(item, *keyword));
        if keyword != Some(FieldKeyword::Note) {
            drop_full_stop(&mut parts.value);
        }
        let keyword = if declares(item) { keyword } else { self.known(item, keyword, &label) };
        let named = Labelled { head: parts.head, label, keyword, alias };
        self.push_field(named, Some(colon), parts.value, entry);
    }

    /// The keyword of a field where its item takes it; reports what it does not take, and what stands there already.
    fn known(&mut self, item: ItemKeyword, keyword: Option<FieldKeyword>, label: &Spanned) -> Option<FieldKeyword> {
        let Some(keyword) = keyword else {
            let meant = if self.findings.full() { None } else { problems::nearest_field(item, label) };
            self.findings.push(|| problems::unknown_field(item, label, meant));
            return meant.and_then(FieldKeyword::find);
        };
        if !takes(item, keyword) {
            self.findings.push(|| problems::foreign_field(item, keyword, label));
            return None;
        }
        if !repeatable(keyword) {
            let fields = self.items.last().map(|item| item.fields.as_slice()).unwrap_or_default();
            if let Some(first) = fields.iter().find(|field| field.keyword == Some(keyword)) {
                self.findings.push(|| problems::duplicate_field(item, keyword, label, first.label.span));
            }
        }
        Some(keyword)
    }

    fn build_uncoloned(&mut self, parts: LineParts, end: usize, entry: Entry) {
        let mut head = parts.head;
        split_run(&mut head, end, self.text);
        let cut = head.parts.iter().position(|part| part.span().start as usize >= end).unwrap_or(head.parts.len());
        let mut rest = head.parts.split_off(cut);
        if matches!(rest.first(), Some(Part::Separator { .. })) {
            rest.remove(0);
        }
        let Some(label) = named(&head.parts, self.text) else { return };
        let keyword = FieldKeyword::find(&label.text);
        let span = match (rest.first(), rest.last()) {
            (Some(first), Some(last)) => first.span().to(last.span()),
            _ => label.span.after(),
        };
        let mut value = Phrase { parts: rest, span };
        drop_full_stop(&mut value);
        self.push_field(Labelled { head, label, keyword, alias: None }, None, value, entry);
    }

    fn build_member(&mut self, parts: LineParts, entry: Entry) {
        let item = self.items.last().map(|item| item.keyword);
        let separator = parts.head.parts.iter().any(|part| matches!(part, Part::Separator { .. }));
        if separator && item.is_some_and(|item| item != ItemKeyword::Subject && !is_table(item)) {
            self.findings.push(|| problems::several_members(&parts.head));
        }
        let empty = Phrase { parts: Vec::new(), span: parts.head.span.after() };
        match item.and_then(|item| self.label(item, &parts.head)) {
            Some((label, alias)) => {
                let keyword = FieldKeyword::find(&label.text).filter(|_| !item.is_some_and(is_table));
                self.push_field(Labelled { head: parts.head, label, keyword, alias }, None, empty, entry);
            }
            None if entry.damaged => {}
            None => {
                let span = self.span(entry.start, entry.end);
                self.findings.push(|| problems::unreadable(span));
            }
        }
    }

    /// The label of a line and its alias. The lines of a table are conditions, whose brackets hold no ids.
    fn label(&self, item: ItemKeyword, head: &Phrase) -> Option<(Spanned, Option<Spanned>)> {
        match label(head, self.text) {
            Some((word, alias)) if !is_table(item) || FieldKeyword::find(&word.text).is_some() => Some((word, alias)),
            _ if is_table(item) => named(&head.parts, self.text).map(|label| (label, None)),
            other => other,
        }
    }

    fn push_field(&mut self, named: Labelled, colon: Option<Span>, value: Phrase, entry: Entry) {
        let Labelled { head, label, keyword, alias } = named;
        let span = self.span(entry.start, entry.end);
        let Some(item) = self.items.last_mut() else { return };
        let field = Field { label, head, keyword, alias, colon, value, list: Vec::new(), trivia: entry.trivia, span };
        item.span = item.span.to(span);
        item.fields.push(field);
        self.excused.resize(item.fields.len() - 1, false);
        self.excused.push(entry.damaged);
        self.levels.clear();
    }

    fn build_numbered(&mut self, style: Style, marker: Span, mut parts: LineParts, entry: Entry) {
        let level = self.levels.level(style);
        if level >= LIST_DEPTH_MAX {
            self.findings.push(|| problems::list_too_deep(marker));
            return;
        }
        let label = match parts.colon {
            Some(colon) => {
                let label = named(&parts.head.parts, self.text);
                if label.is_none() && !entry.damaged {
                    self.findings.push(|| problems::no_label(colon));
                }
                label
            }
            None => {
                parts.value = parts.head;
                None
            }
        };
        end_list_item(&mut parts.value);
        if label.is_none() && parts.colon.is_none() && parts.value.is_empty() && !entry.damaged {
            self.findings.push(|| problems::empty_number(self.text, marker));
        }
        let text = self.text.get(marker.range()).unwrap_or("").to_owned();
        let span = self.span(entry.start, entry.end);
        let Some(item) = self.items.last_mut() else { return };
        item.span = item.span.to(span);
        let list_item = ListItem {
            level: u8::try_from(level).unwrap_or(u8::MAX),
            marker: Spanned { text, span: marker },
            label,
            value: parts.value,
            trivia: entry.trivia,
        };
        match item.fields.last_mut() {
            Some(field) => {
                field.span = field.span.to(span);
                field.list.push(list_item);
            }
            None => {
                item.header.span = item.header.span.to(span);
                item.header.list.push(list_item);
            }
        }
    }
}

/// `清单 设备：…` in a case: the list's name is the name of the line.
fn records_of(item: ItemKeyword, label: Spanned, alias: Option<Spanned>) -> (Spanned, Option<Spanned>) {
    if !takes(item, FieldKeyword::List) || alias.is_some() {
        return (label, alias);
    }
    let Some((word, name)) = label.text.split_once(' ') else { return (label, alias) };
    if FieldKeyword::find(word) != Some(FieldKeyword::List) || name.trim().is_empty() {
        return (label, alias);
    }
    let name = Spanned { text: name.trim().to_owned(), span: label.span };
    (Spanned { text: word.to_owned(), span: label.span }, Some(name))
}

/// Splits the run that goes on past `end`, so that a label and an amount without a space are two parts.
fn split_run(head: &mut Phrase, end: usize, text: &str) {
    let across =
        |part: &Part| matches!(part, Part::Run(run) if (run.span.start as usize) < end && end < run.span.end as usize);
    let Some(at) = head.parts.iter().position(across) else { return };
    let Some(Part::Run(run)) = head.parts.get(at).cloned() else { return };
    let first = text.get(run.span.start as usize..end).map_or(0, |label| label.chars().count());
    let all = run.text.chars().count();
    let piece = |chars: std::ops::Range<usize>| {
        let span = run.piece(text, chars.clone());
        Part::Run(Run {
            text: run.text.chars().skip(chars.start).take(chars.len()).collect(),
            span,
            folded: run.folded,
        })
    };
    head.parts.splice(at..=at, [piece(0..first), piece(first..all)]);
}

/// Cuts a label with a damaged bracket down to its keyword: `上限（年度：…`.
fn keep_keyword_only(head: &mut Phrase) {
    let keyword = |part: &Part| matches!(part, Part::Run(run) if FieldKeyword::find(&run.text).is_some());
    if head.parts.first().is_some_and(keyword) {
        head.parts.truncate(1);
    }
}

/// Takes the ； or 。 off the end of an item of a list.
fn end_list_item(value: &mut Phrase) {
    loop {
        drop_full_stop(value);
        let Some(Part::Separator { kind, .. }) = value.parts.last() else { break };
        match kind {
            Separator::Semicolon | Separator::Comma | Separator::Pause => value.parts.pop(),
            Separator::Colon => break,
        };
    }
    fit(value);
}

/// Takes the 。 off the end of a phrase.
fn drop_full_stop(value: &mut Phrase) {
    while let Some(Part::Run(run)) = value.parts.last_mut() {
        let kept = run.text.trim_end_matches('。').len();
        let dropped = u32::try_from(run.text.len() - kept).unwrap_or(0);
        if dropped == 0 {
            break;
        }
        run.text.truncate(kept);
        run.span.end = run.span.end.saturating_sub(dropped).max(run.span.start);
        if kept > 0 {
            break;
        }
        value.parts.pop();
    }
    fit(value);
}

/// Makes the span of a phrase that of its parts.
fn fit(value: &mut Phrase) {
    value.span = match (value.parts.first(), value.parts.last()) {
        (Some(first), Some(last)) => first.span().to(last.span()),
        _ => Span { end: value.span.start, ..value.span },
    };
}

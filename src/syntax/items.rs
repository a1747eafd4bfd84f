//! In: the logical lines of a file, in order. Out: items with their fields and lists.
//! Invariant: every line ends up in the tree or in a diagnostic; an error in one line never changes how the next is read, but that
//! a misspelt item or field is taken for the nearest one.

use std::ops::Range;

use crate::limits::{BRACKET_DEPTH_MAX, LINE_BYTES_MAX};
use crate::source::{FileId, Span};

use super::ast::{File, Item, Trivia};
use super::classify::{compares, item_keyword, misspelt_item, unspaced_item};
use super::fields::{declares, takes};
use super::findings::Findings;
use super::keywords::{FieldKeyword, ItemKeyword};
use super::layout::{Layout, Line};
use super::lists::{Levels, Style};
use super::marks::{merged, report_control_characters, too_deep, too_long};
use super::parser::marker;
use super::problems;
use super::width::{closing_quote, first_run, is_close, is_mark, is_open, is_space};

/// Reads a whole file.
pub(super) fn read(file: FileId, text: &str, findings: &mut Findings) -> File {
    report_control_characters(file, text, findings);
    let mut layout = Layout::new(file, text);
    let mut reader = Reader {
        file,
        text,
        findings,
        items: Vec::new(),
        entry: None,
        levels: Levels::default(),
        excused: Vec::new(),
        astray: false,
    };
    while let Some(line) = layout.next(reader.findings) {
        reader.take(line);
    }
    reader.close_item();
    let mut items = reader.items;
    for (at, item) in items.iter_mut().enumerate() {
        if let Some(first) = item.trivia.before.first_mut() {
            first.blank_before = at > 0;
        }
    }
    let mut trailing = layout.into_trailing();
    if let Some(first) = trailing.first_mut().filter(|_| items.is_empty()) {
        first.blank_before = false;
    }
    File { id: file, items, trailing, sound: true }
}

/// What an entry is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// The rest of an item's first line; whether lines may go on below it.
    Header { keyword: ItemKeyword, place: Span, value: bool },
    /// `label：value`.
    Field,
    /// A field whose colon is missing; its label ends at this byte.
    Uncoloned { end: usize },
    /// A line of a declaration without a colon.
    Member,
    /// A numbered line.
    Numbered { style: Style, marker: Span },
    /// Reported already; lines that go on below it are not reported again.
    Lost,
}

/// A line and the lines that go on below it.
pub(super) struct Entry {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    pub opens: Vec<usize>,
    pub closes: Vec<usize>,
    pub blanks: Vec<Range<usize>>,
    pub damaged: bool,
    /// Whether further lines that go on are not read, which has been reported.
    pub cut: bool,
    /// The comment at its end, which lines that go on enclose.
    pub comment: Option<Span>,
    pub trivia: Trivia,
}

/// The state of reading a file: what is done, and the entry that lines may still go on.
pub(super) struct Reader<'a> {
    pub(super) file: FileId,
    pub(super) text: &'a str,
    pub(super) findings: &'a mut Findings,
    pub(super) items: Vec<Item>,
    entry: Option<Entry>,
    pub(super) levels: Levels,
    /// Fields of the current item whose emptiness has been reported in other words.
    pub(super) excused: Vec<bool>,
    /// Whether lines before the first item have been reported.
    astray: bool,
}

impl Reader<'_> {
    fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or("")
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// The item whose lines are being read.
    fn current(&self) -> Option<ItemKeyword> {
        match &self.entry {
            Some(Entry { kind: Kind::Header { keyword, .. }, .. }) => Some(*keyword),
            _ => self.items.last().map(|item| item.keyword),
        }
    }

    fn take(&mut self, line: Line) {
        let text = self.text.get(line.start..line.end).unwrap_or("");
        let start = line.start;
        let place = |range: Range<usize>| Span::new(self.file, start + range.start, start + range.end);
        if let Some((keyword, range)) = item_keyword(text)
            && !self.records(keyword, &line)
        {
            let place = place(range);
            return self.open_item(keyword, place, line);
        }
        if let Some((keyword, range)) = misspelt_item(text) {
            let place = place(range);
            self.findings.push(|| problems::misspelt_item(self.text, place, keyword));
            return self.open_item(keyword, place, line);
        }
        if let Some((keyword, range, colon)) = unspaced_item(text) {
            let place = place(range);
            let colon = colon.map(|range| Span::new(self.file, start + range.start, start + range.end));
            self.findings.push(|| problems::unspaced_item(keyword, place, colon));
            let line = Line { colon: None, ..line };
            return self.open_item(keyword, colon.map_or(place, |colon| place.to(colon)), line);
        }
        match self.current() {
            None => self.outside(&line),
            Some(item) if declares(item) => self.declared(item, line),
            Some(item) => self.within(item, line),
        }
    }

    /// Whether `清单 设备：…` gives the records of a case.
    fn records(&self, keyword: ItemKeyword, line: &Line) -> bool {
        keyword == ItemKeyword::List
            && line.colon.is_some()
            && matches!(self.current(), Some(ItemKeyword::Case | ItemKeyword::Scenario))
    }

    fn open_item(&mut self, keyword: ItemKeyword, place: Span, mut line: Line) {
        self.close_item();
        line.start = place.end as usize;
        let value = line.colon.is_some();
        self.begin(Kind::Header { keyword, place, value }, line);
    }

    fn outside(&mut self, line: &Line) {
        if !std::mem::replace(&mut self.astray, true) {
            let span = self.span(line.start, line.end);
            self.findings.push(|| problems::outside(self.text, span, line.colon));
        }
    }

    /// A line of an item each of whose lines declares something.
    fn declared(&mut self, item: ItemKeyword, mut line: Line) {
        if let Some((_, length)) = marker(self.slice(line.start, line.end)) {
            let rest = self.slice(line.start + length, line.end);
            let skipped = length + rest.len() - rest.trim_start_matches(is_space).len();
            let number = self.span(line.start, line.start + length);
            let fix = self.span(line.start, line.start + skipped);
            self.findings.push(|| problems::numbered_declaration(self.text, number, fix, item));
            line.start = (line.start + skipped).min(line.end);
            line.closes.retain(|at| *at >= line.start);
            if line.start == line.end {
                return;
            }
        }
        if line.colon.is_some() {
            return self.begin(Kind::Field, line);
        }
        let text = self.slice(line.start, line.end);
        let goes_on = matches!(&self.entry, Some(Entry { kind: Kind::Field | Kind::Header { value: true, .. }, .. }));
        if goes_on && text.starts_with(|c| is_mark(c) && !is_close(c)) {
            return self.join(line);
        }
        if item == ItemKeyword::Subject
            && let Some((_, run)) = first_run(text)
            && first_run(text.get(run.end..).unwrap_or("")).is_some()
        {
            let label = self.span(line.start + run.start, line.start + run.end);
            self.findings.push(|| problems::missing_colon(self.text, label));
            let end = line.start + run.end;
            return self.begin(Kind::Uncoloned { end }, line);
        }
        self.begin(Kind::Member, line);
    }

    /// A line of any other item.
    fn within(&mut self, item: ItemKeyword, mut line: Line) {
        let text = self.slice(line.start, line.end);
        if let Some((style, length)) = marker(text) {
            let number = self.span(line.start, line.start + length);
            line.start += length;
            return self.numbered(style, number, line);
        }
        if line.colon.is_some() {
            return self.begin(Kind::Field, line);
        }
        if let Some((run, place)) = first_run(text)
            && FieldKeyword::find(&run).is_some_and(|field| takes(item, field))
            && !compares(text.get(place.end..).unwrap_or(""))
            && text.get(place.end..).unwrap_or("").chars().next().is_none_or(|c| is_space(c) || starts_value(c))
        {
            let end = line.start + place.end;
            let label = self.span(line.start, end);
            self.findings.push(|| problems::missing_colon(self.text, label));
            return self.begin(Kind::Uncoloned { end }, line);
        }
        if let Some(length) = glued_label(item, text) {
            let label = self.span(line.start, line.start + length);
            self.findings.push(|| problems::missing_colon(self.text, label));
            let end = line.start + length;
            return self.begin(Kind::Uncoloned { end }, line);
        }
        match &self.entry {
            None | Some(Entry { kind: Kind::Header { value: false, .. }, .. }) => {
                let span = self.span(line.start, line.end);
                self.findings.push(|| problems::nothing_before(self.text, span, item));
                self.begin(Kind::Lost, line);
            }
            Some(_) => self.join(line),
        }
    }

    fn numbered(&mut self, style: Style, marker: Span, line: Line) {
        let below = match &self.entry {
            None => false,
            Some(entry) => !matches!(entry.kind, Kind::Header { value: false, .. } | Kind::Lost),
        };
        if below {
            return self.begin(Kind::Numbered { style, marker }, line);
        }
        if !matches!(&self.entry, Some(Entry { kind: Kind::Lost, .. })) {
            self.findings.push(|| problems::number_without_field(self.text, marker));
        }
        self.begin(Kind::Lost, line);
    }

    fn begin(&mut self, kind: Kind, line: Line) {
        self.finish();
        self.entry = Some(Entry {
            kind,
            start: line.start,
            end: line.end,
            opens: line.opens,
            closes: line.closes,
            blanks: line.blanks,
            damaged: line.damaged,
            cut: false,
            comment: line.trivia.after.as_ref().map(|comment| comment.span),
            trivia: line.trivia,
        });
    }

    /// Adds a line that goes on from the line above.
    fn join(&mut self, line: Line) {
        let Some(entry) = &mut self.entry else { return };
        if matches!(entry.kind, Kind::Lost) || entry.cut {
            return;
        }
        let deep = !entry.opens.is_empty() && entry.opens.len() + line.depth > BRACKET_DEPTH_MAX;
        let long = line.end.saturating_sub(entry.start) > LINE_BYTES_MAX;
        if deep || long {
            let at = line.opens.first().copied().unwrap_or(line.start);
            self.findings.push(|| match deep {
                true => too_deep(self.file, self.text, at),
                false => too_long(Span::new(self.file, line.start, line.start)),
            });
            // What stands above is kept, without the brackets that this line might have closed.
            let lost = entry.opens.drain(..).chain(entry.closes.drain(..));
            entry.blanks.extend(merged(self.text, &lost.collect::<Vec<_>>()));
            (entry.cut, entry.damaged) = (true, true);
            return;
        }
        for close in line.closes {
            if entry.opens.pop().is_none() {
                entry.closes.push(close);
            }
        }
        entry.opens.extend(line.opens);
        entry.blanks.extend(line.blanks);
        entry.damaged |= line.damaged;
        entry.end = line.end;
        let within = entry.comment.into_iter().chain(line.trivia.before.iter().map(|comment| comment.span));
        entry.blanks.extend(within.map(Span::range));
        entry.comment = line.trivia.after.as_ref().map(|comment| comment.span);
        entry.trivia.before.extend(line.trivia.before);
        if let Some(after) = line.trivia.after {
            match &entry.trivia.after {
                None => entry.trivia.after = Some(after),
                Some(_) => entry.trivia.before.push(after),
            }
        }
    }

    fn finish(&mut self) {
        if let Some(entry) = self.entry.take() {
            self.build(entry);
        }
    }

    fn close_item(&mut self) {
        self.finish();
        self.levels.clear();
        let excused = std::mem::take(&mut self.excused);
        let Some(item) = self.items.last() else { return };
        for (at, field) in item.fields.iter().enumerate() {
            if let Some(colon) = field.colon
                && field.value.is_empty()
                && field.list.is_empty()
                && !excused.get(at).is_some_and(|excused| *excused)
            {
                self.findings.push(|| problems::empty_field(field, colon));
            }
        }
    }
}

/// The length of a field's label that an amount (`支持10万元`) or a wrong mark (`支持；10万元`) follows at once.
fn glued_label(item: ItemKeyword, text: &str) -> Option<usize> {
    let amounts = [FieldKeyword::Award, FieldKeyword::Cap, FieldKeyword::Floor];
    let (run, place) = first_run(text)?;
    if let Some(field) = FieldKeyword::find(&run).filter(|field| takes(item, *field)) {
        let wrong = text.get(place.end..)?.starts_with(['；', ';', '，', ',', '、']);
        return (wrong && (amounts.contains(&field) || field == FieldKeyword::Condition)).then_some(place.end);
    }
    amounts.iter().filter(|field| takes(item, **field)).find_map(|field| {
        let words = std::iter::once(field.zh()).chain(field.also().iter().copied());
        words
            .filter(|word| run.strip_prefix(word).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())))
            .map(str::len)
            .max()
    })
}

/// Whether a value may begin with a character right after a label: a bracket, a quote.
fn starts_value(character: char) -> bool {
    is_open(character) || closing_quote(character).is_some()
}

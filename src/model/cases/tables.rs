//! In: 案例表 items: columns and numbered lines of cells. Out: one case a line, as if each had been written as a 案例.
//! Invariant: a cell is given, left out with a dash, or reported; a line whose cells do not match the columns makes no case.

use std::collections::HashMap;

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::{Field, Item, ListItem, Part, Phrase, Run, Separator};
use crate::syntax::keywords::{FieldKeyword, Word};

use super::super::FactId;
use super::super::case::{Case, Expectation, Given, LedgerEntry};
use super::super::clauses::ClauseIndex;
use super::super::context::Context;
use super::super::fields::{field, plain};
use super::super::segment::Mode;
use super::super::surface::{Surface, read};
use super::super::tokens::TokenKind;
use super::super::types::{Type, Value};
use super::{Assumed, Common};

/// What a column holds.
enum Column {
    /// A fact.
    Fact { surface: Surface, fact: FactId, yes_no: bool },
    /// 日期.
    On,
    /// 台账.
    Ledger,
    /// 期望: the words before each cell (`条款 rd`, `总额`).
    Expect(Phrase),
    /// Reported already.
    Unknown,
}

impl Context<'_> {
    /// The cases of a table.
    pub(super) fn case_table(
        &mut self,
        item: &Item,
        scenarios: &HashMap<String, (Assumed, Span)>,
        index: &ClauseIndex,
    ) -> Vec<Case> {
        let span = item.keyword_span.to(item.header.span);
        let title = self.case_title(item, ("案例表 「租金补贴」", "case-table \"…\""));
        let common = self.common(item, scenarios, index);
        let Some(field) = field(item, FieldKeyword::Columns) else {
            self.report(
                Diagnostic::new(Code::MissingField, span, "案例表没有写列", "this table of cases has no columns").help(
                    "加一行“列：事实、期望 条款 标识”，下面每行一个编号，写一个案例",
                    "add `columns: fact, expect clause id` and below it a numbered line for each case",
                ),
            );
            return Vec::new();
        };
        let columns: Vec<(Column, Span)> = cells(&field.value, self.sources.text(field.value.span))
            .iter()
            .map(|cell| (self.column(cell, index), cell.span))
            .collect();
        self.table_complete(field, &columns);
        let rows = field.list.iter().enumerate();
        rows.filter_map(|(at, row)| self.row(&title, at, row, &columns, &common, index)).collect()
    }

    /// A table has lines, and expects something.
    fn table_complete(&mut self, field: &Field, columns: &[(Column, Span)]) {
        let expects = columns.iter().any(|(column, _)| matches!(column, Column::Expect(_) | Column::Unknown));
        if !expects {
            self.report(
                Diagnostic::new(Code::MissingField, field.span, "案例没有期望", "these cases expect nothing")
                    .help("加一列“期望 条款 标识”", "add a column `expect clause id`"),
            );
        }
        if field.list.is_empty() {
            self.report(
                Diagnostic::new(Code::CaseTableCells, field.span, "案例表没有一行案例", "this table holds no case")
                    .help("在“列”下面每行写一个编号和各列的值", "write a numbered line of cells for each case"),
            );
        }
    }

    fn column(&mut self, cell: &Phrase, index: &ClauseIndex) -> Column {
        let text = plain(cell);
        let is = |field: FieldKeyword| text == field.zh() || text.eq_ignore_ascii_case(field.en());
        if is(FieldKeyword::On) || Word::find(&text) == Some(Word::Date) {
            return Column::On;
        }
        if is(FieldKeyword::Ledger) {
            return Column::Ledger;
        }
        if let Some(rest) = after(cell, FieldKeyword::Expect) {
            return self.expected_column(rest, index);
        }
        let before = self.out.len();
        let tokens = self.tokens(cell, Mode::Expression);
        let surface = read(&tokens, cell.span, &mut self.out);
        if self.out.len() > before || tokens.iter().any(|token| matches!(token.kind, TokenKind::Broken)) {
            return Column::Unknown;
        }
        match self.assumed_fact(&surface) {
            Some((fact, ty)) => Column::Fact { surface, fact, yes_no: ty == Type::Bool },
            None => Column::Unknown,
        }
    }

    /// `条款 rd`, `总额`, or the clause with the word that begins each expectation of it (`条款 rd 可获`).
    fn expected_column(&mut self, words: Phrase, index: &ClauseIndex) -> Column {
        let text = plain(&words);
        if Word::find(&text) == Some(Word::Total) {
            return Column::Expect(words);
        }
        let name = text
            .strip_prefix(Word::Clause.zh())
            .or_else(|| text.strip_prefix(Word::Clause.en()))
            .unwrap_or(&text)
            .trim();
        let known = |name: &str| index.find(name).is_some();
        let split = |at: usize| name.get(..at).zip(name.get(at..));
        let detail = || {
            let mut places = name.char_indices().filter_map(|(at, _)| split(at));
            places.any(|(clause, word)| known(clause.trim()) && Word::find(word.trim()).is_some())
        };
        if known(name) || detail() {
            return Column::Expect(words);
        }
        let near = nearest(name, index.names()).map(str::to_owned);
        let span = self.locate(words.span, name);
        self.unknown_clause(name, span, near.filter(|near| !near.is_empty()));
        Column::Unknown
    }

    fn row(
        &mut self,
        title: &str,
        at: usize,
        row: &ListItem,
        columns: &[(Column, Span)],
        common: &Common,
        index: &ClauseIndex,
    ) -> Option<Case> {
        let span = row.marker.span.to(row.value.span);
        let cells = cells(&row.value, self.sources.text(row.value.span));
        if cells.len() != columns.len() {
            self.uneven(span, columns, cells.len());
            return None;
        }
        let name = row.label.as_ref().map_or_else(|| format!("第{}行", at + 1), |label| label.text.clone());
        let mut case = Case {
            title: format!("{title} {name}").trim().to_owned(),
            on: common.on,
            facts: Vec::new(),
            lists: Vec::new(),
            ledger: common.ledger.clone(),
            expectations: Vec::new(),
            span,
        };
        let mut assumed = common.assumed.clone();
        for ((column, _), cell) in columns.iter().zip(&cells).filter(|(_, cell)| !is_dash(cell)) {
            match column {
                Column::Fact { surface, fact, yes_no } => {
                    if let Some(given) = self.given_cell(surface, *yes_no, cell) {
                        assumed.facts.insert(*fact, given);
                    }
                }
                Column::On => case.on = self.date(cell),
                Column::Ledger => case.ledger = Some(self.ledger_cell(cell, index)),
                Column::Expect(head) => {
                    let head = head.parts.iter().map(|part| moved(part, cell.span));
                    let parts: Vec<Part> = head.chain(cell.parts.iter().cloned()).collect();
                    let mut made: Vec<(Expectation, Span)> = Vec::new();
                    self.expectations(&Phrase { parts, span: cell.span }, index, &mut made);
                    case.expectations.extend(made.into_iter().map(|(expectation, _)| (expectation, cell.span)));
                }
                Column::Unknown => {}
            }
        }
        self.figures_of_day(&mut assumed, case.on);
        case.facts = assumed.facts.into_iter().collect();
        case.lists = assumed.lists.into_iter().collect();
        Some(case)
    }

    fn uneven(&mut self, span: Span, columns: &[(Column, Span)], cells: usize) {
        let first_missing = columns.get(cells).map(|(_, span)| *span);
        let name = first_missing.map(|span| self.text(span));
        let mut report = Diagnostic::new(
            Code::CaseTableCells,
            span,
            format!("这一行有 {cells} 格，列有 {} 个", columns.len()),
            format!("this line has {cells} cells, the table has {} columns", columns.len()),
        );
        if let (Some(span), Some(name)) = (first_missing, name) {
            report = report.also(span, format!("从“{name}”起没有值"), format!("nothing from `{name}` on"));
        }
        self.report(report.help(
            "每列写一格，用顿号隔开；不给的写“—”；一格里要用顿号的，整行用“｜”隔开",
            "write one cell a column, separated by `、`; `—` leaves one out; where a cell holds `、`, separate by `|`",
        ));
    }

    /// `100万元`, `是`, `否`, `未知`, `不适用`.
    fn given_cell(&mut self, fact: &Surface, yes_no: bool, cell: &Phrase) -> Option<Given> {
        let word = Word::find(&plain(cell));
        match word {
            Some(Word::Unknown) => return Some(Given::Unknown),
            Some(Word::NotApplicable) => return Some(Given::NotApplicable),
            Some(Word::Is | Word::Yes) if yes_no => return Some(Given::Value(Value::Bool(true))),
            Some(Word::No) if yes_no => return Some(Given::Value(Value::Bool(false))),
            _ => {}
        }
        let before = self.out.len();
        let tokens = self.tokens(cell, Mode::Expression);
        let value = read(&tokens, cell.span, &mut self.out);
        if self.out.len() > before || tokens.iter().any(|token| matches!(token.kind, TokenKind::Broken)) {
            return None;
        }
        self.assumed_value(fact, &value).map(|(_, given)| given)
    }

    fn ledger_cell(&mut self, cell: &Phrase, index: &ClauseIndex) -> Vec<LedgerEntry> {
        let none = matches!(plain(cell).as_str(), "无" | "none");
        let entries = super::split_phrase(cell, Separator::Semicolon);
        entries.iter().filter(|_| !none).filter_map(|entry| self.ledger_entry(entry, index)).collect()
    }
}

/// Whether a cell is left out: with a dash, also as `fmt --keywords` writes it.
fn is_dash(cell: &Phrase) -> bool {
    let text = plain(cell);
    text.is_empty() || matches!(Word::find(&text), Some(Word::To | Word::Minus))
}

/// A part of a column's words as if it stood in a cell, so that what is wrong is shown there.
fn moved(part: &Part, span: Span) -> Part {
    match part {
        Part::Run(run) => Part::Run(Run { text: run.text.clone(), span, folded: true }),
        other => other.clone(),
    }
}

/// What follows the word of a field at the start of a phrase.
fn after(phrase: &Phrase, field: FieldKeyword) -> Option<Phrase> {
    let (Part::Run(first), rest) = phrase.parts.split_first()? else { return None };
    let tail = first.text.strip_prefix(field.zh()).or_else(|| first.text.strip_prefix(field.en()))?;
    let mut parts = Vec::new();
    if !tail.is_empty() {
        parts.push(Part::Run(Run { text: tail.to_owned(), span: first.span, folded: true }));
    }
    parts.extend(rest.iter().cloned());
    (!parts.is_empty()).then_some(Phrase { parts, span: phrase.span })
}

/// The cells of a line: between the strokes where it has any, else between pauses.
fn cells(phrase: &Phrase, text: &str) -> Vec<Phrase> {
    let strokes = phrase.parts.iter().any(|part| matches!(part, Part::Run(run) if run.text.contains('|')));
    let mut all: Vec<(Vec<Part>, Span)> = vec![(Vec::new(), Span { end: phrase.span.start, ..phrase.span })];
    let open = |all: &mut Vec<(Vec<Part>, Span)>, at: Span| all.push((Vec::new(), at.after()));
    for part in &phrase.parts {
        match part {
            Part::Separator { kind: Separator::Pause, span } if !strokes => open(&mut all, *span),
            Part::Run(run) if strokes && run.text.contains('|') => {
                let mut from = 0;
                for (at, piece) in run.text.split('|').enumerate() {
                    let length = piece.chars().count();
                    let span = piece_span(run, text, phrase.span, from..from + length);
                    if at > 0 {
                        open(&mut all, Span { end: span.start, ..span });
                    }
                    if let Some((parts, _)) = all.last_mut().filter(|_| length > 0) {
                        parts.push(Part::Run(Run { text: piece.to_owned(), span, folded: run.folded }));
                    }
                    from += length + 1;
                }
            }
            _ => {
                if let Some((parts, _)) = all.last_mut() {
                    parts.push(part.clone());
                }
            }
        }
    }
    let phrases = all.into_iter().map(|(parts, at)| {
        let span = match (parts.first(), parts.last()) {
            (Some(first), Some(last)) => first.span().to(last.span()),
            _ => at,
        };
        Phrase { parts, span }
    });
    let mut cells: Vec<Phrase> = phrases.collect();
    if strokes {
        // A stroke at either end frames the line.
        if cells.first().is_some_and(Phrase::is_empty) {
            cells.remove(0);
        }
        if cells.last().is_some_and(Phrase::is_empty) {
            cells.pop();
        }
    }
    cells
}

/// The place of some characters of a run; `text` is what stands under `within`.
fn piece_span(run: &Run, text: &str, within: Span, chars: std::ops::Range<usize>) -> Span {
    let start = run.span.start.saturating_sub(within.start) as usize;
    let written = text.get(start..).unwrap_or("");
    let offset = |count: usize| written.char_indices().nth(count).map_or(written.len(), |(at, _)| at);
    let base = run.span.start as usize;
    Span::new(run.span.file, base + offset(chars.start), base + offset(chars.end))
}

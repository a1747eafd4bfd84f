//! In: the archived original. Out: its sentences with who quotes each, and for a quotation or a figure the sentence it stands in.
//! Invariant: a figure's sentence is one that has it in digits where there is one, looked for first where the figure is used.

use rust_decimal::Decimal;

use super::{OriginalDoc, QuoteDoc, SentenceDoc};
use crate::literal::{self, fold_width};
use crate::model::source_text::{self, Coverage};
use crate::model::{Model, Quote};

/// The sentences of an original, with the figures in each.
pub(super) struct Original {
    sentences: Vec<SentenceDoc>,
    figures: Vec<Vec<Stated>>,
}

/// A figure as a sentence states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stated {
    /// A number in base units, and whether it is written as a rate.
    Number(Decimal, bool),
    /// A day.
    Day(i32),
}

impl Original {
    pub(super) fn new(model: &Model) -> Original {
        let mut sentences = Vec::new();
        let mut figures = Vec::new();
        for (sentence, number) in source_text::coverage(model).into_iter().zip(1_usize..) {
            let (status, by) = match &sentence.status {
                Coverage::Encoded(by) => ("encoded", by.clone()),
                Coverage::NonNormative(by) => ("non_normative", by.clone()),
                Coverage::Partial { by, .. } => ("partial", by.clone()),
                Coverage::Uncovered => ("uncovered", Vec::new()),
            };
            let is_clause = |name: &String| model.clauses.iter().any(|clause| clause.id == *name);
            let (clauses, others) = by.into_iter().partition(is_clause);
            figures.push(stated(&sentence.text));
            sentences.push(SentenceDoc {
                id: format!("s{number}"),
                text: sentence.text,
                start: sentence.range.start as u64,
                end: sentence.range.end as u64,
                line: sentence.line,
                status: status.to_owned(),
                clauses,
                others,
            });
        }
        Original { sentences, figures }
    }

    /// What is published of it.
    pub(super) fn doc(&self, model: &Model) -> Option<OriginalDoc> {
        let original = model.original.as_ref()?;
        Some(OriginalDoc { name: original.name.clone(), sentences: self.sentences.clone() })
    }

    /// A quotation with the sentences it touches.
    pub(super) fn quote(&self, quote: &Quote) -> QuoteDoc {
        let Some(range) = &quote.found else {
            return QuoteDoc { text: quote.text.clone(), start: None, end: None, sentences: Vec::new() };
        };
        let (start, end) = (range.start as u64, range.end as u64);
        let first = self.sentences.partition_point(|it| it.end <= start);
        let touched = self.sentences.iter().skip(first).take_while(|it| it.start < end);
        QuoteDoc {
            text: quote.text.clone(),
            start: Some(start),
            end: Some(end),
            sentences: touched.map(|it| it.id.clone()).collect(),
        }
    }

    /// All quotations of something.
    pub(super) fn quotes(&self, quotes: &[Quote]) -> Vec<QuoteDoc> {
        quotes.iter().map(|quote| self.quote(quote)).collect()
    }

    /// The sentence that states a figure: of `near` first, each in turn, then of all; else the first of `near`. And whether it does.
    pub(super) fn stating(&self, figure: &Stated, near: &[QuoteDoc]) -> (Option<String>, bool) {
        let ids = || near.iter().flat_map(|quote| &quote.sentences);
        let says = |id: &&String| {
            let at =
                id.get(1..).and_then(|number| number.parse::<usize>().ok()).and_then(|number| number.checked_sub(1));
            at.and_then(|at| self.figures.get(at)).is_some_and(|all| all.contains(figure))
        };
        if let Some(found) = ids().find(says) {
            return (Some(found.clone()), true);
        }
        let anywhere = self.sentences.iter().zip(&self.figures).find(|(_, all)| all.contains(figure));
        match (ids().next(), anywhere) {
            (_, Some((sentence, _))) => (Some(sentence.id.clone()), true),
            (first, None) => (first.cloned(), false),
        }
    }
}

/// The numbers and days that a text states.
fn stated(text: &str) -> Vec<Stated> {
    let chars: Vec<char> = text.chars().map(fold_width).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match literal::date(&chars, at) {
            Some(Ok((day, end))) => {
                found.push(Stated::Day(day));
                at = end.max(at + 1);
                continue;
            }
            Some(Err((_, end))) => {
                at = end.max(at + 1);
                continue;
            }
            None => {}
        }
        match literal::scan(&chars, at, &|_| None) {
            Some(Ok((literal, end))) => {
                found.push(Stated::Number(literal.value.normalize(), literal.percent));
                at = end.max(at + 1);
            }
            Some(Err(_)) | None => at += 1,
        }
    }
    found
}

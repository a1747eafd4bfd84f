//! In: a line “顺延：条款 a，列在 条款 b 之后”. Out: the edits that put the clause there.
//! Invariant: nothing of the clause changes but its place.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Sources, Span};
use crate::syntax::ast::{Field, Item};
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

use super::super::derive::{Edit, New};
use super::super::target::{Part, of};
use super::super::words::{Words, letters};
use super::{Line, Made, with_break};

const PLACED: &[&str] = &["列在", "placed"];

/// Whether a line puts a clause in another place.
#[must_use]
pub fn is_placing(field: &Field, sources: &Sources) -> bool {
    let span = field.value.span;
    let text = sources.get(span.file).map_or("", crate::source::Source::text);
    field.keyword == Some(FieldKeyword::Renumber) && Words { rest: &letters(text, span.range()) }.split(PLACED).is_ok()
}

/// An item from its keyword to its end.
fn whole(item: &Item) -> Span {
    item.keyword_span.to(item.header.span).to(item.span)
}

impl Line<'_> {
    /// The clause that is put elsewhere, where it was written, and the edits that put it there.
    ///
    /// # Errors
    /// P0220 where a clause is not there, P0224 where the line cannot be read.
    pub fn placed(&self) -> Result<(Span, Vec<Edit>), Box<Diagnostic>> {
        let letters = self.trees.letters(self.whole());
        let (before, to) = Words { rest: &letters }.split(PLACED).map_err(|_| self.not_placed())?;
        let clause = self.clause(&mut Words { rest: before })?;
        let origin = self.trees.sources.origin(clause.keyword_span);
        let mut to = Words { rest: to };
        if to.eat(&["最前", "first"]) && to.rest.is_empty() {
            let all = self.trees.files.iter().flat_map(|file| &file.items);
            let first = all
                .into_iter()
                .find(|item| item.keyword == ItemKeyword::Clause && !self.trees.absent.contains(&item.span));
            return Ok((origin, first.map_or_else(|| Ok(Vec::new()), |first| self.moved(clause, first, true))?));
        }
        to.eat(&["after"]);
        let before = to.eat(&["before"]);
        let (named, before) = match (to.split(&["之后", "后"]), to.split(&["之前", "前"])) {
            (Ok((named, [])), _) => (named, before),
            (_, Ok((named, []))) => (named, true),
            _ => (to.rest, before),
        };
        let other = self.clause(&mut Words { rest: named })?;
        Ok((origin, self.moved(clause, other, before)?))
    }

    fn clause(&self, words: &mut Words<'_>) -> Result<&Item, Box<Diagnostic>> {
        while words.rest.last().is_some_and(|letter| matches!(letter.letter, ',' | '，')) {
            words.rest = words.rest.split_last().map_or(&[][..], |(_, rest)| rest);
        }
        let target = self.trees.target(words, self.whole())?;
        self.trees.only_one(target, self.whole())?;
        let is_clause = target.item.keyword == ItemKeyword::Clause && matches!(target.part, Part::Whole);
        if !is_clause || !words.rest.is_empty() {
            return Err(self.not_placed());
        }
        Ok(target.item)
    }

    fn moved(&self, clause: &Item, other: &Item, before: bool) -> Made {
        let (from, to) = (whole(clause), whole(other));
        if from == to {
            let (zh, en) = (format!("{}不能列在自己的前后", of(clause)), "a clause is not placed beside itself");
            return Err(Box::new(self.unreadable(self.whole(), &zh, en)));
        }
        let gap = New::Made("\n\n".to_owned(), self.whole());
        let put = match before {
            true => Edit { span: Span { end: to.start, ..to }, new: vec![New::Copy(from), gap] },
            false => Edit { span: to.after(), new: vec![gap, New::Copy(from)] },
        };
        let taken = Edit { span: with_break(self.trees.sources, from), new: Vec::new() };
        let mut edits = vec![put, taken];
        edits.sort_by_key(|edit| (edit.span.file, edit.span.start, edit.span.end));
        Ok(edits)
    }

    fn not_placed(&self) -> Box<Diagnostic> {
        let found = Diagnostic::new(
            Code::AmendmentUnreadable,
            self.whole(),
            "条款列在哪里读不懂",
            "where the clause is placed cannot be read",
        );
        Box::new(found.help(
            "写成“顺延：条款 c，列在 条款 b 之后”或“列在最前”；只有条款的次序有意义",
            "write `renumber: clause c, placed after clause b` or `placed first`; only the order of clauses means anything",
        ))
    }
}

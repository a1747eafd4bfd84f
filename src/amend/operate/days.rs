//! In: a line “延长” or “废止”. Out: the edits of the days on which a policy or a clause holds; and the dates of lines.
//! Invariant: a last day is only put off by 延长, and what is repealed ends on the day before.

use crate::calendar;
use crate::diagnostics::{Code, Diagnostic};
use crate::literal;
use crate::source::Span;
use crate::syntax::ast::{Field, Item};
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

use super::super::derive::Edit;
use super::super::target::Part;
use super::super::words::{Letter, Words, covered, letters};
use super::{Line, Made};

impl<'t> Line<'t> {
    pub(super) fn extend(&self, words: &mut Words<'_>) -> Made {
        let item = self.extended_item(words)?;
        words.eat(&["有效期限", "有效期", "validity"]);
        words.eat(&["延长"]);
        words.eat(&["至", "到", "until", "to"]);
        let day = date(words.rest).ok_or_else(|| {
            Box::new(
                self.unreadable(self.whole(), "延长到哪一天读不懂", "the new last day cannot be read")
                    .help("写成“延长：有效期至 2029-12-31”", "write `extend: validity until 2029-12-31`"),
            )
        })?;
        let (field, last) = self.period(item)?;
        let last = last.as_slice();
        if date(last).is_some_and(|old| old >= day) {
            let old = date(last).map_or(String::new(), |old| calendar::iso(old.into()));
            return Err(Box::new(
                Diagnostic::new(
                    Code::OldValueNotThere,
                    self.whole(),
                    format!("有效期现在到 {old}，新的止期不比它晚"),
                    format!("the validity runs to {old} already"),
                )
                .also(field.span, "现在是这样写的", "this is how it stands"),
            ));
        }
        let span = self.trees.here(covered(last), field.value.span);
        Ok(vec![Edit { span, new: vec![self.copy(words.rest)] }])
    }

    /// The item that a line extends.
    fn extended_item(&self, words: &mut Words<'_>) -> Result<&'t Item, Box<Diagnostic>> {
        Ok(match words.next_is("有效期") {
            Some(_) => self.trees.target(&mut Words { rest: &policy_letters() }, self.whole())?.item,
            None => self.trees.target(words, self.whole())?.item,
        })
    }

    /// The period that a line extends, and its last day as it stands.
    ///
    /// # Errors
    /// P0220 or P0221 where there is none.
    pub fn extended(&self) -> Result<(Span, Vec<Letter>), Box<Diagnostic>> {
        let letters = self.trees.letters(self.whole());
        let item = self.extended_item(&mut Words { rest: &letters })?;
        let (field, last) = self.period(item)?;
        Ok((field.span, last))
    }

    /// The validity of an item, and the letters of its last day.
    fn period(&self, item: &'t Item) -> Result<(&'t Field, Vec<Letter>), Box<Diagnostic>> {
        let field = self.trees.field_of(item, FieldKeyword::Validity, None, self.whole())?;
        let now = self.trees.letters(field.value.span);
        let split = Words { rest: &now }.split(&["至", "to", "—", "——", "～", "~", "-"]);
        let last = split.ok().or_else(|| split_at_last_date(&now)).map(|(_, last)| last.to_vec());
        let last = last.ok_or_else(|| {
            Box::new(
                Diagnostic::new(
                    Code::OldValueNotThere,
                    self.whole(),
                    "有效期没有止期，不用延长",
                    "the validity has no last day",
                )
                .also(field.span, "现在是这样写的", "this is how it stands"),
            )
        })?;
        Ok((field, last))
    }

    pub(super) fn repeal(&self, words: &mut Words<'_>) -> Made {
        let target = self.trees.target(words, self.whole())?;
        if !words.rest.is_empty() || !matches!(target.part, Part::Whole) {
            let found =
                self.unreadable(self.whole(), "只能废止整份政策或者整个条款", "only a policy or a clause is repealed");
            return Err(Box::new(found.help("删去其中一栏、一项，写“删去”", "to drop a part, write `delete`")));
        }
        let item = target.item;
        match item.keyword {
            ItemKeyword::Policy => self.repeal_policy(item),
            ItemKeyword::Clause => {
                let mut edits = self.without_days(item);
                let ends = calendar::iso(i64::from(self.day));
                let from = days(item, &[FieldKeyword::From])
                    .next()
                    .and_then(|field| date(&self.trees.letters(field.value.span)));
                if from.is_some_and(|from| from >= self.day) {
                    let span = self.with_break(item.keyword_span.to(item.span));
                    return Ok(vec![Edit { span, new: Vec::new() }]);
                }
                edits.push(Edit { span: item.span.after(), new: vec![self.made(format!("\n  失效：{ends}"))] });
                Ok(edits)
            }
            _ => {
                let span = self.with_break(item.keyword_span.to(item.span));
                Ok(vec![Edit { span, new: Vec::new() }])
            }
        }
    }

    /// A policy ends on the day before; the days of its clauses then say nothing more.
    fn repeal_policy(&self, item: &'t Item) -> Made {
        let field = self.trees.field_of(item, FieldKeyword::Validity, None, self.whole())?;
        let now = self.trees.letters(field.value.span);
        let start = first_date(&now).map_or(String::new(), |day| calendar::iso(day.into()));
        let last = calendar::iso(i64::from(self.day) - 1);
        let mut edits = vec![Edit { span: field.value.span, new: vec![self.made(format!("{start} 至 {last}"))] }];
        for file in self.trees.files {
            for clause in file.items.iter().filter(|item| item.keyword == ItemKeyword::Clause) {
                edits.extend(self.without_days(clause));
                let late = days(clause, &[FieldKeyword::From])
                    .filter(|field| date(&self.trees.letters(field.value.span)).is_some_and(|from| from >= self.day));
                let late: Vec<&Field> = late.collect();
                if !late.is_empty() {
                    let more = days(clause, &[FieldKeyword::Retroactive]);
                    let gone = late.into_iter().chain(more);
                    edits.extend(gone.map(|field| Edit { span: self.with_break(field.span), new: Vec::new() }));
                }
            }
        }
        Ok(edits)
    }

    /// Takes the last day off a clause.
    fn without_days(&self, item: &Item) -> Vec<Edit> {
        let gone = days(item, &[FieldKeyword::Until, FieldKeyword::Validity]);
        gone.map(|field| Edit { span: self.with_break(field.span), new: Vec::new() }).collect()
    }
}

fn days<'i>(item: &'i Item, keywords: &'i [FieldKeyword]) -> impl Iterator<Item = &'i Field> {
    item.fields.iter().filter(move |field| field.keyword.is_some_and(|keyword| keywords.contains(&keyword)))
}

fn policy_letters() -> Vec<Letter> {
    letters("政策", 0..6)
}

/// The date that letters are.
#[must_use]
pub fn date(letters: &[Letter]) -> Option<i32> {
    let chars: Vec<char> = letters.iter().map(|letter| letter.letter).collect();
    match literal::date(&chars, 0) {
        Some(Ok((day, end))) if end == chars.len() => Some(day),
        _ => None,
    }
}

/// The date that letters begin with, after 自.
fn first_date(letters: &[Letter]) -> Option<i32> {
    let chars: Vec<char> = letters.iter().map(|letter| letter.letter).filter(|letter| *letter != '自').collect();
    literal::date(&chars, 0)?.ok().map(|(day, _)| day)
}

/// A period as what stands before its last day, and that day.
fn split_at_last_date(letters: &[Letter]) -> Option<(&[Letter], &[Letter])> {
    (1..letters.len()).find(|at| letters.get(*at..).and_then(date).is_some()).map(|at| letters.split_at(at))
}

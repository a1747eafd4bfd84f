//! In: phrases of fields that are no expressions. Out: their pieces between marks, what stands before and after a word, amounts.
//! Invariant: every piece keeps the place it was written at.

use crate::diagnostics::{Code, Diagnostic};
use crate::literal::{self, Literal};
use crate::source::Span;
use crate::syntax::ast::{Field, Part, Phrase, Run, Separator};
use crate::syntax::keywords::Word;

use super::super::context::Context;
use super::super::expression::{CompareOp, Condition, Expr, ExprKind};
use super::super::fields::plain;
use super::super::segment::Mode;
use super::super::surface::read;
use super::super::tokens::{Token, TokenKind};
use super::super::types::{NumberKind, Type, Unit, is_currency};
use super::super::typing::Typing;

/// Every spelling of a word, the shown one first.
pub(in crate::model) fn spellings(word: Word) -> impl Iterator<Item = &'static str> {
    std::iter::once(word.zh()).chain(std::iter::once(word.en())).chain(word.also().iter().copied())
}

/// Every spelling of some words, longest first.
fn longest_first(words: &[Word]) -> Vec<(Word, &'static str)> {
    let mut all: Vec<(Word, &str)> =
        words.iter().flat_map(|word| spellings(*word).map(|spelling| (*word, spelling))).collect();
    all.sort_by_key(|(_, spelling)| std::cmp::Reverse(spelling.len()));
    all
}

/// A phrase of some parts.
pub(in crate::model) fn phrase_of(parts: Vec<Part>, otherwise: Span) -> Phrase {
    let span = match (parts.first(), parts.last()) {
        (Some(first), Some(last)) => first.span().to(last.span()),
        _ => otherwise.after(),
    };
    Phrase { parts, span }
}

/// The pieces of a phrase between marks of one kind; none are empty.
pub(in crate::model) fn pieces(phrase: &Phrase, kind: Separator) -> Vec<Phrase> {
    let is_mark = |part: &Part| matches!(part, Part::Separator { kind: found, .. } if *found == kind);
    phrase
        .parts
        .split(is_mark)
        .filter(|parts| !parts.is_empty())
        .map(|parts| phrase_of(parts.to_vec(), phrase.span))
        .collect()
}

/// A finding with one line of help.
pub(in crate::model) fn finding(code: Code, span: Span, said: (&str, &str), help: (&str, &str)) -> Diagnostic {
    Diagnostic::new(code, span, said.0, said.1).help(help.0, help.1)
}

/// How many whole months a period has.
pub(in crate::model) fn months(number: &Literal) -> Option<u32> {
    let period = number.unit == [("月".to_owned(), 1)] && number.value.fract().is_zero();
    period.then(|| u32::try_from(number.value.trunc().mantissa()).ok()).flatten().filter(|months| *months > 0)
}

/// Whether a number is an amount of money in one currency.
pub(in crate::model) fn is_money(number: &Literal) -> bool {
    matches!(number.unit.as_slice(), [(unit, 1)] if is_currency(unit))
}

/// The type of a plain whole number.
pub(in crate::model) fn whole_number() -> Type {
    Type::Number { kind: NumberKind::Integer, unit: Unit::none(), scale: 0 }
}

impl Context<'_> {
    /// Some characters of a run as a part of their own.
    fn part_of(&self, run: &Run, chars: std::ops::Range<usize>) -> Option<Part> {
        let text: String = run.text.chars().skip(chars.start).take(chars.len()).collect();
        let file = self.sources.get(run.span.file)?.text();
        (!text.is_empty()).then(|| Part::Run(Run { span: run.piece(file, chars), text, folded: run.folded }))
    }

    /// What stands before and after a text within a run; `last` looks from the end.
    pub(in crate::model) fn cut(&self, phrase: &Phrase, text: &str, last: bool) -> Option<(Phrase, Phrase)> {
        let found = |part: &Part| match part {
            Part::Run(run) => run.text.contains(text),
            _ => false,
        };
        let at = if last { phrase.parts.iter().rposition(found)? } else { phrase.parts.iter().position(found)? };
        let Some(Part::Run(run)) = phrase.parts.get(at) else { return None };
        let byte = if last { run.text.rfind(text)? } else { run.text.find(text)? };
        let start = run.text.get(..byte)?.chars().count();
        let (end, all) = (start + text.chars().count(), run.text.chars().count());
        let mut before: Vec<Part> = phrase.parts.iter().take(at).cloned().collect();
        before.extend(self.part_of(run, 0..start));
        let mut after: Vec<Part> = self.part_of(run, end..all).into_iter().collect();
        after.extend(phrase.parts.iter().skip(at + 1).cloned());
        Some((phrase_of(before, phrase.span), phrase_of(after, phrase.span)))
    }

    /// The rest of a phrase that begins with one of some words, and which.
    pub(in crate::model) fn after(&self, phrase: &Phrase, words: &[Word]) -> Option<(Word, Phrase)> {
        longest_first(words).into_iter().find_map(|(word, spelling)| Some((word, self.after_text(phrase, spelling)?)))
    }

    /// The rest of a phrase that begins with a text.
    pub(in crate::model) fn after_text(&self, phrase: &Phrase, text: &str) -> Option<Phrase> {
        let Some(Part::Run(run)) = phrase.parts.first() else { return None };
        let whole = run.text.chars().count();
        run.text.starts_with(text).then(|| {
            let mut parts: Vec<Part> = self.part_of(run, text.chars().count()..whole).into_iter().collect();
            parts.extend(phrase.parts.iter().skip(1).cloned());
            phrase_of(parts, phrase.span)
        })
    }

    /// The rest of a phrase that ends with one of some words, and which.
    pub(in crate::model) fn before(&self, phrase: &Phrase, words: &[Word]) -> Option<(Word, Phrase)> {
        let Some(Part::Run(run)) = phrase.parts.last() else { return None };
        let whole = run.text.chars().count();
        longest_first(words).into_iter().find_map(|(word, spelling)| {
            run.text.ends_with(spelling).then(|| {
                let mut parts: Vec<Part> = phrase.parts.iter().take(phrase.parts.len() - 1).cloned().collect();
                parts.extend(self.part_of(run, 0..whole - spelling.chars().count()));
                (word, phrase_of(parts, phrase.span))
            })
        })
    }

    /// The number that a phrase is, and nothing else.
    pub(in crate::model) fn measure(&self, phrase: &Phrase) -> Option<Literal> {
        literal::quantity(&plain(phrase), &|name| self.units.get(name))?.ok()
    }

    /// What a field says, with the name its label gives it (`上限（年度）：…`).
    pub(in crate::model) fn field_text(&self, field: &Field) -> String {
        self.named_text(field, field.value.span)
    }

    /// The text under a span, after the name that a field's label gives it.
    pub(in crate::model) fn named_text(&self, field: &Field, span: Span) -> String {
        let text = self.text(span);
        match &field.alias {
            Some(name) => format!("{}：{text}", name.text.trim()),
            None => text,
        }
    }
}

impl Typing<'_, '_> {
    /// The tokens of an expression; a phrase that is a declared name as a whole is that name, whatever else it could be taken apart to.
    fn expression_tokens(&mut self, phrase: &Phrase) -> Vec<Token> {
        if let [Part::Run(run)] = phrase.parts.as_slice() {
            let entries = self.context.vocabulary.get(&run.text);
            if !entries.is_empty() {
                return vec![Token { kind: TokenKind::Name(run.text.clone(), entries), span: run.span }];
            }
        }
        self.context.tokens(phrase, Mode::Expression)
    }

    /// An expression; `None` where it cannot be read, with the findings about it kept.
    pub(in crate::model) fn phrase_expr(&mut self, phrase: &Phrase) -> Option<Expr> {
        let tokens = self.expression_tokens(phrase);
        let surface = read(&tokens, phrase.span, &mut self.context.out);
        let expr = self.expr(&surface, None);
        (!expr.ty.is_error()).then_some(expr)
    }

    /// Whether every word of a phrase is known.
    pub(in crate::model) fn is_known(&mut self, phrase: &Phrase) -> bool {
        let before = self.context.out.len();
        let tokens = self.expression_tokens(phrase);
        self.context.out.truncate(before);
        !tokens.is_empty() && !tokens.iter().any(|token| matches!(token.kind, TokenKind::Broken | TokenKind::Text(_)))
    }

    /// What has happened: a condition as it stands, a day that is not after the day of the decision.
    pub(in crate::model) fn happened(&mut self, expr: Expr) -> Option<Expr> {
        let span = expr.span;
        match expr.ty {
            Type::Bool => Some(expr),
            Type::Date => {
                let today = Expr { kind: ExprKind::OnDate, ty: Type::Date, span };
                let kind = ExprKind::Compare { op: CompareOp::AtMost, left: Box::new(expr), right: Box::new(today) };
                Some(Expr { kind, ty: Type::Bool, span })
            }
            _ => None,
        }
    }
}

/// A condition with a label that stands for what a field says.
pub(in crate::model) fn labelled(label: &str, expr: Expr) -> Condition {
    Condition { label: label.to_owned(), labelled: true, expr }
}

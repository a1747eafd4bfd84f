//! In: tokens with a range among them one of whose ends says whether it counts: `1000万元以上至2000万元`, `超过2000万元至5000万元`, and
//! where a line is about one value, `1000万元（含）至5000万元（不含）`. Out: the same as two bounds in a row.
//! Invariant: ranges of 在 … 之间 and ranges without such words are left alone; an end that says nothing counts.

use crate::syntax::keywords::Word;

use super::super::amounts::is_ceiling;
use super::super::tokens::{Token, TokenKind};
use super::shapes::is_bound;

/// Where such ranges are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Place {
    /// In any expression: only an end with a word of comparison makes two bounds of a range.
    Expression,
    /// On the left of a line of a table: （含） and （不含） do, too.
    Line,
}

/// The tokens with two bounds for each such range; `None` where there is none.
pub(in crate::model) fn ends(tokens: &[Token], place: Place) -> Option<Vec<Token>> {
    let to = |token: &Token| matches!(token.kind, TokenKind::Word(Word::To));
    if !tokens.iter().any(to) {
        return None;
    }
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len() + 1);
    let mut rest = tokens;
    let mut changed = false;
    while let Some((first, after)) = rest.split_first() {
        let fresh = !matches!(out.last().and_then(word), Some(Word::At));
        match range(rest, place).filter(|_| fresh) {
            Some((bounds, left)) => {
                out.extend(bounds);
                rest = left;
                changed = true;
            }
            None => {
                out.push(first.clone());
                rest = after;
            }
        }
    }
    changed.then_some(out)
}

/// A range at the beginning as two bounds, and what follows it.
fn range(tokens: &[Token], place: Place) -> Option<(Vec<Token>, &[Token])> {
    let (low, said_low, rest) = end(tokens, &LOW)?;
    let (between, rest) = rest.split_first()?;
    if word(between) != Some(Word::To) {
        return None;
    }
    let (high, said_high, rest) = end(rest, &HIGH)?;
    let follows = rest.first().and_then(word);
    if matches!(follows, Some(Word::Between) | Some(Word::Of)) {
        return None;
    }
    let enough = match place {
        Place::Expression => said_low == Said::Compared,
        Place::Line => said_low != Said::Nothing || said_high != Said::Nothing,
    };
    enough.then(|| ([low, high].concat(), rest))
}

/// What an end says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Marked,
    Compared,
}

/// The words of one side: of a bound after the value, before it, and what stands for a value that counts or does not.
struct Side {
    after: fn(Word) -> bool,
    before: fn(Word) -> bool,
    included: Word,
    excluded: Word,
}

const LOW: Side = Side {
    after: |word| matches!(word, Word::AtLeastPostfix | Word::AtLeastAndPostfix),
    before: |word| {
        matches!(
            word,
            Word::NotBelow
                | Word::NotLess
                | Word::NotSmaller
                | Word::AtLeast
                | Word::Exceeds
                | Word::Above
                | Word::Greater
        )
    },
    included: Word::NotBelow,
    excluded: Word::Exceeds,
};

const HIGH: Side = Side {
    after: |word| is_bound(word) && !matches!(word, Word::AtLeastPostfix | Word::AtLeastAndPostfix),
    before: |word| {
        (is_ceiling(word) && word != Word::AtHighest)
            || matches!(word, Word::ShortOf | Word::Below | Word::Under | Word::Less)
    },
    included: Word::NotAbove,
    excluded: Word::Below,
};

/// One end of a range as a bound.
fn end<'t>(tokens: &'t [Token], side: &Side) -> Option<(Vec<Token>, Said, &'t [Token])> {
    if let [first, value, rest @ ..] = tokens
        && word(first).is_some_and(side.before)
        && is_value(value)
    {
        return Some((vec![first.clone(), value.clone()], Said::Compared, rest));
    }
    let (value, rest) = tokens.split_first().filter(|(value, _)| is_value(value))?;
    let said = |word: Word| vec![Token { kind: TokenKind::Word(word), span: value.span }, value.clone()];
    match rest.split_first() {
        Some((next, left)) if word(next).is_some_and(side.after) => {
            Some((vec![value.clone(), next.clone()], Said::Compared, left))
        }
        Some((next, left)) if word(next) == Some(Word::Includes) => Some((said(side.included), Said::Marked, left)),
        Some((next, left)) if word(next) == Some(Word::Excludes) => Some((said(side.excluded), Said::Marked, left)),
        _ => Some((said(side.included), Said::Nothing, rest)),
    }
}

fn is_value(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Number(_) | TokenKind::Date(_))
}

fn word(token: &Token) -> Option<Word> {
    match token.kind {
        TokenKind::Word(word) => Some(word),
        _ => None,
    }
}

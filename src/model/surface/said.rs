//! In: tokens with （含） or （不含） among them. Out: the same with each comparison that they speak of saying so itself.
//! Invariant: a mark that speaks of no comparison stays where it is, and is reported there; （含） at an end that counts anyway says
//! nothing more.

use crate::syntax::keywords::Word;

use super::super::amounts::is_ceiling;
use super::super::tokens::{Token, TokenKind};
use super::shapes::{explicit, is_bound};

/// The tokens without the marks that could be settled; `None` where there is none.
pub(super) fn settled(tokens: &[Token]) -> Option<Vec<Token>> {
    tokens.iter().any(|token| mark(token).is_some()).then(|| {
        let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
        let mut rest = tokens.iter().enumerate();
        while let Some((at, token)) = rest.next() {
            let Some(said) = mark(token) else {
                out.push(token.clone());
                continue;
            };
            let bound = tokens.get(at + 1).and_then(word).filter(|word| is_bound(*word));
            let settled = match bound {
                Some(bound) => reaches(&mut out, explicit(bound, said)).then(|| rest.next()).is_some(),
                None => beside(&mut out, said),
            };
            let counts_anyway =
                said == Word::Includes && !matches!(out.last().and_then(word), Some(word) if is_bound(word));
            if !settled && (bound.is_some() || !counts_anyway) {
                out.push(token.clone());
            }
        }
        out
    })
}

fn word(token: &Token) -> Option<Word> {
    match token.kind {
        TokenKind::Word(word) => Some(word),
        _ => None,
    }
}

/// （含） or （不含）.
fn mark(token: &Token) -> Option<Word> {
    word(token).filter(|word| matches!(word, Word::Includes | Word::Excludes))
}

/// `达到 100万元（含）以上`: the word before the value says the bound.
fn reaches(out: &mut [Token], bound: Word) -> bool {
    match out {
        [.., Token { kind: TokenKind::Word(before), .. }, _]
            if matches!(before, Word::Reaches | Word::At | Word::Is | Word::Equals) =>
        {
            *before = bound;
            true
        }
        _ => false,
    }
}

/// `不超过（含）100万元` and `不超过 100万元（含）`.
fn beside(out: &mut [Token], said: Word) -> bool {
    let (before, value) = match out {
        [.., Token { kind: TokenKind::Word(before), .. }] => (before, true),
        [.., Token { kind: TokenKind::Word(before), .. }, value] => {
            (before, matches!(value.kind, TokenKind::Number(_) | TokenKind::Date(_) | TokenKind::Name(..)))
        }
        _ => return false,
    };
    let Some(exact) = exact(*before, said).filter(|_| value) else { return false };
    *before = exact;
    true
}

/// A word of comparison with its bound said to be included or not.
fn exact(word: Word, said: Word) -> Option<Word> {
    let low = matches!(
        word,
        Word::NotBelow | Word::NotLess | Word::NotSmaller | Word::AtLeast | Word::Exceeds | Word::Above | Word::Greater
    );
    let high = (is_ceiling(word) && word != Word::AtHighest)
        || matches!(word, Word::ShortOf | Word::Below | Word::Under | Word::Less);
    match (low, high) {
        (true, _) => Some(explicit(Word::AtLeastPostfix, said)),
        (_, true) => Some(explicit(Word::AtMostPostfix, said)),
        (false, false) => None,
    }
}

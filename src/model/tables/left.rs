//! In: the tokens of the left side of a line, where what is compared is left out. Out: bounds, values or whole conditions ([`Left`]).
//! Invariant: nothing is typed here; a name alone may be a value or a condition, which its type tells later.

use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Separator;
use crate::syntax::keywords::{ItemKeyword, Word};

use super::super::comparing::operator;
use super::super::surface::ends::{Place, ends};
use super::super::surface::{Surface, SurfaceKind, read};
use super::super::tokens::{Token, TokenKind};

/// The left side of a line.
#[derive(Debug, Clone)]
pub(super) enum Left {
    /// 其余.
    Otherwise,
    /// One of several rows, all parts of which must hold.
    Rows(Vec<Vec<Piece>>),
}

/// A part of a left side.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    /// `1000万元以上 不满2000万元`: about what the table compares.
    Bounds(Vec<Bound>),
    /// A single value or name.
    Alone(Surface),
    /// Values in a list.
    Values(Vec<Surface>),
    /// A condition that says itself what it is about.
    Condition(Surface),
}

/// One bound.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    /// The word of comparison.
    pub word: Word,
    /// Whether the end counts, where the line itself says so: （含）, 至.
    pub said: Option<bool>,
    /// What it compares with.
    pub value: Surface,
    /// Where it stands.
    pub span: Span,
}

impl Left {
    /// Every expression in it.
    pub fn surfaces<'s>(&'s self, all: &mut Vec<&'s Surface>) {
        let Left::Rows(rows) = self else { return };
        for piece in rows.iter().flatten() {
            match piece {
                Piece::Bounds(bounds) => all.extend(bounds.iter().map(|bound| &bound.value)),
                Piece::Alone(surface) | Piece::Condition(surface) => all.push(surface),
                Piece::Values(list) => all.extend(list),
            }
        }
    }

    /// The bounds, where the line is nothing but one row of them.
    pub fn bounds(&self) -> Option<Vec<&Bound>> {
        let Left::Rows(rows) = self else { return None };
        let [row] = rows.as_slice() else { return None };
        let mut bounds = Vec::new();
        for piece in row {
            let Piece::Bounds(more) = piece else { return None };
            bounds.extend(more);
        }
        Some(bounds)
    }
}

/// Reads a left side.
pub(super) fn read_left(
    tokens: &[Token],
    place: Span,
    kind: ItemKeyword,
    has_base: bool,
    out: &mut Vec<Diagnostic>,
) -> Left {
    if !has_base {
        return Left::Rows(vec![vec![Piece::Condition(read(tokens, place, out))]]);
    }
    let apart = ends(tokens, Place::Line);
    let tokens = apart.as_deref().unwrap_or(tokens);
    if let Some(list) = values(tokens, kind, place, out) {
        return Left::Rows(vec![vec![Piece::Values(list)]]);
    }
    let is = |token: &Token, word: Word| matches!(&token.kind, TokenKind::Word(found) if *found == word);
    let joins = |token: &Token| {
        is(token, Word::And) || matches!(token.kind, TokenKind::Separator(Separator::Comma | Separator::Pause))
    };
    let rows: Vec<Vec<&[Token]>> = tokens
        .split(|token| is(token, Word::Or))
        .map(|row| row.split(joins).filter(|piece| !piece.is_empty()).collect())
        .collect();
    let mut scratch = Vec::new();
    let bounded = rows.iter().flatten().any(|piece| bounds(piece, place, &mut scratch).is_some());
    if !bounded {
        return Left::Rows(vec![vec![Piece::Condition(read(tokens, place, out))]]);
    }
    let piece = |tokens: &[Token], out: &mut Vec<Diagnostic>| match bounds(tokens, place, &mut Vec::new()) {
        Some(_) => bounds(tokens, place, out).unwrap_or(Piece::Bounds(Vec::new())),
        None => Piece::Condition(read(tokens, place, out)),
    };
    let mut result = Vec::with_capacity(rows.len());
    for row in rows {
        result.push(row.into_iter().map(|tokens| piece(tokens, out)).collect());
    }
    Left::Rows(result)
}

/// `批发业、零售业`, `属于 批发业、零售业`: each a single value.
fn values(tokens: &[Token], kind: ItemKeyword, place: Span, out: &mut Vec<Diagnostic>) -> Option<Vec<Surface>> {
    let (said, list) = match tokens.split_first() {
        Some((Token { kind: TokenKind::Word(Word::In), .. }, rest)) => (true, rest),
        Some((Token { kind: TokenKind::Word(Word::Is | Word::Equals), .. }, rest)) if kind == ItemKeyword::Lookup => {
            (true, rest)
        }
        _ => (kind == ItemKeyword::Lookup, tokens),
    };
    let list = match list {
        [Token { kind: TokenKind::Group(inner), .. }] => inner.as_slice(),
        list => list,
    };
    let pauses =
        |token: &Token| matches!(token.kind, TokenKind::Separator(Separator::Pause | Separator::Comma)) || or(token);
    let parts: Vec<&[Token]> = list.split(pauses).filter(|part| !part.is_empty()).collect();
    let single = parts.iter().all(|part| {
        matches!(
            part,
            [Token {
                kind: TokenKind::Name(..)
                    | TokenKind::Text(_)
                    | TokenKind::Number(_)
                    | TokenKind::Date(_)
                    | TokenKind::Broken,
                ..
            }]
        )
    });
    if parts.is_empty() || !single || !(said || parts.len() > 1) {
        return None;
    }
    Some(parts.into_iter().map(|part| read(part, place, out)).collect())
}

fn or(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Word(Word::Or))
}

/// A row of bounds, or a single value; `None` where it is neither.
fn bounds(tokens: &[Token], place: Span, out: &mut Vec<Diagnostic>) -> Option<Piece> {
    if tokens.is_empty() {
        return None;
    }
    let mut cursor = Cursor { tokens, at: 0, place, out };
    let mut found = Vec::new();
    while cursor.at < tokens.len() {
        let from = cursor.at;
        let word = match cursor.word() {
            Some(Word::At) => {
                cursor.at += 1;
                None
            }
            Some(word) if operator(word).is_some() && word != Word::AtHighest && !is_bound(word) => {
                cursor.at += 1;
                Some(word)
            }
            _ => None,
        };
        let value = cursor.value()?;
        let all = from == 0 && cursor.at == tokens.len();
        match (word, cursor.range_end()?) {
            (None, Some(high)) => {
                let span = cursor.span(from);
                found.push(Bound { word: Word::NotBelow, said: Some(true), value, span });
                found.push(Bound { word: Word::NotAbove, said: Some(true), value: high, span });
                continue;
            }
            (Some(_), Some(_)) => return None,
            (_, None) => {}
        }
        let postfix = cursor.postfix();
        let (word, said) = match (word, postfix) {
            (None, Some((word, said))) => (word, said),
            // 达到 1亿元以上.
            (Some(Word::Reaches | Word::Is | Word::Equals), Some((word, said))) => (word, said),
            (Some(_), Some(_)) => return None,
            (Some(word), None) => (word, None),
            (None, None) if all => return Some(Piece::Alone(value)),
            (None, None) => return None,
        };
        let span = cursor.span(from);
        found.push(Bound { word, said, value, span });
    }
    (!found.is_empty()).then_some(Piece::Bounds(found))
}

struct Cursor<'t, 'd> {
    tokens: &'t [Token],
    at: usize,
    place: Span,
    out: &'d mut Vec<Diagnostic>,
}

impl Cursor<'_, '_> {
    fn word(&self) -> Option<Word> {
        match self.tokens.get(self.at) {
            Some(Token { kind: TokenKind::Word(word), .. }) => Some(*word),
            _ => None,
        }
    }

    /// From a token to the one before the next.
    fn span(&self, from: usize) -> Span {
        let first = self.tokens.get(from).map_or(self.place, |token| token.span);
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(first, |token| token.span);
        first.to(last)
    }

    /// An operand, with the arithmetic after it.
    fn value(&mut self) -> Option<Surface> {
        let from = self.at;
        self.operand()?;
        while let Some(Word::Plus | Word::Minus | Word::Times | Word::DividedBy | Word::Of) = self.word() {
            self.at += 1;
            self.operand()?;
        }
        let tokens = self.tokens.get(from..self.at)?;
        Some(read(tokens, self.place, self.out))
    }

    fn operand(&mut self) -> Option<()> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        match &token.kind {
            TokenKind::Name(..)
            | TokenKind::Number(_)
            | TokenKind::Date(_)
            | TokenKind::Ratio(_)
            | TokenKind::Text(_)
            | TokenKind::Group(_)
            | TokenKind::Broken
            | TokenKind::Word(Word::OnDate | Word::Yes | Word::No) => Some(()),
            TokenKind::Word(Word::Minus) => self.operand(),
            TokenKind::Word(Word::Least | Word::Greatest | Word::Round) => {
                let group = matches!(self.tokens.get(self.at).map(|token| &token.kind), Some(TokenKind::Group(_)));
                self.at += 1;
                group.then_some(())
            }
            TokenKind::Word(_) | TokenKind::Separator(_) => None,
        }
    }

    /// `至 1亿元 之间` after a value; the outer `None` where it breaks off.
    #[allow(clippy::option_option, reason = "no range is one thing, a broken one another")]
    fn range_end(&mut self) -> Option<Option<Surface>> {
        if self.word() != Some(Word::To) {
            return Some(None);
        }
        self.at += 1;
        let high = self.value()?;
        if matches!(self.word(), Some(Word::Between | Word::WithinPostfix)) {
            self.at += 1;
        }
        Some(Some(high))
    }

    /// 以上, （含）以上, 以上（含） after a value.
    fn postfix(&mut self) -> Option<(Word, Option<bool>)> {
        let said = |word: Option<Word>| match word {
            Some(Word::Includes) => Some(true),
            Some(Word::Excludes) => Some(false),
            _ => None,
        };
        let before = said(self.word());
        let at = self.at + usize::from(before.is_some());
        let Some(Token { kind: TokenKind::Word(word), .. }) = self.tokens.get(at) else { return None };
        let word = *word;
        if !is_bound(word) {
            return None;
        }
        self.at = at + 1;
        let after = said(self.word());
        self.at += usize::from(after.is_some());
        Some((word, before.or(after)))
    }
}

fn is_bound(word: Word) -> bool {
    matches!(
        word,
        Word::AtLeastPostfix
            | Word::AtLeastAndPostfix
            | Word::AtMostPostfix
            | Word::AtMostAndPostfix
            | Word::WithinPostfix
    )
}

/// Whether a surface is `甲 除以 乙`, which only comparisons take without rounding.
pub(super) fn is_quotient(surface: &Surface) -> bool {
    matches!(surface.unbracketed().kind, SurfaceKind::Arithmetic(Word::DividedBy, ..))
}

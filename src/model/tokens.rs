//! In: a phrase of the surface tree. Out: tokens, each with its span, with names looked up; and diagnostics for what is unreadable.
//! Invariant: an unreadable stretch gives exactly one diagnostic and one [`TokenKind::Broken`], so that it is reported once.

use std::ops::Range;

use crate::diagnostics::{Code, Diagnostic};
use crate::literal::{self, Literal};
use crate::source::{Sources, Span};
use crate::syntax::ast::{Part, Phrase, Run, Separator};
use crate::syntax::keywords::Word;

use super::segment::{Around, Before, Mode, Piece, PieceKind, Role, Segmenter, contextual, role};
use super::surface::is_bound;
use super::vocabulary::{Entry, words_at};

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub enum TokenKind {
    /// A declared name.
    Name(String, Vec<Entry>),
    /// A word of the language.
    Word(Word),
    /// A number.
    Number(Literal),
    /// A date.
    Date(i32),
    /// `1:0.5`.
    Ratio(Literal),
    /// A quoted text that is no declared name.
    Text(String),
    /// A bracket with its contents.
    Group(Vec<Token>),
    /// ，、；：
    Separator(Separator),
    /// What could not be read, and was reported.
    Broken,
}

/// Turns phrases into tokens.
#[derive(Clone, Copy)]
pub struct Tokenizer<'a> {
    /// The segmenter with its vocabulary and units.
    pub segmenter: Segmenter<'a>,
    /// Texts, for spans of pieces.
    pub sources: &'a Sources,
}

impl Tokenizer<'_> {
    /// The tokens of a phrase.
    pub fn tokens(&self, phrase: &Phrase, mode: Mode, out: &mut Vec<Diagnostic>) -> Vec<Token> {
        let mut tokens = Vec::with_capacity(phrase.parts.len());
        let mut parts = phrase.parts.iter().peekable();
        while let Some(part) = parts.next() {
            match part {
                Part::Run(run) => {
                    if let Some(span) = self.badly_grouped(run, &mut parts.clone()) {
                        out.push(bad_grouping(self.sources.text(span), span));
                        tokens.push(Token { kind: TokenKind::Broken, span });
                        parts.nth(1);
                        continue;
                    }
                    if follows_first_time(&tokens)
                        && let Some(clause) = clause_named(run, &mut parts)
                    {
                        tokens.push(clause);
                        continue;
                    }
                    let mut stretch = Stretch::of(run, self.sources);
                    while mode == Mode::Expression
                        && let Some((colon, next)) = ratio_goes_on(&stretch, &mut parts.clone())
                    {
                        stretch.push_colon(colon);
                        stretch.push(next, self.sources);
                        parts.nth(1);
                    }
                    while let Some(Part::Run(next)) = parts.peek() {
                        if !self.is_unit_of(&stretch, next) {
                            break;
                        }
                        stretch.push(next, self.sources);
                        parts.next();
                    }
                    let next = parts.peek().copied();
                    let around =
                        Around { before: before(&tokens), closed: self.is_closed(next), bounded: is_bounded(next) };
                    self.run(&stretch, mode, around, &mut tokens, out);
                }
                Part::Quote(text) | Part::Title(text) => tokens.push(self.quoted(&text.text, text.span)),
                Part::Bracket { inner, span } if bound_said(inner).is_some() => {
                    tokens.extend(bound_said(inner).map(|word| Token { kind: TokenKind::Word(word), span: *span }));
                }
                Part::Bracket { inner, span } => {
                    let mode = if follows_first_time(&tokens) { Mode::Phrase } else { mode };
                    let inner = self.tokens(inner, mode, out);
                    tokens.push(Token { kind: TokenKind::Group(inner), span: *span });
                }
                Part::Separator { kind, span } => {
                    tokens.push(Token { kind: TokenKind::Separator(*kind), span: *span });
                }
            }
        }
        tokens
    }

    /// `10,0000元`: a comma within a number that does not stand before the last three digits.
    fn badly_grouped<'p>(&self, run: &Run, rest: &mut impl Iterator<Item = &'p Part>) -> Option<Span> {
        let (Some(Part::Separator { kind: Separator::Comma, span: comma }), Some(Part::Run(next))) =
            (rest.next(), rest.next())
        else {
            return None;
        };
        let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
        let before = run.text.chars().rev().take_while(char::is_ascii_digit).count();
        let more = next.text.trim_start_matches(|letter: char| letter.is_ascii_digit()).starts_with(',');
        let touches = run.span.end == comma.start && comma.end == next.span.start && self.sources.text(*comma) == ",";
        (touches && (1..=3).contains(&before) && (digits(&next.text) > 3 || (digits(&next.text) > 0 && more)))
            .then(|| run.span.to(next.span))
    }

    /// `1000 万元`: a number and its unit, with a space between.
    fn is_unit_of(&self, stretch: &Stretch, next: &Run) -> bool {
        let mut before = stretch.text.chars().rev();
        let ends_in_number =
            before.next().is_some_and(|last| last.is_ascii_digit() || matches!(last, '万' | '亿' | '千' | '百'))
                && stretch.text.starts_with(|first: char| first.is_ascii_digit());
        let chars: Vec<char> = next.text.chars().collect();
        let starts_with_unit =
            chars.first().is_some_and(|first| matches!(first, '万' | '亿' | '千' | '百' | '%' | '‰' | '个'))
                || (1..=chars.len().min(4)).any(|length| {
                    let name: String = chars.iter().take(length).collect();
                    self.segmenter.units.get(&name).or_else(|| literal::builtin_unit(&name)).is_some()
                });
        ends_in_number && starts_with_unit
    }

    fn quoted(&self, text: &str, span: Span) -> Token {
        let name: String = text.trim().chars().map(literal::fold_width).collect();
        let entries = self.segmenter.vocabulary.get(&name);
        let kind =
            if entries.is_empty() { TokenKind::Text(text.trim().to_owned()) } else { TokenKind::Name(name, entries) };
        Token { kind, span }
    }

    /// Whether no value stands next: nothing does, or a mark, or a word that needs a value before it.
    fn is_closed(&self, next: Option<&Part>) -> bool {
        match next {
            None | Some(Part::Separator { .. }) => true,
            Some(Part::Quote(_) | Part::Title(_) | Part::Bracket { .. }) => false,
            Some(Part::Run(run)) => {
                let chars: Vec<char> = run.text.chars().collect();
                let (mut named, mut joined) = (0, 0);
                self.segmenter.vocabulary.names_at(&chars, 0, |length, _| named = named.max(length));
                words_at(&chars, 0, |length, word| {
                    if matches!(role(word), Some(Role::Infix | Role::Postfix)) && word != Word::Minus {
                        joined = joined.max(length);
                    }
                });
                joined > named
            }
        }
    }

    fn run(&self, stretch: &Stretch, mode: Mode, around: Around, tokens: &mut Vec<Token>, out: &mut Vec<Diagnostic>) {
        match self.segmenter.segment_between(&stretch.text, mode, around) {
            Ok(mut pieces) => {
                ranges(&stretch.text, &mut pieces);
                for piece in pieces {
                    let span = stretch.span(&piece.chars);
                    let kind = match piece.kind {
                        PieceKind::Name(entries) => TokenKind::Name(stretch.chars(&piece.chars), entries),
                        PieceKind::Word(word) => TokenKind::Word(word),
                        PieceKind::Number(number) => TokenKind::Number(number),
                        PieceKind::Date(day) => TokenKind::Date(day),
                        PieceKind::Ratio(number) => TokenKind::Ratio(number),
                    };
                    tokens.push(Token { kind, span });
                }
            }
            Err(unreadable) => {
                out.push(self.report(stretch, &unreadable));
                tokens.push(Token { kind: TokenKind::Broken, span: stretch.span(&(0..stretch.text.chars().count())) });
            }
        }
    }
}

/// One or more runs with the place of each character.
pub(super) struct Stretch {
    /// Their characters, width-folded.
    pub text: String,
    offsets: Vec<Span>,
}

impl Stretch {
    fn of(run: &Run, sources: &Sources) -> Stretch {
        let mut stretch = Stretch { text: String::new(), offsets: Vec::new() };
        stretch.push(run, sources);
        stretch
    }

    fn push(&mut self, run: &Run, sources: &Sources) {
        self.text.push_str(&run.text);
        let start = run.span.start as usize;
        for (at, letter) in sources.text(run.span).char_indices() {
            self.offsets.push(Span::new(run.span.file, start + at, start + at + letter.len_utf8()));
        }
    }

    fn push_colon(&mut self, span: Span) {
        self.text.push(':');
        self.offsets.push(span);
    }

    /// Some of its characters.
    pub fn chars(&self, chars: &Range<usize>) -> String {
        self.text.chars().skip(chars.start).take(chars.len()).collect()
    }

    /// Where some of its characters stand.
    pub fn span(&self, chars: &Range<usize>) -> Span {
        let first = self.offsets.get(chars.start).or(self.offsets.last());
        let last = chars.end.checked_sub(1).and_then(|last| self.offsets.get(last)).or(self.offsets.last());
        match (first, last) {
            (Some(first), Some(last)) => first.to(*last),
            _ => Span::new(crate::source::FileId(0), 0, 0),
        }
    }
}

/// Whether 以上 or （含） stands next.
fn is_bounded(next: Option<&Part>) -> bool {
    match next {
        Some(Part::Bracket { inner, .. }) => bound_said(inner).is_some(),
        Some(Part::Run(run)) => {
            let chars: Vec<char> = run.text.chars().collect();
            let mut bound = false;
            words_at(&chars, 0, |_, word| bound |= is_bound(word));
            bound
        }
        _ => false,
    }
}

/// What the last token says of what may follow.
fn before(tokens: &[Token]) -> Before {
    let starts = |entry: &Entry| matches!(entry, Entry::Subject(_) | Entry::Series(_));
    // 给予 and the like say nothing of what follows.
    let noise = |token: &&Token| matches!(token.kind, TokenKind::Word(word) if word.is_noise());
    let mut back = tokens.iter().rev().skip_while(noise);
    match back.next().map(|token| &token.kind) {
        Some(TokenKind::Name(_, entries)) if !entries.iter().any(starts) => Before::Value,
        Some(TokenKind::Date(_) | TokenKind::Ratio(_) | TokenKind::Text(_)) => Before::Value,
        // 每满1万人次 and 近3年 are followed by names; a plain amount is not.
        Some(TokenKind::Number(_)) => match back.next().map(|token| &token.kind) {
            Some(TokenKind::Word(Word::EachFull | Word::Recent | Word::Top)) => Before::Open,
            _ => Before::Value,
        },
        Some(TokenKind::Word(word)) if !contextual(*word) => match role(*word) {
            Some(Role::Infix) => Before::Operator,
            Some(Role::Postfix) => Before::Value,
            Some(Role::Prefix | Role::Operand) | None => Before::Open,
        },
        _ => Before::Open,
    }
}

/// Whether 首次 stands before.
fn follows_first_time(tokens: &[Token]) -> bool {
    matches!(tokens.last(), Some(Token { kind: TokenKind::Word(Word::FirstTime), .. }))
}

/// `条款 a` after 首次: the clause's id, which no vocabulary knows.
fn clause_named<'p>(run: &Run, rest: &mut (impl Iterator<Item = &'p Part> + Clone)) -> Option<Token> {
    let name = run.text.strip_prefix(Word::Clause.zh()).or_else(|| run.text.strip_prefix(Word::Clause.en()))?;
    if !name.is_empty() {
        return Some(Token { kind: TokenKind::Text(name.to_owned()), span: run.span });
    }
    let next = rest.clone().next()?;
    let (text, span) = match next {
        Part::Run(run) => (run.text.clone(), run.span),
        Part::Quote(text) | Part::Title(text) => (text.text.trim().to_owned(), text.span),
        Part::Bracket { .. } | Part::Separator { .. } => return None,
    };
    rest.next();
    Some(Token { kind: TokenKind::Text(text), span })
}

/// `1:0.5`: the colon and the run after it, where digits stand on both sides without a space.
fn ratio_goes_on<'p>(stretch: &Stretch, rest: &mut impl Iterator<Item = &'p Part>) -> Option<(Span, &'p Run)> {
    let (Part::Separator { kind: Separator::Colon, span }, Part::Run(next)) = (rest.next()?, rest.next()?) else {
        return None;
    };
    let ends = stretch.offsets.last()?.end == span.start && stretch.text.ends_with(|last: char| last.is_ascii_digit());
    (ends && span.end == next.span.start && next.text.starts_with(|first: char| first.is_ascii_digit()))
        .then_some((*span, next))
}

/// `10%-20%`: a hyphen between two numbers of one kind, without a space, is a range.
pub(super) fn ranges(text: &str, pieces: &mut [Piece]) {
    let hyphen = |chars: &Range<usize>| chars.len() == 1 && text.chars().nth(chars.start) == Some('-');
    for at in 1..pieces.len().saturating_sub(1) {
        let Some([Piece { kind: PieceKind::Number(low), .. }, middle, Piece { kind: PieceKind::Number(high), .. }]) =
            pieces.get_mut(at - 1..at + 2)
        else {
            continue;
        };
        let bare = low.unit.is_empty() && !low.percent;
        let measured = high.percent || !high.unit.is_empty();
        let alike = bare || (low.unit == high.unit && low.percent == high.percent);
        if middle.kind == PieceKind::Word(Word::Minus) && hyphen(&middle.chars) && alike && measured {
            middle.kind = PieceKind::Word(Word::To);
        }
    }
}

/// The finding for a comma that groups the wrong digits.
fn bad_grouping(text: &str, span: Span) -> Diagnostic {
    let plain = text.replace(',', "");
    Diagnostic::new(
        Code::BadNumber,
        span,
        format!("“{text}”：数字里的逗号要每三位一个"),
        format!("`{text}`: commas group three digits"),
    )
    .help("写成 10,000,000元；不写逗号也可以", "write 10,000,000元, or no commas")
    .fix(span, plain.clone(), format!("改为“{plain}”"), format!("change to `{plain}`"))
}

/// （含）, （含本数）, （不含）: whether a bound is included.
fn bound_said(inner: &Phrase) -> Option<Word> {
    match super::fields::plain(inner).as_str() {
        "含" | "含本数" => Some(Word::Includes),
        "不含" | "不含本数" => Some(Word::Excludes),
        _ => None,
    }
}

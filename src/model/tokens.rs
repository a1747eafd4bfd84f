//! In: a phrase of the surface tree. Out: tokens, each with its span, with names looked up; and diagnostics for what is unreadable.
//! Invariant: an unreadable stretch gives exactly one diagnostic and one [`TokenKind::Broken`], so that it is reported once.

use std::ops::Range;

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::literal::{self, Literal, LiteralError};
use crate::source::{Sources, Span};
use crate::syntax::ast::{Part, Phrase, Run, Separator};
use crate::syntax::keywords::Word;

use super::segment::{Mode, Piece, PieceKind, Segmenter, Unreadable};
use super::vocabulary::Entry;

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
                    let mut stretch = Stretch::of(run, self.sources);
                    while let Some(Part::Run(next)) = parts.peek() {
                        if !self.is_unit_of(&stretch, next) {
                            break;
                        }
                        stretch.push(next, self.sources);
                        parts.next();
                    }
                    self.run(&stretch, mode, &mut tokens, out);
                }
                Part::Quote(text) | Part::Title(text) => tokens.push(self.quoted(&text.text, text.span)),
                Part::Bracket { inner, span } => {
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

    fn run(&self, stretch: &Stretch, mode: Mode, tokens: &mut Vec<Token>, out: &mut Vec<Diagnostic>) {
        match self.segmenter.segment(&stretch.text, mode) {
            Ok(pieces) => {
                for piece in pieces {
                    let span = stretch.span(&piece.chars);
                    let kind = match piece.kind {
                        PieceKind::Name(entries) => TokenKind::Name(stretch.chars(&piece.chars), entries),
                        PieceKind::Word(word) => TokenKind::Word(word),
                        PieceKind::Number(number) => TokenKind::Number(number),
                        PieceKind::Date(day) => TokenKind::Date(day),
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

    fn report(&self, stretch: &Stretch, unreadable: &Unreadable) -> Diagnostic {
        match unreadable {
            Unreadable::TooLong => {
                let span = stretch.span(&(0..1));
                Diagnostic::new(Code::LimitReached, span, "连写的文字太长，读不了", "a run without spaces is too long")
                    .help("用空格、标点或换行断开", "break it with spaces or punctuation")
            }
            Unreadable::Number(error, chars) => bad_number(error, stretch.span(chars), &stretch.chars(chars)),
            Unreadable::Ambiguous(one, other) => ambiguous(stretch, one, other),
            Unreadable::Unknown(chars) => self.unknown(stretch, chars),
        }
    }

    fn unknown(&self, stretch: &Stretch, chars: &Range<usize>) -> Diagnostic {
        let text = stretch.chars(chars);
        let span = stretch.span(chars);
        let whole = *chars == (0..stretch.text.chars().count());
        let mut report = Diagnostic::new(
            Code::UnknownName,
            span,
            format!("“{text}”没有声明过"),
            format!("`{text}` is not declared"),
        )
        .label("不认识这个词", "not a declared name");
        let names = || self.segmenter.vocabulary.all();
        let near = nearest(&text, names());
        if let Some(near) = near {
            report = report.help(format!("是不是“{near}”？"), format!("did you mean `{near}`?")).fix(
                span,
                near,
                format!("改为“{near}”"),
                format!("change to `{near}`"),
            );
        } else if whole && text.chars().count() > 1 {
            report = report.help(
                "名称要先在“对象”“定义”“产业”等条目里声明；运算词和名称之间可以加空格断开",
                "declare names in subject, definition or industry items first; a space may separate names from words",
            );
        } else {
            report = report.help(
                "在“对象”条目里加一行，如“名称：是否”或“名称：金额”，或者用“定义”",
                "add a line such as `name: boolean` or `name: money` to a subject item, or a definition",
            );
        }
        report
    }
}

fn ambiguous(stretch: &Stretch, one: &[Piece], other: &[Piece]) -> Diagnostic {
    let words = |pieces: &[Piece]| pieces.iter().map(|piece| stretch.chars(&piece.chars)).collect::<Vec<_>>().join(" ");
    let (one, other) = (words(one), words(other));
    let span = stretch.span(&(0..stretch.text.chars().count()));
    Diagnostic::new(
        Code::AmbiguousRun,
        span,
        format!("“{}”有两种读法", stretch.text),
        format!("`{}` has two readings", stretch.text),
    )
    .label(format!("“{one}”，还是“{other}”？"), format!("`{one}` or `{other}`?"))
    .help(
        "用空格断开，或者给整个名称加引号“「」”",
        "separate the words with spaces, or put a whole name in quotation marks",
    )
    .fix(span, one.clone(), format!("读作“{one}”"), format!("read as `{one}`"))
    .fix(span, other.clone(), format!("读作“{other}”"), format!("read as `{other}`"))
}

/// The report of a number or date that cannot be used.
pub fn bad_number(error: &LiteralError, span: Span, text: &str) -> Diagnostic {
    let code = match error {
        LiteralError::TooLarge => Code::OutOfRange,
        LiteralError::TooPrecise => Code::TooPrecise,
        LiteralError::Inexact => Code::UnitMismatch,
        LiteralError::NoSuchDate => Code::NoSuchDate,
    };
    let why = error.text();
    Diagnostic::new(code, span, format!("“{text}”：{}", why.zh), format!("`{text}`: {}", why.en))
}

/// One or more runs with the place of each character.
struct Stretch {
    text: String,
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

    fn chars(&self, chars: &Range<usize>) -> String {
        self.text.chars().skip(chars.start).take(chars.len()).collect()
    }

    fn span(&self, chars: &Range<usize>) -> Span {
        let first = self.offsets.get(chars.start).or(self.offsets.last());
        let last = chars.end.checked_sub(1).and_then(|last| self.offsets.get(last)).or(self.offsets.last());
        match (first, last) {
            (Some(first), Some(last)) => first.to(*last),
            _ => Span::new(crate::source::FileId(0), 0, 0),
        }
    }
}

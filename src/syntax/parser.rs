//! In: one logical line whose quotes and brackets are known to pair. Out: its parts ([`LineParts`]), or its marker.
//! Invariant: the only file that names the grammar's rules; pairs of one line are dropped before the next is read.

use std::borrow::Cow;

use pest::Parser;
use pest::iterators::Pair;
use pest_derive::Parser;

use crate::source::{FileId, Span};

use super::ast::{Part, Phrase, Run, Separator, Spanned};
use super::lists::Style;
use super::width::fold_text;

#[derive(Parser)]
#[grammar = "../grammar/guiju.pest"]
struct Grammar;

/// A line: what stands before its colon, the colon, what follows.
#[derive(Debug)]
pub(super) struct LineParts {
    pub head: Phrase,
    pub colon: Option<Span>,
    pub value: Phrase,
}

/// Where a text stands in its file.
#[derive(Clone, Copy)]
struct Place {
    file: FileId,
    base: usize,
}

/// Reads a line that starts at byte `base` of its file; `None` where the grammar does not know it.
pub(super) fn line(text: &str, file: FileId, base: usize) -> Option<LineParts> {
    let place = Place { file, base };
    let line = Grammar::parse(Rule::line, text).ok()?.next()?;
    let end = place.span(text.len(), text.len());
    let empty = || Phrase { parts: Vec::new(), span: end };
    let mut parts = LineParts { head: empty(), colon: None, value: empty() };
    for pair in line.into_inner() {
        match pair.as_rule() {
            Rule::head => parts.head = place.phrase(pair),
            Rule::colon => {
                let colon = place.of(&pair);
                parts.colon = Some(colon);
                parts.value.span = colon.after();
            }
            Rule::phrase if !pair.as_str().is_empty() => parts.value = place.phrase(pair),
            _ => {}
        }
    }
    Some(parts)
}

/// The marker a line begins with, and its length in bytes.
pub(super) fn marker(text: &str) -> Option<(Style, usize)> {
    if !text.starts_with(may_begin_marker) {
        return None;
    }
    let pair = Grammar::parse(Rule::marker, text).ok()?.next()?;
    let length = pair.as_str().len();
    let style = match pair.into_inner().next()?.as_rule() {
        Rule::chinese_bracket => Style::ChineseBracket,
        Rule::digit_bracket => Style::DigitBracket,
        Rule::chinese_pause => Style::ChinesePause,
        Rule::digit_dot => Style::DigitDot,
        Rule::circled => Style::Circled,
        Rule::dash => Style::Dash,
        Rule::middle_dot => Style::MiddleDot,
        Rule::bullet => Style::Bullet,
        Rule::star => Style::Star,
        _ => return None,
    };
    Some((style, length))
}

/// Whether a marker may begin with a character; most lines are told apart by this alone.
fn may_begin_marker(character: char) -> bool {
    matches!(
        character,
        '（' | '(' | '0'..='9' | '０'..='９' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '零' | '〇'
            | '①'..='⒛' | '㈠'..='㈩' | '-' | '－' | '·' | '•' | '●' | '*' | '＊'
    )
}

impl Place {
    fn span(self, start: usize, end: usize) -> Span {
        Span::new(self.file, self.base + start, self.base + end)
    }

    fn of(self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        self.span(span.start(), span.end())
    }

    fn phrase(self, pair: Pair<'_, Rule>) -> Phrase {
        let start = pair.as_span().start();
        let parts: Vec<Part> = pair.into_inner().filter_map(|part| self.part(part)).collect();
        let span = match (parts.first(), parts.last()) {
            (Some(first), Some(last)) => first.span().to(last.span()),
            _ => self.span(start, start),
        };
        Phrase { parts, span }
    }

    fn part(self, pair: Pair<'_, Rule>) -> Option<Part> {
        let span = self.of(&pair);
        match pair.as_rule() {
            Rule::run => {
                let text = fold_text(pair.as_str());
                let folded = text.len() != pair.as_str().len();
                Some(Part::Run(Run { text: text.into_owned(), span, folded }))
            }
            Rule::quote => Some(Part::Quote(Spanned { text: contents(pair.as_str()), span })),
            Rule::title => Some(Part::Title(Spanned { text: contents(pair.as_str()), span })),
            Rule::bracket => {
                let inner = pair.into_inner().next().map(|inner| self.phrase(inner))?;
                Some(Part::Bracket { inner, span })
            }
            Rule::separator | Rule::colon => {
                let kind = match pair.as_str() {
                    "，" | "," => Separator::Comma,
                    "、" => Separator::Pause,
                    "；" | ";" => Separator::Semicolon,
                    _ => Separator::Colon,
                };
                Some(Part::Separator { kind, span })
            }
            _ => None,
        }
    }
}

/// What stands between the marks of a quote, with every line break as one LF.
fn contents(quote: &str) -> String {
    let mut characters = quote.chars();
    characters.next();
    characters.next_back();
    let text = characters.as_str();
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

/// `text` with the bytes of `blanks` (of the file; `text` starts at `base`) as spaces.
pub(super) fn blanked<'a>(text: &'a str, base: usize, blanks: &[std::ops::Range<usize>]) -> Cow<'a, str> {
    if blanks.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for range in blanks {
        let start = range.start.saturating_sub(base).min(bytes.len());
        let end = range.end.saturating_sub(base).clamp(start, bytes.len());
        if let Some(slice) = bytes.get_mut(start..end) {
            slice.fill(b' ');
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::super::width::{is_mark, is_space};
    use super::*;

    /// The grammar spells out spaces and plain characters; `width` tells marks and spaces apart on its own.
    #[test]
    fn grammar_and_layout_agree_on_every_character() {
        let characters = ('\0'..='\u{FFFF}').chain(['\u{20000}', '\u{3134A}', '\u{1F600}', '\u{10FFFF}']);
        for character in characters {
            let text = format!("a{character}a");
            let runs = line(&text, FileId(0), 0).map(|line| {
                let parts = line.head.parts.iter().chain(&line.value.parts);
                parts.filter(|part| matches!(part, Part::Run(_))).count()
            });
            let expected = match character {
                '（' | '(' | '）' | ')' => None,
                mark if is_mark(mark) && super::super::width::opening_quote(mark).is_some() => None,
                mark if super::super::width::closing_quote(mark).is_some() => None,
                mark if is_mark(mark) || is_space(mark) => Some(2),
                _ => Some(1),
            };
            assert_eq!(runs, expected, "U+{:04X}", u32::from(character));
        }
    }
}

//! In: phrases and names. Out: their text in its one form.
//! Invariant: the choice between full-width and half-width marks depends on the tree and on the text already chosen, never on the
//! marks as written, so that a second formatting chooses the same.

use super::ast::{Part, Phrase, Run, Separator, Spanned};
use super::format::{KeywordLanguage, WordBreaker};
use super::keywords::Word;

/// What the text of a phrase depends on.
pub(super) struct PhraseText<'a> {
    pub text: &'a str,
    pub keywords: Option<KeywordLanguage>,
    pub words: &'a dyn WordBreaker,
}

/// A part with its text; separators get theirs from their neighbours, brackets their marks.
enum Piece<'a> {
    Run(String),
    Quote(String),
    Bracket(String),
    Separator(&'a Separator),
}

impl PhraseText<'_> {
    /// The text of a phrase.
    pub(super) fn phrase(&self, phrase: &Phrase) -> String {
        let beside = |at: usize| matches!(phrase.parts.get(at), None | Some(Part::Separator { .. }));
        let alone = |at: usize| at.checked_sub(1).is_none_or(beside) && beside(at + 1);
        let pieces: Vec<Piece<'_>> =
            phrase.parts.iter().enumerate().map(|(at, part)| self.piece(part, alone(at))).collect();
        // Half-width marks where nothing is Chinese; a mixture of both in one line reads badly.
        let half = self.keywords == Some(KeywordLanguage::En) || pieces.iter().all(is_ascii);
        let mut out = String::new();
        for (at, piece) in pieces.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| pieces.get(before));
            match piece {
                Piece::Run(text) => match before {
                    Some(Piece::Run(_)) => push_word(&mut out, text),
                    Some(Piece::Bracket(_)) if out.ends_with(')') && gap_before(phrase, at) => {
                        push_apart(&mut out, text);
                    }
                    _ => out.push_str(text),
                },
                Piece::Quote(text) => out.push_str(text),
                Piece::Bracket(inner) if inner.is_ascii() && out.ends_with(|c: char| c.is_ascii()) => {
                    let follows = matches!(before, Some(Piece::Run(_) | Piece::Bracket(_)));
                    if follows && gap_before(phrase, at) {
                        out.push(' ');
                    }
                    out.push('(');
                    out.push_str(inner);
                    out.push(')');
                }
                Piece::Bracket(inner) => {
                    out.push('（');
                    out.push_str(inner);
                    out.push('）');
                }
                Piece::Separator(separator) => {
                    push_separator(&mut out, **separator, half, pieces.get(at + 1));
                }
            }
        }
        out
    }

    fn piece<'p>(&self, part: &'p Part, alone: bool) -> Piece<'p> {
        match part {
            // A dash alone says that nothing stands there; it joins nothing.
            Part::Run(run) if alone && is_dash(&run.text) => Piece::Run(run.text.clone()),
            Part::Run(run) => Piece::Run(self.run(run)),
            Part::Quote(text) | Part::Title(text) => Piece::Quote(quoted(text, self.text)),
            Part::Bracket { inner, .. } => Piece::Bracket(self.phrase(inner)),
            Part::Separator { kind, .. } => Piece::Separator(kind),
        }
    }

    /// A run: its pieces with one space between, words in the language asked for.
    fn run(&self, run: &Run) -> String {
        let Some(pieces) = self.words.pieces(run) else { return run.text.clone() };
        let mut out = String::new();
        for piece in &pieces {
            let text = match (piece.word, self.keywords) {
                (Some(word), Some(KeywordLanguage::Zh)) => word.zh(),
                (Some(word), Some(KeywordLanguage::En)) => word.en(),
                (None, _) | (_, None) => &piece.text,
            };
            push_word(&mut out, text);
        }
        out
    }
}

/// Adds a word after a space; 以上 and the like stand at their number (`100人以上`).
fn push_word(out: &mut String, text: &str) {
    let bound = Word::find(text).is_some_and(|word| {
        matches!(
            word,
            Word::AtLeastPostfix
                | Word::AtLeastAndPostfix
                | Word::AtMostPostfix
                | Word::AtMostAndPostfix
                | Word::WithinPostfix
        )
    });
    let number = out.rsplit(' ').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_digit()));
    if bound && number && !text.is_ascii() {
        out.push_str(text);
    } else {
        push_apart(out, text);
    }
}

/// Whether something stood between a part and the one before it.
fn gap_before(phrase: &Phrase, at: usize) -> bool {
    let end = at.checked_sub(1).and_then(|before| phrase.parts.get(before)).map(|part| part.span().end);
    let start = phrase.parts.get(at).map(|part| part.span().start);
    matches!((end, start), (Some(end), Some(start)) if end < start)
}

fn is_dash(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| matches!(letter, '—' | '–' | '-'))
}

fn is_ascii(piece: &Piece<'_>) -> bool {
    match piece {
        Piece::Run(text) | Piece::Quote(text) | Piece::Bracket(text) => text.is_ascii(),
        Piece::Separator(separator) => !matches!(separator, Separator::Pause),
    }
}

fn push_separator(out: &mut String, separator: Separator, half: bool, next: Option<&Piece<'_>>) {
    let (wide, narrow) = match separator {
        Separator::Pause => ('、', '、'),
        Separator::Comma => ('，', ','),
        Separator::Semicolon => ('；', ';'),
        Separator::Colon => ('：', ':'),
    };
    // 1:0.5 is one figure.
    let ratio = separator == Separator::Colon
        && out.ends_with(|last: char| last.is_ascii_digit())
        && matches!(next, Some(Piece::Run(text)) if text.starts_with(|first: char| first.is_ascii_digit()));
    out.push(if half || ratio { narrow } else { wide });
    let spaced = half && matches!(separator, Separator::Comma | Separator::Semicolon);
    let comment = matches!(next, Some(Piece::Run(text)) if text.starts_with('#'));
    if spaced && !comment {
        out.push(' ');
    }
}

/// Adds a text after a space, where it is not the first and does not thereby become a comment.
pub(super) fn push_apart(out: &mut String, text: &str) {
    if !out.is_empty() && !text.is_empty() && !text.starts_with(['#', '＃']) {
        out.push(' ');
    }
    out.push_str(text);
}

/// Adds a colon and what follows it.
pub(super) fn push_colon(out: &mut String, value: &str) {
    if out.ends_with(|c: char| c.is_ascii()) {
        out.push(':');
        push_apart(out, value);
    } else {
        out.push('：');
        out.push_str(value);
    }
}

/// Adds a comma and what follows it.
pub(super) fn push_comma(out: &mut String, text: &str) {
    if out.ends_with(|c: char| c.is_ascii()) && text.starts_with(|c: char| c.is_ascii()) {
        out.push(',');
        push_apart(out, text);
    } else {
        out.push('，');
        out.push_str(text);
    }
}

/// Adds an id in brackets.
pub(super) fn push_alias(out: &mut String, alias: &str) {
    if alias.is_ascii() && out.ends_with(|c: char| c.is_ascii()) {
        out.push_str(" (");
        out.push_str(alias);
        out.push(')');
    } else {
        out.push('（');
        out.push_str(alias);
        out.push('）');
    }
}

/// A quote or title with its marks: 「」 or 《》, or others where the text holds those.
pub(super) fn quoted(quote: &Spanned, text: &str) -> String {
    let written = text.get(quote.span.range()).unwrap_or("");
    let mut marks = written.chars();
    let (open, close) = (marks.next().unwrap_or('「'), marks.next_back().unwrap_or('」'));
    let candidates: &[(char, char)] = match open {
        '《' | '〈' => &[('《', '》'), ('〈', '〉')],
        _ => &[('「', '」'), ('“', '”'), ('"', '"'), ('『', '』')],
    };
    let free =
        |(open, close): &&(char, char)| !quote.text.contains([*open, *close, if *open == '"' { '＂' } else { *open }]);
    let (open, close) = candidates.iter().find(free).copied().unwrap_or((open, close));
    format!("{open}{}{close}", quote.text)
}

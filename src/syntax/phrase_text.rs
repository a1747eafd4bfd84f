//! In: phrases and names. Out: their text in its one form.
//! Invariant: the choice between full-width and half-width marks depends on the tree and on the text already chosen, never on the
//! marks as written, so that a second formatting chooses the same.

use super::ast::{Part, Phrase, Run, Separator, Spanned};
use super::format::{KeywordLanguage, WordBreaker};
use super::keywords::{FieldKeyword, Word};
use super::width::is_line_break;
use crate::source::Span;

/// What the text of a phrase depends on.
pub(super) struct PhraseText<'a> {
    pub text: &'a str,
    pub keywords: Option<KeywordLanguage>,
    pub words: &'a dyn WordBreaker,
    /// Whether the keyword of the item at hand is an English one: then marks are half-width.
    pub english: bool,
}

/// What the words of a phrase are to its reader, beyond operators and names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// Operators and names.
    Phrase,
    /// Prose: nothing in it is a word of the language.
    Prose,
    /// What a case expects: a name follows 因 and 受限于.
    Expected,
    /// A row of a table of cases: as what is expected, in cells.
    Cells,
    /// The columns of a table of cases.
    Columns,
    /// Departments, some with their part in it (`区科委牵头`).
    Departments,
    /// A clawback: free text follows 返还.
    PaidBack,
}

/// A part with its text; separators get theirs from their neighbours, brackets their marks.
enum Piece<'a> {
    Run(Vec<Token>),
    Quote(String),
    Bracket(String),
    Separator(&'a Separator),
    /// Between cells, as written.
    Stroke(String),
}

/// A word or name of a run.
struct Token {
    text: String,
    word: Option<Word>,
    /// Whether it was written in the other language.
    respelled: bool,
}

impl PhraseText<'_> {
    /// The text of a phrase.
    pub(super) fn phrase(&self, phrase: &Phrase) -> String {
        self.saying(phrase, Says::Phrase)
    }

    /// The text of a phrase of some kind.
    pub(super) fn saying(&self, phrase: &Phrase, says: Says) -> String {
        let parts = self.parts(phrase, says);
        let pieces = self.pieces(&parts, says);
        // Half-width marks where nothing is Chinese; a mixture of both in one line reads badly.
        let half = self.english || pieces.iter().all(|(piece, _)| is_ascii(piece));
        let mut out = String::new();
        for (at, (piece, span)) in pieces.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| pieces.get(before));
            let gap = before.is_some_and(|(_, before)| before.end < span.start);
            match piece {
                Piece::Run(tokens) => push_run(&mut out, tokens, before.map(|(piece, _)| piece), gap),
                Piece::Stroke(text) if gap => push_apart(&mut out, text),
                Piece::Quote(text) | Piece::Stroke(text) => out.push_str(text),
                Piece::Bracket(inner) if inner.is_ascii() && out.ends_with(|c: char| c.is_ascii()) => {
                    if gap && matches!(before, Some((Piece::Run(_) | Piece::Bracket(_), _))) {
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
                    push_separator(&mut out, **separator, half, pieces.get(at + 1).map(|(piece, _)| piece));
                }
            }
        }
        out
    }

    fn pieces<'p>(&self, parts: &'p [Part], says: Says) -> Vec<(Piece<'p>, Span)> {
        let strokes = parts.iter().any(is_stroke);
        let mut pieces: Vec<(Piece<'p>, Span)> = Vec::new();
        let mut copied: Option<Span> = None;
        let mut names = false;
        for part in parts {
            let ends = match part {
                Part::Separator { kind: Separator::Pause, .. } => says == Says::Cells && !strokes,
                Part::Separator { kind: Separator::Comma | Separator::Semicolon, .. } => true,
                _ => is_stroke(part),
            };
            if names && !ends {
                copied = Some(copied.map_or(part.span(), |span| span.to(part.span())));
                continue;
            }
            pieces.extend(copied.take().map(|span| (self.copy(span), span)));
            names = !ends && matches!(part, Part::Run(run) if named_after(&run.text, says));
            match part {
                Part::Run(run) if says == Says::Departments => self.department(run, &mut pieces),
                Part::Run(run) if is_stroke(part) => pieces.push((Piece::Stroke(self.written(run.span)), run.span)),
                Part::Run(run) => pieces.push((Piece::Run(self.run(run, says)), run.span)),
                Part::Quote(text) | Part::Title(text) => {
                    pieces.push((Piece::Quote(quoted(text, self.text)), text.span));
                }
                Part::Bracket { inner, span } => pieces.push((Piece::Bracket(self.saying(inner, inside(says))), *span)),
                Part::Separator { kind, span } => pieces.push((Piece::Separator(kind), *span)),
            }
        }
        pieces.extend(copied.map(|span| (self.copy(span), span)));
        pieces
    }

    /// The parts of a phrase, runs taken apart where cells end and where a word stands before a name.
    fn parts(&self, phrase: &Phrase, says: Says) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::with_capacity(phrase.parts.len());
        for part in &phrase.parts {
            let Part::Run(run) = part else {
                parts.push(part.clone());
                continue;
            };
            let cuts = cuts(&run.text, says);
            let ends = cuts.iter().skip(1).copied().chain([run.text.chars().count()]);
            for (from, to) in cuts.iter().copied().zip(ends).filter(|(from, to)| from < to) {
                let text: String = run.text.chars().skip(from).take(to - from).collect();
                parts.push(Part::Run(Run { text, span: run.piece(self.text, from..to), folded: run.folded }));
            }
        }
        parts
    }

    fn written(&self, span: Span) -> String {
        self.text.get(span.range()).unwrap_or("").to_owned()
    }

    /// What is written under a span, on one line.
    fn copy(&self, span: Span) -> Piece<'static> {
        let text = self.written(span);
        let text =
            if text.contains(is_line_break) { text.split_whitespace().collect::<Vec<_>>().join(" ") } else { text };
        Piece::Run(vec![Token { text, word: None, respelled: false }])
    }

    /// A run: its words and names, words in the language asked for.
    fn run(&self, run: &Run, says: Says) -> Vec<Token> {
        if says == Says::Prose {
            return vec![Token { text: self.written(run.span), word: None, respelled: false }];
        }
        if says == Says::Columns
            && let Some(field) = column(&run.text)
        {
            let text = match self.keywords {
                Some(language) if language.respells(&run.text) => language.spelling(field.zh(), field.en()).to_owned(),
                _ => run.text.clone(),
            };
            return vec![Token { text, word: None, respelled: false }];
        }
        let Some(pieces) = self.words.pieces(run) else {
            return vec![Token { text: run.text.clone(), word: None, respelled: false }];
        };
        pieces.into_iter().map(|piece| self.token(piece)).collect()
    }

    /// A word in the language asked for; one that is written in it already, or in signs (`×`, `—`), stays as it is.
    fn token(&self, piece: super::format::Piece) -> Token {
        match (piece.word, self.keywords) {
            (Some(word), Some(language)) if language.respells(&piece.text) => {
                Token { text: language.spelling(word.zh(), word.en()).to_owned(), word: Some(word), respelled: true }
            }
            (word, _) => Token { text: piece.text, word, respelled: false },
        }
    }

    /// A department: its name as it is, then its part in it.
    fn department(&self, run: &Run, pieces: &mut Vec<(Piece<'_>, Span)>) {
        let plain = |text: &str| Piece::Run(vec![Token { text: text.to_owned(), word: None, respelled: false }]);
        let ends_with = |word: Word| {
            let also = word.also().iter().copied();
            [word.zh(), word.en()]
                .into_iter()
                .chain(also)
                .find_map(|spelling| Some((run.text.strip_suffix(spelling)?, spelling)))
        };
        let found = [Word::Lead, Word::AndRelevant].into_iter().find_map(|word| Some((word, ends_with(word)?)));
        let Some((word, (name, spelling, language))) = found
            .and_then(|(word, (name, spelling))| Some((word, (name, spelling, self.keywords?))))
            .filter(|(_, (_, spelling, language))| language.respells(spelling))
        else {
            pieces.push((plain(&run.text), run.span));
            return;
        };
        let _ = spelling;
        let said = language.spelling(word.zh(), word.en()).to_owned();
        if !name.is_empty() {
            pieces.push((plain(name), run.span));
        }
        if word == Word::Lead {
            // A part of its own reads the same in both languages.
            pieces.push((Piece::Bracket(said), run.span));
        } else {
            pieces.push((plain(&said), run.span));
        }
    }
}

/// How a phrase in brackets is read.
fn inside(says: Says) -> Says {
    match says {
        Says::Prose => Says::Prose,
        _ => Says::Phrase,
    }
}

fn is_stroke(part: &Part) -> bool {
    matches!(part, Part::Run(run) if run.text == "|")
}

/// The words after which a name or free text stands, which is copied as it is.
fn before_names(says: Says) -> &'static [Word] {
    match says {
        Says::Expected | Says::Cells => &[Word::Because, Word::Bound, Word::Conflict],
        Says::PaidBack => &[Word::PaidBack],
        Says::Phrase | Says::Prose | Says::Columns | Says::Departments => &[],
    }
}

fn named_after(text: &str, says: Says) -> bool {
    Word::find(text).is_some_and(|word| before_names(says).contains(&word))
}

/// The word of a field that a column of cases can be.
fn column(text: &str) -> Option<FieldKeyword> {
    let field = FieldKeyword::find(text)?;
    matches!(field, FieldKeyword::Expect | FieldKeyword::Ledger | FieldKeyword::On).then_some(field)
}

/// Where a run is taken apart, in characters, from 0.
fn cuts(text: &str, says: Says) -> Vec<usize> {
    let mut cuts = vec![0];
    if matches!(says, Says::Cells | Says::Columns) {
        for (at, _) in text.chars().enumerate().filter(|(_, letter)| *letter == '|') {
            cuts.extend([at, at + 1]);
        }
    }
    let words = before_names(says)
        .iter()
        .flat_map(|word| [word.zh(), word.en()].into_iter().chain(word.also().iter().copied()));
    let expect = [FieldKeyword::Expect.zh()].into_iter().filter(|_| says == Says::Columns);
    let begins: Vec<&str> = words.chain(expect).collect();
    for from in cuts.clone() {
        let rest: String = text.chars().skip(from).collect();
        let longest = begins.iter().filter(|word| rest.starts_with(**word)).map(|word| word.chars().count()).max();
        cuts.extend(longest.map(|length| from + length));
    }
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

/// Adds the words and names of a run.
fn push_run(out: &mut String, tokens: &[Token], before: Option<&Piece<'_>>, gap: bool) {
    let mut last: Vec<&Token> = match before {
        Some(Piece::Run(tokens)) => tokens.iter().collect(),
        _ => Vec::new(),
    };
    // 每市场主体 goes on with 每年 or 累计.
    let per = out.rsplit([' ', '，']).next().is_some_and(|word| word.starts_with('每'));
    for (at, token) in tokens.iter().enumerate() {
        match (at, before) {
            (0, Some(Piece::Run(_))) if is_joined(&last, token, true) => out.push_str(&token.text),
            (0, Some(Piece::Run(_))) if per && token.respelled && is_period(token) => out.push_str(&token.text),
            (0, Some(Piece::Run(_))) => push_word(out, &token.text),
            (0, Some(Piece::Bracket(_))) if out.ends_with(')') && gap => push_apart(out, &token.text),
            (0, Some(Piece::Stroke(_))) if gap => push_apart(out, &token.text),
            (0, _) => out.push_str(&token.text),
            _ if is_joined(&last, token, false) => out.push_str(&token.text),
            _ => push_word(out, &token.text),
        }
        last.push(token);
    }
}

fn is_period(token: &Token) -> bool {
    matches!(token.word, Some(Word::Yearly | Word::Lifetime)) && !token.text.is_ascii()
}

/// Whether a word or name is written right after the one before it: `上年销售额`, `销售额同比增速`, `近3年研发费用合计`. Over a space that
/// a drafter wrote only where a word comes from the other language.
fn is_joined(before: &[&Token], token: &Token, apart: bool) -> bool {
    let Some((last, earlier)) = before.split_last() else { return false };
    let latin = |text: &str| text.contains(|letter: char| letter.is_ascii_alphabetic());
    if latin(&last.text) && last.word.is_some() || latin(&token.text) && token.word.is_some() {
        return false;
    }
    let respelled = token.respelled || last.respelled;
    let recent = earlier.iter().rev().take(2).any(|word| word.word == Some(Word::Recent) && !word.text.is_ascii());
    let year = last.word.is_none()
        && last.text.strip_suffix('年').is_some_and(|year| year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()));
    let number = last.text.starts_with(|letter: char| letter.is_ascii_digit());
    let joined = match (last.word, token.word) {
        (Some(Word::ThisYear | Word::LastYear | Word::YearBefore), None) | (Some(Word::Recent | Word::Against), _) => {
            true
        }
        (_, Some(Word::GrowthRate | Word::GrowthAmount | Word::Against | Word::RateSince | Word::AmountSince)) => true,
        (None, Some(Word::Together | Word::Average)) | (None, None) if recent => true,
        (None, None) => year,
        (Some(Word::Per), None) => respelled,
        (_, Some(Word::PartOf)) => true,
        (None, Some(Word::WithinTerm)) => respelled && number,
        _ => false,
    };
    let across = respelled || earlier.last().is_some_and(|word| word.respelled);
    joined && (!apart || across)
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
    let number = out
        .rsplit(' ')
        .next()
        .is_some_and(|last| last.trim_start_matches('近').starts_with(|c: char| c.is_ascii_digit()));
    if bound && number && !text.is_ascii() {
        out.push_str(text);
    } else {
        push_apart(out, text);
    }
}

fn is_ascii(piece: &Piece<'_>) -> bool {
    match piece {
        Piece::Run(tokens) => tokens.iter().all(|token| token.text.is_ascii()),
        Piece::Quote(text) | Piece::Bracket(text) | Piece::Stroke(text) => text.is_ascii(),
        Piece::Separator(separator) => !matches!(separator, Separator::Pause),
    }
}

/// Whether a run begins with such a letter.
fn begins(piece: &Piece<'_>, with: impl Fn(char) -> bool) -> bool {
    matches!(piece, Piece::Run(tokens) if tokens.first().is_some_and(|token| token.text.starts_with(with)))
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
        && next.is_some_and(|next| begins(next, |first| first.is_ascii_digit()));
    out.push(if half || ratio { narrow } else { wide });
    let spaced = half && matches!(separator, Separator::Comma | Separator::Semicolon);
    let comment = next.is_some_and(|next| begins(next, |first| first == '#'));
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

//! In: the text of a file. Out: its logical lines ([`Line`]): trimmed, comments aside, with the place of the first colon and of
//! brackets that lack a partner on the line. A line whose quote is open goes on until the quote closes.
//! Invariant: within a line every quote is closed and nothing is nested deeper than [`BRACKET_DEPTH_MAX`]; what is not has been
//! reported and lies in `blanks` or past `end`. Every byte is read at most a fixed number of times.

use std::ops::Range;

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::{BRACKET_DEPTH_MAX, LINE_BYTES_MAX};
use crate::source::{FileId, Span};

use super::ast::{Comment, Trivia};
use super::classify::{is_alias, item_keyword, looks_like_field};
use super::findings::Findings;
use super::keywords::FieldKeyword;
use super::marks::{first_width, merged, too_deep, too_long};
use super::width::{
    closing_quote, first_run, fold_text, is_close, is_colon, is_comment_mark, is_line_break, is_open, is_space,
    opening_quote,
};

/// A logical line; offsets are bytes of the file.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// First byte of its content.
    pub start: usize,
    /// One past the last byte of its content.
    pub end: usize,
    /// The first colon outside brackets and quotes.
    pub colon: Option<usize>,
    /// Opening brackets that are not closed on the line.
    pub opens: Vec<usize>,
    /// Closing brackets that are not opened on the line.
    pub closes: Vec<usize>,
    /// Deepest nesting of brackets.
    pub depth: usize,
    /// What is left out because it was reported.
    pub blanks: Vec<Range<usize>>,
    /// Whether part of its content was cut off after a report.
    pub damaged: bool,
    /// Its comments.
    pub trivia: Trivia,
}

/// The logical lines of a text, one by one.
pub(super) struct Layout<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
    /// Comments on lines of their own that wait for the next line.
    comments: Vec<Comment>,
    blank: bool,
    /// How many bytes may still be read again after quotes that are not closed.
    again: usize,
}

/// A quote that is being read.
struct Quote {
    at: usize,
    open: char,
    close: char,
    depth: usize,
}

/// A line while it is being read.
#[derive(Default)]
struct Reading {
    line: Line,
    end: usize,
    next: usize,
    loose_colon: Option<usize>,
    comment: Option<Range<usize>>,
    stray: Vec<usize>,
    deep: Option<usize>,
}

impl<'a> Layout<'a> {
    pub(super) fn new(file: FileId, text: &'a str) -> Layout<'a> {
        let at = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        Layout { file, text, at, comments: Vec::new(), blank: false, again: text.len().saturating_mul(2) }
    }

    /// Comments after the last line.
    pub(super) fn into_trailing(self) -> Vec<Comment> {
        self.comments
    }

    /// The next line with content; `None` at the end of the file.
    pub(super) fn next(&mut self, findings: &mut Findings) -> Option<Line> {
        while self.at < self.text.len() {
            let start = self.at;
            let mut reading = self.read(start, findings);
            self.at = reading.next;
            let content = self.text.get(start..reading.end).unwrap_or("");
            let left = content.trim_start_matches(is_space);
            self.blank &= left.is_empty();
            let comment = reading.comment.take().map(|range| self.comment(range));
            if left.is_empty() {
                match comment {
                    Some(comment) => self.comments.push(comment),
                    None => self.blank = true,
                }
                continue;
            }
            let mut line = reading.line;
            line.start = reading.end - left.len();
            line.end = line.start + left.trim_end_matches(is_space).len();
            line.trivia = Trivia { before: std::mem::take(&mut self.comments), after: comment };
            if line.end - line.start > LINE_BYTES_MAX {
                findings.push(|| too_long(Span::new(self.file, line.start, line.start)));
                continue;
            }
            if line.colon.is_none() && !line.opens.is_empty() {
                line.colon = reading.loose_colon.filter(|_| self.begins_with_field(&line));
            }
            self.report_marks(&mut line, &reading.stray, reading.deep, findings);
            return Some(line);
        }
        None
    }

    fn begins_with_field(&self, line: &Line) -> bool {
        let text = self.text.get(line.start..line.end).unwrap_or("");
        first_run(text).is_some_and(|(run, _)| FieldKeyword::find(&run).is_some())
    }

    fn comment(&mut self, range: Range<usize>) -> Comment {
        let text = self.text.get(range.clone()).unwrap_or("").trim_end_matches(is_space);
        let end = range.start + text.len();
        let said = text.strip_prefix(is_comment_mark).unwrap_or(text).trim_matches(is_space);
        let blank_before = std::mem::take(&mut self.blank);
        Comment { text: said.to_owned(), span: Span::new(self.file, range.start, end), blank_before }
    }

    /// Reads from the start of a physical line to the end of the logical one.
    fn read(&mut self, start: usize, findings: &mut Findings) -> Reading {
        let mut reading = Reading { end: self.text.len(), next: self.text.len(), ..Reading::default() };
        let mut quote: Option<Quote> = None;
        let mut after_space = true;
        let mut at = start;
        while let Some(character) = self.text.get(at..).and_then(|rest| rest.chars().next()) {
            let next = at + character.len_utf8();
            if let Some(open) = &mut quote {
                if is_line_break(character) {
                    let resume = after_break(self.text, at);
                    if self.text.get(resume..).is_some_and(|rest| item_keyword(rest).is_some()) {
                        break;
                    }
                } else if open.passes(character) {
                    if open.depth > BRACKET_DEPTH_MAX {
                        reading.deep.get_or_insert(open.at);
                    }
                    if open.depth == 0 {
                        quote = None;
                    }
                }
            } else if is_line_break(character) {
                reading.end = at;
                reading.next = after_break(self.text, at);
                return reading;
            } else if after_space && is_comment_mark(character) {
                let rest = self.text.get(at..).unwrap_or("");
                let end = at + rest.find(is_line_break).unwrap_or(rest.len());
                reading.end = at;
                reading.next = after_break(self.text, end);
                reading.comment = Some(at..end);
                return reading;
            } else if let Some(close) = closing_quote(character) {
                quote = Some(Quote { at, open: character, close, depth: 1 });
            } else {
                reading.mark(at, character);
            }
            after_space = is_space(character);
            at = next;
        }
        if let Some(open) = quote {
            self.unclosed(&open, at, &mut reading, findings);
        }
        reading
    }

    /// Cuts a line off at a quote that is still open at `limit`, and finds where reading goes on.
    fn unclosed(&mut self, open: &Quote, limit: usize, reading: &mut Reading, findings: &mut Findings) {
        let mut stop = limit;
        let mut resume = after_break(self.text, limit);
        let mut at = open.at;
        while let Some(found) = self.text.get(at..limit).and_then(|rest| rest.find(is_line_break)) {
            let next = after_break(self.text, at + found);
            if looks_like_field(self.text.get(next..).unwrap_or("")) && self.again >= limit.saturating_sub(next) {
                self.again -= limit.saturating_sub(next);
                (stop, resume) = (at + found, next);
                break;
            }
            at = next;
        }
        reading.end = open.at;
        reading.next = resume;
        reading.line.damaged = true;
        let mut finding = Diagnostic::new(
            Code::UnclosedQuote,
            Span::new(self.file, open.at, open.at + open.open.len_utf8()),
            format!("`{}` 没有收尾", open.open),
            format!("`{}` is never closed", open.open),
        )
        .label(format!("从这里开始，后面没有 `{}`", open.close), format!("no `{}` follows", open.close));
        let content = self.text.get(open.at..stop).unwrap_or("").trim_end_matches(is_space);
        if !content.contains(is_line_break) && content.len() > open.open.len_utf8() {
            let (span, zh, en) = self.closing_place(open, content);
            finding = finding.fix(span, open.close.to_string(), zh, en);
        } else {
            finding = finding.help(
                format!("在引文结束的地方补上 `{}`；引文可以跨行", open.close),
                format!("write `{}` where the quotation ends; it may go on over several lines", open.close),
            );
        }
        findings.push(|| finding);
    }

    /// Where the mark that closes a quote most likely belongs: in place of a second opening one, before the id of a first line, else
    /// at the end of the line.
    fn closing_place(&self, open: &Quote, content: &str) -> (Span, String, String) {
        let place = |start: usize, end: usize| Span::new(self.file, open.at + start, open.at + end);
        let width = open.open.len_utf8();
        if content.ends_with(open.open) && content.len() > 2 * width {
            return (
                place(content.len() - width, content.len()),
                format!("末尾的 `{}` 改为 `{}`", open.open, open.close),
                format!("change the last `{}` to `{}`", open.open, open.close),
            );
        }
        let id = content.rfind(is_open).filter(|at| {
            let inside = content.get(*at..).unwrap_or("").trim_start_matches(is_open);
            let id = inside.trim_end_matches(is_close);
            open.close == '》' && id.len() < inside.len() && is_alias(&fold_text(id))
        });
        let at = id.unwrap_or(content.len());
        let (zh, en) = match id {
            Some(_) => ("在标识前", "before the id"),
            None => ("在行末", "at the end of the line"),
        };
        (place(at, at), format!("{zh}补上 `{}`", open.close), format!("add `{}` {en}", open.close))
    }

    /// A text between two closing marks, as word processors make them: its first mark, and all of it.
    fn wrongly_opened(&self, line: &Line, stray: &[usize]) -> Option<(Range<usize>, Range<usize>)> {
        let [first, last] = stray else { return None };
        let mark = |at: usize| self.text.get(at..line.end).and_then(|rest| rest.chars().next());
        let (one, two) = (mark(*first)?, mark(*last)?);
        (one == two && first + one.len_utf8() < *last)
            .then(|| (*first..first + one.len_utf8(), *first..last + two.len_utf8()))
    }

    /// Reports marks without an opening one and nesting that is too deep, and leaves them out.
    fn report_marks(&self, line: &mut Line, stray: &[usize], deep: Option<usize>, findings: &mut Findings) {
        let mut strays = merged(self.text, stray);
        if let Some((mark, whole)) = self.wrongly_opened(line, stray) {
            strays.clear();
            findings.push(|| wrong_opening(self.file, self.text, &mark));
            line.blanks.push(whole);
            line.damaged = true;
        }
        for range in strays {
            let mark = self.text.get(range.clone()).and_then(|text| text.chars().next()).unwrap_or_default();
            let open = opening_quote(mark).unwrap_or(mark);
            let span = Span::new(self.file, range.start, range.end);
            findings.push(|| {
                Diagnostic::new(
                    Code::UnclosedQuote,
                    span,
                    format!("`{mark}` 前面没有 `{open}`"),
                    format!("no `{open}` stands before `{mark}`"),
                )
                .help(format!("补上 `{open}`，或删去 `{mark}`"), format!("add `{open}`, or delete `{mark}`"))
            });
            line.blanks.push(range);
        }
        if let Some(at) = deep {
            findings.push(|| too_deep(self.file, self.text, at));
            line.blanks.push(at..line.end);
            line.damaged = true;
        }
        if line.damaged {
            line.blanks.extend(line.opens.drain(..).map(|at| at..at + self.text.get(at..).map_or(0, first_width)));
        }
    }
}

impl Quote {
    /// Takes a character of the quote's text in; whether it was one of its own marks.
    fn passes(&mut self, character: char) -> bool {
        if character == self.close || (self.close == '"' && character == '＂') {
            self.depth -= 1;
        } else if character == self.open {
            self.depth += 1;
        } else {
            return false;
        }
        true
    }
}

impl Reading {
    /// Notes a character outside quotes.
    fn mark(&mut self, at: usize, character: char) {
        if self.deep.is_some() {
            return;
        }
        if is_open(character) {
            if self.line.opens.len() >= BRACKET_DEPTH_MAX {
                self.deep.get_or_insert(at);
            } else {
                self.line.opens.push(at);
                self.line.depth = self.line.depth.max(self.line.opens.len());
            }
        } else if is_close(character) {
            if self.line.opens.pop().is_none() {
                self.line.closes.push(at);
            }
        } else if is_colon(character) {
            self.loose_colon.get_or_insert(at);
            if self.line.opens.is_empty() {
                self.line.colon.get_or_insert(at);
            }
        } else if opening_quote(character).is_some() {
            self.stray.push(at);
        }
    }
}

/// Past the line break at `at`, which may be two characters.
fn after_break(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or(&[]);
    match rest {
        [b'\r', b'\n', ..] => at + 2,
        [b'\r' | b'\n', ..] => at + 1,
        _ => at,
    }
}

/// The finding for a quote that begins with the mark that ends it.
fn wrong_opening(file: FileId, text: &str, mark: &Range<usize>) -> Diagnostic {
    let close = text.get(mark.clone()).and_then(|text| text.chars().next()).unwrap_or_default();
    let open = opening_quote(close).unwrap_or(close);
    let span = Span::new(file, mark.start, mark.end);
    Diagnostic::new(
        Code::UnclosedQuote,
        span,
        format!("开头的引号写成了 `{close}`"),
        format!("a quotation begins with `{close}`"),
    )
    .label(format!("这里应当是 `{open}`"), format!("a `{open}` goes here"))
    .fix(span, open.to_string(), format!("改为 `{open}`"), format!("change it to `{open}`"))
}

//! In: names and texts of files. Out: [`Sources`], which turns byte [`Span`]s into lines and columns.
//! Invariant: a span's offsets are bytes of the text it names; columns count characters, never bytes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Index of a file in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// A half-open range of bytes in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span over `start..end` of `file`.
    #[must_use]
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { file, start: clamp(start), end: clamp(end.max(start)) }
    }

    /// The smallest span that covers both; `other` is ignored when it lies in another file.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// An empty span at the end of this one, where something could be inserted.
    #[must_use]
    pub fn after(self) -> Span {
        Span { start: self.end, ..self }
    }

    /// The bytes as a range.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A line and a column, both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Location {
    /// Line number, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A stretch of a text that was made of others, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// First byte in the made text.
    pub start: u32,
    /// One past its last byte there.
    pub end: u32,
    /// Where it was written; never itself in a made text.
    pub from: Span,
    /// Whether it is byte for byte what stands there.
    pub exact: bool,
    /// Whether it was put in, where the rest is the text that was changed.
    pub inserted: bool,
}

/// One file: its name as shown to people, its text, and where its lines start.
#[derive(Debug, Clone)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
    line_starts: Vec<u32>,
    /// Lines of the file before this text.
    lines_before: u32,
    /// What it was made of, in order, where it was made of other texts.
    pieces: Option<Arc<[Piece]>>,
}

impl Source {
    fn new(name: &str, text: &str) -> Source {
        let mut line_starts = vec![0];
        for (at, byte) in text.bytes().enumerate() {
            if byte == b'\n' {
                line_starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
        }
        Source { name: name.into(), text: text.into(), line_starts, lines_before: 0, pieces: None }
    }

    /// What it was made of; `None` for a file as it was read.
    #[must_use]
    pub fn pieces(&self) -> Option<&[Piece]> {
        self.pieces.as_deref()
    }

    /// The pieces under some of its bytes.
    fn under(&self, range: std::ops::Range<u32>) -> &[Piece] {
        let pieces = self.pieces().unwrap_or_default();
        let first = pieces.partition_point(|piece| piece.end <= range.start);
        let last = pieces.partition_point(|piece| piece.start < range.end.max(range.start + 1));
        pieces.get(first..last).unwrap_or_default()
    }

    /// The name people see: a path relative to where the command was given, with `/`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A shared handle of the text, for stages that keep it beyond the borrow of [`Sources`].
    #[must_use]
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The number of the last line; an empty text has one.
    #[must_use]
    pub fn line_count(&self) -> u32 {
        u32::try_from(self.line_starts.len()).unwrap_or(u32::MAX).saturating_add(self.lines_before)
    }

    /// The bytes of a line (from 1) without its line break; `None` where there is no such line.
    #[must_use]
    pub fn line_range(&self, line: u32) -> Option<std::ops::Range<usize>> {
        let index = (line.checked_sub(self.lines_before)? as usize).checked_sub(1)?;
        let start = *self.line_starts.get(index)? as usize;
        let end = self.line_starts.get(index + 1).map_or(self.text.len(), |next| *next as usize);
        let text = self.text.get(start..end)?.trim_end_matches(['\n', '\r']);
        Some(start..start + text.len())
    }

    /// The column (from 1) of a byte offset in UTF-16 code units, as editors and SARIF count.
    #[must_use]
    pub fn utf16_column(&self, offset: u32) -> u32 {
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0) as usize;
        let end = (offset as usize).min(self.text.len());
        let units = self.text.get(start..end).map_or(0, |text| text.encode_utf16().count());
        u32::try_from(units + 1).unwrap_or(u32::MAX)
    }

    /// Line and column of a byte offset; offsets past the end give the end.
    #[must_use]
    pub fn location(&self, offset: u32) -> Location {
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0) as usize;
        let end = (offset as usize).min(self.text.len());
        let column = self.text.get(start..end).map_or(0, |text| text.chars().count());
        Location {
            line: u32::try_from(line).unwrap_or(u32::MAX).saturating_add(self.lines_before),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }
}

/// Every file of one compilation, in the order of first reading.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// No files yet.
    #[must_use]
    pub fn new() -> Sources {
        Sources::default()
    }

    /// Adds a file and returns its id.
    pub fn add(&mut self, name: &str, text: &str) -> FileId {
        self.files.push(Source::new(name, text));
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// Adds a part of a file, whole lines from `line` on, and returns its id.
    pub fn add_part(&mut self, name: &str, text: &str, line: u64) -> FileId {
        let lines_before = u32::try_from(line.saturating_sub(1)).unwrap_or(u32::MAX);
        self.files.push(Source { lines_before, ..Source::new(name, text) });
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// Adds a text that was made of pieces of others.
    pub fn derive(&mut self, name: &str, text: &str, pieces: Vec<Piece>) -> FileId {
        let id = self.add(name, text);
        if let Some(file) = self.files.last_mut() {
            file.pieces = Some(pieces.into());
        }
        id
    }

    /// Where what a span covers was written: the span itself, or the place that a made text took it from. Of a stretch in which
    /// something was put, the text around it.
    #[must_use]
    pub fn origin(&self, span: Span) -> Span {
        let Some(file) = self.get(span.file).filter(|file| file.pieces.is_some()) else { return span };
        let under = file.under(span.start..span.end);
        let kept = under.iter().any(|piece| !piece.inserted);
        let places = under.iter().filter(|piece| !(kept && piece.inserted)).map(|piece| {
            let skipped = span.start.saturating_sub(piece.start);
            let left = piece.end.saturating_sub(span.end);
            match piece.exact {
                true => Span {
                    start: (piece.from.start + skipped).min(piece.from.end),
                    end: piece.from.end.saturating_sub(left).max(piece.from.start),
                    ..piece.from
                },
                false => piece.from,
            }
        });
        let whole = places.reduce(Span::to);
        let end = || file.pieces().and_then(<[Piece]>::last).map(|piece| piece.from.after());
        whole.or_else(end).unwrap_or(Span { file: FileId(0), start: 0, end: 0 })
    }

    /// The same bytes where they were written; `None` where they were not written in one piece.
    #[must_use]
    pub fn exact_origin(&self, span: Span) -> Option<Span> {
        let Some(file) = self.get(span.file).filter(|file| file.pieces.is_some()) else { return Some(span) };
        match file.under(span.start..span.end) {
            [piece] if piece.exact && piece.start <= span.start && span.end <= piece.end => Some(self.origin(span)),
            _ => None,
        }
    }

    /// Adds all files of another set; returns by how much their ids grow.
    pub fn append(&mut self, other: &Sources) -> u32 {
        let first = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        self.files.extend(other.files.iter().cloned());
        first
    }

    /// The file of an id; `None` for an id of another set.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// All files with their ids, in order of first reading.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter().enumerate().map(|(at, file)| (FileId(u32::try_from(at).unwrap_or(u32::MAX)), file))
    }

    /// The text under a span; empty where the span does not fit.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file).and_then(|file| file.text().get(span.range())).unwrap_or("")
    }

    /// The name of the file a span lies in.
    #[must_use]
    pub fn name(&self, span: Span) -> &str {
        self.get(span.file).map_or("", Source::name)
    }

    /// Line and column where a span starts.
    #[must_use]
    pub fn start(&self, span: Span) -> Location {
        self.get(span.file).map_or(Location { line: 1, column: 1 }, |file| file.location(span.start))
    }

    /// Line and column where a span ends.
    #[must_use]
    pub fn end(&self, span: Span) -> Location {
        self.get(span.file).map_or(Location { line: 1, column: 1 }, |file| file.location(span.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let mut sources = Sources::new();
        let file = sources.add("a.policy", "上限：1000万元\n每项目");
        let at = "上限：".len();
        assert_eq!(sources.start(Span::new(file, at, at + 4)), Location { line: 1, column: 4 });
        assert_eq!(sources.get(file).map(|source| source.line_range(2)), Some(Some(at + 11..at + 20)));
        assert_eq!(sources.get(file).map(|source| source.utf16_column(u32::MAX)), Some(4));
        let part = sources.add_part("a.jsonl", "{\n}", 7);
        assert_eq!(sources.start(Span::new(part, 2, 3)), Location { line: 8, column: 1 });
        assert_eq!(
            sources.get(part).map(|source| (source.line_range(8), source.line_range(2))),
            Some((Some(2..3), None))
        );
        let second = "上限：1000万元\n每".len();
        assert_eq!(sources.start(Span::new(file, second, second)), Location { line: 2, column: 2 });
    }
}

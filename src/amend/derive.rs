//! In: a text and edits of it that do not overlap. Out: the new text, and what it was made of.
//! Invariant: every byte of the new text is traced to where it was written, through any number of earlier edits.

use std::ops::Range;

use crate::source::{FileId, Piece, Sources, Span};

/// What stands in the new text in place of something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum New {
    /// Bytes as they stand elsewhere.
    Copy(Span),
    /// Words that the change itself brings (a mark, a number), and what brought them.
    Made(String, Span),
    /// A number that counts on because a line was put in before it; whatever else changes that line comes first.
    Count(String, Span),
}

/// A change of some bytes of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// What stands there afterwards.
    pub new: Vec<New>,
}

/// Adds the text that edits make of a file; they are in order and do not overlap.
pub fn derive(sources: &mut Sources, file: FileId, edits: &[&Edit]) -> FileId {
    let Some(source) = sources.get(file) else { return file };
    let (name, text) = (source.name().to_owned(), source.shared_text());
    let mut made = Making { sources, text: String::with_capacity(text.len()), pieces: Vec::new() };
    let mut at = 0;
    for edit in edits {
        let Range { start, end } = edit.span.range();
        made.copy(Span::new(file, at, start), false);
        for new in &edit.new {
            match new {
                New::Copy(span) => made.copy(*span, true),
                New::Made(words, by) | New::Count(words, by) => made.push(words, *by, false, true),
            }
        }
        at = end.max(at);
    }
    made.copy(Span::new(file, at, text.len()), false);
    let Making { text, pieces, .. } = made;
    sources.derive(&name, &text, pieces)
}

struct Making<'a> {
    sources: &'a Sources,
    text: String,
    pieces: Vec<Piece>,
}

impl Making<'_> {
    fn push(&mut self, words: &str, from: Span, exact: bool, inserted: bool) {
        let from = if exact { from } else { self.sources.origin(from) };
        let offset = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let start = offset(self.text.len());
        self.text.push_str(words);
        if !words.is_empty() {
            self.pieces.push(Piece { start, end: offset(self.text.len()), from, exact, inserted });
        }
    }

    /// Copies bytes with the pieces that they are made of.
    fn copy(&mut self, span: Span, inserted: bool) {
        let Some(source) = self.sources.get(span.file).filter(|_| span.start < span.end) else { return };
        let Some(pieces) = source.pieces() else {
            return self.push(self.sources.text(span), span, true, inserted);
        };
        for piece in pieces.iter().filter(|piece| piece.start < span.end && span.start < piece.end) {
            let part = Span { start: piece.start.max(span.start), end: piece.end.min(span.end), ..span };
            let words = self.sources.text(part);
            let from = if piece.exact {
                let skipped = part.start - piece.start;
                Span {
                    start: piece.from.start + skipped,
                    end: piece.from.start + skipped + (part.end - part.start),
                    ..piece.from
                }
            } else {
                piece.from
            };
            self.push(words, from, piece.exact, inserted || piece.inserted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_traced_through_two_changes() {
        let mut sources = Sources::new();
        let one = sources.add("a", "abcdef");
        let two = sources.add("b", "XYZ");
        let at = |file, start, end| Span::new(file, start, end);
        let first = Edit { span: at(one, 2, 4), new: vec![New::Copy(at(two, 0, 2))] };
        let made = derive(&mut sources, one, &[&first]);
        assert_eq!(sources.get(made).map(|file| file.text().to_owned()), Some("abXYef".to_owned()));
        let second = Edit { span: at(made, 0, 1), new: vec![New::Made("-".to_owned(), at(two, 2, 3))] };
        let again = derive(&mut sources, made, &[&second]);
        assert_eq!(sources.get(again).map(|file| file.text().to_owned()), Some("-bXYef".to_owned()));
        assert_eq!(sources.origin(at(again, 2, 4)), at(two, 0, 2));
        assert_eq!(sources.exact_origin(at(again, 4, 6)), Some(at(one, 4, 6)));
        assert_eq!(sources.exact_origin(at(again, 1, 5)), None);
        // Of a stretch that was changed within, the text around the change.
        assert_eq!(sources.origin(at(again, 1, 5)), at(one, 1, 5));
        assert_eq!(sources.origin(at(again, 0, 1)), at(two, 2, 3));
    }
}

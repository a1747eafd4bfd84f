//! In: a diagnostic's labels. Out: the lines they touch, cut down to what fits a screen, as codespan's `Files`.
//! Invariant: line numbers and locations are those of the source; every label's ends are kept, whatever is cut between them.

use std::collections::BTreeMap;
use std::ops::Range;

use codespan_reporting::files::{Error, Files, Location};

use super::visible_char;
use crate::source::{FileId, Source, Sources, Span};

/// Lines wider than this are cut around their labels.
const LINE_CHARS_MAX: usize = 60;
/// Characters kept on each side of a label's ends in a line that is cut.
const CONTEXT_CHARS: usize = 14;
const GAP: &str = " ... ";

/// The lines that a diagnostic points at, by file.
pub(super) struct Excerpts {
    files: BTreeMap<FileId, Excerpt>,
}

#[derive(Default)]
struct Excerpt {
    name: String,
    text: String,
    /// Line index in the source to its range in `text`.
    lines: BTreeMap<usize, Range<usize>>,
    /// Offset in the source to offset in `text`, for the ends of labels.
    moved: BTreeMap<usize, usize>,
    /// Offset in `text` of a label's start to its location in the source.
    locations: BTreeMap<usize, Location>,
}

impl Excerpts {
    /// The excerpts that show `spans`.
    pub(super) fn new(sources: &Sources, spans: &[Span]) -> Excerpts {
        let mut files: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        for span in spans {
            files.entry(span.file).or_default().push(*span);
        }
        let made = files.into_iter().filter_map(|(id, spans)| Some((id, Excerpt::new(sources.get(id)?, &spans))));
        Excerpts { files: made.collect() }
    }

    /// A span as a range of the excerpt's text; `None` for a file that is not there.
    pub(super) fn range(&self, span: Span) -> Option<Range<usize>> {
        let file = self.files.get(&span.file)?;
        let length = usize::try_from(span.end.saturating_sub(span.start)).unwrap_or(0);
        let start = file.at(span.start as usize);
        let end = if length == 0 { start } else { file.at(span.end as usize) };
        Some(start..end.max(start))
    }

    fn file(&self, id: FileId) -> Result<&Excerpt, Error> {
        self.files.get(&id).ok_or(Error::FileMissing)
    }
}

impl Excerpt {
    fn new(source: &Source, spans: &[Span]) -> Excerpt {
        let mut excerpt = Excerpt { name: source.name().chars().map(visible_char).collect(), ..Excerpt::default() };
        let mut ends: Vec<usize> = spans.iter().flat_map(|span| [span.start as usize, span.end as usize]).collect();
        for end in &mut ends {
            *end = floor(source.text(), *end);
        }
        ends.sort_unstable();
        ends.dedup();
        for line in lines_of(source, spans) {
            excerpt.add_line(source, line, &ends);
        }
        for span in spans {
            let at = source.location(span.start);
            let location = Location { line_number: at.line as usize, column_number: at.column as usize };
            let start = excerpt.at(floor(source.text(), span.start as usize));
            excerpt.locations.insert(start, location);
        }
        excerpt
    }

    /// Adds a line (from 1), cut around the `ends` that lie in it.
    fn add_line(&mut self, source: &Source, line: u32, ends: &[usize]) {
        let Some(range) = source.line_range(line) else { return };
        let text = source.text().get(range.clone()).unwrap_or("");
        let kept = kept(text, range.start, ends);
        let first = self.text.len();
        let mut cut = false;
        for ((at, character), keep) in text.char_indices().zip(kept) {
            if ends.binary_search(&(range.start + at)).is_ok() {
                self.moved.insert(range.start + at, self.text.len());
            }
            if keep {
                self.text.push(visible_char(character));
            } else if !cut {
                self.text.push_str(GAP);
            }
            cut = !keep;
        }
        let last = self.text.len();
        // Ends at or behind the line break are shown at the end of the line.
        let next = source.line_range(line + 1).map_or(source.text().len() + 1, |next| next.start);
        for end in ends.iter().filter(|end| (range.end..next).contains(*end)) {
            self.moved.insert(*end, last);
        }
        self.text.push('\n');
        self.lines.insert((line - 1) as usize, first..last);
    }

    fn at(&self, offset: usize) -> usize {
        self.moved.range(..=offset).next_back().map_or(0, |(_, to)| *to)
    }
}

/// The lines (from 1) that the spans touch, and single lines between them.
fn lines_of(source: &Source, spans: &[Span]) -> Vec<u32> {
    let mut lines = Vec::new();
    for span in spans {
        lines.extend(source.location(span.start).line..=source.location(span.end.max(span.start)).line);
    }
    lines.sort_unstable();
    lines.dedup();
    let gaps: Vec<u32> =
        lines.iter().zip(lines.iter().skip(1)).filter(|(a, b)| **b - **a == 2).map(|(a, _)| a + 1).collect();
    lines.extend(gaps);
    lines.sort_unstable();
    lines
}

/// Which characters of a line are kept.
fn kept(text: &str, start: usize, ends: &[usize]) -> Vec<bool> {
    let offsets: Vec<usize> = text.char_indices().map(|(at, _)| start + at).collect();
    let mut kept = vec![offsets.len() <= LINE_CHARS_MAX; offsets.len()];
    if offsets.len() <= LINE_CHARS_MAX {
        return kept;
    }
    let line_end = start + text.len();
    let near = ends.iter().filter(|end| (start..=line_end).contains(*end));
    let mut points: Vec<usize> = near.map(|end| offsets.partition_point(|offset| offset < end)).collect();
    if points.is_empty() {
        points.push(0);
    }
    for point in points {
        let from = point.saturating_sub(CONTEXT_CHARS);
        let to = (point + CONTEXT_CHARS).min(kept.len());
        kept.iter_mut().take(to).skip(from).for_each(|keep| *keep = true);
    }
    kept
}

/// The nearest character boundary at or before `offset`.
fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl<'a> Files<'a> for Excerpts {
    type FileId = FileId;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: FileId) -> Result<&'a str, Error> {
        Ok(&self.file(id)?.name)
    }

    fn source(&'a self, id: FileId) -> Result<&'a str, Error> {
        Ok(&self.file(id)?.text)
    }

    fn line_index(&'a self, id: FileId, offset: usize) -> Result<usize, Error> {
        let lines = &self.file(id)?.lines;
        let before = lines.iter().rev().find(|(_, range)| range.start <= offset);
        Ok(before.or(lines.iter().next()).map_or(0, |(index, _)| *index))
    }

    fn line_range(&'a self, id: FileId, line: usize) -> Result<Range<usize>, Error> {
        self.file(id)?.lines.get(&line).cloned().ok_or(Error::LineTooLarge { given: line, max: line })
    }

    fn location(&'a self, id: FileId, offset: usize) -> Result<Location, Error> {
        let file = self.file(id)?;
        Ok(file.locations.get(&offset).copied().unwrap_or(Location { line_number: 1, column_number: 1 }))
    }
}

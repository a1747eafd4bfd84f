//! In: the text of an office's Word file, as XML. Out: where its placeholders stand ([`Spot`]), wherever Word split them over runs, and how
//! the text at them looks ([`Frame`]). Invariant: a spot lies between two characters of the XML; what is no placeholder lies in none.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::frame::{Frame, children};

/// What replaces a placeholder that is a word among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// The title of the table.
    Title,
    /// The old text by its number and title.
    Old,
    /// The new text by its number and title.
    New,
}

/// What replaces a placeholder that is a paragraph of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// The comparison table.
    Table,
    /// What the revision comes to, a paragraph a line.
    Summary,
    /// What changes between clauses and for departments, and what the marks mean, a paragraph a line.
    Notes,
}

/// A place in the XML that is replaced.
#[derive(Debug)]
pub(super) struct Spot {
    pub range: Range<usize>,
    pub what: What,
}

#[derive(Debug)]
pub(super) enum What {
    Word(Word),
    /// The rest of a placeholder that stands in several runs.
    Cut,
    Block(Block, Box<Frame>),
}

/// Why a placeholder cannot be replaced where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misplaced {
    /// Other text or a picture stands in its paragraph.
    Beside,
    /// In a text box.
    Boxed,
}

/// Everything that was found in a part.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub spots: Vec<Spot>,
    /// What looks like a placeholder and is none, as it stands there.
    pub unknown: Vec<String>,
    /// Placeholders that cannot be replaced where they stand.
    pub misplaced: Vec<(String, Misplaced)>,
}

/// Names of namespaces of WordprocessingML, as most write it and as the strict form has it.
const NAMESPACES: [&str; 2] = [super::MAIN, "http://purl.oclc.org/ooxml/wordprocessingml/main"];
/// Longest name of a placeholder, in characters.
const NAME_MAX: usize = 20;
/// Width of the text where the file does not say, in twentieths of a point: A4 with the margins that Word gives it.
const WIDTH: u32 = 8_306;
/// What stands for something other than text in a paragraph.
const OTHER: char = '\u{FFFC}';

enum Known {
    Word(Word),
    Block(Block),
}

fn known(name: &str) -> Option<Known> {
    Some(match name {
        "标题" | "title" => Known::Word(Word::Title),
        "现行" | "before" => Known::Word(Word::Old),
        "修改后" | "after" => Known::Word(Word::New),
        "对照表" | "table" => Known::Block(Block::Table),
        "摘要" | "summary" => Known::Block(Block::Summary),
        "附注" | "notes" => Known::Block(Block::Notes),
        _ => return None,
    })
}

/// The placeholders of a part; `None` where it is not well-formed XML of Word.
pub(super) fn find(xml: &str) -> Option<Found> {
    let mut reader = Reader::from_str(xml);
    let mut walk = Walk::default();
    let mut before = 0;
    let mut rooted = false;
    loop {
        let event = reader.read_event().ok()?;
        let after = usize::try_from(reader.buffer_position()).ok()?;
        match event {
            Event::Start(tag) => {
                if !rooted {
                    (walk.prefix, walk.namespace) = prefix(&tag)?;
                    rooted = true;
                }
                walk.start(&tag, before);
            }
            Event::Empty(tag) => {
                walk.start(&tag, before);
                walk.end(xml, after)?;
            }
            Event::End(_) => walk.end(xml, after)?,
            Event::Text(_) => walk.text(xml.get(before..after)?, before..after),
            Event::CData(_) | Event::GeneralRef(_) => walk.text(&OTHER.to_string(), before..after),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
        before = after;
    }
    (rooted && walk.open.is_empty()).then(|| walk.finish())
}

/// How the root names WordprocessingML.
fn prefix(root: &BytesStart<'_>) -> Option<(String, &'static str)> {
    root.attributes().flatten().find_map(|attribute| {
        let name: &str = attribute.key.as_ref();
        let namespace = NAMESPACES.into_iter().find(|namespace| *attribute.value == **namespace)?;
        let prefix = name.strip_prefix("xmlns")?;
        Some((prefix.trim_start_matches(':').to_owned(), namespace))
    })
}

/// An element that is open.
struct Open {
    /// Its name in WordprocessingML; empty for any other.
    name: String,
    start: usize,
    /// Whether the child that ended last is a table.
    after_table: bool,
}

#[derive(Default)]
struct Paragraph {
    start: usize,
    properties: Option<Range<usize>>,
    /// Properties of the run that is open.
    run: Option<Range<usize>>,
    segments: Vec<Segment>,
    /// Marks of ranges, which stay.
    marks: Vec<Range<usize>>,
    boxed: bool,
    after_table: bool,
}

/// Characters of the text of a paragraph, and where they stand.
struct Segment {
    text: String,
    range: Range<usize>,
    run: Option<Range<usize>>,
}

/// Page width less margins, of the section that is being read.
#[derive(Default)]
struct Page {
    width: Option<u32>,
    margins: u32,
    columns: u32,
}

#[derive(Default)]
struct Walk {
    prefix: String,
    namespace: &'static str,
    open: Vec<Open>,
    paragraphs: Vec<Paragraph>,
    /// Widths of the cells that are open.
    cells: Vec<Option<u32>>,
    boxes: usize,
    page: Page,
    /// Ends of sections and the widths of their text.
    sections: Vec<(usize, u32)>,
    /// Whether what follows the block found last is still to be seen.
    awaiting: bool,
    found: Found,
}

impl Walk {
    fn start(&mut self, tag: &BytesStart<'_>, start: usize) {
        let whole: &str = tag.name().into_inner();
        let (prefix, local) = whole.split_once(':').unwrap_or(("", whole));
        let name = if prefix == self.prefix { local } else { "" };
        self.follows(name);
        let after_table = self.open.last().is_some_and(|open| open.after_table);
        match name {
            "p" => {
                let boxed = self.boxes > 0;
                self.paragraphs.push(Paragraph { start, boxed, after_table, ..Paragraph::default() });
            }
            "txbxContent" => self.boxes += 1,
            "tc" => self.cells.push(None),
            "r" => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.run = None;
                }
            }
            "tab" | "br" | "cr" | "drawing" | "pict" | "object" | "sym" | "fldSimple" | "fldChar"
            | "footnoteReference" | "endnoteReference" | "noBreakHyphen" | "ptab"
                if self.in_run() =>
            {
                self.segment(OTHER.to_string(), start..start);
            }
            "tcW" if attribute(tag, "type").as_deref() == Some("dxa") => {
                if let Some(cell) = self.cells.last_mut() {
                    *cell = number(tag, "w");
                }
            }
            "sectPr" => self.page = Page::default(),
            "pgSz" => self.page.width = number(tag, "w"),
            "pgMar" => {
                let sides = ["left", "right", "gutter"].map(|side| number(tag, side).unwrap_or(0));
                self.page.margins = sides.into_iter().fold(0, u32::saturating_add);
            }
            "cols" => self.page.columns = number(tag, "num").unwrap_or(1),
            _ => {}
        }
        self.open.push(Open { name: name.to_owned(), start, after_table: false });
    }

    /// Whether the element that begins stands in a paragraph's text rather than its properties.
    fn in_run(&self) -> bool {
        let inside = self.open.iter().rev().take_while(|open| open.name != "p");
        !inside.into_iter().any(|open| matches!(open.name.as_str(), "pPr" | "rPr"))
    }

    /// What follows a block: where it is no paragraph, the block needs one after it.
    fn follows(&mut self, name: &str) {
        if std::mem::take(&mut self.awaiting)
            && name != "p"
            && let Some(Spot { what: What::Block(_, frame), .. }) = self.found.spots.last_mut()
        {
            frame.closed = true;
        }
    }

    fn end(&mut self, xml: &str, end: usize) -> Option<()> {
        self.follows("");
        let open = self.open.pop()?;
        let parent = self.open.last().map_or("", |open| open.name.as_str());
        let range = open.start..end;
        match open.name.as_str() {
            "pPr" if parent == "p" => self.paragraphs.last_mut()?.properties = Some(range),
            "rPr" if parent == "r" => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.run = Some(range);
                }
            }
            "bookmarkStart" | "bookmarkEnd" | "commentRangeStart" | "commentRangeEnd" | "permStart" | "permEnd" => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.marks.push(range);
                }
            }
            "p" => {
                let paragraph = self.paragraphs.pop()?;
                self.paragraph(xml, &paragraph, end);
            }
            "txbxContent" => self.boxes = self.boxes.saturating_sub(1),
            "tc" => self.cells.truncate(self.cells.len().saturating_sub(1)),
            "sectPr" => {
                if let Some(width) = self.page.width {
                    let text = width.saturating_sub(self.page.margins) / self.page.columns.max(1);
                    self.sections.push((end, text));
                }
            }
            _ => {}
        }
        let is_table = open.name == "tbl";
        if let Some(parent) = self.open.last_mut() {
            parent.after_table = is_table;
        }
        Some(())
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if self.open.last().is_some_and(|open| open.name == "t") {
            self.segment(text.to_owned(), range);
        }
    }

    fn segment(&mut self, text: String, range: Range<usize>) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            let run = paragraph.run.clone();
            paragraph.segments.push(Segment { text, range, run });
        }
    }

    fn paragraph(&mut self, xml: &str, paragraph: &Paragraph, end: usize) {
        let whole: String = paragraph.segments.iter().map(|segment| segment.text.as_str()).collect();
        for (place, name) in braced(&whole) {
            let shown = whole.get(place.clone()).unwrap_or_default().to_owned();
            match known(&name) {
                None => self.found.unknown.push(shown),
                Some(Known::Word(word)) => self.word(paragraph, &place, word),
                Some(Known::Block(_)) if paragraph.boxed => self.found.misplaced.push((shown, Misplaced::Boxed)),
                Some(Known::Block(_)) if whole.trim() != shown => {
                    self.found.misplaced.push((shown, Misplaced::Beside));
                }
                Some(Known::Block(block)) => {
                    let frame = self.frame(xml, paragraph);
                    let what = What::Block(block, Box::new(frame));
                    self.found.spots.push(Spot { range: paragraph.start..end, what });
                    self.awaiting = true;
                }
            }
        }
    }

    /// The runs that a word's placeholder stands in: the first takes the word, the others lose their part.
    fn word(&mut self, paragraph: &Paragraph, place: &Range<usize>, word: Word) {
        let mut at = 0;
        let mut what = What::Word(word);
        for segment in &paragraph.segments {
            let (from, to) = (place.start.max(at), place.end.min(at + segment.text.len()));
            if from < to {
                let range = segment.range.start + from - at..segment.range.start + to - at;
                self.found.spots.push(Spot { range, what: std::mem::replace(&mut what, What::Cut) });
            }
            at += segment.text.len();
        }
    }

    fn frame(&self, xml: &str, paragraph: &Paragraph) -> Frame {
        let of = |range: &Option<Range<usize>>| range.clone().and_then(|range| xml.get(range)).map(children);
        let run = paragraph.segments.iter().find(|segment| segment.text.trim() != "").map(|segment| &segment.run);
        let marks = paragraph.marks.iter().filter_map(|range| xml.get(range.clone())).collect();
        let declared = match self.prefix.as_str() {
            "w" => String::new(),
            _ => format!(" xmlns:w=\"{}\"", self.namespace),
        };
        Frame {
            declared,
            paragraph: of(&paragraph.properties).unwrap_or_default(),
            run: run.and_then(of).unwrap_or_default(),
            marks,
            // The padding of the cell that the table stands in.
            width: self.cells.last().copied().flatten().map(|width| width.saturating_sub(216)),
            opened: paragraph.after_table,
            closed: false,
        }
    }

    /// The spots in the order in which they stand, each block with the width of its section.
    fn finish(mut self) -> Found {
        for spot in &mut self.found.spots {
            if let What::Block(_, frame) = &mut spot.what {
                let section = self.sections.iter().find(|(end, _)| *end > spot.range.start);
                frame.width = frame.width.or(section.map(|(_, width)| *width)).or(Some(WIDTH));
            }
        }
        self.found.spots.sort_by_key(|spot| spot.range.start);
        self.found
    }
}

/// What stands in double braces of any width, and its name.
fn braced(text: &str) -> Vec<(Range<usize>, String)> {
    let mut all = Vec::new();
    let mut from = 0;
    while let Some((start, open)) = next(text, from, &["{{", "｛｛"]) {
        let inside = start + open;
        let Some((end, close)) = next(text, inside, &["}}", "｝｝"]) else { break };
        let name: String =
            text.get(inside..end).unwrap_or_default().chars().filter(|letter| !letter.is_whitespace()).collect();
        let is_name =
            !name.is_empty() && name.chars().count() <= NAME_MAX && !name.contains([OTHER, '{', '｛', '}', '｝']);
        if is_name {
            all.push((start..end + close, name));
            from = end + close;
        } else {
            from = inside;
        }
    }
    all
}

/// The first of `marks` at or after a place, and its length.
fn next(text: &str, from: usize, marks: &[&str]) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    marks.iter().filter_map(|mark| Some((from + rest.find(mark)?, mark.len()))).min()
}

fn attribute(tag: &BytesStart<'_>, local: &str) -> Option<String> {
    let named = |name: &str| name == local || name.split_once(':').is_some_and(|(_, name)| name == local);
    tag.attributes().flatten().find(|it| named(it.key.as_ref())).map(|it| it.value.into_owned())
}

fn number(tag: &BytesStart<'_>, local: &str) -> Option<u32> {
    attribute(tag, local)?.parse().ok()
}

#[cfg(test)]
mod tests;

//! In: the properties of the paragraph that a placeholder is. Out: how the table and the lines look that replace it ([`Frame`]): in the
//! font and size of the placeholder, as wide as the text there. Invariant: no style is named that the file does not name itself.

use std::fmt::Write as _;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::super::super::words::Fate;
use super::body::{Kind, Look, xml};

/// A child element: its name without prefix, and the whole of it.
pub(super) type Child = (String, String);

/// How the text at a placeholder looks, and what surrounds it.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// The namespace, where the file has another prefix for it.
    pub declared: String,
    /// Properties of its paragraph.
    pub paragraph: Vec<Child>,
    /// Properties of its run.
    pub run: Vec<Child>,
    /// Marks of ranges that stand in its paragraph.
    pub marks: String,
    /// Room for the text, in twentieths of a point.
    pub width: Option<u32>,
    /// Whether a table stands right before it, which would become one with ours.
    pub opened: bool,
    /// Whether no paragraph follows it; Word wants one after a table.
    pub closed: bool,
}

/// Shares of the columns, in hundredths.
const SHARES: [u32; 3] = [35, 35, 30];
/// Narrowest and widest table.
const WIDTHS: (u32, u32) = (1_500, 31_680);

/// Properties of runs in the order in which Word writes them.
const ORDER: [&str; 37] = [
    "rStyle",
    "rFonts",
    "b",
    "bCs",
    "i",
    "iCs",
    "caps",
    "smallCaps",
    "strike",
    "dstrike",
    "outline",
    "shadow",
    "emboss",
    "imprint",
    "noProof",
    "snapToGrid",
    "vanish",
    "webHidden",
    "color",
    "spacing",
    "w",
    "kern",
    "position",
    "sz",
    "szCs",
    "u",
    "effect",
    "bdr",
    "shd",
    "fitText",
    "vertAlign",
    "rtl",
    "cs",
    "em",
    "lang",
    "eastAsianLayout",
    "specVanish",
];
/// Properties that mark the placeholder or its history, not the text that replaces it.
const LEFT_OUT: [&str; 5] = ["highlight", "rPrChange", "ins", "del", "oMath"];

/// The child elements of an element.
pub(super) fn children(element: &str) -> Vec<Child> {
    let mut reader = Reader::from_str(element);
    let mut all = Vec::new();
    let (mut depth, mut before, mut start) = (0_usize, 0, 0);
    let mut name = String::new();
    while let Ok(event) = reader.read_event() {
        let Ok(after) = usize::try_from(reader.buffer_position()) else { break };
        let local = |name: &str| name.rsplit(':').next().unwrap_or_default().to_owned();
        match event {
            Event::Start(tag) => {
                if depth == 1 {
                    (name, start) = (local(tag.name().as_ref()), before);
                }
                depth += 1;
            }
            Event::Empty(tag) if depth == 1 => {
                all.push((local(tag.name().as_ref()), element.get(before..after).unwrap_or_default().to_owned()));
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                if depth == 1 {
                    all.push((std::mem::take(&mut name), element.get(start..after).unwrap_or_default().to_owned()));
                }
            }
            Event::Eof => break,
            _ => {}
        }
        before = after;
    }
    all
}

impl Frame {
    fn property(&self, wanted: &str) -> &str {
        self.paragraph.iter().find(|(name, _)| name == wanted).map_or("", |(_, whole)| whole)
    }

    /// The properties of a run, with some of them set.
    fn run_with(&self, set: &[Child]) -> String {
        let kept = self.run.iter().filter(|(name, _)| {
            !LEFT_OUT.contains(&name.as_str()) && !set.iter().any(|(replaced, _)| replaced == name)
        });
        let mut all: Vec<&Child> = kept.chain(set).collect();
        all.sort_by_key(|(name, _)| ORDER.iter().position(|known| known == name).unwrap_or(ORDER.len()));
        match all.is_empty() {
            true => String::new(),
            false => format!("<w:rPr>{}</w:rPr>", all.iter().map(|(_, whole)| whole.as_str()).collect::<String>()),
        }
    }

    /// The marks that stood in the paragraph; a paragraph between two tables.
    pub(super) fn before(&self, out: &mut String) {
        out.push_str(&self.marks);
        if self.opened {
            let _ = write!(out, "<w:p{}/>", self.declared);
        }
    }

    /// What follows a table: the paragraph that ends a section or cell.
    pub(super) fn after(&self, out: &mut String) {
        let section = self.property("sectPr");
        if !section.is_empty() {
            let _ = write!(out, "<w:p{}><w:pPr>{section}</w:pPr></w:p>", self.declared);
        } else if self.closed {
            let _ = write!(out, "<w:p{}/>", self.declared);
        }
    }

    /// Lines, each a paragraph as the placeholder is one.
    pub(super) fn lines(&self, out: &mut String, lines: &[String]) {
        out.push_str(&self.marks);
        let run = self.run_with(&[]);
        let properties = |last: bool| {
            let kept = self.paragraph.iter().filter(|(name, _)| name != "pPrChange" && (last || name != "sectPr"));
            kept.map(|(_, whole)| whole.as_str()).collect::<String>()
        };
        for (at, line) in lines.iter().enumerate() {
            let properties = properties(at + 1 == lines.len());
            let _ = write!(
                out,
                "<w:p{}><w:pPr>{properties}</w:pPr><w:r>{run}<w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>",
                self.declared,
                xml(line)
            );
        }
    }
}

fn property(name: &str, value: &str) -> Child {
    let value = if value.is_empty() { String::new() } else { format!(" w:val=\"{value}\"") };
    (name.to_owned(), format!("<w:{name}{value}/>"))
}

impl Look for Frame {
    fn declared(&self) -> &str {
        &self.declared
    }

    fn table(&self) -> String {
        let width: u32 = self.widths().iter().sum();
        let mut out =
            format!("<w:tblPr><w:tblW w:w=\"{width}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblBorders>");
        for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
            let _ = write!(out, "<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>");
        }
        out.push_str(
            "</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:top w:w=\"40\" w:type=\"dxa\"/><w:left w:w=\"100\" w:type=\"dxa\"/>\
             <w:bottom w:w=\"40\" w:type=\"dxa\"/><w:right w:w=\"100\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr>",
        );
        out
    }

    fn widths(&self) -> [u32; 3] {
        let width = self.width.unwrap_or(WIDTHS.1).clamp(WIDTHS.0, WIDTHS.1);
        SHARES.map(|share| width * share / 100)
    }

    fn paragraph(&self, kind: Kind) -> String {
        let jc = if kind == Kind::Head { "center" } else { "left" };
        let style = self.property("pStyle");
        let spacing = match self.property("spacing") {
            "" => "<w:spacing w:before=\"0\" w:after=\"60\"/>",
            own => own,
        };
        format!(
            "<w:pPr>{style}<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"0\"/></w:numPr>{spacing}\
             <w:ind w:left=\"0\" w:right=\"0\" w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"{jc}\"/></w:pPr>"
        )
    }

    fn run(&self, kind: Kind, fate: Fate) -> String {
        let mut set = match fate {
            Fate::Kept => Vec::new(),
            Fate::Removed => vec![property("strike", ""), property("color", "A61C00")],
            Fate::Added => {
                vec![property("b", ""), property("bCs", ""), property("color", "0B5394"), property("u", "single")]
            }
        };
        if matches!(kind, Kind::Head | Kind::Name) && fate != Fate::Added {
            set.extend([property("b", ""), property("bCs", "")]);
        }
        self.run_with(&set)
    }
}

//! In: a comparison and how its paragraphs look ([`Look`]). Out: WordprocessingML of the table and of what stands around it.
//! Invariant: well-formed whatever the text; what is said does not depend on the look.

use std::fmt::Write as _;

use quick_xml::escape::escape;

use crate::diagnostics::Lang;

use super::super::super::words::{Fate, Piece};
use super::super::super::{Diff, say};
use super::super::columns::{self, Row};

/// What a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The title.
    Title,
    /// A line below the title.
    Below,
    /// The head of a column.
    Head,
    /// The name of an item.
    Name,
    /// A paragraph of a cell.
    Cell,
    /// A line below the table.
    After,
}

/// How a table and its paragraphs look.
pub(super) trait Look {
    /// What the element of the table declares, beside its name.
    fn declared(&self) -> &str {
        ""
    }
    /// The properties of the table.
    fn table(&self) -> String;
    /// Widths of the three columns, in twentieths of a point.
    fn widths(&self) -> [u32; 3];
    /// The properties of a paragraph.
    fn paragraph(&self, kind: Kind) -> String;
    /// The properties of a run.
    fn run(&self, kind: Kind, fate: Fate) -> String;
}

/// Text that is neither removed nor added.
pub(super) fn kept(text: &str) -> Piece {
    Piece { fate: Fate::Kept, text: text.to_owned() }
}

/// The table.
pub(super) fn table(out: &mut String, look: &dyn Look, diff: &Diff, lang: Lang) {
    let widths = look.widths();
    let _ = write!(out, "<w:tbl{}>{}<w:tblGrid>", look.declared(), look.table());
    for width in widths {
        let _ = write!(out, "<w:gridCol w:w=\"{width}\"/>");
    }
    out.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    for (head, width) in columns::heads(lang).into_iter().zip(widths) {
        cell(out, width, Some("D9D9D9"), |out| paragraph(out, look, Kind::Head, &[kept(head)]));
    }
    out.push_str("</w:tr>");
    for row in columns::rows(diff) {
        let Row { names: [old, new], texts: [left, right], said } = row;
        out.push_str("<w:tr>");
        for ((name, paragraphs), width) in [(old, left), (new, right)].into_iter().zip(widths) {
            cell(out, width, None, |out| {
                if name.is_empty() && paragraphs.is_empty() {
                    paragraph(out, look, Kind::Cell, &[kept(columns::none(lang))]);
                }
                if !name.is_empty() {
                    paragraph(out, look, Kind::Name, &name);
                }
                paragraphs.iter().for_each(|text| paragraph(out, look, Kind::Cell, text));
            });
        }
        cell(out, widths[2], None, |out| {
            let notes = columns::notes(&said, lang);
            notes.iter().for_each(|note| paragraph(out, look, Kind::Cell, &[kept(note)]));
            if notes.is_empty() {
                paragraph(out, look, Kind::Cell, &[]);
            }
        });
        out.push_str("</w:tr>");
    }
    out.push_str("</w:tbl>");
}

/// What stands below the table: what changes between clauses, for departments, and what the marks mean.
pub(super) fn after(diff: &Diff, lang: Lang) -> Vec<String> {
    let mut all = columns::notes(&say::between(diff), lang);
    let between = match lang {
        Lang::Zh => "：",
        Lang::En => ": ",
    };
    all.extend(say::departments(diff).iter().map(|(name, text)| format!("{name}{between}{}", text.get(lang))));
    all.push(columns::legend(lang).to_owned());
    all
}

fn cell(out: &mut String, width: u32, shade: Option<&str>, content: impl FnOnce(&mut String)) {
    let _ = write!(out, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>");
    if let Some(shade) = shade {
        let _ = write!(out, "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"{shade}\"/>");
    }
    out.push_str("</w:tcPr>");
    content(out);
    out.push_str("</w:tc>");
}

/// A paragraph with its marked words.
pub(super) fn paragraph(out: &mut String, look: &dyn Look, kind: Kind, pieces: &[Piece]) {
    let _ = write!(out, "<w:p>{}", look.paragraph(kind));
    for piece in pieces {
        let marks = look.run(kind, piece.fate);
        for (at, line) in piece.text.split('\n').enumerate() {
            let _ = write!(out, "<w:r>{marks}");
            if at > 0 {
                out.push_str("<w:br/>");
            }
            if !line.is_empty() {
                let _ = write!(out, "<w:t xml:space=\"preserve\">{}</w:t>", xml(line));
            }
            out.push_str("</w:r>");
        }
    }
    out.push_str("</w:p>");
}

/// Text of XML: what XML cannot hold is left out.
pub(super) fn xml(text: &str) -> String {
    let allowed: String = text
        .chars()
        .filter(|letter| matches!(letter, '\t' | '\n' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..))
        .collect();
    escape(allowed.as_str()).into_owned()
}

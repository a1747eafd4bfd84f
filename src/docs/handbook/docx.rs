//! In: a book. Out: the handbook as a .docx that Word, WPS and LibreOffice edit: cover, contents by headings, chapters, then the official text
//! in the layout of official documents (GB/T 9704-2012: A4, text block 156 by 225 mm, 22 lines of 28 characters).
//! Invariant: the same book gives the same bytes: no clock, nothing compressed; every part is well-formed whatever the text.

mod parts;
mod styles;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{Block, Book, Level, Line, Table};
use crate::diagnostics::Lang;
use crate::docs::charts::Chart;
use parts::xml;

/// Width of the text block, in twentieths of a point: 156 mm.
const WIDTH: u32 = 8_844;
/// Page margins of official documents, in twentieths of a point: top 37 mm, left 28 mm, right 26 mm, bottom 35 mm.
const PAGE: &str = "<w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1588\" \
                    w:header=\"851\" w:footer=\"1588\" w:gutter=\"0\"/>";
/// Depth of lists that is shown; deeper items stand at this depth.
const DEPTH_MAX: usize = 7;

/// The whole file; `None` only where it would be larger than a container holds.
#[must_use]
pub fn docx(book: &Book) -> Option<Vec<u8>> {
    let files = [
        ("[Content_Types].xml", parts::TYPES.to_owned()),
        ("_rels/.rels", parts::RELATIONS.to_owned()),
        ("docProps/core.xml", parts::core(&book.title, book.day.as_deref())),
        ("word/_rels/document.xml.rels", parts::DOCUMENT_RELATIONS.to_owned()),
        ("word/document.xml", document(book)),
        ("word/footer1.xml", parts::footer()),
        ("word/settings.xml", parts::settings()),
        ("word/styles.xml", styles::styles()),
    ];
    // The first day that the format of the container knows: the same file every day.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in files {
        zip.start_file(name, options).ok()?;
        zip.write_all(part.as_bytes()).ok()?;
    }
    Some(zip.finish().ok()?.into_inner())
}

/// A document in the making.
struct Writing {
    out: String,
    /// Bookmarks of chapters, by id of the chapter: names of bookmarks are short.
    marks: BTreeMap<String, usize>,
}

fn document(book: &Book) -> String {
    let marks = book.chapters.iter().enumerate().map(|(number, chapter)| (chapter.id.clone(), number)).collect();
    let mut writing = Writing { out: parts::open(), marks };
    writing.cover(book);
    for chapter in &book.chapters {
        let style = if chapter.depth == 0 { "Heading1" } else { "Heading2" };
        writing.marked(style, &chapter.id, &chapter.title);
        chapter.blocks.iter().for_each(|block| writing.block(block));
    }
    // What follows begins a section of its own: the official text on its own pages.
    if !book.official.is_empty() {
        writing.section();
        for paragraph in &book.official {
            writing.paragraph(style_of(paragraph.level), &Line::plain(&paragraph.text));
        }
    }
    let Writing { mut out, .. } = writing;
    let _ = write!(
        out,
        "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/>{PAGE}<w:docGrid w:type=\"lines\" w:linePitch=\"579\"/></w:sectPr></w:body></w:document>"
    );
    out
}

fn style_of(level: Level) -> &'static str {
    match level {
        Level::Title => "OfficialTitle",
        Level::Head => "OfficialHead",
        Level::Addressee => "OfficialAddressee",
        Level::One => "OfficialOne",
        Level::Two => "OfficialTwo",
        Level::Three => "OfficialThree",
        Level::Body => "OfficialBody",
        Level::Signed => "OfficialSigned",
    }
}

impl Writing {
    fn cover(&mut self, book: &Book) {
        self.paragraph("CoverTitle", &Line::plain(&book.title));
        let said = match book.lang {
            Lang::Zh => "政策手册",
            Lang::En => "Handbook",
        };
        self.paragraph("CoverName", &Line::plain(said));
        for line in std::iter::once(&book.number).chain(&book.cover).filter(|line| !line.is_empty()) {
            self.paragraph("CoverLine", &Line::plain(line));
        }
        let head = match book.lang {
            Lang::Zh => "目　录",
            Lang::En => "Contents",
        };
        self.paragraph("ContentsTitle", &Line::plain(head));
        // Made here, not by a field: a reader sees it without having it updated first.
        for chapter in &book.chapters {
            let style = if chapter.depth == 0 { "Contents1" } else { "Contents2" };
            let run = super::Run { text: chapter.title.clone(), to: Some(chapter.id.clone()), strong: false };
            self.paragraph(style, &Line { runs: vec![run] });
        }
    }

    fn section(&mut self) {
        let _ = write!(
            self.out,
            "<w:p><w:pPr><w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/><w:type w:val=\"nextPage\"/>{PAGE}</w:sectPr></w:pPr></w:p>"
        );
    }

    fn marked(&mut self, style: &str, id: &str, title: &str) {
        let number = self.marks.get(id).copied().unwrap_or_default();
        let _ = write!(
            self.out,
            "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:bookmarkStart w:id=\"{number}\" w:name=\"chapter{number}\"/><w:r>\
             <w:t xml:space=\"preserve\">{}</w:t></w:r><w:bookmarkEnd w:id=\"{number}\"/></w:p>",
            xml(title)
        );
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(text) => self.paragraph("Heading3", &Line::plain(text)),
            Block::Text(line) => self.paragraph("Text", line),
            Block::Quote(text) => self.paragraph("Quotation", &Line::plain(text)),
            Block::Items(items) => items.iter().for_each(|(depth, line)| self.item(*depth, line)),
            Block::Table(table) => self.table(table),
            Block::Chart(chart) => self.chart(chart),
        }
    }

    /// An item: its mark stands in the text, so that it looks the same wherever it is opened.
    fn item(&mut self, depth: usize, line: &Line) {
        let depth = depth.min(DEPTH_MAX);
        let left = 360 * (depth + 1);
        let mark = if depth.is_multiple_of(2) { "• " } else { "◦ " };
        let _ = write!(
            self.out,
            "<w:p><w:pPr><w:pStyle w:val=\"Item\"/><w:ind w:left=\"{left}\" w:hanging=\"240\"/></w:pPr><w:r>\
             <w:t xml:space=\"preserve\">{mark}</w:t></w:r>"
        );
        self.runs(line);
        self.out.push_str("</w:p>");
    }

    fn paragraph(&mut self, style: &str, line: &Line) {
        let _ = write!(self.out, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>");
        self.runs(line);
        self.out.push_str("</w:p>");
    }

    fn runs(&mut self, line: &Line) {
        for run in &line.runs {
            let text = xml(&run.text);
            let mark = run.to.as_ref().and_then(|to| self.marks.get(to));
            let _ = match mark {
                Some(number) => write!(
                    self.out,
                    "<w:hyperlink w:anchor=\"chapter{number}\" w:history=\"1\"><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:hyperlink>"
                ),
                None if run.strong => {
                    write!(self.out, "<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
                }
                None => write!(self.out, "<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>"),
            };
        }
    }

    fn table(&mut self, table: &Table) {
        let _ = write!(
            self.out,
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"Grid\"/><w:tblW w:w=\"{WIDTH}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>"
        );
        let widths: Vec<u32> = table.widths.iter().map(|share| share * WIDTH / 100).collect();
        for width in &widths {
            let _ = write!(self.out, "<w:gridCol w:w=\"{width}\"/>");
        }
        self.out.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
        for (head, width) in table.head.iter().zip(&widths) {
            let _ = write!(
                self.out,
                "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E4EAF1\"/></w:tcPr>"
            );
            self.paragraph("CellHead", &Line::plain(head));
            self.out.push_str("</w:tc>");
        }
        self.out.push_str("</w:tr>");
        for row in &table.rows {
            self.out.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            for (cell, width) in row.iter().zip(&widths) {
                let _ = write!(self.out, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>");
                self.paragraph("Cell", cell);
                self.out.push_str("</w:tc>");
            }
            self.out.push_str("</w:tr>");
        }
        self.out.push_str("</w:tbl>");
        self.paragraph("After", &Line::default());
    }

    /// A chart as its table: offices edit tables, and not every Word shows SVG.
    fn chart(&mut self, chart: &Chart) {
        self.paragraph("Text", &Line::plain(&chart.description));
        let columns = u32::try_from(chart.head.len()).unwrap_or(u32::MAX).max(1);
        let widths = chart.head.iter().map(|_| 100 / columns).collect();
        let rows = chart.rows.iter().map(|row| row.iter().map(|cell| Line::plain(cell)).collect()).collect();
        self.table(&Table { head: chart.head.clone(), widths, rows });
    }
}

//! In: a comparison. Out: the 新旧条文对照表 as a .docx: A4 landscape, three columns, the header row repeated on every page, removed words
//! struck through, added words bold and underlined.
//! Invariant: the same comparison gives the same bytes: no clock, nothing compressed; every part is well-formed whatever the text.

mod body;
mod frame;
mod placeholders;
mod template;

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::diagnostics::Lang;

use super::super::Diff;
use super::super::words::Fate;
use super::columns;
use body::{Kind, Look, kept, paragraph, xml};

pub use template::{Filled, Template, Unusable};

/// Widths of the columns, in twentieths of a point; together the page less its margins.
const WIDTHS: [u32; 3] = [5_050, 5_050, 4_470];

const TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
</Types>";

const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
</Relationships>";

const DOCUMENT_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer1.xml\"/>\
</Relationships>";

const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// The whole file; `None` only where it would be larger than a container holds.
#[must_use]
pub fn docx(diff: &Diff, lang: Lang) -> Option<Vec<u8>> {
    let title = columns::title(diff);
    let parts = [
        ("[Content_Types].xml", TYPES.to_owned()),
        ("_rels/.rels", RELATIONS.to_owned()),
        ("docProps/core.xml", core(title.get(lang))),
        ("word/_rels/document.xml.rels", DOCUMENT_RELATIONS.to_owned()),
        ("word/document.xml", document(diff, lang)),
        ("word/footer1.xml", footer()),
        ("word/styles.xml", styles()),
    ];
    // The first day that the format of the container knows: the same file every day.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        zip.start_file(name, options).ok()?;
        zip.write_all(part.as_bytes()).ok()?;
    }
    Some(zip.finish().ok()?.into_inner())
}

/// The part that holds the text, for tests that read it.
#[must_use]
pub fn document(diff: &Diff, lang: Lang) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document xmlns:w=\"{MAIN}\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><w:body>"
    );
    paragraph(&mut out, &Styles, Kind::Title, &[kept(columns::title(diff).get(lang))]);
    for line in columns::below_title(diff, lang) {
        paragraph(&mut out, &Styles, Kind::Below, &[kept(&line)]);
    }
    body::table(&mut out, &Styles, diff, lang);
    for line in body::after(diff, lang) {
        paragraph(&mut out, &Styles, Kind::After, &[kept(&line)]);
    }
    out.push_str(
        "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/><w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/>\
         <w:pgMar w:top=\"1134\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/></w:sectPr>\
         </w:body></w:document>",
    );
    out
}

/// The look of a file of its own: by its styles.
struct Styles;

impl Look for Styles {
    fn table(&self) -> String {
        "<w:tblPr><w:tblStyle w:val=\"Grid\"/><w:tblW w:w=\"14570\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr>"
            .to_owned()
    }

    fn widths(&self) -> [u32; 3] {
        WIDTHS
    }

    fn paragraph(&self, kind: Kind) -> String {
        format!("<w:pPr><w:pStyle w:val=\"{kind:?}\"/></w:pPr>")
    }

    fn run(&self, _: Kind, fate: Fate) -> String {
        match fate {
            Fate::Kept => "",
            Fate::Removed => "<w:rPr><w:strike/><w:color w:val=\"A61C00\"/></w:rPr>",
            Fate::Added => "<w:rPr><w:b/><w:bCs/><w:color w:val=\"0B5394\"/><w:u w:val=\"single\"/></w:rPr>",
        }
        .to_owned()
    }
}

fn core(title: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:creator>guiju</dc:creator>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">1980-01-01T00:00:00Z</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">1980-01-01T00:00:00Z</dcterms:modified></cp:coreProperties>",
        xml(title)
    )
}

fn footer() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:ftr xmlns:w=\"{MAIN}\"><w:p><w:pPr><w:pStyle w:val=\"Below\"/>\
         <w:jc w:val=\"center\"/></w:pPr><w:r><w:t xml:space=\"preserve\">— </w:t></w:r><w:fldSimple w:instr=\" PAGE \"><w:r><w:t>1</w:t></w:r>\
         </w:fldSimple><w:r><w:t xml:space=\"preserve\"> —</w:t></w:r></w:p></w:ftr>"
    )
}

/// The styles: title 宋体, heads 黑体, text 仿宋. Sizes are half points.
fn styles() -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:styles xmlns:w=\"{MAIN}\"><w:docDefaults><w:rPrDefault><w:rPr>\
         <w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"仿宋\" w:cs=\"Times New Roman\"/><w:sz w:val=\"21\"/>\
         <w:szCs w:val=\"21\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    );
    for (id, font, size, bold, paragraph) in [
        ("Title", "宋体", 40, true, "<w:spacing w:before=\"0\" w:after=\"160\"/><w:jc w:val=\"center\"/>"),
        ("Below", "仿宋", 21, false, "<w:spacing w:before=\"0\" w:after=\"60\"/>"),
        ("After", "仿宋", 21, false, "<w:spacing w:before=\"120\" w:after=\"0\"/>"),
        ("Head", "黑体", 24, false, "<w:spacing w:before=\"40\" w:after=\"40\"/><w:jc w:val=\"center\"/>"),
        ("Name", "黑体", 21, false, "<w:spacing w:before=\"40\" w:after=\"40\"/>"),
        ("Cell", "仿宋", 21, false, "<w:spacing w:before=\"0\" w:after=\"60\"/>"),
    ] {
        let bold = if bold { "<w:b/>" } else { "" };
        let _ = write!(
            out,
            "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"{id}\"><w:name w:val=\"guiju {id}\"/><w:pPr>{paragraph}</w:pPr><w:rPr>\
             <w:rFonts w:eastAsia=\"{font}\"/>{bold}<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/></w:rPr></w:style>"
        );
    }
    out.push_str("<w:style w:type=\"table\" w:customStyle=\"1\" w:styleId=\"Grid\"><w:name w:val=\"guiju Grid\"/><w:tblPr><w:tblBorders>");
    for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
        let _ = write!(out, "<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>");
    }
    out.push_str(
        "</w:tblBorders><w:tblCellMar><w:top w:w=\"40\" w:type=\"dxa\"/><w:left w:w=\"100\" w:type=\"dxa\"/><w:bottom w:w=\"40\" w:type=\"dxa\"/>\
         <w:right w:w=\"100\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style></w:styles>",
    );
    out
}

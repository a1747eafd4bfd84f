//! In: an office's own Word file with placeholders. Out: the same file with the comparison table in the place of one ([`Template::fill`]).
//! Invariant: every part without a placeholder stays as it is, byte for byte; a file that is not whole is refused before anything is made.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write as _};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::diagnostics::{Code, Lang, Text};
use crate::limits::{TEMPLATE_PARTS_MAX, TEMPLATE_UNPACKED_MAX};

use super::super::super::{Diff, say};
use super::super::columns;
use super::body::{self, xml};
use super::placeholders::{self, Block, Found, Misplaced, Spot, What, Word};

/// How old Word files and those with a password begin.
const COMPOUND: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Why a file cannot be used as a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// The code of the diagnostic.
    pub code: Code,
    /// What is wrong.
    pub message: Text,
    /// What to do.
    pub help: Text,
}

/// An office's Word file, read whole, with its placeholders found.
#[derive(Debug)]
pub struct Template {
    bytes: Vec<u8>,
    /// Parts with text, by name; the first spot of a table lies in one of them.
    parts: BTreeMap<String, (String, Found)>,
}

/// A template that was filled.
#[derive(Debug)]
pub struct Filled {
    /// The file.
    pub bytes: Vec<u8>,
    /// What looks like a placeholder and was left as it is.
    pub unknown: Vec<String>,
    /// Whether what stands below the table (between clauses, departments, marks) found no place.
    pub without_notes: bool,
}

fn broken(zh: impl Into<String>, en: impl Into<String>) -> Unusable {
    let help = Text::new(
        "在 Word 或 WPS 里打开它，另存为不加密的 .docx 再用",
        "open it in Word or WPS and save it as a .docx without a password",
    );
    Unusable { code: Code::TemplateUnreadable, message: Text::new(zh, en), help }
}

fn without_place(zh: impl Into<String>, en: impl Into<String>) -> Unusable {
    let help = Text::new(
        "在模板里要放对照表的地方另起一段，只写 {{对照表}}",
        "where the table is to stand, write a paragraph of nothing but {{table}}",
    );
    Unusable { code: Code::TemplateWithoutPlace, message: Text::new(zh, en), help }
}

impl Template {
    /// Reads a file and finds its placeholders.
    ///
    /// # Errors
    /// Where it is no Word file, is not whole or too large, or has no place for the table.
    pub fn read(bytes: Vec<u8>) -> Result<Template, Unusable> {
        if bytes.starts_with(COMPOUND) {
            return Err(broken(
                "这是加了密码的 Word 文件，或者旧的 .doc、.wps 文件",
                "this is a Word file with a password, or an old .doc or .wps file",
            ));
        }
        let mut unpacked = unpack(&bytes)?;
        let types = types(unpacked.get("[Content_Types].xml").map_or(&[][..], Vec::as_slice));
        let main = main_part(&unpacked);
        let of_word = |kind: &&String| kind.contains("word") && unpacked.contains_key(&main);
        let Some(kind) = types.get(&main).filter(of_word) else {
            return Err(not_word(&unpacked));
        };
        admit(kind)?;
        let is_beside = |kind: &String| {
            kind.ends_with("wordprocessingml.header+xml") || kind.ends_with("wordprocessingml.footer+xml")
        };
        let mut parts = BTreeMap::new();
        for name in types.iter().filter(|(name, kind)| **name == main || is_beside(kind)).map(|(name, _)| name) {
            let Some(part) = unpacked.remove(name) else { continue };
            let text = String::from_utf8(part).ok();
            let text = text.map(|text| text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text));
            let found = text.and_then(|text| placeholders::find(&text).map(|found| (text, found)));
            let Some((text, mut found)) = found else {
                return Err(broken(
                    format!("其中的“{name}”坏了，不是完整的 Word 文字"),
                    format!("its part `{name}` is broken: no well-formed text of Word"),
                ));
            };
            if *name != main {
                beside_the_text(&mut found);
            }
            parts.insert(name.clone(), (text, found));
        }
        let template = Template { bytes, parts };
        template.placed()?;
        Ok(template)
    }

    fn spots(&self) -> impl Iterator<Item = &Spot> {
        self.parts.values().flat_map(|(_, found)| &found.spots)
    }

    fn has(&self, wanted: Block) -> bool {
        self.spots().any(|spot| matches!(spot.what, What::Block(block, _) if block == wanted))
    }

    /// Whether everything can be replaced where it stands, the table at least once.
    fn placed(&self) -> Result<(), Unusable> {
        if let Some((shown, why)) = self.parts.values().flat_map(|(_, found)| &found.misplaced).next() {
            let (zh, en) = match why {
                Misplaced::Beside => ("这一段里还有别的内容", "its paragraph holds something else"),
                Misplaced::Boxed => ("它在文本框里", "it stands in a text box"),
            };
            return Err(without_place(
                format!("模板里的 {shown} 换不成对照表：{zh}"),
                format!("{shown} of the template cannot be replaced: {en}"),
            ));
        }
        if self.has(Block::Table) {
            return Ok(());
        }
        Err(without_place("模板的正文里没有 {{对照表}}", "the text of the template has no {{table}}"))
    }

    /// The file with the comparison in it; `None` only where it would be larger than a container holds.
    #[must_use]
    pub fn fill(&self, diff: &Diff, lang: Lang) -> Option<Filled> {
        let mut archive = ZipArchive::new(Cursor::new(self.bytes.as_slice())).ok()?;
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default());
        for at in 0..archive.len() {
            let file = archive.by_index_raw(at).ok()?;
            let name = file.name().ok()?.into_owned();
            match self.parts.get(&name).filter(|(_, found)| !found.spots.is_empty()) {
                Some((text, found)) => {
                    zip.start_file(name, options).ok()?;
                    zip.write_all(filled(text, &found.spots, diff, lang)?.as_bytes()).ok()?;
                }
                None => zip.raw_copy_file(file).ok()?,
            }
        }
        let mut unknown: Vec<String> = self.parts.values().flat_map(|(_, found)| found.unknown.clone()).collect();
        unknown.sort();
        unknown.dedup();
        Some(Filled { bytes: zip.finish().ok()?.into_inner(), unknown, without_notes: !self.has(Block::Notes) })
    }
}

/// Headers and footers hold words only.
fn beside_the_text(found: &mut Found) {
    found.misplaced.clear();
    found.spots.retain(|spot| !matches!(spot.what, What::Block(..)));
}

fn filled(text: &str, spots: &[Spot], diff: &Diff, lang: Lang) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for spot in spots {
        out.push_str(text.get(at..spot.range.start)?);
        match &spot.what {
            What::Cut => {}
            What::Word(Word::Title) => out.push_str(&xml(columns::title(diff).get(lang))),
            What::Word(Word::Old) => out.push_str(&xml(&say::side(&diff.old))),
            What::Word(Word::New) => out.push_str(&xml(&say::side(&diff.new))),
            What::Block(Block::Table, frame) => {
                frame.before(&mut out);
                body::table(&mut out, &**frame, diff, lang);
                frame.after(&mut out);
            }
            What::Block(Block::Summary, frame) => frame.lines(&mut out, &columns::comes_to(diff, lang)),
            What::Block(Block::Notes, frame) => frame.lines(&mut out, &body::after(diff, lang)),
        }
        at = spot.range.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// Every part that is XML, with the checksum of every part checked.
fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, Unusable> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else {
        return Err(match bytes.starts_with(b"PK") {
            true => broken("文件坏了：不完整，或者没有下载完", "the file is broken: cut off, or not downloaded whole"),
            false => broken("这不是 Word 的 .docx 文件", "this is no .docx file of Word"),
        });
    };
    if archive.len() > TEMPLATE_PARTS_MAX || archive.has_duplicate_names() {
        return Err(broken("文件里的部分太多或者重名", "the file has too many parts, or two of one name"));
    }
    let mut parts = BTreeMap::new();
    let mut room = TEMPLATE_UNPACKED_MAX;
    for at in 0..archive.len() {
        let damaged = |name: &str| {
            broken(
                format!("文件坏了：其中的“{name}”读不出来"),
                format!("the file is broken: its part `{name}` cannot be read"),
            )
        };
        let file = archive.by_index(at).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
                broken("文件加了密码", "the file has a password")
            }
            _ => damaged("?"),
        })?;
        let Some(name) = file.name().ok().map(|name| name.into_owned()) else { return Err(damaged("?")) };
        let mut part = Vec::new();
        if file.take(room + 1).read_to_end(&mut part).is_err() {
            return Err(damaged(&name));
        }
        let Some(left) = u64::try_from(part.len()).ok().and_then(|size| room.checked_sub(size)) else {
            let most = TEMPLATE_UNPACKED_MAX >> 20;
            return Err(broken(
                format!("文件展开以后超过 {most} MB，不像模板"),
                format!("the file unpacks to more than {most} MB, which is no template"),
            ));
        };
        room = left;
        if [".xml", ".rels"].iter().any(|end| name.ends_with(end)) {
            parts.insert(name, part);
        }
    }
    Ok(parts)
}

/// Which part is of what type, by the names of parts.
fn types(part: &[u8]) -> BTreeMap<String, String> {
    elements(part, "Override")
        .into_iter()
        .filter_map(|mut attributes| {
            let name = attributes.remove("PartName")?;
            Some((name.trim_start_matches('/').to_owned(), attributes.remove("ContentType")?))
        })
        .collect()
}

/// The part that holds the text.
fn main_part(parts: &BTreeMap<String, Vec<u8>>) -> String {
    let relations = elements(parts.get("_rels/.rels").map_or(&[][..], Vec::as_slice), "Relationship");
    let main = relations.into_iter().find_map(|mut attributes| {
        let kind = attributes.remove("Type")?;
        kind.ends_with("/officeDocument").then(|| attributes.remove("Target")).flatten()
    });
    main.map_or_else(|| "word/document.xml".to_owned(), |target| target.trim_start_matches('/').to_owned())
}

/// Attributes of all elements of a name, as far as the part can be read.
fn elements(part: &[u8], wanted: &str) -> Vec<BTreeMap<String, String>> {
    let text = String::from_utf8_lossy(part);
    let mut reader = Reader::from_str(text.strip_prefix('\u{FEFF}').unwrap_or(&text));
    let mut all = Vec::new();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == wanted => {
                let pairs = tag.attributes().flatten();
                all.push(pairs.map(|it| (it.key.as_ref().to_owned(), it.value.into_owned())).collect());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    all
}

fn not_word(parts: &BTreeMap<String, Vec<u8>>) -> Unusable {
    let holds = |folder: &str| parts.keys().any(|name| name.starts_with(folder));
    if holds("xl/") {
        return broken("这是 Excel 文件，不是 Word 文件", "this is a file of Excel, not of Word");
    }
    if holds("ppt/") {
        return broken("这是 PowerPoint 文件，不是 Word 文件", "this is a file of PowerPoint, not of Word");
    }
    if holds("META-INF/") || parts.contains_key("content.xml") {
        return broken("这是 OpenDocument 文件，不是 .docx", "this is an OpenDocument file, not a .docx");
    }
    broken("文件里没有 Word 的正文", "the file holds no text of Word")
}

/// Whether the text is that of a document.
fn admit(kind: &str) -> Result<(), Unusable> {
    if kind.ends_with("wordprocessingml.document.main+xml") {
        return Ok(());
    }
    Err(match () {
        () if kind.contains("macroEnabled") => {
            broken("这是带宏的 Word 文件（.docm、.dotm）", "this is a Word file with macros (.docm, .dotm)")
        }
        () if kind.contains("wordprocessingml.template") => {
            broken("这是 Word 的模板文件（.dotx），不是 .docx", "this is a template of Word (.dotx), not a .docx")
        }
        () => broken("这不是 Word 文件", "this is no file of Word"),
    })
}

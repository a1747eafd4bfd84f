//! Files for Word and Excel: an office's own template keeps what it has, whatever is wrong with one is said and nothing written; the
//! tables of the worked revision are what the command writes. `BLESS=1` rewrites those. `.ci/office` opens them by LibreOffice.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::{Command, Output};

use guiju::diagnostics::{Code, Lang};
use guiju::diff::render::{self, Filled, Template};
use guiju::diff::{self, Diff, Side};
use guiju::limits::{TEMPLATE_BYTES_MAX, TEMPLATE_PARTS_MAX, TEMPLATE_UNPACKED_MAX};
use guiju::load::load;
use zip::write::SimpleFileOptions;

use crate::docs::{bless, root};
use crate::workbench;

const REVISED: &str = "policies/changning-2024-4-revised";
const MAIN: &str = "word/document.xml";

fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let read = |at| {
        let mut file = archive.by_index(at).unwrap();
        let mut part = Vec::new();
        file.read_to_end(&mut part).unwrap();
        (file.name().unwrap().into_owned(), part)
    };
    (0..zip::ZipArchive::new(Cursor::new(bytes)).unwrap().len()).map(read).collect()
}

fn zipped(parts: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(part).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn sample() -> Vec<u8> {
    fs::read(root().join(REVISED).join("对照表模板.docx")).unwrap()
}

/// The sample with another text.
fn with(change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut all = parts(&sample());
    let text = String::from_utf8(all.remove(MAIN).unwrap()).unwrap();
    all.insert(MAIN.to_owned(), change(&text).into_bytes());
    zipped(&all)
}

/// The sample with another body.
fn with_body(body: &str) -> Vec<u8> {
    with(|text| {
        let (before, rest) = text.split_once("<w:body>").unwrap();
        let section = &rest[rest.find("<w:sectPr>").unwrap()..];
        format!("{before}<w:body>{body}{section}")
    })
}

fn compared() -> Diff {
    let side = |name: &str| {
        let text = fs::read_to_string(root().join("tests/diff/several").join(name)).unwrap();
        let (loaded, found) = load("main.policy", &workbench::files(&[("main.policy", &text)]));
        Side::new(name, loaded, found, None)
    };
    diff::diff(&side("old.policy"), &side("new.policy"))
}

fn filled(template: Vec<u8>) -> (Filled, String) {
    let filled = Template::read(template).unwrap().fill(&compared(), Lang::Zh).unwrap();
    let text = String::from_utf8(parts(&filled.bytes).remove(MAIN).unwrap()).unwrap();
    well_formed(&text);
    (filled, text)
}

fn well_formed(xml: &str) {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut depth = 0_i64;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(_) => depth += 1,
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
}

fn refused(template: Vec<u8>) -> (Code, String) {
    let unusable = Template::read(template).unwrap_err();
    (unusable.code, unusable.message.zh)
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

#[test]
fn a_template_keeps_all_but_its_placeholders() {
    let (filled, text) = filled(sample());
    let (before, after) = (parts(&sample()), parts(&filled.bytes));
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (name, part) in &before {
        assert_eq!(part == &after[name], name != MAIN && name != "word/header1.xml", "{name}");
    }
    // The compressed bytes too: what is not changed is not written anew.
    let stored = |bytes: &[u8]| {
        zip::ZipArchive::new(Cursor::new(bytes)).unwrap().by_name("word/styles.xml").unwrap().compressed_size()
    };
    assert_eq!(stored(&sample()), stored(&filled.bytes));
    let header = String::from_utf8(after["word/header1.xml"].clone()).unwrap();
    assert!(header.contains("新旧条文对照表") && header.contains("示范区发展和改革委员会") && !header.contains("{{"));
    assert!(
        !text.contains("{{") && !text.contains("}}") && text.contains("（此表供会签使用，会签意见请送区司法局。）")
    );
    assert!(filled.unknown.is_empty() && !filled.without_notes);
    // The table stands in the style of the placeholder, with marked words and a header row.
    let table = &text[text.find("<w:tbl>").unwrap()..text.find("</w:tbl>").unwrap()];
    for wanted in ["w:val=\"a2\"", "<w:tblHeader/>", "<w:strike/>", "<w:u w:val=\"single\"/>", "现行", "修改后", "说明"]
    {
        assert!(table.contains(wanted), "{wanted}");
    }
    // As wide as the page less its margins, but for what hundredths leave over.
    assert!(table.contains("<w:tblW w:w=\"13889\""), "{}", &table[..200]);
    let again = Template::read(sample()).unwrap().fill(&compared(), Lang::Zh).unwrap();
    assert_eq!(again.bytes, filled.bytes);
}

#[test]
fn placeholders_are_found_as_word_writes_them() {
    for body in [
        p("{{对照表}}"),
        p("｛｛ 对照表 ｝｝"),
        p("{{table}}"),
        "<w:p><w:r><w:t>{</w:t></w:r><w:proofErr w:type=\"x\"/><w:r><w:t>{对</w:t></w:r><w:ins w:id=\"1\"><w:r><w:t>照表</w:t></w:r></w:ins><w:r><w:t xml:space=\"preserve\">}} </w:t></w:r></w:p>"
            .to_owned(),
        format!("<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", p("{{对照表}}")),
    ] {
        let (_, text) = filled(with_body(&body));
        assert!(text.contains("<w:tbl>") && !text.contains("对照表}}") && !text.contains("{{"), "{body}");
        assert!(filled(with_body(&body)).0.without_notes);
    }
    // Another prefix for the namespace, and none.
    for (prefix, xmlns) in [("x:", ":x"), ("", "")] {
        let (_, text) = filled(with(|text| {
            let text = text.replace("xmlns:w=", "XMLNS").replace("<w:", &format!("<{prefix}"));
            text.replace("</w:", &format!("</{prefix}")).replace("XMLNS", &format!("xmlns{xmlns}="))
        }));
        assert!(text.contains("<w:tbl xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">"));
    }
}

#[test]
fn what_surrounds_the_table_stays_valid() {
    // A cell ends with a paragraph, and the table is as wide as the cell.
    let cell = format!(
        "<w:tbl><w:tr><w:tc><w:tcPr><w:tcW w:w=\"6216\" w:type=\"dxa\"/></w:tcPr>{}</w:tc></w:tr></w:tbl>",
        p("{{对照表}}")
    );
    let (_, text) = filled(with_body(&cell));
    assert!(text.contains("</w:tbl><w:p/></w:tc>") && text.contains("<w:tblW w:w=\"6000\""));
    // Two tables without a paragraph between them would become one.
    let table = "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>";
    let (_, text) = filled(with_body(&format!("{table}{}{table}", p("{{对照表}}"))));
    assert!(text.contains("</w:tbl><w:p/><w:tbl>") && text.contains("</w:tbl><w:p/><w:tbl><w:tr>"));
    // The paragraph that ends a section goes on ending it; marks of ranges stay.
    let section = "<w:p><w:pPr><w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:left=\"1800\" w:right=\"1800\"/></w:sectPr></w:pPr>\
                   <w:bookmarkStart w:id=\"1\" w:name=\"a\"/><w:r><w:t>{{对照表}}</w:t></w:r></w:p><w:p><w:bookmarkEnd w:id=\"1\"/></w:p>";
    let (_, text) = filled(with_body(section));
    assert!(
        text.contains("<w:bookmarkStart w:id=\"1\" w:name=\"a\"/><w:tbl>") && text.contains("<w:tblW w:w=\"8305\"")
    );
    assert!(text.contains("</w:tbl><w:p><w:pPr><w:sectPr><w:pgSz"));
    // What is not known stays, and is told.
    let (filled, text) = filled(with_body(&format!("{}{}", p("{{对照表}}"), p("签发人：{{签发人}}"))));
    assert!(text.contains("签发人：{{签发人}}") && filled.unknown == ["{{签发人}}"]);
}

#[test]
fn titles_cannot_break_the_file() {
    let text = "政策 甲〔2025〕1号《<w:p>&{{对照表}}》（a）\n  有效期：2026-01-01 至 2027-12-31\n部门 区科委（science）\n条款 一（one）\n  支持：1万元\n  责任部门：区科委\n";
    let side = || {
        let (loaded, found) = load("main.policy", &workbench::files(&[("main.policy", text)]));
        Side::new("x", loaded, found, None)
    };
    let filled = Template::read(sample()).unwrap().fill(&diff::diff(&side(), &side()), Lang::Zh).unwrap();
    let made = String::from_utf8(parts(&filled.bytes).remove(MAIN).unwrap()).unwrap();
    well_formed(&made);
    assert!(made.contains("&lt;w:p&gt;&amp;{{对照表}}"));
}

#[test]
fn a_template_that_is_not_whole_is_refused() {
    let unreadable = |bytes: Vec<u8>, words: &str| {
        let (code, message) = refused(bytes);
        assert!(code == Code::TemplateUnreadable && message.contains(words), "{words}: {code:?} {message}");
    };
    unreadable(Vec::new(), "不是 Word");
    unreadable(b"{\\rtf1 }".to_vec(), "不是 Word");
    unreadable(vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0], "密码");
    let whole = sample();
    for cut in [whole.len() / 3, whole.len() / 2, whole.len() - 30] {
        unreadable(whole[..cut].to_vec(), "坏了");
    }
    // A damaged byte in a part that would only be copied.
    let mut damaged = whole.clone();
    let at = whole.windows(15).position(|it| it == b"word/styles.xml").unwrap() + 40;
    damaged[at] ^= 0x55;
    unreadable(damaged, "word/styles.xml");
    let without = |name: &str| {
        let mut all = parts(&sample());
        all.remove(name).unwrap();
        zipped(&all)
    };
    unreadable(without(MAIN), "没有 Word 的正文");
    unreadable(without("[Content_Types].xml"), "没有 Word 的正文");
    let kind = |old: &str, new: &str| {
        let mut all = parts(&sample());
        let types = String::from_utf8(all.remove("[Content_Types].xml").unwrap()).unwrap();
        all.insert("[Content_Types].xml".to_owned(), types.replace(old, new).into_bytes());
        zipped(&all)
    };
    unreadable(kind("document.main", "template.main"), ".dotx");
    unreadable(
        kind(
            "vnd.openxmlformats-officedocument.wordprocessingml.document.main",
            "vnd.ms-word.document.macroEnabled.main",
        ),
        ".docm",
    );
    unreadable(render::xlsx(&compared(), Lang::Zh).unwrap(), "Excel");
    unreadable(with(|text| text.replace("</w:body>", "")), "word/document.xml");
    unreadable(with(|text| text[..text.len() - 20].to_owned()), "word/document.xml");
    let mut broken = parts(&sample());
    broken.insert(MAIN.to_owned(), vec![0xFF, 0xFE, b'<', 0]);
    unreadable(zipped(&broken), "word/document.xml");
}

#[test]
fn bounds_of_templates() {
    // Zeros pack a thousandfold.
    let zeros = |bytes: u64| {
        let mut all = parts(&sample());
        let others: usize = all.values().map(Vec::len).sum();
        let zeros = usize::try_from(bytes).unwrap() - others;
        all.insert("word/media/image1.bin".to_owned(), vec![0; zeros]);
        zipped(&all)
    };
    assert!(Template::read(zeros(TEMPLATE_UNPACKED_MAX)).is_ok());
    let (code, message) = refused(zeros(TEMPLATE_UNPACKED_MAX + 1));
    assert!(code == Code::TemplateUnreadable && message.contains("128 MB"), "{message}");
    let many = |parts_wanted: usize| {
        let mut all = parts(&sample());
        let more = parts_wanted - all.len();
        all.extend((0..more).map(|number| (format!("word/media/{number}"), Vec::new())));
        zipped(&all)
    };
    assert!(Template::read(many(TEMPLATE_PARTS_MAX)).is_ok());
    assert!(refused(many(TEMPLATE_PARTS_MAX + 1)).1.contains("太多"));
    let folder = tempfile::tempdir().unwrap();
    let large = fs::File::create(folder.path().join("large.docx")).unwrap();
    large.set_len(TEMPLATE_BYTES_MAX as u64 + 1).unwrap();
    let output = guiju(folder.path(), "large.docx", "out.docx");
    assert!(output.status.code() == Some(2) && String::from_utf8_lossy(&output.stderr).contains("P0902"));
}

#[test]
fn a_template_without_a_place_is_refused() {
    let without = |body: &str, words: &str| {
        let (code, message) = refused(with_body(body));
        assert!(code == Code::TemplateWithoutPlace && message.contains(words), "{words}: {code:?} {message}");
    };
    without(&p("对照表"), "没有 {{对照表}}");
    without(&p("{{标题}}"), "没有 {{对照表}}");
    without(&p("见下：{{对照表}}"), "还有别的内容");
    without("<w:p><w:r><w:drawing/></w:r><w:r><w:t>{{对照表}}</w:t></w:r></w:p>", "还有别的内容");
    let boxed = format!("<w:p><w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r></w:p>", p("{{对照表}}"));
    without(&boxed, "文本框");
}

fn guiju(folder: &Path, template: &str, output: &str) -> Output {
    let case = root().join("tests/diff/several");
    let (old, new) = (case.join("old.policy"), case.join("new.policy"));
    Command::new(env!("CARGO_BIN_EXE_guiju"))
        .arg("diff")
        .args([old, new])
        .args(["--format", "docx", "--template", template, "-o", output])
        .current_dir(folder)
        .output()
        .unwrap()
}

#[test]
fn the_command_writes_the_whole_file_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("模板.docx"), sample()).unwrap();
    fs::write(here.join("坏.docx"), &sample()[..900]).unwrap();
    fs::write(here.join("旧表.docx"), with_body(&p("正文"))).unwrap();
    for (template, code) in [("坏.docx", "P0807"), ("旧表.docx", "P0808"), ("没有.docx", "P0901"), (".", "P0902")]
    {
        let output = guiju(here, template, "对照表.docx");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains(code), "{template}: {said}");
        assert_eq!(fs::read_dir(here).unwrap().count(), 3, "{template}");
    }
    let output = guiju(here, "模板.docx", "模板.docx");
    assert!(output.status.code() == Some(2) && String::from_utf8_lossy(&output.stderr).contains("覆盖"));
    assert_eq!(fs::read(here.join("模板.docx")).unwrap(), sample());
    assert_eq!(guiju(here, "模板.docx", "对照表.docx").status.code(), Some(1));
    assert!(Template::read(fs::read(here.join("对照表.docx")).unwrap()).is_err());
}

#[test]
fn the_tables_of_the_worked_revision_are_what_the_command_writes() {
    let folder = tempfile::tempdir().unwrap();
    let mut differ = Vec::new();
    for (format, name) in [("docx", "对照表.docx"), ("xlsx", "对照表.xlsx"), ("markdown", "对照表.md")] {
        let written = folder.path().join(name);
        let output = Command::new(env!("CARGO_BIN_EXE_guiju"))
            .args(["diff", "policies/changning-2024-4", REVISED, "--format", format, "-o"])
            .arg(&written)
            .current_dir(root())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let filed = root().join(REVISED).join(name);
        if bless() {
            fs::copy(&written, &filed).unwrap();
        } else if fs::read(&written).unwrap() != fs::read(&filed).unwrap_or_default() {
            differ.push(name);
        }
    }
    assert!(differ.is_empty(), "BLESS=1 rewrites them: {differ:?}");
}

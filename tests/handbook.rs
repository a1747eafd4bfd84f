//! The handbook and its charts: the same every time, complete, and nothing of a policy is ever run or read as markup.

use std::collections::BTreeSet;

use guiju::diagnostics::Lang;
use guiju::docs::model::{self, DocModel, LimitDoc, PeriodKind, Words};
use guiju::docs::{charts, handbook};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::docs::{folder, root};
use crate::workbench;

/// What would do harm in HTML, XML, Markdown or TOML.
const HOSTILE: &str = "</text><script>alert(\"1\")</script>&amp; | `x` [a](javascript:b) *c* \u{7} ]]> 'd'";

fn changning() -> DocModel {
    let files = folder(&root().join("policies/changning-2024-4"));
    model::build(&workbench::editions(&files), None).unwrap().0
}

/// The model with a hostile text wherever a chart or a chapter shows one.
fn hostile() -> DocModel {
    let mut model = changning();
    let words = || Words::same(HOSTILE);
    model.policy.title = HOSTILE.to_owned();
    model.policy.number = HOSTILE.to_owned();
    model.clauses[0].title = HOSTILE.to_owned();
    model.clauses[0].id = "../../outside/CON".to_owned();
    model.clauses[0].summary = words();
    model.clauses[0].ceilings[0].amount = words();
    model.clauses[1].in_force.last = None;
    model.timeline[0].words = words();
    model.departments[0].name = words();
    model.budgets.push(LimitDoc {
        text: HOSTILE.to_owned(),
        words: words(),
        value: "1000000".to_owned(),
        period: PeriodKind::Year,
        clauses: Vec::new(),
        departments: vec![model.departments[0].id.clone()],
        figures: Vec::new(),
    });
    model
}

/// The names of the elements of a well-formed XML text.
fn elements(text: &str) -> BTreeSet<String> {
    let mut reader = Reader::from_str(text);
    let mut found = BTreeSet::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                found.insert(tag.name().as_ref().to_owned());
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

#[test]
fn charts_are_pictures_with_a_title_a_description_and_a_table() {
    let model = hostile();
    let made = charts::charts(&model, Lang::Zh);
    assert_eq!(made.iter().map(|chart| chart.id).collect::<Vec<_>>(), ["ceilings", "timeline", "budget"]);
    assert_eq!(made, charts::charts(&model, Lang::Zh), "the same every time");
    for chart in &made {
        assert!(chart.svg.starts_with("<svg "), "{}", chart.svg);
        assert!(chart.svg.contains("role=\"img\""));
        let names = elements(&chart.svg);
        assert!(names.contains("title") && names.contains("desc"));
        let drawn = ["svg", "title", "desc", "text", "rect", "line", "path"];
        assert!(names.iter().all(|name| drawn.contains(&name.as_str())), "{names:?}");
        assert!(!chart.svg.contains("<script"), "{}", chart.svg);
        assert!(!chart.rows.is_empty() && chart.rows.iter().all(|row| row.len() == chart.head.len()));
    }
}

#[test]
fn a_chart_without_anything_to_show_is_not_made() {
    let model = changning();
    assert!(charts::budget(&model, Lang::Zh).is_none());
    let chart = charts::ceilings(&model, Lang::Zh).unwrap();
    let ceilings: usize = model.clauses.iter().map(|clause| clause.ceilings.len()).sum();
    assert_eq!(chart.rows.len(), ceilings);
}

#[test]
fn the_markdown_is_complete_and_its_links_lead_somewhere() {
    for model in [changning(), hostile()] {
        let book = handbook::book(&model, Lang::Zh);
        let files = handbook::markdown(&book);
        assert_eq!(files, handbook::markdown(&handbook::book(&model, Lang::Zh)), "the same every time");
        for path in files.keys() {
            let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./".contains(letter);
            assert!(path.chars().all(plain) && !path.contains(".."), "{path}");
        }
        for chapter in &book.chapters {
            assert!(files.contains_key(&format!("{}.md", chapter.id)));
            assert!(files["SUMMARY.md"].contains(&format!("({}.md)", chapter.id)), "{}", chapter.id);
        }
        for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".md")) {
            assert!(!text.contains('<'), "{path} holds HTML");
            for to in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                assert!(
                    files.contains_key(to) || to.starts_with("javascript") && text.contains("\\]("),
                    "{path}: {to}"
                );
            }
        }
    }
}

#[test]
fn every_sentence_of_the_original_stands_in_the_official_text() {
    let model = changning();
    let official = handbook::book(&model, Lang::Zh).official;
    let said: String = official.iter().map(|it| it.text.as_str()).collect();
    let sentences = &model.original.as_ref().unwrap().sentences;
    assert_eq!(said, sentences.iter().map(|it| it.text.as_str()).collect::<String>());
    let level = |start: &str| official.iter().find(|it| it.text.starts_with(start)).unwrap().level;
    assert_eq!(level("关于印发《长宁区"), handbook::Level::Title);
    assert_eq!(level("区政府各委"), handbook::Level::Addressee);
    assert_eq!(level("一、总体要求"), handbook::Level::One);
    assert_eq!(level("（一）构建更具竞争力"), handbook::Level::Two);
    assert_eq!(level("1.做大做强"), handbook::Level::Three);
    assert_eq!(level("2024年11月15日"), handbook::Level::Signed);
}

#[test]
fn the_word_file_is_the_same_every_time_and_well_formed() {
    for model in [changning(), hostile()] {
        let bytes = handbook::docx(&handbook::book(&model, Lang::Zh)).unwrap();
        assert_eq!(bytes, handbook::docx(&handbook::book(&model, Lang::Zh)).unwrap());
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names.len(), 8);
        for name in names {
            let text = std::io::read_to_string(archive.by_name(&name).unwrap()).unwrap();
            assert!(!elements(&text).contains("script"), "{name}");
        }
        let styles = std::io::read_to_string(archive.by_name("word/styles.xml").unwrap()).unwrap();
        for font in ["方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"] {
            assert!(styles.contains(font), "{font}");
        }
    }
}

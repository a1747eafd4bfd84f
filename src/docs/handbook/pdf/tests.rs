//! Pages as they are laid out, before they are a file: the layout of official documents, and texts that look like markup.

use std::collections::BTreeMap;
use std::path::PathBuf;

use fontdb::Database;
use typst::layout::{Frame, FrameItem, Point};

use super::super::{Block, Book, Chapter, Level, Line, Official, Table};
use super::*;
use crate::diagnostics::Lang;

/// What would do harm in a template if it were read as one.
const HOSTILE: &str = "#panic(\"x\") *a* _b_ $x$ @ref <label> \\u{41} `raw` [c] // /* ~ -- --- 'd' \"e\" = f";

/// The faces of this machine, and their files.
fn found() -> (Vec<Face>, Vec<PathBuf>) {
    let mut found = Database::new();
    found.load_system_fonts();
    let mut paths = Vec::new();
    let faces = found.faces().filter_map(|face| {
        let (fontdb::Source::File(path) | fontdb::Source::SharedFile(path, _)) = &face.source else { return None };
        paths.push(path.clone());
        Some(Face {
            names: face.families.iter().map(|(name, _)| name.clone()).collect(),
            weight: face.weight.0,
            plain: face.style == fontdb::Style::Normal,
            file: paths.len() - 1,
            index: face.index,
        })
    });
    (faces.collect(), paths)
}

fn chosen(faces: &[Face], paths: &[PathBuf]) -> Fonts {
    choose(faces, &mut |file| paths.get(file).and_then(|path| std::fs::read(path).ok()))
        .expect("this test needs a Chinese font: apt-get install fonts-noto-cjk")
}

fn fonts() -> Fonts {
    let (faces, paths) = found();
    chosen(&faces, &paths)
}

fn book(chapters: Vec<Chapter>, official: Vec<Official>) -> Book {
    Book {
        lang: Lang::Zh,
        title: "关于手册的意见".to_owned(),
        number: "规发〔2024〕1 号".to_owned(),
        cover: vec!["有效期：2024-01-01 至 2025-12-31".to_owned()],
        day: Some("2024-01-01".to_owned()),
        chapters,
        official,
    }
}

fn laid_out(book: &Book, templates: &Templates) -> Result<PagedDocument, Vec<Problem>> {
    typeset(&Desk::new(book, templates, &fonts()))
}

/// A text on a page: where its line stands, where it begins and ends, and its letters, in points.
struct Placed {
    y: f64,
    from: f64,
    to: f64,
    size: f64,
    text: String,
}

fn placed(frame: &Frame, at: Point, out: &mut Vec<Placed>) {
    for (offset, item) in frame.items() {
        let here = at + *offset;
        match item {
            FrameItem::Group(group) => placed(&group.frame, here, out),
            FrameItem::Text(text) => out.push(Placed {
                y: here.y.to_pt(),
                from: here.x.to_pt(),
                to: (here.x + text.width()).to_pt(),
                size: text.size.to_pt(),
                text: text.text.to_string(),
            }),
            _ => {}
        }
    }
}

fn texts(page: &typst_layout::Page) -> Vec<Placed> {
    let mut out = Vec::new();
    placed(&page.frame, Point::zero(), &mut out);
    out
}

fn whole(document: &PagedDocument) -> String {
    document.pages().iter().flat_map(texts).map(|it| it.text).collect()
}

/// Lines of the size of text of official documents, by their place in hundredths of a point.
fn lines(page: &typst_layout::Page) -> BTreeMap<i64, Vec<Placed>> {
    let mut lines: BTreeMap<i64, Vec<Placed>> = BTreeMap::new();
    for it in texts(page).into_iter().filter(|it| (it.size - 16.0).abs() < 0.01) {
        lines.entry((it.y * 100.0).round() as i64).or_default().push(it);
    }
    lines
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.5
}

fn millimetres(mm: f64) -> f64 {
    mm * 72.0 / 25.4
}

#[test]
fn an_official_page_holds_22_lines_of_28_characters_and_fills_its_type_area() {
    let text = Official { level: Level::Body, text: "政".repeat(28 * 22 * 3) };
    let document = laid_out(&book(Vec::new(), vec![text]), &Templates::default()).unwrap();
    // Cover, contents, and the leaf before the text.
    let pages: Vec<_> = document.pages().iter().skip(3).collect();
    assert_eq!(pages.len(), 4, "two characters of indentation put the last line on a page of its own");
    for (at, page) in pages.iter().take(3).enumerate() {
        assert!(
            near(page.frame.width().to_pt(), millimetres(210.0))
                && near(page.frame.height().to_pt(), millimetres(297.0))
        );
        let lines = lines(page);
        assert_eq!(lines.len(), 22, "page {at}");
        // The binding is to the left of odd pages and to the right of even ones; the first is page 4.
        let left = millimetres(if at % 2 == 0 { 26.0 } else { 28.0 });
        for (row, line) in lines.values().enumerate() {
            let count: usize = line.iter().map(|it| it.text.chars().count()).sum();
            let indent = if at == 0 && row == 0 { 2 } else { 0 };
            assert_eq!(count, 28 - indent, "page {at}, line {row}");
            let from = line.iter().map(|it| it.from).fold(f64::MAX, f64::min);
            let to = line.iter().map(|it| it.to).fold(0.0, f64::max);
            if indent == 0 {
                assert!(near(from, left), "page {at}: {from}");
                assert!(near(to - from, millimetres(156.0)), "{from} to {to}");
            }
        }
        let places: Vec<i64> = lines.keys().copied().collect();
        let steps: Vec<i64> = places.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(steps.iter().all(|step| (step - steps[0]).abs() <= 1), "{steps:?}");
        let (first, last) = (places[0] as f64 / 100.0, places[21] as f64 / 100.0);
        assert!(near(first - 0.88 * 16.0, millimetres(37.0)), "the first line begins 37 mm from the top: {first}");
        assert!(near(last + 0.12 * 16.0, millimetres(37.0 + 225.0)), "the last line ends the type area: {last}");
    }
}

#[test]
fn page_numbers_of_the_official_text_stand_outside_between_dashes() {
    let text = Official { level: Level::Body, text: "政".repeat(28 * 22 * 2) };
    let document = laid_out(&book(Vec::new(), vec![text]), &Templates::default()).unwrap();
    for (number, page) in document.pages().iter().enumerate().map(|(at, page)| (at + 1, page)).skip(3) {
        let all = texts(page);
        let folio: Vec<&Placed> = all.iter().filter(|it| near(it.size, 14.0)).collect();
        let said: String = folio.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(said, format!("— {number} —"));
        let middle = page.frame.width().to_pt() / 2.0;
        // One character from the outer side of the type area.
        if number % 2 == 1 {
            let to = folio.iter().map(|it| it.to).fold(0.0, f64::max);
            assert!(to > middle && near(to, millimetres(28.0 + 156.0) - 14.0), "{to}");
        } else {
            let from = folio.iter().map(|it| it.from).fold(f64::MAX, f64::min);
            assert!(from < middle && near(from, millimetres(26.0) + 14.0), "{from}");
        }
    }
}

#[test]
fn what_looks_like_markup_is_shown_as_it_is_written() {
    let line = || Line::plain(HOSTILE);
    let blocks = vec![
        Block::Heading(HOSTILE.to_owned()),
        Block::Text(line()),
        Block::Quote(HOSTILE.to_owned()),
        Block::Items(vec![(3, line()), (0, line()), (40, line())]),
        Block::Table(Table { head: vec![HOSTILE.to_owned()], widths: vec![100], rows: vec![vec![line()]] }),
    ];
    let chapter = Chapter { id: "a\"b#c".to_owned(), depth: 0, title: HOSTILE.to_owned(), blocks };
    let levels =
        [Level::Title, Level::Head, Level::Addressee, Level::One, Level::Two, Level::Three, Level::Body, Level::Signed];
    let official = levels.map(|level| Official { level, text: HOSTILE.to_owned() });
    let mut book = book(vec![chapter], official.into());
    book.title = HOSTILE.to_owned();
    book.cover.push(HOSTILE.to_owned());
    let document = laid_out(&book, &Templates::default()).unwrap();
    // Spaces at the ends of lines are not set.
    let bare = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
    let shown = bare(&whole(&document)).matches(&bare(HOSTILE)).count();
    // On the cover twice and in the contents twice; twice in the running head of the chapter's page or of others; 8 blocks; 8 levels.
    assert!(shown >= 19, "{shown}");
}

#[test]
fn a_template_that_fails_is_named_with_its_line() {
    let tried = |text: &str| {
        let mut templates = Templates::default();
        assert!(templates.replace("official.typ", text.to_owned()));
        laid_out(&book(Vec::new(), Vec::new()), &templates).unwrap_err().remove(0)
    };
    let problem = tried("#let official(a, b) = []\n#nothing");
    assert_eq!(problem.code, Code::TemplateBroken);
    assert!(problem.message.zh.contains("“official.typ”第 2 行"), "{}", problem.message.zh);
    for outside in [
        "#read(\"/etc/passwd\")",
        "#read(\"../secret\")",
        "#import \"@preview/cetz:0.3.0\"",
        "#datetime.today().display()",
    ] {
        let problem = tried(outside);
        assert!(problem.message.en.contains("`official.typ`, line 1"), "{outside}: {}", problem.message.en);
    }
}

#[test]
fn there_are_no_fonts_without_one_that_holds_chinese() {
    assert!(choose(&[], &mut |_| None).is_none());
    let face = |name: &str| Face { names: vec![name.to_owned()], weight: 400, plain: true, file: 0, index: 0 };
    let faces = [face("FangSong"), face("Latin")];
    assert!(choose(&faces, &mut |_| None).is_none(), "a file that cannot be read");
    assert!(choose(&faces, &mut |_| Some(b"not a font".to_vec())).is_none());
}

#[test]
fn what_stands_in_for_a_font_is_said() {
    let (mut faces, paths) = found();
    // As if of all wanted fonts only FangSong were there, and one of no known name that holds Chinese.
    let holds = |face: &&mut Face| face.names.iter().any(|name| name == "Noto Serif CJK SC") && face.weight == 400;
    let known = faces.iter_mut().find(holds).expect("this test needs a font: apt-get install fonts-noto-cjk");
    known.names = vec!["FangSong".to_owned()];
    let mut other = known.clone();
    other.names = vec!["Other".to_owned()];
    let few = chosen(&[known.clone(), other.clone()], &paths);
    let said = few.stand_ins(Lang::Zh);
    assert!(!said.iter().any(|it| it.starts_with("没有仿宋")), "{said:?}");
    assert!(said.contains(&"没有小标宋，用的是 Noto Serif CJK SC".to_owned()), "{said:?}");
    assert_eq!(said.len(), 4, "{said:?}");
    assert_eq!(chosen(&[other], &paths).stand_ins(Lang::En).len(), 5);
}

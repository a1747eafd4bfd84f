//! How diagnostics look in each format: carets under Chinese text, both languages, fixes, long lines, control characters.

use guiju::diagnostics::{Code, Diagnostic, Lang, miette::Report, render};
use guiju::source::{FileId, Sources, Span};

const POLICY: &str =
    "条款 四（一）2《人工智能“产业”——发展》（ai-industry）\n  上限：1000万元\n  支持：核定金额 ≥ 10% × “甲”，每项目\n";
const SHARED: &str = "部门 区科委《上海市长宁区科学技术委员会》（science）\r\n部门 区数据局\r\n";

fn span(sources: &Sources, file: FileId, text: &str) -> Span {
    let at = sources.get(file).unwrap().text().find(text).unwrap();
    Span::new(file, at, at + text.len())
}

fn sample() -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let file = sources.add("main.policy", POLICY);
    let shared = sources.add("共用/部门.policy", SHARED);
    let cap = span(&sources, file, "1000万元");
    let found = vec![
        Diagnostic::new(Code::CapWithoutPeriod, cap, "上限没有写明期间", "the cap has no period")
            .label("缺“每谁”和期间", "no key and no period")
            .also(span(&sources, file, "核定金额"), "上限管的是这个金额", "it bounds this amount")
            .help("写明按谁、按什么期间计算", "say per whom and over which period")
            .fix(cap.after(), "，每项目累计", "补上“每项目累计”", "add `每项目累计`"),
        Diagnostic::new(Code::UnknownName, span(&sources, file, "“甲”"), "没有声明过“甲”", "`甲` is not declared")
            .label("没有声明", "not declared")
            .also(span(&sources, shared, "区科委"), "声明在这里", "declared here"),
        Diagnostic::new(
            Code::NameUnused,
            span(&sources, shared, "区数据局"),
            "“区数据局”没有用到",
            "`区数据局` is not used",
        ),
        Diagnostic::new(Code::MissingColon, Span::new(file, 0, POLICY.len()), "从头到尾", "all of it"),
        Diagnostic::new(Code::EmptyFile, Span::new(file, POLICY.len(), 9999), "到了末尾", "at the end"),
        Diagnostic::new(Code::FileNotFound, Span::new(FileId(9), 3, 7), "没有这个文件", "no such file"),
    ];
    (sources, found)
}

#[test]
fn terminal_in_chinese() {
    let (sources, found) = sample();
    insta::assert_snapshot!(render::terminal(&found, &sources, Lang::Zh, false));
}

#[test]
fn terminal_in_english() {
    let (sources, found) = sample();
    insta::assert_snapshot!(render::terminal(&found[..2], &sources, Lang::En, false));
}

#[test]
fn colours_are_escape_sequences() {
    let (sources, found) = sample();
    assert!(render::terminal(&found, &sources, Lang::Zh, true).contains("\u{1b}["));
    assert!(!render::terminal(&found, &sources, Lang::Zh, false).contains('\u{1b}'));
}

#[test]
fn short_lines() {
    let (sources, found) = sample();
    insta::assert_snapshot!(render::short(&found, &sources, Lang::Zh));
    assert_eq!(render::summary(&found, Lang::Zh), "发现 5 个错误、1 个警告");
    assert_eq!(render::summary(&found, Lang::En), "found 5 errors, 1 warning");
}

#[test]
fn json_lines() {
    let (sources, found) = sample();
    let lines = render::json(&found, &sources, Lang::Zh);
    for line in lines.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn sarif_log() {
    let (sources, found) = sample();
    let log = render::sarif(&found[..3], &sources, Lang::Zh);
    let mut log: serde_json::Value = serde_json::from_str(&log).unwrap();
    let driver = &mut log["runs"][0]["tool"]["driver"];
    driver["version"] = "0".into();
    for rule in driver["rules"].as_array_mut().unwrap() {
        rule["help"] = "…".into();
    }
    insta::assert_snapshot!(format!("{log:#}"));
}

#[test]
fn long_lines_are_cut_around_their_labels() {
    let filler = "区科委会同相关部门按照规定予以支持，".repeat(30);
    let text = format!("  原文：「{filler}给予不超过1000万元支持。{filler}」\n");
    let mut sources = Sources::new();
    let file = sources.add("main.policy", &text);
    let found = [
        Diagnostic::new(Code::AmountNotInQuote, span(&sources, file, "1000万元"), "甲", "a").label("这里", "here"),
        Diagnostic::new(Code::QuoteNotFound, Span::new(file, 9, text.len() - 1), "乙", "b").label("整段", "all of it"),
    ];
    insta::assert_snapshot!(render::terminal(&found, &sources, Lang::Zh, false));
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let mut sources = Sources::new();
    let file = sources.add("a\u{1b}.policy", "部门 甲\u{1b}[31m乙\u{202e}丙\n");
    let found = [Diagnostic::new(Code::ControlCharacter, Span::new(file, 10, 11), "含\u{1b}", "has \u{1b}")];
    for shown in [render::terminal(&found, &sources, Lang::Zh, false), render::short(&found, &sources, Lang::Zh)] {
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown}");
    }
}

#[test]
fn no_more_than_the_limit_is_shown() {
    let (sources, found) = sample();
    let many: Vec<Diagnostic> = found.iter().cycle().take(guiju::limits::DIAGNOSTICS_MAX + 7).cloned().collect();
    assert!(render::short(&many, &sources, Lang::Zh).ends_with("另有 7 条没有显示\n"));
    assert!(render::terminal(&many, &sources, Lang::En, false).ends_with("7 more not shown\n"));
    assert!(render::json(&many, &sources, Lang::Zh).ends_with("{\"omitted\":7}\n"));
    assert!(render::sarif(&many, &sources, Lang::Zh).contains("\"omitted\": 7"));
}

#[test]
fn hosts_get_a_miette_diagnostic() {
    let (sources, found) = sample();
    let report = Report::new(&found[1], &sources, Lang::Zh);
    let related: Vec<String> = miette::Diagnostic::related(&report).unwrap().map(|other| other.to_string()).collect();
    assert_eq!(related, ["声明在这里"]);
    assert_eq!(miette::Diagnostic::labels(&report).unwrap().count(), 1);
    let shown = format!("{:?}", miette::Report::new(report));
    assert!(shown.contains("P0201") && shown.contains("没有声明"), "{shown}");
}

proptest::proptest! {
    #[test]
    fn no_span_breaks_a_renderer(
        text in "[a条：“\\t\\r\\n\u{1b}😀]{0,90}",
        spans in proptest::collection::vec((0u32..2, 0u32..300, 0u32..300), 1..4),
    ) {
        let mut sources = Sources::new();
        let first = sources.add("a.policy", &text);
        let second = sources.add("b.policy", "第二个文件\n");
        let span = |(file, start, end): (u32, u32, u32)| Span { file: if file == 0 { first } else { second }, start, end };
        let mut found = Diagnostic::new(Code::UnknownName, span(spans[0]), "甲", "a").label("乙", "b").fix(span(spans[0]), "丙", "", "");
        for other in &spans[1..] {
            found = found.also(span(*other), "丁", "d");
        }
        let found = [found];
        let shown = render::terminal(&found, &sources, Lang::Zh, false);
        proptest::prop_assert!(shown.contains("P0201") && shown.contains("┌─"), "{}", shown);
        proptest::prop_assert!(render::short(&found, &sources, Lang::Zh).contains("P0201"));
        proptest::prop_assert!(render::json(&found, &sources, Lang::Zh).contains("P0201"));
        proptest::prop_assert!(render::sarif(&found, &sources, Lang::Zh).contains("P0201"));
        let report = miette::Report::new(Report::new(&found[0], &sources, Lang::Zh));
        let shown = format!("{report:?}");
        proptest::prop_assert!(shown.contains("P0201"));
    }
}

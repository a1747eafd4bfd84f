//! In: policies made at random and by hand. Out: nothing; holds that formatting is idempotent and keeps what a policy says.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::diagnostics::{Code, Diagnostic};
use crate::source::FileId;

use super::ast::Run;
use super::format::{FormatOptions, KeywordLanguage, NoBreaker, Piece, WordBreaker, format};
use super::keywords::Word;
use super::parse;
use super::sketch::sketch;

fn formatted(text: &str, keywords: Option<KeywordLanguage>, words: &dyn WordBreaker) -> String {
    let (tree, _) = parse(FileId(0), text);
    format(&tree, text, &FormatOptions { keywords }, words)
}

/// A text formats to exactly this.
fn check(text: &str, expected: &str) {
    let once = formatted(text, None, &NoBreaker);
    assert_eq!(once, expected);
    assert_eq!(formatted(&once, None, &NoBreaker), once, "formatting again changes it");
}

#[test]
fn a_form_in_half_width_marks() {
    check(
        "\u{FEFF}条款   四(一)2(1)② 《标题》 (ai)\r\n条件:甲　不低于 １亿元 , 乙;丙(丁)\r\n\r\n  上限（年度） :1000万元,每项目\r\n单位 架次",
        "条款 四（一）2（1）②《标题》（ai）\n  条件：甲 不低于 1亿元，乙；丙（丁）\n  上限（年度）：1000万元，每项目\n\n单位 架次\n",
    );
}

#[test]
fn a_comma_right_after_a_keyword() {
    check("案例 ，「还没有核定」\n", "案例 ，「还没有核定」\n");
}

#[test]
fn a_form_in_english() {
    check(
        "clause IV(1)2(1)② \"Accelerate\" (ai-industry)\n  cap : 10,000,000元 per project\n department: x(lead),y",
        "clause IV(1)2(1)②「Accelerate」（ai-industry）\n  cap: 10,000,000元 per project\n  department: x(lead), y\n",
    );
}

#[test]
fn lines_that_go_on_and_lists() {
    check(
        "适用范围\n条件：满足下列条件之一 # 一\n# 二\n\n\n# 三\n(一) 甲 且\n  乙；\n1．丙\n①丁。\n说明：不产生 “权利”,义务。\n\n# 末",
        "适用范围\n  条件：满足下列条件之一  # 一\n    # 二\n\n    # 三\n    (一) 甲 且 乙\n      1． 丙\n        ①丁\n  说明：不产生 “权利”,义务。\n\n# 末\n",
    );
}

#[test]
fn quotes_keep_their_contents() {
    check(
        "非规范 《关于〈办法〉的通知》\n原文：“甲「乙」”，\"一\r\n  二\"，「三「四」”」",
        "非规范 《关于〈办法〉的通知》\n  原文：“甲「乙」”，「一\n  二」，\"三「四」”\"\n",
    );
}

#[test]
fn a_comment_never_swallows_what_follows_a_mark() {
    check("条款 a《b》（c）\ncap:#1,#2", "条款 a《b》（c）\n  cap:#1,#2\n");
}

#[test]
fn keywords_go_to_english_and_back() {
    let chinese = "对象 项目（project），属于 市场主体\n  级别：整数（人），每年\n  原文：「且」\n";
    let english = formatted(chinese, Some(KeywordLanguage::En), &NoBreaker);
    assert_eq!(english, "subject 项目（project），in 市场主体\n  级别：integer（人）, yearly\n  source: 「且」\n");
    assert_eq!(formatted(&english, Some(KeywordLanguage::Zh), &NoBreaker), chinese);
}

struct AfterAmounts;

impl WordBreaker for AfterAmounts {
    fn pieces(&self, run: &Run) -> Option<Vec<Piece>> {
        let (name, amount) = run.text.split_once("不低于")?;
        let piece = |text: &str, word| Piece { text: text.to_owned(), word };
        Some(vec![piece(name, None), piece("不低于", Some(Word::NotBelow)), piece(amount, None)])
    }
}

#[test]
fn a_breaker_puts_one_space_between_pieces() {
    let text = "适用范围\n  条件：业务规模不低于1亿元 且 乙\n";
    let spaced = formatted(text, None, &AfterAmounts);
    assert_eq!(spaced, "适用范围\n  条件：业务规模 不低于 1亿元 且 乙\n");
    assert_eq!(
        formatted(text, Some(KeywordLanguage::En), &AfterAmounts),
        "scope\n  condition: 业务规模 not-below 1亿元 且 乙\n"
    );
}

fn one_of(choices: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(choices).prop_map(str::to_owned)
}

fn space() -> impl Strategy<Value = String> {
    one_of(&["", "", " ", "  ", "\u{3000}", "\t"])
}

fn run() -> impl Strategy<Value = String> {
    one_of(&[
        "甲",
        "乙且丙",
        "不低于",
        "１亿元",
        "1,000,000元",
        "x",
        "ＡＩ",
        "5%",
        "且",
        "or",
        "#号",
        "a＃b",
        "—",
        "2024-11-15",
        "1.5",
        "0",
        "项目。",
        "1",
        "1.",
        "-",
        "互联网＋",
        "〔2024〕",
        "it's",
        "O’K",
        "-5%",
        "1：1",
        "，",
        ",",
        "、",
        ";",
        "；",
        "条款",
        "上限",
        "1,00",
    ])
}

fn quote() -> impl Strategy<Value = String> {
    one_of(&[
        "「甲」",
        "“乙，：”",
        "\"a (b\"",
        "『丙』",
        "「“」",
        "“「”",
        "「甲「乙」」",
        "\"」”\"",
        "《书》",
        "〈篇〉",
        "《关〈于〉》",
        "「一\r\n  二」",
        "“上限：x\n # y”",
        "＂直＂",
        "\"『」“”\"",
    ])
}

fn phrase(depth: u32) -> BoxedStrategy<String> {
    let part = if depth == 0 {
        prop_oneof![5 => run().boxed(), 1 => quote().boxed()].boxed()
    } else {
        let bracket = (one_of(&["（", "("]), phrase(depth - 1), one_of(&["）", ")"]));
        let bracket = bracket.prop_map(|(open, inner, close)| format!("{open}{inner}{close}"));
        prop_oneof![6 => run().boxed(), 1 => quote().boxed(), 2 => bracket.boxed()].boxed()
    };
    let gap = prop_oneof![8 => space().boxed(), 1 => one_of(&["\n", " # 旁注\n", "\r\n\r\n# 行\n"]).boxed()];
    prop::collection::vec((part, gap), 1..5).prop_map(|parts| parts.into_iter().map(|(a, b)| a + &b).collect()).boxed()
}

fn line() -> impl Strategy<Value = String> {
    let label = one_of(&[
        "条件",
        "上限",
        "上限（年度）",
        "cap",
        "cap (a)",
        "原文",
        "说明",
        "支持对象",
        "产业",
        "industry(x)",
        "职工人数（staff）",
        "级别 (1)",
        "（一）",
        "1.",
        "①甲",
        "-",
        "·",
        "1．乙",
        "一、",
        "* x",
    ]);
    let colon = one_of(&["：", ":", " ： ", "", ""]);
    let comment = one_of(&["", "", "", " # 甲 「", "\u{3000}＃乙", " ## 丙"]);
    let end = one_of(&["\n", "\r\n", "\n\n", "\r", "\n# 一行\n", "\n\n  #二\n"]);
    (space(), label, colon, phrase(2), comment, end)
        .prop_map(|(indent, label, colon, value, comment, end)| [indent, label, colon, value, comment, end].concat())
}

fn item() -> impl Strategy<Value = String> {
    let header = one_of(&[
        "条款 四（一）2（1）②《标题》（a.b）",
        "clause IV(1) \"T\" (x), in 甲",
        "适用范围",
        "产业 甲（a）",
        "对象 项目 (p)，属于 乙",
        "定义 甲：乙 且 丙",
        "definition x (y): 1",
        "案例 「甲：乙」",
        "政策 长发〔2024〕4号《书》",
        "单位 万人次：10000人次",
        "枚举 级别,由低到高",
        "非规范 《总》",
        "SCOPE",
        "引用 a/b.policy",
        "部门 区科委（k）《全称》",
    ]);
    (header, one_of(&["\n", " # 首\n", "\r\n\r\n"]), prop::collection::vec(line(), 0..6))
        .prop_map(|(header, end, lines)| format!("{header}{end}{}", lines.concat()))
}

fn policy() -> impl Strategy<Value = String> {
    (one_of(&["", "\u{FEFF}", "# 头\n", "\n\n# 头\n"]), prop::collection::vec(item(), 1..4))
        .prop_map(|(head, items)| head + &items.join("\n"))
}

fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn formatting_is_idempotent_and_keeps_the_tree() {
    let clean = std::cell::Cell::new(0);
    let outcome = runner(2_000).run(&policy(), |text| {
        let (tree, diagnostics) = parse(FileId(0), &text);
        let once = formatted(&text, None, &NoBreaker);
        // Findings that leave nothing out of the tree.
        let whole = [Code::UnknownField, Code::DuplicateField, Code::EmptyField];
        if diagnostics.iter().all(|finding| whole.contains(&finding.code)) {
            clean.set(clean.get() + 1);
            let (again, problems) = parse(FileId(0), &once);
            let codes = |findings: &[Diagnostic]| findings.iter().map(|finding| finding.code).collect::<Vec<_>>();
            prop_assert_eq!(codes(&problems), codes(&diagnostics), "{}", &once);
            prop_assert_eq!(sketch(&again), sketch(&tree), "{}", &once);
            prop_assert_eq!(formatted(&once, None, &NoBreaker), once);
            for language in [KeywordLanguage::Zh, KeywordLanguage::En] {
                let there = formatted(&text, Some(language), &NoBreaker);
                prop_assert_eq!(formatted(&there, Some(language), &NoBreaker), there);
            }
        }
        Ok(())
    });
    if let Err(reason) = outcome {
        panic!("{reason}");
    }
    assert!(clean.get() > 300, "only {} texts were whole", clean.get());
}

#[test]
fn whatever_the_text_reading_and_formatting_end() {
    let noise = prop::collection::vec(
        prop_oneof![
            4 => run().boxed(),
            2 => quote().boxed(),
            2 => one_of(&["（", "）", "(", ")", "「", "」", "“", "”", "\"", "《", "》", "：", "\n", "\r\n", "\0", "#", " ", "\u{85}"]).boxed(),
            1 => item().boxed(),
            1 => prop::collection::vec(any::<u8>(), 0..12).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).boxed(),
        ],
        0..40,
    )
    .prop_map(|pieces| pieces.concat());
    let outcome = runner(2_000).run(&noise, |text| {
        let (tree, diagnostics) = parse(FileId(0), &text);
        for finding in &diagnostics {
            prop_assert!(text.get(finding.primary.span.range()).is_some(), "{:?}", finding);
        }
        let _ = format(&tree, &text, &FormatOptions::default(), &NoBreaker);
        Ok(())
    });
    if let Err(reason) = outcome {
        panic!("{reason}");
    }
}

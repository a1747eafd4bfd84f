//! In: texts as drafters write them, well and badly. Out: nothing; each test is named after what it shows.

use std::time::{Duration, Instant};

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::{BRACKET_DEPTH_MAX, DIAGNOSTICS_MAX, LINE_BYTES_MAX, LIST_DEPTH_MAX};
use crate::source::FileId;

use super::ast::Part;
use super::parse;
use super::sketch::sketch;

fn read(text: &str) -> (String, Vec<Diagnostic>) {
    let (tree, diagnostics) = parse(FileId(0), text);
    for finding in &diagnostics {
        assert!(text.get(finding.primary.span.range()).is_some(), "{finding:?} lies outside the text");
        let texts = [Some(&finding.message), finding.help.as_ref()];
        assert!(texts.into_iter().flatten().all(|text| !text.zh.is_empty() && !text.en.ends_with('.')), "{finding:?}");
    }
    (sketch(&tree), diagnostics)
}

/// A text without problems gives this tree.
fn reads(text: &str, expected: &str) {
    let (tree, diagnostics) = read(text);
    assert_eq!(diagnostics, [], "{text}");
    assert_eq!(tree, expected, "{text}");
}

/// Each text gives exactly these findings: the code, and what stands under its caret.
fn check(text: &str, expected: &[(Code, &str)]) {
    let (_, diagnostics) = read(text);
    let found: Vec<(Code, &str)> = diagnostics
        .iter()
        .map(|finding| (finding.code, text.get(finding.primary.span.range()).unwrap_or("?")))
        .collect();
    assert_eq!(found, expected, "{text}");
}

/// The text with the fixes of its findings applied.
fn fixed(text: &str) -> String {
    let (_, diagnostics) = read(text);
    let mut edits: Vec<_> =
        diagnostics.iter().filter_map(|finding| finding.fixes.first()).flat_map(|f| &f.edits).collect();
    edits.sort();
    let mut out = text.to_owned();
    for edit in edits.iter().rev() {
        out.replace_range(edit.span.range(), &edit.replacement);
    }
    out
}

const CLAUSE: &str = "条款 一《甲》（a）\n";

fn in_clause(lines: &str) -> String {
    format!("{CLAUSE}{lines}")
}

#[test]
fn first_lines_of_items() {
    reads(
        "政策 长发改规〔2024〕4号《意见（试行）》（changning-2024-4）",
        "Policy lead=\"长发改规〔2024〕4号\" title=\"意见（试行）\" id=\"changning-2024-4\"\n",
    );
    reads(
        "条款 四（一）2(1)②《关于〈甲〉的通知》（ai）",
        "Clause lead=\"四（一）2（1）②\" title=\"关于〈甲〉的通知\" id=\"ai\"\n",
    );
    reads("clause IV(1)2(1)② \"AI\" (ai-1)", "Clause lead=\"IV(1)2(1)②\" title=\"AI\" id=\"ai-1\"\n");
    reads(
        "定义 规模企业（large）：业务规模不低于1亿元",
        "Definition lead=\"规模企业\" id=\"large\" : [业务规模不低于1亿元]\n",
    );
    reads("对象 项目（project），属于 市场主体", "Subject lead=\"项目\" id=\"project\" with [属于 市场主体]\n");
    reads(
        "部门 区科委（science）《科学技术委员会》",
        "Department lead=\"区科委\" title=\"科学技术委员会\" id=\"science\"\n",
    );
    reads("单位 万人次：10000人次", "Unit lead=\"万人次\" : [10000人次]\n");
    reads("引用 a/industries.policy", "Import lead=\"a/industries.policy\"\n");
    reads("案例 「甲，乙：丙」", "Case title=\"甲，乙：丙\"\n");
    reads("适用范围", "Scope\n");
    reads("条款 一（a）《甲》（b）", "Clause lead=\"一（a）\" title=\"甲\" id=\"b\"\n");
}

#[test]
fn an_item_keyword_may_also_be_a_field() {
    reads(
        &in_clause("产业（主）：人工智能\n对象 ： 项目\n条件：甲 且\n产业 属于 乙"),
        "Clause lead=\"一\" title=\"甲\" id=\"a\"\n  产业 Industry id=\"主\" : [人工智能]\n  对象 Subject : [项目]\n  \
         条件 Condition : [甲 且 产业 属于 乙]\n",
    );
}

#[test]
fn names_values_and_facts_may_be_keywords() {
    reads("产业 甲\n上级\n原文（x）\n", "Industry lead=\"甲\"\n  上级 Parent []\n  原文 Quote id=\"x\" []\n");
    reads("对象 甲\n产业：产业\n级别：数", "Subject lead=\"甲\"\n  产业 Industry : [产业]\n  级别 Level : [数]\n");
}

#[test]
fn runs_quotes_and_marks() {
    reads(
        &in_clause("条件:１０,000,000元,1,00、it's；“甲‘乙’\"丙”「一「二」」 甲#乙 〔1〕1：1"),
        "Clause lead=\"一\" title=\"甲\" id=\"a\"\n  条件 Condition : [10,000,000元 , 1 , 00 、 it's ; Q\"甲‘乙’\\\"丙\" \
         Q\"一「二」\" 甲#乙 〔1〕1 : 1]\n",
    );
}

#[test]
fn lines_that_go_on_over_comments_and_brackets() {
    reads(
        &in_clause("条件：（甲 或 # （「\n# ）\n乙）且\n\n「丙\n丁」 # 末"),
        "Clause lead=\"一\" title=\"甲\" id=\"a\"\n#\"）\"\n#\"末\"\n>#\"（「\"\n  条件 Condition : [([甲 或 乙]) 且 Q\"丙\\n丁\"]\n",
    );
}

#[test]
fn levels_are_told_by_the_style_of_numbers() {
    reads(
        "适用范围\n条件：任一\n（一）名：甲；\n 1. 5%\n2、乙\n① 丙。\n(二)同时满足：\n- 丁\n1.5倍\n",
        "Scope\n  条件 Condition : [任一]\n    0 （一） label=\"名\" [甲]\n    1 1. [5%]\n    1 2、 [乙]\n    2 ① [丙]\n    \
         0 (二) label=\"同时满足\" []\n    1 - [丁 1.5倍]\n",
    );
    reads(
        "定义 甲（x）：任一\n（一）乙\n（1）丙",
        "Definition lead=\"甲\" id=\"x\" : [任一]\n    0 （一） [乙]\n    1 （1） [丙]\n",
    );
}

#[test]
fn byte_order_mark_and_any_line_break_are_silent() {
    let lines = ["适用范围", "条件：甲 # 一", "", "排除：「乙", "丙」", ""];
    let (expected, _) = read(&lines.join("\n"));
    for line_break in ["\r\n", "\r"] {
        reads(&format!("\u{FEFF}{}", lines.join(line_break)), &expected);
    }
}

#[test]
fn a_piece_of_a_run_has_its_place_in_the_file() {
    let text = "定义 甲：业务规模不低于１０亿元";
    let (tree, _) = parse(FileId(0), text);
    let value = tree.items.first().and_then(|item| item.header.value.as_ref());
    let Some(Part::Run(run)) = value.and_then(|value| value.parts.first()) else { panic!("no run") };
    assert!(run.folded);
    assert_eq!(run.text, "业务规模不低于10亿元");
    let place = |chars| text.get(run.piece(text, chars).range());
    assert_eq!(place(4..7), Some("不低于"));
    assert_eq!(place(7..9), Some("１０"));
    assert_eq!(place(9..99), Some("亿元"));
}

#[test]
fn colon_missing_after_a_cap() {
    let text = in_clause("  上限 1000万元，每项目累计\n  原文「甲」\n  支持：1元");
    check(&text, &[(Code::MissingColon, "上限"), (Code::MissingColon, "原文")]);
    assert_eq!(fixed(&text), in_clause("  上限： 1000万元，每项目累计\n  原文：「甲」\n  支持：1元"));
    check(&in_clause("条件：甲 且\n支持方向 属于 乙"), &[]);
    check("对象 甲\n申请金额 金额", &[(Code::MissingColon, "申请金额")]);
}

#[test]
fn item_keyword_misspelt() {
    let text = "条歀 四（一）《甲》（a）\n条件：乙\n定仪 丙（b）：丁\ncluase IV \"x\" (y)";
    check(text, &[(Code::UnknownItem, "条歀"), (Code::UnknownItem, "定仪"), (Code::UnknownItem, "cluase")]);
    assert_eq!(fixed(text), "条款 四（一）《甲》（a）\n条件：乙\n定义 丙（b）：丁\nclause IV \"x\" (y)");
}

#[test]
fn a_value_near_a_keyword_is_no_misspelt_item() {
    check("产业 甲（x）\n农业（agri）\n商业（trade）\n方面", &[]);
}

#[test]
fn field_misspelt_or_of_another_item() {
    let text = in_clause("条见：甲\n责任部们：乙\n假设：丙\n不知道：丁");
    check(
        &text,
        &[
            (Code::UnknownField, "条见"),
            (Code::UnknownField, "责任部们"),
            (Code::UnknownField, "假设"),
            (Code::UnknownField, "不知道"),
        ],
    );
    assert_eq!(fixed(&text), in_clause("条件：甲\n责任部门：乙\n假设：丙\n不知道：丁"));
}

#[test]
fn quote_not_closed_before_the_next_item() {
    let text = "条款 一《甲》（a）\n原文：「一，\n上限：1元\n支持：「二」\n条款 二《乙》（b）\n支持：1元";
    check(text, &[(Code::UnclosedQuote, "「")]);
    assert_eq!(fixed(text), text.replace("一，", "一，」"));
    let (tree, _) = read(text);
    assert!(tree.contains("Cap : [1元]") && tree.contains("[Q\"二\"]") && tree.contains("id=\"b\""), "{tree}");
    check(&in_clause("原文：甲」乙"), &[(Code::UnclosedQuote, "」")]);
    check("条款 一《甲（a）\n支持：1元", &[(Code::UnclosedQuote, "《")]);
}

#[test]
fn quote_over_lines_that_look_like_fields() {
    reads(
        "非规范 《甲》\n原文：「乙\n上限：丙\n（一）丁」",
        "NonNormative title=\"甲\"\n  原文 Quote : [Q\"乙\\n上限：丙\\n（一）丁\"]\n",
    );
}

#[test]
fn bracket_without_partner() {
    check(&in_clause("条件：（甲 且 乙\n支持：1元）"), &[(Code::UnclosedBracket, "（"), (Code::UnclosedBracket, "）")]);
    check(&in_clause("上限（年度：1元，每项目累计"), &[(Code::UnclosedBracket, "（")]);
    check(&in_clause("条件：(甲）且（乙)"), &[]);
}

#[test]
fn first_line_with_stray_text() {
    check("条款 一《甲》乙（a）", &[(Code::HeaderUnreadable, "乙")]);
    check("条款 一《甲》（标识）", &[(Code::HeaderUnreadable, "（标识）")]);
}

#[test]
fn field_written_twice() {
    check(&in_clause("支持：1元\n上限：1元\n上限：2元\n奖励：2元"), &[(Code::DuplicateField, "奖励")]);
}

#[test]
fn field_or_number_with_nothing_after_it() {
    check(
        &in_clause("支持：\n条件：任一\n（一）\n（二）甲"),
        &[(Code::EmptyField, "支持："), (Code::EmptyField, "（一）")],
    );
    check(&in_clause("支持：\n  1元\n条件：\n（一）甲"), &[]);
    check("产业 甲\n乙：", &[(Code::EmptyField, "乙：")]);
}

#[test]
fn numbers_before_declared_values() {
    let text = "产业 甲\n1. 人工智能\n（二）乙（b）\n对象 丙\n①丁：金额";
    check(text, &[(Code::UnexpectedList, "1."), (Code::UnexpectedList, "（二）"), (Code::UnexpectedList, "①")]);
    assert_eq!(fixed(text), "产业 甲\n人工智能\n乙（b）\n对象 丙\n丁：金额");
}

#[test]
fn several_values_on_one_line() {
    let text = "产业 甲\n乙、丙（c）";
    check(text, &[(Code::FieldUnreadable, "乙、丙（c）")]);
    assert_eq!(fixed(text), "产业 甲\n乙\n  丙（c）");
}

#[test]
fn lines_before_the_first_item() {
    check("条件：甲\n支持：乙\n适用范围", &[(Code::FieldOutsideItem, "条件")]);
    check("长宁区的意见\n适用范围", &[(Code::UnknownItem, "长宁区的意见")]);
}

#[test]
fn lines_that_belong_to_no_field() {
    check(&in_clause("结合发展导向\n给予支持"), &[(Code::FieldUnreadable, "结合发展导向")]);
    check(&in_clause("（一）甲\n（二）乙\n支持：1元"), &[(Code::FieldUnreadable, "（一）")]);
    check(&in_clause("：甲"), &[(Code::FieldUnreadable, "：")]);
}

#[test]
fn empty_file() {
    for text in ["", "\u{FEFF}", " \r\n\u{3000}\n", "# 只有注释\n  ＃「"] {
        check(text, &[(Code::EmptyFile, "")]);
    }
}

#[test]
fn control_characters() {
    let text = in_clause("条件：甲\0\0\u{1}乙\t丙\u{85}");
    check(&text, &[(Code::ControlCharacter, "\0\0\u{1}"), (Code::ControlCharacter, "\u{85}")]);
    assert_eq!(fixed(&text), in_clause("条件：甲乙\t丙"));
}

#[test]
fn nesting_on_both_sides_of_the_limit() {
    let nested = |open: &str, close: &str, depth: usize| {
        in_clause(&format!("条件：{}甲{}", open.repeat(depth), close.repeat(depth)))
    };
    check(&nested("（", "）", BRACKET_DEPTH_MAX), &[]);
    check(&nested("（", "）", BRACKET_DEPTH_MAX + 1), &[(Code::NestingTooDeep, "（")]);
    check(&nested("「", "」", BRACKET_DEPTH_MAX), &[]);
    check(&nested("「", "」", BRACKET_DEPTH_MAX + 1), &[(Code::NestingTooDeep, "「")]);
    check(&nested("（\n", "）\n", BRACKET_DEPTH_MAX), &[]);
    check(&nested("（\n", "）\n", BRACKET_DEPTH_MAX + 1), &[(Code::NestingTooDeep, "（")]);
}

#[test]
fn lists_on_both_sides_of_the_limit() {
    let styles = ["一、", "（一）", "1.", "（1）", "①", "-", "·", "•", "* "];
    let list = |levels: usize| {
        let lines: Vec<String> = styles.iter().take(levels).map(|marker| format!("{marker}甲")).collect();
        in_clause(&format!("条件：任一\n{}", lines.join("\n")))
    };
    check(&list(LIST_DEPTH_MAX), &[]);
    check(&list(LIST_DEPTH_MAX + 1), &[(Code::NestingTooDeep, "*")]);
}

#[test]
fn lines_on_both_sides_of_the_limit() {
    let line = |bytes: usize| in_clause(&format!("说明：{}", "a".repeat(bytes - "说明：".len())));
    check(&line(LINE_BYTES_MAX), &[]);
    check(&line(LINE_BYTES_MAX + 1), &[(Code::LimitReached, "")]);
}

/// Hostile texts end soon, with few findings.
fn ends(text: &str, codes: &[Code]) {
    let start = Instant::now();
    let (_, diagnostics) = parse(FileId(0), text);
    let mut found: Vec<Code> = diagnostics.iter().map(|finding| finding.code).collect();
    assert!(found.len() <= DIAGNOSTICS_MAX + 1);
    found.sort();
    found.dedup();
    assert_eq!(found, codes);
    assert!(start.elapsed() < Duration::from_secs(20), "it took {:?}", start.elapsed());
}

#[test]
fn hostile_texts_end() {
    ends(&"（".repeat(1_000_000), &[Code::LimitReached]);
    ends(&in_clause(&format!("条件：{}", "（".repeat(300_000))), &[Code::NestingTooDeep]);
    ends(&in_clause(&format!("条件：{}", "）".repeat(300_000))), &[Code::UnclosedBracket]);
    ends(&in_clause(&format!("条件：{}", "甲（\n".repeat(200_000))), &[Code::NestingTooDeep]);
    ends(&"「".repeat(1_700_000), &[Code::UnclosedQuote]);
    ends(&in_clause(&"原文：「甲\n".repeat(100_000)), &[Code::NestingTooDeep, Code::UnclosedQuote]);
    ends(&in_clause(&"原文：\"甲\n".repeat(100_001)), &[Code::UnclosedQuote]);
    ends(&in_clause(&"不知道：甲\n".repeat(100_000)), &[Code::LimitReached, Code::UnknownField]);
    ends(&in_clause(&"支持：\n".repeat(100_000)), &[Code::LimitReached, Code::DuplicateField]);
    ends(&"\0甲".repeat(1_000_000), &[Code::ControlCharacter, Code::LimitReached]);
    ends(&"# 「\n".repeat(500_000), &[Code::EmptyFile]);
    ends(&in_clause(&"上限：（（（（（（（（甲））））））））\n".repeat(20_000)), &[]);
}

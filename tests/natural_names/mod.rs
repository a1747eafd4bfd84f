//! Names as real policies have them: whatever words of the language they hold, a declared name is read as that name, alone, spaced
//! and glued to operators.

use std::fs;
use std::path::Path;

use guiju::bytecode;
use guiju::diagnostics::{Code, Lang, render};
use guiju::model::Breaker;
use guiju::syntax::format::{FormatOptions, KeywordLanguage, format};

use crate::workbench;

mod names;

use names::{AMOUNTS, BOOLEANS, COUNTS, DATES};

/// A policy that declares every name, with clauses that use them.
fn policy(clauses: &str) -> String {
    let mut text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors/prelude.policy")).unwrap();
    text.push_str("\n枚举 等级（grade），由低到高\n  省级\n  高新\n\n对象 单位（unit-of-names），属于 市场主体\n");
    for (names, ty) in [(BOOLEANS, "是否"), (AMOUNTS, "金额"), (DATES, "日期"), (COUNTS, "整数")] {
        for name in names {
            text.push_str(&format!("  {name}：{ty}\n"));
        }
    }
    text.push('\n');
    text.push_str(clauses);
    text
}

fn clause(number: usize, condition: &str, award: &str) -> String {
    format!(
        "条款 一《试{number}》（try{number}）\n  对象：单位\n  条件：{condition}\n  支持：{award}\n  责任部门：区科委\n\n"
    )
}

/// Every name in every place a name stands in.
fn clauses() -> String {
    let mut all = Vec::new();
    let (some, more) = ("认定奖励", "首次认定");
    for name in BOOLEANS {
        let uses = [
            name.to_string(),
            format!("{name} 且 {more}"),
            format!("{name}且{more}"),
            format!("{more}且{name}"),
            format!("非 {name}"),
            format!("{some}不低于10万元且{name}"),
            format!("任一（{name}、{more}）"),
        ];
        all.extend(uses.map(|condition| (condition, "10万元".to_owned())));
    }
    for name in AMOUNTS {
        let uses = [
            format!("{name} 不低于 10万元"),
            format!("{name}不低于10万元且首次认定"),
            format!("首次认定且{name}不低于10万元"),
            format!("{name}10万元以上"),
            format!("{name}10万元以上50万元以下"),
            format!("{name} 不低于 {some}"),
            format!("{some}不低于{name}"),
            format!("{name}是0元"),
        ];
        all.extend(uses.map(|condition| (condition, "10万元".to_owned())));
        let awards = [
            name.to_string(),
            format!("{name} 的 10%"),
            format!("{name}的10%"),
            format!("按{name}的10%给予补贴"),
            format!("给予{name}的10%"),
            format!("按 {name} 的 10% 给予 奖励"),
            format!("{name}×10%"),
            format!("{name}的10%—20%"),
            format!("取低（{name}、{some}）"),
            format!("{name}+{some}"),
        ];
        all.extend(awards.map(|award| ("首次认定".to_owned(), award)));
    }
    for name in DATES {
        let uses =
            [format!("{name} 不早于 2025-01-01"), format!("{name}不早于2025-01-01"), format!("{name}满3年且首次认定")];
        all.extend(uses.map(|condition| (condition, "10万元".to_owned())));
    }
    for name in COUNTS {
        let uses = [
            format!("{name} 不低于 10"),
            format!("{name}不低于10且首次认定"),
            format!("首次认定且{name}不少于10"),
            format!("{name}达到10"),
        ];
        all.extend(uses.map(|condition| (condition, "10万元".to_owned())));
    }
    all.iter().enumerate().map(|(at, (condition, award))| clause(at, condition, award)).collect()
}

/// The findings of a policy, each on a line; its text in the one form, with keywords of a language.
fn found(text: &str) -> (Vec<Code>, String) {
    let bench = workbench::check_types(&workbench::files(&[("main.policy", text)]));
    let of_names = |code: &Code| {
        matches!(
            code,
            Code::AmbiguousRun
                | Code::ReservedName
                | Code::UnknownName
                | Code::OnceOrLumpSum
                | Code::IncompleteExpression
        )
    };
    let errors: Vec<_> =
        bench.found.iter().filter(|found| found.is_error() || of_names(&found.code)).cloned().collect();
    (errors.iter().map(|found| found.code).collect(), render::short(&errors, &bench.sources, Lang::Zh))
}

#[test]
fn natural_names_are_read_as_they_are_declared() {
    let (codes, shown) = found(&policy(&clauses()));
    assert!(codes.is_empty(), "{} findings\n{shown}", codes.len());
}

#[test]
fn natural_names_mean_the_same_after_formatting_in_either_language() {
    let compiled = |text: &str, keywords: Option<KeywordLanguage>| {
        let bench = workbench::check_types(&workbench::files(&[("main.policy", text)]));
        let shown = render::short(&bench.found, &bench.sources, Lang::Zh);
        let checked = bench.checked.unwrap_or_else(|| panic!("{shown}"));
        let program = bytecode::lower(&checked, &bench.sources).unwrap();
        let breaker = Breaker::new(&bench.files, &bench.sources, keywords);
        let formatted = format(&bench.files[0], text, &FormatOptions { keywords }, &breaker);
        let hashes: Vec<_> = program.tables.clauses.iter().map(|clause| clause.meaning_hash).collect();
        (hashes, formatted)
    };
    let text = policy(&clauses());
    let (before, formatted) = compiled(&text, None);
    let (after, again) = compiled(&formatted, None);
    assert!(before == after, "formatting changes what a clause means");
    assert_eq!(formatted, again);
    let (_, english) = compiled(&text, Some(KeywordLanguage::En));
    let (there, chinese) = compiled(&english, Some(KeywordLanguage::Zh));
    let (back, _) = compiled(&chinese, None);
    assert!(before == there && before == back, "keywords of the other language change what a clause means");
}

/// A policy with a few facts, each `名称：类型`, and one clause.
fn small(facts: &[&str], condition: &str, award: &str) -> String {
    let mut text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors/prelude.policy")).unwrap();
    text.push_str("\n对象 机构（body），属于 市场主体\n");
    for fact in facts {
        text.push_str(&format!("  {fact}\n"));
    }
    text.push_str(&format!(
        "\n条款 一《试》（try）\n  对象：机构\n  条件：{condition}\n  支持：{award}\n  责任部门：区科委\n"
    ));
    text
}

#[test]
fn two_readings_that_mean_different_things_are_never_chosen_between() {
    let cases: &[(&[&str], &str, &str)] = &[
        (&["依法成立：是否", "信用良好：是否", "依法成立且信用良好：是否"], "依法成立且信用良好", "1万元"),
        (&["甲：是否", "乙或丙：是否", "甲或乙：是否", "丙：是否"], "甲或乙或丙", "1万元"),
        (&["甲：金额", "乙：金额", "甲加乙：金额"], "甲加乙不低于10万元", "1万元"),
        (&["甲：金额", "乙：金额", "甲减乙：金额"], "依法设立", "甲减乙"),
        (&["甲：金额", "乙：金额", "甲不低于乙：是否"], "甲不低于乙", "1万元"),
        (&["费用：金额", "比例：比例", "费用的比例：金额"], "依法设立", "费用的比例"),
        (&["服务期：期间", "服务期满3年：是否"], "服务期满3年", "1万元"),
        (&["评分：整数", "评分达到90：是否"], "评分达到90", "1万元"),
    ];
    for (facts, condition, award) in cases {
        let (codes, shown) = found(&small(facts, condition, award));
        assert_eq!(codes, [Code::AmbiguousRun], "{condition} {award}\n{shown}");
    }
}

#[test]
fn one_name_wins_over_words_without_meaning_and_values_alone() {
    let cases: &[(&[&str], &str, &str)] = &[
        (&["市级奖励：金额"], "依法设立", "市级奖励"),
        (&["失信：是否", "未失信：是否"], "未失信", "1万元"),
        (&["标准：金额", "超过标准：是否"], "超过标准且依法设立", "1万元"),
        (&["规模：金额", "规模以上：是否"], "规模以上且规模10万元以上", "1万元"),
        (&["服务期：期间", "服务期满：是否"], "服务期满 且 依法设立", "1万元"),
        (&["服务期：期间", "服务期满：是否"], "服务期 满 3年", "1万元"),
        (&["层次：认定级别", "机构层次：认定级别"], "机构层次是市级", "1万元"),
        (&["奖励：金额"], "依法设立", "奖励的50%给予奖励"),
        (&["奖励：金额"], "依法设立", "20万元 奖励"),
        (&["奖励：金额"], "奖励不低于10万元", "给予奖励"),
        (&["研发费用：金额，按年", "上年研发费用额：金额"], "上年研发费用额不低于10万元", "上年研发费用的10%"),
    ];
    for (facts, condition, award) in cases {
        let (codes, shown) = found(&small(facts, condition, award));
        assert!(codes.is_empty(), "{condition} {award}\n{shown}");
    }
}

#[test]
fn operators_are_no_names() {
    for name in ["以上", "且", "评定日", "申请日", "不低于", "的", "未知", "是的", "一定奖励", "每年", "给予", "取低"]
    {
        let (codes, shown) = found(&small(&[&format!("{name}：是否")], "依法设立", "1万元"));
        assert_eq!(codes, [Code::ReservedName], "{name}\n{shown}");
    }
}

#[test]
fn a_period_of_a_cap_is_that_period_whatever_facts_are_called() {
    let text = small(&["累计：金额", "年度：整数", "每次：是否"], "依法设立", "业务规模 的 1%");
    let (codes, shown) = found(&format!("{text}  上限：50万元，每机构累计\n  上限：20万元，每机构年度\n"));
    assert!(codes.is_empty(), "{shown}");
}

/// 每企业 is 每市场主体 also where firms belong to a group of firms.
#[test]
fn a_cap_for_each_firm_is_not_one_for_each_group() {
    let meaning = |each: &str| {
        let text = format!(
            "政策 试发〔2026〕1号《试》（try）\n  有效期：2026-01-01 至 2027-12-31\n部门 区科委\n对象 集团\n  集团编号：文本，标识\n\
             对象 市场主体，属于 集团\n  企业编号：文本，标识\n条款 一《甲》（one）\n  对象：市场主体\n  支持：不超过 10万元\n  \
             上限：10万元，{each}每年\n  责任部门：区科委\n"
        );
        let program = workbench::program(&workbench::files(&[("main.policy", &text)]));
        program.program().tables.clauses.iter().map(|clause| clause.meaning_hash).collect::<Vec<_>>()
    };
    let firm = meaning("每市场主体");
    for each in ["每企业", "每家企业", "单个企业", "每主体"] {
        assert_eq!(meaning(each), firm, "{each}");
    }
    assert_ne!(meaning("每集团"), firm);
}

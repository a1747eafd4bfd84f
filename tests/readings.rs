//! What sentences mean, told by cases: each policy checks without an error and gives what its cases expect.

use std::fs;
use std::path::Path;

use guiju::diagnostics::{Lang, render};
use guiju::scenario;

use crate::workbench;

/// Checks items after the declarations of the error pages, and runs their cases.
fn check(items: &str) {
    let prelude = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors/prelude.policy");
    let text = format!("{}\n{items}", fs::read_to_string(prelude).unwrap());
    let files = workbench::files(&[("main.policy", &text)]);
    let bench = workbench::check(&files);
    let shown = render::short(&bench.found, &bench.sources, Lang::Zh);
    assert!(bench.checked.is_some(), "{items}\n{shown}");
    for report in scenario::run_all(&workbench::program(&files)) {
        assert!(report.mismatches.is_empty(), "{items}\n{}: {:?}", report.title, report.mismatches);
    }
}

/// A clause of 10万元 under a condition, with what an application of `facts` comes to.
fn condition(condition: &str, cases: &[(&str, bool)]) {
    let mut items =
        format!("条款 一《试》（try）\n  对象：市场主体\n  条件：{condition}\n  支持：10万元\n  责任部门：区科委\n");
    for (facts, holds) in cases {
        let outcome = if *holds { "可获 10万元" } else { "不符合" };
        items.push_str(&format!(
            "\n案例 「{facts}」\n  日期：2026-06-30\n  假设：{facts}\n  期望：条款 try {outcome}\n"
        ));
    }
    check(&items);
}

/// An award, with what an application of `facts` comes to.
fn award(award: &str, cases: &[(&str, &str)]) {
    let mut items = format!("条款 一《试》（try）\n  对象：市场主体\n  支持：{award}\n  责任部门：区科委\n");
    for (facts, outcome) in cases {
        items.push_str(&format!(
            "\n案例 「{facts}」\n  日期：2026-06-30\n  假设：{facts}\n  期望：条款 try {outcome}\n"
        ));
    }
    check(&items);
}

#[test]
fn a_run_without_spaces() {
    condition(
        "业务规模不低于1亿元且信用记录良好",
        &[("业务规模 是 1亿元；信用记录良好", true), ("业务规模 是 9999万元；信用记录良好", false)],
    );
}

#[test]
fn the_bound_counts_or_not_by_the_word() {
    condition("职工人数 100人以上", &[("职工人数 是 100人", true), ("职工人数 是 99人", false)]);
    condition("职工人数 超过 100人", &[("职工人数 是 101人", true), ("职工人数 是 100人", false)]);
    condition("职工人数 100人以下", &[("职工人数 是 100人", true), ("职工人数 是 101人", false)]);
    condition("职工人数 不满 100人", &[("职工人数 是 99人", true), ("职工人数 是 100人", false)]);
    condition(
        "业务规模 1000万元以上 5000万元以下",
        &[("业务规模 是 1000万元", true), ("业务规模 是 5000万元", true), ("业务规模 是 5001万元", false)],
    );
}

#[test]
fn a_range_of_which_an_end_says_whether_it_counts() {
    let of = |low, high, above| {
        [
            ("业务规模 是 999万元", false),
            ("业务规模 是 1000万元", low),
            ("业务规模 是 2000万元", high),
            ("业务规模 是 2001万元", above),
        ]
    };
    condition("业务规模1000万元以上至2000万元", &of(true, true, false));
    condition("业务规模 超过1000万元至2000万元", &of(false, true, false));
    condition("业务规模 不低于1000万元 至 2000万元以下", &of(true, true, false));
    condition("业务规模 超过 1000万元 至 不满 2000万元", &of(false, false, false));
    condition("业务规模 1000万元以上至2000万元 或 业务规模 超过 2000万元至3000万元", &of(true, true, true));
}

#[test]
fn a_name_in_quotation_marks_is_that_name() {
    condition(
        "「信用记录良好」 且 「依法设立」",
        &[("信用记录良好；依法设立", true), ("信用记录良好；非 依法设立", false)],
    );
}

#[test]
fn a_date_that_is_old_enough() {
    condition("成立日期 满 3年", &[("成立日期 是 2023-06-30", true), ("成立日期 是 2023-07-01", false)]);
    condition("成立日期 不满 3年", &[("成立日期 是 2023-07-01", true), ("成立日期 是 2023-06-30", false)]);
}

#[test]
fn a_quotient_is_compared_exactly_and_never_divides_by_nothing() {
    condition(
        "年度研发投入 除以 业务规模 不低于 5%",
        &[
            ("年度研发投入 是 50000元；业务规模 是 100万元", true),
            ("年度研发投入 是 49999.99元；业务规模 是 100万元", false),
            ("年度研发投入 是 50000元；业务规模 是 0元", false),
        ],
    );
}

#[test]
fn yes_is_a_value() {
    condition("依法设立 为 是", &[("依法设立 是 是", true), ("非 依法设立", false)]);
    condition("依法设立 是 否", &[("非 依法设立", true), ("依法设立", false)]);
}

#[test]
fn a_level_and_what_lies_above_it() {
    condition("研发机构级别 市级以上", &[("研发机构级别 是 国家级", true), ("研发机构级别 是 区级", false)]);
}

#[test]
fn levels_of_a_list_are_told_by_the_style_of_numbers() {
    condition(
        "满足下列条件之一\n（一）规模达标：业务规模 1亿元以上\n（二）研发突出：同时满足\n1. 研发费用占比 不低于 5%\n2. 职工人数 20人以上",
        &[
            ("业务规模 是 1亿元；研发费用占比 是 0%；职工人数 是 1人", true),
            ("业务规模 是 1元；研发费用占比 是 5%；职工人数 是 20人", true),
            ("业务规模 是 1元；研发费用占比 是 5%；职工人数 是 19人", false),
        ],
    );
}

#[test]
fn awards_as_drafters_write_them() {
    award("最高50万元", &[("依法设立", "可获 不超过 50万元")]);
    award("给予最高不超过50万元", &[("依法设立", "可获 不超过 50万元")]);
    award("一次性给予10万元", &[("依法设立", "可获 10万元")]);
    award("10万元整", &[("依法设立", "可获 10万元")]);
    award("年度研发投入的10%—20%", &[("年度研发投入 是 100万元", "可获 10万元 至 20万元")]);
    award("年度研发投入 的 10%-20%", &[("年度研发投入 是 100万元", "可获 10万元 至 20万元")]);
    award("100万元至300万元", &[("依法设立", "可获 100万元 至 300万元")]);
}

#[test]
fn a_bound_that_is_said_to_count_or_not() {
    let counts = [("业务规模 是 100万元", true), ("业务规模 是 99万元", false)];
    for written in [
        "业务规模100万元（含）以上",
        "业务规模 100万元以上（含）",
        "业务规模达到100万元（含）以上",
        "业务规模在100万元（含）以上",
        "业务规模不低于（含）100万元",
        "业务规模 超过（含） 100万元",
        "业务规模不低于100万元（含）",
        "业务规模１００万元以上",
        "业务规模100万元 以上",
    ] {
        condition(written, &counts);
    }
    for written in ["业务规模100万元（不含）以上", "业务规模 超过 100万元（不含）", "业务规模达到100万元（不含）以上"]
    {
        condition(written, &[("业务规模 是 100万元", false), ("业务规模 是 101万元", true)]);
    }
    for written in ["业务规模不超过（含）100万元", "业务规模不超过100万元（含）"] {
        condition(written, &[("业务规模 是 100万元", true), ("业务规模 是 101万元", false)]);
    }
    condition(
        "研发费用占比在10%（含）—２０％之间",
        &[("研发费用占比 是 10%", true), ("研发费用占比 是 20%", true), ("研发费用占比 是 21%", false)],
    );
}

#[test]
fn awards_as_originals_have_them() {
    let given = |expected: &'static str| [("年度研发投入 是 100万元", expected)];
    award("年度研发投入的10%", &given("可获 10万元"));
    award("按年度研发投入的10%给予补贴", &given("可获 10万元"));
    award("按照年度研发投入的１０％，给予奖励", &given("可获 10万元"));
    award("年度研发投入的10%（含）—20%", &given("可获 10万元 至 20万元"));
    award("最高不超过（含）50万元", &given("可获 不超过 50万元"));
    award("不超过50万元（含）", &given("可获 不超过 50万元"));
}

#[test]
fn departments_with_their_part() {
    check(
        "条款 一《试》（try）\n  对象：市场主体\n  支持：不超过 10万元\n  责任部门：区财政局配合、区科委牵头\n\n\
         案例 「试」\n  假设：依法设立\n  期望：条款 try 可获 不超过 10万元，待 区科委\n",
    );
}

#[test]
fn inclusive_words_as_the_policy_declares_them() {
    let files = workbench::files(&[(
        "main.policy",
        "政策 《试》（one）\n有效期：2026-01-01 至 2026-12-31\n本数：超过 含本数；以上 不含本数\n部门 区科委\n对象 市场主体\n职工人数：整数（人）\n\
         条款 一《甲》（a）\n条件：职工人数 超过 10人\n支持：1万元\n责任部门：区科委\n\
         条款 二《乙》（b）\n条件：职工人数 10人以上\n支持：1万元\n责任部门：区科委\n\
         案例 「十人」\n假设：职工人数 是 10人\n期望：条款 a 可获 1万元；条款 b 不符合\n",
    )]);
    for report in scenario::run_all(&workbench::program(&files)) {
        assert!(report.mismatches.is_empty(), "{:?}", report.mismatches);
    }
}

#[test]
fn a_clause_by_reference_takes_the_amounts_and_states_the_rest() {
    check(
        "条款 一《甲》（base）\n  对象：市场主体\n  产业：制造业\n  条件：依法设立\n  支持：10万元\n  责任部门：区科委\n\n\
         条款 二《参照执行》（other）\n  产业：人工智能\n  参照：base\n  责任部门：区财政局\n\n\
         案例 「人工智能」\n  假设：产业 是 人工智能；依法设立\n  期望：条款 base 不符合；条款 other/base 可获 10万元\n",
    );
}

#[test]
fn words_of_an_award_that_say_nothing() {
    award("给予50万元的奖励", &[("依法设立", "可获 50万元")]);
    award("可给予一定的奖励", &[("依法设立", "可获 一定奖励")]);
    award("年度研发投入的5%-20%", &[("年度研发投入 是 1000万元", "可获 50万元 至 200万元")]);
}

#[test]
fn instalments_by_year_in_words() {
    check(
        "条款 一《试》（try）\n  支持：10万元\n  拨付：分三年，第一年5万元、第二年3万元、第3年2万元\n  责任部门：区科委\n\n\
         案例 「三年」\n  期望：条款 try 分期 5万元、3万元、2万元\n",
    );
}

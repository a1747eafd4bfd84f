//! Readings of quantities, lists, figures by year, certificates and calendars, told by cases: each policy checks without an error and
//! gives what its cases expect; formatting it, and writing it in English, changes nothing of that.

use std::fs;
use std::path::Path;

use guiju::diagnostics::{Lang, render};
use guiju::model::Breaker;
use guiju::scenario;
use guiju::syntax::format::{FormatOptions, KeywordLanguage, format};

use crate::workbench;

const MORE: &str = "
单位 人次
单位 万人次：10000人次
日历 国务院2026（work）
  范围：2026-01-01 至 2026-12-31
  放假：2026-01-01 至 2026-01-03、2026-02-15 至 2026-02-23
  上班：2026-01-04、2026-02-14

清单 设备（equipment），属于 市场主体，最多200项
  含税价格（price）：金额，不低于 0
  购置日期：日期
清单 人员，属于 市场主体，最多 100人
  月数：期间
  学历高：是否
清单 认定，属于 市场主体，最多20项
  级别：认定级别
";

/// More facts, in the subject of the prelude.
const FACTS: &str = "
  入驻日期：日期
  违规日期：日期
  受理日期：日期
  实习人数：人
  实习月数：期间
  参观人次：人次
  贷款本金：金额，不低于 0
  年利率：比例
  贷款月数：期间
  市级奖励：金额
  其他奖项：是否
  机构级别：认定级别
  研发费用（rd）：金额，按年，不低于 0
  高新技术企业（hnte）：认定（认定级别），由 区科委 认定
";

fn text(items: &str) -> String {
    let prelude = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors/prelude.policy");
    let prelude = fs::read_to_string(prelude).unwrap();
    let prelude = prelude.replace("  海外收入（overseas）", &format!("{FACTS}  海外收入（overseas）"));
    format!("{prelude}\n{MORE}\n{items}")
}

fn run(text: &str, items: &str) {
    let files = workbench::files(&[("main.policy", text)]);
    let bench = workbench::check(&files);
    let shown = render::short(&bench.found, &bench.sources, Lang::Zh);
    assert!(bench.checked.is_some(), "{items}\n{shown}\n{text}");
    for report in scenario::run_all(&workbench::program(&files)) {
        assert!(report.mismatches.is_empty(), "{items}\n{}: {:?}", report.title, report.mismatches);
    }
}

fn check(items: &str) {
    let text = text(items);
    run(&text, items);
    for keywords in [KeywordLanguage::Zh, KeywordLanguage::En] {
        let formatted = written(&text, keywords);
        assert_eq!(written(&formatted, keywords), formatted, "formatting again changes {items}");
        run(&formatted, items);
    }
}

/// The text in its one form, its keywords in a language.
fn written(text: &str, keywords: KeywordLanguage) -> String {
    let bench = workbench::check(&workbench::files(&[("main.policy", text)]));
    let breaker = Breaker::new(&bench.files, &bench.sources, Some(keywords));
    format(&bench.files[0], text, &FormatOptions { keywords: Some(keywords) }, &breaker)
}

/// An award of a clause, with what applications of these facts and lists come to.
fn award(award: &str, cases: &[(&str, &str)]) {
    clause(&format!("支持：{award}"), cases);
}

/// A condition, with what applications of these facts and lists come to.
fn condition(condition: &str, cases: &[(&str, bool)]) {
    let outcome = |holds: &bool| if *holds { "可获 10万元" } else { "不符合" };
    let cases: Vec<(&str, &str)> = cases.iter().map(|(facts, holds)| (*facts, outcome(holds))).collect();
    clause(&format!("条件：{condition}\n  支持：10万元"), &cases);
}

fn clause(fields: &str, cases: &[(&str, &str)]) {
    let mut items = format!("条款 一《试》（try）\n  对象：市场主体\n  {fields}\n  责任部门：区科委\n");
    for (at, (facts, outcome)) in cases.iter().enumerate() {
        let facts = if facts.starts_with("清单") || facts.starts_with("台账") {
            (*facts).to_owned()
        } else {
            format!("假设：{facts}")
        };
        items.push_str(&format!("\n案例 「{at}」\n  日期：2026-06-30\n  {facts}\n  期望：条款 try {outcome}\n"));
    }
    check(&items);
}

#[test]
fn a_price_a_year_is_read_as_it_stands() {
    award("500元/平方米/年 × 租赁面积 × 2年", &[("租赁面积 是 100平方米", "可获 10万元")]);
    award("500元/平方米/年 × 租赁面积", &[("租赁面积 是 100平方米", "可获 5万元")]);
    // Months that are no whole years: one quotient, rounded once.
    award("500元/平方米/年 × 租赁面积 × 7个月", &[("租赁面积 是 100平方米", "可获 29167元")]);
    clause(
        "支持：3000元/人/年 × 实习人数\n  上限：2万元/年，每市场主体每年",
        &[("实习人数 是 3人", "可获 9000元"), ("实习人数 是 9人", "可获 2万元")],
    );
}

#[test]
fn an_award_that_is_one_quotient_is_rounded_once() {
    award(
        "贷款本金 × 年利率 × 取低（贷款月数、12个月） ÷ 12个月",
        &[
            ("贷款本金 是 100万元；年利率 是 4.35%；贷款月数 是 7个月", "可获 25375元"),
            ("贷款本金 是 100万元；年利率 是 4.35%；贷款月数 是 18个月", "可获 43500元"),
        ],
    );
}

#[test]
fn a_bound_in_brackets() {
    award(
        "1000元/人/月 × 实习人数（最多 5人）× 实习月数（最多6个月）",
        &[("实习人数 是 9人；实习月数 是 8个月", "可获 3万元"), ("实习人数 是 2人；实习月数 是 3个月", "可获 6000元")],
    );
    award("年度研发投入（不低于 10万元）× 10%", &[("年度研发投入 是 1万元", "可获 1万元")]);
}

#[test]
fn so_much_for_each_full_step() {
    for written in [
        "参观人次 每满1万人次 1万元",
        "参观人次 每满1万人次 给予1万元",
        "参观人次，每满1万人次 给予1万元",
        "参观人次每满1万人次给予1万元",
    ] {
        award(written, &[("参观人次 是 35000人次", "可获 3万元"), ("参观人次 是 9999人次", "可获 0元")]);
    }
}

#[test]
fn a_ratio() {
    award("市级奖励 按 1:0.5 配套", &[("市级奖励 是 20万元", "可获 10万元")]);
    award("市级奖励按1：1配套", &[("市级奖励 是 20万元", "可获 20万元")]);
}

#[test]
fn a_part_under_a_condition() {
    award(
        "10万元 + 30万元（如 其他奖项）+ 5万元（符合 机构级别 不低于 市级 的）",
        &[("其他奖项；机构级别 是 市级", "可获 45万元"), ("非 其他奖项；机构级别 是 区级", "可获 10万元")],
    );
}

#[test]
fn days_within_a_recent_period() {
    for written in ["在近3年内", "在 近3年 以内", "在 近 36个月 内"] {
        condition(
            &format!("非（违规日期 {written}）"),
            &[
                ("违规日期 是 2023-06-30", false),
                ("违规日期 是 2023-06-29", true),
                ("违规日期 是 2026-07-01", true),
                ("违规日期 不适用", true),
            ],
        );
    }
    condition(
        "入驻日期 在 2017-05-01 至 2020-07-24 之间",
        &[("入驻日期 是 2017-05-01", true), ("入驻日期 是 2020-07-24", true), ("入驻日期 是 2020-07-25", false)],
    );
}

#[test]
fn which_year_it_is() {
    condition(
        "年序（入驻日期，按周年）不超过 第3年",
        &[("入驻日期 是 2023-07-01", true), ("入驻日期 是 2023-06-30", false), ("入驻日期 是 2027-01-01", false)],
    );
    condition(
        "年序（入驻日期，按年度）不超过 3",
        &[("入驻日期 是 2024-01-01", true), ("入驻日期 是 2023-12-31", false), ("入驻日期 是 2026-07-01", false)],
    );
}

#[test]
fn working_days() {
    // 2026-06-30 is a Tuesday.
    condition(
        "评定日 不晚于 受理日期 加 5个工作日",
        &[("受理日期 是 2026-06-23", true), ("受理日期 是 2026-06-22", false)],
    );
    condition(
        "受理日期 加 1个工作日（国务院2026）不早于 2026-02-24",
        &[("受理日期 是 2026-02-14", true), ("受理日期 是 2026-02-13", false)],
    );
}

#[test]
fn certificates() {
    condition(
        "高新技术企业",
        &[
            ("高新技术企业；高新技术企业有效期至 是 2026-06-30", true),
            ("高新技术企业；高新技术企业有效期至 是 2026-06-29", false),
            ("高新技术企业；高新技术企业有效期至 不适用", true),
            ("非 高新技术企业", false),
        ],
    );
    condition(
        "高新技术企业 不低于 市级",
        &[
            ("高新技术企业；高新技术企业级别 是 国家级；高新技术企业有效期至 不适用", true),
            ("高新技术企业；高新技术企业级别 是 区级；高新技术企业有效期至 不适用", false),
        ],
    );
    condition(
        "高新技术企业 于 入驻日期",
        &[
            (
                "入驻日期 是 2020-01-01；高新技术企业；高新技术企业取得日 是 2019-01-01；高新技术企业有效期至 是 2022-01-01",
                true,
            ),
            (
                "入驻日期 是 2018-01-01；高新技术企业；高新技术企业取得日 是 2019-01-01；高新技术企业有效期至 是 2022-01-01",
                false,
            ),
        ],
    );
}

#[test]
fn the_first_time() {
    condition("首次", &[("台账：无", true), ("台账：2026-01-01，条款 try，1万元", false)]);
    condition("首次享受本条款", &[("台账：无", true)]);
    condition("首次 条款 try", &[("台账：2026-01-01，条款 try，1万元", false)]);
    clause("条件：首次（每市场主体）\n  支持：10万元", &[("依法设立", "未定"), ("台账：无", "可获 10万元")]);
}

const EQUIPMENT: &str =
    "清单 设备：含税价格、购置日期\n    1. 290万元、2025-01-01\n    2. 49999元、2025-02-01\n    3. 10万元、2025-03-01";

#[test]
fn folds() {
    award(
        "合计（设备 的 含税价格）",
        &[(EQUIPMENT, "可获 3049999元"), ("清单 设备：无", "可获 0元"), ("设备 未知", "未定，需 设备")],
    );
    award("合计（设备 的 含税价格，其中 含税价格 5万元以上）", &[(EQUIPMENT, "可获 300万元")]);
    award("1元 × 计数（设备，其中 购置日期 不早于 2025-02-01）", &[(EQUIPMENT, "可获 2元")]);
    award("最大（设备 的 含税价格）", &[(EQUIPMENT, "可获 290万元"), ("清单 设备：无", "不符合")]);
    award("最小（设备 的 含税价格 × 2）", &[(EQUIPMENT, "可获 99998元")]);
    award("前2合计（设备 的 含税价格）", &[(EQUIPMENT, "可获 300万元")]);
    award("合计（设备 的 含税价格，前2项）", &[(EQUIPMENT, "可获 300万元")]);
    condition("任一（设备，其中 含税价格 超过 100万元）", &[(EQUIPMENT, true), ("清单 设备：无", false)]);
    condition("全部（设备，均 含税价格 超过 10万元）", &[(EQUIPMENT, false), ("清单 设备：无", true)]);
    award(
        "合计（人员 的 3000元/人/月 × 1人 × 月数，其中 学历高）+ 100元/人 × 计数（人员）",
        &[("清单 人员：\n    1. 3个月、是\n    2. 5个月、否", "可获 9200元")],
    );
    award(
        "1万元 × 不同值计数（认定 的 级别）",
        &[("清单 认定：级别\n    1. 国家级\n    2. 市级\n    3. 市级", "可获 2万元")],
    );
}

#[test]
fn figures_by_year() {
    let figures = "研发费用 是 2023年 100万元、2024年 120万元、2025年 150万元";
    for (written, outcome) in [
        ("上年研发费用", "可获 150万元"),
        ("前年研发费用", "可获 120万元"),
        ("2023年研发费用", "可获 100万元"),
        ("近3年研发费用合计", "可获 370万元"),
        ("近2年研发费用平均", "可获 135万元"),
        ("研发费用同比增长额", "可获 30万元"),
        ("研发费用较2023年增长额", "可获 50万元"),
        ("研发费用同比增速 × 100万元", "可获 25万元"),
    ] {
        award(written, &[(figures, outcome)]);
    }
    award("当年研发费用", &[("当年研发费用 是 1万元", "可获 1万元"), (figures, "未定，需 当年研发费用")]);
    condition(
        "近3年研发费用均不低于100万元",
        &[(figures, true), ("研发费用 是 2023年 99万元、2024年 120万元、2025年 150万元", false)],
    );
    condition(
        "研发费用同比增速 不低于 25%",
        &[
            (figures, true),
            ("前年研发费用 是 0元；上年研发费用 是 100万元", false),
            ("前年研发费用 是 100万元；上年研发费用 是 124.99万元", false),
        ],
    );
    condition("研发费用较2023年增速 50%以上", &[(figures, true)]);
}

#[test]
fn values_in_pairs() {
    award(
        "机构级别 是 国家级、市级 分别 80万元、30万元",
        &[("机构级别 是 市级", "可获 30万元"), ("机构级别 是 区级", "不符合")],
    );
    let both = "清单 认定：级别\n    1. 国家级\n    2. 市级\n    3. 市级";
    award("认定 的 级别 有 国家级、市级 分别 80万元、30万元，叠加", &[(both, "可获 110万元")]);
    award(
        "认定 的 级别 有 国家级、市级 分别 80万元、30万元，就高",
        &[(both, "可获 80万元"), ("清单 认定：级别\n    1. 区级", "不符合")],
    );
}

#[test]
fn a_subject_goes_on_in_another_file() {
    let main = text(
        "引用 more.policy\n条款 一《试》（try）\n  对象：市场主体\n  条件：上市\n  支持：1万元\n  责任部门：区科委\n",
    );
    let files = workbench::files(&[("main.policy", &main), ("more.policy", "对象 市场主体\n  上市：是否\n")]);
    let bench = workbench::check(&files);
    assert!(bench.checked.is_some(), "{}", render::short(&bench.found, &bench.sources, Lang::Zh));
    let twice = text("对象 市场主体\n  上市：是否\n");
    let codes: Vec<_> = workbench::check(&workbench::files(&[("main.policy", &twice)])).found;
    assert!(codes.iter().any(|found| found.code.number() == "P0203"));
}

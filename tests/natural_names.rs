//! Names as real policies have them: whatever words of the language they hold, a declared name is read as that name, alone, spaced
//! and glued to operators.

use std::fs;
use std::path::Path;

use guiju::bytecode;
use guiju::diagnostics::{Code, Lang, render};
use guiju::model::Breaker;
use guiju::syntax::format::{FormatOptions, KeywordLanguage, format};

use crate::workbench;

/// Facts that are 是否.
const BOOLEANS: &[&str] = &[
    "认定",
    "企业认定",
    "首次认定",
    "高企认定",
    "首次入库",
    "首次上规",
    "首次获得认定",
    "首次通过认定",
    "获得认定",
    "有效认定",
    "未失信",
    "未享受同类补贴",
    "未被列入失信名单",
    "无重大违规",
    "在有效期内",
    "在孵企业",
    "在库企业",
    "在建项目",
    "非公企业",
    "没有拖欠工资",
    "规模以上",
    "规模以上企业",
    "限额以上企业",
    "市级以上平台",
    "满三年",
    "服务期满",
    "服务期",
    "合同期满",
    "通过验收",
    "中期验收通过",
    "第三方评价",
    "第三方评价合格",
    "第一名",
    "前三名",
    "排名前十",
    "近三年无事故",
    "近三年无违规",
    "近两年纳税",
    "如期完成",
    "如期竣工",
    "符合产业导向",
    "符合条件",
    "符合条件企业",
    "其中小微企业",
    "都市农业",
    "都市型企业",
    "均衡发展",
    "均为本地户籍",
    "当年新设",
    "当年新入库",
    "上年上规",
    "上年度达标",
    "前期投入",
    "前期已获支持",
    "每年考核合格",
    "年度考核合格",
    "年度达标",
    "按期完成",
    "按期纳税",
    "按时还款",
    "按揭购房",
    "配套完成",
    "配套到位",
    "叠加享受",
    "就高享受",
    "分别核算",
    "分期付款",
    "分期实施",
    "累计达标",
    "一次性付清",
    "一般纳税人",
    "优先支持",
    "优先保障",
    "是否上市",
    "是否独角兽",
    "属于鼓励类",
    "属于重点产业",
    "达到行业标准",
    "达到标准",
    "超过标准",
    "突破核心技术",
    "批准立项",
    "由部门推荐",
    "待业人员",
    "需要租房",
    "因公出国",
    "内资企业",
    "外资企业",
    "就业困难人员",
    "专精特新",
    "并购重组",
    "并表企业",
    "同时在园",
    "或有负债",
    "且在园经营",
    "取得批准",
    "已享受支持",
    "支持类项目",
    "重点支持",
    "扶持对象",
    "文化企业",
    "演出首次落地",
    "农业龙头",
    "住房困难",
    "人才认定",
    "平台认定有效",
    "至今在园",
    "为上市企业",
    "减免资格",
    "加计扣除",
    "除以外企业",
];

/// Facts that are 金额.
const AMOUNTS: &[&str] = &[
    "奖励",
    "补贴",
    "支持",
    "资助",
    "补助",
    "扶持",
    "认定奖励",
    "市级奖励",
    "省级奖励",
    "国家级奖励",
    "市级配套",
    "其他奖励",
    "其他奖励金额",
    "其余奖励",
    "研发补贴",
    "研发补助",
    "上年营业收入",
    "上年度营业收入",
    "上年研发投入",
    "近三年营业收入",
    "近3年营业收入",
    "近3年研发费用合计",
    "2024年营业收入",
    "当年营业收入",
    "前年营业收入",
    "前3年营业收入",
    "最近一年营收",
    "均价",
    "平均工资",
    "月均工资",
    "人均产值",
    "年均营收",
    "单个项目投资",
    "每亩投资",
    "每亩税收",
    "有效投资",
    "有效投资额",
    "分期付款额",
    "首期付款",
    "首次投资额",
    "首付款",
    "配套资金",
    "市级配套资金",
    "名额",
    "预算",
    "年度预算",
    "预算资金",
    "总额",
    "合计",
    "合计投资",
    "投资合计",
    "累计投资",
    "累计奖励",
    "累计补贴",
    "最高奖励",
    "最高限额",
    "最低工资",
    "最大单笔投资",
    "年度奖励",
    "年度营收",
    "一次性奖励",
    "一次性补贴金额",
    "奖励金额",
    "奖励资金",
    "奖励基数",
    "支持金额",
    "支持资金",
    "资助金额",
    "扶持资金",
    "补贴标准",
    "补贴基数",
    "按揭贷款余额",
    "按年租金",
    "租金",
    "月租金",
    "房租补贴",
    "购房补贴",
    "人才补贴",
    "安家补助",
    "出口额",
    "进出口额",
    "进出口总额",
    "保费支出",
    "贷款贴息",
    "担保费",
    "技术交易额",
    "技术合同成交额",
    "票房收入",
    "演出补贴",
    "加工费",
    "加价收入",
    "减免税额",
    "减排投入",
    "增值税",
    "增长额",
    "增速奖励",
    "同比增长额",
    "除税收入",
    "超过部分",
    "不足部分",
    "满额奖励",
    "达标奖励",
    "突破奖励",
    "以上年营收",
    "其中设备投资",
    "设备投资其中进口",
    "较上年增量",
    "至今投资",
    "在建投资",
    "为农服务收入",
    "属地税收",
    "并购金额",
    "或有支出",
    "非税收入",
    "未税收入",
    "未付金额",
    "数字化投入",
    "数据采购额",
    "标识解析投入",
    "文本制作费",
    "期间费用",
    "比例奖励",
    "整数金额",
    "日期前投入",
    "条款奖励",
    "上限",
    "下限",
    "金额",
    "累计",
    "条件奖励",
    "清单",
    "级别奖励",
    "区级奖励",
    "市级企业奖励",
    "扣除额",
    "分担额",
    "返还额",
    "家庭收入",
    "农产品销售额",
    "粮食收购额",
    "人工成本",
    "项目投资",
    "课题经费",
    "台账金额",
    "个税",
    "年薪",
    "月薪",
    "期末余额",
];

/// Facts that are 日期.
const DATES: &[&str] = &[
    "认定日期",
    "首次认定日期",
    "入驻日期",
    "按期日",
    "获得日期",
    "批准日期",
    "申请日期",
    "受理日期",
    "有效期",
    "有效期至日",
    "期满日",
    "前次申报日",
    "上次申报日",
    "最近一次获奖日期",
    "分期首日",
    "中期检查日",
    "竣工日期",
    "首次签约日",
    "日期",
    "生效日",
];

/// Figures that are 整数.
const COUNTS: &[&str] = &[
    "就业人数",
    "有效发明专利数",
    "有效期内专利数",
    "新增就业人数",
    "工作日",
    "数",
    "评分",
    "平均人数",
    "年度参展次数",
    "年度",
    "项目数",
    "第三方机构数",
    "前三名次数",
    "获得奖励次数",
    "享受支持次数",
    "名次",
    "级别数",
    "条款数",
    "参展次数",
    "每年场次",
    "工作日数",
    "都市农场数",
    "期限",
    "次数",
    "计数",
    "最大客流",
    "最小面积",
    "整数",
    "不同品种数",
];

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

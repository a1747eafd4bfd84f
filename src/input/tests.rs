//! Data files against tables built by hand: each mistake gives its code at its place, and nothing else.

pub(crate) mod records;

use super::*;
use crate::bytecode::program::{
    AwardInfo, CapInfo, ClassInfo, ClauseInfo, GivenBy, KeyInfo, MemberInfo, PeriodInfo, Place, Shown, SlotInfo,
    SlotType, SubjectInfo,
};

/// A slot of a subject.
fn slot(name: &str, alias: &str, subject: u32, ty: SlotType) -> SlotInfo {
    SlotInfo {
        name: name.to_owned(),
        alias: alias.to_owned(),
        subject,
        ty,
        given_by: GivenBy::Applicant,
        low: None,
        high: None,
        made: false,
        credit_code: false,
        yearly: false,
        year: None,
        certificate: None,
        note: String::new(),
    }
}

fn number(scale: u8, shown: Shown, unit: &[(&str, i8)]) -> SlotType {
    SlotType::Number { scale, shown, unit: unit.iter().map(|(base, power)| ((*base).to_owned(), *power)).collect() }
}

fn clause(id: &str, address: &str, title: &str, caps: (u32, u32)) -> ClauseInfo {
    ClauseInfo {
        id: id.to_owned(),
        address: address.to_owned(),
        title: title.to_owned(),
        subjects: Vec::new(),
        gate: None,
        award: AwardInfo::Computed,
        currency: "CNY".to_owned(),
        departments: vec![0],
        lead: 0,
        open: false,
        in_force: (None, None),
        lift: None,
        payment: None,
        shares: Vec::new(),
        clawbacks: Vec::new(),
        retroactive: None,
        quotes: Vec::new(),
        note: None,
        refers_to: None,
        requirements: (0, 0),
        caps,
        code: (0, 0),
        meaning_hash: [0; 32],
        content_hash: [0; 32],
        place: Place::default(),
    }
}

/// A policy with a fact of every type, two subjects and two clauses.
pub(crate) fn tables() -> Tables {
    let code = SlotInfo { credit_code: true, ..slot("统一社会信用代码", "uscc", 0, SlotType::Text) };
    let share = SlotInfo {
        low: Some(0),
        high: Some(1_000_000),
        given_by: GivenBy::Determination(Some(0)),
        ..slot("研发费用占比", "rd", 0, number(6, Shown::Rate, &[]))
    };
    let named = |name: &str, alias: &str| (name.to_owned(), alias.to_owned());
    let member = |(name, alias): (String, String), parent, end| MemberInfo {
        name,
        alias,
        class: 0,
        parent,
        end,
        quotes: Vec::new(),
    };
    let cap = |clause, key, period| CapInfo {
        clause,
        text: "100万元，每市场主体每年".to_owned(),
        key,
        period,
        counts: vec![clause],
        register: 0,
        soft: false,
        place: Place::default(),
    };
    Tables {
        departments: vec![crate::bytecode::program::DepartmentInfo {
            name: "区科委".to_owned(), ..Default::default()
        }],
        classes: vec![
            ClassInfo { name: "产业".to_owned(), alias: "industry".to_owned(), ordered: false, first: 0, end: 3 },
            ClassInfo { name: "级别".to_owned(), alias: String::new(), ordered: true, first: 3, end: 3 },
        ],
        members: vec![
            member(named("智能互联网产业", "smart"), None, 3),
            member(named("人工智能", "ai"), Some(0), 2),
            member(named("互联网＋", "plus"), Some(0), 3),
        ],
        subjects: vec![
            SubjectInfo { name: "市场主体".to_owned(), alias: "entity".to_owned(), owner: None, identifier: 0 },
            SubjectInfo { name: "项目".to_owned(), alias: "project".to_owned(), owner: Some(0), identifier: 7 },
        ],
        slots: vec![
            code,
            slot("依法设立", "lawful", 0, SlotType::Bool),
            slot("业务规模", "scale", 0, number(2, Shown::Money, &[("CNY", 1)])),
            slot("职工人数", "staff", 0, number(0, Shown::Quantity, &[("人", 1)])),
            share,
            slot("产业", "industry", 0, SlotType::Member { class: 0 }),
            slot("成立日期", "founded", 0, SlotType::Date),
            slot("项目编号", "number", 1, SlotType::Text),
            slot("产业", "industry", 1, SlotType::Member { class: 0 }),
            slot("周期", "term", 1, number(0, Shown::Period, &[("月", 1)])),
            slot("单价", "price", 1, number(2, Shown::Money, &[("CNY", 1), ("月", -1), ("架次", -1)])),
        ],
        caps: vec![
            cap(0, KeyInfo::Subjects(vec![0]), PeriodInfo::Year),
            cap(1, KeyInfo::Everyone, PeriodInfo::Lifetime),
        ],
        clauses: vec![
            clause("ai", "四（一）1", "推动人工智能", (0, 1)),
            clause("rent", "四（一）2", "租金补贴", (1, 2)),
        ],
        ..Tables::default()
    }
}

fn codes(findings: &[Diagnostic], text: &str) -> String {
    let shown = |finding: &Diagnostic| {
        let under = text.get(finding.primary.span.range()).unwrap_or("?");
        format!("{} {under}", finding.code.number())
    };
    findings.iter().map(shown).collect::<Vec<_>>().join("; ")
}

/// What a facts file gives, or its findings with the text under each.
fn read(text: &str) -> String {
    let (facts, findings) = super::facts(&tables(), FileId(0), text);
    if !findings.is_empty() {
        return codes(&findings, text);
    }
    let given = |(slot, given): &(u32, Given)| match given {
        Given::Value(value) => format!("{slot}={value}"),
        Given::Text(text) => format!("{slot}={text}"),
        other => format!("{slot} {other:?}"),
    };
    let mut parts: Vec<String> = facts.given.iter().map(given).collect();
    parts.extend(facts.on.map(|on| crate::calendar::iso(on.into())));
    parts.join(" ")
}

#[test]
fn flat_nested_and_qualified_names() {
    assert_eq!(read(r#"{"业务规模": "1.2亿元", "lawful": true}"#), "1=1 2=12000000000");
    assert_eq!(read(r#"{"市场主体": {"产业": "人工智能", "项目": {"产业": "互联网+"}}}"#), "5=1 8=2");
    assert_eq!(read(r#"{"entity.industry": "ai", "项目．产业": "smart"}"#), "5=1 8=0");
    assert_eq!(read(r#"{"产业": "ai"}"#), "P0702 \"产业\"");
    assert_eq!(read(r#"{"项目": {"业务规模": 1}}"#), "P0702 \"业务规模\"");
    assert_eq!(read(r#"{"项目": [{}]}"#), "P0703 [{}]");
    assert_eq!(read(r#"{"_note": 1, "$schema": "x", "on": "2025-06-30"}"#), "2025-06-30");
    assert_eq!(read("[]"), "P0703 []");
}

#[test]
fn unknown_names_suggest_the_nearest() {
    let (_, findings) = super::facts(&tables(), FileId(0), r#"{"业务规摸": 1}"#);
    let help = findings.first().and_then(|finding| finding.help.as_ref()).map(|help| help.zh.as_str());
    assert_eq!(help, Some("是不是“业务规模”？"));
}

#[test]
fn numbers_are_exact() {
    assert_eq!(read(r#"{"业务规模": 1234.5}"#), "2=123450");
    assert_eq!(read(r#"{"业务规模": "１，０００．５０"}"#), "2=100050");
    assert_eq!(read(r#"{"业务规模": 1.2e8}"#), "2=12000000000");
    assert_eq!(read(r#"{"业务规模": 0.1e-1}"#), "2=1");
    assert_eq!(read(r#"{"业务规模": 1234.567}"#), "P0709 1234.567");
    assert_eq!(read(r#"{"业务规模": "12.345元"}"#), "P0709 \"12.345元\"");
    assert_eq!(read(r#"{"业务规模": 1e999999999999}"#), "P0705 1e999999999999");
    assert_eq!(read(r#"{"业务规模": 1000000000000000.01}"#), "P0705 1000000000000000.01");
    assert_eq!(read(r#"{"业务规模": "-3万元"}"#), "2=-3000000");
    assert_eq!(read(r#"{"职工人数": "30人", "周期": "3年"}"#), "3=30 9=36");
    assert_eq!(read(r#"{"职工人数": 30.5}"#), "P0709 30.5");
    assert_eq!(read(r#"{"rd": "5.5%"}"#), "4=55000");
    assert_eq!(read(r#"{"rd": 0.05}"#), "4=50000");
    assert_eq!(read(r#"{"rd": "120%"}"#), "P0705 \"120%\"");
    assert_eq!(read(r#"{"rd": -0.01}"#), "P0705 -0.01");
    assert_eq!(read(r#"{"price": "20元/月/架次"}"#), "10=2000");
}

#[test]
fn units_must_be_the_facts_own() {
    assert_eq!(read(r#"{"业务规模": "100万美元"}"#), "P0703 \"100万美元\"");
    assert_eq!(read(r#"{"业务规模": "5%"}"#), "P0703 \"5%\"");
    assert_eq!(read(r#"{"周期": "30天"}"#), "P0703 \"30天\"");
    assert_eq!(read(r#"{"职工人数": "30人左右"}"#), "P0703 \"30人左右\"");
    assert_eq!(read(r#"{"职工人数": true}"#), "P0703 true");
}

#[test]
fn the_four_states() {
    assert_eq!(read(r#"{"业务规模": null, "职工人数": "不适用"}"#), "2 Unknown 3 NotApplicable");
    assert_eq!(read(r#"{"业务规模": {"state": "unknown"}, "职工人数": {"state": "not_asked"}}"#), "2 Unknown");
    assert_eq!(read(r#"{"项目编号": "不适用"}"#), "7=不适用");
    assert_eq!(read(r#"{"项目编号": {"state": "not_applicable"}}"#), "7 NotApplicable");
    assert_eq!(read(r#"{"业务规模": {"value": "1万元"}}"#), "2=1000000");
    assert_eq!(read(r#"{"业务规模": {"value": 1, "state": "unknown"}}"#).get(..5), Some("P0703"));
    assert_eq!(read(r#"{"业务规模": {"state": "maybe"}}"#), "P0703 \"maybe\"");
    assert_eq!(read(r#"{"业务规模": ""}"#), "P0703 \"\"");
}

#[test]
fn yes_and_no_are_not_numbers() {
    assert_eq!(read(r#"{"依法设立": "是"}"#), "1=1");
    assert_eq!(read(r#"{"依法设立": "否"}"#), "1=0");
    assert_eq!(read(r#"{"依法设立": 1}"#), "P0703 1");
}

#[test]
fn dates_texts_and_codes() {
    assert_eq!(read(r#"{"成立日期": "2025年6月30日"}"#), "6=20269");
    assert_eq!(read(r#"{"成立日期": "2025-02-30"}"#), "P0706 \"2025-02-30\"");
    assert_eq!(read(r#"{"成立日期": 20250630}"#), "P0706 20250630");
    assert_eq!(read(r#"{"on": "昨天"}"#), "P0706 \"昨天\"");
    assert_eq!(read(r#"{"uscc": "91310000132260250x"}"#), "0=91310000132260250X");
    assert_eq!(read(r#"{"uscc": "913100001322602509"}"#), "P0708 \"913100001322602509\"");
    assert_eq!(read(r#"{"项目编号": 20250001}"#), "P0703 20250001");
    assert_eq!(read(r#"{"市场主体.产业": "人工智熊"}"#), "P0707 \"人工智熊\"");
}

#[test]
fn a_fact_is_given_once() {
    assert_eq!(read(r#"{"业务规模": 1, "业务规模": 2}"#), "P0704 \"业务规模\"");
    assert_eq!(read(r#"{"业务规模": 1, "scale": 1}"#), "P0704 \"scale\"");
    assert_eq!(read(r#"{"业务规模": 1, "市场主体": {"scale": 1}}"#), "P0704 \"scale\"");
    assert_eq!(read(r#"{"on": "2025-01-01", "日期": "2025-01-01"}"#), "P0704 \"日期\"");
}

#[test]
fn all_problems_in_one_run() {
    let text = r#"{"依法设立": 1, "业务规模": "x", "没有": 0, "成立日期": "2025-13-01"}"#;
    assert_eq!(read(text), "P0703 1; P0703 \"x\"; P0702 \"没有\"; P0706 \"2025-13-01\"");
    let many: Vec<String> = (0..3_000).map(|n| format!("\"键{n}\": 1")).collect();
    let (_, findings) = super::facts(&tables(), FileId(0), &format!("{{{}}}", many.join(",")));
    assert_eq!(findings.len(), DIAGNOSTICS_MAX + 1);
}

/// What a ledger file holds, or its findings.
fn ledger(text: &str) -> String {
    let (awards, findings) = super::ledger(&tables(), FileId(0), text, Some(20_269));
    let mut parts: Vec<String> = awards
        .iter()
        .map(|award| format!("{} {} {} {} {:?}", award.clause, award.date, award.amount, award.once, award.subjects))
        .collect();
    if !findings.is_empty() {
        parts.push(codes(&findings, text));
    }
    parts.join("; ")
}

#[test]
fn ledgers() {
    let entity = r#""entity": "91310000132260250x""#;
    assert_eq!(
        ledger(&format!(r#"{{"awards": [{{"clause": "ai", "date": "2025-06-30", "amount": "3万元", {entity}}}]}}"#)),
        "0 20269 3000000 false [(0, \"91310000132260250X\")]"
    );
    assert_eq!(
        ledger(r#"[{"条款": "四（一）2", "日期": "2025-01-01", "金额": 1, "一次性": true, "项目": "甲"}]"#),
        "1 20089 100 true [(1, \"甲\")]"
    );
    assert_eq!(ledger(r#"{"awards": []}"#), "");
    assert_eq!(ledger("{}"), "P0710 {}");
    assert_eq!(ledger("3"), "P0710 3");
}

#[test]
fn mistakes_in_ledgers() {
    let with = |rest: &str| ledger(&format!(r#"[{{"clause": "rent", {rest}}}]"#));
    assert_eq!(with(r#""date": "2025-01-01", "amount": -1"#), "P0710 -1");
    assert_eq!(with(r#""date": "2025-01-01", "amount": 0.001"#), "P0709 0.001");
    assert_eq!(with(r#""date": "2025-01-01", "amount": "1美元""#), "P0703 \"1美元\"");
    assert_eq!(with(r#""date": "2025-02-30", "amount": 1"#), "P0706 \"2025-02-30\"");
    assert_eq!(with(r#""date": "2025-07-01", "amount": 1"#), "1 20270 100 false []; P0710 \"2025-07-01\"");
    assert_eq!(with(r#""date": "2025-01-01", "amount": 1, "cluase": 1"#).split("; ").last(), Some("P0710 \"cluase\""));
    assert_eq!(with(r#""date": "2025-01-01", "amount": 1, "once": 1"#), "P0710 1");
    assert_eq!(ledger(r#"[{}]"#), "P0710 {}; P0710 {}; P0710 {}");
    assert_eq!(ledger(r#"[{"clause": "al", "date": "2025-01-01", "amount": 1}]"#), "P0710 \"al\"");
    let one = r#"{"clause": "rent", "date": "2025-01-01", "amount": 1}"#;
    assert_eq!(ledger(&format!("[{one}, {one}]")), format!("1 20089 100 false []; P0710 {one}"));
    let nobody = r#"{"clause": "ai", "date": "2025-01-01", "amount": 1, "项目": "甲"}"#;
    assert_eq!(ledger(&format!("[{nobody}]")), format!("P0710 {nobody}"));
}

proptest::proptest! {
    #[test]
    fn nothing_panics(text in r#"[\[\]{}",:0-9a-z\\ 业务规模on"日期.万元%\-/\*é\u{1F600}]{0,60}"#) {
        let _ = super::facts(&tables(), FileId(0), &text);
        let _ = super::ledger(&tables(), FileId(0), &text, None);
    }

    #[test]
    fn no_value_panics(text in r#"[0-9,.一二万亿元/人月年日%‰·\- BPbp+]{0,24}"#) {
        for key in ["业务规模", "职工人数", "rd", "成立日期", "周期", "price", "uscc"] {
            let json = serde_json::json!({ (key): text });
            let _ = super::facts(&tables(), FileId(0), &json.to_string());
        }
    }
}

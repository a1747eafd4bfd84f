//! Lists, figures by year and certificates: what is read, and each mistake by its code and place.

use super::*;
use crate::bytecode::records::{CertificateInfo, ColumnInfo, ListInfo, SeriesInfo, SeriesSlot};

/// A policy with a list of at most three records, figures by year, a certificate and a question for the ledger.
pub(crate) fn tables() -> Tables {
    let mut tables = super::tables();
    let money = || number(2, Shown::Money, &[("CNY", 1)]);
    let column = |name: &str, alias: &str, ty, low| ColumnInfo {
        list: 0,
        name: name.to_owned(),
        alias: alias.to_owned(),
        ty,
        low,
        high: None,
        credit_code: false,
        note: String::new(),
    };
    tables.columns = vec![
        column("含税价格", "price", money(), Some(0)),
        column("购置日期", "bought", SlotType::Date, None),
        column("产业", "industry", SlotType::Member { class: 0 }, None),
    ];
    let named = |name: &str, alias: &str| (name.to_owned(), alias.to_owned());
    let (name, alias) = named("设备", "equipment");
    tables.lists = vec![ListInfo { name, alias, subject: 0, slot: 11, max: 3, columns: (0, 3) }];
    let (name, alias) = named("研发费用", "rd_cost");
    tables.series = vec![SeriesInfo { name, alias, subject: 0 }];
    let year = |name: &str, year, relative| SlotInfo {
        low: Some(0),
        made: true,
        year: Some(SeriesSlot { series: 0, year, relative }),
        ..slot(name, "", 0, money())
    };
    let certificate = CertificateInfo { level: Some(16), from: Some(17), until: Some(18) };
    let made = |name: &str, ty| SlotInfo { made: true, ..slot(name, "", 0, ty) };
    tables.slots.extend([
        slot("设备", "equipment", 0, SlotType::List { list: 0 }),
        year("上年研发费用", -1, true),
        year("前年研发费用", -2, true),
        year("2023年研发费用", 2023, false),
        SlotInfo { certificate: Some(certificate), ..slot("高新技术企业", "high_tech", 0, SlotType::Bool) },
        made("高新技术企业级别", SlotType::Member { class: 0 }),
        made("高新技术企业取得日", SlotType::Date),
        made("高新技术企业有效期至", SlotType::Date),
        made("台账", SlotType::Bool),
    ]);
    tables.ledger_slot = Some(19);
    tables
}

/// What a facts file gives on 2026-06-30, or its findings with the text under each.
fn read(text: &str) -> String {
    let day = crate::calendar::day(2026, 6, 30);
    let tables = tables();
    let (facts, findings) = Reader::new(&tables).facts_on(FileId(0), text, Day { fixed: None, otherwise: day });
    if !findings.is_empty() {
        return codes(&findings, text);
    }
    let known = |given: &Given| match given {
        Given::Value(value) => format!("={value}"),
        Given::Text(text) => format!("={text}"),
        other => format!(" {other:?}"),
    };
    let mut parts: Vec<String> = facts.given.iter().map(|(slot, given)| format!("{slot}{}", known(given))).collect();
    parts.extend(facts.lists.iter().map(|(slot, records)| {
        let records: Vec<String> = records.iter().map(|record| record.iter().map(known).collect()).collect();
        format!("{slot}[{}]", records.join("; "))
    }));
    parts.join(" ")
}

#[test]
fn records_by_name_or_id() {
    assert_eq!(
        read(r#"{"设备": [{"含税价格": "290万元", "购置日期": "2025-01-01"}, {"price": 49999, "产业": "ai"}]}"#),
        "11[=290000000=20089 NotAsked; =4999900 NotAsked=1]"
    );
    assert_eq!(read(r#"{"市场主体": {"equipment": []}}"#), "11[]");
    assert_eq!(
        read(r#"{"设备": [{"含税价格": null, "购置日期": "不适用", "_注": 1}]}"#),
        "11[ Unknown NotApplicable NotAsked]"
    );
    assert_eq!([read(r#"{"设备": null}"#), read(r#"{"设备": "不适用"}"#)], ["11 Unknown", "11 NotApplicable"]);
    assert_eq!(read(r#"{"设备": {"state": "not_asked"}}"#), "");
}

#[test]
fn mistakes_in_lists() {
    assert_eq!(
        read(r#"{"设备": [{}, {}, {}]}"#),
        "11[ NotAsked NotAsked NotAsked;  NotAsked NotAsked NotAsked;  NotAsked NotAsked NotAsked]"
    );
    assert_eq!(read(r#"{"设备": [{}, {}, {}, {"price": 1}, {}]}"#), r#"P0713 {"price": 1}"#);
    assert_eq!(read(r#"{"设备": [{"含税价": 1}]}"#), "P0702 \"含税价\"");
    assert_eq!(read(r#"{"设备": [{"price": 1, "含税价格": 1}]}"#), "P0704 \"含税价格\"");
    assert_eq!(read(r#"{"设备": [{"price": -1}, {"price": 0.001}]}"#), "P0705 -1; P0709 0.001");
    assert_eq!(
        read(r#"{"设备": [{"price": "1美元", "购置日期": "2025-02-30", "产业": "矿业"}]}"#),
        "P0703 \"1美元\"; P0706 \"2025-02-30\"; P0707 \"矿业\""
    );
    assert_eq!(read(r#"{"设备": [3]}"#), "P0703 3");
    assert_eq!(read(r#"{"设备": {"含税价格": 1}}"#), r#"P0703 {"含税价格": 1}"#);
    assert_eq!(read(r#"{"设备": [], "equipment": []}"#), "P0704 \"equipment\"");
}

#[test]
fn figures_by_year_follow_the_day() {
    let figures = r#""研发费用": {"2023": 1, "2024": 2, "2025年": "3元", "2026": 4}"#;
    assert_eq!(read(&format!("{{{figures}}}")), "12=300 13=200 14=100");
    assert_eq!(read(&format!(r#"{{{figures}, "on": "2025-01-01"}}"#)), "12=200 13=100 14=100");
    assert_eq!(
        read(r#"{"市场主体": {"rd_cost": {"2023": null, "2024": "不适用", "2025": 0}}}"#),
        "12=0 13 NotApplicable 14 Unknown"
    );
    assert_eq!(read(r#"{"研发费用": null}"#), "12 Unknown 13 Unknown 14 Unknown");
    assert_eq!(
        read(r#"{"研发费用": {"state": "not_applicable"}}"#),
        "12 NotApplicable 13 NotApplicable 14 NotApplicable"
    );
    // One year by its own name, the others in the table.
    assert_eq!(read(r#"{"上年研发费用": 9, "研发费用": {"2023": 1, "2024": 2}}"#), "12=900 13=200 14=100");
    assert_eq!(read("{}"), "");
}

#[test]
fn mistakes_in_figures_by_year() {
    assert_eq!(read(r#"{"研发费用": {"2025": 1}}"#), "P0712 \"研发费用\"; P0712 \"研发费用\"");
    assert_eq!(read(r#"{"研发费用": {"2023": 1, "2024": 1, "上年": 1}}"#), "P0712 \"研发费用\"; P0702 \"上年\"");
    assert_eq!(read(r#"{"研发费用": {"2023": 1, "2024": 1, "2025": -1}}"#), "P0705 -1");
    assert_eq!(read(r#"{"研发费用": {"2023": 1, "2024": 1, "2025": 1, "2025年": 1}}"#), "P0704 \"2025年\"");
    assert_eq!(read(r#"{"研发费用": 100}"#), "P0703 100");
    assert_eq!(read(r#"{"研发费用": null, "rd_cost": null}"#), "P0704 \"rd_cost\"");
    // No day: which year is the last is not guessed.
    let (tables, text) = (tables(), r#"{"研发费用": {"2023": 1}}"#);
    let (_, findings) = Reader::new(&tables).facts_on(FileId(0), text, Day::default());
    assert_eq!(codes(&findings, text), "P0712 \"研发费用\"");
}

#[test]
fn certificates() {
    assert_eq!(read(r#"{"高新技术企业": true}"#), "15=1");
    assert_eq!(
        read(r#"{"高新技术企业": {"级别": "ai", "取得日": "2025-01-01", "有效期至": "2027-12-31"}}"#),
        "15=1 16=1 17=20089 18=21183"
    );
    assert_eq!(read(r#"{"high_tech": {"有效期至": "长期"}}"#), "15=1 18 NotApplicable");
    assert_eq!(read(r#"{"高新技术企业": {"有效期至": null, "级别": "不适用"}}"#), "15=1 16 NotApplicable 18 Unknown");
    assert_eq!(read(r#"{"高新技术企业": {"持有": false, "有效期至": "2020-01-01"}}"#), "15=0 18=18262");
    assert_eq!(read(r#"{"高新技术企业": true, "高新技术企业有效期至": "2020-01-01"}"#), "15=1 18=18262");
    assert_eq!(read(r#"{"高新技术企业": {"state": "unknown"}}"#), "15 Unknown");
}

#[test]
fn mistakes_in_certificates() {
    assert_eq!(read(r#"{"高新技术企业": {"有效期": "2020-01-01"}}"#), "P0702 \"有效期\"");
    assert_eq!(
        read(r#"{"高新技术企业": {"有效期至": "2020-02-30", "级别": "矿业"}}"#),
        "P0706 \"2020-02-30\"; P0707 \"矿业\""
    );
    assert_eq!(
        read(r#"{"高新技术企业": {"until": "2020-01-01"}, "高新技术企业有效期至": null}"#),
        "P0704 \"高新技术企业有效期至\""
    );
    assert_eq!(read(r#"{"高新技术企业": "国家级"}"#), "P0703 \"国家级\"");
    assert_eq!(read(r#"{"高新技术企业": {}}"#), "P0703 {}");
}

#[test]
fn whether_there_is_a_ledger_is_said_by_giving_one() {
    assert_eq!(read(r#"{"台账": true}"#), "P0702 \"台账\"");
}

/// The ledger's contradictions on 2025-06-30, with the first cap at 1,000 yuan a year and the second at 500 in all.
fn contradicted(text: &str) -> String {
    let tables = tables();
    let (awards, findings) = Reader::new(&tables).placed_ledger(FileId(0), text, None);
    assert!(findings.is_empty(), "{findings:?}");
    let amounts = [Some(100_000), Some(50_000)];
    let found = contradictions::contradictions(&tables, &amounts, &awards, Some(20_269));
    found
        .iter()
        .map(|found| {
            format!(
                "{} {}",
                found.code.number(),
                awards.iter().position(|(_, span)| *span == found.primary.span).unwrap_or(99)
            )
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn contradictions_of_a_ledger() {
    let (a, b) = (r#""entity": "91310000132260250X""#, r#""entity": "91110000802100433B""#);
    let ai = |date: &str, amount: &str, who: &str| {
        format!(r#"{{"clause": "ai", "date": "{date}", "amount": {amount}, {who}}}"#)
    };
    let rent = |date: &str, amount: &str| {
        format!(r#"{{"clause": "rent", "date": "{date}", "amount": {amount}, "项目": "甲"}}"#)
    };
    let of = |awards: &[String]| contradicted(&format!("[{}]", awards.join(",")));
    // By holder and by year; the award that goes beyond is named, whatever the order of the file.
    assert_eq!(of(&[ai("2025-01-01", "600", a), ai("2025-02-01", "400", a), ai("2025-01-01", "600", b)]), "");
    assert_eq!(of(&[ai("2025-02-01", "400.01", a), ai("2025-01-01", "600", a), ai("2024-12-31", "600", a)]), "P0716 0");
    assert_eq!(of(&[ai("2025-01-01", "1000.01", a)]), "P0716 0");
    assert_eq!(of(&[rent("2023-01-01", "300"), rent("2024-01-01", "200"), rent("2025-01-01", "0.01")]), "P0716 2");
    assert_eq!(of(&[rent("2025-06-30", "1"), rent("2025-07-01", "1")]), "P0716 1");
}

#[test]
fn a_cap_that_may_be_lifted_contradicts_nothing() {
    let mut tables = tables();
    let text = r#"[{"clause": "rent", "date": "2025-01-01", "amount": 900}]"#;
    let (awards, _) = Reader::new(&tables).placed_ledger(FileId(0), text, None);
    let found = |tables: &Tables, most| contradictions::contradictions(tables, &[None, most], &awards, None).len();
    assert_eq!((found(&tables, Some(1)), found(&tables, None)), (1, 0));
    tables.caps[1].soft = true;
    assert_eq!(found(&tables, Some(1)), 0);
    tables.caps[1].soft = false;
    tables.clauses[1].lift = Some((1, 0));
    assert_eq!(found(&tables, Some(1)), 0);
    tables.clauses[1].lift = None;
    tables.caps[1].period = PeriodInfo::Once;
    let twice = [awards.clone(), vec![(awards[0].0.clone(), Span::new(FileId(0), 0, 1))]].concat();
    // The second of two that are the same: a repeat, and one too many.
    assert_eq!(contradictions::contradictions(&tables, &[None, Some(100_000)], &twice, None).len(), 2);
}

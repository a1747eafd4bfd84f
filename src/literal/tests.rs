//! Numbers and dates as policies write them, and what they come to.

use super::*;

fn read(text: &str) -> String {
    let declared = |name: &str| {
        let factor = match name {
            "架次" => 1,
            "万人次" => 10_000,
            _ => return None,
        };
        let base = if name == "万人次" { "人次" } else { name };
        Some(KnownUnit { factor: (factor, 1), powers: vec![(base.to_owned(), 1)] })
    };
    let chars: Vec<char> = text.chars().map(fold_width).collect();
    match scan(&chars, 0, &declared) {
        None => "nothing".to_owned(),
        Some(Err(error)) => format!("{error:?}"),
        Some(Ok((literal, end))) => {
            let unit: Vec<String> = literal.unit.iter().map(|(name, power)| format!("{name}^{power}")).collect();
            let rest: String = chars.iter().skip(end).collect();
            format!("{} {}|{rest}", literal.value, unit.join(" "))
        }
    }
}

#[test]
fn amounts_as_written() {
    assert_eq!(read("1.5亿元"), "150000000 CNY^1|");
    assert_eq!(read("3000万元以上"), "30000000 CNY^1|以上");
    assert_eq!(read("１，０００．５０元"), "1000.5 CNY^1|");
    assert_eq!(read("1000 万元支持"), "10000000 CNY^1|支持");
    assert_eq!(read("100 人以上"), "100 人^1|以上");
    assert_eq!(read("2万亿元"), "2000000000000 CNY^1|");
    assert_eq!(read("5千万"), "50000000 |");
    assert_eq!(read("100万美元"), "1000000 USD^1|");
    assert_eq!(read("100万元人民币"), "1000000 CNY^1|");
    assert_eq!(read("3角5分"), "0.3 CNY^1|5分");
    assert_eq!(read("100USD"), "100 USD^1|");
    assert_eq!(read("100USDT"), "100 |USDT");
}

#[test]
fn rates_as_written() {
    assert_eq!(read("5%—20%"), "0.05 |—20%");
    assert_eq!(read("3‰"), "0.003 |");
    assert_eq!(read("2个百分点"), "0.02 |");
    assert_eq!(read("50BP"), "0.005 |");
    assert_eq!(read("50个项目"), "50 项目^1|");
}

#[test]
fn units_multiply_and_divide() {
    assert_eq!(read("3000元/人/月 × 人数"), "3000 CNY^1 人^-1 月^-1| × 人数");
    assert_eq!(read("500元/平方米"), "500 CNY^1 平方米^-1|");
    assert_eq!(read("12000元/人/年"), "12000 CNY^1 人^-1 年^-1|");
    assert_eq!(read("500元/年"), "500 CNY^1 年^-1|");
    assert_eq!(read("500元/季度"), "Inexact");
    assert_eq!(read("3年"), "36 月^1|");
    assert_eq!(read("5千瓦时"), "5 千瓦时^1|");
    assert_eq!(read("3万人次"), "30000 人次^1|");
    assert_eq!(read("20元/架次"), "20 CNY^1 架次^-1|");
    assert_eq!(read("10元/职工人数"), "10 CNY^1|/职工人数");
    assert_eq!(read("8人·月"), "8 人^1 月^1|");
}

#[test]
fn groups_of_digits_are_groups_of_three() {
    assert_eq!(read("10,000,000元"), "10000000 CNY^1|");
    assert_eq!(read("1,2"), "1 |,2");
    assert_eq!(read("1,0000"), "1 |,0000");
    assert_eq!(read("1000,000"), "1000 |,000");
    assert_eq!(read("1.职工"), "1 |.职工");
}

#[test]
fn nothing_is_rounded() {
    assert_eq!(read("1000000000000000元"), "1000000000000000 CNY^1|");
    assert_eq!(read("1000000000000000.01元"), "TooLarge");
    assert_eq!(read("10001万亿"), "TooLarge");
    assert_eq!(read(&"9".repeat(400)), "TooLarge");
    assert_eq!(read("0.000000000000000001"), "0.000000000000000001 |");
    assert_eq!(read("0.0000000000000000001"), "TooPrecise");
    assert_eq!(read(&format!("1.{}元", "0".repeat(300))), "1 CNY^1|");
    assert_eq!(read(&format!("1.{}1元", "0".repeat(300))), "TooPrecise");
    assert_eq!(read("0.00000000000000001%"), "TooPrecise");
    assert_eq!(read("999999999999999.999999999999999999"), "TooPrecise");
}

#[test]
fn shorter_readings_follow_the_longest() {
    let chars: Vec<char> = "100个项目数".chars().collect();
    let ends: Vec<usize> = readings(&chars, 0, &|_| None).into_iter().map(|(_, end)| end).collect();
    assert_eq!(ends, [6, 4, 3]);
}

#[test]
fn a_whole_text() {
    let whole = |text: &str| quantity(text, &|_| None).and_then(Result::ok).map(|literal| literal.value.to_string());
    assert_eq!(whole(" -1,000.5万元 ").as_deref(), Some("-10005000"));
    assert_eq!(whole("约100元"), None);
    assert_eq!(whole("100元整").as_deref(), Some("100"));
    assert_eq!(whole("100元左右"), None);
    assert_eq!(whole("-"), None);
}

#[test]
fn dates() {
    let read = |text: &str| {
        let chars: Vec<char> = text.chars().map(fold_width).collect();
        date(&chars, 0).map(|found| found.map(|(day, end)| (calendar::iso(day.into()), end)))
    };
    assert_eq!(read("2024-11-15 至"), Some(Ok(("2024-11-15".to_owned(), 10))));
    assert_eq!(read("２０２４年１１月５日起"), Some(Ok(("2024-11-05".to_owned(), 10))));
    assert_eq!(read("2025-02-30"), Some(Err((LiteralError::NoSuchDate, 10))));
    assert_eq!(read("2024.11.15"), None);
    assert_eq!(read("2024年"), None);
    assert_eq!(read("24-11-15"), None);
    assert_eq!(read("20244-11-15"), None);
}

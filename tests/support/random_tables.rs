//! Random tables for random policies: tiers, progressive rates, lookups, sums and the highest of several, each well typed by
//! construction and without shared end points, with ends that random cases fall on.

use super::choices::Choices;

/// Tables as text, and the amounts that they give.
pub struct Tables {
    pub text: String,
    pub amounts: Vec<String>,
}

const ENDS: [&str; 5] = ["99.99元", "100元", "100.01元", "5000元", "1万元"];
const PEOPLE: [&str; 4] = ["1人", "2人", "20人", "300人"];
const RATES: [&str; 4] = ["0%", "5%", "33.3333%", "100%"];
const AMOUNTS: [&str; 4] = ["0元", "99.99元", "5000元", "1.5亿元"];
const CONDITIONS: [&str; 5] =
    ["已登记", "无失信", "员工数 20人以上", "所属产业 属于 信息产业", "营业额 超过 100元 不满1万元"];

/// Some tables; `conditions` are names of definitions.
pub fn tables(choices: &mut Choices, conditions: &[String]) -> Tables {
    let mut tables = Tables { text: String::new(), amounts: Vec::new() };
    let count = if choices.once_in(2) { 1 + choices.below(3) } else { 0 };
    for number in 0..count {
        let name = format!("表{}", ['子', '丑', '寅', '卯'][number]);
        let (text, amount) = match choices.below(6) {
            0 => (tiers(choices, &name, number, "营业额", &ENDS, &RATES), format!("营业额 × {name}")),
            1 => (tiers(choices, &name, number, "员工数", &PEOPLE, &AMOUNTS), name.clone()),
            2 => (progressive(choices, &name, number), name.clone()),
            3 => (lookup(choices, &name, number), format!("{name} × 研发费")),
            4 => (quotient(choices, &name, number), name.clone()),
            _ => (conditional(choices, &name, number, conditions, &tables.amounts), name.clone()),
        };
        tables.text += &text;
        tables.amounts.push(amount);
    }
    tables
}

/// Tiers between ends from a list in order, from one of them on.
fn tiers(choices: &mut Choices, name: &str, number: usize, base: &str, ends: &[&str], values: &[&str]) -> String {
    let first = choices.below(ends.len() - 1);
    let (above, below) = choices.one(&[("不低于", "低于"), ("超过", "不超过")]);
    let mut text = format!("分档 {name}（table-{number}）：{base}\n");
    if choices.once_in(2) {
        text += &format!("  {below} {}：{}\n", ends[first], choices.one(values));
    }
    for pair in ends[first..].windows(2) {
        if !choices.once_in(5) {
            text += &format!("  {above} {} {below} {}：{}\n", pair[0], pair[1], choices.one(values));
        }
    }
    if choices.once_in(3) {
        // An end that is not known, and a condition of its own.
        let unknown = if base == "营业额" { "研发费" } else { "1人" };
        text += &format!("  不超过 {unknown} 且 已登记：{}\n", choices.one(values));
    }
    text += &format!("  {above} {}：{}\n", ends[ends.len() - 1], choices.one(values));
    text + &rest(choices, values)
}

fn rest(choices: &mut Choices, values: &[&str]) -> String {
    match choices.below(3) {
        0 => String::new(),
        1 => "  其余：不予支持\n".to_owned(),
        _ => format!("  其余：{}\n", choices.one(values)),
    }
}

fn progressive(choices: &mut Choices, name: &str, number: usize) -> String {
    let first = choices.below(ENDS.len() - 1);
    let mut text = format!("累进 {name}（table-{number}）：营业额\n");
    if choices.once_in(2) {
        text += &format!("  {}以下的部分：{}\n", ENDS[first], choices.one(&RATES));
    }
    for pair in ENDS[first..].windows(2) {
        text += &format!("  {} 至 {} 的部分：{}\n", pair[0], pair[1], choices.one(&RATES));
    }
    text + &format!("  超过{}的部分：{}\n", ENDS[ENDS.len() - 1], choices.one(&RATES))
}

fn lookup(choices: &mut Choices, name: &str, number: usize) -> String {
    let mut text = format!("对照 {name}（table-{number}）：所属产业\n  人工智能：{}\n", choices.one(&RATES));
    text += choices.one(&["  软件业、服务业：30%\n", "  信息产业：5%\n", "  服务业：不予支持\n"]);
    text + &rest(choices, &RATES)
}

/// By a quotient, which is compared exactly.
fn quotient(choices: &mut Choices, name: &str, number: usize) -> String {
    let mut text = format!("分档 {name}（table-{number}）：研发费 除以 营业额\n");
    text += &format!("  不满5%：{}\n  5%以上 不满33.3333%：{}\n", choices.one(&AMOUNTS), choices.one(&AMOUNTS));
    text + &rest(choices, &AMOUNTS)
}

/// 叠加 or 就高, of amounts known and not.
fn conditional(choices: &mut Choices, name: &str, number: usize, conditions: &[String], amounts: &[String]) -> String {
    let mut text = format!("{} {name}（table-{number}）\n", choices.one(&["叠加", "就高"]));
    for _ in 0..1 + choices.below(3) {
        let condition = if !conditions.is_empty() && choices.once_in(3) {
            conditions[choices.below(conditions.len())].clone()
        } else {
            choices.one(&CONDITIONS).to_owned()
        };
        let value = match choices.below(4) {
            0 if !amounts.is_empty() => amounts[choices.below(amounts.len())].clone(),
            1 => "营业额 的 5%".to_owned(),
            _ => choices.one(&AMOUNTS).to_owned(),
        };
        text += &format!("  {condition}：{value}\n");
    }
    text
}

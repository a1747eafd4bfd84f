//! In: facts with values, amounts, days. Out: how they are written in a policy: `业务规模 是 1.5亿元`, `非 信用记录良好`.
//! Invariant: what is written is read back as the same fact and the same value.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::calendar;
use crate::diagnostics::Lang;
use crate::model::case::{Given, Record};
use crate::model::record::SeriesYear;
use crate::model::{ColumnId, FactId, Model, NumberKind, Type, Unit, Value, show_unit};

/// A fact with its value, as an assumption of a case.
#[must_use]
pub fn assumption(model: &Model, fact: FactId, given: &Given, lang: Lang) -> String {
    let name = name(model, fact);
    match (given, lang) {
        (Given::Value(Value::Bool(true)), _) => name,
        (Given::Value(Value::Bool(false)), Lang::Zh) => format!("非 {name}"),
        (Given::Value(Value::Bool(false)), Lang::En) => format!("not {name}"),
        (Given::Value(known), Lang::Zh) => format!("{name} 是 {}", value(model, fact, known)),
        (Given::Value(known), Lang::En) => format!("{name} is {}", value(model, fact, known)),
        (Given::Unknown, Lang::Zh) => format!("{name} 未知"),
        (Given::Unknown, Lang::En) => format!("{name} unknown"),
        (Given::NotApplicable, Lang::Zh) => format!("{name} 不适用"),
        (Given::NotApplicable, Lang::En) => format!("{name} not-applicable"),
    }
}

/// Figures of years that have no name of their own, counted from the day of the case: `销售额 是 2022年 100万元、2021年 80万元`.
#[must_use]
pub fn figures(model: &Model, facts: &BTreeMap<FactId, Given>, on: i32, lang: Lang) -> Vec<String> {
    let today = calendar::year(i64::from(on));
    let mut all: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (id, given) in facts {
        let Some((series, SeriesYear::Relative(back))) = model.facts.get(id.index()).and_then(|fact| fact.year) else {
            continue;
        };
        if is_of_unnamed_year(model, *id) {
            let year = today + i64::from(back);
            let given = match given {
                Given::Value(known) => value(model, *id, known),
                Given::Unknown => "未知".to_owned(),
                Given::NotApplicable => "不适用".to_owned(),
            };
            all.entry(series.index()).or_default().push(format!("{year}年 {given}"));
        }
    }
    let is = if lang == Lang::Zh { "是" } else { "is" };
    let line = |(series, figures): (usize, Vec<String>)| {
        Some(format!("{} {is} {}", model.series.get(series)?.name, figures.join("、")))
    };
    all.into_iter().filter_map(line).collect()
}

/// Whether a fact is the figure of a year that is longer ago than words say.
#[must_use]
pub fn is_of_unnamed_year(model: &Model, fact: FactId) -> bool {
    let year = model.facts.get(fact.index()).and_then(|fact| fact.year);
    matches!(year, Some((_, SeriesYear::Relative(back))) if !(-2..=0).contains(&back))
}

/// The records of a list, as lines of a case.
#[must_use]
pub fn list(model: &Model, fact: FactId, records: &[Record], lang: Lang) -> String {
    let Some(list) = model.lists.iter().find(|list| list.fact == fact) else { return String::new() };
    let (label, colon, none, unknown, lacks) = match lang {
        Lang::Zh => ("清单", "：", "无", "未知", "不适用"),
        Lang::En => ("list", ": ", "none", "unknown", "not-applicable"),
    };
    let head = format!("  {label} {}{colon}", list.name);
    if records.is_empty() {
        return format!("{head}{none}\n");
    }
    let ids = || list.columns.clone().map(ColumnId);
    let names = ids().filter_map(|id| model.columns.get(id.0 as usize)).map(|column| column.name.as_str());
    let mut text = format!("{head}{}\n", names.collect::<Vec<_>>().join("、"));
    let given = |record: &Record, id: ColumnId| {
        let ty = model.columns.get(id.0 as usize).map_or(&Type::Error, |column| &column.ty);
        match record.iter().find(|(column, _)| *column == id).map(|(_, given)| given) {
            Some(Given::Value(known)) => of_type(model, ty, known),
            Some(Given::NotApplicable) => lacks.to_owned(),
            Some(Given::Unknown) | None => unknown.to_owned(),
        }
    };
    for (record, number) in records.iter().zip(1_usize..) {
        let values: Vec<String> = ids().map(|id| given(record, id)).collect();
        text.push_str(&format!("    {number}. {}\n", values.join("、")));
    }
    text
}

/// The name of a fact, with its subject where another fact has the same.
#[must_use]
pub fn name(model: &Model, fact: FactId) -> String {
    let Some(found) = model.facts.get(fact.index()) else { return String::new() };
    if found.made && !is_simple(&found.name) {
        return found.alias.clone();
    }
    let plain = |name: &str| if is_simple(name) { name.to_owned() } else { format!("「{name}」") };
    let shared = model.facts.iter().filter(|other| other.name == found.name).count() > 1;
    let subject = model.subjects.get(found.subject.index()).filter(|_| shared);
    match subject {
        Some(subject) => format!("{} 的 {}", plain(&subject.name), plain(&found.name)),
        None => plain(&found.name),
    }
}

/// Whether a fact can be written in a case: one that the compiler made for a clause by reference may have no plain name.
#[must_use]
pub fn is_nameable(model: &Model, fact: FactId) -> bool {
    let found = model.facts.get(fact.index());
    found.is_some_and(|fact| !fact.made || is_simple(&fact.name) || is_simple(&fact.alias))
}

/// Whether the records of a list can be written in a case.
#[must_use]
pub fn is_list_nameable(model: &Model, fact: FactId) -> bool {
    let Some(list) = model.lists.iter().find(|list| list.fact == fact) else { return false };
    let mut columns = list.columns.clone().filter_map(|id| model.columns.get(id as usize));
    is_simple(&list.name) && columns.all(|column| is_simple(&column.name))
}

fn is_simple(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.'))
}

/// A value of a fact.
#[must_use]
pub fn value(model: &Model, fact: FactId, value: &Value) -> String {
    of_type(model, model.facts.get(fact.index()).map_or(&Type::Error, |fact| &fact.ty), value)
}

fn of_type(model: &Model, ty: &Type, value: &Value) -> String {
    match value {
        Value::Bool(true) => "是".to_owned(),
        Value::Bool(false) => "否".to_owned(),
        Value::Number(amount) => number(ty, *amount),
        Value::Date(day) => calendar::iso(i64::from(*day)),
        Value::Text(text) => format!("「{text}」"),
        Value::Member(id) => model.members.get(id.0 as usize).map_or_else(String::new, |member| member.name.clone()),
    }
}

/// A number with its unit.
#[must_use]
pub fn number(ty: &Type, value: Decimal) -> String {
    let Type::Number { kind, unit, .. } = ty else { return value.normalize().to_string() };
    if *kind == NumberKind::Rate && unit.powers.is_empty() {
        let percent = value.saturating_mul(Decimal::ONE_HUNDRED).normalize();
        return format!("{percent}%");
    }
    if unit.currency().is_some() {
        return money(unit, value);
    }
    let value = value.normalize();
    match show_unit(unit).as_str() {
        "月" => format!("{value}个月"),
        unit => format!("{value}{unit}"),
    }
}

/// An amount of money, in 亿 or 万 where that is short.
#[must_use]
pub fn money(unit: &Unit, value: Decimal) -> String {
    let currency = show_unit(unit);
    let value = value.normalize();
    for (word, power) in [("亿", 8_u32), ("万", 4)] {
        let size = Decimal::from(10_i64.pow(power));
        let short = value.checked_div(size).map(|short| short.normalize());
        if let Some(short) = short
            && short.abs() >= Decimal::ONE
            && short.scale() <= 2
            && short.saturating_mul(size) == value
        {
            return format!("{short}{word}{currency}");
        }
    }
    format!("{value}{currency}")
}

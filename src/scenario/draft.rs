//! In: a case as a program keeps it and what was decided. Out: the case as text of the language, with that decision as its expectation.
//! Invariant: the text reads back to the same facts.

use crate::bytecode::program::{CaseInfo, ClauseInfo, Given, SlotType, Tables};
use crate::calendar;
use crate::decision::ClauseDecision;
use crate::diagnostics::Lang;
use crate::explain::text;

/// The case with a title.
pub(super) fn written(
    tables: &Tables,
    case: &CaseInfo,
    clause: &ClauseInfo,
    decision: &ClauseDecision,
    title: &str,
) -> String {
    let mut lines = vec![format!("案例 「{title}」")];
    if let Some(on) = case.on {
        lines.push(format!("  日期：{}", calendar::iso(i64::from(on))));
    }
    let facts: Vec<String> = case.facts.iter().filter_map(|(slot, given)| fact(tables, *slot, given)).collect();
    if !facts.is_empty() {
        lines.push(format!("  假设：{}", facts.join("；")));
    }
    let lists = case.lists.iter().filter_map(|(slot, records)| list(tables, *slot, records));
    lines.extend(lists.flatten());
    match case.ledger.as_deref() {
        Some([]) => lines.push("  台账：无".to_owned()),
        Some(awards) => lines.extend(awards.iter().map(|award| {
            let id = tables.clauses.get(award.clause as usize).map_or("", |clause| clause.id.as_str());
            let once = if award.once { "，一次性" } else { "" };
            let amount = text::money(award.amount, 2, "CNY", Lang::Zh);
            let named = award.subjects.iter().filter_map(|(kind, name)| {
                let slot = tables.subjects.get(*kind as usize)?.identifier;
                Some(format!("，{} 是 「{name}」", tables.slots.get(slot as usize)?.name))
            });
            let named: String = named.collect();
            format!("  台账：{}，条款 {id}，{amount}{once}{named}", calendar::iso(i64::from(award.date)))
        })),
        None => {}
    }
    lines.push(format!("  期望：条款 {} {}", clause.id, outcome(clause, decision)));
    lines.join("\n")
}

/// What was decided, as an expectation.
fn outcome(clause: &ClauseInfo, decision: &ClauseDecision) -> String {
    match decision {
        ClauseDecision::NotInForce => "不在有效期".to_owned(),
        ClauseDecision::Ineligible { .. } => "不符合".to_owned(),
        ClauseDecision::Undetermined { .. } => "未定".to_owned(),
        ClauseDecision::Eligible { amount, .. } if amount.high.is_none() && amount.low.is_zero() => {
            "可获 一定奖励".to_owned()
        }
        ClauseDecision::Eligible { amount, .. } => {
            format!("可获 {}", text::amount(amount, &clause.currency, Lang::Zh))
        }
    }
}

/// A fact, as an assumption; nothing for what was not asked, or what the ledger says.
fn fact(tables: &Tables, slot: u32, given: &Given) -> Option<String> {
    let info = tables.slots.get(slot as usize).filter(|_| tables.ledger_slot != Some(slot))?;
    let shared = tables.slots.iter().filter(|other| other.name == info.name).count() > 1;
    let name = match tables.subjects.get(info.subject as usize).filter(|_| shared) {
        Some(subject) => format!("{} 的 {}", subject.name, info.name),
        None => info.name.clone(),
    };
    Some(match (given, &info.ty) {
        (Given::NotAsked, _) => return None,
        (Given::Unknown, _) => format!("{name} 未知"),
        (Given::NotApplicable, _) => format!("{name} 不适用"),
        (Given::Value(1), SlotType::Bool) => name,
        (Given::Value(_), SlotType::Bool) => format!("非 {name}"),
        _ => format!("{name} 是 {}", value(tables, &info.ty, given)?),
    })
}

/// A known value.
fn value(tables: &Tables, ty: &SlotType, given: &Given) -> Option<String> {
    Some(match (given, ty) {
        (Given::Text(text), _) => format!("「{text}」"),
        (Given::Value(value), SlotType::Bool) => if *value == 1 { "是" } else { "否" }.to_owned(),
        (Given::Value(value), SlotType::Number { scale, shown, unit }) => {
            text::number(*value, u32::from(*scale), *shown, unit, Lang::Zh)
        }
        (Given::Value(value), SlotType::Date) => calendar::iso(i64::try_from(*value).ok()?),
        (Given::Value(value), SlotType::Member { .. }) => {
            tables.members.get(usize::try_from(*value).ok()?)?.name.clone()
        }
        (Given::Value(_), SlotType::Text | SlotType::List { .. }) => return None,
        (Given::Unknown | Given::NotApplicable | Given::NotAsked, _) => "未知".to_owned(),
    })
}

/// The lines of a list of records.
fn list(tables: &Tables, slot: u32, records: &[Vec<Given>]) -> Option<Vec<String>> {
    let info = tables.lists.iter().find(|list| list.slot == slot)?;
    if records.is_empty() {
        return Some(vec![format!("  清单 {}：无", info.name)]);
    }
    let columns = tables.columns.get(info.columns.0 as usize..info.columns.1 as usize)?;
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let mut lines = vec![format!("  清单 {}：{}", info.name, names.join("、"))];
    for (record, number) in records.iter().zip(1..) {
        let cells: Option<Vec<String>> =
            columns.iter().zip(record).map(|(column, given)| value(tables, &column.ty, given)).collect();
        lines.push(format!("    {number}. {}", cells?.join("、")));
    }
    Some(lines)
}

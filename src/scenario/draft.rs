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
    match case.ledger.as_deref() {
        Some([]) => lines.push("  台账：无".to_owned()),
        Some(awards) => lines.extend(awards.iter().map(|award| {
            let id = tables.clauses.get(award.clause as usize).map_or("", |clause| clause.id.as_str());
            let once = if award.once { "，一次性" } else { "" };
            let amount = text::money(award.amount, 2, "CNY", Lang::Zh);
            format!("  台账：{}，条款 {id}，{amount}{once}", calendar::iso(i64::from(award.date)))
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

/// A fact, as an assumption.
fn fact(tables: &Tables, slot: u32, given: &Given) -> Option<String> {
    let info = tables.slots.get(slot as usize)?;
    let shared = tables.slots.iter().filter(|other| other.name == info.name).count() > 1;
    let name = match tables.subjects.get(info.subject as usize).filter(|_| shared) {
        Some(subject) => format!("{} 的 {}", subject.name, info.name),
        None => info.name.clone(),
    };
    Some(match (given, &info.ty) {
        (Given::NotAsked, _) => return None,
        (Given::Unknown, _) => format!("{name} 未知"),
        (Given::NotApplicable, _) => format!("{name} 不适用"),
        (Given::Text(text), _) => format!("{name} 是 「{text}」"),
        (Given::Value(1), SlotType::Bool) => name,
        (Given::Value(_), SlotType::Bool) => format!("非 {name}"),
        (Given::Value(value), SlotType::Number { scale, shown, unit }) => {
            format!("{name} 是 {}", text::number(*value, u32::from(*scale), *shown, unit, Lang::Zh))
        }
        (Given::Value(value), SlotType::Date) => format!("{name} 是 {}", calendar::iso(i64::try_from(*value).ok()?)),
        (Given::Value(value), SlotType::Member { .. }) => {
            let member = tables.members.get(usize::try_from(*value).ok()?)?;
            format!("{name} 是 {}", member.name)
        }
        (Given::Value(_), SlotType::Text | SlotType::List { .. }) => return None,
    })
}

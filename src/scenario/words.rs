//! In: outcomes, expected and decided. Out: the words in which a case would state them.

use super::compare::{self, giver, label, open_facts};
use crate::bytecode::program::{ClauseInfo, OutcomeInfo, Tables};
use crate::decision::{Amount, ClauseDecision, Failure};
use crate::diagnostics::{Lang, Text};
use crate::explain::text;

/// What a case expects of a clause.
pub(super) fn expected(
    tables: &Tables,
    clause: &ClauseInfo,
    outcome: &OutcomeInfo,
    awaits: &[u32],
    needs: &[u32],
) -> Text {
    let mut said = match outcome {
        OutcomeInfo::NotInForce => not_in_force(),
        OutcomeInfo::Undetermined => Text::new("未定", "undetermined"),
        OutcomeInfo::Ineligible(None) => Text::new("不符合", "ineligible"),
        OutcomeInfo::Ineligible(Some(why)) => {
            Text::new(format!("不符合，因 {why}"), format!("ineligible because `{why}`"))
        }
        OutcomeInfo::Eligible { low, high } => eligible(&compare::amount(*low, *high), &clause.currency),
    };
    add(&mut said, "待", "awaiting", awaits.iter().map(|at| department(tables, *at)));
    add(&mut said, "需", "needing", needs.iter().map(|at| fact(tables, *at)));
    said
}

/// What was decided on a clause.
pub(super) fn got(tables: &Tables, clause: &ClauseInfo, decision: &ClauseDecision) -> Text {
    let mut said = match decision {
        ClauseDecision::NotInForce => not_in_force(),
        ClauseDecision::Undetermined { .. } => Text::new("未定", "undetermined"),
        ClauseDecision::Eligible { amount, .. } => eligible(amount, &clause.currency),
        ClauseDecision::Ineligible { failed } => {
            let why: Vec<Text> = failed.iter().map(|failure| self::failure(tables, clause, *failure)).collect();
            let zh: Vec<&str> = why.iter().map(|text| text.zh.as_str()).collect();
            let en: Vec<String> = why.iter().map(|text| format!("`{}`", text.en)).collect();
            Text::new(format!("不符合，因 {}", zh.join("、")), format!("ineligible because {}", en.join(", ")))
        }
    };
    let open = open_facts(decision);
    let mut departments: Vec<&str> =
        open.iter().filter_map(|slot| giver(tables, clause, *slot)).map(|at| department(tables, at)).collect();
    let mut seen = std::collections::BTreeSet::new();
    departments.retain(|name| seen.insert(*name));
    add(&mut said, "待", "awaiting", departments.into_iter());
    add(&mut said, "需", "needing", open.iter().map(|at| fact(tables, *at)));
    said
}

/// Why a clause does not apply.
pub(super) fn failure(tables: &Tables, clause: &ClauseInfo, failure: Failure) -> Text {
    match failure {
        Failure::Requirement(number) => {
            let said =
                label(tables, clause, failure).map_or_else(|| format!("第 {} 项要求", number + 1), str::to_owned);
            Text::new(said.clone(), said)
        }
        Failure::AmountNotApplicable => Text::new("金额不适用", "the amount is not applicable"),
        Failure::AboveCeiling => Text::new("高于上限", "above the ceiling"),
        Failure::BelowFloor => Text::new("低于下限", "below the floor"),
    }
}

/// An amount as a case would state it.
pub(super) fn amount(amount: &Amount, currency: &str) -> Text {
    Text::new(text::amount(amount, currency, Lang::Zh), text::amount(amount, currency, Lang::En))
}

fn eligible(of: &Amount, currency: &str) -> Text {
    let said = amount(of, currency);
    Text::new(format!("可获 {}", said.zh), format!("eligible for {}", said.en))
}

fn not_in_force() -> Text {
    Text::new("不在有效期", "not in force")
}

fn department(tables: &Tables, at: u32) -> &str {
    tables.departments.get(at as usize).map_or("", |department| &department.name)
}

fn fact(tables: &Tables, at: u32) -> &str {
    tables.slots.get(at as usize).map_or("", |slot| &slot.name)
}

fn add<'a>(text: &mut Text, zh: &str, en: &str, names: impl Iterator<Item = &'a str>) {
    let names: Vec<&str> = names.collect();
    if !names.is_empty() {
        text.zh.push_str(&format!("，{zh} {}", names.join("、")));
        text.en.push_str(&format!(", {en} {}", names.join(", ")));
    }
}

//! In: outcomes, expected and decided. Out: the words in which a case would state them.

use rust_decimal::Decimal;

use super::{giver, label, open_facts};
use crate::bytecode::program::{ClauseInfo, OutcomeInfo, Tables};
use crate::decision::{Amount, ClauseDecision, Failure};
use crate::diagnostics::Text;

/// What a case expects of a clause.
pub(super) fn expected(
    tables: &Tables,
    clause: &ClauseInfo,
    outcome: &OutcomeInfo,
    awaits: &[u32],
    needs: &[u32],
) -> Text {
    let mut text = match outcome {
        OutcomeInfo::NotInForce => not_in_force(),
        OutcomeInfo::Undetermined => Text::new("未定", "undetermined"),
        OutcomeInfo::Ineligible(None) => Text::new("不符合", "ineligible"),
        OutcomeInfo::Ineligible(Some(why)) => {
            Text::new(format!("不符合，因 {why}"), format!("ineligible because `{why}`"))
        }
        OutcomeInfo::Eligible { low, high } => eligible(&super::amount(*low, *high), &clause.currency),
    };
    add(&mut text, "待", "awaiting", awaits.iter().map(|at| department(tables, *at)));
    add(&mut text, "需", "needing", needs.iter().map(|at| fact(tables, *at)));
    text
}

/// What was decided on a clause.
pub(super) fn got(tables: &Tables, clause: &ClauseInfo, decision: &ClauseDecision) -> Text {
    let mut text = match decision {
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
    add(&mut text, "待", "awaiting", departments.into_iter());
    add(&mut text, "需", "needing", open.iter().map(|at| fact(tables, *at)));
    text
}

/// Why a clause does not apply.
pub(super) fn failure(tables: &Tables, clause: &ClauseInfo, failure: Failure) -> Text {
    match failure {
        Failure::Requirement(number) => {
            let text =
                label(tables, clause, failure).map_or_else(|| format!("第 {} 项要求", number + 1), str::to_owned);
            Text::new(text.clone(), text)
        }
        Failure::AmountNotApplicable => Text::new("金额不适用", "the amount is not applicable"),
        Failure::AboveCeiling => Text::new("高于上限", "above the ceiling"),
        Failure::BelowFloor => Text::new("低于下限", "below the floor"),
    }
}

/// An amount as a case would state it.
pub(super) fn amount(amount: &Amount, currency: &str) -> Text {
    let zh = |value| money(value, currency);
    let en = |value: Decimal| format!("{currency} {}", value.normalize());
    match amount.high {
        Some(high) if high == amount.low => Text::new(zh(high), en(high)),
        Some(high) if amount.low.is_zero() => {
            Text::new(format!("不超过 {}", zh(high)), format!("at most {}", en(high)))
        }
        Some(high) => {
            Text::new(format!("{} 至 {}", zh(amount.low), zh(high)), format!("{} to {}", en(amount.low), en(high)))
        }
        None if amount.low.is_zero() => Text::new("一定奖励（金额待定）", "an amount still open"),
        None => Text::new(format!("不低于 {}", zh(amount.low)), format!("at least {}", en(amount.low))),
    }
}

fn eligible(of: &Amount, currency: &str) -> Text {
    let text = amount(of, currency);
    Text::new(format!("可获 {}", text.zh), format!("eligible for {}", text.en))
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

/// `500万元`, `1.5亿元`, `1234.56元`: the largest unit that leaves at most two decimals.
fn money(value: Decimal, currency: &str) -> String {
    let unit = match currency {
        "CNY" => "元",
        "USD" => "美元",
        "EUR" => "欧元",
        "HKD" => "港元",
        "JPY" => "日元",
        "GBP" => "英镑",
        other => other,
    };
    for (divisor, prefix) in [(100_000_000u32, "亿"), (10_000, "万")] {
        let scaled = value / Decimal::from(divisor);
        if value.abs() >= Decimal::from(divisor) && scaled.normalize().scale() <= 2 {
            return format!("{}{prefix}{unit}", scaled.normalize());
        }
    }
    format!("{}{unit}", value.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_drafters_write_it() {
        let shown = |cents: i64| money(Decimal::new(cents, 2), "CNY");
        assert_eq!(shown(500_000_000), "500万元");
        assert_eq!(shown(15_000_000_000), "1.5亿元");
        assert_eq!(shown(499_999_999), "4999999.99元");
        assert_eq!(shown(0), "0元");
    }
}

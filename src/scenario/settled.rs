//! In: what a case expects of settlement, and what settlement came to. Out: what differs: what bound, instalments, shares, what is paid
//! back or for earlier months, conflicts. Invariant: amounts are compared exactly.

use rust_decimal::Decimal;

use crate::bytecode::program::{ExpectationInfo, Tables};
use crate::decision::{ClauseDecision, Decision};
use crate::diagnostics::{Lang, Text};
use crate::explain::text;
use crate::settle::one::{One, cents};
use crate::settle::words;

/// Of what, what was expected and what came out.
type Difference = (Text, Text, Text);

fn of_clause(tables: &Tables, clause: u32) -> Option<Text> {
    let info = tables.clauses.get(clause as usize)?;
    Some(Text::new(format!("条款 {}《{}》", info.id, info.title), format!("clause {} {}", info.id, info.title)))
}

fn currency(tables: &Tables, clause: u32) -> &str {
    tables.clauses.get(clause as usize).map_or("CNY", |info| &info.currency)
}

/// `分期 37万元、49万元`.
fn list(tables: &Tables, clause: u32, (zh, en): (&str, &str), amounts: &[i128]) -> Text {
    let said = |lang: Lang, between: &str| {
        let all = amounts.iter().map(|amount| text::money(*amount, 2, currency(tables, clause), lang));
        all.collect::<Vec<String>>().join(between)
    };
    let or_none = |said: String, none: &str| if said.is_empty() { none.to_owned() } else { said };
    Text::new(
        format!("{zh} {}", or_none(said(Lang::Zh, "、"), "没有")),
        format!("{en} {}", or_none(said(Lang::En, ", "), "none")),
    )
}

/// What differs of an expectation about settlement; `None` where it is met.
pub(super) fn mismatch(
    tables: &Tables,
    expected: &ExpectationInfo,
    decision: &Decision,
    settled: &One,
) -> Option<Difference> {
    let outcome = |clause: u32| settled.clauses.get(clause as usize);
    let (clause, words, wanted, got) = match expected {
        ExpectationInfo::Instalments { clause, amounts } => {
            (*clause, ("分期", "instalments"), amounts.clone(), instalments(*clause, decision, settled))
        }
        ExpectationInfo::Shares { clause, amounts } => {
            let got = outcome(*clause)?.shares.iter().map(|(_, amount)| *amount).collect();
            (*clause, ("分担", "shares"), amounts.clone(), got)
        }
        ExpectationInfo::Retroactive { clause, amount } => {
            let got = outcome(*clause)?.retroactive.as_ref().map_or(0, |of| of.amount());
            (*clause, ("补差", "difference"), vec![*amount], vec![got])
        }
        ExpectationInfo::Clawback { clause, amount } => {
            let got = outcome(*clause)?.clawbacks.iter().fold(0i128, |sum, of| sum.saturating_add(of.amount()));
            (*clause, ("应返还", "paid back"), vec![*amount], vec![got])
        }
        ExpectationInfo::Conflict { group } => return conflict(tables, *group, settled),
        ExpectationInfo::Clause { .. } | ExpectationInfo::Total { .. } => return None,
    };
    if wanted == got {
        return None;
    }
    Some((of_clause(tables, clause)?, list(tables, clause, words, &wanted), list(tables, clause, words, &got)))
}

/// The instalments of a clause; a clause that says nothing of them is paid in one.
fn instalments(clause: u32, decision: &Decision, settled: &One) -> Vec<i128> {
    let payments = settled.clauses.get(clause as usize).map_or(&[][..], |outcome| &outcome.payments);
    if !payments.is_empty() {
        return payments.iter().map(|payment| payment.amount).collect();
    }
    match decision.clauses.get(clause as usize) {
        Some(ClauseDecision::Eligible { amount, .. }) if amount.is_exact() && amount.low > Decimal::ZERO => {
            vec![cents(amount.low)]
        }
        _ => Vec::new(),
    }
}

fn conflict(tables: &Tables, group: u32, settled: &One) -> Option<Difference> {
    if settled.conflicts.iter().any(|(of, _)| *of == group) {
        return None;
    }
    let name = tables.settlement.groups.get(group as usize).map_or("", |group| &group.name);
    let of = Text::new(format!("组合「{name}」"), format!("group `{name}`"));
    Some((of, Text::new("择一冲突", "a conflict"), Text::new("没有冲突", "no conflict")))
}

/// What differs where a case says what bound.
pub(super) fn bound(
    tables: &Tables,
    clause: u32,
    wanted: &str,
    decision: &Decision,
    settled: &One,
) -> Option<Difference> {
    let info = tables.clauses.get(clause as usize)?;
    let rules = settled.clauses.get(clause as usize).map_or(&[][..], |outcome| &outcome.reductions);
    let mut names: Vec<Vec<String>> = Vec::new();
    if let Some(ClauseDecision::Eligible { binding_cap: Some(cap), .. }) = decision.clauses.get(clause as usize)
        && let Some(cap) = tables.caps.get(info.caps.0.saturating_add(*cap) as usize)
    {
        names.push(match settled.clauses.get(clause as usize).and_then(|outcome| outcome.raised) {
            // What the approval allows is what bound, not the cap that it lifts.
            Some(_) => vec!["最高".to_owned(), "at-highest".to_owned()],
            None => std::iter::once(cap.text.clone()).chain(words::of_cap(cap.period)).collect(),
        });
    }
    names.extend(rules.iter().map(|(rule, _)| words::names(tables, *rule)));
    if names.iter().flatten().any(|name| is_called(name, wanted)) {
        return None;
    }
    let said = |names: Vec<&str>| if names.is_empty() { "没有".to_owned() } else { names.join("、") };
    let got = said(names.iter().filter_map(|all| all.first()).map(String::as_str).collect());
    let expected = Text::new(format!("受限于 {wanted}"), format!("bound by `{wanted}`"));
    Some((of_clause(tables, clause)?, expected, Text::new(format!("受限于 {got}"), format!("bound by {got}"))))
}

/// Whether a rule is called so: by the whole text, by the name that its label gives it (`年度：5万元，每市场主体每年`), or by a part of
/// its words (`每市场主体每年`).
fn is_called(name: &str, wanted: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(|of| !of.is_whitespace() && !matches!(of, '，' | ',' | '、' | '「' | '」')).collect()
    };
    plain(name) == plain(wanted) || name.split(['，', ',', '：']).any(|part| plain(part) == plain(wanted))
}

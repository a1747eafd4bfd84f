//! In: a ledger. Out: where it cannot be right: more was given to one holder in one period than a cap allows whatever the application.
//! Invariant: caps that a lift may have set aside, and caps that count clauses which are not under them, are never complained of.

use std::collections::BTreeMap;

use super::Rules;
use super::work::{period, shown_year};
use crate::bytecode::program::{Award, CapInfo, KeyInfo, PeriodInfo};
use crate::diagnostics::Text;

/// What one holder got under a cap in one period.
#[derive(Debug, Clone, Copy, Default)]
struct Given {
    sum: i128,
    times: u32,
}

/// What is impossible, in words, in order of cap, period and holder.
#[must_use]
pub fn contradictions(rules: &Rules<'_>, ledger: &[Award]) -> Vec<Text> {
    let mut found = Vec::new();
    for (cap, amount) in rules.tables.caps.iter().zip(&rules.cap_amounts) {
        let Some(most) = amount.filter(|_| is_firm(rules, cap)) else { continue };
        let mut given: BTreeMap<(i32, &str), Given> = BTreeMap::new();
        for award in ledger.iter().filter(|award| award.clause == cap.clause) {
            if let Some(holder) = holder(&cap.key, award) {
                let cell = given.entry((period(cap.period, award.date), holder)).or_default();
                cell.sum = cell.sum.saturating_add(award.amount);
                cell.times += 1;
            }
        }
        for ((at, holder), given) in given {
            let twice = cap.period == PeriodInfo::Once && given.times > 1;
            if given.sum > most || twice {
                found.push(words(rules, cap, (at, holder), given, most));
            }
        }
    }
    found
}

/// Whether a cap binds every application alike.
fn is_firm(rules: &Rules<'_>, cap: &CapInfo) -> bool {
    let clause = rules.tables.clauses.get(cap.clause as usize);
    let lifted = clause.is_none_or(|clause| clause.lift.is_some());
    let lasting = !matches!(cap.period, PeriodInfo::Each | PeriodInfo::Months(_));
    !cap.soft && !lifted && lasting && cap.counts == [cap.clause]
}

fn holder<'a>(key: &KeyInfo, award: &'a Award) -> Option<&'a str> {
    match key {
        KeyInfo::Everyone => Some(""),
        KeyInfo::Subjects(kinds) => {
            let named = |kind: &u32| award.subjects.iter().find(|(of, _)| of == kind);
            kinds.iter().find_map(named).map(|(_, name)| name.as_str())
        }
    }
}

fn words(rules: &Rules<'_>, cap: &CapInfo, (at, holder): (i32, &str), given: Given, most: i128) -> Text {
    let clause = rules.tables.clauses.get(cap.clause as usize).map_or("", |clause| &clause.id);
    let yuan = |cents: i128| format!("{}.{:02}", cents / 100, cents % 100);
    let (year_zh, year_en) = match shown_year(cap.period, at) {
        Some(year) => (format!("{year} 年"), format!(" in {year}")),
        None => (String::new(), String::new()),
    };
    let (who_zh, who_en) = if holder.is_empty() {
        ("全部申请人".to_owned(), "all applicants".to_owned())
    } else {
        (format!("“{holder}”"), format!("`{holder}`"))
    };
    let (sum, most, times, text) = (yuan(given.sum), yuan(most), given.times, &cap.text);
    Text::new(
        format!("台账里{who_zh}{year_zh}在条款 {clause} 之下得到 {times} 次，共 {sum}，上限“{text}”最多 {most}"),
        format!(
            "the ledger gives {who_en} {sum} in {times} awards{year_en} under {clause}; the cap `{text}` allows {most}"
        ),
    )
}

//! In: what a case expects and what was decided. Out: what differs. Invariant: amounts are compared exactly, and what a case does not
//! mention is not compared.

use rust_decimal::Decimal;

use super::{Mismatch, Report, located, settled, words};
use crate::bytecode::program::{CaseInfo, ClauseInfo, ExpectationInfo, GivenBy, OutcomeInfo, Tables};
use crate::decision::{Amount, ClauseDecision, Decision, Failure};
use crate::diagnostics::Text;
use crate::settle::one::One;

/// Compares what a case expects with what was decided.
#[must_use]
pub fn compare(tables: &Tables, case: &CaseInfo, decision: &Decision, settled: &One) -> Report {
    let mismatches = case.expectations.iter().filter_map(|(expected, place)| {
        let (of, expected, got) = mismatch(tables, expected, decision, settled)?;
        Some(Mismatch { place: located(tables, *place), of, expected, got })
    });
    Report { title: case.title.clone(), place: located(tables, case.place), mismatches: mismatches.collect() }
}

/// Of what, what was expected and what came out; `None` where they agree.
fn mismatch(
    tables: &Tables,
    expected: &ExpectationInfo,
    decision: &Decision,
    settled: &One,
) -> Option<(Text, Text, Text)> {
    match expected {
        ExpectationInfo::Instalments { .. }
        | ExpectationInfo::Shares { .. }
        | ExpectationInfo::Retroactive { .. }
        | ExpectationInfo::Clawback { .. }
        | ExpectationInfo::Conflict { .. } => settled::mismatch(tables, expected, decision, settled),
        ExpectationInfo::Total { low, high } => {
            let wanted = amount(*low, *high);
            if same(&wanted, &decision.total) {
                return None;
            }
            let of = Text::new("总额", "total");
            Some((of, words::amount(&wanted, "CNY"), words::amount(&decision.total, "CNY")))
        }
        ExpectationInfo::Clause { clause, outcome, awaits, needs, bound_by } => {
            let info = tables.clauses.get(*clause as usize)?;
            let got = decision.clauses.get(*clause as usize)?;
            let met = outcome_met(tables, info, outcome, got) && awaited(tables, info, got, awaits, needs);
            if met {
                return settled::bound(tables, *clause, bound_by.as_deref()?, decision, settled);
            }
            let of =
                Text::new(format!("条款 {}《{}》", info.id, info.title), format!("clause {} {}", info.id, info.title));
            Some((of, words::expected(tables, info, outcome, awaits, needs), words::got(tables, info, got)))
        }
    }
}

fn outcome_met(tables: &Tables, clause: &ClauseInfo, wanted: &OutcomeInfo, got: &ClauseDecision) -> bool {
    match (wanted, got) {
        (OutcomeInfo::NotInForce, ClauseDecision::NotInForce)
        | (OutcomeInfo::Undetermined, ClauseDecision::Undetermined { .. })
        | (OutcomeInfo::Ineligible(None), ClauseDecision::Ineligible { .. }) => true,
        (OutcomeInfo::Ineligible(Some(label)), ClauseDecision::Ineligible { failed }) => {
            failed.iter().any(|failure| plain(&words::failure(tables, clause, *failure).zh) == plain(label))
        }
        (OutcomeInfo::Eligible { low, high }, ClauseDecision::Eligible { amount: got, .. }) => {
            same(&amount(*low, *high), got)
        }
        (
            OutcomeInfo::NotInForce
            | OutcomeInfo::Undetermined
            | OutcomeInfo::Ineligible(_)
            | OutcomeInfo::Eligible { .. },
            _,
        ) => false,
    }
}

/// Whether every department and fact that the case waits for is among those that the clause waits for.
fn awaited(tables: &Tables, clause: &ClauseInfo, got: &ClauseDecision, awaits: &[u32], needs: &[u32]) -> bool {
    let open = open_facts(got);
    let departments: Vec<u32> = open.iter().filter_map(|slot| giver(tables, clause, *slot)).collect();
    awaits.iter().all(|department| departments.contains(department)) && needs.iter().all(|slot| open.contains(slot))
}

/// The facts that a decision still waits for.
pub(super) fn open_facts(got: &ClauseDecision) -> &[u32] {
    match got {
        ClauseDecision::Undetermined { needs } | ClauseDecision::Eligible { needs, .. } => needs,
        ClauseDecision::NotInForce | ClauseDecision::Ineligible { .. } => &[],
    }
}

/// The department that gives a fact, as far as this clause is concerned.
pub(super) fn giver(tables: &Tables, clause: &ClauseInfo, slot: u32) -> Option<u32> {
    match tables.slots.get(slot as usize)?.given_by {
        GivenBy::Applicant => None,
        GivenBy::Determination(Some(department)) | GivenBy::Discretion(Some(department)) => Some(department),
        GivenBy::Determination(None) | GivenBy::Discretion(None) => {
            clause.departments.get(clause.lead as usize).copied()
        }
    }
}

/// The requirement's label, for a failure that is one.
pub(super) fn label<'a>(tables: &'a Tables, clause: &ClauseInfo, failure: Failure) -> Option<&'a str> {
    let Failure::Requirement(number) = failure else { return None };
    let at = clause.requirements.0.checked_add(number)? as usize;
    tables.requirements.get(at).map(|requirement| requirement.label.as_str())
}

/// A range of a case, scaled by 2.
pub(super) fn amount(low: i128, high: Option<i128>) -> Amount {
    let decimal = |value| Decimal::try_from_i128_with_scale(value, 2).unwrap_or(Decimal::MAX);
    Amount { low: decimal(low), high: high.map(decimal) }
}

fn same(a: &Amount, b: &Amount) -> bool {
    a.low == b.low && a.high == b.high
}

fn plain(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

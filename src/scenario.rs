//! In: a case of a program and the decision it got. Out: [`Report`], what differs from what the case expects, in words (P0601).
//! Invariant: pure; amounts are compared exactly, and what a case does not mention is not compared.

use rust_decimal::Decimal;

use crate::bytecode::Verified;
use crate::bytecode::program::{Award, CaseInfo, ClauseInfo, ExpectationInfo, GivenBy, OutcomeInfo, Place, Tables};
use crate::decision::{Amount, ClauseDecision, Decision, Failure};
use crate::diagnostics::{Code, Lang, Text};
use crate::vm::{self, Vm};

mod words;

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The name of the case.
    pub title: String,
    /// Where it stands: file, line, column.
    pub place: (String, u32, u32),
    /// What differs; empty where it passed.
    pub mismatches: Vec<Mismatch>,
}

/// An expectation that was not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Where the expectation stands: file, line, column.
    pub place: (String, u32, u32),
    /// The clause's id and title, or 总额.
    pub of: Text,
    /// What was expected.
    pub expected: Text,
    /// What came out.
    pub got: Text,
}

impl Mismatch {
    /// A few lines for people.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let (file, line, column) = &self.place;
        let (of, expected, got) = (self.of.get(lang), self.expected.get(lang), self.got.get(lang));
        let code = Code::CaseFailed.number();
        match lang {
            Lang::Zh => {
                format!("  {file}:{line}:{column}: 错误[{code}]: {of}\n      期望：{expected}\n      实际：{got}\n")
            }
            Lang::En => {
                format!("  {file}:{line}:{column}: error[{code}]: {of}\n      expected: {expected}\n      got: {got}\n")
            }
        }
    }
}

/// Runs every case of a program, in order.
#[must_use]
pub fn run_all(program: &Verified) -> Vec<Report> {
    let tables = &program.program().tables;
    let vm = Vm::new(program);
    let mut machine = vm.machine();
    let reports = tables.cases.iter().map(|info| {
        let (case, on) = (prepared(tables, &vm, info), day(tables, info));
        compare(tables, info, &machine.trace(&case, on).decide())
    });
    reports.collect()
}

/// The day on which a case is decided: its own, else the first of the policy.
#[must_use]
pub fn day(tables: &Tables, case: &CaseInfo) -> i32 {
    case.on.or(tables.policy.in_force.0).or(tables.policy.published).unwrap_or(0)
}

/// A case as the VM takes it. Its earlier awards went to its own subjects: where it gives no identifier, one is made up for both.
fn prepared(tables: &Tables, vm: &Vm<'_>, info: &CaseInfo) -> vm::Case {
    let mut case = vm.case();
    for (slot, given) in &info.facts {
        case.set(tables, *slot, given);
    }
    let Some(entries) = info.ledger.as_deref().filter(|entries| !entries.is_empty()) else { return case };
    let mut subjects: Vec<(u32, String)> = Vec::new();
    for (subject, kind) in tables.subjects.iter().zip(0u32..) {
        if case.state(subject.identifier) == vm::State::NotAsked {
            case.set_text(tables, subject.identifier, &format!("本案例的{}", subject.name));
        }
        subjects.extend(case.text(tables, subject.identifier).map(|text| (kind, text.to_owned())));
    }
    let awards: Vec<Award> = entries
        .iter()
        .map(|entry| Award {
            clause: entry.clause,
            date: entry.date,
            amount: entry.amount,
            once: entry.once,
            subjects: subjects.clone(),
        })
        .collect();
    let used = vm::ledger::used(tables, &awards, &case, day(tables, info));
    case.set_used(used);
    case
}

/// Compares what a case expects with what was decided.
#[must_use]
pub fn compare(tables: &Tables, case: &CaseInfo, decision: &Decision) -> Report {
    let mismatches = case.expectations.iter().filter_map(|(expected, place)| {
        let (of, expected, got) = mismatch(tables, expected, decision)?;
        Some(Mismatch { place: located(tables, *place), of, expected, got })
    });
    Report { title: case.title.clone(), place: located(tables, case.place), mismatches: mismatches.collect() }
}

fn located(tables: &Tables, place: Place) -> (String, u32, u32) {
    let file = tables.files.get(place.file as usize).cloned().unwrap_or_default();
    (file, place.line, place.column)
}

/// Of what, what was expected and what came out; `None` where they agree.
fn mismatch(tables: &Tables, expected: &ExpectationInfo, decision: &Decision) -> Option<(Text, Text, Text)> {
    match expected {
        // TEMPORARY: not compared until settlement is.
        ExpectationInfo::Instalments { .. }
        | ExpectationInfo::Shares { .. }
        | ExpectationInfo::Retroactive { .. }
        | ExpectationInfo::Clawback { .. }
        | ExpectationInfo::Conflict { .. } => None,
        ExpectationInfo::Total { low, high } => {
            let wanted = amount(*low, *high);
            if same(&wanted, &decision.total) {
                return None;
            }
            let of = Text::new("总额", "total");
            Some((of, words::amount(&wanted, "CNY"), words::amount(&decision.total, "CNY")))
        }
        ExpectationInfo::Clause { clause, outcome, awaits, needs, bound_by: _ } => {
            let info = tables.clauses.get(*clause as usize)?;
            let got = decision.clauses.get(*clause as usize)?;
            let met = outcome_met(tables, info, outcome, got) && awaited(tables, info, got, awaits, needs);
            if met {
                return None;
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
fn open_facts(got: &ClauseDecision) -> &[u32] {
    match got {
        ClauseDecision::Undetermined { needs } | ClauseDecision::Eligible { needs, .. } => needs,
        ClauseDecision::NotInForce | ClauseDecision::Ineligible { .. } => &[],
    }
}

/// The department that gives a fact, as far as this clause is concerned.
fn giver(tables: &Tables, clause: &ClauseInfo, slot: u32) -> Option<u32> {
    match tables.slots.get(slot as usize)?.given_by {
        GivenBy::Applicant => None,
        GivenBy::Determination(Some(department)) | GivenBy::Discretion(Some(department)) => Some(department),
        GivenBy::Determination(None) | GivenBy::Discretion(None) => {
            clause.departments.get(clause.lead as usize).copied()
        }
    }
}

/// The requirement's label, for a failure that is one.
fn label<'a>(tables: &'a Tables, clause: &ClauseInfo, failure: Failure) -> Option<&'a str> {
    let Failure::Requirement(number) = failure else { return None };
    let at = clause.requirements.0.checked_add(number)? as usize;
    tables.requirements.get(at).map(|requirement| requirement.label.as_str())
}

fn amount(low: i128, high: Option<i128>) -> Amount {
    let decimal = |value| Decimal::try_from_i128_with_scale(value, 2).unwrap_or(Decimal::MAX);
    Amount { low: decimal(low), high: high.map(decimal) }
}

fn same(a: &Amount, b: &Amount) -> bool {
    a.low == b.low && a.high == b.high
}

fn plain(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

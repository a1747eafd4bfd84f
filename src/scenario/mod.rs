//! In: a case of a program and the decision it got. Out: [`Report`], what differs from what the case expects, in words (P0601).
//! Invariant: pure; amounts are compared exactly, and what a case does not mention is not compared.

mod compare;
pub mod coverage;
mod demands;
mod draft;
pub mod goals;
pub mod mutation;
pub mod proof;
mod report;
mod settled;
pub mod show;
pub mod suggest;
mod values;
mod words;

use crate::bytecode::Verified;
use crate::bytecode::program::{Award, CaseAward, CaseInfo, ClauseInfo, Place, SubjectInfo, Tables};
use crate::decision::{ClauseDecision, Decision};
use crate::diagnostics::{Lang, Text};
use crate::explain::{self, Explanation};
use crate::settle;
use crate::settle::one::One;
use crate::vm::{self, Machine, Vm};

pub use compare::compare;
pub use report::{Mismatch, Report};

/// Runs every case of a program, in order.
#[must_use]
pub fn run_all(program: &Verified) -> Vec<Report> {
    let tables = &program.program().tables;
    let vm = Vm::new(program);
    let mut machine = vm.machine();
    tables.cases.iter().map(|info| run(&vm, &mut machine, info)).collect()
}

/// Runs one case.
fn run(vm: &Vm<'_>, machine: &mut Machine<'_>, info: &CaseInfo) -> Report {
    let (decision, settled) = decided(vm, machine, info);
    compare(&vm.program().tables, info, &decision, &settled)
}

/// Why each case comes to what it does: calls `visit` with its index and its explanation in each language. Only the clauses that `wanted`
/// names are explained, given the index of the case and what is decided before settlement.
pub fn explain_each(
    program: &Verified,
    langs: &[Lang],
    wanted: &dyn Fn(usize, &Decision) -> Vec<usize>,
    visit: &mut dyn FnMut(usize, Vec<Explanation>),
) {
    let tables = &program.program().tables;
    let vm = Vm::new(program);
    let mut machine = vm.machine();
    for (at, info) in tables.cases.iter().enumerate() {
        let (case, on) = (prepared(tables, &vm, info), day(tables, info));
        let trace = machine.trace(&case, on);
        let (decision, awards) = (trace.decide(), earlier(tables, &case, info));
        let clauses = wanted(at, &decision);
        let of = |lang| explain::explain_clauses(&trace, &decision, &awards, lang, &|it| clauses.contains(&it));
        visit(at, langs.iter().map(|lang| of(*lang)).collect());
    }
}

/// What is decided of a clause, in the words of a case.
#[must_use]
pub fn outcome(tables: &Tables, clause: &ClauseInfo, decision: &ClauseDecision) -> Text {
    words::got(tables, clause, decision)
}

/// What one case comes to, after settlement.
fn decided(vm: &Vm<'_>, machine: &mut Machine<'_>, info: &CaseInfo) -> (Decision, One) {
    let tables = &vm.program().tables;
    let (case, on) = (prepared(tables, vm, info), day(tables, info));
    let trace = machine.trace(&case, on);
    settle::one::one(&trace, &trace.decide(), &earlier(tables, &case, info))
}

/// What the VM decides of a case, before settlement.
#[must_use]
pub fn decision(program: &Verified, info: &CaseInfo) -> Decision {
    let tables = &program.program().tables;
    let vm = Vm::new(program);
    vm.machine().trace(&prepared(tables, &vm, info), day(tables, info)).decide()
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
    for (slot, records) in &info.lists {
        case.set_list(tables, *slot, records);
    }
    let entries = info.ledger.as_deref().unwrap_or_default();
    if entries.is_empty() {
        vm::ledger::apply(tables, info.ledger.is_some().then_some(&[]), &mut case, day(tables, info));
        return case;
    }
    for subject in &tables.subjects {
        if case.state(subject.identifier) == vm::State::NotAsked {
            case.set_text(tables, subject.identifier, &format!("本案例的{}", subject.name));
        }
    }
    let awards = earlier(tables, &case, info);
    vm::ledger::apply(tables, Some(&awards), &mut case, day(tables, info));
    case
}

/// The earlier awards of a case, to its own subjects but for those that an award names.
fn earlier(tables: &Tables, case: &vm::Case, info: &CaseInfo) -> Vec<Award> {
    let named = |(subject, kind): (&SubjectInfo, u32)| {
        case.text(tables, subject.identifier).map(|text| (kind, text.to_owned()))
    };
    let subjects: Vec<(u32, String)> = tables.subjects.iter().zip(0u32..).filter_map(named).collect();
    let award = |entry: &CaseAward| Award {
        clause: entry.clause,
        date: entry.date,
        amount: entry.amount,
        once: entry.once,
        subjects: {
            let named = |kind: &u32| entry.subjects.iter().find(|(of, _)| of == kind);
            let others = subjects.iter().filter(|(kind, _)| named(kind).is_none()).cloned();
            let mut all: Vec<(u32, String)> = others.chain(entry.subjects.iter().cloned()).collect();
            all.sort_unstable();
            all
        },
    };
    info.ledger.as_deref().unwrap_or_default().iter().map(award).collect()
}

/// File, line and column of a place.
fn located(tables: &Tables, place: Place) -> (String, u32, u32) {
    let file = tables.files.get(place.file as usize).cloned().unwrap_or_default();
    (file, place.line, place.column)
}

//! Explanations as people and machines read them: a policy, a case of it, the text.

use guiju::bytecode::Verified;
use guiju::bytecode::program::{Award, CaseInfo};
use guiju::diagnostics::Lang;
use guiju::explain::{Detail, explain, human, json};
use guiju::vm::{Case, Vm, ledger};

use crate::workbench;

const POLICY: &str = include_str!("explain/main.policy");
const DETAIL: Detail = Detail { reasons: true, all: false };

fn program() -> Verified {
    workbench::program(&workbench::files(&[("main.policy", POLICY)]))
}

/// The case of a policy as the VM takes it, with its ledger and day.
pub fn application(verified: &Verified, info: &CaseInfo) -> (Case, Vec<Award>, i32) {
    let tables = &verified.program().tables;
    let mut case = Case::new(tables);
    for (slot, given) in &info.facts {
        case.set(tables, *slot, given);
    }
    let subjects: Vec<(u32, String)> = (0u32..)
        .zip(&tables.subjects)
        .filter_map(|(kind, subject)| Some((kind, case.text(tables, subject.identifier)?.to_owned())))
        .collect();
    let awards: Vec<Award> = (info.ledger.iter().flatten())
        .map(|award| Award {
            clause: award.clause,
            date: award.date,
            amount: award.amount,
            once: award.once,
            subjects: subjects.clone(),
        })
        .collect();
    let on = info.on.or(tables.policy.in_force.0).unwrap_or(0);
    case.set_used(ledger::used(tables, &awards, &case, on));
    (case, awards, on)
}

fn explained(title: &str, lang: Lang, detail: Detail) -> String {
    let verified = program();
    let info = verified.program().tables.cases.iter().find(|case| case.title == title).unwrap();
    let (case, awards, on) = application(&verified, info);
    let vm = Vm::new(&verified);
    let mut machine = vm.machine();
    human(&explain(&machine.trace(&case, on), &awards, lang), detail)
}

#[test]
fn an_application_that_awaits_discretion() {
    insta::assert_snapshot!(explained("核定之前", Lang::Zh, DETAIL));
    insta::assert_snapshot!(explained("核定之前", Lang::En, DETAIL));
}

#[test]
fn an_application_of_which_little_is_known() {
    insta::assert_snapshot!(explained("什么都没问", Lang::Zh, DETAIL));
}

#[test]
fn an_application_that_fails_in_part() {
    insta::assert_snapshot!(explained("规模不够", Lang::Zh, DETAIL));
}

#[test]
fn a_summary_without_reasons() {
    insta::assert_snapshot!(explained("规模不够", Lang::Zh, Detail::default()));
}

#[test]
fn the_object_for_machines() {
    let verified = program();
    let info = verified.program().tables.cases.iter().find(|case| case.title == "核定之前").unwrap();
    let (case, awards, on) = application(&verified, info);
    let vm = Vm::new(&verified);
    let explanation = explain(&vm.machine().trace(&case, on), &awards, Lang::Zh);
    insta::assert_snapshot!(serde_json::to_string_pretty(&json(&explanation)).unwrap());
}

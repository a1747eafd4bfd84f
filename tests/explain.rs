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

/// A policy of tables, lists and figures by year, and facts as a file gives them.
fn of_records(facts: &str, lang: Lang) -> String {
    let files = workbench::files(&[("main.policy", include_str!("explain/records.policy"))]);
    let verified = workbench::program(&files);
    let tables = &verified.program().tables;
    let (facts, findings) = guiju::input::facts(tables, guiju::source::FileId(0), facts);
    assert!(findings.is_empty(), "{findings:?}");
    let mut case = Case::new(tables);
    for (slot, given) in &facts.given {
        case.set(tables, *slot, given);
    }
    for (slot, records) in &facts.lists {
        case.set_list(tables, *slot, records);
    }
    let on = facts.on.unwrap_or(0);
    ledger::apply(tables, None, &mut case, on);
    let vm = Vm::new(&verified);
    human(&explain(&vm.machine().trace(&case, on), &[], lang), DETAIL)
}

#[test]
fn tables_lists_and_figures_by_year() {
    let facts = r#"{ "on": "2026-06-30", "年度贡献": "1500万元", "研发费用": { "2024": "100万元", "2025": "120万元" },
        "设备": [ { "含税价格": 2900000 }, { "含税价格": 49999 }, { "price": 100000 } ] }"#;
    insta::assert_snapshot!(of_records(facts, Lang::Zh));
    insta::assert_snapshot!(of_records(facts, Lang::En));
}

#[test]
fn tables_and_lists_of_which_nothing_is_known() {
    insta::assert_snapshot!(of_records(r#"{ "on": "2026-06-30" }"#, Lang::Zh));
}

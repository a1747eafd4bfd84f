//! The cases of a chapter by both engines, and the outcomes that it shows.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use guiju::bytecode::{self, Verified};
use guiju::model::case::{Case, Given};
use guiju::model::{Checked, FactId, SubjectId, Value};
use guiju::oracle;
use guiju::scenario;

use crate::docs::Block;
use crate::workbench;

/// Where the machine and the reference interpreter decide a case of the policy differently.
pub fn disagreements(files: &BTreeMap<String, Vec<u8>>) -> String {
    workbench::edition_programs(files).iter().map(|(checked, program)| differing(checked, program)).collect()
}

fn differing(checked: &Checked, program: &Verified) -> String {
    let mut differing = String::new();
    for (case, info) in checked.model().cases.iter().zip(&program.program().tables.cases) {
        let on = scenario::day(&program.program().tables, info);
        let (application, ledger) = told(checked, case);
        let expected = oracle::decide(checked, &application, &ledger, on);
        let decided = scenario::decision(program, info);
        for ((clause, expected), decided) in checked.model().clauses.iter().zip(&expected.clauses).zip(&decided.clauses)
        {
            if expected != decided {
                let _ = writeln!(differing, "  「{}」 {}: oracle {expected:?}, vm {decided:?}", case.title, clause.id);
            }
        }
    }
    differing
}

/// A case as the oracle takes it. Its earlier awards went to its own subjects: where it gives no identifier, one is made up for both.
fn told(checked: &Checked, case: &Case) -> (oracle::Application, Vec<oracle::Award>) {
    let model = checked.model();
    let mut facts: BTreeMap<FactId, Given> = case.facts.iter().cloned().collect();
    let mut subjects = BTreeMap::new();
    if case.ledger.as_ref().is_some_and(|ledger| !ledger.is_empty()) {
        for (at, subject) in (0u32..).zip(&model.subjects) {
            let made = Given::Value(Value::Text(format!("本案例的{}", subject.name)));
            if let Given::Value(Value::Text(text)) = facts.entry(subject.identifier).or_insert(made) {
                subjects.insert(SubjectId(at), text.clone());
            }
        }
    }
    if case.ledger.is_some() {
        let flag = (0u32..).zip(&model.facts).find(|(_, fact)| fact.made && fact.name == "台账");
        facts.extend(flag.map(|(at, _)| (FactId(at), Given::Value(Value::Bool(true)))));
    }
    let award = |entry: &guiju::model::LedgerEntry| oracle::Award {
        clause: entry.clause,
        date: entry.date,
        amount: entry.amount,
        once: entry.once,
        subjects: subjects.clone().into_iter().chain(entry.subjects.iter().cloned()).collect(),
    };
    let ledger = case.ledger.iter().flatten().map(award).collect();
    let lists = case.lists.iter().cloned().collect();
    (oracle::Application { facts, lists }, ledger)
}

/// Checks an `outcome`, a `settled` or a `listing` block against what comes out of the data blocks before it.
pub fn outcome(files: &BTreeMap<String, Vec<u8>>, given: &[&Block], shown: &Block) -> Result<(), String> {
    match shown.kind.as_str() {
        "listing" => {
            let listing = bytecode::listing(workbench::program(files).program());
            let missing: Vec<&str> = shown.text.lines().filter(|line| !listing.contains(line.trim_end())).collect();
            if missing.is_empty() {
                Ok(())
            } else {
                Err(format!("not in the listing:\n{}\n{listing}", missing.join("\n")))
            }
        }
        "settled" => super::settled::compare(files, given, shown),
        _ => super::settled::decided(files, given, shown),
    }
}

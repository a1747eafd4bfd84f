//! The VM against the reference interpreter: the same policy, the same application, the same decision, on facts drawn at random.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use guiju::bytecode::program::{self, Given, SlotType, Tables};
use guiju::bytecode::{self, Verified};
use guiju::decision::ClauseDecision;
use guiju::model::{Checked, ClauseId, FactId, MemberId, SubjectId, Value};
use guiju::oracle;
use guiju::vm::{Case, Outcome, Vm, ledger};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::workbench;

struct Policy {
    checked: Checked,
    verified: Verified,
}

fn compiled(files: &BTreeMap<String, Vec<u8>>) -> Policy {
    let bench = workbench::check(files);
    let shown = guiju::diagnostics::render::short(&bench.found, &bench.sources, guiju::diagnostics::Lang::Zh);
    let checked = bench.checked.unwrap_or_else(|| panic!("{shown}"));
    let program = bytecode::lower(&checked, &bench.sources).unwrap();
    Policy { verified: bytecode::verify(program).unwrap(), checked }
}

static FORMS: LazyLock<Policy> =
    LazyLock::new(|| compiled(&workbench::files(&[("main.policy", include_str!("agreement/main.policy"))])));

/// Tables of every kind, whose cases are those of the patterns B1 to B10, D8 and D9.
static TABLES: LazyLock<Policy> =
    LazyLock::new(|| compiled(&workbench::files(&[("main.policy", include_str!("agreement/tables.policy"))])));

#[test]
fn every_case_of_tables_passes() {
    let reports = guiju::scenario::run_all(&TABLES.verified);
    assert!(reports.len() > 40);
    for report in reports {
        assert!(report.mismatches.is_empty(), "{}", report.title);
    }
}

static CHANGNING: LazyLock<Policy> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/changning-2024-4");
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file());
    compiled(
        &files.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect(),
    )
});

/// A fact drawn from three numbers: what is known of it, and of which size it is.
type Drawn = (u8, u8, u32);

const DAY: i32 = 20_100;

fn given(tables: &Tables, slot: usize, (state, size, number): Drawn) -> Given {
    let number = i128::from(number);
    let value = match &tables.slots[slot].ty {
        SlotType::Bool => number % 2,
        SlotType::Number { scale, .. } => {
            let info = &tables.slots[slot];
            let one = 10i128.pow(u32::from(*scale));
            let value = match size % 4 {
                0 => number % 40 * one / 8,
                1 => number % 50 * 1_000_000 * one,
                2 => number * one / 1000,
                _ => number % 1000 * 10_000 * one,
            };
            value.clamp(info.low.unwrap_or(0), info.high.unwrap_or(i128::MAX))
        }
        SlotType::Date => i128::from(DAY) - 1100 + number % 1300,
        SlotType::Member { class } => {
            let class = &tables.classes[*class as usize];
            i128::from(class.first) + number % i128::from(class.end - class.first)
        }
        SlotType::Text => return text(state, number % 3),
        SlotType::List { .. } => return Given::NotAsked,
    };
    match state % 10 {
        0 | 1 => Given::Unknown,
        2 => Given::NotAsked,
        3 => Given::NotApplicable,
        _ => Given::Value(value),
    }
}

fn text(state: u8, number: i128) -> Given {
    match state % 10 {
        0 => Given::Unknown,
        1 => Given::NotAsked,
        2 => Given::NotApplicable,
        _ => Given::Text(["甲", "乙", "丙"][usize::try_from(number).unwrap()].to_owned()),
    }
}

fn for_oracle(tables: &Tables, slot: usize, given: &Given) -> Option<oracle::Given> {
    Some(match given {
        Given::NotAsked => return None,
        Given::Unknown => oracle::Given::Unknown,
        Given::NotApplicable => oracle::Given::NotApplicable,
        Given::Text(text) => oracle::Given::Value(Value::Text(text.clone())),
        Given::Value(value) => oracle::Given::Value(match &tables.slots[slot].ty {
            SlotType::Bool => Value::Bool(*value == 1),
            SlotType::Number { scale, .. } => Value::Number(Decimal::from_i128_with_scale(*value, u32::from(*scale))),
            SlotType::Date => Value::Date(i32::try_from(*value).unwrap()),
            SlotType::Member { .. } => Value::Member(MemberId(u32::try_from(*value).unwrap())),
            SlotType::Text | SlotType::List { .. } => unreachable!(),
        }),
    })
}

fn award(tables: &Tables, (clause, size, number): Drawn) -> program::Award {
    let subjects = (0u32..).zip(&tables.subjects).filter(|(kind, _)| number >> kind & 1 == 0);
    program::Award {
        clause: u32::from(clause) % u32::try_from(tables.clauses.len()).unwrap(),
        date: DAY - 800 + i32::try_from(number % 1000).unwrap(),
        amount: i128::from(number % 5_000) * 10i128.pow(2 + u32::from(size) % 4),
        once: size % 5 == 0,
        subjects: subjects.map(|(kind, _)| (kind, ["甲", "乙"][usize::from(size) / 8 % 2].to_owned())).collect(),
    }
}

fn agree(policy: &Policy, facts: &[Drawn], awards: &[Drawn], on: i32) {
    let tables = &policy.verified.program().tables;
    let (mut case, mut told) = (Case::new(tables), oracle::Application::default());
    for slot in 0..tables.slots.len() {
        let given = given(tables, slot, facts[slot % facts.len()]);
        case.set(tables, u32::try_from(slot).unwrap(), &given);
        if let Some(given) = for_oracle(tables, slot, &given) {
            told.facts.insert(FactId(u32::try_from(slot).unwrap()), given);
        }
    }
    let awards: Vec<program::Award> = awards.iter().map(|drawn| award(tables, *drawn)).collect();
    let known: Vec<oracle::Award> = (awards.iter())
        .map(|award| oracle::Award {
            clause: ClauseId(award.clause),
            date: award.date,
            amount: Decimal::from_i128_with_scale(award.amount, 2),
            once: award.once,
            subjects: award.subjects.iter().map(|(kind, text)| (SubjectId(*kind), text.clone())).collect(),
        })
        .collect();
    case.set_used(ledger::used(tables, &awards, &case, on));
    let vm = Vm::new(&policy.verified);
    let mut machine = vm.machine();
    let expected = oracle::decide(&policy.checked, &told, &known, on);
    let decided = machine.trace(&case, on).decide();
    for ((clause, expected), decided) in tables.clauses.iter().zip(&expected.clauses).zip(&decided.clauses) {
        assert_eq!(expected, decided, "clause {}", clause.id);
    }
    assert_eq!(expected.total, decided.total);
    for (outcome, decided) in machine.run(&case, on).iter().zip(&decided.clauses) {
        let same = match (outcome, decided) {
            (Outcome::NotInForce, ClauseDecision::NotInForce) => true,
            (Outcome::Ineligible(failure), ClauseDecision::Ineligible { failed }) => failed.contains(&failure),
            (Outcome::Undetermined, ClauseDecision::Undetermined { .. }) => true,
            (Outcome::Eligible { low, high, binding }, ClauseDecision::Eligible { amount, binding_cap, .. }) => {
                let money = guiju::vm::trace::money;
                money(low).unwrap_or_default() == amount.low && money(high) == amount.high && binding == *binding_cap
            }
            _ => false,
        };
        assert!(same, "{outcome:?} against {decided:?}");
    }
}

fn drawn(count: usize) -> impl Strategy<Value = Vec<Drawn>> {
    prop::collection::vec((any::<u8>(), any::<u8>(), any::<u32>()), count)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_every_form_of_clause(facts in drawn(40), awards in prop::collection::vec((any::<u8>(), any::<u8>(), any::<u32>()), 0..6), later in 0i32..900) {
        agree(&FORMS, &facts, &awards, DAY - 100 + later);
    }

    #[test]
    fn on_tables(facts in drawn(15), later in 0i32..600) {
        agree(&TABLES, &facts, &[], DAY - 100 + later);
    }

    #[test]
    fn on_a_real_policy(facts in drawn(60), awards in prop::collection::vec((any::<u8>(), any::<u8>(), any::<u32>()), 0..4), later in 0i32..600) {
        agree(&CHANGNING, &facts, &awards, DAY - 100 + later);
    }
}

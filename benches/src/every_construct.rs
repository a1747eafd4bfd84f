//! One application to a policy that says everything the language can say: `benches/policies/every-construct.policy`.
//! Invariant: before anything is timed the policy's own 案例 pass, and the fast run says what the trace says.

use guiju::bytecode::Verified;
use guiju::bytecode::program::{Award, CaseInfo, Given, Shown, SlotType, Tables};
use guiju::decision::ClauseDecision;
use guiju::vm::trace::money;
use guiju::vm::{self, Case, Outcome, State, Vm};
use guiju::{scenario, settle};

use crate::compile;
use crate::facts::Random;
use crate::measure::{Contender, in_turns};
use crate::table::{Row, time};

const POLICY: &str = include_str!("../policies/every-construct.policy");
/// Applications like that of the first 案例, with other amounts.
const CASES: usize = 256;

/// Compiles the policy and looks whether it says what it should.
pub fn policy() -> Verified {
    let program = compile::with_library(POLICY);
    for report in scenario::run_all(&program) {
        assert!(report.mismatches.is_empty(), "{report:?}");
    }
    program
}

/// The rows.
pub fn rows(rounds: usize) -> Vec<Row> {
    let program = policy();
    let tables = &program.program().tables;
    let machine = Vm::new(&program);
    let Some(first) = tables.cases.first() else { return Vec::new() };
    let on = first.on.expect("the case has a day");
    let given = like(tables, first);
    let cases: Vec<(Case, Vec<Award>)> = given.iter().map(|info| filled(tables, machine.case(), info, on)).collect();
    compare(&machine, &cases, on);
    let open = with_unknowns(tables, &cases);
    let below = below_the_tiers(tables, &cases);
    let clauses = tables.clauses.len();
    let (mut runs, mut asks, mut fills) = (machine.machine(), machine.machine(), machine.machine());
    let mut lows = machine.machine();
    let (mut traces, mut settles, mut one) = (machine.machine(), machine.machine(), machine.case());
    let mut contenders = [
        Contender::new("快算（`run`），事实、清单、台账已装好", CASES, || {
            cases.iter().map(|(case, _)| eligible(runs.run(case, on).ran())).sum()
        }),
        Contender::new("快算，连同写入事实、清单和台账", CASES, || {
            (given.iter().zip(&cases))
                .map(|(info, (_, awards))| {
                    one.clear();
                    fill(tables, &mut one, info);
                    vm::ledger::apply(tables, Some(awards), &mut one, on);
                    eligible(fills.run(&one, on).ran())
                })
                .sum()
        }),
        Contender::new("快算，三个事实和一个单元格未知", CASES, || {
            open.iter().map(|case| eligible(asks.run(case, on).ran())).sum()
        }),
        Contender::new("快算，年度贡献没有对应的档（两条共用的表不适用）", CASES, || {
            below.iter().map(|case| eligible(lows.run(case, on).ran())).sum()
        }),
        Contender::new("全部理由（`trace`、`decide`）", CASES, || {
            cases.iter().map(|(case, _)| traces.trace(case, on).decide().clauses.len() as u64).sum()
        }),
        Contender::new("全部理由，加结算（`settle::one`）", CASES, || {
            let settle = |(case, awards): &(Case, Vec<Award>)| {
                let trace = settles.trace(case, on);
                settle::one::one(&trace, &trace.decide(), awards).1.clauses.len() as u64
            };
            cases.iter().map(settle).sum()
        }),
    ];
    let timed = in_turns(rounds, &mut contenders);
    let Some(fast) = timed.first() else { return Vec::new() };
    let mut rows: Vec<Row> = (timed.iter())
        .map(|own| Row::new(own.name, time(own.median()), format!("快算的 {:.1} 倍", own.times(fast))))
        .collect();
    let steps = program.program().code.len();
    rows.push(Row::new("政策的大小", format!("{clauses} 条"), format!("{steps} 条指令，两个清单共十条记录")));
    rows
}

/// Runs the fast run alone for a while, for a profiler.
pub fn spin(passes: usize) -> u64 {
    let program = policy();
    let tables = &program.program().tables;
    let vm = Vm::new(&program);
    let Some(first) = tables.cases.first() else { return 0 };
    let on = first.on.expect("the case has a day");
    let given = like(tables, first);
    let cases: Vec<Case> = given.iter().map(|info| filled(tables, vm.case(), info, on).0).collect();
    let mut machine = vm.machine();
    (0..passes).map(|_| cases.iter().map(|case| eligible(machine.run(case, on).ran())).sum::<u64>()).sum()
}

/// Applications like one, each amount of money between six and fourteen tenths of what it is there.
fn like(tables: &Tables, first: &CaseInfo) -> Vec<CaseInfo> {
    let mut random = Random::new(3);
    let money = |ty: &SlotType| matches!(ty, SlotType::Number { shown: Shown::Money, .. });
    let mut vary = |given: &mut Given| {
        if let Given::Value(value) = given {
            *value = *value * i128::from(600 + random.below(800)) / 1_000;
        }
    };
    let mut one = || {
        let mut info = first.clone();
        for (slot, given) in &mut info.facts {
            if money(&tables.slots[*slot as usize].ty) {
                vary(given);
            }
        }
        for (slot, records) in &mut info.lists {
            let list = tables.lists.iter().find(|list| list.slot == *slot).expect("the policy has the list");
            let columns = &tables.columns[list.columns.0 as usize..list.columns.1 as usize];
            for (given, column) in records.iter_mut().flat_map(|record| record.iter_mut().zip(columns)) {
                if money(&column.ty) {
                    vary(given);
                }
            }
        }
        info
    };
    (0..CASES).map(|_| one()).collect()
}

fn fill(tables: &Tables, case: &mut Case, info: &CaseInfo) {
    for (slot, given) in &info.facts {
        case.set(tables, *slot, given);
    }
    for (slot, records) in &info.lists {
        case.set_list(tables, *slot, records);
    }
    for subject in &tables.subjects {
        if case.state(subject.identifier) == State::NotAsked {
            case.set_text(tables, subject.identifier, &subject.name);
        }
    }
}

/// A case, and its ledger.
fn filled(tables: &Tables, mut case: Case, info: &CaseInfo, on: i32) -> (Case, Vec<Award>) {
    fill(tables, &mut case, info);
    let subjects = (0u32..).zip(tables.subjects.iter().map(|subject| subject.name.clone()));
    let subjects: Vec<(u32, String)> = subjects.collect();
    let entries = info.ledger.as_deref().unwrap_or_default();
    let award = |entry: &guiju::bytecode::program::CaseAward| Award {
        clause: entry.clause,
        date: entry.date,
        amount: entry.amount,
        once: entry.once,
        subjects: subjects.clone(),
    };
    let awards: Vec<Award> = entries.iter().map(award).collect();
    vm::ledger::apply(tables, Some(&awards), &mut case, on);
    (case, awards)
}

/// The same cases with three facts not known, and a cell of a list.
fn with_unknowns(tables: &Tables, cases: &[(Case, Vec<Award>)]) -> Vec<Case> {
    let slot =
        |alias: &str| tables.slots.iter().position(|slot| slot.alias == alias).expect("the policy has the fact") as u32;
    let unknown = [slot("midterm"), slot("sales"), slot("bought")];
    let equipment = tables.lists.iter().find(|list| list.slot == slot("equipment")).expect("the policy has the list");
    let records = vec![vec![Given::Value(6_000_000), Given::Unknown, Given::Value(1)]; 5];
    let open = |(case, _): &(Case, Vec<Award>)| {
        let mut case = case.clone();
        unknown.iter().for_each(|slot| case.set_state(*slot, State::Unknown));
        case.set_list(tables, equipment.slot, &records);
        case
    };
    cases.iter().map(open).collect()
}

/// The same cases with a contribution for which the table has no tier.
fn below_the_tiers(tables: &Tables, cases: &[(Case, Vec<Award>)]) -> Vec<Case> {
    let mut below: Vec<Case> = cases.iter().map(|(case, _)| case.clone()).collect();
    below.iter_mut().for_each(|case| case.set_value(slot(tables, "contribution"), 100_000_000));
    below
}

fn slot(tables: &Tables, alias: &str) -> u32 {
    tables.slots.iter().position(|slot| slot.alias == alias).expect("the policy has the fact") as u32
}

fn eligible(outcomes: impl Iterator<Item = (u32, Outcome)>) -> u64 {
    outcomes.filter(|(_, outcome)| matches!(outcome, Outcome::Eligible { .. })).count() as u64
}

/// The fast run must say what the trace says, of most clauses that they apply.
fn compare(vm: &Vm<'_>, cases: &[(Case, Vec<Award>)], on: i32) {
    let (mut fast, mut slow) = (vm.machine(), vm.machine());
    for (case, _) in cases {
        let decision = slow.trace(case, on).decide();
        let outcomes = fast.run(case, on);
        let mut applies = 0;
        for (outcome, decided) in outcomes.iter().zip(&decision.clauses) {
            match (outcome, decided) {
                (Outcome::Eligible { low, high, .. }, ClauseDecision::Eligible { amount, .. }) => {
                    assert_eq!((money(low), money(high)), (Some(amount.low), amount.high));
                    applies += 1;
                }
                (Outcome::Ineligible(_), ClauseDecision::Ineligible { .. }) => {}
                other => panic!("{other:?}"),
            }
        }
        assert!(applies * 4 > decision.clauses.len() * 3, "{applies} of {}", decision.clauses.len());
    }
}

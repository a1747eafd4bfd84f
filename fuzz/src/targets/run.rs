//! A mutated bundle whose program verifies runs: no panic on any case, and the fast run says what the whole trace says.

use std::sync::OnceLock;

use guiju::bytecode::op::{Op, OperandKind};
use guiju::bytecode::program::{Award, Given, Program, SlotType, Tables};
use guiju::bytecode::records::{ColumnInfo, Record};
use guiju::bytecode::{Verified, decode, encode, hash, load, verify};
use guiju::decision::{ClauseDecision, Decision};
use guiju::limits::VALUE_MAX;
use guiju::settle;
use guiju::vm::{Case, Outcome, State, Vm, decide_refined, ledger, trace};

use super::bundle::resealed;
use crate::corpus;
use crate::random::Random;

const CASES: usize = 4;
const CHANGES: usize = 8;
/// Most records of a list.
const RECORDS_MAX: u32 = 6;

/// Decodes, changes, seals, verifies, runs.
pub fn fuzz(data: &[u8]) -> bool {
    static PROGRAMS: OnceLock<Vec<Verified>> = OnceLock::new();
    let mut random = Random::of(data);
    let program = decode(&resealed(data)).unwrap_or_else(|_| {
        // The bytes are no bundle any more; they still say which program of the corpus to change, and how.
        let programs = PROGRAMS.get_or_init(corpus::programs);
        programs[random.below(programs.len())].program().clone()
    });
    let mut deep = verified(program.clone(), &mut random);
    for _ in 0..CHANGES {
        let mut changed = program.clone();
        (0..=random.below(3)).for_each(|_| change(&mut changed, &mut random));
        deep |= verified(changed, &mut random);
    }
    deep
}

/// Runs a program if it verifies.
fn verified(mut program: Program, random: &mut Random) -> bool {
    // The hashes of clauses are a checksum too. Sealing must not panic either, whatever the indices.
    if verify(program.clone()).is_err() {
        hash::seal(&mut program);
    }
    let Ok(program) = verify(program) else { return false };
    let again = load(&encode(&program)).expect("what verifies encodes and loads");
    assert!(again.program() == program.program(), "a bundle says what its program says");
    run(&program, random);
    true
}

/// Changes one instruction, constant or set.
fn change(program: &mut Program, random: &mut Random) {
    let tables = &mut program.tables;
    match random.below(6) {
        0 => {
            let at = random.below(tables.constants.len());
            let edges = [0, 1, -1, 99, i128::from(random.bits()), -i128::from(random.bits()), i128::MAX, i128::MIN];
            tables.constants.iter_mut().skip(at).take(1).for_each(|own| *own = random.one(&edges));
        }
        1 => {
            let at = random.below(tables.sets.len());
            let (first, more) = (random.below(tables.members.len() + 1) as u32, 1 + random.below(4) as u32);
            tables.sets.iter_mut().skip(at).take(1).for_each(|own| *own = vec![(first, first + more)]);
        }
        _ => {
            let at = random.below(program.code.len());
            let Some(op) = program.code.get_mut(at) else { return };
            let (mut operands, mut bounds) = (Vec::new(), Vec::new());
            op.visit(|kind, value| {
                operands.push(value);
                bounds.push(match kind {
                    OperandKind::Target | OperandKind::Register => tables.registers as usize,
                    OperandKind::Slot => tables.slots.len(),
                    OperandKind::Constant => tables.constants.len(),
                    OperandKind::Set => tables.sets.len(),
                    OperandKind::Clause => tables.clauses.len(),
                    OperandKind::Requirement => tables.requirements.len(),
                    OperandKind::Cap => tables.caps.len(),
                    OperandKind::List => tables.lists.len(),
                    OperandKind::Column => tables.columns.len(),
                    OperandKind::Calendar => tables.calendars.len(),
                    OperandKind::Counter => tables.counters.len(),
                    OperandKind::Jump | OperandKind::Number => 20,
                });
            });
            let which = random.below(operands.len());
            if let (Some(operand), Some(bound)) = (operands.get_mut(which), bounds.get(which)) {
                let near = operand.wrapping_sub(3).wrapping_add(random.below(6) as u32);
                *operand = if random.below(2) == 0 { near } else { random.below(*bound) as u32 };
            }
            let byte = if random.below(3) == 0 { random.one(Op::TABLE).byte } else { op.byte() };
            let mut operands = operands.into_iter();
            if let Some(changed) = Op::read(byte, || operands.next()) {
                *op = changed;
            }
        }
    }
}

/// Runs random cases.
pub fn run(program: &Verified, random: &mut Random) {
    let vm = Vm::new(program);
    let tables = &program.program().tables;
    let (mut fast, mut slow) = (vm.machine(), vm.machine());
    for at in 0..CASES {
        let mut case = vm.case();
        fill(&mut case, tables, random, at % 2 == 0);
        let on = 19_000 + random.below(3_000) as i32;
        let awards = earlier(&mut case, tables, random, on);
        let outcomes: Vec<Outcome> = fast.run(&case, on).iter().collect();
        let trace = slow.trace(&case, on);
        let decision = trace.decide();
        settled(&decision, &settle::one::one(&trace, &decision, &awards).0);
        assert_eq!(outcomes.len(), decision.clauses.len());
        for (outcome, decided) in outcomes.iter().zip(&decision.clauses) {
            assert!(same(outcome, decided), "{outcome:?} against {decided:?}");
        }
        if at == 0 && tables.clauses.len() < 100 {
            let _ = decide_refined(&vm, &case, on);
        }
    }
}

/// Settlement takes from amounts and never adds to them. A forged program may give less than nothing, which the compiler never does;
/// of that nothing is asked.
fn settled(before: &Decision, after: &Decision) {
    assert_eq!(before.clauses.len(), after.clauses.len());
    for (before, after) in before.clauses.iter().zip(&after.clauses) {
        match (before, after) {
            (ClauseDecision::Eligible { amount, .. }, ClauseDecision::Eligible { amount: left, .. }) => {
                if amount.low.is_sign_negative() {
                    continue;
                }
                assert!(left.low <= amount.low, "{left:?} of {amount:?}");
                assert!(!left.low.is_sign_negative(), "{left:?} of {amount:?}");
                assert!(
                    amount.high.is_none_or(|high| left.high.is_some_and(|left| left <= high)),
                    "{left:?} of {amount:?}"
                );
            }
            _ => assert_eq!(before, after),
        }
    }
}

fn same(outcome: &Outcome, decided: &ClauseDecision) -> bool {
    match (outcome, decided) {
        (Outcome::NotInForce, ClauseDecision::NotInForce)
        | (Outcome::Undetermined, ClauseDecision::Undetermined { .. }) => true,
        (Outcome::Ineligible(one), ClauseDecision::Ineligible { failed }) => failed.contains(one),
        (Outcome::Eligible { low, high, binding }, ClauseDecision::Eligible { amount, binding_cap, .. }) => {
            trace::money(*low).unwrap_or_default() == amount.low
                && amount.high == trace::money(*high)
                && binding == binding_cap
        }
        _ => false,
    }
}

/// A value for every slot that `input` would let through; where not `whole`, some are not given.
fn fill(case: &mut Case, tables: &Tables, random: &mut Random, whole: bool) {
    for (slot, info) in (0u32..).zip(&tables.slots) {
        match random.below(8) {
            0 if !whole => case.set_state(slot, State::NotApplicable),
            1 if !whole => case.set_state(slot, State::Unknown),
            2 if !whole => case.set_state(slot, State::NotAsked),
            _ => match &info.ty {
                SlotType::Bool => case.set_value(slot, i128::from(random.below(4) != 0)),
                SlotType::Number { scale, .. } => {
                    let most = VALUE_MAX * 10_i128.pow(u32::from(*scale));
                    let (low, high) = (info.low.unwrap_or(-most), info.high.unwrap_or(most));
                    let near = [low, high, 0, 1, random.below(1_000) as i128, random.bits() as i128 % 10_000_000_000];
                    case.set_value(slot, random.one(&near).max(low).min(high));
                }
                SlotType::Date => case.set_value(slot, 19_000 + random.below(3_000) as i128),
                SlotType::Text => case.set_text(tables, slot, random.one(&["甲", "乙"])),
                SlotType::List { .. } => {
                    let records = records(tables, slot, random, whole);
                    case.set_list(tables, slot, &records);
                }
                SlotType::Member { class } => match tables.classes.get(*class as usize) {
                    Some(class) if class.first < class.end => {
                        let member = class.first as usize + random.below((class.end - class.first) as usize);
                        case.set_value(slot, member as i128);
                    }
                    _ => {}
                },
            },
        }
    }
}

/// Records of a list, no more than it may hold.
fn records(tables: &Tables, slot: u32, random: &mut Random, whole: bool) -> Vec<Record> {
    let Some(list) = tables.lists.iter().find(|list| list.slot == slot) else { return Vec::new() };
    let columns = tables.columns.get(list.columns.0 as usize..list.columns.1 as usize).unwrap_or(&[]);
    let count = random.below(list.max.min(RECORDS_MAX) as usize + 1);
    (0..count).map(|_| columns.iter().map(|column| column_value(tables, column, random, whole)).collect()).collect()
}

fn column_value(tables: &Tables, column: &ColumnInfo, random: &mut Random, whole: bool) -> Given {
    match random.below(8) {
        0 if !whole => Given::NotApplicable,
        1 if !whole => Given::Unknown,
        _ => match &column.ty {
            SlotType::Bool => Given::Value(i128::from(random.below(4) != 0)),
            SlotType::Number { scale, .. } => {
                let most = VALUE_MAX * 10_i128.pow(u32::from(*scale));
                let (low, high) = (column.low.unwrap_or(-most), column.high.unwrap_or(most));
                let near = [low, high, 0, 1, random.below(1_000) as i128, random.bits() as i128 % 10_000_000_000];
                Given::Value(random.one(&near).max(low).min(high))
            }
            SlotType::Date => Given::Value(19_000 + random.below(3_000) as i128),
            SlotType::Text => Given::Text(random.one(&["甲", "乙"]).to_owned()),
            SlotType::Member { class } => match tables.classes.get(*class as usize) {
                Some(class) if class.first < class.end => {
                    Given::Value((class.first as usize + random.below((class.end - class.first) as usize)) as i128)
                }
                _ => Given::Unknown,
            },
            SlotType::List { .. } => Given::Unknown,
        },
    }
}

/// Random earlier awards, or no ledger; the case has what they have used.
fn earlier(case: &mut Case, tables: &Tables, random: &mut Random, on: i32) -> Vec<Award> {
    let award = |random: &mut Random| Award {
        clause: random.below(tables.clauses.len()) as u32,
        date: on - random.below(800) as i32,
        amount: (random.bits() >> 24) as i128,
        once: random.below(4) == 0,
        subjects: (0u32..)
            .take(tables.subjects.len())
            .map(|kind| (kind, random.one(&["甲", "乙"]).to_owned()))
            .collect(),
    };
    let awards: Vec<Award> = (0..random.below(4)).map(|_| award(random)).collect();
    let known = random.below(4) != 0;
    ledger::apply(tables, known.then_some(&awards), case, on);
    if known { awards } else { Vec::new() }
}

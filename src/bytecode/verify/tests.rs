//! One bad program a rule, named after its flaw. Each starts from a program that verifies and breaks one thing.

mod code;
mod records;
mod tables;

use proptest::prelude::{ProptestConfig, prop, prop_oneof, proptest};

use super::super::hash;
use super::super::op::Op;
use super::super::program::{Place, Program};
use super::super::samples::*;
use super::*;
use crate::limits::{CAPS_PER_CLAUSE_MAX, CLASS_DEPTH_MAX, FILES_MAX, MAGNITUDE_MAX};
use crate::model::{CapPeriod, DepartmentId, FactId, Lift};

fn sound() -> Program {
    let mut model = model();
    let (fact, approver) = (FactId(LIFTED), DepartmentId(1));
    model.clauses[1].caps.push(cap(yuan("5000000"), CapPeriod::Each));
    model.clauses[1].lift = Some(Lift { fact, approver, up_to: None, span: SPAN });
    lowered(model)
}

/// The rules that a program breaks after `change`, its hashes made right.
fn broken(change: impl FnOnce(&mut Program)) -> Vec<Rule> {
    let mut program = sound();
    change(&mut program);
    hash::seal(&mut program);
    verify(program).err().unwrap_or_default().iter().map(|flaw| flaw.rule).collect()
}

#[track_caller]
fn breaks(rule: Rule, change: impl FnOnce(&mut Program)) {
    let rules = broken(change);
    assert!(rules.contains(&rule), "{rule:?} is not among {rules:?}");
}

fn find(program: &Program, from: usize, wanted: impl Fn(&Op) -> bool) -> usize {
    from + program.code[from..].iter().position(wanted).unwrap()
}

fn first(program: &Program, name: &str) -> usize {
    find(program, 0, |op| op.info().name == name)
}

fn insert(program: &mut Program, at: usize, op: Op) {
    program.code.insert(at, op);
    program.places.insert(at, Place::default());
    for clause in &mut program.tables.clauses {
        clause.code.0 += u32::from(clause.code.0 as usize > at);
        clause.code.1 += u32::from(clause.code.1 as usize > at);
    }
    for op in &mut program.code {
        if let Op::InForce { end, .. } | Op::Require { end, .. } = op {
            *end += u32::from(*end as usize > at);
        }
    }
}

#[test]
fn what_the_compiler_emits_is_sound() {
    assert_eq!(broken(|_| {}), []);
}

#[test]
fn rules_have_names_of_their_own() {
    let mut slugs: Vec<&str> = Rule::ALL.iter().map(|rule| rule.slug()).collect();
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!(slugs.len(), Rule::ALL.len());
    assert!(Rule::ALL.iter().all(|rule| !rule.doc().is_empty()));
}

fn mutated(program: &mut Program, at: usize, operand: usize, value: u32) {
    let Some(op) = program.code.get_mut(at) else { return };
    let mut operands = Vec::new();
    op.visit(|_, value| operands.push(value));
    let count = operands.len().max(1);
    if let Some(place) = operands.get_mut(operand % count) {
        *place = value;
    }
    let mut operands = operands.into_iter();
    if let Some(changed) = Op::read(op.byte(), || operands.next()) {
        *op = changed;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn programs_with_any_operands_never_panic(
        edits in proptest::collection::vec(
            (proptest::prelude::any::<prop::sample::Index>(), 0usize..6, prop_oneof![0u32..40, proptest::prelude::any::<u32>()]), 1..4),
        tables in 0usize..8, value in prop_oneof![0u32..40, proptest::prelude::any::<u32>()]
    ) {
        let mut program = sound();
        for (at, operand, value) in edits {
            let at = at.index(program.code.len());
            mutated(&mut program, at, operand, value);
        }
        match tables {
            0 => program.tables.prologue_end = value,
            1 => program.tables.registers = value,
            2 => program.tables.clauses[0].code.1 = value,
            3 => program.tables.clauses[1].requirements.0 = value,
            4 => program.tables.members[1].end = value,
            5 => program.tables.classes[0].end = value,
            _ => {}
        }
        hash::seal(&mut program);
        let _ = verify(program);
    }
}

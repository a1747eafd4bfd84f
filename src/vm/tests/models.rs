//! Random models built by hand, lowered and run, against the oracle: choices, folds, counters, working days, used-up caps.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::grammar::{Choices, on, random_model};
use super::random;
use crate::bytecode::op::Op;
use crate::bytecode::program::{self, Tables};
use crate::bytecode::samples::{LEDGER, LIST, decimal, sources};
use crate::bytecode::{Verified, lower, verify};
use crate::model::case::{Given, Record};
use crate::model::types::MemberId;
use crate::model::{Checked, ClauseId, ColumnId, FactId, Model, NumberKind, SubjectId, Type, Value};
use crate::oracle;
use crate::vm::{Case, Vm, ledger};

const FACTS: u32 = 14;

/// What is known of an application, in the terms of both.
#[derive(Debug, Clone, Default)]
struct Known {
    application: oracle::Application,
    slots: Vec<(u32, program::Given)>,
    records: Option<Vec<crate::bytecode::records::Record>>,
    ledger: Option<Vec<oracle::Award>>,
}

fn value(ty: &Type, low: bool, from: &mut Choices<'_>) -> Value {
    match ty {
        Type::Bool => Value::Bool(from.below(2) == 1),
        Type::Date => Value::Date(on() - 40 + from.below(60) as i32 - if from.below(3) == 0 { 800 } else { 0 }),
        Type::Member(_) => Value::Member(MemberId(from.below(4) as u32)),
        Type::Text => Value::Text(["甲", "乙"][from.below(2)].to_owned()),
        Type::Number { scale: 2, kind: NumberKind::Money, .. } => {
            Value::Number(Decimal::from([0, 100, 7, 1000, if low { 0 } else { -20 }][from.below(5)]))
        }
        Type::Number { .. } | Type::List(_) | Type::Error => Value::Number(decimal(["0", "0.5", "1"][from.below(3)])),
    }
}

fn packed(given: &Given, scale: u8) -> program::Given {
    match given {
        Given::Unknown => program::Given::Unknown,
        Given::NotApplicable => program::Given::NotApplicable,
        Given::Value(Value::Bool(value)) => program::Given::Value(i128::from(*value)),
        Given::Value(Value::Date(day)) => program::Given::Value(i128::from(*day)),
        Given::Value(Value::Member(id)) => program::Given::Value(i128::from(id.0)),
        Given::Value(Value::Text(text)) => program::Given::Text(text.clone()),
        Given::Value(Value::Number(number)) => {
            program::Given::Value((number * Decimal::from(10i64.pow(u32::from(scale)))).to_i128())
        }
    }
}

trait ToInteger {
    fn to_i128(&self) -> i128;
}

impl ToInteger for Decimal {
    fn to_i128(&self) -> i128 {
        let whole = self.normalize();
        assert_eq!(whole.scale(), 0);
        whole.mantissa()
    }
}

fn given(ty: &Type, low: bool, known: usize, from: &mut Choices<'_>) -> Given {
    match from.below(known + 3) {
        0 => Given::Unknown,
        1 => Given::NotApplicable,
        _ => Given::Value(value(ty, low, from)),
    }
}

/// An application; of `known` the more, the more is given.
fn random_case(model: &Model, known: usize, from: &mut Choices<'_>) -> Known {
    let mut case = Known::default();
    for (id, fact) in (0..FACTS).zip(&model.facts) {
        let given = match id {
            LIST | LEDGER => continue,
            _ => given(&fact.ty, id == 4, known, from),
        };
        case.slots.push((id, packed(&given, fact.ty.scale())));
        case.application.facts.insert(FactId(id), given);
    }
    match from.below(known + 2) {
        0 => {}
        1 => {
            case.application.facts.insert(FactId(LIST), Given::NotApplicable);
            case.slots.push((LIST, program::Given::NotApplicable));
        }
        _ => records(model, known, &mut case, from),
    }
    if from.below(known + 2) != 0 {
        case.application.facts.insert(FactId(LEDGER), Given::Value(Value::Bool(true)));
        let award = |from: &mut Choices<'_>| oracle::Award {
            clause: ClauseId(from.below(2) as u32),
            date: on() - [1, 100, 300, 700, -5][from.below(5)],
            amount: Decimal::from([10, 200, 1000][from.below(3)]),
            once: from.below(4) == 0,
            subjects: BTreeMap::from([(SubjectId(0), ["甲", "乙"][from.below(2)].to_owned())]),
        };
        case.ledger = Some((0..from.below(4)).map(|_| award(from)).collect());
    }
    case
}

fn records(model: &Model, known: usize, case: &mut Known, from: &mut Choices<'_>) {
    let mut rows: Vec<Record> = Vec::new();
    for _ in 0..from.below(5) {
        let cells = (0..).map(ColumnId).zip(&model.columns);
        rows.push(cells.map(|(id, column)| (id, given(&column.ty, id.0 == 0, known, from))).collect());
    }
    let pack = |row: &Record| -> Vec<program::Given> {
        let cells = row.iter().zip(&model.columns);
        cells.map(|((_, given), column)| packed(given, column.ty.scale())).collect()
    };
    case.records = Some(rows.iter().map(pack).collect());
    case.application.lists.insert(FactId(LIST), rows);
}

fn for_vm(tables: &Tables, known: &Known) -> Case {
    let mut case = Case::new(tables);
    for (slot, given) in &known.slots {
        case.set(tables, *slot, given);
    }
    if let Some(records) = &known.records {
        case.set_list(tables, LIST, records);
    }
    let awards: Option<Vec<program::Award>> = known.ledger.as_ref().map(|ledger| {
        let award = |award: &oracle::Award| program::Award {
            clause: award.clause.0,
            date: award.date,
            amount: (award.amount * Decimal::from(100)).to_i128(),
            once: award.once,
            subjects: award.subjects.iter().map(|(kind, text)| (kind.0, text.clone())).collect(),
        };
        ledger.iter().map(award).collect()
    });
    if tables.ledger_slot.is_none() && awards.is_some() {
        case.set_value(LEDGER, 1);
    }
    ledger::apply(tables, awards.as_deref(), &mut case, on());
    case
}

fn compiled(model: Model) -> Option<(Checked, Verified)> {
    let checked = Checked::for_tests(model);
    match lower(&checked, &sources()) {
        Ok(program) => Some((checked, verify(program).unwrap_or_else(|flaws| panic!("{flaws:#?}")))),
        Err(found) => {
            let fits = |code| matches!(code, crate::diagnostics::Code::OutOfRange);
            assert!(found.iter().all(|found| fits(found.code)), "{found:#?}");
            None
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_vm_decides_as_the_oracle(code in prop::collection::vec(any::<u8>(), 0..120), data in prop::collection::vec(any::<u8>(), 80), known in 1usize..20) {
        let Some((checked, verified)) = compiled(random_model(&code)) else { return Ok(()) };
        let vm = Vm::new(&verified);
        let known = random_case(checked.model(), known, &mut Choices(data.iter()));
        let expected = oracle::decide(&checked, &known.application, known.ledger.as_deref().unwrap_or(&[]), on());
        let case = for_vm(&verified.program().tables, &known);
        let decided = vm.machine().trace(&case, on()).decide();
        prop_assert_eq!(&expected, &decided, "{:#?}\n{}", known, crate::bytecode::listing(verified.program()));
        random::agrees(&vm, &case, on(), &decided);
    }

    #[test]
    fn what_is_learnt_later_lies_within_the_bounds(code in prop::collection::vec(any::<u8>(), 0..120), data in prop::collection::vec(any::<u8>(), 80), more in prop::collection::vec(any::<u8>(), 80)) {
        let Some((checked, verified)) = compiled(random_model(&code)) else { return Ok(()) };
        let vm = Vm::new(&verified);
        let partial = random_case(checked.model(), 3, &mut Choices(data.iter()));
        let whole = completed(checked.model(), &partial, &mut Choices(more.iter()));
        let tables = &verified.program().tables;
        let (before, after) = (for_vm(tables, &partial), for_vm(tables, &whole));
        let (mut first, mut second) = (vm.machine(), vm.machine());
        let (outer, inner) = (first.trace(&before, on()), second.trace(&after, on()));
        let of_records = registers_of_records(&verified.program().code);
        for register in (0..tables.registers).filter(|register| !of_records.contains(register)) {
            let (a, b) = (outer.register(register), inner.register(register));
            prop_assert!(random::holds(a, b), "register {register}: {a:?} {b:?}\n{:#?}\n{:#?}\n{}", partial, whole, crate::bytecode::listing(verified.program()));
        }
    }
}

/// What is open, given; the ledger and the lift stay as they are, since without them there is none.
fn completed(model: &Model, known: &Known, from: &mut Choices<'_>) -> Known {
    let mut whole = known.clone();
    for (slot, now) in &mut whole.slots {
        if *now == program::Given::Unknown && *slot != 7 && *slot != 0 {
            let ty = &model.facts[*slot as usize].ty;
            *now = packed(&settled(ty, *slot == 4, from), ty.scale());
        }
    }
    match &mut whole.records {
        Some(records) => {
            for (at, column) in model.columns.iter().enumerate() {
                for cell in records.iter_mut().filter_map(|record| record.get_mut(at)) {
                    if *cell == program::Given::Unknown {
                        *cell = packed(&settled(&column.ty, at == 0, from), column.ty.scale());
                    }
                }
            }
        }
        None if whole.slots.iter().all(|(slot, _)| *slot != LIST) => records(model, 20, &mut whole, from),
        None => {}
    }
    whole
}

fn settled(ty: &Type, low: bool, from: &mut Choices<'_>) -> Given {
    if from.below(5) == 0 { Given::NotApplicable } else { Given::Value(value(ty, low, from)) }
}

/// Registers that folds write for each record.
fn registers_of_records(code: &[Op]) -> Vec<u32> {
    let folds = (0..).zip(code).filter_map(|(pc, op)| match *op {
        Op::Fold { end, .. } => code.get(pc + 1..end as usize),
        _ => None,
    });
    folds.flatten().filter_map(|op| op.target()).collect()
}

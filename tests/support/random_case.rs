//! Random cases of a policy: every fact given near a threshold, unknown, not applicable or not asked; earlier awards; a day. In the
//! terms of the model, for the oracle, and of the bundle's tables, for the VM.

use std::collections::BTreeMap;

use guiju::bytecode::program;
use guiju::literal;
use guiju::model::case::{Given, Record};
use guiju::model::{ColumnId, FactId, Model, SubjectId, Type, Value};
use guiju::oracle::Award;
use rust_decimal::Decimal;

use super::choices::Choices;
use super::random_policy::{AMOUNTS, COUNTS, DAYS, RATES};

/// An application.
#[derive(Debug, Clone)]
pub struct RandomCase {
    pub facts: BTreeMap<FactId, Given>,
    pub lists: BTreeMap<FactId, Vec<Record>>,
    pub ledger: Vec<Award>,
    pub on: i32,
}

/// A case made by these choices.
pub fn case(model: &Model, choices: &mut Choices) -> RandomCase {
    let (mut facts, mut lists) = (BTreeMap::new(), BTreeMap::new());
    for (id, fact) in (0..).map(FactId).zip(&model.facts) {
        match choices.below(6) {
            0..=3 if matches!(fact.ty, Type::List(_)) => {
                lists.insert(id, records(model, id, choices));
            }
            0..=3 => {
                facts.insert(id, Given::Value(value(model, &fact.ty, fact.range, choices)));
            }
            4 => {
                facts.insert(id, if choices.once_in(3) { Given::NotApplicable } else { Given::Unknown });
            }
            _ => {}
        }
    }
    let count = choices.below(4);
    let mut ledger: Vec<Award> = (0..count).map(|_| award(model, choices)).collect();
    if let Some(id) = ledger_fact(model) {
        // Where no ledger is given, nothing stands in it.
        match facts.remove(&id) {
            Some(Given::Value(_)) => {
                facts.insert(id, Given::Value(Value::Bool(true)));
            }
            _ => ledger.clear(),
        }
    }
    RandomCase { facts, lists, ledger, on: day(choices.one(&DAYS)) + small(choices) }
}

/// The fact that says whether a ledger was given, where the policy asks.
pub fn ledger_fact(model: &Model) -> Option<FactId> {
    (0..).map(FactId).zip(&model.facts).find(|(_, fact)| fact.made && fact.name == "台账").map(|(id, _)| id)
}

/// Records of the list that a fact holds, some of them known in part.
pub fn records(model: &Model, fact: FactId, choices: &mut Choices) -> Vec<Record> {
    let list = model.lists.iter().find(|list| list.fact == fact).unwrap();
    let count = choices.below(list.max as usize + 1);
    let mut record = || {
        let mut record = Record::new();
        for id in list.columns.clone().map(ColumnId) {
            let column = &model.columns[id.index()];
            match choices.below(8) {
                0..=5 => record.push((id, Given::Value(value(model, &column.ty, column.range, choices)))),
                6 => record.push((id, if choices.once_in(2) { Given::NotApplicable } else { Given::Unknown })),
                _ => {}
            }
        }
        record
    };
    (0..count).map(|_| record()).collect()
}

/// A value of a type, near a threshold and within the declared range.
pub fn value(model: &Model, ty: &Type, range: (Decimal, Decimal), choices: &mut Choices) -> Value {
    match ty {
        Type::Bool => Value::Bool(choices.once_in(2)),
        Type::Date => Value::Date(day(choices.one(&DAYS)) + small(choices)),
        Type::Text | Type::List(_) | Type::Error => Value::Text(choices.one(&["甲", "乙"]).to_owned()),
        Type::Member(class) => {
            let members = model.classes[class.0 as usize].members.clone();
            Value::Member(guiju::model::MemberId(members.start + choices.below(members.len()) as u32))
        }
        Type::Number { scale, .. } => {
            let near = match scale {
                6 => choices.one(&RATES),
                2 => choices.one(&AMOUNTS),
                _ => choices.one(&COUNTS),
            };
            let near = literal::quantity(near, &|_| None).unwrap().unwrap().value;
            let step = Decimal::new(i64::from(small(choices)), u32::from(*scale));
            Value::Number((near + step).clamp(range.0, range.1))
        }
    }
}

fn award(model: &Model, choices: &mut Choices) -> Award {
    let mut subjects = BTreeMap::new();
    for subject in 0..model.subjects.len() as u32 {
        if !choices.once_in(4) {
            subjects.insert(SubjectId(subject), choices.one(&["甲", "乙"]).to_owned());
        }
    }
    Award {
        clause: guiju::model::ClauseId(choices.below(model.clauses.len()) as u32),
        date: day(choices.one(&DAYS)) + small(choices),
        amount: literal::quantity(choices.one(&AMOUNTS), &|_| None).unwrap().unwrap().value,
        once: choices.once_in(3),
        subjects,
    }
}

fn small(choices: &mut Choices) -> i32 {
    choices.one(&[0, 1, -1])
}

fn day(text: &str) -> i32 {
    literal::date(&text.chars().collect::<Vec<_>>(), 0).unwrap().unwrap().0
}

/// The same facts by slot.
pub fn slots(model: &Model, facts: &BTreeMap<FactId, Given>) -> Vec<(u32, program::Given)> {
    facts.iter().map(|(id, given)| (id.0, in_bundle(given, &model.facts[id.index()].ty))).collect()
}

fn in_bundle(given: &Given, ty: &Type) -> program::Given {
    match given {
        Given::Unknown => program::Given::Unknown,
        Given::NotApplicable => program::Given::NotApplicable,
        Given::Value(Value::Bool(value)) => program::Given::Value(i128::from(*value)),
        Given::Value(Value::Number(number)) => program::Given::Value(scaled(*number, u32::from(ty.scale()))),
        Given::Value(Value::Date(day)) => program::Given::Value((*day).into()),
        Given::Value(Value::Text(text)) => program::Given::Text(text.clone()),
        Given::Value(Value::Member(member)) => program::Given::Value(member.0.into()),
    }
}

/// The same lists by slot, each record with what is known of every column.
pub fn lists(model: &Model, lists: &BTreeMap<FactId, Vec<Record>>) -> Vec<(u32, Vec<Vec<program::Given>>)> {
    let columns = |fact: &FactId| model.lists.iter().find(|list| list.fact == *fact).unwrap().columns.clone();
    let cell = |record: &Record, id: ColumnId| {
        let given = record.iter().find(|(column, _)| *column == id);
        given.map_or(program::Given::Unknown, |(_, given)| in_bundle(given, &model.columns[id.index()].ty))
    };
    let row = |fact: &FactId, record: &Record| columns(fact).map(|id| cell(record, ColumnId(id))).collect();
    lists.iter().map(|(fact, records)| (fact.0, records.iter().map(|record| row(fact, record)).collect())).collect()
}

/// The same ledger in the bundle's terms.
pub fn awards(ledger: &[Award]) -> Vec<program::Award> {
    let award = |award: &Award| program::Award {
        clause: award.clause.0,
        date: award.date,
        amount: scaled(award.amount, 2),
        once: award.once,
        subjects: award.subjects.iter().map(|(subject, text)| (subject.0, text.clone())).collect(),
    };
    ledger.iter().map(award).collect()
}

fn scaled(number: Decimal, scale: u32) -> i128 {
    let number = number.normalize();
    number.mantissa() * 10_i128.pow(scale - number.scale())
}

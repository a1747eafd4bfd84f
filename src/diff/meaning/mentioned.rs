//! In: a pair of clauses. Out: what both mention ([`Mentioned`]): facts, columns, and the values that they are compared with.
//! Invariant: values that only one side mentions stand first, for there the sides differ.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::ask::Task;
use super::terms::Terms;
use crate::model::{ColumnId, Expr, ExprKind, FactId, Model, Value};

/// What the clauses mention.
#[derive(Debug, Default)]
pub struct Mentioned {
    /// Facts, lists among them.
    pub facts: BTreeSet<FactId>,
    /// Columns.
    pub columns: BTreeSet<ColumnId>,
    /// Constants, each once.
    pub values: Vec<Value>,
    definitions: BTreeSet<u32>,
}

impl Mentioned {
    /// What both sides of a pair mention, and `also`.
    pub fn of_task(model: &Model, task: &Task, also: &[&Expr]) -> Mentioned {
        let mut sides = [Mentioned::default(), Mentioned::default()];
        for (side, terms) in sides.iter_mut().zip(&task.terms) {
            side.of_terms(model, terms);
            also.iter().for_each(|expr| side.of(model, expr));
        }
        let [one, two] = sides;
        let alone = |values: &[Value], others: &[Value]| -> Vec<Value> {
            values.iter().filter(|value| !others.contains(value)).cloned().collect()
        };
        let mut values = alone(&two.values, &one.values);
        values.extend(alone(&one.values, &two.values));
        values.extend(one.values.into_iter().filter(|value| two.values.contains(value)));
        let facts = one.facts.union(&two.facts).copied().collect();
        let columns = one.columns.union(&two.columns).copied().collect();
        Mentioned { facts, columns, values, definitions: BTreeSet::new() }
    }

    fn of_terms(&mut self, model: &Model, terms: &Terms) {
        terms.requirements.iter().for_each(|(expr, _)| self.of(model, expr));
        terms.left.iter().chain(&terms.most).chain(&terms.least).for_each(|expr| self.of(model, expr));
    }

    fn of(&mut self, model: &Model, expr: &Expr) {
        match &expr.kind {
            ExprKind::Constant(value) if !self.values.contains(value) => self.values.push(value.clone()),
            ExprKind::Within { members, .. } => {
                for member in members.iter().take(6) {
                    let value = Value::Member(*member);
                    if !self.values.contains(&value) {
                        self.values.push(value);
                    }
                }
            }
            ExprKind::Fact(id) => {
                self.facts.insert(*id);
            }
            ExprKind::Column(id) => {
                self.columns.insert(*id);
            }
            ExprKind::Fold(fold) => self.facts.extend(model.lists.get(fold.list.index()).map(|list| list.fact)),
            ExprKind::Definition(id) if self.definitions.insert(id.0) => {
                if let Some(definition) = model.definitions.get(id.index()) {
                    self.of(model, &definition.value);
                }
            }
            _ => {}
        }
        expr.parts(|part| self.of(model, part));
    }

    /// The constants that are numbers.
    pub fn numbers(&self) -> Vec<Decimal> {
        let number = |value: &Value| match value {
            Value::Number(number) => Some(*number),
            _ => None,
        };
        self.values.iter().filter_map(number).collect()
    }
}

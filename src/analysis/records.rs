//! In: a fold of a list and what it is to come to. Out: a few plain records with which it does.
//! Invariant: the reference interpreter agrees; the search is bounded and always the same.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::pool::at_scale;
use crate::model::case::{Given, Record};
use crate::model::{
    Column, ColumnId, Expr, ExprKind, FactId, Fold, FoldKind, List, MemberId, Model, NumberKind, Type, Value,
};
use crate::oracle::Evaluator;

/// Most records that are made, and most that are tried for one of them.
const RECORDS_MAX: u32 = 60;
const TRIES_MAX: usize = 400;
/// Most values that are tried of a column.
const VALUES_MAX: usize = 12;

/// Records of the list of a fold with which it comes to `target`: a number, or 1 and 0 for yes and no.
pub fn records(
    model: &Model,
    expr: &Expr,
    target: Decimal,
    facts: &BTreeMap<FactId, Given>,
    on: i32,
) -> Option<(FactId, Vec<Record>)> {
    let ExprKind::Fold(fold) = &expr.kind else { return None };
    let list = model.lists.get(fold.list.index())?;
    let maker = Maker { model, list, expr, fold, facts, on, target };
    let found = maker.made()?;
    (maker.comes_to(&found) == Some(target)).then_some((list.fact, found))
}

/// One ordinary record of a list of which nothing is asked.
pub fn plain(model: &Model, fact: FactId, on: i32) -> Option<Vec<Record>> {
    let list = model.lists.iter().find(|list| list.fact == fact)?;
    Some(vec![columns(model, list).map(|(id, column)| (id, usual(model, column, on))).collect()])
}

fn columns<'m>(model: &'m Model, list: &List) -> impl Iterator<Item = (ColumnId, &'m Column)> + use<'m> {
    let ids = list.columns.clone();
    ids.filter_map(|id| Some((ColumnId(id), model.columns.get(id as usize)?)))
}

/// An ordinary value of a column.
fn usual(model: &Model, column: &Column, on: i32) -> Given {
    let (low, high) = column.range;
    let value = match &column.ty {
        _ if column.credit_code => return Given::Unknown,
        Type::Bool => Value::Bool(true),
        Type::Number { kind, .. } => {
            let usual = if *kind == NumberKind::Rate { Decimal::ZERO } else { Decimal::ONE };
            let money = if column.ty.scale() == 2 { Decimal::from(10_000) } else { usual };
            Value::Number(money.min(high).max(low))
        }
        Type::Date => Value::Date(on),
        // Not a name that stands for something else.
        Type::Text => Value::Text(format!("{}甲", column.name)),
        Type::Member(class) => match model.classes.get(class.0 as usize) {
            Some(class) => Value::Member(MemberId(class.members.start)),
            None => return Given::Unknown,
        },
        Type::List(_) | Type::Error => return Given::Unknown,
    };
    Given::Value(value)
}

struct Maker<'a> {
    model: &'a Model,
    list: &'a List,
    expr: &'a Expr,
    fold: &'a Fold,
    facts: &'a BTreeMap<FactId, Given>,
    on: i32,
    target: Decimal,
}

impl Maker<'_> {
    fn made(&self) -> Option<Vec<Record>> {
        let none = self.target.is_zero();
        match self.fold.kind {
            FoldKind::All if none => Some(vec![self.record(|record| self.passes(record) == Some(false))?]),
            _ if none => Some(Vec::new()),
            FoldKind::Any | FoldKind::All => Some(vec![self.passing()?]),
            FoldKind::Count => {
                let count = self.count()?;
                Some(vec![self.passing()?; count])
            }
            FoldKind::Distinct => self.different(),
            FoldKind::Sum | FoldKind::SumOfGreatest(_) | FoldKind::Greatest | FoldKind::Least => {
                Some(vec![self.record(|record| self.comes_to(std::slice::from_ref(record)) == Some(self.target))?])
            }
        }
    }

    fn count(&self) -> Option<usize> {
        let count = u32::try_from(at_scale(self.target, 0)?).ok()?;
        (count <= self.list.max.min(RECORDS_MAX)).then_some(usize::try_from(count).ok()?)
    }

    fn passing(&self) -> Option<Record> {
        self.record(|record| self.passes(record) == Some(true))
    }

    /// As many records with different values.
    fn different(&self) -> Option<Vec<Record>> {
        let count = self.count()?;
        let Some(Expr { kind: ExprKind::Column(id), .. }) = &self.fold.value else { return None };
        let column = self.model.columns.get(id.0 as usize)?;
        let value = |at: u32| match &column.ty {
            Type::Number { .. } => Some(Value::Number(at.into())),
            Type::Text => Some(Value::Text(format!("{}{at}", column.name))),
            Type::Member(class) => {
                let members = &self.model.classes.get(class.0 as usize)?.members;
                let member = members.start.checked_add(at)?;
                (member < members.end).then_some(Value::Member(MemberId(member)))
            }
            Type::Bool | Type::Date | Type::List(_) | Type::Error => None,
        };
        let base = self.passing()?;
        let with = |at: u32| {
            let mut record = base.clone();
            let place = record.iter_mut().find(|(column, _)| column == id)?;
            place.1 = Given::Value(value(at)?);
            Some(record)
        };
        let all = (0..RECORDS_MAX).filter_map(with).filter(|record| self.passes(record) == Some(true));
        let found: Vec<Record> = all.take(count).collect();
        (found.len() == count).then_some(found)
    }

    /// Whether a record counts.
    fn passes(&self, record: &Record) -> Option<bool> {
        let Some(filter) = &self.fold.filter else { return Some(true) };
        let any = Fold { list: self.fold.list, kind: FoldKind::Any, filter: Some(filter.clone()), value: None };
        let any = Expr { kind: ExprKind::Fold(Box::new(any)), ty: Type::Bool, span: filter.span };
        self.with(std::slice::from_ref(record), |evaluator| evaluator.truth(&any))
    }

    fn comes_to(&self, records: &[Record]) -> Option<Decimal> {
        self.with(records, |evaluator| evaluator.number(self.expr))
    }

    fn with<T>(&self, records: &[Record], ask: impl FnOnce(&Evaluator<'_>) -> T) -> T {
        let lists = BTreeMap::from([(self.list.fact, records.to_vec())]);
        ask(&Evaluator::with_lists(self.model, self.facts, &lists, self.on))
    }

    /// The first record of which something holds.
    fn record(&self, holds: impl Fn(&Record) -> bool) -> Option<Record> {
        let choices: Vec<(ColumnId, Vec<Given>)> =
            columns(self.model, self.list).map(|(id, column)| (id, self.values(id, column))).collect();
        let mut places = vec![0_usize; choices.len()];
        for _ in 0..TRIES_MAX {
            let pick =
                |((id, values), place): (&(ColumnId, Vec<Given>), &usize)| Some((*id, values.get(*place).cloned()?));
            let record: Record = choices.iter().zip(&places).map(pick).collect::<Option<_>>()?;
            if holds(&record) {
                return Some(record);
            }
            let mut carry = true;
            for (place, (_, values)) in places.iter_mut().zip(&choices) {
                *place += 1;
                if *place < values.len() {
                    carry = false;
                    break;
                }
                *place = 0;
            }
            if carry {
                return None;
            }
        }
        None
    }

    /// Values of a column worth trying: those that the fold compares it with, and next to them.
    fn values(&self, id: ColumnId, column: &Column) -> Vec<Given> {
        let usual = usual(self.model, column, self.on);
        let mut mentioned = Mentioned { model: self.model, facts: self.facts, columns: Vec::new(), values: Vec::new() };
        self.fold.filter.iter().chain(&self.fold.value).for_each(|part| mentioned.of(part));
        if column.credit_code || !mentioned.columns.contains(&id) {
            return vec![usual];
        }
        let mut all = Vec::new();
        match &column.ty {
            Type::Number { .. } => self.numbers(column, &mentioned, &mut all),
            Type::Bool => all.extend([true, false].map(Value::Bool)),
            Type::Date => {
                let days = mentioned.values.iter().filter_map(|value| match value {
                    Value::Date(day) => Some(*day),
                    _ => None,
                });
                for day in days.chain([self.on]) {
                    all.extend([day, day.saturating_add(1), day.saturating_sub(1)].map(Value::Date));
                }
            }
            Type::Member(class) => {
                let of_class = |value: &&Value| matches!(value, Value::Member(_));
                all.extend(mentioned.values.iter().filter(of_class).cloned());
                let members = self.model.classes.get(class.0 as usize).map(|class| class.members.clone());
                all.extend(members.into_iter().flatten().map(|member| Value::Member(MemberId(member))));
                all.retain(|value| self.is_of(value, column));
            }
            Type::Text => {
                all.extend(mentioned.values.iter().filter(|value| matches!(value, Value::Text(_))).cloned());
            }
            Type::List(_) | Type::Error => {}
        }
        let mut values: Vec<Given> = Vec::new();
        for given in all.into_iter().map(Given::Value).chain([usual]) {
            if !values.contains(&given) && values.len() < VALUES_MAX {
                values.push(given);
            }
        }
        values
    }

    fn numbers(&self, column: &Column, mentioned: &Mentioned<'_>, all: &mut Vec<Value>) {
        let constants: Vec<Decimal> = mentioned
            .values
            .iter()
            .filter_map(|value| match value {
                Value::Number(number) => Some(*number),
                _ => None,
            })
            .collect();
        let scale = u32::from(column.ty.scale());
        let step = Decimal::new(1, scale);
        let mut numbers = vec![self.target];
        numbers.extend(constants.iter().filter_map(|by| self.target.checked_div(*by)));
        numbers.push(Decimal::ONE);
        for number in constants {
            numbers.extend([Some(number), number.checked_add(step), number.checked_sub(step)].into_iter().flatten());
        }
        let (low, high) = column.range;
        let fits = |number: &Decimal| low <= *number && *number <= high && at_scale(*number, scale).is_some();
        all.extend(numbers.into_iter().filter(fits).map(|number| Value::Number(number.normalize())));
    }

    fn is_of(&self, value: &Value, column: &Column) -> bool {
        let (Value::Member(MemberId(id)), Type::Member(class)) = (value, &column.ty) else { return false };
        self.model.classes.get(class.0 as usize).is_some_and(|class| class.members.contains(id))
    }
}

/// What an expression mentions.
struct Mentioned<'a> {
    model: &'a Model,
    facts: &'a BTreeMap<FactId, Given>,
    columns: Vec<ColumnId>,
    values: Vec<Value>,
}

impl Mentioned<'_> {
    fn of(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Column(id) => self.columns.push(*id),
            ExprKind::Constant(value) => self.values.push(value.clone()),
            ExprKind::Within { members, .. } => self.values.extend(members.iter().copied().map(Value::Member)),
            ExprKind::Fact(id) => {
                if let Some(Given::Value(value)) = self.facts.get(id) {
                    self.values.push(value.clone());
                }
            }
            ExprKind::Definition(id) => {
                if let Some(definition) = self.model.definitions.get(id.index()) {
                    self.of(&definition.value);
                }
            }
            _ => {}
        }
        expr.parts(|part| self.of(part));
    }
}

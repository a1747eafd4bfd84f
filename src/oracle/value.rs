//! In: a checked expression and what is known of an application. Out: its value, and the facts it still needs.
//! Invariant: needs are empty exactly where the value is determined or not applicable; a yes/no always applies.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::interval::{End, Interval};
use super::number::Number;
use super::{Application, Award, Given, ledger, list, working_days};
use crate::limits::VALUE_MAX;
use crate::model::case::Record;
use crate::model::{
    self, Arm, ClauseId, ColumnId, CompareOp, Condition, DefinitionId, Expr, ExprKind, FactId, FactSource, MemberId,
    Model, Rounding, Type,
};

/// A value as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// 不适用.
    NotApplicable,
    /// A number, a day or a yes/no.
    Range(Interval),
    /// A number or a day, or 不适用.
    Maybe(Interval),
    /// A known text.
    Text(String),
    /// A known value of a class.
    Member(MemberId),
    /// A text or a value of a class, not known; or 不适用.
    Any,
}

impl Value {
    /// The interval where it applies, and whether it is sure to apply.
    pub fn bounds(&self) -> Option<(Interval, bool)> {
        match self {
            Value::Range(range) => Some((*range, true)),
            Value::Maybe(range) => Some((*range, false)),
            Value::NotApplicable | Value::Text(_) | Value::Member(_) | Value::Any => None,
        }
    }

    fn of(range: Interval, sure: bool) -> Value {
        if sure { Value::Range(range) } else { Value::Maybe(range) }
    }

    /// One or the other.
    fn or(self, other: Value) -> Value {
        match (self.bounds(), other.bounds()) {
            (Some((a, sure)), Some((b, also))) => Value::of(a.hull(b), sure && also),
            (Some((range, _)), None) | (None, Some((range, _))) => Value::Maybe(range),
            (None, None) if self == other => self,
            (None, None) => Value::Any,
        }
    }
}

/// Facts that could still change something.
pub type Needs = BTreeSet<FactId>;

/// A value, and what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub value: Value,
    pub needs: Needs,
}

impl Known {
    /// A value made of parts: it needs what its parts need, or nothing where it is determined.
    pub fn new(value: Value, parts: &[&Known]) -> Known {
        let determined = match &value {
            Value::NotApplicable | Value::Text(_) | Value::Member(_) => true,
            Value::Range(range) => range.is_determined(),
            Value::Maybe(_) | Value::Any => false,
        };
        let needs =
            if determined { Needs::new() } else { parts.iter().flat_map(|part| part.needs.iter().copied()).collect() };
        Known { value, needs }
    }

    pub fn constant(range: Interval) -> Known {
        Known::new(Value::Range(range), &[])
    }

    /// 不适用 where a side is, else what `combine` makes of the two.
    pub fn with(&self, other: &Known, combine: impl Fn(Interval, Interval) -> Interval) -> Known {
        let value = match (self.value.bounds(), other.value.bounds()) {
            (Some((a, sure)), Some((b, also))) => Value::of(combine(a, b), sure && also),
            _ => Value::NotApplicable,
        };
        Known::new(value, &[self, other])
    }

    /// As [`Known::with`], of one value.
    pub fn map(&self, change: impl Fn(Interval) -> Interval) -> Known {
        self.with(self, |range, _| change(range))
    }

    /// The interval of a yes/no, or of a number where it applies; `None` where it is 不适用.
    pub fn range(&self) -> Option<Interval> {
        self.value.bounds().map(|(range, _)| range)
    }

    /// Whether it is known what it is, be it 不适用.
    pub fn is_determined(&self) -> bool {
        self.needs.is_empty()
    }
}

/// An application on a day, under a policy.
pub struct Case<'a> {
    pub model: &'a Model,
    pub ledger: &'a [Award],
    pub on: i32,
    facts: &'a BTreeMap<FactId, Given>,
    lists: &'a BTreeMap<FactId, Vec<Record>>,
    definitions: Vec<OnceCell<Known>>,
}

/// The record at hand: within a fold, what is given of its columns.
pub type Row<'a> = Option<&'a Record>;

impl<'a> Case<'a> {
    pub fn new(model: &'a Model, application: &'a Application, ledger: &'a [Award], on: i32) -> Case<'a> {
        let definitions = model.definitions.iter().map(|_| OnceCell::new()).collect();
        Case { model, ledger, on, facts: &application.facts, lists: &application.lists, definitions }
    }

    /// An application without earlier awards.
    pub fn without_ledger(
        model: &'a Model,
        facts: &'a BTreeMap<FactId, Given>,
        lists: &'a BTreeMap<FactId, Vec<Record>>,
        on: i32,
    ) -> Case<'a> {
        let definitions = model.definitions.iter().map(|_| OnceCell::new()).collect();
        Case { model, ledger: &[], on, facts, lists, definitions }
    }

    /// What is given of a fact; `None` where it is unknown or was not asked.
    pub fn given(&self, fact: FactId) -> Option<&Given> {
        self.facts.get(&fact).filter(|given| **given != Given::Unknown)
    }

    /// The records of a list; `None` where it is unknown or was not asked. One that does not apply is empty.
    pub fn records(&self, list: FactId) -> Option<&[Record]> {
        match self.given(list) {
            Some(Given::NotApplicable) => Some(&[]),
            Some(Given::Value(_) | Given::Unknown) | None => self.lists.get(&list).map(Vec::as_slice),
        }
    }

    /// The value of an expression.
    pub fn value(&self, expr: &Expr) -> Known {
        self.value_in(expr, None)
    }

    /// The value of an expression about a record.
    pub fn value_in(&self, expr: &Expr, row: Row) -> Known {
        let value = |part: &Expr| self.value_in(part, row);
        match &expr.kind {
            ExprKind::Constant(value) => Known::new(constant(value), &[]),
            ExprKind::Fact(fact) => self.fact(*fact),
            ExprKind::Definition(DefinitionId(id)) => self.definition(*id),
            ExprKind::OnDate => Known::constant(Interval::at(Number::integer(self.on.into()))),
            ExprKind::Not(inner) => value(inner).map(Interval::not),
            ExprKind::All(parts) => self.fold(parts, row, Interval::YES, Interval::least),
            ExprKind::Any(parts) => self.fold(parts, row, Interval::NO, Interval::greatest),
            ExprKind::Compare { op, left, right } => compare(*op, &value(left), &value(right)),
            ExprKind::Within { value: of, members } => self.within(&value(of), members),
            ExprKind::Add(left, right) => value(left).with(&value(right), Interval::add),
            ExprKind::Subtract(left, right) => value(left).with(&value(right), Interval::subtract),
            ExprKind::Multiply(left, right) => value(left).with(&value(right), Interval::multiply),
            ExprKind::Divide { left, right, rounding } => divide(&value(left), &value(right), *rounding),
            ExprKind::Round { value: of, rounding } => value(of).map(|range| range.round(*rounding)),
            ExprKind::Least(parts) => self.reduce(parts, row, Interval::least),
            ExprKind::Greatest(parts) => self.reduce(parts, row, Interval::greatest),
            ExprKind::AddMonths { date, months, month_end } => {
                value(date).with(&value(months), |date, months| date.add_months(months, *month_end))
            }
            ExprKind::AddDays { date, days } => value(date).with(&value(days), Interval::add),
            ExprKind::Choose { arms, otherwise } => self.choose(arms, otherwise.as_deref(), &expr.ty, row),
            ExprKind::Fold(fold) => list::fold(self, fold),
            ExprKind::Column(column) => self.column(*column, row),
            ExprKind::Times(times) => ledger::times(self, times),
            ExprKind::UsedUp(clause) => self.used_up(*clause),
            ExprKind::YearsBetween { from, to } => value(from).with(&value(to), Interval::years_until),
            ExprKind::YearOf(date) => value(date).map(Interval::year),
            ExprKind::AddWorkingDays { date, days, calendar } => match self.model.calendars.get(calendar.index()) {
                Some(calendar) => working_days::add(&value(date), &value(days), calendar),
                None => Known::new(Value::NotApplicable, &[]),
            },
        }
    }

    /// Whether a value is one of `members` or covered by one.
    pub fn within(&self, value: &Known, members: &[MemberId]) -> Known {
        let covers = |top: MemberId, id: MemberId| {
            let end = self.model.members.get(top.0 as usize).map_or(top, |member| member.end);
            top == id || (top < id && id < end)
        };
        let truth = match value.value {
            Value::Member(id) => Interval::truth(members.iter().any(|top| covers(*top, id))),
            Value::Any => Interval::OPEN,
            Value::NotApplicable | Value::Range(_) | Value::Maybe(_) | Value::Text(_) => Interval::NO,
        };
        Known::new(Value::Range(truth), &[value])
    }

    /// The value of a fact; one that is undetermined needs itself.
    pub fn fact(&self, id: FactId) -> Known {
        let Some(fact) = self.model.facts.get(id.index()) else { return Known::new(Value::NotApplicable, &[]) };
        let discretion = matches!(fact.source, FactSource::Discretion(_));
        given(self.given(id), &fact.ty, id, || unknown(&fact.ty, fact.range, discretion))
    }

    /// The value of a column; one that is undetermined needs its list.
    fn column(&self, id: ColumnId, row: Row) -> Known {
        let column = self.model.columns.get(id.index());
        let list = column.and_then(|column| self.model.lists.get(column.list.index()));
        let (Some(column), Some(list)) = (column, list) else { return Known::new(Value::NotApplicable, &[]) };
        let cell = row.and_then(|row| row.iter().find(|(column, _)| *column == id));
        let cell = cell.map(|(_, given)| given).filter(|given| **given != Given::Unknown);
        given(cell, &column.ty, list.fact, || unknown(&column.ty, column.range, false))
    }

    fn definition(&self, id: u32) -> Known {
        // INVARIANT: definitions do not refer to themselves, whichever way round.
        match (self.definitions.get(id as usize), self.model.definitions.get(id as usize)) {
            (Some(cell), Some(definition)) => cell.get_or_init(|| self.value(&definition.value)).clone(),
            _ => Known::new(Value::NotApplicable, &[]),
        }
    }

    /// 且 and 或: of parts that are determined nothing is needed, whatever the rest.
    fn fold(
        &self,
        parts: &[Condition],
        row: Row,
        start: Interval,
        combine: fn(Interval, Interval) -> Interval,
    ) -> Known {
        parts
            .iter()
            .map(|part| self.value_in(&part.expr, row))
            .fold(Known::constant(start), |sum, part| sum.with(&part, combine))
    }

    fn reduce(&self, parts: &[Expr], row: Row, combine: fn(Interval, Interval) -> Interval) -> Known {
        let parts = parts.iter().map(|part| self.value_in(part, row));
        parts.reduce(|sum, part| sum.with(&part, combine)).unwrap_or(Known::new(Value::NotApplicable, &[]))
    }

    /// The value of the first arm that holds; of all that may be it, where that is open. From the last back: an arm that is open and
    /// what follows it need nothing where they come to the same.
    fn choose(&self, arms: &[Arm], otherwise: Option<&Expr>, ty: &Type, row: Row) -> Known {
        let rest = match otherwise {
            Some(rest) => self.value_in(rest, row),
            None if *ty == Type::Bool => Known::constant(Interval::NO),
            None => Known::new(Value::NotApplicable, &[]),
        };
        arms.iter().rev().fold(rest, |rest, arm| {
            let when = self.value_in(&arm.when.expr, row);
            match when.range() {
                Some(Interval::NO) => rest,
                Some(Interval::YES) => self.value_in(&arm.value, row),
                _ => {
                    let value = self.value_in(&arm.value, row);
                    Known::new(value.value.clone().or(rest.value.clone()), &[&when, &value, &rest])
                }
            }
        })
    }

    /// Whether some cap of a clause has nothing left.
    fn used_up(&self, id: ClauseId) -> Known {
        // INVARIANT: the amount of a cap does not ask whether a clause is used up.
        let caps = self.model.clauses.get(id.index()).map_or(&[][..], |clause| &clause.caps);
        caps.iter()
            .map(|cap| compare(CompareOp::AtMost, &ledger::remaining(self, id, cap), &Known::constant(Interval::ZERO)))
            .fold(Known::constant(Interval::NO), |sum, cap| sum.with(&cap, Interval::greatest))
    }
}

/// What is known of a fact or a column; where it is undetermined, `id` is needed.
fn given(given: Option<&Given>, ty: &Type, id: FactId, unknown: impl Fn() -> Value) -> Known {
    let value = match given {
        Some(Given::Value(value)) => constant(value),
        Some(Given::NotApplicable) if *ty == Type::Bool => Value::Range(Interval::NO),
        Some(Given::NotApplicable) => Value::NotApplicable,
        Some(Given::Unknown) | None => unknown(),
    };
    Known::new(value, &[&Known { value: Value::Any, needs: Needs::from([id]) }])
}

fn constant(value: &model::Value) -> Value {
    match value {
        model::Value::Bool(value) => Value::Range(Interval::truth(*value)),
        model::Value::Number(number) => Value::Range(Interval::at(Number::from_decimal(*number))),
        model::Value::Date(day) => Value::Range(Interval::at(Number::integer((*day).into()))),
        model::Value::Text(text) => Value::Text(text.clone()),
        model::Value::Member(id) => Value::Member(*id),
    }
}

/// What a fact or a column may be when nothing is known of it. A bound of [`VALUE_MAX`] was not declared.
fn unknown(ty: &Type, (low, high): (Decimal, Decimal), discretion: bool) -> Value {
    match ty {
        Type::Bool => Value::Range(Interval::OPEN),
        Type::Date => Value::Maybe(Interval::ALL),
        Type::Text | Type::Member(_) | Type::List(_) | Type::Error => Value::Any,
        Type::Number { .. } => {
            let (low, high) = (Number::from_decimal(low), Number::from_decimal(high));
            let most = Number::from_decimal(Decimal::from_i128_with_scale(VALUE_MAX, 0));
            let low = match () {
                () if Some(low) > most.negate() => End::At(low),
                () if discretion => End::At(Number::ZERO),
                () => End::Least,
            };
            Value::Maybe(Interval { low, high: if high < most { End::At(high) } else { End::Most } })
        }
    }
}

/// By exactly zero: 不适用. By what may be zero: anything, or 不适用.
fn divide(left: &Known, right: &Known, rounding: Rounding) -> Known {
    let value = match (left.value.bounds(), right.value.bounds()) {
        (Some(_), Some((Interval::ZERO, _))) | (None, _) | (_, None) => Value::NotApplicable,
        (Some((a, sure)), Some((b, also))) => match a.divide(b, rounding) {
            Some(quotient) => Value::of(quotient, sure && also),
            None => Value::Maybe(Interval::ALL),
        },
    };
    Known::new(value, &[left, right])
}

/// A side that is 不适用 makes it false; one that may be, open where it would be true.
fn compare(op: CompareOp, left: &Known, right: &Known) -> Known {
    let truth = match (&left.value, &right.value) {
        (Value::NotApplicable, _) | (_, Value::NotApplicable) => Interval::NO,
        (Value::Text(a), Value::Text(b)) => match op {
            CompareOp::NotEqual => Interval::truth(a != b),
            _ => Interval::truth(a == b),
        },
        (Value::Member(a), Value::Member(b)) => {
            let at = |id: &MemberId| Interval::at(Number::integer(id.0.into()));
            holds(op, at(a), at(b))
        }
        (left, right) => match (left.bounds(), right.bounds()) {
            (Some((a, true)), Some((b, true))) => holds(op, a, b),
            (Some((a, _)), Some((b, _))) => holds(op, a, b).least(Interval::OPEN),
            _ => Interval::OPEN,
        },
    };
    Known::new(Value::Range(truth), &[left, right])
}

fn holds(op: CompareOp, a: Interval, b: Interval) -> Interval {
    match op {
        CompareOp::AtLeast => a.at_least(b),
        CompareOp::AtMost => b.at_least(a),
        CompareOp::Above => b.at_least(a).not(),
        CompareOp::Below => a.at_least(b).not(),
        CompareOp::Equal => a.equal(b),
        CompareOp::NotEqual => a.equal(b).not(),
    }
}

//! In: a checked expression and what is known of an application. Out: its value, and the facts it still needs.
//! Invariant: needs are empty exactly where the value is determined or not applicable.

use std::collections::{BTreeMap, BTreeSet};

use super::interval::{End, Interval};
use super::number::Number;
use super::{Award, Given};
use crate::limits::VALUE_MAX;
use crate::model::{
    self, CompareOp, Condition, DefinitionId, Expr, ExprKind, Fact, FactId, FactSource, MemberId, Model, Type,
};

/// A value as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// 不适用.
    NotApplicable,
    /// A number, a day or a yes/no.
    Range(Interval),
    /// A known text.
    Text(String),
    /// A known value of a class.
    Member(MemberId),
    /// A text or a value of a class, not known.
    Any,
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
            Value::Any => false,
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
        let value = match (&self.value, &other.value) {
            (Value::Range(a), Value::Range(b)) => Value::Range(combine(*a, *b)),
            _ => Value::NotApplicable,
        };
        Known::new(value, &[self, other])
    }

    /// As [`Known::with`], of one value.
    pub fn map(&self, change: impl Fn(Interval) -> Interval) -> Known {
        self.with(self, |range, _| change(range))
    }

    /// The interval of a yes/no or of a number that applies; `None` where it is 不适用.
    pub fn range(&self) -> Option<Interval> {
        match &self.value {
            Value::Range(range) => Some(*range),
            Value::NotApplicable | Value::Text(_) | Value::Member(_) | Value::Any => None,
        }
    }
}

/// An application on a day, under a policy.
pub struct Case<'a> {
    pub model: &'a Model,
    pub ledger: &'a [Award],
    pub on: i32,
    facts: &'a BTreeMap<FactId, Given>,
    definitions: Vec<Known>,
}

impl<'a> Case<'a> {
    pub fn new(model: &'a Model, facts: &'a BTreeMap<FactId, Given>, ledger: &'a [Award], on: i32) -> Case<'a> {
        let mut case = Case { model, ledger, on, facts, definitions: Vec::new() };
        for definition in &model.definitions {
            let known = case.value(&definition.value);
            case.definitions.push(known);
        }
        case
    }

    /// What is given of a fact; `None` where it is unknown or was not asked.
    pub fn given(&self, fact: FactId) -> Option<&Given> {
        self.facts.get(&fact).filter(|given| **given != Given::Unknown)
    }

    /// The value of an expression.
    pub fn value(&self, expr: &Expr) -> Known {
        match &expr.kind {
            ExprKind::Constant(value) => Known::new(constant(value), &[]),
            ExprKind::Fact(fact) => self.fact(*fact),
            ExprKind::Definition(DefinitionId(id)) => self.definition(*id),
            ExprKind::OnDate => Known::constant(Interval::at(Number::integer(self.on.into()))),
            ExprKind::Not(inner) => self.value(inner).map(Interval::not),
            ExprKind::All(parts) => self.fold(parts, Interval::YES, Interval::least),
            ExprKind::Any(parts) => self.fold(parts, Interval::NO, Interval::greatest),
            ExprKind::Compare { op, left, right } => compare(*op, &self.value(left), &self.value(right)),
            ExprKind::Within { value, members } => self.within(&self.value(value), members),
            ExprKind::Add(left, right) => self.value(left).with(&self.value(right), Interval::add),
            ExprKind::Subtract(left, right) => self.value(left).with(&self.value(right), Interval::subtract),
            ExprKind::Multiply(left, right) => self.value(left).with(&self.value(right), Interval::multiply),
            ExprKind::Divide { left, right, rounding } => {
                let (left, right) = (self.value(left), self.value(right));
                let quotient = left.range().zip(right.range()).and_then(|(a, b)| a.divide(b, *rounding));
                Known::new(quotient.map_or(Value::NotApplicable, Value::Range), &[&left, &right])
            }
            ExprKind::Round { value, rounding } => self.value(value).map(|range| range.round(*rounding)),
            ExprKind::Least(parts) => self.reduce(parts, Interval::least),
            ExprKind::Greatest(parts) => self.reduce(parts, Interval::greatest),
            ExprKind::AddMonths { date, months, month_end } => {
                self.value(date).with(&self.value(months), |date, months| date.add_months(months, *month_end))
            }
            ExprKind::AddDays { date, days } => self.value(date).with(&self.value(days), Interval::add),
            // TEMPORARY: not evaluated yet.
            ExprKind::Choose { .. }
            | ExprKind::Fold(_)
            | ExprKind::Column(_)
            | ExprKind::Times(_)
            | ExprKind::UsedUp(_)
            | ExprKind::YearsBetween { .. }
            | ExprKind::YearOf(_)
            | ExprKind::AddWorkingDays { .. } => Known::new(Value::NotApplicable, &[]),
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
            Value::NotApplicable | Value::Range(_) | Value::Text(_) => Interval::NO,
        };
        Known::new(Value::Range(truth), &[value])
    }

    /// The value of a fact; one that is undetermined needs itself.
    pub fn fact(&self, id: FactId) -> Known {
        let Some(fact) = self.model.facts.get(id.index()) else { return Known::new(Value::NotApplicable, &[]) };
        let value = match self.given(id) {
            Some(Given::Value(value)) => constant(value),
            Some(Given::NotApplicable) if fact.ty == Type::Bool => Value::Range(Interval::NO),
            Some(Given::NotApplicable) => Value::NotApplicable,
            Some(Given::Unknown) | None => unknown(fact),
        };
        Known::new(value, &[&Known { value: Value::Any, needs: Needs::from([id]) }])
    }

    fn definition(&self, id: u32) -> Known {
        // INVARIANT: a definition refers only to earlier ones, so its value is there.
        self.definitions.get(id as usize).cloned().unwrap_or(Known::new(Value::NotApplicable, &[]))
    }

    /// 且 and 或: of parts that are determined nothing is needed, whatever the rest.
    fn fold(&self, parts: &[Condition], start: Interval, combine: fn(Interval, Interval) -> Interval) -> Known {
        parts
            .iter()
            .map(|part| self.value(&part.expr))
            .fold(Known::constant(start), |sum, part| sum.with(&part, combine))
    }

    fn reduce(&self, parts: &[Expr], combine: fn(Interval, Interval) -> Interval) -> Known {
        let parts = parts.iter().map(|part| self.value(part));
        parts.reduce(|sum, part| sum.with(&part, combine)).unwrap_or(Known::new(Value::NotApplicable, &[]))
    }
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

/// What a fact may be when nothing is known of it. A bound of [`VALUE_MAX`] was not declared.
fn unknown(fact: &Fact) -> Value {
    let discretion = matches!(fact.source, FactSource::Discretion(_));
    match &fact.ty {
        Type::Bool => Value::Range(Interval::OPEN),
        Type::Date => Value::Range(Interval::ALL),
        Type::Text | Type::Member(_) | Type::List(_) | Type::Error => Value::Any,
        Type::Number { .. } => {
            let (low, high) = (Number::from_decimal(fact.range.0), Number::from_decimal(fact.range.1));
            let most = Number::from_decimal(rust_decimal::Decimal::from_i128_with_scale(VALUE_MAX, 0));
            let low = match () {
                () if Some(low) > most.negate() => End::At(low),
                () if discretion => End::At(Number::ZERO),
                () => End::Least,
            };
            Value::Range(Interval { low, high: if high < most { End::At(high) } else { End::Most } })
        }
    }
}

fn compare(op: CompareOp, left: &Known, right: &Known) -> Known {
    let truth = match (&left.value, &right.value) {
        (Value::NotApplicable, _) | (_, Value::NotApplicable) => Interval::NO,
        (Value::Range(a), Value::Range(b)) => holds(op, *a, *b),
        (Value::Text(a), Value::Text(b)) => match op {
            CompareOp::NotEqual => Interval::truth(a != b),
            _ => Interval::truth(a == b),
        },
        (Value::Member(a), Value::Member(b)) => {
            let at = |id: &MemberId| Interval::at(Number::integer(id.0.into()));
            holds(op, at(a), at(b))
        }
        _ => Interval::OPEN,
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

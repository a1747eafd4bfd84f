//! In: facts and parts of expressions that a question mentions. Out: a whole-numbered variable for each, with the range it can have.
//! Invariant: every value that a fact may be given lies in the range of its variable; ranges may be wider, never narrower.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::linear::{Linear, Var, power_of_ten};
use crate::calendar::{self, YEARS};
use crate::limits::VALUE_MAX;
use crate::model::{Expr, ExprKind, FactId, FactSource, MemberId, Model, Type, Value};

/// Ends that stand for none.
pub const FAR: i128 = 1_000_000_000_000_000_000_000_000_000_000;

/// What a variable stands for.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// A fact.
    Fact(FactId),
    /// 评定日.
    Day,
    /// A part of an expression that is not a sum: a quotient, a date some months on, a fold …
    Part(&'a Expr),
}

/// A variable.
#[derive(Debug, Clone)]
pub struct Variable<'a> {
    /// What it stands for.
    pub source: Source<'a>,
    /// It counts in units of `10^-scale`.
    pub scale: u32,
    /// Least.
    pub low: i128,
    /// Most.
    pub high: i128,
    /// Whether it may be 不适用 instead.
    pub may_lack: bool,
    /// The variables that a part is computed from.
    pub inputs: Vec<Var>,
}

/// All variables of a question.
#[derive(Debug)]
pub struct Pool<'a> {
    /// The policy.
    pub model: &'a Model,
    /// Variables, by index.
    pub vars: Vec<Variable<'a>>,
    facts: BTreeMap<FactId, Var>,
    day: Option<Var>,
    texts: Vec<String>,
    fixed: BTreeMap<Var, i128>,
    /// First and last day that the decision may be on.
    days: (i128, i128),
    /// Whether 不适用 is left out of account.
    given_only: bool,
}

impl<'a> Pool<'a> {
    /// An empty pool.
    pub fn new(model: &'a Model, days: (i128, i128), given_only: bool) -> Pool<'a> {
        Pool {
            model,
            vars: Vec::new(),
            facts: BTreeMap::new(),
            day: None,
            texts: Vec::new(),
            fixed: BTreeMap::new(),
            days,
            given_only,
        }
    }

    /// The variable of a fact.
    pub fn fact(&mut self, id: FactId) -> Option<Var> {
        if let Some(var) = self.facts.get(&id) {
            return Some(*var);
        }
        let fact = self.model.facts.get(id.index())?;
        let scale = u32::from(fact.ty.scale());
        let (low, high) = match &fact.ty {
            Type::Bool => (0, 1),
            Type::Number { .. } => number_range(self.model, id)?,
            Type::Date => all_days(),
            Type::Text => (0, FAR),
            Type::Member(class) => {
                let members = &self.model.classes.get(class.0 as usize)?.members;
                (i128::from(members.start), i128::from(members.end) - 1)
            }
            Type::List(_) | Type::Error => return None,
        };
        let may_lack = fact.ty != Type::Bool && !self.given_only;
        let var = self.add(Variable { source: Source::Fact(id), scale, low, high, may_lack, inputs: Vec::new() });
        self.facts.insert(id, var);
        Some(var)
    }

    /// The variable of 评定日.
    pub fn day(&mut self) -> Var {
        if let Some(var) = self.day {
            return var;
        }
        let (low, high) = self.days;
        let day = Variable { source: Source::Day, scale: 0, low, high, may_lack: false, inputs: Vec::new() };
        let var = self.add(day);
        self.day = Some(var);
        var
    }

    /// The variable of a part of an expression; the same part has the same one.
    pub fn part(&mut self, expr: &'a Expr, scale: u32, range: (i128, i128)) -> Var {
        let known = self.vars.iter().position(|var| matches!(var.source, Source::Part(part) if part.same(expr)));
        if let Some(var) = known {
            return var;
        }
        let mut facts = BTreeSet::new();
        let on_day = mentioned(self.model, expr, &mut facts);
        let mut inputs: Vec<Var> = facts.into_iter().filter_map(|fact| self.fact(fact)).collect();
        if on_day {
            inputs.push(self.day());
        }
        let (low, high) = range;
        self.add(Variable { source: Source::Part(expr), scale, low, high, may_lack: false, inputs })
    }

    /// A variable as a sum of one.
    pub fn linear(&self, var: Var) -> Linear {
        Linear::variable(var, self.vars.get(var).map_or(0, |var| var.scale))
    }

    /// Says that a variable has one value only, where it is given at all.
    pub fn fix(&mut self, var: Var, value: i128) {
        self.fixed.insert(var, value);
    }

    /// The value of a fact as a sum: a number where it has one value only.
    pub fn fact_value(&self, var: Var) -> Linear {
        let scale = self.vars.get(var).map_or(0, |var| var.scale);
        let fixed = self.fixed.get(&var).and_then(|value| Decimal::try_from_i128_with_scale(*value, scale).ok());
        fixed.map_or_else(|| self.linear(var), Linear::number)
    }

    /// The number that stands for a text.
    pub fn text(&mut self, text: &str) -> i128 {
        let at = self.texts.iter().position(|known| known == text).unwrap_or_else(|| {
            self.texts.push(text.to_owned());
            self.texts.len() - 1
        });
        i128::try_from(at).unwrap_or(FAR)
    }

    /// The value of a fact that a number stands for.
    pub fn decode(&self, id: FactId, count: i128) -> Option<Value> {
        let fact = self.model.facts.get(id.index())?;
        Some(match &fact.ty {
            Type::Bool => Value::Bool(count != 0),
            Type::Number { scale, .. } => {
                Value::Number(Decimal::try_from_i128_with_scale(count, u32::from(*scale)).ok()?.normalize())
            }
            Type::Date => Value::Date(i32::try_from(count).ok()?),
            Type::Member(_) => Value::Member(MemberId(u32::try_from(count).ok()?)),
            Type::Text => Value::Text(match usize::try_from(count).ok().and_then(|at| self.texts.get(at)) {
                Some(text) => text.clone(),
                None => format!("{}{}", fact.name, count),
            }),
            Type::List(_) | Type::Error => return None,
        })
    }

    /// The number that stands for a value of a fact.
    pub fn encode(&mut self, id: FactId, value: &Value) -> Option<i128> {
        Some(match value {
            Value::Bool(value) => i128::from(*value),
            Value::Number(number) => at_scale(*number, u32::from(self.model.facts.get(id.index())?.ty.scale()))?,
            Value::Date(day) => i128::from(*day),
            Value::Member(id) => i128::from(id.0),
            Value::Text(text) => self.text(text),
        })
    }

    fn add(&mut self, variable: Variable<'a>) -> Var {
        self.vars.push(variable);
        self.vars.len() - 1
    }
}

/// A number counted in units of `10^-scale`, where it is whole in them.
pub fn at_scale(number: Decimal, scale: u32) -> Option<i128> {
    let number = number.normalize();
    number.mantissa().checked_mul(power_of_ten(scale.checked_sub(number.scale())?)?)
}

/// Days that can be written.
pub fn all_days() -> (i128, i128) {
    let first = calendar::day(*YEARS.start(), 1, 1).map_or(-FAR, i128::from);
    let last = calendar::day(*YEARS.end(), 12, 31).map_or(FAR, i128::from);
    (first, last)
}

/// What data may give of a number: the declared range, else the bounds of its kind.
fn number_range(model: &Model, id: FactId) -> Option<(i128, i128)> {
    let fact = model.facts.get(id.index())?;
    let Type::Number { kind, scale, .. } = &fact.ty else { return None };
    let (scale, most) = (u32::from(*scale), Decimal::from_i128_with_scale(kind.value_max(), 0));
    let declared = |bound: Decimal| bound.abs() < Decimal::from_i128_with_scale(VALUE_MAX, 0);
    let discretion = matches!(fact.source, FactSource::Discretion(_));
    let low = match fact.range.0 {
        low if declared(low) => low,
        _ if discretion => Decimal::ZERO,
        _ => -most,
    };
    let high = if declared(fact.range.1) { fact.range.1 } else { most };
    let factor = power_of_ten(scale)?;
    let count = |bound: Decimal, up: bool| {
        let bound = bound.normalize();
        if let Some(count) = at_scale(bound, scale) {
            return Some(count);
        }
        // A bound finer than the fact: the next value inside.
        let divisor = power_of_ten(bound.scale())?;
        let wide = bound.mantissa().checked_mul(factor)?;
        Some(if up { -(-wide).div_euclid(divisor) } else { wide.div_euclid(divisor) })
    };
    Some((count(low, true)?, count(high, false)?))
}

/// Collects the facts of an expression, through definitions; whether 评定日 is in it.
pub fn mentioned(model: &Model, expr: &Expr, facts: &mut BTreeSet<FactId>) -> bool {
    let mut on_day = matches!(expr.kind, ExprKind::OnDate);
    match &expr.kind {
        ExprKind::Fact(id) => {
            facts.insert(*id);
        }
        ExprKind::Definition(id) => {
            if let Some(definition) = model.definitions.get(id.index()) {
                on_day |= mentioned(model, &definition.value, facts);
            }
        }
        ExprKind::Fold(fold) => {
            facts.extend(model.lists.get(fold.list.index()).map(|list| list.fact));
        }
        _ => {}
    }
    expr.parts(|part| on_day |= mentioned(model, part, facts));
    on_day
}

//! In: what a clause requires and gives. Out: every comparison of numbers or days in it, with what makes it decide: the other parts of
//! 且 hold, those of 或 do not.
//! Invariant: in the order of the text; a comparison behind a definition counts where the definition is used.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::pool::mentioned;
use super::requirement::short;
use crate::model::{Award, Clause, Expr, ExprKind, FactId, Model, Type};

/// A comparison.
#[derive(Debug, Clone)]
pub struct Atom<'a> {
    /// One side.
    pub left: &'a Expr,
    /// The other.
    pub right: &'a Expr,
    /// What a drafter would call it.
    pub label: String,
    /// What makes it decide.
    pub context: Vec<(&'a Expr, bool)>,
    /// One unit of what is compared.
    pub step: Decimal,
}

/// Collects comparisons.
pub struct Atoms<'a> {
    model: &'a Model,
    /// What was found.
    pub found: Vec<Atom<'a>>,
}

impl<'a> Atoms<'a> {
    /// Nothing yet.
    pub fn new(model: &'a Model) -> Atoms<'a> {
        Atoms { model, found: Vec::new() }
    }

    /// Those of a condition.
    pub fn condition(&mut self, expr: &'a Expr, label: &str, context: &[(&'a Expr, bool)]) {
        match &expr.kind {
            ExprKind::Compare { left, right, .. } => {
                if matches!(left.ty, Type::Number { .. } | Type::Date) {
                    self.compared(left, right, label, context);
                }
                self.value(left, label, context);
                self.value(right, label, context);
            }
            ExprKind::All(parts) | ExprKind::Any(parts) => {
                let all = matches!(expr.kind, ExprKind::All(_));
                for (at, part) in parts.iter().enumerate() {
                    let others = parts.iter().enumerate().filter(|(other, _)| *other != at);
                    let mut context = context.to_vec();
                    context.extend(others.map(|(_, other)| (&other.expr, all)));
                    self.condition(&part.expr, &part.label, &context);
                }
            }
            ExprKind::Not(inner) => self.condition(inner, label, context),
            ExprKind::Definition(id) => {
                if let Some(definition) = self.model.definitions.get(id.index()) {
                    self.condition(&definition.value, &definition.name, context);
                }
            }
            _ => {}
        }
    }

    /// Those that decide on a value: lines of a table, which part is the least.
    pub fn value(&mut self, expr: &'a Expr, label: &str, context: &[(&'a Expr, bool)]) {
        match &expr.kind {
            ExprKind::Definition(id) => {
                if let Some(definition) = self.model.definitions.get(id.index()) {
                    self.value(&definition.value, &definition.name, context);
                }
            }
            ExprKind::Choose { arms, otherwise } => {
                let mut before = context.to_vec();
                for arm in arms {
                    self.condition(&arm.when.expr, &arm.when.label, &before);
                    let mut chosen = before.clone();
                    chosen.push((&arm.when.expr, true));
                    self.value(&arm.value, label, &chosen);
                    before.push((&arm.when.expr, false));
                }
                otherwise.iter().for_each(|rest| self.value(rest, label, &before));
            }
            ExprKind::Least(parts) | ExprKind::Greatest(parts) => {
                for pair in parts.windows(2) {
                    if let [one, two] = pair {
                        self.compared(one, two, label, context);
                    }
                }
                parts.iter().for_each(|part| self.value(part, label, context));
            }
            ExprKind::Fold(_) => {}
            _ => expr.parts(|part| self.value(part, label, context)),
        }
    }

    /// Those of an award: of its value, and against its caps and floor. `facts` are the facts as expressions.
    pub fn award(&mut self, clause: &'a Clause, facts: &'a [Expr]) {
        let amounts: Vec<&'a Expr> = match &clause.award {
            Award::Computed(amount) => vec![amount],
            Award::Discretion { fact, low, high } => {
                let set = facts.get(fact.index());
                for (bound, label) in
                    low.iter().map(|low| (low, "最低额")).chain(high.iter().map(|high| (high, "最高额")))
                {
                    set.iter().for_each(|set| self.compared(set, bound, label, &[]));
                }
                set.into_iter().collect()
            }
            Award::Open { fact } => facts.get(fact.index()).into_iter().collect(),
        };
        for amount in amounts {
            if matches!(clause.award, Award::Computed(_)) {
                self.value(amount, "支持", &[]);
            }
            for cap in &clause.caps {
                self.compared(amount, &cap.amount, &format!("上限 {}", cap.text), &[]);
            }
            clause.floor.iter().for_each(|floor| self.compared(amount, floor, "下限", &[]));
        }
    }

    fn compared(&mut self, left: &'a Expr, right: &'a Expr, label: &str, context: &[(&'a Expr, bool)]) {
        let mut facts = BTreeSet::new();
        let on_day = mentioned(self.model, left, &mut facts) | mentioned(self.model, right, &mut facts);
        if facts.is_empty() && !on_day {
            return;
        }
        let step = self.step(left, &facts);
        let label = short(label).chars().filter(|char| !matches!(char, '「' | '」' | '“' | '”' | '"' | '\n')).collect();
        self.found.push(Atom { left, right, label, context: context.to_vec(), step });
    }

    /// One unit of the least exact fact that is compared.
    fn step(&self, left: &Expr, facts: &BTreeSet<FactId>) -> Decimal {
        if left.ty == Type::Date {
            return Decimal::ONE;
        }
        let scale = |fact: &FactId| match &self.model.facts.get(fact.index())?.ty {
            Type::Number { scale, .. } => Some(u32::from(*scale)),
            _ => None,
        };
        let scale = match &left.kind {
            ExprKind::Fact(fact) => scale(fact),
            ExprKind::Fold(_) => Some(u32::from(left.ty.scale())),
            _ => facts.iter().filter_map(scale).min(),
        };
        Decimal::new(1, scale.unwrap_or(0))
    }
}

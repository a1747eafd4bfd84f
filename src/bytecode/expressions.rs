//! In: checked expressions. Out: nodes of one [`Dag`]; definitions are inlined, each lowered once. Invariant: numbers that meet in a
//! comparison or a sum have one scale, and nothing is rounded that the policy does not round.

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::SCALE_MAX;
use crate::model::{CompareOp, Condition, Expr, ExprKind, FactId, MemberId, Model, MonthEnd, Type, Value};
use crate::source::Span;

use super::nodes::{Arithmetic, Comparison, Dag, Node, NodeId};
use super::tables::Pool;

/// Lowers expressions of one policy.
pub struct Expressions<'a> {
    model: &'a Model,
    /// The nodes so far.
    pub dag: Dag,
    /// Texts that nodes name by index.
    pub texts: Pool<String>,
    /// Sets that nodes name by index.
    pub sets: Pool<Vec<(u32, u32)>>,
    /// What was found wrong.
    pub diagnostics: Vec<Diagnostic>,
    definitions: Vec<NodeId>,
}

impl<'a> Expressions<'a> {
    /// With all definitions of `model` lowered.
    #[must_use]
    pub fn new(model: &'a Model) -> Expressions<'a> {
        let mut this = Expressions {
            model,
            dag: Dag::default(),
            texts: Pool::default(),
            sets: Pool::default(),
            diagnostics: Vec::new(),
            definitions: Vec::with_capacity(model.definitions.len()),
        };
        for definition in &model.definitions {
            let value = this.lower(&definition.value);
            this.definitions.push(value);
        }
        this
    }

    /// The value of a fact.
    pub fn fact(&mut self, fact: FactId, span: Span) -> NodeId {
        let scale = self.model.facts.get(fact.index()).map_or(0, |fact| fact.ty.scale());
        self.dag.leaf(Node::Load(fact.0), scale, span)
    }

    /// Whether a value lies in the given members or below one of them.
    pub fn within(&mut self, value: NodeId, members: &[MemberId], span: Span) -> (NodeId, u32) {
        let set = self.set(members);
        (self.dag.other(Node::Within(value, set), span), set)
    }

    /// The set of members and all they cover, by its index.
    fn set(&mut self, members: &[MemberId]) -> u32 {
        let mut ranges: Vec<(u32, u32)> = Vec::with_capacity(members.len());
        for id in members {
            let end = self.model.members.get(id.0 as usize).map_or(id.0 + 1, |member| member.end.0);
            ranges.push((id.0, end));
        }
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (first, end) in ranges {
            match merged.last_mut() {
                Some(last) if first <= last.1 => last.1 = last.1.max(end),
                _ => merged.push((first, end)),
            }
        }
        self.sets.id(merged)
    }

    /// The node of an expression.
    pub fn lower(&mut self, expr: &Expr) -> NodeId {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Constant(value) => self.constant(value, span),
            ExprKind::Fact(fact) => self.fact(*fact, span),
            ExprKind::Definition(definition) => match self.definitions.get(definition.index()) {
                Some(value) => *value,
                None => self.dag.other(Node::Boolean(false), span),
            },
            ExprKind::OnDate => self.dag.other(Node::OnDate, span),
            ExprKind::Not(a) => {
                let a = self.lower(a);
                self.dag.not(a, span)
            }
            ExprKind::All(parts) => self.junction(true, parts, span),
            ExprKind::Any(parts) => self.junction(false, parts, span),
            ExprKind::Compare { op, left, right } => self.compare(*op, left, right, span),
            ExprKind::Within { value, members } => {
                let value = self.lower(value);
                self.within(value, members, span).0
            }
            ExprKind::Add(a, b) => self.arithmetic(Arithmetic::Add, a, b, span),
            ExprKind::Subtract(a, b) => self.arithmetic(Arithmetic::Subtract, a, b, span),
            ExprKind::Multiply(a, b) => self.arithmetic(Arithmetic::Multiply, a, b, span),
            ExprKind::Divide { left, right, rounding } => {
                let (left, right) = (self.lower(left), self.lower(right));
                self.dag.divide(left, right, rounding.scale, rounding.mode, span)
            }
            ExprKind::Round { value, rounding } => {
                let value = self.lower(value);
                self.dag.round(value, rounding.scale, rounding.mode, span)
            }
            ExprKind::Least(parts) => self.extreme(Arithmetic::Least, parts, span),
            ExprKind::Greatest(parts) => self.extreme(Arithmetic::Greatest, parts, span),
            ExprKind::AddMonths { date, months, month_end } => {
                let (date, months) = (self.lower(date), self.lower(months));
                self.dag.other(Node::AddMonths(date, months, *month_end == MonthEnd::NextMonth), span)
            }
            ExprKind::AddDays { date, days } => {
                let (date, days) = (self.lower(date), self.lower(days));
                self.dag.other(Node::AddDays(date, days), span)
            }
            // TEMPORARY: not lowered yet.
            ExprKind::Choose { .. }
            | ExprKind::Fold(_)
            | ExprKind::Column(_)
            | ExprKind::Times(_)
            | ExprKind::UsedUp(_)
            | ExprKind::YearsBetween { .. }
            | ExprKind::YearOf(_)
            | ExprKind::AddWorkingDays { .. } => self.zero(span),
        }
    }

    fn constant(&mut self, value: &Value, span: Span) -> NodeId {
        match value {
            Value::Bool(value) => self.dag.other(Node::Boolean(*value), span),
            Value::Number(value) => match self.dag.constant(value.mantissa(), value.scale(), span) {
                Some(id) => id,
                None => {
                    self.diagnostics.push(Diagnostic::new(
                        Code::TooPrecise,
                        span,
                        format!("{value} 超过 {SCALE_MAX} 位小数"),
                        format!("`{value}` has more than {SCALE_MAX} decimals"),
                    ));
                    self.zero(span)
                }
            },
            Value::Date(days) => self.dag.other(Node::Date(*days), span),
            Value::Text(text) => {
                let text = self.texts.id(text.clone());
                self.dag.other(Node::Text(text), span)
            }
            Value::Member(member) => self.dag.other(Node::Member(member.0), span),
        }
    }

    /// The number 0.
    pub fn zero(&mut self, span: Span) -> NodeId {
        self.dag.leaf(Node::Number(0, 0), 0, span)
    }

    /// Parts of unlabelled parts of the same kind are parts of the whole.
    fn junction(&mut self, all: bool, parts: &[Condition], span: Span) -> NodeId {
        let mut nodes = Vec::with_capacity(parts.len());
        let mut rest: Vec<&Condition> = parts.iter().rev().collect();
        while let Some(part) = rest.pop() {
            match &part.expr.kind {
                ExprKind::All(inner) if all && !part.labelled => rest.extend(inner.iter().rev()),
                ExprKind::Any(inner) if !all && !part.labelled => rest.extend(inner.iter().rev()),
                _ => nodes.push(self.lower(&part.expr)),
            }
        }
        self.dag.junction(all, nodes, span)
    }

    fn compare(&mut self, op: CompareOp, left: &Expr, right: &Expr, span: Span) -> NodeId {
        let number = matches!(left.ty, Type::Number { .. });
        let (left, right) = (self.lower(left), self.lower(right));
        let (left, right) = if number { self.dag.aligned(left, right, span) } else { (left, right) };
        match op {
            CompareOp::AtLeast => self.dag.compare(Comparison::AtLeast, left, right, span),
            CompareOp::Above => self.dag.compare(Comparison::Above, left, right, span),
            CompareOp::AtMost => self.dag.compare(Comparison::AtLeast, right, left, span),
            CompareOp::Below => self.dag.compare(Comparison::Above, right, left, span),
            CompareOp::Equal => self.dag.compare(Comparison::Equal, left, right, span),
            CompareOp::NotEqual => self.dag.compare(Comparison::NotEqual, left, right, span),
        }
    }

    fn arithmetic(&mut self, op: Arithmetic, a: &Expr, b: &Expr, span: Span) -> NodeId {
        let (a, b) = (self.lower(a), self.lower(b));
        self.dag.arithmetic(op, a, b, span)
    }

    fn extreme(&mut self, op: Arithmetic, parts: &[Expr], span: Span) -> NodeId {
        let mut nodes = parts.iter();
        let Some(first) = nodes.next() else { return self.zero(span) };
        let mut result = self.lower(first);
        for part in nodes {
            let part = self.lower(part);
            result = self.dag.arithmetic(op, result, part, span);
        }
        result
    }
}

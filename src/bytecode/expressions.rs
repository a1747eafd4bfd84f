//! In: checked expressions. Out: nodes of one [`Dag`]; definitions are inlined, each lowered once. Invariant: numbers that meet in a
//! comparison or a sum have one scale, and nothing is rounded that the policy does not round.

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::SCALE_MAX;
use crate::model::{
    Arm, CapKey, ClauseId, CompareOp, Condition, DefinitionId, Expr, ExprKind, FactId, Fold, FoldKind, MemberId, Model,
    MonthEnd, RoundingMode, Times, Type, Value,
};
use crate::source::Span;

use super::nodes::{Absent, Arithmetic, Comparison, Dag, Folded, Node, NodeId, Ordered};
use super::plan::{MONEY_SCALE, money};
use super::records::CounterInfo;
use super::tables::{Pool, counted, period};

/// Lowers expressions of one policy.
pub struct Expressions<'a> {
    model: &'a Model,
    /// The nodes so far.
    pub dag: Dag,
    /// Texts that nodes name by index.
    pub texts: Pool<String>,
    /// Sets that nodes name by index.
    pub sets: Pool<Vec<(u32, u32)>>,
    /// Counters that nodes name by index.
    pub counters: Pool<CounterInfo>,
    /// Nodes whose registers tables name; see [`Expressions::in_prologue`].
    pub prologue: Vec<NodeId>,
    /// What was found wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// Clauses whose caps are being lowered to see whether they are used up.
    used_up: Vec<ClauseId>,
    /// Of each definition, once it was asked for.
    definitions: Vec<Option<NodeId>>,
}

impl<'a> Expressions<'a> {
    /// With nothing lowered yet.
    #[must_use]
    pub fn new(model: &'a Model) -> Expressions<'a> {
        Expressions {
            model,
            dag: Dag::default(),
            texts: Pool::default(),
            sets: Pool::default(),
            counters: Pool::default(),
            prologue: Vec::new(),
            diagnostics: Vec::new(),
            used_up: Vec::new(),
            definitions: vec![None; model.definitions.len()],
        }
    }

    /// A definition is lowered where it is first asked for; definitions do not refer to themselves, whichever way round.
    fn definition(&mut self, id: DefinitionId, span: Span) -> NodeId {
        let Some(definition) = self.model.definitions.get(id.index()) else {
            return self.dag.other(Node::Boolean(false), span);
        };
        if let Some(Some(node)) = self.definitions.get(id.index()) {
            return *node;
        }
        // What stands in while it is lowered ends a circle that a hand-made model may have.
        let stand_in = self.dag.other(Node::Boolean(false), span);
        if let Some(place) = self.definitions.get_mut(id.index()) {
            *place = Some(stand_in);
        }
        let node = self.lower(&definition.value);
        if let Some(place) = self.definitions.get_mut(id.index()) {
            *place = Some(node);
        }
        node
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
            ExprKind::Definition(definition) => self.definition(*definition, span),
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
            ExprKind::Choose { arms, otherwise } => self.choose(&expr.ty, arms, otherwise.as_deref(), span),
            ExprKind::Fold(fold) => self.fold(fold, span),
            ExprKind::Column(column) => {
                let scale = self.model.columns.get(column.index()).map_or(0, |column| column.ty.scale());
                self.dag.leaf(Node::Column(column.0), scale, span)
            }
            ExprKind::Times(times) => self.times(times, span),
            ExprKind::UsedUp(clause) => self.used_up(*clause, span),
            ExprKind::YearsBetween { from, to } => {
                let (from, to) = (self.lower(from), self.lower(to));
                self.dag.other(Node::YearsBetween(from, to), span)
            }
            ExprKind::YearOf(date) => {
                let date = self.lower(date);
                self.dag.other(Node::YearOf(date), span)
            }
            ExprKind::AddWorkingDays { date, days, calendar } => {
                let (date, days) = (self.lower(date), self.lower(days));
                self.dag.other(Node::AddWorkingDays(date, days, calendar.0), span)
            }
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

    /// The first arm that holds, from the last back: what holds where none does comes first.
    fn choose(&mut self, ty: &Type, arms: &[Arm], otherwise: Option<&Expr>, span: Span) -> NodeId {
        let parts: Vec<(NodeId, NodeId)> =
            arms.iter().map(|arm| (self.lower(&arm.when.expr), self.lower(&arm.value))).collect();
        let mut scale = parts.iter().map(|(_, value)| self.dag.scale(*value)).max().unwrap_or(0);
        let rest = otherwise.map(|rest| self.lower(rest));
        scale = scale.max(rest.map_or(0, |rest| self.dag.scale(rest)));
        let (absent, ordered) = match ty {
            Type::Number { .. } => (Some(Absent::Number(scale)), Ordered::Yes),
            Type::Date => (Some(Absent::Date), Ordered::Yes),
            Type::Text => (Some(Absent::Text), Ordered::No),
            Type::Member(class) => (Some(Absent::Member(class.0)), Ordered::No),
            // Yes/no always applies: what does not is a no.
            Type::Bool | Type::List(_) | Type::Error => (None, Ordered::Yes),
        };
        let rest = rest.unwrap_or_else(|| match absent {
            Some(absent) => self.dag.leaf(Node::NotApplicable(absent), scale, span),
            None => self.dag.other(Node::Boolean(false), span),
        });
        parts.into_iter().rev().fold(rest, |rest, (when, value)| {
            let value = self.dag.rescale(value, scale, span);
            self.dag.select(ordered, when, [value, rest], span)
        })
    }

    fn fold(&mut self, fold: &Fold, span: Span) -> NodeId {
        let filter = match &fold.filter {
            Some(filter) => self.lower(filter),
            None => self.dag.other(Node::Boolean(true), span),
        };
        let value = fold.value.as_ref().map_or(filter, |value| self.lower(value));
        let (kind, most) = match fold.kind {
            FoldKind::Sum => (0, 0),
            FoldKind::Count => (1, 0),
            FoldKind::Greatest => (2, 0),
            FoldKind::Least => (3, 0),
            FoldKind::Any => (4, 0),
            FoldKind::All => (5, 0),
            FoldKind::SumOfGreatest(most) => (6, most),
            FoldKind::Distinct => (7, 0),
        };
        let scale = if matches!(kind, 0 | 2 | 3 | 6) { self.dag.scale(value) } else { 0 };
        self.dag.leaf(Node::Fold(Folded { list: fold.list.0, kind, most, filter, value }), scale, span)
    }

    fn times(&mut self, times: &Times, span: Span) -> NodeId {
        let subjects = match &times.key {
            CapKey::Subjects(kinds) => kinds.iter().map(|id| id.0).collect(),
            CapKey::Everyone => Vec::new(),
        };
        let counter = self.counters.id(CounterInfo {
            counts: counted(self.model, times.clause.0, &times.counts),
            subjects,
            period: period(times.period),
            years: times.years,
            ledger: times.ledger.map(|fact| fact.0),
        });
        self.dag.other(Node::Times(counter), span)
    }

    /// Whether some cap of a clause has nothing left.
    fn used_up(&mut self, clause: ClauseId, span: Span) -> NodeId {
        let model = self.model;
        let info = model.clauses.get(clause.index()).filter(|_| !self.used_up.contains(&clause));
        let Some(info) = info else { return self.dag.other(Node::Boolean(false), span) };
        self.used_up.push(clause);
        let before: usize = model.clauses.iter().take(clause.index()).map(|clause| clause.caps.len()).sum();
        let zero = self.zero(span);
        let mut parts = Vec::with_capacity(info.caps.len());
        for (cap, index) in info.caps.iter().zip(u32::try_from(before).unwrap_or(u32::MAX)..) {
            let amount = money(&cap.amount, RoundingMode::Down, self);
            let remaining = self.dag.leaf(Node::Remaining(amount, index), MONEY_SCALE, span);
            let (zero, remaining) = self.dag.aligned(zero, remaining, span);
            parts.push(self.dag.compare(Comparison::AtLeast, zero, remaining, span));
        }
        self.used_up.pop();
        self.dag.junction(false, parts, span)
    }

    /// The node of an expression that a table names outside the clauses' code: its register is one of the prologue, and
    /// `Emitter::value` gives it.
    pub fn in_prologue(&mut self, expr: &Expr) -> NodeId {
        let node = self.lower(expr);
        self.prologue.push(node);
        node
    }

    /// As [`Expressions::in_prologue`], of an amount of two decimals.
    pub fn money_in_prologue(&mut self, expr: &Expr, mode: RoundingMode) -> NodeId {
        let node = money(expr, mode, self);
        self.prologue.push(node);
        node
    }
}

//! In: a clause. Out: what must hold for it, one by one, as a drafter wrote it: parts of 且 and of listed exclusions apart, with their
//! words and places.
//! Invariant: all of them together are exactly what must hold for the clause besides its days.

use std::collections::BTreeSet;

use super::case_text;
use super::pool::mentioned;
use super::question::Goal;
use crate::calendar;
use crate::diagnostics::Text;
use crate::model::{Clause, CompareOp, Condition, Expr, ExprKind, FactId, IndustryGate, Model, Type, Value};
use crate::source::Span;

/// Where a requirement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// 适用范围.
    Scope,
    /// 产业 of the clause.
    Gate,
    /// The clause.
    Clause,
}

/// Something that must hold for a clause.
#[derive(Debug, Clone)]
pub struct Requirement<'a> {
    /// Where it stands.
    pub place: Place,
    /// Its words.
    pub label: String,
    /// Its place.
    pub span: Span,
    /// The condition, or the gate.
    pub what: What<'a>,
    /// The facts that it looks at; 评定日 is in it.
    pub facts: BTreeSet<FactId>,
    /// Whether it looks at 评定日.
    pub on_day: bool,
}

/// What must hold.
#[derive(Debug, Clone, Copy)]
pub enum What<'a> {
    /// A condition must hold, or (排除) must not.
    Holds(&'a Expr, bool),
    /// The fact of the gate is one of its values.
    Gate(&'a IndustryGate),
}

impl<'a> Requirement<'a> {
    fn new(model: &Model, place: Place, label: String, what: What<'a>) -> Requirement<'a> {
        let mut facts = BTreeSet::new();
        let (span, on_day) = match what {
            What::Holds(expr, _) => (expr.span, mentioned(model, expr, &mut facts)),
            What::Gate(gate) => {
                facts.insert(gate.fact);
                (gate.span, false)
            }
        };
        Requirement { place, label: short(&label), span, what, facts, on_day }
    }

    /// A condition that must hold.
    pub fn part(model: &Model, condition: &'a Condition) -> Requirement<'a> {
        Requirement::new(model, Place::Clause, condition.label.clone(), What::Holds(&condition.expr, true))
    }

    /// Whether it is an exclusion.
    pub fn is_exclusion(&self) -> bool {
        matches!(self.what, What::Holds(_, false))
    }

    /// That it holds, or that it does not.
    pub fn goal(&self, holds: bool) -> Goal<'a> {
        match self.what {
            What::Holds(expr, wanted) => Goal::Holds(expr, wanted == holds),
            What::Gate(gate) => Goal::Among(gate.fact, &gate.members, holds),
        }
    }

    /// What it demands, in short, for the margin of an excerpt.
    pub fn demand(&self, model: &Model) -> Text {
        let what = match self.what {
            What::Holds(expr, true) => demanded(model, expr),
            What::Gate(gate) => Some(among(model, gate)),
            What::Holds(_, false) => None,
        };
        match (self.place, what) {
            (_, Some((zh, en))) => Text::new(format!("这里要求{zh}"), format!("this asks for {en}")),
            (Place::Scope, None) if self.is_exclusion() => Text::new("适用范围把它排除了", "the scope excludes it"),
            (_, None) if self.is_exclusion() => Text::new("这里把它排除了", "this excludes it"),
            (Place::Scope, None) => Text::new("适用范围的条件", "a condition of the scope"),
            _ => Text::new("这里要求它成立", "this must hold"),
        }
    }
}

/// A condition's words without brackets around them, and without the number and name of its line before them.
pub fn short(label: &str) -> String {
    let label = label.rsplit('：').next().unwrap_or(label).trim();
    let bare = label.strip_prefix(['（', '(']).and_then(|label| label.strip_suffix(['）', ')']));
    bare.filter(|bare| !bare.contains(['（', '）', '(', ')'])).unwrap_or(label).to_owned()
}

/// All requirements of the scope.
pub fn of_scope(model: &Model) -> Vec<Requirement<'_>> {
    let mut all = Vec::new();
    model.scope.iter().for_each(|condition| take(model, Place::Scope, condition, true, &mut all));
    model.scope_exclusions.iter().for_each(|condition| take(model, Place::Scope, condition, false, &mut all));
    all
}

/// All requirements of a clause, without those of the scope.
pub fn of_clause<'a>(model: &'a Model, clause: &'a Clause) -> Vec<Requirement<'a>> {
    let mut all = Vec::new();
    if let Some(gate) = &clause.industry {
        let (zh, _) = among(model, gate);
        all.push(Requirement::new(model, Place::Gate, zh, What::Gate(gate)));
    }
    clause.conditions.iter().for_each(|condition| take(model, Place::Clause, condition, true, &mut all));
    clause.exclusions.iter().for_each(|condition| take(model, Place::Clause, condition, false, &mut all));
    all
}

/// A condition, or its parts where the drafter wrote them one by one.
fn take<'a>(model: &Model, place: Place, condition: &'a Condition, wanted: bool, all: &mut Vec<Requirement<'a>>) {
    match &condition.expr.kind {
        ExprKind::All(parts) if wanted && are_written(&condition.expr, parts) => {
            parts.iter().for_each(|part| take(model, place, part, wanted, all));
        }
        ExprKind::Any(parts) if !wanted && are_written(&condition.expr, parts) => {
            parts.iter().for_each(|part| take(model, place, part, wanted, all));
        }
        _ => all.push(Requirement::new(model, place, condition.label.clone(), What::Holds(&condition.expr, wanted))),
    }
}

/// Whether the parts of a condition are the drafter's: each stands at a place of its own within the whole.
pub fn are_written(whole: &Expr, parts: &[Condition]) -> bool {
    let inside = |part: &Condition| {
        let (at, span) = (part.expr.span, whole.span);
        at.file == span.file && span.start <= at.start && at.end <= span.end && at != span && at.start < at.end
    };
    let apart = parts.windows(2).all(|pair| match pair {
        [one, two] => one.expr.span.end <= two.expr.span.start,
        _ => true,
    });
    parts.iter().all(inside) && apart
}

fn among(model: &Model, gate: &IndustryGate) -> (String, String) {
    let names: Vec<&str> =
        gate.members.iter().filter_map(|id| model.members.get(id.0 as usize)).map(|member| &*member.name).collect();
    let fact = case_text::name(model, gate.fact);
    (format!("“{fact}”属于{}", names.join("、")), format!("`{fact}` in {}", names.join(", ")))
}

/// A fact against a number, a day or class values.
fn demanded(model: &Model, expr: &Expr) -> Option<(String, String)> {
    match &expr.kind {
        ExprKind::Compare { op, left, right } => {
            let (ExprKind::Fact(fact), ExprKind::Constant(bound)) = (&left.kind, &right.kind) else { return None };
            let name = case_text::name(model, *fact);
            let bound = match bound {
                Value::Date(day) => calendar::iso(i64::from(*day)),
                Value::Number(number) => case_text::number(&right.ty, *number),
                Value::Member(_) | Value::Text(_) => case_text::value(model, *fact, bound),
                Value::Bool(_) => return None,
            };
            let (zh, en) = relation(*op, left.ty == Type::Date);
            Some((format!("“{name}”{zh} {bound}"), format!("`{name}` {en} {bound}")))
        }
        ExprKind::Within { value, members } => {
            let ExprKind::Fact(fact) = value.kind else { return None };
            let gate = IndustryGate { fact, members: members.clone(), span: expr.span };
            Some(among(model, &gate))
        }
        _ => None,
    }
}

fn relation(op: CompareOp, day: bool) -> (&'static str, &'static str) {
    match (op, day) {
        (CompareOp::AtLeast, true) => ("不早于", "not before"),
        (CompareOp::Above, true) => ("晚于", "after"),
        (CompareOp::AtMost, true) => ("不晚于", "not after"),
        (CompareOp::Below, true) => ("早于", "before"),
        (CompareOp::AtLeast, false) => ("至少", "at least"),
        (CompareOp::Above, false) => ("超过", "above"),
        (CompareOp::AtMost, false) => ("至多", "at most"),
        (CompareOp::Below, false) => ("低于", "below"),
        (CompareOp::Equal, _) => ("是", "equal to"),
        (CompareOp::NotEqual, _) => ("不是", "other than"),
    }
}

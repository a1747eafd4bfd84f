//! In: a checked clause. Out: [`Plan`], what its code will compute, as nodes: requirements in the order of the semantics, the award, the
//! caps. Invariant: every amount of a plan has two decimals.

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::CAPS_PER_CLAUSE_MAX;
use crate::model::{Award, Cap, Clause, Condition, Expr, Lift, Model, RoundingMode};
use crate::source::{Sources, Span};

use super::expressions::Expressions;
use super::nodes::{Arithmetic, Node, NodeId};
use super::program::RequirementKind;
use super::tables::text;

/// Decimals of an amount of money that is granted.
pub const MONEY_SCALE: u8 = 2;

/// A requirement.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// Kind.
    pub kind: RequirementKind,
    /// The drafter's label, or the text.
    pub label: String,
    /// The text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// What must hold.
    pub node: NodeId,
}

/// What is given, before caps.
#[derive(Debug, Clone, Copy)]
pub enum Amount {
    /// A computed amount.
    Computed(NodeId),
    /// An amount at discretion.
    Decided {
        /// The slot that holds it.
        slot: u32,
        /// Least.
        low: NodeId,
        /// Most.
        high: NodeId,
    },
}

/// A lift of the caps.
#[derive(Debug, Clone, Copy)]
pub struct Lifted {
    /// Whether it is approved.
    pub approved: NodeId,
    /// What stands in for what remains.
    pub to: NodeId,
    /// Where it stands.
    pub span: Span,
}

/// A clause as nodes.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Requirements of the clause alone; those of the scope come before.
    pub requirements: Vec<Requirement>,
    /// Slot and set of the industry gate.
    pub gate: Option<(u32, u32)>,
    /// The award.
    pub amount: Amount,
    /// Amounts of the caps.
    pub caps: Vec<NodeId>,
    /// Whether the lift is of each cap.
    pub liftable: Vec<bool>,
    /// The lift.
    pub lift: Option<Lifted>,
}

impl Plan {
    /// Every node that the clause itself needs, in the order of need.
    pub fn roots(&self) -> impl Iterator<Item = NodeId> + '_ {
        let award = match self.amount {
            Amount::Computed(amount) => [Some(amount), None],
            Amount::Decided { low, high, .. } => [Some(low), Some(high)],
        };
        let lift = self.lift.iter().flat_map(|lift| [lift.approved, lift.to]);
        self.requirements
            .iter()
            .map(|requirement| requirement.node)
            .chain(award.into_iter().flatten())
            .chain(self.caps.iter().copied())
            .chain(lift)
    }
}

/// The requirements that the scope makes of every clause.
pub fn scope(model: &Model, sources: &Sources, expressions: &mut Expressions<'_>) -> Vec<Requirement> {
    let held = model.scope.iter().map(|condition| (RequirementKind::Scope, condition));
    let excluded = model.scope_exclusions.iter().map(|condition| (RequirementKind::ScopeExclusion, condition));
    held.chain(excluded).map(|(kind, condition)| requirement(kind, condition, sources, expressions)).collect()
}

fn requirement(
    kind: RequirementKind,
    condition: &Condition,
    sources: &Sources,
    expressions: &mut Expressions<'_>,
) -> Requirement {
    let span = condition.expr.span;
    let held = expressions.lower(&condition.expr);
    let node = match kind {
        RequirementKind::ScopeExclusion | RequirementKind::Exclusion => expressions.dag.not(held, span),
        RequirementKind::Scope | RequirementKind::Industry | RequirementKind::Condition => held,
    };
    let text = if condition.labelled { text(sources, span) } else { condition.label.clone() };
    Requirement { kind, label: condition.label.clone(), text, span, node }
}

/// The plan of one clause.
pub fn plan(clause: &Clause, sources: &Sources, expressions: &mut Expressions<'_>) -> Plan {
    if clause.caps.len() > CAPS_PER_CLAUSE_MAX {
        expressions.diagnostics.push(Diagnostic::new(
            Code::LimitReached,
            clause.span,
            format!("一个条款最多 {CAPS_PER_CLAUSE_MAX} 个上限，这里有 {} 个", clause.caps.len()),
            format!("a clause has at most {CAPS_PER_CLAUSE_MAX} caps, this one has {}", clause.caps.len()),
        ));
    }
    let mut requirements = Vec::new();
    let mut gate = None;
    if let Some(industry) = &clause.industry {
        let value = expressions.fact(industry.fact, industry.span);
        let (node, set) = expressions.within(value, &industry.members, industry.span);
        let text = text(sources, industry.span);
        let (kind, label, span) = (RequirementKind::Industry, text.clone(), industry.span);
        requirements.push(Requirement { kind, label, text, span, node });
        gate = Some((industry.fact.0, set));
    }
    for condition in &clause.conditions {
        requirements.push(requirement(RequirementKind::Condition, condition, sources, expressions));
    }
    for condition in &clause.exclusions {
        requirements.push(requirement(RequirementKind::Exclusion, condition, sources, expressions));
    }
    let amount = amount(clause, expressions);
    let caps = clause.caps.iter().map(|cap: &Cap| money(&cap.amount, RoundingMode::Down, expressions)).collect();
    let lift = clause.lift.as_ref().map(|lift| lifted(lift, expressions));
    let liftable = clause.caps.iter().map(|cap| clause.is_lifted(cap)).collect();
    Plan { requirements, gate, amount, caps, liftable, lift }
}

fn amount(clause: &Clause, expressions: &mut Expressions<'_>) -> Amount {
    match &clause.award {
        Award::Computed(expr) => {
            let mut amount = expressions.lower(expr);
            if let Some(rounding) = clause.rounding {
                amount = expressions.dag.round(amount, rounding.scale, rounding.mode, expr.span);
            }
            let amount = expressions.dag.at_scale(amount, MONEY_SCALE, RoundingMode::Down, expr.span);
            Amount::Computed(at_least_floor(amount, clause.floor.as_ref(), expr.span, expressions))
        }
        Award::Discretion { fact, low, high } => {
            let span = low.as_ref().or(high.as_ref()).map_or(clause.span, |expr| expr.span);
            let low = match low {
                Some(low) => money(low, RoundingMode::Up, expressions),
                None => nothing(span, expressions),
            };
            let low = at_least_floor(low, clause.floor.as_ref(), span, expressions);
            let high = match high {
                Some(high) => money(high, RoundingMode::Down, expressions),
                None => unlimited(span, expressions),
            };
            Amount::Decided { slot: fact.0, low, high }
        }
        Award::Open { fact } => {
            let low = nothing(clause.span, expressions);
            let low = at_least_floor(low, clause.floor.as_ref(), clause.span, expressions);
            let high = unlimited(clause.span, expressions);
            Amount::Decided { slot: fact.0, low, high }
        }
    }
}

/// An amount of two decimals.
pub fn money(expr: &Expr, mode: RoundingMode, expressions: &mut Expressions<'_>) -> NodeId {
    let node = expressions.lower(expr);
    expressions.dag.at_scale(node, MONEY_SCALE, mode, expr.span)
}

fn nothing(span: Span, expressions: &mut Expressions<'_>) -> NodeId {
    let zero = expressions.zero(span);
    expressions.dag.rescale(zero, MONEY_SCALE, span)
}

fn unlimited(span: Span, expressions: &mut Expressions<'_>) -> NodeId {
    expressions.dag.leaf(Node::Unlimited(MONEY_SCALE), MONEY_SCALE, span)
}

fn at_least_floor(amount: NodeId, floor: Option<&Expr>, span: Span, expressions: &mut Expressions<'_>) -> NodeId {
    let zero = nothing(span, expressions);
    let mut least = expressions.dag.arithmetic(Arithmetic::Greatest, amount, zero, span);
    if let Some(floor) = floor {
        let floor_node = money(floor, RoundingMode::Up, expressions);
        least = expressions.dag.arithmetic(Arithmetic::Greatest, least, floor_node, floor.span);
    }
    expressions.dag.rescale(least, MONEY_SCALE, span)
}

fn lifted(lift: &Lift, expressions: &mut Expressions<'_>) -> Lifted {
    let to = match &lift.up_to {
        Some(up_to) => money(up_to, RoundingMode::Down, expressions),
        None => unlimited(lift.span, expressions),
    };
    let approved = expressions.dag.other(Node::Approved(lift.fact.0), lift.span);
    Lifted { approved, to, span: lift.span }
}

//! In: a checked policy. Out: [`mutants`], policies with one thing changed each: a threshold, an operator, an amount, a rate, a cap, a
//! condition left out or turned round. Invariant: a mutant has ids and types as the policy had, so that it can be lowered; nothing that
//! has no effect on what is decided (names, quotations, departments) is changed.

mod expressions;

use rust_decimal::Decimal;

use crate::source::Span;

use super::clause::{Award, Cap, CapPeriod};
use super::expression::{CompareOp, Condition, Expr};
use super::types::Type;
use super::{Checked, Model};

/// What was changed, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutation {
    /// What stands there.
    pub span: Span,
    /// What was done to it.
    pub change: Change,
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A number became another.
    Number {
        /// Before.
        from: Decimal,
        /// After.
        to: Decimal,
        /// Its type.
        ty: Type,
    },
    /// A day became another.
    Day {
        /// Before, as days from 1970-01-01.
        from: i32,
        /// After.
        to: i32,
    },
    /// A comparison became another.
    Operator {
        /// Before.
        from: CompareOp,
        /// After.
        to: CompareOp,
    },
    /// 且 became 或, or the other way about.
    Connective {
        /// Whether it was 且.
        all: bool,
    },
    /// A condition, exclusion, gate, filter or line was left out.
    Dropped {
        /// What it is called.
        label: String,
    },
    /// A condition or exclusion was turned round.
    Negated {
        /// What it is called.
        label: String,
    },
    /// A cap is counted over another period.
    Period {
        /// Before.
        from: CapPeriod,
        /// After.
        to: CapPeriod,
    },
}

/// What can be changed: a part of the model, in the order in which [`visit`] meets it.
enum Site<'m> {
    /// A node of an expression; whether it stands in an award, cap or floor, below no comparison.
    Expr(&'m mut Expr, Role),
    /// Conditions of which all, or none, must hold.
    Conditions(&'m mut Vec<Condition>),
    /// The gate of a clause.
    Gate(&'m mut Option<super::IndustryGate>),
    /// A cap.
    Cap(&'m mut Cap),
}

/// What a number of an expression is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Something is compared with it; the decimals of what is.
    Threshold(u8),
    /// It is, or makes, an amount.
    Amount,
    /// The drafter did not write it: it stands for a word (首次).
    Made,
}

/// The change number `at` of a site.
#[derive(Debug, Clone)]
struct Step {
    span: Span,
    change: Change,
    kind: Kind,
}

/// How a change is made.
#[derive(Debug, Clone)]
enum Kind {
    Number(Decimal),
    Day(i32),
    Operator(CompareOp),
    Connective,
    /// Part or arm number so and so goes.
    Drop(usize),
    Filter,
    Negate(usize),
    Gate,
    Period(CapPeriod),
}

/// The policies that differ from this one in one thing each, in source order of clauses, definitions last.
pub fn mutants(policy: &Checked) -> impl Iterator<Item = (Mutation, Checked)> + '_ {
    let mut plan: Vec<(usize, Step)> = Vec::new();
    let mut model = policy.model().clone();
    let mut at = 0usize;
    visit(&mut model, &mut |site| {
        let steps = steps(&site);
        plan.extend(steps.into_iter().map(|step| (at, step)));
        at += 1;
    });
    plan.into_iter().map(move |(site, step)| {
        let mut model = policy.model().clone();
        let mut at = 0usize;
        visit(&mut model, &mut |found| {
            if at == site {
                make(found, &step.kind);
            }
            at += 1;
        });
        (Mutation { span: step.span, change: step.change }, Checked { model })
    })
}

/// Calls `f` with every part of a policy that decides something, always in the same order.
fn visit(model: &mut Model, f: &mut impl FnMut(Site<'_>)) {
    for conditions in [&mut model.scope, &mut model.scope_exclusions] {
        conditions_of(conditions, f);
    }
    for clause in &mut model.clauses {
        f(Site::Gate(&mut clause.industry));
        for conditions in [&mut clause.conditions, &mut clause.exclusions] {
            conditions_of(conditions, f);
        }
        match &mut clause.award {
            Award::Computed(expr) => expressions::visit(expr, Role::Amount, f),
            Award::Discretion { low, high, .. } => {
                low.iter_mut().chain(high).for_each(|expr| expressions::visit(expr, Role::Amount, f));
            }
            Award::Open { .. } => {}
        }
        clause.floor.iter_mut().for_each(|floor| expressions::visit(floor, Role::Amount, f));
        for cap in &mut clause.caps {
            f(Site::Cap(cap));
            expressions::visit(&mut cap.amount, Role::Amount, f);
        }
        if let Some(up_to) = clause.lift.as_mut().and_then(|lift| lift.up_to.as_mut()) {
            expressions::visit(up_to, Role::Amount, f);
        }
    }
    for group in &mut model.settlement.groups {
        for cap in &mut group.caps {
            f(Site::Cap(cap));
            expressions::visit(&mut cap.amount, Role::Amount, f);
        }
    }
    for definition in &mut model.definitions {
        expressions::visit(&mut definition.value, Role::Amount, f);
    }
}

fn conditions_of(conditions: &mut Vec<Condition>, f: &mut impl FnMut(Site<'_>)) {
    f(Site::Conditions(conditions));
    for condition in conditions {
        expressions::visit(&mut condition.expr, Role::Amount, f);
    }
}

/// What can be done to a part.
fn steps(site: &Site<'_>) -> Vec<Step> {
    match site {
        Site::Expr(expr, role) => expressions::steps(expr, *role),
        Site::Conditions(conditions) => {
            let of = |(at, condition): (usize, &Condition)| {
                let (span, label) = (condition.expr.span, condition.label.clone());
                let dropped = Step { span, change: Change::Dropped { label: label.clone() }, kind: Kind::Drop(at) };
                [dropped, Step { span, change: Change::Negated { label }, kind: Kind::Negate(at) }]
            };
            conditions.iter().enumerate().flat_map(of).collect()
        }
        Site::Gate(Some(gate)) => {
            let change = Change::Dropped { label: String::new() };
            vec![Step { span: gate.span, change, kind: Kind::Gate }]
        }
        Site::Gate(None) => Vec::new(),
        Site::Cap(cap) => cap_steps(cap),
    }
}

/// Per whom a cap is counted is not changed: a case has one applicant, so that none could notice.
fn cap_steps(cap: &Cap) -> Vec<Step> {
    let periods: &[CapPeriod] = match cap.period {
        CapPeriod::Year => &[CapPeriod::Lifetime, CapPeriod::Each],
        CapPeriod::Lifetime => &[CapPeriod::Year, CapPeriod::Each],
        CapPeriod::Each => &[CapPeriod::Year],
        CapPeriod::Once => &[CapPeriod::Each],
        CapPeriod::OnceOrYear => &[CapPeriod::Year, CapPeriod::Once],
        CapPeriod::Months(_) => &[CapPeriod::Each, CapPeriod::Lifetime],
    };
    let (span, from) = (cap.span, cap.period);
    let step = |to: &CapPeriod| Step { span, change: Change::Period { from, to: *to }, kind: Kind::Period(*to) };
    periods.iter().map(step).collect()
}

/// Makes a change.
fn make(site: Site<'_>, kind: &Kind) {
    match (site, kind) {
        (Site::Expr(expr, _), _) => expressions::make(expr, kind),
        (Site::Conditions(conditions), Kind::Drop(at)) if *at < conditions.len() => {
            conditions.remove(*at);
        }
        (Site::Conditions(conditions), Kind::Negate(at)) => {
            if let Some(condition) = conditions.get_mut(*at) {
                expressions::negate(&mut condition.expr);
            }
        }
        (Site::Gate(gate), Kind::Gate) => *gate = None,
        (Site::Cap(cap), Kind::Period(period)) => cap.period = *period,
        (Site::Conditions(_) | Site::Gate(_) | Site::Cap(_), _) => {}
    }
}

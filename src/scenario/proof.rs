//! In: goals for which no case was found. Out: those of which it is proved that no application shows them ([`Shown::Impossible`]).
//! Invariants: where the conditions of the program and of the policy do not match one to one nothing is proved; what is left out of a
//! question (the gate, the days of a clause) only makes it easier to meet.

use super::coverage::{Coverage, Shown};
use super::goals::{Aim, leaves};
use crate::analysis::{self, Question};
use crate::bytecode::Verified;
use crate::bytecode::program::Program;
use crate::model::{Checked, Condition, Expr, ExprKind, Model};

/// Marks the conditions that cannot decide, by one of their values, what their clause comes to.
pub fn prove(found: &mut Coverage, policy: &Checked, program: &Verified) {
    for (goal, shown) in &mut found.goals {
        let Aim::Condition { register, holds } = goal.aim else { continue };
        if *shown == Shown::Not(None) && is_impossible(policy, program.program(), goal.clause, register, holds) {
            *shown = Shown::Impossible;
        }
    }
}

/// A requirement of the policy; the gate has no expression.
type Requirement<'m> = (Option<&'m Expr>, bool);

/// The requirements of a clause in the order of the program; those of the scope alone for no clause.
fn requirements(model: &Model, clause: Option<u32>) -> Vec<Requirement<'_>> {
    let hold = |condition| (Some(expr(condition)), true);
    let fail = |condition| (Some(expr(condition)), false);
    let mut all: Vec<Requirement<'_>> = model.scope.iter().map(hold).collect();
    all.extend(model.scope_exclusions.iter().map(fail));
    if let Some(clause) = clause.and_then(|at| model.clauses.get(at as usize)) {
        all.extend(clause.industry.iter().map(|_| (None, true)));
        all.extend(clause.conditions.iter().map(hold));
        all.extend(clause.exclusions.iter().map(fail));
    }
    all
}

fn expr(condition: &Condition) -> &Expr {
    &condition.expr
}

fn is_impossible(model: &Model, program: &Program, clause: Option<u32>, register: u32, holds: bool) -> bool {
    let Some(info) = program.tables.clauses.get(clause.unwrap_or(0) as usize) else { return false };
    let own =
        program.tables.requirements.get(info.requirements.0 as usize..info.requirements.1 as usize).unwrap_or(&[]);
    let said = requirements(model, clause);
    if clause.is_some() && said.len() != own.len() {
        return false;
    }
    // Where the condition stands, as requirement and as part of it; only what stands once is judged.
    let mut places = Vec::new();
    for (at, (requirement, (expr, _))) in own.iter().zip(&said).enumerate() {
        let found = leaves(program, requirement.register);
        let count = expr.map_or(0, |expr| count(model, expr));
        for (part, _) in found.iter().enumerate().filter(|(_, leaf)| **leaf == register) {
            if count != found.len() {
                return false;
            }
            places.push((at, part));
        }
    }
    let &[(at, part)] = places.as_slice() else { return false };
    let mut goals: Vec<analysis::Goal<'_>> = Vec::new();
    for (other, (expr, wanted)) in said.iter().enumerate() {
        let Some(expr) = expr else { continue };
        if other == at {
            let mut skip = part;
            path(model, expr, holds, &mut skip, &mut goals);
        } else {
            goals.push(analysis::Goal::Holds(expr, *wanted));
        }
    }
    analysis::is_impossible(model, &Question { goals, ..Question::default() })
}

/// How many conditions an expression is put together from.
fn count(model: &Model, expr: &Expr) -> usize {
    match &expr.kind {
        ExprKind::All(parts) | ExprKind::Any(parts) => parts.iter().map(|part| count(model, &part.expr)).sum(),
        ExprKind::Not(inner) => count(model, inner),
        ExprKind::Definition(id) => {
            model.definitions.get(id.index()).map_or(1, |definition| count(model, &definition.value))
        }
        _ => 1,
    }
}

/// What must hold for a condition to decide, by this value: beside it under 且 everything, beside it under 或 nothing. `skip` counts the
/// conditions that come before it. Whether it was found.
fn path<'m>(
    model: &'m Model,
    expr: &'m Expr,
    holds: bool,
    skip: &mut usize,
    goals: &mut Vec<analysis::Goal<'m>>,
) -> bool {
    let (parts, beside) = match &expr.kind {
        ExprKind::All(parts) => (parts, true),
        ExprKind::Any(parts) => (parts, false),
        ExprKind::Not(inner) => return path(model, inner, holds, skip, goals),
        ExprKind::Definition(id) => {
            let Some(definition) = model.definitions.get(id.index()) else { return false };
            return path(model, &definition.value, holds, skip, goals);
        }
        _ if *skip == 0 => {
            goals.push(analysis::Goal::Holds(expr, holds));
            return true;
        }
        _ => {
            *skip -= 1;
            return false;
        }
    };
    let Some(at) = parts.iter().position(|part| path(model, &part.expr, holds, skip, goals)) else { return false };
    let others = parts.iter().enumerate().filter(|(other, _)| *other != at);
    goals.extend(others.map(|(_, part)| analysis::Goal::Holds(&part.expr, beside)));
    true
}

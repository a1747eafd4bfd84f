//! In: clauses that are computed from one amount of money. Out: pairs that one application can have both, of which nothing says whether
//! it may (P0451), with the application.
//! Invariant: a pair is reported with an application that meets both, or not at all.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{Code, Diagnostic};
use crate::model::{Arm, Award, Clause, ClauseId, Expr, ExprKind, FactId, FactSource, MemberId, Model, Type};
use crate::oracle::Evaluator;

use super::super::case_text;
use super::super::question::{Goal, Question};
use super::asker::{Asker, are_joined, assumed, bound, clauses, sizes};
use crate::limits::LINT_PAIRS_MAX;

/// Clauses that pay twice for one amount.
pub fn overlapping(asker: &mut Asker<'_>) -> Vec<Diagnostic> {
    let model = asker.model;
    let mut by_base: BTreeMap<FactId, Vec<ClauseId>> = BTreeMap::new();
    for (id, clause) in clauses(model) {
        for base in bases(model, clause) {
            by_base.entry(base).or_default().push(id);
        }
    }
    let mut out = Vec::new();
    let mut told: BTreeSet<ClauseId> = BTreeSet::new();
    for (base, ids) in by_base {
        let mut before = Before::default();
        for later in ids {
            let Some(clause) = model.clauses.get(later.index()) else { continue };
            // Each clause is told once, with the first that it overlaps.
            if !told.contains(&later) {
                let mut near = before.near(model, clause).into_iter();
                if let Some(found) = near.find_map(|earlier| both(asker, base, earlier, later)) {
                    told.insert(later);
                    out.push(found);
                }
            }
            before.add(model, later, clause);
        }
    }
    out
}

/// Clauses seen before, by the industries that they are for, so that a clause of one is not held against those of all others.
#[derive(Default)]
struct Before {
    all: Vec<ClauseId>,
    any_industry: Vec<ClauseId>,
    at: BTreeMap<MemberId, Vec<ClauseId>>,
    below: BTreeMap<MemberId, Vec<ClauseId>>,
}

impl Before {
    fn add(&mut self, model: &Model, id: ClauseId, clause: &Clause) {
        self.all.push(id);
        let Some(gate) = &clause.industry else {
            self.any_industry.push(id);
            return;
        };
        for member in &gate.members {
            self.at.entry(*member).or_default().push(id);
            for above in above(model, *member) {
                self.below.entry(above).or_default().push(id);
            }
        }
    }

    /// The nearest that are for an industry of a clause, in the order of the document.
    fn near(&self, model: &Model, clause: &Clause) -> Vec<ClauseId> {
        let last = |ids: &Vec<ClauseId>| ids.iter().rev().take(LINT_PAIRS_MAX).copied().collect::<Vec<_>>();
        let mut near = match &clause.industry {
            None => last(&self.all),
            Some(gate) => {
                let mut near = last(&self.any_industry);
                for member in &gate.members {
                    let own = std::iter::once(*member).chain(above(model, *member));
                    near.extend(own.filter_map(|id| self.at.get(&id)).flat_map(last));
                    near.extend(self.below.get(member).into_iter().flat_map(last));
                }
                near
            }
        };
        near.sort_unstable();
        near.dedup();
        near.split_off(near.len().saturating_sub(LINT_PAIRS_MAX))
    }
}

/// What a class value lies below.
fn above(model: &Model, member: MemberId) -> impl Iterator<Item = MemberId> {
    let parent = |id: &MemberId| model.members.get(id.0 as usize).and_then(|member| member.parent);
    std::iter::successors(parent(&member), parent)
}

/// The amounts of money of which a clause gives a share: facts that applicants have, not what a department sets for the clause.
fn bases(model: &Model, clause: &Clause) -> BTreeSet<FactId> {
    let mut found = BTreeSet::new();
    if let Some(amount) = bound(clause) {
        shares(model, amount, &mut found);
    }
    found
}

fn shares(model: &Model, expr: &Expr, found: &mut BTreeSet<FactId>) {
    match &expr.kind {
        ExprKind::Fact(id) => {
            let money = |ty: &Type| matches!(ty, Type::Number { unit, .. } if unit.currency().is_some());
            if let Some(fact) = model.facts.get(id.index())
                && money(&fact.ty)
                && !matches!(fact.source, FactSource::Discretion(_))
            {
                found.insert(*id);
            }
        }
        ExprKind::Definition(id) => {
            model.definitions.get(id.index()).iter().for_each(|found_in| shares(model, &found_in.value, found));
        }
        // What only tells which line holds is not what is paid for.
        ExprKind::Choose { arms, otherwise } => {
            arms.iter().for_each(|Arm { value, .. }| shares(model, value, found));
            otherwise.iter().for_each(|rest| shares(model, rest, found));
        }
        ExprKind::Compare { .. } | ExprKind::Fold(_) => {}
        _ => expr.parts(|part| shares(model, part, found)),
    }
}

fn both(asker: &mut Asker<'_>, base: FactId, one: ClauseId, other: ClauseId) -> Option<Diagnostic> {
    let model = asker.model;
    let (first, second) = (model.clauses.get(one.index())?, model.clauses.get(other.index())?);
    if !may_meet(model, first, second) || are_joined(model, one, other) {
        return None;
    }
    let sizes = sizes(model, std::iter::once(base));
    let witness = sizes.iter().find_map(|sizes| {
        let both = [Goal::Meets(one), Goal::Meets(other)];
        let goals = both.into_iter().chain(sizes.iter().map(|size| Goal::Holds(size, true))).collect();
        asker.witness(&Question { goals, given_only: true, ..Question::default() })
    })?;
    let evaluator = Evaluator::with_lists(model, &witness.facts, &witness.lists, witness.on);
    let amount = |clause: &Clause| {
        let expr = bound(clause)?;
        let amount = evaluator.number(expr).filter(|amount| amount.is_sign_positive() && !amount.is_zero())?;
        let text = case_text::number(&expr.ty, amount);
        Some(if matches!(clause.award, Award::Computed(_)) { text } else { format!("≤ {text}") })
    };
    let (more, less) = (amount(first)?, amount(second)?);
    let said = assumed(model, &witness);
    let (name, one, two) = (case_text::name(model, base), &first.title, &second.title);
    Some(
        Diagnostic::new(
            Code::ClausesOverlap,
            second.span,
            format!("“{two}”和“{one}”都按“{name}”给，一份申请可以两条都得，没有写明能不能叠加"),
            format!("`{two}` and `{one}` are both a share of `{name}`; one application can have both, and nothing says whether it may"),
        )
        .also(first.span, "另一条在这里", "the other one")
        .help(
            format!(
                "例如“{}”时，“{one}”{more}，“{two}”{less}（上限以内）。写一个“组合”：就高不重复、择一、优先，或者叠加",
                said.zh
            ),
            format!("for example with `{}`, `{one}` comes to {more} and `{two}` to {less} (within caps); write a `group`: highest-only, choose-one, priority, or stacked", said.en),
        ),
    )
}

/// Cheap tests before a question is asked: days, subjects and industries that two clauses share.
fn may_meet(model: &Model, one: &Clause, other: &Clause) -> bool {
    let begins = one.in_force.first.max(other.in_force.first);
    let ends = one.in_force.last.into_iter().chain(other.in_force.last).min();
    let days = begins.is_none_or(|first| ends.is_none_or(|last| first <= last));
    let subjects = one.subjects.is_empty()
        || other.subjects.is_empty()
        || one.subjects.iter().any(|subject| other.subjects.contains(subject));
    let industries = match (&one.industry, &other.industry) {
        (Some(one), Some(other)) if one.fact == other.fact => {
            one.members.iter().any(|one| other.members.iter().any(|other| share(model, *one, *other)))
        }
        _ => true,
    };
    days && subjects && industries
}

fn share(model: &Model, one: MemberId, other: MemberId) -> bool {
    let end = |id: MemberId| model.members.get(id.0 as usize).map_or(id.0, |member| member.end.0);
    one.0 < end(other).max(other.0 + 1) && other.0 < end(one).max(one.0 + 1)
}

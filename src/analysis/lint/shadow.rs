//! In: groups of which only one member is given (就高不重复, 优先). Out: members that never win (P0450), with an application.
//! Invariant: about applications without earlier awards: whoever meets the member meets another that comes first, or gives no less.

use crate::diagnostics::{Code, Diagnostic};
use crate::model::settlement::{Group, GroupMember, GroupRule, STEPS};
use crate::model::{Award, CapPeriod, CapScope, Clause, ClauseId, CompareOp, Expr, ExprKind, Model};
use crate::oracle::Evaluator;

use super::super::case_text;
use super::super::question::{Goal, Question};
use super::super::requirement::of_clause;
use super::asker::{Asker, assumed, compare, constant, least, sizes, title, walk};

/// Members that never win.
pub fn shadowed(asker: &mut Asker<'_>) -> Vec<Diagnostic> {
    let model = asker.model;
    let mut out = Vec::new();
    for group in &model.settlement.groups {
        if !matches!(group.rule, GroupRule::Highest | GroupRule::Priority) || model.settlement.steps != STEPS {
            continue;
        }
        let members: Vec<ClauseId> = group
            .members
            .iter()
            .filter_map(|member| match member {
                GroupMember::Clause(id) => Some(*id),
                GroupMember::External(_) => None,
            })
            .collect();
        for (at, loser) in members.iter().enumerate() {
            let winner = members.iter().enumerate().find(|(other, winner)| {
                let first = *other < at;
                *other != at
                    && (first || group.rule == GroupRule::Highest)
                    && wins(asker, group, **winner, *loser, first)
            });
            if let Some((_, winner)) = winner {
                out.push(never_wins(asker, group, *winner, *loser));
            }
        }
    }
    out
}

/// Whether one member is given wherever the other could be.
fn wins(asker: &mut Asker<'_>, group: &Group, winner: ClauseId, loser: ClauseId, first: bool) -> bool {
    let model = asker.model;
    let (Some(strong), Some(weak)) = (model.clauses.get(winner.index()), model.clauses.get(loser.index())) else {
        return false;
    };
    // What another group may take away lets the next one in.
    let elsewhere = |other: &Group| {
        !std::ptr::eq(other, group)
            && other.rule != GroupRule::Stack
            && other.members.contains(&GroupMember::Clause(winner))
    };
    if model.settlement.groups.iter().any(elsewhere) {
        return false;
    }
    if !covers(strong, weak) || strong.rounding != weak.rounding && !is_constant(weak) && !is_constant(strong) {
        return false;
    }
    let (Some(least), Some(most)) = (least_given(strong, group), most_given(weak)) else { return false };
    let amounts = match group.rule {
        // Whatever comes to something comes first.
        GroupRule::Priority => {
            let zero = Expr { kind: ExprKind::Constant(crate::model::Value::Number(0.into())), ..least.clone() };
            compare(CompareOp::Above, least.clone(), zero)
        }
        _ if first => compare(CompareOp::AtLeast, least.clone(), most.clone()),
        _ => compare(CompareOp::Above, least.clone(), most.clone()),
    };
    for requirement in of_clause(model, strong) {
        if !asker.impossible(vec![Goal::Meets(loser), requirement.goal(false)], false) {
            return false;
        }
    }
    // The amounts of both lack where their facts do, if they are plain sums and products of the same ones.
    let given_only = is_plain(model, &least) && is_plain(model, &most) && same_facts(model, &least, &most);
    asker.impossible(vec![Goal::Meets(loser), Goal::Holds(&amounts, false)], given_only)
}

/// Whether whoever may apply for one may apply for the other, on every day of it.
fn covers(strong: &Clause, weak: &Clause) -> bool {
    let subjects = strong.subjects.is_empty()
        || !weak.subjects.is_empty() && weak.subjects.iter().all(|subject| strong.subjects.contains(subject));
    let begins = strong.in_force.first.is_none_or(|day| weak.in_force.first.is_some_and(|weak| day <= weak));
    let ends = strong.in_force.last.is_none_or(|day| weak.in_force.last.is_some_and(|weak| weak <= day));
    subjects && begins && ends
}

fn is_constant(clause: &Clause) -> bool {
    matches!(&clause.award, Award::Computed(amount) if constant(amount).is_some())
}

/// The least that a clause gives to whoever had nothing yet; `None`: it may be nothing, or earlier awards of it make way for others.
fn least_given(clause: &Clause, group: &Group) -> Option<Expr> {
    let own = match &clause.award {
        Award::Computed(amount) => amount.clone(),
        Award::Discretion { low: Some(low), .. } => low.clone(),
        Award::Discretion { .. } | Award::Open { .. } => return None,
    };
    // A cap over more than this clause may be used up by another; under 优先 one that is used up lets the next one in.
    let remembers = |period: CapPeriod| group.rule == GroupRule::Priority && period != CapPeriod::Each;
    if clause.caps.iter().any(|cap| cap.counts != CapScope::Clause || remembers(cap.period)) {
        return None;
    }
    least(std::iter::once(own).chain(clause.caps.iter().map(|cap| cap.amount.clone())).collect())
}

/// The most that a clause gives.
fn most_given(clause: &Clause) -> Option<Expr> {
    if clause.lift.is_some() || clause.floor.is_some() {
        return None;
    }
    let own = match &clause.award {
        Award::Computed(amount) => Some(amount.clone()),
        Award::Discretion { high, .. } => high.clone(),
        Award::Open { .. } => None,
    };
    least(own.into_iter().chain(clause.caps.iter().map(|cap| cap.amount.clone())).collect())
}

/// Whether a number is made of sums and products only, so that it lacks exactly where one of its facts does.
fn is_plain(model: &Model, expr: &Expr) -> bool {
    let mut plain = true;
    walk(model, expr, &mut |part| {
        plain &= matches!(
            part.kind,
            ExprKind::Constant(_)
                | ExprKind::Fact(_)
                | ExprKind::Definition(_)
                | ExprKind::Add(..)
                | ExprKind::Subtract(..)
                | ExprKind::Multiply(..)
                | ExprKind::Least(_)
        );
    });
    plain
}

fn same_facts(model: &Model, one: &Expr, other: &Expr) -> bool {
    let facts = |expr: &Expr| {
        let mut facts = std::collections::BTreeSet::new();
        super::super::pool::mentioned(model, expr, &mut facts);
        facts
    };
    facts(one).is_subset(&facts(other))
}

fn never_wins(asker: &mut Asker<'_>, group: &Group, winner: ClauseId, loser: ClauseId) -> Diagnostic {
    let model = asker.model;
    let (strong, weak) = (title(model, winner), title(model, loser));
    let span = |id: ClauseId| model.clauses.get(id.index()).map_or(group.span, |clause| clause.span);
    let (zh, en) = match group.rule {
        GroupRule::Priority => ("排在前面，符合它的都能得到", "comes first, and gives something to all of them"),
        _ => ("给的不比它少", "gives no less"),
    };
    let mut found = Diagnostic::new(
        Code::ClauseNeverWins,
        span(loser),
        format!("“{weak}”在组合“{}”里轮不到：没有领过的，符合它就符合“{strong}”，而“{strong}”{zh}", group.name),
        format!(
            "`{weak}` never wins in group `{}`: without earlier awards, whoever meets it meets `{strong}`, which {en}",
            group.name
        ),
    )
    .also(span(winner), "轮到的总是这一条", "this one is given")
    .also(group.span, "只给一条", "only one is given");
    let (zh, en) = example(asker, winner, loser);
    found = found.help(
        format!("{zh}看看条件或者金额写错没有；没有用就删去，确实如此写“接受（P0450）：理由”"),
        format!("{en}check conditions and amounts; drop the clause, or accept the warning with a reason"),
    );
    found
}

/// An application that meets both, with what each comes to.
fn example(asker: &mut Asker<'_>, winner: ClauseId, loser: ClauseId) -> (String, String) {
    let model = asker.model;
    let clause = |id: ClauseId| model.clauses.get(id.index());
    let (Some(strong), Some(weak)) = (clause(winner), clause(loser)) else { return Default::default() };
    let amounts = (least_given_any(strong), most_given(weak));
    let mut facts = std::collections::BTreeSet::new();
    if let Award::Computed(amount) = &weak.award {
        super::super::pool::mentioned(model, amount, &mut facts);
    }
    let sizes = sizes(model, facts.iter().copied());
    let witness = sizes.iter().find_map(|sizes| {
        let goals = std::iter::once(Goal::Meets(loser)).chain(sizes.iter().map(|size| Goal::Holds(size, true)));
        asker.witness(&Question { goals: goals.collect(), given_only: true, ..Question::default() })
    });
    let Some(witness) = witness else { return Default::default() };
    let said = assumed(model, &witness);
    let evaluator = Evaluator::with_lists(model, &witness.facts, &witness.lists, witness.on);
    let amount = |expr: &Expr| evaluator.number(expr).map(|number| case_text::number(&expr.ty, number));
    let (Some(more), Some(less)) = (amounts.0.as_ref().and_then(amount), amounts.1.as_ref().and_then(amount)) else {
        return (format!("例如“{}”。", said.zh), format!("for example `{}`; ", said.en));
    };
    let (one, two) = (&strong.title, &weak.title);
    (
        format!("例如“{}”时，“{one}”{more}，“{two}”{less}。", said.zh),
        format!("for example with `{}`, `{one}` comes to {more} and `{two}` to {less}; ", said.en),
    )
}

fn least_given_any(clause: &Clause) -> Option<Expr> {
    let own = match &clause.award {
        Award::Computed(amount) => amount.clone(),
        Award::Discretion { low: Some(low), .. } => low.clone(),
        Award::Discretion { .. } | Award::Open { .. } => return None,
    };
    least(std::iter::once(own).chain(clause.caps.iter().map(|cap| cap.amount.clone())).collect())
}

//! In: classifications, and what clauses ask of them. Out: values that the policy speaks of and no clause serves (P0452), values that
//! paired lists leave out though lower ones are in them (P0453), each with an application.
//! Invariant: a value is said to be unserved only where no clause can be met with it.

use std::collections::BTreeSet;

use crate::diagnostics::{Code, Diagnostic};
use crate::model::{
    Arm, Award, ClassId, ClauseId, CompareOp, Expr, ExprKind, FactId, Form, MemberId, Model, Type, Value,
};
use crate::source::Span;

use super::super::case_text;
use super::super::question::{Goal, Question};
use super::super::requirement::of_clause;
use super::asker::{Asker, assumed, clauses, walk};

/// Values that no clause serves.
pub fn unserved(asker: &mut Asker<'_>) -> Vec<Diagnostic> {
    let model = asker.model;
    let mut out = Vec::new();
    for (fact, info) in (0..).map(FactId).zip(&model.facts) {
        let Type::Member(class) = info.ty else { continue };
        let promised = promised(model, fact, class);
        if promised.is_empty() {
            continue;
        }
        // A clause that asks nothing of the fact serves every value.
        let asks = |id: ClauseId| {
            model.clauses.get(id.index()).is_some_and(|clause| {
                of_clause(model, clause).iter().any(|requirement| requirement.facts.contains(&fact))
            })
        };
        let asking: Vec<ClauseId> = (0..).map(ClauseId).take(model.clauses.len()).collect();
        if asking.is_empty() || !asking.iter().all(|id| asks(*id)) {
            continue;
        }
        let served = |asker: &mut Asker<'_>, member: MemberId| {
            let near = |id: &&ClauseId| gated(model, **id, fact, member) != Some(false);
            asking.iter().filter(near).any(|id| {
                let only = [member];
                gated(model, *id, fact, member) == Some(true)
                    || !asker.impossible(vec![Goal::Meets(*id), Goal::Among(fact, &only, true)], true)
            })
        };
        let left: Vec<MemberId> = promised.into_iter().filter(|member| !served(asker, *member)).collect();
        if !left.is_empty() {
            out.push(report_unserved(model, fact, class, &left));
        }
    }
    out
}

/// The values that a policy speaks of: the last ones of 产业, and of what its scope lists; not those that stand for all others.
fn promised(model: &Model, fact: FactId, class: ClassId) -> Vec<MemberId> {
    let Some(info) = model.classes.get(class.0 as usize) else { return Vec::new() };
    let mut listed: BTreeSet<MemberId> = BTreeSet::new();
    for condition in &model.scope {
        walk(model, &condition.expr, &mut |part| {
            if let ExprKind::Within { value, members } = &part.kind
                && matches!(value.kind, ExprKind::Fact(id) if id == fact)
            {
                listed.extend(members);
            }
        });
    }
    let is_industry = info.name == "产业" && model.clauses.iter().any(|clause| clause.industry.is_some());
    let leaves = info.members.clone().map(MemberId).filter(|id| {
        let Some(member) = model.members.get(id.0 as usize) else { return false };
        let inside = listed.iter().any(|above| {
            let end = model.members.get(above.0 as usize).map_or(above.0, |above| above.end.0);
            above.0 <= id.0 && id.0 < end.max(above.0 + 1)
        });
        let last = member.end.0 <= id.0 + 1;
        let named = !["其他", "其它", "其余"].iter().any(|word| member.name.starts_with(word));
        last && named && if listed.is_empty() { is_industry } else { inside }
    });
    leaves.collect()
}

/// Whether the industry gate of a clause lets a value in; `None`: it has no gate on this fact.
fn gated(model: &Model, id: ClauseId, fact: FactId, member: MemberId) -> Option<bool> {
    let gate = model.clauses.get(id.index())?.industry.as_ref().filter(|gate| gate.fact == fact)?;
    Some(gate.members.iter().any(|above| {
        let end = model.members.get(above.0 as usize).map_or(above.0, |above| above.end.0);
        above.0 <= member.0 && member.0 < end.max(above.0 + 1)
    }))
}

fn name(model: &Model, member: MemberId) -> &str {
    model.members.get(member.0 as usize).map_or("", |member| &member.name)
}

fn report_unserved(model: &Model, fact: FactId, class: ClassId, left: &[MemberId]) -> Diagnostic {
    let names: Vec<&str> = left.iter().map(|member| name(model, *member)).collect();
    let shown = names.get(..names.len().min(6)).unwrap_or_default().join("、");
    let more = if names.len() > 6 { "等" } else { "" };
    let class = model.classes.get(class.0 as usize).map_or("", |class| &class.name);
    let count = names.len();
    let fact = case_text::name(model, fact);
    let mut found = Diagnostic::new(
        Code::ValueUnserved,
        model.policy.span,
        format!("{class}里有 {count} 个值没有条款适用：{shown}{more}"),
        format!("{count} values of `{class}` are served by no clause: {shown}"),
    )
    .help(
        format!(
            "例如“假设：{fact} 是 {}”，没有条款能符合。看看哪个条款漏写了；确实没有的，在“政策”条目写“接受（P0452）：理由”",
            names.first().copied().unwrap_or_default()
        ),
        format!(
            "for example with `{fact} is {}` no clause can be met; see which clause lacks it, or accept the warning in the policy item",
            names.first().copied().unwrap_or_default()
        ),
    );
    for member in left.iter().take(6) {
        let Some(info) = model.members.get(member.0 as usize) else { continue };
        found = found.also(info.span, "没有条款适用", "no clause serves this");
    }
    found
}

/// Values of an ordered enumeration that a paired list leaves out, above one that it has.
pub fn left_out(asker: &mut Asker<'_>) -> Vec<Diagnostic> {
    let model = asker.model;
    let mut out = Vec::new();
    for (id, clause) in clauses(model) {
        let Award::Computed(award) = &clause.award else { continue };
        let mut choices: Vec<(FactId, BTreeSet<MemberId>, Span)> = Vec::new();
        paired(model, award, &mut choices);
        for (fact, listed, span) in choices {
            out.extend(higher(asker, id, fact, &listed, span));
        }
    }
    out
}

/// Choices by the value of one fact, without a rest: tables for which another finding exists (P0433) left aside.
fn paired(model: &Model, expr: &Expr, found: &mut Vec<(FactId, BTreeSet<MemberId>, Span)>) {
    if let ExprKind::Definition(id) = &expr.kind
        && let Some(definition) = model.definitions.get(id.index())
        && definition.form == Form::Expression
    {
        paired(model, &definition.value, found);
    }
    if let ExprKind::Choose { arms, otherwise: None } = &expr.kind
        && let Some((fact, members)) = by_value(arms)
    {
        found.push((fact, members, expr.span));
    }
    expr.parts(|part| paired(model, part, found));
}

fn by_value(arms: &[Arm]) -> Option<(FactId, BTreeSet<MemberId>)> {
    let mut fact = None;
    let mut all = BTreeSet::new();
    for arm in arms {
        let (value, members) = match &arm.when.expr.kind {
            ExprKind::Within { value, members } => (value, members.clone()),
            ExprKind::Compare { op: CompareOp::Equal, left, right } => match right.kind {
                ExprKind::Constant(Value::Member(member)) => (left, vec![member]),
                _ => return None,
            },
            _ => return None,
        };
        let ExprKind::Fact(id) = value.kind else { return None };
        if *fact.get_or_insert(id) != id {
            return None;
        }
        all.extend(members);
    }
    Some((fact?, all))
}

fn higher(
    asker: &mut Asker<'_>,
    id: ClauseId,
    fact: FactId,
    listed: &BTreeSet<MemberId>,
    span: Span,
) -> Option<Diagnostic> {
    let model = asker.model;
    let Type::Member(class) = model.facts.get(fact.index())?.ty else { return None };
    let class = model.classes.get(class.0 as usize).filter(|class| class.ordered)?;
    let lowest = *listed.first()?;
    let mut left = class.members.clone().map(MemberId).filter(|member| *member > lowest && !listed.contains(member));
    let (missing, witness) = left.find_map(|member| {
        let only = [member];
        let goals = vec![Goal::Meets(id), Goal::Among(fact, &only, true)];
        let witness = asker.witness(&Question { goals, given_only: true, ..Question::default() })?;
        Some((member, witness))
    })?;
    let (above, below) = (name(model, missing), name(model, lowest));
    let clause = model.clauses.get(id.index())?;
    let said = assumed(model, &witness);
    let fact = case_text::name(model, fact);
    Some(
        Diagnostic::new(
            Code::HigherLeftOut,
            span,
            format!("“{fact}”是{below}的有，更高的{above}却没有"),
            format!("`{fact}` {below} gets something, and {above}, which is higher, does not"),
        )
        .also(clause.span, "这一条", "this clause")
        .help(
            format!("例如“{}”，金额不适用，不符合。补上{above}；确实不给的写“接受（P0453）：理由”", said.zh),
            format!(
                "for example with `{}` no amount applies; add {above}, or accept the warning with a reason",
                said.en
            ),
        ),
    )
}

//! In: the caps of clauses, of groups, of the policy and its budgets. Out: caps that are never reached: because the award stays below
//! them, or another cap of the clause is always reached first (P0454), or one over more clauses is (P0455).
//! Invariant: only what is proved is reported; amounts that are compared are constants, or proved over all applications.

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic};
use crate::model::settlement::GroupMember;
use crate::model::{Award, Cap, CapKey, CapPeriod, CapScope, Clause, ClauseId, CompareOp, Model, SubjectId};
use crate::source::Span;

use super::super::case_text;
use super::super::question::Goal;
use super::asker::{Asker, bound, clauses, compare, constant};

/// Caps that are never reached.
pub fn idle(asker: &mut Asker<'_>) -> Vec<Diagnostic> {
    let model = asker.model;
    let mut out = Vec::new();
    for (id, clause) in clauses(model) {
        for (at, cap) in clause.caps.iter().enumerate() {
            let found = above_another(model, clause, at, cap)
                .or_else(|| above_joint(model, id, clause, cap))
                .or_else(|| above_award(asker, id, clause, cap));
            out.extend(found);
        }
    }
    out
}

/// A wider cap that is not above this one: what counts toward this one counts toward it.
fn above_another(model: &Model, clause: &Clause, at: usize, cap: &Cap) -> Option<Diagnostic> {
    let amount = constant(&cap.amount)?;
    let lower = clause.caps.iter().enumerate().find(|(other, wider)| {
        let same_lift = clause.lift.is_none() || clause.is_lifted(cap) == clause.is_lifted(wider);
        let written_twice =
            wider.key == cap.key && wider.period == cap.period && constant(&wider.amount) == Some(amount);
        *other != at
            && same_lift
            && wider.counts == CapScope::Clause
            && cap.counts == CapScope::Clause
            && cap.period != CapPeriod::Once
            && contains(model, wider, &cap.key, cap.period)
            && constant(&wider.amount).is_some_and(|wider| wider <= amount)
            && !(written_twice && *other > at)
    });
    let (_, lower) = lower?;
    Some(
        Diagnostic::new(
            Code::CapOutOfReach,
            cap.span,
            format!("这个上限不会用到：另一条上限“{}”总是先到", lower.text),
            format!("this cap is never reached: `{}` always is before it", lower.text),
        )
        .also(lower.span, "先到的上限", "the cap that is reached first")
        .help("看看金额和期间是不是写反了；没有用就删去", "are amounts or periods swapped? else drop it"),
    )
}

/// What several clauses may come to together.
struct Joint<'m> {
    zh: String,
    en: String,
    amount: Decimal,
    span: Span,
    text: &'m str,
}

/// All that bounds a clause together with others, over at least the key and period of a cap.
fn joint<'m>(model: &'m Model, id: ClauseId, clause: &'m Clause, cap: &Cap) -> Vec<Joint<'m>> {
    let mut all = Vec::new();
    let mut add = |zh: String, en: String, wider: &'m Cap| {
        if let Some(amount) = constant(&wider.amount).filter(|_| contains(model, wider, &cap.key, cap.period)) {
            all.push(Joint { zh, en, amount, span: wider.span, text: &wider.text });
        }
    };
    for group in &model.settlement.groups {
        if group.members.contains(&GroupMember::Clause(id)) {
            let name = &group.name;
            group.caps.iter().for_each(|wider| {
                add(format!("组合“{name}”合起来的上限"), format!("the cap of group `{name}`"), wider);
            });
        }
    }
    for wider in clause.caps.iter().filter(|wider| wider.counts != CapScope::Clause) {
        if clause.lift.is_none() || clause.is_lifted(cap) == clause.is_lifted(wider) {
            add("几个条款合起来的上限".to_owned(), "the cap over several clauses".to_owned(), wider);
        }
    }
    for budget in &model.settlement.budgets {
        if (budget.scope.is_empty() || budget.scope.contains(&id)) && fits(cap.period, budget.period) {
            let (zh, en) = ("预算".to_owned(), "the budget".to_owned());
            all.push(Joint { zh, en, amount: budget.amount, span: budget.span, text: &budget.text });
        }
    }
    all
}

/// A cap over more clauses, or a budget, that is below this one.
fn above_joint(model: &Model, id: ClauseId, clause: &Clause, cap: &Cap) -> Option<Diagnostic> {
    let amount = constant(&cap.amount).filter(|_| cap.counts == CapScope::Clause)?;
    let below = joint(model, id, clause, cap).into_iter().filter(|joint| joint.amount < amount);
    let joint = below.min_by_key(|joint| joint.amount)?;
    let show = |amount: Decimal| case_text::number(&cap.amount.ty, amount);
    let (own, wider) = (show(amount), show(joint.amount));
    let Joint { zh, en, span, text, .. } = joint;
    Some(
        Diagnostic::new(
            Code::CapAboveJointCap,
            cap.span,
            format!("上限 {own} 用不满：{zh}只有 {wider}"),
            format!("the cap of {own} is never used up: {en} is {wider}"),
        )
        .also(span, text, text)
        .help(
            format!("例如这一条该给 {own}，得到的最多 {wider}。看看是不是万、亿写错了；确实如此写“接受（P0455）：理由”"),
            format!(
                "where the clause would give {own}, no more than {wider} is paid: check the magnitudes, or accept the warning with a reason"
            ),
        ),
    )
}

/// An award that stays below a cap on each single award, whatever is given.
fn above_award(asker: &mut Asker<'_>, id: ClauseId, clause: &Clause, cap: &Cap) -> Option<Diagnostic> {
    let award = bound(clause)?;
    let fixed = matches!(clause.award, Award::Computed(_)) && constant(award).is_some();
    // A fixed amount is another finding (P0422); so is a floor above the cap (P0421).
    if cap.period != CapPeriod::Each || fixed || clause.floor.is_some() || clause.lift.is_some() {
        return None;
    }
    let below = compare(CompareOp::Below, award.clone(), cap.amount.clone());
    if !asker.impossible(vec![Goal::Meets(id), Goal::Holds(&below, false)], true) {
        return None;
    }
    Some(
        Diagnostic::new(
            Code::CapOutOfReach,
            cap.span,
            "这个上限不会用到：每次算出来的总是比它少",
            "this cap is never reached: what is given each time is always less",
        )
        .also(award.span, "算出来的金额", "the amount")
        .help(
            "看看金额是不是万、亿写错了，期间是不是每年或者累计；没有用就删去",
            "check the magnitudes, and whether the period should be yearly or lifetime; else drop it",
        ),
    )
}

/// Whether all that counts toward a cap of this key and period counts toward a wider one.
fn contains(model: &Model, wider: &Cap, key: &CapKey, period: CapPeriod) -> bool {
    fits(period, wider.period) && belongs(model, key, &wider.key)
}

/// Whether a period lies within another.
fn fits(period: CapPeriod, wider: CapPeriod) -> bool {
    use CapPeriod as P;
    match (period, wider) {
        (_, P::Lifetime | P::Once) | (P::Each | P::Once, _) => true,
        (P::Year | P::OnceOrYear, P::Year | P::OnceOrYear) => period == wider || period == P::OnceOrYear,
        (P::Year, P::Months(months)) => months >= 12,
        (P::Months(months), P::Months(wider)) => months <= wider,
        _ => false,
    }
}

/// Whether subjects of one key belong to one subject of the other.
fn belongs(model: &Model, key: &CapKey, wider: &CapKey) -> bool {
    match (key, wider) {
        (_, CapKey::Everyone) => true,
        (CapKey::Everyone, CapKey::Subjects(_)) => false,
        (CapKey::Subjects(key), CapKey::Subjects(wider)) => {
            key == wider || matches!(&wider[..], [wider] if key.iter().all(|one| is_owned(model, *one, *wider)))
        }
    }
}

fn is_owned(model: &Model, subject: SubjectId, owner: SubjectId) -> bool {
    let mut at = Some(subject);
    // Kinds belong to each other without cycles.
    for _ in 0..=model.subjects.len() {
        match at {
            Some(one) if one == owner => return true,
            Some(one) => at = model.subjects.get(one.index()).and_then(|subject| subject.owner),
            None => return false,
        }
    }
    false
}

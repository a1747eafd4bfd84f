//! In: a clause of a side. Out: what it says besides who gets how much, in the joint model ([`Rest`]).
//! Invariant: two clauses that say the same in other words have the same.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::{Discriminant, discriminant};

use rust_decimal::Decimal;

use super::joint::{Joint, Side};
use super::words;
use crate::analysis;
use crate::diagnostics::Text;
use crate::model::settlement::{Due, Portion, Remainder};
use crate::model::{Award, CapKey, CapPeriod, Clause, ClauseId, Expr, FactId, FactSource, Rounding, SubjectId};
use crate::model::{ExprKind, Value};

/// Per whom and since when a cap counts what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapShape {
    /// Per whom.
    pub key: CapKey,
    /// Since when.
    pub period: CapPeriod,
    /// Of which clauses; none: of all.
    pub counts: Option<Vec<ClauseId>>,
}

/// When an instalment is due.
#[derive(Debug, Clone)]
pub enum DueShape {
    /// With the award.
    AtAward,
    /// Once something holds.
    Milestone(Expr),
    /// In the so-and-so-manieth year.
    Year(u32),
}

/// What a clause of a side says besides who gets how much.
#[derive(Debug, Clone)]
pub struct Rest {
    /// The departments, the lead, and whether others may be meant.
    pub departments: (BTreeSet<String>, Option<String>, bool),
    /// Kinds of subjects.
    pub subjects: BTreeSet<String>,
    /// Per whom and since when its caps count what.
    pub caps: Vec<CapShape>,
    /// The caps as written.
    pub cap_words: Vec<String>,
    /// The constants of its caps.
    pub limits: Vec<Decimal>,
    /// Which caps a lift goes beyond.
    pub soft: Vec<bool>,
    /// How the award comes about.
    pub award: &'static str,
    /// Who approves more, and up to what.
    pub lift: Option<(String, Option<Expr>)>,
    /// Instalments.
    pub payment: Option<PaymentShape>,
    /// Who bears how much.
    pub shares: Vec<(String, Decimal)>,
    /// What is paid back: when, within how many months, what, how much of it, and what it is called.
    pub clawbacks: Vec<(Expr, Option<u32>, String, Decimal, String)>,
    /// Earlier months, and the former amount.
    pub retroactive: Option<(i32, i32, Expr)>,
    /// Who gives each fact, its range, and the kind of giver.
    pub facts: BTreeMap<FactId, Given>,
    /// All kinds of subjects.
    pub kinds: Vec<SubjectId>,
    /// Clauses whose awards may count.
    pub counted: Vec<ClauseId>,
}

/// Who gives a fact, its range, and whether that is the applicant, a determination or a discretion.
pub type Given = (Text, (Decimal, Decimal), Discriminant<FactSource>);

/// How an award is paid.
#[derive(Debug, Clone)]
pub struct PaymentShape {
    /// Label, part and when it is due.
    pub parts: Vec<(String, Portion, DueShape)>,
    /// When all of it is paid at once.
    pub at_once: Option<Expr>,
    /// Rounding.
    pub rounding: Rounding,
    /// Where the rest goes.
    pub remainder: Remainder,
}

/// What a clause of a side says.
pub fn rest(joint: &mut Joint<'_>, side: Side, id: ClauseId) -> Rest {
    let own = joint.own[side.index()];
    let clause: &Clause = &own.clauses[id.index()];
    let department =
        |id: crate::model::DepartmentId| own.departments.get(id.index()).map_or(String::new(), |of| of.name.clone());
    let responsible = &clause.departments;
    let names: Vec<String> = responsible.departments.iter().map(|id| department(*id)).collect();
    let caps: Vec<CapShape> = (clause.caps.iter())
        .map(|cap| CapShape {
            key: joint.key(side, &cap.key),
            period: cap.period,
            counts: joint.scope(side, id, &cap.counts),
        })
        .collect();
    let mut counted: Vec<ClauseId> = vec![joint.clause(side, id)];
    counted.extend(caps.iter().flat_map(|cap| cap.counts.iter().flatten().copied()));
    counted.truncate(4);
    counted.dedup();
    let payment = clause.payment.as_ref().map(|payment| PaymentShape {
        parts: (payment.parts.iter())
            .map(|part| {
                let due = match &part.due {
                    Due::AtAward => DueShape::AtAward,
                    Due::Milestone(when) => DueShape::Milestone(joint.expr(side, &when.expr)),
                    Due::Year(year) => DueShape::Year(*year),
                };
                (part.label.clone(), part.part, due)
            })
            .collect(),
        at_once: payment.at_once.as_ref().map(|when| joint.expr(side, &when.expr)),
        rounding: payment.rounding,
        remainder: payment.remainder,
    });
    let lift = clause
        .lift
        .as_ref()
        .map(|lift| (department(lift.approver), lift.up_to.as_ref().map(|up_to| joint.expr(side, up_to))));
    let clawbacks = (clause.clawbacks.iter())
        .map(|of| (joint.expr(side, &of.when.expr), of.within, of.what.clone(), of.share, of.when.label.clone()))
        .collect();
    Rest {
        departments: (names.iter().cloned().collect(), names.get(responsible.lead).cloned(), responsible.open),
        subjects: clause
            .subjects
            .iter()
            .filter_map(|id| own.subjects.get(id.index()))
            .map(|of| of.name.clone())
            .collect(),
        cap_words: clause.caps.iter().map(|cap| cap.text.clone()).collect(),
        soft: clause.caps.iter().map(|cap| cap.soft).collect(),
        limits: clause.caps.iter().flat_map(|cap| constants(&cap.amount)).collect(),
        caps,
        award: match &clause.award {
            Award::Computed(_) => "computed",
            Award::Discretion { .. } => "discretion",
            Award::Open { .. } => "open",
        },
        lift,
        payment,
        shares: clause.shares.iter().map(|share| (share.payer.clone(), share.weight)).collect(),
        clawbacks,
        retroactive: clause.retroactive.as_ref().map(|of| (of.from, of.until, joint.expr(side, &of.old))),
        facts: facts(joint, side, clause),
        kinds: (0..).map(SubjectId).take(joint.model.subjects.len()).collect(),
        counted,
    }
}

/// The facts of a clause, each with who gives it and its range.
fn facts(joint: &Joint<'_>, side: Side, clause: &Clause) -> BTreeMap<FactId, Given> {
    let own = joint.own[side.index()];
    let mut all = BTreeSet::new();
    let mut of = |expr: &Expr| {
        analysis::mentioned(own, expr, &mut all);
    };
    let conditions = own.scope.iter().chain(&own.scope_exclusions).chain(&clause.conditions).chain(&clause.exclusions);
    conditions.for_each(|condition| of(&condition.expr));
    match &clause.award {
        Award::Computed(expr) => of(expr),
        Award::Discretion { low, high, .. } => low.iter().chain(high).for_each(&mut of),
        Award::Open { .. } => {}
    }
    clause.caps.iter().for_each(|cap| of(&cap.amount));
    all.extend(clause.industry.iter().map(|gate| gate.fact));
    let named = |id: FactId| {
        let fact = own.facts.get(id.index()).filter(|fact| !fact.made || fact.year.is_some())?;
        Some((joint.fact(side, id), (words::giver(own, fact.source), fact.range, discriminant(&fact.source))))
    };
    let set = match &clause.award {
        Award::Discretion { fact, .. } | Award::Open { fact } => own.facts.get(fact.index()).map(|set| {
            (joint.fact(side, *fact), (words::giver(own, set.source), set.range, discriminant(&set.source)))
        }),
        Award::Computed(_) => None,
    };
    all.into_iter().filter_map(named).chain(set.filter(|_| !is_made(own, &clause.award))).collect()
}

fn is_made(own: &crate::model::Model, award: &Award) -> bool {
    match award {
        Award::Discretion { fact, .. } | Award::Open { fact } => own
            .facts
            .get(fact.index())
            .is_none_or(|fact| fact.made || !matches!(fact.source, FactSource::Discretion(_))),
        Award::Computed(_) => true,
    }
}

/// Whether the caps of both sides count the same.
pub fn counted_alike([one, two]: &[Rest; 2]) -> bool {
    let alike = |a: &[CapShape], b: &[CapShape]| a.iter().all(|cap| b.contains(cap));
    alike(&one.caps, &two.caps) && alike(&two.caps, &one.caps)
}

/// The constants that an amount may be cut to.
fn constants(most: &Expr) -> Vec<Decimal> {
    match &most.kind {
        ExprKind::Constant(Value::Number(number)) => vec![*number],
        ExprKind::Least(parts) | ExprKind::Greatest(parts) => parts.iter().flat_map(constants).collect(),
        _ => Vec::new(),
    }
}

/// Conditions that must be compared where two payments are otherwise alike; `None` where they are not.
pub fn payments_alike(one: &PaymentShape, two: &PaymentShape) -> Option<Vec<(Expr, Expr)>> {
    let shares = |of: &PaymentShape| of.parts.iter().any(|(_, part, _)| matches!(part, Portion::Share(_)));
    let rounded = (shares(one) || shares(two)) && (one.rounding, one.remainder) != (two.rounding, two.remainder);
    if rounded || one.parts.len() != two.parts.len() {
        return None;
    }
    let mut pairs = Vec::new();
    let mut pair = |a: &Expr, b: &Expr| {
        if !a.same(b) {
            pairs.push((a.clone(), b.clone()));
        }
    };
    for ((_, part, due), (_, other, also)) in one.parts.iter().zip(&two.parts) {
        if part != other {
            return None;
        }
        match (due, also) {
            (DueShape::AtAward, DueShape::AtAward) => {}
            (DueShape::Year(a), DueShape::Year(b)) if a == b => {}
            (DueShape::Milestone(a), DueShape::Milestone(b)) => pair(a, b),
            _ => return None,
        }
    }
    match (&one.at_once, &two.at_once) {
        (None, None) => {}
        (Some(a), Some(b)) => pair(a, b),
        _ => return None,
    }
    Some(pairs)
}

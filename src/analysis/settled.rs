//! In: what is decided of every clause of an application that has no earlier awards. Out: what settlement leaves of one of them.
//! Invariant: nothing is said where it rests on what is not known of another clause; what would tell is named instead.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::{Decimal, RoundingStrategy};

use crate::decision::{Amount, ClauseDecision};
use crate::model::case::Given;
use crate::model::clause::CapScope;
use crate::model::settlement::{Allocation, Group, GroupMember, GroupRule};
use crate::model::{ClauseId, ExprKind, FactId, Model, Value};
use crate::oracle::settle::{self, Settlement};
use crate::oracle::{Application, Evaluator};

/// Facts that would tell; none where nothing does.
pub type Wanted = BTreeSet<FactId>;

/// The decision on a clause after settlement, or what is missing for it.
pub fn settled(
    model: &Model,
    application: &Application,
    on: i32,
    decided: &[ClauseDecision],
    clause: ClauseId,
) -> Result<ClauseDecision, Wanted> {
    let own = decided.get(clause.index()).cloned().unwrap_or(ClauseDecision::NotInForce);
    let ClauseDecision::Eligible { amount, binding_cap, needs } = own else { return Ok(own) };
    let bound = bound_together(model, clause);
    if bound.is_empty() {
        return Ok(ClauseDecision::Eligible { amount, binding_cap, needs });
    }
    let mut run = Run { model, application, on, decided, clause, bound };
    run.wanted(&amount)?;
    let low = run.left(amount.low)?;
    let high = if amount.is_exact() { low } else { run.left(amount.high.ok_or_else(Wanted::new)?)? };
    let needs = if low == high { Vec::new() } else { needs };
    Ok(ClauseDecision::Eligible { amount: Amount { low, high: Some(high) }, binding_cap, needs })
}

/// The clauses that a rule of settlement binds to this one, be it through others; empty where no such rule is about it.
fn bound_together(model: &Model, clause: ClauseId) -> BTreeSet<ClauseId> {
    let all = || (0..).map(ClauseId).take(model.clauses.len());
    let scope = |scope: &[ClauseId]| match scope {
        [] => all().collect::<BTreeSet<ClauseId>>(),
        some => some.iter().copied().collect(),
    };
    let rules = &model.settlement;
    let mut sets: Vec<BTreeSet<ClauseId>> = rules.groups.iter().map(|group| clauses_of(group).collect()).collect();
    sets.extend(rules.budgets.iter().map(|budget| scope(&budget.scope)));
    sets.extend(rules.quotas.iter().map(|quota| scope(&quota.scope)));
    for (id, info) in all().zip(&model.clauses) {
        for cap in &info.caps {
            let counted = match &cap.counts {
                CapScope::Clause => continue,
                CapScope::Clauses(clauses) => scope(clauses),
                CapScope::Policy => scope(&[]),
            };
            sets.push(counted.into_iter().chain([id]).collect());
        }
    }
    let mut bound = BTreeSet::from([clause]);
    let mut found = false;
    loop {
        let before = bound.len();
        for set in sets.iter().filter(|set| !set.is_disjoint(&bound)).cloned().collect::<Vec<_>>() {
            found = true;
            bound.extend(set);
        }
        if bound.len() == before {
            break;
        }
    }
    if found { bound } else { BTreeSet::new() }
}

fn clauses_of(group: &Group) -> impl Iterator<Item = ClauseId> + '_ {
    group.members.iter().filter_map(|member| match member {
        GroupMember::Clause(clause) => Some(*clause),
        GroupMember::External(_) => None,
    })
}

struct Run<'a> {
    model: &'a Model,
    application: &'a Application,
    on: i32,
    decided: &'a [ClauseDecision],
    clause: ClauseId,
    bound: BTreeSet<ClauseId>,
}

impl Run<'_> {
    /// What is still missing, if anything is.
    fn wanted(&mut self, own: &Amount) -> Result<(), Wanted> {
        let mut wanted = Wanted::new();
        for other in self.bound.iter().filter(|other| **other != self.clause) {
            match self.decided.get(other.index()) {
                Some(ClauseDecision::Eligible { amount, .. }) if amount.is_exact() => {}
                Some(ClauseDecision::Eligible { needs, .. } | ClauseDecision::Undetermined { needs }) => {
                    wanted.extend(needs.iter().map(|need| FactId(*need)));
                    // Nothing tells how much it is.
                    if needs.is_empty() {
                        return Err(Wanted::new());
                    }
                }
                Some(ClauseDecision::NotInForce | ClauseDecision::Ineligible { .. }) | None => {}
            }
        }
        for group in self.groups() {
            wanted.extend(group.members.iter().filter_map(|member| match member {
                GroupMember::External(fact) => Some(*fact),
                GroupMember::Clause(_) => None,
            }));
            if let GroupRule::ChooseOne { choice } = &group.rule {
                wanted.extend(choice);
            }
        }
        if self.is_pro_rata() {
            wanted.extend(self.model.subjects.iter().map(|subject| subject.identifier));
        }
        wanted.retain(|fact| !self.application.facts.contains_key(fact) && !self.application.lists.contains_key(fact));
        // Between two amounts these rules leave more than what they leave of the two.
        let choose = self.groups().any(|group| matches!(group.rule, GroupRule::ChooseOne { .. }));
        let whole = self.model.settlement.budgets.iter().any(|budget| !budget.partial);
        if !own.is_exact() && (choose || whole || self.is_pro_rata()) {
            return Err(Wanted::new());
        }
        if wanted.is_empty() { Ok(()) } else { Err(wanted) }
    }

    fn groups(&self) -> impl Iterator<Item = &Group> {
        let groups = self.model.settlement.groups.iter();
        groups.filter(|group| clauses_of(group).any(|clause| self.bound.contains(&clause)))
    }

    fn is_pro_rata(&self) -> bool {
        self.model.settlement.budgets.iter().any(|budget| budget.strategy == Allocation::ProRata)
    }

    /// What is left of the clause where it is assessed at so much.
    fn left(&self, own: Decimal) -> Result<Decimal, Wanted> {
        let mut awards = BTreeMap::from([(self.clause, own)]);
        for other in self.bound.iter().filter(|other| **other != self.clause) {
            if let Some(ClauseDecision::Eligible { amount, .. }) = self.decided.get(other.index()) {
                awards.insert(*other, amount.low);
            }
        }
        let number = |(fact, given): (&FactId, &Given)| match given {
            Given::Value(Value::Number(number)) => Some((*fact, *number)),
            _ => None,
        };
        let id = "本案例".to_owned();
        let application = settle::Application {
            id: id.clone(),
            date: self.on,
            subjects: self.subjects(),
            awards,
            facts: self.application.facts.iter().filter_map(number).collect(),
            choices: self.choices(),
            limits: self.limits()?,
            before: BTreeMap::new(),
        };
        let Settlement { left, .. } = settle::settle(self.model, &[application], &[]);
        Ok(left.get(&(id, self.clause)).copied().unwrap_or_default())
    }

    fn subjects(&self) -> BTreeMap<crate::model::SubjectId, String> {
        let named = |subject: &crate::model::Subject| match self.application.facts.get(&subject.identifier) {
            Some(Given::Value(Value::Text(text))) => Some(text.clone()),
            _ => None,
        };
        let subjects = (0..).map(crate::model::SubjectId).zip(&self.model.subjects);
        subjects.filter_map(|(id, subject)| Some((id, named(subject)?))).collect()
    }

    fn choices(&self) -> BTreeMap<usize, ClauseId> {
        let clause = |text: &str| {
            let found = self.model.clauses.iter().position(|clause| clause.id == text || clause.title == text)?;
            u32::try_from(found).ok().map(ClauseId)
        };
        let chosen = |group: &Group| {
            let GroupRule::ChooseOne { choice: Some(fact) } = &group.rule else { return None };
            match self.application.facts.get(fact)? {
                Given::Value(Value::Text(text)) => clause(text),
                Given::Value(Value::Member(member)) => {
                    let member = self.model.members.get(member.0 as usize)?;
                    clause(&member.alias).or_else(|| clause(&member.name))
                }
                Given::Value(_) | Given::Unknown | Given::NotApplicable => None,
            }
        };
        let groups = self.model.settlement.groups.iter().enumerate();
        groups.filter_map(|(number, group)| Some((number, chosen(group)?))).collect()
    }

    /// The amounts of caps that are not constants; none for those that are lifted or do not apply.
    fn limits(&self) -> Result<BTreeMap<(ClauseId, usize), Option<Decimal>>, Wanted> {
        let evaluator = Evaluator::with_lists(self.model, &self.application.facts, &self.application.lists, self.on);
        let mut limits = BTreeMap::new();
        for id in &self.bound {
            let Some(clause) = self.model.clauses.get(id.index()) else { continue };
            let approved =
                |fact: &FactId| matches!(self.application.facts.get(fact), Some(Given::Value(Value::Bool(true))));
            let lifts = clause.lift.as_ref().is_some_and(|lift| approved(&lift.fact));
            for (at, cap) in clause.caps.iter().enumerate() {
                let limit = if lifts && clause.is_lifted(cap) {
                    None
                } else if matches!(cap.amount.kind, ExprKind::Constant(_)) {
                    continue;
                } else {
                    let amount = evaluator.limit(&cap.amount).ok_or_else(Wanted::new)?;
                    let cents =
                        |amount: Decimal| amount.round_dp_with_strategy(2, RoundingStrategy::ToNegativeInfinity);
                    amount.map(|amount| cents(amount).max(Decimal::ZERO))
                };
                limits.insert((*id, at), limit);
            }
        }
        Ok(limits)
    }
}

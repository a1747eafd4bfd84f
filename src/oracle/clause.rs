//! In: a clause and an application. Out: its outcome, step by step as section 2 of the semantics has it.
//! Invariant: a clause is undetermined only where something is needed.

use rust_decimal::Decimal;

use super::Given;
use super::interval::{End, Interval};
use super::ledger;
use super::value::{Case, Known, Needs, Value};
use crate::decision::{Amount, ClauseDecision, Failure};
use crate::model::{self, Award, Clause, ClauseId, Condition, Expr, FactId, FactSource, Rounding, RoundingMode};

/// The outcome of one clause.
pub fn decide(case: &Case, id: ClauseId, clause: &Clause) -> ClauseDecision {
    let (first, last) = (clause.in_force.first, clause.in_force.last);
    if first.is_some_and(|first| case.on < first) || last.is_some_and(|last| case.on > last) {
        return ClauseDecision::NotInForce;
    }
    let requirements = requirements(case, clause);
    let failed: Vec<Failure> = (0..)
        .zip(&requirements)
        .filter(|(_, requirement)| requirement.range() == Some(Interval::NO))
        .map(|(number, _)| Failure::Requirement(number))
        .collect();
    if !failed.is_empty() {
        return ClauseDecision::Ineligible { failed };
    }
    if requirements.iter().any(|requirement| requirement.range() != Some(Interval::YES)) {
        return undetermined(requirements.into_iter().flat_map(|requirement| requirement.needs));
    }
    match &clause.award {
        Award::Computed(amount) => computed(case, id, clause, amount),
        Award::Discretion { fact, low, high } => discretion(case, id, clause, *fact, low.as_ref(), high.as_ref()),
        Award::Open { fact } => discretion(case, id, clause, *fact, None, None),
    }
}

/// What must hold, in order: scope, its exclusions, industry, conditions, exclusions.
fn requirements(case: &Case, clause: &Clause) -> Vec<Known> {
    let hold = |condition: &Condition| case.value(&condition.expr);
    let not = |condition: &Condition| case.value(&condition.expr).map(Interval::not);
    let mut all: Vec<Known> = case.model.scope.iter().map(hold).collect();
    all.extend(case.model.scope_exclusions.iter().map(not));
    all.extend(clause.industry.iter().map(|gate| case.within(&case.fact(gate.fact), &gate.members)));
    all.extend(clause.conditions.iter().map(hold));
    all.extend(clause.exclusions.iter().map(not));
    all
}

/// An amount in whole cents: a ceiling cuts what is beyond, a floor fills up.
pub fn cents(amount: &Known, mode: RoundingMode) -> Known {
    amount.map(|range| range.round(Rounding { scale: 2, mode }))
}

/// What each cap leaves, or what stands in its place once a lift is approved.
fn ceilings(case: &Case, id: ClauseId, clause: &Clause) -> Vec<Known> {
    let lift = clause
        .lift
        .as_ref()
        .filter(|lift| matches!(case.given(lift.fact), Some(Given::Value(model::Value::Bool(true)))));
    let lifted = |lift: &model::Lift| match &lift.up_to {
        None => Known::constant(Interval::UNLIMITED),
        // In the place of the caps: where there are none, there is nothing to lift.
        Some(up_to) => cents(&case.value(up_to), RoundingMode::Down),
    };
    let ceiling = |cap: &model::Cap| match lift {
        Some(lift) if clause.is_lifted(cap) => lifted(lift),
        Some(_) | None => ledger::remaining(case, id, cap),
    };
    clause.caps.iter().map(ceiling).collect()
}

/// The least of an amount and the ceilings, and the ceiling that gives it: the first of those strictly below all before it.
fn limit(amount: Known, ceilings: &[Known]) -> (Known, Option<u32>) {
    let mut binding = None;
    let mut amount = amount;
    for (number, ceiling) in (0..).zip(ceilings) {
        if let (Some(before), Some(ceiling)) = (amount.range(), ceiling.range())
            && ceiling.high < before.high
        {
            binding = Some(number);
        }
        amount = amount.with(ceiling, Interval::least);
    }
    (amount, binding)
}

fn computed(case: &Case, id: ClauseId, clause: &Clause, amount: &Expr) -> ClauseDecision {
    let mut amount = case.value(amount);
    if let Some(rounding) = clause.rounding {
        amount = amount.map(|range| range.round(rounding));
    }
    amount = cents(&amount, RoundingMode::Down);
    amount = amount.map(|range| range.greatest(Interval::ZERO));
    if let Some(floor) = &clause.floor {
        amount = amount.with(&cents(&case.value(floor), RoundingMode::Up), Interval::greatest);
    }
    let (amount, binding_cap) = limit(amount, &ceilings(case, id, clause));
    let Some(range) = amount.range() else { return not_applicable() };
    let at_discretion = |fact: &FactId| {
        case.model.facts.get(fact.index()).is_some_and(|fact| matches!(fact.source, FactSource::Discretion(_)))
    };
    if amount.needs.iter().all(at_discretion) {
        eligible(range.low, range.high, binding_cap, amount.needs)
    } else {
        undetermined(amount.needs)
    }
}

fn discretion(
    case: &Case,
    id: ClauseId,
    clause: &Clause,
    fact: FactId,
    low: Option<&Expr>,
    high: Option<&Expr>,
) -> ClauseDecision {
    let mut least = Known::constant(Interval::ZERO);
    for bound in low.into_iter().chain(&clause.floor) {
        least = least.with(&cents(&case.value(bound), RoundingMode::Up), Interval::greatest);
    }
    let most = high.map_or(Known::constant(Interval::UNLIMITED), |high| cents(&case.value(high), RoundingMode::Down));
    let (most, binding_cap) = limit(most, &ceilings(case, id, clause));
    let least = least.with(&most, Interval::least);
    let (Some(low), Some(high)) = (least.range(), most.range()) else { return not_applicable() };
    if !least.is_determined() || !most.is_determined() {
        return undetermined(least.needs.into_iter().chain(most.needs));
    }
    let set = case.fact(fact);
    match (&set.value, case.given(fact)) {
        (Value::Range(amount), Some(_)) if amount.low > high.high => ineligible(Failure::AboveCeiling),
        (Value::Range(amount), Some(_)) if amount.low < low.low => ineligible(Failure::BelowFloor),
        (Value::Range(amount), Some(_)) => eligible(amount.low, amount.high, binding_cap, Needs::new()),
        (Value::NotApplicable, _) => not_applicable(),
        _ if low == high => eligible(low.low, high.high, binding_cap, Needs::new()),
        _ => eligible(low.low, high.high, binding_cap, Needs::from([fact])),
    }
}

fn eligible(low: End, high: End, binding_cap: Option<u32>, needs: Needs) -> ClauseDecision {
    let finite = |end| match end {
        End::At(number) => Some(number.to_decimal()),
        End::Least | End::Most => None,
    };
    ClauseDecision::Eligible {
        amount: Amount { low: finite(low).unwrap_or(Decimal::ZERO), high: finite(high) },
        binding_cap,
        needs: ids(needs),
    }
}

fn undetermined(needs: impl IntoIterator<Item = FactId>) -> ClauseDecision {
    ClauseDecision::Undetermined { needs: ids(needs.into_iter().collect()) }
}

fn not_applicable() -> ClauseDecision {
    ineligible(Failure::AmountNotApplicable)
}

fn ineligible(failure: Failure) -> ClauseDecision {
    ClauseDecision::Ineligible { failed: vec![failure] }
}

fn ids(needs: Needs) -> Vec<u32> {
    needs.into_iter().map(|FactId(id)| id).collect()
}

//! In: the trace of one application, its decision, the ledger. Out: [`One`]: the decision after settlement, what each rule took, how the
//! amounts are paid out, and what falls due of earlier awards.
//! Invariant: what is not known never gives one definite amount; see [`super::range`].

use rust_decimal::Decimal;

use super::payments::{self, Clawback, DuePayment, Instalment, Retroactive};
use super::range::{self, Applicant, Choice, Claim, Ends, Identity, Outlook, UNLIMITED};
use super::{Application, Batch, Rule, Rules};
use crate::bytecode::op::Op;
use crate::bytecode::program::{Award, ClauseInfo, SlotType, Tables};
use crate::bytecode::settlement::{GroupRuleInfo, MemberOf};
use crate::decision::{Amount, ClauseDecision, Decision};
use crate::vm::trace::{Last, money};
use crate::vm::{INFINITE, State, Trace};

/// One application, settled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct One {
    /// One a clause, in order of the document.
    pub clauses: Vec<Outcome>,
    /// Groups of which several members are claimed and none is chosen, with the places of the members.
    pub conflicts: Vec<(u32, Vec<u32>)>,
    /// Instalments of earlier awards that fall due in the year of the decision.
    pub due: Vec<DuePayment>,
}

/// What settlement makes of a clause.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// What was assessed; `None` where the clause does not apply or is not decided.
    pub assessed: Option<Amount>,
    /// What an approved lift allows at most, where that bound; scaled by 2.
    pub raised: Option<i128>,
    /// What each rule took: of the high end, scaled by 2; `None` where there was no end.
    pub reductions: Vec<(Rule, Option<i128>)>,
    /// How it is paid out; empty where that is not said, or the amount is not exact.
    pub payments: Vec<Instalment>,
    /// The label under which all is paid at once.
    pub at_once: Option<String>,
    /// What each payer bears.
    pub shares: Vec<(String, i128)>,
    /// What is paid back.
    pub clawbacks: Vec<Clawback>,
    /// What is paid for earlier months.
    pub retroactive: Option<Retroactive>,
}

/// Settles a decision; the amounts in it become those after settlement. `awards` is the ledger.
#[must_use]
pub fn one(trace: &Trace<'_>, decision: &Decision, awards: &[Award]) -> (Decision, One) {
    let program = trace.vm().program();
    let rules = Rules::new(program);
    let earlier: Vec<Award> = awards.iter().filter(|award| award.date <= trace.on()).cloned().collect();
    let applicant = applicant(trace, decision);
    let exact = exactly(&rules, &applicant, &earlier);
    // Where all is known, the batch says all that bounds could.
    let outlook = if exact.is_some() { Outlook::default() } else { range::settle(&rules, &applicant, &earlier) };
    let mut settled = decision.clone();
    let mut one = One { clauses: vec![Outcome::default(); decision.clauses.len()], ..One::default() };
    for (claim, at) in applicant.claims.iter().zip(0usize..) {
        let (Some(ClauseDecision::Eligible { amount, needs, .. }), Some(outcome)) =
            (settled.clauses.get_mut(claim.clause as usize), one.clauses.get_mut(claim.clause as usize))
        else {
            continue;
        };
        outcome.assessed = Some(*amount);
        let (left, taken) = match exact.as_ref().and_then(|exact| exact.lines.get(at)) {
            Some((left, taken)) => (Ends::exactly(*left), taken.clone()),
            None => {
                let taken = outlook.taken.iter().filter(|taken| taken.claim == at);
                let high = |high: i128| (high != UNLIMITED).then_some(high);
                let left = outlook.left.get(at).copied().unwrap_or_default();
                (left, taken.map(|taken| (taken.rule, high(taken.amount.1))).collect())
            }
        };
        outcome.reductions = taken;
        *amount = decimal(left);
        *needs = if left.is_exact() { Vec::new() } else { outlook.needs.get(at).cloned().unwrap_or_default() };
    }
    one.conflicts = exact.as_ref().map_or(outlook.conflicts, |exact| exact.conflicts.clone());
    let total = match &exact {
        Some(exact) => Ends::exactly(exact.lines.iter().fold(0, |sum, (left, _)| sum.saturating_add(*left))),
        None => outlook.total,
    };
    settled.total = decimal(total);
    let held: Vec<&Award> = earlier.iter().filter(|award| is_own(trace, award)).collect();
    for ((clause, number), (outcome, decided)) in
        program.tables.clauses.iter().zip(0u32..).zip(one.clauses.iter_mut().zip(&settled.clauses))
    {
        if matches!(decided, ClauseDecision::Eligible { binding_cap: Some(_), .. }) {
            outcome.raised = trace.raised(clause);
        }
        let of_clause: Vec<&Award> = held.iter().copied().filter(|award| award.clause == number).collect();
        pay(trace, clause, decided, &of_clause, outcome);
    }
    one.due = payments::due(trace, &held);
    (settled, one)
}

/// Payments, shares, claw-back and earlier months of a clause.
fn pay(trace: &Trace<'_>, clause: &ClauseInfo, decided: &ClauseDecision, earlier: &[&Award], outcome: &mut Outcome) {
    let amount = match decided {
        ClauseDecision::Eligible { amount, .. } if amount.is_exact() => Some(cents(amount.low)),
        _ => None,
    };
    outcome.clawbacks = payments::clawbacks(trace, &clause.clawbacks, amount, earlier);
    let Some(amount) = amount.filter(|amount| *amount > 0) else { return };
    if let Some(payment) = &clause.payment {
        (outcome.payments, outcome.at_once) = payments::instalments(trace, clause, payment, amount);
    }
    outcome.shares = payments::shares(&clause.shares, amount);
    outcome.retroactive =
        clause.retroactive.as_ref().and_then(|info| payments::retroactive(trace, info, amount, earlier));
}

/// Whether an earlier award went to this applicant: it names nobody else, and somebody whom the application names too.
fn is_own(trace: &Trace<'_>, award: &Award) -> bool {
    let tables = &trace.vm().program().tables;
    let named = |kind: u32| trace.case().text(tables, tables.subjects.get(kind as usize)?.identifier);
    let mut both = award.subjects.iter().filter_map(|(kind, text)| Some((text.as_str(), named(*kind)?))).peekable();
    both.peek().is_some() && both.all(|(theirs, own)| theirs == own)
}

/// What is left of a claim, and what each rule took.
type Line = (i128, Vec<(Rule, Option<i128>)>);

/// What a batch of this one application comes to, where everything that matters is known.
struct Exact {
    /// In order of claims.
    lines: Vec<Line>,
    /// As in [`One`].
    conflicts: Vec<(u32, Vec<u32>)>,
}

fn exactly(rules: &Rules<'_>, applicant: &Applicant, earlier: &[Award]) -> Option<Exact> {
    let known = applicant.claims.iter().all(|claim| claim.amount.is_exact() && claim.before.is_exact() && !claim.open)
        && applicant.externals.iter().all(|(_, ends)| ends.is_exact())
        && applicant.choices.iter().all(|(_, choice)| matches!(choice, Choice::Clause(_)))
        && applicant.limits.iter().all(|(_, limit)| limit.is_none_or(Ends::is_exact))
        && applicant.subjects.iter().all(|identity| !matches!(identity, Identity::Unknown(_)));
    if !known {
        return None;
    }
    let mut batch = Batch::new();
    let lines = Lines::of(applicant);
    batch.push(&lines.application("", applicant.date)).ok()?;
    let settled = super::settle(rules, &batch, earlier);
    let taken = |line: u32| {
        let reductions = settled.reductions_of(line).iter();
        reductions.map(|reduction| (reduction.rule, Some(reduction.amount))).collect()
    };
    Some(Exact {
        lines: settled.lines.iter().zip(0u32..).map(|(line, number)| (line.amount, taken(number))).collect(),
        conflicts: settled.conflicts.iter().map(|found| (found.group, found.members.clone())).collect(),
    })
}

/// What a batch takes of an applicant of whom everything is known.
pub(super) struct Lines<'a> {
    subjects: Vec<(u32, &'a str)>,
    awards: Vec<(u32, i128)>,
    /// External amounts; more may be added.
    pub(super) facts: Vec<(u32, i128)>,
    choices: Vec<(u32, u32)>,
    limits: Vec<(u32, Option<i128>)>,
    /// What claims come to before their caps, where that is more than the amount.
    before: Vec<(u32, i128)>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(applicant: &'a Applicant) -> Lines<'a> {
        let known = |(identity, kind): (&'a Identity, u32)| match identity {
            Identity::Known(name) => Some((kind, name.as_str())),
            Identity::Unknown(_) | Identity::Nobody => None,
        };
        let chosen = |(group, choice): &(u32, Choice)| match choice {
            Choice::Clause(clause) => Some((*group, *clause)),
            Choice::Unknown(_) => None,
        };
        let claims = || applicant.claims.iter();
        let more = claims().filter(|claim| claim.before.low != claim.amount.low);
        Lines {
            subjects: applicant.subjects.iter().zip(0u32..).filter_map(known).collect(),
            awards: claims().map(|claim| (claim.clause, claim.amount.low)).collect(),
            facts: applicant.externals.iter().map(|(slot, ends)| (*slot, ends.low)).collect(),
            choices: applicant.choices.iter().filter_map(chosen).collect(),
            limits: applicant.limits.iter().map(|(cap, limit)| (*cap, limit.map(|limit| limit.low))).collect(),
            before: more.map(|claim| (claim.clause, claim.before.low)).collect(),
        }
    }

    pub(super) fn application(&'a self, id: &'a str, date: i32) -> Application<'a> {
        let Lines { subjects, awards, facts, choices, limits, before } = self;
        Application { id, date, subjects, awards, facts, choices, limits, before }
    }
}

/// What settlement needs of an application, as far as it is known.
#[must_use]
pub fn applicant(trace: &Trace<'_>, decision: &Decision) -> Applicant {
    let tables = &trace.vm().program().tables;
    let claims = (tables.clauses.iter().zip(0u32..).zip(&decision.clauses))
        .filter_map(|((info, clause), decided)| claim(trace, info, clause, decided));
    let identity = |slot: u32| match (trace.case().text(tables, slot), trace.case().state(slot)) {
        (Some(text), _) => Identity::Known(text.to_owned()),
        (None, State::NotApplicable) => Identity::Nobody,
        (None, _) => Identity::Unknown(slot),
    };
    let mut externals: Vec<(u32, Ends)> = Vec::new();
    let mut choices = Vec::new();
    for (group, number) in tables.settlement.groups.iter().zip(0u32..) {
        for member in &group.members {
            if let MemberOf::External(slot) = member
                && externals.iter().all(|(known, _)| known != slot)
            {
                externals.push((*slot, external(trace, tables, *slot)));
            }
        }
        if let GroupRuleInfo::ChooseOne(Some(slot)) = group.rule {
            choices.extend(choice(trace, tables, slot).map(|choice| (number, choice)));
        }
    }
    Applicant {
        date: trace.on(),
        subjects: tables.subjects.iter().map(|subject| identity(subject.identifier)).collect(),
        claims: claims.collect(),
        externals,
        choices,
        limits: limits(trace, tables),
    }
}

fn claim(trace: &Trace<'_>, info: &ClauseInfo, clause: u32, decided: &ClauseDecision) -> Option<Claim> {
    let (before, before_needs) = before_caps(trace, info);
    match decided {
        ClauseDecision::Eligible { amount, needs, .. } => {
            let ends = Ends { low: cents(amount.low), high: amount.high.map_or(UNLIMITED, cents) };
            Some(Claim { clause, amount: ends, open: false, needs: needs.clone(), before, before_needs })
        }
        ClauseDecision::Undetermined { needs } => {
            let register = match trace.last(info)? {
                Last::Grant(register) | Last::Decide(_, _, register) => trace.register(register),
            };
            let high = if register.high == INFINITE { UNLIMITED } else { register.high.max(0) };
            let high = if register.not_applicable { 0 } else { high };
            let amount = Ends { low: 0, high };
            Some(Claim { clause, amount, open: true, needs: needs.clone(), before, before_needs })
        }
        ClauseDecision::NotInForce | ClauseDecision::Ineligible { .. } => None,
    }
}

/// What a clause comes to before its caps, and what that waits for: at discretion the most that it allows.
fn before_caps(trace: &Trace<'_>, info: &ClauseInfo) -> (Ends, Vec<u32>) {
    let (Some(Last::Grant(mut at)) | Some(Last::Decide(_, _, mut at))) = trace.last(info) else {
        return (Ends::exactly(UNLIMITED), Vec::new());
    };
    let mut most = UNLIMITED;
    while let Some(Op::Limit { a, remaining, .. }) = trace.writer(at) {
        if let Some(Op::Lift { approved, to, .. }) = trace.writer(remaining)
            && trace.register(approved).low == 1
            && let approved = trace.register(to)
            && !approved.not_applicable
            && approved.high != INFINITE
        {
            most = most.min(approved.high.max(0));
        }
        at = a;
    }
    let amount = trace.register(at);
    let end = |value: i128| if value == INFINITE { UNLIMITED } else { value.max(0) }.min(most);
    (Ends { low: end(amount.low), high: end(amount.high) }, trace.needs(vec![at]))
}

/// What another policy gives.
fn external(trace: &Trace<'_>, tables: &Tables, slot: u32) -> Ends {
    let info = tables.slots.get(slot as usize);
    let scale = match info.map(|info| &info.ty) {
        Some(SlotType::Number { scale, .. }) => u32::from(*scale),
        _ => 2,
    };
    let to_cents = |value: i128| {
        let shift = 10i128.saturating_pow(scale.abs_diff(2));
        if scale <= 2 { value.saturating_mul(shift) } else { value.div_euclid(shift) }
    };
    match (trace.case().value(slot), trace.case().state(slot)) {
        (Some(value), _) => Ends::exactly(to_cents(value).max(0)),
        (None, State::NotApplicable) => Ends::default(),
        (None, _) => Ends {
            low: info.and_then(|info| info.low).map_or(0, to_cents).max(0),
            high: info.and_then(|info| info.high).map_or(UNLIMITED, to_cents).max(0),
        },
    }
}

/// The clause that the applicant chose; `None` where nothing was, and never will be.
fn choice(trace: &Trace<'_>, tables: &Tables, slot: u32) -> Option<Choice> {
    let named = |text: &str| {
        let found = tables.clauses.iter().position(|clause| clause.id == text || clause.title == text)?;
        u32::try_from(found).ok().map(Choice::Clause)
    };
    match (trace.case().value(slot), trace.case().state(slot)) {
        (Some(value), _) => match tables.slots.get(slot as usize).map(|info| &info.ty) {
            Some(SlotType::Member { .. }) => {
                let member = usize::try_from(value).ok().and_then(|at| tables.members.get(at))?;
                named(&member.alias).or_else(|| named(&member.name))
            }
            _ => named(trace.case().text(tables, slot)?),
        },
        (None, State::NotApplicable) => None,
        (None, _) => Some(Choice::Unknown(slot)),
    }
}

/// The amounts of all caps as the trace has them; lifted ones have none.
fn limits(trace: &Trace<'_>, tables: &Tables) -> Vec<(u32, Option<Ends>)> {
    let mut limits = Vec::new();
    for clause in &tables.clauses {
        let (first, end) = clause.caps;
        let own = tables.caps.get(first as usize..end as usize).unwrap_or(&[]);
        let approved = clause.lift.is_some_and(|(slot, _)| trace.case().value(slot) == Some(1));
        let soft = own.iter().any(|cap| cap.soft);
        for (cap, number) in own.iter().zip(first..) {
            let lifted = approved && (cap.soft || !soft);
            let amount = trace.register(cap.register);
            let high = if amount.high == INFINITE { UNLIMITED } else { amount.high };
            let ends = Ends { low: amount.low.max(0), high: high.max(0) };
            limits.push((number, (!lifted && !amount.not_applicable).then_some(ends)));
        }
    }
    limits
}

/// An amount in cents.
#[must_use]
pub fn cents(amount: Decimal) -> i128 {
    let scale = amount.scale();
    let shift = 10i128.saturating_pow(scale.abs_diff(2));
    if scale <= 2 { amount.mantissa().saturating_mul(shift) } else { amount.mantissa() / shift }
}

fn decimal(ends: Ends) -> Amount {
    let high = if ends.high == UNLIMITED { None } else { money(ends.high) };
    Amount { low: money(ends.low).unwrap_or(Decimal::ZERO), high }
}

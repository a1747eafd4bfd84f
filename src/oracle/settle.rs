//! In: a policy, assessed applications, the ledger. Out: what settlement leaves of every award, and what each rule took.
//! The reference of section 5 of the semantics: every sum is made anew from all records, with no regard for speed.
//! Invariant: an award is what is left of it plus what was taken.

mod cell;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::Award;
use super::number::Number;
use crate::calendar::{self, MissingDay};
use crate::model::clause::{CapKey, CapPeriod, CapScope};
use crate::model::settlement::{
    Allocation, Budget, GroupMember, GroupRule, OrderBy, OrderKey, Quota, Remainder, Step, Tie,
};
use crate::model::{Cap, ClauseId, ExprKind, FactId, Model, SubjectId, Value};
use cell::Cell;

/// An assessed application.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Application {
    /// Its number.
    pub id: String,
    /// Its day.
    pub date: i32,
    /// Whom it names.
    pub subjects: BTreeMap<SubjectId, String>,
    /// What was assessed.
    pub awards: BTreeMap<ClauseId, Decimal>,
    /// Facts that orders compare, and external amounts.
    pub facts: BTreeMap<FactId, Decimal>,
    /// The clause chosen, by group.
    pub choices: BTreeMap<usize, ClauseId>,
    /// Amounts of caps that are not constants, by clause and place among its caps; `None`: lifted.
    pub limits: BTreeMap<(ClauseId, usize), Option<Decimal>>,
    /// What a clause comes to before its caps, where that is not the amount assessed.
    pub before: BTreeMap<ClauseId, Decimal>,
}

/// A rule, by its place in the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A group.
    Group(usize),
    /// A cap of a clause.
    Cap(ClauseId, usize),
    /// A joint cap of a group.
    JointCap(usize, usize),
    /// A quota.
    Quota(usize),
    /// A budget.
    Budget(usize),
}

/// The result.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settlement {
    /// What is left, by number of application and clause.
    pub left: BTreeMap<(String, ClauseId), Decimal>,
    /// What was taken, by number of application and clause, in order of step.
    pub taken: BTreeMap<(String, ClauseId), Vec<(Rule, Decimal)>>,
    /// Claims between which the applicant must choose: the group, and places of members.
    pub conflicts: Vec<(usize, Vec<usize>)>,
}

/// Settles applications.
#[must_use]
pub fn settle(model: &Model, applications: &[Application], ledger: &[Award]) -> Settlement {
    let mut sorted: Vec<&Application> = applications.iter().collect();
    sorted.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
    let left =
        sorted.iter().flat_map(|one| one.awards.iter().map(|(clause, amount)| ((one.id.clone(), *clause), *amount)));
    let mut run = Run {
        model,
        sorted: sorted.clone(),
        ledger,
        out: Settlement { left: left.collect(), ..Settlement::default() },
    };
    for step in &model.settlement.steps {
        match step {
            Step::Groups => run.groups(),
            Step::Caps => run.caps(),
            Step::JointCaps => run.joint_caps(),
            Step::Quotas => run.quotas(),
            Step::Budgets => run.budgets(),
        }
    }
    run.out
}

/// Whom a rule counts an application for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Holder {
    Everyone,
    Subject(SubjectId, String),
    Alone(String),
}

struct Run<'a> {
    model: &'a Model,
    sorted: Vec<&'a Application>,
    ledger: &'a [Award],
    out: Settlement,
}

/// Something given, by the ledger or by this settlement.
struct Record<'a> {
    clause: ClauseId,
    date: i32,
    amount: Decimal,
    once: bool,
    subjects: &'a BTreeMap<SubjectId, String>,
    id: Option<&'a str>,
}

fn holder(application: &Application, key: &CapKey) -> Holder {
    let CapKey::Subjects(kinds) = key else { return Holder::Everyone };
    let named = kinds.iter().find_map(|kind| Some((*kind, application.subjects.get(kind)?.clone())));
    named.map_or_else(|| Holder::Alone(application.id.clone()), |(kind, name)| Holder::Subject(kind, name))
}

fn held_by(record: &Record, holder: &Holder) -> bool {
    match holder {
        Holder::Everyone => true,
        Holder::Subject(kind, name) => record.subjects.get(kind) == Some(name),
        Holder::Alone(id) => record.id == Some(id),
    }
}

fn year(date: i32) -> i64 {
    calendar::year(i64::from(date))
}

/// Whether something given on `date` lies in the same period as `on`.
fn same_period(period: CapPeriod, date: i32, on: i32) -> bool {
    match period {
        CapPeriod::Year | CapPeriod::OnceOrYear => year(date) == year(on),
        CapPeriod::Lifetime | CapPeriod::Once => true,
        CapPeriod::Each => false,
        CapPeriod::Months(months) => calendar::add_months(i64::from(on), -i64::from(months), MissingDay::LastDay)
            .is_none_or(|start| i64::from(date) > start),
    }
}

fn within(scope: &[ClauseId], clause: ClauseId) -> bool {
    scope.is_empty() || scope.contains(&clause)
}

impl<'a> Run<'a> {
    fn amount(&self, application: &Application, clause: ClauseId) -> Decimal {
        self.out.left.get(&(application.id.clone(), clause)).copied().unwrap_or_default()
    }

    /// Cuts an award down to `to`.
    fn cut(&mut self, application: &Application, clause: ClauseId, to: Decimal, rule: Rule) {
        let before = self.amount(application, clause);
        let kept = before.min(to.max(Decimal::ZERO));
        if kept < before {
            let key = (application.id.clone(), clause);
            self.out.left.insert(key.clone(), kept);
            self.out.taken.entry(key).or_default().push((rule, before - kept));
        }
    }

    fn ledger(&self) -> Vec<Record<'a>> {
        let record = |award: &'a Award| Record {
            clause: award.clause,
            date: award.date,
            amount: award.amount,
            once: award.once,
            subjects: &award.subjects,
            id: None,
        };
        self.ledger.iter().map(record).collect()
    }

    fn given(&self, application: &'a Application, clause: ClauseId) -> Record<'a> {
        Record {
            clause,
            date: application.date,
            amount: self.amount(application, clause),
            once: false,
            subjects: &application.subjects,
            id: Some(&application.id),
        }
    }

    /// What records leave of a cap.
    fn left(&self, cap: &Cap, limit: Decimal, application: &Application, records: &[&Record]) -> Decimal {
        let holder = holder(application, &cap.key);
        let own: Vec<&&Record> = records.iter().filter(|record| held_by(record, &holder)).collect();
        let used_up = match cap.period {
            CapPeriod::Once => !own.is_empty(),
            CapPeriod::OnceOrYear => own.iter().any(|record| record.once),
            CapPeriod::Year | CapPeriod::Lifetime | CapPeriod::Each | CapPeriod::Months(_) => false,
        };
        let counted = own.iter().filter(|record| same_period(cap.period, record.date, application.date));
        let used: Decimal = counted.map(|record| record.amount).sum();
        if used_up { Decimal::ZERO } else { (limit - used).max(Decimal::ZERO) }
    }

    fn caps(&mut self) {
        let mut records = self.ledger();
        for application in self.sorted.clone() {
            for clause in application.awards.keys().copied() {
                let Some(info) = self.model.clauses.get(clause.index()) else { continue };
                if self.amount(application, clause).is_zero() {
                    continue;
                }
                for (at, cap) in info.caps.iter().enumerate() {
                    let own = application.limits.get(&(clause, at)).copied();
                    let Some(limit) = own.unwrap_or_else(|| constant(cap)) else { continue };
                    let counted: Vec<&Record> = records.iter().filter(|record| counts(cap, clause, record)).collect();
                    let left = self.left(cap, limit, application, &counted);
                    self.cut(application, clause, left, Rule::Cap(clause, at));
                }
                let given = self.given(application, clause);
                if !given.amount.is_zero() {
                    records.push(given);
                }
            }
        }
    }

    fn joint_caps(&mut self) {
        for (number, group) in self.model.settlement.groups.iter().enumerate() {
            let is_member = |clause: ClauseId| group.members.contains(&GroupMember::Clause(clause));
            let mut records: Vec<Record> = self.ledger();
            records.retain(|record| is_member(record.clause));
            for application in self.sorted.clone() {
                for member in &group.members {
                    if let GroupMember::External(fact) = member {
                        let amount = application.facts.get(fact).copied().unwrap_or_default();
                        if amount > Decimal::ZERO {
                            // Of no clause: it only uses up what there is.
                            records.push(Record { amount, ..self.given(application, ClauseId(u32::MAX)) });
                        }
                    }
                }
                for clause in group.members.iter().filter_map(clause_of) {
                    if self.amount(application, clause).is_zero() {
                        continue;
                    }
                    for (at, cap) in group.caps.iter().enumerate() {
                        let own = |record: &&Record| record.id == Some(&application.id);
                        let left = if cap.period == CapPeriod::Each {
                            let used: Decimal = records.iter().filter(own).map(|record| record.amount).sum();
                            constant(cap).unwrap_or_default() - used
                        } else {
                            let all: Vec<&Record> = records.iter().collect();
                            self.left(cap, constant(cap).unwrap_or_default(), application, &all)
                        };
                        self.cut(application, clause, left, Rule::JointCap(number, at));
                    }
                    let given = self.given(application, clause);
                    if !given.amount.is_zero() {
                        records.push(given);
                    }
                }
            }
        }
    }

    fn groups(&mut self) {
        for (number, group) in self.model.settlement.groups.iter().enumerate() {
            if group.rule == GroupRule::Stack {
                continue;
            }
            let cell = |application: &Application| match group.period {
                CapPeriod::Each => (Holder::Alone(application.id.clone()), 0),
                CapPeriod::Year | CapPeriod::OnceOrYear => (holder(application, &group.key), year(application.date)),
                CapPeriod::Lifetime | CapPeriod::Once | CapPeriod::Months(_) => (holder(application, &group.key), 0),
            };
            let cells: BTreeSet<(Holder, i64)> = self.sorted.iter().map(|application| cell(application)).collect();
            for one in cells {
                let inside: Vec<&Application> =
                    self.sorted.iter().copied().filter(|application| cell(application) == one).collect();
                Cell { run: self, number, group, inside, holder: one.0 }.decide();
            }
        }
    }

    fn quotas(&mut self) {
        for (number, quota) in self.model.settlement.quotas.iter().enumerate() {
            let years: BTreeSet<i64> = self.sorted.iter().map(|one| quota_period(quota, one.date)).collect();
            for period in years {
                self.quota(number, quota, period);
            }
        }
    }

    fn quota(&mut self, number: usize, quota: &Quota, period: i64) {
        let subject = |one: &Application| {
            one.subjects.get(&quota.per).map_or_else(|| format!("?{}", one.id), |name| format!("={name}"))
        };
        let mut inside: BTreeSet<String> = (self.ledger.iter())
            .filter(|award| quota_period(quota, award.date) == period && within(&quota.scope, award.clause))
            .filter(|award| award.amount > Decimal::ZERO)
            .filter_map(|award| award.subjects.get(&quota.per).map(|name| format!("={name}")))
            .collect();
        let wants = |run: &Run, one: &Application| {
            quota_period(quota, one.date) == period
                && one.awards.keys().any(|clause| within(&quota.scope, *clause) && !run.amount(one, *clause).is_zero())
        };
        let mut candidates: Vec<&Application> = self.sorted.iter().copied().filter(|one| wants(self, one)).collect();
        let key = |one: &Application| standing(&quota.order, &quota.scope, one);
        candidates.sort_by_key(|one| key(one));
        let mut queue: Vec<&Application> = Vec::new();
        for one in &candidates {
            if !inside.contains(&subject(one)) && !queue.iter().any(|other| subject(other) == subject(one)) {
                queue.push(one);
            }
        }
        let mut places = (quota.count as usize).saturating_sub(inside.len());
        while !queue.is_empty() && places > 0 {
            let first = key(queue[0]);
            let alike = queue.iter().filter(|one| key(one) == first).count();
            let ties = if quota.order.is_empty() { Tie::ByApplication } else { quota.ties };
            let let_in = match ties {
                _ if alike <= places => alike,
                Tie::ByApplication => places,
                Tie::All => alike,
                Tie::None => 0,
            };
            inside.extend(queue.drain(..alike).take(let_in).map(subject));
            places = places.saturating_sub(alike);
        }
        for one in candidates {
            if !inside.contains(&subject(one)) {
                for clause in one.awards.keys().filter(|clause| within(&quota.scope, **clause)) {
                    self.cut(one, *clause, Decimal::ZERO, Rule::Quota(number));
                }
            }
        }
    }

    fn budgets(&mut self) {
        for (number, budget) in self.model.settlement.budgets.iter().enumerate() {
            let period = |date: i32| if budget.period == CapPeriod::Year { year(date) } else { 0 };
            let periods: BTreeSet<i64> = self.sorted.iter().map(|one| period(one.date)).collect();
            for at in periods {
                let paid =
                    self.ledger.iter().filter(|award| period(award.date) == at && within(&budget.scope, award.clause));
                let left = (budget.amount - paid.map(|award| award.amount).sum::<Decimal>()).max(Decimal::ZERO);
                let mut claims: Vec<(&Application, ClauseId, Decimal)> = Vec::new();
                for one in self.sorted.iter().copied().filter(|one| period(one.date) == at) {
                    for clause in one.awards.keys().copied().filter(|clause| within(&budget.scope, *clause)) {
                        claims.push((one, clause, self.amount(one, clause)));
                    }
                }
                claims.retain(|(_, _, amount)| !amount.is_zero());
                if let Allocation::Ranked(order) = &budget.strategy {
                    claims.sort_by_key(|(one, _, _)| standing(order, &budget.scope, one));
                }
                let given = match budget.strategy {
                    Allocation::ProRata => alike(budget, left, &claims),
                    Allocation::FirstCome | Allocation::Ranked(_) => in_turn(budget, left, &claims),
                };
                for ((one, clause, _), given) in claims.iter().zip(given) {
                    self.cut(one, *clause, given, Rule::Budget(number));
                }
            }
        }
    }
}

fn quota_period(quota: &Quota, date: i32) -> i64 {
    if quota.period == CapPeriod::Year { year(date) } else { 0 }
}

/// The amount of a cap that is a constant.
fn constant(cap: &Cap) -> Option<Decimal> {
    match &cap.amount.kind {
        ExprKind::Constant(Value::Number(amount)) => Some(*amount),
        _ => None,
    }
}

/// Whether a record counts toward a cap of a clause.
fn counts(cap: &Cap, clause: ClauseId, record: &Record) -> bool {
    match &cap.counts {
        CapScope::Clause => record.clause == clause,
        CapScope::Clauses(clauses) => clauses.contains(&record.clause),
        CapScope::Policy => true,
    }
}

fn clause_of(member: &GroupMember) -> Option<ClauseId> {
    match member {
        GroupMember::Clause(clause) => Some(*clause),
        GroupMember::External(_) => None,
    }
}

/// What an application is ordered by: unknown comes last.
fn standing(order: &[OrderKey], scope: &[ClauseId], one: &Application) -> Vec<(bool, Decimal)> {
    let value = |key: &OrderKey| match key.by {
        OrderBy::Date => Some(Decimal::from(one.date)),
        OrderBy::Amount => {
            Some(one.awards.iter().filter(|(clause, _)| within(scope, **clause)).map(|(_, amount)| *amount).sum())
        }
        OrderBy::Fact(fact) => one.facts.get(&fact).copied(),
    };
    let place = |key: &OrderKey| match value(key) {
        None => (true, Decimal::ZERO),
        Some(value) => (false, if key.descending { -value } else { value }),
    };
    order.iter().map(place).collect()
}

fn in_turn(budget: &Budget, mut left: Decimal, claims: &[(&Application, ClauseId, Decimal)]) -> Vec<Decimal> {
    let mut all = Vec::new();
    for (_, _, amount) in claims {
        let given = if budget.partial || *amount <= left { left.min(*amount) } else { Decimal::ZERO };
        left -= given;
        all.push(given);
    }
    all
}

fn alike(budget: &Budget, left: Decimal, claims: &[(&Application, ClauseId, Decimal)]) -> Vec<Decimal> {
    let asked: Decimal = claims.iter().map(|(_, _, amount)| *amount).sum();
    if asked <= left {
        return claims.iter().map(|(_, _, amount)| *amount).collect();
    }
    let share = |amount: Decimal| {
        let product = Number::from_decimal(amount).multiply(Number::from_decimal(left));
        let quotient = product.and_then(|product| product.divide(Number::from_decimal(asked), budget.rounding));
        quotient.map_or(Decimal::ZERO, Number::to_decimal)
    };
    let mut shares: Vec<Decimal> = claims.iter().map(|(_, _, amount)| share(*amount)).collect();
    let mut rest = left - shares.iter().sum::<Decimal>();
    let mut takers: Vec<usize> = (0..claims.len()).collect();
    match budget.remainder {
        Remainder::Keep => takers.clear(),
        Remainder::First => {}
        Remainder::Last => takers.reverse(),
        Remainder::Largest => takers.sort_by_key(|at| std::cmp::Reverse(claims[*at].2)),
    }
    for at in takers {
        let more = rest.min(claims[at].2 - shares[at]);
        shares[at] += more;
        rest -= more;
    }
    shares
}

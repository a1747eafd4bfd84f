//! In: the applications of one holder in one period, under one group. Out: what the rule of the group leaves of each.
//! Invariant: an external amount competes and is never cut.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{Application, Holder, Record, Rule, Run, clause_of, constant, counts, held_by, same_period};
use crate::model::clause::CapPeriod;
use crate::model::settlement::{Group, GroupMember, GroupRule};

/// The applications of one holder in one period, under one group.
pub struct Cell<'r, 'a> {
    pub(super) run: &'r mut Run<'a>,
    pub(super) number: usize,
    pub(super) group: &'a Group,
    pub(super) inside: Vec<&'a Application>,
    pub(super) holder: Holder,
}

/// An amount that competes: the application, the place of the member, how much.
type Rival<'a> = (&'a Application, usize, Decimal);

impl<'a> Cell<'_, 'a> {
    fn rivals(&self) -> Vec<Rival<'a>> {
        let mut rivals = Vec::new();
        for one in &self.inside {
            for (at, member) in self.group.members.iter().enumerate() {
                let amount = match member {
                    GroupMember::Clause(clause) => self.run.amount(one, *clause),
                    GroupMember::External(fact) => one.facts.get(fact).copied().unwrap_or_default(),
                };
                if amount > Decimal::ZERO {
                    rivals.push((*one, at, amount));
                }
            }
        }
        rivals
    }

    /// What the ledger holds under a member.
    fn paid(&self, member: usize) -> Decimal {
        let Some(clause) = self.group.members.get(member).and_then(clause_of) else { return Decimal::ZERO };
        let Some(first) = self.inside.first() else { return Decimal::ZERO };
        let records = self.run.ledger();
        let counted = records.iter().filter(|record| {
            record.clause == clause
                && held_by(record, &self.holder)
                && same_period(self.group.period, record.date, first.date)
        });
        if self.group.period == CapPeriod::Each { Decimal::ZERO } else { counted.map(|record| record.amount).sum() }
    }

    /// What competes, with what the caps of its clause took off it for awards of this cell under members from `first` on: the group
    /// takes those off itself.
    fn whole(&self, rival: &Rival<'a>, first: usize) -> Decimal {
        let (application, member, amount) = *rival;
        let clause = self.group.members.get(member).and_then(clause_of);
        let Some((clause, info)) =
            clause.and_then(|clause| Some((clause, self.run.model.clauses.get(clause.index())?)))
        else {
            return amount;
        };
        let records = self.run.ledger();
        let in_cell = |record: &Record| {
            let place = self.group.members.iter().position(|member| *member == GroupMember::Clause(record.clause));
            place.is_some_and(|place| place >= first)
                && held_by(record, &self.holder)
                && same_period(self.group.period, record.date, application.date)
        };
        let before = application.before.get(&clause).or_else(|| application.awards.get(&clause)).copied();
        let capped = |records: &[&Record]| {
            let mut rest = before.unwrap_or_default();
            for (at, cap) in info.caps.iter().enumerate() {
                let own = application.limits.get(&(clause, at)).copied();
                let Some(limit) = own.unwrap_or_else(|| constant(cap)) else { continue };
                let counted: Vec<&Record> =
                    records.iter().copied().filter(|record| counts(cap, clause, record)).collect();
                rest = rest.min(self.run.left(cap, limit, application, &counted));
            }
            rest
        };
        let all: Vec<&Record> = records.iter().collect();
        let outside: Vec<&Record> = records.iter().filter(|record| !in_cell(record)).collect();
        let (with, without) = (capped(&all), capped(&outside));
        amount.max(amount.min(with) + without - with)
    }

    fn keep(&mut self, rival: &Rival<'a>, to: Decimal) {
        if let Some(clause) = self.group.members.get(rival.1).and_then(clause_of) {
            self.run.cut(rival.0, clause, to, Rule::Group(self.number));
        }
    }

    pub(super) fn decide(&mut self) {
        let rivals = self.rivals();
        let count = self.group.members.len();
        let paid: Vec<Decimal> = (0..count).map(|member| self.paid(member)).collect();
        match &self.group.rule {
            GroupRule::Stack => {}
            GroupRule::Highest => {
                let wholes: Vec<Decimal> = rivals.iter().map(|rival| self.whole(rival, 0)).collect();
                let Some(most) = wholes.iter().copied().max() else { return };
                let greatest = |at: &usize| wholes[*at] == most;
                let best = (0..rivals.len()).filter(greatest).min_by_key(|at| (rivals[*at].1, *at));
                for (at, rival) in rivals.iter().enumerate() {
                    let to = if Some(at) == best { most - paid.iter().sum::<Decimal>() } else { Decimal::ZERO };
                    self.keep(rival, to);
                }
            }
            GroupRule::ChooseOne { .. } => self.choose_one(&rivals, &paid),
            GroupRule::Priority => {
                let first =
                    (0..count).find(|at| paid[*at] > Decimal::ZERO || rivals.iter().any(|rival| rival.1 == *at));
                let mut earlier: Decimal = (0..count).filter(|at| Some(*at) > first).map(|at| paid[at]).sum();
                for rival in &rivals {
                    if Some(rival.1) == first {
                        let whole = self.whole(rival, rival.1 + 1);
                        self.keep(rival, whole - earlier);
                        earlier = (earlier - whole).max(Decimal::ZERO);
                    } else {
                        self.keep(rival, Decimal::ZERO);
                    }
                }
            }
        }
    }

    fn choose_one(&mut self, rivals: &[Rival<'a>], paid: &[Decimal]) {
        let external = |at: usize| {
            matches!(self.group.members.get(at), Some(GroupMember::External(_)))
                && rivals.iter().any(|rival| rival.1 == at)
        };
        let taken = (0..paid.len()).find(|at| paid[*at] > Decimal::ZERO || external(*at));
        let number = self.number;
        let members = &self.group.members;
        let chosen = |rival: &Rival| {
            // Who claims one thing only has nothing to choose.
            let several = rivals.iter().any(|other| other.0.id == rival.0.id && other.1 != rival.1);
            let clause = rival.0.choices.get(&number).filter(|_| several)?;
            members.iter().position(|member| *member == GroupMember::Clause(*clause))
        };
        let stands = |rival: &&Rival<'a>| match (taken, chosen(rival)) {
            (Some(taken), _) => rival.1 == taken,
            (None, Some(chosen)) => rival.1 == chosen,
            (None, None) => true,
        };
        let left: BTreeSet<usize> = rivals.iter().filter(stands).map(|rival| rival.1).collect();
        let conflict = left.len() > 1;
        for rival in rivals {
            if conflict || !stands(&rival) {
                self.keep(rival, Decimal::ZERO);
            }
        }
        if conflict {
            self.run.out.conflicts.push((number, left.into_iter().collect()));
        }
    }
}

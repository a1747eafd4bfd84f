//! In: the applications of one holder in one period, under one group. Out: what the rule of the group leaves of each.
//! Invariant: an external amount competes and is never cut.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{Application, Holder, Rule, Run, clause_of, held_by, same_period};
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
                let Some(most) = rivals.iter().map(|rival| rival.2).max() else { return };
                let member = rivals.iter().filter(|rival| rival.2 == most).map(|rival| rival.1).min().unwrap_or(0);
                let best = rivals.iter().position(|rival| rival.2 == most && rival.1 == member);
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
                        self.keep(rival, rival.2 - earlier);
                        earlier = (earlier - rival.2).max(Decimal::ZERO);
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

//! In: a claim between two ends, the caps of its clause, a group. Out: what it comes to, between two ends, where awards of the group are
//! left to the group; see `super::super::whole`. Invariant: holds the amount of every completion.

use super::{Ends, Run, UNLIMITED, Used, in_period};
use crate::bytecode::program::{Award, PeriodInfo};
use crate::bytecode::settlement::{GroupInfo, MemberOf};
use crate::settle::batch::small;
use crate::settle::whole::whole;

impl Run<'_> {
    /// What a claim comes to, where awards under members from `first` on are left to the group.
    pub(super) fn whole(&self, claim: usize, group: &GroupInfo, first: u32) -> Ends {
        let amount = self.left(claim);
        let Some(of) = self.applicant.claims.get(claim) else { return amount };
        let (surely, possibly) =
            (|award: &Award| self.lies(group, first, award).0, |award: &Award| self.lies(group, first, award).1);
        if group.period == PeriodInfo::Each || !self.ledger.iter().any(possibly) {
            return amount;
        }
        let with = self.capped(of.clause, of.before, |_| true);
        let without = Ends {
            low: self.capped(of.clause, of.before, |award| !surely(award)).low,
            high: self.capped(of.clause, of.before, |award| !possibly(award)).high,
        };
        Ends {
            low: whole(amount.low, without.low, with.high),
            high: if without.high == UNLIMITED && with.low != UNLIMITED {
                UNLIMITED
            } else {
                whole(amount.high, without.high, with.low)
            },
        }
    }

    /// Whether an award surely, and whether it possibly, lies in the cell under a member from `first` on.
    fn lies(&self, group: &GroupInfo, first: u32, award: &Award) -> (bool, bool) {
        let member = group.members.iter().position(|member| *member == MemberOf::Clause(award.clause));
        let inside = member.is_some_and(|member| small(member) >= first)
            && in_period(group.period, award.date, self.applicant.date);
        let (surely, possibly) = self.holder(&group.key).holds(award);
        (inside && surely, inside && possibly)
    }

    /// What the caps of a clause leave of an amount, where only some awards count.
    fn capped(&self, clause: u32, amount: Ends, counts: impl Fn(&Award) -> bool) -> Ends {
        let tables = self.rules.tables;
        let own = tables.clauses.get(clause as usize).map_or(0..0, |info| info.caps.0..info.caps.1);
        own.fold(amount, |amount, number| {
            let Some(cap) = tables.caps.get(number as usize) else { return amount };
            let Some(limit) = self.limit(number) else { return amount };
            let used = match cap.period {
                PeriodInfo::Each => Used::default(),
                period => {
                    let counts = |award: &Award| cap.counts.binary_search(&award.clause).is_ok() && counts(award);
                    self.used(&cap.key, period, counts).0
                }
            };
            amount.least(used.leaves(limit))
        })
    }
}

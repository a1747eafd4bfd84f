//! In: the ledger, the caps of a clause, a cell of a group. Out: what an amount comes to with what its own caps had taken off for awards
//! of that cell, which the group takes off itself: each award of the ledger counts once.
//! Invariant: never less than the amount, and never more than it would have been without those awards.

use rustc_hash::FxHashMap;

use super::batch::{Row, small};
use super::caps;
use super::range::in_period;
use super::work::{Cell, Earlier, Holder, Work, period, year};
use crate::bytecode::program::{CapInfo, PeriodInfo};
use crate::bytecode::settlement::{GroupInfo, MemberOf};

/// What the ledger has used of a cap.
#[derive(Debug, Clone, Copy, Default)]
struct Used {
    sum: i128,
    /// How many awards use it up, whatever the sum.
    up: u32,
}

/// A cap, whose it is, and when.
type Account = (u32, Holder, i32);

/// The ledger, looked up by holder.
#[derive(Default)]
pub(super) struct Ledger {
    /// Awards by those whom they name.
    of: Option<FxHashMap<Holder, Vec<u32>>>,
    everyone: Vec<u32>,
    all: FxHashMap<Account, Used>,
    inside: FxHashMap<(Account, Cell, u32), Used>,
}

/// An amount that competes in a cell.
#[derive(Clone, Copy)]
pub(super) struct Standing<'r> {
    pub rank: u32,
    pub row: &'r Row,
    pub clause: u32,
    pub amount: i128,
    pub cell: Cell,
}

impl Ledger {
    /// What an amount comes to, where awards of the cell under members from `first` on are left to the group.
    pub fn whole(&mut self, work: &Work<'_>, group: &GroupInfo, first: u32, standing: Standing<'_>) -> i128 {
        let tables = work.rules.tables;
        let own = tables.clauses.get(standing.clause as usize).map_or(0..0, |info| info.caps.0..info.caps.1);
        let mut with = work.batch.before(standing.row, standing.clause);
        let mut without = with;
        for number in own {
            let Some(cap) = tables.caps.get(number as usize) else { continue };
            let Some(limit) = caps::limit(work, standing.row, number) else { continue };
            let holder = work.holder(standing.rank, standing.row, &cap.key);
            let account = (number, holder, when(cap.period, standing.row.date));
            let all = self.used(work, cap, account, standing.row.date);
            let inside = self.inside(work, cap, account, standing, (group, first));
            let outside = Used { sum: all.sum.saturating_sub(inside.sum), up: all.up.saturating_sub(inside.up) };
            with = with.min(left(limit, all));
            without = without.min(left(limit, outside));
        }
        whole(standing.amount, without, with)
    }

    /// The awards that name a holder.
    fn records(&mut self, work: &Work<'_>, holder: Holder) -> &[u32] {
        let everyone = &mut self.everyone;
        let of = self.of.get_or_insert_with(|| {
            *everyone = (0..small(work.ledger.len())).collect();
            let mut of: FxHashMap<Holder, Vec<u32>> = FxHashMap::default();
            for (award, number) in work.ledger.iter().zip(0u32..) {
                for named in work.named(award) {
                    of.entry(named).or_default().push(number);
                }
            }
            of
        });
        if Work::is_everyone(holder) { everyone } else { of.get(&holder).map_or(&[], Vec::as_slice) }
    }

    fn used(&mut self, work: &Work<'_>, cap: &CapInfo, account: Account, date: i32) -> Used {
        if let Some(known) = self.all.get(&account) {
            return *known;
        }
        let records = self.records(work, account.1);
        let used = sum(work, cap, date, records, |_| true);
        self.all.insert(account, used);
        used
    }

    fn inside(
        &mut self,
        work: &Work<'_>,
        cap: &CapInfo,
        account: Account,
        standing: Standing<'_>,
        (group, first): (&GroupInfo, u32),
    ) -> Used {
        let key = (account, standing.cell, first);
        if let Some(known) = self.inside.get(&key) {
            return *known;
        }
        let (holder, at) = standing.cell;
        let lies = |award: &Earlier| {
            let member = group.members.iter().position(|member| *member == MemberOf::Clause(award.clause));
            member.is_some_and(|member| small(member) >= first)
                && period(group.period, award.date) == at
                && work.earlier_for(award, &group.key).any(|of| of == holder)
        };
        // Of the two lists the one of a single holder, where there is one.
        let whose = if Work::is_everyone(account.1) { holder } else { account.1 };
        let by_cap = |award: &Earlier| work.earlier_for(award, &cap.key).any(|of| of == account.1);
        let records = self.records(work, whose);
        let used = sum(work, cap, standing.row.date, records, |award| lies(award) && by_cap(award));
        self.inside.insert(key, used);
        used
    }
}

/// What awards use of a cap on a day.
fn sum(work: &Work<'_>, cap: &CapInfo, date: i32, records: &[u32], counts: impl Fn(&Earlier) -> bool) -> Used {
    let mut used = Used::default();
    let awards = records.iter().filter_map(|record| work.ledger.get(*record as usize));
    for award in awards.filter(|award| cap.counts.binary_search(&award.clause).is_ok() && counts(award)) {
        let up = cap.period == PeriodInfo::Once || (cap.period == PeriodInfo::OnceOrYear && award.once);
        used.up = used.up.saturating_add(u32::from(up));
        if in_period(cap.period, award.date, date) {
            used.sum = used.sum.saturating_add(award.amount);
        }
    }
    used
}

fn left(limit: i128, used: Used) -> i128 {
    if used.up > 0 { 0 } else { limit.saturating_sub(used.sum).max(0) }
}

/// What tells apart the days on which different awards count.
fn when(period: PeriodInfo, date: i32) -> i32 {
    match period {
        PeriodInfo::Year | PeriodInfo::OnceOrYear => year(date),
        PeriodInfo::Lifetime | PeriodInfo::Once | PeriodInfo::Each => 0,
        PeriodInfo::Months(_) => date,
    }
}

/// What is left of an amount and what the caps took off it: they leave `with` with the awards of the cell, and `without` without them.
pub(super) fn whole(amount: i128, without: i128, with: i128) -> i128 {
    amount.max(amount.min(with).saturating_add(without.saturating_sub(with)))
}

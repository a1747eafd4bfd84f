//! In: lines after the steps before. Out: lines cut by what earlier awards, of the ledger and of the batch, leave of each cap.
//! Invariant: over ledger and batch no cap is exceeded by what is given here.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::Rule;
use super::batch::{Row, small};
use super::work::{Cell, Holder, Work, period};
use crate::bytecode::program::{CapInfo, PeriodInfo};
use crate::bytecode::settlement::{GroupInfo, MemberOf};
use crate::calendar::{self, MissingDay};

/// What is used of a cap by one holder in one period.
#[derive(Debug, Clone, Copy, Default)]
struct Used {
    sum: i128,
    /// Nothing is left, whatever the sum.
    up: bool,
}

/// What is used of all caps: `c` names the cap.
#[derive(Default)]
struct Account<C> {
    cells: FxHashMap<(C, Cell), Used>,
    /// Caps over the last months: sums by day.
    windows: FxHashMap<(C, Holder), BTreeMap<i32, i128>>,
}

impl<C: Copy + Eq + std::hash::Hash> Account<C> {
    /// Counts an award toward a cap.
    fn add(&mut self, cap: C, of: PeriodInfo, holder: Holder, date: i32, amount: i128, once: bool) {
        if let PeriodInfo::Months(_) = of {
            let day = self.windows.entry((cap, holder)).or_default().entry(date).or_default();
            *day = day.saturating_add(amount);
            return;
        }
        let used = self.cells.entry((cap, (holder, period(of, date)))).or_default();
        used.sum = used.sum.saturating_add(amount);
        used.up |= of == PeriodInfo::Once;
        if once && of == PeriodInfo::OnceOrYear {
            self.cells.entry((cap, (holder, i32::MIN))).or_default().up = true;
        }
    }

    /// What is left of a cap of `limit` on a day.
    fn left(&mut self, cap: C, of: PeriodInfo, holder: Holder, date: i32, limit: i128) -> i128 {
        match of {
            PeriodInfo::Each => limit.max(0),
            PeriodInfo::Months(months) => (limit - self.window(cap, holder, months, date)).max(0),
            PeriodInfo::Year | PeriodInfo::Lifetime | PeriodInfo::Once | PeriodInfo::OnceOrYear => {
                let used = self.cells.get(&(cap, (holder, period(of, date)))).copied().unwrap_or_default();
                let for_ever = of == PeriodInfo::OnceOrYear
                    && self.cells.get(&(cap, (holder, i32::MIN))).is_some_and(|used| used.up);
                if used.up || for_ever { 0 } else { limit.saturating_sub(used.sum).max(0) }
            }
        }
    }

    /// What was given within so many months; days only go on, so that what is before can be forgotten.
    fn window(&mut self, cap: C, holder: Holder, months: u32, date: i32) -> i128 {
        let Some(days) = self.windows.get_mut(&(cap, holder)) else { return 0 };
        let start = calendar::add_months(i64::from(date), -i64::from(months), MissingDay::LastDay);
        if let Some(start) = start {
            while days.first_key_value().is_some_and(|(day, _)| i64::from(*day) <= start) {
                days.pop_first();
            }
        }
        days.values().fold(0, |sum, amount| sum.saturating_add(*amount))
    }
}

/// Caps of clauses.
pub(super) fn apply(work: &mut Work<'_>) {
    let tables = work.rules.tables;
    // Caps toward which awards of a clause count.
    let mut counting: Vec<Vec<u32>> = vec![Vec::new(); tables.clauses.len()];
    for (cap, number) in tables.caps.iter().zip(0u32..).filter(|(cap, _)| cap.period != PeriodInfo::Each) {
        for clause in &cap.counts {
            if let Some(of_clause) = counting.get_mut(*clause as usize) {
                of_clause.push(number);
            }
        }
    }
    let caps_of = |clause: u32| counting.get(clause as usize).map_or(&[][..], Vec::as_slice);
    let mut account = Account::default();
    for award in &work.ledger {
        for number in caps_of(award.clause) {
            let Some(cap) = tables.caps.get(*number as usize) else { continue };
            for holder in work.earlier_for(award, &cap.key) {
                account.add(*number, cap.period, holder, award.date, award.amount, award.once);
            }
        }
    }
    for rank in 0..work.count() {
        let Some(row) = work.row(rank) else { continue };
        for line in work.span(rank) {
            let Some(clause) = work.line(line).filter(|line| line.amount > 0).map(|line| line.clause) else { continue };
            let own = tables.clauses.get(clause as usize).map_or(0..0, |info| info.caps.0..info.caps.1);
            for number in own {
                let Some(cap) = tables.caps.get(number as usize) else { continue };
                let Some(limit) = limit(work, row, number) else { continue };
                let holder = work.holder(rank, row, &cap.key);
                let left = account.left(number, cap.period, holder, row.date, limit);
                work.cut(line, left, Rule::Cap(number));
            }
            let Some(given) = work.line(line).map(|line| line.amount).filter(|given| *given > 0) else { continue };
            for number in caps_of(clause) {
                let Some(CapInfo { key, period, .. }) = tables.caps.get(*number as usize) else { continue };
                for holder in work.counted_for(rank, row, key) {
                    account.add(*number, *period, holder, row.date, given, false);
                }
            }
        }
    }
}

/// The amount of a cap for an application; `None` where it is lifted or not known.
pub(super) fn limit(work: &Work<'_>, row: &Row, cap: u32) -> Option<i128> {
    let own = work.batch.limits_of(row).iter().find(|(of, _)| *of == cap);
    own.map_or_else(|| work.rules.cap_amounts.get(cap as usize).copied().flatten(), |(_, limit)| *limit)
}

/// Joint caps of groups.
pub(super) fn apply_joint(work: &mut Work<'_>) {
    let groups = &work.rules.tables.settlement.groups;
    let mut account: Account<(u32, u32)> = Account::default();
    for (group, number) in groups.iter().zip(0u32..) {
        for (cap, at) in group.caps.iter().zip(0u32..) {
            let is_member = |clause: u32| group.members.contains(&MemberOf::Clause(clause));
            for award in work.ledger.iter().filter(|award| is_member(award.clause)) {
                for holder in work.earlier_for(award, &cap.key) {
                    account.add((number, at), cap.period, holder, award.date, award.amount, award.once);
                }
            }
        }
    }
    for (group, number) in groups.iter().zip(0u32..).filter(|(group, _)| !group.caps.is_empty()) {
        for rank in 0..work.count() {
            if let Some(row) = work.row(rank) {
                Joint { group, number, rank, row }.apply(work, &mut account);
            }
        }
    }
}

/// The joint caps of a group on one application.
struct Joint<'a> {
    group: &'a GroupInfo,
    number: u32,
    rank: u32,
    row: &'a Row,
}

impl Joint<'_> {
    fn apply(&self, work: &mut Work<'_>, account: &mut Account<(u32, u32)>) {
        let lines = member_lines(work, self.rank, &self.group.members);
        // What each cap leaves within this application, where that is its period.
        let mut each: Vec<i128> = self.group.caps.iter().map(|cap| cap.amount).collect();
        for member in &self.group.members {
            if let MemberOf::External(slot) = member
                && let Some(amount) = work.fact(self.row, *slot).filter(|amount| *amount > 0)
            {
                self.count(work, account, &mut each, amount);
            }
        }
        for line in lines {
            for ((cap, at), left) in self.group.caps.iter().zip(0u32..).zip(&each) {
                let left = if cap.period == PeriodInfo::Each {
                    *left
                } else {
                    let holder = work.holder(self.rank, self.row, &cap.key);
                    account.left((self.number, at), cap.period, holder, self.row.date, cap.amount)
                };
                work.cut(line, left, Rule::JointCap(self.number, at));
            }
            let given = work.line(line).map_or(0, |line| line.amount);
            if given > 0 {
                self.count(work, account, &mut each, given);
            }
        }
    }

    /// Counts an amount toward every cap.
    fn count(&self, work: &Work<'_>, account: &mut Account<(u32, u32)>, each: &mut [i128], amount: i128) {
        for ((cap, at), left) in self.group.caps.iter().zip(0u32..).zip(each) {
            if cap.period == PeriodInfo::Each {
                *left = left.saturating_sub(amount).max(0);
                continue;
            }
            for holder in work.counted_for(self.rank, self.row, &cap.key) {
                account.add((self.number, at), cap.period, holder, self.row.date, amount, false);
            }
        }
    }
}

/// The lines of an application with something left, in order of members.
fn member_lines(work: &Work<'_>, rank: u32, members: &[MemberOf]) -> Vec<u32> {
    let place = |line: u32| {
        let clause = work.line(line).filter(|line| line.amount > 0)?.clause;
        members.iter().position(|member| *member == MemberOf::Clause(clause)).map(|at| (small(at), line))
    };
    let mut lines: Vec<(u32, u32)> = work.span(rank).filter_map(place).collect();
    lines.sort_unstable();
    lines.into_iter().map(|(_, line)| line).collect()
}

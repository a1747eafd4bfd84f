//! In: lines after the steps before. Out: of each cell (a holder in a period) what the rule of each group lets stand.
//! Invariant: but for 叠加, at most one member of a group keeps anything in a cell.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::batch::small;
use super::whole::{Ledger, Standing};
use super::work::{Cell, Holder, Work, period};
use super::{By, Conflict, Rule};
use crate::bytecode::program::PeriodInfo;
use crate::bytecode::settlement::{GroupInfo, GroupRuleInfo, MemberOf};

/// An amount that competes.
#[derive(Debug, Clone, Copy)]
struct Rival {
    cell: Cell,
    rank: u32,
    member: u32,
    /// `None`: an external amount.
    line: Option<u32>,
    amount: i128,
}

/// One group on all applications.
struct Arena<'g> {
    group: &'g GroupInfo,
    number: u32,
    /// What the ledger holds, by cell and member.
    paid: FxHashMap<(Cell, u32), i128>,
    rivals: Vec<Rival>,
}

/// Groups, in the order declared.
pub(super) fn apply(work: &mut Work<'_>) {
    let groups = &work.rules.tables.settlement.groups;
    let mut ledger = Ledger::default();
    for (group, number) in groups.iter().zip(0u32..).filter(|(group, _)| group.rule != GroupRuleInfo::Stack) {
        let arena = Arena { group, number, paid: paid(work, group), rivals: rivals(work, group) };
        let mut start = 0;
        while let Some(first) = arena.rivals.get(start) {
            let end = start + arena.rivals.iter().skip(start).take_while(|rival| rival.cell == first.cell).count();
            arena.decide(work, &mut ledger, start..end);
            start = end;
        }
    }
}

/// What earlier awards of members come to, by cell; nothing within one application.
fn paid(work: &Work<'_>, group: &GroupInfo) -> FxHashMap<(Cell, u32), i128> {
    let mut paid = FxHashMap::default();
    if group.period == PeriodInfo::Each {
        return paid;
    }
    for award in &work.ledger {
        let Some(member) = member(group, award.clause) else { continue };
        for holder in work.earlier_for(award, &group.key) {
            let sum: &mut i128 = paid.entry(((holder, period(group.period, award.date)), member)).or_default();
            *sum = sum.saturating_add(award.amount);
        }
    }
    paid
}

/// The place of a clause among the members.
fn member(group: &GroupInfo, clause: u32) -> Option<u32> {
    group.members.iter().position(|member| *member == MemberOf::Clause(clause)).map(small)
}

/// Everything that competes, cell by cell, in order of application and member.
fn rivals(work: &Work<'_>, group: &GroupInfo) -> Vec<Rival> {
    let mut rivals = Vec::new();
    let externals: Vec<(u32, u32)> = (group.members.iter().zip(0u32..))
        .filter_map(|(member, at)| match member {
            MemberOf::External(slot) => Some((at, *slot)),
            MemberOf::Clause(_) => None,
        })
        .collect();
    for rank in 0..work.count() {
        let Some(row) = work.row(rank) else { continue };
        let start = rivals.len();
        let cell: Cell = match group.period {
            PeriodInfo::Each => (Holder::from(rank), 0),
            of => (work.holder(rank, row, &group.key), period(of, row.date)),
        };
        for line in work.span(rank) {
            let Some(entry) = work.line(line).filter(|entry| entry.amount > 0) else { continue };
            if let Some(member) = member(group, entry.clause) {
                rivals.push(Rival { cell, rank, member, line: Some(line), amount: entry.amount });
            }
        }
        for (member, slot) in &externals {
            if let Some(amount) = work.fact(row, *slot).filter(|amount| *amount > 0) {
                rivals.push(Rival { cell, rank, member: *member, line: None, amount });
            }
        }
        if let Some(own) = rivals.get_mut(start..) {
            own.sort_by_key(|rival| rival.member);
        }
    }
    if group.period != PeriodInfo::Each {
        rivals.sort_by_key(|rival| rival.cell);
    }
    rivals
}

impl Arena<'_> {
    fn decide(&self, work: &mut Work<'_>, ledger: &mut Ledger, range: Range<usize>) {
        let rivals = self.rivals.get(range).unwrap_or(&[]);
        let Some(cell) = rivals.first().map(|rival| rival.cell) else { return };
        match self.group.rule {
            GroupRuleInfo::Highest => self.highest(work, ledger, rivals, cell),
            GroupRuleInfo::ChooseOne(_) => self.choose_one(work, rivals, cell),
            GroupRuleInfo::Priority => self.priority(work, ledger, rivals, cell),
            GroupRuleInfo::Stack => {}
        }
    }

    fn paid(&self, cell: Cell, member: u32) -> i128 {
        self.paid.get(&(cell, member)).copied().unwrap_or(0)
    }

    fn members(&self) -> Range<u32> {
        0..small(self.group.members.len())
    }

    fn cut(&self, work: &mut Work<'_>, rival: &Rival, to: i128, by: By) {
        if let Some(line) = rival.line {
            work.cut(line, to, Rule::Group(self.number, by));
        }
    }

    /// What an amount comes to, where the ledger under members from `first` on is left to the group.
    fn whole(&self, work: &Work<'_>, ledger: &mut Ledger, rival: &Rival, first: u32) -> i128 {
        let paid = self.members().skip(first as usize).any(|member| self.paid(rival.cell, member) > 0);
        let line = rival.line.filter(|_| paid).and_then(|line| work.line(line));
        let (Some(line), Some(row)) = (line, work.row(rival.rank)) else { return rival.amount };
        let Rival { cell, rank, amount, .. } = *rival;
        ledger.whole(work, self.group, first, Standing { rank, row, clause: line.clause, amount, cell })
    }

    fn highest(&self, work: &mut Work<'_>, ledger: &mut Ledger, rivals: &[Rival], cell: Cell) {
        let wholes = rivals.iter().map(|rival| (rival, self.whole(work, ledger, rival, 0)));
        let order = |(rival, whole): &(&Rival, i128)| (-whole, rival.member, rival.rank);
        let Some((best, whole)) = wholes.min_by_key(order) else { return };
        let (earlier, paid) = (self.members()).fold((None, 0i128), |(earlier, sum), member| {
            let paid = self.paid(cell, member);
            (earlier.or((paid > 0).then_some(member)), sum.saturating_add(paid))
        });
        for rival in rivals.iter().filter(|rival| (rival.rank, rival.member) != (best.rank, best.member)) {
            self.cut(work, rival, 0, By::Member(best.member));
        }
        if let Some(earlier) = earlier {
            self.cut(work, best, whole.saturating_sub(paid), By::Ledger(earlier));
        }
    }

    fn choose_one(&self, work: &mut Work<'_>, rivals: &[Rival], cell: Cell) {
        let external = |member: u32| rivals.iter().any(|rival| rival.member == member && rival.line.is_none());
        let taken = self.members().find(|member| self.paid(cell, *member) > 0 || external(*member));
        if let Some(taken) = taken {
            let by = if external(taken) { By::Member(taken) } else { By::Ledger(taken) };
            for rival in rivals.iter().filter(|rival| rival.member != taken) {
                self.cut(work, rival, 0, by);
            }
            return;
        }
        let mut left: Vec<&Rival> = Vec::new();
        for rival in rivals {
            let several = rivals.iter().any(|other| other.rank == rival.rank && other.member != rival.member);
            match self.choice(work, rival.rank).filter(|_| several) {
                Some(chosen) if chosen != rival.member => self.cut(work, rival, 0, By::Choice(chosen)),
                Some(_) | None => left.push(rival),
            }
        }
        let mut members: Vec<u32> = left.iter().map(|rival| rival.member).collect();
        members.sort_unstable();
        members.dedup();
        if members.len() < 2 {
            return;
        }
        for rival in &left {
            self.cut(work, rival, 0, By::Conflict);
        }
        let mut applications: Vec<u32> = left.iter().map(|rival| work.application(rival.rank)).collect();
        applications.dedup();
        work.conflicts.push(Conflict { group: self.number, applications, members });
    }

    /// The member that the applicant chose.
    fn choice(&self, work: &Work<'_>, rank: u32) -> Option<u32> {
        let choices = work.batch.choices_of(work.row(rank)?);
        let chosen = choices.iter().find(|(group, _)| *group == self.number)?.1;
        member(self.group, chosen)
    }

    fn priority(&self, work: &mut Work<'_>, ledger: &mut Ledger, rivals: &[Rival], cell: Cell) {
        let claimed = |member: u32| rivals.iter().any(|rival| rival.member == member);
        let first = self.members().find(|member| claimed(*member) || self.paid(cell, *member) > 0);
        let Some(first) = first else { return };
        let by = if claimed(first) { By::Member(first) } else { By::Ledger(first) };
        for rival in rivals.iter().filter(|rival| rival.member != first) {
            self.cut(work, rival, 0, by);
        }
        let mut paid = 0i128;
        let mut later = None;
        for member in self.members().filter(|member| *member > first) {
            let of_member = self.paid(cell, member);
            later = later.or((of_member > 0).then_some(member));
            paid = paid.saturating_add(of_member);
        }
        for rival in rivals.iter().filter(|rival| rival.member == first) {
            if let Some(later) = later {
                let whole = self.whole(work, ledger, rival, first.saturating_add(1));
                let kept = whole.saturating_sub(paid).max(0);
                paid = paid.saturating_sub(whole).max(0);
                self.cut(work, rival, kept, By::Ledger(later));
            }
        }
    }
}

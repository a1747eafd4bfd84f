//! In: one application of which not everything is known: amounts between two ends, clauses still open, identifiers and choices not given.
//! Out: what settlement can leave of each amount, whatever turns out: the table of section 5 of the semantics.
//! Invariant: every completion settles to an amount within the ends given here.

mod groups;
mod known;
mod whole;

use super::budgets::{share, unit};
use super::work::in_scope;
use super::{Rule, Rules};
use crate::bytecode::program::{Award, KeyInfo, PeriodInfo};
use crate::bytecode::settlement::{
    AllocationInfo, BudgetInfo, GroupInfo, MemberOf, QuotaInfo, RemainderInfo, StepInfo,
};
use crate::calendar::{self, MissingDay};

use known::left;
pub use known::{Applicant, Choice, Claim, Ends, Identity, Outlook, Taken, UNLIMITED};

/// Settles one application. The ledger counts whole: leave out what is later than the day.
#[must_use]
pub fn settle(rules: &Rules<'_>, applicant: &Applicant, ledger: &[Award]) -> Outlook {
    let outlook = Outlook {
        left: applicant.claims.iter().map(|claim| claim.amount).collect(),
        needs: applicant.claims.iter().map(|claim| claim.needs.clone()).collect(),
        ..Outlook::default()
    };
    let mut run = Run { rules, applicant, ledger, outlook, bundles: Vec::new() };
    let settlement = &rules.tables.settlement;
    for step in rules.steps() {
        match step {
            StepInfo::Groups => {
                for (group, number) in settlement.groups.iter().zip(0u32..) {
                    run.group(group, number);
                }
            }
            StepInfo::Caps => run.caps(),
            StepInfo::JointCaps => {
                for (group, number) in settlement.groups.iter().zip(0u32..) {
                    run.joint_caps(group, number);
                }
            }
            StepInfo::Quotas => {
                for (quota, number) in settlement.quotas.iter().zip(0u32..) {
                    run.quota(quota, number);
                }
            }
            StepInfo::Budgets => {
                for (budget, number) in settlement.budgets.iter().zip(0u32..) {
                    run.budget(budget, number);
                }
            }
        }
    }
    run.finish()
}

/// Claims that are bounded together.
struct Bundle {
    claims: Vec<usize>,
    bound: Bound,
}

enum Bound {
    /// Only one of them stands; together at least this, as long as no later rule changes what is left here.
    One(i128, Vec<Ends>),
    /// Together at most this.
    Most(i128),
}

/// Whose records count.
enum Holder<'a> {
    Everyone,
    Subject(u32, &'a str),
    /// Of one of these kinds, each with the slot that would tell.
    Unknown(Vec<(u32, u32)>),
    Nobody,
}

impl Holder<'_> {
    /// Whether an award surely went to the holder, and whether it may have.
    fn holds(&self, award: &Award) -> (bool, bool) {
        let of = |kind: u32| award.subjects.iter().find(|(named, _)| *named == kind);
        match self {
            Holder::Everyone => (true, true),
            Holder::Subject(kind, name) => {
                let held = of(*kind).is_some_and(|(_, named)| named == name);
                (held, held)
            }
            Holder::Unknown(kinds) => (false, kinds.iter().any(|(kind, _)| of(*kind).is_some())),
            Holder::Nobody => (false, false),
        }
    }

    /// The slots that would tell who it is.
    fn slots(&self) -> impl Iterator<Item = u32> {
        let unknown = match self {
            Holder::Unknown(kinds) => kinds.as_slice(),
            Holder::Everyone | Holder::Subject(..) | Holder::Nobody => &[],
        };
        unknown.iter().map(|(_, slot)| *slot)
    }
}

/// What is used of something.
#[derive(Debug, Clone, Copy, Default)]
struct Used {
    sum: Ends,
    /// Surely and possibly used up, whatever the sum.
    up: (bool, bool),
}

impl Used {
    fn leaves(self, limit: Ends) -> Ends {
        let left = limit.less(self.sum);
        Ends { low: if self.up.1 { 0 } else { left.low }, high: if self.up.0 { 0 } else { left.high } }
    }
}

struct Run<'a> {
    rules: &'a Rules<'a>,
    applicant: &'a Applicant,
    ledger: &'a [Award],
    outlook: Outlook,
    bundles: Vec<Bundle>,
}

impl<'a> Run<'a> {
    fn left(&self, claim: usize) -> Ends {
        self.outlook.left.get(claim).copied().unwrap_or_default()
    }

    /// The place of a clause among the claims.
    fn claim(&self, clause: u32) -> Option<usize> {
        self.applicant.claims.iter().position(|claim| claim.clause == clause)
    }

    /// Puts what a rule leaves in the place of a claim; `others` are the slots on which that rests.
    fn put(&mut self, claim: usize, to: Ends, rule: Rule, others: &[u32]) {
        let before = self.left(claim);
        let after = before.least(to);
        let after = Ends { low: after.low.min(after.high), high: after.high };
        if after == before {
            return;
        }
        let high = if before.high == UNLIMITED && after.high != UNLIMITED {
            UNLIMITED
        } else {
            before.high.saturating_sub(after.high)
        };
        self.outlook.taken.push(Taken { claim, rule, amount: (before.low - after.low, high) });
        if let Some(place) = self.outlook.left.get_mut(claim) {
            *place = after;
        }
        if let Some(needs) = self.outlook.needs.get_mut(claim).filter(|_| !after.is_exact()) {
            needs.extend(others);
            needs.sort_unstable();
            needs.dedup();
        }
    }

    /// The slots for which claims wait whose amount is not exact.
    fn waits(&self, claims: &[usize]) -> Vec<u32> {
        let open = claims.iter().filter(|claim| !self.left(**claim).is_exact());
        open.filter_map(|claim| self.outlook.needs.get(*claim)).flatten().copied().collect()
    }

    fn holder(&self, key: &KeyInfo) -> Holder<'a> {
        let KeyInfo::Subjects(kinds) = key else { return Holder::Everyone };
        let applicant = self.applicant;
        let identity = |kind: &u32| applicant.subjects.get(*kind as usize);
        let known = kinds.iter().find_map(|kind| match identity(kind) {
            Some(Identity::Known(name)) => Some(Holder::Subject(*kind, name)),
            _ => None,
        });
        let unknown = kinds.iter().filter_map(|kind| match identity(kind) {
            Some(Identity::Unknown(slot)) => Some((*kind, *slot)),
            _ => None,
        });
        known.unwrap_or_else(|| {
            let unknown: Vec<(u32, u32)> = unknown.collect();
            if unknown.is_empty() { Holder::Nobody } else { Holder::Unknown(unknown) }
        })
    }

    /// What the ledger has used, and the slots that would tell more.
    fn used(&self, key: &KeyInfo, period: PeriodInfo, counts: impl Fn(&Award) -> bool) -> (Used, Vec<u32>) {
        let holder = self.holder(key);
        let (mut used, mut slots) = (Used::default(), Vec::new());
        for award in self.ledger.iter().filter(|award| counts(award)) {
            let (surely, possibly) = holder.holds(award);
            let up = period == PeriodInfo::Once || (period == PeriodInfo::OnceOrYear && award.once);
            used.up = (used.up.0 || (up && surely), used.up.1 || (up && possibly));
            let inside = in_period(period, award.date, self.applicant.date);
            if inside {
                used.sum.low = used.sum.low.saturating_add(if surely { award.amount } else { 0 });
                used.sum.high = used.sum.high.saturating_add(if possibly { award.amount } else { 0 });
            }
            if possibly && !surely && (up || inside) {
                slots.extend(holder.slots());
            }
        }
        (used, slots)
    }

    fn caps(&mut self) {
        let tables = self.rules.tables;
        for at in 0..self.applicant.claims.len() {
            let Some(clause) = self.applicant.claims.get(at).map(|claim| claim.clause) else { continue };
            let own = tables.clauses.get(clause as usize).map_or(0..0, |info| info.caps.0..info.caps.1);
            for number in own {
                let Some(cap) = tables.caps.get(number as usize) else { continue };
                let Some(limit) = self.limit(number) else { continue };
                let counts = |clause: u32| cap.counts.binary_search(&clause).is_ok();
                let (mut used, mut others) = match cap.period {
                    PeriodInfo::Each => (Used::default(), Vec::new()),
                    period => self.used(&cap.key, period, |award| counts(award.clause)),
                };
                let ledger = used;
                let mut earlier = Vec::new();
                if cap.period != PeriodInfo::Each {
                    let before = self.applicant.claims.iter().enumerate().take(at);
                    earlier.extend(before.filter(|(_, claim)| counts(claim.clause)).map(|(place, _)| place));
                    for place in &earlier {
                        let left = self.left(*place);
                        used.sum = used.sum.plus(left);
                        let once = cap.period == PeriodInfo::Once;
                        used.up = (used.up.0 || (once && left.low > 0), used.up.1 || (once && left.high > 0));
                    }
                    others.extend(self.waits(&earlier));
                }
                // The earlier ones need not be under this cap; then nothing is left for this one.
                let before = earlier.iter().fold(Ends::default(), |sum, place| sum.plus(self.left(*place)));
                let most = ledger.leaves(limit).high.max(before.high);
                self.put(at, used.leaves(limit), Rule::Cap(number), &others);
                earlier.push(at);
                self.bundles.push(Bundle { claims: earlier, bound: Bound::Most(most) });
            }
        }
    }

    /// The amount of a cap; `None` where it is lifted.
    fn limit(&self, cap: u32) -> Option<Ends> {
        let given = self.applicant.limits.iter().find(|(of, _)| *of == cap);
        let constant = || self.rules.cap_amounts.get(cap as usize).copied().flatten().map(Ends::exactly);
        given.map_or_else(constant, |(_, limit)| *limit)
    }

    /// The places of the claims of a group, in order of members.
    fn members(&self, group: &GroupInfo) -> Vec<usize> {
        let place = |member: &MemberOf| match member {
            MemberOf::Clause(clause) => self.claim(*clause),
            MemberOf::External(_) => None,
        };
        group.members.iter().filter_map(place).collect()
    }

    fn external(&self, slot: u32) -> Ends {
        let found = self.applicant.externals.iter().find(|(of, _)| *of == slot);
        found.map_or(Ends::default(), |(_, amount)| *amount)
    }

    fn joint_caps(&mut self, group: &GroupInfo, number: u32) {
        let (mut external, mut unknown) = (Ends::default(), Vec::new());
        for member in &group.members {
            if let MemberOf::External(slot) = member {
                let amount = self.external(*slot);
                external = external.plus(amount);
                unknown.extend((!amount.is_exact()).then_some(*slot));
            }
        }
        let members = self.members(group);
        let counts = |clause: u32| group.members.contains(&MemberOf::Clause(clause));
        for (at, place) in members.iter().enumerate() {
            let earlier = members.get(..at).unwrap_or(&[]);
            for (cap, which) in group.caps.iter().zip(0u32..) {
                let (mut used, mut others) = match cap.period {
                    PeriodInfo::Each => (Used::default(), Vec::new()),
                    period => self.used(&cap.key, period, |award| counts(award.clause)),
                };
                used.sum = used.sum.plus(external);
                let bound = used.leaves(Ends::exactly(cap.amount)).high;
                for earlier in earlier {
                    used.sum = used.sum.plus(self.left(*earlier));
                }
                others.extend(self.waits(earlier).into_iter().chain(unknown.iter().copied()));
                let left = used.leaves(Ends::exactly(cap.amount));
                self.put(*place, left, Rule::JointCap(number, which), &others);
                if at + 1 == members.len() {
                    self.bundles.push(Bundle { claims: members.clone(), bound: Bound::Most(bound) });
                }
            }
        }
    }

    fn quota(&mut self, quota: &QuotaInfo, number: u32) {
        let mut held: Vec<&str> = (self.ledger.iter())
            .filter(|award| in_scope(&quota.scope, award.clause) && award.amount > 0)
            .filter(|award| in_period(quota.period, award.date, self.applicant.date))
            .filter_map(|award| award.subjects.iter().find(|(kind, _)| *kind == quota.per))
            .map(|(_, name)| name.as_str())
            .collect();
        held.sort_unstable();
        held.dedup();
        if held.len() < quota.count as usize {
            return;
        }
        let (to, others) = match self.applicant.subjects.get(quota.per as usize) {
            Some(Identity::Known(name)) if held.binary_search(&name.as_str()).is_ok() => return,
            Some(Identity::Unknown(slot)) if !held.is_empty() => (Ends { low: 0, high: UNLIMITED }, vec![*slot]),
            _ => (Ends::default(), Vec::new()),
        };
        for place in 0..self.applicant.claims.len() {
            if self.applicant.claims.get(place).is_some_and(|claim| in_scope(&quota.scope, claim.clause)) {
                self.put(place, to, Rule::Quota(number), &others);
            }
        }
    }

    fn budget(&mut self, budget: &BudgetInfo, number: u32) {
        let paid = (self.ledger.iter())
            .filter(|award| in_scope(&budget.scope, award.clause))
            .filter(|award| in_period(budget.period, award.date, self.applicant.date))
            .fold(0i128, |sum, award| sum.saturating_add(award.amount));
        let available = left(budget.amount, paid);
        let places: Vec<usize> = (0..self.applicant.claims.len())
            .filter(|at| self.applicant.claims.get(*at).is_some_and(|claim| in_scope(&budget.scope, claim.clause)))
            .collect();
        let asked: Vec<Ends> = places.iter().map(|place| self.left(*place)).collect();
        let others = self.waits(&places);
        let mut before = Ends::default();
        for (at, (place, own)) in places.iter().zip(&asked).enumerate() {
            let to = if budget.strategy == AllocationInfo::ProRata {
                let rest = asked.iter().enumerate().filter(|(other, _)| *other != at);
                let rest = rest.fold(Ends::default(), |sum, (_, ends)| sum.plus(*ends));
                scaled(budget, available, *own, rest, asked.len())
            } else {
                let room = Ends::exactly(available).less(before);
                if budget.partial || own.high <= room.low {
                    room
                } else {
                    Ends { low: 0, high: if own.low <= room.high { room.high } else { 0 } }
                }
            };
            self.put(*place, to, Rule::Budget(number), &others);
            before = before.plus(self.left(*place));
        }
        self.bundles.push(Bundle { claims: places, bound: Bound::Most(available) });
    }

    fn finish(mut self) -> Outlook {
        let mut free: Vec<bool> = self.applicant.claims.iter().map(|claim| !claim.open).collect();
        let mut total = Ends::default();
        for bundle in &self.bundles {
            let own: Vec<usize> = bundle.claims.iter().copied().filter(|at| free.get(*at) == Some(&true)).collect();
            let sum = own.iter().fold(Ends::default(), |sum, at| sum.plus(self.left(*at)));
            let together = match &bundle.bound {
                Bound::Most(most) if *most >= sum.high => continue,
                Bound::Most(most) => Ends { low: sum.low, high: *most },
                Bound::One(least, then) => {
                    let most = own.iter().map(|at| self.left(*at).high).max().unwrap_or(0);
                    let same = bundle.claims.iter().zip(then).all(|(at, then)| self.left(*at) == *then);
                    let whole = own.len() == bundle.claims.len() && same;
                    Ends { low: if whole { sum.low.max(*least) } else { sum.low }, high: most }
                }
            };
            for at in own {
                if let Some(free) = free.get_mut(at) {
                    *free = false;
                }
            }
            total = total.plus(together);
        }
        let rest = (0..free.len()).filter(|at| free.get(*at) == Some(&true));
        self.outlook.total = rest.fold(total, |sum, at| sum.plus(self.left(at)));
        self.outlook
    }
}

/// Between the least and the greatest share of a budget that is scaled down alike; `rest` is what the others ask.
fn scaled(budget: &BudgetInfo, available: i128, own: Ends, rest: Ends, count: usize) -> Ends {
    let unit = unit(budget.scale);
    let low = match own.low.saturating_add(rest.high) {
        _ if rest.high == UNLIMITED => 0,
        asked if asked <= available => own.low,
        asked => share(own.low, available, asked, unit),
    };
    let spare = match budget.remainder {
        RemainderInfo::Keep => 0,
        RemainderInfo::First | RemainderInfo::Last | RemainderInfo::Largest => {
            unit.saturating_mul(i128::try_from(count).unwrap_or(i128::MAX))
        }
    };
    let high = match own.high.saturating_add(rest.low) {
        _ if own.high == UNLIMITED => available,
        asked if asked <= available => own.high,
        asked => share(own.high, available, asked, unit).saturating_add(spare).min(own.high),
    };
    Ends { low, high: high.min(available) }
}

/// Whether an award counts in the period of a day.
pub(super) fn in_period(period: PeriodInfo, date: i32, on: i32) -> bool {
    let (date, on) = (i64::from(date), i64::from(on));
    match period {
        PeriodInfo::Year | PeriodInfo::OnceOrYear => calendar::year(date) == calendar::year(on),
        PeriodInfo::Lifetime | PeriodInfo::Once => true,
        PeriodInfo::Each => false,
        PeriodInfo::Months(months) => {
            calendar::add_months(on, -i64::from(months), MissingDay::LastDay).is_none_or(|start| date > start)
        }
    }
}

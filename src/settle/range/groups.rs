//! In: claims between two ends, in one cell of a group. Out: what the rule of the group can leave of each.
//! Invariant: an amount that may win keeps its high end, and only one that surely wins keeps its low end.

use super::{Bound, Bundle, Choice, Ends, Run, Used, left};
use crate::bytecode::program::PeriodInfo;
use crate::bytecode::settlement::{GroupInfo, GroupRuleInfo, MemberOf};
use crate::settle::batch::small;
use crate::settle::{By, Rule};

/// An amount that competes.
#[derive(Debug, Clone, Copy)]
struct Rival {
    member: u32,
    /// `None`: external.
    claim: Option<usize>,
    amount: Ends,
    /// With what its caps took off for awards that the group takes off.
    whole: Ends,
    paid: Ends,
}

impl Run<'_> {
    /// What competes, one a member, and the slots on which that rests.
    fn rivals(&self, group: &GroupInfo) -> (Vec<Rival>, Vec<u32>) {
        let (mut rivals, mut others) = (Vec::new(), Vec::new());
        for (of, member) in group.members.iter().zip(0u32..) {
            let rival = match of {
                MemberOf::Clause(clause) => {
                    let (used, unknown) = match group.period {
                        PeriodInfo::Each => (Used::default(), Vec::new()),
                        period => self.used(&group.key, period, |award| award.clause == *clause),
                    };
                    others.extend(unknown);
                    let claim = self.claim(*clause);
                    let amount = claim.map_or(Ends::default(), |at| self.left(at));
                    others.extend(claim.map(|at| self.waits(&[at])).into_iter().flatten());
                    let first = if group.rule == GroupRuleInfo::Priority { member.saturating_add(1) } else { 0 };
                    let whole = claim.map_or(Ends::default(), |at| self.whole(at, group, first));
                    let before = claim.filter(|_| !whole.is_exact()).and_then(|at| self.applicant.claims.get(at));
                    others.extend(before.into_iter().flat_map(|claim| &claim.before_needs));
                    Rival { member, claim, amount, whole, paid: used.sum }
                }
                MemberOf::External(slot) => {
                    let amount = self.external(*slot);
                    others.extend((!amount.is_exact()).then_some(*slot));
                    Rival { member, claim: None, amount, whole: amount, paid: Ends::default() }
                }
            };
            rivals.push(rival);
        }
        (rivals, others)
    }

    /// The rule of a group.
    pub(super) fn group(&mut self, group: &GroupInfo, number: u32) {
        if group.rule == GroupRuleInfo::Stack {
            return;
        }
        let (rivals, mut others) = self.rivals(group);
        let own: Vec<usize> = rivals.iter().filter_map(|rival| rival.claim).collect();
        let least = match group.rule {
            GroupRuleInfo::Highest => self.highest(number, &rivals, &others),
            GroupRuleInfo::ChooseOne(_) => {
                let choice = self.applicant.choices.iter().find(|(of, _)| *of == number).map(|(_, choice)| *choice);
                if let Some(Choice::Unknown(slot)) = choice {
                    others.push(slot);
                }
                self.choose_one(group, number, &rivals, choice, &others);
                0
            }
            GroupRuleInfo::Priority => {
                self.priority(number, &rivals, &others);
                0
            }
            GroupRuleInfo::Stack => 0,
        };
        let then = own.iter().map(|at| self.left(*at)).collect();
        self.bundles.push(Bundle { claims: own, bound: Bound::One(least, then) });
    }

    /// The greatest stands; answers what they come to at least together.
    fn highest(&mut self, number: u32, rivals: &[Rival], others: &[u32]) -> i128 {
        let paid = rivals.iter().fold(Ends::default(), |sum, rival| sum.plus(rival.paid));
        // Whether `a` of one stands against `b` of the other.
        let beats = |a: i128, one: &Rival, b: i128, other: &Rival| a > b || (a == b && one.member < other.member);
        for rival in rivals {
            let Some(claim) = rival.claim else { continue };
            let rest = || rivals.iter().filter(|other| other.member != rival.member);
            let sure =
                rest().all(|other| other.amount.high == 0 || beats(rival.whole.low, rival, other.whole.high, other));
            let can =
                rest().all(|other| other.amount.low == 0 || beats(rival.whole.high, rival, other.whole.low, other));
            let then = rival.whole.less(paid);
            let to = Ends { low: if sure { then.low } else { 0 }, high: if can { then.high } else { 0 } };
            let best = rest().max_by_key(|other| (other.whole.high, std::cmp::Reverse(other.member)));
            let earlier = rivals.iter().find(|other| other.paid.high > 0).map(|other| By::Ledger(other.member));
            let by = match (best, earlier) {
                (_, Some(earlier)) if sure => earlier,
                (Some(best), _) => By::Member(best.member),
                (None, earlier) => earlier.unwrap_or(By::Member(rival.member)),
            };
            self.put(claim, to, Rule::Group(number, by), others);
        }
        let decided = |rival: &&Rival| {
            let claim = rival.claim.and_then(|at| self.applicant.claims.get(at));
            claim.is_some_and(|claim| !claim.open)
        };
        let least = rivals.iter().filter(decided).map(|rival| rival.amount.low).max().unwrap_or(0);
        let foreign = rivals.iter().filter(|rival| !decided(rival)).map(|rival| rival.whole.high).max().unwrap_or(0);
        let capped = rivals.iter().any(|rival| rival.whole.high > rival.amount.high);
        if capped || foreign >= least { 0 } else { left(least, paid.high) }
    }

    fn choose_one(&mut self, group: &GroupInfo, number: u32, rivals: &[Rival], choice: Option<Choice>, others: &[u32]) {
        let surely = |rival: &Rival| rival.paid.low > 0 || (rival.claim.is_none() && rival.amount.low > 0);
        let possibly = |rival: &Rival| rival.paid.high > 0 || (rival.claim.is_none() && rival.amount.high > 0);
        let none_surely = !rivals.iter().any(surely);
        let none_possibly = !rivals.iter().any(possibly);
        let chosen = match choice {
            Some(Choice::Clause(clause)) => {
                group.members.iter().position(|member| *member == MemberOf::Clause(clause)).map(small)
            }
            Some(Choice::Unknown(_)) | None => None,
        };
        let open = matches!(choice, Some(Choice::Unknown(_)));
        for rival in rivals {
            let Some(claim) = rival.claim else { continue };
            let before =
                |of: &dyn Fn(&Rival) -> bool| rivals.iter().any(|other| other.member < rival.member && of(other));
            let rest = || rivals.iter().filter(|other| other.member != rival.member);
            let alone = rest().all(|other| other.amount.high == 0);
            let contested = rest().any(|other| other.amount.low > 0);
            let can_by_claim = match chosen {
                Some(chosen) => chosen == rival.member || !contested,
                None => open || !contested,
            };
            let can = (possibly(rival) && !before(&surely)) || (none_surely && can_by_claim);
            let sure =
                (surely(rival) && !before(&possibly)) || (none_possibly && (alone || chosen == Some(rival.member)));
            let to =
                Ends { low: if sure { rival.amount.low } else { 0 }, high: if can { rival.amount.high } else { 0 } };
            let first = |of: &dyn Fn(&Rival) -> bool| rivals.iter().find(|other| of(other));
            let by = match (first(&surely).or_else(|| first(&possibly)), chosen) {
                (Some(taken), _) if taken.claim.is_none() => By::Member(taken.member),
                (Some(taken), _) => By::Ledger(taken.member),
                (None, Some(chosen)) => By::Choice(chosen),
                (None, None) => By::Conflict,
            };
            self.put(claim, to, Rule::Group(number, by), others);
        }
        let claimed: Vec<u32> = rivals.iter().filter(|rival| rival.amount.low > 0).map(|rival| rival.member).collect();
        if claimed.len() > 1 && none_possibly && chosen.is_none() {
            self.outlook.conflicts.push((number, claimed));
        }
    }

    fn priority(&mut self, number: u32, rivals: &[Rival], others: &[u32]) {
        for rival in rivals {
            let Some(claim) = rival.claim else { continue };
            let before = || rivals.iter().filter(|other| other.member < rival.member);
            let sure = before().all(|other| other.amount.high == 0 && other.paid.high == 0);
            let can = before().all(|other| other.amount.low == 0 && other.paid.low == 0);
            let after = rivals.iter().filter(|other| other.member > rival.member);
            let paid = after.fold(Ends::default(), |sum, other| sum.plus(other.paid));
            let then = rival.whole.less(paid);
            let to = Ends { low: if sure { then.low } else { 0 }, high: if can { then.high } else { 0 } };
            let first = before().find(|other| other.amount.high > 0 || other.paid.high > 0);
            let by = match first {
                Some(first) if first.amount.high > 0 => By::Member(first.member),
                Some(first) => By::Ledger(first.member),
                None => {
                    let later = rivals.iter().find(|other| other.member > rival.member && other.paid.high > 0);
                    By::Ledger(later.map_or(rival.member, |later| later.member))
                }
            };
            self.put(claim, to, Rule::Group(number, by), others);
        }
    }
}

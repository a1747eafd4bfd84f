//! In: lines after the steps before. Out: lines of subjects that found no place in a quota cut to nothing.
//! Invariant: over ledger and batch no more subjects than the quota, but for ties that the policy lets in.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::Rule;
use super::batch::small;
use super::work::{Holder, QuotaUse, Work, in_scope, period, shown_year};
use crate::bytecode::program::KeyInfo;
use crate::bytecode::settlement::{OrderByInfo, OrderInfo, QuotaInfo, TieInfo};

/// Values by which applications are ordered: whether it is unknown, and the value with its sign turned where the greater comes first.
pub(super) type Standing = Vec<(bool, i128)>;

/// The standing of an application.
pub(super) fn standing(work: &Work<'_>, rank: u32, order: &[OrderInfo], scope: &[u32]) -> Standing {
    let Some(row) = work.row(rank) else { return Vec::new() };
    let value = |by: OrderByInfo| match by {
        OrderByInfo::Date => Some(i128::from(row.date)),
        OrderByInfo::Amount => {
            let lines = work.span(rank).filter_map(|line| work.line(line));
            Some(lines.filter(|line| in_scope(scope, line.clause)).fold(0, |sum, line| sum + line.assessed))
        }
        OrderByInfo::Slot(slot) => work.fact(row, slot),
    };
    let signed = |key: &OrderInfo| match value(key.by) {
        None => (true, 0),
        Some(value) => (false, if key.descending { value.saturating_neg() } else { value }),
    };
    order.iter().map(signed).collect()
}

/// Somebody who wants a place.
struct Candidate {
    subject: Holder,
    standing: Standing,
    rank: u32,
}

/// Quotas, in the order declared.
pub(super) fn apply(work: &mut Work<'_>) {
    let quotas = &work.rules.tables.settlement.quotas;
    for (quota, number) in quotas.iter().zip(0u32..) {
        let mut taken = held(work, quota);
        for (at, candidates) in candidates(work, quota) {
            let held = taken.remove(&at).unwrap_or_default();
            admit(work, quota, number, at, held, candidates);
        }
    }
}

/// Who has a place by the ledger, by period.
fn held(work: &Work<'_>, quota: &QuotaInfo) -> BTreeMap<i32, FxHashSet<Holder>> {
    let mut held: BTreeMap<i32, FxHashSet<Holder>> = BTreeMap::new();
    let key = KeyInfo::Subjects(vec![quota.per]);
    for award in work.ledger.iter().filter(|award| in_scope(&quota.scope, award.clause) && award.amount > 0) {
        held.entry(period(quota.period, award.date)).or_default().extend(work.earlier_for(award, &key));
    }
    held
}

/// Who wants a place, by period, in order of application.
fn candidates(work: &Work<'_>, quota: &QuotaInfo) -> BTreeMap<i32, Vec<Candidate>> {
    let mut candidates: BTreeMap<i32, Vec<Candidate>> = BTreeMap::new();
    for rank in 0..work.count() {
        let Some(row) = work.row(rank) else { continue };
        let mut own = work.span(rank).filter_map(|line| work.line(line));
        if own.any(|line| line.amount > 0 && in_scope(&quota.scope, line.clause)) {
            let standing = standing(work, rank, &quota.order, &quota.scope);
            let subject = work.subject(rank, row, quota.per);
            candidates.entry(period(quota.period, row.date)).or_default().push(Candidate { subject, standing, rank });
        }
    }
    candidates
}

fn admit(
    work: &mut Work<'_>,
    quota: &QuotaInfo,
    number: u32,
    at: i32,
    held: FxHashSet<Holder>,
    mut candidates: Vec<Candidate>,
) {
    let order = |a: &Candidate, b: &Candidate| -> Ordering { (&a.standing, a.rank).cmp(&(&b.standing, b.rank)) };
    candidates.sort_by(order);
    // Each subject queues once, with the first of its applications.
    let mut seen = held.clone();
    let queue: Vec<&Candidate> = candidates.iter().filter(|candidate| seen.insert(candidate.subject)).collect();
    let before = small(held.len());
    let mut places = quota.count.saturating_sub(before) as usize;
    let mut inside = held;
    let (mut start, mut taken) = (0, 0);
    while let Some(first) = queue.get(start).filter(|_| places > 0) {
        let alike = queue.iter().skip(start).take_while(|other| other.standing == first.standing).count();
        let straddles = alike > places;
        // Without declared keys there are no ties: day and number order everybody.
        let let_in = match quota.ties {
            TieInfo::ByApplication => alike.min(places),
            _ if !straddles => alike,
            _ if quota.order.is_empty() => places,
            TieInfo::All => alike,
            TieInfo::None => 0,
        };
        inside.extend(queue.iter().skip(start).take(let_in).map(|candidate| candidate.subject));
        taken += let_in;
        places = if straddles { 0 } else { places - alike };
        start += alike;
    }
    let refused = small(queue.len().saturating_sub(taken));
    for candidate in candidates.iter().filter(|candidate| !inside.contains(&candidate.subject)) {
        for line in work.span(candidate.rank) {
            if work.line(line).is_some_and(|line| in_scope(&quota.scope, line.clause)) {
                work.cut(line, 0, Rule::Quota(number));
            }
        }
    }
    let year = shown_year(quota.period, at);
    work.quotas.push(QuotaUse { quota: number, year, before, taken: small(taken), refused });
}

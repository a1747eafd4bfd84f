//! In: the final amount of a clause, what the trace holds of its conditions, earlier awards. Out: instalments, shares, what is paid back
//! and what is paid for earlier months. Invariant: instalments add up to the amount, and so do shares.

use super::batch::small;
use super::budgets::unit;
use super::work::year;
use crate::bytecode::program::{Award, ClauseInfo};
use crate::bytecode::settlement::{
    ClawbackInfo, DueInfo, PaymentInfo, PortionInfo, RemainderInfo, RetroactiveInfo, ShareInfo,
};
use crate::calendar::{self, MissingDay};
use crate::vm::Trace;

/// When an instalment is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// Now.
    Now,
    /// When a milestone is reached: its label, and the slots that would tell; none: it is known not to be reached.
    Pending(String, Vec<u32>),
    /// A milestone is said to be reached before an earlier one, whose label this is.
    OutOfOrder(String),
    /// On this day.
    On(i32),
    /// Not at all: on this day the policy has expired, and it says that payments stop then.
    Stopped(i32),
}

/// An instalment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instalment {
    /// Its name.
    pub label: String,
    /// How much, scaled by 2.
    pub amount: i128,
    /// When.
    pub due: Due,
}

/// An instalment of an earlier award that falls due in the year of the decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuePayment {
    /// The clause.
    pub clause: u32,
    /// The day of the award.
    pub awarded: i32,
    /// The instalment.
    pub instalment: Instalment,
}

/// What is paid back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clawback {
    /// The event.
    pub label: String,
    /// What is paid back, as written.
    pub what: String,
    /// The last day on which the event matters for what is given now; `None`: for ever.
    pub until: Option<i32>,
    /// Whether it happened; `None`: not known.
    pub happened: Option<bool>,
    /// The awards that must be paid back: the day, and how much, scaled by 2.
    pub awards: Vec<(i32, i128)>,
}

impl Clawback {
    /// All of it.
    #[must_use]
    pub fn amount(&self) -> i128 {
        self.awards.iter().fold(0, |sum, (_, amount)| sum.saturating_add(*amount))
    }
}

/// What is paid for earlier months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retroactive {
    /// The first day of each month.
    pub months: Vec<i32>,
    /// The difference for one month, scaled by 2.
    pub monthly: i128,
}

impl Retroactive {
    /// All of it.
    #[must_use]
    pub fn amount(&self) -> i128 {
        self.monthly.saturating_mul(i128::from(small(self.months.len())))
    }
}

/// The amounts of the instalments of `amount`.
#[must_use]
pub fn parts(payment: &PaymentInfo, amount: i128) -> Vec<i128> {
    let unit = unit(payment.scale);
    let mut left = amount.max(0);
    let mut parts: Vec<i128> = Vec::with_capacity(payment.parts.len());
    for part in &payment.parts {
        let wanted = match part.part {
            PortionInfo::Share(value, decimals) => {
                let whole = 10i128.saturating_pow(u32::from(decimals));
                amount.saturating_mul(value) / whole / unit * unit
            }
            PortionInfo::Amount(amount) => amount,
        };
        let part = wanted.clamp(0, left);
        left -= part;
        parts.push(part);
    }
    let place = match payment.remainder {
        RemainderInfo::First => parts.first_mut(),
        RemainderInfo::Last | RemainderInfo::Largest | RemainderInfo::Keep => parts.last_mut(),
    };
    if let Some(place) = place {
        *place += left;
    }
    parts
}

/// What each payer bears of `amount`, in order.
#[must_use]
pub fn shares(shares: &[ShareInfo], amount: i128) -> Vec<(String, i128)> {
    let all = shares.iter().fold(0i128, |sum, share| sum.saturating_add(share.weight.max(0)));
    if all <= 0 {
        return Vec::new();
    }
    let part = |share: &ShareInfo| amount.saturating_mul(share.weight.max(0)) / all;
    let mut parts: Vec<(String, i128)> = shares.iter().map(|share| (share.payer.clone(), part(share))).collect();
    let rest = amount - parts.iter().map(|(_, part)| *part).sum::<i128>();
    if let Some((_, first)) = parts.first_mut() {
        *first += rest;
    }
    parts
}

/// How an award of `amount` made on the day of the trace is paid out; and the label under which all is paid at once, where that holds.
#[must_use]
pub fn instalments(
    trace: &Trace<'_>,
    clause: &ClauseInfo,
    payment: &PaymentInfo,
    amount: i128,
) -> (Vec<Instalment>, Option<String>) {
    if let Some((label, _)) =
        payment.at_once.as_ref().filter(|(_, register)| trace.register(*register).truth() == Some(true))
    {
        let whole = Instalment { label: label.clone(), amount, due: Due::Now };
        return (vec![whole], Some(label.clone()));
    }
    let mut before: Option<(String, Option<bool>)> = None;
    let mut all = Vec::new();
    for (part, amount) in payment.parts.iter().zip(parts(payment, amount)) {
        let due = match &part.due {
            DueInfo::AtAward => Due::Now,
            DueInfo::Year(nth) => {
                let day = anniversary(trace.on(), *nth);
                if *nth <= 1 { Due::Now } else { on(trace, clause, day) }
            }
            DueInfo::Milestone(register, label) => {
                let reached = trace.register(*register).truth();
                let due = match (reached, &before) {
                    (Some(true), Some((earlier, Some(false)))) => Due::OutOfOrder(earlier.clone()),
                    (Some(true), Some((earlier, None))) => Due::Pending(earlier.clone(), trace.needs(vec![*register])),
                    (Some(true), _) => Due::Now,
                    (Some(false), _) => Due::Pending(label.clone(), Vec::new()),
                    (None, _) => Due::Pending(label.clone(), trace.needs(vec![*register])),
                };
                // The first that is not reached stands in the way of all later ones.
                if before.as_ref().is_none_or(|(_, reached)| *reached == Some(true)) {
                    before = Some((label.clone(), reached));
                }
                due
            }
        };
        all.push(Instalment { label: part.label.clone(), amount, due });
    }
    (all, None)
}

/// The day so many years on, the first year being that of the award.
fn anniversary(date: i32, nth: u32) -> i32 {
    let months = i64::from(nth.saturating_sub(1)) * 12;
    let day = calendar::add_months(i64::from(date), months, MissingDay::LastDay);
    day.and_then(|day| i32::try_from(day).ok()).unwrap_or(i32::MAX)
}

fn on(trace: &Trace<'_>, clause: &ClauseInfo, day: i32) -> Due {
    let stops = trace.vm().program().tables.settlement.tail == Some(false);
    let expired = clause.in_force.1.is_some_and(|last| day > last);
    if stops && expired { Due::Stopped(day) } else { Due::On(day) }
}

/// Instalments of earlier awards to this applicant that fall due in the year of the decision.
#[must_use]
pub fn due(trace: &Trace<'_>, awards: &[&Award]) -> Vec<DuePayment> {
    let mut all = Vec::new();
    for award in awards {
        let Some(clause) = trace.vm().program().tables.clauses.get(award.clause as usize) else { continue };
        let Some(payment) = &clause.payment else { continue };
        for (part, amount) in payment.parts.iter().zip(parts(payment, award.amount)) {
            let DueInfo::Year(nth) = part.due else { continue };
            let day = anniversary(award.date, nth);
            if nth > 1 && amount > 0 && year(day) == year(trace.on()) {
                let instalment = Instalment { label: part.label.clone(), amount, due: on(trace, clause, day) };
                all.push(DuePayment { clause: award.clause, awarded: award.date, instalment });
            }
        }
    }
    all
}

/// What is paid back of `amount`, where it is given now, and of earlier awards under the clause to this applicant: of each award once, by
/// the event that asks for the most, the first of these where several ask for the same.
#[must_use]
pub fn clawbacks(trace: &Trace<'_>, infos: &[ClawbackInfo], amount: Option<i128>, earlier: &[&Award]) -> Vec<Clawback> {
    let awards: Vec<(i32, i128)> = earlier
        .iter()
        .map(|award| (award.date, award.amount))
        .chain(amount.map(|amount| (trace.on(), amount)))
        .collect();
    // Where nothing is given now, the day counts from what was given last.
    let given = match (amount, earlier.iter().map(|award| award.date).max()) {
        (None | Some(0), Some(earlier)) => earlier,
        (_, _) => trace.on(),
    };
    let mut most = vec![0i128; awards.len()];
    let mut all: Vec<Clawback> = Vec::with_capacity(infos.len());
    let claims: Vec<(Option<bool>, Vec<i128>)> = infos.iter().map(|info| claim(trace, info, &awards)).collect();
    for (_, claimed) in &claims {
        for (most, claimed) in most.iter_mut().zip(claimed) {
            *most = (*most).max(*claimed);
        }
    }
    for (info, (happened, claimed)) in infos.iter().zip(claims) {
        let mut back = Vec::new();
        for ((most, claimed), (date, _)) in most.iter_mut().zip(claimed).zip(&awards) {
            if claimed > 0 && claimed == *most {
                back.push((*date, claimed));
                // Nobody else asks for it.
                *most = i128::MAX;
            }
        }
        let until = until(info, given);
        all.push(Clawback { label: info.label.clone(), what: info.what.clone(), until, happened, awards: back });
    }
    all
}

/// Whether the event happened, and what it asks for of each award.
fn claim(trace: &Trace<'_>, info: &ClawbackInfo, awards: &[(i32, i128)]) -> (Option<bool>, Vec<i128>) {
    let happened = trace.register(info.when).truth();
    let back = |(date, amount): &(i32, i128)| {
        let inside = until(info, *date).is_none_or(|until| trace.on() <= until);
        if happened == Some(true) && inside { amount.saturating_mul(info.share) / 1_000_000 } else { 0 }
    };
    (happened, awards.iter().map(back).collect())
}

/// The last day on which the event matters for what was given on `date`; `None`: for ever.
fn until(info: &ClawbackInfo, date: i32) -> Option<i32> {
    let months = i64::from(info.within?);
    let day = calendar::add_months(i64::from(date), months, MissingDay::LastDay)?;
    i32::try_from(day).ok()
}

/// What is paid for the months before: nothing where the applicant had an award under the clause before.
#[must_use]
pub fn retroactive(trace: &Trace<'_>, info: &RetroactiveInfo, amount: i128, earlier: &[&Award]) -> Option<Retroactive> {
    let old = trace.register(info.old);
    if !old.is_settled() || old.not_applicable || !earlier.is_empty() {
        return None;
    }
    let start = |month: i64| {
        let day = calendar::add_months(i64::from(info.from), month, MissingDay::LastDay)?;
        i32::try_from(day).ok()
    };
    let mut months = Vec::new();
    let after = info.until.saturating_add(1);
    for month in 0.. {
        match (start(month), start(month + 1)) {
            (Some(first), Some(next)) if next <= after => months.push(first),
            _ => break,
        }
    }
    Some(Retroactive { months, monthly: amount.saturating_sub(old.low).max(0) })
}

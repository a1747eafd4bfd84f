//! In: lines after the steps before. Out: lines cut to what each budget can pay.
//! Invariant: with the ledger no budget is exceeded; scaled down alike, what is given is all that is left but for a declared remainder.

use std::collections::BTreeMap;

use super::Rule;
use super::quotas::standing;
use super::work::{BudgetUse, Work, in_scope, period, shown_year};
use crate::bytecode::settlement::{AllocationInfo, BudgetInfo, OrderInfo, RemainderInfo};

/// A line that asks for money.
#[derive(Debug, Clone, Copy)]
struct Claim {
    rank: u32,
    line: u32,
    amount: i128,
}

/// Budgets, in the order declared.
pub(super) fn apply(work: &mut Work<'_>) {
    let budgets = &work.rules.tables.settlement.budgets;
    for (budget, number) in budgets.iter().zip(0u32..) {
        let mut used: BTreeMap<i32, i128> = BTreeMap::new();
        for award in work.ledger.iter().filter(|award| in_scope(&budget.scope, award.clause)) {
            let sum = used.entry(period(budget.period, award.date)).or_default();
            *sum = sum.saturating_add(award.amount);
        }
        for (at, claims) in claims(work, budget) {
            let before = used.get(&at).copied().unwrap_or(0);
            let left = budget.amount.saturating_sub(before).max(0);
            let asked = claims.iter().fold(0i128, |sum, claim| sum.saturating_add(claim.amount));
            let given = match &budget.strategy {
                AllocationInfo::FirstCome => in_turn(work, budget, number, &claims, left),
                AllocationInfo::Ranked(order) => {
                    let ranked = ranked(work, budget, order, claims);
                    in_turn(work, budget, number, &ranked, left)
                }
                AllocationInfo::ProRata => alike(work, budget, number, &claims, left, asked),
            };
            let year = shown_year(budget.period, at);
            work.budgets.push(BudgetUse { budget: number, year, before, asked, given });
        }
    }
}

/// What asks for money, by period, in order of application.
fn claims(work: &Work<'_>, budget: &BudgetInfo) -> BTreeMap<i32, Vec<Claim>> {
    let mut claims: BTreeMap<i32, Vec<Claim>> = BTreeMap::new();
    for rank in 0..work.count() {
        let Some(row) = work.row(rank) else { continue };
        let mut of_period: Option<&mut Vec<Claim>> = None;
        for line in work.span(rank) {
            let Some(entry) = work.line(line) else { continue };
            if entry.amount > 0 && in_scope(&budget.scope, entry.clause) {
                let claim = Claim { rank, line, amount: entry.amount };
                match &mut of_period {
                    Some(list) => list.push(claim),
                    None => {
                        let list = claims.entry(period(budget.period, row.date)).or_default();
                        list.push(claim);
                        of_period = Some(list);
                    }
                }
            }
        }
    }
    claims
}

fn ranked(work: &Work<'_>, budget: &BudgetInfo, order: &[OrderInfo], claims: Vec<Claim>) -> Vec<Claim> {
    let mut placed: Vec<_> =
        claims.into_iter().map(|claim| (standing(work, claim.rank, order, &budget.scope), claim)).collect();
    // Stable: claims came by day and number.
    placed.sort_by(|(a, _), (b, _)| a.cmp(b));
    placed.into_iter().map(|(_, claim)| claim).collect()
}

/// One after the other while something is left.
fn in_turn(work: &mut Work<'_>, budget: &BudgetInfo, number: u32, claims: &[Claim], mut left: i128) -> i128 {
    let mut given = 0i128;
    for claim in claims {
        let to = if budget.partial || claim.amount <= left { left } else { 0 };
        let kept = work.cut(claim.line, to, Rule::Budget(number));
        left -= kept;
        given = given.saturating_add(kept);
    }
    given
}

/// All scaled down alike.
fn alike(work: &mut Work<'_>, budget: &BudgetInfo, number: u32, claims: &[Claim], left: i128, asked: i128) -> i128 {
    if asked <= left {
        return asked;
    }
    let unit = unit(budget.scale);
    let mut shares: Vec<i128> = claims.iter().map(|claim| share(claim.amount, left, asked, unit)).collect();
    let mut rest = left - shares.iter().sum::<i128>();
    for at in takers(budget.remainder, claims) {
        if rest <= 0 {
            break;
        }
        if let (Some(share), Some(claim)) = (shares.get_mut(at), claims.get(at)) {
            let more = rest.min(claim.amount - *share);
            *share += more;
            rest -= more;
        }
    }
    for (claim, share) in claims.iter().zip(&shares) {
        work.cut(claim.line, *share, Rule::Budget(number));
    }
    shares.iter().sum()
}

/// Cents in one unit of the last decimal kept.
pub(super) fn unit(scale: i8) -> i128 {
    let zeros = 2i32.saturating_sub(i32::from(scale)).clamp(0, 20);
    10i128.saturating_pow(zeros.unsigned_abs())
}

/// `amount × left ÷ asked`, cut to whole units. What does not fit in a product is divided first, which only gives less.
pub(super) fn share(amount: i128, left: i128, asked: i128, unit: i128) -> i128 {
    if asked <= 0 {
        return 0;
    }
    let scaled = amount.checked_mul(left).map_or_else(|| amount / asked * left, |product| product / asked);
    scaled / unit * unit
}

/// Who takes what rounding leaves over, one after the other.
fn takers(remainder: RemainderInfo, claims: &[Claim]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..claims.len()).collect();
    match remainder {
        RemainderInfo::Keep => places.clear(),
        RemainderInfo::First => {}
        RemainderInfo::Last => places.reverse(),
        // Stable: of equals the first.
        RemainderInfo::Largest => places.sort_by_key(|at| claims.get(*at).map(|claim| -claim.amount)),
    }
    places
}

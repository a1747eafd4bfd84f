//! In: the tables of what follows the decision on each clause: groups, quotas, budgets, payments, shares, what is paid back. Out: their
//! flaws, and the registers that they name. Invariant: no amount leaves the limit, and every index can be followed.

use crate::limits::{GROUP_MEMBERS_MAX, INSTALMENTS_MAX, SCALE_MAX, VALUE_MAX};

use super::super::exact::widened;
use super::super::program::{ClauseInfo, KeyInfo, SlotType, Tables};
use super::super::settlement::{
    AllocationInfo, BudgetInfo, DueInfo, GroupInfo, GroupRuleInfo, MemberOf, OrderByInfo, OrderInfo, PaymentInfo,
    PortionInfo, QuotaInfo, RemainderInfo, RetroactiveInfo,
};
use super::{Flaws, RegisterType, Rule};

/// One, as shares have it.
const ONE: i128 = 1_000_000;
/// Decimals of money.
const MONEY_SCALE: i8 = 2;
/// Fewest decimals to which an amount is cut: a hundred million.
const SCALE_MIN: i8 = -8;

/// Checks the tables.
pub fn examine(tables: &Tables, flaws: &mut Flaws) {
    let settlement = &tables.settlement;
    for group in &settlement.groups {
        if group.members.len() > GROUP_MEMBERS_MAX {
            too_many(flaws, &group.name, "成员", "members", GROUP_MEMBERS_MAX);
        }
        if !group_fits(group, tables) {
            malformed(flaws, &format!("组合 {}", group.name), &format!("group `{}`", group.name));
        }
    }
    for quota in settlement.quotas.iter().filter(|quota| !quota_fits(quota, tables)) {
        malformed(flaws, &format!("名额 {}", quota.text), &format!("quota `{}`", quota.text));
    }
    for budget in settlement.budgets.iter().filter(|budget| !budget_fits(budget, tables)) {
        malformed(flaws, &format!("预算 {}", budget.text), &format!("budget `{}`", budget.text));
    }
    let steps = &settlement.steps;
    if steps.iter().enumerate().any(|(at, step)| steps.get(..at).is_some_and(|before| before.contains(step))) {
        malformed(flaws, "结算次序", "the order of settlement");
    }
    for clause in &tables.clauses {
        after(clause, tables, flaws);
    }
}

/// The registers that a clause's tables name, with the type that each must have: all are written in the prologue.
pub fn registers(clause: &ClauseInfo) -> impl Iterator<Item = (u32, RegisterType)> + '_ {
    let payment = clause.payment.iter();
    let milestones = payment.clone().flat_map(|payment| &payment.parts).filter_map(|part| match part.due {
        DueInfo::Milestone(register, _) => Some(register),
        DueInfo::AtAward | DueInfo::Year(_) => None,
    });
    let at_once = payment.filter_map(|payment| payment.at_once.as_ref().map(|(_, register)| *register));
    let events = clause.clawbacks.iter().map(|clawback| clawback.when);
    let old = clause.retroactive.iter().map(|retroactive| (retroactive.old, RegisterType::Number(2)));
    milestones.chain(at_once).chain(events).map(|register| (register, RegisterType::Bool)).chain(old)
}

fn malformed(flaws: &mut Flaws, zh: &str, en: &str) {
    flaws.add(
        None,
        Rule::SettlementMalformed,
        format!("{zh} 的内容不对"),
        format!("{en} names what is not there, or holds a number out of range"),
    );
}

fn too_many(flaws: &mut Flaws, of: &str, zh: &str, en: &str, most: usize) {
    flaws.add(None, Rule::TooMany, format!("{of} 的{zh}超过 {most} 个"), format!("`{of}` has more than {most} {en}"));
}

fn is_amount(amount: i128) -> bool {
    widened(VALUE_MAX, 2).is_some_and(|limit| (0..=limit).contains(&amount))
}

fn slot(tables: &Tables, slot: u32, wanted: impl Fn(&SlotType) -> bool) -> bool {
    tables.slots.get(slot as usize).is_some_and(|slot| wanted(&slot.ty))
}

fn placed(tables: &Tables, file: u32) -> bool {
    (file as usize) < tables.files.len()
}

fn keyed(tables: &Tables, key: &KeyInfo) -> bool {
    match key {
        KeyInfo::Everyone => true,
        KeyInfo::Subjects(kinds) => {
            !kinds.is_empty() && kinds.iter().all(|kind| (*kind as usize) < tables.subjects.len())
        }
    }
}

fn scoped(tables: &Tables, scope: &[u32]) -> bool {
    let sorted = scope.array_windows::<2>().all(|[a, b]| a < b);
    sorted && scope.last().is_none_or(|last| (*last as usize) < tables.clauses.len())
}

fn ordered(tables: &Tables, order: &[OrderInfo]) -> bool {
    order.iter().all(|key| match key.by {
        OrderByInfo::Date | OrderByInfo::Amount => true,
        OrderByInfo::Slot(at) => slot(tables, at, |ty| match ty {
            SlotType::Number { .. } | SlotType::Date => true,
            SlotType::Member { class } => tables.classes.get(*class as usize).is_some_and(|class| class.ordered),
            SlotType::Bool | SlotType::Text | SlotType::List { .. } => false,
        }),
    })
}

fn group_fits(group: &GroupInfo, tables: &Tables) -> bool {
    let members = group.members.iter().all(|member| match *member {
        MemberOf::Clause(clause) => (clause as usize) < tables.clauses.len(),
        MemberOf::External(at) => slot(tables, at, |ty| matches!(ty, SlotType::Number { scale: 2, .. })),
    });
    let rule = match group.rule {
        GroupRuleInfo::ChooseOne(Some(at)) => {
            slot(tables, at, |ty| matches!(ty, SlotType::Member { .. } | SlotType::Text))
        }
        GroupRuleInfo::ChooseOne(None) | GroupRuleInfo::Highest | GroupRuleInfo::Priority | GroupRuleInfo::Stack => {
            true
        }
    };
    let caps =
        group.caps.iter().all(|cap| is_amount(cap.amount) && keyed(tables, &cap.key) && placed(tables, cap.place.file));
    members && rule && caps && keyed(tables, &group.key) && placed(tables, group.place.file)
}

fn quota_fits(quota: &QuotaInfo, tables: &Tables) -> bool {
    scoped(tables, &quota.scope)
        && (quota.per as usize) < tables.subjects.len()
        && ordered(tables, &quota.order)
        && placed(tables, quota.place.file)
}

fn budget_fits(budget: &BudgetInfo, tables: &Tables) -> bool {
    let strategy = match &budget.strategy {
        AllocationInfo::FirstCome | AllocationInfo::ProRata => true,
        AllocationInfo::Ranked(order) => ordered(tables, order),
    };
    scoped(tables, &budget.scope)
        && is_amount(budget.amount)
        && (SCALE_MIN..=MONEY_SCALE).contains(&budget.scale)
        && strategy
        && placed(tables, budget.place.file)
}

/// What follows the award of a clause.
fn after(clause: &ClauseInfo, tables: &Tables, flaws: &mut Flaws) {
    if let Some(payment) = &clause.payment {
        if payment.parts.len() > INSTALMENTS_MAX {
            too_many(flaws, &clause.id, "分期", "instalments", INSTALMENTS_MAX);
        }
        if !payment_fits(payment) || !placed(tables, payment.place.file) {
            malformed(flaws, &format!("条款 {} 的拨付", clause.id), &format!("the payment of `{}`", clause.id));
        }
    }
    let weight = |weight: i128| widened(VALUE_MAX, 6).is_some_and(|limit| (1..=limit).contains(&weight));
    let shares = clause.shares.iter().all(|share| {
        let department = share.department.is_none_or(|id| (id as usize) < tables.departments.len());
        weight(share.weight) && department
    });
    let clawbacks = clause
        .clawbacks
        .iter()
        .all(|clawback| (0..=ONE).contains(&clawback.share) && placed(tables, clawback.place.file));
    let retroactive = clause
        .retroactive
        .iter()
        .all(|RetroactiveInfo { from, until, place, .. }| from <= until && placed(tables, place.file));
    if !shares || !clawbacks || !retroactive {
        malformed(
            flaws,
            &format!("条款 {} 的分担、追回或追溯", clause.id),
            &format!("what `{}` shares out or asks back", clause.id),
        );
    }
}

/// Shares add up to no more than the award.
fn payment_fits(payment: &PaymentInfo) -> bool {
    let mut whole = Some(0i128);
    let one = widened(1, u32::from(SCALE_MAX));
    let parts = payment.parts.iter().all(|part| {
        let amount = match part.part {
            PortionInfo::Amount(amount) => is_amount(amount),
            PortionInfo::Share(share, scale) => {
                let share = SCALE_MAX.checked_sub(scale).and_then(|digits| widened(share, u32::from(digits)));
                whole = whole.zip(share).and_then(|(whole, share)| whole.checked_add(share));
                share.is_some_and(|share| share >= 0)
            }
        };
        amount && !matches!(part.due, DueInfo::Year(0))
    });
    let remainder = matches!(payment.remainder, RemainderInfo::First | RemainderInfo::Last);
    parts
        && remainder
        && !payment.parts.is_empty()
        && whole.zip(one).is_some_and(|(whole, one)| whole <= one)
        && (SCALE_MIN..=MONEY_SCALE).contains(&payment.scale)
}

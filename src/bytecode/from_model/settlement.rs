//! In: what a checked policy says of settlement, and how awards are paid, shared and paid back. Out: the tables of a program.
//! Invariant: conditions are nodes of the prologue, asked for before any code is emitted and read off as registers after.

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic};
use crate::model::settlement::{
    Allocation, Budget, Clawback, Due, Group, GroupMember, GroupRule, OrderBy, OrderKey, Payment, Portion, Quota,
    Remainder, Retroactive, Share, Step, Tie,
};
use crate::model::{Cap, Clause, Condition, ExprKind, Model, RoundingMode, Value};
use crate::source::{Sources, Span};

use super::super::exact;
use super::super::expressions::Expressions;
use super::super::nodes::NodeId;
use super::super::program::ClauseInfo;
use super::super::records::JointCapInfo;
use super::super::settlement::{
    AllocationInfo, BudgetInfo, ClawbackInfo, DueInfo, GroupInfo, GroupRuleInfo, InstalmentInfo, MemberOf, OrderByInfo,
    OrderInfo, PaymentInfo, PortionInfo, QuotaInfo, RemainderInfo, RetroactiveInfo, SettlementInfo, ShareInfo,
    StepInfo, TieInfo,
};
use super::super::tables::{key, period, place, quote};

/// Decimals of money.
const MONEY_SCALE: u8 = 2;
/// Decimals of shares and weights.
const SHARE_SCALE: u8 = 6;

/// What a clause asks of the prologue for what follows its decision.
#[derive(Debug, Clone, Default)]
pub struct Afterwards {
    /// Of each instalment, where it waits for a milestone.
    milestones: Vec<Option<NodeId>>,
    at_once: Option<NodeId>,
    clawbacks: Vec<NodeId>,
    retroactive: Option<NodeId>,
}

/// Puts the conditions of a clause into the prologue.
pub fn afterwards(clause: &Clause, expressions: &mut Expressions<'_>) -> Afterwards {
    let mut asked = Afterwards::default();
    if let Some(payment) = &clause.payment {
        for part in &payment.parts {
            asked.milestones.push(match &part.due {
                Due::Milestone(condition) => Some(expressions.in_prologue(&condition.expr)),
                Due::AtAward | Due::Year(_) => None,
            });
        }
        asked.at_once = payment.at_once.as_ref().map(|condition| expressions.in_prologue(&condition.expr));
    }
    asked.clawbacks = clause.clawbacks.iter().map(|clawback| expressions.in_prologue(&clawback.when.expr)).collect();
    let old = clause.retroactive.as_ref().map(|difference| &difference.old);
    asked.retroactive = old.map(|old| expressions.money_in_prologue(old, RoundingMode::Down));
    asked
}

/// Fills in how the award of a clause is paid, shared, paid back and made up for earlier months.
pub fn fill(
    info: &mut ClauseInfo,
    clause: &Clause,
    asked: &Afterwards,
    mut register: impl FnMut(NodeId) -> u32,
    sources: &Sources,
) {
    if let Some(payment) = &clause.payment {
        info.payment = Some(self::payment(payment, asked, &mut register, sources));
    }
    info.shares = clause.shares.iter().map(share).collect();
    let clawbacks = clause.clawbacks.iter().zip(&asked.clawbacks);
    info.clawbacks = clawbacks.map(|(clawback, node)| self::clawback(clawback, register(*node), sources)).collect();
    let difference = clause.retroactive.as_ref().zip(asked.retroactive);
    info.retroactive = difference.map(|(difference, node)| retroactive(difference, register(node), sources));
}

fn payment(
    payment: &Payment,
    asked: &Afterwards,
    register: &mut impl FnMut(NodeId) -> u32,
    sources: &Sources,
) -> PaymentInfo {
    let label = |condition: &Condition| condition.label.clone();
    let parts = payment.parts.iter().zip(&asked.milestones).map(|(part, milestone)| InstalmentInfo {
        label: part.label.clone(),
        part: match part.part {
            Portion::Share(share) => {
                let share = share.normalize();
                PortionInfo::Share(share.mantissa(), u8::try_from(share.scale()).unwrap_or(u8::MAX))
            }
            Portion::Amount(amount) => PortionInfo::Amount(scaled(amount, MONEY_SCALE)),
        },
        due: match (&part.due, milestone) {
            (Due::Milestone(condition), Some(node)) => DueInfo::Milestone(register(*node), label(condition)),
            (Due::Year(year), _) => DueInfo::Year(*year),
            (Due::AtAward | Due::Milestone(_), _) => DueInfo::AtAward,
        },
    });
    let parts = parts.collect();
    let at_once = payment.at_once.as_ref().zip(asked.at_once);
    PaymentInfo {
        parts,
        at_once: at_once.map(|(condition, node)| (label(condition), register(node))),
        scale: payment.rounding.scale,
        remainder: remainder(payment.remainder),
        place: place(sources, payment.span),
    }
}

fn share(share: &Share) -> ShareInfo {
    ShareInfo {
        payer: share.payer.clone(),
        department: share.department.map(|id| id.0),
        weight: scaled(share.weight, SHARE_SCALE),
    }
}

fn clawback(clawback: &Clawback, register: u32, sources: &Sources) -> ClawbackInfo {
    ClawbackInfo {
        when: register,
        label: clawback.when.label.clone(),
        within: clawback.within,
        what: clawback.what.clone(),
        share: scaled(clawback.share, SHARE_SCALE),
        place: place(sources, clawback.span),
    }
}

fn retroactive(difference: &Retroactive, register: u32, sources: &Sources) -> RetroactiveInfo {
    RetroactiveInfo {
        from: difference.from,
        until: difference.until,
        old: register,
        place: place(sources, difference.span),
    }
}

/// Groups, quotas, budgets and their order. Figures that do not fit are reported.
pub fn settlement(model: &Model, sources: &Sources, found: &mut Vec<Diagnostic>) -> SettlementInfo {
    let rules = &model.settlement;
    fits(model, found);
    SettlementInfo {
        groups: rules.groups.iter().map(|group| self::group(group, sources)).collect(),
        quotas: rules.quotas.iter().map(|quota| self::quota(quota, sources)).collect(),
        budgets: rules.budgets.iter().map(|budget| self::budget(budget, sources)).collect(),
        steps: rules.steps.iter().map(|step| self::step(*step)).collect(),
        tail: rules.tail,
    }
}

fn group(group: &Group, sources: &Sources) -> GroupInfo {
    let members = group.members.iter().map(|member| match member {
        GroupMember::Clause(id) => MemberOf::Clause(id.0),
        GroupMember::External(fact) => MemberOf::External(fact.0),
    });
    GroupInfo {
        name: group.name.clone(),
        alias: group.alias.clone(),
        rule: match group.rule {
            GroupRule::Highest => GroupRuleInfo::Highest,
            GroupRule::ChooseOne { choice } => GroupRuleInfo::ChooseOne(choice.map(|fact| fact.0)),
            GroupRule::Priority => GroupRuleInfo::Priority,
            GroupRule::Stack => GroupRuleInfo::Stack,
        },
        members: members.collect(),
        key: key(&group.key),
        period: period(group.period),
        caps: group.caps.iter().map(|cap| joint_cap(cap, sources)).collect(),
        quotes: group.quotes.iter().map(quote).collect(),
        note: group.note.clone(),
        place: place(sources, group.span),
    }
}

/// A joint cap, whose amount the model holds to be a constant.
fn joint_cap(cap: &Cap, sources: &Sources) -> JointCapInfo {
    let amount = match &cap.amount.kind {
        ExprKind::Constant(Value::Number(amount)) => *amount,
        _ => Decimal::ZERO,
    };
    JointCapInfo {
        text: cap.text.clone(),
        amount: scaled(amount, MONEY_SCALE),
        key: key(&cap.key),
        period: period(cap.period),
        place: place(sources, cap.span),
    }
}

fn quota(quota: &Quota, sources: &Sources) -> QuotaInfo {
    QuotaInfo {
        scope: quota.scope.iter().map(|id| id.0).collect(),
        count: quota.count,
        per: quota.per.0,
        period: period(quota.period),
        order: quota.order.iter().map(|key| order(*key)).collect(),
        ties: match quota.ties {
            Tie::ByApplication => TieInfo::ByApplication,
            Tie::All => TieInfo::All,
            Tie::None => TieInfo::None,
        },
        text: quota.text.clone(),
        place: place(sources, quota.span),
    }
}

fn budget(budget: &Budget, sources: &Sources) -> BudgetInfo {
    BudgetInfo {
        scope: budget.scope.iter().map(|id| id.0).collect(),
        amount: scaled(budget.amount, MONEY_SCALE),
        period: period(budget.period),
        strategy: match &budget.strategy {
            Allocation::FirstCome => AllocationInfo::FirstCome,
            Allocation::ProRata => AllocationInfo::ProRata,
            Allocation::Ranked(keys) => AllocationInfo::Ranked(keys.iter().map(|key| order(*key)).collect()),
        },
        partial: budget.partial,
        scale: budget.rounding.scale,
        remainder: remainder(budget.remainder),
        text: budget.text.clone(),
        place: place(sources, budget.span),
    }
}

fn order(key: OrderKey) -> OrderInfo {
    let by = match key.by {
        OrderBy::Date => OrderByInfo::Date,
        OrderBy::Amount => OrderByInfo::Amount,
        OrderBy::Fact(fact) => OrderByInfo::Slot(fact.0),
    };
    OrderInfo { by, descending: key.descending }
}

fn remainder(remainder: Remainder) -> RemainderInfo {
    match remainder {
        Remainder::Keep => RemainderInfo::Keep,
        Remainder::First => RemainderInfo::First,
        Remainder::Last => RemainderInfo::Last,
        Remainder::Largest => RemainderInfo::Largest,
    }
}

fn step(step: Step) -> StepInfo {
    match step {
        Step::Groups => StepInfo::Groups,
        Step::Caps => StepInfo::Caps,
        Step::JointCaps => StepInfo::JointCaps,
        Step::Quotas => StepInfo::Quotas,
        Step::Budgets => StepInfo::Budgets,
    }
}

/// Every figure, in the scale that its table keeps.
fn figures(model: &Model) -> Vec<(Decimal, u8, Span)> {
    let mut all = Vec::new();
    for clause in &model.clauses {
        for part in clause.payment.iter().flat_map(|payment| &payment.parts) {
            all.push(match part.part {
                Portion::Share(share) => (share, SHARE_SCALE, part.span),
                Portion::Amount(amount) => (amount, MONEY_SCALE, part.span),
            });
        }
        all.extend(clause.shares.iter().map(|share| (share.weight, SHARE_SCALE, share.span)));
        all.extend(clause.clawbacks.iter().map(|clawback| (clawback.share, SHARE_SCALE, clawback.span)));
    }
    all.extend(model.settlement.budgets.iter().map(|budget| (budget.amount, MONEY_SCALE, budget.span)));
    for cap in model.settlement.groups.iter().flat_map(|group| &group.caps) {
        if let ExprKind::Constant(Value::Number(amount)) = &cap.amount.kind {
            all.push((*amount, MONEY_SCALE, cap.amount.span));
        }
    }
    all
}

fn fits(model: &Model, found: &mut Vec<Diagnostic>) {
    for (value, scale, span) in figures(model) {
        if exact::scaled(value, scale).is_none() {
            found.push(
                Diagnostic::new(
                    Code::TooPrecise,
                    span,
                    format!("{value} 超过 {scale} 位小数"),
                    format!("`{value}` has more than {scale} decimals"),
                )
                .help(format!("写到 {scale} 位小数为止"), format!("write at most {scale} decimals")),
            );
        }
    }
}

/// A figure that [`fits`] has held to fit.
fn scaled(value: Decimal, scale: u8) -> i128 {
    exact::scaled(value, scale).unwrap_or(0)
}

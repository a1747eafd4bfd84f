//! Groups, quotas, budgets and payments of the program object.

use serde_json::{Value, json};

use super::{all, key, large, period};
use crate::bytecode::settlement::{
    AllocationInfo, BudgetInfo, ClawbackInfo, DueInfo, GroupInfo, GroupRuleInfo, InstalmentInfo, MemberOf, OrderByInfo,
    OrderInfo, PaymentInfo, PortionInfo, QuotaInfo, RemainderInfo, RetroactiveInfo, SettlementInfo, ShareInfo,
    StepInfo, TieInfo,
};
use crate::settle::STEPS;

pub(super) fn settlement(it: &SettlementInfo) -> Value {
    let steps = if it.steps.is_empty() { &STEPS[..] } else { &it.steps };
    json!({
        "groups": all(&it.groups, group),
        "quotas": all(&it.quotas, quota),
        "budgets": all(&it.budgets, budget),
        "steps": all(steps, |step| json!(match step {
            StepInfo::Groups => "groups",
            StepInfo::Caps => "caps",
            StepInfo::JointCaps => "joint_caps",
            StepInfo::Quotas => "quotas",
            StepInfo::Budgets => "budgets",
        })),
        "tail": it.tail,
    })
}

fn group(it: &GroupInfo) -> Value {
    let (rule, choice) = match it.rule {
        GroupRuleInfo::Highest => ("highest", None),
        GroupRuleInfo::ChooseOne(slot) => ("choose_one", slot),
        GroupRuleInfo::Priority => ("priority", None),
        GroupRuleInfo::Stack => ("stack", None),
    };
    let member = |of: &MemberOf| match of {
        MemberOf::Clause(clause) => json!({ "clause": clause, "slot": null }),
        MemberOf::External(slot) => json!({ "clause": null, "slot": slot }),
    };
    json!({
        "name": it.name, "rule": rule, "choice": choice, "members": all(&it.members, member),
        "key": key(&it.key), "period": period(it.period),
        "caps": all(&it.caps, |cap| json!({
            "text": cap.text, "amount": large(cap.amount), "key": key(&cap.key), "period": period(cap.period),
        })),
    })
}

fn quota(it: &QuotaInfo) -> Value {
    let ties = match it.ties {
        TieInfo::ByApplication => "by_application",
        TieInfo::All => "all",
        TieInfo::None => "none",
    };
    json!({
        "scope": it.scope, "count": it.count, "per": it.per, "period": period(it.period),
        "order": all(&it.order, order), "ties": ties, "text": it.text,
    })
}

fn order(it: &OrderInfo) -> Value {
    let (by, slot) = match it.by {
        OrderByInfo::Date => ("date", None),
        OrderByInfo::Amount => ("amount", None),
        OrderByInfo::Slot(slot) => ("slot", Some(slot)),
    };
    json!({ "by": by, "slot": slot, "descending": it.descending })
}

fn budget(it: &BudgetInfo) -> Value {
    let (strategy, ranked) = match &it.strategy {
        AllocationInfo::FirstCome => ("first_come", &[][..]),
        AllocationInfo::ProRata => ("pro_rata", &[][..]),
        AllocationInfo::Ranked(keys) => ("ranked", keys.as_slice()),
    };
    json!({
        "scope": it.scope, "amount": large(it.amount), "period": period(it.period), "strategy": strategy,
        "order": all(ranked, order), "partial": it.partial, "scale": it.scale, "remainder": remainder(it.remainder),
        "text": it.text,
    })
}

fn remainder(it: RemainderInfo) -> &'static str {
    match it {
        RemainderInfo::Keep => "keep",
        RemainderInfo::First => "first",
        RemainderInfo::Last => "last",
        RemainderInfo::Largest => "largest",
    }
}

pub(super) fn payment(it: &PaymentInfo) -> Value {
    json!({
        "parts": all(&it.parts, instalment),
        "at_once": it.at_once.as_ref().map(|(label, register)| json!({ "label": label, "register": register })),
        "scale": it.scale, "remainder": remainder(it.remainder),
    })
}

fn instalment(it: &InstalmentInfo) -> Value {
    let part = match it.part {
        PortionInfo::Share(value, decimals) => {
            json!({ "kind": "share", "value": large(value), "decimals": decimals })
        }
        PortionInfo::Amount(value) => json!({ "kind": "amount", "value": large(value), "decimals": 2 }),
    };
    let due = match &it.due {
        DueInfo::AtAward => json!({ "kind": "at_award", "register": null, "label": "", "year": 0 }),
        DueInfo::Milestone(register, label) => {
            json!({ "kind": "milestone", "register": register, "label": label, "year": 0 })
        }
        DueInfo::Year(year) => json!({ "kind": "year", "register": null, "label": "", "year": year }),
    };
    json!({ "label": it.label, "part": part, "due": due })
}

pub(super) fn share(it: &ShareInfo) -> Value {
    json!({ "payer": it.payer, "weight": large(it.weight) })
}

pub(super) fn clawback(it: &ClawbackInfo) -> Value {
    json!({
        "when": it.when, "label": it.label, "within": it.within, "what": it.what, "share": large(it.share),
    })
}

pub(super) fn retroactive(it: &RetroactiveInfo) -> Value {
    json!({ "from": it.from, "until": it.until, "old": it.old })
}

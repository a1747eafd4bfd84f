//! In: an explanation. Out: the object that `eval --format json` prints; `docs/reference/json.md` is its manual. Keys keep their order.

use serde_json::{Value, json};

use super::settlement::Paying;
use super::{CapExplanation, ClauseExplanation, Due, Explanation, Need, Reason, Reduction, text};
use crate::calendar;
use crate::decision::{Amount, ClauseDecision};
use crate::settle::payments::{self, Clawback, Instalment, Retroactive};
use crate::vm::trace::money;

/// The object.
#[must_use]
pub fn json(explanation: &Explanation) -> Value {
    let mut object = json!({
        "policy": explanation.policy,
        "policy_title": explanation.policy_title,
        "on": calendar::iso(i64::from(explanation.on)),
        "clauses": explanation.clauses.iter().map(clause).collect::<Vec<_>>(),
        "total": amount(&explanation.total, &explanation.currency),
        "conflicts": explanation.conflicts.iter().map(|conflict| json!({
            "group": conflict.group, "clauses": conflict.clauses, "text": conflict.text,
        })).collect::<Vec<_>>(),
        "due": explanation.due.iter().map(due).collect::<Vec<_>>(),
    });
    let repealed = explanation
        .repealed
        .iter()
        .map(|it| json!({ "clause": it.clause, "from": calendar::iso(i64::from(it.day)), "by": it.by }));
    if let (Some(object), false) = (object.as_object_mut(), explanation.repealed.is_empty()) {
        object.insert("repealed".to_owned(), repealed.collect());
    }
    object
}

fn clause(clause: &ClauseExplanation) -> Value {
    json!({
        "id": clause.id,
        "address": clause.address,
        "title": clause.title,
        "outcome": outcome(&clause.decision),
        "amount": clause.amount().map(|of| amount(of, &clause.currency)),
        "binding_cap": clause.binding_cap,
        "assessed": clause.assessed.map(|of| amount(&of, &clause.currency)),
        "reductions": clause.reductions.iter().map(reduction).collect::<Vec<_>>(),
        "payments": clause.paid.instalments.iter().map(paying).collect::<Vec<_>>(),
        "shares": clause.paid.shares.iter().map(|(payer, of)| json!({
            "payer": payer, "amount": digits(*of),
        })).collect::<Vec<_>>(),
        "clawbacks": clause.paid.clawbacks.iter().map(clawback).collect::<Vec<_>>(),
        "retroactive": clause.paid.retroactive.as_ref().map(retroactive),
        "needs": clause.needs.iter().map(need).collect::<Vec<_>>(),
        "failures": clause.failures,
        "reasons": clause.requirements.iter().chain(&clause.award).map(reason).collect::<Vec<_>>(),
        "caps": clause.caps.iter().map(cap).collect::<Vec<_>>(),
        "departments": clause.departments.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        "lead": clause.departments.iter().find(|(_, lead)| *lead).map(|(name, _)| name),
        "departments_open": clause.open,
        "quote": clause.quotes.join("\n"),
        "source": { "file": clause.source.0, "line": clause.source.1 },
    })
}

fn outcome(decision: &ClauseDecision) -> &'static str {
    match decision {
        ClauseDecision::NotInForce => "not_in_force",
        ClauseDecision::Ineligible { .. } => "ineligible",
        ClauseDecision::Undetermined { .. } => "undetermined",
        ClauseDecision::Eligible { .. } => "eligible",
    }
}

fn amount(amount: &Amount, currency: &str) -> Value {
    let kind = match amount.high {
        None => "open",
        Some(_) if amount.is_exact() => "exact",
        Some(_) => "range",
    };
    json!({ "kind": kind, "low": text::digits(amount.low), "high": amount.high.map(text::digits), "currency": currency })
}

fn need(need: &Need) -> Value {
    json!({
        "fact": need.fact,
        "alias": if need.alias.is_empty() { None } else { Some(&need.alias) },
        "subject": need.subject,
        "department": need.department,
        "kind": need.kind,
        "state": if need.asked { "unknown" } else { "not_asked" },
    })
}

fn reason(reason: &Reason) -> Value {
    let holds = match reason.holds {
        Some(true) => "yes",
        Some(false) => "no",
        None => "open",
    };
    json!({
        "text": reason.label,
        "value": reason.value,
        "holds": holds,
        "source": reason.source.as_ref().map(|(file, line)| json!({ "file": file, "line": line })),
        "parts": reason.parts.iter().map(self::reason).collect::<Vec<_>>(),
    })
}

fn cap(cap: &CapExplanation) -> Value {
    let decimal = |scaled: Option<i128>| scaled.and_then(money).map(text::digits);
    json!({
        "text": cap.text,
        "amount": decimal(cap.amount),
        "used": decimal(cap.used),
        "remaining": decimal(cap.remaining),
        "used_up": cap.used_up,
        "lifted": cap.lifted,
        "binds": cap.binds,
        "awards": cap.awards.iter().map(|(date, clause, amount)| json!({
            "date": calendar::iso(i64::from(*date)), "clause": clause, "amount": decimal(Some(*amount)),
        })).collect::<Vec<_>>(),
    })
}

fn digits(scaled: i128) -> Option<String> {
    money(scaled).map(text::digits)
}

fn day(day: i32) -> String {
    calendar::iso(i64::from(day))
}

fn reduction(reduction: &Reduction) -> Value {
    json!({
        "rule": reduction.rule,
        "name": reduction.name,
        "text": reduction.text,
        "amount": reduction.amount.and_then(digits),
    })
}

fn instalment(of: &Instalment) -> Value {
    let (state, on, awaits) = match &of.due {
        payments::Due::Now => ("now", None, None),
        payments::Due::Pending(label, _) => ("pending", None, Some(label)),
        payments::Due::OutOfOrder(label) => ("out_of_order", None, Some(label)),
        payments::Due::On(at) => ("later", Some(day(*at)), None),
        payments::Due::Stopped(at) => ("stopped", Some(day(*at)), None),
    };
    json!({ "label": of.label, "amount": digits(of.amount), "state": state, "on": on, "awaits": awaits })
}

fn paying(of: &Paying) -> Value {
    let mut value = instalment(&of.instalment);
    value["needs"] = json!(of.needs);
    value
}

fn due(of: &Due) -> Value {
    let mut value = instalment(&of.instalment);
    value["clause"] = json!(of.clause);
    value["awarded"] = json!(day(of.awarded));
    value
}

fn clawback(of: &Clawback) -> Value {
    let happened = match of.happened {
        Some(true) => "yes",
        Some(false) => "no",
        None => "open",
    };
    json!({
        "event": of.label,
        "what": of.what,
        "until": of.until.map(day),
        "happened": happened,
        "amount": digits(of.amount()),
        "awards": of.awards.iter().map(|(date, amount)| json!({
            "date": day(*date), "amount": digits(*amount),
        })).collect::<Vec<_>>(),
    })
}

fn retroactive(of: &Retroactive) -> Value {
    json!({
        "months": of.months.iter().map(|month| day(*month).get(..7).unwrap_or_default().to_owned()).collect::<Vec<_>>(),
        "monthly": digits(of.monthly),
        "amount": digits(of.amount()),
    })
}

//! In: an explanation. Out: the object that `eval --format json` prints; `docs/reference/json.md` is its manual. Keys keep their order.

use serde_json::{Value, json};

use super::{CapExplanation, ClauseExplanation, Explanation, Need, Reason, text};
use crate::calendar;
use crate::decision::{Amount, ClauseDecision};
use crate::vm::trace::money;

/// The object.
#[must_use]
pub fn json(explanation: &Explanation) -> Value {
    json!({
        "policy": explanation.policy,
        "policy_title": explanation.policy_title,
        "on": calendar::iso(i64::from(explanation.on)),
        "clauses": explanation.clauses.iter().map(clause).collect::<Vec<_>>(),
        "total": amount(&explanation.total, &explanation.currency),
    })
}

fn clause(clause: &ClauseExplanation) -> Value {
    json!({
        "id": clause.id,
        "address": clause.address,
        "title": clause.title,
        "outcome": outcome(&clause.decision),
        "amount": clause.amount().map(|of| amount(of, &clause.currency)),
        "binding_cap": clause.binding_cap,
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

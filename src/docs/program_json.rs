//! In: a verified program. Out: the object that the page's machine (`assets/machine/`) runs: tables, code and the words that explanations
//! need. Invariants: the same program gives the same text, byte for byte; every number that may pass 2^53 is a string of its digits.

mod settlement;

use serde_json::{Value, json};

use crate::bytecode::Verified;
use crate::bytecode::op::Op;
use crate::bytecode::program::{
    AwardInfo, CapInfo, ClauseInfo, GivenBy, KeyInfo, PeriodInfo, Program, RequirementInfo, RequirementKind, Shown,
    SlotInfo, SlotType, Tables,
};
use crate::bytecode::records::{ColumnInfo, CounterInfo};
use crate::explain;

/// Version of the shape; the page's machine refuses any other.
pub const VERSION: u32 = 1;

/// The object.
#[must_use]
pub fn program_json(verified: &Verified) -> Value {
    let program = verified.program();
    let tables = &program.tables;
    let policy = &tables.policy;
    json!({
        "version": VERSION,
        "policy": {
            "number": policy.number, "title": policy.title, "alias": policy.alias,
            "published": policy.published, "in_force": [policy.in_force.0, policy.in_force.1],
        },
        "departments": all(&tables.departments, |it| json!({
            "name": it.name, "full_name": it.full_name, "alias": it.alias,
        })),
        "classes": all(&tables.classes, |it| json!({
            "name": it.name, "alias": it.alias, "ordered": it.ordered, "first": it.first, "end": it.end,
        })),
        "members": all(&tables.members, |it| json!({
            "name": it.name, "alias": it.alias, "class": it.class, "parent": it.parent, "end": it.end,
        })),
        "subjects": all(&tables.subjects, |it| json!({
            "name": it.name, "alias": it.alias, "owner": it.owner, "identifier": it.identifier,
        })),
        "slots": all(&tables.slots, |it| slot(tables, it)),
        "lists": all(&tables.lists, |it| json!({
            "name": it.name, "alias": it.alias, "subject": it.subject, "slot": it.slot, "max": it.max,
            "columns": [it.columns.0, it.columns.1],
        })),
        "columns": all(&tables.columns, column),
        "series": all(&tables.series, |it| json!({
            "name": it.name, "alias": it.alias, "subject": it.subject,
        })),
        "calendars": all(&tables.calendars, |it| json!({
            "name": it.name, "first": it.first, "last": it.last, "off": it.off, "working": it.working,
        })),
        "counters": all(&tables.counters, counter),
        "ledger_slot": tables.ledger_slot,
        "settlement": settlement::settlement(&tables.settlement),
        "texts": tables.texts,
        "constants": all(&tables.constants, |it| large(*it)),
        "sets": all(&tables.sets, |set| json!(set)),
        "requirements": all(&tables.requirements, requirement),
        "caps": all(&tables.caps, cap),
        "clauses": all(&tables.clauses, clause),
        "registers": tables.registers,
        "prologue_end": tables.prologue_end,
        "code": code(program),
    })
}

/// The text of the object, fit to stand within a `<script>` element: no `<` in it.
#[must_use]
pub fn program_text(verified: &Verified) -> String {
    program_json(verified).to_string().replace('<', "\\u003c")
}

fn all<T>(rows: &[T], row: impl Fn(&T) -> Value) -> Value {
    rows.iter().map(row).collect()
}

/// A number of any size.
fn large(value: i128) -> Value {
    Value::String(value.to_string())
}

fn code(program: &Program) -> Value {
    let row = |op: &Op| {
        let mut row = vec![u32::from(op.byte())];
        op.visit(|_, value| row.push(value));
        json!(row)
    };
    all(&program.code, row)
}

fn slot(tables: &Tables, it: &SlotInfo) -> Value {
    let (giver, department) = match it.given_by {
        GivenBy::Applicant => ("applicant", None),
        GivenBy::Determination(department) => ("determination", department),
        GivenBy::Discretion(department) => ("discretion", department),
    };
    let shared = tables.slots.iter().filter(|other| other.name == it.name).count() > 1;
    json!({
        "name": it.name, "alias": it.alias, "subject": it.subject, "shared": shared, "type": ty(&it.ty),
        "giver": giver, "department": department, "low": it.low.map(large), "high": it.high.map(large),
        "most": most(&it.ty).map(large), "made": it.made, "credit_code": it.credit_code, "yearly": it.yearly,
        "year": it.year.map(|of| json!({ "series": of.series, "year": of.year, "relative": of.relative })),
        "certificate": it.certificate.map(|of| json!({ "level": of.level, "from": of.from, "until": of.until })),
        "note": it.note,
    })
}

fn column(it: &ColumnInfo) -> Value {
    json!({
        "list": it.list, "name": it.name, "alias": it.alias, "type": ty(&it.ty), "low": it.low.map(large),
        "high": it.high.map(large), "most": most(&it.ty).map(large), "credit_code": it.credit_code, "note": it.note,
    })
}

/// The largest magnitude of a number whose range is not declared, scaled.
fn most(ty: &SlotType) -> Option<i128> {
    match ty {
        SlotType::Number { scale, shown, .. } => {
            Some(shown.value_max().saturating_mul(10i128.saturating_pow(u32::from(*scale))))
        }
        SlotType::Bool | SlotType::Date | SlotType::Text | SlotType::Member { .. } | SlotType::List { .. } => None,
    }
}

fn ty(ty: &SlotType) -> Value {
    match ty {
        SlotType::Bool => json!({ "kind": "bool" }),
        SlotType::Number { scale, shown, unit } => {
            let shown = match shown {
                Shown::Integer => "integer",
                Shown::Number => "number",
                Shown::Rate => "rate",
                Shown::Money => "money",
                Shown::Period => "period",
                Shown::Quantity => "quantity",
            };
            json!({ "kind": "number", "scale": scale, "shown": shown, "unit": unit })
        }
        SlotType::Date => json!({ "kind": "date" }),
        SlotType::Text => json!({ "kind": "text" }),
        SlotType::Member { class } => json!({ "kind": "member", "class": class }),
        SlotType::List { list } => json!({ "kind": "list", "list": list }),
    }
}

fn counter(it: &CounterInfo) -> Value {
    json!({
        "counts": it.counts, "subjects": it.subjects, "period": period(it.period), "years": it.years,
        "ledger": it.ledger,
    })
}

/// `null`: everyone together.
fn key(key: &KeyInfo) -> Value {
    match key {
        KeyInfo::Subjects(kinds) => json!(kinds),
        KeyInfo::Everyone => Value::Null,
    }
}

fn period(period: PeriodInfo) -> Value {
    let (kind, months) = match period {
        PeriodInfo::Year => ("year", 0),
        PeriodInfo::Lifetime => ("lifetime", 0),
        PeriodInfo::Once => ("once", 0),
        PeriodInfo::Each => ("each", 0),
        PeriodInfo::Months(months) => ("months", months),
        PeriodInfo::OnceOrYear => ("once_or_year", 0),
    };
    json!({ "kind": kind, "months": months })
}

fn requirement(it: &RequirementInfo) -> Value {
    let kind = match it.kind {
        RequirementKind::Scope => "scope",
        RequirementKind::ScopeExclusion => "scope_exclusion",
        RequirementKind::Industry => "industry",
        RequirementKind::Condition => "condition",
        RequirementKind::Exclusion => "exclusion",
    };
    json!({ "clause": it.clause, "kind": kind, "label": explain::label(it), "register": it.register })
}

fn cap(it: &CapInfo) -> Value {
    json!({
        "clause": it.clause, "text": it.text, "key": key(&it.key), "period": period(it.period), "counts": it.counts,
        "register": it.register, "soft": it.soft,
    })
}

fn clause(it: &ClauseInfo) -> Value {
    let (award, slot) = match it.award {
        AwardInfo::Computed => ("computed", None),
        AwardInfo::Discretion(slot) => ("discretion", Some(slot)),
        AwardInfo::Open(slot) => ("open", Some(slot)),
    };
    json!({
        "id": it.id, "address": it.address, "title": it.title, "subjects": it.subjects,
        "award": { "kind": award, "slot": slot },
        "currency": it.currency, "departments": it.departments, "lead": it.lead, "open": it.open,
        "in_force": [it.in_force.0, it.in_force.1], "lift": it.lift.map(|(slot, approver)| [slot, approver]),
        "payment": it.payment.as_ref().map(settlement::payment), "shares": all(&it.shares, settlement::share),
        "clawbacks": all(&it.clawbacks, settlement::clawback),
        "retroactive": it.retroactive.as_ref().map(settlement::retroactive),
        "quotes": all(&it.quotes, |quote| json!(quote.text)), "note": it.note,
        "requirements": [it.requirements.0, it.requirements.1], "caps": [it.caps.0, it.caps.1],
        "code": [it.code.0, it.code.1],
    })
}

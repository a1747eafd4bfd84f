//! In: the type of a fact. Out: the schemas of its values, and examples of them.
//! Invariant: patterns are plain ECMAScript and name each unit that `literal` reads for the type.

use serde_json::{Value, json};

use super::records;
use crate::bytecode::program::{MemberInfo, SlotInfo, SlotType, Tables};
use crate::input::words;
use crate::literal::{builtin_unit, builtin_unit_names};

/// A date, half or full width.
pub const DATE: &str =
    "^\\s*[0-9０-９]{4}([-－][0-9０-９]{1,2}[-－][0-9０-９]{1,2}|年[0-9０-９]{1,2}月[0-9０-９]{1,2}日)\\s*$";
const CREDIT_CODE: &str = "^\\s*[0-9A-HJ-NP-RT-UW-Ya-hj-np-rt-uw-y]{18}\\s*$";
const NUMBER: &str = "[-+－＋]?[0-9０-９]+([,，][0-9０-９]{3})*([.．][0-9０-９]+)?";
const MAGNITUDE: &str = "(百|千|万|十万|百万|千万|亿|百亿|千亿|万亿)?";

/// The forms that a known value may take.
pub fn forms(slot: &SlotInfo) -> Vec<Value> {
    match &slot.ty {
        SlotType::Bool => vec![json!({ "type": "boolean" }), json!({ "enum": ["是", "否"] })],
        SlotType::Date => vec![json!({ "type": "string", "pattern": DATE })],
        SlotType::Text if slot.credit_code => vec![json!({ "type": "string", "pattern": CREDIT_CODE })],
        SlotType::Text => vec![json!({ "type": "string", "pattern": "\\S" })],
        SlotType::List { .. } => vec![json!({})],
        SlotType::Member { class } => vec![json!({ "$ref": format!("#/$defs/class-{class}") })],
        SlotType::Number { scale, unit, .. } => {
            let mut number = json!({ "type": if *scale == 0 { "integer" } else { "number" }, "x-decimals": scale });
            for (key, bound) in [("minimum", slot.low), ("maximum", slot.high)] {
                if let Some(bound) = bound {
                    number[key] = exact(bound, *scale);
                }
            }
            if !unit.is_empty() {
                number["x-unit"] = json!(words::unit_name(unit));
            }
            let pattern = format!("^\\s*{NUMBER}\\s?{MAGNITUDE}\\s?({})?\\s*$", units(unit).join("|"));
            vec![number, json!({ "type": "string", "pattern": pattern })]
        }
    }
}

/// Values that the fact may have, the most readable first.
pub fn examples(tables: &Tables, slot: &SlotInfo) -> Vec<Value> {
    match &slot.ty {
        SlotType::Bool => match slot.certificate {
            Some(certificate) => vec![records::certificate_example(tables, certificate), json!(true)],
            None => vec![json!(true)],
        },
        SlotType::Date => vec![json!("2025-06-30")],
        SlotType::Text if slot.credit_code => vec![json!("91310000132260250X")],
        SlotType::Text => vec![json!("甲")],
        SlotType::List { list } => {
            let list = tables.lists.get(*list as usize);
            list.map(|list| json!([records::record(tables, list)])).into_iter().collect()
        }
        SlotType::Member { class } => {
            let member = tables.members.iter().find(|member| member.class == *class);
            member.map(|member| json!(member.name)).into_iter().collect()
        }
        SlotType::Number { scale, shown, unit } => {
            let one = 10_i128.checked_pow((*scale).into()).unwrap_or(1);
            let usual = match shown {
                crate::bytecode::program::Shown::Money => one.saturating_mul(1_000_000),
                crate::bytecode::program::Shown::Rate => one / 20,
                _ => one.saturating_mul(30),
            };
            let least = slot.low.unwrap_or(usual).max(usual);
            let value = slot.high.map_or(least, |high| least.min(high));
            vec![json!(words::number(value, *scale, unit, *shown)), exact(value, *scale)]
        }
    }
}

/// A class: its values by name, then by ASCII id.
pub fn class(name: &str, members: &[MemberInfo]) -> Value {
    let mut seen = std::collections::BTreeSet::new();
    let mut values = Vec::new();
    for by_name in [true, false] {
        for member in members {
            let spelled = if by_name { &member.name } else { &member.alias };
            if !spelled.is_empty() && seen.insert(spelled) {
                values.push(json!({ "const": spelled, "title": member.name }));
            }
        }
    }
    // An empty `oneOf` is no schema; a class without values takes none.
    if values.is_empty() { json!({ "title": name, "not": {} }) } else { json!({ "title": name, "oneOf": values }) }
}

/// Names of units that read as this one.
fn units(unit: &[(String, i8)]) -> Vec<String> {
    let same = |name: &&str| builtin_unit(name).is_some_and(|known| known.powers == unit);
    let mut names: Vec<String> = builtin_unit_names().filter(same).map(str::to_owned).collect();
    let own = words::unit_name(unit).replace('/', "\\/");
    if !own.is_empty() && !names.contains(&own) {
        names.push(own);
    }
    if unit.is_empty() {
        names.push("％".to_owned());
    }
    names
}

/// A scaled number as a JSON number, exactly.
fn exact(value: i128, scale: u8) -> Value {
    words::plain(value, scale).parse::<serde_json::Number>().map_or(Value::Null, Value::Number)
}

//! In: lists, figures by year and certificates of the tables. Out: the schemas of what may stand for them, and examples.
//! Invariant: as for the schema as a whole.

use serde_json::{Map, Value, json};

use super::{names, reference, remarks, types};
use crate::bytecode::program::{SlotInfo, Tables};
use crate::bytecode::records::{CertificateInfo, ListInfo};
use crate::calendar;
use crate::input::columns;

/// Whether a slot is given as part of something else: a year of a series, a part of a certificate; or is not given in a facts file.
pub fn is_part(tables: &Tables, slot: u32) -> bool {
    let part =
        |certificate: &CertificateInfo| [certificate.level, certificate.from, certificate.until].contains(&Some(slot));
    let of_certificate = tables.slots.iter().filter_map(|info| info.certificate.as_ref()).any(part);
    let of_series = tables.slots.get(slot as usize).is_some_and(|info| info.year.is_some());
    of_certificate || of_series || tables.ledger_slot == Some(slot)
}

/// The records of a list.
pub fn list(tables: &Tables, list: &ListInfo) -> Value {
    let mut properties = Map::new();
    for slot in columns(tables, list) {
        for name in names(Some((&slot.name, &slot.alias))) {
            properties.insert(name, column(&slot));
        }
    }
    json!({
        "type": "array",
        "maxItems": list.max,
        "items": {
            "type": "object",
            "properties": properties,
            "patternProperties": remarks(),
            "additionalProperties": false,
        },
    })
}

fn column(slot: &SlotInfo) -> Value {
    let mut schema = Map::new();
    schema.insert("title".to_owned(), json!(slot.name));
    if !slot.note.is_empty() {
        schema.insert("description".to_owned(), json!(slot.note));
    }
    schema.insert("anyOf".to_owned(), Value::Array(super::values(slot)));
    Value::Object(schema)
}

/// An example record.
pub fn record(tables: &Tables, list: &ListInfo) -> Value {
    let example = |slot: SlotInfo| {
        let value = types::examples(tables, &slot).into_iter().next()?;
        Some((slot.name, value))
    };
    Value::Object(columns(tables, list).into_iter().filter_map(example).collect())
}

/// What describes a certificate.
pub fn certificate(certificate: CertificateInfo) -> Value {
    let mut properties = Map::new();
    properties.insert("持有".to_owned(), json!({ "type": "boolean", "title": "不写就是持有" }));
    let parts = [("级别", certificate.level), ("取得日", certificate.from), ("有效期至", certificate.until)];
    for (name, slot) in parts {
        let Some(slot) = slot else { continue };
        let fact = reference(slot as usize);
        let value = if name == "有效期至" { json!({ "anyOf": [fact, { "const": "长期" }] }) } else { fact };
        properties.insert(name.to_owned(), value);
    }
    json!({
        "type": "object",
        "properties": properties,
        "patternProperties": remarks(),
        "minProperties": 1,
        "additionalProperties": false,
    })
}

/// An example certificate.
pub fn certificate_example(tables: &Tables, certificate: CertificateInfo) -> Value {
    let parts = [("级别", certificate.level), ("取得日", certificate.from), ("有效期至", certificate.until)];
    let example = |(name, slot): (&str, Option<u32>)| {
        let slot = tables.slots.get(slot? as usize)?;
        Some((name.to_owned(), types::examples(tables, slot).into_iter().next()?))
    };
    let described: Map<String, Value> = parts.into_iter().filter_map(example).collect();
    if described.is_empty() { json!(true) } else { Value::Object(described) }
}

/// The slots of a series.
fn years(tables: &Tables, series: u32) -> impl Iterator<Item = (usize, &SlotInfo)> {
    let slots = tables.slots.iter().enumerate();
    slots.filter(move |(_, slot)| slot.year.is_some_and(|year| year.series == series))
}

/// Figures by year.
pub fn series(tables: &Tables, series: u32) -> Value {
    let info = tables.series.get(series as usize);
    let asked: Vec<&str> = years(tables, series).map(|(_, slot)| slot.name.as_str()).collect();
    let figure = years(tables, series).next().map_or(json!({}), |(slot, _)| reference(slot));
    json!({
        "title": info.map_or("", |info| info.name.as_str()),
        "description": format!("按年的数，键是年份。政策用到：{}", asked.join("、")),
        "anyOf": [
            {
                "type": "object",
                "patternProperties": { "^[0-9０-９]{4}年?$": figure, "^[_$]": true },
                "additionalProperties": false,
            },
            { "type": "null", "title": "未知" },
            { "enum": ["不适用", "未知", "未问"] },
            { "$ref": "#/$defs/state" },
        ],
    })
}

/// Examples of each year that is asked for on a day.
pub fn series_example(tables: &Tables, series: u32, on: i32) -> Value {
    let figure = |(_, slot): (usize, &SlotInfo)| {
        let which = slot.year?;
        let from = if which.relative { calendar::year(on.into()) } else { 0 };
        let year = from.saturating_add(which.year.into());
        Some((year.to_string(), types::examples(tables, slot).into_iter().next()?))
    };
    Value::Object(years(tables, series).filter_map(figure).collect())
}

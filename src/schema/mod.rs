//! In: the tables of a compiled policy. Out: a JSON Schema (2020-12) of its facts files, from which an application portal makes its
//! form: titles in Chinese, who attests or sets what, examples.
//! Invariant: what the schema's examples show is accepted by `input`; a key the schema does not know is one `input` does not know,
//! but for `subject.fact` of names that are not shared, which it leaves out for brevity.

mod records;
mod types;

use serde_json::{Map, Value, json};

use crate::bytecode::program::{GivenBy, SlotInfo, SlotType, Tables};

/// The day of examples.
const DAY: &str = "2025-06-30";

/// The schema of the facts object.
#[must_use]
pub fn facts_schema(tables: &Tables) -> Value {
    let mut properties = Map::new();
    let day = json!({ "$ref": "#/$defs/day" });
    properties.insert("on".to_owned(), day.clone());
    for index in 0..tables.subjects.len() {
        for name in names(tables.subjects.get(index).map(|subject| (&subject.name, &subject.alias))) {
            properties.insert(name, json!({ "$ref": format!("#/$defs/subject-{index}") }));
        }
    }
    for (name, reference) in flat(tables) {
        properties.entry(name).or_insert(reference);
    }
    properties.entry("日期").or_insert(day);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("{}：申请的事实", tables.policy.title),
        "description": "没有写的事实就是“未问”。备注的键以 _ 开头。",
        "type": "object",
        "properties": properties,
        "patternProperties": remarks(),
        "additionalProperties": false,
        "examples": [example(tables)],
        "$defs": definitions(tables),
    })
}

/// An application with every fact given, nested by subject.
#[must_use]
pub fn example(tables: &Tables) -> Value {
    let mut whole = Map::new();
    whole.insert("on".to_owned(), json!(DAY));
    let day = crate::calendar::day(2025, 6, 30).unwrap_or(0);
    for (index, subject) in tables.subjects.iter().enumerate() {
        let slots = (0u32..).zip(&tables.slots).filter(|(_, slot)| slot.subject as usize == index && !slot.made);
        let slots = slots.filter(|(id, _)| !records::is_part(tables, *id));
        let mut facts: Map<String, Value> = slots
            .filter_map(|(_, slot)| Some((slot.name.clone(), types::examples(tables, slot).into_iter().next()?)))
            .collect();
        let series = (0u32..).zip(&tables.series).filter(|(_, series)| series.subject as usize == index);
        facts.extend(series.map(|(id, series)| (series.name.clone(), records::series_example(tables, id, day))));
        if !facts.is_empty() {
            whole.insert(subject.name.clone(), Value::Object(facts));
        }
    }
    Value::Object(whole)
}

/// A name and its alias, where they are not empty and not the same.
fn names(pair: Option<(&String, &String)>) -> Vec<String> {
    let Some((name, alias)) = pair else { return Vec::new() };
    let alias = Some(alias).filter(|alias| !alias.is_empty() && *alias != name);
    std::iter::once(name).chain(alias).cloned().collect()
}

fn remarks() -> Value {
    json!({ "^[_$]": true })
}

fn reference(slot: usize) -> Value {
    json!({ "$ref": format!("#/$defs/fact-{slot}") })
}

fn series_reference(series: usize) -> Value {
    json!({ "$ref": format!("#/$defs/series-{series}") })
}

/// Whether there is a ledger is said by giving one, not in a facts file.
fn is_ledger(tables: &Tables, slot: usize) -> bool {
    tables.ledger_slot.is_some_and(|ledger| ledger as usize == slot)
}

/// Names of facts at the top level: those of one subject only, and `subject.fact` of the others.
fn flat(tables: &Tables) -> Vec<(String, Value)> {
    let all = |name: &str| {
        let named = |slot: &&SlotInfo| slot.name == name || slot.alias == name;
        tables.slots.iter().filter(named).count()
    };
    let mut keys = Vec::new();
    let slots = tables.slots.iter().enumerate().filter(|(index, _)| !is_ledger(tables, *index));
    let slots = slots.map(|(index, slot)| (&slot.name, &slot.alias, slot.subject, reference(index)));
    let series = tables.series.iter().enumerate();
    let series = series.map(|(index, series)| (&series.name, &series.alias, series.subject, series_reference(index)));
    for (name, alias, subject, reference) in slots.chain(series) {
        for name in names(Some((name, alias))) {
            if all(&name) <= 1 {
                keys.push((name, reference.clone()));
                continue;
            }
            let subject = tables.subjects.get(subject as usize);
            for subject in names(subject.map(|subject| (&subject.name, &subject.alias))) {
                keys.push((format!("{subject}.{name}"), reference.clone()));
            }
        }
    }
    keys
}

fn definitions(tables: &Tables) -> Value {
    let mut definitions = Map::new();
    definitions.insert(
        "day".to_owned(),
        json!({ "title": "评定日", "type": "string", "pattern": types::DATE, "examples": ["2025-06-30"] }),
    );
    definitions.insert("state".to_owned(), state());
    for (index, class) in tables.classes.iter().enumerate() {
        let members = tables.members.get(class.first as usize..class.end as usize).unwrap_or(&[]);
        definitions.insert(format!("class-{index}"), types::class(&class.name, members));
    }
    for (index, subject) in tables.subjects.iter().enumerate() {
        let mut properties = Map::new();
        let own = tables.slots.iter().enumerate().filter(|(_, slot)| slot.subject as usize == index);
        for (slot, info) in own.filter(|(slot, _)| !is_ledger(tables, *slot)) {
            for name in names(Some((&info.name, &info.alias))) {
                properties.insert(name, reference(slot));
            }
        }
        for (series, info) in tables.series.iter().enumerate().filter(|(_, info)| info.subject as usize == index) {
            for name in names(Some((&info.name, &info.alias))) {
                properties.entry(name).or_insert(series_reference(series));
            }
        }
        for (below, info) in tables.subjects.iter().enumerate() {
            if info.owner.is_some_and(|owner| owner as usize == index) {
                for name in names(Some((&info.name, &info.alias))) {
                    properties.entry(name).or_insert(json!({ "$ref": format!("#/$defs/subject-{below}") }));
                }
            }
        }
        let schema = json!({
            "title": subject.name,
            "type": ["object", "null"],
            "properties": properties,
            "patternProperties": remarks(),
            "additionalProperties": false,
        });
        definitions.insert(format!("subject-{index}"), schema);
    }
    for (index, slot) in tables.slots.iter().enumerate() {
        if !is_ledger(tables, index) {
            definitions.insert(format!("fact-{index}"), fact(tables, slot));
        }
    }
    for series in 0..tables.series.len() {
        let id = u32::try_from(series).unwrap_or(u32::MAX);
        definitions.insert(format!("series-{series}"), records::series(tables, id));
    }
    Value::Object(definitions)
}

/// What may stand for a value that is not known or does not apply.
fn state() -> Value {
    json!({
        "title": "状态",
        "type": "object",
        "properties": {
            "state": { "oneOf": [
                { "const": "unknown", "title": "未知" },
                { "const": "not_applicable", "title": "不适用" },
                { "const": "not_asked", "title": "未问" },
                { "const": "未知" },
                { "const": "不适用" },
                { "const": "未问" },
            ] },
        },
        "patternProperties": remarks(),
        "required": ["state"],
        "additionalProperties": false,
    })
}

/// What may stand for a fact or a column: a value, or why there is none.
fn values(slot: &SlotInfo) -> Vec<Value> {
    let forms = types::forms(slot);
    with_states(slot, forms)
}

fn with_states(slot: &SlotInfo, mut forms: Vec<Value>) -> Vec<Value> {
    let value = json!({ "anyOf": forms });
    forms.push(json!({
        "type": "object",
        "properties": { "value": value },
        "patternProperties": remarks(),
        "required": ["value"],
        "additionalProperties": false,
    }));
    forms.push(json!({ "type": "null", "title": "未知" }));
    if slot.ty != SlotType::Text {
        forms.push(json!({ "enum": ["不适用", "未知", "未问"] }));
    }
    forms.push(json!({ "$ref": "#/$defs/state" }));
    forms
}

fn fact(tables: &Tables, slot: &SlotInfo) -> Value {
    let list = match slot.ty {
        SlotType::List { list } => tables.lists.get(list as usize),
        _ => None,
    };
    let mut forms = match list {
        Some(list) => with_states(slot, vec![records::list(tables, list)]),
        None => values(slot),
    };
    forms.extend(slot.certificate.map(records::certificate));
    let mut schema = Map::new();
    let mut set = |key: &str, value: Value| schema.insert(key.to_owned(), value);
    set("title", json!(slot.name));
    let description = description(tables, slot);
    if !description.is_empty() {
        set("description", json!(description));
    }
    set("anyOf", Value::Array(forms));
    set("examples", Value::Array(types::examples(tables, slot)));
    match slot.given_by {
        GivenBy::Applicant => {}
        GivenBy::Determination(department) => {
            set("x-determined-by", json!(department_name(tables, department)));
        }
        GivenBy::Discretion(department) => {
            set("x-discretion-of", json!(department_name(tables, department)));
        }
    }
    if slot.made {
        set("x-made", json!(true));
    }
    Value::Object(schema)
}

fn description(tables: &Tables, slot: &SlotInfo) -> String {
    let given_by = match slot.given_by {
        GivenBy::Applicant => String::new(),
        GivenBy::Determination(department) => format!("由{}认定", department_name(tables, department)),
        GivenBy::Discretion(department) => format!("由{}裁量", department_name(tables, department)),
    };
    let yearly = if slot.yearly { "每年的数字" } else { "" };
    let parts = [slot.note.as_str(), given_by.as_str(), yearly];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("；")
}

fn department_name(tables: &Tables, department: Option<u32>) -> &str {
    let named = department.and_then(|department| tables.departments.get(department as usize));
    named.map_or("责任部门", |department| department.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input;
    use crate::source::FileId;

    #[test]
    fn the_example_is_accepted_and_gives_every_fact() {
        let tables = input::tests::tables();
        let (facts, findings) = input::facts(&tables, FileId(0), &example(&tables).to_string());
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!(facts.given.len(), tables.slots.len());
    }

    #[test]
    fn lists_years_and_certificates() {
        let tables = input::tests::records::tables();
        let (facts, findings) = input::facts(&tables, FileId(0), &example(&tables).to_string());
        assert!(findings.is_empty(), "{findings:?}");
        // Every slot but the list's own and the one that says whether there is a ledger.
        assert_eq!((facts.given.len(), facts.lists.len()), (tables.slots.len() - 2, 1));
        let schema = facts_schema(&tables);
        let list = &schema["$defs"]["fact-11"]["anyOf"][0];
        assert_eq!((&list["maxItems"], &list["items"]["additionalProperties"]), (&json!(3), &json!(false)));
        assert!(list["items"]["properties"].get("price").is_some());
        assert_eq!(schema["properties"]["rd_cost"], json!({ "$ref": "#/$defs/series-0" }));
        assert!(schema["$defs"]["subject-0"]["properties"].get("研发费用").is_some());
        assert!(schema["properties"].get("台账").is_none());
        let forms = schema["$defs"]["fact-15"]["anyOf"].as_array().map_or(&[][..], Vec::as_slice);
        assert!(forms.iter().any(|form| form["properties"].get("有效期至").is_some()));
    }

    #[test]
    fn every_reference_has_its_definition() {
        let schema = facts_schema(&input::tests::records::tables());
        let text = schema.to_string();
        let mut references = text.split("\"#/$defs/").skip(1).filter_map(|rest| rest.split('"').next());
        assert!(references.all(|name| schema["$defs"].get(name).is_some()));
    }

    #[test]
    fn who_attests_and_what_is_shared() {
        let schema = facts_schema(&input::tests::tables());
        assert_eq!(schema["$defs"]["fact-4"]["x-determined-by"], json!("区科委"));
        assert_eq!(schema["properties"].get("产业"), None);
        assert!(schema["properties"].get("项目.产业").is_some());
        assert!(schema["properties"].get("scale").is_some());
        assert_eq!(schema["$defs"]["fact-4"]["anyOf"][0]["maximum"].to_string(), "1");
    }
}

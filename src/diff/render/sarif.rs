//! In: a comparison. Out: a SARIF 2.1.0 log for code-scanning pages: one result a changed item, at its place on the new side (of what is
//! gone, on the old side).

use serde_json::{Value, json};

use crate::diagnostics::render::uri;
use crate::diagnostics::{Lang, Severity};

use super::super::say;
use super::super::{Diff, Direction, Item, Place, kind_name};

/// The rules: id, words, level.
const RULES: [(&str, Direction, &str); 7] = [
    ("diff-same", Direction::Same, "none"),
    ("diff-wider", Direction::Wider, "warning"),
    ("diff-narrower", Direction::Narrower, "warning"),
    ("diff-mixed", Direction::Mixed, "warning"),
    ("diff-otherwise", Direction::Otherwise, "note"),
    ("diff-unclear", Direction::Unclear, "warning"),
    ("diff-open", Direction::Open, "warning"),
];

/// A whole SARIF log, ending in a line break.
#[must_use]
pub fn sarif(diff: &Diff, lang: Lang) -> String {
    let rules: Vec<Value> = RULES
        .iter()
        .map(|(id, direction, level)| {
            let words = say::direction(*direction);
            json!({
                "id": id,
                "shortDescription": { "text": words.get(lang) },
                "defaultConfiguration": { "level": level },
            })
        })
        .collect();
    let mut results: Vec<Value> = diff.items.iter().filter_map(|item| result(item, lang)).collect();
    for problem in [&diff.old, &diff.new].into_iter().flat_map(|side| &side.errors) {
        results.push(json!({
            "ruleId": problem.found.code.number(),
            "level": match problem.found.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            },
            "message": { "text": problem.found.message.get(lang) },
            "locations": [location(&problem.place)],
        }));
    }
    let lines = say::summary(diff).into_iter().chain(say::between(diff).into_iter().map(|said| said.text));
    let said: Vec<String> = lines.map(|line| line.get(lang).to_owned()).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "guiju diff",
                "version": env!("CARGO_PKG_VERSION"),
                "language": match lang { Lang::Zh => "zh-CN", Lang::En => "en" },
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": { "summary": said },
        }],
    });
    format!("{log:#}\n")
}

fn result(item: &Item, lang: Lang) -> Option<Value> {
    let shown = item.new.as_ref().or(item.old.as_ref())?;
    let (at, (id, _, level)) = RULES.iter().enumerate().find(|(_, (_, direction, _))| *direction == item.direction)?;
    let mut text = format!("{} {}", kind_name(item.kind, lang), item.name());
    for said in say::said(item) {
        let label = say::label(said.how);
        text.push('\n');
        text.push_str(&format!("[{}] {}", label.get(lang), said.text.get(lang)));
        if let Some(case) = said.witness {
            let given: Vec<&str> = case.given.iter().map(|text| text.get(lang)).collect();
            text.push_str(&format!("\n  {}\n  - {}\n  + {}", given.join("; "), case.old.get(lang), case.new.get(lang)));
        }
    }
    Some(json!({
        "ruleId": id,
        "ruleIndex": at,
        "level": level,
        "message": { "text": text },
        "locations": [location(&shown.place)],
    }))
}

/// Columns are counted in characters, as the log says.
fn location(place: &Place) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&place.file) },
        "region": {
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        },
    }})
}

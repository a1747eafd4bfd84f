//! In: diagnostics. Out: a SARIF 2.1.0 log with one run: rules with their pages, results, fixes; columns in UTF-16 code units.

use serde_json::{Value, json};

use super::shown;
use crate::diagnostics::{Code, Diagnostic, Fix, Label, Lang, Severity, Text};
use crate::source::{Sources, Span};

/// A whole SARIF log, ending in a line break.
#[must_use]
pub fn sarif(diagnostics: &[Diagnostic], sources: &Sources, lang: Lang) -> String {
    let (shown, left) = shown(diagnostics);
    let mut rules: Vec<Code> = shown.iter().map(|diagnostic| diagnostic.code).collect();
    rules.sort_unstable();
    rules.dedup();
    let results: Vec<Value> = shown.iter().map(|diagnostic| result(diagnostic, &rules, sources, lang)).collect();
    let mut run = json!({
        "tool": { "driver": {
            "name": "guiju",
            "version": env!("CARGO_PKG_VERSION"),
            "language": match lang { Lang::Zh => "zh-CN", Lang::En => "en" },
            "rules": rules.iter().map(|code| rule(*code, lang)).collect::<Vec<_>>(),
        }},
        "columnKind": "utf16CodeUnits",
        "results": results,
    });
    if left > 0 {
        run["properties"] = json!({ "omitted": left });
    }
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    });
    format!("{log:#}\n")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn rule(code: Code, lang: Lang) -> Value {
    let summary = code.summary();
    json!({
        "id": code.number(),
        "name": code.slug(),
        "shortDescription": { "text": summary.get(lang) },
        "fullDescription": { "text": summary.get(lang) },
        "help": { "text": code.page(), "markdown": code.page() },
        "defaultConfiguration": { "level": level(code.severity()) },
    })
}

fn result(diagnostic: &Diagnostic, rules: &[Code], sources: &Sources, lang: Lang) -> Value {
    let mut text = diagnostic.message.get(lang).to_owned();
    if let Some(help) = &diagnostic.help {
        text.push('\n');
        text.push_str(help.get(lang));
    }
    let mut result = json!({
        "ruleId": diagnostic.code.number(),
        "ruleIndex": rules.binary_search(&diagnostic.code).unwrap_or_default(),
        "level": level(diagnostic.severity),
        "message": { "text": text },
        "locations": location(&diagnostic.primary, sources, lang).into_iter().collect::<Vec<_>>(),
    });
    let related: Vec<Value> = diagnostic
        .secondary
        .iter()
        .enumerate()
        .filter_map(|(at, label)| {
            let mut place = location(label, sources, lang)?;
            place["id"] = json!(at + 1);
            Some(place)
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    let fixes: Vec<Value> = diagnostic.fixes.iter().filter_map(|made| fix(made, sources, lang)).collect();
    if !fixes.is_empty() {
        result["fixes"] = json!(fixes);
    }
    result
}

fn location(label: &Label, sources: &Sources, lang: Lang) -> Option<Value> {
    let name = sources.get(label.span.file)?.name();
    let mut place = json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(name) },
        "region": region(label.span, sources),
    }});
    if label.text != Text::new("", "") {
        place["message"] = json!({ "text": label.text.get(lang) });
    }
    Some(place)
}

fn region(span: Span, sources: &Sources) -> Value {
    let (start, end) = (sources.start(span), sources.end(span));
    let column = |byte| sources.get(span.file).map_or(1, |file| file.utf16_column(byte));
    json!({
        "startLine": start.line,
        "startColumn": column(span.start),
        "endLine": end.line,
        "endColumn": column(span.end),
    })
}

fn fix(fix: &Fix, sources: &Sources, lang: Lang) -> Option<Value> {
    let changes: Option<Vec<Value>> = fix
        .edits
        .iter()
        .map(|edit| {
            Some(json!({
                "artifactLocation": { "uri": uri(sources.get(edit.span.file)?.name()) },
                "replacements": [{
                    "deletedRegion": region(edit.span, sources),
                    "insertedContent": { "text": edit.replacement },
                }],
            }))
        })
        .collect();
    Some(json!({ "description": { "text": fix.title.get(lang) }, "artifactChanges": changes? }))
}

/// A path as a relative URI reference: everything but unreserved ASCII and `/` percent-encoded.
pub(crate) fn uri(name: &str) -> String {
    let mut out = String::new();
    for byte in name.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

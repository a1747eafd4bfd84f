//! In: diagnostics. Out: one JSON object a line, documented in `docs/reference/json.md` under 诊断.

use serde::Serialize;

use super::shown;
use crate::diagnostics::{Code, Diagnostic, Edit, Fix, Label, Lang, Severity, Text};
use crate::source::{Sources, Span};

#[derive(Serialize)]
struct Line<'a> {
    code: Code,
    slug: &'static str,
    severity: Severity,
    message: &'a str,
    messages: &'a Text,
    #[serde(flatten)]
    place: Place<'a>,
    label: &'a str,
    labels: Vec<Labelled<'a>>,
    help: Option<&'a str>,
    fixes: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: Option<&'a str>,
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    byte: u32,
    line: u32,
    column: u32,
    utf16_column: u32,
}

#[derive(Serialize)]
struct Labelled<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct Change<'a> {
    title: &'a str,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    replacement: &'a str,
}

#[derive(Serialize)]
struct Omitted {
    omitted: usize,
}

/// One JSON object a line; after them `{"omitted": n}` where some were left out.
#[must_use]
pub fn json(diagnostics: &[Diagnostic], sources: &Sources, lang: Lang) -> String {
    let (shown, left) = shown(diagnostics);
    let mut out = String::new();
    for diagnostic in shown {
        push(&mut out, &line(diagnostic, sources, lang));
    }
    if left > 0 {
        push(&mut out, &Omitted { omitted: left });
    }
    out
}

fn push(out: &mut String, value: &impl Serialize) {
    // INVARIANT: these types hold only strings, numbers and lists, which always serialize.
    out.push_str(&serde_json::to_string(value).unwrap_or_default());
    out.push('\n');
}

fn line<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources, lang: Lang) -> Line<'a> {
    let labelled = |label: &'a Label| Labelled { place: place(label.span, sources), text: label.text.get(lang) };
    let replacement =
        |edit: &'a Edit| Replacement { place: place(edit.span, sources), replacement: edit.replacement.as_str() };
    let change =
        |fix: &'a Fix| Change { title: fix.title.get(lang), edits: fix.edits.iter().map(replacement).collect() };
    Line {
        code: diagnostic.code,
        slug: diagnostic.code.slug(),
        severity: diagnostic.severity,
        message: diagnostic.message.get(lang),
        messages: &diagnostic.message,
        place: place(diagnostic.primary.span, sources),
        label: diagnostic.primary.text.get(lang),
        labels: diagnostic.secondary.iter().map(labelled).collect(),
        help: diagnostic.help.as_ref().map(|help| help.get(lang)),
        fixes: diagnostic.fixes.iter().map(change).collect(),
    }
}

fn place(span: Span, sources: &Sources) -> Place<'_> {
    let file = sources.get(span.file);
    let length = file.map_or(u32::MAX, |file| u32::try_from(file.text().len()).unwrap_or(u32::MAX));
    let point = |byte: u32| {
        let byte = byte.min(length);
        let location = file.map(|file| (file.location(byte), file.utf16_column(byte)));
        let (line, column, utf16_column) = location.map_or((1, 1, 1), |(at, utf16)| (at.line, at.column, utf16));
        Point { byte, line, column, utf16_column }
    };
    Place { file: file.map(|file| file.name()), start: point(span.start), end: point(span.end) }
}

//! In: the JSON of one application. Out: what is given of each fact.
//! Invariant: each fact is given at most once, whichever of its names is used, flat, qualified or nested.

use std::collections::BTreeMap;

use super::json::{Entry, Json, Kind};
use super::names::fold;
use super::values::{Finding, Values, is_comment};
use super::{Facts, Findings};
use crate::bytecode::program::Given;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;

/// Where a fact was given: the key and how it was spelled.
type Seen = BTreeMap<u32, (Span, String)>;

struct Reading<'a, 'b> {
    values: &'a Values<'a>,
    findings: &'b mut Findings,
    given: BTreeMap<u32, Given>,
    seen: Seen,
    on: Option<(i32, Span)>,
}

/// Reads the object of an application.
pub fn read(values: &Values, json: &Json, findings: &mut Findings) -> Facts {
    let mut reading = Reading { values, findings, given: BTreeMap::new(), seen: Seen::new(), on: None };
    match &json.kind {
        Kind::Object(entries) => reading.object(entries, None),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::List(_) => {
            let finding = Diagnostic::new(
                Code::WrongType,
                json.span,
                "事实文件要写成一个对象：{ \"事实\": 值, … }",
                "a facts file is one object: `{ \"fact\": value, … }`",
            );
            reading.findings.push(Box::new(finding));
        }
    }
    let on = reading.on.map(|(day, _)| day);
    Facts { given: reading.given.into_iter().filter(|(_, given)| *given != Given::NotAsked).collect(), on }
}

/// What a key stands for.
enum Target {
    Fact(u32),
    Subject(u32),
}

impl Reading<'_, '_> {
    /// The facts of an object; of one subject where it is nested.
    fn object(&mut self, entries: &[Entry], subject: Option<u32>) {
        let mut keys = BTreeMap::<String, Span>::new();
        for entry in entries.iter().filter(|entry| !is_comment(&entry.key)) {
            if let Some(first) = keys.get(&fold(&entry.key)) {
                self.findings.push(twice(entry, *first));
                continue;
            }
            keys.insert(fold(&entry.key), entry.span);
            if subject.is_none() && matches!(entry.key.as_str(), "on" | "日期") {
                self.day(entry);
                continue;
            }
            match self.target(entry, subject) {
                Ok(Target::Fact(slot)) => self.fact(slot, entry),
                Ok(Target::Subject(inner)) => self.nested(inner, entry),
                Err(finding) => self.findings.push(finding),
            }
        }
    }

    fn day(&mut self, entry: &Entry) {
        if let Some((_, first)) = self.on {
            self.findings.push(twice(entry, first));
            return;
        }
        match (&entry.value.kind, self.values.date(&entry.key, &entry.value)) {
            (Kind::Null, _) => {}
            (_, Ok(day)) => self.on = Some((day, entry.span)),
            (_, Err(finding)) => self.findings.push(finding),
        }
    }

    /// A fact by name or alias, a subject, or `subject.fact`.
    fn target(&self, entry: &Entry, subject: Option<u32>) -> Result<Target, Finding> {
        let names = self.values.names;
        let facts = names.slots(&entry.key, subject);
        let inner = names.subject(&entry.key);
        // A name of both a fact and a subject is the subject where an object of facts follows.
        let opens = matches!(&entry.value.kind, Kind::Object(entries)
            if !entries.iter().all(|entry| matches!(entry.key.as_str(), "value" | "state") || is_comment(&entry.key)));
        match (facts.as_slice(), inner) {
            (_, Some(inner)) if opens => Ok(Target::Subject(inner)),
            ([slot], _) => Ok(Target::Fact(*slot)),
            ([], Some(inner)) => Ok(Target::Subject(inner)),
            ([], None) => self.qualified(entry).ok_or_else(|| self.unknown(entry, subject)),
            (several, _) => Err(self.ambiguous(entry, several)),
        }
    }

    fn qualified(&self, entry: &Entry) -> Option<Target> {
        let dots = entry.key.char_indices().filter(|(_, char)| matches!(char, '.' | '．' | '。'));
        dots.filter_map(|(at, dot)| {
            let (subject, fact) = (entry.key.get(..at)?, entry.key.get(at + dot.len_utf8()..)?);
            let subject = self.values.names.subject(subject)?;
            self.values.names.slots(fact, Some(subject)).first().copied()
        })
        .map(Target::Fact)
        .next()
    }

    fn fact(&mut self, slot: u32, entry: &Entry) {
        if let Some((first, spelled)) = self.seen.get(&slot) {
            self.findings.push(Box::new(
                Diagnostic::new(
                    Code::DuplicateKey,
                    entry.span,
                    format!("“{}”和“{spelled}”是同一个事实，写了两遍", entry.key),
                    format!("`{}` and `{spelled}` are the same fact, given twice", entry.key),
                )
                .also(*first, "第一次在这里", "first given here"),
            ));
            return;
        }
        self.seen.insert(slot, (entry.span, entry.key.clone()));
        let Some(info) = self.values.tables.slots.get(slot as usize) else { return };
        match self.values.given(info, &entry.value) {
            Ok(given) => {
                self.given.insert(slot, given);
            }
            Err(finding) => self.findings.push(finding),
        }
    }

    fn nested(&mut self, subject: u32, entry: &Entry) {
        match &entry.value.kind {
            Kind::Object(entries) => self.object(entries, Some(subject)),
            Kind::Null => {}
            Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::List(_) => {
                let mut finding = Diagnostic::new(
                    Code::WrongType,
                    entry.value.span,
                    format!("“{}”是一类对象，要写成 {{ \"事实\": 值, … }}", entry.key),
                    format!("`{}` is a kind of subject; write `{{ \"fact\": value, … }}`", entry.key),
                );
                if matches!(entry.value.kind, Kind::List(_)) {
                    finding = finding
                        .help("一次只评定一个；多个申请分开写", "one application at a time; write one file each");
                }
                self.findings.push(Box::new(finding));
            }
        }
    }

    fn unknown(&self, entry: &Entry, subject: Option<u32>) -> Finding {
        let names = self.values.names;
        let whose = subject.map_or("政策", |subject| names.subject_name(subject));
        let finding = Diagnostic::new(
            Code::UnknownFact,
            entry.span,
            format!("{whose}没有“{}”这个事实", entry.key),
            format!(
                "there is no fact `{}`{}",
                entry.key,
                if subject.is_some() { format!(" of `{whose}`") } else { String::new() }
            ),
        );
        // The right fact under the wrong subject is a likelier slip than a misspelling.
        if let Some(owner) = names.slots(&entry.key, None).first().and_then(|slot| names.subject_of(*slot)) {
            let owner = names.subject_name(owner);
            return Box::new(finding.help(
                format!("它是“{owner}”的事实，移到“{owner}”下面"),
                format!("it is a fact of `{owner}`; move it there"),
            ));
        }
        let near = if self.findings.full() { None } else { nearest(&fold(&entry.key), names.keys(subject)) };
        Box::new(match near {
            Some(near) => finding.help(format!("是不是“{near}”"), format!("did you mean `{near}`")).fix(
                entry.span,
                serde_json::Value::from(near).to_string(),
                format!("改成“{near}”"),
                format!("replace it by `{near}`"),
            ),
            None => finding.help(
                "备注的键以 _ 开头就不会读；政策用到的事实见 guiju doc",
                "a key that begins with `_` is a remark and is not read",
            ),
        })
    }

    fn ambiguous(&self, entry: &Entry, slots: &[u32]) -> Finding {
        let names = self.values.names;
        let owners = slots.iter().filter_map(|slot| names.subject_of(*slot));
        let qualified: Vec<String> =
            owners.map(|owner| format!("“{}.{}”", names.subject_name(owner), entry.key)).collect();
        let several = qualified.join("、");
        Box::new(
            Diagnostic::new(
                Code::UnknownFact,
                entry.span,
                format!("“{}”不止一个：{several}", entry.key),
                format!("`{}` is a fact of more than one subject", entry.key),
            )
            .help(
                format!("写成{}，或者放到对象下面", qualified.join("或")),
                format!("write one of {several}, or nest it under its subject"),
            ),
        )
    }
}

/// One key twice in one object.
pub fn twice(entry: &Entry, first: Span) -> Finding {
    Box::new(
        Diagnostic::new(
            Code::DuplicateKey,
            entry.span,
            format!("“{}”写了两遍", entry.key),
            format!("`{}` is written twice", entry.key),
        )
        .also(first, "第一次在这里", "first written here"),
    )
}

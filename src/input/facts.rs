//! In: the JSON of one application. Out: what is given of each fact and list.
//! Invariant: each fact is given at most once, whichever of its names is used, flat, qualified or nested.

use std::collections::BTreeMap;

use super::json::{Entry, Json, Kind};
use super::names::fold;
use super::values::{Finding, Values, is_comment};
use super::{Day, Facts, Findings, certificates, records, years};
use crate::bytecode::program::{Given, SlotInfo, SlotType};
use crate::bytecode::records::Record;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;

/// Where a fact was given: the key and how it was spelled.
type Seen = BTreeMap<u32, (Span, String)>;

struct Reading<'a, 'b, 'j> {
    values: &'a Values<'a>,
    findings: &'b mut Findings,
    given: BTreeMap<u32, Given>,
    lists: BTreeMap<u32, Vec<Record>>,
    seen: Seen,
    /// Figures by year: read last, when the day is known.
    series: BTreeMap<u32, &'j Entry>,
    on: Option<(i32, Span)>,
}

/// Reads the object of an application.
pub fn read(values: &Values, json: &Json, day: Day, findings: &mut Findings) -> Facts {
    let mut reading = Reading {
        values,
        findings,
        given: BTreeMap::new(),
        lists: BTreeMap::new(),
        seen: Seen::new(),
        series: BTreeMap::new(),
        on: None,
    };
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
    reading.years(day.fixed.or(on).or(day.otherwise));
    let given = reading.given.into_iter().filter(|(_, given)| *given != Given::NotAsked).collect();
    Facts { given, lists: reading.lists.into_iter().collect(), on }
}

/// What the key of an entry stands for, of whichever subject.
pub fn named(values: &Values, entry: &Entry) -> Result<Target, Finding> {
    let reading = Reading {
        values,
        findings: &mut Findings::default(),
        given: BTreeMap::new(),
        lists: BTreeMap::new(),
        seen: Seen::new(),
        series: BTreeMap::new(),
        on: None,
    };
    reading.target(entry, None)
}

/// What a key stands for.
pub enum Target {
    /// A fact.
    Fact(u32),
    /// Figures by year.
    Series(u32),
    /// A kind of subject.
    Subject(u32),
}

impl<'a, 'j> Reading<'a, '_, 'j> {
    /// The facts of an object; of one subject where it is nested.
    fn object(&mut self, entries: &'j [Entry], subject: Option<u32>) {
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
                Ok(Target::Series(series)) => match self.series.get(&series) {
                    Some(first) => self.findings.push(same(entry, first.span, &first.key)),
                    None => {
                        self.series.insert(series, entry);
                    }
                },
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
        let series = names.series(&entry.key, subject);
        let inner = names.subject(&entry.key);
        // A name of both a fact and a subject is the subject where an object of facts follows.
        let opens = matches!(&entry.value.kind, Kind::Object(entries)
            if !entries.iter().all(|entry| matches!(entry.key.as_str(), "value" | "state") || is_comment(&entry.key)));
        match (facts.as_slice(), inner) {
            (_, Some(inner)) if opens => Ok(Target::Subject(inner)),
            ([slot], _) => Ok(Target::Fact(*slot)),
            ([], None) if series.len() == 1 => {
                series.first().map(|series| Target::Series(*series)).ok_or_else(|| self.unknown(entry, subject))
            }
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
            let slot = self.values.names.slots(fact, Some(subject)).first().copied().map(Target::Fact);
            slot.or_else(|| self.values.names.series(fact, Some(subject)).first().copied().map(Target::Series))
        })
        .next()
    }

    fn fact(&mut self, slot: u32, entry: &Entry) {
        let Some(info) = self.once(slot, entry) else { return };
        match (&info.ty, &entry.value.kind, info.certificate) {
            (SlotType::List { list }, Kind::List(json), _) => self.list(slot, *list, json),
            (_, Kind::Object(entries), Some(_)) if certificates::describes(entries) => self.certificate(slot, entries),
            _ => {
                let given = self.values.given(info, &entry.value);
                self.give(slot, given);
            }
        }
    }

    /// The slot's row, where it is given for the first time.
    fn once(&mut self, slot: u32, entry: &Entry) -> Option<&'a SlotInfo> {
        if let Some((first, spelled)) = self.seen.get(&slot) {
            let finding = same(entry, *first, spelled);
            self.findings.push(finding);
            return None;
        }
        self.seen.insert(slot, (entry.span, entry.key.clone()));
        self.values.tables.slots.get(slot as usize)
    }

    fn give(&mut self, slot: u32, given: Result<Given, Finding>) {
        match given {
            Ok(given) => {
                self.given.insert(slot, given);
            }
            Err(finding) => self.findings.push(finding),
        }
    }

    fn list(&mut self, slot: u32, list: u32, json: &[Json]) {
        let Some(list) = self.values.tables.lists.get(list as usize) else { return };
        match records::read(self.values, list, json) {
            Ok(records) => {
                self.lists.insert(slot, records);
            }
            Err(findings) => findings.into_iter().for_each(|finding| self.findings.push(finding)),
        }
    }

    /// The facts of a certificate; that it is described says that it is held.
    fn certificate(&mut self, held: u32, entries: &[Entry]) {
        let tables = self.values.tables;
        let Some(info) = tables.slots.get(held as usize) else { return };
        let Some(certificate) = info.certificate else { return };
        self.given.insert(held, Given::Value(1));
        let mut keys = BTreeMap::<String, Span>::new();
        for entry in entries.iter().filter(|entry| !is_comment(&entry.key)) {
            if let Some(first) = keys.insert(fold(&entry.key), entry.span) {
                self.findings.push(twice(entry, first));
                continue;
            }
            match certificates::part(tables, held, certificate, entry) {
                Ok(certificates::Part::Held) => {
                    let given = self.values.given(info, &entry.value);
                    self.give(held, given);
                }
                Ok(certificates::Part::Until(slot)) if certificates::is_without_end(entry) => {
                    if self.once(slot, entry).is_some() {
                        self.give(slot, Ok(Given::NotApplicable));
                    }
                }
                Ok(certificates::Part::Slot(slot) | certificates::Part::Until(slot)) => self.fact(slot, entry),
                Err(finding) => self.findings.push(finding),
            }
        }
    }

    /// Figures by year, once the day is known.
    fn years(&mut self, on: Option<i32>) {
        for (series, entry) in std::mem::take(&mut self.series) {
            let Some(info) = self.values.tables.series.get(series as usize) else { continue };
            let Some(mut years) = years::of(self.values, series, on) else {
                self.findings.push(years::no_day(info, entry.span));
                continue;
            };
            for year in &mut years {
                year.given = self.seen.contains_key(&year.slot);
            }
            match years::read(self.values, info, &years, entry) {
                Ok(given) => self.given.extend(given),
                Err(findings) => findings.into_iter().for_each(|finding| self.findings.push(finding)),
            }
        }
    }

    fn nested(&mut self, subject: u32, entry: &'j Entry) {
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
            Some(near) => finding.perhaps(&near).fix(
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

/// One fact by two of its names.
fn same(entry: &Entry, first: Span, spelled: &str) -> Finding {
    Box::new(
        Diagnostic::new(
            Code::DuplicateKey,
            entry.span,
            format!("“{}”和“{spelled}”是同一个事实，写了两遍", entry.key),
            format!("`{}` and `{spelled}` are the same fact, given twice", entry.key),
        )
        .also(first, "第一次在这里", "first given here"),
    )
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

//! In: the JSON of one applicant: its facts, or an application (`id`, `date`, `facts`, `clauses`). Out: as of a row of a table, a key a
//! column. Invariant: what is not one flat object of plain values, or of such by subject, is read the thorough way; a key written twice is found.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Cell, Column, Columns, Head, NOWHERE, Problem, Program, mask};
use crate::diagnostics::{Code, Diagnostic};
use crate::input::facts::{self, twice};
use crate::input::json::{self, Entry, Json, Kind};
use crate::input::names::fold;
use crate::input::values::is_comment;
use crate::input::{Day, Findings};
use crate::source::FileId;
use crate::vm::Case;

/// A value as it is written; lists are read the thorough way.
enum Node<'a> {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(Cow<'a, str>),
    List,
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

/// A key.
struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match from.deserialize_str(Reader)? {
            Node::Text(text) => Ok(Key(text)),
            _ => Ok(Key(Cow::Borrowed(""))),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Node<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Node<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node<'de>, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node<'de>, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node<'de>, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node<'de>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Node::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node<'de>, A::Error> {
        let mut entries = Vec::with_capacity(16);
        while let Some((key, value)) = map.next_entry::<Key<'de>, Node<'de>>()? {
            entries.push((key.0, value));
        }
        Ok(number(&entries).unwrap_or(Node::Object(entries)))
    }
}

/// With exact numbers, a number comes as an object of one private key that holds its digits.
fn number<'a>(entries: &[(Cow<'a, str>, Node<'a>)]) -> Option<Node<'a>> {
    match entries {
        [(key, Node::Text(digits))] if key == "$serde_json::private::Number" => digits.parse().ok().map(Node::Number),
        _ => None,
    }
}

/// What the keys of an application are besides facts.
fn is_container(key: &str) -> bool {
    matches!(key, "facts" | "事实")
}

/// Keys of an application that is assessed already.
fn is_assessed(key: &str) -> bool {
    matches!(key, "awards" | "评定")
}

fn is_clauses(key: &str) -> bool {
    matches!(key, "clauses" | "条款")
}

impl Columns<'_, '_> {
    /// Reads an object into one case a program.
    pub fn object(&mut self, text: &str, day: Day, cases: &mut [Case], problems: &mut Vec<Problem>) -> Head {
        cases.iter_mut().for_each(Case::clear);
        match serde_json::from_str::<Node<'_>>(text) {
            Ok(Node::Object(entries)) => match self.flat(&entries) {
                Some(flat) => self.quickly(&flat, day, cases, problems),
                None => self.thoroughly(text, day, cases, problems),
            },
            _ => self.thoroughly(text, day, cases, problems),
        }
    }

    /// The columns of a plain object and their cells; `None` where it is not plain.
    fn flat<'n>(&mut self, entries: &'n [(Cow<'_, str>, Node<'_>)]) -> Option<Vec<(usize, Cell<'n>)>> {
        let mut flat = Vec::with_capacity(entries.len());
        let facts = entries.iter().find(|(key, _)| is_container(key));
        if facts.is_some() && entries.iter().any(|(key, _)| is_clauses(key) || is_assessed(key)) {
            return None;
        }
        for (key, node) in entries {
            match node {
                Node::Object(inner) if is_container(key) => {
                    for (key, node) in inner {
                        self.add(key, node, None, &mut flat)?;
                    }
                }
                _ => self.add(key, node, None, &mut flat)?,
            }
        }
        let same = |a: usize, b: usize| {
            let (Some(a), Some(b)) = (self.list.get(a), self.list.get(b)) else { return false };
            let both_days = a.day && b.day;
            both_days || a.fields.iter().zip(&b.fields).any(|(a, b)| a.is_some() && a == b)
        };
        let twice =
            flat.iter().enumerate().any(|(at, (a, _))| flat.iter().skip(at + 1).any(|(b, _)| a == b || same(*a, *b)));
        (!twice).then_some(flat)
    }

    fn add<'n>(
        &mut self,
        key: &str,
        node: &'n Node<'_>,
        subject: Option<&str>,
        flat: &mut Vec<(usize, Cell<'n>)>,
    ) -> Option<()> {
        if is_comment(key) {
            return Some(());
        }
        let cell = match node {
            Node::Null => Cell::Null,
            Node::Bool(value) => Cell::Bool(*value),
            Node::Number(number) => Cell::Number(number.as_str()),
            Node::Text(text) => Cell::Text(text),
            Node::List => return None,
            Node::Object(inner) => {
                let known = self.programs.all.iter().any(|program| program.names.subject(key).is_some());
                if subject.is_some() || !known {
                    return None;
                }
                return inner.iter().try_for_each(|(inner, node)| self.add(inner, node, Some(key), flat));
            }
        };
        let at = match subject {
            Some(subject) => self.at(&format!("{subject}.{key}")),
            None => self.at(key),
        };
        flat.push((at, cell));
        Some(())
    }

    /// The column of a key.
    fn at(&mut self, key: &str) -> usize {
        if let Some(at) = self.by_key.get(key) {
            return *at;
        }
        let at = self.list.len();
        self.list.push(self.programs.column(key));
        self.by_key.insert(key.to_owned(), at);
        at
    }

    fn quickly(&self, flat: &[(usize, Cell<'_>)], day: Day, cases: &mut [Case], problems: &mut Vec<Problem>) -> Head {
        let mut head = Head::default();
        let cells = flat.iter().filter_map(|(at, cell)| Some((self.list.get(*at)?, *cell)));
        for (column, cell) in cells.clone().filter(|(column, _)| column.day || column.label.is_some()) {
            if !matches!(cell, Cell::Null) {
                self.head(column, &cell.text(), &mut head, problems);
            }
        }
        let day = Day { fixed: day.fixed, otherwise: head.on.or(day.otherwise) };
        for (column, cell) in cells {
            self.cell(column, cell, day, cases, problems);
        }
        head
    }

    fn thoroughly(&mut self, text: &str, day: Day, cases: &mut [Case], problems: &mut Vec<Problem>) -> Head {
        let mut head = Head::default();
        let whole = |finding: Diagnostic| Problem { column: String::new(), text: mask(text).into_owned(), finding };
        let json = match json::parse(FileId(0), text) {
            Ok(json) => json,
            Err(finding) => {
                problems.push(whole(*finding));
                return head;
            }
        };
        let Kind::Object(entries) = &json.kind else {
            let (zh, en) =
                ("每行要写成一个对象：{ \"事实\": 值, … }", "each row is an object: `{ \"fact\": value, … }`");
            problems.push(whole(Diagnostic::new(Code::WrongType, json.span, zh, en)));
            return head;
        };
        for entry in entries.iter().filter(|entry| is_assessed(&entry.key)) {
            let (zh, en) =
                ("这一份写的是评定过的金额，不是事实，不能再评定", "it gives amounts already assessed, not facts");
            problems.push(whole(Diagnostic::new(Code::BadApplication, entry.span, zh, en)));
        }
        let container = entries.iter().find(|entry| is_container(&entry.key));
        let facts = match container.map(|entry| &entry.value.kind) {
            Some(Kind::Object(facts)) => facts,
            _ => entries,
        };
        self.columns_of(entries, facts, &mut head, problems);
        head.clauses = entries.iter().find(|entry| is_clauses(&entry.key)).map(|entry| self.clauses(entry, problems));
        let day = Day { fixed: day.fixed, otherwise: head.on.or(day.otherwise) };
        let mut said: Vec<Diagnostic> = Vec::new();
        for ((program, case), number) in self.programs.all.iter().zip(cases).zip(0usize..) {
            let own = self.known(program, number, facts);
            let mut findings = Findings::default();
            let read =
                facts::read(&program.values(), &Json { kind: Kind::Object(own), span: json.span }, day, &mut findings);
            program.fill(case, &read);
            for finding in findings.finish() {
                if !said.iter().any(|old| old.message == finding.message) {
                    said.push(finding.clone());
                    problems.push(whole(finding));
                }
            }
        }
        head
    }

    /// Registers the columns of an object, and reads who applies and when.
    fn columns_of(&mut self, outer: &[Entry], facts: &[Entry], head: &mut Head, problems: &mut Vec<Problem>) {
        let apart = !std::ptr::eq(outer, facts);
        let above = outer.iter().filter(|entry| apart && !is_container(&entry.key));
        for entry in above.chain(facts).filter(|entry| !is_comment(&entry.key)) {
            if is_clauses(&entry.key) || is_assessed(&entry.key) {
                continue;
            }
            let subject = self.programs.all.iter().any(|program| program.names.subject(&entry.key).is_some());
            let inner = match &entry.value.kind {
                Kind::Object(inner) if subject => inner.as_slice(),
                _ => &[],
            };
            for inner in inner.iter().filter(|inner| !is_comment(&inner.key)) {
                self.labelled(&format!("{}.{}", entry.key, inner.key), &inner.value, head, problems);
            }
            if inner.is_empty() && !(subject && matches!(entry.value.kind, Kind::Object(_))) {
                self.labelled(&entry.key, &entry.value, head, problems);
            }
        }
        let mut keys: Vec<(String, &Entry)> = Vec::new();
        for entry in above_of(outer, facts).filter(|entry| !is_comment(&entry.key)) {
            match keys.iter().find(|(key, _)| *key == fold(&entry.key)) {
                Some((_, first)) => {
                    let finding = *twice(entry, first.span);
                    problems.push(Problem { column: entry.key.clone(), text: entry.key.clone(), finding });
                }
                None => keys.push((fold(&entry.key), entry)),
            }
        }
    }

    fn labelled(&mut self, key: &str, value: &Json, head: &mut Head, problems: &mut Vec<Problem>) {
        let at = self.at(key);
        let Some(column) = self.list.get(at).filter(|column| column.day || column.label.is_some()) else { return };
        if let Kind::Text(text) | Kind::Number(text) = &value.kind {
            self.head(column, text, head, problems);
        }
    }

    /// The entries that a program knows, and those that only it can say what is wrong with.
    fn known(&self, program: &Program<'_>, number: usize, entries: &[Entry]) -> Vec<Entry> {
        let is_known = |key: &str, own: &[Option<super::Field>], column: &Column| {
            own.get(number).copied().flatten().is_some()
                || program.names.slots(key, None).len() > 1 && column.label.is_none()
        };
        let mut known = Vec::new();
        for entry in entries.iter().filter(|entry| !is_comment(&entry.key)) {
            if matches!(entry.key.as_str(), "on" | "日期") {
                continue;
            }
            let subject = program.names.subject(&entry.key).is_some();
            match &entry.value.kind {
                Kind::Object(inner) if subject => {
                    let inner = inner.iter().filter(|inner| {
                        let column = self.by_key.get(&format!("{}.{}", entry.key, inner.key));
                        let column = column.and_then(|at| self.list.get(*at));
                        column.is_some_and(|column| column.fields.get(number).copied().flatten().is_some())
                    });
                    let value = Json { kind: Kind::Object(inner.cloned().collect()), span: entry.value.span };
                    known.push(Entry { value, ..entry.clone() });
                }
                _ => {
                    let column = self.by_key.get(&entry.key).and_then(|at| self.list.get(*at));
                    if column.is_some_and(|column| is_known(&entry.key, &column.fields, column)) {
                        known.push(entry.clone());
                    }
                }
            }
        }
        known
    }

    /// The clauses applied for, by program; one that no program has is a problem.
    fn clauses(&self, entry: &Entry, problems: &mut Vec<Problem>) -> Vec<Vec<u32>> {
        let mut of: Vec<Vec<u32>> = vec![Vec::new(); self.programs.all.len()];
        let list = match &entry.value.kind {
            Kind::List(list) => list.as_slice(),
            _ => std::slice::from_ref(&entry.value),
        };
        for value in list {
            let name = match &value.kind {
                Kind::Text(name) => name.as_str(),
                _ => "",
            };
            let mut any = false;
            for (program, clauses) in self.programs.all.iter().zip(&mut of) {
                let found = program.names.clauses(name);
                any |= !found.is_empty();
                clauses.extend(found);
            }
            if !any {
                let (zh, en) = (format!("没有“{name}”这一条款"), format!("there is no clause `{name}`"));
                let finding = Diagnostic::new(Code::BadApplication, NOWHERE, zh, en);
                problems.push(Problem { column: entry.key.clone(), text: name.to_owned(), finding });
            }
        }
        of
    }
}

/// The entries of an application besides its facts; none where it is a facts object, which the reader of facts looks through itself.
fn above_of<'e>(outer: &'e [Entry], facts: &[Entry]) -> impl Iterator<Item = &'e Entry> {
    let apart = !std::ptr::eq(outer, facts);
    outer.iter().filter(move |_| apart)
}

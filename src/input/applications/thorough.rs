//! In: the JSON of one application, with its places. Out: [`Line`], or findings, all of them.
//! Invariant: an application whose awards could not be counted for anybody is a finding, never silently nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::super::facts::{self, twice};
use super::super::json::{Entry, Json, Kind};
use super::super::names::fold;
use super::super::values::{Finding, Form, Values, is_comment};
use super::super::{Day, Findings};
use super::{Applications, Assessed, Body, Line};
use crate::bytecode::program::{Given, Shown, SlotType};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;

struct Reading<'a, 'b> {
    of: &'a Applications<'a>,
    values: &'a Values<'a>,
    findings: &'b mut Findings,
    span: Span,
}

const KEYS: [&str; 9] = ["id", "date", "subjects", "awards", "order", "choice", "caps", "facts", "clauses"];

fn key(text: &str) -> Option<&'static str> {
    let names = ["编号", "日期", "对象", "评定", "排序", "选择", "上限", "事实", "条款"];
    let at = names.iter().position(|name| *name == text);
    at.and_then(|at| KEYS.get(at)).or_else(|| KEYS.iter().find(|name| **name == text)).copied()
}

/// Reads an application.
pub fn read<'t>(of: &Applications<'_>, values: &Values<'_>, json: &Json, findings: &mut Findings) -> Option<Line<'t>> {
    let Kind::Object(entries) = &json.kind else {
        findings.push(bad(
            json.span,
            "每份申请要写成一个对象：{ \"id\": …, \"date\": … }",
            "an application is an object",
        ));
        return None;
    };
    let mut reading = Reading { of, values, findings, span: json.span };
    let mut known: BTreeMap<&str, &Entry> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| !is_comment(&entry.key)) {
        match (key(&entry.key), key(&entry.key).and_then(|key| known.get(key))) {
            (Some(_), Some(first)) => reading.findings.push(twice(entry, first.span)),
            (Some(key), None) => {
                known.insert(key, entry);
            }
            (None, _) => reading.unknown(entry, KEYS.into_iter()),
        }
    }
    let id = known.get("id").map(|entry| reading.id(entry));
    if id.is_none() {
        reading.push("这份申请没有编号（id）", "this application has no `id`");
    }
    let date = known.get("date").map(|entry| {
        let day = reading.values.date(&entry.key, &entry.value);
        day.map_err(|finding| reading.findings.push(finding)).ok()
    });
    if date.is_none() {
        reading.push("这份申请没有日期（date）", "this application has no `date`");
    }
    let date = date.flatten();
    let body = match (known.get("facts"), known.get("awards")) {
        (Some(_), Some(awards)) => {
            let (zh, en) = ("事实（facts）和评定的金额（awards）只能写一样", "give either `facts` or `awards`");
            reading.findings.push(bad(awards.span, zh, en));
            None
        }
        (Some(facts), None) => {
            let day = Day { fixed: date, otherwise: date };
            let clauses = known.get("clauses").map(|entry| reading.clauses(entry));
            Some(Body::Facts(facts::read(reading.values, &facts.value, day, reading.findings), clauses))
        }
        (None, Some(awards)) => {
            if let Some(entry) = known.get("clauses") {
                let (zh, en) =
                    ("评定的金额（awards）已经写明条款，不写“clauses”", "`awards` names its clauses already");
                reading.findings.push(bad(entry.span, zh, en));
            }
            Some(Body::Assessed(reading.assessed(awards, &known)))
        }
        (None, None) => {
            reading.push(
                "这份申请没有事实（facts），也没有评定的金额（awards）",
                "this application has neither `facts` nor `awards`",
            );
            None
        }
    };
    Some(Line { id: Cow::Owned(id??), date: date?, body: body? })
}

impl<'a> Reading<'a, '_> {
    fn push(&mut self, zh: &str, en: &str) {
        self.findings.push(bad(self.span, zh, en));
    }

    fn unknown<'n>(&mut self, entry: &Entry, names: impl Iterator<Item = &'n str>) {
        let finding = bad(entry.span, &format!("不认识“{}”", entry.key), &format!("there is no `{}`", entry.key));
        let near = nearest(&fold(&entry.key), names.filter(|name| !name.is_empty()));
        self.findings.push(match near {
            Some(near) => Box::new(finding.perhaps(&near)),
            None => finding,
        });
    }

    fn id(&mut self, entry: &Entry) -> Option<String> {
        match &entry.value.kind {
            Kind::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Kind::Number(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits.clone()),
            _ => {
                self.findings.push(bad(
                    entry.value.span,
                    "编号要写成不空的文本",
                    "an `id` is a text that is not empty",
                ));
                None
            }
        }
    }

    /// The entries of an object under a key.
    fn entries<'e>(&mut self, entry: Option<&&'e Entry>) -> &'e [Entry] {
        match entry.map(|entry| (&entry.value.kind, entry)) {
            None => &[],
            Some((Kind::Object(entries), _)) => entries,
            Some((_, entry)) => {
                let (zh, en) = (format!("“{}”要写成一个对象", entry.key), format!("`{}` is an object", entry.key));
                self.findings.push(bad(entry.value.span, &zh, &en));
                &[]
            }
        }
    }

    fn assessed<'t>(&mut self, awards: &Entry, known: &BTreeMap<&str, &Entry>) -> Assessed<'t> {
        let mut assessed = Assessed::default();
        for entry in self.entries(known.get("subjects")) {
            if let Some((kind, text)) = self.subject(entry) {
                self.once(entry, &mut assessed.subjects, kind, Cow::Owned(text));
            }
        }
        for entry in self.entries(known.get("caps")) {
            self.caps(entry, &mut assessed.limits);
        }
        for entry in self.entries(Some(&awards)) {
            let Some(clause) = self.clause(&entry.key, entry.span) else { continue };
            if let Some(amount) = self.amount(clause, &entry.key, &entry.value) {
                self.once(entry, &mut assessed.awards, clause, amount);
            }
            self.counted(entry, clause, &assessed);
        }
        for entry in self.entries(known.get("order")) {
            if let Some((slot, value)) = self.fact(entry) {
                self.once(entry, &mut assessed.facts, slot, value);
            }
        }
        for entry in self.entries(known.get("choice")) {
            if let Some((group, clause)) = self.choice(entry) {
                self.once(entry, &mut assessed.choices, group, clause);
            }
        }
        assessed
    }

    /// Adds what is not there yet; sorted.
    fn once<T>(&mut self, entry: &Entry, to: &mut Vec<(u32, T)>, key: u32, value: T) {
        match to.binary_search_by_key(&key, |(known, _)| *known) {
            Ok(_) => self.findings.push(twice(entry, entry.span)),
            Err(at) => to.insert(at, (key, value)),
        }
    }

    fn subject(&mut self, entry: &Entry) -> Option<(u32, String)> {
        let tables = self.of.tables;
        let Some(kind) = self.values.names.subject(&entry.key) else {
            self.unknown(entry, tables.subjects.iter().map(|subject| subject.name.as_str()));
            return None;
        };
        let slot = tables.slots.get(tables.subjects.get(kind as usize)?.identifier as usize)?;
        match self.values.text(slot, &entry.value) {
            Ok(text) => Some((kind, text)),
            Err(finding) => {
                self.findings.push(finding);
                None
            }
        }
    }

    fn clause(&mut self, name: &str, span: Span) -> Option<u32> {
        if let [clause] = self.values.names.clauses(name) {
            return Some(*clause);
        }
        let (zh, en) =
            (format!("政策没有条款“{name}”，或者不止一个"), format!("`{name}` is not one clause of the policy"));
        let finding = bad(span, &zh, &en);
        self.findings.push(match nearest(name, self.values.names.clause_names()) {
            Some(near) => Box::new(finding.perhaps(&near)),
            None => finding,
        });
        None
    }

    /// The clauses applied for.
    fn clauses(&mut self, entry: &Entry) -> Vec<u32> {
        let list = match &entry.value.kind {
            Kind::List(list) if !list.is_empty() => list,
            _ => {
                let (zh, en) =
                    ("申请的条款要写成列表：[\"条款的标识\", …]", "`clauses` is a list: [\"id of a clause\", …]");
                self.findings.push(bad(entry.value.span, zh, en));
                return Vec::new();
            }
        };
        let mut clauses = Vec::new();
        for name in list {
            let Kind::Text(text) = &name.kind else {
                self.findings.push(bad(name.span, "条款要写它的标识、名称或者条号", "a clause is named by a text"));
                continue;
            };
            clauses.extend(self.clause(text, name.span));
        }
        clauses.sort_unstable();
        clauses.dedup();
        clauses
    }

    fn amount(&mut self, clause: u32, name: &str, json: &Json) -> Option<i128> {
        let info = self.of.tables.clauses.get(clause as usize);
        let unit = [(info.map_or("CNY", |clause| clause.currency.as_str()).to_owned(), 1)];
        let form = Form { scale: 2, shown: Shown::Money, unit: &unit };
        let wrong = || bad(json.span, "金额要写成 \"200000.00\" 或 \"20万元\"", "an amount is written \"200000.00\"");
        // Plain digits in quotes are an amount too: a batch is written by machines.
        let plain = match &json.kind {
            Kind::Text(text) if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && !text.is_empty() => {
                Json { kind: Kind::Number(text.clone()), span: json.span }
            }
            _ => json.clone(),
        };
        match self.values.number(name, form, &plain, wrong) {
            Ok(amount) if amount < 0 => {
                self.findings.push(bad(json.span, "金额不能是负数", "an amount cannot be negative"));
                None
            }
            Ok(amount) => Some(amount),
            Err(finding) => {
                self.findings.push(finding);
                None
            }
        }
    }

    /// Whether it can be told toward whose caps an award counts, and how much those are.
    fn counted(&mut self, entry: &Entry, clause: u32, assessed: &Assessed<'_>) {
        for kinds in self.of.required.get(clause as usize).map_or(&[][..], Vec::as_slice) {
            if !assessed.subjects.iter().any(|(kind, _)| kinds.contains(kind)) {
                let names: Vec<&str> = kinds.iter().map(|kind| self.values.names.subject_name(*kind)).collect();
                let (first, or) = (names.first().copied().unwrap_or(""), names.join("或"));
                let (zh, en) = (
                    format!("没有写是哪个{or}，条款“{}”的上限、组合或名额要按它归户", entry.key),
                    format!("`{}` is counted by `{or}`, which is not named", entry.key),
                );
                self.findings.push(Box::new(bad(entry.span, &zh, &en).help(
                    format!("在 \"subjects\" 里加上 \"{first}\": \"标识\""),
                    format!("add \"{first}\": \"identifier\" to `subjects`"),
                )));
            }
        }
        let info = self.of.tables.clauses.get(clause as usize);
        let varying = self.of.varying.get(clause as usize) == Some(&true);
        let given = |cap: u32| assessed.limits.iter().any(|(of, _)| *of == cap);
        if let Some(info) = info.filter(|info| varying && !(info.caps.0..info.caps.1).all(given)) {
            let (zh, en) = (
                format!("条款“{}”的上限随申请变化，要写出来", entry.key),
                format!("the caps of `{}` differ from application to application and must be given", entry.key),
            );
            let places = vec!["\"金额\""; (info.caps.1 - info.caps.0) as usize].join(", ");
            self.findings.push(Box::new(bad(entry.span, &zh, &en).help(
                format!("加上 \"caps\": {{ \"{}\": [{places}] }}，依次是各个上限，突破了的写 null", info.id),
                format!("add \"caps\": {{ \"{}\": [{places}] }}, null where lifted", info.id),
            )));
        }
    }

    fn caps(&mut self, entry: &Entry, limits: &mut Vec<(u32, Option<i128>)>) {
        let Some(clause) = self.clause(&entry.key, entry.span) else { return };
        let (first, end) = self.of.tables.clauses.get(clause as usize).map_or((0, 0), |info| info.caps);
        let amounts = match &entry.value.kind {
            Kind::List(amounts) if amounts.len() == (end - first) as usize => amounts,
            _ => {
                let count = end - first;
                let (zh, en) = (
                    format!("条款“{}”有 {count} 个上限，要写成 {count} 个金额的列表", entry.key),
                    format!("`{}` has {count} caps; give a list of as many amounts", entry.key),
                );
                self.findings.push(bad(entry.value.span, &zh, &en));
                return;
            }
        };
        for (amount, cap) in amounts.iter().zip(first..end) {
            let limit = match amount.kind {
                Kind::Null => Some(None),
                _ => self.amount(clause, &entry.key, amount).map(Some),
            };
            if let Some(limit) = limit {
                self.once(entry, limits, cap, limit);
            }
        }
    }

    fn fact(&mut self, entry: &Entry) -> Option<(u32, i128)> {
        let slots = self.values.names.slots(&entry.key, None);
        let [slot] = slots.as_slice() else {
            self.unknown(entry, self.values.names.keys(None));
            return None;
        };
        let info = self.of.tables.slots.get(*slot as usize)?;
        if matches!(info.ty, SlotType::Text | SlotType::List { .. }) {
            self.findings.push(bad(
                entry.span,
                "排序只看数、日期、等级和是否",
                "an order compares numbers, dates, levels and yes/no",
            ));
            return None;
        }
        match self.values.given(info, &entry.value) {
            Ok(Given::Value(value)) => Some((*slot, value)),
            Ok(Given::Text(_) | Given::Unknown | Given::NotApplicable | Given::NotAsked) => None,
            Err(finding) => {
                self.findings.push(finding);
                None
            }
        }
    }

    fn choice(&mut self, entry: &Entry) -> Option<(u32, u32)> {
        let groups = &self.of.tables.settlement.groups;
        let named = |name: &str| fold(name) == fold(&entry.key);
        let Some(group) = groups.iter().position(|group| named(&group.name) || named(&group.alias)) else {
            self.unknown(entry, groups.iter().map(|group| group.name.as_str()));
            return None;
        };
        let Kind::Text(name) = &entry.value.kind else {
            self.findings.push(bad(entry.value.span, "选择要写条款的标识", "a choice is the id of a clause"));
            return None;
        };
        let clause = self.clause(name, entry.value.span)?;
        Some((u32::try_from(group).ok()?, clause))
    }
}

fn bad(span: Span, zh: &str, en: &str) -> Finding {
    Box::new(Diagnostic::new(Code::BadApplication, span, zh, en))
}

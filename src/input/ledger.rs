//! In: the JSON of a ledger. Out: earlier awards, in the order of the file.
//! Invariant: an award that caps would not count because it does not say to whom it went is a finding, never silently nothing.

use std::collections::BTreeMap;

use super::Findings;
use super::contradictions::Placed;
use super::facts::twice;
use super::json::{Entry, Json, Kind};
use super::names::fold;
use super::values::{Finding, Form, Values, is_comment};
use crate::bytecode::program::{Award, KeyInfo, PeriodInfo, Shown, SlotType};
use crate::diagnostics::{Code, Diagnostic, Severity, nearest};
use crate::source::Span;

/// Reads `{"awards": […]}` or a bare list.
pub fn read(values: &Values, json: &Json, on: Option<i32>, findings: &mut Findings) -> Vec<Placed> {
    let mut awards = Vec::new();
    let mut seen = BTreeMap::new();
    for entry in list(json, findings) {
        let reading = Reading { values, on, span: entry.span, findings };
        if let Some(award) = reading.award(entry) {
            let identity = (award.clause, award.date, award.amount, award.once, award.subjects.clone());
            match seen.get(&identity) {
                Some(first) => findings.push(Box::new(
                    Diagnostic::new(
                        Code::BadLedger,
                        entry.span,
                        "这一条和前面一条完全相同",
                        "this award is an exact repeat of another",
                    )
                    .also(*first, "第一次在这里", "first written here")
                    .help("同一天真的发了两次，就合成一条", "if two were paid on one day, write their sum"),
                )),
                None => {
                    seen.insert(identity, entry.span);
                    awards.push((award, entry.span));
                }
            }
        }
    }
    awards
}

/// The entries of a ledger.
fn list<'a>(json: &'a Json, findings: &mut Findings) -> &'a [Json] {
    let shape = |span| {
        bad(span, "台账要写成 { \"awards\": [ … ] } 或者一个列表", "a ledger is `{ \"awards\": [ … ] }` or a list")
    };
    match &json.kind {
        Kind::List(entries) => entries,
        Kind::Object(entries) => {
            let mut found: Option<(&[Json], Span)> = None;
            for entry in entries.iter().filter(|entry| !is_comment(&entry.key)) {
                match (&entry.value.kind, entry.key.as_str(), found) {
                    (_, "awards" | "台账", Some((_, first))) => findings.push(twice(entry, first)),
                    (Kind::List(list), "awards" | "台账", None) => found = Some((list, entry.span)),
                    (_, "awards" | "台账", None) => findings.push(shape(entry.value.span)),
                    _ => findings.push(unknown_key(entry, ["awards"].into_iter())),
                }
            }
            if found.is_none() && !entries.iter().any(|entry| matches!(entry.key.as_str(), "awards" | "台账")) {
                findings.push(shape(json.span));
            }
            found.map_or(&[], |(list, _)| list)
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => {
            findings.push(shape(json.span));
            &[]
        }
    }
}

struct Reading<'a, 'b> {
    values: &'a Values<'a>,
    on: Option<i32>,
    span: Span,
    findings: &'b mut Findings,
}

/// The keys of an entry.
#[derive(Default)]
struct Fields<'a> {
    clause: Option<&'a Entry>,
    date: Option<&'a Entry>,
    amount: Option<&'a Entry>,
    once: Option<&'a Entry>,
    subjects: BTreeMap<u32, &'a Entry>,
}

impl Reading<'_, '_> {
    /// An award; `None` where a finding was made of it.
    fn award(mut self, json: &Json) -> Option<Award> {
        let Kind::Object(entries) = &json.kind else {
            self.findings.push(bad(json.span, "台账的每一条要写成一个对象", "an award of a ledger is an object"));
            return None;
        };
        let fields = self.fields(entries);
        // Each is read even where another has a finding, so that all are reported.
        let clause = self.required(fields.clause, "clause", "条款").and_then(|entry| self.clause(entry));
        let date = self.required(fields.date, "date", "日期").and_then(|entry| self.date(entry));
        let amount = self.required(fields.amount, "amount", "金额").and_then(|entry| self.amount(entry, clause));
        let once = self.once(fields.once);
        let subjects = self.subjects(&fields.subjects);
        let (clause, date, amount, once, subjects) = (clause?, date?, amount?, once?, subjects?);
        if let Some(finding) = self.unheld(clause, &subjects) {
            self.findings.push(finding);
            return None;
        }
        Some(Award { clause, date, amount, once, subjects })
    }

    fn fields<'e>(&mut self, entries: &'e [Entry]) -> Fields<'e> {
        let mut fields = Fields::default();
        for entry in entries.iter().filter(|entry| !is_comment(&entry.key)) {
            let place = match entry.key.as_str() {
                "clause" | "条款" => &mut fields.clause,
                "date" | "日期" => &mut fields.date,
                "amount" | "金额" => &mut fields.amount,
                "once" | "一次性" => &mut fields.once,
                key => match self.values.names.subject(key) {
                    Some(subject) => {
                        if let Some(first) = fields.subjects.get(&subject) {
                            self.findings.push(twice(entry, first.span));
                        } else {
                            fields.subjects.insert(subject, entry);
                        }
                        continue;
                    }
                    None => {
                        let subjects = &self.values.tables.subjects;
                        let known = subjects.iter().flat_map(|subject| [subject.name.as_str(), subject.alias.as_str()]);
                        let known = ["clause", "date", "amount", "once"].into_iter().chain(known);
                        self.findings.push(unknown_key(entry, known));
                        continue;
                    }
                },
            };
            match place {
                Some(first) => self.findings.push(twice(entry, first.span)),
                None => *place = Some(entry),
            }
        }
        fields
    }

    fn required<'e>(&mut self, entry: Option<&'e Entry>, key: &str, name: &str) -> Option<&'e Entry> {
        if entry.is_none() {
            let (zh, en) = (format!("这一条台账没有写{name}（{key}）"), format!("this award lacks its `{key}`"));
            self.findings.push(bad(self.span, &zh, &en));
        }
        entry
    }

    fn found<T>(&mut self, result: Result<T, Finding>) -> Option<T> {
        result.map_err(|finding| self.findings.push(finding)).ok()
    }

    fn clause(&mut self, entry: &Entry) -> Option<u32> {
        let span = entry.value.span;
        let Kind::Text(name) = &entry.value.kind else {
            self.findings.push(bad(span, "条款要写标识、标题或地址", "a clause is given by its id, title or address"));
            return None;
        };
        let names = self.values.names;
        match names.clauses(name) {
            [clause] => Some(*clause),
            [] => {
                let finding =
                    bad(span, &format!("政策没有条款“{name}”"), &format!("the policy has no clause `{name}`"));
                let near = if self.findings.full() { None } else { nearest(name, names.clause_names()) };
                self.findings.push(match near {
                    Some(near) => Box::new(finding.perhaps(&near)),
                    None => finding,
                });
                None
            }
            several => {
                let clauses = several.iter().filter_map(|clause| self.values.tables.clauses.get(*clause as usize));
                let ids: Vec<&str> = clauses.map(|clause| clause.id.as_str()).collect();
                let ids = ids.join("、");
                let finding = bad(
                    span,
                    &format!("“{name}”不止一个条款，请写标识"),
                    &format!("`{name}` is more than one clause; write the id"),
                );
                self.findings.push(Box::new(finding.help(format!("有 {ids}"), format!("one of {ids}"))));
                None
            }
        }
    }

    fn date(&mut self, entry: &Entry) -> Option<i32> {
        let date = self.values.date(&entry.key, &entry.value);
        let date = self.found(date)?;
        if self.on.is_some_and(|on| date > on) {
            let mut finding = bad(
                entry.value.span,
                "这一条的日期在评定日之后，不会计入",
                "this award is dated after the decision and does not count",
            );
            finding.severity = Severity::Warning;
            self.findings.push(finding);
        }
        Some(date)
    }

    fn amount(&mut self, entry: &Entry, clause: Option<u32>) -> Option<i128> {
        let info = clause.and_then(|clause| self.values.tables.clauses.get(clause as usize));
        let currency = info.map_or("CNY", |clause| clause.currency.as_str());
        let unit = [(currency.to_owned(), 1)];
        let form = Form { scale: 2, shown: Shown::Money, unit: &unit };
        let span = entry.value.span;
        let wrong = || bad(span, "金额要写成 \"300万元\" 或 3000000", "an amount is written \"300万元\" or 3000000");
        let amount = self.values.number(&entry.key, form, &entry.value, wrong);
        let amount = self.found(amount)?;
        if amount < 0 {
            self.findings.push(bad(span, "台账的金额不能是负数", "an award of a ledger cannot be negative"));
            return None;
        }
        Some(amount)
    }

    fn once(&mut self, entry: Option<&Entry>) -> Option<bool> {
        let Some(entry) = entry else { return Some(false) };
        match &entry.value.kind {
            Kind::Bool(once) => Some(*once),
            Kind::Text(text) if text == "是" => Some(true),
            Kind::Text(text) if text == "否" => Some(false),
            Kind::Null | Kind::Number(_) | Kind::Text(_) | Kind::List(_) | Kind::Object(_) => {
                self.findings.push(bad(entry.value.span, "一次性要写 true 或 false", "`once` is true or false"));
                None
            }
        }
    }

    /// Identifiers, as texts: what the identifying fact of each subject would be given as.
    fn subjects(&mut self, entries: &BTreeMap<u32, &Entry>) -> Option<Vec<(u32, String)>> {
        let mut subjects = Vec::new();
        let mut fine = true;
        for (subject, entry) in entries {
            let tables = self.values.tables;
            let slot =
                tables.subjects.get(*subject as usize).and_then(|info| tables.slots.get(info.identifier as usize));
            let Some(slot) = slot.filter(|slot| slot.ty == SlotType::Text) else { continue };
            let text = self.values.text(slot, &entry.value);
            match self.found(text) {
                Some(text) => subjects.push((*subject, text)),
                None => fine = false,
            }
        }
        fine.then_some(subjects)
    }

    /// A cap or a counter that counts this award by a subject that the award does not name.
    fn unheld(&self, clause: u32, subjects: &[(u32, String)]) -> Option<Finding> {
        let tables = self.values.tables;
        let named = |kind: &u32| subjects.iter().any(|(subject, _)| subject == kind);
        let counting = tables.caps.iter().filter(|cap| cap.counts.contains(&clause) && cap.period != PeriodInfo::Each);
        let by_caps = counting.filter_map(|cap| match &cap.key {
            KeyInfo::Subjects(kinds) => Some((kinds, format!("上限“{}”", cap.text), format!("the cap `{}`", cap.text))),
            KeyInfo::Everyone => None,
        });
        let counters = tables.counters.iter().filter(|counter| counter.counts.contains(&clause));
        let by_counters = counters.map(|counter| (&counter.subjects, "次数".to_owned(), "how often".to_owned()));
        let (kinds, zh_by, en_by) = by_caps
            .chain(by_counters.filter(|(kinds, ..)| !kinds.is_empty()))
            .find(|(kinds, ..)| !kinds.iter().any(named))?;
        let kinds: Vec<&str> = kinds.iter().map(|kind| self.values.names.subject_name(*kind)).collect();
        let (key, or) = (kinds.first().copied().unwrap_or(""), kinds.join("或"));
        let (zh, en) =
            (format!("这一条没有写给了哪个{or}"), format!("this award does not say to which `{or}` it went"));
        Some(Box::new(bad(self.span, &zh, &en).help(
            format!("{zh_by}要按它归户，请加上 \"{key}\": \"标识\""),
            format!("{en_by} is counted by it; add \"{key}\": \"identifier\""),
        )))
    }
}

fn unknown_key<'a>(entry: &Entry, known: impl Iterator<Item = &'a str>) -> Finding {
    let finding =
        bad(entry.span, &format!("台账里不认识“{}”", entry.key), &format!("a ledger has no key `{}`", entry.key));
    match nearest(&fold(&entry.key), known.filter(|name| !name.is_empty())) {
        Some(near) => Box::new(finding.perhaps(&near)),
        None => Box::new(finding.help("备注的键以 _ 开头就不会读", "a key that begins with `_` is not read")),
    }
}

fn bad(span: Span, zh: &str, en: &str) -> Finding {
    Box::new(Diagnostic::new(Code::BadLedger, span, zh, en))
}

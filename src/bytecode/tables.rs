//! In: the tables of a checked model and its sources. Out: the tables of a program that hold no code: policy, departments, classes,
//! subjects, slots, quotes. Invariant: every index of the model is the same index in the program.

use std::collections::HashMap;

use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use crate::limits::VALUE_MAX;
use crate::model::{
    Authority, Calendar, CapKey, CapPeriod, CapScope, Column, Fact, FactSource, List, Model, NonNormative, NumberKind,
    Quote, Series, SeriesYear, Type, Unit,
};
use crate::source::{Sources, Span};

use super::exact;
use super::program::{
    ClassInfo, DepartmentInfo, GivenBy, KeyInfo, MemberInfo, NonNormativeInfo, OriginalInfo, PeriodInfo, Place,
    PolicyInfo, QuoteInfo, Shown, SlotInfo, SlotType, SubjectInfo, Tables,
};
use super::records::{CalendarInfo, CertificateInfo, ColumnInfo, ListInfo, SeriesInfo, SeriesSlot};

/// Line and column of the start of a span.
#[must_use]
pub fn place(sources: &Sources, span: Span) -> Place {
    let span = sources.origin(span);
    let file = if sources.get(span.file).is_some() { span.file.0 } else { 0 };
    let at = sources.start(span);
    Place { file, line: at.line, column: at.column }
}

/// The text under a span with its white space collapsed.
#[must_use]
pub fn text(sources: &Sources, span: Span) -> String {
    sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The tables that come straight from the model's.
#[must_use]
pub fn tables(model: &Model, sources: &Sources) -> Tables {
    let mut files = file_names(sources);
    if files.is_empty() {
        files.push(String::new());
    }
    Tables {
        policy: policy(model),
        files,
        departments: departments(model),
        classes: classes(model),
        members: members(model),
        subjects: subjects(model),
        slots: model.facts.iter().map(slot).collect(),
        lists: model.lists.iter().map(list).collect(),
        columns: model.columns.iter().map(column).collect(),
        series: model.series.iter().map(series).collect(),
        calendars: model.calendars.iter().map(calendar).collect(),
        non_normative: model.non_normative.iter().map(non_normative).collect(),
        scope_quotes: model.policy.quotes.iter().chain(&model.scope_quotes).map(quote).collect(),
        ..Tables::default()
    }
}

fn policy(model: &Model) -> PolicyInfo {
    let policy = &model.policy;
    PolicyInfo {
        number: policy.number.clone(),
        title: policy.title.clone(),
        alias: policy.alias.clone(),
        issuers: policy.issuers.iter().map(|id| id.0).collect(),
        published: policy.published,
        in_force: (policy.in_force.first, policy.in_force.last),
        note: policy.note.clone(),
        original: model.original.as_ref().map(|original| OriginalInfo {
            name: original.name.clone(),
            sha256: Sha256::digest(original.text.as_bytes()).into(),
            bytes: original.text.len() as u64,
        }),
    }
}

fn departments(model: &Model) -> Vec<DepartmentInfo> {
    let info = |department: &crate::model::Department| DepartmentInfo {
        name: department.name.clone(),
        full_name: department.full_name.clone(),
        alias: department.alias.clone(),
    };
    model.departments.iter().map(info).collect()
}

fn classes(model: &Model) -> Vec<ClassInfo> {
    let info = |class: &crate::model::Class| ClassInfo {
        name: class.name.clone(),
        alias: class.alias.clone(),
        ordered: class.ordered,
        first: class.members.start,
        end: class.members.end,
    };
    model.classes.iter().map(info).collect()
}

fn members(model: &Model) -> Vec<MemberInfo> {
    let info = |member: &crate::model::Member| MemberInfo {
        name: member.name.clone(),
        alias: member.alias.clone(),
        class: member.class.0,
        parent: member.parent.map(|parent| parent.0),
        end: member.end.0,
        quotes: member.quotes.iter().map(quote).collect(),
    };
    model.members.iter().map(info).collect()
}

fn subjects(model: &Model) -> Vec<SubjectInfo> {
    let info = |subject: &crate::model::Subject| SubjectInfo {
        name: subject.name.clone(),
        alias: subject.alias.clone(),
        owner: subject.owner.map(|owner| owner.0),
        identifier: subject.identifier.0,
    };
    model.subjects.iter().map(info).collect()
}

fn non_normative(passages: &NonNormative) -> NonNormativeInfo {
    NonNormativeInfo { title: passages.title.clone(), quotes: passages.quotes.iter().map(quote).collect() }
}

/// Per whom something is counted.
#[must_use]
pub fn key(key: &CapKey) -> KeyInfo {
    match key {
        CapKey::Subjects(subjects) => KeyInfo::Subjects(subjects.iter().map(|id| id.0).collect()),
        CapKey::Everyone => KeyInfo::Everyone,
    }
}

/// Over which period something is counted.
#[must_use]
pub fn period(period: CapPeriod) -> PeriodInfo {
    match period {
        CapPeriod::Year => PeriodInfo::Year,
        CapPeriod::Lifetime => PeriodInfo::Lifetime,
        CapPeriod::Once => PeriodInfo::Once,
        CapPeriod::Each => PeriodInfo::Each,
        CapPeriod::Months(months) => PeriodInfo::Months(months),
        CapPeriod::OnceOrYear => PeriodInfo::OnceOrYear,
    }
}

/// The clauses whose awards count, in order; `own` is the clause that counts.
#[must_use]
pub fn counted(model: &Model, own: u32, scope: &CapScope) -> Vec<u32> {
    match scope {
        CapScope::Clause => vec![own],
        CapScope::Clauses(clauses) => {
            let mut counts: Vec<u32> = clauses.iter().map(|id| id.0).chain([own]).collect();
            counts.sort_unstable();
            counts.dedup();
            counts
        }
        CapScope::Policy => (0..u32::try_from(model.clauses.len()).unwrap_or(u32::MAX)).collect(),
    }
}

/// A quotation.
#[must_use]
pub fn quote(quote: &Quote) -> QuoteInfo {
    let found = quote.found.as_ref().map(|range| (range.start as u64, range.end as u64));
    QuoteInfo { text: quote.text.clone(), found }
}

fn list(list: &List) -> ListInfo {
    ListInfo {
        name: list.name.clone(),
        alias: list.alias.clone(),
        subject: list.subject.0,
        slot: list.fact.0,
        max: list.max,
        columns: (list.columns.start, list.columns.end),
    }
}

fn column(column: &Column) -> ColumnInfo {
    let (low, high) = declared(&column.ty, column.range);
    ColumnInfo {
        list: column.list.0,
        name: column.name.clone(),
        alias: column.alias.clone(),
        ty: slot_type(&column.ty),
        low,
        high,
        credit_code: column.credit_code,
        note: column.note.clone(),
    }
}

fn series(series: &Series) -> SeriesInfo {
    SeriesInfo { name: series.name.clone(), alias: series.alias.clone(), subject: series.subject.0 }
}

fn calendar(calendar: &Calendar) -> CalendarInfo {
    CalendarInfo {
        name: calendar.name.clone(),
        alias: calendar.alias.clone(),
        first: calendar.first,
        last: calendar.last,
        off: calendar.off.clone(),
        working: calendar.working.clone(),
    }
}

fn slot(fact: &Fact) -> SlotInfo {
    let (low, high) = bounds(fact);
    let year = fact.year.map(|(series, year)| match year {
        SeriesYear::Relative(year) => SeriesSlot { series: series.0, year, relative: true },
        SeriesYear::Absolute(year) => SeriesSlot { series: series.0, year, relative: false },
    });
    let certificate = fact.certificate.map(|certificate| CertificateInfo {
        level: certificate.level.map(|id| id.0),
        from: certificate.from.map(|id| id.0),
        until: certificate.until.map(|id| id.0),
    });
    SlotInfo {
        name: fact.name.clone(),
        alias: fact.alias.clone(),
        subject: fact.subject.0,
        ty: slot_type(&fact.ty),
        given_by: given_by(fact.source),
        low,
        high,
        made: fact.made,
        credit_code: fact.credit_code,
        yearly: fact.yearly,
        year,
        certificate,
        note: fact.note.clone(),
    }
}

/// The declared bounds, scaled. The default bounds are none, but an amount at discretion is never below zero (semantics, section 1).
fn bounds(fact: &Fact) -> (Option<i128>, Option<i128>) {
    let Type::Number { kind, .. } = &fact.ty else { return (None, None) };
    let (low, high) = declared(&fact.ty, fact.range);
    let set_freely = matches!(fact.source, FactSource::Discretion(_))
        && matches!(kind, NumberKind::Money | NumberKind::Rate | NumberKind::Number);
    (low.or(set_freely.then_some(0)), high)
}

/// The bounds of a number, scaled, where they were declared.
fn declared(ty: &Type, range: (Decimal, Decimal)) -> (Option<i128>, Option<i128>) {
    let Type::Number { scale, .. } = ty else { return (None, None) };
    let limit = exact::power_of_ten(u32::from(*scale)).and_then(|one| VALUE_MAX.checked_mul(one));
    let low = exact::scaled(range.0, *scale).filter(|low| limit.is_some_and(|limit| *low > -limit));
    let high = exact::scaled(range.1, *scale).filter(|high| limit.is_some_and(|limit| *high < limit));
    (low, high)
}

fn slot_type(ty: &Type) -> SlotType {
    match ty {
        Type::Bool | Type::Error => SlotType::Bool,
        Type::Number { kind, unit, scale } => {
            SlotType::Number { scale: *scale, shown: Shown::from(*kind), unit: powers(unit) }
        }
        Type::Date => SlotType::Date,
        Type::Text => SlotType::Text,
        Type::Member(class) => SlotType::Member { class: class.0 },
        Type::List(list) => SlotType::List { list: list.0 },
    }
}

fn powers(unit: &Unit) -> Vec<(String, i8)> {
    unit.powers.iter().map(|(name, power)| (name.clone(), *power)).collect()
}

impl From<NumberKind> for Shown {
    fn from(kind: NumberKind) -> Shown {
        match kind {
            NumberKind::Integer => Shown::Integer,
            NumberKind::Number => Shown::Number,
            NumberKind::Rate => Shown::Rate,
            NumberKind::Money => Shown::Money,
            NumberKind::Period => Shown::Period,
            NumberKind::Quantity => Shown::Quantity,
        }
    }
}

fn given_by(source: FactSource) -> GivenBy {
    let department = |authority| match authority {
        Authority::Department(id) => Some(id.0),
        Authority::Responsible => None,
    };
    match source {
        FactSource::Applicant => GivenBy::Applicant,
        FactSource::Determination(authority) => GivenBy::Determination(department(authority)),
        FactSource::Discretion(authority) => GivenBy::Discretion(department(authority)),
    }
}

/// Values that code refers to by index, each once, in order of first use.
#[derive(Debug, Clone)]
pub struct Pool<T> {
    values: Vec<T>,
    ids: HashMap<T, u32>,
}

impl<T> Default for Pool<T> {
    fn default() -> Pool<T> {
        Pool { values: Vec::new(), ids: HashMap::new() }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Pool<T> {
    /// The index of a value.
    pub fn id(&mut self, value: T) -> u32 {
        if let Some(id) = self.ids.get(&value) {
            return *id;
        }
        let id = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value.clone());
        self.ids.insert(value, id);
        id
    }

    /// The values in order.
    #[must_use]
    pub fn into_values(self) -> Vec<T> {
        self.values
    }
}

/// Names of files as seen from the folder of the first, so that a bundle does not depend on where it was built.
fn file_names(sources: &Sources) -> Vec<String> {
    let names: Vec<&str> =
        sources.iter().filter(|(_, file)| file.pieces().is_none()).map(|(_, file)| file.name()).collect();
    let folder = names.first().and_then(|first| first.rfind('/').and_then(|at| first.get(..=at))).unwrap_or("");
    names.iter().map(|name| name.strip_prefix(folder).unwrap_or(name).to_owned()).collect()
}

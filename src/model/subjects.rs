//! In: 对象 items. Out: kinds of subjects and their facts with types, owners and ranges.

mod certificates;
mod ledger;
mod lists;
mod modifiers;
mod series;
mod types;

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::limits::{FACTS_MAX, VALUE_MAX};
use crate::source::Span;
use crate::syntax::ast::{Field, Item, Part, Phrase, Separator};
use crate::syntax::keywords::{FieldKeyword, Word};

use super::context::Context;
use super::segment::Mode;
use super::tokens::{Token, TokenKind};
use super::types::{ClassId, Type};
use super::vocabulary::Entry;
use super::{Fact, FactId, FactSource, Subject, SubjectId};

/// What is to be known of a fact that the compiler makes.
pub struct MadeFact {
    /// Name.
    pub name: String,
    /// ASCII id; may be empty.
    pub alias: String,
    /// Whom it is about.
    pub subject: SubjectId,
    /// Type.
    pub ty: Type,
    /// Who gives it.
    pub source: FactSource,
    /// The clause it is made for; may be empty.
    pub note: String,
    /// Where its maker stands.
    pub span: Span,
}

/// What the words after a type say beyond what a fact holds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said {
    /// 标识.
    pub identifier: bool,
    /// 按年.
    pub by_year: bool,
}

impl Context<'_> {
    /// Declares the kinds of subjects, then what belongs to what, then their facts and lists. An item in another file adds to a kind
    /// that is declared already.
    pub fn subjects(&mut self, items: &[&Item], lists: &[&Item]) {
        let mut declared: Vec<(SubjectId, &Item)> = Vec::new();
        for item in items {
            let Some((name, span)) = self.item_name(item, ("对象", "subject")) else { continue };
            let alias = item.header.alias.as_ref().map_or(String::new(), |alias| alias.text.clone());
            if let Some(at) = self.model.subjects.iter().position(|subject| subject.name == name) {
                let id = SubjectId(u32::try_from(at).unwrap_or(u32::MAX));
                let earlier = declared.iter().find(|(other, item)| *other == id && item.header.span.file == span.file);
                if let Some((_, first)) = earlier {
                    let first = first.header.lead.as_ref().map_or(first.header.span, |lead| lead.span);
                    self.duplicate(&name, span, first);
                    continue;
                }
                if let Some(subject) = self.model.subjects.get_mut(at).filter(|subject| subject.alias.is_empty()) {
                    subject.alias.clone_from(&alias);
                }
                self.vocabulary.insert(&alias, Entry::Subject(id));
                declared.push((id, item));
                continue;
            }
            let id = SubjectId(u32::try_from(self.model.subjects.len()).unwrap_or(u32::MAX));
            self.vocabulary.insert(&name, Entry::Subject(id));
            self.vocabulary.insert(&alias, Entry::Subject(id));
            self.model.subjects.push(Subject { name, alias, owner: None, identifier: FactId(u32::MAX), span });
            declared.push((id, item));
        }
        for (id, item) in &declared {
            self.owner(*id, item);
        }
        self.owner_cycles();
        let lists = self.list_heads(lists);
        let kinds = u32::try_from(self.model.subjects.len()).unwrap_or(u32::MAX);
        for id in (0..kinds).map(SubjectId) {
            for (_, item) in declared.iter().filter(|(other, _)| *other == id) {
                item.fields.iter().filter(|field| about_subject(field)).for_each(|field| self.fact(id, field));
            }
            for list in lists.iter().filter(|list| list.subject == id) {
                self.list(list);
            }
        }
        for id in (0..kinds).map(SubjectId) {
            self.identifier(id);
        }
    }

    fn owner(&mut self, id: SubjectId, item: &Item) {
        for modifier in &item.header.modifiers {
            let tokens = self.tokens(modifier, Mode::Phrase);
            let owner = tokens.iter().find_map(subject_of);
            if let (None, Some((name, span))) = (owner, self.retract_unknown(modifier.span)) {
                self.unknown_subject(&name, span);
                continue;
            }
            match owner {
                Some(owner) => {
                    if let Some(subject) = self.model.subjects.get_mut(id.index()) {
                        subject.owner = Some(owner);
                    }
                }
                None if tokens.iter().any(|token| matches!(token.kind, TokenKind::Broken)) => {}
                None => self.report(
                    Diagnostic::new(
                        Code::UnknownSubject,
                        modifier.span,
                        "不知道属于哪个对象",
                        "it is not clear to whom this belongs",
                    )
                    .help("写成“对象 项目，属于 市场主体”", "write `subject project, in entity`"),
                ),
            }
        }
    }

    /// Reports a kind of subject that is not declared.
    pub fn unknown_subject(&mut self, name: &str, span: Span) {
        let kinds: Vec<String> = self.model.subjects.iter().map(|subject| subject.name.clone()).collect();
        let report = Diagnostic::new(
            Code::UnknownSubject,
            span,
            format!("没有声明过对象“{name}”"),
            format!("subject `{name}` is not declared"),
        );
        let near = nearest(name, kinds.iter().map(String::as_str)).map(str::to_owned);
        self.report(match near {
            Some(near) => report.did_you_mean(span, &near),
            None => report.help(
                format!("已有的对象：{}；要用别的，先写“对象 {name}”条目", kinds.join("、")),
                format!("declared subjects: {}; add a subject item for another", kinds.join(", ")),
            ),
        });
    }

    fn owner_cycles(&mut self) {
        for at in 0..self.model.subjects.len() {
            let (mut next, mut steps) = (self.model.subjects.get(at).and_then(|subject| subject.owner), 0);
            while let Some(owner) = next {
                steps += 1;
                if owner.index() == at || steps > self.model.subjects.len() {
                    let (name, span) =
                        self.model.subjects.get(at).map_or((String::new(), None), |s| (s.name.clone(), Some(s.span)));
                    if let Some(span) = span {
                        self.report(Diagnostic::new(
                            Code::OwnerCycle,
                            span,
                            format!("“{name}”最后又属于它自己"),
                            format!("`{name}` belongs to itself in the end"),
                        ));
                    }
                    if let Some(subject) = self.model.subjects.get_mut(at) {
                        subject.owner = None;
                    }
                    break;
                }
                next = self.model.subjects.get(owner.index()).and_then(|subject| subject.owner);
            }
        }
    }

    /// Where a name of a fact, series or list of a subject was declared before.
    pub(super) fn taken(&self, subject: SubjectId, name: &str) -> Option<Span> {
        let facts = self.model.facts.iter().filter(|fact| fact.subject == subject && fact.name == name);
        let series = self.model.series.iter().filter(|series| series.subject == subject && series.name == name);
        facts.map(|fact| fact.span).chain(series.map(|series| series.span)).next()
    }

    fn fact(&mut self, subject: SubjectId, field: &Field) {
        let name: String = field.label.text.split_whitespace().collect();
        let taken = self.taken(subject, &name);
        let Some((fact, said, class)) = self.fact_line(subject, field) else { return };
        if let Some(first) = taken {
            // Another file may say again what a library declares.
            let same = |other: &Fact| other.subject == subject && other.name == name && other.ty == fact.ty;
            if first.file == fact.span.file || !self.model.facts.iter().any(same) {
                self.duplicate(&name, fact.span, first);
            }
            return;
        }
        match class {
            Some(class) => self.certificate(fact, class),
            None if said.by_year => self.by_year(fact),
            None => {
                self.add_fact(fact, said.identifier);
            }
        }
    }

    /// A line `名称（标识）：类型，说明…` as a fact; for 认定, the class of its levels.
    pub(super) fn fact_line(
        &mut self,
        subject: SubjectId,
        field: &Field,
    ) -> Option<(Fact, Said, Option<Option<ClassId>>)> {
        let name: String = field.label.text.split_whitespace().collect();
        let span = field.label.span;
        self.reserved(&name, span);
        if self.model.facts.len() >= FACTS_MAX {
            self.report(Diagnostic::new(Code::LimitReached, span, "事实太多", "too many facts"));
            return None;
        }
        if field.colon.is_none() && field.value.is_empty() {
            self.report(
                Diagnostic::new(
                    Code::MissingColon,
                    span,
                    format!("“{name}”后面没有写类型"),
                    format!("`{name}` has no type"),
                )
                .help("写成“名称：是否”“名称：金额”这样", "write `name: boolean`, `name: money` …")
                .fix(span.after(), "：是否", "加上“：是否”", "add `: boolean`"),
            );
        }
        let alias = field.alias.as_ref().map_or(String::new(), |alias| alias.text.clone());
        let (mut parts, mut current) = (Vec::new(), Vec::new());
        for part in &field.value.parts {
            if matches!(part, Part::Separator { kind: Separator::Comma, .. }) {
                parts.push(std::mem::take(&mut current));
            } else {
                current.push(part.clone());
            }
        }
        parts.push(current);
        let mut parts = parts.into_iter().filter(|part| !part.is_empty()).map(|parts| {
            let span = parts.first().zip(parts.last()).map_or(field.span, |(first, last)| first.span().to(last.span()));
            Phrase { parts, span }
        });
        let mut class = None;
        let ty = match parts.next() {
            Some(phrase) => match self.certificate_type(&phrase) {
                Some(found) => {
                    class = Some(found);
                    Type::Bool
                }
                None => self.fact_type(&phrase),
            },
            None => Type::Error,
        };
        let credit_code = field
            .value
            .parts
            .first()
            .is_some_and(|part| matches!(part, Part::Run(run) if Word::find(&run.text) == Some(Word::CreditCode)));
        let mut fact = Fact {
            name,
            alias,
            subject,
            ty,
            source: FactSource::Applicant,
            range: default_range(),
            made: false,
            credit_code,
            yearly: false,
            year: None,
            certificate: None,
            note: String::new(),
            span,
        };
        let mut said = Said { identifier: credit_code, by_year: false };
        for modifier in parts {
            self.modifier(&mut fact, &modifier, &mut said);
        }
        if fact.range.0 > fact.range.1 {
            self.report(
                Diagnostic::new(
                    Code::FloorAboveCap,
                    field.value.span,
                    "取值范围的下限高于上限",
                    "the range ends below its start",
                )
                .help("看看“不低于”和“不超过”是不是写反了", "check `not-below` and `not-exceeding`"),
            );
        }
        Some((fact, said, class))
    }

    /// Adds a fact and its names.
    pub(super) fn add_fact(&mut self, fact: Fact, identifier: bool) -> FactId {
        let id = FactId(u32::try_from(self.model.facts.len()).unwrap_or(u32::MAX));
        self.vocabulary.insert(&fact.name, Entry::Fact(id));
        self.vocabulary.insert(&fact.alias, Entry::Fact(id));
        if identifier
            && let Some(subject) = self.model.subjects.get_mut(fact.subject.index())
            && subject.identifier == FactId(u32::MAX)
        {
            subject.identifier = id;
        }
        self.model.facts.push(fact);
        id
    }

    /// A fact that the compiler makes.
    pub fn make_fact(&mut self, made: MadeFact) -> FactId {
        let fact = Fact {
            name: made.name,
            alias: made.alias,
            subject: made.subject,
            ty: made.ty,
            source: made.source,
            range: default_range(),
            made: true,
            credit_code: false,
            yearly: false,
            year: None,
            certificate: None,
            note: made.note,
            span: made.span,
        };
        self.add_fact(fact, false)
    }

    fn identifier(&mut self, id: SubjectId) {
        let Some(subject) =
            self.model.subjects.get(id.index()).filter(|subject| subject.identifier == FactId(u32::MAX))
        else {
            return;
        };
        let alias = if subject.alias.is_empty() { String::new() } else { format!("{}.id", subject.alias) };
        let (name, span) = (format!("{}{}", subject.name, Word::Identifier.zh()), subject.span);
        let fact = self.make_fact(MadeFact {
            name,
            alias,
            subject: id,
            ty: Type::Text,
            source: FactSource::Applicant,
            note: String::new(),
            span,
        });
        if let Some(subject) = self.model.subjects.get_mut(id.index()) {
            subject.identifier = fact;
        }
    }
}

/// Whether a line of a subject declares a fact.
fn about_subject(field: &Field) -> bool {
    !matches!(field.keyword, Some(FieldKeyword::Quote | FieldKeyword::Note)) || field.colon.is_none()
}

/// The bounds of a number where none are declared.
fn default_range() -> (Decimal, Decimal) {
    let limit = Decimal::from_i128_with_scale(VALUE_MAX, 0);
    (-limit, limit)
}

/// The kind of subject that a token names.
pub fn subject_of(token: &Token) -> Option<SubjectId> {
    let TokenKind::Name(_, entries) = &token.kind else { return None };
    entries.iter().find_map(|entry| match entry {
        Entry::Subject(id) => Some(*id),
        _ => None,
    })
}

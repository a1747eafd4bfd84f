//! In: 清单 items. Out: lists with their columns, each held by a fact.

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::LIST_RECORDS_MAX;
use crate::source::Span;
use crate::syntax::ast::{Item, Phrase};
use crate::syntax::keywords::Word;

use super::super::context::Context;
use super::super::fields::plain;
use super::super::record::{Column, List};
use super::super::segment::Mode;
use super::super::types::{Type, Unit};
use super::super::vocabulary::Entry;
use super::super::{ColumnId, Fact, FactSource, ListId, SubjectId};
use super::subject_of;

/// Counters of things that are counted as plain numbers.
const PLAIN_COUNTERS: &[&str] = &["", "项", "条", "个", "笔", "份", "records"];

/// The first line of a list.
pub(super) struct ListHead<'i> {
    item: &'i Item,
    name: String,
    span: Span,
    pub subject: SubjectId,
    max: u32,
    unit: Unit,
}

impl Context<'_> {
    /// The first lines of all lists.
    pub(super) fn list_heads<'i>(&mut self, items: &[&'i Item]) -> Vec<ListHead<'i>> {
        let mut heads = Vec::new();
        for item in items.iter().copied() {
            let Some((name, span)) = self.item_name(item, ("清单", "list")) else { continue };
            let (mut subject, mut most) = (None, None);
            for modifier in &item.header.modifiers {
                if let Some(bound) = self.list_bound(modifier) {
                    most = Some(bound);
                    continue;
                }
                let tokens = self.tokens(modifier, Mode::Phrase);
                subject = tokens.iter().find_map(subject_of).or(subject);
                if subject.is_none() {
                    match self.retract_unknown(modifier.span) {
                        Some((name, span)) => self.unknown_subject(&name, span),
                        None => self.list_head_unreadable(modifier),
                    }
                }
            }
            let (max, unit) = most.unwrap_or_else(|| {
                self.list_without_bound(item, &name);
                (1, Unit::none())
            });
            let Some(subject) = subject.or_else(|| self.root_subject()) else { continue };
            heads.push(ListHead { item, name, span, subject, max, unit });
        }
        heads
    }

    fn list_head_unreadable(&mut self, modifier: &Phrase) {
        self.report(
            Diagnostic::new(
                Code::HeaderUnreadable,
                modifier.span,
                "逗号后面读不懂",
                "what follows the comma cannot be read",
            )
            .help(
                "写成“清单 设备（equipment），属于 市场主体，最多200项”",
                "write `list name (id), in subject, at-highest 200 records`",
            ),
        );
    }

    /// `最多200项`, `最多100人`: how many, and what their count is in.
    fn list_bound(&mut self, modifier: &Phrase) -> Option<(u32, Unit)> {
        let text = plain(modifier);
        let spellings = std::iter::once(Word::AtHighest.zh())
            .chain([Word::AtHighest.en(), Word::NotExceeding.zh(), Word::NotExceeding.en(), Word::AtMost.zh()])
            .chain(Word::AtHighest.also().iter().copied());
        let rest = spellings.filter_map(|word| text.strip_prefix(word)).min_by_key(|rest| rest.len())?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let counter = rest.get(digits.len()..).unwrap_or("").trim();
        let Some(max) = digits.parse::<u32>().ok().filter(|max| (1..=LIST_RECORDS_MAX).contains(max)) else {
            self.report(
                Diagnostic::new(
                    Code::OutOfRange,
                    modifier.span,
                    format!("一个清单最多 {LIST_RECORDS_MAX} 项，最少 1 项"),
                    format!("a list has from 1 to {LIST_RECORDS_MAX} records"),
                )
                .help("写成“最多200项”", "write `at-highest 200 records`"),
            );
            return Some((1, Unit::none()));
        };
        let unit = if PLAIN_COUNTERS.contains(&counter) { None } else { self.unit(counter) };
        Some((max, unit.unwrap_or_default()))
    }

    fn list_without_bound(&mut self, item: &Item, name: &str) {
        let place = item.header.span.after();
        self.report(
            Diagnostic::new(
                Code::ListWithoutBound,
                item.keyword_span.to(item.header.span),
                format!("清单“{name}”没有写最多几项"),
                format!("the list `{name}` does not say how many records it may have"),
            )
            .help(
                "写了最多几项，才能保证计算在有限的步数里完成",
                "the bound is what makes sure that every decision ends",
            )
            .fix(place, "，最多200项", "加上“最多200项”", "add `at-highest 200`"),
        );
    }

    /// A list with its columns.
    pub(super) fn list(&mut self, head: &ListHead<'_>) {
        if let Some(first) = self.taken(head.subject, &head.name) {
            return self.duplicate(&head.name, head.span, first);
        }
        let id = ListId(u32::try_from(self.model.lists.len()).unwrap_or(u32::MAX));
        let first = u32::try_from(self.model.columns.len()).unwrap_or(u32::MAX);
        let alias = head.item.header.alias.as_ref().map_or(String::new(), |alias| alias.text.clone());
        for field in head.item.fields.iter().filter(|field| super::about_subject(field)) {
            self.list_column(id, first, head.subject, field);
        }
        let end = u32::try_from(self.model.columns.len()).unwrap_or(u32::MAX);
        if first == end {
            self.report(
                Diagnostic::new(Code::MissingField, head.span, "清单没有写有哪些列", "this list has no columns")
                    .help("下面每行写一列，如“含税价格：金额”", "write a column a line, such as `price: money`"),
            );
        }
        self.vocabulary.insert(&head.name, Entry::List(id));
        self.vocabulary.insert(&alias, Entry::List(id));
        let fact = self.add_fact(
            Fact {
                name: head.name.clone(),
                alias: alias.clone(),
                subject: head.subject,
                ty: Type::List(id),
                source: FactSource::Applicant,
                range: super::default_range(),
                made: false,
                credit_code: false,
                yearly: false,
                year: None,
                certificate: None,
                note: String::new(),
                span: head.span,
            },
            false,
        );
        self.list_units.push(head.unit.clone());
        let (name, subject, max, span) = (head.name.clone(), head.subject, head.max, head.span);
        self.model.lists.push(List { name, alias, subject, fact, max, columns: first..end, span });
    }

    fn list_column(&mut self, list: ListId, first: u32, subject: SubjectId, field: &crate::syntax::ast::Field) {
        let Some((fact, said, class)) = self.fact_line(subject, field) else { return };
        let before = self.model.columns.iter().skip(first as usize).find(|column| column.name == fact.name);
        if let Some(before) = before.map(|column| column.span) {
            return self.duplicate(&fact.name, fact.span, before);
        }
        if said.by_year || class.is_some() {
            self.report(
                Diagnostic::new(
                    Code::UnknownType,
                    fact.span,
                    "清单的列不能是“按年”的数，也不能是“认定”",
                    "a column is neither given by year nor a certificate",
                )
                .help("每一列是一个值：是否、金额、日期、分类……", "each column is one value"),
            );
            return;
        }
        let id = ColumnId(u32::try_from(self.model.columns.len()).unwrap_or(u32::MAX));
        self.vocabulary.insert(&fact.name, Entry::Column(id));
        self.vocabulary.insert(&fact.alias, Entry::Column(id));
        let Fact { name, alias, ty, range, credit_code, note, span, .. } = fact;
        self.model.columns.push(Column { list, name, alias, ty, range, credit_code, note, span });
    }
}

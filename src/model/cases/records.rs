//! In: 清单 fields of cases, and figures by year in 假设. Out: records of lists, and the figures of each year that the policy uses.

use crate::calendar;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::{Field, Item, Phrase, Separator};
use crate::syntax::keywords::{FieldKeyword, Word};

use super::super::case::{Given, Record};
use super::super::context::Context;
use super::super::fields::{fields, names, plain};
use super::super::record::SeriesYear;
use super::super::segment::{Mode, calendar_year};
use super::super::surface::{SurfaceKind, read, split};
use super::super::tokens::{Token, TokenKind};
use super::super::types::Type;
use super::super::typing::Typing;
use super::super::vocabulary::Entry;
use super::super::{ColumnId, FactId, ListId, SeriesId};
use super::{Assumed, split_phrase};

impl Assumed {
    /// Takes over what a scenario gives.
    pub(super) fn take_over(&mut self, other: &Assumed) {
        for (fact, given) in &other.facts {
            self.lists.remove(fact);
            self.facts.insert(*fact, given.clone());
        }
        for (fact, records) in &other.lists {
            self.facts.remove(fact);
            self.lists.insert(*fact, records.clone());
        }
        self.figures.extend(other.figures.iter().map(|(year, given)| (*year, given.clone())));
    }
}

impl Context<'_> {
    /// 清单 设备：含税价格、购置日期, with a record a line.
    pub(super) fn record_fields(&mut self, item: &Item, assumed: &mut Assumed) {
        for field in fields(item, FieldKeyword::List) {
            let Some((list, fact)) = self.list_of_field(field) else { continue };
            let none = matches!(plain(&field.value).as_str(), "无" | "none");
            let columns = if none { Some(Vec::new()) } else { self.columns_of_field(field, list) };
            let Some(columns) = columns else { continue };
            let mut records = Vec::new();
            for line in &field.list {
                records.extend(self.record(&line.value, &columns));
            }
            if none && !field.list.is_empty() {
                self.unreadable(field, "写了“无”，下面就不能再列", "`none` has no lines below it");
            }
            let max = self.model.lists.get(list.index()).map_or(0, |list| list.max as usize);
            if records.len() > max {
                self.report(
                    Diagnostic::new(
                        Code::WrongCaseValue,
                        field.span,
                        format!("这个清单最多 {max} 项，写了 {} 项", records.len()),
                        format!("this list has at most {max} records, {} are given", records.len()),
                    )
                    .help("删去几项，或者改声明里的“最多”", "drop some, or change its bound"),
                );
            }
            assumed.facts.remove(&fact);
            assumed.lists.insert(fact, records);
        }
    }

    fn list_of_field(&mut self, field: &Field) -> Option<(ListId, FactId)> {
        let name = field.alias.as_ref().map_or("", |name| name.text.as_str()).to_owned();
        let found = self.vocabulary.get(&name).into_iter().find_map(|entry| match entry {
            Entry::List(id) => Some(id),
            _ => None,
        });
        if let Some(id) = found {
            return self.model.lists.get(id.index()).map(|list| (id, list.fact));
        }
        let near = nearest(&name, self.model.lists.iter().map(|list| list.name.as_str())).map(str::to_owned);
        let report = Diagnostic::new(
            Code::UnknownName,
            field.label.span,
            format!("没有清单“{name}”"),
            format!("there is no list `{name}`"),
        );
        self.report(match near {
            Some(near) => report.perhaps(&near),
            None => report.help("写成“清单 设备：含税价格、购置日期”", "write `list name: column、column`"),
        });
        None
    }

    /// The columns in the order of the lines; all of them where none are written.
    fn columns_of_field(&mut self, field: &Field, list: ListId) -> Option<Vec<ColumnId>> {
        let all = self.model.lists.get(list.index())?.columns.clone();
        if field.value.is_empty() {
            return Some(all.map(ColumnId).collect());
        }
        let mut columns = Vec::new();
        for (name, span) in names(&field.value) {
            let found = all.clone().map(ColumnId).find(|id| {
                let column = self.model.columns.get(id.index());
                column.is_some_and(|column| column.name == name || (column.alias == name && !name.is_empty()))
            });
            match found {
                Some(id) => columns.push(id),
                None => {
                    let known: Vec<String> = all
                        .clone()
                        .filter_map(|id| self.model.columns.get(id as usize).map(|column| column.name.clone()))
                        .collect();
                    self.report(
                        Diagnostic::new(
                            Code::UnknownName,
                            span,
                            format!("清单没有“{name}”这一列"),
                            format!("the list has no column `{name}`"),
                        )
                        .help(format!("有这些列：{}", known.join("、")), format!("its columns: {}", known.join(", "))),
                    );
                    return None;
                }
            }
        }
        Some(columns)
    }

    /// `290万元、2025-01-01`.
    fn record(&mut self, phrase: &Phrase, columns: &[ColumnId]) -> Option<Record> {
        let mut parts = Vec::new();
        for part in split_phrase(phrase, Separator::Comma) {
            parts.extend(split_phrase(&part, Separator::Pause));
        }
        if parts.len() != columns.len() {
            self.report(
                Diagnostic::new(
                    Code::WrongCaseValue,
                    phrase.span,
                    format!("清单有 {} 列，这一行写了 {} 个值", columns.len(), parts.len()),
                    format!("there are {} columns, this line has {} values", columns.len(), parts.len()),
                )
                .help(
                    "每列一个值，用顿号隔开；不知道的写“未知”",
                    "one value a column; write `unknown` for what is not known",
                ),
            );
            return None;
        }
        let mut record = Record::new();
        for (part, id) in parts.iter().zip(columns) {
            record.push((*id, self.column_value(part, *id)?));
        }
        record.sort_by_key(|(id, _)| *id);
        Some(record)
    }

    fn column_value(&mut self, part: &Phrase, id: ColumnId) -> Option<Given> {
        let column = self.model.columns.get(id.index())?;
        let (ty, range, declared) = (column.ty.clone(), column.range, column.span);
        match Word::find(&plain(part)) {
            Some(Word::Unknown) => return Some(Given::Unknown),
            Some(Word::NotApplicable) => return Some(Given::NotApplicable),
            Some(Word::Is) if ty == Type::Bool => {
                return Some(Given::Value(super::super::Value::Bool(true)));
            }
            _ => {}
        }
        let before = self.out.len();
        let tokens = self.tokens(part, Mode::Expression);
        let surface = read(&tokens, part.span, &mut self.out);
        if surface.kind == SurfaceKind::Broken || self.out.len() > before {
            if let Type::Member(class) = ty {
                Typing { context: self, subjects: Vec::new() }.unknown_value(&surface, class);
            }
            return None;
        }
        let expr = Typing { context: self, subjects: Vec::new() }.expr(&surface, Some(&ty));
        if expr.ty.is_error() {
            return None;
        }
        let value = self.fitting(&ty, &expr)?;
        self.in_range(&ty, range, declared, &value, expr.span)?;
        Some(Given::Value(value))
    }

    /// `研发费用 是 2024年 80万元、2025年 100万元`; whether that is what stands here.
    pub(super) fn figures_assumed(&mut self, tokens: &[Token], place: Span, assumed: &mut Assumed) -> bool {
        let [
            Token { kind: TokenKind::Name(_, entries), .. },
            Token { kind: TokenKind::Word(Word::Is | Word::Equals | Word::EqualTo), .. },
            years @ ..,
        ] = tokens
        else {
            return false;
        };
        let series = entries.iter().find_map(|entry| match entry {
            Entry::Series(id) => Some(*id),
            _ => None,
        });
        let first = years.first().and_then(year_of);
        let (Some(series), Some(_)) = (series, first) else { return false };
        for part in split(years, &[Separator::Pause]) {
            let Some((year, value)) = part.split_first().and_then(|(year, value)| Some((year_of(year)?, value))) else {
                let span = part.first().map_or(place, |token| token.span);
                self.report(
                    Diagnostic::new(
                        Code::WrongCaseValue,
                        span,
                        "每个数前面要写年份",
                        "each figure has its year before it",
                    )
                    .help(
                        "写成“研发费用 是 2024年 80万元、2025年 100万元”",
                        "write `fact is 2024年 80万元、2025年 100万元`",
                    ),
                );
                return true;
            };
            if let Some(given) = self.figure_given(series, value, place) {
                assumed.figures.insert((series, year), given);
            }
        }
        true
    }

    fn figure_given(&mut self, series: SeriesId, value: &[Token], place: Span) -> Option<Given> {
        if let [Token { kind: TokenKind::Word(word @ (Word::Unknown | Word::NotApplicable)), .. }] = value {
            return Some(if *word == Word::Unknown { Given::Unknown } else { Given::NotApplicable });
        }
        let series = self.model.series.get(series.index())?;
        let (ty, range, declared) = (series.ty.clone(), series.range, series.span);
        let surface = read(value, place, &mut self.out);
        let expr = Typing { context: self, subjects: Vec::new() }.expr(&surface, Some(&ty));
        if expr.ty.is_error() {
            return None;
        }
        let value = self.fitting(&ty, &expr)?;
        self.in_range(&ty, range, declared, &value, expr.span)?;
        Some(Given::Value(value))
    }

    /// Gives each year that the policy uses its figure, whether it is counted from the day of the decision or named.
    pub(super) fn figures_of_day(&mut self, assumed: &mut Assumed, on: Option<i32>) {
        let Some(on) = on.or(self.model.policy.in_force.first) else { return };
        let today = calendar::year(i64::from(on));
        let Ok(today) = i32::try_from(today) else { return };
        let used: Vec<(FactId, SeriesId, i32)> = self
            .model
            .facts
            .iter()
            .enumerate()
            .filter_map(|(at, fact)| {
                let (series, year) = fact.year?;
                let year = match year {
                    SeriesYear::Relative(back) => today + back,
                    SeriesYear::Absolute(year) => year,
                };
                Some((FactId(u32::try_from(at).ok()?), series, year))
            })
            .collect();
        for (fact, series, year) in &used {
            if let Some(given) = assumed.facts.get(fact) {
                assumed.figures.insert((*series, *year), given.clone());
            }
        }
        for (fact, series, year) in used {
            if let Some(given) = assumed.figures.get(&(series, year)) {
                assumed.facts.insert(fact, given.clone());
            }
        }
    }
}

/// The year that a token names.
fn year_of(token: &Token) -> Option<i32> {
    match &token.kind {
        TokenKind::Number(number) => calendar_year(number),
        _ => None,
    }
}

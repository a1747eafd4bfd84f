//! In: 情形, 案例 and 案例表 items. Out: checked cases: facts given, earlier awards, expectations.

mod expected;
mod given;
mod records;
mod said;
mod settled;
mod tables;

use std::collections::{BTreeMap, HashMap};

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::{Item, Part, Phrase, Separator};
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

use super::case::{Case, Given, LedgerEntry, Record};
use super::clauses::ClauseIndex;
use super::context::Context;
use super::fields::{field, fields, names, phrases, plain};
use super::{FactId, SeriesId};

type Facts = BTreeMap<FactId, Given>;

/// What 假设 and 清单 give.
#[derive(Debug, Clone, Default)]
pub(super) struct Assumed {
    facts: Facts,
    lists: BTreeMap<FactId, Vec<Record>>,
    /// Figures by calendar year.
    figures: BTreeMap<(SeriesId, i32), Given>,
}

/// What is given beside the expectations.
struct Common {
    assumed: Assumed,
    on: Option<i32>,
    ledger: Option<Vec<LedgerEntry>>,
}

impl Context<'_> {
    /// All scenarios, then all cases.
    pub fn cases(&mut self, items: &[&Item], index: &ClauseIndex) {
        // A case gives facts as they are: that a certificate is held, not that it is in force.
        self.place.as_given = true;
        let mut scenarios: HashMap<String, (Assumed, Span)> = HashMap::new();
        for item in items.iter().filter(|item| item.keyword == ItemKeyword::Scenario) {
            let Some((name, span)) = self.item_name(item, ("情形", "scenario")) else { continue };
            if let Some((_, first)) = scenarios.get(&name) {
                let first = *first;
                self.duplicate(&name, span, first);
                continue;
            }
            let mut assumed = self.based_on(item, &scenarios);
            self.assumptions(item, &mut assumed);
            self.record_fields(item, &mut assumed);
            scenarios.insert(name, (assumed, span));
        }
        for item in items {
            match item.keyword {
                ItemKeyword::Case => {
                    let case = self.case(item, &scenarios, index);
                    self.model.cases.push(case);
                }
                ItemKeyword::CaseTable => {
                    let cases = self.case_table(item, &scenarios, index);
                    self.model.cases.extend(cases);
                }
                _ => {}
            }
        }
        self.place.as_given = false;
    }

    fn case(&mut self, item: &Item, scenarios: &HashMap<String, (Assumed, Span)>, index: &ClauseIndex) -> Case {
        let span = item.keyword_span.to(item.header.span);
        let title = self.case_title(item, ("案例 「申请1500万元」", "case \"…\""));
        let Common { mut assumed, on, ledger } = self.common(item, scenarios, index);
        let mut expectations = Vec::new();
        for field in fields(item, FieldKeyword::Expect) {
            for phrase in phrases(field) {
                self.expectations(phrase, index, &mut expectations);
            }
        }
        if expectations.is_empty() && fields(item, FieldKeyword::Expect).next().is_none() {
            self.report(
                Diagnostic::new(Code::MissingField, span, "案例没有期望", "this case expects nothing")
                    .help("加一行“期望：条款 标识 可获 50万元”", "add `expect: clause id eligible 50万元`"),
            );
        }
        self.figures_of_day(&mut assumed, on);
        let (facts, lists) = (assumed.facts.into_iter().collect(), assumed.lists.into_iter().collect());
        Case { title, on, facts, lists, ledger, expectations, span }
    }

    /// The name of a case or a table of cases.
    fn case_title(&mut self, item: &Item, written: (&str, &str)) -> String {
        let title = item.header.title.as_ref().or(item.header.lead.as_ref()).map(|title| title.text.trim().to_owned());
        if title.is_none() {
            let span = item.keyword_span.to(item.header.span);
            self.report(
                Diagnostic::new(Code::MissingName, span, "案例没有名称", "this case has no name")
                    .help(format!("写成：{}", written.0), format!("write `{}`", written.1)),
            );
        }
        title.unwrap_or_default()
    }

    /// What a case, or every case of a table, starts from.
    fn common(&mut self, item: &Item, scenarios: &HashMap<String, (Assumed, Span)>, index: &ClauseIndex) -> Common {
        let mut assumed = self.based_on(item, scenarios);
        self.assumptions(item, &mut assumed);
        self.record_fields(item, &mut assumed);
        let on = field(item, FieldKeyword::On).and_then(|field| self.date(&field.value));
        let mut ledger: Option<Vec<LedgerEntry>> = None;
        for field in fields(item, FieldKeyword::Ledger) {
            let entries = ledger.get_or_insert_with(Vec::new);
            for phrase in phrases(field) {
                if matches!(plain(phrase).as_str(), "无" | "none") {
                    continue;
                }
                for entry in split_phrase(phrase, Separator::Semicolon) {
                    entries.extend(self.ledger_entry(&entry, index));
                }
            }
        }
        Common { assumed, on, ledger }
    }

    fn based_on(&mut self, item: &Item, scenarios: &HashMap<String, (Assumed, Span)>) -> Assumed {
        let mut assumed = Assumed::default();
        for field in fields(item, FieldKeyword::BasedOn) {
            for (name, span) in phrases(field).flat_map(names).collect::<Vec<_>>() {
                match scenarios.get(&name) {
                    Some((given, _)) => assumed.take_over(given),
                    None => {
                        let near = nearest(&name, scenarios.keys().map(String::as_str)).map(str::to_owned);
                        let mut report = Diagnostic::new(
                            Code::UnknownName,
                            span,
                            format!("没有情形“{name}”"),
                            format!("there is no scenario `{name}`"),
                        );
                        report = match near {
                            Some(near) => report.did_you_mean(span, &near),
                            None => report
                                .help("情形要写在用它的情形之前", "a scenario stands before the scenarios that use it"),
                        };
                        self.report(report);
                    }
                }
            }
        }
        assumed
    }
}

/// Splits a phrase at its separators of one kind.
pub(super) fn split_phrase(phrase: &Phrase, kind: Separator) -> Vec<Phrase> {
    let mut result = Vec::new();
    let mut current = Vec::new();
    let mut close = |parts: &mut Vec<Part>| {
        let parts = std::mem::take(parts);
        if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
            let span = first.span().to(last.span());
            result.push(Phrase { parts, span });
        }
    };
    for part in &phrase.parts {
        if matches!(part, Part::Separator { kind: found, .. } if *found == kind) {
            close(&mut current);
        } else {
            current.push(part.clone());
        }
    }
    close(&mut current);
    result
}

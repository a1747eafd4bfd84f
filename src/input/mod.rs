//! In: the tables of a compiled policy and the text of a facts or ledger file. Out: what is given, earlier awards, and findings.
//! Works from a bundle alone. `docs/reference/json.md` is its manual.
//! Invariant: every problem of a file is found in one run, each with its place; what has a finding is left out of the result.

pub mod applications;
mod certificates;
pub mod contradictions;
mod digits;
mod facts;
mod findings;
mod json;
mod ledger;
mod names;
mod records;
pub mod rows;
#[cfg(test)]
pub(crate) mod tests;
mod values;
pub(crate) mod words;
mod years;

use crate::bytecode::program::{Award, Given, SlotInfo, Tables};
use crate::bytecode::records::{ListGiven, ListInfo};
use crate::diagnostics::{Code, Diagnostic, sort};
use crate::limits::DIAGNOSTICS_MAX;
use crate::source::{FileId, Span};

use contradictions::Placed;
use names::Names;
use values::{Finding, Values};

/// What is known of one application.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Slots with what is given, in order of slot; a slot that is not listed was not asked.
    pub given: Vec<(u32, Given)>,
    /// Lists by the slot that says whether they are known, with their records, in order of slot; their slots are not in `given`.
    pub lists: Vec<ListGiven>,
    /// The day of the decision, where the file names one.
    pub on: Option<i32>,
}

/// The day on which an application is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Day {
    /// The day, whatever the file says.
    pub fixed: Option<i32>,
    /// The day where the file names none.
    pub otherwise: Option<i32>,
}

/// Reads data files of one policy; made once for many files.
pub struct Reader<'a> {
    tables: &'a Tables,
    names: Names<'a>,
}

impl<'a> Reader<'a> {
    /// A reader against these tables.
    #[must_use]
    pub fn new(tables: &'a Tables) -> Reader<'a> {
        Reader { tables, names: Names::new(tables) }
    }

    /// Reads a facts file. Figures by year need a day: the file's own, else the policy's first in force.
    #[must_use]
    pub fn facts(&self, file: FileId, text: &str) -> (Facts, Vec<Diagnostic>) {
        let policy = &self.tables.policy;
        self.facts_on(file, text, Day { fixed: None, otherwise: policy.in_force.0.or(policy.published) })
    }

    /// Reads a facts file of an application that is decided on a day.
    #[must_use]
    pub fn facts_on(&self, file: FileId, text: &str, day: Day) -> (Facts, Vec<Diagnostic>) {
        let mut findings = Findings::default();
        let facts = match json::parse(file, text) {
            Ok(json) => facts::read(&self.values(), &json, day, &mut findings),
            Err(finding) => {
                findings.push(finding);
                Facts::default()
            }
        };
        (facts, findings.finish())
    }

    /// Reads a ledger file. `on` is the day of the decision, where it is known.
    #[must_use]
    pub fn ledger(&self, file: FileId, text: &str, on: Option<i32>) -> (Vec<Award>, Vec<Diagnostic>) {
        let (awards, findings) = self.placed_ledger(file, text, on);
        (awards.into_iter().map(|(award, _)| award).collect(), findings)
    }

    /// Reads a ledger file: each award with its place, to look for contradictions.
    #[must_use]
    pub fn placed_ledger(&self, file: FileId, text: &str, on: Option<i32>) -> (Vec<Placed>, Vec<Diagnostic>) {
        let mut findings = Findings::default();
        let awards = match json::parse_ledger(file, text) {
            Ok(json) => ledger::read(&self.values(), &json, on, &mut findings),
            Err(finding) => {
                findings.push(finding);
                Vec::new()
            }
        };
        (awards, findings.finish())
    }

    fn values(&self) -> Values<'_> {
        Values { tables: self.tables, names: &self.names }
    }
}

/// The columns of a list, each as a fact of its own.
#[must_use]
pub fn columns(tables: &Tables, list: &ListInfo) -> Vec<SlotInfo> {
    let (first, end) = list.columns;
    let columns = tables.columns.get(first as usize..end as usize).unwrap_or(&[]);
    columns.iter().map(|column| records::as_slot(list, column)).collect()
}

/// Reads a facts file.
#[must_use]
pub fn facts(tables: &Tables, file: FileId, text: &str) -> (Facts, Vec<Diagnostic>) {
    Reader::new(tables).facts(file, text)
}

/// Reads a ledger file. `on` is the day of the decision, where it is known.
#[must_use]
pub fn ledger(tables: &Tables, file: FileId, text: &str, on: Option<i32>) -> (Vec<Award>, Vec<Diagnostic>) {
    Reader::new(tables).ledger(file, text, on)
}

/// Findings of one file, no more than [`DIAGNOSTICS_MAX`]; the rest are counted.
#[derive(Default)]
struct Findings {
    list: Vec<Diagnostic>,
    more: usize,
    last: Option<Span>,
}

impl Findings {
    fn push(&mut self, finding: Finding) {
        if self.list.len() < DIAGNOSTICS_MAX {
            self.list.push(*finding);
        } else {
            self.more += 1;
            self.last = Some(finding.primary.span);
        }
    }

    /// Whether there is still room; work that only words a finding can be spared where there is none.
    fn full(&self) -> bool {
        self.list.len() >= DIAGNOSTICS_MAX
    }

    fn finish(mut self) -> Vec<Diagnostic> {
        sort(&mut self.list);
        if let Some(span) = self.last {
            let more = self.more;
            self.list.push(Diagnostic::new(
                Code::LimitReached,
                span,
                format!("还有 {more} 处问题没有列出"),
                format!("{more} more findings are not listed"),
            ));
        }
        self.list
    }
}

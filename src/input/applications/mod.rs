//! In: the JSON of one application of a batch. Out: [`Line`], its number, day, subjects, and either facts or amounts already assessed.
//! Invariant: what the quick reader takes, the thorough one would read alike; what it does not, the thorough one reads or words.

mod quick;
mod thorough;

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::names::Names;
use super::values::Values;
use super::{Facts, Findings, json};
use crate::bytecode::program::{SlotType, Tables};
use crate::diagnostics::Diagnostic;
use crate::settle;
use crate::source::FileId;

/// An application of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its number.
    pub id: Cow<'a, str>,
    /// Its day.
    pub date: i32,
    /// What is said of it.
    pub body: Body<'a>,
}

/// What is said of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body<'a> {
    /// Facts, to be assessed; and the clauses applied for, where they are said.
    Facts(Facts, Option<Vec<u32>>),
    /// Amounts already assessed.
    Assessed(Assessed<'a>),
}

/// Amounts already assessed, with what settlement asks besides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assessed<'a> {
    /// Identifiers: kind of subject and text.
    pub subjects: Vec<(u32, Cow<'a, str>)>,
    /// Clauses and amounts, scaled by 2.
    pub awards: Vec<(u32, i128)>,
    /// Slots that orders compare, and external amounts.
    pub facts: Vec<(u32, i128)>,
    /// Groups with the clause chosen.
    pub choices: Vec<(u32, u32)>,
    /// Amounts of caps, by number; `None`: lifted.
    pub limits: Vec<(u32, Option<i128>)>,
}

/// A fact that is a number.
#[derive(Debug, Clone, Copy)]
struct Number {
    slot: u32,
    scale: u8,
    /// Least and most, scaled.
    range: (i128, i128),
}

/// Reads applications; made once for a batch.
pub struct Applications<'a> {
    tables: &'a Tables,
    names: Names<'a>,
    kinds: FxHashMap<&'a str, u32>,
    clauses: FxHashMap<&'a str, u32>,
    /// Numbers by name.
    numbers: FxHashMap<&'a str, Number>,
    /// Kinds of subjects whose identifiers carry check digits.
    credit_codes: Vec<bool>,
    /// By clause, the lists of kinds of which an application must name one each.
    required: Vec<Vec<&'a [u32]>>,
    /// By clause, whether the amount of a cap differs from application to application.
    varying: Vec<bool>,
}

impl<'a> Applications<'a> {
    /// A reader against these tables; `cap_amounts` as in [`crate::settle::Rules`].
    #[must_use]
    pub fn new(tables: &'a Tables, cap_amounts: &[Option<i128>]) -> Applications<'a> {
        let mut kinds = FxHashMap::default();
        for (subject, kind) in tables.subjects.iter().zip(0u32..) {
            for name in [subject.name.as_str(), subject.alias.as_str()].into_iter().filter(|name| !name.is_empty()) {
                kinds.insert(name, kind);
            }
        }
        let mut numbers = FxHashMap::default();
        for (slot, number) in tables.slots.iter().zip(0u32..) {
            if let SlotType::Number { scale, shown, .. } = slot.ty
                && tables.slots.iter().filter(|other| other.name == slot.name).count() == 1
            {
                let most = shown.value_max().saturating_mul(10i128.saturating_pow(u32::from(scale)));
                let range = (slot.low.unwrap_or(-most), slot.high.unwrap_or(most));
                numbers.insert(slot.name.as_str(), Number { slot: number, scale, range });
            }
        }
        let coded = |slot: u32| tables.slots.get(slot as usize).is_some_and(|slot| slot.credit_code);
        let clauses = 0..tables.clauses.len();
        Applications {
            names: Names::new(tables),
            kinds,
            clauses: tables.clauses.iter().zip(0u32..).map(|(clause, number)| (clause.id.as_str(), number)).collect(),
            numbers,
            credit_codes: tables.subjects.iter().map(|subject| coded(subject.identifier)).collect(),
            required: clauses
                .map(|clause| settle::keys_of(tables, u32::try_from(clause).unwrap_or(u32::MAX)))
                .collect(),
            varying: tables.clauses.iter().map(|clause| varying(clause.caps, cap_amounts)).collect(),
            tables,
        }
    }

    /// Reads one application; `None` where something is wrong with it, which is then among the findings.
    #[must_use]
    pub fn read<'t>(&self, file: FileId, text: &'t str) -> (Option<Line<'t>>, Vec<Diagnostic>) {
        match self.quick(text) {
            Some(line) => (Some(line), Vec::new()),
            None => self.thorough(file, text),
        }
    }

    /// As [`Applications::read`], of an application as people write it.
    #[must_use]
    pub fn thorough<'t>(&self, file: FileId, text: &str) -> (Option<Line<'t>>, Vec<Diagnostic>) {
        let mut findings = Findings::default();
        let values = Values { tables: self.tables, names: &self.names };
        let line = match json::parse(file, text) {
            Ok(json) => thorough::read(self, &values, &json, &mut findings),
            Err(finding) => {
                findings.push(finding);
                None
            }
        };
        let found = findings.finish();
        (line.filter(|_| found.is_empty()), found)
    }
}

fn varying((first, end): (u32, u32), cap_amounts: &[Option<i128>]) -> bool {
    cap_amounts.get(first as usize..end as usize).unwrap_or(&[]).iter().any(Option::is_none)
}

//! In: the cases of a checked model. Out: those of a program, their numbers scaled. Invariant: no number is rounded on the way; one
//! that does not fit is reported.

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic};
use crate::model::case::{Case, Expectation, Given, LedgerEntry, Outcome, Record};
use crate::model::{ColumnId, FactId, Model, Value};
use crate::source::{Sources, Span};

use super::exact;
use super::program::{self, CaseAward, CaseInfo, ExpectationInfo, OutcomeInfo};
use super::records;
use super::tables::place;

/// Decimals of an amount of money in a case.
const MONEY_SCALE: u8 = 2;

/// The cases of a policy.
pub fn cases(model: &Model, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Vec<CaseInfo> {
    model.cases.iter().map(|case| Lowering { model, sources, span: case.span, diagnostics }.case(case)).collect()
}

struct Lowering<'a> {
    model: &'a Model,
    sources: &'a Sources,
    span: Span,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Lowering<'_> {
    fn case(mut self, case: &Case) -> CaseInfo {
        let facts = case.facts.iter().map(|(fact, given)| {
            let scale = self.model.facts.get(fact.index()).map_or(0, |fact| fact.ty.scale());
            (fact.0, self.given(given, scale))
        });
        let facts = facts.collect();
        let lists = case.lists.iter().map(|(fact, records)| (fact.0, self.records(*fact, records))).collect();
        let ledger = case.ledger.as_ref().map(|ledger| ledger.iter().map(|entry| self.award(entry)).collect());
        let expectations = case.expectations.iter().map(|(expectation, span)| {
            self.span = *span;
            (self.expectation(expectation), place(self.sources, *span))
        });
        CaseInfo {
            title: case.title.clone(),
            on: case.on,
            facts,
            lists,
            ledger,
            expectations: expectations.collect(),
            place: place(self.sources, case.span),
        }
    }

    fn given(&mut self, given: &Given, scale: u8) -> program::Given {
        match given {
            Given::Value(Value::Bool(value)) => program::Given::Value(i128::from(*value)),
            Given::Value(Value::Number(value)) => program::Given::Value(self.scaled(*value, scale)),
            Given::Value(Value::Date(days)) => program::Given::Value(i128::from(*days)),
            Given::Value(Value::Text(text)) => program::Given::Text(text.clone()),
            Given::Value(Value::Member(member)) => program::Given::Value(i128::from(member.0)),
            Given::Unknown => program::Given::Unknown,
            Given::NotApplicable => program::Given::NotApplicable,
        }
    }

    /// The records of a list, each with what is known of every column.
    fn records(&mut self, list: FactId, records: &[Record]) -> Vec<records::Record> {
        let model = self.model;
        let list = model.lists.iter().find(|info| info.fact == list);
        let columns = list.map_or(0..0, |list| list.columns.clone()).map(ColumnId);
        let cell = |lowering: &mut Self, record: &Record, id: ColumnId| {
            let scale = model.columns.get(id.index()).map_or(0, |column| column.ty.scale());
            let given = record.iter().find(|(column, _)| *column == id);
            given.map_or(program::Given::Unknown, |(_, given)| lowering.given(given, scale))
        };
        records.iter().map(|record| columns.clone().map(|id| cell(self, record, id)).collect()).collect()
    }

    fn award(&mut self, entry: &LedgerEntry) -> CaseAward {
        let amount = self.scaled(entry.amount, MONEY_SCALE);
        let subjects = entry.subjects.iter().map(|(kind, name)| (kind.0, name.clone())).collect();
        CaseAward { clause: entry.clause.0, date: entry.date, amount, once: entry.once, subjects }
    }

    fn expectation(&mut self, expectation: &Expectation) -> ExpectationInfo {
        match expectation {
            Expectation::Clause { clause, outcome, awaits, needs, bound_by } => ExpectationInfo::Clause {
                clause: clause.0,
                outcome: self.outcome(outcome),
                awaits: awaits.iter().map(|id| id.0).collect(),
                needs: needs.iter().map(|id| id.0).collect(),
                bound_by: bound_by.clone(),
            },
            Expectation::Instalments { clause, amounts } => {
                ExpectationInfo::Instalments { clause: clause.0, amounts: self.amounts(amounts) }
            }
            Expectation::Shares { clause, amounts } => {
                ExpectationInfo::Shares { clause: clause.0, amounts: self.amounts(amounts) }
            }
            Expectation::Retroactive { clause, amount } => {
                ExpectationInfo::Retroactive { clause: clause.0, amount: self.scaled(*amount, MONEY_SCALE) }
            }
            Expectation::Clawback { clause, amount } => {
                ExpectationInfo::Clawback { clause: clause.0, amount: self.scaled(*amount, MONEY_SCALE) }
            }
            Expectation::Conflict { group } => ExpectationInfo::Conflict { group: *group },
            Expectation::Total { low, high } => {
                let (low, high) = self.range(*low, *high);
                ExpectationInfo::Total { low, high }
            }
        }
    }

    fn amounts(&mut self, amounts: &[Decimal]) -> Vec<i128> {
        amounts.iter().map(|amount| self.scaled(*amount, MONEY_SCALE)).collect()
    }

    fn outcome(&mut self, outcome: &Outcome) -> OutcomeInfo {
        match outcome {
            Outcome::NotInForce => OutcomeInfo::NotInForce,
            Outcome::Ineligible(label) => OutcomeInfo::Ineligible(label.clone()),
            Outcome::Undetermined => OutcomeInfo::Undetermined,
            Outcome::Eligible { low, high } => {
                let (low, high) = self.range(*low, *high);
                OutcomeInfo::Eligible { low, high }
            }
        }
    }

    fn range(&mut self, low: Decimal, high: Option<Decimal>) -> (i128, Option<i128>) {
        (self.scaled(low, MONEY_SCALE), high.map(|high| self.scaled(high, MONEY_SCALE)))
    }

    fn scaled(&mut self, value: Decimal, scale: u8) -> i128 {
        exact::scaled(value, scale).unwrap_or_else(|| {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::TooPrecise,
                    self.span,
                    format!("案例里的 {value} 超过 {scale} 位小数"),
                    format!("`{value}` in a case has more than {scale} decimals"),
                )
                .help(format!("写到 {scale} 位小数为止"), format!("write at most {scale} decimals")),
            );
            0
        })
    }
}

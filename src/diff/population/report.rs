//! In: a whole population, compared. Out: [`Report`], with names instead of numbers; and as JSON (`docs/reference/json.md`).
//! Invariant: amounts stay integers scaled by 2 until they are written.

use serde_json::{Value, json};

use super::needed::Missing;
use super::part::Part;
use super::tally::{Amounts, Line, Sum};
use super::{Industry, Population};
use crate::diagnostics::Text;
use crate::explain::text::plain;

/// Who gains and loses between two policies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// How many applicants.
    pub rows: u64,
    /// The currency of all amounts; `None` where there are several, and then only clauses have amounts.
    pub currency: Option<String>,
    /// Whether groups, quotas and budgets were settled, applicants together.
    pub settled: bool,
    /// All clauses together.
    pub total: Line,
    /// By matched clause, in the order of the new policy, then what was removed.
    pub clauses: Vec<ClauseLine>,
    /// The fact that says the industry.
    pub industry: Option<String>,
    /// By industry, in the order of the classification.
    pub industries: Vec<NamedLine>,
    /// By lead department.
    pub departments: Vec<NamedLine>,
    /// Those who lose most.
    pub losers: Vec<Listed>,
    /// Those who gain most.
    pub gainers: Vec<Listed>,
    /// What became of budgets.
    pub budgets: Vec<BudgetLine>,
    /// Needed facts that no column gave; their clauses are open where they hang on them.
    pub missing: Vec<Missing>,
}

/// A matched clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseLine {
    /// Its id in the old policy.
    pub old: Option<String>,
    /// Its id in the new one.
    pub new: Option<String>,
    /// Its title, the newer one.
    pub title: String,
    /// Its currency.
    pub currency: String,
    /// Whether it means the same.
    pub same: bool,
    /// What it comes to.
    pub line: Line,
}

/// An industry or a department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedLine {
    /// Its name; empty where it is not known.
    pub name: String,
    /// What it comes to.
    pub line: Line,
}

/// One of the largest changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Which row of the population, from 1.
    pub row: u64,
    /// On which line of the file.
    pub line: u64,
    /// Who it is, personal numbers masked.
    pub label: String,
    /// All of the old policy.
    pub old: Sum,
    /// All of the new one.
    pub new: Sum,
    /// How much more: least, and most where it is bounded on both sides.
    pub more: (i128, Option<i128>),
    /// Clauses that differ for it.
    pub changed: Vec<Changed>,
}

/// A clause that differs for an applicant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Id and title.
    pub clause: (String, String),
    /// What it was.
    pub old: Text,
    /// What it is.
    pub new: Text,
}

/// A budget on one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetLine {
    /// Whether it is of the new policy.
    pub new: bool,
    /// As written.
    pub text: String,
    /// Its year; `None`: all time.
    pub year: Option<i32>,
    /// How much there is.
    pub amount: i128,
    /// How much was asked of it.
    pub asked: i128,
    /// How much it gave.
    pub given: i128,
}

impl Population<'_> {
    /// The report of all parts merged; `missing` are the facts that no column gave.
    #[must_use]
    pub fn report(&self, part: &Part, missing: Vec<Missing>, budgets: Vec<BudgetLine>) -> Report {
        let (old, new) = (self.old_tables(), self.new_tables());
        let clauses = self.pairs.iter().zip(&part.clauses).map(|(pair, line)| {
            let of_old = pair.old.and_then(|clause| old.clauses.get(clause as usize));
            let of_new = pair.new.and_then(|clause| new.clauses.get(clause as usize));
            let newest = of_new.or(of_old);
            ClauseLine {
                old: of_old.map(|clause| clause.id.clone()),
                new: of_new.map(|clause| clause.id.clone()),
                title: newest.map_or_else(String::new, |clause| clause.title.clone()),
                currency: newest.map_or_else(String::new, |clause| clause.currency.clone()),
                same: pair.same,
                line: *line,
            }
        });
        let departments = self.departments.iter().zip(&part.departments);
        let used = |line: &Line| *line != Line::default();
        Report {
            rows: part.rows,
            currency: self.currency.clone(),
            settled: self.is_settled(),
            total: part.total,
            clauses: clauses.collect(),
            industry: self.industry.and_then(|industry| self.industry_name(industry)),
            industries: part
                .industries
                .iter()
                .filter(|(_, line)| used(line))
                .map(|(industry, line)| NamedLine { name: self.industry_value(*industry), line: *line })
                .collect(),
            departments: departments
                .filter(|(_, line)| used(line))
                .map(|(name, line)| NamedLine { name: name.clone(), line: *line })
                .collect(),
            losers: part.losers.iter().map(|entry| self.listed(entry)).collect(),
            gainers: part.gainers.iter().map(|entry| self.listed(entry)).collect(),
            budgets,
            missing,
        }
    }

    fn industry_name(&self, industry: Industry) -> Option<String> {
        let tables = if industry.new { self.new_tables() } else { self.old_tables() };
        tables.slots.get(industry.slot as usize).map(|slot| slot.name.clone())
    }

    /// The name of a value of the industry's class; its values are numbered from the first.
    fn industry_value(&self, value: Option<u32>) -> String {
        let Some((industry, value)) = self.industry.zip(value) else { return String::new() };
        let tables = if industry.new { self.new_tables() } else { self.old_tables() };
        let member = tables.members.get(value as usize).filter(|member| member.class == industry.class);
        member.map_or_else(String::new, |member| member.name.clone())
    }
}

/// The report as JSON.
#[must_use]
pub fn json(report: &Report) -> Value {
    let with_amounts = report.currency.is_some();
    let named = |lines: &[NamedLine]| -> Vec<Value> {
        let one = |named: &NamedLine| {
            let name = if named.name.is_empty() { Value::Null } else { named.name.as_str().into() };
            merged(json!({ "name": name }), line(&named.line, with_amounts))
        };
        lines.iter().map(one).collect()
    };
    let clauses = report.clauses.iter().map(|clause| {
        let head = json!({
            "old": clause.old, "new": clause.new, "title": clause.title, "currency": clause.currency,
            "same_meaning": clause.same,
        });
        merged(head, line(&clause.line, true))
    });
    let budgets = report.budgets.iter().map(|budget| {
        json!({
            "side": if budget.new { "new" } else { "old" }, "text": budget.text, "year": budget.year,
            "amount": digits(budget.amount), "asked": digits(budget.asked), "given": digits(budget.given),
        })
    });
    let missing =
        report.missing.iter().map(|missing| json!({ "fact": missing.name, "old": missing.old, "new": missing.new }));
    json!({
        "rows": report.rows,
        "currency": report.currency,
        "settled": report.settled,
        "total": line(&report.total, with_amounts),
        "clauses": clauses.collect::<Vec<_>>(),
        "industry": report.industry,
        "industries": named(&report.industries),
        "departments": named(&report.departments),
        "losers": report.losers.iter().map(|one| listed(one, with_amounts)).collect::<Vec<_>>(),
        "gainers": report.gainers.iter().map(|one| listed(one, with_amounts)).collect::<Vec<_>>(),
        "budgets": budgets.collect::<Vec<_>>(),
        "missing": missing.collect::<Vec<_>>(),
    })
}

fn listed(one: &Listed, with_amounts: bool) -> Value {
    let sum = |sum: &Sum| with_amounts.then(|| ends(sum.low, (sum.unlimited == 0).then_some(sum.high)));
    let changed = one.changed.iter().map(|changed| {
        json!({ "clause": changed.clause.0, "title": changed.clause.1, "old": changed.old, "new": changed.new })
    });
    json!({
        "row": one.row, "line": one.line, "label": one.label,
        "old": sum(&one.old), "new": sum(&one.new),
        "more": with_amounts.then(|| ends(one.more.0, one.more.1)),
        "clauses": changed.collect::<Vec<_>>(),
    })
}

fn line(line: &Line, with_amounts: bool) -> Value {
    let change = |(low, high): (i128, i128)| with_amounts.then(|| ends(low, Some(high)));
    json!({
        "old": amounts(&line.old, with_amounts),
        "new": amounts(&line.new, with_amounts),
        "gain": line.gains, "lose": line.loses, "mixed": line.mixed, "undetermined": line.open,
        "gained": change(line.gained), "lost": change(line.lost),
    })
}

fn amounts(amounts: &Amounts, with_amounts: bool) -> Value {
    json!({
        "eligible": amounts.eligible,
        "undetermined": amounts.undetermined,
        "unlimited": amounts.unlimited,
        "low": with_amounts.then(|| digits(amounts.low)),
        "high": with_amounts.then(|| digits(amounts.high)),
    })
}

fn ends(low: i128, high: Option<i128>) -> Value {
    json!({ "low": digits(low), "high": high.map(digits) })
}

fn digits(amount: i128) -> String {
    plain(amount, 2, false)
}

fn merged(mut head: Value, tail: Value) -> Value {
    if let (Value::Object(head), Value::Object(tail)) = (&mut head, tail) {
        head.extend(tail);
    }
    head
}

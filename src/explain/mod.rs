//! In: a trace and the ledger it was run with. Out: [`Explanation`]: of each clause the outcome, the amount and what bound it, each
//! requirement with the facts it rests on, caps, departments, and the words of the original; as text for people or as JSON.
//! Invariant: works from a bundle's tables alone; the same trace gives the same text, byte for byte.

mod arithmetic;
mod clause;
mod human;
mod json;
mod paid;
mod phrase;
mod reason;
mod records;
mod settlement;
pub mod text;

use crate::bytecode::program::Award;
use crate::decision::{Amount, ClauseDecision, Decision};
use crate::diagnostics::Lang;
use crate::settle;
use crate::vm::Trace;

pub use clause::short_label as label;
pub use human::{Detail, human};
pub use json::json;
pub use reason::Reason;
pub use settlement::{Conflict, Due, Paid, Reduction};

/// A decision with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The document's number, or its title where it has none.
    pub policy: String,
    /// The document's title.
    pub policy_title: String,
    /// The day of the decision, from 1970-01-01.
    pub on: i32,
    /// One a clause, in order of the document.
    pub clauses: Vec<ClauseExplanation>,
    /// Sum over the eligible clauses.
    pub total: Amount,
    /// Claims between which the applicant must choose.
    pub conflicts: Vec<Conflict>,
    /// Instalments of earlier awards that fall due in the year of the decision.
    pub due: Vec<Due>,
    /// What has been repealed of what is not in force, where that is known: not of a bundle.
    pub repealed: Vec<Repeal>,
    /// The currency of the total: that of the eligible clauses, or of the first clause.
    pub currency: String,
    /// The language of its texts.
    pub lang: Lang,
}

/// What was repealed, by which document and from when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeal {
    /// The id of the clause; `None` for the whole policy.
    pub clause: Option<String>,
    /// The first day on which it no longer holds, from 1970-01-01.
    pub day: i32,
    /// The document's number and title, those that it has.
    pub by: String,
}

impl Explanation {
    /// The same, with what was repealed by then of what is not in force.
    #[must_use]
    pub fn with_repealed(mut self, all: Vec<Repeal>) -> Explanation {
        let gone = |clause: &ClauseExplanation| clause.decision == ClauseDecision::NotInForce;
        let on = self.on;
        let clauses = &self.clauses;
        self.repealed = all
            .into_iter()
            .filter(|it| it.day <= on)
            .filter(|it| match &it.clause {
                None => clauses.iter().all(gone),
                Some(id) => clauses.iter().any(|clause| clause.id == *id && gone(clause)),
            })
            .collect();
        self
    }
}

/// The decision on one clause with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseExplanation {
    /// ASCII id.
    pub id: String,
    /// Address.
    pub address: String,
    /// Title.
    pub title: String,
    /// The decision.
    pub decision: ClauseDecision,
    /// Why it is ineligible, in words, each reason once; empty for every other outcome.
    pub failures: Vec<String>,
    /// Whether the industry is all that fails.
    pub only_industry: bool,
    /// ISO 4217 code of the amount.
    pub currency: String,
    /// First and last day in force.
    pub in_force: (Option<i32>, Option<i32>),
    /// The requirements, in order.
    pub requirements: Vec<Reason>,
    /// How the amount comes about; nothing where the clause is not in force.
    pub award: Vec<Reason>,
    /// The caps, in order.
    pub caps: Vec<CapExplanation>,
    /// What bound last: the text of a cap, the name of a group, a quota or a budget.
    pub binding_cap: Option<String>,
    /// The amount before settlement, where it is eligible.
    pub assessed: Option<Amount>,
    /// What settlement took away, in order.
    pub reductions: Vec<Reduction>,
    /// How the amount is paid, and what is paid back.
    pub paid: Paid,
    /// What is still needed, in order of fact.
    pub needs: Vec<Need>,
    /// Responsible departments in order, with whether each leads.
    pub departments: Vec<(String, bool)>,
    /// Whether the list of departments is open.
    pub open: bool,
    /// The words of the original.
    pub quotes: Vec<String>,
    /// Where the clause stands: file and line.
    pub source: (String, u32),
}

/// A cap and what the ledger leaves of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapExplanation {
    /// As the drafter wrote it.
    pub text: String,
    /// Its amount, scaled by 2; `None` where that is open or does not apply.
    pub amount: Option<i128>,
    /// What was used; `None` where that is not known.
    pub used: Option<i128>,
    /// What remains; `None` where that is not known.
    pub remaining: Option<i128>,
    /// Whether an approved lift sets it aside.
    pub lifted: bool,
    /// What stands in its place, scaled by 2, where it is lifted and that bound.
    pub raised: Option<i128>,
    /// Whether an earlier award leaves nothing, whatever its amount.
    pub used_up: bool,
    /// Whether it is the one that bound.
    pub binds: bool,
    /// The earlier awards that count: day, id of the clause, amount scaled by 2.
    pub awards: Vec<(i32, String, i128)>,
}

/// A fact that is still needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Its name.
    pub fact: String,
    /// Its ASCII id; empty where it has none.
    pub alias: String,
    /// The kind of subject it is about.
    pub subject: String,
    /// Who gives it; `None`: the applicant.
    pub department: Option<String>,
    /// `applicant`, `determination` or `discretion`.
    pub kind: &'static str,
    /// Whether it was asked and is not known, rather than not asked.
    pub asked: bool,
    /// Whom to ask, in words.
    pub ask: String,
}

/// Explains the decision that a trace comes to. `awards` is the ledger it was run with.
#[must_use]
pub fn explain(trace: &Trace<'_>, awards: &[Award], lang: Lang) -> Explanation {
    explain_decision(trace, &trace.decide(), awards, lang)
}

/// Explains a decision that was refined after the trace, see [`crate::vm::decide_refined`].
#[must_use]
pub fn explain_decision(trace: &Trace<'_>, decision: &Decision, awards: &[Award], lang: Lang) -> Explanation {
    explain_clauses(trace, decision, awards, lang, &|_| true)
}

/// As [`explain_decision`], of some clauses only, by index; the total is still that of all.
#[must_use]
pub fn explain_clauses(
    trace: &Trace<'_>,
    decision: &Decision,
    awards: &[Award],
    lang: Lang,
    wanted: &dyn Fn(usize) -> bool,
) -> Explanation {
    let tables = &trace.vm().program().tables;
    let shared_names = phrase::shared_names(tables);
    let (decision, settled) = settle::one::one(trace, decision, awards);
    let all = tables.clauses.iter().zip(&decision.clauses).zip(&settled.clauses);
    let clauses: Vec<ClauseExplanation> = (all.enumerate().filter(|(at, _)| wanted(*at)))
        .map(|(_, ((info, decided), outcome))| {
            let phrases = phrase::Phrases::new(trace, info, lang, &shared_names);
            let mut clause = clause::explain(&phrases, decided, awards);
            settlement::add(&mut clause, &phrases, outcome);
            clause
        })
        .collect();
    let eligible = clauses.iter().find(|clause| matches!(clause.decision, ClauseDecision::Eligible { .. }));
    let currency = eligible.or(clauses.first()).map_or_else(|| "CNY".to_owned(), |clause| clause.currency.clone());
    let policy = if tables.policy.number.is_empty() { &tables.policy.title } else { &tables.policy.number };
    Explanation {
        policy: policy.clone(),
        policy_title: tables.policy.title.clone(),
        on: trace.on(),
        clauses,
        total: decision.total,
        conflicts: settlement::conflicts(tables, &settled, lang),
        due: settlement::due(tables, &settled),
        repealed: Vec::new(),
        currency,
        lang,
    }
}

impl ClauseExplanation {
    /// The amount, where it is eligible.
    #[must_use]
    pub fn amount(&self) -> Option<&Amount> {
        match &self.decision {
            ClauseDecision::Eligible { amount, .. } => Some(amount),
            ClauseDecision::NotInForce | ClauseDecision::Ineligible { .. } | ClauseDecision::Undetermined { .. } => {
                None
            }
        }
    }
}

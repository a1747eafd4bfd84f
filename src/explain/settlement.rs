//! In: what settlement made of a decision. Out: the same with its names and words, for people and for JSON.
//! Invariant: what was assessed is the amount and what was taken, as far as both are known.

use super::ClauseExplanation;
use super::phrase::Phrases;
use super::text;
use crate::bytecode::program::Tables;
use crate::bytecode::settlement::MemberOf;
use crate::diagnostics::Lang;
use crate::settle::one::{One, Outcome};
use crate::settle::payments::{self, Clawback, Instalment, Retroactive};
use crate::settle::{Rule, words};

/// What a rule took away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reduction {
    /// `group`, `cap`, `joint_cap`, `quota` or `budget`.
    pub rule: &'static str,
    /// The name of the group, the words of the cap …
    pub name: String,
    /// Why, and how much.
    pub text: String,
    /// How much, scaled by 2; `None` where there was no end before.
    pub amount: Option<i128>,
}

/// How an amount is paid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paid {
    /// Instalments; empty: at once, or the amount is not exact yet.
    pub instalments: Vec<Paying>,
    /// The label under which all is paid at once.
    pub at_once: Option<String>,
    /// What each payer bears, scaled by 2.
    pub shares: Vec<(String, i128)>,
    /// What is paid back.
    pub clawbacks: Vec<Clawback>,
    /// What is paid for earlier months.
    pub retroactive: Option<Retroactive>,
}

/// An instalment with the names of the facts it waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paying {
    /// The instalment.
    pub instalment: Instalment,
    /// The names of the facts.
    pub needs: Vec<String>,
}

/// Claims between which the applicant must choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The name of the group.
    pub group: String,
    /// Ids of the clauses claimed.
    pub clauses: Vec<String>,
    /// In words.
    pub text: String,
}

/// An instalment of an earlier award that falls due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The id of the clause.
    pub clause: String,
    /// The day of the award.
    pub awarded: i32,
    /// The instalment.
    pub instalment: Instalment,
    /// ISO 4217 code.
    pub currency: String,
}

/// Adds to a clause what settlement made of it.
pub(super) fn add(clause: &mut ClauseExplanation, phrases: &Phrases<'_>, outcome: &Outcome) {
    let tables = phrases.tables();
    clause.assessed = outcome.assessed;
    clause.reductions = (outcome.reductions.iter())
        .map(|(rule, amount)| reduction(tables, *rule, *amount, &clause.currency, phrases.lang))
        .collect();
    if let Some(last) = clause.reductions.last() {
        clause.binding_cap = Some(last.name.clone());
    }
    let paying = |instalment: &Instalment| {
        let slots = match &instalment.due {
            payments::Due::Pending(_, slots) => slots.as_slice(),
            payments::Due::Now | payments::Due::OutOfOrder(_) | payments::Due::On(_) | payments::Due::Stopped(_) => &[],
        };
        Paying { instalment: instalment.clone(), needs: slots.iter().map(|slot| phrases.fact(*slot)).collect() }
    };
    clause.paid = Paid {
        instalments: outcome.payments.iter().map(paying).collect(),
        at_once: outcome.at_once.clone(),
        shares: outcome.shares.clone(),
        clawbacks: outcome.clawbacks.clone(),
        retroactive: outcome.retroactive.clone(),
    };
}

/// A reduction in words.
fn reduction(tables: &Tables, rule: Rule, amount: Option<i128>, currency: &str, lang: Lang) -> Reduction {
    let kind = match rule {
        Rule::Group(..) => "group",
        Rule::Cap(_) => "cap",
        Rule::JointCap(..) => "joint_cap",
        Rule::Quota(_) => "quota",
        Rule::Budget(_) => "budget",
    };
    let text = match amount.filter(|amount| *amount > 0) {
        Some(amount) => words::sentence(tables, rule, &text::money(amount, 2, currency, lang), lang),
        None => words::why(tables, rule).get(lang).to_owned(),
    };
    Reduction { rule: kind, name: words::name(tables, rule), text, amount }
}

pub(super) fn conflicts(tables: &Tables, settled: &One, lang: Lang) -> Vec<Conflict> {
    let conflict = |(group, members): &(u32, Vec<u32>)| {
        let info = tables.settlement.groups.get(*group as usize)?;
        let id = |member: &u32| match info.members.get(*member as usize)? {
            MemberOf::Clause(clause) => tables.clauses.get(*clause as usize).map(|clause| clause.id.clone()),
            MemberOf::External(_) => None,
        };
        Some(Conflict {
            group: info.name.clone(),
            clauses: members.iter().filter_map(id).collect(),
            text: words::conflict(tables, *group, members).get(lang).to_owned(),
        })
    };
    settled.conflicts.iter().filter_map(conflict).collect()
}

pub(super) fn due(tables: &Tables, settled: &One) -> Vec<Due> {
    let due = |due: &payments::DuePayment| {
        let clause = tables.clauses.get(due.clause as usize)?;
        Some(Due {
            clause: clause.id.clone(),
            awarded: due.awarded,
            instalment: due.instalment.clone(),
            currency: clause.currency.clone(),
        })
    };
    settled.due.iter().filter_map(due).collect()
}

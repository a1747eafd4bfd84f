//! The documentation model of what the machine decides for readers: cases and situations. Plain data, see [`super::DocModel`].

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

use super::Words;

/// A worked case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct CaseDoc {
    /// `case-1`, `case-2` …
    pub id: String,
    /// Name.
    pub title: String,
    /// The day of the decision.
    pub on: String,
    /// What is given.
    pub facts: Vec<GivenDoc>,
    /// Earlier awards, in words; `null` where no ledger was given.
    pub ledger: Option<Vec<Words>>,
    /// What the machine decides of the clauses that the case is about.
    pub outcomes: Vec<OutcomeDoc>,
    /// The total over all clauses.
    pub total: Words,
    /// Whether what the case expects is what is decided.
    pub passed: bool,
}

/// What is given of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct GivenDoc {
    /// Id of the fact.
    pub fact: String,
    /// Its value in words.
    pub value: Words,
}

/// What is decided of a clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct OutcomeDoc {
    /// Id of the clause.
    pub clause: String,
    /// `not_in_force`, `ineligible`, `undetermined` or `eligible`.
    pub outcome: String,
    /// In words, with the amount.
    pub words: Words,
    /// Least, in base units, where it is eligible.
    pub low: Option<String>,
    /// Most; `null` also where there is no ceiling.
    pub high: Option<String>,
    /// Why, line by line.
    pub reasons: Vec<ReasonDoc>,
}

/// Why a condition holds or not, or how an amount comes about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ReasonDoc {
    /// How far below the first it lies.
    pub depth: u32,
    /// `yes`, `no` or `open`.
    pub holds: String,
    /// In words.
    pub words: Words,
}

/// A situation of applicants: an industry and a value of another classification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ScenarioDoc {
    /// Stable id.
    pub id: String,
    /// `我是……`.
    pub title: Words,
    /// The values of classifications that are given: fact and value.
    pub given: Vec<GivenDoc>,
    /// Situations with the same answer, each in words.
    pub variants: Vec<Words>,
    /// The clauses that are not ruled out, in order, each decided by the machine on these values alone.
    pub clauses: Vec<OutcomeDoc>,
    /// Ids of cases in such a situation.
    pub cases: Vec<String>,
}

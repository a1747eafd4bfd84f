//! The documentation model of what clauses are written with: departments, classifications, subjects, facts, definitions, terms. Plain data,
//! see [`super::DocModel`].

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

use super::{FigureDoc, GiverDoc, QuoteDoc, Words};

/// A department and its work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct DepartmentDoc {
    /// Stable id.
    pub id: String,
    /// Short name.
    pub name: Words,
    /// Full name; empty where not given.
    pub full_name: String,
    /// Whether it issues the policy.
    pub issues: bool,
    /// Ids of clauses that it leads.
    pub leads: Vec<String>,
    /// Ids of clauses for which it is one of several.
    pub takes_part: Vec<String>,
    /// Facts that it determines: by name, or as the lead of a clause.
    pub determines: Vec<DutyDoc>,
    /// Amounts and rates at its discretion.
    pub sets: Vec<DutyDoc>,
    /// Ids of clauses whose caps it may lift.
    pub approves: Vec<String>,
    /// Ids of clauses whose awards it bears a share of.
    pub bears: Vec<String>,
}

/// A fact that a department gives, and for which clauses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct DutyDoc {
    /// Id of the fact.
    pub fact: String,
    /// Ids of the clauses that need it.
    pub clauses: Vec<String>,
}

/// A classification or enumeration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ClassDoc {
    /// Stable id.
    pub id: String,
    /// Name.
    pub name: Words,
    /// Whether its values are ordered, lowest first.
    pub ordered: bool,
    /// Its values, each before those it covers.
    pub values: Vec<ValueDoc>,
}

/// A value of a classification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ValueDoc {
    /// Stable id, unique in its class.
    pub id: String,
    /// Name.
    pub name: Words,
    /// Id of the value it lies below.
    pub parent: Option<String>,
    /// How many values it lies below.
    pub depth: u32,
    /// Words of the original.
    pub quotes: Vec<QuoteDoc>,
    /// Ids of the clauses that this value is named or covered by as an industry.
    pub clauses: Vec<String>,
    /// Ids of the clauses that ask for it, or for a value that covers it, in another condition.
    pub asked_by: Vec<String>,
}

/// A kind of subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct SubjectDoc {
    /// Stable id.
    pub id: String,
    /// Name.
    pub name: Words,
    /// Id of the kind it belongs to.
    pub owner: Option<String>,
    /// Id of the fact that tells one subject from another.
    pub identifier: String,
}

/// A fact of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct FactDoc {
    /// Stable id.
    pub id: String,
    /// Name.
    pub name: Words,
    /// Id of the kind of subject it is about.
    pub subject: String,
    /// `bool`, `number`, `money`, `rate`, `integer`, `period`, `quantity`, `date`, `text`, `value`, `list`.
    pub kind: String,
    /// Its type in words.
    pub type_words: Words,
    /// Id of the class of its values, where `kind` is `value`.
    pub class: Option<String>,
    /// Columns of a list.
    pub columns: Vec<ColumnDoc>,
    /// Unit of a number, in words; empty for none.
    pub unit: String,
    /// Who gives it.
    pub given_by: GiverDoc,
    /// Whether it is a figure for one year.
    pub yearly: bool,
    /// Whether the compiler made it: an identifier, an amount set for one clause, an approval.
    pub made: bool,
    /// The drafter's note.
    pub note: String,
    /// Ids of the clauses that need it, directly or through a definition; those of the scope are needed by all.
    pub used_by: Vec<String>,
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ColumnDoc {
    /// Name.
    pub name: Words,
    /// As in [`FactDoc::kind`].
    pub kind: String,
    /// Its type in words.
    pub type_words: Words,
}

/// A derived fact or a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct DefinitionDoc {
    /// Stable id.
    pub id: String,
    /// Name.
    pub name: Words,
    /// `expression`, `tiers`, `progressive`, `lookup`, `sum` or `highest`.
    pub form: String,
    /// What it is, in words.
    pub words: Words,
    /// Its lines: when, and what then; empty for an expression.
    pub lines: Vec<LineDoc>,
    /// Figures that stand in it.
    pub figures: Vec<FigureDoc>,
    /// Words of the original.
    pub quotes: Vec<QuoteDoc>,
    /// The drafter's note.
    pub note: Option<String>,
    /// Ids of clauses that rest on it.
    pub used_by: Vec<String>,
}

/// A line of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct LineDoc {
    /// When.
    pub when: Words,
    /// What then.
    pub then: Words,
}

/// A term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct TermDoc {
    /// `department`, `subject`, `fact`, `definition`, `value` or `word`.
    pub kind: String,
    /// Id of what it names; empty for a word of the language.
    pub id: String,
    /// The term.
    pub term: Words,
    /// What it means.
    pub meaning: Words,
    /// Words of the original.
    pub quotes: Vec<QuoteDoc>,
}

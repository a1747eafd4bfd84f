//! In: every edition of a policy and the program of one of them. Out: [`DocModel`], all that a reader is told, as data: the versioned
//! JSON of `docs/reference/doc-model.md`, from which the site and the handbook are made.
//! Invariant: nothing here is decided anew; outcomes are the machine's, texts those of the policy, and ids are stable between runs.

mod build;
mod cases;
mod clause;
mod clause_build;
mod departments;
mod figures;
mod given;
mod glossary;
mod history;
mod names;
mod original;
mod policy_build;
mod scenarios;
#[cfg(test)]
mod schema;
mod settlement;
mod timeline;
mod tree;
mod vocabulary;
mod words;
mod worked;

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

pub use build::{EditionProgram, build};
pub use clause::{
    AwardDoc, AwardKind, CeilingDoc, ClauseDoc, EncodingDoc, GiverDoc, IndustryDoc, InstalmentDoc, LiftDoc,
    MaterialDoc, NeedDoc, PaymentDoc, PeriodKind, ResponsibleDoc, RoleKind,
};
pub use vocabulary::{
    ClassDoc, ColumnDoc, DefinitionDoc, DepartmentDoc, DutyDoc, FactDoc, LineDoc, SubjectDoc, TermDoc, ValueDoc,
};
pub use worked::{CaseDoc, GivenDoc, OutcomeDoc, ReasonDoc, ScenarioDoc};

/// The version of the format; any change of its shape raises it.
pub const VERSION: u32 = 1;

/// A text in Chinese and in English. Names are the policy's own in Chinese; their English is the drafter's alias, else the same.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    /// Both.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Words {
        Words { zh: zh.into(), en: en.into() }
    }

    /// A text that is the same in both.
    #[must_use]
    pub fn same(text: &str) -> Words {
        Words::new(text, text)
    }
}

/// First and last day; `null` is open. Days are written `2025-06-30`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Days {
    /// The first day.
    pub first: Option<String>,
    /// The last day.
    pub last: Option<String>,
}

/// All that is published of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct DocModel {
    /// Of this format: 1.
    pub version: u32,
    /// The policy item.
    pub policy: PolicyDoc,
    /// The days for which this text of the policy holds; both open where nothing amends it.
    pub edition: Days,
    /// The archived original by sentences.
    pub original: Option<OriginalDoc>,
    /// Departments, in order of declaration, with all that each has to do.
    pub departments: Vec<DepartmentDoc>,
    /// Classifications (industries, directions) and enumerations with their values.
    pub classes: Vec<ClassDoc>,
    /// Kinds of subjects.
    pub subjects: Vec<SubjectDoc>,
    /// What is asked of an application.
    pub facts: Vec<FactDoc>,
    /// Derived facts and tables.
    pub definitions: Vec<DefinitionDoc>,
    /// The scope, which all clauses share.
    pub scope: ScopeDoc,
    /// The clauses, in order of the document.
    pub clauses: Vec<ClauseDoc>,
    /// Clauses that go together or exclude each other.
    pub groups: Vec<GroupDoc>,
    /// Quotas.
    pub quotas: Vec<LimitDoc>,
    /// Budgets.
    pub budgets: Vec<LimitDoc>,
    /// The order in which groups, caps, quotas and budgets apply.
    pub settlement_order: Vec<Words>,
    /// Whether instalments due after expiry are still paid; `null`: not said.
    pub payments_after_expiry: Option<bool>,
    /// Worked cases, each decided by the machine.
    pub cases: Vec<CaseDoc>,
    /// Situations of applicants and which clauses they may come under.
    pub scenarios: Vec<ScenarioDoc>,
    /// Passages that bind nobody.
    pub non_normative: Vec<PassageDoc>,
    /// Every edition of the policy, the first first.
    pub history: Vec<EditionDoc>,
    /// Days that matter, in order.
    pub timeline: Vec<EventDoc>,
    /// Terms and what they mean.
    pub glossary: Vec<TermDoc>,
}

/// Number, title, dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct PolicyDoc {
    /// Document number; empty where there is none.
    pub number: String,
    /// Title.
    pub title: String,
    /// ASCII id; empty where there is none.
    pub id: String,
    /// Ids of the issuing departments, the lead first.
    pub issuers: Vec<String>,
    /// Day of publication.
    pub published: Option<String>,
    /// Validity.
    pub in_force: Days,
    /// How computed awards are rounded.
    pub rounding: Option<Words>,
    /// The drafter's note.
    pub note: Option<String>,
    /// Words of the original.
    pub quotes: Vec<QuoteDoc>,
}

/// Words of the original, and where they stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct QuoteDoc {
    /// As written in the policy's source.
    pub text: String,
    /// First byte in the original.
    pub start: Option<u64>,
    /// One past its last byte.
    pub end: Option<u64>,
    /// Ids of the sentences of the original that it touches.
    pub sentences: Vec<String>,
}

/// The archived original.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct OriginalDoc {
    /// File name as written in the policy.
    pub name: String,
    /// Its sentences, in order; every character that is no white space belongs to one.
    pub sentences: Vec<SentenceDoc>,
}

/// A sentence of the original.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct SentenceDoc {
    /// `s1`, `s2` …
    pub id: String,
    /// Its text without white space.
    pub text: String,
    /// First byte in the original.
    pub start: u64,
    /// One past its last byte.
    pub end: u64,
    /// The line it starts on, from 1.
    pub line: u32,
    /// `encoded`, `non_normative`, `partial` or `uncovered`.
    pub status: String,
    /// Ids of the clauses that quote it.
    pub clauses: Vec<String>,
    /// What else quotes it: names of values, definitions, groups, passages.
    pub others: Vec<String>,
}

/// A figure that is shown to readers, and the sentence that says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct FigureDoc {
    /// As it is written in texts of this model.
    pub text: Words,
    /// The exact value in base units (元, fractions, months, days), or the day.
    pub value: String,
    /// Id of the sentence of the original it comes from; where no sentence has it in digits, the first that is quoted there.
    pub sentence: Option<String>,
    /// Whether the sentence says it in these digits.
    pub literal: bool,
}

/// A condition as a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ConditionDoc {
    /// `all`, `any`, `not`, `fact`, `within`, `compare`, `definition` or `other`.
    pub kind: String,
    /// The drafter's label, where there is one.
    pub label: Option<String>,
    /// The whole in plain language.
    pub words: Words,
    /// Parts of `all`, `any`, `not` and `definition`.
    pub parts: Vec<ConditionDoc>,
    /// Ids of the facts it rests on, in order.
    pub facts: Vec<String>,
    /// Ids of the values of `within`, the highest that cover them.
    pub values: Vec<String>,
}

/// The scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ScopeDoc {
    /// All must hold.
    pub conditions: Vec<ConditionDoc>,
    /// None may hold.
    pub exclusions: Vec<ConditionDoc>,
    /// Words of the original.
    pub quotes: Vec<QuoteDoc>,
    /// Figures that stand in it.
    pub figures: Vec<FigureDoc>,
}

/// A group of clauses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct GroupDoc {
    /// Stable id.
    pub id: String,
    /// Name.
    pub name: Words,
    /// `highest`, `choose_one`, `priority` or `stack`.
    pub rule: String,
    /// The rule in words.
    pub words: Words,
    /// Ids of its clauses, in order.
    pub clauses: Vec<String>,
    /// Ids of facts that hold amounts of other policies.
    pub external: Vec<String>,
    /// Joint caps.
    pub ceilings: Vec<CeilingDoc>,
    /// Figures that stand in it.
    pub figures: Vec<FigureDoc>,
    /// Words of the original.
    pub quotes: Vec<QuoteDoc>,
    /// The drafter's note.
    pub note: Option<String>,
}

/// A quota or a budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct LimitDoc {
    /// As written.
    pub text: String,
    /// In words.
    pub words: Words,
    /// How many, or how much in base units.
    pub value: String,
    /// Over which period.
    pub period: PeriodKind,
    /// Ids of the clauses it binds; empty: the whole policy.
    pub clauses: Vec<String>,
    /// Ids of the lead departments of these clauses.
    pub departments: Vec<String>,
    /// Figures that stand in it.
    pub figures: Vec<FigureDoc>,
}

/// Passages that bind nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct PassageDoc {
    /// A name.
    pub title: String,
    /// Words of the original.
    pub quotes: Vec<QuoteDoc>,
    /// Why.
    pub note: Option<String>,
}

/// An edition of the policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct EditionDoc {
    /// Its days.
    pub days: Days,
    /// Whether it is the edition that this model describes.
    pub shown: bool,
    /// The amendments that begin it; none for the policy as it was made.
    pub amendments: Vec<AmendmentDoc>,
    /// What they change, clause by clause.
    pub changes: Vec<ChangeDoc>,
}

/// An amendment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct AmendmentDoc {
    /// Its id.
    pub id: String,
    /// Its first line as written.
    pub title: String,
    /// Its whole text in the policy's source.
    pub text: String,
}

/// A change of a clause or of the policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ChangeDoc {
    /// Id of the clause; `null`: the policy itself.
    pub clause: Option<String>,
    /// `added`, `removed` or `changed`.
    pub kind: String,
    /// What changed.
    pub what: Words,
    /// Before.
    pub before: Option<Words>,
    /// After.
    pub after: Option<Words>,
}

/// A day that matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct EventDoc {
    /// The day.
    pub day: String,
    /// `published`, `begins`, `ends`, `amended`, `clause_begins`, `clause_ends` or `retroactive`.
    pub kind: String,
    /// In words.
    pub words: Words,
    /// Ids of the clauses it is about; empty: the policy.
    pub clauses: Vec<String>,
    /// Id of the sentence that says it.
    pub sentence: Option<String>,
}

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
mod schema;
mod settlement;
mod timeline;
mod tree;
mod words;

use schemars::JsonSchema;
use serde::Serialize;

pub use build::build;
pub use clause::{
    AwardDoc, AwardKind, CeilingDoc, ClauseDoc, EncodingDoc, GiverDoc, IndustryDoc, InstalmentDoc, LiftDoc,
    MaterialDoc, NeedDoc, PaymentDoc, PeriodKind, ResponsibleDoc, RoleKind,
};
pub use schema::schema;

/// The version of the format; any change of its shape raises it.
pub const VERSION: u32 = 1;

/// A text in Chinese and in English. Names are the policy's own in Chinese; their English is the drafter's alias, else the same.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Days {
    /// The first day.
    pub first: Option<String>,
    /// The last day.
    pub last: Option<String>,
}

/// All that is published of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OriginalDoc {
    /// File name as written in the policy.
    pub name: String,
    /// Its sentences, in order; every character that is no white space belongs to one.
    pub sentences: Vec<SentenceDoc>,
}

/// A sentence of the original.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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

/// A department and its work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DutyDoc {
    /// Id of the fact.
    pub fact: String,
    /// Ids of the clauses that need it.
    pub clauses: Vec<String>,
}

/// A classification or enumeration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ColumnDoc {
    /// Name.
    pub name: Words,
    /// As in [`FactDoc::kind`].
    pub kind: String,
    /// Its type in words.
    pub type_words: Words,
}

/// A derived fact or a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LineDoc {
    /// When.
    pub when: Words,
    /// What then.
    pub then: Words,
}

/// A figure that is shown to readers, and the sentence that says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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

/// A worked case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GivenDoc {
    /// Id of the fact.
    pub fact: String,
    /// Its value in words.
    pub value: Words,
}

/// What is decided of a clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReasonDoc {
    /// How far below the first it lies.
    pub depth: u32,
    /// `yes`, `no` or `open`.
    pub holds: String,
    /// In words.
    pub words: Words,
}

/// A situation of applicants: an industry and a value of another classification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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

/// Passages that bind nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PassageDoc {
    /// A name.
    pub title: String,
    /// Words of the original.
    pub quotes: Vec<QuoteDoc>,
    /// Why.
    pub note: Option<String>,
}

/// An edition of the policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AmendmentDoc {
    /// Its id.
    pub id: String,
    /// Its first line as written.
    pub title: String,
    /// Its whole text in the policy's source.
    pub text: String,
}

/// A change of a clause or of the policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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

/// A term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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

//! The documentation model of a clause: plain data, see [`super::DocModel`].

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

use super::{ChangeDoc, ConditionDoc, Days, FigureDoc, QuoteDoc, Words};

/// A clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ClauseDoc {
    /// Stable ASCII id.
    pub id: String,
    /// The document's own address.
    pub address: String,
    /// Title.
    pub title: String,
    /// One sentence that says it all in plain language.
    pub summary: Words,
    /// Ids of the kinds of subjects that may apply; empty: any.
    pub subjects: Vec<String>,
    /// The industries it is for; `null`: any.
    pub industry: Option<IndustryDoc>,
    /// All must hold, besides the scope.
    pub conditions: Vec<ConditionDoc>,
    /// None may hold.
    pub exclusions: Vec<ConditionDoc>,
    /// What is given.
    pub award: AwardDoc,
    /// How a computed award is rounded.
    pub rounding: Option<Words>,
    /// Ceilings, in the order written.
    pub ceilings: Vec<CeilingDoc>,
    /// The least that is given.
    pub floor: Option<Words>,
    /// Who may lift the ceilings.
    pub lift: Option<LiftDoc>,
    /// Responsible departments, in order.
    pub departments: Vec<ResponsibleDoc>,
    /// Whether the list of departments is open (及相关部门).
    pub departments_open: bool,
    /// Validity; the policy's where the clause has none of its own.
    pub in_force: Days,
    /// How it is paid out; `null`: at once.
    pub payment: Option<PaymentDoc>,
    /// Who bears it, in words.
    pub shares: Vec<Words>,
    /// When it is paid back, in words.
    pub clawbacks: Vec<Words>,
    /// The difference for earlier months, in words.
    pub retroactive: Option<Words>,
    /// What is needed to decide it and who gives each, the scope included.
    pub needs: Vec<NeedDoc>,
    /// What an applicant hands in: derived from `needs`, and the ledger where a ceiling counts earlier awards.
    pub materials: Vec<MaterialDoc>,
    /// Figures that stand in its texts.
    pub figures: Vec<FigureDoc>,
    /// Words of the original, in the order written.
    pub quotes: Vec<QuoteDoc>,
    /// The drafter's note.
    pub note: Option<String>,
    /// Id of the clause whose amounts it takes over.
    pub refers_to: Option<String>,
    /// Ids of clauses that refer to it.
    pub referred_by: Vec<String>,
    /// Ids of clauses that its conditions mention.
    pub mentions: Vec<String>,
    /// Ids of the groups it belongs to.
    pub groups: Vec<String>,
    /// Ids of the definitions it rests on.
    pub definitions: Vec<String>,
    /// Ids of the cases about it.
    pub cases: Vec<String>,
    /// How it is written in the policy's source.
    pub encoding: EncodingDoc,
    /// A hash of what it means, in hexadecimal: equal for texts that decide alike.
    pub meaning_hash: String,
    /// What amendments changed in it, the first first.
    pub history: Vec<ChangeDoc>,
}

/// The industries of a clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct IndustryDoc {
    /// Id of the applicant's fact.
    pub fact: String,
    /// Id of the classification.
    pub class: String,
    /// Ids of the values that qualify, with all they cover.
    pub values: Vec<String>,
    /// In words.
    pub words: Words,
}

/// How an award comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AwardKind {
    /// It follows from the facts.
    Computed,
    /// A department sets it within bounds.
    Discretion,
    /// A department sets it, and the document has no figure.
    Open,
}

/// What a clause gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct AwardDoc {
    /// How it comes about.
    pub kind: AwardKind,
    /// In words.
    pub words: Words,
    /// Id of the fact that holds it once a department has set it.
    pub fact: Option<String>,
    /// Id of the department that sets it.
    pub set_by: Option<String>,
    /// ISO 4217 code.
    pub currency: String,
}

/// Over which period something is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PeriodKind {
    /// A calendar year.
    Year,
    /// In all.
    Lifetime,
    /// One award only.
    Once,
    /// Each award for itself.
    Each,
    /// A number of months.
    Months,
    /// Once, or a calendar year within a term.
    OnceOrYear,
}

/// An upper bound: amount, key, period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct CeilingDoc {
    /// As written.
    pub text: String,
    /// The amount in words.
    pub amount: Words,
    /// The amount in base units, where it is a constant.
    pub value: Option<String>,
    /// Ids of the kinds of subjects per which it counts; empty: over all applicants.
    pub per: Vec<String>,
    /// Over which period.
    pub period: PeriodKind,
    /// Months of [`PeriodKind::Months`].
    pub months: Option<u32>,
    /// Key and period in words.
    pub words: Words,
    /// Ids of the clauses that count toward it; empty: the whole policy.
    pub clauses: Vec<String>,
    /// Whether it holds only in principle.
    pub soft: bool,
    /// Whether the clause's lift sets it aside.
    pub lifted: bool,
}

/// A lift of ceilings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct LiftDoc {
    /// Id of the fact that says so.
    pub fact: String,
    /// Id of the department that approves.
    pub approver: String,
    /// The new ceiling; `null`: none.
    pub up_to: Option<Words>,
    /// In words.
    pub words: Words,
}

/// A responsible department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ResponsibleDoc {
    /// Id of the department.
    pub department: String,
    /// Whether it leads: marked, or the first.
    pub lead: bool,
}

/// Who gives a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoleKind {
    /// The applicant states it.
    Applicant,
    /// A department attests it.
    Determination,
    /// A department sets it.
    Discretion,
}

/// Who gives a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct GiverDoc {
    /// How.
    pub role: RoleKind,
    /// Id of the department; `null`: the applicant, or the lead of the clause at hand.
    pub department: Option<String>,
    /// In words.
    pub words: Words,
}

/// A fact that a clause needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct NeedDoc {
    /// Id of the fact.
    pub fact: String,
    /// Who gives it for this clause.
    pub given_by: GiverDoc,
}

/// What an applicant hands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct MaterialDoc {
    /// In words.
    pub words: Words,
    /// Id of the fact it shows; `null`: earlier awards.
    pub fact: Option<String>,
}

/// How an award is paid out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct PaymentDoc {
    /// Instalments, in order.
    pub instalments: Vec<InstalmentDoc>,
    /// When all is paid at once instead.
    pub at_once: Option<ConditionDoc>,
}

/// An instalment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct InstalmentDoc {
    /// Its name.
    pub label: String,
    /// How much of the award.
    pub part: Words,
    /// When it is due.
    pub due: Words,
}

/// The source of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct EncodingDoc {
    /// File of the policy.
    pub file: String,
    /// First line, from 1.
    pub line: u32,
    /// Its text.
    pub text: String,
}

//! A compiled policy: code, and the tables that the VM, `explain`, `dis`, `diff` and `doc` need, so that a bundle stands alone.
//! Plain data: what was decoded or lowered and not yet verified. Numbers are integers scaled by a power of ten.

mod case;

use serde::{Deserialize, Serialize};

use crate::limits::{MONEY_MAX, QUANTITY_MAX, RATE_MAX};

use super::op::Op;
use super::records::{CalendarInfo, CertificateInfo, ColumnInfo, CounterInfo, ListInfo, SeriesInfo, SeriesSlot};
use super::settlement::{ClawbackInfo, PaymentInfo, RetroactiveInfo, SettlementInfo, ShareInfo};

pub use case::{Award, CaseAward, CaseInfo, ExpectationInfo, Given, OutcomeInfo};

/// A compiled policy, not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Everything but the code.
    pub tables: Tables,
    /// The instructions: `0..tables.prologue_end` is shared by all clauses, then each clause's own.
    pub code: Vec<Op>,
    /// Where each instruction comes from, one an instruction.
    pub places: Vec<Place>,
}

/// The tables of a program.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tables {
    /// The policy item.
    pub policy: PolicyInfo,
    /// Names of source files.
    pub files: Vec<String>,
    /// Departments.
    pub departments: Vec<DepartmentInfo>,
    /// Classifications and enumerations.
    pub classes: Vec<ClassInfo>,
    /// Their values.
    pub members: Vec<MemberInfo>,
    /// Kinds of subjects.
    pub subjects: Vec<SubjectInfo>,
    /// Fact slots; slot i is fact i of the model.
    pub slots: Vec<SlotInfo>,
    /// Lists of records.
    pub lists: Vec<ListInfo>,
    /// Columns of all lists, those of one list contiguous.
    pub columns: Vec<ColumnInfo>,
    /// Figures by year.
    pub series: Vec<SeriesInfo>,
    /// Calendars.
    pub calendars: Vec<CalendarInfo>,
    /// What `times` ops count.
    pub counters: Vec<CounterInfo>,
    /// The slot that says whether a ledger was given, where something asks.
    pub ledger_slot: Option<u32>,
    /// Groups, quotas, budgets.
    pub settlement: SettlementInfo,
    /// Texts that are compared.
    pub texts: Vec<String>,
    /// Numbers and dates.
    pub constants: Vec<i128>,
    /// Sets of class values: sorted, disjoint, non-empty half-open ranges of members.
    pub sets: Vec<Vec<(u32, u32)>>,
    /// Requirements, those of one clause contiguous and in the order of the semantics.
    pub requirements: Vec<RequirementInfo>,
    /// Caps, those of one clause contiguous and in order.
    pub caps: Vec<CapInfo>,
    /// Clauses, in order of the document.
    pub clauses: Vec<ClauseInfo>,
    /// Passages marked non-normative.
    pub non_normative: Vec<NonNormativeInfo>,
    /// Quotes of the scope and the policy item.
    pub scope_quotes: Vec<QuoteInfo>,
    /// Cases.
    pub cases: Vec<CaseInfo>,
    /// Number of registers.
    pub registers: u32,
    /// One past the last instruction that all clauses share.
    pub prologue_end: u32,
}

/// A line of a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Place {
    /// Index into the files.
    pub file: u32,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// First and last day in force, days from 1970-01-01.
pub type Days = (Option<i32>, Option<i32>);

/// The policy item.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PolicyInfo {
    /// Document number.
    pub number: String,
    /// Title.
    pub title: String,
    /// ASCII id.
    pub alias: String,
    /// Issuing departments.
    pub issuers: Vec<u32>,
    /// Day of publication.
    pub published: Option<i32>,
    /// First and last day in force.
    pub in_force: Days,
    /// Note.
    pub note: Option<String>,
    /// The archived original.
    pub original: Option<OriginalInfo>,
}

/// The archived original, by name and hash.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OriginalInfo {
    /// File name as the policy gives it.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// Size in bytes.
    pub bytes: u64,
}

/// A department.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DepartmentInfo {
    /// Short name.
    pub name: String,
    /// Full name.
    pub full_name: String,
    /// ASCII id.
    pub alias: String,
}

/// A classification or enumeration; its values are `first..end`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClassInfo {
    /// Name.
    pub name: String,
    /// ASCII id.
    pub alias: String,
    /// Whether its values are ordered, lowest first.
    pub ordered: bool,
    /// First value.
    pub first: u32,
    /// One past the last value.
    pub end: u32,
}

/// A value of a class; it covers itself up to before `end`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MemberInfo {
    /// Name.
    pub name: String,
    /// ASCII id.
    pub alias: String,
    /// Its class.
    pub class: u32,
    /// The value above.
    pub parent: Option<u32>,
    /// One past the last value it covers.
    pub end: u32,
    /// Words of the original that name it.
    pub quotes: Vec<QuoteInfo>,
}

/// A kind of subject.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SubjectInfo {
    /// Name.
    pub name: String,
    /// ASCII id.
    pub alias: String,
    /// The kind it belongs to.
    pub owner: Option<u32>,
    /// The slot of its identifier.
    pub identifier: u32,
}

/// The type of a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SlotType {
    /// Yes or no.
    Bool,
    /// A number.
    Number {
        /// Decimals kept.
        scale: u8,
        /// How it is shown.
        shown: Shown,
        /// Base units and powers, sorted by name.
        unit: Vec<(String, i8)>,
    },
    /// A date.
    Date,
    /// A text.
    Text,
    /// A value of a class.
    Member {
        /// The class.
        class: u32,
    },
    /// A list of records.
    List {
        /// The list.
        list: u32,
    },
}

/// How a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Shown {
    /// As an integer.
    Integer,
    /// As a decimal.
    Number,
    /// With %.
    Rate,
    /// As money.
    Money,
    /// As months or days.
    Period,
    /// With its unit.
    Quantity,
}

impl Shown {
    /// The largest value, in its own unit, of a fact whose range is not declared: wide enough for what policies count, and narrow
    /// enough that products of a few facts are proved to fit.
    #[must_use]
    pub fn value_max(self) -> i128 {
        match self {
            Shown::Money => MONEY_MAX,
            Shown::Rate => RATE_MAX,
            Shown::Integer | Shown::Number | Shown::Period | Shown::Quantity => QUANTITY_MAX,
        }
    }
}

/// Who gives a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GivenBy {
    /// The applicant.
    Applicant,
    /// A department attests it; `None`: the lead of the clause.
    Determination(Option<u32>),
    /// A department sets it; `None`: the lead of the clause.
    Discretion(Option<u32>),
}

/// A fact slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotInfo {
    /// Name.
    pub name: String,
    /// ASCII id.
    pub alias: String,
    /// The kind of subject it is about.
    pub subject: u32,
    /// Type.
    pub ty: SlotType,
    /// Who gives it.
    pub given_by: GivenBy,
    /// Declared least value, scaled; `None`: no bound was declared.
    pub low: Option<i128>,
    /// Declared greatest value, scaled.
    pub high: Option<i128>,
    /// Whether the compiler made it.
    pub made: bool,
    /// Whether it must be a valid unified social credit code.
    pub credit_code: bool,
    /// Whether it is a figure for one year.
    pub yearly: bool,
    /// The series and year that it is a figure of.
    pub year: Option<SeriesSlot>,
    /// The other slots of the certificate whose holding it says.
    pub certificate: Option<CertificateInfo>,
    /// Note.
    pub note: String,
}

/// What kind of requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RequirementKind {
    /// A condition of the scope.
    Scope,
    /// An exclusion of the scope: the register holds its negation.
    ScopeExclusion,
    /// The industry gate.
    Industry,
    /// A condition of the clause.
    Condition,
    /// An exclusion of the clause: the register holds its negation.
    Exclusion,
}

/// A requirement of a clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementInfo {
    /// Its clause.
    pub clause: u32,
    /// Kind.
    pub kind: RequirementKind,
    /// The drafter's label, or the text.
    pub label: String,
    /// The condition as text with normal spacing.
    pub text: String,
    /// The register its `require` tests.
    pub register: u32,
    /// Where it stands.
    pub place: Place,
}

/// Per whom a cap is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyInfo {
    /// Per subject of one of these kinds.
    Subjects(Vec<u32>),
    /// All applicants together.
    Everyone,
}

/// Over which period a cap is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PeriodInfo {
    /// The calendar year of the decision.
    Year,
    /// All time.
    Lifetime,
    /// Only one award.
    Once,
    /// Each award by itself.
    Each,
    /// The last so many months.
    Months(u32),
    /// As a year, but nothing after an award marked once.
    OnceOrYear,
}

/// A cap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapInfo {
    /// Its clause.
    pub clause: u32,
    /// As the drafter wrote it.
    pub text: String,
    /// Per whom.
    pub key: KeyInfo,
    /// Over which period.
    pub period: PeriodInfo,
    /// Clauses whose awards count, in order; this clause among them.
    pub counts: Vec<u32>,
    /// The register of its amount, before what is used is taken off.
    pub register: u32,
    /// Whether it is a soft cap (原则上).
    pub soft: bool,
    /// Where it stands.
    pub place: Place,
}

/// The kind of an award.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AwardInfo {
    /// It follows from the facts.
    Computed,
    /// A department sets it; the slot that holds it.
    Discretion(u32),
    /// As discretion, and the document gives no figure.
    Open(u32),
}

/// A clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClauseInfo {
    /// ASCII id.
    pub id: String,
    /// Address.
    pub address: String,
    /// Title.
    pub title: String,
    /// Kinds of subjects.
    pub subjects: Vec<u32>,
    /// The industry gate: slot and set. The clause's requirement of kind industry tests the same.
    pub gate: Option<(u32, u32)>,
    /// Award kind.
    pub award: AwardInfo,
    /// ISO 4217 code.
    pub currency: String,
    /// Responsible departments, in order.
    pub departments: Vec<u32>,
    /// Index of the lead in `departments`.
    pub lead: u32,
    /// Whether the list is open.
    pub open: bool,
    /// First and last day in force.
    pub in_force: Days,
    /// The lift: slot and approver.
    pub lift: Option<(u32, u32)>,
    /// How it is paid out; `None`: at once.
    pub payment: Option<PaymentInfo>,
    /// Who bears it.
    pub shares: Vec<ShareInfo>,
    /// When it is paid back.
    pub clawbacks: Vec<ClawbackInfo>,
    /// A difference for earlier months.
    pub retroactive: Option<RetroactiveInfo>,
    /// Quotes.
    pub quotes: Vec<QuoteInfo>,
    /// Note.
    pub note: Option<String>,
    /// The clause it refers to.
    pub refers_to: Option<u32>,
    /// Its requirements, `first..end`.
    pub requirements: (u32, u32),
    /// Its caps, `first..end`.
    pub caps: (u32, u32),
    /// Its instructions, `first..end`; `first` is an `in-force`.
    pub code: (u32, u32),
    /// SHA-256 of what it means: requirements, award, caps, departments, days.
    pub meaning_hash: [u8; 32],
    /// SHA-256 of all of it: meaning, id, address, title, labels, quotes, note.
    pub content_hash: [u8; 32],
    /// Where it stands.
    pub place: Place,
}

impl ClauseInfo {
    /// Whether its lift sets a cap of its own aside: a soft cap, or any where none is soft. `caps` are those of the program.
    #[must_use]
    pub fn lifts(&self, cap: u32, caps: &[CapInfo]) -> bool {
        let (first, end) = (self.caps.0 as usize, self.caps.1 as usize);
        let soft = |cap: &CapInfo| cap.soft;
        caps.get(cap as usize).is_some_and(soft) || !caps.get(first..end).unwrap_or_default().iter().any(soft)
    }
}

/// Words of the original.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QuoteInfo {
    /// The words.
    pub text: String,
    /// Where they stand in the original, as bytes.
    pub found: Option<(u64, u64)>,
}

/// Passages marked non-normative.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NonNormativeInfo {
    /// Name.
    pub title: String,
    /// Passages.
    pub quotes: Vec<QuoteInfo>,
}

//! Tables of what binds after each clause has been decided. Plain data, as the model's `settlement`; conditions are registers of the
//! prologue, money is scaled by 2.

use serde::{Deserialize, Serialize};

use super::program::{KeyInfo, PeriodInfo, Place, QuoteInfo};
use super::records::JointCapInfo;

/// What a policy says about settlement.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SettlementInfo {
    /// Groups.
    pub groups: Vec<GroupInfo>,
    /// Quotas.
    pub quotas: Vec<QuotaInfo>,
    /// Budgets.
    pub budgets: Vec<BudgetInfo>,
    /// The order of steps.
    pub steps: Vec<StepInfo>,
    /// Whether instalments due after expiry are paid.
    pub tail: Option<bool>,
}

/// A group of clauses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupInfo {
    /// Name.
    pub name: String,
    /// ASCII id.
    pub alias: String,
    /// Rule.
    pub rule: GroupRuleInfo,
    /// Members in order.
    pub members: Vec<MemberOf>,
    /// Per whom.
    pub key: KeyInfo,
    /// Over which period.
    pub period: PeriodInfo,
    /// Joint caps.
    pub caps: Vec<JointCapInfo>,
    /// Quotes.
    pub quotes: Vec<QuoteInfo>,
    /// Note.
    pub note: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// How the members of a group go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupRuleInfo {
    /// Only the greatest.
    Highest,
    /// Only one; the slot of the applicant's choice.
    ChooseOne(Option<u32>),
    /// The first that comes to something.
    Priority,
    /// All.
    Stack,
}

/// A member of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemberOf {
    /// A clause.
    Clause(u32),
    /// A slot with what another policy gives.
    External(u32),
}

/// A quota.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaInfo {
    /// Clauses it counts; empty: all.
    pub scope: Vec<u32>,
    /// At most so many.
    pub count: u32,
    /// Of this kind of subject.
    pub per: u32,
    /// In which period.
    pub period: PeriodInfo,
    /// Who comes first.
    pub order: Vec<OrderInfo>,
    /// Ties.
    pub ties: TieInfo,
    /// As written.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// One key of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderInfo {
    /// What is compared.
    pub by: OrderByInfo,
    /// Whether the greater comes first.
    pub descending: bool,
}

/// What an order compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderByInfo {
    /// The day of the application.
    Date,
    /// The amount assessed.
    Amount,
    /// A slot.
    Slot(u32),
}

/// Ties at the edge of a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TieInfo {
    /// By day and number of application.
    ByApplication,
    /// All of them.
    All,
    /// None of them.
    None,
}

/// A budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetInfo {
    /// Clauses it pays for; empty: all.
    pub scope: Vec<u32>,
    /// How much, scaled by 2.
    pub amount: i128,
    /// In which period.
    pub period: PeriodInfo,
    /// Strategy.
    pub strategy: AllocationInfo,
    /// Whether the last one gets what is left.
    pub partial: bool,
    /// To how many decimals scaled amounts are cut (2: 分, 0: 元, -4: 万元).
    pub scale: i8,
    /// Who gets what rounding leaves over.
    pub remainder: RemainderInfo,
    /// As written.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// How a budget is shared out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AllocationInfo {
    /// First come, first served.
    FirstCome,
    /// All scaled down alike.
    ProRata,
    /// By rank.
    Ranked(Vec<OrderInfo>),
}

/// Who gets what rounding leaves over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RemainderInfo {
    /// Nobody.
    Keep,
    /// The first.
    First,
    /// The last.
    Last,
    /// The one with the greatest amount.
    Largest,
}

/// A step of settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StepInfo {
    /// Groups.
    Groups,
    /// Caps of clauses over a batch.
    Caps,
    /// Joint caps of groups.
    JointCaps,
    /// Quotas.
    Quotas,
    /// Budgets.
    Budgets,
}

/// How an award is paid out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentInfo {
    /// Instalments.
    pub parts: Vec<InstalmentInfo>,
    /// All at once where this holds: label and register.
    pub at_once: Option<(String, u32)>,
    /// To how many decimals each share is cut.
    pub scale: i8,
    /// Who gets what rounding leaves over: first or last.
    pub remainder: RemainderInfo,
    /// Where it stands.
    pub place: Place,
}

/// An instalment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalmentInfo {
    /// Its name.
    pub label: String,
    /// How much.
    pub part: PortionInfo,
    /// When.
    pub due: DueInfo,
}

/// How much of an award.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PortionInfo {
    /// A fraction: value and decimals.
    Share(i128, u8),
    /// An amount, scaled by 2.
    Amount(i128),
}

/// When an instalment is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DueInfo {
    /// With the award.
    AtAward,
    /// When a register of the prologue is yes; its label.
    Milestone(u32, String),
    /// In the n-th year from the award.
    Year(u32),
}

/// Who bears an award.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareInfo {
    /// Who pays.
    pub payer: String,
    /// The department.
    pub department: Option<u32>,
    /// Its weight, scaled by 6.
    pub weight: i128,
}

/// When an award must be paid back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClawbackInfo {
    /// The register of the event.
    pub when: u32,
    /// Its label.
    pub label: String,
    /// Within so many months of the award.
    pub within: Option<u32>,
    /// What is paid back, as written.
    pub what: String,
    /// The share of the award, scaled by 6.
    pub share: i128,
    /// Where it stands.
    pub place: Place,
}

/// A difference for earlier months.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetroactiveInfo {
    /// First day.
    pub from: i32,
    /// Last day.
    pub until: i32,
    /// The register of the old amount for one month, of scale 2.
    pub old: u32,
    /// Where it stands.
    pub place: Place,
}

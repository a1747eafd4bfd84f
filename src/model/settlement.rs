//! What binds after each clause has been decided: between clauses, applications and applicants, and over time.

use rust_decimal::Decimal;

use crate::source::Span;

use super::clause::{Cap, CapKey, CapPeriod, Quote};
use super::expression::{Condition, Expr};
use super::types::Rounding;
use super::{ClauseId, DepartmentId, FactId, SubjectId};

/// 组合: clauses that must not, or only together up to a limit, be enjoyed at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Name.
    pub name: String,
    /// ASCII id.
    pub alias: String,
    /// How its members go together.
    pub rule: GroupRule,
    /// Its members, in the order written; at least two, or one and an external amount.
    pub members: Vec<GroupMember>,
    /// Per whom (每项目, 每市场主体).
    pub key: CapKey,
    /// Over which period: [`CapPeriod::Each`] (within one application), 每年 or 累计.
    pub period: CapPeriod,
    /// Joint caps, for any rule; their key and period are their own.
    pub caps: Vec<Cap>,
    /// Quotes.
    pub quotes: Vec<Quote>,
    /// 说明.
    pub note: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

/// How the members of a group go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupRule {
    /// 就高不重复: only the greatest; equal amounts: the first member.
    Highest,
    /// 择一: only one. Several that come to something are an error of the application, unless the applicant's choice is given.
    ChooseOne {
        /// The fact that names the clause chosen, a value of a class whose member aliases are clause ids; `None`: no choice is asked.
        choice: Option<FactId>,
    },
    /// 优先: the first member that comes to something, in the order written.
    Priority,
    /// 叠加: all, up to the joint caps.
    Stack,
}

/// A member of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupMember {
    /// A clause of this policy.
    Clause(ClauseId),
    /// An amount that another policy gives (a fact of the application): it is never reduced, but takes part in 就高 and joint caps.
    External(FactId),
}

/// Which clauses a quota or a budget is for; empty: the whole policy.
pub type Scope = Vec<ClauseId>;

/// 名额: at most so many in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// Clauses that it counts, in order of id.
    pub scope: Scope,
    /// At most so many …
    pub count: u32,
    /// … different subjects of this kind …
    pub per: SubjectId,
    /// … in a year or in all.
    pub period: CapPeriod,
    /// Who comes first; empty: no order was declared (a lint), the order of application then counts.
    pub order: Vec<OrderKey>,
    /// What happens where equals straddle the edge.
    pub ties: Tie,
    /// As written.
    pub text: String,
    /// The field.
    pub span: Span,
}

/// One key of an order of applications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OrderKey {
    /// What is compared.
    pub by: OrderBy,
    /// Whether the greater comes first.
    pub descending: bool,
}

/// What an order compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderBy {
    /// 申请日期: the day of the application.
    Date,
    /// 金额: the amount assessed.
    Amount,
    /// A number, date or value of an ordered enumeration. Unknown comes last.
    Fact(FactId),
}

/// What happens where equals straddle the edge of a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tie {
    /// 并列按申请先后: by day of application, then by its number.
    ByApplication,
    /// 并列都予支持: all of them, over the quota.
    All,
    /// 并列都不支持: none of them.
    None,
}

/// 预算: at most so much in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Clauses that it pays for.
    pub scope: Scope,
    /// How much, in the policy's currency.
    pub amount: Decimal,
    /// In a year or in all.
    pub period: CapPeriod,
    /// How it is shared out.
    pub strategy: Allocation,
    /// What the last one gets where less is left than was awarded: what is left (否则 nothing).
    pub partial: bool,
    /// To what amounts scaled down alike are rounded; always 舍去.
    pub rounding: Rounding,
    /// Who gets what rounding leaves over.
    pub remainder: Remainder,
    /// As written.
    pub text: String,
    /// The field.
    pub span: Span,
}

/// How a budget is shared out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allocation {
    /// 先到先得: by day of application, then by its number.
    FirstCome,
    /// 同比例压缩: all scaled down alike.
    ProRata,
    /// 按名次: by these keys, then by day of application and number.
    Ranked(Vec<OrderKey>),
}

/// Who gets what rounding leaves over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remainder {
    /// 余数留存: nobody.
    Keep,
    /// 余数归最先: the first in order of application.
    First,
    /// 余数归最后: the last (of instalments: the last one).
    Last,
    /// 余数归最大: the one with the greatest amount; equal: the first.
    Largest,
}

/// 拨付: how an award is paid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Instalments in order; shares add up to 1, or amounts to the award.
    pub parts: Vec<Instalment>,
    /// All at once where this holds (12 个月内完成的一次拨付).
    pub at_once: Option<Condition>,
    /// To what each share is rounded (舍去).
    pub rounding: Rounding,
    /// Who gets what rounding leaves over: [`Remainder::First`] or [`Remainder::Last`].
    pub remainder: Remainder,
    /// The field.
    pub span: Span,
}

/// An instalment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instalment {
    /// Its name (`中期验收`, `第1年`).
    pub label: String,
    /// How much of the award.
    pub part: Portion,
    /// When it is due.
    pub due: Due,
    /// Where it stands.
    pub span: Span,
}

/// How much of an award.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Portion {
    /// A fraction.
    Share(Decimal),
    /// An amount.
    Amount(Decimal),
}

/// When an instalment is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// With the award.
    AtAward,
    /// When a milestone is reached: a condition on facts. A later one that holds while an earlier one does not is out of order.
    Milestone(Condition),
    /// In the n-th year from the award, from 1: on the day of the award so many years less one later. Goes on after expiry.
    Year(u32),
}

/// 分担: who bears an award.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Who pays, as written (`市财政`).
    pub payer: String,
    /// The declared department of that name, if any.
    pub department: Option<DepartmentId>,
    /// Its part of the sum of all weights; shares are cut to the cent and the first payer bears what is left over.
    pub weight: Decimal,
    /// Where it stands.
    pub span: Span,
}

/// 追回: when an award must be paid back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clawback {
    /// The event; open or false: nothing is to be paid back yet.
    pub when: Condition,
    /// Within so many months from the award; `None`: for ever.
    pub within: Option<u32>,
    /// What is paid back, as written (`本金及收益`).
    pub what: String,
    /// The share of the award that is paid back; 1 where not written.
    pub share: Decimal,
    /// The field.
    pub span: Span,
}

/// 追溯: the difference between a new monthly amount and the old one for months before the clause came into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retroactive {
    /// First day for which the difference is paid.
    pub from: i32,
    /// The last day: the day before the clause came into force.
    pub until: i32,
    /// The old amount for one month.
    pub old: Expr,
    /// The field.
    pub span: Span,
}

/// A step of settlement, in the order in which they apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Groups: 就高, 择一, 优先.
    Groups,
    /// Caps of clauses, over the applications of one batch.
    Caps,
    /// Joint caps of groups.
    JointCaps,
    /// Quotas.
    Quotas,
    /// Budgets.
    Budgets,
}

/// The order where the policy declares none.
pub const STEPS: [Step; 5] = [Step::Groups, Step::Caps, Step::JointCaps, Step::Quotas, Step::Budgets];

/// What a policy says about settlement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettlementRules {
    /// 组合 items.
    pub groups: Vec<Group>,
    /// 名额 of clauses, groups and the policy.
    pub quotas: Vec<Quota>,
    /// 预算 of clauses, groups and the policy.
    pub budgets: Vec<Budget>,
    /// 结算次序.
    pub steps: Vec<Step>,
    /// 期满: whether instalments that fall due after the policy expires are still paid; `None`: not said.
    pub tail: Option<bool>,
}

impl Default for SettlementRules {
    fn default() -> SettlementRules {
        SettlementRules {
            groups: Vec::new(),
            quotas: Vec::new(),
            budgets: Vec::new(),
            steps: STEPS.to_vec(),
            tail: None,
        }
    }
}

//! In: parts of a clause that are not conditions. Out: how they are said beside each other. Invariant: what is said of the two sides
//! differs where they do.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::joint::Joint;
use crate::calendar;
use crate::diagnostics::Text;
use crate::limits::VALUE_MAX;
use crate::model::settlement::{Portion, Step};
use crate::model::{Authority, CapKey, CapPeriod, Expr, FactSource, Model, Window};

/// Nothing.
pub fn none() -> Text {
    Text::new("没有", "none")
}

/// Per whom.
pub fn key(joint: &Joint<'_>, key: &CapKey) -> String {
    match key {
        CapKey::Everyone => "全部对象".to_owned(),
        CapKey::Subjects(kinds) => {
            let names = kinds.iter().filter_map(|kind| joint.model.subjects.get(kind.index()));
            format!("每{}", names.map(|of| of.name.as_str()).collect::<Vec<_>>().join("、"))
        }
    }
}

/// Over which period.
pub fn period(period: CapPeriod) -> Text {
    match period {
        CapPeriod::Year => Text::new("每年", "a year"),
        CapPeriod::Lifetime => Text::new("累计", "in all"),
        CapPeriod::Once => Text::new("一次性", "once"),
        CapPeriod::Each => Text::new("每次", "each time"),
        CapPeriod::Months(months) => Text::new(format!("{months}个月内累计"), format!("within {months} months")),
        CapPeriod::OnceOrYear => Text::new("一次性或期限内每年", "once or a year"),
    }
}

/// The order of settlement.
pub fn steps(steps: &[Step]) -> Text {
    let word = |step: &Step| match step {
        Step::Groups => ("组合", "groups"),
        Step::Caps => ("上限", "caps"),
        Step::JointCaps => ("合计上限", "joint caps"),
        Step::Quotas => ("名额", "quotas"),
        Step::Budgets => ("预算", "budgets"),
    };
    let zh: Vec<&str> = steps.iter().map(|step| word(step).0).collect();
    let en: Vec<&str> = steps.iter().map(|step| word(step).1).collect();
    Text::new(zh.join("、"), en.join(", "))
}

/// Names, one after the other.
pub fn listed(names: &BTreeSet<String>) -> Text {
    if names.is_empty() {
        return Text::new("不限", "any");
    }
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    Text::new(all.join("、"), all.join(", "))
}

/// Texts of the policy.
pub fn joined(texts: &[String]) -> Text {
    if texts.is_empty() { none() } else { Text::new(texts.join("；"), texts.join("; ")) }
}

/// Departments, the lead first.
pub fn departments(all: &BTreeSet<String>, lead: &Option<String>, open: bool) -> Text {
    let rest = all.iter().filter(|name| Some(*name) != lead.as_ref());
    let names: Vec<&str> = lead.iter().chain(rest).map(String::as_str).collect();
    let more = if open { ("、相关部门", ", and others") } else { ("", "") };
    Text::new(format!("{}{}", names.join("、"), more.0), format!("{}{}", names.join(", "), more.1))
}

/// A window of days.
pub fn window(window: Window) -> Text {
    let day = |day: Option<i32>| day.map(|day| calendar::iso(i64::from(day)));
    match (day(window.first), day(window.last)) {
        (None, None) => Text::new("一直有效", "always in force"),
        (Some(first), None) => Text::new(format!("{first} 起"), format!("from {first}")),
        (None, Some(last)) => Text::new(format!("{last} 止"), format!("until {last}")),
        (Some(first), Some(last)) => Text::new(format!("{first} 至 {last}"), format!("{first} to {last}")),
    }
}

/// Who bears how much.
pub fn shares(shares: &[(String, Decimal)]) -> Text {
    if shares.is_empty() {
        return none();
    }
    let all: Vec<String> = shares.iter().map(|(payer, weight)| format!("{payer} {}", weight.normalize())).collect();
    Text::new(all.join("、"), all.join(", "))
}

/// How an award comes about.
pub fn award(kind: &str) -> Text {
    match kind {
        "computed" => Text::new("按标准计算", "computed"),
        "discretion" => Text::new("由部门在限度内核定", "set by a department within bounds"),
        _ => Text::new("一定奖励", "an amount left open"),
    }
}

/// The least.
pub fn least(amount: Decimal) -> Text {
    let amount = amount.normalize();
    Text::new(format!("不低于 {amount}元"), format!("at least {amount}"))
}

/// A lift.
pub fn lift(lift: Option<&(String, Option<Expr>)>) -> Text {
    match lift {
        None => Text::new("不能突破", "no lift"),
        Some((approver, None)) => {
            Text::new(format!("经{approver}批准，没有最高额"), format!("approved by {approver}, without a ceiling"))
        }
        Some((approver, Some(_))) => {
            Text::new(format!("经{approver}批准，有最高额"), format!("approved by {approver}, up to a ceiling"))
        }
    }
}

/// Instalments.
pub fn payment(parts: Option<Vec<(&String, Portion)>>) -> Text {
    let Some(parts) = parts else { return Text::new("一次拨付", "at once") };
    let part = |(label, part): (&String, Portion)| match part {
        Portion::Share(share) => format!("{label} {}%", (share * Decimal::ONE_HUNDRED).normalize()),
        Portion::Amount(amount) => format!("{label} {}元", amount.normalize()),
    };
    let all: Vec<String> = parts.into_iter().map(part).collect();
    Text::new(all.join("、"), all.join(", "))
}

/// When what is paid back.
pub fn clawbacks(all: &[(&String, Option<u32>, &String, Decimal)]) -> Text {
    if all.is_empty() {
        return none();
    }
    let one = |(label, within, what, share): &(&String, Option<u32>, &String, Decimal)| {
        let within = within.map_or(String::new(), |months| format!("{months}个月内"));
        format!("{within}{label}，返还{what}{}%", (share * Decimal::ONE_HUNDRED).normalize())
    };
    let all: Vec<String> = all.iter().map(one).collect();
    Text::new(all.join("；"), all.join("; "))
}

/// Earlier months.
pub fn retroactive(days: Option<(i32, i32)>) -> Text {
    match days {
        None => none(),
        Some((from, until)) => window(Window { first: Some(from), last: Some(until) }),
    }
}

/// Who gives a fact.
pub fn giver(model: &Model, source: FactSource) -> Text {
    let name = |authority: Authority| match authority {
        Authority::Department(id) => model.departments.get(id.index()).map_or(String::new(), |of| of.name.clone()),
        Authority::Responsible => "责任部门".to_owned(),
    };
    match source {
        FactSource::Applicant => Text::new("申请人申报", "given by the applicant"),
        FactSource::Determination(by) => Text::new(format!("{}认定", name(by)), format!("determined by {}", name(by))),
        FactSource::Discretion(by) => {
            Text::new(format!("{}裁量", name(by)), format!("at the discretion of {}", name(by)))
        }
    }
}

/// A fact with who gives it and its range.
pub fn fact(name: &str, giver: &Text, (low, high): (Decimal, Decimal)) -> Text {
    let far = Decimal::from_i128_with_scale(VALUE_MAX, 0);
    let end = |end: Decimal| if end.abs() >= far { "不限".to_owned() } else { end.normalize().to_string() };
    let range = format!("{} 至 {}", end(low), end(high));
    Text::new(format!("{name}：{}，{range}", giver.zh), format!("{name}: {}, {} to {}", giver.en, end(low), end(high)))
}

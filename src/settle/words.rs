//! In: a rule that took something. Out: the words in which a drafter would say so, and the names by which a case may call the rule.

use super::{By, Rule};
use crate::bytecode::program::{PeriodInfo, Tables};
use crate::bytecode::settlement::{GroupInfo, GroupRuleInfo, MemberOf};
use crate::diagnostics::{Lang, Text};

/// The name of a rule, as short as it can be told: `名额`, `预算`, the group's name, the words of a cap.
#[must_use]
pub fn name(tables: &Tables, rule: Rule) -> String {
    let settlement = &tables.settlement;
    match rule {
        Rule::Group(group, _) | Rule::JointCap(group, _) => {
            settlement.groups.get(group as usize).map_or_else(String::new, |group| group.name.clone())
        }
        Rule::Cap(cap) => tables.caps.get(cap as usize).map_or_else(String::new, |cap| cap.text.clone()),
        Rule::Quota(_) => "名额".to_owned(),
        Rule::Budget(_) => "预算".to_owned(),
    }
}

/// Every name by which a case may call a rule.
#[must_use]
pub fn names(tables: &Tables, rule: Rule) -> Vec<String> {
    let settlement = &tables.settlement;
    let mut names = vec![name(tables, rule)];
    match rule {
        Rule::Group(group, _) | Rule::JointCap(group, _) => {
            names.push("组合".to_owned());
            let info = settlement.groups.get(group as usize);
            names.extend(info.map(|info| info.alias.clone()));
            if let (Rule::JointCap(_, cap), Some(info)) = (rule, info) {
                names.push("合计上限".to_owned());
                names.extend(info.caps.get(cap as usize).map(|cap| cap.text.clone()));
            }
        }
        Rule::Cap(cap) => names.extend(tables.caps.get(cap as usize).map(|cap| of_cap(cap.period)).unwrap_or_default()),
        Rule::Quota(quota) => names.extend(settlement.quotas.get(quota as usize).map(|quota| quota.text.clone())),
        Rule::Budget(budget) => names.extend(settlement.budgets.get(budget as usize).map(|budget| budget.text.clone())),
    }
    names.retain(|name| !name.is_empty());
    names
}

/// What a cap is called by its period.
#[must_use]
pub fn of_cap(period: PeriodInfo) -> Vec<String> {
    let by_period: &[&str] = match period {
        PeriodInfo::Year => &["年度上限", "每年上限"],
        PeriodInfo::Lifetime => &["累计上限"],
        PeriodInfo::Once => &["一次性上限", "一次性"],
        PeriodInfo::Each => &["每次上限"],
        PeriodInfo::Months(_) => &["期限内上限"],
        PeriodInfo::OnceOrYear => &["年度上限", "一次性"],
    };
    by_period.iter().chain(&["上限"]).map(|name| (*name).to_owned()).collect()
}

/// Why something was taken: `受组合「同一项目不重复」限制：已按「其他政策」取高`.
#[must_use]
pub fn why(tables: &Tables, rule: Rule) -> Text {
    let settlement = &tables.settlement;
    match rule {
        Rule::Group(group, by) => match settlement.groups.get(group as usize) {
            Some(info) => of_group(tables, info, by),
            None => Text::new("受组合限制", "limited by a group"),
        },
        Rule::Cap(cap) => {
            let text = tables.caps.get(cap as usize).map_or("", |cap| &cap.text);
            Text::new(format!("受上限「{text}」限制：余额不足"), format!("limited by the cap `{text}`"))
        }
        Rule::JointCap(group, cap) => {
            let info = settlement.groups.get(group as usize);
            let name = info.map_or("", |info| &info.name);
            let text = info.and_then(|info| info.caps.get(cap as usize)).map_or("", |cap| &cap.text);
            Text::new(
                format!("受组合「{name}」的合计上限「{text}」限制：余额不足"),
                format!("limited by the joint cap `{text}` of `{name}`"),
            )
        }
        Rule::Quota(quota) => {
            let text = settlement.quotas.get(quota as usize).map_or("", |quota| &quota.text);
            Text::new(format!("受名额「{text}」限制：名额已满"), format!("no place is left in the quota `{text}`"))
        }
        Rule::Budget(budget) => {
            let text = settlement.budgets.get(budget as usize).map_or("", |budget| &budget.text);
            Text::new(format!("受预算「{text}」限制：预算不足"), format!("limited by the budget `{text}`"))
        }
    }
}

fn of_group(tables: &Tables, group: &GroupInfo, by: By) -> Text {
    let member = |at: u32| group.members.get(at as usize).map_or_else(String::new, |of| member(tables, *of));
    let (zh, en) = match by {
        By::Member(at) => {
            let (how, how_en) = match group.rule {
                GroupRuleInfo::Highest => ("取高", "it is the highest"),
                GroupRuleInfo::Priority => ("优先", "it comes first"),
                GroupRuleInfo::ChooseOne(_) => ("择一", "it was taken"),
                GroupRuleInfo::Stack => ("叠加", "it counts too"),
            };
            (format!("已按「{}」{how}", member(at)), format!("`{}` stands instead, for {how_en}", member(at)))
        }
        By::Ledger(at) => (
            format!("此前已享受「{}」，相应扣减", member(at)),
            format!("what was given before under `{}` is taken off", member(at)),
        ),
        By::Choice(at) => (format!("申请人选择了「{}」", member(at)), format!("the applicant chose `{}`", member(at))),
        By::Conflict => ("同时申请了几项，没有选择".to_owned(), "several were claimed and none was chosen".to_owned()),
    };
    Text::new(format!("受组合「{}」限制：{zh}", group.name), format!("limited by the group `{}`: {en}", group.name))
}

/// A member of a group: the title of a clause, or the name of an external amount.
#[must_use]
pub fn member(tables: &Tables, member: MemberOf) -> String {
    match member {
        MemberOf::Clause(clause) => tables
            .clauses
            .get(clause as usize)
            .map_or_else(String::new, |info| if info.title.is_empty() { info.id.clone() } else { info.title.clone() }),
        MemberOf::External(slot) => tables.slots.get(slot as usize).map_or_else(String::new, |slot| slot.name.clone()),
    }
}

/// What an application must choose between: group and members.
#[must_use]
pub fn conflict(tables: &Tables, group: u32, members: &[u32]) -> Text {
    let Some(info) = tables.settlement.groups.get(group as usize) else { return Text::new("", "") };
    let named: Vec<String> = (members.iter())
        .filter_map(|at| info.members.get(*at as usize))
        .map(|of| match of {
            MemberOf::Clause(clause) => {
                let id = tables.clauses.get(*clause as usize).map_or("", |info| &info.id);
                format!("{}（{id}）", member(tables, *of))
            }
            MemberOf::External(_) => member(tables, *of),
        })
        .collect();
    Text::new(
        format!("组合「{}」只能择一，申请同时符合 {}，没有写选哪一项", info.name, named.join("、")),
        format!(
            "only one of the group `{}` can be had, but {} are claimed and none is chosen",
            info.name,
            named.join(", ")
        ),
    )
}

/// A reduction in one sentence: `受组合「…」限制：…，少得 80万元`.
#[must_use]
pub fn sentence(tables: &Tables, rule: Rule, amount: &str, lang: Lang) -> String {
    let why = why(tables, rule);
    match lang {
        Lang::Zh => format!("{}，少得 {amount}", why.zh),
        Lang::En => format!("{}: {amount} less", why.en),
    }
}

//! In: changed items that are no clauses. Out: whether they mean something else ([`judge`]): a declaration by the clauses that rest on it,
//! the policy and its groups by what they say about settlement and days.
//! Invariant: names are compared, not places in tables; what does not compile is never called the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::bytecode::program::{Days, KeyInfo, Tables};
use crate::bytecode::settlement::QuotaInfo;
use crate::bytecode::settlement::{
    AllocationInfo, BudgetInfo, GroupInfo, GroupRuleInfo, MemberOf, OrderByInfo, OrderInfo,
};
use crate::model::Window;
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

use super::meaning::{Aspect, Between, days};
use super::side::Side;
use super::structure::LineChange;
use super::summary::{Direction, leaning, together};
use super::{Item, Shown};

/// Sets the direction of every item that is no clause.
pub fn judge(old: &Side, new: &Side, items: &mut [Item], between: &[Between]) {
    let ids = items.iter().filter(|item| item.kind == ItemKeyword::Clause).filter_map(|item| {
        let (old, new) = (item.old.as_ref()?, item.new.as_ref()?);
        (old.id != new.id).then(|| (old.id.clone(), new.id.clone()))
    });
    let renamed: BTreeMap<String, String> = ids.collect();
    let before = old.verified.as_ref().map(|it| Said { tables: &it.program().tables, renamed: renamed.clone() });
    let after = new.verified.as_ref().map(|it| Said { tables: &it.program().tables, renamed: BTreeMap::new() });
    let clauses = || items.iter().filter(|item| item.kind == ItemKeyword::Clause);
    let all = clauses().map(|item| item.direction).fold(Direction::Same, together);
    // What no line of a clause, and no declaration that it rests on, accounts for.
    let plain = clauses().filter(|item| item.lines.is_empty() && item.because.is_empty());
    let plain = plain.map(|item| item.direction).fold(Direction::Same, together);
    let whole = old.is_whole() && new.is_whole();
    for item in items.iter_mut().filter(|item| item.kind != ItemKeyword::Clause) {
        let (Some(before), Some(after)) = (&before, &after) else {
            item.direction = Direction::Open;
            continue;
        };
        let direction = match item.kind {
            ItemKeyword::Policy => {
                let says = before.policy() != after.policy();
                let days = [before, after].map(|said| said.tables.policy.in_force);
                let found = together(between_of(item, between), of_days(days));
                if !says {
                    item.touches_direction = or_unclear(plain);
                }
                if says { or_otherwise(found) } else { item.touches_direction }
            }
            ItemKeyword::Group => {
                let said = |said: &Said<'_>, shown: &Option<Shown>| shown.as_ref().and_then(|it| said.group_of(it));
                let says = said(before, &item.old) != said(after, &item.new)
                    || (before.policy() != after.policy() && item.lines.iter().any(is_limit));
                if says { or_otherwise(between_of(item, between)) } else { Direction::Same }
            }
            ItemKeyword::Scope if plain != Direction::Same => or_unclear(plain),
            ItemKeyword::Scope => or_unclear(all),
            _ => item.touches_direction,
        };
        item.direction = match direction {
            Direction::Same if !whole => Direction::Open,
            direction => direction,
        };
    }
}

/// Whether a line is a quota or a budget.
#[must_use]
pub fn is_limit(line: &LineChange) -> bool {
    matches!(line.field, Some(FieldKeyword::Quota | FieldKeyword::Budget))
}

/// What changes between clauses come to of which the lines of a group or the policy speak.
fn between_of(item: &Item, between: &[Between]) -> Direction {
    let is_named = |name: &str| {
        let shown = [&item.old, &item.new].into_iter().flatten();
        !name.is_empty() && shown.into_iter().any(|it| it.address == name || it.title == name)
    };
    let limits = item.lines.iter().any(is_limit);
    let rest = item.kind == ItemKeyword::Policy;
    let about = between.iter().filter(|found| match found.change.what {
        Aspect::Quota | Aspect::Budget => limits,
        Aspect::Settlement => rest,
        _ => is_named(&found.name),
    });
    about.map(|found| leaning(found.change.leaning)).fold(Direction::Same, together)
}

fn of_days([old, new]: [Days; 2]) -> Direction {
    let window = |days: Days| Window { first: days.0, last: days.1 };
    match old == new {
        true => Direction::Same,
        false => leaning(days(window(old), window(new))),
    }
}

fn or_otherwise(direction: Direction) -> Direction {
    if direction == Direction::Same { Direction::Otherwise } else { direction }
}

fn or_unclear(direction: Direction) -> Direction {
    if direction == Direction::Open { Direction::Unclear } else { direction }
}

/// What a program says beside its clauses, by names.
struct Said<'t> {
    tables: &'t Tables,
    /// New ids of clauses by old ones.
    renamed: BTreeMap<String, String>,
}

impl Said<'_> {
    /// The days of the policy, its order of settlement, what happens after expiry, quotas and budgets of clauses, groups and the policy.
    fn policy(&self) -> String {
        let settlement = &self.tables.settlement;
        let mut quotas: Vec<String> = settlement.quotas.iter().map(|quota| self.quota(quota)).collect();
        let mut budgets: Vec<String> = settlement.budgets.iter().map(|budget| self.budget(budget)).collect();
        quotas.sort();
        budgets.sort();
        format!(
            "{:?} {:?} {:?}\n{}\n{}",
            self.tables.policy.in_force,
            settlement.steps,
            settlement.tail,
            quotas.join("\n"),
            budgets.join("\n"),
        )
    }

    fn group_of(&self, shown: &Shown) -> Option<String> {
        let groups = &self.tables.settlement.groups;
        let named = |group: &&GroupInfo| match shown.id.is_empty() {
            false => group.alias == shown.id,
            true => group.name == shown.address || group.name == shown.title,
        };
        groups.iter().find(named).map(|group| self.group(group))
    }

    fn group(&self, group: &GroupInfo) -> String {
        let mut text = match group.rule {
            GroupRuleInfo::Highest => "highest".to_owned(),
            GroupRuleInfo::ChooseOne(slot) => format!("one {}", slot.map(|slot| self.slot(slot)).unwrap_or_default()),
            GroupRuleInfo::Priority => "priority".to_owned(),
            GroupRuleInfo::Stack => "stack".to_owned(),
        };
        let mut members: Vec<String> = group
            .members
            .iter()
            .map(|member| match member {
                MemberOf::Clause(clause) => self.clause(*clause),
                MemberOf::External(slot) => self.slot(*slot),
            })
            .collect();
        if group.rule == GroupRuleInfo::Stack {
            members.sort();
        }
        let _ = write!(text, " {} {} {:?}", members.join(","), self.key(&group.key), group.period);
        let mut caps: Vec<String> =
            group.caps.iter().map(|cap| format!("{} {} {:?}", cap.amount, self.key(&cap.key), cap.period)).collect();
        caps.sort();
        text + &caps.join(";")
    }

    fn quota(&self, quota: &QuotaInfo) -> String {
        let kind = self.tables.subjects.get(quota.per as usize).map(|kind| kind.name.as_str()).unwrap_or_default();
        let order: Vec<String> = quota.order.iter().map(|key| self.order(*key)).collect();
        let scope = self.scope(&quota.scope);
        format!("{scope} {} {kind} {:?} {} {:?}", quota.count, quota.period, order.join(","), quota.ties)
    }

    fn budget(&self, budget: &BudgetInfo) -> String {
        let strategy = match &budget.strategy {
            AllocationInfo::FirstCome => "first".to_owned(),
            AllocationInfo::ProRata => "alike".to_owned(),
            AllocationInfo::Ranked(keys) => keys.iter().map(|key| self.order(*key)).collect::<Vec<_>>().join(","),
        };
        let scope = self.scope(&budget.scope);
        let BudgetInfo { amount, period, partial, scale, remainder, .. } = budget;
        format!("{scope} {amount} {period:?} {strategy} {partial} {scale} {remainder:?}")
    }

    fn order(&self, key: OrderInfo) -> String {
        let by = match key.by {
            OrderByInfo::Date => "date".to_owned(),
            OrderByInfo::Amount => "amount".to_owned(),
            OrderByInfo::Slot(slot) => self.slot(slot),
        };
        format!("{by} {}", key.descending)
    }

    fn scope(&self, scope: &[u32]) -> String {
        let mut ids: Vec<String> = scope.iter().map(|id| self.clause(*id)).collect();
        ids.sort();
        ids.join(",")
    }

    fn key(&self, key: &KeyInfo) -> String {
        let name = |id: &u32| self.tables.subjects.get(*id as usize).map(|kind| kind.name.clone()).unwrap_or_default();
        match key {
            KeyInfo::Everyone => "all".to_owned(),
            KeyInfo::Subjects(kinds) => kinds.iter().map(name).collect::<Vec<_>>().join("|"),
        }
    }

    fn clause(&self, id: u32) -> String {
        let id = self.tables.clauses.get(id as usize).map(|clause| clause.id.clone()).unwrap_or_default();
        self.renamed.get(&id).cloned().unwrap_or(id)
    }

    fn slot(&self, slot: u32) -> String {
        let Some(slot) = self.tables.slots.get(slot as usize) else { return String::new() };
        let kind = self.tables.subjects.get(slot.subject as usize).map(|kind| kind.name.as_str()).unwrap_or_default();
        format!("{kind}.{}", slot.name)
    }
}

//! In: 组合 items. Out: groups of clauses that must not, or only together up to a limit, be enjoyed at once.

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::limits::GROUP_MEMBERS_MAX;
use crate::source::Span;
use crate::syntax::ast::{Field, Item};
use crate::syntax::keywords::{FieldKeyword, Word};

use super::super::clause::{Cap, CapKey, CapPeriod, CapScope};
use super::super::clauses::ClauseIndex;
use super::super::context::Context;
use super::super::expression::ExprKind;
use super::super::fields::{field, fields, names, note, plain};
use super::super::settlement::{Group, GroupMember, GroupRule};
use super::super::types::Type;
use super::super::typing::Typing;
use super::super::vocabulary::Entry;
use super::super::{ClauseId, FactId};
use super::text::{finding, spellings};

impl Context<'_> {
    /// One 组合 item; its quotas and budgets come with those of clauses.
    pub(super) fn group(&mut self, item: &Item, clauses: &ClauseIndex) -> Option<Group> {
        let (name, span) = self.item_name(item, ("组合", "group"))?;
        let alias = item.header.alias.as_ref().map_or(String::new(), |alias| alias.text.clone());
        let members = self.group_members(item, clauses);
        let rule = self.group_rule(item);
        let (key, period) = self.group_key(item, clauses);
        let caps = self.joint_caps(item, clauses);
        let quotes = self.quotes(item);
        let note = note(self, item);
        let (members, rule) = (members?, rule?);
        Some(Group { name, alias, rule, members, key, period, caps, quotes, note, span })
    }

    fn group_members(&mut self, item: &Item, clauses: &ClauseIndex) -> Option<Vec<GroupMember>> {
        let span = item.keyword_span.to(item.header.span);
        let Some(list) = field(item, FieldKeyword::Members) else {
            self.report(finding(
                Code::GroupInvalid,
                span,
                ("组合没有写哪些条款", "this group names no clauses"),
                ("加一行“条款：a、b”，写条款的标识", "add `clauses: a、b` with their ids"),
            ));
            return None;
        };
        let mut members: Vec<(GroupMember, Span)> = Vec::new();
        let mut sound = true;
        let phrases: Vec<_> = super::super::fields::phrases(list).cloned().collect();
        for (name, at) in phrases.iter().flat_map(names) {
            let short = spellings(Word::Clause).find_map(|word| name.strip_prefix(word)).unwrap_or(&name);
            let short = short.trim();
            if short.is_empty() {
                continue;
            }
            let Some(member) = self.group_member(short, at, clauses) else {
                sound = false;
                continue;
            };
            if let Some((_, first)) = members.iter().find(|(other, _)| *other == member) {
                let report = Diagnostic::new(
                    Code::GroupInvalid,
                    at,
                    format!("“{short}”写了两遍"),
                    format!("`{short}` stands twice"),
                )
                .also(*first, "第一次写在这里", "first written here")
                .help("删去一处", "drop one");
                self.report(report);
                sound = false;
                continue;
            }
            members.push((member, at));
        }
        if members.len() > GROUP_MEMBERS_MAX {
            self.report(Diagnostic::new(Code::LimitReached, list.span, "组合的成员太多", "too many members"));
            return None;
        }
        let clauses = members.iter().filter(|(member, _)| matches!(member, GroupMember::Clause(_))).count();
        if sound && !list.value.is_empty() && (members.len() < 2 || clauses == 0) {
            let said = match clauses {
                0 => ("组合里没有本政策的条款", "this group names no clause of this policy"),
                _ => ("组合只有一个成员", "this group has one member"),
            };
            self.report(finding(
                Code::GroupInvalid,
                list.value.span,
                said,
                (
                    "至少写两个：条款的标识，或者其他政策给的金额事实",
                    "name two at least: clauses, or a fact with what another policy gives",
                ),
            ));
            return None;
        }
        (sound && members.len() > 1).then(|| members.into_iter().map(|(member, _)| member).collect())
    }

    fn group_member(&mut self, name: &str, span: Span, clauses: &ClauseIndex) -> Option<GroupMember> {
        if let Some(id) = clauses.find(name) {
            return Some(GroupMember::Clause(id));
        }
        let fact = self.vocabulary.get(name).into_iter().find_map(|entry| match entry {
            Entry::Fact(id) => Some(id),
            _ => None,
        });
        let Some(fact) = fact else {
            let near = nearest(name, clauses.names()).map(str::to_owned);
            let span = self.locate(span, name);
            self.unknown_clause(name, span, near);
            return None;
        };
        if self.model.facts.get(fact.index()).is_some_and(|fact| Typing::is_money_type(&fact.ty)) {
            return Some(GroupMember::External(fact));
        }
        self.report(
            Diagnostic::new(
                Code::GroupInvalid,
                span,
                format!("“{name}”不是条款，也不是金额"),
                format!("`{name}` is neither a clause nor an amount"),
            )
            .help(
                "写条款的标识；别的政策给的，写装它的金额事实",
                "name clauses by their ids, and a fact of type money for what another policy gives",
            ),
        );
        None
    }

    fn group_rule(&mut self, item: &Item) -> Option<GroupRule> {
        let choice = field(item, FieldKeyword::Choice);
        let Some(said) = field(item, FieldKeyword::Rule) else {
            let span = item.keyword_span.to(item.header.span);
            let place = item.header.span.after();
            let mut report = finding(
                Code::GroupInvalid,
                span,
                ("组合没有写方式", "this group does not say how its clauses go together"),
                (
                    "加一行“方式：…”：就高不重复、择一、优先，或者可叠加",
                    "add `rule: …`: highest-only, choose-one, priority or stackable",
                ),
            );
            for word in [Word::HighestOnly, Word::ChooseOne, Word::PriorityOrder, Word::Stackable] {
                let (zh, en) = (word.zh(), word.en());
                report = report.fix(place, format!("\n  方式：{}", word.zh()), zh, en);
            }
            self.report(report);
            return None;
        };
        let text = plain(&said.value);
        let rule = match (Word::find(&text), text.as_str()) {
            (Some(Word::HighestOnly | Word::TakeHighest), _) | (_, "就高" | "不重复享受" | "highest") => {
                GroupRule::Highest
            }
            (Some(Word::ChooseOne), _) => {
                let choice = match choice {
                    Some(field) => Some(self.choice(field)?),
                    None => None,
                };
                GroupRule::ChooseOne { choice }
            }
            (Some(Word::PriorityOrder), _) => GroupRule::Priority,
            (Some(Word::Stackable | Word::Stacked), _) | (_, "叠加" | "sum" | "stack") => GroupRule::Stack,
            _ if said.value.is_empty() => return None,
            _ => {
                let words = [Word::HighestOnly, Word::ChooseOne, Word::PriorityOrder, Word::Stackable];
                let near = nearest(&text, words.iter().map(|word| word.zh())).map(str::to_owned);
                let mut report = finding(
                    Code::GroupInvalid,
                    said.value.span,
                    (&format!("没有“{text}”这种方式"), &format!("there is no rule `{text}`")),
                    ("方式有：就高不重复、择一、优先、可叠加", "rules: highest-only, choose-one, priority, stackable"),
                );
                if let Some(near) = near {
                    let (zh, en) = (format!("改为“{near}”"), format!("change to `{near}`"));
                    report = report.fix(said.value.span, near, zh, en);
                }
                self.report(report);
                return None;
            }
        };
        if let (Some(choice), false) = (choice, matches!(rule, GroupRule::ChooseOne { .. })) {
            self.report(finding(
                Code::GroupInvalid,
                choice.span,
                ("“选择”只用于“方式：择一”", "`choice` goes with `rule: choose-one`"),
                ("删去“选择”，或者把方式改为择一", "drop it, or change the rule"),
            ));
        }
        Some(rule)
    }

    /// The fact that holds what the applicant chose.
    fn choice(&mut self, field: &Field) -> Option<FactId> {
        let (name, span) = (plain(&field.value), field.value.span);
        let fact = self.vocabulary.get(&name).into_iter().find_map(|entry| match entry {
            Entry::Fact(id) => Some(id),
            _ => None,
        });
        let Some(id) = fact else {
            let near = nearest(&name, self.vocabulary.all()).map(str::to_owned);
            Typing { context: self, subjects: Vec::new() }.unknown_fact(&name, span, near);
            return None;
        };
        if self.model.facts.get(id.index()).is_some_and(|fact| matches!(fact.ty, Type::Text | Type::Member(_))) {
            return Some(id);
        }
        self.report(
            Diagnostic::new(
                Code::GroupInvalid,
                span,
                format!("“{name}”装不下选了哪个条款"),
                format!("`{name}` cannot hold which clause was chosen"),
            )
            .help(
                "用文本事实（值是条款的标识），或者值的标识就是条款标识的枚举",
                "use a text fact with the clause's id, or an enumeration whose values have the clauses' ids",
            ),
        );
        None
    }

    /// 归户: per whom and over which period; within one application where it is not said.
    fn group_key(&mut self, item: &Item, clauses: &ClauseIndex) -> (CapKey, CapPeriod) {
        let root = self.default_subject().map(|subject| self.with_owners(subject).last().copied().unwrap_or(subject));
        let otherwise = (CapKey::Subjects(root.into_iter().collect()), CapPeriod::Each);
        let Some(field) = field(item, FieldKeyword::Key).filter(|field| !field.value.is_empty()) else {
            return otherwise;
        };
        let before = self.out.len();
        let (key, period) = Typing { context: self, subjects: Vec::new() }.key_and_period(&field.value, clauses);
        if key.is_none() && period.is_none() && self.out.len() == before {
            self.unreadable(field, "写成“每项目”“每市场主体，每年”", "write `per project`, `per entity, yearly`");
        }
        (key.unwrap_or(otherwise.0), period.unwrap_or(otherwise.1))
    }

    /// Joint caps, whose amounts are fixed.
    fn joint_caps(&mut self, item: &Item, clauses: &ClauseIndex) -> Vec<Cap> {
        let mut caps = Vec::new();
        for field in fields(item, FieldKeyword::Cap) {
            let mut typing = Typing { context: self, subjects: Vec::new() };
            let Some(cap) = typing.cap(field, &[], clauses, ClauseId(u32::MAX)) else { continue };
            let fixed = matches!(cap.amount.kind, ExprKind::Constant(_));
            if !fixed {
                self.report(finding(
                    Code::GroupInvalid,
                    cap.amount.span,
                    ("组合的上限要是固定金额", "a joint cap is a fixed amount"),
                    ("随事实变的上限写在条款里", "write caps that depend on facts in their clauses"),
                ));
            } else if cap.counts != CapScope::Clause {
                self.report(finding(
                    Code::GroupInvalid,
                    field.value.span,
                    ("组合的上限就是成员合计，不再写哪些条款合计", "a joint cap counts the group's members"),
                    ("删去“本政策合计”“条款 … 合计”", "drop the clauses that it counts"),
                ));
            } else {
                caps.push(cap);
            }
        }
        caps
    }
}

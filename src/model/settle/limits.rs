//! In: 组合 items, and 名额 and 预算 of clauses, groups and the policy. Out: the policy's rules of settlement.

use crate::diagnostics::Code;
use crate::syntax::ast::Item;
use crate::syntax::keywords::FieldKeyword;

use super::super::clauses::ClauseIndex;
use super::super::context::Context;
use super::super::fields::{field, fields};
use super::super::settlement::{Group, GroupMember, Scope};
use super::super::typing::Typing;
use super::super::{ClauseId, SubjectId};
use super::text::finding;

impl Context<'_> {
    /// 名额 and 预算 of an item, for the clauses in `scope`.
    pub fn item_limits(&mut self, item: &Item, scope: &Scope, subjects: &[SubjectId]) {
        let own = subjects.first().copied().or_else(|| self.default_subject());
        for field in fields(item, FieldKeyword::Quota).filter(|field| !field.value.is_empty()) {
            let mut typing = Typing { context: self, subjects: subjects.to_vec() };
            if let Some(quota) = typing.quota(field, scope.clone(), own) {
                self.model.settlement.quotas.push(quota);
            }
        }
        for field in fields(item, FieldKeyword::Budget).filter(|field| !field.value.is_empty()) {
            let mut typing = Typing { context: self, subjects: subjects.to_vec() };
            if let Some(budget) = typing.budget(field, scope.clone()) {
                self.model.settlement.budgets.push(budget);
            }
        }
    }

    /// Groups, and what the policy says about settlement; clauses are built and their own limits read.
    pub fn settlement(&mut self, policy: &Item, groups: &[&Item], clauses: &ClauseIndex) {
        for item in groups {
            let Some(group) = self.group(item, clauses) else { continue };
            let first = self.model.settlement.groups.iter().find(|other| other.name == group.name);
            if let Some(first) = first.map(|first| first.span) {
                self.duplicate(&group.name, group.span, first);
                continue;
            }
            let scope = members(&group);
            let subjects = scope.first().and_then(|id| self.model.clauses.get(id.index()));
            let subjects = subjects.map_or(Vec::new(), |clause| clause.subjects.clone());
            self.item_limits(item, &scope, &subjects);
            self.model.settlement.groups.push(group);
        }
        self.item_limits(policy, &Vec::new(), &[]);
        if let Some(field) = field(policy, FieldKeyword::Steps).filter(|field| !field.value.is_empty()) {
            self.model.settlement.steps = self.steps(field);
        }
        if let Some(field) = field(policy, FieldKeyword::Tail).filter(|field| !field.value.is_empty()) {
            self.model.settlement.tail = self.tail(field);
        }
        self.order_cycles();
        self.payments_after_expiry(policy);
        self.soft_caps();
        self.fair_competition();
    }

    /// Soft caps that nobody may lift.
    fn soft_caps(&mut self) {
        let mut reports = Vec::new();
        for clause in self.model.clauses.iter().filter(|clause| clause.lift.is_none() && clause.refers_to.is_none()) {
            for cap in clause.caps.iter().filter(|cap| cap.soft) {
                reports.push(finding(
                    Code::SoftCapWithoutException,
                    cap.span,
                    ("原则上的上限，没有写谁能批准突破", "a cap in principle, and nobody is said to lift it"),
                    (
                        "加一行“突破：由 部门 批准，最高 …”；没有例外的，删去“原则上”“一般”",
                        "add `lift: by department approval, at-highest …`, or drop `in-principle`",
                    ),
                ));
            }
        }
        reports.into_iter().for_each(|report| self.report(report));
    }
}

/// The clauses of a group, in order of id.
fn members(group: &Group) -> Scope {
    let clauses = group.members.iter().filter_map(|member| match member {
        GroupMember::Clause(id) => Some(*id),
        GroupMember::External(_) => None,
    });
    let mut scope: Vec<ClauseId> = clauses.collect();
    scope.sort_unstable();
    scope
}

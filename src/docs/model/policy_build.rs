//! In: the policy item, classifications, subjects, definitions, the scope. Out: their documentation.

use std::collections::BTreeMap;

use super::build::Making;
use super::clause_build::{days, expressions};
use super::figures::Figures;
use super::words::{both, day, rounding};
use super::{ClassDoc, DefinitionDoc, LineDoc, PassageDoc, PolicyDoc, ScopeDoc, SubjectDoc, ValueDoc, Words};
use crate::model::{
    Arm, ClassId, Definition, DefinitionId, Expr, ExprKind, FactId, Form, MemberId, SubjectId, TierLine,
};

impl Making<'_> {
    /// The policy item.
    pub(super) fn policy(&self) -> PolicyDoc {
        let policy = &self.model.policy;
        PolicyDoc {
            number: policy.number.clone(),
            title: policy.title.clone(),
            id: policy.alias.clone(),
            issuers: policy.issuers.iter().map(|id| self.names.department_id(*id)).collect(),
            published: policy.published.map(day),
            in_force: days(policy.in_force),
            rounding: policy.rounding.map(rounding),
            note: policy.note.clone(),
            quotes: self.original.quotes(&policy.quotes),
        }
    }

    /// The scope.
    pub(super) fn scope(&self) -> ScopeDoc {
        let quotes = self.original.quotes(&self.model.scope_quotes);
        let mut figures = Figures::new(self, &quotes);
        for condition in self.model.scope.iter().chain(&self.model.scope_exclusions) {
            figures.expr(&condition.expr);
        }
        ScopeDoc {
            conditions: self.names.trees(&self.model.scope),
            exclusions: self.names.trees(&self.model.scope_exclusions),
            figures: figures.found,
            quotes,
        }
    }

    /// Classifications with their values.
    pub(super) fn classes(&self) -> Vec<ClassDoc> {
        let uses = self.values_used();
        let all = self.model.classes.iter().zip(0u32..);
        all.map(|(class, at)| ClassDoc {
            id: self.names.class_id(ClassId(at)),
            name: self.names.class(ClassId(at)),
            ordered: class.ordered,
            values: class.members.clone().filter_map(|id| self.class_value(MemberId(id), &uses)).collect(),
        })
        .collect()
    }

    fn class_value(&self, id: MemberId, uses: &[Use]) -> Option<ValueDoc> {
        let member = self.model.members.get(id.0 as usize)?;
        let mut depth = 0;
        let mut above = member.parent;
        while let Some(parent) = above.and_then(|id| self.model.members.get(id.0 as usize)) {
            depth += 1;
            above = parent.parent;
        }
        let of = |industry: bool| {
            let mut ids: Vec<String> = Vec::new();
            for used in uses
                .iter()
                .filter(|used| used.industry == industry && used.members.iter().any(|it| self.touches(*it, id)))
            {
                if !ids.contains(&used.clause) {
                    ids.push(used.clause.clone());
                }
            }
            ids
        };
        Some(ValueDoc {
            id: self.names.member_id(id),
            name: self.names.member(id),
            parent: member.parent.map(|id| self.names.member_id(id)),
            depth,
            quotes: self.original.quotes(&member.quotes),
            clauses: of(true),
            asked_by: of(false),
        })
    }

    /// Whether one value covers the other.
    fn touches(&self, one: MemberId, other: MemberId) -> bool {
        let end = |id: MemberId| self.model.members.get(id.0 as usize).map_or(id, |it| it.end);
        one <= other && other < end(one)
    }

    fn values_used(&self) -> Vec<Use> {
        let mut uses = Vec::new();
        for clause in &self.model.clauses {
            let mut add = |members: &[MemberId], industry: bool| {
                let members = self.names.tops(members);
                uses.push(Use { clause: clause.id.clone(), members, industry });
            };
            clause.industry.iter().for_each(|gate| add(&gate.members, true));
            for expr in expressions(clause) {
                self.names.walk(expr, &mut Vec::new(), &mut |part| match &part.kind {
                    ExprKind::Within { members, .. } => add(members, false),
                    ExprKind::Constant(crate::model::Value::Member(id)) => add(&[*id], false),
                    _ => {}
                });
            }
        }
        uses
    }

    /// Kinds of subjects.
    pub(super) fn subjects(&self) -> Vec<SubjectDoc> {
        let all = self.model.subjects.iter().zip(0u32..);
        all.map(|(subject, at)| SubjectDoc {
            id: self.names.subject_id(SubjectId(at)),
            name: self.names.subject(SubjectId(at)),
            owner: subject.owner.map(|id| self.names.subject_id(id)),
            identifier: self.names.fact_id(subject.identifier),
        })
        .collect()
    }

    /// For each fact the ids of the clauses that need it.
    pub(super) fn used(&self) -> Vec<Vec<String>> {
        let mut used: BTreeMap<FactId, Vec<String>> = BTreeMap::new();
        for clause in &self.model.clauses {
            for id in self.needed(clause) {
                used.entry(id).or_default().push(clause.id.clone());
            }
        }
        let ids = (0u32..).take(self.model.facts.len()).map(FactId);
        ids.map(|id| used.remove(&id).unwrap_or_default()).collect()
    }

    /// Derived facts and tables.
    pub(super) fn definitions(&self, used: &BTreeMap<String, Vec<String>>) -> Vec<DefinitionDoc> {
        let all = self.model.definitions.iter().zip(0u32..);
        all.map(|(definition, at)| {
            let id = self.names.definition_id(DefinitionId(at));
            let quotes = self.original.quotes(&definition.quotes);
            let mut figures = Figures::new(self, &quotes);
            figures.expr(&definition.value);
            let (form, words, lines) = self.form(definition);
            DefinitionDoc {
                name: self.names.definition(DefinitionId(at)),
                form: form.to_owned(),
                words,
                lines,
                figures: figures.found,
                quotes,
                note: definition.note.clone(),
                used_by: used.get(&id).cloned().unwrap_or_default(),
                id,
            }
        })
        .collect()
    }

    fn form(&self, definition: &Definition) -> (&'static str, Words, Vec<LineDoc>) {
        let tiers = |lines: &[TierLine]| -> Vec<LineDoc> {
            lines
                .iter()
                .map(|line| LineDoc { when: Words::same(&line.label), then: self.names.expr(&line.value) })
                .collect()
        };
        let arms = |arms: &[Arm]| -> Vec<LineDoc> {
            let one = |arm: &Arm| LineDoc { when: self.names.expr(&arm.when.expr), then: self.names.expr(&arm.value) };
            arms.iter().map(one).collect()
        };
        let rest = |otherwise: &Option<Expr>, lines: &mut Vec<LineDoc>| {
            lines.extend(otherwise.as_ref().map(|expr| {
                let then = self.names.expr(expr);
                let none = then.zh.is_empty() || matches!(expr.kind, ExprKind::Choose { .. });
                let then = if none { Words::new("不予支持", "no support") } else { then };
                LineDoc { when: Words::new("其余", "otherwise"), then }
            }));
        };
        match &definition.form {
            Form::Expression => ("expression", self.names.expr(&definition.value), Vec::new()),
            Form::Tiers { base, lines, otherwise } => {
                let base = self.names.expr(base);
                let mut lines = tiers(lines);
                rest(otherwise, &mut lines);
                ("tiers", both!("按{}分档，取所在的一档", "by the tier in which {} lies", base), lines)
            }
            Form::Progressive { base, lines } => {
                let base = self.names.expr(base);
                (
                    "progressive",
                    both!("按{}累进，每一段按自己的比例", "each part of {} at its own rate", base),
                    tiers(lines),
                )
            }
            Form::Lookup { base, lines, otherwise } => {
                let base = self.names.expr(base);
                let one = |(values, expr): &(Vec<MemberId>, Expr)| LineDoc {
                    when: self.names.members(values),
                    then: self.names.expr(expr),
                };
                let mut lines: Vec<LineDoc> = lines.iter().map(one).collect();
                rest(otherwise, &mut lines);
                ("lookup", both!("按{}对照", "looked up by {}", base), lines)
            }
            Form::Sum(lines) => ("sum", Words::new("符合的各项相加", "the sum of all lines that hold"), arms(lines)),
            Form::Highest(lines) => {
                ("highest", Words::new("符合的各项里取最高", "the greatest of all lines that hold"), arms(lines))
            }
        }
    }

    /// Passages that bind nobody.
    pub(super) fn passages(&self) -> Vec<PassageDoc> {
        let all = self.model.non_normative.iter();
        all.map(|passage| PassageDoc {
            title: passage.title.clone(),
            quotes: self.original.quotes(&passage.quotes),
            note: passage.note.clone(),
        })
        .collect()
    }
}

/// Values that a clause asks for.
struct Use {
    clause: String,
    members: Vec<MemberId>,
    industry: bool,
}

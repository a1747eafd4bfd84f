//! In: 产业 of a clause. Out: the values that qualify and the fact that is tested.

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::Item;
use crate::syntax::keywords::FieldKeyword;

use super::super::clause::IndustryGate;
use super::super::context::Context;
use super::super::fields::{field, names};
use super::super::types::{ClassId, MemberId, Type};
use super::super::vocabulary::Entry;
use super::super::{FactId, SubjectId};

impl Context<'_> {
    /// 产业: the values that qualify, and the fact that is tested.
    pub(in crate::model) fn industry(&mut self, item: &Item, subjects: &[SubjectId]) -> Option<IndustryGate> {
        let field = field(item, FieldKeyword::Industry)?;
        let class = self.model.classes.iter().position(|class| class.name == FieldKeyword::Industry.zh());
        let Some(class) = class.map(|class| ClassId(u32::try_from(class).unwrap_or(u32::MAX))) else {
            self.report(
                Diagnostic::new(
                    Code::UnknownMember,
                    field.value.span,
                    "政策没有声明任何产业",
                    "the policy declares no industries",
                )
                .help("先写“产业 …”条目", "add industry items"),
            );
            return None;
        };
        let mut members: Vec<MemberId> = Vec::new();
        for (name, span) in names(&field.value) {
            match self.member_named(&name, class) {
                Some(member) => members.push(member),
                None => self.unknown_member(&name, span, class),
            }
        }
        members.sort_unstable();
        members.dedup();
        let fact = self.industry_fact(class, subjects, field.span)?;
        (!members.is_empty()).then_some(IndustryGate { fact, members, span: field.span })
    }

    /// A value of a class by name or id.
    pub fn member_named(&self, name: &str, class: ClassId) -> Option<MemberId> {
        self.vocabulary.get(name).into_iter().find_map(|entry| match entry {
            Entry::Member(id) if self.model.members.get(id.0 as usize).is_some_and(|member| member.class == class) => {
                Some(id)
            }
            _ => None,
        })
    }

    /// Reports a value that a class does not have.
    pub fn unknown_member(&mut self, name: &str, span: Span, class: ClassId) {
        let class_name = self.model.classes.get(class.0 as usize).map_or(String::new(), |class| class.name.clone());
        let members: Vec<&str> = self
            .model
            .members
            .iter()
            .filter(|member| member.class == class)
            .map(|member| member.name.as_str())
            .collect();
        // Of two characters one is half of the meaning: 省级 is not 区级.
        let long = name.chars().count() > 2;
        let near = nearest(name, members.iter().copied()).filter(|_| long).map(str::to_owned);
        let mut report = Diagnostic::new(
            Code::UnknownMember,
            span,
            format!("“{class_name}”里没有“{name}”"),
            format!("`{class_name}` has no value `{name}`"),
        );
        report = match near {
            Some(near) => report.did_you_mean(span, &near),
            None => {
                let shown = members.iter().take(6).copied().collect::<Vec<_>>().join("、");
                report.help(format!("已有的值：{shown}"), format!("values: {shown}"))
            }
        };
        self.report(report);
    }

    /// The fact of a class: of the clause's subjects first, then of their owners, then the only one there is.
    pub(in crate::model) fn industry_fact(
        &mut self,
        class: ClassId,
        subjects: &[SubjectId],
        span: Span,
    ) -> Option<FactId> {
        let of_class = |fact: &super::super::Fact| fact.ty == Type::Member(class);
        let chains: Vec<SubjectId> = subjects.iter().flat_map(|subject| self.with_owners(*subject)).collect();
        let find = |subject: Option<SubjectId>| {
            self.model
                .facts
                .iter()
                .position(|fact| of_class(fact) && subject.is_none_or(|subject| fact.subject == subject))
        };
        let found = chains.iter().find_map(|subject| find(Some(*subject))).or_else(|| find(None));
        if found.is_none() {
            self.report(
                Diagnostic::new(
                    Code::MissingField,
                    span,
                    "没有哪个对象有类型为“产业”的事实",
                    "no subject has a fact of type `industry`",
                )
                .help("在“对象 市场主体”里加一行“产业：产业”", "add `industry: industry` to a subject"),
            );
        }
        found.map(|at| FactId(u32::try_from(at).unwrap_or(u32::MAX)))
    }
}

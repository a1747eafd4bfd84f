//! In: facts and their types. Out: what is asked of an application, and who gives it.

use super::build::Making;
use super::clause::{GiverDoc, RoleKind};
use super::words::both;
use super::{ColumnDoc, FactDoc, Words};
use crate::model::{Authority, Clause, DepartmentId, FactId, FactSource, NumberKind, Type, show_unit};

/// A type by its short name, and in words.
fn kind(of: &Type) -> (&'static str, Words) {
    match of {
        Type::Bool => ("bool", Words::new("是或否", "yes or no")),
        Type::Date => ("date", Words::new("日期", "a date")),
        Type::Text => ("text", Words::new("文字", "a text")),
        Type::Member(_) => ("value", Words::new("选一项", "one of a list")),
        Type::List(_) => ("list", Words::new("清单", "a list of records")),
        Type::Error => ("other", Words::default()),
        Type::Number { kind, .. } => match kind {
            NumberKind::Integer => ("integer", Words::new("整数", "a whole number")),
            NumberKind::Number => ("number", Words::new("数", "a number")),
            NumberKind::Rate => ("rate", Words::new("比例", "a rate")),
            NumberKind::Money => ("money", Words::new("金额", "an amount of money")),
            NumberKind::Period => ("period", Words::new("期间", "a period")),
            NumberKind::Quantity => ("quantity", Words::new("数量", "a quantity")),
        },
    }
}

/// The department that leads a clause.
pub(super) fn lead(clause: &Clause) -> Option<DepartmentId> {
    clause.departments.departments.get(clause.departments.lead).copied()
}

impl Making<'_> {
    /// Who gives a fact; for a clause, whichever department leads it where the fact says 责任部门.
    pub(super) fn giver(&self, source: FactSource, clause: Option<&Clause>) -> GiverDoc {
        let (role, authority) = match source {
            FactSource::Applicant => {
                let words = Words::new("申请人填报", "stated by the applicant");
                return GiverDoc { role: RoleKind::Applicant, department: None, words };
            }
            FactSource::Determination(of) => (RoleKind::Determination, of),
            FactSource::Discretion(of) => (RoleKind::Discretion, of),
        };
        let department = match authority {
            Authority::Department(id) => Some(id),
            Authority::Responsible => clause.and_then(lead),
        };
        let name = match department {
            Some(id) => self.names.department(id),
            None => Words::new("责任部门", "the responsible department"),
        };
        let words = match role {
            RoleKind::Discretion => both!("由{}裁量", "at the discretion of {}", name),
            RoleKind::Determination | RoleKind::Applicant => both!("由{}认定", "determined by {}", name),
        };
        GiverDoc { role, department: department.map(|id| self.names.department_id(id)), words }
    }

    /// What is asked of an application.
    pub(super) fn facts(&self, used: &[Vec<String>]) -> Vec<FactDoc> {
        let all = self.model.facts.iter().zip(0u32..).zip(used);
        all.map(|((fact, at), used_by)| {
            let id = FactId(at);
            let (kind, type_words) = kind(&fact.ty);
            let class = match fact.ty {
                Type::Member(class) => Some(class),
                _ => None,
            };
            let type_words = match class {
                Some(class) => {
                    let class = self.names.class(class);
                    both!("选一个{}", "one of {}", class)
                }
                None => type_words,
            };
            FactDoc {
                id: self.names.fact_id(id),
                name: self.names.fact(id),
                subject: self.names.subject_id(fact.subject),
                kind: kind.to_owned(),
                type_words,
                class: class.map(|id| self.names.class_id(id)),
                columns: self.columns(&fact.ty),
                unit: match &fact.ty {
                    Type::Number { unit, .. } => show_unit(unit),
                    _ => String::new(),
                },
                given_by: self.giver(fact.source, None),
                yearly: fact.yearly || fact.year.is_some(),
                made: fact.made,
                note: fact.note.clone(),
                used_by: used_by.clone(),
            }
        })
        .collect()
    }

    fn columns(&self, ty: &Type) -> Vec<ColumnDoc> {
        let Type::List(list) = ty else { return Vec::new() };
        let Some(list) = self.model.lists.get(list.index()) else { return Vec::new() };
        let ids = list.columns.clone().map(crate::model::ColumnId);
        let column = |id: crate::model::ColumnId| {
            let (kind, type_words) = kind(&self.model.columns.get(id.index())?.ty);
            Some(ColumnDoc { name: self.names.column(id), kind: kind.to_owned(), type_words })
        };
        ids.filter_map(column).collect()
    }
}

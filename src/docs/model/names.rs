//! In: a model. Out: the id and the name of everything in it: ids are the drafter's aliases, else names, and never shared.

use std::collections::BTreeMap;

use super::Words;
use crate::model::{ClassId, ClauseId, DefinitionId, DepartmentId, FactId, MemberId, Model, SubjectId};

/// The names of a model.
pub(super) struct Names<'m> {
    pub(super) model: &'m Model,
    facts: Vec<(String, Words)>,
    members: Vec<String>,
    definitions: Vec<String>,
    departments: Vec<String>,
    subjects: Vec<String>,
    classes: Vec<String>,
}

/// The English of a name: its alias in words, else the name itself.
fn named(name: &str, alias: &str) -> Words {
    let en = if alias.is_empty() { name.to_owned() } else { alias.replace(['-', '_'], " ") };
    Words::new(name, en)
}

fn id_of(name: &str, alias: &str) -> String {
    if alias.is_empty() { name.to_owned() } else { alias.to_owned() }
}

/// Ids that are not shared: a later one of the same spelling gets a number.
fn unique(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut unique = Vec::new();
    for id in all {
        let count = seen.entry(id.clone()).or_insert(0);
        *count += 1;
        unique.push(if *count == 1 { id } else { format!("{id}~{count}") });
    }
    unique
}

impl<'m> Names<'m> {
    /// Reads the names of a model.
    pub(super) fn new(model: &'m Model) -> Names<'m> {
        let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
        for fact in &model.facts {
            *shared.entry(fact.name.as_str()).or_insert(0) += 1;
        }
        let of = |fact: &crate::model::Fact| {
            let subject = model.subjects.get(fact.subject.index());
            let (id, words) = (id_of(&fact.name, &fact.alias), named(&fact.name, &fact.alias));
            match subject.filter(|_| shared.get(fact.name.as_str()).copied().unwrap_or(0) > 1) {
                Some(subject) => {
                    let owner = named(&subject.name, &subject.alias);
                    let words =
                        Words::new(format!("{}的{}", owner.zh, words.zh), format!("{} of the {}", words.en, owner.en));
                    (format!("{}.{id}", id_of(&subject.name, &subject.alias)), words)
                }
                None => (id, words),
            }
        };
        let (ids, words): (Vec<String>, Vec<Words>) = model.facts.iter().map(of).unzip();
        Names {
            model,
            facts: unique(ids.into_iter()).into_iter().zip(words).collect(),
            members: Names::member_ids(model),
            definitions: unique(model.definitions.iter().map(|it| id_of(&it.name, &it.alias))),
            departments: unique(model.departments.iter().map(|it| id_of(&it.name, &it.alias))),
            subjects: unique(model.subjects.iter().map(|it| id_of(&it.name, &it.alias))),
            classes: unique(model.classes.iter().map(|it| id_of(&it.name, &it.alias))),
        }
    }

    fn member_ids(model: &Model) -> Vec<String> {
        let mut ids = Vec::with_capacity(model.members.len());
        for class in &model.classes {
            let range = class.members.start as usize..class.members.end as usize;
            let own = model.members.get(range).unwrap_or(&[]);
            ids.extend(unique(own.iter().map(|it| id_of(&it.name, &it.alias))));
        }
        ids
    }

    pub(super) fn fact(&self, id: FactId) -> Words {
        self.facts.get(id.index()).map(|(_, words)| words.clone()).unwrap_or_default()
    }

    pub(super) fn fact_id(&self, id: FactId) -> String {
        self.facts.get(id.index()).map(|(id, _)| id.clone()).unwrap_or_default()
    }

    pub(super) fn member(&self, id: MemberId) -> Words {
        self.model.members.get(id.0 as usize).map(|it| named(&it.name, &it.alias)).unwrap_or_default()
    }

    pub(super) fn member_id(&self, id: MemberId) -> String {
        self.members.get(id.0 as usize).cloned().unwrap_or_default()
    }

    pub(super) fn class(&self, id: ClassId) -> Words {
        self.model.classes.get(id.0 as usize).map(|it| named(&it.name, &it.alias)).unwrap_or_default()
    }

    pub(super) fn class_id(&self, id: ClassId) -> String {
        self.classes.get(id.0 as usize).cloned().unwrap_or_default()
    }

    pub(super) fn definition(&self, id: DefinitionId) -> Words {
        self.model.definitions.get(id.index()).map(|it| named(&it.name, &it.alias)).unwrap_or_default()
    }

    pub(super) fn definition_id(&self, id: DefinitionId) -> String {
        self.definitions.get(id.index()).cloned().unwrap_or_default()
    }

    pub(super) fn department(&self, id: DepartmentId) -> Words {
        let Some(it) = self.model.departments.get(id.index()) else { return Words::default() };
        let en = if it.alias.is_empty() { it.name.clone() } else { format!("{} ({})", it.name, it.alias) };
        Words::new(it.name.clone(), en)
    }

    pub(super) fn department_id(&self, id: DepartmentId) -> String {
        self.departments.get(id.index()).cloned().unwrap_or_default()
    }

    pub(super) fn subject(&self, id: SubjectId) -> Words {
        self.model.subjects.get(id.index()).map(|it| named(&it.name, &it.alias)).unwrap_or_default()
    }

    pub(super) fn subject_id(&self, id: SubjectId) -> String {
        self.subjects.get(id.index()).cloned().unwrap_or_default()
    }

    pub(super) fn clause_id(&self, id: ClauseId) -> String {
        self.model.clauses.get(id.index()).map(|it| it.id.clone()).unwrap_or_default()
    }

    /// A clause as it is called in a sentence.
    pub(super) fn clause(&self, id: ClauseId) -> Words {
        let Some(clause) = self.model.clauses.get(id.index()) else { return Words::default() };
        let zh = match clause.title.is_empty() {
            true => clause.address.clone(),
            false => format!("{}《{}》", clause.address, clause.title),
        };
        Words::new(zh, clause.id.clone())
    }

    /// A group's id.
    pub(super) fn group_id(&self, at: usize) -> String {
        self.model.settlement.groups.get(at).map(|it| id_of(&it.name, &it.alias)).unwrap_or_default()
    }

    /// A group's name.
    pub(super) fn group(&self, at: usize) -> Words {
        self.model.settlement.groups.get(at).map(|it| named(&it.name, &it.alias)).unwrap_or_default()
    }

    /// A column's name.
    pub(super) fn column(&self, id: crate::model::ColumnId) -> Words {
        self.model.columns.get(id.index()).map(|it| named(&it.name, &it.alias)).unwrap_or_default()
    }

    /// A list's name.
    pub(super) fn list(&self, id: crate::model::ListId) -> Words {
        self.model.lists.get(id.index()).map(|it| named(&it.name, &it.alias)).unwrap_or_default()
    }
}

/// Several names in a row.
pub(super) fn joined(all: impl Iterator<Item = Words>) -> Words {
    let all: Vec<Words> = all.collect();
    let zh: Vec<&str> = all.iter().map(|it| it.zh.as_str()).collect();
    let en: Vec<&str> = all.iter().map(|it| it.en.as_str()).collect();
    Words::new(zh.join("、"), en.join(", "))
}

//! In: 适用范围 and 条款 items. Out: the scope and the clauses, those by reference expanded.

mod amount_checks;
mod build;
mod industry;
mod names;
mod parts;

use std::collections::HashMap;

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::CLAUSES_MAX;
use crate::source::Span;
use crate::syntax::ast::Item;
use crate::syntax::keywords::FieldKeyword;

use super::ClauseId;
use super::clause::Clause;
use super::context::Context;
use super::fields::field;
use super::typing::Typing;

/// Clauses by id, title and address; a title or address that two share finds none.
#[derive(Debug, Clone, Default)]
pub struct ClauseIndex {
    by_id: HashMap<String, ClauseId>,
    by_name: HashMap<String, Option<ClauseId>>,
}

impl ClauseIndex {
    /// Adds a clause.
    pub fn insert(&mut self, id: ClauseId, alias: &str, title: &str, address: &str) {
        self.by_id.insert(alias.to_owned(), id);
        for name in [title, address] {
            if !name.is_empty() {
                self.by_name
                    .entry(name.to_owned())
                    .and_modify(|found| *found = found.filter(|other| *other == id))
                    .or_insert(Some(id));
            }
        }
    }

    /// The clause of a name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<ClauseId> {
        self.by_id.get(name).copied().or_else(|| self.by_name.get(name).copied().flatten())
    }

    /// Every name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().chain(self.by_name.keys()).map(String::as_str)
    }
}

impl Context<'_> {
    /// 适用范围.
    pub fn scope_item(&mut self, item: &Item) {
        let quotes = self.quotes(item);
        let mut typing = Typing { context: self, subjects: Vec::new() };
        let conditions = field(item, FieldKeyword::Condition).map_or(Vec::new(), |field| typing.conditions(field));
        let exclusions = field(item, FieldKeyword::Exclusion).map_or(Vec::new(), |field| typing.exclusions(field));
        self.model.scope.extend(conditions);
        self.model.scope_exclusions.extend(exclusions);
        self.model.scope_quotes.extend(quotes);
    }

    /// All clauses: first their names, then what they say, then those by reference.
    pub fn clauses(&mut self, items: &[&Item]) -> ClauseIndex {
        let mut index = ClauseIndex::default();
        let mut named: Vec<(&Item, String, String, String)> = Vec::new();
        let mut seen: HashMap<String, Span> = HashMap::new();
        for item in items {
            let Some((id, title, address)) = self.clause_names(item, &mut seen) else { continue };
            if named.len() >= CLAUSES_MAX {
                self.report(Diagnostic::new(Code::LimitReached, item.keyword_span, "条款太多", "too many clauses"));
                break;
            }
            named.push((item, id, title, address));
        }
        let plan = self.plan(&named);
        for (at, planned) in plan.iter().enumerate() {
            let id = ClauseId(u32::try_from(at).unwrap_or(u32::MAX));
            index.insert(
                id,
                &planned.id,
                &planned.title,
                if planned.refers_to.is_none() { &planned.address } else { "" },
            );
        }
        self.clause_index = index.clone();
        // A clause that could not be built was reported, so the model is not used; the others keep their places in order.
        self.model.clauses = self.built(&plan, &index).into_iter().flatten().collect();
        self.one_currency();
        self.limits_of_clauses(&plan);
        index
    }

    /// 名额 and 预算 of each item, for the clause that it is or those that it refers to.
    fn limits_of_clauses(&mut self, plan: &[Planned<'_>]) {
        for (at, planned) in plan.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| plan.get(before));
            if before.is_some_and(|before| before.source == planned.source) {
                continue;
            }
            let same = plan.iter().skip(at).take_while(|other| other.source == planned.source).count();
            let ids = (at..at + same).map(|at| ClauseId(u32::try_from(at).unwrap_or(u32::MAX)));
            let subjects = self.model.clauses.get(at).map_or(Vec::new(), |clause| clause.subjects.clone());
            self.item_limits(planned.item, &ids.collect(), &subjects);
        }
    }

    /// What is to be built. Clauses by reference come out as one clause for each that they refer to, so ids are given in order of
    /// expansion.
    fn plan<'i>(&mut self, named: &[(&'i Item, String, String, String)]) -> Vec<Planned<'i>> {
        let mut plan: Vec<Planned<'i>> = Vec::new();
        let by_alias: HashMap<String, usize> =
            named.iter().enumerate().map(|(at, (_, id, ..))| (id.clone(), at)).collect();
        for (at, (item, id, title, address)) in named.iter().enumerate() {
            let own = Planned {
                item,
                id: id.clone(),
                title: title.clone(),
                address: address.clone(),
                source: at,
                refers_to: None,
            };
            let Some(field) = field(item, FieldKeyword::ByReference) else {
                plan.push(own);
                continue;
            };
            for target in self.reference_targets(field, at, named, &by_alias) {
                let Some((_, target_id, target_title, _)) = named.get(target) else { continue };
                let (id, title) = (format!("{id}/{target_id}"), format!("{title}：{target_title}"));
                plan.push(Planned { id, title, refers_to: Some(target), ..own.clone() });
            }
        }
        plan
    }

    /// The clauses of a plan, those that state their own award first; `None` for one that was reported.
    fn built(&mut self, plan: &[Planned<'_>], index: &ClauseIndex) -> Vec<Option<Clause>> {
        let id_at = |at: usize| ClauseId(u32::try_from(at).unwrap_or(u32::MAX));
        let mut position: HashMap<usize, usize> = HashMap::new();
        let mut built: Vec<Option<Clause>> = vec![None; plan.len()];
        for (at, planned) in plan.iter().enumerate().filter(|(_, planned)| planned.refers_to.is_none()) {
            position.insert(planned.source, at);
            let clause = self.clause(planned, id_at(at), index);
            // A field that the surface reported as empty is not reported again.
            let written = field(planned.item, FieldKeyword::Award).is_some_and(|award| !award.value.is_empty());
            if clause.is_none() && written {
                self.ensure_reported(planned.item.header.span);
            }
            if let Some(slot) = built.get_mut(at) {
                *slot = clause;
            }
        }
        for (at, planned) in plan.iter().enumerate() {
            let target = planned.refers_to.and_then(|target| position.get(&target)).copied();
            let base = target.and_then(|target| Some((target, built.get(target)?.clone()?)));
            let Some((target, base)) = base else { continue };
            let clause = self.by_reference(planned, id_at(at), id_at(target), base, index);
            if let Some(slot) = built.get_mut(at) {
                *slot = Some(clause);
            }
        }
        built
    }
}

/// A clause to be built: its item, its names, and for one by reference which it refers to.
#[derive(Clone)]
pub(in crate::model) struct Planned<'i> {
    item: &'i Item,
    id: String,
    title: String,
    address: String,
    source: usize,
    refers_to: Option<usize>,
}

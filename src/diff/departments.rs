//! In: two sides with their pairs of clauses. Out: what changes for each department ([`changes`]): clauses that it becomes or ceases to be
//! responsible for, leads or no longer leads.
//! Invariant: departments in the order of the new side, then those that are gone; renumbering is no change.

use std::collections::BTreeMap;

use crate::model::Clause;
use crate::syntax::keywords::ItemKeyword;

use super::entry::Entry;
use super::side::Side;
use super::structure::{Pair, name};

/// What changes for a department.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DepartmentChange {
    /// Its short name.
    pub name: String,
    /// Clauses it becomes responsible for.
    pub gains: Vec<String>,
    /// Clauses it is no longer responsible for.
    pub loses: Vec<String>,
    /// Clauses it now leads, of those it has in both.
    pub leads: Vec<String>,
    /// Clauses it no longer leads.
    pub follows: Vec<String>,
}

/// What changes for whom.
#[must_use]
pub fn changes(old: &Side, new: &Side, pairs: &[Pair<'_>]) -> Vec<DepartmentChange> {
    let mut all: BTreeMap<String, DepartmentChange> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.kind() == ItemKeyword::Clause) {
        let known = |side: &Side, entry: Option<Entry<'_>>| entry.is_none_or(|it| !side.is_left_out(it.item.span));
        let Some(entry) = pair.new.or(pair.old) else { continue };
        if !known(old, pair.old) || !known(new, pair.new) {
            continue;
        }
        let (before, after) = (responsible(old, pair.old), responsible(new, pair.new));
        let clause = match (entry.lead().is_empty(), entry.title().is_empty()) {
            (false, false) => format!("{}《{}》", entry.lead(), entry.title()),
            _ => name(&entry),
        };
        let mut note = |department: &str, list: fn(&mut DepartmentChange) -> &mut Vec<String>| {
            let change = all.entry(department.to_owned()).or_default();
            list(change).push(clause.clone());
        };
        for (department, lead) in &after {
            match before.get(department) {
                None => note(department, |change| &mut change.gains),
                Some(led) if *lead && !led => note(department, |change| &mut change.leads),
                Some(led) if *led && !lead => note(department, |change| &mut change.follows),
                Some(_) => {}
            }
        }
        for department in before.keys().filter(|department| !after.contains_key(*department)) {
            note(department, |change| &mut change.loses);
        }
    }
    let order =
        [new, old].into_iter().filter_map(|side| side.checked.as_ref()).flat_map(|checked| &checked.departments);
    let mut sorted = Vec::new();
    for department in order {
        if let Some(change) = all.remove(&department.name) {
            sorted.push(DepartmentChange { name: department.name.clone(), ..change });
        }
    }
    sorted
}

/// The departments of an entry's clauses, and whether they lead.
fn responsible(side: &Side, entry: Option<Entry<'_>>) -> BTreeMap<String, bool> {
    let (Some(checked), Some(entry)) = (&side.checked, entry) else { return BTreeMap::new() };
    let mut all = BTreeMap::new();
    for (id, _) in super::clauses_of(checked, entry) {
        let Some(Clause { departments, .. }) = checked.clauses.get(id.index()) else { continue };
        for (at, department) in departments.departments.iter().enumerate() {
            let Some(row) = checked.departments.get(department.index()) else { continue };
            let leads = departments.lead == at && (departments.lead_marked || departments.departments.len() > 1);
            *all.entry(row.name.clone()).or_insert(false) |= leads;
        }
    }
    all
}

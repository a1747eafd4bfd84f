//! In: two policies with their clauses matched. Out: the facts that the comparison needs; those that no column gives.
//! Invariant: a fact is needed where a clause whose meaning differs asks it on its side; where both sides are settled, where any clause
//! does. What a department sets at its discretion is never needed.

use std::collections::BTreeSet;

use super::Population;
use crate::bytecode::program::{ClauseInfo, GivenBy};
use crate::input::rows::Columns;
use crate::vm::trace::Last;
use crate::vm::{Trace, Vm};

/// What the comparison needs, by side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// Slots of the old policy.
    pub old: BTreeSet<u32>,
    /// Slots of the new one.
    pub new: BTreeSet<u32>,
}

/// A fact that no column gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// Its name.
    pub name: String,
    /// Whether the old policy needs it, …
    pub old: bool,
    /// … and the new one.
    pub new: bool,
}

impl Population<'_> {
    /// The facts that the comparison needs.
    #[must_use]
    pub fn needs(&self) -> Needs {
        let all = self.is_settled();
        let differ = self.pairs.iter().filter(|pair| all || !pair.same);
        let (old, new): (Vec<_>, Vec<_>) = differ.map(|pair| (pair.old, pair.new)).unzip();
        Needs { old: asked(&self.old, &old), new: asked(&self.new, &new) }
    }

    /// The needed facts that no column of these gives, by name; a fact of one name on both sides is one.
    #[must_use]
    pub fn missing(&self, columns: &[&Columns<'_, '_>]) -> Vec<Missing> {
        let needs = self.needs();
        let names = |vm: &Vm<'_>, needs: &BTreeSet<u32>, side: usize| -> BTreeSet<String> {
            let given: BTreeSet<u32> = columns.iter().flat_map(|columns| columns.slots(side)).collect();
            let missing = needs.difference(&given).filter_map(|slot| vm.program().tables.slots.get(*slot as usize));
            missing.map(|info| info.name.clone()).collect()
        };
        let (old, new) = (names(&self.old, &needs.old, 0), names(&self.new, &needs.new, 1));
        let all: BTreeSet<&String> = old.union(&new).collect();
        all.into_iter()
            .map(|name| Missing { name: name.clone(), old: old.contains(name), new: new.contains(name) })
            .collect()
    }
}

fn asked(vm: &Vm<'_>, clauses: &[Option<u32>]) -> BTreeSet<u32> {
    let tables = &vm.program().tables;
    let case = vm.case();
    let mut machine = vm.machine();
    let trace = machine.trace(&case, 0);
    let clauses = clauses.iter().filter_map(|clause| tables.clauses.get((*clause)? as usize));
    let mut slots: BTreeSet<u32> = clauses.flat_map(|clause| of_clause(&trace, clause)).collect();
    let identifier = |slot: u32| tables.subjects.iter().any(|subject| subject.identifier == slot);
    let set = |slot: u32| {
        let info = tables.slots.get(slot as usize);
        info.is_none_or(|info| matches!(info.given_by, GivenBy::Discretion(_)))
    };
    slots.retain(|slot| !identifier(*slot) && !set(*slot) && tables.ledger_slot != Some(*slot));
    slots
}

fn of_clause(trace: &Trace<'_>, clause: &ClauseInfo) -> Vec<u32> {
    let tables = &trace.vm().program().tables;
    let (first, end) = clause.requirements;
    let requirements = tables.requirements.get(first as usize..end as usize).unwrap_or(&[]);
    let asked = requirements.iter().flat_map(|requirement| trace.facts(requirement.register));
    let award = match trace.last(clause) {
        Some(Last::Grant(a)) => vec![a],
        Some(Last::Decide(_, low, high)) => vec![low, high],
        None => Vec::new(),
    };
    // A lift that nobody approved is no lift.
    let lift = clause.lift.map(|(slot, _)| slot);
    let award = award.into_iter().flat_map(|register| trace.facts(register)).filter(|slot| Some(*slot) != lift);
    asked.chain(award).collect()
}

//! In: a checked policy with its cases. Out: [`Mutations`]: how many small changes of the policy its cases notice, and each that none
//! does. Invariants: a change that leaves the meaning of every clause as it is does not count, nor does one that cannot be compiled;
//! of the cases only those that pass are asked.

mod words;

use crate::bytecode::program::{CaseInfo, Tables};
use crate::bytecode::{self, Verified};
use crate::diagnostics::{Diagnostic, Text};
use crate::model::Checked;
use crate::model::mutate::{Change, Mutation, mutants};
use crate::source::Sources;
use crate::standard::library;
use crate::vm::Vm;

use super::coverage::expected_clauses;
use super::run;

/// What came of all changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mutations {
    /// How many a case noticed.
    pub caught: usize,
    /// How many change nothing that is decided.
    pub equivalent: usize,
    /// How many cannot be compiled.
    pub unusable: usize,
    /// Those that no case noticed, in the order of the document.
    pub survivors: Vec<Survivor>,
}

/// A change that no case noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survivor {
    /// Ids of the clauses whose meaning it changes.
    pub clauses: Vec<String>,
    /// File, line and column.
    pub place: (String, u32, u32),
    /// What stands there.
    pub before: Text,
    /// What it was changed to.
    pub after: Text,
}

impl Mutations {
    /// How many changes count.
    #[must_use]
    pub fn total(&self) -> usize {
        self.caught.saturating_add(self.survivors.len())
    }
}

/// Whether a change is of something that the drafter wrote: not of the standard library, and no number that stands for words (the year
/// number of 年序 counts from 1).
fn is_the_drafters(sources: &Sources, mutation: &Mutation) -> bool {
    let written = |span| sources.text(span).chars().any(|char| char.is_ascii_digit() || ('０'..='９').contains(&char));
    !library::holds(sources.name(mutation.span))
        && (!matches!(mutation.change, Change::Number { .. }) || written(mutation.span))
}

/// Changes one thing after the other and runs the cases that can notice it.
pub fn mutations(policy: &Checked, sources: &Sources) -> Result<Mutations, Vec<Diagnostic>> {
    let nowhere = policy.policy.span;
    let flawed = |_| vec![Diagnostic::new(crate::diagnostics::Code::VerifyFailed, nowhere, "编译不了", "not compiled")];
    let original = bytecode::verify(bytecode::lower(policy, sources)?).map_err(flawed)?;
    let tables = &original.program().tables;
    let vm = Vm::new(&original);
    let mut machine = vm.machine();
    let cases: Vec<(&CaseInfo, Vec<u32>)> = (tables.cases.iter())
        .filter(|case| run(&vm, &mut machine, case).mismatches.is_empty())
        .map(|case| (case, expected_clauses(tables, case)))
        .collect();
    let mut all = Mutations::default();
    for (mutation, mutant) in mutants(policy).filter(|(mutation, _)| is_the_drafters(sources, mutation)) {
        let lowered = bytecode::lower(&mutant, sources).ok().and_then(|program| bytecode::verify(program).ok());
        let Some(mutant) = lowered else {
            all.unusable += 1;
            continue;
        };
        let changed = changed(tables, &mutant.program().tables);
        if changed.is_empty() {
            all.equivalent += 1;
        } else if noticed(&mutant, &cases, &changed) {
            all.caught += 1;
        } else {
            all.survivors.push(survivor(sources, tables, &mutation, &changed));
        }
    }
    Ok(all)
}

/// The clauses whose meaning differs; all of them where what binds between clauses does.
fn changed(one: &Tables, two: &Tables) -> Vec<u32> {
    let between = one.settlement != two.settlement;
    let pairs = (0u32..).zip(one.clauses.iter().zip(&two.clauses));
    pairs.filter(|(_, (one, two))| between || one.meaning_hash != two.meaning_hash).map(|(at, _)| at).collect()
}

fn noticed(mutant: &Verified, cases: &[(&CaseInfo, Vec<u32>)], changed: &[u32]) -> bool {
    let vm = Vm::new(mutant);
    let mut machine = vm.machine();
    let touched = cases.iter().filter(|(_, clauses)| clauses.iter().any(|clause| changed.contains(clause)));
    touched.into_iter().any(|(case, _)| !run(&vm, &mut machine, case).mismatches.is_empty())
}

fn survivor(sources: &Sources, tables: &Tables, mutation: &Mutation, changed: &[u32]) -> Survivor {
    let place = sources.origin(mutation.span);
    let at = sources.start(place);
    let file = tables.files.get(place.file.0 as usize).cloned().unwrap_or_default();
    let (before, after) = words::change(&mutation.change, sources.text(mutation.span));
    Survivor {
        clauses: changed.iter().filter_map(|at| tables.clauses.get(*at as usize)).map(|it| it.id.clone()).collect(),
        place: (file, at.line, at.column),
        before,
        after,
    }
}

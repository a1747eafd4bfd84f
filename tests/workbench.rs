//! Policies compiled in memory, stage by stage, for every test that needs one.

use std::collections::BTreeMap;

use guiju::analysis;
use guiju::bytecode::{self, Verified};
use guiju::diagnostics::Diagnostic;
use guiju::editions::{self, Editions};
use guiju::load::load;
use guiju::model::{self, Checked};
use guiju::source::Sources;

/// What checking came to.
pub struct Bench {
    pub sources: Sources,
    pub files: Vec<guiju::syntax::ast::File>,
    pub found: Vec<Diagnostic>,
    pub checked: Option<Checked>,
}

/// Checks `main.policy` among `files`.
pub fn check(files: &BTreeMap<String, Vec<u8>>) -> Bench {
    check_entry("main.policy", files)
}

/// Checks the policy at `entry` among `files`.
pub fn check_entry(entry: &str, files: &BTreeMap<String, Vec<u8>>) -> Bench {
    checked_by(analysis::check, entry, files)
}

/// Checks `main.policy` among `files`, but not whether its conditions make sense together: for policies made at random.
pub fn check_types(files: &BTreeMap<String, Vec<u8>>) -> Bench {
    checked_by(model::check, "main.policy", files)
}

type Check = fn(&[guiju::syntax::ast::File], &Sources, Option<model::Original>) -> (Option<Checked>, Vec<Diagnostic>);

fn checked_by(check: Check, entry: &str, files: &BTreeMap<String, Vec<u8>>) -> Bench {
    let mut editions = editions_by(check, entry, files);
    let base = if editions.list.is_empty() { None } else { Some(editions.list.remove(0)) };
    let (checked, files) = base.map_or((None, Vec::new()), |base| (base.checked, base.version.files));
    Bench { sources: editions.sources, files, found: editions.found, checked }
}

fn editions_by(check: Check, entry: &str, files: &BTreeMap<String, Vec<u8>>) -> Editions {
    let (loaded, found) = load(entry, files);
    editions::editions(loaded, found, check)
}

/// Every edition of `main.policy` among `files`.
pub fn editions(files: &BTreeMap<String, Vec<u8>>) -> Editions {
    editions_by(analysis::check, "main.policy", files)
}

/// Every edition of a policy without errors, each with its program.
pub fn edition_programs(files: &BTreeMap<String, Vec<u8>>) -> Vec<(Checked, Verified)> {
    let Editions { sources, found, list } = editions(files);
    let shown = guiju::diagnostics::render::short(&found, &sources, guiju::diagnostics::Lang::Zh);
    let compiled = list.into_iter().map(|edition| {
        let checked = edition.checked.unwrap_or_else(|| panic!("the policy has errors:\n{shown}"));
        let program = bytecode::lower(&checked, &sources).unwrap_or_else(|found| panic!("not lowered: {found:?}"));
        let program = bytecode::verify(program).unwrap_or_else(|flaws| panic!("not verified: {flaws:?}"));
        (checked, program)
    });
    compiled.collect()
}

/// The verified program of a policy without errors.
pub fn program(files: &BTreeMap<String, Vec<u8>>) -> Verified {
    let bench = check(files);
    let shown = guiju::diagnostics::render::short(&bench.found, &bench.sources, guiju::diagnostics::Lang::Zh);
    let checked = bench.checked.unwrap_or_else(|| panic!("the policy has errors:\n{shown}"));
    let program = bytecode::lower(&checked, &bench.sources).unwrap_or_else(|found| panic!("not lowered: {found:?}"));
    bytecode::verify(program).unwrap_or_else(|flaws| panic!("not verified: {flaws:?}"))
}

/// A set of files from names and texts.
pub fn files(named: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    named.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
}

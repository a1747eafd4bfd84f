//! Policies compiled in memory, stage by stage, for every test that needs one.

use std::collections::BTreeMap;

use guiju::analysis;
use guiju::bytecode::{self, Verified};
use guiju::diagnostics::{Diagnostic, has_errors, sort};
use guiju::load::{Loaded, load};
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
    let (Loaded { sources, files, original, partial }, mut found) = load(entry, files);
    if partial {
        return Bench { sources, files, found, checked: None };
    }
    let (checked, more) = check(&files, &sources, original);
    let checked = checked.filter(|_| !has_errors(&found));
    found.extend(more);
    sort(&mut found);
    Bench { sources, files, found, checked }
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

//! The library's stages in a row, as commands need them; the only place of the command line that knows their signatures.

use guiju::diagnostics::{Diagnostic, Lang, sort};
use guiju::load::{Loaded, load};
use guiju::scenario::Report;
use guiju::source::{FileId, Sources};

use super::files::{FileSystem, Input};
use super::output;

/// The bytes that a bundle starts with.
pub const BUNDLE_MAGIC: &[u8] = b"\x89GJB";

pub struct Verified;
pub struct Application {
    pub on: Option<i32>,
}
pub struct CoverageX;
impl CoverageX {
    pub fn text(&self, _: Lang) -> String {
        String::new()
    }
    pub fn json(&self) -> String {
        String::new()
    }
    pub fn uncovered(&self) -> usize {
        0
    }
}

/// A policy after checking.
pub struct CheckedPolicy {
    /// Its texts.
    pub sources: Sources,
    /// Everything that was found, in source order.
    pub found: Vec<Diagnostic>,
}

impl CheckedPolicy {
    /// Only what stops a compilation.
    pub fn errors(&self) -> Vec<Diagnostic> {
        self.found.iter().filter(|found| found.is_error()).cloned().collect()
    }
}

/// What an attempt came to: a value or the errors, and the texts that these point into.
pub struct Attempt<T> {
    value: Option<T>,
    sources: Sources,
    found: Vec<Diagnostic>,
}

/// Prints the errors of an attempt that failed.
pub fn report<T>(attempt: Attempt<T>, lang: Lang) -> Option<T> {
    if attempt.value.is_none() {
        output::diagnostics(&attempt.found, &attempt.sources, lang);
    }
    attempt.value
}

/// Loads, parses and checks a policy.
pub fn check(entry: &str) -> CheckedPolicy {
    let (Loaded { sources, .. }, mut found) = load(entry, &FileSystem);
    sort(&mut found);
    CheckedPolicy { sources, found }
}

/// The verified program of a policy or bundle.
pub fn program(input: &Input) -> Attempt<Verified> {
    let Input::Policy(entry) = input else {
        return Attempt { value: None, sources: Sources::new(), found: Vec::new() };
    };
    let checked = check(entry);
    Attempt { value: None, sources: checked.sources, found: checked.found }
}

pub fn verify(_: &str, _: &[u8]) -> Result<(), Vec<Diagnostic>> {
    Ok(())
}
pub fn encode(_: &Verified) -> Vec<u8> {
    Vec::new()
}
pub fn listing(_: &Verified) -> String {
    String::new()
}
pub fn schema(_: &Verified) -> String {
    String::new()
}
pub fn describe(_: &Verified) -> String {
    String::new()
}
pub fn cases(_: &Verified) -> Vec<Report> {
    Vec::new()
}
pub fn coverage(_: &CheckedPolicy) -> Option<CoverageX> {
    None
}
pub fn application(_: &Verified, _: &(String, Vec<u8>), _: Option<&(String, Vec<u8>)>) -> Attempt<Application> {
    Attempt { value: None, sources: Sources::new(), found: Vec::new() }
}
pub fn decision_text(_: &Verified, _: &Application, _: i32, _: bool, _: Lang) -> String {
    String::new()
}
pub fn decision_json(_: &Verified, _: &Application, _: i32, _: bool) -> String {
    String::new()
}
#[derive(Clone, Copy)]
pub enum Keywords {
    AsWritten,
    Zh,
    En,
}
pub fn format(entry: &str, _: Keywords) -> (Sources, Vec<(FileId, String)>, Vec<Diagnostic>) {
    let checked = check(entry);
    (checked.sources, Vec::new(), checked.found)
}

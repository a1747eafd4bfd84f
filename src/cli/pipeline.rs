//! The library's stages in a row, as commands need them; the only place of the command line that knows their signatures.

use guiju::bytecode::{self, Flaw, Verified};
use guiju::diagnostics::{Diagnostic, Lang, has_errors, sort};
use guiju::load::{Loaded, load};
use guiju::model::source_text::{Sentence, coverage};
use guiju::model::{self, Checked};
use guiju::scenario;
use guiju::source::{FileId, Sources, Span};
use guiju::syntax::format::{self, FormatOptions};

use super::failure::Failure;
use super::files::{FileSystem, Input};
use super::output;

/// The bytes that a bundle starts with.
pub const BUNDLE_MAGIC: &[u8] = bytecode::MAGIC;

/// A policy after checking.
pub struct CheckedPolicy {
    /// Its texts.
    pub sources: Sources,
    /// Everything that was found, in source order.
    pub found: Vec<Diagnostic>,
    /// The model, where there is no error.
    pub checked: Option<Checked>,
}

/// What an attempt came to: a value or the errors, and the texts that these point into.
pub struct Attempt<T> {
    value: Option<T>,
    sources: Sources,
    found: Vec<Diagnostic>,
}

impl<T> Attempt<T> {
    fn new(sources: Sources, result: Result<T, Vec<Diagnostic>>) -> Attempt<T> {
        match result {
            Ok(value) => Attempt { value: Some(value), sources, found: Vec::new() },
            Err(found) => Attempt { value: None, sources, found },
        }
    }
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
    let (Loaded { sources, files, original }, mut found) = load(entry, &FileSystem);
    let (checked, more) = model::check(&files, &sources, original);
    let checked = checked.filter(|_| !has_errors(&found));
    found.extend(more);
    sort(&mut found);
    CheckedPolicy { sources, found, checked }
}

/// The verified program of a policy or bundle.
pub fn program(input: &Input) -> Attempt<Verified> {
    match input {
        Input::Policy(entry) => {
            let CheckedPolicy { sources, found, checked } = check(entry);
            let result = match checked {
                Some(checked) => bytecode::lower(&checked, &sources).and_then(|program| {
                    bytecode::verify(program).map_err(|flaws| flaws_found(&flaws, Span::new(FileId(0), 0, 0)))
                }),
                None => Err(found.into_iter().filter(Diagnostic::is_error).collect()),
            };
            Attempt::new(sources, result)
        }
        Input::Bundle(name, bytes) => bundle(name, bytes),
    }
}

fn bundle(name: &str, bytes: &[u8]) -> Attempt<Verified> {
    let mut sources = Sources::new();
    let file = sources.add(name, "");
    Attempt::new(sources, bytecode::load(bytes, Span::new(file, 0, 0)))
}

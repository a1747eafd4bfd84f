//! In: policy files as they are written, or as a bundle keeps them. Out: their texts in the one format.
//! Invariant: a file is written with the names of the whole policy that takes it in.

use std::collections::BTreeMap;

use guiju::bytecode;
use guiju::diagnostics::Diagnostic;
use guiju::load::{self, Loaded, load};
use guiju::model::Breaker;
use guiju::source::{FileId, Sources};
use guiju::syntax::ast::File;
use guiju::syntax::format::{self, FormatOptions, KeywordLanguage};

use super::super::failure::Failure;
use super::super::files::{self, FileSystem};
use super::BUNDLE_MAGIC;

/// Every file of a policy in the one format, where it has no error of form itself; and the errors. A file that a policy beside it
/// takes in is written as with that policy, whose names it uses.
pub fn format(entry: &str, keywords: Option<KeywordLanguage>) -> (Sources, Vec<(FileId, String)>, Vec<Diagnostic>) {
    let (Loaded { sources, files, .. }, found) = load(entry, &FileSystem);
    let reached: Vec<String> = names(&sources, &files);
    let (sources, files, mut found) = match whole_policy(entry) {
        Some(whole) => (whole.0.sources, whole.0.files, whole.1),
        None => (sources, files, found),
    };
    let mine = |file: FileId| sources.get(file).is_some_and(|source| reached.iter().any(|name| name == source.name()));
    found.retain(|found| found.is_error() && mine(found.primary.span.file));
    let broken: Vec<FileId> = found.iter().map(|found| found.primary.span.file).collect();
    let breaker = Breaker::new(&files, &sources, keywords);
    let options = FormatOptions { keywords };
    let formatted: Vec<(FileId, String)> = files
        .iter()
        .filter(|file| !broken.contains(&file.id) && mine(file.id))
        .filter_map(|file| Some((file.id, format::format(file, sources.get(file.id)?.text(), &options, &breaker))))
        .collect();
    (sources, formatted, found)
}

fn names(sources: &Sources, files: &[File]) -> Vec<String> {
    files.iter().filter_map(|file| Some(sources.get(file.id)?.name().to_owned())).collect()
}

/// The policy of the folder of a file, where it takes the file in.
fn whole_policy(entry: &str) -> Option<(Loaded, Vec<Diagnostic>)> {
    let main = load::join(entry, files::MAIN)?;
    let entry = load::normalise(entry);
    if main == entry || !std::path::Path::new(&main).is_file() {
        return None;
    }
    let (loaded, found) = load(&main, &FileSystem);
    names(&loaded.sources, &loaded.files).contains(&entry).then_some((loaded, found))
}

/// One file as git shows it: a policy in the one format; a bundle as the policy files in it, each in the one format.
pub fn shown_text(path: &std::path::Path) -> Result<String, Failure> {
    let failed = |error: std::io::Error| Failure::reading(&files::shown(path), &error);
    let bytes = std::fs::read(path).map_err(failed)?;
    if !bytes.starts_with(BUNDLE_MAGIC) {
        let files: BTreeMap<String, Vec<u8>> = [("main.policy".to_owned(), bytes)].into();
        return Ok(formatted("main.policy", &files).pop().map(|(_, text)| text).unwrap_or_default());
    }
    let found = bytecode::encode::texts(&bytes)
        .map_err(|error| Failure::new(error.code, error.message.zh, error.message.en))?;
    let Some(texts) = found else {
        return Ok(bytecode::decode(&bytes).map(|program| bytecode::listing(&program)).unwrap_or_default());
    };
    let files: BTreeMap<String, Vec<u8>> = texts.files.into_iter().collect();
    let shown = formatted(&texts.entry, &files).into_iter().map(|(name, text)| format!("# {name}\n{text}\n"));
    Ok(shown.collect())
}

/// The policy files that can be reached, in the one format; one that cannot be read as it stands.
fn formatted(entry: &str, given: &BTreeMap<String, Vec<u8>>) -> Vec<(String, String)> {
    let (Loaded { sources, files, .. }, _) = load(entry, given);
    let breaker = Breaker::new(&files, &sources, None);
    let shown = files.iter().filter_map(|file| {
        let source = sources.get(file.id)?;
        let text = match file.sound {
            true => format::format(file, source.text(), &FormatOptions::default(), &breaker),
            false => source.text().to_owned(),
        };
        Some((source.name().to_owned(), text))
    });
    shown.collect()
}

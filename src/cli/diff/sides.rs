//! In: OLD and NEW as they were given. Out: the sides of a comparison: a folder, a file, a bundle, `rev:path` of git, each also as
//! `…@2025-06-30`. Invariant: what exists under the name as given is meant.

use std::path::Path;

use guiju::diagnostics::{Code, Diagnostic, Lang};
use guiju::diff::Side;
use guiju::load::load;
use guiju::source::{Sources, Span};

use super::super::failure::Failure;
use super::super::files::{self, FileSystem, Input};
use super::super::{eval, output, pipeline};
use super::git::Revision;

/// The side that `given` names, as it reads on a day.
pub fn side(given: &str, on: Option<i32>, lang: Lang) -> Result<Side, Failure> {
    if Path::new(given).exists() {
        return of_path(given, given, on, lang);
    }
    if let Some((what, day)) = given.rsplit_once('@').filter(|(what, _)| Path::new(what).exists()) {
        return of_path(given, what, Some(eval::day(day)?), lang);
    }
    if let Some((what, day)) = given.rsplit_once('@')
        && let Ok(day) = eval::day(day)
    {
        if let Some((name, path)) = what.split_once(':') {
            return of_revision(given, (name, path), Some(day), lang);
        }
        return Err(files::not_found(Path::new(what), &std::io::ErrorKind::NotFound.into()));
    }
    match given.split_once(':') {
        // One letter and a colon is a drive.
        Some((name, path)) if name.len() > 1 => of_revision(given, (name, path), on, lang),
        _ => Err(files::not_found(Path::new(given), &std::io::ErrorKind::NotFound.into())),
    }
}

fn of_path(given: &str, path: &str, on: Option<i32>, lang: Lang) -> Result<Side, Failure> {
    match files::input(Path::new(path))? {
        Input::Policy(entry) => {
            let (loaded, found) = load(&entry, &FileSystem);
            Ok(Side::new(given, loaded, found, on))
        }
        Input::Bundle(name, bytes) => of_bundle(given, &name, &bytes, on, lang),
    }
}

fn of_revision(given: &str, (name, path): (&str, &str), on: Option<i32>, lang: Lang) -> Result<Side, Failure> {
    let revision = Revision::find(name)?;
    let entry = revision.entry(path)?;
    if let Some(bytes) = revision
        .bytes(&entry)
        .filter(|bytes| bytes.starts_with(pipeline::BUNDLE_MAGIC) || files::is_bundle_name(&entry))
    {
        return of_bundle(given, given, &bytes, on, lang);
    }
    let (loaded, found) = load(&entry, &revision);
    Ok(Side::new(given, loaded, found, on))
}

fn of_bundle(given: &str, name: &str, bytes: &[u8], on: Option<i32>, lang: Lang) -> Result<Side, Failure> {
    if on.is_some() {
        return Err(Failure::new(
            Code::BadArgument,
            format!("“{name}”是编译产物，只有编译时那一天的文本"),
            format!("`{name}` is a bundle, which holds the text of one day only"),
        )
        .help(
            "用 `guiju build --on DATE` 编译那一天的文本",
            "build the text of that day with `guiju build --on DATE`",
        ));
    }
    Side::of_bundle(given, bytes).map_err(|all| {
        let mut sources = Sources::new();
        let span = Span::new(sources.add(name, ""), 0, 0);
        let mut found = all.into_iter();
        let Some((code, text)) = found.next() else {
            return Failure::new(Code::NotABundle, format!("“{name}”读不了"), format!("`{name}` cannot be read"));
        };
        let more: Vec<Diagnostic> = found.map(|(code, text)| Diagnostic::new(code, span, text.zh, text.en)).collect();
        output::diagnostics(&more, &sources, lang);
        Failure::new(code, format!("“{name}”：{}", text.zh), format!("`{name}`: {}", text.en))
            .help("用现在的 guiju build 重新编译，再比较", "build it anew with this guiju, then compare")
    })
}

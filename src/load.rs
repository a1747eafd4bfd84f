//! In: the path of a policy and a [`Loader`]. Out: every file it takes in, parsed, its archived original, and what went wrong.
//! Invariant: pure — only the loader knows where bytes come from; each file is read once, in the order 引用 reaches it.

use std::collections::BTreeMap;

use crate::diagnostics::{Code, Diagnostic, nearest, sort};
use crate::limits::{FILES_MAX, SOURCE_BYTES_MAX};
use crate::model::Original;
use crate::source::{FileId, Sources, Span};
use crate::standard::library;
use crate::syntax::ast::{self, Item, Part};
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

mod decode;
mod path;

pub use path::{join, normalise};

/// Where bytes come from: the file system, an archive, an editor's buffers, a test.
pub trait Loader {
    /// The bytes of a file; paths use `/` and are relative to where the command was given.
    ///
    /// # Errors
    /// When there is no such file or it cannot be read.
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError>;

    /// Paths near `path` that could have been meant, for did-you-mean.
    fn neighbours(&self, path: &str) -> Vec<String> {
        let _ = path;
        Vec::new()
    }
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadError {
    /// There is no such file.
    NotFound,
    /// It is larger than [`SOURCE_BYTES_MAX`]; its size.
    TooLarge(u64),
    /// Anything else, as the system says it.
    Other(String),
}

/// Files in memory, by path.
impl Loader for BTreeMap<String, Vec<u8>> {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        self.get(path).cloned().ok_or(LoadError::NotFound)
    }

    fn neighbours(&self, _: &str) -> Vec<String> {
        self.keys().cloned().collect()
    }
}

/// A policy's files.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// The texts: policy files in the order of first reading, then the archived original.
    pub sources: Sources,
    /// The surface trees: the entry, then depth-first what it takes in.
    pub files: Vec<ast::File>,
    /// The archived original.
    pub original: Option<Original>,
    /// Whether some policy file could not be read: names that it declares would then be reported as unknown, so it is not checked
    /// further.
    pub partial: bool,
}

/// Reads `entry` and all that it takes in.
pub fn load(entry: &str, loader: &dyn Loader) -> (Loaded, Vec<Diagnostic>) {
    let mut reading =
        Reading { loader, loaded: Loaded::default(), found: Vec::new(), done: BTreeMap::new(), chain: Vec::new() };
    reading.file(&normalise(entry), None);
    reading.original();
    let Reading { loaded, mut found, .. } = reading;
    sort(&mut found);
    (loaded, found)
}

/// Adds the bytes of a file as a text. Of bytes that are not UTF-8 the valid part before them is kept, for the excerpt.
///
/// # Errors
/// P0001, at the place of the first bad byte.
pub fn text(sources: &mut Sources, path: &str, bytes: Vec<u8>) -> Result<FileId, Box<Diagnostic>> {
    part(sources, path, bytes, 1)
}

/// As [`text`], of a part of a file from `line` on.
///
/// # Errors
/// What is wrong with the bytes.
pub fn part(sources: &mut Sources, path: &str, bytes: Vec<u8>, line: u64) -> Result<FileId, Box<Diagnostic>> {
    match decode::text(bytes) {
        Ok(text) => Ok(sources.add_part(path, &text, line)),
        Err(bad) => {
            let id = sources.add_part(path, &bad.before, line);
            Err(Box::new(bad.diagnostic(Span::new(id, bad.before.len(), bad.before.len()))))
        }
    }
}

struct Reading<'a> {
    loader: &'a dyn Loader,
    loaded: Loaded,
    found: Vec<Diagnostic>,
    /// Paths that were reached, and the file each became.
    done: BTreeMap<String, Option<FileId>>,
    /// The files that are being read, each taken in by the one before.
    chain: Vec<String>,
}

impl Reading<'_> {
    /// Reads the file at `path`, which was asked for at `asked` (nowhere for the entry).
    fn file(&mut self, path: &str, asked: Option<Span>) {
        if self.done.contains_key(path) {
            return;
        }
        if self.done.len() >= FILES_MAX {
            let span = self.asked_or_named(path, asked);
            self.found.push(
                Diagnostic::new(
                    Code::LimitReached,
                    span,
                    format!("一份政策最多 {FILES_MAX} 个文件"),
                    format!("a policy has at most {FILES_MAX} files"),
                )
                .help("合并一些文件", "join some of the files"),
            );
            self.done.insert(path.to_owned(), None);
            self.loaded.partial = true;
            return;
        }
        self.done.insert(path.to_owned(), None);
        let Some(id) = self.read(path, asked) else {
            self.loaded.partial = true;
            return;
        };
        self.done.insert(path.to_owned(), Some(id));
        let Some(text) = self.loaded.sources.get(id).map(crate::source::Source::shared_text) else { return };
        let (file, found) = crate::syntax::parse(id, &text);
        self.found.extend(found);
        let imports: Vec<(String, Span)> = file.items.iter().filter_map(import_of).collect();
        self.loaded.files.push(file);
        self.chain.push(path.to_owned());
        for (written, span) in imports {
            self.import(path, &written, span);
        }
        self.chain.pop();
    }

    /// Reads a policy file as a text.
    fn read(&mut self, path: &str, asked: Option<Span>) -> Option<FileId> {
        if let Some(text) = asked.and_then(|_| library::text(path)) {
            return self.text(path, text.as_bytes().to_vec());
        }
        match self.loader.read(path) {
            Ok(bytes) if bytes.len() <= SOURCE_BYTES_MAX => self.text(path, bytes),
            Ok(bytes) => {
                self.unreadable(path, asked, LoadError::TooLarge(bytes.len() as u64));
                None
            }
            Err(error) => {
                self.unreadable(path, asked, error);
                None
            }
        }
    }

    fn import(&mut self, from: &str, written: &str, span: Span) {
        let path = if library::names(written) {
            self.in_library(written, span)
        } else {
            self.resolve(from, written, span, Code::ImportNotFound)
        };
        let Some(path) = path else {
            self.loaded.partial = true;
            return;
        };
        if let Some(at) = self.chain.iter().position(|open| *open == path) {
            let mut names: Vec<&str> = self.chain.iter().skip(at).map(String::as_str).collect();
            names.push(&path);
            let chain = names.join(" → ");
            self.found.push(
                Diagnostic::new(
                    Code::ImportCycle,
                    span,
                    format!("文件互相引用成环：{chain}"),
                    format!("files import each other in a cycle: {chain}"),
                )
                .help(
                    "把共用的条目移到一个不再引用别人的文件里",
                    "move what both need into a file that imports neither",
                ),
            );
            return;
        }
        self.file(&path, Some(span));
    }

    /// The path of a file of the standard library.
    fn in_library(&mut self, written: &str, span: Span) -> Option<String> {
        let path = library::path(written);
        if path.is_none() {
            let all: Vec<String> = library::paths().collect();
            let (zh, en) = (all.join("、"), all.join(", "));
            let found = Diagnostic::new(
                Code::ImportNotFound,
                span,
                format!("标准库里没有“{written}”"),
                format!("the standard library has no `{written}`"),
            )
            .help(format!("有这几个：{zh}"), format!("it holds {en}"));
            let found = match nearest(written, all.iter().map(String::as_str)) {
                Some(near) => found.fix(span, near, format!("改为“{near}”"), format!("change to `{near}`")),
                None => found,
            };
            self.found.push(found);
        }
        path
    }

    /// The path of `written` as seen from the file `from`; absolute paths are refused.
    fn resolve(&mut self, from: &str, written: &str, span: Span, code: Code) -> Option<String> {
        let joined = join(from, written);
        if joined.is_none() {
            self.found.push(
                Diagnostic::new(
                    code,
                    span,
                    format!("“{written}”是绝对路径"),
                    format!("`{written}` is an absolute path"),
                )
                .label("要写相对于本文件的路径", "a path relative to this file is needed")
                .help("写相对路径，整个文件夹才能搬到别处", "write a relative path, so that the folder can be moved"),
            );
        }
        joined
    }

    /// Adds a text; bytes that are not UTF-8 are reported.
    fn text(&mut self, path: &str, bytes: Vec<u8>) -> Option<FileId> {
        text(&mut self.loaded.sources, path, bytes).map_err(|bad| self.found.push(*bad)).ok()
    }

    fn unreadable(&mut self, path: &str, asked: Option<Span>, error: LoadError) {
        let span = self.asked_or_named(path, asked);
        let found = match (error, asked) {
            (LoadError::NotFound, Some(_)) => {
                self.missing(path, span, Code::ImportNotFound, "引用的文件", "imported file")
            }
            (LoadError::NotFound, None) => self.missing(path, span, Code::FileNotFound, "文件", "file"),
            (LoadError::TooLarge(size), _) => {
                let max = SOURCE_BYTES_MAX >> 20;
                Diagnostic::new(
                    Code::FileTooLarge,
                    span,
                    format!("文件“{path}”有 {size} 字节，最多 {max} MiB"),
                    format!("file `{path}` has {size} bytes; the limit is {max} MiB"),
                )
            }
            (LoadError::Other(why), _) => Diagnostic::new(
                Code::CannotRead,
                span,
                format!("文件“{path}”读不了：{why}"),
                format!("file `{path}` cannot be read: {why}"),
            ),
        };
        self.found.push(found);
    }

    fn missing(&self, path: &str, span: Span, code: Code, zh: &str, en: &str) -> Diagnostic {
        let found = Diagnostic::new(code, span, format!("{zh}“{path}”找不到"), format!("{en} `{path}` is not found"));
        let near = self.loader.neighbours(path);
        let Some(near) = nearest(path, near.iter().map(String::as_str)) else { return found };
        let found = found.perhaps(&near);
        // What is found is relative to where the command was given; the file may lie elsewhere.
        if self.loaded.sources.text(span).trim() != path {
            return found;
        }
        found.fix(span, near, format!("改为“{near}”"), format!("change to `{near}`"))
    }

    /// Where to report on a file: where it was asked for, else an empty text of its name.
    fn asked_or_named(&mut self, path: &str, asked: Option<Span>) -> Span {
        asked.unwrap_or_else(|| Span::new(self.loaded.sources.add(path, ""), 0, 0))
    }

    /// Reads the 原件 of the policy item.
    fn original(&mut self) {
        let Some((from, written, span)) = self.original_named() else { return };
        let Some(path) = self.resolve(&from, &written, span, Code::OriginalMissing) else { return };
        let bytes = match self.loader.read(&path) {
            Ok(bytes) if bytes.len() <= SOURCE_BYTES_MAX => bytes,
            Ok(bytes) => return self.unreadable(&path, Some(span), LoadError::TooLarge(bytes.len() as u64)),
            Err(LoadError::NotFound) => {
                let missing = self.missing(&path, span, Code::OriginalMissing, "原件", "original");
                return self.found.push(missing);
            }
            Err(error) => return self.unreadable(&path, Some(span), error),
        };
        let Some(id) = self.text(&path, bytes) else { return };
        let text = self.loaded.sources.get(id).map(|source| source.text().to_owned()).unwrap_or_default();
        self.loaded.original = Some(Original { name: written, text });
    }

    /// The file that names an original, the name as written, and where it stands.
    fn original_named(&self) -> Option<(String, String, Span)> {
        for file in &self.loaded.files {
            let policy = file.items.iter().filter(|item| item.keyword == ItemKeyword::Policy);
            for field in policy.flat_map(|item| &item.fields) {
                if field.keyword == Some(FieldKeyword::Original) && !field.value.is_empty() {
                    let from = self.loaded.sources.name(field.span).to_owned();
                    return Some((from, self.written(&field.value), field.value.span));
                }
            }
        }
        None
    }

    /// A phrase as a file name: the quoted text where there is one, else as it stands.
    fn written(&self, phrase: &ast::Phrase) -> String {
        match phrase.parts.as_slice() {
            [Part::Quote(text) | Part::Title(text)] => text.text.clone(),
            _ => self.loaded.sources.text(phrase.span).trim().to_owned(),
        }
    }
}

/// The path that a 引用 item names, and where.
fn import_of(item: &Item) -> Option<(String, Span)> {
    if item.keyword != ItemKeyword::Import {
        return None;
    }
    let named = item.header.lead.as_ref().or(item.header.title.as_ref())?;
    Some((named.text.trim().to_owned(), named.span))
}

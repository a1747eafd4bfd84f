//! In: a loaded policy and the day whose text is wanted. Out: one side of a comparison ([`Side`]): its trees, what of it compiles, its
//! program, and everything that is wrong with it.
//! Invariant: what does not compile is left out item by item, and named; nothing is said about the meaning of what was left out.

use std::collections::BTreeMap;

use crate::amend;
use crate::bytecode::encode::{SourceTexts, texts};
use crate::bytecode::{self, Verified};
use crate::diagnostics::{Code, Diagnostic, Text, sort};
use crate::editions::{Edition, Editions, editions};
use crate::load::{self, Loaded};
use crate::model::{self, Checked, Original};
use crate::source::{Sources, Span};
use crate::syntax::ast::{File, Item};
use crate::syntax::keywords::ItemKeyword;

/// How often what rests on something left out is left out in turn.
const ROUNDS: usize = 16;

/// One side of a comparison: a policy as it reads on one day.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// What it is called: the path, revision or day as it was given.
    pub label: String,
    /// The texts.
    pub sources: Sources,
    /// The trees of the day.
    pub files: Vec<File>,
    /// What of it compiles: everything, but for what [`Side::left_out`] names.
    pub checked: Option<Checked>,
    /// Its program.
    pub verified: Option<Verified>,
    /// The errors, in source order.
    pub found: Vec<Diagnostic>,
    /// First lines of items that do not compile, or rest on what does not.
    pub left_out: Vec<Span>,
    /// First and last day of the edition.
    pub days: (Option<i32>, Option<i32>),
}

impl Side {
    /// A side of what was loaded, as it reads on a day, else with all its amendments.
    #[must_use]
    pub fn new(label: &str, loaded: Loaded, found: Vec<Diagnostic>, on: Option<i32>) -> Side {
        let (files, original) = (loaded.files.clone(), loaded.original.clone());
        let read: Vec<Diagnostic> = found.iter().filter(|found| found.is_error()).cloned().collect();
        let Editions { sources, found, mut list } = editions(loaded, found, model::check);
        let errors: Vec<Diagnostic> = found.into_iter().filter(Diagnostic::is_error).collect();
        let held = on.and_then(|day| list.iter().position(|edition| edition.holds(day)));
        // An amendment that cannot be made ends the list; the text before it ends on a day all the same.
        let ends = held.and_then(|at| list.get(at)).is_some_and(|edition| edition.version.until.is_some());
        let at = held.unwrap_or(list.len().saturating_sub(1));
        let mut side = Side { label: label.to_owned(), sources, found: errors, ..Side::default() };
        if !side.found.is_empty() {
            side.own_errors(&mut list, (at, ends), &read, original.as_ref());
        }
        let edition = list.get(at);
        match edition {
            Some(edition) => side.edition(edition, original),
            None => {
                side.files = files;
                side.salvage_edition(original);
            }
        }
        side.lower();
        side
    }

    /// A side out of a bundle: the texts in it, compiled anew, where the program that it holds comes of them.
    ///
    /// # Errors
    /// What is wrong with the bundle, each with its code: damaged, of another version, without texts, or of other texts than its own.
    pub fn of_bundle(label: &str, bytes: &[u8]) -> Result<Side, Vec<(Code, Text)>> {
        let verified = bytecode::load(bytes).map_err(|error| error.findings())?;
        let read = texts(bytes).map_err(|error| vec![(error.code, error.message)])?;
        let Some(SourceTexts { entry, on, files }) = read else {
            return Err(vec![(
                Code::BundleWithoutTexts,
                Text::new(
                    "编译产物里没有源文件，不能比较含义",
                    "the bundle holds no source texts, so its meaning cannot be compared",
                ),
            )]);
        };
        let files: BTreeMap<String, Vec<u8>> = files.into_iter().collect();
        let (loaded, found) = load::load(&entry, &files);
        let side = Some(Side::new(label, loaded, found, on)).filter(Side::is_whole);
        let same = side.filter(|side| side.verified.as_ref().is_some_and(|made| made.program() == verified.program()));
        same.ok_or_else(|| {
            vec![(
                Code::BundleTextsDiffer,
                Text::new(
                    "编译产物里的源文件编译出来的不是这个程序",
                    "what the source texts of the bundle compile to is another program",
                ),
            )]
        })
    }

    /// Leaves out the errors of other days' texts: of one that amendments follow all but its own, of the last one those of earlier texts
    /// that it no longer has.
    fn own_errors(
        &mut self,
        list: &mut [Edition],
        (at, ends): (usize, bool),
        read: &[Diagnostic],
        original: Option<&Original>,
    ) {
        let found_in = |edition: &Edition| {
            let words = edition.version.words.iter();
            let original = original.cloned().map(|mut original| {
                words.for_each(|words| original.text.extend(["\n", words]));
                original
            });
            let (checked, found) = model::check(&edition.version.files, &self.sources, original);
            let errors = found.into_iter().filter(Diagnostic::is_error);
            (checked, errors.map(|found| amend::traced(found, &self.sources)).collect::<Vec<_>>())
        };
        let same = |one: &Diagnostic, other: &Diagnostic| {
            (one.code, one.primary.span, &one.message.zh) == (other.code, other.primary.span, &other.message.zh)
        };
        let Some(edition) = list.get(at) else { return };
        let (checked, own) = found_in(edition);
        let is_own = |found: &Diagnostic| own.iter().chain(read).any(|other| same(found, other));
        let earlier: Vec<Diagnostic> = match ends {
            true => Vec::new(),
            false => list.iter().take(at).flat_map(|edition| found_in(edition).1).collect(),
        };
        let is_kept = |found: &Diagnostic| is_own(found) || (!ends && !earlier.iter().any(|other| same(found, other)));
        self.found.retain(is_kept);
        if self.found.is_empty()
            && let Some(edition) = list.get_mut(at)
        {
            edition.checked = checked;
        }
    }

    fn edition(&mut self, edition: &Edition, original: Option<Original>) {
        self.days = (edition.version.from, edition.version.until);
        self.files.clone_from(&edition.version.files);
        self.checked.clone_from(&edition.checked);
        if self.checked.is_none() {
            let mut original = original;
            if let Some(original) = &mut original {
                for words in &edition.version.words {
                    original.text.push('\n');
                    original.text.push_str(words);
                }
            }
            self.salvage_edition(original);
        }
    }

    /// Quotations that lag behind do not stand in the way; other errors leave out what they are in.
    fn salvage_edition(&mut self, original: Option<Original>) {
        if self.found.iter().all(model::is_of_quotations) {
            self.checked = model::check_meaning(&self.files, &self.sources, original.clone()).0;
        }
        if self.checked.is_none() {
            self.salvage(original);
        }
    }

    /// Leaves out items with errors, then what rested on them, until the rest compiles.
    fn salvage(&mut self, original: Option<Original>) {
        let mut files = self.files.clone();
        let mut errors = self.found.clone();
        for _ in 0..ROUNDS {
            let broken: Vec<Span> = errors.iter().map(|found| found.primary.span).collect();
            let sources = &self.sources;
            let is_broken = |item: &Item| broken.iter().any(|span| holds(sources, item, *span));
            let mut gone: Vec<Span> = Vec::new();
            for file in &mut files {
                file.sound = true;
                file.items.retain(|item| {
                    let kept = item.keyword == ItemKeyword::Policy || !is_broken(item);
                    if !kept {
                        gone.push(item.span);
                    }
                    kept
                });
            }
            self.left_out.extend(&gone);
            let (checked, found) = model::check(&files, &self.sources, original.clone());
            if checked.is_some() {
                self.checked = checked;
                break;
            }
            errors = found.into_iter().filter(Diagnostic::is_error).collect();
            if gone.is_empty() && !errors.iter().any(|found| self.removable(&files, found)) {
                break;
            }
        }
        if self.checked.is_none() {
            self.left_out = self.files.iter().flat_map(|file| &file.items).map(|item| item.span).collect();
        }
        let mut traced: Vec<Diagnostic> = errors.into_iter().map(|found| amend::traced(found, &self.sources)).collect();
        if self.found.is_empty() {
            self.found.append(&mut traced);
        }
        sort(&mut self.found);
    }

    fn removable(&self, files: &[File], found: &Diagnostic) -> bool {
        let items = files.iter().flat_map(|file| &file.items).filter(|item| item.keyword != ItemKeyword::Policy);
        items.into_iter().any(|item| holds(&self.sources, item, found.primary.span))
    }

    fn lower(&mut self) {
        let Some(checked) = &self.checked else { return };
        match bytecode::lower(checked, &self.sources) {
            Ok(program) => self.verified = bytecode::verify(program).ok(),
            Err(found) => self.found.extend(found.into_iter().filter(Diagnostic::is_error)),
        }
    }

    /// Whether all of it compiles.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.verified.is_some() && self.left_out.is_empty() && self.found.iter().all(model::is_of_quotations)
    }

    /// Whether an item was left out because it does not compile.
    #[must_use]
    pub fn is_left_out(&self, item: Span) -> bool {
        self.left_out.contains(&item)
    }
}

/// Whether a place, as it was written or as amendments made it, lies in an item.
fn holds(sources: &Sources, item: &Item, at: Span) -> bool {
    let within = |whole: Span| whole.file == at.file && whole.start <= at.start && at.end <= whole.end;
    within(item.span) || within(sources.origin(item.span))
}

//! In: a loaded policy. Out: the policy of every day, checked ([`Editions`]): as it was made, and after each day on which amendments come
//! into force.
//! Invariant: what is found in several editions is reported once, with the amendment that brings it; an error in one edition leaves
//! the policy without any, for a decision of another day might rest on what was meant there.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::amend::{self, Version};
use crate::bytecode;
use crate::calendar;
use crate::diagnostics::{Code, Diagnostic, has_errors, sort};
use crate::load::Loaded;
use crate::model::{Checked, Original};
use crate::source::Sources;
use crate::syntax::ast::File;

/// How a policy is checked: `analysis::check`, or `model::check`.
pub type Check = fn(&[File], &Sources, Option<Original>) -> (Option<Checked>, Vec<Diagnostic>);

/// A policy from one day to another.
#[derive(Debug, Clone)]
pub struct Edition {
    /// Its trees and days.
    pub version: Version,
    /// What it says.
    pub checked: Option<Checked>,
}

/// Every edition of a policy.
#[derive(Debug, Clone, Default)]
pub struct Editions {
    /// The texts: of files, and those that amendments make.
    pub sources: Sources,
    /// Everything that was found, at the places where it was written, in source order.
    pub found: Vec<Diagnostic>,
    /// From the first to the newest. Where there are errors there may be fewer, but for a policy that could not be read at all there is
    /// one.
    pub list: Vec<Edition>,
}

impl Edition {
    /// The amendment that begins it, or nothing for the policy as it was made.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let ids: Vec<&str> = self.version.amendments.iter().map(|(id, _)| id.as_str()).collect();
        (!ids.is_empty()).then(|| ids.join("、"))
    }

    /// Whether it is in force on a day.
    #[must_use]
    pub fn holds(&self, day: i32) -> bool {
        self.version.from.is_none_or(|from| from <= day) && self.version.until.is_none_or(|until| day <= until)
    }
}

impl Editions {
    /// The edition of a day.
    #[must_use]
    pub fn on(&self, day: i32) -> Option<&Edition> {
        self.list.iter().find(|edition| edition.holds(day))
    }

    /// The edition of a day, else the newest: what a policy comes to with all amendments.
    #[must_use]
    pub fn on_or_newest(&self, day: Option<i32>) -> Option<&Edition> {
        day.map_or_else(|| self.list.last(), |day| self.on(day))
    }
}

/// Checks every edition of what was loaded; `found` is what loading found.
#[must_use]
pub fn editions(loaded: Loaded, found: Vec<Diagnostic>, check: Check) -> Editions {
    let Loaded { mut sources, files, original, partial } = loaded;
    if partial {
        return Editions { sources, found, list: Vec::new() };
    }
    let history = match amend::applies(&files) {
        true => amend::history(&files, &mut sources),
        false => amend::History { versions: vec![plain(files)], found: Vec::new() },
    };
    let mut gathering = Gathering { sources, original, seen: BTreeSet::new(), found, unused: Vec::new() };
    gathering.found.extend(history.found);
    let count = history.versions.len();
    let mut list: Vec<Edition> = Vec::with_capacity(count);
    for version in history.versions {
        gathering.basis(&version, list.last());
        let checked = gathering.check(&version, check);
        list.push(Edition { version, checked });
    }
    gathering.never_used(count);
    let Gathering { sources, mut found, .. } = gathering;
    sort(&mut found);
    if has_errors(&found) {
        for edition in &mut list {
            edition.checked = None;
        }
    }
    Editions { sources, found, list }
}

/// A policy that nothing amends.
fn plain(files: Vec<File>) -> Version {
    Version { files, ..Version::default() }
}

struct Gathering {
    sources: Sources,
    original: Option<Original>,
    seen: BTreeSet<(Code, String, (u32, u32, u32))>,
    found: Vec<Diagnostic>,
    /// What each edition does not use.
    unused: Vec<Vec<Diagnostic>>,
}

impl Gathering {
    fn check(&mut self, version: &Version, check: Check) -> Option<Checked> {
        let (checked, found) = check(&version.files, &self.sources, self.original(version));
        let later = version.from.is_some();
        let mut unused = Vec::new();
        for found in found {
            let found = amend::traced(found, &self.sources);
            if matches!(found.code, Code::DepartmentUnused | Code::NameUnused) {
                unused.push(found);
            } else if !(later && of_quotations(found.code)) {
                self.keep(found, version);
            }
        }
        self.unused.push(unused);
        checked
    }

    /// The archived original, with the words of the amendments in force.
    fn original(&self, version: &Version) -> Option<Original> {
        let mut original = self.original.clone()?;
        for words in &version.words {
            original.text.push('\n');
            original.text.push_str(words);
        }
        Some(original)
    }

    /// Keeps what was not found before; what an amendment brings is told with it.
    fn keep(&mut self, mut found: Diagnostic, version: &Version) {
        let at = found.primary.span;
        if !self.seen.insert((found.code, found.message.zh.clone(), (at.file.0, at.start, at.end))) {
            return;
        }
        if let (Some(day), Some((id, span))) = (version.from, version.amendments.first()) {
            let day = calendar::iso(day.into());
            found = found.also(
                *span,
                format!("从 {day} 修订“{id}”施行起才有"),
                format!("only since amendment `{id}` came into force on {day}"),
            );
        }
        self.found.push(found);
    }

    /// What no edition uses is not used; what one of them does, is.
    fn never_used(&mut self, count: usize) {
        let unused = std::mem::take(&mut self.unused);
        let Some(first) = unused.first() else { return };
        let everywhere = |found: &&Diagnostic| {
            let same = |other: &Diagnostic| other.code == found.code && other.primary.span == found.primary.span;
            unused.len() < count || unused.iter().all(|edition| edition.iter().any(same))
        };
        let kept: Vec<Diagnostic> = first.iter().filter(everywhere).cloned().collect();
        self.found.extend(kept);
    }

    /// Whether the clauses that an amendment was written for still mean what they did.
    fn basis(&mut self, version: &Version, before: Option<&Edition>) {
        if version.bases.is_empty() {
            return;
        }
        let program = before
            .and_then(|before| before.checked.as_ref())
            .and_then(|checked| bytecode::lower(checked, &self.sources).ok());
        let Some(program) = program else { return };
        for basis in &version.bases {
            let clause = program.tables.clauses.iter().find(|clause| clause.id == basis.clause);
            let Some(clause) = clause else {
                self.found.push(Diagnostic::new(
                    Code::AmendmentTarget,
                    basis.span,
                    format!("施行以前没有条款“{}”", basis.clause),
                    format!("there is no clause `{}` before", basis.clause),
                ));
                continue;
            };
            let mut now = String::with_capacity(64);
            for byte in bytecode::hash::basis(&program, clause) {
                let _ = write!(now, "{byte:02x}");
            }
            if now.starts_with(&basis.hash) {
                continue;
            }
            let short: String = now.chars().take(basis.hash.len().max(8)).collect();
            self.found.push(
                Diagnostic::new(
                    Code::BaseChanged,
                    basis.span,
                    format!("条款“{}”的含义变了，现在是 {short}", clause.id),
                    format!("clause `{}` means something else now: {short}", clause.id),
                )
                .help("看过现在的条款，确认修订还合适，再改基准", "read the clause as it stands, then change the base")
                .fix(basis.span, short.clone(), format!("改为 {short}"), format!("change to {short}")),
            );
        }
    }
}

/// Findings that compare a text with the archived original, whose words amendments replace.
fn of_quotations(code: Code) -> bool {
    matches!(
        code,
        Code::QuotedAmountUnused
            | Code::QuotedDepartmentUnused
            | Code::DepartmentNotInQuote
            | Code::QuotedDateUnused
            | Code::SentenceUncovered
            | Code::DepartmentOrder
    )
}

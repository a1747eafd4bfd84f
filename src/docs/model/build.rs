//! In: every edition of a policy. Out: the documentation of the one of a day, or of the newest, with the history of all.
//! Invariant: nothing is made of a policy with errors.

use std::collections::BTreeMap;

use super::clause::ClauseDoc;
use super::glossary::Parts;
use super::history::Side;
use super::names::Names;
use super::original::Original;
use super::words::day;
use super::{AmendmentDoc, Days, DocModel, EditionDoc, VERSION, history};
use crate::bytecode::{self, Verified};
use crate::editions::{Edition, Editions};
use crate::model::{Checked, ClauseId, DepartmentId, Model};
use crate::source::{Sources, Span};
use crate::standard::library;
use crate::syntax::ast::File;

/// What a documentation is made from.
pub(super) struct Making<'a> {
    pub(super) names: Names<'a>,
    pub(super) model: &'a Model,
    pub(super) program: &'a Verified,
    pub(super) sources: &'a Sources,
    pub(super) files: &'a [File],
    pub(super) original: Original,
    /// First day of the edition.
    from: Option<i32>,
}

impl Making<'_> {
    /// The currency of a clause.
    pub(super) fn currency(&self, clause: &str) -> String {
        let clauses = &self.program.program().tables.clauses;
        let found = clauses.iter().find(|info| info.id == clause).or(clauses.first());
        found.map_or_else(|| "CNY".to_owned(), |info| info.currency.clone())
    }

    /// The currency of budgets.
    pub(super) fn default_currency(&self) -> String {
        self.currency("")
    }

    /// The hash of what a clause means, in hexadecimal.
    pub(super) fn hash(&self, id: ClauseId) -> String {
        let info = self.program.program().tables.clauses.get(id.index());
        info.map(|info| info.meaning_hash.iter().map(|byte| format!("{byte:02x}")).collect()).unwrap_or_default()
    }

    /// A day on which the policy is in force: its first, in this edition.
    pub(super) fn day(&self) -> i32 {
        let policy = &self.model.policy;
        let first = policy.in_force.first.or(policy.published);
        self.from.max(first).unwrap_or(0)
    }

    /// Whether something is written in the standard library and not in the policy.
    pub(super) fn is_standard(&self, span: Span) -> bool {
        self.sources.name(self.sources.origin(span)).starts_with(library::FOLDER)
    }

    /// What this edition is compared by.
    fn side(&self, clauses: &[ClauseDoc]) -> Side {
        let ids = (0..self.model.departments.len()).filter_map(|at| u32::try_from(at).ok()).map(DepartmentId);
        Side {
            in_force: super::clause_build::days(self.model.policy.in_force),
            departments: ids.map(|id| (self.names.department_id(id), self.names.department(id))).collect(),
            clauses: clauses.to_vec(),
        }
    }

    fn clauses(&self) -> Vec<ClauseDoc> {
        let all = self.model.clauses.iter().zip(0u32..);
        all.map(|(clause, at)| self.clause(ClauseId(at), clause)).collect()
    }
}

/// A program for each edition that is checked.
fn programs<'e>(editions: &'e Editions) -> Vec<(&'e Edition, &'e Checked, Verified)> {
    let program = |edition: &'e Edition| {
        let checked = edition.checked.as_ref()?;
        let program = bytecode::lower(checked, &editions.sources).ok()?;
        Some((edition, checked, bytecode::verify(program).ok()?))
    };
    editions.list.iter().filter_map(program).collect()
}

/// The program of an edition, and its days; `None`: without end.
#[derive(Debug)]
pub struct EditionProgram {
    /// First day, as days from 1970-01-01.
    pub first: Option<i32>,
    /// Last day.
    pub last: Option<i32>,
    /// What decides on these days.
    pub program: Verified,
}

/// The documentation of the edition in force on a day, else of the newest, and the programs of every edition, from the first to the
/// newest; `None` where the policy has errors.
#[must_use]
pub fn build(editions: &Editions, on: Option<i32>) -> Option<(DocModel, Vec<EditionProgram>)> {
    let shown = editions.on_or_newest(on)?;
    let programs = programs(editions);
    let mut history: Vec<EditionDoc> = Vec::new();
    let mut before = Side::default();
    let mut chosen: Option<(Making<'_>, Vec<ClauseDoc>)> = None;
    for (edition, checked, program) in &programs {
        let making = Making {
            names: Names::new(checked.model()),
            model: checked.model(),
            program,
            sources: &editions.sources,
            files: &edition.version.files,
            original: Original::new(checked.model()),
            from: edition.version.from,
        };
        let clauses = making.clauses();
        let after = making.side(&clauses);
        let version = &edition.version;
        let is_shown = version.from == shown.version.from;
        history.push(EditionDoc {
            days: Days { first: version.from.map(day), last: version.until.map(day) },
            shown: is_shown,
            amendments: version.amendments.iter().map(|(id, span)| making.amendment(id, *span)).collect(),
            changes: if history.is_empty() { Vec::new() } else { history::changes(&before, &after) },
        });
        before = after;
        if is_shown {
            chosen = Some((making, clauses));
        }
    }
    let (making, clauses) = chosen?;
    let days = Days { first: shown.version.from.map(day), last: shown.version.until.map(day) };
    let model = making.doc(clauses, history, days);
    let all = programs.into_iter().map(|(edition, _, program)| EditionProgram {
        first: edition.version.from,
        last: edition.version.until,
        program,
    });
    Some((model, all.collect()))
}

impl Making<'_> {
    fn amendment(&self, id: &str, span: Span) -> AmendmentDoc {
        let whole = self.items_at(span);
        let text = self.sources.text(whole).trim_end().to_owned();
        AmendmentDoc { id: id.to_owned(), title: text.lines().next().unwrap_or_default().to_owned(), text }
    }

    /// The whole item of a first line, in the text as it was written.
    fn items_at(&self, span: Span) -> Span {
        let origin = self.sources.origin(span);
        let items = self.files.iter().flat_map(|file| &file.items);
        let whole = items.map(|item| item.span).find(|item| {
            let at = self.sources.origin(*item);
            at.file == origin.file && at.start <= origin.start && origin.start < at.end
        });
        whole.unwrap_or(span)
    }

    fn doc(&self, mut clauses: Vec<ClauseDoc>, history: Vec<EditionDoc>, edition: Days) -> DocModel {
        let cases = self.cases();
        for (clause, at) in clauses.iter_mut().zip(0_usize..) {
            let about = |number: &usize| {
                let case = self.model.cases.get(*number);
                case.is_some_and(|case| super::cases::subjects(case).contains(&at))
            };
            let mine = (0..self.model.cases.len()).filter(about);
            clause.cases = mine.filter_map(|number| cases.get(number)).map(|case| case.id.clone()).collect();
            let changes = history.iter().flat_map(|edition| &edition.changes);
            clause.history = changes.filter(|change| change.clause.as_ref() == Some(&clause.id)).cloned().collect();
        }
        let mut rests: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for clause in &clauses {
            for id in &clause.definitions {
                rests.entry(id.clone()).or_default().push(clause.id.clone());
            }
        }
        let departments = self.departments(&clauses);
        let (classes, subjects) = (self.classes(), self.subjects());
        let (facts, definitions) = (self.facts(&self.used()), self.definitions(&rests));
        let glossary = self.glossary(&Parts {
            departments: &departments,
            subjects: &subjects,
            facts: &facts,
            definitions: &definitions,
            classes: &classes,
        });
        DocModel {
            version: VERSION,
            policy: self.policy(),
            edition,
            original: self.original.doc(self.model),
            departments,
            classes,
            subjects,
            facts,
            definitions,
            scope: self.scope(),
            groups: self.groups(),
            quotas: self.quotas(),
            budgets: self.budgets(),
            settlement_order: self.steps(),
            payments_after_expiry: self.model.settlement.tail,
            scenarios: self.scenarios(&cases),
            cases,
            non_normative: self.passages(),
            timeline: self.timeline(&history),
            history,
            glossary,
            clauses,
        }
    }
}

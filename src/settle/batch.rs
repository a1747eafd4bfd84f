//! In: assessed applications, one by one. Out: [`Batch`], the same as columns, with identifiers as small numbers.
//! Invariant: no number of application is there twice; awards of one application are in order of clause.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

/// An assessed application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Application<'a> {
    /// Its number, unique in a batch.
    pub id: &'a str,
    /// Its day, from 1970-01-01.
    pub date: i32,
    /// Identifiers of the subjects that it names: kind and identifier.
    pub subjects: &'a [(u32, &'a str)],
    /// Clauses with the amounts assessed, scaled by 2.
    pub awards: &'a [(u32, i128)],
    /// What is known of slots that orders compare and of external amounts.
    pub facts: &'a [(u32, i128)],
    /// Groups of 择一 with the clause chosen.
    pub choices: &'a [(u32, u32)],
    /// Amounts of caps that are not constants; `None`: lifted.
    pub limits: &'a [(u32, Option<i128>)],
    /// Clauses with what they come to before their caps, where that is not the amount assessed; [`super::range::UNLIMITED`] where only
    /// the caps bound it.
    pub before: &'a [(u32, i128)],
}

/// Applications of one settlement.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub(super) rows: Vec<Row>,
    ids: FxHashMap<Arc<str>, u32>,
    pub(super) names: Names,
    subjects: Vec<(u32, u32)>,
    awards: Vec<(u32, i128)>,
    facts: Vec<(u32, i128)>,
    choices: Vec<(u32, u32)>,
    limits: Vec<(u32, Option<i128>)>,
    before: Vec<(u32, i128)>,
}

/// An application, its lists as ranges of the columns.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub id: Arc<str>,
    pub date: i32,
    subjects: Range<u32>,
    awards: Range<u32>,
    facts: Range<u32>,
    choices: Range<u32>,
    limits: Range<u32>,
    before: Range<u32>,
}

/// Identifiers of subjects as numbers; the same text of another kind is another number.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    of_kind: Vec<FxHashMap<Arc<str>, u32>>,
    texts: Vec<Arc<str>>,
}

impl Names {
    /// The number of an identifier.
    pub fn number(&mut self, kind: u32, text: &str) -> u32 {
        let at = kind as usize;
        if self.of_kind.len() <= at {
            self.of_kind.resize_with(at + 1, FxHashMap::default);
        }
        let next = small(self.texts.len());
        let Some(known) = self.of_kind.get_mut(at) else { return next };
        if let Some(number) = known.get(text) {
            return *number;
        }
        let text: Arc<str> = text.into();
        known.insert(text.clone(), next);
        self.texts.push(text);
        next
    }
}

impl Batch {
    /// No applications.
    #[must_use]
    pub fn new() -> Batch {
        Batch::default()
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds an application; where one of its number is there already, says which and leaves the batch as it was.
    ///
    /// # Errors
    /// The index of the application that has the number.
    pub fn push(&mut self, given: &Application<'_>) -> Result<(), u32> {
        if let Some(first) = self.ids.get(given.id) {
            return Err(*first);
        }
        let id: Arc<str> = given.id.into();
        self.ids.insert(id.clone(), small(self.rows.len()));
        let subjects_start = small(self.subjects.len());
        for (kind, text) in given.subjects {
            let name = self.names.number(*kind, text);
            self.subjects.push((*kind, name));
        }
        let awards_start = self.awards.len();
        self.awards.extend(given.awards.iter().map(|(clause, amount)| (*clause, (*amount).max(0))));
        if let Some(own) = self.awards.get_mut(awards_start..) {
            own.sort_by_key(|(clause, _)| *clause);
        }
        let row = Row {
            id,
            date: given.date,
            subjects: subjects_start..small(self.subjects.len()),
            awards: small(awards_start)..small(self.awards.len()),
            facts: extended(&mut self.facts, given.facts),
            choices: extended(&mut self.choices, given.choices),
            limits: extended(&mut self.limits, given.limits),
            before: extended(&mut self.before, given.before),
        };
        self.rows.push(row);
        Ok(())
    }

    /// The number of an application.
    #[must_use]
    pub fn id(&self, application: u32) -> &str {
        self.rows.get(application as usize).map_or("", |row| &row.id)
    }

    /// The day of an application.
    #[must_use]
    pub fn date(&self, application: u32) -> i32 {
        self.rows.get(application as usize).map_or(0, |row| row.date)
    }

    /// Whom an application names: kind and identifier.
    pub fn subjects(&self, application: u32) -> impl Iterator<Item = (u32, &str)> {
        let numbers = self.rows.get(application as usize).map_or(&[][..], |row| self.subjects_of(row));
        numbers.iter().filter_map(|(kind, name)| Some((*kind, self.names.texts.get(*name as usize)?.as_ref())))
    }

    pub(super) fn subjects_of(&self, row: &Row) -> &[(u32, u32)] {
        part(&self.subjects, &row.subjects)
    }

    pub(super) fn awards_of(&self, row: &Row) -> &[(u32, i128)] {
        part(&self.awards, &row.awards)
    }

    pub(super) fn facts_of(&self, row: &Row) -> &[(u32, i128)] {
        part(&self.facts, &row.facts)
    }

    pub(super) fn choices_of(&self, row: &Row) -> &[(u32, u32)] {
        part(&self.choices, &row.choices)
    }

    pub(super) fn limits_of(&self, row: &Row) -> &[(u32, Option<i128>)] {
        part(&self.limits, &row.limits)
    }

    /// What a clause comes to before its caps.
    pub(super) fn before(&self, row: &Row, clause: u32) -> i128 {
        let of = |pairs: &[(u32, i128)]| pairs.iter().find(|(of, _)| *of == clause).map(|(_, amount)| *amount);
        of(part(&self.before, &row.before)).or_else(|| of(self.awards_of(row))).unwrap_or(0)
    }
}

fn extended<T: Copy>(column: &mut Vec<T>, with: &[T]) -> Range<u32> {
    let start = small(column.len());
    column.extend_from_slice(with);
    start..small(column.len())
}

fn part<'a, T>(column: &'a [T], range: &Range<u32>) -> &'a [T] {
    column.get(range.start as usize..range.end as usize).unwrap_or(&[])
}

/// A number of rows; a batch of four thousand million does not fit anyway.
pub(super) fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

//! In: what running, coverage and mutation of policies came to. Out: [`PolicyRun`]s as text for people, as JSON or as JUnit XML.
//! Invariant: the same runs give the same text, byte for byte.

mod cover;
mod human;
mod json;
mod junit;
mod table;

use super::Report;
use super::coverage::Coverage;
use super::mutation::Mutations;

pub use human::human;
pub use json::json;
pub use junit::junit;

/// What became of the cases of one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRun {
    /// The path it was asked for by.
    pub path: String,
    /// Its title; its number where it has none.
    pub title: String,
    /// Id and title of each clause, in order.
    pub clauses: Vec<(String, String)>,
    /// Names of its source files.
    pub files: Vec<String>,
    /// Its cases that were run, in order.
    pub reports: Vec<Report>,
    /// How many cases it has; more than were run where a filter was given.
    pub cases: usize,
    /// What they cover, where that was asked.
    pub coverage: Option<Coverage>,
    /// Which changes they notice, where that was asked.
    pub mutations: Option<Mutations>,
}

impl PolicyRun {
    /// How many cases passed, and how many failed.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let failed = self.reports.iter().filter(|report| !report.mismatches.is_empty()).count();
        (self.reports.len() - failed, failed)
    }
}

//! In: a program with its cases. Out: [`Coverage`]: which goals its cases show, and which none does, each with a case that would where
//! one was found. Invariants: only a case that passes, and expects something of a clause, shows anything of that clause; a case that is
//! proposed was run and shows its goal.

use super::goals::{Aim, Goal, goals, shows};
use super::suggest::{self, Proposal};
use super::{Report, day, prepared};
use crate::bytecode::Verified;
use crate::bytecode::program::{CaseInfo, ExpectationInfo, Tables};
use crate::decision::ClauseDecision;
use crate::vm::Vm;

/// What the cases of a program show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Every goal, in the order of the document, and what became of it.
    pub goals: Vec<(Goal, Shown)>,
    /// Of each clause, in order, how often its cases came to each outcome: eligible, ineligible, undetermined, not in force.
    pub outcomes: Vec<[usize; 4]>,
}

/// What became of a goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// A case shows it: the first, as an index.
    By(usize),
    /// None does; with a case that would, where one was found.
    Not(Option<Proposal>),
    /// None can: it is proved that there is no such application.
    Impossible,
}

/// How many of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// Shown.
    pub shown: usize,
    /// All.
    pub of: usize,
}

impl Share {
    /// Tenths of a percent, rounded down; of nothing: all.
    #[must_use]
    pub fn permille(self) -> usize {
        self.shown.saturating_mul(1000).checked_div(self.of).unwrap_or(1000)
    }

    /// Whether it reaches a percentage.
    #[must_use]
    pub fn reaches(self, percent: u32) -> bool {
        self.shown.saturating_mul(100) >= self.of.saturating_mul(percent as usize)
    }
}

impl Coverage {
    /// How many of the goals that `of` picks are shown; those that cannot be do not count.
    pub fn share(&self, mut of: impl FnMut(&Goal) -> bool) -> Share {
        let mut share = Share::default();
        let possible = self.goals.iter().filter(|(_, shown)| *shown != Shown::Impossible);
        for (_, shown) in possible.filter(|(goal, _)| of(goal)) {
            share.of += 1;
            share.shown += usize::from(matches!(shown, Shown::By(_)));
        }
        share
    }

    /// How many of all goals are shown.
    #[must_use]
    pub fn total(&self) -> Share {
        self.share(|_| true)
    }

    /// How many of the conditions' goals are shown.
    #[must_use]
    pub fn conditions(&self) -> Share {
        self.share(|goal| matches!(goal.aim, Aim::Condition { .. }))
    }
}

/// What the cases of a program show; `reports` are those of its cases, in order.
#[must_use]
pub fn coverage(program: &Verified, reports: &[Report]) -> Coverage {
    let tables = &program.program().tables;
    let vm = Vm::new(program);
    let mut machine = vm.machine();
    let mut goals: Vec<(Goal, Shown)> =
        goals(program.program()).into_iter().map(|goal| (goal, Shown::Not(None))).collect();
    let mut outcomes = vec![[0; 4]; tables.clauses.len()];
    for (at, info) in tables.cases.iter().enumerate() {
        if reports.get(at).is_some_and(|report| !report.mismatches.is_empty()) {
            continue;
        }
        let (case, on) = (prepared(tables, &vm, info), day(tables, info));
        let trace = machine.trace(&case, on);
        let clauses = expected_clauses(tables, info);
        for &clause in &clauses {
            if let (Some(row), Some(of)) = (outcomes.get_mut(clause as usize), tables.clauses.get(clause as usize)) {
                row[column(&trace.decide_clause(of))] += 1;
            }
        }
        for (goal, shown) in goals.iter_mut().filter(|(_, shown)| matches!(shown, Shown::Not(_))) {
            let candidates = clauses.iter().filter(|clause| goal.clause.is_none_or(|own| own == **clause));
            if candidates.into_iter().any(|clause| shows(&trace, *clause, goal.aim)) {
                *shown = Shown::By(at);
            }
        }
    }
    suggest::fill(&vm, &mut goals);
    Coverage { goals, outcomes }
}

fn column(decision: &ClauseDecision) -> usize {
    match decision {
        ClauseDecision::Eligible { .. } => 0,
        ClauseDecision::Ineligible { .. } => 1,
        ClauseDecision::Undetermined { .. } => 2,
        ClauseDecision::NotInForce => 3,
    }
}

/// The clauses of which a case expects something; one that expects a total expects something of all.
pub(super) fn expected_clauses(tables: &Tables, case: &CaseInfo) -> Vec<u32> {
    let mut clauses = Vec::new();
    for (expectation, _) in &case.expectations {
        match expectation {
            ExpectationInfo::Clause { clause, .. }
            | ExpectationInfo::Instalments { clause, .. }
            | ExpectationInfo::Shares { clause, .. }
            | ExpectationInfo::Retroactive { clause, .. }
            | ExpectationInfo::Clawback { clause, .. } => clauses.push(*clause),
            ExpectationInfo::Total { .. } => clauses.extend((0u32..).take(tables.clauses.len())),
            ExpectationInfo::Conflict { .. } => {}
        }
    }
    clauses.sort_unstable();
    clauses.dedup();
    clauses
}

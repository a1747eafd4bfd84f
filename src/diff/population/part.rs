//! In: applicants with what each clause comes to on both sides. Out: [`Part`]: sums and the largest changes; parts of one population merge.
//! Invariant: whichever way a population is cut into parts, and in whichever order they merge, the whole is the same.

use std::collections::BTreeMap;

use super::tally::{Both, Delta, Direction, Line, Scratch, Sum};
use super::{LISTED_MAX, Place, Population, State};
use crate::diagnostics::Text;
use crate::vm::Case;

/// An applicant.
pub(super) struct Row<'r> {
    pub place: Place,
    pub label: &'r str,
    /// The industry, as a value of the class.
    pub industry: Option<u32>,
    /// One a pair of clauses.
    pub states: &'r [(State, State)],
}

/// What is needed to say why.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub cases: [Case; 2],
    pub on: i32,
}

/// What settlement took, one a pair of clauses, by side.
pub(super) type Notes = Vec<(Option<Text>, Option<Text>)>;

/// One of the largest.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub place: Place,
    pub label: String,
    pub old: Sum,
    pub new: Sum,
    pub delta: Delta,
    pub states: Vec<(State, State)>,
    pub kept: Option<Kept>,
    pub notes: Notes,
}

/// A share of a population, compared.
#[derive(Debug, Clone, Default)]
pub struct Part {
    pub(super) rows: u64,
    pub(super) total: Line,
    pub(super) clauses: Vec<Line>,
    pub(super) departments: Vec<Line>,
    pub(super) industries: BTreeMap<Option<u32>, Line>,
    pub(super) losers: Vec<Entry>,
    pub(super) gainers: Vec<Entry>,
}

impl Part {
    pub(super) fn new(of: &Population<'_>) -> Part {
        Part {
            clauses: vec![Line::default(); of.pairs.len()],
            departments: vec![Line::default(); of.departments.len()],
            ..Part::default()
        }
    }

    /// How many applicants were compared.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Adds another share.
    pub fn merge(&mut self, other: Part) {
        self.rows += other.rows;
        self.total.merge(&other.total);
        merge_all(&mut self.clauses, &other.clauses);
        merge_all(&mut self.departments, &other.departments);
        for (industry, line) in &other.industries {
            self.industries.entry(*industry).or_default().merge(line);
        }
        for (mine, theirs) in [(&mut self.losers, other.losers), (&mut self.gainers, other.gainers)] {
            theirs.into_iter().for_each(|entry| insert(mine, entry));
        }
    }

    /// Adds an applicant; says whether it is among the largest so far, and then [`Part::keep`] is to be called.
    pub(super) fn add(&mut self, of: &Population<'_>, row: &Row<'_>, scratch: &mut Scratch) -> Option<Direction> {
        let adds_up = of.currency.is_some();
        self.rows += 1;
        let mut all = Both::default();
        scratch.departments.fill(Both::default());
        let pairs = of.pairs.iter().zip(&of.leads).zip(row.states).zip(&mut self.clauses);
        for (((pair, leads), (old, new)), line) in pairs {
            let (old, new) = (Sum::of(*old), Sum::of(*new));
            if !(old.eligible || old.open || new.eligible || new.open) {
                continue;
            }
            all.clause(pair, (old, new));
            let delta = if pair.fixed { Delta::default() } else { Delta::of(old, new) };
            line.add(old, new, delta, delta.direction());
            let nothing = Sum::default();
            match *leads {
                (Some(a), Some(b)) if a == b => {
                    if let Some(place) = scratch.departments.get_mut(a) {
                        place.clause(pair, (old, new));
                    }
                }
                (a, b) => {
                    // What moves to another department is a change for both.
                    let pair = super::Pair { fixed: false, ..*pair };
                    for (at, sums) in [(a, (old, nothing)), (b, (nothing, new))] {
                        if let Some(place) = at.and_then(|at| scratch.departments.get_mut(at)) {
                            place.clause(&pair, sums);
                        }
                    }
                }
            }
        }
        let direction = all.direction(adds_up);
        let counted = if adds_up { all } else { all.counted() };
        self.total.add(counted.old, counted.new, counted.delta, direction);
        if of.industry.is_some() {
            let line = self.industries.entry(row.industry).or_default();
            line.add(counted.old, counted.new, counted.delta, direction);
        }
        for (both, line) in scratch.departments.iter().zip(&mut self.departments).filter(|(both, _)| both.used) {
            let direction = both.direction(adds_up);
            let both = if adds_up { *both } else { both.counted() };
            line.add(both.old, both.new, both.delta, direction);
        }
        let list = match direction {
            Direction::Gains => &self.gainers,
            Direction::Loses => &self.losers,
            Direction::Same | Direction::Mixed | Direction::Open => return None,
        };
        let last = list.last().filter(|_| list.len() >= LISTED_MAX);
        let enters = last.is_none_or(|last| rank(all.delta, row.place) < rank(last.delta, last.place));
        enters.then_some(direction)
    }

    /// Lists an applicant among the largest.
    pub(super) fn keep(
        &mut self,
        of: &Population<'_>,
        row: &Row<'_>,
        direction: Direction,
        kept: Option<Kept>,
        notes: Notes,
    ) {
        let mut all = Both::default();
        for (pair, (old, new)) in of.pairs.iter().zip(row.states) {
            all.clause(pair, (Sum::of(*old), Sum::of(*new)));
        }
        let entry = Entry {
            place: row.place,
            label: row.label.to_owned(),
            old: all.old,
            new: all.new,
            delta: all.delta,
            states: row.states.to_vec(),
            kept,
            notes,
        };
        insert(if direction == Direction::Loses { &mut self.losers } else { &mut self.gainers }, entry);
    }
}

/// The largest first, then the earliest.
fn rank(delta: Delta, place: Place) -> (std::cmp::Reverse<(u128, u128)>, Place) {
    (std::cmp::Reverse(delta.size()), place)
}

fn insert(list: &mut Vec<Entry>, entry: Entry) {
    let at = list.partition_point(|other| rank(other.delta, other.place) < rank(entry.delta, entry.place));
    list.insert(at, entry);
    list.truncate(LISTED_MAX);
}

fn merge_all(mine: &mut Vec<Line>, theirs: &[Line]) {
    if mine.len() < theirs.len() {
        mine.resize(theirs.len(), Line::default());
    }
    mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.merge(theirs));
}

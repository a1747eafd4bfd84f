//! In: what changed. Out: each item's direction in one word ([`Direction`]) and all of it in numbers ([`Summary`]).
//! Invariant: what was not decided is never counted as the same.

use rust_decimal::Decimal;

use crate::syntax::keywords::ItemKeyword;

use super::entry::Entry;
use super::meaning::{Finding, How, Leaning, Meaning, Most, Verdict};
use super::structure::{Change, Pair};
use super::{Item, Side};

/// What a change of an item comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// It means the same; proved.
    Same,
    /// Somebody gains and nobody loses.
    Wider,
    /// Somebody loses and nobody gains.
    Narrower,
    /// Some gain and some lose.
    Mixed,
    /// Something else differs that gives nobody more or less: departments, who bears it …
    Otherwise,
    /// Something else differs, such as payment; whom it favours cannot be said.
    Unclear,
    /// It was not decided.
    Open,
}

/// The largest change of an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Largest {
    /// The clause.
    pub clause: String,
    /// By how much.
    pub by: Most,
    /// Whether it is more.
    pub more: bool,
}

/// A comparison in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Clauses of the old side.
    pub old_clauses: usize,
    /// Clauses of the new side.
    pub new_clauses: usize,
    /// New clauses.
    pub added: usize,
    /// Clauses that are gone.
    pub removed: usize,
    /// Clauses of both sides that widen.
    pub wider: usize,
    /// That narrow.
    pub narrower: usize,
    /// That widen for some and narrow for others.
    pub mixed: usize,
    /// Where only departments and the like differ.
    pub otherwise: usize,
    /// Where it cannot be said whom a change favours.
    pub unclear: usize,
    /// Not decided.
    pub open: usize,
    /// Reworded, with the same meaning.
    pub reworded: usize,
    /// With another address.
    pub renumbered: usize,
    /// That stand elsewhere.
    pub moved: usize,
    /// Changed items that are no clauses.
    pub declarations: usize,
    /// Lines about meaning that are proved, sampled, of the text only.
    pub standing: [usize; 3],
    /// The largest change of an amount.
    pub largest: Option<Largest>,
}

/// What a pair comes to.
#[must_use]
pub fn direction(pair: &Pair<'_>, meanings: &[Meaning]) -> Direction {
    if pair.kind() != ItemKeyword::Clause {
        // What a declaration means is told at the clauses that rest on it; `policy::judge` looks at the rest.
        return Direction::Same;
    }
    if meanings.is_empty() {
        return if pair.is_same() && pair.old.is_some() && pair.new.is_some() {
            Direction::Same
        } else {
            Direction::Open
        };
    }
    meanings.iter().map(of).fold(Direction::Same, together)
}

fn of(meaning: &Meaning) -> Direction {
    let found = together(verdict(&meaning.eligibility), verdict(&meaning.amount));
    meaning.other.iter().map(|change| leaning(change.leaning)).fold(found, together)
}

/// What something else that differs comes to.
#[must_use]
pub fn leaning(leaning: Leaning) -> Direction {
    match leaning {
        Leaning::Neither => Direction::Otherwise,
        Leaning::Wider => Direction::Wider,
        Leaning::Narrower => Direction::Narrower,
        Leaning::Mixed => Direction::Mixed,
        Leaning::Unclear => Direction::Unclear,
    }
}

fn verdict(finding: &Finding) -> Direction {
    match (&finding.verdict, finding.how) {
        (Verdict::Equivalent, How::Proved) => Direction::Same,
        (Verdict::Equivalent, How::Sampled | How::TextOnly) => Direction::Open,
        (Verdict::Wider, _) => Direction::Wider,
        (Verdict::Narrower, _) => Direction::Narrower,
        (Verdict::Incomparable, _) => Direction::Mixed,
        (Verdict::Unknown(_), _) if finding.more.is_some() && finding.less.is_some() => Direction::Mixed,
        (Verdict::Unknown(_), _) => Direction::Open,
    }
}

/// Two directions as one: what is not known outweighs what is, but for what goes both ways.
#[must_use]
pub fn together(one: Direction, other: Direction) -> Direction {
    use Direction as D;
    match (one, other) {
        (D::Mixed, _) | (_, D::Mixed) => D::Mixed,
        (D::Wider, D::Narrower) | (D::Narrower, D::Wider) => D::Mixed,
        (D::Open, _) | (_, D::Open) => D::Open,
        (D::Unclear, _) | (_, D::Unclear) => D::Unclear,
        (D::Same, it) | (it, D::Same) => it,
        (D::Otherwise, it) | (it, _) => it,
    }
}

/// All of it in numbers.
#[must_use]
pub fn summary(old: &Side, new: &Side, items: &[Item], entries: &(Vec<Entry<'_>>, Vec<Entry<'_>>)) -> Summary {
    let _ = (old, new);
    let clauses = |all: &[Entry<'_>]| all.iter().filter(|entry| entry.kind() == ItemKeyword::Clause).count();
    let mut counts =
        Summary { old_clauses: clauses(&entries.0), new_clauses: clauses(&entries.1), ..Summary::default() };
    for item in items {
        if item.kind != ItemKeyword::Clause {
            counts.declarations += 1;
            continue;
        }
        counts.count(item);
    }
    counts.largest = largest(items);
    counts
}

impl Summary {
    fn count(&mut self, item: &Item) {
        for change in &item.changes {
            match change {
                Change::Renumbered { .. } => self.renumbered += 1,
                Change::Moved { .. } => self.moved += 1,
                Change::Added | Change::Removed | Change::Retitled { .. } | Change::Identified { .. } => {}
            }
        }
        for meaning in &item.meanings {
            let others = meaning.other.iter().map(|change| change.how);
            for how in [meaning.eligibility.how, meaning.amount.how].into_iter().chain(others) {
                let [proved, sampled, text] = &mut self.standing;
                *match how {
                    How::Proved => proved,
                    How::Sampled => sampled,
                    How::TextOnly => text,
                } += 1;
            }
        }
        if item.old.is_none() {
            self.added += 1;
            return;
        }
        if item.new.is_none() {
            self.removed += 1;
            return;
        }
        *match item.direction {
            Direction::Same if !item.lines.is_empty() => &mut self.reworded,
            Direction::Same => return,
            Direction::Wider => &mut self.wider,
            Direction::Narrower => &mut self.narrower,
            Direction::Mixed => &mut self.mixed,
            Direction::Otherwise => &mut self.otherwise,
            Direction::Unclear => &mut self.unclear,
            Direction::Open => &mut self.open,
        } += 1;
    }
}

/// The largest change of an amount; what has no bound is the largest.
fn largest(items: &[Item]) -> Option<Largest> {
    let mut best: Option<((u8, Decimal), Largest)> = None;
    for item in items.iter().filter(|item| item.old.is_some() && item.new.is_some()) {
        for meaning in &item.meanings {
            for (most, more) in [(meaning.amount.at_most_more, true), (meaning.amount.at_most_less, false)] {
                let Some(by) = most else { continue };
                let size = match by {
                    Most::Unlimited => (1, Decimal::ZERO),
                    Most::Reached(by) | Most::NotAbove(by) | Most::AtLeast(by) => (0, by),
                };
                if best.as_ref().is_none_or(|(known, _)| *known < size) {
                    best = Some((size, Largest { clause: item.name(), by, more }));
                }
            }
        }
    }
    best.map(|(_, largest)| largest)
}

//! In: what clauses come to for one applicant on both sides. Out: sums and counts that add up in any order.
//! Invariant: [`Line::merge`] is commutative and associative; an open outcome adds to no sum.

use super::{Pair, State};
use crate::vm::{INFINITE, Outcome};

/// How an applicant fares under the new policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// The same.
    Same,
    /// Gets more: at least or at most, and neither less.
    Gains,
    /// Gets less.
    Loses,
    /// At least more and at most less, or the other way round.
    Mixed,
    /// Not known: an outcome that differs in meaning is open.
    Open,
}

/// What one applicant gets on one side. Amounts are scaled by 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// Least.
    pub low: i128,
    /// Most, of what has a ceiling.
    pub high: i128,
    /// How many amounts have no ceiling.
    pub unlimited: u64,
    /// Whether anything is given.
    pub eligible: bool,
    /// Whether an outcome is open.
    pub open: bool,
}

/// What many applicants get on one side. Amounts are scaled by 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amounts {
    /// How many get something.
    pub eligible: u64,
    /// Of how many an outcome is open.
    pub undetermined: u64,
    /// Least of what is decided.
    pub low: i128,
    /// Most of what is decided and has a ceiling.
    pub high: i128,
    /// Of how many an amount has no ceiling.
    pub unlimited: u64,
}

/// Both sides, and who fares how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Line {
    /// Under the old policy.
    pub old: Amounts,
    /// Under the new one.
    pub new: Amounts,
    /// How many get more.
    pub gains: u64,
    /// How many get less.
    pub loses: u64,
    /// How many may get more or less.
    pub mixed: u64,
    /// Of how many that is not known.
    pub open: u64,
    /// What those who gain get more: least and most.
    pub gained: (i128, i128),
    /// What those who lose get less: least and most, below zero.
    pub lost: (i128, i128),
}

impl Sum {
    /// What a clause comes to.
    pub(super) fn of(state: State) -> Sum {
        match state {
            Some(Outcome::Eligible { low, high, .. }) if high == INFINITE => {
                Sum { low, unlimited: 1, eligible: true, ..Sum::default() }
            }
            Some(Outcome::Eligible { low, high, .. }) => Sum { low, high, eligible: true, ..Sum::default() },
            Some(Outcome::Undetermined) => Sum { open: true, ..Sum::default() },
            Some(Outcome::NotInForce | Outcome::Ineligible(_)) | None => Sum::default(),
        }
    }

    fn add(&mut self, other: Sum) {
        self.low = self.low.saturating_add(other.low);
        self.high = self.high.saturating_add(other.high);
        self.unlimited += other.unlimited;
        self.eligible |= other.eligible;
        self.open |= other.open;
    }
}

impl Amounts {
    fn add(&mut self, sum: Sum) {
        self.eligible += u64::from(sum.eligible);
        self.undetermined += u64::from(sum.open);
        self.low = self.low.saturating_add(sum.low);
        self.high = self.high.saturating_add(sum.high);
        self.unlimited += u64::from(sum.unlimited > 0);
    }

    fn merge(&mut self, other: &Amounts) {
        self.eligible += other.eligible;
        self.undetermined += other.undetermined;
        self.low = self.low.saturating_add(other.low);
        self.high = self.high.saturating_add(other.high);
        self.unlimited += other.unlimited;
    }
}

/// How much more an applicant gets under clauses whose meaning differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Delta {
    /// Of the least.
    pub low: i128,
    /// Of the most, where there is a ceiling.
    pub high: i128,
    /// Of how many amounts without a ceiling.
    pub unlimited: i128,
    /// Whether an outcome is open.
    pub open: bool,
}

impl Delta {
    pub fn of(old: Sum, new: Sum) -> Delta {
        Delta {
            low: new.low.saturating_sub(old.low),
            high: new.high.saturating_sub(old.high),
            unlimited: i128::from(new.unlimited) - i128::from(old.unlimited),
            open: old.open || new.open,
        }
    }

    fn add(&mut self, other: Delta) {
        self.low = self.low.saturating_add(other.low);
        self.high = self.high.saturating_add(other.high);
        self.unlimited += other.unlimited;
        self.open |= other.open;
    }

    pub fn direction(self) -> Direction {
        if self.open {
            return Direction::Open;
        }
        let most = if self.unlimited == 0 { self.high } else { self.unlimited };
        match (self.low.signum(), most.signum()) {
            (0, 0) => Direction::Same,
            (0 | 1, 0 | 1) => Direction::Gains,
            (1, -1) | (-1, 1) => Direction::Mixed,
            _ => Direction::Loses,
        }
    }

    /// By which the largest are found.
    pub fn size(self) -> (u128, u128) {
        (self.unlimited.unsigned_abs(), self.low.saturating_add(self.high).unsigned_abs())
    }
}

impl Line {
    pub(super) fn add(&mut self, old: Sum, new: Sum, delta: Delta, direction: Direction) {
        self.old.add(old);
        self.new.add(new);
        let place = match direction {
            Direction::Same => return,
            Direction::Gains => &mut self.gains,
            Direction::Loses => &mut self.loses,
            Direction::Mixed => &mut self.mixed,
            Direction::Open => &mut self.open,
        };
        *place += 1;
        let sums = match direction {
            Direction::Gains => &mut self.gained,
            Direction::Loses => &mut self.lost,
            Direction::Same | Direction::Mixed | Direction::Open => return,
        };
        *sums = (sums.0.saturating_add(delta.low), sums.1.saturating_add(delta.high));
    }

    /// Adds what others come to.
    pub fn merge(&mut self, other: &Line) {
        self.old.merge(&other.old);
        self.new.merge(&other.new);
        self.gains += other.gains;
        self.loses += other.loses;
        self.mixed += other.mixed;
        self.open += other.open;
        let add = |a: (i128, i128), b: (i128, i128)| (a.0.saturating_add(b.0), a.1.saturating_add(b.1));
        (self.gained, self.lost) = (add(self.gained, other.gained), add(self.lost, other.lost));
    }
}

/// Both sides of one applicant under some of the clauses.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Both {
    pub old: Sum,
    pub new: Sum,
    pub delta: Delta,
    /// Directions of single clauses, for amounts that do not add up.
    up: bool,
    down: bool,
    pub used: bool,
}

impl Both {
    /// Adds a clause; its old side and its new side may go to different places.
    pub fn clause(&mut self, pair: &Pair, (old, new): (Sum, Sum)) {
        self.used |= old.eligible || old.open || new.eligible || new.open;
        self.old.add(old);
        self.new.add(new);
        if pair.fixed {
            return;
        }
        let delta = Delta::of(old, new);
        match delta.direction() {
            Direction::Gains => self.up = true,
            Direction::Loses => self.down = true,
            Direction::Mixed => (self.up, self.down) = (true, true),
            Direction::Same | Direction::Open => {}
        }
        self.delta.add(delta);
    }

    /// How the applicant fares; amounts of several currencies do not add up, and go by clause.
    pub fn direction(&self, adds_up: bool) -> Direction {
        match (self.up, self.down) {
            _ if adds_up || self.delta.open => self.delta.direction(),
            (true, true) => Direction::Mixed,
            (true, false) => Direction::Gains,
            (false, true) => Direction::Loses,
            (false, false) => Direction::Same,
        }
    }

    /// Without the amounts, which do not add up.
    pub fn counted(mut self) -> Both {
        for sum in [&mut self.old, &mut self.new] {
            (sum.low, sum.high) = (0, 0);
        }
        self.delta = Delta { open: self.delta.open, ..Delta::default() };
        self
    }
}

/// Room for the departments of one applicant.
pub(super) struct Scratch {
    pub departments: Vec<Both>,
}

impl Scratch {
    pub fn new(departments: usize) -> Scratch {
        Scratch { departments: vec![Both::default(); departments] }
    }
}

//! In: lines of a table with constant ends. Out: stretches of the number line that they cover, cut exactly before or after a value.
//! Invariant: a stretch is never empty; on a grid (numbers of so many decimals, days) only its points count.

use rust_decimal::Decimal;

use super::super::expression::{Expr, ExprKind};
use super::super::types::Type;
use super::super::{TierEnd, TierLine};
use super::ends::key;

/// A place between values: right before (`false`) or right after (`true`) one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cut {
    /// Before all.
    Least,
    /// Beside a value.
    At(Decimal, bool),
    /// After all.
    Most,
}

impl Cut {
    /// The value that it stands beside.
    pub fn value(self) -> Option<Decimal> {
        match self {
            Cut::At(value, _) => Some(value),
            Cut::Least | Cut::Most => None,
        }
    }
}

/// From one cut to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stretch {
    pub from: Cut,
    pub to: Cut,
}

impl Stretch {
    /// What a line covers; `None` where an end is not known, or where it is nothing but a condition.
    pub fn of(line: &TierLine) -> Option<Stretch> {
        if line.low.is_none() && line.high.is_none() {
            return None;
        }
        let cut = |end: &TierEnd, low: bool| key(&end.at).map(|at| Cut::At(at, end.included != low));
        let from = line.low.as_ref().map_or(Some(Cut::Least), |end| cut(end, true))?;
        let to = line.high.as_ref().map_or(Some(Cut::Most), |end| cut(end, false))?;
        (from < to).then_some(Stretch { from, to })
    }

    /// What two have in common.
    pub fn with(self, other: Stretch) -> Option<Stretch> {
        let (from, to) = (self.from.max(other.from), self.to.min(other.to));
        (from < to).then_some(Stretch { from, to })
    }

    /// What is left of it without another.
    pub fn without(self, other: Stretch) -> Vec<Stretch> {
        let before = Stretch { from: self.from, to: self.to.min(other.from) };
        let after = Stretch { from: self.from.max(other.to), to: self.to };
        [before, after].into_iter().filter(|part| part.from < part.to).collect()
    }

    /// Whether a cut lies inside it, off its ends.
    pub fn holds_inside(self, cut: Cut) -> bool {
        self.from < cut && cut < self.to
    }
}

/// The values that what is compared may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    /// The distance of neighbours; `None`: any value.
    pub step: Option<Decimal>,
}

impl Grid {
    /// The grid of an expression: a quotient may be anything.
    pub fn of(base: &Expr) -> Grid {
        let step = match (&base.kind, &base.ty) {
            (ExprKind::Divide { .. }, _) => None,
            (_, Type::Number { scale, .. }) => Some(Decimal::new(1, u32::from(*scale))),
            _ => Some(Decimal::ONE),
        };
        Grid { step }
    }

    /// The cut, moved to right before the first value of the grid after it.
    pub fn fit(self, cut: Cut) -> Cut {
        let (Cut::At(value, after), Some(step)) = (cut, self.step) else { return cut };
        let (Some(count), true) = (value.checked_div(step), !step.is_zero()) else { return cut };
        let below = count.floor() * step;
        let next = if below == value && !after { below } else { below + step };
        Cut::At(next, false)
    }

    /// Whether a stretch holds a value.
    pub fn meets(self, stretch: Stretch) -> bool {
        self.fit(stretch.from) < self.fit(stretch.to)
    }

    /// The single value of a stretch that holds no other.
    pub fn only(self, stretch: Stretch) -> Option<Decimal> {
        match (self.fit(stretch.from), self.fit(stretch.to), self.step) {
            (Cut::At(from, false), Cut::At(to, true), None) if from == to => Some(from),
            (Cut::At(from, _), Cut::At(to, _), Some(step)) if from + step == to => Some(from),
            _ => None,
        }
    }

    /// A value inside a stretch, in the middle where it has one.
    pub fn witness(self, stretch: Stretch) -> Option<Decimal> {
        if let Some(only) = self.only(stretch) {
            return Some(only);
        }
        let (from, to) = (stretch.from.value(), stretch.to.value());
        let inside = |value: Decimal| stretch.from < Cut::At(value, true) && Cut::At(value, false) < stretch.to;
        match (from, to) {
            (Some(from), Some(to)) => {
                let middle = from.checked_add(to)?.checked_div(Decimal::TWO)?;
                let found = match self.step {
                    Some(step) => (middle.checked_div(step)?).floor().checked_mul(step)?,
                    None => middle,
                };
                [found.normalize(), from, to].into_iter().find(|value| inside(*value))
            }
            (Some(from), None) => {
                let more = from.checked_add(from.abs().max(Decimal::ONE))?;
                Some(more.normalize())
            }
            (None, Some(to)) => to.checked_sub(to.abs().max(Decimal::ONE)).map(|less| less.normalize()),
            (None, None) => Some(Decimal::ZERO),
        }
    }
}

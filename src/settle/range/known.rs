//! What is known of one application, and what settlement can leave of it.

use super::Rule;

/// Stands for no upper end.
pub const UNLIMITED: i128 = i128::MAX;

/// Two ends of an amount, scaled by 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ends {
    /// Least.
    pub low: i128,
    /// Most; [`UNLIMITED`] where there is no end.
    pub high: i128,
}

impl Ends {
    /// One amount.
    #[must_use]
    pub fn exactly(amount: i128) -> Ends {
        Ends { low: amount, high: amount }
    }

    /// Whether it is one amount.
    #[must_use]
    pub fn is_exact(self) -> bool {
        self.low == self.high
    }

    pub(super) fn plus(self, other: Ends) -> Ends {
        Ends { low: self.low.saturating_add(other.low), high: self.high.saturating_add(other.high) }
    }

    /// At least nothing, of `self − other`, in the worst and in the best case.
    pub(super) fn less(self, other: Ends) -> Ends {
        Ends { low: left(self.low, other.high), high: left(self.high, other.low) }
    }

    pub(super) fn least(self, other: Ends) -> Ends {
        Ends { low: self.low.min(other.low), high: self.high.min(other.high) }
    }
}

/// `max(0, a − b)`; without an end, a has none whatever is taken off.
pub(super) fn left(a: i128, b: i128) -> i128 {
    if a == UNLIMITED { a } else { a.saturating_sub(b).max(0) }
}

/// What an application claims under a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The clause.
    pub clause: u32,
    /// How much.
    pub amount: Ends,
    /// Whether it is not decided yet that it applies; it then competes and does not count toward the total.
    pub open: bool,
    /// Slots for which it waits.
    pub needs: Vec<u32>,
    /// What it comes to before its caps.
    pub before: Ends,
    /// Slots for which that waits.
    pub before_needs: Vec<u32>,
}

/// An identifier of a kind of subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// This one.
    Known(String),
    /// Not known; the slot that would tell.
    Unknown(u32),
    /// None of this kind.
    Nobody,
}

/// The choice of an applicant within a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// This clause.
    Clause(u32),
    /// Not known; the slot that would tell.
    Unknown(u32),
}

/// One application, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applicant {
    /// The day.
    pub date: i32,
    /// One a kind of subject, in order.
    pub subjects: Vec<Identity>,
    /// In order of clause.
    pub claims: Vec<Claim>,
    /// External amounts by slot.
    pub externals: Vec<(u32, Ends)>,
    /// Choices by group; a group not listed has none.
    pub choices: Vec<(u32, Choice)>,
    /// Amounts of caps by number; `None`: lifted. A cap not listed is that of the rules.
    pub limits: Vec<(u32, Option<Ends>)>,
}

/// What a rule took from a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The place of the claim.
    pub claim: usize,
    /// The rule.
    pub rule: Rule,
    /// How much it took of the low end and of the high end; the high end is [`UNLIMITED`] where what is left has an end and what was
    /// there had none.
    pub amount: (i128, i128),
}

/// The result.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outlook {
    /// What is left of each claim, in order.
    pub left: Vec<Ends>,
    /// Slots that each claim waits for, because of others too, in order.
    pub needs: Vec<Vec<u32>>,
    /// What was taken, in order of step.
    pub taken: Vec<Taken>,
    /// Groups of which several members are claimed and none is chosen, with the places of the members.
    pub conflicts: Vec<(u32, Vec<u32>)>,
    /// All that is not open together.
    pub total: Ends,
}

//! What comes out of an evaluation, the same from the oracle and from the VM: outcomes, exact amounts, what is still needed.
//! Facts, caps and departments are named by their index in the model's (and the bundle's) tables.

use rust_decimal::Decimal;

/// The decision on one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// One a clause, in order of the document.
    pub clauses: Vec<ClauseDecision>,
    /// Sum over the eligible clauses.
    pub total: Amount,
}

/// An amount of money: exact where `low == high`, open where `high` is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    /// Least.
    pub low: Decimal,
    /// Most; `None` where there is no ceiling.
    pub high: Option<Decimal>,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount { low: Decimal::ZERO, high: Some(Decimal::ZERO) };

    /// Whether it is one exact amount.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.high == Some(self.low)
    }

    /// Sum of two amounts.
    #[must_use]
    pub fn plus(&self, other: &Amount) -> Amount {
        Amount {
            low: self.low.saturating_add(other.low),
            high: self.high.zip(other.high).map(|(a, b)| a.saturating_add(b)),
        }
    }
}

/// The outcome of one clause, see `docs/reference/semantics.md`, section 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClauseDecision {
    /// 不在有效期.
    NotInForce,
    /// 不符合.
    Ineligible {
        /// Every requirement that does not hold, in order.
        failed: Vec<Failure>,
    },
    /// 未定.
    Undetermined {
        /// Facts that could still change the answer, in order of index.
        needs: Vec<u32>,
    },
    /// 可获.
    Eligible {
        /// How much.
        amount: Amount,
        /// The cap that bound, as an index into the clause's caps.
        binding_cap: Option<u32>,
        /// Facts at a department's discretion that are still open, in order of index.
        needs: Vec<u32>,
    },
}

/// Why a clause does not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Failure {
    /// Requirement number, from 0: conditions of the scope, its exclusions, the industry gate, the clause's conditions, its exclusions.
    Requirement(u32),
    /// The amount is not applicable (不适用).
    AmountNotApplicable,
    /// The set amount lies above the ceiling.
    AboveCeiling,
    /// The set amount lies below the floor.
    BelowFloor,
}

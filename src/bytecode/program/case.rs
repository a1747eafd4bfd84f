//! Cases of a compiled policy: what is given, earlier awards, what is expected. Plain data, as the other tables.

use serde::{Deserialize, Serialize};

use super::Place;
use crate::bytecode::records::ListGiven;

/// What is known of a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Given {
    /// Asked, and known: yes/no as 0/1, numbers scaled by the slot's scale, dates as days, class values as their index.
    Value(i128),
    /// A known text.
    Text(String),
    /// Asked, not known.
    Unknown,
    /// Does not apply.
    NotApplicable,
    /// Not asked.
    NotAsked,
}

/// An earlier award.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Award {
    /// Index of its clause.
    pub clause: u32,
    /// Day, from 1970-01-01.
    pub date: i32,
    /// Amount, scaled by 2.
    pub amount: i128,
    /// Whether it was paid 一次性.
    pub once: bool,
    /// Identifiers of the subjects it went to: kind and identifier, in order of kind.
    pub subjects: Vec<(u32, String)>,
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseInfo {
    /// Name.
    pub title: String,
    /// Day of the decision.
    pub on: Option<i32>,
    /// Facts: slot and what is known, in order of slot.
    pub facts: Vec<(u32, Given)>,
    /// Records of lists, in order of slot.
    pub lists: Vec<ListGiven>,
    /// Earlier awards to the subjects of this case.
    pub ledger: Option<Vec<CaseAward>>,
    /// What is expected, with the place of each.
    pub expectations: Vec<(ExpectationInfo, Place)>,
    /// Where it stands.
    pub place: Place,
}

/// An earlier award of a case, to the subjects of the case but for those that it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseAward {
    /// Index of its clause.
    pub clause: u32,
    /// Day.
    pub date: i32,
    /// Amount, scaled by 2.
    pub amount: i128,
    /// Whether it was paid 一次性.
    pub once: bool,
    /// Identifiers by kind of subject, where they are not those of the case; in order of kind.
    pub subjects: Vec<(u32, String)>,
}

/// What a case expects. Amounts are scaled by 2; `None` is no ceiling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExpectationInfo {
    /// Of a clause.
    Clause {
        /// Which.
        clause: u32,
        /// The outcome.
        outcome: OutcomeInfo,
        /// Departments awaited.
        awaits: Vec<u32>,
        /// Slots needed.
        needs: Vec<u32>,
        /// The cap, group, quota or budget that bound, by name or text.
        bound_by: Option<String>,
    },
    /// The instalments of a clause.
    Instalments {
        /// Which.
        clause: u32,
        /// Amounts.
        amounts: Vec<i128>,
    },
    /// What each payer bears.
    Shares {
        /// Which.
        clause: u32,
        /// Amounts.
        amounts: Vec<i128>,
    },
    /// What is paid for earlier months.
    Retroactive {
        /// Which.
        clause: u32,
        /// How much.
        amount: i128,
    },
    /// What is paid back.
    Clawback {
        /// Which.
        clause: u32,
        /// How much.
        amount: i128,
    },
    /// The application claims what it must choose between.
    Conflict {
        /// Index of the group.
        group: u32,
    },
    /// Of the total.
    Total {
        /// Least.
        low: i128,
        /// Most.
        high: Option<i128>,
    },
}

/// An expected outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum OutcomeInfo {
    /// Not in force.
    NotInForce,
    /// Ineligible, for the requirement of this label where given.
    Ineligible(Option<String>),
    /// Undetermined.
    Undetermined,
    /// Eligible for an amount.
    Eligible {
        /// Least, scaled by 2.
        low: i128,
        /// Most, scaled by 2.
        high: Option<i128>,
    },
}

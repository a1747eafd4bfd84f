//! In: an item and a field keyword. Out: whether the item takes the field, and how often.
//! Invariant: the one table of fields, which the surface (unknown and repeated fields) and the model (missing fields) both read.

use super::keywords::{FieldKeyword, ItemKeyword};

use FieldKeyword as F;

/// The fields an item takes, in the order a drafter would write them.
#[must_use]
pub fn taken_by(item: ItemKeyword) -> &'static [FieldKeyword] {
    match item {
        ItemKeyword::Policy => &[
            F::Issuers,
            F::Published,
            F::Validity,
            F::Original,
            F::Inclusive,
            F::Rounding,
            F::MonthEnd,
            F::Quota,
            F::Budget,
            F::Steps,
            F::Tail,
            F::Quote,
            F::Note,
        ],
        ItemKeyword::Import | ItemKeyword::Unit => &[F::Note],
        ItemKeyword::Department => &[F::Parent, F::Level, F::Quote, F::Note],
        ItemKeyword::Industry
        | ItemKeyword::Direction
        | ItemKeyword::Classification
        | ItemKeyword::Enumeration
        | ItemKeyword::Subject
        | ItemKeyword::Tiers
        | ItemKeyword::Progressive
        | ItemKeyword::Lookup
        | ItemKeyword::SumOf
        | ItemKeyword::HighestOf
        | ItemKeyword::NonNormative => &[F::Quote, F::Note],
        ItemKeyword::List => &[F::Quote, F::Note],
        ItemKeyword::Calendar => &[F::Range, F::DaysOff, F::WorkingDays, F::Quote, F::Note],
        ItemKeyword::Definition => &[F::Value, F::Quote, F::Note],
        ItemKeyword::Scope => &[F::Condition, F::Exclusion, F::Quote, F::Note],
        ItemKeyword::Clause => &[
            F::Subject,
            F::Industry,
            F::Condition,
            F::Exclusion,
            F::Term,
            F::Times,
            F::First,
            F::After,
            F::Award,
            F::Match,
            F::Deduction,
            F::Cap,
            F::Floor,
            F::Rounding,
            F::Shares,
            F::Payment,
            F::AtOnce,
            F::Remainder,
            F::Clawback,
            F::Retroactive,
            F::Quota,
            F::Budget,
            F::Departments,
            F::Validity,
            F::From,
            F::Until,
            F::ByReference,
            F::Lift,
            F::Quote,
            F::Note,
        ],
        ItemKeyword::Group => &[F::Rule, F::Members, F::Key, F::Choice, F::Cap, F::Quota, F::Budget, F::Quote, F::Note],
        ItemKeyword::Scenario => &[F::BasedOn, F::Assume, F::List, F::Note],
        ItemKeyword::Case => &[F::BasedOn, F::On, F::Assume, F::List, F::Ledger, F::Expect, F::Note],
        ItemKeyword::Amendment => &[
            F::Published,
            F::Commences,
            F::Basis,
            F::Change,
            F::Insert,
            F::Delete,
            F::Renumber,
            F::Extend,
            F::Repeal,
            F::Quote,
            F::Note,
        ],
        ItemKeyword::CaseTable => &[F::BasedOn, F::On, F::Assume, F::List, F::Ledger, F::Columns, F::Note],
    }
}

/// Whether an item takes a field.
#[must_use]
pub fn takes(item: ItemKeyword, field: FieldKeyword) -> bool {
    taken_by(item).contains(&field)
        || (field == F::Accept && (!declares(item) || is_table(item)))
        || (field == F::AddedBy && may_be_added(item))
}

/// Whether an item may exist from an amendment on (增补).
#[must_use]
pub fn may_be_added(item: ItemKeyword) -> bool {
    !matches!(
        item,
        ItemKeyword::Policy
            | ItemKeyword::Import
            | ItemKeyword::Scenario
            | ItemKeyword::Case
            | ItemKeyword::CaseTable
            | ItemKeyword::Amendment
    )
}

/// Whether an item is a table: each line is a condition, or a part of one, and what holds there.
#[must_use]
pub fn is_table(item: ItemKeyword) -> bool {
    matches!(
        item,
        ItemKeyword::Tiers
            | ItemKeyword::Progressive
            | ItemKeyword::Lookup
            | ItemKeyword::SumOf
            | ItemKeyword::HighestOf
    )
}

/// Whether each line of an item declares something (a value, a fact, a line of a table), so that its label is a name and no keyword.
#[must_use]
pub fn declares(item: ItemKeyword) -> bool {
    matches!(
        item,
        ItemKeyword::Industry
            | ItemKeyword::Direction
            | ItemKeyword::Classification
            | ItemKeyword::Enumeration
            | ItemKeyword::Subject
            | ItemKeyword::List
    ) || is_table(item)
}

/// Whether a field may stand more than once in one item.
#[must_use]
pub fn repeatable(field: FieldKeyword) -> bool {
    matches!(
        field,
        F::Accept
            | F::List
            | F::DaysOff
            | F::WorkingDays
            | F::Cap
            | F::Term
            | F::Times
            | F::Clawback
            | F::Quota
            | F::Budget
            | F::Quote
            | F::Ledger
            | F::Basis
            | F::Change
            | F::Insert
            | F::Delete
            | F::Renumber
            | F::Extend
            | F::Repeal
            | F::BasedOn
            | F::Assume
            | F::Expect
    )
}

/// The items that take a field.
pub fn takers(field: FieldKeyword) -> impl Iterator<Item = ItemKeyword> {
    ItemKeyword::ALL.iter().copied().filter(move |item| takes(*item, field))
}

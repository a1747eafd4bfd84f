//! In: 组合 items and the fields that say what binds after each clause has been decided. Out: groups, quotas, budgets and their order,
//! and of each clause how its award is paid, shared, paid back and made up for earlier months.
//! Invariant: what cannot be read is reported where it stands, and nothing is guessed: a budget says how it is shared out.

mod budgets;
mod clawbacks;
mod deductions;
mod groups;
mod instalments;
mod limits;
mod order;
mod payments;
mod quotas;
mod retroactive;
mod review;
mod shares;
mod terms;
mod text;
mod used;

pub(in crate::model) use text::{phrase_of, pieces, spellings};

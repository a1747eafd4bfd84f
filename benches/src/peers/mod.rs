//! In: the rules of the small policy. Out: the same rules for other ways of deciding. Invariant: each gives the award of every clause,
//! in cents, `None` where there is none.

pub mod by_cel;
pub mod by_hand;
pub mod by_zen;

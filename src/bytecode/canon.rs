//! In: names, numbers and hashes. Out: SHA-256 of them in one fixed spelling. Invariant: two different sequences have two different
//! spellings; a [`Sum`] does not depend on the order of its parts.

pub mod rows;

use sha2::{Digest, Sha256};

/// A SHA-256.
pub type Hash = [u8; 32];

/// A hash in the making. Texts carry their length and every part its kind.
#[derive(Debug, Clone)]
pub struct Canon(Sha256);

impl Canon {
    /// Of something of this kind.
    #[must_use]
    pub fn new(kind: &str) -> Canon {
        Canon(Sha256::new()).text(kind)
    }

    fn part(mut self, kind: u8, bytes: &[u8]) -> Canon {
        self.0.update([kind]);
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// With a text.
    #[must_use]
    pub fn text(self, text: &str) -> Canon {
        self.part(0, text.as_bytes())
    }

    /// With a number.
    #[must_use]
    pub fn number(self, number: i128) -> Canon {
        self.part(1, &number.to_le_bytes())
    }

    /// With a number that may be missing.
    #[must_use]
    pub fn maybe(self, number: Option<i128>) -> Canon {
        match number {
            Some(number) => self.number(number),
            None => self.part(2, &[]),
        }
    }

    /// With a hash.
    #[must_use]
    pub fn hash(self, hash: Hash) -> Canon {
        self.part(3, &hash)
    }

    /// With parts in any order.
    #[must_use]
    pub fn sum(self, sum: Sum) -> Canon {
        let mut bytes = [0; 40];
        for (to, from) in bytes.chunks_exact_mut(8).zip(sum.limbs.iter().chain([&sum.count])) {
            to.copy_from_slice(&from.to_le_bytes());
        }
        self.part(4, &bytes)
    }

    /// The hash.
    #[must_use]
    pub fn finish(self) -> Hash {
        self.0.finalize().into()
    }
}

/// Hashes in any order: their sum modulo 2^256, and how many they are. What it replaces, a sorted list, would make deep conjunctions
/// quadratic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    limbs: [u64; 4],
    count: u64,
}

impl Sum {
    /// One hash.
    #[must_use]
    pub fn of(hash: Hash) -> Sum {
        let mut limbs = [0; 4];
        for (limb, bytes) in limbs.iter_mut().zip(hash.chunks_exact(8)) {
            *limb = bytes.iter().rev().fold(0, |limb, byte| limb << 8 | u64::from(*byte));
        }
        Sum { limbs, count: 1 }
    }

    /// Both.
    #[must_use]
    pub fn plus(self, other: Sum) -> Sum {
        self.combined(other, u64::carrying_add).counted(self.count.wrapping_add(other.count))
    }

    /// Without the parts of `other`.
    #[must_use]
    pub fn minus(self, other: Sum) -> Sum {
        self.combined(other, u64::borrowing_sub).counted(self.count.wrapping_sub(other.count))
    }

    fn combined(self, other: Sum, limb: fn(u64, u64, bool) -> (u64, bool)) -> Sum {
        let mut limbs = [0; 4];
        let mut carry = false;
        for (to, (a, b)) in limbs.iter_mut().zip(self.limbs.iter().zip(&other.limbs)) {
            (*to, carry) = limb(*a, *b, carry);
        }
        Sum { limbs, count: 0 }
    }

    fn counted(self, count: u64) -> Sum {
        Sum { count, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sums_forget_order_and_undo(a in any::<[u8; 32]>(), b in any::<[u8; 32]>(), c in any::<[u8; 32]>()) {
            let [a, b, c] = [a, b, c].map(Sum::of);
            prop_assert_eq!(a.plus(b).plus(c), c.plus(a.plus(b)));
            prop_assert_eq!(a.plus(b).minus(b), a);
            prop_assert_ne!(a.plus(a), a);
        }
    }
}

//! In: the items of two policies. Out: which of the one is which of the other ([`Pair`]).
//! Invariant: every item is in exactly one pair; items that say the same are paired first, then those of one id, address or title.

use crate::syntax::keywords::ItemKeyword;

use super::text::{Entry, Text, plain};

/// An item of the old policy, of the new one, or of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Its place in the old text.
    pub old: Option<usize>,
    /// Its place in the new text.
    pub new: Option<usize>,
}

/// By what items of two texts are taken for one.
type Key = fn(&Entry) -> Option<String>;

const KEYS: [Key; 5] = [
    |entry| Some(entry.said()),
    |entry| matches!(entry.item.keyword, ItemKeyword::Policy).then(String::new),
    |entry| entry.item.header.alias.as_ref().map(|name| name.text.to_ascii_lowercase()),
    |entry| entry.item.header.lead.as_ref().map(|name| plain(&name.text)),
    |entry| entry.item.header.title.as_ref().map(|name| plain(&name.text)),
];

/// The pairs, in the order of the old text, each new item after the one that stands before it.
#[must_use]
pub fn pairs(old: &Text, new: &Text) -> Vec<Pair> {
    let mut of_new: Vec<Option<usize>> = vec![None; new.entries.len()];
    let mut of_old: Vec<Option<usize>> = vec![None; old.entries.len()];
    let scope: Key = |entry| (entry.item.keyword == ItemKeyword::Scope).then(String::new);
    for key in KEYS.into_iter().chain([scope]) {
        let mut free: std::collections::BTreeMap<(ItemKeyword, String), Vec<usize>> = std::collections::BTreeMap::new();
        for (at, entry) in old.entries.iter().enumerate().rev() {
            if let (Some(None), Some(key)) = (of_old.get(at), key(entry)) {
                free.entry((entry.item.keyword, key)).or_default().push(at);
            }
        }
        for (at, entry) in new.entries.iter().enumerate() {
            let Some(name) = key(entry).filter(|_| of_new.get(at) == Some(&None)) else { continue };
            let found = free.get_mut(&(entry.item.keyword, name)).and_then(Vec::pop);
            if let (Some(found), Some(place)) = (found, of_new.get_mut(at)) {
                *place = Some(found);
                if let Some(other) = of_old.get_mut(found) {
                    *other = Some(at);
                }
            }
        }
    }
    in_order(&of_old, &of_new)
}

fn in_order(of_old: &[Option<usize>], of_new: &[Option<usize>]) -> Vec<Pair> {
    let mut keyed: Vec<((usize, usize), Pair)> = Vec::new();
    keyed.extend(of_old.iter().enumerate().map(|(at, new)| ((at + 1, 0), Pair { old: Some(at), new: *new })));
    let mut after = 0;
    for (at, old) in of_new.iter().enumerate() {
        match old {
            Some(old) => after = old + 1,
            None => keyed.push(((after, at + 1), Pair { old: None, new: Some(at) })),
        }
    }
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, pair)| pair).collect()
}

/// A step from one row to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Same {
    /// In both: places in the one and in the other.
    Kept(usize, usize),
    /// Only in the old row; where in the new one it would stand.
    Gone(usize, usize),
    /// Only in the new row; before which of the old one it stands.
    Come(usize, usize),
}

/// The shortest way from one row to another.
#[must_use]
pub fn steps(old: &[String], new: &[String]) -> Vec<Same> {
    let width = new.len() + 1;
    let mut best = vec![0usize; (old.len() + 1) * width];
    let get = |best: &[usize], one: usize, two: usize| best.get(one * width + two).copied().unwrap_or(0);
    for (one, left) in old.iter().enumerate().rev() {
        for (two, right) in new.iter().enumerate().rev() {
            let value = if left == right {
                get(&best, one + 1, two + 1) + 1
            } else {
                get(&best, one + 1, two).max(get(&best, one, two + 1))
            };
            if let Some(cell) = best.get_mut(one * width + two) {
                *cell = value;
            }
        }
    }
    let (mut one, mut two, mut found) = (0, 0, Vec::new());
    loop {
        match (old.get(one), new.get(two)) {
            (Some(left), Some(right)) if left == right => {
                found.push(Same::Kept(one, two));
                (one, two) = (one + 1, two + 1);
            }
            (Some(_), right) if right.is_none() || get(&best, one + 1, two) >= get(&best, one, two + 1) => {
                found.push(Same::Gone(one, two));
                one += 1;
            }
            (_, Some(_)) => {
                found.push(Same::Come(one, two));
                two += 1;
            }
            (_, None) => return found,
        }
    }
}

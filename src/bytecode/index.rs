//! In: the tables of a verified program. Out: [`Index`], which clauses can pass their industry gate for a class value, without a look at
//! the others. Invariant: as many entries as sets have ranges and clauses have gates; a set is entered once, however many share it.

use std::collections::BTreeMap;

use super::program::{Days, Tables};

/// Clauses by their industry gate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Index {
    gates: Vec<Gate>,
    ungated: Vec<u32>,
    window: Option<Days>,
}

/// The clauses whose gate tests one slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    slot: u32,
    /// Clauses of each set that a clause of this slot names.
    clauses: BTreeMap<u32, Vec<u32>>,
    ranges: Stabbing,
}

impl Index {
    /// The index of the clauses of `tables`.
    #[must_use]
    pub fn new(tables: &Tables) -> Index {
        let mut by_slot: BTreeMap<u32, BTreeMap<u32, Vec<u32>>> = BTreeMap::new();
        let mut ungated = Vec::new();
        for (id, clause) in (0u32..).zip(&tables.clauses) {
            match clause.gate {
                Some((slot, set)) => by_slot.entry(slot).or_default().entry(set).or_default().push(id),
                None => ungated.push(id),
            }
        }
        let gates = by_slot.into_iter().map(|(slot, clauses)| {
            let ranges = clauses.keys().flat_map(|set| {
                let ranges = tables.sets.get(*set as usize).map(Vec::as_slice).unwrap_or_default();
                ranges.iter().map(|range| (*range, *set))
            });
            let ranges = Stabbing::new(ranges.collect());
            Gate { slot, clauses, ranges }
        });
        let gates = gates.collect();
        let mut windows = tables.clauses.iter().map(|clause| clause.in_force);
        let window = windows.next().filter(|first| windows.all(|other| other == *first));
        Index { gates, ungated, window }
    }

    /// The gates, in order of slot.
    #[must_use]
    pub fn gates(&self) -> &[Gate] {
        &self.gates
    }

    /// Clauses without a gate, in order.
    #[must_use]
    pub fn ungated(&self) -> &[u32] {
        &self.ungated
    }

    /// The days in force of all clauses, where they are the same.
    #[must_use]
    pub fn common_window(&self) -> Option<Days> {
        self.window
    }
}

impl Gate {
    /// The slot that is tested.
    #[must_use]
    pub fn slot(&self) -> u32 {
        self.slot
    }

    /// Appends the clauses that a class value passes, in no particular order, each once.
    pub fn passing(&self, member: u32, clauses: &mut Vec<u32>) {
        self.ranges.holding(member, |set| {
            if let Some(of_set) = self.clauses.get(&set) {
                clauses.extend_from_slice(of_set);
            }
        });
    }

    /// All clauses whose gate tests this slot: those to run where its value is not known.
    pub fn all(&self) -> impl Iterator<Item = u32> + '_ {
        self.clauses.values().flatten().copied()
    }
}

/// A half-open range of class values with what it stands for.
type Tagged = ((u32, u32), u32);

/// Ranges sorted by start, each with the greatest end of the half of a binary search that it roots: all ranges that hold a point are
/// found in time of their number times the logarithm of all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Stabbing {
    ranges: Vec<Tagged>,
    ends: Vec<u32>,
}

impl Stabbing {
    fn new(mut ranges: Vec<Tagged>) -> Stabbing {
        ranges.sort_unstable();
        let mut ends = vec![0; ranges.len()];
        greatest_ends(&ranges, &mut ends);
        Stabbing { ranges, ends }
    }

    fn holding(&self, point: u32, mut found: impl FnMut(u32)) {
        let mut open = vec![(0, self.ranges.len())];
        while let Some((first, end)) = open.pop() {
            let middle = first + (end - first) / 2;
            let (Some((range, tag)), Some(greatest)) = (self.ranges.get(middle), self.ends.get(middle)) else {
                continue;
            };
            if first >= end || *greatest <= point {
                continue;
            }
            open.push((first, middle));
            if range.0 <= point {
                if point < range.1 {
                    found(*tag);
                }
                open.push((middle + 1, end));
            }
        }
    }
}

/// Depth is the logarithm of the number of ranges.
fn greatest_ends(ranges: &[Tagged], ends: &mut [u32]) -> u32 {
    if ranges.is_empty() {
        return 0;
    }
    let middle = ranges.len() / 2;
    let (before, rest) = ranges.split_at(middle);
    let (ends_before, ends_rest) = ends.split_at_mut(middle);
    let (Some(((_, own), _)), Some((end, ends_after))) = (rest.first(), ends_rest.split_first_mut()) else { return 0 };
    let after = rest.get(1..).unwrap_or_default();
    let greatest = greatest_ends(before, ends_before).max(greatest_ends(after, ends_after)).max(*own);
    *end = greatest;
    greatest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_every_range_that_holds_a_point(
            starts in proptest::collection::vec((0u32..50, 1u32..20), 0..40), point in 0u32..80
        ) {
            let ranges: Vec<Tagged> = (0u32..).zip(&starts).map(|(tag, (start, length))| ((*start, start + length), tag)).collect();
            let mut found = Vec::new();
            Stabbing::new(ranges.clone()).holding(point, |tag| found.push(tag));
            found.sort_unstable();
            let expected: Vec<u32> =
                ranges.iter().filter(|((start, end), _)| *start <= point && point < *end).map(|(_, tag)| *tag).collect();
            prop_assert_eq!(found, expected);
        }
    }
}

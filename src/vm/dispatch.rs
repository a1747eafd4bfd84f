//! In: the industry gates of a policy's clauses. Out: for a value of a gated fact, the clauses whose gate holds, without a look at the
//! others. Invariant: a clause is found exactly where its gate's set holds the value.

use crate::bytecode::program::{ClassInfo, SlotType, Tables};

/// Most entries of the lists of one gate; a policy with more looks at every clause of the gate.
const ENTRIES_MAX: usize = 1 << 22;

/// The clauses of a policy by their gates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Dispatch {
    /// Clauses without a gate, or with one that is not worth a list.
    pub always: Vec<u32>,
    /// The gates, one a slot.
    pub gates: Vec<Gate>,
}

/// All clauses that are gated by one slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gate {
    /// The slot.
    pub slot: u32,
    /// Its clauses, in order.
    pub clauses: Vec<u32>,
    first: u32,
    /// For each value of the class, its part of `found`.
    parts: Vec<(u32, u32)>,
    found: Vec<u32>,
}

impl Dispatch {
    /// Sorts the clauses of a policy by their gates; `gated` says which may be passed over.
    pub fn new(tables: &Tables, gated: impl Fn(usize) -> bool) -> Dispatch {
        let mut dispatch = Dispatch::default();
        let mut by_slot: std::collections::BTreeMap<u32, Vec<(u32, u32)>> = std::collections::BTreeMap::new();
        for ((index, clause), number) in tables.clauses.iter().enumerate().zip(0u32..) {
            match clause.gate {
                Some((slot, set)) if gated(index) => by_slot.entry(slot).or_default().push((number, set)),
                _ => dispatch.always.push(number),
            }
        }
        for (slot, clauses) in by_slot {
            match Gate::new(tables, slot, &clauses) {
                Some(gate) => dispatch.gates.push(gate),
                None => dispatch.always.extend(clauses.iter().map(|(clause, _)| clause)),
            }
        }
        dispatch.always.sort_unstable();
        dispatch
    }
}

impl Gate {
    fn new(tables: &Tables, slot: u32, clauses: &[(u32, u32)]) -> Option<Gate> {
        let class = class_of(tables, slot)?;
        let mut edges = vec![class.first, class.end];
        let ranges = |set: u32| tables.sets.get(set as usize).map(Vec::as_slice).unwrap_or(&[]);
        for (_, set) in clauses {
            edges.extend(ranges(*set).iter().flat_map(|(first, end)| [*first, *end]));
        }
        edges.retain(|edge| (class.first..=class.end).contains(edge));
        edges.sort_unstable();
        edges.dedup();
        let mut lists = vec![Vec::new(); edges.len()];
        let mut entries = 0usize;
        for (clause, set) in clauses {
            for (first, end) in ranges(*set) {
                let from = edges.partition_point(|edge| edge < first);
                let to = edges.partition_point(|edge| edge < end);
                entries = entries.saturating_add(to.saturating_sub(from));
                if entries > ENTRIES_MAX {
                    return None;
                }
                lists.get_mut(from..to)?.iter_mut().for_each(|list| list.push(*clause));
            }
        }
        let (mut parts, mut found) = (Vec::new(), Vec::new());
        for (pair, list) in edges.windows(2).zip(&lists) {
            let &[first, end] = pair else { continue };
            let start = u32::try_from(found.len()).ok()?;
            found.extend_from_slice(list);
            let part = (start, u32::try_from(found.len()).ok()?);
            parts.extend((first..end).map(|_| part));
        }
        Some(Gate {
            slot,
            clauses: clauses.iter().map(|(clause, _)| *clause).collect(),
            first: class.first,
            parts,
            found,
        })
    }

    /// The clauses whose gate holds for a value.
    #[inline]
    pub fn find(&self, value: i128) -> &[u32] {
        let part = u32::try_from(value).ok().and_then(|member| member.checked_sub(self.first));
        match part.and_then(|at| self.parts.get(at as usize)) {
            Some((first, end)) => self.found.get(*first as usize..*end as usize).unwrap_or(&[]),
            None => &[],
        }
    }
}

fn class_of(tables: &Tables, slot: u32) -> Option<&ClassInfo> {
    match tables.slots.get(slot as usize)?.ty {
        SlotType::Member { class } => tables.classes.get(class as usize).filter(|class| class.first <= class.end),
        SlotType::Bool | SlotType::Number { .. } | SlotType::Date | SlotType::Text | SlotType::List { .. } => None,
    }
}

//! In: requirements and a condition that is to decide them. Out: [`demands`], what each condition must be for that: beside it under 且
//! everything holds, beside it under 或 nothing does, and every other requirement holds. Invariant: each register is demanded once.

use std::collections::BTreeMap;

use crate::bytecode::op::Op;
use crate::vm::Vm;

/// Of conditions, by register, whether each must hold. `target` is the condition that decides and its value; without one every
/// requirement holds. Where one of several parts is enough it is the first, or with `last` the last.
pub(super) fn demands(
    vm: &Vm<'_>,
    requirements: &[u32],
    target: Option<(u32, bool)>,
    last: bool,
) -> BTreeMap<u32, bool> {
    let mut all = Demands { vm, target, last, made: BTreeMap::new() };
    for register in requirements {
        all.demand(*register, true);
    }
    // What decides is as it is wanted, whatever else rests on it.
    all.made.extend(target);
    all.made
}

struct Demands<'v> {
    vm: &'v Vm<'v>,
    target: Option<(u32, bool)>,
    last: bool,
    made: BTreeMap<u32, bool>,
}

impl Demands<'_> {
    fn demand(&mut self, register: u32, holds: bool) {
        let mut open = vec![(register, holds)];
        while let Some((register, holds)) = open.pop() {
            let (a, b, all) = match self.vm.writer(register) {
                Some(Op::Not { a, .. }) => {
                    open.push((a, !holds));
                    continue;
                }
                Some(Op::And { a, b, .. }) => (a, b, true),
                Some(Op::Or { a, b, .. }) => (a, b, false),
                Some(Op::Boolean { .. }) | None => continue,
                Some(_) => {
                    self.made.entry(register).or_insert(holds);
                    continue;
                }
            };
            match (self.decides(a), self.decides(b)) {
                // Neither side may hide the other.
                (true, _) | (_, true) => open.extend([(a, all), (b, all)]),
                (false, false) if all == holds => open.extend([(a, holds), (b, holds)]),
                (false, false) if self.last => open.push((b, holds)),
                (false, false) => open.push((a, holds)),
            }
        }
    }

    /// Whether a register rests on what is to decide.
    fn decides(&self, register: u32) -> bool {
        let Some((target, _)) = self.target else { return false };
        let mut open = vec![register];
        while let Some(register) = open.pop() {
            if register == target {
                return true;
            }
            match self.vm.writer(register) {
                Some(Op::Not { a, .. }) => open.push(a),
                Some(Op::And { a, b, .. } | Op::Or { a, b, .. }) => open.extend([a, b]),
                _ => {}
            }
        }
        false
    }
}

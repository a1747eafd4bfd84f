//! In: a case and registers. Out: facts with values that may turn what the registers hold: around each number and day that they are
//! compared with, each side of a yes/no, values of a class in and out of a set. Invariant: each value lies in its fact's declared range;
//! identifiers are left alone.

use std::collections::BTreeSet;

use crate::bytecode::op::{Op, OperandKind, signed_scale};
use crate::bytecode::program::{CaseInfo, Given, SlotInfo, SlotType, Tables};
use crate::vm::Vm;
use crate::vm::round::power_of_ten;

/// Most values of a class that are tried.
const MEMBERS_MAX: usize = 24;
/// By how much the amounts of a case are multiplied, to reach a cap or a floor.
const FACTORS: [i128; 4] = [2, 10, 100, 1_000];
/// Days before the decision that are tried: days, months and years back.
const DAYS_BACK: [i128; 8] = [0, 1, 31, 180, 366, 800, 1_097, 3_700];

/// Finds values for facts.
pub(super) struct Values<'v> {
    vm: &'v Vm<'v>,
}

/// What is found on the way from registers to facts.
#[derive(Default)]
struct Met {
    slots: BTreeSet<u32>,
    /// Value and scale.
    numbers: BTreeSet<(i128, i32)>,
    days: BTreeSet<i128>,
    members: BTreeSet<u32>,
    texts: BTreeSet<u32>,
}

impl<'v> Values<'v> {
    pub fn new(vm: &'v Vm<'v>) -> Values<'v> {
        Values { vm }
    }

    /// Changes of one fact each, of what the registers rest on and of the fact that a department sets.
    pub fn changes(&self, base: &CaseInfo, roots: &[u32], set: Option<u32>) -> Vec<(u32, Given)> {
        let tables = &self.vm.program().tables;
        let mut met = self.met(roots);
        met.slots.extend(set);
        let subjects = tables.subjects.iter().map(|subject| subject.identifier);
        let identifiers: BTreeSet<u32> = subjects.chain(tables.ledger_slot).collect();
        let mut all = Vec::new();
        for &slot in met.slots.difference(&identifiers) {
            let Some(info) = tables.slots.get(slot as usize) else { continue };
            let now = base.facts.iter().find(|(at, _)| *at == slot).map(|(_, given)| given);
            for given in values(tables, info, base, now, &met) {
                if Some(&given) != now {
                    all.push((slot, given));
                }
            }
        }
        all
    }

    fn met(&self, roots: &[u32]) -> Met {
        let tables = &self.vm.program().tables;
        let constant = |index: u32| tables.constants.get(index as usize).copied().unwrap_or(0);
        let (mut open, mut seen, mut met) = (roots.to_vec(), BTreeSet::new(), Met::default());
        while let Some(register) = open.pop() {
            if !seen.insert(register) {
                continue;
            }
            let Some(op) = self.vm.writer(register) else { continue };
            match op {
                Op::Number { value, scale, .. } => {
                    met.numbers.insert((constant(value), i32::from(signed_scale(scale))));
                }
                Op::Date { value, .. } => {
                    met.days.insert(constant(value));
                }
                Op::Member { value, .. } => {
                    met.members.insert(value);
                }
                Op::Text { value, .. } => {
                    met.texts.insert(value);
                }
                Op::Within { set, .. } => {
                    for (first, end) in tables.sets.get(set as usize).map_or(&[][..], Vec::as_slice) {
                        met.members.extend([*first, *end, first.saturating_sub(1)]);
                    }
                }
                _ => {}
            }
            op.visit(|kind, value| match kind {
                OperandKind::Register => open.push(value),
                OperandKind::Slot => {
                    met.slots.insert(value);
                }
                _ => {}
            });
        }
        met
    }
}

fn values(tables: &Tables, info: &SlotInfo, base: &CaseInfo, now: Option<&Given>, met: &Met) -> Vec<Given> {
    match &info.ty {
        SlotType::Bool => [1, 0].map(Given::Value).to_vec(),
        SlotType::Number { scale, shown, .. } => {
            let most = shown.value_max().saturating_mul(power_of_ten(u32::from(*scale)));
            let (low, high) = (info.low.unwrap_or(-most), info.high.unwrap_or(most));
            let all = numbers(i32::from(*scale), now, met);
            all.into_iter().filter(|value| (low..=high).contains(value)).map(Given::Value).collect()
        }
        SlotType::Date => {
            let on = super::day(tables, base);
            let around = met.days.iter().flat_map(|day| [*day, day - 1, day + 1]);
            let back = DAYS_BACK.iter().map(|days| i128::from(on) - days);
            let all: Vec<i128> = around.chain(back).collect();
            all.into_iter().map(Given::Value).collect()
        }
        SlotType::Member { class } => {
            let Some(class) = tables.classes.get(*class as usize) else { return Vec::new() };
            let own = class.first..class.end;
            let mut all: Vec<u32> = met.members.iter().copied().filter(|member| own.contains(member)).collect();
            all.extend(own.filter(|member| !met.members.contains(member)).take(MEMBERS_MAX));
            all.into_iter().map(|member| Given::Value(i128::from(member))).collect()
        }
        SlotType::Text => {
            let known = met.texts.iter().filter_map(|text| tables.texts.get(*text as usize));
            known.cloned().chain(["其他".to_owned()]).map(Given::Text).collect()
        }
        SlotType::List { .. } => Vec::new(),
    }
}

/// Each number that is met, at the scale of the fact, and a unit to either side; nothing; and the fact's own value made larger.
fn numbers(scale: i32, now: Option<&Given>, met: &Met) -> Vec<i128> {
    let mut all: Vec<i128> = Vec::new();
    for (value, own) in &met.numbers {
        let digits = u32::try_from((scale - own).abs()).unwrap_or(0);
        let factor = power_of_ten(digits);
        let at = if scale >= *own { value.saturating_mul(factor) } else { value.div_euclid(factor) };
        all.extend([at, at.saturating_sub(1), at.saturating_add(1)]);
    }
    if let Some(Given::Value(value)) = now {
        all.extend(FACTORS.map(|factor| value.saturating_mul(factor)));
    }
    let large: Vec<i128> = all.iter().flat_map(|value| FACTORS.map(|factor| value.saturating_mul(factor))).collect();
    all.extend(large);
    all.push(0);
    let mut seen = BTreeSet::new();
    all.retain(|value| seen.insert(*value));
    all
}

//! In: ops. Out: the same instructions as the VM runs them: constants out of the loop and into the registers (each register is written
//! once, so they stay there), scales turned into powers of ten. Invariant: runs to the same registers as the ops; no jump is left, since
//! a clause's block ends where its last jump lands.

use std::collections::HashSet;

use super::fold::{Cell, Fold, Kind};
use super::interval::{INFINITE, MINUS_INFINITE, Waits};
use super::round::{Mode, power_of_ten};
use crate::bytecode::op::{Op, OperandKind, signed_scale};
use crate::bytecode::program::{GivenBy, Program, Shown, SlotInfo, SlotType};
use crate::bytecode::records::ColumnInfo;
use crate::calendar::MissingDay;

/// An instruction as it is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[rustfmt::skip]
pub(super) enum Step {
    Load { dst: u32, slot: u32 },
    OnDate { dst: u32 },
    Not { dst: u32, a: u32 },
    And { dst: u32, a: u32, b: u32 },
    Or { dst: u32, a: u32, b: u32 },
    AtLeast { dst: u32, a: u32, b: u32 },
    Above { dst: u32, a: u32, b: u32 },
    Equal { dst: u32, a: u32, b: u32 },
    NotEqual { dst: u32, a: u32, b: u32 },
    Within { dst: u32, a: u32, set: u32 },
    Add { dst: u32, a: u32, b: u32 },
    Subtract { dst: u32, a: u32, b: u32 },
    Multiply { dst: u32, a: u32, b: u32 },
    Divide { dst: u32, a: u32, b: u32, by: u32 },
    Round { dst: u32, a: u32, digits: u8, mode: Mode },
    RoundTens { dst: u32, a: u32, digits: u8, after: u8, mode: Mode },
    Rescale { dst: u32, a: u32, by: u8 },
    Least { dst: u32, a: u32, b: u32 },
    Greatest { dst: u32, a: u32, b: u32 },
    AddMonths { dst: u32, a: u32, months: u32, missing: MissingDay },
    AddDays { dst: u32, a: u32, days: u32 },
    Approved { dst: u32, slot: u32 },
    NotApplicable { dst: u32 },
    YearsBetween { dst: u32, from: u32, to: u32 },
    YearOf { dst: u32, a: u32 },
    AddWorkingDays { dst: u32, a: u32, days: u32, calendar: u32 },
    Select { dst: u32, when: u32, a: u32, b: u32 },
    Pick { dst: u32, when: u32, a: u32, b: u32 },
    /// A select, or (`any`) a pick, whose `b` does not apply.
    Keep { dst: u32, when: u32, a: u32, any: bool },
    Times { dst: u32, counter: u32 },
    Fold { dst: u32, fold: u32 },
    Remaining { dst: u32, a: u32, cap: u32 },
    Lift { dst: u32, a: u32, approved: u32, to: u32 },
    Limit { dst: u32, a: u32, remaining: u32, cap: u32 },
    /// `number` counts from the clause's first requirement.
    Require { a: u32, number: u32 },
    Grant { a: u32 },
    Decide { slot: u32, low: u32, high: u32 },
}

/// How a division is done: the dividend times `before`, the divisor times `under`, the rounded quotient times `after`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rounding {
    pub before: i128,
    pub under: i128,
    pub after: i128,
    pub mode: Mode,
}

/// What the VM needs of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub boolean: bool,
    pub low: i128,
    pub high: i128,
    pub waits: Waits,
}

impl Step {
    /// The register it writes.
    pub fn target(&self) -> Option<u32> {
        match *self {
            Step::Load { dst, .. }
            | Step::OnDate { dst }
            | Step::Not { dst, .. }
            | Step::And { dst, .. }
            | Step::Or { dst, .. }
            | Step::AtLeast { dst, .. }
            | Step::Above { dst, .. }
            | Step::Equal { dst, .. }
            | Step::NotEqual { dst, .. }
            | Step::Within { dst, .. }
            | Step::Add { dst, .. }
            | Step::Subtract { dst, .. }
            | Step::Multiply { dst, .. }
            | Step::Divide { dst, .. }
            | Step::Round { dst, .. }
            | Step::RoundTens { dst, .. }
            | Step::Rescale { dst, .. }
            | Step::Least { dst, .. }
            | Step::Greatest { dst, .. }
            | Step::AddMonths { dst, .. }
            | Step::AddDays { dst, .. }
            | Step::Approved { dst, .. }
            | Step::NotApplicable { dst }
            | Step::YearsBetween { dst, .. }
            | Step::YearOf { dst, .. }
            | Step::AddWorkingDays { dst, .. }
            | Step::Select { dst, .. }
            | Step::Pick { dst, .. }
            | Step::Keep { dst, .. }
            | Step::Times { dst, .. }
            | Step::Fold { dst, .. }
            | Step::Remaining { dst, .. }
            | Step::Lift { dst, .. }
            | Step::Limit { dst, .. } => Some(dst),
            Step::Require { .. } | Step::Grant { .. } | Step::Decide { .. } => None,
        }
    }

    /// Whether the exact domain may have no word for what it writes.
    pub fn may_be_speechless(&self) -> bool {
        match self {
            Step::Load { .. }
            | Step::Divide { .. }
            | Step::AddMonths { .. }
            | Step::NotApplicable { .. }
            | Step::AddWorkingDays { .. }
            | Step::Keep { .. }
            | Step::Times { .. }
            | Step::Fold { .. }
            | Step::Remaining { .. } => true,
            Step::OnDate { .. } | Step::Not { .. } | Step::And { .. } | Step::Or { .. } => false,
            Step::AtLeast { .. } | Step::Above { .. } | Step::Equal { .. } | Step::NotEqual { .. } => false,
            Step::Within { .. } | Step::Add { .. } | Step::Subtract { .. } | Step::Multiply { .. } => false,
            Step::Round { .. } | Step::RoundTens { .. } | Step::Rescale { .. } => false,
            Step::Least { .. } | Step::Greatest { .. } | Step::AddDays { .. } | Step::Approved { .. } => false,
            Step::YearsBetween { .. } | Step::YearOf { .. } | Step::Select { .. } | Step::Pick { .. } => false,
            Step::Lift { .. } | Step::Limit { .. } => false,
            Step::Require { .. } | Step::Grant { .. } | Step::Decide { .. } => false,
        }
    }

    /// Calls `visit` with each register it reads; `folds` are those that steps name.
    pub fn reads(&self, folds: &[Fold], mut visit: impl FnMut(u32)) {
        match *self {
            Step::Load { .. } | Step::OnDate { .. } | Step::Approved { .. } => {}
            Step::NotApplicable { .. } | Step::Times { .. } => {}
            Step::Fold { fold, .. } => {
                let reads = folds.get(fold as usize).map(|fold| fold.reads.as_slice());
                reads.unwrap_or_default().iter().copied().for_each(visit);
            }
            Step::YearOf { a, .. } => visit(a),
            Step::YearsBetween { from: a, to: b, .. }
            | Step::AddWorkingDays { a, days: b, .. }
            | Step::Keep { when: a, a: b, .. } => [a, b].into_iter().for_each(visit),
            Step::Select { when, a, b, .. } | Step::Pick { when, a, b, .. } => {
                [when, a, b].into_iter().for_each(visit);
            }
            Step::Not { a, .. } | Step::Within { a, .. } | Step::Round { a, .. } | Step::Rescale { a, .. } => visit(a),
            Step::RoundTens { a, .. } => visit(a),
            Step::Remaining { a, .. } | Step::Require { a, .. } | Step::Grant { a } => visit(a),
            Step::And { a, b, .. } | Step::Or { a, b, .. } | Step::AtLeast { a, b, .. } | Step::Above { a, b, .. } => {
                [a, b].into_iter().for_each(visit);
            }
            Step::Equal { a, b, .. }
            | Step::NotEqual { a, b, .. }
            | Step::Add { a, b, .. }
            | Step::Subtract { a, b, .. } => {
                [a, b].into_iter().for_each(visit);
            }
            Step::Multiply { a, b, .. }
            | Step::Divide { a, b, .. }
            | Step::Least { a, b, .. }
            | Step::Greatest { a, b, .. } => {
                [a, b].into_iter().for_each(visit);
            }
            Step::AddMonths { a, months: b, .. }
            | Step::AddDays { a, days: b, .. }
            | Step::Limit { a, remaining: b, .. } => {
                [a, b].into_iter().for_each(visit);
            }
            Step::Decide { low, high, .. } => [low, high].into_iter().for_each(visit),
            Step::Lift { a, approved, to, .. } => [a, approved, to].into_iter().for_each(visit),
        }
    }
}

/// Turns ops into steps, scales known as it goes.
#[derive(Debug)]
pub(super) struct Translation<'p> {
    program: &'p Program,
    scales: Vec<i32>,
    /// Constants and the registers that hold them.
    pub constants: Vec<(u32, i128)>,
    /// The steps so far.
    pub steps: Vec<Step>,
    /// How divisions are done.
    pub divisions: Vec<Rounding>,
    /// The folds that steps name.
    pub folds: Vec<Fold>,
    /// The columns that the fold at hand reads.
    cells: Vec<Cell>,
    /// Registers of what does not apply.
    pub absent: Vec<u32>,
    is_absent: HashSet<u32>,
    /// Of those, the ones that are read by anything but a choice that may end there.
    reads: HashSet<u32>,
}

impl<'p> Translation<'p> {
    /// Nothing translated yet.
    pub fn new(program: &'p Program) -> Translation<'p> {
        Translation {
            program,
            scales: vec![0; program.tables.registers as usize],
            constants: Vec::new(),
            steps: Vec::with_capacity(program.code.len()),
            divisions: Vec::new(),
            folds: Vec::new(),
            cells: Vec::new(),
            absent: Vec::new(),
            is_absent: HashSet::new(),
            reads: absent_and_read(program),
        }
    }

    /// Translates the ops `first..end`, of a clause whose first requirement is the one given.
    pub fn translate(&mut self, (first, end): (u32, u32), first_requirement: u32) {
        let mut pc = first;
        while let Some(&op) = self.program.code.get(pc as usize).filter(|_| pc < end) {
            pc += 1;
            if let Op::Fold { end, .. } = op {
                self.translate_fold(op, pc);
                pc = end.max(pc);
            } else {
                self.translate_op(op, first_requirement);
            }
            let scale = self.scale_of(op).unwrap_or(0);
            if let Some(place) = op.target().and_then(|dst| self.scales.get_mut(dst as usize)) {
                *place = scale;
            }
        }
    }

    /// Translates a fold, whose body starts at `body`.
    fn translate_fold(&mut self, op: Op, body: u32) {
        let Op::Fold { dst, list, kind, most, filter, value, end } = op else { return };
        let outer = std::mem::take(&mut self.steps);
        self.translate((body, end), 0);
        let body = std::mem::replace(&mut self.steps, outer);
        let cells = std::mem::take(&mut self.cells);
        let inner: Vec<u32> = body.iter().filter_map(Step::target).chain(cells.iter().map(|cell| cell.dst)).collect();
        let mut reads = vec![filter, value];
        body.iter().for_each(|step| step.reads(&[], |register| reads.push(register)));
        reads.retain(|register| !inner.contains(register));
        reads.sort_unstable();
        reads.dedup();
        let info = self.program.tables.lists.get(list as usize);
        let (slot, max) = info.map_or((u32::MAX, 0), |list| (list.slot, i128::from(list.max)));
        let kind = Kind::of(kind, most);
        let fold = u32::try_from(self.folds.len()).unwrap_or(u32::MAX);
        self.folds.push(Fold { dst, list, slot, max, kind, filter, value, cells, body, reads });
        self.steps.push(Step::Fold { dst, fold });
    }

    fn cell(&self, dst: u32, column: u32) -> Option<Cell> {
        let info = self.program.tables.columns.get(column as usize)?;
        let list = self.program.tables.lists.get(info.list as usize)?;
        Some(Cell { dst, column: column.checked_sub(list.columns.0)? as usize, slot: Slot::column(info) })
    }

    /// A choice; of one whose other side does not apply the exact domain needs no word for that.
    fn select(&mut self, op: Op) -> Option<Step> {
        let (Op::Select { dst, when, a, b } | Op::Pick { dst, when, a, b }) = op else { return None };
        Some(match op {
            _ if self.is_absent.contains(&b) => Step::Keep { dst, when, a, any: matches!(op, Op::Pick { .. }) },
            Op::Pick { .. } => Step::Pick { dst, when, a, b },
            _ => Step::Select { dst, when, a, b },
        })
    }

    #[rustfmt::skip]
    fn translate_op(&mut self, op: Op, first_requirement: u32) {
        let constant = |index: u32| self.program.tables.constants.get(index as usize).copied().unwrap_or(0);
        let scale = |register: u32| self.scales.get(register as usize).copied().unwrap_or(0);
        let step = match op {
            Op::Number { dst, value, .. } | Op::Date { dst, value } => return self.constants.push((dst, constant(value))),
            Op::Boolean { dst, value } | Op::Member { dst, value } | Op::Text { dst, value } => return self.constants.push((dst, i128::from(value))),
            Op::Unlimited { dst, .. } => return self.constants.push((dst, INFINITE)),
            Op::InForce { .. } => return,
            Op::Load { dst, slot } => Step::Load { dst, slot },
            Op::OnDate { dst } => Step::OnDate { dst },
            Op::Not { dst, a } => Step::Not { dst, a },
            Op::And { dst, a, b } => Step::And { dst, a, b },
            Op::Or { dst, a, b } => Step::Or { dst, a, b },
            Op::AtLeast { dst, a, b } => Step::AtLeast { dst, a, b },
            Op::Above { dst, a, b } => Step::Above { dst, a, b },
            Op::Equal { dst, a, b } => Step::Equal { dst, a, b },
            Op::NotEqual { dst, a, b } => Step::NotEqual { dst, a, b },
            Op::Within { dst, a, set } => Step::Within { dst, a, set },
            Op::Add { dst, a, b } => Step::Add { dst, a, b },
            Op::Subtract { dst, a, b } => Step::Subtract { dst, a, b },
            Op::Multiply { dst, a, b } => Step::Multiply { dst, a, b },
            Op::Divide { dst, a, b, scale: to, mode } => {
                let to = i32::from(signed_scale(to));
                let shift = to + scale(b) - scale(a);
                let by = self.division(Rounding {
                    before: power_of_ten(digits(shift)),
                    under: power_of_ten(digits(-shift)),
                    after: power_of_ten(digits(-to)),
                    mode: Mode::from_operand(mode),
                });
                Step::Divide { dst, a, b, by }
            }
            Op::Round { dst, a, scale: to, mode } => {
                let (to, mode) = (i32::from(signed_scale(to)), Mode::from_operand(mode));
                let dropped = narrow(digits(scale(a) - to));
                match narrow(digits(-to)) {
                    0 => Step::Round { dst, a, digits: dropped, mode },
                    after => Step::RoundTens { dst, a, digits: dropped, after, mode },
                }
            }
            Op::Rescale { dst, a, scale: to } => Step::Rescale { dst, a, by: narrow(digits(i32::from(signed_scale(to)) - scale(a))) },
            Op::Least { dst, a, b } => Step::Least { dst, a, b },
            Op::Greatest { dst, a, b } => Step::Greatest { dst, a, b },
            Op::AddMonths { dst, a, months, rule } => {
                let missing = if rule == 1 { MissingDay::NextMonth } else { MissingDay::LastDay };
                Step::AddMonths { dst, a, months, missing }
            }
            Op::AddDays { dst, a, days } => Step::AddDays { dst, a, days },
            Op::Approved { dst, slot } => Step::Approved { dst, slot },
            Op::NotApplicable { dst, .. } => {
                self.absent.push(dst);
                self.is_absent.insert(dst);
                if !self.reads.contains(&dst) {
                    return;
                }
                Step::NotApplicable { dst }
            }
            Op::YearsBetween { dst, from, to } => Step::YearsBetween { dst, from, to },
            Op::YearOf { dst, a } => Step::YearOf { dst, a },
            Op::AddWorkingDays { dst, a, days, calendar } => Step::AddWorkingDays { dst, a, days, calendar },
            Op::Select { .. } | Op::Pick { .. } => match self.select(op) {
                Some(step) => step,
                None => return,
            },
            Op::Times { dst, counter } => Step::Times { dst, counter },
            Op::Column { dst, column } => {
                let cell = self.cell(dst, column);
                self.cells.extend(cell);
                return;
            }
            // Translated with its body.
            Op::Fold { .. } => return,
            Op::Remaining { dst, a, cap } => Step::Remaining { dst, a, cap },
            Op::Lift { dst, a, approved, to } => Step::Lift { dst, a, approved, to },
            Op::Limit { dst, a, remaining, cap } => Step::Limit { dst, a, remaining, cap },
            Op::Require { a, requirement, .. } => Step::Require { a, number: requirement.saturating_sub(first_requirement) },
            Op::Grant { a, .. } => Step::Grant { a },
            Op::Decide { slot, low, high, .. } => Step::Decide { slot, low, high },
        };
        self.steps.push(step);
    }

    fn division(&mut self, by: Rounding) -> u32 {
        let index = self.divisions.iter().position(|known| *known == by).unwrap_or(self.divisions.len());
        if index == self.divisions.len() {
            self.divisions.push(by);
        }
        u32::try_from(index).unwrap_or(u32::MAX)
    }

    /// The scale of what an op writes, where it is a number.
    fn scale_of(&self, op: Op) -> Option<i32> {
        let scale = |register: u32| self.scales.get(register as usize).copied().unwrap_or(0);
        match op {
            Op::Load { slot, .. } => match self.program.tables.slots.get(slot as usize)?.ty {
                SlotType::Number { scale, .. } => Some(i32::from(scale)),
                SlotType::Bool | SlotType::Date | SlotType::Text | SlotType::Member { .. } | SlotType::List { .. } => {
                    None
                }
            },
            Op::Number { scale, .. } | Op::Unlimited { scale, .. } | Op::Rescale { scale, .. } => {
                Some(i32::from(signed_scale(scale)))
            }
            Op::Divide { scale, .. } | Op::Round { scale, .. } => Some(i32::from(signed_scale(scale)).max(0)),
            Op::Multiply { a, b, .. } => Some(scale(a) + scale(b)),
            Op::Add { a, .. } | Op::Subtract { a, .. } | Op::Least { a, .. } | Op::Greatest { a, .. } => Some(scale(a)),
            Op::Remaining { a, .. } | Op::Lift { a, .. } | Op::Limit { a, .. } => Some(scale(a)),
            Op::NotApplicable { kind: 0, of, .. } => Some(i32::from(signed_scale(of))),
            Op::Select { a, .. } => Some(scale(a)),
            Op::Fold { kind: 0 | 2 | 3 | 6, value, .. } => Some(scale(value)),
            Op::Column { column, .. } => match self.program.tables.columns.get(column as usize)?.ty {
                SlotType::Number { scale, .. } => Some(i32::from(scale)),
                SlotType::Bool | SlotType::Date | SlotType::Text | SlotType::Member { .. } | SlotType::List { .. } => {
                    None
                }
            },
            Op::NotApplicable { .. } | Op::Pick { .. } | Op::Fold { .. } | Op::Times { .. } => None,
            Op::YearsBetween { .. } | Op::YearOf { .. } | Op::AddWorkingDays { .. } => None,
            Op::Boolean { .. }
            | Op::Date { .. }
            | Op::Member { .. }
            | Op::Text { .. }
            | Op::OnDate { .. }
            | Op::Not { .. } => None,
            Op::And { .. }
            | Op::Or { .. }
            | Op::AtLeast { .. }
            | Op::Above { .. }
            | Op::Equal { .. }
            | Op::NotEqual { .. } => None,
            Op::Within { .. } | Op::AddMonths { .. } | Op::AddDays { .. } | Op::Approved { .. } => None,
            Op::InForce { .. } | Op::Require { .. } | Op::Grant { .. } | Op::Decide { .. } => None,
        }
    }
}

/// The registers of what does not apply that are read by anything but a choice that may end there.
fn absent_and_read(program: &Program) -> HashSet<u32> {
    let absent = program.code.iter().filter(|op| matches!(op, Op::NotApplicable { .. }));
    let absent: HashSet<u32> = absent.filter_map(|op| op.target()).collect();
    let mut read = HashSet::new();
    for op in program.code.iter().filter(|_| !absent.is_empty()) {
        let last = match *op {
            Op::Select { when, a, b, .. } | Op::Pick { when, a, b, .. } if b != when && b != a => Some(b),
            _ => None,
        };
        op.visit(|kind, value| {
            if kind == OperandKind::Register && Some(value) != last && absent.contains(&value) {
                read.insert(value);
            }
        });
    }
    read
}

impl Slot {
    /// What the VM needs of a column, which the applicant gives.
    fn column(info: &ColumnInfo) -> Slot {
        let (low, high) = match info.ty {
            SlotType::Bool => (0, 1),
            SlotType::Number { .. } => (info.low.unwrap_or(MINUS_INFINITE), info.high.unwrap_or(INFINITE)),
            SlotType::Date | SlotType::Text | SlotType::Member { .. } | SlotType::List { .. } => {
                (MINUS_INFINITE, INFINITE)
            }
        };
        Slot { boolean: info.ty == SlotType::Bool, low, high, waits: Waits::FACT }
    }

    /// What the VM needs of a slot.
    pub fn new(info: &SlotInfo) -> Slot {
        let waits = match info.given_by {
            GivenBy::Discretion(_) => Waits { fact: false, discretion: true },
            GivenBy::Applicant | GivenBy::Determination(_) => Waits::FACT,
        };
        let number = |least: i128| (info.low.unwrap_or(least), info.high.unwrap_or(INFINITE));
        let (low, high) = match info.ty {
            SlotType::Bool => (0, 1),
            SlotType::Number { shown: Shown::Money | Shown::Rate | Shown::Number, .. } if waits.discretion => number(0),
            SlotType::Number { .. } => number(MINUS_INFINITE),
            SlotType::Date | SlotType::Text | SlotType::Member { .. } | SlotType::List { .. } => {
                (MINUS_INFINITE, INFINITE)
            }
        };
        Slot { boolean: info.ty == SlotType::Bool, low, high, waits }
    }
}

fn digits(count: i32) -> u32 {
    u32::try_from(count).unwrap_or(0)
}

fn narrow(count: u32) -> u8 {
    u8::try_from(count).unwrap_or(u8::MAX)
}

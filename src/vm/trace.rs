//! In: a case. Out: every register after everything was run, with no jump taken: since each is written once, they are the trace. The
//! whole decision, what is still needed, and every explanation are read off it. Invariant: agrees with the fast run.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use rust_decimal::Decimal;

use super::case::{Case, State};
use super::domain::{Domain, Truth};
use super::fold::read_record;
use super::interval::{INFINITE, Interval, MINUS_INFINITE, Partial};
use super::ledger;
use super::machine::{Machine, Vm};
use super::run::{Award, End, Outcome, Scene, compute};
use crate::bytecode::op::{Op, OperandKind};
use crate::bytecode::program::ClauseInfo;
use crate::decision::{Amount, ClauseDecision, Decision, Failure};

/// Everything that was computed of one case.
#[derive(Debug, Clone)]
pub struct Trace<'t> {
    vm: &'t Vm<'t>,
    case: &'t Case,
    on: i32,
    pub(super) registers: Cow<'t, [Interval]>,
}

/// The end of a clause's code.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Last {
    /// A computed award.
    Grant(u32),
    /// An award at discretion: slot, least, most.
    Decide(u32, u32, u32),
}

impl<'v> Machine<'v> {
    /// Runs everything, in the domain of bounds, and keeps what it computed.
    pub fn trace<'t>(&mut self, case: &'t Case, on: i32) -> Trace<'t>
    where
        'v: 't,
    {
        let vm = self.vm();
        self.compute(case, on, 0..vm.code.steps.len());
        Trace { vm, case, on, registers: Cow::Owned(self.partial.clone()) }
    }

    /// As [`Machine::trace`], but of what all clauses share and one clause only: of no other may it be asked.
    pub(super) fn trace_clause<'t>(&'t mut self, case: &'t Case, on: i32, clause: usize) -> Trace<'t> {
        let vm = self.vm();
        self.compute(case, on, 0..vm.code.prologue);
        if let Some(block) = vm.code.blocks.get(clause) {
            self.compute(case, on, block.steps.clone());
        }
        Trace { vm, case, on, registers: Cow::Borrowed(&self.partial) }
    }

    /// Runs steps in the domain of bounds.
    fn compute(&mut self, case: &Case, on: i32, steps: Range<usize>) {
        let vm = self.vm();
        let scene = Scene { code: &vm.code, tables: &vm.program.tables, case, on };
        compute::<Partial>(vm.code.steps.get(steps).unwrap_or(&[]), &mut self.partial, scene, |_| {});
    }
}

impl<'t> Trace<'t> {
    /// The policy made ready.
    #[must_use]
    pub fn vm(&self) -> &'t Vm<'t> {
        self.vm
    }

    /// The case.
    #[must_use]
    pub fn case(&self) -> &'t Case {
        self.case
    }

    /// The day of the decision.
    #[must_use]
    pub fn on(&self) -> i32 {
        self.on
    }

    /// The same case, its registers replaced.
    pub(super) fn with_registers(&self, registers: Vec<Interval>) -> Trace<'t> {
        Trace { vm: self.vm, case: self.case, on: self.on, registers: Cow::Owned(registers) }
    }

    /// What a register holds.
    #[must_use]
    pub fn register(&self, register: u32) -> Interval {
        self.registers.get(register as usize).copied().unwrap_or(Partial::ZERO)
    }

    /// Whether a clause is in force on the day.
    #[must_use]
    pub fn in_force(&self, clause: &ClauseInfo) -> bool {
        clause.in_force.0.is_none_or(|first| self.on >= first) && clause.in_force.1.is_none_or(|last| self.on <= last)
    }

    /// The decision.
    #[must_use]
    pub fn decide(&self) -> Decision {
        let clauses: Vec<ClauseDecision> =
            self.vm.program.tables.clauses.iter().map(|clause| self.decide_clause(clause)).collect();
        Decision { total: total(&clauses), clauses }
    }

    /// The decision on one clause.
    #[must_use]
    pub fn decide_clause(&self, clause: &ClauseInfo) -> ClauseDecision {
        if !self.in_force(clause) {
            return ClauseDecision::NotInForce;
        }
        let (first, end) = clause.requirements;
        let requirements = self.vm.program.tables.requirements.get(first as usize..end as usize).unwrap_or(&[]);
        let (mut failed, mut open) = (Vec::new(), Vec::new());
        for (requirement, number) in requirements.iter().zip(0u32..) {
            match Partial::truth(self.register(requirement.register)) {
                Truth::No => failed.push(Failure::Requirement(number)),
                Truth::Open => open.push(requirement.register),
                Truth::Yes => {}
            }
        }
        if !failed.is_empty() {
            return ClauseDecision::Ineligible { failed };
        }
        if !open.is_empty() {
            return ClauseDecision::Undetermined { needs: self.needs(open) };
        }
        self.decide_amount(clause)
    }

    fn decide_amount(&self, clause: &ClauseInfo) -> ClauseDecision {
        let (end, registers, slot) = match self.last(clause) {
            Some(Last::Grant(a)) => (Partial::grant(self.register(a)), vec![a], None),
            Some(Last::Decide(slot, low, high)) => {
                let end = Partial::decide(self.case, slot, self.register(low), self.register(high));
                (end, vec![low, high], Some(slot))
            }
            None => (End::UNDETERMINED, Vec::new(), None),
        };
        match end.outcome() {
            Outcome::NotInForce => ClauseDecision::NotInForce,
            Outcome::Ineligible(failure) => ClauseDecision::Ineligible { failed: vec![failure] },
            Outcome::Undetermined => ClauseDecision::Undetermined { needs: self.needs(registers) },
            Outcome::Eligible { low, high, .. } => ClauseDecision::Eligible {
                amount: Amount { low: money(low).unwrap_or(Decimal::ZERO), high: money(high) },
                binding_cap: self.binding(clause),
                needs: match slot {
                    Some(slot) if low != high => vec![slot],
                    Some(_) => Vec::new(),
                    None => self.needs(registers),
                },
            },
        }
    }

    /// How a clause's code ends.
    pub(crate) fn last(&self, clause: &ClauseInfo) -> Option<Last> {
        self.ops(clause).iter().rev().find_map(|op| match *op {
            Op::Grant { a, .. } => Some(Last::Grant(a)),
            Op::Decide { slot, low, high, .. } => Some(Last::Decide(slot, low, high)),
            _ => None,
        })
    }

    /// The instructions of a clause.
    pub(crate) fn ops(&self, clause: &ClauseInfo) -> &'t [Op] {
        self.vm.program.code.get(clause.code.0 as usize..clause.code.1 as usize).unwrap_or(&[])
    }

    /// The cap that bound, as an index into the clause's caps: of the remainders the first of the smallest, where it cut.
    #[must_use]
    pub fn binding(&self, clause: &ClauseInfo) -> Option<u32> {
        let mut binding = None;
        for op in self.ops(clause) {
            if let Op::Limit { a, remaining, cap, .. } = *op
                && Partial::limit(self.register(a), self.register(remaining)).1
            {
                binding = cap.checked_sub(clause.caps.0);
            }
        }
        binding
    }

    /// What an approved lift puts in the place of the cap that bound, scaled by 2.
    #[must_use]
    pub fn raised(&self, clause: &ClauseInfo) -> Option<i128> {
        let bound = clause.caps.0.checked_add(self.binding(clause)?)?;
        self.ops(clause).iter().find_map(|op| {
            let Op::Limit { remaining, cap, .. } = *op else { return None };
            let Some(Op::Lift { approved, to, .. }) = self.writer(remaining).filter(|_| cap == bound) else {
                return None;
            };
            let to = self.register(to);
            (self.register(approved).low == 1 && to.is_settled() && !to.not_applicable).then_some(to.low)
        })
    }

    /// The instruction that writes a register.
    pub(crate) fn writer(&self, register: u32) -> Option<Op> {
        self.vm.writer(register)
    }

    /// The facts for which registers wait, in order: 还缺什么.
    pub(crate) fn needs(&self, roots: Vec<u32>) -> Vec<u32> {
        let (mut open, mut seen, mut needs) = (roots, BTreeSet::new(), BTreeSet::new());
        while let Some(register) = open.pop() {
            if self.register(register).is_settled() || !seen.insert(register) {
                continue;
            }
            match self.writer(register) {
                Some(Op::Load { slot, .. }) => {
                    needs.insert(slot);
                }
                Some(Op::Lift { a, approved, to, .. }) => {
                    open.push(if self.register(approved).low == 1 { to } else { a });
                }
                Some(Op::Select { when, a, b, .. } | Op::Pick { when, a, b, .. }) => {
                    match Partial::truth(self.register(when)) {
                        Truth::Yes => open.push(a),
                        Truth::No => open.push(b),
                        Truth::Open => open.extend([when, a, b]),
                    }
                }
                Some(Op::Times { counter, .. }) => needs.extend(self.counted(counter)),
                Some(op @ Op::Fold { .. }) => self.of_records(op, &mut open, &mut needs),
                Some(op) => {
                    if let Op::Remaining { cap, .. } = op {
                        needs.extend(self.identifiers(cap));
                    }
                    op.visit(|kind, value| {
                        if kind == OperandKind::Register {
                            open.push(value);
                        }
                    });
                }
                None => {}
            }
        }
        needs.into_iter().collect()
    }

    /// All facts from which a register is computed, in order.
    pub(crate) fn facts(&self, root: u32) -> Vec<u32> {
        let (mut open, mut seen, mut facts) = (vec![root], BTreeSet::new(), BTreeSet::new());
        while let Some(register) = open.pop() {
            if !seen.insert(register) {
                continue;
            }
            if let Some(op) = self.writer(register) {
                op.visit(|kind, value| match kind {
                    OperandKind::Register => open.push(value),
                    OperandKind::Slot => {
                        facts.insert(value);
                    }
                    OperandKind::List => facts.extend(self.tables().lists.get(value as usize).map(|list| list.slot)),
                    _ => {}
                });
            }
        }
        facts.into_iter().collect()
    }

    /// What a fold waits for: its list, and what is open outside of it of each record that is open.
    fn of_records(&self, fold: Op, open: &mut Vec<u32>, needs: &mut BTreeSet<u32>) {
        let Op::Fold { dst, .. } = fold else { return };
        let Some(fold) = self.vm.code.fold_of(dst) else { return };
        if !self.is_given(fold.slot) {
            needs.insert(fold.slot);
            return;
        }
        let scene = Scene { code: &self.vm.code, tables: self.tables(), case: self.case, on: self.on };
        let mut registers = self.registers.to_vec();
        for record in 0..self.case.records(fold.list) {
            read_record::<Partial>(fold, &mut registers, scene, record);
            let of = |register: u32| registers.get(register as usize).copied().unwrap_or(Partial::ZERO);
            if Partial::truth(of(fold.filter)) == Truth::No || of(fold.value).not_applicable {
                continue;
            }
            for root in [fold.filter, fold.value] {
                fold.waits(
                    root,
                    of,
                    |register| open.push(register),
                    || {
                        needs.insert(fold.slot);
                    },
                );
            }
        }
    }

    /// How many records of a fold's list count, how many may, and how many there are; `None` where the list is not given.
    pub(crate) fn counted_records(&self, register: u32) -> Option<(usize, usize, usize)> {
        let fold = self.vm.code.fold_of(register).filter(|fold| self.is_given(fold.slot))?;
        let scene = Scene { code: &self.vm.code, tables: self.tables(), case: self.case, on: self.on };
        let mut registers = self.registers.to_vec();
        let (mut counted, mut open, all) = (0, 0, self.case.records(fold.list));
        for record in 0..all {
            read_record::<Partial>(fold, &mut registers, scene, record);
            let of = |register: u32| registers.get(register as usize).copied().unwrap_or(Partial::ZERO);
            match Partial::truth(of(fold.filter)) {
                Truth::No => {}
                _ if of(fold.value).not_applicable => {}
                Truth::Yes if of(fold.value).is_settled() => counted += 1,
                Truth::Yes | Truth::Open => open += 1,
            }
        }
        Some((counted, open, all))
    }

    fn tables(&self) -> &'t crate::bytecode::program::Tables {
        &self.vm.program.tables
    }

    /// What a counter waits for.
    fn counted(&self, counter: u32) -> Vec<u32> {
        let Some(info) = self.tables().counters.get(counter as usize) else { return Vec::new() };
        match info.ledger.filter(|slot| self.case.value(*slot) != Some(1)) {
            Some(slot) => vec![slot],
            None => ledger::identifiers_counted(self.tables(), info, self.case),
        }
    }

    /// The identifiers for which a cap waits.
    fn identifiers(&self, cap: u32) -> Vec<u32> {
        let tables = &self.vm.program.tables;
        match tables.caps.get(cap as usize) {
            Some(info) if self.case.used(cap) == super::Used::Unknown => {
                ledger::identifiers_awaited(tables, info, self.case)
            }
            _ => Vec::new(),
        }
    }

    /// Whether a slot has a value or does not apply.
    #[must_use]
    pub fn is_given(&self, slot: u32) -> bool {
        matches!(self.case.state(slot), State::Value | State::NotApplicable)
    }
}

/// The sum over the eligible clauses.
#[must_use]
pub fn total(clauses: &[ClauseDecision]) -> Amount {
    clauses.iter().fold(Amount::ZERO, |sum, clause| match clause {
        ClauseDecision::Eligible { amount, .. } => sum.plus(amount),
        ClauseDecision::NotInForce | ClauseDecision::Ineligible { .. } | ClauseDecision::Undetermined { .. } => sum,
    })
}

/// An amount scaled by 2; `None` where it is infinite. One too large for a decimal is the largest there is.
#[must_use]
pub fn money(scaled: i128) -> Option<Decimal> {
    if scaled == INFINITE || scaled == MINUS_INFINITE {
        return None;
    }
    let beyond = if scaled < 0 { Decimal::MIN } else { Decimal::MAX };
    Some(Decimal::try_from_i128_with_scale(scaled, 2).unwrap_or(beyond))
}

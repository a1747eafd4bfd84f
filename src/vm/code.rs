//! In: a program. Out: its code as the VM runs it, in blocks: what all clauses share, and each clause's own, with where to start when
//! the scope and the industry gate are already known to hold. Invariant: whatever a block is started at, its outcome is the same.

use std::ops::Range;

use super::fold::Fold;
use super::step::{Rounding, Slot, Step, Translation};
use super::working_days::WorkingDays;
use crate::bytecode::op::{Op, OperandKind};
use crate::bytecode::program::{Program, RequirementKind};

/// A clause's instructions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// All of them after `in-force`.
    pub steps: Range<usize>,
    /// Where to start when the shared scope and the gate are known to hold.
    pub entry: usize,
    /// First and last day in force.
    pub in_force: (i32, i32),
    /// Number of the requirement that is the industry gate.
    pub gate: Option<u32>,
    /// The clause's first cap.
    pub first_cap: u32,
    /// Registers of the prologue that the exact domain may have no word for and on which this clause depends.
    pub shared: Vec<u32>,
}

/// A program's code as it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Code {
    pub constants: Vec<(u32, i128)>,
    pub steps: Vec<Step>,
    /// How many steps all clauses share: first loads, then what the scope depends on, then what only clauses depend on.
    pub prologue: usize,
    /// How many of them the scope depends on, loads included.
    pub scope_steps: usize,
    /// Registers and slots of the loads with which they begin.
    pub loads: Vec<(u32, u32)>,
    pub divisions: Vec<Rounding>,
    pub folds: Vec<Fold>,
    pub calendars: Vec<WorkingDays>,
    /// For each counter the slot that says whether a ledger was given.
    pub ledgers: Vec<Option<u32>>,
    /// Registers of what does not apply.
    pub absent: Vec<u32>,
    pub slots: Vec<Slot>,
    pub blocks: Vec<Block>,
    /// Registers of the scope's requirements where all clauses begin with the same ones; they are requirements `0..` of each.
    pub scope: Vec<u32>,
    /// Registers that the exact domain may have no word for and on which the scope depends.
    pub scope_shared: Vec<u32>,
    /// Whether infinity reaches no arithmetic, so that the exact domain may run it.
    pub tame: bool,
}

impl Code {
    /// Prepares a program.
    pub fn new(program: &Program) -> Code {
        let tables = &program.tables;
        let mut translation = Translation::new(program);
        translation.translate((0, tables.prologue_end), 0);
        let prologue = translation.steps.len();
        let mut blocks = Vec::with_capacity(tables.clauses.len());
        for clause in &tables.clauses {
            let start = translation.steps.len();
            translation.translate(clause.code, clause.requirements.0);
            blocks.push(Block {
                steps: start..translation.steps.len(),
                entry: start,
                in_force: (clause.in_force.0.unwrap_or(i32::MIN), clause.in_force.1.unwrap_or(i32::MAX)),
                gate: gate(program, clause.requirements),
                first_cap: clause.caps.0,
                shared: Vec::new(),
            });
        }
        let Translation { constants, steps, divisions, folds, absent, .. } = translation;
        let slots = tables.slots.iter().map(Slot::new).collect();
        let (scope, scope_shared, tame) = (Vec::new(), Vec::new(), is_tame(program));
        let (loads, scope_steps) = (Vec::new(), prologue);
        let calendars = tables.calendars.iter().map(WorkingDays::new).collect();
        let ledgers = tables.counters.iter().map(|counter| counter.ledger).collect();
        let mut code = Code {
            constants,
            steps,
            prologue,
            scope_steps,
            loads,
            divisions,
            folds,
            calendars,
            ledgers,
            absent,
            slots,
            blocks,
            scope,
            scope_shared,
            tame,
        };
        code.find_entries(program);
        code.find_shared(program);
        code.order_prologue(program);
        code
    }

    /// Finds the scope that all clauses share and how far into each block the scope and the gate reach.
    fn find_entries(&mut self, program: &Program) {
        let mut of_prologue = vec![false; program.tables.registers as usize];
        let shared = self.steps.iter().take(self.prologue).filter_map(Step::target);
        let constants = self.constants.iter().map(|(register, _)| register).chain(&self.absent);
        for register in shared.chain(constants.copied()) {
            if let Some(place) = of_prologue.get_mut(register as usize) {
                *place = true;
            }
        }
        let leading = |block: &Block, clause: usize| {
            let (first, _) = program.tables.clauses.get(clause).map_or((0, 0), |clause| clause.requirements);
            (self.steps_of(block).iter().zip(first..))
                .map_while(|(step, index)| scope_register(program, *step, index, first))
                .take_while(|register| of_prologue.get(*register as usize) == Some(&true))
                .collect::<Vec<u32>>()
        };
        let Some(scope) = self.blocks.first().map(|block| leading(block, 0)) else { return };
        if self.blocks.iter().enumerate().any(|(clause, block)| leading(block, clause) != scope) {
            return;
        }
        let entries: Vec<usize> = (self.blocks.iter())
            .map(|block| block.steps.start + scope.len() + self.gate_length(block, scope.len()))
            .collect();
        for (block, entry) in self.blocks.iter_mut().zip(entries) {
            block.entry = entry;
        }
        self.scope = scope;
    }

    /// How many steps after the scope compute and require the gate and nothing that is read later.
    fn gate_length(&self, block: &Block, scope: usize) -> usize {
        let Some(gate) = block.gate else { return 0 };
        let Some(rest) = self.steps_of(block).get(scope..) else { return 0 };
        let required = rest.iter().position(|step| matches!(step, Step::Require { .. }));
        let Some(at) =
            required.filter(|&at| matches!(rest.get(at), Some(Step::Require { number, .. }) if *number == gate))
        else {
            return 0;
        };
        let (skipped, later) = rest.split_at(at + 1);
        let targets: Vec<u32> = skipped.iter().filter_map(Step::target).collect();
        let mut read = false;
        for step in later {
            step.reads(&self.folds, |register| read |= targets.contains(&register));
        }
        if read { 0 } else { at + 1 }
    }

    /// Puts loads first, which depend on nothing and are run without a look at the kind of each step, then what the scope depends on.
    fn order_prologue(&mut self, program: &Program) {
        let mut needed = vec![false; program.tables.registers as usize];
        let need = |register: u32, needed: &mut [bool]| {
            needed.get_mut(register as usize).into_iter().for_each(|place| *place = true);
        };
        self.scope.iter().for_each(|register| need(*register, &mut needed));
        let is_needed = |step: &Step, needed: &[bool]| {
            step.target().and_then(|dst| needed.get(dst as usize)).copied().unwrap_or(false)
        };
        let Some(prologue) = self.steps.get_mut(..self.prologue) else { return };
        for step in prologue.iter().rev() {
            if is_needed(step, &needed) {
                step.reads(&self.folds, |register| need(register, &mut needed));
            }
        }
        let rank = |step: &Step| match step {
            Step::Load { .. } => 0,
            step if is_needed(step, &needed) => 1,
            _ => 2,
        };
        prologue.sort_by_key(rank);
        self.scope_steps = prologue.partition_point(|step| rank(step) < 2);
        let loads = prologue.iter().map_while(|step| match *step {
            Step::Load { dst, slot } => Some((dst, slot)),
            _ => None,
        });
        self.loads = loads.collect();
    }

    /// The fold that writes a register.
    pub fn fold_of(&self, register: u32) -> Option<&Fold> {
        self.folds.iter().find(|fold| fold.dst == register)
    }

    fn steps_of(&self, block: &Block) -> &[Step] {
        self.steps.get(block.steps.clone()).unwrap_or(&[])
    }

    /// Finds, for each clause and for the scope, the registers of the prologue on which it depends and that may stay without a word.
    fn find_shared(&mut self, program: &Program) {
        let mut writers = vec![None; program.tables.registers as usize];
        for step in self.steps.iter().take(self.prologue) {
            if let Some(place) = step.target().and_then(|dst| writers.get_mut(dst as usize)) {
                *place = Some(*step);
            }
        }
        let mut seen = vec![0u32; writers.len()];
        let mut round = 0;
        let mut shared_of = |roots: Vec<u32>| {
            round += 1;
            let (mut open, mut shared) = (roots, Vec::new());
            while let Some(register) = open.pop() {
                let Some(mark) = seen.get_mut(register as usize).filter(|mark| **mark != round) else { continue };
                *mark = round;
                let Some(step) = writers.get(register as usize).copied().flatten() else { continue };
                if step.may_be_speechless() {
                    shared.push(register);
                }
                step.reads(&self.folds, |from| open.push(from));
            }
            shared.sort_unstable();
            shared
        };
        let roots = |block: &Block| {
            let mut roots = Vec::new();
            for step in self.steps.get(block.steps.clone()).unwrap_or(&[]) {
                step.reads(&self.folds, |register| roots.push(register));
            }
            roots
        };
        let found: Vec<Vec<u32>> = self.blocks.iter().map(|block| shared_of(roots(block))).collect();
        self.scope_shared = shared_of(self.scope.clone());
        for (block, shared) in self.blocks.iter_mut().zip(found) {
            block.shared = shared;
        }
    }
}

fn gate(program: &Program, (first, end): (u32, u32)) -> Option<u32> {
    let own = program.tables.requirements.get(first as usize..end as usize)?;
    let at = own.iter().position(|requirement| requirement.kind == RequirementKind::Industry)?;
    u32::try_from(at).ok()
}

/// The register of a step that requires the scope's requirement `index` of a clause whose first is `first`.
fn scope_register(program: &Program, step: Step, index: u32, first: u32) -> Option<u32> {
    let kind = program.tables.requirements.get(index as usize)?.kind;
    match step {
        Step::Require { a, number }
            if number == index - first && matches!(kind, RequirementKind::Scope | RequirementKind::ScopeExclusion) =>
        {
            Some(a)
        }
        _ => None,
    }
}

/// Whether no register that may be infinite is read by arithmetic.
fn is_tame(program: &Program) -> bool {
    let mut infinite = vec![false; program.tables.registers as usize];
    let mut fold_end = 0;
    for (pc, &op) in (0u32..).zip(&program.code) {
        let mut reads = false;
        op.visit(|kind, value| {
            reads |= kind == OperandKind::Register && infinite.get(value as usize).copied().unwrap_or(false);
        });
        let carries = match op {
            Op::Fold { end, .. } => {
                fold_end = end;
                reads
            }
            Op::Unlimited { .. } => true,
            Op::Select { .. } => reads,
            Op::AddWorkingDays { .. } if reads => return false,
            Op::Least { .. } | Op::Greatest { .. } | Op::Remaining { .. } | Op::Lift { .. } | Op::Limit { .. } => reads,
            Op::Add { .. } | Op::Subtract { .. } | Op::Multiply { .. } | Op::Divide { .. } | Op::Round { .. }
                if reads =>
            {
                return false;
            }
            Op::Rescale { .. } | Op::AddMonths { .. } | Op::AddDays { .. } if reads => return false,
            _ => false,
        };
        // What is infinite for a record would be summed.
        if carries && pc < fold_end {
            return false;
        }
        if let Some(place) = op.target().and_then(|dst| infinite.get_mut(dst as usize)) {
            *place = carries;
        }
    }
    true
}

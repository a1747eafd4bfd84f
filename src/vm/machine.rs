//! In: a program, then cases. Out: the outcome of every clause. A [`Vm`] is the program made ready and can be shared between threads;
//! a [`Machine`] is one thread's registers. Invariant: `run` looks only at clauses whose industry gate may hold.

use std::ops::Range;

use super::case::{Case, State};
use super::code::Code;
use super::dispatch::Dispatch;
use super::domain::{Domain, Truth};
use super::interval::{Interval, Partial};
use super::run::{End, Outcome, Scene, Word, block, compute};
use super::scalar::Exact;
use super::step::Step;
use crate::bytecode::op::Op;
use crate::bytecode::program::Program;
use crate::bytecode::{RegisterType, Verified};
use crate::decision::Failure;

/// A program ready to be run.
#[derive(Debug, Clone)]
pub struct Vm<'p> {
    pub(super) program: &'p Program,
    types: &'p [RegisterType],
    pub(super) code: Code,
    dispatch: Dispatch,
    /// The instruction that writes each register.
    pub(super) writers: Vec<u32>,
    /// First and last day on which every clause is in force.
    common: (i32, i32),
}

impl<'p> Vm<'p> {
    /// Makes a program ready.
    #[must_use]
    pub fn new(verified: &'p Verified) -> Vm<'p> {
        let program = verified.program();
        let code = Code::new(program);
        let passable = |clause: usize| code.blocks.get(clause).is_some_and(|block| block.gate.is_some());
        let dispatch = Dispatch::new(&program.tables, passable);
        let common = (code.blocks.iter()).fold((i32::MIN, i32::MAX), |(first, last), block| {
            (first.max(block.in_force.0), last.min(block.in_force.1))
        });
        Vm { program, types: verified.register_types(), code, dispatch, writers: writers(program), common }
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &'p Program {
        self.program
    }

    /// The instruction that writes a register.
    #[must_use]
    pub fn writer(&self, register: u32) -> Option<Op> {
        let at = self.writers.get(register as usize).copied()?;
        self.program.code.get(at as usize).copied()
    }

    /// The type of a register.
    #[must_use]
    pub fn register_type(&self, register: u32) -> Option<RegisterType> {
        self.types.get(register as usize).copied()
    }

    /// A case of this policy in which nothing was asked.
    #[must_use]
    pub fn case(&self) -> Case {
        Case::new(&self.program.tables)
    }

    /// Registers for one thread.
    #[must_use]
    pub fn machine(&self) -> Machine<'_> {
        let count = self.program.tables.registers as usize;
        let (mut exact, mut partial) = (vec![Exact::ZERO; count], vec![Partial::ZERO; count]);
        for &(register, value) in &self.code.constants {
            if let (Some(a), Some(b)) = (exact.get_mut(register as usize), partial.get_mut(register as usize)) {
                (*a, *b) = (Exact::constant(value), Partial::constant(value));
            }
        }
        for register in &self.code.absent {
            if let Some(place) = partial.get_mut(*register as usize) {
                *place = Interval::NOT_APPLICABLE;
            }
        }
        Machine {
            vm: self,
            exact,
            partial,
            ran: Vec::with_capacity(self.code.blocks.len()),
            places: vec![0; self.code.blocks.len()],
            passed: Passed::Gate,
            on: 0,
            missing: vec![false; count],
            missed: Vec::new(),
        }
    }
}

fn writers(program: &Program) -> Vec<u32> {
    let mut writers = vec![u32::MAX; program.tables.registers as usize];
    for (op, at) in program.code.iter().zip(0u32..) {
        if let Some(place) = op.target().and_then(|dst| writers.get_mut(dst as usize)) {
            *place = at;
        }
    }
    writers
}

/// Why the clauses that were not run were passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passed {
    /// By their industry gate.
    Gate,
    /// By this requirement of the scope, which is the same for all.
    Scope(u32),
}

/// One thread's registers and the outcomes of the last case.
#[derive(Debug, Clone)]
pub struct Machine<'v> {
    vm: &'v Vm<'v>,
    exact: Vec<i128>,
    pub(super) partial: Vec<Interval>,
    /// The clauses that were run.
    ran: Vec<Ran>,
    /// Where each clause is in `ran`; what stands there tells whether it really is, so that nothing is cleared between cases.
    places: Vec<u32>,
    passed: Passed,
    on: i32,
    /// Registers of the prologue for which the exact domain has no word in the case at hand.
    missing: Vec<bool>,
    /// The same, one by one, so that they are soon forgotten.
    missed: Vec<u32>,
}

/// A clause that was run.
#[derive(Debug, Clone, Copy)]
struct Ran {
    clause: u32,
    end: End,
}

/// How far the registers of the prologue are good for the case at hand.
#[derive(Clone, Copy)]
struct Prologue {
    /// The exact domain can run this policy; which of its registers are missing is to be looked up before each clause.
    exact: bool,
    /// The registers of the bounds are written.
    partial: bool,
}

impl<'v> Machine<'v> {
    /// The policy made ready.
    #[must_use]
    pub fn vm(&self) -> &'v Vm<'v> {
        self.vm
    }

    /// Decides one case on a day.
    pub fn run(&mut self, case: &Case, on: i32) -> Outcomes<'_> {
        let vm = self.vm;
        let scene = Scene { code: &vm.code, tables: &vm.program.tables, case, on };
        self.ran.clear();
        self.passed = Passed::Gate;
        self.on = on;
        let mut prologue = self.prologue(scene);
        match self.scope(scene, &mut prologue) {
            Truth::No => {}
            scope => {
                let known = scope == Truth::Yes;
                self.share(scene, vm.code.scope_steps..vm.code.prologue, &prologue);
                for &clause in &vm.dispatch.always {
                    self.clause(scene, &mut prologue, clause, false);
                }
                for gate in &vm.dispatch.gates {
                    match (case.state(gate.slot), case.value(gate.slot)) {
                        (State::Value, Some(value)) => {
                            for &clause in gate.find(value) {
                                self.clause(scene, &mut prologue, clause, known);
                            }
                        }
                        (State::NotApplicable, _) => {}
                        _ => {
                            for &clause in &gate.clauses {
                                self.clause(scene, &mut prologue, clause, false);
                            }
                        }
                    }
                }
            }
        }
        Outcomes { machine: self }
    }

    /// Loads the facts into the exact domain.
    #[inline]
    fn prologue(&mut self, scene: Scene<'_>) -> Prologue {
        let state = Prologue { exact: scene.code.tame, partial: false };
        if !self.missed.is_empty() {
            self.forget_missing();
        }
        if !state.exact {
            return state;
        }
        for &(dst, slot) in &scene.code.loads {
            match (scene.case.value(slot), self.exact.get_mut(dst as usize)) {
                (Some(value), Some(place)) => *place = value,
                (_, place) => {
                    if !without_value(scene, slot, place) {
                        miss(dst, &mut self.missing, &mut self.missed);
                    }
                }
            }
        }
        state
    }

    #[cold]
    fn forget_missing(&mut self) {
        for register in self.missed.drain(..) {
            if let Some(place) = self.missing.get_mut(register as usize) {
                *place = false;
            }
        }
    }

    /// Whether the exact domain has all these registers in the case at hand.
    #[inline]
    fn has(&self, registers: &[u32]) -> bool {
        let has = |register: &u32| self.missing.get(*register as usize) != Some(&true);
        self.missed.is_empty() || registers.iter().all(has)
    }

    /// Runs steps that all clauses share in the exact domain.
    #[inline]
    fn share(&mut self, scene: Scene<'_>, steps: Range<usize>, state: &Prologue) {
        if state.exact {
            let steps = scene.code.steps.get(steps).unwrap_or(&[]);
            let (missing, missed) = (&mut self.missing, &mut self.missed);
            let mut speechless = |step: Step| step.target().into_iter().for_each(|dst| miss(dst, missing, missed));
            compute::<Exact>(steps, &mut self.exact, scene, &mut speechless);
        }
    }

    /// Runs what all clauses share in the domain of bounds, once a case.
    #[cold]
    #[inline(never)]
    fn bounds(&mut self, scene: Scene<'_>, state: &mut Prologue) {
        if !state.partial {
            let steps = scene.code.steps.get(..scene.code.prologue).unwrap_or(&[]);
            compute::<Partial>(steps, &mut self.partial, scene, |_| {});
            state.partial = true;
        }
    }

    /// Whether the scope that all clauses share holds; it does where they share none.
    #[inline]
    fn scope(&mut self, scene: Scene<'_>, state: &mut Prologue) -> Truth {
        let mut whole = Truth::Yes;
        self.share(scene, scene.code.loads.len()..scene.code.scope_steps, state);
        let exact = state.exact && self.has(&scene.code.scope_shared);
        if !exact {
            self.bounds(scene, state);
        }
        for (&register, number) in scene.code.scope.iter().zip(0u32..) {
            let truth = if exact {
                Exact::truth(self.exact.get(register as usize).copied().unwrap_or(0))
            } else {
                Partial::truth(self.partial.get(register as usize).copied().unwrap_or(Partial::ZERO))
            };
            match truth {
                Truth::No => {
                    self.passed = Passed::Scope(number);
                    return Truth::No;
                }
                Truth::Open => whole = Truth::Open,
                Truth::Yes => {}
            }
        }
        whole
    }

    /// Runs one clause, from its entry where the scope and its gate are known to hold.
    #[inline]
    fn clause(&mut self, scene: Scene<'_>, state: &mut Prologue, clause: u32, known: bool) {
        let Some(own) = scene.code.blocks.get(clause as usize) else { return };
        if scene.on < own.in_force.0 || scene.on > own.in_force.1 {
            return self.keep(clause, End::NOT_IN_FORCE);
        }
        let start = if known { own.entry } else { own.steps.start };
        let steps = scene.code.steps.get(start..own.steps.end).unwrap_or(&[]);
        if state.exact && self.has(&own.shared) {
            let end = block::<Exact>(steps, &mut self.exact, scene, own.first_cap);
            if end.word != Word::Speechless {
                return self.keep(clause, end);
            }
        }
        self.clause_by_bounds(scene, state, clause, steps);
    }

    /// As [`Machine::clause`], where the exact domain has no answer; apart, so that the way of most cases stays short.
    #[cold]
    #[inline(never)]
    fn clause_by_bounds(&mut self, scene: Scene<'_>, state: &mut Prologue, clause: u32, steps: &[Step]) {
        let first_cap = scene.code.blocks.get(clause as usize).map_or(0, |own| own.first_cap);
        self.bounds(scene, state);
        let end = block::<Partial>(steps, &mut self.partial, scene, first_cap);
        self.keep(clause, end);
    }

    #[inline(always)]
    fn keep(&mut self, clause: u32, end: End) {
        if let (Some(place), Ok(at)) = (self.places.get_mut(clause as usize), u32::try_from(self.ran.len())) {
            *place = at;
            self.ran.push(Ran { clause, end });
        }
    }
}

/// Marks a register for which the exact domain has no word; what is computed from it is of no use either.
#[cold]
fn miss(register: u32, missing: &mut [bool], missed: &mut Vec<u32>) {
    if let Some(place) = missing.get_mut(register as usize) {
        *place = true;
        missed.push(register);
    }
}

/// Loads a slot without a value, if the exact domain has a word for what it is.
#[cold]
fn without_value(scene: Scene<'_>, slot: u32, place: Option<&mut i128>) -> bool {
    let value = scene.code.slots.get(slot as usize).and_then(|info| Exact::load(scene.case, slot, info));
    match (value, place) {
        (Some(value), Some(place)) => {
            *place = value;
            true
        }
        _ => false,
    }
}

/// The outcomes of the last case.
#[derive(Debug, Clone, Copy)]
pub struct Outcomes<'m> {
    machine: &'m Machine<'m>,
}

impl Outcomes<'_> {
    /// The outcome of a clause; `None` where the policy has no such clause.
    #[must_use]
    pub fn get(&self, clause: u32) -> Option<Outcome> {
        let place = *self.machine.places.get(clause as usize)?;
        match self.machine.ran.get(place as usize) {
            Some(ran) if ran.clause == clause => Some(ran.end.outcome()),
            _ => self.passed_over(clause),
        }
    }

    /// The outcome of a clause that was not run.
    fn passed_over(&self, clause: u32) -> Option<Outcome> {
        let block = self.machine.vm.code.blocks.get(clause as usize)?;
        let ((first, last), on) = (self.machine.vm.common, self.machine.on);
        let in_force = (first..=last).contains(&on) || (block.in_force.0..=block.in_force.1).contains(&on);
        Some(match self.machine.passed {
            _ if !in_force => Outcome::NotInForce,
            Passed::Gate => Outcome::Ineligible(Failure::Requirement(block.gate.unwrap_or(0))),
            Passed::Scope(number) => Outcome::Ineligible(Failure::Requirement(number)),
        })
    }

    /// The outcomes of all clauses, in order.
    pub fn iter(&self) -> impl Iterator<Item = Outcome> + '_ {
        (0u32..).map_while(|clause| self.get(clause))
    }

    /// The clauses that were run and their outcomes, in no particular order; every other clause is ineligible or not in force.
    pub fn ran(&self) -> impl Iterator<Item = (u32, Outcome)> + '_ {
        self.machine.ran.iter().map(|ran| (ran.clause, ran.end.outcome()))
    }
}

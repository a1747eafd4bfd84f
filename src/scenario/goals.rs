//! In: a program. Out: [`Goal`]s, what its cases must show between them: of each clause its outcomes; of each condition that it decides
//! the outcome by holding and by not holding; of each cap and floor that it binds and that it does not; of each line of a table that it
//! is the one that holds. Invariant: in the order of the
//! document; the scope's conditions, which all clauses share, are goals once.

use std::collections::BTreeSet;

use crate::bytecode::listing;
use crate::bytecode::op::{Op, OperandKind};
use crate::bytecode::program::{ClauseInfo, Place, Program, RequirementInfo, RequirementKind};
use crate::decision::{ClauseDecision, Failure};
use crate::vm::{Interval, Trace};

/// Something that a case can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// Of which clause, as an index; `None`: of the scope, which is that of every clause.
    pub clause: Option<u32>,
    /// What is to be shown.
    pub aim: Aim,
    /// What it is about: a condition or a cap in the words of the policy; empty for an outcome.
    pub about: String,
    /// Where that stands.
    pub place: Place,
}

/// What a goal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aim {
    /// The clause applies.
    Eligible,
    /// The clause does not apply.
    Ineligible,
    /// A condition decides whether the clause's requirements hold, by this value of it.
    Condition {
        /// The register that holds it.
        register: u32,
        /// The value.
        holds: bool,
    },
    /// A cap cuts the award, or does not.
    Cap {
        /// The instruction that cuts.
        pc: u32,
        /// Whether it does.
        binds: bool,
    },
    /// A floor raises the award, or does not.
    Floor {
        /// The register of what it raises.
        award: u32,
        /// The register of the floor.
        floor: u32,
        /// Whether it does.
        binds: bool,
    },
    /// A line of a table is the one that holds.
    Line {
        /// The register of the table.
        table: u32,
        /// Which line, from 0.
        line: u32,
    },
    /// None of the lines of a table holds, and something is said of that.
    Otherwise {
        /// The register of the table.
        table: u32,
    },
}

impl Aim {
    /// The kind, as JSON has it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Aim::Eligible | Aim::Ineligible => "outcome",
            Aim::Condition { .. } => "condition",
            Aim::Cap { .. } => "cap",
            Aim::Floor { .. } => "floor",
            Aim::Line { .. } | Aim::Otherwise { .. } => "line",
        }
    }

    /// What of it, as JSON has it.
    #[must_use]
    pub fn side(&self) -> &'static str {
        match self {
            Aim::Eligible => "eligible",
            Aim::Ineligible => "ineligible",
            Aim::Condition { holds: true, .. } => "true",
            Aim::Condition { holds: false, .. } => "false",
            Aim::Cap { binds: true, .. } | Aim::Floor { binds: true, .. } => "binds",
            Aim::Cap { binds: false, .. } | Aim::Floor { binds: false, .. } => "does_not_bind",
            Aim::Line { .. } => "holds",
            Aim::Otherwise { .. } => "otherwise",
        }
    }
}

/// All goals of a program.
#[must_use]
pub fn goals(program: &Program) -> Vec<Goal> {
    let tables = &program.tables;
    let mut finder =
        Finder { program, writers: writers(program), phrases: listing::registers(program), all: Vec::new() };
    let requirements = |clause: &ClauseInfo| {
        tables.requirements.get(clause.requirements.0 as usize..clause.requirements.1 as usize).unwrap_or(&[])
    };
    if let Some(first) = tables.clauses.first() {
        let mut seen = BTreeSet::new();
        requirements(first).iter().filter(|it| of_scope(it)).for_each(|it| finder.conditions(None, it, &mut seen));
    }
    for (clause, at) in tables.clauses.iter().zip(0u32..) {
        let own = requirements(clause);
        finder.goal(Some(at), Aim::Eligible, String::new(), clause.place);
        if !own.is_empty() {
            finder.goal(Some(at), Aim::Ineligible, String::new(), clause.place);
        }
        let mut seen: BTreeSet<u32> = own.iter().filter(|it| of_scope(it)).map(|it| it.register).collect();
        own.iter().filter(|it| !of_scope(it)).for_each(|it| finder.conditions(Some(at), it, &mut seen));
        finder.amounts(at, clause);
        finder.tables(at, clause, own.iter().filter(|it| !of_scope(it)).map(|it| it.register));
    }
    finder.all
}

fn of_scope(requirement: &RequirementInfo) -> bool {
    matches!(requirement.kind, RequirementKind::Scope | RequirementKind::ScopeExclusion)
}

fn writers(program: &Program) -> Vec<Option<Op>> {
    let mut writers = vec![None; program.tables.registers as usize];
    for op in &program.code {
        if let Some(place) = op.target().and_then(|dst| writers.get_mut(dst as usize)) {
            *place = Some(*op);
        }
    }
    writers
}

/// The conditions that a register is put together from, in the order written.
pub(super) fn leaves(program: &Program, register: u32) -> Vec<u32> {
    let writers = writers(program);
    leaves_by(&|register| writers.get(register as usize).copied().flatten(), register)
}

fn leaves_by(writer: &dyn Fn(u32) -> Option<Op>, register: u32) -> Vec<u32> {
    let (mut open, mut leaves) = (vec![register], Vec::new());
    while let Some(register) = open.pop() {
        match writer(register) {
            Some(Op::Not { a, .. }) => open.push(a),
            Some(Op::And { a, b, .. } | Op::Or { a, b, .. }) => open.extend([b, a]),
            Some(Op::Boolean { .. }) | None => {}
            Some(_) => leaves.push(register),
        }
    }
    leaves
}

struct Finder<'p> {
    program: &'p Program,
    writers: Vec<Option<Op>>,
    phrases: Vec<String>,
    all: Vec<Goal>,
}

impl Finder<'_> {
    fn goal(&mut self, clause: Option<u32>, aim: Aim, about: String, place: Place) {
        self.all.push(Goal { clause, aim, about, place });
    }

    fn writer(&self, register: u32) -> Option<Op> {
        self.writers.get(register as usize).copied().flatten()
    }

    /// The conditions that a requirement is put together from, each once.
    fn conditions(&mut self, clause: Option<u32>, requirement: &RequirementInfo, seen: &mut BTreeSet<u32>) {
        let mut leaves = leaves_by(&|register| self.writer(register), requirement.register);
        leaves.retain(|register| seen.insert(*register));
        let whole = leaves.len() == 1;
        for register in leaves {
            let phrase = match self.phrases.get(register as usize) {
                Some(phrase) if !whole => phrase.replace(['{', '}'], ""),
                _ => requirement.label.clone(),
            };
            for holds in [true, false] {
                self.goal(clause, Aim::Condition { register, holds }, phrase.clone(), requirement.place);
            }
        }
    }

    /// The lines of the tables on which a clause rests.
    fn tables(&mut self, at: u32, clause: &ClauseInfo, requirements: impl Iterator<Item = u32>) {
        let code = self.program.code.get(clause.code.0 as usize..clause.code.1 as usize).unwrap_or(&[]);
        let ends = code.iter().flat_map(|op| match *op {
            Op::Grant { a, .. } => vec![a],
            Op::Decide { low, high, .. } => vec![low, high],
            _ => Vec::new(),
        });
        let mut open: Vec<u32> = requirements.chain(ends).collect();
        let (mut seen, mut heads, mut rests) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        while let Some(register) = open.pop() {
            if !seen.insert(register) {
                continue;
            }
            let Some(op) = self.writer(register) else { continue };
            if let Op::Select { b, .. } | Op::Pick { b, .. } = op {
                heads.insert(register);
                rests.insert(unscaled(&|at| self.writer(at), b));
            }
            // Within a fold a table has a line for each record.
            if !matches!(op, Op::Fold { .. }) {
                op.visit(|kind, value| {
                    if kind == OperandKind::Register {
                        open.push(value);
                    }
                });
            }
        }
        for table in heads.difference(&rests).copied().collect::<Vec<u32>>() {
            self.lines(at, clause, table);
        }
    }

    fn lines(&mut self, at: u32, clause: &ClauseInfo, table: u32) {
        let (lines, rest) = lines(&|register| self.writer(register), table);
        let alone = lines.len() == 1;
        let first = lines.first().copied();
        for (when, line) in lines.into_iter().zip(0u32..) {
            let about = self.phrases.get(when as usize).cloned().unwrap_or_default();
            self.goal(Some(at), Aim::Line { table, line }, about.replace(['{', '}'], ""), self.place(when, clause));
        }
        if !matches!(self.writer(rest), Some(Op::NotApplicable { .. })) {
            let only = first.filter(|_| alone).and_then(|when| self.phrases.get(when as usize));
            let about = only.map_or_else(|| "其余".to_owned(), |phrase| format!("非（{phrase}）"));
            let place = self.place(first.unwrap_or(table), clause);
            self.goal(Some(at), Aim::Otherwise { table }, about, place);
        }
    }

    /// Where what writes a register stands.
    fn place(&self, register: u32, clause: &ClauseInfo) -> Place {
        let at = self.program.code.iter().position(|op| op.target() == Some(register));
        at.and_then(|at| self.program.places.get(at)).copied().unwrap_or(clause.place)
    }

    /// Caps and the floor.
    fn amounts(&mut self, at: u32, clause: &ClauseInfo) {
        let program = self.program;
        let code = program.code.get(clause.code.0 as usize..clause.code.1 as usize).unwrap_or(&[]);
        let mut base = None;
        for (op, pc) in code.iter().zip(clause.code.0..) {
            match *op {
                Op::Limit { a, cap, .. } => {
                    base.get_or_insert(a);
                    let Some(info) = program.tables.caps.get(cap as usize) else { continue };
                    for binds in [true, false] {
                        self.goal(Some(at), Aim::Cap { pc, binds }, info.text.clone(), info.place);
                    }
                }
                Op::Grant { a, .. } => {
                    let award = *base.get_or_insert(a);
                    self.floor(at, clause, award);
                }
                _ => {}
            }
        }
    }

    /// The floor of a computed award is the second of the two that it is the greater of; the first is at least 0, which is no floor.
    fn floor(&mut self, at: u32, clause: &ClauseInfo, award: u32) {
        let Some(Op::Greatest { a, b, .. }) = self.writer(award) else { return };
        if self.is_nothing(b) {
            return;
        }
        let about = self.phrases.get(b as usize).cloned().unwrap_or_default();
        for binds in [true, false] {
            self.goal(Some(at), Aim::Floor { award: a, floor: b, binds }, about.clone(), clause.place);
        }
    }

    fn is_nothing(&self, register: u32) -> bool {
        match self.writer(register) {
            Some(Op::Number { value, .. }) => self.program.tables.constants.get(value as usize) == Some(&0),
            _ => false,
        }
    }
}

/// The conditions of the lines of a table, in order, and the register of what holds where none does.
fn lines(writer: &dyn Fn(u32) -> Option<Op>, table: u32) -> (Vec<u32>, u32) {
    let (mut at, mut lines) = (table, Vec::new());
    while let Some(Op::Select { when, b, .. } | Op::Pick { when, b, .. }) = writer(at) {
        lines.push(when);
        at = unscaled(writer, b);
    }
    (lines, at)
}

/// The register of which this is the same number at another scale.
fn unscaled(writer: &dyn Fn(u32) -> Option<Op>, register: u32) -> u32 {
    let mut at = register;
    while let Some(Op::Rescale { a, .. }) = writer(at) {
        at = a;
    }
    at
}

/// Whether a case shows a goal of the clause of this index.
#[must_use]
pub fn shows(trace: &Trace<'_>, clause: u32, aim: Aim) -> bool {
    let Some(info) = trace.vm().program().tables.clauses.get(clause as usize) else { return false };
    if !trace.in_force(info) {
        return false;
    }
    match aim {
        Aim::Eligible => matches!(trace.decide_clause(info), ClauseDecision::Eligible { .. }),
        Aim::Ineligible => matches!(trace.decide_clause(info), ClauseDecision::Ineligible { .. }),
        Aim::Condition { register, holds } => {
            if trace.register(register).truth() != Some(holds) {
                return false;
            }
            let Some(before) = met(trace, info) else { return false };
            let flipped = trace.flipped(register, clause as usize);
            flipped.is_some_and(|flipped| met(&flipped, info) == Some(!before))
        }
        Aim::Cap { pc, binds } => cap_shown(trace, info, pc, binds),
        Aim::Line { table, line } => line_shown(trace, info, table, Some(line)),
        Aim::Otherwise { table } => line_shown(trace, info, table, None),
        Aim::Floor { award, floor, binds } => {
            let (award, floor) = (trace.register(award), trace.register(floor));
            let known = known(award) && known(floor);
            let eligible = matches!(trace.decide_clause(info), ClauseDecision::Eligible { .. });
            known && eligible && (floor.low > award.low) == binds
        }
    }
}

fn known(value: Interval) -> bool {
    value.is_settled() && !value.not_applicable
}

/// Whether all requirements of a clause hold; `None` where that is open.
fn met(trace: &Trace<'_>, clause: &ClauseInfo) -> Option<bool> {
    let (first, end) = clause.requirements;
    let requirements = trace.vm().program().tables.requirements.get(first as usize..end as usize).unwrap_or(&[]);
    let mut all = Some(true);
    for requirement in requirements {
        match trace.register(requirement.register).truth() {
            Some(false) => return Some(false),
            Some(true) => {}
            None => all = None,
        }
    }
    all
}

/// The line of a table that holds is shown by a case that comes to something definite.
fn line_shown(trace: &Trace<'_>, clause: &ClauseInfo, table: u32, line: Option<u32>) -> bool {
    let decided =
        matches!(trace.decide_clause(clause), ClauseDecision::Eligible { .. } | ClauseDecision::Ineligible { .. });
    let (conditions, _) = lines(&|register| trace.vm().writer(register), table);
    let mut holds = None;
    for (when, at) in conditions.into_iter().zip(0u32..) {
        match trace.register(when).truth() {
            Some(true) => {
                holds = Some(at);
                break;
            }
            Some(false) => {}
            None => return false,
        }
    }
    decided && holds == line
}

/// A cap of a computed award binds where it cuts. One of an award at discretion binds where it is the ceiling of what may be set, or
/// where more than it was set; it does not where less was set.
fn cap_shown(trace: &Trace<'_>, clause: &ClauseInfo, pc: u32, binds: bool) -> bool {
    let Some(Op::Limit { a, remaining, .. }) = trace.vm().program().code.get(pc as usize).copied() else {
        return false;
    };
    let (amount, remaining) = (trace.register(a), trace.register(remaining));
    if remaining.not_applicable || amount.not_applicable {
        return false;
    }
    let cuts = remaining.high < amount.high;
    match trace.decide_clause(clause) {
        ClauseDecision::Ineligible { failed } => binds && cuts && failed == [Failure::AboveCeiling],
        ClauseDecision::Eligible { amount: got, .. } => {
            let below = crate::vm::trace::money(remaining.high).is_none_or(|left| got.low < left);
            if binds { cuts && (!got.is_exact() || !below) } else { !cuts || (got.is_exact() && below) }
        }
        ClauseDecision::NotInForce | ClauseDecision::Undetermined { .. } => false,
    }
}

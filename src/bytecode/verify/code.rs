//! In: the code of a program whose tables hold. Out: the type of every register, and flaws. One pass: code is straight-line but for jumps
//! to the end of a clause, so that what is written before is written on every path.

use crate::limits::MAGNITUDE_MAX;

use super::super::op::Op;
use super::super::program::{AwardInfo, CapInfo, ClauseInfo, Program, RequirementInfo, RequirementKind, SlotType};
use super::operands::{Broken, Known, Operands, Unknown};
use super::ranges::Bound;
use super::{Flaws, RegisterType, Rule, settlement};

/// A register that was written.
#[derive(Debug, Clone, Copy)]
struct Written {
    /// The instruction that wrote it.
    pc: u32,
    /// Its clause; `None` where all clauses share it.
    clause: Option<u32>,
    /// The fold for each record of which it is written, by the index of its header.
    fold: Option<usize>,
    /// Type and bound; `None` after a flaw.
    known: Option<Known>,
}

/// How far a clause has come.
#[derive(Debug, Clone, Copy)]
struct Progress {
    id: u32,
    requirement: u32,
    limit: u32,
    gates: u32,
    awarded: bool,
}

/// A fold whose body is being read.
#[derive(Debug, Clone, Copy)]
struct OpenFold {
    header: usize,
    op: Op,
    list: u32,
    end: usize,
}

struct Examiner<'a> {
    program: &'a Program,
    fold: Option<OpenFold>,
    registers: Vec<Option<Written>>,
    total: i128,
    total_flawed: bool,
    flaws: &'a mut Flaws,
}

/// Checks all code.
pub fn examine(program: &Program, flaws: &mut Flaws) -> Vec<RegisterType> {
    let registers = vec![None; program.tables.registers as usize];
    let mut examiner = Examiner { program, fold: None, registers, total: 0, total_flawed: false, flaws };
    let prologue = program.tables.prologue_end as usize;
    for (pc, op) in program.code.iter().enumerate().take(prologue) {
        examiner.shared(pc, *op);
    }
    examiner.close(prologue, None);
    for clause in &program.tables.clauses {
        examiner.named_by_tables(clause);
    }
    for (id, clause) in (0u32..).zip(&program.tables.clauses) {
        examiner.clause(id, clause);
    }
    examiner.types()
}

impl Examiner<'_> {
    fn broken(&mut self, pc: usize, broken: Unknown) {
        if let Some(Broken { rule, zh, en }) = broken {
            self.flaws.add(Some(pc), rule, zh, en);
        }
    }

    fn flaw(&mut self, pc: usize, rule: Rule, zh: &str, en: &str) {
        self.flaws.add(Some(pc), rule, zh, en);
    }

    fn types(self) -> Vec<RegisterType> {
        let mut types = Vec::with_capacity(self.registers.len());
        for (at, register) in self.registers.iter().enumerate() {
            match register {
                Some(written) => types.extend(written.known.map(|known| known.ty)),
                None => self.flaws.add(
                    None,
                    Rule::RegisterNeverWritten,
                    format!("寄存器 {at} 没有写过"),
                    format!("register {at} is never written"),
                ),
            }
        }
        types
    }

    fn read(&self, register: u32, clause: Option<u32>) -> Result<Known, Unknown> {
        let Some(slot) = self.registers.get(register as usize) else {
            return Err(Some(Broken::new(
                Rule::OperandOutOfRange,
                format!("没有寄存器 {register}"),
                format!("there is no register {register}"),
            )));
        };
        let Some(written) = slot else {
            return Err(Some(Broken::new(
                Rule::RegisterReadBeforeWritten,
                format!("寄存器 {register} 还没有写就读了"),
                format!("register {register} is read before it is written"),
            )));
        };
        if written.clause.is_some() && written.clause != clause {
            return Err(Some(Broken::new(
                Rule::RegisterOfAnotherClause,
                format!("寄存器 {register} 属于另一个条款"),
                format!("register {register} belongs to another clause"),
            )));
        }
        if written.fold.is_some() && written.fold != self.fold.map(|fold| fold.header) {
            return Err(Some(Broken::new(
                Rule::RegisterOfARecord,
                format!("寄存器 {register} 是清单某一条的，在外面读了"),
                format!("register {register} is of a record and read outside its fold"),
            )));
        }
        written.known.ok_or(None)
    }

    /// Types an instruction and marks the register it writes.
    fn pure(&mut self, pc: usize, op: Op, clause: Option<u32>, end: usize) {
        self.close(pc, clause);
        if let Op::Fold { .. } = op {
            return self.open(pc, op, end);
        }
        let known = self.known(pc, op, clause);
        let fold = self.fold.map(|fold| fold.header);
        if let Some(target) = op.target() {
            self.write(pc, target, Written { pc: u32::try_from(pc).unwrap_or(u32::MAX), clause, fold, known });
        }
    }

    fn known(&mut self, pc: usize, op: Op, clause: Option<u32>) -> Option<Known> {
        let list = self.fold.map(|fold| fold.list);
        let operands = Operands { tables: &self.program.tables, list, read: |register| self.read(register, clause) };
        match operands.known(op) {
            Ok(known) => known,
            Err(unknown) => {
                self.broken(pc, unknown);
                None
            }
        }
    }

    /// Starts a fold; `last` is where its block ends.
    fn open(&mut self, pc: usize, op: Op, last: usize) {
        let Op::Fold { list, end, .. } = op else { return };
        let end = end as usize;
        if self.fold.is_some() || end <= pc || end > last {
            self.flaw(
                pc,
                Rule::FoldMalformed,
                "对清单的计算套在另一个里面，或超出了条款",
                "a fold lies within another, ends before it begins, or after its block",
            );
            return;
        }
        self.fold = Some(OpenFold { header: pc, op, list, end });
    }

    /// Ends a fold whose body ends at `pc`: only now is there anything that it makes.
    fn close(&mut self, pc: usize, clause: Option<u32>) {
        let Some(OpenFold { header, op, end, .. }) = self.fold else { return };
        if pc < end {
            return;
        }
        let known = self.known(header, op, clause);
        self.fold = None;
        if let Some(target) = op.target() {
            let pc = u32::try_from(header).unwrap_or(u32::MAX);
            self.write(header, target, Written { pc, clause, fold: None, known });
        }
    }

    /// What may not stand within a fold.
    fn outside(&mut self, pc: usize) {
        if self.fold.is_some_and(|fold| pc < fold.end) {
            self.flaw(pc, Rule::FoldMalformed, "对清单的计算里面不能有结果", "a fold holds an effect");
        }
    }

    fn write(&mut self, pc: usize, target: u32, written: Written) {
        match self.registers.get_mut(target as usize) {
            None => self.flaws.add(
                Some(pc),
                Rule::OperandOutOfRange,
                format!("没有寄存器 {target}"),
                format!("there is no register {target}"),
            ),
            Some(Some(_)) => self.flaws.add(
                Some(pc),
                Rule::RegisterWrittenTwice,
                format!("寄存器 {target} 写了两次"),
                format!("register {target} is written twice"),
            ),
            Some(slot) => *slot = Some(written),
        }
    }

    /// The instruction that wrote a register.
    fn origin(&self, register: u32) -> Option<Op> {
        let written = self.registers.get(register as usize).copied().flatten()?;
        self.program.code.get(written.pc as usize).copied()
    }

    fn shared(&mut self, pc: usize, op: Op) {
        match op {
            Op::InForce { .. } | Op::Require { .. } | Op::Grant { .. } | Op::Decide { .. } | Op::Limit { .. } => {
                self.flaw(pc, Rule::EffectInPrologue, "共用部分不能有结果", "shared code has no effect");
            }
            _ => {}
        }
        self.pure(pc, op, None, self.program.tables.prologue_end as usize);
        if let Op::Remaining { a, cap, .. } = op {
            self.remaining(pc, a, cap);
        }
    }

    /// Registers that tables name; nothing but the prologue has been read.
    fn named_by_tables(&mut self, clause: &ClauseInfo) {
        for (register, wanted) in settlement::registers(clause) {
            let known = self.read(register, None).ok();
            if known.is_none_or(|known| known.ty != wanted) {
                self.flaws.add(
                    None,
                    Rule::TableRegister,
                    format!("条款 {} 的表格所用的寄存器 {register} 不在共用部分，或类型不对", clause.id),
                    format!("register {register}, which a table of `{}` names, is not one of the prologue or of another type", clause.id),
                );
            }
        }
    }

    fn clause(&mut self, id: u32, clause: &ClauseInfo) {
        let (first, end) = (clause.code.0 as usize, clause.code.1 as usize);
        let mut progress =
            Progress { id, requirement: clause.requirements.0, limit: clause.caps.0, gates: 0, awarded: false };
        let code = self.program.code.get(first..end).unwrap_or_default();
        for (at, op) in code.iter().enumerate() {
            let pc = first + at;
            if progress.awarded {
                self.flaw(pc, Rule::CodeUnreachable, "给付之后还有指令", "an instruction follows the award");
                return;
            }
            if matches!(op, Op::InForce { .. }) != (at == 0) {
                self.flaw(
                    pc,
                    Rule::ClauseWithoutInForce,
                    "条款要以有效期开头，并且只判断一次",
                    "a clause starts with its days in force and tests them once",
                );
            }
            self.instruction(pc, *op, clause, &mut progress);
        }
        self.close(end, Some(id));
        let last = end.saturating_sub(1);
        if !progress.awarded {
            self.flaw(last, Rule::ClauseWithoutAward, "条款没有以给付结尾", "a clause does not end with its award");
        }
        if progress.limit != clause.caps.1 {
            self.flaw(last, Rule::CapMissing, "条款有上限没有用到", "a clause does not apply one of its caps");
        }
        if progress.gates != u32::from(clause.gate.is_some()) {
            self.flaw(last, Rule::GateMismatch, "产业门槛与要求不一致", "the gate of a clause is not what it requires");
        }
    }

    fn instruction(&mut self, pc: usize, op: Op, clause: &ClauseInfo, progress: &mut Progress) {
        self.pure(pc, op, Some(progress.id), clause.code.1 as usize);
        if let Op::InForce { .. } | Op::Require { .. } | Op::Limit { .. } | Op::Grant { .. } | Op::Decide { .. } = op {
            self.outside(pc);
        }
        match op {
            Op::InForce { clause: named, end } => {
                self.named(pc, named, progress);
                self.jump(pc, end, clause);
            }
            Op::Require { clause: named, a, requirement, end } => {
                self.named(pc, named, progress);
                self.jump(pc, end, clause);
                self.require(pc, a, requirement, clause, progress);
            }
            Op::Remaining { a, cap, .. } => self.remaining(pc, a, cap),
            Op::Lift { approved, .. } => {
                let slot = match self.origin(approved) {
                    Some(Op::Approved { slot, .. }) => Some(slot),
                    _ => None,
                };
                if slot.is_none() || slot != clause.lift.map(|(slot, _)| slot) {
                    self.flaw(pc, Rule::LiftMismatch, "突破的事实与条款不符", "the lift is not that of the clause");
                }
            }
            Op::Limit { remaining, cap, .. } => self.limit(pc, remaining, cap, clause, progress),
            Op::Grant { clause: named, a } => {
                self.named(pc, named, progress);
                let amount = self.money(pc, a, progress);
                self.award(pc, clause.award == AwardInfo::Computed, &[amount], clause, progress);
            }
            Op::Decide { clause: named, slot, low, high } => {
                self.named(pc, named, progress);
                let amounts =
                    [self.set_amount(pc, slot), self.money(pc, low, progress), self.money(pc, high, progress)];
                let matches = match clause.award {
                    AwardInfo::Discretion(named) | AwardInfo::Open(named) => named == slot,
                    AwardInfo::Computed => false,
                };
                self.award(pc, matches, &amounts, clause, progress);
            }
            _ => {}
        }
    }

    fn named(&mut self, pc: usize, named: u32, progress: &Progress) {
        if named != progress.id {
            self.flaw(pc, Rule::WrongClause, "指令写的是另一个条款", "the instruction names another clause");
        }
    }

    fn jump(&mut self, pc: usize, target: u32, clause: &ClauseInfo) {
        if target as usize <= pc {
            self.flaw(pc, Rule::JumpBackwards, "跳转没有向前", "the jump does not go forward");
        } else if target != clause.code.1 {
            self.flaw(pc, Rule::JumpNotToEnd, "跳转没有到条款结尾", "the jump does not go to the end of the clause");
        }
    }

    fn require(&mut self, pc: usize, a: u32, requirement: u32, clause: &ClauseInfo, progress: &mut Progress) {
        match self.read(a, Some(progress.id)) {
            Ok(Known { ty: RegisterType::Bool, .. }) => {}
            Ok(_) => self.flaw(pc, Rule::TypeMismatch, "要求要是是否", "a requirement must be yes or no"),
            Err(unknown) => self.broken(pc, unknown),
        }
        if requirement != progress.requirement || requirement >= clause.requirements.1 {
            self.flaw(pc, Rule::RequirementOutOfOrder, "要求的次序不对", "requirements are out of order");
            return;
        }
        progress.requirement += 1;
        let Some(RequirementInfo { kind, register, .. }) = self.program.tables.requirements.get(requirement as usize)
        else {
            return;
        };
        if *register != a {
            self.flaw(pc, Rule::RequirementRegister, "要求登记的寄存器不对", "the requirement names another register");
        }
        if *kind == RequirementKind::Industry {
            progress.gates += 1;
            if clause.gate.is_none() || self.gate(a) != clause.gate {
                self.flaw(pc, Rule::GateMismatch, "产业门槛与条款不符", "the gate is not that of the clause");
            }
        }
    }

    /// Slot and set where a register tests a slot for a set.
    fn gate(&self, register: u32) -> Option<(u32, u32)> {
        let Some(Op::Within { a, set, .. }) = self.origin(register) else { return None };
        match self.origin(a) {
            Some(Op::Load { slot, .. }) => Some((slot, set)),
            _ => None,
        }
    }

    fn cap(&mut self, pc: usize, cap: u32, next: u32, clause: &ClauseInfo) -> Option<&CapInfo> {
        let caps = &self.program.tables.caps;
        if cap as usize >= caps.len() {
            self.flaw(pc, Rule::OperandOutOfRange, "没有这个上限", "there is no such cap");
            return None;
        }
        if cap != next || cap >= clause.caps.1 {
            self.flaw(
                pc,
                Rule::CapOutOfOrder,
                "上限的次序不对，或属于另一个条款",
                "a cap is out of order or of another clause",
            );
            return None;
        }
        caps.get(cap as usize)
    }

    /// What remains may be asked of any cap, of the amount that the cap names.
    fn remaining(&mut self, pc: usize, a: u32, cap: u32) {
        let Some(info) = self.program.tables.caps.get(cap as usize) else {
            return self.flaw(pc, Rule::OperandOutOfRange, "没有这个上限", "there is no such cap");
        };
        if info.register != a {
            self.flaw(pc, Rule::CapRegister, "上限登记的寄存器不对", "the cap names another register");
        }
    }

    fn limit(&mut self, pc: usize, remaining: u32, cap: u32, clause: &ClauseInfo, progress: &mut Progress) {
        if self.cap(pc, cap, progress.limit, clause).is_none() {
            return;
        }
        progress.limit += 1;
        let below_lift = match self.origin(remaining) {
            Some(Op::Lift { a, .. }) => {
                if !clause.lifts(cap, &self.program.tables.caps) {
                    self.flaw(
                        pc,
                        Rule::LiftMismatch,
                        "突破了不能突破的上限",
                        "the lift is of a cap that it does not lift",
                    );
                }
                self.origin(a)
            }
            other => other,
        };
        if !matches!(below_lift, Some(Op::Remaining { cap: of, .. }) if of == cap) {
            self.flaw(
                pc,
                Rule::LimitWithoutRemaining,
                "截断用的不是这个上限的余额",
                "the limit does not take what remains of its cap",
            );
        }
    }

    fn money(&mut self, pc: usize, register: u32, progress: &Progress) -> Bound {
        let read = |register| self.read(register, Some(progress.id));
        match (Operands { tables: &self.program.tables, list: None, read }).money(register) {
            Ok((_, bound)) => bound,
            Err(unknown) => {
                self.broken(pc, unknown);
                Bound::INFINITE
            }
        }
    }

    fn set_amount(&mut self, pc: usize, slot: u32) -> Bound {
        let Some(info) = self.program.tables.slots.get(slot as usize) else {
            self.flaw(pc, Rule::OperandOutOfRange, "没有这个事实", "there is no such fact");
            return Bound::INFINITE;
        };
        match info.ty {
            SlotType::Number { scale: 2, shown, .. } => {
                Bound::slot(info.low, info.high, 2, shown.value_max()).unwrap_or(Bound::INFINITE)
            }
            SlotType::Number { .. } => {
                self.flaw(pc, Rule::ScaleMismatch, "裁量的金额要有 2 位小数", "a set amount has 2 decimals");
                Bound::INFINITE
            }
            SlotType::Bool | SlotType::Date | SlotType::Text | SlotType::Member { .. } | SlotType::List { .. } => {
                self.flaw(pc, Rule::TypeMismatch, "裁量的要是金额", "what is set must be an amount");
                Bound::INFINITE
            }
        }
    }

    fn award(&mut self, pc: usize, matches: bool, amounts: &[Bound], clause: &ClauseInfo, progress: &mut Progress) {
        progress.awarded = true;
        if !matches {
            self.flaw(pc, Rule::AwardMismatch, "给付与条款登记的不符", "the award is not that of the clause");
        }
        if progress.requirement != clause.requirements.1 {
            self.flaw(
                pc,
                Rule::RequirementMissing,
                "条款有要求没有判断",
                "a clause does not test one of its requirements",
            );
        }
        let most = amounts.iter().map(|bound| bound.magnitude()).max().unwrap_or(0);
        self.total = self.total.saturating_add(most);
        if self.total > MAGNITUDE_MAX && !self.total_flawed {
            self.total_flawed = true;
            self.flaw(
                pc,
                Rule::TotalOverflow,
                "各条款的总额可能大到无法精确计算",
                "the total of all awards can be too large",
            );
        }
    }
}

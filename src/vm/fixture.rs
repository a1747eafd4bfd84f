//! Programs built by hand, for tests: no model, no lowering, one call an instruction.

use crate::bytecode::op::Op;
use crate::bytecode::program::{
    AwardInfo, CapInfo, ClassInfo, ClauseInfo, DepartmentInfo, GivenBy, KeyInfo, MemberInfo, PeriodInfo, Place,
    Program, RequirementInfo, RequirementKind, Shown, SlotInfo, SlotType, SubjectInfo, Tables,
};
use crate::bytecode::{Verified, hash, verify};

/// A program in the making.
pub struct Builder {
    pub program: Program,
    scope: Vec<(RequirementKind, String, u32)>,
}

/// Money of two decimals.
pub fn money() -> SlotType {
    SlotType::Number { scale: 2, shown: Shown::Money, unit: vec![("CNY".into(), 1)] }
}

/// A rate of six decimals.
pub fn rate() -> SlotType {
    SlotType::Number { scale: 6, shown: Shown::Rate, unit: Vec::new() }
}

/// A number without a unit.
pub fn number(scale: u8) -> SlotType {
    SlotType::Number { scale, shown: Shown::Number, unit: Vec::new() }
}

/// An industry gate: register, slot and the ranges that pass.
pub type Gate<'a> = (u32, u32, &'a [(u32, u32)]);

impl Builder {
    /// One kind of subject, one department, a class of `members` flat values.
    pub fn new(members: u32) -> Builder {
        let tables = Tables {
            files: vec!["main.policy".into()],
            departments: vec![
                DepartmentInfo { name: "区科委".into(), ..DepartmentInfo::default() },
                DepartmentInfo { name: "区市场监管局".into(), ..DepartmentInfo::default() },
            ],
            classes: vec![ClassInfo { name: "产业".into(), first: 0, end: members, ..ClassInfo::default() }],
            members: (0..members)
                .map(|at| MemberInfo { name: format!("产业{at}"), end: at + 1, ..MemberInfo::default() })
                .collect(),
            subjects: vec![SubjectInfo { name: "市场主体".into(), ..SubjectInfo::default() }],
            ..Tables::default()
        };
        let mut builder =
            Builder { program: Program { tables, code: Vec::new(), places: Vec::new() }, scope: Vec::new() };
        builder.slot("市场主体标识", SlotType::Text, GivenBy::Applicant);
        builder
    }

    /// The program, which must verify.
    pub fn verified(mut self) -> Verified {
        hash::seal(&mut self.program);
        verify(self.program).unwrap_or_else(|flaws| panic!("{flaws:#?}"))
    }

    pub fn slot(&mut self, name: &str, ty: SlotType, given_by: GivenBy) -> u32 {
        self.program.tables.slots.push(SlotInfo {
            name: name.into(),
            alias: String::new(),
            subject: 0,
            ty,
            given_by,
            low: None,
            high: None,
            made: false,
            credit_code: false,
            yearly: false,
            year: None,
            certificate: None,
            note: String::new(),
        });
        self.program.tables.slots.len() as u32 - 1
    }

    pub fn fact(&mut self, name: &str, ty: SlotType) -> u32 {
        self.slot(name, ty, GivenBy::Applicant)
    }

    pub fn discretion(&mut self, name: &str, ty: SlotType) -> u32 {
        self.slot(name, ty, GivenBy::Discretion(None))
    }

    pub fn op(&mut self, op: impl FnOnce(u32) -> Op) -> u32 {
        let dst = self.program.tables.registers;
        self.program.tables.registers += 1;
        self.push(op(dst));
        dst
    }

    fn push(&mut self, op: Op) {
        self.program.code.push(op);
        self.program.places.push(Place { file: 0, line: self.program.code.len() as u32, column: 1 });
    }

    pub fn load(&mut self, slot: u32) -> u32 {
        self.op(|dst| Op::Load { dst, slot })
    }

    pub fn constant(&mut self, value: i128, scale: u32) -> u32 {
        let value = self.pool(value);
        self.op(|dst| Op::Number { dst, value, scale })
    }

    pub fn date(&mut self, day: i32) -> u32 {
        let value = self.pool(day.into());
        self.op(|dst| Op::Date { dst, value })
    }

    fn pool(&mut self, value: i128) -> u32 {
        self.program.tables.constants.push(value);
        self.program.tables.constants.len() as u32 - 1
    }

    pub fn scope(&mut self, label: &str, register: u32) {
        self.scope.push((RequirementKind::Scope, label.into(), register));
    }

    pub fn end_prologue(&mut self) {
        self.program.tables.prologue_end = self.program.code.len() as u32;
    }

    /// Starts a clause and requires the scope; with a gate, requires that too.
    pub fn clause(&mut self, id: &str, gate: Option<Gate<'_>>) {
        let tables = &mut self.program.tables;
        let number = tables.clauses.len() as u32;
        let gate = gate.map(|(slot, register, set)| {
            tables.sets.push(set.to_vec());
            (slot, register, tables.sets.len() as u32 - 1)
        });
        let (requirements, caps) = (tables.requirements.len() as u32, tables.caps.len() as u32);
        let first = self.program.code.len() as u32;
        tables.clauses.push(ClauseInfo {
            id: id.into(),
            address: "一".into(),
            title: id.into(),
            subjects: vec![0],
            gate: gate.map(|(slot, _, set)| (slot, set)),
            award: AwardInfo::Computed,
            currency: "CNY".into(),
            departments: vec![0],
            lead: 0,
            open: false,
            in_force: (None, None),
            lift: None,
            payment: None,
            shares: Vec::new(),
            clawbacks: Vec::new(),
            retroactive: None,
            quotes: Vec::new(),
            note: None,
            refers_to: None,
            requirements: (requirements, requirements),
            caps: (caps, caps),
            code: (first, first),
            meaning_hash: [0; 32],
            content_hash: [0; 32],
            place: Place { file: 0, line: number + 1, column: 1 },
        });
        self.push(Op::InForce { clause: number, end: 0 });
        for (kind, label, register) in self.scope.clone() {
            self.require(kind, &label, register);
        }
        if let Some((_, a, set)) = gate {
            let within = self.op(|dst| Op::Within { dst, a, set });
            self.require(RequirementKind::Industry, "产业", within);
        }
    }

    pub fn last(&mut self) -> &mut ClauseInfo {
        self.program.tables.clauses.last_mut().unwrap()
    }

    pub fn require(&mut self, kind: RequirementKind, label: &str, a: u32) {
        let clause = self.program.tables.clauses.len() as u32 - 1;
        let requirement = self.program.tables.requirements.len() as u32;
        let place = Place { file: 0, line: requirement + 1, column: 1 };
        let (label, text) = (label.to_owned(), label.to_owned());
        self.program.tables.requirements.push(RequirementInfo { clause, kind, label, text, register: a, place });
        self.last().requirements.1 += 1;
        self.push(Op::Require { clause, a, requirement, end: 0 });
    }

    /// Limits `amount` by a cap of the amount in `limit`.
    pub fn cap(&mut self, text: &str, amount: u32, limit: u32, period: PeriodInfo) -> u32 {
        self.cap_lifted(text, amount, limit, period, None)
    }

    /// As [`Builder::cap`], with a lift: the register of its approval and of what it lifts to.
    pub fn cap_lifted(&mut self, text: &str, a: u32, limit: u32, period: PeriodInfo, lift: Option<(u32, u32)>) -> u32 {
        let clause = self.program.tables.clauses.len() as u32 - 1;
        let cap = self.program.tables.caps.len() as u32;
        self.program.tables.caps.push(CapInfo {
            clause,
            text: text.into(),
            key: KeyInfo::Subjects(vec![0]),
            period,
            counts: vec![clause],
            register: limit,
            soft: false,
            place: Place::default(),
        });
        self.last().caps.1 += 1;
        let mut remaining = self.op(|dst| Op::Remaining { dst, a: limit, cap });
        if let Some((approved, to)) = lift {
            let slot = self.program.code.iter().find_map(|op| match *op {
                Op::Approved { dst, slot } if dst == approved => Some(slot),
                _ => None,
            });
            self.last().lift = slot.map(|slot| (slot, 0));
            remaining = self.op(|dst| Op::Lift { dst, a: remaining, approved, to });
        }
        self.op(|dst| Op::Limit { dst, a, remaining, cap })
    }

    pub fn grant(&mut self, a: u32) {
        let clause = self.program.tables.clauses.len() as u32 - 1;
        self.push(Op::Grant { clause, a });
        self.close();
    }

    pub fn decide(&mut self, slot: u32, low: u32, high: u32) {
        let clause = self.program.tables.clauses.len() as u32 - 1;
        let low = self.op(|dst| Op::Least { dst, a: low, b: high });
        self.push(Op::Decide { clause, slot, low, high });
        self.last().award = AwardInfo::Discretion(slot);
        self.close();
    }

    fn close(&mut self) {
        let last = self.program.code.len() as u32;
        let first = self.last().code.0;
        self.last().code.1 = last;
        for op in self.program.code.iter_mut().skip(first as usize) {
            if let Op::InForce { end, .. } | Op::Require { end, .. } = op {
                *end = last;
            }
        }
    }
}

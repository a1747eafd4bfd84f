//! In: registers of a trace. Out: what they say in a drafter's words: names of facts and their values, never a register. Invariant: the
//! text of one register is bounded, however deep and shared the code is.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::{arithmetic, text};
use crate::bytecode::RegisterType;
use crate::bytecode::op::{Op, OperandKind};
use crate::bytecode::program::{ClauseInfo, GivenBy, Shown, SlotType, Tables};
use crate::calendar;
use crate::diagnostics::Lang;
use crate::vm::{INFINITE, Interval, State, Trace};

/// Deepest expression that is written out.
const DEPTH_MAX: u32 = 24;
/// Deepest expression that is searched for a unit.
const SHAPE_DEPTH_MAX: u32 = 10;
/// Most parts of one text.
const PARTS_MAX: u32 = 400;
/// Most values of a class that are named one by one.
const MEMBERS_SHOWN: usize = 6;

/// Kind and unit of a number.
pub(super) type Shape = (Shown, Vec<(String, i8)>);

/// Words for the registers of one trace, as far as one clause is concerned.
pub(super) struct Phrases<'t> {
    pub trace: &'t Trace<'t>,
    pub clause: &'t ClauseInfo,
    pub lang: Lang,
    /// Names that facts of two kinds of subjects share.
    shared_names: &'t BTreeSet<&'t str>,
    parts: Cell<u32>,
}

/// The names that more than one fact has.
pub(super) fn shared_names(tables: &Tables) -> BTreeSet<&str> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for slot in &tables.slots {
        *counts.entry(slot.name.as_str()).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name).collect()
}

impl<'t> Phrases<'t> {
    pub fn new(
        trace: &'t Trace<'t>,
        clause: &'t ClauseInfo,
        lang: Lang,
        shared_names: &'t BTreeSet<&'t str>,
    ) -> Phrases<'t> {
        Phrases { trace, clause, lang, shared_names, parts: Cell::new(0) }
    }

    pub fn tables(&self) -> &'t Tables {
        &self.trace.vm().program().tables
    }

    pub fn say(&self, zh: &str, en: &str) -> String {
        if self.lang == Lang::Zh { zh } else { en }.to_owned()
    }

    /// Starts a new text.
    pub fn reset(&self) {
        self.parts.set(0);
    }

    /// Whether one more part fits the text.
    pub fn room(&self, depth: u32) -> bool {
        self.parts.set(self.parts.get().saturating_add(1));
        depth < DEPTH_MAX && self.parts.get() <= PARTS_MAX
    }

    /// The name of a fact, with its subject where the name alone is not enough.
    pub fn fact(&self, slot: u32) -> String {
        let Some(info) = self.tables().slots.get(slot as usize) else { return String::new() };
        if self.is_ledger(slot) {
            return self.say(&info.name, "ledger");
        }
        match self.tables().subjects.get(info.subject as usize) {
            Some(subject) if self.shared_names.contains(info.name.as_str()) => match self.lang {
                Lang::Zh => format!("{} 的 {}", subject.name, info.name),
                Lang::En => format!("{} of {}", info.name, subject.name),
            },
            _ => info.name.clone(),
        }
    }

    /// The department that gives a fact, and whether it does so at its discretion.
    pub fn giver(&self, slot: u32) -> Option<(&'t str, bool)> {
        let (department, discretion) = match self.tables().slots.get(slot as usize)?.given_by {
            GivenBy::Applicant => return None,
            GivenBy::Determination(department) => (department, false),
            GivenBy::Discretion(department) => (department, true),
        };
        let lead = || self.clause.departments.get(self.clause.lead as usize).copied();
        let department = self.tables().departments.get(department.or_else(lead)? as usize)?;
        Some((department.name.as_str(), discretion))
    }

    /// Whether a slot says whether a ledger was given.
    fn is_ledger(&self, slot: u32) -> bool {
        self.tables().ledger_slot == Some(slot)
    }

    /// Whom to ask for a fact.
    pub fn ask(&self, slot: u32) -> String {
        if self.is_ledger(slot) {
            return self.say("请附上台账，没有给过也要附", "attach the ledger, even an empty one");
        }
        match (self.giver(slot), self.lang) {
            (Some((department, true)), Lang::Zh) => format!("待 {department} 裁量"),
            (Some((department, true)), Lang::En) => format!("at the discretion of {department}"),
            (Some((department, false)), Lang::Zh) => format!("请向 {department} 核实"),
            (Some((department, false)), Lang::En) => format!("to be confirmed by {department}"),
            (None, Lang::Zh) => "请申请人填报".into(),
            (None, Lang::En) => "to be stated by the applicant".into(),
        }
    }

    /// Whom to ask for what a register waits for; the fact is named unless it is `named` already.
    pub fn ask_all(&self, register: u32, named: Option<u32>) -> String {
        let needs = self.trace.needs(vec![register]);
        let asks: Vec<String> = (needs.iter())
            .map(|&slot| match (Some(slot) == named, self.lang) {
                (true, _) => self.ask(slot),
                (false, Lang::Zh) => format!("缺 {}（{}）", self.fact(slot), self.ask(slot)),
                (false, Lang::En) => format!("`{}` is missing ({})", self.fact(slot), self.ask(slot)),
            })
            .collect();
        asks.join(&self.say("，", ", "))
    }

    /// What a slot holds.
    pub fn slot_value(&self, slot: u32) -> String {
        match (self.trace.case().state(slot), self.trace.case().value(slot)) {
            (State::Value, Some(value)) => self.known(slot, value),
            (State::NotApplicable, _) => self.say("不适用", "not applicable"),
            (State::Unknown, _) => self.say("未知", "unknown"),
            (State::NotAsked | State::Value, _) => self.say("未问", "not asked"),
        }
    }

    fn known(&self, slot: u32, value: i128) -> String {
        match self.tables().slots.get(slot as usize).map(|info| &info.ty) {
            Some(SlotType::Bool) => self.truth(value != 0),
            Some(SlotType::Number { scale, shown, unit }) => {
                text::number(value, u32::from(*scale), *shown, unit, self.lang)
            }
            Some(SlotType::Date) => day(value),
            Some(SlotType::Text) => {
                format!("「{}」", self.trace.case().text(self.tables(), slot).unwrap_or_default())
            }
            Some(SlotType::Member { .. }) => self.member(value),
            Some(SlotType::List { list }) => match (self.trace.case().records(*list), self.lang) {
                (count, Lang::Zh) => format!("{count} 条"),
                (count, Lang::En) => format!("{count} records"),
            },
            None => String::new(),
        }
    }

    pub fn truth(&self, yes: bool) -> String {
        if yes { self.say("是", "yes") } else { self.say("否", "no") }
    }

    fn member(&self, value: i128) -> String {
        let member = usize::try_from(value).ok().and_then(|at| self.tables().members.get(at));
        member.map(|member| member.name.clone()).unwrap_or_default()
    }

    /// The values of a set, each by the highest name that covers it.
    pub fn set(&self, set: u32) -> String {
        let mut names = Vec::new();
        let mut more = 0usize;
        for &(first, end) in self.tables().sets.get(set as usize).map(Vec::as_slice).unwrap_or(&[]) {
            let mut at = first;
            while at < end {
                let Some(member) = self.tables().members.get(at as usize) else { break };
                if names.len() < MEMBERS_SHOWN {
                    names.push(member.name.as_str())
                } else {
                    more += 1
                }
                at = member.end.max(at + 1);
            }
        }
        let joined = names.join(&self.say("、", ", "));
        match (more, self.lang) {
            (0, _) => joined,
            (_, Lang::Zh) => format!("{joined} 等 {} 个", names.len() + more),
            (_, Lang::En) => format!("{joined} and {more} more"),
        }
    }

    /// What a register holds, shown as `shape` where the code does not say.
    pub fn value(&self, register: u32, shape: Option<&Shape>) -> String {
        let interval = self.trace.register(register);
        if interval.not_applicable {
            return self.not_applicable(register);
        }
        if !interval.is_settled() {
            return self.say("未定", "open");
        }
        self.settled(register, interval, shape)
    }

    fn settled(&self, register: u32, interval: Interval, shape: Option<&Shape>) -> String {
        match self.trace.vm().register_type(register) {
            Some(RegisterType::Bool) => self.truth(interval.low != 0),
            Some(RegisterType::Date) => day(interval.low),
            Some(RegisterType::Member(_)) => self.member(interval.low),
            Some(RegisterType::Text) => {
                let text = usize::try_from(interval.low).ok().and_then(|at| self.tables().texts.get(at));
                format!("「{}」", text.map_or("", String::as_str))
            }
            Some(RegisterType::Number(_)) if interval.low == INFINITE => self.say("无限", "no limit"),
            Some(RegisterType::Number(scale)) => {
                let own = self.shape(register, 0);
                let (shown, unit) = match own.as_ref().or(shape) {
                    Some((shown, unit)) => (*shown, unit.as_slice()),
                    None => (Shown::Number, &[][..]),
                };
                text::number(interval.low, u32::from(scale), shown, unit, self.lang)
            }
            None => String::new(),
        }
    }

    /// Kind and unit of a number, as far as the code tells.
    pub fn shape(&self, register: u32, depth: u32) -> Option<Shape> {
        if depth >= SHAPE_DEPTH_MAX {
            return None;
        }
        match self.trace.writer(register)? {
            Op::Load { slot, .. } => match &self.tables().slots.get(slot as usize)?.ty {
                SlotType::Number { shown, unit, .. } => Some((*shown, unit.clone())),
                SlotType::Bool | SlotType::Date | SlotType::Text | SlotType::Member { .. } | SlotType::List { .. } => {
                    None
                }
            },
            Op::Rescale { a, .. } | Op::Round { a, .. } => self.shape(a, depth + 1),
            Op::Remaining { .. } => Some((Shown::Money, vec![(self.clause.currency.clone(), 1)])),
            Op::Lift { a, .. } | Op::Limit { a, .. } => self.shape(a, depth + 1),
            Op::Add { a, b, .. } | Op::Subtract { a, b, .. } | Op::Least { a, b, .. } | Op::Greatest { a, b, .. } => {
                self.shape(a, depth + 1).or_else(|| self.shape(b, depth + 1))
            }
            Op::Select { a, b, .. } => self.shape(a, depth + 1).or_else(|| self.shape(b, depth + 1)),
            Op::Column { column, .. } => self.column_shape(column),
            Op::Fold { kind: 0 | 2 | 3 | 6, value, .. } => self.shape(value, depth + 1),
            Op::Multiply { a, b, .. } => arithmetic::product(self.shape(a, depth + 1), self.shape(b, depth + 1)),
            _ => None,
        }
    }

    /// A side of a comparison: a fact with its value, a known value, or an expression with its result.
    pub fn side(&self, register: u32, shape: Option<&Shape>) -> String {
        let register = self.unscaled(self.chosen(self.unscaled(register)));
        match self.trace.writer(register) {
            Some(Op::Load { slot, .. }) => format!("{} {}", self.fact(slot), self.slot_value(slot)),
            Some(Op::OnDate { .. }) => {
                format!("{} {}", self.say("评定日", "day of decision"), self.value(register, None))
            }
            _ if self.is_constant(register) => self.value(register, shape),
            _ => match self.lang {
                Lang::Zh => format!("{}（{}）", self.expression(register, shape, 0), self.value(register, shape)),
                Lang::En => format!("{} ({})", self.expression(register, shape, 0), self.value(register, shape)),
            },
        }
    }

    /// The fact that a side of a comparison is, if it is one.
    pub fn only_fact(&self, register: u32) -> Option<u32> {
        match self.trace.writer(self.unscaled(register))? {
            Op::Load { slot, .. } => Some(slot),
            _ => None,
        }
    }

    /// The register of which this is the same number at another scale.
    pub fn unscaled(&self, register: u32) -> u32 {
        let mut at = register;
        for _ in 0..DEPTH_MAX {
            match self.trace.writer(at) {
                Some(Op::Rescale { a, .. }) => at = a,
                _ => break,
            }
        }
        at
    }

    /// The line of a table that a register takes its value from, where that is settled.
    pub fn chosen(&self, register: u32) -> u32 {
        let mut at = register;
        for _ in 0..PARTS_MAX {
            let Some(Op::Select { when, a, b, .. } | Op::Pick { when, a, b, .. }) = self.trace.writer(at) else {
                break;
            };
            let holds = self.trace.register(when);
            if !holds.is_settled() {
                break;
            }
            at = if holds.low != 0 { a } else { b };
        }
        at
    }

    /// Whether a register is written from nothing that a case can change.
    pub fn is_constant(&self, register: u32) -> bool {
        let Some(op) = self.trace.writer(self.unscaled(register)) else { return true };
        let mut constant = !matches!(op, Op::OnDate { .. });
        op.visit(|kind, _| {
            use OperandKind::{Column, Counter, List, Register, Slot};
            constant &= !matches!(kind, Register | Slot | List | Column | Counter);
        });
        constant
    }

    /// The facts on which a register rests, in order.
    pub fn facts(&self, register: u32) -> Vec<u32> {
        self.trace.facts(register)
    }

    /// An expression, without values.
    pub fn expression(&self, register: u32, shape: Option<&Shape>, depth: u32) -> String {
        if !self.room(depth) {
            return "……".into();
        }
        let register = self.chosen(register);
        let of = |register| self.expression(register, shape, depth + 1);
        match self.trace.writer(register) {
            Some(Op::Load { slot, .. } | Op::Approved { slot, .. }) => self.fact(slot),
            Some(Op::OnDate { .. }) => self.say("评定日", "the day of decision"),
            Some(Op::Rescale { a, .. } | Op::Round { a, .. } | Op::Lift { a, .. } | Op::Limit { a, .. }) => of(a),
            Some(Op::Remaining { cap, .. }) => self.left_of(cap),
            Some(Op::Add { a, b, .. }) => self.sum((a, b), false, shape, depth),
            Some(Op::Subtract { a, b, .. }) => self.sum((a, b), true, shape, depth),
            Some(Op::Multiply { a, b, .. }) => self.times((a, b), shape, depth),
            Some(Op::Divide { a, b, scale, mode, .. }) => self.divided((a, b), (scale, mode), shape, depth),
            Some(Op::Least { a, b, .. }) => self.call("取低", "the smaller of", a, b, shape, depth),
            Some(Op::Greatest { a, b, .. }) if self.is_constant_of(b, 0) => of(a),
            Some(Op::Greatest { a, b, .. }) => self.call("取高", "the larger of", a, b, shape, depth),
            Some(Op::AddMonths { a, months, .. }) => self.shifted(a, months, "月", depth),
            Some(Op::AddDays { a, days, .. }) => self.shifted(a, days, "天", depth),
            Some(Op::Select { when, a, b, .. } | Op::Pick { when, a, b, .. }) => {
                self.choice((when, a, b), shape, depth)
            }
            Some(op @ Op::Fold { .. }) => self.folded(op, depth),
            Some(Op::Column { column, .. }) => self.column(column),
            Some(Op::Times { counter, .. }) => self.counter(counter),
            Some(Op::YearsBetween { from: a, to: b, .. }) => match self.lang {
                Lang::Zh => format!("从 {} 到 {} 的整年数", of(a), of(b)),
                Lang::En => format!("whole years from {} to {}", of(a), of(b)),
            },
            Some(Op::YearOf { a, .. }) => match self.lang {
                Lang::Zh => format!("{} 的年份", of(a)),
                Lang::En => format!("the year of {}", of(a)),
            },
            Some(Op::AddWorkingDays { a, days, .. }) => self.working_days(a, days, depth),
            _ => self.value(register, shape),
        }
    }

    fn call(&self, zh: &str, en: &str, a: u32, b: u32, shape: Option<&Shape>, depth: u32) -> String {
        let own = self.shape(a, 0).or_else(|| self.shape(b, 0));
        let shape = own.as_ref().or(shape);
        let (a, b) = (self.expression(a, shape, depth + 1), self.expression(b, shape, depth + 1));
        match self.lang {
            Lang::Zh => format!("{zh}（{a}、{b}）"),
            Lang::En => format!("{en} ({a}, {b})"),
        }
    }
}

fn day(value: i128) -> String {
    i64::try_from(value).map_or_else(|_| String::new(), calendar::iso)
}

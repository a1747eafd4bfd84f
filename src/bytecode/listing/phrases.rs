//! In: instructions in order. Out: what each computes, in the words of the policy, for the comments of a listing. Invariant: a phrase is
//! never longer than a fixed number of characters, however deep the expression.

use super::super::exact::written;
use super::super::op::{Op, signed_scale};
use super::super::program::Tables;
use super::operands::set;
use crate::calendar;

/// Most characters of a phrase.
const CHARS_MAX: usize = 60;

/// How tightly a phrase binds: looser ones are bracketed inside tighter ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Atom,
    Product,
    Sum,
    Comparison,
    All,
    Any,
}

#[derive(Debug, Clone)]
struct Phrase {
    text: String,
    level: Level,
    scale: u8,
}

/// Phrases of the registers so far.
#[derive(Debug, Clone)]
pub struct Phrases<'a> {
    tables: &'a Tables,
    registers: std::collections::HashMap<u32, Phrase>,
}

/// A date as it is written.
#[must_use]
pub fn civil(day: i32) -> String {
    let (year, month, day) = calendar::civil(i64::from(day));
    format!("{year:04}-{month:02}-{day:02}")
}

/// A number with the words for its zeros: `1亿`, `50万`, `0.5`.
#[must_use]
pub fn number(value: i128, scale: u8) -> String {
    for (zeros, word) in [(8u8, "亿"), (4, "万")] {
        let Some(unit) = 10i128.checked_pow(u32::from(scale) + u32::from(zeros)) else { continue };
        if value != 0 && value % (unit / 100).max(1) == 0 && value.unsigned_abs() >= unit.unsigned_abs() {
            return format!("{}{word}", written(value, scale.saturating_add(zeros)));
        }
    }
    written(value, scale)
}

fn cut(text: String) -> String {
    match text.char_indices().nth(CHARS_MAX) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default().trim_end_matches('…')),
        None => text,
    }
}

impl<'a> Phrases<'a> {
    /// No instruction read yet.
    #[must_use]
    pub fn new(tables: &'a Tables) -> Phrases<'a> {
        Phrases { tables, registers: std::collections::HashMap::new() }
    }

    /// Reads an instruction.
    pub fn step(&mut self, op: Op) {
        if let Some(target) = op.target() {
            let (text, level, scale) = self.phrase(op);
            self.registers.insert(target, Phrase { text: cut(text), level, scale });
        }
    }

    /// What an instruction does, after it was read.
    #[must_use]
    pub fn comment(&self, op: Op) -> String {
        match op {
            Op::InForce { .. } => "有效期".to_owned(),
            Op::Require { requirement, .. } => self.requirement(requirement),
            Op::Grant { a, .. } => format!("可获 {}", self.text(a)),
            Op::Decide { slot, .. } => format!("裁量 {}", self.slot(slot)),
            Op::Remaining { cap, .. } => format!("余额：{}", self.cap(cap)),
            Op::Limit { cap, .. } => format!("上限：{}", self.cap(cap)),
            _ => op.target().map(|target| self.text(target)).unwrap_or_default(),
        }
    }

    fn requirement(&self, requirement: u32) -> String {
        let info = self.tables.requirements.get(requirement as usize);
        cut(format!("要求：{}", info.map_or("?", |info| info.label.as_str())))
    }

    fn cap(&self, cap: u32) -> String {
        cut(self.tables.caps.get(cap as usize).map_or("?", |cap| cap.text.as_str()).to_owned())
    }

    fn slot(&self, slot: u32) -> String {
        self.tables.slots.get(slot as usize).map_or("?", |slot| slot.name.as_str()).to_owned()
    }

    /// What a register holds.
    #[must_use]
    pub fn text(&self, register: u32) -> String {
        self.registers.get(&register).map_or_else(|| "?".to_owned(), |phrase| phrase.text.clone())
    }

    fn scale(&self, register: u32) -> u8 {
        self.registers.get(&register).map_or(0, |phrase| phrase.scale)
    }

    /// A part of a phrase that binds as tightly as `level`.
    fn part(&self, register: u32, level: Level) -> String {
        match self.registers.get(&register) {
            Some(phrase) if phrase.level > level => format!("（{}）", phrase.text),
            Some(phrase) => phrase.text.clone(),
            None => "?".to_owned(),
        }
    }

    fn pair(&self, a: u32, b: u32, sign: &str, level: Level, within: Level) -> (String, Level, u8) {
        let scale = if sign == "×" { self.scale(a).saturating_add(self.scale(b)) } else { self.scale(a) };
        (format!("{} {sign} {}", self.part(a, within), self.part(b, within)), level, scale)
    }

    fn call(&self, name: &str, parts: &[String], scale: u8) -> (String, Level, u8) {
        (format!("{name}（{}）", parts.join("，")), Level::Atom, scale)
    }

    fn leaf(&self, op: Op) -> (String, Level, u8) {
        let constant = |index: u32| self.tables.constants.get(index as usize).copied().unwrap_or_default();
        let scale = |operand: u32| u8::try_from(operand).unwrap_or(u8::MAX);
        let member = |index: u32| self.tables.members.get(index as usize).map_or("?", |member| member.name.as_str());
        match op {
            Op::Number { value, scale: s, .. } => (number(constant(value), scale(s)), Level::Atom, scale(s)),
            Op::Boolean { value, .. } => (if value == 1 { "是" } else { "否" }.to_owned(), Level::Atom, 0),
            Op::Date { value, .. } => {
                (i32::try_from(constant(value)).map_or_else(|_| "?".to_owned(), civil), Level::Atom, 0)
            }
            Op::Member { value, .. } => (member(value).to_owned(), Level::Atom, 0),
            Op::Text { value, .. } => {
                (format!("“{}”", self.tables.texts.get(value as usize).map_or("?", String::as_str)), Level::Atom, 0)
            }
            Op::Unlimited { scale: s, .. } => ("无上限".to_owned(), Level::Atom, scale(s)),
            Op::OnDate { .. } => ("评定日".to_owned(), Level::Atom, 0),
            Op::Load { slot, .. } => {
                let scale = match self.tables.slots.get(slot as usize).map(|slot| &slot.ty) {
                    Some(super::SlotType::Number { scale, .. }) => *scale,
                    _ => 0,
                };
                (self.slot(slot), Level::Atom, scale)
            }
            Op::NotApplicable { kind, of, .. } => {
                ("不适用".to_owned(), Level::Atom, if kind == 0 { scale(of) } else { 0 })
            }
            Op::Times { .. } => ("台账次数".to_owned(), Level::Atom, 0),
            Op::Column { column, .. } => {
                let info = self.tables.columns.get(column as usize);
                let scale = match info.map(|column| &column.ty) {
                    Some(super::SlotType::Number { scale, .. }) => *scale,
                    _ => 0,
                };
                (info.map_or("?", |column| column.name.as_str()).to_owned(), Level::Atom, scale)
            }
            Op::Approved { slot, .. } => (format!("已批准 {}", self.slot(slot)), Level::Comparison, 0),
            _ => (String::new(), Level::Atom, 0),
        }
    }

    fn phrase(&self, op: Op) -> (String, Level, u8) {
        let kept = |scale: u32| u8::try_from(signed_scale(scale)).unwrap_or(0);
        match op {
            Op::Not { a, .. } => (format!("非 {}", self.part(a, Level::Atom)), Level::Comparison, 0),
            Op::And { a, b, .. } => self.pair(a, b, "且", Level::All, Level::All),
            Op::Or { a, b, .. } => {
                let bracketed = |part| match self.registers.get(&part) {
                    Some(phrase) if phrase.level == Level::All => format!("（{}）", phrase.text),
                    _ => self.text(part),
                };
                (format!("{} 或 {}", bracketed(a), bracketed(b)), Level::Any, 0)
            }
            Op::AtLeast { a, b, .. } => self.pair(a, b, "≥", Level::Comparison, Level::Sum),
            Op::Above { a, b, .. } => self.pair(a, b, ">", Level::Comparison, Level::Sum),
            Op::Equal { a, b, .. } => self.pair(a, b, "=", Level::Comparison, Level::Sum),
            Op::NotEqual { a, b, .. } => self.pair(a, b, "≠", Level::Comparison, Level::Sum),
            Op::Within { a, set: index, .. } => {
                (format!("{} 属于 {}", self.part(a, Level::Sum), set(self.tables, index)), Level::Comparison, 0)
            }
            Op::Add { a, b, .. } => self.pair(a, b, "+", Level::Sum, Level::Sum),
            Op::Subtract { a, b, .. } => self.pair(a, b, "-", Level::Sum, Level::Product),
            Op::Multiply { a, b, .. } => self.pair(a, b, "×", Level::Product, Level::Product),
            Op::Divide { a, b, scale, .. } => {
                let (text, level, _) = self.pair(a, b, "÷", Level::Product, Level::Atom);
                (text, level, kept(scale))
            }
            Op::Round { a, scale, .. } => {
                self.call("舍入", &[self.text(a), format!("{} 位", signed_scale(scale))], kept(scale))
            }
            Op::Rescale { a, scale, .. } => (
                self.text(a),
                self.registers.get(&a).map_or(Level::Atom, |phrase| phrase.level),
                u8::try_from(scale).unwrap_or(u8::MAX),
            ),
            Op::Least { a, b, .. } | Op::Limit { a, remaining: b, .. } => {
                self.call("取低", &[self.text(a), self.text(b)], self.scale(a))
            }
            Op::Greatest { a, b, .. } => self.call("取高", &[self.text(a), self.text(b)], self.scale(a)),
            Op::AddMonths { a, months, .. } => {
                (format!("{} + {} 个月", self.text(a), self.part(months, Level::Atom)), Level::Sum, 0)
            }
            Op::AddDays { a, days, .. } => {
                (format!("{} + {} 天", self.text(a), self.part(days, Level::Atom)), Level::Sum, 0)
            }
            Op::Remaining { cap, a, .. } => (format!("余额（{}）", self.cap(cap)), Level::Atom, self.scale(a)),
            Op::Lift { a, approved, to, .. } => {
                let text = format!("{}，{}时 {}", self.text(a), self.text(approved), self.text(to));
                (text, Level::Any, self.scale(a))
            }
            Op::YearsBetween { from, to, .. } => self.call("周年", &[self.text(from), self.text(to)], 0),
            Op::YearOf { a, .. } => self.call("年份", &[self.text(a)], 0),
            Op::AddWorkingDays { a, days, .. } => {
                (format!("{} + {} 个工作日", self.text(a), self.part(days, Level::Atom)), Level::Sum, 0)
            }
            Op::Select { when, a, b, .. } | Op::Pick { when, a, b, .. } => {
                (format!("{} 时 {}，否则 {}", self.text(when), self.text(a), self.text(b)), Level::Any, self.scale(a))
            }
            Op::Fold { list, kind, filter, value, .. } => self.fold(list, kind, filter, value),
            _ => self.leaf(op),
        }
    }

    fn fold(&self, list: u32, kind: u32, filter: u32, value: u32) -> (String, Level, u8) {
        const WORDS: [&str; 8] = ["合计", "计数", "最大", "最小", "任一", "全部", "前几合计", "不同值计数"];
        let word = WORDS.get(kind as usize).copied().unwrap_or("?");
        let list = self.tables.lists.get(list as usize).map_or("?", |list| list.name.as_str()).to_owned();
        let mut parts = vec![list];
        if value != filter {
            parts.push(self.text(value));
        }
        parts.push(format!("其中 {}", self.text(filter)));
        self.call(word, &parts, if matches!(kind, 0 | 2 | 3 | 6) { self.scale(value) } else { 0 })
    }
}

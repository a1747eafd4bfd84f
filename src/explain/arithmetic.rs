//! In: registers of sums, products, quotients and moved days. Out: what they say in a drafter's words: brackets where the order of work
//! asks for them, prices with their unit, rates in per cent. Invariant: a unit is named only where the units around it leave no other.

use std::collections::BTreeMap;

use super::phrase::{Phrases, Shape};
use crate::bytecode::RegisterType;
use crate::bytecode::op::Op;
use crate::bytecode::program::Shown;
use crate::diagnostics::Lang;
use crate::vm::Interval;

/// Longest chain of instructions that leave a number as it is.
const CHAIN_MAX: u32 = 24;
/// The operand of a quotient of which only whole ones count.
const ROUNDS_DOWN: u32 = 1;

impl Phrases<'_> {
    /// `甲 加 乙`, `甲 减 （乙 加 丙）`.
    pub fn sum(&self, (a, b): (u32, u32), minus: bool, shape: Option<&Shape>, depth: u32) -> String {
        if let Some(years) = self.calendar_years(a, b, minus, depth) {
            return years;
        }
        let own = self.shape(a, 0).or_else(|| self.shape(b, 0));
        let shape = own.as_ref().or(shape);
        let first = self.expression(a, shape, depth + 1);
        let second = self.expression(b, shape, depth + 1);
        let second = if minus && self.is_sum(b) { self.bracketed(&second) } else { second };
        let word = if minus { self.say("减", "minus") } else { self.say("加", "plus") };
        format!("{first} {word} {second}")
    }

    /// `评定日 的年份 减 投产日 的年份 加 1` is the number of a calendar year since a day.
    fn calendar_years(&self, a: u32, b: u32, minus: bool, depth: u32) -> Option<String> {
        let Some(Op::Subtract { a: to, b: from, .. }) = self.trace.writer(self.unscaled(a)) else { return None };
        let (Some(Op::YearOf { a: to, .. }), Some(Op::YearOf { a: from, .. })) =
            (self.trace.writer(to), self.trace.writer(from))
        else {
            return None;
        };
        if minus || !matches!(self.trace.writer(to), Some(Op::OnDate { .. })) || !self.is_constant(b) {
            return None;
        }
        let from = self.expression(from, None, depth + 1);
        (self.trace.register(b) == Interval::exactly(1)).then(|| match self.lang {
            Lang::Zh => format!("从 {from} 那一年起的第几年"),
            Lang::En => format!("number of the calendar year since {from}"),
        })
    }

    /// `甲 × 乙`, without a factor that is one.
    pub fn times(&self, (a, b): (u32, u32), shape: Option<&Shape>, depth: u32) -> String {
        match (self.is_constant_of(a, 1), self.is_constant_of(b, 1)) {
            (true, false) => return self.expression(b, shape, depth + 1),
            (false, true) => return self.expression(a, shape, depth + 1),
            _ => {}
        }
        format!("{} × {}", self.factor(a, b, shape, depth + 1), self.factor(b, a, shape, depth + 1))
    }

    /// `甲 ÷ 乙`; `客流 每满 1万人次 的个数` where only whole ones count.
    pub fn divided(&self, (a, b): (u32, u32), rounding: (u32, u32), shape: Option<&Shape>, depth: u32) -> String {
        let own = self.shape(a, 0);
        let divided = self.factor(a, b, None, depth + 1);
        if !self.is_constant(b) {
            return format!("{divided} ÷ {}", self.factor(b, a, None, depth + 1));
        }
        let b = self.unscaled(b);
        if rounding == (0, ROUNDS_DOWN) {
            let each = self.value(b, own.as_ref());
            return match self.lang {
                Lang::Zh => format!("{divided} 每满 {each} 的个数"),
                Lang::En => format!("every full {each} of {divided}"),
            };
        }
        let by = own.zip(shape).and_then(|(own, result)| quotient(&own, result));
        format!("{divided} ÷ {}", self.value(b, by.as_ref()))
    }

    /// A factor of a product or quotient: a constant next to money that is at most one is a rate, one next to a quantity a price.
    fn factor(&self, register: u32, other: u32, shape: Option<&Shape>, depth: u32) -> String {
        let register = self.chosen(self.unscaled(register));
        let beside = self.shape(other, 0);
        let beside_money = matches!(beside, Some((Shown::Money, _)));
        let rate = (Shown::Rate, Vec::new());
        if self.is_constant(register) {
            let price = match (&beside, shape) {
                _ if beside_money => self.at_most_one(register).then_some(rate),
                (Some(beside), Some(result)) => quotient(result, beside),
                (None, Some((Shown::Money, unit))) => Some((Shown::Money, unit.clone())),
                _ => None,
            };
            return self.value(register, price.as_ref());
        }
        let of_table = beside_money && self.is_rate_of_table(register);
        let text = self.expression(register, of_table.then_some(&rate), depth);
        if self.is_sum(register) { self.bracketed(&text) } else { text }
    }

    fn bracketed(&self, text: &str) -> String {
        match self.lang {
            Lang::Zh => format!("（{text}）"),
            Lang::En => format!("({text})"),
        }
    }

    /// Whether what is written for a register is a sum or a difference.
    fn is_sum(&self, register: u32) -> bool {
        let mut at = register;
        for _ in 0..CHAIN_MAX {
            at = self.chosen(self.unscaled(at));
            match self.trace.writer(at) {
                Some(Op::Round { a, .. } | Op::Lift { a, .. } | Op::Limit { a, .. }) => at = a,
                Some(Op::Greatest { a, b, .. }) if self.is_constant_of(b, 0) => at = a,
                Some(Op::Multiply { a, b, .. }) if self.is_constant_of(b, 1) => at = a,
                Some(Op::Multiply { a, b, .. }) if self.is_constant_of(a, 1) => at = b,
                Some(Op::Add { a, b, .. }) => return self.calendar_years(a, b, false, CHAIN_MAX).is_none(),
                Some(Op::Subtract { .. }) => return true,
                _ => return false,
            }
        }
        false
    }

    /// Whether a register is what a table gives, and nothing above one.
    fn is_rate_of_table(&self, register: u32) -> bool {
        let mut at = register;
        for _ in 0..CHAIN_MAX {
            match self.trace.writer(at) {
                Some(Op::Select { when, a, b, .. }) => {
                    let (truth, no_rest) = (self.trace.register(when).truth(), self.trace.register(b).not_applicable);
                    match truth {
                        Some(true) => at = a,
                        Some(false) => at = b,
                        None if no_rest => at = a,
                        None => return self.at_most_one(a) && self.at_most_one(b),
                    }
                }
                Some(Op::Rescale { a, .. }) => at = a,
                _ => break,
            }
        }
        at != register && self.is_constant(at) && self.at_most_one(at)
    }

    fn at_most_one(&self, register: u32) -> bool {
        let Some(RegisterType::Number(scale)) = self.trace.vm().register_type(register) else { return false };
        let one = crate::vm::round::power_of_ten(u32::from(scale));
        scale > 0 && self.trace.register(register).low.saturating_abs() <= one
    }

    /// Whether a register is this constant, whatever its scale.
    pub fn is_constant_of(&self, register: u32, number: i128) -> bool {
        let register = self.unscaled(register);
        let Some(RegisterType::Number(scale)) = self.trace.vm().register_type(register) else { return false };
        let scaled = number.saturating_mul(crate::vm::round::power_of_ten(u32::from(scale)));
        self.is_constant(register) && self.trace.register(register) == Interval::exactly(scaled)
    }

    /// `受理日 加 3年`, `评定日 减 3年`.
    pub fn shifted(&self, from: u32, by: u32, unit: &str, depth: u32) -> String {
        let shape = (Shown::Period, vec![(unit.to_owned(), 1)]);
        let by_text = self.expression(by, Some(&shape), depth + 1);
        let from = self.expression(from, None, depth + 1);
        match by_text.strip_prefix('-').filter(|_| self.is_constant(by)) {
            Some(back) => format!("{from} {} {back}", self.say("减", "minus")),
            None => format!("{from} {} {by_text}", self.say("加", "plus")),
        }
    }

    /// `条款 rent 的上限还余`.
    pub fn left_of(&self, cap: u32) -> String {
        let clauses = &self.tables().clauses;
        let clause = clauses.iter().find(|clause| (clause.caps.0..clause.caps.1).contains(&cap));
        let id = clause.map_or("", |clause| clause.id.as_str());
        match self.lang {
            Lang::Zh => format!("条款 {id} 的上限还余"),
            Lang::En => format!("what is left of the cap of clause {id}"),
        }
    }
}

/// The kind and unit of a product: known where one factor is a pure number, or both have a unit.
pub(super) fn product(a: Option<Shape>, b: Option<Shape>) -> Option<Shape> {
    match (a, b) {
        (Some((_, unit)), Some(other)) if unit.is_empty() => Some(other),
        (Some(own), Some((_, unit))) if unit.is_empty() => Some(own),
        (Some((Shown::Money, unit)), None) | (None, Some((Shown::Money, unit))) if matches!(unit[..], [(_, 1)]) => {
            Some((Shown::Money, unit))
        }
        (Some(a), Some(b)) => Some(combined(&a, &b, 1)),
        (None, _) | (_, None) => None,
    }
}

/// What a product of kind and unit `result` is, divided by one of its factors.
fn quotient(result: &Shape, factor: &Shape) -> Option<Shape> {
    let (shown, unit) = combined(result, factor, -1);
    let period = matches!(unit[..], [(ref name, 1)] if name == "月" || name == "天");
    (!unit.is_empty()).then_some((if period { Shown::Period } else { shown }, unit))
}

fn combined((a_shown, a): &Shape, (b_shown, b): &Shape, sign: i8) -> Shape {
    let mut powers: BTreeMap<String, i8> = a.iter().cloned().collect();
    for (name, power) in b {
        let sum = powers.entry(name.clone()).or_default();
        *sum = sum.saturating_add(power.saturating_mul(sign));
    }
    let money = *a_shown == Shown::Money || *b_shown == Shown::Money;
    let unit = powers.into_iter().filter(|(_, power)| *power != 0).collect();
    (if money { Shown::Money } else { Shown::Quantity }, unit)
}

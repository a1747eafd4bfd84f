//! In: the register of a condition. Out: [`Reason`], why it holds or not: the facts it rests on with their values, composite conditions as
//! a tree put together again from the chain of instructions. Invariant: as bounded as [`Phrases`].

use super::phrase::{Phrases, Shape};
use super::text;
use crate::bytecode::RegisterType;
use crate::bytecode::op::Op;
use crate::diagnostics::Lang;

/// Most parts of one composite condition that are listed.
const CHAIN_MAX: usize = 200;

/// Why a condition holds or not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reason {
    /// Whether it holds; `None`: open.
    pub holds: Option<bool>,
    /// What it is called; empty for a part that has no name of its own.
    pub label: String,
    /// Whether the name says more than the words of `value` do.
    pub named: bool,
    /// On which values it rests, in words.
    pub value: String,
    /// Index of the facts it rests on, in order, without repeats.
    pub facts: Vec<u32>,
    /// Where it stands: file and line; `None` for a part.
    pub source: Option<(String, u32)>,
    /// The parts of a composite condition.
    pub parts: Vec<Reason>,
}

/// A comparison with the side that stands first in speech.
struct Compared {
    subject: u32,
    object: u32,
    /// The words for "it holds" and "it does not".
    words: (&'static str, &'static str),
}

/// Why the condition in a register holds; `negated` where its negation is what is required.
pub(super) fn reason(phrases: &Phrases<'_>, register: u32, negated: bool, depth: u32) -> Reason {
    let inner = phrases.trace.register(register).truth();
    let mut reason = Reason { holds: inner.map(|holds| holds != negated), ..Reason::default() };
    if !phrases.room(depth) {
        reason.value = "……".into();
        return reason;
    }
    match phrases.trace.writer(register) {
        Some(Op::Not { a, .. }) => return self::reason(phrases, a, !negated, depth + 1),
        Some(Op::Load { slot, .. } | Op::Approved { slot, .. }) => {
            reason.label = phrases.fact(slot);
            reason.named = true;
            reason.value = yes_or_no(phrases, slot);
            reason.facts = vec![slot];
        }
        Some(Op::And { .. } | Op::Or { .. }) => composite(phrases, register, negated, depth, &mut reason),
        Some(Op::Within { a, set, .. }) => {
            let (in_set, not) = (phrases.say("属于", "is in"), phrases.say("不属于", "is not in"));
            let side = phrases.side(a, None);
            reason.label = phrases.only_fact(a).map(|slot| phrases.fact(slot)).unwrap_or_default();
            reason.value = relation(phrases, register, negated, &side, (&in_set, &not), &phrases.set(set), a);
            reason.facts = phrases.facts(register);
        }
        Some(op @ Op::Fold { .. }) => {
            let said = phrases.folded(op, depth);
            let answer = phrases.value(register, None);
            let ask = if inner.is_none() { phrases.ask_all(register, None) } else { String::new() };
            reason.facts = phrases.facts(register);
            reason.value = [said, answer, ask]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(&phrases.say("，", ", "));
        }
        Some(op) => match compared(phrases, op) {
            Some(compared) => {
                reason.value = comparison(phrases, register, negated, &compared);
                reason.facts = phrases.facts(register);
            }
            None => reason.value = phrases.value(register, None),
        },
        None => {}
    }
    reason
}

/// A yes/no fact with who gives it.
pub(super) fn yes_or_no(phrases: &Phrases<'_>, slot: u32) -> String {
    let value = phrases.slot_value(slot);
    match (phrases.trace.is_given(slot), phrases.giver(slot), phrases.lang) {
        (false, _, Lang::Zh) => format!("{value}，{}", phrases.ask(slot)),
        (false, _, Lang::En) => format!("{value}, {}", phrases.ask(slot)),
        (true, None, _) => value,
        (true, Some((department, false)), Lang::Zh) => format!("{value}（由 {department} 认定）"),
        (true, Some((department, false)), Lang::En) => format!("{value} (as determined by {department})"),
        (true, Some((department, true)), Lang::Zh) => format!("{value}（由 {department} 裁量）"),
        (true, Some((department, true)), Lang::En) => format!("{value} (set by {department})"),
    }
}

fn composite(phrases: &Phrases<'_>, register: u32, negated: bool, depth: u32, reason: &mut Reason) {
    let all = matches!(phrases.trace.writer(register), Some(Op::And { .. }));
    let (parts, more) = chain(phrases, register, all);
    reason.parts = parts.iter().map(|&part| self::reason(phrases, part, false, depth + 1)).collect();
    if more > 0 {
        let value = match phrases.lang {
            Lang::Zh => format!("……另有 {more} 项"),
            Lang::En => format!("… and {more} more"),
        };
        reason.parts.push(Reason { value, ..Reason::default() });
    }
    reason.value = match (all, negated) {
        (true, false) => phrases.say("须同时满足", "all of these are required"),
        (false, false) => phrases.say("满足其一即可", "one of these is enough"),
        (true, true) => phrases.say("不得同时成立", "not all of these may hold"),
        (false, true) => phrases.say("都不得成立", "none of these may hold"),
    };
    let mut facts: Vec<u32> = reason.parts.iter().flat_map(|part| part.facts.iter().copied()).collect();
    facts.sort_unstable();
    facts.dedup();
    reason.facts = facts;
}

/// The parts of a chain of one connective, in the order written, and how many more there are. Only the left side is the chain; a right
/// side of the same connective was a group of its own.
fn chain(phrases: &Phrases<'_>, register: u32, all: bool) -> (Vec<u32>, usize) {
    let (mut parts, mut at, mut more) = (Vec::new(), register, 0);
    loop {
        let (a, b) = match phrases.trace.writer(at) {
            Some(Op::And { a, b, .. }) if all => (a, b),
            Some(Op::Or { a, b, .. }) if !all => (a, b),
            _ => break,
        };
        parts.push(b);
        at = a;
    }
    parts.push(at);
    parts.reverse();
    if parts.len() > CHAIN_MAX {
        more = parts.len() - CHAIN_MAX;
        parts.truncate(CHAIN_MAX);
    }
    (parts, more)
}

fn compared(phrases: &Phrases<'_>, op: Op) -> Option<Compared> {
    let (a, b) = match op {
        Op::AtLeast { a, b, .. } | Op::Above { a, b, .. } | Op::Equal { a, b, .. } | Op::NotEqual { a, b, .. } => {
            (a, b)
        }
        _ => return None,
    };
    let flipped = phrases.is_constant(a) && !phrases.is_constant(b);
    let (subject, object) = if flipped { (b, a) } else { (a, b) };
    let date = phrases.trace.vm().register_type(a) == Some(RegisterType::Date);
    let number = matches!(phrases.trace.vm().register_type(a), Some(RegisterType::Number(_)));
    let zh = phrases.lang == Lang::Zh;
    let words = match (op, flipped) {
        (Op::AtLeast { .. }, false) if date && zh => ("不早于", "早于"),
        (Op::AtLeast { .. }, true) if date && zh => ("不晚于", "晚于"),
        (Op::Above { .. }, false) if date && zh => ("晚于", "不晚于"),
        (Op::Above { .. }, true) if date && zh => ("早于", "不早于"),
        (Op::AtLeast { .. }, false) if zh => ("不低于", "低于"),
        (Op::AtLeast { .. }, true) if zh => ("不超过", "超过"),
        (Op::Above { .. }, false) if zh => ("超过", "不超过"),
        (Op::Above { .. }, true) if zh => ("低于", "不低于"),
        (Op::Equal { .. }, _) if zh && number => ("等于", "不等于"),
        (Op::NotEqual { .. }, _) if zh && number => ("不等于", "等于"),
        (Op::Equal { .. }, _) if zh => ("是", "不是"),
        (Op::NotEqual { .. }, _) if zh => ("不是", "是"),
        (Op::AtLeast { .. }, false) if date => ("is on or after", "is before"),
        (Op::AtLeast { .. }, true) if date => ("is on or before", "is after"),
        (Op::Above { .. }, false) if date => ("is after", "is on or before"),
        (Op::Above { .. }, true) if date => ("is before", "is on or after"),
        (Op::AtLeast { .. }, false) => ("is at least", "is below"),
        (Op::AtLeast { .. }, true) => ("is at most", "is above"),
        (Op::Above { .. }, false) => ("is above", "is at most"),
        (Op::Above { .. }, true) => ("is below", "is at least"),
        (Op::NotEqual { .. }, _) => ("is not", "is"),
        _ => ("is", "is not"),
    };
    Some(Compared { subject, object, words })
}

/// Whether a clause is used up (先后), which is a cap of it with nothing left.
fn used_up(phrases: &Phrases<'_>, register: u32, compared: &Compared) -> Option<String> {
    let Op::Remaining { cap, .. } = phrases.trace.writer(compared.subject)? else { return None };
    let zero = phrases.is_constant(compared.object) && phrases.trace.register(compared.object).low == 0;
    let cap = phrases.tables().caps.get(cap as usize).filter(|_| zero)?;
    let clause = phrases.tables().clauses.get(cap.clause as usize)?;
    let left = phrases.trace.register(compared.subject);
    let known = left.is_settled() && !left.not_applicable;
    let left = text::money(left.low, 2, &clause.currency, phrases.lang);
    let id = &clause.id;
    Some(match (phrases.trace.register(register).truth(), phrases.lang) {
        (Some(true), Lang::Zh) => format!("条款 {id} 已经用完"),
        (Some(true), Lang::En) => format!("{id} is used up"),
        (Some(false), Lang::Zh) if known => format!("条款 {id} 还没有用完，余 {left}"),
        (Some(false), Lang::En) if known => format!("{id} is not used up, {left} left"),
        (Some(false), Lang::Zh) => format!("条款 {id} 没有用完"),
        (Some(false), Lang::En) => format!("{id} is not used up"),
        (None, Lang::Zh) => format!("条款 {id} 须先用完，{}", phrases.ask_all(register, None)),
        (None, Lang::En) => format!("{id} has to be used up, {}", phrases.ask_all(register, None)),
    })
}

fn comparison(phrases: &Phrases<'_>, register: u32, negated: bool, compared: &Compared) -> String {
    if let Some(said) = used_up(phrases, register, compared) {
        return said;
    }
    let shape: Option<Shape> = phrases.shape(compared.subject, 0).or_else(|| phrases.shape(compared.object, 0));
    let (subject, object) =
        (phrases.side(compared.subject, shape.as_ref()), phrases.side(compared.object, shape.as_ref()));
    relation(phrases, register, negated, &subject, compared.words, &object, compared.subject)
}

/// `业务规模 8000万元，低于 1亿元`; where it is open, what is required and who can tell.
fn relation(
    phrases: &Phrases<'_>,
    register: u32,
    negated: bool,
    subject: &str,
    (yes, no): (&str, &str),
    object: &str,
    named: u32,
) -> String {
    let zh = phrases.lang == Lang::Zh;
    let not_applicable = phrases.trace.register(named).not_applicable;
    match phrases.trace.register(register).truth() {
        _ if not_applicable => subject.to_owned(),
        Some(holds) if zh => format!("{subject}，{} {object}", if holds { yes } else { no }),
        Some(holds) => format!("{subject}, {} {object}", if holds { yes } else { no }),
        None => {
            let required = if negated { no } else { yes };
            let ask = phrases.ask_all(register, phrases.only_fact(named));
            if zh {
                format!("{subject}，须{required} {object}，{ask}")
            } else {
                format!("{subject}, required: {} {object}, {ask}", required.trim_start_matches("is "))
            }
        }
    }
}

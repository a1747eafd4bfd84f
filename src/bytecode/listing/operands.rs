//! In: an instruction. Out: its operands as a listing shows them: registers by name, table rows by what they say.

use std::collections::{HashMap, HashSet};

use super::super::canon::{Canon, Hash};
use super::super::hash;
use super::super::op::{Op, OperandKind, signed_scale};
use super::super::program::{ClauseInfo, Program, Tables};
use super::phrases::{civil, number};
use super::short;

/// Bytes of a hash that name a shared register.
const NAME_BYTES: usize = 3;
/// Most class values that a set shows.
const SHOWN_MAX: usize = 4;

/// The kinds of folds, as the op has them.
const FOLDS: [&str; 8] = ["sum", "count", "greatest", "least", "any", "all", "sum-of-greatest", "distinct"];

/// Names of registers: shared ones after what they hold, others by number within their clause.
#[derive(Debug, Clone)]
pub struct Names {
    hashes: Vec<Hash>,
    names: HashMap<u32, String>,
    taken: HashSet<String>,
    next: u32,
}

impl Names {
    /// No register named yet.
    #[must_use]
    pub fn new(program: &Program) -> Names {
        Names { hashes: hash::registers(program), names: HashMap::new(), taken: HashSet::new(), next: 0 }
    }

    /// Counts from zero again.
    pub fn enter(&mut self) {
        self.next = 0;
    }

    /// Names what an instruction writes.
    pub fn step(&mut self, op: Op, shared: bool) {
        let Some(target) = op.target().filter(|target| !self.names.contains_key(target)) else { return };
        if shared {
            let name = self.shared(op, target);
            self.taken.insert(name.clone());
            self.names.insert(target, name);
        } else {
            self.names.insert(target, format!("r{}", self.next));
            self.next += 1;
        }
    }

    /// Numbers that differ in added decimals alone have one hash, so that the scale goes into the name.
    fn shared(&self, op: Op, target: u32) -> String {
        let scale = match op {
            Op::Number { scale, .. } | Op::Rescale { scale, .. } | Op::Unlimited { scale, .. } => scale,
            _ => u32::MAX,
        };
        let hash = self.hashes.get(target as usize).copied().unwrap_or_default();
        let hash = Canon::new("shared").hash(hash).number(i128::from(scale)).finish();
        (NAME_BYTES..=hash.len())
            .map(|bytes| format!("s{}", short(&hash, bytes)))
            .find(|name| !self.taken.contains(name))
            .unwrap_or_else(|| format!("s{target}"))
    }

    /// The name of a register.
    #[must_use]
    pub fn register(&self, register: u32) -> String {
        self.names.get(&register).cloned().unwrap_or_else(|| format!("?{register}"))
    }
}

/// The operands that are read, each after a space.
pub fn operands(program: &Program, names: &Names, op: Op, clause: Option<&ClauseInfo>) -> String {
    let tables = &program.tables;
    let mut rows = op.info().operands.iter();
    let mut text = String::new();
    op.visit(|kind, value| {
        let name = rows.next().map_or("", |operand| operand.name);
        let shown = match kind {
            OperandKind::Target | OperandKind::Clause => return,
            OperandKind::Register => names.register(value),
            OperandKind::Slot => named(tables.slots.get(value as usize).map(|slot| slot.name.as_str())),
            OperandKind::Constant => constant(tables, op, value),
            OperandKind::Set => set(tables, value),
            OperandKind::Requirement => relative(value, clause.map(|clause| clause.requirements.0)),
            OperandKind::Cap => cap(tables, value, clause),
            OperandKind::List => named(tables.lists.get(value as usize).map(|list| list.name.as_str())),
            OperandKind::Column => named(tables.columns.get(value as usize).map(|column| column.name.as_str())),
            OperandKind::Calendar => named(tables.calendars.get(value as usize).map(|row| row.name.as_str())),
            OperandKind::Counter => counter(tables, value),
            OperandKind::Jump if matches!(op, Op::Fold { .. }) => return,
            OperandKind::Jump => match clause {
                Some(clause) if clause.code.1 == value => "-> end".to_owned(),
                Some(_) | None => format!("-> {value}"),
            },
            OperandKind::Number => plain(tables, op, name, value),
        };
        text.push(' ');
        text.push_str(&shown);
    });
    text
}

fn named(name: Option<&str>) -> String {
    name.unwrap_or("?").to_owned()
}

fn relative(value: u32, first: Option<u32>) -> String {
    match first.and_then(|first| value.checked_sub(first)) {
        Some(at) => format!("#{at}"),
        None => format!("#?{value}"),
    }
}

fn constant(tables: &Tables, op: Op, index: u32) -> String {
    let Some(value) = tables.constants.get(index as usize) else { return "?".to_owned() };
    match op {
        Op::Date { .. } => i32::try_from(*value).map_or_else(|_| value.to_string(), civil),
        Op::Number { scale, .. } => number(*value, u8::try_from(scale).unwrap_or(u8::MAX)),
        _ => value.to_string(),
    }
}

fn plain(tables: &Tables, op: Op, name: &str, value: u32) -> String {
    match (op, name) {
        (Op::Boolean { .. }, _) => if value == 1 { "yes" } else { "no" }.to_owned(),
        (Op::Member { .. }, _) => named(tables.members.get(value as usize).map(|member| member.name.as_str())),
        (Op::Text { .. }, _) => format!("“{}”", tables.texts.get(value as usize).map_or("?", String::as_str)),
        (_, "scale") => format!("scale={}", signed_scale(value)),
        (_, "mode") => match value {
            0 => "half-up".to_owned(),
            1 => "down".to_owned(),
            2 => "up".to_owned(),
            3 => "half-even".to_owned(),
            other => format!("mode={other}"),
        },
        (_, "rule") => if value == 0 { "last-day" } else { "next-month" }.to_owned(),
        (Op::Fold { .. }, "kind") => {
            FOLDS.get(value as usize).map_or_else(|| format!("kind={value}"), |name| (*name).to_owned())
        }
        (_, other) => format!("{other}={value}"),
    }
}

/// A cap of the clause itself by its number, another by its text.
fn cap(tables: &Tables, index: u32, clause: Option<&ClauseInfo>) -> String {
    let own = clause.filter(|clause| (clause.caps.0..clause.caps.1).contains(&index));
    match (own, tables.caps.get(index as usize)) {
        (None, Some(cap)) => format!("「{}」", cap.text),
        _ => relative(index, own.map(|clause| clause.caps.0)),
    }
}

/// What a counter counts: clauses, whom, since when.
fn counter(tables: &Tables, index: u32) -> String {
    let Some(counter) = tables.counters.get(index as usize) else { return "?".to_owned() };
    let clauses: Vec<&str> = (counter.counts.iter().take(SHOWN_MAX))
        .map(|id| tables.clauses.get(*id as usize).map_or("?", |clause| clause.id.as_str()))
        .collect();
    let more = if counter.counts.len() > SHOWN_MAX { "…" } else { "" };
    let years = if counter.years { " years" } else { "" };
    format!("{{{}{more}}}{years}", clauses.join("、"))
}

/// The values of a set, those that another covers left out.
#[must_use]
pub fn set(tables: &Tables, index: u32) -> String {
    let mut shown: Vec<&str> = Vec::new();
    let mut more = false;
    'ranges: for (first, end) in tables.sets.get(index as usize).map(Vec::as_slice).unwrap_or_default() {
        let mut at = *first;
        while at < *end {
            let Some(member) = tables.members.get(at as usize) else { break };
            if shown.len() == SHOWN_MAX {
                more = true;
                break 'ranges;
            }
            shown.push(&member.name);
            at = member.end.max(at.saturating_add(1));
        }
    }
    format!("{{{}{}}}", shown.join("、"), if more { "…" } else { "" })
}

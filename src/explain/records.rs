//! In: registers of choices, folds, counters and working days. Out: what they say in a drafter's words: which line applied, how many
//! records counted, why a calendar has no answer. Invariant: nothing is said of the inside of a fold but names, for its registers hold
//! one record only.

use super::phrase::{Phrases, Shape};
use super::reason::{self, Reason};
use crate::bytecode::op::Op;
use crate::bytecode::program::{Shown, SlotType};
use crate::calendar;
use crate::diagnostics::Lang;

/// Most lines of tables that one amount names.
const LINES_MAX: usize = 8;
/// Most instructions that are followed to what makes an amount not apply.
const CHAIN_MAX: usize = 400;

impl Phrases<'_> {
    /// A choice: what it comes to where that is known, else both.
    pub fn choice(&self, (when, a, b): (u32, u32, u32), shape: Option<&Shape>, depth: u32) -> String {
        let of = |register| self.expression(register, shape, depth + 1);
        match self.trace.register(when).truth() {
            Some(true) => of(a),
            Some(false) => of(b),
            None if self.trace.register(b).not_applicable => of(a),
            None => format!("{} {} {}", of(a), self.say("或", "or"), of(b)),
        }
    }

    /// A fold, with how many records of its list count.
    pub fn folded(&self, op: Op, depth: u32) -> String {
        let Op::Fold { dst, list, kind, most, value, .. } = op else { return String::new() };
        let name = self.tables().lists.get(list as usize).map_or("", |list| list.name.as_str());
        let (zh, en) = match kind {
            0 => ("合计".to_owned(), "sum".to_owned()),
            1 => ("计数".to_owned(), "count".to_owned()),
            2 => ("最大".to_owned(), "greatest".to_owned()),
            3 => ("最小".to_owned(), "least".to_owned()),
            4 => ("任一".to_owned(), "any".to_owned()),
            5 => ("全部".to_owned(), "all".to_owned()),
            6 => (format!("前{most}合计"), format!("sum of the {most} greatest")),
            _ => ("不同值计数".to_owned(), "number of different".to_owned()),
        };
        let valued = !matches!(kind, 1 | 4 | 5);
        let of = match (valued, self.lang) {
            (false, _) => name.to_owned(),
            (true, Lang::Zh) => format!("{name} 的 {}", self.expression(value, None, depth + 1)),
            (true, Lang::En) => format!("{} of {name}", self.expression(value, None, depth + 1)),
        };
        let counted = match (self.trace.counted_records(dst), self.lang) {
            (None, _) => String::new(),
            (Some((counted, 0, all)), Lang::Zh) => format!("，{all} 条中计入 {counted} 条"),
            (Some((counted, 0, all)), Lang::En) => format!(", {counted} of {all} records"),
            (Some((counted, open, all)), Lang::Zh) => format!("，{all} 条中计入 {counted} 条，{open} 条未定"),
            (Some((counted, open, all)), Lang::En) => format!(", {counted} of {all} records, {open} open"),
        };
        match self.lang {
            Lang::Zh => format!("{zh}（{of}{counted}）"),
            Lang::En => format!("{en} ({of}{counted})"),
        }
    }

    /// The name of a column.
    pub fn column(&self, column: u32) -> String {
        self.tables().columns.get(column as usize).map(|column| column.name.clone()).unwrap_or_default()
    }

    /// Kind and unit of a column.
    pub fn column_shape(&self, column: u32) -> Option<Shape> {
        match &self.tables().columns.get(column as usize)?.ty {
            SlotType::Number { shown, unit, .. } => Some((*shown, unit.clone())),
            SlotType::Bool | SlotType::Date | SlotType::Text | SlotType::Member { .. } | SlotType::List { .. } => None,
        }
    }

    /// What a counter counts.
    pub fn counter(&self, counter: u32) -> String {
        match self.tables().counters.get(counter as usize).is_some_and(|counter| counter.years) {
            true => self.say("此前享受的年数", "years with an award before"),
            false => self.say("已享受的次数", "awards before"),
        }
    }

    /// `受理日期 加 5个工作日`.
    pub fn working_days(&self, a: u32, days: u32, depth: u32) -> String {
        let unit = (Shown::Period, vec![(self.say("个工作日", " working days"), 1)]);
        let days = self.expression(days, Some(&unit), depth + 1);
        format!("{} {} {days}", self.expression(a, None, depth + 1), self.say("加", "plus"))
    }

    /// Why a value does not apply, where the code tells.
    pub fn not_applicable(&self, register: u32) -> String {
        let plain = self.say("不适用", "not applicable");
        let Some(Op::AddWorkingDays { a, days, calendar, .. }) = self.trace.writer(register) else { return plain };
        let (from, count) = (self.trace.register(a), self.trace.register(days));
        let known = !from.not_applicable && !count.not_applicable && from.is_settled() && count.is_settled();
        match self.tables().calendars.get(calendar as usize).filter(|_| known) {
            None => plain,
            Some(info) => {
                let year = if from.low < i128::from(info.first) { info.first } else { info.last };
                let (name, until) = (&info.name, calendar::iso(info.last.into()));
                let next = calendar::year(year.into()) + if year == info.last { 1 } else { -1 };
                match self.lang {
                    Lang::Zh => format!("不适用：日历“{name}”没有覆盖 {next} 年（到 {until} 为止）"),
                    Lang::En => {
                        format!("not applicable: the calendar `{name}` does not reach {next} (it ends {until})")
                    }
                }
            }
        }
    }

    /// Why an amount does not apply: no line of a table holds, or a fact does not apply. `None` where the code does not tell.
    pub fn absence(&self, root: u32) -> Option<String> {
        let (mut at, mut asked) = (root, Vec::new());
        for _ in 0..CHAIN_MAX {
            at = self.unscaled(at);
            match self.trace.writer(at)? {
                Op::Select { when, a, b, .. } | Op::Pick { when, a, b, .. } => {
                    match self.trace.register(when).truth()? {
                        true => (at, asked) = (a, Vec::new()),
                        false => {
                            asked.push(when);
                            at = b;
                        }
                    }
                }
                Op::NotApplicable { .. } if !asked.is_empty() => return Some(self.no_line(&asked)),
                Op::Load { slot, .. } => return Some(format!("{} {}", self.fact(slot), self.slot_value(slot))),
                op => {
                    let mut cause = None;
                    op.visit(|kind, value| {
                        let register = kind == crate::bytecode::op::OperandKind::Register;
                        if cause.is_none() && register && self.trace.register(value).not_applicable {
                            cause = Some(value);
                        }
                    });
                    (at, asked) = (cause?, Vec::new());
                }
            }
        }
        None
    }

    /// `没有对应的档（总投资 2000万元）`.
    fn no_line(&self, asked: &[u32]) -> String {
        let mut facts: Vec<u32> = asked.iter().flat_map(|&when| self.facts(when)).collect();
        facts.sort_unstable();
        facts.dedup();
        let given = facts.iter().filter(|slot| self.trace.is_given(**slot));
        let given: Vec<String> = given.map(|slot| format!("{} {}", self.fact(*slot), self.slot_value(*slot))).collect();
        let given = given.join(&self.say("，", ", "));
        match (given.is_empty(), self.lang) {
            (true, Lang::Zh) => "没有对应的档".into(),
            (true, Lang::En) => "no line of the table holds".into(),
            (false, Lang::Zh) => format!("没有对应的档（{given}）"),
            (false, Lang::En) => format!("no line of the table holds ({given})"),
        }
    }

    /// Which lines of tables an amount rests on: the condition of each that applied, or is still open.
    pub fn lines(&self, root: u32) -> Vec<Reason> {
        let mut lines = Vec::new();
        let mut open = vec![root];
        let mut seen = std::collections::BTreeSet::new();
        while let Some(register) = open.pop() {
            if lines.len() >= LINES_MAX || !seen.insert(register) {
                continue;
            }
            match self.trace.writer(register) {
                Some(Op::Select { when, a, b, .. } | Op::Pick { when, a, b, .. }) => {
                    let truth = self.trace.register(when).truth();
                    if truth != Some(false) {
                        lines.push(self.line(when));
                        open.push(a);
                    }
                    if truth != Some(true) {
                        open.push(b);
                    }
                }
                Some(Op::Fold { .. }) | None => {}
                Some(op) => op.visit(|kind, value| {
                    if kind == crate::bytecode::op::OperandKind::Register {
                        open.push(value);
                    }
                }),
            }
        }
        lines
    }

    fn line(&self, when: u32) -> Reason {
        let mut line = reason::reason(self, when, false, 1);
        let applies = if line.holds.is_some() {
            self.say("适用这一行", "this line applies")
        } else {
            self.say("可能适用这一行", "this line may apply")
        };
        line.label = if line.named && !line.label.is_empty() { format!("{applies}：{}", line.label) } else { applies };
        line.named = true;
        line
    }
}

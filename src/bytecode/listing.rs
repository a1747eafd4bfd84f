//! In: a program. Out: text that a reviewer can read and diff. Invariant: the lines of a clause change only where the clause changes:
//! its registers and lines are counted from its own start, shared registers are named after what they hold, and everything that moves
//! with the rest of the policy stands in the last section.

mod operands;
mod phrases;

use std::fmt::Write;

use super::canon::Hash;
use super::op::Op;
use super::program::{ClauseInfo, Days, GivenBy, Place, Program, SlotInfo, SlotType, Tables};
use operands::Names;
use phrases::{Phrases, civil};

/// Characters that an instruction takes before its comment.
const COMMENT_COLUMN: usize = 46;

/// The listing of a program, verified or not.
#[must_use]
pub fn listing(program: &Program) -> String {
    let mut writer =
        Writer { program, names: Names::new(program), phrases: Phrases::new(&program.tables), out: String::new() };
    writer.header();
    writer.slots();
    writer.shared();
    for clause in &program.tables.clauses {
        writer.clause(clause);
    }
    writer.places();
    writer.out
}

/// What each register holds, in the words of the policy.
#[must_use]
pub fn registers(program: &Program) -> Vec<String> {
    let mut phrases = Phrases::new(&program.tables);
    program.code.iter().for_each(|op| phrases.step(*op));
    (0..program.tables.registers).map(|register| phrases.text(register)).collect()
}

struct Writer<'a> {
    program: &'a Program,
    names: Names,
    phrases: Phrases<'a>,
    out: String,
}

/// Hexadecimal digits of the first bytes of a hash.
#[must_use]
pub fn short(hash: &Hash, bytes: usize) -> String {
    hash.iter().take(bytes).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn days((first, last): Days) -> String {
    match (first, last) {
        (None, None) => "always".to_owned(),
        (Some(first), None) => format!("from {}", civil(first)),
        (None, Some(last)) => format!("until {}", civil(last)),
        (Some(first), Some(last)) => format!("{} to {}", civil(first), civil(last)),
    }
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn tables(&self) -> &Tables {
        &self.program.tables
    }

    fn department(&self, id: u32) -> &str {
        self.tables().departments.get(id as usize).map_or("?", |department| department.name.as_str())
    }

    fn header(&mut self) {
        let policy = &self.tables().policy;
        let title = format!("policy {}《{}》 in force {}", policy.number, policy.title, days(policy.in_force));
        let original = policy.original.as_ref().map(|original| {
            format!("  original {} ({} bytes) sha256 {}", original.name, original.bytes, short(&original.sha256, 32))
        });
        self.line(&title);
        if let Some(original) = original {
            self.line(&original);
        }
    }

    fn slots(&mut self) {
        let mut used = vec![false; self.tables().slots.len()];
        for op in &self.program.code {
            let slot = match op {
                Op::Load { slot, .. } | Op::Approved { slot, .. } | Op::Decide { slot, .. } => Some(*slot),
                Op::Fold { list, .. } => self.tables().lists.get(*list as usize).map(|list| list.slot),
                Op::Times { counter, .. } => {
                    self.tables().counters.get(*counter as usize).and_then(|counter| counter.ledger)
                }
                _ => None,
            };
            if let Some(used) = slot.and_then(|slot| used.get_mut(slot as usize)) {
                *used = true;
            }
        }
        self.line("\nfacts");
        let lines: Vec<String> = self
            .tables()
            .slots
            .iter()
            .zip(used)
            .filter(|(_, used)| *used)
            .map(|(slot, _)| format!("  {}", self.slot(slot)))
            .collect();
        lines.iter().for_each(|line| self.line(line));
    }

    fn slot(&self, slot: &SlotInfo) -> String {
        let subject = self.tables().subjects.get(slot.subject as usize).map_or("?", |subject| subject.name.as_str());
        let ty = match &slot.ty {
            SlotType::Bool => "yes/no".to_owned(),
            SlotType::Date => "date".to_owned(),
            SlotType::Text => "text".to_owned(),
            SlotType::List { .. } => "list".to_owned(),
            SlotType::Member { class } => {
                let class = self.tables().classes.get(*class as usize).map_or("?", |class| class.name.as_str());
                format!("value of {class}")
            }
            SlotType::Number { scale, unit, .. } => {
                let unit: String = unit.iter().map(|(name, power)| format!(" {name}^{power}")).collect();
                format!("number{}, {scale} decimals{}", unit.replace("^1", ""), self.range(slot, *scale))
            }
        };
        let given = match slot.given_by {
            GivenBy::Applicant => "applicant".to_owned(),
            GivenBy::Determination(id) => format!("determined by {}", id.map_or("the lead", |id| self.department(id))),
            GivenBy::Discretion(id) => format!("set by {}", id.map_or("the lead", |id| self.department(id))),
        };
        format!("{subject}.{}: {ty}; {given}", slot.name)
    }

    fn range(&self, slot: &SlotInfo, scale: u8) -> String {
        let low = slot.low.map(|low| format!(" >= {}", phrases::number(low, scale))).unwrap_or_default();
        let high = slot.high.map(|high| format!(" <= {}", phrases::number(high, scale))).unwrap_or_default();
        format!("{low}{high}")
    }

    fn shared(&mut self) {
        self.line("\nshared");
        let end = self.program.tables.prologue_end as usize;
        for (pc, op) in self.program.code.iter().enumerate().take(end) {
            self.instruction(pc, *op, None);
        }
    }

    fn clause(&mut self, clause: &ClauseInfo) {
        let ClauseInfo { id, address, title, .. } = clause;
        let (meaning, content) = (short(&clause.meaning_hash, 6), short(&clause.content_hash, 6));
        self.line(&format!("\nclause {id} {address}《{title}》 meaning {meaning} content {content}"));
        let mut facts = vec![format!("in force {}", days(clause.in_force))];
        let names: Vec<String> = clause.departments.iter().map(|id| self.department(*id).to_owned()).collect();
        if let Some(lead) = clause.departments.get(clause.lead as usize) {
            facts.push(format!("departments {}, lead {}", names.join("、"), self.department(*lead)));
        }
        if let Some((_, approver)) = clause.lift {
            facts.push(format!("lifted by {}", self.department(approver)));
        }
        self.line(&format!("  {}", facts.join("; ")));
        let (first, end) = (clause.code.0 as usize, clause.code.1 as usize);
        self.names.enter();
        for (at, op) in self.program.code.get(first..end).unwrap_or_default().iter().enumerate() {
            self.instruction(first + at, *op, Some(clause));
        }
    }

    fn instruction(&mut self, pc: usize, op: Op, clause: Option<&ClauseInfo>) {
        self.names.step(op, clause.is_none());
        if let Op::Fold { end, .. } = op {
            // Its operands are what its body writes.
            for inner in self.program.code.get(pc + 1..end as usize).unwrap_or_default() {
                self.phrases.step(*inner);
                self.names.step(*inner, clause.is_none());
            }
        }
        self.phrases.step(op);
        let target = op.target().map(|target| format!("{} <- ", self.names.register(target))).unwrap_or_default();
        let operands = operands::operands(self.program, &self.names, op, clause);
        let comment = self.phrases.comment(op);
        let place = self.place(pc, clause);
        let number = clause.map_or(pc, |clause| pc - clause.code.0 as usize);
        // Numbers of shared instructions would move with every new one.
        let number = if clause.is_some() { format!("{number:>4}") } else { "    ".to_owned() };
        let code = format!("{number}  {target}{}{operands}", op.info().name);
        let width = code.chars().count();
        let gap = " ".repeat(COMMENT_COLUMN.saturating_sub(width).max(2));
        self.line(&format!("{code}{gap}; {comment}  {place}"));
    }

    /// A line of the clause's own file counts from the clause, one of the clause that it refers to from that.
    fn place(&self, pc: usize, clause: Option<&ClauseInfo>) -> String {
        let place = self.program.places.get(pc).copied().unwrap_or_default();
        let from = |start: Place| i64::from(place.line) - i64::from(start.line);
        let referred = clause.and_then(|clause| self.tables().clauses.get(clause.refers_to? as usize));
        match (clause, referred) {
            (Some(clause), None) if clause.place.file == place.file => format!("{:+}", from(clause.place)),
            (Some(clause), Some(_)) if clause.place.file == place.file && from(clause.place) >= 0 => {
                format!("{:+}", from(clause.place))
            }
            (_, Some(other)) if other.place.file == place.file => format!("{}{:+}", other.id, from(other.place)),
            (Some(_) | None, _) => self.file(place).rsplit('/').next().unwrap_or_default().to_owned(),
        }
    }

    fn file(&self, place: Place) -> &str {
        self.tables().files.get(place.file as usize).map_or("?", String::as_str)
    }

    fn places(&mut self) {
        self.line("\nplaces");
        let lines: Vec<String> = self
            .tables()
            .clauses
            .iter()
            .map(|clause| {
                let ClauseInfo { id, place, code, .. } = clause;
                format!("  {id}  {}:{}  code {}..{}", self.file(*place), place.line, code.0, code.1)
            })
            .collect();
        lines.iter().for_each(|line| self.line(line));
        let (end, code) = (self.program.tables.prologue_end, self.program.code.len());
        self.line(&format!("  shared code 0..{end}; {code} instructions, {} registers", self.program.tables.registers));
    }
}

#[cfg(test)]
mod tests;

//! In: a program. Out: two hashes a clause: of what it means, and of all it says. Invariant: names, not indices, are hashed; the order of
//! conditions, operands of and/or, caps and table rows, the layout of files and the sharing of code leave both as they are.

use sha2::{Digest, Sha256};

use super::canon::{Canon, Hash, Sum, rows};
use super::exact::trimmed;
use super::op::{Op, signed_scale};
use super::program::{CapInfo, ClauseInfo, KeyInfo, PeriodInfo, Program, Tables};
use super::settlement::{DueInfo, PortionInfo, RemainderInfo, RetroactiveInfo};

/// The hashes of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hashes {
    /// Of requirements, award, caps, departments, days, subject kinds.
    pub meaning: Hash,
    /// Of the meaning, id, address, title, labels, quotes, note.
    pub content: Hash,
}

/// Writes the hashes of every clause into its row.
pub fn seal(program: &mut Program) {
    let hashes = hashes(program);
    for (clause, hashes) in program.tables.clauses.iter_mut().zip(hashes) {
        clause.meaning_hash = hashes.meaning;
        clause.content_hash = hashes.content;
    }
}

/// What an amendment was written for: the meaning of a clause, with the quotas and budgets that are of it alone. Of a clause without any it
/// is the hash of its meaning.
#[must_use]
pub fn basis(program: &Program, clause: &ClauseInfo) -> Hash {
    let tables = &program.tables;
    let at = tables.clauses.iter().position(|other| other.id == clause.id);
    let own = |scope: &[u32]| matches!(scope, [only] if at == usize::try_from(*only).ok());
    let quotas = tables.settlement.quotas.iter().filter(|quota| own(&quota.scope));
    let budgets = tables.settlement.budgets.iter().filter(|budget| own(&budget.scope));
    let texts = quotas.map(|quota| &quota.text).chain(budgets.map(|budget| &budget.text));
    let sum = texts.fold(None, |sum: Option<Sum>, text| {
        let spaceless = unspaced(text);
        Some(sum.unwrap_or_default().plus(Sum::of(spaceless)))
    });
    match sum {
        None => clause.meaning_hash,
        Some(sum) => Canon::new("basis").hash(clause.meaning_hash).sum(sum).finish(),
    }
}

/// What each register stands for, as a hash that does not change with the rest of the policy. Numbers that differ only in added decimals
/// have one.
#[must_use]
pub fn registers(program: &Program) -> Vec<Hash> {
    let registers = (program.tables.registers as usize).min(program.code.len());
    let mut reader = Reader::new(&program.tables, registers);
    reader.run(&program.code, 0, program.code.len());
    reader.registers.iter().map(|(value, _)| value.hash()).collect()
}

/// The hashes of every clause, in order. In time linear in code and tables.
#[must_use]
pub fn hashes(program: &Program) -> Vec<Hashes> {
    let registers = (program.tables.registers as usize).min(program.code.len());
    let mut reader = Reader::new(&program.tables, registers);
    reader.run(&program.code, 0, program.tables.prologue_end as usize);
    let mut all = Vec::with_capacity(program.tables.clauses.len());
    for clause in &program.tables.clauses {
        let (first, end) = (clause.code.0 as usize, clause.code.1 as usize);
        reader.requirements = Sum::default();
        reader.award = Canon::new("no award").finish();
        reader.run(&program.code, first, end);
        let meaning = reader.meaning(clause);
        all.push(Hashes { meaning, content: content(clause, meaning, &program.tables) });
    }
    all
}

/// What a register stands for. Conjunctions and disjunctions are kept open, so that nested ones are one.
#[derive(Debug, Clone, Copy)]
enum Value {
    Whole(Hash),
    All(Sum),
    Any(Sum),
    /// An amount with what remains of the caps that cut it.
    Limited(Hash, Sum),
}

impl Value {
    fn hash(self) -> Hash {
        match self {
            Value::Whole(hash) => hash,
            Value::All(parts) => Canon::new("all").sum(parts).finish(),
            Value::Any(parts) => Canon::new("any").sum(parts).finish(),
            Value::Limited(amount, caps) => Canon::new("limited").hash(amount).sum(caps).finish(),
        }
    }

    fn parts(self, all: bool) -> Sum {
        match self {
            Value::All(parts) if all => parts,
            Value::Any(parts) if !all => parts,
            Value::Whole(_) | Value::All(_) | Value::Any(_) | Value::Limited(..) => Sum::of(self.hash()),
        }
    }
}

struct Reader<'a> {
    tables: &'a Tables,
    rows: rows::Rows,
    /// What each register stands for, and its class where it holds a class value.
    registers: Vec<(Value, Option<u32>)>,
    requirements: Sum,
    award: Hash,
}

impl<'a> Reader<'a> {
    fn new(tables: &'a Tables, registers: usize) -> Reader<'a> {
        let unknown = (Value::Whole([0; 32]), None);
        Reader {
            tables,
            rows: rows::Rows::new(tables),
            registers: vec![unknown; registers],
            requirements: Sum::default(),
            award: [0; 32],
        }
    }

    fn value(&self, register: u32) -> Value {
        self.registers.get(register as usize).map_or(Value::Whole([0; 32]), |(value, _)| *value)
    }

    fn hash(&self, register: u32) -> Hash {
        self.value(register).hash()
    }

    fn class(&self, register: u32) -> Option<u32> {
        self.registers.get(register as usize).and_then(|(_, class)| *class)
    }

    fn constant(&self, index: u32) -> i128 {
        self.tables.constants.get(index as usize).copied().unwrap_or_default()
    }

    /// Reads instructions `first..end` in order; a fold stands for something once its body has been read.
    fn run(&mut self, code: &[Op], first: usize, end: usize) {
        let mut fold: Option<(u32, Op)> = None;
        let Ok(start) = u32::try_from(first) else { return };
        for (pc, op) in (start..).zip(code.get(first..end).unwrap_or_default()) {
            if let Some((_, done)) = fold.take_if(|(end, _)| *end <= pc) {
                self.folded(done);
            }
            self.step(*op);
            if let Op::Fold { end, .. } = *op {
                fold = Some((end, *op));
            }
        }
        if let Some((_, done)) = fold {
            self.folded(done);
        }
    }

    /// Fills in what a fold stands for.
    fn folded(&mut self, fold: Op) {
        let Op::Fold { dst, filter, value, .. } = fold else { return };
        let hash = Canon::new("folded").hash(self.leaf(fold, Canon::new("fold")));
        let whole = Value::Whole(hash.hash(self.hash(filter)).hash(self.hash(value)).finish());
        if let Some(register) = self.registers.get_mut(dst as usize) {
            *register = (whole, None);
        }
    }

    fn step(&mut self, op: Op) {
        match op {
            Op::Require { a, .. } => self.requirements = self.requirements.plus(self.value(a).parts(true)),
            Op::Grant { a, .. } => self.award = Canon::new("grant").hash(self.hash(a)).finish(),
            Op::Decide { slot, low, high, .. } => {
                let slot = self.rows.slot(slot);
                self.award = Canon::new("decide").hash(slot).hash(self.hash(low)).hash(self.hash(high)).finish();
            }
            _ => {}
        }
        let Some(target) = op.target() else { return };
        let class = match op {
            Op::Load { slot, .. } => self.rows.class_of_slot(self.tables, slot),
            Op::Member { value, .. } => self.tables.members.get(value as usize).map(|member| member.class),
            Op::Column { column, .. } => self.rows.class_of_column(self.tables, column),
            Op::Pick { a, b, .. } => self.class(a).or_else(|| self.class(b)),
            Op::NotApplicable { kind: 3, of, .. } => Some(of),
            _ => None,
        };
        let value = self.written(op);
        if let Some(register) = self.registers.get_mut(target as usize) {
            *register = (value, class);
        }
    }

    fn written(&self, op: Op) -> Value {
        let name = op.info().name;
        match op {
            Op::And { a, b, .. } => Value::All(self.value(a).parts(true).plus(self.value(b).parts(true))),
            Op::Or { a, b, .. } => Value::Any(self.value(a).parts(false).plus(self.value(b).parts(false))),
            // The same number: decimals that are added for a comparison mean nothing.
            Op::Rescale { a, .. } => self.value(a),
            Op::Limit { a, remaining, .. } => {
                let cap = Sum::of(self.hash(remaining));
                match self.value(a) {
                    Value::Limited(amount, caps) => Value::Limited(amount, caps.plus(cap)),
                    other => Value::Limited(other.hash(), cap),
                }
            }
            _ => Value::Whole(self.leaf(op, Canon::new(name))),
        }
    }

    fn leaf(&self, op: Op, canon: Canon) -> Hash {
        match op {
            Op::Load { slot, .. } | Op::Approved { slot, .. } => canon.hash(self.rows.slot(slot)),
            Op::Number { value, scale, .. } => {
                let (value, scale) = trimmed(self.constant(value), scale.min(u32::from(u8::MAX)));
                canon.number(value).number(i128::from(scale))
            }
            Op::Date { value, .. } => canon.number(self.constant(value)),
            Op::Boolean { value, .. } => canon.number(i128::from(value)),
            Op::Member { value, .. } => canon.hash(self.rows.member(value)),
            Op::Text { value, .. } => {
                canon.text(self.tables.texts.get(value as usize).map(String::as_str).unwrap_or_default())
            }
            Op::Unlimited { .. } | Op::OnDate { .. } => canon,
            Op::Not { a, .. } => canon.hash(self.hash(a)),
            Op::AtLeast { a, b, .. } | Op::Above { a, b, .. } => {
                canon.hash(self.hash(a)).hash(self.hash(b)).hash(self.rows.order(self.class(a)))
            }
            Op::Within { a, set, .. } => canon.hash(self.hash(a)).hash(self.rows.set(self.tables, set)),
            Op::Equal { a, b, .. }
            | Op::NotEqual { a, b, .. }
            | Op::Add { a, b, .. }
            | Op::Multiply { a, b, .. }
            | Op::Least { a, b, .. }
            | Op::Greatest { a, b, .. } => canon.sum(Sum::of(self.hash(a)).plus(Sum::of(self.hash(b)))),
            Op::Subtract { a, b, .. } => canon.hash(self.hash(a)).hash(self.hash(b)),
            Op::Divide { a, b, scale, mode, .. } => {
                let canon = canon.hash(self.hash(a)).hash(self.hash(b));
                canon.number(i128::from(signed_scale(scale))).number(i128::from(mode))
            }
            Op::Round { a, scale, mode, .. } => {
                canon.hash(self.hash(a)).number(i128::from(signed_scale(scale))).number(i128::from(mode))
            }
            Op::AddMonths { a, months, rule, .. } => {
                canon.hash(self.hash(a)).hash(self.hash(months)).number(i128::from(rule))
            }
            Op::AddDays { a, days, .. } => canon.hash(self.hash(a)).hash(self.hash(days)),
            Op::Remaining { a, cap, .. } => canon.hash(self.hash(a)).hash(self.cap(cap)),
            Op::Lift { a, approved, to, .. } => canon.hash(self.hash(a)).hash(self.hash(approved)).hash(self.hash(to)),
            Op::NotApplicable { kind, .. } => canon.number(i128::from(kind)),
            Op::YearsBetween { from, to, .. } => canon.hash(self.hash(from)).hash(self.hash(to)),
            Op::YearOf { a, .. } => canon.hash(self.hash(a)),
            Op::AddWorkingDays { a, days, calendar, .. } => {
                canon.hash(self.hash(a)).hash(self.hash(days)).hash(self.rows.calendar(calendar))
            }
            Op::Select { when, a, b, .. } | Op::Pick { when, a, b, .. } => {
                canon.hash(self.hash(when)).hash(self.hash(a)).hash(self.hash(b))
            }
            Op::Times { counter, .. } => canon.hash(self.counter(counter)),
            Op::Column { column, .. } => canon.hash(self.rows.column(column)),
            // What it folds is hashed once its body has been read.
            Op::Fold { list, kind, most, .. } => {
                canon.hash(self.rows.list(list)).number(i128::from(kind)).number(i128::from(most))
            }
            // Taken apart in `written`, or without a target.
            Op::And { .. } | Op::Or { .. } | Op::Rescale { .. } | Op::Limit { .. } => canon,
            Op::InForce { .. } | Op::Require { .. } | Op::Grant { .. } | Op::Decide { .. } => canon,
        }
        .finish()
    }

    /// Key, period and counted clauses of a cap; its amount is hashed where it is read.
    fn cap(&self, cap: u32) -> Hash {
        let Some(cap) = self.tables.caps.get(cap as usize) else { return [0; 32] };
        let mut canon = Canon::new("cap");
        match &cap.key {
            KeyInfo::Everyone => canon = canon.text("everyone"),
            KeyInfo::Subjects(kinds) => {
                for kind in kinds {
                    canon = canon.hash(self.rows.subject(*kind));
                }
            }
        }
        let canon = period(cap.period, canon);
        let canon = if cap.soft { canon.text("soft") } else { canon };
        self.counted(cap, canon).finish()
    }

    fn counted(&self, cap: &CapInfo, canon: Canon) -> Canon {
        match cap.counts.as_slice() {
            [one] if *one == cap.clause => canon.text("clause"),
            all if all.len() == self.tables.clauses.len() => canon.text("policy"),
            some => {
                let others = some.iter().filter(|id| **id != cap.clause).map(|id| self.rows.clause(*id));
                canon.sum(others.fold(Sum::default(), |sum, id| sum.plus(Sum::of(id))))
            }
        }
    }

    /// How an award is paid, shared, asked back and made up for earlier months; a clause that says none of it is hashed as it was.
    fn afterwards(&self, clause: &ClauseInfo, mut canon: Canon) -> Canon {
        if let Some(payment) = &clause.payment {
            canon = canon.text("payment").number(i128::from(payment.scale));
            canon = canon.number(i128::from(payment.remainder == RemainderInfo::First));
            if let Some((_, register)) = payment.at_once {
                canon = canon.text("at once").hash(self.hash(register));
            }
            for part in &payment.parts {
                canon = match part.part {
                    PortionInfo::Share(share, scale) => {
                        let (share, scale) = trimmed(share, u32::from(scale));
                        canon.text("share").number(share).number(i128::from(scale))
                    }
                    PortionInfo::Amount(amount) => canon.text("amount").number(amount),
                };
                canon = match part.due {
                    DueInfo::AtAward => canon.text("at award"),
                    DueInfo::Milestone(register, _) => canon.text("milestone").hash(self.hash(register)),
                    DueInfo::Year(year) => canon.text("year").number(i128::from(year)),
                };
            }
        }
        for share in &clause.shares {
            canon = canon.text("share").text(&share.payer).number(share.weight);
        }
        for clawback in &clause.clawbacks {
            canon = canon.text("clawback").hash(self.hash(clawback.when)).maybe(clawback.within.map(i128::from));
            canon = canon.text(&clawback.what).number(clawback.share);
        }
        if let Some(RetroactiveInfo { from, until, old, .. }) = clause.retroactive {
            let days = canon.text("retroactive").number(i128::from(from)).number(i128::from(until));
            canon = days.hash(self.hash(old));
        }
        canon
    }

    /// What a `times` op counts.
    fn counter(&self, counter: u32) -> Hash {
        let Some(counter) = self.tables.counters.get(counter as usize) else { return [0; 32] };
        let canon =
            counter.subjects.iter().fold(Canon::new("counter"), |canon, kind| canon.hash(self.rows.subject(*kind)));
        let counts = counter.counts.iter().map(|id| self.rows.clause(*id));
        let canon = canon.sum(counts.fold(Sum::default(), |sum, id| sum.plus(Sum::of(id))));
        let canon = period(counter.period, canon).number(i128::from(counter.years));
        canon.number(i128::from(counter.ledger.is_some())).finish()
    }

    fn meaning(&self, clause: &ClauseInfo) -> Hash {
        let departments = clause.departments.iter().map(|id| self.rows.department(*id));
        let lead = clause.departments.get(clause.lead as usize).map(|id| self.rows.department(*id));
        let kinds = clause.subjects.iter().map(|id| self.rows.subject(*id));
        let sum =
            |hashes: &mut dyn Iterator<Item = Hash>| hashes.fold(Sum::default(), |sum, hash| sum.plus(Sum::of(hash)));
        let mut canon = Canon::new("clause")
            .sum(self.requirements)
            .hash(self.award)
            .sum(sum(&mut departments.into_iter()))
            .hash(lead.unwrap_or_default())
            .number(i128::from(clause.open))
            .sum(sum(&mut kinds.into_iter()))
            .text(&clause.currency);
        for day in [clause.in_force.0, clause.in_force.1] {
            canon = canon.maybe(day.map(i128::from));
        }
        if let Some((slot, approver)) = clause.lift {
            canon = canon.hash(self.rows.slot(slot)).hash(self.rows.department(approver));
        }
        self.afterwards(clause, canon).finish()
    }
}

fn period(period: PeriodInfo, canon: Canon) -> Canon {
    match period {
        PeriodInfo::Year => canon.text("year"),
        PeriodInfo::Lifetime => canon.text("lifetime"),
        PeriodInfo::Once => canon.text("once"),
        PeriodInfo::Each => canon.text("each"),
        PeriodInfo::Months(months) => canon.text("months").number(i128::from(months)),
        PeriodInfo::OnceOrYear => canon.text("once or year"),
    }
}

fn content(clause: &ClauseInfo, meaning: Hash, tables: &Tables) -> Hash {
    let (first, end) = (clause.requirements.0 as usize, clause.requirements.1 as usize);
    let requirements = tables.requirements.get(first..end).unwrap_or_default();
    // A label that is the text itself was not written by the drafter and changes with the layout.
    let labels = requirements.iter().filter(|requirement| requirement.label != requirement.text);
    let labels = labels.fold(Sum::default(), |sum, requirement| {
        sum.plus(Sum::of(Canon::new("label").text(&requirement.label).finish()))
    });
    let quotes = clause.quotes.iter().fold(Sum::default(), |sum, quote| sum.plus(Sum::of(unspaced(&quote.text))));
    let referred = clause.refers_to.and_then(|id| tables.clauses.get(id as usize));
    let mut canon = Canon::new("content")
        .hash(meaning)
        .text(&clause.id)
        .text(&clause.address)
        .text(&clause.title)
        .sum(labels)
        .sum(quotes)
        .text(clause.note.as_deref().unwrap_or_default())
        .text(referred.map(|clause| clause.id.as_str()).unwrap_or_default());
    if let Some(payment) = &clause.payment {
        canon = payment.parts.iter().fold(canon.text("payment"), |canon, part| canon.text(&part.label));
    }
    for id in &clause.departments {
        canon = canon.text(tables.departments.get(*id as usize).map(|row| row.name.as_str()).unwrap_or_default());
    }
    canon.finish()
}

/// White space in a quotation is that of the page it stands on.
fn unspaced(text: &str) -> Hash {
    let mut hasher = Sha256::new();
    text.split_whitespace().for_each(|word| hasher.update(word.as_bytes()));
    hasher.finalize().into()
}

#[cfg(test)]
mod tests;

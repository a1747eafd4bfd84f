//! In: nodes and plans. Out: instructions. Invariant: a node is emitted once, right before the first instruction that needs it; each
//! instruction writes a register of its own.

use std::collections::HashSet;

use crate::model::RoundingMode;
use crate::source::Span;

use super::nodes::{Absent, Arithmetic, Comparison, Dag, Folded, Node, NodeId, Ordered};
use super::op::Op;
use super::plan::{Amount, Plan, Requirement};
use super::tables::Pool;

/// Code in the making.
#[derive(Debug)]
pub struct Emitter<'a> {
    dag: &'a Dag,
    /// Constants so far.
    pub constants: Pool<i128>,
    /// Instructions so far.
    pub code: Vec<Op>,
    /// Where each comes from.
    pub spans: Vec<Span>,
    /// Registers used so far.
    pub registers: u32,
    of_node: Vec<Option<u32>>,
}

/// Where the requirements and caps of a clause start in their tables.
#[derive(Debug, Clone, Copy)]
pub struct Starts {
    /// Index of the clause.
    pub clause: u32,
    /// First requirement.
    pub requirement: u32,
    /// First cap.
    pub cap: u32,
}

/// Registers that tables name.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// Of each requirement.
    pub requirements: Vec<u32>,
    /// Of each cap's amount.
    pub caps: Vec<u32>,
    /// First and one past the last instruction.
    pub code: (u32, u32),
}

fn index(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The operand of a mode.
#[must_use]
pub fn mode_operand(mode: RoundingMode) -> u32 {
    match mode {
        RoundingMode::HalfUp => 0,
        RoundingMode::Down => 1,
        RoundingMode::Up => 2,
        RoundingMode::HalfEven => 3,
    }
}

/// The operand of a scale that may be negative.
#[must_use]
pub fn scale_operand(scale: i8) -> u32 {
    i32::from(scale).cast_unsigned()
}

impl<'a> Emitter<'a> {
    /// Nothing emitted yet.
    #[must_use]
    pub fn new(dag: &'a Dag) -> Emitter<'a> {
        Emitter {
            dag,
            constants: Pool::default(),
            code: Vec::new(),
            spans: Vec::new(),
            registers: 0,
            of_node: vec![None; dag.len()],
        }
    }

    fn push(&mut self, op: Op, span: Span) {
        self.code.push(op);
        self.spans.push(span);
    }

    fn fresh(&mut self) -> u32 {
        let register = self.registers;
        self.registers = self.registers.saturating_add(1);
        register
    }

    fn written(&mut self, span: Span, op: impl FnOnce(u32) -> Op) -> u32 {
        let dst = self.fresh();
        self.push(op(dst), span);
        dst
    }

    /// The register of a node, emitted first where it is not there yet.
    pub fn value(&mut self, root: NodeId) -> u32 {
        let dag = self.dag;
        let mut open = vec![(root, false)];
        let mut of_record = HashSet::new();
        while let Some((id, ready)) = open.pop() {
            if self.of_node[id.index()].is_some() {
                continue;
            }
            if dag.of_record(id) {
                // Written within its fold; what it is made of that is the same for all records comes before.
                if !ready && of_record.insert(id) {
                    let from = open.len();
                    dag.node(id).operands(|operand| open.push((operand, false)));
                    open[from..].reverse();
                }
                continue;
            }
            if ready {
                let register = self.node(dag.node(id), dag.span(id));
                self.of_node[id.index()] = Some(register);
                continue;
            }
            open.push((id, true));
            let from = open.len();
            dag.node(id).operands(|operand| open.push((operand, false)));
            open[from..].reverse();
        }
        self.register(root)
    }

    /// A fold: its header, then what it does with each record.
    fn fold(&mut self, fold: Folded, span: Span) -> u32 {
        let dag = self.dag;
        let (dst, header) = (self.fresh(), self.code.len());
        let Folded { list, kind, most, .. } = fold;
        self.push(Op::Fold { dst, list, kind, most, filter: 0, value: 0, end: 0 }, span);
        let mut body = Vec::new();
        let mut open = vec![(fold.value, false), (fold.filter, false)];
        while let Some((id, ready)) = open.pop() {
            if self.of_node[id.index()].is_some() {
                continue;
            }
            if ready {
                let register = self.node(dag.node(id), dag.span(id));
                self.of_node[id.index()] = Some(register);
                body.push(id);
                continue;
            }
            open.push((id, true));
            let from = open.len();
            dag.node(id).operands(|operand| open.push((operand, false)));
            open[from..].reverse();
        }
        if body.is_empty() {
            // What is folded is known before the fold (计数 of all records): a body has an instruction all the same.
            let dst = self.fresh();
            self.push(Op::Boolean { dst, value: 1 }, span);
        }
        let (filter, value, end) = (self.register(fold.filter), self.register(fold.value), index(self.code.len()));
        if let Some(op) = self.code.get_mut(header) {
            *op = Op::Fold { dst, list, kind, most, filter, value, end };
        }
        for id in body {
            self.of_node[id.index()] = None;
        }
        dst
    }

    fn register(&self, id: NodeId) -> u32 {
        self.of_node[id.index()].unwrap_or(0)
    }

    fn node(&mut self, node: &Node, span: Span) -> u32 {
        if let Node::All(parts) | Node::Any(parts) = node {
            return self.junction(matches!(node, Node::All(_)), parts, span);
        }
        if let Node::Fold(fold) = node {
            return self.fold(*fold, span);
        }
        let dst = self.fresh();
        let op = self.op(node, dst);
        self.push(op, span);
        dst
    }

    fn junction(&mut self, all: bool, parts: &[NodeId], span: Span) -> u32 {
        let registers: Vec<u32> = parts.iter().map(|part| self.register(*part)).collect();
        let mut chain = registers.into_iter();
        let first = chain.next().unwrap_or(0);
        chain.fold(first, |a, b| {
            self.written(span, |dst| if all { Op::And { dst, a, b } } else { Op::Or { dst, a, b } })
        })
    }

    fn op(&mut self, node: &Node, dst: u32) -> Op {
        match node {
            Node::Load(slot) => Op::Load { dst, slot: *slot },
            Node::Number(value, scale) => {
                Op::Number { dst, value: self.constants.id(*value), scale: u32::from(*scale) }
            }
            Node::Boolean(value) => Op::Boolean { dst, value: u32::from(*value) },
            Node::Date(days) => Op::Date { dst, value: self.constants.id(i128::from(*days)) },
            Node::Member(member) => Op::Member { dst, value: *member },
            Node::Text(text) => Op::Text { dst, value: *text },
            Node::Unlimited(scale) => Op::Unlimited { dst, scale: u32::from(*scale) },
            Node::OnDate => Op::OnDate { dst },
            Node::Not(a) => Op::Not { dst, a: self.register(*a) },
            // Emitted by `junction` and `fold`; never asked for here.
            Node::All(_) | Node::Any(_) | Node::Fold(_) => Op::Boolean { dst, value: 0 },
            Node::Compare(comparison, a, b) => comparison_op(*comparison, dst, self.register(*a), self.register(*b)),
            Node::Within(a, set) => Op::Within { dst, a: self.register(*a), set: *set },
            Node::Arithmetic(arithmetic, a, b) => arithmetic_op(*arithmetic, dst, self.register(*a), self.register(*b)),
            Node::Divide(a, b, scale, mode) => Op::Divide {
                dst,
                a: self.register(*a),
                b: self.register(*b),
                scale: scale_operand(*scale),
                mode: mode_operand(*mode),
            },
            Node::Round(a, scale, mode) => {
                Op::Round { dst, a: self.register(*a), scale: scale_operand(*scale), mode: mode_operand(*mode) }
            }
            Node::Rescale(a, scale) => Op::Rescale { dst, a: self.register(*a), scale: u32::from(*scale) },
            Node::AddMonths(date, months, next) => {
                let (a, months) = (self.register(*date), self.register(*months));
                Op::AddMonths { dst, a, months, rule: u32::from(*next) }
            }
            Node::AddDays(date, days) => Op::AddDays { dst, a: self.register(*date), days: self.register(*days) },
            Node::Approved(slot) => Op::Approved { dst, slot: *slot },
            Node::NotApplicable(absent) => not_applicable(*absent, dst),
            Node::Select(ordered, parts) => {
                let [when, a, b] = parts.map(|part| self.register(part));
                match ordered {
                    Ordered::Yes => Op::Select { dst, when, a, b },
                    Ordered::No => Op::Pick { dst, when, a, b },
                }
            }
            Node::YearsBetween(from, to) => {
                Op::YearsBetween { dst, from: self.register(*from), to: self.register(*to) }
            }
            Node::YearOf(a) => Op::YearOf { dst, a: self.register(*a) },
            Node::AddWorkingDays(date, days, calendar) => {
                let (a, days) = (self.register(*date), self.register(*days));
                Op::AddWorkingDays { dst, a, days, calendar: *calendar }
            }
            Node::Remaining(a, cap) => Op::Remaining { dst, a: self.register(*a), cap: *cap },
            Node::Times(counter) => Op::Times { dst, counter: *counter },
            Node::Column(column) => Op::Column { dst, column: *column },
        }
    }

    /// The code of a clause. Its jumps are set to its end.
    pub fn clause(&mut self, plan: &Plan, scope: &[Requirement], spans: &ClauseSpans<'_>, starts: Starts) -> Written {
        let clause = starts.clause;
        let first = index(self.code.len());
        self.push(Op::InForce { clause, end: 0 }, spans.clause);
        let mut written = Written::default();
        for (at, requirement) in scope.iter().chain(&plan.requirements).enumerate() {
            let a = self.value(requirement.node);
            written.requirements.push(a);
            let requirement_id = starts.requirement.saturating_add(index(at));
            self.push(Op::Require { clause, a, requirement: requirement_id, end: 0 }, requirement.span);
        }
        match plan.amount {
            Amount::Computed(amount) => {
                let amount = self.value(amount);
                let a = self.limited(amount, plan, spans, starts, &mut written);
                self.push(Op::Grant { clause, a }, spans.clause);
            }
            Amount::Decided { slot, low, high } => {
                let (low, high) = (self.value(low), self.value(high));
                let high = self.limited(high, plan, spans, starts, &mut written);
                let low = self.written(spans.clause, |dst| Op::Least { dst, a: low, b: high });
                self.push(Op::Decide { clause, slot, low, high }, spans.clause);
            }
        }
        let end = index(self.code.len());
        self.close(first, end);
        written.code = (first, end);
        written
    }

    fn limited(
        &mut self,
        amount: u32,
        plan: &Plan,
        spans: &ClauseSpans<'_>,
        starts: Starts,
        written: &mut Written,
    ) -> u32 {
        let mut amount = amount;
        for (at, cap_amount) in plan.caps.iter().enumerate() {
            let span = spans.caps.get(at).copied().unwrap_or(spans.clause);
            let cap = starts.cap.saturating_add(index(at));
            let a = self.value(*cap_amount);
            written.caps.push(a);
            let mut remaining = self.written(span, |dst| Op::Remaining { dst, a, cap });
            if let Some(lift) = plan.lift.filter(|_| plan.liftable.get(at) != Some(&false)) {
                let (approved, to) = (self.value(lift.approved), self.value(lift.to));
                remaining = self.written(lift.span, |dst| Op::Lift { dst, a: remaining, approved, to });
            }
            amount = self.written(span, |dst| Op::Limit { dst, a: amount, remaining, cap });
        }
        amount
    }

    fn close(&mut self, first: u32, last: u32) {
        for op in self.code.iter_mut().skip(first as usize) {
            if let Op::InForce { end, .. } | Op::Require { end, .. } = op {
                *end = last;
            }
        }
    }
}

/// Where the parts of a clause stand.
#[derive(Debug, Clone, Copy)]
pub struct ClauseSpans<'a> {
    /// The clause.
    pub clause: Span,
    /// Its caps.
    pub caps: &'a [Span],
}

fn not_applicable(absent: Absent, dst: u32) -> Op {
    let (kind, of) = match absent {
        Absent::Number(scale) => (0, u32::from(scale)),
        Absent::Date => (1, 0),
        Absent::Text => (2, 0),
        Absent::Member(class) => (3, class),
    };
    Op::NotApplicable { dst, kind, of }
}

fn comparison_op(comparison: Comparison, dst: u32, a: u32, b: u32) -> Op {
    match comparison {
        Comparison::AtLeast => Op::AtLeast { dst, a, b },
        Comparison::Above => Op::Above { dst, a, b },
        Comparison::Equal => Op::Equal { dst, a, b },
        Comparison::NotEqual => Op::NotEqual { dst, a, b },
    }
}

fn arithmetic_op(arithmetic: Arithmetic, dst: u32, a: u32, b: u32) -> Op {
    match arithmetic {
        Arithmetic::Add => Op::Add { dst, a, b },
        Arithmetic::Subtract => Op::Subtract { dst, a, b },
        Arithmetic::Multiply => Op::Multiply { dst, a, b },
        Arithmetic::Least => Op::Least { dst, a, b },
        Arithmetic::Greatest => Op::Greatest { dst, a, b },
    }
}

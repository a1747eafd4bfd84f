//! In: the tables of a policy, assessed applications, the ledger. Out: [`Settled`]: what each application gets under each clause after
//! groups, caps, joint caps, quotas and budgets, and for every cent taken away the rule that took it. `docs/reference/semantics.md`,
//! section 5, is its specification.
//! Invariants: assessed = final + the reductions of a line; nothing is ever added; the order of the input does not matter; pure.

pub mod assess;
mod batch;
mod budgets;
mod caps;
mod groups;
pub mod one;
pub mod payments;
mod quotas;
pub mod range;
mod whole;
pub mod words;
mod work;

#[cfg(test)]
mod tests;

use crate::bytecode::Program;
use crate::bytecode::op::Op;
use crate::bytecode::program::{Award, KeyInfo, PeriodInfo, Tables};
use crate::bytecode::settlement::{GroupRuleInfo, MemberOf, StepInfo};

pub use batch::{Application, Batch};
pub use work::{BudgetUse, Line, QuotaUse, Settled};

/// The order of steps where the policy declares none.
pub const STEPS: [StepInfo; 5] =
    [StepInfo::Groups, StepInfo::Caps, StepInfo::JointCaps, StepInfo::Quotas, StepInfo::Budgets];

/// What settlement needs of a policy.
#[derive(Debug, Clone)]
pub struct Rules<'t> {
    /// The tables.
    pub tables: &'t Tables,
    /// The amount of each cap that is a constant, scaled by 2; of any other the application says it.
    pub cap_amounts: Vec<Option<i128>>,
}

impl<'t> Rules<'t> {
    /// The rules of a program.
    #[must_use]
    pub fn new(program: &'t Program) -> Rules<'t> {
        let tables = &program.tables;
        let mut writers = vec![None; if tables.caps.is_empty() { 0 } else { tables.registers as usize }];
        for op in &program.code {
            if let Some(place) = op.target().and_then(|dst| writers.get_mut(dst as usize)) {
                *place = Some(*op);
            }
        }
        let cap_amounts = tables.caps.iter().map(|cap| constant(program, &writers, cap.register)).collect();
        Rules { tables, cap_amounts }
    }

    /// The steps in the order declared.
    #[must_use]
    pub fn steps(&self) -> &[StepInfo] {
        let declared = &self.tables.settlement.steps;
        if declared.is_empty() { &STEPS } else { declared }
    }
}

/// The value of a register of scale 2 that is the same for every application; `writers` are the instructions that write each register.
fn constant(program: &Program, writers: &[Option<Op>], register: u32) -> Option<i128> {
    let number = |value: u32, scale: u32| {
        let value = program.tables.constants.get(value as usize)?;
        let shift = 10i128.checked_pow(2u32.abs_diff(scale))?;
        if scale <= 2 { value.checked_mul(shift) } else { Some(value.div_euclid(shift)) }
    };
    match (*writers.get(register as usize)?)? {
        Op::Number { value, scale, .. } => number(value, scale),
        // A shorter constant brought to cents, or a longer one cut to them; each register has a lower number than its users.
        Op::Rescale { a, .. } | Op::Round { a, .. } if a < register => constant(program, writers, a),
        _ => None,
    }
}

/// A rule that took something away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// A group, and what stands against the award.
    Group(u32, By),
    /// A cap, as an index into the caps of the policy.
    Cap(u32),
    /// A joint cap: the group and which of its caps.
    JointCap(u32, u32),
    /// A quota.
    Quota(u32),
    /// A budget.
    Budget(u32),
}

/// What stands against an award within a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum By {
    /// A member, as an index into the members of the group.
    Member(u32),
    /// What the ledger holds under this member.
    Ledger(u32),
    /// The applicant chose this member.
    Choice(u32),
    /// Several were claimed and none was chosen.
    Conflict,
}

/// Something taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reduction {
    /// Of which line of [`Settled::lines`].
    pub line: u32,
    /// By which rule.
    pub rule: Rule,
    /// How much, scaled by 2; above zero.
    pub amount: i128,
}

/// Several clauses of a 择一 group were claimed and none was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The group.
    pub group: u32,
    /// The applications, as indices into the batch, in order of application.
    pub applications: Vec<u32>,
    /// The members claimed, as indices into the members of the group, in order.
    pub members: Vec<u32>,
}

/// Settles a batch. The ledger counts whole, whatever its days.
#[must_use]
pub fn settle(rules: &Rules<'_>, batch: &Batch, ledger: &[Award]) -> Settled {
    let mut work = work::Work::new(rules, batch, ledger);
    for step in rules.steps() {
        match step {
            StepInfo::Groups => groups::apply(&mut work),
            StepInfo::Caps => caps::apply(&mut work),
            StepInfo::JointCaps => caps::apply_joint(&mut work),
            StepInfo::Quotas => quotas::apply(&mut work),
            StepInfo::Budgets => budgets::apply(&mut work),
        }
    }
    work.finish()
}

/// Kinds of subjects by which caps, groups and quotas count awards of a clause: of each list an application must name one.
#[must_use]
pub fn keys_of(tables: &Tables, clause: u32) -> Vec<&[u32]> {
    let caps = tables.caps.iter().filter(|cap| cap.counts.binary_search(&clause).is_ok());
    let mut keys: Vec<(&KeyInfo, PeriodInfo)> = caps.map(|cap| (&cap.key, cap.period)).collect();
    let groups = tables.settlement.groups.iter().filter(|group| group.members.contains(&MemberOf::Clause(clause)));
    for group in groups {
        if group.rule != GroupRuleInfo::Stack {
            keys.push((&group.key, group.period));
        }
        keys.extend(group.caps.iter().map(|cap| (&cap.key, cap.period)));
    }
    let mut all: Vec<&[u32]> = Vec::new();
    for (key, period) in keys {
        if let (KeyInfo::Subjects(kinds), false) = (key, period == PeriodInfo::Each) {
            all.push(kinds);
        }
    }
    let quotas = tables.settlement.quotas.iter().filter(|quota| work::in_scope(&quota.scope, clause));
    all.extend(quotas.map(|quota| std::slice::from_ref(&quota.per)));
    all.sort_unstable();
    all.dedup();
    all
}

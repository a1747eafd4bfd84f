//! In: goals that no case shows. Out: for as many as can be found, a case that shows each, from the nearest case that there is with as
//! few facts changed as will do. Invariant: what is proposed was run and shows its goal; the search is bounded and always the same.

use std::collections::{BTreeMap, BTreeSet};

use super::coverage::{Shown, expected_clauses};
use super::demands::demands;
use super::goals::{Aim, Goal, shows};
use super::values::Values;
use super::{day, decided, draft, prepared};
use crate::bytecode::op::Op;
use crate::bytecode::program::{AwardInfo, CaseAward, CaseInfo, ClauseInfo, Given, Tables};
use crate::vm::{Machine, Trace, Vm};

/// Most cases from which the search for one goal starts.
const BASES_MAX: usize = 6;
/// Most cases that are run for one goal, and for all of them.
const RUNS_MAX: usize = 3_000;
const ALL_RUNS_MAX: usize = 400_000;

/// Most of them that are also tried with other ledgers.
const LEDGER_BASES_MAX: usize = 2;
/// The earlier award of such a ledger, in cents, and how long ago an earlier year is.
const EARLIER_AWARD: i128 = 100;
const DAYS_OF_A_YEAR: i32 = 366;

/// A case that shows a goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The case, in the language.
    pub text: String,
}

/// Looks for a case for each goal that is not shown.
pub(super) fn fill(vm: &Vm<'_>, goals: &mut [(Goal, Shown)]) {
    let mut search = Search { vm, machine: vm.machine(), runs: 0, all: 0 };
    for (goal, shown) in goals {
        if let Shown::Not(proposal) = shown {
            *proposal = search.propose(goal);
        }
    }
}

struct Search<'v> {
    vm: &'v Vm<'v>,
    machine: Machine<'v>,
    /// Cases run for this goal, and for all.
    runs: usize,
    all: usize,
}

impl Search<'_> {
    fn propose(&mut self, goal: &Goal) -> Option<Proposal> {
        self.runs = 0;
        let vm = self.vm;
        let tables = &vm.program().tables;
        let clauses: Vec<u32> = match goal.clause {
            Some(clause) => vec![clause],
            None => (0u32..).take(tables.clauses.len()).take(BASES_MAX).collect(),
        };
        for clause in clauses {
            for base in bases(tables, clause) {
                if let Some(found) = self.from(&base, clause, goal.aim) {
                    return Some(Proposal { text: self.written(&found, clause, goal) });
                }
            }
        }
        None
    }

    /// Runs a case and looks at it; `None` where enough were run.
    fn run<T>(&mut self, info: &CaseInfo, look: impl FnOnce(&Trace<'_>) -> T) -> Option<T> {
        if self.runs >= RUNS_MAX || self.all >= ALL_RUNS_MAX {
            return None;
        }
        self.runs += 1;
        self.all += 1;
        let (case, on) = (prepared(&self.vm.program().tables, self.vm, info), day(&self.vm.program().tables, info));
        Some(look(&self.machine.trace(&case, on)))
    }

    fn from(&mut self, base: &CaseInfo, clause: u32, aim: Aim) -> Option<CaseInfo> {
        let vm = self.vm;
        let info = vm.program().tables.clauses.get(clause as usize)?;
        let target = match aim {
            Aim::Condition { register, holds } => Some((register, holds)),
            _ => None,
        };
        for last in [false, true] {
            let demands = demands(vm, &requirements(vm, info), target, last);
            let climbed = self.climbed(base.clone(), &demands)?;
            if let Some(found) = self.near(&climbed, clause, info, aim)? {
                return Some(found);
            }
        }
        None
    }

    /// A case that shows the goal and differs from this one in at most two facts; `None` where enough were run.
    fn near(&mut self, base: &CaseInfo, clause: u32, info: &ClauseInfo, aim: Aim) -> Option<Option<CaseInfo>> {
        let vm = self.vm;
        if self.run(base, |trace| shows(trace, clause, aim))? {
            return Some(Some(base.clone()));
        }
        let values = Values::new(vm);
        let first = values.changes(base, &roots(vm, info, aim), set_by(info, aim));
        let rest = values.changes(base, &all_roots(vm, info), None);
        for (slot, given) in first.iter().chain(&rest) {
            let changed = with(base, *slot, given);
            if self.run(&changed, |trace| shows(trace, clause, aim))? {
                return Some(Some(changed));
            }
        }
        for (one, given) in &first {
            let changed = with(base, *one, given);
            for (two, other) in rest.iter().filter(|(two, _)| two != one) {
                let changed = with(&changed, *two, other);
                if self.run(&changed, |trace| shows(trace, clause, aim))? {
                    return Some(Some(changed));
                }
            }
        }
        Some(None)
    }

    /// The case with facts changed, one after the other, as long as one more demand is met.
    fn climbed(&mut self, mut base: CaseInfo, demands: &BTreeMap<u32, bool>) -> Option<CaseInfo> {
        let unmet = |trace: &Trace<'_>| -> Vec<u32> {
            let open = demands.iter().filter(|(register, holds)| trace.register(**register).truth() != Some(**holds));
            open.map(|(register, _)| *register).collect()
        };
        let values = Values::new(self.vm);
        let mut missing = self.run(&base, unmet)?;
        while !missing.is_empty() {
            let mut better = None;
            for (slot, given) in &values.changes(&base, &missing, None) {
                let changed = with(&base, *slot, given);
                let left = self.run(&changed, unmet)?;
                if left.len() < missing.len() {
                    better = Some((changed, left));
                    break;
                }
            }
            let Some((changed, left)) = better else { break };
            (base, missing) = (changed, left);
        }
        Some(base)
    }

    /// The case in the language, with what it comes to.
    fn written(&mut self, info: &CaseInfo, clause: u32, goal: &Goal) -> String {
        let (decision, _) = decided(self.vm, &mut self.machine, info);
        let tables = &self.vm.program().tables;
        let of = tables.clauses.get(clause as usize).zip(decision.clauses.get(clause as usize));
        of.map_or_else(String::new, |(of, decided)| draft::written(tables, info, of, decided, &title(of, goal)))
    }
}

/// What a case is called that shows a goal.
fn title(clause: &ClauseInfo, goal: &Goal) -> String {
    let about = &goal.about;
    let what = match goal.aim {
        Aim::Eligible => "可获".to_owned(),
        Aim::Ineligible => "不符合".to_owned(),
        Aim::Condition { holds: true, .. } => format!("{about}，成立"),
        Aim::Condition { holds: false, .. } => format!("{about}，不成立"),
        Aim::Cap { binds: true, .. } => format!("碰到上限 {about}"),
        Aim::Cap { binds: false, .. } => format!("没有碰到上限 {about}"),
        Aim::Floor { binds: true, .. } => "按下限".to_owned(),
        Aim::Floor { binds: false, .. } => "高于下限".to_owned(),
        Aim::Line { .. } | Aim::Otherwise { .. } => about.clone(),
    };
    let plain = |letter: &char| !matches!(letter, '「' | '」' | '“' | '”' | '"');
    format!("{}：{what}", clause.id).chars().filter(plain).collect()
}

/// The cases from which a search starts: those that expect something of the clause, then an empty one; and, where it matters what was
/// given before, each of the first with nothing given before and with one earlier award.
fn bases(tables: &Tables, clause: u32) -> Vec<CaseInfo> {
    let own = tables.cases.iter().filter(|case| expected_clauses(tables, case).contains(&clause));
    let mut bases: Vec<CaseInfo> = own.take(BASES_MAX).cloned().collect();
    let empty = CaseInfo {
        title: String::new(),
        on: None,
        facts: Vec::new(),
        lists: Vec::new(),
        ledger: None,
        expectations: Vec::new(),
        place: crate::bytecode::program::Place::default(),
    };
    bases.push(empty);
    if !tables.counters.is_empty() {
        let ledgers = bases.iter().take(LEDGER_BASES_MAX).flat_map(|base| {
            let earlier = |days: i32| {
                let date = day(tables, base).saturating_sub(days);
                vec![CaseAward { clause, date, amount: EARLIER_AWARD, once: false, subjects: Vec::new() }]
            };
            [Vec::new(), earlier(1), earlier(DAYS_OF_A_YEAR)]
                .map(|ledger| CaseInfo { ledger: Some(ledger), ..base.clone() })
        });
        let ledgers: Vec<CaseInfo> = ledgers.collect();
        bases.extend(ledgers);
    }
    bases
}

fn with(base: &CaseInfo, slot: u32, given: &Given) -> CaseInfo {
    let mut changed = base.clone();
    match changed.facts.binary_search_by_key(&slot, |(at, _)| *at) {
        Ok(at) => {
            if let Some(fact) = changed.facts.get_mut(at) {
                fact.1 = given.clone();
            }
        }
        Err(at) => changed.facts.insert(at, (slot, given.clone())),
    }
    changed
}

/// The registers that a goal is about.
fn roots(vm: &Vm<'_>, clause: &ClauseInfo, aim: Aim) -> Vec<u32> {
    match aim {
        Aim::Condition { register, .. } => vec![register],
        Aim::Cap { .. } | Aim::Floor { .. } => amounts(vm, clause),
        Aim::Line { table, .. } | Aim::Otherwise { table } => vec![table],
        Aim::Eligible | Aim::Ineligible => all_roots(vm, clause),
    }
}

/// The fact by which a department sets the award, where the goal is about the amount.
fn set_by(clause: &ClauseInfo, aim: Aim) -> Option<u32> {
    match (clause.award, aim) {
        (AwardInfo::Discretion(slot) | AwardInfo::Open(slot), Aim::Cap { .. } | Aim::Floor { .. }) => Some(slot),
        _ => None,
    }
}

fn all_roots(vm: &Vm<'_>, clause: &ClauseInfo) -> Vec<u32> {
    let roots: BTreeSet<u32> = requirements(vm, clause).into_iter().chain(amounts(vm, clause)).collect();
    roots.into_iter().collect()
}

fn requirements(vm: &Vm<'_>, clause: &ClauseInfo) -> Vec<u32> {
    let (first, end) = clause.requirements;
    let all = vm.program().tables.requirements.get(first as usize..end as usize).unwrap_or(&[]);
    all.iter().map(|it| it.register).collect()
}

fn amounts(vm: &Vm<'_>, clause: &ClauseInfo) -> Vec<u32> {
    let code = vm.program().code.get(clause.code.0 as usize..clause.code.1 as usize).unwrap_or(&[]);
    code.iter()
        .rev()
        .find_map(|op| match *op {
            Op::Grant { a, .. } => Some(vec![a]),
            Op::Decide { low, high, .. } => Some(vec![low, high]),
            _ => None,
        })
        .unwrap_or_default()
}

//! In: facts that a clause waits for, and a way to decide the clause with some of them filled in. Out: the facts that can change the
//! answer. Invariant: a fact is left out only where no completion of the others lets it matter; nothing is known here of the VM, so any
//! interpreter can be asked.

use std::collections::BTreeSet;

use super::case::Case;
use super::machine::Vm;
use crate::bytecode::program::SlotType;
use crate::decision::{ClauseDecision, Decision};

/// Most completions that are tried for one clause.
pub const COMPLETIONS_MAX: usize = 4_096;

/// A fact with the values it may have; only yes/no facts and classes have finitely many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The fact.
    pub fact: u32,
    /// Its values.
    pub values: Vec<i128>,
}

/// Refines the decision on one clause. `choices` are the facts among its needs that can be enumerated; `decide` decides it with some of
/// them given (`None`: left open). Answers `None` where there are too many completions to try.
pub fn refine(
    choices: &[Choice],
    mut decide: impl FnMut(&[(u32, Option<i128>)]) -> ClauseDecision,
) -> Option<ClauseDecision> {
    // Each fact also takes the state "left open", which shows whether the rest alone decides.
    let count = choices.iter().try_fold(1usize, |count, choice| count.checked_mul(choice.values.len() + 1))?;
    if count > COMPLETIONS_MAX || choices.is_empty() {
        return None;
    }
    let completions: Vec<Vec<(u32, Option<i128>)>> = (0..count).map(|at| completion(choices, at)).collect();
    let results: Vec<ClauseDecision> = completions.iter().map(|completion| decide(completion)).collect();
    let whole: Vec<usize> = (0..count)
        .filter(|&at| completions.get(at).is_some_and(|all| all.iter().all(|(_, value)| value.is_some())))
        .collect();
    let first = whole.first().and_then(|&at| results.get(at))?;
    if is_decided(first) && whole.iter().all(|&at| results.get(at) == Some(first)) {
        return Some(first.clone());
    }
    let mut needs: BTreeSet<u32> = whole.iter().filter_map(|&at| results.get(at)).flat_map(needs_of).collect();
    let mut step = 1;
    for choice in choices {
        let values = choice.values.len();
        let matters = (0..count).any(|open| {
            let is_open = open / step % (values + 1) == values;
            let others_given = completions
                .get(open)
                .is_some_and(|all| all.iter().all(|(fact, value)| value.is_some() || *fact == choice.fact));
            is_open && others_given && can_matter(choice, step, open, &results)
        });
        if matters {
            needs.insert(choice.fact);
        }
        step *= values + 1;
    }
    Some(ClauseDecision::Undetermined { needs: needs.into_iter().collect() })
}

/// Whether a fact can change the answer where all other choices are made as in `open`, in which it alone is left open.
fn can_matter(choice: &Choice, step: usize, open: usize, results: &[ClauseDecision]) -> bool {
    let at = |value: usize| results.get(open - (choice.values.len() - value) * step);
    let first = at(0);
    let same = (1..choice.values.len()).all(|value| at(value) == first);
    if same && first.is_some_and(is_decided) {
        return false;
    }
    // Equal but undecided results may still differ once the rest is known, unless the fact is not even asked for.
    results.get(open).is_none_or(|result| !same || needs_of(result).any(|need| need == choice.fact))
}

/// Completion number `at`: mixed radix, the first choice fastest, "left open" last of each.
fn completion(choices: &[Choice], at: usize) -> Vec<(u32, Option<i128>)> {
    let mut rest = at;
    choices
        .iter()
        .map(|choice| {
            let digit = rest % (choice.values.len() + 1);
            rest /= choice.values.len() + 1;
            (choice.fact, choice.values.get(digit).copied())
        })
        .collect()
}

fn is_decided(decision: &ClauseDecision) -> bool {
    !matches!(decision, ClauseDecision::Undetermined { .. })
}

fn needs_of(decision: &ClauseDecision) -> impl Iterator<Item = u32> + '_ {
    let needs = match decision {
        ClauseDecision::Undetermined { needs } => needs.as_slice(),
        ClauseDecision::NotInForce | ClauseDecision::Ineligible { .. } | ClauseDecision::Eligible { .. } => &[],
    };
    needs.iter().copied()
}

/// The decision on a case, in which no fact is asked for that cannot change the answer.
#[must_use]
pub fn decide_refined(vm: &Vm<'_>, case: &Case, on: i32) -> Decision {
    let mut machine = vm.machine();
    let mut decision = machine.trace(case, on).decide();
    let mut trial = case.clone();
    for (at, (clause, info)) in decision.clauses.iter_mut().zip(&vm.program().tables.clauses).enumerate() {
        let ClauseDecision::Undetermined { needs } = clause else { continue };
        let choices: Vec<Choice> = needs.iter().filter_map(|fact| choice(vm, *fact)).collect();
        let refined = refine(&choices, |completion| {
            trial.clone_from(case);
            for (fact, value) in completion {
                if let Some(value) = value {
                    trial.set_value(*fact, *value);
                }
            }
            machine.trace_clause(&trial, on, at).decide_clause(info)
        });
        if let Some(refined) = refined {
            *clause = refined;
        }
    }
    decision.total = super::trace::total(&decision.clauses);
    decision
}

fn choice(vm: &Vm<'_>, fact: u32) -> Option<Choice> {
    let tables = &vm.program().tables;
    let values = match tables.slots.get(fact as usize)?.ty {
        SlotType::Bool => vec![0, 1],
        SlotType::Member { class } => {
            let class = tables.classes.get(class as usize)?;
            (class.first..class.end).take(COMPLETIONS_MAX + 1).map(i128::from).collect()
        }
        SlotType::Number { .. } | SlotType::Date | SlotType::Text | SlotType::List { .. } => return None,
    };
    Some(Choice { fact, values })
}

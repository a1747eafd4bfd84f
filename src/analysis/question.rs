//! In: what is to hold of an application. Out: such an application, a proof that there is none, or neither.
//! Method: the conditions are taken apart into cases ([`super::branch`]); in each the comparisons are bounds of sums of facts, which are
//! eliminated exactly ([`super::linear`]); from what is left values are picked ([`super::pick`]) and decided by the reference interpreter.
//! Quotients, products of facts, dates some months on and folds of lists are variables of their own, bounded by what holds of them.
//! A fact may also be 不适用, unless it is a yes/no.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::branch::{Branch, Found, Search, Step};
use super::linear::Linear;
use super::pick;
use super::pool::{Pool, all_days};
use crate::diagnostics::Text;
use crate::model::case::{Given, Record};
use crate::model::{Clause, ClauseId, Expr, FactId, MemberId, Model, Window};
use crate::oracle::Evaluator;

/// Something that is to hold.
#[derive(Debug, Clone)]
pub enum Goal<'a> {
    /// A condition, or its negation.
    Holds(&'a Expr, bool),
    /// A fact is one of these class values or below, or is not.
    Among(FactId, &'a [MemberId], bool),
    /// All requirements of a clause: the scope, the industry gate, its conditions, and none of the exclusions.
    Meets(ClauseId),
    /// The first of two numbers or days is above the second by so much.
    Apart(&'a Expr, &'a Expr, Decimal),
}

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Question<'a> {
    /// All of it must hold.
    pub goals: Vec<Goal<'a>>,
    /// Facts that are given already.
    pub pinned: BTreeMap<FactId, Given>,
    /// The day; `None`: any day of `window`, on which the policy, and every clause of the goals, is in force.
    pub day: Option<i32>,
    /// Days that the decision may be on.
    pub window: Window,
    /// Whether 不适用 is left out of account: what is then impossible may still hold where a fact does not apply.
    pub given_only: bool,
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Facts; those not listed do not matter.
    pub facts: BTreeMap<FactId, Given>,
    /// Lists.
    pub lists: BTreeMap<FactId, Vec<Record>>,
    /// The day.
    pub on: i32,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// An application for which all of it holds, as the reference interpreter decides.
    Witness(Witness),
    /// There is none.
    Impossible,
    /// Neither was found; why.
    Unknown(Text),
}

/// Looks for an application.
#[must_use]
pub fn solve(model: &Model, question: &Question<'_>) -> Answer {
    let Some(days) = days(model, question) else { return Answer::Impossible };
    let mut pool = Pool::new(model, days, question.given_only);
    let mut witness = None;
    let (branch, steps) = start(&mut pool, question);
    let mut search = Search::new(&mut pool);
    let mut picker = pick::Picker::new(question);
    let found = search.run(branch, steps, &mut |pool, branch| {
        witness = picker.pick(pool, branch);
        witness.is_some()
    });
    let cut = search.is_out_of_budget();
    match (found, witness) {
        (_, Some(witness)) => Answer::Witness(witness),
        (Found::No, None) => Answer::Impossible,
        _ if cut => {
            Answer::Unknown(Text::new("要分的情形太多，没有全部查完", "there are too many cases to look through"))
        }
        _ => Answer::Unknown(Text::new(
            "条件里有乘积、商、清单这样的算式，没有找到合适的值，也没有证明不存在",
            "with products, quotients or lists in the conditions neither values nor a proof were found",
        )),
    }
}

/// Whether there is no such application; nothing is looked for, so this is fast.
#[must_use]
pub fn is_impossible(model: &Model, question: &Question<'_>) -> bool {
    let Some(days) = days(model, question) else { return true };
    let mut pool = Pool::new(model, days, question.given_only);
    let (branch, steps) = start(&mut pool, question);
    Search::new(&mut pool).run(branch, steps, &mut |_, _| true) == Found::No
}

/// What must hold of a clause besides its days: the conditions, and whether they must hold or must not.
pub fn requirements<'a>(model: &'a Model, clause: &'a Clause) -> impl Iterator<Item = (&'a Expr, bool)> {
    let hold = |condition: &'a crate::model::Condition| (&condition.expr, true);
    let fail = |condition: &'a crate::model::Condition| (&condition.expr, false);
    let scope = model.scope.iter().map(hold).chain(model.scope_exclusions.iter().map(fail));
    scope.chain(clause.conditions.iter().map(hold)).chain(clause.exclusions.iter().map(fail))
}

/// Whether all goals hold of an application; `None`: open.
pub fn holds(
    model: &Model,
    question: &Question<'_>,
    facts: &BTreeMap<FactId, Given>,
    lists: &BTreeMap<FactId, Vec<Record>>,
    on: i32,
) -> Option<bool> {
    let evaluator = Evaluator::with_lists(model, facts, lists, on);
    let mut all = Some(true);
    for goal in &question.goals {
        match goal_holds(model, &evaluator, goal) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}

fn goal_holds(model: &Model, evaluator: &Evaluator<'_>, goal: &Goal<'_>) -> Option<bool> {
    match goal {
        Goal::Holds(expr, wanted) => Some(evaluator.truth(expr)? == *wanted),
        Goal::Among(fact, members, wanted) => Some(evaluator.within(*fact, members)? == *wanted),
        Goal::Apart(left, right, by) => {
            let apart = evaluator.number(left)?.checked_sub(evaluator.number(right)?)?;
            Some(apart == *by)
        }
        Goal::Meets(id) => {
            let clause = model.clauses.get(id.index())?;
            let mut all =
                clause.industry.as_ref().map_or(Some(true), |gate| evaluator.within(gate.fact, &gate.members));
            for (expr, wanted) in requirements(model, clause) {
                match evaluator.truth(expr) {
                    Some(truth) if truth != wanted => return Some(false),
                    Some(_) => {}
                    None => all = all.filter(|all| !all),
                }
            }
            all
        }
    }
}

/// Days that the decision may be on; `None`: there is none.
pub fn days(model: &Model, question: &Question<'_>) -> Option<(i128, i128)> {
    let (mut first, mut last) = all_days();
    let mut narrow = |window: &Window| {
        first = first.max(window.first.map_or(first, i128::from));
        last = last.min(window.last.map_or(last, i128::from));
    };
    if question.day.is_none() {
        narrow(&model.policy.in_force);
        narrow(&question.window);
    }
    for goal in &question.goals {
        if let Goal::Meets(id) = goal {
            model.clauses.get(id.index()).iter().for_each(|clause| narrow(&clause.in_force));
        }
    }
    if let Some(day) = question.day {
        let day = i128::from(day);
        (first, last) = (first.max(day), last.min(day));
    }
    (first <= last).then_some((first, last))
}

/// The first branch and what is to hold in it.
pub fn start<'a>(pool: &mut Pool<'a>, question: &Question<'a>) -> (Branch<'a>, Vec<Step<'a>>) {
    let mut steps = Vec::new();
    let model = pool.model;
    for goal in &question.goals {
        match goal {
            Goal::Holds(expr, wanted) => steps.push(Step::Holds(expr, *wanted)),
            Goal::Among(fact, members, wanted) => steps.push(Step::Gate(*fact, members, *wanted)),
            Goal::Apart(left, right, by) => steps.push(Step::Apart(left, right, Linear::number(*by))),
            Goal::Meets(id) => {
                let Some(clause) = model.clauses.get(id.index()) else { continue };
                steps.extend(requirements(model, clause).map(|(expr, wanted)| Step::Holds(expr, wanted)));
                steps.extend(clause.industry.iter().map(|gate| Step::Gate(gate.fact, &gate.members, true)));
            }
        }
    }
    let mut branch = Branch::default();
    for (fact, given) in &question.pinned {
        let Some(var) = pool.fact(*fact) else { continue };
        let value = match given {
            Given::Value(value) => pool.encode(*fact, value),
            Given::NotApplicable | Given::Unknown => None,
        };
        value.into_iter().for_each(|value| pool.fix(var, value));
        branch.pin(pool, var, given, value);
    }
    // Steps are taken from the end.
    steps.reverse();
    (branch, steps)
}

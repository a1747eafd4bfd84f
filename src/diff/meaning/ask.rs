//! In: a pair of clauses in the joint model. Out: whether somebody meets the one and not the other, and cases that show it.
//! Invariant: [`Way::Never`] is a proof; [`Way::Found`] was decided by the machine on both sides; anything else is [`Way::Open`].

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::Witness;
use super::joint::{Joint, Side};
use super::judge::{Decided, Judge, Trial};
use super::ledgers::{Entry, realised};
use super::lemmas::{never, of_counted};
use super::sample::{eligible, sampled};
use super::terms::Terms;
use crate::analysis::{self, Answer, Goal, Question, is_impossible, solve};
use crate::decision::ClauseDecision;
use crate::diagnostics::Text;
use crate::model::case::Given;
use crate::model::{CompareOp, Expr, ExprKind, FactId, Model, Type, Value, Window};

/// A pair of clauses that is compared.
#[derive(Debug, Clone)]
pub struct Task {
    /// The clause of each side.
    pub clauses: [u32; 2],
    /// What they say.
    pub terms: [Terms; 2],
    /// Days on which both are in force; `None`: there are none.
    pub shared: Option<Window>,
    /// The days of each.
    pub windows: [Window; 2],
    /// Whether the caps of both count the same: per whom, since when, of which clauses.
    pub counted_alike: bool,
}

/// Whether somebody gains, or loses.
#[derive(Debug, Clone)]
pub enum Way {
    /// Nobody: it is proved.
    Never,
    /// Somebody: here.
    Found(Box<Witness>),
    /// Neither is known; why not.
    Open(Text),
}

/// Asks about pairs.
pub struct Asker<'j, 'a> {
    /// Both models.
    pub joint: &'j Joint<'a>,
    /// Both machines.
    pub judge: &'j Judge<'a>,
    /// The joint model with wider bounds where none is declared.
    pub(super) wide: OnceCell<Model>,
}

pub(super) fn other(side: Side) -> Side {
    match side {
        Side::Old => Side::New,
        Side::New => Side::Old,
    }
}

impl Task {
    /// What a side says.
    pub fn of(&self, side: Side) -> &Terms {
        &self.terms[side.index()]
    }

    /// Days on which it is compared.
    pub fn days(&self) -> Window {
        self.shared.unwrap_or(self.windows[1])
    }

    /// The day for each side: one day where both are in force on one.
    pub fn on(&self, day: i32) -> [i32; 2] {
        match self.shared {
            Some(window) => [clamped(day, window); 2],
            None => self.windows.map(|window| clamped(day, window)),
        }
    }

    /// Clauses as the judge takes them.
    pub fn both(&self) -> [Option<u32>; 2] {
        self.clauses.map(Some)
    }
}

impl<'j, 'a> Asker<'j, 'a> {
    /// For two editions.
    pub fn new(joint: &'j Joint<'a>, judge: &'j Judge<'a>) -> Asker<'j, 'a> {
        Asker { joint, judge, wide: OnceCell::new() }
    }

    /// How many clauses a decision is about.
    pub fn clauses(&self) -> usize {
        self.joint.own.iter().map(|own| own.clauses.len()).max().unwrap_or(1)
    }

    /// Whether an application meets all requirements of one side and not those of the other.
    pub fn eligible(&self, task: &Task, side: Side) -> Way {
        let (here, there) = (task.of(side), task.of(other(side)));
        let hold: Vec<Goal<'_>> = here.requirements.iter().map(|(expr, wanted)| Goal::Holds(expr, *wanted)).collect();
        let mut open = None;
        for (expr, wanted) in &there.requirements {
            if here.requirements.iter().any(|(own, also)| also == wanted && own.same(expr)) {
                continue;
            }
            let mut goals = vec![Goal::Holds(expr, !*wanted)];
            goals.extend(hold.iter().cloned());
            let check = |decided: &[Decided; 2]| {
                let has = |side: Side| decided[side.index()].assessed.clauses.get(task.clauses[side.index()] as usize);
                matches!(has(side), Some(ClauseDecision::Eligible { .. }))
                    && matches!(has(other(side)), Some(ClauseDecision::Ineligible { .. }))
            };
            match self.search(task, goals, &check) {
                Way::Never => {}
                Way::Found(witness) => return Way::Found(witness),
                Way::Open(why) => open = Some(why),
            }
        }
        let Some(why) = open else { return Way::Never };
        let check = |decided: &[Decided; 2]| {
            let has = |side: Side| decided[side.index()].assessed.clauses.get(task.clauses[side.index()] as usize);
            matches!(has(side), Some(ClauseDecision::Eligible { .. }))
                && matches!(has(other(side)), Some(ClauseDecision::Ineligible { .. }))
        };
        sampled(self, task, &[], &check).map_or(Way::Open(why), |witness| Way::Found(Box::new(witness)))
    }

    /// Whether anything can meet all goals, and a case that the machine finds to be so.
    pub(super) fn search(&self, task: &Task, goals: Vec<Goal<'_>>, check: &dyn Fn(&[Decided; 2]) -> bool) -> Way {
        let counted = self.counted(&goals);
        let given: Vec<Expr> = counted.iter().map(|fact| at_least_zero(&self.joint.model, *fact)).collect();
        let mut never = never(self.joint, goals.iter().filter_map(|goal| expr_of(goal)));
        never.extend(of_counted(self.joint, &counted));
        let mut goals = goals;
        goals.extend(given.iter().map(|expr| Goal::Holds(expr, true)));
        goals.extend(never.iter().map(|expr| Goal::Holds(expr, false)));
        let mut question = Question { goals, window: task.days(), ..Question::default() };
        if is_impossible(&self.joint.model, &question) {
            return Way::Never;
        }
        let mut why = None;
        let first = if counted.is_empty() { Vec::new() } else { vec![self.nothing(&counted)] };
        for pinned in first.into_iter().chain([BTreeMap::new()]) {
            question.pinned = pinned;
            match solve(&self.joint.model, &question) {
                Answer::Witness(found) => {
                    if let Some(witness) = self.confirmed(task, found, check) {
                        return Way::Found(Box::new(witness));
                    }
                }
                Answer::Impossible if question.pinned.is_empty() => return Way::Never,
                Answer::Impossible => {}
                Answer::Unknown(text) => why = Some(text),
            }
        }
        let unshown = || Text::new("找到的情形没有被虚拟机证实", "no case that was found was confirmed by the machine");
        Way::Open(why.unwrap_or_else(unshown))
    }

    /// The facts among the goals that stand for something counted of earlier awards.
    pub(super) fn counted(&self, goals: &[Goal<'_>]) -> Vec<FactId> {
        let mut facts = BTreeSet::new();
        for goal in goals {
            match goal {
                Goal::Holds(expr, _) => {
                    analysis::mentioned(&self.joint.model, expr, &mut facts);
                }
                Goal::Apart(one, two, _) => {
                    analysis::mentioned(&self.joint.model, one, &mut facts);
                    analysis::mentioned(&self.joint.model, two, &mut facts);
                }
                Goal::Among(..) | Goal::Meets(_) => {}
            }
        }
        self.joint.ledger.iter().map(|(fact, _)| *fact).filter(|fact| facts.contains(fact)).collect()
    }

    /// That nothing was given before.
    fn nothing(&self, counted: &[FactId]) -> BTreeMap<FactId, Given> {
        let none = |fact: &FactId| {
            let value = match self.joint.model.facts.get(fact.index()).map(|fact| &fact.ty) {
                Some(Type::Bool) => Value::Bool(false),
                _ => Value::Number(Decimal::ZERO),
            };
            (*fact, Given::Value(value))
        };
        counted.iter().map(none).collect()
    }

    /// The case, where the machine agrees.
    pub(super) fn confirmed(
        &self,
        task: &Task,
        found: analysis::Witness,
        check: &dyn Fn(&[Decided; 2]) -> bool,
    ) -> Option<Witness> {
        let clause = self.joint.clause(Side::New, crate::model::ClauseId(task.clauses[1]));
        let ledgers = realised(self.joint, &found.facts, clause, found.on);
        ledgers.into_iter().find_map(|ledger| self.tried(task, Trial::of(found.clone(), ledger), check))
    }

    /// A trial, completed, where the machine agrees.
    pub fn tried(&self, task: &Task, trial: Trial, check: &dyn Fn(&[Decided; 2]) -> bool) -> Option<Witness> {
        let (trial, decided) = self.tested(task, trial);
        check(&decided).then(|| self.judge.witness(self.joint, task.both(), &trial, &decided, false))
    }

    /// A trial, completed, and what the machine decides of it.
    pub fn tested(&self, task: &Task, mut trial: Trial) -> (Trial, [Decided; 2]) {
        trial.on = task.on(trial.on[1]);
        let lifts = [Side::Old, Side::New].map(|side| task.of(side).lift);
        for lift in lifts.into_iter().flatten() {
            trial.facts.entry(lift).or_insert(Given::Value(Value::Bool(false)));
        }
        self.judge.complete(self.joint, task.both(), &mut trial);
        let decided = [Side::Old, Side::New].map(|side| self.judge.decide(self.joint, side, &trial));
        (trial, decided)
    }

    /// Whether two numbers can differ for those who meet the requirements of both.
    pub fn apart(&self, task: &Task, one: &Expr, two: &Expr, check: &dyn Fn(&[Decided; 2]) -> bool) -> Way {
        let mut open = None;
        for op in [CompareOp::Above, CompareOp::Below] {
            let differ = compare(op, one.clone(), two.clone());
            let mut goals = vec![Goal::Holds(&differ, true)];
            goals.extend(self.common(task));
            match self.search(task, goals, check) {
                Way::Never => {}
                Way::Found(witness) => return Way::Found(witness),
                Way::Open(why) => open = Some(why),
            }
        }
        open.map_or(Way::Never, Way::Open)
    }

    /// The requirements of both.
    pub(super) fn common<'t>(&self, task: &'t Task) -> Vec<Goal<'t>> {
        let mut all: Vec<(&Expr, bool)> = Vec::new();
        for (expr, wanted) in task.terms.iter().flat_map(|terms| &terms.requirements) {
            if !all.iter().any(|(other, also)| also == wanted && other.same(expr)) {
                all.push((expr, *wanted));
            }
        }
        all.into_iter().map(|(expr, wanted)| Goal::Holds(expr, wanted)).collect()
    }

    /// Ledgers to be tried upon a case, where the machine agrees.
    pub fn with_ledger(
        &self,
        task: &Task,
        base: &Trial,
        ledgers: Vec<Vec<Entry>>,
        check: &dyn Fn(&[Decided; 2]) -> bool,
        settled: bool,
    ) -> Option<Witness> {
        ledgers.into_iter().find_map(|ledger| {
            let trial = Trial { ledger, ..base.clone() };
            let decided = [Side::Old, Side::New].map(|side| match settled {
                true => self.judge.settle(self.joint, side, &trial),
                false => self.judge.decide(self.joint, side, &trial),
            });
            check(&decided).then(|| self.judge.witness(self.joint, task.both(), &trial, &decided, settled))
        })
    }

    /// A case that meets a clause which only one side has.
    pub fn eligible_alone(&self, task: &Task, side: Side, clauses: [Option<u32>; 2]) -> Option<Witness> {
        let mut trial = self.application(task, BTreeMap::new(), &[])?;
        trial.on = task.on(trial.on[1]);
        self.judge.complete(self.joint, clauses, &mut trial);
        let decided = [Side::Old, Side::New].map(|side| self.judge.decide(self.joint, side, &trial));
        let own = clauses[side.index()]?;
        super::run::is_eligible(&decided[side.index()], own)
            .then(|| self.judge.witness(self.joint, clauses, &trial, &decided, false))
    }

    /// Whether nobody can meet the requirements.
    pub fn is_never_met(&self, task: &Task) -> bool {
        let question = Question { goals: self.common(task), window: task.days(), ..Question::default() };
        is_impossible(&self.joint.model, &question)
    }

    /// An application that meets the requirements of both sides and `also`, if one is found.
    pub fn application(&self, task: &Task, pinned: BTreeMap<FactId, Given>, also: &[(&Expr, bool)]) -> Option<Trial> {
        let mut goals: Vec<Goal<'_>> = also.iter().map(|(expr, wanted)| Goal::Holds(expr, *wanted)).collect();
        goals.extend(self.common(task));
        let counted = self.counted(&goals);
        let mut question = Question { goals, window: task.days(), ..Question::default() };
        question.pinned = self.nothing(&counted);
        question.pinned.extend(pinned.clone());
        let Answer::Witness(found) = solve(&self.joint.model, &question) else { return None };
        let mut trial = Trial::of(found, Vec::new());
        trial.facts.extend(pinned);
        Some(trial)
    }

    /// Whether nothing meets the requirements of both sides and `also`.
    pub fn is_impossible(&self, task: &Task, also: &[(&Expr, bool)]) -> bool {
        let mut goals: Vec<Goal<'_>> = also.iter().map(|(expr, wanted)| Goal::Holds(expr, *wanted)).collect();
        goals.extend(self.common(task));
        is_impossible(&self.joint.model, &Question { goals, window: task.days(), ..Question::default() })
    }

    /// An application that is eligible on both sides, if one is found.
    pub fn eligible_in_both(
        &self,
        task: &Task,
        pinned: BTreeMap<FactId, Given>,
        also: &[(&Expr, bool)],
    ) -> Option<Trial> {
        let plain = pinned.is_empty() && also.is_empty();
        let Some(mut trial) = self.application(task, pinned, also) else {
            return if plain { eligible(self, task) } else { None };
        };
        trial.on = task.on(trial.on[1]);
        self.judge.complete(self.joint, task.both(), &mut trial);
        Some(trial)
    }
}

/// A day within a window.
pub fn clamped(day: i32, window: Window) -> i32 {
    let day = window.first.map_or(day, |first| day.max(first));
    window.last.map_or(day, |last| day.min(last))
}

/// The condition of a goal.
pub(super) fn expr_of<'e>(goal: &Goal<'e>) -> Option<&'e Expr> {
    match goal {
        Goal::Holds(expr, _) => Some(expr),
        Goal::Among(..) | Goal::Meets(_) | Goal::Apart(..) => None,
    }
}

/// A comparison.
pub fn compare(op: CompareOp, left: Expr, right: Expr) -> Expr {
    let span = left.span;
    Expr { kind: ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) }, ty: Type::Bool, span }
}

/// That a number is given and not below zero; of a yes/no nothing.
pub(super) fn at_least_zero(model: &Model, fact: FactId) -> Expr {
    let span = model.policy.span;
    let ty = model.facts.get(fact.index()).map_or(Type::Error, |fact| fact.ty.clone());
    if ty == Type::Bool {
        return Expr { kind: ExprKind::Constant(Value::Bool(true)), ty, span };
    }
    let zero = Expr { kind: ExprKind::Constant(Value::Number(Decimal::ZERO)), ty: ty.clone(), span };
    compare(CompareOp::AtLeast, Expr { kind: ExprKind::Fact(fact), ty, span }, zero)
}

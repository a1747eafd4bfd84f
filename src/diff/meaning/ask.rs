//! In: a pair of clauses in the joint model. Out: whether somebody gains or loses by the new one, and the most that it comes to.
//! Invariant: [`Way::Never`] is a proof; [`Way::Found`] was decided by the machine on both sides; anything else is [`Way::Open`].

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::dominated::dominated;
use super::joint::{Joint, Side};
use super::judge::{Decided, Judge, Trial, most};
use super::ledgers::{Entry, realised};
use super::lemmas::{never, of_counted};
use super::sample::sampled;
use super::terms::{Terms, binary, number};
use super::{Most, Witness};
use crate::analysis::{self, Answer, Extent, Goal, Question, extent, is_impossible, solve};
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
    wide: OnceCell<Model>,
}

fn other(side: Side) -> Side {
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
    fn search(&self, task: &Task, goals: Vec<Goal<'_>>, check: &dyn Fn(&[Decided; 2]) -> bool) -> Way {
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
    fn counted(&self, goals: &[Goal<'_>]) -> Vec<FactId> {
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
    fn confirmed(
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
    pub fn tried(&self, task: &Task, mut trial: Trial, check: &dyn Fn(&[Decided; 2]) -> bool) -> Option<Witness> {
        trial.on = task.on(trial.on[1]);
        let lifts = [Side::Old, Side::New].map(|side| task.of(side).lift);
        for lift in lifts.into_iter().flatten() {
            trial.facts.entry(lift).or_insert(Given::Value(Value::Bool(false)));
        }
        self.judge.complete(self.joint, task.both(), &mut trial);
        let decided = [Side::Old, Side::New].map(|side| self.judge.decide(self.joint, side, &trial));
        check(&decided).then(|| self.judge.witness(self.joint, task.both(), &trial, &decided, false))
    }

    /// Whether an amount is greater on one side than on the other, for those who meet the requirements of both; the most of it.
    pub fn amount(&self, task: &Task, side: Side, lifted: bool) -> (Way, Option<Most>) {
        let (here, there) = (task.of(side), task.of(other(side)));
        let of = |terms: &Terms| match lifted {
            true => [terms.lifted.clone(), terms.lifted.clone()],
            false if task.counted_alike => [terms.left.clone(), terms.most.clone()],
            // What earlier awards leave is told apart by itself.
            false => [terms.most.clone(), terms.most.clone()],
        };
        let (here, there) = (of(here), of(there));
        let (left, most) = match (&here, &there) {
            ([Some(one), Some(more)], [Some(two), Some(less)]) => ((one, two), (more, less)),
            ([None, _], [Some(_), _]) => {
                let way = self.unbounded(task, lifted, side);
                let most = matches!(way, Way::Found(_)).then_some(Most::Unlimited);
                return (way, most);
            }
            // Where there is no bound, nobody has less.
            _ => return (Way::Never, None),
        };
        if left.0.same(left.1) {
            return (Way::Never, None);
        }
        let mut common = self.common(task);
        if dominated(self.joint, left.0, left.1, &|one, two| self.never_above(task, &common, one, two)) {
            return (Way::Never, None);
        }
        let never = never(self.joint, [left.0, left.1, most.0, most.1]);
        common.extend(never.iter().map(|expr| Goal::Holds(expr, false)));
        let lifts = self.lifts(task);
        common.extend(lifts.iter().map(|expr| Goal::Holds(expr, lifted)));
        let check = |decided: &[Decided; 2]| self.gains(task, side, decided).is_some();
        let above = compare(CompareOp::Above, left.0.clone(), left.1.clone());
        let counted = self.counted(&[Goal::Holds(&above, true)]);
        let given: Vec<Expr> = counted.iter().map(|fact| at_least_zero(&self.joint.model, *fact)).collect();
        let mut goals = vec![Goal::Holds(&above, true)];
        goals.extend(common.iter().cloned());
        goals.extend(given.iter().map(|expr| Goal::Holds(expr, true)));
        let any = Question { goals, window: task.days(), ..Question::default() };
        if is_impossible(&self.joint.model, &any) {
            return (Way::Never, None);
        }
        // Without earlier awards first: how much at most, and a case of it.
        let apart = binary(most.0.clone(), most.1.clone(), false);
        let plain = Question { goals: common.clone(), window: task.days(), ..Question::default() };
        let bound = self.bound(&plain, &apart);
        if let Some(found) = self.greatest(task, &plain, &apart, bound, &check) {
            return found;
        }
        let way = match self.search(task, any.goals, &check) {
            Way::Open(why) => {
                sampled(self, task, &[], &check).map_or(Way::Open(why), |witness| Way::Found(Box::new(witness)))
            }
            way => way,
        };
        let most = match &way {
            Way::Found(witness) => difference(witness).map(Most::AtLeast),
            Way::Never | Way::Open(_) => None,
        };
        (way, most)
    }

    /// Whether one number is never above another, for those who meet the requirements of both.
    fn never_above<'t>(&'t self, task: &Task, common: &[Goal<'t>], one: &Expr, two: &Expr) -> bool {
        let above = compare(CompareOp::Above, one.clone(), two.clone());
        let counted = self.counted(&[Goal::Holds(&above, true)]);
        let given: Vec<Expr> = counted.iter().map(|fact| at_least_zero(&self.joint.model, *fact)).collect();
        let mut goals = vec![Goal::Holds(&above, true)];
        goals.extend(common.iter().cloned());
        let mut never = never(self.joint, goals.iter().filter_map(|goal| expr_of(goal)));
        never.extend(of_counted(self.joint, &counted));
        goals.extend(given.iter().map(|expr| Goal::Holds(expr, true)));
        goals.extend(never.iter().map(|expr| Goal::Holds(expr, false)));
        is_impossible(&self.joint.model, &Question { goals, window: task.days(), ..Question::default() })
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

    /// By how much one side is above the other in a decision.
    fn gains(&self, task: &Task, side: Side, decided: &[Decided; 2]) -> Option<Option<Decimal>> {
        let of = |side: Side| {
            let decided = decided[side.index()].assessed.clauses.get(task.clauses[side.index()] as usize)?;
            matches!(decided, ClauseDecision::Eligible { .. }).then(|| most(decided))
        };
        match (of(side)?, of(other(side))?) {
            (Some(here), Some(there)) if here > there => Some(Some(here - there)),
            (None, Some(_)) => Some(None),
            _ => None,
        }
    }

    /// A case in which there is no bound on one side, and one on the other.
    fn unbounded(&self, task: &Task, lifted: bool, side: Side) -> Way {
        let lifts = self.lifts(task);
        let mut goals = self.common(task);
        goals.extend(lifts.iter().map(|expr| Goal::Holds(expr, lifted)));
        self.search(task, goals, &|decided| self.gains(task, side, decided).is_some())
    }

    /// The requirements of both.
    fn common<'t>(&self, task: &'t Task) -> Vec<Goal<'t>> {
        let mut all: Vec<(&Expr, bool)> = Vec::new();
        for (expr, wanted) in task.terms.iter().flat_map(|terms| &terms.requirements) {
            if !all.iter().any(|(other, also)| also == wanted && other.same(expr)) {
                all.push((expr, *wanted));
            }
        }
        all.into_iter().map(|(expr, wanted)| Goal::Holds(expr, wanted)).collect()
    }

    /// That a lift is approved.
    fn lifts(&self, task: &Task) -> Vec<Expr> {
        let span = self.joint.model.policy.span;
        task.terms
            .iter()
            .filter_map(|terms| terms.lift)
            .map(|fact| Expr { kind: ExprKind::Fact(fact), ty: Type::Bool, span })
            .collect()
    }

    /// How far the first is above the second at most; `None`: not known. `Some(None)`: only what data can hold bounds it.
    fn bound(&self, question: &Question<'_>, apart: &Expr) -> Option<Option<Decimal>> {
        let most = |model: &Model| match extent(model, question, apart) {
            Extent::Nowhere => Some(Decimal::ZERO),
            Extent::AtMost(most) => Some(most),
            Extent::Open => None,
        };
        let bound = most(&self.joint.model)?;
        let wide = self.wide.get_or_init(|| widened(&self.joint.model));
        Some(if most(wide) == Some(bound) { Some(bound) } else { None })
    }

    /// A case in which the difference is greatest, or as great as one is found.
    fn greatest(
        &self,
        task: &Task,
        plain: &Question<'_>,
        apart: &Expr,
        bound: Option<Option<Decimal>>,
        check: &dyn Fn(&[Decided; 2]) -> bool,
    ) -> Option<(Way, Option<Most>)> {
        let ExprKind::Subtract(left, right) = &apart.kind else { return None };
        let cent = Decimal::new(1, 2);
        let mut question = plain.clone();
        let ask = |question: &Question<'_>| match solve(&self.joint.model, question) {
            Answer::Witness(found) => self.confirmed(task, found, check),
            Answer::Impossible | Answer::Unknown(_) => None,
        };
        if let Some(Some(bound)) = bound {
            if bound <= Decimal::ZERO {
                return None;
            }
            for less in [Decimal::ZERO, cent] {
                question.goals = plain.goals.clone();
                question.goals.insert(0, Goal::Apart(left, right, bound - less));
                if let Some(witness) = ask(&question) {
                    let reached = difference(&witness) == Some(bound);
                    let most = if reached { Most::Reached(bound) } else { Most::NotAbove(bound) };
                    return Some((Way::Found(Box::new(witness)), Some(most)));
                }
            }
        }
        for least in [Decimal::from(10_000), Decimal::from(100), Decimal::ONE, cent] {
            let more = compare(CompareOp::AtLeast, apart.clone(), number(least, apart.span));
            question.goals = plain.goals.clone();
            question.goals.insert(0, Goal::Holds(&more, true));
            if let Some(witness) = ask(&question) {
                let most = match bound {
                    Some(Some(bound)) => Most::NotAbove(bound),
                    Some(None) => Most::Unlimited,
                    None => Most::AtLeast(difference(&witness).unwrap_or(least)),
                };
                return Some((Way::Found(Box::new(witness)), Some(most)));
            }
            question = plain.clone();
        }
        None
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
        trial.on = [trial.on[1]; 2];
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

    /// The most that a clause gives.
    pub fn most_of(&self, task: &Task) -> Most {
        let Some(most) = &task.terms[1].most else { return Most::Unlimited };
        let question = Question { goals: self.common(task), window: task.days(), ..Question::default() };
        let apart = binary(most.clone(), number(Decimal::ZERO, most.span), false);
        match self.bound(&question, &apart) {
            Some(Some(most)) => Most::NotAbove(most),
            Some(None) | None => Most::Unlimited,
        }
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
        let mut trial = self.application(task, pinned, also)?;
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

/// How far the amounts of a witness are apart.
fn difference(witness: &Witness) -> Option<Decimal> {
    let high = |outcome: &Option<super::Outcome>| outcome.as_ref()?.amount?.1;
    Some((high(&witness.new)? - high(&witness.old)?).abs())
}

/// The condition of a goal.
fn expr_of<'e>(goal: &Goal<'e>) -> Option<&'e Expr> {
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
fn at_least_zero(model: &Model, fact: FactId) -> Expr {
    let span = model.policy.span;
    let ty = model.facts.get(fact.index()).map_or(Type::Error, |fact| fact.ty.clone());
    if ty == Type::Bool {
        return Expr { kind: ExprKind::Constant(Value::Bool(true)), ty, span };
    }
    let zero = Expr { kind: ExprKind::Constant(Value::Number(Decimal::ZERO)), ty: ty.clone(), span };
    compare(CompareOp::AtLeast, Expr { kind: ExprKind::Fact(fact), ty, span }, zero)
}

/// The model with twice the room where nothing is declared.
fn widened(model: &Model) -> Model {
    let mut wide = model.clone();
    for fact in &mut wide.facts {
        let Type::Number { kind, .. } = &fact.ty else { continue };
        let most = Decimal::from_i128_with_scale(kind.value_max(), 0);
        let twice = most * Decimal::TWO;
        if fact.range.1 >= most {
            fact.range.1 = twice;
        }
        if fact.range.0 <= -most {
            fact.range.0 = -twice;
        }
    }
    wide
}

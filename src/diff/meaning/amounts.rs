//! In: a pair of clauses in the joint model. Out: whether one gives more than the other, to whom, and the most that it comes to.
//! Invariant: as in [`super::ask`]; a bound that is said is one.

use rust_decimal::Decimal;

use super::ask::{Asker, Task, Way, at_least_zero, compare, expr_of, other};
use super::dominated::dominated;
use super::joint::Side;
use super::judge::{Decided, most};
use super::lemmas::{never, of_counted};
use super::sample::sampled;
use super::terms::{Terms, binary, number};
use super::{Most, Witness};
use crate::analysis::{Answer, Extent, Goal, Question, extent, is_impossible, solve};
use crate::decision::ClauseDecision;
use crate::model::{CompareOp, Expr, ExprKind, Model, Type};

impl Asker<'_, '_> {
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

    /// Whether it is proved that one number is never above another, for those who meet the requirements of both.
    pub fn is_never_above(&self, task: &Task, one: &Expr, two: &Expr) -> bool {
        let common = self.common(task);
        one.same(two) || self.never_above(task, &common, one, two)
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
}

/// How far the amounts of a witness are apart.
fn difference(witness: &Witness) -> Option<Decimal> {
    let high = |outcome: &Option<super::Outcome>| outcome.as_ref()?.amount?.1;
    Some((high(&witness.new)? - high(&witness.old)?).abs())
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

//! In: two values, each with the readings that it may have, and a comparison. Out: the ways in which it holds, or does not, as steps.
//! Invariant: every application in which it holds, or does not, is in one of the ways.

use super::branch::{Choice, Step};
use super::linear::{Linear, Row, Var};
use super::pool::Pool;
use super::terms::Reading;
use crate::model::CompareOp;

impl<'a> Reading<'a> {
    /// A plain number.
    pub fn number(value: Linear) -> Reading<'a> {
        Reading { guards: Vec::new(), rows: Vec::new(), given: Vec::new(), value: Some(value), may_lack: false }
    }

    fn steps(&self) -> impl Iterator<Item = Step<'a>> + '_ {
        let guards = self.guards.iter().map(|(expr, wanted)| Step::Holds(expr, *wanted));
        guards.chain(self.rows.iter().cloned().map(Step::Bound))
    }
}

/// The ways in which a relation of two values holds, as rows each; `None` where they are too large to be followed.
pub type Relation<'r> = dyn Fn(&Linear, &Linear) -> Option<Vec<Vec<Row>>> + 'r;

/// The ways in which a relation of two values holds: with each reading of either.
pub fn positive<'a>(left: &[Reading<'a>], right: &[Reading<'a>], relation: &Relation) -> Choice<'a> {
    let mut ways = Vec::new();
    for one in left {
        for two in right {
            let (Some(a), Some(b)) = (&one.value, &two.value) else { continue };
            for rows in relation(a, b).unwrap_or_else(|| vec![Vec::new()]) {
                let mut way: Vec<Step<'a>> = rows.into_iter().map(Step::Bound).collect();
                way.extend(one.steps().chain(two.steps()));
                // Steps are taken from the end: what is given comes before its bounds.
                way.extend(one.given.iter().chain(&two.given).map(|var| Step::Given(*var, true)));
                ways.push(way);
            }
        }
    }
    ways
}

/// As [`positive`], where a side that is 不适用 is enough; `relation` is the opposite one.
pub fn negative<'a>(pool: &Pool<'a>, left: &[Reading<'a>], right: &[Reading<'a>], relation: &Relation) -> Choice<'a> {
    let mut ways = positive(left, right, relation);
    let lacks = |var: &Var| pool.vars.get(*var).is_some_and(|var| var.may_lack);
    // One fact against a number: bounds of a slot hold only where it is given, so nothing need be told apart.
    if let ([one], [two]) = (left, right)
        && let Some(var) = single(pool, one, two).or_else(|| single(pool, two, one))
        && lacks(&var)
    {
        for way in &mut ways {
            way.retain(|step| !matches!(step, Step::Given(..)));
        }
        if ways.len() == 1 {
            return ways;
        }
    }
    for one in left {
        for two in right {
            // What a reading says of its value does not hold where it has none; only its guards do.
            let guards = [one, two].into_iter().flat_map(|reading| &reading.guards);
            let guards: Vec<Step<'a>> = guards.map(|(expr, wanted)| Step::Holds(expr, *wanted)).collect();
            if one.value.is_none() || two.value.is_none() || one.may_lack || two.may_lack {
                ways.push(guards.clone());
            }
            for var in one.given.iter().chain(&two.given).filter(|var| lacks(var)) {
                ways.push(guards.iter().cloned().chain([Step::Given(*var, false)]).collect());
            }
        }
    }
    ways
}

/// The fact that a reading is, compared with a plain number.
fn single<'a>(pool: &Pool<'a>, fact: &Reading<'a>, number: &Reading<'a>) -> Option<Var> {
    let [var] = fact.given[..] else { return None };
    let plain = fact.guards.is_empty() && fact.rows.is_empty() && !fact.may_lack;
    let constant = number.guards.is_empty() && number.rows.is_empty() && number.given.is_empty() && !number.may_lack;
    let is_fact = fact.value.as_ref() == Some(&pool.linear(var));
    (plain && constant && is_fact && number.value.as_ref()?.as_number().is_some()).then_some(var)
}

/// A comparison of two sums, as rows.
pub fn rows(op: CompareOp, one: &Linear, two: &Linear) -> Option<Vec<Vec<Row>>> {
    let up = one.minus(two)?;
    let down = two.minus(one)?;
    Some(match op {
        CompareOp::AtLeast => vec![vec![down.at_most_zero()?]],
        CompareOp::Above => vec![vec![down.below_zero()?]],
        CompareOp::AtMost => vec![vec![up.at_most_zero()?]],
        CompareOp::Below => vec![vec![up.below_zero()?]],
        CompareOp::Equal => vec![vec![up.at_most_zero()?, down.at_most_zero()?]],
        CompareOp::NotEqual => vec![vec![up.below_zero()?], vec![down.below_zero()?]],
    })
}

/// The comparison that holds where this one does not.
pub fn opposite(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::AtLeast => CompareOp::Below,
        CompareOp::Above => CompareOp::AtMost,
        CompareOp::AtMost => CompareOp::Above,
        CompareOp::Below => CompareOp::AtLeast,
        CompareOp::Equal => CompareOp::NotEqual,
        CompareOp::NotEqual => CompareOp::Equal,
    }
}

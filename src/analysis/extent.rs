//! In: two numbers and a question. Out: how far the first is above the second at most, over all applications of the question.
//! Invariant: what is said is an upper bound; where no case of the distinction has one, none is said.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::branch::{Found, Search, Step};
use super::pick::ordinary;
use super::pool::{FAR, Pool, all_days};
use super::question::{Question, Witness, days, start};
use super::{records, years};
use crate::model::{Expr, ExprKind, FactId, Model};

/// How far one number is above another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// There is no application.
    Nowhere,
    /// By so much at most.
    AtMost(Decimal),
    /// No bound was found.
    Open,
}

/// How far `apart`, a difference, may be above zero.
#[must_use]
pub fn extent<'a>(model: &'a Model, question: &Question<'a>, apart: &'a Expr) -> Extent {
    let ExprKind::Subtract(left, right) = &apart.kind else { return Extent::Open };
    let Some(days) = days(model, question) else { return Extent::Nowhere };
    let mut pool = Pool::new(model, days, question.given_only);
    let (branch, mut steps) = start(&mut pool, question);
    let scale = u32::from(apart.ty.scale());
    let var = pool.part(apart, scale, (-FAR, FAR));
    steps.insert(0, Step::Apart(left, right, pool.linear(var)));
    let mut most: Option<i128> = None;
    let mut open = false;
    let mut search = Search::new(&mut pool);
    let found = search.run(branch, steps, &mut |pool, branch| {
        let mut branch = branch.clone();
        let end = branch.slot(pool, var).high;
        let high = match branch.eliminated(pool, &[var]).and_then(|left| left.range(var, &BTreeMap::new())) {
            Some((_, high)) => high.unwrap_or(FAR).min(end),
            None => end,
        };
        most = Some(most.map_or(high, |most| most.max(high)));
        open |= high >= FAR;
        open
    });
    if search.is_out_of_budget() || open {
        return Extent::Open;
    }
    match (found, most) {
        (Found::No, _) | (_, None) => Extent::Nowhere,
        (_, Some(most)) => {
            Decimal::try_from_i128_with_scale(most, scale).map_or(Extent::Open, |most| Extent::AtMost(most.normalize()))
        }
    }
}

/// Gives facts and lists of an application that it leaves open an ordinary value; whether any was given.
pub fn complete(model: &Model, witness: &mut Witness, wanted: &[FactId]) -> bool {
    let mut any = false;
    for fact in wanted.iter().copied() {
        if witness.facts.contains_key(&fact) || witness.lists.contains_key(&fact) {
            continue;
        }
        let mut pool = Pool::new(model, all_days(), true);
        if let Some(given) = ordinary(&mut pool, fact) {
            witness.facts.insert(fact, given);
            years::agree(model, &mut witness.facts, witness.on);
            any = true;
        } else if let Some(plain) = records::plain(model, fact, witness.on) {
            witness.lists.insert(fact, plain);
            any = true;
        }
    }
    any
}

//! In: two editions and pairs of clauses. Out: what each pair means. Invariant: pairs with one meaning hash are looked at no further, so
//! that the time depends on what changed.

use super::ask::{Asker, Task, Way};
use super::joint::{Joint, Side, shared};
use super::judge::{Decided, Judge};
use super::other;
use super::rest::{Rest, counted_alike, rest};
use super::terms::{Terms, terms};
use super::{Change, Edition, Finding, How, Meaning, Most, Pair, Verdict, Witness};
use crate::decision::ClauseDecision;
use crate::diagnostics::Text;
use crate::model::{ClauseId, Window};

/// Something between clauses that differs: a group, a quota, a budget, the order of settlement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Between {
    /// What.
    pub change: Change,
    /// Which pairs it is about, as places among those that were asked about; empty: the whole policy.
    pub pairs: Vec<usize>,
    /// The name of the group; empty: it is none.
    pub name: String,
}

/// Compares pairs of clauses; one [`Meaning`] a pair, in their order.
#[must_use]
pub fn compare(old: Edition<'_>, new: Edition<'_>, pairs: &[Pair]) -> Vec<Meaning> {
    let hash = |edition: Edition<'_>, id: Option<ClauseId>| {
        Some(edition.program.program().tables.clauses.get(id?.index())?.meaning_hash)
    };
    let same = |pair: &Pair| hash(old, pair.0).is_some_and(|own| Some(own) == hash(new, pair.1));
    if pairs.iter().all(same) {
        return pairs.iter().map(|pair| unchanged(*pair)).collect();
    }
    let mut joint = Joint::new(old.policy.model(), new.policy.model(), pairs);
    let judge = Judge::new(old, new);
    // The joint model is whole before anything is asked of it.
    let asked: Vec<[Option<Terms>; 2]> = (pairs.iter())
        .map(|pair| {
            if same(pair) {
                return [None, None];
            }
            let one = pair.0.and_then(|id| terms(&mut joint, Side::Old, id));
            [one, pair.1.and_then(|id| terms(&mut joint, Side::New, id))]
        })
        .collect();
    let rests: Vec<Option<[Rest; 2]>> = (pairs.iter())
        .map(|pair| match (same(pair), pair) {
            (false, (Some(one), Some(two))) => {
                Some([rest(&mut joint, Side::Old, *one), rest(&mut joint, Side::New, *two)])
            }
            _ => None,
        })
        .collect();
    let asker = Asker::new(&joint, &judge);
    // The new text says nothing of days before it.
    let held = |window: Window| shared(window, new.days).unwrap_or(window);
    let windows = |side: usize, id: ClauseId| window(joint.own[side].clauses.get(id.index()).map(|of| of.in_force));
    let mut all = Vec::with_capacity(pairs.len());
    for ((pair, terms), rest) in pairs.iter().zip(asked).zip(rests) {
        all.push(match (pair, terms, rest) {
            ((Some(one), Some(two)), [Some(a), Some(b)], Some(rest)) => {
                let windows = [windows(0, *one), windows(1, *two)];
                let shared = shared(windows[0], windows[1]).map(held);
                let counted_alike = counted_alike(&rest);
                let task = Task { clauses: [one.0, two.0], terms: [a, b], shared, windows, counted_alike };
                paired(&asker, &task, *pair, &rest)
            }
            ((Some(one), None), [Some(a), _], _) => alone(&asker, a, Side::Old, *pair, held(windows(0, *one))),
            ((None, Some(two)), [_, Some(b)], _) => alone(&asker, b, Side::New, *pair, held(windows(1, *two))),
            _ => unchanged(*pair),
        });
    }
    all
}

fn window(of: Option<Window>) -> Window {
    of.unwrap_or_default()
}

fn unchanged((old, new): Pair) -> Meaning {
    Meaning { old, new, eligibility: Finding::equivalent(), amount: Finding::equivalent(), other: Vec::new() }
}

fn paired(asker: &Asker<'_, '_>, task: &Task, (old, new): Pair, rest: &[Rest; 2]) -> Meaning {
    let [more, less] = [Side::New, Side::Old].map(|side| (asker.eligible(task, side), None));
    let eligibility = finding(more, less);
    let [more, less] = [Side::New, Side::Old].map(|side| asker.amount(task, side, false));
    let amount = finding(more, less);
    let other = other::changes(asker, task, rest);
    let (mut eligibility, mut amount) = (eligibility, amount);
    if task.shared.is_none() {
        let why = Text::new(
            "两版没有同时有效的日子，条件按新版有效的日子比较",
            "the editions share no day in force; conditions are compared on days of the new one",
        );
        eligibility.why.push(why.clone());
        amount.why.push(why);
    }
    Meaning { old, new, eligibility, amount, other }
}

/// What two ways come to together.
fn finding(more: (Way, Option<Most>), less: (Way, Option<Most>)) -> Finding {
    let verdict = match (&more.0, &less.0) {
        (Way::Never, Way::Never) => Verdict::Equivalent,
        (Way::Found(_), Way::Never) => Verdict::Wider,
        (Way::Never, Way::Found(_)) => Verdict::Narrower,
        (Way::Found(_), Way::Found(_)) => Verdict::Incomparable,
        (Way::Open(why), _) | (_, Way::Open(why)) => Verdict::Unknown(why.clone()),
    };
    let how = if matches!(verdict, Verdict::Unknown(_)) { How::Sampled } else { How::Proved };
    let witness = |way: Way| match way {
        Way::Found(witness) => Some(*witness),
        Way::Never | Way::Open(_) => None,
    };
    Finding {
        at_most_more: more.1,
        at_most_less: less.1,
        more: witness(more.0),
        less: witness(less.0),
        ..Finding::new(verdict, how)
    }
}

/// A clause that only one edition has.
fn alone(asker: &Asker<'_, '_>, terms: Terms, side: Side, (old, new): Pair, window: Window) -> Meaning {
    let clause = old.or(new).map_or(0, |id| id.0);
    let task = Task {
        clauses: [clause; 2],
        terms: [terms.clone(), terms],
        shared: Some(window),
        windows: [window; 2],
        counted_alike: true,
    };
    let clauses = [old.map(|id| id.0), new.map(|id| id.0)];
    let found: Option<Witness> = asker.eligible_alone(&task, side, clauses);
    let (gain, loss) = if side == Side::New { (found, None) } else { (None, found) };
    let verdict = match (&gain, &loss) {
        (Some(_), _) => Verdict::Wider,
        (_, Some(_)) => Verdict::Narrower,
        (None, None) if asker.is_never_met(&task) => Verdict::Equivalent,
        (None, None) => {
            Verdict::Unknown(Text::new("没有找到符合这一条的情形", "no case that meets the clause was found"))
        }
    };
    let how = if matches!(verdict, Verdict::Unknown(_)) { How::Sampled } else { How::Proved };
    let eligibility = Finding { more: gain.clone(), less: loss.clone(), ..Finding::new(verdict.clone(), how) };
    let most = |witness: &Option<Witness>| witness.as_ref().map(|_| asker.most_of(&task));
    let amount = Finding {
        at_most_more: most(&gain),
        at_most_less: most(&loss),
        more: gain,
        less: loss,
        ..Finding::new(verdict, how)
    };
    Meaning { old, new, eligibility, amount, other: Vec::new() }
}

/// Whether a side finds its clause eligible.
pub fn is_eligible(decided: &Decided, clause: u32) -> bool {
    matches!(decided.assessed.clauses.get(clause as usize), Some(ClauseDecision::Eligible { .. }))
}

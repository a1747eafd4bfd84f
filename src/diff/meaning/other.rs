//! In: what a clause of either side says besides who gets how much ([`Rest`]). Out: what of it differs, each with a case whose outcome differs because of it, where one was found.
//! Invariant: a difference that makes none, such as a milestone put in other words, is no [`Change`].

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::ask::{Asker, Task, Way, compare};
use super::joint::Side;
use super::judge::{Decided, Trial, most};
use super::ledgers::{Entry, candidates};
use super::rest::{DueShape, Rest, counted_alike, payments_alike};
use super::run::is_eligible;
use super::terms::number;
use super::{Aspect, Change, How, Leaning, Witness};
use super::{lean, words};
use crate::analysis;
use crate::decision::ClauseDecision;
use crate::diagnostics::Text;
use crate::model::case::Given;
use crate::model::{CapKey, ClauseId, CompareOp, Expr, SubjectId, Value, Window};
use crate::settle::one::Outcome as Settled;

/// What differs.
pub fn changes(asker: &Asker<'_, '_>, task: &Task, rest: &[Rest; 2]) -> Vec<Change> {
    let base = asker.eligible_in_both(task, BTreeMap::new(), &[]);
    let mut found = Found { asker, task, rest, base, out: Vec::new() };
    found.days();
    found.said();
    found.award();
    found.caps();
    found.lift();
    found.payment();
    found.clawbacks();
    found.retroactive();
    found.facts();
    found.out
}

struct Found<'f, 'j, 'a> {
    asker: &'f Asker<'j, 'a>,
    task: &'f Task,
    rest: &'f [Rest; 2],
    base: Option<Trial>,
    out: Vec<Change>,
}

impl Found<'_, '_, '_> {
    fn push(&mut self, (what, leaning): (Aspect, Leaning), [old, new]: [Text; 2], how: How, witness: Option<Witness>) {
        let mut witness = witness;
        if let Some(witness) = &mut witness {
            let also = |outcome: &mut Option<super::Outcome>, said: &Text| {
                outcome.iter_mut().for_each(|outcome| outcome.also = Some(said.clone()));
            };
            if !matches!(what, Aspect::Cap | Aspect::InForce | Aspect::Lift | Aspect::Least) {
                also(&mut witness.old, &old);
                also(&mut witness.new, &new);
            }
        }
        self.out.push(Change { what, old, new, how, leaning, witness });
    }

    /// A case that both sides give something, decided.
    fn example(&self) -> Option<Witness> {
        let both = |decided: &[Decided; 2]| {
            is_eligible(&decided[0], self.task.clauses[0]) && is_eligible(&decided[1], self.task.clauses[1])
        };
        self.asker.tried(self.task, self.base.clone()?, &both)
    }

    fn days(&mut self) {
        let [one, two] = self.task.windows;
        if one == two {
            return;
        }
        let near = |window: Window| {
            let first = window.first.map(|first| [first - 1, first]);
            let last = window.last.map(|last| [last, last + 1]);
            first.into_iter().chain(last).flatten().collect::<Vec<i32>>()
        };
        let days: Vec<i32> = near(one).into_iter().chain(near(two)).collect();
        let in_force = |decided: &Decided, clause: u32| {
            !matches!(decided.assessed.clauses.get(clause as usize), Some(ClauseDecision::NotInForce) | None)
        };
        let clauses = self.task.clauses;
        let differs = |decided: &[Decided; 2]| in_force(&decided[0], clauses[0]) != in_force(&decided[1], clauses[1]);
        let witness = days.into_iter().find_map(|day| {
            let base = self.base.clone().unwrap_or_default();
            let trial = Trial { on: [day; 2], ..base };
            self.asker.with_ledger(self.task, &trial, vec![Vec::new()], &differs, false)
        });
        self.push(
            (Aspect::InForce, lean::days(one, two)),
            [words::window(one), words::window(two)],
            How::Proved,
            witness,
        );
    }

    /// Departments, kinds of subjects, shares: what every decision says.
    fn said(&mut self) {
        let [one, two] = self.rest;
        if one.departments != two.departments {
            let witness = self.example();
            let words =
                [&one.departments, &two.departments].map(|(all, lead, open)| words::departments(all, lead, *open));
            self.push((Aspect::Departments, Leaning::Neither), words, How::Proved, witness);
        }
        if one.subjects != two.subjects {
            let witness = self.example();
            let words = [&one.subjects, &two.subjects].map(words::listed);
            self.push((Aspect::Subjects, Leaning::Unclear), words, How::Proved, witness);
        }
        if one.shares != two.shares {
            let shares = |settled: &Settled| settled.shares.clone();
            let differs = differs(self.task, &shares);
            let tried = |base: &Trial| self.asker.with_ledger(self.task, base, vec![Vec::new()], &differs, true);
            let witness = self.base.as_ref().and_then(tried);
            let words = [&one.shares, &two.shares].map(|shares| words::shares(shares));
            self.push((Aspect::Shares, Leaning::Neither), words, How::Proved, witness);
        }
    }

    fn award(&mut self) {
        let [one, two] = self.rest;
        if one.award != two.award {
            let witness = self.example();
            self.push(
                (Aspect::Award, Leaning::Unclear),
                [words::award(one.award), words::award(two.award)],
                How::Proved,
                witness,
            );
        }
        let [Some(low), Some(other)] = [&self.task.terms[0].least, &self.task.terms[1].least] else { return };
        if low.same(other) {
            return;
        }
        let lows = |decided: &Decided, clause: u32| match decided.assessed.clauses.get(clause as usize) {
            Some(ClauseDecision::Eligible { amount, .. }) => Some(amount.low),
            _ => None,
        };
        let clauses = self.task.clauses;
        let check = |decided: &[Decided; 2]| {
            let (a, b) = (lows(&decided[0], clauses[0]), lows(&decided[1], clauses[1]));
            a.is_some() && b.is_some() && a != b
        };
        match self.asker.apart(self.task, low, other, &check) {
            Way::Never => {}
            way => {
                let witness = match way {
                    Way::Found(witness) => Some(*witness),
                    Way::Never | Way::Open(_) => None,
                };
                let said = |outcome: Option<&super::Outcome>| {
                    let low = outcome.and_then(|outcome| outcome.amount).map(|(low, _)| low);
                    low.map_or_else(|| Text::new("最低额", "the least"), words::least)
                };
                let old = said(witness.as_ref().and_then(|witness| witness.old.as_ref()));
                let new = said(witness.as_ref().and_then(|witness| witness.new.as_ref()));
                let how = if witness.is_some() { How::Proved } else { How::Sampled };
                let leaning = lean::amounts(self.asker, self.task, Some(low), Some(other));
                self.push((Aspect::Least, leaning), [old, new], how, witness);
            }
        }
    }

    /// Per whom and since when caps count.
    fn caps(&mut self) {
        let [one, two] = self.rest;
        let soft = one.soft != two.soft && (one.lift.is_some() || two.lift.is_some());
        if counted_alike(self.rest) && !soft {
            return;
        }
        let clauses = self.task.clauses;
        let differs = |decided: &[Decided; 2]| {
            let of = |at: usize| decided[at].assessed.clauses.get(clauses[at] as usize).map(most);
            of(0) != of(1)
        };
        let limits = self.rest.iter().flat_map(|rest| rest.limits.iter().copied());
        let mut amounts: Vec<Decimal> = limits.filter(|amount| *amount > Decimal::ZERO).collect();
        amounts.sort_unstable();
        amounts.dedup();
        amounts.truncate(3);
        let mut bases: Vec<Trial> = self.base.iter().cloned().collect();
        for amount in amounts.clone() {
            let enough: Vec<Expr> = (self.task.terms.iter().flat_map(|terms| &terms.most))
                .map(|most| compare(CompareOp::AtLeast, most.clone(), number(amount, most.span)))
                .collect();
            let also: Vec<(&Expr, bool)> = enough.iter().map(|expr| (expr, true)).collect();
            bases.extend(self.asker.eligible_in_both(self.task, BTreeMap::new(), &also));
        }
        // Where a cap binds only once a lift is approved.
        for base in bases.clone() {
            let mut lifted = base;
            let lifts = self.task.terms.iter().filter_map(|terms| terms.lift);
            lifted.facts.extend(lifts.map(|lift| (lift, Given::Value(Value::Bool(true)))));
            bases.push(lifted);
        }
        let halves: Vec<Decimal> = amounts.iter().map(|amount| (*amount / Decimal::TWO).round_dp(2)).collect();
        amounts.extend(halves);
        amounts.extend([Decimal::from(1_000_000_000), Decimal::ONE]);
        let witness = bases.iter().find_map(|base| {
            let kinds = self.kinds();
            let mut counted = one.counted.clone();
            counted.extend(two.counted.iter().copied().filter(|id| !one.counted.contains(id)));
            let ledgers = candidates(&counted, &kinds, &amounts, base.on[1]);
            self.asker.with_ledger(self.task, base, ledgers, &differs, false)
        });
        let witness = match witness.is_none().then(|| self.left_apart(&differs)).flatten() {
            // Where a lift is approved caps bind otherwise.
            Some(Way::Never) if !soft && one.lift.is_none() && two.lift.is_none() => return,
            Some(Way::Found(found)) => Some(*found),
            _ => witness,
        };
        let how = if witness.is_some() { How::Proved } else { How::TextOnly };
        let words = [words::joined(&one.cap_words), words::joined(&two.cap_words)];
        let [old, new] = &self.task.terms;
        let leaning = match soft || one.lift.is_some() || two.lift.is_some() {
            true => Leaning::Unclear,
            false => lean::amounts(self.asker, self.task, old.left.as_ref(), new.left.as_ref()),
        };
        self.push((Aspect::Cap, leaning), words, how, witness);
    }

    /// Whether what earlier awards leave can differ.
    fn left_apart(&self, differs: &dyn Fn(&[Decided; 2]) -> bool) -> Option<Way> {
        let (one, two) = (self.task.terms[0].left.as_ref()?, self.task.terms[1].left.as_ref()?);
        Some(self.asker.apart(self.task, one, two, differs))
    }

    /// Kinds of subjects worth telling apart: those of the caps first.
    fn kinds(&self) -> Vec<SubjectId> {
        let keys = self.rest.iter().flat_map(|rest| &rest.caps).filter_map(|cap| match &cap.key {
            CapKey::Subjects(kinds) => Some(kinds.as_slice()),
            CapKey::Everyone => None,
        });
        let mut kinds: Vec<SubjectId> = Vec::new();
        for kind in keys.flatten().chain(&self.rest[0].kinds) {
            if !kinds.contains(kind) {
                kinds.push(*kind);
            }
        }
        kinds.truncate(4);
        kinds
    }

    fn lift(&mut self) {
        let [one, two] = self.rest;
        let same = match (&one.lift, &two.lift) {
            (None, None) => return,
            (Some((a, x)), Some((b, y))) => a == b && both_same(x.as_ref(), y.as_ref()),
            _ => false,
        };
        let same_most = both_same(self.task.terms[0].lifted.as_ref(), self.task.terms[1].lifted.as_ref());
        if same && same_most {
            return;
        }
        let ways = [Side::New, Side::Old].map(|side| self.asker.amount(self.task, side, true).0);
        let approver = one.lift.as_ref().map(|(name, _)| name) != two.lift.as_ref().map(|(name, _)| name);
        let leaning = match &ways {
            [Way::Found(_), Way::Never] => Leaning::Wider,
            [Way::Never, Way::Found(_)] => Leaning::Narrower,
            [Way::Found(_), Way::Found(_)] => Leaning::Mixed,
            [Way::Never, Way::Never] if one.lift.is_some() == two.lift.is_some() => Leaning::Neither,
            _ => Leaning::Unclear,
        };
        let mut witness = None;
        let mut open = false;
        for way in ways {
            match way {
                Way::Found(found) => witness = witness.or(Some(*found)),
                Way::Open(_) => open = true,
                Way::Never => {}
            }
        }
        if witness.is_none() && !open && !approver {
            return;
        }
        if witness.is_none() && approver {
            witness = self.example();
        }
        let how = if witness.is_some() || !open { How::Proved } else { How::Sampled };
        let words = [&one.lift, &two.lift].map(|lift| words::lift(lift.as_ref()));
        self.push((Aspect::Lift, leaning), words, how, witness);
    }

    fn payment(&mut self) {
        let [one, two] = self.rest;
        let conditions = match (&one.payment, &two.payment) {
            (None, None) => return,
            (Some(a), Some(b)) => payments_alike(a, b),
            _ => None,
        };
        let paid = |settled: &Settled| (settled.payments.clone(), settled.at_once.is_some());
        let words = [&one.payment, &two.payment].map(|payment| {
            words::payment(
                payment.as_ref().map(|payment| payment.parts.iter().map(|(label, part, _)| (label, *part)).collect()),
            )
        });
        self.conditional((Aspect::Payment, Leaning::Unclear), words, conditions, &paid);
    }

    /// Something that rests on pairs of conditions; `None`: it differs whatever they are.
    fn conditional<T: PartialEq>(
        &mut self,
        what: (Aspect, Leaning),
        words: [Text; 2],
        conditions: Option<Vec<(Expr, Expr)>>,
        of: &dyn Fn(&Settled) -> T,
    ) {
        let mut bases: Vec<Trial> = self.base.iter().cloned().collect();
        let mut open = conditions.is_none();
        for (a, b) in conditions.iter().flatten() {
            for (yes, no) in [(a, b), (b, a)] {
                let also = [(yes, true), (no, false)];
                if !self.asker.is_impossible(self.task, &also) {
                    open = true;
                    bases.extend(self.asker.eligible_in_both(self.task, BTreeMap::new(), &also));
                }
            }
        }
        if !open {
            return;
        }
        for rest in self.rest {
            let own = rest.payment.iter().flat_map(|payment| {
                let milestones = payment.parts.iter().filter_map(|(_, _, due)| match due {
                    DueShape::Milestone(when) => Some(when),
                    DueShape::AtAward | DueShape::Year(_) => None,
                });
                milestones.chain(&payment.at_once)
            });
            for when in own.chain(rest.clawbacks.iter().map(|(when, ..)| when)) {
                bases.extend(self.asker.eligible_in_both(self.task, BTreeMap::new(), &[(when, true)]));
            }
        }
        let differs = differs(self.task, of);
        let ledgers = |on: i32| {
            let clause = self.rest[1].counted.first().copied().unwrap_or(ClauseId(0));
            let entry = |back: i32| {
                let amount = Decimal::from(10_000);
                vec![Entry { clause, date: on - back, amount, once: false, others: Vec::new() }]
            };
            let mut all = vec![Vec::new()];
            all.extend([0, 30, 200, 400, 700, 1_000, 1_400, 1_900, 2_600, 4_000].map(entry));
            all
        };
        let found =
            bases.iter().find_map(|base| self.asker.with_ledger(self.task, base, ledgers(base.on[1]), &differs, true));
        let how = if found.is_some() { How::Proved } else { How::TextOnly };
        self.push(what, words, how, found);
    }

    fn clawbacks(&mut self) {
        let [one, two] = self.rest;
        if one.clawbacks.is_empty() && two.clawbacks.is_empty() {
            return;
        }
        let alike = one.clawbacks.len() == two.clawbacks.len()
            && one.clawbacks.iter().zip(&two.clawbacks).all(|(a, b)| (a.1, &a.2, a.3) == (b.1, &b.2, b.3));
        let conditions = alike.then(|| {
            let pairs = one.clawbacks.iter().zip(&two.clawbacks).filter(|(a, b)| !a.0.same(&b.0));
            pairs.map(|(a, b)| (a.0.clone(), b.0.clone())).collect()
        });
        let back = |settled: &Settled| {
            let of = settled.clawbacks.iter();
            of.map(|of| (of.what.clone(), of.until, of.happened, of.awards.clone())).collect::<Vec<_>>()
        };
        let words = [&one.clawbacks, &two.clawbacks].map(|all| {
            words::clawbacks(
                &all.iter().map(|(_, within, what, share, label)| (label, *within, what, *share)).collect::<Vec<_>>(),
            )
        });
        let leaning = lean::burden(!one.clawbacks.is_empty(), !two.clawbacks.is_empty());
        self.conditional((Aspect::Clawback, leaning), words, conditions, &back);
    }

    fn retroactive(&mut self) {
        let [one, two] = [&self.rest[0].retroactive, &self.rest[1].retroactive];
        let alike = match (one, two) {
            (None, None) => return,
            (Some(a), Some(b)) => a.0 == b.0 && a.1 == b.1 && a.2.same(&b.2),
            _ => false,
        };
        if alike {
            return;
        }
        let words = [one, two].map(|of| words::retroactive(of.as_ref().map(|of| (of.0, of.1))));
        let leaning = lean::burden(two.is_some(), one.is_some());
        self.conditional((Aspect::Retroactive, leaning), words, None, &|settled: &Settled| settled.retroactive.clone());
    }

    /// Who gives a fact, and within which range.
    fn facts(&mut self) {
        let [one, two] = self.rest;
        let mut differ = Vec::new();
        for (fact, (giver, range, kind)) in &one.facts {
            let Some((other, also, like)) = two.facts.get(fact) else { continue };
            if giver != other || range != also {
                let leaning = match (kind == like, range == also) {
                    (true, true) => Leaning::Neither,
                    (true, false) if also.0 <= range.0 && range.1 <= also.1 => Leaning::Wider,
                    (true, false) if range.0 <= also.0 && also.1 <= range.1 => Leaning::Narrower,
                    _ => Leaning::Unclear,
                };
                let name = analysis::case_text::name(&self.asker.joint.model, *fact);
                differ.push((leaning, [words::fact(&name, giver, *range), words::fact(&name, other, *also)]));
            }
        }
        for (leaning, words) in differ {
            let witness = self.example();
            self.push((Aspect::Fact, leaning), words, How::Proved, witness);
        }
    }
}

/// Whether something that settlement makes of the clause differs.
fn differs<'t, T: PartialEq>(
    task: &'t Task,
    of: &'t dyn Fn(&Settled) -> T,
) -> impl Fn(&[Decided; 2]) -> bool + use<'t, T> {
    move |decided: &[Decided; 2]| {
        let value = |at: usize| decided[at].of(task.clauses[at]).map(of);
        value(0) != value(1)
    }
}

fn both_same(one: Option<&Expr>, two: Option<&Expr>) -> bool {
    match (one, two) {
        (None, None) => true,
        (Some(one), Some(two)) => one.same(two),
        _ => false,
    }
}

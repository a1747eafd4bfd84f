//! In: clauses whose amount goes by thresholds. Out: thresholds at which a fact grows by its smallest step and the amount falls though it
//! grows with the fact elsewhere (P0456), or becomes more than ten times as much (P0457).
//! Invariant: both amounts are those of one application that meets the clause, but for that fact; they are computed by the reference
//! interpreter, within the caps. A fall within a single table is another finding (P0443).

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic};
use crate::model::case::Given;
use crate::model::{Award, Clause, ClauseId, Expr, ExprKind, FactId, Form, Model, Type, Value};
use crate::oracle::Evaluator;
use crate::source::Span;

use super::super::case_text;
use super::super::pick::ordinary;
use super::super::pool::{Pool, all_days, mentioned};
use super::super::question::{Goal, Question, Witness, holds};
use super::asker::{Asker, assumed, clauses};

/// A comparison of a fact with a constant.
type Threshold<'m> = (&'m Expr, &'m Expr, Span);

/// Falls and jumps; `reported`: lines of tables that are reported to fall.
pub fn cliffs(asker: &mut Asker<'_>, reported: &[Span]) -> Vec<Diagnostic> {
    let model = asker.model;
    let mut out = Vec::new();
    for (id, clause) in clauses(model) {
        let Award::Computed(award) = &clause.award else { continue };
        let mut thresholds = BTreeMap::new();
        for amount in std::iter::once(award).chain(clause.caps.iter().map(|cap| &cap.amount)) {
            gather(model, amount, reported, &mut thresholds);
        }
        for ((fact, _), threshold) in thresholds {
            out.extend(at_threshold(asker, id, clause, fact, threshold));
        }
    }
    out
}

/// Thresholds that tell which of several amounts holds.
fn gather<'m>(
    model: &'m Model,
    expr: &'m Expr,
    reported: &[Span],
    found: &mut BTreeMap<(FactId, Decimal), Threshold<'m>>,
) {
    if let ExprKind::Definition(id) = &expr.kind
        && let Some(definition) = model.definitions.get(id.index())
    {
        let falls = match &definition.form {
            Form::Tiers { lines, .. } | Form::Progressive { lines, .. } => {
                lines.iter().any(|line| reported.contains(&line.span))
            }
            Form::Expression | Form::Lookup { .. } | Form::Sum(_) | Form::Highest(_) => false,
        };
        if !falls {
            gather(model, &definition.value, reported, found);
        }
    }
    if let ExprKind::Choose { arms, .. } = &expr.kind {
        arms.iter().for_each(|arm| compared(model, &arm.when.expr, found));
    }
    expr.parts(|part| gather(model, part, reported, found));
}

fn compared<'m>(model: &'m Model, expr: &'m Expr, found: &mut BTreeMap<(FactId, Decimal), Threshold<'m>>) {
    super::asker::walk(model, expr, &mut |part| {
        if let ExprKind::Compare { left, right, .. } = &part.kind
            && let (ExprKind::Fact(id), ExprKind::Constant(Value::Number(at))) = (&left.kind, &right.kind)
        {
            found.entry((*id, *at)).or_insert((left, right, part.span));
        }
    });
}

fn at_threshold(
    asker: &mut Asker<'_>,
    id: ClauseId,
    clause: &Clause,
    fact: FactId,
    (left, right, span): Threshold<'_>,
) -> Option<Diagnostic> {
    let model = asker.model;
    let info = model.facts.get(fact.index())?;
    let ExprKind::Constant(Value::Number(at)) = &right.kind else { return None };
    let step = Decimal::try_new(1, u32::from(info.ty.scale())).ok()?;
    let witness = witness(asker, id, clause, fact, left, right)?;
    let bases: Vec<Decimal> =
        (-2..=2).map(|steps| Decimal::from(steps).checked_mul(step)?.checked_add(*at)).collect::<Option<_>>()?;
    let amounts: Vec<Option<Decimal>> =
        bases.iter().map(|base| amount(model, id, clause, &witness, fact, *base)).collect();
    for (first, window) in amounts.windows(4).enumerate() {
        // Of the four the threshold lies between the middle two.
        let [before, Some(one), Some(two), after] = window else { continue };
        let left = before.and_then(|before| one.checked_sub(before));
        let right = after.and_then(|after| after.checked_sub(*two));
        let (Some(low), Some(high)) = (bases.get(first + 1), bases.get(first + 2)) else { continue };
        let place = Place { clause, fact, span, bases: (*low, *high), amounts: (*one, *two), witness: &witness };
        if is_fall(*one, *two, left, right) {
            return Some(place.falls(model));
        }
        if is_jump(*one, *two) {
            return Some(place.jumps(model));
        }
    }
    None
}

/// An application that meets the clause with the fact at the threshold, and ordinary values of what else the amount comes from.
fn witness(
    asker: &mut Asker<'_>,
    id: ClauseId,
    clause: &Clause,
    fact: FactId,
    left: &Expr,
    right: &Expr,
) -> Option<Witness> {
    let model = asker.model;
    let mut others = BTreeSet::new();
    if let Award::Computed(award) = &clause.award {
        mentioned(model, award, &mut others);
    }
    others.remove(&fact);
    let mut pool = Pool::new(model, all_days(), true);
    let pinned: BTreeMap<FactId, Given> =
        others.into_iter().filter_map(|other| Some((other, ordinary(&mut pool, other)?))).collect();
    [pinned, BTreeMap::new()].into_iter().find_map(|pinned| {
        let goals = vec![Goal::Meets(id), Goal::Apart(left, right, Decimal::ZERO)];
        asker.witness(&Question { goals, pinned, given_only: true, ..Question::default() })
    })
}

/// What an application with another value of a fact gets of a clause it meets, within the caps, before rounding.
fn amount(
    model: &Model,
    id: ClauseId,
    clause: &Clause,
    witness: &Witness,
    fact: FactId,
    value: Decimal,
) -> Option<Decimal> {
    let info = model.facts.get(fact.index())?;
    if value < info.range.0 || value > info.range.1 {
        return None;
    }
    let Award::Computed(award) = &clause.award else { return None };
    let mut facts = witness.facts.clone();
    facts.insert(fact, Given::Value(Value::Number(value)));
    let question = Question { goals: vec![Goal::Meets(id)], ..Question::default() };
    if holds(model, &question, &facts, &witness.lists, witness.on) != Some(true) {
        return None;
    }
    let evaluator = Evaluator::with_lists(model, &facts, &witness.lists, witness.on);
    let mut amount = evaluator.number(award)?;
    for cap in &clause.caps {
        amount = evaluator.limit(&cap.amount)?.map_or(amount, |cap| amount.min(cap));
    }
    match &clause.floor {
        Some(floor) => Some(amount.max(evaluator.number(floor)?)),
        None => Some(amount),
    }
}

/// A fall beside which the amount grows with the fact, far less than it falls.
fn is_fall(one: Decimal, two: Decimal, left: Option<Decimal>, right: Option<Decimal>) -> bool {
    let Some(drop) = one.checked_sub(two).filter(|drop| *drop >= Decimal::ONE) else { return false };
    let grows = [left, right].into_iter().flatten().any(|slope| slope > Decimal::ZERO);
    let small = [left, right].into_iter().flatten().all(|slope| slope.abs().saturating_mul(Decimal::TEN) < drop);
    grows && small
}

/// More than ten times as much.
fn is_jump(one: Decimal, two: Decimal) -> bool {
    one >= Decimal::ONE && one.checked_mul(Decimal::TEN).is_some_and(|ten| ten < two)
}

struct Place<'p> {
    clause: &'p Clause,
    fact: FactId,
    span: Span,
    bases: (Decimal, Decimal),
    amounts: (Decimal, Decimal),
    witness: &'p Witness,
}

impl Place<'_> {
    fn shown(&self, model: &Model) -> [String; 4] {
        let ty = model.facts.get(self.fact.index()).map_or(&Type::Error, |fact| &fact.ty);
        let award = match &self.clause.award {
            Award::Computed(award) => award.ty.clone(),
            Award::Discretion { .. } | Award::Open { .. } => Type::money(),
        };
        [
            case_text::number(ty, self.bases.0),
            case_text::number(ty, self.bases.1),
            case_text::number(&award, self.amounts.0.round_dp(2)),
            case_text::number(&award, self.amounts.1.round_dp(2)),
        ]
    }

    fn falls(&self, model: &Model) -> Diagnostic {
        let (name, title) = (case_text::name(model, self.fact), &self.clause.title);
        let [one, two, more, less] = self.shown(model);
        self.place(Diagnostic::new(
            Code::AwardFalls,
            self.span,
            format!("“{name}”从 {one} 增加到 {two}，“{title}”给的从 {more} 降到 {less}"),
            format!("from {one} to {two} of `{name}`, `{title}` gives {less} instead of {more}"),
        ), model, ("看看两边的比例、金额是不是写反了；只对超过部分用低的比例，用“累进”；确实如此写“接受（P0456）：理由”",
            "are rates or amounts swapped? use `progressive` where a rate is for the excess only; else accept the warning with a reason"))
    }

    fn jumps(&self, model: &Model) -> Diagnostic {
        let (name, title) = (case_text::name(model, self.fact), &self.clause.title);
        let [one, two, less, more] = self.shown(model);
        self.place(Diagnostic::new(
            Code::AwardJumps,
            self.span,
            format!("“{name}”从 {one} 增加到 {two}，“{title}”给的从 {less} 一步升到 {more}，是原来的十倍以上"),
            format!("from {one} to {two} of `{name}`, `{title}` goes up from {less} to {more} at once, more than ten times as much"),
        ), model, ("看看是不是万、亿写错了，或者少了一档", "check the magnitudes; is a tier missing?"))
    }

    fn place(&self, found: Diagnostic, model: &Model, help: (&str, &str)) -> Diagnostic {
        let mut facts = self.witness.facts.clone();
        facts.remove(&self.fact);
        let alone = facts.is_empty();
        let rest = assumed(model, &Witness { facts, ..self.witness.clone() });
        let found = found.also(self.clause.span, "这一条给的", "what this clause gives");
        if alone {
            return found.help(help.0, help.1);
        }
        found.help(format!("其余“{}”。{}", rest.zh, help.0), format!("with `{}` besides; {}", rest.en, help.1))
    }
}

//! In: a clause of a side. Out: [`Terms`] in the joint model: what must hold, and what is given at most and at least, as expressions.
//! Invariant: an amount has the value that the machine assesses, for every application that meets the requirements, where no lift is
//! approved.

use rust_decimal::Decimal;

use super::joint::{Joint, Side};
use super::ledgers::Counted;
use crate::limits::MONEY_MAX;
use crate::model::{
    Arm, Award, Cap, CapPeriod, Clause, ClauseId, CompareOp, Condition, Expr, ExprKind, FactId, NumberKind, Rounding,
    RoundingMode, Type, Unit, Value,
};
use crate::source::{FileId, Span};

/// A clause in the joint model.
#[derive(Debug, Clone)]
pub struct Terms {
    /// What must hold, and what must not; what an award needs to come to anything included.
    pub requirements: Vec<(Expr, bool)>,
    /// The most that is given where nothing was given before; `None`: there is no bound.
    pub most: Option<Expr>,
    /// The same, less what earlier awards used of the caps.
    pub left: Option<Expr>,
    /// The least that a department may set; `None` where none sets anything.
    pub least: Option<Expr>,
    /// The most where a lift is approved; `None`: there is no bound.
    pub lifted: Option<Expr>,
    /// The fact of the lift.
    pub lift: Option<FactId>,
}

/// The terms of a clause.
pub fn terms(joint: &mut Joint<'_>, side: Side, id: ClauseId) -> Option<Terms> {
    let own = joint.own[side.index()];
    let clause = own.clauses.get(id.index())?;
    let mut requirements = Vec::new();
    let hold = own.scope.iter().map(|condition| (condition, true));
    let fail = own.scope_exclusions.iter().map(|condition| (condition, false));
    let conditions = clause.conditions.iter().map(|condition| (condition, true));
    let exclusions = clause.exclusions.iter().map(|condition| (condition, false));
    for (condition, wanted) in hold.chain(fail).chain(conditions).chain(exclusions) {
        split(joint.expr(side, &condition.expr), wanted, &mut requirements);
    }
    if let Some(gate) = &clause.industry {
        let fact = joint.fact(side, gate.fact);
        let ty = joint.model.facts.get(fact.index()).map_or(Type::Error, |fact| fact.ty.clone());
        let value = Box::new(Expr { kind: ExprKind::Fact(fact), ty, span: gate.span });
        let members = joint.classes.within(side, own, &gate.members);
        requirements.push((Expr { kind: ExprKind::Within { value, members }, ty: Type::Bool, span: gate.span }, true));
    }
    let mut made = Making { joint, side, id, clause };
    let (amount, least) = made.amount();
    let floor = clause.floor.as_ref().map(|floor| made.cents(floor, RoundingMode::Up));
    let raised = |amount: Expr| match &floor {
        Some(floor) if least.is_none() => extreme(vec![amount, floor.clone()], true),
        _ => amount,
    };
    let amount = amount.map(raised);
    let plain: Vec<Expr> = clause.caps.iter().map(|cap| made.ceiling(cap)).collect();
    let counted: Vec<Expr> = clause.caps.iter().zip(&plain).map(|(cap, plain)| made.remaining(cap, plain)).collect();
    let lifted = made.lifted(&plain);
    let limited = |caps: Vec<Expr>| {
        let parts: Vec<Expr> = amount.iter().cloned().chain(caps).collect();
        (!parts.is_empty()).then(|| extreme(parts, false))
    };
    let (most, left) = (limited(plain.clone()), limited(counted));
    let lift = clause.lift.as_ref().map(|lift| made.joint.fact(side, lift.fact));
    let lifted = lifted.map_or_else(|| most.clone(), limited);
    let least = least.map(|least| {
        let least = match &floor {
            Some(floor) => extreme(vec![least, floor.clone()], true),
            None => least,
        };
        extreme(std::iter::once(least).chain(most.clone()).collect(), false)
    });
    for part in amount.iter().chain(&least).chain(&plain) {
        applies(joint, part, &mut requirements);
    }
    Some(Terms { requirements, most, left, least, lifted, lift })
}

/// Parts of a conjunction that must hold, or of a disjunction that must not, one by one.
fn split(expr: Expr, wanted: bool, out: &mut Vec<(Expr, bool)>) {
    match expr.kind {
        ExprKind::All(parts) if wanted => parts.into_iter().for_each(|part| split(part.expr, wanted, out)),
        ExprKind::Any(parts) if !wanted => parts.into_iter().for_each(|part| split(part.expr, wanted, out)),
        ExprKind::Not(inner) => split(*inner, !wanted, out),
        kind => out.push((Expr { kind, ..expr }, wanted)),
    }
}

struct Making<'j, 'a> {
    joint: &'j mut Joint<'a>,
    side: Side,
    id: ClauseId,
    clause: &'j Clause,
}

impl Making<'_, '_> {
    /// What the award comes to before floor and caps, and the least that a department may set.
    fn amount(&mut self) -> (Option<Expr>, Option<Expr>) {
        match &self.clause.award {
            Award::Computed(expr) => {
                let mut amount = self.joint.expr(self.side, expr);
                if let Some(rounding) = self.clause.rounding {
                    amount = rounded(amount, rounding);
                }
                (Some(positive(self.joint, cut(amount, RoundingMode::Down))), None)
            }
            Award::Discretion { low, high, .. } => {
                let low = low.as_ref().map(|low| self.cents(low, RoundingMode::Up));
                let zero = number(Decimal::ZERO, self.clause.span);
                let least = low.map_or(zero, |low| positive(self.joint, low));
                (high.as_ref().map(|high| self.cents(high, RoundingMode::Down)), Some(least))
            }
            Award::Open { .. } => (None, Some(number(Decimal::ZERO, self.clause.span))),
        }
    }

    fn cents(&mut self, expr: &Expr, mode: RoundingMode) -> Expr {
        cut(self.joint.expr(self.side, expr), mode)
    }

    /// What a cap leaves where nothing was given before.
    fn ceiling(&mut self, cap: &Cap) -> Expr {
        let amount = self.cents(&cap.amount, RoundingMode::Down);
        positive(self.joint, amount)
    }

    /// What a cap leaves.
    fn remaining(&mut self, cap: &Cap, plain: &Expr) -> Expr {
        let (counts, key) = (self.joint.scope(self.side, self.id, &cap.counts), self.joint.key(self.side, &cap.key));
        let used = |making: &mut Self, period: CapPeriod| {
            let counted = Counted::Used { counts: counts.clone(), key: key.clone(), period };
            let most = Decimal::from_i128_with_scale(MONEY_MAX, 0);
            let ty = plain_money(plain);
            let fact = making.joint.counted(counted, "以前已用", ty.clone(), (Decimal::ZERO, most));
            let used = Expr { kind: ExprKind::Fact(fact), ty, span: plain.span };
            let left = binary(plain.clone(), used, false);
            extreme(vec![left, number(Decimal::ZERO, plain.span)], true)
        };
        match cap.period {
            CapPeriod::Each => plain.clone(),
            CapPeriod::Year | CapPeriod::Lifetime | CapPeriod::Months(_) => used(self, cap.period),
            CapPeriod::Once => {
                let counted = Counted::Any { counts: counts.clone(), key: key.clone() };
                let fact = self.joint.counted(counted, "以前已享受", Type::Bool, (Decimal::ZERO, Decimal::ZERO));
                unless(fact, plain.clone())
            }
            CapPeriod::OnceOrYear => {
                let left = used(self, CapPeriod::Year);
                let counted = Counted::Once { counts: counts.clone(), key: key.clone() };
                let fact = self.joint.counted(counted, "以前已一次性享受", Type::Bool, (Decimal::ZERO, Decimal::ZERO));
                unless(fact, left)
            }
        }
    }

    /// The caps where a lift is approved; `None` where there is no lift.
    fn lifted(&mut self, plain: &[Expr]) -> Option<Vec<Expr>> {
        let lift = self.clause.lift.as_ref()?;
        let up_to = lift.up_to.as_ref().map(|up_to| self.cents(up_to, RoundingMode::Down));
        let caps =
            self.clause.caps.iter().zip(plain).filter_map(|(cap, plain)| {
                if self.clause.is_lifted(cap) { up_to.clone() } else { Some(plain.clone()) }
            });
        Some(caps.collect())
    }
}

/// What must hold for a number to apply: something is asked of it only where it could lack.
fn applies(joint: &Joint<'_>, part: &Expr, out: &mut Vec<(Expr, bool)>) {
    match &part.kind {
        ExprKind::Constant(_) => {}
        ExprKind::Least(parts) | ExprKind::Greatest(parts) => parts.iter().for_each(|part| applies(joint, part, out)),
        ExprKind::Round { value, .. } => applies(joint, value, out),
        ExprKind::Add(one, two) | ExprKind::Subtract(one, two) | ExprKind::Multiply(one, two) => {
            applies(joint, one, out);
            applies(joint, two, out);
        }
        ExprKind::Fact(id) if joint.ledger.iter().any(|(fact, _)| fact == id) => {}
        ExprKind::Definition(id) => {
            if let Some(definition) = joint.model.definitions.get(id.index()) {
                applies(joint, &definition.value, out);
            }
        }
        ExprKind::Choose { arms, otherwise } if chosen(joint, arms, otherwise.as_deref(), part, out) => {}
        _ => {
            let zero = || Box::new(zero_of(part));
            let side = |op| {
                let kind = ExprKind::Compare { op, left: Box::new(part.clone()), right: zero() };
                condition(Expr { kind, ty: Type::Bool, span: part.span })
            };
            let kind = ExprKind::Any(vec![side(CompareOp::AtLeast), side(CompareOp::Below)]);
            let found = Expr { kind, ty: Type::Bool, span: part.span };
            if !out.iter().any(|(other, wanted)| *wanted && other.same(&found)) {
                out.push((found, true));
            }
        }
    }
}

/// As [`applies`], of a table: one of its lines must hold, or nothing must where there is a line for the rest; false where its values apply
/// under different conditions.
fn chosen(joint: &Joint<'_>, arms: &[Arm], otherwise: Option<&Expr>, part: &Expr, out: &mut Vec<(Expr, bool)>) -> bool {
    let mut values = arms.iter().map(|arm| &arm.value).chain(otherwise).map(|value| {
        let mut needed = Vec::new();
        applies(joint, value, &mut needed);
        needed
    });
    let Some(first) = values.next() else { return false };
    if !values.all(|needed| alike(&first, &needed)) {
        return false;
    }
    let mut add = |expr: Expr, wanted: bool| {
        if !out.iter().any(|(other, also)| *also == wanted && other.same(&expr)) {
            out.push((expr, wanted));
        }
    };
    if otherwise.is_none() {
        let kind = ExprKind::Any(arms.iter().map(|arm| arm.when.clone()).collect());
        add(Expr { kind, ty: Type::Bool, span: part.span }, true);
    }
    first.into_iter().for_each(|(expr, wanted)| add(expr, wanted));
    true
}

fn alike(one: &[(Expr, bool)], two: &[(Expr, bool)]) -> bool {
    one.len() == two.len() && one.iter().zip(two).all(|(a, b)| a.1 == b.1 && a.0.same(&b.0))
}

/// A condition without a label.
pub fn condition(expr: Expr) -> Condition {
    Condition { label: String::new(), labelled: false, expr }
}

fn zero_of(part: &Expr) -> Expr {
    Expr { kind: ExprKind::Constant(Value::Number(Decimal::ZERO)), ty: part.ty.clone(), span: part.span }
}

/// An amount of money.
pub fn number(value: Decimal, span: Span) -> Expr {
    Expr { kind: ExprKind::Constant(Value::Number(value)), ty: Type::money(), span }
}

fn plain_money(like: &Expr) -> Type {
    match &like.ty {
        Type::Number { unit, .. } => Type::Number { kind: NumberKind::Money, unit: unit.clone(), scale: 2 },
        _ => Type::money(),
    }
}

fn with_scale(like: &Expr, scale: u8) -> Type {
    match &like.ty {
        Type::Number { kind, unit, .. } => Type::Number { kind: *kind, unit: unit.clone(), scale },
        _ => Type::Number { kind: NumberKind::Money, unit: Unit::base("CNY"), scale },
    }
}

/// The least or the greatest of some; nested ones are one.
pub fn extreme(parts: Vec<Expr>, greatest: bool) -> Expr {
    let mut flat: Vec<Expr> = Vec::new();
    for part in parts {
        let inner = match (part.kind, greatest) {
            (ExprKind::Least(inner), false) | (ExprKind::Greatest(inner), true) => inner,
            (kind, _) => vec![Expr { kind, ty: part.ty, span: part.span }],
        };
        for part in inner {
            merge(&mut flat, part, greatest);
        }
    }
    if flat.len() == 1
        && let Some(only) = flat.pop()
    {
        return only;
    }
    let scale = flat.iter().map(|part| part.ty.scale()).max().unwrap_or(2);
    let ty = flat.first().map_or_else(Type::money, |first| with_scale(first, scale));
    let span = flat.first().map_or(Span { file: FileId(0), start: 0, end: 0 }, |first| first.span);
    Expr { kind: if greatest { ExprKind::Greatest(flat) } else { ExprKind::Least(flat) }, ty, span }
}

/// Two constants are one.
fn merge(flat: &mut Vec<Expr>, part: Expr, greatest: bool) {
    if flat.iter().any(|other| other.same(&part)) {
        return;
    }
    if let ExprKind::Constant(Value::Number(new)) = &part.kind {
        for other in flat.iter_mut() {
            if let ExprKind::Constant(Value::Number(old)) = &other.kind {
                if (*new > *old) == greatest {
                    *other = part;
                }
                return;
            }
        }
    }
    flat.push(part);
}

/// A sum or a difference.
pub fn binary(left: Expr, right: Expr, sum: bool) -> Expr {
    let ty = with_scale(&left, left.ty.scale().max(right.ty.scale()));
    let span = left.span;
    let (left, right) = (Box::new(left), Box::new(right));
    Expr { kind: if sum { ExprKind::Add(left, right) } else { ExprKind::Subtract(left, right) }, ty, span }
}

fn rounded(expr: Expr, rounding: Rounding) -> Expr {
    if i16::from(expr.ty.scale()) <= i16::from(rounding.scale) {
        return expr;
    }
    let ty = with_scale(&expr, u8::try_from(rounding.scale).unwrap_or(0));
    let span = expr.span;
    Expr { kind: ExprKind::Round { value: Box::new(expr), rounding }, ty, span }
}

/// What is less than a cent is cut off, or made up.
fn cut(expr: Expr, mode: RoundingMode) -> Expr {
    if let ExprKind::Constant(Value::Number(value)) = &expr.kind
        && value.normalize().scale() <= 2
    {
        return Expr { ty: with_scale(&expr, expr.ty.scale().min(2)), ..expr };
    }
    rounded(expr, Rounding { scale: 2, mode })
}

fn positive(joint: &Joint<'_>, expr: Expr) -> Expr {
    if never_negative(joint, &expr) {
        return expr;
    }
    let zero = number(Decimal::ZERO, expr.span);
    extreme(vec![expr, zero], true)
}

/// Whether a number is sure not to be below zero.
pub fn never_negative(joint: &Joint<'_>, expr: &Expr) -> bool {
    let sure = |expr: &Expr| never_negative(joint, expr);
    match &expr.kind {
        ExprKind::Constant(Value::Number(value)) => *value >= Decimal::ZERO,
        ExprKind::Fact(id) => joint.model.facts.get(id.index()).is_some_and(|fact| fact.range.0 >= Decimal::ZERO),
        ExprKind::Definition(id) => {
            joint.model.definitions.get(id.index()).is_some_and(|definition| sure(&definition.value))
        }
        ExprKind::Add(one, two) | ExprKind::Multiply(one, two) => sure(one) && sure(two),
        ExprKind::Divide { left, right, .. } => sure(left) && sure(right),
        ExprKind::Round { value, .. } => sure(value),
        ExprKind::Least(parts) => parts.iter().all(sure),
        ExprKind::Greatest(parts) => parts.iter().any(sure),
        ExprKind::Choose { arms, otherwise } => {
            arms.iter().all(|arm| sure(&arm.value)) && otherwise.as_ref().is_none_or(|rest| sure(rest))
        }
        _ => false,
    }
}

/// A number, or nothing where a fact holds.
fn unless(fact: FactId, value: Expr) -> Expr {
    let span = value.span;
    let when = condition(Expr { kind: ExprKind::Fact(fact), ty: Type::Bool, span });
    let arms = vec![Arm { when, value: number(Decimal::ZERO, span) }];
    let ty = value.ty.clone();
    Expr { kind: ExprKind::Choose { arms, otherwise: Some(Box::new(value)) }, ty, span }
}

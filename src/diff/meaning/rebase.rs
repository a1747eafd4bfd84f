//! In: an expression of a side. Out: the same in the joint model. Invariant: it has the same value for every application; what it asks
//! of earlier awards is asked of a fact of its own; constant factors of a product stand last, so that equal products are seen to be.

use rust_decimal::Decimal;

use super::joint::{Joint, Side};
use super::ledgers::Counted;
use crate::limits::LEDGER_TIMES_MAX;
use crate::model::{
    Arm, CapKey, CapScope, ClauseId, ColumnId, CompareOp, Condition, Definition, DefinitionId, Expr, ExprKind, Fold,
    Form, NumberKind, Times, Type, Unit, Value,
};

impl Joint<'_> {
    /// An expression of a side in the joint model.
    pub fn expr(&mut self, side: Side, expr: &Expr) -> Expr {
        use ExprKind as K;
        let ty = self.ty(side, &expr.ty);
        let kind = match &expr.kind {
            K::Constant(value) => K::Constant(self.value(side, value)),
            K::Fact(id) => K::Fact(self.fact(side, *id)),
            K::Definition(id) => K::Definition(self.definition(side, *id)),
            K::OnDate => K::OnDate,
            K::Not(inner) => K::Not(self.boxed(side, inner)),
            K::All(parts) => K::All(self.conditions(side, parts)),
            K::Any(parts) => K::Any(self.conditions(side, parts)),
            K::Compare { op, left, right } => return self.compare(side, expr, *op, left, right),
            K::Within { value, members } => {
                let own = self.own[side.index()];
                K::Within { value: self.boxed(side, value), members: self.classes.within(side, own, members) }
            }
            K::Add(a, b) => K::Add(self.boxed(side, a), self.boxed(side, b)),
            K::Subtract(a, b) => K::Subtract(self.boxed(side, a), self.boxed(side, b)),
            K::Multiply(..) => return self.product(side, expr),
            K::Divide { left, right, rounding } => {
                K::Divide { left: self.boxed(side, left), right: self.boxed(side, right), rounding: *rounding }
            }
            K::Round { value, rounding } => K::Round { value: self.boxed(side, value), rounding: *rounding },
            K::Least(parts) => K::Least(parts.iter().map(|part| self.expr(side, part)).collect()),
            K::Greatest(parts) => K::Greatest(parts.iter().map(|part| self.expr(side, part)).collect()),
            K::AddMonths { date, months, month_end } => {
                let (date, months) = (self.boxed(side, date), self.boxed(side, months));
                K::AddMonths { date, months, month_end: *month_end }
            }
            K::AddDays { date, days } => K::AddDays { date: self.boxed(side, date), days: self.boxed(side, days) },
            K::Choose { arms, otherwise } => K::Choose {
                arms: arms.iter().map(|arm| self.arm(side, arm)).collect(),
                otherwise: otherwise.as_ref().map(|rest| self.boxed(side, rest)),
            },
            K::Fold(fold) => K::Fold(Box::new(Fold {
                list: self.place(side).lists.get(fold.list.index()).copied().unwrap_or(fold.list),
                kind: fold.kind,
                filter: fold.filter.as_ref().map(|filter| self.expr(side, filter)),
                value: fold.value.as_ref().map(|value| self.expr(side, value)),
            })),
            K::Column(id) => K::Column(self.column(side, *id)),
            K::Times(times) => K::Fact(self.counter(side, times)),
            K::UsedUp(clause) => K::Fact(self.used_up(side, *clause)),
            K::YearsBetween { from, to } => K::YearsBetween { from: self.boxed(side, from), to: self.boxed(side, to) },
            K::YearOf(date) => K::YearOf(self.boxed(side, date)),
            K::AddWorkingDays { date, days, calendar } => K::AddWorkingDays {
                date: self.boxed(side, date),
                days: self.boxed(side, days),
                calendar: self.place(side).calendars.get(calendar.index()).copied().unwrap_or(*calendar),
            },
        };
        Expr { kind, ty, span: expr.span }
    }

    fn boxed(&mut self, side: Side, expr: &Expr) -> Box<Expr> {
        Box::new(self.expr(side, expr))
    }

    /// Conditions with their labels.
    pub fn conditions(&mut self, side: Side, parts: &[Condition]) -> Vec<Condition> {
        parts.iter().map(|part| Condition { expr: self.expr(side, &part.expr), ..part.clone() }).collect()
    }

    fn arm(&mut self, side: Side, arm: &Arm) -> Arm {
        let when = Condition { expr: self.expr(side, &arm.when.expr), ..arm.when.clone() };
        Arm { when, value: self.expr(side, &arm.value) }
    }

    fn column(&self, side: Side, id: ColumnId) -> ColumnId {
        self.place(side).columns.get(id.index()).copied().unwrap_or(id)
    }

    fn value(&self, side: Side, value: &Value) -> Value {
        match value {
            Value::Member(id) => Value::Member(self.classes.joint(side, *id)),
            other => other.clone(),
        }
    }

    fn definition(&mut self, side: Side, id: DefinitionId) -> DefinitionId {
        if let Some(known) = self.place(side).definitions.get(&id) {
            return *known;
        }
        let Some(definition) = self.own[side.index()].definitions.get(id.index()) else { return id };
        let value = self.expr(side, &definition.value);
        let joint = self.define(Definition { value, form: Form::Expression, ..definition.clone() });
        self.places[side.index()].definitions.insert(id, joint);
        joint
    }

    /// The order of a class that the sides order differently is spelled out.
    fn compare(&mut self, side: Side, expr: &Expr, op: CompareOp, left: &Expr, right: &Expr) -> Expr {
        let (own, joint) = (left.ty.clone(), self.ty(side, &left.ty));
        let kind = match (&own, &joint, &left.kind, &right.kind) {
            (Type::Member(class), Type::Member(id), _, ExprKind::Constant(Value::Member(than)))
                if self.classes.is_disordered(*id) && !matches!(op, CompareOp::Equal | CompareOp::NotEqual) =>
            {
                let ids =
                    self.own[side.index()].classes.get(class.0 as usize).map_or(0..0, |class| class.members.clone());
                let holds = |id: &u32| match op {
                    CompareOp::AtLeast => *id >= than.0,
                    CompareOp::Above => *id > than.0,
                    CompareOp::AtMost => *id <= than.0,
                    CompareOp::Below => *id < than.0,
                    CompareOp::Equal | CompareOp::NotEqual => false,
                };
                let mut members: Vec<_> =
                    ids.filter(holds).map(|id| self.classes.joint(side, crate::model::MemberId(id))).collect();
                members.sort_unstable();
                ExprKind::Within { value: self.boxed(side, left), members }
            }
            _ => ExprKind::Compare { op, left: self.boxed(side, left), right: self.boxed(side, right) },
        };
        Expr { kind, ty: Type::Bool, span: expr.span }
    }

    /// A product: facts first, then what is chosen, constants last.
    fn product(&mut self, side: Side, expr: &Expr) -> Expr {
        let mut factors = Vec::new();
        flatten(expr, &mut factors);
        let mut factors: Vec<Expr> = factors.into_iter().map(|factor| self.expr(side, factor)).collect();
        factors.sort_by_key(|factor| self.rank(factor));
        let mut factors = factors.into_iter();
        let Some(first) = factors.next() else { return expr.clone() };
        let product = factors.fold(first, |product, factor| times(product, factor));
        // How it is shown is as it was; the scales add up to the same.
        Expr {
            ty: Type::Number { kind: kind_of(&expr.ty), unit: unit_of(&expr.ty), scale: product.ty.scale() },
            ..product
        }
    }

    fn rank(&self, factor: &Expr) -> u8 {
        match &factor.kind {
            ExprKind::Constant(_) => 2,
            ExprKind::Choose { .. } => 1,
            ExprKind::Definition(id) => {
                self.model.definitions.get(id.index()).map_or(0, |definition| self.rank(&definition.value))
            }
            _ => 0,
        }
    }

    /// The fact that stands for what a counter counts.
    fn counter(&mut self, side: Side, times: &Times) -> crate::model::FactId {
        let counted = Counted::Times {
            counts: self.scope(side, times.clause, &times.counts),
            key: self.key(side, &times.key),
            period: times.period,
            years: times.years,
        };
        let ty = Type::Number { kind: NumberKind::Integer, unit: Unit::none(), scale: 0 };
        self.counted(counted, "以前享受的次数", ty, (Decimal::ZERO, Decimal::from_i128_with_scale(LEDGER_TIMES_MAX, 0)))
    }

    /// The fact that stands for whether a cap of a clause is used up.
    fn used_up(&mut self, side: Side, clause: ClauseId) -> crate::model::FactId {
        let own = self.own[side.index()].clauses.get(clause.index());
        let caps: Vec<String> = own.map_or(Vec::new(), |own| own.caps.iter().map(|cap| cap.text.clone()).collect());
        let counted = Counted::UsedUp { clause: self.clause(side, clause), caps };
        self.counted(counted, "已用完", Type::Bool, (Decimal::ZERO, Decimal::ZERO))
    }

    /// The fact that stands for something counted of earlier awards; the same for the same.
    pub fn counted(
        &mut self,
        counted: Counted,
        name: &str,
        ty: Type,
        range: (Decimal, Decimal),
    ) -> crate::model::FactId {
        if let Some((fact, _)) = self.ledger.iter().find(|(_, known)| *known == counted) {
            return *fact;
        }
        let fact = self.make(format!("{name}{}", self.ledger.len() + 1), ty, range);
        self.ledger.push((fact, counted));
        fact
    }

    /// The clauses whose awards count, as joint ids in order; `None`: all.
    pub fn scope(&self, side: Side, own: ClauseId, scope: &CapScope) -> Option<Vec<ClauseId>> {
        let mut all = match scope {
            CapScope::Policy => return None,
            CapScope::Clause => vec![self.clause(side, own)],
            CapScope::Clauses(clauses) => {
                clauses.iter().chain([&own]).map(|clause| self.clause(side, *clause)).collect()
            }
        };
        all.sort_unstable();
        all.dedup();
        Some(all)
    }

    /// Per whom something is counted.
    pub fn key(&self, side: Side, key: &CapKey) -> CapKey {
        match key {
            CapKey::Everyone => CapKey::Everyone,
            CapKey::Subjects(kinds) => CapKey::Subjects(kinds.iter().map(|kind| self.subject(side, *kind)).collect()),
        }
    }
}

fn flatten<'e>(expr: &'e Expr, factors: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::Multiply(left, right) => {
            flatten(left, factors);
            flatten(right, factors);
        }
        _ => factors.push(expr),
    }
}

fn kind_of(ty: &Type) -> NumberKind {
    match ty {
        Type::Number { kind, .. } => *kind,
        _ => NumberKind::Number,
    }
}

fn unit_of(ty: &Type) -> Unit {
    match ty {
        Type::Number { unit, .. } => unit.clone(),
        _ => Unit::none(),
    }
}

/// A product; two constants become one.
fn times(left: Expr, right: Expr) -> Expr {
    let scale = left.ty.scale().saturating_add(right.ty.scale());
    let ty = Type::Number { kind: NumberKind::Number, unit: unit_of(&left.ty).times(&unit_of(&right.ty)), scale };
    let span = left.span;
    if let (ExprKind::Constant(Value::Number(a)), ExprKind::Constant(Value::Number(b))) = (&left.kind, &right.kind)
        && let Some(product) = a.checked_mul(*b)
    {
        return Expr { kind: ExprKind::Constant(Value::Number(product)), ty, span };
    }
    if let (ExprKind::Multiply(first, one), ExprKind::Constant(Value::Number(b))) = (&left.kind, &right.kind)
        && let ExprKind::Constant(Value::Number(a)) = &one.kind
        && let Some(product) = a.checked_mul(*b)
    {
        let constant = Expr { kind: ExprKind::Constant(Value::Number(product)), ty: right.ty.clone(), span };
        let constant = Expr { ty: scaled(constant.ty, one.ty.scale().saturating_add(right.ty.scale())), ..constant };
        return Expr { kind: ExprKind::Multiply(first.clone(), Box::new(constant)), ty, span };
    }
    Expr { kind: ExprKind::Multiply(Box::new(left), Box::new(right)), ty, span }
}

fn scaled(ty: Type, scale: u8) -> Type {
    match ty {
        Type::Number { kind, unit, .. } => Type::Number { kind, unit, scale },
        other => other,
    }
}

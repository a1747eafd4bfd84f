//! In: the values of the lines of a table. Out: checked values of one type, numbers of one unit.
//! Invariant: 0 fits every unit; the type of all is that of the first value that is not 0, with the largest scale.

use rust_decimal::Decimal;

use crate::source::Span;

use super::super::expression::{Arm, Condition, Expr, ExprKind};
use super::super::surface::Surface;
use super::super::types::{Type, Value};
use super::super::typing::{Typing, constant};

/// Values of one type; `None` where a line is 不予支持.
pub(super) struct Values {
    /// In the order of lines.
    pub values: Vec<Option<Expr>>,
    /// The type of all.
    pub ty: Type,
}

impl Typing<'_, '_> {
    /// Checks the values of lines; `None` where one was reported.
    pub(super) fn table_values(&mut self, surfaces: &[Option<&Surface>]) -> Option<Values> {
        let mut values: Vec<Option<Expr>> = Vec::with_capacity(surfaces.len());
        let mut expect: Option<Type> = None;
        let mut broken = false;
        for surface in surfaces {
            let value = surface.map(|surface| self.expr(surface, expect.as_ref()));
            if let Some(value) = &value {
                broken |= value.ty.is_error();
                if expect.is_none() && !value.ty.is_error() {
                    expect = Some(value.ty.clone());
                }
            }
            values.push(value);
        }
        if broken {
            return None;
        }
        let given: Vec<Expr> = values.iter().flatten().cloned().collect();
        let model = given.iter().find(|value| !is_zero(value)).or(given.first())?.clone();
        let mut scale = model.ty.scale();
        for value in &given {
            match (&model.ty, &value.ty) {
                (Type::Number { .. }, Type::Number { .. }) => {
                    if !self.units_agree(&model, value, value.span) {
                        return None;
                    }
                    scale = scale.max(value.ty.scale());
                }
                (one, two) if one == two => {}
                _ => {
                    self.different_kinds(&model, value, value.span);
                    return None;
                }
            }
        }
        let ty = with_scale(&model.ty, scale);
        for value in values.iter_mut().flatten().filter(|value| is_zero(value)) {
            *value = zero(&model.ty, value.span);
        }
        Some(Values { values, ty })
    }

    /// The first of the arms that holds; what is 不予支持 has no value.
    pub(super) fn chosen(&self, arms: Vec<Arm>, otherwise: Option<Expr>, ty: Type, span: Span) -> Expr {
        Expr { kind: ExprKind::Choose { arms, otherwise: otherwise.map(Box::new) }, ty, span }
    }
}

/// What a line that is 不予支持 gives: never applicable.
pub(super) fn nothing(ty: &Type, like: &Expr, span: Span) -> Expr {
    let never = constant(Value::Bool(false), Type::Bool, span);
    let when = Condition { label: "不予支持".to_owned(), labelled: true, expr: never };
    let arms = vec![Arm { when, value: Expr { span, ..like.clone() } }];
    Expr { kind: ExprKind::Choose { arms, otherwise: None }, ty: ty.clone(), span }
}

/// 0 of a type of numbers.
pub(super) fn zero(ty: &Type, span: Span) -> Expr {
    constant(Value::Number(Decimal::ZERO), with_scale(ty, 0), span)
}

/// A type of numbers with another scale.
pub(super) fn with_scale(ty: &Type, scale: u8) -> Type {
    match ty {
        Type::Number { kind, unit, .. } => Type::Number { kind: *kind, unit: unit.clone(), scale },
        other => other.clone(),
    }
}

fn is_zero(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Constant(Value::Number(value)) if value.is_zero())
}

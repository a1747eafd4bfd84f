//! In: two amounts. Out: whether the first is never above the second, part by part.
//! Invariant: a yes is a proof; a no is none of the contrary. Where the parts say nothing the solver is asked.

use super::joint::Joint;
use super::terms::never_negative;
use crate::model::{Expr, ExprKind, Rounding, RoundingMode, Value};

/// Whether the first of two numbers is never above the second; `ask` decides it of parts.
pub fn dominated(joint: &Joint<'_>, one: &Expr, two: &Expr, ask: &dyn Fn(&Expr, &Expr) -> bool) -> bool {
    let below = |one: &Expr, two: &Expr| dominated(joint, one, two, ask);
    if one.same(two) {
        return true;
    }
    let structural = match (&one.kind, &two.kind) {
        (_, ExprKind::Least(parts)) => return parts.iter().all(|part| below(one, part)),
        (ExprKind::Greatest(parts), _) => return parts.iter().all(|part| below(part, two)),
        (ExprKind::Least(parts), _) => parts.iter().any(|part| below(part, two)),
        (_, ExprKind::Greatest(parts)) => parts.iter().any(|part| below(one, part)),
        (ExprKind::Round { value: a, rounding: x }, ExprKind::Round { value: b, rounding: y }) => {
            (x == y || is_below(*x, *y) && never_negative(joint, a) && never_negative(joint, b)) && below(a, b)
        }
        (ExprKind::Round { value, rounding: Rounding { mode: RoundingMode::Down, .. } }, _) => {
            never_negative(joint, value) && below(value, two)
        }
        (_, ExprKind::Round { value, rounding: Rounding { mode: RoundingMode::Up, .. } }) => {
            never_negative(joint, value) && below(one, value)
        }
        (ExprKind::Subtract(a, b), ExprKind::Subtract(c, d)) => below(a, c) && below(d, b),
        (ExprKind::Add(a, b), ExprKind::Add(c, d)) => below(a, c) && below(b, d),
        (ExprKind::Multiply(a, b), ExprKind::Multiply(c, d)) => {
            let sure = |expr: &Expr| never_negative(joint, expr);
            sure(a) && sure(b) && sure(c) && sure(d) && below(a, c) && below(b, d)
        }
        (
            ExprKind::Divide { left: a, right: by, rounding: x },
            ExprKind::Divide { left: b, right: other, rounding: y },
        ) => x == y && by.same(other) && is_positive(by) && below(a, b),
        (ExprKind::Choose { arms: a, otherwise: x }, ExprKind::Choose { arms: b, otherwise: y })
            if a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.when.expr.same(&b.when.expr)) =>
        {
            let rest = match (x, y) {
                (None, None) => true,
                (Some(x), Some(y)) => below(x, y),
                _ => false,
            };
            rest && a.iter().zip(b).all(|(a, b)| below(&a.value, &b.value))
        }
        (ExprKind::Definition(a), _) => {
            let definition = joint.model.definitions.get(a.index());
            return definition.is_some_and(|definition| below(&definition.value, two));
        }
        (_, ExprKind::Definition(b)) => {
            let definition = joint.model.definitions.get(b.index());
            return definition.is_some_and(|definition| below(one, &definition.value));
        }
        (ExprKind::Constant(Value::Number(a)), ExprKind::Constant(Value::Number(b))) => return a <= b,
        _ => false,
    };
    structural || ask(one, two)
}

/// Whether one way of rounding never gives more than another, for numbers that are not below zero.
fn is_below(one: Rounding, two: Rounding) -> bool {
    let rank = |mode: RoundingMode| match mode {
        RoundingMode::Down => 0,
        RoundingMode::HalfUp | RoundingMode::HalfEven => 1,
        RoundingMode::Up => 2,
    };
    // A coarser grid lies within the finer one.
    let down = one.mode == RoundingMode::Down && one.scale <= two.scale;
    let up = two.mode == RoundingMode::Up && two.scale <= one.scale;
    down || up || (one.scale == two.scale && rank(one.mode) < rank(two.mode))
}

fn is_positive(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Constant(Value::Number(number)) if *number > rust_decimal::Decimal::ZERO)
}

//! In: a value of a type. Out: how a drafter writes it: `2500万元`, `16%`, `3年`.
//! Invariant: what is shown is exact.

use rust_decimal::Decimal;

use super::super::Model;
use super::super::types::{NumberKind, Type};
use super::super::typing::show_unit;

/// A value as a drafter writes it.
pub(super) fn shown(value: Decimal, ty: &Type, model: &Model) -> String {
    match ty {
        Type::Number { kind: NumberKind::Rate, unit, .. } if unit.powers.is_empty() => {
            format!("{}%", (value * Decimal::ONE_HUNDRED).normalize())
        }
        Type::Number { kind, unit, .. } => {
            let name = match (kind, show_unit(unit)) {
                (NumberKind::Period, name) if name == "月" => "个月".to_owned(),
                (_, name) if unit.powers.is_empty() => {
                    let _ = name;
                    String::new()
                }
                (_, name) => name,
            };
            magnitude(value, &name, *kind == NumberKind::Money)
        }
        Type::Date => i32::try_from(value.mantissa()).map_or(String::new(), |day| crate::calendar::iso(i64::from(day))),
        Type::Member(_) => usize::try_from(value.mantissa())
            .ok()
            .and_then(|at| model.members.get(at))
            .map_or(String::new(), |member| member.name.clone()),
        Type::Bool | Type::Text | Type::List(_) | Type::Error => String::new(),
    }
}

/// Money in 亿 or 万 where that is shorter and keeps few decimals.
fn magnitude(value: Decimal, unit: &str, money: bool) -> String {
    if money {
        for (size, name) in [(100_000_000, "亿"), (10_000, "万")] {
            let size = Decimal::from(size);
            let Some(count) = value.checked_div(size).map(|count| count.normalize()) else { continue };
            if value.abs() >= size && count.scale() <= 4 && count * size == value {
                return format!("{count}{name}{unit}");
            }
        }
    }
    format!("{}{unit}", value.normalize())
}

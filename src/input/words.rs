//! In: types and values of the tables. Out: how a message names them.
//! Invariant: words of a drafter; no type of the compiler is named.

use crate::bytecode::program::{Shown, SlotInfo, SlotType, Tables};
use crate::diagnostics::Text;
use crate::literal::builtin_unit;

/// What is to be written for a fact.
pub fn expected(tables: &Tables, slot: &SlotInfo) -> Text {
    match &slot.ty {
        SlotType::Bool => Text::new("要写是或否（true、false）", "yes or no (`true`, `false`)"),
        SlotType::Date => Text::new("要写日期，例如 \"2025-06-30\"", "a date such as \"2025-06-30\""),
        SlotType::Text if slot.credit_code => {
            Text::new("要写统一社会信用代码，放在双引号里", "a unified social credit code in double quotes")
        }
        SlotType::Text => Text::new("要写文字，放在双引号里", "a text in double quotes"),
        SlotType::List { .. } => Text::new("要写清单，一条一个对象，放在方括号里", "a list of objects in brackets"),
        SlotType::Member { class } => {
            let name = tables.classes.get(*class as usize).map_or("", |class| class.name.as_str());
            Text::new(format!("要写“{name}”的一个值，放在双引号里"), format!("a value of `{name}` in double quotes"))
        }
        SlotType::Number { shown, unit, .. } => {
            let unit = unit_name(unit);
            match shown {
                Shown::Money => Text::new(
                    format!("要写金额，例如 \"100万{unit}\" 或 1000000"),
                    format!("an amount such as \"100万{unit}\" or 1000000"),
                ),
                Shown::Rate => Text::new("要写比例，例如 \"5%\" 或 0.05", "a rate such as \"5%\" or 0.05"),
                Shown::Integer | Shown::Number | Shown::Quantity | Shown::Period => Text::new(
                    format!("要写数，例如 \"30{unit}\" 或 30"),
                    format!("a number such as \"30{unit}\" or 30"),
                ),
            }
        }
    }
}

/// A scaled number with its unit.
pub fn number(value: i128, scale: u8, unit: &[(String, i8)], shown: Shown) -> String {
    match shown {
        Shown::Rate => format!("{}%", plain(value.saturating_mul(100), scale)),
        Shown::Integer | Shown::Number | Shown::Quantity | Shown::Period | Shown::Money => {
            format!("{}{}", plain(value, scale), unit_name(unit))
        }
    }
}

/// A unit as policies write it: `元/人/月`.
pub fn unit_name(unit: &[(String, i8)]) -> String {
    let name = |base: &str| currency_name(base).map_or_else(|| base.to_owned(), str::to_owned);
    let times = |power: i8| usize::from(power.unsigned_abs());
    let above = unit.iter().filter(|(_, power)| *power > 0);
    let above: Vec<String> = above.flat_map(|(base, power)| std::iter::repeat_n(name(base), times(*power))).collect();
    let below = unit.iter().filter(|(_, power)| *power < 0);
    let below = below.flat_map(|(base, power)| std::iter::repeat_n(format!("/{}", name(base)), times(*power)));
    above.join("·") + &below.collect::<String>()
}

/// Whether a base unit is a currency: an ISO code.
pub fn is_currency(base: &str) -> bool {
    base.len() == 3 && base.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// What people call a currency.
fn currency_name(code: &str) -> Option<&'static str> {
    let names = ["元", "美元", "欧元", "港元", "日元", "英镑"];
    let of_code =
        |name: &&str| builtin_unit(name).is_some_and(|unit| unit.powers.first().is_some_and(|(base, _)| base == code));
    names.into_iter().find(of_code)
}

/// A scaled number without trailing zeros.
pub fn plain(value: i128, scale: u8) -> String {
    let digits = value.unsigned_abs().to_string();
    let scale = usize::from(scale);
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    let fraction = fraction.trim_end_matches('0');
    let sign = if value < 0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_units_read_like_policies() {
        let unit = |powers: &[(&str, i8)]| -> Vec<(String, i8)> {
            powers.iter().map(|(name, power)| ((*name).to_owned(), *power)).collect()
        };
        assert_eq!(number(-150_005, 2, &unit(&[("CNY", 1)]), Shown::Money), "-1500.05元");
        assert_eq!(number(50_000, 6, &[], Shown::Rate), "5%");
        assert_eq!(number(1, 2, &[], Shown::Number), "0.01");
        assert_eq!(unit_name(&unit(&[("CNY", 1), ("人", -1), ("月", -1)])), "元/人/月");
    }
}

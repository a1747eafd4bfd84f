//! In: exact numbers with their scale, unit and kind. Out: the text an official would write: `1.5亿元`, `5%`, `3年`, `2025-06-30`.
//! Invariant: no digit is lost; 亿 and 万 are used only where at most two decimals remain.

use rust_decimal::Decimal;

use crate::bytecode::program::Shown;
use crate::decision::Amount;
use crate::diagnostics::Lang;

/// Decimals that may stand before 亿 or 万.
const SHORT_DECIMALS: u32 = 2;

/// A number of a kind and unit, `value × 10^-scale`.
#[must_use]
pub fn number(value: i128, scale: u32, shown: Shown, unit: &[(String, i8)], lang: Lang) -> String {
    match shown {
        Shown::Rate if unit.is_empty() => format!("{}%", plain(value.saturating_mul(100), scale, false)),
        Shown::Period => period(value, scale, unit, lang),
        Shown::Integer | Shown::Number | Shown::Money | Shown::Quantity | Shown::Rate => {
            with_unit(value, scale, unit, lang)
        }
    }
}

/// An amount of money in a currency, `value × 10^-scale`.
#[must_use]
pub fn money(value: i128, scale: u32, currency: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}{}", chinese(value, scale), currency_zh(currency)),
        Lang::En => format!("{currency} {}", plain(value, scale, true)),
    }
}

/// A decimal amount of money.
#[must_use]
pub fn decimal(value: Decimal, currency: &str, lang: Lang) -> String {
    money(value.mantissa(), value.scale(), currency, lang)
}

/// An amount as a case would state it.
#[must_use]
pub fn amount(amount: &Amount, currency: &str, lang: Lang) -> String {
    let low = decimal(amount.low, currency, lang);
    match (amount.high.map(|high| decimal(high, currency, lang)), lang) {
        (Some(high), _) if amount.is_exact() => high,
        (Some(high), Lang::Zh) if amount.low.is_zero() => format!("不超过 {high}"),
        (Some(high), Lang::En) if amount.low.is_zero() => format!("at most {high}"),
        (Some(high), Lang::Zh) => format!("{low} 至 {high}"),
        (Some(high), Lang::En) => format!("{low} to {high}"),
        (None, Lang::Zh) if amount.low.is_zero() => "一定奖励（金额待定）".into(),
        (None, Lang::En) if amount.low.is_zero() => "an amount still open".into(),
        (None, Lang::Zh) => format!("不低于 {low}"),
        (None, Lang::En) => format!("at least {low}"),
    }
}

/// A decimal as JSON has it: all digits, no trailing zeros.
#[must_use]
pub fn digits(value: Decimal) -> String {
    plain(value.mantissa(), value.scale(), false)
}

/// All digits, no trailing zeros; thousands apart where `grouped`.
#[must_use]
pub fn plain(value: i128, scale: u32, grouped: bool) -> String {
    let (value, scale) = trimmed(value, scale);
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale as usize + 1);
    let (whole, part) = digits.split_at(digits.len() - scale as usize);
    let mut text = String::from(if value < 0 { "-" } else { "" });
    for (at, digit) in whole.chars().enumerate() {
        if grouped && at > 0 && (whole.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if !part.is_empty() {
        text.push('.');
        text.push_str(part);
    }
    text
}

fn trimmed(mut value: i128, mut scale: u32) -> (i128, u32) {
    while scale > 0 && value % 10 == 0 {
        (value, scale) = (value / 10, scale - 1);
    }
    (value, scale)
}

/// With 亿 or 万 where that is short, else with thousands apart from ten thousand on.
fn chinese(value: i128, scale: u32) -> String {
    for (word, zeros) in [("亿", 8), ("万", 4)] {
        let (short, decimals) = trimmed(value, scale.saturating_add(zeros));
        if decimals <= SHORT_DECIMALS && at_least_one(short, decimals) {
            return format!("{}{word}", plain(short, decimals, false));
        }
    }
    let large = at_least_one(value, scale.saturating_add(4));
    plain(value, scale, large)
}

fn at_least_one(value: i128, scale: u32) -> bool {
    10u128.checked_pow(scale).is_some_and(|one| value.unsigned_abs() >= one)
}

fn with_unit(value: i128, scale: u32, unit: &[(String, i8)], lang: Lang) -> String {
    let is_currency = |name: &str| name.len() == 3 && name.bytes().all(|byte| byte.is_ascii_uppercase());
    let currency = unit.iter().find(|(name, power)| *power == 1 && is_currency(name)).map(|(name, _)| name.as_str());
    let mut text = match (currency, lang) {
        (Some(currency), _) => money(value, scale, currency, lang),
        (None, Lang::Zh) if unit.is_empty() => plain(value, scale, false),
        (None, Lang::Zh) => chinese(value, scale),
        (None, Lang::En) => plain(value, scale, true),
    };
    let mut first = true;
    for (name, power) in unit.iter().filter(|(name, power)| *power > 0 && Some(name.as_str()) != currency) {
        for _ in 0..*power {
            text.push_str(if first && currency.is_none() { "" } else { "·" });
            text.push_str(&spaced(name, lang, first && currency.is_none()));
            first = false;
        }
    }
    for (name, power) in unit.iter().filter(|(_, power)| *power < 0) {
        for _ in 0..power.unsigned_abs() {
            text.push('/');
            text.push_str(if is_currency(name) && lang == Lang::Zh { currency_zh(name) } else { name });
        }
    }
    text
}

fn spaced(name: &str, lang: Lang, after_number: bool) -> String {
    if lang == Lang::En && after_number { format!(" {name}") } else { name.to_owned() }
}

/// Months are shown as years where they are whole years.
fn period(value: i128, scale: u32, unit: &[(String, i8)], lang: Lang) -> String {
    let months = scale == 0 && matches!(unit, [(name, 1)] if name == "月");
    let (count, zh, en) = match unit {
        _ if months && value != 0 && value % 12 == 0 => (value / 12, "年", "year"),
        [(name, 1)] if name == "月" => (value, "个月", "month"),
        [(name, 1)] if name == "天" => (value, "天", "day"),
        _ => return with_unit(value, scale, unit, lang),
    };
    let digits = plain(count, scale, false);
    match lang {
        Lang::Zh => format!("{digits}{zh}"),
        Lang::En => format!("{digits} {en}{}", if count == 1 { "" } else { "s" }),
    }
}

fn currency_zh(code: &str) -> &str {
    match code {
        "CNY" => "元",
        "USD" => "美元",
        "EUR" => "欧元",
        "HKD" => "港元",
        "JPY" => "日元",
        "GBP" => "英镑",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yuan(cents: i128) -> String {
        money(cents, 2, "CNY", Lang::Zh)
    }

    #[test]
    fn money_is_written_as_officials_write_it() {
        let written = [1_000_000_000, 15_000_000_000, 12_345_678, 500_000, 123_400_000, 123_456, 0, -500_000_000];
        let expected = ["1000万元", "1.5亿元", "123,456.78元", "5000元", "123.4万元", "1234.56元", "0元", "-500万元"];
        assert_eq!(written.map(yuan), expected);
        assert_eq!(yuan(12_345_000_000), "12345万元");
        assert_eq!(money(123_456_789, 2, "USD", Lang::En), "USD 1,234,567.89");
    }

    #[test]
    fn rates_periods_and_quantities() {
        let unit = |name: &str| vec![(name.to_owned(), 1)];
        assert_eq!(number(50_000, 6, Shown::Rate, &[], Lang::Zh), "5%");
        assert_eq!(number(3_500, 6, Shown::Rate, &[], Lang::Zh), "0.35%");
        assert_eq!(number(36, 0, Shown::Period, &unit("月"), Lang::Zh), "3年");
        assert_eq!(number(18, 0, Shown::Period, &unit("月"), Lang::Zh), "18个月");
        assert_eq!(number(30, 0, Shown::Period, &unit("天"), Lang::En), "30 days");
        assert_eq!(number(80, 0, Shown::Quantity, &unit("人"), Lang::Zh), "80人");
        let wage = [("CNY".to_owned(), 1), ("人".to_owned(), -1), ("月".to_owned(), -1)];
        assert_eq!(number(300_000, 2, Shown::Money, &wage, Lang::Zh), "3000元/人/月");
    }

    #[test]
    fn amounts_say_what_bounds_them() {
        let amount = |low: i64, high: Option<i64>| {
            let yuan = |value| Decimal::from(value);
            super::amount(&Amount { low: yuan(low), high: high.map(yuan) }, "CNY", Lang::Zh)
        };
        assert_eq!(amount(5_000_000, Some(5_000_000)), "500万元");
        assert_eq!(amount(0, Some(7_000_000)), "不超过 700万元");
        assert_eq!(amount(1_000_000, Some(3_000_000)), "100万元 至 300万元");
        assert_eq!(amount(200_000, None), "不低于 20万元");
        assert_eq!(amount(0, None), "一定奖励（金额待定）");
        assert_eq!(digits(Decimal::new(1_000_000_050, 2)), "10000000.5");
    }
}

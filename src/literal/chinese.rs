//! In: a number in Chinese numerals with its unit (`一千万元`, `三年`, `百分之十`). Out: the same in digits, for a suggestion: the
//! language itself reads digits only, since names hold numerals too (`一定奖励`, `三方协议`).

/// The text in digits, where the whole of it is a number with or without a unit.
#[must_use]
pub fn in_digits(text: &str, is_unit: &dyn Fn(&str) -> bool) -> Option<String> {
    if let Some(share) = text.strip_prefix("百分之") {
        let (value, "") = numeral(share)? else { return None };
        return Some(format!("{value}%"));
    }
    let (value, rest) = numeral(text)?;
    (rest.is_empty() || is_unit(rest)).then(|| format!("{}{rest}", shown(value)))
}

/// Whether a text is a fraction in words: `三分之一`.
#[must_use]
pub fn is_fraction(text: &str) -> bool {
    text.split_once("分之").is_some_and(|(below, above)| {
        below != "百" && [below, above].into_iter().all(|part| numeral(part).is_some_and(|(_, rest)| rest.is_empty()))
    })
}

/// A numeral at the start of a text, and what follows it.
fn numeral(text: &str) -> Option<(i128, &str)> {
    let (mut total, mut section, mut digit) = (0_i128, 0_i128, None);
    let mut length = 0;
    for letter in text.chars() {
        match (digit_of(letter), power_of(letter)) {
            (Some(value), _) => digit = Some(value),
            (None, Some(power @ (10 | 100 | 1_000))) => {
                section += digit.take().unwrap_or(1) * power;
            }
            (None, Some(power)) if length > 0 => {
                let below = section + digit.take().unwrap_or(0);
                total = if power == 10_000 { total + below * power } else { (total + below).checked_mul(power)? };
                section = 0;
            }
            (None, _) => break,
        }
        length += letter.len_utf8();
    }
    let value = total + section + digit.unwrap_or(0);
    (length > 0).then_some((value, text.get(length..)?))
}

fn digit_of(letter: char) -> Option<i128> {
    let at = "零一二三四五六七八九".chars().position(|digit| digit == letter);
    at.and_then(|at| i128::try_from(at).ok()).or(match letter {
        '〇' => Some(0),
        '两' => Some(2),
        _ => None,
    })
}

fn power_of(letter: char) -> Option<i128> {
    Some(match letter {
        '十' => 10,
        '百' => 100,
        '千' => 1_000,
        '万' => 10_000,
        '亿' => 100_000_000,
        _ => return None,
    })
}

/// A number in digits with 万 or 亿 where it is a whole number of them.
fn shown(value: i128) -> String {
    match value {
        value if value >= 100_000_000 && value % 100_000_000 == 0 => format!("{}亿", value / 100_000_000),
        value if value >= 10_000 && value % 10_000 == 0 => format!("{}万", value / 10_000),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_become_digits() {
        let unit = |text: &str| matches!(text, "元" | "年" | "个月" | "人");
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(in_digits(text, &unit).as_deref(), expected, "{text}");
        check("一千万元", Some("1000万元"));
        check("三年", Some("3年"));
        check("两年", Some("2年"));
        check("十二个月", Some("12个月"));
        check("二十人", Some("20人"));
        check("一亿二千万元", Some("12000万元"));
        check("三万五千元", Some("35000元"));
        check("一百零五人", Some("105人"));
        check("五百万", Some("500万"));
        check("百分之三十", Some("30%"));
        check("一定奖励", None);
        check("三方协议", None);
        check("万元", None);
        assert!(is_fraction("三分之一"));
        assert!(!is_fraction("百分之三"));
    }
}

//! In: width-folded characters of a policy, a case or a data file. Out: numbers with magnitude and unit (`1.5亿元`, `3000元/人/月`,
//! `2个百分点`) and dates, as exact values in base units, and where each ends.
//! Invariant: no digit is lost; what cannot be kept exactly is an error.

pub mod chinese;
mod units;

use rust_decimal::Decimal;

use crate::calendar;
use crate::diagnostics::Text;
use crate::limits::{SCALE_MAX, VALUE_MAX};

pub use units::{KnownUnit, builtin_unit, builtin_unit_names, fold_width};

/// A number as written, in base units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// The value in base units, without trailing zeros: `1.5亿元` is 150000000, `5%` is 0.05, `3年` is 36.
    pub value: Decimal,
    /// Decimals of `value`.
    pub decimals: u32,
    /// Base units and their powers, sorted by name, never zero; empty for a pure number.
    pub unit: Vec<(String, i8)>,
    /// Whether it was written as a rate: with %, ‰, 百分点, BP.
    pub percent: bool,
}

/// Finds units that the policy declares, by full name.
pub type DeclaredUnits<'a> = &'a dyn Fn(&str) -> Option<KnownUnit>;

/// Why a number or date that is there cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiteralError {
    /// Larger than [`VALUE_MAX`], or more digits than can be kept.
    TooLarge,
    /// More decimals than [`SCALE_MAX`].
    TooPrecise,
    /// `500元/季度`: a price per quarter that is no exact price per month.
    Inexact,
    /// 2025-02-30.
    NoSuchDate,
}

impl LiteralError {
    /// What is wrong, in a clerk's words.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            LiteralError::TooLarge => Text::new("数字太大，最多到一千万亿", "the number is too large, at most 10^15"),
            LiteralError::TooPrecise => {
                Text::new(format!("小数太长，最多 {SCALE_MAX} 位"), format!("too many decimals, at most {SCALE_MAX}"))
            }
            LiteralError::Inexact => Text::new(
                "按季度的数折算成按月除不尽，请改按月或者按年写",
                "per quarter cannot be converted to per month exactly; write it per month or per year",
            ),
            LiteralError::NoSuchDate => Text::new("没有这一天", "there is no such date"),
        }
    }
}

/// Magnitudes, longest first: name and power of ten.
const MAGNITUDES: &[(&str, u32)] = &[
    ("十万", 5),
    ("百万", 6),
    ("千万", 7),
    ("百亿", 10),
    ("千亿", 11),
    ("万亿", 12),
    ("百", 2),
    ("千", 3),
    ("万", 4),
    ("亿", 8),
];

/// Longest name of a unit, in characters.
const UNIT_NAME_CHARS_MAX: usize = 16;
/// Most units joined in one (`元/人/月`).
const UNIT_FACTORS_MAX: usize = 8;

/// The longest number at `at`, and where it ends; `None` where no digit stands there. A date also starts with a number: ask
/// [`date`] first. One space may stand between the digits and what follows (`1000 万元`).
#[must_use]
pub fn scan(chars: &[char], at: usize, declared: DeclaredUnits) -> Option<Result<(Literal, usize), LiteralError>> {
    readings(chars, at, declared).into_iter().next().map(|(literal, end)| literal.map(|literal| (literal, end)))
}

/// Every number that can be read at `at`, with its end, the longest first and at most one an end: `100人才` is 100人 or 100 before a
/// name that begins with 人. Empty where no digit stands there.
#[must_use]
pub fn readings(chars: &[char], at: usize, declared: DeclaredUnits) -> Vec<(Result<Literal, LiteralError>, usize)> {
    let Some(number) = digits(chars, at) else { return Vec::new() };
    let mut found = Vec::new();
    let mut push = |power: u32, units: &[(KnownUnit, bool)], end: usize| {
        found.push((build(number.mantissa, number.scale, power, units), end, units.len()));
    };
    push(0, &[], number.end);
    let after = number.end + usize::from(chars.get(number.end) == Some(&' '));
    units(chars, after, declared, &mut |units, end| push(0, units, end));
    for (name, power) in MAGNITUDES.iter().filter(|(name, _)| starts_with(chars, after, name)) {
        let end = after + name.chars().count();
        push(*power, &[], end);
        let after_space = end + usize::from(chars.get(end) == Some(&' '));
        units(chars, after_space, declared, &mut |units, end| push(*power, units, end));
    }
    // Of two readings with one end, the one found first has the longer unit name: 千瓦时, not 千 瓦时.
    found.sort_by_key(|(_, end, _)| std::cmp::Reverse(*end));
    found.dedup_by_key(|(_, end, _)| *end);
    found.into_iter().map(|(literal, end, _)| (literal, end)).collect()
}

/// A text that is a number and nothing else; `None` where it is not. A sign may stand before it. Spaces around it do not count.
#[must_use]
pub fn quantity(text: &str, declared: DeclaredUnits) -> Option<Result<Literal, LiteralError>> {
    let folded: Vec<char> = text.trim().chars().map(fold_width).collect();
    let (negative, chars) = match folded.split_first() {
        Some(('-', rest)) => (true, rest),
        Some(('+', rest)) => (false, rest),
        _ => (false, folded.as_slice()),
    };
    let (literal, end) = readings(chars, 0, declared).into_iter().next()?;
    if end != chars.len() {
        return None;
    }
    Some(literal.map(|literal| if negative { Literal { value: -literal.value, ..literal } } else { literal }))
}

/// The date at `at` as days from 1970-01-01, and where it ends: `2024-11-15`, `2024年11月15日`. `None` where none stands there.
#[must_use]
pub fn date(chars: &[char], at: usize) -> Option<Result<(i32, usize), (LiteralError, usize)>> {
    let (year, after) = short_number(chars, at, 4, 4)?;
    let (second, last) = match chars.get(after)? {
        '-' => ('-', None),
        '年' => ('月', Some('日')),
        _ => return None,
    };
    let (month, after) = short_number(chars, after + 1, 1, 2)?;
    if chars.get(after) != Some(&second) {
        return None;
    }
    let (day, mut end) = short_number(chars, after + 1, 1, 2)?;
    if let Some(last) = last {
        if chars.get(end) != Some(&last) {
            return None;
        }
        end += 1;
    }
    Some(match calendar::day(i64::from(year), month, day) {
        Some(day) => Ok((day, end)),
        None => Err((LiteralError::NoSuchDate, end)),
    })
}

struct Digits {
    mantissa: Option<i128>,
    scale: u32,
    end: usize,
}

/// Digits, with commas between groups of three, and decimals. Zeros at the end of the decimals are read and not kept.
fn digits(chars: &[char], at: usize) -> Option<Digits> {
    let digit = |at: usize| chars.get(at).and_then(|char| char.to_digit(10));
    let group = |at: usize| (0..3).all(|offset| digit(at + offset).is_some()) && digit(at + 3).is_none();
    digit(at)?;
    let (mut end, mut mantissa, mut scale) = (at, Some(0_i128), 0);
    let append = |mantissa: Option<i128>, digit: u32| mantissa?.checked_mul(10)?.checked_add(i128::from(digit));
    while let Some(found) = digit(end) {
        (mantissa, end) = (append(mantissa, found), end + 1);
    }
    if end - at <= 3 {
        while chars.get(end) == Some(&',') && group(end + 1) {
            end += 1;
            while let Some(found) = digit(end) {
                (mantissa, end) = (append(mantissa, found), end + 1);
            }
        }
    }
    if chars.get(end) == Some(&'.') && digit(end + 1).is_some() {
        let mut zeros = 0;
        end += 1;
        while let Some(found) = digit(end) {
            end += 1;
            if found == 0 {
                zeros += 1;
                continue;
            }
            for _ in 0..zeros {
                mantissa = append(mantissa, 0);
            }
            (mantissa, scale, zeros) = (append(mantissa, found), scale + zeros + 1, 0);
        }
    }
    Some(Digits { mantissa, scale, end })
}

/// What is told of a unit: its factors, each with whether it divides, and where it ends.
type Found<'a> = &'a mut dyn FnMut(&[(KnownUnit, bool)], usize);

/// Calls `found` with each unit at `at` and its end; the flag of a factor says whether it divides.
fn units(chars: &[char], at: usize, declared: DeclaredUnits, found: Found) {
    units_from(chars, at, false, declared, &mut Vec::new(), found);
}

fn units_from(
    chars: &[char],
    at: usize,
    divides: bool,
    declared: DeclaredUnits,
    before: &mut Vec<(KnownUnit, bool)>,
    found: Found,
) {
    if before.len() == UNIT_FACTORS_MAX {
        return;
    }
    let longest: String = chars.iter().skip(at).take(UNIT_NAME_CHARS_MAX).collect();
    let ends = longest.char_indices().map(|(start, char)| start + char.len_utf8());
    for (length, name) in (1..).zip(ends.filter_map(|end| longest.get(..end))).collect::<Vec<_>>().into_iter().rev() {
        let Some(unit) = declared(name).or_else(|| builtin_unit(name)) else { continue };
        // `5USDT` is no amount in dollars.
        let continues = |at: usize| chars.get(at).is_some_and(char::is_ascii_alphanumeric);
        if name.ends_with(|char: char| char.is_ascii_alphabetic()) && continues(at + length) {
            continue;
        }
        before.push((unit, divides));
        found(before, at + length);
        match chars.get(at + length) {
            Some('/') => units_from(chars, at + length + 1, true, declared, before, found),
            Some('·' | '⋅' | '・') => units_from(chars, at + length + 1, false, declared, before, found),
            _ => {}
        }
        before.pop();
    }
}

/// `mantissa × 10^(power − scale) × units`, exactly.
fn build(mantissa: Option<i128>, scale: u32, power: u32, units: &[(KnownUnit, bool)]) -> Result<Literal, LiteralError> {
    let mut powers = std::collections::BTreeMap::<String, i8>::new();
    let (mut numerator, mut denominator) = (Some(1_i128), Some(1_i128));
    for (unit, divides) in units {
        let yearly = KnownUnit { factor: (1, 1), powers: vec![("年".to_owned(), 1)] };
        // A price per year is no exact price per month: 年 below the line is a unit of its own.
        let unit = if *divides && unit.is_year() { &yearly } else { unit };
        let (up, down) = if *divides { (unit.factor.1, unit.factor.0) } else { unit.factor };
        numerator = numerator.and_then(|number| number.checked_mul(up));
        denominator = denominator.and_then(|number| number.checked_mul(down));
        for (name, power) in &unit.powers {
            let entry = powers.entry(name.clone()).or_insert(0);
            *entry = entry.saturating_add(if *divides { -power } else { *power });
        }
    }
    powers.retain(|_, power| *power != 0);
    let percent = units.iter().any(|(unit, _)| unit.powers.is_empty());
    let exact = |number: Option<i128>| {
        number.ok_or(if scale > u32::from(SCALE_MAX) { LiteralError::TooPrecise } else { LiteralError::TooLarge })
    };
    let tens = 10_i128.checked_pow(power);
    let numerator = exact(mantissa.and_then(|number| number.checked_mul(tens?)?.checked_mul(numerator?)))?;
    let denominator = exact(denominator)?;
    let shared = greatest_common_divisor(numerator, denominator);
    let (mut numerator, mut denominator, mut scale) = (numerator / shared, denominator / shared, scale);
    while denominator != 1 {
        // Only twos and fives divide a power of ten.
        let (divisor, partner) = match denominator {
            even if even % 2 == 0 => (2, 5),
            five if five % 5 == 0 => (5, 2),
            _ => return Err(LiteralError::Inexact),
        };
        (denominator, scale) = (denominator / divisor, scale + 1);
        numerator = exact(numerator.checked_mul(partner))?;
    }
    while scale > 0 && numerator % 10 == 0 {
        (numerator, scale) = (numerator / 10, scale - 1);
    }
    if scale > u32::from(SCALE_MAX) {
        return Err(LiteralError::TooPrecise);
    }
    if 10_i128.checked_pow(scale).and_then(|tens| tens.checked_mul(VALUE_MAX)).is_some_and(|most| numerator > most) {
        return Err(LiteralError::TooLarge);
    }
    let value = Decimal::try_from_i128_with_scale(numerator, scale).map_err(|_| LiteralError::TooPrecise)?;
    Ok(Literal { value, decimals: scale, unit: powers.into_iter().collect(), percent })
}

fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

fn starts_with(chars: &[char], at: usize, text: &str) -> bool {
    text.chars().enumerate().all(|(offset, char)| chars.get(at + offset) == Some(&char))
}

/// All digits at `at`, where there are `least..=most` of them.
fn short_number(chars: &[char], at: usize, least: usize, most: usize) -> Option<(u32, usize)> {
    let digits: Vec<u32> = chars.get(at..)?.iter().map_while(|char| char.to_digit(10)).take(most + 1).collect();
    let fits = (least..=most).contains(&digits.len());
    fits.then(|| (digits.iter().fold(0, |number, digit| number * 10 + digit), at + digits.len()))
}

#[cfg(test)]
mod tests;

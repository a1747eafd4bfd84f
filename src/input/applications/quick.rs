//! In: an application as machines write it: one object, known keys, amounts as plain digits. Out: [`Line`]; `None` for anything else.
//! Invariant: allocates little and words nothing.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::{Applications, Assessed, Body, Line};
use crate::calendar;
use crate::limits::MONEY_MAX;
use crate::standard::credit_code;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    date: Cow<'a, str>,
    #[serde(borrow, default)]
    subjects: Pairs<'a, Text<'a>>,
    #[serde(borrow)]
    awards: Pairs<'a, Text<'a>>,
    #[serde(borrow, default)]
    order: Pairs<'a, serde_json::Number>,
}

/// A string, borrowed where it holds no escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Text<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        from.deserialize_str(Reader)
    }
}

/// The entries of an object, in the order written.
struct Pairs<'a, T>(Vec<(Text<'a>, T)>);

impl<T> Default for Pairs<'_, T> {
    fn default() -> Self {
        Pairs(Vec::new())
    }
}

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Pairs<'a, T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
            type Value = Vec<(Text<'de>, T)>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut pairs = Vec::with_capacity(2);
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(pairs)
            }
        }
        from.deserialize_map(Reader(std::marker::PhantomData)).map(Pairs)
    }
}

impl Applications<'_> {
    /// Reads what is written in the plain way.
    pub(super) fn quick<'t>(&self, text: &'t str) -> Option<Line<'t>> {
        let raw: Raw<'t> = serde_json::from_str(text).ok()?;
        if raw.id.trim().is_empty() || raw.id.trim().len() != raw.id.len() {
            return None;
        }
        let date = day(&raw.date)?;
        let mut assessed = Assessed::default();
        for (name, text) in raw.subjects.0 {
            let kind = *self.kinds.get(name.0.as_ref())?;
            assessed.subjects.push((kind, self.identifier(kind, text.0)?));
        }
        if assessed.subjects.len() > 1 {
            assessed.subjects.sort_unstable_by_key(|(kind, _)| *kind);
            repeats(&assessed.subjects)?;
        }
        for (id, amount) in raw.awards.0 {
            let clause = *self.clauses.get(id.0.as_ref())?;
            if *self.varying.get(clause as usize)? {
                return None;
            }
            let named = |kinds: &&[u32]| assessed.subjects.iter().any(|(kind, _)| kinds.contains(kind));
            if !self.required.get(clause as usize)?.iter().all(named) {
                return None;
            }
            assessed.awards.push((clause, cents(&amount.0)?));
        }
        if assessed.awards.len() > 1 {
            assessed.awards.sort_unstable_by_key(|(clause, _)| *clause);
            repeats(&assessed.awards)?;
        }
        for (name, number) in raw.order.0 {
            let fact = self.numbers.get(name.0.as_ref())?;
            let value = whole(&number, fact.scale)?;
            if value < fact.range.0 || value > fact.range.1 {
                return None;
            }
            assessed.facts.push((fact.slot, value));
        }
        assessed.facts.sort_unstable_by_key(|(slot, _)| *slot);
        repeats(&assessed.facts)?;
        Some(Line { id: raw.id, date, body: Body::Assessed(assessed) })
    }

    /// An identifier as the fact of its kind would be read.
    fn identifier<'t>(&self, kind: u32, text: Cow<'t, str>) -> Option<Cow<'t, str>> {
        if *self.credit_codes.get(kind as usize)? {
            let checked = credit_code::check(&text).ok()?;
            return Some(if checked == text { text } else { Cow::Owned(checked) });
        }
        let trimmed = text.trim();
        (!trimmed.is_empty() && trimmed.len() == text.len()).then_some(text)
    }
}

/// `None` where a key stands there twice.
fn repeats<T>(sorted: &[(u32, T)]) -> Option<()> {
    let mut pairs = sorted.iter().zip(sorted.iter().skip(1));
    (!pairs.any(|((a, _), (b, _))| a == b)).then_some(())
}

/// `2026-03-01`.
fn day(text: &str) -> Option<i32> {
    let number = |range: std::ops::Range<usize>| {
        let digits = text.get(range)?;
        if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse::<u32>().ok() } else { None }
    };
    let dash = |at: usize| text.as_bytes().get(at) == Some(&b'-');
    if text.len() != 10 || !dash(4) || !dash(7) {
        return None;
    }
    calendar::day(i64::from(number(0..4)?), number(5..7)?, number(8..10)?)
}

/// `200000`, `200000.5`, `200000.00`.
fn cents(text: &str) -> Option<i128> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = !whole.is_empty() && whole.len() <= 15 && part.len() <= 2 && digits(whole) && digits(part);
    if !fits || text.ends_with('.') {
        return None;
    }
    let part_cents = match part.len() {
        0 => 0,
        1 => part.parse::<i128>().ok()? * 10,
        _ => part.parse::<i128>().ok()?,
    };
    let cents = whole.parse::<i64>().ok().map(i128::from)? * 100 + part_cents;
    (cents <= MONEY_MAX * 100).then_some(cents)
}

/// A whole number at the scale of a fact.
fn whole(number: &serde_json::Number, scale: u8) -> Option<i128> {
    i128::from(number.as_i64()?).checked_mul(10i128.checked_pow(u32::from(scale))?)
}

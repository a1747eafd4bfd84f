//! Types and values of the model: kinds, units, currencies, scales. Numbers are exact decimals; the scale of every number is known
//! when the policy is compiled.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::limits::{MONEY_MAX, QUANTITY_MAX, RATE_MAX};

/// Index of a classification or enumeration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassId(pub u32);

/// Index of a value of a classification or enumeration. The values of one class are numbered in pre-order, so that a value and all
/// it covers are the contiguous ids `id..end` (see [`super::Member`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MemberId(pub u32);

/// A unit: a product of powers of base units (`元`, `人`, `月`, `天`, `平方米` …). Empty for pure numbers and rates.
/// 年 is 12 月; 月 and 天 do not convert.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Unit {
    /// Base unit to exponent, never zero. Currencies are base units with their ISO 4217 code (`CNY`).
    pub powers: BTreeMap<String, i8>,
}

impl Unit {
    /// The unit of pure numbers.
    #[must_use]
    pub fn none() -> Unit {
        Unit::default()
    }

    /// A single base unit.
    #[must_use]
    pub fn base(name: &str) -> Unit {
        Unit { powers: BTreeMap::from([(name.to_owned(), 1)]) }
    }

    /// The product of two units.
    #[must_use]
    pub fn times(&self, other: &Unit) -> Unit {
        self.combine(other, 1)
    }

    /// The quotient of two units.
    #[must_use]
    pub fn per(&self, other: &Unit) -> Unit {
        self.combine(other, -1)
    }

    fn combine(&self, other: &Unit, sign: i8) -> Unit {
        let mut powers = self.powers.clone();
        for (name, power) in &other.powers {
            let entry = powers.entry(name.clone()).or_insert(0);
            *entry = entry.saturating_add(power.saturating_mul(sign));
            if *entry == 0 {
                powers.remove(name);
            }
        }
        Unit { powers }
    }

    /// The ISO code, where this is exactly one currency.
    #[must_use]
    pub fn currency(&self) -> Option<&str> {
        match self.powers.iter().next() {
            Some((name, 1)) if self.powers.len() == 1 && is_currency(name) => Some(name),
            _ => None,
        }
    }
}

/// Whether a base unit is a currency: three capital ASCII letters.
#[must_use]
pub fn is_currency(base: &str) -> bool {
    base.len() == 3 && base.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// What a number is called when it is shown: how its declaration named it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NumberKind {
    /// 整数, scale 0.
    Integer,
    /// 数.
    Number,
    /// 比例, shown with %.
    Rate,
    /// 金额 or any unit with a currency.
    Money,
    /// 期间: months or days, scale 0.
    Period,
    /// A quantity with a unit: 人, 平方米.
    Quantity,
}

impl NumberKind {
    /// The largest value, in its own unit, of a fact whose range is not declared.
    #[must_use]
    pub fn value_max(self) -> i128 {
        match self {
            NumberKind::Money => MONEY_MAX,
            NumberKind::Rate => RATE_MAX,
            NumberKind::Integer | NumberKind::Number | NumberKind::Period | NumberKind::Quantity => QUANTITY_MAX,
        }
    }
}

/// A type of expressions and facts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// 是否: true or false.
    Bool,
    /// Any number.
    Number {
        /// How it is shown.
        kind: NumberKind,
        /// Its unit.
        unit: Unit,
        /// Decimals kept. For an expression: the most its exact value can have.
        scale: u8,
    },
    /// 日期: a day of the Gregorian calendar, as days from 1970-01-01.
    Date,
    /// 文本: compared for equality only.
    Text,
    /// A value of a classification or enumeration.
    Member(ClassId),
    /// A list of records; only facts have this type, no expression does.
    List(super::ListId),
    /// What stands in for a type after an error, so that one mistake is reported once.
    Error,
}

impl Type {
    /// 金额 in 元 with two decimals.
    #[must_use]
    pub fn money() -> Type {
        Type::Number { kind: NumberKind::Money, unit: Unit::base("CNY"), scale: 2 }
    }

    /// Whether it is the type after an error.
    #[must_use]
    pub fn is_error(&self) -> bool {
        matches!(self, Type::Error)
    }

    /// The scale of a number, 0 for everything else.
    #[must_use]
    pub fn scale(&self) -> u8 {
        match self {
            Type::Number { scale, .. } => *scale,
            Type::Bool | Type::Date | Type::Text | Type::Member(_) | Type::List(_) | Type::Error => 0,
        }
    }
}

/// A known value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// 是 or 否.
    Bool(bool),
    /// A number in its type's unit (money in 元, rates as fractions, periods in months or days).
    Number(Decimal),
    /// Days from 1970-01-01.
    Date(i32),
    /// A text.
    Text(String),
    /// A value of a class.
    Member(MemberId),
}

/// How a number is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RoundingMode {
    /// 四舍五入: half away from zero.
    HalfUp,
    /// 舍去: toward zero.
    Down,
    /// 进一: away from zero.
    Up,
    /// 四舍六入五成双: half to even.
    HalfEven,
}

/// To how many decimals and how. A negative scale rounds to tens (`-1`) … ten thousands (`-4`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rounding {
    /// Decimals kept in the unit of the number (2: 分; 0: 元; -4: 万元).
    pub scale: i8,
    /// The mode.
    pub mode: RoundingMode,
}

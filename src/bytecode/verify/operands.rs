//! In: one instruction and the registers before it. Out: type and bound of the register it writes, or the rule that its operands break.

use crate::limits::{LEDGER_TIMES_MAX, SCALE_MAX};

use super::super::op::{Op, signed_scale};
use super::super::program::{SlotInfo, SlotType, Tables};
use super::ranges::Bound;
use super::{RegisterType, Rule};

/// A broken rule, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The rule.
    pub rule: Rule,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Broken {
    /// Of a rule.
    pub fn new(rule: Rule, zh: impl Into<String>, en: impl Into<String>) -> Broken {
        Broken { rule, zh: zh.into(), en: en.into() }
    }
}

/// What is known of a register that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its type.
    pub ty: RegisterType,
    /// Its bound; of no account but for numbers.
    pub bound: Bound,
}

/// Why there is nothing to know: a broken rule, or an operand that was itself in error and has been reported.
pub type Unknown = Option<Broken>;

/// Most zeros that rounding to a negative scale may put before the point.
const NEGATIVE_SCALE_MIN: i8 = -(SCALE_MAX.cast_signed());

fn broken<T>(rule: Rule, zh: impl Into<String>, en: impl Into<String>) -> Result<T, Unknown> {
    Err(Some(Broken::new(rule, zh, en)))
}

fn missing<T>(what: &'static str, id: u32) -> Result<T, Unknown> {
    broken(
        Rule::OperandOutOfRange,
        format!("操作数 {id} 不在 {what} 表内"),
        format!("operand {id} is not in the {what}"),
    )
}

fn overflow() -> Unknown {
    Some(Broken::new(
        Rule::Overflow,
        "这一步的结果可能大到无法精确计算（超过 1.5×10^38 个最小单位）",
        "the result can be too large to compute exactly (over 1.5 × 10^38 of its smallest units)",
    ))
}

fn wrong_type<T>(expected: &str, expected_en: &str) -> Result<T, Unknown> {
    broken(Rule::TypeMismatch, format!("操作数要是{expected}"), format!("an operand must be {expected_en}"))
}

/// Reads registers, tables and numbers for one instruction.
pub struct Operands<'a, R> {
    /// The tables.
    pub tables: &'a Tables,
    /// The list whose record is at hand, within a fold.
    pub list: Option<u32>,
    /// What is known of a register.
    pub read: R,
}

impl<R: Fn(u32) -> Result<Known, Unknown>> Operands<'_, R> {
    /// Type and bound of what an instruction writes; `None` where it writes nothing.
    pub fn known(&self, op: Op) -> Result<Option<Known>, Unknown> {
        let known = match op {
            Op::Load { slot, .. } => self.load(slot)?,
            Op::Number { value, scale, .. } => self.number_constant(value, scale)?,
            Op::Boolean { value, .. } => {
                below(value, 2)?;
                plain(RegisterType::Bool)
            }
            Op::Date { value, .. } => match self.tables.constants.get(value as usize) {
                Some(days) if i32::try_from(*days).is_ok() => plain(RegisterType::Date),
                Some(_) => return broken(Rule::BadNumberOperand, "日期超出范围", "a date is out of range"),
                None => return missing("constants", value),
            },
            Op::Member { value, .. } => match self.tables.members.get(value as usize) {
                Some(member) => plain(RegisterType::Member(member.class)),
                None => return missing("class values", value),
            },
            Op::Text { value, .. } => match self.tables.texts.get(value as usize) {
                Some(_) => plain(RegisterType::Text),
                None => return missing("texts", value),
            },
            Op::Unlimited { scale, .. } => number(scale_of(scale)?, Bound::INFINITE),
            Op::OnDate { .. } => plain(RegisterType::Date),
            Op::Not { a, .. } => self.booleans(&[a])?,
            Op::And { a, b, .. } | Op::Or { a, b, .. } => self.booleans(&[a, b])?,
            Op::AtLeast { a, b, .. } | Op::Above { a, b, .. } => self.ordered(a, b)?,
            Op::Equal { a, b, .. } | Op::NotEqual { a, b, .. } => self.alike(a, b)?,
            Op::Within { a, set, .. } => self.within(a, set)?,
            Op::Add { a, b, .. } => self.aligned(a, b, Bound::plus)?,
            Op::Subtract { a, b, .. } => self.aligned(a, b, Bound::minus)?,
            Op::Multiply { a, b, .. } => self.multiply(a, b)?,
            Op::Divide { a, b, scale, mode, .. } => self.divide(a, b, scale, mode)?,
            Op::Round { a, scale, mode, .. } => self.round(a, scale, mode)?,
            Op::Rescale { a, scale, .. } => self.rescale(a, scale)?,
            Op::Least { a, b, .. } => self.aligned(a, b, |a, b| Some(a.least(b)))?,
            Op::Greatest { a, b, .. } => self.aligned(a, b, |a, b| Some(a.greatest(b)))?,
            Op::AddMonths { a, months, rule, .. } => {
                below(rule, 2)?;
                self.date_plus(a, months)?
            }
            Op::AddDays { a, days, .. } => self.date_plus(a, days)?,
            Op::Approved { slot, .. } => match self.slot(slot)?.ty {
                SlotType::Bool => plain(RegisterType::Bool),
                SlotType::Number { .. }
                | SlotType::Date
                | SlotType::Text
                | SlotType::Member { .. }
                | SlotType::List { .. } => {
                    return wrong_type("是否", "yes or no");
                }
            },
            Op::Remaining { a, .. } => {
                let (_, bound) = self.money(a)?;
                number(2, bound.remaining())
            }
            Op::Lift { a, approved, to, .. } => {
                self.booleans(&[approved])?;
                self.aligned(a, to, |a, b| Some(a.either(b)))?
            }
            Op::Limit { a, remaining, .. } => {
                self.money(a)?;
                self.aligned(a, remaining, |a, b| Some(a.least(b)))?
            }
            Op::NotApplicable { kind, of, .. } => self.not_applicable(kind, of)?,
            Op::YearsBetween { from, to, .. } => {
                self.dates(&[from, to])?;
                number(0, Bound::years(true))
            }
            Op::YearOf { a, .. } => {
                self.dates(&[a])?;
                number(0, Bound::years(false))
            }
            Op::AddWorkingDays { a, days, calendar, .. } => {
                if calendar as usize >= self.tables.calendars.len() {
                    return missing("calendars", calendar);
                }
                self.date_plus(a, days)?
            }
            Op::Select { when, a, b, .. } => self.select(when, a, b)?,
            Op::Pick { when, a, b, .. } => self.pick(when, a, b)?,
            Op::Times { counter, .. } => {
                if counter as usize >= self.tables.counters.len() {
                    return missing("counters", counter);
                }
                number(0, Bound::counted(LEDGER_TIMES_MAX))
            }
            Op::Column { column, .. } => self.column(column)?,
            Op::Fold { list, kind, most, filter, value, .. } => self.fold(list, kind, most, filter, value)?,
            Op::InForce { .. } | Op::Require { .. } | Op::Grant { .. } | Op::Decide { .. } => return Ok(None),
        };
        Ok(Some(known))
    }

    /// A slot.
    pub fn slot(&self, slot: u32) -> Result<&SlotInfo, Unknown> {
        self.tables.slots.get(slot as usize).map_or_else(|| missing("facts", slot), Ok)
    }

    fn load(&self, id: u32) -> Result<Known, Unknown> {
        let slot = self.slot(id)?;
        given(&slot.ty, slot.low, slot.high)
    }

    fn column(&self, id: u32) -> Result<Known, Unknown> {
        let Some(column) = self.tables.columns.get(id as usize) else { return missing("columns", id) };
        if self.list != Some(column.list) {
            return broken(
                Rule::ColumnOutsideFold,
                "清单的栏只能在对这个清单的计算里读",
                "a column is read outside a fold of its list",
            );
        }
        given(&column.ty, column.low, column.high)
    }

    fn not_applicable(&self, kind: u32, of: u32) -> Result<Known, Unknown> {
        Ok(match kind {
            0 => number(scale_of(of)?, Bound::counted(0)),
            1 | 2 if of != 0 => return broken(Rule::BadNumberOperand, "多余的操作数", "an operand that says nothing"),
            1 => plain(RegisterType::Date),
            2 => plain(RegisterType::Text),
            3 if (of as usize) < self.tables.classes.len() => plain(RegisterType::Member(of)),
            3 => return missing("classes", of),
            _ => return below(kind, 4).map(|()| plain(RegisterType::Bool)),
        })
    }

    fn dates(&self, registers: &[u32]) -> Result<(), Unknown> {
        for register in registers {
            if (self.read)(*register)?.ty != RegisterType::Date {
                return wrong_type("日期", "a date");
            }
        }
        Ok(())
    }

    fn select(&self, when: u32, a: u32, b: u32) -> Result<Known, Unknown> {
        self.booleans(&[when])?;
        match ((self.read)(a)?.ty, (self.read)(b)?.ty) {
            (RegisterType::Number(_), RegisterType::Number(_)) => self.aligned(a, b, |a, b| Some(a.either(b))),
            (RegisterType::Date, RegisterType::Date) => Ok(plain(RegisterType::Date)),
            (RegisterType::Bool, RegisterType::Bool) => Ok(plain(RegisterType::Bool)),
            _ => wrong_type("同一类的数、日期、是否", "numbers, dates or yes/no of one type"),
        }
    }

    fn pick(&self, when: u32, a: u32, b: u32) -> Result<Known, Unknown> {
        self.booleans(&[when])?;
        match ((self.read)(a)?.ty, (self.read)(b)?.ty) {
            (RegisterType::Text, RegisterType::Text) => Ok(plain(RegisterType::Text)),
            (RegisterType::Member(a), RegisterType::Member(b)) if a == b => Ok(plain(RegisterType::Member(a))),
            _ => wrong_type("文本，或同一分类的值", "texts or values of one class"),
        }
    }

    /// A fold whose body has been read.
    fn fold(&self, list: u32, kind: u32, most: u32, filter: u32, value: u32) -> Result<Known, Unknown> {
        let Some(info) = self.tables.lists.get(list as usize) else { return missing("lists", list) };
        below(kind, 8)?;
        self.booleans(&[filter])?;
        let takes = if kind == 6 { (1..=info.max).contains(&most) } else { most == 0 };
        if !takes {
            return broken(
                Rule::BadNumberOperand,
                "前几项的项数不对",
                "a fold takes a number of records that it cannot",
            );
        }
        if matches!(kind, 1 | 4 | 5) && value != filter {
            return broken(Rule::FoldMalformed, "计数、任一、全部没有值", "a fold without a value has one");
        }
        let max = i128::from(info.max);
        match (kind, (self.read)(value)?.ty) {
            (1, _) => Ok(number(0, Bound::counted(max))),
            (4 | 5, _) => Ok(plain(RegisterType::Bool)),
            (0, RegisterType::Number(scale)) => {
                Ok(number(scale, self.number(value)?.1.summed(max).ok_or_else(overflow)?))
            }
            (6, RegisterType::Number(scale)) => {
                Ok(number(scale, self.number(value)?.1.summed(i128::from(most)).ok_or_else(overflow)?))
            }
            (2 | 3, RegisterType::Number(scale)) => Ok(number(scale, self.number(value)?.1.open())),
            (2 | 3, RegisterType::Date) => Ok(plain(RegisterType::Date)),
            (7, RegisterType::Number(_) | RegisterType::Date | RegisterType::Text | RegisterType::Member(_)) => {
                Ok(number(0, Bound::counted(max)))
            }
            _ => wrong_type("能这样合计的值", "of a type that can be folded so"),
        }
    }

    fn number_constant(&self, value: u32, scale: u32) -> Result<Known, Unknown> {
        let Some(value) = self.tables.constants.get(value as usize) else { return missing("constants", value) };
        let bound = Bound::constant(*value).ok_or_else(overflow)?;
        Ok(number(scale_of(scale)?, bound))
    }

    fn booleans(&self, registers: &[u32]) -> Result<Known, Unknown> {
        for register in registers {
            if (self.read)(*register)?.ty != RegisterType::Bool {
                return wrong_type("是否", "yes or no");
            }
        }
        Ok(plain(RegisterType::Bool))
    }

    /// Scale and bound of a number.
    pub fn number(&self, register: u32) -> Result<(u8, Bound), Unknown> {
        let known = (self.read)(register)?;
        match known.ty {
            RegisterType::Number(scale) => Ok((scale, known.bound)),
            RegisterType::Bool | RegisterType::Date | RegisterType::Text | RegisterType::Member(_) => {
                wrong_type("数", "a number")
            }
        }
    }

    /// Bound of a number of two decimals.
    pub fn money(&self, register: u32) -> Result<(u8, Bound), Unknown> {
        let (scale, bound) = self.number(register)?;
        if scale != 2 {
            return broken(
                Rule::ScaleMismatch,
                format!("金额要有 2 位小数，这里是 {scale} 位"),
                format!("an amount has 2 decimals, this one has {scale}"),
            );
        }
        Ok((scale, bound))
    }

    fn pair(&self, a: u32, b: u32) -> Result<(u8, Bound, Bound), Unknown> {
        let ((a_scale, a), (b_scale, b)) = (self.number(a)?, self.number(b)?);
        if a_scale != b_scale {
            return broken(
                Rule::ScaleMismatch,
                format!("两个数的小数位不同：{a_scale} 与 {b_scale}"),
                format!("two numbers differ in decimals: {a_scale} and {b_scale}"),
            );
        }
        Ok((a_scale, a, b))
    }

    fn aligned(&self, a: u32, b: u32, bound: impl Fn(Bound, Bound) -> Option<Bound>) -> Result<Known, Unknown> {
        let (scale, a, b) = self.pair(a, b)?;
        Ok(number(scale, bound(a, b).ok_or_else(overflow)?))
    }

    fn ordered(&self, a: u32, b: u32) -> Result<Known, Unknown> {
        match ((self.read)(a)?.ty, (self.read)(b)?.ty) {
            (RegisterType::Number(_), RegisterType::Number(_)) => self.pair(a, b).map(|_| plain(RegisterType::Bool)),
            (RegisterType::Date, RegisterType::Date) => Ok(plain(RegisterType::Bool)),
            (RegisterType::Member(a), RegisterType::Member(b)) => match self.tables.classes.get(a as usize) {
                Some(class) if a == b && class.ordered => Ok(plain(RegisterType::Bool)),
                _ => wrong_type("同一个有序枚举的值", "values of one ordered class"),
            },
            _ => wrong_type("能比较大小的值", "values that have an order"),
        }
    }

    fn alike(&self, a: u32, b: u32) -> Result<Known, Unknown> {
        match ((self.read)(a)?.ty, (self.read)(b)?.ty) {
            (RegisterType::Number(_), RegisterType::Number(_)) => self.pair(a, b).map(|_| plain(RegisterType::Bool)),
            (a, b) if a == b => Ok(plain(RegisterType::Bool)),
            _ => wrong_type("同一类的值", "of one type"),
        }
    }

    fn within(&self, a: u32, set: u32) -> Result<Known, Unknown> {
        let Some(ranges) = self.tables.sets.get(set as usize) else { return missing("sets", set) };
        let class = match (self.read)(a)?.ty {
            RegisterType::Member(class) => self.tables.classes.get(class as usize),
            RegisterType::Bool | RegisterType::Number(_) | RegisterType::Date | RegisterType::Text => None,
        };
        let Some(class) = class else { return wrong_type("分类的值", "a class value") };
        // Sorted ranges lie in a class where the first and the last do.
        let first = ranges.first().is_some_and(|range| class.first <= range.0);
        let last = ranges.last().is_some_and(|range| range.1 <= class.end);
        if first && last {
            return Ok(plain(RegisterType::Bool));
        }
        broken(Rule::SetOfAnotherClass, "集合里有另一个分类的值", "the set holds values of another class")
    }

    fn multiply(&self, a: u32, b: u32) -> Result<Known, Unknown> {
        let ((a_scale, a), (b_scale, b)) = (self.number(a)?, self.number(b)?);
        let scale = a_scale.saturating_add(b_scale);
        if scale > SCALE_MAX {
            return too_many_decimals(scale);
        }
        Ok(number(scale, a.times(b).ok_or_else(overflow)?))
    }

    fn divide(&self, a: u32, b: u32, scale: u32, mode: u32) -> Result<Known, Unknown> {
        below(mode, 4)?;
        let to = rounding_scale(scale)?;
        let ((a_scale, a), (b_scale, b)) = (self.number(a)?, self.number(b)?);
        let bound = a.divided(b, (a_scale, b_scale), to).ok_or_else(overflow)?;
        Ok(number(u8::try_from(to).unwrap_or(0), bound))
    }

    fn round(&self, a: u32, scale: u32, mode: u32) -> Result<Known, Unknown> {
        below(mode, 4)?;
        let to = rounding_scale(scale)?;
        let (from, bound) = self.number(a)?;
        if i32::from(to) > i32::from(from) {
            return broken(Rule::BadNumberOperand, "舍入不能增加小数位", "rounding does not add decimals");
        }
        let bound = bound.rounded(from, to).ok_or_else(overflow)?;
        Ok(number(u8::try_from(to).unwrap_or(0), bound))
    }

    fn rescale(&self, a: u32, scale: u32) -> Result<Known, Unknown> {
        let (from, bound) = self.number(a)?;
        let to = scale_of(scale)?;
        match to.checked_sub(from) {
            Some(digits) => Ok(number(to, bound.widened(u32::from(digits)).ok_or_else(overflow)?)),
            None => broken(Rule::BadNumberOperand, "换算不能减少小数位", "rescaling does not drop decimals"),
        }
    }

    fn date_plus(&self, date: u32, count: u32) -> Result<Known, Unknown> {
        if (self.read)(date)?.ty != RegisterType::Date {
            return wrong_type("日期", "a date");
        }
        match self.number(count)? {
            (0, _) => Ok(plain(RegisterType::Date)),
            _ => broken(Rule::ScaleMismatch, "月数、天数要是整数", "a number of months or days is whole"),
        }
    }
}

/// What a fact or a column holds.
fn given(ty: &SlotType, low: Option<i128>, high: Option<i128>) -> Result<Known, Unknown> {
    Ok(match ty {
        SlotType::Bool => plain(RegisterType::Bool),
        SlotType::Number { scale, shown, .. } => {
            number(*scale, Bound::slot(low, high, *scale, shown.value_max()).ok_or_else(overflow)?)
        }
        SlotType::Date => plain(RegisterType::Date),
        SlotType::Text => plain(RegisterType::Text),
        SlotType::Member { class } => plain(RegisterType::Member(*class)),
        SlotType::List { .. } => return wrong_type("一个值", "one value"),
    })
}

fn plain(ty: RegisterType) -> Known {
    Known { ty, bound: Bound::INFINITE }
}

fn number(scale: u8, bound: Bound) -> Known {
    Known { ty: RegisterType::Number(scale), bound }
}

fn below(value: u32, end: u32) -> Result<(), Unknown> {
    if value < end {
        return Ok(());
    }
    broken(Rule::BadNumberOperand, format!("没有第 {value} 种取值"), format!("there is no value {value}"))
}

fn too_many_decimals<T>(scale: impl std::fmt::Display) -> Result<T, Unknown> {
    broken(
        Rule::ScaleTooLarge,
        format!("小数有 {scale} 位，最多 {SCALE_MAX} 位"),
        format!("a number has {scale} decimals, the limit is {SCALE_MAX}"),
    )
}

fn scale_of(operand: u32) -> Result<u8, Unknown> {
    match u8::try_from(operand) {
        Ok(scale) if scale <= SCALE_MAX => Ok(scale),
        _ => too_many_decimals(operand),
    }
}

fn rounding_scale(operand: u32) -> Result<i8, Unknown> {
    let scale = signed_scale(operand);
    let fits = i32::from(scale) == operand.cast_signed();
    if fits && scale >= NEGATIVE_SCALE_MIN && scale <= SCALE_MAX.cast_signed() {
        return Ok(scale);
    }
    too_many_decimals(operand.cast_signed())
}

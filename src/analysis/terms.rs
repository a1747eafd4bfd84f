//! In: an expression that is a number, a day, a text or a class value. Out: the ways in which its value can come about, each a sum of
//! variables under conditions.
//! Invariant: whatever the facts are, one of the readings holds with the value of the expression, or the expression is 不适用 and one of
//! `given` is, or a reading says so.

use std::collections::BTreeSet;

use super::linear::{Linear, Row, Var};
use super::pool::{FAR, Pool, all_days, mentioned};
use crate::limits::{LEDGER_TIMES_MAX, LIST_RECORDS_MAX, SOLVE_READINGS_MAX};
use crate::model::{Arm, Expr, ExprKind, FoldKind, Rounding, RoundingMode, Type, Value};

/// One way in which a value can come about.
#[derive(Debug, Clone)]
pub struct Reading<'a> {
    /// What must hold.
    pub guards: Vec<(&'a Expr, bool)>,
    /// What follows.
    pub rows: Vec<Row>,
    /// Variables without which the value is 不适用.
    pub given: Vec<Var>,
    /// The value; `None`: 不适用.
    pub value: Option<Linear>,
    /// Whether it may be 不适用 though all of `given` are given.
    pub may_lack: bool,
}

impl<'a> Reading<'a> {
    fn of(value: Option<Linear>) -> Reading<'a> {
        Reading { guards: Vec::new(), rows: Vec::new(), given: Vec::new(), value, may_lack: false }
    }

    /// Two readings at once, with the value that `value` makes; `None` where it is too large to be followed.
    fn and(&self, other: &Reading<'a>, value: impl Fn(&Linear, &Linear) -> Option<Linear>) -> Option<Reading<'a>> {
        let value = match (&self.value, &other.value) {
            (Some(one), Some(two)) => Some(value(one, two)?),
            _ => None,
        };
        Some(Reading {
            guards: [&self.guards[..], &other.guards[..]].concat(),
            rows: [&self.rows[..], &other.rows[..]].concat(),
            given: [&self.given[..], &other.given[..]].concat(),
            value,
            may_lack: self.may_lack || other.may_lack,
        })
    }
}

impl<'a> Pool<'a> {
    /// The readings of an expression.
    pub fn readings(&mut self, expr: &'a Expr) -> Vec<Reading<'a>> {
        match self.exact_readings(expr) {
            Some(readings) if readings.len() <= SOLVE_READINGS_MAX => readings,
            _ => vec![self.opaque(expr, true)],
        }
    }

    /// `None` where the expression is not followed.
    fn exact_readings(&mut self, expr: &'a Expr) -> Option<Vec<Reading<'a>>> {
        Some(match &expr.kind {
            ExprKind::Constant(value) => vec![Reading::of(Some(self.constant(value)))],
            ExprKind::Fact(id) => {
                let var = self.fact(*id)?;
                vec![Reading { given: vec![var], ..Reading::of(Some(self.fact_value(var))) }]
            }
            ExprKind::Definition(id) => {
                let model = self.model;
                self.readings(&model.definitions.get(id.index())?.value)
            }
            ExprKind::OnDate => {
                let day = self.day();
                vec![Reading::of(Some(self.linear(day)))]
            }
            ExprKind::Add(left, right) | ExprKind::AddDays { date: left, days: right } => {
                self.pairs(left, right, &Linear::plus)?
            }
            ExprKind::Subtract(left, right) => self.pairs(left, right, &Linear::minus)?,
            ExprKind::Multiply(left, right) => self.pairs(left, right, &Linear::times)?,
            ExprKind::Divide { left, right, rounding } => self.divided(expr, left, right, *rounding)?,
            ExprKind::Round { value, rounding } => self.rounded(expr, value, *rounding)?,
            ExprKind::Least(parts) => self.extreme(parts, false)?,
            ExprKind::Greatest(parts) => self.extreme(parts, true)?,
            ExprKind::AddMonths { date, months, .. } => self.months_on(expr, date, months)?,
            ExprKind::Choose { arms, otherwise } => self.chosen(arms, otherwise.as_deref())?,
            ExprKind::YearsBetween { from, to } => self.years_between(expr, from, to)?,
            ExprKind::YearOf(date) => self.year_of(expr, date)?,
            ExprKind::Fold(fold) => {
                let may_lack = !matches!(fold.kind, FoldKind::Count | FoldKind::Sum | FoldKind::Distinct);
                vec![self.opaque(expr, may_lack)]
            }
            ExprKind::Times(_) => vec![self.opaque(expr, false)],
            _ => return None,
        })
    }

    fn constant(&mut self, value: &Value) -> Linear {
        match value {
            Value::Number(number) => Linear::number(*number),
            Value::Date(day) => Linear::integer(i128::from(*day)),
            Value::Member(id) => Linear::integer(i128::from(id.0)),
            Value::Bool(value) => Linear::integer(i128::from(*value)),
            Value::Text(text) => Linear::integer(self.text(text)),
        }
    }

    /// A part that is not looked into: any value of its type.
    fn opaque(&mut self, expr: &'a Expr, may_lack: bool) -> Reading<'a> {
        let range = match (&expr.kind, &expr.ty) {
            (ExprKind::Times(_), _) => (0, LEDGER_TIMES_MAX),
            (ExprKind::Fold(fold), _) if matches!(fold.kind, FoldKind::Count | FoldKind::Distinct) => {
                let max = self.model.lists.get(fold.list.index()).map_or(LIST_RECORDS_MAX, |list| list.max);
                (0, i128::from(max))
            }
            (_, Type::Date) => all_days(),
            (_, Type::Member(_) | Type::Bool) => (0, i128::from(u32::MAX)),
            _ => (-FAR, FAR),
        };
        let var = self.part(expr, u32::from(expr.ty.scale()), range);
        Reading { may_lack, ..Reading::of(Some(self.linear(var))) }
    }

    /// As [`Pool::opaque`], for a part that lacks only where its facts do.
    fn strict_part(&mut self, expr: &'a Expr) -> Reading<'a> {
        let mut reading = self.opaque(expr, false);
        let mut facts = BTreeSet::new();
        mentioned(self.model, expr, &mut facts);
        reading.given = facts.into_iter().filter_map(|fact| self.fact(fact)).collect();
        reading
    }

    fn pairs(
        &mut self,
        left: &'a Expr,
        right: &'a Expr,
        value: &dyn Fn(&Linear, &Linear) -> Option<Linear>,
    ) -> Option<Vec<Reading<'a>>> {
        let (left, right) = (self.readings(left), self.readings(right));
        let mut all = Vec::new();
        for one in &left {
            for two in &right {
                all.push(one.and(two, value)?);
            }
        }
        Some(all)
    }

    /// 取低、取高: which of the parts it is.
    fn extreme(&mut self, parts: &'a [Expr], greatest: bool) -> Option<Vec<Reading<'a>>> {
        let (first, rest) = parts.split_first()?;
        let mut all = self.readings(first);
        for part in rest {
            let next = self.readings(part);
            let mut joined = Vec::new();
            for one in &all {
                for two in &next {
                    for (first, takes) in [(true, Linear::plus as fn(&_, &_) -> _), (false, Linear::plus)] {
                        let mut both = one.and(two, takes)?;
                        if let (Some(a), Some(b)) = (&one.value, &two.value) {
                            let (kept, other) = if first { (a, b) } else { (b, a) };
                            let (small, large) = if greatest { (other, kept) } else { (kept, other) };
                            both.rows.push(small.minus(large)?.at_most_zero()?);
                            both.value = Some(kept.clone());
                        }
                        joined.push(both);
                    }
                }
            }
            if joined.len() > SOLVE_READINGS_MAX {
                return None;
            }
            all = joined;
        }
        Some(all)
    }

    /// The first arm that holds.
    fn chosen(&mut self, arms: &'a [Arm], otherwise: Option<&'a Expr>) -> Option<Vec<Reading<'a>>> {
        let mut all = Vec::new();
        let mut before: Vec<(&'a Expr, bool)> = Vec::new();
        for arm in arms {
            for mut reading in self.readings(&arm.value) {
                reading.guards.extend(before.iter().copied().chain([(&arm.when.expr, true)]));
                all.push(reading);
            }
            before.push((&arm.when.expr, false));
            if all.len() > SOLVE_READINGS_MAX {
                return None;
            }
        }
        let rest = otherwise.map_or_else(|| vec![Reading::of(None)], |rest| self.readings(rest));
        for mut reading in rest {
            reading.guards.extend(before.iter().copied());
            all.push(reading);
        }
        Some(all)
    }

    /// A quotient by a number: within one unit of its rounding.
    fn divided(
        &mut self,
        expr: &'a Expr,
        left: &'a Expr,
        right: &'a Expr,
        rounding: Rounding,
    ) -> Option<Vec<Reading<'a>>> {
        let divisor = self.readings(right);
        let by = match &divisor[..] {
            [one] => one.value.as_ref().filter(|value| value.as_number().is_some_and(|(number, _)| number != 0)),
            _ => None,
        };
        let Some(by) = by else {
            // By a fact, which may be zero.
            let mut part = self.strict_part(expr);
            part.may_lack = true;
            return Some(vec![part]);
        };
        self.near(expr, left, by, rounding)
    }

    fn rounded(&mut self, expr: &'a Expr, value: &'a Expr, rounding: Rounding) -> Option<Vec<Reading<'a>>> {
        self.near(expr, value, &Linear::integer(1), rounding)
    }

    /// `|part × by − value| ≤ |by| × unit`, or half a unit.
    fn near(&mut self, expr: &'a Expr, value: &'a Expr, by: &Linear, rounding: Rounding) -> Option<Vec<Reading<'a>>> {
        let part = self.opaque(expr, false).value?;
        let half = matches!(rounding.mode, RoundingMode::HalfUp | RoundingMode::HalfEven);
        let negative = by.as_number()?.0 < 0;
        let size = if negative { by.times(&Linear::integer(-1))? } else { by.clone() };
        let slack = size.times(&Linear::unit(rounding.scale)?)?;
        let twice = Linear::integer(if half { 2 } else { 1 });
        let mut all = Vec::new();
        for mut reading in self.readings(value) {
            if let Some(value) = &reading.value {
                let apart = part.times(by)?.minus(value)?.times(&twice)?;
                reading.rows.push(apart.minus(&slack)?.at_most_zero()?);
                reading.rows.push(apart.times(&Linear::integer(-1))?.minus(&slack)?.at_most_zero()?);
                reading.value = Some(part.clone());
            }
            all.push(reading);
        }
        Some(all)
    }

    /// A date some months on: so many days at least and at most.
    fn months_on(&mut self, expr: &'a Expr, date: &'a Expr, months: &'a Expr) -> Option<Vec<Reading<'a>>> {
        let count = self.readings(months);
        let count = match &count[..] {
            [one] => one.value.as_ref().and_then(Linear::as_number).filter(|(_, scale)| *scale == 0),
            _ => None,
        };
        let Some((count, _)) = count.filter(|(count, _)| (-12_000..=12_000).contains(count)) else {
            return Some(vec![self.strict_part(expr)]);
        };
        // 400 years have 146,097 days; no span of months is more than five days off, 顺延 included.
        let days = (count * 146_097).div_euclid(4_800);
        let (least, most) = if count == 0 { (0, 0) } else { (days - 6, days + 7) };
        let part = self.opaque(expr, false).value?;
        let mut all = Vec::new();
        for mut reading in self.readings(date) {
            if let Some(date) = &reading.value {
                let apart = part.minus(date)?;
                reading.rows.push(apart.minus(&Linear::integer(most))?.at_most_zero()?);
                reading.rows.push(Linear::integer(least).minus(&apart)?.at_most_zero()?);
                reading.value = Some(part.clone());
            }
            all.push(reading);
        }
        Some(all)
    }

    /// Whole years: 365 to 366 days each, or none where the days are the other way round.
    fn years_between(&mut self, expr: &'a Expr, from: &'a Expr, to: &'a Expr) -> Option<Vec<Reading<'a>>> {
        let var = self.part(expr, 0, (0, 10_000));
        let years = self.linear(var);
        let spans = self.pairs(from, to, &|from, to| to.minus(from))?;
        let mut all = Vec::new();
        for span in spans {
            let Some(days) = span.value.clone() else {
                all.push(span);
                continue;
            };
            let mut before = span.clone();
            before.rows.push(days.below_zero()?);
            before.value = Some(Linear::integer(0));
            let mut after = span;
            // 365·y ≤ days ≤ 366·y + 365
            after.rows.push(years.times(&Linear::integer(365))?.minus(&days)?.at_most_zero()?);
            let most = years.times(&Linear::integer(366))?.plus(&Linear::integer(365))?;
            after.rows.push(days.minus(&most)?.at_most_zero()?);
            after.value = Some(years.clone());
            all.extend([before, after]);
        }
        Some(all)
    }

    /// A calendar year: its days lie within three days of 365.2425 a year.
    fn year_of(&mut self, expr: &'a Expr, date: &'a Expr) -> Option<Vec<Reading<'a>>> {
        let var = self.part(expr, 0, (1, 9_999));
        let year = self.linear(var);
        let mut all = Vec::new();
        for mut reading in self.readings(date) {
            if let Some(date) = &reading.value {
                let since = year.minus(&Linear::integer(1_970))?.times(&Linear::integer(3_652_425))?;
                let into = date.times(&Linear::integer(10_000))?.minus(&since)?;
                reading.rows.push(into.minus(&Linear::integer(3_690_000))?.at_most_zero()?);
                reading.rows.push(Linear::integer(-30_000).minus(&into)?.at_most_zero()?);
                reading.value = Some(year.clone());
            }
            all.push(reading);
        }
        Some(all)
    }
}

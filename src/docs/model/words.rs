//! In: checked expressions, values, caps. Out: the same in plain language, Chinese and English.
//! Invariant: every number keeps all its digits; what is nested deeper than [`DEPTH_MAX`] is left to the encoding.

use rust_decimal::Decimal;

use super::Words;
use super::names::{Names, joined};
use crate::bytecode::program::Shown;
use crate::calendar;
use crate::diagnostics::Lang;
use crate::explain::text;
use crate::model::record::{Fold, FoldKind, Times};
use crate::model::{
    Arm, CapKey, CapPeriod, CapScope, CompareOp, Condition, Expr, ExprKind, MemberId, Rounding, RoundingMode, Type,
    Value,
};

/// How deep sentences nest.
const DEPTH_MAX: u32 = 12;
/// Values of a classification that are named one by one.
const MEMBERS_SHOWN: usize = 12;

/// `{}` and `{}` of two languages filled with the same parts, which are names of values: each is read twice.
macro_rules! both {
    ($zh:literal, $en:literal $(, $part:ident)* $(,)?) => {
        Words::new(format!($zh $(, $part.zh)*), format!($en $(, $part.en)*))
    };
}
pub(super) use both;

/// A number of a type as it is shown.
pub(super) fn number(value: Decimal, ty: &Type) -> Words {
    let Type::Number { kind, unit, .. } = ty else { return Words::same(&value.to_string()) };
    let shown = Shown::from(*kind);
    let unit: Vec<(String, i8)> = unit.powers.iter().map(|(name, power)| (name.clone(), *power)).collect();
    let say = |lang| text::number(value.mantissa(), value.scale(), shown, &unit, lang);
    Words::new(say(Lang::Zh), say(Lang::En))
}

/// An amount of money.
pub(super) fn money(value: Decimal, currency: &str) -> Words {
    Words::new(text::decimal(value, currency, Lang::Zh), text::decimal(value, currency, Lang::En))
}

/// A number of months, as years where it comes to whole ones.
pub(super) fn months(count: u32) -> Words {
    let unit = [("月".to_owned(), 1)];
    let say = |lang| text::number(i128::from(count), 0, Shown::Period, &unit, lang);
    Words::new(say(Lang::Zh), say(Lang::En))
}

/// A day.
pub(super) fn day(day: i32) -> String {
    calendar::iso(i64::from(day))
}

/// A fraction with %.
pub(super) fn percent(value: Decimal) -> Words {
    let value = value.saturating_mul(Decimal::ONE_HUNDRED).normalize();
    Words::same(&format!("{value}%"))
}

/// To what something is rounded.
pub(super) fn rounding(of: Rounding) -> Words {
    let unit = match of.scale {
        2 => Words::new("分", "cents"),
        1 => Words::new("角", "tenths"),
        0 => Words::new("元", "whole units"),
        -4 => Words::new("万元", "ten thousands"),
        scale if scale > 0 => Words::new(format!("小数点后 {scale} 位"), format!("{scale} decimals")),
        scale => Words::new(format!("10 的 {} 次方", -scale), format!("10 to the power of {}", -scale)),
    };
    let mode = match of.mode {
        RoundingMode::HalfUp => Words::new("四舍五入", "half up"),
        RoundingMode::Down => Words::new("舍去", "down"),
        RoundingMode::Up => Words::new("进一", "up"),
        RoundingMode::HalfEven => Words::new("四舍六入五成双", "half to even"),
    };
    both!("保留到{}，{}", "rounded to {}, {}", unit, mode)
}

fn infix(left: &Words, op: &str, right: &Words) -> Words {
    Words::new(format!("{} {op} {}", left.zh, right.zh), format!("{} {op} {}", left.en, right.en))
}

/// A period of counting.
pub(super) fn period(of: CapPeriod) -> Words {
    match of {
        CapPeriod::Year => Words::new("每年", "a year"),
        CapPeriod::Lifetime => Words::new("累计", "in all"),
        CapPeriod::Once => Words::new("一次性", "once only"),
        CapPeriod::Each => Words::new("每次", "each time"),
        CapPeriod::Months(count) => {
            let within = months(count);
            both!("{}内累计", "within {}", within)
        }
        CapPeriod::OnceOrYear => Words::new("一次性或期限内每年", "once, or a year within the term"),
    }
}

impl Names<'_> {
    /// Per whom something is counted.
    pub(super) fn key(&self, key: &CapKey) -> Words {
        match key {
            CapKey::Subjects(subjects) => {
                let of = joined(subjects.iter().map(|id| self.subject(*id)));
                both!("每{}", "per {}", of)
            }
            CapKey::Everyone => Words::new("全部申请合计", "over all applicants"),
        }
    }

    /// The values of a set, each by the highest that covers it.
    pub(super) fn tops(&self, members: &[MemberId]) -> Vec<MemberId> {
        let mut tops: Vec<MemberId> = Vec::new();
        for id in members {
            let end = |id: &MemberId| self.model.members.get(id.0 as usize).map_or(*id, |it| it.end);
            if tops.last().is_none_or(|last| end(last) <= *id) {
                tops.push(*id);
            }
        }
        tops
    }

    /// The values of a set in words.
    pub(super) fn members(&self, members: &[MemberId]) -> Words {
        let tops = self.tops(members);
        let shown = joined(tops.iter().take(MEMBERS_SHOWN).map(|id| self.member(*id)));
        match tops.len().checked_sub(MEMBERS_SHOWN) {
            Some(more) if more > 0 => {
                Words::new(format!("{}等 {} 项", shown.zh, tops.len()), format!("{} and {more} more", shown.en))
            }
            _ => shown,
        }
    }

    /// A known value.
    pub(super) fn value(&self, value: &Value, ty: &Type) -> Words {
        match value {
            Value::Bool(true) => Words::new("是", "yes"),
            Value::Bool(false) => Words::new("否", "no"),
            Value::Number(of) => number(*of, ty),
            Value::Date(of) => Words::same(&day(*of)),
            Value::Text(of) => Words::new(format!("「{of}」"), format!("“{of}”")),
            Value::Member(id) => self.member(*id),
        }
    }

    /// An expression in words.
    pub(super) fn expr(&self, expr: &Expr) -> Words {
        self.said(expr, 0)
    }

    fn said(&self, expr: &Expr, depth: u32) -> Words {
        use ExprKind as K;
        if depth > DEPTH_MAX {
            return Words::same("……");
        }
        let of = |part: &Expr| self.operand(part, depth + 1);
        match &expr.kind {
            K::Constant(value) => self.value(value, &expr.ty),
            K::Fact(id) => self.fact(*id),
            K::Definition(id) => self.definition(*id),
            K::OnDate => Words::new("评定日", "the day of decision"),
            K::Not(inner) => {
                let inner = of(inner);
                both!("不是“{}”", "not {}", inner)
            }
            K::All(parts) => self.chain(parts, "，且", " and ", depth),
            K::Any(parts) => self.chain(parts, "，或", " or ", depth),
            K::Compare { op, left, right } => self.compared(*op, left, right, depth),
            K::Within { value, members } => {
                let (value, set) = (of(value), self.members(members));
                both!("{}属于{}", "{} is one of {}", value, set)
            }
            K::Column(id) => self.column(*id),
            K::Fold(fold) => self.fold(fold, depth),
            K::Times(times) => self.times(times),
            K::UsedUp(id) => {
                let clause = self.clause(*id);
                both!("{}的上限已经用完", "a ceiling of {} is used up", clause)
            }
            K::Choose { arms, otherwise } => self.choice(arms, otherwise.as_deref(), depth),
            K::Least(parts) => {
                let parts = joined(parts.iter().map(of));
                both!("{}中最低的", "the lowest of {}", parts)
            }
            K::Greatest(parts) => {
                let parts = joined(parts.iter().map(of));
                both!("{}中最高的", "the highest of {}", parts)
            }
            _ => self.arithmetic(expr, depth),
        }
    }

    fn arithmetic(&self, expr: &Expr, depth: u32) -> Words {
        use ExprKind as K;
        let of = |part: &Expr| self.operand(part, depth + 1);
        match &expr.kind {
            K::Add(left, right) => infix(&of(left), "+", &of(right)),
            K::Subtract(left, right) => infix(&of(left), "−", &of(right)),
            K::Multiply(left, right) => infix(&of(left), "×", &of(right)),
            K::Divide { left, right, rounding } => {
                let (quotient, rounded) = (infix(&of(left), "÷", &of(right)), self::rounding(*rounding));
                both!("{}（{}）", "{} ({})", quotient, rounded)
            }
            K::Round { value, rounding } => {
                let (value, rounded) = (of(value), self::rounding(*rounding));
                both!("{}（{}）", "{} ({})", value, rounded)
            }
            K::AddMonths { date, months: count, .. } | K::AddDays { date, days: count } => {
                let (date, count) = (of(date), of(count));
                both!("{}起{}", "{} plus {}", date, count)
            }
            K::AddWorkingDays { date, days, .. } => {
                let (date, days) = (of(date), of(days));
                both!("{}起{}（工作日）", "{} plus {} (working days)", date, days)
            }
            K::YearsBetween { from, to } => {
                let (from, to) = (of(from), of(to));
                both!("{}到{}的整年数", "whole years from {} to {}", from, to)
            }
            K::YearOf(date) => {
                let date = of(date);
                both!("{}的年份", "the year of {}", date)
            }
            _ => Words::default(),
        }
    }

    /// A part of a larger expression, in brackets where it would be misread.
    fn operand(&self, expr: &Expr, depth: u32) -> Words {
        use ExprKind as K;
        let said = self.said(expr, depth);
        match expr.kind {
            K::All(_) | K::Any(_) | K::Add(..) | K::Subtract(..) | K::Choose { .. } | K::Compare { .. } => {
                both!("（{}）", "({})", said)
            }
            _ => said,
        }
    }

    fn chain(&self, parts: &[Condition], zh: &str, en: &str, depth: u32) -> Words {
        let said = |part: &Condition| match part.expr.kind {
            ExprKind::All(_) | ExprKind::Any(_) | ExprKind::Choose { .. } => self.operand(&part.expr, depth + 1),
            _ => self.said(&part.expr, depth + 1),
        };
        let parts: Vec<Words> = parts.iter().map(said).collect();
        let of = |get: fn(&Words) -> &str, by: &str| parts.iter().map(get).collect::<Vec<_>>().join(by);
        Words::new(of(|it| &it.zh, zh), of(|it| &it.en, en))
    }

    fn compared(&self, op: CompareOp, left: &Expr, right: &Expr, depth: u32) -> Words {
        let (zh, en) = match (op, &left.ty) {
            (CompareOp::AtLeast, Type::Date) => ("不早于", "is not before"),
            (CompareOp::Above, Type::Date) => ("晚于", "is after"),
            (CompareOp::AtMost, Type::Date) => ("不晚于", "is not after"),
            (CompareOp::Below, Type::Date) => ("早于", "is before"),
            (CompareOp::AtLeast, _) => ("不低于", "is at least"),
            (CompareOp::Above, _) => ("超过", "is more than"),
            (CompareOp::AtMost, _) => ("不超过", "is at most"),
            (CompareOp::Below, _) => ("低于", "is less than"),
            (CompareOp::Equal, _) => ("是", "is"),
            (CompareOp::NotEqual, _) => ("不是", "is not"),
        };
        let (left, right) = (self.operand(left, depth + 1), self.operand(right, depth + 1));
        Words::new(format!("{}{zh}{}", left.zh, right.zh), format!("{} {en} {}", left.en, right.en))
    }

    fn choice(&self, arms: &[Arm], otherwise: Option<&Expr>, depth: u32) -> Words {
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        for arm in arms {
            let (when, then) = (self.said(&arm.when.expr, depth + 1), self.said(&arm.value, depth + 1));
            zh.push(format!("{}的，{}", when.zh, then.zh));
            en.push(format!("{} if {}", then.en, when.en));
        }
        if let Some(rest) = otherwise {
            let rest = self.said(rest, depth + 1);
            zh.push(format!("其余{}", rest.zh));
            en.push(format!("otherwise {}", rest.en));
        }
        Words::new(zh.join("；"), en.join("; "))
    }

    fn fold(&self, fold: &Fold, depth: u32) -> Words {
        let list = self.list(fold.list);
        let filter = fold.filter.as_ref().map(|it| self.said(it, depth + 1));
        let value = fold.value.as_ref().map(|it| self.said(it, depth + 1)).unwrap_or_default();
        let of = match &filter {
            Some(filter) if !matches!(fold.kind, FoldKind::Any | FoldKind::All) => {
                both!("{}（其中{}）", "{} where {}", list, filter)
            }
            Some(_) | None => list.clone(),
        };
        let filter = filter.unwrap_or_default();
        match fold.kind {
            FoldKind::Sum => both!("{}的{}合计", "the sum over {} of {}", of, value),
            FoldKind::Count => both!("{}的条数", "the number of {}", of),
            FoldKind::Greatest => both!("{}的{}最大值", "the greatest over {} of {}", of, value),
            FoldKind::Least => both!("{}的{}最小值", "the least over {} of {}", of, value),
            FoldKind::Any => both!("{}里有一条{}", "some of {} has {}", list, filter),
            FoldKind::All => both!("{}里每一条都{}", "each of {} has {}", list, filter),
            FoldKind::SumOfGreatest(count) => Words::new(
                format!("{}的{}前{count}名合计", of.zh, value.zh),
                format!("the sum of the {count} greatest over {} of {}", of.en, value.en),
            ),
            FoldKind::Distinct => both!("{}的{}有几种", "how many different {1} in {0}", of, value),
        }
    }

    fn times(&self, times: &Times) -> Words {
        let of = match &times.counts {
            CapScope::Clause => self.clause(times.clause),
            CapScope::Clauses(clauses) => joined(clauses.iter().map(|id| self.clause(*id))),
            CapScope::Policy => Words::new("本政策", "this policy"),
        };
        let (key, period) = (self.key(&times.key), period(times.period));
        let unit = match times.years {
            true => Words::new("年数", "years with an award"),
            false => Words::new("次数", "earlier awards"),
        };
        both!("{}以前得到{}的{}（{}）", "{2} under {1} ({0}, {3})", key, of, unit, period)
    }
}

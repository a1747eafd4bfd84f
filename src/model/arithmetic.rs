//! In: sums, products, quotients, roundings and dates. Out: their checked forms with exact units and scales.

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::SCALE_MAX;
use crate::source::Span;
use crate::syntax::ast::Separator;
use crate::syntax::keywords::Word;

use super::expression::{Expr, ExprKind};
use super::surface::{Surface, SurfaceKind, split};
use super::tokens::{Token, TokenKind};
use super::types::{NumberKind, Rounding, RoundingMode, Type, Unit, Value};
use super::typing::{Typing, constant, error, kind_of};

impl Typing<'_, '_> {
    /// + - × ÷; a range (至) has no single value.
    pub fn arithmetic(&mut self, word: Word, left: &Surface, right: &Surface, span: Span) -> Expr {
        if word == Word::To {
            self.context.report(
                Diagnostic::new(Code::FieldUnreadable, span, "这里不能写范围", "a range cannot stand here").help(
                    "范围只能写在“支持”栏；条件里写“不低于 甲 且 不超过 乙”",
                    "ranges stand in award fields only",
                ),
            );
            return error(span);
        }
        let left = self.expr(left, None);
        let right = self.expr(right, None);
        if left.ty.is_error() || right.ty.is_error() {
            return error(span);
        }
        match word {
            Word::Plus | Word::Minus => self.sum(word, left, right, span),
            Word::DividedBy => self.division_without_rounding(span),
            _ => self.product(left, right, span),
        }
    }

    fn sum(&mut self, word: Word, left: Expr, right: Expr, span: Span) -> Expr {
        match (&left.ty, &right.ty) {
            (Type::Date, Type::Number { unit, .. }) if word == Word::Minus && *unit == Unit::base("工作日") => {
                self.context.report(
                    Diagnostic::new(
                        Code::FieldUnreadable,
                        span,
                        "工作日只能往后数",
                        "working days are only counted forward",
                    )
                    .help("往前推算用“天”：评定日 减 30天", "use days to count back: `decision-date minus 30天`"),
                );
                error(span)
            }
            (Type::Date, Type::Number { kind: NumberKind::Period, .. }) => {
                let period = if word == Word::Minus { self.negated(right) } else { right };
                self.date_plus(left, period, span)
            }
            (Type::Number { unit, scale: one, .. }, Type::Number { scale: two, .. }) => {
                if !self.units_agree(&left, &right, span) {
                    return error(span);
                }
                let (unit, scale) = (unit.clone(), *one.max(two));
                let kind = merged(&left.ty, &right.ty, &unit, scale);
                let (left, right) = (Box::new(left), Box::new(right));
                let sum = if word == Word::Plus { ExprKind::Add(left, right) } else { ExprKind::Subtract(left, right) };
                Expr { kind: sum, ty: Type::Number { kind, unit, scale }, span }
            }
            _ => self.different_kinds(&left, &right, span),
        }
    }

    pub(super) fn negated(&mut self, period: Expr) -> Expr {
        let span = period.span;
        if let (ExprKind::Constant(Value::Number(value)), ty) = (&period.kind, &period.ty) {
            return constant(Value::Number(-*value), ty.clone(), span);
        }
        let zero = constant(Value::Number(rust_decimal::Decimal::ZERO), period.ty.clone(), span);
        let ty = period.ty.clone();
        Expr { kind: ExprKind::Subtract(Box::new(zero), Box::new(period)), ty, span }
    }

    /// A product of two checked numbers. A price per year times whole years given in months is divided by 12 exactly.
    pub fn product(&mut self, left: Expr, right: Expr, span: Span) -> Expr {
        let product = self.multiply(left, right, span);
        if !super::quantities::mixes_years_and_months(&product.ty) {
            return product;
        }
        match super::quantities::in_years(&product) {
            Some(in_years) => in_years,
            None => self.months_of_a_price_per_year(span),
        }
    }

    /// A product of two checked numbers, with their units as they are.
    pub(super) fn multiply(&mut self, left: Expr, right: Expr, span: Span) -> Expr {
        if left.ty.is_error() || right.ty.is_error() {
            return error(span);
        }
        let (Type::Number { unit: one, scale: first, .. }, Type::Number { unit: two, scale: second, .. }) =
            (&left.ty, &right.ty)
        else {
            return self.not_a_number(&left, &right, span);
        };
        let unit = one.times(two);
        let scale = first.saturating_add(*second);
        if scale > SCALE_MAX {
            self.context.report(
                Diagnostic::new(
                    Code::TooPrecise,
                    span,
                    format!("乘积的小数位太多（{scale} 位，最多 {SCALE_MAX} 位）"),
                    format!("the product has too many decimals ({scale}, at most {SCALE_MAX})"),
                )
                .help("先用“舍入（…，2位小数，四舍五入）”", "round a factor first"),
            );
            return error(span);
        }
        let kind = merged(&left.ty, &right.ty, &unit, scale);
        let ty = Type::Number { kind, unit, scale };
        Expr { kind: ExprKind::Multiply(Box::new(left), Box::new(right)), ty, span }
    }

    pub(super) fn not_a_number(&mut self, left: &Expr, right: &Expr, span: Span) -> Expr {
        let wrong = if matches!(left.ty, Type::Number { .. }) { right } else { left };
        let what = self.describe(&wrong.ty);
        if wrong.ty == Type::Bool {
            let text = self.context.text(wrong.span);
            self.context.report(
                Diagnostic::new(
                    Code::KindMismatch,
                    wrong.span,
                    format!("“{text}”是条件，不能参加计算"),
                    format!("`{text}` is a condition and cannot be calculated with"),
                )
                .help(
                    "分档支持的，写一个“分档”条目，在“支持”里用它的名称",
                    "write a `tiers` item, and use its name in the award",
                ),
            );
            return error(span);
        }
        self.context.report(
            Diagnostic::new(
                Code::KindMismatch,
                span,
                format!("{}不能参加计算", what.0),
                format!("{} cannot be calculated with", what.1),
            )
            .also(wrong.span, what.0, what.1),
        );
        error(span)
    }

    pub(super) fn division_without_rounding(&mut self, span: Span) -> Expr {
        let text = self.context.text(span);
        self.context.report(
            Diagnostic::new(
                Code::DivisionWithoutRounding,
                span,
                "除法没有写明保留几位小数、怎么舍入",
                "this division does not say how it is rounded",
            )
            .help(
                "写成“舍入（甲 除以 乙，4位小数，四舍五入）”；直接比较“甲 除以 乙 不低于 5%”时不用写",
                "write `round(a divided-by b, 4 decimals, half-up)`; a direct comparison needs none",
            )
            .fix(
                span,
                format!("舍入（{text}，4位小数，四舍五入）"),
                "保留 4 位小数，四舍五入",
                "round half up to 4 decimals",
            ),
        );
        error(span)
    }

    /// A date some months or days later.
    pub fn date_plus(&mut self, date: Expr, period: Expr, span: Span) -> Expr {
        let Type::Number { unit, scale, .. } = &period.ty else { return error(span) };
        if *scale > 0 {
            self.context.report(Diagnostic::new(
                Code::TooPrecise,
                period.span,
                "期间要是整数",
                "a period must be whole",
            ));
            return error(span);
        }
        let (date, amount) = (Box::new(date), Box::new(period.clone()));
        if *unit == Unit::base("工作日") {
            return self.working_days(*date, period, span);
        }
        if *unit == Unit::base("天") {
            return Expr { kind: ExprKind::AddDays { date, days: amount }, ty: Type::Date, span };
        }
        let Some(month_end) = self.context.model.policy.month_end else {
            let policy = self.context.model.policy.span.after();
            self.context.report(
                Diagnostic::new(
                    Code::MonthEndUndeclared,
                    span,
                    "按月推算日期，政策没有写明月末怎么算",
                    "months are added to a date, and the policy does not say what happens at the end of a month",
                )
                .help(
                    "在“政策”条目加一行“月末：取月末”（1月31日加1个月是2月最后一天）或“月末：顺延”（是3月1日）",
                    "add `month-end: last-day` or `month-end: next-month` to the policy item",
                )
                .fix(policy, "\n  月末：取月末", "取月末", "the last day of the month")
                .fix(policy, "\n  月末：顺延", "顺延", "the first of the next month"),
            );
            return error(span);
        };
        Expr { kind: ExprKind::AddMonths { date, months: amount, month_end }, ty: Type::Date, span }
    }

    /// 取低（…）, 取高（…）.
    pub fn choose(&mut self, word: Word, parts: &[Surface], span: Span) -> Expr {
        let parts: Vec<Expr> = parts.iter().map(|part| self.expr(part, None)).collect();
        if parts.iter().any(|part| part.ty.is_error()) {
            return error(span);
        }
        let Some(first) = parts.first().cloned() else { return error(span) };
        let mut scale = 0;
        for part in &parts {
            if !matches!(part.ty, Type::Number { .. }) {
                return self.not_a_number(part, part, span);
            }
            if !self.units_agree(&first, part, span) {
                return error(span);
            }
            scale = scale.max(part.ty.scale());
        }
        let Type::Number { kind, unit, .. } = first.ty else { return error(span) };
        let chosen = if word == Word::Least { ExprKind::Least(parts) } else { ExprKind::Greatest(parts) };
        Expr { kind: chosen, ty: Type::Number { kind, unit, scale }, span }
    }

    /// 舍入（value，2位小数，四舍五入）.
    pub fn round(&mut self, value: &Surface, how: &[Token], span: Span) -> Expr {
        let rounding = self.rounding(how, span);
        if let SurfaceKind::Arithmetic(Word::DividedBy, left, right) = &value.unbracketed().kind {
            let (left, right) = (self.expr(left, None), self.expr(right, None));
            let Some(rounding) = rounding.filter(|_| !left.ty.is_error() && !right.ty.is_error()) else {
                return error(span);
            };
            let (Type::Number { unit: one, .. }, Type::Number { unit: two, .. }) = (&left.ty, &right.ty) else {
                return self.not_a_number(&left, &right, span);
            };
            let unit = one.per(two);
            let scale = u8::try_from(rounding.scale.max(0)).unwrap_or(0);
            let kind = if unit.powers.is_empty() { NumberKind::Rate } else { kind_of(&unit, scale) };
            let divided = ExprKind::Divide { left: Box::new(left), right: Box::new(right), rounding };
            return Expr { kind: divided, ty: Type::Number { kind, unit, scale }, span };
        }
        let value = self.expr(value, None);
        let (Type::Number { kind, unit, .. }, Some(rounding)) = (value.ty.clone(), rounding) else {
            if !value.ty.is_error() && !matches!(value.ty, Type::Number { .. }) {
                return self.not_a_number(&value, &value, span);
            }
            return error(span);
        };
        let scale = u8::try_from(rounding.scale.max(0)).unwrap_or(0);
        Expr {
            kind: ExprKind::Round { value: Box::new(value), rounding },
            ty: Type::Number { kind, unit, scale },
            span,
        }
    }

    /// `2位小数，四舍五入`.
    fn rounding(&mut self, how: &[Token], span: Span) -> Option<Rounding> {
        let (mut scale, mut mode) = (None, None);
        for part in split(how, &[Separator::Comma, Separator::Pause]) {
            match part {
                [
                    Token { kind: TokenKind::Number(number), .. },
                    Token { kind: TokenKind::Word(Word::Decimals), .. },
                ] => {
                    scale = i8::try_from(number.value.mantissa())
                        .ok()
                        .filter(|scale| (0..=10).contains(scale) && number.decimals == 0);
                }
                [Token { kind: TokenKind::Word(word), .. }] => mode = rounding_mode(*word).or(mode),
                _ => {}
            }
        }
        let rounding = scale.zip(mode).map(|(scale, mode)| Rounding { scale, mode });
        if rounding.is_none() {
            self.context.report(
                Diagnostic::new(
                    Code::DivisionWithoutRounding,
                    span,
                    "没有写明保留几位小数、怎么舍入",
                    "decimals or mode of rounding are missing",
                )
                .help(
                    "写成“舍入（甲 除以 乙，4位小数，四舍五入）”",
                    "write `round(a divided-by b, 4 decimals, half-up)`",
                ),
            );
        }
        rounding
    }
}

/// The rounding mode of a word.
#[must_use]
pub fn rounding_mode(word: Word) -> Option<RoundingMode> {
    Some(match word {
        Word::HalfUp => RoundingMode::HalfUp,
        Word::Down => RoundingMode::Down,
        Word::Up => RoundingMode::Up,
        Word::HalfEven => RoundingMode::HalfEven,
        _ => return None,
    })
}

/// How the result of two numbers is shown: as a rate where one side is and nothing else is said.
fn merged(left: &Type, right: &Type, unit: &Unit, scale: u8) -> NumberKind {
    let rate = |ty: &Type| matches!(ty, Type::Number { kind: NumberKind::Rate, .. });
    if unit.powers.is_empty() && (rate(left) || rate(right)) { NumberKind::Rate } else { kind_of(unit, scale) }
}

//! In: quantities with more to them than a sum: steps, prices a year, parts under a condition, years counted from a day, working
//! days, 首次. Out: their checked forms.
//! Invariant: nothing here rounds but what a policy or clause says is rounded.

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::WORKING_DAYS_MAX;
use crate::source::Span;
use crate::syntax::keywords::Word;

use super::clause::{CapKey, CapPeriod, CapScope};
use super::expression::{Arm, CompareOp, Condition, Expr, ExprKind};
use super::record::Times;
use super::subjects::subject_of;
use super::surface::{Surface, SurfaceKind};
use super::tokens::Token;
use super::types::{NumberKind, Rounding, RoundingMode, Type, Unit, Value};
use super::typing::{Typing, constant, error, kind_of};
use super::{CalendarId, SubjectId};

/// A number without a unit and without decimals.
fn plain_integer() -> Type {
    Type::Number { kind: NumberKind::Integer, unit: Unit::none(), scale: 0 }
}

fn integer(value: i64, span: Span) -> Expr {
    constant(Value::Number(value.into()), plain_integer(), span)
}

fn power(unit: &Unit, name: &str) -> i8 {
    unit.powers.get(name).copied().unwrap_or(0)
}

/// Whether a number is so much a year times months.
pub(super) fn mixes_years_and_months(ty: &Type) -> bool {
    matches!(ty, Type::Number { unit, .. } if power(unit, "年") < 0 && power(unit, "月") > 0)
}

/// Whether a unit is money a month.
pub(super) fn is_monthly(unit: &Unit) -> bool {
    power(unit, "月") == -1 && unit.times(&Unit::base("月")).currency().is_some()
}

/// A product with months that are whole years as years, so that they cancel the year of a price.
pub(super) fn in_years(product: &Expr) -> Option<Expr> {
    let Type::Number { unit, .. } = &product.ty else { return None };
    let years = Unit::base("年");
    let changed = match &product.kind {
        ExprKind::Constant(Value::Number(value)) if *unit == Unit::base("月") => {
            let twelve = Decimal::from(12);
            if !(*value % twelve).is_zero() {
                return None;
            }
            let ty = Type::Number { kind: NumberKind::Quantity, unit: years, scale: 0 };
            return Some(constant(Value::Number((*value / twelve).normalize()), ty, product.span));
        }
        ExprKind::Multiply(left, right) => match (in_years(left), in_years(right)) {
            (Some(left), _) => (left, (**right).clone()),
            (None, Some(right)) => ((**left).clone(), right),
            (None, None) => return None,
        },
        _ => return None,
    };
    let (left, right) = changed;
    let (Type::Number { unit: one, scale: first, .. }, Type::Number { unit: two, scale: second, .. }) =
        (&left.ty, &right.ty)
    else {
        return None;
    };
    let (unit, scale) = (one.times(two), first.saturating_add(*second));
    let ty = Type::Number { kind: kind_of(&unit, scale), unit, scale };
    Some(Expr { kind: ExprKind::Multiply(Box::new(left), Box::new(right)), ty, span: product.span })
}

/// An amount a year as the amount of one year, since a decision is about one year.
pub(super) fn of_one_year(expr: Expr) -> Expr {
    let Type::Number { unit, scale, .. } = &expr.ty else { return expr };
    let money = unit.times(&Unit::base("年"));
    if power(unit, "年") != -1 || money.currency().is_none() {
        return expr;
    }
    let ty = Type::Number { kind: NumberKind::Money, unit: money, scale: *scale };
    if let ExprKind::Constant(value) = expr.kind {
        return constant(value, ty, expr.span);
    }
    let year = Type::Number { kind: NumberKind::Quantity, unit: Unit::base("年"), scale: 0 };
    let span = expr.span;
    let one = constant(Value::Number(Decimal::ONE), year, span);
    Expr { kind: ExprKind::Multiply(Box::new(expr), Box::new(one)), ty, span }
}

/// The factors of a chain of × and ÷, above and below the line.
fn factors<'s>(surface: &'s Surface, inverted: bool, above: &mut Vec<&'s Surface>, below: &mut Vec<&'s Surface>) {
    match &surface.unbracketed().kind {
        SurfaceKind::Arithmetic(Word::Times | Word::Of, left, right) => {
            factors(left, inverted, above, below);
            factors(right, inverted, above, below);
        }
        SurfaceKind::Arithmetic(Word::DividedBy, left, right) => {
            factors(left, inverted, above, below);
            factors(right, !inverted, above, below);
        }
        _ if inverted => below.push(surface),
        _ => above.push(surface),
    }
}

impl Typing<'_, '_> {
    /// An award that is a chain of × and ÷, as one exact quotient that is rounded once; `None` where it is no such chain, or nothing
    /// says how awards are rounded.
    pub(super) fn one_quotient(&mut self, surface: &Surface) -> Option<Expr> {
        let rounding = self.context.place.rounding?;
        let (mut above, mut below) = (Vec::new(), Vec::new());
        factors(surface, false, &mut above, &mut below);
        if above.len() + below.len() < 2 {
            return None;
        }
        let span = surface.span;
        let above = self.product_of(&above, span)?;
        let above = in_years(&above).filter(|_| mixes_years_and_months(&above.ty)).unwrap_or(above);
        let mut below = self.product_of(&below, span);
        if mixes_years_and_months(&above.ty) {
            let unit = Unit::base("月").per(&Unit::base("年"));
            let ty = Type::Number { kind: NumberKind::Quantity, unit, scale: 0 };
            let twelve = constant(Value::Number(Decimal::from(12)), ty, span);
            below = Some(match below {
                Some(below) => self.multiply(below, twelve, span),
                None => twelve,
            });
        }
        let Some(below) = below else { return Some(above) };
        if above.ty.is_error() || below.ty.is_error() {
            return Some(error(span));
        }
        Some(self.divided(above, below, rounding, span))
    }

    fn product_of(&mut self, factors: &[&Surface], span: Span) -> Option<Expr> {
        let mut product: Option<Expr> = None;
        for factor in factors {
            let factor = self.expr(factor, None);
            product = Some(match product {
                Some(before) => self.multiply(before, factor, span),
                None => factor,
            });
        }
        product
    }

    /// A quotient with its rounding.
    pub(super) fn divided(&mut self, left: Expr, right: Expr, rounding: Rounding, span: Span) -> Expr {
        let (Type::Number { unit: one, .. }, Type::Number { unit: two, .. }) = (&left.ty, &right.ty) else {
            return self.not_a_number(&left, &right, span);
        };
        let unit = one.per(two);
        let scale = u8::try_from(rounding.scale.max(0)).unwrap_or(0);
        let kind = if unit.powers.is_empty() { NumberKind::Rate } else { kind_of(&unit, scale) };
        let divided = ExprKind::Divide { left: Box::new(left), right: Box::new(right), rounding };
        Expr { kind: divided, ty: Type::Number { kind, unit, scale }, span }
    }

    /// `500元/年 × 7个月`: twelfths of a year, outside of an award that is rounded.
    pub(super) fn months_of_a_price_per_year(&mut self, span: Span) -> Expr {
        self.context.report(
            Diagnostic::new(
                Code::DivisionWithoutRounding,
                span,
                "按年的标准乘以月数要除以 12，没有写明怎么舍入",
                "a price a year times months is divided by 12, and it is not said how that is rounded",
            )
            .help(
                "月数写成整年，如“× 2年”；或者只在“支持”里相乘，并在政策或条款里写“舍入”",
                "write whole years, or multiply only in an award whose clause or policy declares `rounding`",
            ),
        );
        error(span)
    }

    /// `30万元（如 其他奖项）`.
    pub(super) fn value_where(&mut self, condition: &Surface, value: &Surface, span: Span) -> Expr {
        let label = self.context.text(condition.span);
        let (when, value) = (self.condition(condition), self.expr(value, None));
        if when.ty.is_error() || value.ty.is_error() {
            return error(span);
        }
        if !matches!(value.ty, Type::Number { .. }) {
            return self.not_a_number(&value, &value, span);
        }
        let ty = value.ty.clone();
        let nothing = constant(Value::Number(Decimal::ZERO), ty.clone(), value.span);
        let arm = Arm { when: Condition { label, labelled: false, expr: when }, value };
        Expr { kind: ExprKind::Choose { arms: vec![arm], otherwise: Some(Box::new(nothing)) }, ty, span }
    }

    /// `参观人次 每满1万人次 1万元`.
    pub(super) fn steps(&mut self, base: &Surface, step: &Surface, amount: &Surface, span: Span) -> Expr {
        let (base, step, amount) = (self.expr(base, None), self.expr(step, None), self.expr(amount, None));
        if base.ty.is_error() || step.ty.is_error() || amount.ty.is_error() {
            return error(span);
        }
        if !matches!((&base.ty, &step.ty), (Type::Number { .. }, Type::Number { .. })) {
            return self.not_a_number(&base, &step, span);
        }
        if !self.units_agree(&base, &step, span) {
            return error(span);
        }
        if matches!(&step.kind, ExprKind::Constant(Value::Number(step)) if *step <= Decimal::ZERO) {
            self.context.report(
                Diagnostic::new(Code::OutOfRange, step.span, "“每满”后面的数要大于 0", "the step must be more than 0")
                    .help("写成“每满1万人次 1万元”", "write `per-full 1万人次 1万元`"),
            );
            return error(span);
        }
        let whole = Rounding { scale: 0, mode: RoundingMode::Down };
        let kind = ExprKind::Divide { left: Box::new(base), right: Box::new(step), rounding: whole };
        let steps = Expr { kind, ty: plain_integer(), span };
        self.product(steps, amount, span)
    }

    /// `违规日期 在近3年内`: not before the same day so long ago, not after the day of the decision.
    pub(super) fn within_recent(&mut self, date: &Surface, period: &Surface, word: Word, span: Span) -> Expr {
        let (date, period) = (self.expr(date, None), self.expr(period, None));
        if date.ty.is_error() || period.ty.is_error() {
            return error(span);
        }
        let on = Expr { kind: ExprKind::OnDate, ty: Type::Date, span };
        if date.ty != Type::Date || !matches!(period.ty, Type::Number { kind: NumberKind::Period, .. }) {
            let wrong = if date.ty == Type::Date { &period } else { &date };
            let what = self.describe(&wrong.ty);
            self.context.report(
                Diagnostic::new(
                    Code::KindMismatch,
                    wrong.span,
                    format!("“在近3年内”前面要是日期，“近”后面是年、月、天；这里是{}", what.0),
                    format!("`within` compares a date with a period; this is {}", what.1),
                )
                .help("写成“违规日期 在近3年内”", "write `date at recent 3年 within-term`"),
            );
            return error(span);
        }
        let back = self.negated(period);
        let first = self.date_plus(on.clone(), back, span);
        if first.ty.is_error() {
            return error(span);
        }
        let declared = self.context.inclusive.get(&word).or(self.context.inclusive.get(&Word::WithinPostfix));
        let included = declared.copied().unwrap_or(true);
        let op = super::comparing::with_bound(CompareOp::AtLeast, included);
        let label = self.context.text(span);
        let test = |op: CompareOp, right: Expr| {
            let kind = ExprKind::Compare { op, left: Box::new(date.clone()), right: Box::new(right) };
            Condition { label: label.clone(), labelled: false, expr: Expr { kind, ty: Type::Bool, span } }
        };
        let parts = vec![test(op, first), test(CompareOp::AtMost, on)];
        Expr { kind: ExprKind::All(parts), ty: Type::Bool, span }
    }

    /// 年序: by anniversaries of the day, or by calendar years; before the day there is none.
    pub(super) fn year_number(&mut self, date: &Surface, reading: Option<Word>, span: Span) -> Expr {
        let from = self.expr(date, None);
        if from.ty.is_error() {
            return error(span);
        }
        if from.ty != Type::Date {
            let what = self.describe(&from.ty);
            self.context.report(
                Diagnostic::new(
                    Code::KindMismatch,
                    from.span,
                    format!("“年序”的括号里先写日期，这里是{}", what.0),
                    format!("`year-number` begins with a date, this is {}", what.1),
                )
                .help("写成“年序（入驻日期，按周年）”", "write `year-number(date, by-anniversary)`"),
            );
            return error(span);
        }
        let Some(reading) = reading else {
            self.years_ambiguous(span, from.span.after());
            return error(span);
        };
        self.year_since(from, reading, span)
    }

    /// Asks how years are counted; `place` is where the answer goes.
    pub fn years_ambiguous(&mut self, span: Span, place: Span) {
        self.context.report(
            Diagnostic::new(
                Code::AmbiguousTerm,
                span,
                "“第几年”有两种算法，没有写明是哪一种",
                "years can be counted in two ways, and it is not said which",
            )
            .label("从那一天起每满十二个月算一年，还是每个日历年算一年？", "by anniversaries, or by calendar years?")
            .help(
                "按周年：2024-05-10 起，到 2025-05-09 是第 1 年；按年度：2024 年是第 1 年，2025-01-01 起是第 2 年",
                "by-anniversary: from 2024-05-10 to 2025-05-09 is year 1; by-calendar-year: 2024 is year 1, from 2025-01-01 year 2",
            )
            .fix(place, "，按周年", "每满十二个月算一年：按周年", "by anniversaries")
            .fix(place, "，按年度", "每个日历年算一年：按年度", "by calendar years"),
        );
    }

    /// Which year since a day the day of the decision is in, from 1; not applicable before it.
    pub fn year_since(&mut self, from: Expr, reading: Word, span: Span) -> Expr {
        let on = Expr { kind: ExprKind::OnDate, ty: Type::Date, span };
        let ty = plain_integer();
        let boxed = |kind: ExprKind| Box::new(Expr { kind, ty: ty.clone(), span });
        let passed = if reading == Word::ByAnniversary {
            ExprKind::YearsBetween { from: Box::new(from.clone()), to: Box::new(on.clone()) }
        } else {
            let year = |day: &Expr| boxed(ExprKind::YearOf(Box::new(day.clone())));
            ExprKind::Subtract(year(&on), year(&from))
        };
        let value = *boxed(ExprKind::Add(boxed(passed), Box::new(integer(1, span))));
        let label = self.context.text(from.span);
        let kind = ExprKind::Compare { op: CompareOp::AtMost, left: Box::new(from), right: Box::new(on) };
        let begun = Condition { label, labelled: false, expr: Expr { kind, ty: Type::Bool, span } };
        let arms = vec![Arm { when: begun, value }];
        Expr { kind: ExprKind::Choose { arms, otherwise: None }, ty, span }
    }

    /// `5个工作日（国务院日历）`.
    pub(super) fn on_calendar(&mut self, days: &Surface, calendar: CalendarId, span: Span) -> Expr {
        let days = self.expr(days, None);
        if days.ty.is_error() {
            return days;
        }
        if !matches!(&days.ty, Type::Number { unit, .. } if *unit == Unit::base("工作日")) {
            self.context.report(
                Diagnostic::new(
                    Code::FieldUnreadable,
                    span,
                    "只有工作日按日历数",
                    "only working days are counted by a calendar",
                )
                .help("写成“受理日期 加 5个工作日（日历名称）”", "write `date plus 5工作日 (calendar)`"),
            );
            return error(span);
        }
        self.context.place.calendar = Some(calendar);
        days
    }

    /// A day so many working days later.
    pub(super) fn working_days(&mut self, date: Expr, days: Expr, span: Span) -> Expr {
        let named = self.context.place.calendar.take();
        let known = match &days.kind {
            ExprKind::Constant(Value::Number(count)) => Some(*count),
            _ => None,
        };
        let most = Decimal::from_i128_with_scale(WORKING_DAYS_MAX, 0);
        if !known.is_some_and(|count| count >= Decimal::ZERO && count <= most) {
            self.context.report(
                Diagnostic::new(
                    Code::OutOfRange,
                    days.span,
                    format!("工作日要写成 0 到 {WORKING_DAYS_MAX} 的数"),
                    format!("working days are written as a number from 0 to {WORKING_DAYS_MAX}"),
                )
                .help("写成“受理日期 加 5个工作日”", "write `date plus 5工作日`"),
            );
            return error(span);
        }
        let only = (self.context.model.calendars.len() == 1).then_some(CalendarId(0));
        let Some(calendar) = named.or(only) else {
            self.no_calendar(days.span);
            return error(span);
        };
        let kind = ExprKind::AddWorkingDays { date: Box::new(date), days: Box::new(days), calendar };
        Expr { kind, ty: Type::Date, span }
    }

    fn no_calendar(&mut self, span: Span) {
        let names: Vec<String> = self.context.model.calendars.iter().map(|calendar| calendar.name.clone()).collect();
        let report = Diagnostic::new(
            Code::NoCalendar,
            span,
            "不知道用哪个日历数工作日",
            "it is not known by which calendar working days are counted",
        );
        if names.is_empty() {
            self.context.report(report.help(
                "加一个“日历”条目，写明范围、放假和上班的日子，或者引用标准库的日历",
                "add a calendar item with its range, days off and working days, or import one",
            ));
            return;
        }
        let report = report.help(
            format!("有几个日历：{}；在后面的括号里写明用哪个", names.join("、")),
            format!("there are several: {}; name one in brackets after the number", names.join(", ")),
        );
        let report = names.iter().fold(report, |report, name| {
            report.fix(span.after(), format!("（{name}）"), format!("用“{name}”"), format!("use `{name}`"))
        });
        self.context.report(report);
    }

    /// 首次: the ledger has no earlier award; without a ledger the answer is open.
    pub(super) fn is_first_time(&mut self, clause: Option<&(String, Span)>, key: Option<&[Token]>, span: Span) -> Expr {
        let here = self.context.place.clause;
        let named = match clause {
            Some((name, at)) => match self.context.clause_index.find(name) {
                Some(id) => Some(id),
                None => {
                    let names = self.context.clause_index.clone();
                    let near = crate::diagnostics::nearest(name, names.names()).map(str::to_owned);
                    self.context.unknown_clause(name, *at, near);
                    return error(span);
                }
            },
            None => None,
        };
        let Some(clause) = here.or(named) else {
            self.context.report(
                Diagnostic::new(Code::FieldUnreadable, span, "“首次”只能写在条款里", "`first-time` stands in a clause")
                    .help("把这个条件写到条款的“条件”栏", "write this condition in the clause"),
            );
            return error(span);
        };
        let Some(root) = self.context.root_subject() else { return error(span) };
        let mut kinds: Vec<SubjectId> = key.unwrap_or_default().iter().filter_map(subject_of).collect();
        if let (Some(key), true) = (key, kinds.is_empty()) {
            let at = key.first().map_or(span, |token| token.span);
            self.context.report(
                Diagnostic::new(
                    Code::FieldUnreadable,
                    at,
                    "“首次”的括号里写按谁算",
                    "the brackets of `first-time` say to whom",
                )
                .help("写成“首次（每项目）”", "write `first-time (per project)`"),
            );
            return error(span);
        }
        if kinds.is_empty() {
            kinds.push(root);
        }
        kinds.sort_unstable();
        kinds.dedup();
        let counts = named.filter(|named| *named != clause).map_or(CapScope::Clause, |id| CapScope::Clauses(vec![id]));
        let ledger = self.context.ledger_fact(span);
        let (key, period) = (CapKey::Subjects(kinds), CapPeriod::Lifetime);
        let times = Times { clause, counts, key, period, years: false, ledger };
        let times = Expr { kind: ExprKind::Times(Box::new(times)), ty: plain_integer(), span };
        let kind = ExprKind::Compare { op: CompareOp::Equal, left: Box::new(times), right: Box::new(integer(0, span)) };
        Expr { kind, ty: Type::Bool, span }
    }
}

impl super::context::Context<'_> {
    /// The first kind of subject that belongs to no other.
    #[must_use]
    pub fn root_subject(&self) -> Option<SubjectId> {
        let root = self.model.subjects.iter().position(|subject| subject.owner.is_none())?;
        u32::try_from(root).ok().map(SubjectId)
    }
}

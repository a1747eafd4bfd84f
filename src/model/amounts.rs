//! In: 支持, 上限, 下限 and 突破 fields. Out: awards, caps with key and period, floors, lifts.

mod caps;
mod ceiling;

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Field, Part, Phrase};
use crate::syntax::keywords::Word;

use super::SubjectId;
use super::clause::Award;
use super::expression::{Expr, ExprKind};
use super::segment::Mode;
use super::surface::{Surface, SurfaceKind, read};
use super::tokens::{Token, TokenKind};
use super::types::{NumberKind, Type, Value};
use super::typing::{Typing, show_unit};

/// An award before its discretion fact is made.
pub enum AwardDraft {
    /// See [`Award::Computed`].
    Computed(Expr),
    /// See [`Award::Discretion`]; the fact where the drafter declared one.
    Discretion(Option<super::FactId>, Option<Expr>, Option<Expr>),
    /// See [`Award::Open`].
    Open,
}

impl AwardDraft {
    /// The award, with the fact that holds a set amount.
    pub fn finish(self, make: impl FnOnce() -> super::FactId) -> Award {
        match self {
            AwardDraft::Computed(expr) => Award::Computed(expr),
            AwardDraft::Discretion(fact, low, high) => Award::Discretion { fact: fact.unwrap_or_else(make), low, high },
            AwardDraft::Open => Award::Open { fact: make() },
        }
    }
}

impl Typing<'_, '_> {
    /// 支持.
    pub fn award(&mut self, field: &Field) -> Option<AwardDraft> {
        if let Some(first) = field.list.first() {
            self.context.report(
                Diagnostic::new(
                    Code::UnexpectedList,
                    first.marker.span,
                    "“支持”不能分项列举",
                    "an award takes no list",
                )
                .help("每一种支持写一个条款", "write one clause for each award"),
            );
            return None;
        }
        if field.value.is_empty() {
            return None;
        }
        if let Some(report) = self.ceiling_in_award(&field.value) {
            self.context.report(report);
            return None;
        }
        let tokens = self.context.tokens(&field.value, Mode::Expression);
        let tokens = trim_give(&tokens);
        if let [Token { kind: TokenKind::Word(Word::CertainReward), .. }] = tokens {
            return Some(AwardDraft::Open);
        }
        let rest = trim_ceiling(tokens);
        if rest.len() < tokens.len() {
            let surface = read(rest, field.value.span, &mut self.context.out);
            let high = self.money(&surface)?;
            return Some(AwardDraft::Discretion(None, None, Some(high)));
        }
        if let Some((Token { kind: TokenKind::Word(word), .. }, rest)) = tokens.split_first()
            && matches!(word, Word::NotBelow | Word::NotLess | Word::AtLeast)
        {
            let surface = read(rest, field.value.span, &mut self.context.out);
            let low = self.money(&surface)?;
            return Some(AwardDraft::Discretion(None, Some(low), None));
        }
        let surface = read(tokens, field.value.span, &mut self.context.out);
        if let Some((low, high)) = half_measured(&surface) {
            self.low_end_without_unit(low, high);
            return None;
        }
        if let Some((low, high)) = range(&surface) {
            let (low, high) = (self.money(&low)?, self.money(&high)?);
            return Some(AwardDraft::Discretion(None, Some(low), Some(high)));
        }
        let amount = match self.one_quotient(&surface) {
            Some(quotient) => self.amount(quotient)?,
            None => self.money(&surface)?,
        };
        match self.discretion_fact(&amount) {
            Some(fact) => Some(AwardDraft::Discretion(Some(fact), None, None)),
            None => Some(AwardDraft::Computed(amount)),
        }
    }

    /// `研发投入的10%，最高不超过50万元`: the ceiling is a field of its own, and so is for how many years.
    fn ceiling_in_award(&self, value: &Phrase) -> Option<Diagnostic> {
        let written = self.context.sources.text(value.span);
        let (before, after) = ceiling::split(written)?;
        let at = |from: usize, to: usize| {
            let place = |at: usize| value.span.start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
            Span { start: place(from), end: place(to), ..value.span }
        };
        let said = before.trim_end_matches(['，', ',', '；', ';', ' ', '、']);
        let place = at(said.len(), written.len());
        let kind = self
            .subjects
            .first()
            .or(Some(&SubjectId(0)))
            .and_then(|kind| self.context.model.subjects.get(kind.index()))?;
        let mut report = Diagnostic::new(
            Code::FieldUnreadable,
            at(before.len(), written.len()),
            "最高限额要另写一栏“上限”",
            "a ceiling is a field of its own, `cap`",
        )
        .help("“支持”里只写给多少；上限要写明按谁、什么期间", "an award says how much; a cap has a key and a period");
        if after.years {
            report = report.help(
                "“支持”里只写给多少；上限要写明按谁、什么期间；最多给几年另写“期限：自 日期 起 3年，按年度”或“期限：累计享受 3年”",
                "an award says how much; a cap has a key and a period; for how many years is a `term`",
            );
        }
        let words: &[Word] = if after.yearly { &[Word::Yearly] } else { &[Word::Yearly, Word::Lifetime] };
        for word in words {
            let cap = format!("上限：{}，每{}{}", after.sum, kind.name, word.zh());
            report = report.fix(place, format!("\n  {cap}"), format!("另起一行“{cap}”"), format!("add `{cap}` below"));
        }
        Some(report)
    }

    /// `100 至 200万元`: the low end lacks the unit of the high one.
    fn low_end_without_unit(&mut self, low: Span, high: Span) {
        let (one, two) = (self.context.text(low), self.context.text(high));
        let unit: String =
            two.trim_start_matches(|letter: char| letter.is_ascii_digit() || ".,， ".contains(letter)).to_owned();
        self.context.report(
            Diagnostic::new(
                Code::BadNumber,
                low.to(high),
                format!("范围的两头都要写单位：“{one}”后面没有"),
                format!("both ends of a range have a unit: `{one}` has none"),
            )
            .fix(
                low.after(),
                unit.clone(),
                format!("改为“{one}{unit}”"),
                format!("change to `{one}{unit}`"),
            ),
        );
    }

    /// An amount of money in one currency; reports anything else.
    pub fn money(&mut self, surface: &Surface) -> Option<Expr> {
        let expr = self.expr(surface, None);
        self.amount(expr)
    }

    /// A checked amount of money in one currency; reports anything else. An amount a year is that of one year.
    pub fn amount(&mut self, expr: Expr) -> Option<Expr> {
        let expr = super::quantities::of_one_year(expr);
        let span = expr.span;
        let report = match &expr.ty {
            Type::Error => return None,
            Type::Number { .. } if matches!(expr.kind, ExprKind::Constant(Value::Number(value)) if value.is_sign_negative()) => {
                Diagnostic::new(Code::OutOfRange, span, "金额不能是负数", "an amount is not negative").help(
                    "去掉负号；要减去的写在“扣除”里",
                    "leave out the sign; write what is taken off in `deduction`",
                )
            }
            Type::Number { unit, .. } if unit.currency().is_some() => return Some(expr),
            Type::Number { unit, .. } if super::quantities::is_monthly(unit) => {
                let text = self.context.text(span);
                Diagnostic::new(
                    Code::UnitMismatch,
                    span,
                    "算出来的是每月的金额，没有写几个月",
                    "this is an amount a month, and the number of months is not said",
                )
                .help("乘以月数：2000元/月 × 12个月", "multiply it by the months: `2000元/月 × 12个月`")
                .fix(span, format!("{text} × 12个月"), "给 12 个月", "for 12 months")
            }
            Type::Number { kind: NumberKind::Rate, .. } => Diagnostic::new(
                Code::RateAsAmount,
                span,
                "只写了比例，没有写以什么为基数",
                "a rate stands without its base",
            )
            .help("写成“研发投入 的 30%”或“30% × 研发投入”", "write `base of 30%` or `30% × base`"),
            Type::Number { unit, .. } if unit.powers.is_empty() => {
                Diagnostic::new(Code::NotAnAmount, span, "金额没有写单位", "the amount has no unit")
                    .help("写成 50万元", "write 50万元")
                    .fix(span.after(), "元", "加上“元”", "add `元`")
            }
            Type::Number { unit, .. } => {
                let shown = show_unit(unit);
                Diagnostic::new(
                    Code::UnitMismatch,
                    span,
                    format!("算出来的单位是“{shown}”，不是金额"),
                    format!("the unit of this is `{shown}`, not money"),
                )
                .help("单价要乘以对应的数量：3000元/人/月 × 人数 × 月数", "multiply a unit price by its quantities")
            }
            Type::Bool | Type::Date | Type::Text | Type::Member(_) | Type::List(_) => {
                let what = self.describe(&expr.ty);
                Diagnostic::new(
                    Code::NotAnAmount,
                    span,
                    format!("这里要写金额，写的却是{}", what.0),
                    format!("money is needed here, this is {}", what.1),
                )
                .help(
                    "“支持”里只写给多少；最高多少另写一栏“上限”，什么条件写在“条件”",
                    "an award says how much; write its ceiling in `cap`, what it takes in `condition`",
                )
            }
        };
        self.context.report(report);
        None
    }
}

pub(super) fn split_at(phrase: &Phrase, at: Option<usize>) -> (Phrase, Phrase) {
    let make = |parts: Vec<Part>| {
        let span =
            parts.first().zip(parts.last()).map_or(phrase.span.after(), |(first, last)| first.span().to(last.span()));
        Phrase { parts, span }
    };
    match at {
        Some(at) => (
            make(phrase.parts.iter().take(at).cloned().collect()),
            make(phrase.parts.iter().skip(at + 1).cloned().collect()),
        ),
        None => (phrase.clone(), make(Vec::new())),
    }
}

/// Whether a word states the most there can be.
pub(super) fn is_ceiling(word: Word) -> bool {
    matches!(
        word,
        Word::NotExceeding | Word::NotAbove | Word::AtMost | Word::NotMore | Word::NotGreater | Word::AtHighest
    )
}

/// Passes over 给予, 按 and the like.
pub(super) fn trim_give(tokens: &[Token]) -> &[Token] {
    let mut rest = tokens;
    while let Some((
        Token { kind: TokenKind::Word(Word::Give | Word::AccordingTo | Word::Yearly | Word::Once), .. },
        after,
    )) = rest.split_first()
    {
        rest = after;
    }
    rest
}

/// Passes over 不超过, 最高, 最高不超过.
pub(super) fn trim_ceiling(tokens: &[Token]) -> &[Token] {
    let mut rest = tokens;
    while let [Token { kind: TokenKind::Word(word), .. }, after @ ..] = rest
        && (is_ceiling(*word) || matches!(word, Word::Give | Word::AccordingTo | Word::Yearly | Word::Once))
    {
        rest = after;
    }
    rest
}

/// The ends of a range whose low one is a bare number and whose high one has a unit: `100 至 200万元`, `10—20%`.
fn half_measured(surface: &Surface) -> Option<(Span, Span)> {
    match &surface.unbracketed().kind {
        SurfaceKind::Arithmetic(Word::To, low, high) => match (&low.kind, &high.kind) {
            (SurfaceKind::Number(one), SurfaceKind::Number(two))
                if one.unit.is_empty()
                    && !one.percent
                    && !one.value.is_zero()
                    && (two.percent || !two.unit.is_empty()) =>
            {
                Some((low.span, high.span))
            }
            _ => None,
        },
        SurfaceKind::Arithmetic(_, left, right) => half_measured(left).or_else(|| half_measured(right)),
        _ => None,
    }
}

/// The two ends of `A 至 B`, `base 的 5%—20%`.
fn range(surface: &Surface) -> Option<(Surface, Surface)> {
    let span = surface.span;
    match &surface.unbracketed().kind {
        SurfaceKind::Arithmetic(Word::To, low, high) => Some(((**low).clone(), (**high).clone())),
        SurfaceKind::Arithmetic(word @ (Word::Times | Word::Of), left, right) => {
            let whole = |left: Surface, right: Surface| Surface {
                kind: SurfaceKind::Arithmetic(*word, Box::new(left), Box::new(right)),
                span,
            };
            if let Some((low, high)) = range(right) {
                return Some((whole((**left).clone(), low), whole((**left).clone(), high)));
            }
            let (low, high) = range(left)?;
            Some((whole(low, (**right).clone()), whole(high, (**right).clone())))
        }
        _ => None,
    }
}

//! In: 预算 fields. Out: budgets: how much in which period, and how it is shared out where it does not reach.

use rust_decimal::Decimal;

use crate::diagnostics::Code;
use crate::source::Span;
use crate::syntax::ast::{Field, Phrase, Separator};
use crate::syntax::keywords::Word;

use super::super::clause::CapPeriod;
use super::super::fields::plain;
use super::super::segment::Mode;
use super::super::settlement::{Allocation, Budget, Remainder, Scope};
use super::super::tokens::TokenKind;
use super::super::types::{Rounding, RoundingMode};
use super::super::typing::Typing;
use super::payments::rounding_place;
use super::text::{finding, is_money, months, pieces};

/// What follows the amount of a budget.
struct Terms {
    strategy: Option<Allocation>,
    partial: bool,
    scale: i8,
    remainder: Remainder,
}

impl Typing<'_, '_> {
    /// `每年 1200万元，同比例压缩，舍去到元，余数归最先`.
    pub(super) fn budget(&mut self, field: &Field, scope: Scope) -> Option<Budget> {
        let segments = pieces(&field.value, Separator::Comma);
        let (first, rest) = segments.split_first()?;
        let (amount, period) = self.budget_sum(first)?;
        let mut terms = Terms { strategy: None, partial: true, scale: 2, remainder: Remainder::Keep };
        for segment in rest {
            self.budget_term(segment, &mut terms)?;
        }
        let Some(strategy) = terms.strategy else {
            self.no_strategy(field);
            return None;
        };
        let rounding = Rounding { scale: terms.scale, mode: RoundingMode::Down };
        let text = self.context.field_text(field);
        let (partial, remainder) = (terms.partial, terms.remainder);
        Some(Budget { scope, amount, period, strategy, partial, rounding, remainder, text, span: field.span })
    }

    /// `每年 1200万元`.
    fn budget_sum(&mut self, phrase: &Phrase) -> Option<(Decimal, CapPeriod)> {
        let (mut amount, mut period, mut broken) = (None, None, false);
        let tokens = self.context.tokens(phrase, Mode::Phrase);
        for (at, token) in tokens.iter().enumerate() {
            match &token.kind {
                TokenKind::Word(Word::Yearly) => period = Some(CapPeriod::Year),
                TokenKind::Word(Word::Lifetime) => period = period.or(Some(CapPeriod::Lifetime)),
                TokenKind::Word(Word::Minus) => amount = Some(Decimal::ZERO),
                TokenKind::Number(number) => {
                    let within = tokens.get(at + 1).is_some_and(|next| {
                        matches!(next.kind, TokenKind::Word(Word::WithinTerm | Word::WithinPostfix))
                    });
                    match months(number).filter(|_| within) {
                        Some(months) => period = Some(CapPeriod::Months(months)),
                        None if is_money(number) && number.decimals <= 2 => {
                            amount = amount.or(Some(number.value));
                        }
                        None => broken = true,
                    }
                }
                TokenKind::Broken => {
                    self.context.retract_unknown(token.span);
                    broken = true;
                }
                TokenKind::Name(..)
                | TokenKind::Ratio(_)
                | TokenKind::Date(_)
                | TokenKind::Text(_)
                | TokenKind::Group(_) => broken = true,
                TokenKind::Word(_) | TokenKind::Separator(_) => {}
            }
        }
        let said = match (amount, period) {
            (Some(amount), _) if amount <= Decimal::ZERO => ("预算要大于 0", "a budget is greater than 0"),
            (Some(amount), Some(period)) if !broken => return Some((amount.normalize(), period)),
            (Some(_), None) if !broken => {
                return self.budget_period(phrase.span);
            }
            _ => ("预算读不懂", "this budget cannot be read"),
        };
        self.context.report(finding(
            Code::BudgetInvalid,
            phrase.span,
            said,
            ("写成“每年 1200万元，先到先得”：什么期间，多少钱，不够时怎么分", "write `yearly 1200万元, first-come`"),
        ));
        None
    }

    fn budget_period(&mut self, span: Span) -> Option<(Decimal, CapPeriod)> {
        let place = Span { end: span.start, ..span };
        let mut report = finding(
            Code::BudgetInvalid,
            span,
            ("预算没有写明是每年还是累计", "this budget does not say whether it is yearly or over all time"),
            ("写“每年 1200万元”或“累计 1200万元”", "write `yearly` or `lifetime` before the amount"),
        );
        for word in [Word::Yearly, Word::Lifetime] {
            let (zh, en) = (format!("加上“{}”", word.zh()), format!("add `{}`", word.en()));
            report = report.fix(place, format!("{} ", word.zh()), zh, en);
        }
        self.context.report(report);
        None
    }

    fn budget_term(&mut self, segment: &Phrase, terms: &mut Terms) -> Option<()> {
        let text = plain(segment);
        match Word::find(&text) {
            Some(Word::FirstCome) => terms.strategy = Some(Allocation::FirstCome),
            Some(Word::ProRata) => terms.strategy = Some(Allocation::ProRata),
            Some(Word::Partial) => terms.partial = true,
            Some(Word::NoPartial) => terms.partial = false,
            Some(Word::RemainderKept) => terms.remainder = Remainder::Keep,
            Some(Word::RemainderFirst) => terms.remainder = Remainder::First,
            Some(Word::RemainderLast) => terms.remainder = Remainder::Last,
            Some(Word::RemainderLargest) => terms.remainder = Remainder::Largest,
            _ => match rounding_place(&text) {
                Some(scale) => terms.scale = scale,
                None if text.starts_with("舍") => {
                    self.context.report(finding(
                        Code::BudgetInvalid,
                        segment.span,
                        ("舍去到哪一位读不懂", "to what amounts are cut cannot be read"),
                        (
                            "写“舍去到元”“舍去到万元”；压缩以后只能舍去，不能进一",
                            "write `舍去到元`; amounts are only cut down",
                        ),
                    ));
                    return None;
                }
                None => terms.strategy = Some(Allocation::Ranked(self.order_keys(segment)?)),
            },
        }
        Some(())
    }

    fn no_strategy(&mut self, field: &Field) {
        let after = field.value.span.after();
        self.context.report(
            finding(
                Code::BudgetInvalid,
                field.value.span,
                ("预算没有写明不够时怎么分", "this budget does not say how it is shared out where it does not reach"),
                (
                    "写“先到先得”“同比例压缩”，或者“按 评分 由高到低”",
                    "write `first-come`, `pro-rata`, or `按 score descending`",
                ),
            )
            .fix(after, "，先到先得", "按申请先后，用完为止", "first come, first served")
            .fix(after, "，同比例压缩", "都按同一比例压缩", "all scaled down alike"),
        );
    }
}

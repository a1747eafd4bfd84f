//! In: the award, floor and caps of a clause. Out: findings about amounts that cannot be paid, or bounds that contradict each other.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::Item;
use crate::syntax::keywords::{FieldKeyword, Word};

use super::super::amounts::AwardDraft;
use super::super::clause::{Award, CapPeriod};
use super::super::context::Context;
use super::super::fields::field;
use super::super::segment::{Mode, Segmenter};
use super::super::tokens::{TokenKind, Tokenizer};
use super::super::types::Type;

impl Context<'_> {
    pub(in crate::model) fn check_award(&mut self, draft: &AwardDraft, item: &Item, rounded: bool) {
        let AwardDraft::Computed(expr) = draft else { return };
        if expr.ty.scale() > 2 && matches!(expr.kind, super::super::ExprKind::Constant(_)) {
            self.report(
                Diagnostic::new(Code::TooPrecise, expr.span, "金额不到一分", "the amount is finer than a cent")
                    .help("最多写两位小数", "write two decimals at most"),
            );
        } else if expr.ty.scale() > 2 && !rounded {
            let at = field(item, FieldKeyword::Award).map_or(expr.span, |field| field.value.span);
            let insert = field(item, FieldKeyword::Award).map_or(expr.span.after(), |field| field.span.after());
            self.report(
                Diagnostic::new(
                    Code::RoundingUndeclared,
                    at,
                    "算出来的金额可能不到一分，没有写明怎么舍入",
                    "this amount can have a fraction of a cent, and no rounding is declared",
                )
                .help(
                    "在“政策”条目或本条款加一行“舍入：元，四舍五入”",
                    "add `rounding: 元, half-up` to the policy or this clause",
                )
                .fix(insert, "\n  舍入：元，四舍五入", "舍入到元，四舍五入", "round half up to 元")
                .fix(insert, "\n  舍入：元，舍去", "舍入到元，零头舍去", "round down to 元"),
            );
        }
    }

    /// Compares a floor and a fixed award with fixed caps.
    pub(in crate::model) fn floor_and_caps(
        &mut self,
        award: &Award,
        floor: Option<&super::super::Expr>,
        caps: &[super::super::Cap],
    ) {
        let known = |expr: &super::super::Expr| match &expr.kind {
            super::super::ExprKind::Constant(super::super::Value::Number(value)) => Some(*value),
            _ => None,
        };
        let low = match award {
            Award::Discretion { low: Some(low), .. } => Some(low),
            _ => floor,
        };
        if let Some((low, value)) = low.and_then(|low| known(low).map(|value| (low, value))) {
            for cap in caps.iter().filter(|cap| known(&cap.amount).is_some_and(|cap| cap < value)) {
                self.report(
                    Diagnostic::new(Code::FloorAboveCap, low.span, "下限高于上限", "the floor lies above the cap")
                        .also(cap.span, "上限写在这里", "the cap is stated here")
                        .help("看看是不是万、亿写错了", "check the magnitudes"),
                );
            }
        }
        if let Award::Computed(fixed) = award
            && let Some(value) = known(fixed)
        {
            for cap in caps.iter().filter(|cap| {
                cap.period == super::super::CapPeriod::Each && known(&cap.amount).is_some_and(|cap| cap > value)
            }) {
                self.report(
                    Diagnostic::new(
                        Code::CapNeverBinds,
                        cap.span,
                        "定额支持不会碰到这个上限",
                        "a fixed award never reaches this cap",
                    )
                    .also(fixed.span, "每次只给这么多", "this is all that is given each time")
                    .help(
                        "上限本来按年或者累计的，改期间；否则删去上限",
                        "state the period that is meant, or drop the cap",
                    ),
                );
            }
        }
    }

    /// `一次性给予` without a cap that says only once, and without a word on payment: only once, or all at once?
    pub(in crate::model) fn once_said(&mut self, item: &Item, caps: &[super::super::Cap]) {
        let Some(award) = field(item, FieldKeyword::Award) else { return };
        // Read once more, without a word of what is wrong: a name such as 一次性奖励 says nothing of payment.
        let segmenter = Segmenter { vocabulary: &self.vocabulary, units: &self.units };
        let tokens =
            Tokenizer { segmenter, sources: self.sources }.tokens(&award.value, Mode::Expression, &mut Vec::new());
        let Some(span) = tokens.iter().find(|token| token.kind == TokenKind::Word(Word::Once)).map(|token| token.span)
        else {
            return;
        };
        let said = caps.iter().any(|cap| matches!(cap.period, CapPeriod::Once | CapPeriod::OnceOrYear));
        let paid = item.fields.iter().any(|field| {
            ["拨付", "payment", "一次拨付", "at-once", "首次", "first-time", "次数", "times"]
                .contains(&field.label.text.as_str())
        });
        if said || paid {
            return;
        }
        self.report(
            Diagnostic::new(
                Code::OnceOrLumpSum,
                span,
                "“一次性”是只给一次，还是一次付清？",
                "does `once` mean only once, or all at once?",
            )
            .label("这个词没有意思，要另写一栏", "this word says nothing here; a field does")
            .help(
                "只给一次：加一条期间是“一次性”的“上限”；一次付清：加一栏“拨付：一次性拨付”",
                "only once: add a `cap` with the period `once`; all at once: add `payment: lump-sum`",
            ),
        );
    }

    /// All amounts of a policy are in one currency, so that they can be added and compared.
    pub(in crate::model) fn one_currency(&mut self) {
        let mut first: Option<(String, Span)> = None;
        let mut reports = Vec::new();
        for clause in &self.model.clauses {
            let award = match &clause.award {
                Award::Computed(expr) => Some(expr),
                Award::Discretion { low, high, .. } => low.as_ref().or(high.as_ref()),
                Award::Open { .. } => None,
            };
            for expr in award.into_iter().chain(clause.caps.iter().map(|cap| &cap.amount)).chain(&clause.floor) {
                let Type::Number { unit, .. } = &expr.ty else { continue };
                let Some(currency) = unit.currency() else { continue };
                match &first {
                    None => first = Some((currency.to_owned(), expr.span)),
                    Some((other, at)) if other != currency => reports.push(
                        Diagnostic::new(
                            Code::CurrencyMismatch,
                            expr.span,
                            format!("一份政策的金额要用同一币种：这里是{}", super::super::typing::show_unit(unit)),
                            format!("a policy uses one currency: this is {currency}"),
                        )
                        .also(*at, "前面用的币种", "the currency used before")
                        .help("按汇率折算后写成同一币种", "convert it to the same currency"),
                    ),
                    Some(_) => {}
                }
            }
        }
        self.currency = first.map(|(currency, _)| currency);
        reports.into_iter().for_each(|report| self.report(report));
    }
}

//! In: 扣除 and 配套 of a clause. Out: its award less what other money covers, or as a multiple of another award.

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::{Field, Item, Part, Phrase, Separator};
use crate::syntax::keywords::{FieldKeyword, Word};

use super::super::amounts::AwardDraft;
use super::super::clause::Cap;
use super::super::expression::{Expr, ExprKind};
use super::super::fields::{field, names, plain};
use super::super::types::{NumberKind, Type, Unit, Value};
use super::super::typing::{Typing, constant};
use super::super::vocabulary::Entry;
use super::text::phrase_of;

/// Most decimals of a ratio that is not written as a fraction.
const RATIO_SCALE_MAX: u32 = 6;

impl Typing<'_, '_> {
    /// The award less the money that 扣除 names, at least 0: of a computed amount, else of the ceiling, else of each cap.
    pub fn deducted(&mut self, item: &Item, draft: AwardDraft, caps: &mut [Cap]) -> AwardDraft {
        let Some(field) = field(item, FieldKeyword::Deduction).filter(|field| !field.value.is_empty()) else {
            return draft;
        };
        let taken = self.deductions(field);
        match draft {
            AwardDraft::Computed(amount) => AwardDraft::Computed(self.less(amount, &taken)),
            AwardDraft::Discretion(fact, low, Some(high)) => {
                AwardDraft::Discretion(fact, low, Some(self.less(high, &taken)))
            }
            open => {
                if caps.is_empty() {
                    self.context.report(
                        Diagnostic::new(
                            Code::FieldUnreadable,
                            field.span,
                            "支持没有写明金额，没有可以扣除的",
                            "the award states no amount to deduct from",
                        )
                        .help("写明“不超过 …”或者加一条“上限”，再扣除", "state a ceiling or a cap to deduct from"),
                    );
                }
                for cap in caps {
                    cap.amount = self.less(cap.amount.clone(), &taken);
                }
                open
            }
        }
    }

    /// Money facts and definitions by name.
    fn deductions(&mut self, field: &Field) -> Vec<Expr> {
        let mut taken = Vec::new();
        for (name, span) in names(&field.value) {
            let known = self
                .context
                .vocabulary
                .get(&name)
                .iter()
                .any(|entry| matches!(entry, Entry::Fact(_) | Entry::Definition(_)));
            if !known {
                let near = nearest(&name, self.context.vocabulary.all()).map(str::to_owned);
                self.unknown_fact(&name, span, near);
                continue;
            }
            let phrase = Phrase { parts: parts_at(&field.value, span), span };
            let Some(expr) = self.phrase_expr(&phrase) else { continue };
            let is_money = matches!(&expr.ty, Type::Number { unit, .. } if unit.currency().is_some());
            if is_money {
                taken.push(expr);
                continue;
            }
            self.context.report(
                Diagnostic::new(
                    Code::NotAnAmount,
                    span,
                    format!("“{name}”不是金额，不能扣除"),
                    format!("`{name}` is no amount of money"),
                )
                .help("扣除的是金额事实，如“其他财政资金：金额”", "deduct facts of type money"),
            );
        }
        taken
    }

    /// Reports a name that is not declared.
    pub(super) fn unknown_fact(&mut self, name: &str, span: Span, near: Option<String>) {
        let mut report = Diagnostic::new(
            Code::UnknownName,
            span,
            format!("“{name}”没有声明过"),
            format!("`{name}` is not declared"),
        );
        report = match near {
            Some(near) => report.did_you_mean(span, &near),
            None => report.help("先在“对象”里声明这个事实", "declare the fact in a subject item first"),
        };
        self.context.report(report);
    }

    fn less(&mut self, amount: Expr, taken: &[Expr]) -> Expr {
        let span = amount.span;
        let Type::Number { unit, .. } = amount.ty.clone() else { return amount };
        let mut left = amount;
        for deduction in taken {
            let Type::Number { unit: other, .. } = &deduction.ty else { continue };
            if *other != unit {
                self.context.report(
                    Diagnostic::new(
                        Code::CurrencyMismatch,
                        deduction.span,
                        "扣除的金额和支持不是同一币种",
                        "what is deducted is in another currency than the award",
                    )
                    .help("按汇率折算成同一币种的事实", "declare a fact converted to the same currency"),
                );
                continue;
            }
            let scale = left.ty.scale().max(deduction.ty.scale());
            let ty = Type::Number { kind: NumberKind::Money, unit: unit.clone(), scale };
            left = Expr { kind: ExprKind::Subtract(Box::new(left), Box::new(deduction.clone())), ty, span };
        }
        let zero = constant(
            Value::Number(Decimal::ZERO),
            Type::Number { kind: NumberKind::Money, unit: unit.clone(), scale: 0 },
            span,
        );
        let ty = left.ty.clone();
        Expr { kind: ExprKind::Greatest(vec![left, zero]), ty, span }
    }

    /// 配套: `市级奖励 1:1`, `按 1:0.5 配套 市级奖励`.
    pub fn matched(&mut self, field: &Field) -> Option<AwardDraft> {
        let Some((base, ratio)) = self.ratio_at_end(&field.value) else {
            self.context.unreadable(
                field,
                "写成“市级奖励 1:1”：以哪个金额为基数，按几比几",
                "write `base 1:1`: which amount is matched, and in which ratio",
            );
            return None;
        };
        let base = self.phrase_expr(&base)?;
        let span = base.span;
        let Type::Number { unit, scale, .. } = base.ty.clone() else { return self.no_base(field) };
        if unit.currency().is_none() {
            return self.no_base(field);
        }
        if ratio == Decimal::ONE {
            return Some(AwardDraft::Computed(base));
        }
        let rate_scale = u8::try_from(ratio.scale()).unwrap_or(0);
        let rate = Type::Number { kind: NumberKind::Rate, unit: Unit::none(), scale: rate_scale };
        let rate = constant(Value::Number(ratio), rate, field.value.span);
        let ty = Type::Number { kind: NumberKind::Money, unit, scale: scale.saturating_add(rate_scale) };
        Some(AwardDraft::Computed(Expr { kind: ExprKind::Multiply(Box::new(base), Box::new(rate)), ty, span }))
    }

    fn no_base(&mut self, field: &Field) -> Option<AwardDraft> {
        self.context.report(
            Diagnostic::new(
                Code::NotAnAmount,
                field.value.span,
                "配套的基数要是金额",
                "what is matched must be an amount of money",
            )
            .help("把上级给的金额声明成事实：“市级奖励：金额”", "declare the other award as a fact of type money"),
        );
        None
    }

    /// What stands before `a:b`, and b ÷ a where that is exact.
    fn ratio_at_end(&self, phrase: &Phrase) -> Option<(Phrase, Decimal)> {
        let phrase = match self.context.before(phrase, &[Word::AwardNoun]) {
            Some((_, rest)) if !rest.is_empty() => rest,
            _ => phrase.clone(),
        };
        let phrase = phrase_without(&phrase, FieldKeyword::Match.zh());
        let at =
            phrase.parts.iter().rposition(|part| matches!(part, Part::Separator { kind: Separator::Colon, .. }))?;
        let (left, right) = (phrase.parts.get(..at)?, phrase.parts.get(at + 1..)?);
        let [Part::Run(second)] = right else { return None };
        let Some((Part::Run(first), before)) = left.split_last() else { return None };
        let digits: String = first.text.chars().rev().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let digits: String = digits.chars().rev().collect();
        let (one, two): (Decimal, Decimal) = (digits.parse().ok()?, second.text.parse().ok()?);
        let ratio = two.checked_div(one).filter(|ratio| *ratio > Decimal::ZERO)?.normalize();
        if ratio.scale() > RATIO_SCALE_MAX {
            return None;
        }
        let mut parts = before.to_vec();
        let whole = Phrase { parts: vec![Part::Run(first.clone())], span: first.span };
        if let Some((base, _)) = self.context.cut(&whole, &digits, true) {
            parts.extend(base.parts);
        }
        let base = phrase_of(parts, phrase.span);
        let base = match self.context.before(&base, &[Word::Give, Word::AccordingTo]) {
            Some((_, rest)) => rest,
            None => base,
        };
        let base = self.context.after(&base, &[Word::Give, Word::AccordingTo]).map_or(base, |(_, rest)| rest);
        (!base.is_empty()).then_some((base, ratio))
    }
}

/// A phrase without the runs that are a word.
fn phrase_without(phrase: &Phrase, word: &str) -> Phrase {
    let kept = phrase.parts.iter().filter(|part| !matches!(part, Part::Run(run) if run.text == word));
    phrase_of(kept.cloned().collect(), phrase.span)
}

/// The parts of a phrase within a span.
fn parts_at(phrase: &Phrase, span: Span) -> Vec<Part> {
    let within = |part: &&Part| span.start <= part.span().start && part.span().end <= span.end;
    phrase.parts.iter().filter(within).cloned().collect()
}

/// Whether a field says nothing but its keyword's own word.
pub(super) fn says(phrase: &Phrase, word: Word) -> bool {
    Word::find(&plain(phrase)) == Some(word)
}

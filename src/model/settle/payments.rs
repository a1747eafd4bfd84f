//! In: 拨付, 一次拨付 and 余数 of a clause. Out: how its award is paid out. Invariant: what is paid adds up to the award.

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::INSTALMENTS_MAX;
use crate::syntax::ast::{Field, Item, Separator};
use crate::syntax::keywords::{FieldKeyword, Word};

use super::super::clause::Award;
use super::super::expression::{Condition, ExprKind};
use super::super::fields::{field, plain};
use super::super::settlement::{Instalment, Payment, Portion, Remainder};
use super::super::types::{Rounding, RoundingMode, Value};
use super::super::typing::Typing;
use super::text::{finding, pieces};

/// To the cent, down.
const CENTS: Rounding = Rounding { scale: 2, mode: RoundingMode::Down };

impl Typing<'_, '_> {
    /// How an award is paid out; `rounding` is that of the award.
    pub fn payment(&mut self, item: &Item, award: &Award, rounding: Option<Rounding>) -> Option<Payment> {
        let Some(paid) = field(item, FieldKeyword::Payment) else {
            self.without_payment(item);
            return None;
        };
        let parts = self.instalments(paid)?;
        if parts.len() > INSTALMENTS_MAX {
            self.context.report(Diagnostic::new(
                Code::LimitReached,
                paid.span,
                format!("分期最多 {INSTALMENTS_MAX} 期"),
                format!("at most {INSTALMENTS_MAX} instalments"),
            ));
            return None;
        }
        self.instalments_add_up(paid, &parts, award);
        let at_once = field(item, FieldKeyword::AtOnce).and_then(|field| self.at_once(field));
        let remainder = match field(item, FieldKeyword::Remainder) {
            Some(field) => self.remainder(field)?,
            None => Remainder::Last,
        };
        // Shares are cut to what the award itself is rounded to, where that is coarser than a cent.
        let scale = rounding.map_or(CENTS.scale, |rounding| rounding.scale.min(CENTS.scale));
        let rounding = Rounding { scale: self.written_scale(paid).unwrap_or(scale), ..CENTS };
        Some(Payment { parts, at_once, rounding, remainder, span: paid.span })
    }

    /// 一次拨付 and 余数 say how instalments are paid.
    fn without_payment(&mut self, item: &Item) {
        for keyword in [FieldKeyword::AtOnce, FieldKeyword::Remainder] {
            let Some(field) = field(item, keyword) else { continue };
            let label = keyword.zh();
            self.context.report(
                Diagnostic::new(
                    Code::PaymentUnreadable,
                    field.span,
                    format!("写了“{label}”，没有写“拨付”分几期"),
                    format!("`{}` stands without `payment`", keyword.en()),
                )
                .help(
                    "加一栏“拨付：分期，按比例”，下面逐期写",
                    "add `payment: instalments, by-share` with a line for each",
                ),
            );
        }
    }

    /// `舍去到万元` among what 拨付 says.
    fn written_scale(&self, field: &Field) -> Option<i8> {
        pieces(&field.value, Separator::Comma).iter().find_map(|piece| rounding_place(&plain(piece)))
    }

    fn at_once(&mut self, field: &Field) -> Option<Condition> {
        let surface = self.field_surface(field, true)?;
        let expr = self.condition(&surface);
        if expr.ty.is_error() {
            self.context.ensure_reported(field.span);
            return None;
        }
        let label = self.context.named_text(field, field.value.span);
        Some(Condition { label, labelled: field.alias.is_some(), expr })
    }

    fn remainder(&mut self, field: &Field) -> Option<Remainder> {
        match Word::find(&plain(&field.value)) {
            Some(Word::ToFirst) => Some(Remainder::First),
            Some(Word::ToLast) => Some(Remainder::Last),
            _ => {
                let span = if field.value.is_empty() { field.span } else { field.value.span };
                self.context.report(
                    finding(
                        Code::PaymentUnreadable,
                        span,
                        ("不知道除不尽的零头归哪一期", "it is not clear which instalment bears the remainder"),
                        ("写“归第一期”或“归最后一期”", "write `to-first` or `to-last`"),
                    )
                    .fix(span, Word::ToLast.zh(), "归最后一期", "to the last instalment")
                    .fix(span, Word::ToFirst.zh(), "归第一期", "to the first instalment"),
                );
                None
            }
        }
    }

    /// Shares add up to all of the award, amounts to the amount that it is.
    fn instalments_add_up(&mut self, field: &Field, parts: &[Instalment], award: &Award) {
        let shares: Vec<Decimal> = parts
            .iter()
            .filter_map(|part| if let Portion::Share(share) = part.part { Some(share) } else { None })
            .collect();
        let amounts: Vec<Decimal> = parts
            .iter()
            .filter_map(|part| if let Portion::Amount(amount) = part.part { Some(amount) } else { None })
            .collect();
        let at = parts.last().map_or(field.value.span, |last| last.span);
        let report = |zh: String, en: String, help: (&str, &str)| {
            Diagnostic::new(Code::InstalmentsDoNotAddUp, at, zh, en)
                .also(field.label.span, "分期从这里写起", "the instalments are here")
                .help(help.0, help.1)
        };
        let found = if !shares.is_empty() && !amounts.is_empty() {
            Some(report(
                "分期有的写比例，有的写金额".into(),
                "some instalments are shares, others amounts".into(),
                ("都写比例，或者都写金额", "write all in one way"),
            ))
        } else if amounts.is_empty() {
            let sum: Decimal = shares.iter().sum();
            let shown = (sum * Decimal::ONE_HUNDRED).normalize();
            (sum != Decimal::ONE).then(|| {
                report(
                    format!("各期合起来是 {shown}%，不是 100%"),
                    format!("the instalments add up to {shown}%, not to 100%"),
                    ("看看哪一期的比例抄错了", "check the shares"),
                )
            })
        } else {
            let sum: Decimal = amounts.iter().sum();
            match award {
                Award::Computed(expr) => match &expr.kind {
                    ExprKind::Constant(Value::Number(fixed)) if *fixed == sum => None,
                    ExprKind::Constant(Value::Number(fixed)) => {
                        let (fixed, sum) = (fixed.normalize(), sum.normalize());
                        let found = report(
                            format!("各期合起来是 {sum} 元，支持是 {fixed} 元"),
                            format!("the instalments add up to {sum}, the award is {fixed}"),
                            ("看看哪一期的金额抄错了", "check the amounts"),
                        );
                        Some(found.also(expr.span, "支持写在这里", "the award is here"))
                    }
                    _ => Some(by_amount(&report)),
                },
                Award::Discretion { .. } | Award::Open { .. } => Some(by_amount(&report)),
            }
        };
        if let Some(found) = found {
            self.context.report(found);
        }
    }
}

fn by_amount(report: &impl Fn(String, String, (&str, &str)) -> Diagnostic) -> Diagnostic {
    report(
        "支持不是固定金额，各期不能写金额".into(),
        "instalments are amounts, and the award is not a fixed one".into(),
        ("各期写占支持的比例", "write each as a share of the award"),
    )
}

/// `舍去到万元`: to how many decimals.
pub(super) fn rounding_place(text: &str) -> Option<i8> {
    let place = ["舍去到", "舍到", "down-to", "向下取整到"].into_iter().find_map(|word| text.strip_prefix(word))?;
    Some(match place.trim() {
        "分" => 2,
        "角" => 1,
        "元" => 0,
        "十元" => -1,
        "百元" => -2,
        "千元" => -3,
        "万元" => -4,
        "百万元" => -6,
        _ => return None,
    })
}

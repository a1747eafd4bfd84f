//! In: 追回 of a clause. Out: on which event, within which time and how much of an award is paid back.

use rust_decimal::Decimal;

use crate::diagnostics::Code;
use crate::syntax::ast::{Field, Item, Part, Phrase, Separator};
use crate::syntax::keywords::{FieldKeyword, Word};

use super::super::expression::Condition;
use super::super::fields::fields;
use super::super::settlement::Clawback;
use super::super::typing::Typing;
use super::text::{finding, months, phrase_of, pieces, spellings};

impl Typing<'_, '_> {
    /// Every 追回 of a clause.
    pub fn clawbacks(&mut self, item: &Item) -> Vec<Clawback> {
        fields(item, FieldKeyword::Clawback).filter_map(|field| self.clawback(field)).collect()
    }

    /// `追回：迁出日期 在 拨付后10年内，返还 本金及收益`.
    fn clawback(&mut self, field: &Field) -> Option<Clawback> {
        let segments = pieces(&field.value, Separator::Comma);
        let (mut event, mut within, mut what): (Vec<Phrase>, Option<u32>, Option<Phrase>) = (Vec::new(), None, None);
        for segment in &segments {
            if let Some((_, rest)) = self.context.after(segment, &[Word::PaidBack]) {
                what = Some(rest);
            } else if let Some(term) = self.term_within(segment) {
                within = Some(term);
            } else if what.is_none() {
                let (before, term) = self.after_payment(segment);
                within = term.or(within);
                event.push(before);
            }
        }
        if field.value.is_empty() {
            return None;
        }
        let Some(what) = what.filter(|what| !what.is_empty()) else {
            self.nothing_paid_back(field);
            return None;
        };
        let first = event.first().filter(|phrase| !phrase.is_empty());
        let Some(event) = first.map(|first| joined(&event, first)) else {
            self.unreadable_clawback(field);
            return None;
        };
        let (what, share) = self.what_is_paid_back(&what);
        if share <= Decimal::ZERO || share > Decimal::ONE {
            self.unreadable_clawback(field);
            return None;
        }
        let expr = self.phrase_expr(&event)?;
        let Some(happened) = self.happened(expr) else {
            self.context.report(finding(
                Code::PaymentUnreadable,
                event.span,
                ("追回的事由要是条件或者日期事实", "what leads to a clawback is a condition or a date"),
                ("写“弄虚作假，10年内，返还 …”或“迁出日期 在 拨付后10年内，返还 …”", "name a yes/no fact or a date"),
            ));
            return None;
        };
        let label = self.context.named_text(field, event.span);
        let when = Condition { label, labelled: field.alias.is_some(), expr: happened };
        Some(Clawback { when, within, what, share, span: field.span })
    }

    /// `10年内`: how many months.
    fn term_within(&self, phrase: &Phrase) -> Option<u32> {
        let (_, rest) =
            self.context.after(phrase, &[Word::AfterPayment]).unwrap_or((Word::AfterPayment, phrase.clone()));
        let (_, length) = self.context.before(&rest, &[Word::WithinPostfix, Word::WithinTerm])?;
        self.context.measure(&length).as_ref().and_then(months)
    }

    /// `迁出日期 在 拨付后10年内`: the event, and the time.
    fn after_payment(&self, segment: &Phrase) -> (Phrase, Option<u32>) {
        for spelling in spellings(Word::AfterPayment) {
            let Some((before, after)) = self.context.cut(segment, spelling, false) else { continue };
            let Some(term) = self.term_within(&after) else { continue };
            let event = self.context.before(&before, &[Word::At]).map_or(before, |(_, event)| event);
            return (event, Some(term));
        }
        (segment.clone(), None)
    }

    /// `本金及收益`, `50%`, `本金（50%）`.
    fn what_is_paid_back(&self, what: &Phrase) -> (String, Decimal) {
        let text = crate::syntax::width::fold_name(&self.context.text(what.span));
        if let Some(number) = self.context.measure(what).filter(|number| number.percent) {
            return (text, number.value);
        }
        match what.parts.last() {
            Some(Part::Bracket { inner, .. }) => match self.context.measure(inner).filter(|number| number.percent) {
                Some(number) => (text, number.value),
                None => (text, Decimal::ONE),
            },
            _ => (text, Decimal::ONE),
        }
    }

    fn nothing_paid_back(&mut self, field: &Field) {
        let after = field.value.span.after();
        self.context.report(
            finding(
                Code::PaymentUnreadable,
                field.value.span,
                ("追回没有写返还什么", "this clawback does not say what is paid back"),
                ("加上“返还 本金及收益”“返还 50%”", "add `pay-back principal`, `pay-back 50%`"),
            )
            .fix(after, "，返还 全部款项", "加上“返还 全部款项”", "all of it is paid back"),
        );
    }

    fn unreadable_clawback(&mut self, field: &Field) {
        self.context.report(finding(
            Code::PaymentUnreadable,
            field.value.span,
            ("追回读不懂", "this clawback cannot be read"),
            (
                "写成“弄虚作假，10年内，返还 本金及收益”：事由，多久以内，返还什么；比例在 0 到 100% 之间",
                "write `event, 10年 within-term, pay-back principal`; a share lies between 0 and 100%",
            ),
        ));
    }
}

/// Phrases that a comma parted, as one.
fn joined(phrases: &[Phrase], first: &Phrase) -> Phrase {
    match phrases {
        [only] => only.clone(),
        _ => {
            let mut parts = Vec::new();
            for (at, phrase) in phrases.iter().enumerate() {
                if at > 0 {
                    parts.push(Part::Separator { kind: Separator::Comma, span: phrase.span });
                }
                parts.extend(phrase.parts.iter().cloned());
            }
            phrase_of(parts, first.span)
        }
    }
}

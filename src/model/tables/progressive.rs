//! In: drafts of 累进. Out: the sum of each part of the base by its own rate, from 取低, 取高, differences and products.
//! Invariant: the parts touch and do not overlap, so that no part of the base counts twice or not at all.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

use super::super::expression::{Expr, ExprKind};
use super::super::surface::Surface;
use super::super::types::Type;
use super::super::typing::Typing;
use super::super::{Form, TierEnd};
use super::ends::{Ends, key, same_point, tier_line};
use super::values::{with_scale, zero};
use super::{Draft, Line};

impl Typing<'_, '_> {
    pub(super) fn progressive(&mut self, draft: &Draft) -> Option<(Expr, Form)> {
        let base = self.table_base(draft.base.as_ref()?)?;
        if !matches!(base.expr.ty, Type::Number { .. }) || matches!(base.expr.kind, ExprKind::Divide { .. }) {
            self.not_a_base(&base.expr);
            return None;
        }
        let all: Vec<&Line> = draft.lines.iter().chain(&draft.otherwise).collect();
        let mut ends = Vec::with_capacity(all.len());
        for line in &draft.lines {
            let found = self.ends(line, &base.expr.ty);
            if found.is_none() {
                self.no_part(line);
            }
            ends.push(found);
        }
        let mut ends: Vec<Ends> = ends.into_iter().collect::<Option<_>>()?;
        if draft.otherwise.is_some() {
            let low = ends.last().and_then(|last| last.high.clone());
            ends.push(Ends { low, high: None });
        }
        if !self.contiguous(&all, &ends) {
            return None;
        }
        for (line, ends) in all.iter().zip(&ends) {
            for end in [&ends.low, &ends.high].into_iter().flatten() {
                if !self.units_agree(&base.expr, &end.at, line.left_span) {
                    return None;
                }
            }
        }
        let surfaces: Vec<Option<&Surface>> = all.iter().map(|line| line.value.as_ref()).collect();
        let values = self.table_values(&surfaces)?;
        let (mut terms, mut lines) = (Vec::new(), Vec::new());
        for ((line, ends), rate) in all.iter().zip(&ends).zip(values.values) {
            let rate = rate?;
            let part = part(&base.expr, ends, line.left_span);
            let term = self.product(part, rate.clone(), line.span);
            if term.ty.is_error() {
                return None;
            }
            lines.push(tier_line(line, Some(ends), rate));
            terms.push(term);
        }
        let value = added(terms, draft.span)?;
        Some((value, Form::Progressive { base: base.expr, lines }))
    }

    fn not_a_base(&mut self, base: &Expr) {
        let what = self.describe(&base.ty);
        self.context.report(
            Diagnostic::new(
                Code::TableLineUnreadable,
                base.span,
                format!("累进要按数分段，这里是{}", what.0),
                format!("a `progressive` is about a number, this is {}", what.1),
            )
            .help("写金额、数量；除法先用“舍入”", "write an amount or a quantity; round a quotient first"),
        );
    }

    fn no_part(&mut self, line: &Line) {
        self.context.report(
            Diagnostic::new(
                Code::TableLineUnreadable,
                line.left_span,
                format!("“{}”不是累进的一段", line.label),
                format!("`{}` is no part of a `progressive`", line.label),
            )
            .help(
                "写成“1000万元以下的部分”“1000万元 至 5000万元 的部分”“超过5000万元的部分”",
                "write `10000000元 or-below`, `10000000元 to 50000000元`, `exceeds 50000000元`",
            ),
        );
    }

    /// Whether each part begins where the one before it ends; reports the first that does not.
    fn contiguous(&mut self, lines: &[&Line], ends: &[Ends]) -> bool {
        for (at, line) in lines.iter().enumerate() {
            let Some(here) = ends.get(at) else { return false };
            if let (Some(low), Some(high)) = (&here.low, &here.high)
                && let (Some(one), Some(two)) = (key(&low.at), key(&high.at))
                && one >= two
            {
                self.disordered(line, None, "这一段的两头颠倒了", "the ends of this part are reversed");
                return false;
            }
            let Some(next) = ends.get(at + 1) else { continue };
            let Some(after) = lines.get(at + 1) else { continue };
            let touches = matches!((&here.high, &next.low), (Some(one), Some(two)) if same_point(&one.at, &two.at));
            if !touches {
                self.disordered(
                    after,
                    Some(line),
                    "这一段没有接着上一段",
                    "this part does not begin where the one before it ends",
                );
                return false;
            }
        }
        true
    }

    fn disordered(&mut self, line: &Line, before: Option<&Line>, zh: &str, en: &str) {
        let mut report = Diagnostic::new(Code::TableLineUnreadable, line.left_span, zh, en);
        if let Some(before) = before {
            report = report.also(before.left_span, "上一段在这里", "the part before it");
        }
        self.context.report(report.help(
            "各段由低到高写，上一段的止点就是下一段的起点",
            "write the parts from low to high, each from where the last ends",
        ));
    }
}

/// The part of a base between two ends, never below 0.
fn part(base: &Expr, ends: &Ends, span: Span) -> Expr {
    let number = |kind: ExprKind, scale: u8| Expr { kind, ty: with_scale(&base.ty, scale), span };
    let at = |end: &TierEnd| Expr { ty: with_scale(&base.ty, end.at.ty.scale()), ..end.at.clone() };
    let mut scale = base.ty.scale();
    let mut part = Expr { span, ..base.clone() };
    if let Some(high) = &ends.high {
        scale = scale.max(high.at.ty.scale());
        part = number(ExprKind::Least(vec![part, at(high)]), scale);
    }
    if let Some(low) = &ends.low {
        scale = scale.max(low.at.ty.scale());
        part = number(ExprKind::Subtract(Box::new(part), Box::new(at(low))), scale);
    }
    number(ExprKind::Greatest(vec![part, zero(&base.ty, span)]), scale)
}

/// The sum of terms of one unit, as a tree of least depth.
pub(super) fn added(mut terms: Vec<Expr>, span: Span) -> Option<Expr> {
    while terms.len() > 1 {
        let mut pairs = Vec::with_capacity(terms.len().div_ceil(2));
        let mut rest = terms.into_iter();
        while let Some(one) = rest.next() {
            pairs.push(match rest.next() {
                Some(two) => {
                    let ty = with_scale(&one.ty, one.ty.scale().max(two.ty.scale()));
                    Expr { kind: ExprKind::Add(Box::new(one), Box::new(two)), ty, span }
                }
                None => one,
            });
        }
        terms = pairs;
    }
    terms.pop().map(|sum| Expr { span, ..sum })
}

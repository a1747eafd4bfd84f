//! In: the bounds of the lines of a table. Out: the ends of each line, and which of two lines a shared end point belongs to.
//! Invariant: a shared end point that no word of the policy settles is reported, with all others of its table.

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic};

use super::super::comparing::{operator, with_bound};
use super::super::expression::{CompareOp, Expr, ExprKind};
use super::super::types::{Type, Value};
use super::super::typing::Typing;
use super::super::{TierEnd, TierLine};
use super::left::Bound;
use super::{Draft, Line};

/// The ends of a line, where it is nothing but bounds.
#[derive(Debug, Clone, Default)]
pub(super) struct Ends {
    pub low: Option<TierEnd>,
    pub high: Option<TierEnd>,
}

impl Typing<'_, '_> {
    /// The operator of a bound.
    pub(super) fn bound_operator(&self, bound: &Bound) -> Option<CompareOp> {
        let op = operator(bound.word)?;
        let declared = bound.said.or_else(|| self.context.inclusive.get(&bound.word).copied());
        Some(declared.map_or(op, |included| with_bound(op, included)))
    }

    /// The ends of a line; `None` where it is not a single row of bounds.
    pub(super) fn ends(&mut self, line: &Line, ty: &Type) -> Option<Ends> {
        let bounds = line.left.bounds()?;
        let mut ends = Ends::default();
        for bound in bounds {
            let op = self.bound_operator(bound)?;
            let at = self.expr(&bound.value, Some(ty));
            if at.ty.is_error() {
                return None;
            }
            let declared = bound.said.is_some() || self.context.inclusive.contains_key(&bound.word);
            let end = |included: bool| TierEnd { at: at.clone(), included, declared };
            let (low, high) = match op {
                CompareOp::AtLeast => (Some(end(true)), None),
                CompareOp::Above => (Some(end(false)), None),
                CompareOp::AtMost => (None, Some(end(true))),
                CompareOp::Below => (None, Some(end(false))),
                CompareOp::Equal => (Some(end(true)), Some(end(true))),
                CompareOp::NotEqual => return None,
            };
            for (slot, found) in [(&mut ends.low, low), (&mut ends.high, high)] {
                if found.is_some() && slot.replace(found?).is_some() {
                    return None;
                }
            }
        }
        Some(ends)
    }

    /// Gives each end point that two lines share to one of them, or reports all of them. Whether none was reported.
    pub(super) fn share_ends(&mut self, draft: &Draft, lines: &mut [Option<Ends>]) -> bool {
        let mut shared: Vec<(usize, usize, Expr)> = Vec::new();
        for (lower, below) in lines.iter().enumerate() {
            for (higher, above) in lines.iter().enumerate() {
                if let (Some(below), Some(above)) = (below, above)
                    && lower != higher
                    && let (Some(high), Some(low)) = (&below.high, &above.low)
                    && high.included
                    && low.included
                    && same_point(&high.at, &low.at)
                    && !is_point(below)
                    && !is_point(above)
                {
                    shared.push((lower, higher, high.at.clone()));
                }
            }
        }
        let Some(upward) = draft.upward else {
            if !shared.is_empty() {
                self.report_shared(draft, &shared);
            }
            return shared.is_empty();
        };
        for (lower, higher, _) in shared {
            let end = if upward {
                lines.get_mut(lower).and_then(Option::as_mut).and_then(|ends| ends.high.as_mut())
            } else {
                lines.get_mut(higher).and_then(Option::as_mut).and_then(|ends| ends.low.as_mut())
            };
            if let Some(end) = end {
                (end.included, end.declared) = (false, true);
            }
        }
        true
    }

    fn report_shared(&mut self, draft: &Draft, shared: &[(usize, usize, Expr)]) {
        let mut points: Vec<&Expr> = shared.iter().map(|(_, _, at)| at).collect();
        points.sort_by_key(|at| (key(at), at.span));
        let named: Vec<String> = points.iter().map(|at| self.context.text(at.span)).collect();
        let span = shared
            .iter()
            .filter_map(|(lower, higher, _)| {
                Some(draft.lines.get(*lower)?.left_span.min(draft.lines.get(*higher)?.left_span))
            })
            .min()
            .unwrap_or(draft.span);
        let mut report = Diagnostic::new(
            Code::TiersShareEndPoint,
            span,
            format!("正好 {} 时，相邻两档都成立，没有写明归哪一档", named.join("、")),
            format!("two tiers hold at exactly {}, and it is not said which counts", named.join(", ")),
        );
        let places: std::collections::BTreeSet<usize> =
            shared.iter().flat_map(|(lower, higher, _)| [*lower, *higher]).collect();
        for line in places.into_iter().filter_map(|at| draft.lines.get(at)).filter(|line| line.left_span != span) {
            report = report.also(line.left_span, "这一档也含端点", "this tier holds an end point too");
        }
        let place = draft.head_end.after();
        self.context.report(
            report
                .help(
                    "在首行写“端点归高档”或“端点归低档”，或者把一边改成“不满”“超过”",
                    "write `ends-to-higher` or `ends-to-lower` in the first line, or use `short-of` or `exceeds` on one side",
                )
                .fix(place, "，端点归高档", "端点归高的一档", "they belong to the higher tier")
                .fix(place, "，端点归低档", "端点归低的一档", "they belong to the lower tier"),
        );
    }
}

/// A line with its ends as the model keeps it.
pub(super) fn tier_line(line: &Line, ends: Option<&Ends>, value: Expr) -> TierLine {
    let ends = ends.cloned().unwrap_or_default();
    TierLine { label: line.label.clone(), low: ends.low, high: ends.high, value, span: line.span }
}

/// A constant as a point on a line that others of its kind lie on too.
pub(super) fn key(expr: &Expr) -> Option<Decimal> {
    match &expr.kind {
        ExprKind::Constant(Value::Number(value)) => Some(*value),
        ExprKind::Constant(Value::Date(day)) => Some(Decimal::from(*day)),
        ExprKind::Constant(Value::Member(member)) => Some(Decimal::from(member.0)),
        _ => None,
    }
}

/// Whether two ends are one point.
pub(super) fn same_point(one: &Expr, two: &Expr) -> bool {
    match (key(one), key(two)) {
        (Some(one), Some(two)) => one == two,
        _ => one.same(two),
    }
}

fn is_point(ends: &Ends) -> bool {
    matches!((&ends.low, &ends.high), (Some(low), Some(high)) if same_point(&low.at, &high.at))
}

//! In: drafts of 叠加 and 就高. Out: the sum of all lines that hold, or the greatest of them.
//! Invariant: 叠加 is 0 where no line holds; 就高 is then not applicable.

use crate::source::Span;

use super::super::Form;
use super::super::expression::{Arm, CompareOp, Condition, Expr, ExprKind};
use super::super::surface::Surface;
use super::super::types::Type;
use super::super::typing::Typing;
use super::Draft;
use super::ends::key;
use super::progressive::added;
use super::values::zero;

impl Typing<'_, '_> {
    pub(super) fn sum_of(&mut self, draft: &Draft) -> Option<(Expr, Form)> {
        let (arms, ty) = self.arms(draft)?;
        let terms = arms
            .iter()
            .map(|arm| self.chosen(vec![arm.clone()], Some(zero(&ty, arm.value.span)), ty.clone(), draft.span))
            .collect();
        Some((added(terms, draft.span)?, Form::Sum(arms)))
    }

    pub(super) fn highest_of(&mut self, draft: &Draft) -> Option<(Expr, Form)> {
        let (arms, ty) = self.arms(draft)?;
        let value = self.chosen(greatest_first(&arms, draft.span), None, ty, draft.span);
        Some((value, Form::Highest(arms)))
    }

    /// The lines of a table of conditions, with amounts of one type.
    fn arms(&mut self, draft: &Draft) -> Option<(Vec<Arm>, Type)> {
        let conditions: Vec<Option<Condition>> =
            draft.lines.iter().map(|line| self.line_condition(None, line, None)).collect();
        let surfaces: Vec<Option<&Surface>> = draft.lines.iter().map(|line| line.value.as_ref()).collect();
        let values = self.table_values(&surfaces)?;
        let mut arms = Vec::with_capacity(conditions.len());
        for (when, value) in conditions.into_iter().zip(values.values) {
            let value = value?;
            if !matches!(value.ty, Type::Number { .. }) {
                // Reports what is no number.
                self.product(value.clone(), value.clone(), value.span);
                return None;
            }
            arms.push(Arm { when: when?, value });
        }
        Some((arms, values.ty))
    }
}

/// Arms of which the first that holds is the greatest that holds: in order of their amounts where those are known, else each with the
/// condition that no other that holds is greater.
fn greatest_first(arms: &[Arm], span: Span) -> Vec<Arm> {
    if arms.iter().all(|arm| key(&arm.value).is_some()) {
        let mut sorted = arms.to_vec();
        sorted.sort_by_key(|arm| std::cmp::Reverse(key(&arm.value)));
        return sorted;
    }
    let unlabelled = |label: &str, expr: Expr| Condition { label: label.to_owned(), labelled: false, expr };
    let boolean = |kind: ExprKind| Expr { kind, ty: Type::Bool, span };
    let mut chosen = Vec::with_capacity(arms.len());
    for (at, arm) in arms.iter().enumerate() {
        let mut all = vec![arm.when.clone()];
        for (_, other) in arms.iter().enumerate().filter(|(index, _)| *index != at) {
            let below = boolean(ExprKind::Compare {
                op: CompareOp::AtMost,
                left: Box::new(other.value.clone()),
                right: Box::new(arm.value.clone()),
            });
            let absent = boolean(ExprKind::Not(Box::new(other.when.expr.clone())));
            let label = format!("{} 不更高", other.when.label);
            let either = vec![unlabelled(&other.when.label, absent), unlabelled(&label, below)];
            all.push(unlabelled(&label, boolean(ExprKind::Any(either))));
        }
        let expr = boolean(ExprKind::All(all));
        let when = Condition { label: arm.when.label.clone(), labelled: arm.when.labelled, expr };
        chosen.push(Arm { when, value: arm.value.clone() });
    }
    chosen
}

//! In: a comparison, and a further bound after it. Out: both, about the same value: `业务规模 1000万元以上 不满5000万元`.
//! Invariant: only words of order go on; `是` and `属于` do not.

use crate::source::Span;
use crate::syntax::keywords::Word;

use super::super::comparing::operator;
use super::super::expression::CompareOp;
use super::{Surface, SurfaceKind};

/// Whether a word between values is one of order.
pub(super) fn orders(word: Word) -> bool {
    operator(word).is_some_and(|op| !matches!(op, CompareOp::Equal | CompareOp::NotEqual))
}

/// What a comparison, or a row of comparisons of one value, is about.
pub(in crate::model) fn subject(surface: &Surface) -> Option<&Surface> {
    match &surface.kind {
        SurfaceKind::Compare(word, left, _) if orders(*word) => Some(left),
        SurfaceKind::Join { all: true, parts } if parts.len() > 1 => {
            let mut subjects = parts.iter().map(|(_, part)| match &part.kind {
                SurfaceKind::Compare(word, left, _) if orders(*word) => Some(left.as_ref()),
                _ => None,
            });
            let first = subjects.next()??;
            subjects.all(|other| other.is_some_and(|other| other == first)).then_some(first)
        }
        _ => None,
    }
}

/// A comparison and the bounds that go on from it, which are written from `at` on.
pub(super) fn joined(before: Surface, more: Surface, at: Span) -> Surface {
    let span = before.span.to(more.span);
    let mut parts = flat(before);
    parts.extend(flat(more).into_iter().map(|(label, part)| {
        let written = Span { start: part.span.start.max(at.start), ..part.span };
        (label, Surface { span: written, ..part })
    }));
    Surface { kind: SurfaceKind::Join { all: true, parts }, span }
}

/// The comparisons of a row.
fn flat(surface: Surface) -> Vec<(Option<String>, Surface)> {
    match surface.kind {
        SurfaceKind::Join { all: true, parts } if parts.len() > 1 => parts,
        kind => vec![(None, Surface { kind, span: surface.span })],
    }
}

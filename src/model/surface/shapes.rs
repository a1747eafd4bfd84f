//! In: operands and the words between them. Out: the trees they make: brackets, ranges, joins, shares.

use crate::source::Span;
use crate::syntax::keywords::Word;

use super::super::vocabulary::Entry;
use super::{Surface, SurfaceKind};

impl Surface {
    /// A bracketed 且/或 stays a part of its own: `(a 或 b) 且 c` is not mixed.
    pub(super) fn bracketed(self) -> Surface {
        match self.kind {
            SurfaceKind::Join { all, parts } => {
                let span = self.span;
                let inner = Surface { kind: SurfaceKind::Join { all, parts }, span };
                Surface { kind: SurfaceKind::Join { all, parts: vec![(None, inner)] }, span }
            }
            kind => Surface { kind, span: self.span },
        }
    }

    /// The tree below the brackets.
    pub fn unbracketed(&self) -> &Surface {
        match &self.kind {
            SurfaceKind::Join { parts, .. } if parts.len() == 1 => {
                parts.first().map_or(self, |(_, inner)| inner.unbracketed())
            }
            _ => self,
        }
    }
}

/// Whether a word is 以上, 以下 or the like.
pub(in crate::model) fn is_bound(word: Word) -> bool {
    matches!(
        word,
        Word::AtLeastPostfix
            | Word::AtLeastAndPostfix
            | Word::AtMostPostfix
            | Word::AtMostAndPostfix
            | Word::WithinPostfix
    )
}

/// 以上 or 以下 with its bound said to be included or not.
pub(super) fn explicit(bound: Word, said: Word) -> Word {
    let included = said == Word::Includes;
    match bound {
        Word::AtLeastPostfix | Word::AtLeastAndPostfix if included => Word::NotBelow,
        Word::AtLeastPostfix | Word::AtLeastAndPostfix => Word::Exceeds,
        Word::AtMostPostfix | Word::AtMostAndPostfix | Word::WithinPostfix if included => Word::NotAbove,
        Word::AtMostPostfix | Word::AtMostAndPostfix | Word::WithinPostfix => Word::Below,
        other => other,
    }
}

/// 甲 至 乙 之间: both ends count.
pub(super) fn between(value: &Surface, range: &Surface, span: Span) -> Option<Surface> {
    let SurfaceKind::Arithmetic(Word::To, low, high) = &range.kind else { return None };
    let part = |word: Word, bound: &Surface| {
        let kind = SurfaceKind::Compare(word, Box::new(value.clone()), Box::new(bound.clone()));
        (None, Surface { kind, span })
    };
    let parts = vec![part(Word::NotBelow, low), part(Word::NotAbove, high)];
    Some(Surface { kind: SurfaceKind::Join { all: true, parts }, span })
}

/// 近3年研发费用 均 不低于 100万元: each figure is compared.
pub(super) fn each(word: Word, figures: Vec<Surface>, right: &Surface, span: Span) -> Surface {
    let part = |figure: Surface| {
        let kind = SurfaceKind::Compare(word, Box::new(figure), Box::new(right.clone()));
        (None, Surface { kind, span })
    };
    let parts = figures.into_iter().map(part).collect();
    Surface { kind: SurfaceKind::Join { all: true, parts }, span }.bracketed()
}

/// Joins two sides, merging a side that is an unbracketed join of the same kind.
pub(super) fn join(all: bool, left: Surface, right: Surface, span: Span) -> Surface {
    let mut parts = Vec::new();
    for side in [left, right] {
        match side.kind {
            SurfaceKind::Join { all: inner, parts: mut more } if inner == all && more.len() > 1 => {
                parts.append(&mut more)
            }
            kind => parts.push((None, Surface { kind, span: side.span })),
        }
    }
    Surface { kind: SurfaceKind::Join { all, parts }, span }
}

/// 的: whose fact, or a share of a base.
pub(super) fn of(left: Surface, right: Surface, span: Span) -> Surface {
    if let (SurfaceKind::Name { entries, of: None, .. }, SurfaceKind::Name { name, entries: facts, of: None }) =
        (&left.kind, &right.kind)
        && let Some(Entry::Subject(subject)) = entries.iter().find(|entry| matches!(entry, Entry::Subject(_)))
    {
        return Surface {
            kind: SurfaceKind::Name { name: name.clone(), entries: facts.clone(), of: Some(*subject) },
            span,
        };
    }
    Surface { kind: SurfaceKind::Arithmetic(Word::Times, Box::new(left), Box::new(right)), span }
}

impl Surface {
    /// Calls `visit` with each part, in order; not with the parts of its parts.
    pub fn parts<'s>(&'s self, mut visit: impl FnMut(&'s Surface)) {
        use SurfaceKind as K;
        match &self.kind {
            K::Not(one) | K::State(_, one) | K::Round(one, _) | K::Recent(one, _) | K::YearNumber(one, _) => visit(one),
            K::OnCalendar(one, _) => visit(one),
            K::Join { parts, .. } => parts.iter().for_each(|(_, part)| visit(part)),
            K::Compare(_, one, two) | K::Arithmetic(_, one, two) | K::Where(one, two) | K::AsOf(one, two) => {
                visit(one);
                visit(two);
            }
            K::WithinRecent(one, two, _) => {
                visit(one);
                visit(two);
            }
            K::Steps(one, two, three) => [one, two, three].into_iter().for_each(|part| visit(part)),
            K::Within { value, list, .. } => {
                visit(value);
                list.iter().for_each(visit);
            }
            K::Choose(_, parts) | K::Each(parts) => parts.iter().for_each(visit),
            K::Fold(fold) => fold.value.iter().chain(&fold.filter).for_each(visit),
            K::Paired(pairs) => {
                visit(&pairs.value);
                pairs.keys.iter().chain(&pairs.values).for_each(visit);
            }
            K::Broken
            | K::Name { .. }
            | K::Number(_)
            | K::Date(_)
            | K::Text(_)
            | K::Boolean(_)
            | K::OnDate
            | K::CertainReward
            | K::Figure { .. }
            | K::FirstTime(..) => {}
        }
    }
}

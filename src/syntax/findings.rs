//! In: findings of the surface, in any order. Out: the list of them, in source order.
//! Invariant: no file, however hostile, gives more than [`DIAGNOSTICS_MAX`] findings and one that says so.

use crate::diagnostics::{Code, Diagnostic, sort};
use crate::limits::DIAGNOSTICS_MAX;

/// Collects findings up to the limit.
#[derive(Debug, Default)]
pub(super) struct Findings {
    list: Vec<Diagnostic>,
    full: bool,
}

impl Findings {
    /// Adds a finding, which is made only where there is room for it.
    pub(super) fn push(&mut self, finding: impl FnOnce() -> Diagnostic) {
        if self.list.len() < DIAGNOSTICS_MAX {
            self.list.push(finding());
        } else if !self.full {
            self.full = true;
            self.list.push(Diagnostic::new(
                Code::LimitReached,
                finding().primary.span,
                format!("问题超过 {DIAGNOSTICS_MAX} 处，后面的没有列出"),
                format!("there are more than {DIAGNOSTICS_MAX} problems; those that follow are not listed"),
            ));
        }
    }

    /// Whether further findings are not listed.
    pub(super) fn full(&self) -> bool {
        self.full
    }

    pub(super) fn into_sorted(mut self) -> Vec<Diagnostic> {
        sort(&mut self.list);
        self.list
    }
}

//! In: the edits of all amendments of one day. Out: the edits in order, each once; or what conflicts.
//! Invariant: the result does not depend on the order in which the amendments were written.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Sources, Span};

use super::derive::{Edit, New};

/// An edit with the line that asks for it.
#[derive(Debug, Clone)]
pub struct Step {
    /// What is changed.
    pub edit: Edit,
    /// The line of the 修订 item.
    pub line: Span,
    /// The amendment.
    pub by: String,
}

/// The edits in the order of the text.
///
/// # Errors
/// P0223 for every two that change one place in different ways.
pub fn settled(steps: &mut [Step], sources: &Sources) -> Result<Vec<Edit>, Vec<Diagnostic>> {
    // What is put in at one place stands in the order of the amendments' ids, then of their lines.
    steps.sort_by(|one, two| {
        let key = |step: &Step| (step.edit.span.file, step.edit.span.start, step.edit.span.end);
        key(one).cmp(&key(two)).then_with(|| one.by.cmp(&two.by))
    });
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut kept: Vec<&Step> = Vec::new();
    let counts = |step: &&Step| matches!(step.edit.new.as_slice(), [New::Count(..)]);
    for step in steps.iter().filter(|step| !counts(step)) {
        let span = step.edit.span;
        let clash = kept.iter().rev().find(|before| overlap(before.edit.span, span));
        match clash {
            Some(before) if before.edit.span == span && said(&before.edit, sources) == said(&step.edit, sources) => {}
            Some(before) => {
                let (one, two) = if before.line <= step.line { (*before, step) } else { (step, *before) };
                let report = conflict(one, two, span);
                if !found.iter().any(|other| other.primary.span == report.primary.span) {
                    found.push(report);
                }
            }
            None => kept.push(step),
        }
    }
    for step in steps.iter().filter(counts) {
        if !kept.iter().any(|before| overlap(before.edit.span, step.edit.span)) {
            kept.push(step);
        }
    }
    kept.sort_by_key(|step| (step.edit.span.file, step.edit.span.start, step.edit.span.end));
    if found.is_empty() { Ok(kept.into_iter().map(|step| step.edit.clone()).collect()) } else { Err(found) }
}

/// Whether two edits change the same bytes. Words put in stand beside what is changed next to them, but not within it.
fn overlap(one: Span, two: Span) -> bool {
    one.file == two.file && one.start < two.end && two.start < one.end
}

/// What stands there afterwards.
fn said(edit: &Edit, sources: &Sources) -> String {
    let text = |new: &New| match new {
        New::Copy(span) => super::words::squeezed(sources.text(*span)),
        New::Made(words, _) | New::Count(words, _) => words.clone(),
    };
    edit.new.iter().map(text).collect()
}

fn conflict(one: &Step, two: &Step, place: Span) -> Diagnostic {
    let (zh, en) = if one.by == two.by {
        (format!("修订“{}”里两行改的是同一处", two.by), format!("two lines of amendment `{}` change one place", two.by))
    } else {
        (
            format!("修订“{}”和“{}”同一天施行，改的是同一处，改得不一样", one.by, two.by),
            format!("amendments `{}` and `{}` of one day change one place in different ways", one.by, two.by),
        )
    };
    Diagnostic::new(Code::AmendmentsConflict, two.line, zh, en)
        .also(one.line, "另一处修改在这里", "the other change is here")
        .also(place, "都改这里", "both change this")
        .help(
            "只留一个；有先后的，把后一个的“施行”改为以后的日期，从改过的内容写起",
            "keep one; or give the later one a later day, and let it start from what the first one leaves",
        )
}

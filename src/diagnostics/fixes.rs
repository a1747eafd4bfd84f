//! In: findings and a text. Out: the text with their machine-applicable changes made.
//! Invariant: no two changes that are made touch each other; the others are left for the next round.

use super::{Diagnostic, Edit};
use crate::source::{FileId, Span};

/// Applies the only change of each finding to the texts of `file`'s spans: `text` with the edits made, and how many findings were
/// served. Where a finding has two, the choice is the drafter's (每年 or 累计 is no matter of form). A change that overlaps one already
/// taken, or that also touches another file, is left for the next round.
#[must_use]
pub fn apply_fixes(diagnostics: &[Diagnostic], file: FileId, text: &str) -> (String, usize) {
    let mut taken: Vec<&Edit> = Vec::new();
    let mut served = 0;
    for diagnostic in diagnostics {
        let [fix] = diagnostic.fixes.as_slice() else { continue };
        let fits = |edit: &Edit| edit.span.file == file && text.get(edit.span.range()).is_some();
        let clear = |edit: &Edit| taken.iter().all(|other| apart(edit.span, other.span));
        if !fix.edits.is_empty() && fix.edits.iter().all(|edit| fits(edit) && clear(edit)) {
            taken.extend(&fix.edits);
            served += 1;
        }
    }
    taken.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    let mut text = text.to_owned();
    for edit in taken {
        text.replace_range(edit.span.range(), &edit.replacement);
    }
    (text, served)
}

/// Whether two edits can both be made: they share no byte, and are not two insertions at one place.
fn apart(a: Span, b: Span) -> bool {
    (a.end <= b.start || b.end <= a.start) && a.start != b.start
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Code;

    #[test]
    fn changes_that_touch_each_other_wait() {
        let file = FileId(0);
        let finding = |start, end, text: &str| {
            Diagnostic::new(Code::UnknownName, Span::new(file, start, end), "", "").fix(
                Span::new(file, start, end),
                text,
                "",
                "",
            )
        };
        let found =
            [finding(1, 3, "XY!"), finding(2, 4, "no"), finding(5, 5, "+"), finding(5, 5, "no"), finding(0, 1, "_")];
        assert_eq!(apply_fixes(&found, file, "abcdef"), ("_XY!de+f".to_owned(), 3));
        let two = finding(0, 1, "yes").fix(Span::new(file, 0, 1), "or this", "", "");
        assert_eq!(apply_fixes(&[two], file, "abc"), ("abc".to_owned(), 0));
        assert_eq!(apply_fixes(&found, FileId(1), "abcdef"), ("abcdef".to_owned(), 0));
        assert_eq!(apply_fixes(&[finding(2, 99, "x")], file, "abc"), ("abc".to_owned(), 0));
    }
}

//! Any text reads as a tree whose items lie in the text, in order, and as findings that lie in it too.

use guiju::diagnostics::Diagnostic;
use guiju::source::{FileId, Span};
use guiju::syntax;

/// Reads the text.
pub fn fuzz(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    let (file, found) = syntax::parse(FileId(0), &text);
    let mut last = 0;
    for item in &file.items {
        inside(&text, item.span);
        assert!(item.span.start >= last, "items out of order");
        last = item.span.start;
    }
    assert!(!file.items.is_empty() || !found.is_empty(), "nothing read and nothing said");
    placed(&text, &found);
    found.is_empty()
}

/// Every finding stands in the text, on characters.
pub fn placed(text: &str, found: &[Diagnostic]) {
    for diagnostic in found.iter().filter(|diagnostic| diagnostic.primary.span.file == FileId(0)) {
        inside(text, diagnostic.primary.span);
        diagnostic
            .secondary
            .iter()
            .filter(|label| label.span.file == FileId(0))
            .for_each(|label| inside(text, label.span));
    }
}

fn inside(text: &str, span: Span) {
    assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} is no place of the text");
}

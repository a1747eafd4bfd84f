//! In: diagnostics. Out: one line each, `file:line:column: error[P0304]: message`, columns in characters.

use super::{omitted, severity_word, shown, visible};
use crate::diagnostics::{Diagnostic, Lang};
use crate::source::Sources;

/// One line a diagnostic.
#[must_use]
pub fn short(diagnostics: &[Diagnostic], sources: &Sources, lang: Lang) -> String {
    let (shown, left) = shown(diagnostics);
    let mut out = String::new();
    for diagnostic in shown {
        let span = diagnostic.primary.span;
        let name = sources.name(span);
        if !name.is_empty() {
            let at = sources.start(span);
            out.push_str(&format!("{}:{}:{}: ", visible(name), at.line, at.column));
        }
        let word = severity_word(diagnostic.severity, lang);
        let message = visible(diagnostic.message.get(lang)).replace('\n', " ");
        out.push_str(&format!("{word}[{}]: {message}\n", diagnostic.code.number()));
    }
    if left > 0 {
        out.push_str(&omitted(left, lang));
        out.push('\n');
    }
    out
}

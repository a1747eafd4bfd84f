//! In: diagnostics and the texts they point into. Out: one text for people, for editors or for tools.
//! Invariant: rendering never fails and never panics, whatever the spans; control characters of a policy never reach a terminal.

mod excerpt;
mod json;
mod sarif;
mod short;
mod terminal;

pub use json::json;
pub use sarif::sarif;
pub(crate) use sarif::uri;
pub use short::short;
pub use terminal::{summary, terminal};

use super::{Diagnostic, Lang, Severity};
use crate::limits::DIAGNOSTICS_MAX;

/// The diagnostics that are shown, and how many are not.
fn shown(diagnostics: &[Diagnostic]) -> (&[Diagnostic], usize) {
    let shown = diagnostics.get(..DIAGNOSTICS_MAX).unwrap_or(diagnostics);
    (shown, diagnostics.len() - shown.len())
}

/// The word for a severity.
fn severity_word(severity: Severity, lang: Lang) -> &'static str {
    match (severity, lang) {
        (Severity::Error, Lang::Zh) => "错误",
        (Severity::Warning, Lang::Zh) => "警告",
        (Severity::Note, Lang::Zh) => "提示",
        (Severity::Error, Lang::En) => "error",
        (Severity::Warning, Lang::En) => "warning",
        (Severity::Note, Lang::En) => "note",
    }
}

/// What is said where diagnostics were left out.
fn omitted(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("另有 {count} 条没有显示"),
        Lang::En => format!("{count} more not shown"),
    }
}

/// A text safe to print: control and invisible formatting characters become visible marks. Tabs and line breaks stay.
fn visible(text: &str) -> String {
    text.chars().map(visible_char).collect()
}

fn visible_char(character: char) -> char {
    match character {
        '\t' | '\n' => character,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => '\u{fffd}',
        _ => character,
    }
}

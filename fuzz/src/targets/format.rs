//! What reads without error is formatted; the formatted text reads without error, and formats to itself.

use guiju::diagnostics::has_errors;
use guiju::model::Breaker;
use guiju::source::Sources;
use guiju::syntax::format::{FormatOptions, KeywordLanguage, format};
use guiju::syntax::parse;

/// Formats the text, keywords as written and in either language.
pub fn fuzz(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    for keywords in [None, Some(KeywordLanguage::Zh), Some(KeywordLanguage::En)] {
        let Some(once) = formatted(&text, keywords) else { return false };
        let Some(twice) = formatted(&once, keywords) else { panic!("formatting breaks the text:\n{once}") };
        // A fact that is named as a word of the language may read in more than one way once another language is asked for.
        assert!(once == twice || keywords.is_some(), "formatting twice differs:\n{once}\n----\n{twice}");
    }
    true
}

fn formatted(text: &str, keywords: Option<KeywordLanguage>) -> Option<String> {
    let mut sources = Sources::new();
    let id = sources.add("main.policy", text);
    let (file, found) = parse(id, text);
    if has_errors(&found) {
        return None;
    }
    let files = [file];
    let breaker = Breaker::new(&files, &sources, keywords);
    files.first().map(|file| format(file, text, &FormatOptions { keywords }, &breaker))
}

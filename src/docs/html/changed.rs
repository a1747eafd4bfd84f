//! In: a text before and after an amendment, and the figures of what it belongs to. Out: both as HTML with the words marked that differ,
//! and the figures of the text that holds linked to the sentences that say them.
//! Invariant: both texts are unchanged, and everything in them is escaped.

use super::linked::{escaped, linked};
use crate::diff::words::{Fate, compare};
use crate::docs::model::FigureDoc;

/// The old and the new text with what differs in `del` and `ins`.
#[must_use]
pub fn changed(before: &str, after: &str, figures: &[FigureDoc], href: &dyn Fn(&str) -> String) -> (String, String) {
    let (mut old, mut new) = (String::new(), String::new());
    for piece in compare(before, after) {
        match piece.fate {
            Fate::Kept => {
                old.push_str(&escaped(&piece.text));
                new.push_str(&linked(&piece.text, figures, href));
            }
            Fate::Removed => old.push_str(&format!("<del>{}</del>", escaped(&piece.text))),
            Fate::Added => new.push_str(&format!("<ins>{}</ins>", linked(&piece.text, figures, href))),
        }
    }
    (old, new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::model::Words;

    #[test]
    fn what_differs_is_marked_and_only_the_text_that_holds_is_linked() {
        let figure = FigureDoc {
            text: Words::same("800万元"),
            value: "8000000".into(),
            sentence: Some("s3".into()),
            literal: true,
        };
        let (old, new) = changed("<b>不超过500万元", "<b>不超过800万元", &[figure], &|id| format!("#{id}"));
        assert_eq!(old, "&lt;b&gt;不超过<del>500万元</del>");
        assert_eq!(new, "&lt;b&gt;不超过<ins><a class=\"figure\" href=\"#s3\">800万元</a></ins>");
    }
}

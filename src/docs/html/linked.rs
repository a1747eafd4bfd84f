//! In: a text and the figures of what it belongs to. Out: HTML in which every figure is a link to the sentence that says it.
//! Invariant: the text itself is unchanged, and everything in it is escaped.

use std::fmt::Write as _;

use crate::docs::model::FigureDoc;
use crate::explain::text;
use crate::literal::{self, fold_width};

/// Escapes a text for HTML, attributes included.
#[must_use]
pub fn escaped(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

/// The text with its figures linked; `href` gives the address of a sentence.
#[must_use]
pub fn linked(text: &str, figures: &[FigureDoc], href: &dyn Fn(&str) -> String) -> String {
    let chars: Vec<char> = text.chars().collect();
    let folded: Vec<char> = chars.iter().map(|letter| fold_width(*letter)).collect();
    let mut out = String::with_capacity(text.len());
    let (mut at, mut plain) = (0, String::new());
    while at < chars.len() {
        let before = |count: usize| at.checked_sub(count).and_then(|before| folded.get(before)).copied();
        let digit = |count: usize| before(count).is_some_and(|letter| letter.is_ascii_digit());
        let inside = digit(1) || (matches!(before(1), Some('.' | ',')) && digit(2));
        let found = if inside { None } else { figure_at(&chars, &folded, at, figures) };
        match found {
            Some((end, sentence)) => {
                out.push_str(&escaped(&std::mem::take(&mut plain)));
                let shown: String = chars.get(at..end).unwrap_or_default().iter().collect();
                let _ =
                    write!(out, "<a class=\"figure\" href=\"{}\">{}</a>", escaped(&href(sentence)), escaped(&shown));
                at = end;
            }
            None => {
                plain.extend(chars.get(at));
                at += 1;
            }
        }
    }
    out.push_str(&escaped(&plain));
    out
}

/// The figure that is written at a place: where it ends, and its sentence.
fn figure_at<'f>(chars: &[char], folded: &[char], at: usize, figures: &'f [FigureDoc]) -> Option<(usize, &'f str)> {
    let spelled = |figure: &'f FigureDoc| {
        let texts = [&figure.text.zh, &figure.text.en];
        let ends = texts.into_iter().filter_map(|text| spelled_at(chars, at, text));
        ends.max().zip(figure.sentence.as_deref())
    };
    if let Some(found) = figures.iter().filter_map(spelled).max_by_key(|(end, _)| *end) {
        return Some(found);
    }
    let (value, end) = match literal::date(folded, at) {
        Some(Ok((day, end))) => (crate::calendar::iso(i64::from(day)), end),
        Some(Err(_)) => return None,
        None => {
            let (literal, end) = literal::scan(folded, at, &|_| None)?.ok()?;
            if literal.unit.is_empty() && !literal.percent {
                return None;
            }
            (text::digits(literal.value), end)
        }
    };
    let figure = figures.iter().find(|figure| figure.value == value)?;
    Some((end, figure.sentence.as_deref()?))
}

/// Where a spelling that stands at a place ends; a number that goes on is another number.
fn spelled_at(chars: &[char], at: usize, text: &str) -> Option<usize> {
    let mut end = at;
    for letter in text.chars() {
        if chars.get(end) != Some(&letter) {
            return None;
        }
        end += 1;
    }
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let goes_on = chars.get(end - 1).is_some_and(char::is_ascii_digit)
        && (digit(end) || (matches!(chars.get(end), Some('.' | ',')) && digit(end + 1)));
    (end > at && !goes_on).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::model::Words;

    #[test]
    fn figures_are_linked_and_everything_else_is_escaped() {
        let figure = |zh: &str, en: &str, value: &str, sentence: &str| FigureDoc {
            text: Words::new(zh, en),
            value: value.into(),
            sentence: Some(sentence.into()),
            literal: true,
        };
        let figures = [figure("1000万元", "CNY 10,000,000", "10000000", "s3"), figure("1%", "1%", "0.01", "s4")];
        let href = |id: &str| format!("o.html#{id}");
        let of = |text: &str| linked(text, &figures, &href);
        assert_eq!(of("<b>不超过1000万元"), "&lt;b&gt;不超过<a class=\"figure\" href=\"o.html#s3\">1000万元</a>");
        assert_eq!(of("1,000万元"), "<a class=\"figure\" href=\"o.html#s3\">1,000万元</a>");
        assert_eq!(of("11000万元、11%、2000万元"), "11000万元、11%、2000万元");
        assert_eq!(of("的，1000万元").matches("<a ").count(), 1);
        assert_eq!(of("CNY 10,000,000 at 1%").matches("<a ").count(), 2);
        assert_eq!(of("CNY 10,000,000.50").matches("<a ").count(), 0);
    }
}

//! In: the text from the start of a line. Out: what kind of line it is: one that opens an item, a misspelt one, a field.
//! Invariant: each answer looks at the first words of the line only, never at its indentation.

use std::ops::Range;

use crate::diagnostics::nearest;

use super::keywords::{FieldKeyword, ItemKeyword, Word};
use super::width::{closing_quote, first_run, is_close, is_colon, is_line_break, is_open, is_space};

/// Longest first word that is looked at, in bytes.
const WORD_BYTES_MAX: usize = 64;

/// The keyword of a line that opens an item, with its place in `text`.
pub(super) fn item_keyword(text: &str) -> Option<(ItemKeyword, Range<usize>)> {
    let text = beginning(text);
    let (run, place) = first_run(text)?;
    if run.len() > WORD_BYTES_MAX {
        return None;
    }
    let keyword = ItemKeyword::find(&run)?;
    let rest = text.get(place.end..)?;
    opens(rest, &run).then_some((keyword, place))
}

/// Whether what follows a keyword makes an item of it.
fn opens(rest: &str, run: &str) -> bool {
    let after = rest.trim_start_matches(is_space);
    match after.chars().next() {
        None => true,
        Some(mark) if is_colon(mark) => false,
        Some(mark) if is_open(mark) => {
            let labelled = after.find(is_close).and_then(|at| after.get(at..)).is_some_and(|tail| {
                tail.trim_start_matches(is_close).trim_start_matches(is_space).starts_with(is_colon)
            });
            !(labelled && is_field(run))
        }
        Some(mark) if closing_quote(mark).is_some() => true,
        Some(_) => rest.starts_with(is_space) && !compares(after),
    }
}

/// Whether a text begins with a word that compares, as a condition does after a name.
pub(super) fn compares(text: &str) -> bool {
    let Some(word) = first_run(text).and_then(|(run, _)| Word::find(&run)) else { return false };
    matches!(
        word,
        Word::In
            | Word::NotIn
            | Word::Is
            | Word::IsNot
            | Word::Equals
            | Word::NotEquals
            | Word::EqualTo
            | Word::NotEqualTo
            | Word::NotBelow
            | Word::NotLess
            | Word::Reaches
            | Word::Full
            | Word::Exceeds
            | Word::Above
            | Word::Greater
            | Word::NotExceeding
            | Word::NotAbove
            | Word::NotGreater
            | Word::ShortOf
            | Word::Below
            | Word::Under
            | Word::Less
            | Word::Before
            | Word::After
            | Word::NotBefore
            | Word::NotAfter
    )
}

/// Whether a line begins with the keyword of a field and a colon.
pub(super) fn looks_like_field(text: &str) -> bool {
    let text = beginning(text);
    let Some((run, place)) = first_run(text) else { return false };
    if run.len() > WORD_BYTES_MAX || FieldKeyword::find(&run).is_none() {
        return false;
    }
    let rest = text.get(place.end..).unwrap_or("").trim_start_matches(is_space);
    if rest.starts_with(is_open) {
        let close = rest.find(is_close).and_then(|at| rest.get(at..)).unwrap_or("");
        return close.trim_start_matches(is_close).trim_start_matches(is_space).starts_with(is_colon);
    }
    rest.starts_with(is_colon)
}

/// The keyword that a misspelt first line most likely means, with the place of what is written. Only a line that has the shape of a
/// first line counts: a word, more text, and a 《title》 or an ASCII id.
pub(super) fn misspelt_item(text: &str) -> Option<(ItemKeyword, Range<usize>)> {
    let (run, place) = first_run(text)?;
    if run.len() > WORD_BYTES_MAX || FieldKeyword::find(&run).is_some() || ItemKeyword::find(&run).is_some() {
        return None;
    }
    let rest = text.get(place.end..)?;
    let more = rest.trim_start_matches(is_space);
    let shaped = (more.len() < rest.len() && first_run(more).is_some()) || more.starts_with('《');
    if !shaped || compares(more) || !(rest.contains('《') || holds_alias(rest)) {
        return None;
    }
    let lower = run.to_lowercase();
    let spellings = ItemKeyword::ALL.iter().flat_map(|keyword| [keyword.zh(), keyword.en()]);
    let keyword = ItemKeyword::find(nearest(&lower, spellings)?)?;
    Some((keyword, place))
}

/// The keyword of a first line that lacks its space (`条款第五条《…》`) or has a colon after it (`条款：第五条《…》`): the keyword's
/// place, and the place of the colon.
pub(super) fn unspaced_item(text: &str) -> Option<(ItemKeyword, Range<usize>, Option<Range<usize>>)> {
    let text = beginning(text);
    let (run, place) = first_run(text)?;
    if run.len() > WORD_BYTES_MAX || !(text.contains('《') && holds_alias(text)) {
        return None;
    }
    let rest = text.get(place.end..)?;
    let skipped = rest.len() - rest.trim_start_matches(is_space).len();
    if let Some(keyword) = ItemKeyword::find(&run).filter(|_| !is_field(&run)) {
        let mark = rest.get(skipped..)?.chars().next().filter(|mark| is_colon(*mark))?;
        let start = place.end + skipped;
        return Some((keyword, place, Some(start..start + mark.len_utf8())));
    }
    let keyword = ItemKeyword::ALL.iter().find(|keyword| {
        run.strip_prefix(keyword.zh()).is_some_and(|rest| {
            rest.starts_with(|c: char| c == '第' || c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
        })
    })?;
    Some((*keyword, place.start..place.start + keyword.zh().len(), None))
}

/// Whether a word labels a field. 条款 does so in 组合 only, where neither a title nor an id follows.
fn is_field(run: &str) -> bool {
    FieldKeyword::find(run).is_some_and(|field| field != FieldKeyword::Members)
}

/// Whether a text holds an ASCII id in brackets.
fn holds_alias(text: &str) -> bool {
    text.split(is_close).any(|before| {
        before
            .rfind(is_open)
            .and_then(|at| before.get(at..))
            .is_some_and(|id| is_alias(id.trim_start_matches(is_open).trim()))
    })
}

/// Whether a text is an ASCII id.
pub(super) fn is_alias(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// The text to the end of its physical line.
fn beginning(text: &str) -> &str {
    text.find(is_line_break).and_then(|end| text.get(..end)).unwrap_or(text)
}

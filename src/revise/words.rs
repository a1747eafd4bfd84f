//! In: two texts of a field. Out: the fewest words that tell them apart. Invariant: the words stand in the old text once; nothing is
//! given where more than a few words differ.

use crate::syntax::width::{closing_quote, is_space};

use super::text::plain;

/// Most words that are changed one by one; beyond them the whole is easier to read.
const WORDS_MAX: usize = 4;

/// The words of the old text and those in their place; none where all of it changes.
#[must_use]
pub fn between(old: &str, new: &str) -> Option<(String, String)> {
    if old.contains('\n') || new.contains('\n') {
        return None;
    }
    let (one, two) = (words(old), words(new));
    let same = one.iter().zip(&two).take_while(|(one, two)| one.0 == two.0).count();
    let shorter = one.len().min(two.len());
    let tail = one.iter().rev().zip(two.iter().rev()).take_while(|(one, two)| one.0 == two.0).count();
    let tail = tail.min(shorter - same);
    let (mut before, mut after) = (same, tail);
    loop {
        let from = middle(old, &one, before, after);
        let to = middle(new, &two, before, after);
        let few = |row: &[(&str, usize)]| row.len() - before - after <= WORDS_MAX;
        if !few(&one) || !few(&two) || (before == 0 && after == 0) {
            return None;
        }
        let clean = |text: &str| !text.contains(['「', '」', '“', '”', '"', '《', '》', '#']);
        let bounded = |text: &str| !text.is_empty() && !is_mark_text(text);
        if bounded(from) && bounded(to) && occurs_once(old, from) {
            return (clean(from) && clean(to)).then(|| (from.to_owned(), to.to_owned()));
        }
        // One word more: before, else after.
        if before > 0 {
            before -= 1;
        } else {
            after = after.checked_sub(1)?;
        }
    }
}

fn is_mark_text(text: &str) -> bool {
    text.chars().all(|letter| is_mark(letter) || is_space(letter))
}

fn middle<'t>(text: &'t str, words: &[(&str, usize)], before: usize, after: usize) -> &'t str {
    let last = words.len() - after;
    if before >= last {
        return "";
    }
    let start = words.get(before).map_or(0, |(_, at)| *at);
    let end = last.checked_sub(1).and_then(|at| words.get(at)).map_or(start, |(word, at)| at + word.len());
    text.get(start..end).unwrap_or("")
}

/// Whether words stand in a text once, however it is spaced.
fn occurs_once(text: &str, words: &str) -> bool {
    let (text, words) = (plain(text), plain(words));
    text.match_indices(&words).count() == 1 && overlapping(&text, &words) == 1
}

fn overlapping(text: &str, words: &str) -> usize {
    text.char_indices().filter(|(at, _)| text.get(*at..).is_some_and(|rest| rest.starts_with(words))).count()
}

fn is_mark(letter: char) -> bool {
    matches!(letter, '，' | ',' | '、' | '；' | ';' | '：' | ':' | '（' | '）' | '(' | ')')
}

/// The words of a text with their places: between spaces and marks, a quotation being one.
fn words(text: &str) -> Vec<(&str, usize)> {
    let mut found = Vec::new();
    let (mut start, mut close): (Option<usize>, Option<char>) = (None, None);
    let end = |found: &mut Vec<_>, start: &mut Option<usize>, at: usize| {
        if let Some(from) = start.take() {
            found.push((text.get(from..at).unwrap_or(""), from));
        }
    };
    for (at, letter) in text.char_indices() {
        if let Some(mark) = close {
            close = (letter != mark).then_some(mark);
            continue;
        }
        if is_space(letter) {
            end(&mut found, &mut start, at);
        } else if is_mark(letter) {
            end(&mut found, &mut start, at);
            found.push((text.get(at..at + letter.len_utf8()).unwrap_or(""), at));
        } else {
            start.get_or_insert(at);
            close = closing_quote(letter);
        }
    }
    end(&mut found, &mut start, text.len());
    found
}

/// Words as an amendment writes them: in quotation marks where they hold marks or words of its own.
#[must_use]
pub fn quoted_where_needed(words: &str) -> String {
    let own = ["改为", "改成", "变更为", "由", "将", "从"];
    if words.chars().any(is_mark) || own.iter().any(|own| words.contains(own)) {
        format!("「{words}」")
    } else {
        words.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_words_that_stand_once() {
        let found = |old, new| between(old, new).map(|(from, to)| format!("{from}>{to}"));
        assert_eq!(found("200万元，每市场主体每年", "500万元，每市场主体每年").as_deref(), Some("200万元>500万元"));
        assert_eq!(found("甲 且 乙", "甲 且 丙").as_deref(), Some("乙>丙"));
        assert_eq!(found("甲 且 甲", "甲 且 乙").as_deref(), Some("且 甲>且 乙"));
        assert_eq!(found("甲", "乙"), None);
    }
}

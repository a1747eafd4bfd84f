//! In: characters as typed. Out: what they are to the grammar, and their half-width forms.
//! Invariant: folding keeps one character for one character; `is_space` agrees with `space` of the grammar, and
//! every character but spaces and marks is `plain` or a `digit` there (a test holds it).

use std::borrow::Cow;

/// The half-width form of a full-width ASCII character; every other character as it is.
#[must_use]
pub fn fold(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        '\u{3000}' => ' ',
        other => other,
    }
}

/// `text` with every character folded.
pub(super) fn fold_text(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| fold(c) == c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(fold).collect())
}

/// A name, an address or a label in its one form: folded, trimmed, one space for many, brackets full-width where the text holds
/// Chinese, and commas there as written.
#[must_use]
pub fn fold_name(text: &str) -> String {
    let chinese = text.chars().any(is_chinese);
    let mut name = String::with_capacity(text.len());
    let mut space = false;
    for character in text.chars() {
        if is_space(character) {
            space = !name.is_empty();
            continue;
        }
        if std::mem::take(&mut space) {
            name.push(' ');
        }
        name.push(match fold(character) {
            '(' if chinese => '（',
            ')' if chinese => '）',
            ',' | ';' if chinese => character,
            other => other,
        });
    }
    name
}

/// Whether a character is written full-width in Chinese text.
pub(super) fn is_chinese(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Spaces of any width, line breaks, and control characters (which are reported on their own).
#[must_use]
pub fn is_space(character: char) -> bool {
    matches!(
        character,
        '\0'..=' '
            | '\u{7F}'..='\u{A0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200B}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202F}'
            | '\u{205F}'
            | '\u{3000}'
            | '\u{FEFF}'
    )
}

/// Whether a character ends a physical line.
#[must_use]
pub fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r')
}

/// Control characters that have no place in a policy.
pub(super) fn is_control(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\n' | '\r')
}

/// `（` or `(`.
pub(super) fn is_open(character: char) -> bool {
    matches!(character, '（' | '(')
}

/// `）` or `)`.
pub(super) fn is_close(character: char) -> bool {
    matches!(character, '）' | ')')
}

/// `：` or `:`.
pub(super) fn is_colon(character: char) -> bool {
    matches!(character, '：' | ':')
}

/// What opens a comment at the start of a line or after a space.
#[must_use]
pub fn is_comment_mark(character: char) -> bool {
    matches!(character, '#' | '＃')
}

/// The mark that closes a quote or title opened by `character`.
#[must_use]
pub fn closing_quote(character: char) -> Option<char> {
    Some(match character {
        '「' => '」',
        '『' => '』',
        '“' => '”',
        '《' => '》',
        '〈' => '〉',
        '"' | '＂' => '"',
        _ => return None,
    })
}

/// The mark that opens a quote or title closed by `character`; straight quotes only open.
pub(super) fn opening_quote(character: char) -> Option<char> {
    Some(match character {
        '」' => '「',
        '』' => '『',
        '”' => '“',
        '》' => '《',
        '〉' => '〈',
        _ => return None,
    })
}

/// Whether a character ends a run: brackets, quotes, separators.
pub(super) fn is_mark(character: char) -> bool {
    is_open(character)
        || is_close(character)
        || is_colon(character)
        || matches!(character, '，' | ',' | '、' | '；' | ';')
        || closing_quote(character).is_some()
        || opening_quote(character).is_some()
}

/// The first run of a text, folded, with its place; `None` where the text does not begin with a run.
pub(super) fn first_run(text: &str) -> Option<(Cow<'_, str>, std::ops::Range<usize>)> {
    let start = text.len() - text.trim_start_matches(is_space).len();
    let rest = text.get(start..)?;
    let length = rest.find(|c| is_mark(c) || is_space(c)).unwrap_or(rest.len());
    let run = rest.get(..length).filter(|run| !run.is_empty())?;
    Some((fold_text(run), start..start + length))
}

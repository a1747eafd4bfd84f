//! In: a text that is to be printed. Out: the same without what identifies a person: GB 11643 numbers and mobile telephone numbers keep
//! their ends only. Invariant: unified social credit codes are public and stay.

use std::borrow::Cow;

use crate::calendar;
use crate::standard::credit_code;

/// Characters of a personal number that stay, at its beginning and its end.
const ENDS: (usize, usize) = (3, 4);

/// The text with every personal number masked.
#[must_use]
pub fn mask(text: &str) -> Cow<'_, str> {
    let is_part = |char: char| char.is_ascii_alphanumeric();
    if !text.split(|char| !is_part(char)).any(is_personal) {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|char| !is_part(char)).unwrap_or(rest.len());
        let end = if word == 0 { rest.find(is_part).unwrap_or(rest.len()) } else { word };
        let (piece, after) = rest.split_at(end);
        if is_personal(piece) {
            let stars = "*".repeat(piece.len() - ENDS.0 - ENDS.1);
            let last = piece.get(piece.len() - ENDS.1..).unwrap_or("");
            masked.push_str(piece.get(..ENDS.0).unwrap_or(""));
            masked.push_str(&stars);
            masked.push_str(last);
        } else {
            masked.push_str(piece);
        }
        rest = after;
    }
    Cow::Owned(masked)
}

/// Whether a word has the form of a personal identity number (its date of birth exists) or a mobile number.
fn is_personal(word: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match word.len() {
        11 => digits(word) && word.starts_with('1') && !word.starts_with("10"),
        18 => {
            let (body, check) = word.split_at(17);
            let number = |range: std::ops::Range<usize>| word.get(range).and_then(|part| part.parse::<u32>().ok());
            let born = number(6..10).zip(number(10..12)).zip(number(12..14));
            digits(body)
                && (digits(check) || matches!(check, "X" | "x"))
                && born.is_some_and(|((year, month), day)| {
                    (1_900..2_100).contains(&year) && calendar::day(i64::from(year), month, day).is_some()
                })
                && credit_code::check(word).is_err()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_are_masked_and_firms_are_not() {
        assert_eq!(mask("张三 11010519491231002X"), "张三 110***********002X");
        assert_eq!(mask("电话13800138000。"), "电话138****8000。");
        assert_eq!(mask("91310000132260250X"), "91310000132260250X");
        assert_eq!(mask("XM-001 甲公司"), "XM-001 甲公司");
    }
}

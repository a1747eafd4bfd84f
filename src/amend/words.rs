//! In: a stretch of a text. Out: its letters without spaces and comments, width-folded, each with its place; and a cursor over them.
//! Invariant: two stretches that a reader takes for the same have the same letters, however they are spaced and whatever their width.

use std::ops::Range;

use crate::syntax::width::{closing_quote, fold, is_comment_mark, is_line_break, is_space};

/// A character that is no space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letter {
    /// Folded; the marks of quotes are 「」, those of titles 《》.
    pub letter: char,
    /// First byte in the text.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// Whether a space stands before it.
    pub gap: bool,
    /// Whether it stands within quotes.
    pub quoted: bool,
}

/// The letters of some bytes of a text.
#[must_use]
pub fn letters(text: &str, range: Range<usize>) -> Vec<Letter> {
    let mut found = Vec::new();
    let mut gap = true;
    let mut quote: Option<(char, char, usize)> = None;
    let mut comment = false;
    for (at, written) in text.get(range.clone()).unwrap_or("").char_indices() {
        if is_line_break(written) {
            comment = false;
        }
        if comment || is_space(written) {
            gap = true;
            continue;
        }
        if quote.is_none() && gap && is_comment_mark(written) && !found.is_empty() {
            comment = true;
            continue;
        }
        let mut letter = fold(written);
        let mut quoted = quote.is_some();
        match &mut quote {
            Some((_, close, depth)) if written == *close && *depth == 0 => {
                letter = if matches!(written, '》' | '〉') { '》' } else { '」' };
                (quote, quoted) = (None, false);
            }
            Some((_, close, depth)) if written == *close => *depth -= 1,
            Some((open, _, depth)) => *depth += usize::from(written == *open),
            None => {
                if let Some(close) = closing_quote(written) {
                    quote = Some((written, close, 0));
                    letter = if matches!(written, '《' | '〈') { '《' } else { '「' };
                }
            }
        }
        let start = range.start + at;
        found.push(Letter { letter, start, end: start + written.len_utf8(), gap, quoted });
        gap = false;
    }
    found
}

/// A text as the letters of it alone, for names.
#[must_use]
pub fn squeezed(text: &str) -> String {
    letters(text, 0..text.len()).iter().map(|letter| letter.letter).collect()
}

/// Whether two rows of letters are the same words.
#[must_use]
pub fn same(one: &[Letter], two: &[Letter]) -> bool {
    one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.letter.eq_ignore_ascii_case(&two.letter))
}

/// The bytes that letters cover.
#[must_use]
pub fn covered(letters: &[Letter]) -> Option<Range<usize>> {
    Some(letters.first()?.start..letters.last()?.end)
}

/// The bytes of letters without the quotes that enclose all of them.
#[must_use]
pub fn unquoted(letters: &[Letter]) -> Option<Range<usize>> {
    if let [open, inner @ .., close] = letters
        && (open.letter, close.letter) == ('「', '」')
        && inner.iter().all(|letter| letter.quoted)
    {
        return Some(open.end..close.start);
    }
    covered(letters)
}

/// Letters that are read from the left.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// What is left.
    pub rest: &'a [Letter],
}

impl<'a> Words<'a> {
    /// Whether a word comes next; how many letters it has.
    #[must_use]
    pub fn next_is(&self, word: &str) -> Option<usize> {
        let mut count = 0;
        for letter in word.chars().filter(|letter| !is_space(*letter)) {
            let next = self.rest.get(count).filter(|next| !next.quoted)?;
            if !next.letter.eq_ignore_ascii_case(&fold(letter)) {
                return None;
            }
            count += 1;
        }
        // An English word ends where a space or something else than a letter follows.
        let whole = !word.ends_with(|c: char| c.is_ascii_alphanumeric())
            || self.rest.get(count).is_none_or(|next| next.gap || !is_of_word(next.letter));
        (count > 0 && whole).then_some(count)
    }

    /// Takes a number of letters.
    pub fn take(&mut self, count: usize) -> &'a [Letter] {
        let (taken, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    /// Takes the longest of some words that comes next.
    pub fn eat(&mut self, words: &[&str]) -> bool {
        let longest = words.iter().filter_map(|word| self.next_is(word)).max();
        self.take(longest.unwrap_or(0));
        longest.is_some()
    }

    /// What stands before the only one of some words, and what stands after it; `Err` with how often they stand there.
    ///
    /// # Errors
    /// How many there are, where not one.
    pub fn split(&self, words: &[&str]) -> Result<(&'a [Letter], &'a [Letter]), usize> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.rest.len() {
            let words_here = Words { rest: self.rest.get(at..).unwrap_or_default() };
            let longest = words.iter().filter_map(|word| words_here.next_is(word)).max();
            if let Some(count) = longest {
                found.push((at, count));
            }
            at += longest.unwrap_or(1);
        }
        match found.as_slice() {
            [(at, count)] => {
                Ok((self.rest.get(..*at).unwrap_or_default(), self.rest.get(at + count..).unwrap_or_default()))
            }
            other => Err(other.len()),
        }
    }

    /// What stands in the quotes or the title that comes next, and takes it.
    pub fn quote(&mut self) -> Option<&'a [Letter]> {
        let close = match self.rest.first()?.letter {
            '「' => '」',
            '《' => '》',
            _ => return None,
        };
        let end = self.rest.iter().skip(1).position(|letter| !letter.quoted && letter.letter == close)? + 1;
        let taken = self.take(end + 1);
        taken.get(1..end)
    }

    /// A number that comes next, in digits or Chinese, and takes it.
    pub fn number(&mut self) -> Option<usize> {
        let digits: String = self.rest.iter().map(|l| l.letter).take_while(char::is_ascii_digit).collect();
        if let Ok(number) = digits.parse() {
            self.take(digits.len());
            return Some(number);
        }
        let is_numeral = |c: &char| *c == '十' || NUMERALS.contains(c);
        let written: Vec<char> = self.rest.iter().map(|l| l.letter).take_while(is_numeral).collect();
        let number = from_chinese(&written)?;
        self.take(written.len());
        Some(number)
    }

    /// `第二个`: the number, and takes it.
    pub fn counted(&mut self) -> Option<usize> {
        let before = *self;
        if self.eat(&["第", "no."])
            && let Some(number) = self.number()
            && (self.eat(&["个"]) || self.rest.first().is_some_and(|next| next.gap))
        {
            return Some(number);
        }
        *self = before;
        None
    }

    /// `第二项`: the number, and takes it.
    pub fn ordinal(&mut self) -> Option<usize> {
        let before = *self;
        if self.eat(&["第", "item", "no."])
            && let Some(number) = self.number()
        {
            self.eat(&["项", "款", "个", "行", "期", "目"]);
            return Some(number);
        }
        *self = before;
        None
    }
}

const NUMERALS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// 一 to 九十九.
fn from_chinese(written: &[char]) -> Option<usize> {
    let digit = |c: char| NUMERALS.iter().position(|numeral| *numeral == c);
    match written {
        ['十'] => Some(10),
        ['十', ones] => Some(10 + digit(*ones)?),
        [tens, '十'] => Some(10 * digit(*tens)?),
        [tens, '十', ones] => Some(10 * digit(*tens)? + digit(*ones)?),
        [one] => digit(*one),
        _ => None,
    }
}

fn to_chinese(number: usize) -> Option<String> {
    let digit = |n: usize| NUMERALS.get(n).copied();
    let (tens, ones) = (number / 10, number % 10);
    let mut text = String::new();
    match tens {
        0 => {}
        1 => text.push('十'),
        _ => text.extend([digit(tens)?, '十']),
    }
    if ones > 0 || number == 0 {
        text.push(digit(ones)?);
    }
    Some(text)
}

/// The number of a marker: `（三）`, `3.`, `③`.
#[must_use]
pub fn marked(marker: &str) -> Option<usize> {
    if let Some(circled) = marker.chars().find(|c| ('①'..='⑳').contains(c)) {
        return usize::try_from(u32::from(circled) - u32::from('①') + 1).ok();
    }
    let all = letters(marker, 0..marker.len());
    (0..all.len()).find_map(|at| Words { rest: all.get(at..).unwrap_or_default() }.number())
}

/// The number of a part of a document, with or without 第 and what it counts: `三`, `3`, `第三条`.
#[must_use]
pub fn counted_as(text: &str, unit: &str) -> Option<usize> {
    let all = letters(text, 0..text.len());
    let mut words = Words { rest: &all };
    let counted = words.eat(&["第"]);
    let number = words.number()?;
    let unit = words.eat(&[unit]);
    (words.rest.is_empty() && (unit || !counted)).then_some(number)
}

/// A marker of the same style with another number; bullets stay as they are.
#[must_use]
pub fn renumbered(marker: &str, number: usize) -> String {
    if let Some(circled) = marker.chars().find(|c| ('①'..='⑳').contains(c)) {
        let new = u32::try_from(number).ok().and_then(|n| char::from_u32(u32::from('①') + n.saturating_sub(1)));
        return new.map_or(marker.to_owned(), |new| marker.replace(circled, &new.to_string()));
    }
    let is_digit = |c: char| fold(c).is_ascii_digit();
    let is_numeral = |c: char| c == '十' || NUMERALS.contains(&c);
    for (kind, new) in [
        (&is_digit as &dyn Fn(char) -> bool, Some(number.to_string())),
        (&is_numeral as &dyn Fn(char) -> bool, to_chinese(number)),
    ] {
        let Some(start) = marker.find(kind) else { continue };
        let rest = marker.get(start..).unwrap_or("");
        let length = rest.find(|c| !kind(c)).unwrap_or(rest.len());
        let Some(new) = new else { break };
        let mut text = marker.to_owned();
        text.replace_range(start..start + length, &new);
        return text;
    }
    marker.to_owned()
}

/// Whether a character goes on an English word or a number.
#[must_use]
pub fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_fold_width_and_leave_out_spaces_and_comments() {
        assert_eq!(squeezed("最高 ２００万元，每年 # 说明\n 累计"), "最高200万元,每年累计");
        assert_eq!(squeezed("“甲 乙”、《丙》"), "「甲乙」、《丙》");
    }

    #[test]
    fn markers_count_on() {
        for (marker, number, next) in
            [("（三）", 3, "（四）"), ("(9)", 9, "(10)"), ("十、", 10, "十一、"), ("②", 2, "③"), ("2．", 2, "3．")]
        {
            assert_eq!(marked(marker), Some(number));
            assert_eq!(renumbered(marker, number + 1), next);
        }
        assert_eq!(marked("-"), None);
        assert_eq!(renumbered("-", 2), "-");
    }

    #[test]
    fn ordinals_are_read_in_digits_and_chinese() {
        for (text, number) in [("第二项上限", 2), ("第12款", 12), ("第二十一条", 21)] {
            let all = letters(text, 0..text.len());
            assert_eq!(Words { rest: &all }.ordinal(), Some(number), "{text}");
        }
    }
}

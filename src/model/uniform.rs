//! In: words of a policy. Out: the same with every number, day and word of comparison in one spelling ([`uniform`]).
//! Invariant: two texts that differ only in how these are written become one; what stands in quotes is left as it is.

use crate::calendar;
use crate::literal::{date, fold_width, scan};
use crate::syntax::keywords::Word;
use crate::syntax::width::{closing_quote, is_space};

/// A text with every number in base units, every day as 2027-12-31 and every word of comparison in Chinese, whatever was written: 5万元,
/// 50000元 and 5 万元 are one, and so are ≥, >= and 不低于.
#[must_use]
pub fn uniform(text: &str) -> String {
    let written: Vec<char> = text.chars().collect();
    let folded: Vec<char> = written.iter().map(|letter| fold_width(*letter)).collect();
    let mut out = String::with_capacity(text.len());
    let (mut at, mut close) = (0, None);
    while let (Some(letter), Some(as_written)) = (folded.get(at), written.get(at)) {
        let before = at.checked_sub(1).and_then(|at| folded.get(at));
        let begins =
            letter.is_ascii_digit() && before.is_none_or(|it| !it.is_ascii_alphanumeric() && !".-_".contains(*it));
        if let Some(mark) = close {
            close = (*as_written != mark).then_some(mark);
        } else if let Some(mark) = closing_quote(*as_written) {
            close = Some(mark);
        } else if begins {
            if let Some(Ok((day, end))) = date(&folded, at) {
                out.push_str(&calendar::iso(day.into()));
                at = end;
                continue;
            }
            if let Some(Ok((number, end))) = scan(&folded, at, &|_| None) {
                out.push_str(&number.value.normalize().to_string());
                out.push_str(if number.percent { "%" } else { "" });
                out.extend(number.unit.iter().map(|(name, power)| format!("[{name}{power}]")));
                at = end;
                continue;
            }
        } else if before.is_none_or(|it| !is_of_run(*it)) {
            let run: String = folded.iter().skip(at).take_while(|letter| is_of_run(**letter)).collect();
            // A word that joins or compares is no name.
            if let Some(word) = Word::find(&run).filter(|word| *word <= Word::NotAfter) {
                out.push_str(word.zh());
                at += run.chars().count();
                continue;
            }
        }
        out.push(*as_written);
        at += 1;
    }
    out
}

/// Whether a character is of a run of words, not a mark or a space.
fn is_of_run(letter: char) -> bool {
    !is_space(letter) && !"，,、；;：:（）()「」『』“”\"《》〈〉。".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_one_however_they_are_written() {
        for (one, other) in [
            ("上限：5万元，每年", "上限：50000元，每年"),
            ("5 万元", "５万元"),
            ("1,000,000元", "100万元"),
            ("自 2026-01-01 起", "自 2026年1月1日 起"),
            ("1.50亿元", "15000万元"),
            ("500元/平方米", "500.0元/平方米"),
            ("甲 且 乙 >= 5万元", "甲 并且 乙 不低于 50000元"),
            ("乙 ≥ 5万元", "乙 not-below 5万元"),
        ] {
            assert_eq!(uniform(one), uniform(other));
        }
        for (one, other) in [
            ("5万元", "6万元"),
            ("5%", "5‰"),
            ("「5万元」", "「50000元」"),
            ("5人", "5户"),
            ("a-5元", "a-5.0元"),
            ("1. 2元", "1.2元"),
        ] {
            assert_ne!(uniform(one), uniform(other));
        }
    }
}

//! In: two texts. Out: the pieces of both, with what was taken away and what was put in ([`Piece`]).
//! Invariant: the kept and removed pieces, joined, are the old text; the kept and added ones the new.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It stands in both.
    Kept,
    /// It stood in the old text only.
    Removed,
    /// It stands in the new text only.
    Added,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What became of it.
    pub fate: Fate,
    /// Its text.
    pub text: String,
}

/// Whether tokens are kept, and which of the old and the new text they are.
type Step = (bool, Range<usize>, Range<usize>);

/// Shortest stretch between two changes that is shown as kept, in tokens: less reads as one change.
const KEPT_MIN: usize = 2;

/// The pieces of two texts, in order; of a change what was removed comes first.
#[must_use]
pub fn compare(old: &str, new: &str) -> Vec<Piece> {
    let (from, to) = (tokens(old), tokens(new));
    let mut steps: Vec<Step> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &from, &to) {
        let kept = op.tag() == DiffTag::Equal;
        let (old, new) = (op.old_range(), op.new_range());
        let inside = !steps.is_empty() && new.end < to.len() && old.end < from.len();
        let plain = |token: &&str| token.chars().any(|letter| matches!(letter, '\n' | '：' | '；' | '。'));
        let short =
            kept && inside && new.len() < KEPT_MIN && !to.get(new.clone()).unwrap_or_default().iter().any(plain);
        let kept = kept && !short;
        match steps.last_mut() {
            Some((last, olds, news)) if *last == kept => {
                olds.end = old.end;
                news.end = new.end;
            }
            _ => steps.push((kept, old, new)),
        }
    }
    slide(&mut steps, &from, &to);
    let mut pieces = Vec::new();
    let mut push = |fate, tokens: &[&str]| {
        let text: String = tokens.concat();
        if !text.is_empty() {
            pieces.push(Piece { fate, text });
        }
    };
    for (kept, old, new) in steps {
        let (old, new) = (from.get(old).unwrap_or_default(), to.get(new).unwrap_or_default());
        if kept {
            push(Fate::Kept, new);
        } else {
            push(Fate::Removed, old);
            push(Fate::Added, new);
        }
    }
    pieces
}

/// What was only put in or only taken out may often be read at several places: “区[商务委、区]投促办” is “[区商务委、]区投促办”. Where
/// it then ends with a mark of punctuation, it is read there.
fn slide(steps: &mut [Step], from: &[&str], to: &[&str]) {
    let mut rest = steps;
    while !rest.is_empty() {
        if let [(true, before_old, before_new), (false, old, new), (true, after_old, after_new), ..] = rest {
            let by = match (old.start == old.end, new.start == new.end) {
                (true, false) => earlier(to, new, before_new.len()),
                (false, true) => earlier(from, old, before_old.len()),
                _ => 0,
            };
            (before_old.end, before_new.end) = (before_old.end - by, before_new.end - by);
            (*old, *new) = (old.start - by..old.end - by, new.start - by..new.end - by);
            (after_old.start, after_new.start) = (after_old.start - by, after_new.start - by);
        }
        let Some((_, others)) = rest.split_first_mut() else { return };
        rest = others;
    }
}

/// By how many tokens a piece is moved to the front, so that it ends with punctuation; 0 where it cannot or need not be.
fn earlier(tokens: &[&str], piece: &Range<usize>, most: usize) -> usize {
    let parts =
        |at: usize| tokens.get(at).is_some_and(|token| matches!(*token, "、" | "，" | "；" | "。" | "：" | "\n"));
    if piece.is_empty() || parts(piece.start) || parts(piece.end - 1) {
        return 0;
    }
    for by in 1..most.min(piece.start + 1) {
        if tokens.get(piece.start - by) != tokens.get(piece.end - by) {
            return 0;
        }
        if by < piece.len() && parts(piece.end - by - 1) {
            return by;
        }
    }
    0
}

/// A number with its unit, a word of letters, or a single character.
fn tokens(text: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let mut start = 0;
    let mut last: Option<char> = None;
    for (at, letter) in text.char_indices() {
        if let Some(before) = last
            && !joins(before, letter)
        {
            all.extend(text.get(start..at));
            start = at;
        }
        last = Some(letter);
    }
    all.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    all
}

/// Whether two letters are of one token.
fn joins(before: char, letter: char) -> bool {
    let word = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '%' | '‰' | '-' | '_');
    let unit =
        before.is_ascii_digit() && matches!(letter, '万' | '亿' | '元' | '年' | '月' | '日' | '人' | '家' | '个');
    let sum = matches!((before, letter), ('万' | '亿', '元'));
    (word(before) && word(letter)) || unit || sum || (before == ' ' && letter == ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(old: &str, new: &str) -> String {
        let shown = compare(old, new).into_iter().map(|piece| match piece.fate {
            Fate::Kept => piece.text,
            Fate::Removed => format!("[-{}-]", piece.text),
            Fate::Added => format!("[+{}+]", piece.text),
        });
        shown.collect()
    }

    #[test]
    fn a_number_with_its_unit_is_one_word() {
        assert_eq!(marked("不超过200万元，每年", "不超过500万元，每年"), "不超过[-200万元-][+500万元+]，每年");
        assert_eq!(marked("由区科委认定", "由区数据局认定"), "由区[-科委-][+数据局+]认定");
        assert_eq!(marked("甲", "甲"), "甲");
        assert_eq!(marked("", "新"), "[+新+]");
    }

    #[test]
    fn what_is_put_in_ends_with_its_punctuation() {
        assert_eq!(
            marked("由区科委、区投促办负责", "由区科委、区商务委、区投促办负责"),
            "由区科委、[+区商务委、+]区投促办负责"
        );
        assert_eq!(marked("部门：区商务委、区投促办", "部门：区投促办"), "部门：[-区商务委、-]区投促办");
        assert_eq!(marked("办展。支持质检", "办展。支持数据。支持质检"), "办展。[+支持数据。+]支持质检");
    }

    #[test]
    fn nothing_is_lost() {
        let (old, new) = ("按实付租金的50%给予补贴。\n上限5万元", "按实付租金的 60% 补贴；\n上限5万元，每年");
        let pieces = compare(old, new);
        let of = |not: Fate| pieces.iter().filter(|it| it.fate != not).map(|it| it.text.as_str()).collect::<String>();
        assert_eq!((of(Fate::Added), of(Fate::Removed)), (old.to_owned(), new.to_owned()));
    }
}

//! In: words of the language. Out: the same as an office writes them: no ids, days in Chinese, full-width marks, quotations nested
//! “ ‘ ’ ”, numerals of 条, 款, 项 and 目 in Chinese.
//! Invariant: what is written depends on the words alone, however they were spaced and whatever their width.

use crate::calendar;
use crate::syntax::width::{fold, is_space};

use super::names::Names;

/// What numbers a part of a document.
const NUMBERED: [char; 9] = ['编', '章', '节', '条', '款', '项', '目', '档', '段'];

/// Words of the language as an office writes them; what they quote stands in the outer marks.
#[must_use]
pub fn prose(text: &str, names: &Names) -> String {
    in_tens_of_thousands(&marks(&days(&names.instead_of_ids(text))))
}

/// Round amounts in 万元: 500000元 is 50万元.
fn in_tens_of_thousands(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('元').peekable();
    while let Some(piece) = pieces.next() {
        let digits = piece.len() - piece.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
        let (before, number) = piece.split_at(piece.len() - digits);
        let whole = !before.ends_with(['.', '-']) && !before.ends_with(|letter: char| letter.is_ascii_alphanumeric());
        match number.strip_suffix("0000").filter(|tens| whole && !tens.is_empty()) {
            Some(tens) if pieces.peek().is_some() => out.extend([before, tens, "万"]),
            _ => out.push_str(piece),
        }
        if pieces.peek().is_some() {
            out.push('元');
        }
    }
    out
}

/// The same of words that are quoted from a document, which hold no ids.
#[must_use]
pub fn quoted(text: &str) -> String {
    marks(&days(text))
}

/// An address with Chinese numerals: 第2项 is 第二项.
#[must_use]
pub fn address(text: &str) -> String {
    let text = marks(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('第') {
        let (before, after) = rest.split_at(at + '第'.len_utf8());
        let digits = after.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(after.len());
        let (number, behind) = after.split_at(digits);
        out.push_str(before);
        match number.parse() {
            Ok(number) if behind.starts_with(NUMBERED) => out.push_str(&chinese(number)),
            _ => out.push_str(number),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// 1 to 999 in Chinese.
#[must_use]
pub fn chinese(number: usize) -> String {
    let digit = |n: usize| "零一二三四五六七八九".chars().nth(n).unwrap_or('零');
    let (hundreds, tens, ones) = (number / 100 % 10, number / 10 % 10, number % 10);
    let mut text = String::new();
    if hundreds > 0 {
        text.extend([digit(hundreds), '百']);
    }
    match tens {
        0 if hundreds > 0 && ones > 0 => text.push('零'),
        0 => {}
        1 if hundreds == 0 => text.push('十'),
        _ => text.extend([digit(tens), '十']),
    }
    if ones > 0 {
        text.push(digit(ones));
    }
    text
}

/// Paragraphs in quotation marks: each opens, the last closes; what they quote themselves stands in ‘ ’.
#[must_use]
pub fn quotation(paragraphs: &[String]) -> String {
    match paragraphs {
        [] => "“”".to_owned(),
        [one] => format!("“{}”", nested(one, 1)),
        several => {
            let lines: Vec<String> = several.iter().map(|line| format!("　　“{}", nested(line, 1))).collect();
            format!("\n{}”", lines.join("\n"))
        }
    }
}

/// A text with the marks of quotations as they stand at a depth: “ ” without, ‘ ’ within, in turn.
fn nested(text: &str, depth: usize) -> String {
    let mut depth = depth;
    let mut straight = false;
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        let opens = matches!(letter, '“' | '「' | '『' | '‘') || (letter == '"' && !straight);
        let closes = matches!(letter, '”' | '」' | '』' | '’') || (letter == '"' && straight);
        straight ^= letter == '"';
        if closes {
            depth = depth.saturating_sub(1);
        }
        out.push(match (opens, closes) {
            (true, _) => ['“', '‘'].get(depth % 2).copied().unwrap_or('“'),
            (_, true) => ['”', '’'].get(depth % 2).copied().unwrap_or('”'),
            _ => letter,
        });
        if opens {
            depth += 1;
        }
    }
    out
}

/// Days: 2027-12-31 is 2027年12月31日.
fn days(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let apart = at.checked_sub(1).and_then(|at| letters.get(at)).is_none_or(|before| !before.is_ascii_digit());
        match crate::literal::date(&letters, at).and_then(Result::ok) {
            Some((day, end)) if apart && letter.is_ascii_digit() && at < end => {
                out.push_str(&calendar::chinese(day.into()));
                at = end;
            }
            _ => {
                out.push(*letter);
                at += 1;
            }
        }
    }
    out
}

/// Full-width marks, and no spaces but between Latin words.
fn marks(text: &str) -> String {
    let letters: Vec<char> = text.trim().chars().collect();
    let latin = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at).copied() {
        let next = letters.get(at + 1).copied();
        let before = at.checked_sub(1).and_then(|at| letters.get(at)).copied();
        let spaced = before.is_none_or(is_space) && next.is_none_or(is_space);
        at += 1;
        if is_space(letter) {
            let next = letters.iter().skip(at).find(|letter| !is_space(**letter)).copied();
            // Two Latin words stay two; numbers and Chinese are written on.
            if out.ends_with(|last: char| last.is_ascii_alphanumeric()) && latin(next) && latin(before) {
                out.push(' ');
            }
            continue;
        }
        let folded = if matches!(letter, '，' | '；' | '：' | '（' | '）' | '！' | '？' | '＋' | '～') {
            letter
        } else {
            fold(letter)
        };
        let numbers = before.is_some_and(|it| it.is_ascii_digit()) && next.is_some_and(|it| it.is_ascii_digit());
        let equals = next.map(fold) == Some('=');
        if let Some(word) = compared(folded, equals) {
            at += usize::from(equals && folded != '=');
            out.push_str(word);
            continue;
        }
        match folded {
            ',' if numbers => {}
            ',' => out.push('，'),
            ';' => out.push('；'),
            ':' if !numbers => out.push('：'),
            '(' => out.push('（'),
            ')' => out.push('）'),
            '?' => out.push('？'),
            '!' => out.push('！'),
            '.' if !latin(before) && !latin(next) => out.push('。'),
            '~' | '～' => out.push('至'),
            '-' | '–' if spaced => out.push('减'),
            '+' if spaced => out.push('加'),
            '/' if spaced => out.push_str("除以"),
            '*' => out.push('×'),
            '-' | '–' if before.is_some_and(|it| it.is_ascii_digit() || it == '%') && latin(next) => out.push('—'),
            other => out.push(other),
        }
    }
    nested(&out, 0).replace("、及", "及").replace("〈", "《").replace("〉", "》")
}

/// A sign of comparison in words.
fn compared(sign: char, equals: bool) -> Option<&'static str> {
    Some(match (sign, equals) {
        ('≥', _) | ('>', true) => "不低于",
        ('≤', _) | ('<', true) => "不超过",
        ('≠', _) | ('!', true) => "不是",
        ('>', false) => "超过",
        ('<', false) => "低于",
        ('=', _) => "为",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_writes_full_width_marks_and_chinese_days() {
        for (text, said) in [
            ("自 2026-01-01 起 3年, 按周年", "自2026年1月1日起3年，按周年"),
            ("产业 属于 (人工智能、软件)", "产业属于（人工智能、软件）"),
            ("职工人数 >= 10人 且 营业收入 > 10,000,000元", "职工人数不低于10人且营业收入超过1000万元"),
            ("500000元，99.5元，120000.5元", "50万元，99.5元，120000.5元"),
            ("年度研发投入 的 5%-20%", "年度研发投入的5%—20%"),
            ("500元/平方米/年 × 面积", "500元/平方米/年×面积"),
            ("给予 1000 万元，含 AI Agent 企业", "给予1000万元，含AI Agent企业"),
            ("「甲「乙」」、\"丙\"", "“甲‘乙’”、“丙”"),
            ("互联网+ 与各行业；上年销售额 > 0元", "互联网+与各行业；上年销售额超过0元"),
            ("2.5%、1:1 配套", "2.5%、1:1配套"),
        ] {
            assert_eq!(prose(text, &Names::default()), said);
        }
    }

    #[test]
    fn numerals_of_parts_are_chinese() {
        assert_eq!(address("四(一)2(1)②"), "四（一）2（1）②");
        assert_eq!(address("第12条第2款 第3项"), "第十二条第二款第三项");
        assert_eq!(address("四（一）1第二款第1分句"), "四（一）1第二款第1分句");
        assert_eq!((chinese(10), chinese(21), chinese(105)), ("十".into(), "二十一".into(), "一百零五".into()));
    }

    #[test]
    fn quotations_within_quotations_change_their_marks() {
        let paragraphs = ["培育“链主”企业。".to_owned(), "称‘专精特新“小巨人”’。".to_owned()];
        assert_eq!(quotation(&paragraphs), "\n　　“培育‘链主’企业。\n　　“称‘专精特新“小巨人”’。”");
        assert_eq!(quotation(&paragraphs[..1]), "“培育‘链主’企业。”");
    }
}

//! In: the archived original and quotations. Out: where each stands, and sentence by sentence what is quoted, what is marked
//! 非规范, what is neither.
//! Invariant: white space, width and the shape of quotation marks do not count; every character of the original belongs to exactly
//! one sentence.

use std::ops::Range;

use crate::literal::fold_width;

use super::{Model, Original};

/// The original, folded for searching.
#[derive(Debug, Clone)]
pub struct OriginalText {
    written: String,
    folded: String,
    /// For each byte of `folded`, the byte of the original its character starts at; one more for the end.
    origin: Vec<u32>,
    claimed: Vec<Range<usize>>,
}

/// A letter as quotations are compared: `None` for white space.
fn fold(letter: char) -> Option<char> {
    if letter.is_whitespace() || letter == '\u{feff}' {
        return None;
    }
    Some(match fold_width(letter) {
        '“' | '”' | '„' | '「' | '」' | '『' | '』' => '"',
        '‘' | '’' => '\'',
        other => other,
    })
}

/// A text as quotations are compared.
#[must_use]
pub fn folded(text: &str) -> String {
    text.chars().filter_map(fold).collect()
}

impl OriginalText {
    /// Indexes an original.
    #[must_use]
    pub fn new(text: &str) -> OriginalText {
        let mut result = OriginalText {
            written: text.to_owned(),
            folded: String::with_capacity(text.len()),
            origin: Vec::new(),
            claimed: Vec::new(),
        };
        for (at, letter) in text.char_indices() {
            if let Some(letter) = fold(letter) {
                result.folded.push(letter);
                let at = u32::try_from(at).unwrap_or(u32::MAX);
                result.origin.extend(std::iter::repeat_n(at, letter.len_utf8()));
            }
        }
        result.origin.push(u32::try_from(text.trim_end().len()).unwrap_or(u32::MAX));
        result
    }

    /// Where a quotation stands, in bytes of the original. Of several places the first after `after` (in bytes of the original), else
    /// the first that no other quotation has taken, else the first. `……` stands for anything between.
    pub fn find(&mut self, quote: &str, after: Option<usize>) -> Option<Range<usize>> {
        let whole = folded(quote);
        if whole.is_empty() {
            return None;
        }
        let found = self.choose(&whole, after).or_else(|| self.find_range(&whole, after))?;
        self.claimed.push(found.clone());
        Some(self.to_original(&found))
    }

    /// Whether words occur at all.
    #[must_use]
    pub fn holds(&self, words: &str) -> bool {
        let words = folded(words);
        words.is_empty() || self.folded.contains(&words)
    }

    /// The passage that a quotation departs from in a few characters, as one line.
    #[must_use]
    pub fn near(&self, quote: &str) -> Option<String> {
        const LEAST: usize = 4;
        let whole: Vec<char> = folded(quote).chars().collect();
        let (first, last) = (self.longest(&whole, false), self.longest(&whole, true));
        if whole.len() < 2 * LEAST || first + last < whole.len() / 2 {
            return None;
        }
        let text = |chars: &[char]| chars.iter().collect::<String>();
        let (beginning, ending) = (text(whole.get(..first)?), text(whole.get(whole.len() - last..)?));
        let range = if first >= LEAST {
            let start = self.folded.find(&beginning)?;
            let rest = self.folded.get(start..)?;
            let length = match rest.find(&ending).filter(|_| last > 0) {
                Some(at) => at + ending.len(),
                None => rest.char_indices().nth(whole.len()).map_or(rest.len(), |(at, _)| at),
            };
            start..start + length
        } else {
            let end = self.folded.find(&ending)? + ending.len();
            let before = self.folded.get(..end)?;
            let start = before.char_indices().rev().nth(whole.len() - 1).map_or(0, |(at, _)| at);
            start..end
        };
        let found = self.folded.get(range.clone())?;
        let allowed = (whole.len() / 4).max(2);
        let alike = found.chars().count().abs_diff(whole.len()) <= allowed
            && strsim::osa_distance(found, &text(&whole)) <= allowed;
        alike.then(|| self.to_original(&range)).and_then(|range| self.written.get(range)).map(|text| {
            let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            lines.concat()
        })
    }

    /// How many characters at one end of a text occur in the original together.
    fn longest(&self, text: &[char], at_end: bool) -> usize {
        let (mut low, mut high) = (0, text.len());
        while low < high {
            let middle = (low + high).div_ceil(2);
            let part = if at_end { text.get(text.len() - middle..) } else { text.get(..middle) };
            let there = part.is_some_and(|part| self.folded.contains(&part.iter().collect::<String>()));
            if there { low = middle } else { high = middle - 1 }
        }
        low
    }

    fn to_original(&self, range: &Range<usize>) -> Range<usize> {
        let at = |index: usize| self.origin.get(index).or(self.origin.last()).map_or(0, |at| *at as usize);
        let end = if range.end >= self.folded.len() { at(self.folded.len()) } else { at(range.end) };
        at(range.start)..end
    }

    fn choose(&self, words: &str, after: Option<usize>) -> Option<Range<usize>> {
        let from = after.map(|after| self.origin.partition_point(|origin| (*origin as usize) < after));
        let places = || self.folded.match_indices(words).map(|(at, _)| at..at + words.len());
        if let Some(from) = from
            && let Some(found) = places().find(|place| place.start >= from)
        {
            return Some(found);
        }
        let mut first = None;
        for place in places().take(64) {
            if !self.claimed.iter().any(|claimed| claimed.start < place.end && place.start < claimed.end) {
                return Some(place);
            }
            first = first.or(Some(place));
        }
        first
    }

    /// `开头……结尾`: from the first words to the next place of the last words.
    fn find_range(&self, whole: &str, after: Option<usize>) -> Option<Range<usize>> {
        let mark = ["……", "......", "…", "..."].into_iter().find(|mark| whole.contains(mark))?;
        let mut parts = whole.split(mark).filter(|part| !part.is_empty());
        let mut range = self.choose(parts.next()?, after)?;
        for part in parts {
            let at = self.folded.get(range.end..)?.find(part)? + range.end;
            range.end = at + part.len();
        }
        Some(range)
    }
}

/// A sentence of the original and what covers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Its text with white space removed.
    pub text: String,
    /// Its bytes in the original.
    pub range: Range<usize>,
    /// The line it starts on, from 1.
    pub line: u32,
    /// What covers it.
    pub status: Coverage,
}

/// What covers a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// Quoted: ids of clauses, names of definitions and values, `适用范围`, `政策`.
    Encoded(Vec<String>),
    /// Marked 非规范, under these titles.
    NonNormative(Vec<String>),
    /// Covered in part; the words that nothing covers.
    Partial {
        /// By whom it is covered.
        by: Vec<String>,
        /// What is left.
        missing: String,
    },
    /// Neither.
    Uncovered,
}

/// Every sentence of the original with what covers it; empty where there is no original.
#[must_use]
pub fn coverage(model: &Model) -> Vec<Sentence> {
    let Some(original) = &model.original else { return Vec::new() };
    let claims = claims(model);
    sentences(original).into_iter().map(|(range, line)| sentence(original, range, line, &claims)).collect()
}

/// A quoted stretch: its bytes, by whom, and whether it is normative.
struct Claim {
    range: Range<usize>,
    by: String,
    normative: bool,
}

fn claims(model: &Model) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut claim = |quotes: &[super::Quote], by: &str, normative: bool| {
        for quote in quotes {
            if let Some(range) = &quote.found {
                claims.push(Claim { range: range.clone(), by: by.to_owned(), normative });
            }
        }
    };
    claim(&model.policy.quotes, "政策", true);
    claim(&model.scope_quotes, "适用范围", true);
    for clause in model.clauses.iter().filter(|clause| clause.refers_to.is_none() || !clause.quotes.is_empty()) {
        claim(&clause.quotes, &clause.id, true);
    }
    for group in &model.settlement.groups {
        claim(&group.quotes, &group.name, true);
    }
    for definition in &model.definitions {
        claim(&definition.quotes, &definition.name, true);
    }
    for member in &model.members {
        claim(&member.quotes, &member.name, true);
    }
    for passage in &model.non_normative {
        claim(&passage.quotes, &passage.title, false);
    }
    claims.sort_by(|a, b| (a.range.start, a.range.end, &a.by).cmp(&(b.range.start, b.range.end, &b.by)));
    claims
}

fn sentence(original: &Original, range: Range<usize>, line: u32, claims: &[Claim]) -> Sentence {
    let text = original.text.get(range.clone()).unwrap_or("");
    let near: Vec<&Claim> =
        claims.iter().filter(|claim| claim.range.start < range.end && range.start < claim.range.end).collect();
    let mut missing = String::new();
    for (at, letter) in text.char_indices() {
        let at = range.start + at;
        let counts = letter.is_alphanumeric();
        if counts && !near.iter().any(|claim| claim.range.contains(&at)) {
            missing.push(letter);
        }
    }
    let names = |normative: bool| {
        let mut names: Vec<String> = Vec::new();
        for claim in near.iter().filter(|claim| claim.normative == normative) {
            if !names.contains(&claim.by) {
                names.push(claim.by.clone());
            }
        }
        names
    };
    let (by, marked) = (names(true), names(false));
    let status = if missing.is_empty() && !by.is_empty() {
        Coverage::Encoded(by)
    } else if missing.is_empty() {
        Coverage::NonNormative(marked)
    } else if near.is_empty() {
        Coverage::Uncovered
    } else {
        Coverage::Partial { by: by.into_iter().chain(marked).collect(), missing }
    };
    Sentence { text: text.split_whitespace().collect(), range, line, status }
}

/// Shortest line, in characters, that may run on across a line break (pages break sentences; headings are short).
const RUN_ON_CHARS: usize = 20;

/// The sentences: they end at 。！？ (with a closing mark after it), or with their paragraph.
fn sentences(original: &Original) -> Vec<(Range<usize>, u32)> {
    let text = original.text.as_str();
    let mut result = Vec::new();
    let mut start: Option<usize> = None;
    let mut close = |start: &mut Option<usize>, end: usize| {
        if let Some(begin) = start.take() {
            let line = text.get(..begin).map_or(0, |before| before.matches('\n').count());
            result.push((begin..end, u32::try_from(line + 1).unwrap_or(u32::MAX)));
        }
    };
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        if content.is_empty() {
            offset += line.len();
            continue;
        }
        let mut chars = line.char_indices().peekable();
        while let Some((at, letter)) = chars.next() {
            if start.is_none() && !letter.is_whitespace() && letter != '\u{feff}' {
                start = Some(offset + at);
            }
            let closing =
                chars.peek().is_some_and(|(_, next)| matches!(next, '”' | '’' | '」' | '）' | ')' | '》' | '"'));
            let ends = matches!(letter, '。' | '！' | '？')
                || (is_closer(letter) && line.get(..at).is_some_and(|before| before.ends_with('。')));
            if ends && !closing {
                close(&mut start, offset + at + letter.len_utf8());
            }
        }
        let last = content.chars().next_back().unwrap_or(' ');
        let run_on = content.chars().count() >= RUN_ON_CHARS
            && !matches!(last, '。' | '！' | '？' | '：' | ':' | '；' | '）' | ')');
        if !run_on {
            close(&mut start, offset + line.trim_end().len());
        }
        offset += line.len();
    }
    close(&mut start, text.trim_end().len());
    result
}

fn is_closer(letter: char) -> bool {
    matches!(letter, '”' | '’' | '」' | '）' | ')' | '》' | '"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_is_found_across_white_space_and_width() {
        let mut original = OriginalText::new("给予单个项目不超过 1000\n万元支持。另给予（一定）奖励。");
        assert!(original.find("单个项目不超过１０００万元支持", None).is_some());
        assert!(original.find("(一定)奖励", None).is_some());
        assert!(original.find("不超过2000万元", None).is_none());
        let range = original.find("给予单个……支持。", None);
        assert_eq!(range.map(|range| range.start), Some(0));
    }

    #[test]
    fn sentences_run_on_across_pages() {
        let text = "一、总则\n\n支持工业软件研发、转化、应用，鼓励研发工业互联网新技术\n\n新产品。支持开展应用。\n";
        let original = Original { name: String::new(), text: text.to_owned() };
        let found: Vec<&str> = sentences(&original).into_iter().filter_map(|(range, _)| text.get(range)).collect();
        assert_eq!(found.len(), 3);
        assert_eq!(found.first(), Some(&"一、总则"));
    }
}

//! In: the archived original by sentences. Out: its paragraphs, each with its place in the layout of official documents.
//! Invariant: every sentence stands in exactly one paragraph, in order.

use super::Official;
use crate::docs::model::DocModel;

/// What a paragraph of an official document is (GB/T 9704-2012).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The title.
    Title,
    /// Department names and the number above the title.
    Head,
    /// Whom it is addressed to.
    Addressee,
    /// 一、
    One,
    /// （一）
    Two,
    /// 1.
    Three,
    /// Text.
    Body,
    /// Signatures and the date.
    Signed,
}

/// Headings are not longer than this.
const HEADING_MAX: usize = 40;

/// The official text.
pub(super) fn official(model: &DocModel) -> Vec<Official> {
    let Some(original) = &model.original else { return Vec::new() };
    let mut lines: Vec<(u32, String)> = Vec::new();
    for sentence in &original.sentences {
        match lines.last_mut().filter(|(line, _)| *line == sentence.line) {
            Some((_, text)) => text.push_str(&sentence.text),
            None => lines.push((sentence.line, sentence.text.clone())),
        }
    }
    let begins = lines.iter().position(|(_, text)| numbered(text) == Some(Level::One));
    let addressed = lines.iter().position(|(_, text)| text.ends_with('：') && short(text));
    let mut out: Vec<Official> = Vec::new();
    for (at, (_, text)) in lines.into_iter().enumerate() {
        let before = |place: Option<usize>| place.is_some_and(|place| at < place);
        let level = match numbered(&text) {
            Some(level) if short(&text) && !ended(&text) => level,
            Some(_) => Level::Body,
            None if signed(model, &text) => {
                if before(addressed) {
                    Level::Head
                } else {
                    Level::Signed
                }
            }
            None if addressed == Some(at) && before(begins) => Level::Addressee,
            None if before(addressed) && before(begins) && !ended(&text) => {
                let title = text.chars().count() > 4 && !text.contains('〔');
                let level = out.last().map(|it| it.level);
                if title || level == Some(Level::Title) { Level::Title } else { Level::Head }
            }
            None if before(begins) && !ended(&text) && same(&text, &model.policy.title) => Level::Title,
            None if at == 0 && !ended(&text) => Level::Title,
            None => Level::Body,
        };
        match out.last_mut().filter(|last| level == Level::Title && last.level == Level::Title) {
            Some(last) => last.text.push_str(&text),
            None => out.push(Official { level, text }),
        }
    }
    out
}

fn same(text: &str, title: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
    bare(text) == bare(title)
}

fn short(text: &str) -> bool {
    text.chars().count() <= HEADING_MAX
}

fn ended(text: &str) -> bool {
    text.ends_with(['。', '；', '！', '？', '”'])
}

/// A department's name, or a date, by itself.
fn signed(model: &DocModel, text: &str) -> bool {
    let date = text.ends_with('日') && text.contains('年') && text.chars().count() <= 12;
    let named = |full: &str| full == text || (text.chars().count() >= 4 && full.ends_with(text));
    date || model.departments.iter().any(|it| named(&it.full_name) || it.name.zh == text)
}

fn numbered(text: &str) -> Option<Level> {
    let chinese = |letter: char| "一二三四五六七八九十百".contains(letter);
    let rest = text.trim_start_matches(chinese);
    if rest.len() < text.len() && rest.starts_with('、') {
        return Some(Level::One);
    }
    if let Some((inner, _)) = text.strip_prefix('（').and_then(|rest| rest.split_once('）'))
        && !inner.is_empty()
    {
        if inner.chars().all(chinese) {
            return Some(Level::Two);
        }
        if inner.chars().all(|letter| letter.is_ascii_digit()) {
            return Some(Level::Three);
        }
    }
    let rest = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    (rest.len() < text.len() && rest.starts_with(['.', '．', '、'])).then_some(Level::Three)
}

//! In: a place, and words that stand there. Out: where exactly. Invariant: words are found once or not at all; what stands there now is
//! shown otherwise.

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::fields::declares;
use crate::syntax::keywords::FieldKeyword;

use super::operate::{Line, content, inner, line_span};
use super::target::{Part, Target, lines, of, of_en};
use super::words::{Letter, is_of_word, letters, unquoted};

/// Longest present value that is shown, in characters.
const SHOWN_MAX: usize = 60;

/// Where the words that an amendment replaces stand.
///
/// # Errors
/// P0220, P0221 or P0222.
pub fn place(
    line: &Line<'_>,
    target: Target<'_>,
    old: &[Letter],
    new: Option<&[Letter]>,
) -> Result<Span, Box<Diagnostic>> {
    let regions = regions(line, target)?;
    let here = line.trees.here(unquoted(old), line.whole());
    let wanted = letters(line.trees.text(here), here.range());
    let found: Vec<Span> = regions.iter().flat_map(|region| occurrences(line, *region, &wanted)).collect();
    match found.as_slice() {
        [span] => Ok(*span),
        [] => Err(Box::new(not_there(line, target, &regions, here, &wanted, new))),
        several => Err(Box::new(ambiguous(line, target, several, here))),
    }
}

/// The stretches that a target covers.
fn regions(line: &Line<'_>, target: Target<'_>) -> Result<Vec<Span>, Box<Diagnostic>> {
    let item = target.item;
    Ok(match target.part {
        Part::Field(keyword) => {
            let fields: Vec<Span> =
                item.fields.iter().filter(|field| field.keyword == Some(keyword)).map(content).collect();
            match (fields.as_slice(), target.ordinal) {
                // Of several caps the one that holds the words is meant.
                ([_, _, ..], None) => fields,
                _ => vec![content(line.trees.field_of(item, keyword, target.ordinal, line.whole())?)],
            }
        }
        Part::Line(field) => vec![field.span],
        Part::Numbered(list, at) => line_span(list, at).into_iter().collect(),
        Part::Header => vec![item.keyword_span.after().to(item.header.span)],
        Part::Title => item.header.title.iter().map(|title| inner(line.trees.text(title.span), title.span)).collect(),
        Part::Whole => {
            let other = [FieldKeyword::Quote, FieldKeyword::Note, FieldKeyword::Accept, FieldKeyword::AddedBy];
            let said =
                item.fields.iter().filter(|field| !field.keyword.is_some_and(|keyword| other.contains(&keyword)));
            let mut regions: Vec<Span> = item.header.value.iter().map(|value| value.span).collect();
            regions.extend((0..item.header.list.len()).filter_map(|at| line_span(&item.header.list, at)));
            match declares(item.keyword) {
                true => regions.extend(lines(item).map(|field| field.span)),
                false => regions.extend(said.map(content)),
            }
            regions
        }
    })
}

/// Where words stand in a stretch, never as a part of a longer number or English word.
fn occurrences(line: &Line<'_>, region: Span, wanted: &[Letter]) -> Vec<Span> {
    let present = line.trees.letters(region);
    let mut found = Vec::new();
    if wanted.is_empty() {
        return found;
    }
    for (at, window) in present.windows(wanted.len()).enumerate() {
        let same = window.iter().zip(wanted).all(|(one, two)| one.letter.eq_ignore_ascii_case(&two.letter));
        let goes_on = |one: Option<&Letter>, two: Option<&Letter>| match (one, two) {
            (Some(one), Some(two)) => !two.gap && is_of_word(one.letter) && is_of_word(two.letter),
            _ => false,
        };
        let before = at.checked_sub(1).and_then(|before| present.get(before));
        let cut = goes_on(before, window.first()) || goes_on(window.last(), present.get(at + wanted.len()));
        if same
            && !cut
            && let (Some(first), Some(last)) = (window.first(), window.last())
        {
            found.push(Span::new(region.file, first.start, last.end));
        }
    }
    found
}

fn not_there(
    line: &Line<'_>,
    target: Target<'_>,
    regions: &[Span],
    here: Span,
    wanted: &[Letter],
    new: Option<&[Letter]>,
) -> Diagnostic {
    let item = target.item;
    let place = match target.part {
        Part::Field(keyword) => {
            (format!("{}的“{}”", of(item), keyword.zh()), format!("`{}` of {}", keyword.en(), of_en(item)))
        }
        _ => (of(item), of_en(item)),
    };
    let written = line.trees.text(here).get(here.range()).unwrap_or("").to_owned();
    let mut found = Diagnostic::new(
        Code::OldValueNotThere,
        here,
        format!("{}里没有“{written}”", place.0),
        format!("{} holds no `{written}`", place.1),
    );
    if let [region] = regions {
        let now: String =
            line.trees.text(*region).get(region.range()).unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ");
        let short: String = now.chars().take(SHOWN_MAX).collect();
        let dots = if short.len() < now.len() { "……" } else { "" };
        found = found.also(*region, format!("现在是“{short}{dots}”"), format!("now it is `{short}{dots}`"));
    } else {
        found = found.also(item.keyword_span.to(item.header.span), "条目在这里", "the item is here");
    }
    let done = new.is_some_and(|new| regions.iter().any(|region| !occurrences(line, *region, new).is_empty()));
    if done {
        return found.help("已经是改后的内容，可能改过了", "it already says what it is changed to");
    }
    let near = nearest_words(line, regions, wanted);
    match near {
        Some(near) => found.fix(here, near.clone(), format!("改为“{near}”"), format!("change to `{near}`")),
        None => found.help("照现在的内容写要改的词", "write the words as they stand now"),
    }
}

/// The words that stand there and were most likely meant: those nearest in spelling, else the only ones with a number.
fn nearest_words(line: &Line<'_>, regions: &[Span], wanted: &[Letter]) -> Option<String> {
    let text: String = wanted.iter().map(|letter| letter.letter).collect();
    let mut words: Vec<String> = Vec::new();
    for region in regions {
        let mut word = String::new();
        for letter in line.trees.letters(*region) {
            if letter.gap || matches!(letter.letter, ',' | '、' | ';' | ':' | '(' | ')' | '「' | '」') {
                words.push(std::mem::take(&mut word));
            }
            if !matches!(letter.letter, ',' | '、' | ';' | ':' | '(' | ')' | '「' | '」') {
                word.push(letter.letter);
            }
        }
        words.push(word);
    }
    words.retain(|word| !word.is_empty());
    let once = |word: &str| words.iter().filter(|other| other.as_str() == word).count() == 1;
    if let Some(near) = nearest(&text, words.iter().map(String::as_str)).filter(|near| once(near)) {
        return Some(near.to_owned());
    }
    let number = |word: &&String| word.starts_with(|c: char| c.is_ascii_digit());
    let numbers: Vec<&String> = words.iter().filter(number).collect();
    match numbers.as_slice() {
        [only] if text.starts_with(|c: char| c.is_ascii_digit()) => Some((*only).clone()),
        _ => None,
    }
}

fn ambiguous(line: &Line<'_>, target: Target<'_>, several: &[Span], here: Span) -> Diagnostic {
    let written = line.trees.text(here).get(here.range()).unwrap_or("").to_owned();
    let (zh, en) = (of(target.item), of_en(target.item));
    let found = Diagnostic::new(
        Code::OldValueAmbiguous,
        here,
        format!("{zh}里有 {} 处“{written}”，改哪一处？", several.len()),
        format!("`{written}` stands {} times in {en}: which is changed?", several.len()),
    );
    let found = several.iter().fold(found, |found, span| found.also(*span, "这是一处", "this is one"));
    found.help(
        "写明哪一栏、第几项，或者连同前后的词一起写",
        "name the field or the number of the line, or write the words around it too",
    )
}

//! In: the paragraphs that an item quotes from a document, before and after. Out: what is done to them, 款 by 款 and 项 by 项.
//! Invariant: words that are changed stand in the paragraph that is named.

use crate::syntax::ast::Part as PhrasePart;
use crate::syntax::keywords::FieldKeyword;

use super::super::pair::{Same, steps};
use super::super::text::Entry;
use super::prose::{self, chinese, quotation};

/// The paragraphs that an item quotes.
#[must_use]
pub fn paragraphs(entry: &Entry) -> Vec<String> {
    let fields = entry.item.fields.iter().filter(|field| field.keyword == Some(FieldKeyword::Quote));
    let phrases = fields.flat_map(|it| std::iter::once(&it.value).chain(it.list.iter().map(|line| &line.value)));
    let texts = phrases.flat_map(|phrase| &phrase.parts).filter_map(|part| match part {
        PhrasePart::Quote(text) => Some(text.text.as_str()),
        _ => None,
    });
    texts.flat_map(str::lines).map(prose::quoted).filter(|line| !line.is_empty()).collect()
}

/// Whether the quotations of an item are its paragraphs, and not pieces of one.
#[must_use]
pub fn are_whole(address: &str, paragraphs: &[String]) -> bool {
    let whole = |text: &String| text.ends_with(['。', '；', '：', '）']);
    address.starts_with('第') && address.ends_with('条') && paragraphs.iter().all(whole)
}

/// Where a paragraph stands: 款, or 项 of one where it bears a number.
fn places(paragraphs: &[String]) -> Vec<String> {
    let mut count = 0;
    let item = |text: &String| {
        text.starts_with(['（', '(']).then(|| crate::amend::numbered(text.split(['）', ')']).next()?)).flatten()
    };
    let total = paragraphs.iter().filter(|text| item(text).is_none()).count();
    let place = |text: &String| match item(text) {
        Some(number) if total > 1 => format!("第{}款第{}项", chinese(count.max(1)), chinese(number)),
        Some(number) => format!("第{}项", chinese(number)),
        None => {
            count += 1;
            format!("第{}款", chinese(count))
        }
    };
    paragraphs.iter().map(place).collect()
}

/// Paragraphs in place of others.
#[must_use]
pub fn official(address: &str, were: &[String], are: &[String], paragraphs: bool) -> Vec<String> {
    if were.is_empty() || !paragraphs || (were.len() == 1 && are.len() == 1) {
        return pieces(address, were, are);
    }
    let (from, to) = (places(were), places(are));
    let name = |places: &[String], at: usize| places.get(at).cloned().unwrap_or_default();
    let way = steps(were, are);
    let kept = way.iter().filter(|step| matches!(step, Same::Kept(..))).count();
    if kept == 0 {
        return vec![format!("将{address}修改为：{}", quotation(are))];
    }
    let mut said = Vec::new();
    for step in paired(&way, were, are) {
        match step {
            (Some(one), Some(two)) if were.get(one) == are.get(two) => {
                if name(&from, one) != name(&to, two) {
                    said.push(format!("{}改为{}", name(&from, one), name(&to, two)));
                }
            }
            (Some(one), Some(two)) => {
                let (place, now) = (name(&from, one), name(&to, two));
                let words = were.get(one).zip(are.get(two)).and_then(|(was, is)| short(was, is));
                said.push(match words.filter(|_| place == now) {
                    Some((was, is)) => format!("将{place}中的{}修改为{}", quotation(&[was]), quotation(&[is])),
                    None if place == now => format!("将{place}修改为：{}", quotation(&row(are, two))),
                    None => format!("{place}改为{now}，修改为：{}", quotation(&row(are, two))),
                });
            }
            (Some(one), None) => said.push(format!("删去{}", name(&from, one))),
            (None, Some(two)) => {
                let place = name(&to, two);
                let kind = if place.ends_with('项') { "一项" } else { "一款" };
                said.push(format!("增加{kind}，作为{place}：{}", quotation(&row(are, two))));
            }
            (None, None) => {}
        }
    }
    if let Some(first) = said.first_mut() {
        let bare = first.strip_prefix('将').map(|rest| format!("将{address}{rest}"));
        let gone = first.strip_prefix("删去").map(|rest| format!("删去{address}{rest}"));
        *first = bare.or(gone).unwrap_or(format!("{address}{first}"));
    }
    said
}

/// The steps with what went and what came in its place taken together: of several the one that is most like it.
fn paired(way: &[Same], were: &[String], are: &[String]) -> Vec<(Option<usize>, Option<usize>)> {
    let mut found = Vec::new();
    let (mut gone, mut come): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    let flush = |found: &mut Vec<_>, gone: &mut Vec<usize>, come: &mut Vec<usize>| {
        let mut next = 0;
        for (at, one) in gone.iter().enumerate() {
            let spare = come.len().saturating_sub(next).saturating_sub(gone.len() - at - 1);
            let like = |two: &usize| were.get(*one).zip(are.get(*two)).map_or(0, |(one, two)| alike(one, two));
            let best =
                come.iter().enumerate().skip(next).take(spare).max_by_key(|(at, two)| (like(two), usize::MAX - at));
            match best {
                Some((place, two)) => {
                    found.extend(come.iter().take(place).skip(next).map(|two| (None, Some(*two))));
                    found.push((Some(*one), Some(*two)));
                    next = place + 1;
                }
                None => found.push((Some(*one), None)),
            }
        }
        found.extend(come.iter().skip(next).map(|two| (None, Some(*two))));
        gone.clear();
        come.clear();
    };
    for step in way {
        match *step {
            Same::Gone(one, _) => gone.push(one),
            Same::Come(_, two) => come.push(two),
            Same::Kept(one, two) => {
                flush(&mut found, &mut gone, &mut come);
                found.push((Some(one), Some(two)));
            }
        }
    }
    flush(&mut found, &mut gone, &mut come);
    found
}

/// How many letters two texts begin and end with alike.
fn alike(one: &str, two: &str) -> usize {
    let front = one.chars().zip(two.chars()).take_while(|(one, two)| one == two).count();
    front + one.chars().rev().zip(two.chars().rev()).take_while(|(one, two)| one == two).count()
}

fn row(paragraphs: &[String], at: usize) -> Vec<String> {
    paragraphs.get(at).cloned().into_iter().collect()
}

/// Pieces of a paragraph in place of others.
fn pieces(address: &str, were: &[String], are: &[String]) -> Vec<String> {
    let way = steps(were, are);
    let within = within(address);
    let mut said = Vec::new();
    let mut at = 0;
    while let Some(step) = way.get(at) {
        at += 1;
        match (*step, way.get(at)) {
            (Same::Kept(..), _) => {}
            (Same::Gone(one, _), Some(Same::Come(_, two))) => {
                at += 1;
                let (Some(was), Some(is)) = (were.get(one), are.get(*two)) else { continue };
                said.push(match short(was, is) {
                    Some((was, is)) => format!("将{within}{}修改为{}", quotation(&[was]), quotation(&[is])),
                    None if were.len() == 1 && !address.is_empty() => format!("将{address}修改为：{}", quotation(are)),
                    None => {
                        format!("将{within}{}修改为：{}", quotation(&row(were, one)), quotation(&row(are, *two)))
                    }
                });
            }
            (Same::Gone(one, _), _) => said.push(format!("删去{within}{}", quotation(&row(were, one)))),
            (Same::Come(_, two), _) => said.push(format!("{address}增加：{}", quotation(&row(are, two)))),
        }
    }
    said
}

/// `第二条中的`; nothing of the document as a whole.
#[must_use]
pub fn within(address: &str) -> String {
    if address.is_empty() { String::new() } else { format!("{address}中的") }
}

/// Few letters that tell two sentences apart, with what stands around them up to the nearest marks.
fn short(was: &str, is: &str) -> Option<(String, String)> {
    let (one, two): (Vec<char>, Vec<char>) = (was.chars().collect(), is.chars().collect());
    let mark = |letter: &char| matches!(letter, '，' | '。' | '；' | '、' | '：' | '（' | '）' | '“' | '”' | ',' | ';');
    let same = one.iter().zip(&two).take_while(|(one, two)| one == two).count();
    let tail = one.iter().rev().zip(two.iter().rev()).take_while(|(one, two)| one == two).count();
    let tail = tail.min(one.len().min(two.len()) - same);
    let start = one.get(..same)?.iter().rposition(mark).map_or(0, |at| at + 1);
    let more = one.get(one.len() - tail..)?.iter().position(mark).unwrap_or(tail);
    let piece = |of: &[char]| of.get(start..of.len() - tail + more).map(|it| it.iter().collect::<String>());
    let (from, to) = (piece(&one)?, piece(&two)?);
    let few = from.chars().count() * 2 <= one.len().max(8) && to.chars().count() <= 60;
    (few && !from.is_empty() && !to.is_empty() && was.matches(&from).count() == 1).then_some((from, to))
}

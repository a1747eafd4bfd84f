//! In: an amendment that was drafted. Out: its official wording, in the conventions of Chinese drafting: 将第二条修改为：“…”.
//! Invariant: every paragraph of a quotation opens with “ and only the last closes with ”; addresses are those of the document.

use crate::calendar;
use crate::syntax::ast::Part as PhrasePart;
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

use super::change::{Change, Part, What};
use super::draft::{Draft, Lines, title_of};
use super::pair::{Same, steps};
use super::text::{Entry, plain};
use super::{Options, Side, entry};

/// The official wording of an amendment.
#[must_use]
pub fn wording(old: &Side, new: &Side, options: &Options, draft: &Draft) -> String {
    let mut articles: Vec<String> = Vec::new();
    let mut done: Vec<super::Pair> = Vec::new();
    for lines in &draft.lines {
        if done.contains(&lines.pair) {
            continue;
        }
        done.push(lines.pair);
        let said = article(old, new, lines);
        if !said.is_empty() && !articles.contains(&said) {
            articles.push(said);
        }
    }
    articles.extend(draft.placed.iter().filter_map(|(at, after)| moved(old, new, draft, *at, *after)));
    let title = title_of(&old.text);
    let mut out = format!("{}\n", draft.title.replace('〈', "《").replace('〉', "》"));
    if let Some(number) = &options.number {
        out.push_str(&format!("{number}\n"));
    }
    out.push_str(&format!("\n　　现决定对《{title}》作如下修改：\n"));
    let one = articles.len() == 1;
    for (at, said) in articles.iter().enumerate() {
        let number = if one { String::new() } else { format!("{}、", chinese(at + 1)) };
        out.push_str(&format!("　　{number}{said}\n"));
    }
    let day = calendar::chinese(options.day.into());
    out.push_str(&format!("　　本决定自{day}起施行。\n　　《{title}》根据本决定作相应修改，重新公布。\n"));
    out
}

/// 1 to 999 in Chinese.
fn chinese(number: usize) -> String {
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

/// How a document names an item: 第三条, 四（一）2（1）②, 《标题》.
fn address(entry: &Entry) -> String {
    let header = &entry.item.header;
    let kind = entry.item.keyword;
    match (kind, &header.lead, &header.title) {
        (ItemKeyword::Clause, Some(lead), _) => {
            let numeral = |letter: char| letter.is_ascii_digit() || "零一二三四五六七八九十百".contains(letter);
            if lead.text.chars().all(numeral) { format!("第{}条", lead.text) } else { plain(&lead.text) }
        }
        (ItemKeyword::Policy, ..) => "文".to_owned(),
        (ItemKeyword::Scope, ..) => "适用范围".to_owned(),
        (ItemKeyword::Clause, None, Some(title)) => format!("《{}》", title.text),
        (_, Some(lead), _) => format!("{}“{}”", kind.zh(), plain(&lead.text)),
        (_, None, Some(title)) => format!("{}“{}”", kind.zh(), title.text),
        (_, None, None) => kind.zh().to_owned(),
    }
}

/// A clause that keeps its address and stands elsewhere; a new address, and a new clause, say where they stand.
fn moved(old: &Side, new: &Side, draft: &Draft, at: usize, after: Option<usize>) -> Option<String> {
    let clause = entry(&new.text, Some(at))?;
    let named = address(clause);
    let was_there = old.text.entries.iter().any(|old| old.item.keyword == clause.item.keyword && address(old) == named);
    let written = draft.lines.iter().any(|lines| lines.pair.new == Some(at) && lines.changes.is_none());
    if !was_there || written {
        return None;
    }
    Some(match entry(&new.text, after) {
        Some(after) => format!("将{named}移至{}之后。", address(after)),
        None => format!("将{named}移至各条款最前。"),
    })
}

/// What is done to one item.
fn article(old: &Side, new: &Side, lines: &Lines) -> String {
    match (entry(&old.text, lines.pair.old), entry(&new.text, lines.pair.new)) {
        (Some(old), None) => format!("删去{}。", address(old)),
        (None, Some(new)) => {
            let paragraphs = says(new);
            let quoted = quotation(&paragraphs);
            match new.item.keyword {
                ItemKeyword::Clause => format!("增加一条，作为{}：{quoted}", address(new)),
                _ => format!("增加{}：{quoted}", address(new)),
            }
        }
        (Some(old), Some(new)) => changed(old, new, lines.changes.as_deref()),
        (None, None) => String::new(),
    }
}

fn changed(old: &Entry, new: &Entry, changes: Option<&[Change]>) -> String {
    let (from, to) = (address(old), address(new));
    let moved = from != to && old.item.keyword == ItemKeyword::Clause;
    let (were, are) = (quoted_paragraphs(old), quoted_paragraphs(new));
    let mut said: Vec<String> = Vec::new();
    if !are.is_empty() && were != are {
        if moved {
            said.push(format!("{from}改为{to}"));
        }
        said.extend(official(&from, &were, &are, in_paragraphs(new)));
        if let Some(changes) = changes {
            said.extend(
                changes.iter().filter(|it| matches!(it.what, What::Titled(_))).filter_map(|it| one(&from, old, it)),
            );
        }
    } else {
        match changes {
            Some(changes) => said.extend(changes.iter().filter_map(|change| one(&from, old, change))),
            None if moved => said.push(format!("{from}改为{to}，修改为：{}", quotation(&says(new)))),
            None => said.push(format!("将{from}修改为：{}", quotation(&says(new)))),
        }
    }
    let mut text = said.join("；");
    if !text.is_empty() && !text.ends_with("。”") {
        text.push('。');
    }
    text
}

/// Whether the quotations of an item are its paragraphs, and not pieces of one.
fn in_paragraphs(entry: &Entry) -> bool {
    let address = address(entry);
    let whole = |text: &String| text.ends_with(['。', '；', '：', '）', ')']);
    address.starts_with('第') && address.ends_with('条') && quoted_paragraphs(entry).iter().all(whole)
}

/// The paragraphs that an item quotes.
fn quoted_paragraphs(entry: &Entry) -> Vec<String> {
    let fields = entry.item.fields.iter().filter(|field| field.keyword == Some(FieldKeyword::Quote));
    let phrases = fields.flat_map(|it| std::iter::once(&it.value).chain(it.list.iter().map(|line| &line.value)));
    let texts = phrases.flat_map(|phrase| &phrase.parts).filter_map(|part| match part {
        PhrasePart::Quote(text) => Some(text.text.as_str()),
        _ => None,
    });
    texts.flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The paragraphs of an item: what it quotes, else what its fields say.
fn says(entry: &Entry) -> Vec<String> {
    let quoted = quoted_paragraphs(entry);
    if !quoted.is_empty() {
        return quoted;
    }
    let whole = entry.whole();
    let title = entry.item.header.title.as_ref().map(|title| title.text.clone());
    let notes = [FieldKeyword::Note, FieldKeyword::Accept];
    let noted = |field: &&crate::syntax::ast::Field| !field.keyword.is_some_and(|it| notes.contains(&it));
    let fields =
        entry.item.fields.iter().filter(noted).flat_map(|it| named(entry.item.keyword, entry.slice(it.span)).lines());
    let mut paragraphs: Vec<String> =
        title.into_iter().chain(fields.map(plain)).filter(|line| !line.is_empty()).collect();
    if paragraphs.is_empty() {
        paragraphs.push(plain(whole));
    }
    let last = paragraphs.len() - 1;
    for (at, line) in paragraphs.iter_mut().enumerate() {
        if !line.ends_with(['。', '；', '：']) && at > 0 {
            line.push(if at == last { '。' } else { '；' });
        }
    }
    paragraphs
}

/// A value of a classification by its name alone.
fn named(kind: ItemKeyword, line: &str) -> &str {
    let values = [ItemKeyword::Industry, ItemKeyword::Direction, ItemKeyword::Classification, ItemKeyword::Enumeration];
    match values.contains(&kind) {
        true => line.split(['（', '(', '：', ':']).next().unwrap_or(line).trim(),
        false => line,
    }
}

/// Paragraphs in quotation marks: each opens, the last closes.
fn quotation(paragraphs: &[String]) -> String {
    let inner = |text: &String| text.replace('“', "‘").replace('”', "’");
    match paragraphs {
        [] => "“”".to_owned(),
        [one] => format!("“{}”", inner(one)),
        several => {
            let lines: Vec<String> = several.iter().map(|line| format!("　　“{}", inner(line))).collect();
            format!("\n{}”", lines.join("\n"))
        }
    }
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
fn official(address: &str, were: &[String], are: &[String], paragraphs: bool) -> Vec<String> {
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
                    Some((was, is)) => format!("将{place}中的“{was}”修改为“{is}”"),
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
                    Some((was, is)) => format!("将{address}中的“{was}”修改为“{is}”"),
                    None if were.len() == 1 => format!("将{address}修改为：{}", quotation(are)),
                    None => {
                        format!("将{address}中的{}修改为：{}", quotation(&row(were, one)), quotation(&row(are, *two)))
                    }
                });
            }
            (Same::Gone(one, _), _) => said.push(format!("删去{address}中的{}", quotation(&row(were, one)))),
            (Same::Come(_, two), _) => said.push(format!("{address}增加：{}", quotation(&row(are, two)))),
        }
    }
    said
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

/// A change in a sentence.
fn one(address: &str, old: &Entry, change: &Change) -> Option<String> {
    let Part { label, which, line } = &change.part;
    let counted = |number: usize| format!("第{}项", chinese(number));
    let label = label.clone().unwrap_or_default();
    let notes = [FieldKeyword::Note.zh(), FieldKeyword::Accept.zh()];
    if notes.contains(&label.as_str()) {
        return None;
    }
    let place =
        format!("{address}{}{label}{}", which.map_or(String::new(), counted), line.map_or(String::new(), counted));
    Some(match &change.what {
        What::Words(from, to) => format!("将{place}中的“{}”修改为“{}”", plain(from), plain(to)),
        What::Replaced(_) if label == "首行" => {
            let (_, to) = change.line.split_once("改为 ")?;
            format!("将{address}修改为：“{}”", plain(to))
        }
        What::Replaced(new) => {
            let lines: Vec<String> = new.lines().map(plain).filter(|line| !line.is_empty()).collect();
            format!("将{place}修改为：{}", quotation(&lines))
        }
        What::Added(new, at) => {
            let new = named(old.item.keyword, new);
            let as_which = at.map_or(String::new(), |at| format!("，作为{}", counted(at)));
            let what = if label.is_empty() || at.is_some() { "一项".to_owned() } else { label.clone() };
            let lines: Vec<String> = new.lines().map(plain).filter(|line| !line.is_empty()).collect();
            let of = if at.is_some() { label } else { String::new() };
            format!("{address}{of}增加{what}{as_which}：{}", quotation(&lines))
        }
        What::Dropped => format!("删去{place}"),
        What::Renumbered(to) if line.is_some() => format!("{place}改为{to}"),
        What::Renumbered(to) => {
            let numeral = |letter: char| letter.is_ascii_digit() || "零一二三四五六七八九十百".contains(letter);
            let clause = old.item.keyword == ItemKeyword::Clause && to.chars().all(numeral);
            let to = if clause { format!("第{to}条") } else { plain(to) };
            format!("{address}改为{to}")
        }
        What::Titled(to) => format!("将{address}的标题修改为“{to}”"),
        What::Extended(day) => {
            let parts: Vec<&str> = day.split('-').collect();
            let number = |at: usize| parts.get(at).map_or("", |part| part.trim_start_matches('0'));
            let of = if old.item.keyword == ItemKeyword::Policy { String::new() } else { address.to_owned() };
            format!("{of}有效期延长至{}年{}月{}日", number(0), number(1), number(2))
        }
    })
}

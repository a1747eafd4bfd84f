//! In: a changed item. Out: what stands in the columns 现行, 修改后 and 说明 of the comparison table ([`Row`]), with the changed words marked.
//! Invariant: the official sentences stand there where the item quotes some that changed, else its lines in the language.

use crate::diagnostics::{Lang, Text};
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

use super::super::entry::{Line, bare};
use super::super::say::{self, Said};
use super::super::words::{self, Fate, Piece};
use super::super::{Diff, Item, Shown};

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What the item is called in each column; empty where it is not there.
    pub names: [Vec<Piece>; 2],
    /// The paragraphs of both columns.
    pub texts: [Vec<Vec<Piece>>; 2],
    /// What is said about it.
    pub said: Vec<Said>,
}

/// Most lines of an item that are shown whole; of a longer one those that changed.
const LINES_WHOLE: usize = 40;

/// Every row.
#[must_use]
pub fn rows(diff: &Diff) -> Vec<Row> {
    diff.items.iter().map(row).collect()
}

fn row(item: &Item) -> Row {
    let name = |shown: &Option<Shown>| shown.as_ref().map(|shown| titled(shown, item.kind)).unwrap_or_default();
    let (old, new) = (name(&item.old), name(&item.new));
    let names = match (old.is_empty(), new.is_empty()) {
        (false, false) => sides(&words::compare(&old, &new)),
        _ => [piece(&old, Fate::Removed), piece(&new, Fate::Added)],
    };
    Row { names, texts: texts(item), said: say::said(item) }
}

fn titled(shown: &Shown, kind: ItemKeyword) -> String {
    match kind {
        ItemKeyword::Clause => shown.name(kind),
        ItemKeyword::Policy => format!(
            "{}{}",
            shown.address,
            if shown.title.is_empty() { String::new() } else { format!("《{}》", shown.title) }
        ),
        _ if shown.address.is_empty() && shown.title.is_empty() => kind.zh().to_owned(),
        _ => format!("{} {}", kind.zh(), shown.name(kind)),
    }
}

fn piece(text: &str, fate: Fate) -> Vec<Piece> {
    if text.is_empty() { Vec::new() } else { vec![Piece { fate, text: text.to_owned() }] }
}

/// The old and the new side of marked words.
fn sides(pieces: &[Piece]) -> [Vec<Piece>; 2] {
    let without = |fate: Fate| pieces.iter().filter(|piece| piece.fate != fate).cloned().collect();
    [without(Fate::Added), without(Fate::Removed)]
}

fn texts(item: &Item) -> [Vec<Vec<Piece>>; 2] {
    match (&item.old, &item.new) {
        (Some(old), Some(new)) => both(item, old, new),
        (Some(old), None) => [whole(old, Fate::Removed), Vec::new()],
        (None, Some(new)) => [Vec::new(), whole(new, Fate::Added)],
        (None, None) => [Vec::new(), Vec::new()],
    }
}

/// An item that stands in one column only: its sentences, else its lines.
fn whole(shown: &Shown, fate: Fate) -> Vec<Vec<Piece>> {
    if shown.quotes.is_empty() {
        return shown.lines.iter().filter(|line| is_shown(line)).map(|line| piece(&written(line), fate)).collect();
    }
    shown.quotes.iter().map(|quote| piece(quote, fate)).collect()
}

fn both(item: &Item, old: &Shown, new: &Shown) -> [Vec<Vec<Piece>>; 2] {
    let joined = |shown: &Shown| bare(&shown.quotes.concat());
    let quoted = !old.quotes.is_empty() && !new.quotes.is_empty();
    if quoted && joined(old) != joined(new) {
        return paired(&old.quotes, &new.quotes);
    }
    let mut columns = [Vec::new(), Vec::new()];
    if quoted {
        for quote in &new.quotes {
            columns.iter_mut().for_each(|column| column.push(piece(quote, Fate::Kept)));
        }
    }
    let changed = |line: &&Line| item.lines.iter().any(|it| it.label == line.label);
    let short = item.kind == ItemKeyword::Clause && !quoted && old.lines.len().max(new.lines.len()) <= LINES_WHOLE;
    let lines = |shown: &Shown| -> Vec<String> {
        let shown = shown.lines.iter().filter(|line| is_shown(line) || changed(line));
        let shown = shown.filter(|line| line.field != Some(FieldKeyword::Quote) || !quoted);
        shown.filter(|line| short || changed(line)).map(written).collect()
    };
    let [before, after] = paired(&lines(old), &lines(new));
    let [left, right] = &mut columns;
    left.extend(before);
    right.extend(after);
    columns
}

/// Whether a line is part of the text that is shown where nothing of it changed.
fn is_shown(line: &Line) -> bool {
    !matches!(line.field, Some(FieldKeyword::Quote | FieldKeyword::Note))
}

fn written(line: &Line) -> String {
    match line.label.is_empty() {
        true => line.text.clone(),
        false if line.text.is_empty() => line.label.clone(),
        false if line.text.starts_with(['（', '1', '①']) && line.text.contains('\n') => {
            format!("{}：\n{}", line.label, line.text)
        }
        false => format!("{}：{}", line.label, line.text),
    }
}

/// Paragraphs side by side: the same ones first, then the nearest of the rest, each with its changed words marked.
fn paired(old: &[String], new: &[String]) -> [Vec<Vec<Piece>>; 2] {
    let label = |text: &str| text.split('：').next().unwrap_or_default().to_owned();
    let mut partner: Vec<Option<usize>> = vec![None; new.len()];
    let mut taken: Vec<bool> = vec![false; old.len()];
    for alike in [
        (|one: &str, other: &str, _: &dyn Fn(&str) -> String| bare(one) == bare(other))
            as fn(&str, &str, &dyn Fn(&str) -> String) -> bool,
        |one, other, label| label(one) == label(other),
        |one, other, _| shares_half(one, other),
    ] {
        for (slot, text) in partner.iter_mut().zip(new) {
            if slot.is_some() {
                continue;
            }
            let found = old
                .iter()
                .enumerate()
                .position(|(at, was)| !taken.get(at).copied().unwrap_or(true) && alike(was, text, &label));
            if let Some(at) = found
                && let Some(taken) = taken.get_mut(at)
            {
                (*taken, *slot) = (true, Some(at));
            }
        }
    }
    let marked: Vec<(Option<usize>, Vec<Piece>)> = partner
        .iter()
        .zip(new)
        .map(|(at, text)| {
            let was = at.and_then(|at| old.get(at));
            (*at, was.map_or_else(|| piece(text, Fate::Added), |was| words::compare(was, text)))
        })
        .collect();
    let left = old.iter().enumerate().map(|(at, text)| {
        let found = marked.iter().find(|(partner, _)| *partner == Some(at));
        found.map_or_else(|| piece(text, Fate::Removed), |(_, pieces)| sides(pieces)[0].clone())
    });
    let left = left.collect();
    [left, marked.iter().map(|(_, pieces)| sides(pieces)[1].clone()).collect()]
}

/// Whether half of two texts is the same.
fn shares_half(one: &str, other: &str) -> bool {
    let kept: usize = words::compare(one, other)
        .iter()
        .filter(|piece| piece.fate == Fate::Kept)
        .map(|piece| piece.text.chars().count())
        .sum();
    kept * 2 >= one.chars().count().max(other.chars().count())
}

/// The lines of the third column.
#[must_use]
pub fn notes(said: &[Said], lang: Lang) -> Vec<String> {
    let mut all = Vec::new();
    for line in said {
        let label = say::label(line.how);
        all.push(match lang {
            Lang::Zh => format!("【{}】{}。", label.zh, line.text.zh),
            Lang::En => format!("[{}] {}", label.en, line.text.en),
        });
        let Some(case) = &line.witness else { continue };
        let given: Vec<&str> = case.given.iter().map(|text| text.get(lang)).collect();
        all.push(match lang {
            Lang::Zh => format!("例：{}。现行：{}；修改后：{}。", given.join("；"), case.old.zh, case.new.zh),
            Lang::En => format!("e.g. {}: before {}, now {}", given.join("; "), case.old.en, case.new.en),
        });
    }
    all
}

/// The title of the table.
#[must_use]
pub fn title(diff: &Diff) -> Text {
    let named = [&diff.new, &diff.old].into_iter().map(|side| &side.title).find(|title| !title.is_empty());
    match named {
        Some(title) => {
            Text::new(format!("《{title}》新旧条文对照表"), format!("{title}: comparison of old and new text"))
        }
        None => Text::new("新旧条文对照表", "comparison of old and new text"),
    }
}

/// The heads of the three columns.
#[must_use]
pub fn heads(lang: Lang) -> [&'static str; 3] {
    match lang {
        Lang::Zh => ["现行", "修改后", "说明"],
        Lang::En => ["Before", "After", "Notes"],
    }
}

/// What stands in a column where an item is not there.
#[must_use]
pub fn none(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "（无）",
        Lang::En => "(none)",
    }
}

/// The line below the title: which texts are compared, and what it comes to.
#[must_use]
pub fn below_title(diff: &Diff, lang: Lang) -> Vec<String> {
    let sides = match lang {
        Lang::Zh => format!("现行：{}　修改后：{}", say::side(&diff.old), say::side(&diff.new)),
        Lang::En => format!("Before: {}. After: {}", say::side(&diff.old), say::side(&diff.new)),
    };
    let mut all = vec![sides];
    all.extend(comes_to(diff, lang));
    all
}

/// What a revision comes to, a line each.
#[must_use]
pub fn comes_to(diff: &Diff, lang: Lang) -> Vec<String> {
    let line = |line: &Text| match lang {
        Lang::Zh => format!("{}。", line.zh),
        Lang::En => line.en.clone(),
    };
    say::summary(diff).iter().map(line).collect()
}

/// What marks and labels mean.
#[must_use]
pub fn legend(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => {
            "删去的文字加删除线，新增的文字加粗并加下划线。【已证明】对所有申请成立，例子由程序在两边核对过；【抽样】试过许多申请，没有证明；【仅文字】只比较了文字。"
        }
        Lang::En => {
            "Removed words are struck through, added words are bold and underlined. [proved] holds for every application; [sampled] many were tried; [text only] words were compared."
        }
    }
}

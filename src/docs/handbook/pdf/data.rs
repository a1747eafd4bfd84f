//! In: a book, and the fonts it is set in. Out: the data that templates read as `/book.json`.
//! Invariant: a run leads only to chapters that are there; texts hold no control characters; lists are no deeper than [`DEPTH_MAX`].

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::{Block, Book, Level, Line, Official, Table};
use super::Fonts;
use crate::diagnostics::Lang;
use crate::docs::charts::Chart;

/// Depth of lists that is shown; deeper items stand at this depth.
const DEPTH_MAX: usize = 6;

/// The data, as text.
pub(super) fn json(book: &Book, fonts: &Fonts) -> String {
    let ids: BTreeSet<&str> = book.chapters.iter().map(|chapter| chapter.id.as_str()).collect();
    let writing = Writing { ids };
    let pick = |zh: &'static str, en: &'static str| match book.lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    let chapters = book.chapters.iter().map(|chapter| {
        json!({
            "id": chapter.id,
            "depth": chapter.depth,
            // Chapters of clauses are handed out one by one.
            "page": chapter.depth == 0 || chapter.id.starts_with("clause-"),
            "title": clean(&chapter.title),
            "blocks": chapter.blocks.iter().map(|block| writing.block(block)).collect::<Vec<_>>(),
        })
    });
    let cover = std::iter::once(&book.number).chain(&book.cover).filter(|line| !line.is_empty());
    json!({
        "lang": pick("zh", "en"),
        "region": pick("cn", "gb"),
        "title": clean(&book.title),
        "cover": cover.map(|line| clean(line)).collect::<Vec<_>>(),
        "day": book.day.as_deref().and_then(day),
        "words": {
            "handbook": pick("政策手册", "Handbook"),
            "contents": pick("目　录", "Contents"),
            "official": pick("政策原文", "Official text"),
            "layout": pick(
                "以下是存档的原件，按党政机关公文格式（GB/T 9704-2012）排印。",
                "What follows is the archived original in the layout of official documents (GB/T 9704-2012).",
            ),
        },
        "fonts": families(fonts),
        "chapters": chapters.collect::<Vec<_>>(),
        "official": official(&book.official),
    })
    .to_string()
}

/// Families of each use, the one chosen first and the rest for letters that it lacks.
fn families(fonts: &Fonts) -> Value {
    let mut all = serde_json::Map::new();
    for it in fonts.chosen() {
        let mut families = vec![it.family.as_str()];
        let others = fonts.chosen().iter().rev().map(|other| other.family.as_str());
        for other in others {
            if !families.contains(&other) {
                families.push(other);
            }
        }
        let weight = if it.bold { "bold" } else { "regular" };
        all.insert(it.id.to_owned(), json!({ "families": families, "weight": weight }));
    }
    Value::Object(all)
}

/// Year, month and day.
fn day(text: &str) -> Option<[u32; 3]> {
    let mut parts = text.splitn(3, '-').map(str::parse);
    Some([parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?])
}

/// A text without control characters: they have no shape.
fn clean(text: &str) -> String {
    let shown = |letter: char| match letter {
        '\n' | '\r' | '\t' => Some(' '),
        letter if letter.is_control() => None,
        letter => Some(letter),
    };
    text.chars().filter_map(shown).collect()
}

/// Paragraphs; signatures that stand together are one.
fn official(paragraphs: &[Official]) -> Vec<Value> {
    let mut out = Vec::new();
    for group in paragraphs.chunk_by(|a, b| a.level == Level::Signed && b.level == Level::Signed) {
        let Some(first) = group.first() else { continue };
        let level = match first.level {
            Level::Title => "title",
            Level::Head => "head",
            Level::Addressee => "addressee",
            Level::One => "one",
            Level::Two => "two",
            Level::Three => "three",
            Level::Body => "body",
            Level::Signed => "signed",
        };
        out.push(json!({ "level": level, "lines": group.iter().map(|it| clean(&it.text)).collect::<Vec<_>>() }));
    }
    out
}

struct Writing<'b> {
    ids: BTreeSet<&'b str>,
}

impl Writing<'_> {
    fn block(&self, block: &Block) -> Value {
        match block {
            Block::Heading(text) => json!({ "kind": "heading", "text": clean(text) }),
            Block::Text(line) => json!({ "kind": "text", "runs": self.runs(line) }),
            Block::Quote(text) => json!({ "kind": "quote", "text": clean(text) }),
            Block::Items(items) => json!({ "kind": "items", "items": self.items(items, 0) }),
            Block::Table(table) => self.table(table),
            Block::Chart(chart) => json!({
                "kind": "chart",
                "path": format!("/charts/{}.svg", chart.id),
                "text": clean(&chart.description),
                "alternative": clean(&alternative(chart)),
            }),
        }
    }

    fn runs(&self, line: &Line) -> Vec<Value> {
        let to = |to: &Option<String>| to.clone().filter(|to| self.ids.contains(to.as_str()));
        line.runs
            .iter()
            .map(|run| json!({ "text": clean(&run.text), "to": to(&run.to), "strong": run.strong }))
            .collect()
    }

    /// Items by what belongs to what: an item deeper than the one before belongs to it.
    fn items(&self, items: &[(usize, Line)], level: usize) -> Vec<Value> {
        let mut out = Vec::new();
        let mut rest = items;
        while let Some(((_, line), after)) = rest.split_first() {
            let below = match level {
                DEPTH_MAX.. => 0,
                _ => after.iter().take_while(|(depth, _)| *depth > level).count(),
            };
            let (parts, after) = after.split_at(below);
            out.push(json!({ "runs": self.runs(line), "items": self.items(parts, level + 1) }));
            rest = after;
        }
        out
    }

    fn table(&self, table: &Table) -> Value {
        json!({
            "kind": "table",
            "widths": table.widths,
            "head": table.head.iter().map(|head| clean(head)).collect::<Vec<_>>(),
            "rows": table.rows.iter().map(|row| {
                let long = row.iter().map(|cell| cell.text().chars().count()).max().unwrap_or_default();
                let cells: Vec<_> = row.iter().map(|cell| self.runs(cell)).collect();
                json!({ "cells": cells, "long": long })
            }).collect::<Vec<_>>(),
        })
    }
}

/// What a chart shows, in words: its description, then its table.
fn alternative(chart: &Chart) -> String {
    let row = |row: &Vec<String>| {
        let cells = chart.head.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
        cells.map(|(head, cell)| format!("{head}：{cell}")).collect::<Vec<_>>().join("，")
    };
    let rows: Vec<String> = chart.rows.iter().map(row).collect();
    format!("{}\n{}", chart.description, rows.join("；\n"))
}

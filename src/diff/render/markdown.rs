//! In: a comparison. Out: Markdown for a pull request: a table of what changed, then each item with its marked words and its cases.

use std::fmt::Write as _;

use crate::diagnostics::{Lang, Text};

use super::super::say::{self, Said};
use super::super::words::{Fate, Piece};
use super::super::{Diff, Item, kind_name};
use super::columns::{self, Row};

/// The whole comparison.
#[must_use]
pub fn markdown(diff: &Diff, lang: Lang) -> String {
    let say = |zh: &'static str, en: &'static str| match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    let mut out = format!("## {}\n\n", escaped(columns::title(diff).get(lang)));
    let (old, new) = (say::side(&diff.old), say::side(&diff.new));
    let _ = writeln!(out, "{} {} → {}\n", say("比较：", "Compared:"), escaped(&old), escaped(&new));
    for (at, line) in say::summary(diff).iter().enumerate() {
        let line = escaped(line.get(lang));
        let _ = match at {
            0 => writeln!(out, "**{line}**\n"),
            _ => writeln!(out, "{line}\n"),
        };
    }
    if diff.items.is_empty() && diff.between.is_empty() {
        return out;
    }
    let _ = writeln!(
        out,
        "| {} | {} | {} |\n|---|---|---|",
        say("条目", "Item"),
        say("变化", "Change"),
        say("说明", "Notes")
    );
    for item in &diff.items {
        let said = say::said(item);
        let notes: Vec<String> =
            said.iter().filter(|it| it.layer != say::Layer::Structure).map(|it| labelled(it, lang)).collect();
        let changes: Vec<String> =
            said.iter().filter(|it| it.layer == say::Layer::Structure).map(|it| labelled(it, lang)).collect();
        let notes = if notes.is_empty() { changes } else { notes };
        let _ = writeln!(
            out,
            "| {} {} | {} | {} |",
            kind_name(item.kind, lang),
            escaped(&item.name()),
            direction(item).get(lang),
            notes.join("<br>")
        );
    }
    for (item, row) in diff.items.iter().zip(columns::rows(diff)) {
        section(&mut out, item, &row, lang);
    }
    let between = say::between(diff);
    if !between.is_empty() {
        let _ = writeln!(out, "\n### {}\n", say::between_heading().get(lang));
        notes(&mut out, &between, lang);
    }
    if !diff.departments.is_empty() {
        let _ = writeln!(out, "\n### {}\n", say("部门", "Departments"));
        for (name, text) in say::departments(diff) {
            let _ = writeln!(out, "- **{}** {}", escaped(&name), escaped(text.get(lang)));
        }
    }
    errors(&mut out, diff, lang);
    let _ = writeln!(out, "\n<sub>{}</sub>", legend(lang));
    out
}

fn legend(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => {
            "<del>删去的文字</del>，<ins>新增的文字</ins>。已证明：对所有申请成立，例子由程序在两边核对过；抽样：试过许多申请，没有证明；仅文字：只比较了文字。"
        }
        Lang::En => {
            "<del>removed</del>, <ins>added</ins>. Proved: holds for every application; sampled: many were tried; text only: words were compared."
        }
    }
}

/// The direction of an item in one word; what is new or gone is called so.
fn direction(item: &Item) -> Text {
    match (item.old.is_some(), item.new.is_some()) {
        (false, _) => Text::new("新增", "added"),
        (_, false) => Text::new("删去", "removed"),
        _ => say::direction(item.direction),
    }
}

fn labelled(said: &Said, lang: Lang) -> String {
    let label = say::label(said.how);
    format!("`{}` {}", label.get(lang), escaped(said.text.get(lang)))
}

fn section(out: &mut String, item: &Item, row: &Row, lang: Lang) {
    let _ = writeln!(out, "\n### {} {}\n", kind_name(item.kind, lang), escaped(&item.name()));
    notes(out, &row.said, lang);
    let [left, right] = &row.texts;
    if left.is_empty() && right.is_empty() {
        return;
    }
    let heads = columns::heads(lang);
    let _ = writeln!(out, "\n| {} | {} |\n|---|---|", heads[0], heads[1]);
    let cell = |name: &[Piece], paragraphs: &[Vec<Piece>]| {
        let mut lines = Vec::new();
        if !name.is_empty() {
            lines.push(marked(name));
        }
        lines.extend(paragraphs.iter().map(|paragraph| marked(paragraph)));
        lines.join("<br>")
    };
    let _ = writeln!(out, "| {} | {} |", cell(&row.names[0], left), cell(&row.names[1], right));
}

/// Lines with their cases, as a list.
fn notes(out: &mut String, all: &[Said], lang: Lang) {
    for said in all {
        let _ = writeln!(out, "- {}", labelled(said, lang));
        let Some(case) = &said.witness else { continue };
        let given: Vec<String> = case.given.iter().map(|text| escaped(text.get(lang))).collect();
        let (head, old, new, between) = match lang {
            Lang::Zh => ("例：", "旧：", "新：", "；"),
            Lang::En => ("case: ", "old: ", "new: ", "; "),
        };
        let _ = writeln!(out, "  - {head}{}", given.join(between));
        let _ = writeln!(out, "    - {old}{}", escaped(case.old.get(lang)));
        let _ = writeln!(out, "    - {new}{}", escaped(case.new.get(lang)));
    }
}

fn marked(pieces: &[Piece]) -> String {
    let shown = pieces.iter().map(|piece| {
        let lines = piece.text.split('\n').map(|text| {
            let (before, inner, after) = outer_spaces(text);
            match piece.fate {
                _ if inner.is_empty() => text.to_owned(),
                Fate::Kept => format!("{before}{}{after}", escaped(inner)),
                Fate::Removed => format!("{before}<del>{}</del>{after}", escaped(inner)),
                Fate::Added => format!("{before}<ins>{}</ins>{after}", escaped(inner)),
            }
        });
        lines.collect::<Vec<_>>().join("<br>")
    });
    shown.collect()
}

fn outer_spaces(text: &str) -> (&str, &str, &str) {
    let inner = text.trim();
    let start = text.len() - text.trim_start().len();
    let end = start + inner.len();
    (text.get(..start).unwrap_or(""), inner, text.get(end..).unwrap_or(""))
}

fn errors(out: &mut String, diff: &Diff, lang: Lang) {
    for (side, zh, en) in
        [(&diff.old, "旧文本的错误", "Errors of the old text"), (&diff.new, "新文本的错误", "Errors of the new text")]
    {
        if side.errors.is_empty() {
            continue;
        }
        let head = match lang {
            Lang::Zh => zh,
            Lang::En => en,
        };
        let _ = writeln!(out, "\n### {head}\n");
        for problem in &side.errors {
            let (place, found) = (&problem.place, &problem.found);
            let _ = writeln!(
                out,
                "- `{}:{}:{}` {} {}",
                place.file,
                place.start.line,
                place.start.column,
                found.code.number(),
                escaped(found.message.get(lang))
            );
        }
    }
}

/// Text of a policy as it is: nothing of it is a mark of Markdown or HTML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' | '*' | '_' | '`' | '~' | '[' | ']' | '#' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' => out.push_str("<br>"),
            letter => out.push(letter),
        }
    }
    out
}

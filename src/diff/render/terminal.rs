//! In: a comparison. Out: text for a terminal, aligned by the width of Chinese characters; coloured where asked for.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use crate::diagnostics::{Lang, Text};

use super::super::say::{self, Said};
use super::super::structure::LineChange;
use super::super::{Diff, Direction, Item, kind_name};

const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

/// The whole comparison.
#[must_use]
pub fn terminal(diff: &Diff, lang: Lang, colour: bool) -> String {
    let mut out = Out { text: String::new(), lang, colour };
    let (old, new) = (say::side(&diff.old), say::side(&diff.new));
    out.pair("旧", "old", &diff.old.label, &old);
    out.pair("新", "new", &diff.new.label, &new);
    for (at, line) in say::summary(diff).iter().enumerate() {
        let line = line.get(lang).to_owned();
        if at == 0 {
            out.painted(BOLD, &line);
            out.text.push('\n');
        } else {
            let _ = writeln!(out.text, "{line}");
        }
    }
    for item in &diff.items {
        out.item(item);
    }
    let between = say::between(diff);
    if !between.is_empty() {
        out.text.push('\n');
        out.painted(BOLD, say::between_heading().get(lang));
        out.text.push('\n');
        between.iter().for_each(|said| out.said(said));
    }
    out.departments(diff);
    out.errors(diff);
    out.text
}

/// Control characters of a policy that does not compile never reach a terminal.
fn clean(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() || *letter == '\n').collect()
}

struct Out {
    text: String,
    lang: Lang,
    colour: bool,
}

impl Out {
    fn painted(&mut self, paint: &str, text: &str) {
        match self.colour {
            true => _ = write!(self.text, "{paint}{}{PLAIN}", clean(text)),
            false => self.text.push_str(&clean(text)),
        }
    }

    fn pair(&mut self, zh: &str, en: &str, label: &str, name: &str) {
        let word = match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        };
        match label == name {
            true => _ = writeln!(self.text, "{word}  {label}"),
            false => _ = writeln!(self.text, "{word}  {label}  {name}"),
        }
    }

    fn item(&mut self, item: &Item) {
        self.text.push('\n');
        let name = format!("{} {}", kind_name(item.kind, self.lang), item.name());
        self.painted(BOLD, &name);
        let direction = match (item.old.is_some(), item.new.is_some(), item.direction) {
            (true, true, direction) => say::direction(direction),
            (false, _, _) => Text::new("新增", "added"),
            (_, false, _) => Text::new("删去", "removed"),
        };
        let paint = match (item.direction, item.new.is_some()) {
            (Direction::Wider, _) => GREEN,
            (Direction::Narrower, _) | (_, false) => RED,
            _ => PLAIN,
        };
        self.text.push_str("  ");
        let word = direction.get(self.lang).to_owned();
        self.painted(paint, &word);
        self.text.push('\n');
        let mut lines = Some(&item.lines);
        for said in say::said(item) {
            let about_lines = said.layer == say::Layer::Structure;
            if !about_lines {
                self.lines(lines.take());
            }
            self.said(&said);
        }
        self.lines(lines.take());
    }

    fn said(&mut self, said: &Said) {
        let label = say::label(said.how).get(self.lang).to_owned();
        let widest = match self.lang {
            Lang::Zh => 6,
            Lang::En => 9,
        };
        let gap = " ".repeat(widest - label.width().min(widest));
        let _ = writeln!(self.text, "  {label}{gap}  {}", clean(said.text.get(self.lang)));
        let Some(case) = &said.witness else { return };
        let indent = " ".repeat(widest + 4);
        let (head, old, new) = match self.lang {
            Lang::Zh => ("见证", "旧", "新"),
            Lang::En => ("case", "old", "new"),
        };
        let given: Vec<&str> = case.given.iter().map(|text| text.get(self.lang)).collect();
        let between = match self.lang {
            Lang::Zh => "；",
            Lang::En => "; ",
        };
        let _ = writeln!(self.text, "{indent}{head}  {}", given.join(between));
        let pad = " ".repeat(head.width());
        let _ = writeln!(self.text, "{indent}{pad}  {old}  {}", case.old.get(self.lang));
        let _ = writeln!(self.text, "{indent}{pad}  {new}  {}", case.new.get(self.lang));
    }

    /// Lines as they were and as they are.
    fn lines(&mut self, lines: Option<&Vec<LineChange>>) {
        for line in lines.into_iter().flatten() {
            for (mark, paint, text) in [("-", RED, &line.old), ("+", GREEN, &line.new)] {
                let Some(text) = text else { continue };
                let label = if line.label.is_empty() { String::new() } else { format!("{}：", line.label) };
                for (at, part) in text.split('\n').enumerate() {
                    let part =
                        if at == 0 { format!("    {mark} {label}{part}") } else { format!("    {mark}   {part}") };
                    self.painted(paint, part.trim_end());
                    self.text.push('\n');
                }
            }
        }
    }

    fn departments(&mut self, diff: &Diff) {
        if diff.departments.is_empty() {
            return;
        }
        let head = match self.lang {
            Lang::Zh => "部门",
            Lang::En => "departments",
        };
        self.text.push('\n');
        self.painted(BOLD, head);
        self.text.push('\n');
        let widest = diff.departments.iter().map(|change| change.name.width()).max().unwrap_or_default();
        for (name, text) in say::departments(diff) {
            let gap = " ".repeat(widest - name.width().min(widest));
            let _ = writeln!(self.text, "  {name}{gap}  {}", text.get(self.lang));
        }
    }

    /// What is wrong, briefly: the command line shows it with excerpts.
    fn errors(&mut self, diff: &Diff) {
        for (side, zh, en) in [
            (&diff.old, "旧文本的错误", "errors of the old text"),
            (&diff.new, "新文本的错误", "errors of the new text"),
        ] {
            if side.errors.is_empty() {
                continue;
            }
            let head = match self.lang {
                Lang::Zh => zh,
                Lang::En => en,
            };
            let _ = writeln!(self.text, "\n{head}");
            for problem in &side.errors {
                let place = &problem.place;
                let at = format!("{}:{}:{}", place.file, place.start.line, place.start.column);
                let found = &problem.found;
                let message = clean(found.message.get(self.lang));
                let _ = writeln!(self.text, "  {at}  {} {message}", found.code.number());
            }
        }
    }
}

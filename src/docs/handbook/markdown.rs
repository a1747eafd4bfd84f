//! In: a book. Out: its files for mdBook and for repositories: `book.toml`, `SUMMARY.md`, a file a chapter, charts as SVG.
//! Invariant: paths are made of names of chapters only; texts show as they are written, whatever marks they hold; nothing of a policy is HTML.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Block, Book, Chapter, Level, Line, Official, Table};
use crate::diagnostics::Lang;

/// The files of a handbook by path.
#[must_use]
pub fn markdown(book: &Book) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for chapter in &book.chapters {
        files.insert(format!("{}.md", chapter.id), of_chapter(chapter));
        for block in &chapter.blocks {
            if let Block::Chart(chart) = block {
                files.insert(format!("charts/{}.svg", chart.id), chart.svg.clone());
            }
        }
    }
    if !book.official.is_empty() {
        files.insert("official.md".to_owned(), official(book));
    }
    files.insert("README.md".to_owned(), cover(book));
    files.insert("SUMMARY.md".to_owned(), summary(book));
    files.insert("book.toml".to_owned(), settings(book));
    files
}

fn official_title(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "政策原文",
        Lang::En => "Official text",
    }
}

fn cover(book: &Book) -> String {
    let mut out = format!("# {}\n", escaped(&book.title));
    for line in std::iter::once(&book.number).chain(&book.cover).filter(|line| !line.is_empty()) {
        let _ = write!(out, "\n{}\n", escaped(line));
    }
    out.push('\n');
    out.push_str(&contents(book));
    out
}

fn summary(book: &Book) -> String {
    let (head, cover) = match book.lang {
        Lang::Zh => ("目录", "封面"),
        Lang::En => ("Contents", "Cover"),
    };
    format!("# {head}\n\n[{cover}](README.md)\n\n{}", contents(book))
}

fn contents(book: &Book) -> String {
    let mut out = String::new();
    for chapter in &book.chapters {
        let indent = "  ".repeat(chapter.depth);
        let _ = writeln!(out, "{indent}- [{}]({}.md)", escaped(&chapter.title), chapter.id);
    }
    if !book.official.is_empty() {
        let _ = writeln!(out, "- [{}](official.md)", official_title(book.lang));
    }
    out
}

fn settings(book: &Book) -> String {
    let language = match book.lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    };
    format!("[book]\ntitle = {}\nlanguage = \"{language}\"\nsrc = \".\"\n", toml(&book.title))
}

/// A text of TOML.
fn toml(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            letter if letter.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

fn of_chapter(chapter: &Chapter) -> String {
    let mut out = format!("# {}\n", escaped(&chapter.title));
    for block in &chapter.blocks {
        out.push('\n');
        match block {
            Block::Heading(text) => {
                let _ = writeln!(out, "## {}", escaped(text));
            }
            Block::Text(text) => {
                let _ = writeln!(out, "{}", line(text));
            }
            Block::Quote(text) => {
                let _ = writeln!(out, "> {}", escaped(text));
            }
            Block::Items(items) => {
                for (depth, item) in items {
                    let _ = writeln!(out, "{}- {}", "  ".repeat(*depth), line(item));
                }
            }
            Block::Table(of) => out.push_str(&table(of)),
            Block::Chart(chart) => {
                let _ = writeln!(out, "![{}](charts/{}.svg)\n", escaped(&chart.description), chart.id);
                let rows = chart.rows.iter().map(|row| row.iter().map(|cell| Line::plain(cell)).collect());
                out.push_str(&table(&Table { head: chart.head.clone(), widths: Vec::new(), rows: rows.collect() }));
            }
        }
    }
    out
}

fn official(book: &Book) -> String {
    let mut out = format!("# {}\n", official_title(book.lang));
    for Official { level, text } in &book.official {
        let text = escaped(text);
        let _ = match level {
            Level::Title => writeln!(out, "\n## {text}"),
            Level::One => writeln!(out, "\n### {text}"),
            Level::Two => writeln!(out, "\n#### {text}"),
            Level::Three => writeln!(out, "\n**{text}**"),
            Level::Head | Level::Addressee | Level::Body | Level::Signed => writeln!(out, "\n{text}"),
        };
    }
    out
}

fn table(table: &Table) -> String {
    let mut out = format!("| {} |\n", table.head.iter().map(|head| escaped(head)).collect::<Vec<_>>().join(" | "));
    let _ = writeln!(out, "|{}", " --- |".repeat(table.head.len()));
    for row in &table.rows {
        let _ = writeln!(out, "| {} |", row.iter().map(line).collect::<Vec<_>>().join(" | "));
    }
    out
}

fn line(line: &Line) -> String {
    let run = |run: &super::Run| match &run.to {
        Some(to) => format!("[{}]({to}.md)", escaped(&run.text)),
        None if run.strong => format!("**{}**", escaped(run.text.trim())),
        None => escaped(&run.text),
    };
    line.runs.iter().map(run).collect()
}

/// A text that shows as it is written.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // What would begin a list or a heading at the start of a line: the digits before a full stop are looked through.
    let digits = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let numbered = digits.len() < text.len() && digits.starts_with(['.', ')']);
    for (at, letter) in text.char_indices() {
        let starts = at == 0 && matches!(letter, '-' | '+' | '=');
        let ends_number = numbered && at == text.len() - digits.len();
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '$' | '!' => {
                out.push('\\');
                out.push(letter);
            }
            // Not a link by itself either.
            ':' if text.get(at..).is_some_and(|rest| rest.starts_with("://")) => out.push_str("&#58;"),
            '\n' | '\r' | '\t' => out.push(' '),
            letter if starts || ends_number => {
                out.push('\\');
                out.push(letter);
            }
            letter => out.push(letter),
        }
    }
    out
}

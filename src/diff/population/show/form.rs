//! In: the blocks of a page. Out: text, Markdown, HTML. Invariant: what a report holds is shown as text, never read as markup.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::Block;

pub(super) fn text(page: &[Block]) -> String {
    let mut out = String::new();
    for block in page {
        match block {
            Block::Title(title) => {
                gap(&mut out);
                let _ = writeln!(out, "{title}");
            }
            Block::Item(text) => {
                let _ = writeln!(out, "  {text}");
            }
            Block::Numbered(number, text) => {
                let _ = writeln!(out, "  {number}. {text}");
            }
            Block::Below(text) => {
                let _ = writeln!(out, "     {text}");
            }
            Block::Table(head, rows) => aligned(&mut out, head, rows),
        }
    }
    out
}

fn gap(out: &mut String) {
    if !out.is_empty() {
        out.push('\n');
    }
}

fn aligned(out: &mut String, head: &[String], rows: &[Vec<String>]) {
    let all = || std::iter::once(head).chain(rows.iter().map(Vec::as_slice));
    let width = |at: usize| all().filter_map(|row| row.get(at)).map(|cell| cell.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    for row in all() {
        let mut line = String::from(" ");
        for ((cell, width), at) in row.iter().zip(&widths).zip(0usize..) {
            let space = " ".repeat(width - cell.width());
            let _ = if at == 0 { write!(line, " {cell}{space}") } else { write!(line, "  {space}{cell}") };
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

pub(super) fn markdown(page: &[Block]) -> String {
    let mut out = String::new();
    for block in page {
        let _ = match block {
            Block::Title(title) => {
                gap(&mut out);
                writeln!(out, "## {title}\n")
            }
            Block::Item(text) | Block::Numbered(_, text) => writeln!(out, "- {text}"),
            Block::Below(text) => writeln!(out, "  - {text}"),
            Block::Table(head, rows) => {
                let line = |cells: &[String]| {
                    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
                    format!("| {} |", cells.join(" | "))
                };
                let _ = writeln!(out, "{}\n|---|{}", line(head), "---:|".repeat(head.len().saturating_sub(1)));
                rows.iter().try_for_each(|row| writeln!(out, "{}", line(row)))
            }
        };
    }
    out
}

/// The list that is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Plain,
    Counted,
    /// The lines below one that is counted.
    Below,
}

pub(super) fn html(page: &[Block]) -> String {
    let mut out = String::from("<section class=\"population\">\n");
    let mut list = None;
    for (at, block) in page.iter().enumerate() {
        let wanted = match block {
            Block::Item(_) => Some(List::Plain),
            Block::Numbered(..) => Some(List::Counted),
            Block::Below(_) => Some(List::Below),
            Block::Title(_) | Block::Table(..) => None,
        };
        turn(&mut out, list, wanted);
        list = wanted;
        let _ = match block {
            Block::Title(title) if at == 0 => writeln!(out, "<h2>{}</h2>", escaped(title)),
            Block::Title(title) => writeln!(out, "<h3>{}</h3>", escaped(title)),
            Block::Item(text) | Block::Below(text) => writeln!(out, "<li>{}</li>", escaped(text)),
            // Closed by what follows: lines below it belong to it.
            Block::Numbered(_, text) => write!(out, "<li>{}", escaped(text)),
            Block::Table(head, rows) => {
                let _ = writeln!(out, "<table>\n<thead><tr>");
                head.iter().for_each(|cell| {
                    let _ = writeln!(out, "<th scope=\"col\">{}</th>", escaped(cell));
                });
                out.push_str("</tr></thead>\n<tbody>\n");
                rows.iter().for_each(|row| line(&mut out, head, row));
                writeln!(out, "</tbody>\n</table>")
            }
        };
    }
    turn(&mut out, list, None);
    out.push_str("</section>\n");
    out
}

/// A row: the first cell names it. On a phone each figure stands below its head.
fn line(out: &mut String, head: &[String], row: &[String]) {
    out.push_str("<tr>");
    for (at, (cell, head)) in row.iter().zip(head).enumerate() {
        let _ = match at {
            0 => write!(out, "<th scope=\"row\">{}</th>", escaped(cell)),
            _ => write!(out, "<td data-head=\"{}\">{}</td>", escaped(head), escaped(cell)),
        };
    }
    out.push_str("</tr>\n");
}

/// Closes the list before and opens the next.
fn turn(out: &mut String, from: Option<List>, to: Option<List>) {
    let said = match (from, to) {
        (Some(List::Counted), Some(List::Below)) => "\n<ul>\n",
        (Some(List::Below), Some(List::Counted)) => "</ul>\n</li>\n",
        (Some(List::Counted), Some(List::Counted)) => "</li>\n",
        (one, other) if one == other => "",
        (one, other) => {
            out.push_str(match one {
                Some(List::Plain) => "</ul>\n",
                Some(List::Counted) => "</li>\n</ol>\n",
                Some(List::Below) => "</ul>\n</li>\n</ol>\n",
                None => "",
            });
            match other {
                Some(List::Plain | List::Below) => "<ul>\n",
                Some(List::Counted) => "<ol>\n",
                None => "",
            }
        }
    };
    out.push_str(said);
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

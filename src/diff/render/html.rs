//! In: a comparison. Out: one HTML file: side by side with the changed words marked, readable on a phone and on paper, in light and in dark,
//! without any script. Invariant: nothing is loaded from anywhere; text of a policy is text, never markup.

use std::fmt::Write as _;

use crate::diagnostics::Lang;

use super::super::meaning::How;
use super::super::say::{self, Said};
use super::super::words::{Fate, Piece};
use super::super::{Diff, Direction, Item, kind_name};
use super::columns::{self, Row};

const STYLE: &str = include_str!("style.css");

/// The whole file.
#[must_use]
pub fn html(diff: &Diff, lang: Lang) -> String {
    let title = escaped(columns::title(diff).get(lang));
    let code = match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    };
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n"
    );
    for (at, line) in columns::below_title(diff, lang).iter().enumerate() {
        let class = match at {
            0 => "sides",
            1 => "summary",
            _ => "more",
        };
        let _ = writeln!(out, "<p class=\"{class}\">{}</p>", escaped(line));
    }
    overview(&mut out, diff, lang);
    if !diff.items.is_empty() {
        table(&mut out, diff, lang);
    }
    let between = say::between(diff);
    if !between.is_empty() {
        let _ = writeln!(out, "<h2>{}</h2>", say::between_heading().get(lang));
        between.iter().for_each(|line| note(&mut out, line, lang));
    }
    departments(&mut out, diff, lang);
    errors(&mut out, diff, lang);
    let _ = writeln!(out, "<footer>{}</footer>\n</main>\n</body>\n</html>", escaped(columns::legend(lang)));
    out
}

/// A list of the items with their directions, which leads to each of them.
fn overview(out: &mut String, diff: &Diff, lang: Lang) {
    if diff.items.len() < 2 {
        return;
    }
    let label = match lang {
        Lang::Zh => "变化一览",
        Lang::En => "Overview",
    };
    let _ = writeln!(out, "<nav aria-label=\"{label}\">\n<ul>");
    for (at, item) in diff.items.iter().enumerate() {
        let _ = writeln!(
            out,
            "<li><a href=\"#c{at}\">{} {}</a> {}</li>",
            kind_name(item.kind, lang),
            escaped(&item.name()),
            badge(item, lang)
        );
    }
    let _ = writeln!(out, "</ul>\n</nav>");
}

fn badge(item: &Item, lang: Lang) -> String {
    let (class, text) = match (item.old.is_some(), item.new.is_some(), item.direction) {
        (false, _, _) => ("wider", crate::diagnostics::Text::new("新增", "added")),
        (_, false, _) => ("narrower", crate::diagnostics::Text::new("删去", "removed")),
        (_, _, direction) => (
            match direction {
                Direction::Same => "same",
                Direction::Wider => "wider",
                Direction::Narrower => "narrower",
                Direction::Mixed => "mixed",
                Direction::Otherwise => "otherwise",
                Direction::Unclear => "open",
                Direction::Open => "open",
            },
            say::direction(direction),
        ),
    };
    format!("<span class=\"badge {class}\">{}</span>", text.get(lang))
}

fn table(out: &mut String, diff: &Diff, lang: Lang) {
    let heads = columns::heads(lang);
    let _ = writeln!(
        out,
        "<table>\n<thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead>\n<tbody>",
        heads[0], heads[1], heads[2]
    );
    for (at, (item, row)) in diff.items.iter().zip(columns::rows(diff)).enumerate() {
        let Row { names: [old, new], texts: [left, right], said } = row;
        let _ = writeln!(out, "<tr id=\"c{at}\">");
        for (head, (name, paragraphs)) in heads.iter().zip([(old, left), (new, right)]) {
            let _ = writeln!(out, "<td data-head=\"{head}\">");
            if !name.is_empty() {
                let _ = writeln!(out, "<p class=\"name\">{}</p>", marked(&name));
            }
            for paragraph in &paragraphs {
                let _ = writeln!(out, "<p>{}</p>", marked(paragraph));
            }
            let _ = writeln!(out, "</td>");
        }
        let _ = writeln!(out, "<td data-head=\"{}\">\n<p class=\"name\">{}</p>", heads[2], badge(item, lang));
        for line in &said {
            note(out, line, lang);
        }
        let _ = writeln!(out, "</td>\n</tr>");
    }
    let _ = writeln!(out, "</tbody>\n</table>");
}

fn note(out: &mut String, said: &Said, lang: Lang) {
    let class = match said.how {
        How::Proved => "proved",
        How::Sampled => "sampled",
        How::TextOnly => "text",
    };
    let label = say::label(said.how);
    let _ =
        writeln!(out, "<p><span class=\"how {class}\">{}</span> {}</p>", label.get(lang), escaped(said.text.get(lang)));
    let Some(case) = &said.witness else { return };
    let (old, new) = match lang {
        Lang::Zh => ("旧", "新"),
        Lang::En => ("Before", "Now"),
    };
    let given: Vec<String> = case.given.iter().map(|text| format!("<li>{}</li>", escaped(text.get(lang)))).collect();
    let _ = writeln!(
        out,
        "<div class=\"case\"><ul>{}</ul><dl><dt>{old}</dt><dd>{}</dd><dt>{new}</dt><dd>{}</dd></dl></div>",
        given.concat(),
        escaped(case.old.get(lang)),
        escaped(case.new.get(lang))
    );
}

fn departments(out: &mut String, diff: &Diff, lang: Lang) {
    if diff.departments.is_empty() {
        return;
    }
    let head = match lang {
        Lang::Zh => "部门",
        Lang::En => "Departments",
    };
    let _ = writeln!(out, "<h2>{head}</h2>\n<ul>");
    for (name, text) in say::departments(diff) {
        let _ = writeln!(out, "<li><strong>{}</strong> {}</li>", escaped(&name), escaped(text.get(lang)));
    }
    let _ = writeln!(out, "</ul>");
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
        let _ = writeln!(out, "<h2>{head}</h2>\n<ul>");
        for problem in &side.errors {
            let (place, found) = (&problem.place, &problem.found);
            let at = format!("{}:{}:{}", place.file, place.start.line, place.start.column);
            let message = escaped(found.message.get(lang));
            let _ = writeln!(out, "<li><code>{}</code> {} {message}</li>", escaped(&at), found.code.number());
        }
        let _ = writeln!(out, "</ul>");
    }
}

fn marked(pieces: &[Piece]) -> String {
    let shown = pieces.iter().map(|piece| match piece.fate {
        Fate::Kept => escaped(&piece.text),
        Fate::Removed => format!("<del>{}</del>", escaped(&piece.text)),
        Fate::Added => format!("<ins>{}</ins>", escaped(&piece.text)),
    });
    shown.collect()
}

/// As text; a line break stays one, the space before a line too.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("<br>"),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

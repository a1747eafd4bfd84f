//! In: lines of text and bars. Out: a chart as SVG for a page, as wide as the page gives it.
//! Invariant: lengths are shares of the width and text keeps its size, so that nothing is scaled down on a phone; every text is escaped;
//! colours are classes, which the page's style gives for light, dark and paper; links stand outside pictures, so the chart is a group.

use std::fmt::Write as _;

use super::linked::escaped;

/// The whole width.
pub(super) const WHOLE: u32 = 10_000;
const LINE: u32 = 20;
const BASE: u32 = 15;
const BAR: u32 = 12;
/// How far below a line of text a bar begins.
const SHIFT: u32 = 3;
/// Half-width columns of a line on a phone.
const COLUMNS: usize = 46;
/// Lines of a name.
const LINES_MAX: usize = 2;

/// A chart in the making.
#[derive(Debug, Default)]
pub(super) struct Strip {
    body: String,
    y: u32,
}

/// A bar: from where, how long, in shares of [`WHOLE`]; its colour; what is said where one points at it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bar<'t> {
    pub(super) from: u32,
    pub(super) length: u32,
    pub(super) colour: usize,
    pub(super) hint: &'t str,
    /// Whether it goes on beyond the picture.
    pub(super) open: bool,
}

/// What a row is called.
#[derive(Debug, Clone, Copy)]
pub(super) enum Name<'t> {
    /// In Chinese, whatever the page's language.
    Chinese(&'t str),
    /// In the page's language.
    OfPage(&'t str),
}

/// A share as a length.
fn share(part: u32) -> String {
    format!("{}.{:02}%", part / 100, part % 100)
}

impl Strip {
    /// A heading of the rows below.
    pub(super) fn heading(&mut self, colour: Option<usize>, text: &str) {
        self.y += 8;
        let shift = if let Some(colour) = colour {
            let _ = write!(
                self.body,
                "<rect class=\"k{colour}\" x=\"0\" y=\"{}\" width=\"12\" height=\"12\"/>",
                self.y + 5
            );
            20
        } else {
            0
        };
        let _ =
            writeln!(self.body, "<text class=\"head\" x=\"{shift}\" y=\"{}\">{}</text>", self.y + BASE, escaped(text));
        self.y += LINE + 4;
    }

    /// A row: a name over a bar, both leading somewhere, and what stands after the bar as markup.
    pub(super) fn row(&mut self, name: Name<'_>, href: Option<&str>, bar: Bar<'_>, after: &str) {
        self.begin(href);
        self.name(name);
        self.bar(bar);
        self.end(href);
        let x = share(bar.from + bar.length);
        if !after.is_empty() {
            let _ = write!(self.body, "<text x=\"{x}\" dx=\"6\" y=\"{}\">{after}</text>", self.y + SHIFT + 11);
        }
        self.next_row();
    }

    /// A row whose first line is markup of its own, over a bar.
    pub(super) fn told(&mut self, markup: &str, href: Option<&str>, bar: Bar<'_>) {
        let _ = write!(self.body, "<text x=\"0\" y=\"{}\">{markup}</text>", self.y + BASE);
        self.y += LINE;
        self.begin(href);
        self.bar(bar);
        self.end(href);
        self.next_row();
    }

    /// A row whose first line is markup of its own, over a mark at a place.
    pub(super) fn mark(&mut self, markup: &str, at: u32) {
        let _ = write!(self.body, "<text x=\"0\" y=\"{}\">{markup}</text>", self.y + BASE);
        self.y += LINE;
        let _ = write!(
            self.body,
            "<circle class=\"mark\" cx=\"{}\" cy=\"{}\" r=\"5\"/>",
            share(at),
            self.y + SHIFT + BAR / 2
        );
        self.next_row();
    }

    /// Lines through all rows, each with its name at the foot.
    pub(super) fn axis(&mut self, places: &[(u32, String)]) {
        let bottom = self.y;
        let mut lines = String::new();
        for (at, name) in places {
            let (x, y) = (share(*at), bottom + BASE);
            let _ = write!(lines, "<line class=\"year\" x1=\"{x}\" y1=\"0\" x2=\"{x}\" y2=\"{bottom}\"/>");
            // The last stands before its line where it would leave the picture.
            let anchor = if *at > WHOLE * 9 / 10 { "end" } else { "start" };
            let _ = writeln!(
                lines,
                "<text class=\"year\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>",
                escaped(name)
            );
        }
        self.body.insert_str(0, &lines);
        self.y += LINE;
    }

    /// The whole, with the name of its kind, its title and what it shows.
    pub(super) fn finish(self, id: &str, title: &str, description: &str) -> String {
        let (title, description, height) = (escaped(title), escaped(description), self.y.max(1));
        format!(
            "<svg class=\"chart\" role=\"group\" aria-labelledby=\"chart-{id}-title\" aria-describedby=\"chart-{id}-desc\" width=\"100%\" \
             height=\"{height}\" xmlns=\"http://www.w3.org/2000/svg\">\n<title id=\"chart-{id}-title\">{title}</title>\n\
             <desc id=\"chart-{id}-desc\">{description}</desc>\n{}</svg>\n",
            self.body
        )
    }

    fn begin(&mut self, href: Option<&str>) {
        if let Some(href) = href {
            let _ = write!(self.body, "<a href=\"{}\">", escaped(href));
        }
    }

    fn end(&mut self, href: Option<&str>) {
        if href.is_some() {
            self.body.push_str("</a>");
        }
    }

    fn name(&mut self, name: Name<'_>) {
        let (text, lang) = match name {
            Name::Chinese(text) => (text, " lang=\"zh-Hans\""),
            Name::OfPage(text) => (text, ""),
        };
        for line in folded(text) {
            let _ = write!(self.body, "<text x=\"0\" y=\"{}\"{lang}>{}</text>", self.y + BASE, escaped(&line));
            self.y += LINE;
        }
    }

    fn bar(&mut self, Bar { from, length, colour, hint, open }: Bar<'_>) {
        let (x, width, y) = (share(from), share(length), self.y + SHIFT);
        let _ = write!(
            self.body,
            "<rect class=\"k{colour}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{BAR}\" rx=\"2\"><title>{}</title></rect>",
            escaped(hint)
        );
        if open {
            let _ =
                write!(self.body, "<text class=\"onward\" x=\"{}\" y=\"{}\">→</text>", share(from + length), y + 11);
        }
    }

    fn next_row(&mut self) {
        let _ = self.body.write_str("\n");
        self.y += SHIFT + BAR + 10;
    }
}

/// A name in lines of a phone's width.
fn folded(name: &str) -> Vec<String> {
    let width = |letter: char| if letter.is_ascii() { 1 } else { 2 };
    let mut lines: Vec<String> = vec![String::new()];
    let mut used = 0;
    for letter in name.chars() {
        if used + width(letter) > COLUMNS {
            if lines.len() == LINES_MAX {
                lines.last_mut().into_iter().for_each(|line| line.push('…'));
                return lines;
            }
            lines.push(String::new());
            used = 0;
        }
        lines.last_mut().into_iter().for_each(|line| line.push(letter));
        used += width(letter);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_leads_to_its_clause_and_nothing_is_markup_of_the_policy() {
        let mut strip = Strip::default();
        let bar = Bar { from: 0, length: 6_000, colour: 1, hint: "<b>", open: false };
        strip.row(Name::Chinese(&"<科>".repeat(40)), Some("clauses/a.html"), bar, "x");
        let made = strip.finish("ceilings", "<t>", "d");
        assert!(made.contains("<a href=\"clauses/a.html\"><text"), "{made}");
        assert!(made.contains("width=\"60.00%\"") && made.contains("<title>&lt;b&gt;</title>"), "{made}");
        assert!(!made.contains("<科>") && made.contains("…"), "{made}");
    }
}

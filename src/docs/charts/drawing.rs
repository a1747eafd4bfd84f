//! In: shapes and texts. Out: SVG text.
//! Invariant: every text and attribute is escaped; coordinates are whole numbers; colours are legible on white (4.5 to 1) and shapes differ
//! in more than colour.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar as _;

/// Width of all charts.
pub(super) const WIDTH: u32 = 760;
/// Size of text.
pub(super) const TEXT: u32 = 13;
/// Colours of kinds: fill, with dark enough edges.
pub(super) const COLOURS: [&str; 4] = ["#1f5a96", "#8a4b08", "#2f6b3a", "#6b3a78"];

/// A picture in the making.
pub(super) struct Drawing {
    body: String,
}

/// Where a text stands relative to its point.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    /// It starts there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

impl Drawing {
    pub(super) fn new() -> Drawing {
        Drawing { body: String::new() }
    }

    /// A text on a line.
    pub(super) fn text(&mut self, x: u32, y: u32, anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let _ = writeln!(self.body, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>", escaped(text));
    }

    /// A filled box, with a text shown where one points at it.
    pub(super) fn bar(&mut self, [x, y, width, height]: [u32; 4], colour: usize, hint: &str) {
        let fill = COLOURS.get(colour % COLOURS.len()).copied().unwrap_or("#1f5a96");
        let _ = writeln!(
            self.body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"2\" fill=\"{fill}\"><title>{}</title></rect>",
            escaped(hint)
        );
    }

    /// A line; dashed where it only helps the eye.
    pub(super) fn line(&mut self, [x1, y1, x2, y2]: [u32; 4], dashed: bool) {
        let dashes = if dashed { " stroke-dasharray=\"3 3\" opacity=\"0.55\"" } else { "" };
        let _ = writeln!(
            self.body,
            "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" stroke=\"currentColor\" stroke-width=\"1\"{dashes}/>"
        );
    }

    /// The point of an arrow to the right: what goes on without end.
    pub(super) fn onward(&mut self, x: u32, y: u32, height: u32, colour: usize) {
        let fill = COLOURS.get(colour % COLOURS.len()).copied().unwrap_or("#1f5a96");
        let (middle, bottom) = (y + height / 2, y + height);
        let tip = x + height / 2;
        let _ = writeln!(self.body, "<path d=\"M{x} {y}L{tip} {middle}L{x} {bottom}Z\" fill=\"{fill}\"/>");
    }

    /// The whole picture.
    pub(super) fn finish(self, id: &str, height: u32, title: &str, description: &str) -> String {
        let (title, description) = (escaped(title), escaped(description));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" \
             aria-labelledby=\"chart-{id}-title chart-{id}-desc\" fill=\"currentColor\" font-size=\"{TEXT}\" \
             font-family=\"&quot;Noto Sans CJK SC&quot;,&quot;Microsoft YaHei&quot;,&quot;PingFang SC&quot;,sans-serif\">\n\
             <title id=\"chart-{id}-title\">{title}</title>\n<desc id=\"chart-{id}-desc\">{description}</desc>\n{}</svg>\n",
            self.body
        )
    }
}

/// Text of XML; what XML cannot hold is left out.
pub(super) fn escaped(text: &str) -> String {
    let held = |letter: char| match letter {
        '\n' | '\t' => Some(' '),
        ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'.. => Some(letter),
        _ => None,
    };
    let text: String = text.chars().filter_map(held).collect();
    quick_xml::escape::escape(text).into_owned()
}

/// A text cut to so many half-width columns; what is full-width in Chinese type alone (①, …) counts as that.
pub(super) fn fitted(text: &str, columns: usize) -> String {
    let width = |letter: char| letter.width_cjk().unwrap_or(0);
    if text.chars().map(width).sum::<usize>() <= columns {
        return text.to_owned();
    }
    let mut left = columns.saturating_sub(2);
    let mut out = String::new();
    for letter in text.chars() {
        match left.checked_sub(width(letter)) {
            Some(rest) => left = rest,
            None => break,
        }
        out.push(letter);
    }
    out.push('…');
    out
}

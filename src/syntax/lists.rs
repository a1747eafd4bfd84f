//! In: the markers of numbered lines. Out: their levels.
//! Invariant: a style not in use opens a level, one in use returns to it; indentation is never asked.

/// A style of numbering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// （一）
    ChineseBracket,
    /// （1）
    DigitBracket,
    /// 一、
    ChinesePause,
    /// 1. or 1、
    DigitDot,
    /// ①
    Circled,
    /// -
    Dash,
    /// ·
    MiddleDot,
    /// •
    Bullet,
    /// *
    Star,
}

/// The styles in use in the list being read, outermost first.
#[derive(Debug, Default)]
pub(super) struct Levels {
    styles: Vec<Style>,
}

impl Levels {
    /// A new list begins.
    pub(super) fn clear(&mut self) {
        self.styles.clear();
    }

    /// The level of an item in `style`.
    pub(super) fn level(&mut self, style: Style) -> usize {
        let at = self.styles.iter().position(|used| *used == style).unwrap_or(self.styles.len());
        self.styles.truncate(at);
        self.styles.push(style);
        at
    }
}

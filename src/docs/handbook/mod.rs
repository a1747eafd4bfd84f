//! In: the documentation model. Out: the handbook of a policy: [`Book`], made once, and its forms: Markdown, Word and, with the
//! feature `pdf`, PDF.
//! Invariant: pure and deterministic, no clock: the same model gives the same bytes; every text of a policy is escaped in every form; all
//! forms hold the same chapters.

mod book;
mod clause;
mod docx;
mod markdown;
mod official;
mod parts;
#[cfg(feature = "pdf")]
pub mod pdf;

use super::charts::Chart;
use crate::diagnostics::Lang;

pub use book::book;
pub use docx::docx;
pub use markdown::markdown;
pub use official::Level;

/// A handbook: a cover, chapters, and the official text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// Its language.
    pub lang: Lang,
    /// Title of the policy.
    pub title: String,
    /// Its document number; empty where there is none.
    pub number: String,
    /// Lines of the cover: who issued it, from when to when it holds, which text this is.
    pub cover: Vec<String>,
    /// The day of the document: publication, else the first day in force; never the day of the run.
    pub day: Option<String>,
    /// Chapters, in order; a chapter of depth 1 belongs to the last of depth 0.
    pub chapters: Vec<Chapter>,
    /// The official text by paragraphs; empty where no original is archived.
    pub official: Vec<Official>,
}

/// A paragraph of the official text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Official {
    /// What it is.
    pub level: Level,
    /// Its text.
    pub text: String,
}

/// A chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// A name that is a file name, unique in the book.
    pub id: String,
    /// 0 or 1.
    pub depth: usize,
    /// Title.
    pub title: String,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// A text, parts of which lead to chapters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Its parts, in order.
    pub runs: Vec<Run>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The text.
    pub text: String,
    /// Id of the chapter it leads to.
    pub to: Option<String>,
    /// Whether it stands out.
    pub strong: bool,
}

impl Run {
    /// A text that leads nowhere.
    #[must_use]
    pub fn plain(text: &str) -> Run {
        Run { text: text.to_owned(), to: None, strong: false }
    }
}

impl Line {
    /// A text that leads nowhere.
    #[must_use]
    pub fn plain(text: &str) -> Line {
        Line { runs: vec![Run::plain(text)] }
    }

    /// The text alone.
    #[must_use]
    pub fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }
}

/// A table; widths are shares of the page, in hundredths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Heads.
    pub head: Vec<String>,
    /// Widths of the columns, together 100.
    pub widths: Vec<u32>,
    /// Rows, each as long as the head.
    pub rows: Vec<Vec<Line>>,
}

/// What stands in a chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading inside the chapter.
    Heading(String),
    /// A paragraph.
    Text(Line),
    /// Words of the original.
    Quote(String),
    /// A list; each with its depth.
    Items(Vec<(usize, Line)>),
    /// A table.
    Table(Table),
    /// A chart; its table is the text alternative.
    Chart(Chart),
}

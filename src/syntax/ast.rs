//! The surface tree: items, fields, lists and phrases, as written, with spans. No meaning yet: a phrase is a row of runs, quotes
//! and brackets, which name resolution segments against the declared vocabulary (`model::segment`).
//! Invariant: every span lies in the file of its tree; texts of runs and labels are width-folded, texts of quotes are as written.

use crate::source::{FileId, Span};

use super::keywords::{FieldKeyword, ItemKeyword};

/// A text with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Which file.
    pub id: FileId,
    /// Its items, in order.
    pub items: Vec<Item>,
    /// Comments after the last item.
    pub trailing: Vec<Comment>,
    /// Whether every line could be read. Where not, later stages do not warn of what may only seem to be missing.
    pub sound: bool,
}

/// A comment: `# …` to the end of the line, text without the mark and outer spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// What it says.
    pub text: String,
    /// The whole comment with its mark.
    pub span: Span,
    /// Whether a blank line stands before it.
    pub blank_before: bool,
}

/// Comments that belong to a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trivia {
    /// On lines of their own, before it.
    pub before: Vec<Comment>,
    /// At its end.
    pub after: Option<Comment>,
}

/// An item: a keyword, its first line, its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which item.
    pub keyword: ItemKeyword,
    /// The keyword as written.
    pub keyword_span: Span,
    /// The rest of the first line.
    pub header: Header,
    /// The fields (and members, facts, values: every line with or without a colon).
    pub fields: Vec<Field>,
    /// Comments of the first line.
    pub trivia: Trivia,
    /// From the keyword to the end of the last field.
    pub span: Span,
}

/// The first line after its keyword: `lead 《title》（alias），modifier，modifier：value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// A name, an address, a document number or a path; width-folded and trimmed, one space for many, and its brackets full-width
    /// where it holds Chinese (`四（一）2（1）②`), as the document prints them.
    pub lead: Option<Spanned>,
    /// In 《》 or any quotes: a title or full name.
    pub title: Option<Spanned>,
    /// An ASCII id in brackets, `[A-Za-z][A-Za-z0-9_.-]*`.
    pub alias: Option<Spanned>,
    /// What follows a comma, one phrase a comma.
    pub modifiers: Vec<Phrase>,
    /// What follows a colon (`定义 名称：表达式`).
    pub value: Option<Phrase>,
    /// The numbered lines below a first line that has a colon and no field yet (`定义 名称：满足下列条件之一`), flat, with their levels.
    pub list: Vec<ListItem>,
    /// The whole rest of the line.
    pub span: Span,
    /// Whether part of it was reported and left out, so that what is missing is not reported again.
    pub damaged: bool,
}

/// A line within an item: `label（alias）：value`, a bare `label（alias）`, and the list below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The label without its alias, in the same form as [`Header::lead`].
    pub label: Spanned,
    /// What stands before the colon, in parts: the label and its alias; a line of a table is read from it.
    pub head: Phrase,
    /// The label as a keyword, where it is one that the item takes (in items whose lines declare something, where it is one at all).
    pub keyword: Option<FieldKeyword>,
    /// An ASCII id in brackets after the label, or a name of the line (`上限（年度）：…`), as written.
    pub alias: Option<Spanned>,
    /// The colon, where there is one.
    pub colon: Option<Span>,
    /// What follows the colon, with the continuation lines, without a final 。 (but in 说明); empty phrase where nothing follows.
    pub value: Phrase,
    /// The numbered lines below it, flat, with their levels.
    pub list: Vec<ListItem>,
    /// Comments of the line.
    pub trivia: Trivia,
    /// From the label to the end of the value or list.
    pub span: Span,
}

/// A numbered or bulleted line below a field: `（一）label：value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListItem {
    /// Depth from 0, told by the style of numbering (a style not in use opens a level, one in use returns to it), never by indentation.
    pub level: u8,
    /// The number or bullet as written.
    pub marker: Spanned,
    /// What stands before a colon, in the same form as [`Header::lead`].
    pub label: Option<Spanned>,
    /// The rest, without the ； or 。 that ends an item of a list.
    pub value: Phrase,
    /// Comments of the line.
    pub trivia: Trivia,
}

/// A row of parts with no meaning yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// The parts in order.
    pub parts: Vec<Part>,
    /// From the first part to the last; an empty span where there are none.
    pub span: Span,
}

/// A part of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A maximal run of characters other than spaces, brackets, quotes and separators: names, operators, numbers, units, in any
    /// mixture. Width-folded character by character (full-width ASCII becomes ASCII, one character for one character).
    Run(Run),
    /// A text in 「」 “” "" or 『』: contents as written, line breaks as LF. An apostrophe is no quote.
    Quote(Spanned),
    /// A text in 《》 or 〈〉: contents as written.
    Title(Spanned),
    /// （…） or (…).
    Bracket {
        /// Contents.
        inner: Phrase,
        /// With both brackets.
        span: Span,
    },
    /// ， 、 ； or ：.
    Separator {
        /// Which.
        kind: Separator,
        /// Where.
        span: Span,
    },
}

/// A run with the byte offset of each of its characters, so that a piece of it can be pointed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Width-folded characters.
    pub text: String,
    /// The span of the whole run in the file.
    pub span: Span,
    /// Whether folding changed any byte length: if not, byte offsets in `text` are offsets in the file.
    pub folded: bool,
}

/// The marks that separate parts; both widths are one mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Separator {
    /// ， or ,
    Comma,
    /// 、
    Pause,
    /// ； or ;
    Semicolon,
    /// ： or :
    Colon,
}

impl Run {
    /// The place in the file of some of its characters; `text` is the text of the file.
    #[must_use]
    pub fn piece(&self, text: &str, chars: std::ops::Range<usize>) -> Span {
        let written = text.get(self.span.range()).unwrap_or("");
        let offset = |count: usize| written.char_indices().nth(count).map_or(written.len(), |(at, _)| at);
        let start = self.span.start as usize;
        Span::new(self.span.file, start + offset(chars.start), start + offset(chars.end))
    }
}

impl Phrase {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

impl Part {
    /// Where the part stands, marks included.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Part::Run(run) => run.span,
            Part::Quote(text) | Part::Title(text) => text.span,
            Part::Bracket { span, .. } | Part::Separator { span, .. } => *span,
        }
    }
}

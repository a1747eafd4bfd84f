//! In: the trees of one side. Out: its items with their names ([`Entry`]), and of each the lines in the one form of the formatter
//! ([`Lines`]).
//! Invariant: two items that differ in white space, widths, comments or the language of keywords only have the same lines.

use std::cell::OnceCell;

use crate::model::{Breaker, uniform};
use crate::source::{FileId, Span};
use crate::syntax::ast::{Field, File, Item, ListItem, Trivia};
use crate::syntax::fields::{declares, is_table};
use crate::syntax::format::{FormatOptions, KeywordLanguage, format};
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};
use crate::syntax::parse;
use crate::syntax::width::fold;

use super::side::Side;

/// An item of a side.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'s> {
    /// The item.
    pub item: &'s Item,
    /// Its place among all items of its side.
    pub order: usize,
}

/// A line of an item: its first line without its names, or a field with the list below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The field; `None` for the first line, and for a line that declares something.
    pub field: Option<FieldKeyword>,
    /// The label as shown; empty for the first line.
    pub label: String,
    /// What it says, line breaks before the items of a list.
    pub text: String,
    /// Label and text with every keyword in its one English spelling, of one width and without spaces: what lines are compared by.
    pub key: String,
}

/// An item in its one form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines {
    /// All of it.
    pub text: String,
    /// Line by line.
    pub lines: Vec<Line>,
}

impl<'s> Entry<'s> {
    /// Which item it is.
    #[must_use]
    pub fn kind(&self) -> ItemKeyword {
        self.item.keyword
    }

    /// The stable id; empty where there is none.
    #[must_use]
    pub fn id(&self) -> &'s str {
        self.item.header.alias.as_ref().map_or("", |alias| alias.text.as_str())
    }

    /// The name, number or address; empty where there is none.
    #[must_use]
    pub fn lead(&self) -> &'s str {
        self.item.header.lead.as_ref().map_or("", |lead| lead.text.as_str())
    }

    /// The title; empty where there is none.
    #[must_use]
    pub fn title(&self) -> &'s str {
        self.item.header.title.as_ref().map_or("", |title| title.text.as_str())
    }

    /// The first line.
    #[must_use]
    pub fn place(&self) -> Span {
        self.item.keyword_span.to(self.item.header.span)
    }
}

/// Whether items of a kind are compared: cases and their scenarios say nothing that the policy does not say, imports are where it
/// stands, and amendments are what has been applied.
#[must_use]
pub fn is_compared(kind: ItemKeyword) -> bool {
    !matches!(
        kind,
        ItemKeyword::Import
            | ItemKeyword::Scenario
            | ItemKeyword::Case
            | ItemKeyword::CaseTable
            | ItemKeyword::Amendment
    )
}

/// The texts of a side's items.
pub struct Texts<'s> {
    side: &'s Side,
    chinese: OnceCell<Breaker>,
    english: OnceCell<Breaker>,
}

impl<'s> Texts<'s> {
    /// Of a side.
    #[must_use]
    pub fn new(side: &'s Side) -> Texts<'s> {
        Texts { side, chinese: OnceCell::new(), english: OnceCell::new() }
    }

    /// The items that are compared, in order.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry<'s>> {
        let items = self.side.files.iter().flat_map(|file| &file.items);
        let compared = items.filter(|item| is_compared(item.keyword));
        compared.enumerate().map(|(order, item)| Entry { item, order }).collect()
    }

    /// An item as it was written.
    #[must_use]
    pub fn written(&self, entry: Entry<'_>) -> &'s str {
        self.side.sources.text(entry.item.span)
    }

    /// An item in its one form. One that does not compile is shown as it was written, for the form may leave out what it could not read.
    #[must_use]
    pub fn lines(&self, entry: Entry<'_>) -> Lines {
        let span = entry.item.span;
        let text = self.side.sources.get(span.file).map_or("", |file| file.text());
        let formatted = (!self.side.is_left_out(span)).then(|| {
            [(&self.chinese, KeywordLanguage::Zh), (&self.english, KeywordLanguage::En)].map(|(breaker, keywords)| {
                let breaker =
                    breaker.get_or_init(|| Breaker::new(&self.side.files, &self.side.sources, Some(keywords)));
                formatted(entry.item, text, keywords, breaker)
            })
        });
        match formatted {
            Some([Some((written, mut shown)), Some((_, keys))]) if shown.len() == keys.len() => {
                for (line, key) in shown.iter_mut().zip(keys) {
                    line.key = key.key;
                }
                Lines { text: written, lines: shown }
            }
            _ => as_written(entry.item, text),
        }
    }
}

/// The text and lines of an item with keywords in a language.
fn formatted(item: &Item, text: &str, keywords: KeywordLanguage, breaker: &Breaker) -> Option<(String, Vec<Line>)> {
    let alone = File { id: item.span.file, items: vec![plain(item)], trailing: Vec::new(), sound: true };
    let formatted = format(&alone, text, &FormatOptions { keywords: Some(keywords) }, breaker);
    match parse(FileId(0), &formatted).0.items.as_slice() {
        [item] => Some((formatted.trim_end().to_owned(), lines(item, &formatted))),
        _ => None,
    }
}

fn as_written(item: &Item, text: &str) -> Lines {
    let written = text.get(item.span.range()).unwrap_or("");
    Lines { text: written.trim_end().to_owned(), lines: lines(item, text) }
}

/// The item without its comments and without what is no part of the policy.
fn plain(item: &Item) -> Item {
    let mut item = item.clone();
    item.trivia = Trivia::default();
    item.fields.retain(is_said);
    let lists = item.fields.iter_mut().map(|field| {
        field.trivia = Trivia::default();
        &mut field.list
    });
    for line in lists.flatten().chain(&mut item.header.list) {
        line.trivia = Trivia::default();
    }
    item
}

/// Whether a field says something of the policy: accepted warnings, the file of the original and the amendment that added an item do not.
fn is_said(field: &Field) -> bool {
    !matches!(field.keyword, Some(FieldKeyword::Accept | FieldKeyword::Original | FieldKeyword::AddedBy))
}

fn lines(item: &Item, text: &str) -> Vec<Line> {
    let mut all = Vec::new();
    let under = |span: Span| text.get(span.range()).unwrap_or("");
    let header = &item.header;
    let names = [&header.lead, &header.title, &header.alias].into_iter().flatten().map(|name| name.span.end).max();
    let names = names.unwrap_or(item.keyword_span.end) as usize;
    let rest = header.modifiers.iter().chain(&header.value).map(|phrase| phrase.span);
    if let Some(span) = rest.reduce(Span::to) {
        let start = (span.start as usize).max(names);
        let rest = text.get(start..span.end as usize).unwrap_or("");
        all.push(line(None, String::new(), with_list(rest, &header.list, text)));
    } else if !header.list.is_empty() {
        all.push(line(None, String::new(), with_list("", &header.list, text)));
    }
    for field in item.fields.iter().filter(|field| is_said(field)) {
        let keyword = field
            .keyword
            .filter(|keyword| !declares(item.keyword) || matches!(keyword, FieldKeyword::Quote | FieldKeyword::Note));
        let label = match keyword {
            Some(keyword) => keyword.zh().to_owned(),
            None if is_table(item.keyword) => under(field.head.span).to_owned(),
            None => field.label.text.clone(),
        };
        let label = match &field.alias {
            Some(alias) if keyword.is_some() => format!("{label}（{}）", alias.text),
            _ => label,
        };
        all.push(line(keyword, label, with_list(under(field.value.span), &field.list, text)));
    }
    all
}

fn line(field: Option<FieldKeyword>, label: String, text: String) -> Line {
    // What is quoted is compared letter by letter, numbers of the policy by what they are.
    let said = match field {
        Some(FieldKeyword::Quote | FieldKeyword::Note) => text.clone(),
        _ => uniform(&text),
    };
    let key = bare(&format!("{}：{said}", uniform(&label)));
    Line { field, label, text, key }
}

fn with_list(value: &str, list: &[ListItem], text: &str) -> String {
    let mut whole = value.to_owned();
    for item in list {
        if !whole.is_empty() {
            whole.push('\n');
        }
        whole.extend(std::iter::repeat_n('　', usize::from(item.level)));
        whole.push_str(&item.marker.text);
        if item.marker.text.ends_with(['.', '．']) {
            whole.push(' ');
        }
        if let Some(label) = &item.label {
            whole.push_str(&label.text);
            whole.push('：');
        }
        whole.push_str(text.get(item.value.span.range()).unwrap_or(""));
    }
    whole
}

/// A text without white space and of one width, which is how texts are compared.
#[must_use]
pub fn bare(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).map(fold).collect()
}

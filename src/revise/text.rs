//! In: the trees of a policy. Out: its items in the one format, with Chinese keywords and without comments ([`Text`]).
//! Invariant: two texts that differ in format only have the same items.

use crate::model::{Breaker, uniform};
use crate::source::{Sources, Span};
use crate::syntax::ast::{Field, File, Item, ListItem, Trivia};
use crate::syntax::fields::declares;
use crate::syntax::format::{self, FormatOptions, KeywordLanguage};
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};
use crate::syntax::width::{closing_quote, fold, is_space};

/// What is no part of what a policy says: cases, amendments (which are in force or not), the order of its files.
const APART: [ItemKeyword; 5] =
    [ItemKeyword::Amendment, ItemKeyword::Case, ItemKeyword::CaseTable, ItemKeyword::Scenario, ItemKeyword::Import];

/// The items of a policy.
#[derive(Debug, Clone, Default)]
pub struct Text {
    /// In the order of the files.
    pub entries: Vec<Entry>,
}

/// An item with its text.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The item; its spans are those of `text`.
    pub item: Item,
    /// The text of its file.
    pub text: std::sync::Arc<str>,
    /// The same with English keywords, which have one spelling each: what it is compared by.
    one_form: (Item, std::sync::Arc<str>),
}

impl Entry {
    /// A stretch of it.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// All of it.
    #[must_use]
    pub fn whole(&self) -> &str {
        self.slice(self.item.keyword_span.to(self.item.span).to(self.item.header.span))
    }

    /// The first line after its keyword.
    #[must_use]
    pub fn header(&self) -> &str {
        self.slice(self.item.keyword_span.after().to(self.item.header.span)).trim()
    }

    /// The value and the list of a field.
    #[must_use]
    pub fn content(&self, field: &Field) -> &str {
        let start = field.colon.map_or(field.span.end, |colon| colon.end);
        self.slice(Span { start, ..field.span }).trim()
    }

    /// What it says, whatever the order of its fields; lines that declare something keep theirs.
    #[must_use]
    pub fn said(&self) -> String {
        let (item, text) = &self.one_form;
        let end = item.fields.first().map_or(item.span.end, |field| field.span.start);
        let head = Span { end, ..item.keyword_span }.to(item.header.span);
        let mut said = alike(text.get(head.range()).unwrap_or(""));
        for (_, field) in self.fields_said() {
            said.push('\n');
            said.push_str(&field);
        }
        said
    }

    /// What each field says, by keyword; lines that declare something keep their order.
    #[must_use]
    pub fn fields_said(&self) -> Vec<(Option<FieldKeyword>, String)> {
        let (item, text) = &self.one_form;
        let declared = declares(item.keyword);
        let beside = [FieldKeyword::Quote, FieldKeyword::Note, FieldKeyword::Accept];
        let slice = |span: Span| text.get(span.range()).unwrap_or("");
        let one = |field: &Field| {
            let keyword = field.keyword.filter(|keyword| !declared || beside.contains(keyword));
            let start = field.colon.map_or(field.span.end, |colon| colon.end);
            let content = slice(Span { start, ..field.span });
            let label = match (keyword, &field.alias) {
                (Some(keyword), Some(alias)) => format!("{}（{}）", keyword.zh(), alias.text),
                (Some(keyword), None) => keyword.zh().to_owned(),
                (None, _) => alike(slice(Span { end: start, ..field.span })),
            };
            let free = keyword.is_some_and(|keyword| beside.contains(&keyword));
            (keyword, format!("{label}：{}", if free { same_width(&plain(content)) } else { alike(content) }))
        };
        let mut fields: Vec<(Option<FieldKeyword>, String)> = item.fields.iter().map(one).collect();
        fields.sort_by_key(|(keyword, _)| *keyword);
        fields
    }

    /// The fields of a keyword.
    pub fn fields(&self, keyword: FieldKeyword) -> impl Iterator<Item = &Field> {
        self.item.fields.iter().filter(move |field| field.keyword == Some(keyword))
    }
}

/// The items of trees in the one format.
#[must_use]
pub fn text(files: &[File], sources: &Sources) -> Text {
    let [mut entries, english] =
        [KeywordLanguage::Zh, KeywordLanguage::En].map(|keywords| written(files, sources, keywords));
    for (entry, english) in entries.iter_mut().zip(english) {
        entry.one_form = english.one_form;
    }
    Text { entries }
}

/// The items with keywords in a language.
fn written(files: &[File], sources: &Sources, keywords: KeywordLanguage) -> Vec<Entry> {
    let breaker = Breaker::new(files, sources, Some(keywords));
    let options = FormatOptions { keywords: Some(keywords) };
    let mut made = Sources::new();
    let mut entries = Vec::new();
    for file in files {
        let Some(source) = sources.get(file.id) else { continue };
        let text = format::format(&stripped(file), source.text(), &options, &breaker);
        let id = made.add(source.name(), &text);
        let (tree, _) = crate::syntax::parse(id, &text);
        let text: std::sync::Arc<str> = text.into();
        entries.extend(tree.items.into_iter().map(|item| {
            let one_form = (item.clone(), std::sync::Arc::clone(&text));
            Entry { item, text: std::sync::Arc::clone(&text), one_form }
        }));
    }
    entries
}

/// A tree without what is set apart, without comments.
fn stripped(file: &File) -> File {
    let bare = |list: &mut Vec<ListItem>| list.iter_mut().for_each(|line| line.trivia = Trivia::default());
    let items = file.items.iter().filter(|item| !APART.contains(&item.keyword)).cloned();
    let items = items.map(|mut item| {
        item.trivia = Trivia::default();
        bare(&mut item.header.list);
        // When an item began, and where the original lies, are no part of what is said.
        let aside = [FieldKeyword::AddedBy, FieldKeyword::Original];
        item.fields.retain(|field| !field.keyword.is_some_and(|keyword| aside.contains(&keyword)));
        for field in &mut item.fields {
            field.trivia = Trivia::default();
            bare(&mut field.list);
        }
        item
    });
    File { items: items.collect(), trailing: Vec::new(), ..file.clone() }
}

/// A text without spaces but those within quotes: what it says however it is spaced.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut close: Option<char> = None;
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match close {
            Some(mark) if letter == mark => close = None,
            Some(_) => {}
            None => close = closing_quote(letter),
        }
        if close.is_some() || !(is_space(letter) || letter == '\n' || letter == '\r') {
            out.push(letter);
        }
    }
    out
}

/// The same with every number and day in one spelling: what it means however it is written.
#[must_use]
pub fn alike(text: &str) -> String {
    same_width(&plain(&uniform(text)))
}

fn same_width(text: &str) -> String {
    text.chars().map(fold).collect()
}

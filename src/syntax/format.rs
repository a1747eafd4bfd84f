//! In: a surface tree and the text it was read from. Out: the text in its one form: items apart by a blank line, two spaces of
//! indentation a level, full-width marks around Chinese, comments kept.
//! Invariant: formatting the result changes nothing, and reading it gives the same tree but for spans. Only a tree that was read
//! without errors is formatted without loss.

use super::ast::{Comment, Field, File, Header, Item, ListItem, Phrase, Run, Spanned, Trivia};
use super::fields::{declares, is_table};
use super::keywords::{FieldKeyword, ItemKeyword, Word};
use super::phrase_text::{PhraseText, Says, push_alias, push_apart, push_colon, push_comma, quoted};
use super::width::fold_text;

/// In which language keywords are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeywordLanguage {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl KeywordLanguage {
    /// The one of two spellings.
    pub(super) fn spelling(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            KeywordLanguage::Zh => zh,
            KeywordLanguage::En => en,
        }
    }

    /// Whether a word is written in the other language; signs (`×`, `—`) are in neither.
    #[must_use]
    pub fn respells(self, word: &str) -> bool {
        let mut letters = word.chars().filter(|letter| letter.is_alphabetic()).peekable();
        letters.peek().is_some()
            && match self {
                KeywordLanguage::Zh => letters.all(|letter| letter.is_ascii()),
                KeywordLanguage::En => letters.any(|letter| !letter.is_ascii()),
            }
    }
}

/// How a text is formatted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FormatOptions {
    /// The language of keywords; `None` keeps each as written.
    pub keywords: Option<KeywordLanguage>,
}

/// A piece of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its text.
    pub text: String,
    /// The word of the language it is, where it is one.
    pub word: Option<Word>,
}

/// Takes runs apart, against the names that a policy declares.
pub trait WordBreaker {
    /// The pieces of a run, in order; `None` leaves the run as it is.
    fn pieces(&self, run: &Run) -> Option<Vec<Piece>>;
}

/// Knows no names: leaves runs as they are, but knows a run that is a word of the language as a whole.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoBreaker;

impl WordBreaker for NoBreaker {
    fn pieces(&self, run: &Run) -> Option<Vec<Piece>> {
        let word = Word::find(&run.text)?;
        Some(vec![Piece { text: run.text.clone(), word: Some(word) }])
    }
}

/// The formatted text of a tree; `text` is what it was read from.
#[must_use]
pub fn format(file: &File, text: &str, options: &FormatOptions, words: &dyn WordBreaker) -> String {
    let phrases = PhraseText { text, keywords: options.keywords, words, english: false };
    let mut formatter = Formatter { phrases, out: String::with_capacity(text.len() + text.len() / 8) };
    let mut before = None;
    for item in &file.items {
        formatter.item(item, before.is_some_and(|before| belongs_together(before, item)));
        before = Some(item);
    }
    for comment in &file.trailing {
        formatter.comment(comment, 0);
    }
    formatter.out
}

/// Whether two items of one line each stand without a blank line between: a row of departments, imports, units or definitions.
fn belongs_together(before: &Item, item: &Item) -> bool {
    let short = |item: &Item| item.fields.is_empty() && item.header.list.is_empty();
    let kind = matches!(
        item.keyword,
        ItemKeyword::Department | ItemKeyword::Import | ItemKeyword::Unit | ItemKeyword::Definition
    );
    kind && before.keyword == item.keyword && short(before) && short(item)
}

struct Formatter<'a> {
    phrases: PhraseText<'a>,
    out: String,
}

/// How the value of a field is read.
fn says(item: &Item, field: &Field) -> Says {
    match field.keyword {
        Some(FieldKeyword::Note | FieldKeyword::Accept) => Says::Prose,
        Some(_) if declares(item.keyword) => Says::Phrase,
        Some(FieldKeyword::BasedOn) => Says::Prose,
        Some(FieldKeyword::Expect) => Says::Expected,
        Some(FieldKeyword::Columns) => Says::Columns,
        Some(FieldKeyword::Departments) => Says::Departments,
        Some(FieldKeyword::Clawback) => Says::PaidBack,
        _ => Says::Phrase,
    }
}

impl Formatter<'_> {
    fn item(&mut self, item: &Item, together: bool) {
        if !self.out.is_empty() && item.trivia.before.is_empty() && !together {
            self.out.push('\n');
        }
        self.comments(&item.trivia, 0);
        if !item.trivia.before.is_empty() && self.stands_apart(item) {
            self.out.push('\n');
        }
        let written = fold_text(self.phrases.text.get(item.keyword_span.range()).unwrap_or(item.keyword.zh()));
        let keyword = match self.phrases.keywords {
            Some(language) if language.respells(&written) => {
                language.spelling(item.keyword.zh(), item.keyword.en()).into()
            }
            _ => written,
        };
        self.phrases.english = keyword.is_ascii();
        self.out.push_str(&keyword);
        self.header(&item.header);
        self.end_line(&item.trivia);
        self.list(&item.header.list, Says::Phrase);
        for field in &item.fields {
            self.field(item, field);
        }
    }

    /// Whether a blank line stands between an item and the comment before it, which is then about more than the item.
    fn stands_apart(&self, item: &Item) -> bool {
        let before = self.phrases.text.get(..item.keyword_span.start as usize).unwrap_or("");
        let gap = before.len() - before.trim_end().len();
        let gap = before.get(before.len() - gap..).unwrap_or("");
        gap.replace("\r\n", "\n").chars().filter(|letter| matches!(letter, '\n' | '\r')).count() > 1
    }

    fn header(&mut self, header: &Header) {
        if let Some(lead) = &header.lead {
            self.out.push(' ');
            self.out.push_str(&lead.text);
        }
        if let Some(title) = &header.title {
            if header.lead.is_none() {
                self.out.push(' ');
            }
            self.out.push_str(&quoted(title, self.phrases.text));
        }
        if let Some(alias) = &header.alias {
            push_alias(&mut self.out, &alias.text);
        }
        if header.lead.is_none() && header.title.is_none() && header.alias.is_none() {
            // A keyword is one only where a space follows.
            self.out.push_str(if header.modifiers.is_empty() { "" } else { " " });
        }
        for modifier in &header.modifiers {
            let modifier = self.phrases.phrase(modifier);
            push_comma(&mut self.out, &modifier);
        }
        if let Some(value) = &header.value {
            let value = self.phrases.phrase(value);
            push_colon(&mut self.out, &value);
        }
    }

    fn field(&mut self, item: &Item, field: &Field) {
        self.comments(&field.trivia, 2);
        self.out.push_str("  ");
        self.label(item, field);
        if let (Some(FieldKeyword::List), Some(name)) = (field.keyword, &field.alias) {
            push_apart(&mut self.out, &name.text);
        } else if let Some(alias) = &field.alias {
            push_alias(&mut self.out, &alias.text);
        }
        if field.colon.is_some() || !field.value.is_empty() || !field.list.is_empty() {
            let value = self.value(item, field);
            if field.keyword.is_none() && is_table(item.keyword) && !self.phrases.english {
                self.out.push('：');
                self.out.push_str(&value);
            } else {
                push_colon(&mut self.out, &value);
            }
        }
        self.end_line(&field.trivia);
        self.list(
            &field.list,
            match says(item, field) {
                Says::Columns => Says::Cells,
                says => says,
            },
        );
    }

    /// A label: a keyword in the language asked for; a name as it is.
    fn label(&mut self, item: &Item, field: &Field) {
        if field.keyword.is_none() && is_table(item.keyword) {
            let left = self.phrases.phrase(&field.head);
            self.out.push_str(&left);
            return;
        }
        let keyword = field.keyword.filter(|keyword| {
            !declares(item.keyword)
                || is_table(item.keyword)
                || matches!(keyword, FieldKeyword::Quote | FieldKeyword::Note)
        });
        let label = match (keyword, self.phrases.keywords) {
            (Some(keyword), Some(language)) if language.respells(&field.label.text) => {
                language.spelling(keyword.zh(), keyword.en())
            }
            _ => &field.label.text,
        };
        self.out.push_str(label);
    }

    /// The value of a field; prose stays as written where it stands on one line.
    fn value(&self, item: &Item, field: &Field) -> String {
        let written = self.phrases.text.get(field.value.span.range()).unwrap_or("");
        match says(item, field) {
            Says::Prose if !written.contains(['\n', '\r']) => written.to_owned(),
            says => {
                let value = self.phrases.saying(&field.value, says);
                // A line of a table does not support; a clause is not met.
                let refused = is_table(item.keyword) && value == Word::Ineligible.zh() && written.is_ascii();
                if refused { "不予支持".to_owned() } else { value }
            }
        }
    }

    fn list(&mut self, items: &[ListItem], says: Says) {
        for item in items {
            let indent = 4 + 2 * usize::from(item.level);
            self.comments(&item.trivia, indent);
            self.out.extend(std::iter::repeat_n(' ', indent));
            self.out.push_str(&item.marker.text);
            let line = self.list_line(item.label.as_ref(), &item.value, says);
            if item.marker.text.ends_with(|c| matches!(c, '）' | '①'..='⒛' | '㈠'..='㈩')) {
                self.out.push_str(&line);
            } else {
                push_apart(&mut self.out, &line);
            }
            self.end_line(&item.trivia);
        }
    }

    fn list_line(&self, label: Option<&Spanned>, value: &Phrase, says: Says) -> String {
        let value = self.phrases.saying(value, says);
        let Some(label) = label else { return value };
        let mut line = label.text.clone();
        push_colon(&mut line, &value);
        line
    }

    fn comments(&mut self, trivia: &Trivia, indent: usize) {
        for comment in &trivia.before {
            self.comment(comment, indent);
        }
    }

    fn comment(&mut self, comment: &Comment, indent: usize) {
        if comment.blank_before && !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.comment_text(comment);
        self.out.push('\n');
    }

    fn comment_text(&mut self, comment: &Comment) {
        self.out.push('#');
        if !comment.text.is_empty() && !comment.text.starts_with(['#', '＃']) {
            self.out.push(' ');
        }
        self.out.push_str(&comment.text);
    }

    fn end_line(&mut self, trivia: &Trivia) {
        if let Some(comment) = &trivia.after {
            self.out.push_str("  ");
            self.comment_text(comment);
        }
        self.out.push('\n');
    }
}

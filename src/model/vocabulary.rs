//! In: declared names. Out: a dictionary that tells every name starting at a place of a run, for segmentation.
//! Invariant: names are width-folded; one name may stand for several things, which the expected type tells apart.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::syntax::keywords::Word;

use super::{CalendarId, ClassId, ColumnId, DefinitionId, DepartmentId, FactId, ListId, MemberId, SeriesId, SubjectId};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Entry {
    /// A fact.
    Fact(FactId),
    /// A derived fact.
    Definition(DefinitionId),
    /// A kind of subject.
    Subject(SubjectId),
    /// A value of a class.
    Member(MemberId),
    /// A classification or enumeration.
    Class(ClassId),
    /// A department.
    Department(DepartmentId),
    /// A list of records, besides the fact that holds it.
    List(ListId),
    /// A column of a list.
    Column(ColumnId),
    /// Figures by year.
    Series(SeriesId),
    /// A calendar of working days.
    Calendar(CalendarId),
}

/// A dictionary over characters.
#[derive(Debug, Clone)]
struct Trie<T> {
    edges: FxHashMap<(u32, char), u32>,
    values: Vec<Vec<T>>,
}

impl<T: Copy + PartialEq> Trie<T> {
    fn new() -> Trie<T> {
        Trie { edges: FxHashMap::default(), values: vec![Vec::new()] }
    }

    fn insert(&mut self, name: &str, value: T) {
        let mut node = 0;
        for letter in name.chars() {
            let fresh = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
            node = *self.edges.entry((node, letter)).or_insert(fresh);
            if node == fresh {
                self.values.push(Vec::new());
            }
        }
        if let Some(values) = self.values.get_mut(node as usize)
            && !values.contains(&value)
        {
            values.push(value);
        }
    }

    /// Calls `found` with the length and values of every name that starts at `at`.
    fn each_prefix<'a>(&'a self, chars: &[char], at: usize, mut found: impl FnMut(usize, &'a [T])) {
        let mut node = 0;
        for (index, letter) in chars.iter().enumerate().skip(at) {
            let Some(next) = self.edges.get(&(node, *letter)) else { return };
            node = *next;
            if let Some(values) = self.values.get(node as usize).filter(|values| !values.is_empty())
                && is_boundary(chars, at)
                && is_boundary(chars, index + 1)
            {
                found(index + 1 - at, values);
            }
        }
    }
}

/// Whether a name may start or end at `at`: not within an ASCII word (`ai` is no name inside `ai-industry`).
fn is_boundary(chars: &[char], at: usize) -> bool {
    let part = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '-' || *letter == '_' || *letter == '.';
    let before = at.checked_sub(1).and_then(|at| chars.get(at));
    let after = chars.get(at);
    !(before.is_some_and(part)
        && after.is_some_and(part)
        && (before.is_some_and(char::is_ascii_alphabetic) || after.is_some_and(char::is_ascii_alphabetic)))
}

/// Every declared name.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    names: Trie<Entry>,
    keys: Trie<Entry>,
    all: Vec<String>,
}

impl Default for Vocabulary {
    fn default() -> Vocabulary {
        Vocabulary { names: Trie::new(), keys: Trie::new(), all: Vec::new() }
    }
}

impl Vocabulary {
    /// Adds a name; empty names are passed over.
    pub fn insert(&mut self, name: &str, entry: Entry) {
        if !name.is_empty() {
            self.names.insert(name, entry);
            self.all.push(name.to_owned());
        }
    }

    /// Adds a name that only keys of caps use (`每主体`, `每企业`), so that it cannot tear names of facts apart.
    pub fn insert_key(&mut self, name: &str, entry: Entry) {
        self.keys.insert(name, entry);
    }

    /// Every name for keys of caps that starts at `at`.
    pub fn keys_at<'a>(&'a self, chars: &[char], at: usize, found: impl FnMut(usize, &'a [Entry])) {
        self.keys.each_prefix(chars, at, found);
    }

    /// What a whole name stands for.
    #[must_use]
    pub fn get(&self, name: &str) -> Vec<Entry> {
        let chars: Vec<char> = name.chars().collect();
        let mut result = Vec::new();
        self.names.each_prefix(&chars, 0, |length, entries| {
            if length == chars.len() {
                result = entries.to_vec();
            }
        });
        result
    }

    /// Every name that starts at `at`: length in characters and what it stands for.
    pub fn names_at<'a>(&'a self, chars: &[char], at: usize, found: impl FnMut(usize, &'a [Entry])) {
        self.names.each_prefix(chars, at, found);
    }

    /// Every name, for suggestions.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(String::as_str)
    }
}

fn words() -> &'static Trie<Word> {
    static WORDS: OnceLock<Trie<Word>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut trie = Trie::new();
        for word in Word::ALL {
            for spelling in
                std::iter::once(word.zh()).chain(std::iter::once(word.en())).chain(word.also().iter().copied())
            {
                trie.insert(spelling, *word);
            }
        }
        trie
    })
}

/// Every word of the language that starts at `at`, with its length in characters.
pub fn words_at(chars: &[char], at: usize, mut found: impl FnMut(usize, Word)) {
    words().each_prefix(chars, at, |length, words| {
        for word in words {
            found(length, *word);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_inside_an_ascii_word_is_no_name() {
        let mut vocabulary = Vocabulary::default();
        vocabulary.insert("ai", Entry::Member(MemberId(0)));
        let mut found = 0;
        let chars: Vec<char> = "ai-industry".chars().collect();
        vocabulary.names_at(&chars, 0, |_, _| found += 1);
        assert_eq!(found, 0);
        let chars: Vec<char> = "ai且".chars().collect();
        vocabulary.names_at(&chars, 0, |_, _| found += 1);
        assert_eq!(found, 1);
    }
}

//! In: a policy's declared names. Out: how the formatter takes runs apart, and which pieces are words of the language.

use std::collections::HashSet;

use crate::source::Sources;
use crate::syntax::ast::{File, Item, Run};
use crate::syntax::format::{KeywordLanguage, Piece, WordBreaker};
use crate::syntax::keywords::{ItemKeyword, Word};

use super::context::UnitTable;
use super::from_syntax::vocabulary;
use super::segment::{self, Mode, PieceKind, Role, Segmenter, Unreadable, role};
use super::tokens::ranges;
use super::vocabulary::{Vocabulary, words_at};

/// Breaks runs at declared names and operators.
#[derive(Debug, Clone)]
pub struct Breaker {
    vocabulary: Vocabulary,
    units: UnitTable,
    respell: Option<KeywordLanguage>,
    /// What clauses, groups, scenarios and caps are called: in a phrase such a name is no word.
    called: HashSet<String>,
}

impl Breaker {
    /// A breaker for the files of a policy. Terms of caps and of expectations stay in one piece (`每项目累计`), but where `respell` calls
    /// for another language than a word in them is written in.
    #[must_use]
    pub fn new(files: &[File], sources: &Sources, respell: Option<KeywordLanguage>) -> Breaker {
        let (vocabulary, units) = vocabulary(files, sources);
        let called = files.iter().flat_map(|file| &file.items).flat_map(called).collect();
        Breaker { vocabulary, units, respell, called }
    }

    /// The pieces of a run that is an expression, or begins with the comparison of one (`不超过2000千瓦时`).
    fn expression(&self, text: &str) -> Result<Vec<segment::Piece>, Unreadable> {
        let segmenter = Segmenter { vocabulary: &self.vocabulary, units: &self.units };
        let whole = segmenter.segment(text, Mode::Expression);
        if !matches!(whole, Err(Unreadable::Unknown(_))) {
            return whole;
        }
        let chars: Vec<char> = text.chars().collect();
        let mut begins: Option<(usize, Word)> = None;
        words_at(&chars, 0, |length, word| {
            if role(word) == Some(Role::Infix) && begins.is_none_or(|(longest, _)| longest < length) {
                begins = Some((length, word));
            }
        });
        let Some((length, word)) = begins else { return whole };
        let rest: String = chars.iter().skip(length).collect();
        let mut pieces = vec![segment::Piece { kind: PieceKind::Word(word), chars: 0..length }];
        let rest = segmenter.segment(&rest, Mode::Expression)?;
        pieces.extend(rest.into_iter().map(|piece| segment::Piece {
            chars: piece.chars.start + length..piece.chars.end + length,
            kind: piece.kind,
        }));
        Ok(pieces)
    }

    /// Whether a text that is a word of the language is meant as a name.
    fn is_called(&self, text: &str, word: Word) -> bool {
        self.called.contains(text) && matches!(role(word), None | Some(Role::Prefix | Role::Postfix))
    }

    fn shown(&self, run: &Run, mut pieces: Vec<segment::Piece>) -> Vec<Piece> {
        ranges(&run.text, &mut pieces);
        let shown = |piece: segment::Piece| {
            let text: String = run.text.chars().skip(piece.chars.start).take(piece.chars.len()).collect();
            let word = match piece.kind {
                PieceKind::Word(word) => Some(word).filter(|word| !self.is_called(&text, *word)),
                PieceKind::Name(_) | PieceKind::Number(_) | PieceKind::Date(_) | PieceKind::Ratio(_) => None,
            };
            // A hyphen with spaces around it would be a minus.
            let text = if word == Some(Word::To) && text == "-" { "—".to_owned() } else { text };
            Piece { text, word }
        };
        pieces.into_iter().map(shown).collect()
    }
}

/// What an item is called by others, and what its fields are called.
fn called(item: &Item) -> Vec<String> {
    let mut names: Vec<String> =
        item.fields.iter().filter_map(|field| field.alias.as_ref()).map(|name| name.text.clone()).collect();
    if matches!(item.keyword, ItemKeyword::Clause | ItemKeyword::Group | ItemKeyword::Scenario) {
        let header = &item.header;
        names.extend([&header.lead, &header.title, &header.alias].into_iter().flatten().map(|name| name.text.clone()));
    }
    names
}

impl WordBreaker for Breaker {
    fn pieces(&self, run: &Run) -> Option<Vec<Piece>> {
        if let Some(word) = Word::find(&run.text) {
            // A declared name that is also a word stays as it is, which reads as either.
            let named = !self.vocabulary.get(&run.text).is_empty() || self.is_called(&run.text, word);
            return Some(vec![Piece { text: run.text.clone(), word: (!named).then_some(word) }]);
        }
        if self.called.contains(&run.text) {
            return Some(vec![Piece { text: run.text.clone(), word: None }]);
        }
        match self.expression(&run.text) {
            Ok(pieces) => Some(self.shown(run, pieces)),
            // Two readings are the drafter's to tell apart.
            Err(Unreadable::Ambiguous(..)) => None,
            Err(_) => {
                let language = self.respell?;
                let segmenter = Segmenter { vocabulary: &self.vocabulary, units: &self.units };
                let pieces = self.shown(run, segmenter.segment(&run.text, Mode::Phrase).ok()?);
                pieces.iter().any(|piece| piece.word.is_some() && language.respells(&piece.text)).then_some(pieces)
            }
        }
    }
}

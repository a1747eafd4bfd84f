//! In: a policy's declared names. Out: how the formatter takes runs apart, and which pieces are words of the language.

use crate::source::Sources;
use crate::syntax::ast::{File, Run};
use crate::syntax::format::{Piece, WordBreaker};
use crate::syntax::keywords::Word;

use super::context::UnitTable;
use super::from_syntax::vocabulary;
use super::segment::{Mode, PieceKind, Segmenter, Unreadable};
use super::tokens::ranges;
use super::vocabulary::Vocabulary;

/// Breaks runs at declared names and operators.
#[derive(Debug, Clone)]
pub struct Breaker {
    vocabulary: Vocabulary,
    units: UnitTable,
    respell: bool,
}

impl Breaker {
    /// A breaker for the files of a policy. With `respell`, terms of caps and of expectations are taken apart too, so that each of
    /// their words can be written in the other language; without, they stay in one piece (`每项目累计`).
    #[must_use]
    pub fn new(files: &[File], sources: &Sources, respell: bool) -> Breaker {
        let (vocabulary, units) = vocabulary(files, sources);
        Breaker { vocabulary, units, respell }
    }
}

impl WordBreaker for Breaker {
    fn pieces(&self, run: &Run) -> Option<Vec<Piece>> {
        if let Some(word) = Word::find(&run.text) {
            // A declared name that is also a word stays as it is, which reads as either.
            let named = !self.vocabulary.get(&run.text).is_empty();
            return Some(vec![Piece { text: run.text.clone(), word: (!named).then_some(word) }]);
        }
        let segmenter = Segmenter { vocabulary: &self.vocabulary, units: &self.units };
        let mut pieces = match segmenter.segment(&run.text, Mode::Expression) {
            Ok(pieces) => pieces,
            // Two readings are the drafter's to tell apart.
            Err(Unreadable::Ambiguous(..)) => return None,
            Err(_) if self.respell => segmenter.segment(&run.text, Mode::Phrase).ok()?,
            Err(_) => return None,
        };
        ranges(&run.text, &mut pieces);
        let text = |chars: &std::ops::Range<usize>| run.text.chars().skip(chars.start).take(chars.len()).collect();
        let piece = |piece: super::segment::Piece| {
            let word = match piece.kind {
                PieceKind::Word(word) => Some(word),
                PieceKind::Name(_) | PieceKind::Number(_) | PieceKind::Date(_) | PieceKind::Ratio(_) => None,
            };
            // A hyphen with spaces around it would be a minus.
            let text = text(&piece.chars);
            let text = if word == Some(Word::To) && text == "-" { "—".to_owned() } else { text };
            Piece { text, word }
        };
        Some(pieces.into_iter().map(piece).collect())
    }
}

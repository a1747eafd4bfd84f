//! In: a run of characters without spaces and the declared vocabulary. Out: its pieces, or what is wrong with it: a stretch that no
//! name, word, number or date covers, or two readings.
//! Invariant: the pieces of a reading cover the run without gaps, in an order that an expression allows (`names` never touch, a
//! comparison stands between operands), so that a compound name is not torn into the names inside it.

mod lattice;
mod states;

use std::ops::Range;

use crate::limits::RUN_CHARS_MAX;
use crate::literal::{self, Literal, LiteralError};
use crate::syntax::keywords::Word;

use super::context::UnitTable;
use super::vocabulary::{Entry, Vocabulary, words_at};

use lattice::Lattice;
pub use states::{Role, calendar_year, contextual, role};

/// A piece of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Its characters in the run.
    pub chars: Range<usize>,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq)]
pub enum PieceKind {
    /// A declared name and what it stands for.
    Name(Vec<Entry>),
    /// A word of the language.
    Word(Word),
    /// A number with its unit.
    Number(Literal),
    /// A date, as days from 1970-01-01.
    Date(i32),
    /// `1:0.5`: so much for each 1.
    Ratio(Literal),
}

/// Why a run has no single reading.
#[derive(Debug, Clone, PartialEq)]
pub enum Unreadable {
    /// No reading: the stretch that nothing covers.
    Unknown(Range<usize>),
    /// Two readings.
    Ambiguous(Vec<Piece>, Vec<Piece>),
    /// A number or date that is not well written, and where.
    Number(LiteralError, Range<usize>),
    /// Longer than `RUN_CHARS_MAX`.
    TooLong,
}

/// Which words a field uses, and how strictly pieces follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A condition or amount: operators between operands.
    Expression,
    /// Keys and periods of caps, heads, expectations: the reading with the fewest pieces.
    Phrase,
}

/// What stands before and after a run. It rules out readings that could not go on from there, where that leaves any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Around {
    /// What stands before it.
    pub before: Before,
    /// Whether no value can follow: the phrase ends here, or goes on with an operator.
    pub closed: bool,
    /// Whether 以上 or （含） follows, so that the run may end in the number it speaks of.
    pub bounded: bool,
}

/// What stands before a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Before {
    /// Nothing, or nothing that says what must follow.
    #[default]
    Open,
    /// A value, after which no other name stands.
    Value,
    /// An operator, which a value must follow.
    Operator,
}

/// Segments runs.
#[derive(Debug, Clone, Copy)]
pub struct Segmenter<'a> {
    /// Declared names.
    pub vocabulary: &'a Vocabulary,
    /// Known units.
    pub units: &'a UnitTable,
}

impl Segmenter<'_> {
    /// The pieces of a run of which nothing else is known.
    ///
    /// # Errors
    /// Where there is no reading, or (for expressions) more than one.
    pub fn segment(&self, text: &str, mode: Mode) -> Result<Vec<Piece>, Unreadable> {
        self.segment_between(text, mode, Around::default())
    }

    /// The pieces of a run, with what stands around it.
    ///
    /// # Errors
    /// Where there is no reading, or (for expressions) more than one.
    pub fn segment_between(&self, text: &str, mode: Mode, around: Around) -> Result<Vec<Piece>, Unreadable> {
        let chars: Vec<char> = text.chars().collect();
        if chars.len() > RUN_CHARS_MAX {
            return Err(Unreadable::TooLong);
        }
        let mut edges: Vec<Vec<Piece>> = Vec::with_capacity(chars.len());
        for at in 0..chars.len() {
            edges.push(self.edges(&chars, at, mode)?);
        }
        match mode {
            Mode::Expression => Lattice::new(&edges, around).solve(),
            Mode::Phrase => fewest(&edges, chars.len()),
        }
    }

    /// Everything that can start at `at`.
    fn edges(&self, chars: &[char], at: usize, mode: Mode) -> Result<Vec<Piece>, Unreadable> {
        let mut edges = Vec::new();
        self.vocabulary.names_at(chars, at, |length, entries| {
            edges.push(Piece { kind: PieceKind::Name(entries.to_vec()), chars: at..at + length });
        });
        if mode == Mode::Phrase {
            self.vocabulary.keys_at(chars, at, |length, entries| {
                edges.push(Piece { kind: PieceKind::Name(entries.to_vec()), chars: at..at + length });
            });
        }
        let named: Vec<usize> = edges.iter().map(|piece| piece.chars.len()).collect();
        words_at(chars, at, |length, word| {
            if contextual(word) {
                let fits = match mode {
                    Mode::Expression => !named.contains(&length),
                    Mode::Phrase => length > 1 || word == Word::WithinTerm,
                };
                if fits {
                    edges.push(Piece { kind: PieceKind::Word(word), chars: at..at + length });
                }
                return;
            }
            // 年度 begins too many names to be passed over in an expression; 每年 does not.
            let noise = word == Word::Yearly && chars.get(at).is_none_or(|first| *first != '每');
            if mode == Mode::Phrase && is_period(word) {
                // A fact named 累计 is no period of a cap.
                edges.insert(0, Piece { kind: PieceKind::Word(word), chars: at..at + length });
            } else if mode == Mode::Phrase || (role(word).is_some() && !noise) {
                edges.push(Piece { kind: PieceKind::Word(word), chars: at..at + length });
            }
        });
        let digit = chars.get(at).is_some_and(char::is_ascii_digit);
        let inside =
            at.checked_sub(1).and_then(|at| chars.get(at)).is_some_and(|c| c.is_ascii_alphanumeric() || *c == '.');
        if mode == Mode::Expression
            && let Some((number, end)) = ordinal(chars, at)
        {
            edges.push(Piece { kind: PieceKind::Number(number), chars: at..end });
        }
        if digit && !inside {
            if mode == Mode::Expression
                && let Some((number, end)) = ratio(chars, at)
            {
                edges.push(Piece { kind: PieceKind::Ratio(number), chars: at..end });
                return Ok(edges);
            }
            match literal::date(chars, at) {
                Some(Ok((day, end))) => edges.push(Piece { kind: PieceKind::Date(day), chars: at..end }),
                Some(Err((error, end))) => return Err(Unreadable::Number(error, at..end)),
                None => match literal::readings(chars, at, &|name| self.units.get(name)).into_iter().next() {
                    Some((Ok(number), end)) => edges.push(Piece { kind: PieceKind::Number(number), chars: at..end }),
                    Some((Err(error), end)) if edges.is_empty() => return Err(Unreadable::Number(error, at..end)),
                    Some((Err(_), _)) | None => {}
                },
            }
        }
        Ok(edges)
    }
}

/// Whether a word says how long a cap counts.
fn is_period(word: Word) -> bool {
    matches!(word, Word::Yearly | Word::Lifetime | Word::Once | Word::EachTime | Word::OnceOrYearly)
}

/// `第2年`, `第3次`, `第1名`: the number alone, and where it ends.
fn ordinal(chars: &[char], at: usize) -> Option<(Literal, usize)> {
    if chars.get(at) != Some(&'第') {
        return None;
    }
    let digits: String = chars.iter().skip(at + 1).take_while(|letter| letter.is_ascii_digit()).take(6).collect();
    let end = at + 1 + digits.len();
    let value = digits.parse::<u32>().ok()?;
    chars.get(end).filter(|letter| ['年', '次', '名', '期', '批', '个'].contains(letter))?;
    let end = end + if chars.get(end..end + 2) == Some(&['个', '年']) { 2 } else { 1 };
    Some((Literal { value: value.into(), decimals: 0, unit: Vec::new(), percent: false }, end))
}

/// `1:0.5`: how much there is for each 1, where that is a decimal number.
fn ratio(chars: &[char], at: usize) -> Option<(Literal, usize)> {
    let plain = |at: usize| {
        let (number, end) = literal::readings(chars, at, &|_| None).into_iter().last()?;
        number.ok().filter(|number| number.unit.is_empty() && !number.percent).map(|number| (number, end))
    };
    let (one, colon) = plain(at)?;
    if chars.get(colon) != Some(&':') {
        return None;
    }
    let (other, end) = plain(colon + 1)?;
    let value = other.value.checked_div(one.value)?.normalize();
    (value.checked_mul(one.value)? == other.value)
        .then_some((Literal { value, decimals: value.scale(), unit: Vec::new(), percent: false }, end))
}

/// The reading with the fewest pieces; at equal numbers the one whose first pieces are longest.
fn fewest(edges: &[Vec<Piece>], end: usize) -> Result<Vec<Piece>, Unreadable> {
    let mut best: Vec<Option<(usize, &Piece)>> = vec![None; end + 1];
    let cost = |best: &[Option<(usize, &Piece)>], at: usize| {
        if at == end { Some(0) } else { best.get(at).copied().flatten().map(|(cost, _)| cost) }
    };
    for at in (0..end).rev() {
        let mut chosen: Option<(usize, &Piece)> = None;
        for piece in edges.get(at).map_or(&[][..], Vec::as_slice) {
            if let Some(rest) = cost(&best, piece.chars.end) {
                let better = chosen.is_none_or(|(cost, other)| {
                    (rest + 1, std::cmp::Reverse(piece.chars.end)) < (cost, std::cmp::Reverse(other.chars.end))
                });
                if better {
                    chosen = Some((rest + 1, piece));
                }
            }
        }
        if let Some(slot) = best.get_mut(at) {
            *slot = chosen;
        }
    }
    let (mut at, mut path) = (0, Vec::new());
    while at < end {
        let Some((_, piece)) = best.get(at).copied().flatten() else {
            // The furthest place that pieces reach is where the unknown word begins.
            let mut reached = vec![false; end + 1];
            let mut furthest = at;
            if let Some(start) = reached.get_mut(at) {
                *start = true;
            }
            for from in at..end {
                if reached.get(from) != Some(&true) {
                    continue;
                }
                furthest = from;
                for piece in edges.get(from).map_or(&[][..], Vec::as_slice) {
                    if let Some(slot) = reached.get_mut(piece.chars.end) {
                        *slot = true;
                    }
                }
            }
            let to = (furthest + 1..end).find(|next| best.get(*next).is_some_and(Option::is_some)).unwrap_or(end);
            return Err(Unreadable::Unknown(furthest..to));
        };
        path.push(piece.clone());
        at = piece.chars.end;
    }
    Ok(path)
}

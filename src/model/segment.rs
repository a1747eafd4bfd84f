//! In: a run of characters without spaces and the declared vocabulary. Out: its pieces, or what is wrong with it: a stretch that no
//! name, word, number or date covers, or two readings.
//! Invariant: the pieces of a reading cover the run without gaps, in an order that an expression allows (`names` never touch, a
//! comparison stands between operands), so that a compound name is not torn into the names inside it.

mod states;

use std::ops::Range;

use crate::limits::RUN_CHARS_MAX;
use crate::literal::{self, Literal, LiteralError};
use crate::syntax::keywords::Word;

use super::context::UnitTable;
use super::vocabulary::{Entry, Vocabulary, words_at};

pub use states::{Role, calendar_year, contextual, role};
use states::{STATES, State};

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

/// Segments runs.
#[derive(Debug, Clone, Copy)]
pub struct Segmenter<'a> {
    /// Declared names.
    pub vocabulary: &'a Vocabulary,
    /// Known units.
    pub units: &'a UnitTable,
}

impl Segmenter<'_> {
    /// The pieces of a run.
    ///
    /// # Errors
    /// Where there is no reading, or (for expressions) more than one.
    pub fn segment(&self, text: &str, mode: Mode) -> Result<Vec<Piece>, Unreadable> {
        let chars: Vec<char> = text.chars().collect();
        if chars.len() > RUN_CHARS_MAX {
            return Err(Unreadable::TooLong);
        }
        let mut edges: Vec<Vec<Piece>> = Vec::with_capacity(chars.len());
        for at in 0..chars.len() {
            edges.push(self.edges(&chars, at, mode)?);
        }
        names_over_nouns(&mut edges);
        match mode {
            Mode::Expression => {
                Lattice { edges: &edges, counts: vec![[0; STATES.len()]; chars.len() + 1] }.solve(chars.len())
            }
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
        let named = edges.iter().map(|piece| piece.chars.len()).max().unwrap_or(0);
        words_at(chars, at, |length, word| {
            if contextual(word) {
                let fits = match mode {
                    Mode::Expression => named < length,
                    Mode::Phrase => length > 1 || word == Word::WithinTerm,
                };
                if fits {
                    edges.push(Piece { kind: PieceKind::Word(word), chars: at..at + length });
                }
                return;
            }
            // 年度 begins too many names to be passed over in an expression; 每年 does not.
            let noise = word == Word::Yearly && chars.get(at).is_none_or(|first| *first != '每');
            if mode == Mode::Phrase || (role(word).is_some() && !noise) {
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

/// A noun that says nothing (奖励) is none where it ends a longer name (市级奖励).
fn names_over_nouns(edges: &mut [Vec<Piece>]) {
    let ends: Vec<Range<usize>> = edges
        .iter()
        .flatten()
        .filter(|piece| matches!(piece.kind, PieceKind::Name(_)))
        .map(|piece| piece.chars.clone())
        .collect();
    let inside = |noun: &Range<usize>| ends.iter().any(|name| name.start < noun.start && name.end >= noun.end);
    for pieces in edges {
        pieces.retain(|piece| piece.kind != PieceKind::Word(Word::AwardNoun) || !inside(&piece.chars));
    }
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

/// Counts readings from the end, then follows the first, and a second where there is one.
struct Lattice<'a> {
    edges: &'a [Vec<Piece>],
    counts: Vec<[u8; STATES.len()]>,
}

impl Lattice<'_> {
    fn solve(mut self, end: usize) -> Result<Vec<Piece>, Unreadable> {
        for at in (0..=end).rev() {
            for state in STATES {
                let count = self.count(at, state, end);
                if let Some(slot) = self.counts.get_mut(at).and_then(|row| row.get_mut(state as usize)) {
                    *slot = count;
                }
            }
        }
        match self.readings(0, State::Start) {
            0 => Err(Unreadable::Unknown(self.stuck(end))),
            1 => Ok(self.follow(end, 0)),
            _ => Err(Unreadable::Ambiguous(self.follow(end, 0), self.follow(end, 1))),
        }
    }

    fn readings(&self, at: usize, state: State) -> u8 {
        self.counts.get(at).and_then(|row| row.get(state as usize)).copied().unwrap_or(0)
    }

    fn next(&self, at: usize, state: State) -> impl Iterator<Item = (&Piece, State)> {
        let edges = self.edges.get(at).map_or(&[][..], Vec::as_slice);
        edges.iter().filter_map(move |piece| state.after(&piece.kind).map(|next| (piece, next)))
    }

    fn count(&self, at: usize, state: State, end: usize) -> u8 {
        if at == end {
            return u8::from(state.may_end());
        }
        self.next(at, state).fold(0, |count, (piece, next)| (count + self.readings(piece.chars.end, next)).min(2))
    }

    /// The reading number `skip` (0 or 1), longest pieces first.
    fn follow(&self, end: usize, mut skip: u8) -> Vec<Piece> {
        let (mut at, mut state, mut path) = (0, State::Start, Vec::new());
        while at < end {
            let mut choices: Vec<(&Piece, State)> = self.next(at, state).collect();
            choices.sort_by_key(|(piece, _)| std::cmp::Reverse(piece.chars.end));
            let mut chosen = None;
            for (piece, next) in choices {
                let readings = self.readings(piece.chars.end, next);
                if readings > skip {
                    chosen = Some((piece, next));
                    break;
                }
                skip -= readings;
            }
            let Some((piece, next)) = chosen else { break };
            path.push(piece.clone());
            (at, state) = (piece.chars.end, next);
        }
        path
    }

    /// The stretch that nothing covers: from the furthest place reached to the next place where a name, word or number starts.
    fn stuck(&self, end: usize) -> Range<usize> {
        let mut reached = vec![Vec::new(); end + 1];
        reached[0] = vec![State::Start];
        let mut furthest = 0;
        // A word that only some places call for is more likely a part of the unknown name: 近三年无事故.
        let plain = |(piece, _): &(&Piece, State)| !matches!(piece.kind, PieceKind::Word(word) if contextual(word));
        for at in 0..end {
            for state in reached.get(at).cloned().unwrap_or_default() {
                furthest = furthest.max(at);
                let steps: Vec<(usize, State)> =
                    self.next(at, state).filter(plain).map(|(piece, next)| (piece.chars.end, next)).collect();
                for (to, next) in steps {
                    if let Some(states) = reached.get_mut(to)
                        && !states.contains(&next)
                    {
                        states.push(next);
                    }
                }
            }
        }
        if reached.get(end).is_some_and(|states| !states.is_empty()) {
            return 0..end;
        }
        let resumes = |at: &usize| {
            self.edges.get(*at).is_some_and(|edges| {
                edges.iter().any(|piece| match piece.kind {
                    PieceKind::Word(word) => {
                        role(word) != Some(Role::Prefix) && !contextual(word) && piece.chars.len() > 1
                    }
                    PieceKind::Name(_) => piece.chars.len() > 1,
                    PieceKind::Number(_) | PieceKind::Date(_) | PieceKind::Ratio(_) => true,
                })
            })
        };
        // 的 or 且 right before something that can be read belongs to that, not to the unknown word.
        let joins = |at: &usize| {
            resumes(&(at + 1))
                && self.edges.get(*at).is_some_and(|edges| {
                    edges.iter().any(|piece| {
                        matches!(piece.kind, PieceKind::Word(word) if role(word) == Some(Role::Infix) && piece.chars.len() == 1)
                    })
                })
        };
        let to = (furthest + 1..end).find(|at| resumes(at) || joins(at)).unwrap_or(end);
        furthest..to
    }
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

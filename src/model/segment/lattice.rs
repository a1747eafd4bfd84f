//! In: what can start at each place of a run. Out: its one reading, or two that mean different things.
//! Invariant: readings with different operators between values are two readings, never a choice. Of readings with the same operators,
//! a name that covers a stretch wins over the names and words without meaning inside it.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::states::{STATES, State};
use super::{Around, Before, Piece, PieceKind, Role, Unreadable, contextual, role};
use crate::model::vocabulary::Entry;

/// How much a reading asks for, from most to least telling: names that are no values, pieces, and words without meaning.
type Cost = (u16, u16, u16);

/// Classes of readings kept at a place: two show that there is more than one.
const CLASSES_MAX: usize = 2;

/// Where a reading goes on: the piece, the state after it, and the class there.
#[derive(Debug, Clone, Copy)]
struct Step {
    piece: u32,
    state: State,
    class: u8,
}

/// The readings of the rest of a run that have the same operators.
#[derive(Debug, Clone, Copy)]
struct Class {
    /// Which operators, by number.
    operators: u32,
    cost: Cost,
    /// The first step of the cheapest; none at the end.
    step: Option<Step>,
    /// The first step of another that is as cheap.
    other: Option<Step>,
    /// Whether another is as cheap, from here or later on.
    tied: bool,
}

/// The best classes of readings from a place on in a state, the cheapest first.
type Classes = [Option<Class>; CLASSES_MAX];

/// The readings of a run, from its end to its start.
pub(super) struct Lattice<'a> {
    edges: &'a [Vec<Piece>],
    around: Around,
    /// A row of states for each place, and for the end.
    classes: Vec<[Classes; STATES.len()]>,
    /// Which states a reading can be in at each place: only those are worked out.
    reached: Vec<[bool; STATES.len()]>,
    /// Used again for each place.
    found: Vec<Class>,
    /// Numbers of rows of operators: the first one, and the number of the rest.
    rows: FxHashMap<(usize, usize, u32), u32>,
}

impl<'a> Lattice<'a> {
    pub(super) fn new(edges: &'a [Vec<Piece>], around: Around) -> Lattice<'a> {
        let mut lattice = Lattice {
            edges,
            around,
            classes: vec![[[None; CLASSES_MAX]; STATES.len()]; edges.len() + 1],
            reached: vec![[false; STATES.len()]; edges.len() + 1],
            found: Vec::new(),
            rows: FxHashMap::default(),
        };
        lattice.reach();
        lattice
    }

    /// Marks the states that a reading can be in at each place.
    fn reach(&mut self) {
        if let Some(start) = self.reached.first_mut() {
            start[State::Start as usize] = true;
        }
        for (at, edges) in self.edges.iter().enumerate() {
            let Some(row) = self.reached.get(at).copied() else { continue };
            for state in STATES.into_iter().filter(|state| row[*state as usize]) {
                for edge in edges {
                    if let Some(next) = state.after(&edge.kind)
                        && let Some(row) = self.reached.get_mut(edge.chars.end)
                    {
                        row[next as usize] = true;
                    }
                }
            }
        }
    }

    /// # Errors
    /// Where there is no reading, or more than one.
    pub(super) fn solve(mut self) -> Result<Vec<Piece>, Unreadable> {
        let Around { before, closed, .. } = self.around;
        let narrower = [(closed, before), (false, before), (closed, Before::Open), (false, Before::Open)];
        let mut ends = None;
        let mut best = [None; CLASSES_MAX];
        for (closed, before) in narrower {
            if ends != Some(closed) {
                self.fill(closed);
                ends = Some(closed);
            }
            best = self.merged(0, State::Start, before);
            if best[0].is_some() {
                break;
            }
        }
        let mut found: Vec<Class> = best.into_iter().flatten().collect();
        let Some(least) = found.iter().map(|class| class.cost.0).min() else {
            return Err(Unreadable::Unknown(self.stuck()));
        };
        found.retain(|class| class.cost.0 == least);
        found.sort_by_key(|class| class.cost);
        match found.as_slice() {
            [one] if one.tied => Err(Unreadable::Ambiguous(self.follow(one, false), self.follow(one, true))),
            [one] => Ok(self.follow(one, false)),
            [one, other, ..] => Err(Unreadable::Ambiguous(self.follow(one, false), self.follow(other, false))),
            [] => Err(Unreadable::Unknown(self.stuck())),
        }
    }

    /// Works out every place, the last first; with `closed`, the run must not end in an operator.
    fn fill(&mut self, closed: bool) {
        let end = self.edges.len();
        let done = Class { operators: 0, cost: (0, 0, 0), step: None, other: None, tied: false };
        for at in (0..=end).rev() {
            let Some(reached) = self.reached.get(at).copied() else { continue };
            for state in STATES.into_iter().filter(|state| reached[*state as usize]) {
                let classes = if at < end {
                    self.merged(at, state, Before::Open)
                } else if (state.may_end() || self.around.bounded) && !(closed && state == State::Open) {
                    [Some(done), None]
                } else {
                    [None; CLASSES_MAX]
                };
                if let Some(row) = self.classes.get_mut(at) {
                    row[state as usize] = classes;
                }
            }
        }
    }

    fn at(&self, at: usize, state: State) -> Classes {
        self.classes.get(at).map_or([None; CLASSES_MAX], |row| row[state as usize])
    }

    /// The classes of readings from a place on.
    fn merged(&mut self, at: usize, state: State, before: Before) -> Classes {
        let edges = self.edges;
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        for (piece, edge) in (0..).zip(edges.get(at).map_or(&[][..], Vec::as_slice)) {
            if !may_follow(before, &edge.kind) {
                continue;
            }
            let Some(next) = state.after(&edge.kind) else { continue };
            let operator = state.operates(&edge.kind);
            let cost = cost(&edge.kind);
            for (class, rest) in (0..).zip(self.at(edge.chars.end, next).into_iter().flatten()) {
                let operators = if operator { self.row(&edge.chars, rest.operators) } else { rest.operators };
                let cost = (cost.0 + rest.cost.0, cost.1 + rest.cost.1, cost.2 + rest.cost.2);
                let step = Some(Step { piece, state: next, class });
                add(&mut found, Class { operators, cost, step, other: None, tied: rest.tied });
            }
        }
        found.sort_by_key(|class| class.cost);
        let best = std::array::from_fn(|rank| found.get(rank).copied());
        self.found = found;
        best
    }

    /// The number of a row of operators that begins with one and goes on with another row.
    fn row(&mut self, first: &Range<usize>, rest: u32) -> u32 {
        let fresh = u32::try_from(self.rows.len() + 1).unwrap_or(u32::MAX);
        *self.rows.entry((first.start, first.end, rest)).or_insert(fresh)
    }

    /// The cheapest reading of a class, or the other one that is as cheap.
    fn follow(&self, class: &Class, mut other: bool) -> Vec<Piece> {
        let (mut at, mut class, mut path) = (0, *class, Vec::new());
        loop {
            let turn = if other { class.other.take() } else { None };
            other &= turn.is_none();
            let Some(step) = turn.or(class.step) else { break };
            let Some(piece) = self.edges.get(at).and_then(|pieces| pieces.get(step.piece as usize)) else { break };
            path.push(piece.clone());
            at = piece.chars.end;
            let Some(next) = self.at(at, step.state).into_iter().flatten().nth(usize::from(step.class)) else { break };
            class = next;
        }
        path
    }

    fn next(&self, at: usize, state: State) -> impl Iterator<Item = (&Piece, State)> {
        let edges = self.edges.get(at).map_or(&[][..], Vec::as_slice);
        edges.iter().filter_map(move |piece| state.after(&piece.kind).map(|next| (piece, next)))
    }

    /// The stretch that nothing covers: from the furthest place reached to the next place where a name, word or number starts.
    fn stuck(&self) -> Range<usize> {
        let end = self.edges.len();
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

/// Adds a class to those found, or joins it with the one that has the same operators.
fn add(found: &mut Vec<Class>, class: Class) {
    let Some(same) = found.iter_mut().find(|other| other.operators == class.operators) else {
        found.push(class);
        return;
    };
    match class.cost.cmp(&same.cost) {
        std::cmp::Ordering::Less => *same = class,
        std::cmp::Ordering::Equal => {
            (same.other, same.tied) = (same.other.or(class.step), true);
        }
        std::cmp::Ordering::Greater => {}
    }
}

/// Whether a run may begin with a piece, after what stands before it.
fn may_follow(before: Before, kind: &PieceKind) -> bool {
    match (before, kind) {
        (Before::Value, PieceKind::Name(entries)) => {
            entries.iter().any(|entry| matches!(entry, Entry::Member(_) | Entry::Series(_)))
        }
        (Before::Operator, PieceKind::Word(word)) => {
            contextual(*word) || !matches!(role(*word), Some(Role::Infix | Role::Postfix))
        }
        _ => true,
    }
}

fn cost(kind: &PieceKind) -> Cost {
    let nameless = |entry: &Entry| matches!(entry, Entry::Class(_) | Entry::Department(_) | Entry::Calendar(_));
    match kind {
        PieceKind::Name(entries) => (u16::from(entries.iter().all(nameless)), 1, 0),
        // A word that only one place calls for is the last choice.
        PieceKind::Word(word) => (0, if contextual(*word) { 2 } else { 1 }, u16::from(word.is_noise())),
        PieceKind::Number(_) | PieceKind::Date(_) | PieceKind::Ratio(_) => (0, 1, 0),
    }
}

//! In: the items of two sides. Out: which is which ([`Pair`]), and what changed of its names, place and lines.
//! Invariant: an item is paired at most once, by its id, else its address or name, else what it says; formatting alone changes nothing.

use std::collections::{BTreeMap, HashMap};

use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

use super::entry::{Entry, Line, Lines, Texts, bare};

/// An item and what became of it; at least one of both is there.
#[derive(Debug, Clone)]
pub struct Pair<'s> {
    /// As it was.
    pub old: Option<Entry<'s>>,
    /// As it is.
    pub new: Option<Entry<'s>>,
    /// What changed, apart from its lines.
    pub changes: Vec<Change>,
    /// The lines that changed.
    pub lines: Vec<LineChange>,
}

/// What changed of an item as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another address, number or name.
    Renumbered {
        /// Before.
        old: String,
        /// Now.
        new: String,
    },
    /// It stands elsewhere among its neighbours.
    Moved {
        /// The address of the one it stands behind now; `None`: it comes first.
        after: Option<String>,
    },
    /// It has another title.
    Retitled {
        /// Before.
        old: String,
        /// Now.
        new: String,
    },
    /// It has another id.
    Identified {
        /// Before.
        old: String,
        /// Now.
        new: String,
    },
}

/// A line that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineChange {
    /// The field, where it is one.
    pub field: Option<FieldKeyword>,
    /// Its label; empty for the first line.
    pub label: String,
    /// Before; `None`: it is new.
    pub old: Option<String>,
    /// Now; `None`: it is gone.
    pub new: Option<String>,
}

/// Least part of what two items say that must be alike where only their address is the same.
const ALIKE: (usize, usize) = (1, 3);

impl Pair<'_> {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.changes.is_empty() && self.lines.is_empty()
    }

    /// Which kind of item it is.
    #[must_use]
    pub fn kind(&self) -> ItemKeyword {
        self.new.or(self.old).map_or(ItemKeyword::Clause, |entry| entry.kind())
    }
}

/// The pairs of two sides in the order of the new one; what is gone stands behind what it followed.
#[must_use]
pub fn pairs<'s>(old: &Texts<'s>, new: &Texts<'s>) -> Vec<Pair<'s>> {
    let (before, after) = (old.entries(), new.entries());
    let matched = Matching::of(old, new, &before, &after);
    let mut follows: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    let mut last = None;
    for at in 0..before.len() {
        match matched.to.get(&at) {
            Some(now) => last = Some(*now),
            None => follows.entry(last).or_default().push(at),
        }
    }
    let moved = moved(&before, &after, &matched.to);
    let from: HashMap<usize, usize> = matched.to.iter().map(|(old, new)| (*new, *old)).collect();
    let gone = |at: Option<usize>| {
        let all = follows.get(&at).cloned().unwrap_or_default();
        all.into_iter().filter_map(|at| before.get(at).copied()).map(|entry| Pair {
            old: Some(entry),
            new: None,
            changes: vec![Change::Removed],
            lines: Vec::new(),
        })
    };
    let mut all: Vec<Pair<'s>> = gone(None).collect();
    for (at, entry) in after.iter().enumerate() {
        let was = from.get(&at).and_then(|old| before.get(*old)).copied();
        let mut changes = match was {
            Some(was) => renamed(was, *entry),
            None => vec![Change::Added],
        };
        if let Some(behind) = moved.get(&at) {
            changes.push(Change::Moved { after: behind.and_then(|at| after.get(at)).map(name) });
        }
        let lines = was.map_or_else(Vec::new, |was| changed(old, new, was, *entry));
        all.push(Pair { old: was, new: Some(*entry), changes, lines });
        all.extend(gone(Some(at)));
    }
    all
}

/// What an item is called: its address or name, else its title, else its id.
#[must_use]
pub fn name(entry: &Entry<'_>) -> String {
    let names = [entry.lead(), entry.title(), entry.id()];
    names.into_iter().find(|name| !name.is_empty()).unwrap_or(entry.kind().zh()).to_owned()
}

fn renamed(old: Entry<'_>, new: Entry<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    let pair = |old: &str, new: &str| (old.to_owned(), new.to_owned());
    if old.lead() != new.lead() {
        let (old, new) = pair(old.lead(), new.lead());
        changes.push(Change::Renumbered { old, new });
    }
    if bare(old.title()) != bare(new.title()) {
        let (old, new) = pair(old.title(), new.title());
        changes.push(Change::Retitled { old, new });
    }
    if old.id() != new.id() {
        let (old, new) = pair(old.id(), new.id());
        changes.push(Change::Identified { old, new });
    }
    changes
}

struct Matching {
    /// New places by old ones.
    to: BTreeMap<usize, usize>,
}

impl Matching {
    fn of<'s>(old: &Texts<'s>, new: &Texts<'s>, before: &[Entry<'s>], after: &[Entry<'s>]) -> Matching {
        let mut matching = Matching { to: BTreeMap::new() };
        let single = |kind| matches!(kind, ItemKeyword::Policy | ItemKeyword::Scope);
        matching.by(before, after, |entry, _| single(entry.kind()).then(String::new), |_, _| true);
        matching.by(before, after, |entry, _| some(entry.id()), |_, _| true);
        let alike = |one: &Entry<'s>, other: &Entry<'s>| {
            one.kind() != ItemKeyword::Clause || is_alike(old.written(*one), new.written(*other))
        };
        matching.by(before, after, |entry, _| some(entry.lead()), alike);
        let said = |entry: &Entry<'s>, is_new: bool| {
            let texts = if is_new { new } else { old };
            let lines = texts.lines(*entry);
            let lines: Vec<String> = lines.lines.into_iter().map(|line| line.key).collect();
            some(&lines.join("\n"))
        };
        matching.by(before, after, said, |_, _| true);
        matching.by(before, after, |entry, _| some(entry.title()), |_, _| true);
        matching
    }

    /// Pairs what is not paired yet and has the same key, once a key, in order.
    fn by<'s>(
        &mut self,
        before: &[Entry<'s>],
        after: &[Entry<'s>],
        key: impl Fn(&Entry<'s>, bool) -> Option<String>,
        holds: impl Fn(&Entry<'s>, &Entry<'s>) -> bool,
    ) {
        let taken: std::collections::BTreeSet<usize> = self.to.values().copied().collect();
        let open: Vec<(usize, &Entry<'s>)> =
            before.iter().enumerate().filter(|(at, _)| !self.to.contains_key(at)).collect();
        if open.is_empty() {
            return;
        }
        let mut waiting: HashMap<(ItemKeyword, String), Vec<usize>> = HashMap::new();
        for (at, entry) in after.iter().enumerate().rev().filter(|(at, _)| !taken.contains(at)) {
            if let Some(key) = key(entry, true) {
                waiting.entry((entry.kind(), key)).or_default().push(at);
            }
        }
        if waiting.is_empty() {
            return;
        }
        for (at, entry) in open {
            let Some(key) = key(entry, false) else { continue };
            let Some(candidates) = waiting.get_mut(&(entry.kind(), key)) else { continue };
            let fits = |new: &usize| after.get(*new).is_some_and(|new| holds(entry, new));
            if candidates.last().is_some_and(fits)
                && let Some(new) = candidates.pop()
            {
                self.to.insert(at, new);
            }
        }
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Whether enough of two texts is the same: of their pairs of neighbouring characters.
fn is_alike(one: &str, other: &str) -> bool {
    let grams = |text: &str| {
        let letters: Vec<char> = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let mut counts: HashMap<(char, char), usize> = HashMap::new();
        for pair in letters.windows(2) {
            if let [one, two] = pair {
                *counts.entry((*one, *two)).or_default() += 1;
            }
        }
        counts
    };
    let (one, other) = (grams(one), grams(other));
    let size = |grams: &HashMap<(char, char), usize>| grams.values().sum::<usize>();
    let shared: usize = one.iter().map(|(gram, count)| other.get(gram).map_or(0, |more| (*count).min(*more))).sum();
    shared * 2 * ALIKE.1 >= (size(&one) + size(&other)) * ALIKE.0
}

/// The new places of clauses that left their row, each with the clause it stands behind now: all but a longest row that kept its order.
fn moved(before: &[Entry<'_>], after: &[Entry<'_>], to: &BTreeMap<usize, usize>) -> BTreeMap<usize, Option<usize>> {
    let is_clause = |at: &usize| before.get(*at).is_some_and(|entry| entry.kind() == ItemKeyword::Clause);
    let row: Vec<usize> = to.iter().filter(|(old, _)| is_clause(old)).map(|(_, new)| *new).collect();
    let kept = longest_rising(&row);
    let clauses: Vec<usize> =
        after.iter().enumerate().filter(|(_, entry)| entry.kind() == ItemKeyword::Clause).map(|(at, _)| at).collect();
    let behind = |at: usize| clauses.iter().copied().take_while(|clause| *clause < at).last();
    row.iter().filter(|new| !kept.contains(new)).map(|new| (*new, behind(*new))).collect()
}

/// A longest rising part of a row.
fn longest_rising(row: &[usize]) -> std::collections::BTreeSet<usize> {
    // For each length the place of the least end of a rising part so long, and for each place the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut earlier: Vec<Option<usize>> = Vec::with_capacity(row.len());
    for (at, value) in row.iter().enumerate() {
        let length = ends.partition_point(|end| row.get(*end).is_some_and(|end| end < value));
        earlier.push(length.checked_sub(1).and_then(|length| ends.get(length)).copied());
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut kept = std::collections::BTreeSet::new();
    let mut at = ends.last().copied();
    while let Some(place) = at {
        kept.extend(row.get(place));
        at = earlier.get(place).copied().flatten();
    }
    kept
}

/// The lines of a paired item that changed.
fn changed<'s>(old: &Texts<'s>, new: &Texts<'s>, was: Entry<'s>, is: Entry<'s>) -> Vec<LineChange> {
    if bare(body(&was, old.written(was))) == bare(body(&is, new.written(is))) {
        return Vec::new();
    }
    let (Lines { lines: before, .. }, Lines { lines: after, .. }) = (old.lines(was), new.lines(is));
    compared(before, after)
}

/// What stands behind the names of an item.
fn body<'t>(entry: &Entry<'_>, written: &'t str) -> &'t str {
    let header = &entry.item.header;
    let names = [&header.lead, &header.title, &header.alias].into_iter().flatten().map(|name| name.span.end).max();
    let end = names.unwrap_or(entry.item.keyword_span.end).saturating_sub(entry.item.span.start);
    written.get(end as usize..).unwrap_or(written)
}

/// Pairs lines of one label: the same ones, then the rest in order.
fn compared(before: Vec<Line>, after: Vec<Line>) -> Vec<LineChange> {
    let same = |one: &Line, other: &Line| one.key == other.key;
    let mut gone: Vec<Option<Line>> = before.into_iter().map(Some).collect();
    let mut come: Vec<Option<Line>> = after.into_iter().map(Some).collect();
    for slot in &mut come {
        let equal = |was: &&mut Option<Line>| matches!((was, &*slot), (Some(was), Some(is)) if same(was, is));
        if let Some(was) = gone.iter_mut().find(equal) {
            (*was, *slot) = (None, None);
        }
    }
    let mut changes = Vec::new();
    for slot in &mut come {
        let Some(is) = slot.take() else { continue };
        let labelled = |was: &&mut Option<Line>| was.as_ref().is_some_and(|was| was.label == is.label);
        let was = gone.iter_mut().find(labelled).and_then(Option::take);
        changes.push(LineChange { field: is.field, label: is.label, old: was.map(|was| was.text), new: Some(is.text) });
    }
    let left = gone.into_iter().flatten();
    changes.extend(left.map(|was| LineChange { field: was.field, label: was.label, old: Some(was.text), new: None }));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_row_stays() {
        let kept = |row: &[usize]| longest_rising(row).into_iter().collect::<Vec<_>>();
        assert_eq!(kept(&[0, 1, 2]), [0, 1, 2]);
        assert_eq!(kept(&[2, 0, 1]), [0, 1]);
        assert_eq!(kept(&[0, 3, 1, 2, 4]), [0, 1, 2, 4]);
        assert_eq!(kept(&[]), [0; 0]);
    }

    #[test]
    fn texts_are_alike_where_a_third_of_them_is() {
        assert!(is_alike("条件：依法设立 支持：1万元", "条件：依法设立 支持：2万元"));
        assert!(!is_alike("条件：依法设立", "上限：每年三次"));
    }
}

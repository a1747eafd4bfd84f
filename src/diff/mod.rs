//! In: two sides, each a policy as it reads on one day ([`Side`]). Out: what the later one changes ([`Diff`]): item by item, first of form
//! (added, removed, moved, renumbered, reworded), then of meaning; departments; and a summary.
//! Invariant: what is said to be proved is proved; every example was decided by the machine on both editions; formatting alone is no
//! change.

pub mod departments;
pub mod entry;
pub mod meaning;
mod policy;
pub mod population;
pub mod render;
mod rests;
pub mod say;
pub mod side;
pub mod structure;
pub mod summary;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{Diagnostic, Lang};
use crate::model::{ClauseId, Model, Window};
use crate::source::{Location, Span};
use crate::syntax::keywords::ItemKeyword;

use departments::DepartmentChange;
use entry::{Entry, Line, Texts};
use meaning::{Aspect, Edition, How, Meaning, Verdict};
pub use side::Side;
use structure::{Change, LineChange, Pair};
pub use summary::{Direction, Largest, Summary};

/// What a revision changes.
#[derive(Debug, Clone)]
pub struct Diff {
    /// The old side.
    pub old: Head,
    /// The new side.
    pub new: Head,
    /// What changed, in the order of the new side; what is gone stands behind what it followed.
    pub items: Vec<Item>,
    /// What changes between clauses: groups, quotas, budgets, the order of settlement.
    pub between: Vec<meaning::Change>,
    /// What changes for each department.
    pub departments: Vec<DepartmentChange>,
    /// In numbers.
    pub summary: Summary,
    /// Whether both sides share anything at all.
    pub related: bool,
}

/// One side in a few words.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// What it is called.
    pub label: String,
    /// Document number.
    pub number: String,
    /// Title.
    pub title: String,
    /// Id of the policy.
    pub id: String,
    /// First and last day of the edition, where it is one of several.
    pub days: (Option<i32>, Option<i32>),
    /// What is wrong with it.
    pub errors: Vec<Problem>,
    /// What of it does not compile, by name.
    pub left_out: Vec<String>,
    /// Whether it compiles in part at least.
    pub compiles: bool,
    /// Whether all of it was compared: it has no error, but for quotations that differ from what was encoded or from the original.
    pub whole: bool,
}

/// An error of a side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The finding.
    pub found: Diagnostic,
    /// Where.
    pub place: Place,
}

/// A place of a side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as it was named.
    pub file: String,
    /// Where it starts.
    pub start: Location,
    /// Where it ends.
    pub end: Location,
}

/// An item that changed.
#[derive(Debug, Clone)]
pub struct Item {
    /// Which kind.
    pub kind: ItemKeyword,
    /// As it was.
    pub old: Option<Shown>,
    /// As it is.
    pub new: Option<Shown>,
    /// What changed of it as a whole.
    pub changes: Vec<Change>,
    /// The lines that changed.
    pub lines: Vec<LineChange>,
    /// What it means; of a clause by reference one for each clause it refers to. Empty for all but clauses, and for clauses that do not
    /// compile on a side.
    pub meanings: Vec<Meaning>,
    /// Changed declarations that the clause rests on, by name.
    pub because: Vec<String>,
    /// For a declaration: the clauses that rest on it and whose meaning changed.
    pub touches: Vec<String>,
    /// For a declaration: whether for none of them it was decided what changed.
    pub touches_open: bool,
    /// For a declaration: on what it stands what is said of the clauses that rest on it; the weakest of them.
    pub touches_how: How,
    /// For a declaration: what it does for the clauses that rest on it.
    pub touches_direction: Direction,
    /// Of a clause: whether its quota or budget differs.
    pub limited: bool,
    /// What it does, in one word.
    pub direction: Direction,
}

/// An item as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Stable id.
    pub id: String,
    /// Address, number or name.
    pub address: String,
    /// Title.
    pub title: String,
    /// All of it in the language, in the one form.
    pub text: String,
    /// The same line by line.
    pub lines: Vec<Line>,
    /// Sentences of the original that it quotes.
    pub quotes: Vec<String>,
    /// Where its first line stands.
    pub place: Place,
}

/// Compares two sides.
#[must_use]
pub fn diff(old: &Side, new: &Side) -> Diff {
    let (before, after) = (Texts::new(old), Texts::new(new));
    let pairs = structure::pairs(&before, &after);
    let Compared { mut meanings, between, limits } = compared(old, new, &pairs);
    let (rested, rests) = (resting(old), resting(new));
    let changed: BTreeSet<&str> = pairs
        .iter()
        .filter(|pair| pair.kind() != ItemKeyword::Clause && !pair.is_same())
        .flat_map(|pair| [pair.old, pair.new])
        .flatten()
        .map(|entry| entry.lead())
        .filter(|name| !name.is_empty())
        .collect();
    let mut items = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        let meanings = meanings.remove(&at).unwrap_or_default();
        let names = |side: &BTreeMap<String, BTreeSet<String>>, entry: Option<Entry<'_>>| {
            entry.and_then(|entry| side.get(entry.id())).cloned().unwrap_or_default()
        };
        let limited = pair.lines.iter().any(policy::is_limit).then(|| limits.get(&at).copied()).flatten();
        let direction = summary::direction(pair, &meanings);
        let direction = limited.map_or(direction, |limited| summary::together(direction, limited));
        if pair.is_same() && direction == Direction::Same {
            continue;
        }
        let all: BTreeSet<String> = names(&rested, pair.old).union(&names(&rests, pair.new)).cloned().collect();
        let because = match direction {
            Direction::Same => Vec::new(),
            _ => all.into_iter().filter(|name| changed.contains(name.as_str())).collect(),
        };
        items.push(Item {
            kind: pair.kind(),
            old: pair.old.map(|entry| shown(old, &before, entry)),
            new: pair.new.map(|entry| shown(new, &after, entry)),
            changes: pair.changes.clone(),
            lines: pair.lines.clone(),
            meanings,
            because,
            touches: Vec::new(),
            touches_open: false,
            touches_how: How::Proved,
            touches_direction: Direction::Same,
            limited: limited.is_some(),
            direction,
        });
    }
    touched(&mut items);
    policy::judge(old, new, &mut items, &between);
    let departments = departments::changes(old, new, &pairs);
    let counts = (before.entries(), after.entries());
    let summary = summary::summary(old, new, &items, &counts);
    let related = pairs.iter().any(|pair| is_shared(pair)) || counts.0.is_empty() || counts.1.is_empty();
    let between = between.into_iter().map(|between| between.change).collect();
    Diff { old: head(old), new: head(new), items, between, departments, summary, related }
}

/// Whether two sides are about the same policy.
#[must_use]
pub fn related(old: &Side, new: &Side) -> bool {
    let (before, after) = (Texts::new(old), Texts::new(new));
    let empty = before.entries().is_empty() || after.entries().is_empty();
    empty || structure::pairs(&before, &after).iter().any(is_shared)
}

/// Whether a pair shows that both sides are about the same policy: a clause in both, or the same number or id.
fn is_shared(pair: &Pair<'_>) -> bool {
    let (Some(old), Some(new)) = (pair.old, pair.new) else { return false };
    match pair.kind() {
        ItemKeyword::Clause => true,
        ItemKeyword::Policy => {
            let same = |one: &str, other: &str| !one.is_empty() && one == other;
            same(old.lead(), new.lead()) || same(old.id(), new.id()) || same(old.title(), new.title())
        }
        _ => false,
    }
}

/// The clauses of an entry: its own, or for one by reference one for each that it refers to.
pub(crate) fn clauses_of(model: &Model, entry: Entry<'_>) -> Vec<(ClauseId, String)> {
    let id = entry.id();
    let found = model.clauses.iter().enumerate().filter_map(|(at, clause)| {
        let rest = clause.id.strip_prefix(id)?;
        let part = if rest.is_empty() { "" } else { rest.strip_prefix('/')? };
        Some((ClauseId(u32::try_from(at).ok()?), part.to_owned()))
    });
    found.collect()
}

/// What was compared.
#[derive(Default)]
struct Compared {
    /// What every pair of clauses means, by the place of the pair.
    meanings: BTreeMap<usize, Vec<Meaning>>,
    /// What changes between clauses.
    between: Vec<meaning::Between>,
    /// What changes of quotas and budgets come to, by the place of a pair that they are about.
    limits: BTreeMap<usize, Direction>,
}

fn compared(old: &Side, new: &Side, pairs: &[Pair<'_>]) -> Compared {
    let (Some(before), Some(after)) = (edition(old), edition(new)) else { return Compared::default() };
    let mut asked: Vec<(usize, meaning::Pair)> = Vec::new();
    for (at, pair) in pairs.iter().enumerate().filter(|(_, pair)| pair.kind() == ItemKeyword::Clause) {
        let gone = |side: &Side, entry: Option<Entry<'_>>| entry.is_some_and(|it| side.is_left_out(it.item.span));
        if gone(old, pair.old) || gone(new, pair.new) {
            continue;
        }
        let of =
            |policy: &Model, entry: Option<Entry<'_>>| entry.map_or_else(Vec::new, |entry| clauses_of(policy, entry));
        let (olds, mut news) = (of(before.policy, pair.old), of(after.policy, pair.new));
        for (id, part) in olds {
            let same = news.iter().position(|(_, other)| *other == part);
            asked.push((at, (Some(id), same.map(|same| news.remove(same).0))));
        }
        asked.extend(news.into_iter().map(|(id, _)| (at, (None, Some(id)))));
    }
    let questions: Vec<meaning::Pair> = asked.iter().map(|(_, pair)| *pair).collect();
    let answers = meaning::compare(before, after, &questions);
    let mut all: BTreeMap<usize, Vec<Meaning>> = BTreeMap::new();
    for ((at, _), answer) in asked.iter().zip(answers) {
        all.entry(*at).or_default().push(answer);
    }
    // Groups and budgets of what was left out would seem to have lost their members.
    let whole = old.is_whole() && new.is_whole();
    let between = if whole { meaning::between(before, after, &questions) } else { Vec::new() };
    let mut limits: BTreeMap<usize, Direction> = BTreeMap::new();
    for found in between.iter().filter(|found| matches!(found.change.what, Aspect::Quota | Aspect::Budget)) {
        for (at, _) in found.pairs.iter().filter_map(|at| asked.get(*at)) {
            let known = limits.get(at).copied().unwrap_or(Direction::Same);
            limits.insert(*at, summary::together(known, summary::leaning(found.change.leaning)));
        }
    }
    Compared { meanings: all, between, limits }
}

fn edition(side: &Side) -> Option<Edition<'_>> {
    let days = Window { first: side.days.0, last: side.days.1 };
    Some(Edition { policy: side.checked.as_ref()?, program: side.verified.as_ref()?, days })
}

/// What each clause of a side rests on, by the id of the clause.
fn resting(side: &Side) -> BTreeMap<String, BTreeSet<String>> {
    let Some(checked) = &side.checked else { return BTreeMap::new() };
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (clause, names) in checked.clauses.iter().zip(rests::rests(checked)) {
        let id = clause.id.split('/').next().unwrap_or_default();
        all.entry(id.to_owned()).or_default().extend(names.into_iter().map(str::to_owned));
    }
    all
}

/// Writes at each changed declaration the clauses whose meaning it changed; one that touches none is only reworded.
fn touched(items: &mut [Item]) {
    let mut by_name: BTreeMap<String, Vec<(String, Direction, How)>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.kind == ItemKeyword::Clause) {
        for name in &item.because {
            by_name.entry(name.clone()).or_default().push((item.name(), item.direction, item.how()));
        }
    }
    for item in items.iter_mut().filter(|item| item.kind != ItemKeyword::Clause) {
        let names: BTreeSet<&String> = [&item.old, &item.new].into_iter().flatten().map(|it| &it.address).collect();
        let mut all: Vec<(String, Direction, How)> = Vec::new();
        for clause in names.into_iter().filter_map(|name| by_name.get(name)).flatten() {
            if !all.contains(clause) {
                all.push(clause.clone());
            }
        }
        item.touches_open = !all.is_empty() && all.iter().all(|(_, direction, _)| *direction == Direction::Open);
        item.touches_direction =
            all.iter().map(|(_, direction, _)| *direction).fold(Direction::Same, summary::together);
        item.touches_how = all.iter().map(|(_, _, how)| *how).max().unwrap_or(How::Proved);
        item.touches = all.into_iter().map(|(clause, ..)| clause).collect();
    }
}

fn shown(side: &Side, texts: &Texts<'_>, entry: Entry<'_>) -> Shown {
    let lines = texts.lines(entry);
    let fields = entry.item.fields.iter();
    let quoting = fields.filter(|field| field.keyword == Some(crate::syntax::keywords::FieldKeyword::Quote));
    let quotes = quoting.flat_map(|field| quoted(&field.value)).collect();
    Shown {
        id: entry.id().to_owned(),
        address: entry.lead().to_owned(),
        title: entry.title().to_owned(),
        text: lines.text,
        lines: lines.lines,
        quotes,
        place: place(side, entry.place()),
    }
}

fn quoted(phrase: &crate::syntax::ast::Phrase) -> Vec<String> {
    let texts = phrase.parts.iter().filter_map(|part| match part {
        crate::syntax::ast::Part::Quote(text) => Some(text.text.clone()),
        _ => None,
    });
    texts.collect()
}

/// Where a span was written.
fn place(side: &Side, span: Span) -> Place {
    let at = side.sources.origin(span);
    Place { file: side.sources.name(at).to_owned(), start: side.sources.start(at), end: side.sources.end(at) }
}

fn head(side: &Side) -> Head {
    let items = || side.files.iter().flat_map(|file| &file.items);
    let policy = items().find(|item| item.keyword == ItemKeyword::Policy).map(|item| &item.header);
    let text = |name: Option<&crate::syntax::ast::Spanned>| name.map(|name| name.text.clone()).unwrap_or_default();
    let left_out = items().filter(|item| entry::is_compared(item.keyword) && side.is_left_out(item.span));
    let errors =
        side.found.iter().map(|found| Problem { place: place(side, found.primary.span), found: found.clone() });
    Head {
        label: side.label.clone(),
        number: text(policy.and_then(|header| header.lead.as_ref())),
        title: text(policy.and_then(|header| header.title.as_ref())),
        id: text(policy.and_then(|header| header.alias.as_ref())),
        days: side.days,
        errors: errors.collect(),
        left_out: left_out
            .map(|item| {
                let name = structure::name(&Entry { item, order: 0 });
                format!("{} {name}", item.keyword.zh())
            })
            .collect(),
        compiles: side.verified.is_some(),
        whole: side.is_whole(),
    }
}

impl Item {
    /// What it is called now, or was.
    #[must_use]
    pub fn name(&self) -> String {
        let Some(shown) = self.new.as_ref().or(self.old.as_ref()) else { return self.kind.zh().to_owned() };
        shown.name(self.kind)
    }

    /// On what a line about its meaning stands: the weakest of its parts.
    #[must_use]
    pub fn how(&self) -> How {
        let all = self.meanings.iter().flat_map(|meaning| {
            let others = meaning.other.iter().map(|change| change.how);
            [meaning.eligibility.how, meaning.amount.how].into_iter().chain(others)
        });
        all.max().unwrap_or(How::TextOnly)
    }

    /// Whether something about its meaning could not be decided.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let open = |verdict: &Verdict| matches!(verdict, Verdict::Unknown(_));
        self.meanings.iter().any(|meaning| open(&meaning.eligibility.verdict) || open(&meaning.amount.verdict))
    }
}

impl Shown {
    /// Its address with its title, else whatever it is called by.
    #[must_use]
    pub fn name(&self, kind: ItemKeyword) -> String {
        match (self.address.is_empty(), self.title.is_empty()) {
            (false, false) => format!("{}《{}》", self.address, self.title),
            (false, true) => self.address.clone(),
            (true, false) => format!("《{}》", self.title),
            (true, true) if self.id.is_empty() => kind.zh().to_owned(),
            (true, true) => self.id.clone(),
        }
    }
}

impl Diff {
    /// Whether both sides compile as a whole.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.old.whole && self.new.whole
    }

    /// Clauses that were matched, as indices into the clauses of the old and the new side; those that did not change may be left out.
    #[must_use]
    pub fn clause_pairs(&self) -> Vec<(Option<u32>, Option<u32>)> {
        let meanings = self.items.iter().flat_map(|item| &item.meanings);
        meanings.map(|meaning| (meaning.old.map(|id| id.0), meaning.new.map(|id| id.0))).collect()
    }

    /// Whether both sides were proved to mean the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.between.is_empty() && self.items.iter().all(|item| item.direction == Direction::Same)
    }
}

/// The name of a kind of item.
#[must_use]
pub fn kind_name(kind: ItemKeyword, lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => kind.zh(),
        Lang::En => kind.en(),
    }
}

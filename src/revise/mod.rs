//! In: a policy and another as it is to become ([`Side`]). Out: the amendment that turns the one into the other, in the language and as
//! official wording ([`Written`]).
//! Invariant: what is written has been applied to the old policy and has given the new one, item by item and clause hash by clause hash.

mod change;
mod draft;
mod pair;
mod text;
mod wording;
mod words;

use std::collections::BTreeMap;

use crate::bytecode;
use crate::calendar;
use crate::diagnostics::{Code, Diagnostic};
use crate::editions::{Edition, Editions, editions};
use crate::load::Loaded;
use crate::model::{self, Checked, Original};
use crate::source::{Sources, Span};
use crate::syntax::ast::File;
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

use change::{Change, Grain, changes};
use draft::Draft;
use pair::{Pair, pairs};
use text::{Entry, Text, plain, text};

/// A policy as it stands on a day.
#[derive(Debug, Clone)]
pub struct Side {
    files: Vec<File>,
    sources: Sources,
    original: Option<Original>,
    from: Option<i32>,
    text: Text,
    clauses: Vec<Clause>,
    /// How many amendments it has had.
    amended: usize,
}

/// What a clause is known by: id, address, meaning, content.
type Clause = (String, String, [u8; 32], [u8; 32]);

/// How an amendment is to be called, and when it comes into force.
#[derive(Debug, Clone)]
pub struct Options {
    /// Its document number.
    pub number: Option<String>,
    /// Its first day.
    pub day: i32,
}

/// An amendment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// In the language.
    pub source: String,
    /// As official wording; empty where no document says anything of it.
    pub wording: String,
    /// What was changed that the wording does not say, for no document does.
    pub left_out: Vec<String>,
}

impl Side {
    /// The texts that findings about it point into.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The first line of the policy.
    fn place(&self) -> Span {
        let items = self.files.iter().flat_map(|file| &file.items);
        let policy = items.into_iter().find(|item| item.keyword == ItemKeyword::Policy);
        let span = policy.map(|item| item.keyword_span.to(item.header.span));
        self.sources.origin(span.unwrap_or(Span::new(crate::source::FileId(0), 0, 0)))
    }

    /// An edition of a policy; `None` where it has errors.
    #[must_use]
    pub fn new(editions: &Editions, edition: &Edition, original: Option<Original>) -> Option<Side> {
        let checked = edition.checked.as_ref()?;
        let files = &edition.version.files;
        let amended =
            files.iter().flat_map(|file| &file.items).filter(|it| it.keyword == ItemKeyword::Amendment).count();
        let mut original = original;
        if let Some(original) = &mut original {
            for words in &edition.version.words {
                original.text.push('\n');
                original.text.push_str(words);
            }
        }
        Some(Side {
            text: text(files, &editions.sources),
            clauses: clauses(checked, &editions.sources)?,
            files: files.clone(),
            sources: editions.sources.clone(),
            original,
            from: edition.version.from,
            amended,
        })
    }
}

fn clauses(checked: &Checked, sources: &Sources) -> Option<Vec<Clause>> {
    let program = bytecode::lower(checked, sources).ok()?;
    let clauses = program.tables.clauses.into_iter();
    Some(clauses.map(|it| (it.id, it.address, it.meaning_hash, it.content_hash)).collect())
}

/// The amendment of `old` that gives `new`; `None` where they mean the same.
///
/// # Errors
/// P0226 where the day is not after that of the last amendment, P0227 where no amendment gives the new policy.
pub fn write(old: &Side, new: &Side, options: &Options) -> Result<Option<Written>, Vec<Diagnostic>> {
    let paired = pairs(&old.text, &new.text);
    let mut differ: Vec<(Pair, Grain)> =
        paired.iter().filter(|pair| differs(**pair, old, new)).map(|it| (*it, Grain::Words)).collect();
    if differ.is_empty() && order(old) == order(new) {
        return Ok(None);
    }
    if let Some(last) = old.from.filter(|last| *last >= options.day) {
        return Err(vec![too_early(old.place(), last, options.day)]);
    }
    loop {
        let draft = Draft::new(old, new, options, (&paired, &differ));
        match apply(old, new, &draft.source) {
            Ok(()) => {
                let official = wording::wording(old, new, options, &draft);
                let (wording, left_out) = (official.text, official.left_out);
                return Ok(Some(Written { source: draft.source, wording, left_out }));
            }
            Err(wrong) => {
                let coarser = coarsen(&mut differ, old, new, &draft, &wrong);
                if !coarser {
                    return Err(vec![not_written(old.place(), &wrong)]);
                }
            }
        }
    }
}

/// Whether the two of a pair say something different.
fn differs(pair: Pair, old: &Side, new: &Side) -> bool {
    let (Some(one), Some(two)) = (entry(&old.text, pair.old), entry(&new.text, pair.new)) else { return true };
    if one.said() == two.said() {
        return false;
    }
    if one.item.keyword != ItemKeyword::Clause {
        return true;
    }
    // Written differently, a clause may say the same.
    let (was, is) = (meaning(old, one), meaning(new, two));
    was.is_empty() || was != is || told(one) != told(two)
}

/// What of a clause its hashes do not say, or say apart from the words.
fn told(entry: &Entry) -> Vec<String> {
    let hashed = [FieldKeyword::Condition, FieldKeyword::Exclusion, FieldKeyword::Award, FieldKeyword::Cap];
    let fields = entry.item.fields.iter().filter(|field| !field.keyword.is_some_and(|it| hashed.contains(&it)));
    let mut fields: Vec<&crate::syntax::ast::Field> = fields.collect();
    fields.sort_by_key(|field| field.keyword);
    fields.into_iter().map(|field| plain(entry.slice(field.span))).collect()
}

fn entry(text: &Text, at: Option<usize>) -> Option<&Entry> {
    text.entries.get(at?)
}

/// The clauses that an item is: several where it refers to others.
fn meaning<'s>(side: &'s Side, entry: &Entry) -> Vec<&'s Clause> {
    let header = &entry.item.header;
    let own = |clause: &&Clause| match (&header.alias, &header.lead) {
        (Some(alias), _) => clause.0.split('/').next() == Some(alias.text.as_str()),
        (None, Some(lead)) => plain(&clause.1) == plain(&lead.text),
        (None, None) => false,
    };
    side.clauses.iter().filter(own).collect()
}

/// What is wrong with a text that was made.
#[derive(Debug, Default)]
struct Wrong {
    /// Lines of the amendment that are wrong, from 0.
    lines: Vec<usize>,
    /// Items of the new policy that are not as they should be.
    items: Vec<usize>,
    /// In words.
    said: Vec<Diagnostic>,
}

/// Applies an amendment to the old policy: does it give the new one?
fn apply(old: &Side, new: &Side, source: &str) -> Result<(), Wrong> {
    let mut sources = Sources::new();
    let mut files = Vec::new();
    let mut add = |name: &str, text: &str| {
        let id = sources.add(name, text);
        files.push(crate::syntax::parse(id, text).0);
        id
    };
    for file in &old.files {
        let Some(source) = old.sources.get(file.id) else { continue };
        add(source.name(), &unamended(file, source.text()));
    }
    let own = add("amendment", source);
    let loaded = Loaded { sources, files, original: old.original.clone(), partial: false };
    let made = editions(loaded, Vec::new(), model::check);
    let errors: Vec<Diagnostic> = made.found.iter().filter(|found| found.is_error()).cloned().collect();
    let newest = made.list.last().filter(|edition| edition.version.from.is_some());
    let side = newest.and_then(|edition| Side::new(&made, edition, None));
    let Some(side) = side.filter(|_| errors.is_empty()) else {
        let here = errors.iter().flat_map(|found| std::iter::once(&found.primary).chain(&found.secondary));
        let here = here.filter(|label| label.span.file == own).map(|label| line_of(source, label.span));
        return Err(Wrong { lines: here.collect(), items: Vec::new(), said: errors });
    };
    let items = missing(&side, new);
    let more = side.text.entries.len() != new.text.entries.len();
    if items.is_empty() && !more {
        return match order(&side) == order(new) {
            true => Ok(()),
            false => Err(Wrong { said: vec![out_of_order()], ..Wrong::default() }),
        };
    }
    let differs = items.first().and_then(|at| new.text.entries.get(*at)).map(|entry| differs_there(entry, &side.text));
    Err(Wrong { items, said: differs.into_iter().collect(), lines: Vec::new() })
}

/// The ids of the clauses in their order, in which results are given and settled.
fn order(side: &Side) -> Vec<&str> {
    side.clauses.iter().map(|clause| clause.0.as_str()).collect()
}

fn out_of_order() -> Diagnostic {
    Diagnostic::new(
        Code::AmendmentNotWritten,
        Span::new(crate::source::FileId(0), 0, 0),
        "条款的次序改不出来",
        "the clauses come out in another order",
    )
}

/// An item that comes out otherwise than it should.
fn differs_there(wanted: &Entry, made: &Text) -> Diagnostic {
    let first = wanted.whole().lines().next().unwrap_or_default();
    let other = made.entries.iter().find(|entry| entry.whole().lines().next() == Some(first));
    let line = |entry: &Entry| entry.whole().lines().map(str::to_owned).collect::<Vec<_>>();
    let had = other.map(line).unwrap_or_default();
    let odd = line(wanted).into_iter().find(|line| !had.contains(line)).unwrap_or_else(|| first.to_owned());
    let zh = format!("“{first}”里的“{}”改不出来", odd.trim());
    Diagnostic::new(
        Code::AmendmentNotWritten,
        Span::new(crate::source::FileId(0), 0, 0),
        zh,
        format!("`{first}` comes out otherwise: `{}`", odd.trim()),
    )
}

fn line_of(source: &str, span: Span) -> usize {
    source.get(..span.start as usize).unwrap_or(source).matches('\n').count()
}

/// The text of a file without amendments and cases.
fn unamended(file: &File, text: &str) -> String {
    let apart = [ItemKeyword::Amendment, ItemKeyword::Case, ItemKeyword::CaseTable, ItemKeyword::Scenario];
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for item in file.items.iter().filter(|item| apart.contains(&item.keyword)) {
        let span = item.keyword_span.to(item.header.span).to(item.span).range();
        out.push_str(text.get(at..span.start).unwrap_or(""));
        at = span.end.max(at);
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

/// The items of the new policy that another lacks.
fn missing(made: &Side, new: &Side) -> Vec<usize> {
    let mut there: BTreeMap<String, usize> = BTreeMap::new();
    for entry in &made.text.entries {
        *there.entry(known(made, entry)).or_default() += 1;
    }
    let mut missing = Vec::new();
    for (at, entry) in new.text.entries.iter().enumerate() {
        match there.get_mut(&known(new, entry)).filter(|left| **left > 0) {
            Some(left) => *left -= 1,
            None => missing.push(at),
        }
    }
    missing
}

/// What tells an item from others: a clause by its hashes, the rest by what they say.
fn known(side: &Side, entry: &Entry) -> String {
    let clauses = meaning(side, entry);
    if entry.item.keyword == ItemKeyword::Clause && !clauses.is_empty() {
        format!("{clauses:?} {:?}", told(entry))
    } else {
        entry.said()
    }
}

/// Makes the changes of what is wrong larger; whether any could be.
fn coarsen(differ: &mut [(Pair, Grain)], old: &Side, new: &Side, draft: &Draft, wrong: &Wrong) -> bool {
    let hit = |pair: &Pair| {
        let lines = draft.lines.iter().filter(|line| line.pair == *pair);
        lines.into_iter().any(|line| wrong.lines.iter().any(|at| line.lines.contains(at)))
            || pair.new.is_some_and(|new| wrong.items.contains(&new))
    };
    let larger = |pair: &Pair, grain: Grain| {
        let both = entry(&old.text, pair.old).zip(entry(&new.text, pair.new));
        both.and_then(|(one, _)| match grain {
            Grain::Words => Some(Grain::Fields),
            Grain::Fields if one.item.keyword != ItemKeyword::Policy => Some(Grain::Item),
            Grain::Fields | Grain::Item => None,
        })
    };
    let mut any = false;
    for only_hit in [true, false] {
        for (pair, grain) in differ.iter_mut() {
            if let Some(next) = larger(pair, *grain).filter(|_| !only_hit || hit(pair)) {
                (*grain, any) = (next, true);
            }
        }
        if any {
            break;
        }
    }
    any
}

fn too_early(place: Span, last: i32, day: i32) -> Diagnostic {
    let (last, day) = (calendar::iso(last.into()), calendar::iso(day.into()));
    Diagnostic::new(
        Code::AmendmentTooEarly,
        place,
        format!("旧的文本从 {last} 起才有，修订不能在 {day} 施行"),
        format!("the old text is in force from {last} only; no amendment of it begins on {day}"),
    )
    .help(
        "用 --date 写以后的日子；要从更早的文本改起，写 路径@日期",
        "give a later --date, or an older text as `path@date`",
    )
}

fn not_written(place: Span, wrong: &Wrong) -> Diagnostic {
    let said = wrong.said.first().map_or(String::new(), |found| format!("：{}", found.message.zh));
    let said_en = wrong.said.first().map_or(String::new(), |found| format!(": {}", found.message.en));
    Diagnostic::new(
        Code::AmendmentNotWritten,
        place,
        format!("写不成修订，照它改不出新的政策{said}"),
        format!("no amendment gives the new policy{said_en}"),
    )
    .help("看新旧两份政策在这里有什么不同，手写这一处的修订", "see what differs there, and write the amendment by hand")
}

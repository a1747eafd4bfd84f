//! In: an amendment that was drafted. Out: its official wording, in the conventions of Chinese drafting: 将第二条修改为：“…”, and what of
//! it no document says.
//! Invariant: every paragraph of a quotation opens with “ and only the last closes with ”; addresses are those of the document; no id, no
//! ISO day and no half-width mark stands in it; every sentence is closed.

mod encoded;
mod names;
mod prose;
mod quoted;
mod says;

use crate::calendar;
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

use super::change::{Change, What};
use super::draft::{Draft, Lines, title_of};
use super::text::Entry;
use super::{Options, Side, entry};
use encoded::Both;
use names::{Names, address};
use prose::{chinese, prose, quotation};

/// What an amendment is in official words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Official {
    /// The document.
    pub text: String,
    /// What was changed and stands in no document: what is asked of applicants, units, departments that are only declared.
    pub left_out: Vec<String>,
}

/// The official wording of an amendment.
#[must_use]
pub fn wording(old: &Side, new: &Side, options: &Options, draft: &Draft) -> Official {
    let making = Making { old, new, was: Names::new(&old.text), is: Names::new(&new.text) };
    let mut articles: Vec<String> = Vec::new();
    let mut left_out: Vec<String> = Vec::new();
    let mut done: Vec<super::Pair> = Vec::new();
    for lines in &draft.lines {
        if done.contains(&lines.pair) {
            continue;
        }
        done.push(lines.pair);
        let said = making.article(lines);
        if said.is_empty() {
            left_out.extend(making.unsaid(lines));
        } else if !articles.contains(&said) {
            articles.push(said);
        }
    }
    articles.extend(draft.placed.iter().filter_map(|(at, after)| making.moved(draft, *at, *after)));
    let title = prose::quoted(title_of(&old.text));
    let mut out = format!("{}\n", prose::quoted(&draft.title));
    if let Some(number) = &options.number {
        out.push_str(&format!("{number}\n"));
    }
    out.push_str(&format!("\n　　现决定对《{title}》作如下修改：\n"));
    let one = articles.len() == 1;
    for (at, said) in articles.iter().enumerate() {
        let number = if one { String::new() } else { format!("{}、", chinese(at + 1)) };
        out.push_str(&format!("　　{number}{said}\n"));
    }
    let day = calendar::chinese(options.day.into());
    out.push_str(&format!("　　本决定自{day}起施行。\n　　《{title}》根据本决定作相应修改，重新公布。\n"));
    Official { text: if articles.is_empty() { String::new() } else { out }, left_out }
}

/// What only the program needs: no document declares it.
fn of_the_program(kind: ItemKeyword) -> bool {
    matches!(kind, ItemKeyword::Subject | ItemKeyword::List | ItemKeyword::Unit | ItemKeyword::Calendar)
}

struct Making<'s> {
    old: &'s Side,
    new: &'s Side,
    was: Names,
    is: Names,
}

impl Making<'_> {
    /// What is done to one item; nothing where no document says it.
    fn article(&self, lines: &Lines) -> String {
        let (old, new) = (entry(&self.old.text, lines.pair.old), entry(&self.new.text, lines.pair.new));
        let Some(kind) = new.or(old).map(|entry| entry.item.keyword) else { return String::new() };
        let unquoted = |entry: &Entry| quoted::paragraphs(entry).is_empty();
        if of_the_program(kind) && old.is_none_or(unquoted) && new.is_none_or(unquoted) {
            return old.zip(new).map_or(String::new(), |(old, new)| closed(encoded::deciders(old, new)));
        }
        match (old, new) {
            (Some(old), None) => match (kind, quoted::paragraphs(old).as_slice()) {
                (ItemKeyword::Clause | ItemKeyword::Scope, _) => format!("删去{}。", address(old)),
                (_, []) if kind == ItemKeyword::Department => String::new(),
                (_, []) => format!("删去{}。", address(old)),
                (_, several) => closed(vec![format!("删去：{}", quotation(several))]),
            },
            (None, Some(new)) => self.brought(new),
            (Some(old), Some(new)) => self.changed(old, new, lines.changes.as_deref()),
            (None, None) => String::new(),
        }
    }

    /// A new item.
    fn brought(&self, new: &Entry) -> String {
        let paragraphs = says::paragraphs(new, &self.is);
        let said = match new.item.keyword {
            ItemKeyword::Clause => format!("增加一条，作为{}：{}", address(new), quotation(&paragraphs)),
            ItemKeyword::Department if quoted::paragraphs(new).is_empty() => return String::new(),
            kind if !names::kind(kind).is_empty() && quoted::paragraphs(new).is_empty() => {
                let declared = crate::amend::declared(&new.item);
                let values: Vec<String> =
                    declared.iter().map(|line| encoded::named(new.slice(line.span), &self.is)).collect();
                let what = if values.is_empty() { String::new() } else { format!("，包括{}", values.join("、")) };
                format!("增加{}{}{what}", names::kind(kind), address(new))
            }
            ItemKeyword::Definition | ItemKeyword::Group => format!("增加规定：{}", quotation(&paragraphs)),
            ItemKeyword::NonNormative if quoted::paragraphs(new).is_empty() => return String::new(),
            _ => format!("增加{}：{}", address(new), quotation(&paragraphs)),
        };
        closed(vec![said])
    }

    fn changed(&self, old: &Entry, new: &Entry, changes: Option<&[Change]>) -> String {
        let (from, to) = (address(old), address(new));
        let moved = from != to && old.item.keyword == ItemKeyword::Clause;
        let (were, are) = (quoted::paragraphs(old), quoted::paragraphs(new));
        let both = Both { old, new, was: &self.was, is: &self.is };
        let mut said: Vec<String> = Vec::new();
        if !are.is_empty() && were != are {
            if moved {
                said.push(format!("{from}改为{to}"));
            }
            said.extend(quoted::official(&from, &were, &are, quoted::are_whole(&to, &are)));
            let titled = changes.unwrap_or_default().iter().filter(|it| matches!(it.what, What::Titled(_)));
            said.extend(encoded::sentences(&both, &titled.cloned().collect::<Vec<_>>()));
        } else {
            let paragraphs = || quotation(&says::paragraphs(new, &self.is));
            match changes.filter(|_| old.item.keyword != ItemKeyword::Group) {
                Some(changes) => {
                    said.extend(encoded::sentences(
                        &both,
                        &changes.iter().filter(|it| !of_quotes(it)).cloned().collect::<Vec<_>>(),
                    ));
                }
                None if moved => said.push(format!("{from}改为{to}，修改为：{}", paragraphs())),
                None => said.push(format!("将{from}修改为：{}", paragraphs())),
            }
        }
        closed(said)
    }

    /// What no article says, by name.
    fn unsaid(&self, lines: &Lines) -> Option<String> {
        let (old, new) = (entry(&self.old.text, lines.pair.old), entry(&self.new.text, lines.pair.new));
        let it = new.or(old)?;
        let aside = |change: &Change| {
            let label = change.part.label.as_deref().and_then(FieldKeyword::find);
            matches!(label, Some(FieldKeyword::Note | FieldKeyword::Accept)) || of_quotes(change)
        };
        if lines.changes.as_ref().is_some_and(|changes| changes.iter().all(aside)) {
            return None;
        }
        let header = &it.item.header;
        let name = [&header.lead, &header.title].into_iter().flatten().next();
        let name = name.map_or(String::new(), |name| format!("“{}”", prose(&name.text, &self.is)));
        let parts: Vec<String> = lines
            .changes
            .iter()
            .flatten()
            .filter_map(|change| Some(prose(change.part.label.as_deref()?, &self.was)))
            .collect();
        let parts = if parts.is_empty() { String::new() } else { format!("的{}", parts.join("、")) };
        Some(format!("{}{name}{parts}", it.item.keyword.zh()))
    }

    /// A clause that keeps its address and stands elsewhere; a new address, and a new clause, say where they stand.
    fn moved(&self, draft: &Draft, at: usize, after: Option<usize>) -> Option<String> {
        let clause = entry(&self.new.text, Some(at))?;
        let named = address(clause);
        let clauses = self.old.text.entries.iter().filter(|old| old.item.keyword == clause.item.keyword);
        let was_there = clauses.into_iter().any(|old| address(old) == named);
        let written = draft.lines.iter().any(|lines| lines.pair.new == Some(at) && lines.changes.is_none());
        if !was_there || written {
            return None;
        }
        Some(match entry(&self.new.text, after) {
            Some(after) => format!("将{named}移至{}之后。", address(after)),
            None => format!("将{named}移至各条款最前。"),
        })
    }
}

/// Whether a change is of what an item quotes.
fn of_quotes(change: &Change) -> bool {
    change.part.label.as_deref() == Some(FieldKeyword::Quote.zh())
}

/// Sentences joined by ；, the last with 。; one behind a quotation that is closed begins a paragraph.
fn closed(said: Vec<String>) -> String {
    let mut text = String::new();
    for one in said {
        if is_closed(&text) {
            text.push_str("\n　　");
        } else if !text.is_empty() {
            text.push('；');
        }
        text.push_str(&one);
    }
    if !text.is_empty() && !is_closed(&text) {
        text.push('。');
    }
    text
}

/// Whether the mark that ends a sentence or an item stands within its quotation.
fn is_closed(text: &str) -> bool {
    text.ends_with("。”") || text.ends_with("；”")
}

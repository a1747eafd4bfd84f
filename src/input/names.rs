//! In: the tables of a compiled policy. Out: what a key or a value of a data file names.
//! Invariant: width and spaces of a name do not count; a name that stands for two facts gives both.

use std::collections::BTreeMap;

use crate::bytecode::program::Tables;
use crate::literal::fold_width;

/// Names of facts, subjects, class values and clauses, folded.
pub struct Names<'a> {
    tables: &'a Tables,
    slots: BTreeMap<String, Vec<u32>>,
    subjects: BTreeMap<String, u32>,
    series: BTreeMap<String, Vec<u32>>,
    members: BTreeMap<(u32, String), u32>,
    clauses: BTreeMap<String, Vec<u32>>,
}

/// A name as it is compared.
pub fn fold(name: &str) -> String {
    name.chars().map(fold_width).filter(|char| !char.is_whitespace()).collect()
}

/// An index into the tables as a number of 32 bits; the verifier bounds every table.
fn id(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

impl<'a> Names<'a> {
    pub fn new(tables: &'a Tables) -> Names<'a> {
        let mut names = Names {
            tables,
            slots: BTreeMap::new(),
            subjects: BTreeMap::new(),
            series: BTreeMap::new(),
            members: BTreeMap::new(),
            clauses: BTreeMap::new(),
        };
        for (index, slot) in tables.slots.iter().enumerate() {
            // Whether there is a ledger is said by giving one.
            if tables.ledger_slot != Some(id(index)) {
                insert(&mut names.slots, [&slot.name, &slot.alias], id(index));
            }
        }
        for (index, series) in tables.series.iter().enumerate() {
            insert(&mut names.series, [&series.name, &series.alias], id(index));
        }
        for (index, subject) in tables.subjects.iter().enumerate() {
            for name in [&subject.name, &subject.alias].into_iter().filter(|name| !name.is_empty()) {
                names.subjects.entry(fold(name)).or_insert(id(index));
            }
        }
        for (index, member) in tables.members.iter().enumerate() {
            for name in [&member.name, &member.alias].into_iter().filter(|name| !name.is_empty()) {
                names.members.entry((member.class, fold(name))).or_insert(id(index));
            }
        }
        for (index, clause) in tables.clauses.iter().enumerate() {
            insert(&mut names.clauses, [&clause.id], id(index));
        }
        for (index, clause) in tables.clauses.iter().enumerate() {
            // An id wins over the title or address of another clause.
            let others = [&clause.title, &clause.address];
            let free = others.map(|name| if names.is_id(name) { "" } else { name });
            insert(&mut names.clauses, free, id(index));
        }
        names
    }

    /// Facts of a name; of one subject where it is given.
    pub fn slots(&self, name: &str, subject: Option<u32>) -> Vec<u32> {
        let all = self.slots.get(&fold(name)).map_or(&[][..], Vec::as_slice);
        let about = |slot: &&u32| subject.is_none() || self.subject_of(**slot) == subject;
        all.iter().filter(about).copied().collect()
    }

    /// Figures by year of a name; of one subject where it is given.
    pub fn series(&self, name: &str, subject: Option<u32>) -> Vec<u32> {
        let all = self.series.get(&fold(name)).map_or(&[][..], Vec::as_slice);
        let of = |series: u32| self.tables.series.get(series as usize).map(|series| series.subject);
        all.iter().filter(|series| subject.is_none() || of(**series) == subject).copied().collect()
    }

    /// A subject.
    pub fn subject(&self, name: &str) -> Option<u32> {
        self.subjects.get(&fold(name)).copied()
    }

    /// A value of a class.
    pub fn member(&self, class: u32, name: &str) -> Option<u32> {
        self.members.get(&(class, fold(name))).copied()
    }

    /// Clauses of an id, a title or an address.
    pub fn clauses(&self, name: &str) -> &[u32] {
        self.clauses.get(&fold(name)).map_or(&[], Vec::as_slice)
    }

    /// The name of a subject; empty where there is none.
    pub fn subject_name(&self, subject: u32) -> &'a str {
        self.tables.subjects.get(subject as usize).map_or("", |subject| subject.name.as_str())
    }

    /// Whom a fact is about.
    pub fn subject_of(&self, slot: u32) -> Option<u32> {
        self.tables.slots.get(slot as usize).map(|slot| slot.subject)
    }

    /// Names of facts, and of subjects, that a key could have meant; of one subject's facts where it is given.
    pub fn keys(&self, subject: Option<u32>) -> impl Iterator<Item = &'a str> {
        let about = move |slot: u32| subject.is_none_or(|subject| slot == subject);
        let slots = (0u32..).zip(&self.tables.slots).filter(|(slot, _)| self.tables.ledger_slot != Some(*slot));
        let slots = slots.map(|(_, slot)| slot).filter(move |slot| about(slot.subject));
        let subjects = self.tables.subjects.iter().flat_map(|subject| [subject.name.as_str(), subject.alias.as_str()]);
        let series = self.tables.series.iter().filter(move |series| about(series.subject));
        let series = series.flat_map(|series| [series.name.as_str(), series.alias.as_str()]);
        let slots = slots.flat_map(|slot| [slot.name.as_str(), slot.alias.as_str()]);
        slots.chain(series).chain(subjects).filter(|name| !name.is_empty())
    }

    /// Names of a class's values, with those by ASCII id after each.
    pub fn member_names(&self, class: u32) -> impl Iterator<Item = &'a str> {
        let members = self.tables.members.iter().filter(move |member| member.class == class);
        members.flat_map(|member| [member.name.as_str(), member.alias.as_str()]).filter(|name| !name.is_empty())
    }

    /// Another class that has a value of this name.
    pub fn class_of(&self, name: &str) -> Option<&'a str> {
        let name = fold(name);
        let (class, _) = self.members.keys().find(|(_, known)| *known == name)?;
        self.tables.classes.get(*class as usize).map(|class| class.name.as_str())
    }

    /// Ids and titles of clauses.
    pub fn clause_names(&self) -> impl Iterator<Item = &'a str> {
        self.tables.clauses.iter().flat_map(|clause| [clause.id.as_str(), clause.title.as_str()])
    }

    fn is_id(&self, name: &str) -> bool {
        let of_id = |index: &u32| self.tables.clauses.get(*index as usize).is_some_and(|clause| clause.id == name);
        self.clauses(name).iter().any(of_id)
    }
}

fn insert<const N: usize>(map: &mut BTreeMap<String, Vec<u32>>, names: [impl AsRef<str>; N], index: u32) {
    for name in names.iter().map(AsRef::as_ref).filter(|name| !name.is_empty()) {
        let entry = map.entry(fold(name)).or_default();
        if !entry.contains(&index) {
            entry.push(index);
        }
    }
}

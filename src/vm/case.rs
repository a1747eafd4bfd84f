//! In: what is known of each fact of one application, and what earlier awards have used of each cap. Out: the same, packed for the
//! VM. Invariant: a slot has a value exactly where its state is `Value`; clearing keeps every allocation.

use crate::bytecode::program::{Given, Tables};
use crate::bytecode::records::Record;

/// What is known of a slot, without its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum State {
    /// Not asked.
    #[default]
    NotAsked,
    /// Asked and not known.
    Unknown,
    /// Does not apply.
    NotApplicable,
    /// Known.
    Value,
}

/// What earlier awards have used of a cap, scaled by 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Used {
    /// This much.
    Exactly(i128),
    /// Nothing is left, whatever the cap.
    Up,
    /// Anything from nothing to all of it: the identifier that would tell is not known.
    Unknown,
}

/// How many earlier awards a counter counts; between the two where the identifier that would tell is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Times {
    /// Least.
    pub low: i128,
    /// Most.
    pub high: i128,
}

/// The records of a list, cell by cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Records {
    columns: usize,
    count: usize,
    /// [`NONE`] where the state is not `Value`.
    values: Vec<i128>,
    states: Vec<State>,
}

/// Stands in the values where a slot has none; no slot can hold it.
const NONE: i128 = i128::MIN;

/// One application.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Case {
    /// [`NONE`] where the state is not `Value`.
    values: Vec<i128>,
    states: Vec<State>,
    used: Vec<Used>,
    times: Vec<Times>,
    lists: Vec<Records>,
    /// Texts that the program does not name; text `known + i` is `texts[i]`. Only the first `texts_live` are in use.
    texts: Vec<String>,
    texts_live: usize,
    known: usize,
}

impl Case {
    /// A case of a policy with these tables, in which nothing was asked and nothing was awarded before.
    #[must_use]
    pub fn new(tables: &Tables) -> Case {
        Case {
            values: vec![NONE; tables.slots.len()],
            states: vec![State::NotAsked; tables.slots.len()],
            lists: (tables.lists.iter())
                .map(|list| Records {
                    columns: list.columns.1.saturating_sub(list.columns.0) as usize,
                    ..Records::default()
                })
                .collect(),
            known: tables.texts.len(),
            ..Case::default()
        }
    }

    /// Makes it new again; allocates nothing.
    pub fn clear(&mut self) {
        self.values.fill(NONE);
        self.states.fill(State::NotAsked);
        self.used.clear();
        self.times.clear();
        for list in &mut self.lists {
            list.empty();
        }
        self.texts_live = 0;
    }

    /// Says what is known of a slot; a slot that the policy does not have is ignored.
    pub fn set(&mut self, tables: &Tables, slot: u32, given: &Given) {
        match given {
            Given::Value(value) => self.set_value(slot, *value),
            Given::Text(text) => self.set_text(tables, slot, text),
            Given::Unknown => self.set_state(slot, State::Unknown),
            Given::NotApplicable => self.set_state(slot, State::NotApplicable),
            Given::NotAsked => self.set_state(slot, State::NotAsked),
        }
    }

    /// Gives a slot a value: yes/no as 0/1, numbers scaled by the slot's scale, dates as days, class values as their index.
    #[inline]
    pub fn set_value(&mut self, slot: u32, value: i128) {
        if let (Some(place), Some(state)) = (self.values.get_mut(slot as usize), self.states.get_mut(slot as usize)) {
            *place = value.max(NONE + 1);
            *state = State::Value;
        }
    }

    /// Gives a slot a text.
    pub fn set_text(&mut self, tables: &Tables, slot: u32, text: &str) {
        let index = self.text_index(tables, text);
        self.set_value(slot, index);
    }

    fn text_index(&mut self, tables: &Tables, text: &str) -> i128 {
        let index = match tables.texts.iter().position(|known| known == text) {
            Some(index) => index,
            None => self.known + self.intern(text),
        };
        i128::try_from(index).unwrap_or(i128::MAX)
    }

    /// Takes a slot's value away; `without_value` says why it has none.
    #[inline]
    pub fn set_state(&mut self, slot: u32, without_value: State) {
        if let (Some(place), Some(state)) = (self.values.get_mut(slot as usize), self.states.get_mut(slot as usize)) {
            *place = NONE;
            *state = without_value;
        }
    }

    /// What earlier awards have used, one a cap of the policy; see [`super::ledger::used`]. Empty: nothing.
    pub fn set_used(&mut self, used: impl IntoIterator<Item = Used>) {
        self.used.clear();
        self.used.extend(used);
    }

    /// What each counter of the policy counts; see [`super::ledger::times`]. Empty: nothing.
    pub fn set_times(&mut self, times: impl IntoIterator<Item = Times>) {
        self.times.clear();
        self.times.extend(times);
    }

    /// Gives the records of a list, by the slot that says whether it is known; what a record does not say is unknown. A slot that holds
    /// no list is ignored.
    pub fn set_list(&mut self, tables: &Tables, slot: u32, records: &[Record]) {
        let Some(list) = tables.lists.iter().position(|list| list.slot == slot) else { return };
        let Some(mut own) = self.lists.get_mut(list).map(std::mem::take) else { return };
        own.empty();
        for record in records {
            for column in 0..own.columns {
                let (value, state) = self.cell_of(tables, record.get(column));
                own.values.push(value);
                own.states.push(state);
            }
        }
        own.count = records.len();
        if let Some(place) = self.lists.get_mut(list) {
            *place = own;
        }
        self.set_value(slot, i128::try_from(records.len()).unwrap_or(i128::MAX));
    }

    fn cell_of(&mut self, tables: &Tables, given: Option<&Given>) -> (i128, State) {
        match given {
            Some(Given::Value(value)) => ((*value).max(NONE + 1), State::Value),
            Some(Given::Text(text)) => (self.text_index(tables, text), State::Value),
            Some(Given::NotApplicable) => (NONE, State::NotApplicable),
            Some(Given::NotAsked) => (NONE, State::NotAsked),
            Some(Given::Unknown) | None => (NONE, State::Unknown),
        }
    }

    /// How many records a list has; 0 where it is not known.
    #[must_use]
    pub fn records(&self, list: u32) -> usize {
        self.lists.get(list as usize).map_or(0, |list| list.count)
    }

    /// State and value of a cell: list, record, and column counted from the list's first. A cell that is not there is unknown.
    #[inline]
    #[must_use]
    pub fn cell(&self, list: u32, record: usize, column: usize) -> (State, Option<i128>) {
        let cell = self.lists.get(list as usize).and_then(|list| {
            let at = record.checked_mul(list.columns)?.checked_add(column)?;
            Some((*list.states.get(at)?, list.values.get(at).copied().filter(|value| *value != NONE)))
        });
        cell.unwrap_or((State::Unknown, None))
    }

    /// The text that a value of a slot or cell of type text stands for.
    #[must_use]
    pub fn text_of<'a>(&'a self, tables: &'a Tables, value: i128) -> Option<&'a str> {
        let index = usize::try_from(value).ok()?;
        let text = match index.checked_sub(self.known) {
            None => tables.texts.get(index),
            Some(own) => self.texts.get(..self.texts_live)?.get(own),
        };
        text.map(String::as_str)
    }

    /// What a counter counts, where a ledger was given or none is asked for.
    #[inline]
    #[must_use]
    pub fn times(&self, counter: u32) -> Times {
        self.times.get(counter as usize).copied().unwrap_or_default()
    }

    /// The state of a slot.
    #[inline]
    #[must_use]
    pub fn state(&self, slot: u32) -> State {
        self.states.get(slot as usize).copied().unwrap_or_default()
    }

    /// The value of a slot; `None` where it has none.
    #[inline]
    #[must_use]
    pub fn value(&self, slot: u32) -> Option<i128> {
        self.values.get(slot as usize).copied().filter(|value| *value != NONE)
    }

    /// The text of a slot of type text.
    #[must_use]
    pub fn text<'a>(&'a self, tables: &'a Tables, slot: u32) -> Option<&'a str> {
        self.text_of(tables, self.value(slot)?)
    }

    /// What earlier awards have used of a cap.
    #[inline]
    #[must_use]
    pub fn used(&self, cap: u32) -> Used {
        self.used.get(cap as usize).copied().unwrap_or(Used::Exactly(0))
    }

    fn intern(&mut self, text: &str) -> usize {
        let live = self.texts.get(..self.texts_live).unwrap_or(&[]);
        if let Some(index) = live.iter().position(|own| own == text) {
            return index;
        }
        let index = self.texts_live;
        match self.texts.get_mut(index) {
            Some(place) => {
                place.clear();
                place.push_str(text);
            }
            None => self.texts.push(text.to_owned()),
        }
        self.texts_live += 1;
        index
    }
}

impl Records {
    fn empty(&mut self) {
        self.count = 0;
        self.values.clear();
        self.states.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytecode::program::{GivenBy, SlotInfo, SlotType};

    fn tables() -> Tables {
        let slot = SlotInfo {
            name: String::new(),
            alias: String::new(),
            subject: 0,
            ty: SlotType::Text,
            given_by: GivenBy::Applicant,
            low: None,
            high: None,
            made: false,
            credit_code: false,
            yearly: false,
            year: None,
            certificate: None,
            note: String::new(),
        };
        Tables { slots: vec![slot; 3], texts: vec!["甲".into()], ..Tables::default() }
    }

    #[test]
    fn texts_are_equal_exactly_where_their_indices_are() {
        let tables = tables();
        let mut case = Case::new(&tables);
        for (slot, text) in [(0, "甲"), (1, "乙"), (2, "乙")] {
            case.set(&tables, slot, &Given::Text(text.into()));
        }
        assert_eq!([case.value(0), case.value(1), case.value(2)], [Some(0), Some(1), Some(1)]);
        assert_eq!(case.text(&tables, 2), Some("乙"));
        case.clear();
        assert_eq!(case.text(&tables, 2), None);
        case.set(&tables, 2, &Given::Text("丙".into()));
        assert_eq!((case.value(2), case.text(&tables, 2)), (Some(1), Some("丙")));
    }

    #[test]
    fn a_slot_out_of_range_is_ignored() {
        let tables = tables();
        let mut case = Case::new(&tables);
        case.set_value(9, 1);
        assert_eq!((case.value(9), case.state(9)), (None, State::NotAsked));
        case.set_value(1, 5);
        case.set_state(1, State::Unknown);
        assert_eq!((case.value(1), case.state(1)), (None, State::Unknown));
    }
}

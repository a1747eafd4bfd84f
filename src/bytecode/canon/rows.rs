//! In: the tables of a program. Out: a hash a row, by name. Invariant: no row's hash depends on its index or on its neighbours, but for
//! the order of an ordered class.

use super::super::program::{ClassInfo, GivenBy, Shown, SlotInfo, SlotType, Tables};
use super::super::records::{CalendarInfo, ColumnInfo, ListInfo, SeriesSlot};
use super::{Canon, Hash, Sum};

/// Hashes of the rows that clauses refer to.
#[derive(Debug, Clone)]
pub struct Rows {
    departments: Vec<Hash>,
    subjects: Vec<Hash>,
    slots: Vec<Hash>,
    members: Vec<Hash>,
    /// Sum of all class values before each, so that a range is one subtraction.
    before: Vec<Sum>,
    orders: Vec<Hash>,
    clauses: Vec<Hash>,
    lists: Vec<Hash>,
    columns: Vec<Hash>,
    calendars: Vec<Hash>,
}

fn named(kind: &str, name: &str) -> Hash {
    Canon::new(kind).text(name).finish()
}

fn at(hashes: &[Hash], index: u32) -> Hash {
    hashes.get(index as usize).copied().unwrap_or_default()
}

impl Rows {
    /// Of all rows.
    #[must_use]
    pub fn new(tables: &Tables) -> Rows {
        let class = |id: u32| tables.classes.get(id as usize).map(|class| class.name.as_str()).unwrap_or_default();
        let members: Vec<Hash> = tables
            .members
            .iter()
            .map(|member| Canon::new("member").text(class(member.class)).text(&member.name).finish())
            .collect();
        let mut before = vec![Sum::default()];
        let mut sum = Sum::default();
        for member in &members {
            sum = sum.plus(Sum::of(*member));
            before.push(sum);
        }
        let mut rows = Rows {
            departments: tables.departments.iter().map(|row| named("department", &row.name)).collect(),
            subjects: tables.subjects.iter().map(|row| named("subject", &row.name)).collect(),
            slots: Vec::new(),
            orders: tables.classes.iter().map(|class| order(class, &members)).collect(),
            members,
            before,
            clauses: tables.clauses.iter().map(|row| named("clause", &row.id)).collect(),
            lists: Vec::new(),
            columns: Vec::new(),
            calendars: tables.calendars.iter().map(calendar_row).collect(),
        };
        rows.lists = tables.lists.iter().map(|list| rows.list_row(list)).collect();
        rows.columns = tables.columns.iter().map(|column| rows.column_row(column, tables)).collect();
        rows.slots = tables.slots.iter().map(|slot| rows.slot_row(slot, tables)).collect();
        rows
    }

    /// Of a department, by its short name.
    #[must_use]
    pub fn department(&self, id: u32) -> Hash {
        at(&self.departments, id)
    }

    /// Of a subject kind.
    #[must_use]
    pub fn subject(&self, id: u32) -> Hash {
        at(&self.subjects, id)
    }

    /// Of a fact: subject, name, type, range, and who gives it.
    #[must_use]
    pub fn slot(&self, id: u32) -> Hash {
        at(&self.slots, id)
    }

    /// Of a class value.
    #[must_use]
    pub fn member(&self, id: u32) -> Hash {
        at(&self.members, id)
    }

    /// Of a clause, by its id.
    #[must_use]
    pub fn clause(&self, id: u32) -> Hash {
        at(&self.clauses, id)
    }

    /// Of a list: subject, name, bound.
    #[must_use]
    pub fn list(&self, id: u32) -> Hash {
        at(&self.lists, id)
    }

    /// Of a column: list, name, type, range.
    #[must_use]
    pub fn column(&self, id: u32) -> Hash {
        at(&self.columns, id)
    }

    /// Of a calendar, by its days.
    #[must_use]
    pub fn calendar(&self, id: u32) -> Hash {
        at(&self.calendars, id)
    }

    /// Of the order of a class; nothing for what is not a class value.
    #[must_use]
    pub fn order(&self, class: Option<u32>) -> Hash {
        class.map(|class| at(&self.orders, class)).unwrap_or_default()
    }

    /// Of all values that a set holds.
    #[must_use]
    pub fn set(&self, tables: &Tables, id: u32) -> Hash {
        let before = |member: u32| self.before.get(member as usize).copied().unwrap_or_default();
        let ranges = tables.sets.get(id as usize).map(Vec::as_slice).unwrap_or_default();
        let sum = ranges.iter().fold(Sum::default(), |sum, (first, end)| sum.plus(before(*end)).minus(before(*first)));
        Canon::new("set").sum(sum).finish()
    }

    /// The class of a slot.
    #[must_use]
    pub fn class_of_slot(&self, tables: &Tables, slot: u32) -> Option<u32> {
        class_of(&tables.slots.get(slot as usize)?.ty)
    }

    /// The class of a column.
    #[must_use]
    pub fn class_of_column(&self, tables: &Tables, column: u32) -> Option<u32> {
        class_of(&tables.columns.get(column as usize)?.ty)
    }

    fn slot_row(&self, slot: &SlotInfo, tables: &Tables) -> Hash {
        // A fact that the compiler made is named after its clause, and a clause may be renamed.
        let name = if slot.made { "" } else { slot.name.as_str() };
        let canon = Canon::new("fact").hash(self.subject(slot.subject)).text(name);
        let canon = typed(canon, &slot.ty, tables);
        let department = |id: Option<u32>| id.map(|id| self.department(id)).unwrap_or_default();
        let canon = match slot.given_by {
            GivenBy::Applicant => canon.text("applicant"),
            GivenBy::Determination(id) => canon.text("determination").hash(department(id)),
            GivenBy::Discretion(id) => canon.text("discretion").hash(department(id)),
        };
        let canon = match slot.year {
            Some(SeriesSlot { series, year, relative }) => canon
                .text(tables.series.get(series as usize).map(|row| row.name.as_str()).unwrap_or_default())
                .number(i128::from(year))
                .number(i128::from(relative)),
            None => canon,
        };
        let flags = canon.maybe(slot.low).maybe(slot.high).number(i128::from(slot.made));
        flags.number(i128::from(slot.credit_code)).number(i128::from(slot.yearly)).finish()
    }

    fn list_row(&self, list: &ListInfo) -> Hash {
        Canon::new("list").hash(self.subject(list.subject)).text(&list.name).number(i128::from(list.max)).finish()
    }

    fn column_row(&self, column: &ColumnInfo, tables: &Tables) -> Hash {
        let canon = Canon::new("column").hash(self.list(column.list)).text(&column.name);
        let canon = typed(canon, &column.ty, tables).maybe(column.low).maybe(column.high);
        canon.number(i128::from(column.credit_code)).finish()
    }
}

fn class_of(ty: &SlotType) -> Option<u32> {
    match ty {
        SlotType::Member { class } => Some(*class),
        SlotType::Bool | SlotType::Number { .. } | SlotType::Date | SlotType::Text | SlotType::List { .. } => None,
    }
}

/// With a type, by name.
fn typed(canon: Canon, ty: &SlotType, tables: &Tables) -> Canon {
    match ty {
        SlotType::Bool => canon.text("bool"),
        SlotType::Date => canon.text("date"),
        SlotType::Text => canon.text("text"),
        SlotType::Member { class } => canon
            .text("member")
            .text(tables.classes.get(*class as usize).map(|row| row.name.as_str()).unwrap_or_default()),
        SlotType::List { list } => {
            canon.text("list").text(tables.lists.get(*list as usize).map(|row| row.name.as_str()).unwrap_or_default())
        }
        SlotType::Number { scale, shown, unit } => {
            let mut canon = canon.text("number").number(i128::from(*scale)).text(shown_name(*shown));
            for (name, power) in unit {
                canon = canon.text(name).number(i128::from(*power));
            }
            canon
        }
    }
}

fn calendar_row(calendar: &CalendarInfo) -> Hash {
    let canon = Canon::new("calendar").number(i128::from(calendar.first)).number(i128::from(calendar.last));
    let days = |canon: Canon, days: &[i32]| days.iter().fold(canon, |canon, day| canon.number(i128::from(*day)));
    days(days(canon, &calendar.off).text("working"), &calendar.working).finish()
}

fn order(class: &ClassInfo, members: &[Hash]) -> Hash {
    let members = members.get(class.first as usize..class.end as usize).unwrap_or_default();
    members.iter().fold(Canon::new("order"), |canon, member| canon.hash(*member)).finish()
}

fn shown_name(shown: Shown) -> &'static str {
    match shown {
        Shown::Integer => "integer",
        Shown::Number => "number",
        Shown::Rate => "rate",
        Shown::Money => "money",
        Shown::Period => "period",
        Shown::Quantity => "quantity",
    }
}

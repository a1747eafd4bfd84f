//! In: the JSON of a list. Out: its records, one entry a column, in order of the columns.
//! Invariant: a list is given only where every record is without findings; a column that is left out was not asked.

use std::collections::BTreeMap;

use super::facts::twice;
use super::findings::{too_many_records, unknown_column};
use super::json::{Json, Kind};
use super::names::fold;
use super::values::{Finding, Values, is_comment};
use crate::bytecode::program::{Given, SlotInfo};
use crate::bytecode::records::{ColumnInfo, ListInfo, Record};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// The columns of one list, as values are read against them.
struct Columns<'a> {
    values: &'a Values<'a>,
    list: &'a ListInfo,
    slots: Vec<SlotInfo>,
    names: BTreeMap<String, usize>,
}

/// The records of a list; all findings where there are any.
pub fn read(values: &Values, list: &ListInfo, json: &[Json]) -> Result<Vec<Record>, Vec<Finding>> {
    let columns = Columns::new(values, list);
    let mut findings = Vec::new();
    let mut records = Vec::new();
    for (number, record) in (1..).zip(json) {
        if number > u64::from(list.max) {
            findings.push(too_many_records(&list.name, list.max, json.len(), record.span));
            break;
        }
        records.extend(columns.record(record, &mut findings));
    }
    if findings.is_empty() { Ok(records) } else { Err(findings) }
}

impl<'a> Columns<'a> {
    fn new(values: &'a Values<'a>, list: &'a ListInfo) -> Columns<'a> {
        let (first, end) = list.columns;
        let columns = values.tables.columns.get(first as usize..end as usize).unwrap_or(&[]);
        let mut names = BTreeMap::new();
        for (at, column) in columns.iter().enumerate() {
            for name in [&column.name, &column.alias].into_iter().filter(|name| !name.is_empty()) {
                names.entry(fold(name)).or_insert(at);
            }
        }
        Columns { values, list, slots: columns.iter().map(|column| as_slot(list, column)).collect(), names }
    }

    fn record(&self, json: &Json, findings: &mut Vec<Finding>) -> Option<Record> {
        let Kind::Object(entries) = &json.kind else {
            findings.push(Box::new(
                Diagnostic::new(
                    Code::WrongType,
                    json.span,
                    format!("“{}”的每一条要写成一个对象", self.list.name),
                    format!("each record of `{}` is an object", self.list.name),
                )
                .help(format!("写成 {{ {} }}", self.keys()), format!("write {{ {} }}", self.keys())),
            ));
            return None;
        };
        let before = findings.len();
        let mut record = vec![Given::NotAsked; self.slots.len()];
        let mut seen = BTreeMap::<usize, Span>::new();
        for entry in entries.iter().filter(|entry| !is_comment(&entry.key)) {
            let Some(at) = self.names.get(&fold(&entry.key)).copied() else {
                let known = self.slots.iter().flat_map(|slot| [slot.name.as_str(), slot.alias.as_str()]);
                findings.push(unknown_column(&self.list.name, entry, known));
                continue;
            };
            if let Some(first) = seen.insert(at, entry.span) {
                findings.push(twice(entry, first));
                continue;
            }
            let (Some(slot), Some(place)) = (self.slots.get(at), record.get_mut(at)) else { continue };
            match self.values.given(slot, &entry.value) {
                Ok(given) => *place = given,
                Err(finding) => findings.push(finding),
            }
        }
        (findings.len() == before).then_some(record)
    }

    /// The keys of a record, as an example shows them.
    fn keys(&self) -> String {
        self.slots.iter().map(|slot| format!("\"{}\": …", slot.name)).collect::<Vec<_>>().join(", ")
    }
}

/// A column as a fact of its own: values are the same.
pub fn as_slot(list: &ListInfo, column: &ColumnInfo) -> SlotInfo {
    SlotInfo {
        name: column.name.clone(),
        alias: column.alias.clone(),
        subject: list.subject,
        ty: column.ty.clone(),
        given_by: crate::bytecode::program::GivenBy::Applicant,
        low: column.low,
        high: column.high,
        made: false,
        credit_code: column.credit_code,
        yearly: false,
        year: None,
        certificate: None,
        note: column.note.clone(),
    }
}

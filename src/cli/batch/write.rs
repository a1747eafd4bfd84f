//! In: decisions. Out: a row of CSV or a line of JSON each. Invariant: an amount that is not known is empty (`null`), never 0.

use std::collections::BTreeSet;

use guiju::bytecode::program::Tables;
use guiju::calendar;
use guiju::decision::{ClauseDecision, Decision};
use guiju::diagnostics::Code;
use guiju::diff::population::Place;
use guiju::explain::text::digits;
use guiju::input::rows::Head;
use serde_json::{Value, json};

use crate::cli::failure::Failure;

/// Rows that wait to be written.
pub struct Lines<'t> {
    tables: &'t Tables,
    form: Form,
}

enum Form {
    Table(Box<csv::Writer<Vec<u8>>>),
    Objects(Vec<u8>),
}

/// What a clause comes to.
struct Cell {
    outcome: &'static str,
    low: Option<String>,
    high: Option<String>,
    needs: Vec<u32>,
}

/// The first line of a table.
pub fn header(tables: &Tables, is_table: bool) -> Result<Vec<u8>, Failure> {
    if !is_table {
        return Ok(Vec::new());
    }
    let mut lines = Lines::new(tables, true);
    let clauses = tables.clauses.iter().map(|clause| &clause.id);
    let clauses = clauses.flat_map(|id| [id.clone(), format!("{id}_low"), format!("{id}_high")]);
    let names = ["row", "label", "on"].into_iter().map(str::to_owned).chain(clauses);
    let names = names.chain(["total_low", "total_high", "needs"].into_iter().map(str::to_owned));
    lines.record(names);
    lines.take()
}

impl<'t> Lines<'t> {
    /// No rows; of CSV, or of JSON.
    pub fn new(tables: &'t Tables, is_table: bool) -> Lines<'t> {
        let form = if is_table {
            Form::Table(Box::new(csv::Writer::from_writer(Vec::new())))
        } else {
            Form::Objects(Vec::new())
        };
        Lines { tables, form }
    }

    /// Takes what waits.
    pub fn take(&mut self) -> Result<Vec<u8>, Failure> {
        let empty = csv::Writer::from_writer(Vec::new());
        match &mut self.form {
            Form::Objects(bytes) => Ok(std::mem::take(bytes)),
            Form::Table(table) => std::mem::replace(&mut **table, empty).into_inner().map_err(|error| {
                Failure::new(Code::CannotWrite, format!("结果写不了：{error}"), format!("cannot write: {error}"))
            }),
        }
    }

    fn record(&mut self, cells: impl Iterator<Item = String>) {
        if let Form::Table(table) = &mut self.form {
            // Writing into memory does not fail, and every row has the cells of the header.
            let _ = table.write_record(cells);
        }
    }

    /// Adds a row.
    pub fn row(&mut self, place: Place, head: &Head, on: i32, decision: &Decision, clauses: Option<&[u32]>) {
        let applied = |clause: u32| clauses.is_none_or(|clauses| clauses.contains(&clause));
        let cells: Vec<Cell> =
            decision.clauses.iter().zip(0u32..).map(|(decided, clause)| cell(decided, applied(clause))).collect();
        let needs: BTreeSet<u32> = cells.iter().flat_map(|cell| cell.needs.iter().copied()).collect();
        let name = |slot: &u32| self.tables.slots.get(*slot as usize).map(|slot| slot.name.clone());
        let needs: Vec<String> = needs.iter().filter_map(name).collect();
        let total = if clauses.is_none() {
            (digits(decision.total.low), decision.total.high.map(digits))
        } else {
            sum(decision, &applied)
        };
        let open = cells.iter().any(|cell| cell.outcome == "undetermined");
        // An open outcome can still add to the total.
        let total = (total.0, total.1.filter(|_| !open));
        let day = calendar::iso(i64::from(on));
        if let Form::Objects(bytes) = &mut self.form {
            let clauses: Vec<Value> = (self.tables.clauses.iter().zip(&cells))
                .map(|(clause, cell)| {
                    json!({ "id": clause.id, "outcome": cell.outcome, "low": cell.low, "high": cell.high })
                })
                .collect();
            let row = json!({
                "row": place.row, "label": head.label, "on": day, "clauses": clauses,
                "total": { "low": total.0, "high": total.1 }, "needs": needs,
            });
            bytes.extend_from_slice(row.to_string().as_bytes());
            bytes.push(b'\n');
            return;
        }
        let first = [place.row.to_string(), head.label.clone(), day];
        let clauses = cells
            .into_iter()
            .flat_map(|cell| [cell.outcome.to_owned(), cell.low.unwrap_or_default(), cell.high.unwrap_or_default()]);
        let last = [total.0, total.1.unwrap_or_default(), needs.join("、")];
        let all: Vec<String> = first.into_iter().chain(clauses).chain(last).collect();
        self.record(all.into_iter());
    }
}

fn cell(decided: &ClauseDecision, applied: bool) -> Cell {
    let plain = |outcome| Cell { outcome, low: None, high: None, needs: Vec::new() };
    match decided {
        _ if !applied => plain("not_applied"),
        ClauseDecision::NotInForce => plain("not_in_force"),
        ClauseDecision::Ineligible { .. } => plain("ineligible"),
        ClauseDecision::Undetermined { needs } => Cell { needs: needs.clone(), ..plain("undetermined") },
        ClauseDecision::Eligible { amount, needs, .. } => Cell {
            outcome: "eligible",
            low: Some(digits(amount.low)),
            high: amount.high.map(digits),
            needs: needs.clone(),
        },
    }
}

/// The sum over the clauses applied for.
fn sum(decision: &Decision, applied: &dyn Fn(u32) -> bool) -> (String, Option<String>) {
    let amounts = decision.clauses.iter().zip(0u32..).filter(|(_, clause)| applied(*clause));
    let total = amounts.fold(guiju::decision::Amount::ZERO, |total, (decided, _)| match decided {
        ClauseDecision::Eligible { amount, .. } => total.plus(amount),
        _ => total,
    });
    (digits(total.low), total.high.map(digits))
}

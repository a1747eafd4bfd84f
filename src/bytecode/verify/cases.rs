//! In: the cases of a program whose other tables hold. Out: flaws of their values and references.

use crate::limits::VALUE_MAX;

use super::super::exact::widened;
use super::super::program::{CaseAward, CaseInfo, ExpectationInfo, Given, OutcomeInfo, SlotType, Tables};
use super::super::records::{ColumnInfo, Record};
use super::{Flaws, Rule};

/// Checks all cases.
pub fn examine(tables: &Tables, flaws: &mut Flaws) {
    for case in &tables.cases {
        if !well_formed(case, tables) {
            flaws.add(
                None,
                Rule::CaseMalformed,
                format!("案例「{}」的内容不对", case.title),
                format!("case `{}` is not well formed", case.title),
            );
        }
    }
}

fn well_formed(case: &CaseInfo, tables: &Tables) -> bool {
    let sorted = case.facts.windows(2).all(|pair| matches!(pair, [a, b] if a.0 < b.0));
    let fit = case.facts.iter().all(|(slot, given)| {
        let info = tables.slots.get(*slot as usize);
        info.is_some_and(|slot| fits(given, &slot.ty, (slot.low, slot.high), tables))
    });
    let listed = case.lists.array_windows::<2>().all(|[a, b]| a.0 < b.0)
        && case.lists.iter().all(|(slot, records)| list_fits(*slot, records, tables));
    let clause = |id: u32| (id as usize) < tables.clauses.len();
    let named = |award: &CaseAward| {
        let kinds = award.subjects.iter().zip(award.subjects.iter().skip(1));
        kinds.into_iter().all(|((a, _), (b, _))| a < b)
            && award.subjects.iter().all(|(kind, _)| (*kind as usize) < tables.subjects.len())
    };
    let earlier =
        (case.ledger.iter().flatten()).all(|award| clause(award.clause) && is_money(award.amount) && named(award));
    let places = case.expectations.iter().map(|(_, place)| *place).chain([case.place]);
    let placed = places.into_iter().all(|place| (place.file as usize) < tables.files.len());
    let expected = case.expectations.iter().all(|(expectation, _)| match expectation {
        ExpectationInfo::Clause { clause: id, outcome, awaits, needs, bound_by: _ } => {
            clause(*id)
                && outcome_fits(outcome)
                && awaits.iter().all(|id| (*id as usize) < tables.departments.len())
                && needs.iter().all(|id| (*id as usize) < tables.slots.len())
        }
        ExpectationInfo::Instalments { clause: id, amounts } | ExpectationInfo::Shares { clause: id, amounts } => {
            clause(*id) && amounts.iter().all(|amount| is_money(*amount))
        }
        ExpectationInfo::Retroactive { clause: id, amount } | ExpectationInfo::Clawback { clause: id, amount } => {
            clause(*id) && is_money(*amount)
        }
        ExpectationInfo::Conflict { group } => (*group as usize) < tables.settlement.groups.len(),
        ExpectationInfo::Total { low, high } => is_money(*low) && high.is_none_or(is_money),
    });
    sorted && fit && listed && earlier && placed && expected
}

fn outcome_fits(outcome: &OutcomeInfo) -> bool {
    match outcome {
        OutcomeInfo::Eligible { low, high } => is_money(*low) && high.is_none_or(is_money),
        OutcomeInfo::NotInForce | OutcomeInfo::Ineligible(_) | OutcomeInfo::Undetermined => true,
    }
}

fn is_money(amount: i128) -> bool {
    widened(VALUE_MAX, 2).is_some_and(|limit| (-limit..=limit).contains(&amount))
}

/// Records of a list, each with every column.
fn list_fits(slot: u32, records: &[Record], tables: &Tables) -> bool {
    let Some(SlotType::List { list }) = tables.slots.get(slot as usize).map(|slot| &slot.ty) else { return false };
    let Some(list) = tables.lists.get(*list as usize) else { return false };
    let columns = tables.columns.get(list.columns.0 as usize..list.columns.1 as usize).unwrap_or_default();
    records.len() <= list.max as usize
        && records.iter().all(|record| {
            let cell =
                |(given, column): (&Given, &ColumnInfo)| fits(given, &column.ty, (column.low, column.high), tables);
            record.len() == columns.len() && record.iter().zip(columns).all(cell)
        })
}

fn fits(given: &Given, ty: &SlotType, (low, high): (Option<i128>, Option<i128>), tables: &Tables) -> bool {
    match (given, ty) {
        (Given::Unknown | Given::NotApplicable | Given::NotAsked, _) => true,
        (Given::Text(_), ty) => *ty == SlotType::Text,
        (Given::Value(value), SlotType::Bool) => (0..=1).contains(value),
        (Given::Value(value), SlotType::Number { scale, shown, .. }) => widened(shown.value_max(), u32::from(*scale))
            .is_some_and(|limit| (low.unwrap_or(-limit)..=high.unwrap_or(limit)).contains(value)),
        (Given::Value(value), SlotType::Date) => i32::try_from(*value).is_ok(),
        (Given::Value(value), SlotType::Member { class }) => tables
            .classes
            .get(*class as usize)
            .is_some_and(|class| (i128::from(class.first)..i128::from(class.end)).contains(value)),
        (Given::Value(_), SlotType::Text | SlotType::List { .. }) => false,
    }
}

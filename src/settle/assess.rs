//! In: the trace and the decision of an application. Out: the application in a batch; or what keeps it out: a batch holds only amounts
//! that are exact. Invariant: nothing that is not known counts as nothing.

use super::one::applicant;
use super::range::{Choice, Identity};
use super::{Application, Batch};
use crate::bytecode::program::{GivenBy, Tables};
use crate::bytecode::settlement::{AllocationInfo, OrderByInfo};
use crate::decision::Decision;
use crate::diagnostics::{Code, Text};
use crate::vm::Trace;

/// Puts an application into a batch.
///
/// # Errors
/// What must be known first, or that its number is taken.
pub fn push(batch: &mut Batch, id: &str, trace: &Trace<'_>, decision: &Decision) -> Result<(), Vec<(Code, Text)>> {
    let tables = &trace.vm().program().tables;
    let applicant = applicant(trace, decision);
    let mut open = Vec::new();
    for claim in applicant.claims.iter().filter(|claim| claim.open || !claim.amount.is_exact()) {
        let clause = tables.clauses.get(claim.clause as usize).map_or("", |clause| &clause.id);
        let needs = claim.needs.iter().map(|slot| fact(tables, *slot)).collect::<Vec<_>>().join("、");
        open.push(Text::new(
            format!("条款 {clause} 的金额还没有定下来，缺 {needs}"),
            format!("the amount of {clause} is not settled yet; it needs {needs}"),
        ));
    }
    let unknown = |slot: u32| {
        let name = fact(tables, slot);
        Text::new(format!("结算要用“{name}”，还不知道"), format!("`{name}` is needed and not known"))
    };
    open.extend(applicant.externals.iter().filter(|(_, ends)| !ends.is_exact()).map(|(slot, _)| unknown(*slot)));
    for claim in &applicant.claims {
        for kinds in super::keys_of(tables, claim.clause) {
            let named = kinds.iter().filter_map(|kind| applicant.subjects.get(*kind as usize));
            let named: Vec<&Identity> = named.collect();
            if named.iter().any(|identity| matches!(identity, Identity::Known(_))) {
                continue;
            }
            open.extend(named.into_iter().filter_map(|identity| match identity {
                Identity::Unknown(slot) => Some(unknown(*slot)),
                Identity::Known(_) | Identity::Nobody => None,
            }));
        }
    }
    open.sort_unstable();
    open.dedup();
    if !open.is_empty() {
        return Err(open.into_iter().map(|text| (Code::BadApplication, text)).collect());
    }
    let subjects: Vec<(u32, &str)> = (applicant.subjects.iter().zip(0u32..))
        .filter_map(|(identity, kind)| match identity {
            Identity::Known(name) => Some((kind, name.as_str())),
            Identity::Unknown(_) | Identity::Nobody => None,
        })
        .collect();
    let awards: Vec<(u32, i128)> = applicant.claims.iter().map(|claim| (claim.clause, claim.amount.low)).collect();
    let mut facts: Vec<(u32, i128)> = applicant.externals.iter().map(|(slot, ends)| (*slot, ends.low)).collect();
    facts.extend(ordering(tables).into_iter().filter_map(|slot| Some((slot, trace.case().value(slot)?))));
    let choices: Vec<(u32, u32)> = (applicant.choices.iter())
        .filter_map(|(group, choice)| match choice {
            Choice::Clause(clause) => Some((*group, *clause)),
            Choice::Unknown(_) => None,
        })
        .collect();
    let limits: Vec<(u32, Option<i128>)> =
        applicant.limits.iter().map(|(cap, limit)| (*cap, limit.map(|limit| limit.low))).collect();
    let application = Application {
        id,
        date: trace.on(),
        subjects: &subjects,
        awards: &awards,
        facts: &facts,
        choices: &choices,
        limits: &limits,
        before: &super::one::before(&applicant.claims),
    };
    batch.push(&application).map_err(|_| {
        let (zh, en) = (format!("编号“{id}”和前面一份的相同"), format!("the number `{id}` is taken"));
        vec![(Code::DuplicateApplication, Text::new(zh, en))]
    })
}

/// Slots that quotas and budgets order by.
fn ordering(tables: &Tables) -> Vec<u32> {
    let quotas = tables.settlement.quotas.iter().flat_map(|quota| quota.order.iter());
    let ranked = tables.settlement.budgets.iter().flat_map(|budget| match &budget.strategy {
        AllocationInfo::Ranked(order) => order.as_slice(),
        AllocationInfo::FirstCome | AllocationInfo::ProRata => &[],
    });
    let slot = |by: OrderByInfo| match by {
        OrderByInfo::Slot(slot) => Some(slot),
        OrderByInfo::Date | OrderByInfo::Amount => None,
    };
    let mut slots: Vec<u32> = quotas.chain(ranked).filter_map(|key| slot(key.by)).collect();
    slots.sort_unstable();
    slots.dedup();
    slots
}

/// The name of a fact, and who gives it.
fn fact(tables: &Tables, slot: u32) -> String {
    let Some(info) = tables.slots.get(slot as usize) else { return String::new() };
    let department = match info.given_by {
        GivenBy::Determination(Some(department)) | GivenBy::Discretion(Some(department)) => {
            tables.departments.get(department as usize)
        }
        GivenBy::Applicant | GivenBy::Determination(None) | GivenBy::Discretion(None) => None,
    };
    department.map_or_else(|| info.name.clone(), |department| format!("{}（{}）", info.name, department.name))
}

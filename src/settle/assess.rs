//! In: the trace and the decision of an application. Out: the application in a batch; or what keeps it out: a batch holds only amounts
//! that are exact. Invariant: nothing that is not known counts as nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::Batch;
use super::one::{Lines, applicant};
use super::range::{Applicant, Claim, Identity};
use crate::bytecode::program::{ClauseInfo, GivenBy, RequirementKind, Tables};
use crate::bytecode::settlement::{AllocationInfo, MemberOf, OrderByInfo};
use crate::decision::Decision;
use crate::diagnostics::{Code, Text};
use crate::vm::trace::Last;
use crate::vm::{State, Trace};

/// What keeps an application out of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind.
    pub code: Code,
    /// What is wrong with the application.
    pub text: Text,
    /// One a clause or fact that is open.
    pub details: Vec<Text>,
    /// What to do.
    pub help: Option<Text>,
}

/// By clause, the facts of which one must be asked or given, or it counts as not applied for.
pub type Asks = Vec<BTreeSet<u32>>;

/// Puts an application into a batch. `clauses` are those applied for; where that is not said, an open clause counts as not applied for
/// if nothing that only it asks was given.
///
/// # Errors
/// What must be known first, or that its number is taken.
pub fn push(
    batch: &mut Batch,
    id: &str,
    (clauses, asks): (Option<&[u32]>, &Asks),
    (trace, decision): (&Trace<'_>, &Decision),
) -> Result<(), Box<Problem>> {
    let tables = &trace.vm().program().tables;
    let mut applicant = applicant(trace, decision);
    applicant.claims.retain(|claim| match clauses {
        Some(clauses) => clauses.contains(&claim.clause),
        None => is_settled(claim) || asked(trace, asks, claim.clause),
    });
    if let Some(problem) = open(tables, &applicant, id) {
        return Err(Box::new(problem));
    }
    let mut lines = Lines::of(&applicant);
    lines.facts.extend(ordering(tables).into_iter().filter_map(|slot| Some((slot, trace.case().value(slot)?))));
    let application = lines.application(id, trace.on());
    batch.push(&application).map_err(|_| {
        let (zh, en) = (format!("编号“{id}”和前面一份的相同"), format!("the number `{id}` is taken"));
        let (text, details) = (Text::new(zh, en), Vec::new());
        Box::new(Problem { code: Code::DuplicateApplication, text, details, help: None })
    })
}

fn is_settled(claim: &Claim) -> bool {
    claim.amount.is_exact() && claim.before.is_exact() && !claim.open
}

fn asked(trace: &Trace<'_>, asks: &Asks, clause: u32) -> bool {
    let facts = asks.get(clause as usize).into_iter().flatten();
    let mut facts = facts.peekable();
    facts.peek().is_none() || facts.any(|slot| trace.case().state(*slot) != State::NotAsked)
}

/// The facts that only one clause asks; where there is none, those that it asks besides the scope. Any trace of the policy will do.
#[must_use]
pub fn asks(trace: &Trace<'_>) -> Asks {
    let tables = &trace.vm().program().tables;
    let own: Asks = tables.clauses.iter().map(|clause| besides_scope(trace, clause)).collect();
    let mut users: BTreeMap<u32, u32> = BTreeMap::new();
    for slot in own.iter().flatten() {
        *users.entry(*slot).or_default() += 1;
    }
    let only = |own: &BTreeSet<u32>| {
        let only: BTreeSet<u32> = own.iter().copied().filter(|slot| users.get(slot) == Some(&1)).collect();
        if only.is_empty() { own.clone() } else { only }
    };
    own.iter().map(only).collect()
}

/// What a clause asks besides what the scope asks, and besides who applies.
fn besides_scope(trace: &Trace<'_>, clause: &ClauseInfo) -> BTreeSet<u32> {
    let tables = &trace.vm().program().tables;
    let (first, end) = clause.requirements;
    let (mut shared, mut own) = (BTreeSet::new(), BTreeSet::new());
    for requirement in tables.requirements.get(first as usize..end as usize).unwrap_or(&[]) {
        let scope = matches!(requirement.kind, RequirementKind::Scope | RequirementKind::ScopeExclusion);
        let side = if scope { &mut shared } else { &mut own };
        side.extend(trace.facts(requirement.register));
    }
    match trace.last(clause) {
        Some(Last::Grant(a)) => own.extend(trace.facts(a)),
        Some(Last::Decide(slot, low, high)) => {
            own.insert(slot);
            own.extend(trace.facts(low).into_iter().chain(trace.facts(high)));
        }
        None => {}
    }
    let named = |slot: &u32| tables.subjects.iter().any(|subject| subject.identifier == *slot);
    own.retain(|slot| !shared.contains(slot) && !named(slot) && tables.ledger_slot != Some(*slot));
    own
}

/// What is open of an application.
fn open(tables: &Tables, applicant: &Applicant, id: &str) -> Option<Problem> {
    let names = |slots: &[u32]| slots.iter().map(|slot| fact(tables, *slot)).collect::<Vec<_>>().join("、");
    let mut details = Vec::new();
    for claim in applicant.claims.iter().filter(|claim| !is_settled(claim)) {
        let clause = tables.clauses.get(claim.clause as usize).map_or("", |clause| &clause.id);
        let needs = names(if claim.needs.is_empty() { &claim.before_needs } else { &claim.needs });
        details.push(Text::new(format!("条款 {clause} 缺 {needs}"), format!("{clause} needs {needs}")));
    }
    let mut slots = BTreeSet::new();
    let groups = tables.settlement.groups.iter().filter(|group| {
        let claimed = |member: &MemberOf| match member {
            MemberOf::Clause(clause) => applicant.claims.iter().any(|claim| claim.clause == *clause),
            MemberOf::External(_) => false,
        };
        group.members.iter().any(claimed)
    });
    for member in groups.flat_map(|group| &group.members) {
        if let MemberOf::External(slot) = member {
            let known = applicant.externals.iter().any(|(of, ends)| of == slot && ends.is_exact());
            slots.extend((!known).then_some(*slot));
        }
    }
    for claim in &applicant.claims {
        for kinds in super::keys_of(tables, claim.clause) {
            let named: Vec<&Identity> =
                kinds.iter().filter_map(|kind| applicant.subjects.get(*kind as usize)).collect();
            if named.iter().any(|identity| matches!(identity, Identity::Known(_))) {
                continue;
            }
            slots.extend(named.into_iter().filter_map(|identity| match identity {
                Identity::Unknown(slot) => Some(*slot),
                Identity::Known(_) | Identity::Nobody => None,
            }));
        }
    }
    if !slots.is_empty() {
        let needs = names(&slots.into_iter().collect::<Vec<u32>>());
        details.push(Text::new(format!("归户和结算缺 {needs}"), format!("settlement needs {needs}")));
    }
    if details.is_empty() {
        return None;
    }
    Some(Problem {
        code: Code::BadApplication,
        text: Text::new(
            format!("申请 {id} 的金额还没有定下来，不能结算"),
            format!("application {id} is not settled yet"),
        ),
        details,
        help: Some(Text::new(
            "补上所缺的；不是申请的条款，用 \"clauses\": [\"条款的标识\"] 写明申请哪些",
            "give what is missing; `\"clauses\": [\"id\"]` says which clauses are applied for",
        )),
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

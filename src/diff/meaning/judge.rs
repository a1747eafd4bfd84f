//! In: an application of the joint model with a ledger. Out: what the machine decides of it on each side, in words where asked.
//! Invariant: a [`Witness`] is made here only, of what the machine decided on both sides.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::joint::{Joint, Side};
use super::ledgers::Entry;
use super::{Earlier, Edition, Outcome, Witness};
use crate::analysis::{self, case_text};
use crate::bytecode::exact::scaled;
use crate::bytecode::program::{Award, Given as Packed, SlotType, Tables};
use crate::decision::{ClauseDecision, Decision};
use crate::diagnostics::{Lang, Text};
use crate::explain::text;
use crate::model::case::{Given, Record};
use crate::model::{ColumnId, FactId, MemberId, SubjectId, Value};
use crate::settle::one::{One, Outcome as Settled, one};
use crate::vm::{self, Vm};

/// How often facts that are still needed are looked for.
const ROUNDS_MAX: usize = 12;

/// An application to be decided.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// Facts of the joint model.
    pub facts: BTreeMap<FactId, Given>,
    /// Lists.
    pub lists: BTreeMap<FactId, Vec<Record>>,
    /// The day for each side.
    pub on: [i32; 2],
    /// Earlier awards.
    pub ledger: Vec<Entry>,
}

/// What a side decides.
#[derive(Debug, Clone)]
pub struct Decided {
    /// Before settlement.
    pub assessed: Decision,
    /// After settlement, and what settlement made of it; only where it was asked for ([`Judge::settle`]).
    pub settled: Option<(Decision, One)>,
}

/// The machines of both sides.
pub struct Judge<'a> {
    programs: [&'a Tables; 2],
    vms: [Vm<'a>; 2],
}

impl Trial {
    /// Of an application that was found.
    pub fn of(witness: analysis::Witness, ledger: Vec<Entry>) -> Trial {
        Trial { facts: witness.facts, lists: witness.lists, on: [witness.on; 2], ledger }
    }
}

impl<'a> Judge<'a> {
    /// For two editions.
    pub fn new(old: Edition<'a>, new: Edition<'a>) -> Judge<'a> {
        let programs = [&old.program.program().tables, &new.program.program().tables];
        Judge { programs, vms: [Vm::new(old.program), Vm::new(new.program)] }
    }

    /// The tables of a side.
    pub fn tables(&self, side: Side) -> &'a Tables {
        self.programs[side.index()]
    }

    /// What a side decides before settlement.
    pub fn decide(&self, joint: &Joint<'_>, side: Side, trial: &Trial) -> Decided {
        self.decided(joint, side, trial, false)
    }

    /// What a side decides, before settlement and after it.
    pub fn settle(&self, joint: &Joint<'_>, side: Side, trial: &Trial) -> Decided {
        self.decided(joint, side, trial, true)
    }

    fn decided(&self, joint: &Joint<'_>, side: Side, trial: &Trial, settled: bool) -> Decided {
        let (vm, tables, on) = (&self.vms[side.index()], self.tables(side), trial.on[side.index()]);
        let mut case = vm.case();
        for (fact, given) in &trial.facts {
            if let Some(slot) = joint.own_fact(side, *fact) {
                set(joint, side, tables, &mut case, slot.0, given);
            }
        }
        for (fact, records) in &trial.lists {
            if let Some(slot) = joint.own_fact(side, *fact) {
                case.set_list(tables, slot.0, &packed(joint, side, tables, slot.0, *fact, records));
            }
        }
        for subject in &tables.subjects {
            if case.state(subject.identifier) == vm::State::NotAsked {
                case.set_text(tables, subject.identifier, &identifier(&subject.name));
            }
        }
        let awards = self.awards(joint, side, trial, &case);
        vm::ledger::apply(tables, Some(&awards), &mut case, on);
        let mut machine = vm.machine();
        let trace = machine.trace(&case, on);
        let assessed = trace.decide();
        let settled = settled.then(|| one(&trace, &assessed, &awards));
        Decided { assessed, settled }
    }

    fn awards(&self, joint: &Joint<'_>, side: Side, trial: &Trial, case: &vm::Case) -> Vec<Award> {
        let tables = self.tables(side);
        let award = |entry: &Entry| {
            let other = |kind: u32| entry.others.iter().any(|other| joint.subject(side, SubjectId(kind)) == *other);
            let subjects = tables.subjects.iter().zip(0u32..).filter_map(|(subject, kind)| {
                let own = case.text(tables, subject.identifier)?;
                Some((kind, if other(kind) { format!("另一{}", subject.name) } else { own.to_owned() }))
            });
            Some(Award {
                clause: joint.own_clause(side, entry.clause)?,
                date: entry.date,
                amount: scaled(entry.amount, 2)?,
                once: entry.once,
                subjects: subjects.collect(),
            })
        };
        let mut awards: Vec<Award> = trial.ledger.iter().filter_map(award).collect();
        awards.sort_by_key(|award| award.date);
        awards
    }

    /// Gives facts that a clause of a side still needs an ordinary value; what is at a department's discretion stays open.
    pub fn complete(&self, joint: &Joint<'_>, clauses: [Option<u32>; 2], trial: &mut Trial) {
        for _ in 0..ROUNDS_MAX {
            let mut wanted = Vec::new();
            for side in [Side::Old, Side::New] {
                let Some(clause) = clauses[side.index()] else { continue };
                let decided = self.decide(joint, side, trial);
                if let Some(ClauseDecision::Undetermined { needs }) = decided.assessed.clauses.get(clause as usize) {
                    wanted.extend(needs.iter().map(|need| joint.fact(side, FactId(*need))));
                }
            }
            let mut witness = analysis::Witness {
                facts: std::mem::take(&mut trial.facts),
                lists: std::mem::take(&mut trial.lists),
                on: trial.on[1],
            };
            let any = !wanted.is_empty() && analysis::complete(&joint.model, &mut witness, &wanted);
            (trial.facts, trial.lists) = (witness.facts, witness.lists);
            if !any {
                return;
            }
        }
    }

    /// What both sides decide of their clauses, as a witness.
    pub fn witness(
        &self,
        joint: &Joint<'_>,
        clauses: [Option<u32>; 2],
        trial: &Trial,
        decided: &[Decided; 2],
        settled: bool,
    ) -> Witness {
        let outcome = |side: Side| {
            let decided = &decided[side.index()];
            let after = decided.settled.as_ref().filter(|_| settled);
            let decision = after.map_or(&decided.assessed, |(decision, _)| decision);
            Some(outcome(self.tables(side), clauses[side.index()]?, decision))
        };
        let hidden = |fact: &&FactId| {
            let identifies = joint.model.subjects.iter().any(|subject| subject.identifier == **fact);
            let counted = joint.ledger.iter().any(|(counted, _)| counted == *fact);
            !identifies
                && !counted
                && joint.model.facts.get(fact.index()).is_some_and(|fact| !(fact.made && fact.name == "台账"))
        };
        let facts = trial.facts.keys().filter(hidden).map(|fact| {
            let said = |lang| case_text::assumption(&joint.model, *fact, &trial.facts[fact], lang);
            Text::new(said(Lang::Zh), said(Lang::En))
        });
        let lists = trial.lists.iter().map(|(fact, records)| {
            let said = |lang| case_text::list(&joint.model, *fact, records, lang).trim().to_owned();
            Text::new(said(Lang::Zh), said(Lang::En))
        });
        let ledger = trial.ledger.iter().map(|entry| Earlier {
            clause: joint.clauses.get(entry.clause.index()).cloned().unwrap_or_default(),
            date: entry.date,
            amount: entry.amount,
            once: entry.once,
            others: (entry.others.iter())
                .filter_map(|kind| joint.model.subjects.get(kind.index()))
                .map(|subject| subject.name.clone())
                .collect(),
        });
        Witness {
            on: trial.on[1],
            old_on: (trial.on[0] != trial.on[1]).then_some(trial.on[0]),
            together: false,
            facts: facts.collect(),
            lists: lists.collect(),
            ledger: ledger.collect(),
            old: outcome(Side::Old),
            new: outcome(Side::New),
        }
    }
}

fn identifier(name: &str) -> String {
    format!("本案例的{name}")
}

/// An amount as it is compared: nothing where a clause does not apply; the most where a department sets it, `None` without end.
pub fn most(decided: &ClauseDecision) -> Option<Decimal> {
    match decided {
        ClauseDecision::Eligible { amount, .. } => amount.high,
        ClauseDecision::NotInForce | ClauseDecision::Ineligible { .. } | ClauseDecision::Undetermined { .. } => {
            Some(Decimal::ZERO)
        }
    }
}

fn set(joint: &Joint<'_>, side: Side, tables: &Tables, case: &mut vm::Case, slot: u32, given: &Given) {
    let scale = match tables.slots.get(slot as usize).map(|slot| &slot.ty) {
        Some(SlotType::Number { scale, .. }) => *scale,
        _ => 0,
    };
    if let Some(given) = pack(joint, side, tables, scale, given) {
        case.set(tables, slot, &given);
    }
}

fn pack(joint: &Joint<'_>, side: Side, tables: &Tables, scale: u8, given: &Given) -> Option<Packed> {
    Some(match given {
        Given::Value(Value::Bool(value)) => Packed::Value(i128::from(*value)),
        Given::Value(Value::Number(number)) => Packed::Value(scaled(*number, scale)?),
        Given::Value(Value::Date(day)) => Packed::Value(i128::from(*day)),
        Given::Value(Value::Text(text)) => Packed::Text(text.clone()),
        // What a side does not know is none of its values.
        Given::Value(Value::Member(member)) => Packed::Value(match joint.classes.own(side, *member) {
            Some(MemberId(own)) => i128::from(own),
            None => i128::try_from(tables.members.len()).ok()?,
        }),
        Given::Unknown => Packed::Unknown,
        Given::NotApplicable => Packed::NotApplicable,
    })
}

fn packed(
    joint: &Joint<'_>,
    side: Side,
    tables: &Tables,
    slot: u32,
    fact: FactId,
    records: &[Record],
) -> Vec<Vec<Packed>> {
    let Some(own) = tables.lists.iter().find(|list| list.slot == slot) else { return Vec::new() };
    let place = joint.place(side);
    let cell = |record: &Record, at: u32| {
        let column = tables.columns.get(at as usize);
        let scale = match column.map(|column| &column.ty) {
            Some(SlotType::Number { scale, .. }) => *scale,
            _ => 0,
        };
        let id = place.columns.get(at as usize).copied().unwrap_or(ColumnId(u32::MAX));
        let given = record.iter().find(|(column, _)| *column == id).map(|(_, given)| given);
        given.and_then(|given| pack(joint, side, tables, scale, given)).unwrap_or(Packed::Unknown)
    };
    let _ = fact;
    records.iter().map(|record| (own.columns.0..own.columns.1).map(|at| cell(record, at)).collect()).collect()
}

impl Decided {
    /// What settlement made of a clause.
    pub fn of(&self, clause: u32) -> Option<&Settled> {
        self.settled.as_ref()?.1.clauses.get(clause as usize)
    }
}

/// What a side decides of a clause, in words.
pub fn outcome(tables: &Tables, clause: u32, decision: &Decision) -> Outcome {
    let info = tables.clauses.get(clause as usize);
    let currency = info.map_or("CNY", |info| info.currency.as_str());
    match decision.clauses.get(clause as usize) {
        Some(ClauseDecision::Eligible { amount, .. }) => {
            let said = |lang| text::amount(amount, currency, lang);
            Outcome {
                words: Text::new(format!("可获 {}", said(Lang::Zh)), format!("eligible, {}", said(Lang::En))),
                eligible: true,
                amount: Some((amount.low, amount.high)),
                also: None,
            }
        }
        Some(ClauseDecision::Ineligible { .. }) => plain("不符合", "ineligible"),
        Some(ClauseDecision::Undetermined { .. }) => plain("未定", "undetermined"),
        Some(ClauseDecision::NotInForce) | None => plain("不在有效期", "not in force"),
    }
}

fn plain(zh: &str, en: &str) -> Outcome {
    Outcome { words: Text::new(zh, en), eligible: false, amount: None, also: None }
}

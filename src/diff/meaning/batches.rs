//! In: a rule between clauses, before and after. Out: batches of assessed applications that may show the difference, and what both sides
//! settle of them. Invariant: a [`Witness`] is made only of a batch that the two sides settle differently.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::ask::{Asker, Task};
use super::batch_words::{described, settled_words};
use super::between::{Key, Member, Rule};
use super::joint::{Joint, Side};
use super::judge::{Decided, Judge, Trial};
use super::{Earlier, Witness};
use crate::bytecode::Program;
use crate::bytecode::exact::scaled;
use crate::bytecode::program::Award;
use crate::model::{ClauseId, FactId, MemberId, SubjectId, Type};
use crate::settle::{Application, Batch, Rules, settle};

/// Both sides.
pub struct Sides<'s, 'a> {
    /// Both models.
    pub joint: &'s Joint<'a>,
    /// Both machines.
    pub judge: &'s Judge<'a>,
    /// Both programs.
    pub programs: [&'s Program; 2],
}

/// An assessed application.
#[derive(Debug, Clone, Default)]
pub struct Assessed {
    /// The day.
    pub date: i32,
    /// Who it is; those of one number are one.
    pub who: u32,
    /// The kinds of subjects in which it is somebody of its own, though `who` is the same.
    pub apart: Vec<SubjectId>,
    /// What was assessed.
    pub awards: Vec<(ClauseId, Decimal)>,
    /// What the order compares.
    pub facts: Vec<(FactId, Decimal)>,
}

/// Applications and earlier awards.
#[derive(Debug, Clone, Default)]
pub struct Made {
    /// In order.
    pub applications: Vec<Assessed>,
    /// Awards of earlier ones.
    pub earlier: Vec<Assessed>,
}

/// Most applications of a batch that is tried.
const APPLICATIONS_MAX: u32 = 2_000;

/// Batches that may show a difference.
pub fn candidates(joint: &Joint<'_>, rules: [Option<&Rule>; 2]) -> Vec<Made> {
    let day = joint.model.policy.published.unwrap_or(20_000) + 200;
    let mut clauses: Vec<ClauseId> = rules.iter().flatten().flat_map(|rule| rule.scope()).collect();
    if clauses.is_empty() {
        clauses = (0..joint.clauses.len().min(4)).map(|at| ClauseId(super::joint::index(at))).collect();
    }
    clauses.dedup();
    let kinds: Vec<SubjectId> = (0..).map(SubjectId).take(joint.model.subjects.len()).collect();
    let mut all = Vec::new();
    for rule in rules.iter().flatten() {
        match rule {
            Rule::Group { members, .. } => together(members, day, &kinds, &mut all),
            Rule::Quota { count, order, .. } => {
                for extra in [1, 2] {
                    queued(*count + extra, Decimal::from(10_000), order, &clauses, day, &mut all);
                }
            }
            Rule::Budget { amount, order, .. } => {
                let order = order.clone().unwrap_or_default();
                let parts =
                    [*amount, *amount * Decimal::new(6, 1), *amount / Decimal::from(3), Decimal::new(10_000_001, 2)];
                for part in parts {
                    let part = part.round_dp(2);
                    for count in [1, 2, 3, 5] {
                        queued(count, part, &order, &clauses, day, &mut all);
                    }
                    let count = amount.checked_div(part).and_then(|count| u32::try_from(count.trunc().mantissa()).ok());
                    if let Some(count) = count.filter(|count| *count < APPLICATIONS_MAX) {
                        queued(count + 2, part, &order, &clauses, day, &mut all);
                    }
                }
            }
            Rule::Steps(_) | Rule::Tail(_) => {
                for amount in [1_000_000_i64, 100_000_000] {
                    queued(3, Decimal::from(amount), &[], &clauses, day, &mut all);
                }
            }
        }
    }
    all
}

/// Several applications, one a day, with what is compared rising, falling or equal; with and without earlier awards.
fn queued(count: u32, amount: Decimal, order: &[(Key, bool)], clauses: &[ClauseId], day: i32, all: &mut Vec<Made>) {
    let count = count.min(APPLICATIONS_MAX);
    for clause in clauses.iter().take(3) {
        for (rising, apart) in [(1_i32, 1), (-1, 1), (0, 1), (0, 0)] {
            let one = |at: u32| {
                let step = i64::from(at) * i64::from(rising);
                let key = Decimal::from(if rising < 0 { i64::from(count) + step } else { step + 1 });
                let facts = order.iter().filter_map(|(key_of, _)| match key_of {
                    Key::Fact(fact) => Some((*fact, key)),
                    Key::Date | Key::Amount => None,
                });
                Assessed {
                    date: day + apart * i32::try_from(at.min(100)).unwrap_or(0),
                    who: at + 1,
                    awards: vec![(*clause, amount)],
                    facts: facts.collect(),
                    ..Assessed::default()
                }
            };
            let applications: Vec<Assessed> = (0..count).map(one).collect();
            for before in [None, Some(10), Some(400)] {
                let earlier = before.map(|days| {
                    let mut one = one(0);
                    (one.date, one.who) = (day - days, 9_999);
                    one
                });
                all.push(Made { applications: applications.clone(), earlier: earlier.into_iter().collect() });
            }
        }
    }
}

/// Members claimed together, one after the other, by one who is or is not the same.
fn together(members: &[Member], day: i32, kinds: &[SubjectId], all: &mut Vec<Made>) {
    let clauses: Vec<ClauseId> = members
        .iter()
        .filter_map(|member| match member {
            Member::Clause(id) => Some(*id),
            Member::External(_) => None,
        })
        .collect();
    let external: Vec<FactId> = members
        .iter()
        .filter_map(|member| match member {
            Member::External(id) => Some(*id),
            Member::Clause(_) => None,
        })
        .collect();
    let money = |amount: i64| Decimal::from(amount);
    let amounts = [(100_000, 50_000), (50_000, 100_000), (50_000, 50_000), (5_000_000, 4_000_000)];
    let aids = if external.is_empty() { vec![0] } else { vec![0, 20_000, 80_000, 200_000] };
    for one in &clauses {
        for two in &clauses {
            for (a, b) in amounts {
                for aid in &aids {
                    let facts: Vec<(FactId, Decimal)> = external.iter().map(|fact| (*fact, money(*aid))).collect();
                    let base = Assessed { date: day, who: 1, facts, ..Assessed::default() };
                    let first = Assessed { awards: vec![(*one, money(a))], ..base.clone() };
                    if one != two {
                        let both = Assessed { awards: vec![(*one, money(a)), (*two, money(b))], ..base.clone() };
                        all.push(Made { applications: vec![both], earlier: Vec::new() });
                    } else {
                        all.push(Made { applications: vec![first.clone()], earlier: Vec::new() });
                    }
                    for days in [0, 20, 400] {
                        let second = Assessed { awards: vec![(*two, money(b))], date: day + days, ..base.clone() };
                        all.push(Made { applications: vec![first.clone(), second.clone()], earlier: Vec::new() });
                        all.push(Made { applications: vec![second.clone()], earlier: vec![first.clone()] });
                        for kind in kinds {
                            let other = Assessed { apart: vec![*kind], ..second.clone() };
                            all.push(Made { applications: vec![first.clone(), other], earlier: Vec::new() });
                        }
                    }
                }
            }
        }
    }
}

/// A value of a fact as a side has it; of an ordered enumeration the value that is the so-and-so-manieth.
fn own_value(joint: &Joint<'_>, side: Side, fact: FactId, value: Decimal) -> Option<i128> {
    match &joint.model.facts.get(fact.index())?.ty {
        Type::Number { scale, .. } => scaled(value, *scale),
        Type::Member(class) => {
            let members = joint.model.classes.get(class.0 as usize)?.members.clone();
            let at = u32::try_from(value.trunc().mantissa()).ok()?.checked_sub(1)?;
            let last = members.end.checked_sub(members.start)?.checked_sub(1)?;
            let own = joint.classes.own(side, MemberId(members.start + at.min(last)))?;
            Some(i128::from(own.0))
        }
        _ => scaled(value, 0),
    }
}

/// A batch that the two sides settle differently, as a witness.
pub fn settled_differently(sides: &Sides<'_, '_>, made: &Made) -> Option<Witness> {
    let (one, conflicts) = settled(sides, Side::Old, made)?;
    let (two, others) = settled(sides, Side::New, made)?;
    let differs = one.iter().find(|(line, amount)| two.get(*line) != Some(*amount)).map(|(line, _)| *line);
    if differs.is_none() && conflicts == others {
        return None;
    }
    let (at, clause) = differs.or_else(|| one.keys().next().copied())?;
    let made_of = |left: &Amounts, conflicts: usize| {
        let amount = Decimal::try_from_i128_with_scale(left.get(&(at, clause)).copied().unwrap_or(0), 2).ok()?;
        Some(settled_words(sides.joint, made, (at, clause), amount.normalize(), conflicts > 0))
    };
    Some(Witness {
        on: made.applications.iter().map(|application| application.date).max()?,
        old_on: None,
        together: true,
        facts: described(sides.joint, made, at),
        lists: Vec::new(),
        ledger: (made.earlier.iter())
            .flat_map(|earlier| earlier.awards.iter().map(move |award| (earlier, award)))
            .map(|(earlier, (clause, amount))| Earlier {
                clause: sides.joint.title(*clause).zh,
                date: earlier.date,
                amount: *amount,
                once: false,
                others: if earlier.who == 1 { Vec::new() } else { vec!["申请人".to_owned()] },
            })
            .collect(),
        old: made_of(&one, conflicts),
        new: made_of(&two, others),
    })
}

/// An application whose instalments after expiry are paid on one side only.
pub fn paid_differently(sides: &Sides<'_, '_>, task: &Task) -> Option<Witness> {
    let asker = Asker::new(sides.joint, sides.judge);
    let trial = asker.eligible_in_both(task, BTreeMap::new(), &[])?;
    let differs = |decided: &[Decided; 2]| {
        let paid = |at: usize| decided[at].of(task.clauses[at]).map(|of| of.payments.clone());
        paid(0) != paid(1)
    };
    [Some(trial.on[1]), task.days().last].into_iter().flatten().find_map(|day| {
        let trial = Trial { on: [day; 2], ..trial.clone() };
        asker.with_ledger(task, &trial, vec![Vec::new()], &differs, true)
    })
}

/// Amounts by application and clause, scaled by 2.
type Amounts = BTreeMap<(usize, ClauseId), i128>;

/// What a side settles.
fn settled(sides: &Sides<'_, '_>, side: Side, made: &Made) -> Option<(Amounts, usize)> {
    let (joint, program) = (sides.joint, sides.programs[side.index()]);
    let rules = Rules::new(program);
    let name = |application: &Assessed, at: usize, kind: u32| {
        let joint_kind = joint.subject(side, SubjectId(kind));
        let apart = application.apart.contains(&joint_kind);
        if apart { format!("第{}份申请的", at + 1) } else { format!("{}号", application.who) }
    };
    let subjects = |application: &Assessed, at: usize| -> Vec<(u32, String)> {
        (0u32..).zip(&program.tables.subjects).map(|(kind, _)| (kind, name(application, at, kind))).collect()
    };
    let mut batch = Batch::new();
    for (at, application) in made.applications.iter().enumerate() {
        let named = subjects(application, at);
        let named: Vec<(u32, &str)> = named.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
        let awards = application
            .awards
            .iter()
            .filter_map(|(clause, amount)| Some((joint.own_clause(side, *clause)?, scaled(*amount, 2)?)));
        let awards: Vec<(u32, i128)> = awards.collect();
        let facts: Vec<(u32, i128)> = (application.facts.iter())
            .filter_map(|(fact, value)| Some((joint.own_fact(side, *fact)?.0, own_value(joint, side, *fact, *value)?)))
            .collect();
        let id = format!("{:05}", at + 1);
        batch
            .push(&Application {
                id: &id,
                date: application.date,
                subjects: &named,
                awards: &awards,
                facts: &facts,
                ..Application::default()
            })
            .ok()?;
    }
    let awards = made.earlier.iter().flat_map(|earlier| {
        let named = subjects(earlier, 0);
        earlier.awards.iter().filter_map(move |(clause, amount)| {
            Some(Award {
                clause: joint.own_clause(side, *clause)?,
                date: earlier.date,
                amount: scaled(*amount, 2)?,
                once: false,
                subjects: named.clone(),
            })
        })
    });
    let mut awards: Vec<Award> = awards.collect();
    awards.sort_by_key(|award| award.date);
    let result = settle(&rules, &batch, &awards);
    let mut left = BTreeMap::new();
    for (application, lines) in &result.applications {
        for line in result.lines.get(lines.start as usize..lines.end as usize).unwrap_or_default() {
            let clause = joint.place(side).clauses.get(line.clause as usize).copied()?;
            left.insert((*application as usize, clause), line.amount);
        }
    }
    Some((left, result.conflicts.len()))
}

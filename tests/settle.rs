//! Settlement: the library as the oracle, on random rules, batches and ledgers; and what must hold of every settlement.

use std::collections::{BTreeMap, BTreeSet};

use guiju::bytecode::program::{Award, KeyInfo, PeriodInfo};
use guiju::model::ClauseId;
use guiju::oracle;
use guiju::settle::{self, Application, Batch, Rule, Settled};
use rust_decimal::Decimal;

use crate::support::choices::Choices;
use crate::support::random_settlement::{self, Claim, Policy, decimal};

const ROUNDS: u64 = 3_000;

/// Bytes that are the same on every run.
pub fn bytes(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    (0..600).map(|_| next()).collect()
}

fn batch(claims: &[Claim]) -> Batch {
    let mut batch = Batch::new();
    for claim in claims {
        let subjects: Vec<(u32, &str)> = claim.subjects.iter().map(|(kind, name)| (*kind, name.as_str())).collect();
        let application = Application {
            id: &claim.id,
            date: claim.date,
            subjects: &subjects,
            awards: &claim.awards,
            facts: &claim.facts,
            choices: &claim.choices,
            limits: &claim.limits,
        };
        assert_eq!(batch.push(&application), Ok(()));
    }
    batch
}

/// The library's result in the oracle's words.
fn as_oracle(policy: &Policy, batch: &Batch, settled: &Settled) -> oracle::settle::Settlement {
    let mut result = oracle::settle::Settlement::default();
    let rule = |rule: Rule| match rule {
        Rule::Group(group, _) => oracle::settle::Rule::Group(group as usize),
        Rule::Cap(cap) => {
            let clause = policy.tables.caps[cap as usize].clause;
            let first = policy.tables.clauses[clause as usize].caps.0;
            oracle::settle::Rule::Cap(ClauseId(clause), (cap - first) as usize)
        }
        Rule::JointCap(group, cap) => oracle::settle::Rule::JointCap(group as usize, cap as usize),
        Rule::Quota(quota) => oracle::settle::Rule::Quota(quota as usize),
        Rule::Budget(budget) => oracle::settle::Rule::Budget(budget as usize),
    };
    for (line, number) in settled.lines.iter().zip(0u32..) {
        let key = (batch.id(line.application).to_owned(), ClauseId(line.clause));
        result.left.insert(key.clone(), decimal(line.amount));
        for reduction in settled.reductions_of(number) {
            result.taken.entry(key.clone()).or_default().push((rule(reduction.rule), decimal(reduction.amount)));
        }
    }
    let conflicts = settled.conflicts.iter();
    result.conflicts = conflicts
        .map(|conflict| (conflict.group as usize, conflict.members.iter().map(|member| *member as usize).collect()))
        .collect();
    result
}

fn sorted(mut settlement: oracle::settle::Settlement) -> oracle::settle::Settlement {
    settlement.conflicts.sort();
    settlement
}

struct Scene {
    policy: Policy,
    claims: Vec<Claim>,
    ledger: Vec<Award>,
}

fn scene(seed: u64) -> Scene {
    let bytes = bytes(seed);
    let mut choices = Choices::new(&bytes);
    let policy = random_settlement::policy(&mut choices);
    let claims = random_settlement::claims(&mut choices, &policy);
    let ledger = random_settlement::ledger(&mut choices);
    Scene { policy, claims, ledger }
}

#[test]
fn the_library_settles_as_the_oracle_does() {
    let (mut cut, mut conflicts) = (BTreeMap::<String, usize>::new(), 0);
    for seed in 0..ROUNDS {
        let Scene { policy, claims, ledger } = scene(seed);
        let batch = batch(&claims);
        let settled = settle::settle(&policy.rules(), &batch, &ledger);
        let (applications, awards) = random_settlement::for_oracle(&policy, &claims, &ledger);
        let reference = sorted(oracle::settle::settle(&policy.model, &applications, &awards));
        let got = sorted(as_oracle(&policy, &batch, &settled));
        assert_eq!(got, reference, "seed {seed}\n{claims:#?}\n{ledger:#?}\n{:#?}", policy.tables.settlement);
        for reduction in &settled.reductions {
            let name = format!("{:?}", reduction.rule);
            *cut.entry(name.split('(').next().unwrap_or("").to_owned()).or_default() += 1;
        }
        conflicts += settled.conflicts.len();
    }
    // Each rule took something, many times, or the test shows nothing.
    for rule in ["Group", "Cap", "JointCap", "Quota", "Budget"] {
        assert!(cut.get(rule).is_some_and(|count| *count > 100), "{rule}: {cut:?}");
    }
    assert!(conflicts > 20, "{conflicts}");
}

#[test]
fn the_order_of_the_input_does_not_matter() {
    for seed in 0..ROUNDS / 3 {
        let Scene { policy, mut claims, mut ledger } = scene(seed);
        let first = as_oracle(&policy, &batch(&claims), &settle::settle(&policy.rules(), &batch(&claims), &ledger));
        claims.reverse();
        let turn = claims.len() / 2;
        claims.rotate_left(turn);
        ledger.reverse();
        let second = as_oracle(&policy, &batch(&claims), &settle::settle(&policy.rules(), &batch(&claims), &ledger));
        assert_eq!(first, second, "seed {seed}");
    }
}

#[test]
fn every_cent_is_accounted_for() {
    for seed in 0..ROUNDS / 3 {
        let Scene { policy, claims, ledger } = scene(seed);
        let batch = batch(&claims);
        let settled = settle::settle(&policy.rules(), &batch, &ledger);
        assert_eq!(settled.lines.len(), claims.iter().map(|claim| claim.awards.len()).sum::<usize>());
        for (line, number) in settled.lines.iter().zip(0u32..) {
            let taken: i128 = settled.reductions_of(number).iter().map(|reduction| reduction.amount).sum();
            assert_eq!(line.assessed, line.amount + taken, "seed {seed}");
            assert!(line.amount >= 0);
        }
        assert!(settled.reductions.iter().all(|reduction| reduction.amount > 0), "seed {seed}");
        let given: i128 = settled.awards(&batch).map(|award| award.amount).sum();
        assert_eq!(given, settled.lines.iter().map(|line| line.amount).sum::<i128>());
    }
}

fn year(date: i32) -> i64 {
    guiju::calendar::year(i64::from(date))
}

fn same_period(period: PeriodInfo, a: i32, b: i32) -> bool {
    period != PeriodInfo::Year || year(a) == year(b)
}

#[test]
fn no_budget_is_exceeded() {
    for seed in 0..ROUNDS {
        let Scene { policy, claims, ledger } = scene(seed);
        let batch = batch(&claims);
        let settled = settle::settle(&policy.rules(), &batch, &ledger);
        for budget in &policy.tables.settlement.budgets {
            let counts = |clause: u32| budget.scope.is_empty() || budget.scope.contains(&clause);
            let dates: BTreeSet<i32> = claims.iter().map(|claim| claim.date).collect();
            for on in dates {
                let paid: i128 = ledger
                    .iter()
                    .filter(|award| counts(award.clause) && same_period(budget.period, award.date, on))
                    .map(|award| award.amount)
                    .sum();
                let given: i128 = settled
                    .lines
                    .iter()
                    .filter(|line| counts(line.clause) && same_period(budget.period, batch.date(line.application), on))
                    .map(|line| line.amount)
                    .sum();
                assert!(given <= (budget.amount - paid).max(0), "seed {seed}");
            }
        }
    }
}

#[test]
fn no_cap_of_one_kind_of_subject_is_exceeded() {
    for seed in 0..ROUNDS {
        let Scene { policy, mut claims, ledger } = scene(seed);
        for claim in &mut claims {
            claim.limits.clear();
        }
        let batch = batch(&claims);
        let settled = settle::settle(&policy.rules(), &batch, &ledger);
        let new: Vec<Award> = settled.awards(&batch).collect();
        for (cap, most) in policy.tables.caps.iter().zip(&policy.cap_amounts) {
            let KeyInfo::Subjects(kinds) = &cap.key else { continue };
            let yearly = matches!(cap.period, PeriodInfo::Year | PeriodInfo::Lifetime);
            if kinds.len() != 1 || cap.counts != [cap.clause] || !yearly {
                continue;
            }
            for award in &new {
                let Some(holder) = award.subjects.iter().find(|(kind, _)| *kind == kinds[0]) else { continue };
                let counts = |other: &&Award| {
                    other.clause == cap.clause
                        && other.subjects.contains(holder)
                        && same_period(cap.period, other.date, award.date)
                };
                let paid: i128 = ledger.iter().filter(counts).map(|other| other.amount).sum();
                let given: i128 = new.iter().filter(counts).map(|other| other.amount).sum();
                assert!(given <= (most.unwrap_or(0) - paid).max(0), "seed {seed}");
            }
        }
    }
}

#[test]
fn nothing_comes_of_nothing() {
    for seed in 0..200 {
        let Scene { policy, ledger, .. } = scene(seed);
        assert_eq!(settle::settle(&policy.rules(), &Batch::new(), &ledger), Settled::default());
    }
}

#[test]
fn a_number_is_there_once() {
    let mut batch = Batch::new();
    assert_eq!(batch.push(&Application { id: "1", ..Application::default() }), Ok(()));
    assert_eq!(batch.push(&Application { id: "2", ..Application::default() }), Ok(()));
    assert_eq!(batch.push(&Application { id: "1", date: 5, ..Application::default() }), Err(0));
    assert_eq!(batch.len(), 2);
}

#[test]
fn the_oracle_takes_amounts_as_decimals() {
    assert_eq!(decimal(12_345), Decimal::new(12_345, 2));
}

//! Settlement: the library as the oracle, on random rules, batches and ledgers; and what must hold of every settlement.

use std::collections::{BTreeMap, BTreeSet};

use guiju::bytecode::program::{Award, KeyInfo, PeriodInfo};
use guiju::bytecode::settlement::AllocationInfo;
use guiju::model::ClauseId;
use guiju::oracle;
use guiju::settle::range::{self, Choice, Ends, Identity};
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
            before: &claim.before,
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

/// An application of which not everything is known, and one thing that may turn out.
struct Guess {
    applicant: range::Applicant,
    claim: Claim,
}

/// A claim with some of it forgotten.
fn guess(choices: &mut Choices, policy: &Policy, claim: &Claim) -> Guess {
    let mut claim = claim.clone();
    claim.awards.sort_unstable();
    let other = policy.slot(random_settlement::OTHER);
    let mut claims = Vec::new();
    for (clause, amount) in &claim.awards {
        let mut ends = Ends::exactly(*amount);
        let mut open = false;
        if choices.below(3) == 2 {
            ends.low = amount - choices.one(&[0, 1, 3_333, 10_000]).min(*amount);
            ends.high = choices.one(&[*amount, amount + 1, amount + 5_000, range::UNLIMITED]);
        }
        if choices.once_in(5) {
            (open, ends.low) = (true, 0);
        }
        let before = claim.before.iter().find(|(of, _)| of == clause).map_or(*amount, |(_, before)| *before);
        let mut before = Ends::exactly(before);
        if choices.once_in(4) {
            before =
                Ends { low: before.low / 2, high: choices.one(&[before.high, before.high + 5_000, range::UNLIMITED]) };
        }
        let (needs, before_needs) = (vec![100 + clause], vec![200 + clause]);
        claims.push(range::Claim { clause: *clause, amount: ends, open, needs, before, before_needs });
    }
    let mut subjects = Vec::new();
    // All or none: whoever names one kind is taken at that word.
    let unnamed = choices.once_in(4);
    for kind in 0..2u32 {
        let named = claim.subjects.iter().find(|(of, _)| *of == kind);
        subjects.push(match named {
            _ if unnamed => Identity::Unknown(kind),
            Some((_, name)) => Identity::Known(name.clone()),
            None => Identity::Nobody,
        });
    }
    let external = claim.facts.iter().find(|(slot, _)| *slot == other).map_or(0, |(_, amount)| *amount);
    let mut ends = Ends::exactly(external);
    if choices.once_in(4) {
        ends = Ends { low: 0, high: choices.one(&[external, external + 7_000, range::UNLIMITED]) };
    }
    let mut chosen = Vec::new();
    for (group, clause) in &claim.choices {
        let forgotten = choices.once_in(3);
        chosen.push((*group, if forgotten { Choice::Unknown(50) } else { Choice::Clause(*clause) }));
    }
    let limits = claim.limits.iter().map(|(cap, limit)| (*cap, limit.map(Ends::exactly))).collect();
    let applicant = range::Applicant {
        date: claim.date,
        subjects,
        claims,
        externals: vec![(other, ends)],
        choices: chosen,
        limits,
    };
    Guess { applicant, claim }
}

#[test]
fn what_is_not_known_settles_within_its_ends() {
    let (mut exact, mut loose, mut conflicts) = (0, 0, 0);
    for seed in 0..ROUNDS * 2 {
        let bytes = bytes(seed);
        let mut choices = Choices::new(&bytes);
        let policy = random_settlement::policy(&mut choices);
        let ledger = random_settlement::ledger(&mut choices);
        let all = random_settlement::claims(&mut choices, &policy);
        for claim in all.iter().take(3) {
            let Guess { applicant, claim } = guess(&mut choices, &policy, claim);
            let earlier: Vec<Award> = ledger.iter().filter(|award| award.date <= claim.date).cloned().collect();
            let rules = policy.rules();
            let outlook = range::settle(&rules, &applicant, &earlier);
            let batch = batch(std::slice::from_ref(&claim));
            let settled = settle::settle(&rules, &batch, &earlier);
            let mut total = 0;
            for ((line, left), of) in settled.lines.iter().zip(&outlook.left).zip(&applicant.claims) {
                let shown = || {
                    format!("seed {seed} {outlook:#?}\n{settled:#?}\n{applicant:#?}\n{:#?}", policy.tables.settlement)
                };
                assert_eq!(line.clause, of.clause);
                assert!(left.low <= line.amount && line.amount <= left.high, "{}", shown());
                assert!(left.high <= of.amount.high && left.low <= of.amount.low);
                total += if of.open { 0 } else { line.amount };
                if left.is_exact() { exact += 1 } else { loose += 1 }
            }
            let shown =
                || format!("seed {seed} total {total} {outlook:#?}\n{applicant:#?}\n{:#?}", policy.tables.settlement);
            assert!(outlook.total.low <= total && total <= outlook.total.high, "{}", shown());
            if settled.conflicts.is_empty() && applicant.choices.iter().all(|(_, it)| matches!(it, Choice::Clause(_))) {
                assert!(outlook.conflicts.is_empty(), "{}", shown());
            }
            conflicts += outlook.conflicts.len();
        }
    }
    assert!(exact > 1_000 && loose > 1_000 && conflicts > 20, "{exact} {loose} {conflicts}");
}

#[test]
fn what_is_known_settles_alike_by_both() {
    for seed in 0..ROUNDS {
        let Scene { policy, claims, ledger } = scene(seed);
        for claim in &claims {
            let pro_rata =
                policy.tables.settlement.budgets.iter().any(|budget| budget.strategy == AllocationInfo::ProRata);
            if pro_rata {
                continue;
            }
            // No bytes left to choose with: nothing is forgotten.
            let Guess { applicant, claim } = guess(&mut Choices::new(&[]), &policy, claim);
            let earlier: Vec<Award> = ledger.iter().filter(|award| award.date <= claim.date).cloned().collect();
            let rules = policy.rules();
            let outlook = range::settle(&rules, &applicant, &earlier);
            let settled = settle::settle(&rules, &batch(std::slice::from_ref(&claim)), &earlier);
            let amounts: Vec<Ends> = settled.lines.iter().map(|line| Ends::exactly(line.amount)).collect();
            assert_eq!(outlook.left, amounts, "seed {seed}");
            assert_eq!(outlook.total, Ends::exactly(settled.lines.iter().map(|line| line.amount).sum()), "seed {seed}");
            assert_eq!(outlook.conflicts.len(), settled.conflicts.len(), "seed {seed}");
        }
    }
}

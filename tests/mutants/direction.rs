//! What is said of a change against the machine: cases drawn near those of the policy and at the thresholds of what changed.

use std::collections::BTreeMap;

use guiju::diff::meaning::{Edition, Most, Verdict, compare};
use guiju::model::case::Given;
use guiju::model::{Award, Cap, Checked, ClauseId, ExprKind, FactId, Type, Value, Window};
use guiju::oracle;
use rust_decimal::Decimal;

use super::make::{self, Mutant, POLICIES, Policy, of_model};
use super::pairs;
use crate::meaning::{agrees, decide};
use crate::support::random_case::RandomCase;

/// A constant of a cap.
fn fixed(cap: &Cap) -> Option<Decimal> {
    match &cap.amount.kind {
        ExprKind::Constant(Value::Number(number)) => Some(*number),
        _ => None,
    }
}

/// The clause of which a cap became another amount, and both.
fn capped(old: &Checked, new: &Checked) -> Option<(ClauseId, Decimal, Decimal)> {
    let mut all = old.clauses.iter().zip(&new.clauses).zip((0..).map(ClauseId)).flat_map(|((one, two), id)| {
        let both = one.caps.iter().zip(&two.caps).filter_map(|(a, b)| Some((fixed(a)?, fixed(b)?)));
        both.map(move |(a, b)| (id, a, b)).collect::<Vec<_>>()
    });
    all.find(|(_, a, b)| a != b)
}

/// A raised cap widens, a lowered one narrows, or it never binds; the case shows it.
#[test]
fn a_raised_cap_is_wider_and_a_lowered_one_narrower() {
    let mut shown = [0usize; 2];
    for folder in [POLICIES[0], POLICIES[2]] {
        let policy = make::policy(folder);
        for mutant in of_model(&policy) {
            let Some((clause, before, after)) = capped(&policy.checked, &mutant.checked) else { continue };
            let all = compare(edition(&policy), changed(&mutant), &pairs(&policy, &mutant));
            for meaning in &all {
                let what = format!("{folder}: {}: {meaning:#?}", mutant.what);
                let verdict = &meaning.amount.verdict;
                assert_eq!(meaning.eligibility.verdict, Verdict::Equivalent, "{what}");
                if meaning.new != Some(clause) {
                    assert_eq!(*verdict, Verdict::Equivalent, "{what}");
                    continue;
                }
                let (wanted, witness, most) = match after > before {
                    true => (Verdict::Wider, &meaning.amount.more, meaning.amount.at_most_more),
                    false => (Verdict::Narrower, &meaning.amount.less, meaning.amount.at_most_less),
                };
                if *verdict == Verdict::Equivalent {
                    continue;
                }
                assert_eq!(*verdict, wanted, "{what}");
                let [old, new] = [&witness.as_ref().unwrap().old, &witness.as_ref().unwrap().new]
                    .map(|outcome| outcome.as_ref().unwrap().amount.unwrap().1.unwrap());
                assert!(if after > before { new > old } else { new < old }, "{what}");
                assert!((new - old).abs() <= (after - before).abs(), "no more than the cap was moved: {what}");
                if let Some(Most::Reached(by)) = most {
                    assert_eq!((new - old).abs(), by, "{what}");
                }
                shown[usize::from(after > before)] += 1;
            }
        }
    }
    assert!(shown.iter().all(|count| *count > 5), "{shown:?} caps moved");
}

fn edition(policy: &Policy) -> Edition<'_> {
    Edition { policy: &policy.checked, program: &policy.program, days: Window::default() }
}

fn changed(mutant: &Mutant) -> Edition<'_> {
    Edition { policy: &mutant.checked, program: &mutant.program, days: Window::default() }
}

/// Numbers that look random and never change.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        (!all.is_empty()).then(|| all[self.below(all.len())].clone())
    }
}

/// The policy's own cases, with everything known.
fn written(folder: &str) -> Vec<RandomCase> {
    let policy = make::with_cases(folder);
    let model = policy.model();
    let day = model.policy.in_force.first.unwrap_or(20_000);
    let one = |case: &guiju::model::case::Case| RandomCase {
        facts: case.facts.iter().cloned().collect(),
        lists: case.lists.iter().cloned().collect(),
        ledger: (case.ledger.iter().flatten())
            .filter(|entry| entry.subjects.is_empty())
            .map(|entry| oracle::Award {
                clause: entry.clause,
                date: entry.date,
                amount: entry.amount,
                once: entry.once,
                subjects: BTreeMap::new(),
            })
            .collect(),
        on: case.on.unwrap_or(day),
    };
    model.cases.iter().map(one).collect()
}

/// A case near a written one: some facts at the thresholds that the change moved, or at random.
fn near(policy: &Checked, bases: &[RandomCase], numbers: &[Decimal], draw: &mut Draw) -> RandomCase {
    let model = policy.model();
    let mut case = draw.of(bases).unwrap();
    let known: Vec<FactId> = case.facts.keys().copied().collect();
    for _ in 0..=draw.below(3) {
        let Some(id) = draw.of(&known) else { break };
        let fact = &model.facts[id.index()];
        let value = match &fact.ty {
            Type::Bool if !fact.made => Value::Bool(draw.below(2) == 0),
            Type::Member(class) => {
                let members = model.classes[class.0 as usize].members.clone();
                let at = members.start + u32::try_from(draw.below(members.len())).unwrap();
                Value::Member(guiju::model::MemberId(at))
            }
            Type::Number { scale, .. } => {
                let Some(near) = draw.of(numbers) else { continue };
                let step = Decimal::new(i64::try_from(draw.below(3)).unwrap() - 1, u32::from(*scale));
                let factor = [Decimal::ONE, Decimal::TWO, Decimal::TEN, Decimal::new(5, 1)][draw.below(4)];
                let number = (near * factor + step).round_dp(u32::from(*scale)).clamp(fact.range.0, fact.range.1);
                Value::Number(number.normalize())
            }
            Type::Date => {
                let Some(Given::Value(Value::Date(day))) = case.facts.get(&id) else { continue };
                Value::Date(day + i32::try_from(draw.below(3)).unwrap() - 1)
            }
            _ => continue,
        };
        case.facts.insert(id, Given::Value(value));
    }
    // What a department sets stays open: what it may set is compared.
    for clause in &model.clauses {
        if let Award::Discretion { fact, .. } | Award::Open { fact } = &clause.award {
            case.facts.remove(fact);
        }
    }
    case
}

/// Numbers of conditions and amounts.
fn numbers(policy: &Checked) -> Vec<Decimal> {
    let mut all: Vec<Decimal> = policy.clauses.iter().flat_map(|clause| &clause.caps).filter_map(fixed).collect();
    all.extend([1_000_000, 10_000_000, 50_000_000, 100_000_000].map(Decimal::from));
    all.sort_unstable();
    all.dedup();
    all
}

/// Equivalent, wider and narrower hold of every case that is drawn.
#[test]
fn what_is_said_of_a_change_holds_of_cases_near_the_written_ones() {
    let mut draw = Draw(8);
    let mut differ = 0;
    for (folder, step) in [(POLICIES[0], 29), (POLICIES[2], 11)] {
        let policy = make::policy(folder);
        let bases = written(folder);
        let numbers = numbers(&policy.checked);
        for mutant in of_model(&policy).iter().skip(3).step_by(step) {
            let pairs = pairs(&policy, mutant);
            let meanings = compare(edition(&policy), changed(mutant), &pairs);
            for _ in 0..80 {
                let case = near(&policy.checked, &bases, &numbers, &mut draw);
                let before = decide(&policy.checked, &policy.program, &case);
                let after = decide(&mutant.checked, &mutant.program, &case);
                differ += usize::from(before != after);
                for meaning in &meanings {
                    let (Some(one), Some(two)) = (meaning.old, meaning.new) else { continue };
                    let said = agrees(meaning, &before[one.index()], &after[two.index()]);
                    assert!(said.is_ok(), "{folder}: {}\n{case:?}\n{said:?}", mutant.what);
                }
            }
        }
    }
    assert!(differ > 30, "{differ} cases show a change");
}

//! What must hold of every policy and every case: the VM decides as the oracle does, and what is learnt later never contradicts what was
//! decided.

use guiju::bytecode::{self, Verified};
use guiju::decision::{Amount, ClauseDecision, Decision, Failure};
use guiju::model::case::Given;
use guiju::model::{Award, Checked, FactId};
use guiju::oracle;
use guiju::vm::{Outcome, Vm, ledger};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use crate::support::choices::Choices;
use crate::support::random_case::{self, RandomCase};
use crate::support::random_policy;
use crate::workbench;

/// A policy, checked, compiled and verified; its text where it has an error.
fn compile(text: &str) -> (Checked, Verified) {
    let bench = workbench::check_types(&workbench::files(&[("main.policy", text)]));
    let errors: Vec<&str> =
        bench.found.iter().filter(|found| found.is_error()).map(|found| found.message.zh.as_str()).collect();
    let checked = bench.checked.unwrap_or_else(|| panic!("{errors:?}\n{text}"));
    let program = bytecode::lower(&checked, &bench.sources).unwrap_or_else(|found| {
        let places: Vec<&str> = found.iter().map(|found| bench.sources.text(found.primary.span)).collect();
        panic!("not lowered: {places:?}\n{text}")
    });
    (checked, bytecode::verify(program).unwrap_or_else(|flaws| panic!("not verified: {flaws:?}\n{text}")))
}

fn by_oracle(policy: &Checked, case: &RandomCase) -> Decision {
    let application = oracle::Application { facts: case.facts.clone(), lists: case.lists.clone() };
    oracle::decide(policy, &application, &case.ledger, case.on)
}

/// The decision of a trace, and the outcomes of a fast run.
fn by_vm(policy: &Checked, program: &Verified, case: &RandomCase) -> (Decision, Vec<Outcome>) {
    let vm = Vm::new(program);
    let tables = &program.program().tables;
    let mut packed = vm.case();
    for (slot, given) in random_case::slots(policy.model(), &case.facts) {
        packed.set(tables, slot, &given);
    }
    for (slot, records) in random_case::lists(policy.model(), &case.lists) {
        packed.set_list(tables, slot, &records);
    }
    let awards = random_case::awards(&case.ledger);
    packed.set_used(ledger::used(tables, &awards, &packed, case.on));
    packed.set_times(ledger::times(tables, &awards, &packed, case.on));
    let outcomes = vm.machine().run(&packed, case.on).iter().collect();
    (vm.machine().trace(&packed, case.on).decide(), outcomes)
}

/// Whether a fast run says no more and no less than a decision.
fn agrees(outcome: Outcome, decision: &ClauseDecision) -> bool {
    match (outcome, decision) {
        (Outcome::NotInForce, ClauseDecision::NotInForce) => true,
        (Outcome::Undetermined, ClauseDecision::Undetermined { .. }) => true,
        (Outcome::Ineligible(failure), ClauseDecision::Ineligible { failed }) => failed.contains(&failure),
        (Outcome::Eligible { low, high, binding }, ClauseDecision::Eligible { amount, binding_cap, .. }) => {
            let scaled = |number: rust_decimal::Decimal| {
                let number = number.normalize();
                number.mantissa() * 10_i128.pow(2_u32.saturating_sub(number.scale()))
            };
            let high = (high != guiju::vm::INFINITE).then_some(high);
            scaled(amount.low) == low && amount.high.map(scaled) == high && *binding_cap == binding
        }
        _ => false,
    }
}

/// Whether what is decided once more is known may follow what was decided before.
fn may_follow(before: &ClauseDecision, after: &ClauseDecision) -> bool {
    let within = |outer: &Amount, inner: &Amount| {
        let below = |a: Option<rust_decimal::Decimal>, b: Option<rust_decimal::Decimal>| match (a, b) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(a), Some(b)) => a <= b,
        };
        outer.low <= inner.low && below(inner.high, outer.high)
    };
    match (before, after) {
        (ClauseDecision::Undetermined { .. }, ClauseDecision::NotInForce) => false,
        (ClauseDecision::Undetermined { .. }, _) => true,
        (ClauseDecision::NotInForce, after) => *after == ClauseDecision::NotInForce,
        (ClauseDecision::Ineligible { .. }, ClauseDecision::Ineligible { .. }) => true,
        // What a department sets may still be refused, and a rate that it sets to zero may not divide.
        (ClauseDecision::Eligible { needs, .. }, ClauseDecision::Ineligible { failed }) => {
            let refused = |failure: &Failure| matches!(failure, Failure::AboveCeiling | Failure::BelowFloor);
            !needs.is_empty() || failed.iter().all(refused)
        }
        (ClauseDecision::Eligible { amount, .. }, ClauseDecision::Eligible { amount: later, .. }) => {
            within(amount, later)
        }
        _ => false,
    }
}

/// The case with some facts that were open given.
fn completed(policy: &Checked, case: &RandomCase, choices: &mut Choices) -> RandomCase {
    let mut later = case.clone();
    let model = policy.model();
    for (id, fact) in (0..).map(FactId).zip(&model.facts) {
        if random_case::ledger_fact(model) == Some(id) {
            later.facts.insert(id, Given::Value(guiju::model::Value::Bool(true)));
            continue;
        }
        if matches!(fact.ty, guiju::model::Type::List(_)) {
            let known = case.lists.contains_key(&id) || case.facts.get(&id) == Some(&Given::NotApplicable);
            if !known && !choices.once_in(3) {
                later.facts.remove(&id);
                later.lists.insert(id, random_case::records(model, id, choices));
            }
            continue;
        }
        let open = !matches!(case.facts.get(&id), Some(Given::Value(_) | Given::NotApplicable));
        // A lift that is not given is taken as not approved, so giving it is no completion.
        let lift = model.clauses.iter().any(|clause| clause.lift.as_ref().is_some_and(|lift| lift.fact == id));
        if open && !lift && !choices.once_in(3) {
            let value = random_case::value(model, &fact.ty, fact.range, choices);
            let value = match (value, fact.source) {
                (guiju::model::Value::Number(number), guiju::model::FactSource::Discretion(_)) => {
                    guiju::model::Value::Number(number.max(rust_decimal::Decimal::ZERO))
                }
                (value, _) => value,
            };
            // That what a department sets is not applicable refuses the award, which it may do at any time.
            let set =
                |award: &Award| matches!(award, Award::Discretion { fact, .. } | Award::Open { fact } if *fact == id);
            let refused = model.clauses.iter().any(|clause| set(&clause.award));
            let given = if !refused && choices.once_in(4) { Given::NotApplicable } else { Given::Value(value) };
            later.facts.insert(id, given);
        }
    }
    later
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_vm_decides_as_the_oracle(
        policy in proptest::collection::vec(any::<u8>(), 0..200),
        cases in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..120), 8),
    ) {
        let text = random_policy::policy(&mut Choices::new(&policy));
        let (checked, program) = compile(&text);
        for case in cases {
            let case = random_case::case(checked.model(), &mut Choices::new(&case));
            let expected = by_oracle(&checked, &case);
            let (decision, outcomes) = by_vm(&checked, &program, &case);
            prop_assert_eq!(&decision, &expected, "{}\n{:#?}", text, case);
            prop_assert_eq!(outcomes.len(), expected.clauses.len());
            for (outcome, decision) in outcomes.iter().zip(&expected.clauses) {
                prop_assert!(agrees(*outcome, decision), "{:?} but {:?}\n{}\n{:#?}", outcome, decision, text, case);
            }
        }
    }

    #[test]
    fn the_example_of_a_schema_is_read_without_findings(policy in proptest::collection::vec(any::<u8>(), 0..200)) {
        let (_, program) = compile(&random_policy::policy(&mut Choices::new(&policy)));
        let tables = &program.program().tables;
        let text = guiju::schema::example(tables).to_string();
        let (facts, findings) = guiju::input::facts(tables, guiju::source::FileId(0), &text);
        prop_assert!(findings.is_empty(), "{:?}\n{}", findings, text);
        for (slot, info) in (0_u32..).zip(&tables.slots).filter(|(_, info)| !info.made) {
            let given = facts.given.iter().map(|(slot, _)| *slot).chain(facts.lists.iter().map(|(slot, _)| *slot));
            prop_assert!(given.into_iter().any(|found| found == slot), "{} is not given\n{}", info.name, text);
        }
    }

    #[test]
    fn what_is_learnt_later_contradicts_nothing(
        policy in proptest::collection::vec(any::<u8>(), 0..200),
        cases in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..120), 8),
        later in proptest::collection::vec(any::<u8>(), 60),
    ) {
        let text = random_policy::policy(&mut Choices::new(&policy));
        let (checked, _) = compile(&text);
        for case in cases {
            let case = random_case::case(checked.model(), &mut Choices::new(&case));
            let completed = completed(&checked, &case, &mut Choices::new(&later));
            let (before, after) = (by_oracle(&checked, &case), by_oracle(&checked, &completed));
            for (before, after) in before.clauses.iter().zip(&after.clauses) {
                prop_assert!(may_follow(before, after), "{:?} then {:?}\n{}\n{:#?}\n{:#?}", before, after, text, case, completed.facts);
            }
        }
    }
}

/// The kind of an outcome, in short.
fn kind(decision: &ClauseDecision) -> &'static str {
    match decision {
        ClauseDecision::NotInForce => "not in force",
        ClauseDecision::Ineligible { failed } if failed.contains(&Failure::AmountNotApplicable) => "not applicable",
        ClauseDecision::Ineligible { failed } if failed.contains(&Failure::AboveCeiling) => "above its ceiling",
        ClauseDecision::Ineligible { failed } if failed.contains(&Failure::BelowFloor) => "below its floor",
        ClauseDecision::Ineligible { .. } => "a requirement fails",
        ClauseDecision::Undetermined { .. } => "undetermined",
        ClauseDecision::Eligible { amount, .. } if amount.high.is_none() => "open",
        ClauseDecision::Eligible { amount, .. } if !amount.is_exact() => "range",
        ClauseDecision::Eligible { binding_cap: Some(_), .. } => "exact, cut by a cap",
        ClauseDecision::Eligible { .. } => "exact",
    }
}

#[test]
fn random_cases_reach_every_outcome() {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let bytes = proptest::collection::vec(any::<u8>(), 150..250);
    let mut next = || bytes.new_tree(&mut runner).expect("bytes need no filter").current();
    let mut seen = std::collections::BTreeMap::<&str, usize>::new();
    for _ in 0..250 {
        let (checked, _) = compile(&random_policy::policy(&mut Choices::new(&next())));
        for _ in 0..8 {
            let case = random_case::case(checked.model(), &mut Choices::new(&next()));
            for decision in by_oracle(&checked, &case).clauses {
                *seen.entry(kind(&decision)).or_default() += 1;
            }
        }
    }
    assert_eq!(seen.len(), 10, "{seen:?}");
    assert!(seen.values().all(|count| *count >= 3), "{seen:?}");
}

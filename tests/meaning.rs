//! What is said of two editions against what the machine decides of random applications: what is proved is never contradicted.

use guiju::bytecode::{self, Verified};
use guiju::decision::ClauseDecision;
use guiju::diff::meaning::{Edition, Meaning, Pair, Verdict, Witness, between, compare};
use guiju::model::case::Given;
use guiju::model::mutate::mutants;
use guiju::model::{Award, Breaker, Checked, ClauseId, FactId, Type, Value, Window};
use guiju::syntax::format::{FormatOptions, format};
use guiju::vm::{Vm, ledger};
use proptest::prelude::*;

use crate::support::choices::Choices;
use crate::support::random_case::{self, RandomCase};
use crate::support::random_policy;
use crate::workbench::{self, Bench};

fn compile(text: &str) -> (Bench, Checked, Verified) {
    let mut bench = workbench::check_types(&workbench::files(&[("main.policy", text)]));
    let checked = bench.checked.take().unwrap_or_else(|| panic!("{text}"));
    let program = bytecode::verify(bytecode::lower(&checked, &bench.sources).unwrap()).unwrap();
    (bench, checked, program)
}

fn formatted(text: &str) -> String {
    let bench = workbench::check_types(&workbench::files(&[("main.policy", text)]));
    let file = bench.files.first().unwrap();
    let breaker = Breaker::new(&bench.files, &bench.sources, None);
    format(file, text, &FormatOptions { keywords: None }, &breaker)
}

fn pairs(policy: &Checked) -> Vec<Pair> {
    (0u32..).zip(&policy.clauses).map(|(at, _)| (Some(ClauseId(at)), Some(ClauseId(at)))).collect()
}

/// An application of which everything is known.
fn complete(policy: &Checked, choices: &mut Choices) -> RandomCase {
    let model = policy.model();
    let mut case = random_case::case(model, choices);
    for (id, fact) in (0..).map(FactId).zip(&model.facts) {
        if matches!(fact.ty, Type::List(_)) {
            case.facts.remove(&id);
            case.lists.entry(id).or_insert_with(|| random_case::records(model, id, choices));
        } else if random_case::ledger_fact(model) == Some(id) {
            case.facts.insert(id, Given::Value(Value::Bool(true)));
        } else if !matches!(case.facts.get(&id), Some(Given::Value(_) | Given::NotApplicable)) {
            case.facts.insert(id, Given::Value(random_case::value(model, &fact.ty, fact.range, choices)));
        }
    }
    // What a department sets stays open: what it may set is compared.
    for clause in &model.clauses {
        if let Award::Discretion { fact, .. } | Award::Open { fact } = &clause.award {
            case.facts.remove(fact);
        }
    }
    case
}

pub fn decide(policy: &Checked, program: &Verified, case: &RandomCase) -> Vec<ClauseDecision> {
    let vm = Vm::new(program);
    let tables = &program.program().tables;
    let mut packed = vm.case();
    for (slot, given) in random_case::slots(policy.model(), &case.facts) {
        packed.set(tables, slot, &given);
    }
    for (slot, records) in random_case::lists(policy.model(), &case.lists) {
        packed.set_list(tables, slot, &records);
    }
    ledger::apply(tables, Some(&random_case::awards(&case.ledger)), &mut packed, case.on);
    vm.machine().trace(&packed, case.on).decide().clauses
}

fn amount(decision: &ClauseDecision) -> Option<(rust_decimal::Decimal, Option<rust_decimal::Decimal>)> {
    match decision {
        ClauseDecision::Eligible { amount, .. } => Some((amount.low, amount.high)),
        _ => None,
    }
}

/// Whether decisions of a case are as the meaning says; what is undetermined says nothing.
pub fn agrees(meaning: &Meaning, old: &ClauseDecision, new: &ClauseDecision) -> Result<(), String> {
    let open = |decision: &ClauseDecision| matches!(decision, ClauseDecision::Undetermined { .. });
    if !meaning.other.is_empty() || open(old) || open(new) {
        return Ok(());
    }
    let (one, two) = (amount(old), amount(new));
    let fail = |what: &str| Err(format!("{what}: {meaning:#?}\n{old:?}\n{new:?}"));
    match &meaning.eligibility.verdict {
        Verdict::Equivalent if one.is_some() != two.is_some() => return fail("eligible on one side"),
        Verdict::Wider if one.is_some() && two.is_none() => return fail("lost"),
        Verdict::Narrower if one.is_none() && two.is_some() => return fail("gained"),
        _ => {}
    }
    let (Some((_, one)), Some((_, two))) = (one, two) else { return Ok(()) };
    let high = |amount: Option<rust_decimal::Decimal>| amount.unwrap_or(rust_decimal::Decimal::MAX);
    match &meaning.amount.verdict {
        Verdict::Equivalent if one != two => fail("another amount"),
        Verdict::Wider if high(two) < high(one) => fail("less"),
        Verdict::Narrower if high(two) > high(one) => fail("more"),
        _ => Ok(()),
    }
}

/// A witness shows what it is there for.
fn shows(witness: &Witness) -> bool {
    match (&witness.old, &witness.new) {
        (Some(one), Some(two)) => {
            one.eligible != two.eligible || one.amount != two.amount || one.also != two.also || one.words != two.words
        }
        _ => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_proved_of_a_change_is_never_contradicted(
        policy in proptest::collection::vec(any::<u8>(), 0..160),
        pick in any::<proptest::sample::Index>(),
        cases in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..120), 40),
    ) {
        let text = random_policy::policy(&mut Choices::new(&policy));
        let (bench, old, program) = compile(&text);
        let count = mutants(&old).count();
        prop_assume!(count > 0);
        let (mutation, new) = mutants(&old).nth(pick.index(count)).unwrap();
        let lowered = bytecode::lower(&new, &bench.sources).ok().and_then(|program| bytecode::verify(program).ok());
        prop_assume!(lowered.is_some());
        let changed = lowered.unwrap();
        let one = Edition { policy: &old, program: &program, days: Window::default() };
        let two = Edition { policy: &new, program: &changed, days: Window::default() };
        let meanings = compare(one, two, &pairs(&old));
        for meaning in &meanings {
            let findings = [&meaning.eligibility, &meaning.amount];
            for witness in findings.iter().flat_map(|finding| finding.more.iter().chain(&finding.less)) {
                prop_assert!(shows(witness), "{mutation:?} {witness:#?}\n{text}");
            }
        }
        for case in &cases {
            let case = complete(&old, &mut Choices::new(case));
            let (before, after) = (decide(&old, &program, &case), decide(&new, &changed, &case));
            for ((meaning, before), after) in meanings.iter().zip(&before).zip(&after) {
                if let Err(what) = agrees(meaning, before, after) {
                    prop_assert!(false, "{mutation:?}\n{what}\n{case:?}\n{text}");
                }
            }
        }
    }

    #[test]
    fn another_form_of_a_policy_changes_nothing(policy in proptest::collection::vec(any::<u8>(), 0..160)) {
        let text = random_policy::policy(&mut Choices::new(&policy));
        let (_, old, program) = compile(&text);
        let spaced: String = text.lines().map(|line| format!("{line}  \n\n")).collect();
        for other in [formatted(&text), spaced] {
            let (_, new, changed) = compile(&other);
            let one = Edition { policy: &old, program: &program, days: Window::default() };
            let two = Edition { policy: &new, program: &changed, days: Window::default() };
            for meaning in compare(one, two, &pairs(&old)) {
                prop_assert_eq!(&meaning.eligibility.verdict, &Verdict::Equivalent);
                prop_assert_eq!(&meaning.amount.verdict, &Verdict::Equivalent);
                prop_assert!(meaning.other.is_empty());
            }
            prop_assert!(between(one, two, &pairs(&old)).is_empty());
        }
    }
}

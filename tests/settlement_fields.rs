//! Fields and items about settlement: what a drafter writes comes out in the tables, whatever the language of its keywords.

use guiju::bytecode::Verified;
use guiju::bytecode::program::{KeyInfo, PeriodInfo};
use guiju::bytecode::settlement::{
    AllocationInfo, DueInfo, GroupRuleInfo, MemberOf, OrderByInfo, PortionInfo, RemainderInfo, StepInfo, TieInfo,
};
use guiju::model::Breaker;
use guiju::syntax::format::{FormatOptions, KeywordLanguage, format};

use crate::workbench;

const POLICY: &str = include_str!("support/settlement_fields.policy");

fn program(text: &str) -> Verified {
    workbench::program(&workbench::files(&[("main.policy", text)]))
}

fn slot(program: &Verified, name: &str) -> u32 {
    let at = program.program().tables.slots.iter().position(|slot| slot.name == name).unwrap();
    u32::try_from(at).unwrap()
}

#[test]
fn groups_quotas_and_budgets() {
    let program = program(POLICY);
    let rules = &program.program().tables.settlement;
    let [same, either, joint] = rules.groups.as_slice() else { panic!("three groups: {:?}", rules.groups) };
    assert_eq!(same.rule, GroupRuleInfo::Highest);
    let elsewhere = slot(&program, "姊妹政策奖励");
    assert_eq!(same.members, [MemberOf::Clause(0), MemberOf::Clause(1), MemberOf::External(elsewhere)]);
    assert_eq!((&same.key, same.period), (&KeyInfo::Subjects(vec![0]), PeriodInfo::Year));
    assert_eq!(either.rule, GroupRuleInfo::ChooseOne(Some(slot(&program, "申请选择"))));
    assert_eq!(either.period, PeriodInfo::Each);
    assert_eq!(joint.rule, GroupRuleInfo::Stack);
    let [cap] = joint.caps.as_slice() else { panic!("one joint cap") };
    assert_eq!((cap.amount, cap.period), (200_000_000, PeriodInfo::Year));
    assert_eq!(
        rules.steps,
        [StepInfo::Quotas, StepInfo::Groups, StepInfo::Caps, StepInfo::JointCaps, StepInfo::Budgets]
    );
    assert_eq!(rules.tail, Some(true));
    let [ranked, whole] = rules.quotas.as_slice() else { panic!("two quotas: {:?}", rules.quotas) };
    assert_eq!((ranked.count, ranked.period, ranked.ties), (10, PeriodInfo::Year, TieInfo::All));
    assert_eq!(ranked.scope, [0]);
    let keys: Vec<_> = ranked.order.iter().map(|key| (key.by, key.descending)).collect();
    assert_eq!(keys, [(OrderByInfo::Slot(slot(&program, "评分")), true), (OrderByInfo::Date, false)]);
    assert_eq!((whole.count, whole.scope.len(), whole.period), (100, 0, PeriodInfo::Lifetime));
    let [shared, first, joint] = rules.budgets.as_slice() else { panic!("three budgets: {:?}", rules.budgets) };
    assert_eq!(shared.strategy, AllocationInfo::ProRata);
    assert_eq!((shared.amount, shared.scale, shared.remainder), (1_200_000_000, 0, RemainderInfo::First));
    assert_eq!((&first.strategy, first.partial), (&AllocationInfo::FirstCome, false));
    assert_eq!(joint.scope, [1, 2]);
}

#[test]
fn payments_shares_clawbacks_and_differences() {
    let program = program(POLICY);
    let clauses = &program.program().tables.clauses;
    let payment = clauses[0].payment.as_ref().unwrap();
    let parts: Vec<_> = payment.parts.iter().map(|part| (part.label.as_str(), part.part)).collect();
    assert_eq!(
        parts,
        [
            ("立项", PortionInfo::Share(3, 1)),
            ("中期", PortionInfo::Share(3, 1)),
            ("竣工日期", PortionInfo::Share(4, 1))
        ]
    );
    assert_eq!(payment.parts[0].due, DueInfo::AtAward);
    for part in &payment.parts[1..] {
        let DueInfo::Milestone(register, _) = part.due.clone() else { panic!("a milestone: {:?}", part.due) };
        assert!(register < program.program().tables.registers);
    }
    assert!(payment.at_once.is_some());
    assert_eq!((payment.remainder, payment.scale), (RemainderInfo::First, 0));
    let years = clauses[1].payment.as_ref().unwrap();
    assert_eq!(years.parts[2].due, DueInfo::Year(3));
    assert_eq!(years.parts[2].part, PortionInfo::Amount(2_000_000));
    let weights: Vec<_> =
        clauses[0].shares.iter().map(|share| (share.payer.as_str(), share.department, share.weight)).collect();
    assert_eq!(weights, [("市财政", None, 400_000), ("区财政局", Some(1), 600_000)]);
    let weights: Vec<i128> = clauses[1].shares.iter().map(|share| share.weight).collect();
    assert_eq!(weights, [1_000_000, 1_000_000]);
    let [fraud, closed] = clauses[0].clawbacks.as_slice() else { panic!("two clawbacks") };
    assert_eq!((fraud.within, fraud.share, fraud.what.as_str()), (None, 1_000_000, "全部款项"));
    assert_eq!((closed.within, closed.share), (Some(60), 500_000));
    let difference = clauses[2].retroactive.as_ref().unwrap();
    assert_eq!(difference.until - difference.from, 150);
}

#[test]
fn a_deduction_and_a_match_are_amounts() {
    let report = guiju::scenario::run_all(&program(POLICY));
    let failed: Vec<_> =
        report.iter().filter(|result| !result.mismatches.is_empty()).map(|result| result.mismatches.clone()).collect();
    assert!(failed.is_empty(), "failed: {failed:?}");
}

#[test]
fn the_same_tables_in_english_keywords() {
    let files = workbench::files(&[("main.policy", POLICY)]);
    let bench = workbench::check(&files);
    let words = Breaker::new(&bench.files, &bench.sources, Some(KeywordLanguage::En));
    let english = FormatOptions { keywords: Some(KeywordLanguage::En) };
    let text = format(&bench.files[0], POLICY, &english, &words);
    let (one, two) = (program(POLICY), program(&text));
    let meaning = |program: &Verified| -> Vec<[u8; 32]> {
        program.program().tables.clauses.iter().map(|clause| clause.meaning_hash).collect()
    };
    assert_eq!(meaning(&one), meaning(&two));
    let (one, two) = (&one.program().tables.settlement, &two.program().tables.settlement);
    assert_eq!((&one.steps, one.tail), (&two.steps, two.tail));
    let groups = |groups: &[guiju::bytecode::settlement::GroupInfo]| -> Vec<_> {
        groups.iter().map(|group| (group.rule, group.members.clone(), group.period)).collect()
    };
    assert_eq!(groups(&one.groups), groups(&two.groups));
    let amounts = |budgets: &[guiju::bytecode::settlement::BudgetInfo]| -> Vec<_> {
        budgets.iter().map(|budget| (budget.amount, budget.strategy.clone(), budget.remainder)).collect()
    };
    assert_eq!(amounts(&one.budgets), amounts(&two.budgets));
}

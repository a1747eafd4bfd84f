//! Awards: caps, ledgers, lifts, discretion, needs.

use rust_decimal::Decimal;

use super::{ON, decide, one_clause};
use crate::bytecode::Verified;
use crate::bytecode::op::Op;
use crate::bytecode::program::{Award, Given, PeriodInfo, RequirementKind, SlotType};
use crate::calendar;
use crate::decision::{Amount, ClauseDecision, Failure};
use crate::vm::fixture::{Builder, money};
use crate::vm::{Case, Used, decide_refined, ledger};

fn day(year: i64, month: u32, day: u32) -> i32 {
    calendar::day(year, month, day).unwrap()
}

fn given(program: &Verified, facts: &[(u32, i128)]) -> Case {
    let mut case = Case::new(&program.program().tables);
    for (slot, value) in facts {
        case.set_value(*slot, *value);
    }
    case
}

fn yuan(low: i64, high: Option<i64>) -> Amount {
    Amount { low: Decimal::from(low), high: high.map(Decimal::from) }
}

/// 1000 yuan, up to 300 and up to 200 twice.
fn capped(period: PeriodInfo) -> Verified {
    one_clause(|b| {
        let mut amount = b.constant(100_000, 2);
        for (at, limit) in [30_000, 20_000, 20_000].into_iter().enumerate() {
            let limit = b.constant(limit, 2);
            amount = b.cap(&format!("上限{at}"), amount, limit, period);
        }
        b.grant(amount);
    })
}

fn eligible(decision: &ClauseDecision) -> (Amount, Option<u32>, Vec<u32>) {
    match decision {
        ClauseDecision::Eligible { amount, binding_cap, needs } => (*amount, *binding_cap, needs.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn of_equal_caps_the_first_binds() {
    let program = capped(PeriodInfo::Year);
    let decision = decide(&program, &given(&program, &[]), ON);
    assert_eq!(eligible(&decision.clauses[0]), (yuan(200, Some(200)), Some(1), vec![]));
}

/// What is left of a cap of 300 after awards of 100 on the days given, the last of them once.
fn left(period: PeriodInfo, on: i32, dates: &[i32]) -> i64 {
    let program = one_clause(|b| {
        let (amount, limit) = (b.constant(100_000, 2), b.constant(30_000, 2));
        let amount = b.cap("上限", amount, limit, period);
        b.grant(amount);
    });
    let awards: Vec<Award> = dates
        .iter()
        .map(|&date| Award { clause: 0, date, amount: 10_000, once: date % 2 == 1, subjects: vec![(0, "甲".into())] })
        .collect();
    let mut case = Case::new(&program.program().tables);
    case.set_text(&program.program().tables, 0, "甲");
    let used = ledger::used(&program.program().tables, &awards, &case, on);
    case.set_used(used);
    let (amount, _, _) = eligible(&decide(&program, &case, on).clauses[0]);
    amount.low.try_into().unwrap()
}

#[test]
fn periods_count_what_they_say() {
    let on = day(2025, 6, 30);
    let dates = [day(2024, 12, 31), day(2025, 1, 1), on, on + 1];
    assert_eq!(left(PeriodInfo::Year, on, &dates), 100);
    assert_eq!(left(PeriodInfo::Lifetime, on, &dates), 0);
    assert_eq!(left(PeriodInfo::Each, on, &dates), 300);
    assert_eq!(left(PeriodInfo::Once, on, &[on]), 0);
    assert_eq!(left(PeriodInfo::Once, on, &[on + 1]), 300);
    // Twelve months back is 2024-06-30, itself left out.
    assert_eq!(left(PeriodInfo::Months(12), on, &[day(2024, 6, 30), day(2024, 7, 1)]), 200);
    let even = |date: i32| date - date % 2;
    assert_eq!(left(PeriodInfo::OnceOrYear, on, &[even(day(2025, 3, 3))]), 200);
    assert_eq!(left(PeriodInfo::OnceOrYear, on, &[even(day(2019, 3, 3)) + 1]), 0);
}

#[test]
fn awards_to_others_do_not_count_and_an_unknown_identifier_is_asked_for() {
    let program = capped(PeriodInfo::Year);
    let award = |who: &str| Award { clause: 0, date: ON, amount: 500, once: false, subjects: vec![(0, who.into())] };
    let mut case = Case::new(&program.program().tables);
    case.set_text(&program.program().tables, 0, "甲");
    assert_eq!(ledger::used(&program.program().tables, &[award("乙")], &case, ON)[0], Used::Exactly(0));
    assert_eq!(ledger::used(&program.program().tables, &[award("甲"), award("甲")], &case, ON)[0], Used::Exactly(1000));
    case.clear();
    assert_eq!(ledger::used(&program.program().tables, &[], &case, ON)[0], Used::Exactly(0));
    let used = ledger::used(&program.program().tables, &[award("乙")], &case, ON);
    assert_eq!(used[0], Used::Unknown);
    case.set_used(used);
    assert_eq!(decide(&program, &case, ON).clauses[0], ClauseDecision::Undetermined { needs: vec![0] });
    case.set(&program.program().tables, 0, &Given::NotApplicable);
    assert_eq!(ledger::used(&program.program().tables, &[award("乙")], &case, ON)[0], Used::Exactly(0));
}

#[test]
fn a_lift_counts_only_once_approved() {
    let lifted = |to: Option<i128>| {
        one_clause(|b| {
            let slot = b.fact("突破批准", SlotType::Bool);
            let (amount, limit) = (b.constant(100_000, 2), b.constant(30_000, 2));
            let approved = b.op(|dst| Op::Approved { dst, slot });
            let to = match to {
                Some(to) => b.constant(to, 2),
                None => b.op(|dst| Op::Unlimited { dst, scale: 2 }),
            };
            let amount = b.cap_lifted("上限", amount, limit, PeriodInfo::Year, Some((approved, to)));
            b.grant(amount);
        })
    };
    let amount = |program: &Verified, facts: &[(u32, i128)]| {
        let (amount, binding, _) = eligible(&decide(program, &given(program, facts), ON).clauses[0]);
        (amount, binding)
    };
    let (free, higher) = (lifted(None), lifted(Some(50_000)));
    for unapproved in [&[][..], &[(1, 0)]] {
        assert_eq!(amount(&free, unapproved), (yuan(300, Some(300)), Some(0)));
    }
    assert_eq!(amount(&free, &[(1, 1)]), (yuan(1000, Some(1000)), None));
    assert_eq!(amount(&higher, &[(1, 1)]), (yuan(500, Some(500)), Some(0)));
}

fn at_discretion() -> Verified {
    one_clause(|b| {
        let slot = b.discretion("核定金额", money());
        let (low, high, limit) = (b.constant(10_000, 2), b.constant(50_000, 2), b.constant(30_000, 2));
        let high = b.cap("上限", high, limit, PeriodInfo::Year);
        b.decide(slot, low, high);
    })
}

#[test]
fn a_set_amount_outside_its_bounds_is_refused() {
    let program = at_discretion();
    let with = |set: i128| decide(&program, &given(&program, &[(1, set)]), ON).clauses[0].clone();
    let refused = |failure| ClauseDecision::Ineligible { failed: vec![failure] };
    assert_eq!(eligible(&with(30_000)).0, yuan(300, Some(300)));
    assert_eq!(eligible(&with(10_000)).0, yuan(100, Some(100)));
    assert_eq!(with(30_001), refused(Failure::AboveCeiling));
    assert_eq!(with(9_999), refused(Failure::BelowFloor));
    let mut case = given(&program, &[]);
    assert_eq!(eligible(&decide(&program, &case, ON).clauses[0]), (yuan(100, Some(300)), Some(0), vec![1]));
    case.set(&program.program().tables, 1, &Given::NotApplicable);
    assert_eq!(decide(&program, &case, ON).clauses[0], refused(Failure::AmountNotApplicable));
    let mut case = given(&program, &[]);
    case.set_used([Used::Exactly(20_000)]);
    assert_eq!(eligible(&decide(&program, &case, ON).clauses[0]), (yuan(100, Some(100)), Some(0), vec![]));
}

#[test]
fn an_award_without_a_figure_has_no_ceiling() {
    let program = one_clause(|b| {
        let slot = b.discretion("核定金额", money());
        let low = b.constant(0, 2);
        let high = b.op(|dst| Op::Unlimited { dst, scale: 2 });
        b.decide(slot, low, high);
    });
    let decision = decide(&program, &given(&program, &[]), ON);
    assert_eq!(eligible(&decision.clauses[0]), (yuan(0, None), None, vec![1]));
    assert_eq!(decision.total, yuan(0, None));
}

/// Requires `(a and b) or (not a and b)`, which is `b`.
fn redundant() -> Verified {
    one_clause(|b| {
        let (x, y) = (b.fact("甲", SlotType::Bool), b.fact("乙", SlotType::Bool));
        let (x, y) = (b.load(x), b.load(y));
        let not = b.op(|dst| Op::Not { dst, a: x });
        let (p, q) = (b.op(|dst| Op::And { dst, a: x, b: y }), b.op(|dst| Op::And { dst, a: not, b: y }));
        let either = b.op(|dst| Op::Or { dst, a: p, b: q });
        b.require(RequirementKind::Condition, "条件", either);
        let amount = b.constant(100, 2);
        b.grant(amount);
    })
}

#[test]
fn a_fact_that_cannot_change_the_answer_is_not_asked_for() {
    let program = redundant();
    let vm = crate::vm::Vm::new(&program);
    let open = given(&program, &[]);
    assert_eq!(decide(&program, &open, ON).clauses[0], ClauseDecision::Undetermined { needs: vec![1, 2] });
    assert_eq!(decide_refined(&vm, &open, ON).clauses[0], ClauseDecision::Undetermined { needs: vec![2] });
    let settled = given(&program, &[(2, 1)]);
    assert_eq!(decide(&program, &settled, ON).clauses[0], ClauseDecision::Undetermined { needs: vec![1] });
    assert_eq!(eligible(&decide_refined(&vm, &settled, ON).clauses[0]).0, yuan(1, Some(1)));
    assert_eq!(decide_refined(&vm, &settled, ON).total, yuan(1, Some(1)));
}

#[test]
fn a_fact_that_chooses_between_thresholds_is_still_asked_for() {
    let program = one_clause(|b: &mut Builder| {
        let (x, n) = (b.fact("甲", SlotType::Bool), b.fact("金额", money()));
        let (x, n) = (b.load(x), b.load(n));
        let (five, seven) = (b.constant(500, 2), b.constant(700, 2));
        let not = b.op(|dst| Op::Not { dst, a: x });
        let (p, q) = (b.op(|dst| Op::AtLeast { dst, a: n, b: five }), b.op(|dst| Op::AtLeast { dst, a: n, b: seven }));
        let (p, q) = (b.op(|dst| Op::And { dst, a: x, b: p }), b.op(|dst| Op::And { dst, a: not, b: q }));
        let either = b.op(|dst| Op::Or { dst, a: p, b: q });
        b.require(RequirementKind::Condition, "条件", either);
        b.grant(five);
    });
    let vm = crate::vm::Vm::new(&program);
    let decision = decide_refined(&vm, &given(&program, &[]), ON);
    assert_eq!(decision.clauses[0], ClauseDecision::Undetermined { needs: vec![1, 2] });
}

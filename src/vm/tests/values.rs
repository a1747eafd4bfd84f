//! Values: what does not apply, infinities, divisions, dates, text.

use super::{ON, one_clause};
use crate::bytecode::op::Op;
use crate::bytecode::program::{Given, SlotType};
use crate::calendar;
use crate::decision::Failure;
use crate::vm::fixture::{Builder, money, number};
use crate::vm::{Case, INFINITE, Interval, MINUS_INFINITE, Outcome, Vm, Waits};

/// The value of the last register that `build` writes, after the slots it declares are given.
fn value(build: impl FnOnce(&mut Builder) -> u32, facts: &[(u32, Given)]) -> Interval {
    let mut register = 0;
    let program = one_clause(|b| {
        register = build(b);
        let zero = b.constant(0, 2);
        b.grant(zero);
    });
    let vm = Vm::new(&program);
    let mut case = Case::new(&program.program().tables);
    for (slot, given) in facts {
        case.set(&program.program().tables, *slot, given);
    }
    vm.machine().trace(&case, ON).register(register)
}

fn of_two(op: fn(u32, u32, u32) -> Op, a: Given, c: Given) -> Interval {
    let build = |b: &mut Builder| {
        let (x, y) = (b.fact("甲", number(2)), b.fact("乙", number(2)));
        let (x, y) = (b.load(x), b.load(y));
        b.op(|dst| op(dst, x, y))
    };
    value(build, &[(1, a), (2, c)])
}

const DIVIDE: fn(u32, u32, u32) -> Op = |dst, a, b| Op::Divide { dst, a, b, scale: 2, mode: 0 };

#[test]
fn a_division_by_zero_does_not_apply() {
    assert!(of_two(DIVIDE, Given::Value(100), Given::Value(0)).not_applicable);
    let open = of_two(DIVIDE, Given::Value(100), Given::Unknown);
    assert_eq!((open.low, open.high, open.waits), (MINUS_INFINITE, INFINITE, Waits::FACT));
    assert_eq!(of_two(DIVIDE, Given::Value(100), Given::Value(300)), Interval::exactly(33));
}

#[test]
fn division_by_a_range_takes_the_outer_quotients() {
    let build = |b: &mut Builder| {
        let (x, y) = (b.fact("甲", number(2)), b.fact("乙", number(2)));
        b.program.tables.slots[2].low = Some(200);
        let (x, y) = (b.load(x), b.load(y));
        b.op(|dst| DIVIDE(dst, x, y))
    };
    let got = value(build, &[(1, Given::Value(1000))]);
    assert_eq!((got.low, got.high), (0, 500));
}

#[test]
fn division_aligns_scales_both_ways() {
    let mixed = |from: u8, to: i32, divisor: i128| {
        let build = |b: &mut Builder| {
            let (x, y) = (b.fact("甲", number(from)), b.fact("乙", number(4)));
            let (x, y) = (b.load(x), b.load(y));
            b.op(|dst| Op::Divide { dst, a: x, b: y, scale: to.cast_unsigned(), mode: 0 })
        };
        value(build, &[(1, Given::Value(123_456)), (2, Given::Value(divisor))]).low
    };
    assert_eq!(mixed(2, 2, 20_000), 61_728);
    assert_eq!(mixed(2, -2, 20_000), 600);
    assert_eq!(mixed(8, 2, 1_000), 1);
    assert_eq!(mixed(0, 6, 30_000), 41_152_000_000);
}

#[test]
fn zero_times_unknown_is_zero() {
    let multiply: fn(u32, u32, u32) -> Op = |dst, a, b| Op::Multiply { dst, a, b };
    // An unknown factor may turn out not to apply.
    assert_eq!(of_two(multiply, Given::Value(0), Given::Unknown), Interval::perhaps(0, 0, true, Waits::FACT));
    let open = of_two(multiply, Given::Value(-1), Given::Unknown);
    assert_eq!((open.low, open.high), (MINUS_INFINITE, INFINITE));
}

#[test]
fn what_does_not_apply_spreads_and_makes_tests_false() {
    let add: fn(u32, u32, u32) -> Op = |dst, a, b| Op::Add { dst, a, b };
    assert!(of_two(add, Given::Value(1), Given::NotApplicable).not_applicable);
    assert!(of_two(add, Given::Unknown, Given::NotApplicable).not_applicable);
    for test in [
        (|dst, a, b| Op::AtLeast { dst, a, b }) as fn(u32, u32, u32) -> Op,
        |dst, a, b| Op::Above { dst, a, b },
        |dst, a, b| Op::Equal { dst, a, b },
        |dst, a, b| Op::NotEqual { dst, a, b },
    ] {
        assert_eq!(of_two(test, Given::Value(1), Given::NotApplicable), Interval::exactly(0));
        assert_eq!(of_two(test, Given::NotApplicable, Given::Unknown), Interval::exactly(0));
    }
    let not_applicable = |ty: SlotType| {
        let load = |b: &mut Builder| {
            let slot = b.fact("甲", ty);
            b.load(slot)
        };
        value(load, &[(1, Given::NotApplicable)])
    };
    assert_eq!(not_applicable(SlotType::Bool), Interval::exactly(0));
    assert!(not_applicable(money()).not_applicable);
}

#[test]
fn unknown_facts_range_as_declared() {
    let of = |declare: fn(&mut Builder) -> u32| {
        let got = value(
            |b| {
                let slot = declare(b);
                b.load(slot)
            },
            &[],
        );
        (got.low, got.high)
    };
    assert_eq!(of(|b| b.discretion("核定金额", money())), (0, INFINITE));
    assert_eq!(of(|b| b.fact("申请金额", money())), (MINUS_INFINITE, INFINITE));
    assert_eq!(of(|b| b.fact("成立日期", SlotType::Date)), (MINUS_INFINITE, INFINITE));
    assert_eq!(of(|b| b.fact("依法设立", SlotType::Bool)), (0, 1));
}

#[test]
fn a_month_without_the_day_ends_as_declared() {
    let from = calendar::day(2025, 1, 31).unwrap();
    let plus = |rule| {
        let build = |b: &mut Builder| {
            let (date, months) = (b.date(from), b.constant(1, 0));
            b.op(|dst| Op::AddMonths { dst, a: date, months, rule })
        };
        calendar::iso(value(build, &[]).low.try_into().unwrap())
    };
    assert_eq!([plus(0), plus(1)], ["2025-02-28", "2025-03-01"]);
}

#[test]
fn rounding_to_tens_of_thousands() {
    let rounded = |mode| {
        let build = |b: &mut Builder| {
            let x = b.constant(1_234_567_899, 2);
            b.op(|dst| Op::Round { dst, a: x, scale: (-4i32).cast_unsigned(), mode })
        };
        value(build, &[]).low
    };
    assert_eq!([rounded(0), rounded(1), rounded(2)], [12_350_000, 12_340_000, 12_350_000]);
}

#[test]
fn texts_are_compared_whole() {
    let equal = |a: &str, c: &str| {
        let build = |b: &mut Builder| {
            let (x, y) = (b.fact("甲", SlotType::Text), b.fact("乙", SlotType::Text));
            let (x, y) = (b.load(x), b.load(y));
            b.op(|dst| Op::Equal { dst, a: x, b: y })
        };
        value(build, &[(1, Given::Text(a.into())), (2, Given::Text(c.into()))]).low
    };
    assert_eq!([equal("天", "天"), equal("天", "地")], [1, 0]);
}

/// A clause whose amount is a quotient of the prologue, and one that does not need it, in one machine from case to case.
#[test]
fn what_has_no_exact_word_sends_only_its_own_clause_to_bounds_and_is_forgotten_with_its_case() {
    let mut b = Builder::new(1);
    let (x, y) = (b.fact("甲", number(2)), b.fact("乙", number(2)));
    let (x, y, zero) = (b.load(x), b.load(y), b.constant(0, 2));
    let quotient = b.op(|dst| DIVIDE(dst, x, y));
    let amount = b.op(|dst| Op::Greatest { dst, a: quotient, b: zero });
    b.end_prologue();
    b.clause("a", None);
    b.grant(amount);
    b.clause("b", None);
    let own = b.op(|dst| Op::Greatest { dst, a: x, b: zero });
    b.grant(own);
    let program = b.verified();
    let vm = Vm::new(&program);
    let (mut fast, mut case) = (vm.machine(), vm.case());
    case.set_value(1, 900);
    let mut outcomes = |given: Given| {
        case.set(&program.program().tables, 2, &given);
        super::random::agrees(&vm, &case, ON, &vm.machine().trace(&case, ON).decide());
        fast.run(&case, ON).iter().collect::<Vec<_>>()
    };
    let granted = |amount| Outcome::Eligible { low: amount, high: amount, binding: None };
    for _ in 0..2 {
        assert_eq!(outcomes(Given::Value(0)), [Outcome::Ineligible(Failure::AmountNotApplicable), granted(900)]);
        assert_eq!(outcomes(Given::Value(300)), [granted(300), granted(900)]);
        assert_eq!(outcomes(Given::Unknown), [Outcome::Undetermined, granted(900)]);
        assert_eq!(outcomes(Given::Value(900)), [granted(100), granted(900)]);
    }
}

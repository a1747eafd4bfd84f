//! Programs and cases drawn from bytes, so that a failure shrinks to few of them.

use proptest::prelude::*;

use super::ON;
use crate::bytecode::Verified;
use crate::bytecode::op::Op;
use crate::bytecode::program::{Given, GivenBy, PeriodInfo, RequirementKind, SlotType};
use crate::decision::{ClauseDecision, Decision, Failure};
use crate::vm::fixture::{Builder, money, rate};
use crate::vm::trace::money as decimal;
use crate::vm::{Case, Interval, Outcome, State, Used, Vm};

/// Slots: 0 identifier, 1–4 yes/no, 5 and 6 classes, 7–9 money, 10 money at discretion, 11 rate at discretion, 12 date.
const SLOTS: u32 = 13;
const MEMBERS: u8 = 6;

struct Bytes<'a>(std::slice::Iter<'a, u8>);

impl Bytes<'_> {
    fn below(&mut self, bound: usize) -> usize {
        usize::from(*self.0.next().unwrap_or(&0)) % bound.max(1)
    }

    fn pick(&mut self, from: &[u32]) -> u32 {
        from[self.below(from.len())]
    }
}

#[derive(Clone, Default)]
struct Pools {
    truths: Vec<u32>,
    members: Vec<u32>,
    numbers: Vec<u32>,
    dates: Vec<u32>,
}

fn program(bytes: &[u8]) -> Verified {
    let (mut from, mut b) = (Bytes(bytes.iter()), Builder::new(u32::from(MEMBERS)));
    for at in 1..=4 {
        b.fact(&format!("是否{at}"), SlotType::Bool);
    }
    b.fact("产业", SlotType::Member { class: 0 });
    b.fact("方向", SlotType::Member { class: 0 });
    for at in 7..=9 {
        b.fact(&format!("金额{at}"), money());
    }
    b.discretion("核定金额", money());
    let share = b.slot("支持比例", rate(), GivenBy::Discretion(None));
    (b.program.tables.slots[share as usize].low, b.program.tables.slots[share as usize].high) =
        (Some(0), Some(2_000_000));
    b.fact("日期", SlotType::Date);
    let mut pools = Pools { numbers: vec![b.constant(0, 2), b.constant(500, 2)], ..Pools::default() };
    let gate = b.load(5);
    pools.truths.push(b.load(1));
    pools.members.push(gate);
    pools.numbers.push(b.load(7));
    pools.dates.push(b.date(ON));
    for _ in 0..from.below(8) {
        instruction(&mut b, &mut from, &mut pools);
    }
    for _ in 0..from.below(3) {
        let scope = from.pick(&pools.truths);
        b.scope("适用范围", scope);
    }
    b.end_prologue();
    for at in 0..=from.below(4) {
        let mut own = pools.clone();
        let first = from.below(usize::from(MEMBERS)) as u32;
        let set = [(first, (first + 1 + from.below(3) as u32).min(u32::from(MEMBERS)))];
        let gated = from.below(4) != 0;
        b.clause(&format!("c{at}"), gated.then_some((5, gate, &set[..])));
        if from.below(4) == 0 {
            b.last().in_force = (Some(ON - 1 + from.below(3) as i32), None);
        }
        clause(&mut b, &mut from, &mut own);
    }
    b.verified()
}

fn clause(b: &mut Builder, from: &mut Bytes<'_>, own: &mut Pools) {
    for _ in 0..from.below(3) {
        for _ in 0..from.below(5) {
            instruction(b, from, own);
        }
        let a = from.pick(&own.truths);
        b.require(RequirementKind::Condition, "条件", a);
    }
    for _ in 0..from.below(5) {
        instruction(b, from, own);
    }
    let zero = own.numbers[0];
    let discretion = from.below(3) == 0;
    let (a, c) = (from.pick(&own.numbers), from.pick(&own.numbers));
    let a = if from.below(2) == 0 { b.op(|dst| Op::Unlimited { dst, scale: 2 }) } else { a };
    let mut amount = b.op(|dst| Op::Greatest { dst, a, b: zero });
    let low = b.op(|dst| Op::Greatest { dst, a: c, b: zero });
    let lift = (from.below(3) == 0).then(|| {
        let approved = b.op(|dst| Op::Approved { dst, slot: 4 });
        (approved, b.op(|dst| Op::Unlimited { dst, scale: 2 }))
    });
    for at in 0..from.below(3) {
        let limit = from.pick(&own.numbers);
        amount = b.cap_lifted(&format!("上限{at}"), amount, limit, PeriodInfo::Year, lift);
    }
    if discretion {
        b.decide(10, low, amount);
    } else {
        b.grant(amount);
    }
}

/// One instruction that computes, over what is there.
fn instruction(b: &mut Builder, from: &mut Bytes<'_>, own: &mut Pools) {
    let (a, c) = (from.pick(&own.truths), from.pick(&own.truths));
    let (x, y) = (from.pick(&own.numbers), from.pick(&own.numbers));
    let (m, n) = (from.pick(&own.members), from.pick(&own.members));
    let (d, e) = (from.pick(&own.dates), from.pick(&own.dates));
    let one = own.numbers[1];
    match from.below(28) {
        0 => own.truths.push(b.op(|dst| Op::Not { dst, a })),
        1 => own.truths.push(b.op(|dst| Op::And { dst, a, b: c })),
        2 => own.truths.push(b.op(|dst| Op::Or { dst, a, b: c })),
        3 => own.truths.push(b.op(|dst| Op::AtLeast { dst, a: x, b: y })),
        4 => own.truths.push(b.op(|dst| Op::Above { dst, a: x, b: y })),
        5 => own.truths.push(b.op(|dst| Op::Equal { dst, a: x, b: y })),
        6 => own.truths.push(b.op(|dst| Op::NotEqual { dst, a: x, b: y })),
        7 => own.truths.push(b.op(|dst| Op::Equal { dst, a: m, b: n })),
        8 => own.truths.push(b.op(|dst| Op::AtLeast { dst, a: d, b: e })),
        9 => {
            b.program.tables.sets.push(vec![(0, 1), (3, 5)]);
            let set = b.program.tables.sets.len() as u32 - 1;
            own.truths.push(b.op(|dst| Op::Within { dst, a: m, set }));
        }
        10 => own.numbers.push(b.op(|dst| Op::Add { dst, a: x, b: y })),
        11 => own.numbers.push(b.op(|dst| Op::Subtract { dst, a: x, b: y })),
        12 => product(b, own, x, y),
        13 => {
            let divisor = b.op(|dst| Op::Greatest { dst, a: y, b: one });
            let quotient = b.op(|dst| Op::Divide { dst, a: x, b: divisor, scale: 2, mode: 3 });
            own.numbers.push(clamped(b, quotient));
        }
        14 => {
            let tens = (-1i32).cast_unsigned();
            let rounded = b.op(|dst| Op::Round { dst, a: x, scale: tens, mode: 2 });
            own.numbers.push(b.op(|dst| Op::Rescale { dst, a: rounded, scale: 2 }));
        }
        15 => own.numbers.push(b.op(|dst| Op::Least { dst, a: x, b: y })),
        16 => own.numbers.push(b.op(|dst| Op::Greatest { dst, a: x, b: y })),
        17 => {
            let months = b.constant(7, 0);
            own.dates.push(b.op(|dst| Op::AddMonths { dst, a: d, months, rule: 1 }));
        }
        18 => own.dates.push(b.op(|dst| Op::OnDate { dst })),
        19 => {
            let value = from.below(usize::from(MEMBERS)) as u32;
            own.members.push(b.op(|dst| Op::Member { dst, value }));
        }
        20 => own.numbers.push(b.constant(from.below(9) as i128 * 100, 2)),
        21 | 22 => own.truths.push(b.load(1 + from.below(4) as u32)),
        23 => own.members.push(b.load(5 + from.below(2) as u32)),
        24 => own.dates.push(b.load(12)),
        25 => {
            let (share, base) = (b.load(11), x);
            let product = b.op(|dst| Op::Multiply { dst, a: base, b: share });
            let rounded = b.op(|dst| Op::Round { dst, a: product, scale: 2, mode: 0 });
            own.numbers.push(clamped(b, rounded));
        }
        _ => own.numbers.push(b.load(7 + from.below(3) as u32)),
    }
}

/// A product kept within bounds, as a verified program's is.
fn product(b: &mut Builder, own: &mut Pools, x: u32, y: u32) {
    let product = b.op(|dst| Op::Multiply { dst, a: x, b: y });
    let rounded = b.op(|dst| Op::Round { dst, a: product, scale: 2, mode: 1 });
    own.numbers.push(clamped(b, rounded));
}

fn clamped(b: &mut Builder, a: u32) -> u32 {
    let (least, most) = (b.constant(-1_000_000_000_000, 2), b.constant(1_000_000_000_000, 2));
    let low = b.op(|dst| Op::Greatest { dst, a, b: least });
    b.op(|dst| Op::Least { dst, a: low, b: most })
}

fn value(slot: u32, from: &mut Bytes<'_>) -> i128 {
    (match slot {
        1..=4 => from.below(2),
        5 | 6 => from.below(usize::from(MEMBERS)),
        11 => from.below(5) * 250_000,
        12 => 19_990 + from.below(20),
        _ => from.below(10) * 100,
    }) as i128
}

fn case(program: &Verified, bytes: &[u8], whole: bool) -> Case {
    let (mut from, mut case) = (Bytes(bytes.iter()), Case::new(&program.program().tables));
    for slot in 0..SLOTS {
        let given = match from.below(if whole { 20 } else { 8 }) {
            1 => Given::NotApplicable,
            2 | 3 if !whole => Given::Unknown,
            4 if !whole => Given::NotAsked,
            _ if slot == 0 => Given::Text("甲".into()),
            _ => Given::Value(value(slot, &mut from)),
        };
        case.set(&program.program().tables, slot, &given);
    }
    let used = [Used::Exactly(0), Used::Exactly(300), Used::Up, Used::Unknown];
    // What is used is unknown only where the identifier is.
    let open = matches!(case.state(0), State::NotAsked | State::Unknown);
    case.set_used((0..program.program().tables.caps.len()).map(|_| used[from.below(if open { 4 } else { 3 })]));
    case
}

/// Asserts that the fast run says what the decision says.
pub fn agrees(vm: &Vm<'_>, case: &Case, on: i32, decision: &Decision) {
    let mut machine = vm.machine();
    for _ in 0..2 {
        let outcomes: Vec<Outcome> = machine.run(case, on).iter().collect();
        assert_eq!(outcomes.len(), decision.clauses.len());
        for (outcome, decided) in outcomes.iter().zip(&decision.clauses) {
            let same = match (*outcome, decided) {
                (Outcome::NotInForce, ClauseDecision::NotInForce) => true,
                (Outcome::Ineligible(failure), ClauseDecision::Ineligible { failed }) => failed.contains(&failure),
                (Outcome::Undetermined, ClauseDecision::Undetermined { .. }) => true,
                (Outcome::Eligible { low, high, binding }, ClauseDecision::Eligible { amount, binding_cap, .. }) => {
                    decimal(low).unwrap_or_default() == amount.low
                        && decimal(high) == amount.high
                        && binding == *binding_cap
                }
                _ => false,
            };
            assert!(same, "{outcome:?} against {decided:?}");
        }
    }
}

/// Whether what is known of a value once more is known lies within what was known before.
pub fn holds(before: Interval, after: Interval) -> bool {
    match (before.not_applicable, after.not_applicable) {
        (true, _) => after.not_applicable,
        (false, true) => before.may_not_apply,
        (false, false) => {
            let applies = before.may_not_apply || !after.may_not_apply;
            before.low <= after.low && after.high <= before.high && applies
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_fast_run_agrees_with_the_trace(code in prop::collection::vec(any::<u8>(), 0..200), data in prop::collection::vec(any::<u8>(), 40), whole in any::<bool>()) {
        let program = program(&code);
        let vm = Vm::new(&program);
        let case = case(&program, &data, whole);
        let decision = vm.machine().trace(&case, ON).decide();
        agrees(&vm, &case, ON, &decision);
    }

    #[test]
    fn bounds_hold_every_completion(code in prop::collection::vec(any::<u8>(), 0..200), data in prop::collection::vec(any::<u8>(), 40), more in prop::collection::vec(any::<u8>(), 40)) {
        let program = program(&code);
        let vm = Vm::new(&program);
        let partial = case(&program, &data, false);
        let (mut whole, mut from) = (partial.clone(), Bytes(more.iter()));
        for slot in 1..SLOTS {
            if matches!(partial.state(slot), State::NotAsked | State::Unknown) && slot != 4 {
                whole.set_value(slot, value(slot, &mut from));
            }
        }
        let (mut first, mut second) = (vm.machine(), vm.machine());
        let (outer, inner) = (first.trace(&partial, ON), second.trace(&whole, ON));
        for register in 0..program.program().tables.registers {
            let (a, b) = (outer.register(register), inner.register(register));
            prop_assert!(holds(a, b), "register {register}: {a:?} {b:?}");
            prop_assert!(!b.is_settled() || b.waits == crate::vm::Waits::NOTHING);
        }
        for (a, b) in outer.decide().clauses.iter().zip(&inner.decide().clauses) {
            let holds = match (a, b) {
                (ClauseDecision::Undetermined { needs }, _) => !needs.is_empty(),
                (ClauseDecision::Ineligible { failed: a }, ClauseDecision::Ineligible { failed: b }) => a.iter().all(|failure| b.contains(failure)),
                (ClauseDecision::Eligible { .. }, ClauseDecision::Ineligible { failed }) => matches!(failed[..], [Failure::AboveCeiling | Failure::BelowFloor]),
                (ClauseDecision::Eligible { amount: a, .. }, ClauseDecision::Eligible { amount: b, .. }) => a.low <= b.low && a.high.is_none_or(|high| b.high.is_some_and(|b| b <= high)),
                (a, b) => a == b,
            };
            prop_assert!(holds, "{a:?} against {b:?}");
        }
    }
}

//! How long the policy of `fixture::measured` takes: `cargo test --release --lib vm::tests::speed -- --ignored --nocapture`.

use crate::vm::fixture::measured;
use crate::vm::*;

const ON: i32 = 20_000;

#[test]
#[ignore = "measures"]
fn speed() {
    let program = measured(17);
    let vm = Vm::new(&program);
    let mut machine = vm.machine();
    let mut case = vm.case();
    let mut cases = Vec::new();
    for at in 0..64i128 {
        case.clear();
        for (slot, value) in [(1, 1), (2, 1), (3, at % 17), (4, 1), (5, 10_000_000 + at * 7_777_777)] {
            case.set_value(slot, value);
        }
        cases.push(case.clone());
    }
    for round in 0..5 {
        let start = std::time::Instant::now();
        let mut sum = 0i128;
        const N: u64 = 200_000;
        for _ in 0..N / 64 * 10 {
            for case in &cases {
                for (_, outcome) in machine.run(std::hint::black_box(case), ON).ran() {
                    if let Outcome::Eligible { low, .. } = outcome {
                        sum += low;
                    }
                }
            }
        }
        let spent = start.elapsed().as_nanos() as f64 / (N / 64 * 10 * 64) as f64;
        println!("{round}: {spent:.1} ns a case ({sum})");
    }
    let start = std::time::Instant::now();
    for _ in 0..100_000 {
        for case in cases.iter().take(10) {
            std::hint::black_box(machine.run(std::hint::black_box(case), ON).iter().count());
        }
    }
    println!("all outcomes read: {:.1} ns", start.elapsed().as_nanos() as f64 / 1e6);
    for case in &mut cases {
        case.set_state(2, State::Unknown);
    }
    let start = std::time::Instant::now();
    for _ in 0..100_000 {
        for case in cases.iter().take(10) {
            std::hint::black_box(machine.run(std::hint::black_box(case), ON).ran().count());
        }
    }
    println!("a fact unknown: {:.1} ns", start.elapsed().as_nanos() as f64 / 1e6);
}

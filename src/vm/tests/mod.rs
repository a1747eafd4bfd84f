//! The VM on programs built by hand and at random.

mod awards;
mod grammar;
mod models;
mod random;
mod values;

use super::fixture::Builder;
use super::{Case, Vm};
use crate::bytecode::Verified;
use crate::decision::Decision;

const ON: i32 = 20_000;

/// The decision on a case, after the fast run was seen to agree.
fn decide(program: &Verified, case: &Case, on: i32) -> Decision {
    let vm = Vm::new(program);
    let decision = vm.machine().trace(case, on).decide();
    random::agrees(&vm, case, on, &decision);
    decision
}

/// A policy of one clause without conditions.
fn one_clause(build: impl FnOnce(&mut Builder)) -> Verified {
    let mut builder = Builder::new(1);
    builder.end_prologue();
    builder.clause("a", None);
    build(&mut builder);
    builder.verified()
}

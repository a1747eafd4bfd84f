//! What hand-built models are lowered to.

use super::super::op::Op;
use super::super::program::{AwardInfo, Program, RequirementKind};
use super::super::samples::*;
use super::super::verify::verify;
use super::lower;
use crate::diagnostics::Code;
use crate::model::{Award, CapPeriod, Checked, CompareOp, DepartmentId, ExprKind, FactId, Lift, Type};

fn names(program: &Program, range: (u32, u32)) -> Vec<&'static str> {
    program.code[range.0 as usize..range.1 as usize].iter().map(|op| op.info().name).collect()
}

#[test]
fn shared_conditions_are_computed_once() {
    let program = lowered(model());
    let shared = names(&program, (0, program.tables.prologue_end));
    // The scope's fact, the condition that both clauses have with its operands, and the zero below which no award falls.
    assert_eq!(shared, ["load", "load", "number", "at-least", "number"]);
    assert_eq!(
        names(&program, program.tables.clauses[0].code),
        [
            "in-force",
            "require",
            "load",
            "within",
            "require",
            "require",
            "load",
            "number",
            "multiply",
            "round",
            "greatest",
            "number",
            "remaining",
            "limit",
            "grant"
        ]
    );
    verify(program).unwrap();
}

#[test]
fn requirements_stand_in_the_order_of_the_semantics() {
    let mut model = model();
    model.scope_exclusions = vec![condition(compare(CompareOp::Below, fact(RENT, Type::money()), yuan("0")))];
    model.clauses[0].exclusions = vec![condition(compare(CompareOp::Equal, fact(RENT, Type::money()), yuan("1")))];
    let program = lowered(model);
    let (first, end) = program.tables.clauses[0].requirements;
    let kinds: Vec<_> =
        program.tables.requirements[first as usize..end as usize].iter().map(|requirement| requirement.kind).collect();
    assert_eq!(
        kinds,
        [
            RequirementKind::Scope,
            RequirementKind::ScopeExclusion,
            RequirementKind::Industry,
            RequirementKind::Condition,
            RequirementKind::Exclusion
        ]
    );
}

#[test]
fn discretion_ends_with_a_decision_below_its_cap() {
    let program = lowered(model());
    let clause = &program.tables.clauses[1];
    assert_eq!(clause.award, AwardInfo::Discretion(SET_AMOUNT));
    assert_eq!(
        names(&program, clause.code),
        ["in-force", "require", "require", "unlimited", "number", "remaining", "limit", "least", "decide"]
    );
    assert_eq!(program.tables.slots[SET_AMOUNT as usize].low, Some(0));
    assert_eq!(program.tables.slots[RENT as usize].low, None);
}

#[test]
fn a_lift_stands_between_remaining_and_limit() {
    let mut model = model();
    model.clauses[1].caps.push(cap(yuan("5000000"), CapPeriod::Each));
    let (fact, approver) = (FactId(LIFTED), DepartmentId(1));
    model.clauses[1].lift = Some(Lift { fact, approver, up_to: Some(yuan("20000000")), span: SPAN });
    let program = lowered(model);
    let code = names(&program, program.tables.clauses[1].code);
    let caps = &code[code.iter().position(|name| *name == "remaining").unwrap() - 1..];
    assert_eq!(
        caps,
        [
            "number",
            "remaining",
            "approved",
            "number",
            "lift",
            "limit",
            "number",
            "remaining",
            "lift",
            "limit",
            "least",
            "decide"
        ]
    );
    verify(program).unwrap();
}

#[test]
fn numbers_of_two_scales_meet_at_the_larger() {
    let mut model = model();
    model.clauses[1].conditions =
        vec![condition(compare(CompareOp::AtMost, fact(RENT, Type::money()), fact(RATE, rate(4))))];
    let program = lowered(model);
    let code = &program.code;
    let at = code.iter().position(|op| matches!(op, Op::Rescale { .. })).unwrap();
    let Op::Rescale { dst, scale, .. } = code[at] else { unreachable!() };
    // `a <= b` is `b >= a`.
    assert_eq!((scale, matches!(code[at + 1], Op::AtLeast { b, .. } if b == dst)), (4, true));
}

#[test]
fn constants_are_folded() {
    let mut model = model();
    let sum = ExprKind::Add(Box::new(yuan("0.1")), Box::new(times(yuan("3"), number("0.3"))));
    model.clauses[0].award = Award::Computed(expr(sum, Type::money()));
    let program = lowered(model);
    assert!(program.tables.constants.contains(&100));
    assert!(!program.code.iter().any(|op| matches!(op, Op::Add { .. } | Op::Multiply { .. })));
}

#[test]
fn a_product_that_may_not_fit_is_reported_and_a_range_helps() {
    let mut model = model();
    // 10^16 cents times 10^7 for each rate: four of them could pass 10^38.
    let product = (0..4).fold(fact(RENT, Type::money()), |product, _| times(product, fact(RATE, rate(4))));
    model.clauses[0].award = Award::Computed(product);
    let diagnostics = lower(&Checked::for_tests(model.clone()), &sources()).unwrap_err();
    assert_eq!(diagnostics.iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>(), [Code::OutOfRange]);
    model.facts[RATE as usize].range = (decimal("0"), decimal("1"));
    verify(lowered(model)).unwrap();
}

#[test]
fn nested_conditions_of_one_kind_are_flattened() {
    let mut model = model();
    let small = |n: &str| compare(CompareOp::Below, fact(RENT, Type::money()), yuan(n));
    model.clauses[0].conditions = vec![condition(any(vec![any(vec![small("1"), small("2")]), small("1")]))];
    let program = lowered(model);
    assert_eq!(program.code.iter().filter(|op| matches!(op, Op::Or { .. })).count(), 1);
}

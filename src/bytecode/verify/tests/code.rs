//! Bad code.

use super::super::super::op::Op;
use super::super::super::program::{AwardInfo, RequirementKind};
use super::super::super::samples::*;
use super::super::*;
use super::*;

macro_rules! replace {
    ($program:expr, $name:literal, $variant:ident { $($field:ident: $value:expr),* }) => {{
        let at = first($program, $name);
        match &mut $program.code[at] {
            Op::$variant { $($field,)* .. } => { $(*$field = $value;)* }
            _ => unreachable!(),
        }
    }};
}

#[test]
fn operand_out_of_range() {
    breaks(Rule::OperandOutOfRange, |program| replace!(program, "load", Load { slot: 99 }));
    breaks(Rule::OperandOutOfRange, |program| replace!(program, "number", Number { value: 99 }));
    breaks(Rule::OperandOutOfRange, |program| replace!(program, "within", Within { set: 99 }));
    breaks(Rule::OperandOutOfRange, |program| replace!(program, "at-least", AtLeast { a: u32::MAX }));
    breaks(Rule::OperandOutOfRange, |program| replace!(program, "remaining", Remaining { cap: 99 }));
    breaks(Rule::OperandOutOfRange, |program| replace!(program, "grant", Grant { a: 999 }));
    breaks(Rule::OperandOutOfRange, |program| replace!(program, "decide", Decide { slot: 99 }));
    breaks(Rule::OperandOutOfRange, |program| replace!(program, "load", Load { dst: 999 }));
}

#[test]
fn bad_number_operand() {
    breaks(Rule::BadNumberOperand, |program| replace!(program, "round", Round { mode: 4 }));
    breaks(Rule::BadNumberOperand, |program| replace!(program, "round", Round { scale: 9 }));
    breaks(Rule::BadNumberOperand, |program| {
        let at = first(program, "number");
        let Op::Number { dst, .. } = program.code[at] else { unreachable!() };
        program.code[at] = Op::Boolean { dst, value: 2 };
    });
}

#[test]
fn jump_backwards() {
    breaks(Rule::JumpBackwards, |program| replace!(program, "require", Require { end: 0 }));
    breaks(Rule::JumpBackwards, |program| {
        let at = first(program, "in-force");
        replace!(program, "in-force", InForce { end: u32::try_from(at).unwrap() });
    });
}

#[test]
fn jump_not_to_end() {
    let last = sound().tables.clauses[0].code.1;
    breaks(Rule::JumpNotToEnd, |program| replace!(program, "require", Require { end: last - 1 }));
    breaks(Rule::JumpNotToEnd, |program| replace!(program, "require", Require { end: last + 1 }));
    breaks(Rule::JumpNotToEnd, |program| replace!(program, "in-force", InForce { end: u32::MAX }));
}

#[test]
fn register_read_before_written() {
    breaks(Rule::RegisterReadBeforeWritten, |program| program.code.swap(1, 3));
    breaks(Rule::RegisterReadBeforeWritten, |program| {
        let at = first(program, "at-least");
        let Op::AtLeast { dst, .. } = program.code[at] else { unreachable!() };
        replace!(program, "at-least", AtLeast { a: dst });
    });
}

#[test]
fn register_written_twice() {
    breaks(Rule::RegisterWrittenTwice, |program| replace!(program, "at-least", AtLeast { dst: 0 }));
}

#[test]
fn register_never_written() {
    breaks(Rule::RegisterNeverWritten, |program| program.tables.registers += 1);
    breaks(Rule::RegisterNeverWritten, |program| program.tables.registers = u32::MAX);
}

#[test]
fn register_of_another_clause() {
    breaks(Rule::RegisterOfAnotherClause, |program| {
        let within = program.code[first(program, "within")].target().unwrap();
        let second = program.tables.clauses[1].code.0 as usize;
        let at = find(program, second, |op| matches!(op, Op::Require { .. }));
        if let Op::Require { a, .. } = &mut program.code[at] {
            *a = within;
        }
    });
}

#[test]
fn type_mismatch() {
    breaks(Rule::TypeMismatch, |program| replace!(program, "at-least", AtLeast { a: 0 }));
    breaks(Rule::TypeMismatch, |program| replace!(program, "within", Within { a: 0 }));
    breaks(Rule::TypeMismatch, |program| replace!(program, "approved", Approved { slot: RENT }));
    breaks(Rule::TypeMismatch, |program| replace!(program, "grant", Grant { a: 0 }));
    breaks(Rule::TypeMismatch, |program| replace!(program, "multiply", Multiply { b: 0 }));
    breaks(Rule::TypeMismatch, |program| replace!(program, "decide", Decide { slot: LIFTED }));
    breaks(Rule::TypeMismatch, |program| {
        let load = program.code[first(program, "at-least") - 2].target().unwrap();
        let at = first(program, "require");
        if let Op::Require { a, .. } = &mut program.code[at] {
            *a = load;
        }
    });
    breaks(Rule::TypeMismatch, |program| {
        let at = first(program, "at-least");
        let Op::AtLeast { dst, .. } = program.code[at] else { unreachable!() };
        // Yes and no have no order.
        program.code[at] = Op::AtLeast { dst, a: 0, b: 0 };
    });
}

#[test]
fn scale_mismatch() {
    breaks(Rule::ScaleMismatch, |program| replace!(program, "number", Number { scale: 3 }));
    breaks(Rule::ScaleMismatch, |program| replace!(program, "round", Round { scale: 1 }));
    breaks(Rule::ScaleMismatch, |program| replace!(program, "decide", Decide { slot: RATE }));
}

#[test]
fn scale_too_large() {
    breaks(Rule::ScaleTooLarge, |program| replace!(program, "number", Number { scale: 19 }));
    breaks(Rule::ScaleTooLarge, |program| replace!(program, "round", Round { scale: 0x8000_0000 }));
    breaks(Rule::ScaleTooLarge, |program| {
        let clause = program.tables.clauses[0].code.0 as usize;
        let at = find(program, clause, |op| matches!(op, Op::Number { .. }));
        if let Op::Number { scale, .. } = &mut program.code[at] {
            *scale = 17;
        }
    });
}

#[test]
fn set_of_another_class() {
    breaks(Rule::SetOfAnotherClass, |program| {
        let mut other = program.tables.classes[0].clone();
        (other.first, other.end) = (4, 5);
        program.tables.classes.push(other);
        let mut member = program.tables.members[3].clone();
        (member.class, member.end) = (1, 5);
        program.tables.members.push(member);
        program.tables.sets[0] = vec![(0, 3), (4, 5)];
    });
}

#[test]
fn effect_in_prologue() {
    breaks(Rule::EffectInPrologue, |program| program.code[3] = Op::Grant { clause: 0, a: 0 });
}

#[test]
fn clause_without_in_force() {
    breaks(Rule::ClauseWithoutInForce, |program| {
        let at = first(program, "in-force");
        let require = program.code[at + 1];
        program.code[at] = require;
    });
    breaks(Rule::ClauseWithoutInForce, |program| {
        let at = first(program, "in-force");
        let again = program.code[at];
        insert(program, at + 1, again);
    });
}

#[test]
fn clause_without_award() {
    breaks(Rule::ClauseWithoutAward, |program| {
        let dst = program.tables.registers;
        program.tables.registers += 1;
        let at = first(program, "grant");
        program.code[at] = Op::OnDate { dst };
    });
}

#[test]
fn code_unreachable() {
    breaks(Rule::CodeUnreachable, |program| {
        let at = first(program, "grant");
        let again = program.code[at];
        insert(program, at, again);
    });
}

#[test]
fn wrong_clause() {
    breaks(Rule::WrongClause, |program| replace!(program, "require", Require { clause: 1 }));
    breaks(Rule::WrongClause, |program| replace!(program, "in-force", InForce { clause: 1 }));
    breaks(Rule::WrongClause, |program| replace!(program, "grant", Grant { clause: 1 }));
}

#[test]
fn requirement_out_of_order() {
    breaks(Rule::RequirementOutOfOrder, |program| replace!(program, "require", Require { requirement: 1 }));
    breaks(Rule::RequirementOutOfOrder, |program| replace!(program, "require", Require { requirement: u32::MAX }));
}

#[test]
fn requirement_missing() {
    breaks(Rule::RequirementMissing, |program| {
        let last = find(program, 0, |op| matches!(op, Op::Require { requirement: 2, .. }));
        let dst = program.tables.registers;
        program.tables.registers += 1;
        program.code[last] = Op::OnDate { dst };
    });
}

#[test]
fn requirement_register() {
    breaks(Rule::RequirementRegister, |program| program.tables.requirements[0].register = 1);
}

#[test]
fn cap_out_of_order() {
    breaks(Rule::CapOutOfOrder, |program| replace!(program, "limit", Limit { cap: 1 }));
}

#[test]
fn cap_missing() {
    breaks(Rule::CapMissing, |program| {
        let at = first(program, "limit");
        let Op::Limit { dst, a, remaining, .. } = program.code[at] else { unreachable!() };
        program.code[at] = Op::Least { dst, a, b: remaining };
    });
}

#[test]
fn cap_register() {
    breaks(Rule::CapRegister, |program| program.tables.caps[0].register = 2);
}

#[test]
fn limit_without_remaining() {
    breaks(Rule::LimitWithoutRemaining, |program| {
        let amount = program.tables.caps[0].register;
        replace!(program, "limit", Limit { remaining: amount });
    });
}

#[test]
fn award_mismatch() {
    breaks(Rule::AwardMismatch, |program| program.tables.clauses[0].award = AwardInfo::Open(SET_AMOUNT));
    breaks(Rule::AwardMismatch, |program| program.tables.clauses[1].award = AwardInfo::Discretion(RENT));
    breaks(Rule::AwardMismatch, |program| program.tables.clauses[1].award = AwardInfo::Computed);
}

#[test]
fn gate_mismatch() {
    breaks(Rule::GateMismatch, |program| program.tables.clauses[0].gate = None);
    breaks(Rule::GateMismatch, |program| program.tables.clauses[1].gate = Some((INDUSTRY, 0)));
    breaks(Rule::GateMismatch, |program| program.tables.clauses[0].gate = Some((RENT, 0)));
    breaks(Rule::GateMismatch, |program| program.tables.requirements[1].kind = RequirementKind::Condition);
}

#[test]
fn lift_mismatch() {
    breaks(Rule::LiftMismatch, |program| program.tables.clauses[1].lift = None);
    breaks(Rule::LiftMismatch, |program| replace!(program, "approved", Approved { slot: GOOD_CREDIT }));
    breaks(Rule::LiftMismatch, |program| replace!(program, "lift", Lift { approved: 0 }));
}

#[test]
fn overflow() {
    breaks(Rule::Overflow, |program| {
        let Op::Number { value, .. } = program.code[first(program, "number")] else { unreachable!() };
        program.tables.constants[value as usize] = i128::MAX;
    });
    breaks(Rule::Overflow, |program| {
        let clause = program.tables.clauses[0].code.0 as usize;
        let Op::Number { value, .. } = program.code[find(program, clause, |op| matches!(op, Op::Number { .. }))] else {
            unreachable!()
        };
        program.tables.constants[value as usize] = 10i128.pow(25);
    });
}

#[test]
fn total_overflow() {
    breaks(Rule::TotalOverflow, |program| {
        let at = first(program, "number");
        let Op::Number { value, .. } = program.code[at] else { unreachable!() };
        program.tables.constants[value as usize] = MAGNITUDE_MAX;
        let amount = program.code[at].target().unwrap();
        replace!(program, "grant", Grant { a: amount });
    });
}

#[test]
fn too_costly() {
    let flaws_at = |steps| {
        let mut flaws = Flaws::default();
        cost(steps, &mut flaws);
        flaws.0.iter().map(|flaw| flaw.code).collect::<Vec<_>>()
    };
    assert_eq!(flaws_at(COST_MAX), []);
    assert_eq!(flaws_at(COST_MAX + 1), [Code::TooCostly]);
}

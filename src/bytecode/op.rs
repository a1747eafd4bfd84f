//! The op table: operands, effect and documentation of every instruction, from which the encoder, the verifier's bounds checks,
//! the listing and `docs/reference/bytecode.md` are made. Registers are written exactly once (SSA); jumps go forward only.

/// What an operand is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperandKind {
    /// The register that is written.
    Target,
    /// A register that is read.
    Register,
    /// A fact slot.
    Slot,
    /// An index into the constants.
    Constant,
    /// An index into the sets of class values.
    Set,
    /// An index into the clauses.
    Clause,
    /// An index into the requirements.
    Requirement,
    /// An index into the caps.
    Cap,
    /// An index into the lists.
    List,
    /// An index into the columns of all lists.
    Column,
    /// An index into the calendars.
    Calendar,
    /// An index into the counters.
    Counter,
    /// An instruction index, greater than the instruction's own.
    Jump,
    /// A number as it stands: a scale, a mode, a type tag.
    Number,
}

impl OperandKind {
    /// Its name, as the manual and the page's machine write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            OperandKind::Target => "target",
            OperandKind::Register => "register",
            OperandKind::Slot => "slot",
            OperandKind::Constant => "constant",
            OperandKind::Set => "set",
            OperandKind::Clause => "clause",
            OperandKind::Requirement => "requirement",
            OperandKind::Cap => "cap",
            OperandKind::List => "list",
            OperandKind::Column => "column",
            OperandKind::Calendar => "calendar",
            OperandKind::Counter => "counter",
            OperandKind::Jump => "jump",
            OperandKind::Number => "number",
        }
    }
}

/// One operand of an op: its name and kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operand {
    /// Name, as the listing and the manual show it.
    pub name: &'static str,
    /// Kind.
    pub kind: OperandKind,
}

/// What is known of an op.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpInfo {
    /// The byte that encodes it.
    pub byte: u8,
    /// Its name in listings.
    pub name: &'static str,
    /// Its operands in order.
    pub operands: &'static [Operand],
    /// What it does.
    pub doc: &'static str,
}

macro_rules! ops {
    ($($byte:literal $variant:ident $name:literal { $($operand:ident : $kind:ident),* } $doc:literal)*) => {
        /// An instruction. Every operand is a 32-bit number whose kind the table tells.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Op {
            $(
                #[doc = $doc]
                $variant {
                    $(#[doc = concat!("a ", stringify!($kind))] $operand: u32),*
                },
            )*
        }

        impl Op {
            /// The table, in order of byte.
            pub const TABLE: &'static [OpInfo] = &[
                $(OpInfo {
                    byte: $byte,
                    name: $name,
                    operands: &[$(Operand { name: stringify!($operand), kind: OperandKind::$kind }),*],
                    doc: $doc,
                }),*
            ];

            /// The byte that encodes it.
            #[must_use]
            pub fn byte(self) -> u8 {
                match self { $(Op::$variant { .. } => $byte),* }
            }

            /// Its row of the table.
            #[must_use]
            pub fn info(self) -> &'static OpInfo {
                match self {
                    $(Op::$variant { .. } => &OpInfo {
                        byte: $byte,
                        name: $name,
                        operands: &[$(Operand { name: stringify!($operand), kind: OperandKind::$kind }),*],
                        doc: $doc,
                    }),*
                }
            }

            /// Calls `visit` with the kind and value of each operand, in order.
            pub fn visit(self, mut visit: impl FnMut(OperandKind, u32)) {
                match self {
                    $(Op::$variant { $($operand),* } => { $(visit(OperandKind::$kind, $operand);)* })*
                }
            }

            /// The op of a byte, its operands taken in order from `next`; `None` for an unknown byte or when `next` runs dry.
            pub fn read(byte: u8, mut next: impl FnMut() -> Option<u32>) -> Option<Op> {
                match byte {
                    $($byte => Some(Op::$variant { $($operand: next()?),* }),)*
                    _ => None,
                }
            }
        }
    };
}

ops! {
    0x01 Load "load" { dst: Target, slot: Slot } "the value of a fact slot"
    0x02 Number "number" { dst: Target, value: Constant, scale: Number } "a constant number of the given scale"
    0x03 Boolean "boolean" { dst: Target, value: Number } "0 or 1"
    0x04 Date "date" { dst: Target, value: Constant } "a constant date, days from 1970-01-01"
    0x05 Member "member" { dst: Target, value: Number } "a constant class value, by its index"
    0x06 Text "text" { dst: Target, value: Number } "a constant text, by its index in the text table"
    0x07 Unlimited "unlimited" { dst: Target, scale: Number } "positive infinity as a number of the given scale"
    0x08 OnDate "on-date" { dst: Target } "the day of the decision"
    0x09 NotApplicable "not-applicable" { dst: Target, kind: Number, of: Number } "what does not apply, as a number of scale `of` (kind 0), a date (1), a text (2) or a value of class `of` (3)"
    0x10 Not "not" { dst: Target, a: Register } "negation"
    0x11 And "and" { dst: Target, a: Register, b: Register } "conjunction, three-valued"
    0x12 Or "or" { dst: Target, a: Register, b: Register } "disjunction, three-valued"
    0x18 AtLeast "at-least" { dst: Target, a: Register, b: Register } "a >= b; numbers of one scale, dates, or values of one ordered class"
    0x19 Above "above" { dst: Target, a: Register, b: Register } "a > b, as at-least"
    0x1a Equal "equal" { dst: Target, a: Register, b: Register } "a = b; any two of one type"
    0x1b NotEqual "not-equal" { dst: Target, a: Register, b: Register } "a != b; false where a side is not applicable"
    0x1c Within "within" { dst: Target, a: Register, set: Set } "whether a class value lies in a set"
    0x20 Add "add" { dst: Target, a: Register, b: Register } "sum of two numbers of one scale"
    0x21 Subtract "subtract" { dst: Target, a: Register, b: Register } "difference of two numbers of one scale"
    0x22 Multiply "multiply" { dst: Target, a: Register, b: Register } "product; the scales add"
    0x23 Divide "divide" { dst: Target, a: Register, b: Register, scale: Number, mode: Number } "quotient rounded to a scale (two's complement, may be negative); not applicable where b is zero; the result has scale max(scale, 0)"
    0x24 Round "round" { dst: Target, a: Register, scale: Number, mode: Number } "a rounded to a scale (two's complement, may be negative); the result has scale max(scale, 0)"
    0x25 Rescale "rescale" { dst: Target, a: Register, scale: Number } "the same number at a larger scale"
    0x26 Least "least" { dst: Target, a: Register, b: Register } "the smaller of two numbers of one scale"
    0x27 Greatest "greatest" { dst: Target, a: Register, b: Register } "the larger of two numbers of one scale"
    0x28 AddMonths "add-months" { dst: Target, a: Register, months: Register, rule: Number } "date plus months; rule 0: last day of the month, 1: first day of the next"
    0x29 AddDays "add-days" { dst: Target, a: Register, days: Register } "date plus days"
    0x2a YearsBetween "years-between" { dst: Target, from: Register, to: Register } "whole years from one date to another, never below 0; 29 February is reached on 28 February of a common year"
    0x2b YearOf "year-of" { dst: Target, a: Register } "the calendar year of a date"
    0x2c AddWorkingDays "add-working-days" { dst: Target, a: Register, days: Register, calendar: Calendar } "the day so many working days after a date, which is itself not counted; not applicable where the calendar does not reach"
    0x2d Select "select" { dst: Target, when: Register, a: Register, b: Register } "a where the condition holds, else b; open: from the least to the greatest of both; numbers of one scale, dates, or yes/no"
    0x2e Pick "pick" { dst: Target, when: Register, a: Register, b: Register } "as select, for texts and values of one class; open: any value where the two differ"
    0x30 Approved "approved" { dst: Target, slot: Slot } "whether a yes/no slot is given as yes; anything else is no"
    0x31 Remaining "remaining" { dst: Target, a: Register, cap: Cap } "max(0, a - used) with what the ledger has used of a cap"
    0x32 Lift "lift" { dst: Target, a: Register, approved: Register, to: Register } "`to` where approved, else a"
    0x33 Limit "limit" { dst: Target, a: Register, remaining: Register, cap: Cap } "the smaller of the two; where `remaining` is strictly smaller the cap is the one that binds"
    0x34 Times "times" { dst: Target, counter: Counter } "how many earlier awards, or years with one, the ledger holds"
    0x38 Column "column" { dst: Target, column: Column } "a column of the record at hand; within a fold of its list only"
    0x39 Fold "fold" { dst: Target, list: List, kind: Number, most: Number, filter: Register, value: Register, end: Jump } "runs the instructions from the next to before `end` for each record, and folds `value` over those whose `filter` holds: 0 sum, 1 count, 2 greatest, 3 least, 4 any, 5 all, 6 sum of the `most` greatest, 7 how many different"
    0x40 InForce "in-force" { clause: Clause, end: Jump } "outside the clause's days: not in force, and on to `end`"
    0x41 Require "require" { clause: Clause, a: Register, requirement: Requirement, end: Jump } "false: ineligible, and on to `end`; open: undetermined unless a later one is false"
    0x42 Grant "grant" { clause: Clause, a: Register } "a computed award of scale 2; ends the clause"
    0x43 Decide "decide" { clause: Clause, slot: Slot, low: Register, high: Register } "an award at discretion between two numbers of scale 2; ends the clause"
}

impl Op {
    /// The register it writes, if any.
    #[must_use]
    pub fn target(self) -> Option<u32> {
        let mut target = None;
        self.visit(|kind, value| {
            if kind == OperandKind::Target {
                target = Some(value);
            }
        });
        target
    }
}

/// A signed scale out of an operand.
#[must_use]
pub fn signed_scale(operand: u32) -> i8 {
    i8::try_from(operand.cast_signed()).unwrap_or(i8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_unique_and_in_order() {
        assert!(Op::TABLE.windows(2).all(|pair| pair[0].byte < pair[1].byte));
    }
}

//! In: a [`Program`] from the compiler or from anywhere. Out: [`Verified`], which the VM runs without a check, or every flaw found.
//! Invariant: one pass over tables and one over code, in linear time and space, and no panic whatever comes in.

mod cases;
mod code;
mod operands;
mod ranges;
mod records;
mod settlement;
mod tables;

use crate::diagnostics::{Code, Text};
use crate::limits::{COST_MAX, FLAWS_MAX};

use super::hash;
use super::index::Index;
use super::op::Op;
use super::program::{Days, Program};

macro_rules! rules {
    ($($variant:ident $slug:literal $code:ident $doc:literal)*) => {
        /// A rule of the verifier.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Rule {
            $(#[doc = $doc] $variant,)*
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Rule] = &[$(Rule::$variant),*];

            /// Its name, after the flaw it finds.
            #[must_use]
            pub fn slug(self) -> &'static str {
                match self { $(Rule::$variant => $slug),* }
            }

            /// The code of its flaws.
            #[must_use]
            pub fn code(self) -> Code {
                match self { $(Rule::$variant => Code::$code),* }
            }

            /// What must hold.
            #[must_use]
            pub fn doc(self) -> &'static str {
                match self { $(Rule::$variant => $doc),* }
            }
        }
    };
}

rules! {
    IndexOutOfRange "index-out-of-range" BundleMalformed "every index of a table lies in the table it names"
    TooMany "too-many" BundleMalformed "no table is longer than its limit"
    ClassesOverlap "classes-overlap" BundleMalformed "classes share out all class values, each a contiguous range"
    MembersOutOfOrder "members-out-of-order" BundleMalformed "class values stand in pre-order below their parents"
    OwnerCycle "owner-cycle" BundleMalformed "no kind of subject belongs to itself"
    SlotMalformed "slot-malformed" BundleMalformed "a slot has a unit sorted by name, bounds in order and within the limit"
    SetUnsorted "set-unsorted" BundleMalformed "a set is not empty; its ranges are sorted and disjoint"
    RangesDoNotTile "ranges-do-not-tile" BundleMalformed "requirements, caps and code of the clauses follow each other without a gap"
    OwnerMismatch "owner-mismatch" BundleMalformed "a requirement and a cap name the clause whose range they lie in"
    CountsMalformed "counts-malformed" BundleMalformed "the clauses that count toward a cap are sorted and hold its own"
    KeyEmpty "key-empty" BundleMalformed "a cap is keyed by a subject kind or by everyone"
    WindowReversed "window-reversed" BundleMalformed "the last day in force does not lie before the first"
    QuoteReversed "quote-reversed" BundleMalformed "a quotation lies inside the original"
    DuplicateClause "duplicate-clause" BundleMalformed "no two clauses have one id"
    LeadOutOfRange "lead-out-of-range" BundleMalformed "the lead is one of the departments"
    SelfReference "self-reference" BundleMalformed "no clause refers to itself"
    ListMalformed "list-malformed" BundleMalformed "a list and its fact name each other, the lists share out all columns, and a list has at least one and no more records than the limit"
    CalendarMalformed "calendar-malformed" BundleMalformed "a calendar ends after it begins, no more than the limit later, its days in order within"
    CounterMalformed "counter-malformed" BundleMalformed "a counter counts clauses, sorted, for subject kinds that there are, and asks for the policy's ledger if for any"
    SettlementMalformed "settlement-malformed" BundleMalformed "groups, quotas, budgets, payments, shares and what is paid back name what there is and hold amounts within the limit; instalments are no more than the award"
    CaseMalformed "case-malformed" BundleMalformed "a case gives each slot once, a value of its type, and amounts within the limit"
    PlacesMissing "places-missing" BundleMalformed "every instruction has a place"
    HashMismatch "hash-mismatch" BundleMalformed "the hashes of a clause are those of what it says"
    OperandOutOfRange "operand-out-of-range" VerifyFailed "every operand lies in the table it names"
    BadNumberOperand "bad-number-operand" VerifyFailed "scales, modes and rules are ones that exist"
    JumpBackwards "jump-backwards" VerifyFailed "a jump goes forward"
    JumpNotToEnd "jump-not-to-end" VerifyFailed "a jump goes to the end of its clause"
    RegisterReadBeforeWritten "register-read-before-written" VerifyFailed "a register is written before it is read"
    RegisterWrittenTwice "register-written-twice" VerifyFailed "a register is written once"
    RegisterNeverWritten "register-never-written" VerifyFailed "a register is written at all"
    RegisterOfAnotherClause "register-of-another-clause" VerifyFailed "a clause reads its own registers and shared ones"
    TypeMismatch "type-mismatch" VerifyFailed "operands have the type that the instruction takes"
    ScaleMismatch "scale-mismatch" VerifyFailed "numbers that meet have one scale; amounts have two decimals"
    ScaleTooLarge "scale-too-large" VerifyFailed "no number keeps more decimals than the limit"
    SetOfAnotherClass "set-of-another-class" VerifyFailed "a set holds values of the class that is tested"
    EffectInPrologue "effect-in-prologue" VerifyFailed "what all clauses share has no effect"
    ClauseWithoutInForce "clause-without-in-force" VerifyFailed "a clause starts with its days in force, and tests them once"
    ClauseWithoutAward "clause-without-award" VerifyFailed "a clause ends with a grant or a decision"
    CodeUnreachable "code-unreachable" VerifyFailed "nothing of a clause follows its award"
    WrongClause "wrong-clause" VerifyFailed "an instruction names the clause it stands in"
    RequirementOutOfOrder "requirement-out-of-order" VerifyFailed "a clause requires each of its requirements once, in order"
    RequirementMissing "requirement-missing" VerifyFailed "a clause requires all of its requirements before its award"
    RequirementRegister "requirement-register" VerifyFailed "a requirement names the register that is tested"
    CapOutOfOrder "cap-out-of-order" VerifyFailed "a clause applies each of its caps once, in order"
    CapMissing "cap-missing" VerifyFailed "a clause applies all of its caps"
    CapRegister "cap-register" VerifyFailed "a cap names the register of its amount"
    LimitWithoutRemaining "limit-without-remaining" VerifyFailed "a limit takes what remains of its own cap"
    AwardMismatch "award-mismatch" VerifyFailed "the award is of the kind, and sets the slot, that the clause names"
    GateMismatch "gate-mismatch" VerifyFailed "the industry gate of a clause is what its requirement tests"
    LiftMismatch "lift-mismatch" VerifyFailed "caps are lifted by the fact that the clause names"
    Overflow "overflow" VerifyFailed "no finite number can leave the limit of magnitude"
    TotalOverflow "total-overflow" VerifyFailed "the total of all awards stays within the limit of magnitude"
    TableRegister "table-register" VerifyFailed "a register that a table names for what follows an award is one of the prologue and of the right type"
    FoldMalformed "fold-malformed" VerifyFailed "a fold ends after itself and not after its clause, and holds neither another fold nor an effect"
    RegisterOfARecord "register-of-a-record" VerifyFailed "a register that a fold writes for each record is read within that fold"
    ColumnOutsideFold "column-outside-fold" VerifyFailed "a column is read within a fold of its list"
    TooCostly "too-costly" TooCostly "one evaluation costs no more than the limit"
}

/// Something that does not hold of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The instruction, where it is one.
    pub pc: Option<u32>,
    /// The rule that is broken.
    pub rule: Rule,
    /// Its code.
    pub code: Code,
    /// What is wrong.
    pub message: Text,
}

/// Flaws so far; no more than a fixed number are kept.
#[derive(Debug, Default)]
struct Flaws(Vec<Flaw>);

impl Flaws {
    fn add(&mut self, pc: Option<usize>, rule: Rule, zh: impl Into<String>, en: impl Into<String>) {
        if self.0.len() < FLAWS_MAX {
            let pc = pc.map(|pc| u32::try_from(pc).unwrap_or(u32::MAX));
            self.0.push(Flaw { pc, rule, code: rule.code(), message: Text::new(zh, en) });
        }
    }
}

/// The type of a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RegisterType {
    /// Yes or no, or open.
    Bool,
    /// A number of so many decimals.
    Number(u8),
    /// A date.
    Date,
    /// A text.
    Text,
    /// A value of a class.
    Member(u32),
}

/// A program that holds what every rule asks. Only [`verify`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    program: Program,
    registers: Vec<RegisterType>,
    index: Index,
}

impl Verified {
    /// The program.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The type of each register.
    #[must_use]
    pub fn register_types(&self) -> &[RegisterType] {
        &self.registers
    }

    /// The most instructions that one evaluation runs.
    #[must_use]
    pub fn cost(&self) -> u64 {
        cost_of(&self.program)
    }

    /// Which clauses can pass their industry gate.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The days in force that all clauses have in common, where they are the same.
    #[must_use]
    pub fn common_window(&self) -> Option<Days> {
        self.index.common_window()
    }

    /// The program again, its promise given up.
    #[must_use]
    pub fn into_program(self) -> Program {
        self.program
    }
}

/// Checks every rule.
pub fn verify(program: Program) -> Result<Verified, Vec<Flaw>> {
    match examine(&program) {
        Ok(registers) => {
            let index = Index::new(&program.tables);
            Ok(Verified { program, registers, index })
        }
        Err(flaws) => Err(flaws),
    }
}

/// What [`verify`] would refuse in a program, in order: tables first, then code.
#[must_use]
pub fn flaws(program: &Program) -> Vec<Flaw> {
    examine(program).err().unwrap_or_default()
}

fn examine(program: &Program) -> Result<Vec<RegisterType>, Vec<Flaw>> {
    let mut flaws = Flaws::default();
    tables::examine(program, &mut flaws);
    records::examine(&program.tables, &mut flaws);
    settlement::examine(&program.tables, &mut flaws);
    // Code is read against tables whose indices hold.
    if !flaws.0.is_empty() {
        return Err(flaws.0);
    }
    cases::examine(&program.tables, &mut flaws);
    cost(cost_of(program), &mut flaws);
    let registers = code::examine(program, &mut flaws);
    if !flaws.0.is_empty() {
        return Err(flaws.0);
    }
    hashes(program, &mut flaws);
    if flaws.0.is_empty() { Ok(registers) } else { Err(flaws.0) }
}

/// The most instructions that one evaluation runs: the body of a fold once for each record that its list may have.
fn cost_of(program: &Program) -> u64 {
    let folds = (0u32..).zip(&program.code).map(|(pc, op)| match *op {
        Op::Fold { list, end, .. } => {
            let records = program.tables.lists.get(list as usize).map_or(0, |list| u64::from(list.max));
            u64::from(end.saturating_sub(pc).saturating_sub(1)).saturating_mul(records)
        }
        _ => 0,
    });
    folds.fold(program.code.len() as u64, u64::saturating_add)
}

fn cost(cost: u64, flaws: &mut Flaws) {
    if cost > COST_MAX {
        flaws.add(
            None,
            Rule::TooCostly,
            format!("一次计算要 {cost} 步，上限是 {COST_MAX}"),
            format!("one evaluation takes {cost} steps, the limit is {COST_MAX}"),
        );
    }
}

fn hashes(program: &Program, flaws: &mut Flaws) {
    for (clause, hashes) in program.tables.clauses.iter().zip(hash::hashes(program)) {
        if (clause.meaning_hash, clause.content_hash) != (hashes.meaning, hashes.content) {
            flaws.add(
                usize::try_from(clause.code.0).ok(),
                Rule::HashMismatch,
                format!("条款 {} 的摘要与内容不符", clause.id),
                format!("the hashes of clause `{}` are not those of what it says", clause.id),
            );
        }
    }
}

#[cfg(test)]
mod tests;

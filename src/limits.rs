//! Every bound of the compiler, the bundle and the VM, as a named constant. `tests/limits.rs` has a test on each side of each.

/// Largest source file, in bytes.
pub const SOURCE_BYTES_MAX: usize = 64 << 20;
/// Most files of one policy, imports included.
pub const FILES_MAX: usize = 1_000;
/// Deepest nesting of brackets in a phrase.
pub const BRACKET_DEPTH_MAX: usize = 32;
/// Deepest nesting of a list's levels.
pub const LIST_DEPTH_MAX: usize = 8;
/// Deepest nesting of an expression after definitions are expanded.
pub const EXPRESSION_DEPTH_MAX: usize = 128;
/// Longest logical line, in bytes.
pub const LINE_BYTES_MAX: usize = 1 << 20;
/// Longest run of characters without a space that is segmented, in characters.
pub const RUN_CHARS_MAX: usize = 4_096;
/// Most diagnostics reported for one compilation; the rest are counted.
pub const DIAGNOSTICS_MAX: usize = 1_000;
/// Most clauses of a policy.
pub const CLAUSES_MAX: usize = 1 << 20;
/// Most facts of a policy.
pub const FACTS_MAX: usize = 1 << 16;
/// Most values of all classifications and enumerations together.
pub const MEMBERS_MAX: usize = 1 << 20;
/// Most caps of one clause.
pub const CAPS_PER_CLAUSE_MAX: usize = 64;
/// Deepest classification.
pub const CLASS_DEPTH_MAX: usize = 16;
/// Most decimals that a number may keep.
pub const SCALE_MAX: u8 = 18;
/// Largest value of a fact or literal in its own unit: a million billion (10^15).
pub const VALUE_MAX: i128 = 1_000_000_000_000_000;
/// Largest amount of money given for a fact without a declared range, in its currency: a hundred million million (10^14).
pub const MONEY_MAX: i128 = 100_000_000_000_000;
/// Largest rate given for a fact without a declared range: 100,000%.
pub const RATE_MAX: i128 = 1_000;
/// Largest count, quantity or period given for a fact without a declared range.
pub const QUANTITY_MAX: i128 = 1_000_000_000;
/// Largest bundle, in bytes.
pub const BUNDLE_BYTES_MAX: usize = 1 << 30;
/// Most registers of a program.
pub const REGISTERS_MAX: usize = 1 << 24;
/// Most instructions of a program.
pub const OPS_MAX: usize = 1 << 24;
/// Highest cost of evaluating one case, in instructions.
pub const COST_MAX: u64 = 1 << 26;
/// Largest Word file that is taken as a template, in bytes.
pub const TEMPLATE_BYTES_MAX: usize = 32 << 20;
/// Most bytes that a template unpacks to.
pub const TEMPLATE_UNPACKED_MAX: u64 = 128 << 20;
/// Most parts of a template.
pub const TEMPLATE_PARTS_MAX: usize = 4_096;
/// Largest facts file, in bytes.
pub const DATA_BYTES_MAX: usize = 64 << 20;
/// Largest ledger file, in bytes: what settling many applications writes is read back.
pub const LEDGER_BYTES_MAX: usize = 1 << 30;
/// Most values in a ledger file.
pub const LEDGER_VALUES_MAX: usize = 1 << 27;
/// Deepest nesting of a facts or ledger file.
pub const DATA_DEPTH_MAX: usize = 64;
/// Most values in a facts file.
pub const DATA_VALUES_MAX: usize = 1 << 22;
/// Largest magnitude of a finite number in a register, scaled (1.5 × 10^38): below `i128::MAX`, which stands for infinity, and just
/// above an undeclared amount (10^17 分) times an undeclared rate (10^21 millionths). The verifier proves it for every instruction.
pub const MAGNITUDE_MAX: i128 = 150_000_000_000_000_000_000_000_000_000_000_000_000;
/// Most clauses that count toward caps, over all caps of a policy.
pub const COUNTS_MAX: usize = 1 << 24;
/// Most flaws that one verification reports.
pub const FLAWS_MAX: usize = 100;
/// Most records of a list.
pub const LIST_RECORDS_MAX: u32 = 10_000;
/// Most earlier awards that are counted.
pub const LEDGER_TIMES_MAX: i128 = 1_000_000;
/// Most working days that are added to a date.
pub const WORKING_DAYS_MAX: i128 = 2_000;
/// Longest calendar of working days, in days: a hundred years.
pub const CALENDAR_DAYS_MAX: i64 = 36_525;
/// Most members of a group.
pub const GROUP_MEMBERS_MAX: usize = 1_024;
/// Most instalments of a payment.
pub const INSTALMENTS_MAX: usize = 60;
/// Most years of one series that a policy refers to.
pub const SERIES_YEARS_MAX: usize = 64;
/// Most bounds of sums that a proof keeps while it eliminates a variable.
pub const SOLVE_ROWS_MAX: usize = 400;
/// Most ways in which a number of a condition can come about (choices, least and greatest) that a proof tells apart.
pub const SOLVE_READINGS_MAX: usize = 64;
/// Most cases that one proof tells apart; beyond, nothing is claimed.
pub const SOLVE_BRANCHES_MAX: usize = 3_000;
/// Most values that are tried for one witness.
pub const SOLVE_TRIES_MAX: usize = 2_000;
/// Most conditions among which the fewest that contradict each other are looked for; among more, some of which none can be left out.
pub const CORE_EXACT_MAX: usize = 8;
/// Most questions that one lint asks of a policy; beyond, nothing is claimed.
pub const LINT_QUESTIONS_MAX: usize = 400;
/// Most earlier clauses of its industries with which a clause is compared for one amount that both pay for.
pub const LINT_PAIRS_MAX: usize = 16;
/// From how many days before its last day a policy is near its expiry.
pub const EXPIRY_NEAR_DAYS: i32 = 180;
/// Largest application of a batch, in bytes.
pub const APPLICATION_BYTES_MAX: usize = 16 << 20;
/// Most applications of a batch.
pub const APPLICATIONS_MAX: usize = 20_000_000;
/// Most situations of applicants that the documentation of a policy tells.
pub const SCENARIOS_MAX: usize = 400;

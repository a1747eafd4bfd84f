//! The rules as a programmer would write them in Rust, knowing the policy: integers of cents, one `if` a clause.

use crate::facts::Facts;
use crate::policy::Rule;

/// 2025-01-01 and 2026-12-31.
const FROM: i32 = 20_089;
const UNTIL: i32 = 20_818;

/// The award of each clause.
pub fn decide(rules: &[Rule], facts: &Facts, on: i32, awards: &mut [Option<i64>]) {
    for (rule, award) in rules.iter().zip(awards) {
        *award = if (FROM..=UNTIL).contains(&on)
            && facts.registered
            && facts.credit
            && facts.industry == rule.industry
            && facts.flag
            && facts.amount > 0
        {
            let product = i128::from(facts.amount) * i128::from(rule.rate);
            Some((((product + 500_000) / 1_000_000) as i64).min(rule.cap))
        } else {
            None
        };
    }
}

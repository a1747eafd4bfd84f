//! In: a seed. Out: applications to the small policy. Invariant: the same seed gives the same applications.

use crate::policy::Rule;

/// One application.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    pub registered: bool,
    pub credit: bool,
    pub industry: u32,
    pub flag: bool,
    /// Cents.
    pub amount: i64,
}

/// Random numbers: xorshift64*.
pub struct Random(u64);

impl Random {
    /// From a seed other than zero.
    pub fn new(seed: u64) -> Random {
        Random(seed.max(1))
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) % end.max(1)
    }
}

/// Applications of which most pass: nine of ten for each yes/no fact, any industry, amounts on both sides of every ceiling, some of
/// them zero and some that round at half a cent.
pub fn applications(count: usize, rules: &[Rule], seed: u64) -> Vec<Facts> {
    let mut random = Random::new(seed);
    let yes = |random: &mut Random| random.below(10) != 0;
    (0..count)
        .map(|_| {
            let rule = rules[random.below(rules.len() as u64) as usize];
            let at_cap = (i128::from(rule.cap) * 1_000_000 / i128::from(rule.rate)) as i64;
            let amount = match random.below(16) {
                0 => 0,
                1 => at_cap + random.below(5) as i64 - 2,
                2 => random.below(1_000_000) as i64 * 20 + 20,
                _ => random.below(2 * at_cap as u64) as i64,
            };
            Facts {
                registered: yes(&mut random),
                credit: yes(&mut random),
                industry: rule.industry,
                flag: yes(&mut random),
                amount,
            }
        })
        .collect()
}

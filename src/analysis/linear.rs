//! In: sums of whole-numbered variables with whole factors, and bounds of such sums. Out: whether the bounds contradict each other, and
//! if not, in which range each variable may lie once those after it are chosen (Fourier–Motzkin elimination, tightened for integers).
//! Invariant: a contradiction is a proof. What would leave 128 bits or the budget is dropped, which only weakens what is known.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::limits::SOLVE_ROWS_MAX;

/// A variable, as an index into the pool.
pub type Var = usize;

/// `(Σ factor × variable + constant) × 10^-scale`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linear {
    terms: BTreeMap<Var, i128>,
    constant: i128,
    scale: u32,
}

impl Linear {
    /// A number.
    pub fn number(value: Decimal) -> Linear {
        let value = value.normalize();
        Linear { terms: BTreeMap::new(), constant: value.mantissa(), scale: value.scale() }
    }

    /// A whole number.
    pub fn integer(value: i128) -> Linear {
        Linear { terms: BTreeMap::new(), constant: value, scale: 0 }
    }

    /// `10^-scale`, also for a scale below zero.
    pub fn unit(scale: i8) -> Option<Linear> {
        let power = power_of_ten(u32::from(scale.unsigned_abs()))?;
        Some(if scale < 0 {
            Linear::integer(power)
        } else {
            Linear { terms: BTreeMap::new(), constant: 1, scale: u32::from(scale.unsigned_abs()) }
        })
    }

    /// A variable that counts in units of `10^-scale`.
    pub fn variable(var: Var, scale: u32) -> Linear {
        Linear { terms: BTreeMap::from([(var, 1)]), constant: 0, scale }
    }

    /// The number, where no variable is in it.
    pub fn as_number(&self) -> Option<(i128, u32)> {
        self.terms.is_empty().then_some((self.constant, self.scale))
    }

    fn at_scale(&self, scale: u32) -> Option<Linear> {
        let factor = power_of_ten(scale.checked_sub(self.scale)?)?;
        let mut terms = BTreeMap::new();
        for (var, count) in &self.terms {
            terms.insert(*var, count.checked_mul(factor)?);
        }
        Some(Linear { terms, constant: self.constant.checked_mul(factor)?, scale })
    }

    /// The sum.
    pub fn plus(&self, other: &Linear) -> Option<Linear> {
        let scale = self.scale.max(other.scale);
        let (mut sum, other) = (self.at_scale(scale)?, other.at_scale(scale)?);
        for (var, count) in other.terms {
            let entry = sum.terms.entry(var).or_insert(0);
            *entry = entry.checked_add(count)?;
            if *entry == 0 {
                sum.terms.remove(&var);
            }
        }
        sum.constant = sum.constant.checked_add(other.constant)?;
        Some(sum)
    }

    /// The difference.
    pub fn minus(&self, other: &Linear) -> Option<Linear> {
        self.plus(&other.times(&Linear::integer(-1))?)
    }

    /// The product, where a side is a number.
    pub fn times(&self, other: &Linear) -> Option<Linear> {
        let (sum, (factor, scale)) = match (self.as_number(), other.as_number()) {
            (_, Some(number)) => (self, number),
            (Some(number), None) => (other, number),
            (None, None) => return None,
        };
        let mut terms = BTreeMap::new();
        for (var, count) in &sum.terms {
            let count = count.checked_mul(factor)?;
            if count != 0 {
                terms.insert(*var, count);
            }
        }
        Some(Linear { terms, constant: sum.constant.checked_mul(factor)?, scale: sum.scale.checked_add(scale)? })
    }

    /// That it is at most zero.
    pub fn at_most_zero(&self) -> Option<Row> {
        Some(Row::new(self.terms.clone(), self.constant.checked_neg()?))
    }

    /// That it is below zero: all variables are whole, so one less.
    pub fn below_zero(&self) -> Option<Row> {
        Some(Row::new(self.terms.clone(), self.constant.checked_neg()?.checked_sub(1)?))
    }
}

/// `Σ factor × variable ≤ bound`, by variable, without zero factors, divided by the greatest common divisor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// Variable and factor.
    pub terms: Vec<(Var, i128)>,
    /// The bound.
    pub bound: i128,
}

impl Row {
    /// A row out of what was added up.
    pub fn new(terms: BTreeMap<Var, i128>, bound: i128) -> Row {
        let terms: Vec<(Var, i128)> = terms.into_iter().filter(|(_, count)| *count != 0).collect();
        let divisor = terms.iter().fold(0, |divisor, (_, count)| gcd(divisor, *count));
        if divisor <= 1 {
            return Row { terms, bound };
        }
        // A sum of multiples is a multiple: the bound may be cut down to one.
        let terms = terms.into_iter().map(|(var, count)| (var, count / divisor)).collect();
        Row { terms, bound: bound.div_euclid(divisor) }
    }

    fn factor(&self, var: Var) -> i128 {
        self.terms.iter().find(|(other, _)| *other == var).map_or(0, |(_, count)| *count)
    }

    /// Whether it says nothing about any variable and is not true.
    fn is_contradiction(&self) -> bool {
        self.terms.is_empty() && self.bound < 0
    }

    /// The sum of two rows in which `var` falls out.
    fn without(&self, other: &Row, var: Var) -> Option<Row> {
        let (up, down) = (self.factor(var), other.factor(var).checked_neg()?);
        let shared = gcd(up, down);
        let (first, second) = (down / shared, up / shared);
        let mut terms = BTreeMap::new();
        for (row, times) in [(self, first), (other, second)] {
            for (var, count) in &row.terms {
                let entry = terms.entry(*var).or_insert(0i128);
                *entry = entry.checked_add(count.checked_mul(times)?)?;
            }
        }
        let bound = self.bound.checked_mul(first)?.checked_add(other.bound.checked_mul(second)?)?;
        Some(Row::new(terms, bound))
    }
}

/// What elimination leaves: for each variable, in order of elimination, the rows that bound it by variables eliminated later.
#[derive(Debug)]
pub struct Eliminated {
    stages: BTreeMap<Var, Vec<Row>>,
}

impl Eliminated {
    /// The range of a variable, given those eliminated after it; `None` where a number left 128 bits.
    pub fn range(&self, var: Var, chosen: &BTreeMap<Var, i128>) -> Option<(Option<i128>, Option<i128>)> {
        let (mut low, mut high): (Option<i128>, Option<i128>) = (None, None);
        for row in self.stages.get(&var).map_or(&[][..], Vec::as_slice) {
            let mut rest = row.bound;
            for (other, count) in row.terms.iter().filter(|(other, _)| *other != var) {
                rest = rest.checked_sub(count.checked_mul(*chosen.get(other)?)?)?;
            }
            let factor = row.factor(var);
            if factor > 0 {
                let most = rest.div_euclid(factor);
                high = Some(high.map_or(most, |high| high.min(most)));
            } else if factor < 0 {
                // -f·x ≤ r is x ≥ -r/f, rounded up.
                let least = rest.div_euclid(factor.checked_neg()?).checked_neg()?;
                low = Some(low.map_or(least, |low| low.max(least)));
            }
        }
        Some((low, high))
    }
}

/// Eliminates the variables in order; `None` where the rows contradict each other.
pub fn eliminate(rows: Vec<Row>, order: &[Var]) -> Option<Eliminated> {
    let mut rows = tightest(rows)?;
    let mut stages = BTreeMap::new();
    for var in order {
        let (with, without): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.factor(*var) != 0);
        let (above, below): (Vec<&Row>, Vec<&Row>) = with.iter().partition(|row| row.factor(*var) > 0);
        let mut next = without;
        for one in &above {
            for two in &below {
                if next.len() < SOLVE_ROWS_MAX {
                    next.extend(one.without(two, *var));
                }
            }
        }
        rows = tightest(next)?;
        stages.insert(*var, with);
    }
    Some(Eliminated { stages })
}

/// Of rows that differ in their bound only, the tightest; `None` where one is a contradiction.
fn tightest(rows: Vec<Row>) -> Option<Vec<Row>> {
    let mut best: BTreeMap<Vec<(Var, i128)>, i128> = BTreeMap::new();
    for row in rows {
        if row.is_contradiction() {
            return None;
        }
        if !row.terms.is_empty() {
            let entry = best.entry(row.terms).or_insert(row.bound);
            *entry = (*entry).min(row.bound);
        }
    }
    Some(best.into_iter().map(|(terms, bound)| Row { terms, bound }).collect())
}

/// `10^power`.
pub fn power_of_ten(power: u32) -> Option<i128> {
    10_i128.checked_pow(power)
}

fn gcd(one: i128, two: i128) -> i128 {
    let (mut one, mut two) = (one.saturating_abs(), two.saturating_abs());
    while two != 0 {
        (one, two) = (two, one % two);
    }
    one
}

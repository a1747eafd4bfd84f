//! In: steps, registers, a case. Out: registers written, and a clause's outcome. One loop for both domains; a step whose result the
//! domain has no word for ends it.

use super::case::{Case, State};
use super::code::Code;
use super::domain::{Domain, Truth};
use super::interval::{Interval, Partial};
use super::round::power_of_ten;
use super::scalar::Exact;
use super::step::Step;
use crate::bytecode::program::Tables;
use crate::decision::Failure;

/// The outcome of one clause. Amounts are scaled by 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Not in force on the day.
    NotInForce,
    /// For this reason; where several requirements fail, one of them.
    Ineligible(Failure),
    /// What is known does not tell.
    Undetermined,
    /// Between two amounts, the same where exact.
    Eligible {
        /// Least.
        low: i128,
        /// Most; [`super::INFINITE`] where there is no ceiling.
        high: i128,
        /// The cap that bound, as an index into the clause's caps.
        binding: Option<u32>,
    },
}

/// What stays the same while a case is run.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub code: &'a Code,
    pub tables: &'a Tables,
    pub case: &'a Case,
    pub on: i32,
}

/// What a block came to: an [`Outcome`] in flat words, which stay in registers until they are kept. Putting the enum together, taking
/// it apart and copying it costs more than all of a clause's steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    pub word: Word,
    /// The requirement that fails, or the cap that bound; `u32::MAX` is none.
    number: u32,
    low: i128,
    high: i128,
}

/// The kind of an [`End`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    NotInForce,
    Fails,
    AmountNotApplicable,
    AboveCeiling,
    BelowFloor,
    Undetermined,
    Eligible,
    /// The domain has no word for a step's result.
    Speechless,
}

impl End {
    pub const NOT_IN_FORCE: End = End::of(Word::NotInForce);
    pub const UNDETERMINED: End = End::of(Word::Undetermined);

    const fn of(word: Word) -> End {
        End { word, number: u32::MAX, low: 0, high: 0 }
    }

    /// As the outcome of a clause; what no domain had a word for is not determined.
    #[inline]
    pub fn outcome(self) -> Outcome {
        match self.word {
            Word::NotInForce => Outcome::NotInForce,
            Word::Fails => Outcome::Ineligible(Failure::Requirement(self.number)),
            Word::AmountNotApplicable => Outcome::Ineligible(Failure::AmountNotApplicable),
            Word::AboveCeiling => Outcome::Ineligible(Failure::AboveCeiling),
            Word::BelowFloor => Outcome::Ineligible(Failure::BelowFloor),
            Word::Undetermined | Word::Speechless => Outcome::Undetermined,
            Word::Eligible => {
                let binding = Some(self.number).filter(|cap| *cap != u32::MAX);
                Outcome::Eligible { low: self.low, high: self.high, binding }
            }
        }
    }
}

/// How a domain ends a clause.
pub(super) trait Award: Domain {
    fn grant(a: Self::Value) -> End;
    fn decide(case: &Case, slot: u32, low: Self::Value, high: Self::Value) -> End;
}

/// Writes the register of one step that computes; `None` where the domain has no word for the result.
#[inline(always)]
pub(super) fn compute<D: Domain>(
    step: Step,
    registers: &mut [D::Value],
    scene: Scene<'_>,
    binding: &mut u32,
) -> Option<()> {
    let of = |register: u32| registers.get(register as usize).copied().unwrap_or(D::ZERO);
    let code = scene.code;
    let (dst, value) = match step {
        Step::Load { dst, slot } => (dst, D::load(scene.case, slot, code.slots.get(slot as usize)?)?),
        Step::OnDate { dst } => (dst, D::constant(i128::from(scene.on))),
        Step::Not { dst, a } => (dst, D::not(of(a))),
        Step::And { dst, a, b } => (dst, D::and(of(a), of(b))),
        Step::Or { dst, a, b } => (dst, D::or(of(a), of(b))),
        Step::AtLeast { dst, a, b } => (dst, D::at_least(of(a), of(b))),
        Step::Above { dst, a, b } => (dst, D::above(of(a), of(b))),
        Step::Equal { dst, a, b } => (dst, D::equal(of(a), of(b))),
        Step::NotEqual { dst, a, b } => (dst, D::not_equal(of(a), of(b))),
        Step::Within { dst, a, set } => (dst, D::within(of(a), scene.tables.sets.get(set as usize)?)),
        Step::Add { dst, a, b } => (dst, D::add(of(a), of(b))),
        Step::Subtract { dst, a, b } => (dst, D::subtract(of(a), of(b))),
        Step::Multiply { dst, a, b } => (dst, D::multiply(of(a), of(b))),
        Step::Divide { dst, a, b, by } => (dst, D::divide(of(a), of(b), *code.divisions.get(by as usize)?)?),
        Step::Round { dst, a, digits, after, mode } => {
            (dst, D::round(of(a), u32::from(digits), mode, power_of_ten(u32::from(after))))
        }
        Step::Rescale { dst, a, by } => (dst, D::rescale(of(a), power_of_ten(u32::from(by)))),
        Step::Least { dst, a, b } => (dst, D::least(of(a), of(b))),
        Step::Greatest { dst, a, b } => (dst, D::greatest(of(a), of(b))),
        Step::AddMonths { dst, a, months, missing } => (dst, D::add_months(of(a), of(months), missing)?),
        Step::AddDays { dst, a, days } => (dst, D::add_days(of(a), of(days))),
        Step::Approved { dst, slot } => (dst, D::constant(i128::from(scene.case.value(slot) == Some(1)))),
        Step::Remaining { dst, a, cap } => (dst, D::remaining(of(a), scene.case.used(cap))?),
        Step::Lift { dst, a, approved, to } => (dst, D::lift(of(a), of(approved), of(to))),
        Step::Limit { dst, a, remaining, cap } => {
            let (value, binds) = D::limit(of(a), of(remaining));
            if binds {
                *binding = cap;
            }
            (dst, value)
        }
        Step::Require { .. } | Step::Grant { .. } | Step::Decide { .. } => return Some(()),
    };
    if let Some(place) = registers.get_mut(dst as usize) {
        *place = value;
    }
    Some(())
}

/// Runs the steps of one clause from where they start, in order, until its outcome is known.
#[inline(always)]
pub(super) fn block<D: Award>(steps: &[Step], registers: &mut [D::Value], scene: Scene<'_>, first_cap: u32) -> End {
    let of = |registers: &[D::Value], register: u32| registers.get(register as usize).copied().unwrap_or(D::ZERO);
    let (mut binding, mut open) = (u32::MAX, false);
    for &step in steps {
        let end = match step {
            Step::Require { a, number } => match D::truth(of(registers, a)) {
                Truth::Yes => continue,
                Truth::No => return End { number, ..End::of(Word::Fails) },
                Truth::Open => {
                    open = true;
                    continue;
                }
            },
            Step::Grant { .. } | Step::Decide { .. } if open => return End::UNDETERMINED,
            Step::Grant { a } => D::grant(of(registers, a)),
            Step::Decide { slot, low, high } => D::decide(scene.case, slot, of(registers, low), of(registers, high)),
            _ => match compute::<D>(step, registers, scene, &mut binding) {
                Some(()) => continue,
                None => return End::of(Word::Speechless),
            },
        };
        return End { number: if binding == u32::MAX { binding } else { binding.saturating_sub(first_cap) }, ..end };
    }
    End::UNDETERMINED
}

/// An amount between two bounds.
#[inline(always)]
fn between(low: i128, high: i128) -> End {
    End { low, high, ..End::of(Word::Eligible) }
}

impl Award for Exact {
    #[inline(always)]
    fn grant(a: i128) -> End {
        between(a, a)
    }

    fn decide(case: &Case, slot: u32, low: i128, high: i128) -> End {
        decided(case, slot, low, high)
    }
}

impl Award for Partial {
    fn grant(a: Interval) -> End {
        if a.not_applicable {
            End::of(Word::AmountNotApplicable)
        } else if a.waits.fact {
            End::UNDETERMINED
        } else {
            between(a.low, a.high)
        }
    }

    fn decide(case: &Case, slot: u32, low: Interval, high: Interval) -> End {
        if low.not_applicable || high.not_applicable {
            End::of(Word::AmountNotApplicable)
        } else if low.is_settled() && high.is_settled() {
            decided(case, slot, low.low, high.low)
        } else {
            End::UNDETERMINED
        }
    }
}

/// An award at discretion between two known amounts.
fn decided(case: &Case, slot: u32, low: i128, high: i128) -> End {
    match (case.state(slot), case.value(slot)) {
        (State::NotApplicable, _) => End::of(Word::AmountNotApplicable),
        (State::Value, Some(set)) if set > high => End::of(Word::AboveCeiling),
        (State::Value, Some(set)) if set < low => End::of(Word::BelowFloor),
        (State::Value, Some(set)) => between(set, set),
        _ => between(low, high),
    }
}

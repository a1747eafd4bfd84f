//! In: steps, registers, a case. Out: registers written, and a clause's outcome. One loop for both domains; a step whose result the
//! domain has no word for ends it.

use super::case::{Case, State};
use super::code::Code;
use super::domain::Truth;
use super::fold::{Folds, fold as folded};
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
pub(super) trait Award: Folds {
    fn grant(a: Self::Value) -> End;
    fn decide(case: &Case, slot: u32, low: Self::Value, high: Self::Value) -> End;
}

/// What a step came to.
enum Flow {
    /// The next step is next.
    Next,
    /// The clause ends.
    End(End),
    /// The domain has no word for the result.
    Speechless,
}

/// What is kept from step to step of one clause.
struct Progress {
    /// The cap that bound last.
    binding: u32,
    /// Whether a requirement is open.
    open: bool,
    first_cap: u32,
}

/// Runs one step. Where `CLAUSE` is false nothing but registers is written: requirements and awards are passed over.
#[inline(always)]
fn run_step<D: Award, const CLAUSE: bool>(
    step: Step,
    registers: &mut [D::Value],
    scene: Scene<'_>,
    progress: &mut Progress,
) -> Flow {
    let of = |register: u32| registers.get(register as usize).copied().unwrap_or(D::ZERO);
    let code = scene.code;
    macro_rules! said {
        ($result:expr) => {
            match $result {
                Some(value) => value,
                None => return Flow::Speechless,
            }
        };
    }
    let (dst, value) = match step {
        Step::Load { dst, slot } => (dst, said!(D::load(scene.case, slot, said!(code.slots.get(slot as usize))))),
        Step::OnDate { dst } => (dst, D::constant(i128::from(scene.on))),
        Step::Not { dst, a } => (dst, D::not(of(a))),
        Step::And { dst, a, b } => (dst, D::and(of(a), of(b))),
        Step::Or { dst, a, b } => (dst, D::or(of(a), of(b))),
        Step::AtLeast { dst, a, b } => (dst, D::at_least(of(a), of(b))),
        Step::Above { dst, a, b } => (dst, D::above(of(a), of(b))),
        Step::Equal { dst, a, b } => (dst, D::equal(of(a), of(b))),
        Step::NotEqual { dst, a, b } => (dst, D::not_equal(of(a), of(b))),
        Step::Within { dst, a, set } => (dst, D::within(of(a), said!(scene.tables.sets.get(set as usize)))),
        Step::Add { dst, a, b } => (dst, D::add(of(a), of(b))),
        Step::Subtract { dst, a, b } => (dst, D::subtract(of(a), of(b))),
        Step::Multiply { dst, a, b } => (dst, D::multiply(of(a), of(b))),
        Step::Divide { dst, a, b, by } => {
            (dst, said!(D::divide(of(a), of(b), *said!(code.divisions.get(by as usize)))))
        }
        Step::Round { dst, a, digits, mode } => (dst, D::round(of(a), u32::from(digits), mode)),
        Step::RoundTens { dst, a, digits, after, mode } => {
            let rounded = D::round(of(a), u32::from(digits), mode);
            (dst, D::rescale(rounded, power_of_ten(u32::from(after))))
        }
        Step::Rescale { dst, a, by } => (dst, D::rescale(of(a), power_of_ten(u32::from(by)))),
        Step::Least { dst, a, b } => (dst, D::least(of(a), of(b))),
        Step::Greatest { dst, a, b } => (dst, D::greatest(of(a), of(b))),
        Step::AddMonths { dst, a, months, missing } => (dst, said!(D::add_months(of(a), of(months), missing))),
        Step::AddDays { dst, a, days } => (dst, D::add_days(of(a), of(days))),
        Step::Approved { dst, slot } => (dst, D::constant(i128::from(scene.case.value(slot) == Some(1)))),
        Step::Select { dst, when, a, b } => (dst, D::select(of(when), of(a), of(b))),
        Step::Pick { dst, when, a, b } => (dst, D::pick(of(when), of(a), of(b))),
        Step::Keep { dst, when, a, any } => (dst, said!(D::keep(of(when), of(a), any))),
        Step::NotApplicable { dst } => (dst, said!(D::not_applicable())),
        Step::YearsBetween { dst, from, to } => (dst, D::years_between(of(from), of(to))),
        Step::YearOf { dst, a } => (dst, D::year_of(of(a))),
        Step::AddWorkingDays { dst, a, days, calendar } => {
            (dst, said!(D::add_working_days(of(a), of(days), said!(code.calendars.get(calendar as usize)))))
        }
        Step::Times { dst, counter } => {
            (dst, said!(D::times(scene.case, counter, code.ledgers.get(counter as usize).copied().flatten())))
        }
        Step::Fold { dst, fold } => (dst, said!(folded::<D>(said!(code.folds.get(fold as usize)), registers, scene))),
        Step::Remaining { dst, a, cap } => (dst, said!(D::remaining(of(a), scene.case.used(cap)))),
        Step::Lift { dst, a, approved, to } => (dst, D::lift(of(a), of(approved), of(to))),
        Step::Limit { dst, a, remaining, cap } => {
            let (value, binds) = D::limit(of(a), of(remaining));
            if binds {
                progress.binding = cap;
            }
            (dst, value)
        }
        Step::Require { .. } | Step::Grant { .. } | Step::Decide { .. } if !CLAUSE => return Flow::Next,
        Step::Require { a, number } => match D::truth(of(a)) {
            Truth::Yes => return Flow::Next,
            Truth::No => return Flow::End(End { number, ..End::of(Word::Fails) }),
            Truth::Open => {
                progress.open = true;
                return Flow::Next;
            }
        },
        Step::Grant { .. } | Step::Decide { .. } if progress.open => return Flow::End(End::UNDETERMINED),
        Step::Grant { a } => return Flow::End(awarded(D::grant(of(a)), progress)),
        Step::Decide { slot, low, high } => {
            return Flow::End(awarded(D::decide(scene.case, slot, of(low), of(high)), progress));
        }
    };
    if let Some(place) = registers.get_mut(dst as usize) {
        *place = value;
    }
    Flow::Next
}

/// With the cap that bound.
#[inline(always)]
fn awarded(end: End, progress: &Progress) -> End {
    let binds = progress.binding != u32::MAX;
    End { number: if binds { progress.binding.saturating_sub(progress.first_cap) } else { u32::MAX }, ..end }
}

/// Writes the registers of steps, one after the other; calls `speechless` with each for whose result the domain has no word.
#[inline(always)]
pub(super) fn compute<D: Award>(
    steps: &[Step],
    registers: &mut [D::Value],
    scene: Scene<'_>,
    mut speechless: impl FnMut(Step),
) {
    let mut progress = Progress { binding: u32::MAX, open: false, first_cap: 0 };
    for &step in steps {
        if let Flow::Speechless = run_step::<D, false>(step, registers, scene, &mut progress) {
            speechless(step);
        }
    }
}

/// Runs the steps of one clause from where they start, in order, until its outcome is known.
#[inline(always)]
pub(super) fn block<D: Award>(steps: &[Step], registers: &mut [D::Value], scene: Scene<'_>, first_cap: u32) -> End {
    let mut progress = Progress { binding: u32::MAX, open: false, first_cap };
    for &step in steps {
        match run_step::<D, true>(step, registers, scene, &mut progress) {
            Flow::Next => {}
            Flow::End(end) => return end,
            Flow::Speechless => return End::of(Word::Speechless),
        }
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

//! In: routines that do the same work. Out: how long each takes. Invariant: what is compared was measured in turns, round by round, so
//! that a busy machine slows all of it alike; every figure is the median of its rounds.

use std::hint::black_box;
use std::time::Instant;

/// Something that is timed: a name, and a routine that does `units` units of work.
pub struct Contender<'a> {
    pub name: &'static str,
    pub units: usize,
    pub routine: Box<dyn FnMut() -> u64 + 'a>,
}

impl<'a> Contender<'a> {
    pub fn new(name: &'static str, units: usize, routine: impl FnMut() -> u64 + 'a) -> Contender<'a> {
        Contender { name, units, routine: Box::new(routine) }
    }
}

/// Nanoseconds a unit, round by round.
pub struct Timed {
    pub name: &'static str,
    rounds: Vec<f64>,
}

impl Timed {
    /// The median of the rounds.
    pub fn median(&self) -> f64 {
        median(self.rounds.clone())
    }

    /// How many times as long as `other` it takes: the median of the ratios of each round.
    pub fn times(&self, other: &Timed) -> f64 {
        median(self.rounds.iter().zip(&other.rounds).map(|(own, other)| own / other).collect())
    }
}

/// Times every contender, in turns; the first round warms up and does not count.
pub fn in_turns(rounds: usize, contenders: &mut [Contender<'_>]) -> Vec<Timed> {
    let mut timed: Vec<Timed> =
        contenders.iter().map(|contender| Timed { name: contender.name, rounds: Vec::new() }).collect();
    for round in 0..=rounds {
        for (contender, timed) in contenders.iter_mut().zip(&mut timed) {
            let start = Instant::now();
            black_box((contender.routine)());
            let spent = start.elapsed().as_secs_f64() * 1e9 / contender.units as f64;
            if round > 0 {
                timed.rounds.push(spent);
            }
        }
    }
    timed
}

/// Seconds that `work` takes, and what it made.
pub fn once<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let made = black_box(work());
    (start.elapsed().as_secs_f64(), made)
}

/// The median.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

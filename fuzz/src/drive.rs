//! In: a target, a count and a seed, from the command line. Out: every input tried, a panic reported with the input that causes it.
//! Invariant: the same arguments try the same inputs.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::random::Random;
use crate::{corpus, mutate, targets};

/// A target: its name, what it is fed from, and the function.
struct Target {
    name: &'static str,
    seeds: fn() -> Vec<Vec<u8>>,
    /// Whether the input went all the way through.
    fuzz: fn(&[u8]) -> bool,
}

const TARGETS: &[Target] = &[
    Target { name: "parse", seeds: corpus::policies, fuzz: targets::parse::fuzz },
    Target { name: "check", seeds: corpus::policies, fuzz: targets::check::fuzz },
    Target { name: "format", seeds: corpus::policies, fuzz: targets::format::fuzz },
    Target { name: "bundle", seeds: corpus::bundles, fuzz: targets::bundle::fuzz },
    Target { name: "run", seeds: corpus::bundles, fuzz: targets::run::fuzz },
    Target { name: "facts", seeds: corpus::facts, fuzz: targets::facts::fuzz },
];

/// No input may take longer.
const SLOW: Duration = Duration::from_secs(20);
const FINDINGS_MAX: usize = 10;

/// Runs `named`, else the target that the first argument names; `FILE` instead of a count runs that one input.
pub fn run(named: Option<String>) -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let target = named.or_else(|| arguments.next()).unwrap_or_else(|| "all".to_owned());
    let (count, seed) = (arguments.next(), arguments.next());
    let seed = seed.and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let wanted: Vec<&Target> = TARGETS.iter().filter(|own| target == "all" || own.name == target).collect();
    if wanted.is_empty() {
        eprintln!(
            "no target `{target}`; there are: {}",
            TARGETS.iter().map(|own| own.name).collect::<Vec<_>>().join(", ")
        );
        return ExitCode::from(2);
    }
    let failed = match count.as_deref().map(|count| (count, count.parse::<usize>())) {
        Some((file, Err(_))) => {
            let data = fs::read(file).unwrap_or_else(|error| panic!("{file}: {error}"));
            wanted.iter().for_each(|target| println!("{}: all the way: {}", target.name, (target.fuzz)(&data)));
            0
        }
        Some((_, Ok(count))) => wanted.iter().map(|target| target.drive(count, seed)).sum(),
        None => wanted.iter().map(|target| target.drive(2_000, seed)).sum::<usize>(),
    };
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

impl Target {
    /// Tries every seed, then `count` mutations; the number of findings.
    fn drive(&self, count: usize, seed: u64) -> usize {
        let seeds = (self.seeds)();
        let (start, mut random) = (Instant::now(), Random::new(seed));
        let (mut findings, mut deep, mut slowest) = (0, 0, Duration::ZERO);
        for at in 0..seeds.len() + count {
            let data = match seeds.get(at) {
                Some(data) => data.clone(),
                None => {
                    let (own, other) = (random.below(seeds.len()), random.below(seeds.len()));
                    mutate::mutate(&mut random, &seeds[own], &seeds[other])
                }
            };
            let began = Instant::now();
            let result = catch_unwind(AssertUnwindSafe(|| (self.fuzz)(&data)));
            let spent = began.elapsed();
            slowest = slowest.max(spent);
            deep += usize::from(matches!(result, Ok(true)));
            if result.is_err() || spent > SLOW {
                findings += 1;
                self.keep(at, spent, &data);
            }
            if findings >= FINDINGS_MAX {
                break;
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{}: {} seeds, {count} mutations of seed {seed}, {deep} all the way, {findings} findings, {seconds:.1} s, slowest {} ms",
            self.name,
            seeds.len(),
            slowest.as_millis()
        );
        findings
    }

    fn keep(&self, at: usize, spent: Duration, data: &[u8]) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts");
        let file = folder.join(format!("{}-{at}", self.name));
        let kept = fs::create_dir_all(&folder).and_then(|()| fs::write(&file, data));
        println!("{}: input {at} fails after {} ms; kept: {}", self.name, spent.as_millis(), kept.is_ok());
    }
}

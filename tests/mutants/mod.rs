//! Small changes of the policies of the repository: each is reported with a case that the machine confirms, or proved to change nothing.
//! The whole table is `docs/mutants.md`: `BLESS=1 cargo test --test suite mutants::the_whole_table -- --nocapture` writes it.

pub mod make;

use guiju::diff::meaning::{Change, Edition, Finding, How, Meaning, Pair, Verdict, between, compare};
use guiju::model::ClauseId;

use make::{Mutant, POLICIES, Policy, of_model, of_text, policy};

/// What came of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Reported, with a case on both sides.
    Reported,
    /// Reported as a difference of words that every decision says.
    Said,
    /// Proved to change nothing.
    Equivalent,
    /// Neither.
    Unknown,
}

pub fn pairs(old: &Policy, new: &Mutant) -> Vec<Pair> {
    let find = |id: &str| new.checked.clauses.iter().position(|clause| clause.id == id);
    let mut all: Vec<Pair> = (old.checked.clauses.iter().zip(0u32..))
        .map(|(clause, at)| (Some(ClauseId(at)), find(&clause.id).map(|at| ClauseId(u32::try_from(at).unwrap()))))
        .collect();
    for (at, clause) in new.checked.clauses.iter().enumerate() {
        if !old.checked.clauses.iter().any(|other| other.id == clause.id) {
            all.push((None, Some(ClauseId(u32::try_from(at).unwrap()))));
        }
    }
    all
}

pub fn outcome(old: &Policy, new: &Mutant) -> (Outcome, String) {
    let one = Edition { policy: &old.checked, program: &old.program };
    let two = Edition { policy: &new.checked, program: &new.program };
    let pairs = pairs(old, new);
    let (meanings, rules) = (compare(one, two, &pairs), between(one, two, &pairs));
    let shown = shown(&meanings);
    let findings = || meanings.iter().flat_map(|meaning| [&meaning.eligibility, &meaning.amount]);
    let changes = || meanings.iter().flat_map(|meaning| &meaning.other).chain(rules.iter().map(|rule| &rule.change));
    let witness = |finding: &Finding| finding.more.is_some() || finding.less.is_some();
    let outcome = if findings().any(witness) || changes().any(|change| change.witness.is_some()) {
        Outcome::Reported
    } else if findings().any(|finding| matches!(finding.verdict, Verdict::Unknown(_)))
        || changes().any(|change: &Change| change.how != How::Proved)
    {
        Outcome::Unknown
    } else if changes().next().is_some() {
        Outcome::Said
    } else {
        Outcome::Equivalent
    };
    (outcome, shown)
}

fn shown(meanings: &[Meaning]) -> String {
    let one = |meaning: &Meaning| {
        let (a, b) = (&meaning.eligibility.verdict, &meaning.amount.verdict);
        let other: Vec<_> =
            meaning.other.iter().map(|change| (change.what, change.how, change.witness.is_some())).collect();
        let silent = *a == Verdict::Equivalent && *b == Verdict::Equivalent && other.is_empty();
        (!silent).then(|| format!("{:?}: {a:?} / {b:?} {other:?}", meaning.new))
    };
    meanings.iter().filter_map(one).collect::<Vec<_>>().join("; ")
}

pub fn all(policy: &Policy) -> Vec<Mutant> {
    let mut all = of_model(policy);
    all.extend(of_text(policy));
    all
}

//! Small changes of the policies of the repository: each is reported with a case that the machine confirms, or proved to change nothing.
//! The whole table is `docs/mutants.md`: `BLESS=1 cargo test --release --test suite mutants::the_whole_table` writes it.

mod direction;
pub mod make;
mod table;

use guiju::diff::meaning::{Change, Edition, Finding, How, Meaning, Pair, Verdict, between, compare};
use guiju::model::{ClauseId, Window};

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
    let one = Edition { policy: &old.checked, program: &old.program, days: Window::default() };
    let two = Edition { policy: &new.checked, program: &new.program, days: Window::default() };
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

const PAGE: &str = "docs/mutants.md";

/// One change in so many, of every policy that is compared fast, over all kinds: enough to notice when the comparison gets worse. The
/// whole table is made in release.
#[test]
fn a_sample_of_changes_is_reported_or_proved_to_change_nothing() {
    for (folder, step, count) in [(POLICIES[2], 9, 10), (POLICIES[0], 17, 10)] {
        let policy = policy(folder);
        let all = of_model(&policy);
        let sample: Vec<&Mutant> = all.iter().step_by(step).collect();
        assert!(sample.len() > count, "{} changes of {folder}", sample.len());
        let unknown = sample.iter().map(|mutant| (mutant, outcome(&policy, mutant)));
        let unknown: Vec<String> = unknown
            .filter(|(_, (outcome, _))| *outcome == Outcome::Unknown)
            .map(|(mutant, (_, shown))| format!("{}: {shown}", mutant.what))
            .collect();
        assert!(unknown.is_empty(), "{folder}: {unknown:#?}");
    }
}

#[test]
fn the_whole_table() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") && !cfg!(debug_assertions) {
        std::fs::write(&path, table::page(&table::lines())).unwrap();
    }
    let page = std::fs::read_to_string(path).unwrap();
    let total = page.lines().find(|line| line.starts_with("| **合计**")).unwrap();
    let counts: Vec<usize> = total.split('|').filter_map(|cell| cell.trim().parse().ok()).collect();
    assert!(counts.iter().sum::<usize>() >= 500, "{total}");
    let listed = page.split("## 未定").nth(1).unwrap().lines().filter(|line| line.starts_with("- ")).count();
    assert_eq!(counts.last(), Some(&listed), "each unknown is listed");
    assert_eq!(table::named(&page).len(), POLICIES.len(), "every policy is in the table");
}

//! Small changes of the policies of the repository: each is reported with a case that the machine confirms, or proved to change nothing.
//! The whole table is `docs/mutants.md`: `BLESS=1 cargo test --release --test suite mutants::the_whole_table` writes it.

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

const PAGE: &str = "docs/mutants.md";

/// One mutant in so many, over all kinds; enough to notice when the comparison gets worse.
#[test]
fn a_sample_of_changes_is_reported_or_proved_to_change_nothing() {
    let policy = policy(POLICIES[2]);
    let all = of_model(&policy);
    let sample: Vec<&Mutant> = all.iter().step_by(9).collect();
    assert!(sample.len() > 10, "{} changes", sample.len());
    let unknown = sample.iter().map(|mutant| (mutant, outcome(&policy, mutant)));
    let unknown: Vec<String> = unknown
        .filter(|(_, (outcome, _))| *outcome == Outcome::Unknown)
        .map(|(mutant, (_, shown))| format!("{}: {shown}", mutant.what))
        .collect();
    assert!(unknown.len() * 10 <= sample.len(), "{unknown:#?}");
}

/// The page with the table of all changes.
pub fn page() -> String {
    let mut counts: std::collections::BTreeMap<&str, [usize; 4]> = std::collections::BTreeMap::new();
    let (mut unknown, mut total) = (Vec::new(), 0usize);
    let mut policies = Vec::new();
    for folder in POLICIES {
        let policy = policy(folder);
        let all = all(&policy);
        policies.push(format!("{} {}", policy.name, all.len()));
        for mutant in &all {
            let (outcome, _) = outcome(&policy, mutant);
            total += 1;
            let at = [Outcome::Reported, Outcome::Said, Outcome::Equivalent, Outcome::Unknown];
            let at = at.iter().position(|other| *other == outcome).unwrap();
            counts.entry(mutant.kind).or_default()[at] += 1;
            if outcome == Outcome::Unknown {
                unknown.push(format!("- {}：{}，{}", policy.name, mutant.kind, mutant.what));
            }
        }
    }
    let row = |(kind, [a, b, c, d]): (&&str, &[usize; 4])| format!("| {kind} | {a} | {b} | {c} | {d} |\n");
    let sum = |at: usize| counts.values().map(|row| row[at]).sum::<usize>();
    let mut text = String::from("# 改动表\n\n");
    text.push_str(&format!(
        "仓库里的政策每次改动一处（{}），共 {total} 处，逐一比较改动前后。怎样比较见 [semantics.md](reference/semantics.md) 的“修订的比较”。\n\n",
        policies.join("、")
    ));
    text.push_str("| 列 | 意思 |\n|---|---|\n| 有例子 | 报告了，有一个虚拟机在两版上都算过、结果不同的例子 |\n| 已报告 | 报告了，每个决定里的文字不同，没有例子 |\n| 证明相同 | 证明什么也没有改变 |\n| 未定 | 既没有例子，也没有证明，逐条列在下面 |\n\n");
    text.push_str("`BLESS=1 cargo test --release --test suite mutants::the_whole_table` 重写本页。\n\n");
    text.push_str("| 改动 | 有例子 | 已报告 | 证明相同 | 未定 |\n|---|---|---|---|---|\n");
    counts.iter().map(row).for_each(|row| text.push_str(&row));
    text.push_str(&format!("| **合计** | {} | {} | {} | {} |\n\n## 未定\n\n", sum(0), sum(1), sum(2), sum(3)));
    text.push_str(&if unknown.is_empty() { "没有。\n".to_owned() } else { unknown.join("\n") + "\n" });
    text
}

#[test]
fn the_whole_table() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") && !cfg!(debug_assertions) {
        std::fs::write(&path, page()).unwrap();
    }
    let page = std::fs::read_to_string(path).unwrap();
    let total = page.lines().find(|line| line.starts_with("| **合计**")).unwrap();
    let counts: Vec<usize> = total.split('|').filter_map(|cell| cell.trim().parse().ok()).collect();
    assert!(counts.iter().sum::<usize>() >= 500, "{total}");
    let listed = page.split("## 未定").nth(1).unwrap().lines().filter(|line| line.starts_with("- ")).count();
    assert_eq!(counts.last(), Some(&listed), "each unknown is listed");
}

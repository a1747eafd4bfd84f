//! In: runs of policies. Out: the object that `test --format json` prints; `docs/reference/json.md` is its manual. Keys keep their order.

use serde_json::{Value, json};

use super::PolicyRun;
use super::cover::{place, wanted};
use crate::diagnostics::{Lang, Text};
use crate::scenario::Report;
use crate::scenario::coverage::{Coverage, Share, Shown};
use crate::scenario::mutation::Mutations;

/// The object.
#[must_use]
pub fn json(runs: &[PolicyRun], lang: Lang) -> Value {
    let sum = |of: fn((usize, usize)) -> usize| runs.iter().map(|run| of(run.counts())).sum::<usize>();
    json!({
        "policies": runs.iter().map(|run| policy(run, lang)).collect::<Vec<_>>(),
        "passed": sum(|counts| counts.0),
        "failed": sum(|counts| counts.1),
    })
}

fn policy(run: &PolicyRun, lang: Lang) -> Value {
    let (passed, failed) = run.counts();
    json!({
        "path": run.path,
        "title": run.title,
        "passed": passed,
        "failed": failed,
        "cases": run.reports.iter().map(|report| case(report, lang)).collect::<Vec<_>>(),
        "coverage": run.coverage.as_ref().map(|found| coverage(run, found, lang)),
        "mutation": run.mutations.as_ref().map(|found| mutations(found, lang)),
    })
}

fn located((file, line, column): &(String, u32, u32)) -> Value {
    json!({ "file": file, "line": line, "column": column })
}

fn case(report: &Report, lang: Lang) -> Value {
    let say = |text: &Text| text.get(lang).to_owned();
    json!({
        "title": report.title,
        "passed": report.mismatches.is_empty(),
        "source": located(&report.place),
        "mismatches": report.mismatches.iter().map(|mismatch| json!({
            "of": say(&mismatch.of),
            "expected": say(&mismatch.expected),
            "got": say(&mismatch.got),
            "source": located(&mismatch.place),
        })).collect::<Vec<_>>(),
    })
}

fn share(share: Share) -> Value {
    json!({ "shown": share.shown, "of": share.of })
}

fn coverage(run: &PolicyRun, found: &Coverage, lang: Lang) -> Value {
    let clauses = run.clauses.iter().zip(&found.outcomes).zip(0u32..).map(|(((id, title), outcomes), at)| {
        let [eligible, ineligible, undetermined, not_in_force] = outcomes;
        json!({
            "id": id,
            "title": title,
            "outcomes": {
                "eligible": eligible,
                "ineligible": ineligible,
                "undetermined": undetermined,
                "not_in_force": not_in_force,
            },
            "goals": share(found.share(|goal| goal.clause == Some(at))),
        })
    });
    let goals = found.goals.iter().map(|(goal, shown)| {
        let (by, proposal) = match shown {
            Shown::By(case) => (run.reports.get(*case).map(|report| report.title.as_str()), None),
            Shown::Not(proposal) => (None, proposal.as_ref().map(|proposal| proposal.text.as_str())),
            Shown::Impossible => (None, None),
        };
        let missing = matches!(shown, Shown::Not(_)).then(|| wanted(run, goal, lang));
        json!({
            "clause": goal.clause.and_then(|at| run.clauses.get(at as usize)).map(|(id, _)| id),
            "kind": goal.aim.kind(),
            "side": goal.aim.side(),
            "about": goal.about,
            "covered": matches!(shown, Shown::By(_)),
            "by": by,
            "missing": missing,
            "proposal": proposal,
            "impossible": *shown == Shown::Impossible,
            "source": located(&place(run, goal)),
        })
    });
    json!({
        "total": share(found.total()),
        "conditions": share(found.conditions()),
        "clauses": clauses.collect::<Vec<_>>(),
        "goals": goals.collect::<Vec<_>>(),
    })
}

fn mutations(found: &Mutations, lang: Lang) -> Value {
    json!({
        "caught": found.caught,
        "survived": found.survivors.len(),
        "equivalent": found.equivalent,
        "unusable": found.unusable,
        "survivors": found.survivors.iter().map(|survivor| json!({
            "clauses": survivor.clauses,
            "before": survivor.before.get(lang),
            "after": survivor.after.get(lang),
            "source": located(&survivor.place),
        })).collect::<Vec<_>>(),
    })
}

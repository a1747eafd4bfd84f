//! In: runs of policies. Out: the report for a terminal.

use super::PolicyRun;
use super::cover::{coverage, mutations};
use super::table::table;
use crate::diagnostics::Lang;
use crate::scenario::Report;

/// The report. Of one policy every case is listed, of several those that failed and a table.
#[must_use]
pub fn human(runs: &[PolicyRun], lang: Lang) -> String {
    let mut text = String::new();
    let one = runs.len() == 1;
    for run in runs {
        let shown = run.reports.iter().filter(|report| one || !report.mismatches.is_empty());
        let lines: String = shown.map(|report| line(report, lang)).collect();
        if !one && !lines.is_empty() {
            text.push_str(&format!("{}（{}）\n", run.title, run.path));
        }
        text.push_str(&lines);
        if let Some(found) = &run.coverage {
            text.push_str(&coverage(run, found, lang));
        }
        if let Some(found) = &run.mutations {
            text.push_str(&mutations(run, found, lang));
        }
    }
    if !one && !runs.is_empty() {
        text.push_str(&policies(runs, lang));
    }
    text
}

fn line(report: &Report, lang: Lang) -> String {
    let (ok, failed) = match lang {
        Lang::Zh => ("通过", "不通过"),
        Lang::En => ("ok", "FAILED"),
    };
    if report.mismatches.is_empty() {
        return format!("{ok}  {}\n", report.title);
    }
    let mut text = format!("{failed}  {}\n", report.title);
    for mismatch in &report.mismatches {
        text.push_str(&mismatch.text(lang));
    }
    text
}

/// One row a policy.
fn policies(runs: &[PolicyRun], lang: Lang) -> String {
    let head = match lang {
        Lang::Zh => ["政策", "案例", "通过", "不通过", "覆盖"],
        Lang::En => ["policy", "cases", "passed", "failed", "coverage"],
    };
    let with_coverage = runs.iter().any(|run| run.coverage.is_some());
    let keep = if with_coverage { head.len() } else { head.len() - 1 };
    let mut rows = vec![head.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>()];
    for run in runs {
        let (passed, failed) = run.counts();
        let covered = run.coverage.as_ref().map_or_else(|| "—".to_owned(), |it| super::cover::percent(it.total()));
        let cases = match (run.cases, lang) {
            (0, Lang::Zh) => "没有案例".to_owned(),
            (0, Lang::En) => "none".to_owned(),
            _ => run.reports.len().to_string(),
        };
        rows.push(vec![run.path.clone(), cases, passed.to_string(), failed.to_string(), covered]);
    }
    rows.iter_mut().for_each(|row| row.truncate(keep));
    format!("\n{}", table(&rows, 0))
}

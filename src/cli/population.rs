//! `--population` of `guiju diff`: reads the applicants chunk by chunk with two threads, and compares the two policies over them.

use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use guiju::bytecode::Verified;
use guiju::diagnostics::{Code, Diagnostic, Lang};
use guiju::diff::population::{BudgetLine, Part, Population, Report, Worker};
use guiju::input::Day;
use guiju::input::rows::Columns;
use guiju::limits::APPLICATIONS_MAX;
use guiju::source::{FileId, Span};

use super::failure::Failure;
use super::rows::{Found, Half, Row, Rows, Wrong, each, empty, halves, unknown_columns};

/// What is compared, and how.
pub struct Options<'a> {
    /// The population.
    pub path: &'a Path,
    /// By clause of the old policy, that of the new one.
    pub pairs: &'a [(Option<u32>, Option<u32>)],
    /// The day of the decision.
    pub day: Day,
    /// Whether columns may be missing.
    pub allow_missing: bool,
}

/// Compares two policies over a population. Where something is wrong with it, all of that is printed, and the failure says so.
pub fn compare(old: &Verified, new: &Verified, options: &Options<'_>, lang: Lang) -> Result<Report, Failure> {
    let population = Population::new(old, new, options.pairs, options.day);
    let mut rows = Rows::open(options.path)?;
    let mut found = Found::default();
    let mut columns = population.columns();
    let header = rows.header(&mut found)?;
    if let Some(header) = &header {
        for problem in columns.header(header.iter()) {
            found.at(&rows.name, &problem.column, 1, problem.finding);
        }
        about_columns(&population, &[&columns], options, &rows.name, &mut found);
    }
    refused(&mut found, &rows, lang)?;
    let (part, budgets, met) = if population.is_settled() {
        settled(&population, &columns, &mut rows, &mut found)?
    } else {
        apart(&population, &columns, &mut rows, &mut found)?
    };
    rows.close();
    let met: Vec<&Columns<'_, '_>> = met.iter().collect();
    if rows.count() == 0 {
        found.whole(&rows.name, empty("名单里没有申请人", "the population holds no applicant"));
    } else if header.is_none() {
        about_columns(&population, &met, options, &rows.name, &mut found);
    }
    refused(&mut found, &rows, lang)?;
    Ok(population.report(&part, population.missing(&met), budgets))
}

/// Prints what was found; fails where there are errors.
fn refused(found: &mut Found, rows: &Rows, lang: Lang) -> Result<(), Failure> {
    let code = found.first_error();
    let errors = found.report(lang);
    match code.filter(|_| errors) {
        Some(code) => {
            rows.close();
            let name = &rows.name;
            let (zh, en) =
                (format!("名单“{name}”有错误，没有比较"), format!("nothing was compared: `{name}` has errors"));
            Err(Failure::new(code, zh, en))
        }
        None => Ok(()),
    }
}

/// Columns that are missing, and those that nobody knows.
fn about_columns(
    population: &Population<'_>,
    columns: &[&Columns<'_, '_>],
    options: &Options<'_>,
    name: &str,
    found: &mut Found,
) {
    unknown_columns(columns, name, found);
    if options.allow_missing {
        return;
    }
    for missing in population.missing(columns) {
        let (zh, en) = match (missing.old, missing.new) {
            (true, false) => ("现行政策", "the old policy"),
            (false, true) => ("修改后的政策", "the new policy"),
            _ => ("两份政策都", "both policies"),
        };
        let fact = &missing.name;
        let finding = Diagnostic::new(
            Code::PopulationColumnMissing,
            Span::new(FileId(0), 0, 0),
            format!("没有“{fact}”这一列，{zh}要用"),
            format!("there is no column `{fact}`, which {en} need"),
        )
        .help(
            "加上这一列；确实没有的，用 --allow-missing，要用到它的算未定",
            "add the column; with --allow-missing, outcomes that need it stay open",
        );
        found.at(name, "", 1, finding);
    }
}

/// What was compared, budgets, and the columns met.
type Compared<'w, 'p> = (Part, Vec<BudgetLine>, Vec<Columns<'w, 'p>>);

/// Applicants apart from each other, half of each chunk by each thread.
fn apart<'w, 'p>(
    population: &'w Population<'p>,
    columns: &Columns<'w, 'p>,
    rows: &mut Rows,
    found: &mut Found,
) -> Result<Compared<'w, 'p>, Failure> {
    let mut workers = [population.worker(columns.clone()), population.worker(columns.clone())];
    while let Some(chunk) = rows.next(found)? {
        let wrong: Vec<Wrong> = thread::scope(|scope| {
            let halves = halves(&chunk);
            let run = workers.iter_mut().zip(halves).map(|(worker, half)| {
                scope.spawn(move || {
                    each(half, |row| match row {
                        Row::Cells(place, record) => (place, worker.row(place, record.iter())),
                        Row::Object(place, text) => (place, worker.object(place, text)),
                    })
                })
            });
            let run: Vec<_> = run.collect();
            run.into_iter().map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
        });
        say(wrong, rows, found);
        if enough(rows, found) {
            break;
        }
    }
    let [first, second] = workers.map(Worker::finish);
    let (mut part, columns) = first;
    part.merge(second.0);
    Ok((part, Vec::new(), vec![columns, second.1]))
}

/// Applicants together, one side by each thread.
fn settled<'w, 'p>(
    population: &'w Population<'p>,
    columns: &Columns<'w, 'p>,
    rows: &mut Rows,
    found: &mut Found,
) -> Result<Compared<'w, 'p>, Failure> {
    let mut settling = population.settling(columns);
    while let Some(chunk) = rows.next(found)? {
        let whole = [Half::of(&chunk, 0, usize::MAX), Half::of(&chunk, 0, usize::MAX)];
        let mut wrong: Vec<Wrong> = thread::scope(|scope| {
            let run = settling.sides().iter_mut().zip(whole).map(|(side, half)| {
                scope.spawn(move || {
                    each(half, |row| match row {
                        Row::Cells(place, record) => (place, side.row(place, record.iter())),
                        Row::Object(place, text) => (place, side.object(place, text)),
                    })
                })
            });
            let run: Vec<_> = run.collect();
            run.into_iter().map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
        });
        // Both sides read every row, and say the same of it.
        wrong.truncate(1);
        say(wrong, rows, found);
        if enough(rows, found) {
            break;
        }
    }
    let (part, budgets, columns) = settling.finish();
    Ok((part, budgets, vec![columns]))
}

fn say(wrong: Vec<Wrong>, rows: &Rows, found: &mut Found) {
    for (place, problems) in wrong.into_iter().flatten() {
        for problem in problems {
            found.cell(&rows.name, place, problem);
        }
    }
}

/// Whether there are more rows than can be compared, which is then among the findings.
fn enough(rows: &Rows, found: &mut Found) -> bool {
    let most = u64::try_from(APPLICATIONS_MAX).unwrap_or(u64::MAX);
    let over = rows.count() > most;
    if over {
        let (zh, en) = (format!("名单超过 {most} 行"), format!("the population has more than {most} rows"));
        found.whole(&rows.name, Diagnostic::new(Code::DataTooLarge, Span::new(FileId(0), 0, 0), zh, en));
    }
    over
}

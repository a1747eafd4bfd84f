//! `guiju batch`: decides the applicants of a table or of JSON lines one by one, as `guiju eval` would, and writes a row for each; the
//! output is written whole or not at all.

mod write;

use std::panic::resume_unwind;
use std::path::PathBuf;
use std::thread;

use clap::Args;
use guiju::calendar;
use guiju::decision::Decision;
use guiju::diagnostics::{Code, Diagnostic, Lang};
use guiju::diff::population::Place;
use guiju::input::Day;
use guiju::input::rows::{Columns, Head, Problem, Programs};
use guiju::settle::one;
use guiju::source::{FileId, Span};
use guiju::vm::{self, Case, Outcome, Vm};

use super::failure::Failure;
use super::files::Pending;
use super::pipeline::EditionDays;
use super::rows::{self, Chunk, Found, Half, Row, Rows};
use super::{Status, files, output, pipeline};

/// Arguments of `batch`.
#[derive(Debug, Args)]
#[command(after_help = "输入：CSV，第一行是事实的名称，每行一个申请人，空格子是没有问；或者每行一个 JSON。\n\
                        输出：文件名以 .csv 结尾是 CSV，不然每行一个 JSON。\n\n\
                        例子：\n  guiju batch 我的政策 --input 名单.csv --output 结果.csv --on 2026-06-30")]
pub struct Arguments {
    /// 政策文件、文件夹或编译产物
    #[arg(value_name = "PATH", help_heading = "参数")]
    path: PathBuf,
    /// 申请人的名单（CSV、JSON 列表或每行一个 JSON），- 表示标准输入
    #[arg(long, value_name = "FILE", help_heading = "选项")]
    input: PathBuf,
    /// 结果写到文件
    #[arg(long, value_name = "FILE", help_heading = "选项")]
    output: PathBuf,
    /// 在哪一天评定；不写就是每行的“日期”，再没有就是今天
    #[arg(long, value_name = "DATE", help_heading = "选项")]
    on: Option<String>,
}

/// What one thread needs.
struct Worker<'w, 'p> {
    vm: &'w Vm<'p>,
    edition: &'w EditionDays,
    columns: Columns<'w, 'p>,
    cases: [Case; 1],
    day: Day,
    lines: write::Lines<'w>,
}

/// Decides and writes.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    let on = arguments.on.as_deref().map(super::eval::day).transpose()?;
    let input = files::input(&arguments.path)?;
    let Some(mut programs) = pipeline::report(pipeline::programs(&input, on), lang) else { return Ok(Status::Errors) };
    let Some((edition, program)) = programs.pop() else { return Ok(Status::Errors) };
    let tables = &program.program().tables;
    let mut rows = Rows::open(&arguments.input)?;
    let mut found = Found::default();
    let readers = Programs::new(&[tables]);
    let mut columns = readers.columns();
    let header = rows.header(&mut found)?;
    for problem in header.iter().flat_map(|header| columns.header(header.iter())).collect::<Vec<_>>() {
        found.at(&rows.name, &problem.column, 1, problem.finding);
    }
    if found.errors() {
        found.report(lang);
        return Ok(Status::Errors);
    }
    let mut file = Pending::new(&arguments.output)?;
    let is_table = arguments.output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let vm = Vm::new(&program);
    let day = Day { fixed: on, otherwise: Some(super::eval::today()) };
    let worker = || Worker {
        vm: &vm,
        edition: &edition,
        columns: columns.clone(),
        cases: [vm.case()],
        day,
        lines: write::Lines::new(tables, is_table),
    };
    let mut workers = [worker(), worker()];
    file.write(write::header(tables, is_table)?.as_slice())?;
    while let Some(chunk) = rows.next(&mut found)? {
        let wrong = pieces(&mut workers, &chunk);
        for (place, problem) in wrong {
            found.cell(&rows.name, place, problem);
        }
        for worker in &mut workers {
            file.write(&worker.lines.take()?)?;
        }
    }
    rows.close();
    if rows.count() == 0 {
        found.whole(&rows.name, rows::empty("名单里没有申请人", "the population holds no applicant"));
    }
    rows::unknown_columns(&[&workers[0].columns, &workers[1].columns], &rows.name, &mut found);
    if found.report(lang) {
        return Ok(Status::Errors);
    }
    file.finish()?;
    output::print(&match lang {
        Lang::Zh => format!("评定 {} 份，写到 {}\n", rows.count(), files::shown(&arguments.output)),
        Lang::En => format!("{} rows, written to {}\n", rows.count(), files::shown(&arguments.output)),
    })?;
    Ok(Status::Fine)
}

/// Decides a chunk, half of it by each thread; what is wrong with it.
fn pieces(workers: &mut [Worker<'_, '_>; 2], chunk: &Chunk) -> Vec<(Place, Problem)> {
    let wrong: Vec<rows::Wrong> = thread::scope(|scope| {
        let run = workers.iter_mut().zip(rows::halves(chunk)).map(|(worker, half): (_, Half<'_>)| {
            scope.spawn(move || {
                rows::each(half, |row| match row {
                    Row::Cells(place, record) => {
                        let mut problems = Vec::new();
                        let head = worker.columns.row(record.iter(), worker.day, &mut worker.cases, &mut problems);
                        (place, worker.decide(place, &head, problems))
                    }
                    Row::Object(place, text) => {
                        let mut problems = Vec::new();
                        let head = worker.columns.object(text, worker.day, &mut worker.cases, &mut problems);
                        (place, worker.decide(place, &head, problems))
                    }
                })
            })
        });
        let run: Vec<_> = run.collect();
        run.into_iter().map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    let all = wrong.into_iter().flatten();
    all.flat_map(|(place, problems)| problems.into_iter().map(move |problem| (place, problem))).collect()
}

impl Worker<'_, '_> {
    fn decide(&mut self, place: Place, head: &Head, mut problems: Vec<Problem>) -> Vec<Problem> {
        let Some(on) = self.day.fixed.or(head.on).or(self.day.otherwise).filter(|_| problems.is_empty()) else {
            return problems;
        };
        if !self.edition.holds(on) {
            let day = calendar::iso(i64::from(on));
            let finding = Diagnostic::new(
                Code::BadApplication,
                Span::new(FileId(0), 0, 0),
                format!("日期 {day} 不在这个版本里：按修订施行前后分开评定，用 --on 写明哪一天的版本"),
                format!("it is of {day}, when other words were in force: decide it apart, with --on"),
            );
            problems.push(Problem { column: String::new(), text: String::new(), finding });
            return problems;
        }
        let [case] = &self.cases;
        let clauses = head.clauses.as_ref().and_then(|clauses| clauses.first());
        let decision = decide(self.vm, case, on);
        self.lines.row(place, head, on, &decision, clauses.map(Vec::as_slice));
        problems
    }
}

/// As `guiju eval` decides without a ledger.
fn decide(vm: &Vm<'_>, case: &Case, on: i32) -> Decision {
    let mut machine = vm.machine();
    let given = |outcome: Outcome| matches!(outcome, Outcome::Eligible { .. } | Outcome::Undetermined);
    if !machine.run(case, on).iter().any(given) {
        return machine.trace(case, on).decide();
    }
    let decision = vm::decide_refined(vm, case, on);
    one::one(&machine.trace(case, on), &decision, &[]).0
}

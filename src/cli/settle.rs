//! `guiju settle`: many applications at once, with what binds between them; the new ledger is written whole or not at all.

mod read;
mod write;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use guiju::bytecode::Verified;
use guiju::bytecode::program::Award;
use guiju::diagnostics::{Code, Diagnostic, Lang, Text, has_errors};
use guiju::settle::{self, Batch, Rules, Settled, assess};
use guiju::source::Sources;

use super::failure::Failure;
use super::{Status, files, output, pipeline};

/// Arguments of `settle`.
#[derive(Debug, Args)]
#[command(after_help = "申请文件：一个 JSON 列表，或者每行一个 JSON：\n  \
                        {\"id\":\"1\",\"date\":\"2026-03-01\",\"facts\":{…}}\n  \
                        {\"id\":\"2\",\"date\":\"2026-03-01\",\"subjects\":{\"市场主体\":\"…\"},\"awards\":{\"rent\":\"200000.00\"}}\n\n\
                        例子：\n  guiju settle 我的政策 --applications 申请.jsonl --ledger 台账.json --output-ledger 新台账.json\n  \
                        guiju settle 我的政策 --applications - --format jsonl < 申请.jsonl")]
pub struct Arguments {
    /// 政策文件、文件夹或编译产物
    #[arg(value_name = "PATH", help_heading = "参数")]
    path: PathBuf,
    /// 一批申请（JSON 列表或每行一个 JSON），- 表示标准输入
    #[arg(long, value_name = "FILE", help_heading = "选项")]
    applications: PathBuf,
    /// 以前给过的支持（JSON）
    #[arg(long, value_name = "FILE", help_heading = "选项")]
    ledger: Option<PathBuf>,
    /// 结算日：台账里在它以后的日期是错误；不写就是最晚的一份申请的日期
    #[arg(long, value_name = "DATE", help_heading = "选项")]
    on: Option<String>,
    /// 每份申请的结果写到文件（JSON；文件名以 .jsonl 结尾就每行一个）
    #[arg(long, value_name = "FILE", help_heading = "选项")]
    output: Option<PathBuf>,
    /// 新的台账写到文件（JSON）
    #[arg(long, value_name = "FILE", help_heading = "选项")]
    output_ledger: Option<PathBuf>,
    /// 输出格式：human（给人看，默认）、json 或 jsonl（每行一份申请）
    #[arg(
        long,
        value_enum,
        default_value = "human",
        value_name = "格式",
        help_heading = "选项",
        hide_possible_values = true,
        hide_default_value = true
    )]
    format: Format,
}

/// How the result is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Human,
    /// One object.
    Json,
    /// One object a line.
    Jsonl,
}

/// What was settled.
struct Done<'a> {
    rules: &'a Rules<'a>,
    batch: &'a Batch,
    ledger: &'a [Award],
    settled: &'a Settled,
    lang: Lang,
}

/// Settles and prints.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    let on = arguments.on.as_deref().map(super::eval::day).transpose()?;
    let input = files::input(&arguments.path)?;
    let Some(mut programs) = pipeline::report(pipeline::programs(&input, on), lang) else { return Ok(Status::Errors) };
    let Some((edition, program)) = programs.pop() else { return Ok(Status::Errors) };
    let rules = Rules::new(program.program());
    let mut found = Found::default();
    let read = read::applications(&rules, &arguments.applications, &mut found)?;
    let ledger = match &arguments.ledger {
        Some(path) => read::ledger(&rules, path, on.or(read.last_day()), &mut found)?,
        None => Vec::new(),
    };
    in_edition(&edition, &read, &mut found);
    let given = arguments.ledger.is_some().then_some(ledger.as_slice());
    let batch = assess(&program, read, given, &mut found);
    if found.report(lang) {
        return Ok(Status::Errors);
    }
    let settled = settle::settle(&rules, &batch, &ledger);
    for conflict in &settled.conflicts {
        let text = settle::words::conflict(rules.tables, conflict.group, &conflict.members);
        let ids: Vec<&str> = conflict.applications.iter().map(|application| batch.id(*application)).collect();
        let (zh, en) = (format!("申请 {}：{}", ids.join("、"), text.zh), format!("{}: {}", ids.join(", "), text.en));
        found.push(&files::shown(&arguments.applications), Code::ChooseOneConflict, zh, en);
    }
    if found.report(lang) {
        return Ok(Status::Errors);
    }
    let done = Done { rules: &rules, batch: &batch, ledger: &ledger, settled: &settled, lang };
    done.write(arguments)?;
    Ok(Status::Fine)
}

/// Applications of other days are decided by other words.
fn in_edition(edition: &pipeline::EditionDays, read: &read::Applications, found: &mut Found) {
    let assessed = (0u32..).take(read.batch.len()).map(|at| (read.batch.id(at).to_owned(), read.batch.date(at)));
    let given = read.facts.iter().map(|one| (one.id.clone(), one.date));
    for (id, date) in assessed.chain(given).filter(|(_, date)| !edition.holds(*date)) {
        let day = guiju::calendar::iso(date.into());
        found.push(
            &read.file,
            Code::BadApplication,
            format!("申请 {id} 的日期 {day} 不在这个版本里：按修订施行前后分开结算，用 --on 写明哪一天的版本"),
            format!("application {id} is of {day}, when other words were in force: settle it apart, with --on"),
        );
    }
}

/// Assesses what was given as facts, with the ledger as it stood, and puts all in one batch.
fn assess(program: &Verified, read: read::Applications, ledger: Option<&[Award]>, found: &mut Found) -> Batch {
    let read::Applications { mut batch, facts, file, .. } = read;
    if facts.is_empty() {
        return batch;
    }
    let assessor = pipeline::Assessor::new(program, ledger);
    for application in facts {
        let read::Application { line, text, id, date, facts, clauses } = application;
        if let Err(problem) = assessor.push(&mut batch, &id, date, (&facts, clauses.as_deref())) {
            let assess::Problem { code, text: Text { zh, en }, details, help } = *problem;
            let mut finding = Diagnostic::new(code, read::NOWHERE, zh, en);
            if let Some((first, rest)) = details.split_first() {
                let all = |get: fn(&Text) -> &String| {
                    rest.iter().map(get).fold(get(first).clone(), |all, one| format!("{all}；{one}"))
                };
                finding = finding.label(all(|text| &text.zh), all(|text| &text.en));
            }
            if let Some(help) = help {
                finding = finding.help(help.zh, help.en);
            }
            found.at(&file, &text, line, finding);
        }
    }
    batch
}

/// Findings of all files, no more than are shown, and the texts they point into.
#[derive(Default)]
struct Found {
    sources: Sources,
    list: Vec<Diagnostic>,
    more: usize,
}

impl Found {
    /// Whether only counting is left to do.
    fn full(&self) -> bool {
        self.list.len() >= guiju::limits::DIAGNOSTICS_MAX
    }

    /// Something about a place as a whole.
    fn push(&mut self, name: &str, code: Code, zh: impl Into<String>, en: impl Into<String>) {
        if self.full() {
            self.more += 1;
            return;
        }
        let file = self.sources.add(name, "");
        self.list.push(Diagnostic::new(code, guiju::source::Span::new(file, 0, 0), zh, en));
    }

    /// Something about a line as a whole, of which `text` is shown.
    fn at(&mut self, name: &str, text: &str, line: u64, mut finding: Diagnostic) {
        if self.full() {
            self.more += 1;
            return;
        }
        let file = self.sources.add_part(name, text, line);
        finding.primary.span = guiju::source::Span::new(file, 0, text.len());
        self.list.push(finding);
    }

    /// Findings that point into the sources.
    fn extend(&mut self, found: Vec<Diagnostic>) {
        for finding in found {
            if self.full() {
                self.more += 1;
            } else {
                self.list.push(finding);
            }
        }
    }

    /// Prints what was found; whether there are errors.
    fn report(&mut self, lang: Lang) -> bool {
        if self.list.is_empty() {
            return false;
        }
        output::diagnostics(&self.list, &self.sources, lang);
        if self.more > 0 {
            let text = match lang {
                Lang::Zh => format!("还有 {} 处问题没有列出\n", self.more),
                Lang::En => format!("{} more findings are not listed\n", self.more),
            };
            output::remark(&text);
        }
        let errors = has_errors(&self.list);
        self.list.clear();
        errors
    }
}

/// Whether a file name asks for one object a line.
fn is_lines(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("jsonl"))
}

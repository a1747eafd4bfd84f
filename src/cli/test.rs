//! `guiju test`: runs the cases of policies, and says what they cover and which changes of the policy they notice.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use guiju::bytecode::Verified;
use guiju::diagnostics::{Code, Lang};
use guiju::scenario::show::{self, PolicyRun};

use super::failure::Failure;
use super::{Status, files, output, pipeline};

/// Arguments of `test`.
#[derive(Debug, Args)]
#[command(after_help = "例子：\n  guiju test 我的政策\n  guiju test policies/* --format junit > cases.xml\n  \
                        guiju test 我的政策 --coverage --min 100\n  guiju test 我的政策 --mutate --deny survivors")]
pub struct Arguments {
    /// 政策文件、文件夹或编译产物，可以多个
    #[arg(required = true, value_name = "PATH", help_heading = "参数")]
    paths: Vec<PathBuf>,
    /// 输出格式：human（给人看，默认）、json 或 junit
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
    /// 哪一天的文本：有“修订”的，用这一天适用的；不写就每个版本都运行，案例在它自己的日期的版本里
    #[arg(long, value_name = "DATE", help_heading = "选项")]
    on: Option<String>,
    /// 只运行名称里有这些字的案例
    #[arg(long, value_name = "TEXT", help_heading = "选项", conflicts_with_all = ["coverage", "mutate"])]
    filter: Option<String>,
    /// 案例覆盖了什么：每个条款的结果、每个条件的成立和不成立、每个上限
    #[arg(long, help_heading = "选项")]
    coverage: bool,
    /// 覆盖率低于这个百分数就不通过：--coverage --min 100
    #[arg(
        long,
        value_name = "N",
        help_heading = "选项",
        requires = "coverage",
        value_parser = clap::value_parser!(u32).range(0..=100)
    )]
    min: Option<u32>,
    /// 逐一改动门槛、比较、金额、上限和条件，列出没有案例发现的改动
    #[arg(long, help_heading = "选项")]
    mutate: bool,
    /// 有没有发现的改动就不通过：--mutate --deny survivors
    #[arg(
        long,
        value_enum,
        value_name = "survivors",
        help_heading = "选项",
        requires = "mutate",
        hide_possible_values = true
    )]
    deny: Option<Deny>,
    /// 打印每个门槛上的案例，可以直接粘贴到政策里：--generate boundaries
    #[arg(
        long,
        value_enum,
        value_name = "boundaries",
        help_heading = "选项",
        hide_possible_values = true,
        conflicts_with_all = ["coverage", "mutate", "filter"]
    )]
    generate: Option<Generate>,
}

/// Which cases are made.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Generate {
    Boundaries,
}

/// How the report is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
    Junit,
}

/// What counts as a failure.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Deny {
    Survivors,
}

/// Runs all cases of all policies.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    if let Some(Generate::Boundaries) = arguments.generate {
        return generated(arguments, lang);
    }
    let (mut runs, mut unusable) = (Vec::new(), false);
    for path in &arguments.paths {
        match one(arguments, path, lang)? {
            Some(run) => runs.extend(run),
            None => unusable = true,
        }
    }
    let text = match arguments.format {
        Format::Human => format!("{}{}", show::human(&runs, lang), summary(&runs, unusable, lang)),
        Format::Json => format!("{:#}\n", show::json(&runs, lang)),
        Format::Junit => show::junit(&runs, lang),
    };
    output::print(&text)?;
    let below = refused(arguments, &runs, lang);
    let failed = runs.iter().any(|run| run.counts().1 > 0);
    Ok(Status::errors_if(failed || unusable || below))
}

/// Prints the cases at the thresholds of each policy.
fn generated(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    let mut unusable = false;
    for path in &arguments.paths {
        let entry = files::policy(path)?;
        let on = arguments.on.as_deref().map(super::eval::day).transpose()?;
        match pipeline::report(pipeline::boundaries(&entry, on, lang), lang) {
            Some(text) => output::print(&text)?,
            None => unusable = true,
        }
    }
    Ok(Status::errors_if(unusable))
}

/// Runs the cases of one policy, each edition on its own; `None` where it has errors, which are then printed.
fn one(arguments: &Arguments, path: &Path, lang: Lang) -> Result<Option<Vec<PolicyRun>>, Failure> {
    let input = files::input(path)?;
    let on = arguments.on.as_deref().map(super::eval::day).transpose()?;
    let Some(programs) = pipeline::report(pipeline::programs(&input, on), lang) else { return Ok(None) };
    let mut runs = Vec::with_capacity(programs.len());
    for (edition, program) in &programs {
        let day = Some(edition.day());
        let mut run = described(program, path);
        if let Some(name) = &edition.name {
            run.path = format!("{}@{name}", run.path);
        }
        run.reports = pipeline::cases(program);
        if arguments.coverage {
            let mut covered = pipeline::covered(program, &run.reports);
            pipeline::prove(&mut covered, &input, day, program);
            run.coverage = Some(covered);
        }
        if let Some(text) = &arguments.filter {
            run.reports.retain(|report| report.title.contains(text.as_str()));
        }
        if arguments.mutate {
            let entry = files::policy(path)?;
            run.mutations = pipeline::report(pipeline::mutations(&entry, day), lang);
        }
        runs.push(run);
    }
    Ok(Some(runs))
}

fn described(program: &Verified, path: &Path) -> PolicyRun {
    let tables = &program.program().tables;
    let title = if tables.policy.title.is_empty() { &tables.policy.number } else { &tables.policy.title };
    PolicyRun {
        path: files::shown(path),
        title: title.clone(),
        clauses: tables.clauses.iter().map(|clause| (clause.id.clone(), clause.title.clone())).collect(),
        files: tables.files.clone(),
        reports: Vec::new(),
        cases: tables.cases.len(),
        coverage: None,
        mutations: None,
    }
}

/// Whether less is covered than asked, or a change went unnoticed that may not; says so.
fn refused(arguments: &Arguments, runs: &[PolicyRun], lang: Lang) -> bool {
    let mut refused = false;
    let mut say = |code: Code, zh: String, en: String| {
        refused = true;
        let (word, text) = if lang == Lang::Zh { ("错误", zh) } else { ("error", en) };
        output::remark(&format!("{word}[{}]: {text}\n", code.number()));
    };
    for run in runs {
        if let (Some(min), Some(coverage)) = (arguments.min, &run.coverage)
            && !coverage.total().reaches(min)
        {
            let (path, total) = (&run.path, coverage.total());
            say(
                Code::Uncovered,
                format!("{path}：覆盖了 {} 项里的 {} 项，不到 {min}%", total.of, total.shown),
                format!("{path}: {} of {} covered, less than {min}%", total.shown, total.of),
            );
        }
        if let (Some(Deny::Survivors), Some(found)) = (arguments.deny, &run.mutations)
            && !found.survivors.is_empty()
        {
            let (path, count) = (&run.path, found.survivors.len());
            say(
                Code::MutantSurvived,
                format!("{path}：有 {count} 处改动没有案例发现"),
                format!("{path}: no case notices {count} of the changes"),
            );
        }
    }
    refused
}

fn summary(runs: &[PolicyRun], unusable: bool, lang: Lang) -> String {
    let (passed, failed) =
        runs.iter().map(PolicyRun::counts).fold((0, 0), |sum, counts| (sum.0 + counts.0, sum.1 + counts.1));
    let chinese = match (failed, lang) {
        (0, Lang::Zh) if unusable => "有政策没有通过检查，它的案例没有运行\n".to_owned(),
        (0, Lang::Zh) if passed == 0 => "没有案例\n".to_owned(),
        (0, Lang::Zh) => format!("案例全部通过，共 {passed} 个\n"),
        (_, Lang::Zh) => format!("案例 {} 个：{passed} 个通过，{failed} 个不通过\n", passed + failed),
        (_, Lang::En) => String::new(),
    };
    format!("\n{chinese}{passed} passed, {failed} failed\n")
}

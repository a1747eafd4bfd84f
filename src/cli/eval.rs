//! `guiju eval`: the decision on one application.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args, ValueEnum};
use guiju::diagnostics::{Code, Lang};
use guiju::explain::{self, Detail};

use super::failure::Failure;
use super::{Status, files, output, pipeline};

/// Seconds by which Chinese time is ahead of UTC.
const CHINA_SECONDS: u64 = 8 * 3600;
const DAY_SECONDS: u64 = 86_400;

/// Arguments of `eval`.
#[derive(Debug, Args)]
#[command(after_help = "评定日：--on，没有就用事实文件里的“日期”（on），再没有就是今天（北京时间）。\n\n\
                        例子：\n  guiju eval 我的政策 --facts 我的政策/facts.json\n  \
                        guiju eval 我的政策.gjb --facts - --on 2025-06-30 --format json < facts.json\n  \
                        guiju eval 我的政策 --facts facts.json --ledger ledger.json --explain")]
pub struct Arguments {
    /// 政策文件、文件夹或编译产物
    #[arg(value_name = "PATH", help_heading = "参数")]
    path: PathBuf,
    /// 申请的事实（JSON），- 表示标准输入
    #[arg(long, value_name = "FILE.json", help_heading = "选项")]
    facts: PathBuf,
    /// 以前得到的支持（JSON），- 表示标准输入
    #[arg(long, value_name = "FILE.json", help_heading = "选项")]
    ledger: Option<PathBuf>,
    /// 在哪一天评定：2025-06-30 或 2025年6月30日
    #[arg(long, value_name = "DATE", help_heading = "选项")]
    on: Option<String>,
    /// 输出格式：human（给人看，默认）或 json
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
    /// 写明每个结论的理由
    #[arg(long, help_heading = "选项")]
    explain: bool,
}

/// How the decision is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One object.
    Json,
}

/// Decides and prints.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    let on = arguments.on.as_deref().map(day).transpose()?;
    if arguments.facts.as_os_str() == "-" && arguments.ledger.as_ref().is_some_and(|path| path.as_os_str() == "-") {
        return Err(Failure::new(
            Code::BadArgument,
            "标准输入只能给一个文件：--facts 或 --ledger",
            "stdin can be only one file: --facts or --ledger",
        ));
    }
    let input = files::input(&arguments.path)?;
    let facts = files::data(&arguments.facts)?;
    let ledger = arguments.ledger.as_deref().map(files::ledger).transpose()?;
    let Some(edition) = pipeline::report(pipeline::deciding(&input, &facts, on, today()), lang) else {
        return Ok(Status::Errors);
    };
    let application = pipeline::application(&edition, &facts, ledger.as_ref(), on, today());
    let Some(application) = pipeline::report(application, lang) else { return Ok(Status::Errors) };
    let (sources, odd) = &application.warnings;
    if !odd.is_empty() {
        output::diagnostics(odd, sources, lang);
    }
    let explanation = pipeline::decide(&edition.1, &application, lang).with_repealed(edition.0.repealed.clone());
    let text = match arguments.format {
        Format::Human => explain::human(&explanation, Detail { reasons: arguments.explain, all: false }),
        Format::Json => format!("{:#}\n", explain::json(&explanation)),
    };
    output::print(&text)?;
    let name = files::shown(&arguments.facts);
    let (sources, found) = pipeline::faults(&explanation, if name == "-" { "stdin" } else { &name });
    if found.is_empty() {
        return Ok(Status::Fine);
    }
    output::diagnostics(&found, &sources, lang);
    Ok(Status::Errors)
}

/// A day of the command line, as days from 1970-01-01.
pub fn day(text: &str) -> Result<i32, Failure> {
    let chars: Vec<char> = text.trim().chars().map(guiju::literal::fold_width).collect();
    match guiju::literal::date(&chars, 0) {
        Some(Ok((day, end))) if end == chars.len() => Ok(day),
        Some(Err(_)) => {
            Err(Failure::new(Code::BadArgument, format!("没有“{text}”这一天"), format!("there is no day `{text}`")))
        }
        Some(Ok(_)) | None => {
            let failure =
                Failure::new(Code::BadArgument, format!("--on 的日期“{text}”读不懂"), format!("`{text}` is no date"));
            Err(failure.help("写成 2025-06-30 或 2025年6月30日", "write 2025-06-30"))
        }
    }
}

/// Today by the clock, in China.
pub fn today() -> i32 {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    i32::try_from((seconds + CHINA_SECONDS) / DAY_SECONDS).unwrap_or(i32::MAX)
}

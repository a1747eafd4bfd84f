//! `guiju trace`: the archived original sentence by sentence, and where each is written into the policy.

use std::path::PathBuf;

use clap::Args;
use guiju::diagnostics::{Lang, has_errors};

use super::eval::Format;
use super::failure::Failure;
use super::{Status, files, output, pipeline};

/// Arguments of `trace`.
#[derive(Debug, Args)]
#[command(
    after_help = "每句一行：在原件的位置、状态（已编码、部分、非规范、未覆盖）、原文。有未覆盖的句子时退出码是 1。\n\n\
                        例子：\n  guiju trace 我的政策\n  guiju trace 我的政策 --format json"
)]
pub struct Arguments {
    /// 政策文件或文件夹
    #[arg(value_name = "PATH", help_heading = "参数")]
    path: PathBuf,
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
}

/// Prints the sentences and a summary.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    let checked = pipeline::check(&files::policy(&arguments.path)?);
    output::diagnostics(&checked.errors(), &checked.sources, lang);
    if has_errors(&checked.found) {
        return Ok(Status::Errors);
    }
    let Some(coverage) = pipeline::coverage(&checked) else {
        return Err(Failure::new(
            guiju::diagnostics::Code::BadArgument,
            "政策没有写`原件`，没有可以对照的文本",
            "the policy names no original to compare with",
        ));
    };
    let text = match arguments.format {
        Format::Human => coverage.text(lang),
        Format::Json => coverage.json(),
    };
    output::print(&text)?;
    Ok(Status::errors_if(coverage.uncovered() > 0))
}

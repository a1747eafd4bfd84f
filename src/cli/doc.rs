//! `guiju doc`: a policy as a site, or as data for other tools.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use guiju::diagnostics::{Code, Lang};

use super::failure::Failure;
use super::{Status, files, output, pipeline};

/// Arguments of `doc`.
#[derive(Debug, Args)]
#[command(after_help = "例子：\n  guiju doc 我的政策 -o 网站\n  guiju doc 我的政策 --format json > 我的政策.json")]
pub struct Arguments {
    /// 政策文件或文件夹
    #[arg(value_name = "PATH", help_heading = "参数")]
    path: PathBuf,
    /// 写到哪里：网站是一个文件夹，其余是一个文件（不写就打印）
    #[arg(short, long, value_name = "DIR", help_heading = "选项")]
    output: Option<PathBuf>,
    /// 生成什么：html（网站，默认）或 json（文档模型）
    #[arg(
        long,
        value_enum,
        default_value = "html",
        value_name = "格式",
        help_heading = "选项",
        hide_possible_values = true,
        hide_default_value = true
    )]
    format: Format,
    /// 哪一天的文本：有“修订”的，用这一天适用的；不写就是全部修订以后的
    #[arg(long, value_name = "DATE", help_heading = "选项")]
    on: Option<String>,
}

/// What is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A folder of pages.
    Html,
    /// The documentation model.
    Json,
}

/// Makes and writes.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    let on = arguments.on.as_deref().map(super::eval::day).transpose()?;
    let entry = files::policy(&arguments.path)?;
    let Some(model) = pipeline::report(pipeline::documentation(&entry, on), lang) else { return Ok(Status::Errors) };
    match arguments.format {
        Format::Html => Err(Failure::new(Code::BadArgument, "", "")),
        Format::Json => {
            let text = serde_json::to_string_pretty(&model)
                .map_err(|error| Failure::new(Code::CannotWrite, error.to_string(), error.to_string()))?;
            let text = format!("{text}\n");
            match &arguments.output {
                Some(path) => files::write(path, text.as_bytes())?,
                None => output::print(&text)?,
            }
            Ok(Status::Fine)
        }
    }
}

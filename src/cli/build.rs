//! `guiju build`: a policy as a verified bundle.

use std::path::PathBuf;

use clap::Args;
use guiju::diagnostics::Lang;

use super::failure::Failure;
use super::{Status, files, output, pipeline};

/// Arguments of `build`.
#[derive(Debug, Args)]
#[command(after_help = "例子：guiju build 我的政策 -o 我的政策.gjb")]
pub struct Arguments {
    /// 政策文件或文件夹
    #[arg(value_name = "PATH", help_heading = "参数")]
    path: PathBuf,
    /// 哪一天的文本：有“修订”的，用这一天适用的；不写就是全部修订以后的
    #[arg(long, value_name = "DATE", help_heading = "选项")]
    on: Option<String>,
    /// 写到哪个文件
    #[arg(short, long, value_name = "FILE.gjb", help_heading = "选项")]
    output: PathBuf,
}

/// Compiles, verifies and writes.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    let on = arguments.on.as_deref().map(super::eval::day).transpose()?;
    let input = files::input(&arguments.path)?;
    let Some(bundle) = pipeline::report(pipeline::built(&input, on), lang) else { return Ok(Status::Errors) };
    files::write(&arguments.output, &bundle)?;
    output::remark(&match lang {
        Lang::Zh => format!("已写出 {}\n", files::shown(&arguments.output)),
        Lang::En => format!("wrote {}\n", files::shown(&arguments.output)),
    });
    Ok(Status::Fine)
}

//! `guiju dis`: the bytecode of a policy or bundle as a listing.

use std::path::PathBuf;

use clap::Args;
use guiju::diagnostics::Lang;

use super::failure::Failure;
use super::{Status, files, output, pipeline};

/// Arguments of `dis`.
#[derive(Debug, Args)]
#[command(after_help = "例子：guiju dis 我的政策")]
pub struct Arguments {
    /// 政策文件、文件夹或编译产物
    #[arg(value_name = "PATH", help_heading = "参数")]
    path: PathBuf,
    /// 哪一天的文本：有“修订”的，用这一天适用的；不写就是全部修订以后的
    #[arg(long, value_name = "DATE", help_heading = "选项")]
    on: Option<String>,
}

/// Prints the listing.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    let on = arguments.on.as_deref().map(super::eval::day).transpose()?;
    let input = files::input(&arguments.path)?;
    let Some(program) = pipeline::report(pipeline::program(&input, on), lang) else { return Ok(Status::Errors) };
    output::print(&pipeline::listing(&program))?;
    Ok(Status::Fine)
}

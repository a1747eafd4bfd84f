//! `guiju verify`: whether a bundle is whole and its bytecode sound.

use std::path::PathBuf;

use clap::Args;
use guiju::diagnostics::{Code, Lang};

use super::failure::Failure;
use super::files::{self, Input};
use super::{Status, output, pipeline};

/// Arguments of `verify`.
#[derive(Debug, Args)]
#[command(after_help = "例子：guiju verify 我的政策.gjb")]
pub struct Arguments {
    /// 编译产物
    #[arg(value_name = "FILE.gjb", help_heading = "参数")]
    path: PathBuf,
}

/// Verifies; a file that is no bundle at all has errors too.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    if arguments.path.is_dir() {
        let name = files::shown(&arguments.path);
        return Err(Failure::new(Code::CannotRead, format!("“{name}”是文件夹"), format!("`{name}` is a folder")));
    }
    let input = match files::input(&arguments.path)? {
        Input::Policy(name) => Input::Bundle(name, files::data(&arguments.path)?.1),
        bundle @ Input::Bundle(..) => bundle,
    };
    let Some(program) = pipeline::report(pipeline::program(&input, None), lang) else { return Ok(Status::Errors) };
    let policy = pipeline::describe(&program, lang);
    output::print(&match lang {
        Lang::Zh => format!("验证通过：{policy}\n"),
        Lang::En => format!("verified: {policy}\n"),
    })?;
    Ok(Status::Fine)
}

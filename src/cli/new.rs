//! `guiju new`: a small policy folder that checks clean, whose cases pass and which evaluates.

use std::fs;
use std::io;
use std::path::PathBuf;

use clap::Args;
use guiju::diagnostics::{Code, Lang};

use super::failure::Failure;
use super::{Status, files, output};

const FILES: [(&str, &str); 4] = [
    ("main.policy", include_str!("template/main.policy")),
    ("source.txt", include_str!("template/source.txt")),
    ("facts.json", include_str!("template/facts.json")),
    ("README.md", include_str!("template/README.md")),
];

/// Arguments of `new`.
#[derive(Debug, Args)]
#[command(after_help = "例子：\n  guiju new 我的政策\n  guiju check 我的政策")]
pub struct Arguments {
    /// 新文件夹；已有的文件夹必须是空的
    #[arg(value_name = "DIR", help_heading = "参数")]
    folder: PathBuf,
}

/// Writes the folder.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    let folder = &arguments.folder;
    let name = files::shown(folder);
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(false) => {
            let failure = Failure::new(
                Code::CannotWrite,
                format!("文件夹“{name}”不是空的"),
                format!("the folder `{name}` is not empty"),
            );
            return Err(failure.help("换一个名字，或先清空它", "choose another name, or empty it first"));
        }
        Ok(true) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder).map_err(|error| Failure::writing(&name, &error))?;
        }
        Err(error) => return Err(Failure::writing(&name, &error)),
    }
    for (file, text) in FILES {
        files::write(&folder.join(file), text.as_bytes())?;
    }
    output::print(&match lang {
        Lang::Zh => format!("已新建 {name}\n接下来：guiju check {name}\n"),
        Lang::En => format!("made {name}\nnext: guiju check {name}\n"),
    })?;
    Ok(Status::Fine)
}

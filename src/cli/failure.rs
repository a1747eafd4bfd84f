//! Failures of the command line itself: files and arguments. Printed through miette; exit status 2.

use std::fmt;
use std::io;

use guiju::diagnostics::{Code, Lang, Text};

/// What stopped a command before it could judge the policy.
#[derive(Debug)]
pub struct Failure {
    /// One of the P09 codes.
    pub code: Code,
    /// What is wrong.
    pub message: Text,
    /// What to do.
    pub help: Option<Text>,
}

impl Failure {
    /// A failure of `code`.
    pub fn new(code: Code, zh: impl Into<String>, en: impl Into<String>) -> Failure {
        Failure { code, message: Text::new(zh, en), help: None }
    }

    /// With advice.
    pub fn help(mut self, zh: impl Into<String>, en: impl Into<String>) -> Failure {
        self.help = Some(Text::new(zh, en));
        self
    }

    /// A file that cannot be read.
    pub fn reading(path: &str, error: &io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::NotFound => {
                Failure::new(Code::FileNotFound, format!("找不到“{path}”"), format!("`{path}` is not found"))
            }
            kind => {
                let (zh, en) = reason(kind, error);
                Failure::new(
                    Code::CannotRead,
                    format!("“{path}”读不了：{zh}"),
                    format!("`{path}` cannot be read: {en}"),
                )
            }
        }
    }

    /// A file that cannot be written.
    pub fn writing(path: &str, error: &io::Error) -> Failure {
        let (zh, en) = reason(error.kind(), error);
        Failure::new(Code::CannotWrite, format!("“{path}”写不了：{zh}"), format!("`{path}` cannot be written: {en}"))
    }

    /// The failure in one language, for miette.
    pub fn in_lang(&self, lang: Lang) -> Shown {
        Shown {
            code: self.code,
            message: self.message.get(lang).to_owned(),
            help: self.help.as_ref().map(|help| help.get(lang).to_owned()),
        }
    }
}

/// Why, in words; the system's own where there is none.
pub fn reason(kind: io::ErrorKind, error: &io::Error) -> (String, String) {
    let zh = match kind {
        io::ErrorKind::NotFound => "没有这个文件夹",
        io::ErrorKind::PermissionDenied => "没有权限",
        io::ErrorKind::IsADirectory => "它是文件夹",
        io::ErrorKind::NotADirectory => "上级不是文件夹",
        io::ErrorKind::StorageFull => "磁盘已满",
        io::ErrorKind::ReadOnlyFilesystem => "磁盘是只读的",
        io::ErrorKind::AlreadyExists => "已经存在",
        _ => return (error.to_string(), error.to_string()),
    };
    (zh.to_owned(), error.to_string())
}

/// A failure in one language.
#[derive(Debug)]
pub struct Shown {
    code: Code,
    message: String,
    help: Option<String>,
}

impl fmt::Display for Shown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code.number()))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }
}

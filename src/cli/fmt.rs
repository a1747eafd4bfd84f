//! `guiju fmt`: policies in the one format, with Chinese or English keywords.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use guiju::diagnostics::Lang;
use guiju::standard::library;
use guiju::syntax::format::KeywordLanguage;

use super::failure::Failure;
use super::{Status, files, output, pipeline};

/// Arguments of `fmt`.
#[derive(Debug, Args)]
#[command(after_help = "文件夹连同它引用的文件一起整理；有语法错误的文件不动。\n\n例子：\n  guiju fmt 我的政策\n  \
                        guiju fmt --check 我的政策\n  guiju fmt --keywords en 我的政策")]
pub struct Arguments {
    /// 政策文件或文件夹，可以多个
    #[arg(required = true, value_name = "PATH", help_heading = "参数")]
    paths: Vec<PathBuf>,
    /// 只看格式对不对，不改文件；不对时退出码是 1
    #[arg(long, help_heading = "选项")]
    check: bool,
    /// 关键词改写成中文（zh）还是英文（en）；不写就照原样
    #[arg(long, value_enum, value_name = "语言", help_heading = "选项", hide_possible_values = true)]
    keywords: Option<KeywordsArgument>,
}

/// In which language keywords are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum KeywordsArgument {
    Zh,
    En,
}

/// Formats every file of every path.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    let keywords = arguments.keywords.map(|keywords| match keywords {
        KeywordsArgument::Zh => KeywordLanguage::Zh,
        KeywordsArgument::En => KeywordLanguage::En,
    });
    let mut errors = false;
    for path in &arguments.paths {
        let (sources, formatted, found) = pipeline::format(&files::policy(path)?, keywords);
        output::diagnostics(&found, &sources, lang);
        errors |= !found.is_empty();
        for (id, text) in formatted {
            let Some(source) = sources.get(id).filter(|source| source.text() != text) else { continue };
            if library::holds(source.name()) {
                continue;
            }
            if !arguments.check {
                files::write(Path::new(source.name()), text.as_bytes())?;
                continue;
            }
            errors = true;
            output::print(&match lang {
                Lang::Zh => format!("{}：格式需要整理\n", source.name()),
                Lang::En => format!("{}: needs formatting\n", source.name()),
            })?;
        }
    }
    Ok(Status::errors_if(errors))
}

//! `guiju doc`: a policy as a site, or as data for other tools.

mod folder;
mod pdf;
mod templates;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use guiju::diagnostics::{Code, Lang};
use guiju::docs::handbook;
use guiju::docs::html::{self, Problem, Templates};
use guiju::docs::model::{DocModel, EditionProgram};

use super::failure::Failure;
use super::{Status, files, output, pipeline};

/// Problems that are listed at once.
const LISTED_MAX: usize = 20;

/// Arguments of `doc`.
#[derive(Debug, Args)]
#[command(after_help = "网站写进一个新的、空的或者以前生成过的文件夹；没有变化的文件不重写。\n\n\
                  例子：\n  guiju doc 我的政策 -o 网站\n  guiju doc 我的政策 --format json -o 我的政策.json\n  \
                  guiju doc 我的政策 -o 网站 --templates 我的模板\n  \
                  guiju doc 我的政策 --format pdf -o 我的政策.pdf")]
pub struct Arguments {
    /// 政策文件或文件夹
    #[arg(value_name = "PATH", help_heading = "参数")]
    path: PathBuf,
    /// 写到哪里：网站和 markdown 是文件夹；docx、pdf 是文件；json 是文件，不写就打印
    #[arg(short, long, value_name = "DIR", help_heading = "选项")]
    output: Option<PathBuf>,
    /// 生成什么：html（网站，默认）、markdown（手册，一个文件夹）、docx（手册，Word 文件）、pdf（手册，PDF 文件，编译时要带上）或 json（文档模型）
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
    /// 用这个文件夹里的模板代替同名的自带模板
    #[arg(long, value_name = "DIR", help_heading = "选项")]
    templates: Option<PathBuf>,
    /// 哪一天的文本：有“修订”的，用这一天适用的；不写就是全部修订以后的
    #[arg(long, value_name = "DATE", help_heading = "选项")]
    on: Option<String>,
    #[command(flatten)]
    fonts: pdf::FontArguments,
}

/// What is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A folder of pages.
    Html,
    /// The documentation model.
    Json,
    /// The handbook as a folder for mdBook and repositories.
    Markdown,
    /// The handbook as a file for Word.
    Docx,
    /// The handbook as a file for reading and printing.
    Pdf,
}

/// Makes and writes.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    let on = arguments.on.as_deref().map(super::eval::day).transpose()?;
    let entry = files::policy(&arguments.path)?;
    match arguments.format {
        Format::Html => {
            let Some(folder) = &arguments.output else {
                return Err(Failure::new(
                    Code::BadArgument,
                    "没有写网站放在哪个文件夹",
                    "the folder of the site is not named",
                )
                .help("加上 -o 和一个文件夹，例如 -o 网站", "add -o and a folder, such as -o site"));
            };
            let templates = templates::of(arguments.templates.as_deref())?;
            folder::admit(folder)?;
            let made = pipeline::report(pipeline::documentation(&entry, on), lang);
            let Some((model, programs)) = made else { return Ok(Status::Errors) };
            site((&model, &programs), &templates, folder, lang)
        }
        Format::Json => {
            let made = pipeline::report(pipeline::documentation(&entry, on), lang);
            let Some((model, _)) = made else { return Ok(Status::Errors) };
            data(&model, arguments.output.as_deref())
        }
        Format::Markdown => {
            let folder = arguments.output.as_deref().ok_or_else(|| without_output("文件夹", "手册"))?;
            folder::admit(folder)?;
            let made = pipeline::report(pipeline::documentation(&entry, on), lang);
            let Some((model, _)) = made else { return Ok(Status::Errors) };
            written(folder, &handbook::markdown(&handbook::book(&model, lang)), lang)
        }
        Format::Docx => {
            let path = arguments.output.as_deref().ok_or_else(|| without_output("文件", "手册.docx"))?;
            let made = pipeline::report(pipeline::documentation(&entry, on), lang);
            let Some((model, _)) = made else { return Ok(Status::Errors) };
            let bytes = handbook::docx(&handbook::book(&model, lang));
            let bytes =
                bytes.ok_or_else(|| Failure::new(Code::CannotWrite, "手册太大", "the handbook is too large"))?;
            file(path, &bytes)
        }
        Format::Pdf => {
            let path = arguments.output.as_deref().ok_or_else(|| without_output("文件", "手册.pdf"))?;
            let templates = templates::of(arguments.templates.as_deref())?;
            let made = pipeline::report(pipeline::documentation(&entry, on), lang);
            let Some((model, _)) = made else { return Ok(Status::Errors) };
            file(path, &pdf::made(&handbook::book(&model, lang), &templates, &arguments.fonts, lang)?)
        }
    }
}

/// Writes a file; one that says the same stays as it was.
fn file(path: &Path, bytes: &[u8]) -> Result<Status, Failure> {
    if !std::fs::read(path).is_ok_and(|before| before == bytes) {
        files::write(path, bytes)?;
    }
    Ok(Status::Fine)
}

/// A form of the handbook that is not printed.
fn without_output(what: &str, such_as: &str) -> Failure {
    Failure::new(Code::BadArgument, format!("没有写手册放在哪个{what}"), "where the handbook goes is not named")
        .help(format!("加上 -o 和一个{what}，例如 -o {such_as}"), "add -o and where it goes, such as -o handbook")
}

fn site(
    (model, programs): (&DocModel, &[EditionProgram]),
    templates: &Templates,
    folder: &Path,
    lang: Lang,
) -> Result<Status, Failure> {
    let site = html::make(model, programs, templates).map_err(|problems| problem(&problems))?;
    written(folder, &site.files, lang)
}

fn written(folder: &Path, made: &BTreeMap<String, String>, lang: Lang) -> Result<Status, Failure> {
    let done = folder::write(folder, made)?;
    let (shown, written, kept, removed) = (files::shown(folder), done.written, done.kept, done.removed);
    output::remark(&match lang {
        Lang::Zh => format!("{shown}：写出 {written} 个文件，{kept} 个没有变化，删去 {removed} 个\n"),
        Lang::En => format!("{shown}: {written} files written, {kept} unchanged, {removed} removed\n"),
    });
    Ok(Status::Fine)
}

fn data(model: &DocModel, path: Option<&Path>) -> Result<Status, Failure> {
    let text = serde_json::to_string_pretty(model)
        .map_err(|error| Failure::new(Code::CannotWrite, error.to_string(), error.to_string()))?;
    let text = format!("{text}\n");
    match path {
        Some(path) => file(path, text.as_bytes()),
        None => {
            output::print(&text)?;
            Ok(Status::Fine)
        }
    }
}

/// Several problems as one failure, a line each.
fn problem(problems: &[Problem]) -> Failure {
    let code = problems.first().map_or(Code::TemplateBroken, |problem| problem.code);
    let lines = |get: fn(&Problem) -> &str| {
        let mut lines: Vec<&str> = problems.iter().take(LISTED_MAX).map(get).collect();
        if problems.len() > LISTED_MAX {
            lines.push("……");
        }
        lines.join("\n")
    };
    Failure::new(code, lines(|it| &it.message.zh), lines(|it| &it.message.en))
        .help("什么也没有写出", "nothing was written")
}

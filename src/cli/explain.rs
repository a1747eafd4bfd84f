//! `guiju explain`: the page of a code, or the list of all codes.

use clap::Args;
use guiju::diagnostics::{Code, Lang, nearest};

use super::failure::Failure;
use super::{Status, output};

/// Arguments of `explain`.
#[derive(Debug, Args)]
#[command(
    after_help = "例子：\n  guiju explain P0304\n  guiju explain cap-without-period\n  guiju explain          列出全部编号"
)]
pub struct Arguments {
    /// 编号（P0304）或短名（cap-without-period）；不写就列出全部
    #[arg(value_name = "CODE", help_heading = "参数")]
    code: Option<String>,
}

/// Prints the page or the list.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    let text = match &arguments.code {
        Some(name) => page(find(name)?, lang),
        None => list(lang),
    };
    output::print(&text)?;
    Ok(Status::Fine)
}

fn find(name: &str) -> Result<Code, Failure> {
    let name = name.trim();
    if let Some(code) = Code::find(name).or_else(|| Code::find(&name.to_ascii_lowercase())) {
        return Ok(code);
    }
    let failure =
        Failure::new(Code::BadArgument, format!("没有“{name}”这个编号"), format!("there is no code `{name}`"));
    let upper = name.to_ascii_uppercase();
    let numbers = nearest(&upper, Code::ALL.iter().map(|code| code.number()));
    let slugs = || nearest(name, Code::ALL.iter().map(|code| code.slug()));
    Err(match numbers.or_else(slugs) {
        Some(near) => failure.help(format!("是不是 {near}？"), format!("did you mean {near}?")),
        None => failure.help("guiju explain 列出全部编号", "guiju explain lists all codes"),
    })
}

fn page(code: Code, lang: Lang) -> String {
    let mut text = String::new();
    if lang == Lang::En {
        text.push_str(&format!("{} {}: {}\n\n", code.number(), code.slug(), code.summary().en));
    }
    text.push_str(code.page().trim_end());
    text.push('\n');
    text
}

fn list(lang: Lang) -> String {
    let width = Code::ALL.iter().map(|code| code.slug().len()).max().unwrap_or(0);
    let line = |code: &Code| format!("{}  {:width$}  {}\n", code.number(), code.slug(), code.summary().get(lang));
    Code::ALL.iter().map(line).collect()
}

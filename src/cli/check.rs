//! `guiju check`: what is wrong with policies, for people, editors and tools.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use guiju::diagnostics::{Diagnostic, Lang, Severity, render};
use guiju::source::Sources;

use super::failure::Failure;
use super::files::{self, Input};
use super::{Status, fix, output, pipeline};

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "例子：\n  guiju check 我的政策\n  guiju check a.policy b.policy --message-format short\n  \
                        guiju check 我的政策 --message-format sarif > 我的政策.sarif\n  guiju check 我的政策 --deny warnings")]
pub struct Arguments {
    /// 政策文件、文件夹或编译产物，可以多个
    #[arg(required = true, value_name = "PATH", help_heading = "参数")]
    paths: Vec<PathBuf>,
    /// 输出格式：human（给人看，默认）、short（一行一条）、json（一行一个对象）、sarif
    #[arg(
        long,
        value_enum,
        default_value = "human",
        value_name = "格式",
        help_heading = "选项",
        hide_possible_values = true,
        hide_default_value = true
    )]
    message_format: MessageFormat,
    /// 有警告也算不通过：--deny warnings
    #[arg(long, value_enum, value_name = "warnings", help_heading = "选项", hide_possible_values = true)]
    deny: Option<Deny>,
    /// 按这一天看政策是不是快要期满（P0459）；不写就不看
    #[arg(long, value_name = "DATE", help_heading = "选项")]
    on: Option<String>,
    /// 能自动改的直接改好，再检查一遍
    #[arg(long, help_heading = "选项")]
    fix: bool,
}

/// How diagnostics are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MessageFormat {
    Human,
    Short,
    Json,
    Sarif,
}

/// What counts as an error.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Deny {
    Warnings,
}

/// Checks every path; the findings of all are one report.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    let on = arguments.on.as_deref().map(super::eval::day).transpose()?;
    let mut all = Report::default();
    for path in &arguments.paths {
        let (sources, found) = match files::input(path)? {
            Input::Policy(entry) => {
                if arguments.fix {
                    fix::run(&entry, lang)?;
                }
                let checked = pipeline::check(&entry, on);
                (checked.sources, checked.found)
            }
            Input::Bundle(name, bytes) => pipeline::verify(&name, &bytes),
        };
        all.add(&sources, found);
    }
    output::print(&all.text(arguments.message_format, lang))?;
    let denied = arguments.deny.is_some() && all.found.iter().any(|found| found.severity == Severity::Warning);
    Ok(Status::errors_if(denied || guiju::diagnostics::has_errors(&all.found)))
}

/// The findings of several policies over one set of sources.
#[derive(Default)]
struct Report {
    sources: Sources,
    found: Vec<Diagnostic>,
    seen: BTreeSet<String>,
}

impl Report {
    fn add(&mut self, sources: &Sources, found: Vec<Diagnostic>) {
        let first = self.sources.append(sources);
        for mut diagnostic in found {
            diagnostic.renumber_files(first);
            // Two policies that take in one file report its findings once.
            if self.seen.insert(render::short(std::slice::from_ref(&diagnostic), &self.sources, Lang::Zh)) {
                self.found.push(diagnostic);
            }
        }
    }

    fn text(&self, format: MessageFormat, lang: Lang) -> String {
        match format {
            MessageFormat::Human => self.human(lang),
            MessageFormat::Short => render::short(&self.found, &self.sources, lang),
            MessageFormat::Json => render::json(&self.found, &self.sources, lang),
            MessageFormat::Sarif => render::sarif(&self.found, &self.sources, lang),
        }
    }

    fn human(&self, lang: Lang) -> String {
        let mut text = render::terminal(&self.found, &self.sources, lang, output::stdout_colour());
        text.push_str(&match (self.found.is_empty(), lang) {
            (false, _) => render::summary(&self.found, lang),
            (true, Lang::Zh) => "检查通过，没有发现问题".to_owned(),
            (true, Lang::En) => "no problems found".to_owned(),
        });
        text.push('\n');
        text
    }
}

//! `guiju trace`: the archived original sentence by sentence, and where each is written into the policy.

use std::path::PathBuf;

use clap::Args;
use guiju::diagnostics::{Code, Lang};
use guiju::model::source_text::{Coverage, Sentence};
use serde::Serialize;

use super::eval::Format;
use super::failure::Failure;
use super::{Status, files, output, pipeline};

/// Arguments of `trace`.
#[derive(Debug, Args)]
#[command(
    after_help = "每句一行：在原件的位置、状态（已编码、部分、非规范、未覆盖）、原文。有未覆盖的句子时退出码是 1。\n\n\
                        例子：\n  guiju trace 我的政策\n  guiju trace 我的政策 --format json"
)]
pub struct Arguments {
    /// 政策文件或文件夹
    #[arg(value_name = "PATH", help_heading = "参数")]
    path: PathBuf,
    /// 哪一天的文本：有“修订”的，用这一天适用的；不写就是没有修订的，和原件对照
    #[arg(long, value_name = "DATE", help_heading = "选项")]
    on: Option<String>,
    /// 输出格式：human（给人看，默认）或 json
    #[arg(
        long,
        value_enum,
        default_value = "human",
        value_name = "格式",
        help_heading = "选项",
        hide_possible_values = true,
        hide_default_value = true
    )]
    format: Format,
}

/// Prints the sentences and a summary.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    let on = arguments.on.as_deref().map(super::eval::day).transpose()?.or(Some(i32::MIN));
    let Some(model) = pipeline::report(pipeline::model(&files::policy(&arguments.path)?, on), lang) else {
        return Ok(Status::Errors);
    };
    let Some(original) = &model.original else {
        let failure = Failure::new(
            Code::BadArgument,
            "政策没有写“原件”，没有可以对照的文本",
            "the policy names no original to compare with",
        );
        return Err(failure.help("在“政策”条目里写“原件：source.txt”", "write `原件：source.txt` in the policy item"));
    };
    let sentences = pipeline::coverage(&model);
    let traced = Traced { original: &original.name, counts: Counts::of(&sentences), sentences: &sentences };
    output::print(&match arguments.format {
        Format::Human => traced.text(lang),
        Format::Json => traced.json(),
    })?;
    Ok(Status::errors_if(traced.counts.uncovered > 0))
}

struct Traced<'a> {
    original: &'a str,
    counts: Counts,
    sentences: &'a [Sentence],
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
struct Counts {
    sentences: usize,
    encoded: usize,
    partial: usize,
    non_normative: usize,
    uncovered: usize,
}

impl Counts {
    fn of(sentences: &[Sentence]) -> Counts {
        let mut counts = Counts { sentences: sentences.len(), ..Counts::default() };
        for sentence in sentences {
            *match sentence.status {
                Coverage::Encoded(_) => &mut counts.encoded,
                Coverage::Partial { .. } => &mut counts.partial,
                Coverage::NonNormative(_) => &mut counts.non_normative,
                Coverage::Uncovered => &mut counts.uncovered,
            } += 1;
        }
        counts
    }
}

#[derive(Serialize)]
struct Report<'a> {
    original: &'a str,
    #[serde(flatten)]
    counts: Counts,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    line: u32,
    start: usize,
    end: usize,
    status: &'static str,
    by: &'a [String],
    missing: Option<&'a str>,
    text: &'a str,
}

impl Traced<'_> {
    fn text(&self, lang: Lang) -> String {
        let mut text = String::new();
        for sentence in self.sentences {
            let line = sentence.line;
            text.push_str(&format!(
                "{}:{line}: {}  {}\n",
                self.original,
                status(&sentence.status, lang),
                sentence.text
            ));
        }
        let Counts { sentences, encoded, partial, non_normative, uncovered } = self.counts;
        text.push_str(&match lang {
            Lang::Zh => format!(
                "\n共 {sentences} 句：已编码 {encoded}，部分 {partial}，非规范 {non_normative}，未覆盖 {uncovered}\n"
            ),
            Lang::En => format!(
                "\n{sentences} sentences: {encoded} encoded, {partial} in part, {non_normative} non-normative, {uncovered} uncovered\n"
            ),
        });
        text
    }

    fn json(&self) -> String {
        let items = self.sentences.iter().map(|sentence| {
            let (status, by, missing): (_, &[String], _) = match &sentence.status {
                Coverage::Encoded(by) => ("encoded", by, None),
                Coverage::Partial { by, missing } => ("partial", by, Some(missing.as_str())),
                Coverage::NonNormative(by) => ("non_normative", by, None),
                Coverage::Uncovered => ("uncovered", &[], None),
            };
            let (start, end) = (sentence.range.start, sentence.range.end);
            Item { line: sentence.line, start, end, status, by, missing, text: &sentence.text }
        });
        let report = Report { original: self.original, counts: self.counts, items: items.collect() };
        // INVARIANT: strings, numbers and lists always serialize.
        serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
    }
}

fn status(status: &Coverage, lang: Lang) -> String {
    match (status, lang) {
        (Coverage::Encoded(by), Lang::Zh) => format!("已编码（{}）", by.join("、")),
        (Coverage::Encoded(by), Lang::En) => format!("encoded ({})", by.join(", ")),
        (Coverage::NonNormative(by), Lang::Zh) => format!("非规范（{}）", by.join("、")),
        (Coverage::NonNormative(by), Lang::En) => format!("non-normative ({})", by.join(", ")),
        (Coverage::Partial { by, missing }, Lang::Zh) => format!("部分（{}），缺“{missing}”", by.join("、")),
        (Coverage::Partial { by, missing }, Lang::En) => format!("in part ({}), lacks `{missing}`", by.join(", ")),
        (Coverage::Uncovered, Lang::Zh) => "未覆盖".to_owned(),
        (Coverage::Uncovered, Lang::En) => "uncovered".to_owned(),
    }
}

//! `guiju diff`: what a revision changes, in form and in meaning, for people, tools and documents.

mod git;
mod sides;
mod template;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use guiju::diagnostics::{Code, Lang};
use guiju::diff::population::{Population, Report, json, show};
use guiju::diff::render::Template;
use guiju::diff::summary::leaning;
use guiju::diff::{self, Diff, Direction, Side, render};
use guiju::input::Day;
use serde_json::Value;

use super::failure::Failure;
use super::{Status, eval, files, output, pipeline, population};

/// Arguments of `diff`.
#[derive(Debug, Args)]
#[command(
    after_help = "OLD 和 NEW 是文件夹、.policy 文件、.gjb 编译产物、版本库里的一个版本（HEAD~1:路径），或者某一天的文本（路径@2026-06-30）。\n\
                        退出码：0 含义相同，1 含义不同，2 出错（包括有一边没有通过编译）。\n\n例子：\n  guiju diff 旧政策 新政策\n  \
                        guiju diff HEAD:policies/a policies/a --format markdown\n  guiju diff 我的政策@2026-01-01 我的政策@2027-01-01\n  \
                        guiju diff 旧政策 新政策 --format docx -o 对照表.docx\n  guiju diff 旧政策 新政策 --fail-on narrower"
)]
pub struct Arguments {
    /// 旧文本
    #[arg(required_unless_present_any = ["git_setup", "textconv"], value_name = "OLD", help_heading = "参数")]
    old: Option<String>,
    /// 新文本
    #[arg(required_unless_present_any = ["git_setup", "textconv"], value_name = "NEW", help_heading = "参数")]
    new: Option<String>,
    /// 输出格式：human（给人看，默认）、json、markdown、html、sarif、docx、xlsx
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
    /// 写到哪个文件；docx 和 xlsx 必须写
    #[arg(short, long, value_name = "FILE", help_heading = "选项")]
    output: Option<PathBuf>,
    /// 对照表放进这份 Word 文件里写着 {{对照表}} 的一段；只用于 docx
    #[arg(long, value_name = "FILE", help_heading = "选项")]
    template: Option<PathBuf>,
    /// 两边都按这一天的文本比较；不写就是全部修订以后的
    #[arg(long, value_name = "DATE", help_heading = "选项")]
    on: Option<String>,
    /// 只在有这样的变化时退出码为 1：wider（放宽）、narrower（收紧）、any（任何含义变化）
    #[arg(long, value_enum, value_name = "变化", help_heading = "选项", hide_possible_values = true)]
    fail_on: Option<Gate>,
    /// 一份申请人名单（CSV、JSON 列表或每行一个 JSON）：谁多得、谁少得
    #[arg(long, value_name = "FILE", help_heading = "选项")]
    population: Option<PathBuf>,
    /// 名单可以没有要用的列：要用到它的结果算未定
    #[arg(long, requires = "population", help_heading = "选项")]
    allow_missing: bool,
    /// 让当前版本库的 git diff 看得懂 .policy 和 .gjb
    #[arg(long, help_heading = "选项", exclusive = true)]
    git_setup: bool,
    /// 一个文件的统一格式文本，供 git 使用
    #[arg(long, value_name = "FILE", help_heading = "选项", conflicts_with_all = ["old", "new"])]
    textconv: Option<PathBuf>,
}

/// How a comparison is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
    Markdown,
    Html,
    Sarif,
    Docx,
    Xlsx,
}

/// Which changes count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Gate {
    Wider,
    Narrower,
    Any,
}

/// Compares; or sets git up, or shows one file to git.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    if arguments.git_setup {
        output::print(&git::set_up(lang)?)?;
        return Ok(Status::Fine);
    }
    if let Some(path) = &arguments.textconv {
        output::print(&pipeline::shown_text(path)?)?;
        return Ok(Status::Fine);
    }
    let is_document = matches!(arguments.format, Format::Docx | Format::Xlsx);
    if is_document && arguments.output.is_none() {
        return Err(Failure::new(
            Code::DocumentNeedsFile,
            "docx 和 xlsx 要写到文件里",
            "docx and xlsx are written to a file",
        )
        .help("加上 -o 对照表.docx", "add -o table.docx"));
    }
    if arguments.population.is_some() && (is_document || arguments.format == Format::Sarif) {
        return Err(Failure::new(
            Code::BadArgument,
            "docx、xlsx、sarif 里不写名单的比较",
            "docx, xlsx and sarif do not hold a population",
        )
        .help("用 human、markdown、json 或 html", "use human, markdown, json or html"));
    }
    let template = arguments.template.as_deref().map(|path| template::read(path, arguments)).transpose()?;
    let on = arguments.on.as_deref().map(eval::day).transpose()?;
    let (Some(old), Some(new)) = (&arguments.old, &arguments.new) else { return Ok(Status::Fine) };
    let (old, new) = (sides::side(old, on, lang)?, sides::side(new, on, lang)?);
    let diff = diff::diff(&old, &new);
    if !diff.related {
        return Err(nothing_shared(&diff.old.label, &diff.new.label));
    }
    let population = match (&arguments.population, &old.verified, &new.verified) {
        (Some(path), Some(before), Some(after)) if diff.is_whole() => {
            let pairs = Population::pairs_with(before, after, &diff.clause_pairs());
            let day = Day { fixed: on, otherwise: Some(eval::today()) };
            let options = population::Options { path, pairs: &pairs, day, allow_missing: arguments.allow_missing };
            Some(population::compare(before, after, &options, lang)?)
        }
        _ => None,
    };
    write(arguments, &diff, (population.as_ref(), template.as_ref()), lang)?;
    if !diff.is_whole() {
        // People have read the errors below the comparison.
        let told = arguments.format == Format::Human && arguments.output.is_none();
        return Err(not_whole(&old, &new, told, lang));
    }
    Ok(Status::errors_if(fails(&diff, arguments.fail_on)))
}

fn write(
    arguments: &Arguments,
    diff: &Diff,
    (population, template): (Option<&Report>, Option<&Template>),
    lang: Lang,
) -> Result<(), Failure> {
    let colour = arguments.output.is_none() && output::stdout_colour();
    let too_large = || Failure::new(Code::CannotWrite, "对照表太大，写不下", "the table is too large for the format");
    let bytes = match arguments.format {
        Format::Human => render::terminal(diff, lang, colour).into_bytes(),
        Format::Json => render::json(diff, lang).into_bytes(),
        Format::Markdown => render::markdown(diff, lang).into_bytes(),
        Format::Html => render::html(diff, lang).into_bytes(),
        Format::Sarif => render::sarif(diff, lang).into_bytes(),
        Format::Docx if let Some(template) = template => template::fill(template, diff, lang).ok_or_else(too_large)?,
        Format::Docx => render::docx(diff, lang).ok_or_else(too_large)?,
        Format::Xlsx => render::xlsx(diff, lang).ok_or_else(too_large)?,
    };
    let bytes = match population {
        Some(report) => with_population(arguments.format, bytes, report, lang),
        None => bytes,
    };
    match &arguments.output {
        None => output::print(&String::from_utf8_lossy(&bytes)),
        Some(path) => {
            files::write(path, &bytes)?;
            let name = files::shown(path);
            output::remark(&match lang {
                Lang::Zh => format!("已写出 {name}\n"),
                Lang::En => format!("wrote {name}\n"),
            });
            Ok(())
        }
    }
}

/// The page with those whom the revision affects.
fn with_population(format: Format, mut bytes: Vec<u8>, report: &Report, lang: Lang) -> Vec<u8> {
    match format {
        Format::Human => bytes.extend(format!("\n{}", show::text(report, lang)).into_bytes()),
        Format::Markdown => bytes.extend(format!("\n{}", show::markdown(report, lang)).into_bytes()),
        Format::Json => {
            if let Ok(Value::Object(mut whole)) = serde_json::from_slice(&bytes) {
                whole.insert("population".to_owned(), json(report));
                bytes = format!("{:#}\n", Value::Object(whole)).into_bytes();
            }
        }
        Format::Html => {
            let page = String::from_utf8_lossy(&bytes).into_owned();
            let (before, after) = page.rsplit_once("<footer>").unwrap_or((&page, ""));
            bytes = format!("{before}{}<footer>{after}", show::html(report, lang)).into_bytes();
        }
        // Refused before anything was compared.
        Format::Sarif | Format::Docx | Format::Xlsx => {}
    }
    bytes
}

/// Whether a comparison does not pass the gate; without one, whether anything means something else. What was not decided does not pass.
fn fails(diff: &Diff, gate: Option<Gate>) -> bool {
    let between = diff.between.iter().map(|change| leaning(change.leaning));
    between.chain(diff.items.iter().map(|item| item.direction)).any(|direction| match (gate, direction) {
        (_, Direction::Same) => false,
        (None | Some(Gate::Any), _) => true,
        (Some(_), Direction::Mixed | Direction::Open | Direction::Unclear) => true,
        (Some(Gate::Wider), direction) => direction == Direction::Wider,
        (Some(Gate::Narrower), direction) => direction == Direction::Narrower,
    })
}

/// Two policies of which neither is the other's revision.
pub fn nothing_shared(old: &str, new: &str) -> Failure {
    Failure::new(
        Code::NothingShared,
        format!("“{old}”和“{new}”没有共同的条款，文号、标题也不同"),
        format!("`{old}` and `{new}` share no clause, and differ in number and title"),
    )
    .help("看看路径写得对不对：比较的是同一份政策的两个文本", "check the paths: two texts of one policy are compared")
}

/// Shows what is wrong with each side, unless it was told.
fn not_whole(old: &Side, new: &Side, told: bool, lang: Lang) -> Failure {
    let mut labels = Vec::new();
    for side in [old, new].into_iter().filter(|side| !side.is_whole()) {
        if !told {
            output::diagnostics(&side.found, &side.sources, lang);
        }
        labels.push(side.label.as_str());
    }
    Failure::new(
        Code::RevisionNotCompiled,
        format!("{} 没有全部通过编译，只比较了能编译的部分", labels.join("、")),
        format!("{} does not compile as a whole; what compiles was compared", labels.join(", ")),
    )
    .help("改正上面的错误，再比较一次", "put the errors above right, then compare again")
}

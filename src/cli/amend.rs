//! `guiju amend`: the amendment that turns one policy into another, in the language or as official wording.

use std::path::{Path, PathBuf};

use clap::Args;
use guiju::diagnostics::Lang;
use guiju::revise::{self, Options, Written};

use super::diff::nothing_shared;
use super::failure::Failure;
use super::{Status, eval, files, output, pipeline};

/// Arguments of `amend`.
#[derive(Debug, Args)]
#[command(
    after_help = "写出来的修订先用在旧的政策上试过，得到的就是新的政策。接在旧的 main.policy 后面，或者用“引用”。\n\n\
                        例子：\n  guiju amend 旧政策 新政策 --date 2026-07-01 -o 旧政策/修订.policy\n  \
                        guiju amend 旧政策 新政策 --date 2026-07-01 --number 示范发〔2026〕3号 --wording\n  \
                        guiju amend 旧政策@2026-01-31 新政策 --date 2026-07-01"
)]
pub struct Arguments {
    /// 旧的政策：文件或文件夹；写 路径@日期 是那一天的文本
    #[arg(value_name = "OLD", help_heading = "参数")]
    old: PathBuf,
    /// 新的政策，写法相同
    #[arg(value_name = "NEW", help_heading = "参数")]
    new: PathBuf,
    /// 写到哪个文件；不写就打印
    #[arg(short, long, value_name = "FILE", help_heading = "选项")]
    output: Option<PathBuf>,
    /// 写成公文：将第二条修改为：“……”
    #[arg(long, help_heading = "选项")]
    wording: bool,
    /// 修订的文号
    #[arg(long, value_name = "文号", help_heading = "选项")]
    number: Option<String>,
    /// 从哪一天起施行；不写就是今天
    #[arg(long, value_name = "DATE", help_heading = "选项")]
    date: Option<String>,
}

/// Reads both sides and writes what turns the one into the other.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    let day = arguments.date.as_deref().map(eval::day).transpose()?.unwrap_or_else(eval::today);
    let ends = [named(&arguments.old)?, named(&arguments.new)?];
    if !pipeline::are_related(&ends) {
        return Err(nothing_shared(&files::shown(&arguments.old), &files::shown(&arguments.new)));
    }
    let [old, new] = ends.map(|(entry, on)| pipeline::side(&entry, on));
    let (old, new) = match (pipeline::report(old, lang), pipeline::report(new, lang)) {
        (Some(old), Some(new)) => (old, new),
        _ => return Ok(Status::Errors),
    };
    let options = Options { number: arguments.number.clone(), day };
    match revise::write(&old, &new, &options) {
        Ok(None) => output::remark(match lang {
            Lang::Zh => "两份政策的意思相同，没有要修订的\n",
            Lang::En => "both policies mean the same: there is nothing to amend\n",
        }),
        Ok(Some(written)) => {
            if arguments.wording {
                output::remark(&left_out(&written, lang));
            }
            let text = if arguments.wording { written.wording } else { written.source };
            let Some(path) = &arguments.output else {
                output::print(&text)?;
                return Ok(Status::Fine);
            };
            files::write(path, text.as_bytes())?;
            let name = files::shown(path);
            output::remark(&match (lang, arguments.wording) {
                (Lang::Zh, true) => format!("已写出 {name}\n"),
                (Lang::Zh, false) => {
                    format!("已写出 {name}；在旧的政策里加一行“引用 {name}”（相对于那个文件的路径）\n")
                }
                (Lang::En, true) => format!("wrote {name}\n"),
                (Lang::En, false) => format!("wrote {name}; import it in the old policy\n"),
            });
        }
        Err(found) => {
            output::diagnostics(&found, old.sources(), lang);
            return Ok(Status::Errors);
        }
    }
    Ok(Status::Fine)
}

/// What the official wording does not say.
fn left_out(written: &Written, lang: Lang) -> String {
    if written.left_out.is_empty() {
        return String::new();
    }
    let all = written.left_out.join("、");
    match lang {
        Lang::Zh => format!("没有写进公文的（只关系到怎样填报，文件里没有这些话）：{all}\n"),
        Lang::En => format!("not in the wording, for no document says it: {all}\n"),
    }
}

/// The policy at a path, and the day after an `@`.
fn named(path: &Path) -> Result<(String, Option<i32>), Failure> {
    let written = files::shown(path);
    if let Some((before, day)) = written.rsplit_once('@').filter(|_| !path.exists()) {
        let day = eval::day(day)?;
        return Ok((files::policy(Path::new(before))?, Some(day)));
    }
    Ok((files::policy(path)?, None))
}

//! `guiju test`: runs the cases of policies.

use std::path::PathBuf;

use clap::Args;
use guiju::diagnostics::Lang;
use guiju::scenario::Report;

use super::failure::Failure;
use super::{Status, files, output, pipeline};

/// Arguments of `test`.
#[derive(Debug, Args)]
#[command(after_help = "例子：guiju test 我的政策")]
pub struct Arguments {
    /// 政策文件、文件夹或编译产物，可以多个
    #[arg(required = true, value_name = "PATH", help_heading = "参数")]
    paths: Vec<PathBuf>,
}

/// Runs all cases of all policies.
pub fn run(arguments: &Arguments, lang: Lang) -> Result<Status, Failure> {
    let (mut passed, mut failed, mut unusable) = (0usize, 0usize, false);
    for path in &arguments.paths {
        let input = files::input(path)?;
        let Some(program) = pipeline::report(pipeline::program(&input), lang) else {
            unusable = true;
            continue;
        };
        for report in pipeline::cases(&program) {
            output::print(&line(&report, lang))?;
            if report.mismatches.is_empty() { passed += 1 } else { failed += 1 }
        }
    }
    let chinese = match (failed, lang) {
        (0, Lang::Zh) if unusable => "有政策没有通过检查，它的案例没有运行\n".to_owned(),
        (0, Lang::Zh) if passed == 0 => "没有案例\n".to_owned(),
        (0, Lang::Zh) => format!("案例全部通过，共 {passed} 个\n"),
        (_, Lang::Zh) => format!("案例 {} 个：{passed} 个通过，{failed} 个不通过\n", passed + failed),
        (_, Lang::En) => String::new(),
    };
    output::print(&format!("\n{chinese}{passed} passed, {failed} failed\n"))?;
    Ok(Status::errors_if(failed > 0 || unusable))
}

fn line(report: &Report, lang: Lang) -> String {
    let (ok, failed) = match lang {
        Lang::Zh => ("通过", "不通过"),
        Lang::En => ("ok", "FAILED"),
    };
    if report.mismatches.is_empty() {
        return format!("{ok}  {}\n", report.title);
    }
    let mut text = format!("{failed}  {}\n", report.title);
    for mismatch in &report.mismatches {
        text.push_str(&mismatch.text(lang));
    }
    text
}

//! In: the Word file that `--template` names. Out: a template that can be filled, and remarks on what of it was not.

use std::path::Path;

use guiju::diagnostics::{Code, Lang};
use guiju::diff::Diff;
use guiju::diff::render::Template;

use super::super::failure::Failure;
use super::super::{files, output};
use super::{Arguments, Format};

/// Reads the template before anything is compared.
pub fn read(path: &Path, arguments: &Arguments) -> Result<Template, Failure> {
    if arguments.format != Format::Docx {
        return Err(Failure::new(
            Code::BadArgument,
            "--template 只用于 --format docx",
            "--template goes with --format docx",
        ));
    }
    let bytes = files::template(path)?;
    let name = files::shown(path);
    let same = |output: &std::path::PathBuf| matches!((output.canonicalize(), path.canonicalize()), (Ok(output), Ok(path)) if output == path);
    if arguments.output.as_ref().is_some_and(same) {
        return Err(Failure::new(
            Code::BadArgument,
            format!("对照表会覆盖模板“{name}”"),
            format!("the table would overwrite the template `{name}`"),
        )
        .help("-o 换一个文件名", "name another file after -o"));
    }
    Template::read(bytes).map_err(|unusable| {
        let (message, help) = (unusable.message, unusable.help);
        Failure::new(unusable.code, format!("“{name}”：{}", message.zh), format!("`{name}`: {}", message.en))
            .help(help.zh, help.en)
    })
}

/// The filled template; what it leaves out is remarked on.
pub fn fill(template: &Template, diff: &Diff, lang: Lang) -> Option<Vec<u8>> {
    let filled = template.fill(diff, lang)?;
    if !filled.unknown.is_empty() {
        let shown = filled.unknown.join("、");
        output::remark(&match lang {
            Lang::Zh => format!(
                "模板里的 {shown} 不认识，照原样留着；认识的有 {{{{对照表}}}}、{{{{标题}}}}、{{{{现行}}}}、{{{{修改后}}}}、{{{{摘要}}}}、{{{{附注}}}}\n"
            ),
            Lang::En => format!(
                "{shown} of the template is not known and was left; known are {{{{table}}}}, {{{{title}}}}, {{{{before}}}}, {{{{after}}}}, {{{{summary}}}}, {{{{notes}}}}\n"
            ),
        });
    }
    if filled.without_notes {
        output::remark(match lang {
            Lang::Zh => "模板里没有 {{附注}}：条款之间和部门的变化、标记的说明没有写进去\n",
            Lang::En => {
                "the template has no {{notes}}: what changes between clauses and for departments was left out\n"
            }
        });
    }
    Some(filled.bytes)
}

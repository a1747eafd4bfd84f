//! The command line as declared: subcommands, help in Chinese first, examples. Each subcommand's own arguments stand in its file.

use clap::{ArgAction, Parser, Subcommand, ValueEnum};
use guiju::diagnostics::Lang;

use super::{
    amend, batch, build, check, completions, diff, dis, doc, eval, explain, fmt, new, schema, settle, test, trace,
    verify,
};

const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// 规矩：把惠企政策写成能检查、能计算的文本
#[derive(Debug, Parser)]
#[command(
    name = "guiju",
    about = "规矩：把惠企政策写成能检查、能计算的文本（a compiler for public subsidy policies）",
    version,
    help_template = TEMPLATE,
    subcommand_help_heading = "命令",
    subcommand_value_name = "命令",
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true,
    after_help = "PATH 是一个 .policy 文件、一个文件夹（读其中的 main.policy）或一个 .gjb 编译产物。\n\
                  退出码：0 正常，1 政策或数据有错误，2 命令或读写出错。\n\n\
                  例子：\n  guiju new 我的政策\n  guiju check 我的政策\n  guiju eval 我的政策 --facts 我的政策/facts.json\n  \
                  guiju explain P0304"
)]
pub struct Arguments {
    /// 信息用中文（zh，默认）还是英文（en）
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "zh",
        value_name = "语言",
        help_heading = "通用选项",
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub lang: LangArgument,
    /// 显示帮助（help）
    #[arg(short, long, global = true, action = ArgAction::Help, help_heading = "通用选项")]
    help: Option<bool>,
    /// 显示版本（version）
    #[arg(short = 'V', long, action = ArgAction::Version, help_heading = "通用选项")]
    version: Option<bool>,
    /// The subcommand.
    #[command(subcommand)]
    pub command: Command,
}

/// The language of messages.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LangArgument {
    /// 中文
    Zh,
    /// English
    En,
}

impl From<LangArgument> for Lang {
    fn from(lang: LangArgument) -> Lang {
        match lang {
            LangArgument::Zh => Lang::Zh,
            LangArgument::En => Lang::En,
        }
    }
}

/// The subcommands.
#[derive(Debug, Subcommand)]
#[command(help_template = TEMPLATE)]
pub enum Command {
    /// 新建一个政策文件夹（start a policy folder）
    #[command(help_template = TEMPLATE)]
    New(new::Arguments),
    /// 检查政策有没有错误（parse, type-check and lint）
    #[command(help_template = TEMPLATE)]
    Check(check::Arguments),
    /// 整理格式（format）
    #[command(help_template = TEMPLATE)]
    Fmt(fmt::Arguments),
    /// 编译成一个经过验证的 .gjb 文件（compile to a verified bundle）
    #[command(help_template = TEMPLATE)]
    Build(build::Arguments),
    /// 验证一个 .gjb 文件（verify a bundle）
    #[command(help_template = TEMPLATE)]
    Verify(verify::Arguments),
    /// 列出字节码（list bytecode）
    #[command(help_template = TEMPLATE)]
    Dis(dis::Arguments),
    /// 算一份申请可以得到什么（decide one application）
    #[command(help_template = TEMPLATE)]
    Eval(eval::Arguments),
    /// 比较两个文本：一次修订改了什么（what a revision changes）
    #[command(help_template = TEMPLATE)]
    Diff(diff::Arguments),
    /// 结算一批申请：上限、组合、名额、预算
    Settle(settle::Arguments),
    /// 评定一份名单里的每个申请人（decide every row of a table）
    #[command(help_template = TEMPLATE)]
    Batch(batch::Arguments),
    /// 运行政策里的案例（run its cases）
    #[command(help_template = TEMPLATE)]
    Test(test::Arguments),
    /// 写出把一份政策改成另一份的修订（the amendment from one policy to another）
    #[command(help_template = TEMPLATE)]
    Amend(amend::Arguments),
    /// 原件的哪些句子写进了政策，哪些没有（coverage of the original）
    #[command(help_template = TEMPLATE)]
    Trace(trace::Arguments),
    /// 生成网站或文档模型（documentation: a site, or its model as JSON）
    #[command(help_template = TEMPLATE)]
    Doc(doc::Arguments),
    /// 解释一个错误编号（a diagnostic's page）
    #[command(help_template = TEMPLATE)]
    Explain(explain::Arguments),
    /// 事实文件的 JSON Schema（JSON schema of the facts file）
    #[command(help_template = TEMPLATE)]
    Schema(schema::Arguments),
    /// 命令行补全脚本（shell completions）
    #[command(help_template = TEMPLATE)]
    Completions(completions::Arguments),
}

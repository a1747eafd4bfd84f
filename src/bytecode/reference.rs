//! In: the op table, the rules of the verifier, the constants of the bundle. Out: `docs/reference/bytecode.md`.

use std::fmt::Write;

use super::encode::{FORMAT_VERSION, LANGUAGE_VERSION, MAGIC};
use super::op::{Op, OperandKind};
use super::verify::Rule;
use crate::limits::{COST_MAX, MAGNITUDE_MAX, OPS_MAX, REGISTERS_MAX, SCALE_MAX};

/// The manual of the bytecode, in Markdown.
#[must_use]
pub fn manual() -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = introduction(&mut text).and_then(|()| ops(&mut text)).and_then(|()| rules(&mut text));
    let _ = bundle(&mut text);
    text
}

fn introduction(text: &mut String) -> std::fmt::Result {
    text.push_str(
        "# 字节码\n\n\
         <!-- 由 `src/bytecode/reference.rs` 生成；`BLESS=1 cargo test --lib manual` 改写。 -->\n\n\
         一份政策编译成一段共用代码和每个条款一段自己的代码。每个寄存器只写一次；跳转只向前，只到本条款的结尾。唯一的循环是 `fold`：对清单的每一条运行它后面到 `end` 之前的指令，次数不超过清单声明的上限；\
         里面写的寄存器只在里面读，里面没有别的 `fold`。\n\
         数都是整数，位数（scale）在编译时确定；正无穷表示没有上限。是否有三种值：是、否、未定。含义见 `semantics.md`。\n\n\
         `guiju dis` 列出代码。条款里的寄存器从 `r0` 数起；共用的寄存器按所存内容的摘要命名（`s3aee41`），所以改一个条款不会改动别的条款的行。\n\
         末尾的 `places` 一节才有行号和指令号。\n\n\
         ## 指令\n\n\
         操作数都是 32 位数：\n\n",
    );
    let kinds = [
        (OperandKind::Target, "写入的寄存器"),
        (OperandKind::Register, "读取的寄存器"),
        (OperandKind::Slot, "事实"),
        (OperandKind::Constant, "常数"),
        (OperandKind::Set, "分类值的集合"),
        (OperandKind::Clause, "条款"),
        (OperandKind::Requirement, "要求"),
        (OperandKind::Cap, "上限"),
        (OperandKind::List, "清单"),
        (OperandKind::Column, "清单的栏"),
        (OperandKind::Calendar, "日历"),
        (OperandKind::Counter, "台账的计数"),
        (OperandKind::Jump, "跳转到的指令"),
        (OperandKind::Number, "数本身：位数、方式、类型"),
    ];
    for (kind, meaning) in kinds {
        writeln!(text, "- `{}`：{meaning}", kind.name())?;
    }
    Ok(())
}

fn ops(text: &mut String) -> std::fmt::Result {
    text.push_str(
        "\n舍入方式：0 四舍五入，1 舍去，2 进一，3 四舍六入五成双。\n\n\
         | 字节 | 指令 | 操作数 | 作用 |\n|---|---|---|---|\n",
    );
    for op in Op::TABLE {
        let operands: Vec<String> = op
            .operands
            .iter()
            .map(|operand| match operand.kind {
                OperandKind::Target => format!("*{}", operand.name),
                OperandKind::Register => operand.name.to_owned(),
                kind if kind.name() == operand.name => operand.name.to_owned(),
                kind => format!("{}: {}", operand.name, kind.name()),
            })
            .collect();
        writeln!(
            text,
            "| `{:02x}` | `{}` | {} | {} |",
            op.byte,
            op.name,
            operands.join(", "),
            op.doc.replace('|', "\\|")
        )?;
    }
    text.push_str("\n`*` 是写入的寄存器；没有注明种类的是读取的寄存器。\n");
    Ok(())
}

fn rules(text: &mut String) -> std::fmt::Result {
    writeln!(
        text,
        "\n## 验证\n\n\
         没有通过验证的代码不会运行。验证先查各表，再把代码读一遍，时间与大小成正比；通过以后，运行时不再检查下标、类型、位数和溢出。\n\
         每个数的范围由事实的取值范围推出，都不超过 {MAGNITUDE_MAX}（按最小单位）；最多 {SCALE_MAX} 位小数、{REGISTERS_MAX} 个寄存器、\
         {OPS_MAX} 条指令，一次计算最多 {COST_MAX} 步。\n\n| 规则 | 诊断 | 内容 |\n|---|---|---|"
    )?;
    for rule in Rule::ALL {
        writeln!(text, "| `{}` | {} | {} |", rule.slug(), rule.code().number(), rule.doc())?;
    }
    Ok(())
}

fn bundle(text: &mut String) -> std::fmt::Result {
    let magic: Vec<String> = MAGIC.iter().map(|byte| format!("{byte:02x}")).collect();
    writeln!(
        text,
        "\n## 编译产物（`.gjb`）\n\n\
         整数都是小端。同一份程序总是编译成同样的字节；能读出来的产物再写一遍，还是同样的字节。\n\n\
         | 位置 | 内容 |\n|---|---|\n\
         | 0 | 标记 `{}`（`GJB`、SUB、CR LF、NUL、LF） |\n\
         | 8 | 格式版本，2 字节，现为 {FORMAT_VERSION} |\n\
         | 10 | 语言版本，2 字节，现为 {LANGUAGE_VERSION} |\n\
         | 12 | 段数，2 字节，3 或 4 |\n\
         | 14 | 段表，每段 24 字节：标识 4 字节、起点 8 字节、长度 8 字节、CRC-32 4 字节 |\n\
         | 段表之后 | 各段首尾相接 |\n\
         | 末尾 | 以上全部内容的 SHA-256，32 字节 |\n\n\
         - `TABL`：`program::Tables`，postcard 编码。\n\
         - `CODE`：指令数，然后每条一个字节，操作数各为 LEB128（最短写法）。\n\
         - `PLAC`：指令数，然后每条指令的文件、行、列，各为与前一条之差，zigzag 后 LEB128。\n\
         - `TEXT`：可以没有；`encode::SourceTexts`，postcard 编码：入口文件、哪一天的文本、读过的各文件。比较含义时重新编译，得不到同一个程序就拒绝。\n\n\
         ## 摘要\n\n\
         每个条款有两个 SHA-256。`meaning`：要求（含适用范围）、支持、上限、部门、有效期；事实按对象和名称，分类值按分类和名称，部门按名称，\
         且、或的各部分和各条件、各上限不计次序。`content`：再加标识、地址、标题、自拟的标签、引文、说明。\
         排版、注释、栏目次序、文件的拆分和改名都不改变两者；验证时重新计算并比较。",
        magic.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/bytecode.md");

    #[test]
    fn manual_is_the_one_that_is_committed() {
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(PATH, manual()).unwrap();
        }
        let committed = std::fs::read_to_string(PATH).unwrap_or_default();
        assert!(committed == manual(), "docs/reference/bytecode.md differs; run `BLESS=1 cargo test --lib manual`");
    }
}

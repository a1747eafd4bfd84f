//! The reference manual: the chapters, one after another, with an index by the number of the row.

use std::fmt::Write as _;
use std::path::PathBuf;

const HEAD: &str = "# 规矩手册：各种政策怎样写\n\n<!-- 由 tests/conformance/*.md 拼成，不要改这里。BLESS=1 cargo test conformance -->\n\n\
每一节先是原文的话，再是怎样写，最后是几个案例和结果。例子接在下面这几行后面；自己写了“政策”条目的，自成一份。\
语法的全部在 [language.md](language.md)，怎样算在 [semantics.md](semantics.md)。\n";

/// The whole manual.
pub fn made(chapters: &[PathBuf]) -> String {
    let mut made = HEAD.to_owned();
    let prelude = std::fs::read_to_string(crate::docs::root().join("tests/conformance/prelude.policy")).unwrap();
    let _ = write!(made, "\n```policy\n{prelude}```\n\n## 索引\n\n| 编号 | 内容 |\n|---|---|\n");
    let texts: Vec<String> = chapters.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for head in texts.iter().flat_map(|text| text.lines()).filter_map(|line| line.strip_prefix("## ")) {
        let (number, title) = head.split_once(' ').unwrap_or((head, ""));
        let _ = writeln!(made, "| [{number}](#{}) | {title} |", anchor(head));
    }
    for text in &texts {
        made.push('\n');
        for line in text.lines() {
            // A chapter is a section of the manual.
            let deeper = if line.starts_with("# ") || line.starts_with("## ") { "#" } else { "" };
            let _ = writeln!(made, "{deeper}{line}");
        }
    }
    made
}

/// The anchor that Markdown makes of a heading.
fn anchor(head: &str) -> String {
    let kept = head.chars().filter(|char| char.is_alphanumeric() || matches!(char, ' ' | '-'));
    kept.map(|char| if char == ' ' { '-' } else { char.to_ascii_lowercase() }).collect()
}

//! In: the text of a file. Out: its surface tree ([`ast::File`]) and diagnostics; and back, the formatted text.

pub mod ast;
mod classify;
mod entries;
pub mod fields;
mod findings;
pub mod format;
#[cfg(test)]
mod format_tests;
mod header;
mod items;
pub mod keywords;
mod layout;
mod lists;
mod marks;
mod parser;
mod phrase_text;
mod problems;
#[cfg(test)]
mod sketch;
#[cfg(test)]
mod tests;
pub mod width;

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::SOURCE_BYTES_MAX;
use crate::source::{FileId, Span};

/// Reads the text of a file. Total: whatever the text, there is a tree and the list of all problems, in source order.
#[must_use]
pub fn parse(file: FileId, text: &str) -> (ast::File, Vec<Diagnostic>) {
    let empty = ast::File { id: file, items: Vec::new(), trailing: Vec::new(), sound: false };
    let start = Span::new(file, 0, 0);
    if text.len() > SOURCE_BYTES_MAX {
        let finding = Diagnostic::new(
            Code::FileTooLarge,
            start,
            format!("文件超过 {SOURCE_BYTES_MAX} 字节"),
            format!("the file has more than {SOURCE_BYTES_MAX} bytes"),
        );
        return (empty, vec![finding.help("分成几个文件，用 `引用` 连起来", "split it and `import` the parts")]);
    }
    let mut findings = findings::Findings::default();
    let mut tree = items::read(file, text, &mut findings);
    let mut diagnostics = findings.into_sorted();
    tree.sound = !crate::diagnostics::has_errors(&diagnostics);
    if tree.items.is_empty() && diagnostics.is_empty() {
        tree.sound = false;
        diagnostics.push(
            Diagnostic::new(Code::EmptyFile, start, "文件里没有内容", "there is nothing in the file")
                .help("`guiju new` 生成一份可以照着改的政策", "`guiju new` makes a policy to start from"),
        );
    }
    (tree, diagnostics)
}

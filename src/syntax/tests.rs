//! In: texts as drafters write them, well and badly. Out: nothing; each test is named after what it shows.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::FileId;

use super::parse;
use super::sketch::sketch;

fn read(text: &str) -> (String, Vec<Diagnostic>) {
    let (tree, diagnostics) = parse(FileId(0), text);
    for finding in &diagnostics {
        assert!(text.get(finding.primary.span.range()).is_some(), "{finding:?} lies outside the text");
    }
    (sketch(&tree), diagnostics)
}

fn codes(text: &str) -> Vec<Code> {
    read(text).1.iter().map(|finding| finding.code).collect()
}

/// Each text gives exactly these codes.
fn check(text: &str, expected: &[Code]) {
    assert_eq!(codes(text), expected, "{text}");
}

#[test]
fn colon_missing_after_a_cap() {
    check("条款 一《甲》（a）\n上限 1000万元，每项目累计\n支持：1元", &[Code::MissingColon]);
    check("条款 一《甲》（a）\n条件：甲 且\n支持方向 属于 乙", &[]);
}

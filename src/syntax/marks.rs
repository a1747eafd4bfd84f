//! In: places of marks in a text. Out: what is said about marks that nest too deep, lines that are too long, characters that have no
//! place in a policy.
//! Invariant: neighbours that are the same mark are one finding, so that a row of a million of them is one.

use std::ops::Range;

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::{BRACKET_DEPTH_MAX, LINE_BYTES_MAX};
use crate::source::{FileId, Span};

use super::findings::Findings;
use super::width::is_control;

/// The width of the first character, in bytes.
pub(super) fn first_width(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// Single characters at `places`, with neighbours that are the same character as one range.
pub(super) fn merged(text: &str, places: &[usize]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for &at in places {
        let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) else { continue };
        let end = at + character.len_utf8();
        match ranges.last_mut() {
            Some(last) if last.end == at && text.get(last.clone()).is_some_and(|t| t.starts_with(character)) => {
                last.end = end;
            }
            _ => ranges.push(at..end),
        }
    }
    ranges
}

/// Reports every group of control characters.
pub(super) fn report_control_characters(file: FileId, text: &str, findings: &mut Findings) {
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(is_control)) {
        let start = at + found;
        let rest = text.get(start..).unwrap_or("");
        let length = rest.find(|c| !is_control(c)).unwrap_or(rest.len());
        let number = rest.chars().next().map_or(0, u32::from);
        let span = Span::new(file, start, start + length);
        findings.push(|| {
            Diagnostic::new(
                Code::ControlCharacter,
                span,
                format!("文件里有看不见的控制字符（U+{number:04X}）"),
                format!("the file holds an invisible control character (U+{number:04X})"),
            )
            .help("这类字符多半是从别处粘贴时带进来的，删去即可", "it was most likely pasted in; delete it")
            .fix(span, "", "删去控制字符", "delete the control character")
        });
        at = start + length;
    }
}

/// The finding for nesting that is too deep.
pub(super) fn too_deep(file: FileId, text: &str, at: usize) -> Diagnostic {
    let length = text.get(at..).map_or(0, first_width);
    Diagnostic::new(
        Code::NestingTooDeep,
        Span::new(file, at, at + length),
        format!("括号或引号套了不止 {BRACKET_DEPTH_MAX} 层"),
        format!("brackets or quotation marks are nested more than {BRACKET_DEPTH_MAX} deep"),
    )
    .help("把里面的内容另写成一个 `定义`", "declare what is inside as a `definition` of its own")
}

/// The finding for a line that is too long.
pub(super) fn too_long(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::LimitReached,
        span,
        format!("这一行超过 {LINE_BYTES_MAX} 字节，没有读"),
        format!("this line has more than {LINE_BYTES_MAX} bytes and was not read"),
    )
    .help("分成几行，或分成几栏写", "write it as several lines or fields")
}

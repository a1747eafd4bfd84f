//! In: what differs between a case and its decision. Out: [`Report`], in words (P0601).

use crate::diagnostics::{Code, Lang, Text};

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The name of the case.
    pub title: String,
    /// Where it stands: file, line, column.
    pub place: (String, u32, u32),
    /// What differs; empty where it passed.
    pub mismatches: Vec<Mismatch>,
}

/// An expectation that was not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Where the expectation stands: file, line, column.
    pub place: (String, u32, u32),
    /// The clause's id and title, or 总额.
    pub of: Text,
    /// What was expected.
    pub expected: Text,
    /// What came out.
    pub got: Text,
}

impl Mismatch {
    /// A few lines for people.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let (file, line, column) = &self.place;
        let (of, expected, got) = (self.of.get(lang), self.expected.get(lang), self.got.get(lang));
        let code = Code::CaseFailed.number();
        match lang {
            Lang::Zh => {
                format!("  {file}:{line}:{column}: 错误[{code}]: {of}\n      期望：{expected}\n      实际：{got}\n")
            }
            Lang::En => {
                format!("  {file}:{line}:{column}: error[{code}]: {of}\n      expected: {expected}\n      got: {got}\n")
            }
        }
    }
}

//! In: the text of a file. Out: its surface tree ([`ast::File`]) and diagnostics; and back, the formatted text.

pub mod ast;
pub mod keywords;

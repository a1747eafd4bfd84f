//! In: a comparison. Out: its texts and documents: terminal, JSON, Markdown, HTML, SARIF, and the comparison table as .docx and .xlsx.
//! Invariant: the same comparison gives the same bytes; every renderer shows the lines of [`super::say`], none says anything of its own.

pub mod columns;
mod docx;
mod html;
mod json;
mod markdown;
mod sarif;
mod terminal;
mod xlsx;

pub use docx::{Filled, Template, Unusable, docx};
pub use html::html;
pub use json::json;
pub use markdown::markdown;
pub use sarif::sarif;
pub use terminal::terminal;
pub use xlsx::xlsx;

/// Version of the JSON shape.
pub const JSON_VERSION: u32 = 1;

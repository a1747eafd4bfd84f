//! In: a book, the templates, and the fonts that were chosen. Out: the handbook as PDF: [`Pdf`], or what is wrong with a template.
//! Invariant: the same book, templates and fonts give the same bytes: no clock, nothing read beside them; the templates read the book as data
//! (`/book.json`), so that no text of a policy is ever read as markup.

mod data;
mod fonts;
mod world;

use typst::World as _;
use typst::WorldExt as _;
use typst::diag::SourceDiagnostic;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use super::Book;
use crate::diagnostics::{Code, Text};
use crate::docs::html::{Problem, Templates};
pub use fonts::{Face, Fonts, choose};
use world::Desk;

/// A handbook as PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its pages.
    pub pages: usize,
}

/// Typesets and writes.
///
/// # Errors
/// What a template gets wrong.
pub fn pdf(book: &Book, templates: &Templates, fonts: &Fonts) -> Result<Pdf, Vec<Problem>> {
    let desk = Desk::new(book, templates, fonts);
    let document = typeset(&desk)?;
    let options = PdfOptions {
        ident: Smart::Custom(format!("{}\n{}", book.title, book.number)),
        creator: Smart::Custom(Some("guiju".to_owned())),
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&document, &options).map_err(|found| problems(&desk, &found))?;
    Ok(Pdf { bytes, pages: document.pages().len() })
}

fn typeset(desk: &Desk) -> Result<PagedDocument, Vec<Problem>> {
    let made = typst::compile::<PagedDocument>(desk).output.map_err(|found| problems(desk, &found));
    // What the engine remembers of a run is of no use to the next.
    typst::comemo::evict(0);
    made
}

/// What the engine says of a template, with its place.
fn problems(desk: &Desk, found: &[SourceDiagnostic]) -> Vec<Problem> {
    let of = |it: &SourceDiagnostic| {
        let source = it.span.id().and_then(|id| desk.source(id).ok());
        let start = desk.range(it.span).map(|range| range.start);
        let line = source.as_ref().zip(start).and_then(|(source, start)| source.lines().byte_to_line(start));
        let (name, line) = match (&source, line) {
            (Some(source), Some(line)) => (source.id().vpath().get_without_slash().to_owned(), line + 1),
            _ => (world::MAIN.to_owned(), 1),
        };
        let said = &it.message;
        Problem {
            code: Code::TemplateBroken,
            message: Text::new(
                format!("模板“{name}”第 {line} 行：{said}"),
                format!("template `{name}`, line {line}: {said}"),
            ),
        }
    };
    found.iter().map(of).collect()
}

#[cfg(test)]
mod tests;

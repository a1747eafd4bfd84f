//! In: a book, templates, fonts. Out: [`Desk`]: everything that typesetting may read, and nothing else.
//! Invariant: no clock, no files, no packages from elsewhere; the texts of a book are data, never source.

use std::collections::BTreeMap;
use std::path::PathBuf;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};

use super::super::{Block, Book};
use super::Fonts;
use super::data;
use crate::docs::html::Templates;

/// The template that the others are read from.
pub(super) const MAIN: &str = "handbook.typ";

/// What typesetting reads.
pub(super) struct Desk {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: FileId,
    sources: BTreeMap<String, Source>,
    files: BTreeMap<String, Bytes>,
}

impl Desk {
    pub(super) fn new(book: &Book, templates: &Templates, fonts: &Fonts) -> Desk {
        let sources = templates.typeset.iter().filter_map(|(name, text)| {
            let id = file_id(name)?;
            Some((name.clone(), Source::new(id, text.clone())))
        });
        let mut files = BTreeMap::new();
        files.insert("book.json".to_owned(), Bytes::from_string(data::json(book, fonts)));
        for block in book.chapters.iter().flat_map(|chapter| &chapter.blocks) {
            if let Block::Chart(chart) = block {
                files.insert(format!("charts/{}.svg", chart.id), Bytes::from_string(chart.svg.clone()));
            }
        }
        Desk {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(fonts.faces())),
            fonts: fonts.faces().to_vec(),
            main: file_id(MAIN).unwrap_or_else(|| Source::detached("").id()),
            sources: sources.collect(),
            files,
        }
    }
}

fn file_id(name: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).ok()?).intern())
}

/// What stands at a place; packages are elsewhere.
fn found<T: Clone>(all: &BTreeMap<String, T>, id: FileId) -> FileResult<T> {
    let path = id.get();
    let name = path.vpath().get_without_slash();
    let here = matches!(path.root(), VirtualRoot::Project);
    all.get(name).filter(|_| here).cloned().ok_or_else(|| FileError::NotFound(PathBuf::from(name)))
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        found(&self.sources, id)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        found(&self.files, id)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

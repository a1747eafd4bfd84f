//! In: a book, templates, and where fonts may be. Out: the handbook as PDF, or why it cannot be made: no Chinese font, or a build without PDF.
//! Invariant: fonts of the folder come before those of the system; faces are in the order of their files' paths, however they were found.

use std::path::PathBuf;

use clap::Args;

/// Where fonts come from.
#[derive(Debug, Args)]
pub struct FontArguments {
    /// PDF 先用这个文件夹里的字体，没有的再用系统里的
    #[arg(long, value_name = "DIR", help_heading = "选项")]
    pub fonts: Option<PathBuf>,
    /// PDF 不用系统里的字体，只用 --fonts 里的：换一台电脑，结果一样
    #[arg(long, help_heading = "选项")]
    pub no_system_fonts: bool,
}

#[cfg(feature = "pdf")]
pub use with::made;
#[cfg(not(feature = "pdf"))]
pub use without::made;

#[cfg(feature = "pdf")]
mod with {
    use std::path::{Path, PathBuf};

    use fontdb::{Database, Stretch, Style};
    use guiju::diagnostics::{Code, Lang};
    use guiju::docs::handbook::Book;
    use guiju::docs::handbook::pdf::{Face, Fonts, choose, pdf};
    use guiju::docs::html::Templates;

    use super::super::problem;
    use super::FontArguments;
    use crate::cli::failure::Failure;
    use crate::cli::{files, output};

    /// Largest file of fonts that is read, in bytes.
    const FONT_BYTES_MAX: u64 = 256 << 20;

    /// The handbook of a book; what stands in for fonts is said.
    pub fn made(book: &Book, templates: &Templates, from: &FontArguments, lang: Lang) -> Result<Vec<u8>, Failure> {
        let fonts = fonts(from)?;
        let made = pdf(book, templates, &fonts).map_err(|problems| problem(&problems))?;
        let stand_ins = fonts.stand_ins(lang);
        let (pages, stand_ins) = (made.pages, stand_ins.join(if lang == Lang::Zh { "；" } else { "; " }));
        output::remark(&match (lang, stand_ins.is_empty()) {
            (Lang::Zh, true) => format!("PDF：{pages} 页\n"),
            (Lang::Zh, false) => format!("PDF：{pages} 页；字体：{stand_ins}\n"),
            (Lang::En, true) => format!("PDF: {pages} pages\n"),
            (Lang::En, false) => format!("PDF: {pages} pages; fonts: {stand_ins}\n"),
        });
        Ok(made.bytes)
    }

    fn fonts(from: &FontArguments) -> Result<Fonts, Failure> {
        let (mut faces, mut paths) = (Vec::new(), Vec::new());
        if let Some(folder) = &from.fonts {
            std::fs::read_dir(folder).map_err(|error| files::not_found(folder, &error))?;
            let mut found = Database::new();
            found.load_fonts_dir(folder);
            add(&found, &mut faces, &mut paths);
        }
        if !from.no_system_fonts {
            let mut found = Database::new();
            found.load_system_fonts();
            add(&found, &mut faces, &mut paths);
        }
        let mut read = |file: usize| {
            let path = paths.get(file)?;
            let size = std::fs::metadata(path).ok()?.len();
            (size <= FONT_BYTES_MAX).then(|| std::fs::read(path).ok()).flatten()
        };
        choose(&faces, &mut read).ok_or_else(|| {
            Failure::new(
                Code::PdfNotPossible,
                "没有找到能排中文的字体，PDF 没有写出",
                "no font that holds Chinese was found; no PDF was written",
            )
            .help(
                "Debian、Ubuntu：apt-get install fonts-noto-cjk；Fedora：dnf install google-noto-serif-cjk-fonts google-noto-sans-cjk-fonts；\
                 Windows：在“设置—时间和语言”里添加中文（简体），或者把字体文件放在一个文件夹里，用 --fonts 指出；\
                 macOS：自带中文字体，没有加 --no-system-fonts 就能找到",
                "Debian, Ubuntu: apt-get install fonts-noto-cjk; Fedora: dnf install google-noto-serif-cjk-fonts google-noto-sans-cjk-fonts; \
                 Windows: add Chinese (Simplified) in Settings, Time & language, or put font files into a folder and name it after --fonts; \
                 macOS: has Chinese fonts, found unless --no-system-fonts is given",
            )
        })
    }

    /// Adds the faces that a search found, in the order of their paths.
    fn add(found: &Database, faces: &mut Vec<Face>, paths: &mut Vec<PathBuf>) {
        let place = |face: &fontdb::FaceInfo| match &face.source {
            fontdb::Source::File(path) | fontdb::Source::SharedFile(path, _) => Some(path.clone()),
            fontdb::Source::Binary(_) => None,
        };
        let mut all: Vec<(PathBuf, &fontdb::FaceInfo)> =
            found.faces().filter_map(|face| Some((place(face)?, face))).collect();
        all.sort_by(|a, b| (&a.0, a.1.index).cmp(&(&b.0, b.1.index)));
        for (path, face) in all {
            let known = paths.last().is_some_and(|last: &PathBuf| Path::new(last) == path);
            if !known {
                paths.push(path);
            }
            faces.push(Face {
                names: face.families.iter().map(|(name, _)| name.clone()).collect(),
                weight: face.weight.0,
                plain: face.style == Style::Normal && face.stretch == Stretch::Normal,
                file: paths.len() - 1,
                index: face.index,
            });
        }
    }
}

#[cfg(not(feature = "pdf"))]
mod without {
    use guiju::diagnostics::{Code, Lang};
    use guiju::docs::handbook::Book;
    use guiju::docs::html::Templates;

    use super::FontArguments;
    use crate::cli::failure::Failure;

    /// This build has no PDF: says how to get it.
    pub fn made(_: &Book, _: &Templates, _: &FontArguments, _: Lang) -> Result<Vec<u8>, Failure> {
        Err(Failure::new(Code::PdfNotPossible, "这个 guiju 编译时没有带上 PDF", "this guiju was built without PDF").help(
            "在源代码文件夹里运行 cargo install --path . --features pdf；或者用 --format docx 写 Word 文件，再在 Word、WPS 里另存为 PDF",
            "run cargo install --path . --features pdf in the folder of its source; or write --format docx and save that as PDF",
        ))
    }
}

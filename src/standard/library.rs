//! In: the path of a library file as 引用 names it (`标准/日历`, `std/calendar`). Out: its canonical path and its text, embedded in the
//! binary. Invariant: written in the language itself; what was not read in its original source says so in its 说明.

/// A file of the standard library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// Its name after `标准/`.
    pub name: &'static str,
    /// Its name after `std/`.
    pub english: &'static str,
    /// One line on what it holds.
    pub summary: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// The library, in the order in which the manual lists it.
pub const FILES: &[File] = &[
    File {
        name: "日历",
        english: "calendar",
        summary: "国务院办公厅的节假日安排，2025、2026 年，用来推算工作日",
        text: include_str!("library/calendar.policy"),
    },
    File {
        name: "中小企业划型",
        english: "sme",
        summary: "工信部联企业〔2011〕300号：十六个行业，大型、中型、小型、微型",
        text: include_str!("library/sme.policy"),
    },
    File {
        name: "行政区划",
        english: "regions",
        summary: "上海市和各区的行政区划代码",
        text: include_str!("library/regions.policy"),
    },
    File {
        name: "国民经济行业",
        english: "industries",
        summary: "GB/T 4754—2017 的大类",
        text: include_str!("library/industries.policy"),
    },
];

/// What the path of a library file begins with.
pub const FOLDER: &str = "标准/";

/// Whether a path as written names the library.
#[must_use]
pub fn names(written: &str) -> bool {
    rest(written).is_some()
}

/// Whether a source with this name is of the library.
#[must_use]
pub fn holds(source: &str) -> bool {
    source.starts_with(FOLDER)
}

/// The canonical path of a library file, whichever way it is written; `None` where there is no such file.
#[must_use]
pub fn path(written: &str) -> Option<String> {
    let rest = rest(written)?;
    let name = rest.strip_suffix(".policy").unwrap_or(rest);
    let file = FILES.iter().find(|file| file.name == name || file.english.eq_ignore_ascii_case(name))?;
    Some(format!("{FOLDER}{}.policy", file.name))
}

/// The text of a library file, by its canonical path.
#[must_use]
pub fn text(path: &str) -> Option<&'static str> {
    let name = path.strip_prefix(FOLDER)?.strip_suffix(".policy")?;
    FILES.iter().find(|file| file.name == name).map(|file| file.text)
}

/// Canonical paths of all files, for did-you-mean.
pub fn paths() -> impl Iterator<Item = String> {
    FILES.iter().map(|file| format!("{FOLDER}{}", file.name))
}

fn rest(written: &str) -> Option<&str> {
    let written = written.trim();
    written.strip_prefix(FOLDER).or_else(|| written.strip_prefix("std/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_either_name_with_or_without_its_ending() {
        for written in ["标准/日历", "标准/日历.policy", "std/calendar", "std/Calendar.policy", " 标准/日历 "]
        {
            assert_eq!(path(written).as_deref(), Some("标准/日历.policy"), "{written}");
        }
        assert_eq!(path("标准/没有"), None);
        assert!(!names("其他/日历"));
        assert!(FILES.iter().all(|file| text(&format!("{FOLDER}{}.policy", file.name)) == Some(file.text)));
    }
}

//! The handbook as PDF: refusals without Chinese fonts and in a build without PDF; with both, a whole file, the same every time.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

fn guiju(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_guiju")).args(arguments).current_dir(folder).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder in which `guiju new 政策` has been run.
fn desk() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert!(guiju(folder.path(), &["new", "政策"]).status.success());
    folder
}

/// Names of what is in a folder.
fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn a_pdf_that_cannot_be_made_says_what_to_install_and_leaves_nothing() {
    let desk = desk();
    fs::create_dir(desk.path().join("空")).unwrap();
    let arguments = ["doc", "政策", "--format", "pdf", "-o", "手册.pdf", "--fonts", "空", "--no-system-fonts"];
    let output = guiju(desk.path(), &arguments);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("P0923"), "{}", said(&output));
    let advice = if cfg!(feature = "pdf") { "apt-get install fonts-noto-cjk" } else { "--features pdf" };
    let bare = said(&output).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(bare.contains(advice), "{bare}");
    assert_eq!(names(desk.path()), ["政策", "空"]);
}

#[test]
fn a_pdf_goes_into_a_file_that_is_named() {
    let desk = desk();
    let output = guiju(desk.path(), &["doc", "政策", "--format", "pdf"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("P0904") && said(&output).contains("手册.pdf"), "{}", said(&output));
}

#[cfg(feature = "pdf")]
mod made {
    use super::*;
    use crate::docs::root;

    const CHANGNING: &str = "policies/changning-2024-4";

    /// Makes a PDF; says what is missing where there is no Chinese font.
    fn made(folder: &Path, arguments: &[&str]) -> Vec<u8> {
        let output = guiju(folder, arguments);
        let said = said(&output);
        assert!(!said.contains("P0923"), "this test needs a Chinese font: apt-get install fonts-noto-cjk\n{said}");
        assert!(output.status.success(), "{said}");
        fs::read(folder.join("手册.pdf")).unwrap()
    }

    fn holds(bytes: &[u8], part: &str) -> bool {
        bytes.windows(part.len()).any(|window| window == part.as_bytes())
    }

    #[test]
    fn the_handbook_of_changning_is_whole_and_the_same_every_time() {
        let folder = tempfile::tempdir().unwrap();
        let policy = root().join(CHANGNING);
        let arguments = ["doc", policy.to_str().unwrap(), "--format", "pdf", "-o", "手册.pdf"];
        let first = made(folder.path(), &arguments);
        assert!(first.starts_with(b"%PDF-1.7") && first.trim_ascii_end().ends_with(b"%%EOF"));
        for part in ["/Outlines", "/StructTreeRoot", "/Lang", "/Alt"] {
            assert!(holds(&first, part), "{part}");
        }
        fs::remove_file(folder.path().join("手册.pdf")).unwrap();
        let second = made(folder.path(), &arguments);
        assert!(first == second, "two runs differ");
        let output = guiju(folder.path(), &arguments);
        let said = said(&output);
        let pages = said.strip_prefix("PDF：").and_then(|rest| rest.split(' ').next());
        let pages: usize = pages.and_then(|pages| pages.parse().ok()).unwrap_or_else(|| panic!("{said}"));
        assert!((50..=150).contains(&pages), "{pages} pages");
        assert_eq!(names(folder.path()), ["手册.pdf"]);
    }

    #[test]
    fn templates_of_the_handbook_take_the_place_of_the_built_in_ones_or_are_refused() {
        let desk = desk();
        let folder = desk.path();
        fs::create_dir(folder.join("模板")).unwrap();
        let template = folder.join("模板/handbook.typ");
        let arguments = ["doc", "政策", "--format", "pdf", "-o", "手册.pdf", "--templates", "模板"];
        fs::write(&template, "#let book = json(\"/book.json\")\n#book.nothing").unwrap();
        let output = guiju(folder, &arguments);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains("P0921") && said(&output).contains("第 2 行"), "{}", said(&output));
        assert_eq!(names(folder), ["政策", "模板"]);
        fs::write(&template, "#let book = json(\"/book.json\")\n#set document(title: book.title)\n#text(book.title)")
            .unwrap();
        assert!(made(folder, &arguments).starts_with(b"%PDF"));
    }

    #[test]
    fn fonts_are_looked_for_where_it_is_said() {
        let desk = desk();
        let arguments = ["doc", "政策", "--format", "pdf", "-o", "手册.pdf", "--fonts", "没有"];
        let output = guiju(desk.path(), &arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains("P0901"), "{}", said(&output));
        assert_eq!(names(desk.path()), ["政策"]);
    }

    #[test]
    fn a_policy_with_errors_and_a_folder_in_the_way_are_refused() {
        let desk = desk();
        let folder = desk.path();
        fs::create_dir(folder.join("手册.pdf")).unwrap();
        let output = guiju(folder, &["doc", "政策", "--format", "pdf", "-o", "手册.pdf"]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains("P0903"), "{}", said(&output));
        fs::write(folder.join("错.policy"), "政策 \"甲\"\n  部门 无此部门\n").unwrap();
        let output = guiju(folder, &["doc", "错.policy", "--format", "pdf", "-o", "错.pdf"]);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(!folder.join("错.pdf").exists());
    }
}

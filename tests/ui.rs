//! Every `tests/ui/<stage>/*.policy`, checked, against a snapshot of what a drafter sees. A file that needs an original has it beside
//! it as `<name>.txt`, and imports lie in the same folder. Name the file as the mistake it shows.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use guiju::diagnostics::{Lang, render};

use crate::workbench;

fn policies(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(policies(&path));
        } else if path.extension().is_some_and(|extension| extension == "policy") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The files of a folder, and `_base.policy` of the root, which any of them may take in.
fn files(root: &Path, folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in [root, folder].into_iter().flat_map(|folder| fs::read_dir(folder).unwrap()) {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            files.insert(entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// A change that is offered makes its finding go away, and brings no other.
#[test]
fn every_change_offered_works() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let mut problems = Vec::new();
    for path in policies(&root) {
        let entry = path.file_name().unwrap().to_string_lossy().into_owned();
        if entry.starts_with('_') {
            continue;
        }
        let files = files(&root, path.parent().unwrap());
        let bench = workbench::check_entry(&entry, &files);
        for finding in &bench.found {
            for fix in &finding.fixes {
                let mut changed = files.clone();
                let mut edits: Vec<_> = fix.edits.iter().collect();
                edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
                for edit in edits {
                    let name = bench.sources.name(edit.span);
                    let mut text = String::from_utf8(changed[name].clone()).unwrap();
                    text.replace_range(edit.span.range(), &edit.replacement);
                    changed.insert(name.to_owned(), text.into_bytes());
                }
                let left = workbench::check_entry(&entry, &changed).found;
                if left.len() >= bench.found.len() {
                    let codes: Vec<_> = left.iter().map(|found| found.code.number()).collect();
                    problems.push(format!("{entry}: {} leaves {codes:?}", fix.title.zh));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn what_a_drafter_sees() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for path in policies(&root) {
        // Files that others import start with `_`.
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if name.starts_with('_') {
            continue;
        }
        let folder = path.parent().unwrap();
        let files = files(&root, folder);
        let bench = workbench::check_entry(&format!("{name}.policy"), &files);
        let short = render::short(&bench.found, &bench.sources, Lang::Zh);
        let zh = render::terminal(&bench.found, &bench.sources, Lang::Zh, false);
        let en = render::terminal(&bench.found, &bench.sources, Lang::En, false);
        settings.set_snapshot_path(folder);
        settings.bind(|| insta::assert_snapshot!(name.as_str(), format!("{short}\n{zh}\n{en}")));
    }
}

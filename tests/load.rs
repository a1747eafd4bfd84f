//! Loading: imports depth-first, each file once, cycles, missing files, encodings, the archived original.

use std::collections::BTreeMap;

use guiju::diagnostics::{Code, Diagnostic};
use guiju::load::{Loaded, load};

fn files(named: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    named.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
}

fn loaded(named: &[(&str, &str)]) -> (Loaded, Vec<Diagnostic>) {
    load("main.policy", &files(named))
}

fn codes(found: &[Diagnostic]) -> Vec<Code> {
    found.iter().map(|found| found.code).collect()
}

fn names(loaded: &Loaded) -> Vec<&str> {
    loaded.sources.iter().map(|(_, source)| source.name()).collect()
}

const POLICY: &str = "政策 甲〔2025〕1号《甲》（a）\n  原件：原文/source.txt\n";

#[test]
fn files_come_depth_first_and_once() {
    let (loaded, found) = loaded(&[
        ("main.policy", "引用 a/one.policy\n引用 a/two.policy\n"),
        ("a/one.policy", "引用 ../b.policy\n"),
        ("a/two.policy", "引用 「../b.policy」\n部门 甲\n"),
        ("b.policy", POLICY),
        ("原文/source.txt", "一句话。"),
    ]);
    assert_eq!(found, []);
    assert_eq!(names(&loaded), ["main.policy", "a/one.policy", "b.policy", "a/two.policy", "原文/source.txt"]);
    assert_eq!(loaded.files.len(), 4);
    assert_eq!(
        loaded.original.map(|original| (original.name, original.text)),
        Some(("原文/source.txt".into(), "一句话。".into()))
    );
}

#[test]
fn cycles_name_their_chain() {
    let (_, found) =
        loaded(&[("main.policy", "引用 a.policy\n"), ("a.policy", "引用 b.policy\n"), ("b.policy", "引用 a.policy\n")]);
    assert_eq!(codes(&found), [Code::ImportCycle]);
    assert!(found[0].message.zh.ends_with("a.policy → b.policy → a.policy"), "{}", found[0].message.zh);
}

#[test]
fn missing_files_say_where_they_were_asked_for() {
    let (missing, found) = loaded(&[("main.policy", "引用 departmants.policy\n"), ("departments.policy", "部门 甲\n")]);
    assert_eq!(codes(&found), [Code::ImportNotFound]);
    assert_eq!(missing.sources.text(found[0].primary.span), "departmants.policy");
    assert!(found[0].help.as_ref().unwrap().zh.contains("departments.policy"));
    let (_, found) = loaded_alone("引用 /etc/a.policy\n");
    assert_eq!(codes(&found), [Code::ImportNotFound]);
    let (_, found) = loaded_alone(POLICY);
    assert_eq!(codes(&found), [Code::OriginalMissing]);
    let (_, found) = loaded(&[]);
    assert_eq!(codes(&found), [Code::FileNotFound]);
}

fn loaded_alone(text: &str) -> (Loaded, Vec<Diagnostic>) {
    loaded(&[("main.policy", text)])
}

#[test]
fn bytes_that_are_not_utf8_are_placed() {
    let mut given: BTreeMap<String, Vec<u8>> = files(&[("main.policy", POLICY)]);
    given.insert("原文/source.txt".into(), b"ab\n\xd5\xfe\xb2\xdf\xb3\xa4\xc4\xfe".to_vec());
    let (loaded, found) = load("main.policy", &given);
    assert_eq!(codes(&found), [Code::InvalidUtf8]);
    assert_eq!(loaded.sources.start(found[0].primary.span).line, 2);
    assert!(found[0].help.as_ref().unwrap().zh.contains("GBK"));
    assert_eq!(loaded.original, None);
}

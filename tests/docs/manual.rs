//! The reference holds every word of the language, every term once, every key that is printed, and links that lead somewhere.

use std::collections::BTreeSet;
use std::fs;

use guiju::syntax::keywords::{FieldKeyword, ItemKeyword, Word};

use super::{Desk, bless, pages, root};

/// The tables between the marks of section 12.
fn keyword_tables() -> String {
    let mut text = String::new();
    let mut table = |title: &str, rows: Vec<(&str, &str, &[&str])>| {
        text.push_str(&format!("### {title}\n\n| 中文 | English | 也读作 |\n|---|---|---|\n"));
        for (zh, en, also) in rows {
            let also: Vec<String> = also.iter().map(|word| format!("`{}`", word.replace('|', "\\|"))).collect();
            text.push_str(&format!("| {zh} | {en} | {} |\n", also.join(" ")));
        }
        text.push('\n');
    };
    table("条目", ItemKeyword::ALL.iter().map(|word| (word.zh(), word.en(), word.also())).collect());
    table("栏目", FieldKeyword::ALL.iter().map(|word| (word.zh(), word.en(), word.also())).collect());
    table("其他词", Word::ALL.iter().map(|word| (word.zh(), word.en(), word.also())).collect());
    text
}

#[test]
fn the_keyword_table_of_the_manual_is_the_one_of_the_compiler() {
    const BEGIN: &str = "<!-- keywords:begin -->\n";
    const END: &str = "<!-- keywords:end -->";
    let path = root().join("docs/reference/language.md");
    let manual = fs::read_to_string(&path).unwrap();
    let (before, rest) = manual.split_once(BEGIN).unwrap();
    let (shown, after) = rest.split_once(END).unwrap();
    let tables = keyword_tables();
    if bless() {
        fs::write(&path, format!("{before}{BEGIN}{tables}{END}{after}")).unwrap();
    } else {
        assert_eq!(shown, tables, "BLESS=1 rewrites the table");
    }
}

#[test]
fn every_field_of_the_language_stands_in_the_manual() {
    let manual = fs::read_to_string(root().join("docs/reference/language.md")).unwrap();
    let body = manual.split("<!-- keywords:begin -->").next().unwrap();
    let missing: Vec<&str> = ItemKeyword::ALL
        .iter()
        .map(|word| word.zh())
        .chain(FieldKeyword::ALL.iter().map(|word| word.zh()))
        .filter(|word| !body.contains(word))
        .collect();
    assert!(missing.is_empty(), "not in the manual: {missing:?}");
}

#[test]
fn a_term_of_the_glossary_has_one_meaning() {
    let glossary = fs::read_to_string(root().join("docs/reference/glossary.md")).unwrap();
    let mut seen = BTreeSet::new();
    let rows = glossary.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| 中文"));
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 4, "中文, English, meaning, source: {row}");
        for term in &cells[..2] {
            assert!(seen.insert(term.to_lowercase()), "two meanings: {term}");
        }
    }
    assert!(seen.len() > 40);
}

#[test]
fn links_lead_somewhere_and_no_page_names_this_machine() {
    let mut files = pages();
    files.push(root().join("CHANGELOG.md"));
    for entry in fs::read_dir(root().join("docs/adr")).unwrap() {
        files.push(entry.unwrap().path());
    }
    let mut broken = Vec::new();
    for path in files {
        let page = fs::read_to_string(&path).unwrap();
        for machine in ["/tmp/", "/work/", "/root/", "/home/"] {
            assert!(!page.contains(machine), "{} names {machine}", path.display());
        }
        for link in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            let outside = target.is_empty() || target.contains("://");
            if !outside && !path.parent().unwrap().join(target).exists() {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere: {broken:?}");
}

/// Every key of a JSON value, those of objects in lists included.
fn keys(value: &serde_json::Value, found: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(entries) => {
            for (key, value) in entries {
                found.insert(key.clone());
                keys(value, found);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
        _ => {}
    }
}

#[test]
fn every_key_that_is_printed_stands_in_the_manual() {
    let manual = fs::read_to_string(root().join("docs/reference/json.md")).unwrap();
    let mut desk = Desk::new("policies/");
    let examples = "policies/changning-2024-4/examples";
    let mut found = BTreeSet::new();
    for line in [
        format!(
            "guiju eval policies/changning-2024-4 --facts {examples}/ai-model.json --ledger {examples}/ledger.json --format json --explain"
        ),
        format!(
            "guiju eval policies/changning-2024-4 --facts {examples}/missing-determination.json --format json --explain"
        ),
        "guiju trace policies/changning-2024-4 --format json".to_owned(),
    ] {
        let (printed, status) = desk.run(&line);
        assert_eq!(status, 0, "{printed}");
        keys(&serde_json::from_str(&printed).unwrap(), &mut found);
    }
    let missing: Vec<&String> = found
        .iter()
        .filter(|key| !manual.contains(&format!("`{key}`")) && !manual.contains(&format!("\"{key}\"")))
        .collect();
    assert!(missing.is_empty(), "not in json.md: {missing:?}");
}

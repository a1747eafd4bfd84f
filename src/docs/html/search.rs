//! In: the model in one language. Out: the search index as a script that a page can load from the file system: entries, and for every two
//! characters in a row the entries that hold them.
//! Invariant: what is found is found in the text as it stands; the index only narrows it down.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::paths;
use super::site::Sheet;
use crate::diagnostics::Lang;
use crate::docs::model::{DocModel, Words};
use crate::literal::fold_width;

/// Longest text of an entry, in characters.
const TEXT_CHARS_MAX: usize = 1_200;

/// Something that can be found.
struct Entry {
    kind: &'static str,
    title: String,
    href: String,
    text: String,
}

/// A letter as it is compared: width and case do not count.
fn folded(text: &str) -> String {
    text.chars().map(fold_width).flat_map(char::to_lowercase).collect()
}

/// The index of a site in one language.
#[must_use]
pub fn index(model: &DocModel, sheet: &Sheet, lang: Lang) -> String {
    let entries = entries(model, sheet, lang);
    let mut pairs: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let text = folded(&format!("{} {}", entry.title, entry.text));
        let letters: Vec<char> = text.chars().collect();
        let own: BTreeSet<String> = letters
            .windows(2)
            .filter(|pair| pair.iter().all(|letter| letter.is_alphanumeric()))
            .map(|pair| pair.iter().collect())
            .collect();
        for pair in own {
            pairs.entry(pair).or_default().push(at);
        }
    }
    let pairs: BTreeMap<String, String> = pairs.into_iter().map(|(pair, all)| (pair, steps(&all))).collect();
    let rows: Vec<_> = entries.iter().map(|entry| json!([entry.kind, entry.title, entry.href, entry.text])).collect();
    // A script in a page ends at the first `</`; this one is a file, and stays harmless in a page too.
    let data = json!({ "entries": rows, "pairs": pairs }).to_string().replace("</", "<\\/");
    format!("window.guijuIndex = {data};\n")
}

/// Rising numbers as the steps between them, to base 36.
fn steps(all: &[usize]) -> String {
    let mut last = 0;
    let mut parts = Vec::with_capacity(all.len());
    for at in all {
        parts.push(base36(at - last));
        last = *at;
    }
    parts.join(" ")
}

fn base36(mut value: usize) -> String {
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(value % 36).unwrap_or(0);
        digits.push(char::from_digit(digit, 36).unwrap_or('0'));
        value /= 36;
        if value == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

/// For each clause the values of classifications that it asks for, besides industries.
fn values(model: &DocModel, lang: Lang) -> BTreeMap<&str, Vec<&str>> {
    let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for value in model.classes.iter().flat_map(|class| &class.values) {
        let name = if lang == Lang::Zh { &value.name.zh } else { &value.name.en };
        for clause in &value.asked_by {
            all.entry(clause).or_default().push(name);
        }
    }
    all
}

fn entries(model: &DocModel, sheet: &Sheet, lang: Lang) -> Vec<Entry> {
    let say = |words: &Words| if lang == Lang::Zh { words.zh.clone() } else { words.en.clone() };
    let mut all = Vec::new();
    let mut add = |kind: &'static str, title: String, href: String, text: String| {
        let text: String = text.chars().take(TEXT_CHARS_MAX).collect();
        all.push(Entry { kind, title, href, text });
    };
    let values = values(model, lang);
    for clause in &model.clauses {
        let quotes: Vec<&str> = clause.quotes.iter().map(|quote| quote.text.as_str()).collect();
        let asked = values.get(clause.id.as_str()).map(|names| names.join("、")).unwrap_or_default();
        let note = clause.note.as_deref().unwrap_or("");
        let text = format!("{} {} {asked} {note}", say(&clause.summary), quotes.concat());
        let title = format!("{} {}", clause.address, clause.title);
        add("clause", title, paths::page("clause", &clause.id), format!("{} {text}", clause.id));
    }
    for scenario in &model.scenarios {
        let text: Vec<String> = scenario.variants.iter().map(say).collect();
        add("scenario", say(&scenario.title), paths::page("scenario", &scenario.id), text.join("；"));
    }
    for department in &model.departments {
        let href = paths::page("department", &department.id);
        add("department", say(&department.name), href, department.full_name.clone());
    }
    for industry in sheet.industries(model) {
        add("industry", say(&industry.name), paths::page("industry", &industry.id), industry.id.clone());
    }
    for (term, number) in model.glossary.iter().zip(1_usize..).filter(|(term, _)| term.kind != "department") {
        add("term", say(&term.term), sheet.term(number), say(&term.meaning));
    }
    let shown = sheet.cases(model);
    for case in &model.cases {
        let Some(outcome) = case.outcomes.first() else { continue };
        let href = format!("{}#{}", paths::page("clause", &outcome.clause), case.id);
        if shown.contains(&case.id) {
            add("case", case.title.clone(), href, say(&outcome.words));
        }
    }
    for sentence in model.original.iter().flat_map(|original| &original.sentences) {
        add("original", sentence.id.replace('s', "§"), sheet.sentence(&sentence.id), sentence.text.clone());
    }
    all
}

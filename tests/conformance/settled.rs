//! Outcomes of data: what `guiju eval` and `guiju settle` print for the blocks of a chapter.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::docs::Block;

fn run(files: &BTreeMap<String, Vec<u8>>, data: &[(&str, &str)], arguments: &[&str]) -> Result<Value, String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    for (name, text) in data {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_guiju"));
    let output = command.args(arguments).current_dir(folder.path()).stdin(Stdio::null()).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    serde_json::from_str(&shown).map_err(|_| format!("{shown}{}", String::from_utf8_lossy(&output.stderr)))
}

fn find<'b>(given: &[&'b Block], kind: &str) -> Option<&'b str> {
    given.iter().find(|block| block.kind == kind).map(|block| block.text.as_str())
}

/// `settled`: a line for each application and clause, `id clause amount [rule]`, and the total.
pub fn compare(files: &BTreeMap<String, Vec<u8>>, given: &[&Block], shown: &Block) -> Result<(), String> {
    let applications = find(given, "settle").ok_or("no applications stand before it")?;
    let mut data = vec![("applications.jsonl", applications)];
    let mut arguments = vec!["settle", "main.policy", "--applications", "applications.jsonl", "--format", "json"];
    if let Some(ledger) = find(given, "ledger") {
        data.push(("ledger.json", ledger));
        arguments.extend(["--ledger", "ledger.json"]);
    }
    let printed = run(files, &data, &arguments)?;
    let got = lines(&printed);
    let wanted: Vec<String> = shown.text.lines().map(|line| line.trim().to_owned()).collect();
    if got.len() == wanted.len() && wanted.iter().zip(&got).all(|(wanted, got)| agrees(wanted, got)) {
        return Ok(());
    }
    Err(format!("settles to\n{}", got.join("\n")))
}

/// Amounts are the same; what bound is named in what was printed.
fn agrees(wanted: &str, got: &str) -> bool {
    let mut words = wanted.splitn(4, ' ');
    let mut other = got.splitn(4, ' ');
    let same = (0..3).all(|_| words.next() == other.next());
    same && words.next().is_none_or(|rule| other.next().is_some_and(|bound| bound.contains(rule)))
}

fn lines(printed: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for application in printed["applications"].as_array().into_iter().flatten() {
        for clause in application["clauses"].as_array().into_iter().flatten() {
            let rules = clause["reductions"].as_array().into_iter().flatten();
            let rules: Vec<&str> = rules.filter_map(|reduction| reduction["text"].as_str()).collect();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let line = format!(
                "{} {} {} {}",
                text(&application["id"]),
                text(&clause["id"]),
                text(&clause["amount"]),
                rules.join("；")
            );
            lines.push(line.trim_end().to_owned());
        }
    }
    lines.push(format!("total {}", printed["total"].as_str().unwrap_or_default()));
    lines
}

/// `outcome`: everything it holds is in what `eval` prints.
pub fn decided(files: &BTreeMap<String, Vec<u8>>, given: &[&Block], shown: &Block) -> Result<(), String> {
    let facts = find(given, "facts").ok_or("no facts stand before it")?;
    let mut data = vec![("facts.json", facts)];
    let mut arguments = vec!["eval", "main.policy", "--facts", "facts.json", "--format", "json"];
    if let Some(ledger) = find(given, "ledger") {
        data.push(("ledger.json", ledger));
        arguments.extend(["--ledger", "ledger.json"]);
    }
    let printed = run(files, &data, &arguments)?;
    let wanted: Value = serde_json::from_str(&shown.text).map_err(|why| why.to_string())?;
    if holds(&printed, &wanted) { Ok(()) } else { Err(format!("decides\n{printed:#}")) }
}

/// Whether all of `wanted` is in `printed`: objects may hold more, lists are the same length.
fn holds(printed: &Value, wanted: &Value) -> bool {
    match (printed, wanted) {
        (Value::Object(printed), Value::Object(wanted)) => {
            wanted.iter().all(|(key, value)| printed.get(key).is_some_and(|printed| holds(printed, value)))
        }
        (Value::Array(printed), Value::Array(wanted)) => {
            printed.len() == wanted.len() && printed.iter().zip(wanted).all(|(printed, wanted)| holds(printed, wanted))
        }
        _ => printed == wanted,
    }
}

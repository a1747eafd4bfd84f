//! The page of every code: what stands under 错误示例 gives exactly that code, what stands under 正确示例 gives no error.
//!
//! A page runs its fenced blocks by their info string. `policy [NAME]` is a policy file (`main.policy` unless named), `source` its
//! `source.txt`, `hex NAME` a file in hexadecimal; without a 政策 item `docs/errors/prelude.policy` is taken in first. `facts` and
//! `ledger` are data for it, `bundle` edits its bundle (`truncate N`, `set OFFSET HEX`, `append HEX`), `shell` runs `guiju` in a new folder
//! that holds the policy files, if there are any.
//! `none` says why there is nothing to run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use guiju::bytecode;
use guiju::diagnostics::{Code, Diagnostic, Severity};
use guiju::source::{FileId, Sources, Span};
use guiju::{input, scenario};

use crate::workbench;

const SECTIONS: [&str; 4] = ["是什么", "为什么", "错误示例", "正确示例"];
const WRONG: usize = 2;
const RIGHT: usize = 3;

/// Codes whose examples cannot be run: they take gigabytes, a broken disk, or a made-up bundle.
const NOT_RUN: &[Code] = &[
    Code::FileTooLarge,
    Code::AmendmentNotWritten,
    Code::LimitReached,
    Code::BundleVersion,
    Code::VerifyFailed,
    Code::TooCostly,
    Code::DataTooLarge,
    // A bundle whose texts were exchanged cannot be made by changing bytes; one without texts is written by no command.
    Code::BundleTextsDiffer,
    Code::BundleWithoutTexts,
    // It comes with the errors of the text that does not compile.
    Code::RevisionNotCompiled,
];

/// Warnings about what a fragment leaves out.
const OF_FRAGMENTS: &[Code] = &[
    Code::ClauseWithoutQuote,
    Code::ClauseWithoutDepartment,
    Code::DepartmentUnused,
    Code::NameUnused,
    Code::SentenceUncovered,
];

struct Block {
    kind: String,
    name: Option<String>,
    text: String,
}

struct Page {
    code: Code,
    sections: BTreeMap<String, Vec<Block>>,
}

fn page(code: Code) -> Page {
    let mut sections: BTreeMap<String, Vec<Block>> = BTreeMap::new();
    let mut current = String::new();
    let mut open: Option<Block> = None;
    for line in code.page().lines() {
        match (&mut open, line.trim_end().strip_prefix("```")) {
            (None, Some(info)) => {
                let mut words = info.split_whitespace().map(str::to_owned);
                open = Some(Block { kind: words.next().unwrap_or_default(), name: words.next(), text: String::new() });
            }
            (Some(_), Some("")) => sections.entry(current.clone()).or_default().extend(open.take()),
            (Some(block), _) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {
                if let Some(title) = line.strip_prefix("## ") {
                    current = title.trim().to_owned();
                    sections.entry(current.clone()).or_default();
                }
            }
        }
    }
    Page { code, sections }
}

/// The files that the blocks of a section make.
fn files(blocks: &[Block]) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for block in blocks {
        let (name, bytes) = match block.kind.as_str() {
            "policy" => (block.name.as_deref().unwrap_or("main.policy"), block.text.clone().into_bytes()),
            "source" => (block.name.as_deref().unwrap_or("source.txt"), block.text.clone().into_bytes()),
            "hex" => (block.name.as_deref().unwrap_or("main.policy"), hex(&block.text)),
            _ => continue,
        };
        files.insert(name.to_owned(), bytes);
    }
    let prelude = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors/prelude.policy");
    let mut prelude = fs::read_to_string(prelude).unwrap();
    if files.contains_key("source.txt") {
        prelude = prelude.replace("  舍入：", "  原件：source.txt\n  舍入：");
    }
    let main = files.entry("main.policy".to_owned()).or_default();
    let text = String::from_utf8_lossy(main).into_owned();
    let whole = text.is_empty() && blocks.iter().any(|block| block.kind == "policy" || block.kind == "hex");
    let has_policy =
        text.lines().any(|line| line.trim_start().starts_with("政策") || line.trim_start().starts_with("policy"));
    if !whole && !has_policy && std::str::from_utf8(main).is_ok() {
        *main = format!("引用 prelude.policy\n{text}").into_bytes();
        files.insert("prelude.policy".to_owned(), prelude.into_bytes());
    }
    files
}

fn hex(text: &str) -> Vec<u8> {
    text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

/// Runs a section; the codes it gives as errors, and the warnings of its own files.
fn run(blocks: &[Block]) -> Result<(Vec<Code>, Vec<Code>), String> {
    let kind = |kind: &str| blocks.iter().find(|block| block.kind == kind);
    if let Some(block) = kind("shell") {
        let files = if kind("policy").is_some() { files(blocks) } else { BTreeMap::new() };
        return Ok((shell(&block.text, &files), Vec::new()));
    }
    let files = files(blocks);
    let bench = workbench::check(&files);
    let mut found = bench.found;
    if kind("facts").is_some() || kind("ledger").is_some() || kind("bundle").is_some() {
        if bench.checked.is_none() {
            return Err(format!("its policy has errors: {:?}", codes(&found)));
        }
        found = data(&workbench::program(&files), kind("facts"), kind("ledger"), kind("bundle"));
    } else if bench.checked.is_some() {
        let program = workbench::program(&files);
        if scenario::run_all(&program).iter().any(|report| !report.mismatches.is_empty()) {
            return Ok((vec![Code::CaseFailed], Vec::new()));
        }
    }
    let errors = found.iter().filter(|found| found.is_error()).map(|found| found.code).collect();
    let own = |found: &&Diagnostic| {
        found.severity != Severity::Error && bench.sources.name(found.primary.span) != "prelude.policy"
    };
    Ok((errors, found.iter().filter(own).map(|found| found.code).collect()))
}

/// What the readers of data and bundles say.
fn data(
    program: &bytecode::Verified,
    facts: Option<&Block>,
    ledger: Option<&Block>,
    bundle: Option<&Block>,
) -> Vec<Diagnostic> {
    let mut sources = Sources::new();
    let mut found = Vec::new();
    if let Some(block) = facts {
        let file = sources.add("facts.json", &block.text);
        found.extend(input::facts(&program.program().tables, file, &block.text).1);
    }
    if let Some(block) = ledger {
        let file = sources.add("ledger.json", &block.text);
        let tables = &program.program().tables;
        let (awards, findings) = input::Reader::new(tables).placed_ledger(file, &block.text, None);
        found.extend(findings);
        // As `settle` does, which reads a ledger and holds it against the caps.
        let amounts = guiju::settle::Rules::new(program.program()).cap_amounts;
        found.extend(input::contradictions::contradictions(tables, &amounts, &awards, None));
    }
    if let Some(block) = bundle {
        let bytes = edited(bytecode::encode(program), &block.text);
        let flaws = bytecode::load(&bytes).err().map(|error| error.findings()).unwrap_or_default();
        let nowhere = Span::new(FileId(0), 0, 0);
        found.extend(flaws.into_iter().map(|(code, text)| Diagnostic::new(code, nowhere, text.zh, text.en)));
    }
    found
}

fn edited(mut bytes: Vec<u8>, edits: &str) -> Vec<u8> {
    for line in edits.lines() {
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["truncate", length] => bytes.truncate(length.parse().unwrap()),
            ["append", rest @ ..] => bytes.extend(rest.iter().map(|byte| u8::from_str_radix(byte, 16).unwrap())),
            ["set", offset, rest @ ..] => {
                let offset: usize = offset.parse().unwrap();
                for (at, byte) in rest.iter().enumerate() {
                    bytes[offset + at] = u8::from_str_radix(byte, 16).unwrap();
                }
            }
            other => panic!("unknown edit {other:?}"),
        }
    }
    bytes
}

/// Runs lines of `guiju …` in a new folder that holds `files` and collects the codes they print.
fn shell(text: &str, files: &BTreeMap<String, Vec<u8>>) -> Vec<Code> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let mut printed = String::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.trim_start_matches("$ ").split_whitespace().collect();
        let (program, arguments) = words.split_first().unwrap();
        assert_eq!(*program, "guiju", "only guiju is run: {line}");
        let output =
            Command::new(env!("CARGO_BIN_EXE_guiju")).args(arguments).current_dir(folder.path()).output().unwrap();
        printed.push_str(&String::from_utf8_lossy(&output.stderr));
        if !output.status.success() {
            printed.push_str(&String::from_utf8_lossy(&output.stdout));
        }
    }
    Code::ALL.iter().copied().filter(|code| printed.contains(code.number())).collect()
}

fn codes(found: &[Diagnostic]) -> Vec<&'static str> {
    found.iter().map(|found| found.code.number()).collect()
}

fn judge(page: &Page, problems: &mut Vec<String>) {
    let code = page.code;
    let number = code.number();
    let missing: Vec<&str> = SECTIONS.into_iter().filter(|title| !page.sections.contains_key(*title)).collect();
    if !missing.is_empty() {
        problems.push(format!("{number}: unfinished, lacks {}", missing.join("、")));
        return;
    }
    for (title, wrong) in [(SECTIONS[WRONG], true), (SECTIONS[RIGHT], false)] {
        let blocks = &page.sections[title];
        if blocks.is_empty() {
            problems.push(format!("{number} {title}: no example"));
            continue;
        }
        if blocks.iter().any(|block| block.kind == "none") {
            if !NOT_RUN.contains(&code) {
                problems.push(format!("{number} {title}: its example must run"));
            }
            continue;
        }
        let (errors, warnings) = match run(blocks) {
            Ok(found) => found,
            Err(problem) => {
                problems.push(format!("{number} {title}: {problem}"));
                continue;
            }
        };
        let others: Vec<Code> = errors.iter().copied().filter(|error| !wrong || *error != code).collect();
        if !others.is_empty() {
            problems.push(format!("{number} {title}: gives errors {others:?}"));
        }
        let given = errors.contains(&code) || warnings.contains(&code);
        if wrong && !given {
            problems.push(format!("{number} {title}: gives {errors:?} {warnings:?}, not the code"));
        }
        let extra: Vec<Code> =
            warnings.iter().copied().filter(|warning| *warning == code || !OF_FRAGMENTS.contains(warning)).collect();
        if !wrong && !extra.is_empty() {
            problems.push(format!("{number} {title}: gives warnings {extra:?}"));
        }
    }
}

#[test]
fn every_page_is_finished_and_its_examples_hold() {
    let mut problems = Vec::new();
    for code in Code::ALL {
        judge(&page(*code), &mut problems);
    }
    assert!(problems.is_empty(), "{} problems:\n{}\n", problems.len(), problems.join("\n"));
}

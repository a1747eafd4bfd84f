//! The language's specification, run: `tests/conformance/*.md`, a chapter a section of the catalogue. Every policy of a chapter is checked
//! as a drafter would see it, every case is decided by the machine and by the reference interpreter, and the reference manual is made of
//! the same files. What each kind of block does is in `tests/conformance/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use guiju::diagnostics::{Code, Diagnostic, Lang, Severity, render};
use guiju::scenario;

use crate::docs::{Block, OF_FRAGMENTS, bless, blocks, item_name, root};
use crate::workbench;

mod engines;
mod made;
mod manual;
mod settled;

/// The rows of the catalogue, by the number of rows of each section.
const CATALOGUE: &[(char, u32)] = &[('A', 8), ('B', 10), ('C', 6), ('D', 9), ('E', 14)];

/// A section of a chapter: its number (`B6`), its blocks.
struct Section {
    number: String,
    place: String,
    blocks: Vec<Block>,
}

/// What a run came to.
#[derive(Default)]
struct Count {
    policies: usize,
    mistakes: usize,
    cases: usize,
    outcomes: usize,
    problems: Vec<String>,
    shown: BTreeSet<String>,
}

fn chapters() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("tests/conformance")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "md") && !path.ends_with("README.md"));
    files.sort();
    files
}

fn sections(path: &Path) -> Vec<Section> {
    let text = std::fs::read_to_string(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let heads: Vec<(usize, &str)> =
        text.lines().enumerate().filter_map(|(at, line)| line.strip_prefix("## ").map(|head| (at, head))).collect();
    let all = blocks(&text);
    let ends = heads.iter().skip(1).map(|(at, _)| *at).chain([usize::MAX]);
    let sections = heads.iter().zip(ends).map(|((at, head), end)| Section {
        number: head.split_whitespace().next().unwrap_or_default().to_owned(),
        place: name.clone(),
        blocks: all.iter().filter(|block| (*at..end).contains(&block.first)).cloned().collect(),
    });
    sections.collect()
}

/// A policy block with the chapter's prelude before it, less what the block declares itself.
fn files(block: &Block) -> BTreeMap<String, Vec<u8>> {
    let prelude = std::fs::read_to_string(root().join("tests/conformance/prelude.policy")).unwrap();
    let own: Vec<_> = block.text.lines().filter_map(item_name).collect();
    let whole = own.iter().any(|(keyword, _)| *keyword == guiju::syntax::keywords::ItemKeyword::Policy);
    if whole {
        return workbench::files(&[("main.policy", &block.text)]);
    }
    let text = format!("引用 prelude.policy\n{}", block.text);
    workbench::files(&[("prelude.policy", &prelude), ("main.policy", &text)])
}

/// What was found in a policy that is about the example itself and not about what a fragment leaves out.
fn findings(files: &BTreeMap<String, Vec<u8>>) -> (Vec<Diagnostic>, String) {
    let bench = workbench::check(files);
    let counts = |found: &&Diagnostic| {
        let own = bench.sources.name(found.primary.span) != "prelude.policy";
        found.severity == Severity::Error || (own && !OF_FRAGMENTS.contains(&found.code))
    };
    let found: Vec<Diagnostic> = bench.found.iter().filter(counts).cloned().collect();
    let shown = render::short(&found, &bench.sources, Lang::Zh);
    (found, shown)
}

fn policy(block: &Block, count: &mut Count) -> Result<(), String> {
    let files = files(block);
    let (found, shown) = findings(&files);
    if let Some(wanted) = block.flag("wrong") {
        let wanted = Code::find(wanted).ok_or_else(|| format!("there is no code {wanted}"))?;
        count.mistakes += 1;
        count.shown.insert(wanted.number().to_owned());
        let exactly = !found.is_empty() && found.iter().all(|found| found.code == wanted);
        return if exactly { Ok(()) } else { Err(format!("does not give exactly {}:\n{shown}", wanted.number())) };
    }
    if !found.is_empty() {
        return Err(shown);
    }
    count.policies += 1;
    let editions = workbench::edition_programs(&files);
    let reports: Vec<_> = editions.iter().flat_map(|(_, program)| scenario::run_all(program)).collect();
    count.cases += reports.len();
    let failed = reports.iter().flat_map(|report| {
        report.mismatches.iter().map(move |mismatch| format!("  「{}」\n{}", report.title, mismatch.text(Lang::Zh)))
    });
    let mut failed: String = failed.collect();
    failed.push_str(&engines::disagreements(&files));
    if failed.is_empty() { Ok(()) } else { Err(failed) }
}

/// Every policy of the chapters that is right, with its place.
pub fn policies() -> Vec<(String, BTreeMap<String, Vec<u8>>)> {
    let right = |block: &&Block| block.kind == "policy" && block.flag("wrong").is_none();
    let all = chapters().into_iter().flat_map(|path| sections(&path));
    all.flat_map(|section| {
        let at = |block: &Block| format!("{}:{} ({})", section.place, block.first, section.number);
        section.blocks.iter().filter(right).map(|block| (at(block), files(block))).collect::<Vec<_>>()
    })
    .collect()
}

fn run(section: &Section, count: &mut Count) {
    let mut last: Option<&Block> = None;
    let mut before: Vec<&Block> = Vec::new();
    for block in &section.blocks {
        let result = match block.kind.as_str() {
            "policy" => {
                last = Some(block).filter(|block| block.flag("wrong").is_none());
                before.clear();
                policy(block, count)
            }
            "facts" | "ledger" | "settle" => {
                before.push(block);
                Ok(())
            }
            "outcome" | "settled" | "listing" => {
                count.outcomes += 1;
                let given = std::mem::take(&mut before);
                match last {
                    Some(policy) => engines::outcome(&files(policy), &given, block),
                    None => Err("no policy stands before it".to_owned()),
                }
            }
            _ => Ok(()),
        };
        if let Err(problem) = result {
            count.problems.push(format!("{}:{} ({}): {problem}", section.place, block.first, section.number));
        }
    }
}

#[test]
fn every_chapter_is_as_it_says() {
    let mut count = Count::default();
    let chapters = chapters();
    for chapter in &chapters {
        for section in sections(chapter) {
            run(&section, &mut count);
        }
    }
    // Past the capture of the test harness: how much the specification holds is part of what a run shows.
    let line = format!(
        "conformance: {} chapters, {} policies, {} cases by two engines, {} outcomes, {} mistakes named\n",
        chapters.len(),
        count.policies,
        count.cases,
        count.outcomes,
        count.mistakes
    );
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    assert!(count.problems.is_empty(), "{} problems\n{}", count.problems.len(), count.problems.join("\n"));
}

#[test]
fn every_row_of_the_catalogue_has_a_section_with_cases() {
    let all: Vec<Section> = chapters().iter().flat_map(|chapter| sections(chapter)).collect();
    let mut missing = String::new();
    for (letter, rows) in CATALOGUE {
        for row in 1..=*rows {
            let number = format!("{letter}{row}");
            let blocks = all.iter().filter(|section| section.number == number).flat_map(|section| &section.blocks);
            let checked = blocks.filter(|block| {
                ["案例 ", "case "].iter().any(|word| block.text.contains(word))
                    || block.kind == "settled"
                    || block.kind == "output"
            });
            if checked.count() == 0 {
                let _ = write!(missing, " {number}");
            }
        }
    }
    assert!(missing.is_empty(), "no cases for{missing}");
}

#[test]
fn the_manual_is_made_of_the_chapters() {
    let path = root().join("docs/reference/manual.md");
    let made = manual::made(&chapters());
    if bless() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "docs/reference/manual.md is not made of tests/conformance (BLESS=1 cargo test conformance)");
}

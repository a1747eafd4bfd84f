//! README, guide and reference, run: every sample checks, every command prints what its page says.
//!
//! A page (`README.md`, `docs/guide/*.md`, `docs/reference/*.md`, `docs/architecture.md`) gets a new folder of its own, and its
//! fenced blocks run in order. The first word of the info string says what a block is, `key=value` words after it say more:
//!
//! | block | does |
//! |---|---|
//! | `policy file=P` | writes the file `P`; `append=P` adds to it instead. What it says is judged by the commands that follow |
//! | `policy` | checks the block alone: no errors, and no warnings but those about what a fragment leaves out; its cases pass. Without a 政策 item it follows the page's prelude; fields without an item go into a clause |
//! | `policy wrong=P0304` | checks the block the same way: exactly this code |
//! | `facts`, `ledger` | reads the block as data for the policy `of=P` (the page's prelude where it is not said): nothing is found |
//! | `facts file=P`, `ledger file=P`, `source file=P` | writes the file `P` |
//! | `sh` | runs its lines in the folder; `guiju …` and `cargo run --release -- …` run the binary. Exit status 0, or `exit=N` for the last line. `sh norun` runs nothing |
//! | `output` | what the `sh` block before it printed, stdout and stderr; a line `……` stands for any lines |
//! | any other | is not run |
//!
//! The prelude is `docs/errors/prelude.policy`; what a block declares itself is left out of it. `policies/` of the repository can be
//! read from the folder. `BLESS=1 cargo test docs` rewrites the keyword table and `output` blocks that leave nothing out; read the
//! difference before committing it.

mod manual;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use guiju::diagnostics::{Code, Diagnostic, Lang, Severity, render};
use guiju::input;
use guiju::scenario;
use guiju::source::Sources;
use guiju::syntax::keywords::ItemKeyword;
use tempfile::TempDir;

use crate::workbench;

/// Warnings about what a fragment leaves out.
pub const OF_FRAGMENTS: &[Code] = &[
    Code::ClauseWithoutQuote,
    Code::ClauseWithoutDepartment,
    Code::DepartmentUnused,
    Code::NameUnused,
    Code::SentenceUncovered,
];

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn bless() -> bool {
    std::env::var_os("BLESS").is_some_and(|value| value != "0")
}

/// README, the architecture, guide and reference.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md"), root().join("docs/architecture.md")];
    for folder in ["docs/guide", "docs/reference"] {
        let entries = fs::read_dir(root().join(folder)).unwrap();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        // The manual is made of the chapters of tests/conformance, which run where they stand.
        files.retain(|path| path.extension().is_some_and(|end| end == "md") && !path.ends_with("manual.md"));
        files.sort();
        pages.extend(files);
    }
    pages
}

/// A fenced block: the lines of the page between its fences, and what its info string says.
#[derive(Clone)]
pub struct Block {
    pub kind: String,
    pub flags: BTreeMap<String, String>,
    pub first: usize,
    pub text: String,
}

impl Block {
    pub fn flag(&self, key: &str) -> Option<&str> {
        self.flags.get(key).map(String::as_str)
    }
}

pub fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (at, line) in page.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let mut words = info.split_whitespace();
                let kind = words.next().unwrap_or_default().to_owned();
                let flag = |word: &str| {
                    let (key, value) = word.split_once('=').unwrap_or((word, ""));
                    (key.to_owned(), value.to_owned())
                };
                open = Some(Block { kind, flags: words.map(flag).collect(), first: at + 1, text: String::new() });
            }
            (Some(_), Some("")) => blocks.extend(open.take()),
            (Some(block), _) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fenced block is not closed");
    blocks
}

/// A page's folder, where its blocks run.
struct Desk {
    folder: TempDir,
    inside: PathBuf,
}

impl Desk {
    fn new(page: &str) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        if page.contains("policies/") {
            copy(&root().join("policies"), &folder.path().join("policies"));
        }
        let inside = folder.path().to_owned();
        Desk { folder, inside }
    }

    fn write(&self, name: &str, text: &str, append: bool) {
        let path = self.inside.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let before = if append { fs::read_to_string(&path).unwrap() + "\n" } else { String::new() };
        fs::write(path, before + text).unwrap();
    }

    /// Runs the lines of a block; what they print and the last status.
    fn run(&mut self, text: &str) -> (String, i32) {
        let (mut printed, mut status) = (String::new(), 0);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            assert_eq!(status, 0, "the line before failed, {line} was not run: {printed}");
            if let Some(folder) = line.strip_prefix("cd ") {
                self.inside = self.inside.join(folder);
                continue;
            }
            let arguments = line.strip_prefix("cargo run --release -- ").or_else(|| line.strip_prefix("guiju "));
            let arguments = arguments.unwrap_or_else(|| panic!("only `guiju` and `cd` are run, not `{line}`"));
            let mut command = Command::new(env!("CARGO_BIN_EXE_guiju"));
            let output = command.args(arguments.split_whitespace()).current_dir(&self.inside).stdin(Stdio::null());
            let output = output.env_remove("CLICOLOR_FORCE").output().unwrap();
            printed.push_str(&String::from_utf8(output.stdout).unwrap());
            printed.push_str(&String::from_utf8(output.stderr).unwrap());
            status = output.status.code().unwrap();
        }
        let folder = self.folder.path().to_string_lossy().into_owned();
        assert!(!printed.contains(&folder), "a path of this machine is printed: {printed}");
        (printed, status)
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

/// Whether a text opens an item at its first line that is no remark.
fn opens_item(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
    item_name(first).is_some()
}

/// Keyword and name of a line that opens an item.
pub fn item_name(line: &str) -> Option<(ItemKeyword, String)> {
    if line.starts_with(char::is_whitespace) {
        return None;
    }
    let mut words = line.split_whitespace();
    let keyword = ItemKeyword::find(words.next()?)?;
    let name = words.next().unwrap_or_default();
    let end = name.find(['（', '(', '《', '：', ':', '，', ',']).unwrap_or(name.len());
    Some((keyword, name.get(..end)?.to_owned()))
}

/// The prelude without the items that a block declares itself.
fn prelude(block: &str) -> String {
    let own: BTreeSet<(ItemKeyword, String)> = block.lines().filter_map(item_name).collect();
    let text = fs::read_to_string(root().join("docs/errors/prelude.policy")).unwrap();
    let mut kept = String::new();
    let mut keep = true;
    for line in text.lines() {
        if let Some(item) = item_name(line) {
            keep = !own.contains(&item);
        }
        if keep {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// A sample as files that can be checked.
fn sample(block: &Block) -> BTreeMap<String, Vec<u8>> {
    let mut text = block.text.clone();
    if !opens_item(&text) {
        let award = if ["支持：", "参照：", "award:"].iter().any(|field| text.contains(field)) {
            ""
        } else {
            "支持：1万元\n"
        };
        text = format!("条款 一《例》（example）\n责任部门：区科委\n{award}{text}");
    }
    let whole = text.lines().filter_map(item_name).any(|(keyword, _)| keyword == ItemKeyword::Policy);
    let mut files = Vec::new();
    if !whole {
        files.push(("prelude.policy", prelude(&text)));
        text = format!("引用 prelude.policy\n{text}");
    }
    files.push(("main.policy", text));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    workbench::files(&files)
}

/// What is wrong with a sample.
fn judge(block: &Block) -> Result<(), String> {
    let files = sample(block);
    let bench = workbench::check(&files);
    let counts = |found: &&Diagnostic| {
        let own = bench.sources.name(found.primary.span) != "prelude.policy";
        found.severity == Severity::Error || (own && !OF_FRAGMENTS.contains(&found.code))
    };
    let found: Vec<Diagnostic> = bench.found.iter().filter(counts).cloned().collect();
    let shown = || render::short(&found, &bench.sources, Lang::Zh);
    if let Some(wanted) = block.flag("wrong") {
        let wanted = Code::find(wanted).ok_or_else(|| format!("there is no code {wanted}"))?;
        let given = bench.found.iter().any(|found| found.code == wanted);
        let others = found.iter().any(|found| found.code != wanted);
        return if given && !others {
            Ok(())
        } else {
            Err(format!("does not give exactly {}:\n{}", wanted.number(), shown()))
        };
    }
    if !found.is_empty() {
        return Err(shown());
    }
    let reports = scenario::run_all(&workbench::program(&files));
    let failed = reports.iter().flat_map(|report| &report.mismatches);
    let failed: String = failed.map(|mismatch| mismatch.text(Lang::Zh)).collect();
    if failed.is_empty() { Ok(()) } else { Err(failed) }
}

/// The files of a folder, by name.
pub fn folder(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    entries.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap())).collect()
}

/// What is found in a facts or ledger sample.
fn data(block: &Block) -> Result<(), String> {
    let files = match block.flag("of") {
        Some(policy) => folder(&root().join(policy)),
        None => workbench::files(&[("main.policy", &prelude(""))]),
    };
    let program = workbench::program(&files);
    let tables = &program.program().tables;
    let mut sources = Sources::new();
    let file = sources.add("data.json", &block.text);
    let found = match block.kind.as_str() {
        "facts" => input::facts(tables, file, &block.text).1,
        _ => input::ledger(tables, file, &block.text, None).1,
    };
    if found.is_empty() { Ok(()) } else { Err(render::short(&found, &sources, Lang::Zh)) }
}

/// Whether a text is what a page shows, where a line `……` stands for any lines.
fn agrees(shown: &str, printed: &str) -> bool {
    let shown: Vec<&str> = shown.lines().map(str::trim_end).collect();
    let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let parts: Vec<&[&str]> = shown.split(|line| *line == "……").collect();
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return false };
    if parts.len() == 1 {
        return shown == printed;
    }
    if !printed.starts_with(first) || !printed.ends_with(last) || printed.len() < first.len() + last.len() {
        return false;
    }
    let mut rest = &printed[first.len()..printed.len() - last.len()];
    for part in &parts[1..parts.len() - 1] {
        let Some(at) = rest.windows(part.len().max(1)).position(|lines| lines == *part) else { return part.is_empty() };
        rest = &rest[at + part.len()..];
    }
    true
}

/// Runs the blocks of a page; the page with its outputs as printed now.
fn run_page(path: &Path, problems: &mut Vec<String>) -> String {
    let page = fs::read_to_string(path).unwrap();
    let name = path.strip_prefix(root()).unwrap_or(path).display().to_string();
    let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
    let mut desk = Desk::new(&page);
    let mut printed: Option<String> = None;
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    for block in blocks(&page) {
        let at = block.first;
        let mut problem = |text: String| problems.push(format!("{name}:{at}: {text}"));
        let file = block.flag("file").or(block.flag("append"));
        match (block.kind.as_str(), file) {
            ("policy" | "facts" | "ledger" | "source", Some(file)) => {
                desk.write(file, &block.text, block.flag("append").is_some());
            }
            ("policy", None) => judge(&block).unwrap_or_else(&mut problem),
            ("facts" | "ledger", None) => data(&block).unwrap_or_else(&mut problem),
            ("sh", _) if block.flag("norun").is_none() => {
                let (text, status) = desk.run(&block.text);
                let wanted: i32 = block.flag("exit").map_or(0, |status| status.parse().unwrap());
                if status != wanted {
                    problem(format!("ends with status {status}, not {wanted}:\n{text}"));
                }
                printed = Some(text);
                continue;
            }
            ("output", _) => match printed.take() {
                Some(text) if !agrees(&block.text, &text) => {
                    if bless() && !block.text.lines().any(|line| line == "……") {
                        edits.push((at, block.text.lines().count(), text));
                    } else {
                        problem(format!("prints something else (BLESS=1 rewrites the page):\n{text}"));
                    }
                }
                Some(_) => {}
                None => problem("no `sh` block stands before this output".to_owned()),
            },
            _ => {}
        }
        printed = None;
    }
    for (at, count, text) in edits.into_iter().rev() {
        lines.splice(at..at + count, text.lines().map(|line| line.trim_end().to_owned()));
    }
    lines.join("\n") + "\n"
}

#[test]
fn every_sample_checks_and_every_command_prints_what_its_page_says() {
    let mut problems = Vec::new();
    for path in pages() {
        let page = run_page(&path, &mut problems);
        if bless() && page != fs::read_to_string(&path).unwrap() {
            fs::write(&path, page).unwrap();
        }
    }
    assert!(problems.is_empty(), "{} problems:\n\n{}\n", problems.len(), problems.join("\n"));
}

/// The folders of policies, with the least number of cases that each has.
pub fn policies() -> Vec<(PathBuf, usize)> {
    let under = |folder: &str| -> Vec<PathBuf> {
        let entries = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        // A worked revision takes in the files of what it revises; tests/revisions.rs checks it.
        entries
            .filter(|path| path.join("main.policy").is_file() && !path.to_string_lossy().ends_with("-revised"))
            .collect()
    };
    let mut all: Vec<(PathBuf, usize)> = under("policies").into_iter().map(|path| (path, 100)).collect();
    all.extend(under("policies/examples").into_iter().map(|path| (path, 40)));
    all.sort();
    assert!(all.len() >= 5, "{all:?}");
    all
}

#[test]
fn the_policies_of_the_repository_check_clean_and_their_cases_pass() {
    for (path, least) in policies() {
        let files = folder(&path);
        let bench = workbench::check(&files);
        assert!(bench.found.is_empty(), "{}", render::short(&bench.found, &bench.sources, Lang::Zh));
        let program = workbench::program(&files);
        let reports = scenario::run_all(&program);
        let failed = reports.iter().flat_map(|report| &report.mismatches);
        let failed: String = failed.map(|mismatch| mismatch.text(Lang::Zh)).collect();
        assert!(failed.is_empty() && reports.len() >= least, "{}: {} cases\n{failed}", path.display(), reports.len());
        if path.parent().is_some_and(|parent| parent.ends_with("examples")) {
            let coverage = scenario::coverage::coverage(&program, &reports);
            assert!(coverage.total().reaches(100), "{} is not covered", path.display());
        }
    }
}

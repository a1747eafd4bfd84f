//! The seeds: the repository's policies, the samples of its documents, error pages and conformance chapters, bundles and facts made of
//! them, and a few texts that are unpleasant from the start.

use std::fs;
use std::path::{Path, PathBuf};

use guiju::bytecode::program::Tables;
use guiju::bytecode::{self, Verified};
use guiju::schema;

use crate::choices::Choices;
use crate::random::Random;
use crate::random_policy;
use crate::targets::check::compiled;

const RANDOM_POLICIES: usize = 24;

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Files below a folder with this extension, in order of path.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    let below = |path: PathBuf| if path.is_dir() { files(&path, extension) } else { vec![path] };
    let found = paths.into_iter().flat_map(below);
    found.filter(|path| path.extension().is_some_and(|own| own == extension)).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// The blocks between fences of a document.
fn blocks(text: &str) -> Vec<String> {
    text.split("```")
        .skip(1)
        .step_by(2)
        .filter_map(|block| block.split_once('\n'))
        .map(|(_, own)| own.to_owned())
        .collect()
}

/// Policies, whole and in parts.
pub fn policies() -> Vec<Vec<u8>> {
    let root = root();
    let mut texts = whole_policies();
    for folder in ["policies", "tests", "src"] {
        texts.extend(files(&root.join(folder), "policy").iter().map(|path| read(path)));
    }
    texts.extend(files(&root.join("docs"), "md").iter().flat_map(|path| blocks(&read(path))));
    texts.extend(files(&root.join("tests"), "md").iter().flat_map(|path| blocks(&read(path))));
    texts.extend(unpleasant());
    texts.into_iter().filter(|text| !text.is_empty()).map(String::into_bytes).collect()
}

/// Policies in one text each: the files that a main file takes in, one after the other.
fn whole_policies() -> Vec<String> {
    let mains = files(&root().join("policies"), "policy").into_iter().chain(files(&root().join("src"), "policy"));
    let mains = mains.filter(|path| path.file_name().is_some_and(|name| name == "main.policy"));
    let joined = |main: PathBuf| {
        let text = read(&main);
        let folder = main.parent().unwrap_or(Path::new("."));
        let taken_in = text.lines().filter_map(|line| line.trim().strip_prefix("引用")).map(str::trim);
        let parts: Vec<String> = taken_in.map(|name| read(&folder.join(name))).collect();
        let own = text.lines().filter(|line| !line.trim().starts_with("引用")).map(|line| format!("{line}\n"));
        own.chain(parts).collect::<String>()
    };
    mains.map(joined).chain(random_policies()).chain(chapters()).collect()
}

/// The policies of the conformance chapters: each example with the lines that it leaves to the chapters' prelude.
fn chapters() -> Vec<String> {
    let folder = root().join("tests/conformance");
    let prelude = read(&folder.join("prelude.policy"));
    let whole = |text: String| {
        if text.starts_with("政策") || text.contains("\n政策") {
            return text;
        }
        let own: Vec<&str> = text.lines().filter_map(declared).collect();
        let left = prelude.lines().filter(|line| declared(line).is_none_or(|name| !own.contains(&name)));
        left.map(|line| format!("{line}\n")).chain([text.clone()]).collect()
    };
    files(&folder, "md").iter().flat_map(|path| blocks(&read(path))).map(whole).collect()
}

/// The name of the department that a line declares.
fn declared(line: &str) -> Option<&str> {
    line.strip_prefix("部门 ")?.split(['《', '（', '：']).next().map(str::trim)
}

fn random_policies() -> impl Iterator<Item = String> {
    let mut random = Random::new(1);
    (0..RANDOM_POLICIES).map(move |_| {
        let bytes: Vec<u8> = (0..400).map(|_| random.bits() as u8).collect();
        random_policy::policy(&mut Choices::new(&bytes))
    })
}

fn unpleasant() -> Vec<String> {
    let mut texts: Vec<String> = ["（", "「", "《", "“", "(", "非 ", "-", "１", "万"]
        .map(|piece| format!("条款 一（c）\n  条件：{}", piece.repeat(3_000)))
        .into();
    texts.push(format!("政策 《{}》", "长".repeat(10_000)));
    texts.push("条款\n".repeat(2_000));
    texts.push("定义 甲：乙\n定义 乙：甲\n".to_owned());
    texts
}

/// Programs of every policy of the repository that stands alone.
pub fn programs() -> Vec<Verified> {
    let programs: Vec<Verified> = whole_policies().iter().filter_map(|text| compiled(text)).collect();
    assert!(!programs.is_empty(), "no policy of the repository compiles");
    programs
}

/// Bundles of those programs.
pub fn bundles() -> Vec<Vec<u8>> {
    programs().iter().map(bytecode::encode).collect()
}

/// An application of a batch that was assessed already: something under every clause.
fn application(tables: &Tables) -> String {
    let subjects: Vec<String> =
        tables.subjects.iter().map(|subject| format!("\"{}\": \"91310105MA1FW0008P\"", subject.name)).collect();
    let awards: Vec<String> =
        tables.clauses.iter().take(40).map(|clause| format!("\"{}\": \"120000.50\"", clause.id)).collect();
    format!(
        "{{\"id\": \"1\", \"date\": \"2026-03-01\", \"subjects\": {{{}}}, \"awards\": {{{}}}}}",
        subjects.join(", "),
        awards.join(", ")
    )
}

/// Facts, ledgers and applications of those programs.
pub fn facts() -> Vec<Vec<u8>> {
    let mut texts: Vec<String> =
        programs().iter().map(|program| schema::example(&program.program().tables).to_string()).collect();
    texts.extend(files(&root().join("policies"), "json").iter().map(|path| read(path)));
    texts.extend(
        files(&root().join("docs"), "md")
            .iter()
            .flat_map(|path| blocks(&read(path)))
            .filter(|block| block.starts_with(['{', '['])),
    );
    texts.extend(programs().iter().map(|program| application(&program.program().tables)));
    texts.push("[".repeat(5_000));
    texts.push(r#"{"a":"#.repeat(5_000));
    texts.push(format!("{{\"申请金额\": 1{}}}", "0".repeat(5_000)));
    texts.into_iter().map(String::into_bytes).collect()
}

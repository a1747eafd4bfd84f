//! The house's invariants, held by reading the sources: arrows between folders, purity, no floats, no panics, sizes, pages.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use guiju::diagnostics::Code;

/// Which module may `use crate::…` which. A module may always use itself, and everything may use what every module may.
const ARROWS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("limits", &[]),
    ("calendar", &[]),
    ("decision", &[]),
    ("diagnostics", &["source", "limits"]),
    ("syntax", &["source", "limits", "diagnostics"]),
    ("literal", &["source", "limits", "diagnostics", "calendar"]),
    ("standard", &["literal"]),
    ("model", &["source", "limits", "diagnostics", "calendar", "literal", "standard", "syntax"]),
    ("amend", &["source", "diagnostics", "calendar", "literal", "syntax"]),
    ("editions", &["source", "diagnostics", "calendar", "syntax", "model", "bytecode", "load", "amend"]),
    (
        "revise",
        &["source", "diagnostics", "calendar", "literal", "syntax", "model", "bytecode", "load", "amend", "editions"],
    ),
    ("oracle", &["source", "limits", "calendar", "decision", "model"]),
    ("analysis", &["source", "limits", "diagnostics", "calendar", "decision", "syntax", "model", "oracle"]),
    ("bytecode", &["source", "limits", "diagnostics", "calendar", "model"]),
    ("vm", &["limits", "calendar", "decision", "bytecode"]),
    ("settle", &["source", "limits", "diagnostics", "calendar", "decision", "bytecode", "vm"]),
    ("explain", &["source", "limits", "diagnostics", "calendar", "decision", "bytecode", "vm", "settle"]),
    (
        "scenario",
        &[
            "source",
            "standard",
            "limits",
            "diagnostics",
            "calendar",
            "decision",
            "model",
            "analysis",
            "bytecode",
            "vm",
            "settle",
            "explain",
        ],
    ),
    (
        "input",
        &["source", "limits", "diagnostics", "calendar", "literal", "standard", "decision", "bytecode", "vm", "settle"],
    ),
    ("schema", &["source", "limits", "diagnostics", "calendar", "literal", "decision", "bytecode", "vm", "input"]),
    (
        "docs",
        &[
            "source",
            "limits",
            "diagnostics",
            "calendar",
            "literal",
            "decision",
            "syntax",
            "model",
            "editions",
            "bytecode",
            "vm",
            "settle",
            "explain",
            "scenario",
            "diff",
            "standard",
        ],
    ),
    ("load", &["source", "limits", "diagnostics", "standard", "syntax", "model"]),
    (
        "diff",
        &[
            "source",
            "limits",
            "diagnostics",
            "calendar",
            "decision",
            "syntax",
            "model",
            "analysis",
            "bytecode",
            "vm",
            "settle",
            "explain",
            "editions",
            "oracle",
            "input",
            "load",
            "amend",
        ],
    ),
];

/// Files that may be longer than [`LINES_MAX`], with the reason.
const LONG: &[(&str, &str)] = &[];
const LINES_MAX: usize = 800;

/// What only the command line may name.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::time",
    "std::net",
    "std::process",
    "std::thread",
    "println!",
    "print!",
    "eprintln!",
    "eprint!",
];

/// What no source may hold, tests included.
const FORBIDDEN: &[&str] = &["todo!", "dbg!", "#[ignore", "unimplemented!"];

/// What nothing that ships may hold: numbers are exact.
const FLOATS: &[&str] = &["f32", "f64"];

struct SourceFile {
    /// Relative to the package, with `/`.
    path: String,
    text: String,
    /// Whether it is compiled only for tests: it lies in `tests/`, or below a `#[cfg(test)] mod …;`.
    is_test: bool,
}

impl SourceFile {
    /// The module of `src/` it belongs to; `None` for the command line and the roots.
    fn module(&self) -> Option<&str> {
        let path = self.path.strip_prefix("src/")?;
        let module = path.split('/').next()?.trim_end_matches(".rs");
        (!matches!(module, "cli" | "main" | "lib")).then_some(module)
    }

    /// The lines of code that ship: without comments, without what stands under `#[cfg(test)]`, with their numbers.
    fn shipped(&self) -> Vec<(usize, &str)> {
        let mut lines = Vec::new();
        let mut in_test: Option<usize> = None;
        let mut depth = 0usize;
        for (at, line) in self.text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            let before = depth;
            depth = (depth + code.matches('{').count()).saturating_sub(code.matches('}').count());
            if code.trim() == "#[cfg(test)]" {
                in_test = Some(before);
            }
            match in_test {
                None => lines.push((at + 1, code)),
                // The item under the attribute ends where the depth returns, or with a semicolon at that depth.
                Some(outside) => {
                    let ended =
                        depth <= outside && (before > outside || code.trim_end().ends_with(';') || code.contains('}'));
                    if ended && code.trim() != "#[cfg(test)]" {
                        in_test = None;
                    }
                }
            }
        }
        lines
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folders: &[&str]) -> Vec<SourceFile> {
    let mut files = Vec::new();
    for folder in folders {
        collect(&root().join(folder), &mut files);
    }
    files.sort();
    let read = |path: PathBuf| SourceFile {
        text: fs::read_to_string(&path).unwrap(),
        path: path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/"),
        is_test: false,
    };
    let mut files: Vec<SourceFile> = files.into_iter().map(read).collect();
    let tests: Vec<String> = files.iter().flat_map(test_modules).collect();
    for file in &mut files {
        let stem = file.path.trim_end_matches(".rs");
        let below = |module: &String| stem == module || stem.starts_with(&format!("{module}/"));
        file.is_test = file.path.starts_with("tests/") || tests.iter().any(below);
    }
    files
}

/// The modules that a file declares for tests only, as paths without `.rs`.
fn test_modules(file: &SourceFile) -> Vec<String> {
    let stem = file.path.trim_end_matches(".rs");
    let folder = match stem.rsplit_once('/') {
        Some((folder, "mod" | "lib" | "main")) => folder,
        _ => stem,
    };
    let lines: Vec<&str> = file.text.lines().map(str::trim).collect();
    let declared = lines.windows(2).filter(|pair| pair[0] == "#[cfg(test)]");
    let named = declared.filter_map(|pair| pair[1].strip_suffix(';')?.rsplit_once("mod ").map(|(_, name)| name));
    named.map(|name| format!("{folder}/{name}")).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// Whether `word` stands in `code` as a word of its own.
fn has_word(code: &str, word: &str) -> bool {
    let joins =
        |character: Option<char>| character.is_some_and(|character| character.is_alphanumeric() || character == '_');
    code.match_indices(word).any(|(at, _)| {
        let starts = word.starts_with(|first: char| first.is_alphanumeric()) && joins(code[..at].chars().next_back());
        let ends = word.ends_with(|last: char| last.is_alphanumeric()) && joins(code[at + word.len()..].chars().next());
        !starts && !ends
    })
}

#[test]
fn arrows_never_point_back() {
    let mut problems = Vec::new();
    for file in sources(&["src"]) {
        let Some(module) = file.module().filter(|_| !file.is_test) else { continue };
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == module) else {
            problems.push(format!("{}: module `{module}` is missing from the table of arrows", file.path));
            continue;
        };
        for (number, line) in file.shipped() {
            for used in uses(line) {
                if used != module && !allowed.contains(&used) {
                    problems.push(format!("{}:{number}: `{module}` may not use `{used}`", file.path));
                }
            }
        }
    }
    report(&problems);
}

/// The modules that a line names as `crate::<module>`; those in braces too.
fn uses(line: &str) -> Vec<&str> {
    let mut used = Vec::new();
    for (at, mark) in line.match_indices("crate::") {
        let rest = &line[at + mark.len()..];
        let names = match rest.strip_prefix('{') {
            Some(braced) => braced.split('}').next().unwrap_or("").split(',').collect(),
            None => vec![rest],
        };
        for name in names {
            let end = name.trim().find(|character: char| !character.is_alphanumeric() && character != '_');
            used.push(name.trim().split_at(end.unwrap_or(name.trim().len())).0);
        }
    }
    used.retain(|name| name.starts_with(|first: char| first.is_lowercase()));
    used
}

#[test]
fn only_the_command_line_touches_the_world() {
    let mut problems = Vec::new();
    for file in sources(&["src"]) {
        if file.is_test || file.path.starts_with("src/cli/") || file.path == "src/main.rs" {
            continue;
        }
        for (number, line) in file.shipped() {
            let found = IMPURE.iter().filter(|word| has_word(line, word));
            problems.extend(found.map(|word| format!("{}:{number}: `{word}`", file.path)));
        }
    }
    report(&problems);
}

#[test]
fn nothing_forbidden_is_written() {
    let mut problems = Vec::new();
    for file in sources(&["src", "tests"]) {
        if file.path == "tests/tidy.rs" {
            continue;
        }
        for (number, line) in file.text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            let floats = if file.is_test { &[][..] } else { FLOATS };
            let found = FORBIDDEN.iter().chain(floats).filter(|word| has_word(code, word));
            problems.extend(found.map(|word| format!("{}:{}: `{word}`", file.path, number + 1)));
        }
    }
    report(&problems);
}

#[test]
fn data_from_outside_cannot_panic() {
    let mut problems = Vec::new();
    for file in sources(&["src"]).iter().filter(|file| !file.is_test) {
        for (number, line) in file.shipped() {
            if line.contains(".unwrap()") || line.contains(".expect(") {
                problems.push(format!("{}:{number}: unwrap or expect", file.path));
            }
        }
    }
    report(&problems);
}

#[test]
fn files_open_with_their_purpose_and_stay_short() {
    let mut problems = Vec::new();
    for file in sources(&["src", "tests"]) {
        if !file.text.starts_with("//!") {
            problems.push(format!("{}: does not open with `//!`", file.path));
        }
        let lines = file.text.lines().count();
        if lines > LINES_MAX && !LONG.iter().any(|(path, _)| *path == file.path) {
            problems.push(format!("{}: {lines} lines; the limit is {LINES_MAX}", file.path));
        }
    }
    report(&problems);
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let codes: BTreeSet<String> = Code::ALL.iter().map(|code| format!("{}.md", code.number())).collect();
    let pages: BTreeSet<String> = fs::read_dir(root().join("docs/errors"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".md") && name.starts_with('P'))
        .collect();
    assert_eq!(codes, pages);
}

#[test]
fn numbers_and_slugs_are_in_order_and_unique() {
    let numbers: Vec<&str> = Code::ALL.iter().map(|code| code.number()).collect();
    assert!(numbers.is_sorted(), "numbers are in order");
    let unique: BTreeSet<&str> = numbers.iter().copied().chain(Code::ALL.iter().map(|code| code.slug())).collect();
    assert_eq!(unique.len(), 2 * Code::ALL.len());
    for code in Code::ALL {
        assert_eq!(Code::find(code.number()), Some(*code));
        assert_eq!(Code::find(code.slug()), Some(*code));
    }
}

#[test]
fn the_readers_of_sources_read_right() {
    let text = "use crate::{source::Span, limits};\n#[cfg(test)]\nmod tests {\n    use crate::cli::run;\n}\nfn f() { crate::vm::g(); } // crate::x\n";
    let file = SourceFile { path: "src/a/b.rs".into(), text: text.into(), is_test: false };
    assert_eq!(file.module(), Some("a"));
    let used: Vec<&str> = file.shipped().iter().flat_map(|(_, line)| uses(line)).collect();
    assert_eq!(used, ["source", "limits", "vm"]);
    assert!(has_word("let x: f64 = 1;", "f64") && !has_word("xf64y", "f64") && has_word("println!(", "println!"));
    assert!(!has_word("eprintln!(", "println!"));
    let file = SourceFile {
        path: "src/a/mod.rs".into(),
        text: "#[cfg(test)]\npub(crate) mod samples;\n".into(),
        is_test: false,
    };
    assert_eq!(test_modules(&file), ["src/a/samples"]);
}

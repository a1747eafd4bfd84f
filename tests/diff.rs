//! Comparisons: every pair of `tests/diff/` in every format, formatting is no change, bundles and revisions are sides, the gate and the
//! exit statuses. Outputs are rewritten with `BLESS=1`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use guiju::bytecode::{self, SourceTexts};
use guiju::diagnostics::{Code, Lang};
use guiju::diff::{self, Diff, Direction, Side, render};
use guiju::load::load;
use guiju::model::Breaker;
use guiju::syntax::format::{FormatOptions, KeywordLanguage, format};
use proptest::prelude::*;

use crate::support::choices::Choices;
use crate::support::random_policy;
use crate::{docs, workbench};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff")
}

fn side(label: &str, files: &BTreeMap<String, Vec<u8>>) -> Side {
    let (loaded, found) = load("main.policy", files);
    Side::new(label, loaded, found, None)
}

fn of_text(label: &str, text: &str) -> Side {
    side(label, &workbench::files(&[("main.policy", text)]))
}

fn compared(case: &Path) -> Diff {
    let read = |name: &str| fs::read_to_string(case.join(name)).unwrap();
    diff::diff(&of_text("old.policy", &read("old.policy")), &of_text("new.policy", &read("new.policy")))
}

/// The parts of a document, by name.
fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        parts.insert(name, text);
    }
    parts
}

/// The text of XML with its marks, an element of `breaks` on a line of its own; it fails where the XML is not well-formed.
fn text_of(xml: &str, breaks: &[&str]) -> String {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut out = String::new();
    let mut marks: Vec<&str> = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                "w:strike" | "strike" => marks.push("-"),
                "w:u" | "u" => marks.push("+"),
                "w:tblHeader" => out.push_str("[head] "),
                "w:br" => out.push('⏎'),
                _ => {}
            },
            Event::End(tag) => {
                let name = tag.name().as_ref().to_owned();
                if name == "w:r" || name == "r" {
                    marks.clear();
                }
                if breaks.contains(&name.as_str()) {
                    out.push('\n');
                }
            }
            Event::Text(text) => {
                let text: &str = &text;
                if !text.trim().is_empty() {
                    let mark = marks.last().copied().unwrap_or("");
                    match mark {
                        "" => out.push_str(text),
                        mark => out.push_str(&format!("[{mark}{text}{mark}]")),
                    }
                }
            }
            Event::GeneralRef(name) => out.push_str(&format!("&{};", &*name)),
            Event::Eof => break,
            _ => {}
        }
    }
    out
}

fn outputs(diff: &Diff) -> Vec<(&'static str, String)> {
    if !diff.related {
        return vec![("unrelated.txt", render::terminal(diff, Lang::Zh, false))];
    }
    let docx = parts(&render::docx(diff, Lang::Zh).unwrap());
    let xlsx = parts(&render::xlsx(diff, Lang::Zh).unwrap());
    for xml in docx.values().chain(xlsx.values()) {
        text_of(xml, &[]);
    }
    let html = render::html(diff, Lang::Zh);
    let body = html.split_once("</head>").unwrap().1.to_owned();
    vec![
        ("human.txt", render::terminal(diff, Lang::Zh, false)),
        ("human.en.txt", render::terminal(diff, Lang::En, false)),
        ("out.json", render::json(diff, Lang::Zh)),
        ("out.md", render::markdown(diff, Lang::Zh)),
        ("out.html", body),
        ("out.sarif", render::sarif(diff, Lang::Zh)),
        ("docx.txt", text_of(&docx["word/document.xml"], &["w:p", "w:tr"])),
        ("xlsx.txt", text_of(&xlsx["xl/sharedStrings.xml"], &["si"])),
    ]
}

#[test]
fn every_pair_is_shown_in_every_format() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut cases: Vec<PathBuf> = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 30, "{} pairs", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let diff = compared(case);
        for (name, text) in outputs(&diff) {
            let path = case.join(name);
            if bless {
                fs::write(&path, &text).unwrap();
            } else if fs::read_to_string(&path).unwrap_or_default() != text {
                wrong.push(path.display().to_string());
            }
        }
    }
    assert!(wrong.is_empty(), "differ (BLESS=1 rewrites them; read the difference):\n{}", wrong.join("\n"));
}

#[test]
fn the_same_comparison_gives_the_same_bytes() {
    let (one, other) = (compared(&root().join("several")), compared(&root().join("several")));
    assert_eq!(render::docx(&one, Lang::Zh), render::docx(&other, Lang::Zh));
    assert_eq!(render::xlsx(&one, Lang::Zh), render::xlsx(&other, Lang::Zh));
}

#[test]
fn what_each_pair_comes_to() {
    let directions = |case: &str| -> Vec<Direction> {
        let diff = compared(&root().join(case));
        diff.items.iter().map(|item| item.direction).collect()
    };
    for same in ["renumbering", "reordering", "rewording", "identified"] {
        assert!(directions(same).iter().all(|direction| *direction == Direction::Same), "{same}");
        assert!(!directions(same).is_empty(), "{same}");
    }
    for form in ["formatting", "keywords"] {
        assert_eq!(directions(form), [], "{form}");
    }
    for differs in
        ["threshold", "cap-amount", "lead", "group-rule", "budget", "quota", "payment", "clawback", "validity"]
    {
        assert!(directions(differs).iter().any(|direction| *direction != Direction::Same), "{differs}");
    }
    assert!(!compared(&root().join("nothing-shared")).related);
    let touched = compared(&root().join("definition"));
    let definition = touched.items.iter().find(|item| item.name() == "规模企业").unwrap();
    assert_eq!(definition.touches.len(), 5);
}

#[test]
fn what_compiles_is_compared_and_the_rest_is_listed() {
    let diff = compared(&root().join("not-compiling"));
    assert!(!diff.is_whole() && diff.new.compiles);
    assert_eq!(diff.new.left_out, ["条款 六"]);
    let rent = diff.items.iter().find(|item| item.name().starts_with("一")).unwrap();
    assert!(!rent.meanings.is_empty());
    let fairs = diff.items.iter().find(|item| item.name().starts_with("六")).unwrap();
    assert!(fairs.meanings.is_empty() && fairs.direction == Direction::Open);
}

/// The files of a policy, formatted.
fn formatted(files: &BTreeMap<String, Vec<u8>>, keywords: Option<KeywordLanguage>) -> BTreeMap<String, Vec<u8>> {
    let (loaded, _) = load("main.policy", files);
    let breaker = Breaker::new(&loaded.files, &loaded.sources, keywords);
    let mut written = files.clone();
    for file in &loaded.files {
        let source = loaded.sources.get(file.id).unwrap();
        if let Some(slot) = written.get_mut(source.name()) {
            *slot = format(file, source.text(), &FormatOptions { keywords }, &breaker).into_bytes();
        }
    }
    written
}

/// A text with other spaces, widths and comments, which mean nothing.
fn shaken(text: &str) -> String {
    let lines = text.lines().map(|line| match line.strip_prefix("  ") {
        Some(rest) if !rest.starts_with(' ') => format!("\t{}  # 注释\r", rest.replacen('：', ":", 1)),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

fn changes(old: &BTreeMap<String, Vec<u8>>, new: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    diff::diff(&side("old", old), &side("new", new)).items.iter().map(diff::Item::name).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formatting_alone_is_no_change(bytes in proptest::collection::vec(any::<u8>(), 400..401)) {
        let text = random_policy::policy(&mut Choices::new(&bytes));
        let files = workbench::files(&[("main.policy", &text)]);
        for keywords in [None, Some(KeywordLanguage::Zh), Some(KeywordLanguage::En)] {
            prop_assert_eq!(changes(&files, &formatted(&files, keywords)), Vec::<String>::new(), "{:?}\n{}", keywords, text);
        }
        let shaken = workbench::files(&[("main.policy", &shaken(&text))]);
        prop_assert_eq!(changes(&files, &shaken), Vec::<String>::new(), "{}", text);
    }
}

#[test]
fn formatting_the_example_policies_is_no_change() {
    for (path, _) in docs::policies() {
        let (name, files) = (path.display().to_string(), docs::folder(&path));
        for keywords in [None, Some(KeywordLanguage::En)] {
            assert_eq!(changes(&files, &formatted(&files, keywords)), Vec::<String>::new(), "{name} {keywords:?}");
        }
    }
}

#[test]
fn a_bundle_is_a_side_where_its_texts_are_its_own() {
    let text = fs::read(root().join("several/old.policy")).unwrap();
    let files: BTreeMap<String, Vec<u8>> = [("main.policy".to_owned(), text)].into();
    let program = workbench::program(&files);
    let texts = SourceTexts { entry: "main.policy".to_owned(), on: None, files: files.clone().into_iter().collect() };
    let bundle = bytecode::encode_with(&program, &texts);
    let old = Side::of_bundle("old.gjb", &bundle).unwrap();
    let new = of_text("new.policy", &fs::read_to_string(root().join("several/new.policy")).unwrap());
    let of_texts = compared(&root().join("several"));
    assert_eq!(diff::diff(&old, &new).summary, of_texts.summary);

    let codes =
        |bytes: &[u8]| Side::of_bundle("x", bytes).unwrap_err().into_iter().map(|(code, _)| code).collect::<Vec<_>>();
    assert_eq!(codes(&bytecode::encode(&program)), [Code::BundleWithoutTexts]);
    let other = fs::read(root().join("several/new.policy")).unwrap();
    let exchanged = SourceTexts { files: vec![("main.policy".to_owned(), other)], ..texts };
    assert_eq!(codes(&bytecode::encode_with(&program, &exchanged)), [Code::BundleTextsDiffer]);
    let mut damaged = bundle.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(codes(&damaged), [Code::BundleDamaged]);
    let mut older = bundle;
    older[8] = 2;
    assert_eq!(codes(&older), [Code::BundleVersion]);
}

pub fn guiju(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_guiju")).args(arguments).current_dir(folder).output().unwrap()
}

pub fn status(folder: &Path, arguments: &[&str]) -> i32 {
    guiju(folder, arguments).status.code().unwrap()
}

#[test]
fn exit_statuses_and_the_gate() {
    let root = root();
    let run = |case: &str, more: &[&str]| {
        let (old, new) = (format!("{case}/old.policy"), format!("{case}/new.policy"));
        status(&root, &[&["diff", &old, &new], more].concat())
    };
    assert_eq!((run("formatting", &[]), run("rewording", &[]), run("cap-amount", &[])), (0, 0, 1));
    assert_eq!((run("not-compiling", &[]), run("nothing-shared", &[])), (2, 2));
    assert_eq!((run("lead", &["--fail-on", "wider"]), run("lead", &["--fail-on", "any"])), (0, 1));
    for (case, wider, narrower) in
        [("quota", 1, 0), ("budget", 0, 1), ("group-rule", 1, 0), ("validity", 1, 0), ("payment", 1, 1)]
    {
        let gates = ["any", "wider", "narrower"].map(|gate| run(case, &["--fail-on", gate]));
        assert_eq!((run(case, &[]), gates), (1, [1, wider, narrower]), "{case}");
    }
    assert_eq!(run("cap-amount", &["--format", "docx"]), 2);
    assert_eq!(status(&root, &["diff", "cap-amount/old.policy", "missing.policy"]), 2);
}

#[test]
fn nothing_is_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let case = root().join("nothing-shared");
    let (old, new) = (case.join("old.policy"), case.join("new.policy"));
    let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
    assert_eq!(status(folder.path(), &["diff", old, new, "--format", "docx", "-o", "out.docx"]), 2);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    fs::write(folder.path().join("broken.gjb"), b"GJB\x1a\r\n\x00\n\x03\x00\x01\x00").unwrap();
    let output = guiju(folder.path(), &["diff", "broken.gjb", new, "--format", "html", "-o", "out.html"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("P0503"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn revisions_and_days_are_sides() {
    let folder = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"];
        let output = Command::new("git").args(identity).args(arguments).current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    let policy = folder.path().join("policies/a");
    fs::create_dir_all(&policy).unwrap();
    let main = policy.join("main.policy");
    fs::copy(root().join("cap-amount/old.policy"), &main).unwrap();
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "one"]);
    fs::copy(root().join("cap-amount/new.policy"), &main).unwrap();
    let here = folder.path();
    assert_eq!(status(here, &["diff", "HEAD:policies/a", "policies/a"]), 1);
    assert_eq!(status(&policy, &["diff", "HEAD:./main.policy", "main.policy"]), 1);
    assert_eq!(status(here, &["diff", "HEAD:policies/a", "HEAD:policies/a/main.policy"]), 0);
    for wrong in ["HEAD~9:policies/a", "HEAD:policies/b", "--output=x:y"] {
        let output = guiju(here, &["diff", "--", wrong, "policies/a"]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("P0802"), "{wrong}");
    }
    fs::copy(root().join("amendment/new.policy"), &main).unwrap();
    assert_eq!(status(here, &["diff", "policies/a@2026-01-01", "policies/a@2026-12-31"]), 1);
    assert_eq!(status(here, &["diff", "policies/a@2026-06-01", "policies/a@2026-12-31"]), 0);
    assert_eq!(status(here, &["diff", "HEAD:policies/a@2026-01-01", "policies/a@2026-01-01"]), 0);
    let set = guiju(here, &["diff", "--git-setup"]);
    assert!(set.status.success(), "{set:?}");
    let attributes = fs::read_to_string(here.join(".gitattributes")).unwrap();
    assert!(guiju(here, &["diff", "--git-setup"]).status.success());
    assert_eq!(fs::read_to_string(here.join(".gitattributes")).unwrap(), attributes);
    let shown = guiju(here, &["diff", "--textconv", "policies/a/main.policy"]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("条款 一《租金补贴》"));
    assert!(guiju(here, &["build", "policies/a", "-o", "a.gjb"]).status.success());
    let shown = guiju(here, &["diff", "--textconv", "a.gjb"]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("条款 一《租金补贴》"));
    assert_eq!(status(here, &["diff", "a.gjb", "policies/a"]), 0);
}

#[test]
fn text_of_a_policy_is_never_markup() {
    let base = fs::read_to_string(root().join("rewording/old.policy")).unwrap();
    let bad = base.replace("《租金补贴》", "《<script>alert(1)</script>&|*》");
    let diff = diff::diff(&of_text("a", &base), &of_text("b", &bad));
    let html = render::html(&diff, Lang::Zh);
    assert!(!html.contains("<script") && html.contains("&lt;script"));
    let markdown = render::markdown(&diff, Lang::Zh);
    assert!(!markdown.contains("<script"));
    let docx = parts(&render::docx(&diff, Lang::Zh).unwrap());
    assert!(!docx["word/document.xml"].contains("<script"));
}

/// What SARIF 2.1.0 asks of a log, of every pair.
#[test]
fn logs_for_code_scanning_are_sarif() {
    use serde_json::Value;
    for case in fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()) {
        let diff = compared(&case);
        if !diff.related {
            continue;
        }
        let log: Value = serde_json::from_str(&render::sarif(&diff, Lang::Zh)).unwrap();
        assert_eq!(log["version"], "2.1.0");
        assert!(log["$schema"].as_str().unwrap().contains("sarif-2.1.0"));
        let [run] = log["runs"].as_array().unwrap().as_slice() else { panic!("one run") };
        let driver = &run["tool"]["driver"];
        assert!(!driver["name"].as_str().unwrap().is_empty());
        let rules = driver["rules"].as_array().unwrap();
        let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert!(ids.iter().enumerate().all(|(at, id)| !ids[..at].contains(id)), "{ids:?}");
        for result in run["results"].as_array().unwrap() {
            let rule = result["ruleId"].as_str().unwrap();
            match result.get("ruleIndex") {
                Some(at) => assert_eq!(ids[usize::try_from(at.as_u64().unwrap()).unwrap()], rule),
                None => assert!(Code::ALL.iter().any(|code| code.number() == rule), "{rule}"),
            }
            assert!(["none", "note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
            assert!(!result["message"]["text"].as_str().unwrap().is_empty());
            for location in result["locations"].as_array().unwrap() {
                let place = &location["physicalLocation"];
                let uri = place["artifactLocation"]["uri"].as_str().unwrap();
                assert!(!uri.starts_with('/') && !uri.contains([' ', '\\']) && uri.is_ascii(), "{uri}");
                let region = |key: &str| place["region"][key].as_u64().unwrap();
                let (start, end) =
                    ((region("startLine"), region("startColumn")), (region("endLine"), region("endColumn")));
                assert!(start.0 >= 1 && start.1 >= 1 && start <= end, "{place}");
            }
        }
    }
}

/// What `--git-setup` sets up is what git then runs.
#[test]
fn git_shows_policies_and_bundles_once_it_is_set_up() {
    let folder = tempfile::tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_guiju")).parent().unwrap();
    let search = std::env::var("PATH").unwrap();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"];
        let output = Command::new("git")
            .args(identity)
            .args(arguments)
            .env("PATH", format!("{}:{search}", binary.display()))
            .env("GIT_PAGER", "cat")
            .current_dir(folder.path())
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let here = folder.path();
    let put = |name: &str| {
        fs::copy(root().join("cap-amount").join(name), here.join("main.policy")).unwrap();
        assert!(guiju(here, &["build", "main.policy", "-o", "a.gjb"]).status.success());
    };
    put("old.policy");
    assert_eq!(git(&["init", "-q"]).0, Some(0));
    assert!(guiju(here, &["diff", "--git-setup"]).status.success());
    git(&["add", "-A"]);
    assert_eq!(git(&["commit", "-q", "-m", "one"]).0, Some(0));
    put("new.policy");
    let changed = |text: &str| {
        text.lines()
            .filter(|line| line.starts_with(['+', '-']) && line.contains("上限"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (_, policy, _) = git(&["diff", "--", "main.policy"]);
    let (_, bundle, said) = git(&["diff", "--", "a.gjb"]);
    assert_eq!(changed(&policy).len(), 2, "{policy}");
    assert_eq!(changed(&policy), changed(&bundle), "{bundle}{said}");
    // Other spaces are no difference to read.
    put("old.policy");
    let text = fs::read_to_string(here.join("main.policy")).unwrap();
    fs::write(here.join("main.policy"), text.replace("上限：", "上限 ： ")).unwrap();
    assert_eq!(changed(&git(&["diff", "--", "main.policy"]).1), Vec::<String>::new());
    put("new.policy");
    let (_, meaning, said) = git(&["difftool", "-y", "-t", "guiju", "--", "main.policy"]);
    assert!(meaning.contains("已证明  金额提高"), "{meaning}{said}");
}

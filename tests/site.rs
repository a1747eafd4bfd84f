//! The site as files: complete, the same every time, written anew only where it changed, text never markup, refusals before anything is
//! written. In a browser it is tested by `tests/site/browser.mjs`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::SystemTime;

use tempfile::TempDir;

use crate::docs::root;

const CHANGNING: &str = "policies/changning-2024-4";
const PAGE_BYTES_MAX: usize = 200_000;

fn guiju(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_guiju")).args(arguments).current_dir(folder).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder in which `guiju new 政策` has been run.
fn desk() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert!(guiju(folder.path(), &["new", "政策"]).status.success());
    folder
}

/// The Changning site in a new folder.
fn changning() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let policy = root().join(CHANGNING);
    let output = guiju(folder.path(), &["doc", policy.to_str().unwrap(), "-o", "site"]);
    assert!(output.status.success(), "{}", said(&output));
    folder
}

/// Every file below a folder, by path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(next) = pending.pop() {
        for entry in fs::read_dir(&next).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                pending.push(entry);
            } else {
                let path = entry.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                all.insert(path, fs::read(&entry).unwrap());
            }
        }
    }
    all
}

fn times(folder: &Path) -> BTreeMap<String, SystemTime> {
    files(folder)
        .into_keys()
        .map(|path| {
            let time = fs::metadata(folder.join(&path)).unwrap().modified().unwrap();
            (path, time)
        })
        .collect()
}

fn page(site: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    let bytes = site.get(path).unwrap_or_else(|| panic!("no {path} among {:?}", site.keys()));
    String::from_utf8(bytes.clone()).unwrap()
}

#[test]
fn every_part_has_its_page_in_both_languages_and_none_is_large() {
    let folder = changning();
    let site = files(&folder.path().join("site"));
    for path in [
        "index.html",
        "clauses/ai-industry.html",
        "departments/science.html",
        "industries/ai.html",
        "scenarios.html",
        "selfcheck.html",
        "timeline.html",
        "glossary.html",
        "original.html",
        "search.html",
    ] {
        assert!(page(&site, path).contains("<html lang=\"zh-Hans\">"), "{path}");
        assert!(page(&site, &format!("en/{path}")).contains("<html lang=\"en\">"), "{path}");
    }
    for (path, bytes) in site.iter().filter(|(path, _)| path.ends_with(".html")) {
        assert!(bytes.len() < PAGE_BYTES_MAX, "{path}: {}", bytes.len());
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert_eq!(text.matches("<h1").count(), 1, "{path}");
        assert!(!text.contains("http://") || text.contains("xmlns"), "{path}");
        assert!(!text.contains("undefined"), "{path}");
    }
    let overview = page(&site, "index.html");
    assert!(overview.contains("href=\"clauses/ai-industry.html\"") && overview.contains("href=\"en/index.html\""));
    let clause = page(&site, "clauses/ai-industry.html");
    for part in [
        "<svg class=\"diagram\" role=\"img\"",
        "href=\"../original.html#s",
        "大模型研发，申请1500万元",
        "条款 四（一）2（1）②",
    ] {
        assert!(clause.contains(part), "{part}");
    }
}

#[test]
fn unchanged_input_writes_nothing_anew_and_a_change_only_what_it_touches() {
    let folder = desk();
    let site = folder.path().join("网站");
    let output = guiju(folder.path(), &["doc", "政策", "-o", "网站"]);
    assert!(output.status.success(), "{}", said(&output));
    let (before, first) = (times(&site), files(&site));
    let again = guiju(folder.path(), &["doc", "政策", "-o", "网站"]);
    assert!(said(&again).contains("写出 0 个文件"), "{}", said(&again));
    assert_eq!(times(&site), before);
    let other = guiju(folder.path(), &["doc", "政策", "-o", "另一个"]);
    assert!(other.status.success());
    assert_eq!(files(&folder.path().join("另一个")), first);

    let main = folder.path().join("政策/main.policy");
    let policy = fs::read_to_string(&main).unwrap();
    fs::write(&main, format!("{policy}\n部门 区新局《新设的局》（added）\n")).unwrap();
    assert!(guiju(folder.path(), &["doc", "政策", "-o", "网站"]).status.success());
    let after = times(&site);
    assert!(after.contains_key("departments/added.html"));
    assert_eq!(after["assets/style.css"], before["assets/style.css"]);
    fs::write(&main, policy).unwrap();
    let back = guiju(folder.path(), &["doc", "政策", "-o", "网站"]);
    assert!(said(&back).contains("删去 2 个"), "{}", said(&back));
    assert_eq!(files(&site), first);
}

#[test]
fn what_is_html_is_shown_as_text() {
    let folder = desk();
    let main = folder.path().join("政策/main.policy");
    let attack = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    let policy = fs::read_to_string(&main).unwrap();
    fs::write(&main, format!("{policy}\n部门 乙《{attack}》（other）\n\n非规范 《{attack}》\n  说明：{attack}\n"))
        .unwrap();
    let output = guiju(folder.path(), &["doc", "政策", "-o", "网站"]);
    assert!(output.status.success(), "{}", said(&output));
    for (path, bytes) in files(&folder.path().join("网站")) {
        let text = String::from_utf8(bytes).unwrap();
        if path.ends_with(".html") {
            assert!(!text.contains("<script>alert") && !text.contains("<img"), "{path}");
        }
        if path.ends_with("search-index.js") || path == "program.js" {
            assert!(!text.contains("</script"), "{path}");
        }
    }
    assert!(page(&files(&folder.path().join("网站")), "glossary.html").contains("&lt;script&gt;alert(1)"));
}

#[test]
fn a_folder_that_holds_something_else_is_refused_untouched() {
    let folder = desk();
    let taken = folder.path().join("有东西");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("报告.docx"), "要紧").unwrap();
    let output = guiju(folder.path(), &["doc", "政策", "-o", "有东西"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("P0920") && said(&output).contains("报告.docx"), "{}", said(&output));
    assert_eq!(files(&taken).len(), 1);
    // A marker of another make is no licence either, nor one that points outside.
    for marker in ["别人的记号\n", "guiju doc 1\n../政策/main.policy\n"] {
        fs::write(taken.join(".guiju-doc"), marker).unwrap();
        assert_eq!(guiju(folder.path(), &["doc", "政策", "-o", "有东西"]).status.code(), Some(2));
    }
    assert!(folder.path().join("政策/main.policy").exists());
    // A file that stands where a page would come.
    fs::write(taken.join(".guiju-doc"), "guiju doc 1\n").unwrap();
    fs::write(taken.join("index.html"), "我的").unwrap();
    assert_eq!(guiju(folder.path(), &["doc", "政策", "-o", "有东西"]).status.code(), Some(2));
    assert_eq!(fs::read_to_string(taken.join("index.html")).unwrap(), "我的");
    let file = guiju(folder.path(), &["doc", "政策", "-o", "政策/main.policy"]);
    assert!(said(&file).contains("P0920"), "{}", said(&file));
}

#[test]
fn a_policy_with_errors_writes_nothing_and_lists_them() {
    let folder = desk();
    let main = folder.path().join("政策/main.policy");
    let policy = fs::read_to_string(&main).unwrap();
    fs::write(&main, format!("{policy}\n条款 九《没有》（nine）\n  条件：没有这个 且 也没有那个\n  支持：一定奖励\n"))
        .unwrap();
    let output = guiju(folder.path(), &["doc", "政策", "-o", "网站"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("错误"), "{}", said(&output));
    assert!(!folder.path().join("网站").exists());
}

#[test]
fn templates_take_the_place_of_the_built_in_ones_or_are_refused() {
    let folder = desk();
    let templates = folder.path().join("模板");
    let make = |name: &str, text: &str| {
        let _ = fs::remove_dir_all(&templates);
        fs::create_dir(&templates).unwrap();
        fs::write(templates.join(name), text).unwrap();
        guiju(folder.path(), &["doc", "政策", "-o", "网站", "--templates", "模板"])
    };
    for (name, text, wanted) in [
        (
            "glossary.html",
            "{% extends \"layout.html\" %}{% block main %}{{ nothing_of_that_name }}{% endblock %}",
            "glossary.html",
        ),
        ("glossary.html", "{% if %}", "第 1 行"),
        ("glossary.html", "{% include \"absent.html\" %}", "absent.html"),
        ("glosary.html", "", "是不是“glossary.html”"),
        ("pager.html", "<a href=\"nowhere.html\">x</a>", "nowhere.html"),
        ("pager.html", "<a href=\"#nowhere\">x</a>", "#nowhere"),
    ] {
        let output = make(name, text);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(said(&output).contains(wanted), "{text}: {}", said(&output));
        assert!(!folder.path().join("网站").exists(), "{text}");
    }
    let none = guiju(folder.path(), &["doc", "政策", "-o", "网站", "--templates", "没有"]);
    assert!(said(&none).contains("P0901"), "{}", said(&none));
    fs::remove_dir_all(&templates).unwrap();
    fs::create_dir(&templates).unwrap();
    let empty = guiju(folder.path(), &["doc", "政策", "-o", "网站", "--templates", "模板"]);
    assert!(said(&empty).contains("P0921"), "{}", said(&empty));
    let output = make("style.css", "body { color: black }");
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(fs::read_to_string(folder.path().join("网站/assets/style.css")).unwrap(), "body { color: black }");
}

#[test]
fn an_unwritable_folder_is_left_as_it_was() {
    let folder = desk();
    fs::write(folder.path().join("文件"), "x").unwrap();
    let output = guiju(folder.path(), &["doc", "政策", "-o", "文件/网站"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert_eq!(fs::read_to_string(folder.path().join("文件")).unwrap(), "x");
}

/// A policy of many clauses with an original, one sentence a clause.
fn large(count: usize) -> (String, String) {
    let mut policy = String::from(
        "政策 示发〔2025〕1号《示范》（demo）\n  有效期：2026-01-01 至 2027-12-31\n  舍入：分，四舍五入\n  原件：source.txt\n部门 区科委（science）\n\
         部门 区商务委（commerce）\n产业 甲业（a）\n产业 乙业（b）\n对象 市场主体（entity）\n  产业（sector）：产业\n  信用良好（credit）：是否，由 区科委 认定\n\
         对象 项目（project），属于 市场主体\n  核定金额（set）：金额，由 责任部门 裁量，不低于 0元\n",
    );
    let mut original = String::new();
    for number in 1..=count {
        let (industry, amount) = (if number % 2 == 0 { "甲业" } else { "乙业" }, 10 + number);
        let sentence = format!("第{number}项支持，给予单个项目不超过{amount}万元支持。");
        let _ = write!(
            policy,
            "\n条款 第{number}条《第{number}项支持》（clause-{number}）\n  对象：项目\n  产业：{industry}\n  条件：信用良好\n  支持：核定金额\n  \
             上限：{amount}万元，每项目累计\n  责任部门：区科委、区商务委\n  原文：「{sentence}」\n"
        );
        original.push_str(&sentence);
        original.push('\n');
    }
    (policy, original)
}

#[test]
fn pages_do_not_grow_with_the_policy() {
    let folder = tempfile::tempdir().unwrap();
    let (policy, original) = large(400);
    fs::create_dir(folder.path().join("大")).unwrap();
    fs::write(folder.path().join("大/main.policy"), policy).unwrap();
    fs::write(folder.path().join("大/source.txt"), original).unwrap();
    // Files wait closed until all are written: a site has more than a process may hold open.
    let limited = ["-c", "ulimit -n 256 && exec \"$0\" doc 大 -o 网站", env!("CARGO_BIN_EXE_guiju")];
    let output = Command::new("sh").args(limited).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let site = files(&folder.path().join("网站"));
    for (path, bytes) in site.iter().filter(|(path, _)| path.ends_with(".html")) {
        assert!(bytes.len() < PAGE_BYTES_MAX, "{path}: {}", bytes.len());
    }
    assert!(site.contains_key("index-2.html") && site.contains_key("original-2.html"));
    assert!(page(&site, "clauses/clause-400.html").contains("href=\"../original-2.html#s400\""));
    let listed: usize = (1..=3)
        .filter_map(|number| {
            site.get(&if number == 1 {
                "departments/science.html".into()
            } else {
                format!("departments/science-{number}.html")
            })
        })
        .map(|bytes| String::from_utf8_lossy(bytes).matches("class=\"row-ceiling\"").count())
        .sum();
    assert_eq!(listed, 400, "every clause of the department is listed");
}

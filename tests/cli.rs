//! The command line as scripts see it: exit statuses, what goes to stdout and what to stderr, files written whole.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder in which `guiju new 政策` has been run.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Desk {
        let desk = Desk { folder: tempfile::tempdir().unwrap() };
        assert_eq!(desk.status(&["new", "政策"]), 0);
        desk
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_guiju"));
        command.args(arguments).current_dir(self.path()).env_remove("NO_COLOR").stdin(Stdio::null()).output().unwrap()
    }

    fn status(&self, arguments: &[&str]) -> i32 {
        self.run(arguments).status.code().unwrap()
    }

    fn stdout(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}\n{}\n{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }

    fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        fs::write(self.path().join(name), contents).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// Replaces a piece of `政策/main.policy`.
    fn edit(&self, from: &str, to: &str) {
        let policy = self.read("政策/main.policy");
        assert!(policy.contains(from), "{from}");
        self.write("政策/main.policy", policy.replacen(from, to, 1));
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_new_policy_checks_tests_traces_and_evaluates() {
    let desk = Desk::new();
    assert_eq!(desk.stdout(&["check", "政策", "--deny", "warnings"]), "检查通过，没有发现问题\n");
    assert!(desk.stdout(&["test", "政策"]).ends_with("案例全部通过，共 4 个\n4 passed, 0 failed\n"));
    desk.stdout(&["trace", "政策"]);
    desk.stdout(&["fmt", "--check", "政策"]);
    let decided = desk.stdout(&["eval", "政策", "--facts", "政策/facts.json", "--format", "json"]);
    let decided: serde_json::Value = serde_json::from_str(&decided).unwrap();
    assert_eq!(decided["on"], "2026-06-30");
    assert_eq!(decided["clauses"][0]["id"], "rd-subsidy");
    assert_eq!(decided["clauses"][0]["outcome"], "eligible");
    assert_eq!(decided["clauses"][1]["amount"]["kind"], "range");
}

#[test]
fn new_refuses_a_folder_that_is_not_empty() {
    let desk = Desk::new();
    let before = desk.read("政策/main.policy");
    let output = desk.run(&["new", "政策"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("P0903") && text(&output.stderr).contains("不是空的"));
    assert_eq!(desk.read("政策/main.policy"), before);
}

#[test]
fn an_error_is_status_1_in_every_format() {
    let desk = Desk::new();
    desk.edit("上限：50万元，每市场主体每年", "上限：50万元");
    for format in ["human", "short", "json", "sarif"] {
        let output = desk.run(&["check", "政策", "--message-format", format]);
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert!(text(&output.stdout).contains("P0304"), "{format}: {}", text(&output.stdout));
    }
    assert!(desk.run(&["check", "政策"]).stdout.windows(2).all(|pair| pair != b"\x1b["), "no colour in a pipe");
    for command in ["build", "eval", "test", "dis", "schema", "trace"] {
        let more: &[&str] = match command {
            "build" => &["-o", "x.gjb"],
            "eval" => &["--facts", "政策/facts.json"],
            _ => &[],
        };
        let output = desk.run(&[&[command, "政策"], more].concat());
        assert_eq!(output.status.code(), Some(1), "{command}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains("P0304"), "{command}");
    }
    assert!(!desk.path().join("x.gjb").exists());
}

#[test]
fn warnings_can_be_denied() {
    let desk = Desk::new();
    desk.edit("  责任部门：区科委\n", "");
    assert_eq!(desk.status(&["check", "政策"]), 0);
    assert_eq!(desk.status(&["check", "政策", "--deny", "warnings"]), 1);
}

#[test]
fn messages_speak_english_when_asked() {
    let desk = Desk::new();
    desk.edit("上限：50万元，每市场主体每年", "上限：50万元");
    assert!(text(&desk.run(&["check", "政策", "--lang", "en"]).stdout).contains("error[P0304]"));
    assert!(text(&desk.run(&["--lang", "en", "check", "没有"]).stderr).contains("is not found"));
}

#[test]
fn failures_of_the_command_line_are_status_2() {
    let desk = Desk::new();
    let cases: &[(&[&str], &str)] = &[
        (&["check", "没有.policy"], "P0901"),
        (&["eval", "政策", "--facts", "没有.json"], "P0901"),
        (&["eval", "政策", "--facts", "政策/facts.json", "--on", "2026-02-30"], "P0904"),
        (&["eval", "政策", "--facts", "政策/facts.json", "--on", "昨天"], "P0904"),
        (&["eval", "政策", "--facts", "-", "--ledger", "-"], "P0904"),
        (&["build", "政策", "-o", "没有/x.gjb"], "P0903"),
        (&["explain", "P0999"], "P0904"),
        (&["check"], ""),
        (&["check", "政策", "--message-format", "xml"], ""),
        (&["no-such-command"], ""),
    ];
    for (arguments, code) in cases {
        let output = desk.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(code), "{arguments:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn near_names_are_proposed() {
    let desk = Desk::new();
    assert!(text(&desk.run(&["check", "政策/mian.policy"]).stderr).contains("政策/main.policy"));
    assert!(text(&desk.run(&["explain", "cap-without-perod"]).stderr).contains("cap-without-period"));
}

#[test]
fn explain_finds_pages_by_number_and_slug() {
    let desk = Desk::new();
    let page = desk.stdout(&["explain", "P0304"]);
    assert_eq!(desk.stdout(&["explain", "p0304"]), page);
    assert_eq!(desk.stdout(&["explain", "cap-without-period"]), page);
    assert!(page.starts_with("# P0304"));
    assert_eq!(desk.stdout(&["explain"]).lines().count(), guiju::diagnostics::Code::ALL.len());
}

#[test]
fn a_bundle_stands_alone() {
    let desk = Desk::new();
    let facts = desk.read("政策/facts.json");
    let from_source = desk.stdout(&["eval", "政策", "--facts", "政策/facts.json", "--format", "json"]);
    desk.stdout(&["build", "政策", "-o", "政策.gjb"]);
    fs::rename(desk.path().join("政策"), desk.path().join("别处")).unwrap();
    desk.write("facts.json", facts);
    assert!(desk.stdout(&["verify", "政策.gjb"]).contains("demo-innovation"));
    assert_eq!(desk.stdout(&["eval", "政策.gjb", "--facts", "facts.json", "--format", "json"]), from_source);
    assert!(desk.stdout(&["test", "政策.gjb"]).contains("4 passed, 0 failed"));
    assert_eq!(desk.stdout(&["dis", "政策.gjb"]), desk.stdout(&["dis", "政策.gjb"]));
    assert_eq!(desk.status(&["fmt", "政策.gjb"]), 2);
}

#[test]
fn a_damaged_bundle_is_status_1() {
    let desk = Desk::new();
    desk.stdout(&["build", "政策", "-o", "a.gjb"]);
    let mut bytes = fs::read(desk.path().join("a.gjb")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    desk.write("b.gjb", &bytes);
    desk.write("c.gjb", "不是编译产物");
    for (file, code) in [("b.gjb", "P05"), ("c.gjb", "P0501")] {
        let output = desk.run(&["verify", file]);
        assert_eq!(output.status.code(), Some(1), "{file}");
        assert!(text(&output.stderr).contains(code), "{file}: {}", text(&output.stderr));
    }
}

#[test]
fn output_files_are_written_whole() {
    let desk = Desk::new();
    desk.stdout(&["build", "政策", "-o", "a.gjb"]);
    let left: Vec<String> =
        fs::read_dir(desk.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(left.iter().all(|name| !name.starts_with(".guiju-")), "{left:?}");
    assert_eq!(desk.status(&["build", "政策", "-o", "政策"]), 2);
}

#[test]
fn facts_come_from_stdin() {
    let desk = Desk::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_guiju"))
        .args(["eval", "政策", "--facts", "-", "--format", "json"])
        .current_dir(desk.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(desk.read("政策/facts.json").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(text(&output.stdout), desk.stdout(&["eval", "政策", "--facts", "政策/facts.json", "--format", "json"]));
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let desk = Desk::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_guiju"))
        .args(["explain"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.code().is_some() && output.stderr.is_empty(), "{}", text(&output.stderr));
    drop(desk);
}

#[test]
fn bad_facts_are_status_1_with_their_place() {
    let desk = Desk::new();
    desk.write("facts.json", "{\n  \"市场主体\": { \"没有这个\": true }\n}\n");
    let output = desk.run(&["eval", "政策", "--facts", "facts.json"]);
    assert_eq!(output.status.code(), Some(1));
    let shown = text(&output.stderr);
    assert!(shown.contains("P0702") && shown.contains("facts.json:2:"), "{shown}");
}

#[test]
fn a_failing_case_shows_expected_and_got() {
    let desk = Desk::new();
    desk.edit("条款 rd-subsidy 可获 30万元", "条款 rd-subsidy 可获 31万元");
    let output = desk.run(&["test", "政策"]);
    assert_eq!(output.status.code(), Some(1));
    let shown = text(&output.stdout);
    for part in ["P0601", "期望：可获 31万元", "实际：可获 30万元", "3 passed, 1 failed"] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
}

#[test]
fn an_uncovered_sentence_fails_the_trace() {
    let desk = Desk::new();
    let source = desk.read("政策/source.txt");
    desk.write("政策/source.txt", format!("{source}\n第六条　区财政局每年公布资金使用情况。\n"));
    let output = desk.run(&["trace", "政策"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("未覆盖"), "{}", text(&output.stdout));
    let json = desk.run(&["trace", "政策", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["uncovered"], 1);
}

#[test]
fn fmt_rewrites_only_what_differs() {
    let desk = Desk::new();
    desk.edit("  支持：核定金额", "支持 ： 核定金额");
    assert_eq!(desk.status(&["fmt", "--check", "政策"]), 1);
    desk.stdout(&["fmt", "政策"]);
    assert_eq!(desk.status(&["fmt", "--check", "政策"]), 0);
    desk.stdout(&["fmt", "--keywords", "en", "政策"]);
    assert!(desk.read("政策/main.policy").contains("clause 第三条"));
    assert_eq!(desk.status(&["check", "政策"]), 0);
    desk.stdout(&["fmt", "--keywords", "zh", "政策"]);
    assert!(desk.read("政策/main.policy").contains("条款 第三条"));
}

#[test]
fn completions_and_help_are_printed() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(desk.stdout(&["completions", shell]).contains("guiju"));
    }
    let help = desk.stdout(&["--help"]);
    assert!(help.contains("命令") && help.contains("例子"));
    for command in
        ["new", "check", "fmt", "build", "verify", "dis", "eval", "test", "trace", "explain", "schema", "completions"]
    {
        assert!(help.contains(command));
        assert!(desk.stdout(&[command, "--help"]).contains("用法"), "{command}");
    }
    assert!(desk.stdout(&["--version"]).starts_with("guiju "));
}

#[test]
fn files_in_gbk_are_named_as_such() {
    let desk = Desk::new();
    desk.write("a.policy", b"\xd5\xfe\xb2\xdf \xb3\xa4\xc4\xfe\n");
    let output = desk.run(&["check", "a.policy"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("P0001") && text(&output.stdout).contains("GBK"));
}

#[test]
fn machine_applicable_changes_are_made_when_asked() {
    let desk = Desk::new();
    let before = desk.read("政策/main.policy");
    desk.edit("  支持：核定金额", "  支特：核定金额");
    desk.edit("  条件：符合产业导向", "  条件：符合产业导相");
    assert_eq!(desk.status(&["check", "政策"]), 1);
    let output = desk.run(&["check", "政策", "--fix"]);
    assert!(output.status.success(), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("已改好 2 处"), "{}", text(&output.stderr));
    assert_eq!(desk.read("政策/main.policy"), before);
}

#[test]
fn several_paths_are_one_report() {
    let desk = Desk::new();
    desk.edit("上限：50万元，每市场主体每年", "上限：50万元");
    desk.write("b.policy", "引用 没有.policy\n");
    let output = desk.run(&["check", "政策", "b.policy", "政策/main.policy", "--message-format", "short"]);
    let shown = text(&output.stdout);
    assert_eq!(shown.matches("P0304").count(), 1, "{shown}");
    assert!(shown.contains("b.policy:1:4: 错误[P0204]"), "{shown}");
}

#[test]
fn cases_are_reported_as_json_and_junit() {
    let desk = Desk::new();
    desk.edit("可获 30万元", "可获 31万元");
    let output = desk.run(&["test", "政策", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["passed"], &report["failed"]), (&3.into(), &1.into()));
    let policy = &report["policies"][0];
    assert_eq!(policy["path"], "政策");
    assert_eq!(policy["cases"][0]["mismatches"][0]["expected"], "可获 31万元");
    assert_eq!(policy["cases"][0]["mismatches"][0]["got"], "可获 30万元");
    assert!(policy["coverage"].is_null() && policy["mutation"].is_null());
    let output = desk.run(&["test", "政策", "--format", "junit"]);
    let xml = text(&output.stdout);
    assert!(
        xml.starts_with(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"guiju\" tests=\"4\" failures=\"1\">"
        ),
        "{xml}"
    );
    assert_eq!(xml.matches("<testcase ").count(), 4);
    assert_eq!(xml.matches("<failure ").count(), 1);
    assert!(xml.contains("期望：可获 31万元"));
}

#[test]
fn some_cases_or_several_policies_can_be_run() {
    let desk = Desk::new();
    let all = desk.stdout(&["test", "政策"]);
    let title = all.lines().next().unwrap().trim_start_matches("通过").trim().to_owned();
    let one = desk.stdout(&["test", "政策", "--filter", &title]);
    assert!(one.ends_with("1 passed, 0 failed\n"), "{one}");
    desk.stdout(&["new", "另一个"]);
    desk.edit("可获 30万元", "可获 31万元");
    let output = desk.run(&["test", "政策", "另一个"]);
    assert_eq!(output.status.code(), Some(1));
    let both = text(&output.stdout);
    assert!(
        both.contains("\n另一个     4     4       0\n") && both.contains("\n政策       4     3       1\n"),
        "{both}"
    );
    assert!(both.ends_with("7 passed, 1 failed\n"));
}

#[test]
fn coverage_and_mutation_can_be_demanded() {
    let desk = Desk::new();
    desk.stdout(&["test", "政策", "--coverage"]);
    desk.stdout(&["test", "政策", "--coverage", "--min", "50"]);
    let output = desk.run(&["test", "政策", "--coverage", "--min", "100"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("P0602"));
    desk.stdout(&["test", "政策", "--mutate"]);
    let output = desk.run(&["test", "政策", "--mutate", "--deny", "survivors"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("P0603"));
    let report = desk.stdout(&["test", "政策", "--coverage", "--mutate", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let (coverage, mutation) = (&report["policies"][0]["coverage"], &report["policies"][0]["mutation"]);
    let open = coverage["goals"].as_array().unwrap().iter().filter(|goal| goal["covered"] == false).count() as u64;
    assert_eq!(coverage["total"]["of"].as_u64().unwrap() - coverage["total"]["shown"].as_u64().unwrap(), open);
    assert_eq!(mutation["survived"].as_u64().unwrap() as usize, mutation["survivors"].as_array().unwrap().len());
    assert_eq!(desk.status(&["test", "政策", "--min", "100"]), 2);
    assert_eq!(desk.status(&["test", "政策", "--deny", "survivors"]), 2);
}

#[test]
fn amend_writes_what_turns_one_policy_into_another_or_nothing() {
    let desk = Desk::new();
    assert_eq!(desk.status(&["new", "新政策"]), 0);
    let arguments = ["amend", "政策", "新政策", "--date", "2026-12-01", "--number", "示范发〔2026〕3号"];
    let same = desk.run(&arguments);
    assert_eq!(
        (same.status.code(), text(&same.stdout), text(&same.stderr)),
        (Some(0), String::new(), "两份政策的意思相同，没有要修订的\n".to_owned())
    );
    let policy = desk.read("新政策/main.policy");
    assert!(policy.contains("责任部门："));
    desk.write("新政策/main.policy", policy.replacen("条款 ", "条款 附", 1));
    let written = desk.stdout(&arguments);
    assert!(written.starts_with("修订 示范发〔2026〕3号《关于修改"), "{written}");
    assert!(desk.stdout(&[&arguments[..], &["--wording"]].concat()).contains("改为附"));
    // What was written, put into the old policy, leaves nothing to amend.
    desk.stdout(&[&arguments[..], &["-o", "政策/amendment.policy"]].concat());
    desk.write("政策/main.policy", format!("{}\n引用 amendment.policy\n", desk.read("政策/main.policy")));
    let again = ["amend", "政策", "新政策", "--date", "2026-12-02"];
    assert!(text(&desk.run(&again).stderr).contains("没有要修订的"));
    // As it stood before.
    assert!(desk.stdout(&["amend", "政策@2026-11-30", "新政策", "--date", "2026-12-02"]).contains("顺延："));
    let english = desk.run(&["amend", "政策", "新政策", "--date", "2026-12-02", "--lang", "en"]);
    assert!(text(&english.stderr).contains("nothing to amend"));
}

#[test]
fn amend_writes_nothing_where_a_side_has_errors() {
    let desk = Desk::new();
    assert_eq!(desk.status(&["new", "新政策"]), 0);
    desk.write("新政策/main.policy", desk.read("新政策/main.policy").replacen("条款 ", "条款条款 ", 1));
    let wrong = desk.run(&["amend", "政策", "新政策", "-o", "out.policy"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("新政策/main.policy"), "{}", text(&wrong.stderr));
    assert!(!desk.path().join("out.policy").exists());
    assert_eq!(desk.status(&["amend", "政策", "没有"]), 2);
    assert_eq!(desk.status(&["amend", "政策@某天", "政策"]), 2);
}

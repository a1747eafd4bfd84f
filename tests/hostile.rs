//! Input that means harm or has been harmed, through the command line: each ends with its code, its place and its exit status, never
//! with a panic, within a bound of memory.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Address space that a command may use, in KiB; what it needs for these inputs is a small part of it.
const MEMORY_KIB: u32 = 1_500_000;
const FACTS: &str = "政策/facts.json";

/// A folder with a sound policy, its bundle, and whatever a test adds.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Desk {
        let desk = Desk { folder: tempfile::tempdir().unwrap() };
        desk.ends(&["new", "政策"], 0, &[]);
        desk
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        fs::write(self.path().join(name), contents).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("sh");
        let limited = format!("ulimit -v {MEMORY_KIB}; exec \"$0\" \"$@\"");
        command.args(["-c", &limited, env!("CARGO_BIN_EXE_guiju")]).args(arguments);
        command.current_dir(self.path()).env("RUST_BACKTRACE", "0").stdin(Stdio::null());
        command
    }

    /// Runs a command; it must end with this status and say each of these.
    fn ends(&self, arguments: &[&str], status: i32, said: &[&str]) {
        let output = self.command(arguments).output().unwrap();
        let text = said_of(&output);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}\n{text}");
        assert!(!text.contains("panicked"), "{arguments:?}\n{text}");
        for said in said {
            assert!(text.contains(said), "{arguments:?}: no `{said}` in\n{text}");
        }
    }

    /// Checks a policy of this text.
    fn refuses_policy(&self, text: impl AsRef<[u8]>, said: &str) {
        self.write("t.policy", text);
        self.ends(&["check", "t.policy", "--message-format", "short"], 1, &[said]);
    }

    /// Decides an application of these facts.
    fn refuses_facts(&self, facts: &str, code: &str, place: &str) {
        self.write("f.json", facts);
        self.ends(&["eval", "政策", "--facts", "f.json"], 1, &[code, &format!("f.json:{place}")]);
    }

    fn refuses_ledger(&self, ledger: &str, code: &str, place: &str) {
        self.write("l.json", ledger);
        self.ends(&["eval", "政策", "--facts", FACTS, "--ledger", "l.json"], 1, &[code, &format!("l.json:{place}")]);
    }

    /// Verifies, and runs, what became of the bundle.
    fn refuses_bundle(&self, bytes: &[u8], code: &str) {
        self.write("t.gjb", bytes);
        self.ends(&["verify", "t.gjb"], 1, &[code]);
        self.ends(&["eval", "t.gjb", "--facts", FACTS], 1, &[code]);
    }

    fn bundle(&self) -> Vec<u8> {
        self.ends(&["build", "政策", "-o", "whole.gjb"], 0, &[]);
        fs::read(self.path().join("whole.gjb")).unwrap()
    }
}

fn said_of(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_million_brackets() {
    let desk = Desk::new();
    desk.refuses_policy(format!("条款 一（c）\n  条件：{}\n", "（".repeat(1_000_000)), "t.policy:2:3: 错误[P0006]");
    desk.refuses_policy(format!("条款 一（c）\n  条件：{}\n", "（".repeat(100_000)), "t.policy:2:38: 错误[P0005]");
    desk.refuses_policy("条款 一（c）\n  条件：（\n".repeat(20_000), "错误[P0");
    desk.refuses_policy("「".repeat(300_000), "错误[P0");
}

#[test]
fn text_that_is_no_text() {
    let desk = Desk::new();
    desk.refuses_policy(b"", "t.policy:1:1: 错误[P0004]");
    desk.refuses_policy("政策 《甲".bytes().chain([0xFF, 0xFE]).collect::<Vec<u8>>(), "t.policy:1:6: 错误[P0001]");
    desk.refuses_policy("政策\0 《甲》\n", "t.policy:1:3: 错误[P0003]");
    // UTF-16, as a word processor may save it.
    desk.refuses_policy([0xFF, 0xFE, 0x3F, 0x65], "错误[P0001]");
}

#[test]
fn a_byte_order_mark_and_foreign_line_ends_are_no_fault() {
    let desk = Desk::new();
    let policy = fs::read_to_string(desk.path().join("政策/main.policy")).unwrap();
    desk.write("政策/main.policy", format!("\u{FEFF}{}", policy.replace('\n', "\r\n")));
    desk.ends(&["check", "政策", "--deny", "warnings"], 0, &[]);
    desk.ends(&["test", "政策"], 0, &["4 passed, 0 failed"]);
}

#[test]
fn files_larger_than_any_policy_are_not_read() {
    let desk = Desk::new();
    for name in ["large.policy", "large.json"] {
        File::create(desk.path().join(name)).unwrap().set_len(100 << 20).unwrap();
    }
    desk.ends(&["check", "large.policy", "--message-format", "short"], 1, &["large.policy:1:1: 错误[P0002]"]);
    desk.ends(&["eval", "政策", "--facts", "large.json"], 1, &["P0711", "large.json:1:1"]);
}

#[test]
fn imports_that_go_round_or_nowhere() {
    let desk = Desk::new();
    desk.write("other.policy", "引用 t.policy\n");
    desk.refuses_policy("引用 other.policy\n政策 《甲》（a）\n", "other.policy:1:4: 错误[P0205]");
    desk.refuses_policy("引用 t.policy\n政策 《甲》（a）\n", "t.policy:1:4: 错误[P0205]");
    desk.refuses_policy("政策 《甲》（a）\n引用 nowhere.policy\n", "t.policy:2:4: 错误[P0204]");
    desk.refuses_policy("引用 /etc/passwd\n", "t.policy:1:4: 错误[P0204]");
    desk.refuses_policy("引用 .\n", "t.policy:1:4: 错误[P0");
    desk.ends(&["check", "nowhere.policy"], 2, &["P0901", "nowhere.policy"]);
}

#[test]
fn bundles_that_were_cut_or_changed() {
    let desk = Desk::new();
    let whole = desk.bundle();
    for length in [8, 9, 14, 60, whole.len() / 2, whole.len() - 1] {
        desk.refuses_bundle(&whole[..length], "P0503");
    }
    for at in [12, 40, 100, whole.len() / 2, whole.len() - 40, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        desk.refuses_bundle(&changed, "P050");
    }
    let mut longer = whole.clone();
    longer.extend([0; 100]);
    desk.refuses_bundle(&longer, "P050");
}

#[test]
fn bundles_that_claim_more_than_they_hold() {
    let desk = Desk::new();
    let whole = desk.bundle();
    // Offsets and lengths of the section table: a terabyte, and all there is.
    for claimed in [1u64 << 40, u64::MAX] {
        for row in 0..3 {
            for field in [4, 12] {
                let mut changed = whole.clone();
                let at = 14 + row * 24 + field;
                changed[at..at + 8].copy_from_slice(&claimed.to_le_bytes());
                desk.refuses_bundle(&changed, "P050");
            }
        }
    }
    let mut many = whole;
    many[12..14].copy_from_slice(&u16::MAX.to_le_bytes());
    desk.refuses_bundle(&many, "P050");
}

#[test]
fn facts_that_do_not_fit() {
    let desk = Desk::new();
    desk.refuses_facts("", "P0701", "1:1");
    desk.refuses_facts("{\"on\":\"2026-06-30\"", "P0701", "1:1");
    desk.refuses_facts(&"[".repeat(1_000_000), "P0711", "1:65");
    desk.refuses_facts(&"{\"a\":".repeat(1_000_000), "P0711", "1:321");
    for (fact, code) in [
        ("\"年度研发\":\"1元\"", "P0702"),
        ("\"年度研发投入\":true", "P0703"),
        ("\"年度研发投入\":[1]", "P0703"),
        ("\"依法设立\":true,\"依法设立\":false", "P0704"),
        ("\"年度研发投入\":1e30", "P0705"),
        ("\"年度研发投入\":1e999999999", "P0705"),
        ("\"年度研发投入\":\"-1元\"", "P0705"),
        ("\"年度研发投入\":0.001", "P0709"),
        ("\"统一社会信用代码\":\"91310000132260250Y\"", "P0708"),
    ] {
        desk.refuses_facts(&format!("{{\n{fact}}}"), code, "2:");
    }
    desk.refuses_facts("{\"on\":\"2026-02-30\"}", "P0706", "1:7");
    desk.ends(&["eval", "政策", "--facts", FACTS, "--on", "2026-02-30"], 2, &["P0904"]);
}

#[test]
fn ledgers_that_contradict() {
    let desk = Desk::new();
    let award = |fields: &str| format!("[\n{{{fields}}}]");
    desk.refuses_ledger("{\"a\":1}", "P0710", "1:1");
    for fields in [
        "\"clause\":\"nope\",\"date\":\"2026-01-05\",\"amount\":\"1元\"",
        "\"clause\":\"rd-subsidy\",\"date\":\"2026-01-05\",\"amount\":\"-1元\"",
        "\"clause\":\"rd-subsidy\",\"date\":\"2026-01-05\"",
        "\"clause\":\"rd-subsidy\",\"date\":\"2026-13-05\",\"amount\":\"1元\"",
        "\"clause\":\"rd-subsidy\",\"date\":\"2026-01-05\",\"amount\":\"1元\",\"amount\":\"2元\"",
    ] {
        desk.refuses_ledger(&award(fields), "P07", "2:");
    }
}

#[test]
fn places_that_cannot_be_written() {
    let desk = Desk::new();
    for place in [".", "nowhere/a.gjb", "政策/main.policy/a.gjb"] {
        desk.ends(&["build", "政策", "-o", place], 2, &["P0903", place]);
    }
    // What stands there already is left alone when the policy has errors.
    desk.write("a.gjb", "kept");
    desk.write("t.policy", "政策 《甲》（a）\n");
    desk.ends(&["build", "t.policy", "-o", "a.gjb"], 1, &[]);
    assert_eq!(fs::read(desk.path().join("a.gjb")).unwrap(), b"kept");
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let desk = Desk::new();
    let mut child = desk.command(&["schema", "政策"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), said_of(&output).as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let desk = Desk::new();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = desk.command(&["schema", "政策"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said_of(&output).contains("P0903"));
}

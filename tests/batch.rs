//! `guiju settle` as scripts see it: streams, files written whole or not at all, every problem named.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const POLICY: &str = "\
政策 示范发〔2026〕5号《示范》（demo）
  有效期：2026-01-01 至 2027-12-31
部门 区财政局
对象 市场主体
  企业编号：文本，标识
  租金：金额，不低于 0
条款 一《房租补贴》（rent）
  支持：租金 的 50%
  舍入：元，四舍五入
  上限：5万元，每市场主体每年
  责任部门：区财政局
";

const CHECKED: [&str; 3] = [
    r#"{"id":"2","date":"2026-03-02","subjects":{"市场主体":"甲"},"awards":{"rent":"40000.00"}}"#,
    r#"{"id":"1","date":"2026-03-01","subjects":{"市场主体":"甲"},"awards":{"rent":"30000.5"}}"#,
    r#"{"id":"3","date":"2026-03-03","facts":{"市场主体":{"企业编号":"乙","租金":100000}}}"#,
];

struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        desk.write("main.policy", POLICY);
        desk
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    fn settle(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_guiju"));
        command.args(["settle", "main.policy"]).args(arguments).current_dir(self.path()).stdin(Stdio::null());
        command.output().unwrap()
    }

    /// Exit status, stdout and stderr.
    fn said(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = self.settle(arguments);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }
}

const SETTLED: &str = concat!(
    r#"{"id":"1","date":"2026-03-01","subjects":{"市场主体":"甲"},"clauses":[{"id":"rent","assessed":"30000.5","amount":"30000.5","reductions":[]}],"total":"30000.5"}"#,
    "\n",
    r#"{"id":"2","date":"2026-03-02","subjects":{"市场主体":"甲"},"clauses":[{"id":"rent","assessed":"40000","amount":"19999.5","reductions":[{"rule":"cap","name":"5万元，每市场主体每年","text":"受上限「5万元，每市场主体每年」限制：余额不足","amount":"20000.5"}]}],"total":"19999.5"}"#,
    "\n",
    r#"{"id":"3","date":"2026-03-03","subjects":{"市场主体":"乙"},"clauses":[{"id":"rent","assessed":"50000","amount":"50000","reductions":[]}],"total":"50000"}"#,
    "\n",
);

#[test]
fn lines_and_lists_settle_alike() {
    let desk = Desk::new();
    let pretty = CHECKED.map(|line| line.replace(",\"", ",\n  \"").replace("{\"id", "{\n \"id")).join(",\n");
    let forms = [CHECKED.join("\n"), format!("[{}]", CHECKED.join(",")), format!("\u{feff}[\n{pretty}\n]\n")];
    for text in forms {
        desk.write("applications.json", &text);
        let (status, stdout, stderr) = desk.said(&["--applications", "applications.json", "--format", "jsonl"]);
        assert_eq!((status, stdout.as_str(), stderr.as_str()), (0, SETTLED, ""), "{text}");
    }
}

#[test]
fn the_new_ledger_is_one_that_can_be_read() {
    let desk = Desk::new();
    desk.write("applications.jsonl", &CHECKED.join("\n"));
    let arguments = ["--applications", "applications.jsonl", "--output", "out.jsonl", "--output-ledger", "ledger.json"];
    let (status, summary, stderr) = desk.said(&arguments);
    assert_eq!((status, stderr.as_str()), (0, ""));
    assert!(summary.contains("申请 3 份") && summary.contains("扣减 20,000.5元"), "{summary}");
    assert_eq!(fs::read_to_string(desk.path().join("out.jsonl")).unwrap(), SETTLED);
    // What was given counts from now on: nothing is left for 甲, and nothing more comes of no applications.
    desk.write("more.jsonl", &CHECKED[0].replace("\"2\"", "\"9\"").replace("03-02", "04-02"));
    let (status, stdout, stderr) =
        desk.said(&["--applications", "more.jsonl", "--ledger", "ledger.json", "--format", "jsonl"]);
    assert_eq!((status, stderr.as_str()), (0, ""));
    assert!(stdout.contains(r#""amount":"0","reductions":[{"rule":"cap""#), "{stdout}");
    desk.write("none.jsonl", "");
    let arguments = ["--applications", "none.jsonl", "--ledger", "ledger.json", "--output-ledger", "same.json"];
    assert_eq!(desk.said(&arguments).0, 0);
    let read = |name: &str| fs::read_to_string(desk.path().join(name)).unwrap();
    assert_eq!(read("same.json"), read("ledger.json"));
}

#[test]
fn every_problem_is_named_and_nothing_is_written() {
    let desk = Desk::new();
    let broken = [
        CHECKED[0],
        &CHECKED[1].replace("\"1\"", "\"2\""),
        &CHECKED[1].replace("30000.5", "-1"),
        &CHECKED[1].replace("\"1\"", "\"5\"").replace("{\"市场主体\":\"甲\"}", "{}"),
        &CHECKED[1].replace("\"1\"", "\"6\"").replace("\"rent\"", "\"rant\""),
        &CHECKED[2].replace("100000", "null"),
        "这不是 JSON",
        r#"{"id":"7","#,
    ];
    desk.write("applications.jsonl", &broken.join("\n"));
    let arguments = ["--applications", "applications.jsonl", "--output", "out.json", "--output-ledger", "ledger.json"];
    let (status, stdout, stderr) = desk.said(&arguments);
    assert_eq!((status, stdout.as_str()), (1, ""));
    for (line, code) in
        [(2, "P0714"), (3, "P0718"), (4, "P0718"), (5, "P0718"), (6, "P0718"), (7, "P0701"), (8, "P0701")]
    {
        assert!(stderr.contains(&format!("applications.jsonl:{line}:")), "{line}\n{stderr}");
        assert!(stderr.contains(code), "{code}\n{stderr}");
    }
    assert!(!desk.path().join("out.json").exists() && !desk.path().join("ledger.json").exists());
    assert_eq!(fs::read_dir(desk.path()).unwrap().count(), 2, "no temporary file is left");
}

#[test]
fn a_ledger_that_contradicts_itself_stops_it() {
    let desk = Desk::new();
    desk.write("applications.jsonl", &CHECKED.join("\n"));
    let award =
        |date: &str, amount: u32| format!(r#"{{"clause":"rent","date":"{date}","amount":{amount},"市场主体":"甲"}}"#);
    for (ledger, code) in [
        (format!("[{}]", award("2026-02-01", 50_001)), "P0716"),
        (format!("[{},{}]", award("2026-02-01", 30_000), award("2026-02-02", 30_000)), "P0716"),
        (format!("[{}]", award("2026-03-04", 1)), "P0716"),
        (format!("[{0},{0}]", award("2026-02-01", 1)), "P0710"),
        (format!("[{}]", award("2026-02-01", 50_000)), ""),
    ] {
        desk.write("ledger.json", &ledger);
        let (status, _, stderr) = desk.said(&["--applications", "applications.jsonl", "--ledger", "ledger.json"]);
        assert_eq!(status, i32::from(!code.is_empty()), "{ledger}\n{stderr}");
        assert!(stderr.contains(code), "{ledger}\n{stderr}");
    }
}

/// Two clauses, each asking something of its own, and one that everybody may have.
const SEVERAL: &str = "\
政策 示范发〔2026〕6号《示范》（several）
  有效期：2026-01-01 至 2027-12-31
部门 区财政局
对象 市场主体
  企业编号：文本，标识
  租金：金额，不低于 0
  税收：金额，不低于 0
  规模：金额，不低于 0
对象 产品，属于 市场主体
  产品编号：文本，标识
  售价：金额，不低于 0
条款 一《房租补贴》（rent）
  条件：规模 不低于 1万元
  支持：租金 的 50%
  舍入：元，四舍五入
  上限：5万元，每市场主体每年
  责任部门：区财政局
条款 二《贡献奖励》（tax）
  条件：规模 不低于 1万元
  支持：税收 的 10%
  舍入：元，四舍五入
  责任部门：区财政局
条款 三《产品奖励》（product）
  支持：售价 的 10%
  舍入：元，四舍五入
  上限：5万元，每产品一次性
  责任部门：区财政局
";

#[test]
fn an_application_is_for_what_it_asks() {
    let desk = Desk::new();
    desk.write("main.policy", SEVERAL);
    let rent = r#""facts":{"企业编号":"甲","规模":"2万元","租金":100000}"#;
    let both = r#""facts":{"企业编号":"甲","规模":"2万元","租金":1000,"税收":10000}"#;
    let product = r#""facts":{"企业编号":"甲","产品编号":"P1","售价":10000}"#;
    let lines = [
        format!(r#"{{"id":"1","date":"2026-03-01",{rent}}}"#),
        format!(r#"{{"id":"2","date":"2026-03-02",{both},"clauses":["贡献奖励"]}}"#),
        format!(r#"{{"id":"3","date":"2026-03-03",{product},"条款":["product"]}}"#),
    ];
    desk.write("applications.jsonl", &lines.join("\n"));
    let (status, stdout, stderr) =
        desk.said(&["--applications", "applications.jsonl", "--format", "jsonl", "--output-ledger", "ledger.json"]);
    assert_eq!((status, stderr.as_str()), (0, ""), "{stderr}");
    let ids = |line: &str| {
        let parsed: serde_json::Value = serde_json::from_str(line).unwrap();
        let clauses = parsed["clauses"].as_array().unwrap().iter();
        clauses
            .map(|clause| format!("{}={}", clause["id"].as_str().unwrap(), clause["amount"].as_str().unwrap()))
            .collect()
    };
    let given: Vec<Vec<String>> = stdout.lines().map(ids).collect();
    assert_eq!(given, [["rent=50000"], ["tax=1000"], ["product=1000"]]);
    let ledger = fs::read_to_string(desk.path().join("ledger.json")).unwrap();
    let once: Vec<&str> = ledger.lines().filter(|line| line.contains("\"once\":true")).collect();
    assert!(once.len() == 1 && once[0].contains("product"), "{ledger}");
}

#[test]
fn what_is_missing_of_an_application_is_one_finding_where_it_stands() {
    let desk = Desk::new();
    desk.write("main.policy", SEVERAL);
    let lines = [
        r#"{"id":"1","date":"2026-03-01","facts":{"企业编号":"甲","规模":"2万元","租金":100000}}"#,
        r#"{"id":"2","date":"2026-03-02","facts":{"租金":1000,"税收":10000}}"#,
        r#"{"id":"3","date":"2026-03-02","facts":{"租金":1000},"clauses":["房租","rent"]}"#,
        r#"{"id":"4","date":"2026-03-02","awards":{"tax":"1"},"clauses":["tax"]}"#,
    ];
    desk.write("applications.jsonl", &lines.join("\n"));
    let (status, _, stderr) = desk.said(&["--applications", "applications.jsonl"]);
    assert_eq!(status, 1);
    assert_eq!(stderr.matches("错误[P0718]").count(), 3, "{stderr}");
    for (line, words) in [(3, "房租"), (4, "clauses")] {
        assert!(stderr.contains(&format!("applications.jsonl:{line}:")) && stderr.contains(words), "{stderr}");
    }
    // Places and lines are those of the file.
    assert!(stderr.contains("applications.jsonl:2:1\n") && stderr.contains(r#"2 │ {"id":"2""#), "{stderr}");
    assert!(stderr.contains("条款 rent 缺 规模") && stderr.contains("条款 tax 缺 规模"), "{stderr}");
    assert!(stderr.contains("企业编号"), "{stderr}");
}

#[test]
fn a_clause_that_waits_for_another_says_how_much_is_left_of_it() {
    let desk = Desk::new();
    let extra = "条款 二《追加补贴》（extra）\n  先后：条款 rent 用完之后\n  支持：租金 的 10%\n  舍入：元，四舍五入\n  责任部门：区财政局\n";
    desk.write("main.policy", &format!("{POLICY}{extra}"));
    desk.write("facts.json", r#"{"企业编号":"甲","租金":10000}"#);
    desk.write("ledger.json", r#"[{"clause":"rent","date":"2026-02-01","amount":10000,"市场主体":"甲"}]"#);
    let mut command = Command::new(env!("CARGO_BIN_EXE_guiju"));
    let arguments = ["--facts", "facts.json", "--ledger", "ledger.json", "--on", "2026-03-01", "--explain"];
    command.args(["eval", "main.policy"]).args(arguments).current_dir(desk.path());
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    assert!(said.contains("条款 rent 还没有用完，余 4万元"), "{said}");
}

#[test]
fn one_application_holds_its_ledger_against_the_caps() {
    let desk = Desk::new();
    desk.write("facts.json", r#"{"市场主体":{"企业编号":"乙","租金":100000}}"#);
    let eval = |ledger: &str| {
        desk.write("ledger.json", ledger);
        let mut command = Command::new(env!("CARGO_BIN_EXE_guiju"));
        let arguments =
            ["eval", "main.policy", "--facts", "facts.json", "--ledger", "ledger.json", "--on", "2026-06-01"];
        let output = command.args(arguments).current_dir(desk.path()).stdin(Stdio::null()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    };
    let (status, stdout, stderr) = eval(r#"[{"clause":"rent","date":"2026-02-01","amount":"6万元","市场主体":"乙"}]"#);
    assert_eq!((status, stdout.as_str()), (1, ""), "{stderr}");
    assert!(stderr.contains("错误[P0716]") && stderr.contains("60000"), "{stderr}");
    let (status, stdout, stderr) = eval(r#"[{"clause":"rent","date":"2026-09-01","amount":"1万元","市场主体":"乙"}]"#);
    assert_eq!(status, 0, "{stderr}");
    assert!(stderr.contains("警告[P0710]"), "{stderr}");
    assert!(stdout.contains("可获 5万元"), "{stdout}");
}

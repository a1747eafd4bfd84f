//! Populations: who gains and who loses between two policies; `guiju batch`; every way in which a table can be wrong.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use guiju::bytecode::Verified;
use guiju::diagnostics::{Code, Lang};
use guiju::diff::population::{self, Place, Population, Report, show};
use guiju::input::Day;
use guiju::input::rows::Problem;

use crate::settle::bytes;
use crate::support::choices::Choices;
use crate::workbench;

mod decided;

/// 2026-06-30.
const ON: i32 = 20_634;

const OLD: &str = "\
政策 示范发〔2026〕5号《示范》（demo）
  有效期：2026-01-01 至 2027-12-31
部门 区财政局
部门 区科委
产业 服务业（services）
  软件（software）
产业 制造业（making）
对象 市场主体
  企业编号：文本，标识
  信用良好：是否
  产业：产业
  租金：金额，不低于 0
  研发投入：金额，不低于 0
条款 一《房租补贴》（rent）
  条件：信用良好
  支持：租金 的 50%
  舍入：元，四舍五入
  上限：5万元，每市场主体每年
  责任部门：区财政局
条款 二《研发补贴》（rd）
  产业：服务业
  支持：研发投入 的 10%
  舍入：元，四舍五入
  上限：50万元，每市场主体每年
  责任部门：区科委
条款 三《贷款贴息》（loan）
  支持：不超过 20万元
  上限：20万元，每市场主体每年
  责任部门：区财政局
";

/// Rent: 40%, no longer only of those of good credit; research: goes to the finance office; loans: at most 30.
fn new_policy() -> String {
    let rent = OLD.replace("租金 的 50%", "租金 的 40%").replace("  条件：信用良好\n", "");
    let research = rent.replace("  责任部门：区科委", "  责任部门：区财政局").replace("部门 区科委\n", "");
    research.replace("20万元", "30万元")
}

fn compiled(text: &str) -> Verified {
    workbench::program(&workbench::files(&[("main.policy", text)]))
}

const DAY: Day = Day { fixed: None, otherwise: Some(ON) };

/// Compares over a table, its rows cut into parts that are merged in an order of their own.
fn compared(old: &Verified, new: &Verified, table: &str, parts: &[usize]) -> (Report, Vec<Problem>) {
    let pairs = Population::pairs_by_name(old, new);
    let population = Population::new(old, new, &pairs, DAY);
    let mut reader = csv::ReaderBuilder::new().from_reader(table.as_bytes());
    let mut columns = population.columns();
    let mut problems = columns.header(reader.headers().unwrap().iter());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let mut met = Vec::new();
    let mut all = Vec::new();
    for part in 0..parts.len().max(1) {
        let mut worker = population.worker(columns.clone());
        for (row, number) in rows.iter().zip(1u64..) {
            if parts.is_empty() || parts[usize::try_from(number).unwrap() % parts.len()] == part {
                problems.extend(worker.row(Place { row: number, line: number + 1 }, row.iter()));
            }
        }
        let (part, columns) = worker.finish();
        all.push(part);
        met.push(columns);
    }
    if parts.len() > 1 && parts[0] > parts[1] {
        all.reverse();
    }
    let mut whole = all.remove(0);
    all.into_iter().for_each(|part| whole.merge(part));
    let missing = population.missing(&met.iter().collect::<Vec<_>>());
    (population.report(&whole, missing, Vec::new()), problems)
}

const TABLE: &str = "\
名称,企业编号,信用良好,产业,租金,研发投入
甲公司,A1,是,软件,80000,1000000
乙公司,A2,否,制造业,200000,0
丙公司,A3,是,服务业,120000,300000
丁公司,A4,,软件,10000,
戊公司,A5,是,制造业,2万元,5
";

#[test]
fn gains_and_losses_are_counted_by_clause_industry_and_department() {
    let (old, new) = (compiled(OLD), compiled(&new_policy()));
    let (report, problems) = compared(&old, &new, TABLE, &[]);
    assert_eq!(problems, Vec::new());
    assert_eq!(report.missing, Vec::new());
    // 甲: rent 40000 → 32000, loans at most 20 → 30 万: less at least, more at most.
    // 乙: 0 → 50000. 丙: 50000 → 48000. 丁: not known whether of good credit. 戊: 10000 → 8000.
    let total = &report.total;
    assert_eq!((report.rows, total.gains, total.loses, total.mixed, total.open), (5, 1, 0, 3, 1));
    insta::assert_snapshot!(show::text(&report, Lang::Zh));
    insta::assert_snapshot!(show::markdown(&report, Lang::En));
}

#[test]
fn the_report_is_the_same_however_the_rows_are_cut() {
    let (old, new) = (compiled(OLD), compiled(&new_policy().replace("30万元", "20万元")));
    let table = random_table(400, 7);
    let whole = compared(&old, &new, &table, &[]);
    assert!(whole.0.losers.len() == population::LISTED_MAX && whole.0.gainers.len() == population::LISTED_MAX);
    for parts in [&[0, 1][..], &[1, 0], &[2, 0, 1], &[0, 0, 1, 0, 2]] {
        assert_eq!(compared(&old, &new, &table, parts), whole, "{parts:?}");
    }
    // And the same rows in another order tell the same but for their numbers.
    let mut lines: Vec<&str> = table.lines().skip(1).collect();
    lines.reverse();
    let turned = format!("{}\n{}\n", table.lines().next().unwrap(), lines.join("\n"));
    let (turned, _) = compared(&old, &new, &turned, &[]);
    assert_eq!((turned.total, turned.clauses, turned.industries), (whole.0.total, whole.0.clauses, whole.0.industries));
}

/// Rows with gaps, figures around the caps, and values of every spelling that is taken.
fn random_table(rows: usize, seed: u64) -> String {
    let mut table = String::from("企业编号,信用良好,产业,租金,研发投入\n");
    for row in 0..rows {
        let source = bytes(seed * 10_000 + row as u64);
        let mut choices = Choices::new(&source);
        let credit = choices.one(&["是", "否", "是的", "", "未知", "不适用"]);
        let industry = choices.one(&["软件", "服务业", "制造业", "", "software"]);
        let rent = choices.one(&["0", "99999.99", "100000", "100000.01", "10万元", "", "不适用", "未知"]);
        let rent = if choices.once_in(2) { format!("{}", choices.below(250) * 1_000) } else { rent.to_owned() };
        let research = choices.one(&["", "5000000", "3", "1234.56", "6000000元"]);
        table.push_str(&format!("A{row},{credit},{industry},{rent},{research}\n"));
    }
    table
}

/// What a command says: exit status, stdout, stderr.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guiju"));
    let output = command.args(arguments).current_dir(folder).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn desk(files: &[(&str, &str)]) -> tempfile::TempDir {
    let desk = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(desk.path().join(name), text).unwrap();
    }
    desk
}

#[test]
fn batch_decides_each_row_as_eval_does() {
    let table = random_table(12, 3);
    let desk = desk(&[("main.policy", OLD), ("名单.csv", &table)]);
    let batch = ["batch", "main.policy", "--input", "名单.csv", "--on", "2026-06-30", "--output"];
    let (status, _, stderr) = run(desk.path(), &[&batch[..], &["结果.jsonl"]].concat());
    assert_eq!((status, stderr.as_str()), (0, ""));
    let (status, ..) = run(desk.path(), &[&batch[..], &["结果.csv"]].concat());
    assert_eq!(status, 0);
    let read = |name: &str| fs::read_to_string(desk.path().join(name)).unwrap();
    let (lines, cells) = (read("结果.jsonl"), read("结果.csv"));
    let mut cells = csv::ReaderBuilder::new().from_reader(cells.as_bytes());
    let cells: Vec<csv::StringRecord> = cells.records().map(Result::unwrap).collect();
    let rows: Vec<&str> = table.lines().skip(1).collect();
    assert_eq!((lines.lines().count(), cells.len()), (rows.len(), rows.len()));
    let names: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    for ((row, line), cells) in rows.iter().zip(lines.lines()).zip(&cells) {
        let given = names.iter().zip(row.split(',')).filter(|(_, cell)| !cell.is_empty());
        let facts: serde_json::Map<String, serde_json::Value> =
            given.map(|(name, cell)| ((*name).to_owned(), cell.into())).collect();
        fs::write(desk.path().join("facts.json"), serde_json::Value::from(facts).to_string()).unwrap();
        let (status, said, _) = run(
            desk.path(),
            &["eval", "main.policy", "--facts", "facts.json", "--on", "2026-06-30", "--format", "json"],
        );
        assert_eq!(status, 0);
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        let batch: serde_json::Value = serde_json::from_str(line).unwrap();
        for (at, clause) in said["clauses"].as_array().unwrap().iter().enumerate() {
            let own = &batch["clauses"][at];
            assert_eq!((&own["id"], &own["outcome"]), (&clause["id"], &clause["outcome"]), "{row}");
            assert_eq!(cells.get(3 + at * 3), clause["outcome"].as_str(), "{row}");
            if clause["outcome"] != "eligible" {
                assert!(own["low"].is_null() && own["high"].is_null(), "{row}");
                continue;
            }
            let amount = &clause["amount"];
            let ends = (&amount["low"], &amount["high"]);
            assert_eq!((&own["low"], &own["high"]), ends, "{row}");
            assert_eq!(cells.get(4 + at * 3), own["low"].as_str(), "{row}");
        }
    }
}

#[test]
fn json_rows_are_read_as_tables_are() {
    let cells = TABLE.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    let rows: Vec<String> = cells
        .map(|cells| {
            let names = ["名称", "企业编号", "信用良好", "产业", "租金", "研发投入"];
            let given = names.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
            let pairs = given.map(|(name, cell)| {
                let plain = matches!(*name, "租金" | "研发投入") && cell.bytes().all(|byte| byte.is_ascii_digit());
                if plain { format!("\"{name}\":{cell}") } else { format!("\"{name}\":\"{cell}\"") }
            });
            pairs.collect::<Vec<_>>().join(",")
        })
        .collect();
    let flat: Vec<String> = rows.iter().map(|row| format!("{{{row}}}")).collect();
    let nested: Vec<String> = rows
        .iter()
        .map(|row| {
            format!("{{\"id\":\"x\",\"facts\":{{\"市场主体\":{{{}}}}}}}", row.replacen("\"名称\"", "\"_名称\"", 1))
        })
        .collect();
    let desk = desk(&[
        ("main.policy", OLD),
        ("a.csv", TABLE),
        ("b.jsonl", &flat.join("\n")),
        ("c.json", &format!("[{}]", flat.join(",\n"))),
        ("d.jsonl", &nested.join("\n")),
    ]);
    let decided = |input: &str| {
        let (status, _, stderr) = run(
            desk.path(),
            &["batch", "main.policy", "--input", input, "--output", "out.jsonl", "--on", "2026-06-30"],
        );
        assert_eq!((status, stderr.as_str()), (0, ""), "{input}");
        let text = fs::read_to_string(desk.path().join("out.jsonl")).unwrap();
        let without_label = |line: &str| {
            let mut row: serde_json::Value = serde_json::from_str(line).unwrap();
            row["label"] = serde_json::Value::Null;
            row
        };
        text.lines().map(without_label).collect::<Vec<_>>()
    };
    let table = decided("a.csv");
    assert_eq!(table.len(), 5);
    for other in ["b.jsonl", "c.json", "d.jsonl"] {
        assert_eq!(decided(other), table, "{other}");
    }
}

/// Codes, rows and columns of what is wrong.
fn wrong(table: &[u8], name: &str) -> (i32, String) {
    let desk = desk(&[("main.policy", OLD)]);
    fs::write(desk.path().join(name), table).unwrap();
    let (status, stdout, stderr) =
        run(desk.path(), &["batch", "main.policy", "--input", name, "--output", "out.csv", "--on", "2026-06-30"]);
    let written = desk.path().join("out.csv").exists();
    assert_eq!(written, status == 0, "written and refused: {stdout}{stderr}");
    assert_eq!(fs::read_dir(desk.path()).unwrap().count(), if written { 3 } else { 2 }, "something is left over");
    (status, stderr)
}

#[test]
fn every_bad_cell_is_named_by_row_and_column() {
    let table = "企业编号,信用良好,产业,租金\nA1,也许,软件,1000\nA2,是,软体,1e99\nA3,是,软件,-5\nA4,是,软件,12.345\n";
    let (status, said) = wrong(table.as_bytes(), "名单.csv");
    assert_eq!(status, 1);
    for (row, column, code) in [
        (1, "信用良好", "P0703"),
        (2, "产业", "P0707"),
        (2, "租金", "P070"),
        (3, "租金", "P0705"),
        (4, "租金", "P0709"),
    ] {
        let here = said
            .split("error")
            .find(|part| part.contains(&format!("第 {row} 份“{column}”列")))
            .unwrap_or_else(|| panic!("{row} {column}: {said}"));
        assert!(here.contains(code), "{row} {column}: {said}");
    }
    assert!(said.contains("名单.csv:3:"), "{said}");
    assert!(said.contains("是不是“软件”"), "{said}");
}

#[test]
fn bad_tables_are_refused_and_nothing_is_written() {
    let cases: [(&[u8], &str, &str); 8] = [
        (b"", "a.csv", "P0823"),
        ("企业编号,租金\n".as_bytes(), "a.csv", "P0823"),
        ("企业编号,租金\nA1\n".as_bytes(), "a.csv", "P0822"),
        ("企业编号,租金\nA1,1,2\n".as_bytes(), "a.csv", "P0822"),
        ("企业编号,租金,租金\nA1,1,2\n".as_bytes(), "a.csv", "P0704"),
        (b"\xc6\xf3\xd2\xb5,\xd7\xe2\xbd\xf0\nA1,1\n", "a.csv", "P0822"),
        ("企业编号,租金\nA1,1\nA\u{e9}2,".as_bytes(), "a.csv", ""),
        ("{\"租金\":1,\"租金\":2}\n[3]\n{\"租金\":".as_bytes(), "a.jsonl", "P0704"),
    ];
    for (table, name, code) in cases {
        let (status, said) = wrong(table, name);
        assert_eq!(status, i32::from(!code.is_empty()), "{said}");
        assert!(said.contains(code), "{code}: {said}");
    }
    let (_, said) = wrong("{\"租金\":1,\"租金\":2}\n这不是 JSON\n{\"租金\":".as_bytes(), "a.jsonl");
    assert_eq!(said.matches("[P0701]").count(), 2, "{said}");
    let (status, said) = wrong("企业编号,租钱,_备注,名称\nA1,1,x,y\n".as_bytes(), "a.csv");
    assert_eq!(status, 0);
    assert!(said.contains("P0821") && said.contains("是不是“租金”") && !said.contains("备注"), "{said}");
}

#[test]
fn personal_numbers_are_masked_wherever_they_are_printed() {
    let (old, new) = (compiled(OLD), compiled(&new_policy()));
    let table = "姓名,身份证号,企业编号,信用良好,产业,租金,研发投入\n张三,11010519491231002X,A2,否,制造业,200000,0\n";
    let (report, _) = compared(&old, &new, table, &[]);
    assert_eq!(report.gainers[0].label, "张三 110***********002X A2");
    let (_, said) = wrong("企业编号,信用良好\nA1,11010519491231002X\n".as_bytes(), "a.csv");
    assert!(said.contains("110***********002X") && !said.contains("19491231"), "{said}");
}

#[test]
fn columns_that_a_changed_clause_needs_are_missed_all_at_once() {
    let (old, new) = (compiled(OLD), compiled(&new_policy()));
    let (report, _) = compared(&old, &new, "企业编号\nA1\n", &[]);
    let missing: Vec<(&str, bool, bool)> =
        report.missing.iter().map(|missing| (missing.name.as_str(), missing.old, missing.new)).collect();
    assert_eq!(
        missing,
        [("产业", true, true), ("信用良好", true, false), ("研发投入", true, true), ("租金", true, true)]
    );
    // Nothing is missing where nothing means anything else.
    let (report, _) = compared(&old, &old, "企业编号\nA1\n", &[]);
    assert_eq!(report.missing, Vec::new());
    assert_eq!((report.total.open, report.total.old.undetermined), (0, 1));
}

#[test]
fn the_same_policy_changes_nobody() {
    let old = compiled(OLD);
    let (report, problems) = compared(&old, &old, &random_table(300, 11), &[]);
    assert_eq!(problems, Vec::new());
    let total = &report.total;
    assert_eq!((total.gains, total.loses, total.mixed, total.open), (0, 0, 0, 0));
    assert_eq!(total.old, total.new);
    assert!(total.old.undetermined > 0 && total.old.high > 0);
}

#[test]
fn an_added_and_a_removed_clause_count_against_nothing() {
    let old = compiled(OLD);
    let without = OLD.split("条款 三").next().unwrap();
    let new = compiled(&without.replace("条款 二《研发补贴》（rd）", "条款 四《研发奖励》（rd-award）"));
    let (report, _) = compared(&old, &new, TABLE, &[]);
    let ids: Vec<(Option<&str>, Option<&str>)> =
        report.clauses.iter().map(|clause| (clause.old.as_deref(), clause.new.as_deref())).collect();
    assert_eq!(ids, [(Some("rent"), Some("rent")), (None, Some("rd-award")), (Some("rd"), None), (Some("loan"), None)]);
    let text = show::text(&report, Lang::En);
    assert!(text.contains("(added)") && text.contains("(removed)"), "{text}");
}

#[test]
fn budgets_and_groups_are_settled_with_all_applicants_together() {
    let base = OLD.split("条款 二").next().unwrap();
    let (old, new) = (compiled(base), compiled(&format!("{base}  预算：每年 10万元，先到先得\n")));
    let pairs = Population::pairs_by_name(&old, &new);
    let population = Population::new(&old, &new, &pairs, DAY);
    assert!(population.is_settled());
    let mut columns = population.columns();
    assert_eq!(columns.header(["企业编号", "信用良好", "租金"]), Vec::new());
    let mut settling = population.settling(&columns);
    for side in settling.sides() {
        for (row, (credit, rent)) in
            (1..).zip([("是", "90000"), ("是", "100000"), ("否", "5"), ("", "100000"), ("是", "80000")])
        {
            let id = format!("A{row}");
            assert_eq!(side.row(Place { row, line: row + 1 }, [id.as_str(), credit, rent].into_iter()), Vec::new());
        }
    }
    let (part, budgets, columns) = settling.finish();
    let report = population.report(&part, population.missing(&[&columns]), budgets);
    let total = &report.total;
    // 45000 + 50000 + 40000 before; the budget leaves 5000 for the last.
    assert_eq!((total.old.low, total.new.low), (13_500_000, 10_000_000));
    assert_eq!((total.loses, total.gains, total.open), (1, 0, 1));
    assert_eq!(report.losers[0].row, 5);
    let text = show::text(&report, Lang::Zh);
    assert!(text.contains("结算过") && text.contains("要 13.5万元，给 10万元"), "{text}");
    assert!(text.contains("受预算"), "{text}");
}

#[test]
fn the_json_of_a_report_is_what_the_reference_says() {
    let (old, new) = (compiled(OLD), compiled(&new_policy()));
    let (report, _) = compared(&old, &new, TABLE, &[]);
    insta::assert_snapshot!(format!("{:#}", population::json(&report)));
    assert!(Code::ALL.iter().any(|code| code.number() == "P0820"));
}

#[test]
fn diff_tells_whom_a_revision_affects_in_every_form() {
    let desk = desk(&[("old.policy", OLD), ("new.policy", &new_policy()), ("名单.csv", TABLE)]);
    let diff = ["diff", "old.policy", "new.policy", "--population", "名单.csv", "--on", "2026-06-30", "--format"];
    let said = |format: &str| {
        let (status, stdout, stderr) = run(desk.path(), &[&diff[..], &[format]].concat());
        assert_eq!((status, stderr.as_str()), (1, ""), "{format}");
        stdout
    };
    let expected = "申请人 5 个：增加 1，减少 0，不变 0，可增可减 3，未定 1";
    for format in ["human", "markdown", "html"] {
        assert!(said(format).contains(expected), "{format}");
    }
    let json: serde_json::Value = serde_json::from_str(&said("json")).unwrap();
    assert_eq!((&json["population"]["rows"], &json["population"]["total"]["gain"]), (&5.into(), &1.into()));
    assert_eq!(json["population"]["gainers"][0]["label"], "乙公司 A2");
    page_of_tables(&said("html"));
    for format in ["sarif", "docx"] {
        let (status, _, stderr) = run(desk.path(), &[&diff[..], &[format, "-o", "x"]].concat());
        assert_eq!(status, 2, "{stderr}");
        assert!(!desk.path().join("x").exists());
    }
}

#[test]
fn a_population_with_errors_stops_the_comparison_before_anything_is_written() {
    let desk = desk(&[("old.policy", OLD), ("new.policy", &new_policy())]);
    let diff = |table: &str, more: &[&str]| {
        fs::write(desk.path().join("p.csv"), table).unwrap();
        let arguments =
            ["diff", "old.policy", "new.policy", "--population", "p.csv", "--on", "2026-06-30", "-o", "out"];
        let (status, _, stderr) = run(desk.path(), &[&arguments[..], more].concat());
        assert_eq!(desk.path().join("out").exists(), status != 2, "{stderr}");
        let _ = fs::remove_file(desk.path().join("out"));
        (status, stderr)
    };
    let (status, said) = diff("企业编号,租斤\nA1,1\n", &[]);
    assert_eq!(status, 2);
    for needed in [
        "“信用良好”这一列，现行政策要用",
        "“产业”这一列，两份政策都要用",
        "“租金”这一列",
        "“研发投入”这一列",
        "是不是“租金”",
    ] {
        assert!(said.contains(needed), "{needed}: {said}");
    }
    assert_eq!(diff("企业编号\nA1\n", &["--allow-missing"]).0, 1);
    let (status, said) = diff(&TABLE.replace("80000", "八万多"), &[]);
    assert!(status == 2 && said.contains("第 1 份“租金”列") && said.contains("P0703"), "{said}");
    let (status, said) = diff("", &[]);
    assert!(status == 2 && said.contains("P0823"), "{said}");
    let (status, said) = diff(&format!("{TABLE}\"己,A6,是,软件,1,1\n"), &[]);
    assert!(status == 2 && said.contains("P0822"), "{said}");
}

/// The section of the page: headings, lists and tables that close, in order, and no preformatted text.
fn page_of_tables(page: &str) {
    let section = page.split_once("<section class=\"population\">").unwrap().1.split_once("</section>").unwrap().0;
    assert!(!section.contains("<pre"), "{section}");
    for wanted in [
        "<h2>影响到谁</h2>",
        "<h3>按条款</h3>",
        "<h3>按产业</h3>",
        "<th scope=\"col\">增加</th>",
        "<th scope=\"row\">房租补贴（rent）</th>",
        "<ol>",
    ] {
        assert!(section.contains(wanted), "{wanted}: {section}");
    }
    let mut open: Vec<String> = Vec::new();
    for tag in section.split('<').skip(1) {
        let tag = tag.split_once('>').unwrap().0;
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name), "{section}"),
            None => open.push(tag.split(' ').next().unwrap().to_owned()),
        }
    }
    assert_eq!(open, Vec::<String>::new());
}

#[test]
fn names_of_applicants_are_text() {
    let (old, new) = (compiled(OLD), compiled(&new_policy()));
    let (report, _) = compared(&old, &new, &TABLE.replace("乙公司", "<script>x</script>&\"|"), &[]);
    let html = show::html(&report, Lang::Zh);
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;x&lt;/script&gt;&amp;"), "{html}");
}

//! Addresses of amendments as documents write them, and days on which nothing holds any more.

use std::process::Command;

use super::*;

const TWO: &str = "\
政策 示范发〔2025〕1号《若干措施》（demo）
  有效期：2026-01-01 至 2026-12-31
部门 区科委（science）
对象 市场主体
  依法设立：是否
条款 一《甲》（one）
  支持：1万元
  责任部门：区科委
条款 2《乙》（two）
  支持：2万元
  责任部门：区科委
条款 第三条《丙》（three）
  支持：3万元
  责任部门：区科委
";

/// What is found of a policy with an amendment, code by code; its clauses otherwise.
fn amended(base: &str, line: &str) -> Result<Vec<String>, String> {
    let amendment = format!("修订 示范发〔2026〕2号《决定》（a）\n  施行：2026-06-01\n  {line}\n");
    let (_, program) = side(&appended(&single(base), &amendment))?;
    Ok(said(&program)["order"].clone())
}

#[test]
fn an_article_is_found_however_its_number_is_written() {
    for (line, left) in [
        ("删去：第一条", ["two", "three"]),
        ("删去：第1条", ["two", "three"]),
        ("删去：条款 第一条", ["two", "three"]),
        ("删去：第二条", ["one", "three"]),
        ("删去：条款 2", ["one", "three"]),
        ("删去：第3条", ["one", "two"]),
    ] {
        assert_eq!(amended(TWO, line).unwrap(), left, "{line}");
    }
    assert!(amended(TWO, "修改：第二条支持，由 2万元 改为 5万元").is_ok());
    assert!(amended(TWO, "删去：第四条").unwrap_err().contains("P0220"));
    assert!(amended(TWO, "删去：第一条之一").is_err());
}

#[test]
fn an_article_that_several_clauses_are_is_not_guessed() {
    let twice = TWO.replace("条款 2《", "条款 1《");
    for line in ["删去：第一条", "修改：第一条支持，改为 5万元"] {
        let found = amended(&twice, line).unwrap_err();
        assert!(found.contains("P0222") && found.contains("是哪一个"), "{found}");
    }
    assert_eq!(amended(&twice, "删去：条款 one").unwrap(), ["two", "three"]);
    assert_eq!(amended(&twice, "删去：条款 一").unwrap(), ["two", "three"]);
}

/// An extension from the day after the end on goes on without a gap.
#[test]
fn an_extension_after_the_end_is_warned_of() {
    for (day, codes) in [("2027-01-01", &[][..]), ("2027-01-02", &["P0228"]), ("2026-06-01", &[])] {
        let text = format!("{TWO}修订 《决定》（a）\n  施行：{day}\n  延长：有效期至 2028-12-31\n");
        let (loaded, found) = load("main.policy", &single(&text));
        let found = editions(loaded, found, model::check).found;
        assert_eq!(found.iter().map(|it| it.code.number()).collect::<Vec<_>>(), codes, "{day}");
    }
}

#[test]
fn eval_says_what_was_repealed_by_which_document_and_from_when() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("facts.json"), "{}").unwrap();
    let eval = |line: &str, more: &[&str]| {
        let amendment = format!("修订 示范发〔2026〕2号《关于废止的决定》（a）\n  施行：2026-06-01\n  {line}\n");
        fs::write(folder.path().join("main.policy"), format!("{TWO}{amendment}")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_guiju"));
        command.args(["eval", "main.policy", "--facts", "facts.json"]).args(more).current_dir(folder.path());
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let (before, after) = (["--on", "2026-05-31"], ["--on", "2026-07-01"]);
    let whole = "已废止：本政策，由示范发〔2026〕2号《关于废止的决定》废止，2026-06-01 起失效";
    assert!(eval("废止：本政策", &after).contains(whole));
    assert!(!eval("废止：本政策", &before).contains("已废止"));
    let clause = eval("废止：第一条", &after);
    assert!(clause.contains("已废止：一《甲》（one），由示范发〔2026〕2号"), "{clause}");
    let json: serde_json::Value =
        serde_json::from_str(&eval("废止：本政策", &["--on", "2026-07-01", "--format", "json"])).unwrap();
    assert_eq!(json["repealed"][0]["from"], "2026-06-01");
    assert!(eval("废止：本政策", &["--on", "2026-07-01", "--lang", "en"]).contains("Repealed: this policy, by"));
}

#[test]
fn numbered_lines_of_a_definition_are_counted() {
    let base = format!("{TWO}定义 重点企业：满足下列条件之一\n  （一）依法设立\n  （二）评定日 不早于 2026-03-01\n");
    let base = base.replace("条款 一《甲》（one）\n", "条款 一《甲》（one）\n  条件：重点企业\n");
    assert!(amended(&base, "修改：定义 重点企业 第二项，由 2026-03-01 改为 2026-04-01").is_ok());
    assert!(amended(&base, "删去：定义 重点企业 第三项").unwrap_err().contains("P0220"));
    assert!(amended(&base, "增加：定义 重点企业 第二项，依法设立").unwrap_err().contains("P0224"));
}

//! The order of clauses: what an amendment says of it, and what is wrong with what it says.

use super::*;

const ROW: &str = "\
政策 示范发〔2025〕1号《若干措施》（demo）
  有效期：2026-01-01 至 2027-12-31
  舍入：元，四舍五入
部门 区科委（science）
条款 一《甲》（one）
  支持：1万元
  责任部门：区科委
条款 二《乙》（two）
  支持：2万元
  责任部门：区科委
条款 三《丙》（three）
  支持：3万元
  责任部门：区科委
条款 四《丁》（four）
  支持：4万元
  责任部门：区科委
";

/// The clauses of [`ROW`] in another order, some of them new.
fn row(order: &[&str]) -> Files {
    let head = ROW.split("条款 ").next().unwrap();
    let clause = |id: &&str| {
        let found = ROW.split("条款 ").find(|text| text.contains(&format!("（{id}）")));
        found.map_or(
            format!("条款 新{id}《{id}》（{id}）\n  支持：9万元\n  责任部门：区科委\n"),
            |text| format!("条款 {text}"),
        )
    };
    single(&format!("{head}{}", order.iter().map(clause).collect::<String>()))
}

/// The order of clauses is that of results and of settlement.
#[test]
fn clauses_are_put_in_their_places() {
    let placed = |order: &[&str]| {
        let written = round(&single(ROW), &row(order)).unwrap();
        let lines = written.source.lines().filter(|line| line.contains("列在")).map(|line| line.trim().to_owned());
        (lines.collect::<Vec<_>>(), written.wording)
    };
    let (lines, wording) = placed(&["four", "one", "two", "three"]);
    assert_eq!(lines, ["顺延：条款 four，列在最前"]);
    assert!(wording.contains("将第四条移至各条款最前。"), "{wording}");
    let (lines, wording) = placed(&["one", "three", "two", "four"]);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(wording.contains("移至"), "{wording}");
    let (lines, wording) = placed(&["one", "five", "six", "two", "three", "four", "seven"]);
    assert_eq!(lines, ["顺延：条款 five，列在 条款 one 之后", "顺延：条款 six，列在 条款 five 之后"]);
    assert!(!wording.contains("移至"), "{wording}");
    placed(&["four", "three", "five", "two", "one"]);
    placed(&["three"]);
}

#[test]
fn where_a_clause_is_placed_must_be_there() {
    let found = |lines: &str| {
        let amendment = format!("修订 《甲》（a）\n  施行：2026-06-01\n{lines}");
        side(&appended(&single(ROW), &amendment)).map(|(side, program)| (side, said(&program)))
    };
    let order = |lines: &str| found(lines).unwrap().1["order"].clone();
    assert_eq!(order("  顺延：条款 four，列在 条款 two 之前\n"), ["one", "four", "two", "three"]);
    assert_eq!(order("  renumber: clause four, placed after clause one\n"), ["one", "four", "two", "three"]);
    assert_eq!(order("  顺延：条款 《甲》，列在 条款 three 之后\n  删去：条款 two\n"), ["three", "one", "four"]);
    for (lines, code) in [
        ("  顺延：条款 nine，列在 条款 two 之后\n", "P0220"),
        ("  顺延：条款 one，列在 条款 nine 之后\n", "P0220"),
        ("  删去：条款 two\n  顺延：条款 one，列在 条款 two 之后\n", "P0220"),
        ("  顺延：条款 one，列在 条款 one 之后\n", "P0224"),
        ("  顺延：部门 science，列在 条款 one 之后\n", "P0224"),
        ("  顺延：条款 one，列在 条款 two 之后\n  顺延：条款 one，列在 条款 three 之后\n", "P0223"),
    ] {
        let said = found(lines).err().unwrap_or_default();
        assert!(said.contains(code), "{lines}{said}");
    }
}

#[test]
fn a_clause_that_an_earlier_amendment_deleted_is_told_by_it() {
    let lines = "修订 《甲》（a）\n  施行：2026-06-01\n  删去：条款 two\n修订 《乙》（b）\n  施行：2026-07-01\n  修改：条款 two 支持，由 2万元 改为 3万元\n";
    let text = format!("{ROW}{lines}");
    let (loaded, found) = load("main.policy", &single(&text));
    let found = editions(loaded, found, model::check).found;
    let [found] = found.iter().filter(|found| found.is_error()).collect::<Vec<_>>()[..] else { panic!("{found:?}") };
    assert_eq!(found.code.number(), "P0220");
    assert!(found.secondary.iter().any(|label| label.text.zh == "2026-06-01 修订“a”施行时删去了"), "{found:?}");
}

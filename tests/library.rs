//! The standard library against the tables it was written from.

use std::collections::BTreeMap;

use guiju::bytecode::program::Given;
use guiju::decision::ClauseDecision;
use guiju::vm::Vm;

use crate::workbench;

/// The national table of 2011 (工信部联企业〔2011〕300号): category; upper bounds (either); medium (both); small (both).
/// X persons, Y revenue and Z assets in 万元.
const CLASSES: &str = "\
农林牧渔业|Y20000|Y500|Y50
工业|X1000 Y40000|X300 Y2000|X20 Y300
建筑业|Y80000 Z80000|Y6000 Z5000|Y300 Z300
批发业|X200 Y40000|X20 Y5000|X5 Y1000
零售业|X300 Y20000|X50 Y500|X10 Y100
交通运输业|X1000 Y30000|X300 Y3000|X20 Y200
仓储业|X200 Y30000|X100 Y1000|X20 Y100
邮政业|X1000 Y30000|X300 Y2000|X20 Y100
住宿业|X300 Y10000|X100 Y2000|X10 Y100
餐饮业|X300 Y10000|X100 Y2000|X10 Y100
信息传输业|X2000 Y100000|X100 Y1000|X10 Y100
软件和信息技术服务业|X300 Y10000|X100 Y1000|X10 Y50
房地产开发经营|Y200000 Z10000|Y1000 Z5000|Y100 Z2000
物业管理|X1000 Y5000|X300 Y1000|X100 Y500
租赁和商务服务业|X300 Z120000|X100 Z8000|X10 Z100
其他未列明行业|X300|X100|X10";

const POLICY: &str = "\
政策 示范发〔2026〕1号《示范》（demo）
  有效期：2026-01-01 至 2028-12-31
部门 区科委
引用 标准/中小企业划型
条款 一《微型》（micro）
  条件：企业划型 是 微型
  支持：1元
  责任部门：区科委
条款 二《小型》（small）
  条件：企业划型 是 小型
  支持：1元
  责任部门：区科委
条款 三《中型》（medium）
  条件：企业划型 是 中型
  支持：1元
  责任部门：区科委
条款 四《大型》（large）
  条件：企业划型 是 大型
  支持：1元
  责任部门：区科委
";

/// Measures by letter: persons, or cents.
type Measures = BTreeMap<char, i128>;

/// `X300 Y2000` as persons and cents.
fn bounds(text: &str) -> Measures {
    text.split_whitespace()
        .map(|bound| {
            let letter = bound.chars().next().unwrap();
            let number: i128 = bound[1..].parse().unwrap();
            (letter, if letter == 'X' { number } else { number * 1_000_000 })
        })
        .collect()
}

fn reaches(given: &Measures, bounds: &Measures) -> bool {
    bounds.iter().all(|(letter, bound)| given.get(letter).is_some_and(|value| value >= bound))
}

/// The class that the text of the standard gives: upper bounds join with 或, lower bounds with 且, one class down each.
fn class(given: &Measures, rows: &[Measures; 3]) -> usize {
    match () {
        () if reaches(given, &rows[0]) => 3,
        () if reaches(given, &rows[1]) => 2,
        () if reaches(given, &rows[2]) => 1,
        () => 0,
    }
}

#[test]
fn every_class_of_the_national_table_at_each_of_its_bounds() {
    let program = workbench::program(&workbench::files(&[("main.policy", POLICY)]));
    let tables = &program.program().tables;
    let slot = |name: &str| u32::try_from(tables.slots.iter().position(|slot| slot.name == name).unwrap()).unwrap();
    let letters = [('X', slot("从业人员")), ('Y', slot("营业收入")), ('Z', slot("资产总额"))];
    let vm = Vm::new(&program);
    let (mut machine, mut seen) = (vm.machine(), 0);
    for line in CLASSES.lines() {
        let mut columns = line.split('|');
        let name = columns.next().unwrap();
        let rows: [Measures; 3] = std::array::from_fn(|_| bounds(columns.next().unwrap()));
        let member = tables.members.iter().position(|member| member.name == name).unwrap();
        let values = |letter: char| -> Vec<i128> {
            let all = rows.iter().filter_map(|row| row.get(&letter));
            all.flat_map(|bound| [bound - 1, *bound]).chain([0]).collect()
        };
        for x in values('X') {
            for y in values('Y') {
                for z in values('Z') {
                    let given: Measures = [('X', x), ('Y', y), ('Z', z)].into_iter().collect();
                    let mut case = vm.case();
                    case.set(tables, slot("所属划型行业"), &Given::Value(member as i128));
                    for (letter, slot) in letters {
                        case.set(tables, slot, &Given::Value(given[&letter]));
                    }
                    let decision = machine.trace(&case, 20_500).decide();
                    let eligible = |clause: &ClauseDecision| matches!(clause, ClauseDecision::Eligible { .. });
                    let classes: Vec<usize> = (0..4).filter(|class| eligible(&decision.clauses[*class])).collect();
                    assert_eq!(classes, [class(&given, &rows)], "{name} with {given:?}");
                    seen += 1;
                }
            }
        }
    }
    assert_eq!(seen, 700, "cases at and one below every bound");
}

#[test]
fn every_file_of_the_library_checks() {
    for file in guiju::standard::library::FILES {
        for written in [format!("标准/{}", file.name), format!("std/{}", file.english)] {
            let text = format!(
                "政策 示范发〔2026〕1号《示范》（demo）\n  有效期：2026-01-01 至 2028-12-31\n引用 {written}\n\
                 部门 区科委\n对象 市场主体\n  评分：数\n条款 一《例》（example）\n  支持：1元\n  责任部门：区科委\n"
            );
            let bench = workbench::check(&workbench::files(&[("main.policy", &text)]));
            let shown = guiju::diagnostics::render::short(&bench.found, &bench.sources, guiju::diagnostics::Lang::Zh);
            assert!(!shown.contains("标准/"), "{written}: {shown}");
            assert!(bench.checked.is_some(), "{written}: {shown}");
        }
    }
}

#[test]
fn formatting_a_policy_leaves_the_library_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = "政策 示范发〔2026〕1号《示范》（demo）\n  有效期：2026-01-01 至 2028-12-31\n\n引用 标准/中小企业划型\n\n部门 区科委\n";
    std::fs::write(folder.path().join("main.policy"), text).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_guiju"));
    let output = command.args(["fmt", "--check", "."]).current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}

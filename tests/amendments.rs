//! Amendments: what they change, what they leave as it is, and that their order in the files means nothing.

use std::collections::BTreeMap;

use guiju::bytecode::Verified;
use guiju::diagnostics::Code;
use proptest::prelude::*;

use crate::workbench;

const BASE: &str = "\
政策 示范发〔2025〕1号《若干措施》（demo）
  有效期：2026-01-01 至 2027-12-31
  舍入：元，四舍五入
部门 区科委（science）
对象 市场主体
  依法设立：是否
  信用良好：是否
  实付租金：金额，不低于 0
条款 一《租金补贴》（rent）
  条件：满足下列条件之一
    （一）依法设立
    （二）信用良好
    （三）实付租金 超过 3万元
  支持：实付租金 的 50%
  上限：200万元，每市场主体每年
  责任部门：区科委
条款 二《研发补贴》（rd）
  条件：依法设立
  支持：1万元
  责任部门：区科委
";

const AMENDMENTS: [&str; 3] = [
    "修订 《关于修改上限的决定》（amend-1）
  施行：2026-06-01
  修改：条款 rent 上限，由 200万元 改为 500万元
  增加：条款 rent 条件，作为第二项：实付租金 不足 1万元
",
    "修订 《关于修改比例的决定》（amend-2）
  施行：2026-06-01
  修改：条款 rent 支持，由 50% 改为 60%
  顺延：条款 rd 改为 三
",
    "修订 《关于再次修改的决定》（amend-3）
  施行：2027-01-01
  修改：条款 rent 上限，由 500万元 改为 800万元
  删去：条款 rent 条件 第三项
  删去：条款 rd
",
];

fn editions(parts: &[&str]) -> Vec<Verified> {
    let text = parts.concat();
    let files: BTreeMap<_, _> = workbench::files(&[("main.policy", &text)]);
    workbench::edition_programs(&files).into_iter().map(|(_, program)| program).collect()
}

fn hashes(program: &Verified) -> Vec<(String, String, [u8; 32], [u8; 32])> {
    let clauses = program.program().tables.clauses.iter();
    clauses.map(|it| (it.id.clone(), it.address.clone(), it.meaning_hash, it.content_hash)).collect()
}

fn codes(text: &str) -> Vec<Code> {
    let bench = workbench::check(&workbench::files(&[("main.policy", text)]));
    bench.found.iter().filter(|found| found.is_error()).map(|found| found.code).collect()
}

/// A quota or a budget of a clause is no part of its meaning hash; an amendment written for the clause is written for them too.
#[test]
fn an_amendment_is_written_for_a_clause_with_its_budget() {
    let budget =
        |amount: &str| BASE.replace("  支持：1万元\n", &format!("  支持：1万元\n  预算：每年 {amount}，先到先得\n"));
    let basis = |text: &str| {
        let program = editions(&[text]).remove(0);
        let clause = &program.program().tables.clauses[1];
        let hash: String =
            guiju::bytecode::hash::basis(program.program(), clause).map(|byte| format!("{byte:02x}")).concat();
        (hash, clause.meaning_hash)
    };
    let (plain, few, many) = (basis(BASE), basis(&budget("100万元")), basis(&budget("200万元")));
    assert!(plain.1 == few.1 && few.1 == many.1, "the clause by itself means the same");
    assert!(plain.0 != few.0 && few.0 != many.0, "what an amendment is written for does not");
    let amendment = |hash: &str| {
        format!(
            "修订 《决定》（amend-1）\n  施行：2026-06-01\n  基准：条款 rd {}\n  修改：条款 rd 支持，由 1万元 改为 2万元\n",
            &hash[..8]
        )
    };
    assert!(codes(&[budget("100万元"), amendment(&few.0)].concat()).is_empty());
    assert_eq!(codes(&[budget("200万元"), amendment(&few.0)].concat()), [Code::BaseChanged]);
}

#[test]
fn what_is_not_yet_in_force_changes_nothing() {
    let plain = editions(&[BASE]);
    let amended = editions(&[BASE, AMENDMENTS[0], AMENDMENTS[1], AMENDMENTS[2]]);
    assert_eq!((plain.len(), amended.len()), (1, 3));
    assert_eq!(hashes(&plain[0]), hashes(&amended[0]));
}

/// The policy as a drafter would have written it anew.
#[test]
fn an_amended_policy_is_the_policy_written_anew() {
    let amended = editions(&[BASE, AMENDMENTS[0], AMENDMENTS[1], AMENDMENTS[2]]);
    let second = BASE.replace("200万元", "500万元").replace("50%", "60%").replace("条款 二", "条款 三").replace(
        "    （二）信用良好\n    （三）实付",
        "    （二）实付租金 不足 1万元\n    （三）信用良好\n    （四）实付",
    );
    assert_eq!(hashes(&editions(&[&second])[0]), hashes(&amended[1]));
    let cut = second.find("条款 三").unwrap();
    let third = second[..cut].replace("500万元", "800万元").replace("    （三）信用良好\n", "");
    assert_eq!(hashes(&editions(&[&third])[0]), hashes(&amended[2]));
}

#[test]
fn the_order_of_amendments_in_the_file_means_nothing() {
    let expected: Vec<_> = editions(&[BASE, AMENDMENTS[0], AMENDMENTS[1], AMENDMENTS[2]]).iter().map(hashes).collect();
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let [one, two, three] = order.map(|at| AMENDMENTS[at]);
        for parts in [[BASE, one, two, three], [one, BASE, two, three], [one, two, three, BASE]] {
            let got: Vec<_> = editions(&parts).iter().map(hashes).collect();
            assert_eq!(got, expected, "{order:?}");
        }
    }
}

#[test]
fn a_decision_points_at_the_amendment() {
    let amended = editions(&[BASE, AMENDMENTS[0]]);
    let tables = &amended[1].program().tables;
    let requirement = tables.requirements.iter().find(|it| it.text.contains("不足 1万元"));
    // The condition stands as one of three; the cap is the amendment's own line.
    assert!(requirement.is_none() || requirement.unwrap().place.line > 0);
    let cap = tables.caps.first().unwrap();
    assert!(cap.text.contains("500万元"), "{}", cap.text);
    assert_eq!(tables.files, ["main.policy"]);
    let lines = BASE.lines().count() + AMENDMENTS[0].lines().count();
    assert!(tables.clauses.iter().all(|clause| (clause.place.line as usize) <= lines));
}

#[test]
fn a_repealed_policy_is_not_in_force_and_a_repealed_clause_ends() {
    let repeal = "修订 《关于废止的决定》（amend-1）\n  施行：2026-06-01\n  废止：本政策\n";
    let cases = "案例 「前」\n  日期：2026-05-31\n  假设：依法设立\n  期望：条款 rd 可获 1万元\n\
                 案例 「后」\n  日期：2026-06-01\n  假设：依法设立\n  期望：条款 rd 不在有效期\n";
    for repeal in [repeal.to_owned(), repeal.replace("本政策", "条款 rd")] {
        let text = [BASE, &repeal, cases].concat();
        let programs = workbench::edition_programs(&workbench::files(&[("main.policy", &text)]));
        let reports: Vec<_> = programs.iter().map(|(_, program)| guiju::scenario::run_all(program)).collect();
        assert_eq!(reports.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1]);
        assert!(reports.iter().flatten().all(|report| report.mismatches.is_empty()), "{repeal}");
    }
}

#[test]
fn rows_of_a_table_of_cases_run_on_their_own_days() {
    let table = "案例表 「跨修订」\n  假设：依法设立\n  列：日期、实付租金、期望 条款 rent\n    1. 2026-05-31、1000万元、可获 200万元\n\
                 \x20   2. 2026-06-01、1000万元、可获 500万元\n";
    let programs =
        workbench::edition_programs(&workbench::files(&[("main.policy", &[BASE, AMENDMENTS[0], table].concat())]));
    for (_, program) in &programs {
        let reports = guiju::scenario::run_all(program);
        assert_eq!(reports.len(), 1);
        assert!(reports[0].mismatches.is_empty(), "{}", reports[0].title);
    }
}

/// A clause that an amendment deletes and brings anew is the new one from then on, and a later amendment changes that.
#[test]
fn a_clause_is_replaced_as_a_whole() {
    let new = "条款 二《研发补贴》（rd）\n  增补：amend-1\n  支持：3万元\n  责任部门：区科委\n";
    let one = "修订 《一》（amend-1）\n  施行：2026-06-01\n  删去：条款 rd\n";
    let two = "修订 《二》（amend-2）\n  施行：2027-01-01\n  修改：条款 rd 支持，由 3万元 改为 4万元\n";
    let got = editions(&[BASE, new, one, two]);
    let cut = BASE.find("条款 二").unwrap();
    for (at, amount) in [(1, "3万元"), (2, "4万元")] {
        let anew = format!("{}条款 二《研发补贴》（rd）\n  支持：{amount}\n  责任部门：区科委\n", &BASE[..cut]);
        assert_eq!(hashes(&got[at]), hashes(&editions(&[&anew])[0]), "{amount}");
    }
}

/// Anything may be brought by an amendment: facts, classifications, definitions, tables.
#[test]
fn declarations_are_added_by_an_amendment() {
    let added = "枚举 层次，由高到低\n  增补：amend-1\n  甲类\n  乙类\n对象 团队（team），属于 市场主体\n  增补：amend-1\n  人数：整数（人）\n\
                 条款 三《团队》（team-award）\n  增补：amend-1\n  对象：团队\n  条件：人数 不低于 3人\n  支持：1万元\n  责任部门：区科委\n";
    let amendment = "修订 《一》（amend-1）\n  施行：2026-06-01\n  增加：对象 市场主体，层次：层次\n  修改：条款 rent 首行，改为 一《租金支持》（rent）\n";
    let got = editions(&[BASE, added, amendment]);
    assert_eq!(got[0].program().tables.clauses.len(), 2);
    assert_eq!(hashes(&got[0]), hashes(&editions(&[BASE])[0]));
    let anew = BASE
        .replace("租金补贴", "租金支持")
        .replace("  实付租金：金额，不低于 0\n", "  实付租金：金额，不低于 0\n  层次：层次\n");
    let anew = format!("{anew}{}", added.replace("  增补：amend-1\n", ""));
    assert_eq!(hashes(&got[1]), hashes(&editions(&[&anew])[0]));
}

/// Items of one name are told apart by number, or by what they hold.
#[test]
fn items_of_one_name_are_told_apart() {
    let twin = "对象 市场主体\n  注册地：文本\n";
    let files = |line: &str| {
        let main = format!("{BASE}引用 more.policy\n修订 《一》（amend-1）\n  施行：2026-06-01\n  {line}\n");
        workbench::files(&[("main.policy", main.as_str()), ("more.policy", twin)])
    };
    let codes = |line: &str| -> Vec<Code> {
        workbench::check(&files(line)).found.iter().filter(|found| found.is_error()).map(|found| found.code).collect()
    };
    assert_eq!(codes("删去：对象 市场主体 注册地"), []);
    assert_eq!(codes("删去：第二个 对象 市场主体"), []);
    assert_eq!(codes("删去：对象 市场主体"), [Code::OldValueAmbiguous]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A cap that is changed is the cap written anew; changed to itself it is refused; another old value is not there.
    #[test]
    fn a_value_is_changed_exactly(old in 1u32..5000, new in 1u32..5000) {
        let base = BASE.replace("200万元", &format!("{old}万元"));
        let amend = |from: u32| format!(
            "修订 《决定》（amend-1）\n  施行：2026-06-01\n  修改：条款 rent 上限，由{from}万元改为{new}万元\n"
        );
        if old == new {
            prop_assert_eq!(codes(&[base.as_str(), &amend(old)].concat()), [Code::AmendmentUnreadable]);
        } else {
            let amended = editions(&[&base, &amend(old)]);
            let anew = editions(&[&BASE.replace("200万元", &format!("{new}万元"))]);
            prop_assert_eq!(hashes(&amended[1]), hashes(&anew[0]));
            let other = if old + 1 == new { old + 2 } else { old + 1 };
            let found = codes(&[base.as_str(), &amend(other)].concat());
            prop_assert!(other == new || found == [Code::OldValueNotThere], "{:?}", found);
        }
    }

    /// However broken the words of an amendment, it is reported or applied, and nothing panics.
    #[test]
    fn any_words_are_read_or_reported(words in "[修改增加删去条款rent上限第二三项由改为、，：（）「」0-9万元%本政策的至 ]{0,40}", kind in 0usize..6) {
        let label = ["修改", "增加", "删去", "顺延", "延长", "废止"][kind];
        let text = format!("{BASE}修订 《决定》（amend-1）\n  施行：2026-06-01\n  {label}：{words}\n");
        let _ = workbench::check(&workbench::files(&[("main.policy", &text)]));
    }
}

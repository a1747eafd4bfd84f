//! What `guiju test --coverage` counts: exact numbers on a small policy, each kind of goal, and proposals that do what they say.

use guiju::bytecode::Verified;
use guiju::scenario::coverage::{Coverage, Share, Shown, coverage};
use guiju::scenario::goals::Aim;
use guiju::scenario::run_all;

use crate::workbench::{files, program};

const HEAD: &str = "\
政策 示范发〔2025〕1号《示范办法》（demo）
  有效期：2026-01-01 至 2027-12-31
  舍入：元，四舍五入
  月末：取月末
部门 区科委《示范区科学技术委员会》（science）
产业 信息服务业（information）
  人工智能（ai）
产业 制造业（manufacturing）
对象 市场主体（entity）
  信用记录良好：是否
  列入失信名单：是否
  产业：产业
  职工人数：整数（人）
  成立日期：日期
  研发投入：金额，不低于 0元
  核定金额：金额，由 区科委 裁量，不低于 0元
适用范围
  条件：信用记录良好
";

fn compiled(rest: &str) -> Verified {
    program(&files(&[("main.policy", &format!("{HEAD}{rest}"))]))
}

fn covered(program: &Verified) -> Coverage {
    let reports = run_all(program);
    assert!(reports.iter().all(|report| report.mismatches.is_empty()), "{reports:?}");
    coverage(program, &reports)
}

/// What is not shown: `about` and which side.
fn open(found: &Coverage) -> Vec<(String, &'static str)> {
    let open = found.goals.iter().filter(|(_, shown)| matches!(shown, Shown::Not(_)));
    open.map(|(goal, _)| (goal.about.clone(), goal.aim.side())).collect()
}

fn open_names(found: &Coverage) -> Vec<(&str, &str)> {
    let open = found.goals.iter().filter(|(_, shown)| matches!(shown, Shown::Not(_)));
    open.map(|(goal, _)| (goal.about.as_str(), goal.aim.side())).collect()
}

const CLAUSE: &str = "\
条款 第一条《甲》（a）
  条件：职工人数 不少于 10人 或 产业 属于 人工智能
  排除：列入失信名单
  支持：研发投入 的 10%
  上限：50万元，每市场主体每年
  责任部门：区科委
";

#[test]
fn without_cases_nothing_is_shown_and_every_goal_is_listed() {
    let found = covered(&compiled(CLAUSE));
    // The scope's condition, three of the clause, two outcomes, one cap: both sides of each but outcomes.
    assert_eq!(found.total(), Share { shown: 0, of: 2 + 2 + 6 + 2 });
    assert_eq!(found.conditions(), Share { shown: 0, of: 8 });
    assert_eq!(found.outcomes, [[0; 4]]);
}

#[test]
fn a_condition_counts_only_where_it_decides() {
    let cases = "\
案例 「两项都成立」
  假设：信用记录良好；非 列入失信名单；职工人数 是 10人；产业 是 人工智能；研发投入 是 100万元
  期望：条款 a 可获 10万元
";
    let found = covered(&compiled(&format!("{CLAUSE}{cases}")));
    // With both sides of 或 true neither decides; the scope and the exclusion do.
    assert_eq!(
        open_names(&found),
        [
            ("信用记录良好", "false"),
            ("", "ineligible"),
            ("职工人数 ≥ 10", "true"),
            ("职工人数 ≥ 10", "false"),
            ("产业 属于 人工智能", "true"),
            ("产业 属于 人工智能", "false"),
            ("列入失信名单", "true"),
            ("50万元，每市场主体每年", "binds"),
        ]
    );
    assert_eq!(found.total(), Share { shown: 4, of: 12 });
    assert_eq!(found.outcomes, [[1, 0, 0, 0]]);
}

#[test]
fn a_condition_never_shown_false_is_listed() {
    let cases = "\
案例 「十人」
  假设：信用记录良好；非 列入失信名单；职工人数 是 10人；产业 是 制造业；研发投入 是 100万元
  期望：条款 a 可获 10万元
案例 「人工智能，碰到上限」
  假设：信用记录良好；非 列入失信名单；职工人数 是 9人；产业 是 人工智能；研发投入 是 1000万元
  期望：条款 a 可获 50万元
案例 「九人」
  假设：信用记录良好；非 列入失信名单；职工人数 是 9人；产业 是 制造业；研发投入 是 100万元
  期望：条款 a 不符合
案例 「不守信」
  假设：非 信用记录良好；非 列入失信名单；职工人数 是 10人；产业 是 制造业
  期望：条款 a 不符合
";
    let found = covered(&compiled(&format!("{CLAUSE}{cases}")));
    assert_eq!(open_names(&found), [("列入失信名单", "true")]);
    assert_eq!(found.total(), Share { shown: 11, of: 12 });
    assert_eq!(found.total().permille(), 916);
    assert!(found.total().reaches(91) && !found.total().reaches(92));
    let black = "\
案例 「失信」
  假设：信用记录良好；列入失信名单；职工人数 是 10人；产业 是 制造业
  期望：条款 a 不符合，因 列入失信名单
";
    let found = covered(&compiled(&format!("{CLAUSE}{cases}{black}")));
    assert_eq!(found.total(), Share { shown: 12, of: 12 });
}

#[test]
fn a_case_shows_nothing_of_a_clause_of_which_it_expects_nothing() {
    let second = CLAUSE.replace("（a）", "（b）").replace("第一条", "第二条");
    let cases = "\
案例 「只看甲」
  假设：信用记录良好；非 列入失信名单；职工人数 是 10人；产业 是 制造业；研发投入 是 100万元
  期望：条款 a 可获 10万元
";
    let found = covered(&compiled(&format!("{CLAUSE}{second}{cases}")));
    assert_eq!(found.outcomes, [[1, 0, 0, 0], [0; 4]]);
    let shown = |clause| found.share(|goal| goal.clause == Some(clause)).shown;
    assert_eq!((shown(0), shown(1)), (4, 0));
}

#[test]
fn a_case_that_fails_shows_nothing() {
    let cases = "\
案例 「错的」
  假设：信用记录良好；非 列入失信名单；职工人数 是 10人；产业 是 制造业；研发投入 是 100万元
  期望：条款 a 可获 11万元
";
    let program = compiled(&format!("{CLAUSE}{cases}"));
    assert_eq!(coverage(&program, &run_all(&program)).total().shown, 0);
}

#[test]
fn what_is_not_known_decides_nothing() {
    let cases = "\
案例 「产业未知」
  假设：信用记录良好；非 列入失信名单；职工人数 是 9人；产业 未知；研发投入 是 100万元
  期望：条款 a 未定
";
    let found = covered(&compiled(&format!("{CLAUSE}{cases}")));
    assert_eq!((found.total().shown, found.outcomes), (0, vec![[0, 0, 1, 0]]));
}

#[test]
fn a_ceiling_on_discretion_binds_where_it_is_reached_and_not_where_less_is_set() {
    let clause = "\
条款 第一条《甲》（a）
  支持：核定金额
  上限：50万元，每市场主体每年
  责任部门：区科委
";
    let case = |amount: &str, outcome: &str| {
        format!("案例 「{amount}」\n  假设：信用记录良好；核定金额 {amount}\n  期望：条款 a {outcome}\n")
    };
    let shown = |cases: &str| {
        let found = covered(&compiled(&format!("{clause}{cases}")));
        let caps = found.goals.iter().filter(|(goal, _)| matches!(goal.aim, Aim::Cap { .. }));
        caps.map(|(_, shown)| matches!(shown, Shown::By(_))).collect::<Vec<_>>()
    };
    assert_eq!(shown(&case("未知", "可获 不超过 50万元")), [true, false]);
    assert_eq!(shown(&case("是 50万元", "可获 50万元")), [true, false]);
    assert_eq!(shown(&case("是 50.01万元", "不符合，因 高于上限")), [true, false]);
    assert_eq!(shown(&case("是 49.99万元", "可获 49.99万元")), [false, true]);
}

#[test]
fn a_floor_binds_where_it_raises() {
    let clause = "\
条款 第一条《甲》（a）
  支持：研发投入 的 10%
  下限：5万元
  责任部门：区科委
";
    let case = |amount: &str, gives: &str| {
        format!("案例 「{amount}」\n  假设：信用记录良好；研发投入 是 {amount}\n  期望：条款 a 可获 {gives}\n")
    };
    let shown = |cases: &str| {
        let found = covered(&compiled(&format!("{clause}{cases}")));
        let floors = found.goals.iter().filter(|(goal, _)| matches!(goal.aim, Aim::Floor { .. }));
        floors.map(|(_, shown)| matches!(shown, Shown::By(_))).collect::<Vec<_>>()
    };
    assert_eq!(shown(&case("10万元", "5万元")), [true, false]);
    assert_eq!(shown(&case("50万元", "5万元")), [false, true]);
    assert_eq!(shown(&case("100万元", "10万元")), [false, true]);
}

/// The proposals of a program with few cases, added to it, pass and cover all that there is to cover.
#[test]
fn what_is_proposed_reads_back_passes_and_covers() {
    let more = "\
条款 第二条《乙》（b）
  产业：人工智能
  条件：成立日期 加 36个月 不晚于 评定日 且 （职工人数 超过 300人 或 研发投入 不低于 1234567.89元）
  支持：核定金额
  上限：50万元，每市场主体每年
  下限：1万元
  责任部门：区科委
条款 第三条《丙》（c）
  条件：列入失信名单 且 （职工人数 小于 5人 或 产业 属于 制造业 或 研发投入 超过 1亿元）
  支持：研发投入 的 1%
  下限：2万元
  上限：100万元，每市场主体累计
  责任部门：区科委
";
    let policy = format!("{CLAUSE}{more}");
    let found = covered(&compiled(&policy));
    let proposals: Vec<String> = found
        .goals
        .iter()
        .map(|(goal, shown)| match shown {
            Shown::Not(Some(proposal)) => proposal.text.clone(),
            other => panic!("no case for {goal:?}: {other:?}"),
        })
        .collect();
    let found = covered(&compiled(&format!("{policy}{}\n", proposals.join("\n"))));
    assert_eq!(open(&found), []);
}

const TIERS: &str = "\
分档 研发奖励：研发投入
  不满100万元：1万元
  100万元以上 不满500万元：5万元
  其余：10万元
条款 第一条《甲》（a）
  支持：研发奖励
  责任部门：区科委
";

#[test]
fn each_line_of_a_table_is_a_goal() {
    let case = |amount: &str, gives: &str| {
        format!("案例 「{amount}」\n  假设：信用记录良好；研发投入 是 {amount}\n  期望：条款 a 可获 {gives}\n")
    };
    let lines = |cases: &[String]| {
        let found = covered(&compiled(&format!("{TIERS}{}", cases.concat())));
        let lines = found.goals.iter().filter(|(goal, _)| goal.aim.kind() == "line");
        lines.map(|(_, shown)| matches!(shown, Shown::By(_))).collect::<Vec<_>>()
    };
    let (low, middle, high) = (case("99万元", "1万元"), case("100万元", "5万元"), case("500万元", "10万元"));
    assert_eq!(lines(&[]), [false, false, false]);
    assert_eq!(lines(std::slice::from_ref(&middle)), [false, true, false]);
    assert_eq!(lines(&[low.clone(), high.clone()]), [true, false, true]);
    assert_eq!(lines(&[low, middle, high]), [true, true, true]);
}

#[test]
fn a_line_that_no_case_falls_on_is_listed_with_a_case() {
    let found = covered(&compiled(TIERS));
    let proposals = found.goals.iter().filter_map(|(goal, shown)| match shown {
        Shown::Not(Some(proposal)) if goal.aim.kind() == "line" => Some(proposal.text.clone()),
        _ => None,
    });
    let proposals: Vec<String> = proposals.collect();
    assert_eq!(proposals.len(), 3);
    let found = covered(&compiled(&format!("{TIERS}{}\n", proposals.join("\n"))));
    assert!(found.goals.iter().all(|(goal, shown)| goal.aim.kind() != "line" || matches!(shown, Shown::By(_))));
}

/// Proofs, as the command line makes them.
fn proved(rest: &str) -> Coverage {
    let bench = crate::workbench::check(&files(&[("main.policy", &format!("{HEAD}{rest}"))]));
    let program = compiled(rest);
    let mut found = covered(&program);
    guiju::scenario::proof::prove(&mut found, &bench.checked.unwrap(), &program);
    found
}

#[test]
fn what_another_condition_implies_is_listed_as_impossible_and_not_counted() {
    let clause = "\
条款 第一条《甲》（a）
  条件：职工人数 不少于 10人 且 职工人数 不少于 5人
  支持：研发投入 的 10%
  责任部门：区科委
";
    let found = proved(clause);
    let impossible: Vec<_> = (found.goals.iter())
        .filter(|(_, shown)| *shown == Shown::Impossible)
        .map(|(goal, _)| (goal.about.as_str(), goal.aim.side()))
        .collect();
    // With fewer than 5 there are fewer than 10, too: that there are at least 5 decides nothing by not holding.
    assert_eq!(impossible, [("职工人数 不少于 5人", "false")]);
    assert_eq!(found.total(), Share { shown: 0, of: 2 + 2 + 3 });
}

#[test]
fn nothing_possible_is_called_impossible() {
    let found = proved(CLAUSE);
    assert!(found.goals.iter().all(|(_, shown)| *shown != Shown::Impossible));
}

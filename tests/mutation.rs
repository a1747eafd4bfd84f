//! What `guiju test --mutate` changes and reports: on a small policy a known change survives and others are caught.

use guiju::diagnostics::Lang;
use guiju::model::mutate::{Change, mutants};
use guiju::scenario::mutation::{Mutations, mutations};

use crate::workbench::{Bench, check, files};

const POLICY: &str = "\
政策 示范发〔2025〕1号《示范办法》（demo）
  有效期：2026-01-01 至 2027-12-31
  舍入：元，四舍五入
部门 区科委《示范区科学技术委员会》（science）
对象 市场主体（entity）
  信用记录良好：是否
  研发投入：金额，不低于 0元
适用范围
  条件：信用记录良好
条款 第一条《甲》（a）
  条件：研发投入 不低于 100万元
  支持：研发投入 的 10%
  上限：50万元，每市场主体每年
  责任部门：区科委
";

fn bench(cases: &str) -> Bench {
    let bench = check(&files(&[("main.policy", &format!("{POLICY}{cases}"))]));
    let shown = guiju::diagnostics::render::short(&bench.found, &bench.sources, Lang::Zh);
    assert!(bench.checked.is_some(), "{shown}");
    bench
}

fn found(cases: &str) -> Mutations {
    let bench = bench(cases);
    mutations(&bench.checked.unwrap(), &bench.sources).unwrap()
}

fn survivors(found: &Mutations) -> Vec<(u32, String, String)> {
    let survivors = found.survivors.iter();
    survivors.map(|it| (it.place.1, it.before.get(Lang::Zh).to_owned(), it.after.get(Lang::Zh).to_owned())).collect()
}

const EDGES: &str = "\
案例 「正好」
  假设：信用记录良好；研发投入 是 100万元
  期望：条款 a 可获 10万元
案例 「差一分」
  假设：信用记录良好；研发投入 是 999999.99元
  期望：条款 a 不符合
案例 「上年给过，上限不受影响」
  日期：2027-03-01
  假设：信用记录良好；研发投入 是 1000万元
  台账：
    1. 2026-03-01，条款 a，10万元
    2. 2027-01-01，条款 a，20万元
  期望：条款 a 可获 30万元
案例 「失信」
  假设：非 信用记录良好；研发投入 是 100万元
  期望：条款 a 不符合
";

#[test]
fn cases_at_every_edge_notice_every_change() {
    let found = found(EDGES);
    assert_eq!(survivors(&found), []);
    // Scope: drop, negate. Condition: drop, negate, operator, three numbers. Rate: two. Cap: two periods, three amounts.
    assert_eq!((found.caught, found.equivalent, found.unusable), (2 + 6 + 2 + 5, 0, 0));
}

#[test]
fn a_threshold_without_a_case_at_its_edge_survives() {
    let far = EDGES
        .replace("研发投入 是 100万元\n  期望：条款 a 可获 10万元", "研发投入 是 200万元\n  期望：条款 a 可获 20万元");
    let found = found(&far);
    assert_eq!(
        survivors(&found),
        [(11, "≥".to_owned(), ">".to_owned()), (11, "100万元".to_owned(), "1,000,000.01元".to_owned()),]
    );
}

#[test]
fn without_cases_nothing_is_noticed() {
    let found = found("");
    assert_eq!((found.caught, found.survivors.len()), (0, 15));
    assert!(found.survivors.iter().all(|survivor| survivor.clauses == ["a"]));
}

#[test]
fn a_case_that_fails_by_itself_notices_nothing() {
    let found = found("案例 「错」\n  假设：信用记录良好；研发投入 是 100万元\n  期望：条款 a 可获 11万元\n");
    assert_eq!(found.caught, 0);
}

#[test]
fn a_change_of_the_same_meaning_does_not_count() {
    // The condition stands twice: without one of them the clause means the same.
    let twice = POLICY.replace("条件：信用记录良好", "条件：信用记录良好 且 研发投入 不低于 100万元");
    let bench = check(&files(&[("main.policy", &twice)]));
    let found = mutations(&bench.checked.unwrap(), &bench.sources).unwrap();
    assert!(found.survivors.iter().all(|survivor| survivor.before != survivor.after));
    assert_eq!(found.caught, 0);
}

#[test]
fn a_mutant_differs_in_one_thing_and_keeps_its_cases() {
    let policy = bench(EDGES).checked.unwrap();
    let all: Vec<_> = mutants(&policy).collect();
    assert_eq!(all.len(), 15);
    for (mutation, mutant) in &all {
        assert_ne!(mutant.model(), policy.model(), "{mutation:?}");
        assert_eq!(mutant.cases, policy.cases);
    }
    let operators = all.iter().filter(|(mutation, _)| matches!(mutation.change, Change::Operator { .. })).count();
    assert_eq!(operators, 1);
}

#[test]
fn a_word_is_left_out_or_turned_round_and_nothing_else() {
    let first = POLICY.replace("条件：研发投入 不低于 100万元", "条件：首次");
    let policy = check(&files(&[("main.policy", &first)])).checked.unwrap();
    let at = policy.clauses[0].conditions[0].expr.span;
    let changes: Vec<_> = mutants(&policy).map(|(mutation, _)| mutation).filter(|it| it.span == at).collect();
    assert!(
        matches!(
            changes.as_slice(),
            [
                guiju::model::mutate::Mutation { change: Change::Dropped { .. }, .. },
                guiju::model::mutate::Mutation { change: Change::Negated { .. }, .. },
            ]
        ),
        "{changes:?}"
    );
}

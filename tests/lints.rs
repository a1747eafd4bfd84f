//! Lints of whole policies: where they stop, and that what they claim is so.

use guiju::analysis;
use guiju::diagnostics::{Code, Diagnostic};
use guiju::limits::{EXPIRY_NEAR_DAYS, LINT_PAIRS_MAX, LINT_QUESTIONS_MAX};

use crate::workbench;

const HEAD: &str = "政策 示范发〔2025〕1号《示范措施》（demo）
  有效期：2026-01-01 至 2027-12-31
  舍入：元，四舍五入
部门 区科委
";

fn found(text: &str) -> Vec<Diagnostic> {
    let bench = workbench::check(&workbench::files(&[("main.policy", text)]));
    assert!(bench.checked.is_some(), "{:?}", bench.found);
    bench.found
}

fn count(text: &str, code: Code) -> usize {
    found(text).iter().filter(|found| found.code == code).count()
}

/// A clause for firms of no staff, as many others for some number of staff each, and another one for those of no staff.
fn shares_of_one_amount(between: usize) -> String {
    let mut text = format!("{HEAD}对象 市场主体\n  人数：整数（人），不低于 0\n  投入：金额，不低于 0\n");
    for (id, staff) in (0..=between).chain([0]).enumerate() {
        text.push_str(&format!(
            "条款 一《第{id}条》（c{id}）\n  条件：人数 是 {staff}人\n  支持：投入 的 10%\n  责任部门：区科委\n"
        ));
    }
    text
}

#[test]
fn a_clause_is_compared_with_so_many_before_it() {
    assert_eq!(count(&shares_of_one_amount(LINT_PAIRS_MAX - 1), Code::ClausesOverlap), 1);
    assert_eq!(count(&shares_of_one_amount(LINT_PAIRS_MAX), Code::ClausesOverlap), 0);
}

/// Those of other industries do not count, however many there are.
#[test]
fn a_clause_is_compared_with_those_of_its_industry() {
    let others: String = (0..40).map(|at| format!("  门类{}\n", char::from_u32(0x4e00 + at).unwrap())).collect();
    let mut text = format!(
        "{HEAD}产业 大类\n  甲业\n  乙业\n产业 其余大类\n{others}\
         对象 市场主体\n  产业：产业\n  投入：金额，不低于 0\n"
    );
    let names = others.lines().map(str::trim);
    for (id, name) in ["甲业"].into_iter().chain(names).chain(["大类", "乙业"]).enumerate() {
        text.push_str(&format!(
            "条款 一《第{id}条》（c{id}）\n  产业：{name}\n  支持：投入 的 10%\n  责任部门：区科委\n"
        ));
    }
    // 大类 overlaps 甲业, and 乙业 overlaps 大类.
    assert_eq!(count(&text, Code::ClausesOverlap), 2);
}

/// Clauses of which each has a cap that takes one question.
fn idle_caps(clauses: usize) -> String {
    let mut text = format!("{HEAD}对象 市场主体\n  占比：比例，不低于 0%，不超过 100%\n");
    for at in 0..clauses {
        text.push_str(&format!(
            "条款 一《第{at}条》（c{at}）\n  支持：10万元 × 占比\n  上限：50万元，每市场主体每次\n  责任部门：区科委\n"
        ));
    }
    text
}

#[test]
fn a_lint_asks_so_many_questions_and_then_claims_nothing() {
    assert_eq!(count(&idle_caps(LINT_QUESTIONS_MAX), Code::CapOutOfReach), LINT_QUESTIONS_MAX);
    assert_eq!(count(&idle_caps(LINT_QUESTIONS_MAX + 1), Code::CapOutOfReach), LINT_QUESTIONS_MAX);
}

#[test]
fn expiry_is_near_from_a_day_on_and_is_never_said_without_a_day() {
    assert!(found(HEAD).iter().all(|found| found.code != Code::ExpiryNear));
    let bench = workbench::check(&workbench::files(&[("main.policy", HEAD)]));
    let model = bench.checked.unwrap();
    let last = model.policy.in_force.last.unwrap();
    assert!(analysis::expiry(&model, last - EXPIRY_NEAR_DAYS).is_none());
    assert!(analysis::expiry(&model, last - EXPIRY_NEAR_DAYS + 1).is_some());
    assert!(analysis::expiry(&model, last + 1).unwrap().message.zh.contains("已经期满"));
}

/// A fall is found wherever the threshold lies, within the cap or cut by it, and not where the amount only stops to grow.
#[test]
fn falls_are_found_on_both_sides_of_a_bound() {
    let text = |award: &str, more: &str| {
        format!(
            "{HEAD}对象 市场主体\n  投入：金额，不低于 0，不超过 1亿元\n  人数：整数（人），不低于 0，不超过 1000人\n\
             条款 一《甲》（a）\n  支持：{award}\n  责任部门：区科委\n{more}"
        )
    };
    let falls = |award: &str, more: &str| count(&text(award, more), Code::AwardFalls);
    assert_eq!(falls("1000元/人 × 人数 +（1000元/人 × 人数）（如 人数 不满 100人）", ""), 1);
    assert_eq!(falls("1000元/人 × 人数 +（1000元/人 × 人数）（如 人数 不超过 100人）", ""), 1);
    assert_eq!(falls("1000元/人 × 人数 +（1000元/人 × 人数）（如 人数 100人以上）", ""), 0);
    // The cap is reached on both sides.
    assert_eq!(
        falls("1000元/人 × 人数 +（1000元/人 × 人数）（如 人数 不满 100人）", "  上限：5万元，每市场主体每年\n"),
        0
    );
    // Only those below the threshold can have it.
    assert_eq!(falls("1000元/人 × 人数 +（1000元/人 × 人数）（如 人数 不满 100人）", "  条件：人数 不满 100人\n"), 0);
}

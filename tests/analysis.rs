//! What can and cannot hold: witnesses and proofs over small policies.

use std::collections::BTreeMap;

use guiju::analysis::{Answer, Goal, Question, Witness, boundaries, is_impossible, solve};
use guiju::diagnostics::Lang;
use guiju::model::case::Given;
use guiju::model::{Checked, ClauseId, Model, Value};
use proptest::prelude::*;

use crate::support::choices::Choices;
use crate::support::{random_case, random_policy};
use crate::workbench;

const HEAD: &str = "政策 示范发〔2025〕1号《示范措施》（demo）
  有效期：2026-01-01 至 2027-12-31
  舍入：元，四舍五入
  月末：取月末

产业 信息服务业（information）
  人工智能（ai）
  软件（software）
产业 制造业（manufacturing）

枚举 层次（level），由低到高
  丙类
  乙类
  甲类

对象 市场主体（entity）
  产业：产业
  层次：层次
  对照层次：层次
  守信：是否
  成立日期：日期
  入驻日期：日期
  人数：整数（人），不低于 0，不超过 1000人
  规模：金额，不低于 0
  投入：金额，不低于 0
  费用：金额，不低于 0
  占比：比例，不低于 0%，不超过 100%
";

fn policy(conditions: &str) -> Checked {
    let text = format!("{HEAD}\n条款 一《甲》（a）\n{conditions}\n  支持：1万元\n");
    let bench = workbench::check_types(&workbench::files(&[("main.policy", &text)]));
    let shown = guiju::diagnostics::render::short(&bench.found, &bench.sources, guiju::diagnostics::Lang::Zh);
    bench.checked.unwrap_or_else(|| panic!("{shown}"))
}

fn eligible<'a>() -> Question<'a> {
    Question { goals: vec![Goal::Meets(ClauseId(0))], ..Question::default() }
}

fn impossible(conditions: &str) -> bool {
    let checked = policy(conditions);
    let answer = solve(checked.model(), &eligible());
    let proved = is_impossible(checked.model(), &eligible());
    assert!(!matches!(answer, Answer::Unknown(_)), "{conditions}: {answer:?}");
    assert_eq!(proved, answer == Answer::Impossible, "{conditions}: {answer:?}");
    proved
}

/// The values of a witness, by name.
fn shown(model: &Model, witness: &Witness) -> Vec<String> {
    let value = |given: &Given| match given {
        Given::Value(Value::Number(number)) => number.to_string(),
        Given::Value(Value::Date(day)) => guiju::calendar::iso(i64::from(*day)),
        Given::Value(Value::Bool(value)) => value.to_string(),
        Given::Value(Value::Member(id)) => model.members[id.0 as usize].name.clone(),
        Given::Value(Value::Text(text)) => text.clone(),
        Given::Unknown => "?".to_owned(),
        Given::NotApplicable => "-".to_owned(),
    };
    let pair =
        |(fact, given): (&guiju::model::FactId, &Given)| format!("{}={}", model.facts[fact.index()].name, value(given));
    witness.facts.iter().map(pair).collect()
}

fn witness(conditions: &str) -> Vec<String> {
    let checked = policy(conditions);
    match solve(checked.model(), &eligible()) {
        Answer::Witness(witness) => shown(checked.model(), &witness),
        other => panic!("{conditions}: {other:?}"),
    }
}

#[test]
fn thresholds_that_contradict_each_other() {
    assert!(impossible("  条件：规模 不低于 1亿元 且 规模 低于 5000万元"));
    assert!(!impossible("  条件：规模 不低于 1亿元 且 规模 不超过 1亿元"));
    assert!(impossible("  条件：规模 不低于 1亿元 且 规模 低于 1亿元"));
    assert!(impossible("  条件：人数 超过 999人 且 人数 不满 1000人"));
    assert!(impossible("  条件：人数 超过 1000人"));
    assert!(impossible("  条件：规模 不低于 1亿元\n  排除：规模 不低于 5000万元"));
    assert!(!impossible("  条件：规模 不低于 1亿元\n  排除：规模 超过 1亿元"));
}

#[test]
fn members_and_order() {
    assert!(impossible("  条件：产业 是 人工智能 且 产业 是 软件"));
    assert!(impossible("  产业：制造业\n  条件：产业 属于 人工智能、软件"));
    assert!(!impossible("  产业：信息服务业\n  条件：产业 属于 人工智能、制造业"));
    assert!(impossible("  条件：产业 是 人工智能\n  排除：产业 是 信息服务业"));
    assert!(!impossible("  条件：产业 是 信息服务业\n  排除：产业 是 人工智能"));
    assert!(impossible("  条件：层次 不低于 甲类\n  排除：层次 不低于 乙类"));
    assert!(impossible("  条件：层次 不低于 对照层次 且 对照层次 不低于 甲类 且 层次 低于 甲类"));
    assert!(impossible("  条件：守信 且 非 守信"));
}

#[test]
fn facts_against_facts() {
    assert!(impossible("  条件：规模 不低于 投入 且 投入 不低于 费用 且 费用 超过 规模"));
    assert!(!impossible("  条件：规模 不低于 投入 且 投入 不低于 费用 且 费用 不低于 规模"));
    assert!(impossible("  条件：规模 加 投入 不超过 100万元 且 投入 不低于 80万元 且 规模 不低于 30万元"));
    assert!(impossible("  条件：投入 除以 规模 不低于 20% 且 规模 不低于 1亿元 且 投入 不超过 1000万元"));
    assert!(!impossible("  条件：投入 除以 规模 不低于 20% 且 规模 不低于 1亿元 且 投入 不超过 2000万元"));
    assert!(impossible("  条件：取低（规模、投入）不低于 100万元 且 投入 不足 50万元"));
    assert!(!impossible("  条件：取高（规模、投入）不低于 100万元 且 投入 不足 50万元"));
    assert!(impossible("  条件：舍入（投入 除以 10000，2位小数，四舍五入）不低于 100元 且 投入 不超过 90万元"));
}

#[test]
fn days() {
    assert!(impossible("  条件：成立日期 满 3年 且 成立日期 不满 3年"));
    assert!(impossible("  条件：成立日期 满 5年 且 成立日期 不满 3年"));
    assert!(!impossible("  条件：成立日期 满 3年 且 成立日期 不满 5年"));
    assert!(impossible("  条件：评定日 早于 2025-12-31"));
    assert!(impossible("  条件：成立日期 不早于 2025-01-01 且 成立日期 满 5年"));
    assert!(impossible("  条件：成立日期 晚于 入驻日期 且 入驻日期 晚于 2026-06-01 且 成立日期 早于 2026-05-01"));
}

#[test]
fn alternatives_are_all_looked_at() {
    assert!(impossible("  条件：规模 不足 10万元 且（规模 超过 1亿元 或 规模 超过 2亿元）"));
    assert!(!impossible("  条件：规模 不足 10万元 且（规模 超过 1亿元 或 守信）"));
    assert!(impossible(
        "  条件：守信 且（规模 超过 1亿元 或 产业 是 软件）\n  排除：规模 超过 10万元 或 产业 是 信息服务业"
    ));
}

#[test]
fn what_does_not_apply_is_no_contradiction() {
    // Neither below nor not below: the fact does not apply.
    assert!(!impossible("  条件：守信\n  排除：规模 不低于 1亿元 或 规模 低于 1亿元"));
    let question = Question { given_only: true, ..eligible() };
    let checked = policy("  条件：守信\n  排除：规模 不低于 1亿元 或 规模 低于 1亿元");
    assert!(is_impossible(checked.model(), &question));
}

#[test]
fn witnesses_are_plain() {
    assert_eq!(witness("  条件：规模 不低于 3000万元 且 守信"), ["守信=true", "规模=30000000"]);
    assert_eq!(witness("  条件：规模 不超过 3000万元"), ["规模=1000000"]);
    assert_eq!(witness("  条件：投入 除以 规模 不低于 5% 且 规模 不低于 2000万元"), ["规模=20000000", "投入=1000000"]);
    assert_eq!(witness("  条件：成立日期 满 3年"), ["成立日期=2021-01-01"]);
    assert_eq!(witness("  条件：产业 是 软件 且 层次 不低于 乙类"), ["产业=软件", "层次=乙类"]);
}

#[test]
fn pinned_facts_stay() {
    let checked = policy("  条件：规模 不低于 投入 且 守信");
    let model = checked.model();
    let fact = |name: &str| {
        let at = model.facts.iter().position(|fact| fact.name == name).unwrap();
        guiju::model::FactId(u32::try_from(at).unwrap())
    };
    let pinned = BTreeMap::from([(fact("投入"), Given::Value(Value::Number(7_777_777.into())))]);
    let question = Question { pinned, ..eligible() };
    let Answer::Witness(found) = solve(model, &question) else { panic!("no witness") };
    assert!(shown(model, &found).contains(&"投入=7777777".to_owned()));
    let pinned = BTreeMap::from([(fact("投入"), Given::NotApplicable)]);
    assert_eq!(solve(model, &Question { pinned, ..eligible() }), Answer::Impossible);
}

/// Every condition of a policy: of definitions, the scope and the clauses.
fn every_condition(model: &Model) -> Vec<&guiju::model::Expr> {
    let clauses = model.clauses.iter().flat_map(|clause| clause.conditions.iter().chain(&clause.exclusions));
    let conditions = model.scope.iter().chain(&model.scope_exclusions).chain(clauses).map(|condition| &condition.expr);
    let definitions = model.definitions.iter().map(|definition| &definition.value);
    conditions.chain(definitions.filter(|value| value.ty == guiju::model::Type::Bool)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the reference interpreter decides of an application is never proved to be impossible, whether all, some or none of the
    /// facts are pinned; and a witness of the opposite never keeps all of them.
    #[test]
    fn nothing_that_happens_is_called_impossible(
        policy in proptest::collection::vec(any::<u8>(), 0..200),
        cases in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..120), 4),
        some in any::<u64>(),
    ) {
        let text = random_policy::policy(&mut Choices::new(&policy));
        let checked = workbench::check_types(&workbench::files(&[("main.policy", &text)])).checked.unwrap();
        let model = checked.model();
        for case in cases {
            let case = random_case::case(model, &mut Choices::new(&case));
            let evaluator = guiju::oracle::Evaluator::new(model, &case.facts, case.on);
            let known: BTreeMap<_, _> =
                case.facts.iter().filter(|(_, given)| **given != Given::Unknown).map(|(id, given)| (*id, given.clone())).collect();
            let half: BTreeMap<_, _> =
                known.iter().filter(|(id, _)| some >> (id.index() % 64) & 1 == 1).map(|(id, given)| (*id, given.clone())).collect();
            for expr in every_condition(model) {
                let Some(truth) = evaluator.truth(expr) else { continue };
                for pinned in [known.clone(), half.clone(), BTreeMap::new()] {
                    let question = |truth| Question {
                        goals: vec![Goal::Holds(expr, truth)],
                        pinned: pinned.clone(),
                        day: Some(case.on),
                        ..Question::default()
                    };
                    prop_assert!(!is_impossible(model, &question(truth)), "{:?} is {}\n{}\n{:?}", expr, truth, text, pinned);
                    prop_assert_ne!(solve(model, &question(truth)), Answer::Impossible);
                    if pinned.len() == known.len() {
                        let opposite = solve(model, &question(!truth));
                        prop_assert!(!matches!(opposite, Answer::Witness(_)), "{:?}\n{}\n{:?}", opposite, text, pinned);
                    }
                }
            }
        }
    }

    /// Cases made for a policy pass when they stand in it.
    #[test]
    fn cases_at_thresholds_of_random_policies_pass(policy in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = random_policy::policy(&mut Choices::new(&policy));
        passes(&text, Lang::Zh);
    }
}

/// Appends the cases made for a policy to it and runs them; how many there are.
fn passes(text: &str, lang: Lang) -> usize {
    let read = |text: &str| workbench::check_types(&workbench::files(&[("main.policy", text)]));
    let checked = read(text).checked.unwrap();
    let made = boundaries::text(&checked, &boundaries::boundaries(&checked), lang);
    let whole = format!("{text}\n{made}");
    let bench = read(&whole);
    let shown = guiju::diagnostics::render::short(&bench.found, &bench.sources, Lang::Zh);
    let Some(checked) = bench.checked else { panic!("{shown}\n{whole}") };
    let program = guiju::bytecode::verify(guiju::bytecode::lower(&checked, &bench.sources).unwrap()).unwrap();
    let reports = guiju::scenario::run_all(&program);
    for report in &reports {
        assert!(report.mismatches.is_empty(), "{report:#?}\n{whole}");
    }
    reports.len()
}

const THRESHOLDS: &str = "
部门 区科委《示范区科委》（science）

适用范围
  条件：守信

定义 规模企业：规模 不低于 1亿元 且 人数 50人以上

条款 一《研发补贴》（rd）
  条件：规模企业 且 成立日期 满 3年 且（投入 除以 规模 不低于 5% 或 投入 超过 1000万元）
  排除：
    1. 人太多：人数 超过 900人
  支持：投入 的 10%
  上限：500万元，每市场主体每年
  责任部门：区科委

条款 二《核定》（set）
  条件：规模 不低于 投入 且 产业 是 软件
  支持：不超过 投入 的 20%
  上限：30万元，每市场主体累计
  下限：1万元
  责任部门：区科委
  失效：2027-06-01

条款 三《就低》（least）
  对象：市场主体
  条件：入驻日期 晚于 2024-06-30 且 层次 不低于 乙类
  支持：取低（费用 × 占比、50万元）
  责任部门：区科委
";

#[test]
fn cases_at_thresholds_pass_in_both_languages() {
    let text = format!("{HEAD}{THRESHOLDS}");
    assert!(passes(&text, Lang::Zh) >= 35);
    assert!(passes(&text, Lang::En) >= 35);
}

#[test]
fn cases_at_thresholds_read_well() {
    let text = format!("{HEAD}{THRESHOLDS}");
    let checked = workbench::check(&workbench::files(&[("main.policy", &text)])).checked.unwrap();
    let made = boundaries::boundaries(&checked);
    let (zh, en) = (boundaries::text(&checked, &made, Lang::Zh), boundaries::text(&checked, &made, Lang::En));
    insta::assert_snapshot!(format!("{zh}\n{en}"));
}

#[test]
fn cases_at_thresholds_of_the_changning_policy_pass() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/changning-2024-4");
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            files.insert(entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap());
        }
    }
    let checked = workbench::check(&files).checked.unwrap();
    let made = boundaries::boundaries(&checked);
    assert!(made.len() >= 60, "{}", made.len());
    let main = files.get_mut("main.policy").unwrap();
    main.extend(boundaries::text(&checked, &made, Lang::Zh).bytes());
    let reports = guiju::scenario::run_all(&workbench::program(&files));
    assert!(reports.len() >= made.len());
    for report in reports {
        assert!(report.mismatches.is_empty(), "{report:#?}");
    }
}

#[test]
fn a_thousand_clauses_are_checked_quickly() {
    let clause = |at: usize| {
        format!(
            "条款 {at}《甲{at}》（c{at}）\n  条件：守信 且 规模 不低于 {}万元 且 人数 10人以上 且 成立日期 满 3年 且 \
             投入 除以 规模 不低于 5%\n  排除：产业 是 制造业\n  支持：1万元\n",
            1000 + at
        )
    };
    let text = format!("{HEAD}{}", (0..1000).map(clause).collect::<String>());
    let checked = workbench::check_types(&workbench::files(&[("main.policy", &text)])).checked.unwrap();
    let start = std::time::Instant::now();
    assert!(guiju::analysis::lint(checked.model()).is_empty());
    let took = start.elapsed();
    assert!(took.as_secs() < 20, "{took:?}");
    println!("a thousand clauses: {took:?}");
}

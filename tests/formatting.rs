//! Formatting keeps what a policy means and says: the hashes of every clause stay the same, whatever the language of its keywords, and
//! formatting twice changes nothing.

use std::collections::BTreeMap;

use guiju::bytecode::{self, Program};
use guiju::diagnostics::Lang;
use guiju::model::Breaker;
use guiju::syntax::format::{FormatOptions, KeywordLanguage, format};
use guiju::{load, scenario};
use proptest::prelude::*;

use crate::support::choices::Choices;
use crate::support::random_policy;
use crate::{conformance, docs, workbench};

/// A policy compiled, and its text formatted with keywords in a language.
fn compiled(text: &str, keywords: Option<KeywordLanguage>) -> (Program, String) {
    let bench = workbench::check_types(&workbench::files(&[("main.policy", text)]));
    let checked = bench.checked.unwrap_or_else(|| panic!("{:?}\n{text}", bench.found));
    let program = bytecode::lower(&checked, &bench.sources).unwrap_or_else(|found| panic!("{found:?}\n{text}"));
    let breaker = Breaker::new(&bench.files, &bench.sources, keywords);
    (program, format(&bench.files[0], text, &FormatOptions { keywords }, &breaker))
}

fn meanings(program: &Program) -> Vec<(String, [u8; 32])> {
    program.tables.clauses.iter().map(|clause| (clause.id.clone(), clause.meaning_hash)).collect()
}

fn contents(program: &Program) -> Vec<[u8; 32]> {
    program.tables.clauses.iter().map(|clause| clause.content_hash).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formatting_keeps_the_hashes_of_every_clause(bytes in proptest::collection::vec(any::<u8>(), 600..601)) {
        let text = random_policy::policy(&mut Choices::new(&bytes));
        let (before, formatted) = compiled(&text, None);
        let (after, again) = compiled(&formatted, None);
        prop_assert_eq!(meanings(&before), meanings(&after));
        prop_assert_eq!(contents(&before), contents(&after));
        prop_assert_eq!(&formatted, &again);
    }

    #[test]
    fn keywords_of_the_other_language_keep_the_meaning(bytes in proptest::collection::vec(any::<u8>(), 600..601)) {
        let text = random_policy::policy(&mut Choices::new(&bytes));
        let (before, english) = compiled(&text, Some(KeywordLanguage::En));
        let (there, chinese) = compiled(&english, Some(KeywordLanguage::Zh));
        let (back, _) = compiled(&chinese, None);
        prop_assert_eq!(meanings(&before), meanings(&there));
        prop_assert_eq!(meanings(&before), meanings(&back));
    }
}

/// The files of a policy, formatted.
fn written(files: &BTreeMap<String, Vec<u8>>, keywords: Option<KeywordLanguage>) -> BTreeMap<String, Vec<u8>> {
    let (loaded, _) = load::load("main.policy", files);
    let breaker = Breaker::new(&loaded.files, &loaded.sources, keywords);
    let mut written = files.clone();
    for file in &loaded.files {
        let source = loaded.sources.get(file.id).unwrap();
        if let Some(slot) = written.get_mut(source.name()) {
            *slot = format(file, source.text(), &FormatOptions { keywords }, &breaker).into_bytes();
        }
    }
    written
}

/// The hash of every clause, and what is wrong with every case.
type Said = (Vec<(String, [u8; 32])>, Vec<String>);

fn said(files: &BTreeMap<String, Vec<u8>>) -> Result<Said, String> {
    let bench = workbench::check_types(files);
    let shown = guiju::diagnostics::render::short(&bench.found, &bench.sources, Lang::Zh);
    let checked = bench.checked.ok_or(shown)?;
    let program = bytecode::lower(&checked, &bench.sources).map_err(|found| format!("{found:?}"))?;
    let program = bytecode::verify(program).map_err(|flaws| format!("{flaws:?}"))?;
    let cases = scenario::run_all(&program);
    let case = |report: &scenario::Report| {
        let wrong: String = report.mismatches.iter().map(|mismatch| mismatch.text(Lang::Zh)).collect();
        format!("{}: {wrong}", report.title)
    };
    Ok((meanings(program.program()), cases.iter().map(case).collect()))
}

/// What is wrong with a policy in another form than it was written in.
fn kept(files: &BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    let before = said(files)?;
    let plain = written(files, None);
    let english = written(files, Some(KeywordLanguage::En));
    let back = written(&english, Some(KeywordLanguage::Zh));
    let forms = [
        ("plain", None, &plain),
        ("en", Some(KeywordLanguage::En), &english),
        ("zh", Some(KeywordLanguage::Zh), &back),
    ];
    for (name, keywords, form) in forms {
        let text = || form.values().map(|text| String::from_utf8_lossy(text)).collect::<String>();
        let after = said(form).map_err(|found| format!("{name}: {found}"))?;
        if before.0 != after.0 {
            return Err(format!("{name}: the meaning differs\n{}", text()));
        }
        if let Some((one, two)) = before.1.iter().zip(&after.1).find(|(one, two)| one != two) {
            return Err(format!("{name}: {one}\n became {two}"));
        }
        for keywords in [keywords, None] {
            let again = written(form, keywords);
            let lines = |form: &BTreeMap<String, Vec<u8>>| -> Vec<String> {
                form.values()
                    .flat_map(|text| String::from_utf8_lossy(text).lines().map(str::to_owned).collect::<Vec<_>>())
                    .collect()
            };
            if let Some((one, two)) = lines(form).iter().zip(&lines(&again)).find(|(one, two)| one != two) {
                return Err(format!("{name}: formatting again ({keywords:?}) changes\n{one}\n{two}"));
            }
        }
    }
    Ok(())
}

#[test]
fn every_policy_says_the_same_in_either_language() {
    let mut policies = conformance::policies();
    policies.extend(docs::policies().into_iter().map(|(path, _)| (path.display().to_string(), docs::folder(&path))));
    assert!(policies.len() > 60, "only {} policies", policies.len());
    let problems: Vec<String> = policies
        .iter()
        .filter_map(|(place, files)| kept(files).err().map(|problem| format!("{place}: {problem}\n")))
        .collect();
    assert!(problems.is_empty(), "{}", problems.concat());
}

const NAMES: &str = "政策 测发〔2025〕1号《格式》
  发布：2025-01-01
  有效期：2025-01-01 至 2027-12-31
  舍入：分，舍去

部门 区科委（science）
部门 区财政局（finance）

对象 市场主体
  销售额：金额，按年，不低于 0
  评分：数，不低于 0
  申请额：金额，不低于 0
  失信：是否，由 区科委 认定
  首次经营日期：日期

分档 比例（ratio）：评分
  90以上：10%
  80以上 不满90：5%
  其余：不予支持

条款 一《补贴》（subsidy）
  条件：首次经营日期 不晚于 评定日 且 上年销售额 > 0元
  排除：
    1. 在有效期内 年度：失信
  支持：申请额 × 比例
  上限（年度）：5万元，每市场主体每年
  追回：失信，10年内，返还 全部补助
  责任部门：区科委牵头、区财政局配合

案例表 「表」
  日期：2026-06-01
  说明：按 1：1，给予 (不变),是
  假设：首次经营日期 是 2025-01-01；上年销售额 是 1元
  列：申请额 ｜ 评分 ｜ 失信 ｜ 期望 条款 subsidy
    1. 三亿，增长：1亿元 ｜ 90 ｜ 否 ｜ 可获 5万元，受限于 年度
    2. 低：1亿元 ｜ 90 ｜ — ｜ 未定
    3. 低了：1亿元 ｜ 79 ｜ 否 ｜ 不符合，因 金额不适用
    4. 失信：1亿元 ｜ 90 ｜ 是 ｜ 不符合，因 在有效期内 年度
";

#[test]
fn names_and_free_text_are_copied() {
    let files = workbench::files(&[("main.policy", NAMES)]);
    kept(&files).unwrap_or_else(|problem| panic!("{problem}"));
    let (_, cases) = said(&files).unwrap();
    assert!(cases.iter().all(|case| case.ends_with(": ")), "{cases:?}");
    let form = |files, keywords| String::from_utf8(written(files, keywords)["main.policy"].clone()).unwrap();
    let english = form(&files, Some(KeywordLanguage::En));
    for kept in [
        "按 1：1，给予 (不变),是",
        "三亿，增长",
        "bound-by 年度",
        "because 金额不适用",
        "because 在有效期内 年度",
        "pay-back 全部补助",
        "区科委（lead）、区财政局配合",
        " ｜ — ｜ ",
        "申请额 × 比例",
        "clause subsidy",
        "last-year 销售额",
    ] {
        assert!(english.contains(kept), "{kept} is not in\n{english}");
    }
    let chinese = form(&files, Some(KeywordLanguage::Zh));
    for kept in [
        "上年销售额 > 0元",
        "80以上 不满 90：5%",
        "其余：不予支持",
        "每市场主体每年",
        "10年内，返还 全部补助",
        "区科委牵头",
    ] {
        assert!(chinese.contains(kept), "{kept} is not in\n{chinese}");
    }
}

#[test]
fn a_hyphen_between_numbers_stays_a_range() {
    let policy = include_str!("../docs/errors/prelude.policy");
    let text = format!("{policy}\n条款 一《试》（try）\n  支持：年度研发投入的5%-20%\n  责任部门：区科委\n");
    for keywords in [None, Some(KeywordLanguage::Zh), Some(KeywordLanguage::En)] {
        let (before, formatted) = compiled(&text, keywords);
        let (after, _) = compiled(&formatted, keywords);
        assert_eq!(meanings(&before), meanings(&after), "{formatted}");
    }
}

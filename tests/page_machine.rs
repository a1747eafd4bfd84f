//! What the page's machine must decide: programs and cases of every kind with what the VM decides of them, written to
//! `target/tmp/page-machine/`, a policy a line, for `tests/site/differential.mjs` to hold the machine against.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use guiju::bytecode::program::{Award, CaseInfo, Given, SlotType, Tables};
use guiju::bytecode::settlement::GroupRuleInfo;
use guiju::bytecode::{self, Verified};
use guiju::decision::{ClauseDecision, Failure};
use guiju::diagnostics::Lang;
use guiju::docs::program_json::{program_json, program_text};
use guiju::model::Checked;
use guiju::vm::{self, Vm};
use guiju::{explain, scenario};
use serde_json::{Value, json};

use crate::conformance;
use crate::settle::bytes;
use crate::support::choices::Choices;
use crate::support::{random_case, random_policy, random_settlement};
use crate::workbench;

/// Random policies, and random cases of each.
const POLICIES: u64 = 200;
const CASES: u64 = 8;
/// Random settlements, and random cases of each.
const SETTLEMENTS: u64 = 250;
const CASES_OF_SETTLEMENT: u64 = 12;
/// Random cases of each policy of the conformance chapters, and of each real one.
const CASES_OF_CHAPTER: u64 = 8;
const CASES_OF_REAL: u64 = 60;

/// An application as the page's machine is told it.
#[derive(Default)]
struct Told {
    name: String,
    facts: Vec<(u32, Given)>,
    lists: Vec<(u32, Vec<Vec<Given>>)>,
    ledger: Option<Vec<Award>>,
    on: i32,
}

fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("page-machine");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Writes a group of policies; answers how many cases they have.
fn write(name: &str, policies: impl Iterator<Item = (String, Verified, Vec<Told>)>) -> usize {
    let (mut text, mut count) = (String::new(), 0);
    for (policy, program, cases) in policies {
        count += cases.len();
        let cases: Vec<Value> = cases.iter().map(|told| case(&program, told)).collect();
        let line = json!({ "policy": policy, "program": program_json(&program), "cases": cases });
        writeln!(text, "{line}").unwrap();
    }
    std::fs::write(folder().join(format!("{name}.jsonl")), text).unwrap();
    println!("{name}: {count} cases");
    count
}

fn given(given: &Given) -> Value {
    match given {
        Given::Value(value) => json!({ "state": "value", "value": value.to_string() }),
        Given::Text(text) => json!({ "state": "text", "text": text }),
        Given::Unknown => json!({ "state": "unknown" }),
        Given::NotApplicable => json!({ "state": "not_applicable" }),
        Given::NotAsked => json!({ "state": "not_asked" }),
    }
}

fn case(program: &Verified, told: &Told) -> Value {
    let facts = told.facts.iter().map(|(slot, of)| json!([slot, given(of)]));
    let lists = told.lists.iter().map(|(slot, records)| {
        let records = records.iter().map(|record| record.iter().map(given).collect::<Vec<Value>>());
        json!([slot, records.collect::<Vec<_>>()])
    });
    let award = |award: &Award| {
        json!({
            "clause": award.clause, "date": award.date, "amount": award.amount.to_string(), "once": award.once,
            "subjects": award.subjects,
        })
    };
    json!({
        "name": told.name, "on": told.on, "facts": facts.collect::<Vec<_>>(), "lists": lists.collect::<Vec<_>>(),
        "ledger": told.ledger.as_ref().map(|awards| awards.iter().map(award).collect::<Vec<_>>()),
        "expected": expected(program, told),
    })
}

/// What `guiju eval --format json` prints of an application, in both languages, and which requirements fail.
fn expected(program: &Verified, told: &Told) -> Value {
    let tables = &program.program().tables;
    let vm = Vm::new(program);
    let mut case = vm.case();
    for (slot, given) in &told.facts {
        case.set(tables, *slot, given);
    }
    for (slot, records) in &told.lists {
        case.set_list(tables, *slot, records);
    }
    vm::ledger::apply(tables, told.ledger.as_deref(), &mut case, told.on);
    let decision = vm::decide_refined(&vm, &case, told.on);
    let mut machine = vm.machine();
    let trace = machine.trace(&case, told.on);
    let awards = told.ledger.as_deref().unwrap_or_default();
    let both = [("zh", Lang::Zh), ("en", Lang::En)].map(|(name, lang)| {
        let mut json = explain::json(&explain::explain_decision(&trace, &decision, awards, lang));
        for (clause, decided) in json["clauses"].as_array_mut().unwrap().iter_mut().zip(&decision.clauses) {
            let clause = clause.as_object_mut().unwrap();
            for key in ["reasons", "failures", "source"] {
                clause.remove(key);
            }
            clause.insert("failed".to_owned(), failed(decided));
        }
        (name.to_owned(), json)
    });
    both.into_iter().collect::<serde_json::Map<String, Value>>().into()
}

fn failed(decision: &ClauseDecision) -> Value {
    let ClauseDecision::Ineligible { failed } = decision else { return json!([]) };
    let one = |failure: &Failure| match failure {
        Failure::Requirement(number) => json!(number),
        Failure::AmountNotApplicable => json!("amount_not_applicable"),
        Failure::AboveCeiling => json!("above_ceiling"),
        Failure::BelowFloor => json!("below_floor"),
    };
    failed.iter().map(one).collect()
}

/// The cases that stand in a policy. Their earlier awards went to their own subjects: where one gives no identifier, it is made up.
fn stated(tables: &Tables) -> Vec<Told> {
    tables.cases.iter().map(|info| told(tables, info)).collect()
}

fn told(tables: &Tables, info: &CaseInfo) -> Told {
    let mut facts = info.facts.clone();
    let mut subjects: Vec<(u32, String)> = Vec::new();
    let entries = info.ledger.as_deref().unwrap_or_default();
    for (subject, kind) in tables.subjects.iter().zip(0u32..).filter(|_| !entries.is_empty()) {
        let made = Given::Text(format!("本案例的{}", subject.name));
        match facts.iter().find(|(slot, _)| *slot == subject.identifier) {
            Some((_, Given::Text(text))) => subjects.push((kind, text.clone())),
            Some((_, Given::Value(_) | Given::Unknown | Given::NotApplicable)) => {}
            Some((_, Given::NotAsked)) | None => {
                facts.retain(|(slot, _)| *slot != subject.identifier);
                subjects.push((kind, format!("本案例的{}", subject.name)));
                facts.push((subject.identifier, made));
            }
        }
    }
    let awards = entries.iter().map(|entry| {
        let others = subjects.iter().filter(|(kind, _)| entry.subjects.iter().all(|(of, _)| of != kind)).cloned();
        let mut subjects: Vec<(u32, String)> = others.chain(entry.subjects.iter().cloned()).collect();
        subjects.sort();
        Award { clause: entry.clause, date: entry.date, amount: entry.amount, once: entry.once, subjects }
    });
    Told {
        name: info.title.clone(),
        facts,
        lists: info.lists.clone(),
        ledger: info.ledger.is_some().then(|| awards.collect()),
        on: scenario::day(tables, info),
    }
}

/// Cases made at random, of a policy that has clauses.
fn made(checked: &Checked, seeds: std::ops::Range<u64>) -> Vec<Told> {
    let model = checked.model();
    let one = |seed: u64| {
        let bytes = bytes(seed);
        let mut choices = Choices::new(&bytes);
        let case = random_case::case(model, &mut choices);
        let asked = random_case::ledger_fact(model);
        let facts = random_case::slots(model, &case.facts).into_iter();
        let given = match asked {
            Some(fact) => case.facts.contains_key(&fact),
            None => !case.ledger.is_empty() || choices.once_in(2),
        };
        Told {
            name: format!("random {seed}"),
            facts: facts.filter(|(slot, _)| asked.is_none_or(|fact| fact.0 != *slot)).collect(),
            lists: random_case::lists(model, &case.lists),
            ledger: given.then(|| random_case::awards(&case.ledger)),
            on: case.on,
        }
    };
    if model.clauses.is_empty() { Vec::new() } else { seeds.map(one).collect() }
}

/// Every edition of a policy with its own cases and random ones.
fn editions(name: &str, files: &BTreeMap<String, Vec<u8>>, random: u64) -> Vec<(String, Verified, Vec<Told>)> {
    let all = workbench::edition_programs(files).into_iter().map(|(checked, program)| {
        let mut cases = stated(&program.program().tables);
        cases.extend(made(&checked, 0..random));
        (name.to_owned(), program, cases)
    });
    all.collect()
}

fn read(folder: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = crate::docs::root().join(folder);
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file());
    files.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect()
}

#[test]
fn cases_of_the_specification_are_written_out() {
    let all = conformance::policies().into_iter();
    let count = write("conformance", all.flat_map(|(name, files)| editions(&name, &files, CASES_OF_CHAPTER)));
    assert!(count > 600, "{count}");
}

#[test]
fn cases_of_real_policies_are_written_out() {
    let names =
        ["county-investment", "science-park", "talent", "trade-growth"].map(|it| format!("policies/examples/{it}"));
    let names = names.into_iter().chain(["policies/changning-2024-4".to_owned()]);
    let count = write("real", names.flat_map(|name| editions(&name, &read(&name), CASES_OF_REAL)));
    assert!(count > 300, "{count}");
}

/// What `tests/site/questionnaire.mjs` asks its way through: the bundle of a policy for `guiju eval`, its program for the page, and the
/// script of the page.
#[test]
fn what_the_questionnaire_runs_is_written_out() {
    let names =
        ["county-investment", "science-park", "talent", "trade-growth"].map(|it| format!("policies/examples/{it}"));
    let names = names.into_iter().chain(["policies/changning-2024-4".to_owned()]);
    let mut all: Vec<(String, Verified)> = names
        .flat_map(|name| workbench::edition_programs(&read(&name)).into_iter().map(move |(_, it)| (name.clone(), it)))
        .collect();
    for text in [include_str!("support/settlement_fields.policy"), include_str!("agreement/main.policy")] {
        all.push(("forms".to_owned(), workbench::program(&workbench::files(&[("main.policy", text)]))));
    }
    for (at, (name, program)) in all.iter().enumerate() {
        let name = format!("{}-{at}", name.rsplit('/').next().unwrap());
        std::fs::write(folder().join(format!("{name}.gjb")), bytecode::encode(program)).unwrap();
        std::fs::write(folder().join(format!("{name}.program.json")), program_text(program)).unwrap();
    }
    std::fs::write(folder().join("selfcheck.js"), guiju::docs::page_machine::bundle()).unwrap();
    assert!(all.len() >= 7);
}

#[test]
fn cases_of_every_form_are_written_out() {
    let forms = [
        ("forms", include_str!("agreement/main.policy")),
        ("tables", include_str!("agreement/tables.policy")),
        ("settlement fields", include_str!("support/settlement_fields.policy")),
    ];
    let count = write(
        "forms",
        forms.into_iter().flat_map(|(name, text)| editions(name, &workbench::files(&[("main.policy", text)]), 150)),
    );
    assert!(count > 450, "{count}");
}

#[test]
fn random_cases_of_random_policies_are_written_out() {
    let policies = (0..POLICIES).map(|seed| {
        let text = random_policy::policy(&mut Choices::new(&bytes(seed)));
        let bench = workbench::check_types(&workbench::files(&[("main.policy", &text)]));
        let checked = bench.checked.unwrap_or_else(|| panic!("{text}"));
        let program = bytecode::verify(bytecode::lower(&checked, &bench.sources).unwrap()).unwrap();
        let cases = made(&checked, seed * 1_000..seed * 1_000 + CASES);
        (format!("random policy {seed}"), program, cases)
    });
    assert_eq!(write("random", policies) as u64, POLICIES * CASES);
}

/// Facts of `settled.policy`, in the amounts of random settlements.
fn settled_case(tables: &Tables, choices: &mut Choices, seed: u64) -> Told {
    const AMOUNTS: [i128; 8] = [10_000, 5_000, 20_000, 3_333, 1, 12_345, 0, 30_000];
    let on = guiju::calendar::day(2025, 6, 30).unwrap();
    let mut facts = Vec::new();
    for (info, slot) in tables.slots.iter().zip(0u32..) {
        let value = match info.name.as_str() {
            "评分" => Given::Value(choices.one(&[3, 1, 2])),
            "申请选择" => Given::Text(choices.one(&["a", "b", "丙", "d", "无"]).to_owned()),
            "统一社会信用代码" => Given::Text(choices.one(&["甲公司", "乙公司"]).to_owned()),
            "项目编号" => Given::Text(choices.one(&["P1", "P2", "甲公司"]).to_owned()),
            _ if info.ty == SlotType::Bool => Given::Value(choices.one(&[0, 1])),
            _ => Given::Value(choices.one(&AMOUNTS)),
        };
        // A third of the cases leave nothing open, so that they are settled exactly; the others little, so that much is left to bind.
        let state = if seed.is_multiple_of(3) { 1 + choices.below(5) } else { choices.below(24) };
        facts.push((
            slot,
            match state {
                0 => Given::Unknown,
                5 => Given::NotApplicable,
                6 => Given::NotAsked,
                _ => value,
            },
        ));
    }
    let ledger = choices.one(&[true, true, false]).then(|| random_settlement::ledger(choices));
    Told { name: format!("settled {seed}"), facts, lists: Vec::new(), ledger, on: on + choices.one(&[0, 200, -400]) }
}

#[test]
fn random_settlements_are_written_out() {
    let bench = workbench::check(&workbench::files(&[("main.policy", include_str!("page_machine/settled.policy"))]));
    let shown = guiju::diagnostics::render::short(&bench.found, &bench.sources, Lang::Zh);
    let checked = bench.checked.unwrap_or_else(|| panic!("{shown}"));
    let base = bytecode::lower(&checked, &bench.sources).unwrap();
    let choice = base.tables.slots.iter().position(|slot| slot.name == "申请选择").unwrap() as u32;
    for name in [random_settlement::SCORE, random_settlement::OTHER] {
        let other = random_settlement::policy(&mut Choices::new(&[])).slot(name);
        assert_eq!(base.tables.slots[other as usize].name, name);
    }
    let policies = (0..SETTLEMENTS).map(|seed| {
        let bytes = bytes(seed);
        let mut choices = Choices::new(&bytes);
        let mut program = base.clone();
        program.tables.settlement = random_settlement::policy(&mut choices).tables.settlement;
        for group in &mut program.tables.settlement.groups {
            if group.rule == GroupRuleInfo::ChooseOne(None) && choices.once_in(2) {
                group.rule = GroupRuleInfo::ChooseOne(Some(choice));
            }
        }
        let program = bytecode::verify(program).unwrap_or_else(|flaws| panic!("{seed}: {flaws:?}"));
        let cases = (0..CASES_OF_SETTLEMENT)
            .map(|at| settled_case(&program.program().tables, &mut choices, seed + at))
            .collect();
        (format!("random settlement {seed}"), program, cases)
    });
    assert_eq!(write("settlement", policies) as u64, SETTLEMENTS * CASES_OF_SETTLEMENT);
}

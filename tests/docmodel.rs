//! The documentation model: that it fits its published schema, what it says of real policies, and that it says the same every time.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use guiju::model::source_text::folded;
use serde_json::Value;

use crate::docs::root;

const CHANGNING: &str = "policies/changning-2024-4";

/// The policies of the repository.
fn policies() -> Vec<PathBuf> {
    let examples = fs::read_dir(root().join("policies/examples")).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> = examples.chain([root().join(CHANGNING)]).collect();
    all.sort();
    all
}

/// What `guiju doc --format json` prints.
pub fn printed(policy: &Path, more: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guiju"));
    let output = command.arg("doc").arg(policy).args(["--format", "json"]).args(more).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn model(policy: &Path) -> Value {
    serde_json::from_str(&printed(policy, &[])).unwrap()
}

fn clause<'m>(model: &'m Value, id: &str) -> &'m Value {
    let clauses = model["clauses"].as_array().unwrap();
    clauses.iter().find(|clause| clause["id"] == id).unwrap_or_else(|| panic!("no clause {id}"))
}

/// Checks a value against a schema, as far as ours uses the language: types, references, properties, items, enumerations, alternatives.
fn fits(value: &Value, schema: &Value, whole: &Value, at: &str, problems: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let target = whole.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{name} is nowhere"));
        return fits(value, target, whole, at, problems);
    }
    let alternatives = schema["anyOf"].as_array().or(schema["oneOf"].as_array());
    if let Some(all) = alternatives {
        let fitting = all.iter().any(|one| {
            let mut own = Vec::new();
            fits(value, one, whole, at, &mut own);
            own.is_empty()
        });
        if !fitting {
            problems.push(format!("{at}: fits no alternative"));
        }
        return;
    }
    if schema.get("const").is_some_and(|only| only != value) {
        problems.push(format!("{at}: not {}", schema["const"]));
    }
    if schema["enum"].as_array().is_some_and(|all| !all.contains(value)) {
        problems.push(format!("{at}: {value} is not listed"));
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !kinds.is_empty() && !kinds.contains(&kind) {
        problems.push(format!("{at}: {kind} where {kinds:?} is wanted"));
    }
    if let Value::Array(all) = value {
        for (number, item) in all.iter().enumerate() {
            fits(item, &schema["items"], whole, &format!("{at}[{number}]"), problems);
        }
    }
    if let (Value::Object(all), Some(properties)) = (value, schema["properties"].as_object()) {
        for key in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !all.contains_key(key) {
                problems.push(format!("{at}: lacks {key}"));
            }
        }
        for (key, item) in all {
            match properties.get(key) {
                Some(schema) => fits(item, schema, whole, &format!("{at}.{key}"), problems),
                None => problems.push(format!("{at}: {key} is not in the schema")),
            }
        }
    }
}

#[test]
fn every_policy_fits_the_schema_and_refers_to_what_there_is() {
    let published = fs::read_to_string(root().join("docs/reference/doc-model.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&published).unwrap();
    for policy in policies() {
        let model = model(&policy);
        let mut problems = Vec::new();
        fits(&model, &schema, &schema, "model", &mut problems);
        assert!(problems.is_empty(), "{}: {problems:#?}", policy.display());
        let ids = |list: &str| -> BTreeSet<String> {
            model[list].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
        };
        let (clauses, facts, departments) = (ids("clauses"), ids("facts"), ids("departments"));
        assert_eq!(clauses.len(), model["clauses"].as_array().unwrap().len(), "ids are shared");
        assert_eq!(facts.len(), model["facts"].as_array().unwrap().len(), "ids are shared");
        for clause in model["clauses"].as_array().unwrap() {
            for need in clause["needs"].as_array().unwrap() {
                assert!(facts.contains(need["fact"].as_str().unwrap()), "{need}");
                let by = need["given_by"]["department"].as_str();
                assert!(by.is_none_or(|id| departments.contains(id)), "{need}");
            }
        }
        for case in model["cases"].as_array().unwrap() {
            assert_eq!(case["passed"], true, "{case}");
            assert!(
                case["outcomes"].as_array().unwrap().iter().all(|it| clauses.contains(it["clause"].as_str().unwrap()))
            );
        }
    }
}

#[test]
fn the_changning_policy_says_what_its_document_says() {
    let model = model(&root().join(CHANGNING));
    let ai = clause(&model, "ai-industry");
    assert_eq!(ai["ceilings"][0]["value"], "10000000");
    assert_eq!(ai["ceilings"][0]["per"][0], "project");
    assert_eq!(ai["ceilings"][0]["period"], "lifetime");
    assert_eq!(ai["award"]["set_by"], "science");
    assert_eq!(ai["departments"][0]["department"], "science");
    assert_eq!(ai["departments"][0]["lead"], true);
    assert_eq!(ai["conditions"][0]["kind"], "within");
    assert_eq!(ai["conditions"][0]["values"][0], "ai-directions");
    assert!(ai["encoding"]["text"].as_str().unwrap().starts_with("条款 四（一）2（1）②"));
    let sentences = model["original"]["sentences"].as_array().unwrap();
    let figure = ai["figures"].as_array().unwrap().iter().find(|figure| figure["value"] == "10000000").unwrap();
    let said = sentences.iter().find(|sentence| sentence["id"] == figure["sentence"]).unwrap();
    assert!(said["text"].as_str().unwrap().contains("不超过1000万元支持"), "{said}");
    assert!(said["clauses"].as_array().unwrap().contains(&"ai-industry".into()));
    let science = model["departments"].as_array().unwrap().iter().find(|it| it["id"] == "science").unwrap();
    assert!(science["leads"].as_array().unwrap().contains(&"ai-industry".into()));
    assert!(science["sets"].as_array().unwrap().iter().any(|duty| duty["fact"] == "approved-amount"));
}

#[test]
fn a_quotation_stands_where_it_is_said_to_stand() {
    let original = fs::read_to_string(root().join(CHANGNING).join("source.txt")).unwrap();
    let model = model(&root().join(CHANGNING));
    let mut count = 0;
    for quote in model["clauses"].as_array().unwrap().iter().flat_map(|clause| clause["quotes"].as_array().unwrap()) {
        let at = |key: &str| usize::try_from(quote[key].as_u64().unwrap()).unwrap();
        let text = quote["text"].as_str().unwrap();
        if !text.contains("……") {
            assert_eq!(folded(&original[at("start")..at("end")]), folded(text));
            count += 1;
        }
        assert!(!quote["sentences"].as_array().unwrap().is_empty());
    }
    assert!(count > 20);
}

#[test]
fn situations_list_what_the_machine_does_not_rule_out() {
    let model = model(&root().join(CHANGNING));
    let llm = |scenario: &&Value| {
        let sentence = "我是一家有大模型研发训练项目的人工智能企业";
        scenario["variants"].as_array().unwrap().iter().any(|it| it["zh"] == sentence)
    };
    let scenario = model["scenarios"].as_array().unwrap().iter().find(llm).expect("the situation of the issue");
    let ids: Vec<&str> =
        scenario["clauses"].as_array().unwrap().iter().map(|it| it["clause"].as_str().unwrap()).collect();
    assert!(ids.contains(&"ai-industry") && ids.contains(&"scale-award"), "{ids:?}");
    assert!(!ids.contains(&"aviation") && !ids.contains(&"talent"), "{ids:?}");
}

#[test]
fn the_same_policy_gives_the_same_bytes() {
    for policy in policies() {
        assert_eq!(printed(&policy, &[]), printed(&policy, &[]));
    }
}

#[test]
fn amendments_become_history() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "政策 示发〔2025〕1号《示范》（demo）\n  有效期：2026-01-01 至 2027-12-31\n  舍入：分，四舍五入\n部门 区科委（science）\n\
                  对象 市场主体（entity）\n  研发投入（rd）：金额，每年，不低于 0元\n\n\
                  条款 一《补贴》（grant）\n  对象：市场主体\n  支持：研发投入 的 10%\n  上限：50万元，每市场主体每年\n  责任部门：区科委\n\n\
                  修订 示发〔2026〕2号《关于修改示范的决定》（amend-1）\n  公布：2026-06-20\n  施行：2026-07-01\n  修改：条款 grant 上限，由 50万元 改为 80万元\n";
    fs::write(folder.path().join("main.policy"), policy).unwrap();
    let model = model(folder.path());
    let history = clause(&model, "grant")["history"].as_array().unwrap();
    assert_eq!(history.len(), 1, "{history:?}");
    assert_eq!(history[0]["what"]["zh"], "上限");
    assert!(history[0]["before"]["zh"].as_str().unwrap().contains("50万元"));
    assert!(history[0]["after"]["zh"].as_str().unwrap().contains("80万元"));
    assert!(
        model["timeline"].as_array().unwrap().iter().any(|it| it["kind"] == "amended" && it["day"] == "2026-07-01")
    );
    let before: Value = serde_json::from_str(&printed(folder.path(), &["--on", "2026-03-01"])).unwrap();
    assert_eq!(clause(&before, "grant")["ceilings"][0]["value"], "500000");
}

#[test]
fn what_a_national_standard_says_leads_to_no_sentence_of_the_policy() {
    let model = model(&root().join("policies/examples/trade-growth"));
    let figures = clause(&model, "digital")["figures"].as_array().unwrap();
    let of = |text: &str| figures.iter().find(|figure| figure["text"]["zh"] == text);
    // 8亿元 bounds the building trade in the standard's classes of enterprises; 5万元 is the policy's.
    assert!(of("8亿元").is_none(), "{figures:?}");
    assert_eq!(of("5万元").unwrap()["literal"], true);
}

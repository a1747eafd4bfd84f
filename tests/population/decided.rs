//! Rows of a population against `guiju eval`, one by one.

use std::fs;
use std::path::Path;

use super::{OLD, compared, compiled, desk, new_policy, run};
use crate::settle::bytes;
use crate::support::choices::Choices;

/// What a clause came to by `guiju eval`: whether somebody is eligible, undetermined, and from what to what, in 分.
fn evaluated(desk: &Path, policy: &str, facts: &str) -> Vec<(String, bool, bool, i128, Option<i128>)> {
    fs::write(desk.join("facts.json"), facts).unwrap();
    let (status, stdout, stderr) =
        run(desk, &["eval", policy, "--facts", "facts.json", "--on", "2026-06-30", "--format", "json"]);
    assert_eq!(status, 0, "{facts}: {stderr}");
    let said: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let cents = |value: &serde_json::Value| {
        let sum: rust_decimal::Decimal = value.as_str()?.parse().unwrap();
        Some((sum * rust_decimal::Decimal::from(100)).normalize().to_string().parse::<i128>().unwrap())
    };
    let clause = |clause: &serde_json::Value| {
        let (outcome, amount) = (clause["outcome"].as_str().unwrap(), &clause["amount"]);
        let eligible = outcome == "eligible";
        let (low, high) =
            if eligible { (cents(&amount["low"]).unwrap_or(0), cents(&amount["high"])) } else { (0, Some(0)) };
        (clause["id"].as_str().unwrap().to_owned(), eligible, outcome == "undetermined", low, high)
    };
    said["clauses"].as_array().unwrap().iter().map(clause).collect()
}

/// Both decisions about a row are those of `guiju eval`.
#[test]
fn every_row_is_decided_as_eval_decides_it() {
    let (before, after) = (OLD.to_owned(), new_policy());
    let desk = desk(&[("old.policy", &before), ("new.policy", &after)]);
    let (old, new) = (compiled(&before), compiled(&after));
    let random = bytes(7);
    let mut choices = Choices::new(&random);
    let mut seen = [0; 3];
    for number in 0..12 {
        let credit = ["是", "否", ""][choices.below(3)];
        let industry = ["软件", "服务业", "制造业", ""][choices.below(4)];
        let rent = ["", "0", "1", "79999.99", "80000", "100000.01", "3000000"][choices.below(7)];
        let research = ["", "0", "0.04", "1234567.89", "5000000", "60000000"][choices.below(6)];
        let table = format!("企业编号,信用良好,产业,租金,研发投入\nA{number},{credit},{industry},{rent},{research}\n");
        let mut facts = vec![format!("\"企业编号\": \"A{number}\"")];
        let mut fact = |name: &str, value: &str, text: String| {
            if !value.is_empty() {
                facts.push(format!("\"{name}\": {text}"));
            }
        };
        fact("信用良好", credit, (credit == "是").to_string());
        fact("产业", industry, format!("\"{industry}\""));
        fact("租金", rent, rent.to_owned());
        fact("研发投入", research, research.to_owned());
        let facts = format!("{{\"市场主体\": {{{}}}}}", facts.join(", "));
        let (report, problems) = compared(&old, &new, &table, &[]);
        assert_eq!(problems, Vec::new(), "{table}");
        for (side, policy) in [(false, "old.policy"), (true, "new.policy")] {
            let decided = evaluated(desk.path(), policy, &facts);
            assert_eq!(decided.len(), report.clauses.len());
            for (id, eligible, undetermined, low, high) in decided {
                let line = report.clauses.iter().find(|line| line.old.as_ref() == Some(&id)).unwrap();
                let amounts = if side { line.line.new } else { line.line.old };
                assert_eq!(
                    (amounts.eligible > 0, amounts.undetermined > 0, amounts.low, amounts.high),
                    (eligible, undetermined, low, high.unwrap_or(0)),
                    "{policy} {id}: {table}"
                );
                seen[if eligible {
                    0
                } else if undetermined {
                    1
                } else {
                    2
                }] += 1;
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 0), "{seen:?}");
}

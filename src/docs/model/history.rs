//! In: the clauses of every edition. Out: what each amendment changed in meaning, clause by clause, before and after.
//! Invariant: compared is what is documented, never letters, so that a text written anew alike is no change.

use super::clause::ClauseDoc;
use super::{ChangeDoc, ConditionDoc, Words};

/// A text of a clause under its name.
type Part = (Words, Words);

/// What changed from one edition to the next.
pub(super) fn changes(before: &[ClauseDoc], after: &[ClauseDoc]) -> Vec<ChangeDoc> {
    let mut found = Vec::new();
    for new in after {
        match before.iter().find(|old| old.id == new.id) {
            Some(old) => found.extend(of_clause(old, new)),
            None => found.push(whole(new, "added", Words::new("增加本条款", "the clause is added"))),
        }
    }
    for old in before.iter().filter(|old| after.iter().all(|new| new.id != old.id)) {
        found.push(whole(old, "removed", Words::new("删去本条款", "the clause is left out")));
    }
    found
}

fn whole(clause: &ClauseDoc, kind: &str, what: Words) -> ChangeDoc {
    let text = Some(clause.summary.clone());
    let (before, after) = if kind == "added" { (None, text) } else { (text, None) };
    ChangeDoc { clause: Some(clause.id.clone()), kind: kind.to_owned(), what, before, after }
}

fn of_clause(old: &ClauseDoc, new: &ClauseDoc) -> Vec<ChangeDoc> {
    let (before, after) = (parts(old), parts(new));
    let differ = before.into_iter().zip(after).filter(|(old, new)| old.1 != new.1);
    let said = |words: Words| (!words.zh.is_empty()).then_some(words);
    differ
        .map(|((what, old_text), (_, new_text))| ChangeDoc {
            clause: Some(new.id.clone()),
            kind: "changed".to_owned(),
            what,
            before: said(old_text),
            after: said(new_text),
        })
        .collect()
}

/// What a clause says, part by part; the same parts in the same order for every clause.
fn parts(clause: &ClauseDoc) -> Vec<Part> {
    let optional = |words: &Option<Words>| words.clone().unwrap_or_default();
    let days = &clause.in_force;
    let day = |day: &Option<String>| day.clone().unwrap_or_else(|| "……".to_owned());
    let departments: Vec<&str> = clause.departments.iter().map(|it| it.department.as_str()).collect();
    let instalments = clause.payment.iter().flat_map(|payment| &payment.instalments).map(|it| {
        Words::new(
            format!("{} {}（{}）", it.label, it.part.zh, it.due.zh),
            format!("{} {} ({})", it.label, it.part.en, it.due.en),
        )
    });
    vec![
        (Words::new("编号", "address"), Words::same(&clause.address)),
        (Words::new("标题", "title"), Words::same(&clause.title)),
        (Words::new("产业", "industry"), clause.industry.as_ref().map(|it| it.words.clone()).unwrap_or_default()),
        (Words::new("条件", "conditions"), conditions(&clause.conditions)),
        (Words::new("排除", "exclusions"), conditions(&clause.exclusions)),
        (Words::new("支持", "award"), clause.award.words.clone()),
        (
            Words::new("上限", "ceilings"),
            lines(clause.ceilings.iter().map(|it| Words::new(&it.text, format!("{} ({})", it.amount.en, it.words.en)))),
        ),
        (Words::new("下限", "floor"), optional(&clause.floor)),
        (Words::new("突破", "lift"), clause.lift.as_ref().map(|it| it.words.clone()).unwrap_or_default()),
        (Words::new("责任部门", "departments"), Words::new(departments.join("、"), departments.join(", "))),
        (
            Words::new("有效期", "validity"),
            Words::new(
                format!("{} 至 {}", day(&days.first), day(&days.last)),
                format!("{} to {}", day(&days.first), day(&days.last)),
            ),
        ),
        (Words::new("拨付", "payment"), lines(instalments)),
        (Words::new("分担", "shares"), lines(clause.shares.iter().cloned())),
        (Words::new("追回", "claw-back"), lines(clause.clawbacks.iter().cloned())),
        (Words::new("追溯", "retroactive"), optional(&clause.retroactive)),
    ]
}

fn conditions(all: &[ConditionDoc]) -> Words {
    lines(all.iter().map(|it| it.words.clone()))
}

fn lines(all: impl Iterator<Item = Words>) -> Words {
    let all: Vec<Words> = all.collect();
    let zh: Vec<&str> = all.iter().map(|it| it.zh.as_str()).collect();
    let en: Vec<&str> = all.iter().map(|it| it.en.as_str()).collect();
    Words::new(zh.join("；"), en.join("; "))
}

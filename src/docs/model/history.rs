//! In: the clauses of every edition. Out: what each amendment changed, clause by clause, before and after: in meaning, and in the words that
//! are quoted.
//! Invariant: compared is what is documented, never the source's letters, so that a text written anew alike is no change; what the policy
//! changes for all its clauses is said once.

use std::collections::BTreeMap;

use super::clause::ClauseDoc;
use super::words::both;
use super::{ChangeDoc, ConditionDoc, Days, Words};

/// A text of a clause under its name.
type Part = (Words, Words);

/// An edition as it is compared.
#[derive(Debug, Clone, Default)]
pub(super) struct Side {
    /// The policy's days.
    pub(super) in_force: Days,
    /// Names of departments by their ids.
    pub(super) departments: BTreeMap<String, Words>,
    /// The clauses.
    pub(super) clauses: Vec<ClauseDoc>,
}

/// What changed from one edition to the next.
pub(super) fn changes(before: &Side, after: &Side) -> Vec<ChangeDoc> {
    let mut found = Vec::new();
    if before.in_force != after.in_force {
        found.push(ChangeDoc {
            clause: None,
            kind: "changed".to_owned(),
            what: Words::new("有效期", "validity"),
            before: Some(span(&before.in_force)),
            after: Some(span(&after.in_force)),
        });
    }
    for new in &after.clauses {
        match before.clauses.iter().find(|old| old.id == new.id) {
            Some(old) => found.extend(of_clause((before, old), (after, new))),
            None => found.push(whole(new, "added", Words::new("增加本条款", "the clause is added"))),
        }
    }
    for old in before.clauses.iter().filter(|old| after.clauses.iter().all(|new| new.id != old.id)) {
        found.push(whole(old, "removed", Words::new("删去本条款", "the clause is left out")));
    }
    found
}

fn whole(clause: &ClauseDoc, kind: &str, what: Words) -> ChangeDoc {
    let name = Words::same(&format!("{}《{}》", clause.address, clause.title));
    let said = &clause.summary;
    let text = Some(both!("{}：{}", "{}: {}", name, said));
    let (before, after) = if kind == "added" { (None, text) } else { (text, None) };
    ChangeDoc { clause: Some(clause.id.clone()), kind: kind.to_owned(), what, before, after }
}

fn of_clause((before, old): (&Side, &ClauseDoc), (after, new): (&Side, &ClauseDoc)) -> Vec<ChangeDoc> {
    // Days that are the policy's own on both sides change with the policy.
    let inherited = old.in_force == before.in_force && new.in_force == after.in_force;
    let (before, after) = (parts(old, before, inherited), parts(new, after, inherited));
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
fn parts(clause: &ClauseDoc, side: &Side, inherited: bool) -> Vec<Part> {
    let optional = |words: &Option<Words>| words.clone().unwrap_or_default();
    let named = |id: &String| side.departments.get(id).cloned().unwrap_or_else(|| Words::same(id));
    let departments: Vec<Words> = clause.departments.iter().map(|it| named(&it.department)).collect();
    let listed = |get: fn(&Words) -> &str, comma: &str| departments.iter().map(get).collect::<Vec<_>>().join(comma);
    let quotes: Vec<&str> = clause.quotes.iter().map(|quote| quote.text.as_str()).collect();
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
        (Words::new("责任部门", "departments"), Words::new(listed(|it| &it.zh, "、"), listed(|it| &it.en, ", "))),
        (Words::new("有效期", "validity"), if inherited { Words::default() } else { span(&clause.in_force) }),
        (Words::new("拨付", "payment"), lines(instalments)),
        (Words::new("分担", "shares"), lines(clause.shares.iter().cloned())),
        (Words::new("追回", "claw-back"), lines(clause.clawbacks.iter().cloned())),
        (Words::new("追溯", "retroactive"), optional(&clause.retroactive)),
        (Words::new("原文", "official text"), Words::same(&quotes.join(""))),
    ]
}

/// Days in words; an open end is left open.
fn span(days: &Days) -> Words {
    let day = |day: &Option<String>| day.clone().unwrap_or_else(|| "……".to_owned());
    let (first, last) = (Words::same(&day(&days.first)), Words::same(&day(&days.last)));
    both!("{} 至 {}", "{} to {}", first, last)
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

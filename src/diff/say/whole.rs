//! In: a comparison. Out: what is said of all of it: what it comes to, its sides, what changes between clauses and for departments.
//! Invariant: the first line says what a reviewer looks for first.

use crate::calendar;
use crate::diagnostics::Text;

use super::super::summary::Summary;
use super::super::{Diff, Head};
use super::{Said, much, other};

/// The summary in lines, the first of them what a reviewer wants.
#[must_use]
pub fn summary(diff: &Diff) -> Vec<Text> {
    let mut lines = vec![first(diff)];
    let largest = diff.summary.largest.as_ref();
    lines.extend(largest.map(|largest| {
        let by = much(largest.by, largest.more);
        Text::new(
            format!("变化最大：{}，{}", largest.clause, by.zh),
            format!("largest change: {}, {}", largest.clause, by.en),
        )
    }));
    for (side, zh, en) in [(&diff.old, "旧", "old"), (&diff.new, "新", "new")] {
        lines.extend(unread(side, zh, en));
    }
    lines
}

fn first(diff: &Diff) -> Text {
    let counts = &diff.summary;
    let mut parts: Vec<Text> = Vec::new();
    let mut part = |count: usize, zh: &str, en: &str| {
        if count > 0 {
            parts.push(Text::new(format!("{zh} {count} 条"), format!("{count} {en}")));
        }
    };
    let Summary { added, removed, wider, narrower, mixed, otherwise, unclear, open, reworded, .. } = counts;
    part(*added, "新增", "added");
    part(*removed, "删去", "removed");
    part(*wider, "放宽", "wider");
    part(*narrower, "收紧", "narrower");
    part(*mixed, "有宽有紧", "wider for some and narrower for others");
    part(*otherwise, "其他变化", "changed otherwise");
    part(*unclear, "宽紧未定", "unclear whom they favour");
    part(*open, "未能判定", "not decided");
    part(*reworded, "只改文字", "reworded only");
    part(counts.renumbered, "改了序号", "renumbered");
    part(counts.moved, "移了位置", "moved");
    if counts.declarations > 0 {
        let count = counts.declarations;
        parts.push(Text::new(format!("条款以外改了 {count} 处"), format!("{count} items other than clauses")));
    }
    let (zh, en): (Vec<&str>, Vec<&str>) = parts.iter().map(|part| (part.zh.as_str(), part.en.as_str())).unzip();
    let (old, new) = (counts.old_clauses, counts.new_clauses);
    let clauses = if old == new { new.to_string() } else { format!("{old} → {new}") };
    match (diff.items.is_empty(), diff.is_same()) {
        (true, _) if !diff.is_whole() => Text::new(
            format!("没有找到文字的变化（{clauses} 个条款）"),
            format!("no change of words was found ({clauses} clauses)"),
        ),
        (true, _) => Text::new(format!("没有变化（{clauses} 个条款）"), format!("no change ({clauses} clauses)")),
        (false, true) => Text::new(
            format!("含义没有变化（{clauses} 个条款）：{}", zh.join("，")),
            format!("no change of meaning ({clauses} clauses): {}", en.join(", ")),
        ),
        (false, false) => {
            Text::new(format!("{clauses} 个条款：{}", zh.join("，")), format!("{clauses} clauses: {}", en.join(", ")))
        }
    }
}

fn unread(side: &Head, zh: &str, en: &str) -> Option<Text> {
    if side.errors.is_empty() && side.left_out.is_empty() {
        return None;
    }
    let (errors, left) = (side.errors.len(), side.left_out.len());
    if side.whole {
        return Some(Text::new(
            format!("{zh}文本有 {errors} 处引文和条款、原件对不上；含义照样比较了"),
            format!(
                "{errors} quotations of the {en} text do not agree with its clauses or original; its meaning was compared"
            ),
        ));
    }
    if side.compiles && left == 0 {
        return Some(Text::new(format!("{zh}文本有 {errors} 处错误"), format!("the {en} text has {errors} errors")));
    }
    Some(match side.compiles {
        true => Text::new(
            format!(
                "{zh}文本有 {errors} 处错误，{left} 个条目没有通过编译，只比较了文字：{}",
                side.left_out.join("、")
            ),
            format!("the {en} text has {errors} errors; {left} items do not compile: {}", side.left_out.join(", ")),
        ),
        false => Text::new(
            format!("{zh}文本有 {errors} 处错误，没有通过编译，只比较了文字"),
            format!("the {en} text has {errors} errors and does not compile; only words were compared"),
        ),
    })
}

/// A side's name: its title and number, else what it was called by.
#[must_use]
pub fn side(side: &Head) -> String {
    let mut name = match (side.number.is_empty(), side.title.is_empty()) {
        (true, true) => side.label.clone(),
        (true, false) => format!("《{}》", side.title),
        (false, true) => side.number.clone(),
        (false, false) => format!("{}《{}》", side.number, side.title),
    };
    if let (Some(from), _) = side.days {
        name = format!("{name}（{} 起）", calendar::iso(i64::from(from)));
    }
    name
}

/// What changes between clauses.
#[must_use]
pub fn between(diff: &Diff) -> Vec<Said> {
    diff.between.iter().map(other).collect()
}

/// The heading of what changes between clauses.
#[must_use]
pub fn between_heading() -> Text {
    Text::new("条款之间", "between clauses")
}

/// What changes for each department, with its name.
#[must_use]
pub fn departments(diff: &Diff) -> Vec<(String, Text)> {
    let said = diff.departments.iter().map(|change| {
        let mut parts: Vec<Text> = Vec::new();
        for (clauses, zh, en) in [
            (&change.gains, "新负责", "becomes responsible for"),
            (&change.loses, "不再负责", "is no longer responsible for"),
            (&change.leads, "改为牵头", "now leads"),
            (&change.follows, "不再牵头", "no longer leads"),
        ] {
            if !clauses.is_empty() {
                let (zh_list, en_list) = (clauses.join("、"), clauses.join(", "));
                parts.push(Text::new(format!("{zh} {zh_list}"), format!("{en} {en_list}")));
            }
        }
        let (zh, en): (Vec<&str>, Vec<&str>) = parts.iter().map(|it| (it.zh.as_str(), it.en.as_str())).unzip();
        (change.name.clone(), Text::new(zh.join("；"), en.join("; ")))
    });
    said.collect()
}

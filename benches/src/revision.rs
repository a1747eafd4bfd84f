//! In: how many clauses, how many changes. Out: a policy and a revision of it, with so many changes of ten kinds spread over it.
//! Invariant: the same numbers give the same texts; every change is one, none undoes another.

use std::fmt::Write;

use crate::policy::large;

/// The kinds of changes, in turns.
pub const KINDS: [&str; 10] = [
    "门槛",
    "上限的金额",
    "责任部门",
    "删去一个条件",
    "新增一条",
    "删去一条",
    "移动一条",
    "条款的有效期",
    "支持比例",
    "上限的期间",
];

/// A clause: its lines, and what becomes of it.
#[derive(Clone)]
struct Clause {
    lines: Vec<String>,
    /// Clauses that stand behind it, new ones or moved ones.
    behind: Vec<Vec<String>>,
    gone: bool,
}

/// The policy and its revision.
pub fn pair(clauses: u32, changes: u32) -> (String, String) {
    let base = large(clauses);
    let (head, body) = base.split_once("\n条款 ").expect("a generated policy has clauses");
    let mut all: Vec<Clause> = format!("条款 {body}")
        .split("\n\n")
        .map(|text| Clause { lines: text.lines().map(str::to_owned).collect(), behind: Vec::new(), gone: false })
        .collect();
    // Members of groups stay: a group that loses one is another change.
    let tail = groups(clauses);
    let old = format!("{head}\n{}\n{tail}", text(&all));
    let apart = (all.len() / changes.max(1) as usize).max(1);
    for change in 0..changes as usize {
        let at = (change * apart + 3).min(all.len() - 1);
        make(&mut all, at, change % KINDS.len());
    }
    (old, format!("{head}\n{}\n{tail}", text(&all)))
}

/// The revision in which only a condition of the scope changes, on which every clause rests.
pub fn scope(clauses: u32) -> (String, String) {
    let (old, _) = pair(clauses, 0);
    let new = old.replacen("条件：依法设立 且 信用记录良好", "条件：依法设立", 1);
    assert_ne!(old, new, "the scope is there");
    (old, new)
}

fn text(all: &[Clause]) -> String {
    let mut text = String::new();
    for clause in all {
        let own = (!clause.gone).then_some(&clause.lines);
        for lines in own.into_iter().chain(&clause.behind) {
            let _ = writeln!(text, "{}\n", lines.join("\n"));
        }
    }
    text
}

/// A group of two neighbours of one industry out of every hundred clauses, and a budget for the whole.
fn groups(clauses: u32) -> String {
    let industries = (clauses / 20).clamp(1, 2_000);
    let mut text = String::new();
    for (number, at) in (0..clauses.saturating_sub(industries)).step_by(100).enumerate() {
        let _ = writeln!(text, "组合 同类奖励不重复{}（group{at}）\n  方式：就高不重复", letters(number));
        let _ = writeln!(text, "  条款：c{at}、c{}\n  归户：每市场主体，每年\n", at + industries);
    }
    text
}

/// A number as letters of the alphabet of names.
fn letters(number: usize) -> String {
    const DIGITS: [&str; 10] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];
    number.to_string().bytes().map(|digit| DIGITS[usize::from(digit - b'0')]).collect()
}

fn make(all: &mut [Clause], at: usize, kind: usize) {
    let line = |clause: &Clause, word: &str| clause.lines.iter().position(|line| line.contains(word));
    let clause = &mut all[at];
    let change = |clause: &mut Clause, word: &str, becomes: &dyn Fn(&str) -> String| {
        let at = line(clause, word).expect("every generated clause has this line");
        clause.lines[at] = becomes(&clause.lines[at]);
    };
    match kind {
        0 => change(clause, "业务规模 不低于 ", &|line| number(line, "业务规模 不低于 ", "万元", 50)),
        1 => change(clause, "上限：", &|line| number(line, "上限：", "万元", 25)),
        2 => change(clause, "责任部门：", &|line| {
            if line.ends_with("：区投促办") {
                "  责任部门：区科委".to_owned()
            } else {
                "  责任部门：区投促办".to_owned()
            }
        }),
        3 => change(clause, "条件：", &|line| {
            let (first, rest) = line.split_once(" 且 ").expect("there are two conditions");
            let _ = first;
            format!("  条件：{rest}")
        }),
        4 => {
            let mut lines = clause.lines.clone();
            lines[0] = format!("条款 五（{}）《新增的支持》（new{at}）", at + 1);
            clause.behind.push(lines);
        }
        5 => clause.gone = true,
        6 => {
            clause.gone = true;
            let lines = clause.lines.clone();
            all[at + 5].behind.push(lines);
        }
        7 => clause.lines.insert(1, "  有效期：2025-01-01 至 2026-06-30".to_owned()),
        8 => change(clause, "支持：", &|line| line.replace("的 ", "的 1")),
        _ => change(clause, "每市场主体每年", &|line| line.replace("每年", "累计")),
    }
}

/// The number between two words, raised.
fn number(line: &str, before: &str, after: &str, more: u32) -> String {
    let (head, rest) = line.split_once(before).expect("the word is there");
    let (number, tail) = rest.split_once(after).expect("a number follows");
    let raised: u32 = number.parse::<u32>().expect("it is whole") + more;
    format!("{head}{before}{raised}{after}{tail}")
}

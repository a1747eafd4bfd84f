//! The table of all changes: made by two threads at a time, each outcome written down as it comes, so that a run that was ended goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::make::{POLICIES, Policy, policy};
use super::{Outcome, all, outcome};

/// A change and what came of it.
#[derive(Debug, Clone)]
pub struct Line {
    policy: String,
    kind: String,
    what: String,
    outcome: Outcome,
}

const OUTCOMES: [(Outcome, &str); 4] = [
    (Outcome::Reported, "有例子"),
    (Outcome::Said, "已报告"),
    (Outcome::Equivalent, "证明相同"),
    (Outcome::Unknown, "未定"),
];

impl Line {
    fn written(&self, seconds: f64, shown: &str) -> String {
        let name = OUTCOMES.iter().find(|(outcome, _)| *outcome == self.outcome).unwrap().1;
        let shown = shown.replace(['\t', '\n'], " ");
        format!("{}\t{}\t{}\t{name}\t{seconds:.2}\t{shown}\n", self.policy, self.kind, self.what)
    }

    fn read(line: &str) -> Option<Line> {
        let mut cells = line.split('\t').map(str::to_owned);
        let (policy, kind, what, name) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
        let outcome = OUTCOMES.iter().find(|(_, known)| *known == name)?.0;
        Some(Line { policy, kind, what, outcome })
    }
}

/// Where outcomes are kept from run to run: `MUTANTS=FILE`; a line that is taken out of it is made anew.
fn kept() -> Option<PathBuf> {
    std::env::var_os("MUTANTS").map(PathBuf::from)
}

/// Every change of every policy, in their order.
pub fn lines() -> Vec<Line> {
    let path = kept();
    let before = path.as_ref().and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
    let known: Vec<Line> = before.lines().filter_map(Line::read).collect();
    let find = |policy: &Policy, kind: &str, what: &str| {
        let same = |line: &&Line| line.policy == policy.name && line.kind == kind && line.what == what;
        known.iter().find(same).cloned()
    };
    let log = Mutex::new(path.map(|path| std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap()));
    let mut lines = Vec::new();
    for folder in POLICIES {
        let policy = policy(folder);
        let mutants = all(&policy);
        let found: Mutex<BTreeMap<usize, Line>> = Mutex::new(BTreeMap::new());
        let next = AtomicUsize::new(0);
        let work = || {
            while let at = next.fetch_add(1, Ordering::Relaxed)
                && let Some(mutant) = mutants.get(at)
            {
                let line = find(&policy, mutant.kind, &mutant.what).unwrap_or_else(|| {
                    let start = Instant::now();
                    let (outcome, shown) = outcome(&policy, mutant);
                    let line = Line {
                        policy: policy.name.clone(),
                        kind: mutant.kind.to_owned(),
                        what: mutant.what.clone(),
                        outcome,
                    };
                    if let Some(file) = log.lock().unwrap().as_mut() {
                        let text = line.written(start.elapsed().as_secs_f64(), &shown);
                        file.write_all(text.as_bytes()).unwrap();
                    }
                    line
                });
                found.lock().unwrap().insert(at, line);
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(work);
            scope.spawn(work);
        });
        lines.extend(found.into_inner().unwrap().into_values());
    }
    lines
}

/// Why a change that is neither shown nor proved is so; the page says it beside the change.
const REASONS: &[(&str, &str, &str)] = &[
    (
        "changning-2024-4",
        "clauses-3-innovation.policy:6 ",
        "上限按人才、团队、项目里先认明的那一个算，比较时三个都认明了；要一个只认明项目的例子，还没有这样找",
    ),
    (
        "county-investment",
        "operate.policy:22 ",
        "两版其实相同（扶持比例的表只到第5年）；满60个月的日子是按前后几天的范围推算的，差这几天证不出来",
    ),
    ("talent", "main.policy:10 ", "领军人才奖励要有认定、五个工作日内申请，没有找到期满以后还有分期的申请"),
];

/// The page.
pub fn page(lines: &[Line]) -> String {
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let mut policies: Vec<(&str, usize)> = Vec::new();
    let mut unknown = Vec::new();
    for line in lines {
        let at = OUTCOMES.iter().position(|(outcome, _)| *outcome == line.outcome).unwrap();
        counts.entry(&line.kind).or_default()[at] += 1;
        match policies.last_mut() {
            Some((policy, count)) if *policy == line.policy => *count += 1,
            _ => policies.push((&line.policy, 1)),
        }
        if line.outcome == Outcome::Unknown {
            let of = |(policy, part, _): &&(&str, &str, &str)| *policy == line.policy && line.what.contains(part);
            let why = REASONS.iter().find(of).map_or(String::new(), |(.., why)| format!("：{why}"));
            unknown.push(format!("- {}：{}，{}{why}", line.policy, line.kind, line.what));
        }
    }
    let row = |(kind, [a, b, c, d]): (&&str, &[usize; 4])| format!("| {kind} | {a} | {b} | {c} | {d} |\n");
    let sum = |at: usize| counts.values().map(|row| row[at]).sum::<usize>();
    let named: Vec<String> = policies.iter().map(|(name, count)| format!("{name} {count} 处")).collect();
    let mut text = String::from("# 改动表\n\n");
    text.push_str(&format!(
        "仓库里的政策每次改动一处（{}），共 {} 处，逐一比较改动前后。怎样比较见 [semantics.md](reference/semantics.md) 的“修订的比较”。\n\n",
        named.join("、"),
        lines.len()
    ));
    text.push_str("| 列 | 意思 |\n|---|---|\n| 有例子 | 报告了，有一个虚拟机在两版上都算过、结果不同的例子 |\n| 已报告 | 报告了，每个决定里的文字不同，没有例子 |\n| 证明相同 | 证明什么也没有改变 |\n| 未定 | 既没有例子，也没有证明，逐条列在下面 |\n\n");
    text.push_str("`BLESS=1 MUTANTS=改动.tsv cargo test --release --test suite mutants::the_whole_table` 重写本页；中断了再跑，从 `改动.tsv` 里已有的接着做。\n\n");
    text.push_str("| 改动 | 有例子 | 已报告 | 证明相同 | 未定 |\n|---|---|---|---|---|\n");
    counts.iter().map(row).for_each(|row| text.push_str(&row));
    text.push_str(&format!("| **合计** | {} | {} | {} | {} |\n\n## 未定\n\n", sum(0), sum(1), sum(2), sum(3)));
    text.push_str(&if unknown.is_empty() { "没有。\n".to_owned() } else { unknown.join("\n") + "\n" });
    text
}

/// The names of policies in a page.
pub fn named(page: &str) -> BTreeSet<&str> {
    POLICIES.iter().filter_map(|folder| folder.rsplit('/').next()).filter(|name| page.contains(*name)).collect()
}

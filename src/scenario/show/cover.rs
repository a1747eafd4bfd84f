//! In: what the cases of a policy show and notice. Out: a table of clauses, then each goal that no case shows and each change that none
//! notices, with its place.

use super::PolicyRun;
use super::table::table;
use crate::diagnostics::{Code, Lang};
use crate::scenario::coverage::{Coverage, Share, Shown};
use crate::scenario::goals::{Aim, Goal};
use crate::scenario::mutation::Mutations;

/// A share in percent, rounded down.
pub(super) fn percent(share: Share) -> String {
    let permille = share.permille();
    if permille.is_multiple_of(10) {
        format!("{}%", permille / 10)
    } else {
        format!("{}.{}%", permille / 10, permille % 10)
    }
}

fn of(share: Share) -> String {
    if share.of == 0 { "—".to_owned() } else { format!("{}/{}", share.shown, share.of) }
}

/// The report of coverage.
pub(super) fn coverage(run: &PolicyRun, found: &Coverage, lang: Lang) -> String {
    let head: &[&str] = match lang {
        Lang::Zh => &["条款", "可获", "不符合", "未定", "不在有效期", "条件", "上限", "下限", "分档"],
        Lang::En => &[
            "clause",
            "eligible",
            "ineligible",
            "undetermined",
            "not in force",
            "conditions",
            "caps",
            "floor",
            "lines",
        ],
    };
    let mut rows: Vec<Vec<String>> = vec![head.iter().map(|cell| (*cell).to_owned()).collect()];
    let goals = |clause: Option<u32>| {
        let share = |is: fn(&Aim) -> bool| of(found.share(|goal| goal.clause == clause && is(&goal.aim)));
        [
            share(|aim| matches!(aim, Aim::Condition { .. })),
            share(|aim| matches!(aim, Aim::Cap { .. })),
            share(|aim| matches!(aim, Aim::Floor { .. })),
            share(|aim| matches!(aim, Aim::Line { .. } | Aim::Otherwise { .. })),
        ]
    };
    let scope = match lang {
        Lang::Zh => "适用范围",
        Lang::En => "scope",
    };
    if found.goals.iter().any(|(goal, _)| goal.clause.is_none()) {
        let dashes = std::iter::repeat_n("—".to_owned(), 4);
        rows.push(std::iter::once(scope.to_owned()).chain(dashes).chain(goals(None)).collect());
    }
    for (((id, title), outcomes), at) in run.clauses.iter().zip(&found.outcomes).zip(0u32..) {
        let name = format!("{id}《{title}》");
        let counts = outcomes.iter().map(usize::to_string);
        rows.push(std::iter::once(name).chain(counts).chain(goals(Some(at))).collect());
    }
    let title = match lang {
        Lang::Zh => format!("\n覆盖：{}\n", run.title),
        Lang::En => format!("\ncoverage of {}\n", run.title),
    };
    let lists = format!("{}{}", uncovered(run, found, lang), impossible(run, found, lang));
    format!("{title}{}{}{lists}", table(&rows, 2), totals(found, lang))
}

/// What no case can show: the condition says nothing that the others do not say already.
fn impossible(run: &PolicyRun, found: &Coverage, lang: Lang) -> String {
    let mut text = String::new();
    for (goal, _) in found.goals.iter().filter(|(_, shown)| *shown == Shown::Impossible) {
        let (file, line, column) = place(run, goal);
        let what = wanted(run, goal, lang);
        text.push_str(&match lang {
            Lang::Zh => format!("  {file}:{line}:{column}: {what}：证明了不会有这样的案例，不计\n"),
            Lang::En => format!("  {file}:{line}:{column}: {what}: proved that there is none; not counted\n"),
        });
    }
    text
}

fn totals(found: &Coverage, lang: Lang) -> String {
    let share = |is: fn(&Aim) -> bool| match found.share(|goal| is(&goal.aim)) {
        share if share.of == 0 => "—".to_owned(),
        share => percent(share),
    };
    let outcomes = share(|aim| matches!(aim, Aim::Eligible | Aim::Ineligible));
    let conditions = share(|aim| matches!(aim, Aim::Condition { .. }));
    let caps = share(|aim| matches!(aim, Aim::Cap { .. } | Aim::Floor { .. }));
    let lines = share(|aim| matches!(aim, Aim::Line { .. } | Aim::Otherwise { .. }));
    let (total, all) = (found.total(), percent(found.total()));
    match lang {
        Lang::Zh => {
            format!(
                "  结果 {outcomes}，条件 {conditions}，上下限 {caps}，分档 {lines}；合计 {all}（{}/{}）\n",
                total.shown, total.of
            )
        }
        Lang::En => format!(
            "  outcomes {outcomes}, conditions {conditions}, caps and floors {caps}, lines {lines}; total {all} ({}/{})\n",
            total.shown, total.of
        ),
    }
}

/// What a goal that no case shows is, in words.
pub(super) fn wanted(run: &PolicyRun, goal: &Goal, lang: Lang) -> String {
    let clause = goal.clause.and_then(|at| run.clauses.get(at as usize)).map(|(id, _)| id.as_str());
    let about = &goal.about;
    let zh = lang == Lang::Zh;
    let whose = match clause {
        Some(id) if zh => format!("条款 {id}："),
        Some(id) => format!("clause {id}: "),
        None if zh => "适用范围：".to_owned(),
        None => "scope: ".to_owned(),
    };
    let what = match (goal.aim, zh) {
        (Aim::Eligible, true) => "没有案例可获".to_owned(),
        (Aim::Eligible, false) => "no case is eligible".to_owned(),
        (Aim::Ineligible, true) => "没有案例不符合".to_owned(),
        (Aim::Ineligible, false) => "no case is ineligible".to_owned(),
        (Aim::Condition { holds: true, .. }, true) => format!("没有案例因“{about}”成立而改变结果"),
        (Aim::Condition { holds: false, .. }, true) => format!("没有案例因“{about}”不成立而改变结果"),
        (Aim::Condition { holds: true, .. }, false) => format!("no case turns on `{about}` being true"),
        (Aim::Condition { holds: false, .. }, false) => format!("no case turns on `{about}` being false"),
        (Aim::Cap { binds: true, .. }, true) => format!("没有案例碰到上限“{about}”"),
        (Aim::Cap { binds: false, .. }, true) => format!("没有案例低于上限“{about}”"),
        (Aim::Cap { binds: true, .. }, false) => format!("no case reaches the cap `{about}`"),
        (Aim::Cap { binds: false, .. }, false) => format!("no case stays below the cap `{about}`"),
        (Aim::Floor { binds: true, .. }, true) => format!("没有案例按下限“{about}”给"),
        (Aim::Floor { binds: false, .. }, true) => format!("没有案例高于下限“{about}”"),
        (Aim::Floor { binds: true, .. }, false) => format!("no case is raised to the floor `{about}`"),
        (Aim::Floor { binds: false, .. }, false) => format!("no case lies above the floor `{about}`"),
        (Aim::Line { .. } | Aim::Otherwise { .. }, true) => format!("没有案例落在“{about}”这一档"),
        (Aim::Line { .. } | Aim::Otherwise { .. }, false) => format!("no case falls on the line `{about}`"),
    };
    format!("{whose}{what}")
}

/// What a case must look like that shows a goal.
fn recipe(aim: Aim, lang: Lang) -> &'static str {
    let zh = lang == Lang::Zh;
    match aim {
        Aim::Eligible if zh => "要有一个案例：全部条件成立，期望写可获的金额",
        Aim::Eligible => "a case in which every condition holds, and that expects the amount",
        Aim::Ineligible if zh => "要有一个案例：有一个条件不成立，期望写不符合",
        Aim::Ineligible => "a case in which a condition does not hold, and that expects `ineligible`",
        Aim::Condition { holds: true, .. } if zh => "要有一个案例：它成立；要是它不成立，结果就会不同",
        Aim::Condition { holds: true, .. } => "a case in which it holds, and would come out otherwise if it did not",
        Aim::Condition { .. } if zh => "要有一个案例：它不成立；要是它成立，结果就会不同",
        Aim::Condition { .. } => "a case in which it does not hold, and would come out otherwise if it did",
        Aim::Cap { binds: true, .. } if zh => "要有一个案例：没有这个上限就会给得更多",
        Aim::Cap { binds: true, .. } => "a case that would get more without this cap",
        Aim::Cap { .. } if zh => "要有一个案例：金额在这个上限之下",
        Aim::Cap { .. } => "a case whose amount lies below this cap",
        Aim::Floor { binds: true, .. } if zh => "要有一个案例：没有这个下限就会给得更少",
        Aim::Floor { binds: true, .. } => "a case that would get less without this floor",
        Aim::Floor { .. } if zh => "要有一个案例：金额在这个下限之上",
        Aim::Floor { .. } => "a case whose amount lies above this floor",
        Aim::Line { .. } | Aim::Otherwise { .. } if zh => "要有一个案例：前面各档都不是，正好是这一档",
        Aim::Line { .. } | Aim::Otherwise { .. } => "a case for which this is the first line that holds",
    }
}

/// File, line and column of a goal.
pub(super) fn place(run: &PolicyRun, goal: &Goal) -> (String, u32, u32) {
    let file = run.files.get(goal.place.file as usize).cloned().unwrap_or_default();
    (file, goal.place.line, goal.place.column)
}

fn uncovered(run: &PolicyRun, found: &Coverage, lang: Lang) -> String {
    let open: Vec<_> = found
        .goals
        .iter()
        .filter_map(|(goal, shown)| match shown {
            Shown::Not(proposal) => Some((goal, proposal)),
            Shown::By(_) | Shown::Impossible => None,
        })
        .collect();
    if open.is_empty() {
        return String::new();
    }
    let mut text = match lang {
        Lang::Zh => format!("  没有覆盖的 {} 项：\n", open.len()),
        Lang::En => format!("  {} not covered:\n", open.len()),
    };
    for (goal, proposal) in open {
        let (file, line, column) = place(run, goal);
        text.push_str(&format!("  {file}:{line}:{column}: {}\n", wanted(run, goal, lang)));
        match (proposal, lang) {
            (None, _) => text.push_str(&format!("      {}\n", recipe(goal.aim, lang))),
            (Some(proposal), _) => {
                text.push_str(match lang {
                    Lang::Zh => "      这个案例能覆盖它：\n",
                    Lang::En => "      this case would cover it:\n",
                });
                proposal.text.lines().for_each(|line| text.push_str(&format!("        {line}\n")));
            }
        }
    }
    text
}

/// The report of changes that no case notices.
pub(super) fn mutations(run: &PolicyRun, found: &Mutations, lang: Lang) -> String {
    let (total, survivors) = (found.total(), found.survivors.len());
    let mut text = match lang {
        Lang::Zh => format!(
            "\n改动：{}\n  {total} 处改动，案例发现 {} 处，没有发现 {survivors} 处（另有 {} 处不改变含义，{} 处不能编译，都不计）\n",
            run.title, found.caught, found.equivalent, found.unusable
        ),
        Lang::En => format!(
            "\nmutation of {}\n  {total} changes, {} noticed, {survivors} not ({} more change no meaning and {} do not compile: not counted)\n",
            run.title, found.caught, found.equivalent, found.unusable
        ),
    };
    let code = Code::MutantSurvived.number();
    for survivor in &found.survivors {
        let (file, line, column) = &survivor.place;
        let (before, after) = (survivor.before.get(lang), survivor.after.get(lang));
        let clauses = survivor.clauses.join(if lang == Lang::Zh { "、" } else { ", " });
        let line = match lang {
            Lang::Zh => {
                format!("  {file}:{line}:{column}: [{code}] 条款 {clauses}：“{before}”改为“{after}”，没有案例发现\n")
            }
            Lang::En => {
                format!(
                    "  {file}:{line}:{column}: [{code}] clause {clauses}: `{before}` changed to `{after}`, unnoticed\n"
                )
            }
        };
        text.push_str(&line);
    }
    text
}

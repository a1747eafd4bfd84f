//! In: a changed item. Out: what is to be said about it, line by line, in both languages ([`said`]); every renderer shows these lines.
//! Invariant: every line says on what it stands.

use rust_decimal::Decimal;

use crate::calendar;
use crate::diagnostics::{Lang, Text};
use crate::explain::text;
use crate::syntax::keywords::ItemKeyword;

use super::Item;
use super::meaning::{Aspect, Change as Other, Earlier, Finding, How, Meaning, Most, Outcome, Verdict, Witness};
use super::structure::Change;
use super::summary::Direction;

mod whole;

pub use whole::{between, between_heading, departments, side, summary};

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What it is about.
    pub layer: Layer,
    /// On what it stands.
    pub how: How,
    /// What it says.
    pub text: Text,
    /// A case that shows it.
    pub witness: Option<Shown>,
}

/// The layers of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// Form: added, removed, moved, renumbered, reworded.
    Structure,
    /// Meaning: who and how much.
    Meaning,
    /// Departments and days.
    Departments,
}

/// A witness in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What is given: day, facts, lists, earlier awards.
    pub given: Vec<Text>,
    /// Before.
    pub old: Text,
    /// Now.
    pub new: Text,
}

/// The word of a label.
#[must_use]
pub fn label(how: How) -> Text {
    match how {
        How::Proved => Text::new("已证明", "proved"),
        How::Sampled => Text::new("抽样", "sampled"),
        How::TextOnly => Text::new("仅文字", "text only"),
    }
}

/// The word of a direction.
#[must_use]
pub fn direction(direction: Direction) -> Text {
    match direction {
        Direction::Same => Text::new("含义相同", "same meaning"),
        Direction::Wider => Text::new("放宽", "wider"),
        Direction::Narrower => Text::new("收紧", "narrower"),
        Direction::Mixed => Text::new("有宽有紧", "wider and narrower"),
        Direction::Otherwise => Text::new("其他变化", "changed otherwise"),
        Direction::Unclear => Text::new("宽紧未定", "unclear whom it favours"),
        Direction::Open => Text::new("未能判定", "not decided"),
    }
}

/// All lines about an item.
#[must_use]
pub fn said(item: &Item) -> Vec<Said> {
    let mut all: Vec<Said> =
        item.changes.iter().map(|change| line(Layer::Structure, How::TextOnly, structure(change))).collect();
    let fields: Vec<String> = item.lines.iter().map(|line| line.label.clone()).filter(|it| !it.is_empty()).collect();
    if !item.lines.is_empty() && item.old.is_some() && item.new.is_some() {
        let mut named: Vec<String> = Vec::new();
        for field in fields {
            if !named.contains(&field) {
                named.push(field);
            }
        }
        let (zh, en) = match named.is_empty() {
            true => (String::new(), String::new()),
            false => (format!("：{}", named.join("、")), format!(": {}", named.join(", "))),
        };
        let reworded = item.direction == Direction::Same;
        all.push(line(
            Layer::Structure,
            How::TextOnly,
            match reworded {
                true => Text::new(format!("改了文字{zh}"), format!("reworded{en}")),
                false => Text::new(format!("改了内容{zh}"), format!("changed{en}")),
            },
        ));
    }
    if item.kind == ItemKeyword::Clause {
        if !item.because.is_empty() {
            all.push(line(
                Layer::Meaning,
                How::TextOnly,
                Text::new(
                    format!("用到的声明改了：{}", item.because.join("、")),
                    format!("rests on what changed: {}", item.because.join(", ")),
                ),
            ));
        }
        if item.meanings.is_empty() {
            all.push(line(
                Layer::Meaning,
                How::TextOnly,
                Text::new("有一边没有通过编译，没有比较含义", "one side does not compile, so meaning was not compared"),
            ));
        }
        item.meanings.iter().for_each(|meaning| all.extend(meant(item, meaning)));
        let quiet = item.meanings.iter().all(|meaning| meaning.other.is_empty());
        if item.limited && quiet {
            let text = Text::new("名额或预算变了", "quota or budget differs");
            all.push(line(Layer::Meaning, How::Proved, text));
        }
    } else {
        all.extend(declared(item));
    }
    all
}

fn line(layer: Layer, how: How, text: Text) -> Said {
    Said { layer, how, text, witness: None }
}

fn structure(change: &Change) -> Text {
    match change {
        Change::Added => Text::new("新增", "added"),
        Change::Removed => Text::new("删去", "removed"),
        Change::Renumbered { old, new } => {
            Text::new(format!("序号 {old} → {new}"), format!("renumbered {old} → {new}"))
        }
        Change::Moved { after: Some(after) } => {
            Text::new(format!("移到 {after} 之后"), format!("moved behind {after}"))
        }
        Change::Moved { after: None } => Text::new("移到最前", "moved to the front"),
        Change::Retitled { old, new } => {
            Text::new(format!("标题《{old}》→《{new}》"), format!("title `{old}` → `{new}`"))
        }
        Change::Identified { old, new } => Text::new(format!("标识 {old} → {new}"), format!("id {old} → {new}")),
    }
}

/// What is said of an item that is no clause.
fn declared(item: &Item) -> Option<Said> {
    let (how, text) = match item.direction {
        Direction::Same if item.lines.is_empty() => return None,
        Direction::Same => (item.touches_how, Text::new("各条款的含义不变", "no clause means anything else")),
        Direction::Open if !item.touches_open => (
            How::TextOnly,
            Text::new(
                "有一边没有全部通过编译，没有比较含义",
                "one side does not compile as a whole, so meaning was not compared",
            ),
        ),
        _ if item.touches_open => (
            How::TextOnly,
            Text::new(
                format!("可能影响 {} 个条款：{}", item.touches.len(), item.touches.join("、")),
                format!("may touch {} clauses: {}", item.touches.len(), item.touches.join(", ")),
            ),
        ),
        _ if !item.touches.is_empty() => (
            item.touches_how,
            Text::new(
                format!("影响 {} 个条款：{}", item.touches.len(), item.touches.join("、")),
                format!("touches {} clauses: {}", item.touches.len(), item.touches.join(", ")),
            ),
        ),
        _ => (
            How::TextOnly,
            match item.kind {
                ItemKeyword::Group => Text::new("组合的规则变了", "the rule of the group differs"),
                ItemKeyword::Policy if item.touches_direction == Direction::Same => {
                    Text::new("有效期、名额、预算或者结算规则变了", "validity, quotas, budgets or settlement differ")
                }
                _ => Text::new("影响各条款", "touches the clauses"),
            },
        ),
    };
    Some(line(Layer::Meaning, how, text))
}

fn meant(item: &Item, meaning: &Meaning) -> Vec<Said> {
    let mut all = Vec::new();
    let (who, amount) = (&meaning.eligibility, &meaning.amount);
    let whole = item.old.is_some() && item.new.is_some();
    let same = |finding: &Finding| finding.verdict == Verdict::Equivalent && finding.how == How::Proved;
    if same(who) && same(amount) {
        if whole && meaning.other.is_empty() && item.direction == Direction::Same {
            all.push(line(Layer::Meaning, How::Proved, Text::new("含义相同", "means the same")));
        } else if whole {
            all.push(line(Layer::Meaning, How::Proved, Text::new("对象、条件和金额不变", "who and how much stay")));
        }
    } else {
        all.extend(found(who, eligible(&who.verdict, whole)));
        all.extend(found(amount, paid(amount)));
    }
    all.extend(meaning.other.iter().map(other));
    all
}

/// A finding: the line, its witnesses, and what is to be known about it.
fn found(finding: &Finding, text: Option<Text>) -> Vec<Said> {
    let Some(text) = text else { return Vec::new() };
    let mut all = vec![line(Layer::Meaning, finding.how, text)];
    let (more, less) = (finding.more.as_ref().map(witness), finding.less.as_ref().map(witness));
    match (more, less) {
        (Some(more), Some(less)) => {
            all.extend(
                [
                    (more, Text::new("有人得到更多", "somebody gains")),
                    (less, Text::new("有人得到更少", "somebody loses")),
                ]
                .map(|(shown, text)| Said { witness: Some(shown), ..line(Layer::Meaning, How::Proved, text) }),
            );
        }
        (one, other) => {
            if let Some(last) = all.last_mut() {
                last.witness = one.or(other);
            }
        }
    }
    all.extend(finding.why.iter().map(|why| line(Layer::Meaning, finding.how, why.clone())));
    all
}

fn eligible(verdict: &Verdict, whole: bool) -> Option<Text> {
    Some(match verdict {
        Verdict::Equivalent => return None,
        Verdict::Wider if whole => Text::new("符合条件的范围扩大", "more are eligible"),
        Verdict::Wider => Text::new("新增符合条件的申请", "some become eligible"),
        Verdict::Narrower if whole => Text::new("符合条件的范围缩小", "fewer are eligible"),
        Verdict::Narrower => Text::new("原来符合条件的不再得到", "those who were eligible no longer are"),
        Verdict::Incomparable => Text::new("有的新符合条件，有的不再符合", "some become eligible, some no longer are"),
        Verdict::Unknown(why) => Text::new(
            format!("符合条件的范围未能判定：{}", why.zh),
            format!("who is eligible was not decided: {}", why.en),
        ),
    })
}

fn paid(finding: &Finding) -> Option<Text> {
    let more = finding.at_most_more.map(|most| much(most, true));
    let less = finding.at_most_less.map(|most| much(most, false));
    let join = |zh: &str, en: &str, parts: Vec<Text>| {
        let mut text = Text::new(zh, en);
        for part in parts {
            text.zh = format!("{}，{}", text.zh, part.zh);
            text.en = format!("{}, {}", text.en, part.en);
        }
        text
    };
    Some(match &finding.verdict {
        Verdict::Equivalent => return None,
        Verdict::Wider => join("金额提高", "amounts rise", more.into_iter().collect()),
        Verdict::Narrower => join("金额降低", "amounts fall", less.into_iter().collect()),
        Verdict::Incomparable => {
            join("金额有的提高、有的降低", "some amounts rise, some fall", more.into_iter().chain(less).collect())
        }
        Verdict::Unknown(why) => join(
            &format!("金额的变化未能判定：{}", why.zh),
            &format!("amounts were not decided: {}", why.en),
            more.into_iter().chain(less).collect(),
        ),
    })
}

/// An amount of money in a language.
#[must_use]
pub fn money(amount: Decimal, lang: Lang) -> String {
    text::decimal(amount, "CNY", lang)
}

/// How much at most.
#[must_use]
pub fn much(most: Most, more: bool) -> Text {
    let (zh, en) = if more { ("多", "more") } else { ("少", "less") };
    let of = |by: Decimal| (money(by, Lang::Zh), money(by, Lang::En));
    match most {
        Most::Reached(by) => {
            let by = of(by);
            Text::new(format!("最多{zh} {}", by.0), format!("at most {} {en}", by.1))
        }
        Most::NotAbove(by) => {
            let by = of(by);
            Text::new(format!("至多{zh} {}（上界）", by.0), format!("at most {} {en} (a bound)", by.1))
        }
        Most::Unlimited => Text::new(format!("{zh}多少没有上限"), format!("without a bound on how much {en}")),
        Most::AtLeast(by) => {
            let by = of(by);
            Text::new(format!("有案例{zh} {}", by.0), format!("{} {en} in a case", by.1))
        }
    }
}

fn other(change: &Other) -> Said {
    let what = aspect(change.what);
    let layer = match change.what {
        Aspect::Departments | Aspect::InForce => Layer::Departments,
        _ => Layer::Meaning,
    };
    let none = Text::new("（无）", "(none)");
    let or_none = |text: &Text| if text.zh.is_empty() { none.clone() } else { text.clone() };
    let (old, new) = (or_none(&change.old), or_none(&change.new));
    Said {
        witness: change.witness.as_ref().map(witness),
        ..line(
            layer,
            change.how,
            Text::new(format!("{}：{} → {}", what.zh, old.zh, new.zh), format!("{}: {} → {}", what.en, old.en, new.en)),
        )
    }
}

/// The name of what a change is about.
#[must_use]
pub fn aspect(aspect: Aspect) -> Text {
    let (zh, en) = match aspect {
        Aspect::Departments => ("责任部门", "departments"),
        Aspect::InForce => ("有效期", "in force"),
        Aspect::Subjects => ("对象", "subjects"),
        Aspect::Cap => ("上限", "cap"),
        Aspect::Least => ("最低额", "least amount"),
        Aspect::Award => ("支持方式", "kind of award"),
        Aspect::Lift => ("突破", "lift"),
        Aspect::Payment => ("拨付", "payment"),
        Aspect::Shares => ("分担", "shares"),
        Aspect::Clawback => ("追回", "clawback"),
        Aspect::Retroactive => ("追溯", "retroactive"),
        Aspect::Group => ("组合", "group"),
        Aspect::Quota => ("名额", "quota"),
        Aspect::Budget => ("预算", "budget"),
        Aspect::Settlement => ("结算", "settlement"),
        Aspect::Fact => ("事实", "fact"),
        Aspect::Currency => ("币种", "currency"),
    };
    Text::new(zh, en)
}

/// A witness in words.
#[must_use]
pub fn witness(witness: &Witness) -> Shown {
    let day = |day: i32| calendar::iso(i64::from(day));
    let on = day(witness.on);
    let mut given = vec![match witness.old_on.map(day) {
        None if witness.together => Text::new(format!("{on} 一起结算"), format!("settled together on {on}")),
        None => Text::new(format!("{on} 决定"), format!("decided on {on}")),
        Some(old) => Text::new(
            format!("旧文本在 {old} 决定，新文本在 {on} 决定"),
            format!("decided on {old} by the old text, on {on} by the new"),
        ),
    }];
    given.extend(witness.facts.iter().cloned());
    given.extend(witness.lists.iter().cloned());
    given.extend(witness.ledger.iter().map(earlier));
    let nothing = || Text::new("没有这一条", "no such clause");
    let words = |outcome: &Option<Outcome>| outcome.as_ref().map_or_else(nothing, decided);
    Shown { given, old: words(&witness.old), new: words(&witness.new) }
}

/// What was decided, with what else comes of it.
fn decided(outcome: &Outcome) -> Text {
    match &outcome.also {
        None => outcome.words.clone(),
        Some(also) => {
            let words = &outcome.words;
            Text::new(format!("{}，{}", words.zh, also.zh), format!("{}, {}", words.en, also.en))
        }
    }
}

fn earlier(earlier: &Earlier) -> Text {
    let day = calendar::iso(i64::from(earlier.date));
    let (zh, en) = match (earlier.once, earlier.others.is_empty()) {
        (once, true) => (if once { "一次性" } else { "" }.to_owned(), if once { ", once" } else { "" }.to_owned()),
        (once, false) => {
            let others: Vec<String> = earlier.others.iter().map(|kind| format!("另一{kind}")).collect();
            let en = format!(" for another {}{}", earlier.others.join(", "), if once { ", once" } else { "" });
            (format!("{}{}", others.join("、"), if once { "一次性" } else { "" }), en)
        }
    };
    let clause = &earlier.clause;
    Text::new(
        format!("{day} {zh}已获条款 {clause} {}", money(earlier.amount, Lang::Zh)),
        format!("{} of {clause} had on {day}{en}", money(earlier.amount, Lang::En)),
    )
}

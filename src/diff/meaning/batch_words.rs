//! In: applications that two sides settle differently. Out: the same in words of a reviewer: who applied for what and when, what stands in
//! the order, what is left of it. Invariant: the application that differs is always among those that are told one by one.

use rust_decimal::Decimal;

use super::Outcome;
use super::batches::{Assessed, Made};
use super::joint::Joint;
use crate::analysis::case_text;
use crate::calendar;
use crate::diagnostics::{Lang, Text};
use crate::explain::text;
use crate::model::case::Given;
use crate::model::{ClauseId, FactId, MemberId, Type, Value};

/// Most applications that are told one by one, besides the one that differs.
const SHOWN_MAX: usize = 3;
/// What applicants are called.
const NAMES: [&str; 10] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];

/// An applicant by number, from 1.
fn applicant(who: u32) -> Text {
    let at = usize::try_from(who).unwrap_or(usize::MAX).saturating_sub(1);
    let zh = NAMES.get(at).map_or_else(|| format!("第{who}个申请人"), |name| format!("申请人{name}"));
    Text::new(zh, format!("applicant {who}"))
}

/// The applicant of an application; of one who applies more than once with which of the applications it is.
fn of(made: &Made, at: usize) -> Text {
    let Some(application) = made.applications.get(at) else { return applicant(1) };
    let who = applicant(application.who);
    let alike = made.applications.iter().filter(|other| other.who == application.who).count();
    if alike < 2 {
        return who;
    }
    Text::new(format!("{}第{}份", who.zh, at + 1), format!("{} (application {})", who.en, at + 1))
}

fn money(amount: Decimal) -> Text {
    Text::new(text::decimal(amount, "CNY", Lang::Zh), text::decimal(amount, "CNY", Lang::En))
}

/// The applications of a batch: the first few, the one that differs, and how many more there are.
pub fn described(joint: &Joint<'_>, made: &Made, differs: usize) -> Vec<Text> {
    let all = &made.applications;
    let mut all_told: Vec<Text> = Vec::new();
    let is_told = |at: usize| at < SHOWN_MAX || at == differs || all.len() <= SHOWN_MAX + 1;
    for (at, application) in all.iter().enumerate().filter(|(at, _)| is_told(*at)) {
        all_told.push(told(joint, application, of(made, at)));
    }
    let rest = (0..all.len()).filter(|at| !is_told(*at)).count();
    if rest > 0 {
        all_told.push(Text::new(
            format!("另外 {rest} 个申请人申请同样的支持，依次排列"),
            format!("{rest} more applicants claim the same, one after the other"),
        ));
    }
    all_told
}

fn told(joint: &Joint<'_>, application: &Assessed, who: Text) -> Text {
    let who = if application.apart.is_empty() {
        who
    } else {
        let kinds = application.apart.iter().filter_map(|kind| joint.model.subjects.get(kind.index()));
        let kinds: Vec<&str> = kinds.map(|subject| subject.name.as_str()).collect();
        let (zh, en) = (kinds.join("、"), kinds.join(", "));
        Text::new(format!("{}，换了{zh}", who.zh), format!("{}, with another {en}", who.en))
    };
    let day = calendar::iso(i64::from(application.date));
    let mut parts: Vec<Text> = (application.awards.iter())
        .map(|(clause, amount)| {
            let (title, amount) = (joint.title(*clause), money(*amount));
            Text::new(
                format!("申请{}，评定 {}", title.zh, amount.zh),
                format!("claims {}, assessed {}", title.en, amount.en),
            )
        })
        .collect();
    parts.extend(application.facts.iter().map(|(fact, value)| compared(joint, *fact, *value)));
    let zh: Vec<&str> = parts.iter().map(|part| part.zh.as_str()).collect();
    let en: Vec<&str> = parts.iter().map(|part| part.en.as_str()).collect();
    Text::new(format!("{}（{day}）{}", who.zh, zh.join("，")), format!("{} ({day}) {}", who.en, en.join(", ")))
}

/// A fact that an order compares; of an ordered enumeration the value that is the so-and-so-manieth.
fn compared(joint: &Joint<'_>, fact: FactId, value: Decimal) -> Text {
    let given = match joint.model.facts.get(fact.index()).map(|fact| &fact.ty) {
        Some(Type::Member(class)) => {
            let members = joint.model.classes.get(class.0 as usize).map(|class| class.members.clone());
            let at = u32::try_from(value.trunc().mantissa()).ok().and_then(|at| at.checked_sub(1));
            match (members, at) {
                (Some(members), Some(at)) if !members.is_empty() => {
                    Value::Member(MemberId((members.start + at).min(members.end - 1)))
                }
                _ => Value::Number(value),
            }
        }
        Some(Type::Bool) => Value::Bool(!value.is_zero()),
        _ => Value::Number(value.normalize()),
    };
    let said = |lang| case_text::assumption(&joint.model, fact, &Given::Value(given.clone()), lang);
    Text::new(said(Lang::Zh), said(Lang::En))
}

/// What a side settles of an application.
pub fn settled_words(
    joint: &Joint<'_>,
    made: &Made,
    (at, clause): (usize, ClauseId),
    amount: Decimal,
    conflict: bool,
) -> Outcome {
    let who = of(made, at);
    let (title, said) = (joint.title(clause), money(amount));
    let (zh, en) = if conflict {
        ("；同时申请了只能选一项的，要先选择", "; a choice must be made first")
    } else {
        ("", "")
    };
    let got = if amount.is_zero() {
        Text::new(
            format!("{}的{}不予支付{zh}", who.zh, title.zh),
            format!("{} is paid nothing of {}{en}", who.en, title.en),
        )
    } else {
        Text::new(
            format!("{}的{}支付 {}{zh}", who.zh, title.zh, said.zh),
            format!("{} is paid {} of {}{en}", who.en, said.en, title.en),
        )
    };
    Outcome { words: got, eligible: true, amount: Some((amount, Some(amount))), also: None }
}

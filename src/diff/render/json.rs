//! In: a comparison. Out: JSON as `docs/reference/json.md` describes it. Invariant: keys keep their order and their names within a version;
//! amounts are decimal strings.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::calendar;
use crate::diagnostics::{Lang, Text};
use crate::explain::text::digits;

use super::super::meaning::{Aspect, Change as Other, Finding, How, Meaning, Most, Outcome, Verdict, Witness};
use super::super::say::{self, Layer};
use super::super::structure::Change;
use super::super::summary::leaning;
use super::super::{Diff, Direction, Head, Item, Place, Shown};
use super::JSON_VERSION;

/// The whole comparison, ending in a line break.
#[must_use]
pub fn json(diff: &Diff, lang: Lang) -> String {
    let counts = &diff.summary;
    let [proved, sampled, text] = counts.standing;
    let whole = json!({
        "version": JSON_VERSION,
        "same": diff.is_whole() && diff.is_same(),
        "old": head(&diff.old, lang),
        "new": head(&diff.new, lang),
        "summary": {
            "text": texts(&say::summary(diff), lang),
            "clauses": { "old": counts.old_clauses, "new": counts.new_clauses },
            "added": counts.added,
            "removed": counts.removed,
            "wider": counts.wider,
            "narrower": counts.narrower,
            "mixed": counts.mixed,
            "otherwise": counts.otherwise,
            "unclear": counts.unclear,
            "open": counts.open,
            "reworded": counts.reworded,
            "renumbered": counts.renumbered,
            "moved": counts.moved,
            "declarations": counts.declarations,
            "standing": { "proved": proved, "sampled": sampled, "text_only": text },
            "largest": counts.largest.as_ref().map(|largest| json!({
                "clause": largest.clause,
                "more": largest.more,
                "by": most(largest.by),
            })),
        },
        "items": diff.items.iter().map(|it| item(it, lang)).collect::<Vec<_>>(),
        "between": diff.between.iter().map(|it| other(it, lang)).collect::<Vec<_>>(),
        "departments": diff.departments.iter().map(|change| json!({
            "name": change.name,
            "gains": change.gains,
            "loses": change.loses,
            "leads": change.leads,
            "follows": change.follows,
        })).collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}

fn texts(lines: &[Text], lang: Lang) -> Vec<&str> {
    lines.iter().map(|line| line.get(lang)).collect()
}

fn head(side: &Head, lang: Lang) -> Value {
    let day = |day: Option<i32>| day.map(|day| calendar::iso(i64::from(day)));
    json!({
        "label": side.label,
        "number": side.number,
        "title": side.title,
        "id": side.id,
        "from": day(side.days.0),
        "until": day(side.days.1),
        "compiles": side.compiles,
        "left_out": side.left_out,
        "errors": side.errors.iter().map(|problem| json!({
            "code": problem.found.code.number(),
            "message": problem.found.message.get(lang),
            "place": place(&problem.place),
        })).collect::<Vec<_>>(),
    })
}

fn place(place: &Place) -> Value {
    json!({ "file": place.file, "line": place.start.line, "column": place.start.column })
}

fn item(item: &Item, lang: Lang) -> Value {
    json!({
        "kind": item.kind.en(),
        "name": item.name(),
        "direction": direction(item.direction),
        "old": item.old.as_ref().map(shown),
        "new": item.new.as_ref().map(shown),
        "structure": item.changes.iter().map(change).collect::<Vec<_>>(),
        "lines": item.lines.iter().map(|line| json!({
            "field": line.field.map(|field| field.en()),
            "label": line.label,
            "old": line.old,
            "new": line.new,
        })).collect::<Vec<_>>(),
        "meaning": item.meanings.iter().map(|it| meaning(it, lang)).collect::<Vec<_>>(),
        "because": item.because,
        "touches": item.touches,
        "said": say::said(item).iter().map(|said| json!({
            "layer": match said.layer {
                Layer::Structure => "structure",
                Layer::Meaning => "meaning",
                Layer::Departments => "departments_and_dates",
            },
            "how": how(said.how),
            "text": said.text.get(lang),
        })).collect::<Vec<_>>(),
    })
}

fn shown(shown: &Shown) -> Value {
    json!({
        "id": shown.id,
        "address": shown.address,
        "title": shown.title,
        "text": shown.text,
        "quotes": shown.quotes,
        "place": place(&shown.place),
    })
}

fn change(change: &Change) -> Value {
    match change {
        Change::Added => json!({ "change": "added" }),
        Change::Removed => json!({ "change": "removed" }),
        Change::Renumbered { old, new } => json!({ "change": "renumbered", "old": old, "new": new }),
        Change::Moved { after } => json!({ "change": "moved", "after": after }),
        Change::Retitled { old, new } => json!({ "change": "retitled", "old": old, "new": new }),
        Change::Identified { old, new } => json!({ "change": "identified", "old": old, "new": new }),
    }
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Same => "same",
        Direction::Wider => "wider",
        Direction::Narrower => "narrower",
        Direction::Mixed => "mixed",
        Direction::Otherwise => "otherwise",
        Direction::Unclear => "unclear",
        Direction::Open => "open",
    }
}

fn how(how: How) -> &'static str {
    match how {
        How::Proved => "proved",
        How::Sampled => "sampled",
        How::TextOnly => "text_only",
    }
}

fn meaning(meaning: &Meaning, lang: Lang) -> Value {
    json!({
        "eligibility": finding(&meaning.eligibility, lang),
        "amount": finding(&meaning.amount, lang),
        "other": meaning.other.iter().map(|it| other(it, lang)).collect::<Vec<_>>(),
    })
}

fn other(change: &Other, lang: Lang) -> Value {
    json!({
        "what": aspect(change.what),
        "direction": direction(leaning(change.leaning)),
        "old": change.old.get(lang),
        "new": change.new.get(lang),
        "how": how(change.how),
        "witness": change.witness.as_ref().map(|it| witness(it, lang)),
    })
}

fn finding(finding: &Finding, lang: Lang) -> Value {
    let (verdict, unknown) = match &finding.verdict {
        Verdict::Equivalent => ("equivalent", None),
        Verdict::Wider => ("wider", None),
        Verdict::Narrower => ("narrower", None),
        Verdict::Incomparable => ("incomparable", None),
        Verdict::Unknown(why) => ("unknown", Some(why.get(lang))),
    };
    json!({
        "verdict": verdict,
        "how": how(finding.how),
        "unknown": unknown,
        "more": finding.more.as_ref().map(|it| witness(it, lang)),
        "less": finding.less.as_ref().map(|it| witness(it, lang)),
        "at_most_more": finding.at_most_more.map(most),
        "at_most_less": finding.at_most_less.map(most),
        "why": texts(&finding.why, lang),
    })
}

fn most(most: Most) -> Value {
    let (kind, by) = match most {
        Most::Reached(by) => ("reached", Some(by)),
        Most::NotAbove(by) => ("not_above", Some(by)),
        Most::Unlimited => ("unlimited", None),
        Most::AtLeast(by) => ("at_least", Some(by)),
    };
    json!({ "kind": kind, "by": by.map(digits) })
}

fn witness(witness: &Witness, lang: Lang) -> Value {
    let outcome = |outcome: &Option<Outcome>| {
        outcome.as_ref().map(|outcome| {
            json!({
                "text": outcome.words.get(lang),
                "eligible": outcome.eligible,
                "also": outcome.also.as_ref().map(|text| text.get(lang)),
                "low": outcome.amount.map(|(low, _)| digits(low)),
                "high": outcome.amount.and_then(|(_, high): (Decimal, Option<Decimal>)| high).map(digits),
            })
        })
    };
    json!({
        "on": calendar::iso(i64::from(witness.on)),
        "old_on": witness.old_on.map(|day| calendar::iso(i64::from(day))),
        "facts": texts(&witness.facts, lang),
        "lists": texts(&witness.lists, lang),
        "ledger": witness.ledger.iter().map(|earlier| json!({
            "clause": earlier.clause,
            "date": calendar::iso(i64::from(earlier.date)),
            "amount": digits(earlier.amount),
            "once": earlier.once,
            "other_subjects": earlier.others,
        })).collect::<Vec<_>>(),
        "old": outcome(&witness.old),
        "new": outcome(&witness.new),
    })
}

fn aspect(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Departments => "departments",
        Aspect::InForce => "in_force",
        Aspect::Subjects => "subjects",
        Aspect::Cap => "cap",
        Aspect::Least => "least",
        Aspect::Award => "award",
        Aspect::Lift => "lift",
        Aspect::Payment => "payment",
        Aspect::Shares => "shares",
        Aspect::Clawback => "clawback",
        Aspect::Retroactive => "retroactive",
        Aspect::Group => "group",
        Aspect::Quota => "quota",
        Aspect::Budget => "budget",
        Aspect::Settlement => "settlement",
        Aspect::Fact => "fact",
        Aspect::Currency => "currency",
    }
}

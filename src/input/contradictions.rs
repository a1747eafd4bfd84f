//! In: a ledger that was read, the amounts of caps that are constants, a day. Out: what cannot be true of it (P0716): the same award
//! twice, an award after the day, more than a cap allows its holder in its period.
//! Invariant: a cap that may have been lifted, or whose amount depends on the application, is not held against the ledger; each award is
//! reported at most once for one cap.

use std::collections::BTreeMap;

use super::words;
use crate::bytecode::program::{Award, CapInfo, KeyInfo, PeriodInfo, Shown, Tables};
use crate::calendar::{self, MissingDay};
use crate::diagnostics::{Code, Diagnostic, sort};
use crate::source::Span;

/// An award and where it is written.
pub type Placed = (Award, Span);

/// What cannot be true of a ledger. `cap_amounts` has one amount a cap, scaled by 2; `None` where it is not constant.
#[must_use]
pub fn contradictions(
    tables: &Tables,
    cap_amounts: &[Option<i128>],
    awards: &[Placed],
    on: Option<i32>,
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = repeats(awards).collect();
    let later = on.into_iter().flat_map(|on| awards.iter().map(move |placed| (on, placed)));
    found.extend(later.filter(|(on, (award, _))| award.date > *on).map(|(on, (award, span))| {
        let (date, on) = (calendar::iso(award.date.into()), calendar::iso(on.into()));
        Diagnostic::new(
            Code::LedgerContradiction,
            *span,
            format!("这一条的日期 {date} 在结算日 {on} 之后"),
            format!("this award is dated {date}, after the day of settlement, {on}"),
        )
        .help(
            "结算日是最晚的一份申请的日期，或者 --on 写的",
            "the day of settlement is that of the latest application, or what --on says",
        )
    }));
    for (cap, amount) in tables.caps.iter().zip(cap_amounts) {
        if let Some(amount) = amount.filter(|_| !may_be_lifted(tables, cap)) {
            found.extend(beyond(tables, cap, amount, awards));
        }
    }
    sort(&mut found);
    found
}

fn repeats(awards: &[Placed]) -> impl Iterator<Item = Diagnostic> {
    let mut first = BTreeMap::new();
    awards.iter().filter_map(move |(award, span)| {
        let identity = (award.clause, award.date, award.amount, award.once, &award.subjects);
        let earlier = *first.entry(identity).or_insert(*span);
        (earlier != *span).then(|| {
            Diagnostic::new(
                Code::LedgerContradiction,
                *span,
                "这一条和前面一条完全相同",
                "this award is an exact repeat of another",
            )
            .also(earlier, "第一次在这里", "first written here")
        })
    })
}

/// Soft caps, and those of clauses whose caps someone may lift.
fn may_be_lifted(tables: &Tables, cap: &CapInfo) -> bool {
    let lift = |clause: &u32| tables.clauses.get(*clause as usize).is_some_and(|clause| clause.lift.is_some());
    cap.soft || cap.counts.iter().any(lift)
}

/// Awards of one holder, by day.
type Held<'a> = BTreeMap<Option<(u32, &'a str)>, Vec<&'a Placed>>;

/// The awards with which a cap is exceeded.
fn beyond(tables: &Tables, cap: &CapInfo, most: i128, awards: &[Placed]) -> Vec<Diagnostic> {
    let mut held: Held = BTreeMap::new();
    for placed in awards.iter().filter(|(award, _)| cap.counts.contains(&award.clause)) {
        if let Some(holder) = holder(&cap.key, &placed.0) {
            held.entry(holder).or_default().push(placed);
        }
    }
    let mut found = Vec::new();
    for awards in held.values_mut() {
        awards.sort_by_key(|(award, _)| award.date);
        for (at, (award, span)) in awards.iter().enumerate() {
            let earlier =
                awards.get(..at).unwrap_or(&[]).iter().filter(|(before, _)| together(cap.period, before, award));
            let before = earlier.clone().fold(0i128, |sum, (before, _)| sum.saturating_add(before.amount));
            let sum = before.saturating_add(award.amount);
            let once = once_only(cap.period, awards.get(..at).unwrap_or(&[]));
            if once || (sum > most && before <= most) {
                found.push(exceeded(tables, cap, *span, (sum, most), once));
            }
        }
    }
    found
}

/// Whose award it is, as the cap counts; `None` where it does not say.
fn holder<'a>(key: &KeyInfo, award: &'a Award) -> Option<Option<(u32, &'a str)>> {
    let KeyInfo::Subjects(kinds) = key else { return Some(None) };
    let named = |kind: &u32| award.subjects.iter().find(|(of, _)| of == kind);
    let (kind, text) = kinds.iter().find_map(named)?;
    Some(Some((*kind, text.as_str())))
}

/// Whether the cap adds an earlier award to a later one.
fn together(period: PeriodInfo, before: &Award, award: &Award) -> bool {
    match period {
        PeriodInfo::Year | PeriodInfo::OnceOrYear => {
            calendar::year(before.date.into()) == calendar::year(award.date.into())
        }
        PeriodInfo::Lifetime | PeriodInfo::Once => true,
        PeriodInfo::Each => false,
        PeriodInfo::Months(months) => {
            let start = calendar::add_months(award.date.into(), -i64::from(months), MissingDay::LastDay);
            start.is_none_or(|start| i64::from(before.date) > start)
        }
    }
}

/// Whether after these no award is left at all.
fn once_only(period: PeriodInfo, before: &[&Placed]) -> bool {
    match period {
        PeriodInfo::Once => !before.is_empty(),
        PeriodInfo::OnceOrYear => before.iter().any(|(award, _)| award.once),
        PeriodInfo::Year | PeriodInfo::Lifetime | PeriodInfo::Each | PeriodInfo::Months(_) => false,
    }
}

fn exceeded(tables: &Tables, cap: &CapInfo, span: Span, (sum, most): (i128, i128), once: bool) -> Diagnostic {
    let clause = tables.clauses.get(cap.clause as usize);
    let (id, currency) = clause.map_or(("", "CNY"), |clause| (clause.id.as_str(), clause.currency.as_str()));
    let unit = [(currency.to_owned(), 1)];
    let amount = |value| words::number(value, 2, &unit, Shown::Money);
    let (zh, en) = if once {
        ("这一条之前已经一次性给过".to_owned(), "it was paid once and for all before".to_owned())
    } else {
        (
            format!("加上这一条共给了 {}，超过 {}", amount(sum), amount(most)),
            format!("with this award {} were paid, more than {}", amount(sum), amount(most)),
        )
    };
    Diagnostic::new(
        Code::LedgerContradiction,
        span,
        format!("与条款 {id} 的上限“{}”矛盾：{zh}", cap.text),
        format!("this contradicts the cap `{}` of clause {id}: {en}", cap.text),
    )
    .help("核对台账：金额、日期、给了谁", "check the ledger: amount, date, to whom")
}

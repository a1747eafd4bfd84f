//! In: one of the largest changes. Out: clause by clause what it was and what it is, and why, in both languages.
//! Invariant: where the case was kept, every reason of the trace is named; after settlement, what settlement took.

use super::part::{Entry, Kept};
use super::report::{Changed, Listed};
use super::{Pair, Population, State};
use crate::bytecode::program::{ClauseInfo, Tables};
use crate::decision::{ClauseDecision, Failure};
use crate::diagnostics::{Lang, Text};
use crate::explain::text;
use crate::vm::{INFINITE, Outcome, Vm};

/// Most facts that are named as missing.
const NEEDS_SHOWN: usize = 4;

impl Population<'_> {
    pub(super) fn listed(&self, entry: &Entry) -> Listed {
        let [old, new] = entry
            .kept
            .as_ref()
            .map_or([Vec::new(), Vec::new()], |kept| [decisions(&self.old, kept, 0), decisions(&self.new, kept, 1)]);
        let mut changed = Vec::new();
        for ((pair, states), at) in self.pairs.iter().zip(&entry.states).zip(0usize..) {
            if pair.fixed || amounts(states.0) == amounts(states.1) {
                continue;
            }
            let (note_old, note_new) = entry.notes.get(at).cloned().unwrap_or_default();
            let side = |tables, clause: Option<u32>, state, decisions: &[ClauseDecision], note| {
                let decision = clause.and_then(|clause| decisions.get(clause as usize));
                words(tables, clause, state, decision, note)
            };
            changed.push(Changed {
                clause: self.clause_name(pair),
                old: side(self.old_tables(), pair.old, states.0, &old, note_old),
                new: side(self.new_tables(), pair.new, states.1, &new, note_new),
            });
        }
        Listed {
            row: entry.place.row,
            line: entry.place.line,
            label: entry.label.clone(),
            old: entry.old,
            new: entry.new,
            more: (entry.delta.low, (entry.delta.unlimited == 0).then_some(entry.delta.high)),
            changed,
        }
    }

    /// Id and title of a matched clause, as the new policy has them.
    pub(super) fn clause_name(&self, pair: &Pair) -> (String, String) {
        let clause = |tables: &Tables, clause: Option<u32>| {
            let info = tables.clauses.get(clause? as usize)?;
            Some((info.id.clone(), info.title.clone()))
        };
        clause(self.new_tables(), pair.new).or_else(|| clause(self.old_tables(), pair.old)).unwrap_or_default()
    }
}

fn decisions(vm: &Vm<'_>, kept: &Kept, side: usize) -> Vec<ClauseDecision> {
    let Some(case) = kept.cases.get(side) else { return Vec::new() };
    let mut machine = vm.machine();
    machine.trace(case, kept.on).decide().clauses
}

/// What is given at least and at most; open is neither.
fn amounts(state: State) -> Option<(i128, i128)> {
    match state {
        Some(Outcome::Eligible { low, high, .. }) => Some((low, high)),
        Some(Outcome::Undetermined) => None,
        Some(Outcome::NotInForce | Outcome::Ineligible(_)) | None => Some((0, 0)),
    }
}

fn words(
    tables: &Tables,
    clause: Option<u32>,
    state: State,
    decision: Option<&ClauseDecision>,
    note: Option<Text>,
) -> Text {
    let Some(info) = clause.and_then(|clause| tables.clauses.get(clause as usize)) else {
        return Text::new("没有这一条", "no such clause");
    };
    let said = match (state, decision) {
        (None, _) => Text::new("没有申请", "not applied for"),
        (Some(Outcome::NotInForce), _) => Text::new("不在有效期", "not in force"),
        (Some(Outcome::Ineligible(_)), Some(ClauseDecision::Ineligible { failed })) => failures(tables, info, failed),
        (Some(Outcome::Ineligible(_)), _) => Text::new("不给", "nothing"),
        (Some(Outcome::Undetermined), Some(ClauseDecision::Undetermined { needs })) => open(tables, needs),
        (Some(Outcome::Undetermined), _) => Text::new("未定", "not determined"),
        (Some(Outcome::Eligible { low, high, binding }), _) => eligible(tables, info, (low, high), binding),
    };
    match note {
        Some(note) => Text::new(format!("{}（{}）", said.zh, note.zh), format!("{} ({})", said.en, note.en)),
        None => said,
    }
}

fn failures(tables: &Tables, clause: &ClauseInfo, failed: &[Failure]) -> Text {
    let label = |failure: &Failure| match failure {
        Failure::Requirement(number) => {
            let at = clause.requirements.0.saturating_add(*number);
            let label = tables.requirements.get(at as usize).map_or("", |requirement| requirement.label.as_str());
            Text::new(format!("“{label}”"), format!("`{label}`"))
        }
        Failure::AmountNotApplicable => Text::new("金额不适用", "the amount does not apply"),
        Failure::AboveCeiling => Text::new("核定金额高于上限", "the amount set lies above the ceiling"),
        Failure::BelowFloor => Text::new("核定金额低于下限", "the amount set lies below the floor"),
    };
    let all: Vec<Text> = failed.iter().map(label).collect();
    let join =
        |get: fn(&Text) -> &String, by: &str| all.iter().map(|text| get(text).as_str()).collect::<Vec<_>>().join(by);
    Text::new(
        format!("不符合：{}", join(|text| &text.zh, "、")),
        format!("not eligible: {}", join(|text| &text.en, ", ")),
    )
}

fn open(tables: &Tables, needs: &[u32]) -> Text {
    let names = needs.iter().filter_map(|slot| tables.slots.get(*slot as usize)).map(|info| info.name.as_str());
    let shown: Vec<&str> = names.take(NEEDS_SHOWN).collect();
    let (zh, en) = if needs.len() > NEEDS_SHOWN { ("等", ", …") } else { ("", "") };
    Text::new(format!("未定，缺{}{zh}", shown.join("、")), format!("not determined, lacks {}{en}", shown.join(", ")))
}

fn eligible(tables: &Tables, clause: &ClauseInfo, (low, high): (i128, i128), binding: Option<u32>) -> Text {
    let money = |lang: Lang| given(low, (high < INFINITE).then_some(high), &clause.currency, lang);
    let cap = binding.and_then(|cap| tables.caps.get(clause.caps.0.saturating_add(cap) as usize));
    match cap {
        Some(cap) => Text::new(
            format!("{}（上限「{}」）", money(Lang::Zh), cap.text),
            format!("{} (cap `{}`)", money(Lang::En), cap.text),
        ),
        None => Text::new(money(Lang::Zh), money(Lang::En)),
    }
}

/// What is given, scaled by 2.
pub(super) fn given(low: i128, high: Option<i128>, currency: &str, lang: Lang) -> String {
    match (high, lang) {
        (Some(high), Lang::Zh) if low == 0 && high > 0 => format!("不超过 {}", text::money(high, 2, currency, lang)),
        (Some(high), Lang::En) if low == 0 && high > 0 => format!("at most {}", text::money(high, 2, currency, lang)),
        (None, Lang::Zh) if low == 0 => "不封顶".to_owned(),
        (None, Lang::En) if low == 0 => "without ceiling".to_owned(),
        _ => range(low, high, currency, lang),
    }
}

/// A difference between two ends, scaled by 2, with its sign.
pub(super) fn range(low: i128, high: Option<i128>, currency: &str, lang: Lang) -> String {
    let money = |value: i128| text::money(value, 2, currency, lang);
    match (high, lang) {
        (Some(high), _) if high == low => money(low),
        (Some(high), Lang::Zh) => format!("{} 至 {}", money(low.min(high)), money(high.max(low))),
        (Some(high), Lang::En) => format!("{} to {}", money(low.min(high)), money(high.max(low))),
        (None, Lang::Zh) => format!("不低于 {}", money(low)),
        (None, Lang::En) => format!("at least {}", money(low)),
    }
}

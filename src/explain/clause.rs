//! In: the decision on one clause, words for its registers, the ledger. Out: [`ClauseExplanation`].

use super::phrase::Phrases;
use super::reason::{self, Reason};
use super::{CapExplanation, ClauseExplanation, Need, Paid, text};
use crate::bytecode::op::Op;
use crate::bytecode::program::{Award, CapInfo, GivenBy, RequirementInfo, RequirementKind};
use crate::decision::{ClauseDecision, Failure};
use crate::diagnostics::Lang;
use crate::vm::trace::Last;
use crate::vm::{INFINITE, Interval, State, Used, ledger};

/// Longest label of a condition that the drafter did not name, in characters.
const LABEL_CHARS_MAX: usize = 60;

/// Explains one clause.
pub(super) fn explain(phrases: &Phrases<'_>, decision: &ClauseDecision, awards: &[Award]) -> ClauseExplanation {
    let (tables, info) = (phrases.tables(), phrases.clause);
    let (first, end) = info.requirements;
    let own = tables.requirements.get(first as usize..end as usize).unwrap_or(&[]);
    let (binding, needs) = match decision {
        ClauseDecision::Eligible { binding_cap, needs, .. } => (*binding_cap, needs.as_slice()),
        ClauseDecision::Undetermined { needs } => (None, needs.as_slice()),
        ClauseDecision::NotInForce | ClauseDecision::Ineligible { .. } => (None, &[][..]),
    };
    let caps = caps(phrases, binding, awards);
    let departments = info.departments.iter().zip(0u32..).filter_map(|(department, at)| {
        Some((tables.departments.get(*department as usize)?.name.clone(), at == info.lead))
    });
    let file = tables.files.get(info.place.file as usize).cloned().unwrap_or_default();
    ClauseExplanation {
        id: info.id.clone(),
        address: info.address.clone(),
        title: info.title.clone(),
        decision: decision.clone(),
        failures: failures(phrases, decision, own),
        only_industry: only_industry(decision, own),
        currency: info.currency.clone(),
        in_force: info.in_force,
        requirements: own.iter().map(|requirement| explain_requirement(phrases, requirement)).collect(),
        award: if *decision == ClauseDecision::NotInForce { Vec::new() } else { award(phrases) },
        binding_cap: caps.iter().find(|cap| cap.binds).map(|cap| match cap.raised {
            Some(most) => {
                let most = text::money(most, 2, &info.currency, phrases.lang);
                format!("{}{most}", phrases.say("最高 ", "at most "))
            }
            None => cap.text.clone(),
        }),
        assessed: None,
        reductions: Vec::new(),
        paid: Paid::default(),
        caps,
        needs: needs.iter().filter_map(|slot| need(phrases, *slot)).collect(),
        departments: departments.collect(),
        open: info.open,
        quotes: info.quotes.iter().map(|quote| quote.text.clone()).collect(),
        source: (file, info.place.line),
    }
}

fn explain_requirement(phrases: &Phrases<'_>, requirement: &RequirementInfo) -> Reason {
    phrases.reset();
    let mut reason = reason::reason(phrases, requirement.register, false, 0);
    let labelled = requirement.label != requirement.text;
    let of_fact = reason.named;
    reason.named = labelled || of_fact || !reason.parts.is_empty();
    let own = short_label(requirement);
    let exclusion = matches!(requirement.kind, RequirementKind::ScopeExclusion | RequirementKind::Exclusion);
    reason.named |= exclusion;
    reason.label = match (exclusion, phrases.lang) {
        (false, _) => own,
        (true, Lang::Zh) => format!("（排除）{own}"),
        (true, Lang::En) => format!("(exclusion) {own}"),
    };
    let file = phrases.tables().files.get(requirement.place.file as usize).cloned().unwrap_or_default();
    reason.source = Some((file, requirement.place.line));
    reason
}

/// The drafter's label; of an unlabelled list its first line, without the name of the field.
#[must_use]
pub fn short_label(requirement: &RequirementInfo) -> String {
    let label = requirement.label.trim();
    if label != requirement.text.trim() {
        return label.to_owned();
    }
    let field = ["条件", "排除", "condition", "exclusion"];
    let own = match label.split_once(['：', ':']) {
        Some((head, rest)) if field.contains(&head.trim()) => rest.trim(),
        _ => label,
    };
    let markers = [" （一）", " (一)", " 1.", " 1．", " （1）", " (1)", " ①", " -", "\n"];
    let first_line = markers.iter().filter_map(|marker| own.find(marker)).min().unwrap_or(own.len());
    let own = own.get(..first_line).unwrap_or(own).trim_end_matches(['：', ':', ' ']);
    if own.chars().count() <= LABEL_CHARS_MAX {
        return own.to_owned();
    }
    own.chars().take(LABEL_CHARS_MAX).chain("……".chars()).collect()
}

fn failures(phrases: &Phrases<'_>, decision: &ClauseDecision, own: &[RequirementInfo]) -> Vec<String> {
    let ClauseDecision::Ineligible { failed } = decision else { return Vec::new() };
    let mut all: Vec<String> = Vec::new();
    for failure in failed {
        let text = match failure {
            Failure::Requirement(number) => own.get(*number as usize).map(short_label).unwrap_or_default(),
            Failure::AmountNotApplicable => not_applicable(phrases),
            Failure::AboveCeiling => phrases.say("核定的金额高于上限", "the amount set is above the ceiling"),
            Failure::BelowFloor => phrases.say("核定的金额低于下限", "the amount set is below the floor"),
        };
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all
}

/// That the amount does not apply, and why where that can be told.
fn not_applicable(phrases: &Phrases<'_>) -> String {
    let plain = phrases.say("金额不适用", "the amount is not applicable");
    let Some(Last::Grant(register)) = phrases.trace.last(phrases.clause) else { return plain };
    phrases.reset();
    match phrases.absence(before_caps(phrases, register)) {
        Some(why) => format!("{plain}{}{why}", phrases.say("：", ": ")),
        None => plain,
    }
}

fn only_industry(decision: &ClauseDecision, own: &[RequirementInfo]) -> bool {
    match decision {
        ClauseDecision::Ineligible { failed } => match failed[..] {
            [Failure::Requirement(number)] => {
                own.get(number as usize).is_some_and(|it| it.kind == RequirementKind::Industry)
            }
            _ => false,
        },
        ClauseDecision::NotInForce | ClauseDecision::Undetermined { .. } | ClauseDecision::Eligible { .. } => false,
    }
}

/// How the amount comes about: the award before its caps, and the lift.
fn award(phrases: &Phrases<'_>) -> Vec<Reason> {
    phrases.reset();
    let mut all = Vec::new();
    match phrases.trace.last(phrases.clause) {
        Some(Last::Grant(register)) => all.push(computed(phrases, register)),
        Some(Last::Decide(slot, low, high)) => all.extend(set(phrases, slot, low, high)),
        None => {}
    }
    if let Some((slot, approver)) = phrases.clause.lift {
        let approved = phrases.trace.case().value(slot) == Some(1);
        let by = phrases.tables().departments.get(approver as usize).map_or("", |department| &department.name);
        let value = match (approved, phrases.lang) {
            (true, Lang::Zh) => format!("{by} 已批准"),
            (true, Lang::En) => format!("approved by {by}"),
            (false, Lang::Zh) => format!("没有 {by} 的批准，按上限"),
            (false, Lang::En) => format!("not approved by {by}, so the caps apply"),
        };
        let label = phrases.fact(slot);
        all.push(Reason { holds: Some(approved), label, value, named: true, facts: vec![slot], ..Reason::default() });
    }
    all
}

fn computed(phrases: &Phrases<'_>, register: u32) -> Reason {
    let before = before_caps(phrases, register);
    let interval = phrases.trace.register(before);
    let shape = Some((crate::bytecode::program::Shown::Money, vec![(phrases.clause.currency.clone(), 1)]));
    let absence = if interval.not_applicable { phrases.absence(before) } else { None };
    let value = if let Some(why) = absence {
        why
    } else if phrases.is_constant(before) {
        phrases.value(before, shape.as_ref())
    } else {
        let expression = phrases.expression(before, shape.as_ref(), 0);
        let facts = phrases.facts(before);
        let result = phrases.value(before, shape.as_ref());
        let given = facts.iter().map(|slot| format!("{} {}", phrases.fact(*slot), phrases.slot_value(*slot)));
        let given = given.collect::<Vec<_>>().join(&phrases.say("，", ", "));
        match phrases.lang {
            Lang::Zh => format!("{expression} = {result}（{given}）"),
            Lang::En => format!("{expression} = {result} ({given})"),
        }
    };
    let holds = if interval.not_applicable { Some(false) } else { interval.is_settled().then_some(true) };
    let label = phrases.say("算出的金额", "computed amount");
    let parts = phrases.lines(before);
    Reason { holds, label, named: true, value, facts: phrases.facts(before), parts, ..Reason::default() }
}

/// The register of an amount before the first cap, and before what keeps it from falling below zero.
fn before_caps(phrases: &Phrases<'_>, register: u32) -> u32 {
    let mut at = register;
    let caps = phrases.clause.caps.1.saturating_sub(phrases.clause.caps.0);
    for _ in 0..caps {
        match phrases.trace.writer(at) {
            Some(Op::Limit { a, .. }) => at = a,
            _ => break,
        }
    }
    match phrases.trace.writer(at) {
        Some(Op::Greatest { a, b, .. }) if phrases.trace.register(b) == Interval::exactly(0) => a,
        _ => at,
    }
}

fn set(phrases: &Phrases<'_>, slot: u32, low: u32, high: u32) -> Vec<Reason> {
    let bounds = (phrases.value(low, None), phrases.value(high, None));
    let (low, high) = (phrases.trace.register(low), phrases.trace.register(high));
    let value = phrases.trace.case().value(slot);
    let beyond = match value {
        Some(value) if high.is_settled() && high.low != INFINITE && value > high.low => Some((true, bounds.1)),
        Some(value) if low.is_settled() && value < low.low => Some((false, bounds.0)),
        _ => None,
    };
    let holds = match (phrases.trace.case().state(slot), value) {
        (State::NotApplicable, _) => Some(false),
        (_, Some(value)) if low.is_settled() && high.is_settled() => Some(low.low <= value && value <= high.low),
        _ => None,
    };
    let value = match (phrases.trace.is_given(slot), phrases.lang) {
        (true, lang) => {
            let set = phrases.slot_value(slot);
            match (beyond, lang) {
                (None, _) => set,
                (Some((true, most)), Lang::Zh) => format!("{set}，高于上限 {most}"),
                (Some((true, most)), Lang::En) => format!("{set}, above the ceiling of {most}"),
                (Some((false, least)), Lang::Zh) => format!("{set}，低于下限 {least}"),
                (Some((false, least)), Lang::En) => format!("{set}, below the floor of {least}"),
            }
        }
        (false, Lang::Zh) => format!("{}，{}", phrases.slot_value(slot), phrases.ask(slot)),
        (false, Lang::En) => format!("{}, {}", phrases.slot_value(slot), phrases.ask(slot)),
    };
    vec![Reason { holds, label: phrases.fact(slot), value, named: true, facts: vec![slot], ..Reason::default() }]
}

fn caps(phrases: &Phrases<'_>, binding: Option<u32>, awards: &[Award]) -> Vec<CapExplanation> {
    let (first, end) = phrases.clause.caps;
    let own = phrases.tables().caps.get(first as usize..end as usize).unwrap_or(&[]);
    let approved = phrases.clause.lift.is_some_and(|(slot, _)| phrases.trace.case().value(slot) == Some(1));
    (own.iter().zip(first..))
        .map(|(cap, index)| CapExplanation {
            lifted: approved && phrases.clause.lifts(index, &phrases.tables().caps),
            raised: phrases.trace.raised(phrases.clause).filter(|_| binding == index.checked_sub(first)),
            binds: binding == index.checked_sub(first),
            ..explain_cap(phrases, cap, index, awards)
        })
        .collect()
}

fn explain_cap(phrases: &Phrases<'_>, cap: &CapInfo, index: u32, awards: &[Award]) -> CapExplanation {
    let trace = phrases.trace;
    let settled = |interval: Interval| (interval.is_settled() && !interval.not_applicable).then_some(interval.low);
    let used = trace.case().used(index);
    let remaining = trace.ops(phrases.clause).iter().find_map(|op| match *op {
        Op::Remaining { dst, cap, .. } if cap == index => Some(trace.register(dst)),
        _ => None,
    });
    let counted = ledger::counted(phrases.tables(), cap, awards, trace.case(), trace.on());
    let sum = counted.iter().fold(0i128, |sum, award| sum.saturating_add(award.amount));
    let clause_id = |clause: u32| phrases.tables().clauses.get(clause as usize).map_or("", |info| &info.id).to_owned();
    CapExplanation {
        text: cap.text.clone(),
        amount: settled(trace.register(cap.register)),
        used: match used {
            Used::Exactly(used) => Some(used),
            Used::Up => Some(sum),
            Used::Unknown => None,
        },
        remaining: remaining.and_then(settled),
        lifted: false,
        raised: None,
        used_up: used == Used::Up,
        binds: false,
        awards: counted.iter().map(|award| (award.date, clause_id(award.clause), award.amount)).collect(),
    }
}

fn need(phrases: &Phrases<'_>, slot: u32) -> Option<Need> {
    let info = phrases.tables().slots.get(slot as usize)?;
    Some(Need {
        fact: phrases.fact(slot),
        alias: info.alias.clone(),
        subject: phrases.tables().subjects.get(info.subject as usize).map(|it| it.name.clone()).unwrap_or_default(),
        department: phrases.giver(slot).map(|(department, _)| department.to_owned()),
        kind: match info.given_by {
            GivenBy::Applicant => "applicant",
            GivenBy::Determination(_) => "determination",
            GivenBy::Discretion(_) => "discretion",
        },
        asked: phrases.trace.case().state(slot) == State::Unknown,
        ask: phrases.ask(slot),
    })
}

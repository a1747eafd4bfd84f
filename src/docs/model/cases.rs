//! In: the cases of a policy and its program. Out: [`CaseDoc`]: what is given, what the machine decides, and why.
//! Invariant: outcomes and reasons are those that `guiju eval --explain` gives.

use super::build::Making;
use super::names::joined;
use super::words::{both, day, money};
use super::{CaseDoc, GivenDoc, OutcomeDoc, ReasonDoc, Words};
use crate::decision::{ClauseDecision, Decision};
use crate::diagnostics::Lang;
use crate::explain::{CapExplanation, ClauseExplanation, Explanation, Reason, text};
use crate::model::case::{Given, LedgerEntry, Record};
use crate::model::{Case, ColumnId, Expectation, FactId, Type};
use crate::scenario;

/// Reasons of one clause that are listed.
const REASONS_MAX: usize = 60;
/// Records of a list that are shown.
const RECORDS_SHOWN: usize = 12;

/// The clauses that a case expects something of.
pub(super) fn subjects(case: &Case) -> Vec<usize> {
    let mut ids: Vec<usize> = Vec::new();
    for (expectation, _) in &case.expectations {
        let clause = match expectation {
            Expectation::Clause { clause, .. }
            | Expectation::Instalments { clause, .. }
            | Expectation::Shares { clause, .. }
            | Expectation::Retroactive { clause, .. }
            | Expectation::Clawback { clause, .. } => clause.index(),
            Expectation::Conflict { .. } | Expectation::Total { .. } => continue,
        };
        if !ids.contains(&clause) {
            ids.push(clause);
        }
    }
    ids
}

/// The outcome of a decision by its name in JSON.
pub(super) fn outcome(decision: &ClauseDecision) -> &'static str {
    match decision {
        ClauseDecision::NotInForce => "not_in_force",
        ClauseDecision::Ineligible { .. } => "ineligible",
        ClauseDecision::Undetermined { .. } => "undetermined",
        ClauseDecision::Eligible { .. } => "eligible",
    }
}

impl Making<'_> {
    /// Every case.
    pub(super) fn cases(&self) -> Vec<CaseDoc> {
        let reports = scenario::run_all(self.program);
        let mut cases = Vec::with_capacity(reports.len());
        let wanted = |at: usize, decision: &Decision| {
            let own = self.model.cases.get(at).map(subjects).unwrap_or_default();
            if !own.is_empty() {
                return own;
            }
            let eligible = decision.clauses.iter().enumerate();
            eligible.filter(|(_, it)| matches!(it, ClauseDecision::Eligible { .. })).map(|(at, _)| at).collect()
        };
        scenario::explain_each(self.program, &[Lang::Zh, Lang::En], &wanted, &mut |at, explained| {
            let [zh, en] = explained.as_slice() else { return };
            let Some(case) = self.model.cases.get(at) else { return };
            cases.push(CaseDoc {
                id: format!("case-{}", at + 1),
                title: case.title.clone(),
                on: day(zh.on),
                facts: self.given(case),
                ledger: case.ledger.as_ref().map(|all| all.iter().map(|entry| self.earlier(entry)).collect()),
                outcomes: zh.clauses.iter().zip(&en.clauses).map(|(zh, en)| explained_outcome(zh, en)).collect(),
                total: total(zh, en),
                passed: reports.get(at).is_some_and(|report| report.mismatches.is_empty()),
            });
        });
        cases
    }

    fn given(&self, case: &Case) -> Vec<GivenDoc> {
        let facts = case.facts.iter().map(|(id, given)| GivenDoc {
            fact: self.names.fact_id(*id),
            value: self.given_words(given, self.model.facts.get(id.index()).map_or(&Type::Error, |fact| &fact.ty)),
        });
        let lists = case
            .lists
            .iter()
            .map(|(id, records)| GivenDoc { fact: self.names.fact_id(*id), value: self.records(*id, records) });
        facts.chain(lists).collect()
    }

    fn given_words(&self, given: &Given, ty: &Type) -> Words {
        match given {
            Given::Value(value) => self.names.value(value, ty),
            Given::Unknown => Words::new("未知", "unknown"),
            Given::NotApplicable => Words::new("不适用", "not applicable"),
        }
    }

    fn records(&self, _list: FactId, records: &[Record]) -> Words {
        if records.is_empty() {
            return Words::new("没有", "none");
        }
        let one = |(column, given): &(ColumnId, Given)| {
            let name = self.names.column(*column);
            let ty = self.model.columns.get(column.index()).map_or(&Type::Error, |column| &column.ty);
            let value = self.given_words(given, ty);
            both!("{} {}", "{} {}", name, value)
        };
        let line = |record: &Record| {
            let parts = joined(record.iter().map(one));
            both!("（{}）", "({})", parts)
        };
        let shown = joined(records.iter().take(RECORDS_SHOWN).map(line));
        let count = records.len();
        Words::new(format!("{count} 条：{}", shown.zh), format!("{count} records: {}", shown.en))
    }

    fn earlier(&self, entry: &LedgerEntry) -> Words {
        let (on, clause) = (day(entry.date), self.names.clause(entry.clause));
        let clause_id = self.names.clause_id(entry.clause);
        let amount = money(entry.amount, &self.currency(&clause_id));
        let once = if entry.once { ("，一次性", ", once only") } else { ("", "") };
        Words::new(
            format!("{on} {}得到 {}{}", clause.zh, amount.zh, once.0),
            format!("{on}: {} under {}{}", amount.en, clause.en, once.1),
        )
    }
}

fn total(zh: &Explanation, en: &Explanation) -> Words {
    let of = |it: &Explanation| text::amount(&it.total, &it.currency, it.lang);
    Words::new(of(zh), of(en))
}

fn explained_outcome(zh: &ClauseExplanation, en: &ClauseExplanation) -> OutcomeDoc {
    let amount = zh.amount();
    let mut reasons = Vec::new();
    flat(&zh.requirements, &en.requirements, 0, &mut reasons);
    flat(&zh.award, &en.award, 0, &mut reasons);
    reasons.extend(zh.caps.iter().map(|cap| of_cap(cap, &zh.currency)));
    for (zh, en) in zh.reductions.iter().zip(&en.reductions) {
        reasons.push(ReasonDoc { depth: 0, holds: "no".into(), words: Words::new(&zh.text, &en.text) });
    }
    reasons.truncate(REASONS_MAX);
    OutcomeDoc {
        clause: zh.id.clone(),
        outcome: outcome(&zh.decision).to_owned(),
        words: Words::new(said(zh, Lang::Zh), said(en, Lang::En)),
        low: amount.map(|it| text::digits(it.low)),
        high: amount.and_then(|it| it.high).map(text::digits),
        reasons,
    }
}

/// An outcome in words.
fn said(clause: &ClauseExplanation, lang: Lang) -> String {
    let say = |zh: &str, en: &str| if lang == Lang::Zh { zh.to_owned() } else { en.to_owned() };
    let (by, colon) = (say("、", ", "), say("：", ": "));
    let needs = || {
        let asks: Vec<String> = clause.needs.iter().map(|need| format!("{}{colon}{}", need.fact, need.ask)).collect();
        asks.join(&say("；", "; "))
    };
    match &clause.decision {
        ClauseDecision::NotInForce => say("不在有效期", "not in force"),
        ClauseDecision::Ineligible { .. } => {
            format!("{}{colon}{}", say("不符合", "ineligible"), clause.failures.join(&by))
        }
        ClauseDecision::Undetermined { .. } => format!("{}{colon}{}", say("未定", "undetermined"), needs()),
        ClauseDecision::Eligible { amount, .. } => {
            let amount = text::amount(amount, &clause.currency, lang);
            let rest = if clause.needs.is_empty() { String::new() } else { format!("{}{}", say("；", "; "), needs()) };
            format!("{}{amount}{rest}", say("可获 ", "eligible for "))
        }
    }
}

/// The lines of reasons in both languages, parts after what they are part of.
fn flat(zh: &[Reason], en: &[Reason], depth: u32, out: &mut Vec<ReasonDoc>) {
    for (zh, en) in zh.iter().zip(en) {
        if out.len() >= REASONS_MAX {
            return;
        }
        let holds = match zh.holds {
            Some(true) => "yes",
            Some(false) => "no",
            None => "open",
        };
        let line = |reason: &Reason, colon: &str| match (reason.named, reason.value.is_empty()) {
            (true, false) => format!("{}{colon}{}", reason.label, reason.value),
            (true, true) => reason.label.clone(),
            (false, _) => reason.value.clone(),
        };
        out.push(ReasonDoc { depth, holds: holds.to_owned(), words: Words::new(line(zh, "："), line(en, ": ")) });
        flat(&zh.parts, &en.parts, depth + 1, out);
    }
}

fn of_cap(cap: &CapExplanation, currency: &str) -> ReasonDoc {
    let of = |scaled: Option<i128>, lang| scaled.map(|value| text::money(value, 2, currency, lang));
    let (mut zh, mut en) = (format!("上限 {}", cap.text), format!("ceiling {}", cap.text));
    let mut add = |more_zh: String, more_en: String| {
        zh.push_str(&more_zh);
        en.push_str(&more_en);
    };
    if let (Some(used_zh), Some(used_en)) = (of(cap.used.filter(|used| *used != 0), Lang::Zh), of(cap.used, Lang::En)) {
        add(format!("，已用 {used_zh}"), format!(", {used_en} used"));
    }
    if let (Some(left_zh), Some(left_en)) = (of(cap.remaining, Lang::Zh), of(cap.remaining, Lang::En)) {
        add(format!("，还有 {left_zh}"), format!(", {left_en} left"));
    }
    if cap.lifted {
        add("，已获批准突破".into(), ", lifted".into());
    }
    if cap.binds {
        add("（限于此）".into(), " (binds)".into());
    }
    ReasonDoc { depth: 0, holds: if cap.binds { "open" } else { "yes" }.into(), words: Words::new(zh, en) }
}

//! In: an explanation. Out: text for people: first what can be had and what awaits whom, then clause by clause why.

use std::fmt::Write as _;

use super::{CapExplanation, ClauseExplanation, Explanation, Reason, text};
use crate::calendar;
use crate::decision::ClauseDecision;
use crate::diagnostics::Lang;

/// How much is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Detail {
    /// Reasons of each clause, not only the summary.
    pub reasons: bool,
    /// Also the clauses for which nothing but the industry is wrong.
    pub all: bool,
}

/// The text.
#[must_use]
pub fn human(explanation: &Explanation, detail: Detail) -> String {
    let mut page = Page { out: String::new(), lang: explanation.lang };
    page.summary(explanation, detail);
    if detail.reasons {
        let mut clauses: Vec<&ClauseExplanation> =
            explanation.clauses.iter().filter(|clause| detail.all || !is_folded(clause)).collect();
        clauses.sort_by_key(|clause| rank(clause));
        for clause in clauses {
            page.clause(clause);
        }
    }
    page.out
}

/// What can be had comes first, then what is open, as in the summary; within each the order of the document.
fn rank(clause: &ClauseExplanation) -> u8 {
    match clause.decision {
        ClauseDecision::Eligible { .. } => 0,
        ClauseDecision::Undetermined { .. } => 1,
        ClauseDecision::Ineligible { .. } => 2,
        ClauseDecision::NotInForce => 3,
    }
}

/// Whether a clause is told in one line with others of its kind.
fn is_folded(clause: &ClauseExplanation) -> bool {
    clause.only_industry || clause.decision == ClauseDecision::NotInForce
}

/// The text in the making.
pub(super) struct Page {
    out: String,
    pub(super) lang: Lang,
}

impl Page {
    pub(super) fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        if self.lang == Lang::Zh { zh } else { en }
    }

    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.out, "{:1$}{text}", "", depth * 2);
    }

    /// What is no longer there, by which document and from when.
    fn repealed(&mut self, explanation: &Explanation) {
        for it in &explanation.repealed {
            let clause = explanation.clauses.iter().find(|clause| Some(&clause.id) == it.clause.as_ref());
            let day = calendar::iso(i64::from(it.day));
            let what = clause.map_or(self.say("本政策", "this policy").to_owned(), name);
            let said = match self.lang {
                Lang::Zh => format!("已废止：{what}，由{}废止，{day} 起失效", it.by),
                Lang::En => format!("Repealed: {what}, by {} from {day}", it.by),
            };
            self.line(0, &said);
        }
    }

    fn summary(&mut self, explanation: &Explanation, detail: Detail) {
        let (policy, title) = (&explanation.policy, &explanation.policy_title);
        let title = if policy == title { format!("《{title}》") } else { format!("{policy}《{title}》") };
        let on = calendar::iso(i64::from(explanation.on));
        let head = match self.lang {
            Lang::Zh => format!("{title}，评定日 {on}"),
            Lang::En => format!("{title}, decided as of {on}"),
        };
        self.line(0, &head);
        self.repealed(explanation);
        let all = &explanation.clauses;
        self.group(("可获", "Eligible"), all, |it| matches!(it.decision, ClauseDecision::Eligible { .. }));
        self.group(("未定", "Undetermined"), all, |it| matches!(it.decision, ClauseDecision::Undetermined { .. }));
        let ineligible = |it: &ClauseExplanation| matches!(it.decision, ClauseDecision::Ineligible { .. });
        self.group(("不符合", "Ineligible"), all, |it| ineligible(it) && (detail.all || !is_folded(it)));
        if !detail.all {
            self.folded(("产业不符", "Ineligible by industry"), all, |it| it.only_industry);
        }
        self.folded(("不在有效期", "Not in force"), all, |it| it.decision == ClauseDecision::NotInForce);
        let total = text::amount(&explanation.total, &explanation.currency, self.lang);
        let open = all.iter().filter(|it| matches!(it.decision, ClauseDecision::Undetermined { .. })).count();
        let rest = match (open, self.lang) {
            (0, _) => String::new(),
            (_, Lang::Zh) => format!("（未定的 {open} 条不在内）"),
            (_, Lang::En) => format!(" (without the {open} undetermined)"),
        };
        let total = format!("{}{total}{rest}", self.say("合计：", "Total: "));
        self.line(0, &total);
        for conflict in &explanation.conflicts {
            let line = format!("{}{}", self.say("冲突：", "conflict: "), conflict.text);
            self.line(0, &line);
        }
        for due in &explanation.due {
            let line = self.due(due);
            self.line(0, &line);
        }
    }

    fn group(&mut self, names: (&str, &str), all: &[ClauseExplanation], of: impl Fn(&ClauseExplanation) -> bool) {
        let mut first = true;
        for clause in all.iter().filter(|clause| of(clause)) {
            if first {
                let head = format!("{}{}", self.say(names.0, names.1), self.say("：", ":"));
                self.line(0, &head);
                first = false;
            }
            let line = format!("{}{}{}", name(clause), self.say("：", ": "), self.outcome(clause));
            self.line(1, &line);
        }
    }

    fn folded(&mut self, names: (&str, &str), all: &[ClauseExplanation], of: impl Fn(&ClauseExplanation) -> bool) {
        let ids: Vec<&str> = all.iter().filter(|clause| of(clause)).map(|clause| clause.id.as_str()).collect();
        if !ids.is_empty() {
            let ids_text = ids.join(self.say("、", ", "));
            let line = match self.lang {
                Lang::Zh => format!("{} {} 条：{ids_text}", names.0, ids.len()),
                Lang::En => format!("{} ({}): {ids_text}", names.1, ids.len()),
            };
            self.line(0, &line);
        }
    }

    /// `可获 不超过 700万元，缺 核定金额（待 区科委 裁量），受限于 1000万元，每项目累计`
    fn outcome(&self, clause: &ClauseExplanation) -> String {
        let mut parts = vec![self.verdict(clause)];
        let mut asks: Vec<(&str, Vec<&str>)> = Vec::new();
        for need in &clause.needs {
            match asks.iter_mut().find(|(ask, _)| *ask == need.ask) {
                Some((_, facts)) => facts.push(&need.fact),
                None => asks.push((&need.ask, vec![&need.fact])),
            }
        }
        parts.extend(asks.iter().map(|(ask, facts)| match self.lang {
            Lang::Zh => format!("缺 {}（{ask}）", facts.join("、")),
            Lang::En => format!("needs {} ({ask})", facts.join(", ")),
        }));
        if let Some(cap) = &clause.binding_cap {
            parts.push(format!("{}{cap}", self.say("受限于 ", "bound by ")));
        }
        parts.join(self.say("，", ", "))
    }

    fn verdict(&self, clause: &ClauseExplanation) -> String {
        match &clause.decision {
            ClauseDecision::NotInForce => self.say("不在有效期", "not in force").to_owned(),
            ClauseDecision::Undetermined { .. } => self.say("未定", "undetermined").to_owned(),
            ClauseDecision::Eligible { amount, .. } => {
                format!("{} {}", self.say("可获", "eligible for"), text::amount(amount, &clause.currency, self.lang))
            }
            ClauseDecision::Ineligible { .. } => {
                let failed = clause.requirements.iter().filter(|requirement| requirement.holds == Some(false));
                let mut why: Vec<String> = failed.map(|requirement| self.failure(requirement)).collect();
                if why.is_empty() {
                    why.clone_from(&clause.failures);
                }
                format!("{}{}", self.say("不符合，因 ", "ineligible: "), why.join(self.say("；", "; ")))
            }
        }
    }

    fn failure(&self, reason: &Reason) -> String {
        match (reason.parts.is_empty(), reason.named, self.lang) {
            (true, true, _) => format!("{}{}{}", reason.label, self.say("：", ": "), reason.value),
            (true, false, _) => reason.value.clone(),
            (false, _, Lang::Zh) => format!("「{}」不成立", reason.label),
            (false, _, Lang::En) => format!("`{}` does not hold", reason.label),
        }
    }

    fn clause(&mut self, clause: &ClauseExplanation) {
        self.out.push('\n');
        let head = format!("{}{}{}", name(clause), self.say("：", ": "), self.verdict(clause));
        self.line(0, &head);
        if clause.decision == ClauseDecision::NotInForce {
            let line = self.window(clause.in_force);
            self.line(1, &line);
        } else {
            for reason in &clause.requirements {
                self.reason(1, reason);
            }
            if !matches!(clause.decision, ClauseDecision::Ineligible { .. }) || clause.requirements_hold() {
                self.award(clause);
            }
            for line in self.settlement(clause) {
                self.line(1, &line);
            }
        }
        let several = clause.departments.len() > 1;
        let departments: Vec<String> =
            clause
                .departments
                .iter()
                .map(|(name, lead)| {
                    if *lead && several {
                        format!("{name}{}", self.say("（牵头）", " (lead)"))
                    } else {
                        name.clone()
                    }
                })
                .collect();
        if !departments.is_empty() {
            let others = if clause.open { self.say("、及相关部门", " and others") } else { "" };
            let list = departments.join(self.say("、", ", "));
            let line = format!("{}{list}{others}", self.say("责任部门：", "departments: "));
            self.line(1, &line);
        }
        for quote in &clause.quotes {
            let line = format!("{}「{quote}」", self.say("原文：", "original: "));
            self.line(1, &line);
        }
    }

    fn window(&self, (first, last): (Option<i32>, Option<i32>)) -> String {
        let day = |day: Option<i32>| day.map_or_else(|| "……".to_owned(), |day| calendar::iso(i64::from(day)));
        match self.lang {
            Lang::Zh => format!("有效期：{} 至 {}", day(first), day(last)),
            Lang::En => format!("in force: {} to {}", day(first), day(last)),
        }
    }

    fn reason(&mut self, depth: usize, reason: &Reason) {
        let mark = match reason.holds {
            _ if reason.label.is_empty() && reason.facts.is_empty() && reason.parts.is_empty() => "  ",
            Some(true) => "✓ ",
            Some(false) => "✗ ",
            None => self.say("？ ", "? "),
        };
        self.marked(depth, mark, reason);
        for part in &reason.parts {
            self.reason(depth + 1, part);
        }
    }

    fn marked(&mut self, depth: usize, mark: &str, reason: &Reason) {
        let label = if reason.named { reason.label.as_str() } else { "" };
        // 满足下列条件之一 says already how its parts are joined.
        let joined = ["之一", "其一", "任一", "同时", "全部"].iter().any(|word| label.contains(word));
        let value = if joined && !reason.parts.is_empty() { "" } else { reason.value.as_str() };
        let between = if label.is_empty() || value.is_empty() { "" } else { self.say("：", ": ") };
        let line = format!("{mark}{label}{between}{value}");
        self.line(depth, &line);
    }

    fn award(&mut self, clause: &ClauseExplanation) {
        for reason in &clause.award {
            // A lift that was not approved is no failure.
            let fails = matches!(clause.decision, ClauseDecision::Ineligible { .. });
            match reason.holds {
                Some(false) if !fails => self.marked(1, "· ", reason),
                _ => self.reason(1, reason),
            }
        }
        for cap in &clause.caps {
            let line = self.cap(cap, &clause.currency);
            self.line(1, &line);
            for (date, id, amount) in &cap.awards {
                let amount = text::money(*amount, 2, &clause.currency, self.lang);
                let line = format!("{} {id} {amount}", calendar::iso(i64::from(*date)));
                self.line(2, &line);
            }
        }
    }

    fn cap(&self, cap: &CapExplanation, currency: &str) -> String {
        let money = |scaled: i128| text::money(scaled, 2, currency, self.lang);
        let mut parts = Vec::new();
        if cap.lifted {
            parts.push(match cap.raised {
                Some(most) => {
                    format!("{}{}", self.say("已突破，起作用的是最高 ", "lifted; what bound is at most "), money(most))
                }
                None => self.say("已突破，不适用", "lifted").to_owned(),
            });
        } else {
            let unknown = self.say("不明", "not known").to_owned();
            if cap.used != Some(0) {
                let used = cap.used.map_or(unknown.clone(), money);
                parts.push(format!("{}{used}", self.say("已用 ", "used ")));
            }
            parts.push(format!("{}{}", self.say("余 ", "left "), cap.remaining.map_or(unknown, money)));
            if cap.binds {
                parts.push(self.say("起作用的是这一条", "this is the one that bound").to_owned());
            }
        }
        let (head, between) = (self.say("上限 ", "cap "), self.say("：", ": "));
        format!("{head}{}{between}{}", cap.text, parts.join(self.say("，", ", ")))
    }
}

/// `四（一）《标题》（id）`
fn name(clause: &ClauseExplanation) -> String {
    format!("{}《{}》（{}）", clause.address, clause.title, clause.id)
}

impl ClauseExplanation {
    fn requirements_hold(&self) -> bool {
        self.requirements.iter().all(|requirement| requirement.holds == Some(true))
    }
}

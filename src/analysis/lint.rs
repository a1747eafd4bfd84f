//! In: a checked policy. Out: what its modules find, one a lint, and conditions that contradict each other (P0446), that can never hold (P0444), that always hold (P0445).
//! Invariant: only what is proved is reported. 不适用 counts as a possible value of every fact but a yes/no, except where a condition is
//! said to hold always: then it is enough that it holds for whatever is given.

mod asker;
mod caps;
mod ceilings;
mod classes;
mod cliffs;
mod firms;
mod overlap;
mod shadow;

use super::question::{Goal, Question, is_impossible};
use super::requirement::{Place, Requirement, What, are_written, of_clause, of_scope};
use crate::calendar;
use crate::diagnostics::{Code, Diagnostic, Severity, Text, has_errors};
use crate::limits::CORE_EXACT_MAX;
use crate::model::{Clause, Condition, ExprKind, FactId, Model, Type, Window};
use crate::source::Span;

/// All findings about a policy without errors.
#[must_use]
pub fn lint(model: &Model) -> Vec<Diagnostic> {
    lint_beside(model, &[])
}

/// As [`lint`], beside what was found before: a fall that a table is reported for is not reported again.
pub fn lint_beside(model: &Model, found: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut out = conditions(model);
    let falls = found.iter().filter(|found| found.code == Code::AmountFalls);
    let falls: Vec<Span> = falls.map(|found| found.primary.span).collect();
    if has_errors(&out) {
        // What nobody can meet overlaps nothing, and is no concern of the rest.
        return out;
    }
    let asker = || asker::Asker::new(model);
    out.extend(shadow::shadowed(&mut asker()));
    out.extend(caps::idle(&mut asker()));
    out.extend(classes::left_out(&mut asker()));
    out.extend(cliffs::cliffs(&mut asker(), &falls));
    out.extend(classes::unserved(&mut asker()));
    out.extend(overlap::overlapping(&mut asker()));
    out.extend(ceilings::without_ceiling(model));
    out.extend(ceilings::case_by_case(model));
    out.extend(firms::named(model));
    out
}

/// All findings about the conditions of a policy.
fn conditions(model: &Model) -> Vec<Diagnostic> {
    let scope = of_scope(model);
    let mut lint = Lint { model, window: Window::default(), out: Vec::new() };
    if lint.requirements(None, &scope, &[]) {
        for clause in &model.clauses {
            lint.window = clause.in_force;
            let own = of_clause(model, clause);
            lint.requirements(Some(clause), &own, &scope);
        }
    }
    let mut seen: Vec<(Code, Span)> = Vec::new();
    lint.out.retain(|found| {
        // A clause by reference repeats the conditions of its own words only once.
        let place = (found.code, found.primary.span);
        let fresh = !seen.contains(&place);
        seen.push(place);
        fresh
    });
    lint.out
}

struct Lint<'a> {
    model: &'a Model,
    window: Window,
    out: Vec<Diagnostic>,
}

type Requirements<'r, 'a> = Vec<&'r Requirement<'a>>;

impl<'a> Lint<'a> {
    /// Checks what must hold for a clause, or the scope by itself; false where it can never be met.
    fn requirements(&mut self, clause: Option<&Clause>, own: &[Requirement<'a>], scope: &[Requirement<'a>]) -> bool {
        let before = self.out.len();
        let impossible: Vec<bool> = own.iter().map(|one| self.never(one)).collect();
        for (one, _) in own.iter().zip(&impossible).filter(|(_, impossible)| **impossible) {
            self.never_holds(one);
        }
        if self.out.len() > before {
            return false;
        }
        let all: Requirements<'_, 'a> = own.iter().chain(scope).collect();
        if own.len() + scope.len() > 1 && self.conflict(&[], &all) {
            let core = self.core(&[], &all);
            self.conflicting(clause, &core);
            return false;
        }
        self.redundant(own, scope);
        for (at, one) in own.iter().enumerate() {
            let others: Requirements<'_, 'a> =
                own.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other).chain(scope).collect();
            if let What::Holds(expr, true) = one.what
                && let ExprKind::Any(parts) = &expr.kind
                && are_written(expr, parts)
            {
                self.alternatives(parts, &others);
            }
        }
        true
    }

    fn impossible(&self, goals: Vec<Goal<'a>>, given_only: bool) -> bool {
        is_impossible(self.model, &Question { goals, window: self.window, given_only, ..Question::default() })
    }

    /// Whether goals and requirements cannot hold together.
    fn conflict(&self, goals: &[Goal<'a>], requirements: &[&Requirement<'a>]) -> bool {
        let all = goals.iter().cloned().chain(requirements.iter().map(|one| one.goal(true)));
        self.impossible(all.collect(), false)
    }

    /// Whether a requirement can never hold. A yes/no, and a fact against class values, always can.
    fn never(&self, one: &Requirement<'a>) -> bool {
        match one.what {
            What::Holds(expr, _) if matches!(expr.kind, ExprKind::Fact(_) | ExprKind::Within { .. }) => false,
            What::Holds(..) => self.impossible(vec![one.goal(true)], false),
            What::Gate(_) => false,
        }
    }

    /// Whether a requirement holds whatever is given. To list all values of a class asks for a value at all, and is no mistake.
    fn always(&self, one: &Requirement<'a>) -> bool {
        match one.what {
            What::Holds(expr, _) if matches!(expr.kind, ExprKind::Within { .. }) => false,
            What::Holds(..) => self.impossible(vec![one.goal(false)], true),
            What::Gate(_) => false,
        }
    }

    /// The least requirements that cannot hold together with `goals`: the fewest where there are not many, else a set of which none can
    /// be left out.
    fn core<'r>(&self, goals: &[Goal<'a>], all: &[&'r Requirement<'a>]) -> Requirements<'r, 'a> {
        let mut left: Requirements<'r, 'a> = all.to_vec();
        for one in all {
            let without: Requirements<'r, 'a> =
                left.iter().copied().filter(|other| !std::ptr::eq(*other, *one)).collect();
            if self.conflict(goals, &without) {
                left = without;
            }
        }
        if all.len() > CORE_EXACT_MAX {
            return left;
        }
        // Of the smaller sets, the first in the order of the text.
        let size = u32::try_from(left.len()).unwrap_or(u32::MAX);
        let sets = 1_u32.checked_shl(u32::try_from(all.len()).unwrap_or(u32::MAX)).unwrap_or(0);
        for fewer in 1..size {
            for set in (0..sets).filter(|set| set.count_ones() == fewer) {
                let some = all.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, one)| *one);
                let some: Requirements<'r, 'a> = some.collect();
                if self.conflict(goals, &some) {
                    return some;
                }
            }
        }
        left
    }

    /// Conditions of a clause that hold whatever is given, or wherever the others hold.
    fn redundant(&mut self, own: &[Requirement<'a>], scope: &[Requirement<'a>]) {
        let mut dropped: Vec<usize> = Vec::new();
        // From the end: of two that say the same the later one is named.
        for (at, one) in own.iter().enumerate().rev() {
            if one.place == Place::Gate || matches!(one.what, What::Holds(expr, true) if is_yes_no(expr)) {
                continue;
            }
            if self.always(one) {
                self.always_holds(one);
                dropped.push(at);
                continue;
            }
            let others = own.iter().enumerate().filter(|(other, _)| *other != at && !dropped.contains(other));
            let others: Requirements<'_, 'a> = others.map(|(_, other)| other).chain(scope).collect();
            let near = related(one, &others);
            // A condition written twice is another finding (P0417).
            if near.is_empty() || near.iter().any(|other| says_the_same(one, other)) {
                continue;
            }
            let against = [one.goal(false)];
            if self.conflict(&against, &near) {
                let core = self.core(&against, &near);
                self.implied(one, &core);
                dropped.push(at);
            }
        }
    }

    /// Parts of 或 that can never hold, alone or with the other requirements, or that always do.
    fn alternatives(&mut self, parts: &'a [Condition], others: &[&Requirement<'a>]) {
        for condition in parts {
            let part = Requirement::part(self.model, condition);
            if matches!(condition.expr.kind, ExprKind::Fact(_)) {
                continue;
            }
            let near = related(&part, others);
            if self.conflict(&[part.goal(true)], &near) {
                let core = self.core(&[part.goal(true)], &near);
                self.dead_part(&part, &core);
                continue;
            }
            if self.always(&part) {
                self.idle_parts(&part);
            }
            match &condition.expr.kind {
                ExprKind::All(inner) | ExprKind::Any(inner) if are_written(&condition.expr, inner) => {
                    if matches!(condition.expr.kind, ExprKind::Any(_)) {
                        self.alternatives(inner, others);
                    }
                }
                _ => {}
            }
        }
    }

    fn conflicting(&mut self, clause: Option<&Clause>, core: &[&Requirement<'a>]) {
        let Some(at) = core.iter().rposition(|one| one.place != Place::Scope).or(core.len().checked_sub(1)) else {
            return;
        };
        let Some(main) = core.get(at) else { return };
        let (zh, en) = quoted(core);
        let (zh, en) = if core.len() > 2 {
            (
                format!("{zh}合起来互相矛盾：去掉任何一条，其余的都能满足"),
                format!("{en} contradict each other together: any fewer of them can be met"),
            )
        } else {
            (format!("{zh}互相矛盾，没有申请能都满足"), format!("{en} contradict each other: nobody can meet both"))
        };
        let mut found = Diagnostic::new(Code::ConditionsConflict, main.span, zh, en);
        let demand = main.demand(self.model);
        found = found.label(demand.zh, demand.en);
        for one in core.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, one)| one) {
            let demand = one.demand(self.model);
            found = found.also(one.span, demand.zh, demand.en);
        }
        found = found.help(
            match clause {
                Some(clause) => format!("没有申请能符合“{}”：改正其中一条，或者看看“且”是不是应当是“或”", clause.title),
                None => "没有申请能在适用范围里：改正其中一条，或者看看“且”是不是应当是“或”".to_owned(),
            },
            match clause {
                Some(clause) => format!("nobody can meet `{}`: correct one of them; should it be `or`?", clause.title),
                None => "nobody is in the scope: correct one of them; should it be `or`?".to_owned(),
            },
        );
        self.out.push(found);
    }

    fn never_holds(&mut self, one: &Requirement<'a>) {
        let label = &one.label;
        let (zh, en) = if one.is_exclusion() {
            (format!("排除“{label}”对所有申请都成立"), format!("the exclusion `{label}` holds for everyone"))
        } else {
            (format!("“{label}”不可能成立"), format!("`{label}` can never hold"))
        };
        let mut found = Diagnostic::new(Code::ConditionImpossible, one.span, zh, en);
        found.severity = Severity::Error;
        found = self.with_reason(found, one);
        self.out.push(
            found.help("没有申请能符合：看看数、日期写错没有", "nobody can meet this: check the numbers and dates"),
        );
    }

    fn always_holds(&mut self, one: &Requirement<'a>) {
        let label = &one.label;
        let (zh, en) = if one.is_exclusion() {
            (format!("排除“{label}”不可能发生"), format!("the exclusion `{label}` never applies"))
        } else {
            (format!("“{label}”总是成立"), format!("`{label}` always holds"))
        };
        let mut found = Diagnostic::new(Code::ConditionAlwaysTrue, one.span, zh, en);
        found = self.with_reason(found, one);
        if self.may_lack(one) && !one.is_exclusion() {
            found = found.label("只要填了值就成立", "whatever value is given");
        }
        self.out.push(found.help("看看数写错没有；没有用就删去", "check the numbers, or drop it"));
    }

    fn implied(&mut self, one: &Requirement<'a>, core: &[&Requirement<'a>]) {
        // That a certificate is in force was not written as a condition: the drafter wrote its name.
        let made = |fact: &FactId| self.model.facts.get(fact.index()).is_some_and(|fact| fact.made);
        if one.facts.iter().any(made) {
            return;
        }
        let (label, (zh, en)) = (&one.label, quoted(core));
        let (zh, en) = if one.is_exclusion() {
            (
                format!("排除“{label}”不起作用：符合{zh}的，不会有这种情形"),
                format!("the exclusion `{label}` does nothing: it cannot apply where {en} hold"),
            )
        } else {
            (
                format!("“{label}”不起作用：符合{zh}的，一定符合它"),
                format!("`{label}` does nothing: it holds wherever {en} hold"),
            )
        };
        let mut found = Diagnostic::new(Code::ConditionAlwaysTrue, one.span, zh, en);
        for other in core {
            let demand = other.demand(self.model);
            found = found.also(other.span, demand.zh, demand.en);
        }
        self.out.push(found.help(
            "看看数写错没有，或者“且”是不是应当是“或”；没有用就删去",
            "check the numbers, and whether `and` should be `or`; else drop it",
        ));
    }

    fn dead_part(&mut self, part: &Requirement<'a>, core: &[&Requirement<'a>]) {
        let label = &part.label;
        let (zh, en) = if core.is_empty() {
            (format!("“{label}”这一项不可能成立"), format!("the alternative `{label}` can never hold"))
        } else {
            let (zh, en) = quoted(core);
            (
                format!("“{label}”这一项不可能成立：它和{zh}矛盾"),
                format!("the alternative `{label}` can never hold together with {en}"),
            )
        };
        let mut found = Diagnostic::new(Code::ConditionImpossible, part.span, zh, en);
        found = if core.is_empty() { self.with_reason(found, part) } else { found };
        for other in core {
            let demand = other.demand(self.model);
            found = found.also(other.span, demand.zh, demand.en);
        }
        self.out.push(found.help("看看数、日期写错没有；没有用就删去", "check the numbers and dates, or drop it"));
    }

    fn idle_parts(&mut self, part: &Requirement<'a>) {
        let label = &part.label;
        let found = Diagnostic::new(
            Code::ConditionAlwaysTrue,
            part.span,
            format!("“{label}”这一项总是成立，其余各项不起作用"),
            format!("the alternative `{label}` always holds: the others do nothing"),
        );
        let found = self.with_reason(found, part);
        self.out.push(found.help("看看数写错没有", "check the numbers"));
    }

    /// Adds what makes a condition impossible or idle: the declared range of its fact, the days in force.
    fn with_reason(&self, found: Diagnostic, one: &Requirement<'a>) -> Diagnostic {
        let mut found = found;
        if let ([fact], false) = (&one.facts.iter().collect::<Vec<_>>()[..], one.on_day)
            && let Some(fact) = self.model.facts.get(fact.index())
            && matches!(fact.ty, Type::Number { .. })
        {
            found = found.also(fact.span, "取值范围在这里声明", "its range is declared here");
        }
        if one.on_day {
            let (first, last) = (self.first(), self.last());
            found = found.label(
                format!("评定日在 {} 至 {}", first.zh, last.zh),
                format!("the day of the decision lies between {} and {}", first.en, last.en),
            );
        }
        found
    }

    fn first(&self) -> Text {
        let day = self.window.first.or(self.model.policy.in_force.first);
        day.map_or(Text::new("任何一天", "any day"), |day| same(calendar::iso(i64::from(day))))
    }

    fn last(&self) -> Text {
        let day = self.window.last.or(self.model.policy.in_force.last);
        day.map_or(Text::new("以后", "later"), |day| same(calendar::iso(i64::from(day))))
    }

    /// Whether a fact of it may be 不适用.
    fn may_lack(&self, one: &Requirement<'a>) -> bool {
        one.facts.iter().any(|fact| self.model.facts.get(fact.index()).is_some_and(|fact| fact.ty != Type::Bool))
    }
}

fn same(text: String) -> Text {
    Text::new(text.clone(), text)
}

fn is_yes_no(expr: &crate::model::Expr) -> bool {
    match &expr.kind {
        ExprKind::Fact(_) => true,
        ExprKind::Not(inner) => matches!(inner.kind, ExprKind::Fact(_)),
        _ => false,
    }
}

fn says_the_same(one: &Requirement<'_>, other: &Requirement<'_>) -> bool {
    match (one.what, other.what) {
        (What::Holds(one, first), What::Holds(other, second)) => first == second && one.same(other),
        _ => false,
    }
}

/// Those of `all` that share a fact with `one`, or with one that does.
fn related<'r, 'a>(one: &Requirement<'a>, all: &[&'r Requirement<'a>]) -> Requirements<'r, 'a> {
    let (mut facts, mut on_day) = (one.facts.clone(), one.on_day);
    let mut near = vec![false; all.len()];
    loop {
        let mut grown = false;
        for (other, near) in all.iter().zip(&mut near) {
            if !*near && (on_day && other.on_day || other.facts.iter().any(|fact| facts.contains(fact))) {
                (*near, grown) = (true, true);
                facts.extend(other.facts.iter().copied());
                on_day |= other.on_day;
            }
        }
        if !grown {
            return all.iter().zip(near).filter(|(_, near)| *near).map(|(other, _)| *other).collect();
        }
    }
}

/// `“甲”和“乙”`, an exclusion as `排除“丙”`.
fn quoted(core: &[&Requirement<'_>]) -> (String, String) {
    let zh: Vec<String> = core
        .iter()
        .map(|one| match one.place {
            _ if one.is_exclusion() => format!("排除“{}”", one.label),
            Place::Gate => one.label.clone(),
            _ => format!("“{}”", one.label),
        })
        .collect();
    let en: Vec<String> = core
        .iter()
        .map(
            |one| {
                if one.is_exclusion() { format!("the exclusion `{}`", one.label) } else { format!("`{}`", one.label) }
            },
        )
        .collect();
    let joined = |words: &[String], comma: &str, last: &str| match words {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., end] => format!("{}{last}{end}", before.join(comma)),
    };
    (joined(&zh, "、", "和"), joined(&en, ", ", " and "))
}

//! In: 结算次序 and 期满 of the policy, 先后 of built clauses. Out: the order of steps, what becomes of instalments after expiry, and
//! findings about clauses that wait for each other and instalments that nothing is said of.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Field, Item};
use crate::syntax::keywords::{FieldKeyword, Word};

use super::super::context::Context;
use super::super::expression::{Expr, ExprKind};
use super::super::fields::{field, names, plain};
use super::super::settlement::{Due, STEPS, Step};
use super::text::finding;

impl Context<'_> {
    /// `组合、上限、合计上限、名额、预算`; steps that are not named keep their place after those that are.
    pub(super) fn steps(&mut self, field: &Field) -> Vec<Step> {
        let mut steps = Vec::new();
        for (name, span) in names(&field.value) {
            let step = match name.as_str() {
                "组合" | "group" | "groups" => Step::Groups,
                "上限" | "cap" | "caps" => Step::Caps,
                "合计上限" | "joint-caps" => Step::JointCaps,
                "名额" | "quota" | "quotas" => Step::Quotas,
                "预算" | "budget" | "budgets" => Step::Budgets,
                _ => {
                    self.report(finding(
                        Code::FieldUnreadable,
                        span,
                        (&format!("没有“{name}”这一步"), &format!("there is no step `{name}`")),
                        (
                            "有五步：组合、上限、合计上限、名额、预算",
                            "the steps: groups, caps, joint-caps, quotas, budgets",
                        ),
                    ));
                    continue;
                }
            };
            if steps.contains(&step) {
                self.report(finding(
                    Code::DuplicateName,
                    span,
                    (&format!("“{name}”写了两遍"), &format!("`{name}` stands twice")),
                    ("删去一处", "drop one"),
                ));
            } else {
                steps.push(step);
            }
        }
        steps.extend(STEPS.iter().filter(|step| !steps.contains(step)).copied().collect::<Vec<_>>());
        steps
    }

    /// 期满.
    pub(super) fn tail(&mut self, field: &Field) -> Option<bool> {
        match Word::find(&plain(&field.value)) {
            Some(Word::GoOnPaying) => Some(true),
            Some(Word::StopPaying) => Some(false),
            _ => {
                self.unreadable(field, "写“已批准的继续兑付”或“停止兑付”", "write `go-on-paying` or `stop-paying`");
                None
            }
        }
    }

    /// Instalments by years go on after the last day in force.
    pub(super) fn payments_after_expiry(&mut self, policy: &Item) {
        if self.model.settlement.tail.is_some() || field(policy, FieldKeyword::Tail).is_some() {
            return;
        }
        let place = policy.header.span.after();
        let mut reports = Vec::new();
        for clause in &self.model.clauses {
            let Some(payment) = clause.payment.as_ref().filter(|_| clause.refers_to.is_none()) else { continue };
            let later = payment.parts.iter().any(|part| matches!(part.due, Due::Year(year) if year > 1));
            if !later || clause.in_force.last.is_none() {
                continue;
            }
            reports.push(
                finding(
                    Code::PaymentsAfterExpiry,
                    payment.span,
                    (
                        "后几年的拨付可能在政策期满以后，没有写明还付不付",
                        "later instalments can fall due after the policy expires, and nothing is said of them",
                    ),
                    (
                        "在“政策”条目加一行“期满：已批准的继续兑付”，或者“期满：停止兑付”",
                        "add `on-expiry: go-on-paying` or `on-expiry: stop-paying` to the policy",
                    ),
                )
                .also(self.model.policy.span, "政策的有效期写在这里", "the policy's days are stated here")
                .fix(place, "\n  期满：已批准的继续兑付", "已批准的继续兑付", "what was approved is still paid")
                .fix(place, "\n  期满：停止兑付", "期满停止兑付", "nothing is paid after expiry"),
            );
        }
        reports.into_iter().for_each(|report| self.report(report));
    }

    /// Clauses that wait for each other to be used up.
    pub(super) fn order_cycles(&mut self) {
        let waits: Vec<Vec<(usize, Span)>> = self
            .model
            .clauses
            .iter()
            .map(|clause| {
                let mut found = Vec::new();
                clause.conditions.iter().for_each(|condition| used_up(&condition.expr, &mut found));
                found
            })
            .collect();
        let mut reported: Vec<bool> = ends(&waits);
        for start in 0..waits.len() {
            if reported.get(start) == Some(&true) {
                continue;
            }
            let Some(cycle) = cycle_from(start, &waits) else { continue };
            for (at, _) in &cycle {
                if let Some(slot) = reported.get_mut(*at) {
                    *slot = true;
                }
            }
            self.report_cycle(&cycle);
        }
    }

    fn report_cycle(&mut self, cycle: &[(usize, Span)]) {
        let id = |at: usize| self.model.clauses.get(at).map_or(String::new(), |clause| clause.id.clone());
        let Some(((first, span), rest)) = cycle.split_first() else { return };
        let mut report = match rest {
            [] => Diagnostic::new(
                Code::OrderCycle,
                *span,
                format!("条款 {} 要等自己用完", id(*first)),
                format!("clause `{}` waits for itself", id(*first)),
            ),
            _ => {
                let names: Vec<String> = cycle.iter().map(|(at, _)| id(*at)).collect();
                Diagnostic::new(
                    Code::OrderCycle,
                    *span,
                    format!("条款 {} 互相等对方用完，谁也享受不到", names.join("、")),
                    format!("clauses {} wait for each other, so that none is ever given", names.join(", ")),
                )
            }
        };
        for (_, other) in rest {
            report = report.also(*other, "另一处在这里", "another is here");
        }
        self.report(report.help("其中一条不要写“先后”", "drop `after` from one of them"));
    }
}

/// The clauses that an expression asks to be used up.
fn used_up(expr: &Expr, found: &mut Vec<(usize, Span)>) {
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        if let ExprKind::UsedUp(clause) = expr.kind {
            found.push((clause.index(), expr.span));
        }
        expr.parts(|part| open.push(part));
    }
}

/// Of each clause, whether its waiting comes to an end: it waits only for clauses whose waiting does. Each wait is looked at once.
fn ends(waits: &[Vec<(usize, Span)>]) -> Vec<bool> {
    let mut open: Vec<usize> = waits.iter().map(Vec::len).collect();
    let mut waiting: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (from, own) in waits.iter().enumerate() {
        own.iter().for_each(|(to, _)| waiting.entry(*to).or_default().push(from));
    }
    let mut done: Vec<usize> = (0..waits.len()).filter(|at| open.get(*at) == Some(&0)).collect();
    while let Some(at) = done.pop() {
        for from in waiting.remove(&at).unwrap_or_default() {
            if let Some(count) = open.get_mut(from) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    done.push(from);
                }
            }
        }
    }
    open.iter().map(|count| *count == 0).collect()
}

/// A cycle that begins and ends at a clause: each clause in it with where it says for whom it waits.
fn cycle_from(start: usize, waits: &[Vec<(usize, Span)>]) -> Option<Vec<(usize, Span)>> {
    let mut came: BTreeMap<usize, (usize, Span)> = BTreeMap::new();
    let mut open = vec![start];
    while let Some(at) = open.pop() {
        for (next, span) in waits.get(at)? {
            if *next == start {
                let mut cycle = vec![(at, *span)];
                let mut back = at;
                while back != start {
                    let (before, span) = came.get(&back).copied()?;
                    cycle.push((before, span));
                    back = before;
                }
                cycle.reverse();
                return Some(cycle);
            }
            if let Entry::Vacant(place) = came.entry(*next) {
                place.insert((at, *span));
                open.push(*next);
            }
        }
    }
    None
}

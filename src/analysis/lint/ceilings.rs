//! In: clauses whose amount a department sets. Out: those that nothing bounds (P0458), and those that say 一事一议 and ask nothing that
//! can be checked (P0461).
//! Invariant: a cap, a joint cap or a budget is a ceiling.

use crate::diagnostics::{Code, Diagnostic};
use crate::model::settlement::GroupMember;
use crate::model::{Award, Clause, ClauseId, Expr, ExprKind, FactSource, Model};

use super::super::case_text;
use super::super::requirement::{What, of_clause};
use super::asker::{clauses, walk};

/// How a text says that each case is settled by itself.
const CASE_BY_CASE: &[&str] = &["一事一议", "一企一策", "一项一策", "一企一议", "一项一议", "一人一策", "一人一议"];

/// Amounts that nothing bounds.
pub fn without_ceiling(model: &Model) -> Vec<Diagnostic> {
    let open = clauses(model).filter(|(id, clause)| is_unbounded(clause) && !is_bounded_with_others(model, *id));
    open.map(|(_, clause)| {
        let name = match &clause.award {
            Award::Discretion { fact, .. } | Award::Open { fact } => case_text::name(model, *fact),
            Award::Computed(_) => String::new(),
        };
        Diagnostic::new(
            Code::NoCeiling,
            clause.span,
            format!("“{}”给多少由部门定，没有上限", clause.title),
            format!("a department sets what `{}` gives, without a ceiling", clause.title),
        )
        .help(
            format!("例如“{name} 是 1亿元”也能给。加一条“上限”，或者写“支持：不超过 …”；原文就没有的，写“接受（P0458）：理由”"),
            format!("`{name}` may be 1亿元: add a `cap`, or `award: not-exceeding …`; where the original has none, accept the warning with a reason"),
        )
    })
    .collect()
}

fn is_unbounded(clause: &Clause) -> bool {
    let open = matches!(&clause.award, Award::Discretion { high: None, .. } | Award::Open { .. });
    open && clause.caps.is_empty()
}

fn is_bounded_with_others(model: &Model, id: ClauseId) -> bool {
    let rules = &model.settlement;
    let grouped =
        rules.groups.iter().any(|group| !group.caps.is_empty() && group.members.contains(&GroupMember::Clause(id)));
    grouped || rules.budgets.iter().any(|budget| budget.scope.is_empty() || budget.scope.contains(&id))
}

/// Cases settled one by one, on nothing that can be checked.
pub fn case_by_case(model: &Model) -> Vec<Diagnostic> {
    let found = clauses(model).filter(|(_, clause)| {
        !matches!(clause.award, Award::Computed(_)) && says(model, clause) && !asks_something(model, clause)
    });
    found
        .map(|(_, clause)| {
            Diagnostic::new(
                Code::CaseByCase,
                clause.span,
                format!("“{}”一事一议，没有客观的条件", clause.title),
                format!("`{}` is settled case by case, without objective conditions", clause.title),
            )
            .help(
                "《公平竞争审查条例》不许给特定经营者差异化的奖励补贴：写出谁能申请的数、日期、类别和金额的上限；审查过的，写“接受（P0461）：理由”",
                "the Regulation on Fair Competition Review restricts this: say who may apply by numbers, dates or classes; once reviewed, accept the warning with a reason",
            )
        })
        .collect()
}

fn says(model: &Model, clause: &Clause) -> bool {
    let says = |text: &str| CASE_BY_CASE.iter().any(|words| text.contains(words));
    let facts = |expr: &Expr| {
        let mut found = false;
        walk(model, expr, &mut |part| {
            if let ExprKind::Fact(id) = &part.kind {
                found |= model.facts.get(id.index()).is_some_and(|fact| says(&fact.name));
            }
        });
        found
    };
    says(&clause.title)
        || clause.note.iter().any(|note| says(note))
        || clause.quotes.iter().any(|quote| says(&quote.text))
        || clause.conditions.iter().any(|condition| says(&condition.label) || facts(&condition.expr))
}

/// Whether a clause, not only the scope, asks for anything but what a department finds.
fn asks_something(model: &Model, clause: &Clause) -> bool {
    of_clause(model, clause).iter().any(|requirement| match requirement.what {
        What::Gate(_) => true,
        What::Holds(expr, _) => {
            let mut objective = false;
            walk(model, expr, &mut |part| {
                objective |= match &part.kind {
                    ExprKind::Fact(id) => {
                        model.facts.get(id.index()).is_some_and(|fact| matches!(fact.source, FactSource::Applicant))
                    }
                    ExprKind::Compare { .. } | ExprKind::Within { .. } | ExprKind::Fold(_) => true,
                    _ => false,
                };
            });
            objective
        }
    })
}

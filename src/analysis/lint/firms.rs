//! In: conditions. Out: those that are for a firm by name (P0460): its name, its credit code, or a class value that is a firm.
//! Invariant: only what the drafter wrote as a constant counts.

use crate::diagnostics::{Code, Diagnostic};
use crate::model::{CompareOp, Expr, ExprKind, Model, Value};

use super::asker::{clauses, walk};

/// What the name of a firm ends in.
const FIRMS: &[&str] = &["公司", "集团", "事务所", "合作社"];

/// Conditions that name a firm.
pub fn named(model: &Model) -> Vec<Diagnostic> {
    let mut out: Vec<Diagnostic> = Vec::new();
    for (_, clause) in clauses(model) {
        for condition in &clause.conditions {
            let mut found = None;
            walk(model, &condition.expr, &mut |part| found = found.take().or_else(|| firm(model, part)));
            let Some(name) = found else { continue };
            out.push(
                Diagnostic::new(
                    Code::NamedFirm,
                    condition.expr.span,
                    format!("“{}”指名给“{name}”", clause.title),
                    format!("`{}` is for `{name}` by name", clause.title),
                )
                .help(
                    "《公平竞争审查条例》不许给特定经营者差异化的奖励补贴：改成谁都可能符合的条件；审查过的，写“接受（P0460）：理由”",
                    "the Regulation on Fair Competition Review restricts this: use conditions that anyone may meet; once reviewed, accept the warning with a reason",
                ),
            );
        }
    }
    out
}

/// The firm that a comparison names.
fn firm(model: &Model, expr: &Expr) -> Option<String> {
    let is_firm = |name: &str| FIRMS.iter().any(|word| name.trim_end_matches(['）', ')']).ends_with(word));
    match &expr.kind {
        ExprKind::Compare { op: CompareOp::Equal, left, right } => {
            let (ExprKind::Fact(id), ExprKind::Constant(value)) = (&left.kind, &right.kind) else { return None };
            let fact = model.facts.get(id.index())?;
            match value {
                Value::Text(text) if fact.credit_code || is_firm(text) => Some(text.clone()),
                Value::Member(member) => {
                    let member = model.members.get(member.0 as usize)?;
                    is_firm(&member.name).then(|| member.name.clone())
                }
                _ => None,
            }
        }
        ExprKind::Within { members, .. } => {
            let mut names = members.iter().filter_map(|id| model.members.get(id.0 as usize)).map(|member| &member.name);
            names.find(|name| is_firm(name) && name.chars().count() >= 6).cloned()
        }
        _ => None,
    }
}

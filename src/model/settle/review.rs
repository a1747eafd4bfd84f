//! In: built clauses. Out: warnings about what the Regulation on Fair Competition Review (in force 2024-08-01) looks at: duties not to
//! move away, awards for moving in, awards tied to what a firm contributes to the local treasury.

use std::collections::BTreeSet;

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

use super::super::FactId;
use super::super::clause::{Award, Clause};
use super::super::context::Context;
use super::super::expression::{Expr, ExprKind};
use super::super::types::Type;

/// What says that a firm leaves.
const LEAVING: &[&str] = &["迁出", "迁离", "外迁", "搬离", "撤离", "迁移", "搬迁", "不迁"];
/// What says that a firm comes.
const COMING: &[&str] = &["迁入", "引进落户", "新落户", "新引进企业"];
/// What says how much a firm brings to the local treasury.
const CONTRIBUTING: &[&str] = &[
    "地方财力",
    "财力贡献",
    "地方贡献",
    "区级贡献",
    "县级贡献",
    "市级贡献",
    "区域贡献",
    "综合贡献",
    "经济贡献",
    "财政贡献",
    "地方留成",
    "区级留成",
    "县级留成",
    "税收",
    "纳税额",
    "入库税",
];

impl Context<'_> {
    pub(super) fn fair_competition(&mut self) {
        let mut reports = Vec::new();
        for clause in self.model.clauses.iter().filter(|clause| clause.refers_to.is_none()) {
            for clawback in &clause.clawbacks {
                if self.speaks_of(&clawback.when.expr, &clawback.when.label, LEAVING) {
                    reports.push(warning(
                        clawback.span,
                        (
                            "因迁出追回支持，可能阻碍经营者迁出",
                            "paying back for moving away may keep firms from leaving",
                        ),
                        "不得阻碍本地经营者迁出",
                    ));
                }
            }
            for condition in &clause.conditions {
                if self.speaks_of(&condition.expr, &condition.label, COMING) {
                    reports.push(warning(
                        condition.expr.span,
                        ("以迁入为条件给支持", "support is given for moving in"),
                        "不得给予特定经营者选择性、差异化的财政奖励或者补贴",
                    ));
                }
                if let Some(amount) = self.contribution_asked(&condition.expr) {
                    reports.push(warning(
                        amount,
                        (
                            "以地方财力贡献、税收为条件给支持",
                            "support is given for what a firm contributes to the local treasury",
                        ),
                        "不得给予特定经营者选择性、差异化的财政奖励或者补贴",
                    ));
                }
            }
            if let Some(amount) = contributing(clause).filter(|amount| self.speaks_of(amount, "", CONTRIBUTING)) {
                reports.push(warning(
                    amount.span,
                    ("支持按地方财力贡献计算", "support is measured by what a firm contributes to the local treasury"),
                    "不得给予特定经营者选择性、差异化的财政奖励或者补贴",
                ));
            }
        }
        reports.into_iter().for_each(|report| self.report(report));
    }

    /// A comparison of numbers that names what a firm contributes.
    fn contribution_asked(&self, expr: &Expr) -> Option<Span> {
        if let ExprKind::Compare { left, right, .. } = &expr.kind
            && matches!(left.ty, Type::Number { .. })
            && (self.speaks_of(left, "", CONTRIBUTING) || self.speaks_of(right, "", CONTRIBUTING))
        {
            return Some(expr.span);
        }
        let mut found = None;
        expr.parts(|part| found = found.or_else(|| self.contribution_asked(part)));
        found
    }

    /// Whether an expression, with the definitions it uses, names a fact that says one of some words.
    fn speaks_of(&self, expr: &Expr, label: &str, words: &[&str]) -> bool {
        let says = |text: &str| words.iter().any(|word| text.contains(word));
        let mut facts: BTreeSet<FactId> = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![expr];
        while let Some(expr) = open.pop() {
            match &expr.kind {
                ExprKind::Fact(id) => {
                    facts.insert(*id);
                }
                ExprKind::Definition(id) if seen.insert(*id) => {
                    open.extend(self.model.definitions.get(id.index()).map(|definition| &definition.value));
                }
                _ => {}
            }
            expr.parts(|part| open.push(part));
        }
        says(label) || facts.iter().filter_map(|id| self.model.facts.get(id.index())).any(|fact| says(&fact.name))
    }
}

/// The expression of a computed award.
fn contributing(clause: &Clause) -> Option<&Expr> {
    match &clause.award {
        Award::Computed(amount) => Some(amount),
        Award::Discretion { high, .. } => high.as_ref(),
        Award::Open { .. } => None,
    }
}

fn warning(span: Span, said: (&str, &str), rule: &str) -> Diagnostic {
    Diagnostic::new(Code::FairCompetition, span, said.0, said.1).help(
        format!("《公平竞争审查条例》：{rule}。发文前要过审查；审查过的，写“接受（P0437）：理由”"),
        "the Regulation on Fair Competition Review (2024) restricts this: have it reviewed, then accept the warning with a reason",
    )
}

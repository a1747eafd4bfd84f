//! In: a built model. Out: findings about it as a document: clauses without quotes, quoted amounts, dates and departments that the
//! clause lacks and the other way round, names that nothing uses.

mod quoted;

use std::collections::BTreeSet;

use crate::diagnostics::{Code, Diagnostic, has_errors};
use crate::source::Span;

use super::clause::{Award, Clause};
use super::context::Context;
use super::expression::{Condition, Expr, ExprKind};
use super::source_text::{Coverage, coverage};
use super::{ClauseId, DefinitionId, FactId, FactSource};

impl Context<'_> {
    /// All checks of the document as a whole.
    pub fn lint(&mut self) {
        let first = self.out.len();
        self.findings();
        // Warnings wait until there is no error: a clause that could not be read uses no names and quotes nothing.
        if has_errors(&self.out) {
            let mut at = 0;
            self.out.retain(|found| {
                at += 1;
                at <= first || found.is_error()
            });
        }
    }

    fn findings(&mut self) {
        self.mixed_bounds();
        let clauses = std::mem::take(&mut self.model.clauses);
        let has_original = self.model.original.is_some();
        for (at, clause) in clauses.iter().enumerate() {
            if clause.refers_to.is_some() {
                continue;
            }
            if clause.quotes.is_empty() && has_original {
                self.report(
                    Diagnostic::new(
                        Code::ClauseWithoutQuote,
                        clause.span,
                        "条款没有摘录原文",
                        "this clause quotes nothing of the original",
                    )
                    .help("加一行“原文：「……」”，从原件里复制", "add `source: 「…」`"),
                );
            }
            let text: Vec<char> =
                clause.quotes.iter().flat_map(|quote| self.words_of(quote).chars().collect::<Vec<_>>()).collect();
            let id = ClauseId(u32::try_from(at).unwrap_or(u32::MAX));
            let mut amounts = text.clone();
            if !clause.quotes.is_empty() {
                amounts.extend(self.quoted_by_definitions(clause));
            }
            self.quoted_amounts(id, clause, &amounts);
            self.quoted_dates(clause, &text);
            self.quoted_departments(clause);
        }
        self.table_findings(&clauses);
        self.unused(&clauses);
        self.quoted_twice(&clauses);
        self.model.clauses = clauses;
        self.uncovered();
    }

    /// Departments, definitions and facts that nothing uses.
    fn unused(&mut self, clauses: &[Clause]) {
        for clause in clauses {
            let departments: Vec<_> = clause
                .departments
                .departments
                .iter()
                .copied()
                .chain(clause.lift.iter().map(|lift| lift.approver))
                .collect();
            departments.into_iter().for_each(|id| self.use_department(id));
        }
        let idle: Vec<(String, Span)> = self
            .model
            .departments
            .iter()
            .zip(&self.departments_used)
            .filter(|(_, used)| !**used)
            .map(|(department, _)| (department.name.clone(), department.span))
            .collect();
        for (name, span) in idle {
            self.report(
                Diagnostic::new(
                    Code::DepartmentUnused,
                    span,
                    format!("没有地方用到部门“{name}”"),
                    format!("nothing names department `{name}`"),
                )
                .help("删去，或者看看哪个条款漏写了它", "drop it, or see which clause lacks it"),
            );
        }
        let mut used = Used::default();
        let model = &self.model;
        for clause in clauses {
            conditions(clause).for_each(|condition| used.expr(&condition.expr));
            amounts(clause).into_iter().for_each(|expr| used.expr(expr));
            used.facts.extend(clause.industry.iter().map(|gate| gate.fact.index()));
            used.facts.extend(clause.lift.iter().map(|lift| lift.fact.index()));
            if let Award::Discretion { fact, .. } | Award::Open { fact } = &clause.award {
                used.facts.insert(fact.index());
            }
            clause.afterwards().into_iter().for_each(|expr| used.expr(expr));
        }
        used.facts.extend(model.settlement.facts().into_iter().map(FactId::index));
        model.scope.iter().chain(&model.scope_exclusions).for_each(|condition| used.expr(&condition.expr));
        used.facts.extend(model.subjects.iter().map(|subject| subject.identifier.index()));
        let mut pending: Vec<DefinitionId> = used.definitions.iter().copied().collect();
        let mut seen: BTreeSet<DefinitionId> = used.definitions.clone();
        while let Some(id) = pending.pop() {
            if let Some(definition) = model.definitions.get(id.index()) {
                used.expr(&definition.value);
            }
            for fresh in used.definitions.clone() {
                if seen.insert(fresh) {
                    pending.push(fresh);
                }
            }
        }
        let mut reports: Vec<(String, Span)> = Vec::new();
        for (at, definition) in model.definitions.iter().enumerate() {
            if !seen.contains(&DefinitionId(u32::try_from(at).unwrap_or(u32::MAX))) {
                reports.push((definition.name.clone(), definition.span));
            }
        }
        // A fact that an applicant gives may be asked for the record; one that a department must determine may not be idle.
        for (at, fact) in model.facts.iter().enumerate() {
            if !fact.made && !used.facts.contains(&at) && !matches!(fact.source, FactSource::Applicant) {
                reports.push((fact.name.clone(), fact.span));
            }
        }
        for (name, span) in reports {
            self.report(
                Diagnostic::new(
                    Code::NameUnused,
                    span,
                    format!("没有条款用到“{name}”"),
                    format!("no clause uses `{name}`"),
                )
                .help("删去，或者看看哪个条款漏写了它", "drop it, or see which clause lacks it"),
            );
        }
    }

    /// A passage that a clause quotes must not be marked 非规范.
    fn quoted_twice(&mut self, clauses: &[Clause]) {
        let mut reports = Vec::new();
        for passage in &self.model.non_normative {
            for quote in &passage.quotes {
                let Some(range) = &quote.found else { continue };
                let quoted = clauses.iter().flat_map(|clause| &clause.quotes).find(|other| {
                    other.found.as_ref().is_some_and(|other| other.start < range.end && range.start < other.end)
                });
                if let Some(other) = quoted {
                    reports.push(
                        Diagnostic::new(
                            Code::QuotedTwice,
                            quote.span,
                            "这段话有条款引用，又标为非规范",
                            "this passage is quoted by a clause and marked non-normative",
                        )
                        .also(other.span, "条款引用在这里", "a clause quotes it here")
                        .help("缩短其中一处", "shorten one of them"),
                    );
                }
            }
        }
        reports.into_iter().for_each(|report| self.report(report));
    }

    /// Sentences of the original that nothing covers.
    fn uncovered(&mut self) {
        let open: Vec<_> = coverage(&self.model)
            .into_iter()
            .filter(|sentence| matches!(sentence.status, Coverage::Uncovered | Coverage::Partial { .. }))
            .collect();
        let Some(first) = open.first() else { return };
        let shown: String = first.text.chars().take(24).collect();
        let span = self.model.policy.span;
        self.report(
            Diagnostic::new(
                Code::SentenceUncovered,
                span,
                format!(
                    "原件有 {} 句没有全部被引用，也没有标为非规范，第一句在第 {} 行：“{shown}…”",
                    open.len(),
                    first.line
                ),
                format!(
                    "{} sentences of the original are neither quoted nor marked, first on line {}: `{shown}…`",
                    open.len(),
                    first.line
                ),
            )
            .help("用 guiju trace 列出来；写成条款，或者写进“非规范”条目", "list them with `guiju trace`"),
        );
    }
}

#[derive(Default)]
struct Used {
    facts: BTreeSet<usize>,
    definitions: BTreeSet<DefinitionId>,
}

impl Used {
    fn expr(&mut self, expr: &Expr) {
        walk(expr, &mut |part| match &part.kind {
            ExprKind::Fact(id) => {
                self.facts.insert(id.index());
            }
            ExprKind::Definition(id) => {
                self.definitions.insert(*id);
            }
            _ => {}
        });
    }
}

fn conditions(clause: &Clause) -> impl Iterator<Item = &Condition> {
    clause.conditions.iter().chain(&clause.exclusions)
}

/// The expressions of a clause that are amounts.
pub(super) fn amounts(clause: &Clause) -> Vec<&Expr> {
    let mut found: Vec<&Expr> = Vec::new();
    match &clause.award {
        Award::Computed(expr) => found.push(expr),
        Award::Discretion { low, high, .. } => found.extend(low.iter().chain(high)),
        Award::Open { .. } => {}
    }
    found.extend(clause.caps.iter().map(|cap| &cap.amount));
    found.extend(&clause.floor);
    found.extend(clause.lift.iter().filter_map(|lift| lift.up_to.as_ref()));
    found
}

/// Calls `visit` on an expression and all its parts.
pub(super) fn walk(expr: &Expr, visit: &mut dyn FnMut(&Expr)) {
    visit(expr);
    expr.parts(|part| walk(part, visit));
}

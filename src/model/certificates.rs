//! In: conditions on certificates: held, held on a day, of a level. Out: their checked forms over the facts of the certificate.
//! Invariant: a certificate counts only while it has not expired; one without an end (不适用) does not expire.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

use super::FactId;
use super::expression::{CompareOp, Condition, Expr, ExprKind};
use super::record::Certificate;
use super::surface::{Surface, SurfaceKind};
use super::types::Type;
use super::typing::{Typing, error};
use super::vocabulary::Entry;

fn not(inner: Expr) -> Expr {
    let span = inner.span;
    Expr { kind: ExprKind::Not(Box::new(inner)), ty: Type::Bool, span }
}

fn compare(op: CompareOp, left: Expr, right: Expr, span: Span) -> Expr {
    Expr { kind: ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) }, ty: Type::Bool, span }
}

impl Typing<'_, '_> {
    fn certificate(&self, fact: FactId) -> Option<(Certificate, String)> {
        let fact = self.context.model.facts.get(fact.index())?;
        Some((fact.certificate?, fact.name.clone()))
    }

    /// The certificate that a name stands for.
    fn certificate_named(&mut self, surface: &Surface) -> Option<FactId> {
        let SurfaceKind::Name { entries, .. } = &surface.unbracketed().kind else { return None };
        let is = |entry: &Entry| matches!(entry, Entry::Fact(id) if self.certificate(*id).is_some());
        if !entries.iter().any(is) {
            return None;
        }
        let before = std::mem::replace(&mut self.context.place.as_given, true);
        let expr = self.expr(surface, None);
        self.context.place.as_given = before;
        match expr.kind {
            ExprKind::Fact(id) if self.certificate(id).is_some() => Some(id),
            _ => None,
        }
    }

    /// Held, and not expired on the day of the decision.
    pub(super) fn in_force(&mut self, fact: FactId, span: Span) -> Expr {
        let on = Expr { kind: ExprKind::OnDate, ty: Type::Date, span };
        let parts = self.valid_on(fact, on, span);
        Expr { kind: ExprKind::All(parts), ty: Type::Bool, span }
    }

    fn valid_on(&mut self, fact: FactId, day: Expr, span: Span) -> Vec<Condition> {
        let held = self.given_fact(fact, span);
        let Some((certificate, name)) = self.certificate(fact) else { return Vec::new() };
        let mut parts = vec![Condition { label: name.clone(), labelled: true, expr: held }];
        if let Some(until) = certificate.until {
            let until = self.given_fact(until, span);
            let expr = not(compare(CompareOp::Below, until, day, span));
            parts.push(Condition { label: format!("{name}在有效期内"), labelled: true, expr });
        }
        parts
    }

    /// `高新技术企业 于 入驻日期`: held on that day.
    pub(super) fn held_on(&mut self, certificate: &Surface, day: &Surface, span: Span) -> Expr {
        let fact = self.certificate_named(certificate);
        let day = self.expr(day, None);
        let Some((fact, (sides, name))) = fact.and_then(|fact| Some((fact, self.certificate(fact)?))) else {
            if certificate.kind != SurfaceKind::Broken {
                let text = self.context.text(certificate.span);
                self.context.report(
                    Diagnostic::new(
                        Code::KindMismatch,
                        certificate.span,
                        format!("“于”前面要是认定类的事实，“{text}”不是"),
                        format!("`as-of` needs a certificate before it; `{text}` is none"),
                    )
                    .help("在“对象”里声明为：高新技术企业：认定", "declare it in its subject as `name: determination`"),
                );
            }
            return error(span);
        };
        if day.ty.is_error() {
            return error(span);
        }
        if day.ty != Type::Date {
            let what = self.describe(&day.ty);
            self.context.report(Diagnostic::new(
                Code::KindMismatch,
                day.span,
                format!("“于”后面要是日期，这里是{}", what.0),
                format!("`as-of` is followed by a date, this is {}", what.1),
            ));
            return error(span);
        }
        let mut parts = self.valid_on(fact, day.clone(), span);
        if let Some(from) = sides.from {
            let from = self.given_fact(from, span);
            let expr = compare(CompareOp::AtMost, from, day, span);
            parts.insert(1, Condition { label: format!("{name}已取得"), labelled: true, expr });
        }
        Expr { kind: ExprKind::All(parts), ty: Type::Bool, span }
    }

    /// `高新技术企业 不低于 市级`: in force, and of such a level.
    pub(super) fn level_of_certificate(
        &mut self,
        op: CompareOp,
        left: &Surface,
        right: &Surface,
        span: Span,
    ) -> Option<Expr> {
        if self.context.place.as_given || matches!(right.kind, SurfaceKind::Boolean(_)) {
            return None;
        }
        let fact = self.certificate_named(left)?;
        let (certificate, name) = self.certificate(fact)?;
        let level = certificate.level?;
        let level = self.given_fact(level, left.span);
        if let Type::Member(class) = level.ty {
            self.unknown_value(right, class);
        }
        let ty = level.ty.clone();
        let right = self.expr(right, Some(&ty));
        let level = self.compared(op, level, right, span);
        if level.ty.is_error() {
            return Some(level);
        }
        let mut parts = {
            let on = Expr { kind: ExprKind::OnDate, ty: Type::Date, span };
            self.valid_on(fact, on, span)
        };
        parts.push(Condition { label: format!("{name}级别"), labelled: true, expr: level });
        Some(Expr { kind: ExprKind::All(parts), ty: Type::Bool, span })
    }
}

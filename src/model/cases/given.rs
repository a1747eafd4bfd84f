//! In: 假设 fields. Out: what each fact is given as: a value of its type within its range, 未知 or 不适用.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::VALUE_MAX;
use crate::source::Span;
use crate::syntax::ast::{Item, Separator};
use crate::syntax::keywords::{FieldKeyword, Word};

use super::super::FactId;
use super::super::case::Given;
use super::super::context::Context;
use super::super::expression::{CompareOp, Expr, ExprKind};
use super::super::fields::{fields, phrases};
use super::super::segment::Mode;
use super::super::surface::{Surface, SurfaceKind, read, split};
use super::super::tokens::{Token, TokenKind};
use super::super::types::{NumberKind, Type, Value};
use super::super::typing::Typing;
use super::Assumed;

impl Context<'_> {
    pub(super) fn assumptions(&mut self, item: &Item, assumed: &mut Assumed) {
        let mut own: BTreeMap<FactId, (Given, Span)> = BTreeMap::new();
        for field in fields(item, FieldKeyword::Assume) {
            for phrase in phrases(field) {
                let tokens = self.tokens(phrase, Mode::Expression);
                for part in split(&tokens, &[Separator::Semicolon]) {
                    for part in split_commas(part) {
                        if let Some((fact, given)) = self.assumption(part, phrase.span, assumed) {
                            let span = part.iter().fold(None, |span: Option<Span>, token| {
                                Some(span.map_or(token.span, |span| span.to(token.span)))
                            });
                            self.assumed_once(fact, given, span.unwrap_or(phrase.span), &mut own);
                        }
                    }
                }
            }
        }
    }

    /// A case gives a fact once; the same again is idle, something else a contradiction.
    fn assumed_once(&mut self, fact: FactId, given: Given, span: Span, own: &mut BTreeMap<FactId, (Given, Span)>) {
        match own.get(&fact) {
            Some((before, first)) if *before != given => {
                let first = *first;
                let name = self.model.facts.get(fact.index()).map_or(String::new(), |fact| fact.name.clone());
                self.report(
                    Diagnostic::new(
                        Code::WrongCaseValue,
                        span,
                        format!("“{name}”假设了两次，不一样"),
                        format!("`{name}` is assumed twice, and differently"),
                    )
                    .also(first, "第一次写在这里", "first assumed here")
                    .help("删去一处；每年一个数的写明是哪一年", "drop one of them"),
                );
            }
            Some(_) => {}
            None => {
                own.insert(fact, (given, span));
            }
        }
    }

    /// `fact 是 value`, `fact`, `非 fact`, `fact 未知`, `fact 不适用`.
    pub(super) fn assumption(
        &mut self,
        tokens: &[Token],
        place: Span,
        assumed: &mut Assumed,
    ) -> Option<(FactId, Given)> {
        let before = self.out.len();
        if self.figures_assumed(tokens, place, assumed) {
            return None;
        }
        let surface = read(tokens, place, &mut self.out);
        if self.out.len() > before || tokens.iter().any(|token| matches!(token.kind, TokenKind::Broken)) {
            if let SurfaceKind::Compare(_, fact, value) = &surface.kind
                && let Type::Member(class) = (Typing { context: self, subjects: Vec::new() }).expr(fact, None).ty
            {
                Typing { context: self, subjects: Vec::new() }.unknown_value(value, class);
            }
            return None;
        }
        let span = surface.span;
        let given = match &surface.kind {
            SurfaceKind::State(word, fact) => {
                let state = if *word == Word::NotApplicable { Given::NotApplicable } else { Given::Unknown };
                self.assumed_fact(fact).map(|(fact, _)| (fact, state))
            }
            SurfaceKind::Not(fact) => self.assumed_yes_no(fact, false),
            SurfaceKind::Name { .. } => self.assumed_yes_no(&surface, true),
            SurfaceKind::Compare(word, fact, value)
                if super::super::comparing::operator(*word) == Some(CompareOp::Equal) =>
            {
                self.assumed_value(fact, value)
            }
            SurfaceKind::Within { negated: false, value: fact, list } if list.len() == 1 => {
                list.first().and_then(|value| self.assumed_value(fact, value))
            }
            _ => {
                self.report(
                    Diagnostic::new(
                        Code::WrongCaseValue,
                        span,
                        "假设要写成“事实 是 值”",
                        "an assumption reads `fact is value`",
                    )
                    .help(
                        "例如：产业 是 人工智能；信用记录良好；申请金额 是 1500万元；非 列入失信名单",
                        "such as `fact is value; yes_fact; not no_fact`",
                    ),
                );
                None
            }
        };
        if let Some((fact, given)) = &given {
            assumed.lists.remove(fact);
            assumed.facts.insert(*fact, given.clone());
        }
        given
    }

    pub(super) fn assumed_fact(&mut self, surface: &Surface) -> Option<(FactId, Type)> {
        let expr = Typing { context: self, subjects: Vec::new() }.expr(surface, None);
        match expr.kind {
            ExprKind::Fact(id) => Some((id, expr.ty)),
            _ if expr.ty.is_error() => None,
            _ => {
                let text = self.text(surface.span);
                self.report(
                    Diagnostic::new(
                        Code::WrongCaseValue,
                        surface.span,
                        format!("“{text}”不是事实，不能假设"),
                        format!("`{text}` is no fact"),
                    )
                    .help(
                        "只能假设“对象”里声明的事实；定义是算出来的",
                        "only facts of subjects can be assumed; definitions are computed",
                    ),
                );
                None
            }
        }
    }

    pub(super) fn assumed_yes_no(&mut self, surface: &Surface, value: bool) -> Option<(FactId, Given)> {
        let (fact, ty) = self.assumed_fact(surface)?;
        if ty == Type::Bool {
            return Some((fact, Given::Value(Value::Bool(value))));
        }
        let text = self.text(surface.span);
        self.report(
            Diagnostic::new(
                Code::WrongCaseValue,
                surface.span,
                format!("“{text}”不是“是否”，要写出它的值"),
                format!("`{text}` is not yes or no: give its value"),
            )
            .help(format!("写成“{text} 是 …”"), format!("write `{text} is …`")),
        );
        None
    }

    pub(super) fn assumed_value(&mut self, fact: &Surface, value: &Surface) -> Option<(FactId, Given)> {
        let (id, ty) = self.assumed_fact(fact)?;
        let expr = Typing { context: self, subjects: Vec::new() }.expr(value, Some(&ty));
        if expr.ty.is_error() {
            return None;
        }
        let value = self.fitting(&ty, &expr)?;
        let (range, declared) = self.model.facts.get(id.index()).map(|fact| (fact.range, fact.span))?;
        self.in_range(&ty, range, declared, &value, expr.span)?;
        Some((id, Given::Value(value)))
    }

    /// The value of an expression, where it is known and of the fact's type.
    pub(super) fn fitting(&mut self, ty: &Type, expr: &Expr) -> Option<Value> {
        let ExprKind::Constant(value) = &expr.kind else {
            self.report(Diagnostic::new(Code::WrongCaseValue, expr.span, "这里要写一个值", "a value is needed here"));
            return None;
        };
        let fits = match (ty, &expr.ty) {
            (Type::Number { unit: one, scale: keeps, .. }, Type::Number { unit: two, scale, .. }) => {
                if scale > keeps {
                    self.report(
                        Diagnostic::new(
                            Code::WrongCaseValue,
                            expr.span,
                            format!("只保留 {keeps} 位小数"),
                            format!("only {keeps} decimals are kept"),
                        )
                        .help("去掉多余的小数", "drop decimals"),
                    );
                    return None;
                }
                one == two || (matches!(value, Value::Number(number) if number.is_zero()))
            }
            (one, two) => one == two,
        };
        if !fits {
            let typing = Typing { context: self, subjects: Vec::new() };
            let (wanted, got) = (typing.describe(ty), typing.describe(&expr.ty));
            self.report(
                Diagnostic::new(
                    Code::WrongCaseValue,
                    expr.span,
                    format!("这个事实是{}，写的却是{}", wanted.0, got.0),
                    format!("the fact is {}, this is {}", wanted.1, got.1),
                )
                .help("看看单位和类型", "check the unit and the type"),
            );
            return None;
        }
        Some(value.clone())
    }

    pub(super) fn in_range(
        &mut self,
        ty: &Type,
        (low, high): (Decimal, Decimal),
        declared_at: Span,
        value: &Value,
        span: Span,
    ) -> Option<()> {
        let Value::Number(number) = value else { return Some(()) };
        let most = match ty {
            Type::Number { kind, .. } => rust_decimal::Decimal::from_i128_with_scale(kind.value_max(), 0),
            _ => high,
        };
        let declared =
            |bound: rust_decimal::Decimal| bound.abs() < rust_decimal::Decimal::from_i128_with_scale(VALUE_MAX, 0);
        let low = if declared(low) { low } else { -most };
        let high = if declared(high) { high } else { most };
        if *number < low || *number > high {
            let rate = matches!(ty, Type::Number { kind: NumberKind::Rate, .. });
            let mut report = Diagnostic::new(
                Code::WrongCaseValue,
                span,
                "超出这个事实声明的取值范围",
                "outside the declared range of the fact",
            )
            .also(declared_at, "声明在这里", "declared here");
            if rate && !self.text(span).ends_with(['%', '‰', '％']) {
                report = report.fix(span.after(), "%", "加上百分号", "add a percent sign");
            }
            self.report(report.help("看看声明里的“不低于”“不超过”", "see its declaration"));
            return None;
        }
        Some(())
    }
}

/// Splits a row of assumptions at commas too.
fn split_commas(tokens: &[Token]) -> Vec<&[Token]> {
    split(tokens, &[Separator::Comma])
}

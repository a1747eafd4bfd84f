//! In: a clause and the passages that it quotes. Out: amounts, dates and departments that the quotes have and the clause lacks, and the
//! other way round.
//! Invariant: what stands in the text of the clause's definitions counts as said by the clause.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{Used, amounts, conditions, walk};
use crate::diagnostics::{Code, Diagnostic};
use crate::literal::{self, Literal};
use crate::model::clause::{Clause, Quote};
use crate::model::context::Context;
use crate::model::expression::{Expr, ExprKind};
use crate::model::source_text::folded;
use crate::model::types::{Type, Value, is_currency};
use crate::model::{ClauseId, DefinitionId, DepartmentId, NumberKind};
use crate::source::Span;
use crate::standard::library;

impl Context<'_> {
    /// The words that a quotation stands for, folded: of one with an ellipsis all that it spans in the original.
    pub(super) fn words_of(&self, quote: &Quote) -> String {
        let original = self.model.original.as_ref().map(|original| original.text.as_str());
        let spanned = quote.found.clone().and_then(|range| original?.get(range));
        folded(spanned.unwrap_or(&quote.text))
    }

    /// What the definitions and tables that a clause uses quote: their amounts stand there.
    pub(super) fn quoted_by_definitions(&self, clause: &Clause) -> Vec<char> {
        let mut used = Used::default();
        conditions(clause).for_each(|condition| used.expr(&condition.expr));
        amounts(clause).into_iter().for_each(|expr| used.expr(expr));
        let mut pending: Vec<DefinitionId> = used.definitions.iter().copied().collect();
        let mut text = Vec::new();
        while let Some(definition) = pending.pop().and_then(|id| self.model.definitions.get(id.index())) {
            text.extend(definition.quotes.iter().flat_map(|quote| self.words_of(quote).chars().collect::<Vec<_>>()));
            let before = used.definitions.clone();
            used.expr(&definition.value);
            pending.extend(used.definitions.difference(&before));
        }
        text
    }

    /// Amounts and rates of the clause against those of its quotations.
    pub(super) fn quoted_amounts(&mut self, id: ClauseId, clause: &Clause, text: &[char]) {
        let quoted = literals(text);
        if quoted.is_empty() {
            return;
        }
        let mut used: Vec<Stated> = Vec::new();
        for expr in amounts(clause) {
            self.stated(expr, &mut used);
        }
        let mut related = used.clone();
        for condition in clause.conditions.iter().chain(&clause.exclusions) {
            self.stated(&condition.expr, &mut related);
        }
        for stated in &used {
            if !quoted.iter().any(|(value, _, percent)| *value == stated.value && *percent == stated.rate) {
                self.amount_not_in_quote(clause, stated, &quoted);
            }
        }
        let budgets = self.model.settlement.budgets_of(id).map(|amount| (amount, false));
        let figures: Vec<(Decimal, bool)> = clause.afterwards_figures().into_iter().chain(budgets).collect();
        related.extend(figures.into_iter().map(|(value, rate)| Stated { value, rate, span: clause.span }));
        for expr in clause.afterwards() {
            self.stated(expr, &mut related);
        }
        let in_quote = |stated: &Stated| {
            quoted.iter().any(|(value, _, percent)| *value == stated.value && *percent == stated.rate)
        };
        used.retain(|stated| !in_quote(stated));
        for (value, shown, percent) in &quoted {
            if !related.iter().any(|stated| stated.value == *value && stated.rate == *percent)
                && used.iter().all(|stated| !near_miss(stated.value, *value))
            {
                let wrong = related.iter().find(|stated| !in_quote(stated) && near_miss(stated.value, *value));
                if let Some(stated) = wrong {
                    self.threshold_not_in_quote(clause, stated.span, shown);
                    continue;
                }
                let span = clause.quotes.first().map_or(clause.span, |quote| quote.span);
                self.report(
                    Diagnostic::new(
                        Code::QuotedAmountUnused,
                        span,
                        format!("引文里有“{shown}”，条款里没有"),
                        format!("the quotation says `{shown}`, the clause does not"),
                    )
                    .help(
                        "看看是不是漏写了上限、比例或门槛；与本条款无关就缩短引文",
                        "is a cap, a rate or a threshold missing? else shorten the quotation",
                    ),
                );
            }
        }
    }

    /// A condition's amount that differs from a quoted one by a power of ten.
    fn threshold_not_in_quote(&mut self, clause: &Clause, span: Span, shown: &str) {
        let text = self.text(span);
        let place = clause.quotes.first().map_or(clause.span, |quote| quote.span);
        self.report(
            Diagnostic::new(
                Code::QuotedAmountUnused,
                span,
                format!("引文里有“{shown}”，条件里写的是“{text}”"),
                format!("the quotation says `{shown}`, the condition `{text}`"),
            )
            .label("是不是万、亿或位数写错了？", "a wrong magnitude?")
            .also(place, "引文在这里", "the quotation is here")
            .fix(span, shown, format!("改为“{shown}”"), format!("change to `{shown}`")),
        );
    }

    fn amount_not_in_quote(&mut self, clause: &Clause, stated: &Stated, quoted: &[(Decimal, String, bool)]) {
        let text = self.text(stated.span);
        let place = clause.quotes.first().map_or(clause.span, |quote| quote.span);
        let mut report = Diagnostic::new(
            Code::AmountNotInQuote,
            stated.span,
            format!("引文里没有“{text}”"),
            format!("`{text}` is not in the quotation"),
        )
        .also(place, "引文在这里", "the quotation is here");
        let same_kind: Vec<&(Decimal, String, bool)> =
            quoted.iter().filter(|(_, _, percent)| *percent == stated.rate).collect();
        let near = same_kind
            .iter()
            .find(|(value, ..)| near_miss(stated.value, *value))
            .or(same_kind.first().filter(|_| same_kind.len() == 1));
        if let Some((value, shown, _)) = near {
            let magnitude = near_miss(stated.value, *value);
            report = if magnitude {
                report.label(
                    format!("原文是“{shown}”，是不是万、亿或位数写错了？"),
                    format!("the original says `{shown}`: a wrong magnitude?"),
                )
            } else {
                report.label(format!("原文是“{shown}”"), format!("the original says `{shown}`"))
            };
            report = report.fix(stated.span, shown.clone(), format!("改为“{shown}”"), format!("change to `{shown}`"));
        }
        self.report(report.help("条款的金额和比例要与引文一致", "amounts and rates must agree with the quotation"));
    }

    /// Numbers with money or rates that an expression states, definitions included.
    fn stated(&self, expr: &Expr, found: &mut Vec<Stated>) {
        walk(expr, &mut |part| match &part.kind {
            ExprKind::Constant(Value::Number(value)) => {
                let (money, rate) = match &part.ty {
                    Type::Number { kind, unit, .. } => (
                        unit.powers.keys().any(|name| is_currency(name)),
                        *kind == NumberKind::Rate && unit.powers.is_empty(),
                    ),
                    _ => (false, false),
                };
                if (money || rate) && !value.is_zero() {
                    found.push(Stated { value: *value, rate, span: part.span });
                }
            }
            ExprKind::Definition(id) => {
                // The figures of a national standard stand in the standard, not in the policy's words.
                if let Some(definition) = self.model.definitions.get(id.index())
                    && !library::holds(self.sources.name(definition.value.span))
                {
                    self.stated(&definition.value, found);
                }
            }
            _ => {}
        });
    }

    /// Dates of the quotations against those of the clause and the policy.
    pub(super) fn quoted_dates(&mut self, clause: &Clause, text: &[char]) {
        let mut known: BTreeSet<i32> = BTreeSet::new();
        let policy = &self.model.policy;
        known.extend(
            [
                policy.published,
                policy.in_force.first,
                policy.in_force.last,
                clause.in_force.first,
                clause.in_force.last,
            ]
            .into_iter()
            .flatten(),
        );
        for condition in clause.conditions.iter().chain(&clause.exclusions) {
            self.dates_in(&condition.expr, &mut known);
        }
        let span = clause.quotes.first().map_or(clause.span, |quote| quote.span);
        let mut at = 0;
        while at < text.len() {
            match literal::date(text, at) {
                Some(Ok((day, end))) => {
                    if !known.contains(&day) {
                        let shown = crate::calendar::chinese(i64::from(day));
                        self.report(
                            Diagnostic::new(
                                Code::QuotedDateUnused,
                                span,
                                format!("引文里有“{shown}”，条款里没有"),
                                format!(
                                    "the quotation says {}, the clause does not",
                                    crate::calendar::iso(i64::from(day))
                                ),
                            )
                            .help(
                                "看看是不是漏写了生效、失效或条件里的日期",
                                "is a date of validity or of a condition missing?",
                            ),
                        );
                    }
                    at = end;
                }
                Some(Err((_, end))) => at = end.max(at + 1),
                None => at += 1,
            }
        }
    }

    fn dates_in(&self, expr: &Expr, known: &mut BTreeSet<i32>) {
        walk(expr, &mut |part| match &part.kind {
            ExprKind::Constant(Value::Date(day)) => {
                known.insert(*day);
            }
            ExprKind::Definition(id) => {
                if let Some(definition) = self.model.definitions.get(id.index()) {
                    self.dates_in(&definition.value, known);
                }
            }
            _ => {}
        });
    }

    /// 责任部门 of the quotations against those of the clause, both ways and in order.
    pub(super) fn quoted_departments(&mut self, clause: &Clause) {
        let Some((quote, quoted)) =
            clause.quotes.iter().rev().find_map(|quote| self.departments_in(quote).map(|quoted| (quote, quoted)))
        else {
            return;
        };
        let name = |id: &DepartmentId| {
            self.model.departments.get(id.index()).map_or(String::new(), |department| department.name.clone())
        };
        let span = clause.departments.span.unwrap_or(clause.span);
        let listed: Vec<String> = clause.departments.departments.iter().map(name).collect();
        let mut reports = Vec::new();
        for department in quoted.iter().filter(|name| !listed.contains(name)) {
            let report = Diagnostic::new(
                Code::QuotedDepartmentUnused,
                span,
                format!("引文的责任部门里有“{department}”，条款里没有"),
                format!("the quotation names `{department}`, the clause does not"),
            )
            .also(quote.span, "引文在这里", "the quotation is here")
            .help("补上这个部门", "add the department");
            let (zh, en) = (format!("加上“{department}”"), format!("add `{department}`"));
            // A clause without the field gets its line from what misses the field.
            reports.push(match clause.departments.span {
                Some(field) => report.fix(field.after(), format!("、{department}"), zh, en),
                None => report,
            });
        }
        for department in listed.iter().filter(|name| !quoted.contains(name)) {
            reports.push(
                Diagnostic::new(
                    Code::DepartmentNotInQuote,
                    span,
                    format!("引文的责任部门里没有“{department}”"),
                    format!("the quotation does not name `{department}`"),
                )
                .also(quote.span, "引文在这里", "the quotation is here")
                .help("核对部门名单", "check the list of departments"),
            );
        }
        if reports.is_empty() && quoted != listed {
            reports.push(
                Diagnostic::new(
                    Code::DepartmentOrder,
                    span,
                    "部门次序与引文不同",
                    "the departments stand in another order than in the quotation",
                )
                .also(quote.span, "引文在这里", "the quotation is here")
                .help(
                    format!("引文的次序：{}", quoted.join("、")),
                    format!("the order of the quotation: {}", quoted.join(", ")),
                ),
            );
        }
        reports.into_iter().for_each(|report| self.report(report));
    }

    /// The departments after 责任部门 in a quotation, by short name, in order.
    fn departments_in(&self, quote: &Quote) -> Option<Vec<String>> {
        let text = self.words_of(quote);
        let at = text.rfind("责任部门")?;
        let rest = text.get(at..)?;
        let rest = within_bracket(rest);
        let mut found: Vec<(usize, String)> = Vec::new();
        for department in &self.model.departments {
            let place = [&department.name, &department.full_name]
                .into_iter()
                .filter(|name| !name.is_empty())
                .find_map(|name| rest.find(&folded(name)));
            if let Some(place) = place {
                // `区商务委` inside a longer name at the same place counts for the longer one.
                let longer = self.model.departments.iter().any(|other| {
                    other.name.len() > department.name.len()
                        && other.name.contains(&department.name)
                        && rest.contains(&folded(&other.name))
                });
                if !longer {
                    found.push((place, department.name.clone()));
                }
            }
        }
        found.sort();
        (!found.is_empty()).then(|| found.into_iter().map(|(_, name)| name).collect())
    }
}

/// A number that a clause states.
#[derive(Debug, Clone)]
struct Stated {
    value: Decimal,
    rate: bool,
    span: Span,
}
/// Whether two amounts differ by a power of ten, as 万 and 亿, or a digit too many, make them.
fn near_miss(one: Decimal, other: Decimal) -> bool {
    if one.is_zero() || other.is_zero() || one == other {
        return false;
    }
    let (large, small) = if one > other { (one, other) } else { (other, one) };
    let mut scaled = small;
    for _ in 0..8 {
        match scaled.checked_mul(Decimal::TEN) {
            Some(next) => scaled = next,
            None => return false,
        }
        if scaled == large {
            return true;
        }
    }
    false
}

/// Amounts of money and rates in a text, as value, as written, and whether a rate.
fn literals(text: &[char]) -> Vec<(Decimal, String, bool)> {
    let mut found: Vec<(Decimal, String, bool)> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let starts = text.get(at).is_some_and(char::is_ascii_digit);
        if !starts {
            at += 1;
            continue;
        }
        if let Some(Ok((_, end)) | Err((_, end))) = literal::date(text, at) {
            at = end.max(at + 1);
            continue;
        }
        let Some((number, end)) = literal::readings(text, at, &|_| None).into_iter().next() else {
            at += 1;
            continue;
        };
        if let Ok(Literal { value, unit, percent, .. }) = number
            && (percent || unit.iter().any(|(name, _)| is_currency(name)))
            && !is_ratio(text, at)
            && !is_no_cent(text, end)
        {
            let shown: String = text.iter().skip(at).take(end - at).collect();
            if !found.iter().any(|(other, _, rate)| *other == value && *rate == percent) {
                found.push((value, shown, percent));
            }
        }
        at = end.max(at + 1);
    }
    found
}

/// A text up to the bracket that closes around it; brackets within it （牵头） are part of it.
fn within_bracket(text: &str) -> &str {
    let mut depth = 0usize;
    for (at, char) in text.char_indices() {
        match char {
            '(' => depth += 1,
            ')' if depth == 0 => return text.get(..at).unwrap_or(text),
            ')' => depth -= 1,
            _ => {}
        }
    }
    text
}

/// Whether the number at `at` is the right side of a ratio, 1:1分担.
fn is_ratio(text: &[char], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|at| text.get(at));
    matches!(before(1), Some(':' | '：')) && before(2).is_some_and(char::is_ascii_digit)
}

/// Whether the 分 that ends a quantity is a score or begins a word: 80分以上, 1分担.
fn is_no_cent(text: &[char], end: usize) -> bool {
    let cent = end.checked_sub(1).and_then(|at| text.get(at)) == Some(&'分');
    let money = end.checked_sub(2).and_then(|at| text.get(at)).is_some_and(|before| matches!(before, '角' | '元'));
    cent && !money
}

//! In: 情形 and 案例 items. Out: checked cases: facts given, earlier awards, expectations.

use std::collections::{BTreeMap, HashMap};

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::limits::VALUE_MAX;
use crate::source::Span;
use crate::syntax::ast::{Item, Part, Phrase, Separator};
use crate::syntax::keywords::{FieldKeyword, ItemKeyword, Word};

use super::case::{Case, Expectation, Given, LedgerEntry, Outcome};
use super::clauses::ClauseIndex;
use super::context::Context;
use super::expression::{CompareOp, Expr, ExprKind};
use super::fields::{field, fields, names, phrases, plain};
use super::segment::Mode;
use super::surface::{Surface, SurfaceKind, read, split};
use super::tokens::{Token, TokenKind};
use super::types::{NumberKind, Type, Value};
use super::typing::Typing;
use super::vocabulary::Entry;
use super::{DepartmentId, FactId};

type Facts = BTreeMap<FactId, Given>;

impl Context<'_> {
    /// All scenarios, then all cases.
    pub fn cases(&mut self, items: &[&Item], index: &ClauseIndex) {
        let mut scenarios: HashMap<String, (Facts, Span)> = HashMap::new();
        for item in items.iter().filter(|item| item.keyword == ItemKeyword::Scenario) {
            let Some((name, span)) = self.item_name(item, ("情形", "scenario")) else { continue };
            if let Some((_, first)) = scenarios.get(&name) {
                let first = *first;
                self.duplicate(&name, span, first);
                continue;
            }
            let mut facts = self.based_on(item, &scenarios);
            self.assumptions(item, &mut facts);
            scenarios.insert(name, (facts, span));
        }
        for item in items.iter().filter(|item| item.keyword == ItemKeyword::Case) {
            let case = self.case(item, &scenarios, index);
            self.model.cases.push(case);
        }
    }

    fn case(&mut self, item: &Item, scenarios: &HashMap<String, (Facts, Span)>, index: &ClauseIndex) -> Case {
        let span = item.keyword_span.to(item.header.span);
        let title = item.header.title.as_ref().or(item.header.lead.as_ref()).map(|title| title.text.trim().to_owned());
        if title.is_none() {
            self.report(
                Diagnostic::new(Code::MissingName, span, "案例没有名称", "this case has no name")
                    .help("写成：案例 「申请1500万元」", "write `case \"…\"`"),
            );
        }
        let mut facts = self.based_on(item, scenarios);
        self.assumptions(item, &mut facts);
        let on = field(item, FieldKeyword::On).and_then(|field| self.date(&field.value));
        let mut ledger: Option<Vec<LedgerEntry>> = None;
        for field in fields(item, FieldKeyword::Ledger) {
            let entries = ledger.get_or_insert_with(Vec::new);
            for phrase in phrases(field) {
                if matches!(plain(phrase).as_str(), "无" | "none") {
                    continue;
                }
                for entry in split_phrase(phrase, Separator::Semicolon) {
                    entries.extend(self.ledger_entry(&entry, index));
                }
            }
        }
        let mut expectations = Vec::new();
        for field in fields(item, FieldKeyword::Expect) {
            for phrase in phrases(field) {
                self.expectations(phrase, index, &mut expectations);
            }
        }
        if expectations.is_empty() && fields(item, FieldKeyword::Expect).next().is_none() {
            self.report(
                Diagnostic::new(Code::MissingField, span, "案例没有期望", "this case expects nothing")
                    .help("加一行“期望：条款 标识 可获 50万元”", "add `expect: clause id eligible 50万元`"),
            );
        }
        let (title, facts) = (title.unwrap_or_default(), facts.into_iter().collect());
        Case { title, on, facts, lists: Vec::new(), ledger, expectations, span }
    }

    fn based_on(&mut self, item: &Item, scenarios: &HashMap<String, (Facts, Span)>) -> Facts {
        let mut facts = Facts::new();
        for field in fields(item, FieldKeyword::BasedOn) {
            for (name, span) in phrases(field).flat_map(names).collect::<Vec<_>>() {
                match scenarios.get(&name) {
                    Some((given, _)) => facts.extend(given.iter().map(|(fact, given)| (*fact, given.clone()))),
                    None => {
                        let near = nearest(&name, scenarios.keys().map(String::as_str)).map(str::to_owned);
                        let mut report = Diagnostic::new(
                            Code::UnknownName,
                            span,
                            format!("没有情形“{name}”"),
                            format!("there is no scenario `{name}`"),
                        );
                        report = match near {
                            Some(near) => report
                                .help(format!("是不是“{near}”？"), format!("did you mean `{near}`?"))
                                .fix(span, near.clone(), format!("改为“{near}”"), format!("change to `{near}`")),
                            None => report
                                .help("情形要写在用它的情形之前", "a scenario stands before the scenarios that use it"),
                        };
                        self.report(report);
                    }
                }
            }
        }
        facts
    }

    fn assumptions(&mut self, item: &Item, facts: &mut Facts) {
        for field in fields(item, FieldKeyword::Assume) {
            for phrase in phrases(field) {
                let tokens = self.tokens(phrase, Mode::Expression);
                for part in split(&tokens, &[Separator::Semicolon]) {
                    for part in split_commas(part) {
                        self.assumption(part, phrase.span, facts);
                    }
                }
            }
        }
    }

    /// `fact 是 value`, `fact`, `非 fact`, `fact 未知`, `fact 不适用`.
    fn assumption(&mut self, tokens: &[Token], place: Span, facts: &mut Facts) {
        let before = self.out.len();
        let surface = read(tokens, place, &mut self.out);
        if self.out.len() > before || tokens.iter().any(|token| matches!(token.kind, TokenKind::Broken)) {
            if let SurfaceKind::Compare(_, fact, value) = &surface.kind
                && let Type::Member(class) = (Typing { context: self, subjects: Vec::new() }).expr(fact, None).ty
            {
                Typing { context: self, subjects: Vec::new() }.unknown_value(value, class);
            }
            return;
        }
        let span = surface.span;
        let given = match &surface.kind {
            SurfaceKind::State(word, fact) => {
                let state = if *word == Word::NotApplicable { Given::NotApplicable } else { Given::Unknown };
                self.assumed_fact(fact).map(|(fact, _)| (fact, state))
            }
            SurfaceKind::Not(fact) => self.assumed_yes_no(fact, false),
            SurfaceKind::Name { .. } => self.assumed_yes_no(&surface, true),
            SurfaceKind::Compare(word, fact, value) if super::comparing::operator(*word) == Some(CompareOp::Equal) => {
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
        if let Some((fact, given)) = given {
            facts.insert(fact, given);
        }
    }

    fn assumed_fact(&mut self, surface: &Surface) -> Option<(FactId, Type)> {
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

    fn assumed_yes_no(&mut self, surface: &Surface, value: bool) -> Option<(FactId, Given)> {
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

    fn assumed_value(&mut self, fact: &Surface, value: &Surface) -> Option<(FactId, Given)> {
        let (id, ty) = self.assumed_fact(fact)?;
        let expr = Typing { context: self, subjects: Vec::new() }.expr(value, Some(&ty));
        if expr.ty.is_error() {
            return None;
        }
        let value = self.fitting(&ty, &expr)?;
        self.in_range(id, &value, expr.span)?;
        Some((id, Given::Value(value)))
    }

    /// The value of an expression, where it is known and of the fact's type.
    fn fitting(&mut self, ty: &Type, expr: &Expr) -> Option<Value> {
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

    fn in_range(&mut self, id: FactId, value: &Value, span: Span) -> Option<()> {
        let Value::Number(number) = value else { return Some(()) };
        let fact = self.model.facts.get(id.index())?;
        let (low, high) = fact.range;
        let most = match fact.ty {
            Type::Number { kind, .. } => rust_decimal::Decimal::from_i128_with_scale(kind.value_max(), 0),
            _ => high,
        };
        let declared =
            |bound: rust_decimal::Decimal| bound.abs() < rust_decimal::Decimal::from_i128_with_scale(VALUE_MAX, 0);
        let low = if declared(low) { low } else { -most };
        let high = if declared(high) { high } else { most };
        if *number < low || *number > high {
            let fact = self.model.facts.get(id.index())?;
            let (rate, declared) = (matches!(fact.ty, Type::Number { kind: NumberKind::Rate, .. }), fact.span);
            let mut report = Diagnostic::new(
                Code::WrongCaseValue,
                span,
                "超出这个事实声明的取值范围",
                "outside the declared range of the fact",
            )
            .also(declared, "声明在这里", "declared here");
            if rate && !self.text(span).ends_with(['%', '‰', '％']) {
                report = report.fix(span.after(), "%", "加上百分号", "add a percent sign");
            }
            self.report(report.help("看看声明里的“不低于”“不超过”", "see its declaration"));
            return None;
        }
        Some(())
    }

    /// `2025-03-01，条款 ai-industry，300万元，一次性`.
    fn ledger_entry(&mut self, phrase: &Phrase, index: &ClauseIndex) -> Option<LedgerEntry> {
        let (mut date, mut amount, mut clause, mut once) = (None, None, None, false);
        for (text, span) in names(phrase) {
            let chars: Vec<char> = text.chars().collect();
            let name = text.trim_start_matches(Word::Clause.zh()).trim_start_matches(Word::Clause.en());
            if let Some(Ok((day, end))) = crate::literal::date(&chars, 0)
                && end == chars.len()
            {
                date = Some(day);
            } else if Word::find(&text) == Some(Word::Once) {
                once = true;
            } else if let Some(Ok(number)) = crate::literal::quantity(&text, &|name| self.units.get(name)) {
                let money = number.unit.len() == 1
                    && number.unit.first().is_some_and(|(unit, power)| super::types::is_currency(unit) && *power == 1);
                if !money || number.decimals > 2 || number.value.is_sign_negative() {
                    self.report(Diagnostic::new(
                        Code::WrongCaseValue,
                        span,
                        "台账的金额要写成 300万元",
                        "a ledger amount reads 300万元",
                    ));
                    return None;
                }
                amount = Some(number.value);
            } else if let Some(id) = index.find(name) {
                clause = Some(id);
            } else {
                let near = nearest(name, index.names()).map(str::to_owned);
                self.unknown_clause(name, span, near);
                return None;
            }
        }
        match (date, clause, amount) {
            (Some(date), Some(clause), Some(amount)) => Some(LedgerEntry { clause, date, amount, once }),
            _ => {
                self.report(
                    Diagnostic::new(
                        Code::FieldUnreadable,
                        phrase.span,
                        "台账要有日期、条款和金额",
                        "a ledger entry has a date, a clause and an amount",
                    )
                    .help(
                        "写成：2025-03-01，条款 ai-industry，300万元",
                        "write `2025-03-01, clause ai-industry, 300万元`",
                    ),
                );
                None
            }
        }
    }

    /// `条款 a 可获 500万元，待 区科委；条款 b 不符合`.
    fn expectations(&mut self, phrase: &Phrase, index: &ClauseIndex, out: &mut Vec<(Expectation, Span)>) {
        for part in split_phrase(phrase, Separator::Semicolon) {
            let parts = split_phrase(&part, Separator::Comma);
            let Some((first, more)) = parts.split_first() else { continue };
            let span = part.span;
            if let Some(expectation) = self.expectation(first, more, index) {
                out.push((expectation, span));
            }
        }
    }

    fn expectation(&mut self, first: &Phrase, more: &[Phrase], index: &ClauseIndex) -> Option<Expectation> {
        let text = plain(first);
        if let Some(amount) = text.strip_prefix(Word::Total.zh()).or_else(|| text.strip_prefix(Word::Total.en())) {
            let Some((low, high)) = self.expected_amount(amount) else {
                self.bad_expectation(first);
                return None;
            };
            return Some(Expectation::Total { low, high });
        }
        let rest =
            text.strip_prefix(Word::Clause.zh()).or_else(|| text.strip_prefix(Word::Clause.en())).unwrap_or(&text);
        let Some((name, outcome)) = self.expected_outcome(rest) else {
            self.bad_expectation(first);
            return None;
        };
        let Some(clause) = index.find(name.trim()) else {
            let near = nearest(name.trim(), index.names()).map(str::to_owned);
            let span = self.locate(first.span, name.trim());
            self.unknown_clause(name.trim(), span, near.filter(|near| !near.is_empty()));
            return None;
        };
        let (mut outcome, mut awaits, mut needs) = (outcome, Vec::new(), Vec::new());
        for phrase in more {
            self.expected_detail(phrase, &mut outcome, &mut awaits, &mut needs)?;
        }
        Some(Expectation::Clause { clause, outcome, awaits, needs, bound_by: None })
    }

    fn bad_expectation(&mut self, phrase: &Phrase) {
        self.report(
            Diagnostic::new(Code::FieldUnreadable, phrase.span, "期望读不懂", "this expectation cannot be read").help(
                "写成：条款 标识 可获 500万元（或 可获 不超过 500万元、可获 一定奖励、不符合、未定、不在有效期），或者 总额 500万元",
                "write `clause id eligible 500万元` (or ineligible, undetermined, not-in-force), or `total 500万元`",
            ),
        );
    }

    /// Splits `ai-industry可获不超过1000万元` at the word of the outcome.
    fn expected_outcome<'t>(&self, text: &'t str) -> Option<(&'t str, Outcome)> {
        let after = |word: Word| {
            std::iter::once(word.zh()).chain([word.en()]).chain(word.also().iter().copied()).find_map(|spelling| {
                let at = if spelling.is_ascii() { text.rfind(spelling) } else { text.find(spelling) }?;
                Some((text.get(..at)?, text.get(at + spelling.len()..)?))
            })
        };
        if let Some((name, "")) = after(Word::Ineligible) {
            return Some((name, Outcome::Ineligible(None)));
        }
        if let Some((name, "")) = after(Word::Undetermined) {
            return Some((name, Outcome::Undetermined));
        }
        if let Some((name, "")) = after(Word::NotInForce) {
            return Some((name, Outcome::NotInForce));
        }
        let (name, amount) = after(Word::Eligible)?;
        let (low, high) = self.expected_amount(amount)?;
        Some((name, Outcome::Eligible { low, high }))
    }

    /// `500万元`, `不超过500万元`, `100万元至300万元`, `不低于20万元`, `一定奖励`.
    fn expected_amount(&self, text: &str) -> Option<(rust_decimal::Decimal, Option<rust_decimal::Decimal>)> {
        let zero = rust_decimal::Decimal::ZERO;
        let money = |text: &str| {
            let number = crate::literal::quantity(text, &|name| self.units.get(name))?.ok()?;
            let currency = number.unit.is_empty() && number.value.is_zero()
                || number.unit.len() == 1
                    && number.unit.first().is_some_and(|(unit, _)| {
                        super::types::is_currency(unit)
                            && self.currency.as_ref().is_none_or(|currency| currency == unit)
                    });
            (currency && number.decimals <= 2).then_some(number.value)
        };
        let strip = |words: &[Word]| {
            words
                .iter()
                .flat_map(|word| std::iter::once(word.zh()).chain([word.en()]).chain(word.also().iter().copied()))
                .find_map(|spelling| text.strip_prefix(spelling))
        };
        if Word::find(text) == Some(Word::CertainReward) {
            return Some((zero, None));
        }
        if let Some(rest) = strip(&[Word::NotExceeding, Word::NotAbove, Word::AtMost]) {
            return Some((zero, Some(money(rest)?)));
        }
        if let Some(rest) = strip(&[Word::NotBelow, Word::NotLess, Word::AtLeast]) {
            return Some((money(rest)?, None));
        }
        for spelling in ["至", "to", "—", "~", "～", "-"] {
            if let Some((low, high)) = text.split_once(spelling)
                && let (Some(low), Some(high)) = (money(low), money(high))
            {
                return Some((low, Some(high)));
            }
        }
        let exact = money(text)?;
        Some((exact, Some(exact)))
    }

    /// `待 区科委 裁量`, `需 信用记录良好`, `因 规模达标`.
    fn expected_detail(
        &mut self,
        phrase: &Phrase,
        outcome: &mut Outcome,
        awaits: &mut Vec<DepartmentId>,
        needs: &mut Vec<FactId>,
    ) -> Option<()> {
        let text = plain(phrase);
        let strip = |word: Word| text.strip_prefix(word.zh()).or_else(|| text.strip_prefix(word.en()));
        if let (Some(label), Outcome::Ineligible(slot)) = (strip(Word::Because), &mut *outcome) {
            *slot = Some(label.to_owned());
            return Some(());
        }
        if let Some(list) = strip(Word::Await) {
            let list = [Word::Discretion, Word::Attest, Word::Approve].iter().fold(list, |list, word| {
                list.strip_suffix(word.zh()).or_else(|| list.strip_suffix(word.en())).unwrap_or(list)
            });
            for name in list.split(['、', '，']) {
                awaits.push(self.department(name, phrase.span)?);
            }
            return Some(());
        }
        if let Some(list) = strip(Word::Needs) {
            for name in list.split('、') {
                let fact = self.vocabulary.get(name).into_iter().find_map(|entry| match entry {
                    Entry::Fact(id) => Some(id),
                    _ => None,
                });
                let Some(fact) = fact else {
                    self.report(Diagnostic::new(
                        Code::UnknownName,
                        phrase.span,
                        format!("没有事实“{name}”"),
                        format!("there is no fact `{name}`"),
                    ));
                    return None;
                };
                needs.push(fact);
            }
            return Some(());
        }
        self.bad_expectation(phrase);
        None
    }
}

/// Splits a row of assumptions at commas too.
fn split_commas(tokens: &[Token]) -> Vec<&[Token]> {
    split(tokens, &[Separator::Comma])
}

/// Splits a phrase at its separators of one kind.
fn split_phrase(phrase: &Phrase, kind: Separator) -> Vec<Phrase> {
    let mut result = Vec::new();
    let mut current = Vec::new();
    let mut close = |parts: &mut Vec<Part>| {
        let parts = std::mem::take(parts);
        if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
            let span = first.span().to(last.span());
            result.push(Phrase { parts, span });
        }
    };
    for part in &phrase.parts {
        if matches!(part, Part::Separator { kind: found, .. } if *found == kind) {
            close(&mut current);
        } else {
            current.push(part.clone());
        }
    }
    close(&mut current);
    result
}

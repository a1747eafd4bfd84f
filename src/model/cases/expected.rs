//! In: 台账 and 期望 fields. Out: earlier awards, and what is expected of which clause.

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::{Phrase, Separator};
use crate::syntax::keywords::Word;

use super::super::DepartmentId;
use super::super::case::{Expectation, LedgerEntry, Outcome};
use super::super::clauses::ClauseIndex;
use super::super::context::Context;
use super::super::fields::{names, plain};
use super::super::record::SeriesYear;
use super::super::vocabulary::Entry;
use super::super::{FactId, SubjectId};
use super::settled::{expected_bound, settled};
use super::split_phrase;

impl Context<'_> {
    /// `产品编号 是 「P1」`: whom an earlier award went to.
    fn named_subject(&self, text: &str) -> Option<(SubjectId, String)> {
        let folded: String = text.chars().filter(|char| !char.is_whitespace()).collect();
        (0u32..).zip(&self.model.subjects).find_map(|(kind, subject)| {
            let fact = self.model.facts.get(subject.identifier.index())?;
            let names = [fact.name.as_str(), fact.alias.as_str()].into_iter().filter(|name| !name.is_empty());
            let rest = names.filter_map(|name| folded.strip_prefix(name)).next()?;
            let rest = [Word::Is.zh(), Word::Is.en(), "="].iter().find_map(|is| rest.strip_prefix(is))?;
            let identifier = rest.trim_matches(['「', '」', '“', '”', '"']);
            (!identifier.is_empty()).then(|| (SubjectId(kind), identifier.to_owned()))
        })
    }

    /// `2025-03-01，条款 ai-industry，300万元，一次性，产品编号 是 「P1」`.
    pub(super) fn ledger_entry(&mut self, phrase: &Phrase, index: &ClauseIndex) -> Option<LedgerEntry> {
        let (mut date, mut amount, mut clause, mut once) = (None, None, None, false);
        let mut subjects: Vec<(SubjectId, String)> = Vec::new();
        for (text, span) in names(phrase) {
            let chars: Vec<char> = text.chars().collect();
            let name = text.trim_start_matches(Word::Clause.zh()).trim_start_matches(Word::Clause.en());
            if let Some(Ok((day, end))) = crate::literal::date(&chars, 0)
                && end == chars.len()
            {
                date = Some(day);
            } else if Word::find(&text) == Some(Word::Once) {
                once = true;
            } else if let Some((kind, identifier)) = self.named_subject(&text) {
                subjects.retain(|(other, _)| *other != kind);
                subjects.push((kind, identifier));
                subjects.sort_unstable();
            } else if let Some(Ok(number)) = crate::literal::quantity(&text, &|name| self.units.get(name)) {
                let money = number.unit.len() == 1
                    && number
                        .unit
                        .first()
                        .is_some_and(|(unit, power)| super::super::types::is_currency(unit) && *power == 1);
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
            (Some(date), Some(clause), Some(amount)) => Some(LedgerEntry { clause, date, amount, once, subjects }),
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
    pub(super) fn expectations(&mut self, phrase: &Phrase, index: &ClauseIndex, out: &mut Vec<(Expectation, Span)>) {
        for part in split_phrase(phrase, Separator::Semicolon) {
            let parts = split_phrase(&part, Separator::Comma);
            let Some((first, more)) = parts.split_first() else { continue };
            let span = part.span;
            if let Some(expectation) = self.expectation(first, more, index) {
                out.push((expectation, span));
            }
        }
    }

    pub(super) fn expectation(&mut self, first: &Phrase, more: &[Phrase], index: &ClauseIndex) -> Option<Expectation> {
        let text = plain(first);
        if let Some(amount) = text.strip_prefix(Word::Total.zh()).or_else(|| text.strip_prefix(Word::Total.en())) {
            let Some((low, high)) = self.expected_amount(amount) else {
                self.bad_expectation(first);
                return None;
            };
            if let Some(rest) = more.first() {
                self.bad_expectation(rest);
                return None;
            }
            return Some(Expectation::Total { low, high });
        }
        let rest =
            text.strip_prefix(Word::Clause.zh()).or_else(|| text.strip_prefix(Word::Clause.en())).unwrap_or(&text);
        if let Some(group) = self.expected_conflict(&text, first.span) {
            return group.map(|group| Expectation::Conflict { group });
        }
        if let Some((name, word, amounts)) = self.expected_amounts(rest) {
            let clause = self.expected_clause(name, first.span, index)?;
            let expected = settled(clause, word, amounts).filter(|_| more.is_empty());
            if expected.is_none() {
                self.bad_expectation(first);
            }
            return expected;
        }
        let Some((name, outcome)) = self.expected_outcome(rest) else {
            self.bad_expectation(first);
            return None;
        };
        let clause = self.expected_clause(name, first.span, index)?;
        let (mut outcome, mut awaits, mut needs) = (outcome, Vec::new(), Vec::new());
        let mut bound_by = None;
        for phrase in more {
            if let Some(bound) = expected_bound(phrase) {
                bound_by = Some(self.cap_said(clause, &bound, phrase));
                continue;
            }
            self.expected_detail(phrase, &mut outcome, &mut awaits, &mut needs)?;
            if let Outcome::Ineligible(Some(label)) = &mut outcome {
                *label = self.condition_said(clause, label, Word::Because, phrase);
            }
        }
        Some(Expectation::Clause { clause, outcome, awaits, needs, bound_by })
    }

    pub(super) fn bad_expectation(&mut self, phrase: &Phrase) {
        self.report(
            Diagnostic::new(Code::FieldUnreadable, phrase.span, "期望读不懂", "this expectation cannot be read").help(
                "写成：条款 标识 可获 500万元（或 可获 不超过 500万元、可获 一定奖励、不符合、未定、不在有效期、分期 5万元、3万元、分担 …、补差 …、应返还 …），或者 总额 500万元、择一冲突 组合",
                "write `clause id eligible 500万元` (or ineligible, undetermined, not-in-force, instalments …, shared …, difference …, due-back …), or `total 500万元`",
            ),
        );
    }

    /// Splits `ai-industry可获不超过1000万元` at the word of the outcome.
    pub(super) fn expected_outcome<'t>(&self, text: &'t str) -> Option<(&'t str, Outcome)> {
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
    pub(super) fn expected_amount(&self, text: &str) -> Option<(rust_decimal::Decimal, Option<rust_decimal::Decimal>)> {
        let zero = rust_decimal::Decimal::ZERO;
        let money = |text: &str| {
            let number = crate::literal::quantity(text, &|name| self.units.get(name))?.ok()?;
            let currency = number.unit.is_empty() && number.value.is_zero()
                || number.unit.len() == 1
                    && number.unit.first().is_some_and(|(unit, _)| {
                        super::super::types::is_currency(unit)
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

    /// 上年研发费用, in either language.
    fn figure_called(&mut self, name: &str) -> Option<FactId> {
        let made = self.model.facts.iter().position(|fact| fact.year.is_some() && fact.name == name);
        if let Some(made) = made {
            return u32::try_from(made).ok().map(FactId);
        }
        let words = [(Word::ThisYear, 0), (Word::LastYear, -1), (Word::YearBefore, -2)];
        let (rest, year) = words.into_iter().find_map(|(word, year)| {
            let rest = name.strip_prefix(word.zh()).or_else(|| name.strip_prefix(word.en()))?;
            Some((rest, SeriesYear::Relative(year)))
        })?;
        let series = self.vocabulary.get(rest).into_iter().find_map(|entry| match entry {
            Entry::Series(id) => Some(id),
            _ => None,
        })?;
        self.figure_of(series, year)
    }

    /// `待 区科委 裁量`, `需 信用记录良好`, `因 规模达标`.
    pub(super) fn expected_detail(
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
                let Some(fact) = fact.or_else(|| self.figure_called(name)) else {
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

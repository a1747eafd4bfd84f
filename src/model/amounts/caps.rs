//! In: 上限 fields. Out: caps with key, period and reach.

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::{Field, Part, Phrase, Separator};
use crate::syntax::keywords::Word;

use super::super::clause::{Cap, CapKey, CapPeriod, CapScope};
use super::super::clauses::ClauseIndex;
use super::super::segment::Mode;
use super::super::settle::{phrase_of, pieces};
use super::super::subjects::subject_of;
use super::super::surface::read;
use super::super::tokens::{Token, TokenKind};
use super::super::typing::Typing;
use super::super::{ClauseId, SubjectId};
use super::{is_ceiling, split_at, trim_ceiling, trim_give};

impl Typing<'_, '_> {
    /// One 上限 field. `clauses` finds a clause by id or title.
    pub fn cap(&mut self, field: &Field, subjects: &[SubjectId], clauses: &ClauseIndex, this: ClauseId) -> Option<Cap> {
        if field.value.is_empty() {
            return None;
        }
        let (value, soft) = self.in_principle(&field.value);
        let comma = value
            .parts
            .iter()
            .position(|part| matches!(part, Part::Separator { kind: Separator::Comma | Separator::Semicolon, .. }));
        let (amount, rest) = split_at(&value, comma);
        let (before, tokens) = self.cap_tokens(&amount);
        let broken = tokens.iter().any(|token| matches!(token.kind, TokenKind::Broken));
        let surface = read(trim_ceiling(trim_give(&tokens)), amount.span, &mut self.context.out);
        let amount = self.money(&surface);
        let text = self.context.named_text(field, field.value.span);
        let terms = self.terms(before, &rest, clauses, this);
        let (Some(key), Some(period)) = (terms.key.clone(), terms.period) else {
            if !terms.broken && !broken {
                self.incomplete_cap(field, &rest, &terms, subjects);
            }
            return None;
        };
        if let CapKey::Subjects(kinds) = &key {
            self.key_in_reach(kinds, subjects, terms.key_span.unwrap_or(field.span));
        }
        if terms.broken {
            return None;
        }
        if amount.is_none() {
            self.context.ensure_reported(field.span);
        }
        Some(Cap { text, amount: amount?, key, period, counts: terms.counts, soft, span: field.span })
    }

    /// A cap without 原则上 or 一般, and whether it says so.
    fn in_principle(&self, value: &Phrase) -> (Phrase, bool) {
        let mut soft = false;
        let mut parts: Vec<Part> = Vec::new();
        for (at, segment) in pieces(value, Separator::Comma).into_iter().enumerate() {
            let segment = match self.context.after(&segment, &[Word::InPrinciple]) {
                Some((_, rest)) => {
                    soft = true;
                    rest
                }
                None => segment,
            };
            if segment.is_empty() {
                continue;
            }
            if at > 0 && !parts.is_empty() {
                parts.push(Part::Separator { kind: Separator::Comma, span: segment.span });
            }
            parts.extend(segment.parts);
        }
        if soft { (phrase_of(parts, value.span), true) } else { (value.clone(), false) }
    }

    /// Key and period of 归户: `每项目，每年`.
    pub fn key_and_period(&mut self, phrase: &Phrase, clauses: &ClauseIndex) -> (Option<CapKey>, Option<CapPeriod>) {
        let terms = self.terms(Vec::new(), phrase, clauses, ClauseId(u32::MAX));
        (terms.key, terms.period)
    }

    /// The tokens of a cap's key and period where they stand beside the amount without a comma (`每家企业每年不超过5万元`,
    /// `5万元每家企业每年`), and those of its amount.
    fn cap_tokens(&mut self, amount: &Phrase) -> (Vec<Token>, Vec<Token>) {
        let found = self.context.out.len();
        let whole = self.context.tokens(amount, Mode::Phrase);
        let is_key = |token: &Token| {
            matches!(token.kind, TokenKind::Word(Word::Per | Word::Yearly | Word::Everyone | Word::WholePolicy))
        };
        let is_sum = |token: &Token| match &token.kind {
            TokenKind::Word(word) => is_ceiling(*word),
            TokenKind::Number(number) => number.unit.iter().any(|(unit, _)| super::super::types::is_currency(unit)),
            _ => false,
        };
        if whole.first().is_some_and(is_key)
            && let Some(at) = whole.iter().position(is_sum)
        {
            let (before, after) = whole.split_at(at);
            return (before.to_vec(), after.to_vec());
        }
        if let Some(at) = whole.iter().position(is_key).filter(|at| *at > 0) {
            let (before, after) = whole.split_at(at);
            return (after.to_vec(), before.to_vec());
        }
        self.context.out.truncate(found);
        (Vec::new(), self.context.tokens(amount, Mode::Expression))
    }

    fn incomplete_cap(&mut self, field: &Field, rest: &Phrase, terms: &Terms, subjects: &[SubjectId]) {
        let span = field.value.span;
        let (zh, en) = match (&terms.key, terms.period) {
            (None, None) => ("上限没有写明按谁、按什么期间计算", "this cap has neither key nor period"),
            (None, Some(_)) => ("上限没有写明按谁计算", "this cap has no key"),
            (Some(_), _) => ("上限没有写明按什么期间计算", "this cap has no period"),
        };
        let mut report = Diagnostic::new(Code::CapWithoutPeriod, span, zh, en)
            .label("是每个项目、每个主体，还是每年？", "per project, per entity, per year?")
            .help(
                "写成“1000万元，每项目累计”“1亿元，每市场主体每年”；期间有：每年、累计、一次性、每次、3年内累计、一次性或期限内每年",
                "write `1000万元, per project lifetime`; periods: yearly, lifetime, once, each-time, `3年 within-term lifetime`, once-or-yearly",
            );
        let subject = subjects.first().and_then(|subject| self.context.model.subjects.get(subject.index()));
        let key = subject.or(self.context.model.subjects.first()).map(|subject| format!("每{}", subject.name));
        match (&terms.key, terms.period, key) {
            (Some(_), _, _) => {
                for word in [Word::Lifetime, Word::Yearly, Word::Once] {
                    let (zh, en) = (format!("加上“{}”", word.zh()), format!("add `{}`", word.en()));
                    report = report.fix(span.after(), word.zh(), zh, en);
                }
            }
            (None, Some(_), Some(key)) => {
                let period =
                    ["每年", "累计", "一次性", "每次"].into_iter().find(|word| self.context.text(span).contains(word));
                let terms = if rest.is_empty() { self.context.locate(span, period.unwrap_or("")) } else { rest.span };
                let place = Span { end: terms.start, ..terms };
                report = report.fix(place, key.clone(), format!("加上“{key}”"), format!("add `{key}`"));
            }
            (None, None, Some(key)) => {
                for word in [Word::Lifetime, Word::Yearly] {
                    let terms = format!("，{key}{}", word.zh());
                    report =
                        report.fix(span.after(), terms.clone(), format!("加上“{terms}”"), format!("add `{terms}`"));
                }
            }
            (None, _, None) => {}
        }
        self.context.report(report);
    }

    fn key_in_reach(&mut self, kinds: &[SubjectId], subjects: &[SubjectId], span: Span) {
        if subjects.is_empty() {
            return;
        }
        let reach: Vec<SubjectId> = subjects.iter().flat_map(|subject| self.context.with_owners(*subject)).collect();
        for kind in kinds.iter().filter(|kind| !reach.contains(kind)) {
            let name =
                self.context.model.subjects.get(kind.index()).map_or(String::new(), |subject| subject.name.clone());
            self.context.report(
                Diagnostic::new(
                    Code::KeyOutOfReach,
                    span,
                    format!("上限按“{name}”计算，条款的对象里没有“{name}”"),
                    format!("the cap is keyed by `{name}`, which is no subject of this clause"),
                )
                .help("改上限，或者在“对象”栏加上它", "change the cap, or add it to the subjects"),
            );
        }
    }

    /// `每项目累计`, `每市场主体，每年，本政策合计`.
    fn terms(&mut self, mut tokens: Vec<Token>, phrase: &Phrase, clauses: &ClauseIndex, this: ClauseId) -> Terms {
        let mut terms = Terms { key: None, key_span: None, period: None, counts: CapScope::Clause, broken: false };
        if let Some(counts) = self.counted_clauses(phrase, clauses, this, &mut terms) {
            terms.counts = counts;
        }
        let phrase = without_clauses(phrase);
        tokens.extend(self.context.tokens(&phrase, Mode::Phrase));
        let mut kinds: Vec<SubjectId> = Vec::new();
        let (mut months, mut years) = (None, None);
        for token in &tokens {
            match &token.kind {
                TokenKind::Broken => {
                    terms.broken = true;
                    if let Some((name, span)) = self.context.retract_unknown(token.span) {
                        let name = name.trim_start_matches("每个").trim_start_matches("每").trim_start_matches("单个");
                        self.not_a_kind(name, self.context.locate(span, name), &mut terms);
                    }
                }
                TokenKind::Name(name, _) => match subject_of(token) {
                    Some(kind) => {
                        terms.key_span = Some(terms.key_span.map_or(token.span, |span| span.to(token.span)));
                        if !kinds.contains(&kind) {
                            kinds.push(kind);
                        }
                    }
                    None => self.not_a_kind(name, token.span, &mut terms),
                },
                TokenKind::Word(word) => match word {
                    Word::Everyone => terms.key = Some(CapKey::Everyone),
                    Word::WholePolicy => terms.counts = CapScope::Policy,
                    _ => match period(*word, months) {
                        Some(period) => self.second_period(&mut terms, period, token.span),
                        None if is_idle(*word) => {}
                        None => self.unused_words(token.span, &mut terms),
                    },
                },
                TokenKind::Number(number) if number.unit == [("月".to_owned(), 1)] => {
                    months = u32::try_from(number.value.mantissa()).ok();
                    years = Some(token.span);
                }
                TokenKind::Number(_) => self.second_amount(token.span, &mut terms),
                TokenKind::Date(_) | TokenKind::Ratio(_) | TokenKind::Text(_) | TokenKind::Group(_) => {
                    self.unused_words(token.span, &mut terms);
                }
                TokenKind::Separator(_) => {}
            }
        }
        if let Some(span) = years.filter(|_| !terms.broken && !matches!(terms.period, Some(CapPeriod::Months(_)))) {
            self.years_in_a_cap(span, &mut terms);
        }
        if !kinds.is_empty() {
            kinds.sort_unstable();
            terms.key = Some(CapKey::Subjects(kinds));
        }
        terms
    }

    /// A cap has one period.
    fn second_period(&mut self, terms: &mut Terms, period: CapPeriod, span: Span) {
        if terms.period.is_some_and(|first| first != period) {
            terms.broken = true;
            self.context.report(
                Diagnostic::new(Code::FieldUnreadable, span, "一条上限写了两个期间", "this cap has two periods")
                    .help("每个期间写一行“上限”，最小的那个起作用", "write one cap for each period; the least binds"),
            );
        }
        terms.period = Some(period);
    }

    /// Words of the language that say nothing in a cap: what is not read must not be passed over.
    fn unused_words(&mut self, span: Span, terms: &mut Terms) {
        if terms.broken {
            return;
        }
        terms.broken = true;
        let words = self.context.text(span);
        self.context.report(
            Diagnostic::new(
                Code::FieldUnreadable,
                span,
                format!("上限里的“{words}”读不懂"),
                format!("`{words}` cannot be read in a cap"),
            )
            .help(
                "上限只写金额、按谁、什么期间；“最多3年”写成“期限”一栏，“首次”写成“首次”一栏",
                "a cap holds an amount, a key and a period; write a number of years as `term`, the first time as `first-time`",
            ),
        );
    }

    /// `最多3年` beside a yearly cap: for how many years something is given is no part of a cap.
    fn years_in_a_cap(&mut self, span: Span, terms: &mut Terms) {
        terms.broken = true;
        let years = self.context.text(span);
        self.context.report(
            Diagnostic::new(
                Code::FieldUnreadable,
                span,
                format!("上限里的“{years}”没有说是什么：最多给几年，还是几年合起来的上限"),
                format!("a cap says `{years}`, and not what they are"),
            )
            .help(
                format!(
                    "最多给几年，另写一行“期限：累计享受 {years}”或“期限：自 日期 起 {years}，按年度”；几年合起来的上限，写“{years}内累计”"
                ),
                format!("write a field `term` for how many years; for what the years come to together, `{years} within-term lifetime`"),
            ),
        );
    }

    /// A cap has one amount.
    fn second_amount(&mut self, span: Span, terms: &mut Terms) {
        terms.broken = true;
        self.context.report(
            Diagnostic::new(Code::FieldUnreadable, span, "一条上限写了两个数", "this cap has two numbers")
                .help("每个金额写一行“上限”；“3年内累计”要连着写", "write one cap for each amount"),
        );
    }

    fn not_a_kind(&mut self, name: &str, span: Span, terms: &mut Terms) {
        terms.broken = true;
        let kinds: Vec<String> = self.context.model.subjects.iter().map(|subject| subject.name.clone()).collect();
        let near = nearest(name, kinds.iter().map(String::as_str)).map(str::to_owned);
        let mut report = Diagnostic::new(
            Code::UnknownSubject,
            span,
            format!("“{name}”不是声明过的对象"),
            format!("`{name}` is no declared subject"),
        )
        .help(
            format!("上限可以按这些对象计算：{}", kinds.join("、")),
            format!("caps may be keyed by: {}", kinds.join(", ")),
        );
        if let Some(near) = near {
            report = report.fix(span, near.clone(), format!("改为“{near}”"), format!("change to `{near}`"));
        }
        self.context.report(report);
    }

    /// `条款 a、b 合计`.
    fn counted_clauses(
        &mut self,
        phrase: &Phrase,
        clauses: &ClauseIndex,
        this: ClauseId,
        terms: &mut Terms,
    ) -> Option<CapScope> {
        let at = clause_list(phrase)?;
        let parts = phrase.parts.get(at..)?.to_vec();
        let list = Phrase { parts, span: phrase.span };
        let mut ids = vec![this];
        for (name, span) in super::super::fields::names(&list) {
            let name = name.trim_start_matches(Word::Clause.zh()).trim_start_matches(Word::Clause.en());
            let name = name.trim_end_matches(Word::Together.zh()).trim_end_matches(Word::Together.en());
            if name.is_empty() {
                continue;
            }
            match clauses.find(name) {
                Some(id) => ids.push(id),
                None => {
                    terms.broken = true;
                    let near = nearest(name, clauses.names()).map(str::to_owned);
                    self.context.unknown_clause(name, self.context.locate(span, name), near);
                }
            }
        }
        ids.sort_unstable();
        ids.dedup();
        Some(CapScope::Clauses(ids))
    }
}

/// Key, period and reach of a cap, as far as they were written.
struct Terms {
    key: Option<CapKey>,
    key_span: Option<Span>,
    period: Option<CapPeriod>,
    counts: CapScope,
    broken: bool,
}

/// Where a list of clauses starts in a cap.
fn clause_list(phrase: &Phrase) -> Option<usize> {
    phrase.parts.iter().position(|part| {
        matches!(part, Part::Run(run)
            if run.text.starts_with(Word::Clause.zh()) || run.text.eq_ignore_ascii_case(Word::Clause.en()))
    })
}

fn without_clauses(phrase: &Phrase) -> Phrase {
    match clause_list(phrase) {
        Some(at) => Phrase { parts: phrase.parts.iter().take(at).cloned().collect(), span: phrase.span },
        None => phrase.clone(),
    }
}

/// Words that are read over in a cap, since they only make it a sentence.
fn is_idle(word: Word) -> bool {
    matches!(
        word,
        Word::Per
            | Word::WithinTerm
            | Word::Together
            | Word::Clause
            | Word::Of
            | Word::Give
            | Word::AwardNoun
            | Word::And
    ) || is_ceiling(word)
}

/// The period of a word; `months` is what stood before 内.
fn period(word: Word, months: Option<u32>) -> Option<CapPeriod> {
    Some(match word {
        Word::Yearly => CapPeriod::Year,
        Word::Once => CapPeriod::Once,
        Word::EachTime => CapPeriod::Each,
        Word::OnceOrYearly => CapPeriod::OnceOrYear,
        Word::Lifetime => months.map_or(CapPeriod::Lifetime, CapPeriod::Months),
        _ => return None,
    })
}

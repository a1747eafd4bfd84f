//! In: 期限, 次数, 首次 and 先后 of a clause. Out: the conditions that they stand for, each labelled with the word of its field.

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::{Field, Item, Phrase, Separator};
use crate::syntax::keywords::{FieldKeyword, Word};

use super::super::clause::{CapKey, CapPeriod, CapScope};
use super::super::clauses::ClauseIndex;
use super::super::expression::{CompareOp, Condition, Expr, ExprKind};
use super::super::fields::{field, fields, names};
use super::super::record::Times;
use super::super::segment::Mode;
use super::super::subjects::subject_of;
use super::super::tokens::{Token, TokenKind};
use super::super::types::{Type, Value};
use super::super::typing::{Typing, constant};
use super::super::{ClauseId, SubjectId};
use super::text::{labelled, months, pieces, spellings, whole_number};

/// Key, period and reach that a field states, and the other numbers in it.
struct Stated {
    key: Option<CapKey>,
    period: Option<CapPeriod>,
    counts: CapScope,
    numbers: Vec<(Decimal, Vec<(String, i8)>)>,
    words: Vec<Word>,
    broken: bool,
}

impl Typing<'_, '_> {
    /// The conditions of 期限, 次数, 首次 and 先后.
    pub fn clause_terms(&mut self, item: &Item, clauses: &ClauseIndex, this: ClauseId) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for field in fields(item, FieldKeyword::Term).filter(|field| !field.value.is_empty()) {
            conditions.extend(self.term(field, this).map(|expr| labelled(FieldKeyword::Term.zh(), expr)));
        }
        for field in fields(item, FieldKeyword::Times).filter(|field| !field.value.is_empty()) {
            conditions.extend(self.times(field, this).map(|expr| labelled(FieldKeyword::Times.zh(), expr)));
        }
        if let Some(field) = field(item, FieldKeyword::First).filter(|field| !field.value.is_empty()) {
            conditions.extend(self.first_time(field, this).map(|expr| labelled(FieldKeyword::First.zh(), expr)));
        }
        if let Some(field) = field(item, FieldKeyword::After).filter(|field| !field.value.is_empty()) {
            conditions.extend(self.used_up(field, clauses).map(|expr| labelled(FieldKeyword::After.zh(), expr)));
        }
        conditions
    }

    fn stated(&mut self, phrase: &Phrase) -> Stated {
        let tokens = self.context.tokens(phrase, Mode::Phrase);
        let mut stated = Stated {
            key: None,
            period: None,
            counts: CapScope::Clause,
            numbers: Vec::new(),
            words: Vec::new(),
            broken: false,
        };
        let mut kinds: Vec<SubjectId> = Vec::new();
        let flat = tokens.iter().flat_map(|token| match &token.kind {
            TokenKind::Group(inner) => inner.as_slice(),
            _ => std::slice::from_ref(token),
        });
        let flat: Vec<&Token> = flat.collect();
        for (at, token) in flat.iter().enumerate() {
            match &token.kind {
                TokenKind::Broken => {
                    stated.broken = true;
                    self.context.retract_unknown(token.span);
                }
                TokenKind::Name(..) => match subject_of(token) {
                    Some(kind) => kinds.push(kind),
                    None => stated.broken = true,
                },
                TokenKind::Number(number) => {
                    let within = matches!(
                        flat.get(at + 1).map(|token| &token.kind),
                        Some(TokenKind::Word(Word::WithinTerm | Word::WithinPostfix))
                    );
                    match months(number).filter(|_| within) {
                        Some(months) => stated.period = Some(CapPeriod::Months(months)),
                        None => {
                            let sign = at.checked_sub(1).and_then(|before| flat.get(before)).map(|before| &before.kind);
                            let below_zero = matches!(sign, Some(TokenKind::Word(Word::Minus)));
                            let value = if below_zero { -number.value } else { number.value };
                            stated.numbers.push((value, number.unit.clone()));
                        }
                    }
                }
                TokenKind::Word(Word::Yearly) => stated.period = Some(CapPeriod::Year),
                TokenKind::Word(Word::Lifetime) => {
                    stated.period = stated.period.or(Some(CapPeriod::Lifetime));
                }
                TokenKind::Word(Word::WholePolicy) => stated.counts = CapScope::Policy,
                TokenKind::Word(Word::Everyone) => stated.key = Some(CapKey::Everyone),
                TokenKind::Word(word) => stated.words.push(*word),
                _ => {}
            }
        }
        kinds.sort_unstable();
        kinds.dedup();
        if !kinds.is_empty() {
            stated.key = Some(CapKey::Subjects(kinds));
        }
        stated
    }

    /// The kind of subject that belongs to no other, of the clause's own.
    fn root(&self) -> Option<SubjectId> {
        let own = self.subjects.first().copied().or_else(|| self.context.default_subject())?;
        self.context.with_owners(own).last().copied()
    }

    /// How often the ledger holds an award, compared with a number.
    fn times_compared(&mut self, stated: Stated, this: ClauseId, how: TimesTest, span: Span) -> Option<Expr> {
        let key = match stated.key {
            Some(key) => key,
            None => CapKey::Subjects(vec![self.root()?]),
        };
        let period = stated.period.unwrap_or(CapPeriod::Lifetime);
        let ledger = if how.strict { Some(self.context.ledger_fact(span)?) } else { None };
        let times = Times { clause: this, counts: stated.counts, key, period, years: how.years, ledger };
        let left = Expr { kind: ExprKind::Times(Box::new(times)), ty: whole_number(), span };
        let right = constant(Value::Number(how.bound), whole_number(), span);
        let kind = ExprKind::Compare { op: how.op, left: Box::new(left), right: Box::new(right) };
        Some(Expr { kind, ty: Type::Bool, span })
    }

    /// `自 入驻日期 起 3年`: the event and the length. Either word may also be part of the event's name.
    fn since(&self, phrase: &Phrase) -> Option<(Phrase, Phrase)> {
        let cuts = spellings(Word::Onwards).filter_map(|word| self.context.cut(phrase, word, true));
        let all: Vec<(Phrase, Phrase)> =
            cuts.filter_map(|(event, length)| Some((self.context.after(&event, &[Word::From])?.1, length))).collect();
        all.iter().find(|(_, length)| self.context.measure(length).is_some()).or(all.first()).cloned()
    }

    /// 期限.
    fn term(&mut self, field: &Field, this: ClauseId) -> Option<Expr> {
        let span = field.value.span;
        let segments = pieces(&field.value, Separator::Comma);
        let first = segments.first()?;
        let since = self.since(first);
        if let Some((event, length)) = since {
            let length = self.context.measure(&length);
            let Some(years) = length.as_ref().and_then(months).filter(|months| months % 12 == 0) else {
                self.bad_term(field);
                return None;
            };
            let said: Vec<Option<Word>> =
                segments.iter().skip(1).map(|segment| Word::find(&super::super::fields::plain(segment))).collect();
            let reading = said.first().copied().flatten();
            let known = |word: &Option<Word>| matches!(word, Some(Word::ByAnniversary | Word::ByCalendarYear));
            if said.len() > 1 || !said.iter().all(known) {
                self.bad_term(field);
                return None;
            }
            return self.term_since(field, &event, Decimal::from(years / 12), reading);
        }
        let stated = self.stated(&field.value);
        let years = match stated.numbers.as_slice() {
            [(months, unit)]
                if *unit == [("月".to_owned(), 1)]
                    && (months % Decimal::from(12)).is_zero()
                    && *months > Decimal::ZERO =>
            {
                months / Decimal::from(12)
            }
            _ => {
                self.bad_term(field);
                return None;
            }
        };
        if stated.broken {
            self.bad_term(field);
            return None;
        }
        if stated.period != Some(CapPeriod::Lifetime) {
            self.term_without_start(field);
            return None;
        }
        let how = TimesTest { op: CompareOp::Below, bound: years.normalize(), years: true, strict: false };
        self.times_compared(stated, this, how, span)
    }

    /// 1 ≤ 年序 ≤ n, by the reading that was written.
    fn term_since(&mut self, field: &Field, event: &Phrase, years: Decimal, reading: Option<Word>) -> Option<Expr> {
        let span = field.value.span;
        let event = self.phrase_expr(event)?;
        if event.ty != Type::Date {
            self.bad_term(field);
            return None;
        }
        let today = || Expr { kind: ExprKind::OnDate, ty: Type::Date, span };
        let passed = match reading {
            Some(Word::ByAnniversary) => {
                ExprKind::YearsBetween { from: Box::new(event.clone()), to: Box::new(today()) }
            }
            Some(Word::ByCalendarYear) => {
                let year =
                    |date: Expr| Box::new(Expr { kind: ExprKind::YearOf(Box::new(date)), ty: whole_number(), span });
                ExprKind::Subtract(year(today()), year(event.clone()))
            }
            _ => {
                self.reading_of_years(field);
                return None;
            }
        };
        let begun = self.happened(event)?;
        let passed = Expr { kind: passed, ty: whole_number(), span };
        let bound = constant(Value::Number(years.normalize()), whole_number(), span);
        let kind = ExprKind::Compare { op: CompareOp::Below, left: Box::new(passed), right: Box::new(bound) };
        let within = Expr { kind, ty: Type::Bool, span };
        let start = self.context.text(begun.span);
        let parts = vec![
            Condition { label: format!("{start} 不晚于 评定日"), labelled: true, expr: begun },
            Condition { label: self.context.text(span), labelled: true, expr: within },
        ];
        Some(Expr { kind: ExprKind::All(parts), ty: Type::Bool, span })
    }

    fn reading_of_years(&mut self, field: &Field) {
        let after = field.value.span.after();
        self.context.report(
            Diagnostic::new(
                Code::AmbiguousTerm,
                field.value.span,
                "期限没有写明按周年还是按年度算",
                "this term does not say whether years are counted by anniversaries or by calendar years",
            )
            .help(
                "按周年：从那一天起满一年算一年；按年度：从那一年起每个日历年算一年，当年不满一年也算",
                "by-anniversary: twelve months from the day are one year; by-calendar-year: the year of the day is the first",
            )
            .fix(after, "，按周年", "从那一天起，满十二个月算一年", "count twelve months from the day")
            .fix(after, "，按年度", "那一年算第一年", "count calendar years"),
        );
    }

    fn term_without_start(&mut self, field: &Field) {
        let text = self.context.text(field.value.span);
        let from = text.find(|letter: char| letter.is_ascii_digit()).unwrap_or(0);
        let text = text.get(from..).unwrap_or(&text);
        self.context.report(
            Diagnostic::new(
                Code::AmbiguousTerm,
                field.value.span,
                "期限没有写明从哪一天算起，还是累计享受几年",
                "this term says neither since when it runs, nor that it counts years with an award",
            )
            .help(
                format!("写成“自 某某日期 起 {text}，按周年”，或者“累计享受 {text}”"),
                format!("write `since some-date 起 {text}, by-anniversary` or `lifetime enjoyed {text}`"),
            )
            .fix(
                field.value.span,
                format!("累计享受 {text}"),
                format!("改为“累计享受 {text}”：拿过钱的年份合起来不超过"),
                format!("count years with an award: `累计享受 {text}`"),
            ),
        );
    }

    fn bad_term(&mut self, field: &Field) {
        self.context.unreadable(
            field,
            "写成“自 入驻日期 起 3年，按周年”（或“按年度”），或者“累计享受 3年”；按整年写，起算的是日期事实",
            "write `自 date 起 3年, by-anniversary` (or by-calendar-year), or `lifetime enjoyed 3年`; in whole years",
        );
    }

    /// 次数.
    fn times(&mut self, field: &Field, this: ClauseId) -> Option<Expr> {
        let stated = self.stated(&field.value);
        let counts = |unit: &[(String, i8)]| matches!(unit, [] | [(_, 1)]);
        let bound = match stated.numbers.as_slice() {
            [(number, unit)]
                if counts(unit) && number.fract().is_zero() && *number > Decimal::ZERO && !stated.broken =>
            {
                *number
            }
            _ => {
                self.context.unreadable(
                    field,
                    "写成“每市场主体每年 1次”“累计 2次”：按谁、什么期间、最多几次",
                    "write `per entity yearly 1次` or `lifetime 2次`: per whom, in which period, how many times",
                );
                return None;
            }
        };
        if stated.period.is_none() {
            let after = field.value.span.after();
            self.context.report(
                Diagnostic::new(
                    Code::FieldUnreadable,
                    field.value.span,
                    "次数没有写明是每年还是累计",
                    "this does not say whether times are counted yearly or over all time",
                )
                .fix(after, "，每年", "每年最多这么多次", "at most so many a year")
                .fix(after, "，累计", "一共最多这么多次", "at most so many in all"),
            );
            return None;
        }
        let how = TimesTest { op: CompareOp::Below, bound: bound.normalize(), years: false, strict: false };
        self.times_compared(stated, this, how, field.value.span)
    }

    /// 首次: no award before, which only a ledger can tell.
    fn first_time(&mut self, field: &Field, this: ClauseId) -> Option<Expr> {
        let stated = self.stated(&field.value);
        if stated.broken || !stated.numbers.is_empty() {
            self.context.unreadable(
                field,
                "写成“每市场主体”“每项目”：对谁是首次",
                "write `per entity` or `per project`: first for whom",
            );
            return None;
        }
        let how = TimesTest { op: CompareOp::Equal, bound: Decimal::ZERO, years: false, strict: true };
        self.times_compared(stated, this, how, field.value.span)
    }

    /// 先后: the clauses named have nothing left.
    fn used_up(&mut self, field: &Field, clauses: &ClauseIndex) -> Option<Expr> {
        let span = field.value.span;
        let Some((_, list)) = self.context.before(&field.value, &[Word::UsedUp]) else {
            self.context.unreadable(
                field,
                "写成“条款 a、条款 b 用完之后”：列出的条款都没有余额了，才享受本条款",
                "write `clause a、clause b used-up`",
            );
            return None;
        };
        let mut parts = Vec::new();
        for (name, at) in names(&list) {
            let short = spellings(Word::Clause).find_map(|word| name.strip_prefix(word)).unwrap_or(&name);
            match clauses.find(short) {
                Some(id) => {
                    let expr = Expr { kind: ExprKind::UsedUp(id), ty: Type::Bool, span: at };
                    parts.push(Condition { label: format!("条款 {short} 用完"), labelled: true, expr });
                }
                None => {
                    let near = nearest(short, clauses.names()).map(str::to_owned);
                    self.context.unknown_clause(short, self.context.locate(at, short), near);
                    return None;
                }
            }
        }
        match parts.len() {
            0 => None,
            1 => parts.pop().map(|part| Expr { span, ..part.expr }),
            _ => Some(Expr { kind: ExprKind::All(parts), ty: Type::Bool, span }),
        }
    }
}

/// How a number of earlier awards is tested.
struct TimesTest {
    op: CompareOp,
    bound: Decimal,
    /// Whether years with an award are counted.
    years: bool,
    /// Whether it is open where no ledger is given.
    strict: bool,
}

//! In: 名额 fields. Out: quotas: how many subjects in which period, who comes first, what happens to equals at the edge.

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::{Field, Phrase, Separator};
use crate::syntax::keywords::Word;

use super::super::SubjectId;
use super::super::clause::CapPeriod;
use super::super::fields::plain;
use super::super::segment::Mode;
use super::super::settlement::{OrderBy, OrderKey, Quota, Scope, Tie};
use super::super::subjects::subject_of;
use super::super::tokens::TokenKind;
use super::super::types::{NumberKind, Type};
use super::super::typing::Typing;
use super::super::vocabulary::Entry;
use super::text::{finding, months, pieces};

/// How many of whom in which period.
struct Places {
    count: Option<Decimal>,
    period: Option<CapPeriod>,
    per: Option<SubjectId>,
    broken: bool,
}

impl Typing<'_, '_> {
    /// `每年 10家，按 申请日期 先后，并列按申请先后`.
    pub(super) fn quota(&mut self, field: &Field, scope: Scope, per: Option<SubjectId>) -> Option<Quota> {
        let segments = pieces(&field.value, Separator::Comma);
        let (first, rest) = segments.split_first()?;
        let places = self.places(first);
        let count = places.count.filter(|count| count.fract().is_zero() && *count > Decimal::ZERO);
        let count = count.and_then(|count| u32::try_from(count.trunc().mantissa()).ok());
        let (Some(count), Some(period), false) = (count, places.period, places.broken) else {
            self.bad_quota(field, first, &places);
            return None;
        };
        let (mut order, mut ties) = (Vec::new(), None);
        for segment in rest {
            match Word::find(&plain(segment)) {
                Some(Word::TiesByApplication) => ties = Some(Tie::ByApplication),
                Some(Word::TiesAll) => ties = Some(Tie::All),
                Some(Word::TiesNone) => ties = Some(Tie::None),
                Some(Word::FirstCome) => order.push(OrderKey { by: OrderBy::Date, descending: false }),
                _ => order.extend(self.order_keys(segment)?),
            }
        }
        if order.is_empty() {
            self.quota_without_order(field);
        }
        let per = places.per.or(per)?;
        let text = self.context.field_text(field);
        let ties = ties.unwrap_or(Tie::ByApplication);
        Some(Quota { scope, count, per, period, order, ties, text, span: field.span })
    }

    fn places(&mut self, phrase: &Phrase) -> Places {
        let mut places = Places { count: None, period: None, per: None, broken: false };
        let tokens = self.context.tokens(phrase, Mode::Phrase);
        for (at, token) in tokens.iter().enumerate() {
            match &token.kind {
                TokenKind::Word(Word::Yearly) => places.period = Some(CapPeriod::Year),
                TokenKind::Word(Word::Lifetime) => {
                    places.period = places.period.or(Some(CapPeriod::Lifetime));
                }
                TokenKind::Number(number) => {
                    let within = tokens.get(at + 1).is_some_and(|next| {
                        matches!(next.kind, TokenKind::Word(Word::WithinTerm | Word::WithinPostfix))
                    });
                    if let Some(months) = months(number).filter(|_| within) {
                        places.period = Some(CapPeriod::Months(months));
                        continue;
                    }
                    places.broken |= places.count.is_some() || number.unit.len() > 1 || number.percent;
                    let below_zero = (at.checked_sub(1).and_then(|before| tokens.get(before)))
                        .is_some_and(|before| matches!(before.kind, TokenKind::Word(Word::Minus)));
                    places.count = Some(if below_zero { -number.value } else { number.value });
                    let unit = number.unit.first().map(|(unit, _)| unit.as_str());
                    places.per = unit.and_then(|unit| self.subject_named(unit)).or(places.per);
                }
                TokenKind::Name(..) => match subject_of(token) {
                    Some(kind) => places.per = Some(kind),
                    None => places.broken = true,
                },
                TokenKind::Broken => {
                    self.context.retract_unknown(token.span);
                    places.broken = true;
                }
                // 不超过 10家, 最多 10家.
                _ => {}
            }
        }
        places
    }

    fn subject_named(&self, name: &str) -> Option<SubjectId> {
        self.context.vocabulary.get(name).into_iter().find_map(|entry| match entry {
            Entry::Subject(id) => Some(id),
            _ => None,
        })
    }

    fn bad_quota(&mut self, field: &Field, first: &Phrase, places: &Places) {
        let said = match (places.count, places.period) {
            (Some(count), _) if count <= Decimal::ZERO || !count.fract().is_zero() => {
                ("名额要是大于 0 的整数", "a quota is a whole number greater than 0")
            }
            (Some(_), None) if !places.broken => {
                ("名额没有写明是每年还是累计", "this quota does not say whether it is yearly or over all time")
            }
            _ => ("名额读不懂", "this quota cannot be read"),
        };
        let help = (
            "写成“每年 10家，按 申请日期 先后”：什么期间，多少个，谁在前",
            "write `yearly 10家, 按 application-date earliest-first`: in which period, how many, who comes first",
        );
        let mut report = finding(Code::BudgetInvalid, first.span, said, help);
        if places.count.is_some() && places.period.is_none() && !places.broken {
            let place = Span { end: first.span.start, ..first.span };
            for word in [Word::Yearly, Word::Lifetime] {
                let (zh, en) = (format!("加上“{}”", word.zh()), format!("add `{}`", word.en()));
                report = report.fix(place, format!("{} ", word.zh()), zh, en);
            }
        }
        let _ = field;
        self.context.report(report);
    }

    fn quota_without_order(&mut self, field: &Field) {
        let after = field.value.span.after();
        self.context.report(
            finding(
                Code::QuotaWithoutOrder,
                field.value.span,
                ("申请多于名额时谁先谁后，没有写明", "who comes first where more apply is not said"),
                (
                    "没有写时按申请日期先后；要按评分等排，写“按 评分 由高到低、申请日期 先后”",
                    "the order of application counts; to rank, write `按 score descending、application-date earliest-first`",
                ),
            )
            .fix(after, "，按 申请日期 先后", "按申请日期先后", "by the day of application"),
        );
    }

    /// `按 评分 由高到低、申请日期 先后`; `None` where one cannot be read.
    pub(super) fn order_keys(&mut self, phrase: &Phrase) -> Option<Vec<OrderKey>> {
        pieces(phrase, Separator::Pause).iter().map(|piece| self.order_key(piece)).collect()
    }

    fn order_key(&mut self, piece: &Phrase) -> Option<OrderKey> {
        let name = self.context.after(piece, &[Word::Give, Word::AccordingTo]).map_or(piece.clone(), |(_, rest)| rest);
        let (way, name) = self
            .context
            .before(&name, &[Word::Descending, Word::Ascending, Word::EarliestFirst])
            .map_or((None, name.clone()), |(word, rest)| (Some(word), rest));
        let name = self.context.before(&name, &[Word::Of]).map_or(name, |(_, rest)| rest);
        let text = plain(&name);
        let fact = self.context.vocabulary.get(&text).into_iter().find_map(|entry| match entry {
            Entry::Fact(id) => Some(id),
            _ => None,
        });
        let by = match (fact, Word::find(&text)) {
            (Some(fact), _) => OrderBy::Fact(fact),
            (None, Some(Word::ApplicationDate | Word::OnDate)) => OrderBy::Date,
            (None, None) if way == Some(Word::EarliestFirst) && ["申请", "申报"].contains(&text.as_str()) => {
                OrderBy::Date
            }
            (None, Some(Word::Money)) => OrderBy::Amount,
            (None, _) => {
                let facts = self.context.model.facts.iter().map(|fact| fact.name.as_str());
                let near =
                    nearest(&text, facts.chain([Word::ApplicationDate.zh(), Word::Money.zh()])).map(str::to_owned);
                self.unknown_fact(&text, name.span, near);
                return None;
            }
        };
        let date = match by {
            OrderBy::Date => true,
            OrderBy::Amount => false,
            OrderBy::Fact(id) => match self.context.model.facts.get(id.index()).map(|fact| fact.ty.clone())? {
                Type::Date => true,
                Type::Number { .. } => false,
                Type::Member(class)
                    if self.context.model.classes.get(class.0 as usize).is_some_and(|class| class.ordered) =>
                {
                    false
                }
                _ => {
                    self.not_ordered(&text, name.span);
                    return None;
                }
            },
        };
        let descending = match way {
            Some(Word::Descending) => true,
            Some(Word::Ascending | Word::EarliestFirst) => false,
            _ if date => false,
            _ => {
                self.way_not_said(piece);
                return None;
            }
        };
        Some(OrderKey { by, descending })
    }

    fn not_ordered(&mut self, name: &str, span: Span) {
        self.context.report(
            Diagnostic::new(
                Code::NotComparable,
                span,
                format!("“{name}”没有大小先后，不能用来排次序"),
                format!("`{name}` has no order to rank by"),
            )
            .help(
                "用数、金额、日期，或者写了“由低到高”的枚举",
                "rank by a number, an amount, a date, or an ordered enumeration",
            ),
        );
    }

    fn way_not_said(&mut self, piece: &Phrase) {
        let after = piece.span.after();
        let mut report = finding(
            Code::BudgetInvalid,
            piece.span,
            ("没有写由高到低还是由低到高", "it is not said whether the greater or the less comes first"),
            ("写“由高到低”或“由低到高”", "write `descending` or `ascending`"),
        );
        for word in [Word::Descending, Word::Ascending] {
            let (zh, en) = (format!("加上“{}”", word.zh()), format!("add `{}`", word.en()));
            report = report.fix(after, format!(" {}", word.zh()), zh, en);
        }
        self.context.report(report);
    }

    /// Whether a type is money.
    pub(super) fn is_money_type(ty: &Type) -> bool {
        matches!(ty, Type::Number { kind: NumberKind::Money, unit, .. } if unit.currency().is_some())
    }
}

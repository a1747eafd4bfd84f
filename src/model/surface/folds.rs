//! In: 合计（…）, 计数（…） and the like, and names of figures by year with the words around them. Out: folds, figures, their sums,
//! averages and growth.

use crate::diagnostics::{Code, Diagnostic};
use crate::literal::Literal;
use crate::source::Span;
use crate::syntax::ast::Separator;
use crate::syntax::keywords::Word;

use super::super::record::SeriesYear;
use super::super::segment::calendar_year;
use super::super::tokens::{Token, TokenKind};
use super::super::vocabulary::Entry;
use super::super::{ListId, SubjectId};
use super::{FoldSurface, Reader, Surface, SurfaceKind, read};

/// Most years of 近N年.
const RECENT_YEARS_MAX: i32 = 20;

/// The list that the contents of a bracket begin with.
pub(super) fn list_of(inner: &[Token]) -> Option<ListId> {
    let TokenKind::Name(_, entries) = &inner.first()?.kind else { return None };
    entries.iter().find_map(|entry| match entry {
        Entry::List(id) => Some(*id),
        _ => None,
    })
}

/// Whether a name stands for figures by year.
pub(super) fn is_series(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| matches!(entry, Entry::Series(_)))
}

fn is_word(token: &Token, words: &[Word]) -> bool {
    matches!(&token.kind, TokenKind::Word(word) if words.contains(word))
}

/// A whole number of 年, or of nothing at all.
fn whole(number: &Literal) -> Option<i32> {
    let value = i32::try_from(number.value.mantissa()).ok().filter(|_| number.value.scale() == 0)?;
    match number.unit.as_slice() {
        [(unit, 1)] if unit == "月" => (value % 12 == 0).then_some(value / 12),
        _ => Some(value),
    }
}

impl Reader<'_, '_> {
    /// `设备 的 含税价格，其中 含税价格 5万元以上，前3项` in the brackets of a fold.
    pub(super) fn fold(
        &mut self,
        word: Word,
        list: ListId,
        inner: &[Token],
        top: Option<(u32, Span)>,
        span: Span,
    ) -> Surface {
        let comma = |token: &Token| matches!(token.kind, TokenKind::Separator(Separator::Comma | Separator::Semicolon));
        let mut top = top;
        let mut inner = inner;
        if let [
            before @ ..,
            last,
            Token { kind: TokenKind::Word(Word::Top), .. },
            Token { kind: TokenKind::Number(number), span },
        ] = inner
            && comma(last)
        {
            top = whole(number).and_then(|count| u32::try_from(count).ok()).map(|count| (count, *span)).or(top);
            inner = before;
        }
        let rest = inner.get(1..).unwrap_or_default();
        let cut = rest.iter().position(comma).unwrap_or(rest.len());
        let (value, filter) = rest.split_at(cut);
        let value = match value {
            [first, value @ ..] if is_word(first, &[Word::Of]) => value,
            value => value,
        };
        let filter = match filter.get(1..).unwrap_or_default() {
            [first, filter @ ..] if is_word(first, &[Word::Where, Word::EachOf]) => filter,
            filter => filter,
        };
        let mut part = |tokens: &[Token]| (!tokens.is_empty()).then(|| read(tokens, span, self.out));
        let (value, filter) = (part(value), part(filter));
        Surface { kind: SurfaceKind::Fold(Box::new(FoldSurface { word, list, value, filter, top })), span }
    }

    /// 合计 of something that is no list.
    pub(super) fn fold_without_list(&mut self, word: Word, inner: &[Token], span: Span) -> Surface {
        if inner.iter().any(|token| matches!(token.kind, TokenKind::Broken)) {
            return Surface { kind: SurfaceKind::Broken, span };
        }
        let at = inner.first().map_or(span, |first| first.span);
        self.out.push(
            Diagnostic::new(
                Code::IncompleteExpression,
                at,
                format!("“{}”的括号里先写清单的名称", word.zh()),
                format!("the brackets of `{}` begin with the name of a list", word.en()),
            )
            .help(
                format!("写成“{}（设备 的 含税价格）”，“清单 设备”要先声明", word.zh()),
                format!("write `{}(list of column)`, the list declared by a list item", word.en()),
            ),
        );
        Surface { kind: SurfaceKind::Broken, span }
    }

    /// 前3合计（…）.
    pub(super) fn top(&mut self, span: Span) -> Surface {
        if let [
            Token { kind: TokenKind::Number(number), span: at },
            Token { kind: TokenKind::Word(Word::Together), .. },
            Token { kind: TokenKind::Group(inner), span: group },
            ..,
        ] = self.tokens.get(self.at..).unwrap_or_default()
            && let Some(count) = whole(number).and_then(|count| u32::try_from(count).ok())
            && let Some(list) = list_of(inner)
        {
            self.at += 3;
            return self.fold(Word::Together, list, inner, Some((count, *at)), span.to(*group));
        }
        self.at -= 1;
        self.missing()
    }

    /// 上年研发费用.
    pub(super) fn named_year(&mut self, word: Word, span: Span) -> Surface {
        let year = match word {
            Word::ThisYear => 0,
            Word::LastYear => -1,
            _ => -2,
        };
        match self.series_name() {
            Some((entries, of, at)) => {
                let kind = SurfaceKind::Figure { entries, year: Some(SeriesYear::Relative(year)), of };
                Surface { kind, span: span.to(at) }
            }
            None => self.no_series(word, span),
        }
    }

    /// 2023年研发费用.
    pub(super) fn figure_of_year(&mut self, number: &Literal, span: Span) -> Option<Surface> {
        let year = calendar_year(number)?;
        let (entries, of, at) = self.series_name()?;
        let kind = SurfaceKind::Figure { entries, year: Some(SeriesYear::Absolute(year)), of };
        Some(Surface { kind, span: span.to(at) })
    }

    /// The name of a series that stands here, passed over; `市场主体 的 研发费用` too.
    fn series_name(&mut self) -> Option<(Vec<Entry>, Option<SubjectId>, Span)> {
        let start = self.at;
        if matches!(self.word(), Some((Word::Of, _))) {
            self.at += 1;
        }
        if let Some(Token { kind: TokenKind::Name(_, entries), span }) = self.peek()
            && is_series(entries)
        {
            self.at += 1;
            return Some((entries.clone(), None, *span));
        }
        self.at = start;
        None
    }

    fn no_series(&mut self, word: Word, span: Span) -> Surface {
        if !self.tokens.iter().any(|token| matches!(token.kind, TokenKind::Broken)) {
            self.out.push(
                Diagnostic::new(
                    Code::IncompleteExpression,
                    span,
                    format!("“{}”后面要写按年的事实", word.zh()),
                    format!("`{}` stands before a fact given by year", word.en()),
                )
                .help("在“对象”里把它声明为：名称：金额，按年", "declare it in its subject as `name: money, by-year`"),
            );
        }
        self.at += usize::from(self.peek().is_some());
        Surface { kind: SurfaceKind::Broken, span }
    }

    /// 近3年研发费用合计, 近3年研发费用平均, 近3年研发费用 均; 近3年内.
    pub(super) fn recent(&mut self, span: Span) -> Surface {
        let Some(Token { kind: TokenKind::Number(number), span: at }) = self.peek() else { return self.missing() };
        self.at += 1;
        let Some((entries, of, name)) = self.series_name() else {
            let word = match self.word() {
                Some((word @ (Word::WithinTerm | Word::WithinPostfix), _)) => {
                    self.at += 1;
                    word
                }
                _ => Word::WithinTerm,
            };
            let period = Surface { kind: SurfaceKind::Number(number.clone()), span: *at };
            return Surface { kind: SurfaceKind::Recent(Box::new(period), word), span: span.to(*at) };
        };
        let years = whole(number).filter(|years| (1..=RECENT_YEARS_MAX).contains(years));
        let Some(years) = years.filter(|_| !number.unit.is_empty()) else {
            self.out.push(
                Diagnostic::new(
                    Code::BadNumber,
                    *at,
                    format!("“近”后面写 1 到 {RECENT_YEARS_MAX} 年"),
                    format!("`recent` is followed by 1 to {RECENT_YEARS_MAX} years"),
                )
                .help("写成“近3年研发费用合计”", "write `recent 3年 fact together`"),
            );
            return Surface { kind: SurfaceKind::Broken, span };
        };
        let whole = span.to(name);
        let figures: Vec<Surface> = (-years..0)
            .map(|year| Surface {
                kind: SurfaceKind::Figure { entries: entries.clone(), year: Some(SeriesYear::Relative(year)), of },
                span: whole,
            })
            .collect();
        let Some((word @ (Word::Together | Word::Average | Word::EachOf), end)) = self.word() else {
            return self.recent_without_reading(whole);
        };
        self.at += 1;
        let whole = whole.to(end);
        if word == Word::EachOf {
            return Surface { kind: SurfaceKind::Each(figures), span: whole };
        }
        let mut figures = figures.into_iter();
        let Some(first) = figures.next() else { return self.missing() };
        let plus = |left: Surface, right: Surface| Surface {
            kind: SurfaceKind::Arithmetic(Word::Plus, Box::new(left), Box::new(right)),
            span: whole,
        };
        let sum = figures.fold(first, plus);
        if word == Word::Together {
            return Surface { kind: sum.kind, span: whole };
        }
        let count = Literal { value: years.into(), decimals: 0, unit: Vec::new(), percent: false };
        let count = Surface { kind: SurfaceKind::Number(count), span: *at };
        Surface { kind: SurfaceKind::Arithmetic(Word::DividedBy, Box::new(sum), Box::new(count)), span: whole }
    }

    fn recent_without_reading(&mut self, span: Span) -> Surface {
        self.out.push(
            Diagnostic::new(
                Code::SeriesWithoutYear,
                span,
                "近几年的数字，要写明是合计、平均，还是每年都要满足",
                "figures of several years: their sum, their average, or each of them?",
            )
            .fix(span.after(), " 合计", "几年加起来：加上“合计”", "their sum: add `together`")
            .fix(span.after(), " 均", "每年都要满足：加上“均”", "each of them: add `each`"),
        );
        Surface { kind: SurfaceKind::Broken, span }
    }

    /// 研发费用同比增速, 研发费用同比增长额, 研发费用较2023年增速, 研发费用较2023年增长额; the bare name.
    pub(super) fn series(&mut self, entries: &[Entry], of: Option<SubjectId>, span: Span) -> Surface {
        let figure = |year: SeriesYear, span: Span| Surface {
            kind: SurfaceKind::Figure { entries: entries.to_vec(), year: Some(year), of },
            span,
        };
        let last = SeriesYear::Relative(-1);
        let (base, rate, end) = match self.tokens.get(self.at..).unwrap_or_default() {
            [Token { kind: TokenKind::Word(word @ (Word::GrowthRate | Word::GrowthAmount)), span: end }, ..] => {
                self.at += 1;
                (SeriesYear::Relative(-2), *word == Word::GrowthRate, *end)
            }
            [
                Token { kind: TokenKind::Word(Word::Against), .. },
                Token { kind: TokenKind::Number(number), .. },
                Token { kind: TokenKind::Word(word @ (Word::RateSince | Word::AmountSince)), span: end },
                ..,
            ] if calendar_year(number).is_some() => {
                self.at += 3;
                let year = calendar_year(number).map_or(last, SeriesYear::Absolute);
                (year, *word == Word::RateSince, *end)
            }
            _ => return Surface { kind: SurfaceKind::Figure { entries: entries.to_vec(), year: None, of }, span },
        };
        let whole = span.to(end);
        let (new, old) = (Box::new(figure(last, whole)), Box::new(figure(base, whole)));
        let growth = Surface { kind: SurfaceKind::Arithmetic(Word::Minus, new, old.clone()), span: whole };
        if !rate {
            return growth;
        }
        Surface { kind: SurfaceKind::Arithmetic(Word::DividedBy, Box::new(growth), old), span: whole }
    }

    /// 年序（入驻日期，按周年）.
    pub(super) fn year_number(&mut self, inner: &[Token], span: Span) -> Surface {
        let (date, reading) = match inner {
            [date @ .., Token { kind: TokenKind::Separator(_), .. }, Token { kind: TokenKind::Word(word), .. }]
                if matches!(word, Word::ByAnniversary | Word::ByCalendarYear) =>
            {
                (date, Some(*word))
            }
            date => (date, None),
        };
        let date = read(date, span, self.out);
        Surface { kind: SurfaceKind::YearNumber(Box::new(date), reading), span }
    }

    /// 首次, 首次 条款 a, 首次（每项目）.
    pub(super) fn first_time(&mut self, span: Span) -> Surface {
        let (mut clause, mut key, mut whole) = (None, None, span);
        if let Some(Token { kind: TokenKind::Text(name), span: at }) = self.peek() {
            self.at += 1;
            (clause, whole) = (Some((name.clone(), *at)), whole.to(*at));
        }
        if let Some(Token { kind: TokenKind::Group(inner), span: at }) = self.peek() {
            self.at += 1;
            (key, whole) = (Some(inner.clone()), whole.to(*at));
        }
        Surface { kind: SurfaceKind::FirstTime(clause, key), span: whole }
    }
}

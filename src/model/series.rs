//! In: names of figures by year, with the year that is meant. Out: the fact of that year, made where it is first used.

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::SERIES_YEARS_MAX;
use crate::source::Span;

use super::context::Context;
use super::expression::Expr;
use super::record::SeriesYear;
use super::typing::{Typing, error};
use super::vocabulary::Entry;
use super::{Fact, FactId, SeriesId, SubjectId};

impl Typing<'_, '_> {
    /// 上年研发费用.
    pub(super) fn figure(
        &mut self,
        entries: &[Entry],
        year: Option<SeriesYear>,
        of: Option<SubjectId>,
        span: Span,
    ) -> Expr {
        let found: Vec<SeriesId> = entries
            .iter()
            .filter_map(|entry| match entry {
                Entry::Series(id) => Some(*id),
                _ => None,
            })
            .filter(|id| {
                let owner = self.context.model.series.get(id.index()).map(|series| series.subject);
                of.is_none() || owner == of
            })
            .collect();
        let near = found.iter().copied().find(|id| {
            let owner = self.context.model.series.get(id.index()).map(|series| series.subject);
            owner.is_some_and(|owner| self.subjects.iter().any(|own| self.context.with_owners(*own).contains(&owner)))
        });
        let Some(series) = near.or(found.first().copied()) else { return error(span) };
        let Some(year) = year else { return self.series_without_year(series, span) };
        let Some(fact) = self.context.figure_of(series, year) else {
            self.context.report(Diagnostic::new(
                Code::LimitReached,
                span,
                format!("一个按年的事实最多用到 {SERIES_YEARS_MAX} 个年份"),
                format!("at most {SERIES_YEARS_MAX} years of one fact can be used"),
            ));
            return error(span);
        };
        let name = self.context.text(span);
        self.in_reach(fact, &name, span);
        self.given_fact(fact, span)
    }

    fn series_without_year(&mut self, series: SeriesId, span: Span) -> Expr {
        let name = self.context.model.series.get(series.index()).map_or(String::new(), |series| series.name.clone());
        let mut report = Diagnostic::new(
            Code::SeriesWithoutYear,
            span,
            format!("“{name}”按年填报，没有写是哪一年"),
            format!("`{name}` is given by year, and it is not said which year is meant"),
        )
        .label("哪一年的？", "of which year?")
        .help(
            format!("写成 上年{name}、当年{name}、2023年{name}、近3年{name}合计、{name}同比增速"),
            format!("write `last-year {name}`, `2023年 {name}`, `recent 3年 {name} together`, `{name} growth-rate`"),
        );
        let start = Span { end: span.start, ..span };
        for (word, zh, en) in [
            ("上年", "上一个日历年", "the calendar year before"),
            ("当年", "评定日所在的年", "the year of the decision"),
        ] {
            report = report.fix(start, word, format!("{zh}：加上“{word}”"), format!("{en}: add `{word}`"));
        }
        self.context.report(report);
        error(span)
    }
}

impl Context<'_> {
    /// The fact that holds the figure of a year; `None` where too many years are used.
    pub fn figure_of(&mut self, id: SeriesId, year: SeriesYear) -> Option<FactId> {
        let is = |fact: &Fact| fact.year == Some((id, year));
        if let Some(at) = self.model.facts.iter().position(is) {
            return u32::try_from(at).ok().map(FactId);
        }
        let used = self.model.facts.iter().filter(|fact| fact.year.is_some_and(|(series, _)| series == id)).count();
        if used >= SERIES_YEARS_MAX {
            return None;
        }
        let series = self.model.series.get(id.index())?.clone();
        let alias =
            |tail: String| if series.alias.is_empty() { String::new() } else { format!("{}.{tail}", series.alias) };
        let (name, alias) = match year {
            SeriesYear::Relative(0) => (format!("当年{}", series.name), alias("this-year".to_owned())),
            SeriesYear::Relative(-1) => (format!("上年{}", series.name), alias("last-year".to_owned())),
            SeriesYear::Relative(-2) => (format!("前年{}", series.name), alias("year-before-last".to_owned())),
            SeriesYear::Relative(back) => {
                let back = back.unsigned_abs();
                (format!("{back}年前{}", series.name), alias(format!("{back}-years-ago")))
            }
            SeriesYear::Absolute(year) => (format!("{year}年{}", series.name), alias(year.to_string())),
        };
        // Its name is read as words and a name, never as one name: it goes into no vocabulary.
        let at = u32::try_from(self.model.facts.len()).ok()?;
        self.model.facts.push(Fact {
            name,
            alias,
            subject: series.subject,
            ty: series.ty,
            source: series.source,
            range: series.range,
            made: true,
            credit_code: false,
            yearly: true,
            year: Some((id, year)),
            certificate: None,
            note: String::new(),
            span: series.span,
        });
        Some(FactId(at))
    }
}

//! In: the model in one language. Out: the charts of pages: ceilings by clause, the timeline, budgets; every bar leads to its clause, every
//! figure to its sentence.
//! Invariant: what is drawn is what [`crate::docs::charts`] draws for the handbook; a chart that would show nothing is not made.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::linked::{escaped, linked};
use super::paths::page;
use super::site::Sheet;
use super::strip::{Bar, Name, Strip};
use crate::diagnostics::Lang;
use crate::docs::charts::{budget, ceilings, pick, said, timeline};
use crate::docs::model::{DocModel, EventDoc, FigureDoc};

/// Longest bar where its amount stands after it.
const LONGEST: u32 = 5_800;
/// Where the days of the timeline end: an arrow has its place after them.
const DAYS_END: u32 = 9_400;
/// Spans and days of the timeline that are drawn; the list below it has all.
const ROWS_MAX: usize = 60;

/// What a chart draws from.
pub(super) struct Charts<'m> {
    pub(super) model: &'m DocModel,
    pub(super) sheet: &'m Sheet,
    pub(super) figures: &'m BTreeMap<String, Vec<FigureDoc>>,
    pub(super) lang: Lang,
}

/// How long a bar is.
fn length(value: Decimal, most: Decimal) -> u32 {
    let along = (value * Decimal::from(LONGEST)).checked_div(most).and_then(|it| it.round().to_u32());
    along.unwrap_or(LONGEST).clamp(50, LONGEST)
}

impl Charts<'_> {
    /// A text with its figures linked. Charts stand on pages at the top of a language.
    fn linked(&self, text: &str, key: &str) -> String {
        let own = self.figures.get(key).map(Vec::as_slice).unwrap_or_default();
        linked(text, own, &|id| self.sheet.sentence(id))
    }

    /// The constant ceilings of these clauses, by what they count over; bars of all pages have one measure.
    pub(super) fn ceilings(&self, from: usize, to: usize) -> Option<String> {
        let all = ceilings::constants(self.model);
        let most = all.iter().map(|it| it.value).max().filter(|most| *most > Decimal::ZERO)?;
        let ids: Vec<&str> =
            self.model.clauses.get(from..to).unwrap_or_default().iter().map(|clause| clause.id.as_str()).collect();
        let shown: Vec<_> = all.into_iter().filter(|it| ids.contains(&it.clause.id.as_str())).collect();
        if shown.is_empty() {
            return None;
        }
        let mut strip = Strip::default();
        for (colour, name) in ceilings::kinds(self.lang).into_iter().enumerate() {
            let of_kind: Vec<_> = shown.iter().filter(|it| ceilings::kind(it.ceiling.period) == colour).collect();
            if !of_kind.is_empty() {
                strip.heading(Some(colour), name);
            }
            for it in of_kind {
                let (amount, words) = (said(&it.ceiling.amount, self.lang), said(&it.ceiling.words, self.lang));
                let lifted =
                    if it.ceiling.lifted { pick(self.lang, "（可放宽）", " (may be lifted)") } else { "" };
                let hint = format!("{} {amount}{}{words}{lifted}", it.clause.title, pick(self.lang, "，", ", "));
                let after = format!(
                    "{}{}",
                    self.linked(amount, &format!("clause:{}", it.clause.id)),
                    if it.ceiling.lifted { "＊" } else { "" }
                );
                let bar = Bar { from: 0, length: length(it.value, most), colour, hint: &hint, open: false };
                let name = format!("{} {}", it.clause.address, it.clause.title);
                strip.row(Name::Chinese(&name), Some(&page("clause", &it.clause.id)), bar, &after);
            }
        }
        let title = pick(self.lang, "各条款的上限", "Ceilings by clause");
        Some(strip.finish("ceilings", title, &ceilings::described(&shown, shown.len(), self.lang)))
    }

    /// Validity of the policy and of its clauses, and the days that matter.
    pub(super) fn timeline(&self) -> Option<String> {
        let spans = timeline::spans(self.model, self.lang);
        let scale = timeline::Scale::new(self.model, &spans)?;
        let x = |day: &str| timeline::number(day).map(|day| scale.along(day, DAYS_END));
        let mut strip = Strip::default();
        for (span, colour) in spans.iter().take(ROWS_MAX).zip(std::iter::once(0).chain(std::iter::repeat(1))) {
            let days = timeline::between(&span.days, self.lang);
            let from = span.days.first.as_deref().and_then(x).unwrap_or(0);
            let to = span.days.last.as_deref().and_then(x).unwrap_or(DAYS_END);
            let hint = format!("{} {days}", span.name);
            let open = span.days.last.is_none();
            let bar = Bar { from, length: to.saturating_sub(from).max(50), colour, hint: &hint, open };
            let key = span.clauses.first().map_or_else(|| "policy".to_owned(), |id| format!("clause:{id}"));
            let told = format!("{} {}", escaped(&span.name), self.linked(&days, &key));
            strip.told(&told, span.clauses.first().map(|id| page("clause", id)).as_deref(), bar);
        }
        for event in self.model.timeline.iter().filter(|event| apart(event)).take(ROWS_MAX) {
            let Some(at) = x(&event.day) else { continue };
            let day = self.day(event);
            strip.mark(&format!("{day} {}", escaped(said(&event.words, self.lang))), at);
        }
        let years: Vec<(u32, String)> =
            scale.years().into_iter().map(|(day, year)| (scale.along(day, DAYS_END), year.to_string())).collect();
        strip.axis(&years);
        Some(strip.finish("timeline", timeline::title(self.lang), &timeline::described(self.model, self.lang)))
    }

    /// A day that leads to the sentence that says it.
    fn day(&self, event: &EventDoc) -> String {
        match &event.sentence {
            Some(id) => {
                format!(
                    "<a class=\"figure\" href=\"{}\">{}</a>",
                    escaped(&self.sheet.sentence(id)),
                    escaped(&event.day)
                )
            }
            None => escaped(&event.day),
        }
    }

    /// Budgets, each named by the departments whose clauses it pays for.
    pub(super) fn budget(&self) -> Option<String> {
        let budgets = &self.model.budgets;
        let most = budgets.iter().filter_map(budget::value).max().filter(|most| *most > Decimal::ZERO)?;
        let mut strip = Strip::default();
        for (limit, at) in budgets.iter().zip(0_usize..).take(ROWS_MAX) {
            let Some(value) = budget::value(limit) else { continue };
            let words = said(&limit.words, self.lang);
            let amount = limit.figures.iter().find(|figure| figure.value == limit.value);
            let amount = amount.map_or(words, |figure| said(&figure.text, self.lang));
            strip.row(
                Name::OfPage(&budget::named(self.model, limit, self.lang)),
                limit.clauses.first().map(|id| page("clause", id)).as_deref(),
                Bar { from: 0, length: length(value, most), colour: 0, hint: words, open: false },
                &self.linked(amount, &format!("budget:{at}")),
            );
        }
        Some(strip.finish("budget", budget::title(self.lang), &budget::described(self.model, self.lang)))
    }
}

/// Whether a day is not one at which a bar begins or ends.
fn apart(event: &EventDoc) -> bool {
    matches!(event.kind.as_str(), "published" | "amended" | "retroactive")
}

//! In: the validity of a policy and of its clauses, and the days that matter. Out: a bar for each span of days, a line for each day.
//! Invariant: clauses with the same days share a bar; a span without an end has an arrow where the picture ends.

use super::drawing::{Anchor, Drawing, WIDTH, fitted};
use super::{Chart, clauses, pick, said};
use crate::calendar;
use crate::diagnostics::Lang;
use crate::docs::model::{Days, DocModel};

const ROWS_MAX: usize = 40;
const LEFT: u32 = 220;
const RIGHT: u32 = WIDTH - 40;
const ROW: u32 = 28;

/// A bar.
pub(in crate::docs) struct Span {
    /// Its name.
    pub(in crate::docs) name: String,
    /// Its days.
    pub(in crate::docs) days: Days,
    /// The clauses it is about.
    pub(in crate::docs) clauses: Vec<String>,
}

/// Days to places on the picture.
pub(in crate::docs) struct Scale {
    first: i64,
    last: i64,
}

impl Scale {
    /// From the first day that is known to the last; none where no day is known.
    pub(in crate::docs) fn new(model: &DocModel, spans: &[Span]) -> Option<Scale> {
        let bounds = spans.iter().flat_map(|span| [span.days.first.as_deref(), span.days.last.as_deref()]);
        let days = bounds.flatten().chain(model.timeline.iter().map(|event| event.day.as_str()));
        let known: Vec<i64> = days.filter_map(number).collect();
        let (first, last) = (known.iter().min().copied()?, known.iter().max().copied()?);
        Some(Scale { first, last: if last - first < 30 { first + 365 } else { last } })
    }

    /// How far along a line of a length a day lies.
    pub(in crate::docs) fn along(&self, day: i64, length: u32) -> u32 {
        let (first, last) = (self.first, self.last.max(self.first + 1));
        let along = (day.clamp(first, last) - first) * i64::from(length) / (last - first);
        u32::try_from(along).unwrap_or(0)
    }

    /// The firsts of January to be marked, at most some ten, with the year.
    pub(in crate::docs) fn years(&self) -> Vec<(i64, i64)> {
        let (first, last) = (calendar::year(self.first), calendar::year(self.last));
        let step = usize::try_from((last - first) / 10).unwrap_or(0).saturating_add(1);
        let day = |year: i64| calendar::day(year, 1, 1).map(i64::from).filter(|day| *day >= self.first);
        (first..=last).step_by(step).filter_map(|year| Some((day(year)?, year))).collect()
    }

    fn x(&self, day: i64) -> u32 {
        LEFT + self.along(day, RIGHT - LEFT)
    }
}

/// Validity of the policy and of its clauses; none where no day is known.
#[must_use]
pub fn timeline(model: &DocModel, lang: Lang) -> Option<Chart> {
    let spans = spans(model, lang);
    let scale = Scale::new(model, &spans)?;
    let title = title(lang).to_owned();
    let description = described(model, lang);
    let mut drawing = Drawing::new();
    let top = 14 + events(&mut drawing, model, &scale, lang);
    let mut y = top;
    for (span, colour) in spans.iter().take(ROWS_MAX).zip(std::iter::once(0).chain(std::iter::repeat(1))) {
        drawing.text(LEFT - 10, y + 18, Anchor::End, &fitted(&span.name, 30));
        let from = span.days.first.as_deref().and_then(number).map_or(LEFT, |day| scale.x(day));
        let open = span.days.last.is_none();
        let to = span.days.last.as_deref().and_then(number).map_or(RIGHT, |day| scale.x(day));
        drawing.bar([from, y + 5, to.saturating_sub(from).max(2), ROW - 10], colour, &between(&span.days, lang));
        if open {
            drawing.onward(to, y + 5, ROW - 10, colour);
        }
        y += ROW;
    }
    years(&mut drawing, &scale, top, y);
    let svg = drawing.finish("timeline", y + 28, &title, &description);
    let head = match lang {
        Lang::Zh => ["什么", "从哪天到哪天", "条款"],
        Lang::En => ["What", "Days", "Clauses"],
    };
    let of_span = |span: &Span| vec![span.name.clone(), between(&span.days, lang), clauses(model, &span.clauses, lang)];
    let of_event = |event: &crate::docs::model::EventDoc| {
        vec![said(&event.words, lang).to_owned(), event.day.clone(), clauses(model, &event.clauses, lang)]
    };
    let rows = spans.iter().map(of_span).chain(model.timeline.iter().map(of_event)).collect();
    Some(Chart { id: "timeline", title, description, svg, head: head.map(str::to_owned).into(), rows })
}

/// The chart's title.
pub(in crate::docs) fn title(lang: Lang) -> &'static str {
    pick(lang, "施行与有效期", "Validity")
}

/// The policy, then the clauses that have days of their own, those with the same days together.
pub(in crate::docs) fn spans(model: &DocModel, lang: Lang) -> Vec<Span> {
    let policy = &model.policy.in_force;
    let mut spans =
        vec![Span { name: pick(lang, "政策", "policy").to_owned(), days: policy.clone(), clauses: Vec::new() }];
    for clause in model.clauses.iter().filter(|clause| clause.in_force != *policy) {
        match spans.iter_mut().skip(1).find(|span| span.days == clause.in_force) {
            Some(span) => {
                span.clauses.push(clause.id.clone());
                let count = span.clauses.len();
                let first = span.name.split('（').next().unwrap_or_default().to_owned();
                span.name = match lang {
                    Lang::Zh => format!("{first}（等 {count} 条）"),
                    Lang::En => format!("{first}（{count} clauses）"),
                };
            }
            None => spans.push(Span {
                name: clause.title.replace('（', "("),
                days: clause.in_force.clone(),
                clauses: vec![clause.id.clone()],
            }),
        }
    }
    spans
}

/// What the chart shows, in a sentence.
pub(in crate::docs) fn described(model: &DocModel, lang: Lang) -> String {
    let days = between(&model.policy.in_force, lang);
    let own = model.clauses.iter().filter(|clause| clause.in_force != model.policy.in_force).count();
    match (lang, own) {
        (Lang::Zh, 0) => format!("政策{days}；各条款与政策相同。"),
        (Lang::Zh, own) => format!("政策{days}；{own} 条另有期限。"),
        (Lang::En, 0) => format!("The policy holds {days}, and so do its clauses."),
        (Lang::En, own) => format!("The policy holds {days}; {own} clauses have days of their own."),
    }
}

/// Days in words.
pub(in crate::docs) fn between(days: &Days, lang: Lang) -> String {
    match (lang, days.first.as_deref(), days.last.as_deref()) {
        (Lang::Zh, Some(first), Some(last)) => format!("{first} 至 {last}"),
        (Lang::Zh, Some(first), None) => format!("{first} 起"),
        (Lang::Zh, None, Some(last)) => format!("至 {last}"),
        (Lang::Zh, None, None) => "没有写期限".to_owned(),
        (Lang::En, Some(first), Some(last)) => format!("{first} to {last}"),
        (Lang::En, Some(first), None) => format!("from {first}"),
        (Lang::En, None, Some(last)) => format!("until {last}"),
        (Lang::En, None, None) => "without stated days".to_owned(),
    }
}

/// The days that matter, a line each with its words above; the height they take.
fn events(drawing: &mut Drawing, model: &DocModel, scale: &Scale, lang: Lang) -> u32 {
    let mut days: Vec<(&str, Vec<&str>)> = Vec::new();
    for event in &model.timeline {
        let words = said(&event.words, lang);
        match days.last_mut().filter(|(day, _)| *day == event.day) {
            Some((_, said)) => said.push(words),
            None => days.push((&event.day, vec![words])),
        }
    }
    days.truncate(12);
    let height = u32::try_from(days.len()).unwrap_or(0) * 18;
    for ((day, words), row) in days.iter().zip(1_u32..) {
        let Some(x) = number(day).map(|day| scale.x(day)) else { continue };
        let text = fitted(&format!("{day} {}", words.join(pick(lang, "、", ", "))), 60);
        let y = row * 18;
        match x > (LEFT + RIGHT) / 2 {
            true => drawing.text(x.saturating_sub(6), y, Anchor::End, &text),
            false => drawing.text(x + 6, y, Anchor::Start, &text),
        }
        drawing.line([x, y.saturating_sub(10), x, height + 14], true);
    }
    height
}

/// The first of January of every year, as an axis.
fn years(drawing: &mut Drawing, scale: &Scale, top: u32, bottom: u32) {
    drawing.line([LEFT, bottom + 4, RIGHT, bottom + 4], false);
    for (day, year) in scale.years() {
        let x = scale.x(day);
        drawing.line([x, top, x, bottom + 4], true);
        drawing.text(x, bottom + 22, Anchor::Middle, &year.to_string());
    }
}

/// A day as it is written in the model.
pub(in crate::docs) fn number(day: &str) -> Option<i64> {
    let mut parts = day.splitn(3, '-');
    let (year, month, of_month) =
        (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    calendar::day(year, month, of_month).map(i64::from)
}

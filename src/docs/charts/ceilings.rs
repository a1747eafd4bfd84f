//! In: the constant ceilings of clauses. Out: a bar for each, the longest for the largest.
//! Invariant: lengths are in proportion to amounts, and no bar is shorter than two points.

use std::str::FromStr as _;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::drawing::{Anchor, Drawing, WIDTH, fitted};
use super::{Chart, pick, said};
use crate::diagnostics::Lang;
use crate::docs::model::{CeilingDoc, ClauseDoc, DocModel, PeriodKind};

/// Rows drawn at most; the table has all.
const ROWS_MAX: usize = 60;
const NAMES: u32 = 300;
const ROW: u32 = 24;
const TOP: u32 = 40;
const LONGEST: u32 = 300;

/// A ceiling that is a constant.
#[derive(Debug, Clone, Copy)]
pub(in crate::docs) struct Constant<'m> {
    /// Its clause.
    pub(in crate::docs) clause: &'m ClauseDoc,
    /// The ceiling.
    pub(in crate::docs) ceiling: &'m CeilingDoc,
    /// Its amount.
    pub(in crate::docs) value: Decimal,
}

/// Every ceiling that is a constant, in order of the document.
pub(in crate::docs) fn constants(model: &DocModel) -> Vec<Constant<'_>> {
    let all = model.clauses.iter().flat_map(|clause| clause.ceilings.iter().map(move |it| (clause, it)));
    let value = |ceiling: &CeilingDoc| Decimal::from_str(ceiling.value.as_deref()?).ok();
    all.filter_map(|(clause, ceiling)| Some(Constant { clause, ceiling, value: value(ceiling)? })).collect()
}

/// What a ceiling counts over, as a colour.
pub(in crate::docs) fn kind(period: PeriodKind) -> usize {
    match period {
        PeriodKind::Year => 0,
        PeriodKind::Lifetime => 1,
        PeriodKind::Once | PeriodKind::Each => 2,
        PeriodKind::Months | PeriodKind::OnceOrYear => 3,
    }
}

/// Ceilings by clause; none where no clause has one.
#[must_use]
pub fn ceilings(model: &DocModel, lang: Lang) -> Option<Chart> {
    let all = || model.clauses.iter().flat_map(|clause| clause.ceilings.iter().map(move |it| (clause, it)));
    let mut drawn = constants(model);
    drawn.truncate(ROWS_MAX);
    let most = drawn.iter().map(|it| it.value).max().filter(|most| *most > Decimal::ZERO)?;
    let title = pick(lang, "各条款的上限", "Ceilings by clause").to_owned();
    let description = described(&drawn, all().count(), lang);
    let mut drawing = Drawing::new();
    legend(&mut drawing, &drawn, lang);
    let mut y = TOP;
    for Constant { clause, ceiling, value } in &drawn {
        let name = fitted(&format!("{} {}", clause.address, clause.title), 44);
        drawing.text(NAMES - 8, y + 15, Anchor::End, &name);
        let length = (*value * Decimal::from(LONGEST)).checked_div(most).and_then(|it| it.round().to_u32());
        let length = length.unwrap_or(LONGEST).clamp(2, LONGEST);
        let hint = format!("{} {}", clause.title, ceiling.text);
        drawing.bar([NAMES, y + 4, length, ROW - 8], kind(ceiling.period), &hint);
        let stars = if ceiling.lifted { "＊" } else { "" };
        drawing.text(NAMES + length + 6, y + 15, Anchor::Start, &format!("{}{stars}", said(&ceiling.amount, lang)));
        y += ROW;
    }
    let rows = all().map(|(clause, it)| row(clause, it, lang)).collect();
    let svg = drawing.finish("ceilings", y + 12, &title, &description);
    let head = match lang {
        Lang::Zh => ["条款", "名称", "上限", "按什么计"],
        Lang::En => ["Clause", "Title", "Ceiling", "Counted"],
    };
    Some(Chart { id: "ceilings", title, description, svg, head: head.map(str::to_owned).into(), rows })
}

/// What the chart shows, in a sentence.
pub(in crate::docs) fn described(drawn: &[Constant<'_>], count: usize, lang: Lang) -> String {
    let top = drawn.iter().max_by(|a, b| a.value.cmp(&b.value).then_with(|| b.clause.id.cmp(&a.clause.id)));
    let top = top.map_or_else(String::new, |top| {
        format!("{}{}{}", top.clause.title, pick(lang, "：", ": "), said(&top.ceiling.amount, lang))
    });
    match lang {
        Lang::Zh => format!("{count} 项上限，条越长金额越高。最高的是{top}。"),
        Lang::En => format!("{count} ceilings, longer bars for more. Highest: {top}."),
    }
}

fn row(clause: &ClauseDoc, ceiling: &CeilingDoc, lang: Lang) -> Vec<String> {
    let lifted = if ceiling.lifted { pick(lang, "（经批准可不受限）", " (may be lifted)") } else { "" };
    let soft = if ceiling.soft { pick(lang, "（原则上）", " (in principle)") } else { "" };
    vec![
        clause.address.clone(),
        clause.title.clone(),
        format!("{}{soft}{lifted}", said(&ceiling.amount, lang)),
        said(&ceiling.words, lang).to_owned(),
    ]
}

/// The names of what ceilings count over, by [`kind`].
pub(in crate::docs) fn kinds(lang: Lang) -> [&'static str; 4] {
    match lang {
        Lang::Zh => ["每年", "累计", "一次或每次", "一段时间内"],
        Lang::En => ["a year", "in all", "once or each time", "within a term"],
    }
}

fn legend(drawing: &mut Drawing, drawn: &[Constant<'_>], lang: Lang) {
    let mut x = NAMES;
    for (colour, name) in kinds(lang).into_iter().enumerate() {
        if drawn.iter().any(|it| kind(it.ceiling.period) == colour) {
            drawing.bar([x, 14, 12, 12], colour, name);
            drawing.text(x + 18, 25, Anchor::Start, name);
            x += 110;
        }
    }
    if drawn.iter().any(|it| it.ceiling.lifted) {
        drawing.text(WIDTH - 4, 25, Anchor::End, pick(lang, "＊ 可放宽", "＊ may be lifted"));
    }
}

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

/// What a ceiling counts over, as a colour.
fn kind(period: PeriodKind) -> usize {
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
    let drawn: Vec<(&ClauseDoc, &CeilingDoc, Decimal)> = all()
        .filter_map(|(clause, it)| Some((clause, it, Decimal::from_str(it.value.as_deref()?).ok()?)))
        .take(ROWS_MAX)
        .collect();
    let most = drawn.iter().map(|(_, _, value)| *value).max().filter(|most| *most > Decimal::ZERO)?;
    let title = pick(lang, "各条款的上限", "Ceilings by clause").to_owned();
    let described = |named: &(&ClauseDoc, &CeilingDoc, Decimal)| {
        format!("{}{}{}", named.0.title, pick(lang, "：", ": "), said(&named.1.amount, lang))
    };
    let top = drawn.iter().max_by(|a, b| a.2.cmp(&b.2).then_with(|| b.0.id.cmp(&a.0.id))).map(described);
    let description = match lang {
        Lang::Zh => format!("{} 项上限，条越长金额越高。最高的是{}。", all().count(), top.unwrap_or_default()),
        Lang::En => format!("{} ceilings, longer bars for more. Highest: {}.", all().count(), top.unwrap_or_default()),
    };
    let mut drawing = Drawing::new();
    legend(&mut drawing, &drawn, lang);
    let mut y = TOP;
    for (clause, ceiling, value) in &drawn {
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

fn legend(drawing: &mut Drawing, drawn: &[(&ClauseDoc, &CeilingDoc, Decimal)], lang: Lang) {
    let kinds = match lang {
        Lang::Zh => ["每年", "累计", "一次或每次", "一段时间内"],
        Lang::En => ["a year", "in all", "once or each time", "within a term"],
    };
    let mut x = NAMES;
    for (colour, name) in kinds.into_iter().enumerate() {
        if drawn.iter().any(|(_, ceiling, _)| kind(ceiling.period) == colour) {
            drawing.bar([x, 14, 12, 12], colour, name);
            drawing.text(x + 18, 25, Anchor::Start, name);
            x += 110;
        }
    }
    if drawn.iter().any(|(_, ceiling, _)| ceiling.lifted) {
        drawing.text(WIDTH - 4, 25, Anchor::End, pick(lang, "＊ 可放宽", "＊ may be lifted"));
    }
}

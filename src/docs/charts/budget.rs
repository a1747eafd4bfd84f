//! In: the budgets of a policy. Out: a bar for each, named by the departments whose clauses it pays for.
//! Invariant: lengths are in proportion to amounts; a policy that states no budget has no such chart.

use std::str::FromStr as _;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::drawing::{Anchor, Drawing, fitted};
use super::{Chart, clauses, departments, pick, said};
use crate::diagnostics::Lang;
use crate::docs::model::{DocModel, LimitDoc};

const NAMES: u32 = 260;
const ROW: u32 = 28;
const TOP: u32 = 12;
const LONGEST: u32 = 280;
const ROWS_MAX: usize = 40;

/// The amount of a budget.
pub(in crate::docs) fn value(limit: &LimitDoc) -> Option<Decimal> {
    Decimal::from_str(&limit.value).ok()
}

/// The chart's title.
pub(in crate::docs) fn title(lang: Lang) -> &'static str {
    pick(lang, "各部门的预算", "Budget by department")
}

/// What the chart shows, in a sentence.
pub(in crate::docs) fn described(model: &DocModel, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{} 项预算，条越长金额越高。", model.budgets.len()),
        Lang::En => format!("{} budgets, longer bars for more.", model.budgets.len()),
    }
}

/// The departments whose clauses a budget pays for.
pub(in crate::docs) fn named(model: &DocModel, limit: &LimitDoc, lang: Lang) -> String {
    match limit.departments.is_empty() {
        true => pick(lang, "没有写部门", "no department named").to_owned(),
        false => departments(model, &limit.departments, lang),
    }
}

/// Budgets by department; none where the policy has none.
#[must_use]
pub fn budget(model: &DocModel, lang: Lang) -> Option<Chart> {
    let most = model.budgets.iter().filter_map(value).max().filter(|most| *most > Decimal::ZERO)?;
    let (title, description) = (title(lang).to_owned(), described(model, lang));
    let named = |limit: &LimitDoc| named(model, limit, lang);
    let mut drawing = Drawing::new();
    let mut y = TOP;
    for limit in model.budgets.iter().take(ROWS_MAX) {
        drawing.text(NAMES - 8, y + 18, Anchor::End, &fitted(&named(limit), 36));
        let length = value(limit).and_then(|it| (it * Decimal::from(LONGEST)).checked_div(most)?.round().to_u32());
        let length = length.unwrap_or(LONGEST).clamp(2, LONGEST);
        drawing.bar([NAMES, y + 5, length, ROW - 10], 0, said(&limit.words, lang));
        drawing.text(NAMES + length + 6, y + 18, Anchor::Start, &fitted(said(&limit.words, lang), 28));
        y += ROW;
    }
    let rows = model
        .budgets
        .iter()
        .map(|limit| vec![named(limit), said(&limit.words, lang).to_owned(), clauses(model, &limit.clauses, lang)]);
    let svg = drawing.finish("budget", y + 12, &title, &description);
    let head = match lang {
        Lang::Zh => ["牵头部门", "预算", "条款"],
        Lang::En => ["Lead departments", "Budget", "Clauses"],
    };
    let (head, rows) = (head.map(str::to_owned).into(), rows.collect());
    Some(Chart { id: "budget", title, description, svg, head, rows })
}

//! In: the documentation model. Out: [`Chart`]s: a picture as SVG text, and the same as a table for those who cannot or would not look.
//! Invariant: pure and deterministic; whole numbers only; every text is escaped, so that nothing of a policy is ever run; a chart that
//! would show nothing is not made.

pub(super) mod budget;
pub(super) mod ceilings;
mod drawing;
pub(super) mod timeline;

use crate::diagnostics::Lang;

use super::model::{DocModel, Words};

pub use budget::budget;
pub use ceilings::ceilings;
pub use timeline::timeline;

/// A picture with its text alternative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// `ceilings`, `timeline` or `budget`: the name of its file, and the start of the ids inside the picture.
    pub id: &'static str,
    /// Title.
    pub title: String,
    /// What is to be seen, in a sentence.
    pub description: String,
    /// The picture: one `svg` element with `role="img"`, its title and its description.
    pub svg: String,
    /// Heads of the table that says the same.
    pub head: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// All charts that have something to show.
#[must_use]
pub fn charts(model: &DocModel, lang: Lang) -> Vec<Chart> {
    [ceilings(model, lang), timeline(model, lang), budget(model, lang)].into_iter().flatten().collect()
}

/// A text in one language.
pub(super) fn said(words: &Words, lang: Lang) -> &str {
    match lang {
        Lang::Zh => &words.zh,
        Lang::En => &words.en,
    }
}

/// One of two texts.
pub(super) fn pick<'t>(lang: Lang, zh: &'t str, en: &'t str) -> &'t str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// Names of clauses, as a list.
fn clauses(model: &DocModel, ids: &[String], lang: Lang) -> String {
    let of = |id: &String| {
        let found = model.clauses.iter().find(|clause| clause.id == *id);
        found.map_or_else(|| id.clone(), |clause| format!("{} {}", clause.address, clause.title))
    };
    match ids.is_empty() {
        true => pick(lang, "全部条款", "all clauses").to_owned(),
        false => ids.iter().map(of).collect::<Vec<_>>().join(pick(lang, "；", "; ")),
    }
}

/// Names of departments, as a list.
fn departments(model: &DocModel, ids: &[String], lang: Lang) -> String {
    let of = |id: &String| {
        let found = model.departments.iter().find(|department| department.id == *id);
        found.map_or_else(|| id.clone(), |department| said(&department.name, lang).to_owned())
    };
    ids.iter().map(of).collect::<Vec<_>>().join(pick(lang, "、", ", "))
}

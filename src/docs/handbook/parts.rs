//! In: ids of the model. Out: names of what they mean, as texts that lead to their chapters.

use super::{Line, Run, Table};
use crate::diagnostics::Lang;
use crate::docs::charts::timeline;
use crate::docs::html::file_name;
use crate::docs::model::{CeilingDoc, Days, DocModel, QuoteDoc, Words};

/// What the parts of a book are made from.
pub(super) struct Making<'m> {
    pub(super) model: &'m DocModel,
    pub(super) lang: Lang,
}

impl<'m> Making<'m> {
    /// A text in the language of the book.
    pub(super) fn said<'w>(&self, words: &'w Words) -> &'w str {
        match self.lang {
            Lang::Zh => &words.zh,
            Lang::En => &words.en,
        }
    }

    /// One of two texts.
    pub(super) fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// Heads of a table.
    pub(super) fn heads(&self, zh: &[&str], en: &[&str]) -> Vec<String> {
        let texts = match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        };
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    pub(super) fn table(&self, widths: &[u32], zh: &[&str], en: &[&str], rows: Vec<Vec<Line>>) -> Table {
        Table { head: self.heads(zh, en), widths: widths.to_vec(), rows }
    }

    /// What stands between the members of a list.
    fn between(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "、",
            Lang::En => ", ",
        }
    }

    /// A department by name.
    pub(super) fn department(&self, id: &str) -> String {
        let found = self.model.departments.iter().find(|it| it.id == id);
        found.map_or_else(|| id.to_owned(), |it| self.said(&it.name).to_owned())
    }

    /// Departments, each leading to its chapter.
    pub(super) fn departments<'i>(&self, ids: impl Iterator<Item = &'i str>) -> Line {
        let known = |id: &str| self.model.departments.iter().any(|it| it.id == id);
        self.list(ids.map(|id| (self.department(id), known(id).then(|| department_id(id)))))
    }

    /// A fact by name.
    pub(super) fn fact(&self, id: &str) -> String {
        let found = self.model.facts.iter().find(|it| it.id == id);
        found.map_or_else(|| id.to_owned(), |it| self.said(&it.name).to_owned())
    }

    /// Clauses by address, each leading to its chapter.
    pub(super) fn clauses<'i>(&self, ids: impl Iterator<Item = &'i str>) -> Line {
        let known = |id: &str| self.model.clauses.iter().any(|it| it.id == id);
        self.list(ids.map(|id| (self.clause(id), known(id).then(|| clause_id(id)))))
    }

    /// Clauses as above; where they are all there are, that.
    pub(super) fn clauses_or_all(&self, ids: &[String]) -> Line {
        let all = &self.model.clauses;
        match all.len() > 3 && all.iter().all(|clause| ids.contains(&clause.id)) {
            true => Line::plain(self.all_clauses()),
            false => self.clauses(ids.iter().map(String::as_str)),
        }
    }

    pub(super) fn all_clauses(&self) -> &'static str {
        self.pick("全部条款", "all clauses")
    }

    /// A clause by address and title.
    pub(super) fn clause(&self, id: &str) -> String {
        let found = self.model.clauses.iter().find(|it| it.id == id);
        found.map_or_else(|| id.to_owned(), |it| format!("{} {}", it.address, it.title).trim().to_owned())
    }

    fn list(&self, parts: impl Iterator<Item = (String, Option<String>)>) -> Line {
        let mut runs = Vec::new();
        for (text, to) in parts {
            if !runs.is_empty() {
                runs.push(Run::plain(self.between()));
            }
            runs.push(Run { text, to, strong: false });
        }
        Line { runs }
    }

    /// A ceiling in words.
    pub(super) fn ceiling(&self, ceiling: &CeilingDoc) -> String {
        let (amount, words) = (self.said(&ceiling.amount), self.said(&ceiling.words));
        let soft = if ceiling.soft { self.pick("（原则上）", " (in principle)") } else { "" };
        let lifted = if ceiling.lifted { self.pick("（经批准可不受限）", " (may be lifted)") } else { "" };
        format!("{amount}{}{words}{soft}{lifted}", self.pick("，", ", "))
    }

    /// Days in words.
    pub(super) fn days(&self, days: &Days) -> String {
        timeline::between(days, self.lang)
    }
}

/// The sentences that quotations touch, whole and once each; a quotation that was not found, as it is written.
pub(super) fn sentences(model: &DocModel, quotes: &[QuoteDoc]) -> Vec<String> {
    let mut ids: Vec<&str> = Vec::new();
    let mut out = Vec::new();
    for quote in quotes {
        if quote.sentences.is_empty() {
            out.push(quote.text.clone());
        }
        for id in &quote.sentences {
            let known = model.original.iter().flat_map(|it| &it.sentences).find(|it| it.id == *id);
            if let Some(sentence) = known.filter(|_| !ids.contains(&id.as_str())) {
                ids.push(id);
                out.push(sentence.text.clone());
            }
        }
    }
    out
}

/// The chapter of a clause.
pub(super) fn clause_id(id: &str) -> String {
    format!("clause-{}", file_name(id))
}

/// The chapter of a department.
pub(super) fn department_id(id: &str) -> String {
    format!("department-{}", file_name(id))
}

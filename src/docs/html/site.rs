//! In: the model and templates. Out: [`Site`], every file by its path, or every [`Problem`] that stands in the way.
//! Invariant: Chinese pages lie at the top, English ones in `en/` under the same names; a page stays within its share of what it lists.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{Environment, Error, ErrorKind, Value, context};

use super::contexts::{Page, pages};
use super::environment::told;
use super::templates::Templates;
use super::{environment, links, search};
use crate::diagnostics::{Code, Lang, Text};
use crate::docs::model::EditionProgram;
use crate::docs::model::{DocModel, ValueDoc, Words};
use crate::docs::{page_machine, program_json};

/// Sentences of the original on a page.
const SENTENCES_MAX: usize = 250;
/// Terms on a page.
const TERMS_MAX: usize = 300;
/// Cases of a clause that are shown in full.
pub(super) const CASES_MAX: usize = 40;

/// A site: text by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    /// Every file, in order of path.
    pub files: BTreeMap<String, String>,
}

/// What stands in the way of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its code.
    pub code: Code,
    /// What is wrong.
    pub message: Text,
}

/// An industry: a value of a classification that some clause is for.
#[derive(Debug, Clone)]
pub struct Industry {
    /// What tells it from others on the site.
    pub id: String,
    /// Its name.
    pub name: Words,
    /// The value.
    pub value: ValueDoc,
}

/// Which thing stands on which page.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    classes: Vec<String>,
}

impl Sheet {
    fn new(model: &DocModel) -> Sheet {
        let gates = model.clauses.iter().filter_map(|clause| clause.industry.as_ref());
        let classes: BTreeSet<String> = gates.map(|industry| industry.class.clone()).collect();
        Sheet { classes: classes.into_iter().collect() }
    }

    /// Where a sentence of the original stands.
    #[must_use]
    pub fn sentence(&self, id: &str) -> String {
        let number: usize = id.trim_start_matches('s').parse().unwrap_or(1);
        let page = number.saturating_sub(1) / SENTENCES_MAX + 1;
        format!("{}#{id}", super::paths::numbered("original", page))
    }

    /// Where a term stands, by its number from 1.
    #[must_use]
    pub fn term(&self, number: usize) -> String {
        let page = number.saturating_sub(1) / TERMS_MAX + 1;
        format!("{}#t{number}", super::paths::numbered("glossary", page))
    }

    /// The industries, in order of declaration.
    #[must_use]
    pub fn industries(&self, model: &DocModel) -> Vec<Industry> {
        let mut all = Vec::new();
        for class in model.classes.iter().filter(|class| self.classes.contains(&class.id)) {
            for value in &class.values {
                let id = match self.classes.len() {
                    1 => value.id.clone(),
                    _ => format!("{}/{}", class.id, value.id),
                };
                all.push(Industry { id, name: value.name.clone(), value: value.clone() });
            }
        }
        all
    }

    /// The cases that stand on the page of their first clause.
    #[must_use]
    pub fn cases(&self, model: &DocModel) -> BTreeSet<String> {
        let shown =
            |clause: &crate::docs::model::ClauseDoc| clause.cases.iter().take(CASES_MAX).cloned().collect::<Vec<_>>();
        let first = |id: &String, clause: &str| {
            let case = model.cases.iter().find(|case| case.id == *id);
            case.and_then(|case| case.outcomes.first()).is_some_and(|outcome| outcome.clause == clause)
        };
        let of = |clause: &crate::docs::model::ClauseDoc| {
            shown(clause).into_iter().filter(|id| first(id, &clause.id)).collect::<Vec<_>>()
        };
        model.clauses.iter().flat_map(of).collect()
    }

    /// The sentences of a page of the original.
    pub(super) fn sentence_pages(model: &DocModel) -> Vec<(usize, usize)> {
        let count = model.original.as_ref().map_or(0, |original| original.sentences.len());
        chunks(count, SENTENCES_MAX)
    }

    /// The terms of a page of the glossary.
    pub(super) fn term_pages(model: &DocModel) -> Vec<(usize, usize)> {
        chunks(model.glossary.len(), TERMS_MAX)
    }
}

/// `0..count` in parts of at most `size`; at least one part.
pub(super) fn chunks(count: usize, size: usize) -> Vec<(usize, usize)> {
    let parts = count.div_ceil(size).max(1);
    (0..parts).map(|part| (part * size, ((part + 1) * size).min(count))).collect()
}

/// The site of a policy.
///
/// # Errors
/// Every template that cannot be used and every link that leads nowhere.
pub fn make(model: &DocModel, programs: &[EditionProgram], templates: &Templates) -> Result<Site, Vec<Problem>> {
    let sheet = Sheet::new(model);
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (name, text) in &templates.assets {
        files.insert(format!("assets/{name}"), text.clone());
    }
    files.insert("assets/machine.js".to_owned(), page_machine::bundle());
    files.insert("program.js".to_owned(), program_script(model, programs));
    for lang in [Lang::Zh, Lang::En] {
        let folder = if lang == Lang::Zh { "" } else { "en/" };
        let rendered = render(model, templates, &sheet, lang).map_err(|error| vec![broken_template(&error)])?;
        for (path, text) in rendered {
            files.insert(format!("{folder}{path}"), text);
        }
        files.insert(format!("{folder}search-index.js"), search::index(model, &sheet, lang));
    }
    let broken: Vec<Problem> = links::broken(&files).into_iter().map(broken_link).collect();
    if broken.is_empty() { Ok(Site { files }) } else { Err(broken) }
}

/// The programs that the self-check runs, each with its days, and the page of each clause, as a script.
fn program_script(model: &DocModel, programs: &[EditionProgram]) -> String {
    let pages: BTreeMap<&str, String> =
        model.clauses.iter().map(|clause| (clause.id.as_str(), super::paths::page("clause", &clause.id))).collect();
    let pages = serde_json::json!(pages).to_string().replace('<', "\\u003c");
    let day = |day: Option<i32>| day.map_or_else(|| "null".to_owned(), |day| day.to_string());
    let edition = |of: &EditionProgram| {
        let (first, last) = (day(of.first), day(of.last));
        format!("{{\"first\":{first},\"last\":{last},\"program\":{}}}", program_json::program_text(&of.program))
    };
    let editions: Vec<String> = programs.iter().map(edition).collect();
    format!("window.guijuPages = {pages};\nwindow.guijuEditions = [{}];\n", editions.join(",\n"))
}

/// The pages of one language.
fn render(model: &DocModel, templates: &Templates, sheet: &Sheet, lang: Lang) -> Result<Vec<(String, String)>, Error> {
    let env = environment::environment(templates, model, sheet, lang)?;
    let value = told(model);
    let shared = context! {
        lang_tag => if lang == Lang::Zh { "zh-Hans" } else { "en" },
        clause_of => environment::by_id(&value, "clauses")?,
        department_of => environment::by_id(&value, "departments")?,
        fact_of => environment::by_id(&value, "facts")?,
        subject_of => environment::by_id(&value, "subjects")?,
        case_of => environment::by_id(&value, "cases")?,
        definition_of => environment::by_id(&value, "definitions")?,
        group_of => environment::by_id(&value, "groups")?,
        nav => nav(model, sheet, lang),
        model => value,
    };
    pages(model, sheet, lang).into_iter().map(|page| one(&env, &shared, page, lang)).collect()
}

fn one(env: &Environment<'static>, shared: &Value, page: Page, lang: Lang) -> Result<(String, String), Error> {
    let root = super::paths::root(&page.path);
    let (top, other) = match lang {
        Lang::Zh => (root.clone(), format!("en/{}", page.path)),
        Lang::En => (format!("{root}../"), page.path.clone()),
    };
    let title = if lang == Lang::Zh { page.title.zh } else { page.title.en };
    let own = context! { kind => page.kind, title, root, top, other };
    let context = context! { ..page.context, ..own, ..shared.clone() };
    let text = env.get_template(page.template)?.render(context)?;
    Ok((page.path, text))
}

/// The parts of the site that there are.
fn nav(model: &DocModel, sheet: &Sheet, lang: Lang) -> Value {
    let say = |zh: &str, en: &str| if lang == Lang::Zh { zh.to_owned() } else { en.to_owned() };
    let mut items = vec![("home", "index.html", say("一览", "Overview"))];
    if !model.scenarios.is_empty() {
        items.push(("scenario", "scenarios.html", say("情形", "Situations")));
    }
    if !sheet.industries(model).is_empty() {
        items.push(("industry", "industries.html", say("产业", "Industries")));
    }
    if !model.departments.is_empty() {
        items.push(("department", "departments.html", say("部门", "Departments")));
    }
    items.insert(1, ("selfcheck", "selfcheck.html", say("自查", "Self-check")));
    items.push(("timeline", "timeline.html", say("时间", "Dates")));
    items.push(("glossary", "glossary.html", say("术语", "Glossary")));
    if model.original.is_some() {
        items.push(("original", "original.html", say("原文", "Official text")));
    }
    items.push(("search", "search.html", say("搜索", "Search")));
    items.into_iter().map(|(kind, href, name)| context! { kind, href, name }).collect()
}

fn broken_template(error: &Error) -> Problem {
    let name = error.name().unwrap_or_default().to_owned();
    let line = error.line().unwrap_or(0);
    let zh = match error.kind() {
        ErrorKind::SyntaxError => "写法不对",
        ErrorKind::UndefinedError => "用了没有的名字",
        ErrorKind::UnknownFilter | ErrorKind::UnknownFunction | ErrorKind::UnknownTest => "用了没有的函数或过滤器",
        ErrorKind::TemplateNotFound => "引用的模板没有",
        _ => "用不了",
    };
    let detail = error.detail().map(str::to_owned).unwrap_or_else(|| error.kind().to_string());
    Problem {
        code: Code::TemplateBroken,
        message: Text::new(
            format!("模板“{name}”第 {line} 行{zh}：{detail}"),
            format!("template `{name}`, line {line}: {}: {detail}", error.kind()),
        ),
    }
}

fn broken_link((page, link): links::Broken) -> Problem {
    Problem {
        code: Code::SiteLinkBroken,
        message: Text::new(
            format!("“{page}”里的链接“{link}”没有去处"),
            format!("the link `{link}` on `{page}` leads nowhere"),
        ),
    }
}

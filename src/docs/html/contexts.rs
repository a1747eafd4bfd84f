//! In: the model. Out: the pages of a site in one language: path, template, and what each tells besides the model.
//! Invariant: what is listed without end is cut into pages of a fixed share, so that no page grows with the policy.

use std::collections::BTreeMap;

use minijinja::{Value, context};

use super::charts::Charts;
use super::diagram::diagram;
use super::environment::{self, told};
use super::paths::{numbered, page};
use super::site::{CASES_MAX, Industry, Sheet, chunks};
use crate::diagnostics::Lang;
use crate::docs::model::{ClauseDoc, DepartmentDoc, DocModel, Words};

/// Clauses on a page of the overview.
const MATRIX_MAX: usize = 60;
/// Clauses in a list.
const ROWS_MAX: usize = 150;
/// Clauses for any industry that the page of an industry lists.
const OPEN_MAX: usize = 40;
/// Scenarios on a page.
const SCENARIOS_SHOWN: usize = 150;

/// A page in the making.
pub(super) struct Page {
    /// Relative to the folder of its language.
    pub(super) path: String,
    /// Which part of the site it belongs to.
    pub(super) kind: &'static str,
    /// The name of its template.
    pub(super) template: &'static str,
    /// Its title.
    pub(super) title: Words,
    /// What it tells besides the model.
    pub(super) context: Value,
}

fn of(path: String, kind: &'static str, template: &'static str, title: Words, context: Value) -> Page {
    Page { path, kind, template, title, context }
}

/// Every page of one language.
pub(super) fn pages(model: &DocModel, sheet: &Sheet, lang: Lang) -> Vec<Page> {
    let clauses = ByClause::new(model);
    let figures = environment::figures(model);
    let charts = Charts { model, sheet, figures: &figures, lang };
    let mut all = overview(model, &clauses, &charts);
    for clause in &model.clauses {
        let cases: Vec<_> = clause.cases.iter().take(CASES_MAX).filter_map(|id| clauses.case(model, id)).collect();
        let own = context! {
            clause => clauses.value(&clause.id),
            cases => cases,
            diagram => Value::from_safe_string(diagram(clause, &model.scope, lang)),
        };
        let title = if clause.title.is_empty() { &clause.address } else { &clause.title };
        all.push(of(page("clause", &clause.id), "clause", "clause.html", Words::same(title), own));
    }
    let title = Words::new("按部门看", "By department");
    let own = context! { chart => drawn(charts.budget()) };
    all.push(of("departments.html".into(), "department", "departments.html", title, own));
    model.departments.iter().for_each(|department| all.extend(self::department(department, &clauses)));
    all.extend(industries(model, sheet, &clauses));
    all.extend(scenarios(model));
    let title = Words::new("自查", "Self-check");
    all.push(of("selfcheck.html".into(), "selfcheck", "selfcheck.html", title, context! {}));
    let title = Words::new("时间和有效期", "Dates and validity");
    let here: Vec<&str> = model.clauses.iter().map(|clause| clause.id.as_str()).collect();
    let own = context! { chart => drawn(charts.timeline()), here => told(&here) };
    all.push(of("timeline.html".into(), "timeline", "timeline.html", title, own));
    all.extend(glossary(model));
    all.extend(original(model));
    let title = Words::new("搜索", "Search");
    all.push(of("search.html".into(), "search", "search.html", title, context! {}));
    all
}

/// Clauses and cases as templates see them, by id.
struct ByClause {
    values: BTreeMap<String, Value>,
    cases: BTreeMap<String, usize>,
}

impl ByClause {
    fn new(model: &DocModel) -> ByClause {
        let value = |clause: &ClauseDoc| (clause.id.clone(), told(clause));
        ByClause {
            values: model.clauses.iter().map(value).collect(),
            cases: model.cases.iter().enumerate().map(|(at, case)| (case.id.clone(), at)).collect(),
        }
    }

    fn value(&self, id: &str) -> Value {
        self.values.get(id).cloned().unwrap_or_default()
    }

    fn rows(&self, ids: &[String]) -> Vec<Value> {
        ids.iter().map(|id| self.value(id)).collect()
    }

    fn case(&self, model: &DocModel, id: &str) -> Option<Value> {
        self.cases.get(id).and_then(|at| model.cases.get(*at)).map(told)
    }
}

/// The paths of pages in a row.
fn in_row(name: &str, count: usize) -> Vec<String> {
    (1..=count).map(|number| numbered(name, number)).collect()
}

/// A chart as templates see it: markup, or empty where there is none.
fn drawn(chart: Option<String>) -> Value {
    Value::from_safe_string(chart.unwrap_or_default())
}

fn overview(model: &DocModel, clauses: &ByClause, charts: &Charts<'_>) -> Vec<Page> {
    let involved = |department: &&DepartmentDoc| !department.leads.is_empty() || !department.takes_part.is_empty();
    let columns: Vec<String> = model.departments.iter().filter(involved).map(|it| it.id.clone()).collect();
    let parts = chunks(model.clauses.len(), MATRIX_MAX);
    let paths = in_row("index", parts.len());
    let one = |((from, to), number): (&(usize, usize), usize)| {
        let shown = model.clauses.get(*from..*to).unwrap_or_default();
        let roles: BTreeMap<&str, BTreeMap<&str, &str>> = shown
            .iter()
            .map(|clause| {
                let role = |id: &String| {
                    let mine = clause.departments.iter().find(|it| it.department == *id);
                    mine.map_or("", |it| if it.lead { "lead" } else { "part" })
                };
                (clause.id.as_str(), columns.iter().map(|id| (id.as_str(), role(id))).collect())
            })
            .collect();
        let ids: Vec<String> = shown.iter().map(|clause| clause.id.clone()).collect();
        let own = context! {
            number, pages => &paths, columns => &columns, roles => told(&roles), clauses => clauses.rows(&ids),
            chart => drawn(charts.ceilings(*from, *to)),
        };
        of(numbered("index", number), "home", "index.html", Words::same(&model.policy.title), own)
    };
    parts.iter().zip(1_usize..).map(one).collect()
}

fn department(department: &DepartmentDoc, clauses: &ByClause) -> Vec<Page> {
    let path = page("department", &department.id);
    let name = path.trim_end_matches(".html").to_owned();
    let all: Vec<(bool, &String)> = (department.leads.iter().map(|id| (true, id)))
        .chain(department.takes_part.iter().map(|id| (false, id)))
        .collect();
    let parts = chunks(all.len(), ROWS_MAX);
    let paths = in_row(&name, parts.len());
    let one = |((from, to), number): (&(usize, usize), usize)| {
        let shown = all.get(*from..*to).unwrap_or_default();
        let of_role = |lead: bool| -> Vec<Value> {
            shown.iter().filter(|(leads, _)| *leads == lead).map(|(_, id)| clauses.value(id)).collect()
        };
        let own = context! {
            department => told(department), number, pages => &paths,
            leads => of_role(true), takes_part => of_role(false),
        };
        of(numbered(&name, number), "department", "department.html", department.name.clone(), own)
    };
    parts.iter().zip(1_usize..).map(one).collect()
}

fn industries(model: &DocModel, sheet: &Sheet, clauses: &ByClause) -> Vec<Page> {
    let all = sheet.industries(model);
    if all.is_empty() {
        return Vec::new();
    }
    let row = |industry: &Industry| {
        context! { id => &industry.id, name => told(&industry.name), depth => industry.value.depth,
        clauses => &industry.value.clauses, quotes => told(&industry.value.quotes) }
    };
    let rows: Vec<Value> = all.iter().map(row).collect();
    let open: Vec<String> =
        model.clauses.iter().filter(|clause| clause.industry.is_none()).map(|clause| clause.id.clone()).collect();
    let shown_open = clauses.rows(open.get(..open.len().min(OPEN_MAX)).unwrap_or_default());
    let title = Words::new("按产业看", "By industry");
    let mut pages =
        vec![of("industries.html".into(), "industry", "industries.html", title, context! { industries => &rows })];
    for (industry, value) in all.iter().zip(&rows) {
        let name = page("industry", &industry.id).trim_end_matches(".html").to_owned();
        let parts = chunks(industry.value.clauses.len(), ROWS_MAX);
        let paths = in_row(&name, parts.len());
        let named = |scenario: &&crate::docs::model::ScenarioDoc| {
            scenario.given.iter().any(|given| given.value == industry.name)
        };
        let scenarios: Vec<Value> = model.scenarios.iter().filter(named).map(told).collect();
        for ((from, to), number) in parts.iter().zip(1_usize..) {
            let own = context! {
                industry => value, number, pages => &paths, scenarios => &scenarios,
                rows => clauses.rows(industry.value.clauses.get(*from..*to).unwrap_or_default()),
                open_rows => &shown_open, open_more => open.len().saturating_sub(OPEN_MAX),
            };
            pages.push(of(numbered(&name, number), "industry", "industry.html", industry.name.clone(), own));
        }
    }
    pages
}

fn scenarios(model: &DocModel) -> Vec<Page> {
    if model.scenarios.is_empty() {
        return Vec::new();
    }
    let parts = chunks(model.scenarios.len(), SCENARIOS_SHOWN);
    let paths = in_row("scenarios", parts.len());
    let mut pages = Vec::new();
    for ((from, to), number) in parts.iter().zip(1_usize..) {
        let shown = model.scenarios.get(*from..*to).unwrap_or_default();
        let own = context! { number, pages => &paths, scenarios => told(shown) };
        let title = Words::new("按情形看", "By situation");
        pages.push(of(numbered("scenarios", number), "scenario", "scenarios.html", title, own));
    }
    for scenario in &model.scenarios {
        let own = context! { scenario => told(scenario) };
        pages.push(of(page("scenario", &scenario.id), "scenario", "scenario.html", scenario.title.clone(), own));
    }
    pages
}

fn glossary(model: &DocModel) -> Vec<Page> {
    let parts = Sheet::term_pages(model);
    let paths = in_row("glossary", parts.len());
    let one = |((from, to), number): (&(usize, usize), usize)| {
        let shown = model.glossary.get(*from..*to).unwrap_or_default();
        let own = context! { number, pages => &paths, first => from + 1, terms => told(shown) };
        of(numbered("glossary", number), "glossary", "glossary.html", Words::new("术语", "Glossary"), own)
    };
    parts.iter().zip(1_usize..).map(one).collect()
}

fn original(model: &DocModel) -> Vec<Page> {
    let Some(original) = &model.original else { return Vec::new() };
    let parts = Sheet::sentence_pages(model);
    let paths = in_row("original", parts.len());
    let one = |((from, to), number): (&(usize, usize), usize)| {
        let shown = original.sentences.get(*from..*to).unwrap_or_default();
        let own = context! { number, pages => &paths, first => from + 1, sentences => told(shown) };
        of(numbered("original", number), "original", "original.html", Words::new("原文", "Official text"), own)
    };
    parts.iter().zip(1_usize..).map(one).collect()
}

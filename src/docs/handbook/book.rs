//! In: the documentation model. Out: [`Book`]: overview, a chapter a clause, departments, situations, days and changes, terms.
//! Invariant: ids of chapters are unique and are file names; whatever the chapters say stands in the model.

use super::official::official;
use super::parts::{Making, clause_id, department_id, sentences};
use super::{Block, Book, Chapter, Line};
use crate::diagnostics::Lang;
use crate::docs::charts;
use crate::docs::model::{DepartmentDoc, DocModel, DutyDoc, RoleKind};

/// The handbook of a policy.
#[must_use]
pub fn book(model: &DocModel, lang: Lang) -> Book {
    let making = Making { model, lang };
    let mut chapters = vec![making.overview()];
    chapters.push(making.chapter("clauses", 0, ("条款", "Clauses"), making.clause_list()));
    chapters.extend(model.clauses.iter().map(|clause| Chapter {
        id: clause_id(&clause.id),
        depth: 1,
        title: making.clause(&clause.id),
        blocks: making.of_clause(clause),
    }));
    chapters.push(making.chapter("departments", 0, ("责任部门", "Departments"), making.department_list()));
    chapters.extend(model.departments.iter().map(|department| Chapter {
        id: department_id(&department.id),
        depth: 1,
        title: making.said(&department.name).to_owned(),
        blocks: making.of_department(department),
    }));
    let rest = [
        ("scenarios", ("按情形查", "By situation"), making.scenarios()),
        ("timeline", ("期限与修订", "Days and amendments"), making.days_and_changes()),
        ("glossary", ("用语", "Terms"), making.glossary()),
    ];
    let rest = rest.into_iter().filter(|(_, _, blocks)| !blocks.is_empty());
    chapters.extend(rest.map(|(id, title, blocks)| making.chapter(id, 0, title, blocks)));
    let policy = &model.policy;
    Book {
        lang,
        title: policy.title.clone(),
        number: policy.number.clone(),
        cover: making.cover(),
        day: policy.published.clone().or_else(|| policy.in_force.first.clone()),
        chapters,
        official: official(model),
    }
}

impl Making<'_> {
    fn chapter(&self, id: &str, depth: usize, (zh, en): (&str, &str), blocks: Vec<Block>) -> Chapter {
        Chapter { id: id.to_owned(), depth, title: self.pick(zh, en).to_owned(), blocks }
    }

    fn cover(&self) -> Vec<String> {
        let policy = &self.model.policy;
        let full = |id: &String| {
            let found = self.model.departments.iter().find(|it| it.id == *id);
            found.map(|it| if it.full_name.is_empty() { self.said(&it.name).to_owned() } else { it.full_name.clone() })
        };
        let mut lines: Vec<String> = policy.issuers.iter().filter_map(full).collect();
        lines.extend(policy.published.iter().map(|day| format!("{}{day}", self.pick("发布：", "Published "))));
        let days = self.days(&policy.in_force);
        lines.push(format!("{}{days}", self.pick("有效期：", "In force: ")));
        let edition = &self.model.edition;
        if edition.first.is_some() || edition.last.is_some() {
            let days = self.days(edition);
            lines.push(format!("{}{days}", self.pick("本手册所用文本适用：", "This text applies: ")));
        }
        lines
    }

    fn overview(&self) -> Chapter {
        let mut blocks: Vec<Block> = self.cover().iter().map(|line| Block::Text(Line::plain(line))).collect();
        blocks.extend(self.model.policy.note.iter().map(|note| Block::Text(Line::plain(note))));
        let scope = &self.model.scope;
        if !scope.conditions.is_empty() || !scope.exclusions.is_empty() {
            blocks.push(Block::Heading(self.pick("适用范围", "Scope").to_owned()));
            blocks.extend(sentences(self.model, &scope.quotes).into_iter().map(Block::Quote));
            blocks.extend(self.conditions(&scope.conditions, &scope.exclusions));
        }
        for chart in charts::charts(self.model, self.lang) {
            blocks.push(Block::Heading(chart.title.clone()));
            blocks.push(Block::Chart(chart));
        }
        for group in &self.model.groups {
            blocks.push(Block::Heading(self.said(&group.name).to_owned()));
            blocks.push(Block::Text(Line::plain(self.said(&group.words))));
            blocks.push(Block::Text(self.clauses(group.clauses.iter().map(String::as_str))));
            let caps = group.ceilings.iter().map(|it| (0, Line::plain(&self.ceiling(it)))).collect::<Vec<_>>();
            blocks.extend((!caps.is_empty()).then_some(Block::Items(caps)));
        }
        if !self.model.quotas.is_empty() {
            blocks.push(Block::Heading(self.pick("名额", "Quotas").to_owned()));
            let items = self.model.quotas.iter().map(|it| (0, Line::plain(self.said(&it.words)))).collect();
            blocks.push(Block::Items(items));
        }
        self.chapter("overview", 0, ("总览", "At a glance"), blocks)
    }

    fn clause_list(&self) -> Vec<Block> {
        let rows = self.model.clauses.iter().map(|clause| {
            let caps: Vec<String> = clause.ceilings.iter().map(|it| self.ceiling(it)).collect();
            let leads = clause.departments.iter().filter(|it| it.lead).map(|it| it.department.as_str());
            vec![
                self.clauses(std::iter::once(clause.id.as_str())),
                Line::plain(clause.industry.as_ref().map_or(self.pick("不限", "any"), |it| self.said(&it.words))),
                Line::plain(self.said(&clause.award.words)),
                Line::plain(&caps.join(self.pick("；", "; "))),
                self.departments(leads),
            ]
        });
        let table = self.table(
            &[28, 22, 18, 20, 12],
            &["条款", "产业", "支持", "上限", "牵头部门"],
            &["Clause", "Industry", "Award", "Ceiling", "Lead"],
            rows.collect(),
        );
        vec![Block::Table(table)]
    }

    fn department_list(&self) -> Vec<Block> {
        let rows = self.model.departments.iter().map(|it| {
            vec![
                self.departments(std::iter::once(it.id.as_str())),
                Line::plain(&it.full_name),
                Line::plain(&it.leads.len().to_string()),
                Line::plain(&it.takes_part.len().to_string()),
            ]
        });
        let (zh, en) = (["部门", "全称", "牵头条数", "参与条数"], ["Department", "Full name", "Leads", "Takes part"]);
        vec![Block::Table(self.table(&[22, 50, 14, 14], &zh, &en, rows.collect()))]
    }

    fn of_department(&self, department: &DepartmentDoc) -> Vec<Block> {
        let mut blocks = Vec::new();
        if !department.full_name.is_empty() {
            blocks.push(Block::Text(Line::plain(&department.full_name)));
        }
        let lists = [
            (("牵头的条款", "Leads"), &department.leads),
            (("参与的条款", "Takes part in"), &department.takes_part),
            (("批准放宽上限的条款", "May lift ceilings of"), &department.approves),
            (("分担资金的条款", "Bears a share of"), &department.bears),
        ];
        for ((zh, en), ids) in lists.into_iter().filter(|(_, ids)| !ids.is_empty()) {
            blocks.push(Block::Heading(self.pick(zh, en).to_owned()));
            let item = |id: &String| (0, self.clauses(std::iter::once(id.as_str())));
            blocks.push(Block::Items(ids.iter().map(item).collect()));
        }
        let duties = [
            (("要认定的事项", "Determines"), &department.determines),
            (("要裁量的金额和比例", "Sets"), &department.sets),
        ];
        for ((zh, en), duties) in duties.into_iter().filter(|(_, duties)| !duties.is_empty()) {
            blocks.push(Block::Heading(self.pick(zh, en).to_owned()));
            blocks.push(Block::Table(self.duties(duties)));
        }
        blocks
    }

    fn duties(&self, duties: &[DutyDoc]) -> super::Table {
        let rows =
            duties.iter().map(|duty| vec![Line::plain(&self.fact(&duty.fact)), self.clauses_or_all(&duty.clauses)]);
        self.table(&[34, 66], &["事项", "用于条款"], &["What", "For clauses"], rows.collect())
    }

    fn scenarios(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        for scenario in &self.model.scenarios {
            blocks.push(Block::Heading(self.said(&scenario.title).to_owned()));
            let rows = scenario.clauses.iter().map(|outcome| {
                vec![self.clauses(std::iter::once(outcome.clause.as_str())), Line::plain(self.said(&outcome.words))]
            });
            let (zh, en) = (["可能适用的条款", "还要什么"], ["Clauses that may apply", "What is still needed"]);
            blocks.push(Block::Table(self.table(&[40, 60], &zh, &en, rows.collect())));
        }
        blocks
    }

    fn days_and_changes(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        if !self.model.timeline.is_empty() {
            let rows = self.model.timeline.iter().map(|event| {
                let clauses = match event.clauses.is_empty() {
                    true => Line::plain(self.all_clauses()),
                    false => self.clauses_or_all(&event.clauses),
                };
                vec![Line::plain(&event.day), Line::plain(self.said(&event.words)), clauses]
            });
            let (zh, en) = (["日期", "事项", "条款"], ["Day", "What", "Clauses"]);
            blocks.push(Block::Table(self.table(&[18, 32, 50], &zh, &en, rows.collect())));
        }
        for edition in self.model.history.iter().filter(|edition| !edition.amendments.is_empty()) {
            let titles: Vec<&str> = edition.amendments.iter().map(|it| it.title.as_str()).collect();
            blocks.push(Block::Heading(titles.join(self.pick("；", "; "))));
            let days = self.days(&edition.days);
            blocks.push(Block::Text(Line::plain(&days)));
            blocks.extend(self.changes(&edition.changes));
        }
        blocks
    }

    fn glossary(&self) -> Vec<Block> {
        if self.model.glossary.is_empty() {
            return Vec::new();
        }
        let rows = self
            .model
            .glossary
            .iter()
            .map(|term| vec![Line::plain(self.said(&term.term)), Line::plain(self.said(&term.meaning))]);
        vec![Block::Table(self.table(&[30, 70], &["用语", "意思"], &["Term", "Meaning"], rows.collect()))]
    }

    /// Who gives a fact, in a word.
    pub(super) fn role(&self, role: RoleKind) -> &'static str {
        match (self.lang, role) {
            (Lang::Zh, RoleKind::Applicant) => "填报",
            (Lang::Zh, RoleKind::Determination) => "认定",
            (Lang::Zh, RoleKind::Discretion) => "裁量",
            (Lang::En, RoleKind::Applicant) => "stated",
            (Lang::En, RoleKind::Determination) => "determined",
            (Lang::En, RoleKind::Discretion) => "set",
        }
    }
}

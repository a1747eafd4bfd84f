//! In: a clause of the model. Out: its chapter: the sentence in plain words, the official text, who and when, how much, what to hand in and
//! who decides, worked cases, what changed.
//! Invariant: at most [`CASES_MAX`] cases are worked; how many there are is said.

use super::parts::{Making, sentences};
use super::{Block, Line, Run};
use crate::docs::model::{CaseDoc, ChangeDoc, ClauseDoc, ConditionDoc};

/// Cases worked in a chapter.
const CASES_MAX: usize = 3;

impl Making<'_> {
    /// The chapter of a clause.
    pub(super) fn of_clause(&self, clause: &ClauseDoc) -> Vec<Block> {
        let mut blocks = vec![Block::Text(Line::plain(self.said(&clause.summary)))];
        let quotes = sentences(self.model, &clause.quotes);
        if !quotes.is_empty() {
            blocks.push(self.heading("原文", "Official text"));
            blocks.extend(quotes.into_iter().map(Block::Quote));
        }
        let conditions = self.conditions(&clause.conditions, &clause.exclusions);
        if clause.industry.is_some() || !conditions.is_empty() {
            blocks.push(self.heading("谁、什么条件", "Who, and when"));
            let industry = clause.industry.iter();
            blocks.extend(industry.map(|it| {
                Block::Text(Line::plain(&format!("{}{}", self.pick("产业：", "Industry: "), self.said(&it.words))))
            }));
            blocks.extend(conditions);
        }
        blocks.push(self.heading("支持多少", "How much"));
        blocks.push(Block::Items(self.amounts(clause)));
        blocks.extend(self.payment(clause));
        blocks.push(self.heading("谁负责", "Who is responsible"));
        blocks.push(Block::Text(self.departments(clause.departments.iter().map(|it| it.department.as_str()))));
        blocks.extend(self.hand_in(clause));
        blocks.extend(self.cases(clause));
        if !clause.history.is_empty() {
            blocks.push(self.heading("修订", "Amendments"));
            blocks.extend(self.changes(&clause.history));
        }
        blocks.extend(
            clause
                .note
                .iter()
                .map(|note| Block::Text(Line::plain(&format!("{}{note}", self.pick("说明：", "Note: "))))),
        );
        blocks
    }

    fn heading(&self, zh: &str, en: &str) -> Block {
        Block::Heading(self.pick(zh, en).to_owned())
    }

    /// Conditions and exclusions as lists.
    pub(super) fn conditions(&self, conditions: &[ConditionDoc], exclusions: &[ConditionDoc]) -> Vec<Block> {
        let lists = [
            (("须同时满足：", "All of these:"), conditions),
            (("有下列情形之一的除外：", "None of these:"), exclusions),
        ];
        let mut blocks = Vec::new();
        for ((zh, en), trees) in lists.into_iter().filter(|(_, trees)| !trees.is_empty()) {
            blocks.push(Block::Text(Line::plain(self.pick(zh, en))));
            let mut items = Vec::new();
            trees.iter().for_each(|tree| self.tree(tree, 0, &mut items));
            blocks.push(Block::Items(items));
        }
        blocks
    }

    fn tree(&self, tree: &ConditionDoc, depth: usize, items: &mut Vec<(usize, Line)>) {
        let words = match tree.kind.as_str() {
            "all" if !tree.parts.is_empty() => self.pick("同时满足", "all of these").to_owned(),
            "any" if !tree.parts.is_empty() => self.pick("满足其一即可", "one of these").to_owned(),
            _ => self.said(&tree.words).to_owned(),
        };
        let label = tree.label.as_ref().filter(|label| **label != words);
        let text = label.map_or(words.clone(), |label| format!("{label}{}{words}", self.pick("：", ": ")));
        items.push((depth, Line::plain(&text)));
        tree.parts.iter().for_each(|part| self.tree(part, depth + 1, items));
    }

    fn amounts(&self, clause: &ClauseDoc) -> Vec<(usize, Line)> {
        let mut lines = vec![format!("{}{}", self.pick("支持：", "Award: "), self.said(&clause.award.words))];
        let (cap, floor) = (self.pick("上限：", "At most: "), self.pick("下限：", "At least: "));
        lines.extend(clause.ceilings.iter().map(|it| format!("{cap}{}", self.ceiling(it))));
        lines.extend(clause.floor.iter().map(|it| format!("{floor}{}", self.said(it))));
        lines.extend(clause.lift.iter().map(|it| self.said(&it.words).to_owned()));
        lines
            .extend(clause.rounding.iter().map(|it| format!("{}{}", self.pick("舍入：", "Rounding: "), self.said(it))));
        for words in clause.shares.iter().chain(&clause.clawbacks).chain(clause.retroactive.iter()) {
            lines.push(self.said(words).to_owned());
        }
        let days = self.days(&clause.in_force);
        lines.push(format!("{}{days}", self.pick("有效期：", "In force: ")));
        lines.into_iter().map(|line| (0, Line::plain(&line))).collect()
    }

    fn payment(&self, clause: &ClauseDoc) -> Vec<Block> {
        let Some(payment) = &clause.payment else { return Vec::new() };
        let rows = payment
            .instalments
            .iter()
            .map(|it| vec![Line::plain(&it.label), Line::plain(self.said(&it.part)), Line::plain(self.said(&it.due))]);
        let (zh, en) = (["期次", "拨付多少", "什么时候"], ["Instalment", "How much", "When due"]);
        let table = self.table(&[20, 30, 50], &zh, &en, rows.collect());
        let mut blocks = vec![self.heading("怎样拨付", "How it is paid"), Block::Table(table)];
        blocks.extend(payment.at_once.iter().map(|it| {
            let words = self.pick("一次拨付的情形：", "Paid at once when ");
            Block::Text(Line::plain(&format!("{words}{}", self.said(&it.words))))
        }));
        blocks
    }

    fn hand_in(&self, clause: &ClauseDoc) -> Vec<Block> {
        let mut blocks = Vec::new();
        if !clause.materials.is_empty() {
            blocks.push(self.heading("申请人交什么", "What to hand in"));
            let items = clause.materials.iter().map(|it| (0, Line::plain(self.said(&it.words)))).collect();
            blocks.push(Block::Items(items));
        }
        let decided = clause.needs.iter().filter(|need| need.given_by.department.is_some());
        let rows: Vec<Vec<Line>> = decided
            .map(|need| {
                let by = self.departments(need.given_by.department.iter().map(String::as_str));
                vec![Line::plain(&self.fact(&need.fact)), by, Line::plain(self.role(need.given_by.role))]
            })
            .collect();
        if !rows.is_empty() {
            blocks.push(self.heading("部门认定和裁量什么", "What departments decide"));
            let (zh, en) = (["事项", "部门", "方式"], ["What", "Department", "How"]);
            blocks.push(Block::Table(self.table(&[50, 34, 16], &zh, &en, rows)));
        }
        blocks
    }

    fn cases(&self, clause: &ClauseDoc) -> Vec<Block> {
        let worked = |case: &&CaseDoc| clause.cases.contains(&case.id);
        let all: Vec<&CaseDoc> = self.model.cases.iter().filter(worked).collect();
        if all.is_empty() {
            return Vec::new();
        }
        let title = match (all.len(), self.lang) {
            (1..=CASES_MAX, _) => self.pick("案例", "Cases").to_owned(),
            (count, crate::diagnostics::Lang::Zh) => format!("案例（{count} 个里的前 {CASES_MAX} 个）"),
            (count, crate::diagnostics::Lang::En) => format!("Cases ({CASES_MAX} of {count})"),
        };
        let mut blocks = vec![Block::Heading(title)];
        for case in all.into_iter().take(CASES_MAX) {
            blocks.extend(self.case(case, &clause.id));
        }
        blocks
    }

    fn case(&self, case: &CaseDoc, clause: &str) -> Vec<Block> {
        let between = self.pick("：", ": ");
        let given = case.facts.iter().map(|it| format!("{}{between}{}", self.fact(&it.fact), self.said(&it.value)));
        let given: Vec<String> = given.collect();
        let mut text = format!("{between}{}", given.join(self.pick("；", "; ")));
        let ledger: Vec<&str> = case.ledger.iter().flatten().map(|it| self.said(it)).collect();
        if !ledger.is_empty() {
            text.push_str(self.pick("。台账：", ". Ledger: "));
            text.push_str(&ledger.join(self.pick("；", "; ")));
        }
        let title = Run { text: case.title.clone(), to: None, strong: true };
        let mut blocks = vec![Block::Text(Line { runs: vec![title, Run::plain(&text)] })];
        for outcome in case.outcomes.iter().filter(|it| it.clause == clause) {
            let mut items = vec![(0, Line::plain(self.said(&outcome.words)))];
            for reason in &outcome.reasons {
                let depth = usize::try_from(reason.depth).unwrap_or(usize::MAX).min(6) + 1;
                items.push((depth, Line::plain(self.said(&reason.words))));
            }
            blocks.push(Block::Items(items));
        }
        blocks
    }

    /// What amendments changed.
    pub(super) fn changes(&self, changes: &[ChangeDoc]) -> Vec<Block> {
        if changes.is_empty() {
            return Vec::new();
        }
        let rows = changes.iter().map(|change| {
            let clause = change.clause.iter().map(String::as_str);
            let text = |words: &Option<_>| Line::plain(words.as_ref().map_or("", |it| self.said(it)));
            vec![self.clauses(clause), Line::plain(self.said(&change.what)), text(&change.before), text(&change.after)]
        });
        let (zh, en) = (["条款", "改了什么", "原来", "现在"], ["Clause", "What", "Before", "After"]);
        vec![Block::Table(self.table(&[25, 25, 25, 25], &zh, &en, rows.collect()))]
    }
}

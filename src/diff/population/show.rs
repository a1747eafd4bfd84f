//! In: a report. Out: what a reviewer reads: text for a terminal, Markdown for a pull request, a section of an HTML page; Chinese or English.
//! Invariant: all say the same; what is not known has a column of its own.

mod form;

use std::fmt::Write as _;

use super::reasons::{given, range};
use super::report::{Listed, NamedLine, Report};
use super::tally::{Amounts, Line};
use crate::diagnostics::Lang;
use crate::explain::text::money;

/// For a terminal.
#[must_use]
pub fn text(report: &Report, lang: Lang) -> String {
    form::text(&Page { report, lang }.whole())
}

/// For a pull request: sections of level 2.
#[must_use]
pub fn markdown(report: &Report, lang: Lang) -> String {
    form::markdown(&Page { report, lang }.whole())
}

/// For the HTML page of a comparison: a section.
#[must_use]
pub fn html(report: &Report, lang: Lang) -> String {
    form::html(&Page { report, lang }.whole())
}

/// A piece of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Block {
    /// The title of a part.
    Title(String),
    /// A line.
    Item(String),
    /// A line that is counted.
    Numbered(u32, String),
    /// A line below the one before it.
    Below(String),
    /// A table: its head, its rows; all columns but the first are figures.
    Table(Vec<String>, Vec<Vec<String>>),
}

struct Page<'r> {
    report: &'r Report,
    lang: Lang,
}

impl Page<'_> {
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        if self.lang == Lang::Zh { zh } else { en }
    }

    fn whole(&self) -> Vec<Block> {
        let mut page = Vec::new();
        self.title(&mut page, self.say("影响到谁", "Who is affected"));
        self.summary(&mut page);
        let report = self.report;
        let clauses: Vec<Vec<String>> = report
            .clauses
            .iter()
            .filter(|clause| clause.line != Line::default())
            .map(|clause| {
                let id = clause.new.as_ref().or(clause.old.as_ref()).map_or("", String::as_str);
                let mark = match (&clause.old, &clause.new) {
                    (None, Some(_)) => self.say("（新增）", " (added)"),
                    (Some(_), None) => self.say("（删去）", " (removed)"),
                    _ if clause.same => self.say("（含义未变）", " (same meaning)"),
                    _ => "",
                };
                self.row(format!("{}（{id}）{mark}", clause.title), &clause.line, Some(&clause.currency))
            })
            .collect();
        self.table(&mut page, self.say("按条款", "By clause"), self.say("条款", "clause"), &clauses);
        let named = |lines: &[NamedLine]| -> Vec<Vec<String>> {
            let name = |line: &NamedLine| match line.name.as_str() {
                "" => self.say("（没有写）", "(not given)").to_owned(),
                name => name.to_owned(),
            };
            lines.iter().map(|line| self.row(name(line), &line.line, report.currency.as_deref())).collect()
        };
        if let Some(fact) = &report.industry {
            let title = format!("{}{fact}", self.say("按", "By "));
            self.table(&mut page, &title, fact, &named(&report.industries));
        }
        let title = self.say("按牵头部门", "By lead department");
        self.table(&mut page, title, self.say("部门", "department"), &named(&report.departments));
        self.largest(&mut page, self.say("减少最多", "Largest losers"), &report.losers);
        self.largest(&mut page, self.say("增加最多", "Largest gainers"), &report.gainers);
        self.budgets(&mut page);
        page
    }

    fn title(&self, page: &mut Vec<Block>, title: &str) {
        page.push(Block::Title(title.to_owned()));
    }

    fn item(&self, page: &mut Vec<Block>, text: &str) {
        page.push(Block::Item(text.to_owned()));
    }

    fn summary(&self, page: &mut Vec<Block>) {
        let report = self.report;
        let (rows, line) = (report.rows, &report.total);
        let same = rows - line.gains - line.loses - line.mixed - line.open;
        let (gains, loses, mixed, open) = (line.gains, line.loses, line.mixed, line.open);
        self.item(page, &match self.lang {
            Lang::Zh => format!("申请人 {rows} 个：增加 {gains}，减少 {loses}，不变 {same}，可增可减 {mixed}，未定 {open}"),
            Lang::En => format!(
                "{rows} applicants: {gains} gain, {loses} lose, {same} unchanged, {mixed} either way, {open} undetermined"
            ),
        });
        if let Some(currency) = &report.currency {
            let change = |sums: (i128, i128)| range(sums.0, Some(sums.1), currency, self.lang);
            let (gained, lost) = (change(line.gained), change(line.lost));
            let (old, new) = (self.amount(&line.old, Some(currency)), self.amount(&line.new, Some(currency)));
            let net = range(line.new.low - line.old.low, Some(line.new.high - line.old.high), currency, self.lang);
            let note = if line.open > 0 {
                self.say("；未定的没有计入", "; undetermined ones not counted")
            } else {
                ""
            };
            self.item(
                page,
                &match self.lang {
                    Lang::Zh => format!(
                        "合计：现行 {old}，修改后 {new}，相差 {net}（增加的人 {gained}，减少的人 {lost}{note}）"
                    ),
                    Lang::En => {
                        format!("total: {old} before, {new} after, {net} more (gainers {gained}, losers {lost}{note})")
                    }
                },
            );
        } else {
            let text = self.say("几种货币，合计没有相加，只看各条款", "several currencies: amounts are not added up");
            self.item(page, text);
        }
        if report.settled {
            let text = self.say(
                "政策有组合、名额或预算：两边都把全部申请人放在一起结算过，金额是结算以后的",
                "groups, quotas or budgets: both sides were settled with all applicants together",
            );
            self.item(page, text);
        }
        if !report.missing.is_empty() {
            let names: Vec<&str> = report.missing.iter().map(|missing| missing.name.as_str()).collect();
            let (zh, en) = ("没有这些列，要用到它们的算未定：", "no columns for these, which leaves outcomes open: ");
            self.item(page, &format!("{}{}", self.say(zh, en), names.join(self.say("、", ", "))));
        }
    }

    fn amount(&self, amounts: &Amounts, currency: Option<&str>) -> String {
        let Some(currency) = currency else { return "—".to_owned() };
        let mut text = given(amounts.low, Some(amounts.high), currency, self.lang);
        if amounts.unlimited > 0 {
            let count = amounts.unlimited;
            let _ = match self.lang {
                Lang::Zh => write!(text, "，另有 {count} 个不封顶"),
                Lang::En => write!(text, " and {count} without ceiling"),
            };
        }
        text
    }

    fn row(&self, name: String, line: &Line, currency: Option<&str>) -> Vec<String> {
        let counted = |amounts: &Amounts| format!("{} / {}", amounts.eligible, self.amount(amounts, currency));
        let undetermined = format!("{} → {}", line.old.undetermined, line.new.undetermined);
        vec![
            name,
            counted(&line.old),
            counted(&line.new),
            line.gains.to_string(),
            line.loses.to_string(),
            line.mixed.to_string(),
            undetermined,
        ]
    }

    fn table(&self, page: &mut Vec<Block>, title: &str, first: &str, rows: &[Vec<String>]) {
        if rows.is_empty() {
            return;
        }
        self.title(page, title);
        let head = match self.lang {
            Lang::Zh => ["现行（人数 / 金额）", "修改后（人数 / 金额）", "增加", "减少", "可增可减", "未定"],
            Lang::En => ["before (count / amount)", "after (count / amount)", "gain", "lose", "either", "undetermined"],
        };
        let head: Vec<String> = std::iter::once(first).chain(head).map(str::to_owned).collect();
        page.push(Block::Table(head, rows.to_vec()));
    }

    fn largest(&self, page: &mut Vec<Block>, title: &str, list: &[Listed]) {
        if list.is_empty() {
            return;
        }
        self.title(page, title);
        for (one, number) in list.iter().zip(1u32..) {
            let who = match (one.label.as_str(), self.lang) {
                ("", Lang::Zh) => format!("第 {} 行", one.row),
                ("", Lang::En) => format!("row {}", one.row),
                (label, Lang::Zh) => format!("{label}（第 {} 行）", one.row),
                (label, Lang::En) => format!("{label} (row {})", one.row),
            };
            let more = match &self.report.currency {
                Some(currency) => {
                    let sum = |sum: &super::Sum| {
                        given(sum.low, (sum.unlimited == 0).then_some(sum.high), currency, self.lang)
                    };
                    let more = range(one.more.0, one.more.1, currency, self.lang);
                    match self.lang {
                        Lang::Zh => format!("：{} → {}，相差 {more}", sum(&one.old), sum(&one.new)),
                        Lang::En => format!(": {} → {}, {more} more", sum(&one.old), sum(&one.new)),
                    }
                }
                None => String::new(),
            };
            page.push(Block::Numbered(number, who + &more));
            for changed in &one.changed {
                let (old, new) = (changed.old.get(self.lang), changed.new.get(self.lang));
                let name = match self.lang {
                    Lang::Zh => format!("《{}》", changed.clause.1),
                    Lang::En => format!("{} ", changed.clause.0),
                };
                page.push(Block::Below(format!("{name}{old} → {new}")));
            }
        }
    }

    fn budgets(&self, page: &mut Vec<Block>) {
        if self.report.budgets.is_empty() {
            return;
        }
        self.title(page, self.say("预算", "Budgets"));
        let currency = self.report.currency.as_deref().unwrap_or("CNY");
        for budget in &self.report.budgets {
            let side = if budget.new { self.say("修改后", "after") } else { self.say("现行", "before") };
            let [amount, asked, given] =
                [budget.amount, budget.asked, budget.given].map(|value| money(value, 2, currency, self.lang));
            let year = budget.year.map_or_else(String::new, |year| format!(" {year}"));
            let text = match self.lang {
                Lang::Zh => format!("{side}「{}」{year}：预算 {amount}，要 {asked}，给 {given}", budget.text),
                Lang::En => format!("{side} `{}`{year}: {amount}, asked {asked}, given {given}", budget.text),
            };
            self.item(page, &text);
        }
    }
}

//! In: the changes of an item that no document is quoted for. Out: sentences that say them ([`sentences`]).
//! Invariant: what only the program needs (facts, ids, notes) is in no sentence.

use crate::syntax::ast::Field;
use crate::syntax::fields::{declares, is_table};
use crate::syntax::keywords::{FieldKeyword as F, ItemKeyword, Word};

use super::super::change::{Change, Part, What};
use super::super::text::{Entry, plain};
use super::names::{self, Names};
use super::prose::{chinese, prose, quotation};
use super::quoted::within;
use super::says::{self, label, marker, value};

/// An item before and after, with the names of each side.
pub struct Both<'e> {
    /// Before.
    pub old: &'e Entry,
    /// After.
    pub new: &'e Entry,
    /// The names before.
    pub was: &'e Names,
    /// The names after.
    pub is: &'e Names,
}

/// The sentences of some changes.
#[must_use]
pub fn sentences(both: &Both<'_>, changes: &[Change]) -> Vec<String> {
    let mut said = Vec::new();
    let mut dropped: Option<Part> = None;
    for change in changes {
        let follows = dropped.as_ref().is_some_and(|part| part.label == change.part.label);
        match (&change.what, change.part.line) {
            (What::Renumbered(to), Some(line)) if follows => {
                said.push(format!("第{}项改为{}", chinese(line), names::counted(to, "项")));
            }
            _ => said.extend(both.sentence(change)),
        }
        if matches!(change.what, What::Dropped) && change.part.line.is_some() {
            dropped = Some(change.part.clone());
        }
    }
    said
}

impl Both<'_> {
    fn sentence(&self, change: &Change) -> Option<String> {
        let part = &change.part;
        let keyword = part
            .label
            .as_deref()
            .and_then(F::find)
            .filter(|it| !declares(self.old.item.keyword) || matches!(it, F::Quote | F::Note | F::Accept));
        if matches!(keyword, Some(F::Note | F::Accept)) {
            return None;
        }
        let address = names::address(self.old);
        let place = self.place(part, keyword);
        match &change.what {
            What::Titled(to) => Some(format!("将{}修改为{}", titled(&address), one(prose(to, self.is)))),
            What::Headed(_) => self.headed(),
            What::Renumbered(to) if part.line.is_some() => Some(format!("{place}改为{}", names::counted(to, "项"))),
            What::Renumbered(to) => Some(match self.old.item.keyword {
                ItemKeyword::Clause => format!("{address}改为{}", names::article(to)),
                ItemKeyword::Policy => format!("将文号修改为{}", one(prose(to, self.is))),
                _ => format!("将{address}修改为{}", one(prose(to, self.is))),
            }),
            What::Words(from, to) if keyword == Some(F::Validity) && self.validity().is_none() => {
                Some(format!("将{place}中的{}修改为{}", one(prose(from, self.was)), one(prose(to, self.is))))
            }
            What::Words(..) | What::Extended(_) | What::Replaced(_) if keyword == Some(F::Validity) => {
                let (was, is) = self.validity().or_else(|| {
                    let text =
                        |entry: &Entry, names| Some(prose(entry.content(entry.fields(F::Validity).next()?), names));
                    Some((text(self.old, self.was)?, text(self.new, self.is)?))
                })?;
                Some(format!("将{place}{}修改为{}", one(was), one(is)))
            }
            What::Words(from, to) if part.label.is_none() && part.line.is_none() => {
                Some(format!("将{}{}修改为{}", within(&address), one(prose(from, self.was)), one(prose(to, self.is))))
            }
            What::Words(from, to) => {
                Some(format!("将{}{}修改为{}", within(&place), one(prose(from, self.was)), one(prose(to, self.is))))
            }
            What::Extended(_) => None,
            What::Replaced(new) => Some(self.replaced(&place, part, keyword, new)),
            What::Dropped => Some(format!("删去{place}")),
            What::Inserted(new, number, more) => Some(self.inserted(&place, part, new, *number, *more)),
            What::Added(new, at) => Some(self.added(&address, keyword, new, *at)),
        }
    }

    /// What is changed: 第一条第二项最高限额, “层次”中的“甲类”.
    fn place(&self, part: &Part, keyword: Option<F>) -> String {
        let address = names::address(self.old);
        let counted = |number: usize, unit: &str| format!("第{}{unit}", chinese(number));
        let label = match (&part.label, keyword) {
            (_, Some(keyword)) => label(keyword).to_owned(),
            (Some(label), None) if declares(self.old.item.keyword) => {
                return format!("{}{}", within(&address), one(prose(label, self.was)));
            }
            (Some(label), None) => prose(label, self.was),
            (None, None) => String::new(),
        };
        let which = part.which.map_or(String::new(), |number| counted(number, "项"));
        let unit = if is_table(self.old.item.keyword) { "档" } else { "项" };
        let line = part.line.map_or(String::new(), |number| counted(number, unit));
        format!("{address}{which}{label}{line}")
    }

    /// 至2026年12月31日 and 至2027年12月31日, where a period begins on the same day.
    fn validity(&self) -> Option<(String, String)> {
        let period = |entry: &Entry, names: &Names| {
            let text = prose(entry.content(entry.fields(F::Validity).next()?), names);
            let (from, until) = text.split_once('至')?;
            Some((from.to_owned(), format!("至{until}")))
        };
        let ((one, was), (two, is)) = (period(self.old, self.was)?, period(self.new, self.is)?);
        (one == two && was != is).then_some((was, is))
    }

    /// The first line where more of it changed than a title or a number.
    fn headed(&self) -> Option<String> {
        let (old, new) = (&self.old.item.header, &self.new.item.header);
        let text = |name: &Option<crate::syntax::ast::Spanned>| name.as_ref().map(|name| plain(&name.text));
        let address = names::address(self.old);
        let mut said = Vec::new();
        if text(&old.lead) != text(&new.lead)
            && let Some(lead) = &new.lead
        {
            said.push(match self.old.item.keyword {
                ItemKeyword::Clause => format!("{address}改为{}", names::article(&lead.text)),
                ItemKeyword::Policy => format!("将文号修改为{}", one(prose(&lead.text, self.is))),
                _ => {
                    let was = old.lead.as_ref().map_or(String::new(), |lead| prose(&lead.text, self.was));
                    format!("将{}修改为{}", one(was), one(prose(&lead.text, self.is)))
                }
            });
        }
        if text(&old.title) != text(&new.title) {
            said.push(match (&old.title, &new.title) {
                (Some(was), Some(is)) if self.old.item.keyword == ItemKeyword::Department => {
                    format!("将{}修改为{}", one(prose(&was.text, self.was)), one(prose(&is.text, self.is)))
                }
                (_, Some(is)) => format!("将{}修改为{}", titled(&address), one(prose(&is.text, self.is))),
                (_, None) => format!("删去{}", titled(&address)),
            });
        }
        let value = |entry: &Entry| entry.item.header.value.as_ref().map(|value| plain(entry.slice(value.span)));
        if value(self.old) != value(self.new) {
            said.push(format!("将{address}修改为：{}", quotation(&says::paragraphs(self.new, self.is))));
        }
        (!said.is_empty()).then(|| said.join("；"))
    }

    fn replaced(&self, place: &str, part: &Part, keyword: Option<F>, new: &str) -> String {
        let lines = match (self.field(keyword, part), part.line) {
            (Some(field), None) => says::content(self.new, field, self.is),
            (Some(field), Some(number)) => vec![self.numbered(field, number, new)],
            (None, Some(number)) if is_table(self.old.item.keyword) => {
                let rows = crate::amend::declared(&self.new.item);
                let row = number.checked_sub(1).and_then(|at| rows.get(at).copied());
                vec![row.map_or_else(|| prose(new, self.is), |row| says::row(self.new, row, self.is))]
            }
            _ => vec![prose(new, self.is)],
        };
        format!("将{place}修改为：{}", quotation(&lines))
    }

    /// A field of the new item.
    fn field(&self, keyword: Option<F>, part: &Part) -> Option<&Field> {
        self.new.fields(keyword?).nth(part.which.unwrap_or(1).checked_sub(1)?)
    }

    /// A numbered line with its number and its mark at the end.
    fn numbered(&self, field: &Field, number: usize, said: &str) -> String {
        let top = || field.list.iter().filter(|line| line.level == 0);
        let line = top().find(|line| crate::amend::numbered(&line.marker.text) == Some(number));
        let last = top().count() <= number;
        let text = prose(said, self.is);
        let number = line.map_or(String::new(), |line| marker(&line.marker.text));
        format!("{number}{}{}", text.trim_end_matches(['；', '。']), if last { '。' } else { '；' })
    }

    fn inserted(&self, place: &str, part: &Part, new: &str, number: usize, more: bool) -> String {
        let keyword = part.label.as_deref().and_then(F::find);
        let line = self.field(keyword, part).map_or_else(|| prose(new, self.is), |it| self.numbered(it, number, new));
        let rest = if more { "，其后各项序号依次顺延" } else { "" };
        format!("{place}增加一项，作为第{}项{rest}：{}", chinese(number), quotation(&[line]))
    }

    fn added(&self, address: &str, keyword: Option<F>, new: &str, at: Option<usize>) -> String {
        let as_which = at.map_or(String::new(), |at| format!("，作为第{}项", chinese(at)));
        let Some(keyword) = keyword else {
            let kind = self.old.item.keyword;
            let rows = crate::amend::declared(&self.new.item);
            let row = at.and_then(|at| at.checked_sub(1)).and_then(|at| rows.get(at).copied());
            return match (is_table(kind), row) {
                (true, Some(row)) => {
                    let as_which = as_which.replace('项', "档");
                    format!("{address}增加一档{as_which}：{}", one(says::row(self.new, row, self.is)))
                }
                _ => format!("{address}增加一项{as_which}：{}", one(named(new, self.is))),
            };
        };
        let field = self.new.fields(keyword).nth(at.unwrap_or(1).saturating_sub(1));
        match (at, field) {
            (None, Some(field)) => format!("{address}增加规定：{}", quotation(&says::field(self.new, field, self.is))),
            (Some(_), Some(field)) => {
                let content = says::content(self.new, field, self.is);
                format!("{address}{}增加一项{as_which}：{}", label(keyword), quotation(&content))
            }
            _ => format!("{address}{}增加{}", label(keyword), one(value(keyword, new, self.is))),
        }
    }
}

/// Facts that another department decides: 由 区科委 认定 became 由 区商务委 认定.
#[must_use]
pub fn deciders(old: &Entry, new: &Entry) -> Vec<String> {
    let decided = |entry: &Entry, field: &Field| {
        let text = plain(entry.content(field));
        let by = text.split(['，', ',']).find_map(|part| part.strip_prefix(Word::DecidedBy.zh()).map(str::to_owned))?;
        let how = [Word::Attest.zh(), Word::Discretion.zh()];
        how.into_iter().find_map(|how| Some((by.strip_suffix(how)?.to_owned(), how)))
    };
    let mut said = Vec::new();
    for was in &old.item.fields {
        let name = &was.label.text;
        let Some(is) = new.item.fields.iter().find(|field| field.label.text == *name) else { continue };
        if let (Some((one, how)), Some((two, _))) = (decided(old, was), decided(new, is))
            && one != two
        {
            said.push(format!("将“{name}”的{how}部门由“{one}”修改为“{two}”"));
        }
    }
    said
}

/// 第三条的标题; of the document as a whole only 标题.
fn titled(address: &str) -> String {
    if address.is_empty() { "标题".to_owned() } else { format!("{address}的标题") }
}

fn one(text: String) -> String {
    quotation(&[text])
}

/// A value of a classification by its name alone.
#[must_use]
pub fn named(line: &str, names: &Names) -> String {
    prose(line.split(['（', '(', '：', ':']).next().unwrap_or(line).trim(), names)
}

//! In: a line “增加”. Out: the edits that put in a line, a field or a numbered line. Invariant: what follows counts on.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Field, Item, ListItem};
use crate::syntax::fields::{declares, repeatable};
use crate::syntax::keywords::FieldKeyword;

use super::super::derive::{Edit, New};
use super::super::target::{Part, Target, lines, of};
use super::super::words::{Letter, Words, covered, marked, renumbered};
use super::{Line, Made, apart};

impl<'t> Line<'t> {
    pub(super) fn insert(&self, words: &mut Words<'_>) -> Result<(Vec<Edit>, Option<&'t Item>), Box<Diagnostic>> {
        let mut target = self.trees.target(words, self.whole()).map_err(|found| self.whole_items(*found))?;
        for _ in 0..3 {
            words.eat(&[","]);
            words.eat(&["一项", "一款", "一行", "一栏", "一档"]);
            if words.eat(&["作为", "as"]) {
                target.ordinal = words.ordinal();
            }
        }
        if let Part::Numbered(..) = target.part {
            return self.insert_numbered_at(target, words);
        }
        words.eat(&[":", ","]);
        if words.rest.is_empty() {
            return Err(Box::new(self.unreadable(self.whole(), "没有写增加什么", "it is not said what is added")));
        }
        let item = target.item;
        let start = self.trees.here(covered(words.rest), self.whole());
        let text = New::Copy(self.with_stop(Span { end: self.field.span.end, ..start }));
        let edit = match target.part {
            Part::Field(keyword) => {
                return Ok((self.insert_in_field(item, keyword, target.ordinal, words.rest)?, Some(item)));
            }
            Part::Whole if declares(item.keyword) => self.insert_line(target, text)?,
            Part::Whole => Edit { span: item.span.after(), new: vec![self.made("\n  "), text] },
            Part::Line(_) | Part::Title | Part::Header | Part::Numbered(..) => {
                return Err(Box::new(self.unreadable(self.whole(), "这里不能再增加", "nothing can be added here")));
            }
        };
        Ok((vec![edit], Some(item)))
    }

    /// Items that are not there are not added by a line.
    fn whole_items(&self, found: Diagnostic) -> Box<Diagnostic> {
        let unnamed = found.code == Code::AmendmentTarget && found.fixes.is_empty();
        Box::new(if unnamed || found.code == Code::AmendmentUnreadable {
            found.help(
                "新增整条的，照常写这个条目，加一栏“增补：修订的标识”",
                "to add a whole item, write it as usual with `added-by: id of the amendment`",
            )
        } else {
            found
        })
    }

    /// A line of a declaration or table.
    fn insert_line(&self, target: Target<'t>, text: New) -> Result<Edit, Box<Diagnostic>> {
        let item = target.item;
        let count = lines(item).count();
        let number = target.ordinal.unwrap_or(count + 1);
        let before = number.checked_sub(1).and_then(|at| lines(item).nth(at));
        match before {
            Some(line) => {
                let span = Span { end: line.span.start, ..line.span };
                Ok(Edit { span, new: vec![text, self.made("\n  ")] })
            }
            None if number == count + 1 => {
                let last = lines(item).last().map_or(item.header.span, |line| line.span);
                Ok(Edit { span: last.after(), new: vec![self.made("\n  "), text] })
            }
            None => Err(self.no_place(item, number, count)),
        }
    }

    fn no_place(&self, item: &Item, number: usize, count: usize) -> Box<Diagnostic> {
        Box::new(
            Diagnostic::new(
                Code::AmendmentTarget,
                self.whole(),
                format!("现在有 {count} 项，不能增加为第 {number} 项"),
                format!("there are {count}, so none can become number {number}"),
            )
            .also(item.keyword_span.to(item.header.span), "条目在这里", "the item is here"),
        )
    }

    /// `增加：条款 rent 上限，作为第二项：…` and the like: a numbered line where the field has some, else a further field.
    fn insert_in_field(&self, item: &'t Item, keyword: FieldKeyword, ordinal: Option<usize>, text: &[Letter]) -> Made {
        let fields: Vec<&Field> = item.fields.iter().filter(|field| field.keyword == Some(keyword)).collect();
        match fields.as_slice() {
            [field] if !field.list.is_empty() => self.insert_numbered(item, field, ordinal, text),
            [_, ..] if !repeatable(keyword) => Err(Box::new(
                self.unreadable(
                    self.whole(),
                    "这一栏已经有了，又不分项",
                    "the field is there and has no numbered lines",
                )
                .also(fields.first().map_or(item.span, |field| field.span), "现在是这样写的", "this is how it stands")
                .help(
                    format!("写“修改：{}{}，改为 ……”", of(item), keyword.zh()),
                    format!("write `change: … {}, changed to …`", keyword.en()),
                ),
            )),
            _ => {
                let number = ordinal.unwrap_or(fields.len() + 1);
                let copy = New::Copy(self.trees.here(covered(text), self.whole()));
                let label = format!("{}：", keyword.zh());
                match number.checked_sub(1).and_then(|at| fields.get(at)) {
                    Some(field) => {
                        let span = Span { end: field.span.start, ..field.span };
                        Ok(vec![Edit { span, new: vec![self.made(label), copy, self.made("\n  ")] }])
                    }
                    None if number == fields.len() + 1 => {
                        let last = fields.last().map_or(item.span, |field| field.span);
                        Ok(vec![Edit { span: last.after(), new: vec![self.made(format!("\n  {label}")), copy] }])
                    }
                    None => Err(self.no_place(item, number, fields.len())),
                }
            }
        }
    }

    /// `增加：条款 rent 条件 第二项，…`.
    fn insert_numbered_at(
        &self,
        target: Target<'t>,
        words: &mut Words<'_>,
    ) -> Result<(Vec<Edit>, Option<&'t Item>), Box<Diagnostic>> {
        let Part::Numbered(list, at) = target.part else { return Ok((Vec::new(), None)) };
        words.eat(&[":", ","]);
        let own = |field: &&Field| std::ptr::eq(field.list.as_slice(), list);
        let Some(field) = target.item.fields.iter().find(own) else {
            return Err(Box::new(self.unreadable(self.whole(), "这里不能再增加", "nothing can be added here").help(
                "定义的分项要增加，写“修改：定义 甲 首行，改为 ……”，连同分项",
                "to add to the list of a definition, change its first line with the list",
            )));
        };
        let number = list.iter().take(at + 1).filter(|line| line.level == 0).count();
        Ok((self.insert_numbered(target.item, field, Some(number), words.rest)?, Some(target.item)))
    }

    /// A numbered line at a place; those after it count on.
    fn insert_numbered(&self, item: &Item, field: &Field, ordinal: Option<usize>, text: &[Letter]) -> Made {
        let top: Vec<&ListItem> = field.list.iter().filter(|line| line.level == 0).collect();
        let number = ordinal.unwrap_or(top.len() + 1);
        let copy = New::Copy(self.trees.here(covered(text), self.whole()));
        if text.is_empty() {
            return Err(Box::new(self.unreadable(self.whole(), "没有写增加什么", "it is not said what is added")));
        }
        let Some(at) = number.checked_sub(1).filter(|at| *at <= top.len()) else {
            return Err(self.no_place(item, number, top.len()));
        };
        let next = |line: &ListItem| {
            let count = marked(&line.marker.text).map_or(0, |count| count + 1);
            renumbered(&line.marker.text, count)
        };
        match top.get(at) {
            Some(line) => {
                let marker = line.marker.text.clone();
                let span = Span { end: line.marker.span.start, ..line.marker.span };
                let gap = apart(&marker);
                let mut edits =
                    vec![Edit { span, new: vec![self.made(format!("{marker}{gap}")), copy, self.made("\n    ")] }];
                let rest = top.iter().skip(at).filter(|line| marked(&line.marker.text).is_some());
                edits.extend(rest.map(|line| {
                    let count = New::Count(next(line), self.whole());
                    Edit { span: line.marker.span, new: vec![count] }
                }));
                Ok(edits)
            }
            None => {
                let marker = top.last().map_or(String::new(), |line| next(line));
                let gap = apart(&marker);
                let new = vec![self.made(format!("\n    {marker}{gap}")), copy];
                Ok(vec![Edit { span: field.span.after(), new }])
            }
        }
    }
}

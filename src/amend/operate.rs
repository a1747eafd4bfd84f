//! In: one line of a 修订 item. Out: the edits that it makes of the text before it.
//! Invariant: a line whose words do not fit what stands there now makes no edit, and says what stands there.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Sources, Span};
use crate::syntax::ast::{Field, Item, ListItem};
use crate::syntax::keywords::FieldKeyword;

mod days;
mod insert;
mod order;

use super::derive::{Edit, New};
use super::replace;
use super::target::{Part, Target, Trees, of};
use super::words::{Letter, Words, covered, renumbered, same, unquoted};

pub use days::date;
pub use order::is_placing;

/// What a line comes to.
pub type Made = Result<Vec<Edit>, Box<Diagnostic>>;

/// A line of a 修订 item while it is read.
#[derive(Clone, Copy)]
pub struct Line<'t> {
    /// The trees it changes.
    pub trees: Trees<'t>,
    /// The line.
    pub field: &'t Field,
    /// The day from which the amendment holds.
    pub day: i32,
}

const CHANGED_TO: &[&str] = &["改为", "修改为", "变更为", "改成", "changed to", "becomes"];
/// The highest number that new words of a line are expected to bring.
const NUMBERS_MAX: usize = 99;
const FROM: &[&str] = &["由", "将", "从", "中的", "中", "from", "by"];

impl<'t> Line<'t> {
    /// The edits, and the items that they touch.
    pub fn edits(&self) -> Result<(Vec<Edit>, Option<&'t Item>), Box<Diagnostic>> {
        let letters = self.trees.letters(self.whole());
        let mut words = Words { rest: &letters };
        match self.field.keyword {
            Some(FieldKeyword::Change) => self.change(&mut words),
            Some(FieldKeyword::Insert) => self.insert(&mut words),
            Some(FieldKeyword::Delete) => self.delete(&mut words),
            Some(FieldKeyword::Renumber) => self.renumber(&mut words),
            Some(FieldKeyword::Extend) => self.extend(&mut words).map(|edits| (edits, None)),
            Some(FieldKeyword::Repeal) => self.repeal(&mut words).map(|edits| (edits, None)),
            _ => Ok((Vec::new(), None)),
        }
    }

    /// Where to report on the line as a whole.
    pub fn whole(&self) -> Span {
        if self.field.value.is_empty() { self.field.span } else { self.field.value.span }
    }

    /// Whether the line changes what an item quotes.
    pub fn of_quotations(&self) -> bool {
        let changes = [FieldKeyword::Change, FieldKeyword::Insert, FieldKeyword::Delete];
        let letters = self.trees.letters(self.whole());
        let said = Words { rest: &letters }.split(&[FieldKeyword::Quote.zh(), FieldKeyword::Quote.en()]);
        self.field.keyword.is_some_and(|keyword| changes.contains(&keyword)) && said != Err(0)
    }

    pub(super) fn unreadable(&self, span: Span, zh: &str, en: &str) -> Diagnostic {
        Diagnostic::new(Code::AmendmentUnreadable, span, zh, en)
    }

    /// A copy of what letters say, without the quotes around all of it.
    pub(super) fn copy(&self, letters: &[Letter]) -> New {
        New::Copy(self.trees.here(unquoted(letters), self.whole()))
    }

    /// A span with the 。 behind it, which a note keeps and other fields leave out.
    pub(super) fn with_stop(&self, span: Span) -> Span {
        let rest = self.trees.text(span).get(span.end as usize..).unwrap_or("");
        let stop = if rest.starts_with('。') { '。'.len_utf8() } else { 0 };
        Span::new(span.file, span.start as usize, span.end as usize + stop)
    }

    pub(super) fn made(&self, text: impl Into<String>) -> New {
        New::Made(text.into(), self.whole())
    }

    fn change(&self, words: &mut Words<'_>) -> Result<(Vec<Edit>, Option<&'t Item>), Box<Diagnostic>> {
        let (before, new) = words.split(CHANGED_TO).map_err(|count| Box::new(self.not_one_change(count)))?;
        let mut words = Words { rest: before };
        let target = self.trees.target(&mut words, self.whole())?;
        words.eat(&[","]);
        let replaced = words.eat(FROM) || !words.rest.is_empty();
        if new.is_empty() && self.field.list.is_empty() {
            return Err(Box::new(self.unreadable(self.whole(), "“改为”后面是空的", "nothing follows `changed to`")));
        }
        if !replaced {
            return Ok((vec![self.whole_field(target, new)?], Some(target.item)));
        }
        if words.rest.is_empty() {
            return Err(Box::new(self.unreadable(
                self.whole(),
                "“由”后面没有写原来的内容",
                "what is replaced is not said",
            )));
        }
        if same(words.rest, new) {
            let span = self.trees.here(covered(new), self.whole());
            return Err(Box::new(self.unreadable(
                span,
                "改前和改后相同",
                "the old words and the new ones are the same",
            )));
        }
        let span = replace::place(self, target, words.rest, Some(new))?;
        Ok((vec![Edit { span, new: vec![self.copy(new)] }], Some(target.item)))
    }

    fn not_one_change(&self, count: usize) -> Diagnostic {
        match count {
            0 => self.unreadable(self.whole(), "没有写“改为”", "`changed to` is missing").help(
                "写成“修改：条款 rent 上限，由 200万元 改为 500万元”，整栏替换写“修改：条款 rent 支持，改为 ……”",
                "write `change: clause rent cap, from 200万元 changed to 500万元`",
            ),
            _ => self.unreadable(self.whole(), "一行里有两个“改为”", "a line holds `changed to` twice").help(
                "一行写一处修改；内容里有“改为”的，放进引号“「」”",
                "one change a line; put words that hold it in quotation marks",
            ),
        }
    }

    /// A whole field in place of another.
    fn whole_field(&self, target: Target<'t>, new: &[Letter]) -> Result<Edit, Box<Diagnostic>> {
        let start = self.trees.here(covered(new), self.whole()).start as usize;
        let mut with = vec![self.copy(new)];
        if !self.field.list.is_empty() {
            let end = self.field.span.end as usize;
            let start = if new.is_empty() { self.field.value.span.end as usize } else { start };
            with = vec![New::Copy(Span::new(self.field.span.file, start, end))];
        }
        match target.part {
            Part::Field(keyword) => {
                let field = self.trees.field_of(target.item, keyword, target.ordinal, self.whole())?;
                if matches!(keyword, FieldKeyword::Note | FieldKeyword::Accept) {
                    let said = self.trees.here(covered(new), self.whole());
                    with = vec![New::Copy(self.with_stop(said))];
                }
                if keyword == FieldKeyword::Quote {
                    with = vec![New::Copy(self.trees.here(covered(new), self.whole()))];
                }
                Ok(Edit { span: content(field), new: with })
            }
            Part::Line(field) if field.colon.is_some() => Ok(Edit { span: content(field), new: with }),
            Part::Line(field) => Ok(Edit { span: field.span, new: with }),
            Part::Numbered(list, at) => {
                let Some(line) = list.get(at) else { return Err(self.no_title(target.item)) };
                let span = line_span(list, at).unwrap_or(line.value.span);
                // The line keeps its number where the new words bring none.
                let said = Words { rest: new };
                let brings = (1..=NUMBERS_MAX).any(|n| said.next_is(&renumbered(&line.marker.text, n)).is_some());
                if !brings {
                    with.insert(0, self.made(format!("{}{}", line.marker.text, apart(&line.marker.text))));
                }
                Ok(Edit { span, new: with })
            }
            Part::Title => {
                let Some(title) = &target.item.header.title else { return Err(self.no_title(target.item)) };
                Ok(Edit { span: inner(self.trees.text(title.span), title.span), new: with })
            }
            Part::Header => {
                let header = target.item.keyword_span.after().to(target.item.header.span);
                with.insert(0, self.made(" "));
                Ok(Edit { span: header, new: with })
            }
            Part::Whole => Err(Box::new(
                self.unreadable(self.whole(), "没有写明改哪一栏", "it is not said which field is changed").help(
                    "整条换掉的，写“删去：条款 甲”，再写一个新的条款，加一栏“增补：修订的标识”",
                    "to replace a whole clause, delete it and write a new one with `added-by: id`",
                ),
            )),
        }
    }

    fn no_title(&self, item: &Item) -> Box<Diagnostic> {
        Box::new(Diagnostic::new(
            Code::AmendmentTarget,
            self.whole(),
            format!("{}没有标题", of(item)),
            "the item has no title",
        ))
    }

    fn delete(&self, words: &mut Words<'_>) -> Result<(Vec<Edit>, Option<&'t Item>), Box<Diagnostic>> {
        let target = self.trees.target(words, self.whole())?;
        words.eat(&[","]);
        words.eat(&["中的", "中", "的"]);
        if !words.rest.is_empty() {
            let span = replace::place(self, target, words.rest, None)?;
            return Ok((vec![Edit { span, new: Vec::new() }], Some(target.item)));
        }
        let span = match target.part {
            Part::Whole => {
                self.trees.only_one(target, self.whole())?;
                target.item.keyword_span.to(target.item.span)
            }
            Part::Field(keyword) => self.trees.field_of(target.item, keyword, target.ordinal, self.whole())?.span,
            Part::Line(field) => field.span,
            Part::Numbered(list, at) => line_span(list, at).unwrap_or(self.whole()),
            Part::Title | Part::Header => return Err(self.no_title(target.item)),
        };
        let touched = (!matches!(target.part, Part::Whole)).then_some(target.item);
        Ok((vec![Edit { span: self.with_break(span), new: Vec::new() }], touched))
    }

    pub(super) fn with_break(&self, span: Span) -> Span {
        with_break(self.trees.sources, span)
    }

    fn renumber(&self, words: &mut Words<'_>) -> Result<(Vec<Edit>, Option<&'t Item>), Box<Diagnostic>> {
        let (before, new) = words.split(CHANGED_TO).map_err(|count| Box::new(self.not_one_change(count)))?;
        let mut words = Words { rest: before };
        let target = self.trees.target(&mut words, self.whole())?;
        if new.is_empty() || !words.rest.is_empty() {
            let help = (
                "写成“顺延：条款 c 改为 第四条”；换位置写“顺延：条款 c，列在 条款 b 之后”",
                "write `renumber: clause c changed to 第四条`, or `renumber: clause c, placed after clause b`",
            );
            return Err(Box::new(
                self.unreadable(self.whole(), "顺延读不懂", "this cannot be read").help(help.0, help.1),
            ));
        }
        let header = &target.item.header;
        let edit = match (target.part, &header.lead) {
            (Part::Numbered(list, at), _) => {
                let line = list
                    .get(at)
                    .ok_or_else(|| Box::new(self.unreadable(self.whole(), "没有这一项", "no such line")))?;
                let number = (Words { rest: new }).ordinal().ok_or_else(|| {
                    Box::new(self.unreadable(self.whole(), "改为第几项？", "changed to which number?"))
                })?;
                Edit { span: line.marker.span, new: vec![self.made(renumbered(&line.marker.text, number))] }
            }
            (_, Some(lead)) => Edit { span: lead.span, new: vec![self.copy(new)] },
            (_, None) => Edit { span: target.item.keyword_span.after(), new: vec![self.made(" "), self.copy(new)] },
        };
        Ok((vec![edit], None))
    }
}

/// A span with the line break and the spaces before it.
#[must_use]
pub fn with_break(sources: &Sources, span: Span) -> Span {
    let text = sources.get(span.file).map_or("", crate::source::Source::text);
    let before = text.get(..span.start as usize).unwrap_or("");
    let kept = before.trim_end_matches([' ', '\t', '\u{3000}']);
    let kept = kept.strip_suffix('\n').map_or(before, |kept| kept.strip_suffix('\r').unwrap_or(kept));
    Span::new(span.file, kept.len(), span.end as usize)
}

/// The value and the list of a field.
#[must_use]
pub fn content(field: &Field) -> Span {
    let start =
        if field.value.is_empty() { field.colon.map_or(field.span, Span::after).end } else { field.value.span.start };
    Span { start, ..field.span }
}

/// A numbered line with those below it, from its number on.
#[must_use]
pub fn line_span(list: &[ListItem], at: usize) -> Option<Span> {
    let line = list.get(at)?;
    let below = list.iter().skip(at + 1).take_while(|other| other.level > line.level);
    let end = |line: &ListItem| line.label.as_ref().map_or(line.marker.span, |label| label.span).to(line.value.span);
    Some(below.fold(line.marker.span.to(end(line)), |span, other| span.to(end(other))))
}

/// What stands between the marks of a title; `text` is that of its file.
#[must_use]
pub fn inner(text: &str, span: Span) -> Span {
    let mut marks = text.get(span.range()).unwrap_or("").chars();
    let width = |mark: Option<char>| mark.map_or(0, char::len_utf8);
    let (open, close) = (width(marks.next()), width(marks.next_back()));
    Span::new(span.file, span.start as usize + open, (span.end as usize).saturating_sub(close))
}

/// What stands between the number of a line and its words.
fn apart(marker: &str) -> &'static str {
    if marker.ends_with(['.', '．', '-', '·', '•', '*']) { " " } else { "" }
}

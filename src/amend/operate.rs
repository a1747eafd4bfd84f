//! In: one line of a 修订 item. Out: the edits that it makes of the text before it.
//! Invariant: a line whose words do not fit what stands there now makes no edit, and says what stands there.

use crate::calendar;
use crate::diagnostics::{Code, Diagnostic};
use crate::literal;
use crate::source::{Sources, Span};
use crate::syntax::ast::{Field, Item, ListItem};
use crate::syntax::fields::{declares, repeatable};
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

use super::derive::{Edit, New};
use super::replace;
use super::target::{Part, Target, Trees, lines, of};
use super::words::{Letter, Words, covered, marked, renumbered, same, unquoted};

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
    fn with_stop(&self, span: Span) -> Span {
        let rest = self.trees.text(span).get(span.end as usize..).unwrap_or("");
        let stop = if rest.starts_with('。') { '。'.len_utf8() } else { 0 };
        Span::new(span.file, span.start as usize, span.end as usize + stop)
    }

    fn made(&self, text: impl Into<String>) -> New {
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

    fn insert(&self, words: &mut Words<'_>) -> Result<(Vec<Edit>, Option<&'t Item>), Box<Diagnostic>> {
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
        let Some(field) = target.item.fields.iter().find(own) else { return Ok((Vec::new(), None)) };
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

    fn with_break(&self, span: Span) -> Span {
        with_break(self.trees.sources, span)
    }

    fn renumber(&self, words: &mut Words<'_>) -> Result<(Vec<Edit>, Option<&'t Item>), Box<Diagnostic>> {
        let (before, new) = words.split(CHANGED_TO).map_err(|count| Box::new(self.not_one_change(count)))?;
        let mut words = Words { rest: before };
        let target = self.trees.target(&mut words, self.whole())?;
        if new.is_empty() || !words.rest.is_empty() {
            let help = ("写成“顺延：条款 c 改为 第四条”", "write `renumber: clause c changed to 第四条`");
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

    fn extend(&self, words: &mut Words<'_>) -> Made {
        let item = match words.next_is("有效期") {
            Some(_) => self.trees.target(&mut Words { rest: &policy_letters() }, self.whole())?.item,
            None => self.trees.target(words, self.whole())?.item,
        };
        words.eat(&["有效期限", "有效期", "validity"]);
        words.eat(&["延长"]);
        words.eat(&["至", "到", "until", "to"]);
        let day = date(words.rest).ok_or_else(|| {
            Box::new(
                self.unreadable(self.whole(), "延长到哪一天读不懂", "the new last day cannot be read")
                    .help("写成“延长：有效期至 2029-12-31”", "write `extend: validity until 2029-12-31`"),
            )
        })?;
        let field = self.trees.field_of(item, FieldKeyword::Validity, None, self.whole())?;
        let now = self.trees.letters(field.value.span);
        let (_, last) = Words { rest: &now }
            .split(&["至", "to", "—", "——", "～", "~", "-"])
            .map_err(|_| {
                Box::new(
                    Diagnostic::new(
                        Code::OldValueNotThere,
                        self.whole(),
                        "有效期没有止期，不用延长",
                        "the validity has no last day",
                    )
                    .also(field.span, "现在是这样写的", "this is how it stands"),
                )
            })
            .or_else(|error| split_at_last_date(&now).ok_or(error))?;
        if date(last).is_some_and(|old| old >= day) {
            let old = date(last).map_or(String::new(), |old| calendar::iso(old.into()));
            return Err(Box::new(
                Diagnostic::new(
                    Code::OldValueNotThere,
                    self.whole(),
                    format!("有效期现在到 {old}，新的止期不比它晚"),
                    format!("the validity runs to {old} already"),
                )
                .also(field.span, "现在是这样写的", "this is how it stands"),
            ));
        }
        let span = self.trees.here(covered(last), field.value.span);
        Ok(vec![Edit { span, new: vec![self.copy(words.rest)] }])
    }

    fn repeal(&self, words: &mut Words<'_>) -> Made {
        let target = self.trees.target(words, self.whole())?;
        if !words.rest.is_empty() || !matches!(target.part, Part::Whole) {
            let found =
                self.unreadable(self.whole(), "只能废止整份政策或者整个条款", "only a policy or a clause is repealed");
            return Err(Box::new(found.help("删去其中一栏、一项，写“删去”", "to drop a part, write `delete`")));
        }
        let item = target.item;
        match item.keyword {
            ItemKeyword::Policy => self.repeal_policy(item),
            ItemKeyword::Clause => {
                let mut edits = self.without_days(item);
                let last = calendar::iso(i64::from(self.day) - 1);
                let from = days(item, &[FieldKeyword::From])
                    .next()
                    .and_then(|field| date(&self.trees.letters(field.value.span)));
                if from.is_some_and(|from| from >= self.day) {
                    let span = self.with_break(item.keyword_span.to(item.span));
                    return Ok(vec![Edit { span, new: Vec::new() }]);
                }
                edits.push(Edit { span: item.span.after(), new: vec![self.made(format!("\n  失效：{last}"))] });
                Ok(edits)
            }
            _ => {
                let span = self.with_break(item.keyword_span.to(item.span));
                Ok(vec![Edit { span, new: Vec::new() }])
            }
        }
    }

    /// A policy ends on the day before; the days of its clauses then say nothing more.
    fn repeal_policy(&self, item: &'t Item) -> Made {
        let field = self.trees.field_of(item, FieldKeyword::Validity, None, self.whole())?;
        let now = self.trees.letters(field.value.span);
        let start = first_date(&now).map_or(String::new(), |day| calendar::iso(day.into()));
        let last = calendar::iso(i64::from(self.day) - 1);
        let mut edits = vec![Edit { span: field.value.span, new: vec![self.made(format!("{start} 至 {last}"))] }];
        for file in self.trees.files {
            for clause in file.items.iter().filter(|item| item.keyword == ItemKeyword::Clause) {
                edits.extend(self.without_days(clause));
                let late = days(clause, &[FieldKeyword::From])
                    .filter(|field| date(&self.trees.letters(field.value.span)).is_some_and(|from| from >= self.day));
                let late: Vec<&Field> = late.collect();
                if !late.is_empty() {
                    let more = days(clause, &[FieldKeyword::Retroactive]);
                    let gone = late.into_iter().chain(more);
                    edits.extend(gone.map(|field| Edit { span: self.with_break(field.span), new: Vec::new() }));
                }
            }
        }
        Ok(edits)
    }

    /// Takes the last day off a clause.
    fn without_days(&self, item: &Item) -> Vec<Edit> {
        let gone = days(item, &[FieldKeyword::Until, FieldKeyword::Validity]);
        gone.map(|field| Edit { span: self.with_break(field.span), new: Vec::new() }).collect()
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

fn days<'i>(item: &'i Item, keywords: &'i [FieldKeyword]) -> impl Iterator<Item = &'i Field> {
    item.fields.iter().filter(move |field| field.keyword.is_some_and(|keyword| keywords.contains(&keyword)))
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

fn policy_letters() -> Vec<Letter> {
    super::words::letters("政策", 0..6)
}

/// The date that letters are.
#[must_use]
pub fn date(letters: &[Letter]) -> Option<i32> {
    let chars: Vec<char> = letters.iter().map(|letter| letter.letter).collect();
    match literal::date(&chars, 0) {
        Some(Ok((day, end))) if end == chars.len() => Some(day),
        _ => None,
    }
}

/// The date that letters begin with, after 自.
fn first_date(letters: &[Letter]) -> Option<i32> {
    let chars: Vec<char> = letters.iter().map(|letter| letter.letter).filter(|letter| *letter != '自').collect();
    literal::date(&chars, 0)?.ok().map(|(day, _)| day)
}

/// A period as what stands before its last day, and that day.
fn split_at_last_date(letters: &[Letter]) -> Option<(&[Letter], &[Letter])> {
    (1..letters.len()).find(|at| letters.get(*at..).and_then(date).is_some()).map(|at| letters.split_at(at))
}

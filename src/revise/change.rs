//! In: an item of the old policy and the same item of the new one. Out: the lines of a 修订 item that turn the one into the other
//! ([`Change`]), or that it is to be replaced as a whole.
//! Invariant: the smallest change that says it: words, else a field or numbered line. What cannot be said by lines is never said in part.

use crate::syntax::ast::{Field, ListItem};
use crate::syntax::fields::{declares, is_table, repeatable};
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

use super::pair::{Same, steps};
use super::text::{Entry, alike, plain};
use super::words::{between, quoted_where_needed};

/// How small the changes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grain {
    /// Words where they will do.
    Words,
    /// Whole fields and lines.
    Fields,
    /// The whole item.
    Item,
}

/// What of an item a change is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// The field or line, as it is called.
    pub label: Option<String>,
    /// Which of several.
    pub which: Option<usize>,
    /// The numbered line.
    pub line: Option<usize>,
}

/// What a change does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Words in place of others.
    Words(String, String),
    /// All of it.
    Replaced(String),
    /// Something more; as which of several.
    Added(String, Option<usize>),
    /// A numbered line: what it says, its number, and whether others follow it.
    Inserted(String, usize, bool),
    /// The rest of the first line.
    Headed(String),
    /// Nothing in its place.
    Dropped,
    /// Another number or address.
    Renumbered(String),
    /// Another title.
    Titled(String),
    /// A later last day.
    Extended(String),
}

/// A line of a 修订 item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// As it is written in the language, without indentation.
    pub line: String,
    /// What it is about.
    pub part: Part,
    /// What it does.
    pub what: What,
}

/// The changes of an item; `None` where it is to be replaced as a whole.
#[must_use]
pub fn changes(old: &Entry, new: &Entry, target: &str, grain: Grain) -> Option<Vec<Change>> {
    if grain == Grain::Item && old.item.keyword != ItemKeyword::Policy {
        return None;
    }
    let mut made = Making { old, new, target, grain, changes: Vec::new() };
    made.header()?;
    if declares(old.item.keyword) {
        made.lines()?;
    }
    made.fields()?;
    Some(made.changes)
}

struct Making<'e> {
    old: &'e Entry,
    new: &'e Entry,
    target: &'e str,
    grain: Grain,
    changes: Vec<Change>,
}

/// A field that is no line of a declaration.
fn beside(keyword: FieldKeyword) -> bool {
    matches!(keyword, FieldKeyword::Quote | FieldKeyword::Note | FieldKeyword::Accept)
}

impl Making<'_> {
    fn push(&mut self, line: String, part: Part, what: What) {
        self.changes.push(Change { line, part, what });
    }

    fn header(&mut self) -> Option<()> {
        let (old, new) = (&self.old.item.header, &self.new.item.header);
        if plain(self.old.header()) == plain(self.new.header()) && old.list.is_empty() && new.list.is_empty() {
            return Some(());
        }
        if !old.list.is_empty() || !new.list.is_empty() {
            return (plain(&heading(self.old)) == plain(&heading(self.new))).then_some(());
        }
        let text = |name: &Option<crate::syntax::ast::Spanned>| name.as_ref().map(|name| plain(&name.text));
        let rest = |entry: &Entry| {
            let header = &entry.item.header;
            let value = header.value.as_ref().map(|value| plain(entry.slice(value.span)));
            let modifiers: Vec<String> = header.modifiers.iter().map(|it| plain(entry.slice(it.span))).collect();
            (text(&header.alias), value, modifiers)
        };
        let (lead, title) = (text(&old.lead) == text(&new.lead), text(&old.title) == text(&new.title));
        if rest(self.old) == rest(self.new) && new.lead.is_some() && new.title.is_some() && old.title.is_some() {
            if let (false, Some(now)) = (title, &new.title) {
                let line = format!("修改：{} 标题，改为 「{}」", self.target, now.text);
                (!now.text.contains(['「', '」'])).then_some(())?;
                self.push(line, Part::default(), What::Titled(now.text.clone()));
            }
            if let (false, Some(now)) = (lead, &new.lead) {
                let line = format!("顺延：{} 改为 {}", self.target, now.text);
                self.push(line, Part::default(), What::Renumbered(now.text.clone()));
            }
            return Some(());
        }
        let value = |entry: &Entry| entry.item.header.value.as_ref().map(|value| entry.slice(value.span).to_owned());
        let fore = |entry: &Entry| {
            let value = entry.item.header.value.as_ref().map_or(entry.item.header.span.after(), |value| value.span);
            plain(entry.slice(crate::source::Span { end: value.start, ..entry.item.keyword_span }))
        };
        if self.grain == Grain::Words
            && fore(self.old) == fore(self.new)
            && let Some((from, to)) = value(self.old).zip(value(self.new)).and_then(|(old, new)| between(&old, &new))
        {
            self.words(Part::default(), from, to);
            return Some(());
        }
        let said = self.new.header().to_owned();
        let part = Part { label: Some("首行".to_owned()), ..Part::default() };
        self.push(format!("修改：{} 首行，改为 {said}", self.target), part, What::Headed(said));
        Some(())
    }

    /// The lines of a declaration or table.
    fn lines(&mut self) -> Option<()> {
        let of = |entry: &Entry| -> Vec<Field> {
            entry.item.fields.iter().filter(|field| !field.keyword.is_some_and(beside)).cloned().collect()
        };
        let (olds, news) = (of(self.old), of(self.new));
        let key = |entry: &Entry, field: &Field| {
            let end = field.colon.map_or(field.span.end, |colon| colon.start);
            plain(entry.slice(crate::source::Span { end, ..field.span }))
        };
        let table = is_table(self.old.item.keyword);
        let keys =
            |entry: &Entry, fields: &[Field]| -> Vec<String> { fields.iter().map(|it| key(entry, it)).collect() };
        let (one, two) = (keys(self.old, &olds), keys(self.new, &news));
        let way = steps(&one, &two);
        if way.iter().any(|step| matches!(step, Same::Come(_, at) if two.get(*at).is_some_and(|key| one.contains(key))))
        {
            return None;
        }
        for (at, step) in way.iter().enumerate() {
            match *step {
                Same::Kept(from, to) => {
                    let (Some(was), Some(is)) = (olds.get(from), news.get(to)) else { return None };
                    self.value(was, is, &self.line_part(was, from, table), None)?;
                }
                Same::Gone(from, _) => {
                    let was = olds.get(from)?;
                    let part = self.line_part(was, from, table);
                    self.push(format!("删去：{}", self.place(&part)), part, What::Dropped);
                }
                Same::Come(_, to) => {
                    // Before the next that stays, as it was counted.
                    let next = way.iter().skip(at).find_map(|step| match step {
                        Same::Kept(from, _) => Some(*from + 1),
                        Same::Gone(..) | Same::Come(..) => None,
                    });
                    let said = self.new.slice(news.get(to)?.span).to_owned();
                    let line = match next {
                        Some(number) => format!("增加：{}，作为第{number}项：{said}", self.target),
                        None => format!("增加：{}，{said}", self.target),
                    };
                    self.push(line, Part::default(), What::Added(said, Some(to + 1)));
                }
            }
        }
        Some(())
    }

    fn line_part(&self, line: &Field, at: usize, table: bool) -> Part {
        let name = line.label.text.trim();
        let clean = name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'));
        let same = |field: &&Field| plain(&field.label.text) == plain(name);
        let once = self.old.item.fields.iter().filter(same).count() == 1;
        if table || !clean || !once || name.starts_with('第') {
            return Part { line: Some(at + 1), ..Part::default() };
        }
        Part { label: Some(name.to_owned()), ..Part::default() }
    }

    /// How a part is written.
    fn place(&self, part: &Part) -> String {
        let mut place = self.target.to_owned();
        if let Some(label) = &part.label {
            let which = part.which.map_or(String::new(), |which| format!("第{which}项"));
            place.push_str(&format!(" {which}{label}"));
        }
        if let Some(line) = part.line {
            place.push_str(&format!(" 第{line}项"));
        }
        place
    }

    fn fields(&mut self) -> Option<()> {
        let mut keywords: Vec<FieldKeyword> = Vec::new();
        let only_beside = declares(self.old.item.keyword);
        for field in self.old.item.fields.iter().chain(&self.new.item.fields) {
            if let Some(keyword) = field.keyword.filter(|keyword| !only_beside || beside(*keyword))
                && !keywords.contains(&keyword)
            {
                keywords.push(keyword);
            }
        }
        for keyword in keywords {
            self.keyword(keyword)?;
        }
        Some(())
    }

    fn keyword(&mut self, keyword: FieldKeyword) -> Option<()> {
        let olds: Vec<&Field> = self.old.fields(keyword).collect();
        let news: Vec<&Field> = self.new.fields(keyword).collect();
        let texts = |entry: &Entry, fields: &[&Field]| -> Vec<String> {
            let same = |text: &str| if beside(keyword) { plain(text) } else { alike(text) };
            fields.iter().map(|field| format!("{}{}", label(entry, field), same(entry.content(field)))).collect()
        };
        let (one, two) = (texts(self.old, &olds), texts(self.new, &news));
        if one == two {
            return Some(());
        }
        let many = olds.len() > 1;
        let part =
            |which: usize| Part { label: Some(keyword.zh().to_owned()), which: many.then_some(which + 1), line: None };
        if olds.len() == news.len() {
            for (at, (was, is)) in olds.iter().zip(&news).enumerate() {
                if label(self.old, was) != label(self.new, is) {
                    return None;
                }
                self.value(was, is, &part(at), Some(keyword))?;
            }
            return Some(());
        }
        let way = steps(&one, &two);
        let mut paired: Option<usize> = None;
        for (at, step) in way.iter().enumerate() {
            match *step {
                Same::Kept(..) => {}
                Same::Come(_, to) if paired.take_if(|last| *last == to).is_some() => {}
                Same::Gone(from, to) if matches!(way.get(at + 1), Some(Same::Come(_, next)) if *next == to) => {
                    let (was, is) = (olds.get(from)?, news.get(to)?);
                    (label(self.old, was) == label(self.new, is)).then_some(())?;
                    self.value(was, is, &part(from), Some(keyword))?;
                    paired = Some(to);
                }
                Same::Gone(from, _) => {
                    let part = part(from);
                    self.push(format!("删去：{}", self.place(&part)), part, What::Dropped);
                }
                Same::Come(_, to) => {
                    let next = way.iter().skip(at).find_map(|step| match step {
                        Same::Kept(from, _) => Some(*from + 1),
                        Same::Gone(..) | Same::Come(..) => None,
                    });
                    if !repeatable(keyword) && !olds.is_empty() {
                        return None;
                    }
                    let field = news.get(to)?;
                    let bare = |field: &&Field| field.list.is_empty() && field.alias.is_none();
                    let line = match next {
                        None => format!("增加：{}，{}", self.target, self.new.slice(field.span)),
                        // Before the one that stays, as it was counted.
                        Some(number) if olds.iter().chain([field]).all(bare) && !beside(keyword) => {
                            let said = self.new.content(field);
                            format!("增加：{} {}，作为第{number}项：{said}", self.target, keyword.zh())
                        }
                        Some(_) => return None,
                    };
                    let part = Part { label: Some(keyword.zh().to_owned()), ..Part::default() };
                    let which = (news.len() > 1).then_some(to + 1);
                    self.push(line, part, What::Added(self.new.content(field).to_owned(), which));
                }
            }
        }
        Some(())
    }

    /// The value and list of a field or line.
    fn value(&mut self, was: &Field, is: &Field, part: &Part, keyword: Option<FieldKeyword>) -> Option<()> {
        let (old, new) = (self.old.content(was), self.new.content(is));
        let same = match keyword.is_some_and(beside) {
            true => plain(old) == plain(new),
            false => alike(old) == alike(new),
        };
        if same {
            return Some(());
        }
        if new.is_empty() || is.colon.is_none() || was.colon.is_none() {
            return None;
        }
        if let Some(day) = extended(old, new).filter(|_| keyword == Some(FieldKeyword::Validity)) {
            let of_policy = self.old.item.keyword == ItemKeyword::Policy;
            let of = if of_policy { String::new() } else { format!("{} ", self.target) };
            self.push(format!("延长：{of}有效期至 {day}"), part.clone(), What::Extended(day));
            return Some(());
        }
        if self.grain == Grain::Words {
            let value = |entry: &Entry, field: &Field| plain(entry.slice(field.value.span));
            let listed = !was.list.is_empty() && !is.list.is_empty();
            if listed && value(self.old, was) == value(self.new, is) && self.list(was, is, part).is_some() {
                return Some(());
            }
            // Prose and quotations are replaced as they stand.
            let prose = keyword.is_some_and(beside);
            if !prose
                && !listed
                && let Some((from, to)) = between(old, new)
            {
                self.words(part.clone(), from, to);
                return Some(());
            }
        }
        self.push(format!("修改：{}，改为 {new}", self.place(part)), part.clone(), What::Replaced(new.to_owned()));
        Some(())
    }

    fn words(&mut self, part: Part, from: String, to: String) {
        let line =
            format!("修改：{}，由 {} 改为 {}", self.place(&part), quoted_where_needed(&from), quoted_where_needed(&to));
        self.push(line, part, What::Words(from, to));
    }

    /// The numbered lines of a field: one that is put in or left out, or some that say something else.
    fn list(&mut self, was: &Field, is: &Field, part: &Part) -> Option<()> {
        let (olds, news) = (blocks(self.old, &was.list)?, blocks(self.new, &is.list)?);
        let texts = |blocks: &[(usize, String)]| blocks.iter().map(|(_, text)| plain(text)).collect::<Vec<_>>();
        let way = steps(&texts(&olds), &texts(&news));
        let gone: Vec<usize> =
            way.iter().filter_map(|it| if let Same::Gone(at, _) = it { Some(*at) } else { None }).collect();
        let come: Vec<(usize, usize)> = way
            .iter()
            .filter_map(|it| if let Same::Come(before, at) = it { Some((*before, *at)) } else { None })
            .collect();
        let line_of = |number: usize| Part { line: Some(number), ..part.clone() };
        let mut made: Vec<(String, Part, What)> = Vec::new();
        match (gone.as_slice(), come.as_slice()) {
            ([], [(_, at)]) => {
                let (number, said) = news.get(*at)?;
                let place = self.place(part);
                let line = format!("增加：{place}，作为第{number}项：{said}");
                made.push((line, part.clone(), What::Inserted(said.clone(), *number, at + 1 < news.len())));
            }
            ([at], []) => {
                let (number, _) = olds.get(*at)?;
                let gone = line_of(*number);
                made.push((format!("删去：{}", self.place(&gone)), gone, What::Dropped));
                for ((from, _), (to, _)) in olds.iter().skip(at + 1).zip(news.iter().skip(*at)) {
                    if from != to {
                        let part = line_of(*from);
                        let line = format!("顺延：{} 改为 第{to}项", self.place(&part));
                        made.push((line, part, What::Renumbered(format!("第{to}项"))));
                    }
                }
            }
            _ if olds.len() == news.len() && olds.iter().zip(&news).all(|(one, two)| one.0 == two.0) => {
                for ((number, old), (_, new)) in
                    olds.iter().zip(&news).filter(|(one, two)| plain(&one.1) != plain(&two.1))
                {
                    let part = line_of(*number);
                    let place = self.place(&part);
                    made.push(match between(old, new) {
                        Some((from, to)) => {
                            let (one, two) = (quoted_where_needed(&from), quoted_where_needed(&to));
                            (format!("修改：{place}，由 {one} 改为 {two}"), part, What::Words(from, to))
                        }
                        None => (format!("修改：{place}，改为 {new}"), part, What::Replaced(new.clone())),
                    });
                }
            }
            _ => return None,
        }
        for (line, part, what) in made {
            self.push(line, part, what);
        }
        Some(())
    }
}

/// The first line with its numbered lines.
fn heading(entry: &Entry) -> String {
    let end = entry.item.fields.first().map_or(entry.item.span.end, |field| field.span.start);
    entry.slice(crate::source::Span { end, ..entry.item.keyword_span }).to_owned()
}

/// What stands before the colon of a field.
fn label(entry: &Entry, field: &Field) -> String {
    if let Some(keyword) = field.keyword.filter(|keyword| !declares(entry.item.keyword) || beside(*keyword)) {
        let name = field.alias.as_ref().map_or("", |alias| alias.text.as_str());
        return format!("{}（{name}）", keyword.zh());
    }
    let end = field.colon.map_or(field.span.end, |colon| colon.start);
    plain(entry.slice(crate::source::Span { end, ..field.span }))
}

/// The lines of a list of one level, each with its number; `None` where there are more levels or lines bear no numbers.
fn blocks(entry: &Entry, list: &[ListItem]) -> Option<Vec<(usize, String)>> {
    let one = |line: &ListItem| {
        let start = line.marker.span.after();
        let said = entry.slice(start.to(line.value.span)).trim().to_owned();
        let number = crate::amend::numbered(&line.marker.text)?;
        (line.level == 0 && !said.contains('\n')).then_some((number, said))
    };
    list.iter().map(one).collect()
}

/// The new last day of a period that begins as it did and ends later.
fn extended(old: &str, new: &str) -> Option<String> {
    let split = |text: &str| {
        let (from, until) = text.split_once('至')?;
        Some((plain(from), plain(until)))
    };
    let ((one, was), (two, is)) = (split(old)?, split(new)?);
    let iso = |day: &str| day.len() == 10 && day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    (one == two && iso(&was) && iso(&is) && was < is).then_some(is)
}

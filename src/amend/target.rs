//! In: the words of an amendment, and the trees it changes. Out: the place that they name.
//! Invariant: a place is found by the names that the policy itself uses; what is not there is told with the nearest that is.

use std::ops::Range;

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::{Sources, Span};
use crate::syntax::ast::{Field, File, Item, ListItem};
use crate::syntax::fields::{declares, taken_by, takes};
use crate::syntax::keywords::{FieldKeyword, ItemKeyword, Word};

use super::words::{Letter, Words, counted_as, covered, letters, marked, squeezed};

/// The trees that an amendment changes.
#[derive(Clone, Copy)]
pub struct Trees<'t> {
    /// The files of the policy.
    pub files: &'t [File],
    /// Their texts.
    pub sources: &'t Sources,
    /// Items that do not exist yet.
    pub absent: &'t [Span],
}

/// What an amendment names.
#[derive(Clone, Copy)]
pub struct Target<'t> {
    /// The item.
    pub item: &'t Item,
    /// What of it.
    pub part: Part<'t>,
    /// Which of several, where the words say so (`第二项上限`).
    pub ordinal: Option<usize>,
    /// How many items go by the name, where the words do not say which.
    pub twins: usize,
}

/// What of an item.
#[derive(Clone, Copy)]
pub enum Part<'t> {
    /// The whole item.
    Whole,
    /// Its title.
    Title,
    /// The rest of its first line.
    Header,
    /// A field, which may stand there several times or not at all.
    Field(FieldKeyword),
    /// A line of a declaration or table.
    Line(&'t Field),
    /// A numbered line.
    Numbered(&'t [ListItem], usize),
}

impl<'t> Trees<'t> {
    /// The text of a file.
    #[must_use]
    pub fn text(&self, span: Span) -> &'t str {
        self.sources.get(span.file).map_or("", crate::source::Source::text)
    }

    /// The letters under a span.
    #[must_use]
    pub fn letters(&self, span: Span) -> Vec<Letter> {
        letters(self.text(span), span.range())
    }

    /// A place in the file of the amendment.
    #[must_use]
    pub fn here(&self, range: Option<Range<usize>>, otherwise: Span) -> Span {
        range.map_or(otherwise, |range| Span::new(otherwise.file, range.start, range.end))
    }

    /// Reads the place that the next words name; `whole` is where to report on them.
    ///
    /// # Errors
    /// P0220 or P0224.
    pub fn target(&self, words: &mut Words<'_>, whole: Span) -> Result<Target<'t>, Box<Diagnostic>> {
        let items = self.named_items(words, whole)?;
        words.eat(&["的", "中的", "中", "of"]);
        let (start, mut best, mut wrong) = (*words, None::<(Target<'t>, Words<'_>)>, None);
        for item in &items {
            let mut after = start;
            match self.part(item, &mut after, whole) {
                Ok(target) => {
                    // Of items of one name the one that has what is named is meant.
                    let has = match target.part {
                        Part::Field(keyword) => item.fields.iter().any(|field| field.keyword == Some(keyword)),
                        Part::Line(_) | Part::Numbered(..) => true,
                        Part::Whole | Part::Title | Part::Header => false,
                    };
                    let one = Target { twins: if has { 1 } else { items.len() }, ..target };
                    let settled = best.as_ref().is_some_and(|(best, _)| best.twins == 1);
                    if has && settled {
                        // Two clauses of one address have what is named: neither is guessed.
                        self.only_one(Target { twins: items.len(), ..one }, whole)?;
                    } else if has || best.is_none() {
                        best = Some((one, after));
                    }
                    if has && item.keyword != ItemKeyword::Clause {
                        break;
                    }
                }
                Err(found) => wrong = wrong.or(Some(found)),
            }
        }
        match (best, wrong) {
            (Some((target, after)), _) => {
                *words = after;
                Ok(target)
            }
            (None, Some(found)) => Err(found),
            (None, None) => Err(Box::new(not_a_target(whole))),
        }
    }

    /// Refuses what several items of one name could be.
    ///
    /// # Errors
    /// P0222.
    pub fn only_one(&self, target: Target<'t>, whole: Span) -> Result<(), Box<Diagnostic>> {
        if target.twins <= 1 {
            return Ok(());
        }
        let (zh, en) = (of(target.item).trim().to_owned(), of_en(target.item));
        let named = names(target.item);
        let article = |item: &Item| counted_as(&item.header.lead.as_ref()?.text, "条");
        let counted = article(target.item);
        let same = |item: &&Item| {
            let one = names(item).iter().any(|name| named.contains(name));
            item.keyword == target.item.keyword && (one || (counted.is_some() && article(item) == counted))
        };
        let found = Diagnostic::new(
            Code::OldValueAmbiguous,
            whole,
            format!("有 {} 个“{zh}”，是哪一个？", target.twins),
            format!("there are {} of {en}: which?", target.twins),
        );
        let found = self
            .items()
            .filter(same)
            .fold(found, |found, item| found.also(item.keyword_span.to(item.header.span), "这是一个", "this is one"));
        Err(Box::new(found.help(format!("写明第几个：“第二个 {zh}”"), format!("say which: no. 2 {en}"))))
    }

    fn items(&self) -> impl Iterator<Item = &'t Item> + '_ {
        let items = self.files.iter().flat_map(|file| &file.items);
        let other = [ItemKeyword::Amendment, ItemKeyword::Case, ItemKeyword::CaseTable];
        items.filter(move |item| !other.contains(&item.keyword) && !self.absent.contains(&item.span))
    }

    /// The items of the name that comes next, in order; the last of a row of same names comes first.
    fn named_items(&self, words: &mut Words<'_>, whole: Span) -> Result<Vec<&'t Item>, Box<Diagnostic>> {
        let start = words.rest;
        if words.eat(&["本政策", "this policy"]) {
            return self.only(ItemKeyword::Policy, start, whole);
        }
        let mut counted = *words;
        let number = counted.counted().filter(|_| item_keyword(&counted).is_some());
        if number.is_some() {
            *words = counted;
        }
        let keyword = match item_keyword(words) {
            Some((length, keyword)) => {
                words.take(length);
                keyword
            }
            // `第八条` is the clause of that address.
            None if words.next_is("第").is_some() => ItemKeyword::Clause,
            None => return Err(Box::new(not_a_target(self.here(covered(start), whole)))),
        };
        if matches!(keyword, ItemKeyword::Policy | ItemKeyword::Scope) && number.is_none() {
            return self.only(keyword, start, whole);
        }
        let named = words.rest;
        let of_kind = || self.items().filter(|item| item.keyword == keyword);
        let (mut found, count): (Vec<&'t Item>, usize) = match words.clone().quote() {
            Some(quoted) => {
                let name: String = quoted.iter().map(|letter| letter.letter).collect();
                (of_kind().filter(|item| names(item).contains(&name)).collect(), quoted.len() + 2)
            }
            None => {
                let length = |item: &&Item| names(item).iter().filter_map(|name| words.next_is(name)).max();
                let mut longest = of_kind().filter_map(|item| length(&item)).max().unwrap_or(0);
                // `第一条` is a clause written `一`, however its number is written.
                let mut after = *words;
                let article = after.article().filter(|_| keyword == ItemKeyword::Clause);
                let taken = words.rest.len() - after.rest.len();
                let numbered = |item: &Item| {
                    let lead = item.header.lead.as_ref();
                    article.is_some() && lead.and_then(|lead| counted_as(&lead.text, "条")) == article
                };
                if taken >= longest && of_kind().any(numbered) {
                    longest = taken;
                }
                // `第二个 非规范` counts those of the kind.
                let named = |item: &&'t Item| length(item).unwrap_or(0) == longest && (longest > 0 || number.is_some());
                let fits = |item: &&'t Item| named(item) || (longest == taken && numbered(item));
                (of_kind().filter(fits).collect(), longest)
            }
        };
        if let Some(number) = number {
            found = number.checked_sub(1).and_then(|at| found.get(at).copied()).into_iter().collect();
        }
        if found.is_empty() {
            return Err(Box::new(self.no_such_item(keyword, named, whole)));
        }
        words.take(count);
        found.reverse();
        Ok(found)
    }

    fn only(&self, keyword: ItemKeyword, start: &[Letter], whole: Span) -> Result<Vec<&'t Item>, Box<Diagnostic>> {
        let mut found: Vec<&'t Item> = self.items().filter(|item| item.keyword == keyword).collect();
        found.reverse();
        if found.is_empty() {
            let span = self.here(covered(start), whole);
            return Err(Box::new(Diagnostic::new(
                Code::AmendmentTarget,
                span,
                format!("政策里没有“{}”条目", keyword.zh()),
                format!("the policy has no `{}` item", keyword.en()),
            )));
        }
        Ok(found)
    }

    fn no_such_item(&self, keyword: ItemKeyword, named: &[Letter], whole: Span) -> Diagnostic {
        let ends = |letter: &Letter| letter.gap || matches!(letter.letter, ',' | ':' | '、' | ';');
        let length = named.iter().skip(1).position(ends).map_or(named.len(), |at| at + 1);
        let named = named.get(..length).unwrap_or_default();
        let written: String = named.iter().map(|letter| letter.letter).collect();
        let span = self.here(covered(named), whole);
        let all: Vec<String> = self.items().filter(|item| item.keyword == keyword).filter_map(shown).collect();
        let found = Diagnostic::new(
            Code::AmendmentTarget,
            span,
            format!("这一天的政策里没有{}“{written}”", keyword.zh()),
            format!("the policy of that day has no {} `{written}`", keyword.en()),
        );
        match nearest(&written, all.iter().map(String::as_str)).map(str::to_owned) {
            Some(near) => found.fix(span, near.clone(), format!("改为“{near}”"), format!("change to `{near}`")),
            None if all.is_empty() => found,
            None => {
                let few: Vec<String> = all.into_iter().take(8).collect();
                found.help(format!("有这些：{}", few.join("、")), format!("there are {}", few.join(", ")))
            }
        }
    }

    fn part(&self, item: &'t Item, words: &mut Words<'_>, whole: Span) -> Result<Target<'t>, Box<Diagnostic>> {
        let first = words.ordinal();
        words.eat(&["的"]);
        if words.eat(&["标题", "title"]) {
            return Ok(Target { item, part: Part::Title, ordinal: None, twins: 1 });
        }
        if words.eat(&["首行", "first line"]) {
            return Ok(Target { item, part: Part::Header, ordinal: None, twins: 1 });
        }
        let spelt = |keyword: &FieldKeyword| {
            let chinese: Vec<&str> = std::iter::once(keyword.zh()).chain(keyword.also().iter().copied()).collect();
            let spellings = chinese.iter().copied().chain([keyword.en()]).chain(as_word(&chinese));
            spellings.filter_map(|word| words.next_is(word)).max().map(|length| (length, *keyword))
        };
        let line = self.line(item, words);
        let accept = [FieldKeyword::Accept].into_iter().filter(|keyword| takes(item.keyword, *keyword));
        let taken = taken_by(item.keyword).iter().copied().chain(accept);
        let field = taken.filter_map(|keyword| spelt(&keyword)).max_by_key(|(length, _)| *length);
        let (part, length) = match (line, field) {
            (Some((length, line)), field) if field.is_none_or(|(other, _)| other <= length) => {
                (Part::Line(line), length)
            }
            (_, Some((length, keyword))) => (Part::Field(keyword), length),
            _ => (Part::Whole, 0),
        };
        words.take(length);
        let before = *words;
        words.eat(&["的"]);
        let second = words.ordinal();
        if second.is_none() {
            *words = before;
        }
        let (part, ordinal) = match (part, first, second) {
            (Part::Field(keyword), which, Some(number)) => {
                let field = self.field_of(item, keyword, which, whole)?;
                (numbered(field.list.as_slice(), number), None)
            }
            (Part::Whole, Some(number), _) if !declares(item.keyword) => {
                let lists = item.fields.iter().map(|field| field.list.as_slice()).chain([item.header.list.as_slice()]);
                let lists: Vec<&[ListItem]> = lists.filter(|list| !list.is_empty()).collect();
                match lists.as_slice() {
                    [list] => (numbered(list, number), None),
                    _ => (None, None),
                }
            }
            (Part::Whole, Some(number), _) => {
                (number.checked_sub(1).and_then(|at| lines(item).nth(at)).map(Part::Line), None)
            }
            (part, ordinal, _) => (Some(part), ordinal),
        };
        let Some(part) = part else {
            let number = second.or(first).unwrap_or_default();
            return Err(Box::new(
                Diagnostic::new(
                    Code::AmendmentTarget,
                    whole,
                    format!("{}没有第 {number} 项", of(item)),
                    format!("{} has no item {number}", of_en(item)),
                )
                .also(
                    item.keyword_span.to(item.header.span),
                    "现在是这样写的",
                    "this is how it stands",
                ),
            ));
        };
        Ok(Target { item, part, ordinal, twins: 1 })
    }

    /// The line of a declaration or table whose label comes next.
    fn line(&self, item: &'t Item, words: &Words<'_>) -> Option<(usize, &'t Field)> {
        if !declares(item.keyword) {
            return None;
        }
        let labelled = lines(item).filter_map(|field| {
            let names = [Some(squeezed(&field.label.text)), field.alias.as_ref().map(|alias| alias.text.clone())];
            let quoted = words.clone().quote().map(|inner| (inner, inner.len() + 2));
            let fits = |name: &String| match quoted {
                Some((inner, length)) => {
                    let inner: String = inner.iter().map(|letter| letter.letter).collect();
                    (inner == *name).then_some(length)
                }
                None => words.next_is(name),
            };
            names.iter().flatten().filter_map(fits).max().map(|length| (length, field))
        });
        labelled.max_by_key(|(length, _)| *length)
    }

    /// The one field of a keyword, or the one that is counted to.
    ///
    /// # Errors
    /// P0220 where there is none, P0222 where there are several.
    pub fn field_of(
        &self,
        item: &'t Item,
        keyword: FieldKeyword,
        which: Option<usize>,
        whole: Span,
    ) -> Result<&'t Field, Box<Diagnostic>> {
        let fields: Vec<&Field> = item.fields.iter().filter(|field| field.keyword == Some(keyword)).collect();
        let (zh, en) = (keyword.zh(), keyword.en());
        match (fields.as_slice(), which) {
            ([field], None) => Ok(field),
            (fields, Some(number)) if number >= 1 && number <= fields.len() => {
                fields.get(number - 1).copied().ok_or_else(|| Box::new(not_a_target(whole)))
            }
            ([], _) => Err(Box::new(
                Diagnostic::new(
                    Code::AmendmentTarget,
                    whole,
                    format!("{}没有“{zh}”这一栏", of(item)),
                    format!("{} has no `{en}`", of_en(item)),
                )
                .also(item.keyword_span.to(item.header.span), "条目在这里", "the item is here")
                .help(
                    format!("要加一栏，写“增加：{}，{zh}：……”", of(item)),
                    format!("to add it, write `insert: …, {en}: …`"),
                ),
            )),
            (fields, Some(number)) => Err(Box::new(
                Diagnostic::new(
                    Code::AmendmentTarget,
                    whole,
                    format!("{}只有 {} 个“{zh}”，没有第 {number} 个", of(item), fields.len()),
                    format!("{} has {} `{en}`, no number {number}", of_en(item), fields.len()),
                )
                .also(item.keyword_span.to(item.header.span), "条目在这里", "the item is here"),
            )),
            (fields, None) => {
                let found = Diagnostic::new(
                    Code::OldValueAmbiguous,
                    whole,
                    format!("{}有 {} 个“{zh}”，是哪一个？", of(item), fields.len()),
                    format!("{} has {} `{en}`: which?", of_en(item), fields.len()),
                );
                let found = fields.iter().fold(found, |found, field| found.also(field.span, "这是一个", "this is one"));
                Err(Box::new(found.help(format!("写明第几个：“第二项{zh}”"), format!("say which: `item 2 {en}`"))))
            }
        }
    }
}

/// The keyword of an item that comes next.
fn item_keyword(words: &Words<'_>) -> Option<(usize, ItemKeyword)> {
    let spelt = |keyword: &ItemKeyword| {
        let spellings = [keyword.zh(), keyword.en()].into_iter().chain(as_word(&[keyword.zh()]));
        spellings.filter_map(|word| words.next_is(word)).max().map(|length| (length, *keyword))
    };
    ItemKeyword::ALL.iter().filter_map(spelt).max_by_key(|(length, _)| *length)
}

/// How the formatter writes, within a phrase, a word that is also a keyword of lines.
fn as_word(chinese: &[&str]) -> Vec<&'static str> {
    let written = |word: &&Word| {
        chinese.contains(&word.zh()) || word.also().iter().any(|also| !also.is_ascii() && chinese.contains(also))
    };
    Word::ALL.iter().filter(written).map(|word| word.en()).collect()
}

/// The lines of a declaration or table that declare something.
pub fn lines(item: &Item) -> impl Iterator<Item = &Field> {
    let other = [FieldKeyword::Quote, FieldKeyword::Note, FieldKeyword::Accept, FieldKeyword::AddedBy];
    item.fields.iter().filter(move |field| !field.keyword.is_some_and(|keyword| other.contains(&keyword)))
}

/// The numbered line that a number names: by the number it bears, else by its place.
fn numbered(list: &[ListItem], number: usize) -> Option<Part<'_>> {
    let top = || list.iter().enumerate().filter(|(_, line)| line.level == 0);
    let bears = top().find(|(_, line)| marked(&line.marker.text) == Some(number));
    let bare = top().all(|(_, line)| marked(&line.marker.text).is_none());
    let at = bears.or_else(|| top().nth(number.checked_sub(1)?).filter(|_| bare))?.0;
    Some(Part::Numbered(list, at))
}

/// The names of an item: id, title, address or name.
fn names(item: &Item) -> Vec<String> {
    let header = &item.header;
    [&header.alias, &header.title, &header.lead].into_iter().flatten().map(|name| squeezed(&name.text)).collect()
}

fn shown(item: &Item) -> Option<String> {
    let header = &item.header;
    header.alias.as_ref().or(header.lead.as_ref()).or(header.title.as_ref()).map(|name| name.text.clone())
}

/// An item as it is named in a sentence.
#[must_use]
pub fn of(item: &Item) -> String {
    format!("{} {} ", item.keyword.zh(), shown(item).unwrap_or_default()).replace("  ", " ")
}

/// The same in English.
#[must_use]
pub fn of_en(item: &Item) -> String {
    format!("`{} {}`", item.keyword.en(), shown(item).unwrap_or_default())
}

fn not_a_target(span: Span) -> Diagnostic {
    Diagnostic::new(Code::AmendmentUnreadable, span, "没有写明改哪里", "it is not said what is to be changed").help(
        "从条目写起：“条款 rent 上限”“第八条”“分档 奖励比例”“政策 有效期”“适用范围 条件”",
        "begin with the item: `clause rent cap`, `policy validity`, `scope condition`",
    )
}

//! Small readings of fields that several items share: names in a list, quotations, notes, dates, departments.

use crate::diagnostics::{Code, Diagnostic, nearest_office};
use crate::literal;
use crate::source::Span;
use crate::syntax::ast::{Field, Item, Part, Phrase, Separator};
use crate::syntax::keywords::{FieldKeyword, Word};

use super::clause::{Quote, Responsible};
use super::context::Context;
use super::{DepartmentId, Window};

/// The field of a keyword; the first where there are more.
#[must_use]
pub fn field(item: &Item, keyword: FieldKeyword) -> Option<&Field> {
    item.fields.iter().find(|field| field.keyword == Some(keyword))
}

/// All fields of a keyword.
pub fn fields(item: &Item, keyword: FieldKeyword) -> impl Iterator<Item = &Field> {
    item.fields.iter().filter(move |field| field.keyword == Some(keyword))
}

/// The phrases of a field: its value, and the lines of its list.
pub fn phrases(field: &Field) -> impl Iterator<Item = &Phrase> {
    std::iter::once(&field.value).chain(field.list.iter().map(|item| &item.value)).filter(|phrase| !phrase.is_empty())
}

/// A phrase without its spaces, as text; quotes and titles give their contents.
#[must_use]
pub fn plain(phrase: &Phrase) -> String {
    let mut text = String::new();
    for part in &phrase.parts {
        match part {
            Part::Run(run) => text.push_str(&run.text),
            Part::Quote(quote) | Part::Title(quote) => text.push_str(&quote.text),
            Part::Bracket { inner, .. } => {
                text.push('（');
                text.push_str(&plain(inner));
                text.push('）');
            }
            Part::Separator { kind, .. } => text.push(match kind {
                Separator::Comma => '，',
                Separator::Pause => '、',
                Separator::Semicolon => '；',
                Separator::Colon => '：',
            }),
        }
    }
    text
}

/// Names in a list, split at 、 and ，; each with its place.
#[must_use]
pub fn names(phrase: &Phrase) -> Vec<(String, Span)> {
    let mut result: Vec<(String, Span)> = Vec::new();
    let mut fresh = true;
    for part in &phrase.parts {
        let text = match part {
            Part::Run(run) => run.text.clone(),
            Part::Quote(quote) | Part::Title(quote) => quote.text.clone(),
            Part::Bracket { .. } => continue,
            Part::Separator { .. } => {
                fresh = true;
                continue;
            }
        };
        match result.last_mut().filter(|_| !fresh) {
            Some((name, span)) => {
                name.push_str(&text);
                *span = span.to(part.span());
            }
            None => result.push((text, part.span())),
        }
        fresh = false;
    }
    result
}

/// The text of 说明.
#[must_use]
pub fn note(context: &Context<'_>, item: &Item) -> Option<String> {
    let text: Vec<String> = fields(item, FieldKeyword::Note)
        .flat_map(|field| phrases(field).map(|phrase| context.text(phrase.span)).collect::<Vec<_>>())
        .collect();
    (!text.is_empty()).then(|| text.join("\n"))
}

impl Context<'_> {
    /// The quotations of an item, each looked up in the original.
    pub fn quotes(&mut self, item: &Item) -> Vec<Quote> {
        let mut found = Vec::new();
        let mut after = None;
        for field in fields(item, FieldKeyword::Quote) {
            for phrase in phrases(field) {
                self.quotes_in(phrase, &mut after, &mut found);
            }
        }
        found
    }

    /// The quotations in a phrase.
    pub fn quotes_in(&mut self, phrase: &Phrase, after: &mut Option<usize>, found: &mut Vec<Quote>) {
        if !phrase.parts.iter().any(|part| matches!(part, Part::Quote(_) | Part::Title(_))) {
            return self.quote_without_marks(phrase);
        }
        for part in &phrase.parts {
            let (Part::Quote(text) | Part::Title(text)) = part else {
                if !matches!(part, Part::Separator { .. }) {
                    self.report(
                        Diagnostic::new(
                            Code::FieldUnreadable,
                            part.span(),
                            "原文要放在引号“「」”里",
                            "quoted words stand in quotation marks",
                        )
                        .help("写成 原文：「……」", "write `source: 「…」`"),
                    );
                }
                continue;
            };
            let range = self.original.as_mut().and_then(|original| original.find(&text.text, *after));
            match (&range, self.original.is_some()) {
                (Some(range), _) => *after = Some(range.end),
                (None, true) => self.quote_not_found(&text.text, text.span),
                (None, false) => {}
            }
            found.push(Quote { text: text.text.clone(), found: range, span: text.span });
        }
    }

    fn quote_without_marks(&mut self, phrase: &Phrase) {
        if phrase.is_empty() {
            return;
        }
        // A final 。 is not part of the phrase, but of the sentence.
        let span =
            match self.sources.get(phrase.span.file).and_then(|source| source.text().get(phrase.span.end as usize..)) {
                Some(rest) if rest.starts_with('。') => {
                    Span::new(phrase.span.file, phrase.span.start as usize, phrase.span.end as usize + '。'.len_utf8())
                }
                _ => phrase.span,
            };
        let text = self.sources.text(span).to_owned();
        self.report(
            Diagnostic::new(
                Code::FieldUnreadable,
                phrase.span,
                "原文要放在引号“「」”里",
                "quoted words stand in quotation marks",
            )
            .fix(span, format!("「{text}」"), "加上引号", "add quotation marks"),
        );
    }

    fn quote_not_found(&mut self, quote: &str, span: Span) {
        if let Some(near) = self.original.as_ref().and_then(|original| original.near(quote)) {
            return self.quote_differs(quote, span, &near);
        }
        self.report(
            Diagnostic::new(
                Code::QuoteNotFound,
                span,
                "原件里没有这段话",
                "these words are not in the archived original",
            )
            .help(
                "从原件里复制这段话；中间可以用“……”省略",
                "copy the words from the original; `……` may stand for what is left out",
            ),
        );
    }

    /// A quotation that departs from a passage in a few characters.
    fn quote_differs(&mut self, quote: &str, span: Span, near: &str) {
        let (one, two): (Vec<char>, Vec<char>) = (quote.chars().collect(), near.chars().collect());
        let alike = |(a, b): &(&char, &char)| a == b;
        let before = one.iter().zip(&two).take_while(alike).count();
        let most = one.len().min(two.len()) - before;
        let after = one.iter().rev().zip(two.iter().rev()).take(most).take_while(alike).count();
        let middle = |chars: &[char]| chars.iter().take(chars.len() - after).skip(before).collect::<String>();
        let (written, meant) = (middle(&one), middle(&two));
        let inner = self.locate(span, quote);
        let start = inner.start as usize + one.iter().take(before).map(|letter| letter.len_utf8()).sum::<usize>();
        let mut place = Span::new(span.file, start, start + written.len());
        if self.sources.text(place) != written {
            place = span;
        }
        let label = match (written.is_empty(), meant.is_empty()) {
            (true, _) => (format!("这里漏了“{meant}”"), format!("`{meant}` is missing here")),
            (_, true) => (format!("原件没有“{written}”"), format!("the original has no `{written}`")),
            _ => (format!("原件是“{meant}”"), format!("the original says `{meant}`")),
        };
        let mut report =
            Diagnostic::new(Code::QuoteNotFound, place, "引文与原件不同", "the quotation differs from the original")
                .label(label.0, label.1)
                .help(
                    "从原件里复制这段话；中间可以用“……”省略",
                    "copy the words from the original; `……` may stand for what is left out",
                );
        if inner != span {
            report = report.fix(inner, near, "改成与原件一致", "quote it as the original says");
        }
        self.report(report);
    }

    /// A date field.
    pub fn date(&mut self, phrase: &Phrase) -> Option<i32> {
        let text = plain(phrase);
        let chars: Vec<char> = text.chars().collect();
        match literal::date(&chars, 0) {
            Some(Ok((day, end))) if end == chars.len() => Some(day),
            Some(Err((error, _))) => {
                self.report(super::unreadable::bad_number(&error, phrase.span, &text));
                None
            }
            _ if phrase.is_empty() => None,
            _ => {
                if let Some(report) = super::unreadable::loose_date(&text, phrase.span) {
                    self.report(report);
                    return None;
                }
                self.report(
                    Diagnostic::new(
                        Code::FieldUnreadable,
                        phrase.span,
                        format!("“{text}”不是日期"),
                        format!("`{text}` is no date"),
                    )
                    .help("写成 2025-06-30 或 2025年6月30日", "write 2025-06-30"),
                );
                None
            }
        }
    }

    /// `日期 至 日期` or `日期 起`, both days in force.
    pub fn window(&mut self, phrase: &Phrase) -> Window {
        if phrase.is_empty() {
            return Window::default();
        }
        let text = plain(phrase);
        let chars: Vec<char> = text.chars().collect();
        let starts = [Word::From.zh(), Word::From.en()].into_iter().find(|word| text.starts_with(word));
        let mut at = starts.map_or(0, |word| word.chars().count());
        let mut days = Vec::new();
        let mut words = String::new();
        while at < chars.len() {
            match literal::date(&chars, at) {
                Some(Ok((day, end))) => {
                    days.push(day);
                    at = end;
                }
                Some(Err((error, end))) => {
                    let date: String = chars.iter().take(end).skip(at).collect();
                    self.report(super::unreadable::bad_number(&error, self.locate(phrase.span, &date), &date));
                    return Window::default();
                }
                None => {
                    words.extend(chars.get(at));
                    at += 1;
                }
            }
        }
        match (days.as_slice(), words.as_str()) {
            ([first, last], "至" | "to" | "-" | "—" | "——" | "~" | "起至" | "onwardsto") => {
                if first > last {
                    self.report(
                        Diagnostic::new(
                            Code::DatesReversed,
                            phrase.span,
                            "止期早于起期",
                            "the last day lies before the first",
                        )
                        .help("看看年份是不是写错了", "check the years"),
                    );
                }
                Window { first: Some(*first), last: Some(*last) }
            }
            ([first], "起" | "onwards" | "from" | "") => Window { first: Some(*first), last: None },
            _ => {
                self.report(
                    Diagnostic::new(Code::FieldUnreadable, phrase.span, "有效期读不懂", "this period cannot be read")
                        .help("写成 2024-11-15 至 2026-12-31", "write 2024-11-15 to 2026-12-31"),
                );
                Window::default()
            }
        }
    }

    /// A department by name, full name or id.
    pub fn department(&mut self, name: &str, span: Span) -> Option<DepartmentId> {
        let name: String = name.trim().to_owned();
        let found = self.department_index.get(&name).copied();
        if let Some(id) = found {
            self.use_department(id);
            return Some(id);
        }
        if self.joined_departments(&name, span) {
            return None;
        }
        let near = nearest_office(&name, self.model.departments.iter().map(|department| department.name.as_str()))
            .map(str::to_owned);
        let mut report = Diagnostic::new(
            Code::UnknownDepartment,
            span,
            format!("没有声明过部门“{name}”"),
            format!("department `{name}` is not declared"),
        );
        report = match near {
            Some(near) => report.did_you_mean(span, &near),
            None => report.help(format!("加一行“部门 {name}《全称》”"), format!("add `department {name}`")),
        };
        self.report(report);
        None
    }

    /// `区科委和区财政局`: two departments in one word.
    fn joined_departments(&mut self, name: &str, span: Span) -> bool {
        let parts = ["和", "及", "与", "以及", "会同"].into_iter().find_map(|word| {
            let (one, two) = name.split_once(word)?;
            let known = |part: &str| self.department_index.contains_key(part);
            (known(one) && known(two)).then(|| (one.to_owned(), word, two.to_owned()))
        });
        let Some((one, word, two)) = parts else { return false };
        self.report(
            Diagnostic::new(
                Code::UnknownDepartment,
                span,
                format!("部门之间用顿号，不用“{word}”"),
                format!("`{word}` does not stand between departments"),
            )
            .fix(span, format!("{one}、{two}"), format!("改为“{one}、{two}”"), "separate them with `、`"),
        );
        for part in [one, two] {
            if let Some(id) = self.department_index.get(&part).copied() {
                self.use_department(id);
            }
        }
        true
    }

    /// `区科委（牵头）、区数据局、及相关部门`.
    pub fn responsible(&mut self, field: &Field) -> Responsible {
        let mut result = Responsible { span: Some(field.span), ..Responsible::default() };
        for phrase in phrases(field) {
            let mut last: Option<usize> = None;
            for part in &phrase.parts {
                match part {
                    Part::Run(run) => {
                        let open = std::iter::once(Word::AndRelevant.zh())
                            .chain([Word::AndRelevant.en()])
                            .chain(Word::AndRelevant.also().iter().copied())
                            .find(|word| run.text.ends_with(word));
                        let name = open.map_or(run.text.as_str(), |word| run.text.strip_suffix(word).unwrap_or(""));
                        result.open |= open.is_some();
                        let name = self.without_role(name.trim_start_matches("由"), &mut result);
                        if let Some(at) = last.filter(|_| is_role(name)) {
                            if Word::find(name) == Some(Word::Lead) {
                                result.lead = at;
                                result.lead_marked = true;
                            }
                            continue;
                        }
                        if name.is_empty() {
                            continue;
                        }
                        if let Some(id) = self.department(name, run.span) {
                            if result.departments.contains(&id) {
                                self.repeated_department(name, run.span);
                            } else {
                                result.departments.push(id);
                            }
                            last = result.departments.iter().position(|other| *other == id);
                        }
                    }
                    Part::Bracket { inner, .. } => {
                        let word = plain(inner);
                        if Word::find(&word) == Some(Word::Lead)
                            && let Some(at) = last
                        {
                            result.lead = at;
                            result.lead_marked = true;
                        }
                    }
                    Part::Quote(text) | Part::Title(text) => {
                        if let Some(id) = self.department(&text.text, text.span) {
                            result.departments.push(id);
                        }
                    }
                    Part::Separator { .. } => {}
                }
            }
        }
        result
    }

    /// `区科委牵头`, `区财政局配合`: the department without its part; the one that leads is marked.
    fn without_role<'n>(&self, name: &'n str, result: &mut Responsible) -> &'n str {
        for role in ROLES {
            if let Some(short) = name.strip_suffix(role)
                && self.department_index.contains_key(short)
            {
                if role == Word::Lead.zh() {
                    result.lead = result.departments.len();
                    result.lead_marked = true;
                }
                return short;
            }
        }
        name
    }

    fn repeated_department(&mut self, name: &str, span: Span) {
        self.report(
            Diagnostic::new(
                Code::DuplicateName,
                span,
                format!("部门“{name}”写了两遍"),
                format!("`{name}` is listed twice"),
            )
            .help("删去一处", "drop one"),
        );
    }
}

/// What a department does, written right after it.
const ROLES: [&str; 5] = ["牵头", "负责", "配合", "协助", "会同"];

/// Whether a word only says what the department before it does.
fn is_role(word: &str) -> bool {
    Word::find(word) == Some(Word::Lead) || ROLES.contains(&word)
}

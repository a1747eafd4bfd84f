//! In: a place in a file and what is wrong there. Out: the diagnostic, in words a drafter uses.
//! Invariant: a fix is given only where one change is surely what was meant.

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::limits::LIST_DEPTH_MAX;
use crate::source::Span;

use super::ast::{Field, Part, Phrase, Separator, Spanned};
use super::fields::{taken_by, takers};
use super::keywords::{FieldKeyword, ItemKeyword};

fn at(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap_or("")
}

/// The first characters of what is written under a span, for a message.
fn excerpt(text: &str, span: Span) -> String {
    const CHARS_MAX: usize = 20;
    let written = at(text, span);
    let mut short: String = written.chars().take(CHARS_MAX).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if written.chars().nth(CHARS_MAX).is_some() {
        short.push('…');
    }
    short
}

/// Whether a text is written in Latin letters, so that suggestions are made in English.
fn is_latin(text: &str) -> bool {
    text.is_ascii()
}

pub(super) fn misspelt_item(text: &str, place: Span, meant: ItemKeyword) -> Diagnostic {
    let written = at(text, place);
    let spelling = if is_latin(written) { meant.en() } else { meant.zh() };
    Diagnostic::new(Code::UnknownItem, place, format!("没有 `{written}` 这种条目"), format!("unknown item `{written}`"))
        .label(format!("是不是想写 `{spelling}`？"), format!("did you mean `{spelling}`?"))
        .fix(place, spelling, format!("改为 `{spelling}`"), format!("change it to `{spelling}`"))
}

pub(super) fn unspaced_item(keyword: ItemKeyword, place: Span, colon: Option<Span>) -> Diagnostic {
    let (zh, en) = (keyword.zh(), keyword.en());
    match colon {
        Some(colon) => Diagnostic::new(
            Code::HeaderUnreadable,
            colon,
            format!("`{zh}` 后面不写冒号"),
            format!("no colon follows `{en}`"),
        )
        .label("这里空一格", "a space goes here")
        .fix(colon, " ", "改为空格", "change it to a space"),
        None => Diagnostic::new(
            Code::HeaderUnreadable,
            place,
            format!("`{zh}` 后面要空一格"),
            format!("a space follows `{en}`"),
        )
        .fix(place.after(), " ", "加上空格", "add a space"),
    }
}

pub(super) fn outside(text: &str, span: Span, colon: Option<usize>) -> Diagnostic {
    let all = "政策、部门、产业、对象、条款";
    let Some(colon) = colon else {
        let written = excerpt(text, span);
        return Diagnostic::new(
            Code::UnknownItem,
            span,
            format!("`{written}` 不是条目的开头"),
            format!("`{written}` does not open an item"),
        )
        .help(
            format!("每个条目以条目词开头，如 {all}；到第一个条目为止的各行都没有读"),
            "an item opens with its keyword, such as `policy` or `clause`; no line before the first item is read",
        );
    };
    let label = Span::new(span.file, span.start as usize, colon);
    let written = excerpt(text, label);
    Diagnostic::new(
        Code::FieldOutsideItem,
        label,
        format!("栏目 `{written}` 前面没有条目"),
        format!("no item stands before the field `{written}`"),
    )
    .help(
        format!("先写条目的首行，如 `条款 一《标题》（标识）`；条目词有 {all} 等。到第一个条目为止的各行都没有读"),
        "write the first line of an item before it; no line before the first item is read",
    )
}

pub(super) fn missing_colon(text: &str, label: Span) -> Diagnostic {
    let written = at(text, label);
    Diagnostic::new(
        Code::MissingColon,
        label,
        format!("`{written}` 后面缺少冒号"),
        format!("a colon is missing after `{written}`"),
    )
    .label("这里要写 `：`", "a `:` goes here")
    .fix(wrong_mark(text, label), if is_latin(written) { ":" } else { "：" }, "补上冒号", "add the colon")
}

/// The mark that stands where a colon should, else the place after the label.
fn wrong_mark(text: &str, label: Span) -> Span {
    let next = text.get(label.end as usize..).and_then(|rest| rest.chars().next());
    match next.filter(|mark| matches!(mark, '；' | ';' | '，' | ',' | '、')) {
        Some(mark) => Span::new(label.file, label.end as usize, label.end as usize + mark.len_utf8()),
        None => label.after(),
    }
}

pub(super) fn nothing_before(text: &str, span: Span, item: ItemKeyword) -> Diagnostic {
    let written = excerpt(text, span);
    Diagnostic::new(
        Code::FieldUnreadable,
        span,
        format!("不知道 `{written}` 属于哪一栏"),
        format!("`{written}` belongs to no field"),
    )
    .help(
        format!("每行写成 `栏目：内容`；`{}` 的栏目有 {}", item.zh(), spellings(item, false)),
        format!("write each line as `field: content`; a `{}` takes {}", item.en(), spellings(item, true)),
    )
}

pub(super) fn number_without_field(text: &str, marker: Span) -> Diagnostic {
    let written = at(text, marker);
    Diagnostic::new(
        Code::FieldUnreadable,
        marker,
        format!("编号 `{written}` 前面没有栏目"),
        format!("no field stands before the number `{written}`"),
    )
    .help("先写栏目，如 `条件：满足下列条件之一`，再分项", "write the field first, then its numbered lines")
}

pub(super) fn numbered_declaration(text: &str, number: Span, fix: Span, item: ItemKeyword) -> Diagnostic {
    let written = at(text, number);
    Diagnostic::new(
        Code::UnexpectedList,
        number,
        format!("`{}` 里每行是一个名称，不用编号", item.zh()),
        format!("each line of a `{}` is a name and takes no number", item.en()),
    )
    .fix(fix, "", format!("删去 `{written}`"), format!("delete `{written}`"))
}

pub(super) fn several_members(head: &Phrase) -> Diagnostic {
    let mut finding =
        Diagnostic::new(Code::FieldUnreadable, head.span, "一行写了几个值", "several values stand on one line")
            .help("每行写一个值；给值加说明时用 `值：「原文里的词」`", "write one value a line");
    let pauses_only = head.parts.iter().all(|part| match part {
        Part::Separator { kind, .. } => *kind == Separator::Pause,
        Part::Run(_) | Part::Bracket { .. } => true,
        Part::Quote(_) | Part::Title(_) => false,
    });
    if pauses_only {
        let edits = head
            .parts
            .iter()
            .filter(|part| matches!(part, Part::Separator { .. }))
            .map(|part| crate::diagnostics::Edit { span: part.span(), replacement: "\n  ".to_owned() });
        finding.fixes.push(crate::diagnostics::Fix {
            title: crate::diagnostics::Text::new("分成几行", "write them on lines of their own"),
            edits: edits.collect(),
        });
    }
    finding
}

pub(super) fn bracket(text: &str, span: Span, open: bool) -> Diagnostic {
    let written = at(text, span).chars().next().unwrap_or('（');
    let partner = match written {
        '(' => ')',
        ')' => '(',
        '）' => '（',
        _ => '）',
    };
    let (zh, en) = if open {
        (format!("`{written}` 后面没有配对的 `{partner}`"), format!("no `{partner}` follows `{written}`"))
    } else {
        (format!("`{written}` 前面没有配对的 `{partner}`"), format!("no `{partner}` stands before `{written}`"))
    };
    Diagnostic::new(Code::UnclosedBracket, span, zh, en)
        .help(format!("补上 `{partner}`，或删去 `{written}`"), format!("add `{partner}`, or delete `{written}`"))
}

pub(super) fn unreadable(span: Span) -> Diagnostic {
    Diagnostic::new(Code::FieldUnreadable, span, "这一行读不懂", "this line cannot be read")
        .help("每行写成 `栏目：内容`", "write each line as `field: content`")
}

pub(super) fn no_label(colon: Span) -> Diagnostic {
    Diagnostic::new(Code::FieldUnreadable, colon, "冒号前面没有栏目", "no field stands before the colon")
        .help("冒号前面写栏目或名称，如 `上限：…`", "write the field or a name before the colon, as in `cap: …`")
}

pub(super) fn empty_header(text: &str, place: Span, colon: Span) -> Diagnostic {
    let written = at(text, place);
    Diagnostic::new(
        Code::EmptyField,
        colon,
        format!("`{written}` 首行的冒号后面没有内容"),
        format!("nothing follows the colon in the first line of this `{written}`"),
    )
    .help("在冒号后面写内容，或删去冒号", "write what follows it, or delete the colon")
}

pub(super) fn empty_field(field: &Field, colon: Span) -> Diagnostic {
    let label = &field.label.text;
    Diagnostic::new(
        Code::EmptyField,
        field.label.span.to(colon),
        format!("`{label}` 后面没有内容"),
        format!("nothing follows `{label}`"),
    )
    .help("写上内容；没有内容就删去这一行", "write its content, or delete the line")
}

pub(super) fn empty_number(text: &str, marker: Span) -> Diagnostic {
    let written = at(text, marker);
    Diagnostic::new(
        Code::EmptyField,
        marker,
        format!("`{written}` 后面没有内容"),
        format!("nothing follows `{written}`"),
    )
    .help("写上内容；没有内容就删去这一行", "write its content, or delete the line")
}

pub(super) fn list_too_deep(marker: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NestingTooDeep,
        marker,
        format!("分项套了不止 {LIST_DEPTH_MAX} 层"),
        format!("numbered lines are nested more than {LIST_DEPTH_MAX} deep"),
    )
    .help(
        "同一层的各项用同一种编号；每换一种编号就深一层",
        "number the lines of one level in one style; each further style is one level deeper",
    )
}

/// The field of an item that a misspelt label most likely means.
pub(super) fn nearest_field(item: ItemKeyword, label: &Spanned) -> Option<&'static str> {
    let taken = taken_by(item).iter();
    let known = taken.flat_map(|field| [field.zh(), field.en()].into_iter().chain(field.also().iter().copied()));
    nearest(&label.text.to_lowercase(), known).or_else(|| in_other_words(item, &label.text))
}

/// What drafters call a field, besides its own spellings.
const OTHER_WORDS: &[(&str, FieldKeyword)] = &[
    ("责任单位", FieldKeyword::Departments),
    ("牵头部门", FieldKeyword::Departments),
    ("牵头单位", FieldKeyword::Departments),
    ("主管部门", FieldKeyword::Departments),
    ("实施部门", FieldKeyword::Departments),
    ("最高限额", FieldKeyword::Cap),
    ("限额", FieldKeyword::Cap),
    ("封顶", FieldKeyword::Cap),
    ("备注", FieldKeyword::Note),
    ("依据", FieldKeyword::Quote),
    ("引文", FieldKeyword::Quote),
];

/// The field that a label names in other words, or holds within a longer one: 牵头部门, 支持标准, 申请条件.
fn in_other_words(item: ItemKeyword, label: &str) -> Option<&'static str> {
    let taken = taken_by(item);
    let other = OTHER_WORDS.iter().find(|(word, field)| *word == label && taken.contains(field));
    if let Some((_, field)) = other {
        return Some(field.zh());
    }
    let mut held = taken.iter().filter(|field| {
        std::iter::once(field.zh())
            .chain(field.also().iter().copied())
            .any(|word| word.chars().count() > 1 && label.contains(word))
    });
    match (held.next(), held.next()) {
        (Some(field), None) => Some(field.zh()),
        _ => None,
    }
}

pub(super) fn unknown_field(item: ItemKeyword, label: &Spanned, meant: Option<&str>) -> Diagnostic {
    let written = &label.text;
    let finding = Diagnostic::new(
        Code::UnknownField,
        label.span,
        format!("`{}` 没有 `{written}` 这一栏", item.zh()),
        format!("a `{}` has no field `{written}`", item.en()),
    );
    if let Some(spelling) = meant {
        return finding.label(format!("是不是想写 `{spelling}`？"), format!("did you mean `{spelling}`?")).fix(
            label.span,
            spelling,
            format!("改为 `{spelling}`"),
            format!("change it to `{spelling}`"),
        );
    }
    finding.help(
        format!("`{}` 的栏目有 {}；接着上一行写的内容里不能有冒号", item.zh(), spellings(item, false)),
        format!(
            "a `{}` takes {}; a line that goes on from the one above has no colon",
            item.en(),
            spellings(item, true)
        ),
    )
}

pub(super) fn foreign_field(item: ItemKeyword, field: FieldKeyword, label: &Spanned) -> Diagnostic {
    let written = &label.text;
    let list = |en: bool| {
        let names: Vec<String> =
            takers(field).map(|item| format!("`{}`", if en { item.en() } else { item.zh() })).collect();
        names.join(if en { ", " } else { "、" })
    };
    Diagnostic::new(
        Code::UnknownField,
        label.span,
        format!("`{}` 没有 `{written}` 这一栏", item.zh()),
        format!("a `{}` has no field `{written}`", item.en()),
    )
    .label(format!("这一栏写在 {} 里", list(false)), format!("it belongs to {}", list(true)))
    .help(
        format!("`{}` 的栏目有 {}", item.zh(), spellings(item, false)),
        format!("a `{}` takes {}", item.en(), spellings(item, true)),
    )
}

pub(super) fn duplicate_field(item: ItemKeyword, field: FieldKeyword, label: &Spanned, first: Span) -> Diagnostic {
    let written = &label.text;
    Diagnostic::new(
        Code::DuplicateField,
        label.span,
        format!("这个 `{}` 已经有 `{}` 一栏", item.zh(), field.zh()),
        format!("this `{}` has the field `{written}` already", item.en()),
    )
    .also(first, "前一栏在这里", "the first stands here")
    .help("把两栏的内容合成一栏", "put the content of both into one")
}

/// The fields of an item, for a message.
fn spellings(item: ItemKeyword, en: bool) -> String {
    let names: Vec<String> =
        taken_by(item).iter().map(|field| format!("`{}`", if en { field.en() } else { field.zh() })).collect();
    names.join(if en { ", " } else { "、" })
}

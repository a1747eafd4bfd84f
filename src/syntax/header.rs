//! In: the parts of a first line or of a label, and the text of the file. Out: [`Header`], or a label with its alias.
//! Invariant: names are in their one form (`width::fold_name`); what cannot be placed is reported, never dropped in silence.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

use super::ast::{Header, Part, Phrase, Separator, Spanned};
use super::classify::is_alias;
use super::findings::Findings;
use super::items::Entry;
use super::keywords::{FieldKeyword, ItemKeyword};
use super::parser::LineParts;
use super::width::fold_name;

/// Builds the first line of an item from its parts; `rest` covers all that follows the keyword.
pub(super) fn header(
    item: ItemKeyword,
    parts: LineParts,
    entry: &Entry,
    rest: Span,
    text: &str,
    findings: &mut Findings,
) -> Header {
    let mut damaged = entry.damaged;
    let mut segments = split_at_commas(parts.head);
    let modifiers = segments.split_off(1.min(segments.len()));
    let first = segments.pop().unwrap_or_default();
    let title_at = first.iter().position(|part| matches!(part, Part::Title(_) | Part::Quote(_)));
    let numbered = matches!(item, ItemKeyword::Clause | ItemKeyword::Policy | ItemKeyword::Amendment);
    let alias_at = first.iter().enumerate().rev().find_map(|(at, part)| {
        let reachable = !(numbered && title_at.is_some_and(|title| at < title));
        alias_of(part).filter(|_| reachable).map(|_| at)
    });
    let lead_end = title_at.into_iter().chain(alias_at).min().unwrap_or(first.len());
    let title = title_at.and_then(|at| first.get(at)).and_then(|part| match part {
        Part::Title(title) | Part::Quote(title) => Some(title.clone()),
        Part::Run(_) | Part::Bracket { .. } | Part::Separator { .. } => None,
    });
    for (at, part) in first.iter().enumerate().skip(lead_end) {
        if Some(at) != title_at && Some(at) != alias_at {
            if !damaged {
                findings.push(|| misplaced(item, part, text));
            }
            damaged = true;
            break;
        }
    }
    Header {
        lead: first.get(..lead_end).and_then(|lead| named(lead, text)),
        title,
        alias: alias_at.and_then(|at| first.get(at)).and_then(alias_of),
        modifiers: modifiers.into_iter().filter(|parts| !parts.is_empty()).map(phrase).collect(),
        value: parts.colon.map(|_| parts.value),
        list: Vec::new(),
        span: rest,
        damaged,
    }
}

/// A label and its alias: an ASCII id in brackets, or any text in brackets after a keyword.
pub(super) fn label(head: &Phrase, text: &str) -> Option<(Spanned, Option<Spanned>)> {
    if let Some((last, before)) = head.parts.split_last()
        && let Part::Bracket { inner, .. } = last
        && let Some(label) = named(before, text)
    {
        let named_line = FieldKeyword::find(&label.text).is_some() && !inner.is_empty();
        let alias = alias_of(last).or_else(|| {
            let inside = text.get(inner.span.range()).filter(|_| named_line)?;
            Some(Spanned { text: fold_name(inside), span: inner.span })
        });
        if alias.is_some() {
            return Some((label, alias));
        }
    }
    named(&head.parts, text).map(|label| (label, None))
}

/// The parts as one name, spaces and brackets included.
pub(super) fn named(parts: &[Part], text: &str) -> Option<Spanned> {
    let span = parts.first()?.span().to(parts.last()?.span());
    Some(Spanned { text: fold_name(text.get(span.range())?), span })
}

/// The ASCII id of a bracket that holds nothing else.
fn alias_of(part: &Part) -> Option<Spanned> {
    let Part::Bracket { inner, .. } = part else { return None };
    let [Part::Run(run)] = inner.parts.as_slice() else { return None };
    is_alias(&run.text).then(|| Spanned { text: run.text.clone(), span: run.span })
}

fn split_at_commas(head: Phrase) -> Vec<Vec<Part>> {
    let mut segments = vec![Vec::new()];
    for part in head.parts {
        if matches!(part, Part::Separator { kind: Separator::Comma, .. }) {
            segments.push(Vec::new());
        } else if let Some(last) = segments.last_mut() {
            last.push(part);
        }
    }
    segments
}

fn phrase(parts: Vec<Part>) -> Phrase {
    let span = match (parts.first(), parts.last()) {
        (Some(first), Some(last)) => first.span().to(last.span()),
        _ => Span::new(crate::source::FileId(0), 0, 0),
    };
    Phrase { parts, span }
}

fn misplaced(item: ItemKeyword, part: &Part, text: &str) -> Diagnostic {
    let span = part.span();
    let written = text.get(span.range()).unwrap_or("");
    let shape = match item {
        ItemKeyword::Policy => "政策 文号《标题》（标识）",
        ItemKeyword::Clause => "条款 地址《标题》（标识）",
        ItemKeyword::Department => "部门 简称《全称》（标识）",
        ItemKeyword::Definition => "定义 名称（标识）：式子",
        ItemKeyword::Tiers => "分档 名称（标识）：比的是什么",
        ItemKeyword::Progressive => "累进 名称（标识）：分段的是什么",
        ItemKeyword::Lookup => "对照 名称（标识）：查的是什么",
        ItemKeyword::SumOf | ItemKeyword::HighestOf => "名称（标识）",
        ItemKeyword::Case => "案例 「名称」",
        ItemKeyword::Group => "组合 名称（标识）",
        ItemKeyword::CaseTable => "案例表 「名称」",
        ItemKeyword::NonNormative => "非规范 《标题》",
        ItemKeyword::Import => "引用 文件名",
        ItemKeyword::Unit => "单位 名称：换算",
        ItemKeyword::Scope => "适用范围",
        ItemKeyword::Scenario => "情形 名称",
        ItemKeyword::Subject
        | ItemKeyword::Industry
        | ItemKeyword::Direction
        | ItemKeyword::Classification
        | ItemKeyword::Enumeration => "名称（标识），说明",
        ItemKeyword::List => "清单 名称（标识），属于 对象，最多200项",
        ItemKeyword::Calendar => "日历 名称（标识）",
        ItemKeyword::Amendment => "修订 文号《标题》（标识）",
    };
    if let (Part::Bracket { .. }, ItemKeyword::Clause | ItemKeyword::Policy) = (part, item) {
        return Diagnostic::new(
            Code::HeaderUnreadable,
            span,
            format!("`{written}` 不能作标识"),
            format!("`{written}` is no id"),
        )
        .label("这里写英文代号", "an id goes here")
        .help(
            "标识以英文字母开头，只用英文字母、数字、`-`、`_`、`.`，如（ai-industry）",
            "an id begins with a letter and has ASCII letters, digits, `-`, `_`, `.` only",
        );
    }
    Diagnostic::new(
        Code::HeaderUnreadable,
        span,
        format!("`{}` 的首行到 `{written}` 就读不懂了", item.zh()),
        format!("the first line of this `{}` cannot be read from `{written}` on", item.en()),
    )
    .help(
        format!("首行照这个样子写：{shape}；标识只用英文字母、数字、`-`、`_`、`.`，以字母开头"),
        format!("write it as {shape}; an id has ASCII letters, digits, `-`, `_`, `.` and begins with a letter"),
    )
}

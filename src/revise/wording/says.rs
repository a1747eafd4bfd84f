//! In: an item that no document is quoted for. Out: its paragraphs as an office writes them, and what its fields are called.
//! Invariant: items of a list end with ；, the last with 。; no keyword stands where an office has a word of its own.

use crate::syntax::ast::{Field, ListItem};
use crate::syntax::fields::is_table;
use crate::syntax::keywords::{FieldKeyword as F, ItemKeyword, Word};

use super::super::text::{Entry, plain};
use super::names::{self, Names};
use super::prose::prose;
use super::quoted;

/// What an office calls a field.
#[must_use]
pub fn label(field: F) -> &'static str {
    match field {
        F::Subject => "支持对象",
        F::Industry => "支持产业",
        F::Condition => "支持条件",
        F::Exclusion => "不予支持的情形",
        F::Award => "支持标准",
        F::Cap => "最高限额",
        F::Floor => "最低限额",
        F::From => "施行日期",
        F::Until => "失效日期",
        F::ByReference => "参照执行的规定",
        F::Lift => "提高限额的规定",
        F::Term => "支持期限",
        F::Times => "支持次数",
        F::First => "首次支持的规定",
        F::After => "享受次序",
        F::Deduction => "扣除规定",
        F::Match => "配套标准",
        F::Shares => "资金分担",
        F::Payment => "资金拨付",
        F::AtOnce => "一次性拨付的条件",
        F::Remainder => "尾差处理",
        F::Clawback => "资金追回",
        F::Retroactive => "追溯补发",
        F::Quota => "名额",
        F::Budget => "资金总额",
        F::Steps => "核算次序",
        F::Tail => "期满后的资金兑付",
        F::Rule => "享受方式",
        F::Members => "适用的条款",
        F::Key => "计算范围",
        F::Choice => "选择的方式",
        F::Inclusive => "“以上”“以下”等用语的规定",
        F::Rounding => "金额取整的规定",
        F::MonthEnd => "按月推算日期的规定",
        other => other.zh(),
    }
}

/// The value of a field as an office writes it.
#[must_use]
pub fn value(field: F, text: &str, names: &Names) -> String {
    let said = prose(text, names);
    if field != F::Cap {
        return stopless(&said);
    }
    // 500万元，每市场主体每年 is 每市场主体每年500万元.
    match said.split_once('，') {
        Some((amount, per)) if !per.contains('，') && amount.chars().any(|it| it.is_ascii_digit()) => {
            format!("{per}{amount}")
        }
        _ => stopless(&said),
    }
}

fn stopless(text: &str) -> String {
    text.trim_end_matches(['；', '。']).to_owned()
}

/// A first line that its numbered lines follow.
fn heads(said: &str) -> String {
    // What stands before the longest spelling of the word that ends the line.
    let before = |word: Word| {
        let spellings = word.also().iter().copied().chain([word.zh()]);
        spellings.filter_map(|spelling| said.strip_suffix(spelling)).min_by_key(|before| before.len())
    };
    match (before(Word::Any), before(Word::All)) {
        (Some(before), _) => format!("{before}符合下列条件之一："),
        (_, Some(before)) => format!("{before}同时符合下列条件："),
        _ => format!("{said}："),
    }
}

/// The numbered lines of a list, each closed.
fn listed(entry: &Entry, list: &[ListItem], names: &Names) -> Vec<String> {
    let mut lines = Vec::new();
    for (at, line) in list.iter().enumerate() {
        let start = line.label.as_ref().map_or(line.value.span, |label| label.span);
        let said = stopless(&prose(entry.slice(start.to(line.value.span)), names));
        let below = list.get(at + 1).is_some_and(|next| next.level > line.level);
        lines.push(match (below, at + 1 == list.len()) {
            (true, _) => format!("{}{}", marker(&line.marker.text), heads(&said)),
            (_, true) => format!("{}{said}。", marker(&line.marker.text)),
            (_, false) => format!("{}{said}；", marker(&line.marker.text)),
        });
    }
    lines
}

/// The number of a line; a bullet is no number of a document.
#[must_use]
pub fn marker(written: &str) -> String {
    if crate::amend::numbered(written).is_none() {
        return String::new();
    }
    prose(written, &Names::default()).replace('。', ".")
}

/// A field as paragraphs, the label before them.
#[must_use]
pub fn field(entry: &Entry, field: &Field, names: &Names) -> Vec<String> {
    let Some(keyword) = field.keyword else {
        return vec![format!("{}。", stopless(&prose(entry.slice(field.span), names)))];
    };
    let own = entry.slice(field.value.span);
    let alias = field.alias.as_ref().map_or(String::new(), |alias| format!("（{}）", prose(&alias.text, names)));
    let label = label(keyword);
    if field.list.is_empty() {
        let value = value(keyword, own, names);
        return vec![match keyword {
            F::Exclusion => format!("{value}的，不予支持。"),
            F::Clawback => format!("有下列情形的，追回资金：{value}。"),
            _ => format!("{label}{alias}：{value}。"),
        }];
    }
    let said = stopless(&prose(own, names));
    let mut lines = vec![match (keyword, said.as_str()) {
        (F::Exclusion, _) => "有下列情形之一的，不予支持：".to_owned(),
        (_, "") => format!("{label}{alias}："),
        _ => format!("{label}{alias}：{}", heads(&said)),
    }];
    lines.extend(listed(entry, &field.list, names));
    lines
}

/// The value of a field and its numbered lines, as it is written in its place.
#[must_use]
pub fn content(entry: &Entry, it: &Field, names: &Names) -> Vec<String> {
    let Some(keyword) = it.keyword else { return vec![prose(entry.content(it), names)] };
    if it.list.is_empty() {
        return vec![value(keyword, entry.slice(it.value.span), names)];
    }
    let said = stopless(&prose(entry.slice(it.value.span), names));
    let mut lines: Vec<String> = if said.is_empty() { Vec::new() } else { vec![heads(&said)] };
    lines.extend(listed(entry, &it.list, names));
    lines
}

/// The paragraphs of an item: what it quotes, else what its fields say.
#[must_use]
pub fn paragraphs(entry: &Entry, names: &Names) -> Vec<String> {
    let quotes = quoted::paragraphs(entry);
    if !quotes.is_empty() {
        return quotes;
    }
    let kind = entry.item.keyword;
    if kind == ItemKeyword::Group {
        return vec![group(entry, names)];
    }
    let mut paragraphs = Vec::new();
    let header = &entry.item.header;
    if let (ItemKeyword::Clause, Some(title)) = (kind, &header.title) {
        let address = names::address(entry);
        let number = if address.starts_with('第') { format!("{address}　") } else { String::new() };
        paragraphs.push(format!("{number}{}", prose(&title.text, names)));
    }
    if let (ItemKeyword::Definition, Some(name)) = (kind, &header.lead) {
        paragraphs.push(defined(entry, &prose(&name.text, names), names));
        paragraphs.extend(listed(entry, &header.list, names));
    }
    let aside = [F::Note, F::Accept, F::Quote, F::Original];
    let fields: Vec<&Field> =
        entry.item.fields.iter().filter(|field| !field.keyword.is_some_and(|it| aside.contains(&it))).collect();
    for (at, it) in fields.iter().enumerate() {
        match (is_table(kind), at + 1 == fields.len()) {
            (true, last) => paragraphs.push(format!("{}{}", row(entry, it, names), if last { '。' } else { '；' })),
            (false, _) => paragraphs.extend(field(entry, it, names)),
        }
    }
    paragraphs
}

/// A row of a table: 100万元至200万元的，5%.
#[must_use]
pub fn row(entry: &Entry, it: &Field, names: &Names) -> String {
    let value = prose(entry.content(it), names);
    match prose(entry.slice(it.head.span), names) {
        head if head.is_empty() => value,
        head if head.ends_with('的') => format!("{head}，{value}"),
        head if head == Word::Otherwise.zh() => format!("其余的，{value}"),
        head => format!("{head}的，{value}"),
    }
}

/// 规模企业，是指……。
fn defined(entry: &Entry, name: &str, names: &Names) -> String {
    let header = &entry.item.header;
    let field = entry.fields(F::Value).next().map(|field| &field.value);
    let Some(value) = header.value.as_ref().or(field) else { return format!("{name}。") };
    let said = stopless(&prose(entry.slice(value.span), names));
    match header.list.is_empty() {
        true => format!("{name}，是指{said}。"),
        false => format!("{name}，是指{}", heads(&said)),
    }
}

/// How clauses are taken together.
fn group(entry: &Entry, names: &Names) -> String {
    let text = |keyword| entry.fields(keyword).next().map(|field| plain(entry.slice(field.value.span)));
    let members = entry.fields(F::Members).next().map(|field| format!("条款 {}", entry.slice(field.value.span)));
    let members = members.map_or(String::new(), |members| prose(&members, names)).replace("条款", "");
    let rule = text(F::Rule).unwrap_or_default();
    let rule = match Word::ALL.iter().find(|word| word.zh() == rule || word.also().contains(&rule.as_str())) {
        Some(Word::ChooseOne) => "只能择一享受",
        Some(Word::HighestOnly | Word::TakeHighest) => "按照就高不重复的原则执行",
        Some(Word::PriorityOrder) => "按照所列次序优先执行，不重复享受",
        _ => "可以同时享受",
    };
    let mut said = format!("{members}的支持{rule}");
    for it in entry.fields(F::Cap) {
        let cap = value(F::Cap, entry.slice(it.value.span), names);
        said.push_str(&format!("，合计最高{cap}").replace("最高每", "每").replace("每年", "每年最高"));
    }
    for keyword in [F::Quota, F::Budget] {
        for it in entry.fields(keyword) {
            said.push_str(&format!("，{}为{}", label(keyword), value(keyword, entry.slice(it.value.span), names)));
        }
    }
    format!("{said}。")
}

//! In: the items of a policy. Out: what an office calls them ([`address`]), and what stands in place of each id ([`Names`]).
//! Invariant: no name holds an id; a clause is called by its address in the document.

use std::collections::BTreeMap;

use crate::amend::counted_as;
use crate::syntax::keywords::ItemKeyword;
use crate::syntax::width::{closing_quote, is_space};

use super::super::text::{Entry, Text};
use super::prose::{self, chinese};

/// What stands in place of ids.
#[derive(Debug, Clone, Default)]
pub struct Names {
    clauses: BTreeMap<String, String>,
    others: BTreeMap<String, String>,
}

/// What the compiler adds to the id of a certificate or clause, and how that is called.
const MADE: [(&str, &str); 5] =
    [(".level", "级别"), (".from", "取得日"), (".until", "有效期至"), (".amount", "核定金额"), (".lift", "突破批准")];

impl Names {
    /// Those of a policy.
    #[must_use]
    pub fn new(text: &Text) -> Names {
        let mut names = Names::default();
        for entry in &text.entries {
            let header = &entry.item.header;
            let own = [&header.lead, &header.title].into_iter().flatten().next();
            if let (Some(id), Some(own)) = (&header.alias, own) {
                let id = id.text.to_ascii_lowercase();
                match entry.item.keyword {
                    ItemKeyword::Clause => {
                        if let Some(title) = &header.title {
                            names.others.insert(format!("{id}.amount"), format!("{}核定金额", title.text));
                            names.others.insert(format!("{id}.lift"), format!("{}突破批准", title.text));
                        }
                        names.clauses.insert(id, address(entry));
                    }
                    _ => drop(names.others.insert(id, own.text.clone())),
                }
            }
            for field in &entry.item.fields {
                if let Some(id) = field.alias.as_ref().filter(|id| id.text.is_ascii()) {
                    names.others.insert(id.text.to_ascii_lowercase(), field.label.text.clone());
                }
            }
        }
        names
    }

    fn clause(&self, id: &str) -> Option<String> {
        let id = id.to_ascii_lowercase();
        self.clauses.get(&id).or_else(|| self.clauses.get(id.split('/').next()?)).cloned()
    }

    fn other(&self, id: &str) -> Option<String> {
        let id = id.to_ascii_lowercase();
        let made = |(end, name): &(&str, &str)| Some(format!("{}{name}", self.others.get(id.strip_suffix(end)?)?));
        self.others.get(&id).cloned().or_else(|| MADE.iter().find_map(made))
    }

    /// A text with names in place of ids; an id behind its own name is left out.
    #[must_use]
    pub fn instead_of_ids(&self, text: &str) -> String {
        let letters: Vec<char> = text.chars().collect();
        let of_id = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/');
        let mut out = String::with_capacity(text.len());
        let (mut at, mut close, mut after_clause) = (0, None, false);
        while let Some(letter) = letters.get(at).copied() {
            if let Some(mark) = close {
                close = (letter != mark).then_some(mark);
            } else if closing_quote(letter).is_some() {
                close = closing_quote(letter);
            } else if letter.is_ascii_alphabetic()
                && at.checked_sub(1).and_then(|at| letters.get(at)).is_none_or(|before| !of_id(before))
            {
                let mut end = at + letters.iter().skip(at).take_while(|letter| of_id(letter)).count();
                while end > at + 1 && letters.get(end - 1).is_some_and(|last| !last.is_ascii_alphanumeric()) {
                    end -= 1;
                }
                let id: String = letters.get(at..end).unwrap_or_default().iter().collect();
                at = end;
                after_clause |= out.trim_end_matches(is_space).ends_with("条款");
                let clause = self.clause(&id).filter(|_| after_clause || self.other(&id).is_none());
                match clause.clone().or_else(|| self.other(&id)) {
                    Some(name) => {
                        after_clause = clause.is_some();
                        let bracketed = out.ends_with(['（', '(']) && matches!(letters.get(at), Some('）' | ')'));
                        let own = out.trim_end_matches(['（', '(']).trim_end_matches(is_space);
                        if bracketed && self.is_own(own, &id) {
                            out.truncate(own.len());
                            at += 1;
                        } else {
                            replace(&mut out, &name, clause.is_some());
                        }
                    }
                    None => out.push_str(&id),
                }
                continue;
            }
            after_clause &= is_space(letter) || letter == '、';
            out.push(letter);
            at += 1;
        }
        out
    }

    /// Whether a text ends with the name that an id stands for.
    fn is_own(&self, text: &str, id: &str) -> bool {
        let ends = |name: String| text.ends_with(&name) || text.ends_with('》');
        self.other(id).is_some_and(ends) || (self.clause(id).is_some() && text.ends_with('》'))
    }
}

/// Puts a name behind a text; the word 条款 before a clause says nothing more.
fn replace(out: &mut String, name: &str, clause: bool) {
    let before = out.trim_end_matches(is_space);
    if let Some(before) = before.strip_suffix("条款").filter(|_| clause) {
        out.truncate(before.len());
    }
    out.push_str(name);
}

/// How a document names an item: 第三条, 四（一）2（1）②, “规模企业”.
#[must_use]
pub fn address(entry: &Entry) -> String {
    let header = &entry.item.header;
    let name = || [&header.lead, &header.title].into_iter().flatten().next();
    let quoted = || name().map(|name| format!("“{}”", prose::quoted(&name.text)));
    match entry.item.keyword {
        ItemKeyword::Clause => match (&header.lead, &header.title) {
            (Some(lead), _) => article(&lead.text),
            (None, Some(title)) => format!("“{}”一条", prose::quoted(&title.text)),
            (None, None) => "条款".to_owned(),
        },
        ItemKeyword::Policy => String::new(),
        ItemKeyword::Scope => "适用范围".to_owned(),
        ItemKeyword::Definition => format!("{}定义", quoted().unwrap_or_default()),
        ItemKeyword::Group => format!("{}规定", quoted().unwrap_or_default()),
        kind if crate::syntax::fields::is_table(kind) => format!("{}标准", quoted().unwrap_or_default()),
        _ => quoted().unwrap_or_default(),
    }
}

/// The address of a clause: a bare number is that of an article.
#[must_use]
pub fn article(lead: &str) -> String {
    match counted_as(lead, "条") {
        Some(number) => format!("第{}条", chinese(number)),
        None => prose::address(lead),
    }
}

/// A number of a part as an office writes it: 第2项 is 第二项.
#[must_use]
pub fn counted(written: &str, unit: &str) -> String {
    counted_as(written, unit).map_or_else(|| prose::address(written), |number| format!("第{}{unit}", chinese(number)))
}

/// What an office calls an item in a sentence that adds it.
#[must_use]
pub fn kind(keyword: ItemKeyword) -> &'static str {
    match keyword {
        ItemKeyword::Industry => "产业",
        ItemKeyword::Direction => "支持方向",
        ItemKeyword::Classification | ItemKeyword::Enumeration => "类别",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_give_way_to_names() {
        let mut names = Names::default();
        names.clauses.insert("rent".to_owned(), "第三条".to_owned());
        names.clauses.insert("a".to_owned(), "第一条".to_owned());
        names.others.insert("a".to_owned(), "甲级".to_owned());
        names.others.insert("hnte".to_owned(), "高新技术企业".to_owned());
        for (text, said) in [
            ("条款 rent 用完之后", "第三条 用完之后"),
            ("5万元，条款 rent、a 合计", "5万元，第三条、第一条 合计"),
            ("人工智能 是 a", "人工智能 是 甲级"),
            ("甲级（a）", "甲级"),
            ("hnte.level 是 甲级", "高新技术企业级别 是 甲级"),
            ("「rent」和 AI", "「rent」和 AI"),
        ] {
            assert_eq!(names.instead_of_ids(text), said);
        }
    }
}

//! In: first lines of clauses and names of clauses. Out: ids, titles and addresses, and the clauses that 参照 names.

use std::collections::HashMap;

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::Item;
use crate::syntax::keywords::{FieldKeyword, Word};

use super::super::context::Context;
use super::super::fields::{names, phrases};

impl Context<'_> {
    /// Id, title and address of a clause's first line.
    pub(in crate::model) fn clause_names(
        &mut self,
        item: &Item,
        seen: &mut HashMap<String, Span>,
    ) -> Option<(String, String, String)> {
        let span = item.keyword_span.to(item.header.span);
        let title = item.header.title.as_ref().map(|title| title.text.split_whitespace().collect::<Vec<_>>().join(" "));
        let alias = item.header.alias.as_ref();
        let damaged = item.header.damaged;
        if title.as_ref().is_none_or(String::is_empty) && !damaged {
            self.report(
                Diagnostic::new(Code::MissingName, span, "条款没有标题", "this clause has no title")
                    .help("首行写成：条款 地址《标题》（标识）", "write `clause address \"title\" (id)`"),
            );
        }
        let Some(alias) = alias else {
            self.clauses_lost = true;
            if damaged {
                return None;
            }
            self.report(
                Diagnostic::new(Code::MissingName, span, "条款没有标识", "this clause has no id")
                    .label("标题后面加一个括号", "add brackets after the title")
                    .help(
                        "标识是字母开头的英文代号，如（ai-industry），结果和报表用它来指这一条",
                        "an id starts with a letter, such as (ai-industry); results refer to the clause by it",
                    ),
            );
            return None;
        };
        if let Some(first) = seen.get(&alias.text).copied() {
            self.repeated_clause(&alias.text, alias.span, first, seen);
            return None;
        }
        seen.insert(alias.text.clone(), alias.span);
        let address = item.header.lead.as_ref().map_or(String::new(), |lead| lead.text.split_whitespace().collect());
        Some((alias.text.clone(), title.unwrap_or_default(), address))
    }

    pub(in crate::model) fn repeated_clause(
        &mut self,
        id: &str,
        span: Span,
        first: Span,
        seen: &HashMap<String, Span>,
    ) {
        let free =
            (2..).map(|number| format!("{id}-{number}")).find(|other| !seen.contains_key(other)).unwrap_or_default();
        self.report(
            Diagnostic::new(
                Code::DuplicateName,
                span,
                format!("标识“{id}”已经是另一条款的"),
                format!("`{id}` is the id of another clause already"),
            )
            .also(first, "第一次写在这里", "first written here")
            .help("同一条粘贴了两遍就删去一遍，否则换一个标识", "drop a clause pasted twice, or choose another id")
            .fix(span, free.clone(), format!("改为“{free}”"), format!("change to `{free}`")),
        );
    }

    /// The clauses that a 参照 field names; itself, unknown ones and other clauses by reference are reported.
    pub(in crate::model) fn reference_targets(
        &mut self,
        field: &crate::syntax::ast::Field,
        this: usize,
        named: &[(&Item, String, String, String)],
        by_alias: &HashMap<String, usize>,
    ) -> Vec<usize> {
        let mut targets = Vec::new();
        for phrase in phrases(field).cloned().collect::<Vec<_>>() {
            for (name, span) in names(&phrase) {
                let name = name.trim_start_matches(Word::Clause.zh()).trim_start_matches(Word::Clause.en()).to_owned();
                let found = by_alias
                    .get(&name)
                    .copied()
                    .or_else(|| named.iter().position(|(_, _, title, address)| *title == name || *address == name));
                match found {
                    None => {
                        let near = nearest(&name, named.iter().map(|(_, id, ..)| id.as_str())).map(str::to_owned);
                        self.unknown_clause(&name, span, near);
                    }
                    Some(target)
                        if target == this
                            || named.get(target).is_some_and(|(item, ..)| {
                                super::super::fields::field(item, FieldKeyword::ByReference).is_some()
                            }) =>
                    {
                        let other = named.get(target).map_or(span, |(item, ..)| item.header.span);
                        self.report(
                            Diagnostic::new(
                                Code::ReferenceCycle,
                                span,
                                format!("“{name}”自己也是参照别的条款的，不能再参照"),
                                format!("`{name}` refers to other clauses itself"),
                            )
                            .also(other, "它写在这里", "it stands here")
                            .help("直接参照写明金额的那一条", "refer to the clause that states the amount"),
                        );
                    }
                    Some(target) => targets.push(target),
                }
            }
        }
        targets
    }

    /// Reports a clause that is not there.
    pub fn unknown_clause(&mut self, name: &str, span: Span, near: Option<String>) {
        if self.clauses_lost {
            return;
        }
        let mut report = Diagnostic::new(
            Code::UnknownClause,
            span,
            format!("没有条款“{name}”"),
            format!("there is no clause `{name}`"),
        );
        report = match near {
            Some(near) => report.did_you_mean(span, &near),
            None => report.help(
                "写条款的标识，就是标题后面括号里的英文代号",
                "write the clause's id, in brackets after its title",
            ),
        };
        self.report(report);
    }
}

//! In: 产业, 方向, 分类 and 枚举 items of all files. Out: classes with their values in pre-order, so that a value and all it covers are
//! a range of ids.

use std::collections::HashMap;

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::{CLASS_DEPTH_MAX, MEMBERS_MAX};
use crate::source::Span;
use crate::syntax::ast::{Item, Phrase};
use crate::syntax::keywords::{FieldKeyword, ItemKeyword, Word};

use super::context::Context;
use super::fields::{phrases, plain};
use super::types::{ClassId, MemberId};
use super::vocabulary::Entry;
use super::{Class, Member};

/// A value as declared, before numbering.
struct Node<'i> {
    name: String,
    alias: String,
    span: Span,
    parent: Option<usize>,
    children: Vec<usize>,
    quotes: Vec<&'i Phrase>,
}

/// A class as declared, before numbering.
struct Tree<'i> {
    name: String,
    alias: String,
    span: Span,
    order: Option<Word>,
    nodes: Vec<Node<'i>>,
    roots: Vec<usize>,
    by_name: HashMap<String, usize>,
}

impl<'i> Tree<'i> {
    fn new(name: &str, span: Span) -> Tree<'i> {
        Tree {
            name: name.to_owned(),
            alias: String::new(),
            span,
            order: None,
            nodes: Vec::new(),
            roots: Vec::new(),
            by_name: HashMap::new(),
        }
    }

    fn add(&mut self, context: &mut Context<'_>, node: Node<'i>) -> Option<usize> {
        if let Some(first) = self.by_name.get(&node.name).and_then(|at| self.nodes.get(*at)) {
            let first = first.span;
            context.duplicate(&node.name, node.span, first);
            return None;
        }
        let at = self.nodes.len();
        self.by_name.insert(node.name.clone(), at);
        if !node.alias.is_empty() {
            self.by_name.entry(node.alias.clone()).or_insert(at);
        }
        match node.parent.and_then(|parent| self.nodes.get_mut(parent)) {
            Some(parent) => parent.children.push(at),
            None => self.roots.push(at),
        }
        self.nodes.push(node);
        Some(at)
    }
}

impl Context<'_> {
    /// Collects all classes and numbers their values.
    pub fn classes(&mut self, items: &[&Item]) {
        let mut trees: Vec<Tree<'_>> = Vec::new();
        // A class may be extended before the item that it is below: roots first, then the rest as their parents turn up.
        let mut waiting: Vec<(&Item, String)> = Vec::new();
        for item in items {
            match item.keyword {
                ItemKeyword::Industry => waiting.push((item, ItemKeyword::Industry.zh().to_owned())),
                ItemKeyword::Direction => waiting.push((item, ItemKeyword::Direction.zh().to_owned())),
                ItemKeyword::Enumeration => self.new_class(item, &mut trees),
                ItemKeyword::Classification => match belongs(item) {
                    Some(class) => waiting.push((item, class)),
                    None => self.new_class(item, &mut trees),
                },
                _ => {}
            }
        }
        while !waiting.is_empty() {
            let before = waiting.len();
            let mut rest = Vec::new();
            for (item, class) in waiting {
                if self.extend(item, &class, &mut trees) {
                    continue;
                }
                rest.push((item, class));
            }
            if rest.len() == before {
                self.unknown_classes(&rest);
                break;
            }
            waiting = rest;
        }
        for tree in trees {
            self.number(tree);
        }
    }

    fn new_class<'i>(&mut self, item: &'i Item, trees: &mut Vec<Tree<'i>>) {
        let Some((name, span)) = self.item_name(item, ("分类", "classification")) else { return };
        if let Some(first) = trees.iter().find(|tree| tree.name == name) {
            let first = first.span;
            return self.duplicate(&name, span, first);
        }
        let mut tree = Tree::new(&name, span);
        tree.alias = item.header.alias.as_ref().map_or(String::new(), |alias| alias.text.clone());
        for modifier in &item.header.modifiers {
            match Word::find(&plain(modifier)) {
                Some(word @ (Word::Ascending | Word::Descending)) => tree.order = Some(word),
                _ => self.report(
                    Diagnostic::new(
                        Code::HeaderUnreadable,
                        modifier.span,
                        "逗号后面读不懂",
                        "what follows the comma cannot be read",
                    )
                    .help(
                        "枚举可以写“由低到高”或“由高到低”；分类可以写“属于 上级”",
                        "write `ascending`, `descending` or `in parent`",
                    ),
                ),
            }
        }
        self.values(item, &mut tree, None);
        trees.push(tree);
    }

    /// Adds an item below a class or a value of it; false while that is not known.
    fn extend<'i>(&mut self, item: &'i Item, class: &str, trees: &mut Vec<Tree<'i>>) -> bool {
        let builtin = class == ItemKeyword::Industry.zh() || class == ItemKeyword::Direction.zh();
        let found = trees.iter().position(|tree| tree.name == class || tree.by_name.contains_key(class));
        let at = match found {
            Some(at) => at,
            None if builtin => {
                let mut tree = Tree::new(class, item.keyword_span);
                tree.alias = if class == ItemKeyword::Industry.zh() { "industry" } else { "direction" }.to_owned();
                trees.push(tree);
                trees.len() - 1
            }
            None => return false,
        };
        let Some((name, span)) = self.item_name(item, ("分类", "classification")) else { return true };
        let Some(tree) = trees.get_mut(at) else { return true };
        let parent = tree.by_name.get(class).copied();
        let node = match tree.by_name.get(&name).copied() {
            Some(node) => Some(node),
            None => {
                let alias = item.header.alias.as_ref().map_or(String::new(), |alias| alias.text.clone());
                tree.add(
                    self,
                    Node {
                        name,
                        alias,
                        span,
                        parent,
                        children: Vec::new(),
                        quotes: item.header.value.iter().collect(),
                    },
                )
            }
        };
        self.values(item, tree, node);
        true
    }

    fn values<'i>(&mut self, item: &'i Item, tree: &mut Tree<'i>, parent: Option<usize>) {
        for field in &item.fields {
            // 原文 and 说明 are about the value that the item is named for; every other line is a value.
            if field.keyword == Some(FieldKeyword::Quote) {
                if let Some(node) = parent.and_then(|parent| tree.nodes.get_mut(parent)) {
                    node.quotes.extend(phrases(field));
                }
                continue;
            }
            if field.keyword == Some(FieldKeyword::Note) && field.colon.is_some() {
                continue;
            }
            let name: String = field.label.text.split_whitespace().collect();
            self.reserved(&name, field.label.span);
            let alias = field.alias.as_ref().map_or(String::new(), |alias| alias.text.clone());
            let quotes = phrases(field).collect();
            tree.add(self, Node { name, alias, span: field.label.span, parent, children: Vec::new(), quotes });
        }
    }

    fn unknown_classes(&mut self, items: &[(&Item, String)]) {
        for (item, class) in items {
            let cycle =
                items.iter().any(|(other, _)| other.header.lead.as_ref().is_some_and(|lead| lead.text == *class));
            let span = item.header.modifiers.first().map_or(item.header.span, |modifier| modifier.span);
            let report = if cycle {
                Diagnostic::new(
                    Code::OwnerCycle,
                    span,
                    "分类的上下级成环",
                    "classifications belong to each other in a cycle",
                )
            } else {
                Diagnostic::new(
                    Code::UnknownName,
                    span,
                    format!("没有分类“{class}”"),
                    format!("there is no classification `{class}`"),
                )
                .help(format!("先写“分类 {class}”"), format!("declare `classification {class}`"))
            };
            self.report(report);
        }
    }

    /// Gives the values of a class their ids, in pre-order.
    fn number(&mut self, tree: Tree<'_>) {
        let class = ClassId(u32::try_from(self.model.classes.len()).unwrap_or(u32::MAX));
        let first = self.next_member();
        let mut roots = tree.roots.clone();
        if tree.order == Some(Word::Descending) {
            roots.reverse();
        }
        for root in roots {
            self.place(&tree, class, root, None, 0);
        }
        let end = self.next_member();
        self.vocabulary.insert(&tree.name, Entry::Class(class));
        self.vocabulary.insert(&tree.alias, Entry::Class(class));
        self.model.classes.push(Class {
            name: tree.name,
            alias: tree.alias,
            ordered: tree.order.is_some(),
            members: first..end,
            span: tree.span,
        });
    }

    fn next_member(&self) -> u32 {
        u32::try_from(self.model.members.len()).unwrap_or(u32::MAX)
    }

    fn place(&mut self, tree: &Tree<'_>, class: ClassId, at: usize, parent: Option<MemberId>, depth: usize) {
        let Some(node) = tree.nodes.get(at) else { return };
        if depth >= CLASS_DEPTH_MAX || self.model.members.len() >= MEMBERS_MAX {
            self.report(Diagnostic::new(
                Code::LimitReached,
                node.span,
                "分类的层次或值太多",
                "too many levels or values",
            ));
            return;
        }
        let id = MemberId(self.next_member());
        let mut quotes = Vec::new();
        for phrase in &node.quotes {
            self.quotes_in(phrase, &mut None, &mut quotes);
        }
        self.vocabulary.insert(&node.name, Entry::Member(id));
        self.vocabulary.insert(&node.alias, Entry::Member(id));
        let (name, alias) = (node.name.clone(), node.alias.clone());
        self.model.members.push(Member { class, name, alias, parent, end: id, quotes, span: node.span });
        for child in &node.children {
            self.place(tree, class, *child, Some(id), depth + 1);
        }
        let end = MemberId(self.next_member());
        if let Some(member) = self.model.members.get_mut(id.0 as usize) {
            member.end = end;
        }
    }
}

/// What `，属于 X` says.
fn belongs(item: &Item) -> Option<String> {
    item.header.modifiers.iter().find_map(|modifier| {
        let text = plain(modifier);
        let name = text.strip_prefix(Word::In.zh()).or_else(|| text.strip_prefix("in"))?;
        (!name.is_empty()).then(|| name.to_owned())
    })
}

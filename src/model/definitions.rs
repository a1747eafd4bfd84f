//! In: 定义 items and tables. Out: derived facts, each checked after those it refers to; cycles and chains that are too deep are reported.

use std::collections::HashMap;

use crate::diagnostics::{Code, Diagnostic, has_errors};
use crate::limits::EXPRESSION_DEPTH_MAX;
use crate::source::Span;
use crate::syntax::ast::Item;
use crate::syntax::fields::is_table;
use crate::syntax::keywords::FieldKeyword;

use super::context::Context;
use super::expression::{Expr, ExprKind};
use super::fields::{field, note};
use super::surface::{Surface, SurfaceKind};
use super::tables::Draft;
use super::typing::{Typing, error};
use super::vocabulary::Entry;
use super::{Definition, Form};

/// Definitions: read all, then check each after those it refers to; cycles are reported.
pub(super) fn definitions(context: &mut Context<'_>, items: &[&Item]) {
    let mut sources: Vec<Option<Source>> = Vec::new();
    let mut seen: HashMap<String, Span> = HashMap::new();
    for item in items {
        let name = context.item_name(item, (item.keyword.zh(), item.keyword.en()));
        let (name, span) = name.unwrap_or((String::new(), item.keyword_span));
        if let Some(first) = seen.insert(name.clone(), span).filter(|_| !name.is_empty()) {
            context.duplicate(&name, span, first);
        }
        if context.vocabulary.get(&name).iter().any(|entry| matches!(entry, Entry::Fact(_))) {
            let fact = context.model.facts.iter().find(|fact| fact.name == name).map(|fact| fact.span);
            if let Some(first) = fact {
                context.duplicate(&name, span, first);
            }
        }
        sources.push(if is_table(item.keyword) {
            Some(Source::Table(Box::new(context.table_draft(item))))
        } else {
            definition_surface(context, item).map(Source::Expression)
        });
        let quotes = context.quotes(item);
        let note = note(context, item);
        let alias = item.header.alias.as_ref().map_or(String::new(), |alias| alias.text.clone());
        context.model.definitions.push(Definition {
            name,
            alias,
            value: error(span),
            form: Form::Expression,
            quotes,
            note,
            span,
        });
    }
    let mut state = vec![State::Waiting; items.len()];
    for at in 0..items.len() {
        resolve(context, at, &sources, &mut state);
    }
}

/// A derived fact as read, untyped.
enum Source {
    /// 定义.
    Expression(Surface),
    /// 分档 and the other tables.
    Table(Box<Draft>),
}

impl Source {
    /// The derived facts that it refers to.
    fn mentioned(&self) -> Vec<usize> {
        let mut found = Vec::new();
        match self {
            Source::Expression(surface) => mentioned(surface, &mut found),
            Source::Table(draft) => {
                draft.surfaces().into_iter().for_each(|surface| mentioned(surface, &mut found));
            }
        }
        found
    }

    /// Its value and form.
    fn checked(&self, context: &mut Context<'_>) -> Option<(Expr, Form)> {
        let mut typing = Typing { context, subjects: Vec::new() };
        match self {
            Source::Expression(surface) => Some((typing.expr(surface, None), Form::Expression)),
            Source::Table(draft) => typing.table(draft),
        }
    }
}

fn definition_surface(context: &mut Context<'_>, item: &Item) -> Option<Surface> {
    let value = item.header.value.as_ref().filter(|value| !value.is_empty() || !item.header.list.is_empty());
    let field = field(item, FieldKeyword::Value).or_else(|| field(item, FieldKeyword::Condition));
    if let (None, Some(field)) = (value, field) {
        return Typing { context, subjects: Vec::new() }.field_surface(field, true);
    }
    let Some(value) = value else {
        context.report(
            Diagnostic::new(
                Code::MissingField,
                item.keyword_span.to(item.header.span),
                "定义没有内容",
                "this definition is empty",
            )
            .help("写成：定义 名称：条件或算式", "write `definition name: expression`"),
        );
        return None;
    };
    Typing { context, subjects: Vec::new() }.listed_surface(value, &item.header.list, item.header.span, true)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Open,
    Done,
}

/// Checks a definition after those it refers to. An explicit stack, since chains may be long.
fn resolve(context: &mut Context<'_>, start: usize, sources: &[Option<Source>], state: &mut [State]) {
    let mut stack = vec![start];
    while let Some(at) = stack.last().copied() {
        if state.get(at).is_none_or(|state| *state == State::Done) {
            stack.pop();
            continue;
        }
        let source = sources.get(at).and_then(Option::as_ref);
        let next = source.map_or_else(Vec::new, Source::mentioned);
        let pending: Vec<usize> =
            next.into_iter().filter(|other| state.get(*other).is_some_and(|state| *state != State::Done)).collect();
        if state.get(at) == Some(&State::Waiting) {
            if let Some(state) = state.get_mut(at) {
                *state = State::Open;
            }
            if let Some(cyclic) = pending.iter().find(|other| state.get(**other) == Some(&State::Open)) {
                report_cycle(context, at, *cyclic);
            }
            let waiting: Vec<usize> =
                pending.into_iter().filter(|other| state.get(*other) == Some(&State::Waiting)).collect();
            if !waiting.is_empty() {
                stack.extend(waiting);
                continue;
            }
        }
        let checked = source.and_then(|source| source.checked(context));
        if let (Some(definition), Some((value, form))) = (context.model.definitions.get_mut(at), checked) {
            (definition.value, definition.form) = (value, form);
        }
        if let Some(state) = state.get_mut(at) {
            *state = State::Done;
        }
        stack.pop();
    }
}

fn report_cycle(context: &mut Context<'_>, at: usize, other: usize) {
    let place =
        |at: usize| context.model.definitions.get(at).map(|definition| (definition.name.clone(), definition.span));
    let (Some((name, span)), Some((other, place))) = (place(at), place(other)) else { return };
    if span == place {
        context.report(
            Diagnostic::new(
                Code::DefinitionCycle,
                span,
                format!("定义“{name}”用到了它自己"),
                format!("definition `{name}` refers to itself"),
            )
            .help("直接用事实写", "write it with facts only"),
        );
        return;
    }
    context.report(
        Diagnostic::new(
            Code::DefinitionCycle,
            span,
            format!("定义“{name}”和“{other}”互相引用"),
            format!("definitions `{name}` and `{other}` refer to each other"),
        )
        .also(place, "另一个在这里", "the other is here")
        .help("其中一个要直接用事实写", "write one of them with facts only"),
    );
}

/// The definitions that an expression mentions.
fn mentioned(surface: &Surface, found: &mut Vec<usize>) {
    if let SurfaceKind::Name { entries, .. } = &surface.kind {
        for entry in entries {
            if let Entry::Definition(id) = entry {
                found.push(id.index());
            }
        }
    }
    surface.parts(|part| mentioned(part, found));
}

/// Expressions are bounded in depth once definitions are expanded, so that later stages may recurse.
pub(super) fn depth(context: &mut Context<'_>) {
    let mut depths: Vec<Option<usize>> = vec![None; context.model.definitions.len()];
    let mut deep = Vec::new();
    // Definitions are acyclic here or were reported; each round settles those whose parts are settled.
    for _ in 0..EXPRESSION_DEPTH_MAX {
        let mut changed = false;
        for (at, definition) in context.model.definitions.iter().enumerate() {
            if depths.get(at).is_some_and(Option::is_none)
                && let Some(depth) = expr_depth(&definition.value, &depths)
            {
                if let Some(slot) = depths.get_mut(at) {
                    *slot = Some(depth);
                }
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    for (definition, depth) in context.model.definitions.iter().zip(&depths) {
        if depth.is_none_or(|depth| depth > EXPRESSION_DEPTH_MAX) {
            deep.push(definition.span);
        }
    }
    let conditions = context.model.clauses.iter().flat_map(|clause| clause.conditions.iter().chain(&clause.exclusions));
    for condition in conditions.chain(&context.model.scope) {
        if expr_depth(&condition.expr, &depths).is_some_and(|depth| depth > EXPRESSION_DEPTH_MAX) {
            deep.push(condition.expr.span);
        }
    }
    if has_errors(&context.out) {
        return;
    }
    for span in deep {
        context.report(
            Diagnostic::new(Code::NestingTooDeep, span, "定义一层套一层，太深了", "definitions are nested too deep")
                .help(format!("最多 {EXPRESSION_DEPTH_MAX} 层"), format!("at most {EXPRESSION_DEPTH_MAX} levels")),
        );
    }
}

/// The depth of an expression; `None` while a definition in it is not settled.
fn expr_depth(expr: &Expr, depths: &[Option<usize>]) -> Option<usize> {
    let inner = match &expr.kind {
        ExprKind::Definition(id) => depths.get(id.index()).copied().flatten()?,
        _ => {
            let mut most = Some(0);
            expr.parts(|part| most = most.and_then(|most| Some(expr_depth(part, depths)?.max(most))));
            most?
        }
    };
    Some(inner + 1)
}

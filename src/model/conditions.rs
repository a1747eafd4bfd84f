//! In: 条件 and 排除 fields, with their lists. Out: checked conditions with labels.
//! Invariant: a list always says whether any or all of it must hold.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Field, ListItem, Phrase};
use crate::syntax::keywords::Word;

use super::expression::{Condition, ExprKind};
use super::fields::plain;
use super::segment::Mode;
use super::surface::{Surface, SurfaceKind, read};
use super::tokens::{Token, TokenKind};
use super::typing::Typing;

impl Typing<'_, '_> {
    /// The conditions of a field, all of which must hold: the parts of 且 or 全部 one by one, anything else as one.
    pub fn conditions(&mut self, field: &Field) -> Vec<Condition> {
        let Some(surface) = self.field_surface(field, true) else { return Vec::new() };
        self.top_level(surface)
    }

    /// The exclusions of a field, none of which may hold: the parts of 或 or 任一 one by one. A plain list needs no head: any counts.
    pub fn exclusions(&mut self, field: &Field) -> Vec<Condition> {
        let Some(surface) = self.field_surface(field, false) else { return Vec::new() };
        // A list of one line keeps the name of its line.
        if let SurfaceKind::Join { parts, .. } = &surface.kind
            && let [(Some(label), part)] = parts.as_slice()
        {
            return self.one(Some(label.clone()), part);
        }
        let SurfaceKind::Join { all: false, parts } = &surface.unbracketed().kind else {
            return self.one(None, &surface);
        };
        let parts = parts.clone();
        parts.iter().flat_map(|(label, part)| self.one(label.clone(), part)).collect()
    }

    fn top_level(&mut self, surface: Surface) -> Vec<Condition> {
        match surface.kind {
            SurfaceKind::Join { all: true, parts } if parts.len() > 1 => {
                let conditions: Vec<Condition> =
                    parts.iter().flat_map(|(label, part)| self.one(label.clone(), part)).collect();
                self.repeated(&conditions);
                let mut by_parts: Vec<Condition> = Vec::with_capacity(conditions.len());
                for part in conditions.into_iter().flat_map(by_part) {
                    // Two conditions on one certificate both ask that it is held; once is enough.
                    if !by_parts
                        .iter()
                        .any(|before| before.labelled && before.label == part.label && before.expr.same(&part.expr))
                    {
                        by_parts.push(part);
                    }
                }
                by_parts
            }
            SurfaceKind::Join { parts, .. } if matches!(parts.as_slice(), [(Some(_), _)]) => {
                let one = parts.iter().flat_map(|(label, part)| self.one(label.clone(), part));
                one.flat_map(by_part).collect()
            }
            kind => {
                let one = self.one(None, &Surface { kind, span: surface.span });
                one.into_iter().flat_map(by_part).collect()
            }
        }
    }

    /// A condition that stands twice among those that must all hold.
    fn repeated(&mut self, conditions: &[Condition]) {
        for (at, condition) in conditions.iter().enumerate() {
            if let Some(first) = conditions.iter().take(at).find(|other| other.expr.same(&condition.expr)) {
                self.written_twice(condition.expr.span, first.expr.span);
            }
        }
    }

    /// Reports a condition that is written twice.
    pub fn written_twice(&mut self, span: Span, first: Span) {
        self.context.report(
            Diagnostic::new(Code::DuplicateCondition, span, "同一个条件写了两遍", "this condition is written twice")
                .also(first, "第一次写在这里", "first written here")
                .help("删去一处；两处本来不同的，看看哪里抄错了", "drop one, or correct the one that should differ"),
        );
    }

    fn one(&mut self, label: Option<String>, surface: &Surface) -> Vec<Condition> {
        let expr = self.condition(surface);
        if expr.ty.is_error() {
            self.context.ensure_reported(surface.span);
            return Vec::new();
        }
        let labelled = label.is_some();
        let label = label.unwrap_or_else(|| self.context.text(surface.span));
        vec![Condition { label, labelled, expr }]
    }

    /// The expression of a field with its list, unchecked.
    pub fn field_surface(&mut self, field: &Field, head_needed: bool) -> Option<Surface> {
        self.listed_surface(&field.value, &field.list, field.label.span, head_needed)
    }

    /// The expression of a phrase with the list below it, unchecked; `place` is what the list belongs to.
    pub fn listed_surface(
        &mut self,
        value: &Phrase,
        list: &[ListItem],
        place: Span,
        head_needed: bool,
    ) -> Option<Surface> {
        let Some(last) = list.last() else {
            let tokens = self.context.tokens(value, Mode::Expression);
            return (!tokens.is_empty()).then(|| read(&tokens, place, &mut self.context.out));
        };
        if vague_head(value) {
            self.no_head(place.to(value.span), value.span, list);
            let parts = self.list(list, 0);
            return Some(Surface { kind: SurfaceKind::Join { all: true, parts }, span: place.to(last.value.span) });
        }
        let mut tokens = self.context.tokens(value, Mode::Expression);
        let all = match take_head(&mut tokens) {
            Some(word) => word == Word::All,
            None if !head_needed => false,
            None => {
                let span = place.to(value.span);
                self.no_head(span, span.after(), list);
                true
            }
        };
        let span = place.to(last.value.span);
        let parts = self.list(list, 0);
        while matches!(tokens.last(), Some(Token { kind: TokenKind::Word(Word::And) | TokenKind::Separator(_), .. })) {
            tokens.pop();
        }
        if tokens.is_empty() {
            return Some(Surface { kind: SurfaceKind::Join { all, parts }, span });
        }
        let before = read(&tokens, place, &mut self.context.out);
        let mut joined = vec![(None, before)];
        if all {
            joined.extend(parts);
        } else {
            joined.push((None, Surface { kind: SurfaceKind::Join { all, parts }, span }));
        }
        Some(Surface { kind: SurfaceKind::Join { all: true, parts: joined }, span })
    }

    /// A list that does not say whether any or all must hold; the head is to be written at `place`.
    fn no_head(&mut self, span: Span, place: Span, list: &[ListItem]) {
        let at = list.first().map_or(span, |first| first.marker.span);
        self.context.report(
            Diagnostic::new(
                Code::ListWithoutReading,
                span,
                "下面分项列出条件，没有写明要满足任一项还是全部",
                "conditions are listed, and it is not said whether any or all must hold",
            )
            .also(at, "从这里开始列举", "the list starts here")
            .help("冒号后面写“满足下列条件之一”或“同时满足下列条件”", "write `any-of` or `all-of` after the colon")
            .fix(place, "同时满足下列条件", "全部都要满足", "all must hold")
            .fix(place, "满足下列条件之一", "满足一项就行", "any may hold"),
        );
    }

    /// The lines of one level, each with the deeper lines after it.
    fn list(&mut self, items: &[ListItem], level: u8) -> Vec<(Option<String>, Surface)> {
        let mut parts = Vec::new();
        let mut rest = items;
        while let Some((first, after)) = rest.split_first() {
            let deeper = after.iter().take_while(|item| item.level > level).count();
            let (children, next) = after.split_at(deeper);
            parts.extend(self.line(first, children, level));
            rest = next;
        }
        parts
    }

    fn line(&mut self, item: &ListItem, children: &[ListItem], level: u8) -> Option<(Option<String>, Surface)> {
        let mut label = item.label.as_ref().map(|label| label.text.trim().to_owned());
        let mut tokens = self.context.tokens(&item.value, Mode::Expression);
        while matches!(tokens.last(), Some(Token { kind: TokenKind::Separator(_), .. })) {
            tokens.pop();
        }
        if children.is_empty() {
            if tokens.is_empty() {
                // `（一）信用记录良好：` names nothing; a label alone that is a condition is one.
                self.empty_line(item);
                return None;
            }
            return Some((label, read(&tokens, item.marker.span, &mut self.context.out).bracket_join()));
        }
        let mut head = take_head(&mut tokens);
        if head.is_none()
            && let Some(word) = label.as_deref().and_then(head_word)
        {
            (head, label) = (Some(word), None);
        }
        let span = children.last().map_or(item.marker.span, |last| item.marker.span.to(last.value.span));
        if head.is_none() {
            let span = item.marker.span.to(item.value.span);
            self.no_head(span, span.after(), children);
        }
        let next = children.first().map_or(level + 1, |child| child.level);
        let mut parts = self.list(children, next);
        let all = head != Some(Word::Any);
        if !tokens.is_empty() {
            while matches!(tokens.last(), Some(Token { kind: TokenKind::Word(Word::And), .. })) {
                tokens.pop();
            }
            let before = read(&tokens, item.marker.span, &mut self.context.out);
            let list = Surface { kind: SurfaceKind::Join { all, parts }, span };
            parts = vec![(None, before), (None, list)];
            return Some((label, Surface { kind: SurfaceKind::Join { all: true, parts }, span }.bracket_join()));
        }
        Some((label, Surface { kind: SurfaceKind::Join { all, parts }, span }.bracket_join()))
    }

    fn empty_line(&mut self, item: &ListItem) {
        // A number alone was reported by the surface.
        let Some(span) = item.label.as_ref().map(|label| label.span) else { return };
        self.context.report(
            Diagnostic::new(Code::EmptyField, span, "这一项没有内容", "this line is empty")
                .help("在编号后面写条件；名称后面用冒号接条件", "write a condition after the number"),
        );
    }
}

/// The parts of a condition that has none but named ones (a certificate: held, in force), so that it is told which of them fails.
fn by_part(condition: Condition) -> Vec<Condition> {
    match condition.expr.kind {
        ExprKind::All(parts) if !condition.labelled && parts.iter().all(|part| part.labelled) => parts,
        _ => vec![condition],
    }
}

/// Takes 任一 or 全部 off the end of a row of tokens.
fn take_head(tokens: &mut Vec<Token>) -> Option<Word> {
    while matches!(tokens.last(), Some(Token { kind: TokenKind::Separator(_), .. })) {
        tokens.pop();
    }
    let word = match tokens.last() {
        Some(Token { kind: TokenKind::Word(word @ (Word::Any | Word::All)), .. }) => *word,
        _ => return None,
    };
    tokens.pop();
    Some(word)
}

/// `符合下列条件`: announces a list without saying whether any or all of it must hold.
fn vague_head(value: &Phrase) -> bool {
    let text = plain(value);
    let body = text.trim_end_matches(['的', '：']);
    ["条件", "情形", "要求", "情况"].iter().any(|end| body.ends_with(end))
        && ["下列", "以下", "如下"].iter().any(|word| body.contains(word))
        && Word::find(body).is_none()
        && !["同时", "任一", "之一", "全部"].iter().any(|word| body.contains(word))
        && body.chars().count() <= 12
}

fn head_word(text: &str) -> Option<Word> {
    let text: String = text.split_whitespace().collect();
    Word::find(&text).filter(|word| matches!(word, Word::Any | Word::All))
}

impl Surface {
    /// A join of its own line counts as bracketed.
    fn bracket_join(self) -> Surface {
        let span = self.span;
        match self.kind {
            SurfaceKind::Join { all, parts } if parts.len() > 1 => {
                let inner = Surface { kind: SurfaceKind::Join { all, parts }, span };
                Surface { kind: SurfaceKind::Join { all, parts: vec![(None, inner)] }, span }
            }
            kind => Surface { kind, span },
        }
    }
}

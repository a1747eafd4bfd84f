//! In: drafts of tables. Out: their expressions and forms: 分档 and 对照 here, the others in their own modules.
//! Invariant: the arms of a table stand in the order of its lines, and the first that holds counts.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::keywords::{ItemKeyword, Word};

use super::super::Form;
use super::super::expression::{Arm, CompareOp, Condition, Expr, ExprKind};
use super::super::surface::{Surface, SurfaceKind};
use super::super::types::{MemberId, NumberKind, Rounding, RoundingMode, Type, Value};
use super::super::typing::{Typing, constant, error, kind_of};
use super::ends::{Ends, tier_line};
use super::left::{Bound, Left, Piece, is_quotient};
use super::values::nothing;
use super::{Draft, Line};

/// What the lines of a table are about.
pub(super) struct Base<'d> {
    /// As written.
    pub surface: &'d Surface,
    /// Checked; a quotient with ten decimals, while its comparisons are exact.
    pub expr: Expr,
}

impl Typing<'_, '_> {
    /// The expression and form of a table; `None` where something of it was reported.
    pub fn table(&mut self, draft: &Draft) -> Option<(Expr, Form)> {
        let found = match draft.kind {
            ItemKeyword::Progressive => self.progressive(draft),
            ItemKeyword::Lookup => self.lookup(draft),
            ItemKeyword::SumOf => self.sum_of(draft),
            ItemKeyword::HighestOf => self.highest_of(draft),
            _ => self.tiers(draft),
        };
        let found = found.filter(|_| !draft.broken);
        if found.is_none() {
            self.context.ensure_reported(draft.span);
        }
        found
    }

    fn tiers(&mut self, draft: &Draft) -> Option<(Expr, Form)> {
        let base = match &draft.base {
            Some(surface) => Some(self.table_base(surface)?),
            None => None,
        };
        let ty = base.as_ref().map_or(Type::Bool, |base| base.expr.ty.clone());
        let mut ends: Vec<Option<Ends>> = draft.lines.iter().map(|line| self.ends(line, &ty)).collect();
        let settled = self.share_ends(draft, &mut ends);
        let conditions: Vec<Option<Condition>> = draft
            .lines
            .iter()
            .zip(&ends)
            .map(|(line, ends)| self.line_condition(base.as_ref(), line, ends.as_ref()))
            .collect();
        let surfaces: Vec<Option<&Surface>> =
            draft.lines.iter().chain(&draft.otherwise).map(|line| line.value.as_ref()).collect();
        let values = self.table_values(&surfaces)?;
        let like = values.values.iter().flatten().next()?.clone();
        let ty = values.ty;
        let mut given = values.values.into_iter();
        let (mut arms, mut lines) = (Vec::new(), Vec::new());
        for ((line, when), ends) in draft.lines.iter().zip(conditions).zip(&ends) {
            let value = given.next()?.unwrap_or_else(|| nothing(&ty, &like, line.span));
            lines.push(tier_line(line, ends.as_ref(), value.clone()));
            arms.push(Arm { when: when?, value });
        }
        let otherwise = given.next().flatten();
        let base = base.map_or_else(|| constant(Value::Bool(true), Type::Bool, draft.span), |base| base.expr);
        let rest = rest(draft, otherwise.as_ref(), &ty, &like);
        let form = Form::Tiers { base, lines, otherwise: rest };
        settled.then(|| (self.chosen(arms, otherwise, ty, draft.span), form))
    }

    /// What a table is about, checked.
    pub(super) fn table_base<'d>(&mut self, surface: &'d Surface) -> Option<Base<'d>> {
        let expr = if is_quotient(surface) { self.quotient_base(surface) } else { self.expr(surface, None) };
        (!expr.ty.is_error()).then_some(Base { surface, expr })
    }

    fn quotient_base(&mut self, surface: &Surface) -> Expr {
        let SurfaceKind::Arithmetic(Word::DividedBy, left, right) = &surface.unbracketed().kind else {
            return error(surface.span);
        };
        let (left, right) = (self.expr(left, None), self.expr(right, None));
        let (Type::Number { unit: one, .. }, Type::Number { unit: two, .. }) = (&left.ty, &right.ty) else {
            return if left.ty.is_error() || right.ty.is_error() {
                error(surface.span)
            } else {
                self.different_kinds(&left, &right, surface.span)
            };
        };
        let unit = one.per(two);
        let rounding = Rounding { scale: 10, mode: RoundingMode::Down };
        let kind = if unit.powers.is_empty() { NumberKind::Rate } else { kind_of(&unit, 10) };
        let divided = ExprKind::Divide { left: Box::new(left), right: Box::new(right), rounding };
        Expr { kind: divided, ty: Type::Number { kind, unit, scale: 10 }, span: surface.span }
    }

    /// The condition of a line, labelled with its left side.
    pub(super) fn line_condition(
        &mut self,
        base: Option<&Base<'_>>,
        line: &Line,
        ends: Option<&Ends>,
    ) -> Option<Condition> {
        let Left::Rows(rows) = &line.left else { return None };
        let mut any = Vec::with_capacity(rows.len());
        for row in rows {
            let mut all = Vec::new();
            for piece in row {
                self.piece(base, piece, ends, line, &mut all)?;
            }
            any.push(self.joined(true, all, line.left_span));
        }
        let expr = self.joined(false, any, line.left_span);
        Some(Condition { label: line.label.clone(), labelled: false, expr })
    }

    /// Adds the conditions of a part of a left side.
    fn piece(
        &mut self,
        base: Option<&Base<'_>>,
        piece: &Piece,
        ends: Option<&Ends>,
        line: &Line,
        all: &mut Vec<Expr>,
    ) -> Option<()> {
        match (piece, base) {
            (Piece::Bounds(bounds), Some(base)) => {
                for bound in bounds {
                    let expr = self.bound(base, bound, ends)?;
                    all.push(expr);
                }
            }
            (Piece::Alone(surface), Some(base)) => {
                let value = self.expr(surface, Some(&base.expr.ty));
                if value.ty == Type::Bool && base.expr.ty != Type::Bool {
                    all.push(value);
                } else if value.ty.is_error() {
                    return None;
                } else {
                    all.push(self.compare_as(CompareOp::Equal, base.surface, surface, surface.span));
                }
            }
            (Piece::Values(list), Some(base)) => all.push(self.one_of(base, list, line.left_span)?),
            (Piece::Condition(surface), _) => all.push(self.condition(surface)),
            (_, None) => return None,
        }
        all.last().filter(|expr| !expr.ty.is_error()).map(|_| ())
    }

    /// A bound of what the table is about; an end that was given to the other line does not count here.
    fn bound(&mut self, base: &Base<'_>, bound: &Bound, ends: Option<&Ends>) -> Option<Expr> {
        let mut op = self.bound_operator(bound)?;
        match (op, ends) {
            (CompareOp::AtLeast, Some(Ends { low: Some(end), .. }))
            | (CompareOp::AtMost, Some(Ends { high: Some(end), .. })) => {
                op = super::super::comparing::with_bound(op, end.included);
            }
            _ => {}
        }
        if bound.said.is_none()
            && matches!(
                bound.word,
                Word::AtLeastPostfix | Word::AtLeastAndPostfix | Word::AtMostPostfix | Word::AtMostAndPostfix
            )
        {
            self.note_bound(bound.word, bound.span);
        }
        let expr = self.compare_as(op, base.surface, &bound.value, bound.span);
        (!expr.ty.is_error()).then_some(expr)
    }

    /// Whether what the table is about is one of several values.
    fn one_of(&mut self, base: &Base<'_>, list: &[Surface], span: Span) -> Option<Expr> {
        if let Type::Member(class) = base.expr.ty {
            let mut members: Vec<MemberId> = Vec::with_capacity(list.len());
            let mut broken = false;
            for item in list {
                match self.member(item, class) {
                    Some(member) => members.push(member),
                    None => broken = true,
                }
            }
            members.sort_unstable();
            members.dedup();
            let value = Box::new(base.expr.clone());
            let kind = ExprKind::Within { value, members };
            return (!broken).then_some(Expr { kind, ty: Type::Bool, span });
        }
        let mut any = Vec::with_capacity(list.len());
        for item in list {
            let equal = self.compare_as(CompareOp::Equal, base.surface, item, item.span);
            if equal.ty.is_error() {
                return None;
            }
            any.push(equal);
        }
        Some(self.joined(false, any, span))
    }

    /// All or any of some conditions.
    fn joined(&self, all: bool, mut parts: Vec<Expr>, span: Span) -> Expr {
        if parts.len() == 1
            && let Some(only) = parts.pop()
        {
            return only;
        }
        let condition = |expr: Expr| Condition { label: self.context.text(expr.span), labelled: false, expr };
        let parts = parts.into_iter().map(condition).collect();
        Expr { kind: if all { ExprKind::All(parts) } else { ExprKind::Any(parts) }, ty: Type::Bool, span }
    }

    fn lookup(&mut self, draft: &Draft) -> Option<(Expr, Form)> {
        let base = self.table_base(draft.base.as_ref()?)?;
        let surfaces: Vec<Option<&Surface>> =
            draft.lines.iter().chain(&draft.otherwise).map(|line| line.value.as_ref()).collect();
        let values = self.table_values(&surfaces);
        let mut conditions = Vec::with_capacity(draft.lines.len());
        for line in &draft.lines {
            conditions.push(self.line_condition(Some(&base), line, None));
        }
        let values = values?;
        let like = values.values.iter().flatten().next()?.clone();
        let (ty, mut given) = (values.ty, values.values.into_iter());
        let (mut arms, mut lines) = (Vec::new(), Vec::new());
        let mut sound = true;
        for (line, when) in draft.lines.iter().zip(conditions) {
            let value = given.next()?.unwrap_or_else(|| nothing(&ty, &like, line.span));
            let when = when?;
            let members = members_of(&when.expr);
            sound &= self.reached(&lines, &members, line, &draft.lines);
            lines.push((members, value.clone()));
            arms.push(Arm { when, value });
        }
        let otherwise = given.next().flatten();
        if draft.otherwise.is_none() {
            self.lookup_gaps(&base.expr.ty, &lines, draft);
        }
        let rest = rest(draft, otherwise.as_ref(), &ty, &like);
        let form = Form::Lookup { base: base.expr, lines, otherwise: rest };
        sound.then(|| (self.chosen(arms, otherwise, ty, draft.span), form))
    }

    /// Whether some value of a line is not covered by the lines before it; reports where none is.
    fn reached(&mut self, before: &[(Vec<MemberId>, Expr)], members: &[MemberId], line: &Line, lines: &[Line]) -> bool {
        let covers = |one: MemberId, other: MemberId| {
            self.context.model.members.get(one.0 as usize).is_some_and(|member| one <= other && other < member.end)
        };
        let covering = |member: MemberId| {
            before.iter().position(|(earlier, _)| earlier.iter().any(|earlier| covers(*earlier, member)))
        };
        let places: Vec<Option<usize>> = members.iter().map(|member| covering(*member)).collect();
        let Some(first) = places.iter().flatten().next().and_then(|at| lines.get(*at)) else { return true };
        let (text, place) = (first.label.clone(), first.left_span);
        let all = places.iter().all(Option::is_some);
        let code = if all { Code::TierUnreachable } else { Code::TierOverlap };
        self.context.report(
            Diagnostic::new(
                code,
                line.left_span,
                if all {
                    format!("前面的“{text}”已经包括了这一行，这一行轮不到")
                } else {
                    format!("这一行有的值前面的“{text}”已经包括了")
                },
                if all {
                    format!("`{text}` above covers this line, which is never reached")
                } else {
                    format!("`{text}` above covers some values of this line")
                },
            )
            .also(place, "先看这一行", "this line comes first")
            .help("删去重复的值；范围小的写在前面", "drop what stands twice; write the narrower line first"),
        );
        !all
    }

    /// Values of the class that no line is for.
    fn lookup_gaps(&mut self, ty: &Type, lines: &[(Vec<MemberId>, Expr)], draft: &Draft) {
        let Type::Member(class) = ty else { return };
        let model = &self.context.model;
        let Some(class) = model.classes.get(class.0 as usize) else { return };
        let end = |id: u32| model.members.get(id as usize).map_or(id + 1, |member| member.end.0.max(id + 1));
        let covered =
            |id: u32| lines.iter().flat_map(|(members, _)| members).any(|member| member.0 <= id && id < end(member.0));
        let mut missing = Vec::new();
        let mut id = class.members.start;
        while id < class.members.end {
            if !covered(id) {
                missing.extend(model.members.get(id as usize).map(|member| member.name.clone()));
                // What lies below a value of which nothing is covered goes without saying.
                if !(id..end(id)).any(covered) {
                    id = end(id);
                    continue;
                }
            }
            id += 1;
        }
        if missing.is_empty() {
            return;
        }
        let place = draft.lines.last().map_or(draft.span, |line| line.span).after();
        self.context.report(
            Diagnostic::new(
                Code::LookupIncomplete,
                draft.span,
                format!("没有写“{}”怎么办", missing.join("”“")),
                format!("nothing is said of {}", missing.join(", ")),
            )
            .help(
                "补上这些值，或者在最后写“其余：…”；有意不给的写“其余：不予支持”",
                "add them, or end with `otherwise: …`; write `otherwise: 不予支持` where nothing is given",
            )
            .fix(place, "\n  其余：不予支持", "其余不予支持", "nothing for the rest"),
        );
    }
}

/// The values that a line of a lookup is for.
fn members_of(when: &Expr) -> Vec<MemberId> {
    match &when.kind {
        ExprKind::Within { members, .. } => members.clone(),
        _ => Vec::new(),
    }
}

/// 其余 as the form keeps it: `其余：不予支持` is said, and gives nothing.
fn rest(draft: &Draft, otherwise: Option<&Expr>, ty: &Type, like: &Expr) -> Option<Expr> {
    otherwise.cloned().or_else(|| draft.otherwise.as_ref().map(|line| nothing(ty, like, line.span)))
}

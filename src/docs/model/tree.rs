//! In: checked conditions. Out: [`ConditionDoc`], the same as a tree with plain language at every node.
//! Invariant: a definition is opened once a path and no deeper than [`DEPTH_MAX`]; what is not opened keeps its words.

use super::ConditionDoc;
use super::names::Names;
use crate::model::{Condition, Expr, ExprKind, FactId, MemberId, Type};

/// How deep trees go.
const DEPTH_MAX: u32 = 8;

impl Names<'_> {
    /// A condition with its parts.
    pub(super) fn tree(&self, condition: &Condition) -> ConditionDoc {
        let mut tree = self.node(&condition.expr, 0);
        tree.label = condition.labelled.then(|| condition.label.clone());
        tree
    }

    /// The trees of a list of conditions.
    pub(super) fn trees(&self, conditions: &[Condition]) -> Vec<ConditionDoc> {
        conditions.iter().map(|condition| self.tree(condition)).collect()
    }

    fn node(&self, expr: &Expr, depth: u32) -> ConditionDoc {
        use ExprKind as K;
        let labelled = |part: &Condition| {
            let mut node = self.node(&part.expr, depth + 1);
            node.label = part.labelled.then(|| part.label.clone());
            node
        };
        let is_bool = expr.ty == Type::Bool;
        let (kind, parts) = match &expr.kind {
            _ if depth > DEPTH_MAX => ("other", Vec::new()),
            K::All(parts) => ("all", parts.iter().map(labelled).collect()),
            K::Any(parts) => ("any", parts.iter().map(labelled).collect()),
            K::Not(inner) => match inner.kind {
                K::All(_) | K::Any(_) | K::Definition(_) => ("not", vec![self.node(inner, depth + 1)]),
                _ => ("not", Vec::new()),
            },
            K::Definition(id) if is_bool => {
                let inner = self.model.definitions.get(id.index());
                ("definition", inner.map(|it| self.node(&it.value, depth + 1)).into_iter().collect())
            }
            K::Fact(_) => ("fact", Vec::new()),
            K::Within { .. } => ("within", Vec::new()),
            K::Compare { .. } => ("compare", Vec::new()),
            _ => ("other", Vec::new()),
        };
        let values = match &expr.kind {
            K::Within { members, .. } => self.member_ids_of(&self.tops(members)),
            _ => Vec::new(),
        };
        let mut facts = Vec::new();
        self.facts_of(expr, &mut facts);
        ConditionDoc {
            kind: kind.to_owned(),
            label: None,
            words: self.expr(expr),
            parts,
            facts: facts.into_iter().map(|id| self.fact_id(id)).collect(),
            values,
        }
    }

    pub(super) fn member_ids_of(&self, members: &[MemberId]) -> Vec<String> {
        members.iter().map(|id| self.member_id(*id)).collect()
    }

    /// The facts that an expression rests on, definitions opened, each once, in order of first mention.
    pub(super) fn facts_of(&self, expr: &Expr, found: &mut Vec<FactId>) {
        let mut seen = Vec::new();
        self.walk(expr, &mut seen, &mut |part| {
            let fact = match &part.kind {
                ExprKind::Fact(id) => Some(*id),
                ExprKind::Fold(fold) => self.model.lists.get(fold.list.index()).map(|list| list.fact),
                ExprKind::Times(times) => times.ledger,
                _ => None,
            };
            if let Some(id) = fact.filter(|id| !found.contains(id)) {
                found.push(id);
            }
        });
    }

    /// Calls `visit` with an expression and all its parts; each definition is opened once.
    pub(super) fn walk(&self, expr: &Expr, seen: &mut Vec<crate::model::DefinitionId>, visit: &mut dyn FnMut(&Expr)) {
        visit(expr);
        if let ExprKind::Definition(id) = &expr.kind
            && !seen.contains(id)
        {
            seen.push(*id);
            if let Some(definition) = self.model.definitions.get(id.index()) {
                self.walk(&definition.value, seen, visit);
            }
        }
        expr.parts(|part| self.walk(part, seen, visit));
    }
}

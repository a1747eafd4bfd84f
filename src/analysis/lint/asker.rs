//! In: questions of lints, one after another. Out: proofs and witnesses, as many as the budget of a policy allows, and how a witness is
//! written for a drafter.
//! Invariant: where the budget is used up nothing is claimed.

use crate::calendar;
use crate::diagnostics::{Lang, Text};
use crate::limits::LINT_QUESTIONS_MAX;
use crate::model::{
    Award, CapScope, Clause, ClauseId, CompareOp, Expr, ExprKind, FactId, Model, Type, Value, settlement::GroupMember,
};

use super::super::case_text;
use super::super::question::{Answer, Goal, Question, Witness, is_impossible, solve};

/// Asks within a budget.
pub struct Asker<'m> {
    /// The policy.
    pub model: &'m Model,
    left: usize,
}

impl<'m> Asker<'m> {
    /// With a full budget.
    pub fn new(model: &'m Model) -> Asker<'m> {
        Asker { model, left: LINT_QUESTIONS_MAX }
    }

    /// Whether goals cannot hold together; `given_only`: whatever is given.
    pub fn impossible(&mut self, goals: Vec<Goal<'_>>, given_only: bool) -> bool {
        if !self.spend() {
            return false;
        }
        is_impossible(self.model, &Question { goals, given_only, ..Question::default() })
    }

    /// An application for which goals hold.
    pub fn witness(&mut self, question: &Question<'_>) -> Option<Witness> {
        if !self.spend() {
            return None;
        }
        match solve(self.model, question) {
            Answer::Witness(witness) => Some(witness),
            Answer::Impossible | Answer::Unknown(_) => None,
        }
    }

    fn spend(&mut self) -> bool {
        let any = self.left > 0;
        self.left = self.left.saturating_sub(1);
        any
    }
}

/// The clauses that say something of their own, with their ids.
pub fn clauses(model: &Model) -> impl Iterator<Item = (ClauseId, &Clause)> {
    (0..).map(ClauseId).zip(&model.clauses).filter(|(_, clause)| clause.refers_to.is_none())
}

/// An application as a case assumes it: `假设：业务规模 是 1亿元；依法设立`.
pub fn assumed(model: &Model, witness: &Witness) -> Text {
    let usual = model.policy.in_force.first.or(model.policy.published);
    let say = |lang: Lang| {
        let given = witness.facts.iter().filter(|(fact, _)| {
            let info = model.facts.get(fact.index());
            let ledger = info.is_none_or(|fact| fact.made && fact.name == "台账");
            let plain = !ledger && info.is_some_and(|fact| !fact.credit_code);
            plain && case_text::is_nameable(model, **fact) && !case_text::is_of_unnamed_year(model, **fact)
        });
        let mut all: Vec<String> =
            given.map(|(fact, given)| case_text::assumption(model, *fact, given, lang)).collect();
        all.extend(case_text::figures(model, &witness.facts, witness.on, lang));
        let (label, separator, none) = match lang {
            Lang::Zh => ("假设：", "；", "任何申请"),
            Lang::En => ("assume: ", "; ", "any application"),
        };
        let text = if all.is_empty() { none.to_owned() } else { format!("{label}{}", all.join(separator)) };
        match (usual == Some(witness.on), lang) {
            (true, _) => text,
            (false, Lang::Zh) => format!("{text}，日期 {}", calendar::iso(i64::from(witness.on))),
            (false, Lang::En) => format!("{text}, on {}", calendar::iso(i64::from(witness.on))),
        }
    };
    Text::new(say(Lang::Zh), say(Lang::En))
}

/// A comparison, made up.
pub fn compare(op: CompareOp, left: Expr, right: Expr) -> Expr {
    let span = left.span;
    Expr { kind: ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) }, ty: Type::Bool, span }
}

/// The least of some numbers of one unit, made up; `None` of none.
pub fn least(mut parts: Vec<Expr>) -> Option<Expr> {
    let widest = parts.iter().max_by_key(|part| part.ty.scale())?.ty.clone();
    let span = parts.first()?.span;
    if parts.len() == 1 {
        return parts.pop();
    }
    Some(Expr { kind: ExprKind::Least(parts), ty: widest, span })
}

/// The constant that an expression is.
pub fn constant(expr: &Expr) -> Option<rust_decimal::Decimal> {
    match &expr.kind {
        ExprKind::Constant(Value::Number(value)) => Some(*value),
        _ => None,
    }
}

/// Whether a rule says how two clauses go together: a group, a joint cap, or one that waits for the other.
pub fn are_joined(model: &Model, one: ClauseId, other: ClauseId) -> bool {
    let rules = &model.settlement;
    let both = |members: &[GroupMember]| {
        members.contains(&GroupMember::Clause(one)) && members.contains(&GroupMember::Clause(other))
    };
    if rules.groups.iter().any(|group| both(&group.members)) {
        return true;
    }
    let counts = |from: ClauseId, to: ClauseId| {
        let Some(clause) = model.clauses.get(from.index()) else { return false };
        let caps = clause.caps.iter().any(|cap| match &cap.counts {
            CapScope::Clause => false,
            CapScope::Clauses(all) => all.contains(&to),
            CapScope::Policy => true,
        });
        let conditions = clause.conditions.iter().chain(&clause.exclusions);
        caps || conditions.into_iter().any(|condition| waits_for(&condition.expr, to))
    };
    counts(one, other) || counts(other, one)
}

fn waits_for(expr: &Expr, clause: ClauseId) -> bool {
    let own = match &expr.kind {
        ExprKind::UsedUp(id) => *id == clause,
        ExprKind::Times(times) => {
            times.clause == clause || matches!(&times.counts, CapScope::Clauses(all) if all.contains(&clause))
        }
        _ => false,
    };
    let mut found = own;
    expr.parts(|part| found |= waits_for(part, clause));
    found
}

/// Calls `visit` on an expression and all its parts, through definitions.
pub fn walk<'m>(model: &'m Model, expr: &'m Expr, visit: &mut dyn FnMut(&'m Expr)) {
    visit(expr);
    if let ExprKind::Definition(id) = &expr.kind
        && let Some(definition) = model.definitions.get(id.index())
    {
        walk(model, &definition.value, visit);
    }
    expr.parts(|part| walk(model, part, visit));
}

/// The name of a clause in a message.
pub fn title(model: &Model, id: ClauseId) -> &str {
    model.clauses.get(id.index()).map_or("", |clause| &clause.title)
}

/// The expression that bounds what a clause gives, apart from its caps.
pub fn bound(clause: &Clause) -> Option<&Expr> {
    match &clause.award {
        Award::Computed(amount) => Some(amount),
        Award::Discretion { high, .. } => high.as_ref(),
        Award::Open { .. } => None,
    }
}

/// That facts are at least so large that an example says something: a million for money; else above zero.
pub fn sizes(model: &Model, facts: impl Iterator<Item = FactId> + Clone) -> [Vec<Expr>; 2] {
    let compared = |op: CompareOp, at: i64| {
        let one = move |id: FactId| {
            let fact = fact(model, id)?;
            let Type::Number { unit, .. } = &fact.ty else { return None };
            let at = if unit.currency().is_some() { at } else { 0 };
            let op = if at == 0 { CompareOp::Above } else { op };
            let bound = Expr { kind: ExprKind::Constant(Value::Number(at.into())), ..fact.clone() };
            Some(compare(op, fact, bound))
        };
        facts.clone().filter_map(one).collect()
    };
    [compared(CompareOp::AtLeast, 1_000_000), compared(CompareOp::Above, 0)]
}

/// A fact as an expression.
pub fn fact(model: &Model, id: FactId) -> Option<Expr> {
    let fact = model.facts.get(id.index())?;
    Some(Expr { kind: ExprKind::Fact(id), ty: fact.ty.clone(), span: fact.span })
}

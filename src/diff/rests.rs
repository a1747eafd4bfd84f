//! In: a checked policy. Out: for each clause the declarations that it rests on ([`rests`]), so that a change of one of them can be told
//! with the clauses that it touches.
//! Invariant: what a clause reaches through definitions is among what it rests on.

use std::collections::BTreeSet;

use crate::model::{
    Authority, Award, CapKey, Clause, DefinitionId, ExprKind, FactId, FactSource, MemberId, Model, SubjectId, Value,
};
use crate::model::{Expr, ListId};

/// What declares something: `(what it is called, whether it is a top value of 产业 or 方向)`.
type Names<'m> = BTreeSet<&'m str>;

/// The names of the declarations that each clause rests on, in order of the clauses.
#[must_use]
pub fn rests(model: &Model) -> Vec<BTreeSet<&str>> {
    model.clauses.iter().map(|clause| Reading::of(model, clause)).collect()
}

struct Reading<'m> {
    model: &'m Model,
    names: Names<'m>,
    definitions: BTreeSet<DefinitionId>,
}

impl<'m> Reading<'m> {
    fn of(model: &'m Model, clause: &'m Clause) -> Names<'m> {
        let mut reading = Reading { model, names: BTreeSet::new(), definitions: BTreeSet::new() };
        let conditions = [&clause.conditions, &clause.exclusions, &model.scope, &model.scope_exclusions];
        conditions.into_iter().flatten().for_each(|condition| reading.expr(&condition.expr));
        match &clause.award {
            Award::Computed(amount) => reading.expr(amount),
            Award::Discretion { fact, low, high } => {
                reading.fact(*fact);
                low.iter().chain(high).for_each(|bound| reading.expr(bound));
            }
            Award::Open { fact } => reading.fact(*fact),
        }
        for cap in &clause.caps {
            reading.expr(&cap.amount);
            if let CapKey::Subjects(kinds) = &cap.key {
                kinds.iter().for_each(|kind| reading.subject(*kind));
            }
        }
        clause.floor.iter().for_each(|floor| reading.expr(floor));
        if let Some(lift) = &clause.lift {
            lift.up_to.iter().for_each(|bound| reading.expr(bound));
            reading.department(lift.approver.index());
        }
        if let Some(gate) = &clause.industry {
            reading.fact(gate.fact);
            gate.members.iter().for_each(|member| reading.member(*member));
        }
        clause.subjects.iter().for_each(|kind| reading.subject(*kind));
        clause.departments.departments.iter().for_each(|department| reading.department(department.index()));
        clause.afterwards().into_iter().for_each(|part| reading.expr(part));
        reading.names
    }

    fn expr(&mut self, expr: &'m Expr) {
        match &expr.kind {
            ExprKind::Fact(fact) => self.fact(*fact),
            ExprKind::Definition(id) if self.definitions.insert(*id) => {
                if let Some(definition) = self.model.definitions.get(id.index()) {
                    self.names.insert(&definition.name);
                    self.expr(&definition.value);
                }
            }
            ExprKind::Constant(Value::Member(member)) => self.member(*member),
            ExprKind::Within { members, .. } => members.iter().for_each(|member| self.member(*member)),
            ExprKind::Fold(fold) => self.list(fold.list),
            ExprKind::AddWorkingDays { calendar, .. } => {
                self.names.extend(self.model.calendars.get(calendar.index()).map(|calendar| calendar.name.as_str()));
            }
            _ => {}
        }
        expr.parts(|part| self.expr(part));
    }

    fn fact(&mut self, fact: FactId) {
        let Some(fact) = self.model.facts.get(fact.index()) else { return };
        if !fact.made {
            self.subject(fact.subject);
        }
        if let FactSource::Determination(Authority::Department(id))
        | FactSource::Discretion(Authority::Department(id)) = fact.source
        {
            self.department(id.index());
        }
    }

    fn subject(&mut self, subject: SubjectId) {
        self.names.extend(self.model.subjects.get(subject.index()).map(|subject| subject.name.as_str()));
    }

    fn department(&mut self, index: usize) {
        self.names.extend(self.model.departments.get(index).map(|department| department.name.as_str()));
    }

    fn list(&mut self, list: ListId) {
        self.names.extend(self.model.lists.get(list.index()).map(|list| list.name.as_str()));
    }

    /// A value stands in the item of its class, or in that of its topmost value.
    fn member(&mut self, member: MemberId) {
        let mut at = self.model.members.get(member.0 as usize);
        while let Some(member) = at {
            self.names.insert(&member.name);
            self.names.extend(self.model.classes.get(member.class.0 as usize).map(|class| class.name.as_str()));
            at = member.parent.and_then(|parent| self.model.members.get(parent.0 as usize));
        }
    }
}

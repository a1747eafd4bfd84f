//! In: clauses and facts. Out: for each department all that it is responsible for, determines, sets, approves and bears.

use super::build::Making;
use super::clause::{ClauseDoc, RoleKind};
use super::{DepartmentDoc, DutyDoc};
use crate::model::DepartmentId;

impl Making<'_> {
    /// The departments, in order of declaration.
    pub(super) fn departments(&self, clauses: &[ClauseDoc]) -> Vec<DepartmentDoc> {
        let all = self.model.departments.iter().zip(0u32..);
        all.map(|(department, at)| {
            let id = DepartmentId(at);
            let own = self.names.department_id(id);
            let responsible = |lead: bool| {
                let mine = clauses
                    .iter()
                    .filter(|clause| clause.departments.iter().any(|it| it.department == own && it.lead == lead));
                mine.map(|clause| clause.id.clone()).collect::<Vec<_>>()
            };
            let bears = self
                .model
                .clauses
                .iter()
                .filter(|clause| clause.shares.iter().any(|share| share.department == Some(id)));
            let approves = clauses.iter().filter(|clause| clause.lift.as_ref().is_some_and(|it| it.approver == own));
            DepartmentDoc {
                name: self.names.department(id),
                full_name: department.full_name.clone(),
                issues: self.model.policy.issuers.contains(&id),
                leads: responsible(true),
                takes_part: responsible(false),
                determines: duties(clauses, &own, RoleKind::Determination),
                sets: duties(clauses, &own, RoleKind::Discretion),
                approves: approves.map(|clause| clause.id.clone()).collect(),
                bears: bears.map(|clause| clause.id.clone()).collect(),
                id: own,
            }
        })
        .collect()
    }
}

/// The facts that a department gives in one way, each with the clauses that need it of this department.
fn duties(clauses: &[ClauseDoc], department: &str, role: RoleKind) -> Vec<DutyDoc> {
    let mut duties: Vec<DutyDoc> = Vec::new();
    for clause in clauses {
        let mine = clause
            .needs
            .iter()
            .filter(|need| need.given_by.role == role && need.given_by.department.as_deref() == Some(department));
        // An approval is told apart from what is determined.
        let lift = clause.lift.as_ref().map(|lift| lift.fact.as_str());
        for need in mine.filter(|need| Some(need.fact.as_str()) != lift) {
            match duties.iter_mut().find(|duty| duty.fact == need.fact) {
                Some(duty) => duty.clauses.push(clause.id.clone()),
                None => duties.push(DutyDoc { fact: need.fact.clone(), clauses: vec![clause.id.clone()] }),
            }
        }
    }
    duties
}

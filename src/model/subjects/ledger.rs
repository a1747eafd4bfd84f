//! In: a condition that only a ledger can answer. Out: the fact that says whether one was given, one for each policy.

use crate::source::Span;

use super::super::context::Context;
use super::super::types::Type;
use super::super::{FactId, FactSource};
use super::MadeFact;

/// What the fact is called.
const NAME: &str = "台账";

impl Context<'_> {
    /// The fact that says whether a ledger was given, made where something first asks. It is known where a ledger is given, and open
    /// otherwise.
    pub fn ledger_fact(&mut self, span: Span) -> Option<FactId> {
        let found = self.model.facts.iter().position(|fact| fact.made && fact.name == NAME && fact.ty == Type::Bool);
        if let Some(found) = found.and_then(|at| u32::try_from(at).ok()) {
            return Some(FactId(found));
        }
        let subject = self.default_subject()?;
        Some(self.make_fact(MadeFact {
            name: NAME.to_owned(),
            alias: "ledger".to_owned(),
            subject,
            ty: Type::Bool,
            source: FactSource::Applicant,
            note: String::new(),
            span,
        }))
    }
}

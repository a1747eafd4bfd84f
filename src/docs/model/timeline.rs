//! In: the days of a policy, its clauses and its editions. Out: [`EventDoc`], in order of day.

use super::build::Making;
use super::clause_build::days;
use super::original::Stated;
use super::words::day;
use super::{EditionDoc, EventDoc, Words};
use crate::model::Clause;

impl Making<'_> {
    /// The days that matter.
    pub(super) fn timeline(&self, history: &[EditionDoc]) -> Vec<EventDoc> {
        let policy = &self.model.policy;
        let mut events: Vec<EventDoc> = Vec::new();
        let whole = [
            (policy.published, "published", Words::new("发布", "published")),
            (policy.in_force.first, "begins", Words::new("起施行", "comes into force")),
            (policy.in_force.last, "ends", Words::new("有效期至", "last day in force")),
        ];
        for (on, kind, words) in whole {
            events.extend(on.map(|on| self.event(on, kind, words, Vec::new(), &policy.quotes)));
        }
        for edition in history.iter().filter(|edition| !edition.amendments.is_empty()) {
            let titles: Vec<&str> = edition.amendments.iter().map(|it| it.id.as_str()).collect();
            let mut clauses: Vec<String> = edition.changes.iter().filter_map(|change| change.clause.clone()).collect();
            clauses.dedup();
            events.extend(edition.days.first.clone().map(|day| EventDoc {
                day,
                kind: "amended".to_owned(),
                words: Words::new(
                    format!("修订“{}”施行", titles.join("、")),
                    format!("amendment {} comes into force", titles.join(", ")),
                ),
                clauses,
                sentence: None,
            }));
        }
        for clause in &self.model.clauses {
            self.of_clause(clause, &mut events);
        }
        events.sort_by(|a, b| a.day.cmp(&b.day));
        events
    }

    fn of_clause(&self, clause: &Clause, events: &mut Vec<EventDoc>) {
        let (own, policy) = (days(clause.in_force), days(self.model.policy.in_force));
        let mut add = |on: Option<i32>, kind: &str, words: Words| {
            let Some(on) = on else { return };
            let shown = day(on);
            match events.iter_mut().find(|event| event.day == shown && event.kind == kind) {
                Some(event) => event.clauses.push(clause.id.clone()),
                None => events.push(self.event(on, kind, words, vec![clause.id.clone()], &clause.quotes)),
            }
        };
        if own.first != policy.first {
            add(clause.in_force.first, "clause_begins", Words::new("条款起施行", "clauses come into force"));
        }
        if own.last != policy.last {
            add(clause.in_force.last, "clause_ends", Words::new("条款有效期至", "last day of clauses"));
        }
        if let Some(retroactive) = &clause.retroactive {
            add(Some(retroactive.from), "retroactive", Words::new("追溯补差自此起", "differences are paid from here"));
        }
    }

    fn event(
        &self,
        on: i32,
        kind: &str,
        words: Words,
        clauses: Vec<String>,
        quotes: &[crate::model::Quote],
    ) -> EventDoc {
        let near = self.original.quotes(quotes);
        let (sentence, _) = self.original.stating(&Stated::Day(on), &near);
        EventDoc { day: day(on), kind: kind.to_owned(), words, clauses, sentence }
    }
}

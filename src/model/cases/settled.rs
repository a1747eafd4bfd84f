//! In: expectations about what follows the decision of a clause. Out: instalments, shares, differences, what is paid back, conflicts.

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::Phrase;
use crate::syntax::keywords::Word;

use super::super::ClauseId;
use super::super::case::Expectation;
use super::super::clauses::ClauseIndex;
use super::super::context::Context;
use super::super::fields::plain;
use super::super::settle::spellings;

/// Words with which amounts after the decision are expected.
const WORDS: [Word; 4] = [Word::ByInstalments, Word::SharedBy, Word::DueBack, Word::Difference];

impl Context<'_> {
    /// The clause of an expectation.
    pub(super) fn expected_clause(&mut self, name: &str, place: Span, index: &ClauseIndex) -> Option<ClauseId> {
        let name = name.trim();
        if let Some(clause) = index.find(name) {
            return Some(clause);
        }
        let near = nearest(name, index.names()).map(str::to_owned);
        let span = self.locate(place, name);
        self.unknown_clause(name, span, near.filter(|near| !near.is_empty()));
        None
    }

    /// `a分期37万元、37万元、49万元`: the clause, the word and the amounts.
    pub(super) fn expected_amounts<'t>(&self, text: &'t str) -> Option<(&'t str, Word, Vec<Decimal>)> {
        WORDS.iter().find_map(|word| {
            spellings(*word).find_map(|spelling| {
                let at = if spelling.is_ascii() { text.rfind(spelling) } else { text.find(spelling) }?;
                let (name, list) = (text.get(..at)?, text.get(at + spelling.len()..)?);
                let amount = |text: &str| match self.expected_amount(text)? {
                    (low, Some(high)) if low == high => Some(low),
                    _ => None,
                };
                let amounts: Option<Vec<Decimal>> = list.split('、').map(amount).collect();
                Some((name, *word, amounts.filter(|amounts| !amounts.is_empty())?))
            })
        })
    }

    /// `择一冲突 组合名`: the group; `Some(None)` where there is none of that name, which is reported.
    pub(super) fn expected_conflict(&mut self, text: &str, place: Span) -> Option<Option<u32>> {
        let name = spellings(Word::Conflict).find_map(|word| text.strip_prefix(word))?.trim();
        let groups = &self.model.settlement.groups;
        let found = groups.iter().position(|group| group.name == name || (!name.is_empty() && group.alias == name));
        if let Some(found) = found.and_then(|at| u32::try_from(at).ok()) {
            return Some(Some(found));
        }
        let near = nearest(name, groups.iter().map(|group| group.name.as_str())).map(str::to_owned);
        let span = self.locate(place, name);
        let mut report = Diagnostic::new(
            Code::UnknownName,
            span,
            format!("没有组合“{name}”"),
            format!("there is no group `{name}`"),
        );
        report = match near {
            Some(near) => report.did_you_mean(span, &near),
            None => report.help("写“组合”条目的名称或标识", "write the name or id of a group item"),
        };
        self.report(report);
        Some(None)
    }
}

/// `受限于 年度上限`: what bound.
pub(super) fn expected_bound(phrase: &Phrase) -> Option<String> {
    let text = plain(phrase);
    spellings(Word::Bound).find_map(|word| text.strip_prefix(word)).filter(|name| !name.is_empty()).map(str::to_owned)
}

/// What is expected of a clause after its decision; one amount where only one makes sense.
pub(super) fn settled(clause: ClauseId, word: Word, amounts: Vec<Decimal>) -> Option<Expectation> {
    let only = amounts.first().copied().filter(|_| amounts.len() == 1);
    match word {
        Word::ByInstalments => Some(Expectation::Instalments { clause, amounts }),
        Word::SharedBy => Some(Expectation::Shares { clause, amounts }),
        Word::Difference => Some(Expectation::Retroactive { clause, amount: only? }),
        _ => Some(Expectation::Clawback { clause, amount: only? }),
    }
}

//! What the parts of checking share: the model being built, its vocabulary, the readings the policy declares, and the findings so far.

use std::collections::{BTreeMap, HashMap};

use crate::diagnostics::{Code, Diagnostic, has_errors};
use crate::literal::KnownUnit;
use crate::source::{Sources, Span};
use crate::syntax::ast::Phrase;
use crate::syntax::keywords::Word;

use super::clauses::ClauseIndex;
use super::segment::{Mode, Segmenter};
use super::source_text::OriginalText;
use super::tokens::{Token, Tokenizer};
use super::types::{Rounding, Unit};
use super::vocabulary::Vocabulary;
use super::{CalendarId, ClauseId, DepartmentId, ListId, Model, SubjectId};

/// Units that the policy declares, by name.
#[derive(Debug, Clone, Default)]
pub struct UnitTable {
    /// Name to meaning.
    pub declared: HashMap<String, KnownUnit>,
}

impl UnitTable {
    /// The meaning of a declared unit; built-in units are known to `literal`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<KnownUnit> {
        self.declared.get(name).cloned()
    }
}

/// Shared state of checking.
pub struct Context<'a> {
    /// Texts of files.
    pub sources: &'a Sources,
    /// The model so far.
    pub model: Model,
    /// Declared names.
    pub vocabulary: Vocabulary,
    /// Declared units.
    pub units: UnitTable,
    /// 本数: whether a comparison word includes its bound, where declared.
    pub inclusive: BTreeMap<Word, bool>,
    /// Where 以上 and 及以上 were first used.
    pub bounds_used: BTreeMap<Word, Span>,
    /// The original, indexed for quotations.
    pub original: Option<OriginalText>,
    /// Findings.
    pub out: Vec<Diagnostic>,
    /// Departments by name, full name and id.
    pub department_index: HashMap<String, DepartmentId>,
    /// Whether the surface found no error: else what is missing may have been reported there.
    pub sound: bool,
    /// Whether a clause was left out because its first line could not be read, so that its id is unknown.
    pub clauses_lost: bool,
    /// The currency of all amounts, as an ISO 4217 code; `None` where no clause states an amount.
    pub currency: Option<String>,
    /// Departments that something names.
    pub departments_used: Vec<bool>,
    /// What the readings of one place depend on.
    pub place: Place,
    /// The unit of the count of each list.
    pub list_units: Vec<Unit>,
    /// Clauses by name, once they are known.
    pub clause_index: ClauseIndex,
}

/// What the readings of one place depend on.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// The list whose records are at hand, within a fold.
    pub list: Option<ListId>,
    /// Whether names are facts as they are given, not what conditions read in them (a certificate in force).
    pub as_given: bool,
    /// The clause at hand.
    pub clause: Option<ClauseId>,
    /// How the award at hand is rounded.
    pub rounding: Option<Rounding>,
    /// The calendar named after a number of working days.
    pub calendar: Option<CalendarId>,
}

impl Context<'_> {
    /// The tokens of a phrase.
    pub fn tokens(&mut self, phrase: &Phrase, mode: Mode) -> Vec<Token> {
        let segmenter = Segmenter { vocabulary: &self.vocabulary, units: &self.units };
        Tokenizer { segmenter, sources: self.sources }.tokens(phrase, mode, &mut self.out)
    }

    /// The text under a span with white space collapsed to single spaces.
    #[must_use]
    pub fn text(&self, span: Span) -> String {
        self.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Where words stand within a span: the first place they are written in, else the whole span.
    #[must_use]
    pub fn locate(&self, span: Span, words: &str) -> Span {
        let found = self.sources.text(span).find(words).filter(|_| !words.is_empty());
        found.map_or(span, |at| {
            let start = span.start as usize + at;
            Span::new(span.file, start, start + words.len())
        })
    }

    /// Takes back the finding that a name within a span is not declared, for a rule that knows better what was meant: the name and
    /// where it stands.
    pub fn retract_unknown(&mut self, within: Span) -> Option<(String, Span)> {
        let unknown = |found: &Diagnostic| {
            let at = found.primary.span;
            found.code == Code::UnknownName
                && at.file == within.file
                && within.start <= at.start
                && at.end <= within.end
        };
        let found = self.out.iter().rposition(unknown)?;
        let span = self.out.remove(found).primary.span;
        Some((self.text(span), span))
    }

    /// Reports a finding.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.out.push(diagnostic);
    }

    /// What could not be checked must have been reported: nothing is dropped in silence.
    pub fn ensure_reported(&mut self, span: Span) {
        if self.sound && !has_errors(&self.out) {
            self.report(Diagnostic::new(Code::FieldUnreadable, span, "这里读不懂", "this cannot be read"));
        }
    }

    /// Marks a department as named by something.
    pub fn use_department(&mut self, department: DepartmentId) {
        if let Some(used) = self.departments_used.get_mut(department.index()) {
            *used = true;
        }
    }

    /// A kind of subject and those it belongs to, nearest first.
    #[must_use]
    pub fn with_owners(&self, subject: SubjectId) -> Vec<SubjectId> {
        let mut chain = vec![subject];
        let mut next = self.model.subjects.get(subject.index()).and_then(|subject| subject.owner);
        while let Some(owner) = next {
            if chain.contains(&owner) {
                break;
            }
            chain.push(owner);
            next = self.model.subjects.get(owner.index()).and_then(|subject| subject.owner);
        }
        chain
    }
}

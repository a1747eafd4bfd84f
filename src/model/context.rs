//! What the parts of checking share: the model being built, its vocabulary, the readings the policy declares, and the findings so far.

use std::collections::{BTreeMap, HashMap};

use crate::diagnostics::{Code, Diagnostic, has_errors};
use crate::literal::KnownUnit;
use crate::source::{Sources, Span};
use crate::syntax::ast::Phrase;
use crate::syntax::keywords::Word;

use super::segment::{Mode, Segmenter};
use super::source_text::OriginalText;
use super::tokens::{Token, Tokenizer};
use super::vocabulary::Vocabulary;
use super::{DepartmentId, Model, SubjectId};

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
    /// Departments that something names.
    pub departments_used: Vec<bool>,
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

    /// Reports a finding.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.out.push(diagnostic);
    }

    /// What could not be checked must have been reported: nothing is dropped in silence.
    pub fn ensure_reported(&mut self, span: Span) {
        if !has_errors(&self.out) {
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

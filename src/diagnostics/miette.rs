//! In: a diagnostic and the texts it points into. Out: [`Report`], which hosts of the library hand to `miette` or any `Error` sink.

use std::fmt;
use std::sync::Arc;

use miette::{LabeledSpan, NamedSource, SourceCode};

use super::{Diagnostic, Label, Lang, Severity};
use crate::source::Sources;

/// A diagnostic that carries its own source, in one language.
#[derive(Debug)]
pub struct Report {
    diagnostic: Diagnostic,
    lang: Lang,
    source: Option<NamedSource<Arc<str>>>,
    elsewhere: Vec<Report>,
}

impl Report {
    /// A report of `diagnostic`. Labels in other files become related reports.
    #[must_use]
    pub fn new(diagnostic: &Diagnostic, sources: &Sources, lang: Lang) -> Report {
        let file = diagnostic.primary.span.file;
        let (here, elsewhere): (Vec<Label>, Vec<Label>) =
            diagnostic.secondary.iter().cloned().partition(|label| label.span.file == file);
        let elsewhere = elsewhere.into_iter().map(|label| {
            let message = label.text.clone();
            let mut related = Diagnostic::new(diagnostic.code, label.span, message.zh, message.en);
            related.severity = Severity::Note;
            Report::new(&related, sources, lang)
        });
        Report {
            elsewhere: elsewhere.collect(),
            diagnostic: Diagnostic { secondary: here, ..diagnostic.clone() },
            lang,
            source: sources.get(file).map(|source| NamedSource::new(source.name(), source.shared_text())),
        }
    }

    /// The diagnostic itself.
    #[must_use]
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.diagnostic
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.diagnostic.message.get(self.lang))
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.code.number()))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.diagnostic.help.as_ref()?;
        Some(Box::new(help.get(self.lang)))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labels = std::iter::once(&self.diagnostic.primary).chain(&self.diagnostic.secondary);
        Some(Box::new(labels.map(|label| {
            let text = Some(label.text.get(self.lang)).filter(|text| !text.is_empty()).map(str::to_owned);
            // miette panics on a span that does not fit the text.
            let length = self.source.as_ref().map_or(0, |source| source.inner().len());
            let (start, end) = (label.span.range().start.min(length), label.span.range().end.min(length));
            LabeledSpan::new(text, start, end.saturating_sub(start))
        })))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        if self.elsewhere.is_empty() {
            return None;
        }
        Some(Box::new(self.elsewhere.iter().map(|report| report as &dyn miette::Diagnostic)))
    }
}

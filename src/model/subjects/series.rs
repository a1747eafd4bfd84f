//! In: a fact that is given by year. Out: its series; the facts of single years are made where they are used.

use crate::diagnostics::{Code, Diagnostic};

use super::super::context::Context;
use super::super::record::Series;
use super::super::types::Type;
use super::super::vocabulary::Entry;
use super::super::{Fact, SeriesId};

impl Context<'_> {
    /// 按年.
    pub(super) fn by_year(&mut self, fact: Fact) {
        if !matches!(fact.ty, Type::Number { .. } | Type::Error) {
            self.report(
                Diagnostic::new(
                    Code::KindMismatch,
                    fact.span,
                    format!("“{}”不是数，不能按年填报", fact.name),
                    format!("`{}` is no number and cannot be given by year", fact.name),
                )
                .help("去掉“按年”", "drop `by-year`"),
            );
            return;
        }
        let id = SeriesId(u32::try_from(self.model.series.len()).unwrap_or(u32::MAX));
        self.vocabulary.insert(&fact.name, Entry::Series(id));
        self.vocabulary.insert(&fact.alias, Entry::Series(id));
        let Fact { name, alias, subject, ty, source, range, span, .. } = fact;
        self.model.series.push(Series { name, alias, subject, ty, source, range, span });
    }
}

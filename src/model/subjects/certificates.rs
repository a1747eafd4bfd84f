//! In: a fact of type 认定. Out: the facts of the certificate: whether it is held, its level, its first and last day.

use crate::diagnostics::{Code, Diagnostic};
use crate::syntax::ast::{Part, Phrase};
use crate::syntax::keywords::Word;

use super::super::context::Context;
use super::super::fields::plain;
use super::super::record::Certificate;
use super::super::types::{ClassId, Type};
use super::super::vocabulary::Entry;
use super::super::{Fact, FactId};

impl Context<'_> {
    /// `认定`, `认定（认定级别）`: the class of its levels, where given; `None` where the type is another.
    pub(super) fn certificate_type(&mut self, phrase: &Phrase) -> Option<Option<ClassId>> {
        let (Some(Part::Run(run)), rest) = phrase.parts.split_first().map(|(first, rest)| (Some(first), rest))? else {
            return None;
        };
        if Word::find(&run.text) != Some(Word::Attest) {
            return None;
        }
        let [Part::Bracket { inner, .. }] = rest else { return Some(None) };
        let name = plain(inner);
        let class = self.vocabulary.get(&name).into_iter().find_map(|entry| match entry {
            Entry::Class(class) => Some(class),
            _ => None,
        });
        if class.is_none() {
            self.report(
                Diagnostic::new(
                    Code::UnknownType,
                    inner.span,
                    format!("没有枚举“{name}”"),
                    format!("there is no enumeration `{name}`"),
                )
                .help(
                    "括号里写级别的枚举；没有级别就不写括号",
                    "name the enumeration of its levels, or leave the brackets out",
                ),
            );
        }
        Some(class)
    }

    /// Declares the facts of a certificate.
    pub(super) fn certificate(&mut self, held: Fact, class: Option<ClassId>) {
        let side = |tail: &str, alias: &str, ty: Type| Fact {
            name: format!("{}{tail}", held.name),
            alias: if held.alias.is_empty() { String::new() } else { format!("{}.{alias}", held.alias) },
            ty,
            range: super::default_range(),
            made: true,
            certificate: None,
            note: String::new(),
            ..held.clone()
        };
        let level = class.map(|class| side("级别", "level", Type::Member(class)));
        let (from, until) = (side("取得日", "from", Type::Date), side("有效期至", "until", Type::Date));
        let id = FactId(u32::try_from(self.model.facts.len()).unwrap_or(u32::MAX));
        self.add_fact(held, false);
        let level = level.map(|level| self.add_fact(level, false));
        let from = Some(self.add_fact(from, false));
        let until = Some(self.add_fact(until, false));
        if let Some(fact) = self.model.facts.get_mut(id.index()) {
            fact.certificate = Some(Certificate { level, from, until });
        }
    }
}

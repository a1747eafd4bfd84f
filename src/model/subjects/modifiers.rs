//! In: what follows the type of a fact. Out: who gives it, its range, its decimals, whether it identifies its subject.

use crate::diagnostics::{Code, Diagnostic};
use crate::literal;
use crate::syntax::ast::Phrase;
use crate::syntax::keywords::Word;

use super::super::context::Context;
use super::super::fields::plain;
use super::super::segment::Mode;
use super::super::tokens::{Token, TokenKind};
use super::super::types::Type;
use super::super::vocabulary::Entry;
use super::super::{Authority, Fact, FactSource};
use super::Said;

impl Context<'_> {
    /// What follows the type: 由 … 认定, 每年, 标识, 2位小数, 不低于 0.
    pub(super) fn modifier(&mut self, fact: &mut Fact, phrase: &Phrase, said: &mut Said) {
        if self.unknown_authority(phrase) {
            return;
        }
        let tokens: Vec<Token> = self.tokens(phrase, Mode::Phrase).into_iter().map(word_after_all).collect();
        let words: Vec<Word> = tokens
            .iter()
            .filter_map(|token| match token.kind {
                TokenKind::Word(word) => Some(word),
                _ => None,
            })
            .collect();
        match (tokens.as_slice(), words.as_slice()) {
            ([.., Token { kind: TokenKind::Broken, .. }], _) | ([Token { kind: TokenKind::Broken, .. }, ..], _) => {}
            (_, [Word::Yearly]) => fact.yearly = true,
            (_, [Word::Identifier]) => said.identifier = true,
            (_, [Word::ByYear]) => said.by_year = true,
            (_, [Word::DecidedBy, .., how @ (Word::Attest | Word::Discretion)]) => {
                let authority = tokens.iter().find_map(|token| match &token.kind {
                    TokenKind::Word(Word::ResponsibleDepartment) => Some(Authority::Responsible),
                    TokenKind::Name(_, entries) => entries.iter().find_map(|entry| match entry {
                        Entry::Department(id) => Some(Authority::Department(*id)),
                        _ => None,
                    }),
                    _ => None,
                });
                match authority {
                    Some(authority) => {
                        if let Authority::Department(id) = authority {
                            self.use_department(id);
                        }
                        fact.source = if *how == Word::Attest {
                            FactSource::Determination(authority)
                        } else {
                            FactSource::Discretion(authority)
                        };
                    }
                    None => self.modifier_unreadable(phrase),
                }
            }
            ([Token { kind: TokenKind::Number(number), .. }, _], [Word::Decimals]) => {
                if let Type::Number { scale, .. } = &mut fact.ty {
                    *scale = u8::try_from(number.value.mantissa()).unwrap_or(*scale).min(10);
                }
            }
            ([Token { kind: TokenKind::Word(word), .. }, Token { kind: TokenKind::Number(number), .. }], _) => {
                use super::super::expression::CompareOp::{AtLeast, AtMost};
                match super::super::comparing::operator(*word) {
                    Some(AtLeast | AtMost) if !unit_fits(fact, number) => self.range_unit(fact, phrase),
                    Some(AtLeast) => fact.range.0 = number.value,
                    Some(AtMost) => fact.range.1 = number.value,
                    _ => self.modifier_unreadable(phrase),
                }
            }
            ([Token { kind: TokenKind::Text(text), .. }], _) => fact.note.clone_from(text),
            _ => self.modifier_unreadable(phrase),
        }
    }

    /// `由 区人社局 认定` with a department that is not declared: reported as such.
    pub(super) fn unknown_authority(&mut self, phrase: &Phrase) -> bool {
        let text = plain(phrase);
        let after =
            |text: &str, word: Word| text.strip_prefix(word.zh()).or(text.strip_prefix(word.en())).map(str::to_owned);
        let before =
            |text: &str, word: Word| text.strip_suffix(word.zh()).or(text.strip_suffix(word.en())).map(str::to_owned);
        let Some(rest) = after(&text, Word::DecidedBy) else { return false };
        let Some(name) = before(&rest, Word::Attest).or(before(&rest, Word::Discretion)) else { return false };
        if name.is_empty() || Word::find(&name) == Some(Word::ResponsibleDepartment) {
            return false;
        }
        let span = self.locate(phrase.span, &name);
        self.department(&name, span).is_none()
    }

    pub(super) fn range_unit(&mut self, fact: &Fact, phrase: &Phrase) {
        let unit = match &fact.ty {
            Type::Number { unit, .. } if !unit.powers.is_empty() => super::super::typing::show_unit(unit),
            _ => return self.modifier_unreadable(phrase),
        };
        self.report(
            Diagnostic::new(
                Code::UnitMismatch,
                phrase.span,
                format!("“{}”以“{unit}”计，取值范围的单位不同", fact.name),
                format!("`{}` is in `{unit}`, its range is not", fact.name),
            )
            .help(format!("数字后面写“{unit}”"), format!("write `{unit}` after the number")),
        );
    }

    pub(super) fn modifier_unreadable(&mut self, phrase: &Phrase) {
        let text = plain(phrase);
        self.report(
            Diagnostic::new(Code::FieldUnreadable, phrase.span, format!("“{text}”读不懂"), format!("`{text}` cannot be read")).help(
                "类型后面可以写：由 部门 认定、由 部门 裁量、每年、按年、标识、2位小数、不低于 0",
                "after the type: `by department determination`, `by department discretion`, `yearly`, `by-year`, `identifier`, `2 decimals`, `not-below 0`",
            ),
        );
    }
}

/// Whether a bound has the unit of its fact; zero and what is no money need none.
fn unit_fits(fact: &Fact, number: &literal::Literal) -> bool {
    match &fact.ty {
        Type::Number { unit, .. } => {
            number.unit.is_empty() && (number.value.is_zero() || unit.currency().is_none())
                || unit.powers.iter().eq(number.unit.iter().map(|(name, power)| (name, power)))
        }
        _ => false,
    }
}

/// 认定 after a department is the word, even where a list is called 认定.
fn word_after_all(token: Token) -> Token {
    match &token.kind {
        TokenKind::Name(name, _) => match Word::find(name) {
            Some(word @ (Word::Attest | Word::Discretion)) => Token { kind: TokenKind::Word(word), span: token.span },
            _ => token,
        },
        _ => token,
    }
}

//! In: a place where a value must stand. Out: the operand read there: a name, a number, a bracket, a call.

use crate::diagnostics::{Code, Diagnostic};
use crate::literal::Literal;
use crate::source::Span;
use crate::syntax::ast::Separator;
use crate::syntax::keywords::Word;

use super::super::tokens::{Token, TokenKind};
use super::super::vocabulary::Entry;
use super::{NOT, PRODUCT, Reader, Surface, SurfaceKind, read, split};

impl Reader<'_, '_> {
    /// A single value token.
    pub(super) fn value(&self, token: &Token) -> Option<Surface> {
        let kind = match &token.kind {
            TokenKind::Number(number) => SurfaceKind::Number(number.clone()),
            TokenKind::Date(day) => SurfaceKind::Date(*day),
            TokenKind::Name(name, entries) => {
                SurfaceKind::Name { name: name.clone(), entries: entries.clone(), of: None }
            }
            _ => return None,
        };
        Some(Surface { kind, span: token.span })
    }

    pub(super) fn operand(&mut self, least: u8) -> Surface {
        let Some(token) = self.peek() else { return self.missing() };
        let span = token.span;
        self.at += 1;
        match &token.kind {
            TokenKind::Broken => Surface { kind: SurfaceKind::Broken, span },
            TokenKind::Number(_) | TokenKind::Date(_) => {
                self.value(token).unwrap_or(Surface { kind: SurfaceKind::Broken, span })
            }
            TokenKind::Name(name, entries) => self.name(name, entries, span),
            TokenKind::Text(text) => Surface { kind: SurfaceKind::Text(text.clone()), span },
            TokenKind::Group(inner) => {
                let inner = read(inner, span, self.out);
                Surface { span, kind: inner.kind }.bracketed()
            }
            TokenKind::Word(word) => self.prefix(*word, span, least),
            TokenKind::Separator(_) => {
                self.at -= 1;
                self.missing()
            }
        }
    }

    /// A name; a kind of subject may stand directly before its fact.
    pub(super) fn name(&mut self, name: &str, entries: &[Entry], span: Span) -> Surface {
        let subject = entries.iter().find_map(|entry| match entry {
            Entry::Subject(subject) => Some(*subject),
            _ => None,
        });
        if let (Some(subject), Some(Token { kind: TokenKind::Name(fact, of_fact), span: at })) = (subject, self.peek())
            && of_fact.iter().any(|entry| matches!(entry, Entry::Fact(_)))
        {
            self.at += 1;
            let kind = SurfaceKind::Name { name: fact.clone(), entries: of_fact.clone(), of: Some(subject) };
            return Surface { kind, span: span.to(*at) };
        }
        Surface { kind: SurfaceKind::Name { name: name.to_owned(), entries: entries.to_vec(), of: None }, span }
    }

    pub(super) fn prefix(&mut self, word: Word, span: Span, least: u8) -> Surface {
        let kind = match word {
            Word::Yes => SurfaceKind::Boolean(true),
            Word::No => SurfaceKind::Boolean(false),
            Word::OnDate => SurfaceKind::OnDate,
            Word::CertainReward => SurfaceKind::CertainReward,
            Word::Give | Word::Yearly | Word::Once | Word::AwardNoun => return self.operand(least),
            // `依法设立 为 是`: the value yes, where no value follows that it would compare.
            Word::Is if self.ends_here() => SurfaceKind::Boolean(true),
            Word::Not => {
                let inner = self.expression(NOT);
                let span = span.to(inner.span);
                return Surface { kind: SurfaceKind::Not(Box::new(inner)), span };
            }
            Word::Least | Word::Greatest | Word::Round | Word::Any | Word::All => return self.call(word, span),
            Word::Minus => {
                let inner = self.operand(PRODUCT);
                let whole = span.to(inner.span);
                let SurfaceKind::Number(number) = inner.kind else {
                    self.at -= 1;
                    return self.missing();
                };
                let number = Literal { value: -number.value, ..number };
                return Surface { kind: SurfaceKind::Number(number), span: whole };
            }
            _ => {
                self.at -= 1;
                return self.missing();
            }
        };
        Surface { kind, span }
    }

    /// Whether an operand could end here.
    pub(super) fn ends_here(&self) -> bool {
        match self.peek().map(|token| &token.kind) {
            None | Some(TokenKind::Separator(_)) => true,
            Some(TokenKind::Word(word)) => matches!(word, Word::And | Word::Or),
            Some(_) => false,
        }
    }

    /// 取低（…）, 取高（…）, 舍入（…）, 任一（…）, 全部（…）.
    pub(super) fn call(&mut self, word: Word, span: Span) -> Surface {
        let Some(Token { kind: TokenKind::Group(inner), span: group }) = self.peek() else {
            self.out.push(
                Diagnostic::new(
                    Code::IncompleteExpression,
                    span,
                    format!("“{}”后面要有括号", word.zh()),
                    format!("`{}` needs brackets after it", word.en()),
                )
                .help(format!("写成“{}（甲、乙）”", word.zh()), format!("write `{}(a, b)`", word.en())),
            );
            return Surface { kind: SurfaceKind::Broken, span };
        };
        self.at += 1;
        let whole = span.to(*group);
        let separators = [Separator::Comma, Separator::Pause, Separator::Semicolon];
        if word == Word::Round {
            let mut parts = inner.splitn(2, |token| matches!(token.kind, TokenKind::Separator(Separator::Comma)));
            let value = read(parts.next().unwrap_or_default(), *group, self.out);
            let rest = parts.next().unwrap_or_default().to_vec();
            return Surface { kind: SurfaceKind::Round(Box::new(value), rest), span: whole };
        }
        let separators = if matches!(word, Word::Any | Word::All) { &separators[2..] } else { &separators[..] };
        let parts: Vec<&[Token]> = match split(inner, separators) {
            parts if parts.len() < 2 && matches!(word, Word::Any | Word::All) => {
                split(inner, &[Separator::Comma, Separator::Pause, Separator::Semicolon])
            }
            parts => parts,
        };
        let parts: Vec<Surface> = parts.into_iter().map(|part| read(part, *group, self.out).bracketed()).collect();
        if parts.is_empty() {
            self.out.push(Diagnostic::new(Code::IncompleteExpression, whole, "括号里是空的", "the brackets are empty"));
            return Surface { kind: SurfaceKind::Broken, span: whole };
        }
        let kind = match word {
            Word::Any | Word::All => SurfaceKind::Join {
                all: word == Word::All,
                parts: parts.into_iter().map(|part| (None, part)).collect(),
            },
            _ => SurfaceKind::Choose(word, parts),
        };
        Surface { kind, span: whole }
    }

    pub(super) fn missing(&mut self) -> Surface {
        let span = self.here();
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let broken = self.tokens.iter().any(|token| matches!(token.kind, TokenKind::Broken));
        if !broken {
            let (zh, en) = match before {
                Some(Token { kind: TokenKind::Word(word), .. }) => {
                    (format!("“{}”后面缺了内容", word.zh()), format!("something is missing after `{}`", word.en()))
                }
                _ => ("这里缺了内容".to_owned(), "something is missing here".to_owned()),
            };
            self.out.push(
                Diagnostic::new(Code::IncompleteExpression, span, zh, en)
                    .label("这里要有一个名称、数字或条件", "a name, a number or a condition is needed here"),
            );
        }
        if self.peek().is_some() {
            self.at += 1;
        }
        Surface { kind: SurfaceKind::Broken, span }
    }
}

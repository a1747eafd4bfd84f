//! In: a place where a value must stand. Out: the operand read there: a name, a number, a bracket, a call.

use crate::diagnostics::{Code, Diagnostic};
use crate::literal::Literal;
use crate::source::Span;
use crate::syntax::ast::Separator;
use crate::syntax::keywords::Word;

use super::super::tokens::{Token, TokenKind};
use super::super::vocabulary::Entry;
use super::folds::is_series;
use super::{NOT, PRODUCT, Reader, Surface, SurfaceKind, read, split};

/// What a word of bound makes of the value before its bracket.
fn bracketed_bound(word: Word) -> Option<Word> {
    match word {
        Word::AtHighest | Word::NotExceeding | Word::NotAbove | Word::NotMore | Word::NotGreater | Word::AtMost => {
            Some(Word::Least)
        }
        Word::NotBelow | Word::NotLess | Word::NotSmaller | Word::AtLeast => Some(Word::Greatest),
        _ => None,
    }
}

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

    /// A value, with what brackets and ratios after it say of it.
    pub(super) fn operand(&mut self, least: u8) -> Surface {
        let mut operand = self.bare_operand(least);
        while let Some(said) = self.trailing(&operand) {
            operand = said;
        }
        operand
    }

    /// `（最多6个月）`, `（如 其他奖项）`, `（国务院日历）`, `按 1:1 配套` after a value.
    fn trailing(&mut self, operand: &Surface) -> Option<Surface> {
        let next = self.tokens.get(self.at)?;
        if let TokenKind::Group(inner) = &next.kind {
            let span = operand.span.to(next.span);
            let kind = match inner.as_slice() {
                [Token { kind: TokenKind::Word(word), .. }, rest @ ..] => {
                    let chosen = bracketed_bound(*word);
                    let condition = matches!(word, Word::If | Word::Meeting);
                    if chosen.is_none() && !condition {
                        return None;
                    }
                    self.at += 1;
                    let rest = match rest {
                        [rest @ .., Token { kind: TokenKind::Word(Word::Of), .. }] if condition => rest,
                        [Token { kind: TokenKind::Word(word), .. }, rest @ ..] if bracketed_bound(*word) == chosen => {
                            rest
                        }
                        _ => rest,
                    };
                    let inner = read(rest, next.span, self.out);
                    match chosen {
                        Some(word) => SurfaceKind::Choose(word, vec![operand.clone(), inner]),
                        None => SurfaceKind::Where(Box::new(inner), Box::new(operand.clone())),
                    }
                }
                [Token { kind: TokenKind::Name(_, entries), .. }] => {
                    let calendar = entries.iter().find_map(|entry| match entry {
                        Entry::Calendar(id) => Some(*id),
                        _ => None,
                    })?;
                    self.at += 1;
                    SurfaceKind::OnCalendar(Box::new(operand.clone()), calendar)
                }
                _ => return None,
            };
            return Some(Surface { kind, span });
        }
        let given = usize::from(matches!(next.kind, TokenKind::Word(word) if word.is_giving()));
        let Some(Token { kind: TokenKind::Ratio(ratio), span }) = self.tokens.get(self.at + given) else { return None };
        self.at += given + 1;
        self.at += usize::from(matches!(self.word(), Some((Word::Matched, _))));
        let times = Surface { kind: SurfaceKind::Number(ratio.clone()), span: *span };
        let kind = SurfaceKind::Arithmetic(Word::Times, Box::new(operand.clone()), Box::new(times));
        Some(Surface { kind, span: operand.span.to(*span) })
    }

    /// `每满1万人次 给予1万元` after its base.
    pub(super) fn steps(&mut self, base: Surface) -> Surface {
        self.at += 1;
        let step = self.bare_operand(PRODUCT);
        while self.word().is_some_and(|(word, _)| word.is_giving()) {
            self.at += 1;
        }
        let amount = self.operand(PRODUCT);
        let span = base.span.to(amount.span);
        Surface { kind: SurfaceKind::Steps(Box::new(base), Box::new(step), Box::new(amount)), span }
    }

    fn bare_operand(&mut self, least: u8) -> Surface {
        let Some(token) = self.peek() else { return self.missing() };
        let span = token.span;
        self.at += 1;
        match &token.kind {
            TokenKind::Broken => Surface { kind: SurfaceKind::Broken, span },
            TokenKind::Number(number) => match self.figure_of_year(number, span) {
                Some(figure) => figure,
                None => Surface { kind: SurfaceKind::Number(number.clone()), span },
            },
            TokenKind::Ratio(number) => {
                self.at += usize::from(matches!(self.word(), Some((Word::Matched, _))));
                Surface { kind: SurfaceKind::Number(number.clone()), span }
            }
            TokenKind::Date(_) => self.value(token).unwrap_or(Surface { kind: SurfaceKind::Broken, span }),
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
            && of_fact.iter().any(|entry| matches!(entry, Entry::Fact(_) | Entry::Series(_)))
        {
            self.at += 1;
            if is_series(of_fact) {
                return self.series(of_fact, Some(subject), span.to(*at));
            }
            let kind = SurfaceKind::Name { name: fact.clone(), entries: of_fact.clone(), of: Some(subject) };
            return Surface { kind, span: span.to(*at) };
        }
        if is_series(entries) {
            return self.series(entries, None, span);
        }
        Surface { kind: SurfaceKind::Name { name: name.to_owned(), entries: entries.to_vec(), of: None }, span }
    }

    pub(super) fn prefix(&mut self, word: Word, span: Span, least: u8) -> Surface {
        let kind = match word {
            Word::Yes => SurfaceKind::Boolean(true),
            Word::No => SurfaceKind::Boolean(false),
            Word::OnDate => SurfaceKind::OnDate,
            Word::CertainReward => SurfaceKind::CertainReward,
            Word::Give | Word::AccordingTo | Word::Yearly | Word::Once | Word::AwardNoun => return self.operand(least),
            // `依法设立 为 是`: the value yes, where no value follows that it would compare.
            Word::Is if self.ends_here() => SurfaceKind::Boolean(true),
            Word::Not => {
                let inner = self.expression(NOT);
                let span = span.to(inner.span);
                return Surface { kind: SurfaceKind::Not(Box::new(inner)), span };
            }
            Word::Least | Word::Greatest | Word::Round | Word::Any | Word::All => return self.call(word, span),
            Word::Together | Word::Count | Word::Distinct | Word::Maximum | Word::Minimum | Word::YearNumber => {
                return self.call(word, span);
            }
            Word::Top => return self.top(span),
            Word::ThisYear | Word::LastYear | Word::YearBefore => return self.named_year(word, span),
            Word::Recent => return self.recent(span),
            Word::FirstTime => return self.first_time(span),
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
        if let Some(list) = super::folds::list_of(inner) {
            return self.fold(word, list, inner, None, whole);
        }
        match word {
            Word::YearNumber => return self.year_number(inner, whole),
            Word::Together | Word::Count | Word::Distinct | Word::Maximum | Word::Minimum => {
                return self.fold_without_list(word, inner, whole);
            }
            _ => {}
        }
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

//! In: tokens of a condition or an amount. Out: a tree of operators over names and values, untyped ([`Surface`]).
//! Invariant: binding, from loosest: 或, 且, 非, comparisons, + -, × ÷ 的, 至, operands. A broken stretch becomes
//! [`SurfaceKind::Broken`], which later stages pass over in silence.

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::EXPRESSION_DEPTH_MAX;
use crate::literal::Literal;
use crate::source::Span;
use crate::syntax::ast::Separator;
use crate::syntax::keywords::Word;

use super::left_over::left_over;
use super::segment::{Role, role};
use super::tokens::{Token, TokenKind};
use super::vocabulary::Entry;

/// An untyped expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Surface {
    /// What it is.
    pub kind: SurfaceKind,
    /// Where it stands.
    pub span: Span,
}

/// What an untyped expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum SurfaceKind {
    /// Reported already.
    Broken,
    /// A name; the kind of subject before it, where written.
    Name {
        /// The name.
        name: String,
        /// What it may stand for.
        entries: Vec<Entry>,
        /// `市场主体 的 产业`: whose.
        of: Option<super::SubjectId>,
    },
    /// A number.
    Number(Literal),
    /// A date.
    Date(i32),
    /// A text.
    Text(String),
    /// 是的 / 否.
    Boolean(bool),
    /// 评定日.
    OnDate,
    /// 一定奖励.
    CertainReward,
    /// 非.
    Not(Box<Surface>),
    /// 且 or 或, two or more parts with their labels; `bracketed` parts are not merged.
    Join {
        /// 且, else 或.
        all: bool,
        /// The parts.
        parts: Vec<(Option<String>, Surface)>,
    },
    /// A comparison, with the word as written.
    Compare(Word, Box<Surface>, Box<Surface>),
    /// 属于 / 不属于 a list of values.
    Within {
        /// Whether it is 不属于.
        negated: bool,
        /// The value.
        value: Box<Surface>,
        /// The list.
        list: Vec<Surface>,
    },
    /// + - × ÷ 的 至.
    Arithmetic(Word, Box<Surface>, Box<Surface>),
    /// 取低 / 取高.
    Choose(Word, Vec<Surface>),
    /// 舍入（value，…）.
    Round(Box<Surface>, Vec<Token>),
    /// 未知 / 不适用 after a name (cases only).
    State(Word, Box<Surface>),
}

/// Reads a whole row of tokens as one expression.
pub fn read(tokens: &[Token], place: Span, out: &mut Vec<Diagnostic>) -> Surface {
    let mut reader = Reader { tokens, at: 0, place, out, depth: 0, too_deep: false };
    let surface = reader.expression(0);
    if let Some(token) = reader.peek() {
        let broken = matches!(token.kind, TokenKind::Broken) || matches!(surface.kind, SurfaceKind::Broken);
        if !broken {
            let span = token.span;
            let report = left_over(token, &surface);
            if matches!(token.kind, TokenKind::Separator(_)) {
                // What follows a mark that cannot stand here was not meant to be read as part of the expression.
                let end = tokens.last().map_or(span, |last| last.span).end;
                reader.out.retain(|found| {
                    let at = found.primary.span;
                    found.code != Code::UnknownName || at.file != span.file || at.start < span.start || at.end > end
                });
            }
            reader.out.push(report);
        }
        return Surface { kind: SurfaceKind::Broken, span: surface.span };
    }
    surface
}

/// Splits tokens at separators of the given kinds.
pub fn split<'t>(tokens: &'t [Token], kinds: &[Separator]) -> Vec<&'t [Token]> {
    tokens
        .split(|token| matches!(token.kind, TokenKind::Separator(kind) if kinds.contains(&kind)))
        .filter(|part| !part.is_empty())
        .collect()
}

struct Reader<'t, 'd> {
    tokens: &'t [Token],
    at: usize,
    place: Span,
    out: &'d mut Vec<Diagnostic>,
    depth: usize,
    too_deep: bool,
}

const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARE: u8 = 4;
const SUM: u8 = 5;
const PRODUCT: u8 = 6;
const RANGE: u8 = 7;

fn power(word: Word) -> u8 {
    match word {
        Word::Or => OR,
        Word::And => AND,
        Word::Plus | Word::Minus => SUM,
        Word::Times | Word::DividedBy | Word::Of => PRODUCT,
        Word::To => RANGE,
        _ => COMPARE,
    }
}

impl<'t> Reader<'t, '_> {
    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    fn word(&self) -> Option<(Word, Span)> {
        match self.peek() {
            Some(Token { kind: TokenKind::Word(word), span }) => Some((*word, *span)),
            _ => None,
        }
    }

    fn here(&self) -> Span {
        self.peek()
            .map_or_else(|| self.tokens.last().map_or(self.place, |token| token.span.after()), |token| token.span)
    }

    fn expression(&mut self, least: u8) -> Surface {
        self.depth += 1;
        if self.depth > EXPRESSION_DEPTH_MAX {
            return self.nested();
        }
        let mut left = self.operand(least);
        let mut chain = 0;
        loop {
            if least < COMPARE
                && let Some(compared) = self.postfix(&left)
            {
                left = compared;
                continue;
            }
            // 甲，且 乙
            if let (Some(TokenKind::Separator(_)), Some(TokenKind::Word(Word::And | Word::Or))) =
                (self.peek().map(|token| &token.kind), self.tokens.get(self.at + 1).map(|token| &token.kind))
            {
                self.at += 1;
            }
            let Some((word, span)) = self.word() else { break };
            match role(word) {
                Some(Role::Infix) if power(word) > least => {
                    self.at += 1;
                    chain += usize::from(!matches!(word, Word::And | Word::Or));
                    if chain > EXPRESSION_DEPTH_MAX {
                        return self.nested();
                    }
                    left = self.infix(left, word, span);
                }
                Some(_) if matches!(word, Word::Give | Word::Yearly | Word::Once | Word::AwardNoun) => self.at += 1,
                Some(Role::Postfix) if matches!(word, Word::Unknown | Word::NotApplicable) => {
                    self.at += 1;
                    let span = left.span.to(span);
                    left = Surface { kind: SurfaceKind::State(word, Box::new(left)), span };
                }
                Some(_) | None => break,
            }
        }
        self.depth -= 1;
        left
    }

    /// Reports once that the expression is nested too deep, and passes over the rest of it.
    fn nested(&mut self) -> Surface {
        let span = self.here();
        self.at = self.tokens.len();
        if !self.too_deep {
            self.too_deep = true;
            self.out.push(
                Diagnostic::new(
                    Code::NestingTooDeep,
                    span,
                    "式子太长或套得太深",
                    "the expression is too long or nested too deep",
                )
                .help("把其中一部分写成“定义”", "move a part of it to a definition"),
            );
        }
        Surface { kind: SurfaceKind::Broken, span }
    }

    fn infix(&mut self, left: Surface, word: Word, at: Span) -> Surface {
        if matches!(word, Word::In | Word::NotIn) {
            return self.within(left, word, at);
        }
        let right = self.expression(power(word));
        let mut span = left.span.to(right.span);
        let mut word = word;
        if matches!(word, Word::At | Word::Reaches | Word::Is | Word::Equals) {
            // 在 100人以上, 达到 1亿元以上, 在 10人 至 99人 之间.
            match self.word() {
                Some((postfix, at)) if is_bound(postfix) => {
                    self.at += 1;
                    (word, span) = (postfix, span.to(at));
                }
                Some((Word::Between, at)) => {
                    self.at += 1;
                    span = span.to(at);
                    if let Some(between) = between(&left, &right, span) {
                        return between;
                    }
                }
                _ => {}
            }
            if word == Word::At {
                if let Some(between) = between(&left, &right, span) {
                    return between;
                }
                return self.at_alone(at);
            }
        }
        let kind = match word {
            Word::And | Word::Or => return join(word == Word::And, left, right, span),
            Word::Plus | Word::Minus | Word::Times | Word::DividedBy | Word::To => {
                SurfaceKind::Arithmetic(word, Box::new(left), Box::new(right))
            }
            Word::Of => return of(left, right, span),
            _ => SurfaceKind::Compare(word, Box::new(left), Box::new(right)),
        };
        Surface { kind, span }
    }

    /// 在 needs 以上, 以下 or a range after it.
    fn at_alone(&mut self, span: Span) -> Surface {
        self.out.push(
            Diagnostic::new(
                Code::IncompleteExpression,
                span,
                "“在”后面要有“以上”“以下”，或者“甲 至 乙 之间”",
                "`at` needs `or-above`, `or-below` or a range",
            )
            .help(
                "写成“在 100人 以上”或“在 10人 至 99人 之间”",
                "write `at 100人 or-above` or `at 10人 to 99人 between`",
            ),
        );
        Surface { kind: SurfaceKind::Broken, span }
    }

    /// 属于 A、B or 属于（A、B）.
    fn within(&mut self, left: Surface, word: Word, at: Span) -> Surface {
        let mut list = Vec::new();
        if let Some(Token { kind: TokenKind::Group(inner), .. }) = self.peek() {
            self.at += 1;
            for part in split(inner, &[Separator::Pause, Separator::Comma]) {
                list.push(read(part, at, self.out));
            }
        } else {
            list.push(self.operand(COMPARE));
            while let Some(Token { kind: TokenKind::Separator(Separator::Pause), .. }) = self.peek() {
                self.at += 1;
                list.push(self.operand(COMPARE));
            }
        }
        let span = list.last().map_or(at, |last| left.span.to(last.span));
        Surface { kind: SurfaceKind::Within { negated: word == Word::NotIn, value: Box::new(left), list }, span }
    }

    /// `1亿元以上` after an operand, and `1000万元以上 5000万元以下`.
    fn postfix(&mut self, left: &Surface) -> Option<Surface> {
        let mut parts = Vec::new();
        while let (Some(value), Some(word)) = (self.tokens.get(self.at), self.tokens.get(self.at + 1)) {
            let (word, postfix, length) = match (&word.kind, self.tokens.get(self.at + 2)) {
                // 20人（含）以上
                (TokenKind::Word(said @ (Word::Includes | Word::Excludes)), Some(next)) => match next.kind {
                    TokenKind::Word(bound) => (next, explicit(bound, *said), 3),
                    _ => break,
                },
                // 20人以上（含）
                (TokenKind::Word(bound), Some(Token { kind: TokenKind::Word(said), .. }))
                    if matches!(said, Word::Includes | Word::Excludes) =>
                {
                    (word, explicit(*bound, *said), 3)
                }
                (TokenKind::Word(bound), _) => (word, *bound, 2),
                _ => break,
            };
            if !is_bound(postfix) && length == 2 {
                break;
            }
            let right = self.value(value)?;
            self.at += length;
            let span = if parts.is_empty() { left.span.to(word.span) } else { value.span.to(word.span) };
            let kind = SurfaceKind::Compare(postfix, Box::new(left.clone()), Box::new(right));
            parts.push((None, Surface { kind, span }));
        }
        if parts.len() < 2 {
            return parts.pop().map(|(_, part)| part);
        }
        let span = parts.iter().fold(left.span, |span, (_, part)| span.to(part.span));
        Some(Surface { kind: SurfaceKind::Join { all: true, parts }, span })
    }

    /// A single value token.
    fn value(&self, token: &Token) -> Option<Surface> {
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

    fn operand(&mut self, least: u8) -> Surface {
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
    fn name(&mut self, name: &str, entries: &[Entry], span: Span) -> Surface {
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

    fn prefix(&mut self, word: Word, span: Span, least: u8) -> Surface {
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
    fn ends_here(&self) -> bool {
        match self.peek().map(|token| &token.kind) {
            None | Some(TokenKind::Separator(_)) => true,
            Some(TokenKind::Word(word)) => matches!(word, Word::And | Word::Or),
            Some(_) => false,
        }
    }

    /// 取低（…）, 取高（…）, 舍入（…）, 任一（…）, 全部（…）.
    fn call(&mut self, word: Word, span: Span) -> Surface {
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

    fn missing(&mut self) -> Surface {
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

impl Surface {
    /// A bracketed 且/或 stays a part of its own: `(a 或 b) 且 c` is not mixed.
    fn bracketed(self) -> Surface {
        match self.kind {
            SurfaceKind::Join { all, parts } => {
                let span = self.span;
                let inner = Surface { kind: SurfaceKind::Join { all, parts }, span };
                Surface { kind: SurfaceKind::Join { all, parts: vec![(None, inner)] }, span }
            }
            kind => Surface { kind, span: self.span },
        }
    }

    /// The tree below the brackets.
    pub fn unbracketed(&self) -> &Surface {
        match &self.kind {
            SurfaceKind::Join { parts, .. } if parts.len() == 1 => {
                parts.first().map_or(self, |(_, inner)| inner.unbracketed())
            }
            _ => self,
        }
    }
}

/// Whether a word is 以上, 以下 or the like.
fn is_bound(word: Word) -> bool {
    matches!(
        word,
        Word::AtLeastPostfix
            | Word::AtLeastAndPostfix
            | Word::AtMostPostfix
            | Word::AtMostAndPostfix
            | Word::WithinPostfix
    )
}

/// 以上 or 以下 with its bound said to be included or not.
fn explicit(bound: Word, said: Word) -> Word {
    let included = said == Word::Includes;
    match bound {
        Word::AtLeastPostfix | Word::AtLeastAndPostfix if included => Word::NotBelow,
        Word::AtLeastPostfix | Word::AtLeastAndPostfix => Word::Exceeds,
        Word::AtMostPostfix | Word::AtMostAndPostfix | Word::WithinPostfix if included => Word::NotAbove,
        Word::AtMostPostfix | Word::AtMostAndPostfix | Word::WithinPostfix => Word::Below,
        other => other,
    }
}

/// 甲 至 乙 之间: both ends count.
fn between(value: &Surface, range: &Surface, span: Span) -> Option<Surface> {
    let SurfaceKind::Arithmetic(Word::To, low, high) = &range.kind else { return None };
    let part = |word: Word, bound: &Surface| {
        let kind = SurfaceKind::Compare(word, Box::new(value.clone()), Box::new(bound.clone()));
        (None, Surface { kind, span })
    };
    let parts = vec![part(Word::NotBelow, low), part(Word::NotAbove, high)];
    Some(Surface { kind: SurfaceKind::Join { all: true, parts }, span })
}

/// Joins two sides, merging a side that is an unbracketed join of the same kind.
fn join(all: bool, left: Surface, right: Surface, span: Span) -> Surface {
    let mut parts = Vec::new();
    for side in [left, right] {
        match side.kind {
            SurfaceKind::Join { all: inner, parts: mut more } if inner == all && more.len() > 1 => {
                parts.append(&mut more)
            }
            kind => parts.push((None, Surface { kind, span: side.span })),
        }
    }
    Surface { kind: SurfaceKind::Join { all, parts }, span }
}

/// 的: whose fact, or a share of a base.
fn of(left: Surface, right: Surface, span: Span) -> Surface {
    if let (SurfaceKind::Name { entries, of: None, .. }, SurfaceKind::Name { name, entries: facts, of: None }) =
        (&left.kind, &right.kind)
        && let Some(Entry::Subject(subject)) = entries.iter().find(|entry| matches!(entry, Entry::Subject(_)))
    {
        return Surface {
            kind: SurfaceKind::Name { name: name.clone(), entries: facts.clone(), of: Some(*subject) },
            span,
        };
    }
    Surface { kind: SurfaceKind::Arithmetic(Word::Times, Box::new(left), Box::new(right)), span }
}

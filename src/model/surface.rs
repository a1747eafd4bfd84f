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
use super::record::SeriesYear;
use super::segment::{Role, role};
use super::tokens::{Token, TokenKind};
use super::vocabulary::Entry;

pub(super) mod chain;
pub(super) mod ends;
mod folds;
mod operands;
mod paired;
mod said;
mod shapes;

use shapes::{between, each, explicit, join, of};

pub(super) use shapes::is_bound;

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
    /// 上年研发费用: the figure of one year; with no year: a series that does not say which.
    Figure {
        /// What the name may stand for.
        entries: Vec<Entry>,
        /// Which year.
        year: Option<SeriesYear>,
        /// Whose, where written.
        of: Option<super::SubjectId>,
    },
    /// 近3年研发费用 均 …: each of these is compared.
    Each(Vec<Surface>),
    /// `30万元（如 其他奖项）`: the value where the condition holds, else nothing.
    Where(Box<Surface>, Box<Surface>),
    /// `参观人次 每满1万人次 1万元`: base, step, amount.
    Steps(Box<Surface>, Box<Surface>, Box<Surface>),
    /// 近3年内, with the word that ends it.
    Recent(Box<Surface>, Word),
    /// `违规日期 在近3年内`: the date and the period before the day of the decision.
    WithinRecent(Box<Surface>, Box<Surface>, Word),
    /// 合计（…）, 计数（…） and the like.
    Fold(Box<FoldSurface>),
    /// `级别 是 国家级、省级 分别 80万元、30万元`.
    Paired(Box<Paired>),
    /// `高新技术企业 于 入驻日期`.
    AsOf(Box<Surface>, Box<Surface>),
    /// 年序（入驻日期，按周年）: the date and how years are counted.
    YearNumber(Box<Surface>, Option<Word>),
    /// 首次: which clause, where named, and to whom.
    FirstTime(Option<(String, Span)>, Option<Vec<Token>>),
    /// `5个工作日（国务院日历）`.
    OnCalendar(Box<Surface>, super::CalendarId),
}

/// 合计（设备 的 含税价格，其中 …）, read but not checked.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldSurface {
    /// 合计, 计数, 最大, 最小, 任一, 全部, 不同值计数.
    pub word: Word,
    /// The list.
    pub list: super::ListId,
    /// What is made of each record.
    pub value: Option<Surface>,
    /// Which records count.
    pub filter: Option<Surface>,
    /// How many of the greatest.
    pub top: Option<(u32, Span)>,
}

/// 分别: values for cases, in pairs.
#[derive(Debug, Clone, PartialEq)]
pub struct Paired {
    /// What is compared; for 有, the column of a list.
    pub value: Surface,
    /// 是, or 有 over a list.
    pub over_list: bool,
    /// The cases.
    pub keys: Vec<Surface>,
    /// What each gives.
    pub values: Vec<Surface>,
    /// 叠加 or 就高.
    pub mode: Option<Word>,
}

/// Reads a whole row of tokens as one expression.
pub fn read(tokens: &[Token], place: Span, out: &mut Vec<Diagnostic>) -> Surface {
    let apart = ends::ends(tokens, ends::Place::Expression);
    let tokens = apart.as_deref().unwrap_or(tokens);
    let settled = said::settled(tokens);
    let tokens = without_last_words(settled.as_deref().unwrap_or(tokens));
    if let Some(at) = paired::pairs(tokens) {
        return paired::read_pairs(tokens, at, place, out);
    }
    let mut reader = Reader { tokens, at: 0, place, out, depth: 0, too_deep: false };
    let surface = reader.expression(0);
    if let Some(token) = reader.peek() {
        let broken = matches!(token.kind, TokenKind::Broken) || matches!(surface.kind, SurfaceKind::Broken);
        if !broken {
            let span = token.span;
            let rest = tokens.get(reader.at + 1..).unwrap_or_default();
            let report = left_over(token, rest, &surface);
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

/// `按投入的 10%，给予奖励`: words after the last mark that say nothing are left off with their mark.
fn without_last_words(tokens: &[Token]) -> &[Token] {
    let noise = |token: &Token| matches!(token.kind, TokenKind::Word(word) if word.is_noise());
    let words = tokens.iter().rev().take_while(|token| noise(token)).count();
    match tokens.split_at(tokens.len() - words) {
        ([said @ .., Token { kind: TokenKind::Separator(Separator::Comma), .. }], [_, ..]) => said,
        _ => tokens,
    }
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
            if least < COMPARE {
                let (about, at) = (chain::subject(&left).cloned(), self.here());
                if let Some(compared) = self.postfix(about.as_ref().unwrap_or(&left)) {
                    left = if about.is_some() { chain::joined(left, compared, at) } else { compared };
                    continue;
                }
            }
            // 甲，且 乙; 参观人次，每满1万人次 …
            if let (Some(TokenKind::Separator(_)), Some(TokenKind::Word(Word::And | Word::Or | Word::EachFull))) =
                (self.peek().map(|token| &token.kind), self.tokens.get(self.at + 1).map(|token| &token.kind))
            {
                self.at += 1;
            }
            let Some((word, span)) = self.word() else { break };
            match word {
                Word::EachFull if least < PRODUCT => {
                    left = self.steps(left);
                    continue;
                }
                Word::AsOf if least < COMPARE => {
                    self.at += 1;
                    let day = self.expression(COMPARE);
                    let span = left.span.to(day.span);
                    left = Surface { kind: SurfaceKind::AsOf(Box::new(left), Box::new(day)), span };
                    continue;
                }
                _ => {}
            }
            match role(word) {
                Some(Role::Infix) if power(word) > least => {
                    self.at += 1;
                    chain += usize::from(!matches!(word, Word::And | Word::Or));
                    if chain > EXPRESSION_DEPTH_MAX {
                        return self.nested();
                    }
                    let about = chain::subject(&left).filter(|_| chain::orders(word)).cloned();
                    left = match about {
                        Some(about) => {
                            let more = self.infix(about, word, span);
                            chain::joined(left, more, span)
                        }
                        None => self.infix(left, word, span),
                    };
                }
                Some(_) if word.is_noise() => self.at += 1,
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
                if let SurfaceKind::Recent(period, ends) = right.kind {
                    let kind = SurfaceKind::WithinRecent(Box::new(left), period, ends);
                    return Surface { kind, span };
                }
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
            _ => match left.kind {
                SurfaceKind::Each(figures) => return each(word, figures, &right, span),
                _ => SurfaceKind::Compare(word, Box::new(left), Box::new(right)),
            },
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
}

//! In: a row of tokens with 分别. Out: what is compared, the cases, and what each gives.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::Separator;
use crate::syntax::keywords::Word;

use super::super::tokens::{Token, TokenKind};
use super::{Paired, Surface, SurfaceKind, read, split};

/// Where 分别 stands in a row.
pub(super) fn pairs(tokens: &[Token]) -> Option<usize> {
    tokens.iter().position(|token| matches!(token.kind, TokenKind::Word(Word::Respectively)))
}

/// `认定级别 是 国家级、省级 分别 80万元、30万元`, `认定 的 级别 有 国家级、省级 分别 80万元、30万元，叠加`.
pub(super) fn read_pairs(tokens: &[Token], at: usize, place: Span, out: &mut Vec<Diagnostic>) -> Surface {
    let (before, after) = (tokens.get(..at).unwrap_or_default(), tokens.get(at + 1..).unwrap_or_default());
    let span = tokens.first().zip(tokens.last()).map_or(place, |(first, last)| first.span.to(last.span));
    let head = before.iter().position(|token| {
        matches!(token.kind, TokenKind::Word(Word::Is | Word::Equals | Word::EqualTo | Word::In | Word::Has))
    });
    let Some(head) = head.filter(|head| *head > 0) else {
        if !tokens.iter().any(|token| matches!(token.kind, TokenKind::Broken)) {
            out.push(
                Diagnostic::new(
                    Code::IncompleteExpression,
                    span,
                    "“分别”前面要写明是什么的哪些值",
                    "`respectively` needs a fact and its values before it",
                )
                .help(
                    "写成“认定级别 是 国家级、省级 分别 80万元、30万元”",
                    "write `fact is a、b respectively 80万元、30万元`",
                ),
            );
        }
        return Surface { kind: SurfaceKind::Broken, span };
    };
    let over_list = matches!(before.get(head), Some(Token { kind: TokenKind::Word(Word::Has), .. }));
    let value = read(before.get(..head).unwrap_or_default(), place, out);
    let mut all = |tokens: &[Token]| -> Vec<Surface> {
        split(tokens, &[Separator::Pause]).into_iter().map(|part| read(part, place, out)).collect()
    };
    let keys = all(before.get(head + 1..).unwrap_or_default());
    let (values, mode) = match after {
        [values @ .., Token { kind: TokenKind::Separator(_), .. }, Token { kind: TokenKind::Word(word), .. }]
            if matches!(word, Word::Stacked | Word::TakeHighest) =>
        {
            (values, Some(*word))
        }
        values => (values, None),
    };
    let values = all(values);
    let broken = |part: &Surface| part.kind == SurfaceKind::Broken;
    if broken(&value) || keys.iter().chain(&values).any(broken) {
        return Surface { kind: SurfaceKind::Broken, span };
    }
    Surface { kind: SurfaceKind::Paired(Box::new(Paired { value, over_list, keys, values, mode })), span }
}

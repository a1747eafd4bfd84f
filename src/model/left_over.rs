//! In: an expression that is complete, and the token after it. Out: what is wrong there, with the ways in which it may be meant.

use crate::diagnostics::{Code, Diagnostic, Edit, Fix, Text};
use crate::source::Span;
use crate::syntax::ast::Separator;
use crate::syntax::keywords::Word;

use super::segment::{Role, role};
use super::surface::{Surface, SurfaceKind};
use super::tokens::{Token, TokenKind};

/// The finding for what stands after a complete expression: a token, and those after it.
pub(super) fn left_over(token: &Token, rest: &[Token], before: &Surface) -> Diagnostic {
    let span = token.span;
    let new = |zh: &str, en: &str| Diagnostic::new(Code::IncompleteExpression, span, zh, en);
    match &token.kind {
        TokenKind::Word(Word::Includes | Word::Excludes) => new(
            "“（含）”“（不含）”要跟着“以上”“以下”“不超过”这样的词",
            "a bound is said to count beside its word of comparison",
        )
        .help("写成“100万元（含）以上 200万元（不含）以下”", "write `100万元（含）以上 200万元（不含）以下`"),
        TokenKind::Word(word) if role(*word) == Some(Role::Postfix) => new(
            &format!("“{}”前面没有写比的是什么", word.zh()),
            &format!("nothing to compare stands before `{}`", word.en()),
        )
        .help("先写事实，再写数：研发费用占比 50%以上", "write the fact before its bound"),
        TokenKind::Separator(_) if matches!(before.kind, SurfaceKind::Number(_)) => {
            new("金额后面读不懂", "what follows the amount cannot be read").help(
                "“支持”里只写给多少；按谁、什么期间写在“上限”，分期写在“拨付”",
                "an award says how much; write key and period in `cap`, instalments in `payment`",
            )
        }
        TokenKind::Separator(Separator::Pause) if one_value(before).is_some() => {
            new("“是”后面只能写一个值", "one value follows `is`")
                .help("几个值之一用“属于”，各个值用顿号隔开", "write `in` before several values")
                .fix(one_value(before).unwrap_or(span), " 属于 ", "改为“属于”", "change to `in`")
        }
        TokenKind::Separator(_) => new("条件之间要写“且”或“或”", "`and` or `or` stands between conditions")
            .label("全部要满足，还是满足一项就行？", "must all hold, or any?")
            .fix(span, " 且 ", "都要满足：改为“且”", "all must hold: change to `and`")
            .fix(span, " 或 ", "满足一项就行：改为“或”", "any may hold: change to `or`"),
        TokenKind::Number(_) if matches!(before.kind, SurfaceKind::Name { .. }) && range_end(rest).is_some() => {
            let (first, last) = (Span { end: span.start, ..span }, range_end(rest).unwrap_or(span).after());
            let mut report = new("“几到几”前面少了“在”，后面少了“之间”", "a range is written `in a to b between`")
                .label("两头都算在内吗？“在…之间”两头都算", "do both ends count? between `in` and `between` they do");
            report.fixes.push(Fix {
                title: Text::new("写成“在…之间”，两头都算", "write `in … between`: both ends count"),
                edits: [(first, "在 "), (last, " 之间")]
                    .map(|(span, words)| Edit { span, replacement: words.to_owned() })
                    .to_vec(),
            });
            report
        }
        TokenKind::Number(number) if number.percent => new("比例前面少了“的”", "`of` is missing before this rate")
            .label("是前面的多少？", "a share of what stands before?")
            .fix(Span { end: span.start, ..span }, "的 ", "加上“的”", "add `of`"),
        _ => {
            let report = new("从这里起读不懂了", "the expression cannot be read from here on")
                .label("前面已经是完整的式子", "what stands before is complete")
                .help("中间是不是少了“且”“或”或者比较词？", "is an `and`, an `or` or a comparison missing?");
            match (&token.kind, &before.kind) {
                (
                    TokenKind::Name(..),
                    SurfaceKind::Name { .. } | SurfaceKind::Compare(..) | SurfaceKind::Join { .. },
                ) => {
                    let place = Span { end: span.start, ..span };
                    report.fix(place, "且 ", "都要满足：加上“且”", "all must hold: add `and`").fix(
                        place,
                        "或 ",
                        "满足一项就行：加上“或”",
                        "any may hold: add `or`",
                    )
                }
                _ => report,
            }
        }
    }
}

/// The end of `至 19人`, where nothing follows.
fn range_end(rest: &[Token]) -> Option<Span> {
    match rest {
        [Token { kind: TokenKind::Word(Word::To), .. }, Token { kind: TokenKind::Number(_), span }] => Some(*span),
        _ => None,
    }
}

/// Where the word of `fact 是 value` stands, spaces included.
fn one_value(before: &Surface) -> Option<Span> {
    let SurfaceKind::Compare(Word::Is | Word::Equals | Word::EqualTo, left, right) = &before.kind else { return None };
    let value = matches!(right.kind, SurfaceKind::Name { .. }) && left.span.end <= right.span.start;
    value.then_some(Span { start: left.span.end, end: right.span.start, ..left.span })
}

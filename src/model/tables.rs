//! In: the items 分档, 累进, 对照, 叠加 and 就高, whose lines are `left：value`. Out: drafts ([`Draft`]), untyped, and from them derived
//! facts: one expression each, with the lines kept for checks ([`super::Form`]).
//! Invariant: every line is either in the expression or reported; a line that cannot be read is never passed over.

mod build;
mod ends;
mod falls;
mod findings;
mod left;
mod progressive;
mod shown;
mod stretch;
mod sums;
mod values;

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Field, Item, Part, Phrase, Separator};
use crate::syntax::keywords::{ItemKeyword, Word};

use super::context::Context;
use super::fields::plain;
use super::segment::Mode;
use super::surface::{Surface, read};

use left::Left;

/// A table as read, untyped.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Which item it is.
    kind: ItemKeyword,
    /// What is compared, cut into parts or looked up.
    base: Option<Surface>,
    /// 端点归高档 (true) or 端点归低档.
    upward: Option<bool>,
    /// Where 端点归高档 is to be added.
    head_end: Span,
    /// Its lines but 其余, in the order written.
    lines: Vec<Line>,
    /// 其余.
    otherwise: Option<Line>,
    /// The first line.
    span: Span,
    /// Whether something of it was reported, so that it has no value.
    broken: bool,
}

/// A line of a table.
#[derive(Debug, Clone)]
struct Line {
    /// What stands before the colon, as written.
    label: String,
    /// What it says.
    left: Left,
    /// What holds there; `None` for 不予支持.
    value: Option<Surface>,
    /// What stands before the colon.
    left_span: Span,
    /// The whole line.
    span: Span,
}

impl Draft {
    /// Every expression in it, for the definitions that it refers to.
    pub fn surfaces(&self) -> Vec<&Surface> {
        let mut all: Vec<&Surface> = self.base.iter().collect();
        for line in self.lines.iter().chain(&self.otherwise) {
            line.left.surfaces(&mut all);
            all.extend(&line.value);
        }
        all
    }
}

impl Context<'_> {
    /// Reads a table.
    pub fn table_draft(&mut self, item: &Item) -> Draft {
        let mut draft = Draft {
            kind: item.keyword,
            base: None,
            upward: None,
            head_end: item.header.span,
            lines: Vec::new(),
            otherwise: None,
            span: item.keyword_span.to(item.header.span),
            broken: item.header.damaged,
        };
        self.table_head(item, &mut draft);
        for field in item.fields.iter().filter(|field| field.keyword.is_none()) {
            self.table_line(field, &mut draft);
        }
        if draft.lines.is_empty() && !draft.broken {
            draft.broken = true;
            let what = item.keyword;
            self.report(
                Diagnostic::new(
                    Code::MissingField,
                    draft.span,
                    format!("这个{}一行也没有", what.zh()),
                    format!("this `{}` has no lines", what.en()),
                )
                .help("下面每行写“范围或条件：值”", "write `condition: value` on the lines below"),
            );
        }
        draft
    }

    /// `：BASE，端点归高档`; the option may stand before the colon as well.
    fn table_head(&mut self, item: &Item, draft: &mut Draft) {
        let mut parts: Vec<Phrase> = item.header.value.iter().flat_map(at_commas).collect();
        if let Some(value) = &item.header.value {
            draft.head_end = value.span;
        }
        let base = (!parts.is_empty()).then(|| parts.remove(0));
        for option in item.header.modifiers.iter().chain(&parts) {
            match Word::find(&plain(option)) {
                Some(word @ (Word::EndsUp | Word::EndsDown)) if draft.kind == ItemKeyword::Tiers => {
                    draft.upward = Some(word == Word::EndsUp);
                }
                _ => self.unknown_option(option, draft),
            }
        }
        let needs_base = matches!(draft.kind, ItemKeyword::Progressive | ItemKeyword::Lookup);
        match base {
            Some(base) if matches!(draft.kind, ItemKeyword::SumOf | ItemKeyword::HighestOf) => {
                draft.broken = true;
                self.report(
                    Diagnostic::new(
                        Code::TableLineUnreadable,
                        base.span,
                        format!("{}的首行只写名称，条件写在每一行", draft.kind.zh()),
                        format!("the first line of a `{}` has a name only", draft.kind.en()),
                    )
                    .help("下面每行写“条件：金额”", "write `condition: amount` on the lines below"),
                );
            }
            Some(base) => {
                let tokens = self.tokens(&base, Mode::Expression);
                draft.base = Some(read(&tokens, base.span, &mut self.out));
            }
            None if needs_base && !draft.broken => {
                draft.broken = true;
                self.report(
                    Diagnostic::new(
                        Code::MissingField,
                        draft.span,
                        format!("{}没有写明按什么", draft.kind.zh()),
                        format!("this `{}` does not say what it goes by", draft.kind.en()),
                    )
                    .help(
                        format!("首行写成“{} 名称：事实”", draft.kind.zh()),
                        format!("write `{} name: fact`", draft.kind.en()),
                    ),
                );
            }
            None => {}
        }
    }

    fn unknown_option(&mut self, option: &Phrase, draft: &mut Draft) {
        draft.broken = true;
        // Most likely meant to settle the end points, which are then not asked for as well.
        draft.upward = draft.upward.or(Some(true));
        let text = self.text(option.span);
        let report = Diagnostic::new(
            Code::TableLineUnreadable,
            option.span,
            format!("{}的首行读不懂“{text}”", draft.kind.zh()),
            format!("`{text}` cannot be read in the first line of a `{}`", draft.kind.en()),
        );
        self.report(if draft.kind == ItemKeyword::Tiers {
            report.help("这里只能写“端点归高档”或“端点归低档”", "`ends-to-higher` or `ends-to-lower` stands here")
        } else {
            report.help("删去逗号后面的话", "drop what stands after the comma")
        });
    }

    fn table_line(&mut self, field: &Field, draft: &mut Draft) {
        let left_span = field.head.span;
        if field.colon.is_none() {
            draft.broken = true;
            return self.line_without_colon(field, draft.kind);
        }
        if let Some(last) = &draft.otherwise {
            let last = last.span;
            draft.broken = true;
            self.report(
                Diagnostic::new(
                    Code::TableLineUnreadable,
                    last,
                    "“其余”要写在最后，而且只写一次",
                    "`otherwise` stands once, as the last line",
                )
                .also(left_span, "这一行写在它后面", "this line stands after it")
                .help("把“其余”移到表的末尾", "move it to the end of the table"),
            );
            draft.otherwise = None;
        }
        let value = self.table_value(&field.value, draft);
        let label = self.text(left_span);
        let rest = Word::find(&field.label.text) == Some(Word::Otherwise);
        // A value of the class may itself be called 其他.
        let named = draft.kind == ItemKeyword::Lookup && !self.vocabulary.get(&field.label.text).is_empty();
        let left = if rest && !named {
            Left::Otherwise
        } else {
            let head =
                if draft.kind == ItemKeyword::Progressive { without_part(&field.head) } else { field.head.clone() };
            let tokens = self.tokens(&head, Mode::Expression);
            left::read_left(&tokens, left_span, draft.kind, draft.base.is_some(), &mut self.out)
        };
        let line = Line { label, left, value, left_span, span: left_span.to(field.span) };
        match line.left {
            Left::Otherwise if matches!(draft.kind, ItemKeyword::SumOf | ItemKeyword::HighestOf) => {
                draft.broken = true;
                self.report(
                    Diagnostic::new(
                        Code::TableLineUnreadable,
                        left_span,
                        format!("{}没有“其余”：一行也不成立时{}", draft.kind.zh(), nothing_holds(draft.kind).0),
                        format!("a `{}` has no `otherwise`: {}", draft.kind.en(), nothing_holds(draft.kind).1),
                    )
                    .help("写成条件，或者改用“分档”", "write a condition, or use `tiers`"),
                );
            }
            Left::Otherwise => draft.otherwise = Some(line),
            _ => draft.lines.push(line),
        }
    }

    /// The value of a line; `None` for 不予支持.
    fn table_value(&mut self, value: &Phrase, draft: &mut Draft) -> Option<Surface> {
        if Word::find(&plain(value)) == Some(Word::Ineligible) {
            if !matches!(draft.kind, ItemKeyword::Tiers | ItemKeyword::Lookup) {
                draft.broken = true;
                self.report(
                    Diagnostic::new(
                        Code::TableLineUnreadable,
                        value.span,
                        format!("{}的一行要写给多少", draft.kind.zh()),
                        format!("a line of a `{}` says how much", draft.kind.en()),
                    )
                    .help("不给的不用写", "leave out what gives nothing"),
                );
            }
            return None;
        }
        let tokens = self.tokens(value, Mode::Expression);
        if tokens.is_empty() {
            draft.broken = true;
            return None;
        }
        Some(read(&tokens, value.span, &mut self.out))
    }

    fn line_without_colon(&mut self, field: &Field, kind: ItemKeyword) {
        self.report(
            Diagnostic::new(
                Code::TableLineUnreadable,
                field.span,
                format!("{}的一行要写成“左边：值”，这里没有冒号", kind.zh()),
                format!("a line of a `{}` is `left: value`, this has no colon", kind.en()),
            )
            .help("在条件和值之间写冒号", "write a colon between condition and value"),
        );
    }
}

fn nothing_holds(kind: ItemKeyword) -> (&'static str, &'static str) {
    if kind == ItemKeyword::SumOf {
        ("是 0", "it is 0 where no line holds")
    } else {
        ("不适用", "it is not applicable")
    }
}

/// A phrase taken apart at the commas outside brackets.
fn at_commas(phrase: &Phrase) -> Vec<Phrase> {
    let comma = |part: &Part| matches!(part, Part::Separator { kind: Separator::Comma, .. });
    let whole = |parts: &[Part]| {
        let (first, last) = (parts.first()?, parts.last()?);
        Some(Phrase { parts: parts.to_vec(), span: first.span().to(last.span()) })
    };
    phrase.parts.split(comma).filter_map(whole).collect()
}

/// `1000万元以下的部分` without the words that say nothing more.
fn without_part(head: &Phrase) -> Phrase {
    let mut head = head.clone();
    if let Some(Part::Run(run)) = head.parts.last_mut() {
        let kept =
            ["的部分", "部分", Word::PartOf.en()].into_iter().find_map(|end| run.text.strip_suffix(end)).map(str::len);
        if let Some(kept) = kept {
            let dropped = u32::try_from(run.text.len() - kept).unwrap_or(0);
            run.text.truncate(kept);
            run.span.end = run.span.end.saturating_sub(dropped).max(run.span.start);
            if kept == 0 {
                head.parts.pop();
            }
        }
    }
    head
}

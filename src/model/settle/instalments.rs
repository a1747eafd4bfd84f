//! In: 拨付 and its list. Out: instalments: how much of the award each is, and when it is due.

use rust_decimal::Decimal;

use crate::diagnostics::Code;
use crate::literal::chinese;
use crate::source::Span;
use crate::syntax::ast::{Field, ListItem, Part, Phrase, Run, Separator, Spanned};
use crate::syntax::keywords::Word;

use super::super::expression::Condition;
use super::super::fields::plain;
use super::super::settlement::{Due, Instalment, Portion};
use super::super::typing::Typing;
use super::deductions::says;
use super::text::{finding, is_money, months, phrase_of, pieces};

impl Typing<'_, '_> {
    /// The instalments of 拨付.
    pub(super) fn instalments(&mut self, field: &Field) -> Option<Vec<Instalment>> {
        let segments = pieces(&field.value, Separator::Comma);
        let first = segments.first();
        if first.is_some_and(|first| says(first, Word::LumpSum)) && field.list.is_empty() && segments.len() == 1 {
            let (label, part) = (Word::LumpSum.zh().to_owned(), Portion::Share(Decimal::ONE));
            return Some(vec![Instalment { label, part, due: Due::AtAward, span: field.value.span }]);
        }
        if !field.list.is_empty() {
            return self.listed_instalments(field);
        }
        if let Some(years) = first.and_then(|first| self.over_years(first)) {
            return self.yearly_instalments(field, &segments, years);
        }
        if field.value.is_empty() {
            return None;
        }
        self.context.report(
            finding(
                Code::PaymentUnreadable,
                field.value.span,
                ("拨付读不懂", "this payment cannot be read"),
                (
                    "写“一次性拨付”；“分3年，5万元、3万元、2万元”；或者“分期，按比例”，下面逐期写“（一）立项：30%”",
                    "write `lump-sum`; `分3年, 5万元、3万元、2万元`; or `instalments, by-share` with a numbered line for each",
                ),
            ),
        );
        None
    }

    /// `分3年`: how many years.
    fn over_years(&self, phrase: &Phrase) -> Option<u32> {
        let rest = self.context.after_text(phrase, "分").or_else(|| self.context.after_text(phrase, "over"))?;
        let text = plain(&rest);
        let text =
            ["拨付", "兑付", "发放"].iter().fold(text.as_str(), |text, word| text.strip_suffix(word).unwrap_or(text));
        let digits = chinese::in_digits(text, &|unit| unit == "年").unwrap_or_else(|| text.to_owned());
        let number = crate::literal::quantity(&digits, &|name| self.context.units.get(name))?.ok()?;
        months(&number).filter(|months| months % 12 == 0).map(|months| months / 12)
    }

    /// `分3年，5万元、3万元、2万元`, `分4年，每年25%`.
    fn yearly_instalments(&mut self, field: &Field, segments: &[Phrase], years: u32) -> Option<Vec<Instalment>> {
        let mut portions: Vec<(Portion, Span)> = Vec::new();
        for segment in segments.iter().skip(1) {
            if super::payments::rounding_place(&plain(segment)).is_some() {
                continue;
            }
            let (each, rest) = match self.context.after(segment, &[Word::Yearly]) {
                Some((_, rest)) => (true, rest),
                None => (false, segment.clone()),
            };
            for (piece, year) in pieces(&rest, Separator::Pause).into_iter().zip(portions.len()..) {
                let piece = self.without_year(piece, year + 1);
                let portion = self.portion(&piece)?;
                let times = if each { years } else { 1 };
                portions.extend((0..times).map(|_| (portion, piece.span)));
            }
        }
        if portions.len() != years as usize {
            let written = portions.len();
            self.context.report(finding(
                Code::InstalmentsDoNotAddUp,
                field.value.span,
                (
                    &format!("分 {years} 年拨付，写了 {written} 个数"),
                    &format!("{years} years, and {written} instalments"),
                ),
                ("每年写一个数，用顿号隔开：“分3年，5万元、3万元、2万元”", "write one for each year"),
            ));
            return None;
        }
        let parts = (1..).zip(portions).map(|(year, (part, span))| {
            let label = format!("第{year}年");
            Instalment { label, part, due: Due::Year(year), span }
        });
        Some(parts.collect())
    }

    /// `第2年3万元`, `第二年3万元`: the amount alone, where the year is the one whose turn it is.
    fn without_year(&self, piece: Phrase, year: usize) -> Phrase {
        let numeral = "一二三四五六七八九十".chars().nth(year.saturating_sub(1));
        let spelled = [Some(format!("第{year}年")), numeral.map(|numeral| format!("第{numeral}年"))];
        let rest = spelled.iter().flatten().find_map(|label| self.context.after_text(&piece, label));
        rest.filter(|rest| !rest.is_empty()).unwrap_or(piece)
    }

    fn listed_instalments(&mut self, field: &Field) -> Option<Vec<Instalment>> {
        let mut parts = Vec::new();
        let mut whole = true;
        for (at, line) in field.list.iter().enumerate() {
            let span = line.marker.span.to(line.value.span);
            let (label, value) = self.instalment_line(line);
            let Some(part) = self.portion(&value) else {
                whole = false;
                continue;
            };
            let Some((label, due)) = self.due(&label, at) else {
                whole = false;
                continue;
            };
            parts.push(Instalment { label, part, due, span });
        }
        whole &= self.in_order_of_years(&parts);
        whole.then_some(parts)
    }

    /// Instalments by year stand in the order in which they fall due.
    fn in_order_of_years(&mut self, parts: &[Instalment]) -> bool {
        let year = |part: &Instalment| match part.due {
            Due::Year(year) => Some(year),
            Due::AtAward | Due::Milestone(_) => None,
        };
        let years = parts.iter().filter_map(|part| Some((year(part)?, part)));
        let wrong = years.clone().zip(years.skip(1)).find(|((one, _), (other, _))| one >= other);
        let Some(((_, before), (_, after))) = wrong else { return true };
        let report = finding(
            Code::PaymentUnreadable,
            after.span,
            ("各期要按先后写", "instalments stand in the order in which they fall due"),
            ("先到期的一期写在前面", "put the one that falls due first before the other"),
        );
        self.context.report(report.also(before.span, "这一期不在它以前", "this one is not due before it"));
        false
    }

    /// The name of a line and what stands behind it; a line without a colon ends with its share.
    fn instalment_line(&self, line: &ListItem) -> (Phrase, Phrase) {
        if let Some(label) = &line.label {
            return (self.phrase_of_label(label), line.value.clone());
        }
        match line.value.parts.split_last() {
            Some((last, before)) if !before.is_empty() => {
                (phrase_of(before.to_vec(), line.value.span), phrase_of(vec![last.clone()], line.value.span))
            }
            _ => (phrase_of(Vec::new(), line.value.span), line.value.clone()),
        }
    }

    /// A label as a phrase: a name, and a condition in brackets.
    fn phrase_of_label(&self, label: &Spanned) -> Phrase {
        let source = self.context.sources.text(label.span);
        let at = |range: (usize, usize)| {
            let start = label.span.start as usize;
            Span::new(label.span.file, start + range.0, start + range.1)
        };
        let is_close = |text: &str| text.trim_end().len() - text.trim_end().trim_end_matches(['）', ')']).len();
        let open = source.find(['（', '(']).filter(|_| is_close(source) > 0);
        let (name_end, inner) = match open {
            Some(open) => {
                let width = source.get(open..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                let close = source.rfind(['）', ')']).unwrap_or(source.len());
                (open, Some((open + width, close, source.len())))
            }
            None => (source.len(), None),
        };
        let mut parts = runs(source.get(..name_end).unwrap_or(""), &|from, to| at((from, to)));
        if let Some((from, to, end)) = inner {
            let text = source.get(from..to).unwrap_or("");
            let inner = runs(text, &|start, stop| at((from + start, from + stop)));
            let inner = phrase_of(inner, at((from, to)));
            parts.push(Part::Bracket { inner, span: at((name_end, end)) });
        }
        phrase_of(parts, label.span)
    }

    fn portion(&mut self, value: &Phrase) -> Option<Portion> {
        let number = self.context.measure(value);
        match number {
            Some(number) if number.value <= Decimal::ZERO => {}
            Some(number) if number.percent && number.unit.is_empty() => {
                return Some(Portion::Share(number.value.normalize()));
            }
            Some(number) if is_money(&number) && number.decimals <= 2 => {
                return Some(Portion::Amount(number.value.normalize()));
            }
            _ => {}
        }
        self.context.report(finding(
            Code::PaymentUnreadable,
            value.span,
            ("这一期给多少读不懂", "how much this instalment is cannot be read"),
            ("写占支持的比例“30%”，或者金额“5万元”", "write a share such as 30%, or an amount"),
        ));
        None
    }

    /// The name of an instalment and when it is due.
    fn due(&mut self, label: &Phrase, at: usize) -> Option<(String, Due)> {
        let text = plain(label);
        if let Some(Part::Bracket { inner, .. }) = label.parts.last()
            && label.parts.len() > 1
        {
            let name = phrase_of(label.parts.iter().take(label.parts.len() - 1).cloned().collect(), label.span);
            let name = plain(&name);
            let condition = self.milestone(inner, &name)?;
            return Some((name, Due::Milestone(condition)));
        }
        if let Some(year) = nth_year(&text) {
            return Some((text, Due::Year(year)));
        }
        if self.is_known(label) {
            let condition = self.milestone(label, &text)?;
            return Some((text, Due::Milestone(condition)));
        }
        if at == 0 {
            return Some((text, Due::AtAward));
        }
        self.no_milestone(label, &text);
        None
    }

    fn milestone(&mut self, phrase: &Phrase, label: &str) -> Option<Condition> {
        let before = self.context.out.len();
        let expr = self.phrase_expr(phrase);
        if let Some(reached) = expr.clone().and_then(|expr| self.happened(expr)) {
            return Some(Condition { label: label.to_owned(), labelled: true, expr: reached });
        }
        if expr.is_some() || self.context.out.len() == before {
            self.not_a_milestone(phrase);
        }
        None
    }

    fn not_a_milestone(&mut self, phrase: &Phrase) {
        let text = self.context.text(phrase.span);
        self.context.report(finding(
            Code::MilestoneInvalid,
            phrase.span,
            (
                &format!("“{text}”不是“是否”也不是日期，判断不了到没到"),
                &format!("`{text}` is neither yes or no nor a date"),
            ),
            (
                "写一个是否事实、日期事实，或者在括号里写条件",
                "name a yes/no fact or a date, or write a condition in brackets",
            ),
        ));
    }

    fn no_milestone(&mut self, label: &Phrase, text: &str) {
        let kind = self
            .subjects
            .first()
            .and_then(|kind| self.context.model.subjects.get(kind.index()))
            .or(self.context.model.subjects.first())
            .map_or(String::new(), |kind| kind.name.clone());
        self.context.report(finding(
            Code::MilestoneInvalid,
            label.span,
            (&format!("“{text}”没有声明过，不知道什么时候到这一期"), &format!("`{text}` is not declared: when is this instalment due?")),
            (
                &format!("在“对象 {kind}”里加一行“{text}：是否，由 责任部门 认定”，或者写成“{text}（条件）：比例”；按年拨付写“第2年”"),
                &format!("declare `{text}: boolean` for `{kind}`, or write `{text} (condition): share`; by years: `第2年`"),
            ),
        ));
    }
}

/// `第2年`: which year.
fn nth_year(text: &str) -> Option<u32> {
    text.strip_prefix('第')?.strip_suffix('年')?.parse().ok().filter(|year| *year > 0)
}

/// The runs of a text without marks.
fn runs(text: &str, at: &dyn Fn(usize, usize) -> Span) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut start = None;
    for (byte, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (letter.is_whitespace(), start) {
            (true, Some(from)) => {
                let written = text.get(from..byte).unwrap_or("");
                let folded: String = written.chars().map(crate::literal::fold_width).collect();
                let changed = folded.len() != written.len();
                parts.push(Part::Run(Run { text: folded, span: at(from, byte), folded: changed }));
                start = None;
            }
            (false, None) => start = Some(byte),
            _ => {}
        }
    }
    parts
}

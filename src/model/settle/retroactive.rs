//! In: 追溯 of a clause with 生效. Out: the months for which the difference to an old monthly amount is paid.

use crate::diagnostics::{Code, Diagnostic};
use crate::syntax::ast::{Field, Item, Separator};
use crate::syntax::keywords::{FieldKeyword, Word};

use super::super::clause::Window;
use super::super::fields::{field, plain};
use super::super::segment::Mode;
use super::super::settlement::Retroactive;
use super::super::surface::read;
use super::super::typing::Typing;
use super::text::{finding, pieces};

impl Typing<'_, '_> {
    /// `追溯：自 2025-01-01 起，原标准 800元，按月补差`.
    pub fn retroactive(&mut self, item: &Item, in_force: Window) -> Option<Retroactive> {
        let field = field(item, FieldKeyword::Retroactive).filter(|field| !field.value.is_empty())?;
        let (mut from, mut old) = (None, None);
        for segment in pieces(&field.value, Separator::Comma) {
            if let Some((_, amount)) = self.context.after(&segment, &[Word::OldStandard]) {
                let tokens = self.context.tokens(&amount, Mode::Expression);
                let surface = read(&tokens, amount.span, &mut self.context.out);
                old = Some(self.money(&surface)?);
            } else if Word::find(&plain(&segment)) != Some(Word::MonthlyDifference) {
                from = Some(self.context.window(&segment).first?);
            }
        }
        let (Some(from), Some(old)) = (from, old) else {
            self.unreadable_difference(field);
            return None;
        };
        let began = self.began(item, field, in_force)?;
        if from >= began {
            self.context.report(
                Diagnostic::new(
                    Code::DatesReversed,
                    field.value.span,
                    "追溯的起日不早于条款的生效日期",
                    "the difference starts no earlier than the clause itself",
                )
                .help(
                    "追溯的是生效以前的月份；看看年份是不是写错了",
                    "it is paid for months before that day; check the years",
                ),
            );
            return None;
        }
        Some(Retroactive { from, until: began - 1, old, span: field.span })
    }

    /// The day on which the clause itself came into force, which it must say.
    fn began(&mut self, item: &Item, at: &Field, in_force: Window) -> Option<i32> {
        let said =
            [FieldKeyword::From, FieldKeyword::Validity].into_iter().any(|keyword| field(item, keyword).is_some());
        if let (true, Some(first)) = (said, in_force.first) {
            return Some(first);
        }
        self.context.report(finding(
            Code::PaymentUnreadable,
            at.span,
            ("追溯要和“生效”一起写", "a difference for earlier months needs `from`"),
            (
                "加一行“生效：…”，写新标准从哪一天起执行；补的是那一天以前的月份",
                "add `from: date`, the day from which the new amount applies",
            ),
        ));
        None
    }

    fn unreadable_difference(&mut self, field: &Field) {
        self.context.report(finding(
            Code::PaymentUnreadable,
            field.value.span,
            ("追溯读不懂", "this cannot be read"),
            (
                "写成“自 2025-01-01 起，原标准 800元，按月补差”：从哪一天补起，原来一个月多少",
                "write `自 2025-01-01 起, old-standard 800元, monthly-difference`",
            ),
        ));
    }
}

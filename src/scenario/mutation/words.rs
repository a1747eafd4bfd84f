//! In: a change of a policy. Out: what stood there and what was put in its place, in words.

use rust_decimal::Decimal;

use crate::bytecode::program::Shown;
use crate::calendar;
use crate::diagnostics::{Lang, Text};
use crate::explain::text;
use crate::model::mutate::Change;
use crate::model::{CapPeriod, CompareOp, Type};

/// Before and after.
pub(super) fn change(change: &Change, source: &str) -> (Text, Text) {
    match change {
        Change::Number { from, to, ty } => (number(*from, ty), number(*to, ty)),
        Change::Day { from, to } => (day(*from), day(*to)),
        Change::Operator { from, to } => (same(operator(*from)), same(operator(*to))),
        Change::Connective { all: true } => (Text::new("且", "and"), Text::new("或", "or")),
        Change::Connective { all: false } => (Text::new("或", "or"), Text::new("且", "and")),
        Change::Dropped { label } => (named(label, source), Text::new("（删去）", "(left out)")),
        Change::Negated { label } => {
            let of = named(label, source);
            let turned = Text::new(format!("非（{}）", of.zh), format!("not ({})", of.en));
            (of, turned)
        }
        Change::Period { from, to } => (period(*from), period(*to)),
    }
}

fn same(word: &str) -> Text {
    Text::new(word, word)
}

fn named(label: &str, source: &str) -> Text {
    let said = if label.is_empty() { source } else { label };
    same(&said.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn number(value: Decimal, ty: &Type) -> Text {
    let Type::Number { kind, unit, .. } = ty else { return same(&value.to_string()) };
    let shown = Shown::from(*kind);
    let unit: Vec<(String, i8)> = unit.powers.iter().map(|(name, power)| (name.clone(), *power)).collect();
    let say = |lang| text::number(value.mantissa(), value.scale(), shown, &unit, lang);
    Text::new(say(Lang::Zh), say(Lang::En))
}

fn day(value: i32) -> Text {
    same(&calendar::iso(i64::from(value)))
}

fn operator(op: CompareOp) -> &'static str {
    match op {
        CompareOp::AtLeast => "≥",
        CompareOp::Above => ">",
        CompareOp::AtMost => "≤",
        CompareOp::Below => "<",
        CompareOp::Equal => "=",
        CompareOp::NotEqual => "≠",
    }
}

fn period(period: CapPeriod) -> Text {
    match period {
        CapPeriod::Year => Text::new("每年", "yearly"),
        CapPeriod::Lifetime => Text::new("累计", "lifetime"),
        CapPeriod::Once => Text::new("一次性", "once"),
        CapPeriod::Each => Text::new("每次", "each time"),
        CapPeriod::Months(months) => Text::new(format!("{months}个月内累计"), format!("within {months} months")),
        CapPeriod::OnceOrYear => Text::new("一次性或期限内每年", "once or yearly"),
    }
}

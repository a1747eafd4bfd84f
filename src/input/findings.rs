//! In: a number, unit or code that does not fit. Out: the finding, in a clerk's words.
//! Invariant: no finding changes a value; each says what to write.

use super::digits::Unfit;
use super::json::{Entry, Json};
use super::names::fold;
use super::values::{Finding, Form};
use super::words;
use crate::bytecode::program::SlotInfo;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::limits::VALUE_MAX;
use crate::literal::Literal;
use crate::source::Span;
use crate::standard::credit_code::CreditCodeError;

pub fn unfit_number(name: &str, form: Form, unfit: Unfit, json: &Json) -> Finding {
    Box::new(match unfit {
        Unfit::TooLarge => Diagnostic::new(
            Code::ValueOutOfRange,
            json.span,
            format!("“{name}”的数字太大，最多到 {VALUE_MAX}"),
            format!("the number of `{name}` is too large, at most {VALUE_MAX}"),
        ),
        Unfit::TooPrecise(_) => {
            let kept = match form.scale {
                0 => ("整数".to_owned(), "no decimals".to_owned()),
                scale => (format!("最多 {scale} 位小数"), format!("at most {scale} decimals")),
            };
            Diagnostic::new(
                Code::ValueTooPrecise,
                json.span,
                format!("“{name}”的小数位过多，要写{}", kept.0),
                format!("`{name}` has too many decimals: {}", kept.1),
            )
            .help("不会自动舍入，请写确切的数", "nothing is rounded for you; write the exact number")
        }
    })
}

pub fn other_unit(name: &str, form: Form, literal: &Literal, json: &Json) -> Finding {
    let currency = |unit: &[(String, i8)]| unit.iter().find(|(base, _)| words::is_currency(base)).cloned();
    let shown =
        |unit: &[(String, i8)]| if unit.is_empty() { "没有单位的数".to_owned() } else { words::unit_name(unit) };
    let (wanted, found) = (shown(form.unit), shown(&literal.unit));
    let (zh, en) = match (currency(form.unit), currency(&literal.unit)) {
        (Some(a), Some(b)) if a != b => ("币种不对", "is in the wrong currency"),
        _ => ("单位不对", "has the wrong unit"),
    };
    let finding = Diagnostic::new(
        Code::WrongType,
        json.span,
        format!("“{name}”的{zh}：要写{wanted}，这里是{found}"),
        format!("`{name}` {en}: it takes `{wanted}`, this is `{found}`"),
    );
    let is = |unit: &[(String, i8)], base: &str| matches!(unit, [(name, 1)] if name == base);
    let periods = is(form.unit, "天") && is(&literal.unit, "月") || is(form.unit, "月") && is(&literal.unit, "天");
    Box::new(if periods {
        finding.help("月和天不能直接换算", "months and days do not convert")
    } else {
        finding
    })
}

pub fn bad_code(slot: &SlotInfo, error: &CreditCodeError, json: &Json) -> Finding {
    let (zh, en) = match error {
        CreditCodeError::Length(length) => {
            (format!("要 18 位，这里有 {length} 位"), format!("it has {length} characters, not 18"))
        }
        CreditCodeError::Character(at, char) => {
            (format!("第 {at} 位不能是“{char}”"), format!("character {at} cannot be `{char}`"))
        }
        CreditCodeError::Organisation(_) => {
            ("第 9 到 17 位对不上，抄写有误".to_owned(), "characters 9 to 17 do not agree; it is miscopied".to_owned())
        }
        CreditCodeError::Last(_) => {
            ("校验位对不上，抄写有误".to_owned(), "its check character does not agree; it is miscopied".to_owned())
        }
    };
    Box::new(Diagnostic::new(
        Code::BadCreditCode,
        json.span,
        format!("“{}”不是有效的统一社会信用代码：{zh}", slot.name),
        format!("`{}` is not a valid unified social credit code: {en}", slot.name),
    ))
}

pub fn too_many_records(list: &str, most: u32, given: usize, span: Span) -> Finding {
    Box::new(
        Diagnostic::new(
            Code::ListTooLong,
            span,
            format!("“{list}”有 {given} 条，最多 {most} 条"),
            format!("`{list}` has {given} records, at most {most} are read"),
        )
        .help("政策只承认这么多条；请核对，或者合并", "the policy takes no more; check the data"),
    )
}

pub fn unknown_column<'a>(list: &str, entry: &Entry, known: impl Iterator<Item = &'a str>) -> Finding {
    let finding = Diagnostic::new(
        Code::UnknownFact,
        entry.span,
        format!("清单“{list}”没有“{}”这一列", entry.key),
        format!("the list `{list}` has no column `{}`", entry.key),
    );
    Box::new(match nearest(&fold(&entry.key), known.filter(|name| !name.is_empty())) {
        Some(near) => finding.perhaps(&near).fix(
            entry.span,
            serde_json::Value::from(near).to_string(),
            format!("改成“{near}”"),
            format!("replace it by `{near}`"),
        ),
        None => finding.help("备注的键以 _ 开头就不会读", "a key that begins with `_` is a remark and is not read"),
    })
}

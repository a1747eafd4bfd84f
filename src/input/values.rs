//! In: a JSON value and the fact it is given for. Out: what is known of the fact, or the finding that it does not fit.
//! Invariant: numbers are never rounded and units never guessed; every message says what to write instead.

use super::digits;
use super::findings::{bad_code, other_unit, unfit_number};
use super::json::{Entry, Json, Kind};
use super::names::{Names, fold};
use super::words;
use crate::bytecode::program::{Given, Shown, SlotInfo, SlotType, Tables};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::literal::{self, KnownUnit};
use crate::standard::credit_code;

/// A finding, boxed because it is large and rare.
pub type Finding = Box<Diagnostic>;

/// Reads values against the tables.
pub struct Values<'a> {
    pub tables: &'a Tables,
    pub names: &'a Names<'a>,
}

/// A number's form.
#[derive(Clone, Copy)]
pub struct Form<'a> {
    pub scale: u8,
    pub shown: Shown,
    pub unit: &'a [(String, i8)],
}

impl Values<'_> {
    /// What is given for a fact.
    pub fn given(&self, slot: &SlotInfo, json: &Json) -> Result<Given, Finding> {
        match &json.kind {
            Kind::Null => Ok(Given::Unknown),
            Kind::Object(entries) => self.stated(slot, json, entries),
            Kind::Text(text) if text.trim().is_empty() => Err(Box::new(
                Diagnostic::new(
                    Code::WrongType,
                    json.span,
                    format!("“{}”是空的", slot.name),
                    format!("`{}` is empty", slot.name),
                )
                .help("还不知道就写 null", "write `null` for what is not known"),
            )),
            Kind::Text(text) if slot.ty != SlotType::Text && !self.is_member(slot, text) => match text.trim() {
                "不适用" => Ok(Given::NotApplicable),
                "未知" => Ok(Given::Unknown),
                "未问" => Ok(Given::NotAsked),
                _ => self.known(slot, json),
            },
            Kind::Text(_) | Kind::Bool(_) | Kind::Number(_) | Kind::List(_) => self.known(slot, json),
        }
    }

    fn is_member(&self, slot: &SlotInfo, text: &str) -> bool {
        matches!(slot.ty, SlotType::Member { class } if self.names.member(class, text).is_some())
    }

    /// `{"value": …}` and `{"state": …}`.
    fn stated(&self, slot: &SlotInfo, json: &Json, entries: &[Entry]) -> Result<Given, Finding> {
        let entries: Vec<&Entry> = entries.iter().filter(|entry| !is_comment(&entry.key)).collect();
        let state = |entry: &Entry| match &entry.value.kind {
            Kind::Text(text) => match text.as_str() {
                "unknown" | "未知" => Some(Given::Unknown),
                "not_applicable" | "不适用" => Some(Given::NotApplicable),
                "not_asked" | "未问" => Some(Given::NotAsked),
                _ => None,
            },
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::List(_) | Kind::Object(_) => None,
        };
        match entries.as_slice() {
            [entry] if entry.key == "value" && !matches!(entry.value.kind, Kind::Object(_)) => {
                self.given(slot, &entry.value)
            }
            [entry] if entry.key == "state" => state(entry).ok_or_else(|| {
                Box::new(
                    Diagnostic::new(
                        Code::WrongType,
                        entry.value.span,
                        format!("“{}”的状态读不懂", slot.name),
                        format!("the state of `{}` cannot be read", slot.name),
                    )
                    .help(
                        "状态有 \"unknown\"（未知）、\"not_applicable\"（不适用）、\"not_asked\"（未问）",
                        "states are \"unknown\", \"not_applicable\" and \"not_asked\"",
                    ),
                )
            }),
            _ => Err(self.wrong(slot, json)),
        }
    }

    fn known(&self, slot: &SlotInfo, json: &Json) -> Result<Given, Finding> {
        match &slot.ty {
            SlotType::Bool => match &json.kind {
                Kind::Bool(value) => Ok(Given::Value(i128::from(*value))),
                Kind::Text(text) => match text.trim() {
                    "是" | "是的" | "true" | "yes" => Ok(Given::Value(1)),
                    "否" | "不是" | "false" | "no" => Ok(Given::Value(0)),
                    _ => Err(self.wrong(slot, json)),
                },
                Kind::Null | Kind::Number(_) | Kind::List(_) | Kind::Object(_) => Err(self.wrong(slot, json)),
            },
            SlotType::Number { scale, shown, unit } => {
                let form = Form { scale: *scale, shown: *shown, unit };
                let value = self.number(&slot.name, form, json, || self.wrong(slot, json))?;
                self.in_range(slot, form, value, json)
            }
            SlotType::Date => self.date(&slot.name, json).map(|day| Given::Value(day.into())),
            SlotType::Text => self.text(slot, json).map(Given::Text),
            // TEMPORARY: no records are read yet.
            SlotType::List { .. } => Err(self.wrong(slot, json)),
            SlotType::Member { class } => match &json.kind {
                Kind::Text(text) => self.member(slot, *class, text, json),
                Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::List(_) | Kind::Object(_) => {
                    Err(self.wrong(slot, json))
                }
            },
        }
    }

    /// A number in units of `10^-scale`, from a JSON number or from text as policies write it.
    pub fn number(&self, name: &str, form: Form, json: &Json, wrong: impl Fn() -> Finding) -> Result<i128, Finding> {
        let unfit = |unfit| Err(unfit_number(name, form, unfit, json));
        match &json.kind {
            Kind::Number(text) => digits::json(text, form.scale).or_else(unfit),
            Kind::Text(text) => match literal::quantity(text, &|name| self.unit(name)) {
                None => Err(wrong()),
                Some(Err(error)) => {
                    let code = match error {
                        literal::LiteralError::TooPrecise => Code::ValueTooPrecise,
                        literal::LiteralError::TooLarge => Code::ValueOutOfRange,
                        literal::LiteralError::Inexact | literal::LiteralError::NoSuchDate => Code::WrongType,
                    };
                    let said = error.text();
                    let (zh, en) = (format!("“{name}”：{}", said.zh), format!("`{name}`: {}", said.en));
                    Err(Box::new(Diagnostic::new(code, json.span, zh, en)))
                }
                Some(Ok(literal)) => {
                    let bare = literal.unit.is_empty() && !literal.percent;
                    if !bare && literal.unit != form.unit {
                        return Err(other_unit(name, form, &literal, json));
                    }
                    digits::decimal(literal.value, form.scale).or_else(unfit)
                }
            },
            Kind::Null | Kind::Bool(_) | Kind::List(_) | Kind::Object(_) => Err(wrong()),
        }
    }

    /// A base unit that the policy declares; the bundle keeps them only in the types of facts.
    fn unit(&self, name: &str) -> Option<KnownUnit> {
        let powers = |slot: &SlotInfo| match &slot.ty {
            SlotType::Number { unit, .. } => unit.iter().any(|(base, _)| base == name),
            SlotType::Bool | SlotType::Date | SlotType::Text | SlotType::Member { .. } | SlotType::List { .. } => false,
        };
        let known = self.tables.slots.iter().any(powers);
        known.then(|| KnownUnit { factor: (1, 1), powers: vec![(name.to_owned(), 1)] })
    }

    fn in_range(&self, slot: &SlotInfo, form: Form, value: i128, json: &Json) -> Result<Given, Finding> {
        let outside = |bound: i128, zh: &str, en: &str| {
            let bound = words::number(bound, form.scale, form.unit, form.shown);
            Err(Box::new(Diagnostic::new(
                Code::ValueOutOfRange,
                json.span,
                format!("“{}”{zh} {bound}", slot.name),
                format!("`{}` must be {en} {bound}", slot.name),
            )))
        };
        let one = 10_i128.checked_pow(form.scale.into()).unwrap_or(i128::MAX);
        let most = form.shown.value_max().saturating_mul(one);
        let (low, high) = (slot.low.unwrap_or(-most), slot.high.unwrap_or(most));
        if value < low {
            return outside(low, "不能低于", "at least");
        }
        if value > high {
            return outside(high, "不能超过", "at most");
        }
        Ok(Given::Value(value))
    }

    /// A date.
    pub fn date(&self, name: &str, json: &Json) -> Result<i32, Finding> {
        let wrong = || {
            Box::new(
                Diagnostic::new(
                    Code::NoSuchDay,
                    json.span,
                    format!("“{name}”的日期读不懂"),
                    format!("the date of `{name}` cannot be read"),
                )
                .help("写成 \"2025-06-30\" 或 \"2025年6月30日\"", "write \"2025-06-30\""),
            )
        };
        let Kind::Text(text) = &json.kind else { return Err(wrong()) };
        let chars: Vec<char> = text.trim().chars().map(literal::fold_width).collect();
        match literal::date(&chars, 0) {
            Some(Ok((day, end))) if end == chars.len() => Ok(day),
            Some(Err((_, end))) if end == chars.len() => Err(Box::new(Diagnostic::new(
                Code::NoSuchDay,
                json.span,
                format!("“{name}”：没有“{}”这一天", text.trim()),
                format!("`{name}`: there is no date `{}`", text.trim()),
            ))),
            Some(_) | None => Err(wrong()),
        }
    }

    /// A text; a credit code in its canonical form.
    pub fn text(&self, slot: &SlotInfo, json: &Json) -> Result<String, Finding> {
        match &json.kind {
            Kind::Text(text) if slot.credit_code => {
                credit_code::check(text).map_err(|error| bad_code(slot, &error, json))
            }
            Kind::Text(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            Kind::Number(digits) => Err(Box::new(self.wrong(slot, json).fix(
                json.span,
                format!("\"{digits}\""),
                "放在双引号里",
                "put it in double quotes",
            ))),
            Kind::Text(_) | Kind::Null | Kind::Bool(_) | Kind::List(_) | Kind::Object(_) => Err(self.wrong(slot, json)),
        }
    }

    fn member(&self, slot: &SlotInfo, class: u32, text: &str, json: &Json) -> Result<Given, Finding> {
        if let Some(member) = self.names.member(class, text) {
            return Ok(Given::Value(member.into()));
        }
        let class_name = self.tables.classes.get(class as usize).map_or("", |class| class.name.as_str());
        let finding = Diagnostic::new(
            Code::UnknownValue,
            json.span,
            format!("“{}”里没有“{text}”", class_name),
            format!("`{class_name}` has no value `{text}`"),
        );
        Err(Box::new(match (nearest(&fold(text), self.names.member_names(class)), self.names.class_of(text)) {
            (Some(near), _) => {
                let quoted = serde_json::Value::from(near).to_string();
                finding.perhaps(&near).fix(
                    json.span,
                    quoted,
                    format!("改成“{near}”"),
                    format!("replace it by `{near}`"),
                )
            }
            (None, Some(other)) => finding.help(
                format!("它是“{other}”的值，“{}”要写“{class_name}”的值", slot.name),
                format!("it is a value of `{other}`; `{}` takes one of `{class_name}`", slot.name),
            ),
            (None, None) => finding,
        }))
    }

    fn wrong(&self, slot: &SlotInfo, json: &Json) -> Finding {
        let expected = words::expected(self.tables, slot);
        let help = match &json.kind {
            Kind::List(_) => {
                ("一个事实只有一个值；多个申请分开写", "a fact has one value; write one file an application")
            }
            _ => ("", ""),
        };
        let finding = Diagnostic::new(
            Code::WrongType,
            json.span,
            format!("“{}”{}", slot.name, expected.zh),
            format!("`{}` takes {}", slot.name, expected.en),
        );
        Box::new(if help.0.is_empty() { finding } else { finding.help(help.0, help.1) })
    }
}

/// Whether a key is a remark (`_…`, `$schema`).
pub fn is_comment(key: &str) -> bool {
    key.starts_with(['_', '$'])
}

//! In: what stands after the colon of a fact. Out: its type.

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::literal;
use crate::source::Span;
use crate::syntax::ast::{Part, Phrase};
use crate::syntax::keywords::Word;

use super::super::context::Context;
use super::super::fields::plain;
use super::super::types::{NumberKind, Type, Unit};
use super::super::typing::kind_of;
use super::super::vocabulary::Entry;

/// Units that count whole things; others keep two decimals.
const COUNTED: &[&str] = &[
    "人", "户", "家", "个", "项", "件", "台", "套", "次", "项目", "主体", "团队", "企业", "产品", "课时", "学时", "场",
    "期", "节", "月", "天",
];

/// What drafters call a type, besides its own spellings.
const OTHER_WORDS: &[(&str, Word)] = &[
    ("布尔", Word::Boolean),
    ("是或否", Word::Boolean),
    ("有无", Word::Boolean),
    ("小数", Word::Number),
    ("数字", Word::Number),
    ("数值", Word::Number),
    ("百分比", Word::Rate),
    ("比率", Word::Rate),
    ("占比", Word::Rate),
    ("钱", Word::Money),
    ("人民币", Word::Money),
    ("时间", Word::Date),
    ("年月日", Word::Date),
    ("期限", Word::Period),
    ("时长", Word::Period),
    ("文字", Word::Text),
    ("字符串", Word::Text),
    ("统一社会信用代码", Word::CreditCode),
];

impl Context<'_> {
    /// The type of a fact.
    pub(super) fn fact_type(&mut self, phrase: &Phrase) -> Type {
        let (Some(Part::Run(run)), bracket) = (phrase.parts.first(), phrase.parts.get(1)) else {
            return self.unknown_type(phrase);
        };
        let unit = match bracket {
            Some(Part::Bracket { inner, .. }) => match self.unit(&plain(inner)) {
                Some(unit) => Some(unit),
                None => return self.unknown_unit(&plain(inner), inner.span),
            },
            Some(Part::Run(_)) => return self.unknown_type(phrase),
            _ => None,
        };
        let number = |kind, unit: Option<Unit>, scale| Type::Number { kind, unit: unit.unwrap_or_default(), scale };
        match Word::find(&run.text) {
            Some(Word::Boolean) => Type::Bool,
            Some(Word::Integer) => {
                let kind = unit.as_ref().map_or(NumberKind::Integer, |unit| kind_of(unit, 0));
                number(kind, unit, 0)
            }
            Some(Word::Number) => {
                let kind = unit.as_ref().map_or(NumberKind::Number, |unit| kind_of(unit, 4));
                number(kind, unit, 4)
            }
            Some(Word::Rate) => number(NumberKind::Rate, None, 6),
            Some(Word::Money) => number(NumberKind::Money, Some(unit.unwrap_or_else(|| Unit::base("CNY"))), 2),
            Some(Word::Period) => number(NumberKind::Period, Some(unit.unwrap_or_else(|| Unit::base("月"))), 0),
            Some(Word::Date) => Type::Date,
            Some(Word::Text | Word::CreditCode) => Type::Text,
            _ => {
                let name: String = plain(phrase);
                let class = self.vocabulary.get(&name).into_iter().find_map(|entry| match entry {
                    Entry::Class(class) => Some(class),
                    _ => None,
                });
                match (class, self.unit(&name)) {
                    (Some(class), _) => Type::Member(class),
                    (None, Some(unit)) => {
                        let scale = if unit
                            .powers
                            .keys()
                            .all(|base| COUNTED.contains(&base.as_str()) || self.units.declared.contains_key(base))
                        {
                            0
                        } else {
                            2
                        };
                        Type::Number { kind: kind_of(&unit, scale), unit, scale }
                    }
                    (None, None) => self.unknown_type(phrase),
                }
            }
        }
    }

    /// A unit expression such as `元/人/月`.
    pub(super) fn unit(&self, text: &str) -> Option<Unit> {
        let number = literal::quantity(&format!("1{text}"), &|name| self.units.get(name))?.ok()?;
        (!number.unit.is_empty()).then(|| Unit { powers: number.unit.into_iter().collect() })
    }

    pub(super) fn unknown_unit(&mut self, text: &str, span: Span) -> Type {
        self.report(
            Diagnostic::new(Code::UnknownUnit, span, format!("不认识的单位“{text}”"), format!("unknown unit `{text}`"))
                .help(format!("加一行“单位 {text}”"), format!("add `unit {text}`")),
        );
        Type::Error
    }

    pub(super) fn unknown_type(&mut self, phrase: &Phrase) -> Type {
        let text = plain(phrase);
        let known = [
            Word::Boolean,
            Word::Integer,
            Word::Number,
            Word::Rate,
            Word::Money,
            Word::Date,
            Word::Period,
            Word::Text,
            Word::CreditCode,
        ];
        let classes: Vec<String> = self.model.classes.iter().map(|class| class.name.clone()).collect();
        let other = OTHER_WORDS.iter().find(|(word, _)| *word == text).map(|(_, word)| word.zh());
        let near = other
            .or_else(|| nearest(&text, known.iter().map(|word| word.zh()).chain(classes.iter().map(String::as_str))))
            .map(str::to_owned);
        let mut report = Diagnostic::new(
            Code::UnknownType,
            phrase.span,
            format!("不认识的类型“{text}”"),
            format!("unknown type `{text}`"),
        );
        report = match near {
            Some(near) => report
                .did_you_mean(phrase.span, &near),
            None => report.help(
                "类型有：是否、整数、数、比例、金额、日期、期间、文本、信用代码，以及枚举、分类、单位的名称",
                "types: boolean, integer, number, rate, money, date, period, text, credit-code, and names of enumerations, classifications, units",
            ),
        };
        self.report(report);
        Type::Error
    }
}

//! In: 对象 items. Out: kinds of subjects and their facts with types, owners and ranges.

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::limits::{FACTS_MAX, VALUE_MAX};
use crate::literal;
use crate::source::Span;
use crate::syntax::ast::{Field, Item, Part, Phrase, Separator};
use crate::syntax::keywords::{FieldKeyword, Word};

use super::context::Context;
use super::fields::plain;
use super::segment::Mode;
use super::tokens::{Token, TokenKind};
use super::types::{NumberKind, Type, Unit};
use super::typing::kind_of;
use super::vocabulary::Entry;
use super::{Authority, Fact, FactId, FactSource, Subject, SubjectId};

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

/// What is to be known of a fact that the compiler makes.
pub struct MadeFact {
    /// Name.
    pub name: String,
    /// ASCII id; may be empty.
    pub alias: String,
    /// Whom it is about.
    pub subject: SubjectId,
    /// Type.
    pub ty: Type,
    /// Who gives it.
    pub source: FactSource,
    /// The clause it is made for; may be empty.
    pub note: String,
    /// Where its maker stands.
    pub span: Span,
}

impl Context<'_> {
    /// Declares the kinds of subjects, then what belongs to what, then their facts.
    pub fn subjects(&mut self, items: &[&Item]) {
        let mut declared: Vec<(SubjectId, &Item)> = Vec::new();
        for item in items {
            let Some((name, span)) = self.item_name(item, ("对象", "subject")) else { continue };
            if let Some(first) = self.model.subjects.iter().find(|subject| subject.name == name) {
                let first = first.span;
                self.duplicate(&name, span, first);
                continue;
            }
            let id = SubjectId(u32::try_from(self.model.subjects.len()).unwrap_or(u32::MAX));
            let alias = item.header.alias.as_ref().map_or(String::new(), |alias| alias.text.clone());
            self.vocabulary.insert(&name, Entry::Subject(id));
            self.vocabulary.insert(&alias, Entry::Subject(id));
            self.model.subjects.push(Subject { name, alias, owner: None, identifier: FactId(u32::MAX), span });
            declared.push((id, item));
        }
        for (id, item) in &declared {
            self.owner(*id, item);
        }
        self.owner_cycles();
        for (id, item) in &declared {
            let about = |field: &&Field| {
                !matches!(field.keyword, Some(FieldKeyword::Quote | FieldKeyword::Note)) || field.colon.is_none()
            };
            for field in item.fields.iter().filter(about) {
                self.fact(*id, field);
            }
        }
        for (id, _) in &declared {
            self.identifier(*id);
        }
    }

    fn owner(&mut self, id: SubjectId, item: &Item) {
        for modifier in &item.header.modifiers {
            let tokens = self.tokens(modifier, Mode::Phrase);
            let owner = tokens.iter().find_map(subject_of);
            if let (None, Some((name, span))) = (owner, self.retract_unknown(modifier.span)) {
                self.unknown_subject(&name, span);
                continue;
            }
            match owner {
                Some(owner) => {
                    if let Some(subject) = self.model.subjects.get_mut(id.index()) {
                        subject.owner = Some(owner);
                    }
                }
                None if tokens.iter().any(|token| matches!(token.kind, TokenKind::Broken)) => {}
                None => self.report(
                    Diagnostic::new(
                        Code::UnknownSubject,
                        modifier.span,
                        "不知道属于哪个对象",
                        "it is not clear to whom this belongs",
                    )
                    .help("写成“对象 项目，属于 市场主体”", "write `subject project, in entity`"),
                ),
            }
        }
    }

    /// Reports a kind of subject that is not declared.
    pub fn unknown_subject(&mut self, name: &str, span: Span) {
        let kinds: Vec<String> = self.model.subjects.iter().map(|subject| subject.name.clone()).collect();
        let report = Diagnostic::new(
            Code::UnknownSubject,
            span,
            format!("没有声明过对象“{name}”"),
            format!("subject `{name}` is not declared"),
        );
        let near = nearest(name, kinds.iter().map(String::as_str)).map(str::to_owned);
        self.report(match near {
            Some(near) => report.help(format!("是不是“{near}”？"), format!("did you mean `{near}`?")).fix(
                span,
                near.clone(),
                format!("改为“{near}”"),
                format!("change to `{near}`"),
            ),
            None => report.help(
                format!("已有的对象：{}；要用别的，先写“对象 {name}”条目", kinds.join("、")),
                format!("declared subjects: {}; add a subject item for another", kinds.join(", ")),
            ),
        });
    }

    fn owner_cycles(&mut self) {
        for at in 0..self.model.subjects.len() {
            let (mut next, mut steps) = (self.model.subjects.get(at).and_then(|subject| subject.owner), 0);
            while let Some(owner) = next {
                steps += 1;
                if owner.index() == at || steps > self.model.subjects.len() {
                    let (name, span) =
                        self.model.subjects.get(at).map_or((String::new(), None), |s| (s.name.clone(), Some(s.span)));
                    if let Some(span) = span {
                        self.report(Diagnostic::new(
                            Code::OwnerCycle,
                            span,
                            format!("“{name}”最后又属于它自己"),
                            format!("`{name}` belongs to itself in the end"),
                        ));
                    }
                    if let Some(subject) = self.model.subjects.get_mut(at) {
                        subject.owner = None;
                    }
                    break;
                }
                next = self.model.subjects.get(owner.index()).and_then(|subject| subject.owner);
            }
        }
    }

    fn fact(&mut self, subject: SubjectId, field: &Field) {
        let name: String = field.label.text.split_whitespace().collect();
        let span = field.label.span;
        self.reserved(&name, span);
        let taken =
            self.model.facts.iter().rev().take_while(|fact| fact.subject == subject).find(|fact| fact.name == name);
        if let Some(first) = taken.map(|fact| fact.span) {
            return self.duplicate(&name, span, first);
        }
        if self.model.facts.len() >= FACTS_MAX {
            return self.report(Diagnostic::new(Code::LimitReached, span, "事实太多", "too many facts"));
        }
        if field.colon.is_none() && field.value.is_empty() {
            self.report(
                Diagnostic::new(
                    Code::MissingColon,
                    span,
                    format!("“{name}”后面没有写类型"),
                    format!("`{name}` has no type"),
                )
                .help("写成“名称：是否”“名称：金额”这样", "write `name: boolean`, `name: money` …")
                .fix(span.after(), "：是否", "加上“：是否”", "add `: boolean`"),
            );
        }
        let alias = field.alias.as_ref().map_or(String::new(), |alias| alias.text.clone());
        let (mut parts, mut current) = (Vec::new(), Vec::new());
        for part in &field.value.parts {
            if matches!(part, Part::Separator { kind: Separator::Comma, .. }) {
                parts.push(std::mem::take(&mut current));
            } else {
                current.push(part.clone());
            }
        }
        parts.push(current);
        let mut parts = parts.into_iter().filter(|part| !part.is_empty()).map(|parts| {
            let span = parts.first().zip(parts.last()).map_or(field.span, |(first, last)| first.span().to(last.span()));
            Phrase { parts, span }
        });
        let ty = match parts.next() {
            Some(phrase) => self.fact_type(&phrase),
            None => Type::Error,
        };
        let credit_code = field
            .value
            .parts
            .first()
            .is_some_and(|part| matches!(part, Part::Run(run) if Word::find(&run.text) == Some(Word::CreditCode)));
        let mut fact = Fact {
            name,
            alias,
            subject,
            ty,
            source: FactSource::Applicant,
            range: default_range(),
            made: false,
            credit_code,
            yearly: false,
            year: None,
            certificate: None,
            note: String::new(),
            span,
        };
        let mut identifier = credit_code;
        for modifier in parts {
            self.modifier(&mut fact, &modifier, &mut identifier);
        }
        if fact.range.0 > fact.range.1 {
            self.report(
                Diagnostic::new(
                    Code::FloorAboveCap,
                    field.value.span,
                    "取值范围的下限高于上限",
                    "the range ends below its start",
                )
                .help("看看“不低于”和“不超过”是不是写反了", "check `not-below` and `not-exceeding`"),
            );
        }
        self.add_fact(fact, identifier);
    }

    /// Adds a fact and its names.
    fn add_fact(&mut self, fact: Fact, identifier: bool) -> FactId {
        let id = FactId(u32::try_from(self.model.facts.len()).unwrap_or(u32::MAX));
        self.vocabulary.insert(&fact.name, Entry::Fact(id));
        self.vocabulary.insert(&fact.alias, Entry::Fact(id));
        if identifier
            && let Some(subject) = self.model.subjects.get_mut(fact.subject.index())
            && subject.identifier == FactId(u32::MAX)
        {
            subject.identifier = id;
        }
        self.model.facts.push(fact);
        id
    }

    /// A fact that the compiler makes.
    pub fn make_fact(&mut self, made: MadeFact) -> FactId {
        let fact = Fact {
            name: made.name,
            alias: made.alias,
            subject: made.subject,
            ty: made.ty,
            source: made.source,
            range: default_range(),
            made: true,
            credit_code: false,
            yearly: false,
            year: None,
            certificate: None,
            note: made.note,
            span: made.span,
        };
        self.add_fact(fact, false)
    }

    fn identifier(&mut self, id: SubjectId) {
        let Some(subject) =
            self.model.subjects.get(id.index()).filter(|subject| subject.identifier == FactId(u32::MAX))
        else {
            return;
        };
        let alias = if subject.alias.is_empty() { String::new() } else { format!("{}.id", subject.alias) };
        let (name, span) = (format!("{}{}", subject.name, Word::Identifier.zh()), subject.span);
        let fact = self.make_fact(MadeFact {
            name,
            alias,
            subject: id,
            ty: Type::Text,
            source: FactSource::Applicant,
            note: String::new(),
            span,
        });
        if let Some(subject) = self.model.subjects.get_mut(id.index()) {
            subject.identifier = fact;
        }
    }

    /// What follows the type: 由 … 认定, 每年, 标识, 2位小数, 不低于 0.
    fn modifier(&mut self, fact: &mut Fact, phrase: &Phrase, identifier: &mut bool) {
        if self.unknown_authority(phrase) {
            return;
        }
        let tokens = self.tokens(phrase, Mode::Phrase);
        let words: Vec<Word> = tokens
            .iter()
            .filter_map(|token| match token.kind {
                TokenKind::Word(word) => Some(word),
                _ => None,
            })
            .collect();
        match (tokens.as_slice(), words.as_slice()) {
            ([.., Token { kind: TokenKind::Broken, .. }], _) | ([Token { kind: TokenKind::Broken, .. }, ..], _) => {}
            (_, [Word::Yearly]) => fact.yearly = true,
            (_, [Word::Identifier]) => *identifier = true,
            (_, [Word::DecidedBy, .., how @ (Word::Attest | Word::Discretion)]) => {
                let authority = tokens.iter().find_map(|token| match &token.kind {
                    TokenKind::Word(Word::ResponsibleDepartment) => Some(Authority::Responsible),
                    TokenKind::Name(_, entries) => entries.iter().find_map(|entry| match entry {
                        Entry::Department(id) => Some(Authority::Department(*id)),
                        _ => None,
                    }),
                    _ => None,
                });
                match authority {
                    Some(authority) => {
                        if let Authority::Department(id) = authority {
                            self.use_department(id);
                        }
                        fact.source = if *how == Word::Attest {
                            FactSource::Determination(authority)
                        } else {
                            FactSource::Discretion(authority)
                        };
                    }
                    None => self.modifier_unreadable(phrase),
                }
            }
            ([Token { kind: TokenKind::Number(number), .. }, _], [Word::Decimals]) => {
                if let Type::Number { scale, .. } = &mut fact.ty {
                    *scale = u8::try_from(number.value.mantissa()).unwrap_or(*scale).min(10);
                }
            }
            ([Token { kind: TokenKind::Word(word), .. }, Token { kind: TokenKind::Number(number), .. }], _) => {
                use super::expression::CompareOp::{AtLeast, AtMost};
                match super::comparing::operator(*word) {
                    Some(AtLeast | AtMost) if !unit_fits(fact, number) => self.range_unit(fact, phrase),
                    Some(AtLeast) => fact.range.0 = number.value,
                    Some(AtMost) => fact.range.1 = number.value,
                    _ => self.modifier_unreadable(phrase),
                }
            }
            ([Token { kind: TokenKind::Text(text), .. }], _) => fact.note.clone_from(text),
            _ => self.modifier_unreadable(phrase),
        }
    }

    /// `由 区人社局 认定` with a department that is not declared: reported as such.
    fn unknown_authority(&mut self, phrase: &Phrase) -> bool {
        let text = plain(phrase);
        let after =
            |text: &str, word: Word| text.strip_prefix(word.zh()).or(text.strip_prefix(word.en())).map(str::to_owned);
        let before =
            |text: &str, word: Word| text.strip_suffix(word.zh()).or(text.strip_suffix(word.en())).map(str::to_owned);
        let Some(rest) = after(&text, Word::DecidedBy) else { return false };
        let Some(name) = before(&rest, Word::Attest).or(before(&rest, Word::Discretion)) else { return false };
        if name.is_empty() || Word::find(&name) == Some(Word::ResponsibleDepartment) {
            return false;
        }
        let span = self.locate(phrase.span, &name);
        self.department(&name, span).is_none()
    }

    fn range_unit(&mut self, fact: &Fact, phrase: &Phrase) {
        let unit = match &fact.ty {
            Type::Number { unit, .. } if !unit.powers.is_empty() => super::typing::show_unit(unit),
            _ => return self.modifier_unreadable(phrase),
        };
        self.report(
            Diagnostic::new(
                Code::UnitMismatch,
                phrase.span,
                format!("“{}”以“{unit}”计，取值范围的单位不同", fact.name),
                format!("`{}` is in `{unit}`, its range is not", fact.name),
            )
            .help(format!("数字后面写“{unit}”"), format!("write `{unit}` after the number")),
        );
    }

    fn modifier_unreadable(&mut self, phrase: &Phrase) {
        let text = plain(phrase);
        self.report(
            Diagnostic::new(Code::FieldUnreadable, phrase.span, format!("“{text}”读不懂"), format!("`{text}` cannot be read")).help(
                "类型后面可以写：由 部门 认定、由 部门 裁量、每年、标识、2位小数、不低于 0",
                "after the type: `by department determination`, `by department discretion`, `yearly`, `identifier`, `2 decimals`, `not-below 0`",
            ),
        );
    }

    /// The type of a fact.
    fn fact_type(&mut self, phrase: &Phrase) -> Type {
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
    fn unit(&self, text: &str) -> Option<Unit> {
        let number = literal::quantity(&format!("1{text}"), &|name| self.units.get(name))?.ok()?;
        (!number.unit.is_empty()).then(|| Unit { powers: number.unit.into_iter().collect() })
    }

    fn unknown_unit(&mut self, text: &str, span: Span) -> Type {
        self.report(
            Diagnostic::new(Code::UnknownUnit, span, format!("不认识的单位“{text}”"), format!("unknown unit `{text}`"))
                .help(format!("加一行“单位 {text}”"), format!("add `unit {text}`")),
        );
        Type::Error
    }

    fn unknown_type(&mut self, phrase: &Phrase) -> Type {
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
                .help(format!("是不是“{near}”？"), format!("did you mean `{near}`?"))
                .fix(phrase.span, near.clone(), format!("改为“{near}”"), format!("change to `{near}`")),
            None => report.help(
                "类型有：是否、整数、数、比例、金额、日期、期间、文本、信用代码，以及枚举、分类、单位的名称",
                "types: boolean, integer, number, rate, money, date, period, text, credit-code, and names of enumerations, classifications, units",
            ),
        };
        self.report(report);
        Type::Error
    }
}

/// The bounds of a number where none are declared.
fn default_range() -> (Decimal, Decimal) {
    let limit = Decimal::from_i128_with_scale(VALUE_MAX, 0);
    (-limit, limit)
}

/// Whether a bound has the unit of its fact; zero and what is no money need none.
fn unit_fits(fact: &Fact, number: &literal::Literal) -> bool {
    match &fact.ty {
        Type::Number { unit, .. } => {
            number.unit.is_empty() && (number.value.is_zero() || unit.currency().is_none())
                || unit.powers.iter().eq(number.unit.iter().map(|(name, power)| (name, power)))
        }
        _ => false,
    }
}

/// The kind of subject that a token names.
pub fn subject_of(token: &Token) -> Option<SubjectId> {
    let TokenKind::Name(_, entries) = &token.kind else { return None };
    entries.iter().find_map(|entry| match entry {
        Entry::Subject(id) => Some(*id),
        _ => None,
    })
}

//! In: items that declare departments, units, the policy. Out: their rows in the model and their names in the vocabulary.

use crate::diagnostics::{Code, Diagnostic};
use crate::literal;
use crate::source::Span;
use crate::syntax::ast::{Field, Item, Separator};
use crate::syntax::keywords::{FieldKeyword, Word};

use super::arithmetic::rounding_mode;
use super::context::Context;
use super::expression::MonthEnd;
use super::fields::{field, names, note, phrases, plain};
use super::segment::{Mode, Role, role};
use super::surface::split;
use super::tokens::TokenKind;
use super::types::Rounding;
use super::vocabulary::Entry;
use super::{Department, DepartmentId, Policy};

/// Whether a name equal to a word could not be told from it in an expression. 奖励 after an amount and 年度 can: no name stands there.
fn is_operator(word: Word, name: &str) -> bool {
    role(word).is_some() && !matches!(word, Word::AwardNoun | Word::Decimals) && name != "年度"
}

/// A name that says more than the word alone.
fn better_name(word: Word, name: &str) -> (String, String) {
    let en = |tail: &str| format!("{}-{tail}", word.en());
    match word {
        Word::OnDate => ("受理日期".into(), "filing-date".into()),
        Word::CertainReward => ("奖励金额".into(), "reward-amount".into()),
        Word::Reaches | Word::Full => ("达标".into(), "on-target".into()),
        Word::Unknown | Word::NotApplicable | Word::Yes | Word::No => (format!("{name}原因"), en("reason")),
        _ if role(word) == Some(Role::Postfix) => (format!("规模{name}"), en("scale")),
        _ => (format!("{name}事项"), en("matter")),
    }
}

impl Context<'_> {
    /// The name in an item's first line; reports where there is none.
    pub fn item_name(&mut self, item: &Item, what: (&str, &str)) -> Option<(String, Span)> {
        let name = item.header.lead.as_ref().or(item.header.title.as_ref());
        if let Some(name) = name.filter(|name| !name.text.trim().is_empty()) {
            let span = name.span;
            let name: String = name.text.split_whitespace().collect();
            self.reserved(&name, span);
            return Some((name, span));
        }
        if item.header.damaged {
            return None;
        }
        let span = item.keyword_span;
        self.report(
            Diagnostic::new(
                Code::MissingName,
                span,
                format!("{}没有名称", what.0),
                format!("this {} has no name", what.1),
            )
            .label("名称写在这个词后面", "the name stands after this word"),
        );
        None
    }

    /// Reports a name that expressions read as a word of the language.
    pub fn reserved(&mut self, name: &str, span: Span) {
        let Some(word) = Word::find(name).filter(|word| is_operator(*word, name)) else { return };
        let (zh, en) = better_name(word, name);
        self.report(
            Diagnostic::new(
                Code::ReservedName,
                span,
                format!("“{name}”是语言的用词，不能作名称"),
                format!("`{name}` is a word of the language and no name"),
            )
            .help(
                format!("换一个说明所指事项的名称，例如“{zh}”"),
                format!("choose a name that says what it is about, such as `{en}`"),
            ),
        );
    }

    /// Reports a name that is taken; `first` is where.
    pub fn duplicate(&mut self, name: &str, span: Span, first: Span) {
        self.report(
            Diagnostic::new(
                Code::DuplicateName,
                span,
                format!("“{name}”已经声明过"),
                format!("`{name}` is declared already"),
            )
            .also(first, "第一次声明在这里", "first declared here")
            .help("换一个名称，或者删去一处", "choose another name, or drop one"),
        );
    }

    /// 部门.
    pub fn department_item(&mut self, item: &Item) {
        let Some((name, span)) = self.item_name(item, ("部门", "department")) else { return };
        let id = DepartmentId(u32::try_from(self.model.departments.len()).unwrap_or(u32::MAX));
        if let Some(first) = self.department_index.get(&name).and_then(|id| self.model.departments.get(id.index())) {
            let first = first.span;
            return self.duplicate(&name, span, first);
        }
        let full_name =
            item.header.lead.as_ref().and(item.header.title.as_ref()).map_or(String::new(), |title| title.text.clone());
        let alias = item.header.alias.as_ref().map_or(String::new(), |alias| alias.text.clone());
        for key in [&name, &full_name, &alias] {
            if !key.is_empty() {
                self.department_index.entry(key.clone()).or_insert(id);
                self.vocabulary.insert(key, Entry::Department(id));
            }
        }
        self.departments_used.push(false);
        self.model.departments.push(Department { name, full_name, alias, span });
    }

    /// 单位: a base unit, or a multiple of another.
    pub fn unit_item(&mut self, item: &Item) {
        let Some((name, span)) = self.item_name(item, ("单位", "unit")) else { return };
        if literal::builtin_unit(&name).is_some() || self.units.declared.contains_key(&name) {
            self.report(
                Diagnostic::new(
                    Code::DuplicateName,
                    span,
                    format!("单位“{name}”已经有了"),
                    format!("unit `{name}` exists already"),
                )
                .help("不用再声明", "it need not be declared"),
            );
            return;
        }
        let known = match &item.header.value {
            None => literal::KnownUnit { factor: (1, 1), powers: vec![(name.clone(), 1)] },
            Some(value) => {
                let text = plain(value);
                let units = self.units.clone();
                match literal::quantity(&text, &|name| units.get(name)) {
                    Some(Ok(number)) if number.value.scale() == 0 && number.value.mantissa() > 0 => {
                        literal::KnownUnit { factor: (number.value.mantissa(), 1), powers: number.unit }
                    }
                    _ => {
                        let what = format!("“{text}”不是已知单位的整数倍");
                        self.report(
                            Diagnostic::new(
                                Code::UnknownUnit,
                                value.span,
                                what,
                                format!("`{text}` is no multiple of a known unit"),
                            )
                            .help("写成“单位 万人次：10000人次”", "write `unit 万人次: 10000人次`"),
                        );
                        return;
                    }
                }
            }
        };
        self.units.declared.insert(name, known);
    }

    /// The policy item.
    pub fn policy_item(&mut self, item: &Item) {
        let text = |part: &Option<crate::syntax::ast::Spanned>| {
            part.as_ref().map_or(String::new(), |text| text.text.split_whitespace().collect::<Vec<_>>().join(" "))
        };
        let title = text(&item.header.title);
        let span = item.keyword_span.to(item.header.span);
        if title.is_empty() && !item.header.damaged {
            self.report(
                Diagnostic::new(Code::MissingName, span, "政策没有标题", "the policy has no title")
                    .help("首行写成：政策 文号《标题》（标识）", "write `policy number \"title\" (id)`"),
            );
        }
        let mut policy = Policy {
            number: text(&item.header.lead).split_whitespace().collect(),
            title,
            alias: text(&item.header.alias),
            issuers: Vec::new(),
            published: None,
            in_force: super::Window::default(),
            rounding: None,
            month_end: None,
            note: note(self, item),
            quotes: self.quotes(item),
            span,
        };
        if let Some(field) = field(item, FieldKeyword::Issuers) {
            for (name, span) in names(&field.value) {
                policy.issuers.extend(self.department(&name, span));
            }
        }
        if let Some(field) = field(item, FieldKeyword::Published) {
            policy.published = self.date(&field.value);
        }
        match field(item, FieldKeyword::Validity) {
            Some(field) => policy.in_force = self.window(&field.value),
            None => self.report(
                Diagnostic::new(Code::MissingField, span, "政策没有写有效期", "the policy states no validity")
                    .help("加一行“有效期：2025-01-01 至 2026-12-31”", "add `validity: 2025-01-01 to 2026-12-31`"),
            ),
        }
        if let Some(field) = field(item, FieldKeyword::Rounding) {
            policy.rounding = self.rounding_field(field);
        }
        if let Some(field) = field(item, FieldKeyword::MonthEnd) {
            policy.month_end = match Word::find(&plain(&field.value)) {
                _ if field.value.is_empty() => None,
                Some(Word::LastDay) => Some(MonthEnd::LastDay),
                Some(Word::NextMonth) => Some(MonthEnd::NextMonth),
                _ => {
                    self.unreadable(field, "写“取月末”或“顺延”", "write `last-day` or `next-month`");
                    None
                }
            };
        }
        if let Some(field) = field(item, FieldKeyword::Inclusive) {
            self.inclusive_field(field);
        }
        self.trial(&policy);
        self.model.policy = policy;
    }

    /// Reports a field whose content cannot be read, with how it is written.
    pub fn unreadable(&mut self, field: &Field, zh: &str, en: &str) {
        let span = if field.value.is_empty() { field.span } else { field.value.span };
        let label = &field.label.text;
        self.report(
            Diagnostic::new(
                Code::FieldUnreadable,
                span,
                format!("“{label}”的内容读不懂"),
                format!("`{label}` cannot be read"),
            )
            .help(zh, en),
        );
    }

    /// `元，四舍五入`.
    pub fn rounding_field(&mut self, field: &Field) -> Option<Rounding> {
        let (mut scale, mut mode) = (None, None);
        let mut unread = false;
        for (name, _) in names(&field.value) {
            let name = name.trim_start_matches("到");
            let before = (scale, mode);
            scale = match name {
                "分" => Some(2),
                "角" => Some(1),
                "元" => Some(0),
                "十元" => Some(-1),
                "百元" => Some(-2),
                "千元" => Some(-3),
                "万元" => Some(-4),
                "百万元" => Some(-6),
                _ => scale,
            };
            mode = Word::find(name).and_then(rounding_mode).or(mode);
            unread |= before == (scale, mode);
        }
        if (scale.is_none() || mode.is_none() || unread) && !field.value.is_empty() {
            self.unreadable(field, "写成“元，四舍五入”：先写到哪一位，再写方式", "write `元, half-up`");
        }
        scale.zip(mode).map(|(scale, mode)| Rounding { scale, mode })
    }

    /// `以上、以下 含本数；超过 不含本数`.
    fn inclusive_field(&mut self, field: &Field) {
        for phrase in phrases(field).cloned().collect::<Vec<_>>() {
            let tokens = self.tokens(&phrase, Mode::Phrase);
            if self.retract_unknown(phrase.span).is_some() {
                while self.retract_unknown(phrase.span).is_some() {}
                self.unreadable(
                    field,
                    "写成“以上、以下 含本数；超过、不满 不含本数”",
                    "write `or-above, or-below including; exceeds excluding`",
                );
                return;
            }
            for part in split(&tokens, &[Separator::Semicolon]) {
                let words: Vec<Word> = part
                    .iter()
                    .filter_map(|token| match token.kind {
                        TokenKind::Word(word) => Some(word),
                        _ => None,
                    })
                    .collect();
                let included = match words.last() {
                    Some(Word::Includes) => true,
                    Some(Word::Excludes) => false,
                    _ => {
                        self.unreadable(
                            field,
                            "写成“以上、以下 含本数；超过、不满 不含本数”",
                            "write `or-above, or-below including; exceeds excluding`",
                        );
                        return;
                    }
                };
                for word in words.iter().filter(|word| super::comparing::operator(**word).is_some()) {
                    self.inclusive.insert(*word, included);
                }
            }
        }
    }

    /// A trial policy that runs for more than two years. Source: Shanghai's rule on administrative normative documents (titles with
    /// 暂行 or 试行: at most two years), as given in the catalogue of patterns; a warning, since later rules may differ.
    fn trial(&mut self, policy: &Policy) {
        let trial = policy.title.contains("试行") || policy.title.contains("暂行");
        if let (true, Some(first), Some(last)) = (trial, policy.in_force.first, policy.in_force.last) {
            let limit = crate::calendar::add_months(i64::from(first), 24, crate::calendar::MissingDay::LastDay);
            if limit.is_some_and(|limit| i64::from(last) >= limit) {
                self.report(
                    Diagnostic::new(
                        Code::TrialTooLong,
                        policy.span,
                        "标题写明试行或暂行，有效期超过两年",
                        "the title says trial, and it runs for more than two years",
                    )
                    .help(
                        "上海市规范性文件管理规定：标注暂行、试行的，有效期一般不超过两年；请与司法部门核对",
                        "a trial document runs for two years at most under Shanghai's rule: check with the legal office",
                    ),
                );
            }
        }
    }
}

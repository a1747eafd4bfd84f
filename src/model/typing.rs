//! In: untyped expressions. Out: checked expressions with exact types: units, currencies and scales agree, names are facts.
//! Invariant: an expression that was reported has [`Type::Error`], and nothing above it reports again.

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::{SCALE_MAX, VALUE_MAX};
use crate::literal::Literal;
use crate::source::Span;
use crate::syntax::keywords::Word;

use super::context::Context;
use super::expression::{Condition, Expr, ExprKind};
use super::surface::{Surface, SurfaceKind, chain};
use super::types::{ClassId, MemberId, NumberKind, Type, Unit, Value, is_currency};
use super::vocabulary::Entry;
use super::{FactId, FactSource, SubjectId};

/// Checks expressions of one place: a clause, the scope, a definition.
pub struct Typing<'c, 'a> {
    /// Shared state.
    pub context: &'c mut Context<'a>,
    /// The kinds of subjects whose facts are meant first.
    pub subjects: Vec<SubjectId>,
}

impl Typing<'_, '_> {
    /// A condition: an expression of type 是否.
    pub fn condition(&mut self, surface: &Surface) -> Expr {
        let expr = self.expr(surface, Some(&Type::Bool));
        if matches!(expr.ty, Type::Bool | Type::Error) {
            return expr;
        }
        let what = self.describe(&expr.ty);
        self.context.report(
            Diagnostic::new(
                Code::NotACondition,
                expr.span,
                format!("这里要写条件，写的却是{}", what.0),
                format!("a condition is needed here, this is {}", what.1),
            )
            .label("不能判断是或否", "neither true nor false")
            .help(
                "加上比较词，如“不低于 100万元”“属于 …”“是 …”",
                "add a comparison such as `not-below 100万元`, `in …` or `is …`",
            ),
        );
        error(expr.span)
    }

    /// Any expression; `expect` helps to choose among values of the same name.
    pub fn expr(&mut self, surface: &Surface, expect: Option<&Type>) -> Expr {
        let span = surface.span;
        match &surface.kind {
            SurfaceKind::Broken => error(span),
            SurfaceKind::Name { name, entries, of } => self.name(name, entries, *of, span, expect),
            SurfaceKind::Number(literal) => self.number(literal, span),
            SurfaceKind::Date(day) => constant(Value::Date(*day), Type::Date, span),
            SurfaceKind::Text(text) => self.text(text, span, expect),
            SurfaceKind::Boolean(value) => constant(Value::Bool(*value), Type::Bool, span),
            SurfaceKind::OnDate => Expr { kind: ExprKind::OnDate, ty: Type::Date, span },
            SurfaceKind::Not(inner) => {
                let inner = self.condition(inner);
                if inner.ty.is_error() {
                    return error(span);
                }
                Expr { kind: ExprKind::Not(Box::new(inner)), ty: Type::Bool, span }
            }
            SurfaceKind::Join { all, parts } => self.join(*all, parts, span),
            SurfaceKind::Compare(word, left, right) => self.compare(*word, left, right, span),
            SurfaceKind::Within { negated, value, list } => self.within(*negated, value, list, span),
            SurfaceKind::Arithmetic(word, left, right) => match self.own_column(left, right, span) {
                Some(column) => column,
                None => self.arithmetic(*word, left, right, span),
            },
            SurfaceKind::Choose(word, parts) => self.choose(*word, parts, span),
            SurfaceKind::Round(value, how) => self.round(value, how, span),
            SurfaceKind::Figure { entries, year, of } => self.figure(entries, *year, *of, span),
            SurfaceKind::Where(condition, value) => self.value_where(condition, value, span),
            SurfaceKind::Steps(base, step, amount) => self.steps(base, step, amount, span),
            SurfaceKind::WithinRecent(date, period, word) => self.within_recent(date, period, *word, span),
            SurfaceKind::Fold(fold) => self.fold(fold, span),
            SurfaceKind::Paired(pairs) => self.paired(pairs, span),
            SurfaceKind::AsOf(certificate, day) => self.held_on(certificate, day, span),
            SurfaceKind::YearNumber(date, reading) => self.year_number(date, *reading, span),
            SurfaceKind::FirstTime(clause, key) => self.is_first_time(clause.as_ref(), key.as_deref(), span),
            SurfaceKind::OnCalendar(days, calendar) => self.on_calendar(days, *calendar, span),
            SurfaceKind::CertainReward | SurfaceKind::State(..) | SurfaceKind::Each(_) | SurfaceKind::Recent(..) => {
                self.context.report(Diagnostic::new(
                    Code::FieldUnreadable,
                    span,
                    "这个词不能写在式子里",
                    "this word cannot stand in an expression",
                ));
                error(span)
            }
        }
    }

    fn join(&mut self, all: bool, parts: &[(Option<String>, Surface)], span: Span) -> Expr {
        if let [(_, only)] = parts {
            return self.condition(only.unbracketed());
        }
        self.mixed(all, parts);
        let mut conditions: Vec<Condition> = Vec::with_capacity(parts.len());
        let mut broken = false;
        for (label, part) in parts {
            let expr = self.condition(part);
            broken |= expr.ty.is_error();
            if let Some(first) = conditions.iter().find(|other| !broken && other.expr.same(&expr)) {
                let first = first.expr.span;
                self.written_twice(expr.span, first);
            }
            let text = label.clone().unwrap_or_else(|| self.context.text(part.span));
            conditions.push(Condition { label: text, labelled: label.is_some(), expr });
        }
        if broken {
            return error(span);
        }
        Expr { kind: if all { ExprKind::All(conditions) } else { ExprKind::Any(conditions) }, ty: Type::Bool, span }
    }

    /// 且 within 或 without brackets can be read two ways.
    fn mixed(&mut self, all: bool, parts: &[(Option<String>, Surface)]) {
        for (_, part) in parts {
            if let SurfaceKind::Join { all: inner, parts: more } = &part.kind
                && *inner != all
                && more.len() > 1
            {
                let text = self.context.text(part.span);
                // Two bounds of one value are joined by no word: `100万元以上 500万元以下`.
                if chain::subject(part).is_some()
                    && ![Word::And.zh(), Word::And.en()].iter().any(|and| text.contains(and))
                {
                    continue;
                }
                self.context.report(
                    Diagnostic::new(
                        Code::MixedAndOr,
                        part.span,
                        "“且”和“或”混用，没有括号",
                        "`and` and `or` are mixed without brackets",
                    )
                    .label("“且”先结合，这一部分当作一个条件", "`and` binds first: this is read as one condition")
                    .help("加上括号，写明是哪一种意思", "add brackets to say which is meant")
                    .fix(
                        part.span,
                        format!("（{text}）"),
                        "按现在的读法加括号",
                        "bracket it as it is read now",
                    ),
                );
            }
        }
    }

    /// A name in the place of a value.
    fn name(
        &mut self,
        name: &str,
        entries: &[Entry],
        of: Option<SubjectId>,
        span: Span,
        expect: Option<&Type>,
    ) -> Expr {
        if let Some(Type::Member(class)) = expect
            && of.is_none()
            && let Some(member) = self.member_of(entries, *class)
        {
            return constant(Value::Member(member), Type::Member(*class), span);
        }
        if of.is_none()
            && let Some(column) = self.column(entries, span)
        {
            return column;
        }
        let facts: Vec<FactId> = entries
            .iter()
            .filter_map(|entry| match entry {
                Entry::Fact(id) => Some(*id),
                _ => None,
            })
            .collect();
        match self.nearest_facts(&facts, of).as_slice() {
            [fact] => {
                self.in_reach(*fact, name, span);
                return self.fact(*fact, span);
            }
            [] => {}
            [first, second, ..] => return self.ambiguous(name, *first, *second, span),
        }
        for entry in entries {
            if let Entry::Definition(id) = entry {
                let Some(definition) = self.context.model.definitions.get(id.index()) else { return error(span) };
                let ty = definition.value.ty.clone();
                if ty.is_error() {
                    return error(span);
                }
                return Expr { kind: ExprKind::Definition(*id), ty, span };
            }
        }
        self.only_value(name, entries, span)
    }

    /// A name that is no fact: a value of one class, or nothing that has a value.
    fn only_value(&mut self, name: &str, entries: &[Entry], span: Span) -> Expr {
        let members: Vec<MemberId> = entries
            .iter()
            .filter_map(|entry| match entry {
                Entry::Member(id) => Some(*id),
                _ => None,
            })
            .collect();
        match members.as_slice() {
            [member] => {
                let class = self.class_of(*member);
                constant(Value::Member(*member), Type::Member(class), span)
            }
            [] => {
                self.context.report(
                    Diagnostic::new(
                        Code::FieldUnreadable,
                        span,
                        format!("“{name}”不是事实，这里用不上"),
                        format!("`{name}` is no fact and has no value"),
                    )
                    .help("这里要写事实、定义或者数值", "write a fact, a definition or a value"),
                );
                error(span)
            }
            [..] => {
                self.context.report(
                    Diagnostic::new(
                        Code::AmbiguousName,
                        span,
                        format!("“{name}”在不止一个分类里"),
                        format!("`{name}` belongs to more than one classification"),
                    )
                    .help("写成“事实 属于 …”，或者用标识", "write `fact in …`, or use its id"),
                );
                error(span)
            }
        }
    }

    fn fact(&mut self, id: FactId, span: Span) -> Expr {
        let Some(fact) = self.context.model.facts.get(id.index()) else { return error(span) };
        if !self.context.place.as_given {
            if fact.certificate.is_some() {
                return self.in_force(id, span);
            }
            if let Type::List(_) = fact.ty {
                return self.list_as_value(id, span);
            }
        }
        self.given_fact(id, span)
    }

    /// A fact as it is given.
    pub(super) fn given_fact(&self, id: FactId, span: Span) -> Expr {
        let ty = self.context.model.facts.get(id.index()).map_or(Type::Error, |fact| fact.ty.clone());
        Expr { kind: ExprKind::Fact(id), ty, span }
    }

    /// A clause knows the facts of its subjects and of those they belong to.
    pub(super) fn in_reach(&mut self, id: FactId, name: &str, span: Span) {
        let Some(fact) = self.context.model.facts.get(id.index()) else { return };
        let (owner, declared) = (fact.subject, fact.span);
        let reached = self.subjects.is_empty()
            || self.subjects.iter().any(|subject| self.context.with_owners(*subject).contains(&owner));
        if reached {
            return;
        }
        let kind =
            |id: SubjectId| self.context.model.subjects.get(id.index()).map_or(String::new(), |kind| kind.name.clone());
        let (theirs, ours) = (kind(owner), self.subjects.iter().map(|id| kind(*id)).collect::<Vec<_>>().join("、"));
        self.context.report(
            Diagnostic::new(
                Code::FactOutOfReach,
                span,
                format!("“{name}”是{theirs}的事实，本条款的对象是{ours}"),
                format!("`{name}` is a fact of `{theirs}`, this clause is about `{ours}`"),
            )
            .also(declared, "声明在这里", "declared here")
            .help(
                format!("在“对象”栏加上{theirs}，或者声明“对象 {ours}，属于 {theirs}”"),
                format!("add `{theirs}` to the subjects, or declare that `{ours}` belongs to it"),
            ),
        );
    }

    /// Of facts of one name, those of the subject named, else of the clause's subjects, else of their owners.
    fn nearest_facts(&self, facts: &[FactId], of: Option<SubjectId>) -> Vec<FactId> {
        let subject = |id: &FactId| self.context.model.facts.get(id.index()).map(|fact| fact.subject);
        if let Some(of) = of {
            return facts.iter().copied().filter(|id| subject(id) == Some(of)).collect();
        }
        if facts.len() < 2 {
            return facts.to_vec();
        }
        let chains: Vec<Vec<SubjectId>> =
            self.subjects.iter().map(|subject| self.context.with_owners(*subject)).collect();
        for depth in 0..chains.iter().map(Vec::len).max().unwrap_or(0) {
            let level: Vec<SubjectId> = chains.iter().filter_map(|chain| chain.get(depth).copied()).collect();
            let mut found: Vec<FactId> = facts
                .iter()
                .copied()
                .filter(|id| subject(id).is_some_and(|subject| level.contains(&subject)))
                .collect();
            found.dedup();
            if !found.is_empty() {
                return found;
            }
        }
        facts.to_vec()
    }

    fn ambiguous(&mut self, name: &str, first: FactId, second: FactId, span: Span) -> Expr {
        let place = |context: &Context<'_>, id: FactId| {
            let fact = context.model.facts.get(id.index());
            let subject = fact.and_then(|fact| context.model.subjects.get(fact.subject.index()));
            (fact.map_or(span, |fact| fact.span), subject.map_or(String::new(), |subject| subject.name.clone()))
        };
        let (one, owner) = place(self.context, first);
        let (two, other) = place(self.context, second);
        self.context.report(
            Diagnostic::new(
                Code::AmbiguousName,
                span,
                format!("“{name}”是{owner}的，还是{other}的？"),
                format!("`{name}` of `{owner}` or of `{other}`?"),
            )
            .also(one, "一处在这里", "one is here")
            .also(two, "另一处在这里", "another is here")
            .help(format!("写成“{owner} 的 {name}”"), format!("write `{owner} of {name}`"))
            .fix(span, format!("{owner} 的 {name}"), format!("用{owner}的"), format!("use that of `{owner}`"))
            .fix(
                span,
                format!("{other} 的 {name}"),
                format!("用{other}的"),
                format!("use that of `{other}`"),
            ),
        );
        error(span)
    }

    /// The value of `class` among what a name stands for.
    pub fn member_of(&self, entries: &[Entry], class: ClassId) -> Option<MemberId> {
        entries.iter().find_map(|entry| match entry {
            Entry::Member(id) if self.class_of(*id) == class => Some(*id),
            _ => None,
        })
    }

    fn class_of(&self, member: MemberId) -> ClassId {
        self.context.model.members.get(member.0 as usize).map_or(ClassId(u32::MAX), |member| member.class)
    }

    fn text(&mut self, text: &str, span: Span, expect: Option<&Type>) -> Expr {
        if matches!(expect, Some(Type::Text) | None) {
            return constant(Value::Text(text.to_owned()), Type::Text, span);
        }
        if let Some(Type::Member(class)) = expect {
            self.context.unknown_member(text, span, *class);
            return error(span);
        }
        self.context.report(
            Diagnostic::new(
                Code::UnknownName,
                span,
                format!("“{text}”没有声明过"),
                format!("`{text}` is not declared"),
            )
            .label("引号里的不是声明过的名称", "no declared name stands in the quotation marks"),
        );
        error(span)
    }

    fn number(&mut self, literal: &Literal, span: Span) -> Expr {
        let limit = Decimal::from_i128_with_scale(VALUE_MAX, 0);
        if literal.value.abs() > limit {
            self.context.report(
                Diagnostic::new(Code::OutOfRange, span, "数字太大", "the number is too large")
                    .help("看看是不是多写了“万”或“亿”", "check the magnitude"),
            );
            return error(span);
        }
        let unit = Unit { powers: literal.unit.iter().cloned().collect() };
        let value = literal.value.normalize();
        let scale = u8::try_from(value.scale()).unwrap_or(SCALE_MAX);
        let kind = if literal.percent { NumberKind::Rate } else { kind_of(&unit, scale) };
        constant(Value::Number(value), Type::Number { kind, unit, scale }, span)
    }

    /// A type in a drafter's words.
    pub fn describe(&self, ty: &Type) -> (String, String) {
        match ty {
            Type::Bool => ("“是否”".into(), "yes or no".into()),
            Type::Date => ("日期".into(), "a date".into()),
            Type::Text => ("文本".into(), "a text".into()),
            Type::Error => ("错误".into(), "an error".into()),
            Type::List(_) => ("清单".into(), "a list".into()),
            Type::Member(class) => {
                let name = self.context.model.classes.get(class.0 as usize).map_or("", |class| &class.name);
                (format!("“{name}”的一个值"), format!("a value of `{name}`"))
            }
            Type::Number { kind, unit, .. } => {
                let shown = show_unit(unit);
                match kind {
                    NumberKind::Money if unit.currency().is_some_and(|currency| currency != "CNY") => {
                        (format!("以{shown}计的金额"), format!("an amount in `{shown}`"))
                    }
                    NumberKind::Money if unit.currency().is_none() => {
                        (format!("以“{shown}”计的单价"), format!("a price in `{shown}`"))
                    }
                    NumberKind::Money => ("金额".into(), "an amount of money".into()),
                    NumberKind::Period if shown == "天" => ("以天计的期间".into(), "a period in days".into()),
                    NumberKind::Rate => ("比例".into(), "a rate".into()),
                    NumberKind::Period => ("期间".into(), "a period".into()),
                    NumberKind::Integer | NumberKind::Number if unit.powers.is_empty() => {
                        ("没有单位的数".into(), "a number without a unit".into())
                    }
                    NumberKind::Integer | NumberKind::Number | NumberKind::Quantity => {
                        (format!("以“{shown}”计的数"), format!("a number of `{shown}`"))
                    }
                }
            }
        }
    }

    /// Whether an amount is exactly what a department at its discretion sets.
    pub fn discretion_fact(&self, expr: &Expr) -> Option<FactId> {
        let ExprKind::Fact(id) = expr.kind else { return None };
        let fact = self.context.model.facts.get(id.index())?;
        matches!(fact.source, FactSource::Discretion(_)).then_some(id)
    }

    /// Records that 以上 or 及以上 was used.
    pub fn note_bound(&mut self, word: Word, span: Span) {
        self.context.bounds_used.entry(word).or_insert(span);
    }
}

/// How a number of a unit is shown where nothing else is said.
#[must_use]
pub fn kind_of(unit: &Unit, scale: u8) -> NumberKind {
    if unit.powers.is_empty() {
        return if scale == 0 { NumberKind::Integer } else { NumberKind::Number };
    }
    if unit.powers.keys().any(|name| is_currency(name)) {
        return NumberKind::Money;
    }
    let mut names = unit.powers.iter();
    match (names.next(), names.next()) {
        (Some((name, 1)), None) if name == "月" || name == "天" || name == "工作日" => NumberKind::Period,
        _ => NumberKind::Quantity,
    }
}

/// A unit as a drafter writes it: `元/人/月`.
#[must_use]
pub fn show_unit(unit: &Unit) -> String {
    let name = |name: &str| match name {
        "CNY" => "元".to_owned(),
        "USD" => "美元".to_owned(),
        "EUR" => "欧元".to_owned(),
        "HKD" => "港元".to_owned(),
        "JPY" => "日元".to_owned(),
        "GBP" => "英镑".to_owned(),
        other => other.to_owned(),
    };
    let mut above: Vec<(bool, String)> = Vec::new();
    let mut below = String::new();
    for (base, power) in &unit.powers {
        for _ in 0..power.unsigned_abs() {
            if *power > 0 {
                above.push((!is_currency(base), name(base)));
            } else {
                below.push('/');
                below.push_str(&name(base));
            }
        }
    }
    above.sort();
    let above = above.into_iter().map(|(_, name)| name).collect::<Vec<_>>().join("·");
    if above.is_empty() && !below.is_empty() { format!("1{below}") } else { format!("{above}{below}") }
}

/// The stand-in for a reported expression.
#[must_use]
pub fn error(span: Span) -> Expr {
    Expr { kind: ExprKind::Constant(Value::Bool(false)), ty: Type::Error, span }
}

/// A known value.
#[must_use]
pub fn constant(value: Value, ty: Type, span: Span) -> Expr {
    Expr { kind: ExprKind::Constant(value), ty, span }
}

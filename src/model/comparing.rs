//! In: comparisons and memberships. Out: their checked forms: the legal word gives the operator, the two sides agree in kind and unit.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::keywords::Word;

use super::expression::{CompareOp, Condition, Expr, ExprKind};
use super::surface::{Surface, SurfaceKind};
use super::types::{ClassId, MemberId, NumberKind, Type, Value};
use super::typing::{Typing, constant, error, show_unit};

/// The operator of a comparison word by the Civil Code, art. 1259: 以上、以下、以内、届满 include the bound, 不满、超过、以外 do not.
#[must_use]
pub fn operator(word: Word) -> Option<CompareOp> {
    Some(match word {
        Word::NotBelow
        | Word::NotLess
        | Word::Reaches
        | Word::Full
        | Word::NotSmaller
        | Word::AtLeast
        | Word::AtLeastPostfix
        | Word::AtLeastAndPostfix
        | Word::NotBefore => CompareOp::AtLeast,
        Word::Exceeds | Word::Above | Word::Breaks | Word::Greater | Word::After => CompareOp::Above,
        Word::NotExceeding
        | Word::NotAbove
        | Word::NotMore
        | Word::NotGreater
        | Word::AtMost
        | Word::AtHighest
        | Word::AtMostPostfix
        | Word::AtMostAndPostfix
        | Word::WithinPostfix
        | Word::NotAfter => CompareOp::AtMost,
        Word::ShortOf | Word::Below | Word::Under | Word::Less | Word::Before => CompareOp::Below,
        Word::Is | Word::Equals | Word::EqualTo => CompareOp::Equal,
        Word::IsNot | Word::NotEquals | Word::NotEqualTo => CompareOp::NotEqual,
        _ => return None,
    })
}

/// The operator with its bound included or not.
#[must_use]
pub fn with_bound(op: CompareOp, included: bool) -> CompareOp {
    match (op, included) {
        (CompareOp::AtLeast | CompareOp::Above, true) => CompareOp::AtLeast,
        (CompareOp::AtLeast | CompareOp::Above, false) => CompareOp::Above,
        (CompareOp::AtMost | CompareOp::Below, true) => CompareOp::AtMost,
        (CompareOp::AtMost | CompareOp::Below, false) => CompareOp::Below,
        (CompareOp::Equal | CompareOp::NotEqual, _) => op,
    }
}

impl Typing<'_, '_> {
    /// A comparison.
    pub fn compare(&mut self, word: Word, left: &Surface, right: &Surface, span: Span) -> Expr {
        let Some(mut op) = operator(word) else { return error(span) };
        if let Some(included) = self.context.inclusive.get(&word) {
            op = with_bound(op, *included);
        }
        if matches!(word, Word::AtLeastPostfix | Word::AtLeastAndPostfix | Word::AtMostPostfix | Word::AtMostAndPostfix)
        {
            self.note_bound(word, span);
        }
        self.compare_as(op, left, right, span)
    }

    /// A comparison whose operator is known.
    pub fn compare_as(&mut self, op: CompareOp, left: &Surface, right: &Surface, span: Span) -> Expr {
        if let Some(level) = self.level_of_certificate(op, left, right, span) {
            return level;
        }
        if let Some(quotient) = self.quotient(op, left, right, span) {
            return quotient;
        }
        let left = self.expr(left, None);
        let expect = left.ty.clone();
        if let Type::Member(class) = expect {
            self.unknown_value(right, class);
        }
        let right = self.expr(right, (!expect.is_error()).then_some(&expect));
        if let Some(report) = self.beyond_range(&left, &right) {
            self.context.report(report);
            return error(span);
        }
        self.compared(op, left, right, span)
    }

    /// `甲 除以 乙 不低于 5%` without rounding: exactly, as 乙 > 0 and 甲 ≥ 5% × 乙.
    fn quotient(&mut self, op: CompareOp, left: &Surface, right: &Surface, span: Span) -> Option<Expr> {
        let SurfaceKind::Arithmetic(Word::DividedBy, above, below) = &left.unbracketed().kind else { return None };
        let above = self.expr(above, None);
        let below = self.expr(below, None);
        let bound = self.expr(right, None);
        if above.ty.is_error() || below.ty.is_error() || bound.ty.is_error() {
            return Some(error(span));
        }
        let product = self.product(bound, below.clone(), span);
        let (Type::Number { unit, scale, kind }, false) = (below.ty.clone(), product.ty.is_error()) else {
            return Some(error(span));
        };
        let zero = constant(Value::Number(rust_decimal::Decimal::ZERO), Type::Number { kind, unit, scale }, below.span);
        let positive = self.compared(CompareOp::Above, below.clone(), zero, below.span);
        let test = self.compared(op, above, product, span);
        if positive.ty.is_error() || test.ty.is_error() {
            return Some(error(span));
        }
        let part = |expr: Expr, label: String| Condition { label, labelled: false, expr };
        let divisor = self.context.text(below.span);
        let whole = self.context.text(span);
        let parts = vec![part(positive, format!("{divisor} 大于 0")), part(test, whole)];
        Some(Expr { kind: ExprKind::All(parts), ty: Type::Bool, span })
    }

    /// A comparison of two checked sides.
    pub fn compared(&mut self, op: CompareOp, left: Expr, right: Expr, span: Span) -> Expr {
        if left.ty.is_error() || right.ty.is_error() {
            return error(span);
        }
        let ordered = !matches!(op, CompareOp::Equal | CompareOp::NotEqual);
        match (&left.ty, &right.ty) {
            (Type::Date, Type::Number { kind: NumberKind::Period, .. }) if ordered => {
                return self.age(op, left, right, span);
            }
            (Type::Number { .. }, Type::Number { .. }) => {
                if !self.units_agree(&left, &right, span) || !self.precise(&left, &right) {
                    return error(span);
                }
            }
            (Type::Member(one), Type::Member(two)) => {
                if one != two {
                    return self.wrong_class(&left, &right, *one, span);
                }
                if ordered && !self.is_ordered(*one) {
                    return self.no_order(&left, span);
                }
                if !ordered && let ExprKind::Constant(Value::Member(member)) = right.kind {
                    return self.is_member(op, left, member, span);
                }
            }
            (Type::Date, Type::Date) => {}
            (Type::Bool, Type::Bool) | (Type::Text, Type::Text) if !ordered => {}
            (Type::Bool, Type::Bool) | (Type::Text, Type::Text) => return self.no_order(&left, span),
            _ => return self.different_kinds(&left, &right, span),
        }
        let kind = ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) };
        Expr { kind, ty: Type::Bool, span }
    }

    /// `产业 是 人工智能` covers what lies below 人工智能, as 属于 does.
    fn is_member(&mut self, op: CompareOp, value: Expr, member: MemberId, span: Span) -> Expr {
        let within =
            Expr { kind: ExprKind::Within { value: Box::new(value), members: vec![member] }, ty: Type::Bool, span };
        if op == CompareOp::Equal {
            within
        } else {
            Expr { kind: ExprKind::Not(Box::new(within)), ty: Type::Bool, span }
        }
    }

    /// `成立日期 满 3年`: so long ago, on the day of the decision.
    fn age(&mut self, op: CompareOp, date: Expr, period: Expr, span: Span) -> Expr {
        let later = self.date_plus(date, period, span);
        if later.ty.is_error() {
            return error(span);
        }
        let on = Expr { kind: ExprKind::OnDate, ty: Type::Date, span };
        let op = match op {
            CompareOp::AtLeast => CompareOp::AtMost,
            CompareOp::Above => CompareOp::Below,
            CompareOp::AtMost => CompareOp::AtLeast,
            CompareOp::Below => CompareOp::Above,
            CompareOp::Equal | CompareOp::NotEqual => op,
        };
        Expr { kind: ExprKind::Compare { op, left: Box::new(later), right: Box::new(on) }, ty: Type::Bool, span }
    }

    /// 属于.
    pub fn within(&mut self, negated: bool, value: &Surface, list: &[Surface], span: Span) -> Expr {
        let value = self.expr(value, None);
        let class = match &value.ty {
            Type::Member(class) => *class,
            Type::Error => return error(span),
            Type::Bool | Type::Number { .. } | Type::Date | Type::Text | Type::List(_) => {
                let what = self.describe(&value.ty);
                self.context.report(
                    Diagnostic::new(
                        Code::KindMismatch,
                        value.span,
                        format!("“属于”前面要是分类或枚举的事实，这里是{}", what.0),
                        format!("`in` needs a fact of a classification before it, this is {}", what.1),
                    )
                    .help(
                        "数和日期用“不低于”“早于”这类词比较",
                        "compare numbers and dates with `not-below`, `before` …",
                    ),
                );
                return error(span);
            }
        };
        let mut members = Vec::new();
        let mut broken = false;
        for item in list {
            match self.member(item, class) {
                Some(member) => members.push(member),
                None => broken = true,
            }
        }
        if broken {
            return error(span);
        }
        members.sort_unstable();
        members.dedup();
        let within = Expr { kind: ExprKind::Within { value: Box::new(value), members }, ty: Type::Bool, span };
        if negated { Expr { kind: ExprKind::Not(Box::new(within)), ty: Type::Bool, span } } else { within }
    }

    /// One value of a class, out of an operand.
    pub fn member(&mut self, item: &Surface, class: ClassId) -> Option<MemberId> {
        self.unknown_value(item, class);
        let expr = self.expr(item, Some(&Type::Member(class)));
        match (&expr.kind, &expr.ty) {
            (_, Type::Error) => None,
            (ExprKind::Constant(Value::Member(member)), Type::Member(found)) if *found == class => Some(*member),
            _ => {
                let name =
                    self.context.model.classes.get(class.0 as usize).map_or(String::new(), |class| class.name.clone());
                let text = self.context.text(item.span);
                self.context.report(
                    Diagnostic::new(
                        Code::WrongClassification,
                        item.span,
                        format!("“{text}”不是“{name}”里的值"),
                        format!("`{text}` is no value of `{name}`"),
                    )
                    .help(format!("看看“{name}”条目里有哪些值"), format!("see the values of `{name}`")),
                );
                None
            }
        }
    }

    /// A word that is not declared, in the place of a value of a class: says which values there are.
    pub fn unknown_value(&mut self, item: &Surface, class: ClassId) {
        if item.kind == SurfaceKind::Broken
            && let Some((name, span)) = self.context.retract_unknown(item.span)
        {
            self.context.unknown_member(&name, span, class);
        }
    }

    /// A bound outside the range that its fact declares, or a rate written without %.
    fn beyond_range(&self, fact: &Expr, bound: &Expr) -> Option<Diagnostic> {
        let (ExprKind::Fact(id), ExprKind::Constant(Value::Number(value))) = (&fact.kind, &bound.kind) else {
            return None;
        };
        let declared = self.context.model.facts.get(id.index())?;
        let (Type::Number { kind, unit, .. }, Type::Number { kind: written, unit: other, .. }) = (&fact.ty, &bound.ty)
        else {
            return None;
        };
        let bare_rate =
            *kind == NumberKind::Rate && *written != NumberKind::Rate && *value > rust_decimal::Decimal::ONE;
        let (low, high) = declared.range;
        if unit != other || !(bare_rate || *value < low || *value > high) {
            return None;
        }
        let (name, text) = (&declared.name, self.context.text(bound.span));
        let report = |zh: String, en: String| {
            Diagnostic::new(Code::OutOfRange, bound.span, zh, en).also(declared.span, "声明在这里", "declared here")
        };
        if bare_rate {
            return Some(
                report(
                    format!("“{name}”是比例，“{text}”少了百分号"),
                    format!("`{name}` is a rate, `{text}` lacks its percent sign"),
                )
                .fix(bound.span.after(), "%", format!("改为“{text}%”"), format!("change to `{text}%`")),
            );
        }
        Some(
            report(
                format!("“{text}”超出“{name}”声明的取值范围"),
                format!("`{text}` is outside the declared range of `{name}`"),
            )
            .help("看看数写错没有，或者改声明里的“不低于”“不超过”", "check the number, or the declared range"),
        )
    }

    fn is_ordered(&self, class: ClassId) -> bool {
        self.context.model.classes.get(class.0 as usize).is_some_and(|class| class.ordered)
    }

    /// Whether units agree; reports where not.
    pub fn units_agree(&mut self, left: &Expr, right: &Expr, span: Span) -> bool {
        let (Type::Number { unit: one, kind: first, .. }, Type::Number { unit: two, kind: second, .. }) =
            (&left.ty, &right.ty)
        else {
            return false;
        };
        if one == two || is_zero(left) || is_zero(right) {
            return true;
        }
        let (one_shown, two_shown) = (self.describe(&left.ty), self.describe(&right.ty));
        let bare = |expr: &Expr, kind: &NumberKind| {
            matches!(expr.kind, ExprKind::Constant(_)) && matches!(kind, NumberKind::Integer | NumberKind::Number)
        };
        let both_money = one.currency().is_some() && two.currency().is_some();
        let months_and_days = *first == NumberKind::Period && *second == NumberKind::Period;
        let code = match (both_money, months_and_days) {
            (true, _) => Code::CurrencyMismatch,
            (_, true) => Code::MonthsAndDays,
            _ => Code::UnitMismatch,
        };
        let mut report = Diagnostic::new(
            code,
            span,
            if both_money {
                "两边币种不同".to_owned()
            } else {
                format!("单位不一致：{}和{}", one_shown.0, two_shown.0)
            },
            if both_money {
                "the currencies differ".to_owned()
            } else {
                format!("units differ: {} and {}", one_shown.1, two_shown.1)
            },
        )
        .also(left.span, one_shown.0, one_shown.1)
        .also(right.span, two_shown.0, two_shown.1);
        for (side, kind, other) in [(left, first, two), (right, second, one)] {
            if bare(side, kind) && side.ty != Type::Error && !other.powers.is_empty() {
                let unit = show_unit(other);
                report = report
                    .help(format!("数字后面写上单位“{unit}”"), format!("write the unit `{unit}` after the number"))
                    .fix(side.span.after(), unit.clone(), format!("加上“{unit}”"), format!("add `{unit}`"));
            }
        }
        for (side, other) in [(left, two), (right, one)] {
            let text = self.context.text(side.span);
            if let Some(points) = text.strip_suffix('分').filter(|_| other.powers.is_empty() && report.help.is_none())
            {
                report = report.help("分是钱的单位；评分没有单位", "`分` is a unit of money; a score has no unit").fix(
                    side.span,
                    points,
                    format!("是评分：改为“{points}”"),
                    format!("a score: change to `{points}`"),
                );
            }
        }
        if report.help.is_none() {
            report = report.help(
                if both_money {
                    "金额要用同一种货币比较"
                } else {
                    "看看是单位写错了，还是比错了事实"
                },
                if both_money { "compare amounts of one currency" } else { "is the unit wrong, or the fact?" },
            );
        }
        if months_and_days {
            report = report.help(
                "一个月的天数不固定，请都按月写，或都按天写",
                "months have different lengths: use months or days on both sides",
            );
        }
        self.context.report(report);
        false
    }

    /// A literal must not have more decimals than the fact it is compared with keeps.
    fn precise(&mut self, left: &Expr, right: &Expr) -> bool {
        for (fact, literal) in [(left, right), (right, left)] {
            let (ExprKind::Fact(id), ExprKind::Constant(Value::Number(_))) = (&fact.kind, &literal.kind) else {
                continue;
            };
            if literal.ty.scale() > fact.ty.scale() {
                let name = self.context.model.facts.get(id.index()).map_or(String::new(), |fact| fact.name.clone());
                let scale = fact.ty.scale();
                self.context.report(
                    Diagnostic::new(
                        Code::TooPrecise,
                        literal.span,
                        format!("“{name}”只保留 {scale} 位小数，这个数更细"),
                        format!("`{name}` keeps {scale} decimals, this number has more"),
                    )
                    .help("去掉多余的小数，或者在声明里写“4位小数”", "drop decimals, or declare the fact with more"),
                );
                return false;
            }
        }
        true
    }

    fn wrong_class(&mut self, left: &Expr, right: &Expr, class: ClassId, span: Span) -> Expr {
        let name = self.context.model.classes.get(class.0 as usize).map_or(String::new(), |class| class.name.clone());
        let text = self.context.text(right.span);
        self.context.report(
            Diagnostic::new(
                Code::WrongClassification,
                right.span,
                format!("“{text}”不是“{name}”里的值"),
                format!("`{text}` is no value of `{name}`"),
            )
            .also(left.span, format!("这里是“{name}”"), format!("this is `{name}`")),
        );
        error(span)
    }

    fn no_order(&mut self, left: &Expr, span: Span) -> Expr {
        let what = self.describe(&left.ty);
        self.context.report(
            Diagnostic::new(
                Code::NotComparable,
                span,
                format!("{}不能比较大小", what.0),
                format!("{} has no order", what.1),
            )
            .help(
                "枚举要写“由低到高”才能比较高低；其余用“是”“属于”",
                "declare the enumeration `ascending`, or use `is` or `in`",
            ),
        );
        error(span)
    }

    /// Two sides that are not of one kind.
    pub fn different_kinds(&mut self, left: &Expr, right: &Expr, span: Span) -> Expr {
        let (one, two) = (self.describe(&left.ty), self.describe(&right.ty));
        self.context.report(
            Diagnostic::new(
                Code::KindMismatch,
                span,
                format!("两边不是同一类：{}和{}", one.0, two.0),
                format!("the two sides differ in kind: {} and {}", one.1, two.1),
            )
            .also(left.span, one.0, one.1)
            .also(right.span, two.0, two.1),
        );
        error(span)
    }
}

fn is_zero(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Constant(Value::Number(value)) if value.is_zero())
}

//! In: 合计（…）, 计数（…) and the like, columns within them, values in pairs. Out: checked folds and choices.
//! Invariant: a column is used only within a fold of its list, and no fold holds another.

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::keywords::Word;

use super::expression::{Arm, Condition, Expr, ExprKind};
use super::record::{Fold, FoldKind};
use super::surface::{FoldSurface, Paired, Surface, SurfaceKind};
use super::types::{NumberKind, Type, Unit, Value};
use super::typing::{Typing, constant, error, kind_of};
use super::vocabulary::Entry;
use super::{ColumnId, FactId, ListId};

impl Typing<'_, '_> {
    /// A column of the record at hand, where a name stands for one; reports a column that nothing else of its name can replace.
    pub(super) fn column(&mut self, entries: &[Entry], span: Span) -> Option<Expr> {
        let columns: Vec<ColumnId> = entries
            .iter()
            .filter_map(|entry| match entry {
                Entry::Column(id) => Some(*id),
                _ => None,
            })
            .collect();
        let of = |id: &ColumnId| self.context.model.columns.get(id.index());
        if let Some(list) = self.context.place.list
            && let Some((id, column)) =
                columns.iter().filter_map(|id| Some((*id, of(id)?))).find(|(_, column)| column.list == list)
        {
            return Some(Expr { kind: ExprKind::Column(id), ty: column.ty.clone(), span });
        }
        if columns.is_empty() || entries.iter().any(|entry| !matches!(entry, Entry::Column(_))) {
            return None;
        }
        let column = of(columns.first()?)?;
        let (name, declared) = (column.name.clone(), column.span);
        let list = self.context.model.lists.get(column.list.index()).map_or(String::new(), |list| list.name.clone());
        let report = Diagnostic::new(
            Code::FieldUnreadable,
            span,
            format!("“{name}”是清单“{list}”每一项的数，这里用不上"),
            format!("`{name}` is a column of the list `{list}` and has no value here"),
        )
        .also(declared, "声明在这里", "declared here")
        .help(
            format!("写成“合计（{list} 的 {name}）”“任一（{list}，其中 {name} …）”"),
            format!("write `together({list} of {name})` or `any-of({list}, where {name} …)`"),
        );
        self.context.report(report);
        Some(error(span))
    }

    /// `设备 的 含税价格` within a fold of 设备: the column of the record at hand.
    pub(super) fn own_column(&mut self, list: &Surface, column: &Surface, span: Span) -> Option<Expr> {
        let here = self.context.place.list?;
        let (SurfaceKind::Name { entries, .. }, SurfaceKind::Name { entries: named, .. }) = (&list.kind, &column.kind)
        else {
            return None;
        };
        let is_here = |entry: &Entry| matches!(entry, Entry::List(id) if *id == here);
        let is_column = |entry: &Entry| matches!(entry, Entry::Column(_));
        let both = entries.iter().any(is_here) && named.iter().any(is_column);
        if both { self.column(named, span) } else { None }
    }

    /// A list where a value is needed.
    pub(super) fn list_as_value(&mut self, id: FactId, span: Span) -> Expr {
        let name = self.context.model.facts.get(id.index()).map_or(String::new(), |fact| fact.name.clone());
        self.context.report(
            Diagnostic::new(
                Code::KindMismatch,
                span,
                format!("“{name}”是清单，不是一个数"),
                format!("`{name}` is a list and no single value"),
            )
            .help(
                format!("写成“计数（{name}）”“合计（{name} 的 …）”“任一（{name}，其中 …）”"),
                format!("write `count({name})`, `together({name} of …)` or `any-of({name}, where …)`"),
            )
            .fix(span, format!("计数（{name}）"), "有几项：计数", "how many: count"),
        );
        error(span)
    }

    /// 合计（设备 的 含税价格，其中 …）.
    pub(super) fn fold(&mut self, fold: &FoldSurface, span: Span) -> Expr {
        if self.context.place.list.is_some() {
            self.context.report(
                Diagnostic::new(
                    Code::NestingTooDeep,
                    span,
                    "清单的合计、计数里面不能再套一个",
                    "a fold over a list cannot hold another",
                )
                .help(
                    "“其中”里每一项只能和数、事实、定义比较",
                    "within a fold, a record is compared with numbers, facts and definitions",
                ),
            );
            return error(span);
        }
        self.list_in_reach(fold.list, span);
        self.context.place.list = Some(fold.list);
        let filter = fold.filter.as_ref().map(|filter| self.condition(filter));
        let value = fold.value.as_ref().map(|value| self.expr(value, None));
        self.context.place.list = None;
        if filter.as_ref().is_some_and(|filter| filter.ty.is_error())
            || value.as_ref().is_some_and(|value| value.ty.is_error())
        {
            return error(span);
        }
        let Some((kind, ty)) = self.fold_type(fold, value.as_ref(), filter.is_some(), span) else { return error(span) };
        let keeps_value = !matches!(kind, FoldKind::Count | FoldKind::Any | FoldKind::All);
        let value = value.filter(|_| keeps_value);
        Expr { kind: ExprKind::Fold(Box::new(Fold { list: fold.list, kind, filter, value })), ty, span }
    }

    /// What a fold makes, where its parts are there and of the right kind.
    fn fold_type(
        &mut self,
        fold: &FoldSurface,
        value: Option<&Expr>,
        filtered: bool,
        span: Span,
    ) -> Option<(FoldKind, Type)> {
        let unit = self.context.list_units.get(fold.list.index()).cloned().unwrap_or_default();
        let count = Type::Number { kind: kind_of(&unit, 0), unit, scale: 0 };
        let name = self.context.model.lists.get(fold.list.index()).map_or(String::new(), |list| list.name.clone());
        if let Some((_, at)) = fold.top.filter(|_| fold.word != Word::Together) {
            self.fold_misses(
                at,
                ("“前几项”只能用在“合计”里", "`top` goes with `together` only"),
                (
                    &format!("写成“合计（{name} 的 …，前3项）”；最多算几项，写“计数（{name}）（最多3）”"),
                    &format!("write `together({name} of …, top 3)`, or bound the count"),
                ),
            );
            return None;
        }
        match fold.word {
            Word::Count => match value {
                None => return Some((FoldKind::Count, count)),
                Some(value) => self.fold_misses(
                    value.span,
                    ("“计数”只写清单和“其中”", "`count` takes a list and `where` only"),
                    (&format!("写成“计数（{name}，其中 …）”"), &format!("write `count({name}, where …)`")),
                ),
            },
            Word::Any | Word::All if filtered => {
                let kind = if fold.word == Word::Any { FoldKind::Any } else { FoldKind::All };
                return Some((kind, Type::Bool));
            }
            Word::Any | Word::All => self.fold_misses(
                span,
                ("没有写每一项要满足什么", "it is not said what a record must satisfy"),
                (
                    &format!("写成“{}（{name}，其中 …）”", fold.word.zh()),
                    &format!("write `{}({name}, where …)`", fold.word.en()),
                ),
            ),
            word => match (value, value.map(|value| &value.ty)) {
                (None, _) => self.fold_misses(
                    span,
                    ("没有写是哪一列", "it is not said which column is meant"),
                    (&format!("写成“{}（{name} 的 …）”", word.zh()), &format!("write `{}({name} of …)`", word.en())),
                ),
                (Some(_), Some(Type::Member(_) | Type::Text | Type::Number { .. })) if word == Word::Distinct => {
                    let ty = Type::Number { kind: NumberKind::Integer, unit: Unit::none(), scale: 0 };
                    return Some((FoldKind::Distinct, ty));
                }
                (Some(_), Some(ty @ Type::Number { .. })) => {
                    let kind = match (word, fold.top) {
                        (Word::Maximum, _) => FoldKind::Greatest,
                        (Word::Minimum, _) => FoldKind::Least,
                        (_, Some((count, _))) if count > 0 => FoldKind::SumOfGreatest(count),
                        (_, Some((_, at))) => {
                            self.fold_misses(
                                at,
                                ("“前”后面要大于 0", "at least one"),
                                ("写成“前3项”", "write `top 3`"),
                            );
                            return None;
                        }
                        _ => FoldKind::Sum,
                    };
                    return Some((kind, ty.clone()));
                }
                (Some(value), _) => {
                    let what = self.describe(&value.ty);
                    self.context.report(
                        Diagnostic::new(
                            Code::KindMismatch,
                            value.span,
                            format!("“{}”要用数，这里是{}", word.zh(), what.0),
                            format!("`{}` needs numbers, this is {}", word.en(), what.1),
                        )
                        .help(
                            format!("要知道有几种，写“不同值计数（{name} 的 …）”"),
                            format!("write `count-distinct({name} of …)` for how many there are"),
                        ),
                    );
                }
            },
        }
        None
    }

    fn fold_misses(&mut self, span: Span, what: (&str, &str), help: (&str, &str)) {
        self.context.report(Diagnostic::new(Code::IncompleteExpression, span, what.0, what.1).help(help.0, help.1));
    }

    fn list_in_reach(&mut self, list: ListId, span: Span) {
        if let Some(list) = self.context.model.lists.get(list.index()) {
            let (fact, name) = (list.fact, list.name.clone());
            self.in_reach(fact, &name, span);
        }
    }

    /// 分别.
    pub(super) fn paired(&mut self, pairs: &Paired, span: Span) -> Expr {
        if pairs.keys.len() != pairs.values.len() {
            let (keys, values) = (pairs.keys.len(), pairs.values.len());
            self.context.report(
                Diagnostic::new(
                    Code::PairsDiffer,
                    span,
                    format!("“分别”前面有 {keys} 个，后面有 {values} 个，对不上"),
                    format!("{keys} values stand before `respectively` and {values} after it"),
                )
                .help("两边要一一对应，个数相同", "each value before it has one after it"),
            );
            return error(span);
        }
        let values: Vec<Expr> = pairs.values.iter().map(|value| self.expr(value, None)).collect();
        if values.iter().any(|value| value.ty.is_error()) {
            return error(span);
        }
        let Some(ty) = self.common_type(&values, span) else { return error(span) };
        let mut arms = Vec::with_capacity(values.len());
        for (key, value) in pairs.keys.iter().zip(values) {
            let Some(when) = self.pair_condition(pairs, key) else { return error(span) };
            if when.ty.is_error() {
                return error(span);
            }
            let label = self.context.text(key.span);
            arms.push(Arm { when: Condition { label, labelled: false, expr: when }, value });
        }
        if !pairs.over_list {
            return Expr { kind: ExprKind::Choose { arms, otherwise: None }, ty, span };
        }
        match pairs.mode {
            Some(Word::Stacked) => added(arms, &ty, span),
            Some(_) => highest(arms, &ty, span),
            None => {
                self.stacking_not_said(span);
                error(span)
            }
        }
    }

    /// `级别 是 国家级`, of a fact or of some record of a list.
    fn pair_condition(&mut self, pairs: &Paired, key: &Surface) -> Option<Expr> {
        let test = |value: &Surface| Surface {
            kind: SurfaceKind::Compare(Word::Is, Box::new(value.clone()), Box::new(key.clone())),
            span: key.span,
        };
        if !pairs.over_list {
            return Some(self.condition(&test(&pairs.value)));
        }
        let named = match &pairs.value.unbracketed().kind {
            SurfaceKind::Arithmetic(Word::Times, list, column) => match &list.kind {
                SurfaceKind::Name { entries, .. } => entries
                    .iter()
                    .find_map(|entry| match entry {
                        Entry::List(id) => Some(*id),
                        _ => None,
                    })
                    .map(|list| (list, column)),
                _ => None,
            },
            _ => None,
        };
        let Some((list, column)) = named else {
            self.context.report(
                Diagnostic::new(
                    Code::IncompleteExpression,
                    pairs.value.span,
                    "“有”前面要写清单的哪一列",
                    "`has` needs a column of a list before it",
                )
                .help("写成“认定 的 级别 有 国家级、省级 分别 …”", "write `list of column has a、b respectively …`"),
            );
            return None;
        };
        let fold = FoldSurface { word: Word::Any, list, value: None, filter: Some(test(column)), top: None };
        Some(self.fold(&fold, key.span))
    }

    fn stacking_not_said(&mut self, span: Span) {
        self.context.report(
            Diagnostic::new(
                Code::StackingNotSaid,
                span,
                "几个值都有的时候，没有写明是加起来，还是只取最高的一个",
                "several of these may be there, and it is not said whether they add up or only the highest counts",
            )
            .label("叠加，还是就高？", "do they add up?")
            .help(
                "叠加：每个值各给一次，加起来；就高：只给最高的一个",
                "stacked: each is given once and they add up; take-highest: only the highest is given",
            )
            .fix(span.after(), "，叠加", "加起来：叠加", "they add up: stacked")
            .fix(span.after(), "，就高", "只取最高的一个：就高", "only the highest: take-highest"),
        );
    }

    /// The one type of several values; reports where they differ.
    pub(super) fn common_type(&mut self, values: &[Expr], span: Span) -> Option<Type> {
        let first = values.first()?.clone();
        let mut common = first.ty.clone();
        for value in values {
            match (&mut common, &value.ty) {
                (Type::Number { scale, .. }, Type::Number { scale: other, .. }) => {
                    let larger = (*scale).max(*other);
                    *scale = larger;
                    if !self.units_agree(&first, value, value.span) {
                        return None;
                    }
                }
                (one, two) if one == two => {}
                _ => {
                    self.different_kinds(&first, value, span);
                    return None;
                }
            }
        }
        Some(common)
    }
}

/// The sum of the arms that hold.
fn added(arms: Vec<Arm>, ty: &Type, span: Span) -> Expr {
    let parts = each_or_nothing(arms, ty, span);
    let add =
        |left: Expr, right: Expr| Expr { kind: ExprKind::Add(Box::new(left), Box::new(right)), ty: ty.clone(), span };
    parts.into_iter().reduce(add).unwrap_or_else(|| error(span))
}

/// The greatest of the arms that hold; none: not applicable.
fn highest(arms: Vec<Arm>, ty: &Type, span: Span) -> Expr {
    let any: Vec<Condition> = arms.iter().map(|arm| arm.when.clone()).collect();
    let label = any.iter().map(|condition| condition.label.as_str()).collect::<Vec<_>>().join("、");
    let when = Expr { kind: ExprKind::Any(any), ty: Type::Bool, span };
    let value = Expr { kind: ExprKind::Greatest(each_or_nothing(arms, ty, span)), ty: ty.clone(), span };
    let arm = Arm { when: Condition { label, labelled: false, expr: when }, value };
    Expr { kind: ExprKind::Choose { arms: vec![arm], otherwise: None }, ty: ty.clone(), span }
}

fn each_or_nothing(arms: Vec<Arm>, ty: &Type, span: Span) -> Vec<Expr> {
    let nothing = constant(Value::Number(Decimal::ZERO), ty.clone(), span);
    arms.into_iter()
        .map(|arm| {
            let ty = arm.value.ty.clone();
            let kind = ExprKind::Choose { arms: vec![arm], otherwise: Some(Box::new(nothing.clone())) };
            Expr { kind, ty, span }
        })
        .collect()
}
